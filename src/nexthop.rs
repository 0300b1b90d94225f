//! Nexthop objects, which routes share, as `ip nexthop` has them; and the buckets of resilient groups.

mod bucket;

use std::fmt;
use std::net::IpAddr;

use crate::codec::route::nexthop::{
    self as wire, DelNexthop, GetNexthop, GroupEntry, GroupType, Header, NewNexthop, OperationFlags, ResilientGroup,
};
use crate::codec::route::route::RouteProtocol;
use crate::codec::route::{Family, Scope};
use crate::codec::{Attributes, Emit, EmitError, Emitted, Envelope, Flags, Message, ParseError, Tail, View};
use crate::ensure::{Ensure, Step, unless_open};
use crate::noun::{Change, Filter, Get, List, Noun, Subject};
use crate::route::Encapsulation;
use crate::route::shown::{flags, put_gateway};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::transport::{Query, Transport};

pub use self::bucket::{NexthopBucket, NexthopBucketFilter, NexthopBuckets};
pub use crate::codec::route::nexthop::NexthopFlags;

/// A nexthop object: one way to go on, or a group of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nexthop {
    /// Its identifier. None, in one to add, lets the kernel choose.
    pub id: Option<u32>,
    /// Address family; unspecified for groups. One to add may leave it so: it is that of the gateway then, or else IPv4.
    pub family: Family,
    /// How far away it is. The kernel finds that out.
    pub scope: Scope,
    /// Who made it.
    pub protocol: RouteProtocol,
    /// Flags. Of those only [`ONLINK`](NexthopFlags::ONLINK) can be asked for; the kernel tells of the others.
    pub flags: NexthopFlags,
    /// The gateway.
    pub gateway: Option<IpAddr>,
    /// Index of the interface that packets leave by.
    pub interface: Option<u32>,
    /// Whether packets vanish here.
    pub blackhole: bool,
    /// Whether it is for forwarding databases, and not for routes.
    pub fdb: bool,
    /// What the packets are wrapped into.
    pub encapsulation: Option<Encapsulation>,
    /// The nexthops that it is a group of, which have all that is said above but the protocol and `fdb`.
    pub group: Vec<GroupMember>,
    /// How the group shares packets out.
    pub sharing: Sharing,
}

/// A nexthop in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupMember {
    /// Its identifier.
    pub id: u32,
    /// Its weight among the others, from 1 to 65535. Kernels before 6.12 take no more than 255.
    pub weight: u32,
}

impl GroupMember {
    fn from_wire(entry: GroupEntry, clear: bool) -> Self {
        let weight_high = if clear { entry.weight_high } else { 0 };
        Self { id: entry.id.get(), weight: GroupEntry { weight_high, ..entry }.weight() }
    }
}

/// The nexthop with a weight of 1.
impl From<u32> for GroupMember {
    fn from(id: u32) -> Self {
        Self { id, weight: 1 }
    }
}

/// How a group shares packets out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sharing {
    /// By a hash of the packet alone.
    #[default]
    Hash,
    /// By a hash, and so that a change of the group moves as few as can be.
    Resilient(Resilient),
    /// In a way that is not known here.
    Other(GroupType),
}

/// What a resilient group has. What is none, in one to add, is as the kernel has it; the buckets must be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resilient {
    /// How many buckets it has. That cannot be changed.
    pub buckets: Option<u16>,
    /// For how long a bucket must have seen no packet before it may lead elsewhere, in clock ticks of 1/100 s.
    pub idle_timer: Option<u32>,
    /// For how long the group may be out of balance before busy buckets lead elsewhere too, in clock ticks of 1/100 s; 0 is
    /// forever.
    pub unbalanced_timer: Option<u32>,
    /// For how long it has been out of balance, in clock ticks of 1/100 s. Cannot be set.
    pub unbalanced_time: Option<u64>,
}

impl Nexthop {
    /// The nexthop that a message tells of.
    pub fn from_view(view: &View<'_, NewNexthop>) -> Result<Self, ParseError> {
        use wire::Nexthop as Key;
        let header = &view.header;
        let mut nexthop = Self {
            family: header.family.get(),
            scope: header.scope.get(),
            protocol: header.protocol.get(),
            flags: header.flags.get(),
            ..Self::default()
        };
        let (mut kind, mut resilient, mut encapsulation) = (None, None, (None, None));
        let (mut group, mut answer) = (&[][..], OperationFlags::empty());
        for attribute in view.attributes() {
            let attribute = attribute?;
            if let Some(id) = attribute.read(Key::ID)? {
                nexthop.id = Some(id);
            } else if let Some(members) = attribute.read(Key::GROUP)? {
                group = members;
            } else if let Some(flags) = attribute.read(Key::OP_FLAGS)? {
                answer = flags;
            } else if let Some(of) = attribute.read(Key::GROUP_TYPE)? {
                kind = Some(of);
            } else if let Some(more) = attribute.read(Key::RES_GROUP)? {
                resilient = Some(Resilient::from_wire(more)?);
            } else if attribute.read(Key::BLACKHOLE)?.is_some() {
                nexthop.blackhole = true;
            } else if attribute.read(Key::FDB)?.is_some() {
                nexthop.fdb = true;
            } else if let Some(index) = attribute.read(Key::OIF)? {
                nexthop.interface = Some(index);
            } else if let Some(gateway) = attribute.read(Key::GATEWAY)? {
                nexthop.gateway = Some(gateway);
            } else if let Some(of) = attribute.read(Key::ENCAP_TYPE)? {
                encapsulation.0 = Some(of);
            } else if attribute.number() == Key::ENCAP.number() {
                encapsulation.1 = Some(attribute);
            }
        }
        if let (Some(kind), Some(attribute)) = encapsulation {
            nexthop.encapsulation = Some(Encapsulation::read(kind, &attribute)?);
        }
        // Where the kernel does not say that it does, it need not have cleared what it does not know.
        let clear = answer.contains(OperationFlags::RESP_GRP_RESVD_0);
        nexthop.group = group.iter().map(|entry| GroupMember::from_wire(*entry, clear)).collect();
        nexthop.sharing = match kind {
            None | Some(GroupType::MPATH) => Sharing::Hash,
            Some(GroupType::RES) => Sharing::Resilient(resilient.unwrap_or_default()),
            Some(other) => Sharing::Other(other),
        };
        Ok(nexthop)
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        use wire::Nexthop as Key;
        let header = Header {
            family: self.family().into(),
            protocol: self.protocol.into(),
            // What the kernel alone says of a nexthop, its scope too, it does not want to be told.
            flags: (self.flags & NexthopFlags::ONLINK).into(),
            ..Header::default()
        };
        // Those that check() lets through all have an entry.
        let group: Vec<_> = self.group.iter().filter_map(|member| GroupEntry::new(member.id, member.weight)).collect();
        NewNexthop::emit(tail, envelope, header, |nexthop| {
            nexthop
                .put_some(Key::ID, self.id)?
                .put_some(Key::BLACKHOLE, self.blackhole.then_some(()))?
                .put_some(Key::FDB, self.fdb.then_some(()))?
                .put_some(Key::OIF, self.interface)?
                .put_some(Key::GATEWAY, self.gateway)?;
            if let Some(encapsulation) = &self.encapsulation {
                nexthop.put(Key::ENCAP_TYPE, encapsulation.kind())?;
                encapsulation.emit(nexthop, Key::ENCAP.number())?;
            }
            if group.is_empty() { Ok(nexthop) } else { self.sharing.emit(nexthop.put(Key::GROUP, &group)?) }
        })
    }

    /// Its family, or else that of its gateway; as `ip` has it IPv4 where nothing says it, and none for a group.
    fn family(&self) -> Family {
        match self.gateway {
            _ if self.family != Family::UNSPEC || !self.group.is_empty() => self.family,
            Some(IpAddr::V6(_)) => Family::INET6,
            Some(IpAddr::V4(_)) | None => Family::INET,
        }
    }
}

impl Sharing {
    fn emit<'x, 'b>(&self, nexthop: &'x mut Emit<'b, wire::Nexthop>) -> Emitted<'x, 'b, wire::Nexthop> {
        use wire::Nexthop as Key;
        match self {
            Self::Hash => Ok(nexthop),
            Self::Other(kind) => nexthop.put(Key::GROUP_TYPE, *kind),
            Self::Resilient(resilient) => {
                nexthop.put(Key::GROUP_TYPE, GroupType::RES)?.nest(Key::RES_GROUP, |nest| resilient.emit(nest))
            }
        }
    }
}

impl Resilient {
    fn from_wire(attributes: Attributes<'_, ResilientGroup>) -> Result<Self, ParseError> {
        let table = attributes.table()?;
        Ok(Self {
            buckets: table.get(ResilientGroup::BUCKETS)?,
            idle_timer: table.get(ResilientGroup::IDLE_TIMER)?,
            unbalanced_timer: table.get(ResilientGroup::UNBALANCED_TIMER)?,
            unbalanced_time: table.get(ResilientGroup::UNBALANCED_TIME)?,
        })
    }

    fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, ResilientGroup>) -> Emitted<'x, 'b, ResilientGroup> {
        nest.put_some(ResilientGroup::BUCKETS, self.buckets)?
            .put_some(ResilientGroup::IDLE_TIMER, self.idle_timer)?
            .put_some(ResilientGroup::UNBALANCED_TIMER, self.unbalanced_timer)
    }
}

/// As `ip nexthop` takes it, with the interface's index for its name: `nexthop id 5 via 192.0.2.1 dev if3`.
impl fmt::Display for Nexthop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nexthop")?;
        if let Some(id) = self.id {
            write!(f, " id {id}")?;
        }
        for (place, member) in self.group.iter().enumerate() {
            let before = if place == 0 { " group " } else { "/" };
            write!(f, "{before}{}", member.id)?;
            if member.weight != 1 {
                write!(f, ",{}", member.weight)?;
            }
        }
        if self.blackhole {
            f.write_str(" blackhole")?;
        }
        if let Some(gateway) = self.gateway {
            write!(f, " via {gateway}")?;
        }
        if let Some(interface) = self.interface {
            write!(f, " dev if{interface}")?;
        }
        f.write_str(if self.fdb { " fdb" } else { "" })
    }
}

/// As `ip -d -j nexthop` shows it, with the index of the interface as `oif`.
impl Show for Nexthop {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.some("id", &self.id);
        if !self.group.is_empty() {
            entries.put("group", &self.group);
        }
        match self.sharing {
            Sharing::Hash => {}
            Sharing::Resilient(resilient) => {
                entries.put("type", "resilient");
                entries.put("resilient_args", &resilient);
            }
            Sharing::Other(_) => entries.put("type", "<unknown type>"),
        }
        if let Some(encapsulation) = &self.encapsulation {
            encapsulation.put(&mut entries);
        }
        put_gateway(&mut entries, self.family, self.gateway, None);
        entries.some("oif", &self.interface);
        entries.put("scope", &self.scope);
        entries.flag("blackhole", self.blackhole);
        entries.put("protocol", &self.protocol);
        entries.put("flags", &flags(self.flags.bits()));
        entries.flag("fdb", self.fdb);
        entries.object()
    }
}

impl Show for GroupMember {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.put("id", &self.id);
        entries.some("weight", &Some(self.weight).filter(|weight| *weight > 1));
        entries.object()
    }
}

impl Show for Resilient {
    fn show(&self) -> Shown {
        let time = |ticks: u64| Shown::Hundredths(ticks);
        let mut entries = Entries::default();
        entries.some("buckets", &self.buckets);
        entries.some("idle_timer", &self.idle_timer.map(u64::from).map(time));
        entries.some("unbalanced_timer", &self.unbalanced_timer.map(u64::from).map(time));
        entries.some("unbalanced_time", &self.unbalanced_time.map(time));
        entries.object()
    }
}

serialize!(Nexthop);

impl Subject for Nexthop {
    fn check(&self) -> Result<(), &'static str> {
        let v4 = match self.family() {
            Family::INET => true,
            Family::INET6 => false,
            _ => {
                return if self.group.is_empty() {
                    Err("the nexthop is of no family of IP")
                } else {
                    self.check_group()
                };
            }
        };
        if !self.group.is_empty() {
            return Err("a group of nexthops has no family of its own");
        }
        if self.gateway.is_some_and(|gateway| gateway.is_ipv4() != v4) {
            return Err("the gateway of the nexthop is of another family");
        }
        self.encapsulation.as_ref().map_or(Ok(()), Encapsulation::check)
    }
}

impl Nexthop {
    fn check_group(&self) -> Result<(), &'static str> {
        if self.blackhole || self.gateway.is_some() || self.interface.is_some() || self.encapsulation.is_some() {
            return Err("a group of nexthops has no gateway, interface or encapsulation of its own");
        }
        if self.group.iter().any(|member| GroupEntry::new(member.id, member.weight).is_none()) {
            return Err("a nexthop in a group has a weight from 1 to 65535");
        }
        Ok(())
    }
}

/// The identifier of a nexthop, to ask for that one or to delete it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NexthopId(pub u32);

impl NexthopId {
    fn emit<M: Message<Header = Header, Attributes = wire::Nexthop>>(
        &self,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        M::emit(tail, envelope, Header::default(), |nexthop| nexthop.put(wire::Nexthop::ID, self.0))
    }
}

impl fmt::Display for NexthopId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nexthop id {}", self.0)
    }
}

impl Subject for NexthopId {
    fn check(&self) -> Result<(), &'static str> {
        if self.0 == 0 { Err("no nexthop has the identifier 0") } else { Ok(()) }
    }
}

/// Which nexthops to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NexthopFilter {
    /// Of this family; groups are of none.
    pub family: Option<Family>,
    /// That leave by this interface.
    pub interface: Option<u32>,
    /// That leave by interfaces of this master.
    pub master: Option<u32>,
    /// Groups only.
    pub groups: bool,
    /// Those for forwarding databases only. The kernel may take this and send all: the others are left out here.
    pub fdb: bool,
}

impl Filter for NexthopFilter {
    type Message = NewNexthop;
    type Object = Nexthop;
    const NOUN: &'static str = "nexthops";

    fn families(&self) -> Vec<Family> {
        vec![self.family.unwrap_or_default()]
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        use wire::Nexthop as Key;
        GetNexthop::emit(tail, envelope, Header { family: family.into(), ..Header::default() }, |nexthop| {
            nexthop
                .put_some(Key::OIF, self.interface)?
                .put_some(Key::MASTER, self.master)?
                .put_some(Key::GROUPS, self.groups.then_some(()))?
                .put_some(Key::FDB, self.fdb.then_some(()))
        })
    }

    fn family(view: &View<'_, NewNexthop>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewNexthop>, _filtered: bool) -> Result<bool, ParseError> {
        use wire::Nexthop as Key;
        // The kernel does not say that it has filtered. By the master it always has: the message says nothing of that.
        if self.interface.is_none() && !self.groups && !self.fdb {
            return Ok(true);
        }
        let attributes = view.attributes().table()?;
        Ok((self.interface.is_none() || attributes.get(Key::OIF)? == self.interface)
            && (!self.groups || attributes.get(Key::GROUP)?.is_some())
            && (!self.fdb || attributes.get(Key::FDB)?.is_some()))
    }

    fn object(view: &View<'_, NewNexthop>) -> Result<Nexthop, ParseError> {
        Nexthop::from_view(view)
    }
}

/// The verbs of nexthops: see [`Netlink::nexthops`](crate::Netlink::nexthops).
pub type Nexthops<'n, T> = Noun<'n, T, NexthopFilter>;

impl<'n, T: Query> Nexthops<'n, T> {
    /// The nexthop with this identifier; an error that [`is_not_found`](crate::Error::is_not_found) where there is none.
    pub fn get(self, id: u32) -> T::Outcome<'n, Get<NexthopFilter, NexthopId>> {
        let question = NexthopId(id);
        let operation = question.to_string();
        self.transport.send(Get::new(operation, question, NexthopId::emit::<GetNexthop>))
    }
}

impl<'n, T: Transport> Nexthops<'n, T> {
    /// Adds a nexthop; an error that [`is_exists`](crate::Error::is_exists) where there is one with its identifier.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::nexthop::Nexthop;
    ///
    /// let mut nl = Netlink::connect()?;
    /// let interface = Some(nl.links().get("eth0")?.index);
    /// for (id, gateway) in [(1, "192.0.2.1"), (2, "192.0.2.2")] {
    ///     let gateway = gateway.parse().ok();
    ///     nl.nexthops().add(&Nexthop { id: Some(id), gateway, interface, ..Nexthop::default() })?;
    /// }
    /// nl.nexthops().add(&Nexthop { id: Some(10), group: vec![1.into(), 2.into()], ..Nexthop::default() })?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn add(self, nexthop: &'n Nexthop) -> T::Outcome<'n, Change<'n, Nexthop>> {
        self.verb("add", Flags::CREATE | Flags::EXCL, nexthop, Nexthop::emit)
    }

    /// Adds a nexthop, or takes the place of the one with its identifier: what uses that uses this from then on.
    pub fn replace(self, nexthop: &'n Nexthop) -> T::Outcome<'n, Change<'n, Nexthop>> {
        self.verb("replace", Flags::CREATE | Flags::REPLACE, nexthop, Nexthop::emit)
    }

    /// Deletes the nexthop with this identifier, and with it the routes that take it; an error that
    /// [`is_not_found`](crate::Error::is_not_found) where there is none.
    pub fn delete(self, id: u32) -> T::Outcome<'n, Change<'n, NexthopId>> {
        self.verb_of("delete", Flags::empty(), NexthopId(id), NexthopId::emit::<DelNexthop>)
    }
}

/// What makes a nexthop the same as one that is there: its identifier, or where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NexthopKey {
    /// The identifier.
    Id(u32),
    /// Without one: gateway, interface, members of the group.
    Hop(Option<IpAddr>, Option<u32>, Vec<GroupMember>),
}

/// A nexthop is the same as the one with its identifier; without one, as any that is as it says. A group does not become a single
/// nexthop, nor shares packets out in another way or with as many other buckets.
impl Ensure for Nexthop {
    type Key = NexthopKey;
    type Look = List<NexthopFilter>;

    fn key(&self) -> NexthopKey {
        match self.id {
            Some(id) => NexthopKey::Id(id),
            None => NexthopKey::Hop(self.gateway, self.interface, self.group.clone()),
        }
    }

    fn kin(&self) -> Option<NexthopKey> {
        Some(NexthopKey::Hop(self.gateway, None, self.group.clone()))
    }

    fn is_like(&self, there: &Self) -> bool {
        self.id.is_none() && self.holds(there)
    }

    fn look(_wanted: &[Self]) -> Self::Look {
        List::new(NexthopFilter::default())
    }

    fn steps(&self, there: &Self) -> Vec<Step> {
        let changeable = self.group.is_empty() == there.group.is_empty() && self.sharing.has_places_of(&there.sharing);
        match (self.holds(there), changeable) {
            (true, _) => Vec::new(),
            (false, true) => vec![Step::Change],
            // Which says that there is another.
            (false, false) => vec![Step::Add],
        }
    }

    fn write_wanted(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit(tail, envelope)
    }

    fn write_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        NexthopId(self.id.unwrap_or_default()).emit::<DelNexthop>(tail, envelope)
    }
}

impl Nexthop {
    /// Whether the nexthop that is there is as this says.
    fn holds(&self, there: &Self) -> bool {
        self.family() == there.family()
            && self.protocol == there.protocol
            && self.flags & NexthopFlags::ONLINK == there.flags & NexthopFlags::ONLINK
            && self.gateway == there.gateway
            && unless_open(&self.interface, &there.interface)
            && self.blackhole == there.blackhole
            && self.fdb == there.fdb
            && Encapsulation::hold(self.encapsulation.as_ref(), there.encapsulation.as_ref())
            && self.group == there.group
            && self.sharing.holds(&there.sharing)
    }
}

impl Sharing {
    /// Whether it is the same way, and has as many buckets.
    fn has_places_of(&self, there: &Self) -> bool {
        match (self, there) {
            (Self::Resilient(wanted), Self::Resilient(there)) => unless_open(&wanted.buckets, &there.buckets),
            (wanted, there) => wanted == there,
        }
    }

    fn holds(&self, there: &Self) -> bool {
        self.has_places_of(there)
            && match (self, there) {
                (Self::Resilient(wanted), Self::Resilient(there)) => {
                    unless_open(&wanted.idle_timer, &there.idle_timer)
                        && unless_open(&wanted.unbalanced_timer, &there.unbalanced_timer)
                }
                _ => true,
            }
    }
}
