//! Adds or deletes many routes in a batch, and prints how many outcomes there were of each kind, and how fast it went.
//!
//! `cargo run --release --example route_load -- add|del COUNT via ADDRESS dev NAME`
//!
//! The routes are prefixes of 24 bits, counted up from 16.0.0.0/24. It changes this host's routes: use it in a network
//! namespace, as `ip netns exec NAME` or `unshare -n` give one.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::process::ExitCode;
use std::time::Instant;

use nlwire::Netlink;
use nlwire::codec::route::route::{DelRoute, Header, NewRoute, Route, RouteProtocol, RouteType, Table};
use nlwire::codec::route::{Family, Scope};
use nlwire::codec::{EmitError, Envelope, Flags, Message, Tail};
use nlwire::socket::{BatchOptions, Outcome};

const USAGE: &str = "usage: route_load add|del COUNT via ADDRESS dev NAME";

/// As many routes as there are prefixes of 24 bits from 16.0.0.0 to 223.255.255.255.
const MOST: u32 = (224 - 16) << 16;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let [verb @ ("add" | "del"), count, "via", gateway, "dev", name] = words[..] else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let (Ok(count @ 0..=MOST), Ok(gateway)) = (count.parse(), gateway.parse()) else {
        eprintln!("{USAGE}\nwith at most {MOST} routes, and an IPv4 address");
        return ExitCode::from(2);
    };
    match load(verb == "add", count, gateway, name) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("route_load: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says whether all was done.
fn load(add: bool, count: u32, gateway: Ipv4Addr, name: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let mut nl = Netlink::connect()?;
    let interface = nl.links().get(name)?.index;
    let mut outcomes: BTreeMap<String, u32> = BTreeMap::new();
    let mut done = 0;
    let start = Instant::now();
    let mut batch = nl.transport().socket().batch(&BatchOptions::default(), |_ticket, outcome| {
        match outcome {
            Outcome::Done => done += 1,
            Outcome::Refused(refusal) => *outcomes.entry(refusal.to_string()).or_default() += 1,
            Outcome::NotSent => *outcomes.entry("not sent".into()).or_default() += 1,
            Outcome::Unknown => *outcomes.entry("nobody knows".into()).or_default() += 1,
        };
    })?;
    for index in 0..count {
        if add {
            let flags = Flags::CREATE | Flags::EXCL;
            batch.push(flags, |tail, envelope| put::<NewRoute>(index, gateway, interface, tail, envelope))?;
        } else {
            let flags = Flags::empty();
            batch.push(flags, |tail, envelope| put::<DelRoute>(index, gateway, interface, tail, envelope))?;
        }
    }
    batch.commit()?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{done} done");
    for (outcome, count) in &outcomes {
        println!("{count} {outcome}");
    }
    println!("{seconds:.3} s, {:.0} routes a second", f64::from(count) / seconds);
    Ok(done == count)
}

/// Writes the request for one route.
fn put<M: Message<Header = Header, Attributes = Route>>(
    index: u32,
    gateway: Ipv4Addr,
    interface: u32,
    tail: &mut Tail<'_>,
    envelope: Envelope,
) -> Result<(), EmitError> {
    let header = Header {
        family: Family::INET.into(),
        dst_len: 24,
        table: Table::MAIN.into(),
        protocol: RouteProtocol::STATIC.into(),
        scope: Scope::UNIVERSE.into(),
        kind: RouteType::UNICAST.into(),
        ..Header::default()
    };
    let destination = Ipv4Addr::from(0x1000_0000 + (index << 8));
    M::emit(tail, envelope, header, |route| {
        let route = route.put(Route::DST, IpAddr::V4(destination))?.put(Route::GATEWAY, IpAddr::V4(gateway))?;
        route.put(Route::OIF, interface)
    })
}
