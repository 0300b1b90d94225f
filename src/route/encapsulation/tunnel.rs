//! IP tunnels, of which each packet says its own.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::codec::route::encap::ip::{
    EncapIp, EncapIp6, ErspanOptions, GeneveOptions, TunnelFlags, TunnelOptions, VxlanOptions,
};
use crate::codec::{Attributes, Emit, Emitted, ParseError};
use crate::ensure::unless_open;

/// A tunnel between addresses of IPv4 or of IPv6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpTunnel<A> {
    /// The tunnel's key.
    pub id: Option<u64>,
    /// Where the tunnel ends.
    pub destination: Option<A>,
    /// Where the tunnel begins.
    pub source: Option<A>,
    /// Time to live, or hop limit.
    pub ttl: Option<u8>,
    /// Type of service, or traffic class.
    pub tos: Option<u8>,
    /// Flags. Which options there are the kernel says itself.
    pub flags: TunnelFlags,
    /// Options of the tunnel's protocol.
    pub options: Vec<TunnelOption>,
}

/// A tunnel of which nothing is said.
impl<A> Default for IpTunnel<A> {
    fn default() -> Self {
        Self {
            id: None,
            destination: None,
            source: None,
            ttl: None,
            tos: None,
            flags: TunnelFlags::empty(),
            options: Vec::new(),
        }
    }
}

/// An option of a tunnel's protocol. A tunnel has several of Geneve, or one of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TunnelOption {
    /// Of Geneve.
    Geneve(GeneveOption),
    /// Of VXLAN: the group policy.
    Vxlan(u32),
    /// Of ERSPAN, version 1: the port that was mirrored.
    Erspan1(u32),
    /// Of ERSPAN, version 2: the direction of the mirrored packet, 0 in or 1 out, and the engine that mirrored it.
    Erspan2(u8, u8),
}

/// An option of Geneve.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneveOption {
    /// Its class.
    pub class: u16,
    /// Its type in the class.
    pub kind: u8,
    /// Its value, a multiple of 4 bytes and at most 124.
    pub data: Vec<u8>,
}

impl<A: PartialEq> IpTunnel<A> {
    /// Whether the tunnel that is there is as this says. The kernel says zeros for what nobody did, and flags of options.
    pub(super) fn holds(&self, there: &Self) -> bool {
        let asked = TunnelFlags::CSUM | TunnelFlags::KEY | TunnelFlags::SEQ;
        unless_open(&self.id, &there.id)
            && unless_open(&self.destination, &there.destination)
            && unless_open(&self.source, &there.source)
            && unless_open(&self.ttl, &there.ttl)
            && unless_open(&self.tos, &there.tos)
            && self.flags & asked == there.flags & asked
            && self.options == there.options
    }
}

impl IpTunnel<Ipv4Addr> {
    pub(super) fn from_wire(attributes: Attributes<'_, EncapIp>) -> Result<Self, ParseError> {
        let table = attributes.table()?;
        Ok(Self {
            id: table.get(EncapIp::ID)?,
            destination: table.get(EncapIp::DST)?,
            source: table.get(EncapIp::SRC)?,
            ttl: table.get(EncapIp::TTL)?,
            tos: table.get(EncapIp::TOS)?,
            flags: TunnelFlags::from_bits_retain(table.get(EncapIp::FLAGS)?.unwrap_or_default()),
            options: read_options(table.get(EncapIp::OPTIONS)?.unwrap_or_default())?,
        })
    }

    pub(super) fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, EncapIp>) -> Emitted<'x, 'b, EncapIp> {
        let flags = Some(self.flags.bits()).filter(|flags| *flags != 0);
        nest.put_some(EncapIp::ID, self.id)?
            .put_some(EncapIp::DST, self.destination)?
            .put_some(EncapIp::SRC, self.source)?
            .put_some(EncapIp::TTL, self.ttl)?
            .put_some(EncapIp::TOS, self.tos)?
            .put_some(EncapIp::FLAGS, flags)?;
        if self.options.is_empty() {
            return Ok(nest);
        }
        nest.nest(EncapIp::OPTIONS, |nest| emit_options(&self.options, nest))
    }
}

impl IpTunnel<Ipv6Addr> {
    pub(super) fn from_wire(attributes: Attributes<'_, EncapIp6>) -> Result<Self, ParseError> {
        let table = attributes.table()?;
        Ok(Self {
            id: table.get(EncapIp6::ID)?,
            destination: table.get(EncapIp6::DST)?,
            source: table.get(EncapIp6::SRC)?,
            ttl: table.get(EncapIp6::HOPLIMIT)?,
            tos: table.get(EncapIp6::TC)?,
            flags: table.get(EncapIp6::FLAGS)?.unwrap_or_default(),
            options: read_options(table.get(EncapIp6::OPTS)?.unwrap_or_default())?,
        })
    }

    pub(super) fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, EncapIp6>) -> Emitted<'x, 'b, EncapIp6> {
        let flags = Some(self.flags).filter(|flags| !flags.is_empty());
        nest.put_some(EncapIp6::ID, self.id)?
            .put_some(EncapIp6::DST, self.destination)?
            .put_some(EncapIp6::SRC, self.source)?
            .put_some(EncapIp6::HOPLIMIT, self.ttl)?
            .put_some(EncapIp6::TC, self.tos)?
            .put_some(EncapIp6::FLAGS, flags)?;
        if self.options.is_empty() {
            return Ok(nest);
        }
        nest.nest(EncapIp6::OPTS, |nest| emit_options(&self.options, nest))
    }
}

fn read_options(attributes: Attributes<'_, TunnelOptions>) -> Result<Vec<TunnelOption>, ParseError> {
    let mut options = Vec::new();
    for attribute in attributes {
        let attribute = attribute?;
        if let Some(geneve) = attribute.read(TunnelOptions::GENEVE)? {
            read_geneve(geneve, &mut options)?;
        } else if let Some(vxlan) = attribute.read(TunnelOptions::VXLAN)? {
            options.push(TunnelOption::Vxlan(vxlan.get(VxlanOptions::GBP)?.unwrap_or_default()));
        } else if let Some(erspan) = attribute.read(TunnelOptions::ERSPAN)? {
            options.push(match erspan.get(ErspanOptions::VER)? {
                Some(2) => TunnelOption::Erspan2(
                    erspan.get(ErspanOptions::DIR)?.unwrap_or_default(),
                    erspan.get(ErspanOptions::HWID)?.unwrap_or_default(),
                ),
                _ => TunnelOption::Erspan1(erspan.get(ErspanOptions::INDEX)?.unwrap_or_default()),
            });
        }
    }
    Ok(options)
}

/// The kernel puts all options of Geneve into one nest, the three attributes of one behind those of the other.
fn read_geneve(attributes: Attributes<'_, GeneveOptions>, options: &mut Vec<TunnelOption>) -> Result<(), ParseError> {
    let mut option: Option<GeneveOption> = None;
    for attribute in attributes {
        let attribute = attribute?;
        if let Some(class) = attribute.read(GeneveOptions::CLASS)? {
            let next = GeneveOption { class, ..GeneveOption::default() };
            options.extend(option.replace(next).map(TunnelOption::Geneve));
        } else if let Some(kind) = attribute.read(GeneveOptions::TYPE)? {
            option.get_or_insert_default().kind = kind;
        } else if let Some(data) = attribute.read(GeneveOptions::DATA)? {
            option.get_or_insert_default().data = data.into();
        }
    }
    options.extend(option.map(TunnelOption::Geneve));
    Ok(())
}

fn emit_options<'x, 'b>(
    options: &[TunnelOption],
    nest: &'x mut Emit<'b, TunnelOptions>,
) -> Emitted<'x, 'b, TunnelOptions> {
    for option in options {
        match option {
            // The kernel takes one of them in a nest.
            TunnelOption::Geneve(GeneveOption { class, kind, data }) => nest.nest(TunnelOptions::GENEVE, |nest| {
                nest.put(GeneveOptions::CLASS, *class)?.put(GeneveOptions::TYPE, *kind)?.put(GeneveOptions::DATA, data)
            })?,
            TunnelOption::Vxlan(policy) => {
                nest.nest(TunnelOptions::VXLAN, |nest| nest.put(VxlanOptions::GBP, *policy))?
            }
            TunnelOption::Erspan1(index) => nest.nest(TunnelOptions::ERSPAN, |nest| {
                nest.put(ErspanOptions::VER, 1)?.put(ErspanOptions::INDEX, *index)
            })?,
            TunnelOption::Erspan2(direction, engine) => nest.nest(TunnelOptions::ERSPAN, |nest| {
                nest.put(ErspanOptions::VER, 2)?.put(ErspanOptions::DIR, *direction)?.put(ErspanOptions::HWID, *engine)
            })?,
        };
    }
    Ok(nest)
}
