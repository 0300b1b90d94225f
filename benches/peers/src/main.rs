//! nlwire beside other netlink libraries, in one run: see `benches/README.md`.
//!
//! ```sh
//! cargo run --release --manifest-path benches/peers/Cargo.toml
//! ```
//!
//! writes the tables in `benches/README.md` and the chart `benches/dump.svg` anew. `ROUTES`, `NEIGHBOURS`, `LINKS` (pairs),
//! `BATCH` and `ROUNDS` say other numbers, and `-- try` prints the tables and writes nothing.

mod chart;
#[allow(dead_code)] // what is not needed here, nlwire's own bench needs
#[path = "../../limit/contest.rs"]
mod contest;
#[allow(dead_code)]
#[path = "../../limit/contestant.rs"]
mod contestant;
mod fields;
mod libraries;
#[allow(dead_code)]
#[path = "../../limit/link.rs"]
mod link;
#[allow(dead_code)]
#[path = "../../limit/read.rs"]
mod read;
#[path = "../../limit/spent.rs"]
mod spent;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use contest::{Contest, Row, program, run};

type Failure = Box<dyn std::error::Error>;

/// The Rust libraries: their name here, and in the tables.
const LIBRARIES: [(&str, &str); 6] = [
    ("packet-route", "netlink-packet-route + netlink-sys"),
    ("rtnetlink", "rtnetlink"),
    ("neli", "neli"),
    ("bindings", "netlink-bindings + netlink-socket2"),
    ("nlink", "nlink, stream"),
    ("nlink-list", "nlink, owned list"),
];

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["contestant", ref rest @ ..] => {
            contestant::compete(&rest.iter().copied().map(String::from).collect::<Vec<_>>())
        }
        ["library", library, what] => libraries::compete(library, what),
        ["inside", ref rest @ ..] => inside(rest != ["try"]),
        [] | ["try"] => outside(&words),
        _ => Err(format!("unknown: {words:?}").into()),
    }
}

/// Makes the namespace, and goes on in it.
fn outside(words: &[&str]) -> Result<(), Failure> {
    build()?;
    let mut command = Command::new(benches("namespace.sh"));
    command.arg(std::env::current_exe()?).arg("inside").args(words);
    for (name, count) in [("ROUTES", "1000000"), ("NEIGHBOURS", "120000"), ("LINKS", "600")] {
        if std::env::var_os(name).is_none() {
            command.env(name, count);
        }
    }
    std::process::exit(command.status()?.code().unwrap_or(1));
}

fn inside(write: bool) -> Result<(), Failure> {
    let rounds = number("ROUNDS", 7);
    let mut text = conditions()?;
    let mut charted = Vec::new();
    for (kind, title, rounds) in [
        ("route4", "Dump of the IPv4 routes", rounds),
        ("neighbour", "Dump of the neighbours", rounds * 3),
        ("link", "Dump of the links", rounds * 7),
    ] {
        let messages = run(&mut command(&c("parse", &["live", kind, "strict"])))?;
        let messages = contest::field(&messages, "messages").ok_or("no messages")?.to_string();
        let mut contest = dump(kind, title, rounds)?;
        contest.run()?;
        let rows = contest.rows("")?;
        writeln!(text, "\n### {title}: {messages} messages, {rounds} rounds\n\n{}", markdown(&rows, true))?;
        if kind == "route4" {
            charted = rows;
        }
    }
    let count = number("BATCH", 100_000).to_string();
    let mut contest = Contest::new("add", rounds, 1e6, "ms")
        .measures(&["add"])
        .with("C, one acknowledgement per 256", c("batch", &[&count, "256"]), None)
        .with("nlwire, batch", ours(&["contestant", "batch", &count, "sync"])?, None)
        .with("nlwire, batch, tokio", ours(&["contestant", "batch", &count, "tokio"])?, None)
        .with("nlink, batches of 256", ours(&["library", "nlink", &format!("add {count}")])?, None)
        .with("rtnetlink, 64 at a time", ours(&["library", "rtnetlink", &format!("add {count}")])?, None);
    contest.run()?;
    writeln!(text, "\n### {count} IPv4 routes added, {rounds} rounds\n\n{}", markdown(&contest.rows("add")?, false))?;
    println!("{text}");
    if write {
        std::fs::write(benches("dump.svg"), chart::draw(&charted))?;
        let readme = std::fs::read_to_string(benches("README.md"))?;
        let (before, _) = readme.split_once(BEGIN).ok_or("no place for the tables")?;
        let (_, behind) = readme.split_once(END).ok_or("no end of the tables")?;
        std::fs::write(benches("README.md"), format!("{before}{BEGIN}\n\n{text}\n{END}{behind}"))?;
    }
    Ok(())
}

/// What is around the tables in `benches/README.md`.
const BEGIN: &str = "<!-- What is below is written by benches/peers. -->";
const END: &str = "<!-- What is above is written by benches/peers. -->";

/// All who can dump objects of a kind.
fn dump(kind: &str, title: &'static str, rounds: usize) -> Result<Contest, Failure> {
    let mut contest = Contest::new(title, rounds, 1e6, "ms")
        .with("C, receives and does not look", c("floor", &[kind, "strict"]), None)
        .with("C, parses", c("parse", &["live", kind, "strict"]), None)
        .with("nlwire", ours(&["contestant", "dump", kind, "sync"])?, None)
        .with("nlwire, tokio", ours(&["contestant", "dump", kind, "tokio"])?, None);
    if kind == "route4" {
        contest = contest.with("nlwire, owned list", ours(&["contestant", "list"])?, None);
    }
    if folder().join("libmnl").exists() {
        contest = contest.with("libmnl (C)", c("libmnl", &[kind]), None);
    }
    for (name, title) in LIBRARIES {
        contest = contest.with(title, ours(&["library", name, kind])?, None);
    }
    Ok(contest)
}

fn markdown(rows: &[Row], with_peak: bool) -> String {
    let mut text = String::from("| | ms, median (least–most) | time beside C | CPU time beside C |");
    text += if with_peak { " peak memory |\n|---|--:|--:|--:|--:|\n" } else { "\n|---|--:|--:|--:|\n" };
    for row in rows {
        let Row { name, median, least, most, clock, processor, peak } = row;
        let processor = processor.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let _ = write!(text, "| {name} | {median:.1} ({least:.1}–{most:.1}) | {clock:.2} | {processor} |");
        if with_peak {
            let _ = write!(text, " {} |", peak.map_or_else(String::new, |peak| format!("{peak:.1} MiB")));
        }
        text.push('\n');
    }
    text
}

/// On what machine, by what compilers, and which versions.
fn conditions() -> Result<String, Failure> {
    let first = |text: String| text.lines().next().unwrap_or_default().to_string();
    let information = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = information.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown", |model| model.trim_start_matches([' ', '\t', ':']));
    let processors = std::thread::available_parallelism()?;
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let day = first(run(Command::new("date").arg("+%Y-%m-%d"))?);
    let rustc = first(run(Command::new("rustc").arg("--version"))?);
    let cc = first(run(Command::new("cc").arg("--version"))?);
    let load = std::fs::read_to_string("/proc/loadavg")?;
    let load = load.split_whitespace().next().unwrap_or_default();
    let mut text = format!(
        "{day}, Linux {}, {processors} processors ({model}), load {load} at the beginning. {rustc}, release with fat LTO; \
         {cc}, `-O2`.",
        kernel.trim()
    );
    text += "\nVersions:";
    let lock = include_str!("../Cargo.lock");
    let mut separator = " ";
    for library in ["netlink-packet-route", "netlink-sys", "rtnetlink", "neli", "netlink-bindings", "nlink"] {
        let version = lock.split_once(&format!("name = \"{library}\"\nversion = \""));
        let version = version.and_then(|(_, behind)| behind.split('"').next()).unwrap_or("unknown");
        let _ = write!(text, "{separator}{library} {version}");
        separator = ", ";
    }
    text += ".\n";
    Ok(text)
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

/// A C program as a contestant.
fn c(name: &str, words: &[&str]) -> Vec<String> {
    program(&folder().join(name), words)
}

/// This program as a contestant.
fn ours(words: &[&str]) -> Result<Vec<String>, Failure> {
    Ok(program(&std::env::current_exe()?, words))
}

fn command(words: &[String]) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    command
}

/// What is in the folder `benches`.
fn benches(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Where the C programs are when they are built.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/c")
}

fn build() -> Result<(), Failure> {
    std::fs::create_dir_all(folder())?;
    let build = |program: &str, sources: &[&str], libraries: &[&str]| {
        let sources = sources.iter().map(|source| benches("c").join(source));
        run(Command::new("cc").arg("-O2").args(sources).args(libraries).arg("-o").arg(folder().join(program)))
    };
    build("floor", &["floor.c"], &[])?;
    build("parse", &["parse.c", "walk.c"], &[])?;
    build("batch", &["batch.c"], &[])?;
    if let Err(error) = build("libmnl", &["libmnl.c"], &["-lmnl"]) {
        eprintln!("without libmnl: {error}");
    }
    Ok(())
}
