//! At least one of every object that a kernel can make: what the kernel says of it is read, written again as the same bytes,
//! has no attribute that is not known, and is what `ip` and `bridge` say.
//!
//! An object that this kernel does not make is none of the test's business, but is told of: where `NLWIRE_OBJECTS` names a
//! file, a line for each object is added to it, and `tests/objects/table` makes a table of such lines. What only the newest
//! iproute2 can make needs `NLWIRE_IPROUTE2`, the folder of one (`tests/kernels/run --fetch iproute2`).

#![allow(unreachable_pub)] // a test exports nothing: what is public is for its other files

#[path = "../lab/mod.rs"]
mod lab;

mod addresses;
mod bridges;
mod decoded;
mod dump;
mod encapsulations;
mod links;
mod newest;
mod nexthops;
mod others;
mod routes;
mod rules;
mod tunnels;
mod witness;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use lab::Lab;
use nlwire::codec::route::PROTOCOL;
use nlwire::codec::schema::Tally;
use nlwire::codec::{RawMessage, Tail};
use nlwire::socket::Options;
use serde_json::Value;

use crate::dump::Dump;
use crate::witness::{Witness, at_rest, difference};

/// Objects of one kind, which one dump shows and the same witnesses tell of.
struct Group {
    name: &'static str,
    dump: Dump,
    witnesses: &'static [Witness],
    objects: &'static [Object],
}

/// What the table calls it, and the commands that make it, a line each.
///
/// A command begins with its program; `newest` before it asks for that of the newest iproute2, `sh` for a shell, and `hold`
/// for a shell that goes on running while its object is looked at, from when it has printed a line.
type Object = (&'static str, &'static str);

/// What became of an object.
#[derive(Default)]
struct Outcome {
    /// Why it was not made.
    refusal: Option<String>,
    /// What is wrong with it: with the bytes, and with the values.
    bytes: Option<String>,
    values: Option<String>,
    /// Whether there was a witness of the values.
    compared: bool,
}

/// Makes every object of the groups, each in a namespace of its own; ends the test where something is wrong with one.
fn every_object_of(groups: &[&Group]) {
    let mut wrong = Vec::new();
    let objects = groups.iter().flat_map(|group| group.objects.iter().map(move |object| (group, object)));
    for (group, (name, commands)) in objects {
        let Some(lab) = Lab::new() else { return };
        lab.batch(
            "link add v0 type veth peer name v1
             link set v0 addrgenmode none
             link set v1 addrgenmode none
             link set v0 up
             link set v1 up
             address add 192.0.2.1/24 dev v0
             address add 2001:db8::1/64 dev v0 nodad",
        );
        let outcome = look_at(group, commands, &lab);
        for complaint in [&outcome.bytes, &outcome.values].into_iter().flatten() {
            wrong.push(format!("{}: {name}: {complaint}", group.name));
        }
        report(group.name, name, &outcome);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn look_at(group: &Group, commands: &str, lab: &Lab) -> Outcome {
    let mut held = Held::default();
    if let Err(refusal) = carry_out(commands, lab, &mut held) {
        return Outcome { refusal: Some(refusal), ..Outcome::default() };
    }
    let mut outcome = Outcome::default();
    // What moves by itself when something is made comes to rest soon.
    for _ in 0..5 {
        let messages = match messages(group.dump, lab) {
            Ok(messages) => messages,
            Err(refusal) => return Outcome { refusal: Some(refusal), ..Outcome::default() },
        };
        outcome.bytes = repeated(&messages).err();
        let heard: Result<Vec<bool>, String> =
            group.witnesses.iter().map(|witness| compared(*witness, &messages, lab)).collect();
        (outcome.compared, outcome.values) = match heard {
            Ok(heard) => (heard.contains(&true), None),
            Err(complaint) => (true, Some(complaint)),
        };
        if outcome.bytes.is_none() && outcome.values.is_none() {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    outcome
}

/// Processes that go on while an object is looked at.
#[derive(Default)]
struct Held(Vec<Child>);

impl Drop for Held {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn carry_out(commands: &str, lab: &Lab, held: &mut Held) -> Result<(), String> {
    if forbidden(commands) {
        return Err("never tried: this kernel stops for ever when it is asked for it".into());
    }
    let mut commands = commands.lines().map(str::trim).filter(|command| !command.is_empty()).peekable();
    while let Some(command) = commands.next() {
        let (program, words) = program_and_words(command)?;
        match program.0.as_str() {
            "hold" => held.0.push(hold(lab, words)?),
            "sh" => drop(run(lab, "sh", &["-c", words])?),
            "tc" => drop(run(lab, "tc", &words.split_whitespace().collect::<Vec<_>>())?),
            _ => {
                // All that one program is told at a time, since a program takes long to start on some kernels.
                let mut lines = vec![words];
                while let Some(next) = commands.peek() {
                    match program_and_words(next) {
                        Ok((same, words)) if same == program => lines.push(words),
                        _ => break,
                    }
                    commands.next();
                }
                batch(lab, &program, &lines.join("\n"))?;
            }
        }
    }
    Ok(())
}

/// A program, with the family that it is told before all else, as `-6`, or nothing.
type Program = (String, String);

fn program_and_words(command: &str) -> Result<(Program, &str), String> {
    let (program, words) = first_word(command);
    let (program, words) = match program {
        "newest" => {
            let (name, words) = first_word(words);
            (lab::newest(name).ok_or("it takes the newest iproute2")?, words)
        }
        _ => (program.to_string(), words),
    };
    match first_word(words) {
        (family, words) if family.starts_with('-') => Ok(((program, family.to_string()), words)),
        _ => Ok(((program, String::new()), words)),
    }
}

fn first_word(words: &str) -> (&str, &str) {
    words.split_once(' ').unwrap_or((words, ""))
}

/// Starts a shell that goes on, and waits for its first line.
fn hold(lab: &Lab, words: &str) -> Result<Child, String> {
    let mut shell = Command::new("sh");
    shell.args(["-c", words]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = lab.namespace.run(|| shell.spawn()).expect("a shell can be started");
    let mut line = String::new();
    let read = BufReader::new(child.stdout.take().expect("it was asked for")).read_line(&mut line);
    if read.is_ok_and(|length| length > 0) {
        return Ok(child);
    }
    let output = child.wait_with_output().expect("what ended without a word has an end");
    Err(String::from_utf8_lossy(&output.stderr).trim().to_string())
}

/// Tells `ip` or `bridge` several lines.
fn batch(lab: &Lab, (program, family): &Program, lines: &str) -> Result<(), String> {
    let output = lab.namespace.run(|| {
        let mut child = Command::new(program)
            .args(family.split_whitespace())
            .args(["-batch", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        child.stdin.take().expect("it was asked for").write_all(lines.as_bytes())?;
        child.wait_with_output()
    });
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    let complaint = complaint.lines().filter(|line| !line.starts_with("Command failed"));
    if output.status.success() { Ok(()) } else { Err(complaint.collect::<Vec<_>>().join(" ")) }
}

/// On Linux 6.18 a route with options of tunnels behind `encap` ends in BUG(), and all that configures the network waits for
/// ever from then on. Other kernels take it.
fn forbidden(command: &str) -> bool {
    let options = ["geneve_opts", "vxlan_opts", "erspan_opts"];
    release().starts_with("6.18") && options.iter().any(|option| command.contains(option))
}

fn release() -> String {
    std::fs::read_to_string("/proc/sys/kernel/osrelease").expect("a kernel says its release").trim().to_string()
}

/// What a program prints, or its complaint.
fn run(lab: &Lab, program: &str, words: &[&str]) -> Result<String, String> {
    let output = lab.run(program, words);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_string();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

fn messages(dump: Dump, lab: &Lab) -> Result<Vec<Vec<u8>>, String> {
    let mut socket = lab.socket(&Options::default());
    let mut attempts = 0;
    loop {
        match dump.messages(&mut socket) {
            Err(nlwire::socket::Error::Interrupted) if attempts < 10 => attempts += 1,
            result => return result.map_err(|error| format!("{dump:?}: {error}")),
        }
    }
}

/// Every value is read and written again, and is the same bytes; every attribute is known.
fn repeated(messages: &[Vec<u8>]) -> Result<(), String> {
    for bytes in messages {
        let message = RawMessage::first(bytes).expect("it came as a message");
        let mut tally = Tally::default();
        let mut again = vec![0xa5; bytes.len() + 4];
        let mut tail = Tail::new(&mut again);
        let written = PROTOCOL.repeat(&message, &mut tail, &mut tally);
        if written.is_err() || tail.written() != message.bytes() {
            return Err(format!("other bytes: {:?}", PROTOCOL.describe(&message)));
        }
        if (tally.unknown, tally.altered, tally.unreadable) != (0, 0, 0) {
            return Err(format!("{tally:?}: {:?}", PROTOCOL.describe(&message)));
        }
    }
    Ok(())
}

/// Whether the witness could be heard; an error where it says something else.
fn compared(witness: Witness, messages: &[Vec<u8>], lab: &Lab) -> Result<bool, String> {
    match witness {
        Witness::Printed(words) => {
            let options = ["-d", "-j"].into_iter().chain(words.split_whitespace()).collect::<Vec<_>>();
            let [mut ours, mut theirs] =
                [json(&run(lab, &our_program(), &options)?)?, json(&run(lab, "ip", &options)?)?];
            at_rest(&mut ours);
            at_rest(&mut theirs);
            difference(&ours, &theirs, "").map_or(Ok(true), Err)
        }
        Witness::Listed(list) => {
            let (program, words) = list.command.split_once(' ').expect("a program and words");
            let (program, words) = match (program, words.split_once(' ')) {
                ("newest", Some((program, words))) => match lab::newest(program) {
                    Some(program) => (program, words),
                    None => return Ok(false),
                },
                _ => (program.to_string(), words),
            };
            let options = ["-d", "-j"].into_iter().chain(words.split_whitespace()).collect::<Vec<_>>();
            let theirs = json(&run(lab, &program, &options)?)?;
            let ours: Vec<Value> = messages
                .iter()
                .map(|bytes| RawMessage::first(bytes).expect("it came as a message"))
                .map(|message| decoded::tree(&format!("{:?}", PROTOCOL.describe(&message))))
                .collect();
            list.compare(&ours, &theirs, lab)
        }
    }
}

/// iproute2 prints nothing at all for some empty lists.
fn json(text: &str) -> Result<Value, String> {
    if text.is_empty() {
        return Ok(Value::Array(Vec::new()));
    }
    serde_json::from_str(text).map_err(|error| format!("no JSON: {error}: {text}"))
}

/// The example `ip`, which cargo builds beside the tests.
fn our_program() -> String {
    let test = std::env::current_exe().expect("a program has a path");
    let folder = test.ancestors().nth(2).expect("tests are in a folder beside that of the examples");
    let program = folder.join("examples/ip");
    assert!(program.exists(), "the example ip is not built: cargo build --example ip");
    program.to_str().expect("a path in UTF-8").to_string()
}

/// Adds a line to the file that `NLWIRE_OBJECTS` names.
fn report(group: &str, name: &str, outcome: &Outcome) {
    let Some(file) = std::env::var_os("NLWIRE_OBJECTS") else { return };
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let result = match outcome {
        Outcome { refusal: Some(words), .. } => format!("not made\t\t\t{}", one_line(words)),
        Outcome { bytes, values, compared, .. } => {
            let word = |wrong: &Option<String>, word| if wrong.is_some() { "" } else { word };
            let equal = if *compared { "equal" } else { "not compared" };
            format!("made\t{}\t{}\t", word(bytes, "identical"), word(values, equal))
        }
    };
    // User Mode Linux has another processor than its machine.
    let process = std::fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| text.contains("User Mode Linux"));
    let version = release().split(['-', '+']).next().unwrap_or_default().to_string();
    let kernel = if process { format!("{version} UML") } else { version };
    let line = format!("{kernel}\t{group}\t{name}\t{result}\n");
    let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the list of objects can be written");
}

#[test]
fn every_link_is_read_whole_and_as_ip_prints_it() {
    every_object_of(&[&links::LINKS]);
}

#[test]
fn every_tunnel_is_read_whole_and_as_ip_prints_it() {
    every_object_of(&[&tunnels::TUNNELS]);
}

#[test]
fn every_port_is_read_whole_and_as_ip_prints_it() {
    every_object_of(&[&links::PORTS]);
}

#[test]
fn every_link_of_the_newest_kernels_is_read_whole_and_as_the_newest_ip_prints_it() {
    every_object_of(&[&newest::LINKS, &newest::MORE]);
}

#[test]
fn every_address_is_read_whole_and_as_ip_prints_it() {
    every_object_of(&[&addresses::ADDRESSES, &addresses::LABELS]);
}

#[test]
fn every_route_is_read_whole_and_as_ip_prints_it() {
    every_object_of(&[&routes::ROUTES, &routes::ROUTES6, &routes::MPLS]);
    every_object_of(&[&encapsulations::ENCAPSULATED, &encapsulations::ENCAPSULATED6]);
}

#[test]
fn every_multicast_route_is_read_whole_and_as_ip_prints_it() {
    every_object_of(&[&others::MULTICAST_ROUTES, &others::MULTICAST_ROUTES6, &others::MULTICAST_TABLES]);
}

#[test]
fn every_neighbour_is_read_whole_and_as_ip_prints_it() {
    every_object_of(&[&addresses::NEIGHBOURS, &addresses::PROXIES, &addresses::TABLES]);
}

#[test]
fn every_entry_of_a_forwarding_database_is_read_whole_and_as_bridge_prints_it() {
    every_object_of(&[&bridges::FORWARDING]);
}

#[test]
fn every_multicast_group_is_read_whole_and_as_bridge_prints_it() {
    every_object_of(&[&bridges::GROUPS, &bridges::REMOTE_GROUPS]);
}

#[test]
fn every_vlan_is_read_whole_and_as_bridge_prints_it() {
    every_object_of(&[
        &bridges::PORTS,
        &bridges::SPANNING_TREES,
        &bridges::VLANS,
        &bridges::TUNNELS,
        &bridges::GLOBAL,
        &bridges::VNIS,
        &bridges::VNI_COUNTERS,
    ]);
}

#[test]
fn every_rule_is_read_whole_and_as_ip_prints_it() {
    every_object_of(&[&rules::RULES, &rules::RULES6]);
}

#[test]
fn every_nexthop_is_read_whole_and_as_ip_prints_it() {
    every_object_of(&[&nexthops::NEXTHOPS, &nexthops::LARGE_GROUPS, &nexthops::BUCKETS]);
}

#[test]
fn every_setting_and_counter_is_read_whole_and_as_ip_prints_it() {
    every_object_of(&[&others::NETCONF, &others::NAMESPACE_IDS, &others::COUNTERS, &others::PORT_COUNTERS]);
}
