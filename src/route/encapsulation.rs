//! What the packets of a route or of a nexthop are wrapped into, or what else is done with them, as `encap` of `ip` has it.

mod segments;
mod shown;
mod tunnel;

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::codec::header::AttributeHeader;
use crate::codec::nest::Nest;
use crate::codec::route::encap::{
    self as wire, BpfProgram as BpfKey, EncapBpf, EncapIla, EncapIoam6, EncapIp, EncapIp6, EncapMpls, EncapRpl,
    EncapSeg6, EncapSeg6Local, EncapXfrm,
};
use crate::codec::{Attribute, Attributes, Emit, Emitted, Key, ParseError, Set};
use crate::ensure::unless_open;
use crate::name::text;

pub use self::segments::{Flavors, Rpl, Seg6, Seg6Counters, Seg6Local, SegmentRoutingHeader};
pub use self::tunnel::{GeneveOption, IpTunnel, TunnelOption};
pub use crate::codec::route::encap::ioam6::{Ioam6Mode, Ioam6Trace};
pub use crate::codec::route::encap::ip::TunnelFlags;
pub use crate::codec::route::encap::segment_routing::{FlavorOperations, Seg6Action, Seg6Mode, SrhFlags};
pub use crate::codec::route::encap::{EncapType, IlaChecksum, IlaHook, IlaIdentifier};

/// What the packets of a route or of a nexthop are wrapped into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encapsulation {
    /// MPLS labels.
    Mpls(Mpls),
    /// An IPv4 tunnel, by an interface that takes its tunnel from each packet.
    Ip(IpTunnel<Ipv4Addr>),
    /// An IPv6 tunnel, by an interface that takes its tunnel from each packet.
    Ip6(IpTunnel<Ipv6Addr>),
    /// Identifier-locator addressing.
    Ila(Ila),
    /// A segment routing header.
    Seg6(Seg6),
    /// What BPF programs make of them.
    Bpf(Bpf),
    /// Behaviour of a segment.
    Seg6Local(Box<Seg6Local>),
    /// RPL source routing.
    Rpl(Rpl),
    /// In-situ OAM.
    Ioam6(Ioam6),
    /// IPsec.
    Xfrm(Xfrm),
    /// One that is not known here, as it came.
    Other {
        /// What it is.
        kind: EncapType,
        /// Its attributes.
        attributes: Vec<u8>,
    },
}

/// MPLS labels that packets get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mpls {
    /// The labels, outermost first; 20 bits each.
    pub labels: Vec<u32>,
    /// Time to live of the labels; none is that of the packet.
    pub ttl: Option<u8>,
}

/// A locator that takes the place of another, in the upper half of the destination.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ila {
    /// The locator.
    pub locator: u64,
    /// How checksums stay right.
    pub checksum: Option<IlaChecksum>,
    /// What the lower half of the destination is.
    pub identifier: Option<IlaIdentifier>,
    /// For which packets it is done.
    pub hook: Option<IlaHook>,
}

/// BPF programs that packets go through.
///
/// The kernel does not say which they are, but for their names: what was read cannot be added again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bpf {
    /// The program for packets that come in.
    pub input: Option<BpfProgram>,
    /// The program for packets of this host, before they are routed on.
    pub output: Option<BpfProgram>,
    /// The program for packets that go out, which may put headers before them.
    pub transmit: Option<BpfProgram>,
    /// How many bytes of headers that program needs, at most 256. The kernel does not say it.
    pub headroom: Option<u32>,
}

/// A BPF program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BpfProgram {
    /// In a request: the file descriptor of the program, which must be open until that is sent; of a segment's behaviour the
    /// kernel says its identifier here.
    pub number: Option<u32>,
    /// A name for it, at most 255 bytes.
    pub name: String,
}

/// Packets that gather data on their way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ioam6 {
    /// How packets get the header; none is in line.
    pub mode: Option<Ioam6Mode>,
    /// What is gathered.
    pub trace: Ioam6Trace,
    /// Where the outer packet goes.
    pub destination: Option<Ipv6Addr>,
    /// Where the outer packet comes from; none lets the kernel choose.
    pub source: Option<Ipv6Addr>,
    /// How many packets get it, of how many: at most one million. None is all.
    pub frequency: Option<(u32, u32)>,
}

/// IPsec by policies for an interface of kind `xfrm`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Xfrm {
    /// The interface's identifier in policies; not 0.
    pub interface_id: u32,
    /// Index of the interface below.
    pub link: Option<u32>,
}

/// Attributes of set `T` that an attribute of this number holds: those of a route have another one than those of a nexthop.
const fn inside<S, T>(number: u16) -> Key<S, Nest<T>> {
    Key::new(number)
}

impl Encapsulation {
    /// What it is.
    pub fn kind(&self) -> EncapType {
        match self {
            Self::Mpls(_) => EncapType::MPLS,
            Self::Ip(_) => EncapType::IP,
            Self::Ip6(_) => EncapType::IP6,
            Self::Ila(_) => EncapType::ILA,
            Self::Seg6(_) => EncapType::SEG6,
            Self::Bpf(_) => EncapType::BPF,
            Self::Seg6Local(_) => EncapType::SEG6_LOCAL,
            Self::Rpl(_) => EncapType::RPL,
            Self::Ioam6(_) => EncapType::IOAM6,
            Self::Xfrm(_) => EncapType::XFRM,
            Self::Other { kind, .. } => *kind,
        }
    }

    /// Reads the attribute that holds an encapsulation of this kind, of a route or of a nexthop.
    pub(crate) fn read<S: Set>(kind: EncapType, attribute: &Attribute<'_, S>) -> Result<Self, ParseError> {
        fn of<'a, S: Set, T: Set>(attribute: &Attribute<'a, S>) -> Result<Attributes<'a, T>, ParseError> {
            // The key is made of the attribute's own number.
            Ok(attribute.read(inside(attribute.number()))?.unwrap_or_default())
        }
        Ok(match kind {
            EncapType::MPLS => Self::Mpls(Mpls::from_wire(of(attribute)?)?),
            EncapType::IP => Self::Ip(IpTunnel::<Ipv4Addr>::from_wire(of(attribute)?)?),
            EncapType::IP6 => Self::Ip6(IpTunnel::<Ipv6Addr>::from_wire(of(attribute)?)?),
            EncapType::ILA => Self::Ila(Ila::from_wire(of(attribute)?)?),
            EncapType::SEG6 => Self::Seg6(Seg6::from_wire(of(attribute)?)?),
            EncapType::BPF => Self::Bpf(Bpf::from_wire(of(attribute)?)?),
            EncapType::SEG6_LOCAL => Self::Seg6Local(Box::new(Seg6Local::from_wire(of(attribute)?)?)),
            EncapType::RPL => Self::Rpl(Rpl::from_wire(of(attribute)?)?),
            EncapType::IOAM6 => Self::Ioam6(Ioam6::from_wire(of(attribute)?)?),
            EncapType::XFRM => Self::Xfrm(Xfrm::from_wire(of(attribute)?)?),
            kind => Self::Other { kind, attributes: attribute.payload().into() },
        })
    }

    /// Writes it as the attribute of this number.
    pub(crate) fn emit<'x, 'b, S: Set>(&self, out: &'x mut Emit<'b, S>, number: u16) -> Emitted<'x, 'b, S> {
        match self {
            Self::Mpls(it) => out.nest(inside::<_, EncapMpls>(number), |nest| it.emit(nest)),
            Self::Ip(it) => out.nest(inside::<_, EncapIp>(number), |nest| it.emit(nest)),
            Self::Ip6(it) => out.nest(inside::<_, EncapIp6>(number), |nest| it.emit(nest)),
            Self::Ila(it) => out.nest(inside::<_, EncapIla>(number), |nest| it.emit(nest)),
            Self::Seg6(it) => out.nest(inside::<_, EncapSeg6>(number), |nest| it.emit(nest)),
            Self::Bpf(it) => out.nest(inside::<_, EncapBpf>(number), |nest| it.emit(nest)),
            Self::Seg6Local(it) => out.nest(inside::<_, EncapSeg6Local>(number), |nest| it.emit(nest)),
            Self::Rpl(it) => out.nest(inside::<_, EncapRpl>(number), |nest| it.emit(nest)),
            Self::Ioam6(it) => out.nest(inside::<_, EncapIoam6>(number), |nest| it.emit(nest)),
            Self::Xfrm(it) => out.nest(inside::<_, EncapXfrm>(number), |nest| it.emit(nest)),
            Self::Other { attributes, .. } => out.put_raw(number | AttributeHeader::NESTED, attributes),
        }
    }

    /// Whether what is there is as is wanted, where both or neither are wrapped. What is counted does not matter.
    pub(crate) fn hold(wanted: Option<&Self>, there: Option<&Self>) -> bool {
        match (wanted, there) {
            (Some(Self::Ip(wanted)), Some(Self::Ip(there))) => wanted.holds(there),
            (Some(Self::Ip6(wanted)), Some(Self::Ip6(there))) => wanted.holds(there),
            (Some(Self::Mpls(wanted)), Some(Self::Mpls(there))) => {
                wanted.labels == there.labels && unless_open(&wanted.ttl, &there.ttl)
            }
            (Some(Self::Seg6Local(wanted)), Some(Self::Seg6Local(there))) => {
                wanted.counters.is_some() == there.counters.is_some()
                    && **wanted == Seg6Local { counters: wanted.counters, ..(**there).clone() }
            }
            (wanted, there) => wanted == there,
        }
    }

    /// What speaks against asking the kernel for it.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Mpls(mpls) if mpls.labels.is_empty() || mpls.labels.iter().any(|label| *label > 0xf_ffff) => {
                Err("an encapsulation in MPLS has labels of 20 bits")
            }
            Self::Seg6(seg6) => seg6.check(),
            Self::Seg6Local(local) => local.check(),
            Self::Rpl(rpl) => rpl.check(),
            _ => Ok(()),
        }
    }
}

impl Mpls {
    fn from_wire(attributes: Attributes<'_, EncapMpls>) -> Result<Self, ParseError> {
        let labels = attributes.get(EncapMpls::DST)?.unwrap_or_default();
        Ok(Self { labels: super::mpls::numbers(labels), ttl: attributes.get(EncapMpls::TTL)? })
    }

    fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, EncapMpls>) -> Emitted<'x, 'b, EncapMpls> {
        nest.put(EncapMpls::DST, &super::mpls::stack(&self.labels))?.put_some(EncapMpls::TTL, self.ttl)
    }
}

impl Ila {
    fn from_wire(attributes: Attributes<'_, EncapIla>) -> Result<Self, ParseError> {
        let table = attributes.table()?;
        Ok(Self {
            locator: table.get(EncapIla::LOCATOR)?.unwrap_or_default(),
            checksum: table.get(EncapIla::CSUM_MODE)?,
            identifier: table.get(EncapIla::IDENT_TYPE)?,
            hook: table.get(EncapIla::HOOK_TYPE)?,
        })
    }

    fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, EncapIla>) -> Emitted<'x, 'b, EncapIla> {
        nest.put(EncapIla::LOCATOR, self.locator)?
            .put_some(EncapIla::CSUM_MODE, self.checksum)?
            .put_some(EncapIla::IDENT_TYPE, self.identifier)?
            .put_some(EncapIla::HOOK_TYPE, self.hook)
    }
}

impl Bpf {
    fn from_wire(attributes: Attributes<'_, EncapBpf>) -> Result<Self, ParseError> {
        let program = |key| attributes.get(key)?.map(BpfProgram::from_wire).transpose();
        Ok(Self {
            input: program(EncapBpf::IN)?,
            output: program(EncapBpf::OUT)?,
            transmit: program(EncapBpf::XMIT)?,
            headroom: attributes.get(EncapBpf::XMIT_HEADROOM)?,
        })
    }

    fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, EncapBpf>) -> Emitted<'x, 'b, EncapBpf> {
        let programs = [(EncapBpf::IN, &self.input), (EncapBpf::OUT, &self.output), (EncapBpf::XMIT, &self.transmit)];
        for (key, program) in programs {
            if let Some(BpfProgram { number, name }) = program {
                nest.nest(key, |nest| nest.put_some(BpfKey::FD, *number)?.put(BpfKey::NAME, name))?;
            }
        }
        nest.put_some(EncapBpf::XMIT_HEADROOM, self.headroom)
    }
}

impl BpfProgram {
    fn from_wire(attributes: Attributes<'_, wire::BpfProgram>) -> Result<Self, ParseError> {
        let mut program = Self::default();
        for attribute in attributes {
            let attribute = attribute?;
            if let Some(number) = attribute.read(BpfKey::FD)? {
                program.number = Some(number);
            } else if attribute.number() == BpfKey::NAME.number() {
                program.name = text(attribute.payload());
            }
        }
        Ok(program)
    }
}

impl Ioam6 {
    fn from_wire(attributes: Attributes<'_, EncapIoam6>) -> Result<Self, ParseError> {
        let table = attributes.table()?;
        Ok(Self {
            mode: table.get(EncapIoam6::MODE)?,
            trace: table.get(EncapIoam6::TRACE)?.map(|trace| *trace).unwrap_or_default(),
            destination: table.get(EncapIoam6::DST)?,
            source: table.get(EncapIoam6::SRC)?,
            frequency: table.get(EncapIoam6::FREQ_K)?.zip(table.get(EncapIoam6::FREQ_N)?),
        })
    }

    fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, EncapIoam6>) -> Emitted<'x, 'b, EncapIoam6> {
        let (some, of) = self.frequency.unzip();
        nest.put_some(EncapIoam6::FREQ_K, some)?
            .put_some(EncapIoam6::FREQ_N, of)?
            .put_some(EncapIoam6::MODE, self.mode)?
            .put_some(EncapIoam6::DST, self.destination)?
            .put_some(EncapIoam6::SRC, self.source)?
            .put(EncapIoam6::TRACE, (&self.trace).into())
    }
}

impl Xfrm {
    fn from_wire(attributes: Attributes<'_, EncapXfrm>) -> Result<Self, ParseError> {
        Ok(Self {
            interface_id: attributes.get(EncapXfrm::IF_ID)?.unwrap_or_default(),
            // The kernel says 0 where there is none.
            link: attributes.get(EncapXfrm::LINK)?.filter(|index| *index != 0),
        })
    }

    fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, EncapXfrm>) -> Emitted<'x, 'b, EncapXfrm> {
        nest.put(EncapXfrm::IF_ID, self.interface_id)?.put_some(EncapXfrm::LINK, self.link)
    }
}

// What iproute2 wrote on a little-endian machine.
#[cfg(all(test, target_endian = "little"))]
mod tests;
