//! Neighbours, as `ip neighbour` has them: which link-layer address an address has.

use std::fmt;
use std::net::IpAddr;

use crate::codec::payload::LinkAddress;
use crate::codec::route::Family;
use crate::codec::route::neighbour::{self as wire, CacheInfo, DelNeighbour, GetNeighbour, Header, NewNeighbour};
use crate::codec::route::route::RouteProtocol;
use crate::codec::{EmitError, Envelope, Flags, Message, ParseError, Tail, View};
use crate::ensure::{Ensure, Step};
use crate::noun::{Change, Filter, List, Noun, Subject};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::Transport;

pub use crate::codec::route::neighbour::{NeighbourFlags, NeighbourFlagsExt, NeighbourState};

/// A neighbour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Address family.
    pub family: Family,
    /// Index of the interface.
    pub interface: u32,
    /// Its address.
    pub address: Option<IpAddr>,
    /// Its link-layer address, where it is known.
    pub link_address: Option<LinkAddress>,
    /// What is known of it.
    pub state: NeighbourState,
    /// Flags.
    pub flags: NeighbourFlags,
    /// More flags.
    pub extended_flags: NeighbourFlagsExt,
    /// Who made it.
    pub protocol: Option<RouteProtocol>,
    /// How often it was asked and has not answered.
    pub probes: Option<u32>,
    /// When it was last heard of, used and changed.
    pub times: Option<Times>,
    /// The VXLAN network that it is in, where one device serves several.
    pub vni: Option<u32>,
    /// Index of the interface's master.
    pub master: Option<u32>,
}

/// How long ago something happened, in clock ticks of 1/100 s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// It was last heard of.
    pub confirmed: u32,
    /// It was last used.
    pub used: u32,
    /// It was last changed.
    pub updated: u32,
    /// How many hold it now.
    pub references: u32,
}

impl Times {
    pub(crate) fn of(info: &CacheInfo) -> Self {
        Self {
            confirmed: info.confirmed.get(),
            used: info.used.get(),
            updated: info.updated.get(),
            references: info.references.get(),
        }
    }
}

impl Neighbour {
    /// The neighbour that a message tells of.
    pub fn from_view(view: &View<'_, NewNeighbour>) -> Result<Self, ParseError> {
        use wire::Neighbour as Key;
        let header = &view.header;
        let mut neighbour = Self {
            family: header.family.get(),
            interface: header.index.get().try_into().unwrap_or_default(),
            state: header.state.get(),
            flags: header.flags.get(),
            ..Self::default()
        };
        for attribute in view.attributes() {
            let attribute = attribute?;
            if let Some(address) = attribute.read(Key::DST)? {
                neighbour.address = Some(address);
            } else if let Some(address) = attribute.read(Key::LLADDR)? {
                neighbour.link_address = Some(address);
            } else if let Some(info) = attribute.read(Key::CACHEINFO)? {
                neighbour.times = Some(Times::of(&info));
            } else if let Some(probes) = attribute.read(Key::PROBES)? {
                neighbour.probes = Some(probes);
            } else if let Some(flags) = attribute.read(Key::FLAGS_EXT)? {
                neighbour.extended_flags = flags;
            } else if let Some(protocol) = attribute.read(Key::PROTOCOL)? {
                neighbour.protocol = Some(protocol);
            } else if let Some(vni) = attribute.read(Key::VNI)? {
                neighbour.vni = Some(vni);
            } else if let Some(master) = attribute.read(Key::MASTER)? {
                neighbour.master = Some(master);
            }
        }
        Ok(neighbour)
    }
}

impl Neighbour {
    fn emit<M: Message<Header = Header, Attributes = wire::Neighbour>>(
        &self,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        use wire::Neighbour as Key;
        let header = Header {
            family: self.family().into(),
            // The kernel takes no index that check() lets through for another.
            index: i32::try_from(self.interface).unwrap_or_default().into(),
            state: self.state.into(),
            flags: self.flags.into(),
            ..Header::default()
        };
        let extended = Some(self.extended_flags).filter(|flags| !flags.is_empty());
        M::emit(tail, envelope, header, |neighbour| {
            neighbour
                .put_some(Key::DST, self.address)?
                .put_some(Key::LLADDR, self.link_address)?
                .put_some(Key::FLAGS_EXT, extended)?
                .put_some(Key::PROTOCOL, self.protocol)?
                .put_some(Key::VNI, self.vni)
        })
    }

    /// Its family, or else that of its address.
    fn family(&self) -> Family {
        match self.address {
            Some(IpAddr::V4(_)) if self.family == Family::UNSPEC => Family::INET,
            Some(IpAddr::V6(_)) if self.family == Family::UNSPEC => Family::INET6,
            _ => self.family,
        }
    }
}

/// A neighbour that stays as it is until it is deleted, as `ip neighbour add` makes one.
impl Default for Neighbour {
    fn default() -> Self {
        Self {
            family: Family::UNSPEC,
            interface: 0,
            address: None,
            link_address: None,
            state: NeighbourState::PERMANENT,
            flags: NeighbourFlags::empty(),
            extended_flags: NeighbourFlagsExt::empty(),
            protocol: None,
            probes: None,
            times: None,
            vni: None,
            master: None,
        }
    }
}

/// As `ip neighbour` takes it, with the interface's index for its name: `neighbour 192.0.2.1 dev if3`.
impl fmt::Display for Neighbour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neighbour")?;
        if self.flags.contains(NeighbourFlags::PROXY) {
            f.write_str(" proxy")?;
        }
        if let Some(address) = self.address {
            write!(f, " {address}")?;
        }
        if let Some(address) = self.link_address {
            write!(f, " lladdr {address}")?;
        }
        write!(f, " dev if{}", self.interface)
    }
}

/// As `ip -s -j neighbour` shows it, with the interface's index.
impl Show for Neighbour {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.some("dst", &self.address);
        entries.put("ifindex", &self.interface);
        entries.some("lladdr", &self.link_address);
        entries.flag("router", self.flags.contains(NeighbourFlags::ROUTER));
        entries.flag("proxy", self.flags.contains(NeighbourFlags::PROXY));
        entries.flag("managed", self.extended_flags.contains(NeighbourFlagsExt::MANAGED));
        entries.flag("extern_learn", self.flags.contains(NeighbourFlags::EXT_LEARNED));
        entries.flag("offload", self.flags.contains(NeighbourFlags::OFFLOADED));
        if let Some(times) = self.times {
            entries.some("refcnt", &Some(times.references).filter(|references| *references != 0));
            // In seconds.
            entries.put("used", &(times.used / 100));
            entries.put("confirmed", &(times.confirmed / 100));
            entries.put("updated", &(times.updated / 100));
        }
        entries.some("probes", &self.probes);
        if !self.state.is_empty() {
            entries.put("state", &self.state);
        }
        entries.some("protocol", &self.protocol.filter(|protocol| *protocol != RouteProtocol::UNSPEC));
        entries.some("vni", &self.vni);
        entries.object()
    }
}

/// A word for each bit.
impl Show for NeighbourState {
    fn show(&self) -> Shown {
        const WORDS: [(NeighbourState, &str); 8] = [
            (NeighbourState::INCOMPLETE, "INCOMPLETE"),
            (NeighbourState::REACHABLE, "REACHABLE"),
            (NeighbourState::STALE, "STALE"),
            (NeighbourState::DELAY, "DELAY"),
            (NeighbourState::PROBE, "PROBE"),
            (NeighbourState::FAILED, "FAILED"),
            (NeighbourState::NOARP, "NOARP"),
            (NeighbourState::PERMANENT, "PERMANENT"),
        ];
        let set = WORDS.iter().filter(|(state, _)| self.contains(*state));
        Shown::List(set.map(|(_, word)| word.show()).collect())
    }
}

serialize!(Neighbour);

impl Subject for Neighbour {
    fn check(&self) -> Result<(), &'static str> {
        let Some(address) = self.address else { return Err("the address of the neighbour is missing") };
        if i32::try_from(self.interface).unwrap_or_default() == 0 {
            return Err("the interface of the neighbour is missing");
        }
        let wanted = if address.is_ipv4() { Family::INET } else { Family::INET6 };
        if self.family() != wanted {
            return Err("the address of the neighbour is of another family");
        }
        Ok(())
    }
}

/// Which neighbours to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeighbourFilter {
    /// Of this family.
    pub family: Option<Family>,
    /// On this interface.
    pub interface: Option<u32>,
    /// On interfaces of this master.
    pub master: Option<u32>,
    /// The addresses for which this host answers in the place of others, instead of neighbours.
    pub proxy: bool,
}

impl Filter for NeighbourFilter {
    type Message = NewNeighbour;
    type Object = Neighbour;
    const NOUN: &'static str = "neighbours";

    fn families(&self) -> Vec<Family> {
        vec![self.family.unwrap_or_default()]
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let flags = if self.proxy { NeighbourFlags::PROXY } else { NeighbourFlags::empty() };
        let header = Header { family: family.into(), flags: flags.into(), ..Header::default() };
        GetNeighbour::emit(tail, envelope, header, |neighbour| {
            neighbour.put_some(wire::Neighbour::IFINDEX, self.interface)?.put_some(wire::Neighbour::MASTER, self.master)
        })
    }

    fn family(view: &View<'_, NewNeighbour>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewNeighbour>, filtered: bool) -> Result<bool, ParseError> {
        if self.proxy != view.header.flags.get().contains(NeighbourFlags::PROXY) {
            return Ok(false);
        }
        if filtered {
            return Ok(true);
        }
        let index = u32::try_from(view.header.index.get()).ok();
        if self.interface.is_some_and(|wanted| Some(wanted) != index) {
            return Ok(false);
        }
        // The message says nothing of the interface's master: the kernel has filtered by it, or nobody can.
        Ok(true)
    }

    fn object(view: &View<'_, NewNeighbour>) -> Result<Neighbour, ParseError> {
        Neighbour::from_view(view)
    }
}

/// The verbs of neighbours: see [`Netlink::neighbours`](crate::Netlink::neighbours).
pub type Neighbours<'n, T> = Noun<'n, T, NeighbourFilter>;

impl<'n, T: Transport> Neighbours<'n, T> {
    /// Makes a neighbour known; an error that [`is_exists`](crate::Error::is_exists) where its address is.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::neighbour::Neighbour;
    ///
    /// let mut nl = Netlink::connect()?;
    /// let interface = nl.links().get("eth0")?.index;
    /// let link_address = Some([2, 0, 0, 0, 0, 1].into());
    /// let address = "192.0.2.2".parse().ok();
    /// nl.neighbours().add(&Neighbour { interface, address, link_address, ..Neighbour::default() })?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn add(self, neighbour: &'n Neighbour) -> T::Outcome<'n, Change<'n, Neighbour>> {
        self.verb("add", Flags::CREATE | Flags::EXCL, neighbour, Neighbour::emit::<NewNeighbour>)
    }

    /// Makes a neighbour known, or changes the one that has its address.
    pub fn replace(self, neighbour: &'n Neighbour) -> T::Outcome<'n, Change<'n, Neighbour>> {
        self.verb("replace", Flags::CREATE | Flags::REPLACE, neighbour, Neighbour::emit::<NewNeighbour>)
    }

    /// Changes the neighbour that has this address; where there is none, an error that
    /// [`is_not_found`](crate::Error::is_not_found).
    pub fn change(self, neighbour: &'n Neighbour) -> T::Outcome<'n, Change<'n, Neighbour>> {
        self.verb("change", Flags::REPLACE, neighbour, Neighbour::emit::<NewNeighbour>)
    }

    /// Forgets the neighbour with this address; where there is none, an error that
    /// [`is_not_found`](crate::Error::is_not_found).
    pub fn delete(self, neighbour: &'n Neighbour) -> T::Outcome<'n, Change<'n, Neighbour>> {
        self.verb("delete", Flags::empty(), neighbour, Neighbour::emit::<DelNeighbour>)
    }
}

/// A neighbour is the same as one with the same address on the same interface. Its link-layer address and who made it are right
/// as they are where it does not say them.
impl Ensure for Neighbour {
    type Key = (u32, Option<IpAddr>, Option<u32>, bool);
    type Look = List<NeighbourFilter>;

    fn key(&self) -> Self::Key {
        (self.interface, self.address, self.vni, self.flags.contains(NeighbourFlags::PROXY))
    }

    fn look(wanted: &[Self]) -> Self::Look {
        let first = wanted.first();
        let interface = first.map(|first| first.interface);
        let interface = interface.filter(|index| wanted.iter().all(|neighbour| neighbour.interface == *index));
        let family = first.map(Self::family);
        let family = family.filter(|family| wanted.iter().all(|neighbour| neighbour.family() == *family));
        let proxy = first.is_some_and(|first| first.flags.contains(NeighbourFlags::PROXY));
        List::new(NeighbourFilter { family, interface, proxy, ..NeighbourFilter::default() })
    }

    fn flags(&self, step: Step) -> Flags {
        match step {
            // What the look did not show, such as those that this host answers for, is then changed.
            Step::Add | Step::Change | Step::Finish => Flags::CREATE | Flags::REPLACE,
            Step::Delete => Flags::empty(),
        }
    }

    fn steps(&self, there: &Self) -> Vec<Step> {
        let proxy = self.flags.contains(NeighbourFlags::PROXY);
        let asked = NeighbourFlags::ROUTER | NeighbourFlags::EXT_LEARNED;
        let holds = proxy
            || ((self.link_address.is_none() || self.link_address == there.link_address)
                && self.state == there.state
                && self.flags & asked == there.flags & asked
                && self.extended_flags == there.extended_flags
                && (self.protocol.is_none() || self.protocol == there.protocol));
        if holds { Vec::new() } else { vec![Step::Change] }
    }

    fn write_wanted(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<NewNeighbour>(tail, envelope)
    }

    fn write_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<DelNeighbour>(tail, envelope)
    }
}
