//! Forwarding databases, as `bridge fdb` has them: behind which port of a bridge, or at which end of a VXLAN tunnel, a
//! link-layer address is found.
//!
//! An interface that is a port of a bridge has to do with two databases: that of its bridge, and its own, which for a VXLAN
//! interface leads to tunnels, and for others holds the addresses that the hardware takes.

use std::fmt;
use std::net::IpAddr;

use crate::codec::payload::LinkAddress;
use crate::codec::route::Family;
use crate::codec::route::neighbour::{self as wire, DelNeighbour, FdbExt, GetNeighbour, Header, NewNeighbour};
use crate::codec::{EmitError, Envelope, Flags, Message, ParseError, Tail, View};
use crate::ensure::{Ensure, Step, unless_open};
use crate::neighbour::Times;
use crate::noun::{Change, Filter, Get, List, Noun, Subject};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::{Query, Transport};

pub use crate::codec::route::neighbour::{FdbNotify, NeighbourFlags, NeighbourFlagsExt, NeighbourState};

/// An entry of a forwarding database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FdbEntry {
    /// Index of the interface: the port that the address is behind, the bridge for an address of its own, or the VXLAN
    /// interface.
    pub interface: u32,
    /// The address, 6 bytes. Of all zeros in a VXLAN interface: where packets to unknown addresses go.
    pub link_address: Option<LinkAddress>,
    /// The VLAN that it is in, 1 to 4094. One that is added to a bridge without is in all VLANs of the port, and in none.
    pub vlan: Option<u16>,
    /// [`PERMANENT`](Self::PERMANENT), [`STATIC`](Self::STATIC) or [`DYNAMIC`](Self::DYNAMIC) to add. A kernel says of a
    /// static one only `NUD_NOARP`, and of one that has not been heard of for long `NUD_STALE`, which is added as dynamic.
    pub state: NeighbourState,
    /// Whose database, and more. With neither `SELF` nor `MASTER`, an entry that was read (with a [`master`](Self::master))
    /// goes to where it was, and any other to the interface's own database, as by `bridge fdb`.
    pub flags: NeighbourFlags,
    /// More flags, which the kernel says: `LOCKED` is a host behind a locked port that nobody has let in yet. The kernel
    /// refuses to add one with it.
    pub extended_flags: NeighbourFlagsExt,
    /// Index of the bridge whose database it is in. Only read, and to [`get`](Fdb::get) from a bridge.
    pub master: Option<u32>,
    /// The other end of the VXLAN tunnel.
    pub destination: Option<IpAddr>,
    /// UDP port there; none is that of the interface.
    pub port: Option<u16>,
    /// VXLAN network that packets are sent with, 24 bits; none is that of the interface.
    pub vni: Option<u32>,
    /// VXLAN network that packets come from, 24 bits, where one interface serves several.
    pub source_vni: Option<u32>,
    /// Index of the interface that the tunnel leaves by.
    pub via: Option<u32>,
    /// Number of the namespace that [`via`](Self::via) is in. Only read.
    pub via_namespace: Option<i32>,
    /// The nexthop object that leads there, instead of a [`destination`](Self::destination).
    pub nexthop: Option<u32>,
    /// Whether to tell when the address falls silent and when it is heard again, and whether it is silent.
    pub notify: Option<FdbNotify>,
    /// To replace one: the change does not count as a sign of life.
    pub dont_refresh: bool,
    /// When it was last used and changed. Only read.
    pub times: Option<Times>,
}

impl FdbEntry {
    /// An address of the interface itself: what is sent there is for this host, and is not forwarded (`permanent`, `local`).
    /// In a VXLAN interface: one that stays.
    pub const PERMANENT: NeighbourState = NeighbourState::NOARP.union(NeighbourState::PERMANENT);
    /// An address behind the port that stays until it is deleted (`static`).
    pub const STATIC: NeighbourState = NeighbourState::NOARP.union(NeighbourState::REACHABLE);
    /// An address behind the port that goes away when it is not heard for long (`dynamic`).
    pub const DYNAMIC: NeighbourState = NeighbourState::REACHABLE;

    /// The entry that a message tells of.
    pub fn from_view(view: &View<'_, NewNeighbour>) -> Result<Self, ParseError> {
        use wire::Neighbour as Key;
        let header = &view.header;
        let mut entry = Self {
            interface: header.index.get().try_into().unwrap_or_default(),
            state: header.state.get(),
            flags: header.flags.get(),
            ..Self::default()
        };
        for attribute in view.attributes() {
            let attribute = attribute?;
            if let Some(address) = attribute.read(Key::LLADDR)? {
                entry.link_address = Some(address);
            } else if let Some(vlan) = attribute.read(Key::VLAN)? {
                entry.vlan = Some(vlan);
            } else if let Some(flags) = attribute.read(Key::FLAGS_EXT)? {
                entry.extended_flags = flags;
            } else if let Some(master) = attribute.read(Key::MASTER)? {
                entry.master = Some(master);
            } else if let Some(info) = attribute.read(Key::CACHEINFO)? {
                entry.times = Some(Times::of(&info));
            } else if let Some(destination) = attribute.read(Key::DST)? {
                entry.destination = Some(destination);
            } else if let Some(port) = attribute.read(Key::PORT)? {
                entry.port = Some(port);
            } else if let Some(vni) = attribute.read(Key::VNI)? {
                entry.vni = Some(vni);
            } else if let Some(vni) = attribute.read(Key::SRC_VNI)? {
                entry.source_vni = Some(vni);
            } else if let Some(via) = attribute.read(Key::IFINDEX)? {
                entry.via = Some(via);
            } else if let Some(namespace) = attribute.read(Key::LINK_NETNSID)? {
                entry.via_namespace = Some(namespace);
            } else if let Some(nexthop) = attribute.read(Key::NH_ID)? {
                entry.nexthop = Some(nexthop);
            } else if let Some(more) = attribute.read(Key::FDB_EXT_ATTRS)? {
                entry.notify = more.get(FdbExt::ACTIVITY_NOTIFY)?;
            }
        }
        Ok(entry)
    }

    /// Whose database it is in: `SELF`, `MASTER` or both.
    fn owner(&self) -> NeighbourFlags {
        let owner = self.flags & (NeighbourFlags::SELF | NeighbourFlags::MASTER);
        match self.master {
            _ if !owner.is_empty() => owner,
            // A bridge's own addresses are added to the bridge itself.
            Some(master) if master != self.interface => NeighbourFlags::MASTER,
            _ => NeighbourFlags::SELF,
        }
    }

    fn header(&self, state: NeighbourState, flags: NeighbourFlags) -> Header {
        Header {
            family: Family::BRIDGE.into(),
            // The kernel takes no index that check() lets through for another.
            index: i32::try_from(self.interface).unwrap_or_default().into(),
            state: state.into(),
            flags: flags.into(),
            ..Header::default()
        }
    }

    fn emit<M: Message<Header = Header, Attributes = wire::Neighbour>>(
        &self,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        use wire::Neighbour as Key;
        let state = if self.state.contains(NeighbourState::STALE) { Self::DYNAMIC } else { self.state };
        let flags = self.owner() | (self.flags - NeighbourFlags::OFFLOADED);
        M::emit(tail, envelope, self.header(state, flags), |entry| {
            entry
                .put_some(Key::LLADDR, self.link_address)?
                .put_some(Key::VLAN, self.vlan)?
                .put_some(Key::FLAGS_EXT, Some(self.extended_flags).filter(|flags| !flags.is_empty()))?
                .put_some(Key::DST, self.destination)?
                .put_some(Key::PORT, self.port)?
                .put_some(Key::VNI, self.vni)?
                .put_some(Key::SRC_VNI, self.source_vni)?
                .put_some(Key::IFINDEX, self.via)?
                .put_some(Key::NH_ID, self.nexthop)?;
            if self.notify.is_none() && !self.dont_refresh {
                return Ok(entry);
            }
            entry.nest(Key::FDB_EXT_ATTRS, |more| {
                more.put_some(FdbExt::ACTIVITY_NOTIFY, self.notify)?
                    .put_some(FdbExt::DONT_REFRESH, self.dont_refresh.then_some(()))
            })
        })
    }

    fn emit_question(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        use wire::Neighbour as Key;
        let of_bridge = self.interface == 0;
        let flags = if of_bridge { NeighbourFlags::empty() } else { self.owner() };
        let header = self.header(NeighbourState::empty(), flags);
        GetNeighbour::emit(tail, envelope, header, |entry| {
            entry
                .put_some(Key::LLADDR, self.link_address)?
                .put_some(Key::MASTER, self.master.filter(|_| of_bridge))?
                .put_some(Key::VLAN, self.vlan)?
                .put_some(Key::VNI, self.vni)?
                .put_some(Key::SRC_VNI, self.source_vni)
        })
    }
}

/// An entry as `bridge fdb add` makes one: permanent.
impl Default for FdbEntry {
    fn default() -> Self {
        Self {
            interface: 0,
            link_address: None,
            vlan: None,
            state: Self::PERMANENT,
            flags: NeighbourFlags::empty(),
            extended_flags: NeighbourFlagsExt::empty(),
            master: None,
            destination: None,
            port: None,
            vni: None,
            source_vni: None,
            via: None,
            via_namespace: None,
            nexthop: None,
            notify: None,
            dont_refresh: false,
            times: None,
        }
    }
}

/// As `bridge fdb` takes it, with the interface's index for its name: `fdb 02:00:00:00:00:01 dev if3 master vlan 5`.
impl fmt::Display for FdbEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fdb")?;
        if let Some(address) = self.link_address {
            write!(f, " {address}")?;
        }
        match self.master {
            Some(bridge) if self.interface == 0 => return write!(f, " br if{bridge}"),
            _ => write!(f, " dev if{}", self.interface)?,
        }
        for (flag, name) in [(NeighbourFlags::SELF, " self"), (NeighbourFlags::MASTER, " master")] {
            if self.owner().contains(flag) {
                f.write_str(name)?;
            }
        }
        if let Some(destination) = self.destination {
            write!(f, " dst {destination}")?;
        }
        for (name, value) in [("vni", self.vni), ("src_vni", self.source_vni), ("nhid", self.nexthop)] {
            if let Some(value) = value {
                write!(f, " {name} {value}")?;
            }
        }
        self.vlan.map_or(Ok(()), |vlan| write!(f, " vlan {vlan}"))
    }
}

/// As `bridge -s -d -j fdb` shows it, with indices of interfaces: `ifindex`, `master` and `viaIfIndex`.
impl Show for FdbEntry {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.some("mac", &self.link_address);
        entries.put("ifindex", &self.interface);
        entries.some("dst", &self.destination);
        entries.some("vlan", &self.vlan);
        entries.some("port", &self.port);
        entries.some("vni", &self.vni);
        entries.some("src_vni", &self.source_vni);
        entries.some("viaIfIndex", &self.via);
        entries.some("nhid", &self.nexthop);
        entries.some("linkNetNsId", &self.via_namespace);
        for (flag, name) in [(FdbNotify::BIT, "activity_notify"), (FdbNotify::INACTIVE_BIT, "inactive")] {
            entries.some(name, &self.notify.filter(|notify| notify.contains(flag)).map(|_| true));
        }
        // In seconds.
        entries.some("used", &self.times.map(|times| times.used / 100));
        entries.some("updated", &self.times.map(|times| times.updated / 100));
        let flags = [
            (NeighbourFlags::SELF, "self"),
            (NeighbourFlags::ROUTER, "router"),
            (NeighbourFlags::EXT_LEARNED, "extern_learn"),
            (NeighbourFlags::OFFLOADED, "offload"),
            (NeighbourFlags::MASTER, "master"),
            (NeighbourFlags::STICKY, "sticky"),
        ];
        let locked = self.extended_flags.contains(NeighbourFlagsExt::LOCKED).then_some("locked");
        let flags = flags.iter().filter(|(flag, _)| self.flags.contains(*flag)).map(|(_, name)| *name);
        entries.put("flags", &flags.chain(locked).collect::<Vec<_>>());
        entries.some("master", &self.master);
        let states = [
            (NeighbourState::PERMANENT, "permanent"),
            (NeighbourState::NOARP, "static"),
            (NeighbourState::STALE, "stale"),
            (NeighbourState::REACHABLE, ""),
        ];
        match states.iter().find(|(state, _)| self.state.contains(*state)) {
            Some((_, name)) => entries.put("state", name),
            None => entries.put("state", &format!("state={:#x}", self.state.bits())),
        }
        entries.object()
    }
}

serialize!(FdbEntry);

impl Subject for FdbEntry {
    fn check(&self) -> Result<(), &'static str> {
        if i32::try_from(self.interface).unwrap_or_default() == 0 {
            return Err("the interface of the entry is missing");
        }
        if self.link_address.is_none_or(|address| address.as_bytes().len() != 6) {
            return Err("the link-layer address of the entry is missing, or has not 6 bytes");
        }
        super::check_vlan(self.vlan)?;
        super::check_vni(self.vni)?;
        super::check_vni(self.source_vni)
    }
}

/// Which entries to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FdbFilter {
    /// In the database of this bridge. Its ports' own databases do not belong to it.
    pub bridge: Option<u32>,
    /// On this interface, in its bridge's database and in its own.
    pub interface: Option<u32>,
    /// In this VLAN. In a list the kernel does not filter by it.
    pub vlan: Option<u16>,
    /// Only those that go away by themselves: neither static nor permanent. In a list the kernel does not filter by it.
    pub dynamic: bool,
}

impl FdbFilter {
    /// What dynamic entries are not.
    const STAYS: NeighbourState = NeighbourState::NOARP.union(NeighbourState::PERMANENT);

    /// Writes the request to delete all that it wants.
    fn emit_flush(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        use wire::Neighbour as Key;
        let index = self.bridge.or(self.interface).unwrap_or_default();
        let header = Header {
            family: Family::BRIDGE.into(),
            index: i32::try_from(index).unwrap_or_default().into(),
            flags: NeighbourFlags::SELF.into(),
            ..Header::default()
        };
        DelNeighbour::emit(tail, envelope, header, |entry| {
            entry
                .put_some(Key::IFINDEX, self.bridge.and(self.interface))?
                .put_some(Key::VLAN, self.vlan)?
                .put_some(Key::NDM_STATE_MASK, self.dynamic.then_some(Self::STAYS))
        })
    }
}

/// As `bridge fdb flush` takes it, with indices for names: `fdb dev if3 brport if4 vlan 5`.
impl fmt::Display for FdbFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fdb")?;
        match (self.bridge, self.interface) {
            (Some(bridge), Some(port)) => write!(f, " dev if{bridge} brport if{port}")?,
            (Some(index), None) | (None, Some(index)) => write!(f, " dev if{index}")?,
            (None, None) => {}
        }
        if let Some(vlan) = self.vlan {
            write!(f, " vlan {vlan}")?;
        }
        f.write_str(if self.dynamic { " nopermanent nostatic" } else { "" })
    }
}

impl Subject for FdbFilter {
    fn check(&self) -> Result<(), &'static str> {
        let index = self.bridge.or(self.interface).unwrap_or_default();
        if i32::try_from(index).unwrap_or_default() == 0 {
            return Err("the bridge or interface of the entries is missing");
        }
        super::check_vlan(self.vlan)
    }
}

impl Filter for FdbFilter {
    type Message = NewNeighbour;
    type Object = FdbEntry;
    const NOUN: &'static str = "forwarding database entries";

    fn families(&self) -> Vec<Family> {
        vec![Family::BRIDGE]
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        // An index that does not fit is none that there is.
        let index = self.interface.map(|interface| i32::try_from(interface).unwrap_or(i32::MAX));
        let header = Header { family: family.into(), index: index.unwrap_or_default().into(), ..Header::default() };
        GetNeighbour::emit(tail, envelope, header, |entry| entry.put_some(wire::Neighbour::MASTER, self.bridge))
    }

    fn family(view: &View<'_, NewNeighbour>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewNeighbour>, _filtered: bool) -> Result<bool, ParseError> {
        let index = u32::try_from(view.header.index.get()).ok();
        if self.interface.is_some_and(|wanted| Some(wanted) != index) {
            return Ok(false);
        }
        if self.dynamic && view.header.state.get().intersects(Self::STAYS) {
            return Ok(false);
        }
        if self.bridge.is_none() && self.vlan.is_none() {
            return Ok(true);
        }
        let table = view.attributes().table()?;
        Ok((self.bridge.is_none() || self.bridge == table.get(wire::Neighbour::MASTER)?)
            && (self.vlan.is_none() || self.vlan == table.get(wire::Neighbour::VLAN)?))
    }

    fn object(view: &View<'_, NewNeighbour>) -> Result<FdbEntry, ParseError> {
        FdbEntry::from_view(view)
    }
}

/// The verbs of forwarding databases: see [`Netlink::fdb`](crate::Netlink::fdb).
pub type Fdb<'n, T> = Noun<'n, T, FdbFilter>;

impl<'n, T: Transport> Fdb<'n, T> {
    /// Adds an entry; an error that [`is_exists`](crate::Error::is_exists) where its address is there, also where it was only
    /// learned: [`replace`](Self::replace) takes it over. In a bridge one with `EXT_LEARNED` replaces what is there, and is no
    /// error; a dynamic one needs a port that learns, and else is one that [`is_permission`](crate::Error::is_permission).
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::bridge::fdb::{FdbEntry, NeighbourFlags};
    ///
    /// let mut nl = Netlink::connect()?;
    /// let port = nl.links().get("eth0")?;
    /// nl.fdb().add(&FdbEntry {
    ///     interface: port.index,
    ///     link_address: Some([2, 0, 0, 0, 0, 1].into()),
    ///     state: FdbEntry::STATIC,
    ///     flags: NeighbourFlags::MASTER,
    ///     ..FdbEntry::default()
    /// })?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn add(self, entry: &'n FdbEntry) -> T::Outcome<'n, Change<'n, FdbEntry>> {
        self.verb("add", Flags::CREATE | Flags::EXCL, entry, FdbEntry::emit::<NewNeighbour>)
    }

    /// Adds one more destination to an address of a VXLAN interface, which then sends to all of them. It must be of all zeros
    /// or a multicast address. To a destination that is there it adds nothing.
    pub fn append(self, entry: &'n FdbEntry) -> T::Outcome<'n, Change<'n, FdbEntry>> {
        self.verb("append", Flags::CREATE | Flags::APPEND, entry, FdbEntry::emit::<NewNeighbour>)
    }

    /// Adds an entry, or changes the one of this address and VLAN: it may also move it to another port.
    pub fn replace(self, entry: &'n FdbEntry) -> T::Outcome<'n, Change<'n, FdbEntry>> {
        self.verb("replace", Flags::CREATE | Flags::REPLACE, entry, FdbEntry::emit::<NewNeighbour>)
    }

    /// Deletes an entry; where there is none, an error that [`is_not_found`](crate::Error::is_not_found).
    ///
    /// In a bridge it is the one of this address and VLAN, if it is behind this port; without a VLAN, those of all VLANs of the
    /// port. In a VXLAN interface it is the one of this address and source network: with a destination only that of several
    /// (port, network and interface must then be said as they were when it was added), without one all. The state does not
    /// matter.
    pub fn delete(self, entry: &'n FdbEntry) -> T::Outcome<'n, Change<'n, FdbEntry>> {
        self.verb("delete", Flags::empty(), entry, FdbEntry::emit::<DelNeighbour>)
    }

    /// Deletes all entries that the [filter](Self::filter) wants, at once in the kernel: in the database of its bridge, or
    /// without one in that of its interface itself. Of bridges since Linux 5.19, of VXLAN interfaces since 6.7.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::bridge::fdb::FdbFilter;
    ///
    /// let mut nl = Netlink::connect()?;
    /// let bridge = Some(nl.links().get("br0")?.index);
    /// nl.fdb().filter(FdbFilter { bridge, dynamic: true, ..FdbFilter::default() }).flush()?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn flush(self) -> T::Outcome<'n, Change<'n, FdbFilter>> {
        let filter = self.filter.clone();
        self.verb_of("flush", Flags::BULK, filter, FdbFilter::emit_flush)
    }
}

impl<'n, T: Query> Fdb<'n, T> {
    /// The entry of the address, VLAN and network that are said here, in the database of [`master`](FdbEntry::master) where
    /// no interface is said; an error that [`is_not_found`](crate::Error::is_not_found) where there is none.
    pub fn get(self, entry: &FdbEntry) -> T::Outcome<'n, Get<FdbFilter, FdbEntry>> {
        let question = entry.clone();
        self.transport.send(Get::new(entry.to_string(), question, FdbEntry::emit_question))
    }
}

/// What makes an entry the same as one that is there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FdbKey {
    interface: u32,
    address: Option<LinkAddress>,
    vlan: Option<u16>,
    source_vni: Option<u32>,
    in_bridge: bool,
    destination: Option<Destination>,
}

/// The other end of a tunnel, its UDP port, network, and the interface that the tunnel leaves by.
type Destination = (IpAddr, Option<u16>, Option<u32>, Option<u32>);

/// An entry is the same as one of this interface, address, VLAN and source network in the same database. In a VXLAN interface an
/// address of all zeros or a multicast address may have several destinations, each an entry. UDP port and network are to be
/// said where they are not those of the interface, as the kernel does.
///
/// In a bridge, an address behind another port moves to this one: that is told as a change where the entry says its
/// [`master`](FdbEntry::master), and else as if it had been nowhere.
impl Ensure for FdbEntry {
    type Key = FdbKey;
    type Look = List<FdbFilter>;

    fn check(&self) -> Result<(), &'static str> {
        if self.owner() == NeighbourFlags::SELF | NeighbourFlags::MASTER {
            return Err("an entry that is ensured is in one database");
        }
        Subject::check(self)
    }

    fn key(&self) -> FdbKey {
        FdbKey {
            interface: self.interface,
            address: self.link_address,
            vlan: self.vlan,
            source_vni: self.source_vni,
            in_bridge: self.owner() == NeighbourFlags::MASTER,
            destination: self.far_end().filter(|_| self.is_for_many()),
        }
    }

    fn kin(&self) -> Option<FdbKey> {
        let key = self.key();
        (key.in_bridge && self.master.is_some()).then_some(FdbKey { interface: 0, ..key })
    }

    fn is_like(&self, there: &Self) -> bool {
        self.master == there.master
    }

    fn look(wanted: &[Self]) -> Self::Look {
        let first = wanted.first().map(|first| first.interface);
        let only = |entry: &Self| Some(entry.interface) == first && entry.master.is_none();
        let interface = first.filter(|_| wanted.iter().all(only));
        List::new(FdbFilter { interface, ..FdbFilter::default() })
    }

    fn flags(&self, step: Step) -> Flags {
        match step {
            // Beside the other destinations of an address.
            Step::Add => Flags::CREATE | Flags::APPEND,
            Step::Change | Step::Finish => Flags::CREATE | Flags::REPLACE,
            Step::Delete => Flags::empty(),
        }
    }

    fn steps(&self, there: &Self) -> Vec<Step> {
        match (self.holds(there), self.is_for_many() && self.destination.is_some()) {
            (true, _) => Vec::new(),
            // What is left of these is changed so, too; to replace them is refused.
            (false, true) => vec![Step::Add],
            (false, false) => vec![Step::Change],
        }
    }

    fn write_wanted(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<NewNeighbour>(tail, envelope)
    }

    fn write_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<DelNeighbour>(tail, envelope)
    }
}

impl FdbEntry {
    fn far_end(&self) -> Option<Destination> {
        self.destination.map(|destination| (destination, self.port, self.vni, self.via))
    }

    /// Whether its address may have several destinations.
    fn is_for_many(&self) -> bool {
        self.link_address.is_some_and(|address| match address.as_bytes() {
            [first, ..] if first & 1 != 0 => true,
            bytes => bytes.iter().all(|byte| *byte == 0),
        })
    }

    /// Whether the entry that is there is as this says.
    fn holds(&self, there: &Self) -> bool {
        // Of what stays the kernel says a part.
        let stays =
            |state: NeighbourState| (state.contains(NeighbourState::PERMANENT), state.intersects(FdbFilter::STAYS));
        let asked = NeighbourFlags::ROUTER | NeighbourFlags::STICKY | NeighbourFlags::EXT_LEARNED;
        let tells = |notify: Option<FdbNotify>| notify.is_some_and(|notify| notify.contains(FdbNotify::BIT));
        self.interface == there.interface
            && stays(self.state) == stays(there.state)
            && self.flags & asked == there.flags & asked
            && !there.extended_flags.contains(NeighbourFlagsExt::LOCKED)
            && (self.destination.is_none() || self.far_end() == there.far_end())
            && unless_open(&self.nexthop, &there.nexthop)
            && (self.notify.is_none() || tells(self.notify) == tells(there.notify))
    }
}
