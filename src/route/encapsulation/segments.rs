//! Source routes: segment routing over IPv6, and RPL.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::BpfProgram;
use crate::codec::route::encap::rpl::RplSourceRoute;
use crate::codec::route::encap::segment_routing::{
    FlavorOperations, Seg6Action, Seg6Encap, Seg6LocalBpf, Seg6LocalCounters, Seg6LocalFlavors, Seg6Mode, Srh, SrhFlags,
};
use crate::codec::route::encap::{EncapRpl, EncapSeg6, EncapSeg6Local, Segment};
use crate::codec::{Attributes, Emit, Emitted, ParseError};
use crate::name::text;

/// A segment routing header that packets get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seg6 {
    /// How they get it.
    pub mode: Seg6Mode,
    /// The header. In the mode [`INLINE`](Seg6Mode::INLINE) without the packet's own destination, which comes last.
    pub header: SegmentRoutingHeader,
    /// Source address of the outer packets; none lets the kernel choose.
    pub source: Option<Ipv6Addr>,
}

/// Into an outer packet, as `ip` usually has it.
impl Default for Seg6 {
    fn default() -> Self {
        Self { mode: Seg6Mode::ENCAP, header: SegmentRoutingHeader::default(), source: None }
    }
}

/// A segment routing header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SegmentRoutingHeader {
    /// The addresses in the order in which they are visited: the other way round than in packets.
    pub segments: Vec<Ipv6Addr>,
    /// Flags.
    pub flags: SrhFlags,
    /// A mark for packets of a kind.
    pub tag: u16,
    /// TLVs behind the segments, as they are in packets: a multiple of 8 bytes.
    pub tlvs: Vec<u8>,
}

/// The segments are in the order in which they are visited.
impl From<Vec<Ipv6Addr>> for SegmentRoutingHeader {
    fn from(segments: Vec<Ipv6Addr>) -> Self {
        Self { segments, ..Self::default() }
    }
}

/// What is done with packets whose destination is a segment of this host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seg6Local {
    /// What is done.
    pub action: Seg6Action,
    /// The segment routing header that packets get. With the action [`END_B6`](Seg6Action::END_B6) without the packet's own
    /// destination, which comes last.
    pub header: Option<SegmentRoutingHeader>,
    /// The routing table that the next destination is looked up in.
    pub table: Option<u32>,
    /// The IPv4 next hop.
    pub next_hop4: Option<Ipv4Addr>,
    /// The IPv6 next hop.
    pub next_hop6: Option<Ipv6Addr>,
    /// Index of the interface that packets seem to come in by.
    pub input_interface: Option<u32>,
    /// Index of the interface that packets go out by.
    pub interface: Option<u32>,
    /// The BPF program that decides.
    pub program: Option<BpfProgram>,
    /// The routing table of the VRF that the destination inside is looked up in.
    pub vrf_table: Option<u32>,
    /// Counters. In one to add they say that packets are to be counted, whatever their values: those begin with 0.
    pub counters: Option<Seg6Counters>,
    /// More about what is done.
    pub flavors: Option<Flavors>,
}

/// Counters of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seg6Counters {
    /// Packets that were dealt with.
    pub packets: u64,
    /// Bytes of those.
    pub bytes: u64,
    /// Packets that could not be dealt with.
    pub errors: u64,
}

/// More about what is done with packets at a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flavors {
    /// What else is done.
    pub operations: FlavorOperations,
    /// Bits of the block that locators begin with; none is 32.
    pub block_bits: Option<u8>,
    /// Bits of a node and its function in a compressed list; none is 16.
    pub node_bits: Option<u8>,
}

/// A source route of RPL that packets get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rpl {
    /// The addresses in the order in which they are visited. iproute2 takes and shows them the other way round.
    pub segments: Vec<Ipv6Addr>,
}

impl SegmentRoutingHeader {
    /// The header without its first places, where so many are left free.
    fn from_wire(srh: &Srh<'_>, free: usize) -> Self {
        let segments = srh.segments.get(free..).unwrap_or_default();
        Self {
            segments: segments.iter().rev().map(|segment| segment.address()).collect(),
            flags: srh.header.flags.get(),
            tag: srh.header.tag.get(),
            tlvs: srh.tlvs.into(),
        }
    }

    /// The header's segments as packets have them, behind so many that are left free.
    fn wire(&self, free: usize) -> Vec<Segment> {
        let free = std::iter::repeat_n(Segment::default(), free);
        free.chain(self.segments.iter().rev().map(|address| Segment::from(*address))).collect()
    }

    /// The header with these segments. Of those that [`check`](Self::check) lets through none is refused.
    fn header<'a>(&'a self, segments: &'a [Segment]) -> Srh<'a> {
        let mut srh = Srh::new(segments).unwrap_or(Srh { header: Default::default(), segments, tlvs: &[] });
        srh.header.length = srh.header.length.saturating_add(u8::try_from(self.tlvs.len() / 8).unwrap_or(u8::MAX));
        srh.header.flags = self.flags.into();
        srh.header.tag = self.tag.into();
        srh.tlvs = &self.tlvs;
        srh
    }

    fn check(&self, free: usize) -> Result<(), &'static str> {
        if self.segments.is_empty() {
            return Err("a segment routing header has a segment");
        }
        // Its length, in units of 8 bytes, has 8 bits.
        if (self.segments.len() + free) * 2 + self.tlvs.len() / 8 > 255 {
            return Err("the segment routing header is too long");
        }
        if !self.tlvs.len().is_multiple_of(8) {
            return Err("the TLVs of a segment routing header are a multiple of 8 bytes");
        }
        Ok(())
    }
}

impl Seg6 {
    pub(super) fn from_wire(attributes: Attributes<'_, EncapSeg6>) -> Result<Self, ParseError> {
        let source = attributes.get(EncapSeg6::SRC)?;
        let Some(Seg6Encap { mode, srh }) = attributes.get(EncapSeg6::SRH)? else {
            return Ok(Self { source, ..Self::default() });
        };
        Ok(Self { mode, header: SegmentRoutingHeader::from_wire(&srh, Self::free(mode)), source })
    }

    pub(super) fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, EncapSeg6>) -> Emitted<'x, 'b, EncapSeg6> {
        let segments = self.header.wire(Self::free(self.mode));
        let srh = self.header.header(&segments);
        nest.put(EncapSeg6::SRH, Seg6Encap { mode: self.mode, srh })?.put_some(EncapSeg6::SRC, self.source)
    }

    /// How many places of the header are left free for the packet's own destination.
    fn free(mode: Seg6Mode) -> usize {
        usize::from(mode == Seg6Mode::INLINE)
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        self.header.check(Self::free(self.mode))
    }
}

impl Seg6Local {
    pub(super) fn from_wire(attributes: Attributes<'_, EncapSeg6Local>) -> Result<Self, ParseError> {
        use EncapSeg6Local as Key;
        let table = attributes.table()?;
        let action = table.get(Key::ACTION)?.unwrap_or_default();
        Ok(Self {
            action,
            header: table.get(Key::SRH)?.map(|srh| SegmentRoutingHeader::from_wire(&srh, Self::free(action))),
            table: table.get(Key::TABLE)?,
            next_hop4: table.get(Key::NH4)?,
            next_hop6: table.get(Key::NH6)?,
            input_interface: table.get(Key::IIF)?,
            interface: table.get(Key::OIF)?,
            program: table.get(Key::BPF)?.map(read_program).transpose()?,
            vrf_table: table.get(Key::VRFTABLE)?,
            counters: table.get(Key::COUNTERS)?.map(Seg6Counters::from_wire).transpose()?,
            flavors: table.get(Key::FLAVORS)?.map(Flavors::from_wire).transpose()?,
        })
    }

    pub(super) fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, EncapSeg6Local>) -> Emitted<'x, 'b, EncapSeg6Local> {
        use EncapSeg6Local as Key;
        let segments = self.header.as_ref().map(|header| header.wire(Self::free(self.action))).unwrap_or_default();
        nest.put(Key::ACTION, self.action)?
            .put_some(Key::SRH, self.header.as_ref().map(|header| header.header(&segments)))?
            .put_some(Key::TABLE, self.table)?
            .put_some(Key::NH4, self.next_hop4)?
            .put_some(Key::NH6, self.next_hop6)?
            .put_some(Key::IIF, self.input_interface)?
            .put_some(Key::OIF, self.interface)?
            .put_some(Key::VRFTABLE, self.vrf_table)?;
        if let Some(BpfProgram { number, name }) = &self.program {
            nest.nest(Key::BPF, |nest| nest.put_some(Seg6LocalBpf::PROG, *number)?.put(Seg6LocalBpf::PROG_NAME, name))?;
        }
        if let Some(flavors) = &self.flavors {
            nest.nest(Key::FLAVORS, |nest| flavors.emit(nest))?;
        }
        if self.counters.is_none() {
            return Ok(nest);
        }
        nest.nest(Key::COUNTERS, |nest| {
            nest.put(Seg6LocalCounters::PACKETS, 0)?.put(Seg6LocalCounters::BYTES, 0)?.put(Seg6LocalCounters::ERRORS, 0)
        })
    }

    /// How many places of the header are left free for the packet's own destination.
    fn free(action: Seg6Action) -> usize {
        usize::from(action == Seg6Action::END_B6)
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        self.header.as_ref().map_or(Ok(()), |header| header.check(Self::free(self.action)))
    }
}

fn read_program(attributes: Attributes<'_, Seg6LocalBpf>) -> Result<BpfProgram, ParseError> {
    let mut program = BpfProgram::default();
    for attribute in attributes {
        let attribute = attribute?;
        if let Some(number) = attribute.read(Seg6LocalBpf::PROG)? {
            program.number = Some(number);
        } else if attribute.number() == Seg6LocalBpf::PROG_NAME.number() {
            program.name = text(attribute.payload());
        }
    }
    Ok(program)
}

impl Seg6Counters {
    fn from_wire(attributes: Attributes<'_, Seg6LocalCounters>) -> Result<Self, ParseError> {
        let table = attributes.table()?;
        Ok(Self {
            packets: table.get(Seg6LocalCounters::PACKETS)?.unwrap_or_default(),
            bytes: table.get(Seg6LocalCounters::BYTES)?.unwrap_or_default(),
            errors: table.get(Seg6LocalCounters::ERRORS)?.unwrap_or_default(),
        })
    }
}

impl Flavors {
    fn from_wire(attributes: Attributes<'_, Seg6LocalFlavors>) -> Result<Self, ParseError> {
        let table = attributes.table()?;
        Ok(Self {
            operations: table.get(Seg6LocalFlavors::OPERATION)?.unwrap_or_default(),
            block_bits: table.get(Seg6LocalFlavors::LCBLOCK_BITS)?,
            node_bits: table.get(Seg6LocalFlavors::LCNODE_FN_BITS)?,
        })
    }

    fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, Seg6LocalFlavors>) -> Emitted<'x, 'b, Seg6LocalFlavors> {
        nest.put(Seg6LocalFlavors::OPERATION, self.operations)?
            .put_some(Seg6LocalFlavors::LCBLOCK_BITS, self.block_bits)?
            .put_some(Seg6LocalFlavors::LCNODE_FN_BITS, self.node_bits)
    }
}

impl Rpl {
    pub(super) fn from_wire(attributes: Attributes<'_, EncapRpl>) -> Result<Self, ParseError> {
        let route = attributes.get(EncapRpl::SRH)?;
        let segments = route.map(|route| route.segments).unwrap_or_default();
        Ok(Self { segments: segments.iter().map(|segment| segment.address()).collect() })
    }

    pub(super) fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, EncapRpl>) -> Emitted<'x, 'b, EncapRpl> {
        let segments: Vec<_> = self.segments.iter().map(|address| Segment::from(*address)).collect();
        // One that check() does not let through is written without, and refused by the kernel.
        nest.put_some(EncapRpl::SRH, RplSourceRoute::new(&segments))
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        if (1..=127).contains(&self.segments.len()) {
            Ok(())
        } else {
            Err("a source route has from 1 to 127 addresses")
        }
    }
}
