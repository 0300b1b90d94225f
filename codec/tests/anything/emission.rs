//! Attributes of every kind are written as choices have it, into buffers of any size, and read again: what was taken is there,
//! and nothing else.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlwire_codec::payload::LinkAddress;
use nlwire_codec::zerocopy::FromBytes;
use nlwire_codec::{Attributes, Emit, EmitError, EmitErrorKind, Emitted, Envelope, Flags, Message, Messages, Tail};

use super::Choices;
use super::kinds::{Colour, Kinds, Marks, Pair, Thing};

/// The greatest length of an attribute's payload: its own length is 16 bits wide and counts the header too.
const MOST: usize = 65_531;

/// What is to be written.
#[derive(Clone, Debug)]
enum Wish {
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    I32(i32),
    Be16(u16),
    Be64(u64),
    Colour(u16),
    Marks(u32),
    Flag,
    Text(String),
    Bytes(Vec<u8>),
    Ip(IpAddr),
    Link(Vec<u8>),
    Struct(Pair),
    Array(Vec<Pair>),
    Uint(u64),
    Numbers(u16, Vec<u32>),
    Nest(Vec<Self>, End),
    Headed(Pair, Vec<Self>, End),
}

/// How a nest ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// Its attributes are written.
    Well,
    /// Its closure says that it is to be undone.
    Regretted,
}

/// What came of a wish.
#[derive(Debug)]
enum Taken<'w> {
    Value(&'w Wish),
    Nest(&'w Wish, Vec<Self>),
}

fn wish(choices: &mut Choices<'_>, depth: usize) -> Wish {
    let pair = |choices: &mut Choices<'_>| Pair::read_from_bytes(&choices.array::<16>()).unwrap();
    let end = |choices: &mut Choices<'_>| if choices.seldom(6) { End::Regretted } else { End::Well };
    match choices.below(if depth < 5 { 20 } else { 18 }) {
        0 => Wish::U8(choices.byte()),
        1 => Wish::U16(u16::from_ne_bytes(choices.array())),
        2 => Wish::U32(u32::from_ne_bytes(choices.array())),
        3 => Wish::U64(u64::from_ne_bytes(choices.array())),
        4 => Wish::I32(i32::from_ne_bytes(choices.array())),
        5 => Wish::Be16(u16::from_ne_bytes(choices.array())),
        6 => Wish::Be64(u64::from_ne_bytes(choices.array())),
        7 => Wish::Colour(u16::from_ne_bytes(choices.array())),
        8 => Wish::Marks(u32::from_ne_bytes(choices.array())),
        9 => Wish::Flag,
        10 => {
            let count = choices.below(20);
            Wish::Text(choices.bytes(count).iter().map(|byte| char::from(byte & 0x7f)).collect())
        }
        11 => {
            // Lengths around the greatest too, without as many choices.
            let long = if choices.seldom(8) { choices.of(&[65_520, 65_527, MOST, MOST + 1, 40_000]) } else { 0 };
            let count = choices.below(40);
            let mut bytes = choices.bytes(count);
            bytes.resize(bytes.len().max(long), 7);
            Wish::Bytes(bytes)
        }
        12 => Wish::Ip(match choices.byte() % 2 {
            0 => Ipv4Addr::from(choices.array::<4>()).into(),
            _ => Ipv6Addr::from(choices.array::<16>()).into(),
        }),
        13 => {
            let count = choices.below(33);
            Wish::Link(choices.bytes(count))
        }
        14 => Wish::Struct(pair(choices)),
        15 => Wish::Array((0..choices.below(4)).map(|_| pair(choices)).collect()),
        16 => Wish::Uint(u64::from_ne_bytes(choices.array()) >> choices.of(&[0, 32, 33, 63])),
        17 => {
            let first = u16::from_ne_bytes(choices.array()) & 0x3ff;
            Wish::Numbers(first, (0..choices.below(5)).map(|_| u32::from_ne_bytes(choices.array())).collect())
        }
        18 => Wish::Nest(wishes(choices, depth + 1), end(choices)),
        _ => Wish::Headed(pair(choices), wishes(choices, depth + 1), end(choices)),
    }
}

fn wishes(choices: &mut Choices<'_>, depth: usize) -> Vec<Wish> {
    (0..choices.below(6)).map(|_| wish(choices, depth)).collect()
}

impl Wish {
    /// The bytes of its payload; none where what is in it decides that.
    fn size(&self) -> Option<usize> {
        Some(match self {
            Self::Flag => 0,
            Self::U8(_) => 1,
            Self::U16(_) | Self::Be16(_) | Self::Colour(_) => 2,
            Self::U32(_) | Self::I32(_) | Self::Marks(_) => 4,
            Self::U64(_) | Self::Be64(_) => 8,
            Self::Uint(number) => {
                if *number > u64::from(u32::MAX) {
                    8
                } else {
                    4
                }
            }
            Self::Text(text) => text.len() + 1,
            Self::Bytes(bytes) | Self::Link(bytes) => bytes.len(),
            Self::Ip(address) => {
                if address.is_ipv4() {
                    4
                } else {
                    16
                }
            }
            Self::Struct(_) => 16,
            Self::Array(pairs) => 16 * pairs.len(),
            Self::Numbers(_, numbers) => 8 * numbers.len(),
            Self::Nest(..) | Self::Headed(..) => return None,
        })
    }

    /// Whether there is an error that its value itself has.
    fn is_refused(&self) -> bool {
        matches!(self, Self::Text(text) if text.contains('\0'))
    }

    fn put<'x, 'b>(&self, emit: &'x mut Emit<'b, Kinds>) -> Emitted<'x, 'b, Kinds> {
        match self {
            Self::U8(value) => emit.put(Kinds::U8, *value),
            Self::U16(value) => emit.put(Kinds::U16, *value),
            Self::U32(value) => emit.put(Kinds::U32, *value),
            Self::U64(value) => emit.put(Kinds::U64, *value),
            Self::I32(value) => emit.put(Kinds::I32, *value),
            Self::Be16(value) => emit.put(Kinds::BE16, *value),
            Self::Be64(value) => emit.put(Kinds::BE64, *value),
            Self::Colour(value) => emit.put(Kinds::COLOUR, Colour(*value)),
            Self::Marks(value) => emit.put(Kinds::MARKS, Marks::from_bits_retain(*value)),
            Self::Flag => emit.put(Kinds::FLAG, ()),
            Self::Text(value) => emit.put(Kinds::STR, value),
            Self::Bytes(value) => emit.put(Kinds::BYTES, value),
            Self::Ip(value) => emit.put(Kinds::IP, *value),
            Self::Link(value) => emit.put(Kinds::LINK, LinkAddress::new(value).unwrap()),
            Self::Struct(value) => emit.put(Kinds::STRUCT, value.into()),
            Self::Array(value) => emit.put(Kinds::ARRAY, value),
            Self::Uint(value) => emit.put(Kinds::UINT, *value),
            Self::Numbers(first, numbers) => emit.list(Kinds::NUMBERS, *first, numbers.iter().copied()),
            Self::Nest(..) | Self::Headed(..) => unreachable!("nests are written by `write`"),
        }
    }
}

/// Writes what can be written and says what that is. Whether it can, the room decides, and nothing else.
fn write<'w>(emit: &mut Emit<'_, Kinds>, wishes: &'w [Wish]) -> Vec<Taken<'w>> {
    let mut taken = Vec::new();
    for wish in wishes {
        let room = emit.room();
        let Some(size) = wish.size() else {
            taken.extend(write_nest(emit, wish, room));
            continue;
        };
        let result = wish.put(emit).map(drop);
        if let Err(error) = result {
            let expected = match error.kind {
                EmitErrorKind::InteriorNul => wish.is_refused(),
                // The padding wants room too.
                EmitErrorKind::Full => 4 + size > room || (size <= MOST && 4 + size.next_multiple_of(4) > room),
                EmitErrorKind::TooLong => 4 + size <= room && size > MOST,
                _ => false,
            };
            assert!(expected, "{error}: {size} bytes, room for {room}");
            assert_eq!(emit.room(), room, "what could not be written is undone");
        } else {
            assert!(!wish.is_refused() && size <= MOST);
            assert_eq!(emit.room(), room - 4 - size.next_multiple_of(4));
            taken.push(Taken::Value(wish));
        }
    }
    taken
}

fn write_nest<'w>(emit: &mut Emit<'_, Kinds>, wish: &'w Wish, room: usize) -> Option<Taken<'w>> {
    let mut inner = Vec::new();
    let mut left = None;
    let regret = EmitError::from(EmitErrorKind::InteriorNul);
    let (before, end, result) = match wish {
        Wish::Nest(wishes, end) => {
            let result = emit.nest(Kinds::NEST, |nest| {
                inner = write(nest, wishes);
                left = Some(nest.room());
                if *end == End::Regretted { Err(regret) } else { Ok(nest) }
            });
            (0, end, result.map(drop))
        }
        Wish::Headed(header, wishes, end) => {
            let result = emit.nest_behind(Kinds::HEADED, *header, |nest| {
                inner = write(nest, wishes);
                left = Some(nest.room());
                if *end == End::Regretted { Err(regret) } else { Ok(nest) }
            });
            (16, end, result.map(drop))
        }
        _ => unreachable!("a value"),
    };
    let expected = match left {
        None => Err(EmitErrorKind::Full),
        Some(_) if *end == End::Regretted => Err(EmitErrorKind::InteriorNul),
        Some(left) if room - 4 - left > MOST => Err(EmitErrorKind::TooLong),
        Some(left) => Ok(left),
    };
    assert_eq!(left.is_none(), room < 4 + before);
    assert_eq!(result.map_err(|error| error.kind), expected.map(drop));
    assert_eq!(emit.room(), expected.unwrap_or(room), "a nest is written whole or not at all");
    expected.is_ok().then_some(Taken::Nest(wish, inner))
}

/// The attributes are just what was taken.
fn check(attributes: Attributes<'_, Kinds>, taken: &[Taken<'_>]) {
    let mut found = attributes.iter();
    for taken in taken {
        let attribute = found.next().expect("as many as were taken").unwrap();
        macro_rules! is {
            ($key:expr, $value:expr) => {{
                assert_eq!(attribute.read($key), Ok(Some($value)));
                // The last of its number is the one that counts.
                assert!(attributes.get($key).unwrap().is_some());
            }};
        }
        match taken {
            Taken::Nest(Wish::Headed(header, ..), inner) => {
                let value = attribute.read(Kinds::HEADED).unwrap().unwrap();
                assert_eq!(value.header, *header);
                check(value.attributes, inner);
            }
            Taken::Nest(_, inner) => check(attribute.read(Kinds::NEST).unwrap().unwrap(), inner),
            Taken::Value(wish) => match wish {
                Wish::U8(value) => is!(Kinds::U8, *value),
                Wish::U16(value) => is!(Kinds::U16, *value),
                Wish::U32(value) => is!(Kinds::U32, *value),
                Wish::U64(value) => is!(Kinds::U64, *value),
                Wish::I32(value) => is!(Kinds::I32, *value),
                Wish::Be16(value) => is!(Kinds::BE16, *value),
                Wish::Be64(value) => is!(Kinds::BE64, *value),
                Wish::Colour(value) => is!(Kinds::COLOUR, Colour(*value)),
                Wish::Marks(value) => is!(Kinds::MARKS, Marks::from_bits_retain(*value)),
                Wish::Flag => is!(Kinds::FLAG, ()),
                Wish::Text(value) => is!(Kinds::STR, &value[..]),
                Wish::Bytes(value) => is!(Kinds::BYTES, &value[..]),
                Wish::Ip(value) => is!(Kinds::IP, *value),
                Wish::Link(value) => is!(Kinds::LINK, LinkAddress::new(value).unwrap()),
                Wish::Struct(value) => assert_eq!(*attribute.read(Kinds::STRUCT).unwrap().unwrap(), *value),
                Wish::Array(value) => is!(Kinds::ARRAY, &value[..]),
                Wish::Uint(value) => is!(Kinds::UINT, *value),
                Wish::Numbers(first, numbers) => {
                    let list = attribute.read(Kinds::NUMBERS).unwrap().unwrap();
                    let found: Vec<_> = list.iter().map(Result::unwrap).collect();
                    assert_eq!(found, (*first..).zip(numbers.iter().copied()).collect::<Vec<_>>());
                }
                Wish::Nest(..) | Wish::Headed(..) => unreachable!("a nest"),
            },
        }
    }
    assert!(found.next().is_none(), "nothing else is there");
}

/// Writes messages as the choices have it, one behind the other, and reads them.
pub(crate) fn is_read_as_written(choices: &mut Choices<'_>) {
    let size = match choices.below(4) {
        0 => choices.below(64),
        1 => choices.below(512),
        2 => 200_000,
        _ => choices.below(0x1_0000),
    };
    let mut room = vec![0xa5; size];
    let mut tail = Tail::new(&mut room);
    let messages: Vec<_> = (0..choices.below(3)).map(|number| (number as u32, wishes(choices, 0))).collect();
    let mut taken = Vec::new();
    for (number, wishes) in &messages {
        let (before, room) = (tail.written().to_vec(), tail.room());
        let envelope = Envelope { flags: Flags::MULTI, sequence: *number, port: 0xa5a5 };
        let mut inner = Vec::new();
        let result = Thing::emit(&mut tail, envelope, [1, 2, 3], |emit| {
            inner = write(emit, wishes);
            Ok(emit)
        });
        match result {
            Ok(()) => taken.push((envelope, inner)),
            Err(error) => {
                assert_eq!(error.kind, EmitErrorKind::Full);
                assert!(room < 20, "the header fits, and attributes that do not are left out");
                assert_eq!(tail.written(), before);
            }
        }
    }
    let written = tail.written();
    let mut found = Messages::new(written);
    for (envelope, inner) in &taken {
        let thing = found.next().unwrap().unwrap().read::<Thing>().unwrap().unwrap();
        assert_eq!((thing.envelope(), thing.header), (*envelope, [1, 2, 3]));
        check(thing.attributes(), inner);
    }
    assert!(found.next().is_none());
    let behind = written.len();
    assert!(behind <= size);
}
