//! Prints raw messages of `NETLINK_ROUTE`, one behind the other as a socket receives them.
//!
//! `cargo run --release --example inspect -- [--roundtrip] FILE…`
//!
//! With `--roundtrip` nothing is printed but what differs: every attribute is read through its row into a value, that value
//! is written again, and the bytes are compared. Attributes without a row are copied, and counted as unknown. The last line
//! says how it went; the exit status is 1 where there is a difference.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use nlwire::codec::route::PROTOCOL;
use nlwire::codec::schema::Tally;
use nlwire::codec::{Messages, Tail};

fn main() -> ExitCode {
    let (options, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let round_trip = options.iter().any(|option| option == "--roundtrip");
    if files.is_empty() || options.iter().any(|option| option != "--roundtrip") {
        eprintln!("usage: inspect [--roundtrip] FILE…");
        return ExitCode::from(2);
    }
    match inspect(&files, round_trip) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Whoever reads this has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("inspect: {error}");
            ExitCode::from(2)
        }
    }
}

/// Says whether all was as it should be.
fn inspect(files: &[String], round_trip: bool) -> io::Result<bool> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut found = Found::default();
    for file in files {
        let bytes = std::fs::read(file).map_err(|error| io::Error::new(error.kind(), format!("{file}: {error}")))?;
        found.look(file, &bytes, round_trip, &mut out)?;
    }
    if round_trip {
        let Found { messages, differences, tally } = found;
        let Tally { attributes, unknown, .. } = tally;
        writeln!(
            out,
            "{messages} messages, {attributes} attributes, {differences} differences, {unknown} unknown attributes"
        )?;
    }
    out.flush()?;
    Ok(found.differences == 0)
}

#[derive(Default)]
struct Found {
    messages: usize,
    differences: usize,
    tally: Tally,
}

impl Found {
    fn copied(&self) -> usize {
        self.tally.unreadable + self.tally.altered
    }

    fn look(&mut self, file: &str, bytes: &[u8], round_trip: bool, out: &mut impl Write) -> io::Result<()> {
        // What is written again is as long as what was read.
        let mut again = vec![0; bytes.len() + 4];
        for message in Messages::new(bytes) {
            let message = match message {
                Ok(message) => message,
                Err(error) => {
                    eprintln!("{file}: {error}");
                    self.differences += 1;
                    return Ok(());
                }
            };
            self.messages += 1;
            if !round_trip {
                writeln!(out, "{:?}", PROTOCOL.describe(&message))?;
                continue;
            }
            let mut tail = Tail::new(&mut again);
            let before = self.copied();
            let written = PROTOCOL.repeat(&message, &mut tail, &mut self.tally);
            // A value that had to be copied, since it would have been written otherwise, is a difference too.
            let copied = self.copied() - before;
            let same = written.is_ok() && tail.written() == message.bytes();
            if !same || copied > 0 {
                self.differences += copied.max(1);
                let described = PROTOCOL.describe(&message);
                writeln!(out, "{file}: message {} differs: {described:?}", self.messages)?;
            }
        }
        Ok(())
    }
}
