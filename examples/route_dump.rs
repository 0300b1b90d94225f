//! Streams all IPv4 routes of all tables and prints how many there are, and a checksum over their fields.
//!
//! ```sh
//! cargo run --release --example route_dump            # streams them
//! cargo run --release --example route_dump -- list    # has them all at once, as a list of its own
//! ```
//!
//! The checksum takes each route's destination, prefix length, gateway, output interface, table, protocol and priority in
//! this order, `sum = sum * 31 + field` in 64 bits that wrap; what is not there is 0, addresses count as numbers. Behind it
//! are the time that it took, and the most memory that the process has had (`VmHWM`).

use std::net::IpAddr;
use std::process::ExitCode;
use std::time::Instant;

use nlwire::codec::route::Family;
use nlwire::codec::route::route::{GetRoute, Header, NewRoute, Route};
use nlwire::codec::{ParseError, View};
use nlwire::route::RouteFilter;
use nlwire::socket::Socket;
use nlwire::{Error, Netlink, route, socket};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let start = Instant::now();
    let found = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => dump().map_err(|error| error.to_string()),
        ["list"] => list().map_err(|error| error.to_string()),
        _ => {
            eprintln!("usage: route_dump [list]");
            return ExitCode::from(2);
        }
    };
    match found {
        Ok((routes, sum)) => {
            let milliseconds = start.elapsed().as_millis();
            println!("{routes} routes, checksum {sum:016x}, {milliseconds} ms, at most {} KiB of memory", peak_kib());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("route_dump: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dump() -> Result<(usize, u64), socket::Error> {
    let mut socket = Socket::open(&nlwire::codec::route::PROTOCOL)?;
    let header = Header { family: Family::INET.into(), ..Header::default() };
    let mut dump = socket.dump::<GetRoute, NewRoute>(header, |route| Ok(route))?;
    let (mut routes, mut sum) = (0, 0);
    while let Some(route) = dump.next()? {
        routes += 1;
        sum = add_fields(sum, read(&route)?);
    }
    Ok((routes, sum))
}

fn list() -> Result<(usize, u64), Error> {
    let filter = RouteFilter { family: Some(Family::INET), ..RouteFilter::default() };
    let routes = Netlink::connect()?.routes().filter(filter).list()?;
    Ok((routes.len(), routes.iter().fold(0, |sum, route| add_fields(sum, fields(route)))))
}

/// Takes seven fields in one pass over the attributes.
fn read(route: &View<'_, NewRoute>) -> Result<[u32; 7], ParseError> {
    let (mut destination, mut gateway, mut interface, mut priority) = (0, 0, 0, 0);
    let mut table = route.header.table.get().0.into();
    for attribute in route.attributes() {
        let attribute = attribute?;
        if let Some(address) = attribute.read(Route::DST)? {
            destination = number(address);
        } else if let Some(address) = attribute.read(Route::GATEWAY)? {
            gateway = number(address);
        } else if let Some(index) = attribute.read(Route::OIF)? {
            interface = index;
        } else if let Some(number) = attribute.read(Route::TABLE)? {
            table = number;
        } else if let Some(metric) = attribute.read(Route::PRIORITY)? {
            priority = metric;
        }
    }
    let length = route.header.dst_len.into();
    let protocol = route.header.protocol.get().0.into();
    Ok([destination, length, gateway, interface, table, protocol, priority])
}

/// The same fields of a route of a list.
fn fields(route: &route::Route) -> [u32; 7] {
    let (destination, length) =
        route.destination.map_or((0, 0), |prefix| (number(prefix.addr()), prefix.prefix_len().into()));
    let gateway = route.gateway.map_or(0, number);
    let (interface, priority) = (route.interface.unwrap_or(0), route.priority.unwrap_or(0));
    [destination, length, gateway, interface, route.table, route.protocol.0.into(), priority]
}

fn add_fields(sum: u64, fields: [u32; 7]) -> u64 {
    fields.iter().fold(sum, |sum, field| sum.wrapping_mul(31).wrapping_add(u64::from(*field)))
}

fn number(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(_) => 0,
    }
}

/// The most memory that this process has had at once, as the kernel says it.
fn peak_kib() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    peak.unwrap_or("unknown").into()
}
