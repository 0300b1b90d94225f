//! nlwire beside C, in one run: what parsing costs beside a hand-written parser, what a dump costs beside a program that
//! receives and does not look, what a batch costs beside the plainest one.
//!
//! ```sh
//! cargo bench --bench limit --features tokio                      # all contests: some minutes
//! cargo bench --bench limit --features tokio -- parse links       # those whose title has one of the words
//! ```
//!
//! It builds the programs in `benches/c` with `cc` and makes a namespace with 1,000,000 routes, 120,000 neighbours and 1,203
//! links (`ROUTES`, `NEIGHBOURS` and `LINKS` say other numbers, `BATCH` how many routes are added, `ROUNDS` how often). Every
//! contestant is a program of its own that prints what it took, ours is this one again. They run in turn, and what counts is
//! the ratio to the first in the same round: of the time on the clock, and of the time on the processor, which a machine that
//! is busy with something else disturbs less.

mod contest;
mod contestant;
mod link;
mod read;
mod spent;

use std::path::{Path, PathBuf};
use std::process::Command;

use contest::{Contest, program, run};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.split_first() {
        Some((first, rest)) if first == "contestant" => contestant::compete(rest),
        Some((first, rest)) if first == "inside" => inside(rest),
        _ => outside(&words),
    }
}

/// Makes the namespace, and goes on in it.
fn outside(words: &[String]) -> Result<(), Failure> {
    build()?;
    let mut command = Command::new(here("benches/namespace.sh"));
    command.arg(std::env::current_exe()?).arg("inside").args(words);
    for (name, count) in [("ROUTES", "1000000"), ("NEIGHBOURS", "120000"), ("LINKS", "600")] {
        if std::env::var_os(name).is_none() {
            command.env(name, count);
        }
    }
    std::process::exit(command.status()?.code().unwrap_or(1));
}

fn inside(words: &[String]) -> Result<(), Failure> {
    for title in ["parse routes", "parse links", "parse whole links"] {
        parse(title, words)?;
    }
    for (kind, title, rounds, bound) in [
        ("route4", "dump routes", 15, 1.02),
        ("neighbour", "dump neighbours", 31, 1.03),
        ("link", "dump links", 101, 1.05),
    ] {
        let mut contest = Contest::new(title, rounds, 1e6, "ms")
            .with("C, receives and does not look", program(&folder().join("floor"), &[kind, "strict"]), None)
            .with("C, parses", program(&folder().join("parse"), &["live", kind, "strict"]), None)
            .with("nlwire", ours(&["dump", kind, "sync"])?, Some(bound));
        if cfg!(feature = "tokio") {
            contest = contest.with("nlwire, tokio", ours(&["dump", kind, "tokio"])?, Some(bound));
        }
        if kind == "route4" {
            contest = contest.with("nlwire, owned list", ours(&["list"])?, Some(1.15));
        }
        contest.hold(words)?;
    }
    let count = std::env::var("BATCH").unwrap_or_else(|_| "100000".into());
    let mut contest = Contest::new("add and delete routes", 11, 1e6, "ms")
        .measures(&["add", "delete"])
        .with("C, one acknowledgement per 256", program(&folder().join("batch"), &[&count, "256"]), None)
        .with("nlwire", ours(&["batch", &count, "sync"])?, Some(1.0 / 0.98));
    if cfg!(feature = "tokio") {
        contest = contest.with("nlwire, tokio", ours(&["batch", &count, "tokio"])?, Some(1.0 / 0.98));
    }
    contest.hold(words)
}

/// Reading a capture from memory: as much of it as the processor's cache holds, so that parsing is measured and not memory.
fn parse(title: &'static str, words: &[String]) -> Result<(), Failure> {
    let contest = Contest::new(title, 11, 1.0, "ns a message").measures(&["ns_per_message"]);
    if !contest.is_wanted(words) {
        return Ok(());
    }
    let (kind, build) = match title {
        "parse routes" => ("route4", "parse"),
        "parse links" => ("link", "parse"),
        _ => ("link", "parse-whole"),
    };
    let file = folder().join(format!("{kind}.bin"));
    run(Command::new(folder().join("capture")).arg(kind).arg(&file))?;
    let bytes = std::fs::read(&file)?;
    std::fs::write(&file, &bytes[..read::whole_messages(&bytes, 64 * 1024)])?;
    let file = file.to_str().ok_or("a path that is not UTF-8")?;
    let memory = |name: &str| program(&folder().join(name), &["memory", file, kind, "200"]);
    let contest = contest.with("C", memory(build), None).with(
        "C with a short cut for 4 bytes",
        memory(&format!("{build}-fast")),
        None,
    );
    let contest = match build {
        "parse-whole" => contest.with("nlwire, table", ours(&["memory", file, kind, "whole"])?, Some(1.0)),
        _ => contest
            .with("nlwire, read chain", ours(&["memory", file, kind, "chain"])?, Some(1.1))
            .with("nlwire, a get each", ours(&["memory", file, kind, "gets"])?, None)
            .with("nlwire, table", ours(&["memory", file, kind, "table"])?, None),
    };
    contest.hold(words)?;
    Ok(std::fs::remove_file(file)?)
}

/// This program as a contestant.
fn ours(words: &[&str]) -> Result<Vec<String>, Failure> {
    let mut words = words.to_vec();
    words.insert(0, "contestant");
    Ok(program(&std::env::current_exe()?, &words))
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Where the C programs are when they are built.
fn folder() -> PathBuf {
    here("target/limit")
}

fn build() -> Result<(), Failure> {
    std::fs::create_dir_all(folder())?;
    for (program, sources, flags) in [
        ("floor", &["floor.c"][..], &[][..]),
        ("parse", &["parse.c", "walk.c"], &[]),
        ("parse-fast", &["parse.c", "walk.c"], &["-DNLWIRE_C_WALK_FAST"]),
        ("parse-whole", &["parse.c", "walk.c"], &["-DNLWIRE_C_WALK_WHOLE"]),
        ("parse-whole-fast", &["parse.c", "walk.c"], &["-DNLWIRE_C_WALK_WHOLE", "-DNLWIRE_C_WALK_FAST"]),
        ("capture", &["capture.c"], &[]),
        ("batch", &["batch.c"], &[]),
    ] {
        let sources = sources.iter().map(|source| here("benches/c").join(source));
        run(Command::new("cc").args(["-O2", "-Wall"]).args(flags).args(sources).arg("-o").arg(folder().join(program)))?;
    }
    Ok(())
}
