//! What iproute2 and Linux 7.2 wrote on a little-endian machine, with sequence numbers, ports and padding set to zero.

use std::format;
use std::string::String;

use super::ioam6::{Ioam6Mode, Ioam6Trace};
use super::ip::{ErspanOptions, GeneveOptions, TunnelFlags, TunnelOptions};
use super::rpl::RplSourceRoute;
use super::segment_routing::{
    FlavorOperations, Seg6Action, Seg6Encap, Seg6LocalCounters, Seg6LocalFlavors, Seg6Mode, Srh,
};
use super::*;
use crate::nest::ChoiceOf;
use crate::payload::Payload;
use crate::route::nexthop::{self, NewNexthop};
use crate::route::route::{Header, NewRoute, RouteProtocol, RouteType, Table};
use crate::route::testing::{bytes, emitted};
use crate::route::{Family, PROTOCOL};
use crate::schema::Tally;
use crate::{Emit, Emitted, Envelope, Flags, Message, RawMessage, Tail};

const ONE: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
const TWO: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2);
const NINE: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 9);

/// What stands before the encapsulation in a route of iproute2 to 2001:db8:SUBNET::/48.
fn before(length: u8, subnet: u8) -> String {
    format!(
        "{length:02x}0000001800050600000000000000000a300000fe030001000000001400010020010db800{subnet:02x}00000000000000000000"
    )
}

/// A route to 2001:db8:SUBNET::/48 by interface 3, with this encapsulation.
fn route<S: ChoiceOf<RouteEncap>>(
    subnet: u16,
    kind: EncapType,
    write: impl for<'x, 'y> FnOnce(&'x mut Emit<'y, S>) -> Emitted<'x, 'y, S>,
) -> String {
    let header = Header {
        family: Family::INET6.into(),
        dst_len: 48,
        table: Table::MAIN.into(),
        protocol: RouteProtocol::BOOT.into(),
        kind: RouteType::UNICAST.into(),
        ..Header::default()
    };
    let destination = Ipv6Addr::new(0x2001, 0xdb8, subnet, 0, 0, 0, 0, 0);
    emitted(|tail| {
        NewRoute::emit(tail, Envelope::request(Flags::ACK | Flags::CREATE | Flags::EXCL), header, |route| {
            route
                .put(Route::DST, destination.into())?
                .nest_as(Route::ENCAP, write)?
                .put(Route::ENCAP_TYPE, kind)?
                .put(Route::OIF, 3)
        })
    })
}

/// The message as text; it is also written again, and stays the same.
#[track_caller]
fn described(wire: &str) -> String {
    let message = bytes(wire);
    let message = RawMessage::first(&message).unwrap();
    let mut tally = Tally::default();
    let mut room = [0xa5; 256];
    let mut tail = Tail::new(&mut room);
    PROTOCOL.repeat(&message, &mut tail, &mut tally).unwrap();
    assert_eq!(tail.written(), message.bytes());
    assert_eq!((tally.unknown, tally.altered, tally.unreadable), (0, 0, 0));
    format!("{:?}", PROTOCOL.describe(&message))
}

#[test]
fn a_segment_routing_header_is_that_of_iproute2() {
    // ip -6 route add 2001:db8:33::/48 encap seg6 mode encap segs 2001:db8::1,2001:db8::2 dev v1
    let wire = before(0x74, 0x33)
        + "34001680 30000100 01000000 0004040101000000 20010db8000000000000000000000002 20010db8000000000000000000000001 \
           06001500 05000000 0800040003000000";
    // The last segment to be visited comes first.
    let segments = [TWO.into(), ONE.into()];
    let srh = Srh::new(&segments).unwrap();
    let written = route(0x33, EncapType::SEG6, |seg6: &mut Emit<'_, EncapSeg6>| {
        seg6.put(EncapSeg6::SRH, Seg6Encap { mode: Seg6Mode::ENCAP, srh })
    });
    assert_eq!(written, wire.replace(' ', ""));
    let text = described(&wire);
    assert!(text.contains("mode: SEG6_IPTUN_MODE_ENCAP"), "{text}");
    assert!(text.contains("segments: [2001:db8::2, 2001:db8::1], tlvs: []"), "{text}");
}

#[test]
fn a_segment_routing_header_that_ends_too_early_is_none() {
    let header = bytes("0002040101000000 20010db8000000000000000000000002");
    assert_eq!(segment_routing::SrhPayload::read(crate::payload::Span::new(&header, 0)), None);
    assert_eq!(Srh::new(&[]), None);
    let many = [Segment::default(); 128];
    assert_eq!(Srh::new(&many), None);
    assert_eq!(Srh::new(&many[1..]).map(|srh| (srh.header.length, srh.header.first_segment)), Some((254, 126)));
}

#[test]
fn a_segment_with_flavors_is_that_of_iproute2() {
    // ip -6 route add 2001:db8:40::/48 encap seg6local action End flavors next-csid lblen 48 nflen 16 count dev v1
    let wire = before(0x90, 0x40)
        + "50001680 0800010001000000 1c000b80 08000100 10000000 05000200 30000000 05000300 10000000 \
           28000a80 0c0002000000000000000000 0c0003000000000000000000 0c0004000000000000000000 \
           06001500 07000000 0800040003000000";
    let written = route(0x40, EncapType::SEG6_LOCAL, |seg6: &mut Emit<'_, EncapSeg6Local>| {
        seg6.put(EncapSeg6Local::ACTION, Seg6Action::END)?
            .nest(EncapSeg6Local::FLAVORS, |flavors| {
                flavors
                    .put(Seg6LocalFlavors::OPERATION, FlavorOperations::NEXT_CSID)?
                    .put(Seg6LocalFlavors::LCBLOCK_BITS, 48)?
                    .put(Seg6LocalFlavors::LCNODE_FN_BITS, 16)
            })?
            .nest(EncapSeg6Local::COUNTERS, |counters| {
                counters
                    .put(Seg6LocalCounters::PACKETS, 0)?
                    .put(Seg6LocalCounters::BYTES, 0)?
                    .put(Seg6LocalCounters::ERRORS, 0)
            })
    });
    assert_eq!(written, wire.replace(' ', ""));
    let text = described(&wire);
    assert!(text.contains("SEG6_LOCAL_FLV_OPERATION: SEG6_LOCAL_FLV_OP_NEXT_CSID"), "{text}");
}

#[test]
fn a_source_route_is_that_of_iproute2() {
    // ip -6 route add 2001:db8:50::/48 encap rpl segs 2001:db8::1,2001:db8::2 dev v1
    let wire = before(0x70, 0x50)
        + "30001680 2c000100 0004030200000000 20010db8000000000000000000000002 20010db8000000000000000000000001 \
           06001500 08000000 0800040003000000";
    // The first to be visited comes first; iproute2 shows them the other way round.
    let segments = [TWO.into(), ONE.into()];
    let written = route(0x50, EncapType::RPL, |rpl: &mut Emit<'_, EncapRpl>| {
        rpl.put(EncapRpl::SRH, RplSourceRoute::new(&segments).unwrap())
    });
    assert_eq!(written, wire.replace(' ', ""));
    assert!(described(&wire).contains("segments: [2001:db8::2, 2001:db8::1]"));
}

#[test]
fn a_trace_is_that_of_iproute2() {
    // ip -6 route add 2001:db8:51::/48 encap ioam6 freq 1/3 mode encap tundst 2001:db8::9
    //     trace prealloc type 0x800000 ns 123 size 12 dev v1
    let wire = before(0x7c, 0x51)
        + "3c001680 0800040001000000 0800050003000000 0500010002000000 \
           1400020020010db8000000000000000000000009 0c000300 007b0003 80000000 06001500 09000000 0800040003000000";
    let trace = Ioam6Trace { namespace: 123.into(), remaining: 3, kind: 0x8000_0000.into(), ..Ioam6Trace::default() };
    let written = route(0x51, EncapType::IOAM6, |ioam: &mut Emit<'_, EncapIoam6>| {
        ioam.put(EncapIoam6::FREQ_K, 1)?
            .put(EncapIoam6::FREQ_N, 3)?
            .put(EncapIoam6::MODE, Ioam6Mode::ENCAP)?
            .put(EncapIoam6::DST, NINE)?
            .put(EncapIoam6::TRACE, (&trace).into())
    });
    assert_eq!(written, wire.replace(' ', ""));
    described(&wire);
}

#[test]
fn a_locator_is_that_of_iproute2() {
    // ip -6 route add 2001:db8:56::/48 encap ila 7:6:5:4 csum-mode neutral-map-auto ident-type use-format
    //     hook-type input dev v1
    let wire = before(0x68, 0x56)
        + "28001680 0c000100 0007000600050004 0500070003000000 0500080020000000 0500090001000000 \
           06001500 03000000 0800040003000000";
    let written = route(0x56, EncapType::ILA, |ila: &mut Emit<'_, EncapIla>| {
        ila.put(EncapIla::LOCATOR, 0x0007_0006_0005_0004)?
            .put(EncapIla::CSUM_MODE, IlaChecksum::NEUTRAL_MAP_AUTO)?
            .put(EncapIla::IDENT_TYPE, IlaIdentifier::USE_FORMAT)?
            .put(EncapIla::HOOK_TYPE, IlaHook::ROUTE_INPUT)
    });
    assert_eq!(written, wire.replace(' ', ""));
    described(&wire);
}

#[test]
fn options_of_a_tunnel_are_those_of_iproute2() {
    // ip -6 route add 2001:db8:32::/48 encap ip6 id 5 dst 2001:db8::9 hoplimit 7 csum erspan_opts 2:0:1:63 dev v1
    let wire = before(0x9c, 0x32)
        + "5c001680 0c000100 0000000000000005 1400020020010db8000000000000000000000009 0500040007000000 \
           28000880 24000380 0500010002000000 0800020000000000 0500030001000000 050004003f000000 \
           0600060000010000 06001500 04000000 0800040003000000";
    let written = route(0x32, EncapType::IP6, |ip6: &mut Emit<'_, EncapIp6>| {
        ip6.put(EncapIp6::ID, 5)?
            .put(EncapIp6::DST, NINE)?
            .put(EncapIp6::HOPLIMIT, 7)?
            .nest(EncapIp6::OPTS, |options| {
                options.nest(TunnelOptions::ERSPAN, |erspan| {
                    erspan
                        .put(ErspanOptions::VER, 2)?
                        .put(ErspanOptions::INDEX, 0)?
                        .put(ErspanOptions::DIR, 1)?
                        .put(ErspanOptions::HWID, 63)
                })
            })?
            .put(EncapIp6::FLAGS, TunnelFlags::CSUM)
    });
    // `csum` is 0x0001 in network byte order.
    assert_eq!(written, wire.replace(' ', ""));
    described(&wire);
}

#[test]
fn an_option_of_geneve_is_a_nest_each_in_a_request() {
    // ip route add 10.2.1.0/24 encap ip id 5 dst 10.0.0.9 geneve_opts 258:1:12121212,3:4:abcdef0123456789 dev vx0
    let wire = "\
        8c000000180005060000000000000000 02180000fe03fd0100000000 080001000a020100 \
        58001680 0c0001000000000000000005 080002000a000009 40000880 \
        1c000180 0600010001020000 0500020001000000 0800030012121212 \
        20000180 0600010000030000 0500020004000000 0c000300abcdef0123456789 \
        06001500 02000000 0800040005000000";
    described(wire);
    let message = bytes(wire);
    let route = RawMessage::first(&message).unwrap().read::<NewRoute>().unwrap().unwrap().attributes();
    let ip = route.get(Route::ENCAP).unwrap().unwrap().of::<EncapIp>();
    let options = ip.get(EncapIp::OPTIONS).unwrap().unwrap();
    let classes = options.all(TunnelOptions::GENEVE).map(|option| option.unwrap().get(GeneveOptions::CLASS).unwrap());
    assert!(classes.eq([Some(258), Some(3)]));
}

#[test]
fn options_of_geneve_are_one_nest_from_the_kernel() {
    let wire = "\
        b000000018000200000000000000000002180000fe03fd010000000008000f00fe000000080001000a0201000800040007000000 \
        740016000c0001000000000000000005080002000a00000908000300000000000500050000000000050004000000000006000600 \
        080000003c0008003800010006000100010200000500020001000000080003001212121206000100000300000500020004000000 \
        0c000300abcdef01234567890600150002000000";
    described(wire);
    let message = bytes(wire);
    let route = RawMessage::first(&message).unwrap().read::<NewRoute>().unwrap().unwrap().attributes();
    let ip = route.get(Route::ENCAP).unwrap().unwrap().of::<EncapIp>();
    let geneve = ip.get(EncapIp::OPTIONS).unwrap().unwrap().get(TunnelOptions::GENEVE).unwrap().unwrap();
    assert!(geneve.all(GeneveOptions::CLASS).map(Result::unwrap).eq([258, 3]));
    assert!(geneve.all(GeneveOptions::TYPE).map(Result::unwrap).eq([1, 4]));
    assert!(geneve.all(GeneveOptions::DATA).map(|data| data.unwrap().len()).eq([4, 8]));
}

#[test]
fn a_nexthop_has_the_same_sets() {
    // ip nexthop add id 7 encap seg6 mode l2encap.red segs 2001:db8::1 dev v1
    let wire = "\
        54000000680005060000000000000000 0200000000000000 0800010007000000 \
        24000880 20000100 04000000 0002040000000000 20010db8000000000000000000000001 06000700 05000000 0800050003000000";
    let segments = [ONE.into()];
    let srh = Srh::new(&segments).unwrap();
    let header = nexthop::Header { family: Family::INET.into(), ..nexthop::Header::default() };
    let written = emitted(|tail| {
        NewNexthop::emit(tail, Envelope::request(Flags::ACK | Flags::CREATE | Flags::EXCL), header, |nexthop| {
            nexthop
                .put(Nexthop::ID, 7)?
                .nest_as(Nexthop::ENCAP, |seg6: &mut Emit<'_, EncapSeg6>| {
                    seg6.put(EncapSeg6::SRH, Seg6Encap { mode: Seg6Mode::L2ENCAP_RED, srh })
                })?
                .put(Nexthop::ENCAP_TYPE, EncapType::SEG6)?
                .put(Nexthop::OIF, 3)
        })
    });
    assert_eq!(written, wire.replace(' ', ""));
    assert!(described(wire).contains("NHA_ENCAP: EncapSeg6 { SEG6_IPTUNNEL_SRH: Seg6Encap"));
}
