//! Writes what the kernel answers to a dump into a file, as it came: messages one behind the other.
//!
//! `cargo run --release --example capture -- link|address|route|neighbour|rule FILE`
//!
//! Such files are what `inspect` reads, and what tests keep in `tests/captures`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use nlwire::codec::route::{PROTOCOL, address, link, neighbour, route, rule};
use nlwire::codec::{EmitError, Envelope, Flags, Message, Tail};
use nlwire::socket::{Error, Socket};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [object, file] = arguments.as_slice() else {
        eprintln!("usage: capture link|address|route|neighbour|rule FILE");
        return ExitCode::from(2);
    };
    match capture(object, file) {
        Ok(bytes) => {
            println!("{bytes} bytes");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("capture: {error}");
            ExitCode::FAILURE
        }
    }
}

fn capture(object: &str, file: &str) -> Result<usize, Box<dyn std::error::Error>> {
    let request = match object {
        "link" => request::<link::GetLink>,
        "address" => request::<address::GetAddress>,
        "route" => request::<route::GetRoute>,
        "neighbour" => request::<neighbour::GetNeighbour>,
        "rule" => request::<rule::GetRule>,
        _ => return Err(format!("there is no object {object}").into()),
    };
    let mut socket = Socket::open(&PROTOCOL)?;
    let mut out = BufWriter::new(File::create(file)?);
    let bytes = dump(&mut socket, request, &mut out)?;
    out.flush()?;
    Ok(bytes)
}

/// A request for all objects of all families.
fn request<M: Message<Header: Default>>(tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
    M::emit(tail, envelope, M::Header::default(), |attributes| Ok(attributes))
}

fn dump(
    socket: &mut Socket,
    request: fn(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    out: &mut impl Write,
) -> Result<usize, Error> {
    let mut reply = socket.send(Flags::DUMP, request)?;
    let mut bytes = 0;
    while let Some(message) = reply.next()? {
        bytes += message.bytes().len();
        out.write_all(message.bytes()).map_err(|source: io::Error| Error::System { call: "write".into(), source })?;
    }
    match reply.ended() {
        Some(ended) if ended.interrupted => Err(Error::Interrupted),
        _ => Ok(bytes),
    }
}
