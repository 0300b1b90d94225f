//! netlink-packet-route on a socket of netlink-sys, as its example `dump_packet_links` has it; with a buffer of 32 KiB.

use std::net::IpAddr;

use netlink_packet_core::{NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::link::{LinkAttribute, LinkInfo, LinkMessage};
use netlink_packet_route::neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourMessage};
use netlink_packet_route::route::{RouteAddress, RouteAttribute, RouteMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};

use super::unknown;
use crate::Failure;
use crate::fields::{Link, Neighbour, Route};
use crate::spent::Spent;

pub(super) fn dump(what: &str) -> Result<(Spent, u64), Failure> {
    let request = match what {
        "route4" => {
            let mut request = RouteMessage::default();
            request.header.address_family = AddressFamily::Inet;
            RouteNetlinkMessage::GetRoute(request)
        }
        "neighbour" => RouteNetlinkMessage::GetNeighbour(NeighbourMessage::default()),
        "link" => RouteNetlinkMessage::GetLink(LinkMessage::default()),
        _ => return unknown(what),
    };
    let mut socket = Socket::new(NETLINK_ROUTE)?;
    socket.bind_auto()?;
    socket.connect(&SocketAddr::new(0, 0))?;
    socket.set_netlink_get_strict_chk(true)?;
    Spent::by(|| {
        let mut packet = NetlinkMessage::new(NetlinkHeader::default(), NetlinkPayload::from(request));
        packet.header.flags = NLM_F_DUMP | NLM_F_REQUEST;
        packet.header.sequence_number = 1;
        packet.finalize();
        let mut bytes = vec![0; packet.buffer_len()];
        packet.serialize(&mut bytes);
        socket.send(&bytes, 0)?;
        let mut buffer = vec![0; 32 * 1024];
        let mut sum = 0;
        loop {
            let size = socket.recv(&mut &mut buffer[..], 0)?;
            let mut rest = &buffer[..size];
            while !rest.is_empty() {
                let message: NetlinkMessage<RouteNetlinkMessage> = NetlinkMessage::deserialize(rest)?;
                match message.payload {
                    NetlinkPayload::Done(_) => return Ok(sum),
                    NetlinkPayload::Error(error) => return Err(format!("{error:?}").into()),
                    NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewRoute(route)) => sum = add_route(sum, &route),
                    NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewNeighbour(neighbour)) => {
                        sum = add_neighbour(sum, &neighbour);
                    }
                    NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewLink(link)) => sum = add_link(sum, &link),
                    _ => {}
                }
                let length = message.header.length as usize;
                rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
            }
        }
    })
}

fn route_ip(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(address) => Some((*address).into()),
        RouteAddress::Inet6(address) => Some((*address).into()),
        _ => None,
    }
}

pub(super) fn add_route(sum: u64, route: &RouteMessage) -> u64 {
    let header = &route.header;
    let mut fields = Route {
        length: header.destination_prefix_length,
        table: header.table.into(),
        protocol: header.protocol.into(),
        ..Route::default()
    };
    for attribute in &route.attributes {
        match attribute {
            RouteAttribute::Destination(address) => fields.destination = route_ip(address),
            RouteAttribute::Gateway(address) => fields.gateway = route_ip(address),
            RouteAttribute::Oif(index) => fields.interface = *index,
            RouteAttribute::Table(table) => fields.table = *table,
            RouteAttribute::Priority(priority) => fields.priority = *priority,
            _ => {}
        }
    }
    fields.add(sum)
}

pub(super) fn add_neighbour(sum: u64, neighbour: &NeighbourMessage) -> u64 {
    let header = &neighbour.header;
    let mut fields = Neighbour {
        interface: header.ifindex,
        state: header.state.into(),
        flags: header.flags.bits(),
        ..Neighbour::default()
    };
    for attribute in &neighbour.attributes {
        match attribute {
            NeighbourAttribute::Destination(NeighbourAddress::Inet(address)) => {
                fields.destination = Some((*address).into());
            }
            NeighbourAttribute::Destination(NeighbourAddress::Inet6(address)) => {
                fields.destination = Some((*address).into());
            }
            NeighbourAttribute::LinkLayerAddress(address) => fields.link_address = address,
            _ => {}
        }
    }
    fields.add(sum)
}

pub(super) fn add_link(sum: u64, link: &LinkMessage) -> u64 {
    let header = &link.header;
    let mut fields = Link { index: header.index, flags: header.flags.bits(), ..Link::default() };
    let mut kind = String::new();
    for attribute in &link.attributes {
        match attribute {
            LinkAttribute::IfName(name) => fields.name = name.as_bytes(),
            LinkAttribute::Mtu(mtu) => fields.mtu = *mtu,
            LinkAttribute::OperState(state) => fields.state = (*state).into(),
            LinkAttribute::Stats64(statistics) => fields.packets = [statistics.rx_packets, statistics.tx_packets],
            LinkAttribute::LinkInfo(all) => {
                for info in all {
                    if let LinkInfo::Kind(found) = info {
                        kind = found.to_string();
                    }
                }
            }
            _ => {}
        }
    }
    fields.kind = kind.as_bytes();
    fields.add(sum)
}
