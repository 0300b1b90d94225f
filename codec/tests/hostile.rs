//! Bytes that no kernel sends, and some that kernels did send: each is read as far as it makes sense, and what does not is an
//! error that says what and where. Nothing panics, nothing loops, nothing is lost that was there.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use nlwire_codec::control::{Acknowledgement, ExtendedAck};
use nlwire_codec::payload::Span;
use nlwire_codec::route::PROTOCOL;
use nlwire_codec::route::link::statistics::Statistics64;
use nlwire_codec::route::link::veth::Veth;
use nlwire_codec::route::link::{self, Link, LinkInfo, NewLink};
use nlwire_codec::route::route::{self, NewRoute, Route};
use nlwire_codec::schema::Tally;
use nlwire_codec::{
    Attributes, Buffer, Envelope, Flags, Message, Messages, ParseError, ParseErrorKind, RawMessage, Set, Tail,
};

/// A message header with this length, and bytes behind it.
fn message(length: u32, kind: u16, flags: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(length.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend([0; 8]);
    bytes.extend(payload);
    bytes
}

/// An attribute with this length and kind, and bytes behind it.
fn attribute(length: u16, kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(length.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes
}

/// An attribute as it should be.
fn sound(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = attribute(4 + payload.len() as u16, kind, payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn links(bytes: &[u8]) -> Attributes<'_, Link> {
    Attributes::new(Span::new(bytes, 32))
}

/// The error of these kinds in a set, wherever it is.
fn wrong(
    set: Option<&str>,
    attribute: u16,
    offset: u32,
    length: u32,
    kind: ParseErrorKind,
) -> impl Fn(&ParseError) -> bool {
    move |error| {
        (error.set.map(|set| set.name), error.attribute, error.offset, error.length, error.kind)
            == (set, attribute, offset, length, kind)
    }
}

// Framing.

#[test]
fn a_message_that_says_it_is_shorter_than_its_header_ends_the_datagram() {
    for length in 0..16 {
        let bytes = [message(16, 1, 0, &[]), message(length, 1, 0, &[])].concat();
        let mut messages = Messages::new(&bytes);
        assert!(messages.next().unwrap().is_ok());
        let error = messages.next().unwrap().unwrap_err();
        assert!(wrong(None, 0, 16, length, ParseErrorKind::TooShort)(&error), "{error:?}");
        assert!(messages.next().is_none());
    }
}

#[test]
fn a_message_that_says_it_is_longer_than_the_datagram_ends_it() {
    for length in [17, 18, 19, 20, 0x7fff_ffff, 0x8000_0000, 0xffff_fffd, 0xffff_ffff] {
        let bytes = message(length, 1, 0, &[]);
        let mut messages = Messages::new(&bytes);
        let error = messages.next().unwrap().unwrap_err();
        assert!(wrong(None, 0, 0, length, ParseErrorKind::TooLong)(&error), "{error:?}");
        assert!(messages.next().is_none());
    }
}

#[test]
fn a_length_that_is_no_multiple_of_four_is_one_in_the_middle_and_at_the_end() {
    for length in [17, 18, 19] {
        let mut middle = message(length, 77, 0, &[1, 2, 3]);
        middle.truncate(length as usize);
        let end = middle.clone();
        middle.resize(20, 0);
        let bytes = [middle, end].concat();
        let found: Vec<usize> = Messages::new(&bytes).map(|message| message.unwrap().bytes().len()).collect();
        assert_eq!(found, [length as usize; 2]);
    }
}

#[test]
fn bytes_behind_the_last_message_are_told() {
    for count in 1..16 {
        let bytes = [message(16, 1, 0, &[]), vec![0; count]].concat();
        let mut messages = Messages::new(&bytes);
        messages.next().unwrap().unwrap();
        let error = messages.next().unwrap().unwrap_err();
        assert!(wrong(None, 0, 16, count as u32, ParseErrorKind::Trailing)(&error), "{error:?}");
        assert_eq!(
            error.to_string(),
            format!("at byte 16 (message header): {count} bytes are left, less than a header")
        );
    }
    assert!(Messages::new(&[]).next().is_none());
}

#[test]
fn a_message_that_is_shorter_than_its_fixed_header_is_told() {
    for count in [0, 1, 4, 11, 15] {
        let bytes = message(16 + count, NewLink::KIND, 0, &vec![0; count as usize]);
        let error = RawMessage::first(&bytes).unwrap().read::<NewLink>().unwrap_err();
        assert!(wrong(None, 0, 16, count, ParseErrorKind::Header)(&error), "{error:?}");
    }
}

#[test]
fn a_dump_request_may_have_the_family_alone() {
    for length in [1, 4] {
        let bytes = message(16 + length, link::GetLink::KIND, 0x301, &[10, 0, 0, 0][..length as usize]);
        let request = RawMessage::first(&bytes).unwrap().read::<link::GetLink>().unwrap().unwrap();
        assert_eq!(
            request.header,
            link::Header { family: nlwire_codec::route::Family::INET6.into(), ..Default::default() }
        );
        assert!(request.attributes().is_empty());
    }
}

#[test]
fn a_message_of_another_kind_is_none() {
    let bytes = message(32, 4711, 0, &[0; 16]);
    assert!(RawMessage::first(&bytes).unwrap().read::<NewLink>().unwrap().is_none());
}

// Outcomes.

fn outcome(bytes: &[u8]) -> Result<(i32, Option<u32>, Vec<ParseErrorKind>), ParseError> {
    let outcome = Acknowledgement::read(&RawMessage::first(bytes).unwrap())?.unwrap();
    let errors = outcome.extended().iter().filter_map(|attribute| attribute.err()).map(|error| error.kind).collect();
    Ok((outcome.errno(), outcome.request().map(|request| request.length.get()), errors))
}

#[test]
fn an_end_without_its_code_has_code_zero() {
    for count in 0..4 {
        assert_eq!(outcome(&message(16 + count, 3, 2, &vec![0xff; count as usize])).unwrap(), (0, None, vec![]));
    }
    assert_eq!(outcome(&message(20, 3, 2, &(-2_i32).to_ne_bytes())).unwrap(), (2, None, vec![]));
}

#[test]
fn an_end_may_announce_an_explanation_that_is_not_there_or_have_one_unannounced() {
    let code = (-22_i32).to_ne_bytes();
    assert_eq!(outcome(&message(20, 3, 0x202, &code)).unwrap(), (22, None, vec![]));
    let with = [&code[..], &sound(1, b"no\0")].concat();
    let bytes = message(16 + with.len() as u32, 3, 2, &with);
    let end = Acknowledgement::read(&RawMessage::first(&bytes).unwrap()).unwrap().unwrap();
    assert!(end.extended().is_empty(), "the flag says whether there is one");
}

#[test]
fn codes_that_are_no_errno_are_none() {
    assert_eq!(outcome(&message(20, 3, 2, &i32::MIN.to_ne_bytes())).unwrap().0, i32::MAX);
    assert_eq!(outcome(&message(20, 3, 2, &7_i32.to_ne_bytes())).unwrap().0, 0);
}

#[test]
fn an_outcome_without_a_code_is_told_and_one_without_the_request_is_read() {
    for count in 0..4 {
        let error = outcome(&message(16 + count, 2, 0, &vec![0; count as usize])).unwrap_err();
        assert!(wrong(None, 0, 16, count, ParseErrorKind::Header)(&error), "{error:?}");
    }
    for count in 4..20 {
        assert_eq!(outcome(&message(16 + count, 2, 0, &vec![0xff; count as usize])).unwrap(), (1, None, vec![]));
    }
}

/// An outcome that carries a request that says it has this length, and 8 bytes of it.
fn echo(claimed: u32, flags: u16, explanation: &[u8]) -> Vec<u8> {
    let request = message(claimed, 16, 5, &[0xee; 8]);
    let carried = if flags & 0x100 != 0 { &request[..16] } else { &request[..] };
    let payload = [&(-17_i32).to_ne_bytes()[..], carried, explanation].concat();
    message(16 + payload.len() as u32, 2, flags, &payload)
}

#[test]
fn the_explanation_begins_behind_what_was_carried_of_the_request() {
    let text = sound(1, b"kernel's words\0");
    for flags in [0x200, 0x300] {
        let bytes = echo(24, flags, &text);
        let outcome = Acknowledgement::read(&RawMessage::first(&bytes).unwrap()).unwrap().unwrap();
        assert_eq!(outcome.errno(), 17);
        assert_eq!(outcome.extended().get(ExtendedAck::MSG).unwrap(), Some("kernel's words"));
        assert_eq!(outcome.echo().len(), if flags == 0x300 { 16 } else { 24 });
    }
}

#[test]
fn the_length_that_a_carried_request_states_leads_nowhere_else() {
    for claimed in [0, 1, 15, 25, 1000, 0x7fff_ffff, 0xffff_ffff] {
        let bytes = echo(claimed, 0x200, &sound(1, b"words\0"));
        let outcome = Acknowledgement::read(&RawMessage::first(&bytes).unwrap()).unwrap().unwrap();
        assert_eq!(outcome.errno(), 17);
        assert!(outcome.extended().iter().count() <= 16, "it ends");
        let _ = format!("{outcome:?}");
    }
}

#[test]
fn a_carried_request_is_never_shorter_than_its_header_whatever_it_states() {
    for claimed in 0..16 {
        let header = message(claimed, 16, 5, &[]);
        let payload = [&(-17_i32).to_ne_bytes()[..], &header, &sound(1, b"words\0")].concat();
        let bytes = message(16 + payload.len() as u32, 2, 0x200, &payload);
        let outcome = Acknowledgement::read(&RawMessage::first(&bytes).unwrap()).unwrap().unwrap();
        assert_eq!(outcome.echo(), header);
        assert_eq!(outcome.extended().get(ExtendedAck::MSG).unwrap(), Some("words"));
    }
}

#[test]
fn an_explanation_that_is_broken_takes_nothing_from_the_outcome() {
    for length in 0..4 {
        let (errno, _, errors) = outcome(&echo(24, 0x300, &attribute(length, 1, b"xxxx"))).unwrap();
        assert_eq!((errno, errors), (17, vec![ParseErrorKind::TooShort]));
    }
    let bytes = echo(24, 0x300, &sound(1, b"no end"));
    let without_nul = Acknowledgement::read(&RawMessage::first(&bytes).unwrap()).unwrap().unwrap();
    assert_eq!(without_nul.extended().get(ExtendedAck::MSG).unwrap(), Some("no end"));
    let bytes = echo(24, 0x300, &sound(1, b"\xff\xfe\0"));
    let not_utf8 = Acknowledgement::read(&RawMessage::first(&bytes).unwrap()).unwrap().unwrap();
    assert_eq!(not_utf8.extended().get(ExtendedAck::MSG).unwrap_err().kind, ParseErrorKind::Payload);
}

#[test]
fn an_explanation_that_points_beyond_the_request_points_to_nothing() {
    let mut request = [0; 64];
    let mut tail = Tail::new(&mut request);
    NewLink::emit(&mut tail, Envelope::default(), link::Header::default(), |link| link.put(Link::MTU, 1)).unwrap();
    let request = RawMessage::first(tail.written()).unwrap();
    assert_eq!(PROTOCOL.path(&request, 32).to_string(), "IFLA_MTU");
    for offset in [0, 15, 16, 31, 40, 41, 1000, u32::MAX] {
        assert!(PROTOCOL.path(&request, offset).is_empty(), "{offset}");
    }
}

// Attributes.

#[test]
fn an_attribute_that_says_it_is_shorter_than_its_header_ends_the_set() {
    for length in 0..4 {
        let bytes = [sound(4, &[1, 0, 0, 0]), attribute(length, 3, b"abcd")].concat();
        let mut attributes = links(&bytes).iter();
        attributes.next().unwrap().unwrap();
        let error = attributes.next().unwrap().unwrap_err();
        assert!(wrong(Some("Link"), 3, 40, length.into(), ParseErrorKind::TooShort)(&error), "{error:?}");
        assert!(attributes.next().is_none());
    }
}

#[test]
fn an_attribute_that_says_it_is_longer_than_its_set_ends_it() {
    for length in [9, 10, 11, 12, 0xffff] {
        let bytes = attribute(length, 3, b"abcd");
        let mut attributes = links(&bytes).iter();
        let error = attributes.next().unwrap().unwrap_err();
        assert!(wrong(Some("Link"), 3, 32, length.into(), ParseErrorKind::TooLong)(&error), "{error:?}");
        assert!(attributes.next().is_none());
        assert_eq!(
            error.to_string(),
            format!("at byte 32 (IFLA_IFNAME): its length of {length} is more than there is")
        );
    }
}

#[test]
fn the_padding_behind_the_last_attribute_may_be_missing() {
    for length in 5..8 {
        let bytes = [sound(4, &[1, 0, 0, 0]), attribute(length, 16, &vec![6; usize::from(length) - 4])].concat();
        assert_eq!(
            links(&bytes).iter().map(|attribute| attribute.unwrap().payload().len()).last(),
            Some(usize::from(length) - 4)
        );
    }
}

#[test]
fn bytes_behind_the_last_attribute_are_told() {
    for count in 1..4 {
        let bytes = [sound(4, &[1, 0, 0, 0]), vec![0; count]].concat();
        let error = links(&bytes).iter().nth(1).unwrap().unwrap_err();
        assert!(wrong(Some("Link"), 0, 40, count as u32, ParseErrorKind::Trailing)(&error), "{error:?}");
        // What they are cannot be known: perhaps the same attribute again, which would be the one that counts.
        assert!(links(&bytes).get(Link::MTU).is_err());
        assert!(links(&bytes).table().is_err());
        assert_eq!(
            links(&bytes).iter().next().unwrap().unwrap().read(Link::MTU).unwrap(),
            Some(u32::from_ne_bytes([1, 0, 0, 0]))
        );
    }
}

#[test]
fn a_number_of_another_size_is_told_and_takes_nothing_from_its_neighbours() {
    for size in [0, 1, 2, 3, 5, 8] {
        let bytes = [sound(4, &vec![0; size]), sound(3, b"eth0\0")].concat();
        let error = links(&bytes).get(Link::MTU).unwrap_err();
        assert!(wrong(Some("Link"), 4, 32, size as u32, ParseErrorKind::Payload)(&error), "{error:?}");
        assert_eq!(error.to_string(), format!("at byte 32 (IFLA_MTU): {size} bytes that are no u32"));
        assert_eq!(links(&bytes).get(Link::IFNAME).unwrap(), Some("eth0"));
        assert_eq!(links(&bytes).table().unwrap().get(Link::IFNAME).unwrap(), Some("eth0"));
    }
}

#[test]
fn an_address_is_four_or_sixteen_bytes_whatever_the_family_says() {
    for family in [2, 10, 77] {
        for (size, sound_size) in [(0, false), (3, false), (4, true), (5, false), (15, false), (16, true), (17, false)]
        {
            let header = [family, 255, 129, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            let payload = [&header[..], &sound(1, &vec![9; size])].concat();
            let bytes = message(16 + payload.len() as u32, NewRoute::KIND, 0, &payload);
            let route = RawMessage::first(&bytes).unwrap().read::<NewRoute>().unwrap().unwrap();
            assert_eq!(route.attributes().get(Route::DST).is_ok(), sound_size, "{size}");
            let _ = format!("{route:?}");
        }
    }
}

#[test]
fn a_link_address_has_at_most_32_bytes() {
    for (size, fits) in [(0, true), (5, true), (6, true), (7, true), (20, true), (32, true), (33, false)] {
        let bytes = sound(1, &vec![2; size]);
        assert_eq!(
            links(&bytes).get(Link::ADDRESS).map(|address| address.unwrap().as_bytes().len()).ok(),
            fits.then_some(size)
        );
    }
}

#[test]
fn strings_end_at_their_first_nul_or_with_the_payload() {
    let name = |payload: &[u8]| links(&sound(3, payload)).get(Link::IFNAME).map(|name| name.map(String::from));
    assert_eq!(name(b"eth0\0"), Ok(Some("eth0".into())));
    assert_eq!(name(b"eth0"), Ok(Some("eth0".into())));
    assert_eq!(name(b"0123456789abcdef"), Ok(Some("0123456789abcdef".into())));
    assert_eq!(name(b"a\0b\0"), Ok(Some("a".into())));
    assert_eq!(name(b""), Ok(Some("".into())));
    assert_eq!(name(b"\0"), Ok(Some("".into())));
    assert_eq!(name(b"\xff\0").unwrap_err().kind, ParseErrorKind::Payload);
    let bytes = sound(3, b"\xff\0");
    assert_eq!(links(&bytes).iter().next().unwrap().unwrap().payload(), b"\xff\0", "and its bytes are at hand");
}

#[test]
fn flags_beside_the_number_change_nothing() {
    for flags in [0x8000, 0x4000, 0xc000] {
        let bytes = sound(4 | flags, &1500_u32.to_ne_bytes());
        assert_eq!(links(&bytes).get(Link::MTU).unwrap(), Some(1500));
        assert_eq!(links(&bytes).table().unwrap().get(Link::MTU).unwrap(), Some(1500));
        assert_eq!(links(&bytes).iter().next().unwrap().unwrap().kind(), 4 | flags);
    }
}

#[test]
fn numbers_beyond_the_table_are_reached_by_iteration() {
    let bytes = [sound(0, &[1]), sound(0x3fff, &[2]), sound(4, &7_u32.to_ne_bytes())].concat();
    assert_eq!(links(&bytes).table().unwrap().get(Link::MTU).unwrap(), Some(7));
    let numbers: Vec<u16> = links(&bytes).iter().map(|attribute| attribute.unwrap().number()).collect();
    assert_eq!(numbers, [0, 0x3fff, 4]);
}

#[test]
fn of_several_the_last_counts_as_in_the_kernel_and_iteration_shows_all() {
    let bytes = [1_u32, 2, 3].map(|mtu| sound(4, &mtu.to_ne_bytes())).concat();
    assert_eq!(links(&bytes).get(Link::MTU).unwrap(), Some(3));
    assert_eq!(links(&bytes).table().unwrap().get(Link::MTU).unwrap(), Some(3));
    assert_eq!(links(&bytes).all(Link::MTU).collect::<Result<Vec<_>, _>>().unwrap(), [1, 2, 3]);
}

#[test]
fn a_nest_may_be_empty_and_may_come_without_its_flag() {
    for kind in [18, 18 | 0x8000] {
        let empty = sound(kind, &[]);
        assert!(links(&empty).get(Link::LINKINFO).unwrap().unwrap().is_empty());
        let full = sound(kind, &sound(1, b"veth\0"));
        assert_eq!(links(&full).get(Link::LINKINFO).unwrap().unwrap().get(LinkInfo::KIND).unwrap(), Some("veth"));
    }
}

#[test]
fn an_error_in_a_nest_says_its_place_in_the_message() {
    let bytes = [sound(4, &[0; 4]), sound(18, &[sound(1, b"veth\0"), attribute(99, 2, &[])].concat())].concat();
    let info = links(&bytes).get(Link::LINKINFO).unwrap().unwrap();
    let error = info.iter().nth(1).unwrap().unwrap_err();
    // 32 before the attributes, 8 for the MTU, 4 for the nest, 12 for the kind.
    assert!(wrong(Some("LinkInfo"), 2, 56, 99, ParseErrorKind::TooLong)(&error), "{error:?}");
}

/// A link with a pair, which has a pair, which has a pair …
fn nested(depth: usize) -> Vec<u8> {
    let mut inner = Vec::new();
    for _ in 0..depth {
        let peer = sound(1, &[vec![0; 16], inner].concat());
        inner = sound(18, &[sound(1, b"veth\0"), sound(2, &peer)].concat());
    }
    inner
}

#[test]
fn nests_a_thousand_deep_exhaust_no_stack() {
    let attributes = nested(1000);
    let payload = [vec![0; 16], attributes].concat();
    let bytes = message(16 + payload.len() as u32, NewLink::KIND, 0, &payload);
    let work = move || {
        let message = RawMessage::first(&bytes).unwrap();
        assert!(format!("{:?}", PROTOCOL.describe(&message)).contains("nested too deep"));
        let mut room = vec![0; bytes.len()];
        let mut tail = Tail::new(&mut room);
        let mut tally = Tally::default();
        PROTOCOL.repeat(&message, &mut tail, &mut tally).unwrap();
        assert_eq!((tail.written(), tally.unreadable), (&bytes[..], 1));
        assert!(PROTOCOL.path(&message, bytes.len() as u32 - 8).steps().len() <= 16);
    };
    std::thread::Builder::new().stack_size(128 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn a_struct_may_be_shorter_and_longer_than_it_is_known_here() {
    let full: Vec<u8> = (0..size_of::<Statistics64>()).map(|byte| byte as u8).collect();
    for size in [0, 1, 7, 8, 184, 192, 199, 200] {
        let bytes = sound(23, &full[..size]);
        let statistics = links(&bytes).get(Link::STATS64).unwrap().unwrap();
        let first = if size >= 8 { u64::from_ne_bytes([0, 1, 2, 3, 4, 5, 6, 7]) } else { 0 };
        if size != 7 && size != 1 {
            assert_eq!(statistics.rx_packets.get(), first);
        }
        if size <= 192 {
            assert_eq!(statistics.rx_otherhost_dropped.get(), 0);
        }
        assert_eq!(statistics.bytes(), &full[..size], "it is written again as it came");
    }
    let longer = sound(23, &[&full[..], &[9; 24]].concat());
    let statistics = links(&longer).get(Link::STATS64).unwrap().unwrap();
    assert_eq!(
        (statistics.rx_packets.get(), statistics.bytes().len()),
        (u64::from_ne_bytes([0, 1, 2, 3, 4, 5, 6, 7]), 224)
    );
}

#[test]
fn a_message_reads_the_same_at_every_address() {
    let mut room = [0; 128];
    let mut tail = Tail::new(&mut room);
    NewLink::emit(&mut tail, Envelope::default(), link::Header { index: 7.into(), ..Default::default() }, |link| {
        link.put(Link::IFNAME, "eth0")?.put(Link::MTU, 1500)?.put(Link::STATS64, (&Statistics64::default()).into())
    })
    .unwrap_err();
    tail.clear();
    NewLink::emit(&mut tail, Envelope::default(), link::Header { index: 7.into(), ..Default::default() }, |link| {
        link.put(Link::IFNAME, "eth0")?.put(Link::MTU, 1500)?.put(Link::ADDRESS, [2, 0, 0, 0, 0, 1].into())
    })
    .unwrap();
    for shift in 0..8 {
        let bytes = [&vec![0xa5; shift][..], tail.written()].concat();
        let link = RawMessage::first(&bytes[shift..]).unwrap().read::<NewLink>().unwrap().unwrap();
        assert_eq!(link.header.index.get(), 7);
        assert_eq!(link.attributes().get(Link::MTU).unwrap(), Some(1500));
        assert_eq!(
            link.attributes().table().unwrap().get(Link::ADDRESS).unwrap().unwrap().to_string(),
            "02:00:00:00:00:01"
        );
    }
}

// Next hops.

fn hops(bytes: &[u8]) -> Vec<Result<usize, ParseError>> {
    let attributes = sound(9, bytes);
    let attributes = Attributes::<Route>::new(Span::new(&attributes, 28));
    let hops = attributes.get(Route::MULTIPATH).unwrap().unwrap();
    hops.map(|hop| hop.map(|hop| hop.attributes.iter().count())).collect()
}

#[test]
fn next_hops_are_read_and_their_end_is_theirs() {
    let hop = |length: u16, attributes: &[u8]| [&length.to_ne_bytes()[..], &[0, 0, 1, 0, 0, 0], attributes].concat();
    let gateway = sound(5, &[10, 0, 0, 1]);
    assert_eq!(hops(&[]), []);
    assert_eq!(hops(&[hop(16, &gateway), hop(8, &[])].concat()), [Ok(1), Ok(0)]);
    for length in 0..8 {
        let found = hops(&[hop(8, &[]), hop(length, &[])].concat());
        assert!(wrong(Some("Route"), 9, 40, length.into(), ParseErrorKind::TooShort)(found[1].as_ref().unwrap_err()));
        assert_eq!(found.len(), 2, "it ends");
    }
    for length in [9, 12, 0xffff] {
        let found = hops(&hop(length, &[]));
        assert!(wrong(Some("Route"), 9, 32, length.into(), ParseErrorKind::TooLong)(found[0].as_ref().unwrap_err()));
        assert_eq!(found.len(), 1);
    }
    for count in 1..8 {
        let found = hops(&[hop(8, &[]), vec![1; count]].concat());
        assert!(wrong(Some("Route"), 9, 40, count as u32, ParseErrorKind::Trailing)(found[1].as_ref().unwrap_err()));
    }
}

#[test]
fn an_address_of_any_family_is_read_and_one_that_is_none_is_told() {
    let via = |family: u16, address: &[u8]| {
        let bytes = sound(18, &[&family.to_ne_bytes(), address].concat());
        Attributes::<Route>::new(Span::new(&bytes, 28)).get(Route::VIA).map(|via| via.unwrap().ip())
    };
    assert_eq!(via(2, &[10, 0, 0, 1]), Ok(Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)))));
    assert_eq!(via(2, &[10, 0, 0]), Ok(None), "too short for its family");
    assert_eq!(via(10, &[10, 0, 0, 1]), Ok(None), "not of its family");
    assert_eq!(via(2, &[]), Ok(None));
    let bytes = sound(18, &[2]);
    let error = Attributes::<Route>::new(Span::new(&bytes, 28)).get(Route::VIA).unwrap_err();
    assert_eq!(error.kind, ParseErrorKind::Payload);
}

// Emission.

#[test]
fn the_longest_payload_fits_and_one_byte_more_does_not() {
    let mut room = vec![0xa5; 70_000];
    let mut tail = Tail::new(&mut room);
    let long = vec![7; 65_532];
    let emit = |tail: &mut Tail<'_>, size: usize| {
        NewLink::emit(tail, Envelope::default(), link::Header::default(), |link| {
            link.put(Link::PHYS_PORT_ID, &long[..size])
        })
    };
    emit(&mut tail, 65_531).unwrap();
    assert_eq!(tail.written()[32..36], [0xffff, 34].map(u16::to_ne_bytes).concat());
    tail.clear();
    let error = emit(&mut tail, 65_532).unwrap_err();
    assert_eq!(error.to_string(), "IFLA_PHYS_PORT_ID: more than the 65531 bytes that an attribute carries");
    assert!(tail.written().is_empty());
}

#[test]
fn a_nest_that_grows_too_long_is_undone_whole() {
    let mut room = vec![0xa5; 200_000];
    let mut tail = Tail::new(&mut room);
    let half = vec![7; 40_000];
    NewLink::emit(&mut tail, Envelope::default(), link::Header::default(), |link| {
        link.put(Link::MTU, 1)?;
        let error = link
            .nest(Link::PROP_LIST, |list| list.put(Link::PHYS_PORT_ID, &half)?.put(Link::PHYS_PORT_ID, &half))
            .unwrap_err();
        assert_eq!(error.to_string(), "IFLA_PROP_LIST: more than the 65531 bytes that an attribute carries");
        link.put(Link::GROUP, 2)
    })
    .unwrap();
    let link = RawMessage::first(tail.written()).unwrap().read::<NewLink>().unwrap().unwrap();
    let numbers: Vec<u16> = link.attributes().iter().map(|attribute| attribute.unwrap().number()).collect();
    assert_eq!(numbers, [4, 27], "what was before and behind it is there");
}

fn sample(buffer: &mut impl Buffer) -> Result<(), nlwire_codec::EmitError> {
    let header = route::Header { dst_len: 24, ..Default::default() };
    NewRoute::emit(buffer, Envelope::request(Flags::CREATE), header, |route| {
        route.put(Route::DST, IpAddr::from([10, 0, 0, 0]))?.next_hops(|hops| {
            hops.put(Default::default(), |hop| hop.put(Route::GATEWAY, IpAddr::from([10, 0, 0, 1])))?
                .put(Default::default(), |hop| hop.put(Route::FLOW, 7))
        })
    })?;
    NewLink::emit(buffer, Envelope::default(), link::Header::default(), |link| {
        link.put(Link::IFNAME, "v0")?.nest(Link::LINKINFO, |info| {
            info.put(LinkInfo::KIND, "veth")?.nest_as(LinkInfo::DATA, |veth| {
                veth.nest_behind(Veth::PEER, link::Header::default(), |peer| peer.put(Link::IFNAME, "v1"))
            })
        })
    })
}

#[test]
fn a_buffer_that_ends_anywhere_is_full_and_holds_whole_messages_only() {
    let mut room = vec![0; 1024];
    let mut tail = Tail::new(&mut room);
    sample(&mut tail).unwrap();
    let whole = tail.written().to_vec();
    let first = RawMessage::first(&whole).unwrap().bytes().len();
    for size in 0..whole.len() {
        let mut room = vec![0xa5; size];
        let mut tail = Tail::new(&mut room);
        let error = sample(&mut tail).unwrap_err();
        assert_eq!(error.kind, nlwire_codec::EmitErrorKind::Full, "{size}");
        // The first message, where it fits, and nothing of the second.
        assert_eq!(tail.written(), &whole[..if size >= first { first } else { 0 }], "{size}");
    }
}

#[test]
fn every_kind_of_buffer_takes_the_same_bytes() {
    let mut room = [0xa5; 512];
    let mut tail = Tail::new(&mut room);
    sample(&mut tail).unwrap();
    let mut vec = heapless::Vec::<u8, 512>::new();
    sample(&mut vec).unwrap();
    assert_eq!(tail.written(), &vec[..]);
    let mut small = heapless::Vec::<u8, 100>::new();
    sample(&mut small).unwrap_err();
    assert_eq!(&small[..], RawMessage::first(&vec).unwrap().bytes(), "the message that fitted");
}

#[test]
fn a_string_with_a_nul_inside_is_refused() {
    let mut vec = heapless::Vec::<u8, 64>::new();
    let error =
        NewLink::emit(&mut vec, Envelope::default(), link::Header::default(), |link| link.put(Link::IFNAME, "a\0b"));
    assert_eq!(error.unwrap_err().to_string(), "IFLA_IFNAME: a string with a NUL byte inside");
    assert!(vec.is_empty());
}

#[test]
fn messages_behind_each_other_begin_at_multiples_of_four() {
    let mut room = [0; 128];
    let mut tail = Tail::new(&mut room);
    tail.put(&[1]).unwrap();
    NewLink::emit(&mut tail, Envelope::default(), link::Header::default(), |link| Ok(link)).unwrap();
    assert_eq!(tail.written()[..8], [[1, 0, 0, 0], 32_u32.to_ne_bytes()].concat());
}

#[test]
fn an_attribute_that_nobody_knows_is_put_back_as_it_was() {
    let bytes = [sound(0x3abc | 0x4000, &[1, 2, 3]), sound(4, &7_u32.to_ne_bytes())].concat();
    let mut vec = heapless::Vec::<u8, 128>::new();
    NewLink::emit(&mut vec, Envelope::default(), link::Header::default(), |link| {
        for attribute in links(&bytes) {
            link.put_back(attribute.unwrap())?;
        }
        Ok(link)
    })
    .unwrap();
    assert_eq!(&vec[32..], &bytes);
}

/// What such a nest holds, another attribute beside it says: of many each looks for it.
#[test]
fn to_print_and_repeat_a_message_takes_time_as_it_has_attributes() {
    let time = |count: usize| {
        let payload = [&[0; 12], &sound(Route::ENCAP.number(), &[]).repeat(count)[..]].concat();
        let bytes = message(16 + payload.len() as u32, NewRoute::KIND, 0, &payload);
        let message = RawMessage::whole(&bytes).unwrap();
        let begun = Instant::now();
        let printed = format!("{:?}", PROTOCOL.describe(&message));
        let mut out = vec![0; bytes.len()];
        let mut tally = Tally::default();
        PROTOCOL.repeat(&message, &mut Tail::new(&mut out), &mut tally).unwrap();
        let time = begun.elapsed();
        assert_eq!((printed.matches("RTA_ENCAP").count(), out == bytes, tally.attributes), (count, true, count));
        time
    };
    let least = |count| (0..3).map(|_| time(count)).min().unwrap();
    let (few, many) = (least(2_000), least(16_000));
    // Eight times as long, and not sixty-four.
    assert!(many < few * 24, "{few:?}, {many:?}");
}

#[test]
fn a_struct_is_written_with_the_padding_at_its_end() {
    use nlwire_codec::route::link::statistics::Map;
    let mut vec = heapless::Vec::<u8, 128>::new();
    let map = Map { port: 1, ..Default::default() };
    NewLink::emit(&mut vec, Envelope::default(), link::Header::default(), |link| link.put(Link::MAP, (&map).into()))
        .unwrap();
    assert_eq!(u16::from_ne_bytes([vec[32], vec[33]]), 4 + 32, "sizeof(struct rtnl_link_ifmap) is 32");
}

#[test]
fn the_rows_of_a_set_have_a_number_each() {
    for set in [Link::INFO, LinkInfo::INFO, Route::INFO] {
        let mut numbers: Vec<u16> = set.rows.iter().map(|row| row.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), set.rows.len(), "{}", set.name);
    }
}
