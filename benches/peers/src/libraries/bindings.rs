//! netlink-bindings on a socket of netlink-socket2, as its example `ip-route-show` has it.

use netlink_bindings::{rt_link, rt_neigh, rt_route};
use netlink_socket2::NetlinkSocket;

use super::unknown;
use crate::Failure;
use crate::fields::{Link, Neighbour, Route};
use crate::spent::Spent;

pub(super) fn dump(what: &str) -> Result<(Spent, u64), Failure> {
    let mut socket = NetlinkSocket::new();
    Spent::by(|| match what {
        "route4" => routes(&mut socket),
        "neighbour" => neighbours(&mut socket),
        "link" => links(&mut socket),
        _ => unknown(what),
    })
}

fn routes(socket: &mut NetlinkSocket) -> Result<u64, Failure> {
    let header = rt_route::Rtmsg { rtm_family: 2, ..Default::default() };
    let request = rt_route::Request::new().op_getroute_dump(&header);
    let mut answers = socket.request(&request)?;
    let mut sum = 0;
    while let Some((header, route)) = answers.recv().transpose()? {
        let fields = Route {
            destination: route.get_dst().ok(),
            length: header.rtm_dst_len,
            gateway: route.get_gateway().ok(),
            interface: route.get_oif().unwrap_or(0),
            table: route.get_table().unwrap_or(header.rtm_table.into()),
            protocol: header.rtm_protocol,
            priority: route.get_priority().unwrap_or(0),
        };
        sum = fields.add(sum);
    }
    Ok(sum)
}

fn neighbours(socket: &mut NetlinkSocket) -> Result<u64, Failure> {
    let request = rt_neigh::Request::new().op_getneigh_dump(&Default::default());
    let mut answers = socket.request(&request)?;
    let mut sum = 0;
    while let Some((header, neighbour)) = answers.recv().transpose()? {
        let fields = Neighbour {
            interface: header.ndm_ifindex.cast_unsigned(),
            state: header.ndm_state,
            flags: header.ndm_flags,
            destination: neighbour.get_dst().ok(),
            link_address: neighbour.get_lladdr().unwrap_or_default(),
        };
        sum = fields.add(sum);
    }
    Ok(sum)
}

fn links(socket: &mut NetlinkSocket) -> Result<u64, Failure> {
    let request = rt_link::Request::new().op_getlink_dump(&Default::default());
    let mut answers = socket.request(&request)?;
    let mut sum = 0;
    while let Some((header, link)) = answers.recv().transpose()? {
        let kind = link.get_linkinfo().ok().and_then(|info| info.get_kind().ok());
        let fields = Link {
            index: header.ifi_index.cast_unsigned(),
            flags: header.ifi_flags,
            mtu: link.get_mtu().unwrap_or(0),
            name: link.get_ifname().map_or(&[][..], |name| name.to_bytes()),
            packets: link.get_stats64().map_or([0; 2], |statistics| [statistics.rx_packets, statistics.tx_packets]),
            state: link.get_operstate().unwrap_or(0),
            kind: kind.map_or(&[][..], |kind| kind.to_bytes()),
        };
        sum = fields.add(sum);
    }
    Ok(sum)
}
