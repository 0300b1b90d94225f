//! In-situ OAM over IPv6: packets that gather data on their way (`linux/ioam6_iptunnel.h`, `linux/ioam6.h`; RFC 9197).

use core::net::Ipv6Addr;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::number::Big;
use crate::payload::Struct;
use crate::{attributes, numbers};

attributes! {
    /// A route that makes packets gather data.
    pub enum EncapIoam6("IOAM6_IPTUNNEL_") {
        /// How packets get the header.
        MODE: Ioam6Mode = 1,
        /// Where the outer packet goes.
        DST: Ipv6Addr = 2,
        /// What is gathered.
        TRACE: Struct<Ioam6Trace> = 3,
        /// How many packets get it, of each [`FREQ_N`](Self::FREQ_N); from 1 to that.
        FREQ_K: u32 = 4,
        /// Of how many packets [`FREQ_K`](Self::FREQ_K) get it; from 1 to 1000000.
        FREQ_N: u32 = 5,
        /// Where the outer packet comes from; without it the kernel chooses.
        SRC: Ipv6Addr = 6,
    }
}

numbers! {
    /// How packets get the header that data is gathered in (`IOAM6_IPTUNNEL_MODE_*`).
    pub struct Ioam6Mode(u8, "IOAM6_IPTUNNEL_MODE_") {
        /// It is put into them.
        INLINE = 1,
        /// They go into an outer packet that has it.
        ENCAP = 2,
        /// Those of this host as [`INLINE`](Self::INLINE), others as [`ENCAP`](Self::ENCAP).
        AUTO = 3,
    }
}

/// `struct ioam6_trace_hdr`: what data is gathered, as it is in packets.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+---------+-----+-+-------------+
/// |           namespace           | nodelen |flags|0|   remlen    |
/// +-------------------------------+---------+-----+-+-------------+
/// |                     kind                      |       0       |
/// +-----------------------------------------------+---------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Ioam6Trace {
    /// The namespace of what is gathered, in network byte order (`namespace_id`).
    pub namespace: Big<u16>,
    /// Data of one node, in units of 4 bytes (upper five bits, `nodelen`), and whether there was no room for more (the bit
    /// with the value 4, `overflow`). In a request 0.
    pub node: u8,
    /// Room that is left, in units of 4 bytes, at most 61 (lower seven bits, `remlen`).
    pub remaining: u8,
    /// What is gathered, in network byte order: the uppermost bit is bit 0 of RFC 9197, which says what each means; the lowest
    /// eight are zero (`type`).
    pub kind: Big<u32>,
}
