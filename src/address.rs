//! Addresses of links, as `ip address` has them.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::codec::route::address::{self as wire, CacheInfo, GetAddress, Header, NewAddress};
use crate::codec::route::{Family, Scope};
use crate::codec::{EmitError, Envelope, Message, ParseError, Tail, View};
use crate::name::text;
use crate::noun::{Filter, Noun};

pub use crate::codec::route::address::{AddressFlags, AddressProtocol};

/// An address of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Index of the interface.
    pub interface: u32,
    /// The interface's own address, with the bits that all on the link share.
    pub local: Option<IpNet>,
    /// The other end of a point-to-point link.
    pub peer: Option<IpAddr>,
    /// The broadcast address (IPv4).
    pub broadcast: Option<IpAddr>,
    /// An address that other hosts have too (IPv6).
    pub anycast: Option<IpAddr>,
    /// A name for the address (IPv4).
    pub label: Option<String>,
    /// How far it reaches.
    pub scope: Scope,
    /// Flags.
    pub flags: AddressFlags,
    /// Seconds until new connections use another; none is never.
    pub preferred: Option<u32>,
    /// Seconds until it goes away; none is never.
    pub valid: Option<u32>,
    /// Metric of the prefix's route.
    pub priority: Option<u32>,
    /// Who made it.
    pub protocol: Option<AddressProtocol>,
}

impl Address {
    /// The address that a message tells of.
    pub fn from_view(view: &View<'_, NewAddress>) -> Result<Self, ParseError> {
        use wire::Address as Key;
        let header = &view.header;
        let mut address = Self {
            interface: header.index.get(),
            scope: header.scope.get(),
            flags: AddressFlags::of_header(header.flags),
            ..Self::default()
        };
        let (mut prefix, mut local) = (None, None);
        for attribute in view.attributes() {
            let attribute = attribute?;
            if let Some(ip) = attribute.read(Key::ADDRESS)? {
                prefix = Some(ip);
            } else if let Some(ip) = attribute.read(Key::LOCAL)? {
                local = Some(ip);
            } else if let Some(ip) = attribute.read(Key::BROADCAST)? {
                address.broadcast = Some(ip);
            } else if let Some(ip) = attribute.read(Key::ANYCAST)? {
                address.anycast = Some(ip);
            } else if attribute.number() == Key::LABEL.number() {
                // It begins as the name of the interface.
                address.label = Some(text(attribute.payload()));
            } else if let Some(flags) = attribute.read(Key::FLAGS)? {
                address.flags = flags;
            } else if let Some(info) = attribute.read(Key::CACHEINFO)? {
                let lasts = |seconds: u32| Some(seconds).filter(|seconds| *seconds != CacheInfo::FOREVER);
                address.preferred = lasts(info.preferred.get());
                address.valid = lasts(info.valid.get());
            } else if let Some(priority) = attribute.read(Key::RT_PRIORITY)? {
                address.priority = Some(priority);
            } else if let Some(protocol) = attribute.read(Key::PROTO)? {
                address.protocol = Some(protocol);
            }
        }
        // IFA_ADDRESS is the other end where there is one, and else the same as IFA_LOCAL, which may then be left out.
        let own = local.or(prefix);
        address.local = own.and_then(|own| IpNet::new(own, header.prefix_len).ok());
        address.peer = prefix.filter(|_| prefix != own);
        Ok(address)
    }
}

/// Which addresses to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressFilter {
    /// Of this family; without, of IPv4 and then of IPv6.
    pub family: Option<Family>,
    /// Of this interface.
    pub interface: Option<u32>,
}

impl Filter for AddressFilter {
    type Message = NewAddress;
    type Object = Address;
    const NOUN: &'static str = "addresses";

    fn families(&self) -> Vec<Family> {
        match self.family {
            None | Some(Family::UNSPEC) => vec![Family::INET, Family::INET6],
            Some(family) => vec![family],
        }
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let header =
            Header { family: family.into(), index: self.interface.unwrap_or_default().into(), ..Header::default() };
        GetAddress::emit(tail, envelope, header, |address| Ok(address))
    }

    fn family(view: &View<'_, NewAddress>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewAddress>, _filtered: bool) -> Result<bool, ParseError> {
        Ok(self.interface.is_none_or(|wanted| view.header.index.get() == wanted))
    }

    fn object(view: &View<'_, NewAddress>) -> Result<Address, ParseError> {
        Address::from_view(view)
    }
}

/// The verbs of addresses: see [`Netlink::addresses`](crate::Netlink::addresses).
pub type Addresses<'n, T> = Noun<'n, T, AddressFilter>;
