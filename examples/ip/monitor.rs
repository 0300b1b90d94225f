//! Prints what changes, as `ip monitor` (iproute2) does: a line or more for each change, `Deleted` before what is gone.
//!
//! `cargo run --release --example monitor -- [link] [address] [route] [neighbour] [rule]`
//!
//! Without words it prints changes of all of these. Where changes were lost, because they came faster than they were read, a
//! line says so: what is known of the system must then be listed again.

#![allow(unreachable_pub)]
#![allow(dead_code)] // the listings, which the example `ip` has

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
use nlwire::address::Address;
use nlwire::codec::route::address::{DelAddress, NewAddress};
use nlwire::codec::route::group::Group;
use nlwire::codec::route::link::{DelLink, NewLink};
use nlwire::codec::route::neighbour::{DelNeighbour, NewNeighbour};
use nlwire::codec::route::route::{DelRoute, NewRoute, RouteFlags};
use nlwire::codec::route::rule::{DelRule, NewRule};
use nlwire::codec::route::{Family, PROTOCOL};
use nlwire::codec::{Message, ParseError, RawMessage};
use nlwire::socket::{Event, Events, Options as SocketOptions};

use crate::link::Style;
use crate::link::devices::Devices;
use crate::names::Interfaces;
use crate::output::Output;
use crate::route::Printer;

/// Objects, and the groups that are told of them.
const OBJECTS: [(&str, &[Group]); 5] = [
    ("link", &[Group::LINK]),
    ("address", &[Group::IPV4_IFADDR, Group::IPV6_IFADDR]),
    ("route", &[Group::IPV4_ROUTE, Group::IPV6_ROUTE, Group::MPLS_ROUTE]),
    ("neighbour", &[Group::NEIGH]),
    ("rule", &[Group::IPV4_RULE, Group::IPV6_RULE]),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(word) = words.iter().find(|word| !OBJECTS.iter().any(|(name, _)| name == word)) {
        eprintln!("monitor: the object {word} is unknown\nusage: monitor [link] [address] [route] [neighbour] [rule]");
        return ExitCode::from(2);
    }
    match monitor(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("monitor: {error}");
            ExitCode::FAILURE
        }
    }
}

fn monitor(words: &[String]) -> Result<(), Box<dyn Error>> {
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let objects = OBJECTS.iter().filter(|(name, _)| wanted(name));
    let mut groups: Vec<u32> = objects.flat_map(|(_, groups)| *groups).map(|group| group.0).collect();
    if !wanted("link") {
        // Others are printed with names, which may change.
        groups.push(Group::LINK.0);
    }
    let mut events = Events::open(&PROTOCOL, &SocketOptions { groups, ..SocketOptions::default() })?;
    // What is listed now, and what is heard from before on, is all there is.
    let mut nl = Netlink::connect()?;
    let printer = Printer::new(Interfaces::list(&mut nl)?);
    let links = link::list(&mut nl, &options::Options::default(), Family::UNSPEC)?;
    let mut devices = Devices::new(&mut nl);
    for link in links.views() {
        devices.learn(&link?)?;
    }
    let mut monitor = Monitor { with_links: wanted("link"), devices, printer };
    while let Some(event) = events.next()? {
        let mut out = Output::new(false);
        match event {
            Event::Change { message, .. } => {
                if let Err(error) = monitor.print(&mut out, &message) {
                    out.text(format_args!("{:?}: {error}\n", PROTOCOL.describe(&message)));
                }
            }
            Event::Lost => out.text(format_args!("changes were lost: the receive buffer overran\n")),
            Event::Object(_) | Event::Listed { .. } => {}
        }
        match io::stdout().write_all(out.finish().as_bytes()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    Ok(())
}

struct Monitor<'n> {
    with_links: bool,
    devices: Devices<'n>,
    printer: Printer,
}

impl Monitor<'_> {
    fn print(&mut self, out: &mut Output, message: &RawMessage<'_>) -> Result<(), ParseError> {
        let kind = message.kind();
        let gone = [DelLink::KIND, DelAddress::KIND, DelRoute::KIND, DelNeighbour::KIND, DelRule::KIND].contains(&kind);
        if gone && (self.with_links || kind != DelLink::KIND) {
            out.text(format_args!("Deleted "));
        }
        match kind {
            NewLink::KIND | DelLink::KIND => self.link(out, message),
            NewAddress::KIND | DelAddress::KIND => self.address(out, message),
            NewRoute::KIND | DelRoute::KIND => {
                let route = message.read_as::<NewRoute>()?;
                // The kernel makes and forgets those for single destinations all the time.
                if route.header.flags.get().contains(RouteFlags::CLONED) {
                    *out = Output::new(false);
                    return Ok(());
                }
                self.printer.route(out, &route)
            }
            NewNeighbour::KIND | DelNeighbour::KIND => {
                let neighbour = message.read_as::<NewNeighbour>()?;
                let index = neighbour.header.index.get().cast_unsigned();
                // That of a bridge is told of before the bridge is.
                self.printer.interfaces.ask(self.devices.nl, index);
                neighbour::print(out, &neighbour, true, &self.printer.interfaces)
            }
            NewRule::KIND | DelRule::KIND => rule::print(out, &message.read_as()?, false),
            _ => Ok(()),
        }
    }

    fn link(&mut self, out: &mut Output, message: &RawMessage<'_>) -> Result<(), ParseError> {
        let link = message.read_as::<NewLink>()?;
        // That it is no port of a bridge any more does not say that it is gone.
        if message.kind() == NewLink::KIND || link.header.family == Family::BRIDGE {
            self.devices.learn(&link)?;
            self.printer.interfaces.learn(&link)?;
        } else {
            let index = link.header.index.get().cast_unsigned();
            self.devices.forget(index);
            self.printer.interfaces.forget(index);
        }
        if self.with_links {
            let style = Style { is_link: false, details: false, hardware: true, changed: true };
            link::print(out, &link, style, &mut self.devices)?;
        }
        Ok(())
    }

    fn address(&mut self, out: &mut Output, message: &RawMessage<'_>) -> Result<(), ParseError> {
        let address = Address::from_view(&message.read_as()?)?;
        let index = address.interface;
        out.text(format_args!("{index}: {}", self.printer.interfaces.name(index)));
        address::print(out, &address);
        Ok(())
    }
}
