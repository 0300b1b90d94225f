//! A protocol with an attribute of every kind of payload there is.

use std::net::{Ipv4Addr, Ipv6Addr};

use nlwire_codec::Protocol;
use nlwire_codec::nest::{Chosen, Headed, List, Nest};
use nlwire_codec::number::{Big, Native};
use nlwire_codec::payload::{Array, Be, Bytes, Flag, Ip, LinkAddress, Str, Struct, Uint};
use nlwire_codec::zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

nlwire_codec::numbers! {
    /// Some that have a name.
    pub(crate) struct Colour(u16, "COLOUR_") {
        /// One.
        RED = 1,
    }
}

nlwire_codec::flags! {
    /// Some that have a name.
    pub(crate) struct Marks(u32, "MARK_") {
        /// One.
        DEEP = 4,
    }
}

/// A C struct, with a field of each kind and padding at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[zerocopy(crate = "nlwire_codec::zerocopy")]
#[repr(C)]
pub(crate) struct Pair {
    pub(crate) colour: Native<Colour>,
    pub(crate) port: Big<u16>,
    pub(crate) wide: Native<u64>,
    pub(crate) small: u8,
    pub(crate) pad: [u8; 3],
}

nlwire_codec::attributes! {
    /// An attribute of every kind there is.
    pub(crate) enum Kinds("KIND_") {
        U8: u8 = 1,
        U16: u16 = 2,
        U32: u32 = 3,
        U64: u64 = 4,
        I8: i8 = 5,
        I16: i16 = 6,
        I32: i32 = 7,
        I64: i64 = 8,
        BE16: Be<u16> = 9,
        BE32: Be<u32> = 10,
        BE64: Be<u64> = 11,
        COLOUR: Colour = 12,
        BE_COLOUR: Be<Colour> = 13,
        MARKS: Marks = 14,
        FLAG: Flag = 15,
        STR: Str = 16,
        BYTES: Bytes = 17,
        SIX: [u8; 6] = 18,
        IP: Ip = 19,
        FOUR: Ipv4Addr = 20,
        SIXTEEN: Ipv6Addr = 21,
        LINK: LinkAddress = 22,
        STRUCT: Struct<Pair> = 23,
        ARRAY: Array<Pair> = 24,
        WORDS: Array<Native<u16>> = 25,
        UINT: Uint = 26,
        NEST: Nest<Kinds> = 27,
        HEADED: Headed<Pair, Kinds> = 28,
        NUMBERS: List<u32> = 29,
        NAMES: List<Str> = 30,
        NESTS: List<Nest<Kinds>> = 31,
        CHOSEN: Chosen<ByColour> = 32,
        ODD: Headed<[u8; 3], Kinds> = 33,
    }
}

nlwire_codec::choices! {
    /// `KIND_COLOUR` decides.
    pub(crate) enum ByColour: Kinds::COLOUR {
        Colour::RED => Kinds,
    }
}

nlwire_codec::messages! {
    /// Of nothing but attributes, behind a header that leaves them to be aligned.
    pub(crate) Thing("THING") = 100: [u8; 3], Kinds;
}

pub(crate) static THINGS: Protocol = Protocol { number: 31, name: "THINGS", messages: &[MESSAGES] };
