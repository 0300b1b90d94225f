//! Encoding mistakes that other netlink programs and libraries made, and mended: each stays away from here.
//!
//! What is right, the bytes say, which are written down here as the kernel has them. More of these mistakes are in `hostile.rs`:
//! a dump request of four bytes, an end without its code, an outcome with a code above 0, structs that are shorter and longer
//! than known, structs without the padding at their end.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlwire_codec::nest::ChoiceOf;
use nlwire_codec::payload::{Payload, Span};
use nlwire_codec::route::encap::{
    EncapIoam6, EncapIp, EncapIp6, EncapMpls, EncapRpl, EncapType, EncapXfrm, RouteEncap,
};
use nlwire_codec::route::link::can::{Can, CanModesMore, CanTdc};
use nlwire_codec::route::link::geneve::Geneve;
use nlwire_codec::route::link::gre::{Gre, GreFlags};
use nlwire_codec::route::link::ip_tunnel::Ip6Tunnel;
use nlwire_codec::route::link::macsec::Macsec;
use nlwire_codec::route::link::statistics::Statistics32;
use nlwire_codec::route::link::virtual_function::{VfGuid, VirtualFunction};
use nlwire_codec::route::link::vlan::Vlan;
use nlwire_codec::route::link::vxlan::{PortRange, Vxlan};
use nlwire_codec::route::link::{Link, LinkInfo, NewLink};
use nlwire_codec::route::neighbour::Neighbour;
use nlwire_codec::route::nexthop::GroupEntry;
use nlwire_codec::route::route::{Label, Metrics, NewRoute, NextHopHeader, Route};
use nlwire_codec::route::rule::Rule;
use nlwire_codec::{
    Attributes, Emit, EmitErrorKind, Emitted, Envelope, Key, Message, ParseErrorKind, RawMessage, Set, Tail,
};

/// An attribute with this kind and payload, and its padding.
fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let length = (4 + payload.len() as u16).to_ne_bytes();
    let mut bytes = [&length[..], &kind.to_ne_bytes(), payload].concat();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// The payload that is written for a value of this attribute; it is read as the same value's bytes again.
fn payload<S: Set, P: Payload>(_: Key<S, P>, value: P::Value<'_>) -> Vec<u8> {
    let mut room = [0xa5; 256];
    let mut tail = Tail::new(&mut room);
    P::write(value, &mut tail).unwrap();
    let written = tail.written().to_vec();
    tail.clear();
    P::write(P::read(Span::new(&written, 0)).unwrap(), &mut tail).unwrap();
    assert_eq!(tail.written(), written);
    written
}

/// The attributes that are written into a route.
fn route(write: impl for<'x, 'y> FnOnce(&'x mut Emit<'y, Route>) -> Emitted<'x, 'y, Route>) -> Vec<u8> {
    let mut room = [0xa5; 512];
    let mut tail = Tail::new(&mut room);
    NewRoute::emit(&mut tail, Envelope::default(), Default::default(), write).unwrap();
    tail.written()[28..].to_vec()
}

fn routes(bytes: &[u8]) -> Attributes<'_, Route> {
    Attributes::new(Span::new(bytes, 28))
}

#[test]
fn the_weight_256_of_a_next_hop_is_255_in_its_one_byte() {
    let bytes = route(|route| {
        route.next_hops(|hops| hops.put(NextHopHeader { hops: 255, ..Default::default() }, |hop| Ok(hop)))
    });
    assert_eq!(bytes[4..8], [&8_u16.to_ne_bytes()[..], &[0, 255]].concat());
    let mut hops = routes(&bytes).get(Route::MULTIPATH).unwrap().unwrap();
    assert_eq!(hops.next().unwrap().unwrap().header.hops, 255);
}

#[test]
fn the_weight_of_a_nexthop_in_a_group_is_one_more_than_its_two_bytes_which_are_apart() {
    for (weight, low, high) in [(1, 0, 0), (256, 255, 0), (257, 0, 1), (65_535, 254, 255)] {
        let entry = GroupEntry::new(5, weight).unwrap();
        assert_eq!((entry.weight, entry.weight_high, entry.weight()), (low, high, weight));
    }
    assert!(GroupEntry::new(5, 0).is_none() && GroupEntry::new(5, 65_536).is_none());
}

#[test]
fn an_encapsulation_may_stand_before_what_it_is() {
    let encapsulation = attribute(22, &attribute(1, &[0, 0x06, 0x41, 0]));
    let kind = attribute(21, &1_u16.to_ne_bytes());
    for attributes in [[&encapsulation[..], &kind].concat(), [&kind[..], &encapsulation].concat()] {
        let bytes = route(|route| {
            for attribute in routes(&attributes) {
                route.put_back(attribute.unwrap())?;
            }
            Ok(route)
        });
        assert_eq!(routes(&bytes).get(Route::ENCAP_TYPE), Ok(Some(EncapType::MPLS)));
        let inner = routes(&bytes).get(Route::ENCAP).unwrap().unwrap().of::<EncapMpls>();
        assert_eq!(inner.get(EncapMpls::DST), Ok(Some(&[Label::new(100, true)][..])));
        // What prints it looks for the kind itself.
        let mut message = vec![0; 28];
        message.extend(&bytes);
        let length = message.len() as u32;
        message[..4].copy_from_slice(&length.to_ne_bytes());
        message[4..6].copy_from_slice(&24_u16.to_ne_bytes());
        let text = format!("{:?}", RawMessage::first(&message).unwrap().read::<NewRoute>().unwrap().unwrap());
        assert!(text.contains("MPLS_IPTUNNEL_DST"), "{text}");
    }
}

/// Every encapsulation is written with `NLA_F_NESTED`, and read with and without: kernels want it for the newer ones, and do
/// not mind it for the older ones, for which they do not send it.
#[test]
fn an_encapsulation_is_written_with_its_nested_flag_and_read_without_too() {
    fn flagged<S: ChoiceOf<RouteEncap>>(kind: EncapType) {
        let bytes = route(|route| {
            let route = route.put(Route::ENCAP_TYPE, kind)?;
            route.nest_as(Route::ENCAP, |inner: &mut Emit<'_, S>| inner.put_raw(1, &[0; 4]))
        });
        let written = routes(&bytes).iter().nth(1).unwrap().unwrap();
        assert_eq!(written.kind(), 22 | 0x8000, "{kind:?}");
        for flag in [0, 0x8000] {
            let bytes = attribute(22 | flag, &attribute(1, &[0; 4]));
            let inner = routes(&bytes).get(Route::ENCAP).unwrap().unwrap();
            assert_eq!(inner.of::<S>().iter().count(), 1);
        }
    }
    flagged::<EncapMpls>(EncapType::MPLS);
    flagged::<EncapRpl>(EncapType::RPL);
    flagged::<EncapIoam6>(EncapType::IOAM6);
    flagged::<EncapXfrm>(EncapType::XFRM);
    flagged::<EncapIp>(EncapType::IP);
    flagged::<EncapIp6>(EncapType::IP6);
}

#[test]
fn next_hops_that_are_none_are_no_error() {
    let bytes = attribute(9, &[]);
    assert_eq!(routes(&bytes).get(Route::MULTIPATH).unwrap().unwrap().count(), 0);
    assert_eq!(route(|route| route.next_hops(|hops| Ok(hops))), bytes);
}

#[test]
fn the_time_to_live_of_a_route_has_four_bytes_and_the_last_use_of_a_multicast_route_eight() {
    assert_eq!(payload(Route::EXPIRES, 1000), 1000_u32.to_ne_bytes());
    assert_eq!(payload(Route::LAST_USE, 1000), 1000_u64.to_ne_bytes());
    let eight = attribute(23, &1000_u64.to_ne_bytes());
    assert_eq!(routes(&eight).get(Route::LAST_USE), Ok(Some(1000)));
    assert_eq!(routes(&eight).get(Route::EXPIRES).unwrap_err().kind, ParseErrorKind::Payload);
}

#[test]
fn a_next_hop_of_another_family_has_its_family_in_two_bytes_before_its_address() {
    let address = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 9);
    let bytes = attribute(18, &[&10_u16.to_ne_bytes()[..], &address.octets()].concat());
    let via = routes(&bytes).get(Route::VIA).unwrap().unwrap();
    assert_eq!(via.ip(), Some(IpAddr::V6(address)));
    assert_eq!(route(|route| route.put(Route::VIA, via)), bytes);
}

#[test]
fn flow_labels_are_in_network_byte_order() {
    let label = 0x0001_2345_u32;
    let big = label.to_be_bytes();
    assert_eq!(payload(Route::FLOWLABEL, label), big);
    assert_eq!(payload(Rule::FLOWLABEL, label), big);
    assert_eq!(payload(Rule::FLOWLABEL_MASK, label), big);
    assert_eq!(payload(Vxlan::LABEL, label), big);
    assert_eq!(payload(Geneve::LABEL, label), big);
    assert_eq!(payload(Ip6Tunnel::FLOWINFO, label), big);
    assert_eq!(payload(Gre::FLOWINFO, label), big);
}

#[test]
fn ports_keys_and_flags_of_tunnels_are_in_network_byte_order_and_marks_are_not() {
    assert_eq!(payload(Gre::ENCAP_SPORT, 0x1234), [0x12, 0x34]);
    assert_eq!(payload(Gre::ENCAP_DPORT, 0x1234), [0x12, 0x34]);
    assert_eq!(payload(Gre::IKEY, 0x1234_5678), [0x12, 0x34, 0x56, 0x78]);
    assert_eq!(payload(Gre::OFLAGS, GreFlags::KEY | GreFlags::SEQ), [0x30, 0x00]);
    assert_eq!(payload(Gre::FWMARK, 0x1234_5678), 0x1234_5678_u32.to_ne_bytes());
    assert_eq!(payload(Macsec::PORT, 0x1234), [0x12, 0x34]);
    assert_eq!(payload(Macsec::SCI, 0x0102_0304_0506_0708), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(payload(Vxlan::PORT, 4789), [0x12, 0xb5]);
    let range = PortRange { low: 0x1234.into(), high: 0x5678.into() };
    assert_eq!(payload(Vxlan::PORT_RANGE, (&range).into()), [0x12, 0x34, 0x56, 0x78]);
    assert_eq!(payload(Vxlan::ID, 0x1234), 0x1234_u32.to_ne_bytes());
    assert_eq!(payload(Vlan::PROTOCOL, 0x88a8), [0x88, 0xa8]);
    assert_eq!(payload(Vlan::ID, 0x0123), 0x0123_u16.to_ne_bytes());
}

#[test]
fn the_port_of_a_neighbour_is_in_network_byte_order_and_its_network_identifier_is_not() {
    assert_eq!(payload(Neighbour::PORT, 4789), [0x12, 0xb5]);
    assert_eq!(payload(Neighbour::VNI, 0x1234), 0x1234_u32.to_ne_bytes());
}

#[test]
fn ports_of_a_question_for_a_route_are_in_network_byte_order() {
    assert_eq!(payload(Route::SPORT, 443), [0x01, 0xbb]);
    assert_eq!(payload(Route::DPORT, 443), [0x01, 0xbb]);
}

#[test]
fn the_tunnel_of_a_rule_has_eight_bytes_in_network_byte_order() {
    assert_eq!(payload(Rule::TUN_ID, 77), [0, 0, 0, 0, 0, 0, 0, 77]);
}

#[test]
fn the_name_of_a_congestion_control_is_a_string_among_numbers() {
    let bytes = attribute(8, &[attribute(2, &1400_u32.to_ne_bytes()), attribute(16, b"cubic\0")].concat());
    let metrics = routes(&bytes).get(Route::METRICS).unwrap().unwrap();
    assert_eq!(metrics.get(Metrics::CC_ALGO), Ok(Some("cubic")));
    assert_eq!(metrics.get(Metrics::MTU), Ok(Some(1400)));
    assert_eq!(payload(Metrics::CC_ALGO, "cubic"), b"cubic\0");
}

#[test]
fn the_identifier_of_a_virtual_function_stands_at_byte_eight() {
    let guid = VfGuid { function: 3.into(), guid: 0x0102_0304_0506_0708.into(), ..Default::default() };
    let bytes = payload(VirtualFunction::IB_NODE_GUID, (&guid).into());
    let wire = [&3_u32.to_ne_bytes()[..], &[0; 4], &0x0102_0304_0506_0708_u64.to_ne_bytes()].concat();
    assert_eq!(bytes, wire);
}

#[test]
fn delays_and_more_modes_of_a_can_controller_are_nests_with_numbers_of_their_own() {
    let delays = attribute(16, &attribute(8, &7_u32.to_ne_bytes()));
    let modes = attribute(17, &attribute(1, &0x10_u32.to_ne_bytes()));
    let bytes = [delays, modes].concat();
    let can = Attributes::<Can>::new(Span::new(&bytes, 0));
    assert_eq!(can.get(Can::TDC).unwrap().unwrap().get(CanTdc::TDCO), Ok(Some(7)));
    let modes = can.get(Can::CTRLMODE_EXT).unwrap().unwrap().get(CanModesMore::SUPPORTED).unwrap().unwrap();
    assert_eq!(modes.bits(), 0x10);
}

#[test]
fn counters_of_an_older_kernel_are_filled_up_and_those_of_a_newer_one_cut() {
    let known = size_of::<Statistics32>();
    for size in [known - 4, known, known + 8] {
        let bytes = attribute(7, &vec![1; size]);
        let link = Attributes::<Link>::new(Span::new(&bytes, 32));
        let counters = link.get(Link::STATS).unwrap().unwrap();
        assert_eq!(counters.rx_packets.get(), 0x0101_0101);
        assert_eq!(counters.rx_nohandler.get(), if size < known { 0 } else { 0x0101_0101 });
    }
}

/// A card with more than 200 virtual functions has a list that is longer than its length can say: the kernel sends what is
/// left of that length. The other attributes are there to be read all the same.
#[test]
fn a_list_of_virtual_functions_above_64_kib_hides_nothing_that_stands_before_it() {
    let function = attribute(1 | 0x8000, &attribute(1, &[7; 256]));
    let list = function.repeat(255);
    assert!(list.len() > 0x1_0000);
    let mut bytes = attribute(3, b"eth0\0");
    bytes.extend(((4 + list.len()) as u16).to_ne_bytes());
    bytes.extend((22_u16 | 0x8000).to_ne_bytes());
    bytes.extend(&list);
    let link = Attributes::<Link>::new(Span::new(&bytes, 32));
    assert_eq!(link.iter().next().unwrap().unwrap().read(Link::IFNAME), Ok(Some("eth0")));
    let found = link.iter().count();
    assert!((2..1000).contains(&found), "it ends");
}

#[test]
fn a_list_that_is_longer_than_its_length_can_say_is_refused_as_a_whole() {
    let mut room = vec![0xa5; 200_000];
    let mut tail = Tail::new(&mut room);
    let error = NewLink::emit(&mut tail, Envelope::default(), Default::default(), |link| {
        link.nest(Link::VFINFO_LIST, |list| {
            for _ in 0..255 {
                list.put_raw(1 | 0x8000, &attribute(1, &[7; 256]))?;
            }
            Ok(list)
        })
    })
    .unwrap_err();
    assert_eq!((error.kind, error.attribute), (EmitErrorKind::TooLong, 22));
    assert!(tail.written().is_empty());
}

#[test]
fn the_kind_of_a_link_may_come_with_and_without_a_nul() {
    for kind in [&b"veth"[..], b"veth\0"] {
        let bytes = attribute(18, &attribute(1, kind));
        let link = Attributes::<Link>::new(Span::new(&bytes, 32));
        assert_eq!(link.get(Link::LINKINFO).unwrap().unwrap().get(LinkInfo::KIND), Ok(Some("veth")));
    }
    assert_eq!(payload(LinkInfo::KIND, "veth"), b"veth\0");
}

#[test]
fn an_ipv4_address_is_four_bytes_as_they_are_written() {
    assert_eq!(payload(Route::DST, Ipv4Addr::new(10, 1, 2, 3).into()), [10, 1, 2, 3]);
    assert_eq!(payload(Route::PREFSRC, Ipv6Addr::LOCALHOST.into()), Ipv6Addr::LOCALHOST.octets());
}
