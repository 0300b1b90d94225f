//! What iproute2 wrote of each kind is read and, unless it says more than it must, written again the same.

use super::*;
use crate::codec::route::route::{Header, NewRoute, Route};
use crate::codec::{Envelope, Flags, Message, RawMessage, Tail};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

/// A route with these attributes of `RTA_ENCAP`, as it is sent.
fn message(kind: EncapType, attributes: &[u8]) -> Vec<u8> {
    let mut room = [0; 512];
    let mut tail = Tail::new(&mut room);
    NewRoute::emit(&mut tail, Envelope::request(Flags::empty()), Header::default(), |route| {
        route.put(Route::ENCAP_TYPE, kind)?.put_raw(Route::ENCAP.number(), attributes)
    })
    .unwrap();
    tail.written().to_vec()
}

fn read(kind: EncapType, attributes: &[u8]) -> Result<Option<Encapsulation>, ParseError> {
    let message = message(kind, attributes);
    let view = RawMessage::first(&message).unwrap().read::<NewRoute>().unwrap().unwrap();
    let route = super::super::Route::from_view(&view)?;
    Ok(route.details.and_then(|details| details.encapsulation))
}

/// The attributes of `RTA_ENCAP` that an encapsulation is written as.
fn written(encapsulation: &Encapsulation) -> Vec<u8> {
    let mut room = [0; 8192];
    let mut tail = Tail::new(&mut room);
    NewRoute::emit(&mut tail, Envelope::request(Flags::empty()), Header::default(), |route| {
        encapsulation.emit(route, Route::ENCAP.number())
    })
    .unwrap();
    let view = RawMessage::first(tail.written()).unwrap().read::<NewRoute>().unwrap().unwrap();
    view.attributes().iter().next().unwrap().unwrap().payload().to_vec()
}

fn address(text: &str) -> Ipv6Addr {
    text.parse().unwrap()
}

#[track_caller]
fn same(wire: &str, encapsulation: Encapsulation) {
    let wire = bytes(wire);
    assert_eq!(read(encapsulation.kind(), &wire).unwrap(), Some(encapsulation.clone()));
    assert_eq!(written(&encapsulation), wire);
}

#[test]
fn labels_are_those_of_iproute2() {
    // encap mpls 100/200 ttl 9
    same(
        "0c000100 00064000 000c8100 05000200 09000000",
        Encapsulation::Mpls(Mpls { labels: vec![100, 200], ttl: Some(9) }),
    );
}

#[test]
fn segments_are_those_of_iproute2() {
    let segments = vec![address("2001:db8::1"), address("2001:db8::2")];
    // encap seg6 mode encap segs 2001:db8::1,2001:db8::2
    same(
        "30000100 01000000 0004040101000000 20010db8000000000000000000000002 20010db8000000000000000000000001",
        Encapsulation::Seg6(Seg6 { header: segments.clone().into(), ..Seg6::default() }),
    );
    // encap seg6 mode inline segs 2001:db8::1: the first place is the packet's.
    same(
        "30000100 00000000 0004040101000000 00000000000000000000000000000000 20010db8000000000000000000000001",
        Encapsulation::Seg6(Seg6 {
            mode: Seg6Mode::INLINE,
            header: vec![address("2001:db8::1")].into(),
            ..Seg6::default()
        }),
    );
    // encap rpl segs 2001:db8::1,2001:db8::2, which iproute2 takes the other way round.
    same(
        "2c000100 0004030200000000 20010db8000000000000000000000002 20010db8000000000000000000000001",
        Encapsulation::Rpl(Rpl { segments: segments.into_iter().rev().collect() }),
    );
}

#[test]
fn a_header_keeps_its_mark_its_flags_and_what_is_behind_its_segments() {
    let header = SegmentRoutingHeader {
        segments: vec![address("2001:db8::1")],
        flags: SrhFlags::HMAC,
        tag: 0x1234,
        tlvs: vec![5; 16],
    };
    same(
        &format!("30000100 01000000 0004040000081234 20010db8000000000000000000000001 {}", "05".repeat(16)),
        Encapsulation::Seg6(Seg6 { header: header.clone(), ..Seg6::default() }),
    );
    let wrong = [
        SegmentRoutingHeader::default(),
        SegmentRoutingHeader { tlvs: vec![5; 7], ..header.clone() },
        SegmentRoutingHeader { segments: vec![Ipv6Addr::UNSPECIFIED; 128], ..header },
    ];
    for header in wrong {
        assert!(Encapsulation::Seg6(Seg6 { header: header.clone(), ..Seg6::default() }).check().is_err());
        let local = Seg6Local { header: Some(header), ..Seg6Local::default() };
        assert!(Encapsulation::Seg6Local(Box::new(local)).check().is_err());
    }
}

#[test]
fn behaviour_of_a_segment_is_that_of_iproute2() {
    // encap seg6local action End flavors next-csid lblen 48 nflen 16 count
    same(
        "0800010001000000 1c000b80 08000100 10000000 05000200 30000000 05000300 10000000 \
         28000a80 0c0002000000000000000000 0c0003000000000000000000 0c0004000000000000000000",
        Encapsulation::Seg6Local(Box::new(Seg6Local {
            action: Seg6Action::END,
            flavors: Some(Flavors {
                operations: FlavorOperations::NEXT_CSID,
                block_bits: Some(48),
                node_bits: Some(16),
            }),
            counters: Some(Seg6Counters::default()),
            ..Seg6Local::default()
        })),
    );
}

#[test]
fn what_is_gathered_is_that_of_iproute2() {
    // encap ioam6 freq 1/3 mode encap tundst 2001:db8::9 trace prealloc type 0x800000 ns 123 size 12
    same(
        "0800040001000000 0800050003000000 0500010002000000 1400020020010db8000000000000000000000009 \
         0c000300 007b0003 80000000",
        Encapsulation::Ioam6(Ioam6 {
            mode: Some(Ioam6Mode::ENCAP),
            trace: Ioam6Trace {
                namespace: 123.into(),
                remaining: 3,
                kind: 0x8000_0000.into(),
                ..Ioam6Trace::default()
            },
            destination: Some(address("2001:db8::9")),
            source: None,
            frequency: Some((1, 3)),
        }),
    );
}

#[test]
fn a_locator_is_that_of_iproute2() {
    // encap ila 7:6:5:4 csum-mode neutral-map-auto ident-type use-format hook-type input
    same(
        "0c000100 0007000600050004 0500070003000000 0500080020000000 0500090001000000",
        Encapsulation::Ila(Ila {
            locator: 0x0007_0006_0005_0004,
            checksum: Some(IlaChecksum::NEUTRAL_MAP_AUTO),
            identifier: Some(IlaIdentifier::USE_FORMAT),
            hook: Some(IlaHook::ROUTE_INPUT),
        }),
    );
}

#[test]
fn options_of_tunnels_are_those_of_iproute2() {
    // encap ip6 id 5 dst 2001:db8::9 hoplimit 7 csum erspan_opts 2:0:1:63, which says an index that version 2 has not.
    let tunnel = Encapsulation::Ip6(IpTunnel {
        id: Some(5),
        destination: Some(address("2001:db8::9")),
        ttl: Some(7),
        flags: TunnelFlags::CSUM,
        options: vec![TunnelOption::Erspan2(1, 63)],
        ..IpTunnel::default()
    });
    let wire = bytes(
        "0c000100 0000000000000005 1400020020010db8000000000000000000000009 0500040007000000 \
         28000880 24000380 0500010002000000 0800020000000000 0500030001000000 050004003f000000 0600060000010000",
    );
    assert_eq!(read(EncapType::IP6, &wire).unwrap(), Some(tunnel.clone()));
    assert_eq!(read(EncapType::IP6, &written(&tunnel)).unwrap(), Some(tunnel));
}

#[test]
fn options_of_geneve_are_read_of_one_nest_or_of_several_and_written_into_one_each() {
    let option = |class, kind, data: &str| TunnelOption::Geneve(GeneveOption { class, kind, data: bytes(data) });
    let tunnel = |ttl, tos, source| {
        Encapsulation::Ip(IpTunnel {
            id: Some(5),
            destination: Some([10, 0, 0, 9].into()),
            source,
            ttl,
            tos,
            flags: TunnelFlags::empty(),
            options: vec![option(258, 1, "12121212"), option(3, 4, "abcdef0123456789")],
        })
    };
    // encap ip id 5 dst 10.0.0.9 geneve_opts 258:1:12121212,3:4:abcdef0123456789, by iproute2 and by the kernel.
    same(
        "0c0001000000000000000005 080002000a000009 40000880 \
         1c000180 0600010001020000 0500020001000000 0800030012121212 \
         20000180 0600010000030000 0500020004000000 0c000300abcdef0123456789",
        tunnel(None, None, None),
    );
    let kernel = bytes(
        "0c0001000000000000000005 080002000a000009 0800030000000000 0500050000000000 0500040000000000 06000600 \
         00000000 3c000800 38000100 06000100 01020000 0500020001000000 0800030012121212 0600010000030000 \
         0500020004000000 0c000300abcdef0123456789",
    );
    assert_eq!(read(EncapType::IP, &kernel).unwrap(), Some(tunnel(Some(0), Some(0), Some([0; 4].into()))));
}

#[test]
fn programs_and_policies_are_read_as_they_are_written() {
    let program = |number, name: &str| Some(BpfProgram { number, name: name.into() });
    let all = [
        Encapsulation::Bpf(Bpf {
            input: program(Some(3), "in"),
            output: program(None, "out"),
            transmit: program(Some(5), "xmit"),
            headroom: Some(16),
        }),
        Encapsulation::Seg6Local(Box::new(Seg6Local {
            action: Seg6Action::END_BPF,
            program: program(Some(7), "end"),
            ..Seg6Local::default()
        })),
        Encapsulation::Xfrm(Xfrm { interface_id: 7, link: Some(3) }),
    ];
    for encapsulation in all {
        assert_eq!(read(encapsulation.kind(), &written(&encapsulation)).unwrap(), Some(encapsulation));
    }
}

#[test]
fn one_that_is_not_known_keeps_its_bytes_and_one_that_is_malformed_is_an_error() {
    same(
        "0500010007000000 0400ff7f",
        Encapsulation::Other { kind: EncapType(77), attributes: bytes("0500010007000000 0400ff7f") },
    );
    // A header that says more segments than there are, labels of three bytes, an attribute that ends too early.
    let wrong = [
        (EncapType::SEG6, "20000100 01000000 0002040101000000 20010db8000000000000000000000001"),
        (EncapType::MPLS, "07000100 00064100"),
        (EncapType::IP, "0c000100 00000000"),
    ];
    for (kind, attributes) in wrong {
        assert!(read(kind, &bytes(attributes)).is_err(), "{kind:?}");
    }
    // Every beginning of what is right is read or an error, too.
    let kinds = 0..12_u16;
    let wire =
        bytes("30000100 01000000 0004040101000000 20010db8000000000000000000000002 20010db8000000000000000000000001");
    for (kind, length) in kinds.flat_map(|kind| (0..=wire.len()).map(move |length| (kind, length))) {
        let _ = read(EncapType(kind), &wire[..length]);
    }
}
