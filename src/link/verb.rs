//! The verbs that change links.

use crate::Errno;
use std::fmt;

use super::{AddLink, Link, LinkFilter, LinkId, LinkKind, LinkPort, Links, MacAddressMode};
use crate::codec::route::link::macvlan::Macvlan;
use crate::codec::route::link::{self as wire, DelLink, DelLinkProp, ExtMask, GetLink, LinkInfo, NewLink, NewLinkProp};
use crate::codec::{EmitError, Envelope, Flags, Message, ParseError, RawMessage, Tail};
use crate::ensure::{Ensure, Step};
use crate::name::InterfaceName;
use crate::noun::{Change, Get, List, Subject};
use crate::setting::{Now, Row, Settings, When};
use crate::socket;
use crate::transport::{Query, Request, Transport};

impl<'n, T: Query> Links<'n, T> {
    /// The link with this index, name or alternative name; an error that [`is_not_found`](crate::Error::is_not_found) where
    /// there is none. Of the filter it minds what is told of a link, not which.
    pub fn get(self, link: impl Into<LinkId>) -> T::Outcome<'n, Get<LinkFilter, LinkQuestion>> {
        let question = LinkQuestion { id: link.into(), mask: self.filter.mask() };
        let operation = format!("link {}", question.id);
        self.transport.send(Get::new(operation, question, LinkQuestion::emit).checked(LinkQuestion::check))
    }
}

/// Which link is asked for, and what of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkQuestion {
    id: LinkId,
    mask: ExtMask,
}

impl LinkQuestion {
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        GetLink::emit(tail, envelope, self.id.header(), |link| {
            link.put(wire::Link::EXT_MASK, self.mask)?;
            self.id.write(link)?;
            Ok(link)
        })
    }

    /// What speaks against it.
    fn check(&self) -> Result<(), &'static str> {
        match self.id {
            // One that does not fit is none that there is, as the kernel then says.
            LinkId::Index(index) if index != 0 => Ok(()),
            _ => self.id.check(),
        }
    }
}

impl<'n, T: Transport> Links<'n, T> {
    /// Makes a link; an error that [`is_exists`](crate::Error::is_exists) where there is one with its name.
    ///
    /// An alias, an `addrgenmode` and a token the kernel gives only to a link that is there: where they are said, more than
    /// one request is sent, and if one of those is refused, the link stays. A batch refuses them.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::link::{Bridge, Link};
    ///
    /// let mut nl = Netlink::connect()?;
    /// let kind = Bridge { vlan_filtering: Some(true), ..Bridge::default() }.into();
    /// nl.links().add(&Link { name: "br0".parse()?, up: Some(true), kind, ..Link::default() })?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn add(self, link: &'n Link) -> T::Outcome<'n, AddLink<'n>> {
        self.transport.send(AddLink::new("add", Flags::CREATE | Flags::EXCL, link))
    }

    /// Makes a link, or changes the one with its name: what is none stays as it is. The kernel minds its kind only where
    /// something is said that only the kind has: a link of another kind is else changed too. What [`add`](Self::add) sends in
    /// more than one request, this does too.
    pub fn replace(self, link: &'n Link) -> T::Outcome<'n, AddLink<'n>> {
        self.transport.send(AddLink::new("replace", Flags::CREATE, link))
    }

    /// Changes a link: the one with the index that is said here, which then has the name that is, or else the one with that
    /// name. What is none stays as it is, and so is what can only be told or be said only when a link is made.
    ///
    /// A link that was listed says much that most kinds of links do not take, as their carrier, and the kernel refuses: of one
    /// to be changed, ask for the [`difference`](Link::difference) only.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::link::Link;
    ///
    /// let mut nl = Netlink::connect()?;
    /// let there = nl.links().get("eth0")?;
    /// let wanted = Link { mtu: Some(1400), up: Some(true), ..there.clone() };
    /// nl.links().set(there.index, &wanted.difference(&there))?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn change(self, link: &'n Link) -> T::Outcome<'n, Change<'n, LinkChange<'n>>> {
        self.verb_of("change", Flags::empty(), LinkChange { id: LinkId::of(link), link }, LinkChange::emit)
    }

    /// Changes the link with this index, name or alternative name, as `ip link set` does: what is none stays as it is, and so
    /// is what can only be told or be said only when a link is made. To give it another name, say which by its index.
    ///
    /// Of tunnels over IP ([`Gre`](super::Gre), [`IpTunnel`](super::IpTunnel), [`Ip6Tunnel`](super::Ip6Tunnel),
    /// [`Vti`](super::Vti)) the kernel forgets what is none of their kind where anything of it is said: say all of it, as the
    /// [`difference`](Link::difference) does.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::link::Link;
    ///
    /// let mut nl = Netlink::connect()?;
    /// nl.links().set("eth0", &Link { mtu: Some(9000), up: Some(true), ..Link::default() })?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn set(self, id: impl Into<LinkId>, link: &'n Link) -> T::Outcome<'n, Change<'n, LinkChange<'n>>> {
        self.verb_of("set", Flags::empty(), LinkChange { id: id.into(), link }, LinkChange::emit)
    }

    /// Has a link work.
    pub fn up(self, id: impl Into<LinkId>) -> T::Outcome<'n, Change<'n, LinkSwitch>> {
        self.verb_of("set up", Flags::empty(), LinkSwitch { id: id.into(), up: true }, LinkSwitch::emit)
    }

    /// Has a link no longer work.
    pub fn down(self, id: impl Into<LinkId>) -> T::Outcome<'n, Change<'n, LinkSwitch>> {
        self.verb_of("set down", Flags::empty(), LinkSwitch { id: id.into(), up: false }, LinkSwitch::emit)
    }

    /// Deletes a link; an error that [`is_not_found`](crate::Error::is_not_found) where there is none.
    pub fn delete(self, id: impl Into<LinkId>) -> T::Outcome<'n, Change<'n, LinkId>> {
        self.verb_of("delete link", Flags::empty(), id.into(), |id: &LinkId, tail, envelope| {
            DelLink::emit(tail, envelope, id.header(), |link| {
                id.write(link)?;
                Ok(link)
            })
        })
    }

    /// Gives a link more names, each of at most 127 bytes; an error that [`is_exists`](crate::Error::is_exists) where one is
    /// taken.
    pub fn add_altnames<N: Into<String>>(
        self,
        id: impl Into<LinkId>,
        names: impl IntoIterator<Item = N>,
    ) -> T::Outcome<'n, Change<'n, AlternativeNames>> {
        let flags = Flags::CREATE | Flags::EXCL | Flags::APPEND;
        self.verb_of("add", flags, AlternativeNames::new(id, names), AlternativeNames::emit::<NewLinkProp>)
    }

    /// Takes names from a link.
    pub fn delete_altnames<N: Into<String>>(
        self,
        id: impl Into<LinkId>,
        names: impl IntoIterator<Item = N>,
    ) -> T::Outcome<'n, Change<'n, AlternativeNames>> {
        self.verb_of("delete", Flags::empty(), AlternativeNames::new(id, names), AlternativeNames::emit::<DelLinkProp>)
    }

    /// Changes from which addresses a macvlan in mode `source` takes packets: adds those, deletes those, has no others, or
    /// ([`MacAddressMode::FLUSH`]) none.
    pub fn macaddr(
        self,
        id: impl Into<LinkId>,
        mode: MacAddressMode,
        addresses: &[[u8; 6]],
    ) -> T::Outcome<'n, Change<'n, MacAddresses>> {
        let addresses = MacAddresses { id: id.into(), mode, addresses: addresses.into() };
        self.verb_of("set", Flags::empty(), addresses, MacAddresses::emit)
    }
}

/// Which links are there that may be one of those wanted: one is asked for by its name.
#[derive(Debug)]
pub enum LinkLook {
    /// The one.
    One(Box<Get<LinkFilter, LinkQuestion>>),
    /// All.
    All(List<LinkFilter>),
}

impl Request for LinkLook {
    type Answer = Vec<Link>;

    fn operation(&self) -> String {
        match self {
            Self::One(get) => get.operation(),
            Self::All(list) => list.operation(),
        }
    }

    fn flags(&self) -> Flags {
        match self {
            Self::One(get) => get.flags(),
            Self::All(list) => list.flags(),
        }
    }

    fn is_repeatable(&self) -> bool {
        true
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        match self {
            Self::One(get) => get.emit(tail, envelope),
            Self::All(list) => list.emit(tail, envelope),
        }
    }

    fn take(&mut self, message: &RawMessage<'_>) -> Result<(), ParseError> {
        match self {
            Self::One(get) => get.take(message),
            Self::All(list) => list.take(message),
        }
    }

    fn restart(&mut self) {
        if let Self::All(list) = self {
            list.restart();
        }
    }

    fn proceed(&mut self) -> bool {
        match self {
            Self::One(_) => false,
            Self::All(list) => list.proceed(),
        }
    }

    fn tolerates(&self, refusal: &socket::Refusal) -> bool {
        match self {
            // ENODEV: it is not there.
            Self::One(_) => refusal.errno == Errno::ENODEV,
            Self::All(list) => list.tolerates(refusal),
        }
    }

    fn answer(self) -> Option<Vec<Link>> {
        match self {
            Self::One(get) => Some(get.answer().into_iter().collect()),
            Self::All(list) => list.answer(),
        }
    }
}

/// A link is the same as one with the same name. What it does not say is right as it is. What cannot be changed of a link that
/// is there, such as its kind, is an error that [`is_exists`](crate::Error::is_exists).
impl Ensure for Link {
    type Key = InterfaceName;
    type Look = LinkLook;

    /// A link that is there may be of any kind.
    fn check(&self) -> Result<(), &'static str> {
        if self.name.is_empty() {
            return Err("the name of the link is missing");
        }
        self.check_settings()
    }

    fn key(&self) -> InterfaceName {
        self.name
    }

    fn look(wanted: &[Self]) -> LinkLook {
        let virtual_functions = wanted.iter().any(|link| !link.virtual_functions.is_empty());
        let filter = LinkFilter { without_statistics: true, virtual_functions, ..LinkFilter::default() };
        match wanted {
            [link] => {
                let id = LinkId::Name(link.name.to_string());
                let operation = format!("link {id}");
                let question = LinkQuestion { id, mask: filter.mask() };
                LinkLook::One(Box::new(Get::new(operation, question, LinkQuestion::emit)))
            }
            _ => LinkLook::All(List::new(filter)),
        }
    }

    fn steps_from_nothing(&self) -> Vec<Step> {
        if self.is_settled_later() { vec![Step::Add, Step::Change] } else { vec![Step::Add] }
    }

    fn steps(&self, there: &Self) -> Vec<Step> {
        let difference = self.difference(there);
        if self.kind.name() != there.kind.name() && self.kind != LinkKind::None || difference.is_fixed() {
            // Which the kernel refuses.
            vec![Step::Add]
        } else if difference.gets_a_master() && self.port.asks(Now::Change) {
            vec![Step::Change, Step::Finish]
        } else if difference == Self::default() {
            Vec::new()
        } else {
            vec![Step::Change]
        }
    }

    fn flags(&self, step: Step) -> Flags {
        match step {
            Step::Add => Flags::CREATE | Flags::EXCL,
            Step::Change | Step::Finish | Step::Delete => Flags::empty(),
        }
    }

    fn write_wanted(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit_new(tail, envelope)
    }

    fn write_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        LinkId::of(self).emit_deletion(tail, envelope)
    }

    fn write_step(
        &self,
        step: Step,
        there: Option<&Self>,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        match (step, there) {
            (Step::Add, _) => self.write_wanted(tail, envelope),
            (Step::Change, Some(there)) => {
                let id = LinkId::Index(there.index);
                let mut difference = self.difference(there);
                // What it is to be as a port of another master, it can be only there.
                if difference.gets_a_master() {
                    difference.port = LinkPort::None;
                }
                LinkChange { id, link: &difference }.emit(tail, envelope)
            }
            (Step::Finish, there) => {
                let id = there.map_or(LinkId::of(self), |there| LinkId::Index(there.index));
                let port = self.port.clone();
                LinkChange { id, link: &Self { port, ..Self::default() } }.emit(tail, envelope)
            }
            (Step::Change, None) => LinkChange { id: LinkId::of(self), link: self }.emit(tail, envelope),
            (Step::Delete, there) => there.unwrap_or(self).write_deletion(tail, envelope),
        }
    }
}

impl Link {
    /// Whether it is told to become a port.
    fn gets_a_master(&self) -> bool {
        self.master.is_some_and(|master| master != 0)
    }

    /// Whether something is said that cannot be changed.
    fn is_fixed(&self) -> bool {
        let fixed =
            |rows: &[Row], said: Vec<&str>| rows.iter().any(|row| row.when == When::Add && said.contains(&row.name));
        let rows = LinkKind::ALL.iter().find(|(name, _)| self.kind.name() == Some(name)).map(|(_, rows)| *rows);
        fixed(Self::ROWS, Settings::said(self)) || fixed(rows.unwrap_or_default(), self.kind.said())
    }
}

/// What is to be otherwise with a link.
#[derive(Clone, Debug)]
pub struct LinkChange<'l> {
    id: LinkId,
    link: &'l Link,
}

impl LinkChange<'_> {
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        NewLink::emit(tail, envelope, self.link.header(self.id.index()), |link| {
            self.id.write(link)?;
            if let LinkId::Index(_) = self.id {
                self.link.name.write(wire::Link::IFNAME, link)?;
            }
            self.link.write_to(link, Now::Change)?;
            Ok(link)
        })
    }
}

impl fmt::Display for LinkChange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {}", self.id)
    }
}

impl Subject for LinkChange<'_> {
    fn check(&self) -> Result<(), &'static str> {
        self.id.check()?;
        match &self.id {
            LinkId::Name(name) if !self.link.name.is_empty() && self.link.name != name.as_str() => {
                return Err("a link that is to have another name is said by its index");
            }
            LinkId::Index(index) if self.link.index != 0 && self.link.index != *index => {
                return Err("a link cannot have another index");
            }
            _ => {}
        }
        self.link.check_settings()
    }
}

/// Whether a link is to work.
#[derive(Clone, Debug)]
pub struct LinkSwitch {
    id: LinkId,
    up: bool,
}

impl LinkSwitch {
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let link = Link { up: Some(self.up), ..Link::default() };
        LinkChange { id: self.id.clone(), link: &link }.emit(tail, envelope)
    }
}

impl fmt::Display for LinkSwitch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {}", self.id)
    }
}

impl Subject for LinkSwitch {
    fn check(&self) -> Result<(), &'static str> {
        self.id.check()
    }
}

impl Subject for LinkId {
    fn check(&self) -> Result<(), &'static str> {
        self.check()
    }
}

/// More names of a link.
#[derive(Clone, Debug)]
pub struct AlternativeNames {
    id: LinkId,
    names: Vec<String>,
}

impl AlternativeNames {
    fn new<N: Into<String>>(id: impl Into<LinkId>, names: impl IntoIterator<Item = N>) -> Self {
        Self { id: id.into(), names: names.into_iter().map(Into::into).collect() }
    }

    fn emit<M: Message<Header = wire::Header, Attributes = wire::Link>>(
        &self,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        M::emit(tail, envelope, self.id.header(), |link| {
            self.id.write(link)?;
            link.nest(wire::Link::PROP_LIST, |list| {
                for name in &self.names {
                    list.put(wire::Link::ALT_IFNAME, name)?;
                }
                Ok(list)
            })
        })
    }
}

impl fmt::Display for AlternativeNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {}", self.id)?;
        self.names.iter().try_for_each(|name| write!(f, " altname {name}"))
    }
}

impl Subject for AlternativeNames {
    fn check(&self) -> Result<(), &'static str> {
        self.id.check()?;
        if self.names.iter().any(|name| name.is_empty() || name.len() > 127 || name.contains('\0')) {
            return Err("an alternative name has 1 to 127 bytes, none of them NUL");
        }
        // The kernel has another errno for each verb, or none.
        if self.names.is_empty() {
            return Err("no alternative name is said");
        }
        Ok(())
    }
}

/// From which addresses a macvlan takes packets.
#[derive(Clone, Debug)]
pub struct MacAddresses {
    id: LinkId,
    mode: MacAddressMode,
    addresses: Vec<[u8; 6]>,
}

impl MacAddresses {
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        NewLink::emit(tail, envelope, self.id.header(), |link| {
            self.id.write(link)?;
            link.nest(wire::Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "macvlan")?.nest_as::<Macvlan, _>(LinkInfo::DATA, |data| {
                    data.put(Macvlan::MACADDR_MODE, self.mode)?;
                    match (self.mode, self.addresses.as_slice()) {
                        // These two take one.
                        (MacAddressMode::ADD | MacAddressMode::DEL, [address]) => data.put(Macvlan::MACADDR, *address),
                        (MacAddressMode::FLUSH, _) => Ok(data),
                        (_, addresses) => data.nest(Macvlan::MACADDR_DATA, |list| {
                            for address in addresses {
                                list.put(Macvlan::MACADDR, *address)?;
                            }
                            Ok(list)
                        }),
                    }
                })
            })
        })
    }
}

impl fmt::Display for MacAddresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {} macaddr", self.id)
    }
}

impl Subject for MacAddresses {
    fn check(&self) -> Result<(), &'static str> {
        self.id.check()?;
        match self.mode {
            MacAddressMode::ADD | MacAddressMode::DEL if self.addresses.len() != 1 => {
                Err("one address is added or deleted at a time: others are set all at once")
            }
            _ => Ok(()),
        }
    }
}
