//! The checksum of `benches/c/walk.h`, in the three ways there are to read attributes.
//!
//! All of it is put where it is used, as the compiler does with the C and with a program's own loop, which there is once.

use std::net::IpAddr;

use nlwire::codec::route::link::{Link, LinkInfo, NewLink};
use nlwire::codec::route::neighbour::{Neighbour, NewNeighbour};
use nlwire::codec::route::route::{NewRoute, Route};
use nlwire::codec::{Message, Messages, ParseError, View};

/// A way to read messages of a kind.
pub(crate) trait Read {
    /// The kind.
    type Message: Message;

    /// Adds a message to the checksum.
    fn add(sum: u64, view: &View<'_, Self::Message>) -> Result<u64, ParseError>;
}

/// Routes, in one pass over the attributes.
pub(crate) enum RouteChain {}

impl Read for RouteChain {
    type Message = NewRoute;

    #[inline(always)]
    fn add(sum: u64, route: &View<'_, NewRoute>) -> Result<u64, ParseError> {
        let (mut destination, mut gateway, mut interface, mut priority) = (0, 0, 0, 0);
        let mut number = route.header.table.get().0.into();
        for attribute in route.attributes() {
            let attribute = attribute?;
            if let Some(address) = attribute.read(Route::DST)? {
                destination = v4(Some(address));
            } else if let Some(address) = attribute.read(Route::GATEWAY)? {
                gateway = v4(Some(address));
            } else if let Some(index) = attribute.read(Route::OIF)? {
                interface = index;
            } else if let Some(table) = attribute.read(Route::TABLE)? {
                number = table;
            } else if let Some(metric) = attribute.read(Route::PRIORITY)? {
                priority = metric;
            }
        }
        Ok(add_route(sum, route, [destination, gateway, interface, number, priority]))
    }
}

/// Routes, with a search for each attribute.
pub(crate) enum RouteGets {}

impl Read for RouteGets {
    type Message = NewRoute;

    #[inline(always)]
    fn add(sum: u64, route: &View<'_, NewRoute>) -> Result<u64, ParseError> {
        let attributes = route.attributes();
        let fields = [
            v4(attributes.get(Route::DST)?),
            v4(attributes.get(Route::GATEWAY)?),
            attributes.get(Route::OIF)?.unwrap_or(0),
            attributes.get(Route::TABLE)?.unwrap_or(route.header.table.get().0.into()),
            attributes.get(Route::PRIORITY)?.unwrap_or(0),
        ];
        Ok(add_route(sum, route, fields))
    }
}

/// Routes, by a table of the attributes.
pub(crate) enum RouteTable {}

impl Read for RouteTable {
    type Message = NewRoute;

    #[inline(always)]
    fn add(sum: u64, route: &View<'_, NewRoute>) -> Result<u64, ParseError> {
        let table = route.attributes().table()?;
        let fields = [
            v4(table.get(Route::DST)?),
            v4(table.get(Route::GATEWAY)?),
            table.get(Route::OIF)?.unwrap_or(0),
            table.get(Route::TABLE)?.unwrap_or(route.header.table.get().0.into()),
            table.get(Route::PRIORITY)?.unwrap_or(0),
        ];
        Ok(add_route(sum, route, fields))
    }
}

#[inline(always)]
fn add_route(sum: u64, route: &View<'_, NewRoute>, fields: [u32; 5]) -> u64 {
    let [destination, gateway, interface, table, priority] = fields;
    let length = route.header.dst_len.into();
    let protocol = route.header.protocol.get().0.into();
    add(sum, [destination, length, gateway, interface, table, protocol, priority].map(u64::from))
}

/// Neighbours, in one pass over the attributes.
pub(crate) enum NeighbourChain {}

impl Read for NeighbourChain {
    type Message = NewNeighbour;

    #[inline(always)]
    fn add(sum: u64, neighbour: &View<'_, NewNeighbour>) -> Result<u64, ParseError> {
        let (mut destination, mut link_address) = (None, None);
        for attribute in neighbour.attributes() {
            let attribute = attribute?;
            if let Some(address) = attribute.read(Neighbour::DST)? {
                destination = Some(address);
            } else if let Some(address) = attribute.read(Neighbour::LLADDR)? {
                link_address = Some(address);
            }
        }
        let destination = match destination {
            Some(IpAddr::V4(address)) => u32::from(address).into(),
            Some(IpAddr::V6(address)) => {
                let address = u128::from(address);
                add((address >> 64) as u64, [address as u64])
            }
            None => 0,
        };
        let link_address = link_address.and_then(|address| <[u8; 6]>::try_from(address.as_bytes()).ok());
        let link_address = link_address.map_or(0, |[a, b, c, d, e, f]| u64::from_be_bytes([0, 0, a, b, c, d, e, f]));
        let header = &neighbour.header;
        let index = header.index.get().cast_unsigned().into();
        let (state, flags) = (header.state.get().bits().into(), header.flags.get().bits().into());
        Ok(add(sum, [index, state, flags, destination, link_address]))
    }
}

/// What is read of a link.
#[derive(Default)]
struct LinkFields<'a> {
    mtu: u32,
    name: &'a str,
    packets: [u64; 2],
    state: u8,
    kind: &'a str,
}

/// Links, in one pass over the attributes.
pub(crate) enum LinkChain {}

impl Read for LinkChain {
    type Message = NewLink;

    #[inline(always)]
    fn add(sum: u64, link: &View<'_, NewLink>) -> Result<u64, ParseError> {
        let mut fields = LinkFields::default();
        for attribute in link.attributes() {
            let attribute = attribute?;
            if let Some(name) = attribute.read(Link::IFNAME)? {
                fields.name = name;
            } else if let Some(mtu) = attribute.read(Link::MTU)? {
                fields.mtu = mtu;
            } else if let Some(state) = attribute.read(Link::OPERSTATE)? {
                fields.state = state.0;
            } else if let Some(statistics) = attribute.read(Link::STATS64)? {
                fields.packets = [statistics.rx_packets.get(), statistics.tx_packets.get()];
            } else if let Some(info) = attribute.read(Link::LINKINFO)? {
                fields.kind = info.get(LinkInfo::KIND)?.unwrap_or_default();
            }
        }
        Ok(add_link(sum, link, &fields))
    }
}

/// Links, with a search for each attribute.
pub(crate) enum LinkGets {}

impl Read for LinkGets {
    type Message = NewLink;

    #[inline(always)]
    fn add(sum: u64, link: &View<'_, NewLink>) -> Result<u64, ParseError> {
        let attributes = link.attributes();
        let kind = attributes.get(Link::LINKINFO)?.map(|info| info.get(LinkInfo::KIND)).transpose()?;
        let statistics = attributes.get(Link::STATS64)?;
        let fields = LinkFields {
            mtu: attributes.get(Link::MTU)?.unwrap_or_default(),
            name: attributes.get(Link::IFNAME)?.unwrap_or_default(),
            packets: statistics.map(|all| [all.rx_packets.get(), all.tx_packets.get()]).unwrap_or_default(),
            state: attributes.get(Link::OPERSTATE)?.unwrap_or_default().0,
            kind: kind.flatten().unwrap_or_default(),
        };
        Ok(add_link(sum, link, &fields))
    }
}

/// Links, by a table of the attributes.
pub(crate) enum LinkTable {}

impl Read for LinkTable {
    type Message = NewLink;

    #[inline(always)]
    fn add(sum: u64, link: &View<'_, NewLink>) -> Result<u64, ParseError> {
        let table = link.attributes().table()?;
        let kind = table.get(Link::LINKINFO)?.map(|info| info.get(LinkInfo::KIND)).transpose()?;
        let statistics = table.get(Link::STATS64)?;
        let fields = LinkFields {
            mtu: table.get(Link::MTU)?.unwrap_or_default(),
            name: table.get(Link::IFNAME)?.unwrap_or_default(),
            packets: statistics.map(|all| [all.rx_packets.get(), all.tx_packets.get()]).unwrap_or_default(),
            state: table.get(Link::OPERSTATE)?.unwrap_or_default().0,
            kind: kind.flatten().unwrap_or_default(),
        };
        Ok(add_link(sum, link, &fields))
    }
}

#[inline(always)]
fn add_link(sum: u64, link: &View<'_, NewLink>, fields: &LinkFields<'_>) -> u64 {
    let index = link.header.index.get().cast_unsigned().into();
    let sum = add(sum, [index, link.header.flags.get().bits().into(), fields.mtu.into()]);
    let sum = add_text(sum, fields.name);
    let [received, sent] = fields.packets;
    add_text(add(sum, [received, sent, fields.state.into()]), fields.kind)
}

#[inline(always)]
fn add_text(sum: u64, text: &str) -> u64 {
    text.bytes().fold(sum, |sum, byte| add(sum, [byte.into()]))
}

#[inline(always)]
pub(crate) fn add<const N: usize>(sum: u64, fields: [u64; N]) -> u64 {
    fields.iter().fold(sum, |sum, field| sum.wrapping_mul(31).wrapping_add(*field))
}

#[inline(always)]
pub(crate) fn v4(address: Option<IpAddr>) -> u32 {
    match address {
        Some(IpAddr::V4(address)) => address.into(),
        _ => 0,
    }
}

/// How long the messages are that are whole in the first `most` bytes.
pub(crate) fn whole_messages(bytes: &[u8], most: usize) -> usize {
    let mut messages = Messages::new(bytes);
    let mut end = 0;
    while let Some(Ok(_)) = messages.next() {
        let taken = bytes.len() - messages.rest().len();
        if taken > most {
            break;
        }
        end = taken;
    }
    end
}
