//! Addresses of links, as `ip address` has them.

mod usable;

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::codec::route::address::{self as wire, CacheInfo, DelAddress, GetAddress, Header, NewAddress};
use crate::codec::route::{Family, Scope};
use crate::codec::{EmitError, Envelope, Flags, Message, ParseError, Tail, View};
use crate::ensure::{Ensure, Step, unless_open};
use crate::name::{InterfaceName, text};
use crate::noun::{Change, Filter, List, Noun, Subject};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::Transport;

pub use self::usable::Usability;
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
    /// How far it reaches. None, in an address to add, is as `ip` has it: this host for those of 127.0.0.0/8, else all.
    pub scope: Option<Scope>,
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
    /// An address of the interface with this index, with nothing else said of it.
    pub fn new(interface: u32, local: IpNet) -> Self {
        Self { interface, local: Some(local), ..Self::default() }
    }

    /// The address that a message tells of.
    pub fn from_view(view: &View<'_, NewAddress>) -> Result<Self, ParseError> {
        Self::read(view)
    }

    /// The same of a message that it is there, or that it is gone.
    fn read<M: Message<Header = Header, Attributes = wire::Address>>(view: &View<'_, M>) -> Result<Self, ParseError> {
        use wire::Address as Key;
        let header = &view.header;
        let mut address = Self {
            interface: header.index.get(),
            scope: Some(header.scope.get()),
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

impl Address {
    fn emit<M: Message<Header = Header, Attributes = wire::Address>>(
        &self,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        use wire::Address as Key;
        let header = Header {
            family: self.family().into(),
            prefix_len: self.local.map(|local| local.prefix_len()).unwrap_or_default(),
            scope: self.scope.unwrap_or_else(|| self.usual_scope()).into(),
            index: self.interface.into(),
            ..Header::default()
        };
        let own = self.local.map(|local| local.addr());
        let lifetime = CacheInfo {
            preferred: self.preferred.or(self.valid).unwrap_or(CacheInfo::FOREVER).into(),
            valid: self.valid.unwrap_or(CacheInfo::FOREVER).into(),
            ..CacheInfo::default()
        };
        let lifetime = (self.preferred.is_some() || self.valid.is_some()).then_some(&lifetime);
        M::emit(tail, envelope, header, |address| {
            address
                .put_some(Key::LOCAL, own)?
                .put_some(Key::ADDRESS, self.peer.or(own))?
                .put_some(Key::BROADCAST, self.broadcast)?
                .put_some(Key::ANYCAST, self.anycast)?
                .put_some(Key::LABEL, self.label.as_deref())?
                .put(Key::FLAGS, self.flags)?
                .put_some(Key::CACHEINFO, lifetime.map(Into::into))?
                .put_some(Key::RT_PRIORITY, self.priority)?
                .put_some(Key::PROTO, self.protocol)
        })
    }

    fn usual_scope(&self) -> Scope {
        match self.local {
            Some(IpNet::V4(local)) if local.addr().is_loopback() => Scope::HOST,
            _ => Scope::UNIVERSE,
        }
    }

    fn family(&self) -> Family {
        match self.local {
            Some(IpNet::V4(_)) => Family::INET,
            Some(IpNet::V6(_)) => Family::INET6,
            None => Family::UNSPEC,
        }
    }
}

/// As `ip address` takes it, with the interface's index for its name: `address 192.0.2.1/24 dev if3`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("address")?;
        if let Some(local) = self.local {
            write!(f, " {local}")?;
        }
        if let Some(peer) = self.peer {
            write!(f, " peer {peer}")?;
        }
        write!(f, " dev if{}", self.interface)
    }
}

/// As `ip -j address` shows it, with the interface's index.
impl Show for Address {
    fn show(&self) -> Shown {
        const FLAGS: [(AddressFlags, &str); 11] = [
            (AddressFlags::SECONDARY, "secondary"),
            (AddressFlags::NODAD, "nodad"),
            (AddressFlags::OPTIMISTIC, "optimistic"),
            (AddressFlags::DADFAILED, "dadfailed"),
            (AddressFlags::HOMEADDRESS, "home"),
            (AddressFlags::DEPRECATED, "deprecated"),
            (AddressFlags::TENTATIVE, "tentative"),
            (AddressFlags::MANAGETEMPADDR, "mngtmpaddr"),
            (AddressFlags::NOPREFIXROUTE, "noprefixroute"),
            (AddressFlags::MCAUTOJOIN, "autojoin"),
            (AddressFlags::STABLE_PRIVACY, "stable-privacy"),
        ];
        let six = self.family() == Family::INET6;
        let mut entries = Entries::default();
        entries.put("ifindex", &self.interface);
        entries.put("family", if six { "inet6" } else { "inet" });
        entries.some("local", &self.local.map(|local| local.addr()));
        entries.some("address", &self.peer);
        entries.some("prefixlen", &self.local.map(|local| local.prefix_len()));
        entries.some("metric", &self.priority);
        entries.some("broadcast", &self.broadcast);
        entries.some("anycast", &self.anycast);
        entries.some("scope", &self.scope);
        for (flag, word) in FLAGS.iter().filter(|(flag, _)| self.flags.contains(*flag)) {
            let temporary = six && *flag == AddressFlags::SECONDARY;
            entries.put(if temporary { "temporary" } else { word }, &true);
        }
        // That it stays is the rule, and not shown.
        if !self.flags.contains(AddressFlags::PERMANENT) {
            entries.put("dynamic", &true);
        }
        entries.some("label", &self.label);
        entries.put("valid_life_time", &self.valid.unwrap_or(CacheInfo::FOREVER));
        entries.put("preferred_life_time", &self.preferred.unwrap_or(CacheInfo::FOREVER));
        entries.object()
    }
}

serialize!(Address);

impl Subject for Address {
    fn check(&self) -> Result<(), &'static str> {
        let Some(local) = self.local else { return Err("an address is missing") };
        if self.interface == 0 {
            return Err("the interface of the address is missing");
        }
        let v4 = local.addr().is_ipv4();
        if [self.peer, self.broadcast, self.anycast].into_iter().flatten().any(|other| other.is_ipv4() != v4) {
            return Err("its peer, broadcast or anycast address is of another family");
        }
        if self.label.as_deref().is_some_and(|label| label.len() > InterfaceName::MAX || label.contains('\0')) {
            return Err("a label has at most 15 bytes, none of them NUL");
        }
        Ok(())
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

impl<'n, T: Transport> Addresses<'n, T> {
    /// Gives an interface an address; an error that [`is_exists`](crate::Error::is_exists) where it has that.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::address::Address;
    ///
    /// let mut nl = Netlink::connect()?;
    /// let lo = nl.links().get("lo")?;
    /// nl.addresses().add(&Address::new(lo.index, "192.0.2.1/24".parse()?))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add(self, address: &'n Address) -> T::Outcome<'n, Change<'n, Address>> {
        self.verb("add", Flags::CREATE | Flags::EXCL, address, Address::emit::<NewAddress>)
    }

    /// Gives an interface an address, or changes lifetimes, flags and metric of the one that it has.
    pub fn replace(self, address: &'n Address) -> T::Outcome<'n, Change<'n, Address>> {
        self.verb("replace", Flags::CREATE | Flags::REPLACE, address, Address::emit::<NewAddress>)
    }

    /// Takes an address from an interface: the one with this address and this prefix length, and this label where it is
    /// said. Where there is none, an error that [`is_not_found`](crate::Error::is_not_found).
    pub fn delete(self, address: &'n Address) -> T::Outcome<'n, Change<'n, Address>> {
        self.verb("delete", Flags::empty(), address, Address::emit::<DelAddress>)
    }
}

/// An address is the same as one of the same interface with the same bits in common and the same other end. What else it does
/// not say is right as it is, but for lifetimes: without, it is to stay for ever. For another label, broadcast address or IPv4
/// scope, which the kernel does not change, it is deleted and added again.
impl Ensure for Address {
    type Key = (u32, Option<IpNet>, Option<IpAddr>);
    type Look = List<AddressFilter>;

    fn key(&self) -> Self::Key {
        (self.interface, self.local, self.peer.filter(|peer| self.local.is_none_or(|local| local.addr() != *peer)))
    }

    fn look(wanted: &[Self]) -> Self::Look {
        let first = wanted.first();
        let interface = first.map(|first| first.interface);
        let interface = interface.filter(|index| wanted.iter().all(|address| address.interface == *index));
        let family = first.map(Self::family);
        let family = family.filter(|family| wanted.iter().all(|address| address.family() == *family));
        List::new(AddressFilter { family, interface })
    }

    fn steps(&self, there: &Self) -> Vec<Step> {
        // What the kernel does not change of an address that is there, and does not take from whom IPv6 asks.
        let v4 = self.family() == Family::INET;
        let fixed = (self.label.is_none() || self.label == there.label)
            && (self.broadcast.is_none() || self.broadcast == there.broadcast)
            && (!v4 || unless_open(&self.scope, &there.scope));
        let lasts = |wanted: Option<u32>, there: Option<u32>| match (wanted, there) {
            (None, None) => true,
            // Whoever says how long it is to last says so from now on.
            (Some(wanted), Some(there)) => wanted.abs_diff(there) <= 1,
            _ => false,
        };
        // The kernel says of itself that an address lasts for ever, and how far it has come with it.
        let told = AddressFlags::PERMANENT
            | AddressFlags::TENTATIVE
            | AddressFlags::DADFAILED
            | AddressFlags::DEPRECATED
            | AddressFlags::SECONDARY
            | AddressFlags::NODAD
            | AddressFlags::OPTIMISTIC;
        let free = lasts(self.valid, there.valid)
            && lasts(self.preferred.or(self.valid), there.preferred)
            && self.flags - told == there.flags - told
            && (self.priority.is_none() || self.priority == there.priority)
            && (self.protocol.is_none() || self.protocol == there.protocol);
        match (fixed, free) {
            (true, true) => Vec::new(),
            (true, false) => vec![Step::Change],
            (false, _) => vec![Step::Delete, Step::Add],
        }
    }

    fn write_wanted(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<NewAddress>(tail, envelope)
    }

    fn write_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<DelAddress>(tail, envelope)
    }
}
