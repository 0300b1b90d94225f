//! nlink, as a stream and as a list.

use futures_util::StreamExt;
use nlink::netlink::message::NlMsgType;
use nlink::netlink::messages::{LinkMessage, NeighborMessage, RouteMessage};
use nlink::netlink::route::Ipv4Route;
use nlink::netlink::types::route::RouteProtocol;
use nlink::netlink::{Connection, Route as Protocol};

use super::{spent, unknown, wait};
use crate::Failure;
use crate::contestant::{ends, interface};
use crate::fields::{Link, Neighbour, Route};
use crate::spent::Spent;

pub(super) fn stream(what: &str) -> Result<(Spent, u64), Failure> {
    wait(async {
        let connection = Connection::<Protocol>::new()?;
        spent(async {
            let mut sum = 0;
            match what {
                "route4" => {
                    // struct rtmsg: AF_INET, and nothing else asked for.
                    let header = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                    let routes =
                        connection.dump_stream_with_body::<RouteMessage>(NlMsgType::RTM_GETROUTE, &header).await?;
                    let mut routes = std::pin::pin!(routes);
                    while let Some(route) = routes.next().await {
                        sum = add_route(sum, &route?);
                    }
                }
                "neighbour" => {
                    let neighbours = connection.dump_stream::<NeighborMessage>(NlMsgType::RTM_GETNEIGH).await?;
                    let mut neighbours = std::pin::pin!(neighbours);
                    while let Some(neighbour) = neighbours.next().await {
                        sum = add_neighbour(sum, &neighbour?);
                    }
                }
                "link" => {
                    let links = connection.dump_stream::<LinkMessage>(NlMsgType::RTM_GETLINK).await?;
                    let mut links = std::pin::pin!(links);
                    while let Some(link) = links.next().await {
                        sum = add_link(sum, &link?);
                    }
                }
                _ => return unknown(what),
            }
            Ok(sum)
        })
        .await
    })
}

pub(super) fn list(what: &str) -> Result<(Spent, u64), Failure> {
    wait(async {
        let connection = Connection::<Protocol>::new()?;
        spent(async {
            Ok(match what {
                // It asks for all families: those few of IPv6 come last.
                "route4" => {
                    let routes = connection.get_routes().await?;
                    routes.iter().filter(|route| route.is_ipv4()).fold(0, add_route)
                }
                "neighbour" => connection.get_neighbors().await?.iter().fold(0, add_neighbour),
                "link" => connection.get_links().await?.iter().fold(0, add_link),
                _ => return unknown(what),
            })
        })
        .await
    })
}

/// In batches of 256.
pub(super) fn add(count: u32) -> Result<Spent, Failure> {
    let interface = interface()?;
    wait(async {
        let connection = Connection::<Protocol>::new()?;
        let (spent, ()) = spent(async {
            let mut from = 0;
            while from < count {
                let to = (from + 256).min(count);
                let batch = (from..to).fold(connection.batch(), |batch, index| {
                    let [destination, gateway] = ends(index);
                    let route = Ipv4Route::new(destination, 24).gateway(gateway).dev_index(interface).table(200);
                    batch.add_route(route.protocol(RouteProtocol::Static))
                });
                if !batch.execute().await?.all_ok() {
                    return Err("a route was refused".into());
                }
                from = to;
            }
            Ok(())
        })
        .await?;
        Ok(spent)
    })
}

fn add_route(sum: u64, route: &RouteMessage) -> u64 {
    let fields = Route {
        destination: route.destination().copied(),
        length: route.dst_len(),
        gateway: route.gateway().copied(),
        interface: route.oif().unwrap_or(0),
        table: route.table_id(),
        protocol: route.protocol().into(),
        priority: route.priority().unwrap_or(0),
    };
    fields.add(sum)
}

fn add_neighbour(sum: u64, neighbour: &NeighborMessage) -> u64 {
    let fields = Neighbour {
        interface: neighbour.ifindex(),
        state: neighbour.state() as u16,
        flags: neighbour.flags(),
        destination: neighbour.destination().copied(),
        link_address: neighbour.lladdr().unwrap_or_default(),
    };
    fields.add(sum)
}

fn add_link(sum: u64, link: &LinkMessage) -> u64 {
    let fields = Link {
        index: link.ifindex(),
        flags: link.flags(),
        mtu: link.mtu().unwrap_or(0),
        name: link.name().unwrap_or_default().as_bytes(),
        packets: link.stats().map_or([0; 2], |statistics| [statistics.rx_packets(), statistics.tx_packets()]),
        state: link.operstate().map_or(0, |state| state as u8),
        kind: link.kind().unwrap_or_default().as_bytes(),
    };
    fields.add(sum)
}
