//! `ip neighbour`: which link-layer address an address has.

use std::error::Error;

use nlwire::Netlink;
use nlwire::codec::route::neighbour::{Neighbour, NeighbourFlags, NeighbourFlagsExt, NeighbourState, NewNeighbour};
use nlwire::codec::route::route::RouteProtocol;
use nlwire::codec::{ParseError, View};
use nlwire::neighbour::NeighbourFilter;
use serde_json::Value;

use crate::link::fields::{self, Fields};
use crate::names::{self, Interfaces};
use crate::options::Options;
use crate::output::Output;

const STATES: [(NeighbourState, &str); 8] = [
    (NeighbourState::INCOMPLETE, "INCOMPLETE"),
    (NeighbourState::REACHABLE, "REACHABLE"),
    (NeighbourState::STALE, "STALE"),
    (NeighbourState::DELAY, "DELAY"),
    (NeighbourState::PROBE, "PROBE"),
    (NeighbourState::FAILED, "FAILED"),
    (NeighbourState::NOARP, "NOARP"),
    (NeighbourState::PERMANENT, "PERMANENT"),
];

pub fn show(nl: &mut Netlink, options: &Options, out: &mut Output) -> Result<(), Box<dyn Error>> {
    let interface = names::index(nl, options.device.as_deref())?;
    let interfaces = Interfaces::list(nl)?;
    let filter =
        NeighbourFilter { family: options.family, interface, proxy: options.proxy, ..NeighbourFilter::default() };
    let mut neighbours = nl.neighbours().filter(filter).dump()?;
    while let Some(neighbour) = neighbours.next()? {
        let of_family = options.family.is_none_or(|family| neighbour.header.family == family);
        if of_family && is_shown(&neighbour) {
            out.object(None, |out| print(out, &neighbour, interface.is_none(), &interfaces))?;
        }
    }
    Ok(())
}

/// Those that need not be asked for, and those of which nothing is known, are left out, unless somebody put them there.
fn is_shown(neighbour: &View<'_, NewNeighbour>) -> bool {
    let put = NeighbourFlags::PROXY | NeighbourFlags::EXT_LEARNED;
    let state = neighbour.header.state.get();
    neighbour.header.flags.get().intersects(put)
        || STATES.iter().any(|(flag, _)| *flag != NeighbourState::NOARP && state.contains(*flag))
}

pub fn print(
    out: &mut Output,
    neighbour: &View<'_, NewNeighbour>,
    with_interface: bool,
    interfaces: &Interfaces,
) -> Result<(), ParseError> {
    let attributes = neighbour.attributes().table()?;
    let index = neighbour.header.index.get().cast_unsigned();
    if let Some(address) = attributes.get(Neighbour::DST)?.map(fields::ip) {
        out.field("dst", address.as_str(), format_args!("{address} "));
    }
    if with_interface && index != 0 {
        out.value("dev", Some(interfaces.name(index)));
    }
    let address = attributes.get(Neighbour::LLADDR)?;
    out.value("lladdr", address.map(|address| interfaces.link_address(index, address)));
    print_flags(out, neighbour.header.flags.get(), attributes.get(Neighbour::FLAGS_EXT)?.unwrap_or_default());
    print_state(out, neighbour.header.state.get());
    let protocol = attributes.get(Neighbour::PROTOCOL)?;
    let protocol = protocol.filter(|protocol| *protocol != RouteProtocol::UNSPEC);
    out.value(("protocol", "proto"), protocol.map(names::protocol));
    out.text(format_args!("\n"));
    Ok(())
}

fn print_flags(out: &mut Output, flags: NeighbourFlags, more: NeighbourFlagsExt) {
    let words = [
        ("router", flags.contains(NeighbourFlags::ROUTER)),
        ("proxy", flags.contains(NeighbourFlags::PROXY)),
        ("managed", more.contains(NeighbourFlagsExt::MANAGED)),
        ("extern_learn", flags.contains(NeighbourFlags::EXT_LEARNED)),
        ("offload", flags.contains(NeighbourFlags::OFFLOADED)),
    ];
    for (word, _) in words.iter().filter(|(_, set)| *set) {
        out.field(word, Value::Null, format_args!("{word} "));
    }
}

fn print_state(out: &mut Output, state: NeighbourState) {
    if state.is_empty() {
        return;
    }
    out.array(Some("state"), |out| {
        for (_, word) in STATES.iter().filter(|(flag, _)| state.contains(*flag)) {
            out.item(*word, format_args!("{word} "));
        }
    });
}
