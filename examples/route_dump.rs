//! Streams all IPv4 routes of all tables and prints how many there are, and a checksum over their fields.
//!
//! `cargo run --release --example route_dump`
//!
//! The checksum takes each route's destination, prefix length, gateway, output interface, table, protocol and priority in
//! this order, `sum = sum * 31 + field` in 64 bits that wrap; what is not there is 0, addresses count as numbers.

use std::net::IpAddr;
use std::process::ExitCode;

use nlwire::codec::route::Family;
use nlwire::codec::route::route::{GetRoute, Header, NewRoute, Route};
use nlwire::codec::{ParseError, View};
use nlwire::socket::{Error, Socket};

fn main() -> ExitCode {
    match dump() {
        Ok((routes, sum)) => {
            println!("{routes} routes, checksum {sum:016x}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("route_dump: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dump() -> Result<(u64, u64), Error> {
    let mut socket = Socket::open(&nlwire::codec::route::PROTOCOL)?;
    let header = Header { family: Family::INET.into(), ..Header::default() };
    let mut dump = socket.dump::<GetRoute, NewRoute>(header, |route| Ok(route))?;
    let (mut routes, mut sum) = (0, 0);
    while let Some(route) = dump.next()? {
        routes += 1;
        sum = add(sum, &route)?;
    }
    Ok((routes, sum))
}

/// Takes seven fields in one pass over the attributes.
fn add(sum: u64, route: &View<'_, NewRoute>) -> Result<u64, ParseError> {
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
    let fields: [u32; 7] = [destination, length, gateway, interface, table, protocol, priority];
    Ok(fields.iter().fold(sum, |sum, field| sum.wrapping_mul(31).wrapping_add(u64::from(*field))))
}

fn number(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(_) => 0,
    }
}
