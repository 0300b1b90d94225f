//! Defects that a much-used library has (vishvananda/netlink, as of the middle of 2026), and that are not here: what shows it.
//!
//! | defect of theirs | shown by |
//! |---|---|
//! | the keys of a GRE tunnel change places when they are read | here |
//! | checksum settings of Geneve are not sent, nor read | here |
//! | the hash size of GTP is a constant | here |
//! | three flags of IPv6 tunnels are decimal, not hexadecimal | here |
//! | attributes of an IPv6 encapsulation are not padded, and its flags have two byte orders | here |
//! | the tunnel of a rule is in the wrong byte order; suppressors get lost with a table from 256 on | here |
//! | a filter of routes by several things looks at some of them, and is changed | `tests/routes.rs`: `a_filter_gives_what_filtering_the_list_gives_whoever_filters`; filters are taken by value |
//! | of several locked metrics none is told, and one is written | `tests/routes.rs`: `locked_metrics_are_told`; here |
//! | labels where a route has none are fatal | here |
//! | of a switch's identifier only four bytes are read | here, of the codec |
//! | virtual functions are numbered by their places | here, of the codec |
//! | an iteration passes over what cannot be read | `socket/tests/fake_kernel/contents.rs`: `next_hops_with_lengths_that_cannot_be_are_told` |
//! | a link-layer address of 16 bytes makes a parser ask the kernel, in another namespace | here |
//! | a string without its NUL is fatal | `codec/tests/hostile.rs`: `strings_end_at_their_first_nul_or_with_the_payload`; here |
//! | groups above 32 cannot be joined | `tests/events.rs`: `a_group_beyond_the_32_of_an_address_is_heard_too` |
//! | some requests go to the thread's namespace, not to that of the connection | `tests/namespaces.rs`: `fifty_sockets_in_fifty_namespaces_leave_each_thread_in_its_own`; a connection has one socket |
//! | what was there at first is asked for with a link's header, which a strict kernel refuses | here |
//! | a macvlan whose attributes are cut is fatal | here; `codec/tests/hostile.rs` for all attributes |
//! | what LACP has agreed on is not read, and ports of bonds cannot be set | here |
//! | for one port of a bridge all are asked for | here |
//! | the table of a port of a VRF is read by another kind's number | here |
//! | numbers are in the byte order of whoever thought of it | `codec/tests/others_mistakes.rs`: rows of the codec say it once |

mod lab;

use nlwire::Errno;
use std::net::Ipv6Addr;

use lab::{Lab, skip};
use nlwire::Netlink;
use nlwire::codec::payload::{LinkAddress, Span};
use nlwire::codec::route::address::GetAddress;
use nlwire::codec::route::encap::ip::{EncapIp6, TunnelFlags};
use nlwire::codec::route::link::virtual_function::{VirtualFunction, VirtualFunctions};
use nlwire::codec::route::link::{GetLink, Link as LinkKey, NewLink};
use nlwire::codec::route::neighbour::{GetNeighbour, NewNeighbour};
use nlwire::codec::route::nexthop::GetNexthop;
use nlwire::codec::route::route::{GetRoute, Header as RouteHeader, NewRoute, Route as RouteKey};
use nlwire::codec::route::rule::GetRule;
use nlwire::codec::route::{Family, PROTOCOL};
use nlwire::codec::{Attributes, Envelope, Flags, Message, RawMessage, Tail};
use nlwire::link::{
    BondPort, Geneve, Gre, GreFlags, Gtp, GtpRole, Ip6Tunnel, Ip6TunnelFlags, Link, LinkKind, LinkPort,
};
use nlwire::neighbour::Neighbour;
use nlwire::route::encapsulation::IpTunnel;
use nlwire::route::{Encapsulation, Metrics, Route, RouteDetails};
use nlwire::rule::{Rule, RuleFilter};
use nlwire::socket::{Event, Events, Options};
use nlwire::transport::{Query, Request, Transport};

/// Sends nothing, and gives the request as it would be sent.
#[derive(Debug)]
struct Recorder;

impl Transport for Recorder {
    type Outcome<'t, R: Request + 't> = Vec<u8>;

    fn send<'t, R: Request + 't>(&'t mut self, request: R) -> Vec<u8> {
        request.check().unwrap();
        let mut room = [0xa5; 4096];
        let mut tail = Tail::new(&mut room);
        request.emit(&mut tail, Envelope::request(request.flags())).unwrap();
        tail.written().to_vec()
    }
}

impl Query for Recorder {}

/// An attribute with this kind and payload, and its padding.
fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let length = (4 + payload.len() as u16).to_ne_bytes();
    let mut bytes = [&length[..], &kind.to_ne_bytes(), payload].concat();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A message with this header and these attributes.
fn message<M: Message>(header: M::Header, attributes: &[u8]) -> Vec<u8> {
    let mut room = [0; 4096];
    let mut tail = Tail::new(&mut room);
    M::emit(&mut tail, Envelope::default(), header, |to| Ok(to)).unwrap();
    let mut bytes = [tail.written(), attributes].concat();
    let length = (bytes.len() as u32).to_ne_bytes();
    bytes[..4].copy_from_slice(&length);
    bytes
}

/// The link that a message with these attributes tells of.
fn link(attributes: &[u8]) -> Result<Link, nlwire::codec::ParseError> {
    let bytes = message::<NewLink>(Default::default(), attributes);
    let view = RawMessage::first(&bytes).unwrap().read_as::<NewLink>().unwrap();
    Link::from_view(&view)
}

/// The attributes of kind and port, where those that only they have are these.
fn info(kind: u16, name: &[u8], data: &[u8]) -> Vec<u8> {
    attribute(18, &[attribute(kind, name), attribute(kind + 1, data)].concat())
}

fn added(kind: impl Into<LinkKind>) -> Vec<u8> {
    let kind = kind.into();
    Netlink::over(Recorder).links().add(&Link { name: "x".parse().unwrap(), kind, ..Link::default() })
}

/// These bytes stand in the message, and all that the kind says is read of it.
fn says(kind: impl Into<LinkKind>, attributes: &[Vec<u8>]) {
    let kind = kind.into();
    let bytes = added(kind.clone());
    for attribute in attributes {
        assert!(bytes.windows(attribute.len()).any(|bytes| bytes == attribute), "{attribute:?} is not in {bytes:?}");
    }
    let view = RawMessage::first(&bytes).unwrap().read_as::<NewLink>().unwrap();
    assert_eq!(kind.difference(&Link::from_view(&view).unwrap().kind), LinkKind::None);
}

/// Makes a link of this kind, and gives what `ip` then says of it; none, and the test is skipped, where the kernel lacks it.
fn shown(lab: &Lab, kind: impl Into<LinkKind>) -> Option<serde_json::Value> {
    let kind = kind.into();
    let link = Link { name: "x".parse().unwrap(), kind: kind.clone(), ..Link::default() };
    match lab.netlink().links().add(&link) {
        Ok(()) => {}
        Err(error) if error.errno() == Some(Errno::EOPNOTSUPP) => {
            skip(&format!("this kernel has no {}: {error}", kind.name().unwrap()));
            return None;
        }
        Err(error) => panic!("{error}"),
    }
    let shown = lab.json("link show dev x")[0]["linkinfo"]["info_data"].clone();
    lab.ip("link delete x");
    Some(shown)
}

fn gre() -> LinkKind {
    let key = GreFlags::KEY;
    let gre = Gre {
        iflags: Some(key),
        oflags: Some(key),
        ikey: Some(7),
        okey: Some(9),
        remote: "192.0.2.9".parse().ok(),
        local: "192.0.2.1".parse().ok(),
        ..Gre::default()
    };
    LinkKind::Gretap(gre.into())
}

#[test]
fn each_key_of_a_gre_tunnel_has_its_own_direction() {
    says(gre(), &[attribute(4, &[0, 0, 0, 7]), attribute(5, &[0, 0, 0, 9])]);
    let Some(lab) = Lab::new() else { return };
    let Some(shown) = shown(&lab, gre()) else { return };
    assert_eq!((&shown["ikey"], &shown["okey"]), (&"0.0.0.7".into(), &"0.0.0.9".into()));
}

#[test]
fn checksums_of_geneve_are_sent_and_read() {
    let geneve = Geneve {
        id: Some(5),
        remote: "2001:db8::9".parse().ok(),
        udp_zero_csum6_tx: Some(true),
        udp_zero_csum6_rx: Some(true),
        ..Geneve::default()
    };
    says(geneve.clone(), &[attribute(9, &[1]), attribute(10, &[1])]);
    says(Geneve { udp_csum: Some(true), ..Geneve::default() }, &[attribute(8, &[1])]);
    let Some(lab) = Lab::new() else { return };
    let Some(shown) = shown(&lab, geneve) else { return };
    let yes = serde_json::Value::Bool(true);
    assert_eq!((&shown["udp_zero_csum6_tx"], &shown["udp_zero_csum6_rx"]), (&yes, &yes), "{shown}");
}

#[test]
fn the_hash_size_of_gtp_is_the_one_that_is_said() {
    let gtp = Gtp { role: Some(GtpRole::SGSN), pdp_hashsize: Some(512), create_sockets: Some(true), ..Gtp::default() };
    let written = added(gtp);
    let size = attribute(3, &512_u32.to_ne_bytes());
    assert!(written.windows(size.len()).any(|bytes| bytes == size), "{written:?}");
}

#[test]
fn flags_of_an_ipv6_tunnel_are_the_kernels() {
    let tunnel = Ip6Tunnel {
        local: "2001:db8::1".parse().ok(),
        remote: "2001:db8::9".parse().ok(),
        flags: Some(
            Ip6TunnelFlags::RCV_DSCP_COPY | Ip6TunnelFlags::USE_ORIG_FWMARK | Ip6TunnelFlags::ALLOW_LOCAL_REMOTE,
        ),
        ..Ip6Tunnel::default()
    };
    says(tunnel.clone(), &[attribute(8, &0x70_u32.to_ne_bytes())]);
    let Some(lab) = Lab::new() else { return };
    let Some(shown) = shown(&lab, tunnel) else { return };
    let said: Vec<_> = ["ip6_tnl_f_rcv_dscp_copy", "ip6_tnl_f_use_orig_fwmark", "ip6_tnl_f_allow_local_remote"]
        .iter()
        .map(|flag| shown[flag] == true)
        .collect();
    assert_eq!(said, [true; 3], "{shown}");
}

#[test]
fn an_ipv6_encapsulation_is_padded_and_its_flags_are_in_network_byte_order() {
    let tunnel = IpTunnel {
        id: Some(0x0102),
        destination: Some(Ipv6Addr::LOCALHOST),
        ttl: Some(9),
        tos: Some(4),
        flags: TunnelFlags::CSUM,
        ..IpTunnel::default()
    };
    let encapsulation = Some(Encapsulation::Ip6(tunnel));
    let details = Some(RouteDetails { encapsulation, ..RouteDetails::default() }.into());
    let route = Route { destination: "2001:db8::/32".parse().ok(), interface: Some(1), details, ..Route::default() };
    let bytes = Netlink::over(Recorder).routes().add(&route);
    let view = RawMessage::first(&bytes).unwrap().read_as::<NewRoute>().unwrap();
    assert_eq!(Route::from_view(&view).unwrap().details, route.details);
    let inner = view.attributes().get(RouteKey::ENCAP).unwrap().unwrap().of::<EncapIp6>();
    let mut lengths = Vec::new();
    for attribute in inner.iter() {
        let attribute = attribute.unwrap();
        lengths.push((attribute.number(), attribute.payload().len()));
        if attribute.number() == EncapIp6::FLAGS.number() {
            assert_eq!(attribute.payload(), TunnelFlags::CSUM.bits().to_be_bytes());
        }
    }
    lengths.sort_unstable();
    assert_eq!(lengths, [(1, 8), (2, 16), (4, 1), (5, 1), (6, 2)]);
}

#[test]
fn a_rule_of_a_tunnel_with_suppressors_keeps_them_in_a_table_above_255() {
    let Some(lab) = Lab::new() else { return };
    let mut nl = lab.netlink();
    for table in [255, 256, 4_000_000_000] {
        let rule = Rule {
            family: Family::INET,
            priority: Some(5),
            table,
            tunnel_id: Some(77),
            suppress_prefix_length: Some(8),
            suppress_interface_group: Some(3),
            ..Rule::default()
        };
        nl.rules().add(&rule).unwrap();
        let shown = &lab.json("rule show priority 5")[0];
        assert_eq!((&shown["tun_id"], &shown["suppress_prefixlen"]), (&77.into(), &8.into()), "{shown}");
        assert_eq!(shown["suppress_ifgroup"], "3", "{shown}");
        let filter = RuleFilter { family: Some(Family::INET), priority: Some(5), table: Some(table) };
        let [listed] = nl.rules().filter(filter).list().unwrap().try_into().unwrap();
        assert_eq!((listed.table, listed.tunnel_id), (table, Some(77)));
        assert_eq!((listed.suppress_prefix_length, listed.suppress_interface_group), (Some(8), Some(3)));
        nl.rules().delete(&listed).unwrap();
    }
}

#[test]
fn all_metrics_that_are_locked_are_written_once() {
    let metrics = Metrics { lock: 1 << 2 | 1 << 8, mtu: Some(1400), advertised_mss: Some(1000), ..Metrics::default() };
    let details = Some(RouteDetails { metrics: Some(metrics), ..RouteDetails::default() }.into());
    let route = Route { destination: "192.0.2.0/24".parse().ok(), interface: Some(1), details, ..Route::default() };
    let bytes = Netlink::over(Recorder).routes().add(&route);
    let lock = attribute(1, &0x104_u32.to_ne_bytes());
    assert_eq!(bytes.windows(lock.len()).filter(|bytes| *bytes == lock).count(), 1);
    let view = RawMessage::first(&bytes).unwrap().read_as::<NewRoute>().unwrap();
    assert_eq!(Route::from_view(&view).unwrap().metrics(), route.metrics());
}

#[test]
fn labels_where_a_route_has_none_break_nothing() {
    for family in [Family::INET, Family::INET6, Family::MPLS, Family(99)] {
        for labels in [&[0, 0x06, 0x41, 0][..], &[]] {
            let header = RouteHeader { family: family.into(), ..RouteHeader::default() };
            let bytes = message::<NewRoute>(header, &attribute(19, labels));
            let view = RawMessage::first(&bytes).unwrap().read_as::<NewRoute>().unwrap();
            assert_eq!(Route::from_view(&view).unwrap().family, family);
            assert_eq!(view.attributes().get(RouteKey::NEWDST).unwrap().unwrap().len(), labels.len() / 4);
        }
    }
}

#[test]
fn all_of_a_switchs_identifier_is_read() {
    let identifier: Vec<u8> = (1..=32).collect();
    let bytes = attribute(36, &identifier);
    let link = Attributes::<LinkKey>::new(Span::new(&bytes, 0));
    assert_eq!(link.get(LinkKey::PHYS_SWITCH_ID), Ok(Some(&identifier[..])));
}

#[test]
fn a_virtual_function_has_the_number_that_is_said_wherever_it_stands() {
    let function = |number: u32| attribute(1, &attribute(1, &[&number.to_ne_bytes()[..], &[2; 32]].concat()));
    let bytes = attribute(22, &[function(3), function(1)].concat());
    let list = Attributes::<LinkKey>::new(Span::new(&bytes, 0)).get(LinkKey::VFINFO_LIST).unwrap().unwrap();
    let number = |function: Result<Attributes<'_, VirtualFunction>, _>| {
        function.unwrap().get(VirtualFunction::MAC).unwrap().unwrap().function.get()
    };
    assert_eq!(list.all(VirtualFunctions::INFO).map(number).collect::<Vec<_>>(), [3, 1]);
}

#[test]
fn a_link_layer_address_of_any_length_is_one() {
    for length in [0, 4, 6, 8, 16, 20, 32] {
        let bytes = message::<NewNeighbour>(Default::default(), &attribute(2, &vec![7; length]));
        let view = RawMessage::first(&bytes).unwrap().read_as::<NewNeighbour>().unwrap();
        assert_eq!(Neighbour::from_view(&view).unwrap().link_address, LinkAddress::new(&vec![7; length]));
    }
}

#[test]
fn strings_of_a_link_need_no_nul() {
    let kind = info(1, b"dummy", &[]);
    let link =
        link(&[attribute(3, b"eth0"), attribute(20, b"uplink"), attribute(6, b"noqueue"), kind].concat()).unwrap();
    assert_eq!((link.name.as_str(), link.alias.as_deref()), (Some("eth0"), Some("uplink")));
    assert_eq!((link.qdisc.as_deref(), link.kind), (Some("noqueue"), LinkKind::Dummy));
}

#[test]
fn what_was_there_is_asked_for_in_its_own_words_of_a_strict_kernel() {
    fn listed<M: Message<Header: Default>>(lab: &Lab) {
        let timeout = Some(std::time::Duration::from_secs(20));
        let options = Options { groups: vec![1, 5, 7], strict_check: true, timeout, ..Options::default() };
        let mut events = Events::open_in(&lab.namespace, &PROTOCOL, &options).unwrap();
        events.list::<M>(M::Header::default(), |to| Ok(to)).unwrap();
        loop {
            match events.next().unwrap() {
                Some(Event::Listed { .. }) => return,
                Some(Event::Object(_) | Event::Change { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    let Some(lab) = Lab::new() else { return };
    lab.ip("rule add lookup 77");
    listed::<GetLink>(&lab);
    listed::<GetAddress>(&lab);
    listed::<GetRoute>(&lab);
    listed::<GetNeighbour>(&lab);
    listed::<GetRule>(&lab);
    listed::<GetNexthop>(&lab);
}

#[test]
fn a_macvlan_whose_attributes_are_cut_or_of_other_sizes_is_an_error_or_a_link_and_no_panic() {
    for number in 0..12 {
        for length in 0..12 {
            let _ = link(&info(1, b"macvlan", &attribute(number, &vec![1; length])));
        }
    }
    assert!(link(&info(1, b"macvlan", &attribute(1, &[1, 2]))).is_err(), "a mode has four bytes");
    let whole =
        info(1, b"macvlan", &[attribute(1, &4_u32.to_ne_bytes()), attribute(5, &attribute(4, &[2; 6]))].concat());
    for end in 0..whole.len() {
        let _ = link(&whole[..end]);
    }
}

#[test]
fn what_lacp_has_agreed_on_is_read_and_a_port_of_a_bond_can_be_set() {
    let numbers = [(1, 5_u16), (2, 2), (3, 9), (4, 17)];
    let mut agreed: Vec<u8> = numbers.iter().flat_map(|(kind, value)| attribute(*kind, &value.to_ne_bytes())).collect();
    agreed.extend(attribute(5, &[2, 0, 0, 0, 0, 7]));
    let LinkKind::Bond(bond) = link(&info(1, b"bond", &attribute(23, &agreed))).unwrap().kind else { panic!() };
    let agreed = bond.ad_info.unwrap();
    assert_eq!((agreed.aggregator, agreed.num_ports), (Some(5), Some(2)));
    assert_eq!((agreed.actor_key, agreed.partner_key), (Some(9), Some(17)));
    assert_eq!(agreed.partner_mac, Some([2, 0, 0, 0, 0, 7]));

    let port = BondPort { prio: Some(-3), queue_id: Some(2), ..BondPort::default() };
    let bytes = Netlink::over(Recorder).links().set("eth0", &Link { port: port.clone().into(), ..Link::default() });
    let view = RawMessage::first(&bytes).unwrap().read_as::<NewLink>().unwrap();
    assert_eq!(Link::from_view(&view).unwrap().port, LinkPort::from(port));
}

#[test]
fn for_one_port_of_a_bridge_one_link_is_asked_for() {
    let bytes = Netlink::over(Recorder).links().get("eth0");
    let request = RawMessage::first(&bytes).unwrap().read_as::<GetLink>().unwrap();
    assert!(!request.envelope().flags.contains(Flags::DUMP));
    let port = [attribute(27, &[1]), attribute(33, &[1])].concat();
    let LinkPort::Bridge(port) = link(&info(4, b"bridge", &port)).unwrap().port else { panic!() };
    assert_eq!((port.vlan_tunnel, port.mcast_flood, port.isolated), (None, Some(true), Some(true)));
}

#[test]
fn a_port_of_a_vrf_says_its_table() {
    let LinkPort::Vrf(port) = link(&info(4, b"vrf", &attribute(1, &1000_u32.to_ne_bytes()))).unwrap().port else {
        panic!()
    };
    assert_eq!(port.table, Some(1000));
}
