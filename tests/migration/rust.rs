//! The crate rtnetlink.

use nlwire::address::{Address, AddressFilter};
use nlwire::address_label::AddressLabel;
use nlwire::bridge::fdb::FdbEntry;
use nlwire::bridge::vlan::BridgeVlan;
use nlwire::codec::route::group::Group;
use nlwire::codec::route::link::GetLink;
use nlwire::codec::route::{Family, PROTOCOL};
use nlwire::codec::{Flags, Message};
use nlwire::link::{
    Amt, AmtMode, BareUdp, Batadv, BitTiming, Bond, BondMode, BondPort, Bridge, BridgeOptions, BridgePort, Can, Dsa,
    Geneve, Gre, GreFlags, Gtp, GtpRole, Hsr, Inside6, Ip6Tunnel, Ip6TunnelFlags, IpTunnel, Ipoib, Ipvlan, IpvlanMode,
    Link, LinkFilter, LinkKind, LinkNamespace, LinkPort, Macsec, Macvlan, MacvlanMode, Netkit, NetkitMode, Rmnet,
    SitFlags, Veth, Vlan, VlanPriority, Vrf, Vti, Vxcan, Vxlan, Wwan, Xfrm,
};
use nlwire::neighbour::{Neighbour, NeighbourFilter, NeighbourFlags};
use nlwire::route::encapsulation::Mpls;
use nlwire::route::{Encapsulation, NextHop, NextHopFlags, Route, RouteDetails, RouteFilter, RouteQuestion};
use nlwire::rule::{Rule, RuleFilter};
use nlwire::socket::{Namespace, Options, tokio};
use nlwire::{Netlink, Tokio};
use std::error::Error;
use std::net::IpAddr;

use super::Given;

/// What the crate has: types and their methods.
pub(super) const RUST: &[(&str, &str)] = &[
    (
        "Handle",
        "request notify link address addrlabel route rule neighbours qdisc traffic_class traffic_filter traffic_chain",
    ),
    ("LinkAddRequest", "replace set_flags execute"),
    ("AfstatsRequest", "match_index execute"),
    ("LinkAmt", "new"),
    ("LinkMessageBuilder<LinkAmt>", "new mode relay_port gateway_port dev local_ip remote_ip discovery_ip max_tunnels"),
    ("LinkBareudp", "new"),
    ("LinkMessageBuilder<LinkBareudp>", "new dstport ethertype srcportmin multiproto"),
    ("LinkBatAdv", "new"),
    ("LinkMessageBuilder<LinkBatAdv>", "new algo_name"),
    ("LinkBond", "new"),
    (
        "LinkMessageBuilder<LinkBond>",
        "new append_info_data mode active_port miimon updelay downdelay use_carrier arp_interval arp_validate arp_all_targets \
      primary primary_reselect fail_over_mac xmit_hash_policy resend_igmp num_peer_notif all_ports_active min_links \
      lp_interval packets_per_port ad_lacp_rate ad_select ad_actor_sys_prio ad_user_port_key ad_actor_system tlb_dynamic_lb \
      peer_notif_delay ad_lacp_active missed_max arp_ip_target ns_ip6_target lacp_strict",
    ),
    ("LinkBondPort", "new"),
    ("LinkMessageBuilder<LinkBondPort>", "append_info_data queue_id prio"),
    ("LinkBridge", "new"),
    (
        "LinkMessageBuilder<LinkBridge>",
        "new append_info_data set_boolean_opt ageing_time group_fwd_mask group_address forward_delay hello_time max_age \
      stp_state stp_mode mst_enabled priority no_linklocal_learn fdb_local_vlan_0 fdb_max_learned vlan_filtering \
      vlan_protocol vlan_default_pvid vlan_stats_enabled vlan_stats_per_port mcast_snooping mcast_vlan_snooping \
      mcast_router mcast_query_use_ifaddr mcast_querier mcast_hash_max mcast_hash_elasticity fdb_flush \
      mcast_last_member_count mcast_startup_query_count mcast_last_member_interval mcast_membership_interval \
      mcast_querier_interval mcast_query_interval mcast_query_response_interval mcast_startup_query_interval \
      mcast_stats_enabled mcast_igmp_version mcast_mld_version nf_call_iptables nf_call_ip6tables nf_call_arptables \
      mdb_offload_fail_notification",
    ),
    ("LinkBridgePort", "new"),
    (
        "LinkMessageBuilder<LinkBridgePort>",
        "append_info_data fdb_flush state priority cost guard hairpin root_block learning flood proxy_arp proxy_arp_wifi \
      mcast_router mcast_fast_leave bcast_flood mcast_flood mcast_to_unicast group_fwd_mask neigh_suppress \
      neigh_vlan_suppress neigh_forward_grat vlan_tunnel isolated locked mab backup_port nobackup_port backup_nhid",
    ),
    ("LinkBridgeVlan", "new"),
    ("LinkMessageBuilder<LinkBridgeVlan>", "append_af_spec vlan vlan_range_start vlan_range_end bridge_self"),
    ("LinkUnspec", "new_with_index new_with_name"),
    (
        "LinkMessageBuilder<T>",
        "new_with_info_kind set_pre_build_info_data_func set_header append_extra_attribute set_info_data up down promiscuous \
      arp multicast allmulticast dynamic notrailers name mtu index interface_family address setns_by_pid setns_by_fd link \
      controller nocontroller txqueuelen broadcast link_group protodown carrier operstate alias set_port_kind set_port_data \
      build",
    ),
    ("LinkMessageBuilder<LinkUnspec>", "new"),
    ("LinkCan", "new"),
    (
        "LinkMessageBuilder<LinkCan>",
        "new bit_timing bitrate data_bit_timing ctrl_mode ctrl_mode_ext restart_ms termination tdc",
    ),
    ("LinkDelRequest", "new_with_message execute message_mut"),
    ("LinkDsa", "new"),
    ("LinkMessageBuilder<LinkDsa>", "new conduit"),
    ("LinkDummy", "new"),
    ("LinkMessageBuilder<LinkDummy>", "new"),
    ("LinkGeneve", "new"),
    (
        "LinkMessageBuilder<LinkGeneve>",
        "new append_info_data id remote remote6 local local6 ttl tos port collect_metadata udp_csum udp_zero_csum6_tx \
      udp_zero_csum6_rx label ttl_inherit df inner_proto_inherit",
    ),
    ("LinkGetRequest", "set_filter_mask execute message_mut match_index match_name"),
    ("LinkGre", "new new_gretap new_erspan"),
    (
        "LinkMessageBuilder<LinkGre>",
        "new_gre new_gretap new_erspan local remote ttl tos pmtudisc dev collect_metadata fwmark iflags oflags ikey okey \
      encap_type encap_sport encap_dport encap_flags erspan_index erspan_ver erspan_dir erspan_hwid",
    ),
    ("LinkGre6", "new new_gretap6 new_ip6erspan"),
    (
        "LinkMessageBuilder<LinkGre6>",
        "new_gre6 new_gretap6 new_ip6erspan dev local remote ttl collect_metadata fwmark erspan_index erspan_ver erspan_dir \
      erspan_hwid iflags oflags ikey okey encap_limit flowlabel encap_type encap_sport encap_dport encap_flags",
    ),
    ("LinkGtp", "new"),
    ("LinkMessageBuilder<LinkGtp>", "new role pdp_hashsize restart_count"),
    (
        "LinkHandle",
        "new set add change property_add property_del del del_with_message get get_netns_id assign_netns_id afstats set_port",
    ),
    ("LinkHsr", "new"),
    ("LinkMessageBuilder<LinkHsr>", "new append_info_data port1 port2 interlink supervision version protocol"),
    ("LinkIfb", "new"),
    ("LinkMessageBuilder<LinkIfb>", "new"),
    ("LinkIp6Tnl", "new"),
    (
        "LinkMessageBuilder<LinkIp6Tnl>",
        "new local remote ttl encap_limit tclass flowlabel set_flag protocol mode pmtudisc dev collect_metadata fwmark \
      encap_type encap_sport encap_dport encap_flags ipv6_flags flowinfo_raw",
    ),
    ("LinkIpoib", "new"),
    ("LinkMessageBuilder<LinkIpoib>", "new pkey mode umcast"),
    ("LinkIpIp", "new"),
    (
        "LinkMessageBuilder<LinkIpIp>",
        "new local remote ttl tos protocol pmtudisc dev collect_metadata fwmark encap_type encap_sport encap_dport encap_flags",
    ),
    ("LinkIpVlan", "new"),
    ("LinkMessageBuilder<LinkIpVlan>", "new append_info_data mode flag"),
    ("LinkIpVtap", "new"),
    ("LinkMessageBuilder<LinkIpVtap>", "new append_info_data mode flag"),
    ("LinkMacVlan", "new"),
    ("LinkMessageBuilder<LinkMacVlan>", "new append_info_data mode"),
    ("LinkMacVtap", "new"),
    ("LinkMessageBuilder<LinkMacVtap>", "new append_info_data mode"),
    ("LinkMacSec", "new"),
    (
        "LinkMessageBuilder<LinkMacSec>",
        "new append_info_data sci port icv_len cipher_suite window encoding_sa encrypt protect inc_sci es scb replay_protect \
      validation offload other",
    ),
    ("LinkNetdevsim", "new"),
    ("LinkMessageBuilder<LinkNetdevsim>", "new"),
    ("LinkNetkit", "new"),
    ("LinkMessageBuilder<LinkNetkit>", "new peer mode primary policy peer_policy scrub peer_scrub headroom tailroom"),
    ("LinkGetNsidHandle", "execute"),
    ("LinkAssignNsidHandle", "execute"),
    ("LinkNlmon", "new"),
    ("LinkMessageBuilder<LinkNlmon>", "new"),
    ("LinkPfcp", "new"),
    ("LinkMessageBuilder<LinkPfcp>", "new"),
    ("LinkNewPropRequest", "execute message_mut alt_ifname"),
    ("LinkDelPropRequest", "execute message_mut alt_ifname"),
    ("LinkRmNet", "new"),
    ("LinkMessageBuilder<LinkRmNet>", "new mux_id flags parent_dev_name"),
    ("LinkSetRequest", "execute"),
    ("LinkSit", "new"),
    (
        "LinkMessageBuilder<LinkSit>",
        "new local remote ttl tos protocol pmtudisc isatap ipv6_rd_prefix ipv6_rd_prefixlen ipv6_rd_relay_prefix \
      ipv6_rd_relay_prefixlen dev collect_metadata fwmark encap_type encap_sport encap_dport encap_flags",
    ),
    ("LinkTeam", "new"),
    ("LinkMessageBuilder<LinkTeam>", "new"),
    ("LinkTun", "new"),
    ("LinkMessageBuilder<LinkTun>", "new"),
    ("LinkVcan", "new"),
    ("LinkMessageBuilder<LinkVcan>", "new"),
    ("LinkVeth", "new"),
    ("LinkMessageBuilder<LinkVeth>", "new peer"),
    ("LinkVirtWifi", "new"),
    ("LinkMessageBuilder<LinkVirtWifi>", "new"),
    ("LinkVlan", "new"),
    ("LinkMessageBuilder<LinkVlan>", "new append_info_data id protocol flags qos"),
    ("LinkVrf", "new"),
    ("LinkMessageBuilder<LinkVrf>", "new append_info_data table_id"),
    ("LinkVti", "new"),
    ("LinkMessageBuilder<LinkVti>", "new local remote ikey okey dev fwmark"),
    ("LinkVti6", "new"),
    ("LinkMessageBuilder<LinkVti6>", "new local remote ikey okey dev fwmark"),
    ("LinkVxcan", "new"),
    ("LinkMessageBuilder<LinkVxcan>", "new peer"),
    ("LinkVxlan", "new"),
    (
        "LinkMessageBuilder<LinkVxlan>",
        "new append_info_data id dev port group group6 remote remote6 local local6 tos ttl label learning ageing limit \
      port_range proxy rsc l2miss l3miss collect_metadata localbypass udp_csum label_policy reserved_bits mc_route \
      ttl_inherit udp_zero_csum6_tx udp_zero_csum6_rx remcsum_tx remcsum_rx gbp gpe remcsum_no_partial df vnifilter",
    ),
    ("LinkWireguard", "new"),
    ("LinkMessageBuilder<LinkWireguard>", "new"),
    ("LinkWwan", "new"),
    ("LinkMessageBuilder<LinkWwan>", "new linkid parent_dev_name"),
    ("LinkXfrm", "new"),
    ("LinkMessageBuilder<LinkXfrm>", "new append_info_data if_id dev"),
    ("AddressAddRequest", "replace execute message_mut"),
    ("AddressMessageBuilder<T>", "index build"),
    ("AddressMessageBuilder<Ipv4Addr>", "new address"),
    ("AddressMessageBuilder<Ipv6Addr>", "new address"),
    ("AddressDelRequest", "execute message_mut"),
    ("AddressGetRequest", "message_mut execute set_link_index_filter set_prefix_length_filter set_address_filter"),
    ("AddressHandle", "new get add del"),
    ("AddrLabelAddRequest", "family address prefix_len index label execute message_mut"),
    ("AddrLabelDelRequest", "family address prefix_len index label execute message_mut"),
    ("AddrLabelGetRequest", "message_mut execute"),
    ("AddrLabelHandle", "new get add del"),
    ("RouteAddRequest<T>", "message_mut replace execute"),
    (
        "RouteMessageBuilder<T>",
        "input_interface output_interface ip_protocol sport dport flowlabel output_mpls output_seg6 encap_seg6 encap_ip \
      encap_ip6 encap_xfrm encap_seg6local encap_rpl encap_ioam6 multipath priority expires realm nhid ttl_propagate \
      table_id mark protocol scope kind tos onlink get_mut build",
    ),
    ("RouteMessageBuilder<Ipv4Addr>", "new source_prefix pref_source destination_prefix gateway via"),
    ("RouteMessageBuilder<Ipv6Addr>", "new source_prefix pref_source destination_prefix gateway"),
    ("RouteMessageBuilder<IpAddr>", "new source_prefix pref_source destination_prefix gateway"),
    ("RouteMessageBuilder<MplsLabel>", "new label via"),
    ("RouteNextHopBuilder", "new new_ipv4 new_ipv6 interface via onlink mpls seg6 weight pervasive flags build"),
    ("RouteDelRequest", "execute message_mut"),
    ("RouteGetRequest", "message_mut execute"),
    ("RouteHandle", "new get add del"),
    (
        "NeighbourAddRequest",
        "state flags kind link_local_address link_layer_address destination replace execute message_mut",
    ),
    ("NeighbourDelRequest", "execute message_mut"),
    ("NeighbourGetRequest", "proxies set_family set_address_family set_flags execute message_mut"),
    ("NeighbourHandle", "new get add add_bridge del"),
    (
        "RuleAddRequest<T>",
        "input_interface output_interface table table_id tos action priority fw_mark v4 v6 replace execute message_mut",
    ),
    ("RuleAddRequest<Ipv4Addr>", "source_prefix destination_prefix"),
    ("RuleAddRequest<Ipv6Addr>", "source_prefix destination_prefix"),
    ("RuleDelRequest", "execute message_mut"),
    ("RuleGetRequest", "message_mut execute"),
    ("RuleHandle", "new get add del"),
    ("NetworkNamespace", "add del prep_for_fork parent_process child_process_create_ns unshare_processing"),
    (
        "functions of the crate",
        "new_connection new_connection_with_strict_check new_multicast_connection new_connection_with_socket \
      new_multicast_connection_with_socket from_socket",
    ),
];

/// Connections, in Rust.
async fn connections(mut nl: Netlink<Tokio>, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { namespace, .. } = given;
    // functions of the crate::{new_connection, new_connection_with_strict_check}
    let _ = Netlink::connect_tokio();
    // functions of the crate::new_multicast_connection
    let _ = tokio::Events::open(&PROTOCOL, &Options { groups: vec![Group::LINK.0], ..Options::default() });
    // functions of the crate::{new_connection_with_socket, new_multicast_connection_with_socket, from_socket}
    let _ = Netlink::over(Tokio::new(tokio::Socket::open_in(&namespace, &PROTOCOL, &Options::default())?));
    // Handle::request
    let _ = nl
        .transport()
        .socket()
        .send(Flags::DUMP, |tail, envelope| GetLink::emit(tail, envelope, Default::default(), |link| Ok(link)));
    // Handle::{link, address, addrlabel, route, rule, neighbours}
    let _ = (
        nl.links().list().await,
        nl.addresses().list().await,
        nl.address_labels().list().await,
        nl.routes().list().await,
        nl.rules().list().await,
        nl.neighbours().list().await,
    );
    // NetworkNamespace::add
    let _ = Namespace::create("blue");
    // NetworkNamespace::del
    let _ = Namespace::delete("blue");
    Ok(())
}

/// Links, in Rust.
async fn links(mut nl: Netlink<Tokio>, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { bridge, link, namespace, port, .. } = given;
    // LinkHandle::{new, get}, LinkGetRequest::execute
    let _ = nl.links().list().await;
    // LinkGetRequest::match_index
    let _ = nl.links().get(7).await;
    // LinkGetRequest::match_name
    let _ = nl.links().get("eth0").await;
    // LinkGetRequest::{set_filter_mask, message_mut}
    let _ = nl.links().filter(LinkFilter { without_statistics: true, ..LinkFilter::default() }).list().await;
    // LinkHandle::add, LinkAddRequest::{execute, set_flags}
    let _ = nl.links().add(&link).await;
    // LinkAddRequest::replace
    let _ = nl.links().replace(&link).await;
    // LinkHandle::{set, change}, LinkSetRequest::execute
    let _ = nl.links().set("eth0", &link).await;
    // LinkHandle::set_port
    let _ = nl.links().set("eth0", &Link { port: BridgePort::default().into(), ..Link::default() }).await;
    // LinkHandle::{del, del_with_message}, LinkDelRequest::{new_with_message, execute, message_mut}
    let _ = nl.links().delete("eth0").await;
    // LinkHandle::property_add, LinkNewPropRequest::{execute, message_mut, alt_ifname}
    let _ = nl.links().add_altnames("eth0", ["uplink0"]).await;
    // LinkHandle::property_del, LinkDelPropRequest::{execute, message_mut, alt_ifname}
    let _ = nl.links().delete_altnames("eth0", ["uplink0"]).await;
    // LinkHandle::get_netns_id, LinkGetNsidHandle::execute
    let _ = nl.namespace_ids().get(&namespace).await;
    // LinkHandle::assign_netns_id, LinkAssignNsidHandle::execute
    let _ = nl.namespace_ids().set(&namespace, 7).await;
    // LinkHandle::afstats, AfstatsRequest::{match_index, execute}
    let _ = nl.link_statistics().get(7).await;
    // LinkMessageBuilder<T>
    let _ = Link {
        name: "lan0".parse()?,
        index: 7,
        mtu: Some(9000),
        address: Some([2, 0, 0, 0, 0, 1].into()),
        txqlen: Some(1000),
        group: Some(5),
        alias: Some("uplink".into()),
        proto_down: Some(false),
        carrier: Some(true),
        link: Some(port.index),
        master: Some(bridge.index),
        ..Link::default()
    };
    // LinkMessageBuilder<T>
    let _ = Link {
        up: Some(true),
        promisc: Some(true),
        arp: Some(false),
        multicast: Some(true),
        allmulticast: Some(true),
        dynamic: Some(true),
        ..Link::default()
    };
    // LinkMessageBuilder<T>::{setns_by_pid, setns_by_fd}
    let _ = Link { namespace: Some(LinkNamespace::Process(4711)), ..Link::default() };
    // LinkMessageBuilder<T>::{set_port_kind, set_port_data}
    let _ = Link { port: BondPort { queue_id: Some(2), ..BondPort::default() }.into(), ..Link::default() };
    // LinkMessageBuilder<T>::{new_with_info_kind, set_info_data, interface_family,
    // set_pre_build_info_data_func, append_extra_attribute}
    let _ = Link { kind: LinkKind::Other { kind: "dummy".into(), data: Vec::new() }, ..Link::default() };
    // LinkUnspec::{new_with_index, new_with_name}, LinkMessageBuilder<LinkUnspec>::new
    let _ = Link::default();
    // LinkDummy::new, LinkMessageBuilder<LinkDummy>::new, LinkIfb::new, LinkMessageBuilder<LinkIfb>::new,
    // LinkNetdevsim::new, LinkMessageBuilder<LinkNetdevsim>::new, LinkNlmon::new,
    // LinkMessageBuilder<LinkNlmon>::new, LinkPfcp::new, LinkMessageBuilder<LinkPfcp>::new, LinkTeam::new,
    // LinkMessageBuilder<LinkTeam>::new, LinkVcan::new, LinkMessageBuilder<LinkVcan>::new, LinkVirtWifi::new,
    // LinkMessageBuilder<LinkVirtWifi>::new, LinkWireguard::new, LinkMessageBuilder<LinkWireguard>::new
    let _ = Link { name: "d0".parse()?, kind: LinkKind::Dummy, ..Link::default() };
    // LinkAmt::new, LinkMessageBuilder<LinkAmt>
    let _ = LinkKind::from(Amt { mode: Some(AmtMode::GATEWAY), link: Some(port.index), ..Amt::default() });
    // LinkBareudp::new, LinkMessageBuilder<LinkBareudp>::{new, dstport, ethertype, srcportmin, multiproto}
    let _ = LinkKind::from(BareUdp { port: Some(6635), ethertype: Some(0x8847), ..BareUdp::default() });
    // LinkBatAdv::new, LinkMessageBuilder<LinkBatAdv>::{new, algo_name}
    let _ = LinkKind::from(Batadv { algo_name: Some("BATMAN_IV".into()), ..Batadv::default() });
    // LinkBond::new, LinkMessageBuilder<LinkBond>
    let _ = LinkKind::from(Bond { mode: Some(BondMode::_8023AD), miimon: Some(100), ..Bond::default() });
    // LinkBondPort::new, LinkMessageBuilder<LinkBondPort>::{append_info_data, queue_id, prio}
    let _ = LinkPort::from(BondPort { queue_id: Some(2), prio: Some(10), ..BondPort::default() });
    // LinkBridge::new, LinkMessageBuilder<LinkBridge>
    let _ = LinkKind::from(Bridge {
        vlan_filtering: Some(true),
        options: Some(BridgeOptions { mst_enabled: Some(true), ..BridgeOptions::default() }),
        ..Bridge::default()
    });
    // LinkBridgePort::new, LinkMessageBuilder<LinkBridgePort>
    let _ = LinkPort::from(BridgePort { cost: Some(4), backup_port: Some(0), ..BridgePort::default() });
    // LinkBridgeVlan::new, LinkMessageBuilder<LinkBridgeVlan>::{append_af_spec, vlan, vlan_range_start,
    // vlan_range_end, bridge_self}
    let _ = nl
        .bridge_vlans()
        .add(&BridgeVlan { interface: port.index, vlan: 10, last: Some(20), ..BridgeVlan::default() })
        .await;
    // LinkCan::new, LinkMessageBuilder<LinkCan>
    let _ = LinkKind::from(Can {
        bittiming: Some(BitTiming { bitrate: 500_000.into(), ..BitTiming::default() }),
        ..Can::default()
    });
    // LinkDsa::new, LinkMessageBuilder<LinkDsa>::{new, conduit}
    let _ = LinkKind::from(Dsa { conduit: Some(port.index), ..Dsa::default() });
    // LinkGeneve::new, LinkMessageBuilder<LinkGeneve>
    let _ = LinkKind::from(Geneve { id: Some(42), remote: "192.0.2.9".parse().ok(), ..Geneve::default() });
    // LinkGre::{new, new_gretap, new_erspan}, LinkMessageBuilder<LinkGre>
    let _ = LinkKind::Gretap(Gre { okey: Some(7), oflags: Some(GreFlags::KEY), ..Gre::default() }.into());
    // LinkGre6::{new, new_gretap6, new_ip6erspan}, LinkMessageBuilder<LinkGre6>
    let _ = LinkKind::Ip6Gretap(Gre { remote: "2001:db8::9".parse().ok(), ..Gre::default() }.into());
    // LinkGtp::new, LinkMessageBuilder<LinkGtp>::{new, role, pdp_hashsize, restart_count}
    let _ = LinkKind::from(Gtp {
        role: Some(GtpRole::SGSN),
        pdp_hashsize: Some(1024),
        create_sockets: Some(true),
        ..Gtp::default()
    });
    // LinkHsr::new, LinkMessageBuilder<LinkHsr>
    let _ = LinkKind::from(Hsr { slave1: Some(port.index), slave2: Some(bridge.index), ..Hsr::default() });
    // LinkIp6Tnl::new, LinkMessageBuilder<LinkIp6Tnl>
    let _ = LinkKind::from(Ip6Tunnel {
        flags: Some(Ip6TunnelFlags::RCV_DSCP_COPY),
        proto: Some(Inside6::ANY),
        ..Ip6Tunnel::default()
    });
    // LinkIpoib::new, LinkMessageBuilder<LinkIpoib>::{new, pkey, mode, umcast}
    let _ = LinkKind::from(Ipoib { pkey: Some(0x8001), ..Ipoib::default() });
    // LinkIpIp::new, LinkMessageBuilder<LinkIpIp>
    let _ = LinkKind::Ipip(IpTunnel { remote: "192.0.2.9".parse().ok(), ..IpTunnel::default() }.into());
    // LinkIpVlan::new, LinkMessageBuilder<LinkIpVlan>::{new, append_info_data, mode, flag}, LinkIpVtap::new,
    // LinkMessageBuilder<LinkIpVtap>::{new, append_info_data, mode, flag}
    let _ = LinkKind::Ipvlan(Ipvlan { mode: Some(IpvlanMode::L3), ..Ipvlan::default() }.into());
    // LinkMacVlan::new, LinkMessageBuilder<LinkMacVlan>::{new, append_info_data, mode}, LinkMacVtap::new,
    // LinkMessageBuilder<LinkMacVtap>::{new, append_info_data, mode}
    let _ = LinkKind::Macvlan(Macvlan { mode: Some(MacvlanMode::BRIDGE), ..Macvlan::default() }.into());
    // LinkMacSec::new, LinkMessageBuilder<LinkMacSec>
    let _ = LinkKind::from(Macsec { port: Some(1), encrypt: Some(true), ..Macsec::default() });
    // LinkNetkit::new, LinkMessageBuilder<LinkNetkit>
    let _ = LinkKind::from(Netkit {
        mode: Some(NetkitMode::L3),
        peer: Some(Link { name: "nk1".parse()?, ..Link::default() }.into()),
        ..Netkit::default()
    });
    // LinkRmNet::new, LinkMessageBuilder<LinkRmNet>::{new, mux_id, flags, parent_dev_name}
    let _ = LinkKind::from(Rmnet { mux_id: Some(1), ..Rmnet::default() });
    // LinkSit::new, LinkMessageBuilder<LinkSit>
    let _ = LinkKind::Sit(
        IpTunnel {
            flags: Some(SitFlags::ISATAP),
            prefix: "2001:db8::".parse().ok(),
            prefixlen: Some(32),
            ..IpTunnel::default()
        }
        .into(),
    );
    // LinkVeth::new, LinkMessageBuilder<LinkVeth>::{new, peer}
    let _ =
        LinkKind::from(Veth { peer: Some(Link { name: "v1".parse()?, ..Link::default() }.into()), ..Veth::default() });
    // LinkVlan::new, LinkMessageBuilder<LinkVlan>::{new, append_info_data, id, protocol, flags, qos}
    let _ = LinkKind::from(Vlan {
        id: Some(7),
        egress_qos: Some(vec![VlanPriority { from: 1, to: 5 }]),
        ..Vlan::default()
    });
    // LinkVrf::new, LinkMessageBuilder<LinkVrf>::{new, append_info_data, table_id}
    let _ = LinkKind::from(Vrf { table: Some(100), ..Vrf::default() });
    // LinkVti::new, LinkMessageBuilder<LinkVti>, LinkVti6::new, LinkMessageBuilder<LinkVti6>
    let _ = LinkKind::Vti(Vti { ikey: Some(7), okey: Some(7), link: Some(port.index), ..Vti::default() }.into());
    // LinkVxcan::new, LinkMessageBuilder<LinkVxcan>::{new, peer}
    let _ = LinkKind::from(Vxcan {
        peer: Some(Link { name: "vc1".parse()?, ..Link::default() }.into()),
        ..Vxcan::default()
    });
    // LinkVxlan::new, LinkMessageBuilder<LinkVxlan>
    let _ = LinkKind::from(Vxlan {
        id: Some(42),
        group: "192.0.2.9".parse().ok(),
        link: Some(port.index),
        port: Some(4789),
        ..Vxlan::default()
    });
    // LinkWwan::new, LinkMessageBuilder<LinkWwan>::{new, linkid, parent_dev_name}
    let _ = LinkKind::from(Wwan { link_id: Some(1), ..Wwan::default() });
    // LinkXfrm::new, LinkMessageBuilder<LinkXfrm>::{new, append_info_data, if_id, dev}
    let _ = LinkKind::from(Xfrm { if_id: Some(42), link: Some(port.index), ..Xfrm::default() });
    Ok(())
}

/// Addresses, in Rust.
async fn addresses(mut nl: Netlink<Tokio>, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { address, port, .. } = given;
    // AddressHandle::{new, get}, AddressGetRequest::{message_mut, execute, set_link_index_filter,
    // set_prefix_length_filter, set_address_filter}
    let _ =
        nl.addresses().filter(AddressFilter { interface: Some(port.index), ..AddressFilter::default() }).list().await;
    // AddressHandle::add, AddressAddRequest::{execute, message_mut}
    let _ = nl.addresses().add(&Address::new(port.index, "192.0.2.1/24".parse()?)).await;
    // AddressAddRequest::replace
    let _ = nl.addresses().replace(&address).await;
    // AddressHandle::del, AddressDelRequest::{execute, message_mut}
    let _ = nl.addresses().delete(&address).await;
    // AddressMessageBuilder<T>::{index, build}, AddressMessageBuilder<Ipv4Addr>::{new, address},
    // AddressMessageBuilder<Ipv6Addr>::{new, address}
    let _ = Address::new(port.index, "2001:db8::1/64".parse()?);
    Ok(())
}

/// Address labels, in Rust.
async fn address_labels(mut nl: Netlink<Tokio>, _given: Given<'_>) -> Result<(), Box<dyn Error>> {
    // AddrLabelHandle::{new, get}, AddrLabelGetRequest::{message_mut, execute}
    let _ = nl.address_labels().list().await;
    // AddrLabelHandle::add, AddrLabelAddRequest
    let _ = nl
        .address_labels()
        .add(&AddressLabel { prefix: Some("2001:db8::/32".parse()?), label: 42, interface: None })
        .await;
    // AddrLabelHandle::del, AddrLabelDelRequest
    let _ = nl
        .address_labels()
        .delete(&AddressLabel { prefix: Some("2001:db8::/32".parse()?), label: 42, interface: None })
        .await;
    Ok(())
}

/// Routes, in Rust.
async fn routes(mut nl: Netlink<Tokio>, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { port, route, .. } = given;
    // RouteHandle::{new, get}, RouteGetRequest::{message_mut, execute}
    let _ = nl.routes().filter(RouteFilter { table: Some(254), ..RouteFilter::default() }).list().await;
    // RouteHandle::add, RouteAddRequest<T>::{execute, message_mut}
    let _ = nl.routes().add(&route).await;
    // RouteAddRequest<T>::replace
    let _ = nl.routes().replace(&route).await;
    // RouteHandle::del, RouteDelRequest::{execute, message_mut}
    let _ = nl.routes().delete(&route).await;
    // RouteMessageBuilder<T>, RouteMessageBuilder<Ipv4Addr>::{new, pref_source, destination_prefix, gateway,
    // via}, RouteMessageBuilder<Ipv6Addr>::{new, pref_source, destination_prefix, gateway},
    // RouteMessageBuilder<IpAddr>::{new, pref_source, destination_prefix, gateway}
    let _ = Route {
        destination: "198.51.100.0/24".parse().ok(),
        gateway: "192.0.2.1".parse().ok(),
        interface: Some(port.index),
        priority: Some(100),
        table: 100,
        preferred_source: "192.0.2.7".parse().ok(),
        flags: Route::ONLINK,
        ..Route::default()
    };
    // RouteMessageBuilder<T>::{input_interface, mark, expires, realm},
    // RouteMessageBuilder<Ipv4Addr>::source_prefix, RouteMessageBuilder<Ipv6Addr>::source_prefix,
    // RouteMessageBuilder<IpAddr>::source_prefix
    let _ = RouteDetails {
        source: "2001:db8::/32".parse().ok(),
        expires: Some(6000),
        realms: Some(7),
        ..RouteDetails::default()
    };
    // RouteMessageBuilder<T>::{ip_protocol, sport, dport, flowlabel}
    let _ = nl
        .routes()
        .get(RouteQuestion { ip_protocol: Some(6), destination_port: Some(443), ..IpAddr::from([192, 0, 2, 1]).into() })
        .await;
    // RouteMessageBuilder<T>
    let _ = RouteDetails {
        encapsulation: Some(Encapsulation::Mpls(Mpls { labels: vec![100], ttl: None })),
        ..RouteDetails::default()
    };
    // RouteMessageBuilder<T>::multipath, RouteNextHopBuilder
    let _ = Route {
        next_hops: vec![NextHop {
            interface: port.index,
            weight: 1,
            flags: NextHopFlags::ONLINK,
            ..NextHop::default()
        }],
        ..Route::default()
    };
    // RouteMessageBuilder<T>::ttl_propagate, RouteMessageBuilder<MplsLabel>
    let _ = RouteDetails { label: Some(100), ttl_propagate: Some(false), ..RouteDetails::default() };
    Ok(())
}

/// Neighbours, in Rust.
async fn neighbours(mut nl: Netlink<Tokio>, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { neighbour, port, .. } = given;
    // NeighbourHandle::{new, get}, NeighbourGetRequest::{execute, message_mut, set_family, set_address_family}
    let _ = nl
        .neighbours()
        .filter(NeighbourFilter { family: Some(Family::INET6), ..NeighbourFilter::default() })
        .list()
        .await;
    // NeighbourGetRequest::{proxies, set_flags}
    let _ = nl.neighbours().filter(NeighbourFilter { proxy: true, ..NeighbourFilter::default() }).list().await;
    // NeighbourHandle::add, NeighbourAddRequest
    let _ = nl
        .neighbours()
        .add(&Neighbour {
            interface: port.index,
            address: "192.0.2.2".parse().ok(),
            link_address: Some([2, 0, 0, 0, 0, 1].into()),
            ..Neighbour::default()
        })
        .await;
    // NeighbourAddRequest::replace
    let _ = nl.neighbours().replace(&neighbour).await;
    // NeighbourHandle::add_bridge
    let _ = nl
        .fdb()
        .add(&FdbEntry {
            interface: port.index,
            link_address: Some([2, 0, 0, 0, 0, 1].into()),
            state: FdbEntry::STATIC,
            flags: NeighbourFlags::MASTER,
            ..FdbEntry::default()
        })
        .await;
    // NeighbourHandle::del, NeighbourDelRequest::{execute, message_mut}
    let _ = nl.neighbours().delete(&neighbour).await;
    Ok(())
}

/// Rules, in Rust.
async fn rules(mut nl: Netlink<Tokio>, given: Given<'_>) -> Result<(), Box<dyn Error>> {
    let Given { rule, .. } = given;
    // RuleHandle::{new, get}, RuleGetRequest::{message_mut, execute}
    let _ = nl.rules().filter(RuleFilter { family: Some(Family::INET), ..RuleFilter::default() }).list().await;
    // RuleHandle::add, RuleAddRequest<T>, RuleAddRequest<Ipv4Addr>::{source_prefix, destination_prefix},
    // RuleAddRequest<Ipv6Addr>::{source_prefix, destination_prefix}
    let _ = nl
        .rules()
        .add(&Rule {
            family: Family::INET,
            source: "10.0.0.0/8".parse().ok(),
            input_interface: "eth0".parse().ok(),
            mark: Some(7),
            table: 100,
            priority: Some(1000),
            ..Rule::default()
        })
        .await;
    // RuleAddRequest<T>::replace
    let _ = nl.rules().ensure(&rule).await;
    // RuleHandle::del, RuleDelRequest::{execute, message_mut}
    let _ = nl.rules().delete(&rule).await;
    Ok(())
}
