//! rtnetlink, as its examples have it: a task for the connection, a stream for a dump, a future for a route.

use std::net::Ipv4Addr;

use futures_util::{StreamExt, TryStreamExt, stream};
use netlink_packet_route::route::RouteProtocol;
use rtnetlink::{RouteMessageBuilder, new_connection};

use super::packet_route::{add_link, add_neighbour, add_route};
use super::{spent, unknown, wait};
use crate::Failure;
use crate::contestant::{ends, interface};
use crate::spent::Spent;

pub(super) fn dump(what: &str) -> Result<(Spent, u64), Failure> {
    wait(async {
        let (connection, handle, _) = new_connection()?;
        tokio::spawn(connection);
        spent(async {
            let mut sum = 0;
            match what {
                "route4" => {
                    let mut routes = handle.route().get(RouteMessageBuilder::<Ipv4Addr>::new().build()).execute();
                    while let Some(route) = routes.try_next().await? {
                        sum = add_route(sum, &route);
                    }
                }
                "neighbour" => {
                    let mut neighbours = handle.neighbours().get().execute();
                    while let Some(neighbour) = neighbours.try_next().await? {
                        sum = add_neighbour(sum, &neighbour);
                    }
                }
                "link" => {
                    let mut links = handle.link().get().execute();
                    while let Some(link) = links.try_next().await? {
                        sum = add_link(sum, &link);
                    }
                }
                _ => return unknown(what),
            }
            Ok(sum)
        })
        .await
    })
}

/// There is no batch: 64 requests are under way at any time.
pub(super) fn add(count: u32) -> Result<Spent, Failure> {
    let interface = interface()?;
    wait(async {
        let (connection, handle, _) = new_connection()?;
        tokio::spawn(connection);
        let (spent, ()) = spent(async {
            let added = (0..count).map(|index| {
                let [destination, gateway] = ends(index);
                let route = RouteMessageBuilder::<Ipv4Addr>::new()
                    .destination_prefix(destination, 24)
                    .gateway(gateway)
                    .output_interface(interface)
                    .table_id(200)
                    .protocol(RouteProtocol::Static)
                    .build();
                handle.route().add(route).execute()
            });
            let mut added = stream::iter(added).buffer_unordered(64);
            while let Some(added) = added.next().await {
                added?;
            }
            Ok(())
        })
        .await?;
        Ok(spent)
    })
}
