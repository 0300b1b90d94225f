//! What holds for every message, whatever its bytes: it is printed, explained and written again, and all of that ends.
//!
//! The messages are made of the protocol's own tables: every row of every set that can be reached, with payloads of every
//! size; attributes of any order and depth; and one sample of each kind, cut anywhere and with any byte changed.

mod anything;
mod samples;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::LazyLock;

use anything::emission::is_read_as_written;
use anything::holds::{holds, is_explained_everywhere, written_again};
use anything::outcomes::{is_explained, outcome};
use anything::{Choices, FAMILIES, KINDS, attribute, framed, of_kind};
use nlwire_codec::protocol::MessageRow;
use nlwire_codec::route::PROTOCOL;
use nlwire_codec::schema::{Row, SetInfo, Tally};
use nlwire_codec::walk::Step;
use nlwire_codec::{EmitErrorKind, Messages, ParseErrorKind, RawMessage, Tail};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn messages_of_any_shape_are_read_and_written_again(choices in vec(any::<u8>(), 0..400)) {
        let bytes = anything::message(&PROTOCOL, &mut Choices::new(&choices));
        holds(&bytes);
        is_explained_everywhere(&bytes);
    }

    #[test]
    fn bytes_of_any_kind_are_read(bytes in vec(any::<u8>(), 0..200)) {
        holds(&bytes);
    }

    #[test]
    fn attributes_of_any_bytes_are_read(
        row in 0..PROTOCOL.messages.iter().copied().flatten().count(),
        family in 0_usize..FAMILIES.len(),
        flags: u16,
        mut payload in vec(any::<u8>(), 0..120),
    ) {
        let row = PROTOCOL.messages.iter().copied().flatten().nth(row).unwrap();
        if let Some(first) = payload.first_mut() {
            *first = FAMILIES[family];
        }
        let bytes = framed(row.kind, flags, &payload);
        holds(&bytes);
        is_explained_everywhere(&bytes);
    }

    #[test]
    fn attributes_of_any_bytes_are_read_in_messages_of_every_kind(kind: u8, family: u8, bytes in vec(any::<u8>(), 0..120)) {
        holds(&of_kind(&PROTOCOL, kind.into(), family, &bytes));
    }

    #[test]
    fn what_was_written_into_a_buffer_of_any_size_is_read_and_nothing_else(choices in vec(any::<u8>(), 0..400)) {
        is_read_as_written(&mut Choices::new(&choices));
    }

    #[test]
    fn outcomes_of_any_request_are_read_and_point_to_attributes_that_are_there(choices in vec(any::<u8>(), 0..400)) {
        let (request, outcome) = outcome(&mut Choices::new(&choices));
        holds(&outcome);
        is_explained(&request, &outcome);
    }

    #[test]
    fn outcomes_of_any_bytes_are_read(end: bool, flags: u16, payload in vec(any::<u8>(), 0..80)) {
        holds(&framed(if end { 3 } else { 2 }, flags, &payload));
    }
}

/// How a set is reached: the message, its family, and the attributes that lead there, each with what stands before its own
/// attributes and what stands beside it.
#[derive(Clone)]
struct Place {
    message: &'static MessageRow,
    family: u8,
    steps: Vec<Around>,
}

#[derive(Clone)]
struct Around {
    row: &'static Row,
    beside: Vec<u8>,
    before: Vec<u8>,
}

impl Place {
    /// The message with these attributes at the place, and where they begin.
    fn message(&self, attributes: &[u8]) -> (Vec<u8>, u32) {
        let mut inner = attributes.to_vec();
        let mut begin = 0;
        for step in self.steps.iter().rev() {
            let mut payload = step.before.clone();
            payload.extend(&inner);
            if step.row.payload == "next hops" {
                let length = payload.len() as u16;
                payload[..2].copy_from_slice(&length.to_ne_bytes());
            }
            begin += step.beside.len() + 4 + step.before.len();
            inner = [&step.beside[..], &attribute(step.row.number, &payload)].concat();
        }
        let mut payload = vec![0; self.message.header.next_multiple_of(4)];
        payload[0] = self.family;
        begin += 16 + payload.len();
        payload.extend(inner);
        (framed(self.message.kind, 0, &payload), begin as u32)
    }

    /// The places inside a row of this one: for each set that may be there the one that leads to it, found by trying all
    /// that could decide.
    fn inside(&self, row: &'static Row) -> Vec<(&'static SetInfo, Self)> {
        let mut beside = vec![Vec::new()];
        for kind in KINDS {
            beside.extend([1, 4].map(|number| attribute(number, format!("{kind}\0").as_bytes())));
        }
        for encapsulation in 0_u16..16 {
            beside.extend([7, 21].map(|number| attribute(number, &encapsulation.to_ne_bytes())));
        }
        beside.extend((0..=64).map(|size| attribute(1, &vec![0; size])));
        let before: &[usize] = match row.payload {
            "next hops" => &[8],
            "struct with attributes" => &[16, 4, 8, 12, 20, 24, 28, 32],
            _ => &[0],
        };
        let mut found: Vec<(&'static SetInfo, Self)> = Vec::new();
        for family in [self.family].iter().chain(FAMILIES) {
            for beside in &beside {
                for before in before {
                    let mut place = Self { family: *family, ..self.clone() };
                    let around = Around { row, beside: beside.clone(), before: vec![0; *before] };
                    place.steps.push(around);
                    for set in row.sets() {
                        if !found.iter().any(|(known, _)| known == set) && place.is_of(set) {
                            found.push((set, place.clone()));
                        }
                    }
                    if found.len() == row.sets().len() {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// Whether attributes here are taken for those of this set.
    fn is_of(&self, set: &SetInfo) -> bool {
        set.rows.iter().all(|row| self.reaches(row))
    }

    fn reaches(&self, row: &Row) -> bool {
        let (bytes, begin) = self.message(&attribute(row.number, &[]));
        let message = RawMessage::first(&bytes).unwrap();
        PROTOCOL.path(&message, begin).steps().last() == Some(&Step::Named(row.name))
    }
}

type Places = BTreeMap<(&'static str, &'static str), (&'static SetInfo, Place)>;

static PLACES: LazyLock<Places> = LazyLock::new(places);

/// Every set of attributes there is, with a place where it is found.
fn places() -> Places {
    let mut all = BTreeMap::new();
    let mut next = VecDeque::new();
    for message in PROTOCOL.messages.iter().copied().flatten() {
        next.push_back((message.attributes, Place { message, family: 0, steps: Vec::new() }));
    }
    while let Some((set, place)) = next.pop_front() {
        if all.contains_key(&(set.name, set.prefix)) {
            continue;
        }
        for row in set.rows.iter().filter(|row| !row.sets().is_empty()) {
            let wanted: Vec<_> = row.sets().iter().filter(|set| !all.contains_key(&(set.name, set.prefix))).collect();
            if wanted.is_empty() {
                continue;
            }
            let inside = place.inside(row);
            for set in row.sets() {
                let found = inside.iter().find(|(found, _)| found == set);
                assert!(
                    found.is_some(),
                    "{} leads to {}: say in KINDS or FAMILIES what decides that",
                    row.name,
                    set.name
                );
            }
            next.extend(inside);
        }
        all.insert((set.name, set.prefix), (set, place));
    }
    all
}

#[test]
fn every_row_takes_payloads_of_every_size() {
    let mut rows = 0;
    for (set, place) in PLACES.values() {
        for row in set.rows {
            rows += 1;
            let mut reached = false;
            for size in 0..=80_usize {
                let mut patterns = vec![(0..size).map(|byte| (byte * 37 + usize::from(row.number)) as u8).collect()];
                if size <= 8 {
                    patterns.extend([vec![0; size], vec![0xff; size], vec![b'a'; size]]);
                }
                for payload in patterns {
                    let (bytes, begin) = place.message(&attribute(row.number, &payload));
                    holds(&bytes);
                    if size == 8 {
                        is_explained_everywhere(&bytes);
                    }
                    let message = RawMessage::first(&bytes).unwrap();
                    let last = PROTOCOL.path(&message, begin).steps().last().copied();
                    reached |= last == Some(Step::Named(row.name));
                }
            }
            assert!(reached, "{}", row.name);
        }
    }
    // All that is defined, but for one set: IFLA_INET_CONF has it in requests only.
    assert!(PLACES.len() >= 99 && rows >= 850, "{} sets, {rows} rows", PLACES.len());
}

/// Payloads of this row that are read into a value which says the same bytes again.
fn payloads(place: &Place, row: &Row) -> Vec<Vec<u8>> {
    let sizes = (0..=32).chain([36, 40, 48, 72, 192, 200, 240]);
    let letters = sizes.map(|size| (0..size).map(|at| b'a' + (at * 7 + size) as u8 % 26).collect::<Vec<u8>>());
    let patterns = letters.flat_map(|mut letters| {
        let numbers = letters.iter().map(|letter| letter.wrapping_mul(37) | 0x80).collect();
        let truth = [vec![1], vec![0; letters.len().saturating_sub(1)]].concat();
        let plain = letters.clone();
        letters.push(0);
        [plain, numbers, truth, letters]
    });
    patterns.filter(|payload| is_said_again(&place.message(&attribute(row.number, payload)).0, 1)).collect()
}

/// Whether every value of the message says the bytes again that it was read from, and at least so many attributes are known.
fn is_said_again(bytes: &[u8], least: usize) -> bool {
    let message = RawMessage::first(bytes).unwrap();
    let mut room = vec![0xa5; bytes.len()];
    let mut tail = Tail::new(&mut room);
    let mut tally = Tally::default();
    PROTOCOL.repeat(&message, &mut tail, &mut tally).unwrap();
    if (tally.unknown, tally.unreadable, tally.altered) != (0, 0, 0) {
        return false;
    }
    assert_eq!(tail.written(), bytes);
    let again = RawMessage::first(tail.written()).unwrap();
    assert_eq!(format!("{:?}", PROTOCOL.describe(&again)), format!("{:?}", PROTOCOL.describe(&message)));
    assert!(tally.attributes >= least);
    true
}

#[test]
fn rows_of_every_set_in_any_order_are_emitted_from_their_values_and_read_as_the_same() {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    for (set, place) in PLACES.values() {
        let rows = set.rows.iter().filter(|row| row.sets().is_empty());
        let rows: Vec<_> = rows.map(|row| (row, payloads(place, row))).collect();
        for (row, payloads) in &rows {
            assert!(!payloads.is_empty(), "no payload of {} is said again as it came", row.name);
        }
        for _ in 0..if rows.is_empty() { 0 } else { 20 } {
            let choices: Vec<u8> = (0..32).map(|_| random.random()).collect();
            let mut choices = Choices::new(&choices);
            let mut attributes = Vec::new();
            let count = 1 + choices.below(8);
            for _ in 0..count {
                let (row, payloads) = &rows[choices.below(rows.len())];
                attributes.extend(attribute(row.number, &payloads[choices.below(payloads.len())]));
            }
            assert!(is_said_again(&place.message(&attributes).0, count), "{}: {attributes:02x?}", set.name);
        }
    }
}

#[test]
fn there_is_a_sample_of_every_kind_of_message() {
    let kinds: Vec<u16> = samples::all().iter().map(|sample| RawMessage::first(sample).unwrap().kind()).collect();
    for row in PROTOCOL.messages.iter().copied().flatten() {
        assert!(kinds.contains(&row.kind), "{}", row.name);
    }
}

#[test]
fn samples_are_read_whole_and_are_the_same_bytes_when_written_again() {
    for sample in samples::all() {
        let message = RawMessage::first(&sample).unwrap();
        let mut room = vec![0xa5; sample.len()];
        let mut tail = Tail::new(&mut room);
        let mut tally = Tally::default();
        PROTOCOL.repeat(&message, &mut tail, &mut tally).unwrap();
        assert_eq!(tail.written(), sample, "{:#?}", PROTOCOL.describe(&message));
        assert!(tally.attributes > 0);
        assert_eq!((tally.unknown, tally.unreadable, tally.altered), (0, 0, 0), "{:#?}", PROTOCOL.describe(&message));
        assert!(!format!("{:#?}", PROTOCOL.describe(&message)).contains("(not a"));
        holds(&sample);
        is_explained_everywhere(&sample);
    }
}

#[test]
fn a_sample_that_ends_anywhere_is_told_or_read() {
    for sample in samples::all() {
        for length in 0..sample.len() {
            // The datagram was cut.
            let error = Messages::new(&sample[..length]).next().map(|message| message.unwrap_err().kind);
            let expected = match length {
                0 => None,
                1..16 => Some(ParseErrorKind::Trailing),
                _ => Some(ParseErrorKind::TooLong),
            };
            assert_eq!(error, expected);
            // The message itself is shorter.
            if length >= 16 {
                let mut shorter = sample[..length].to_vec();
                shorter[..4].copy_from_slice(&(length as u32).to_ne_bytes());
                holds(&shorter);
            }
        }
    }
}

/// Samples that differ in more than their kind.
fn different_samples() -> Vec<Vec<u8>> {
    let mut bodies = BTreeSet::new();
    samples::all().into_iter().filter(|sample| bodies.insert(sample[16..].to_vec())).collect()
}

#[test]
fn a_sample_with_any_byte_changed_to_any_other_is_told_or_read() {
    std::thread::scope(|threads| {
        for sample in different_samples() {
            threads.spawn(move || is_read_with_any_byte_changed(sample));
        }
    });
}

/// Every value in it is read; one that cannot be is copied, and what is no message is an error.
fn is_read_with_any_byte_changed(mut sample: Vec<u8>) {
    let mut room = vec![0; sample.len()];
    for at in 0..sample.len() {
        for change in 1..=255 {
            sample[at] ^= change;
            for message in Messages::new(&sample).map_while(Result::ok) {
                let mut tail = Tail::new(&mut room);
                PROTOCOL.repeat(&message, &mut tail, &mut Tally::default()).unwrap();
                assert_eq!(tail.length(), message.bytes().len());
            }
            sample[at] ^= change;
        }
    }
}

#[test]
fn a_sample_with_any_byte_changed_is_printed_and_read_alike_in_every_way() {
    for sample in different_samples() {
        for at in 0..sample.len() {
            for change in [0x01, 0x04, 0x80, 0xff] {
                let mut changed = sample.clone();
                changed[at] ^= change;
                holds(&changed);
            }
        }
    }
}

#[test]
fn samples_reach_a_buffer_whole_or_not_at_all() {
    for sample in samples::all() {
        let message = RawMessage::first(&sample).unwrap();
        for size in 0..sample.len() {
            let mut room = vec![0xa5; size + 4];
            let mut tail = Tail::behind(&mut room, 4);
            let error = PROTOCOL.repeat(&message, &mut tail, &mut Tally::default()).unwrap_err();
            // What lies behind the written bytes may have been scribbled on.
            assert_eq!((error.kind, tail.written()), (EmitErrorKind::Full, &[0xa5; 4][..]), "{size}");
        }
    }
}

#[test]
fn messages_behind_each_other_are_found_again() {
    let samples = samples::all();
    let mut room = vec![0xa5; 64 * 1024];
    let mut tail = Tail::new(&mut room);
    samples::repeated(&mut tail).unwrap();
    let found: Vec<_> = Messages::new(tail.written()).map(|message| message.unwrap().bytes()).collect();
    assert_eq!(found, samples);
}

#[test]
fn messages_of_odd_lengths_and_of_unknown_kinds_are_found_again() {
    let messages = [framed(90, 0x301, &[10]), framed(0x7777, 0, &[1]), framed(16, 0, &[1, 2, 3]), framed(90, 0, &[0])];
    let mut room = vec![0xa5; 256];
    let mut tail = Tail::new(&mut room);
    for bytes in &messages {
        let message = RawMessage::first(bytes).unwrap();
        PROTOCOL.repeat(&message, &mut tail, &mut Tally::default()).unwrap();
    }
    let found: Vec<_> = Messages::new(tail.written()).map(|message| message.unwrap().bytes()).collect();
    assert_eq!(found, messages);
}

#[test]
fn the_padding_behind_the_last_next_hop_may_be_missing() {
    let hop =
        [&13_u16.to_ne_bytes()[..], &[0, 0, 9, 0, 0, 0], &5_u16.to_ne_bytes(), &26_u16.to_ne_bytes(), &[1]].concat();
    let bytes = framed(24, 0, &[&[0; 12][..], &17_u16.to_ne_bytes(), &9_u16.to_ne_bytes(), &hop].concat());
    holds(&bytes);
    assert_eq!(written_again(&RawMessage::first(&bytes).unwrap()), bytes);
}

#[test]
fn a_message_is_written_again_into_as_many_bytes_as_it_has() {
    let named = |name: &[u8], last: usize| {
        let mut bytes = [&[0; 16][..], &attribute(3, name)].concat();
        bytes.truncate(bytes.len() - last);
        framed(16, 0, &bytes)
    };
    // A string that fills its attribute without a NUL, an attribute without its padding, a header without its padding.
    for bytes in [named(b"eth0", 0), named(b"v0\0", 1), named(b"x", 3), named(b"x", 2), framed(96, 0, &[128, 0])] {
        assert_eq!(written_again(&RawMessage::first(&bytes).unwrap()), bytes);
    }
}

#[test]
fn an_outcome_without_the_request_is_not_taken_for_an_end() {
    let bytes = framed(2, 0, &[0; 4]);
    assert_eq!(format!("{:?}", PROTOCOL.describe(&RawMessage::first(&bytes).unwrap())), "NLMSG_ERROR { code: 0 }");
}

#[test]
fn next_hops_in_next_hops_exhaust_no_stack() {
    let mut inner = Vec::new();
    for _ in 0..4000 {
        let hop = [&(inner.len() as u16 + 8).to_ne_bytes()[..], &[0; 6], &inner].concat();
        inner = attribute(9, &hop);
    }
    let bytes = framed(24, 0, &[vec![0; 12], inner].concat());
    let work = move || {
        holds(&bytes);
        let message = RawMessage::first(&bytes).unwrap();
        assert!(PROTOCOL.path(&message, bytes.len() as u32 - 2).steps().len() <= 16);
    };
    std::thread::Builder::new().stack_size(128 * 1024).spawn(work).unwrap().join().unwrap();
}
