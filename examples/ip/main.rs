//! The listings of `ip` (iproute2), in text and with `-j` in JSON: the same fields with the same values.
//!
//! `cargo run --release --example ip -- [-j] [-d] [-4 | -6] OBJECT [show] [dev NAME] [table NAME]`
//!
//! It shows how far the library goes: everything is taken from the messages as the kernel sent them, each attribute by
//! its key, while they are still in the receive buffer. What iproute2 6.1 prints is the measure: what only later ones
//! know is not printed.

// A program exports nothing: what is public here is for its other files.
#![allow(unreachable_pub)]

mod address;
mod link;
mod names;
mod neighbour;
mod options;
mod output;
mod route;
mod rule;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use nlwire::Netlink;
use nlwire::codec::route::Family;

use crate::options::Options;
use crate::output::Output;

const USAGE: &str = "\
Usage: ip [OPTIONS] OBJECT [show] [SELECTORS]
  OBJECT     link | address | route | neighbour | rule, or the beginning of one
  OPTIONS    -j  print JSON
             -d  print details
             -4 | -6 | -M  only IPv4, IPv6, MPLS
  SELECTORS  dev NAME       of this interface; of a rule: for what comes in by it
             table NAME     of this routing table; all: of all (route, rule)
             proxy          those for which this host answers (neighbour)";

#[derive(Clone, Copy, PartialEq)]
enum Object {
    Address,
    Route,
    Rule,
    Neighbour,
    Link,
}

impl Object {
    /// In the order in which iproute2 tries them: `r` is a route.
    const NAMES: [(&'static str, Self); 6] = [
        ("address", Self::Address),
        ("route", Self::Route),
        ("rule", Self::Rule),
        ("neighbor", Self::Neighbour),
        ("neighbour", Self::Neighbour),
        ("link", Self::Link),
    ];

    fn show(self, nl: &mut Netlink, options: &Options, out: &mut Output) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Address => address::show(nl, options, out),
            Self::Route => route::show(nl, options, out),
            Self::Rule => rule::show(nl, options, out),
            Self::Neighbour => neighbour::show(nl, options, out),
            Self::Link => link::show(nl, options, out),
        }
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let (object, options) = match parse(&words) {
        Ok(parsed) => parsed,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(255);
        }
    };
    match run(object, &options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ip: {error}");
            let no_device = error.downcast_ref().and_then(nlwire::Error::errno) == Some(nlwire::Errno::ENODEV);
            ExitCode::from(if no_device { 1 } else { 2 })
        }
    }
}

fn run(object: Object, options: &Options) -> Result<(), Box<dyn Error>> {
    let mut nl = Netlink::connect()?;
    let mut attempts = 0;
    // Nothing is printed before all is there, so what was torn can be asked for again.
    let text = loop {
        let mut out = Output::new(options.json);
        match object.show(&mut nl, options, &mut out) {
            Err(error) if attempts < 10 && error.downcast_ref().is_some_and(nlwire::Error::is_retryable) => {
                attempts += 1;
            }
            result => {
                result?;
                break out.finish();
            }
        }
    };
    match io::stdout().write_all(text.as_bytes()) {
        // Who reads no further has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

fn parse(words: &[String]) -> Result<(Object, Options), String> {
    let mut words = words.iter().map(String::as_str);
    let mut options = Options::default();
    let object = loop {
        let word = words.next().ok_or(USAGE)?;
        if !word.starts_with('-') {
            break word;
        }
        // Two dashes are as good as one.
        let option = word.strip_prefix("--").map_or(word, |_| &word[1..]);
        match option {
            "-4" => options.family = Some(Family::INET),
            "-6" => options.family = Some(Family::INET6),
            "-M" => options.family = Some(Family::MPLS),
            _ if begins("-details", option) => options.details = true,
            _ if begins("-json", option) => options.json = true,
            _ if begins("-help", option) => return Err(USAGE.into()),
            _ => return Err(format!("ip: the option {word} is unknown\n{USAGE}")),
        }
    };
    let found = Object::NAMES.iter().find(|(name, _)| begins(name, object));
    let (_, object) = *found.ok_or_else(|| format!("ip: the object {object} is unknown\n{USAGE}"))?;

    let mut words = words.peekable();
    words.next_if(|word| ["show", "list", "lst", "ls"].iter().any(|command| begins(command, word)));
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("ip: a value is missing behind {word}"));
        match (word, object) {
            // Of all words but these the last would count.
            (_, Object::Link | Object::Address) if options.device.is_some() => {
                return Err(format!("ip: {word} is unknown here\n{USAGE}"));
            }
            ("dev", _) => options.device = Some(value()?.into()),
            ("table", Object::Route | Object::Rule) => match value()? {
                "all" => options.all_tables = true,
                name => match names::table_number(name) {
                    Some(table) => options.table = Some(table),
                    None => return Err(format!("ip: {name} is no routing table")),
                },
            },
            ("proxy", Object::Neighbour) => options.proxy = true,
            // Links have names only.
            (name, Object::Link | Object::Address) => options.device = Some(name.into()),
            _ => return Err(format!("ip: {word} is unknown here\n{USAGE}")),
        }
    }
    Ok((object, options))
}

/// Whether `word` is the beginning of `name`, or all of it.
fn begins(name: &str, word: &str) -> bool {
    !matches!(word, "" | "-") && name.starts_with(word)
}
