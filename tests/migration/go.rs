//! vishvananda/netlink.

use ipnet::IpNet;
use nlwire::address::{Address, AddressFilter};
use nlwire::bridge::fdb::FdbFilter;
use nlwire::bridge::vlan::{BridgeVlan, BridgeVlanFilter};
use nlwire::bridge::vni::Vni;
use nlwire::codec::route::Family;
use nlwire::codec::route::link::NewLink;
use nlwire::codec::route::link::inet::AddressGeneration;
use nlwire::codec::route::neighbour::NewNeighbour;
use nlwire::link::{
    Bond, BondMode, BondPort, Bridge, BridgePort, HashPolicy, LacpRate, Link, LinkFilter, LinkKind, LinkNamespace,
    MacAddressMode, Macvlan, MacvlanMode, Veth, VfCarrier, VirtualFunction, VirtualFunctionVlan, VlanProtocol, Vxlan,
    XdpFlags,
};
use nlwire::monitor::{Monitor, Topic};
use nlwire::namespace_id::NamespaceOf;
use nlwire::neighbour::{Neighbour, NeighbourFilter};
use nlwire::nexthop::Nexthop;
use nlwire::route::encapsulation::{Bpf, BpfProgram, Mpls, Seg6, Seg6Action, Seg6Local, Seg6Mode};
use nlwire::route::{Encapsulation, Route, RouteDetails, RouteFilter, RouteProtocol, RouteQuestion, encapsulation};
use nlwire::rule::{Rule, RuleFilter};
use nlwire::socket::Options;
use nlwire::word::Word;
use nlwire::{Interruption, Netlink};
use std::error::Error;
use std::net::IpAddr;
use std::time::Duration;

use super::Given;

/// What the Go library has in these areas, as many functions as are said, and what only its handles have.
pub(super) const GO: &[(&str, usize, &str)] = &[
    (
        "Links",
        88,
        "BridgeSetMcastSnoop BridgeSetVlanDefaultPVID BridgeSetVlanFiltering LinkAdd LinkAddAltName LinkByAlias LinkByIndex \
         LinkByName LinkDel LinkDelAltName LinkDelBondSlave LinkDeserialize LinkList LinkModify LinkSetARPOff LinkSetARPOn \
         LinkSetAlias LinkSetAllmulticastOff LinkSetAllmulticastOn LinkSetBRSlaveGroupFwdMask LinkSetBondSlave \
         LinkSetBondSlaveActive LinkSetBondSlaveQueueId LinkSetBrNeighSuppress LinkSetBrProxyArp LinkSetBrProxyArpWiFi \
         LinkSetDown LinkSetFastLeave LinkSetFlood LinkSetGROIPv4MaxSize LinkSetGROMaxSize LinkSetGSOIPv4MaxSize \
         LinkSetGSOMaxSegs LinkSetGSOMaxSize LinkSetGroup LinkSetGuard LinkSetHairpin LinkSetHardwareAddr \
         LinkSetIP6AddrGenMode LinkSetIsolated LinkSetLearning LinkSetMTU LinkSetMacvlanMode LinkSetMaster \
         LinkSetMasterByIndex LinkSetMulticastOff LinkSetMulticastOn LinkSetName LinkSetNoMaster LinkSetNsFd LinkSetNsPid \
         LinkSetRootBlock LinkSetTxQLen LinkSetUp LinkSetVXLANGroup LinkSetVXLANVtepDevIndex LinkSetVfHardwareAddr \
         LinkSetVfNodeGUID LinkSetVfPortGUID LinkSetVfRate LinkSetVfSpoofchk LinkSetVfState LinkSetVfTrust LinkSetVfTxRate \
         LinkSetVfVlan LinkSetVfVlanQos LinkSetVfVlanQosProto LinkSetVlanTunnel LinkSetXdpFd LinkSetXdpFdWithFlags \
         LinkSubscribe LinkSubscribeAt LinkSubscribeWithOptions MacvlanMACAddrAdd MacvlanMACAddrDel MacvlanMACAddrFlush \
         MacvlanMACAddrSet NewLinkAttrs NewLinkBond NewVeth SetPromiscOff SetPromiscOn StringToBondLacpRate StringToBondMode \
         StringToBondXmitHashPolicy StringToVlanProtocol VethPeerIndex LinkSetVfGUID",
    ),
    (
        "Addresses",
        8,
        "AddrAdd AddrDel AddrList AddrReplace AddrSubscribe AddrSubscribeAt AddrSubscribeWithOptions ParseAddr",
    ),
    (
        "Routes",
        14,
        "RouteAdd RouteAddEcmp RouteAppend RouteChange RouteDel RouteGet RouteGetWithOptions RouteList RouteListFiltered \
         RouteListFilteredIter RouteReplace RouteSubscribe RouteSubscribeAt RouteSubscribeWithOptions",
    ),
    ("Encapsulations", 7, "MPLSEncap SEG6Encap SEG6LocalEncap BpfEncap IP6tnlEncap Via MPLSDestination"),
    ("Nexthop objects", 4, "NexthopAdd NexthopDel NexthopList NexthopReplace"),
    (
        "Neighbours and forwarding databases",
        11,
        "NeighAdd NeighAppend NeighDel NeighDeserialize NeighList NeighListExecute NeighProxyList NeighSet NeighSubscribe \
         NeighSubscribeAt NeighSubscribeWithOptions",
    ),
    ("Rules", 7, "NewRule NewRulePortRange NewRuleUIDRange RuleAdd RuleDel RuleList RuleListFiltered"),
    (
        "VLANs, tunnels and network identifiers of bridges",
        16,
        "BridgeVlanAdd BridgeVlanAddRange BridgeVlanAddRangeTunnelInfoRange BridgeVlanAddTunnelInfo BridgeVlanDel \
         BridgeVlanDelRange BridgeVlanDelRangeTunnelInfoRange BridgeVlanDelTunnelInfo BridgeVlanList BridgeVlanTunnelShow \
         BridgeVlanTunnelShowDev BridgeVniAdd BridgeVniAddRange BridgeVniDel BridgeVniDelRange BridgeVniList",
    ),
    ("Ports of bridges", 1, "LinkGetProtinfo"),
    ("Identifiers of namespaces", 4, "GetNetNsIdByFd GetNetNsIdByPid SetNetNsIdByFd SetNetNsIdByPid"),
    (
        "Connections",
        16,
        "ConfigureHandle GetSocketTimeout NewHandle NewHandleAt NewHandleAtFrom NewHandleWithOptions NewIPNet ParseIPNet \
         SetSocketTimeout Close Delete DisableVFInfoCollection GetSocketReceiveBufferSize SetSocketReceiveBufferSize \
         SetStrictCheck SupportsNetlinkFamily",
    ),
];

/// Connections (`Handle`), in Go.
fn connections_handle(mut nl: Netlink, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { namespace, .. } = given;
    // NewHandle
    let _ = Netlink::connect();
    // NewHandleAt
    let _ = Netlink::connect_in(&namespace);
    // NewHandleAtFrom
    let _ = Netlink::connect_in(&namespace);
    // NewHandleWithOptions
    let _ = Netlink::connect_with(&Options { timeout: Some(Duration::from_secs(5)), ..Options::default() });
    // ConfigureHandle
    let _ = Netlink::connect()?.on_interruption(Interruption::Retry(10));
    // SetSocketTimeout
    let _ = Netlink::connect_with(&Options { timeout: Some(Duration::from_secs(5)), ..Options::default() });
    // GetSocketReceiveBufferSize
    let _ = nl.transport().socket().settings().receive_buffer;
    // SetSocketReceiveBufferSize
    let _ = Netlink::connect_with(&Options { receive_buffer: Some(4 << 20), ..Options::default() });
    // SetStrictCheck
    let _ = Netlink::connect_with(&Options { strict_check: true, ..Options::default() });
    // SupportsNetlinkFamily
    let _ = nl.transport().socket().protocol().number == 0;
    // DisableVFInfoCollection
    let _ = nl.links().filter(LinkFilter { virtual_functions: true, ..LinkFilter::default() }).list();
    // Close, Delete
    let _ = drop(nl);
    // NewIPNet
    let _ = IpNet::from(IpAddr::from([192, 0, 2, 1]));
    // ParseIPNet
    let _ = "192.0.2.1/24".parse::<IpNet>();
    Ok(())
}

/// Links, in Go.
fn links(mut nl: Netlink, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { bridge, link, message, namespace, port, .. } = given;
    // LinkList
    let _ = nl.links().list();
    // LinkByName
    let _ = nl.links().get("eth0");
    // LinkByIndex
    let _ = nl.links().get(7);
    // LinkByAlias
    let _ = nl.links().filter(LinkFilter { alias: Some("uplink".into()), ..LinkFilter::default() }).list();
    // LinkDeserialize
    let _ = Link::from_view(&message.read_as::<NewLink>()?);
    // LinkAdd
    let _ = nl.links().add(&link);
    // LinkModify
    let _ = nl.links().change(&link);
    // LinkDel
    let _ = nl.links().delete("eth0");
    // NewLinkAttrs
    let _ = Link::default();
    // NewLinkBond
    let _ = Bond::default();
    // NewVeth
    let _ = Veth { peer: Some(Link { name: "v1".parse()?, ..Link::default() }.into()), ..Veth::default() };
    // LinkSetUp
    let _ = nl.links().up("eth0");
    // LinkSetDown
    let _ = nl.links().down("eth0");
    // LinkSetName
    let _ = nl.links().set(7, &Link { name: "lan0".parse()?, ..Link::default() });
    // LinkSetAlias, LinkSetMTU, LinkSetTxQLen, LinkSetGroup, LinkSetGSOMaxSize, LinkSetGSOMaxSegs,
    // LinkSetGROMaxSize, LinkSetGSOIPv4MaxSize, LinkSetGROIPv4MaxSize
    let _ = nl.links().set(
        "eth0",
        &Link {
            alias: Some("uplink".into()),
            mtu: Some(9000),
            txqlen: Some(1000),
            group: Some(5),
            gso_max_size: Some(65536),
            gso_max_segs: Some(64),
            gro_max_size: Some(65536),
            gso_ipv4_max_size: Some(65536),
            gro_ipv4_max_size: Some(65536),
            ..Link::default()
        },
    );
    // LinkSetHardwareAddr
    let _ = nl.links().set("eth0", &Link { address: Some([2, 0, 0, 0, 0, 1].into()), ..Link::default() });
    // LinkSetARPOn, LinkSetARPOff, LinkSetAllmulticastOn, LinkSetAllmulticastOff, LinkSetMulticastOn,
    // LinkSetMulticastOff, SetPromiscOn, SetPromiscOff
    let _ = nl.links().set(
        "eth0",
        &Link {
            arp: Some(true),
            allmulticast: Some(false),
            multicast: Some(true),
            promisc: Some(false),
            ..Link::default()
        },
    );
    // LinkSetIP6AddrGenMode
    let _ = nl.links().set("eth0", &Link { addrgenmode: Some(AddressGeneration::NONE), ..Link::default() });
    // LinkSetMaster, LinkSetMasterByIndex, LinkSetBondSlave
    let _ = nl.links().set("eth0", &Link { master: Some(bridge.index), ..Link::default() });
    // LinkSetNoMaster, LinkDelBondSlave
    let _ = nl.links().set("eth0", &Link { master: Some(0), ..Link::default() });
    // LinkSetNsFd
    let _ = nl.links().set("eth0", &Link { namespace: Some((&namespace).into()), ..Link::default() });
    // LinkSetNsPid
    let _ = nl.links().set("eth0", &Link { namespace: Some(LinkNamespace::Process(4711)), ..Link::default() });
    // LinkAddAltName
    let _ = nl.links().add_altnames("eth0", ["uplink0"]);
    // LinkDelAltName
    let _ = nl.links().delete_altnames("eth0", ["uplink0"]);
    // BridgeSetMcastSnoop, BridgeSetVlanFiltering, BridgeSetVlanDefaultPVID
    let _ = nl.links().set(
        "br0",
        &Link {
            kind: Bridge {
                mcast_snooping: Some(true),
                vlan_filtering: Some(true),
                vlan_default_pvid: Some(1),
                ..Bridge::default()
            }
            .into(),
            ..Link::default()
        },
    );
    // LinkSetBondSlaveActive
    let _ = nl.links().set(
        "bond0",
        &Link { kind: Bond { active_slave: Some(port.index), ..Bond::default() }.into(), ..Link::default() },
    );
    // LinkSetBondSlaveQueueId
    let _ = nl
        .links()
        .set("eth0", &Link { port: BondPort { queue_id: Some(2), ..BondPort::default() }.into(), ..Link::default() });
    // LinkSetHairpin, LinkSetGuard, LinkSetFastLeave, LinkSetLearning, LinkSetRootBlock, LinkSetFlood,
    // LinkSetIsolated, LinkSetBrProxyArp, LinkSetBrProxyArpWiFi, LinkSetBrNeighSuppress, LinkSetVlanTunnel,
    // LinkSetBRSlaveGroupFwdMask
    let _ = nl.links().set(
        "eth0",
        &Link {
            port: BridgePort {
                hairpin: Some(true),
                guard: Some(true),
                fastleave: Some(true),
                learning: Some(true),
                root_block: Some(true),
                flood: Some(true),
                isolated: Some(true),
                proxy_arp: Some(true),
                proxy_arp_wifi: Some(true),
                neigh_suppress: Some(true),
                vlan_tunnel: Some(true),
                group_fwd_mask: Some(8),
                ..BridgePort::default()
            }
            .into(),
            ..Link::default()
        },
    );
    // LinkSetMacvlanMode
    let _ = nl.links().set(
        "mv0",
        &Link {
            kind: LinkKind::Macvlan(Macvlan { mode: Some(MacvlanMode::BRIDGE), ..Macvlan::default() }.into()),
            ..Link::default()
        },
    );
    // MacvlanMACAddrAdd
    let _ = nl.links().macaddr("mv0", MacAddressMode::ADD, &[[2, 0, 0, 0, 0, 1]]);
    // MacvlanMACAddrDel
    let _ = nl.links().macaddr("mv0", MacAddressMode::DEL, &[[2, 0, 0, 0, 0, 1]]);
    // MacvlanMACAddrSet
    let _ = nl.links().macaddr("mv0", MacAddressMode::SET, &[[2, 0, 0, 0, 0, 1]]);
    // MacvlanMACAddrFlush
    let _ = nl.links().macaddr("mv0", MacAddressMode::FLUSH, &[]);
    // LinkSetVXLANGroup, LinkSetVXLANVtepDevIndex
    let _ = nl.links().set(
        "vx0",
        &Link {
            kind: Vxlan { group: "239.1.1.1".parse().ok(), link: Some(port.index), ..Vxlan::default() }.into(),
            ..Link::default()
        },
    );
    // VethPeerIndex
    let _ = nl.links().get("v0");
    // LinkSetVfHardwareAddr, LinkSetVfVlan, LinkSetVfVlanQos, LinkSetVfVlanQosProto, LinkSetVfTxRate, LinkSetVfRate,
    // LinkSetVfState, LinkSetVfSpoofchk, LinkSetVfTrust, LinkSetVfNodeGUID, LinkSetVfPortGUID, LinkSetVfGUID
    let _ = nl.links().set(
        "eth0",
        &Link {
            virtual_functions: vec![VirtualFunction {
                number: 3,
                address: Some([2, 0, 0, 0, 0, 1].into()),
                vlan: Some(VirtualFunctionVlan { id: 7, qos: 1, protocol: None }),
                min_tx_rate: Some(100),
                max_tx_rate: Some(1000),
                link_state: Some(VfCarrier::AUTO),
                spoofchk: Some(true),
                trust: Some(false),
                node_guid: Some(1),
                port_guid: Some(2),
                ..VirtualFunction::default()
            }],
            ..Link::default()
        },
    );
    // LinkSetXdpFd, LinkSetXdpFdWithFlags
    let _ = nl.links().attach_xdp("eth0", 3, XdpFlags::DRV_MODE);
    // StringToBondMode
    let _ = BondMode::from_word("802.3ad");
    // StringToBondLacpRate
    let _ = LacpRate::from_word("fast");
    // StringToBondXmitHashPolicy
    let _ = HashPolicy::from_word("layer3+4");
    // StringToVlanProtocol
    let _ = VlanProtocol::from_word("802.1ad");
    // LinkSubscribe
    let _ = Monitor::open(&[Topic::Links]);
    // LinkSubscribeAt
    let _ = Monitor::open_in(&namespace, &[Topic::Links]);
    // LinkSubscribeWithOptions
    let _ = Monitor::open_with(&[Topic::Links], &Options::default());
    Ok(())
}

/// Addresses, in Go.
fn addresses(mut nl: Netlink, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { address, namespace, port, .. } = given;
    // AddrList
    let _ = nl
        .addresses()
        .filter(AddressFilter { interface: Some(port.index), family: Some(Family::INET), ..AddressFilter::default() })
        .list();
    // AddrAdd
    let _ = nl.addresses().add(&Address::new(port.index, "192.0.2.1/24".parse()?));
    // AddrReplace
    let _ = nl.addresses().replace(&address);
    // AddrDel
    let _ = nl.addresses().delete(&address);
    // ParseAddr
    let _ = "192.0.2.1/24".parse::<IpNet>();
    // AddrSubscribe
    let _ = Monitor::open(&[Topic::Addresses]);
    // AddrSubscribeAt
    let _ = Monitor::open_in(&namespace, &[Topic::Addresses]);
    // AddrSubscribeWithOptions
    let _ = Monitor::open_with(&[Topic::Addresses], &Options::default());
    Ok(())
}

/// Routes, in Go.
fn routes(mut nl: Netlink, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { namespace, port, route, .. } = given;
    // RouteList
    let _ = nl.routes().filter(RouteFilter { table: Some(254), ..RouteFilter::default() }).list();
    // RouteListFiltered
    let _ = nl
        .routes()
        .filter(RouteFilter {
            protocol: Some(RouteProtocol::BGP),
            interface: Some(port.index),
            destination: Some("0.0.0.0/0".parse()?),
            gateway: Some("192.0.2.1".parse()?),
            ..RouteFilter::default()
        })
        .list();
    // RouteListFilteredIter
    let _ = nl.routes().filter(RouteFilter { table: Some(254), ..RouteFilter::default() }).dump();
    // RouteAdd
    let _ = nl.routes().add(&route);
    // RouteAppend
    let _ = nl.routes().append(&route);
    // RouteAddEcmp
    let _ = nl.routes().prepend(&route);
    // RouteChange
    let _ = nl.routes().change(&route);
    // RouteReplace
    let _ = nl.routes().replace(&route);
    // RouteDel
    let _ = nl.routes().delete(&route);
    // RouteGet
    let _ = nl.routes().get("192.0.2.1".parse::<IpAddr>()?);
    // RouteGetWithOptions
    let _ = nl.routes().get(RouteQuestion {
        mark: Some(7),
        user: Some(1000),
        input_interface: Some(port.index),
        ..IpAddr::from([192, 0, 2, 1]).into()
    });
    // RouteSubscribe
    let _ = Monitor::open(&[Topic::Routes]);
    // RouteSubscribeAt
    let _ = Monitor::open_in(&namespace, &[Topic::Routes]);
    // RouteSubscribeWithOptions
    let _ = Monitor::open_with(&[Topic::Routes], &Options::default());
    Ok(())
}

/// Encapsulations, in Go.
fn encapsulations(_nl: Netlink, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { segment, .. } = given;
    // MPLSEncap
    let _ = Encapsulation::Mpls(Mpls { labels: vec![100, 200], ttl: None });
    // SEG6Encap
    let _ = Encapsulation::Seg6(Seg6 { mode: Seg6Mode::ENCAP, header: vec![segment].into(), source: None });
    // SEG6LocalEncap
    let _ = Encapsulation::Seg6Local(
        Seg6Local { action: Seg6Action::END_DT6, table: Some(254), ..Seg6Local::default() }.into(),
    );
    // BpfEncap
    let _ = Encapsulation::Bpf(Bpf {
        output: Some(BpfProgram { number: Some(3), name: "count".into() }),
        ..Bpf::default()
    });
    // IP6tnlEncap
    let _ =
        Encapsulation::Ip6(encapsulation::IpTunnel { id: Some(42), destination: Some(segment), ..Default::default() });
    // Via
    let _ = Route { gateway: "2001:db8::1".parse().ok(), ..Route::default() };
    // MPLSDestination
    let _ = RouteDetails { label: Some(100), new_labels: vec![200, 300], ..RouteDetails::default() };
    Ok(())
}

/// Nexthop objects, in Go.
fn nexthop_objects(mut nl: Netlink, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { nexthop, .. } = given;
    // NexthopList
    let _ = nl.nexthops().list();
    // NexthopAdd
    let _ = nl.nexthops().add(&Nexthop { id: Some(10), group: vec![1.into(), 2.into()], ..Nexthop::default() });
    // NexthopReplace
    let _ = nl.nexthops().replace(&nexthop);
    // NexthopDel
    let _ = nl.nexthops().delete(10);
    Ok(())
}

/// Neighbours and forwarding databases, in Go.
fn neighbours_and_forwarding_databases(mut nl: Netlink, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { bridge, entry, message, namespace, neighbour, port, .. } = given;
    // NeighList
    let _ =
        nl.neighbours().filter(NeighbourFilter { interface: Some(port.index), ..NeighbourFilter::default() }).list();
    // NeighProxyList
    let _ = nl.neighbours().filter(NeighbourFilter { proxy: true, ..NeighbourFilter::default() }).list();
    // NeighListExecute
    let _ = nl.fdb().filter(FdbFilter { bridge: Some(bridge.index), ..FdbFilter::default() }).list();
    // NeighAdd
    let _ = nl.neighbours().add(&Neighbour {
        interface: port.index,
        address: "192.0.2.2".parse().ok(),
        link_address: Some([2, 0, 0, 0, 0, 1].into()),
        ..Neighbour::default()
    });
    // NeighSet
    let _ = nl.neighbours().replace(&neighbour);
    // NeighAppend
    let _ = nl.fdb().append(&entry);
    // NeighDel
    let _ = nl.neighbours().delete(&neighbour);
    // NeighDeserialize
    let _ = Neighbour::from_view(&message.read_as::<NewNeighbour>()?);
    // NeighSubscribe
    let _ = Monitor::open(&[Topic::Neighbours]);
    // NeighSubscribeAt
    let _ = Monitor::open_in(&namespace, &[Topic::Neighbours]);
    // NeighSubscribeWithOptions
    let _ = Monitor::open_with(&[Topic::Neighbours], &Options::default());
    Ok(())
}

/// Rules, in Go.
fn rules(mut nl: Netlink, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { rule, .. } = given;
    // RuleList
    let _ = nl.rules().list();
    // RuleListFiltered
    let _ = nl.rules().filter(RuleFilter { table: Some(100), ..RuleFilter::default() }).list();
    // RuleAdd
    let _ = nl.rules().add(&Rule { source: "10.0.0.0/8".parse().ok(), table: 100, ..Rule::default() });
    // RuleDel
    let _ = nl.rules().delete(&rule);
    // NewRule
    let _ = Rule::default();
    // NewRulePortRange
    let _ = Rule { source_ports: Some(1024..=2047), destination_ports: Some(443..=443), ..Rule::default() };
    // NewRuleUIDRange
    let _ = Rule { users: Some(1000..=1999), ..Rule::default() };
    Ok(())
}

/// VLANs, tunnels and network identifiers of bridges, in Go.
fn vlans_tunnels_and_network_identifiers_of_bridges(mut nl: Netlink, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { port, .. } = given;
    // BridgeVlanList
    let _ = nl.bridge_vlans().list();
    // BridgeVlanAdd
    let _ = nl.bridge_vlans().add(&BridgeVlan {
        interface: port.index,
        vlan: 10,
        pvid: true,
        untagged: true,
        ..BridgeVlan::default()
    });
    // BridgeVlanAddRange
    let _ =
        nl.bridge_vlans().add(&BridgeVlan { interface: port.index, vlan: 10, last: Some(20), ..BridgeVlan::default() });
    // BridgeVlanDel
    let _ = nl.bridge_vlans().delete(&BridgeVlan { interface: port.index, vlan: 10, ..BridgeVlan::default() });
    // BridgeVlanDelRange
    let _ = nl.bridge_vlans().delete(&BridgeVlan {
        interface: port.index,
        vlan: 10,
        last: Some(20),
        ..BridgeVlan::default()
    });
    // BridgeVlanAddTunnelInfo
    let _ = nl.bridge_vlans().add(&BridgeVlan {
        interface: port.index,
        vlan: 10,
        tunnel: Some(1010),
        ..BridgeVlan::default()
    });
    // BridgeVlanAddRangeTunnelInfoRange
    let _ = nl.bridge_vlans().add(&BridgeVlan {
        interface: port.index,
        vlan: 10,
        last: Some(20),
        tunnel: Some(1010),
        ..BridgeVlan::default()
    });
    // BridgeVlanDelTunnelInfo
    let _ = nl.bridge_vlans().delete_tunnel(&BridgeVlan {
        interface: port.index,
        vlan: 10,
        tunnel: Some(1010),
        ..BridgeVlan::default()
    });
    // BridgeVlanDelRangeTunnelInfoRange
    let _ = nl.bridge_vlans().delete_tunnel(&BridgeVlan {
        interface: port.index,
        vlan: 10,
        last: Some(20),
        tunnel: Some(1010),
        ..BridgeVlan::default()
    });
    // BridgeVlanTunnelShow
    let _ = nl.bridge_vlans().list();
    // BridgeVlanTunnelShowDev
    let _ = nl
        .bridge_vlans()
        .filter(BridgeVlanFilter { interface: Some(port.index), ..BridgeVlanFilter::default() })
        .list();
    // BridgeVniList
    let _ = nl.vnis().list();
    // BridgeVniAdd
    let _ = nl.vnis().add(&Vni { interface: port.index, vni: 100, ..Vni::default() });
    // BridgeVniAddRange
    let _ = nl.vnis().add(&Vni { interface: port.index, vni: 100, last: Some(110), ..Vni::default() });
    // BridgeVniDel
    let _ = nl.vnis().delete(&Vni { interface: port.index, vni: 100, ..Vni::default() });
    // BridgeVniDelRange
    let _ = nl.vnis().delete(&Vni { interface: port.index, vni: 100, last: Some(110), ..Vni::default() });
    // LinkGetProtinfo
    let _ = nl.links().get("eth0");
    Ok(())
}

/// Identifiers of namespaces, in Go.
fn identifiers_of_namespaces(mut nl: Netlink, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { namespace, .. } = given;
    // GetNetNsIdByFd
    let _ = nl.namespace_ids().get(&namespace);
    // GetNetNsIdByPid
    let _ = nl.namespace_ids().get(NamespaceOf::Process(4711));
    // SetNetNsIdByFd
    let _ = nl.namespace_ids().set(&namespace, 7);
    // SetNetNsIdByPid
    let _ = nl.namespace_ids().set(NamespaceOf::Process(4711), 7);
    Ok(())
}
