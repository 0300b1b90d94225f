//! nlwire as a contestant: a process that does one thing once, and prints what it took in one line, as the C programs do.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use nlwire::Netlink;
use nlwire::codec::route::route::{self, DelRoute, NewRoute, Route, RouteProtocol, RouteType, Table};
use nlwire::codec::route::{Family, PROTOCOL, link as link_message, neighbour};
use nlwire::codec::{EmitError, Envelope, Flags, Message, Messages, ParseError, Tail};
use nlwire::route::RouteFilter;
use nlwire::socket::{BatchOptions, Options, Outcome, Socket};

use crate::Failure;
use crate::link::WholeLink;
use crate::read::{self, LinkChain, LinkGets, LinkTable, NeighbourChain, Read, RouteChain, RouteGets, RouteTable};
use crate::spent::{Spent, peak_kib};

/// Does what the words say.
pub(crate) fn compete(words: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let line = match words[..] {
        ["memory", file, kind, way] => parse(&std::fs::read(file)?, kind, way)?,
        ["dump", "route4", how] => {
            let header = route::Header { family: Family::INET.into(), ..route::Header::default() };
            dump::<route::GetRoute, RouteChain>(how, header)?
        }
        ["dump", "neighbour", how] => {
            dump::<neighbour::GetNeighbour, NeighbourChain>(how, neighbour::Header::default())?
        }
        ["dump", "link", how] => dump::<link_message::GetLink, LinkChain>(how, link_message::Header::default())?,
        ["list"] => list()?,
        ["batch", count, how] => {
            let (add, delete) = batches(count.parse()?, how)?;
            format!("{} {}", add.line("add_"), delete.line("delete_"))
        }
        _ => return Err(format!("no contestant: {words:?}").into()),
    };
    println!("{line} peak_kib={}", peak_kib()?);
    Ok(())
}

/// Reads a capture again and again.
fn parse(bytes: &[u8], kind: &str, way: &str) -> Result<String, Failure> {
    let nanoseconds = match (kind, way) {
        ("route4", "chain") => passes::<RouteChain>(bytes),
        ("route4", "gets") => passes::<RouteGets>(bytes),
        ("route4", "table") => passes::<RouteTable>(bytes),
        ("link", "chain") => passes::<LinkChain>(bytes),
        ("link", "gets") => passes::<LinkGets>(bytes),
        ("link", "table") => passes::<LinkTable>(bytes),
        ("link", "whole") => passes::<WholeLink>(bytes),
        _ => return Err(format!("no way to read {kind}: {way}").into()),
    };
    let (nanoseconds, sum) = nanoseconds?;
    Ok(format!("ns_per_message_min={nanoseconds:.2} checksum={sum:016x}"))
}

/// Nanoseconds that it takes to read a message: the least of twenty rounds, as in the C program; and the checksum.
fn passes<R: Read>(bytes: &[u8]) -> Result<(f64, u64), Failure> {
    let pass = || {
        let (mut messages, mut sum) = (0, 0);
        for message in Messages::new(bytes) {
            if let Some(view) = message?.read::<R::Message>()? {
                messages += 1;
                sum = R::add(sum, &view)?;
            }
        }
        Ok::<_, ParseError>((messages, sum))
    };
    let (_, sum) = pass()?;
    let mut rounds = [0.0; 20];
    for round in &mut rounds {
        let start = Instant::now();
        let mut messages = 0;
        for _ in 0..200 {
            messages += std::hint::black_box(pass()?).0;
        }
        *round = start.elapsed().as_nanos() as f64 / f64::from(messages);
    }
    Ok((rounds.into_iter().fold(f64::INFINITY, f64::min), sum))
}

/// Streams all objects of a kind.
fn dump<G: Message, R: Read>(how: &str, header: G::Header) -> Result<String, Failure> {
    let (spent, sum) = match how {
        #[cfg(feature = "tokio")]
        "tokio" => {
            let runtime = runtime()?;
            let mut socket = runtime.block_on(async { open_async() })?;
            Spent::by(|| {
                runtime.block_on(async {
                    let mut dump = socket.dump::<G, R::Message>(header, |request| Ok(request))?;
                    let mut sum = 0;
                    while let Some(view) = dump.next().await? {
                        sum = R::add(sum, &view)?;
                    }
                    Ok(sum)
                })
            })?
        }
        "sync" => {
            let mut socket = Socket::open(&PROTOCOL)?;
            Spent::by(|| {
                let mut dump = socket.dump::<G, R::Message>(header, |request| Ok(request))?;
                let mut sum = 0;
                while let Some(view) = dump.next()? {
                    sum = R::add(sum, &view)?;
                }
                Ok(sum)
            })?
        }
        _ => return Err(format!("no way to wait: {how}").into()),
    };
    Ok(format!("{} checksum={sum:016x}", spent.line("")))
}

#[cfg(feature = "tokio")]
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

#[cfg(feature = "tokio")]
fn open_async() -> Result<nlwire::socket::tokio::Socket, Failure> {
    Ok(nlwire::socket::tokio::Socket::open(&PROTOCOL, &Options::default())?)
}

/// Lists all routes as objects of their own.
fn list() -> Result<String, Failure> {
    let mut nl = Netlink::connect()?;
    let filter = RouteFilter { family: Some(Family::INET), ..RouteFilter::default() };
    let (spent, routes) = Spent::by(|| Ok(nl.routes().filter(filter).list()?))?;
    let sum = routes.iter().fold(0, |sum, route| {
        let destination = route.destination.map_or(0, |prefix| read::v4(Some(prefix.addr())));
        let length = route.destination.map_or(0, |prefix| prefix.prefix_len());
        let (interface, priority) = (route.interface.unwrap_or(0), route.priority.unwrap_or(0));
        let [gateway, protocol] = [read::v4(route.gateway), route.protocol.0.into()];
        let fields = [destination, length.into(), gateway, interface, route.table, protocol, priority];
        read::add(sum, fields.map(u64::from))
    });
    Ok(format!("{} checksum={sum:016x}", spent.line("")))
}

/// Adds so many routes and deletes them again.
fn batches(count: u32, how: &str) -> Result<(Spent, Spent), Failure> {
    let interface = interface()?;
    let add = |index, tail: &mut Tail<'_>, envelope| put::<NewRoute>(index, interface, tail, envelope);
    Ok((batch(count, how, Flags::CREATE | Flags::EXCL, add)?, delete(count, how)?))
}

/// Deletes the routes that were added.
pub(crate) fn delete(count: u32, how: &str) -> Result<Spent, Failure> {
    let interface = interface()?;
    batch(count, how, Flags::empty(), |index, tail: &mut Tail<'_>, envelope| {
        put::<DelRoute>(index, interface, tail, envelope)
    })
}

/// The index of the interface that they leave by.
pub(crate) fn interface() -> Result<u32, Failure> {
    Ok(Netlink::connect()?.links().get("v0")?.index)
}

/// The destination and the gateway of a route, the same as in `benches/c/batch.c`: each a /24, by turns to 200 gateways.
pub(crate) fn ends(index: u32) -> [Ipv4Addr; 2] {
    [Ipv4Addr::from(0x1000_0000 + (index << 8)), Ipv4Addr::from(0x0a00_0003 + index % 200)]
}

/// Writes a request for a route in a table of their own.
fn put<M: Message<Header = route::Header, Attributes = Route>>(
    index: u32,
    interface: u32,
    tail: &mut Tail<'_>,
    envelope: Envelope,
) -> Result<(), EmitError> {
    let header = route::Header {
        family: Family::INET.into(),
        dst_len: 24,
        table: Table(200).into(),
        protocol: RouteProtocol::STATIC.into(),
        kind: RouteType::UNICAST.into(),
        ..route::Header::default()
    };
    let [destination, gateway] = ends(index);
    M::emit(tail, envelope, header, |route| {
        route
            .put(Route::DST, IpAddr::V4(destination))?
            .put(Route::GATEWAY, IpAddr::V4(gateway))?
            .put(Route::OIF, interface)
    })
}

fn batch(
    count: u32,
    how: &str,
    flags: Flags,
    put: impl Fn(u32, &mut Tail<'_>, Envelope) -> Result<(), EmitError>,
) -> Result<Spent, Failure> {
    let mut done = 0;
    let outcome = |_, outcome| done += u32::from(outcome == Outcome::Done);
    let options = BatchOptions::default();
    let (spent, ()) = match how {
        #[cfg(feature = "tokio")]
        "tokio" => {
            let runtime = runtime()?;
            let mut socket = runtime.block_on(async { open_async() })?;
            Spent::by(|| {
                runtime.block_on(async {
                    let mut batch = socket.batch(&options, outcome)?;
                    for index in 0..count {
                        batch.push(flags, |tail, envelope| put(index, tail, envelope)).await?;
                    }
                    Ok(batch.commit().await?)
                })
            })?
        }
        "sync" => {
            let mut socket = Socket::open_with(&PROTOCOL, &Options::default())?;
            Spent::by(|| {
                let mut batch = socket.batch(&options, outcome)?;
                for index in 0..count {
                    batch.push(flags, |tail, envelope| put(index, tail, envelope))?;
                }
                Ok(batch.commit()?)
            })?
        }
        _ => return Err(format!("no way to wait: {how}").into()),
    };
    if done == count { Ok(spent) } else { Err(format!("{done} of {count} routes").into()) }
}
