//! Every kind of payload: any value, written by its key, is read by its key as the same value, in whatever way one reads.

mod anything;

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anything::kinds::{Colour, Kinds, Marks, Pair, THINGS, Thing};
use nlwire_codec::number::{Native, Number};
use nlwire_codec::payload::{Array, Be, Flag, Ip, LinkAddress, Payload, Uint};
use nlwire_codec::route::route::{Label, NewRoute, NextHopFlags, NextHopHeader, Route, Via};
use nlwire_codec::schema::Tally;
use nlwire_codec::zerocopy::{FromBytes, IntoBytes};
use nlwire_codec::{
    Attributes, EmitErrorKind, Emitted, Envelope, Flags, Key, Message, Protocol, RawMessage, Tail, View,
};
use proptest::collection::vec;
use proptest::prelude::*;

type Writes<'w, S> = &'w dyn for<'x, 'y> Fn(&'x mut nlwire_codec::Emit<'y, S>) -> Emitted<'x, 'y, S>;

/// Writes a message with what `write` puts into it, between two others; it must read back with `read`, and be the same
/// bytes when it is written again.
fn around<M: Message<Header: Default>, T>(
    protocol: &Protocol,
    write: Writes<'_, M::Attributes>,
    read: impl FnOnce(View<'_, M>) -> T,
) -> T {
    let mut room = vec![0xa5; 200_000];
    let mut tail = Tail::new(&mut room);
    let envelope = Envelope { flags: Flags::MULTI, sequence: 1, port: 2 };
    M::emit(&mut tail, envelope, M::Header::default(), |emit| write(emit)).unwrap();
    let written = tail.written().to_vec();
    let message = RawMessage::first(&written).unwrap();
    assert_eq!(message.bytes(), written);
    let mut tally = Tally::default();
    tail.clear();
    protocol.repeat(&message, &mut tail, &mut tally).unwrap();
    assert_eq!(tail.written(), written);
    assert_eq!((tally.unknown, tally.unreadable, tally.altered), (0, 0, 0));
    assert!(!format!("{:#?}", protocol.describe(&message)).contains("(not a"));
    // A buffer that is a byte too small takes nothing.
    let mut room = vec![0; written.len() - 1];
    let mut tail = Tail::new(&mut room);
    let error = M::emit(&mut tail, envelope, M::Header::default(), |emit| write(emit)).unwrap_err();
    assert_eq!((error.kind, tail.written()), (EmitErrorKind::Full, &[][..]));
    let view = message.read::<M>().unwrap().unwrap();
    assert_eq!(view.envelope(), envelope);
    read(view)
}

/// Writes a value by its key; each of the three ways to read gives it to `check`.
fn value<P: Payload>(key: Key<Kinds, P>, value: impl Fn() -> P::Value<'static>, check: impl Fn(P::Value<'_>)) {
    around::<Thing, _>(&THINGS, &|emit| emit.put(Kinds::U8, 1)?.put(key, value())?.put(Kinds::U8, 2), |thing| {
        let attributes = thing.attributes();
        check(attributes.get(key).unwrap().unwrap());
        check(attributes.table().unwrap().get(key).unwrap().unwrap());
        let all: Vec<_> = attributes.all(key).map(Result::unwrap).collect();
        all.into_iter().for_each(&check);
        let mut found = 0;
        for attribute in attributes {
            if let Some(value) = attribute.unwrap().read(key).unwrap() {
                check(value);
                found += 1;
            }
        }
        assert_eq!(found, if key.number() == 1 { 3 } else { 1 });
    });
}

/// The same for values that can be compared.
fn same<P: for<'a> Payload<Value<'a> = T>, T: Copy + PartialEq + Debug + 'static>(key: Key<Kinds, P>, sent: T) {
    // Of two values under one number the last counts; that is for another test.
    if key.number() != 1 {
        value(key, || sent, |found| assert_eq!(found, sent));
    }
}

/// The value behind a reference that lives as long as the test.
fn lent<T: Clone>(value: &[T]) -> &'static [T] {
    value.to_vec().leak()
}

fn text() -> impl Strategy<Value = String> {
    "[^\0]{0,40}"
}

fn pair() -> impl Strategy<Value = Pair> {
    any::<[u8; 16]>().prop_map(|bytes| Pair::read_from_bytes(&bytes).unwrap())
}

proptest! {
    #[test]
    fn integers(number: u64, small: u8) {
        around::<Thing, _>(&THINGS, &|emit| emit.put(Kinds::U8, small), |thing| {
            assert_eq!(thing.attributes().get(Kinds::U8).unwrap(), Some(small));
        });
        let [a, b, ..] = number.to_ne_bytes();
        let [c, d, e, f, ..] = number.to_ne_bytes();
        same(Kinds::U16, u16::from_ne_bytes([a, b]));
        same(Kinds::U32, u32::from_ne_bytes([c, d, e, f]));
        same(Kinds::U64, number);
        same(Kinds::I8, i8::from_ne_bytes([a]));
        same(Kinds::I16, i16::from_ne_bytes([a, b]));
        same(Kinds::I32, i32::from_ne_bytes([c, d, e, f]));
        same(Kinds::I64, i64::from_ne_bytes(number.to_ne_bytes()));
        same(Kinds::BE16, u16::from_ne_bytes([a, b]));
        same(Kinds::BE32, u32::from_ne_bytes([c, d, e, f]));
        same(Kinds::BE64, number);
        same(Kinds::UINT, number);
        same(Kinds::UINT, number >> 40);
    }

    #[test]
    fn numbers_with_and_without_a_name(number: u16, bits: u32) {
        same(Kinds::COLOUR, Colour(number));
        same(Kinds::BE_COLOUR, Colour(number));
        same(Kinds::MARKS, Marks::from_bits_retain(bits));
        prop_assert_eq!(Colour::from_big(Colour(number).to_big()), Colour(number));
    }

    #[test]
    fn addresses(four: [u8; 4], sixteen: [u8; 16], link in vec(any::<u8>(), 0..=32), six: [u8; 6]) {
        same(Kinds::IP, IpAddr::from(four));
        same(Kinds::IP, IpAddr::from(sixteen));
        same(Kinds::FOUR, Ipv4Addr::from(four));
        same(Kinds::SIXTEEN, Ipv6Addr::from(sixteen));
        let link = LinkAddress::new(&link).unwrap();
        same(Kinds::LINK, link);
        prop_assert_eq!(link.to_string().parse().ok(), Some(link).filter(|link| !link.as_bytes().is_empty()));
        same(Kinds::SIX, six);
        same(Kinds::FLAG, ());
    }

    #[test]
    fn what_is_taken_for_a_link_layer_address_is_one(text in "[0-9a-fA-F:+-]{0,100}|.*") {
        if let Ok(address) = text.parse::<LinkAddress>() {
            let printed: Vec<String> = text.split(':').map(|byte| format!("{byte:0>2}").to_lowercase()).collect();
            prop_assert_eq!(address.to_string(), printed.join(":"));
        }
    }

    #[test]
    fn strings_and_bytes(text in text(), bytes in vec(any::<u8>(), 0..2000)) {
        let (string, bytes): (&'static str, _) = (text.leak(), lent(&bytes));
        value(Kinds::STR, || string, |found| assert_eq!(found, string));
        value(Kinds::BYTES, || bytes, |found| assert_eq!(found, bytes));
    }

    #[test]
    fn structs_and_arrays(pairs in vec(pair(), 0..20), words in vec(any::<u16>(), 0..20)) {
        let pairs = lent(&pairs);
        for pair in pairs {
            value(Kinds::STRUCT, || pair.into(), |found| assert_eq!((*found, found.bytes()), (*pair, pair.as_bytes())));
        }
        value(Kinds::ARRAY, || pairs, |found| assert_eq!(found, pairs));
        let words: &'static [Native<u16>] = words.into_iter().map(Native::new).collect::<Vec<_>>().leak();
        value(Kinds::WORDS, || words, |found| assert_eq!(found, words));
    }

    #[test]
    fn nests_of_every_kind(outer: u32, inner: u64, header in pair(), text in text()) {
        around::<Thing, _>(&THINGS, &|emit| {
            emit.put(Kinds::COLOUR, Colour::RED)?
                .nest(Kinds::NEST, |nest| {
                    nest.put(Kinds::U32, outer)?.nest(Kinds::NEST, |nest| nest.put(Kinds::U64, inner))
                })?
                .nest_behind(Kinds::HEADED, header, |nest| nest.put(Kinds::STR, &text))?
                .nest_behind(Kinds::ODD, [7, 8, 9], |nest| nest.put(Kinds::BE16, 1))?
                .nest_as(Kinds::CHOSEN, |nest: &mut nlwire_codec::Emit<'_, Kinds>| nest.put(Kinds::I8, -3))
        }, |thing| {
            let nest = thing.attributes().get(Kinds::NEST).unwrap().unwrap();
            assert_eq!(nest.get(Kinds::U32).unwrap(), Some(outer));
            assert_eq!(nest.get(Kinds::NEST).unwrap().unwrap().get(Kinds::U64).unwrap(), Some(inner));
            let headed = thing.attributes().get(Kinds::HEADED).unwrap().unwrap();
            assert_eq!(headed.header, header);
            assert_eq!(headed.attributes.get(Kinds::STR).unwrap(), Some(text.as_str()));
            let chosen = thing.attributes().get(Kinds::CHOSEN).unwrap().unwrap();
            assert_eq!(chosen.of::<Kinds>().get(Kinds::I8).unwrap(), Some(-3));
            let odd = || thing.attributes().get(Kinds::ODD).unwrap().unwrap();
            assert_eq!((odd().header, odd().attributes.get(Kinds::BE16).unwrap()), ([7, 8, 9], Some(1)));
            // What was read is written as it is, nest and all.
            let again = around::<Thing, _>(&THINGS, &|emit| {
                emit.put(Kinds::COLOUR, Colour::RED)?.put(Kinds::NEST, nest)?.put(Kinds::CHOSEN, chosen)?.put(Kinds::ODD, odd())
            }, |thing| {
                let odd = thing.attributes().get(Kinds::ODD).unwrap().unwrap();
                let nest = thing.attributes().get(Kinds::NEST).unwrap().unwrap();
                (nest.get(Kinds::U32).unwrap(), odd.attributes.get(Kinds::BE16).unwrap())
            });
            assert_eq!(again, (Some(outer), Some(1)));
        });
    }

    #[test]
    fn lists(numbers in vec(any::<u32>(), 0..30), names in vec(text(), 0..10), first in 0_u16..1000) {
        let wrote_names: Vec<&str> = names.iter().map(String::as_str).collect();
        around::<Thing, _>(&THINGS, &|emit| {
            emit.list(Kinds::NUMBERS, first, numbers.iter().copied())?.list(Kinds::NAMES, 0, wrote_names.iter().copied())
        }, |thing| {
            let list = thing.attributes().get(Kinds::NUMBERS).unwrap().unwrap();
            let found: Vec<_> = list.iter().map(Result::unwrap).collect();
            let sent: Vec<_> = (first..).zip(numbers.iter().copied()).collect();
            assert_eq!(found, sent);
            let list = thing.attributes().get(Kinds::NAMES).unwrap().unwrap();
            let found: Vec<_> = list.iter().map(|item| item.unwrap().1).collect();
            assert_eq!(found, wrote_names);
        });
    }

    #[test]
    fn next_hops_gateways_and_labels(
        hops in vec((any::<i32>(), any::<u8>(), any::<u8>(), any::<[u8; 4]>()), 0..20),
        via in vec(any::<u8>(), 0..40),
        family: u16,
        labels in vec((0_u32..1 << 20, any::<bool>()), 0..8),
    ) {
        let labels: Vec<Label> = labels.into_iter().map(|(label, last)| Label::new(label, last)).collect();
        let header = |(interface, flags, hops, _): &(i32, u8, u8, _)| NextHopHeader {
            interface: (*interface).into(),
            flags: NextHopFlags::from_bits_retain(*flags).into(),
            hops: *hops,
            ..Default::default()
        };
        around::<NewRoute, _>(&nlwire_codec::route::PROTOCOL, &|route| {
            route
                .put(Route::VIA, Via { family, address: &via })?
                .put(Route::NEWDST, &labels)?
                .next_hops(|out| {
                    for hop in &hops {
                        out.put(header(hop), |to| to.put(Route::GATEWAY, IpAddr::from(hop.3)))?;
                    }
                    Ok(out)
                })
        }, |route| {
            let attributes = route.attributes();
            assert_eq!(attributes.get(Route::VIA).unwrap(), Some(Via { family, address: &via }));
            assert_eq!(attributes.get(Route::NEWDST).unwrap(), Some(&labels[..]));
            let found: Vec<_> = attributes.get(Route::MULTIPATH).unwrap().unwrap().map(Result::unwrap).collect();
            assert_eq!(found.len(), hops.len());
            for (found, sent) in found.iter().zip(&hops) {
                assert_eq!(found.header, NextHopHeader { length: 16.into(), ..header(sent) });
                assert_eq!(found.attributes.get(Route::GATEWAY).unwrap(), Some(IpAddr::from(sent.3)));
            }
        });
    }

    #[test]
    fn a_struct_reads_from_as_many_bytes_as_there_are(sent in vec(any::<u8>(), 0..40)) {
        around::<Thing, _>(&THINGS, &|emit| emit.put_raw(23, &sent), |thing| {
            let found = thing.attributes().get(Kinds::STRUCT).unwrap().unwrap();
            assert_eq!(found.bytes(), sent);
            let mut filled = sent.clone();
            filled.resize(16, 0);
            assert_eq!((*found).as_bytes(), &filled[..16]);
        });
    }

    #[test]
    fn a_payload_of_a_size_that_its_kind_has_not_is_told(size in 0_usize..40) {
        type Sizes = (fn(&Attributes<'_, Kinds>, u16) -> bool, &'static [usize]);
        fn reads<P: Payload>(attributes: &Attributes<'_, Kinds>, number: u16) -> bool {
            attributes.get(Key::<Kinds, P>::new(number)).is_ok()
        }
        let kinds: &[Sizes] = &[
            (reads::<u8>, &[1]), (reads::<i8>, &[1]), (reads::<u16>, &[2]), (reads::<i16>, &[2]), (reads::<Be<u16>>, &[2]),
            (reads::<u32>, &[4]), (reads::<i32>, &[4]), (reads::<Be<u32>>, &[4]), (reads::<u64>, &[8]),
            (reads::<i64>, &[8]), (reads::<Be<u64>>, &[8]), (reads::<Colour>, &[2]), (reads::<Marks>, &[4]),
            (reads::<Flag>, &[0]), (reads::<[u8; 6]>, &[6]), (reads::<Ip>, &[4, 16]), (reads::<Ipv4Addr>, &[4]),
            (reads::<Ipv6Addr>, &[16]), (reads::<Array<Pair>>, &[0, 16, 32]), (reads::<Uint>, &[4, 8]),
        ];
        let mut room = [0; 128];
        let mut tail = Tail::new(&mut room);
        Thing::emit(&mut tail, Envelope::default(), [0; 3], |emit| emit.put_raw(77, &vec![0; size])).unwrap();
        let thing = RawMessage::first(tail.written()).unwrap().read::<Thing>().unwrap().unwrap();
        for (index, (reads, sizes)) in kinds.iter().enumerate() {
            prop_assert_eq!(reads(&thing.attributes(), 77), sizes.contains(&size), "kind {} of {} bytes", index, size);
        }
    }
}

#[test]
fn lists_of_nests_are_written_from_what_was_read() {
    let mut room = [0; 64];
    let mut tail = Tail::new(&mut room);
    Thing::emit(&mut tail, Envelope::default(), [0; 3], |emit| emit.put(Kinds::U32, 5)).unwrap();
    let one = RawMessage::first(tail.written()).unwrap().read::<Thing>().unwrap().unwrap().attributes();
    around::<Thing, _>(&THINGS, &|emit| emit.list(Kinds::NESTS, 1, [one, one]), |thing| {
        let list = thing.attributes().get(Kinds::NESTS).unwrap().unwrap();
        let found: Vec<_> =
            list.iter().map(|item| item.unwrap()).map(|(at, nest)| (at, nest.get(Kinds::U32).unwrap())).collect();
        assert_eq!(found, [(1, Some(5)), (2, Some(5))]);
        assert!(format!("{thing:?}").contains("1: Kinds { KIND_U32: 5 }"), "{thing:?}");
    });
}

/// Payloads that are made of attributes are written as long as they can be, 65,528 bytes since those are multiples of four,
/// and refused with one attribute more, wherever they are.
#[test]
fn nests_of_every_kind_are_written_up_to_their_greatest_length_and_refused_above() {
    let long = vec![7; 65_528];
    // A payload that makes an attribute of this many bytes.
    let filler = |size: usize| &long[..size - 4];
    let written = |write: Writes<'_, Kinds>| {
        let mut room = vec![0xa5; 200_000];
        let mut tail = Tail::new(&mut room);
        let result = Thing::emit(&mut tail, Envelope::default(), [0; 3], |emit| write(emit));
        result.map(|()| tail.length()).map_err(|error| (error.kind, error.attribute, tail.length()))
    };
    for (more, fits) in [(0, true), (4, false)] {
        let expected = |number| if fits { Ok(20 + 65_532) } else { Err((EmitErrorKind::TooLong, number, 0)) };
        let result = written(&|emit| emit.nest(Kinds::NEST, |nest| nest.put(Kinds::BYTES, filler(65_528 + more))));
        assert_eq!(result, expected(27));
        let result = written(&|emit| {
            emit.nest(Kinds::NEST, |nest| {
                nest.put(Kinds::BYTES, filler(30_000))?
                    .nest(Kinds::NEST, |nest| nest.put(Kinds::BYTES, filler(35_524 + more)))
            })
        });
        assert_eq!(result, expected(27));
        let result = written(&|emit| {
            emit.nest_behind(Kinds::HEADED, Pair::default(), |nest| nest.put(Kinds::BYTES, filler(65_512 + more)))
        });
        assert_eq!(result, expected(28));
        let numbers = vec![1_u32; 8191 + more / 4];
        let result = written(&|emit| emit.list(Kinds::NUMBERS, 0, numbers.iter().copied()));
        assert_eq!(result, expected(29));
    }
}

#[test]
fn next_hops_are_written_up_to_their_greatest_length_and_refused_above() {
    let written = |hops: usize, size: usize| {
        let payload = vec![7; size];
        let mut room = vec![0xa5; 200_000];
        let mut tail = Tail::new(&mut room);
        let result = NewRoute::emit(&mut tail, Envelope::default(), Default::default(), |route| {
            route.next_hops(|out| {
                for _ in 0..hops {
                    out.put(NextHopHeader::default(), |hop| hop.put_raw(77, &payload))?;
                }
                Ok(out)
            })
        });
        result.map(|()| tail.length()).map_err(|error| (error.kind, error.attribute, tail.length()))
    };
    // All of them; one alone; and one whose own length, which is 16 bits wide too, could not say it.
    assert_eq!(written(5460, 0), Ok(28 + 4 + 65_520));
    assert_eq!(written(5461, 0), Err((EmitErrorKind::TooLong, 9, 0)));
    assert_eq!(written(1, 65_516), Ok(28 + 4 + 65_528));
    assert_eq!(written(1, 65_520), Err((EmitErrorKind::TooLong, 9, 0)));
    assert_eq!(written(1, 65_531), Err((EmitErrorKind::TooLong, 9, 0)));
}
