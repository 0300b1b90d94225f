//! Samples of what bridges and VXLAN interfaces say: multicast groups, VLANs, network identifiers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlwire_codec::nest::Nest;
use nlwire_codec::number::Native;
use nlwire_codec::route::bridge_vlan::{
    self, DumpFlags, TunnelCommand, VlanDatabase, VlanEntry, VlanGlobal, VlanQuestion, VlanRouterPorts, VlanStats,
    VlanTunnelInfo,
};
use nlwire_codec::route::link::bridge::{MulticastRouter, Querier};
use nlwire_codec::route::link::bridge_port::PortState;
use nlwire_codec::route::link::bridge_spec::VlanInfo;
use nlwire_codec::route::mdb::{
    self, Group, GroupMode, GroupPort, Groups, Mdb, MdbAddress, MdbEntry, MdbFlags, MdbSettings, MdbState, RouterPort,
    Routers, Source, SourceSetting, SourceSettings, Sources,
};
use nlwire_codec::route::route::RouteProtocol;
use nlwire_codec::route::vni::{self, Tunnel, Vni, VniStats};
use nlwire_codec::{Emit, Key, Message};

use super::{FOUR, SIX, filled, written};

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 1, 1, 1);

fn an_entry() -> MdbEntry {
    MdbEntry {
        index: 9.into(),
        state: MdbState::PERMANENT.into(),
        flags: (MdbFlags::OFFLOAD | MdbFlags::BLOCKED).into(),
        vlan: 12.into(),
        address: MdbAddress::from(GROUP),
    }
}

/// Groups and routers, as the kernel tells of them.
pub(crate) fn groups<M: Message<Header = mdb::Header, Attributes = Mdb>>() -> Vec<u8> {
    // `Mdb::MDB` may also be an entry alone, and is written from attributes that were read. This key knows which it is.
    let groups = Key::<Mdb, Nest<Groups>>::new(Mdb::MDB.number());
    written::<M>(mdb::Header::bridge(7), |mdb| {
        mdb.nest(groups, |groups| {
            groups.nest(Groups::ENTRY, |group| {
                group
                    .nest_behind(Group::INFO, an_entry(), |port| {
                        port.put(GroupPort::TIMER, 26_000)?
                            .nest(GroupPort::SRC_LIST, |sources| {
                                sources.nest(Sources::ENTRY, |source| {
                                    source.put(Source::ADDRESS, FOUR)?.put(Source::TIMER, 520)
                                })
                            })?
                            .put(GroupPort::GROUP_MODE, GroupMode::INCLUDE)?
                            .put(GroupPort::RTPROT, RouteProtocol::KERNEL)?
                            .put(GroupPort::DST, SIX)?
                            .put(GroupPort::DST_PORT, 4790)?
                            .put(GroupPort::VNI, 0x00ab_cdef)
                    })?
                    .nest_behind(Group::INFO, an_entry(), |port| Ok(port))
            })
        })?
        .nest_as(Mdb::ROUTER, |routers: &mut Emit<'_, Routers>| {
            routers.nest_behind(Routers::PORT, Native::<u32>::new(4), |port| {
                port.put(RouterPort::TIMER, 100)?
                    .put(RouterPort::TYPE, MulticastRouter::PERM)?
                    .put(RouterPort::INET6_TIMER, 7)?
                    .put(RouterPort::VID, 12)
            })
        })
    })
}

/// An entry and more about it, as the kernel is told.
pub(crate) fn an_entry_to_be_set() -> Vec<u8> {
    written::<mdb::NewMdb>(mdb::Header::bridge(7), |mdb| {
        mdb.put(Mdb::SET_ENTRY, (&an_entry()).into())?.nest(Mdb::SET_ENTRY_ATTRS, |settings| {
            settings
                .put(MdbSettings::SOURCE, FOUR)?
                .nest(MdbSettings::SRC_LIST, |sources| {
                    sources.nest(SourceSettings::ENTRY, |source| source.put(SourceSetting::ADDRESS, FOUR))
                })?
                .put(MdbSettings::GROUP_MODE, GroupMode::EXCLUDE)?
                .put(MdbSettings::DST, IpAddr::V6(Ipv6Addr::LOCALHOST))?
                .put(MdbSettings::DST_PORT, 4789)?
                .put(MdbSettings::SRC_VNI, 10)
        })
    })
}

pub(crate) fn vlans<M: Message<Header = bridge_vlan::Header, Attributes = VlanDatabase>>() -> Vec<u8> {
    written::<M>(bridge_vlan::Header { index: 3.into(), ..filled() }, |vlans| {
        vlans
            .nest(VlanDatabase::ENTRY, |vlan| {
                vlan.put(VlanEntry::INFO, (&filled::<VlanInfo>()).into())?
                    .put(VlanEntry::RANGE, 20)?
                    .put(VlanEntry::STATE, PortState::FORWARDING)?
                    .nest(VlanEntry::TUNNEL_INFO, |tunnel| {
                        tunnel.put(VlanTunnelInfo::ID, 100)?.put(VlanTunnelInfo::CMD, TunnelCommand::SETLINK)
                    })?
                    .nest(VlanEntry::STATS, |counters| {
                        counters.put(VlanStats::RX_BYTES, u64::MAX)?.put(VlanStats::TX_PACKETS, 3)
                    })?
                    .put(VlanEntry::MCAST_MAX_GROUPS, 1000)
            })?
            .nest(VlanDatabase::GLOBAL_OPTIONS, |vlan| {
                vlan.put(VlanGlobal::ID, 12)?
                    .put(VlanGlobal::MCAST_QUERY_INTVL, 12_500)?
                    .nest(VlanGlobal::MCAST_ROUTER_PORTS, |ports| {
                        ports.nest(VlanRouterPorts::ROUTER, |routers| {
                            routers.nest_behind(Routers::PORT, Native::<u32>::new(4), |port| {
                                port.put(RouterPort::INET_TIMER, 5)
                            })
                        })
                    })?
                    .nest(VlanGlobal::MCAST_QUERIER_STATE, |querier| {
                        querier.put(Querier::IP_ADDRESS, Ipv4Addr::LOCALHOST)
                    })?
                    .put(VlanGlobal::MSTI, 5)
            })
    })
}

pub(crate) fn a_question_for_vlans<M: Message<Header = bridge_vlan::Header, Attributes = VlanQuestion>>() -> Vec<u8> {
    written::<M>(filled(), |vlans| vlans.put(VlanQuestion::FLAGS, DumpFlags::STATS | DumpFlags::GLOBAL))
}

pub(crate) fn identifiers<M: Message<Header = vni::Header, Attributes = Tunnel>>() -> Vec<u8> {
    written::<M>(filled(), |tunnel| {
        tunnel
            .nest(Tunnel::ENTRY, |vni| {
                vni.put(Vni::START, 100)?
                    .put(Vni::END, 110)?
                    .put(Vni::GROUP, GROUP)?
                    .nest(Vni::STATS, |counters| counters.put(VniStats::RX_BYTES, 1 << 40)?.put(VniStats::TX_ERRORS, 2))
            })?
            .nest(Tunnel::ENTRY, |vni| vni.put(Vni::START, 7)?.put(Vni::GROUP6, Ipv6Addr::LOCALHOST))
    })
}
