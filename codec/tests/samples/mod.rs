//! One message of every kind that the protocol has, written with many attributes.

#![allow(dead_code)] // each program uses a part

mod bridging;
mod counters;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlwire_codec::number::Native;
use nlwire_codec::payload::Fixed;
use nlwire_codec::route::link::bond::Bond;
use nlwire_codec::route::link::bridge_spec::{BridgeSpec, VlanInfo, VlanTunnel};
use nlwire_codec::route::link::inet::{Inet, Inet6};
use nlwire_codec::route::link::statistics::{Map, Statistics64};
use nlwire_codec::route::link::veth::Veth;
use nlwire_codec::route::link::virtual_function::{VfMac, VfVlanInfo, VfVlans, VirtualFunction, VirtualFunctions};
use nlwire_codec::route::link::vlan::{QosMapping, Vlan, VlanFlags, VlanFlagsMask, VlanQos};
use nlwire_codec::route::link::{AfSpec, ExtMask, Link, LinkFlags, LinkInfo, OperationalState};
use nlwire_codec::route::neighbour::{FdbExt, Neighbour, NeighbourState};
use nlwire_codec::route::netconf::{Netconf, NetconfInterface};
use nlwire_codec::route::nexthop::{
    GroupEntry, GroupStats, GroupStatsEntry, GroupType, Nexthop, ResilientBucket, ResilientGroup,
};
use nlwire_codec::route::route::{
    EncapIp, EncapMpls, EncapType, Label, Metrics, NextHopHeader, PathFeatures, Route, RouteProtocol, RouterPreference,
    Via,
};
use nlwire_codec::route::rule::{PortRange, Rule, RuleAction, UidRange};
use nlwire_codec::route::{
    Family, address, address_label, bridge_vlan, link, mdb, multicast_route, namespace_id, neighbour, neighbour_table,
    netconf, nexthop, prefix, route, rule, stats, vni,
};
use nlwire_codec::{EmitError, Emitted, Envelope, Flags, Message, Tail};

const FOUR: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const SIX: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));

/// The bytes of one message.
fn written<M: Message>(
    header: M::Header,
    attributes: impl for<'x, 'y> FnOnce(&'x mut nlwire_codec::Emit<'y, M::Attributes>) -> Emitted<'x, 'y, M::Attributes>,
) -> Vec<u8> {
    let mut room = vec![0xa5; 4096];
    let mut tail = Tail::new(&mut room);
    let envelope = Envelope { sequence: 7, port: 0xa1b2_c3d4, ..Envelope::request(Flags::ACK) };
    M::emit(&mut tail, envelope, header, attributes).unwrap();
    tail.written().to_vec()
}

/// A struct with bytes that are all different from zero.
fn filled<T: Fixed>() -> T {
    let bytes: Vec<u8> = (1..=size_of::<T>()).map(|byte| byte as u8 | 0x80).collect();
    T::read_from_bytes(&bytes).unwrap()
}

/// One message of every kind, and several of those that have more to say than one message holds.
pub(crate) fn all() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    macro_rules! each {
        ($write:ident: $($Message:path),+) => { $(all.push($write::<$Message>());)+ };
    }
    each!(a_link: link::NewLink, link::DelLink, link::GetLink, link::SetLink, link::NewLinkProp, link::DelLinkProp, link::GetLinkProp);
    all.extend([a_vlan(), a_bond(), a_bridge_port(), an_inet6_link(), functions()]);
    each!(an_address: address::NewAddress, address::DelAddress, address::GetAddress, address::NewMulticast);
    each!(an_address: address::DelMulticast, address::GetMulticast, address::NewAnycast, address::DelAnycast, address::GetAnycast);
    each!(a_route: route::NewRoute, route::DelRoute, route::GetRoute);
    all.extend([a_label_route(), a_tunnel_route()]);
    each!(a_neighbour: neighbour::NewNeighbour, neighbour::DelNeighbour, neighbour::GetNeighbour);
    each!(a_rule: rule::NewRule, rule::DelRule, rule::GetRule);
    each!(a_nexthop: nexthop::NewNexthop, nexthop::DelNexthop, nexthop::GetNexthop);
    each!(a_nexthop: nexthop::NewNexthopBucket, nexthop::DelNexthopBucket, nexthop::GetNexthopBucket);
    each!(a_neighbour_table: neighbour_table::NewNeighbourTable, neighbour_table::GetNeighbourTable);
    each!(a_neighbour_table: neighbour_table::SetNeighbourTable);
    each!(an_address_label: address_label::NewAddressLabel, address_label::DelAddressLabel, address_label::GetAddressLabel);
    each!(a_netconf: netconf::NewNetconf, netconf::DelNetconf, netconf::GetNetconf);
    each!(a_namespace: namespace_id::NewNamespaceId, namespace_id::DelNamespaceId, namespace_id::GetNamespaceId);
    each!(a_prefix: prefix::NewPrefix);
    each!(a_cache_report: multicast_route::NewCacheReport);
    use bridging::{a_question_for_vlans, groups, identifiers, vlans};
    each!(groups: mdb::NewMdb, mdb::DelMdb, mdb::GetMdb);
    all.push(bridging::an_entry_to_be_set());
    each!(vlans: bridge_vlan::NewVlan, bridge_vlan::DelVlan);
    each!(a_question_for_vlans: bridge_vlan::GetVlan);
    each!(identifiers: vni::NewTunnel, vni::DelTunnel, vni::GetTunnel);
    use counters::{a_request, counters};
    each!(counters: stats::NewStats);
    each!(a_request: stats::GetStats, stats::SetStats);
    all
}

fn a_link<M: Message<Header = link::Header, Attributes = Link>>() -> Vec<u8> {
    let header = link::Header { index: 7.into(), flags: (LinkFlags::UP | LinkFlags::MULTICAST).into(), ..filled() };
    written::<M>(link::Header { family: Family::UNSPEC.into(), ..header }, |link| {
        link.put(Link::IFNAME, "v0")?
            .put(Link::ADDRESS, [2, 0, 0, 0, 0, 1].into())?
            .put(Link::MTU, 1500)?
            .put(Link::OPERSTATE, OperationalState::UP)?
            .put(Link::CARRIER, 1)?
            .put(Link::LINK_NETNSID, -1)?
            .put(Link::HEADROOM, 32)?
            .put(Link::MAX_PACING_OFFLOAD_HORIZON, 1 << 40)?
            .put(Link::EXT_MASK, ExtMask::VF | ExtMask::SKIP_STATS)?
            .put(Link::MAP, (&filled::<Map>()).into())?
            .put(Link::STATS64, (&filled::<Statistics64>()).into())?
            .put(Link::PHYS_SWITCH_ID, b"switch")?
            .nest(Link::PROP_LIST, |names| {
                names.put(Link::ALT_IFNAME, "another")?.put(Link::ALT_IFNAME, "a-third-one")
            })?
            .nest_as::<AfSpec, _>(Link::AF_SPEC, |spec| {
                let settings = [Native::<u32>::new(1), Native::new(0), Native::new(5)];
                spec.nest(AfSpec::INET, |inet| inet.put(Inet::CONF, &settings))
            })?
            .nest(Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "veth")?.nest_as(LinkInfo::DATA, |veth: &mut nlwire_codec::Emit<'_, Veth>| {
                    veth.nest_behind(Veth::PEER, link::Header::default(), |peer| {
                        peer.put(Link::IFNAME, "v1")?.put(Link::MTU, 9000)
                    })
                })
            })
    })
}

fn a_vlan() -> Vec<u8> {
    written::<link::NewLink>(link::Header::default(), |link| {
        link.nest(Link::LINKINFO, |info| {
            info.put(LinkInfo::KIND, "vlan")?.nest_as(LinkInfo::DATA, |vlan: &mut nlwire_codec::Emit<'_, Vlan>| {
                let flags = VlanFlagsMask { flags: VlanFlags::GVRP.into(), mask: VlanFlags::all().into() };
                vlan.put(Vlan::ID, 4094)?.put(Vlan::PROTOCOL, 0x8100)?.put(Vlan::FLAGS, (&flags).into())?.nest(
                    Vlan::EGRESS_QOS,
                    |qos| {
                        qos.put(VlanQos::MAPPING, (&QosMapping { from: 1.into(), to: 2.into() }).into())?
                            .put(VlanQos::MAPPING, (&QosMapping { from: 3.into(), to: 4.into() }).into())
                    },
                )
            })
        })
    })
}

fn a_bond() -> Vec<u8> {
    written::<link::NewLink>(link::Header::default(), |link| {
        link.nest(Link::LINKINFO, |info| {
            info.put(LinkInfo::KIND, "bond")?.nest_as(LinkInfo::DATA, |bond: &mut nlwire_codec::Emit<'_, Bond>| {
                bond.put(Bond::MIIMON, 100)?
                    .list(Bond::ARP_IP_TARGET, 0, [Ipv4Addr::LOCALHOST, Ipv4Addr::BROADCAST])?
                    .list(Bond::NS_IP6_TARGET, 0, [Ipv6Addr::LOCALHOST])?
                    .put(Bond::AD_ACTOR_SYSTEM, [2, 0, 0, 0, 0, 9])
            })
        })
    })
}

fn a_bridge_port() -> Vec<u8> {
    let header = link::Header { family: Family::BRIDGE.into(), index: 3.into(), ..Default::default() };
    written::<link::SetLink>(header, |link| {
        link.nest_as(Link::AF_SPEC, |spec: &mut nlwire_codec::Emit<'_, BridgeSpec>| {
            spec.put(BridgeSpec::VLAN_INFO, (&filled::<VlanInfo>()).into())?
                .nest(BridgeSpec::VLAN_TUNNEL_INFO, |tunnel| tunnel.put(VlanTunnel::ID, 77)?.put(VlanTunnel::VID, 12))
        })
    })
}

fn an_inet6_link() -> Vec<u8> {
    let header = link::Header { family: Family::INET6.into(), ..Default::default() };
    written::<link::NewLink>(header, |link| {
        link.nest_as(Link::PROTINFO, |inet6: &mut nlwire_codec::Emit<'_, Inet6>| {
            inet6.put(Inet6::FLAGS, nlwire_codec::number::Number::from_native(0x8000_0010.into()))
        })
    })
}

fn functions() -> Vec<u8> {
    written::<link::NewLink>(link::Header::default(), |link| {
        link.nest(Link::VFINFO_LIST, |functions| {
            functions.nest(VirtualFunctions::INFO, |function| {
                function.put(VirtualFunction::MAC, (&filled::<VfMac>()).into())?.nest(
                    VirtualFunction::VLAN_LIST,
                    |vlans| {
                        let vlan = VfVlanInfo { vlan: 5.into(), protocol: 0x8100.into(), ..Default::default() };
                        vlans.put(VfVlans::INFO, (&vlan).into())
                    },
                )
            })
        })
    })
}

fn an_address<M: Message<Header = address::Header, Attributes = address::Address>>() -> Vec<u8> {
    use address::Address;
    written::<M>(address::Header { family: Family::INET.into(), ..filled() }, |address| {
        address
            .put(Address::ADDRESS, FOUR)?
            .put(Address::LOCAL, FOUR)?
            .put(Address::LABEL, "v0:1")?
            .put(Address::FLAGS, address::AddressFlags::PERMANENT)?
            .put(Address::CACHEINFO, (&filled::<address::CacheInfo>()).into())?
            .put(Address::RT_PRIORITY, 100)
    })
}

fn a_route<M: Message<Header = route::Header, Attributes = Route>>() -> Vec<u8> {
    written::<M>(route::Header { family: Family::INET.into(), dst_len: 24, ..filled() }, |route| {
        route
            .put(Route::DST, FOUR)?
            .put(Route::TABLE, 1000)?
            .put(Route::SPORT, 443)?
            .put(Route::FLOWLABEL, 0xabcde)?
            .put(Route::PREF, RouterPreference::HIGH)?
            .put(Route::VIA, Via { family: 10, address: &[0xfe; 16] })?
            .put(Route::CACHEINFO, (&filled::<route::CacheInfo>()).into())?
            .nest(Route::METRICS, |metrics| {
                metrics
                    .put(Metrics::MTU, 1400)?
                    .put(Metrics::FEATURES, PathFeatures::ECN)?
                    .put(Metrics::CC_ALGO, "cubic")
            })?
            .next_hops(|hops| {
                hops.put(NextHopHeader { interface: 4.into(), ..Default::default() }, |hop| {
                    hop.put(Route::GATEWAY, FOUR)
                })?
                .put(NextHopHeader { hops: 9, ..Default::default() }, |hop| {
                    hop.put(Route::ENCAP_TYPE, EncapType::MPLS)?.nest_as(
                        Route::ENCAP,
                        |mpls: &mut nlwire_codec::Emit<'_, EncapMpls>| {
                            mpls.put(EncapMpls::DST, &[Label::new(100, false), Label::new(200, true)])?
                                .put(EncapMpls::TTL, 7)
                        },
                    )
                })
            })
    })
}

fn a_label_route() -> Vec<u8> {
    let header = route::Header { family: Family::MPLS.into(), dst_len: 20, ..Default::default() };
    written::<route::NewRoute>(header, |route| {
        route.put(Route::DST_LABEL, &[Label::new(1000, true)])?.put(Route::NEWDST, &[Label::new(1001, true)])
    })
}

fn a_tunnel_route() -> Vec<u8> {
    let header = route::Header { family: Family::INET6.into(), ..Default::default() };
    written::<route::NewRoute>(header, |route| {
        route.put(Route::GATEWAY, SIX)?.put(Route::ENCAP_TYPE, EncapType::IP)?.nest_as(
            Route::ENCAP,
            |ip: &mut nlwire_codec::Emit<'_, EncapIp>| {
                ip.put(EncapIp::ID, 99)?.put(EncapIp::DST, Ipv4Addr::LOCALHOST)?.put(EncapIp::TTL, 64)
            },
        )
    })
}

fn a_neighbour<M: Message<Header = neighbour::Header, Attributes = Neighbour>>() -> Vec<u8> {
    written::<M>(neighbour::Header { family: Family::BRIDGE.into(), ..filled() }, |neighbour| {
        neighbour
            .put(Neighbour::DST, SIX)?
            .put(Neighbour::LLADDR, [2, 0, 0, 0, 0, 2].into())?
            .put(Neighbour::CACHEINFO, (&filled::<neighbour::CacheInfo>()).into())?
            .put(Neighbour::VLAN, 100)?
            .put(Neighbour::PORT, 4789)?
            .put(Neighbour::NDM_STATE_MASK, NeighbourState::REACHABLE)?
            .nest(Neighbour::FDB_EXT_ATTRS, |more| more.put(FdbExt::DONT_REFRESH, ()))
    })
}

fn a_rule<M: Message<Header = rule::Header, Attributes = Rule>>() -> Vec<u8> {
    let header = rule::Header { family: Family::INET6.into(), action: RuleAction::TO_TBL.into(), ..filled() };
    written::<M>(header, |rule| {
        rule.put(Rule::SRC, SIX)?
            .put(Rule::IIFNAME, "lo")?
            .put(Rule::TUN_ID, 1 << 60)?
            .put(Rule::SUPPRESS_PREFIXLEN, -1)?
            .put(Rule::UID_RANGE, (&filled::<UidRange>()).into())?
            .put(Rule::SPORT_RANGE, (&filled::<PortRange>()).into())?
            .put(Rule::PROTOCOL, RouteProtocol::BGP)?
            .put(Rule::DSCP, 46)
    })
}

fn a_nexthop<M: Message<Header = nexthop::Header, Attributes = Nexthop>>() -> Vec<u8> {
    written::<M>(nexthop::Header { family: Family::UNSPEC.into(), ..filled() }, |nexthop| {
        nexthop
            .put(Nexthop::ID, 11)?
            .put(Nexthop::GROUP, &[GroupEntry::new(1, 1).unwrap(), GroupEntry::new(2, 65_535).unwrap()])?
            .put(Nexthop::GROUP_TYPE, GroupType::RES)?
            .put(Nexthop::FDB, ())?
            .nest(Nexthop::RES_GROUP, |group| {
                group.put(ResilientGroup::BUCKETS, 4)?.put(ResilientGroup::UNBALANCED_TIME, 9)
            })?
            .nest(Nexthop::RES_BUCKET, |bucket| bucket.put(ResilientBucket::INDEX, 3))?
            .nest(Nexthop::GROUP_STATS, |statistics| {
                statistics.nest(GroupStats::ENTRY, |entry| {
                    entry
                        .put(GroupStatsEntry::ID, 1)?
                        .put(GroupStatsEntry::PACKETS, 5)?
                        .put(GroupStatsEntry::PACKETS_HW, u64::MAX)
                })
            })
    })
}

fn a_neighbour_table<M: Message<Header = neighbour_table::Header, Attributes = neighbour_table::NeighbourTable>>()
-> Vec<u8> {
    use neighbour_table::{Config, NeighbourTable, Parameters, Statistics};
    written::<M>(neighbour_table::Header { family: Family::INET.into(), ..Default::default() }, |table| {
        table
            .put(NeighbourTable::NAME, "arp_cache")?
            .put(NeighbourTable::CONFIG, (&filled::<Config>()).into())?
            .put(NeighbourTable::STATS, (&filled::<Statistics>()).into())?
            .put(NeighbourTable::GC_INTERVAL, 30_000)?
            .nest(NeighbourTable::PARMS, |parameters| {
                parameters.put(Parameters::IFINDEX, 1)?.put(Parameters::REACHABLE_TIME, 1 << 33)
            })
    })
}

fn an_address_label<M: Message<Header = address_label::Header, Attributes = address_label::AddressLabel>>() -> Vec<u8> {
    use address_label::AddressLabel;
    written::<M>(address_label::Header { family: Family::INET6.into(), ..filled() }, |label| {
        label.put(AddressLabel::ADDRESS, SIX)?.put(AddressLabel::LABEL, 42)
    })
}

fn a_netconf<M: Message<Header = netconf::Header, Attributes = Netconf>>() -> Vec<u8> {
    written::<M>(netconf::Header { family: Family::INET.into() }, |netconf| {
        netconf.put(Netconf::IFINDEX, NetconfInterface::ALL)?.put(Netconf::RP_FILTER, 2)
    })
}

fn a_namespace<M: Message<Header = namespace_id::Header, Attributes = namespace_id::NamespaceId>>() -> Vec<u8> {
    use namespace_id::{NamespaceId, Nsid};
    written::<M>(namespace_id::Header::default(), |namespace| {
        namespace.put(NamespaceId::NSID, Nsid::NOT_ASSIGNED)?.put(NamespaceId::FD, 3)
    })
}

fn a_prefix<M: Message<Header = prefix::Header, Attributes = prefix::Prefix>>() -> Vec<u8> {
    use prefix::{CacheInfo, Prefix};
    written::<M>(filled(), |prefix| {
        prefix.put(Prefix::ADDRESS, Ipv6Addr::LOCALHOST)?.put(Prefix::CACHEINFO, (&filled::<CacheInfo>()).into())
    })
}

fn a_cache_report<M>() -> Vec<u8>
where
    M: Message<Header = multicast_route::Header, Attributes = multicast_route::CacheReport>,
{
    use multicast_route::{CacheReport, CacheReportKind};
    written::<M>(multicast_route::Header { family: Family::IPMR.into() }, |report| {
        report
            .put(CacheReport::MSGTYPE, CacheReportKind::WRONGVIF)?
            .put(CacheReport::VIF_ID, 3)?
            .put(CacheReport::SRC_ADDR, FOUR)?
            .put(CacheReport::DST_ADDR, Ipv4Addr::new(239, 7, 7, 7).into())?
            .put(CacheReport::PKT, &[0x45, 0, 0, 20])?
            .put(CacheReport::TABLE, 253)
    })
}

/// Writes all samples into one buffer, one behind the other.
pub(crate) fn repeated(tail: &mut Tail<'_>) -> Result<(), EmitError> {
    for sample in all() {
        let message = nlwire_codec::RawMessage::first(&sample).unwrap();
        nlwire_codec::route::PROTOCOL.repeat(&message, tail, &mut Default::default())?;
    }
    Ok(())
}
