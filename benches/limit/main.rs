//! nlwire beside C, in one run: what parsing costs beside a hand-written parser, and what a dump costs beside a program that
//! receives and does not look.
//!
//! `cargo bench --bench limit` builds the programs in `benches/c` with `cc`, makes a namespace with 300,000 routes and 80 links
//! (`ROUTES` and `LINKS` say other numbers, that of pairs), runs the contestants in turn, and prints the median of each and its
//! ratio to C.

mod link;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use nlwire::codec::route::Family;
use nlwire::codec::route::link::NewLink;
use nlwire::codec::route::route::{GetRoute, Header, NewRoute, Route};
use nlwire::codec::{Message, Messages, ParseError, View};
use nlwire::socket::Socket;

const ROUNDS: usize = 11;

type Failure = Box<dyn std::error::Error>;

/// A name, and what measures once.
type Contestant<'a> = (&'a str, &'a mut dyn FnMut() -> Result<f64, Failure>);

fn main() -> Result<(), Failure> {
    let programs = build()?;
    if std::env::var_os("NLWIRE_LIMIT_INSIDE").is_none() {
        let status = Command::new(here("benches/namespace.sh"))
            .arg(std::env::current_exe()?)
            .env("NLWIRE_LIMIT_INSIDE", "1")
            .env("LINKS", std::env::var_os("LINKS").unwrap_or("40".into()))
            .status()?;
        std::process::exit(status.code().unwrap_or(1));
    }

    let routes = captured(&programs, "route4")?;
    let [plain, short_cut] = ["parse", "parse-fast"].map(|program| in_memory(&programs, program, "route4"));
    compare(
        "parse routes from memory, ns each",
        &mut [
            ("C", &mut || plain()),
            ("C with a short cut for 4 bytes", &mut || short_cut()),
            ("nlwire, read chain", &mut || Ok(parse::<NewRoute>(&routes, chain))),
            ("nlwire, seven gets", &mut || Ok(parse::<NewRoute>(&routes, gets))),
            ("nlwire, table", &mut || Ok(parse::<NewRoute>(&routes, table))),
        ],
    )?;

    let links = captured(&programs, "link")?;
    let [plain, short_cut] = ["parse", "parse-fast"].map(|program| in_memory(&programs, program, "link"));
    compare(
        "parse links from memory, ns each",
        &mut [
            ("C", &mut || plain()),
            ("C with a short cut for 4 bytes", &mut || short_cut()),
            ("nlwire, table", &mut || Ok(parse::<NewLink>(&links, link::table))),
        ],
    )?;

    let live = |program: &str, arguments: &[&str]| -> Result<f64, Failure> {
        Ok(field(&run(Command::new(programs.join(program)).args(arguments))?, "wall_ns")? / 1e6)
    };
    compare(
        "dump, ms",
        &mut [
            ("C, receives and does not look", &mut || live("floor", &["route4", "strict"])),
            ("C, parses", &mut || live("parse", &["live", "route4", "strict"])),
            ("nlwire, streams", &mut stream),
        ],
    )
}

/// Runs the contestants in turn and prints the median of each, beside the first.
fn compare(title: &str, contestants: &mut [Contestant<'_>]) -> Result<(), Failure> {
    let mut times = vec![Vec::new(); contestants.len()];
    for _ in 0..ROUNDS {
        for (times, (_, contestant)) in times.iter_mut().zip(contestants.iter_mut()) {
            times.push(contestant()?);
        }
    }
    println!("\n{title}: median (least, most), ratio to the first in the same round");
    let first = times[0].clone();
    for (times, (name, _)) in times.iter_mut().zip(contestants) {
        let mut ratios: Vec<f64> = times.iter().zip(&first).map(|(time, first)| time / first).collect();
        let ratio = median(&mut ratios);
        let median = median(times);
        println!("  {name:34} {median:8.2} ({:.2}, {:.2})  {ratio:.3}", times[0], times[ROUNDS - 1]);
    }
    Ok(())
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// A part of a dump that the processor's cache holds, so that parsing is measured and not memory. It lies in the file `kind` of
/// the folder too.
fn captured(programs: &Path, kind: &str) -> Result<Vec<u8>, Failure> {
    let file = programs.join(kind);
    run(Command::new(programs.join("capture")).arg(kind).arg(&file))?;
    let bytes = std::fs::read(&file)?;
    let hot = bytes[..whole_messages(&bytes, 64 * 1024)].to_vec();
    std::fs::write(&file, &hot)?;
    let messages = Messages::new(&hot).count();
    println!("\n{kind}: {} bytes, of which {} in {messages} messages are parsed", bytes.len(), hot.len());
    Ok(hot)
}

/// Nanoseconds a message that a C program takes for what was captured.
fn in_memory(programs: &Path, program: &str, kind: &'static str) -> impl Fn() -> Result<f64, Failure> {
    let (program, file) = (programs.join(program), programs.join(kind));
    move || {
        let line = run(Command::new(&program).arg("memory").arg(&file).args([kind, "200"]))?;
        // Both read the same, or nothing is compared.
        let bytes = std::fs::read(&file)?;
        let expected = match kind {
            "link" => pass::<NewLink>(&bytes, link::table),
            _ => pass::<NewRoute>(&bytes, chain),
        }?;
        let found = line.split_whitespace().find_map(|word| word.strip_prefix("checksum="));
        if found != Some(&format!("{:016x}", expected.1)) {
            return Err(format!("another checksum than {:016x}: {line}", expected.1).into());
        }
        field(&line, "ns_per_message_median")
    }
}

/// How many messages there are, and the checksum of what `read` reads of them.
fn pass<M: Message>(
    bytes: &[u8],
    read: impl Fn(u64, &View<'_, M>) -> Result<u64, ParseError>,
) -> Result<(u32, u64), ParseError> {
    let (mut messages, mut sum) = (0, 0);
    for message in Messages::new(bytes) {
        if let Some(view) = message?.read::<M>()? {
            messages += 1;
            sum = read(sum, &view)?;
        }
    }
    Ok((messages, sum))
}

/// Nanoseconds a message that `read` takes: the median of twenty rounds, as in the C program.
fn parse<M: Message>(bytes: &[u8], read: impl Fn(u64, &View<'_, M>) -> Result<u64, ParseError>) -> f64 {
    let mut rounds = [0.0; 20];
    for round in &mut rounds {
        let start = Instant::now();
        let mut messages = 0;
        for _ in 0..200 {
            let found = pass(std::hint::black_box(bytes), &read).expect("the capture is sound");
            messages += std::hint::black_box(found).0;
        }
        *round = start.elapsed().as_nanos() as f64 / f64::from(messages);
    }
    median(&mut rounds)
}

fn stream() -> Result<f64, Failure> {
    let start = Instant::now();
    let mut socket = Socket::open(&nlwire::codec::route::PROTOCOL)?;
    let header = Header { family: Family::INET.into(), ..Header::default() };
    let mut dump = socket.dump::<GetRoute, NewRoute>(header, |route| Ok(route))?;
    let mut sum = 0;
    while let Some(route) = dump.next()? {
        sum = chain(sum, &route)?;
    }
    std::hint::black_box(sum);
    Ok(start.elapsed().as_nanos() as f64 / 1e6)
}

#[inline]
fn chain(sum: u64, route: &View<'_, NewRoute>) -> Result<u64, ParseError> {
    let (mut destination, mut gateway, mut interface, mut priority) = (None, None, 0, 0);
    let mut number = route.header.table.get().0.into();
    for attribute in route.attributes() {
        let attribute = attribute?;
        if let Some(address) = attribute.read(Route::DST)? {
            destination = Some(address);
        } else if let Some(address) = attribute.read(Route::GATEWAY)? {
            gateway = Some(address);
        } else if let Some(index) = attribute.read(Route::OIF)? {
            interface = index;
        } else if let Some(table) = attribute.read(Route::TABLE)? {
            number = table;
        } else if let Some(metric) = attribute.read(Route::PRIORITY)? {
            priority = metric;
        }
    }
    Ok(add(sum, route, [v4(destination), v4(gateway), interface, number, priority]))
}

#[inline]
fn gets(sum: u64, route: &View<'_, NewRoute>) -> Result<u64, ParseError> {
    let attributes = route.attributes();
    let fields = [
        v4(attributes.get(Route::DST)?),
        v4(attributes.get(Route::GATEWAY)?),
        attributes.get(Route::OIF)?.unwrap_or(0),
        attributes.get(Route::TABLE)?.unwrap_or(route.header.table.get().0.into()),
        attributes.get(Route::PRIORITY)?.unwrap_or(0),
    ];
    Ok(add(sum, route, fields))
}

#[inline]
fn table(sum: u64, route: &View<'_, NewRoute>) -> Result<u64, ParseError> {
    let table = route.attributes().table()?;
    let fields = [
        v4(table.get(Route::DST)?),
        v4(table.get(Route::GATEWAY)?),
        table.get(Route::OIF)?.unwrap_or(0),
        table.get(Route::TABLE)?.unwrap_or(route.header.table.get().0.into()),
        table.get(Route::PRIORITY)?.unwrap_or(0),
    ];
    Ok(add(sum, route, fields))
}

/// The checksum of `benches/c/walk.h`.
#[inline]
fn add(sum: u64, route: &View<'_, NewRoute>, fields: [u32; 5]) -> u64 {
    let [destination, gateway, interface, table, priority] = fields;
    let length = route.header.dst_len.into();
    let protocol = route.header.protocol.get().0.into();
    [destination, length, gateway, interface, table, protocol, priority]
        .iter()
        .fold(sum, |sum, field| sum.wrapping_mul(31).wrapping_add(u64::from(*field)))
}

#[inline]
fn v4(address: Option<IpAddr>) -> u32 {
    match address {
        Some(IpAddr::V4(address)) => address.into(),
        _ => 0,
    }
}

fn whole_messages(bytes: &[u8], most: usize) -> usize {
    let mut messages = Messages::new(bytes);
    let mut end = 0;
    while let Some(Ok(_)) = messages.next() {
        let taken = bytes.len() - messages.rest().len();
        if taken > most {
            break;
        }
        end = taken;
    }
    end
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Builds the C programs, and says in which folder they are.
fn build() -> Result<PathBuf, Failure> {
    let folder = here("target/limit");
    std::fs::create_dir_all(&folder)?;
    for (program, sources, flags) in [
        ("floor", &["floor.c"][..], &[][..]),
        ("parse", &["parse.c", "walk.c"], &[]),
        ("parse-fast", &["parse.c", "walk.c"], &["-DNLWIRE_C_WALK_FAST"]),
        ("capture", &["capture.c"], &[]),
    ] {
        let sources = sources.iter().map(|source| here("benches/c").join(source));
        run(Command::new("cc").arg("-O2").args(flags).args(sources).arg("-o").arg(folder.join(program)))?;
    }
    Ok(folder)
}

/// Runs a command to its end and gives what it prints.
fn run(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The number behind `name=` in a line.
fn field(line: &str, name: &str) -> Result<f64, Failure> {
    let field = line.split_whitespace().find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
    Ok(field.ok_or_else(|| format!("no {name} in {line}"))?.parse()?)
}
