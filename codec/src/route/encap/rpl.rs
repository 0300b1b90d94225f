//! Source routing of RPL, the protocol for networks of small devices (`linux/rpl_iptunnel.h`, `linux/rpl.h`; RFC 6554).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Segment;
use crate::attributes;
use crate::error::EmitErrorKind;
use crate::number::Big;
use crate::payload::{Payload, Span};
use crate::tail::Tail;

attributes! {
    /// A route that gives packets a source route.
    pub enum EncapRpl("RPL_IPTUNNEL_") {
        /// The source route.
        SRH: RplSourceRoutePayload = 1,
    }
}

/// `struct ipv6_rpl_sr_hdr` without its segments: the beginning of a source route, as it is in packets.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |  next_header  |    length     |     kind      | segments_left |
/// +-------+-------+-------+-------+---------------+---------------+
/// | cmpri | cmpre |  pad  |               reserved                |
/// +-------+-------+-------+---------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct RplHeader {
    /// What follows it in packets; 0 in a route (`nexthdr`).
    pub next_header: u8,
    /// Its length with segments, in units of 8 bytes, less one (`hdrlen`).
    pub length: u8,
    /// Kind of the routing header: 3 (`type`).
    pub kind: u8,
    /// How many segments are still to be visited (`segments_left`).
    pub segments_left: u8,
    /// How many bytes of an address are left away: of all but the last segment (upper four bits, `cmpri`), and of the last
    /// (lower four, `cmpre`). In a route 0.
    pub compression: u8,
    /// Bytes of padding (upper four bits, `pad`); the rest is zero. In a route 0.
    pub padding: u8,
    /// Zero (`reserved`).
    pub reserved: Big<u16>,
}

/// A source route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RplSourceRoute<'a> {
    /// Its beginning.
    pub header: RplHeader,
    /// The addresses in the order in which they are visited. iproute2 takes and shows them the other way round.
    pub segments: &'a [Segment],
}

impl<'a> RplSourceRoute<'a> {
    /// The source route by these addresses; none where they are not from 1 to 127.
    pub fn new(segments: &'a [Segment]) -> Option<Self> {
        let count = u8::try_from(segments.len()).ok().filter(|count| *count > 0)?;
        let header = RplHeader { length: count.checked_mul(2)?, kind: 3, segments_left: count, ..RplHeader::default() };
        Some(Self { header, segments })
    }
}

/// The payload of [`EncapRpl::SRH`].
#[derive(Debug)]
pub enum RplSourceRoutePayload {}

impl Payload for RplSourceRoutePayload {
    type Value<'a> = RplSourceRoute<'a>;
    const NAME: &'static str = "source route of RPL";

    fn read(span: Span<'_>) -> Option<RplSourceRoute<'_>> {
        let (header, rest) = RplHeader::read_from_prefix(span.bytes).ok()?;
        Some(RplSourceRoute { header, segments: <[Segment]>::ref_from_bytes(rest).ok()? })
    }

    fn write(value: RplSourceRoute<'_>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.header.as_bytes())?;
        out.put(value.segments.as_bytes())
    }
}
