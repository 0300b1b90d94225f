//! Segment routing over IPv6: a way for packets to go (`linux/seg6_iptunnel.h`), and what to do where they come by
//! (`linux/seg6_local.h`; RFC 8754, RFC 8986).

use core::net::{Ipv4Addr, Ipv6Addr};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Segment;
use crate::error::EmitErrorKind;
use crate::nest::Nest;
use crate::number::{Big, Native};
use crate::payload::{Bytes, Payload, Span, Str};
use crate::tail::Tail;
use crate::{attributes, flags, numbers};

attributes! {
    /// A route that gives packets a segment routing header.
    pub enum EncapSeg6("SEG6_IPTUNNEL_") {
        /// The header, and how the packets get it.
        SRH: Seg6EncapPayload = 1,
        /// Source address of the outer packets; without it the kernel chooses.
        SRC: Ipv6Addr = 2,
    }
}

numbers! {
    /// How packets get a segment routing header (`SEG6_IPTUN_MODE_*`).
    pub struct Seg6Mode(i32, "SEG6_IPTUN_MODE_") {
        /// It is put into IPv6 packets. The first segment of the list is left free: the packet's destination goes there.
        INLINE = 0,
        /// Packets go into an outer packet that has it.
        ENCAP = 1,
        /// Frames go into an outer packet that has it.
        L2ENCAP = 2,
        /// As [`ENCAP`](Self::ENCAP), without the segment that is the outer packet's destination.
        ENCAP_RED = 3,
        /// As [`L2ENCAP`](Self::L2ENCAP), without the segment that is the outer packet's destination.
        L2ENCAP_RED = 4,
    }
}

attributes! {
    /// What is done with packets whose destination is a segment of this host.
    pub enum EncapSeg6Local("SEG6_LOCAL_") {
        /// What is done.
        ACTION: Seg6Action = 1,
        /// The segment routing header that packets get.
        SRH: SrhPayload = 2,
        /// The routing table that the next destination is looked up in.
        TABLE: u32 = 3,
        /// The IPv4 next hop.
        NH4: Ipv4Addr = 4,
        /// The IPv6 next hop.
        NH6: Ipv6Addr = 5,
        /// Index of the interface that packets seem to come in by.
        IIF: u32 = 6,
        /// Index of the interface that packets go out by.
        OIF: u32 = 7,
        /// The BPF program.
        BPF: Nest<Seg6LocalBpf> = 8,
        /// The routing table of the VRF that the destination inside is looked up in.
        VRFTABLE: u32 = 9,
        /// Counters; in a request, that packets are to be counted.
        COUNTERS: Nest<Seg6LocalCounters> = 10,
        /// More about what is done.
        FLAVORS: Nest<Seg6LocalFlavors> = 11,
    }
}

numbers! {
    /// What is done with packets whose destination is a segment of this host (`SEG6_LOCAL_ACTION_*`).
    pub struct Seg6Action(u32, "SEG6_LOCAL_ACTION_") {
        /// Nobody said.
        UNSPEC = 0,
        /// They go on to the next segment.
        END = 1,
        /// They go on to the next segment by the next hop [`NH6`](EncapSeg6Local::NH6).
        END_X = 2,
        /// They go on to the next segment as the table [`TABLE`](EncapSeg6Local::TABLE) says.
        END_T = 3,
        /// The frame inside goes out by [`OIF`](EncapSeg6Local::OIF).
        END_DX2 = 4,
        /// The IPv6 packet inside goes to [`NH6`](EncapSeg6Local::NH6).
        END_DX6 = 5,
        /// The IPv4 packet inside goes to [`NH4`](EncapSeg6Local::NH4).
        END_DX4 = 6,
        /// The IPv6 packet inside is routed by a table.
        END_DT6 = 7,
        /// The IPv4 packet inside is routed by the table of a VRF.
        END_DT4 = 8,
        /// They get another header inside, [`SRH`](EncapSeg6Local::SRH).
        END_B6 = 9,
        /// They go into an outer packet with the header [`SRH`](EncapSeg6Local::SRH).
        END_B6_ENCAP = 10,
        /// They get MPLS labels; the kernel has no such thing.
        END_BM = 11,
        /// The last segment is looked up; the kernel has no such thing.
        END_S = 12,
        /// They go to a host that knows nothing of segments; the kernel has no such thing.
        END_AS = 13,
        /// They go to a host that knows nothing of segments, masqueraded; the kernel has no such thing.
        END_AM = 14,
        /// What a BPF program says.
        END_BPF = 15,
        /// The packet inside, IPv4 or IPv6, is routed by the table of a VRF.
        END_DT46 = 16,
    }
}

attributes! {
    /// A BPF program that decides about packets (`SEG6_LOCAL_BPF_PROG*`).
    pub enum Seg6LocalBpf("SEG6_LOCAL_BPF_") {
        /// In a request the file descriptor of the program, from the kernel its identifier.
        PROG: u32 = 1,
        /// A name for it.
        PROG_NAME: Str = 2,
    }
}

attributes! {
    /// Counters of a segment (`SEG6_LOCAL_CNT_*`). A request has all three, whatever their values.
    pub enum Seg6LocalCounters("SEG6_LOCAL_CNT_") {
        /// Padding.
        PAD: Bytes = 1,
        /// Packets that were dealt with.
        PACKETS: u64 = 2,
        /// Bytes of those.
        BYTES: u64 = 3,
        /// Packets that could not be dealt with.
        ERRORS: u64 = 4,
    }
}

attributes! {
    /// More about what is done (`SEG6_LOCAL_FLV_*`).
    pub enum Seg6LocalFlavors("SEG6_LOCAL_FLV_") {
        /// What else is done.
        OPERATION: FlavorOperations = 1,
        /// Bits of the block that locators begin with; 32 without it.
        LCBLOCK_BITS: u8 = 2,
        /// Bits of a node and its function in a compressed list; 16 without it.
        LCNODE_FN_BITS: u8 = 3,
    }
}

flags! {
    /// What else is done with packets: the bits whose numbers are `SEG6_LOCAL_FLV_OP_*`.
    pub struct FlavorOperations(u32, "SEG6_LOCAL_FLV_OP_") {
        /// The one before the last segment takes the header away.
        PSP = 1 << 1,
        /// The last segment takes the header away.
        USP = 1 << 2,
        /// The last segment takes the outer packet away.
        USD = 1 << 3,
        /// The destination holds several segments, compressed.
        NEXT_CSID = 1 << 4,
    }
}

/// `struct ipv6_sr_hdr` without its segments: the beginning of a segment routing header, as it is in packets
/// (`linux/seg6.h`).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |  next_header  |    length     |     kind      | segments_left |
/// +---------------+---------------+---------------+---------------+
/// | first_segment |     flags     |              tag              |
/// +---------------+---------------+-------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct SrhHeader {
    /// What follows it in packets; 0 in a route (`nexthdr`).
    pub next_header: u8,
    /// Its length with segments and TLVs, in units of 8 bytes, less one (`hdrlen`).
    pub length: u8,
    /// Kind of the routing header: 4 (`type`).
    pub kind: u8,
    /// How many segments are still to be visited (`segments_left`).
    pub segments_left: u8,
    /// How many segments there are, less one (`first_segment`).
    pub first_segment: u8,
    /// Flags (`flags`).
    pub flags: Native<SrhFlags>,
    /// A mark for packets of a kind, in network byte order (`tag`).
    pub tag: Big<u16>,
}

flags! {
    /// Flags of a segment routing header (`SR6_FLAG1_*`, `linux/seg6.h`).
    pub struct SrhFlags(u8, "SR6_FLAG1_") {
        /// Packets go by a way around something that failed.
        PROTECTED = 1 << 6,
        /// A packet of operation and maintenance.
        OAM = 1 << 5,
        /// A TLV is to be looked at by all.
        ALERT = 1 << 4,
        /// The last TLV is a keyed hash of the header (`SR6_TLV_HMAC`).
        HMAC = 1 << 3,
    }
}

/// A segment routing header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Srh<'a> {
    /// Its beginning.
    pub header: SrhHeader,
    /// The segments in the order of the header: the last to be visited comes first.
    pub segments: &'a [Segment],
    /// TLVs behind them, as they are; empty, but for [`SrhFlags::HMAC`].
    pub tlvs: &'a [u8],
}

impl<'a> Srh<'a> {
    /// The header for these segments, the last to be visited first; none where they are not from 1 to 127.
    pub fn new(segments: &'a [Segment]) -> Option<Self> {
        let last = u8::try_from(segments.len().checked_sub(1)?).ok()?;
        let header = SrhHeader {
            length: last.checked_add(1)?.checked_mul(2)?,
            kind: 4,
            segments_left: last,
            first_segment: last,
            ..SrhHeader::default()
        };
        Some(Self { header, segments, tlvs: &[] })
    }
}

/// The payload of [`EncapSeg6Local::SRH`].
#[derive(Debug)]
pub enum SrhPayload {}

impl Payload for SrhPayload {
    type Value<'a> = Srh<'a>;
    const NAME: &'static str = "segment routing header";

    fn read(span: Span<'_>) -> Option<Srh<'_>> {
        let (header, rest) = SrhHeader::read_from_prefix(span.bytes).ok()?;
        let count = usize::from(header.first_segment).saturating_add(1);
        let (segments, tlvs) = <[Segment]>::ref_from_prefix_with_elems(rest, count).ok()?;
        Some(Srh { header, segments, tlvs })
    }

    fn write(value: Srh<'_>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.header.as_bytes())?;
        out.put(value.segments.as_bytes())?;
        out.put(value.tlvs)
    }
}

/// `struct seg6_iptunnel_encap`: a segment routing header, and how packets get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seg6Encap<'a> {
    /// How packets get it (`mode`).
    pub mode: Seg6Mode,
    /// The header (`srh`).
    pub srh: Srh<'a>,
}

/// The payload of [`EncapSeg6::SRH`].
#[derive(Debug)]
pub enum Seg6EncapPayload {}

impl Payload for Seg6EncapPayload {
    type Value<'a> = Seg6Encap<'a>;
    const NAME: &'static str = "struct seg6_iptunnel_encap";

    fn read(span: Span<'_>) -> Option<Seg6Encap<'_>> {
        let (mode, _) = <Native<Seg6Mode>>::read_from_prefix(span.bytes).ok()?;
        Some(Seg6Encap { mode: mode.get(), srh: SrhPayload::read(span.skip(size_of::<Seg6Mode>()))? })
    }

    fn write(value: Seg6Encap<'_>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(Native::new(value.mode).as_bytes())?;
        SrhPayload::write(value.srh, out)
    }
}
