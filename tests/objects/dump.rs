//! The dumps that show objects, each with all that the kernel tells on request.

use nlwire::codec::route::stats::StatsFilter;
use nlwire::codec::route::{
    Family, address, address_label, bridge_vlan, link, mdb, namespace_id, neighbour, neighbour_table, netconf, nexthop,
    route, rule, stats, vni,
};
use nlwire::codec::{EmitError, Envelope, Flags, Message, Tail};
use nlwire::socket::{Error, Socket};

/// One of the dumps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dump {
    Links,
    /// Ports with their VLANs.
    BridgeLinks,
    Addresses,
    Routes,
    MplsRoutes,
    MulticastRoutes,
    MulticastRoutes6,
    /// The tables of multicast routes, which come as links.
    MulticastTables,
    Neighbours,
    /// Those for which this host answers.
    Proxies,
    Forwarding,
    NeighbourTables,
    Rules,
    Nexthops,
    Buckets,
    AddressLabels,
    Netconf,
    NamespaceIds,
    Groups,
    Vlans,
    /// Their settings that hold for the whole bridge.
    GlobalVlans,
    Vnis,
    /// The same with counters, of each alone.
    VniCounters,
    Stats,
}

impl Dump {
    /// The messages of the dump.
    pub fn messages(self, socket: &mut Socket) -> Result<Vec<Vec<u8>>, Error> {
        match self {
            Self::Routes => families(socket, &[Family::INET, Family::INET6], request_of_routes),
            Self::MplsRoutes => families(socket, &[Family::MPLS], request_of_routes),
            Self::MulticastRoutes => families(socket, &[Family::IPMR], request_of_routes),
            Self::MulticastRoutes6 => families(socket, &[Family::IP6MR], request_of_routes),
            Self::Rules => families(socket, &[Family::INET, Family::INET6], |tail, envelope, family| {
                let header = rule::Header { family: family.into(), ..Default::default() };
                plain::<rule::GetRule>(tail, envelope, header)
            }),
            _ => all(socket, |tail, envelope| self.request(tail, envelope)),
        }
    }

    fn request(self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let bridge = Family::BRIDGE.into();
        match self {
            Self::Links => link::GetLink::emit(tail, envelope, Default::default(), |link| {
                link.put(link::Link::EXT_MASK, link::ExtMask::VF)
            }),
            Self::BridgeLinks => {
                let header = link::Header { family: bridge, ..Default::default() };
                // Not media redundancy and connectivity faults: bridges without them leave out what comes behind.
                let mask = link::ExtMask::BRVLAN | link::ExtMask::MST;
                link::GetLink::emit(tail, envelope, header, |link| link.put(link::Link::EXT_MASK, mask))
            }
            Self::MulticastTables => {
                let header = link::Header { family: Family::IPMR.into(), ..Default::default() };
                plain::<link::GetLink>(tail, envelope, header)
            }
            Self::Addresses => plain::<address::GetAddress>(tail, envelope, Default::default()),
            Self::Neighbours => plain::<neighbour::GetNeighbour>(tail, envelope, Default::default()),
            Self::Proxies => {
                let flags = neighbour::NeighbourFlags::PROXY.into();
                plain::<neighbour::GetNeighbour>(
                    tail,
                    envelope,
                    neighbour::Header { flags, ..neighbour::Header::default() },
                )
            }
            Self::Forwarding => {
                let header = neighbour::Header { family: bridge, ..Default::default() };
                plain::<neighbour::GetNeighbour>(tail, envelope, header)
            }
            Self::NeighbourTables => plain::<neighbour_table::GetNeighbourTable>(tail, envelope, Default::default()),
            Self::Nexthops => plain::<nexthop::GetNexthop>(tail, envelope, Default::default()),
            Self::Buckets => plain::<nexthop::GetNexthopBucket>(tail, envelope, Default::default()),
            Self::AddressLabels => {
                let header = address_label::Header { family: Family::INET6.into(), ..Default::default() };
                plain::<address_label::GetAddressLabel>(tail, envelope, header)
            }
            Self::Netconf => plain::<netconf::GetNetconf>(tail, envelope, Default::default()),
            Self::NamespaceIds => plain::<namespace_id::GetNamespaceId>(tail, envelope, Default::default()),
            Self::Groups => {
                let header = mdb::Header { family: bridge, ..Default::default() };
                plain::<mdb::GetMdb>(tail, envelope, header)
            }
            Self::Vlans => vlans(tail, envelope, bridge_vlan::DumpFlags::STATS),
            Self::GlobalVlans => vlans(tail, envelope, bridge_vlan::DumpFlags::GLOBAL),
            Self::Vnis => plain::<vni::GetTunnel>(tail, envelope, vni::Header { family: bridge, ..Default::default() }),
            Self::VniCounters => {
                let flags = vni::TunnelMessageFlags::STATS.into();
                plain::<vni::GetTunnel>(tail, envelope, vni::Header { family: bridge, flags, ..Default::default() })
            }
            Self::Stats => {
                // Only what has a name: the kernel refuses other bits.
                let filter = [
                    StatsFilter::LINK_64,
                    StatsFilter::LINK_XSTATS,
                    StatsFilter::LINK_XSTATS_SLAVE,
                    StatsFilter::LINK_OFFLOAD_XSTATS,
                    StatsFilter::AF_SPEC,
                ];
                let filter = filter.into_iter().fold(StatsFilter::empty(), |all, one| all | one).into();
                let header = stats::Header { filter, ..Default::default() };
                plain::<stats::GetStats>(tail, envelope, header)
            }
            Self::Routes | Self::MplsRoutes | Self::MulticastRoutes | Self::MulticastRoutes6 | Self::Rules => {
                unreachable!("asked for family by family")
            }
        }
    }
}

fn request_of_routes(tail: &mut Tail<'_>, envelope: Envelope, family: Family) -> Result<(), EmitError> {
    plain::<route::GetRoute>(tail, envelope, route::Header { family: family.into(), ..Default::default() })
}

fn vlans(tail: &mut Tail<'_>, envelope: Envelope, flags: bridge_vlan::DumpFlags) -> Result<(), EmitError> {
    let header = bridge_vlan::Header { family: Family::BRIDGE.into(), ..Default::default() };
    bridge_vlan::GetVlan::emit(tail, envelope, header, |vlans| vlans.put(bridge_vlan::VlanQuestion::FLAGS, flags))
}

fn plain<M: Message>(tail: &mut Tail<'_>, envelope: Envelope, header: M::Header) -> Result<(), EmitError> {
    M::emit(tail, envelope, header, |attributes| Ok(attributes))
}

fn families(
    socket: &mut Socket,
    families: &[Family],
    request: fn(&mut Tail<'_>, Envelope, Family) -> Result<(), EmitError>,
) -> Result<Vec<Vec<u8>>, Error> {
    let mut messages = Vec::new();
    for family in families {
        messages.extend(all(socket, |tail, envelope| request(tail, envelope, *family))?);
    }
    Ok(messages)
}

fn all(
    socket: &mut Socket,
    request: impl Fn(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
) -> Result<Vec<Vec<u8>>, Error> {
    let mut reply = socket.send(Flags::DUMP, request)?;
    let mut messages = Vec::new();
    while let Some(message) = reply.next()? {
        messages.push(message.bytes().to_vec());
    }
    match reply.ended() {
        Some(ended) if ended.interrupted => Err(Error::Interrupted),
        _ => Ok(messages),
    }
}
