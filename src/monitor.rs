//! What changes, as `ip monitor` tells it: objects of the nouns, with what was there at first.
//!
//! ```no_run
//! use nlwire::monitor::{Monitor, News, Object, Topic};
//!
//! let mut monitor = Monitor::open(&[Topic::Links, Topic::Routes])?;
//! while let Some(news) = monitor.next()? {
//!     match news {
//!         News::There(Object::Link(link)) => println!("{link} is there, or has changed"),
//!         News::Gone(Object::Link(link)) => println!("{link} is gone"),
//!         News::Listed => println!("that is all there is"),
//!         News::Lost => println!("something was missed: what is there is told again"),
//!         other => println!("{other:?}"),
//!     }
//! }
//! # Ok::<(), nlwire::Error>(())
//! ```
//!
//! A monitor listens before it asks for what is there, so that nothing can be missed between the two, and all of it is one
//! stream in the order in which things happened. Where the kernel had to drop messages, that is told ([`News::Lost`]), and all
//! that is there comes again: whoever keeps a table takes what is not told by the next [`News::Listed`] for gone.
//!
//! While it tells of what is there, the kernel lets that change, and what it tells of an object may be older than a change that
//! it has told of before. So what is listed of something that has changed meanwhile is passed over.
//!
//! The kernel does not tell of all that goes: IPv4 routes by a link that goes down, or of an address that is deleted, are gone
//! without a word.

use crate::Errno;
use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::Error;
use crate::address::{Address, AddressFilter};
use crate::bridge::fdb::{FdbEntry, FdbFilter};
use crate::codec::payload::LinkAddress;
use crate::codec::route::group::{Group, MessageKind};
use crate::codec::route::{Family, PROTOCOL};
use crate::codec::{EmitError, Envelope, Flags, ParseError, RawMessage, Tail};
use crate::ensure::Ensure;
use crate::link::{Link, LinkFilter};
use crate::neighbour::{Neighbour, NeighbourFilter};
use crate::nexthop::{Nexthop, NexthopFilter};
use crate::noun::Filter;
use crate::route::{Route, RouteFilter};
use crate::rule::{Rule, RuleFilter};
use crate::socket::driven::Events;
use crate::socket::{self, Canceller, Event, Namespace, Options};

/// What to listen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Links.
    Links,
    /// Addresses.
    Addresses,
    /// Routes of IPv4 and IPv6.
    Routes,
    /// Neighbours.
    Neighbours,
    /// Entries of the forwarding databases of bridges.
    Fdb,
    /// Rules.
    Rules,
    /// Nexthop objects.
    Nexthops,
}

/// An object that something is told of.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Object {
    /// A link.
    Link(Box<Link>),
    /// An address.
    Address(Address),
    /// A route.
    Route(Route),
    /// A neighbour.
    Neighbour(Neighbour),
    /// An entry of a forwarding database.
    Fdb(Box<FdbEntry>),
    /// A rule.
    Rule(Box<Rule>),
    /// A nexthop object.
    Nexthop(Nexthop),
}

/// What a [`Monitor`] tells.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// It is there: it was at first, or is now, or has changed.
    There(Object),
    /// It is there no more.
    Gone(Object),
    /// The kernel looks for a neighbour that it does not know, as VXLAN links do that are to tell of it (`l2miss`, `l3miss`).
    Wanted(Object),
    /// All that there is has been told.
    Listed,
    /// Messages were lost. All that there is comes again, and then [`Listed`](Self::Listed).
    Lost,
}

/// Listens for changes.
pub struct Monitor<W = socket::Blocking> {
    events: Events<W>,
    topics: Vec<Topic>,
    /// What is still to be asked for.
    listings: VecDeque<(Topic, Family)>,
    /// One is under way.
    listing: Option<(Topic, Family)>,
    /// All that there is has been told.
    listed: bool,
    /// What has changed since the listing that is under way was asked for.
    changed: HashSet<Key>,
    /// More has than is kept in mind.
    overflowed: bool,
    /// How long to wait for what is of interest.
    timeout: Option<Duration>,
}

/// What tells objects apart.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Link(u32),
    Address(<Address as Ensure>::Key),
    /// Of IPv6, those by different interfaces are several.
    Route(<Route as Ensure>::Key, Option<u32>),
    /// Of IPv4, those by different next hops are.
    RouteBy(<Route as Ensure>::Key, Option<u32>, Vec<(Option<IpAddr>, u32)>),
    Neighbour(<Neighbour as Ensure>::Key),
    Fdb(u32, Option<LinkAddress>, Option<u16>, Option<IpAddr>, [Option<u32>; 4]),
    Rule(Box<<Rule as Ensure>::Key>),
    Nexthop(Option<u32>),
}

impl Object {
    fn key(&self) -> Key {
        match self {
            Self::Link(link) => Key::Link(link.index),
            Self::Address(address) => Key::Address(address.key()),
            Self::Route(route) if route.family == Family::INET => {
                let hops = route.next_hops.iter().map(|hop| (hop.gateway, hop.interface));
                let own = (route.gateway, route.interface.unwrap_or_default());
                Key::RouteBy(route.key(), route.nexthop_id, hops.chain([own]).collect())
            }
            Self::Route(_) => self.place(),
            Self::Neighbour(neighbour) => Key::Neighbour(neighbour.key()),
            Self::Fdb(entry) => {
                let tunnel = [entry.port.map(u32::from), entry.vni, entry.source_vni, entry.via];
                Key::Fdb(entry.interface, entry.link_address, entry.vlan, entry.destination, tunnel)
            }
            Self::Rule(rule) => Key::Rule(Box::new(rule.key())),
            Self::Nexthop(nexthop) => Key::Nexthop(nexthop.id),
        }
    }

    /// What tells apart those of which one takes the place of another.
    fn place(&self) -> Key {
        match self {
            Self::Route(route) => Key::Route(route.key(), route.interface.filter(|_| route.family == Family::INET6)),
            other => other.key(),
        }
    }
}

impl Monitor {
    /// Listens in the network namespace of the calling thread.
    pub fn open(topics: &[Topic]) -> Result<Self, Error> {
        Self::open_with(topics, &Options::default())
    }

    /// The same, with options of the socket, whose groups are joined besides: a larger receive buffer holds more of a storm.
    pub fn open_with(topics: &[Topic], options: &Options) -> Result<Self, Error> {
        Self::over(topics, |groups| Events::<socket::Blocking>::open(&PROTOCOL, &with(options, groups)))
    }

    /// Listens in another network namespace. The calling thread stays in its own.
    pub fn open_in(namespace: &Namespace, topics: &[Topic]) -> Result<Self, Error> {
        let options = Options::default();
        Self::over(topics, |groups| Events::<socket::Blocking>::open_in(namespace, &PROTOCOL, &with(&options, groups)))
    }

    /// Waits for what happens next; none where it was cancelled. An error of a single object does not end it.
    pub fn next(&mut self) -> Result<Option<News>, Error> {
        let deadline = self.deadline();
        loop {
            self.go_on(deadline)?;
            let told = match self.events.next() {
                Ok(None) => return Ok(None),
                Ok(Some(event)) => hear(&event, &self.topics),
                Err(error) => Err(error),
            };
            if let Some(news) = self.settle(told).map_err(failed)? {
                return Ok(Some(news));
            }
        }
    }

    /// What ends the waiting, from any thread.
    pub fn canceller(&mut self) -> Result<Canceller, Error> {
        self.events.canceller().map_err(failed)
    }
}

#[cfg(feature = "tokio")]
impl Monitor<socket::tokio::Tokio> {
    /// Listens in the network namespace of the calling thread, for tokio.
    pub fn open_tokio(topics: &[Topic]) -> Result<Self, Error> {
        let options = Options::default();
        Self::over(topics, |groups| socket::tokio::Events::open(&PROTOCOL, &with(&options, groups)))
    }

    /// Listens in another network namespace, for tokio. The calling thread stays in its own.
    pub fn open_tokio_in(namespace: &Namespace, topics: &[Topic]) -> Result<Self, Error> {
        let options = Options::default();
        Self::over(topics, |groups| socket::tokio::Events::open_in(namespace, &PROTOCOL, &with(&options, groups)))
    }

    /// Waits for what happens next. It may be dropped while it does.
    pub async fn next(&mut self) -> Result<News, Error> {
        let deadline = self.deadline();
        loop {
            self.go_on(deadline)?;
            let told = match self.events.next().await {
                Ok(event) => hear(&event, &self.topics),
                Err(error) => Err(error),
            };
            if let Some(news) = self.settle(told).map_err(failed)? {
                return Ok(news);
            }
        }
    }
}

/// The options, with groups to join.
fn with(options: &Options, groups: Vec<u32>) -> Options {
    let groups = options.groups.iter().copied().chain(groups).collect();
    Options { groups, ..options.clone() }
}

fn failed(error: socket::Error) -> Error {
    Error::new("monitor", error)
}

/// What was heard.
#[allow(clippy::large_enum_variant)] // it lives for a moment
enum Heard {
    /// Something that has changed; whether it takes the place of another.
    Change { news: News, replaces: bool },
    /// Something that is listed.
    Object(News),
    /// Messages were lost.
    Lost,
    /// A listing is over; whether it was torn.
    Listed(bool),
    /// Nothing of interest.
    Nothing,
}

impl<W> Monitor<W> {
    /// How many changes during one listing are kept in mind.
    const MOST_CHANGES: usize = 1 << 16;

    fn over(topics: &[Topic], open: impl FnOnce(Vec<u32>) -> Result<Events<W>, socket::Error>) -> Result<Self, Error> {
        let mut groups: Vec<u32> = topics.iter().flat_map(|topic| topic.groups()).map(|group| group.0).collect();
        groups.sort_unstable();
        groups.dedup();
        let events = open(groups).map_err(failed)?;
        let mut monitor = Self {
            events,
            topics: topics.into(),
            listings: VecDeque::new(),
            listing: None,
            listed: false,
            changed: HashSet::new(),
            overflowed: false,
            timeout: None,
        };
        monitor.list_all();
        Ok(monitor)
    }

    /// How long to wait for what happens next; none is for ever. Where it is over, [`next`](Self::next) gives an error, and
    /// may be called again.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// When what happens next must have happened.
    fn deadline(&self) -> Option<Instant> {
        self.timeout.and_then(|timeout| Instant::now().checked_add(timeout))
    }

    /// Asks for what comes next of what there is, and lets the socket wait for no longer than until then: what is of no
    /// interest does not stretch it.
    fn go_on(&mut self, deadline: Option<Instant>) -> Result<(), Error> {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) && self.timeout != left {
            return Err(failed(socket::Error::TimedOut));
        }
        self.events.set_timeout(left);
        self.ask().map_err(failed)
    }

    /// The socket.
    pub fn events(&mut self) -> &mut Events<W> {
        &mut self.events
    }

    /// Has all that there is told again.
    pub fn list_all(&mut self) {
        self.listed = false;
        self.listings = self.topics.iter().flat_map(|topic| topic.families().map(|family| (*topic, family))).collect();
    }

    /// Asks for what comes next of what there is.
    fn ask(&mut self) -> Result<(), socket::Error> {
        if self.listing.is_none()
            && let Some((topic, family)) = self.listings.pop_front()
        {
            self.listing = Some((topic, family));
            self.changed.clear();
            self.events.start_list(|tail, envelope| topic.emit(family, tail, envelope))?;
        }
        Ok(())
    }

    /// Goes on with the listings by what was heard; gives what to tell of it.
    fn settle(&mut self, heard: Result<Heard, socket::Error>) -> Result<Option<News>, socket::Error> {
        match heard {
            Ok(Heard::Lost) => Ok(Some(self.lose())),
            Ok(Heard::Change { news, replaces }) => {
                if let (Some(_), News::There(object) | News::Gone(object)) = (self.listing, &news) {
                    self.changed.insert(if replaces { object.place() } else { object.key() });
                }
                if self.changed.len() > Self::MOST_CHANGES {
                    self.changed.clear();
                    self.overflowed = true;
                }
                Ok(Some(news))
            }
            Ok(Heard::Object(news)) => {
                let told = matches!(&news, News::There(object)
                    if self.changed.contains(&object.key()) || self.changed.contains(&object.place()));
                Ok(Some(news).filter(|_| !told))
            }
            Ok(Heard::Nothing) => Ok(None),
            // What was passed over is not known any more.
            Ok(Heard::Listed(_)) if self.overflowed => Ok(Some(self.lose())),
            Ok(Heard::Listed(torn)) => {
                if let Some(again) = self.listing.take().filter(|_| torn) {
                    self.listings.push_front(again);
                }
                Ok(self.all_listed())
            }
            // A family that this kernel lacks has no objects: EOPNOTSUPP, EAFNOSUPPORT.
            Err(socket::Error::Refused(refusal))
                if matches!(refusal.errno, Errno::EOPNOTSUPP | Errno::EAFNOSUPPORT) =>
            {
                self.listing = None;
                Ok(self.all_listed())
            }
            Err(error @ socket::Error::Refused(_)) => {
                self.listing = None;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Begins anew.
    fn lose(&mut self) -> News {
        self.listing = None;
        self.changed.clear();
        self.overflowed = false;
        self.list_all();
        News::Lost
    }

    fn all_listed(&mut self) -> Option<News> {
        let all = self.listings.is_empty() && self.listing.is_none() && !self.listed;
        self.listed |= all;
        all.then_some(News::Listed)
    }
}

/// What an event tells of these topics.
fn hear(event: &Event<'_>, topics: &[Topic]) -> Result<Heard, socket::Error> {
    Ok(match event {
        Event::Object(message) => read(message, topics)?.map_or(Heard::Nothing, Heard::Object),
        Event::Change { message, .. } => {
            let replaces = message.flags().contains(Flags::REPLACE);
            read(message, topics)?.map_or(Heard::Nothing, |news| Heard::Change { news, replaces })
        }
        Event::Listed { interrupted } => Heard::Listed(*interrupted),
        Event::Lost => Heard::Lost,
    })
}

/// What a message tells of these topics.
fn read(message: &RawMessage<'_>, topics: &[Topic]) -> Result<Option<News>, ParseError> {
    let how: fn(Object) -> News = match MessageKind(message.kind()) {
        MessageKind::NEWLINK
        | MessageKind::NEWADDR
        | MessageKind::NEWROUTE
        | MessageKind::NEWNEIGH
        | MessageKind::NEWRULE
        | MessageKind::NEWNEXTHOP => News::There,
        MessageKind::DELLINK
        | MessageKind::DELADDR
        | MessageKind::DELROUTE
        | MessageKind::DELNEIGH
        | MessageKind::DELRULE
        | MessageKind::DELNEXTHOP => News::Gone,
        MessageKind::GETNEIGH => News::Wanted,
        _ => return Ok(None),
    };
    let object = match MessageKind(message.kind()) {
        MessageKind::NEWLINK | MessageKind::DELLINK => {
            let view = message.read_as()?;
            // Of its ports a bridge tells in a family of its own, and not all.
            (LinkFilter::family(&view) == Family::UNSPEC)
                .then(|| Ok((Topic::Links, Object::Link(Box::new(Link::from_view(&view)?)))))
        }
        MessageKind::NEWADDR | MessageKind::DELADDR => {
            Some(Address::from_view(&message.read_as()?).map(|it| (Topic::Addresses, Object::Address(it))))
        }
        MessageKind::NEWROUTE | MessageKind::DELROUTE => {
            Some(Route::from_view(&message.read_as()?).map(|it| (Topic::Routes, Object::Route(it))))
        }
        MessageKind::NEWRULE | MessageKind::DELRULE => {
            Some(Rule::from_view(&message.read_as()?).map(|it| (Topic::Rules, Object::Rule(Box::new(it)))))
        }
        MessageKind::NEWNEXTHOP | MessageKind::DELNEXTHOP => {
            Some(Nexthop::from_view(&message.read_as()?).map(|it| (Topic::Nexthops, Object::Nexthop(it))))
        }
        _ => {
            let view = message.read_as()?;
            Some(if NeighbourFilter::family(&view) == Family::BRIDGE {
                FdbEntry::from_view(&view).map(|it| (Topic::Fdb, Object::Fdb(Box::new(it))))
            } else {
                Neighbour::from_view(&view).map(|it| (Topic::Neighbours, Object::Neighbour(it)))
            })
        }
    };
    let object: Option<(Topic, Object)> = object.transpose()?;
    Ok(object.filter(|(topic, _)| topics.contains(topic)).map(|(_, object)| how(object)))
}

impl Topic {
    /// The groups that are told of it.
    fn groups(self) -> &'static [Group] {
        match self {
            Self::Links => &[Group::LINK],
            Self::Addresses => &[Group::IPV4_IFADDR, Group::IPV6_IFADDR],
            Self::Routes => &[Group::IPV4_ROUTE, Group::IPV6_ROUTE],
            Self::Neighbours | Self::Fdb => &[Group::NEIGH],
            Self::Rules => &[Group::IPV4_RULE, Group::IPV6_RULE],
            Self::Nexthops => &[Group::NEXTHOP],
        }
    }

    /// The families to ask for, one after the other.
    fn families(self) -> impl Iterator<Item = Family> {
        let families: &[Family] = match self {
            Self::Links | Self::Nexthops => &[Family::UNSPEC],
            Self::Fdb => &[Family::BRIDGE],
            Self::Addresses | Self::Routes | Self::Neighbours | Self::Rules => &[Family::INET, Family::INET6],
        };
        families.iter().copied()
    }

    /// Writes the request for those that there are.
    fn emit(self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        match self {
            Self::Links => LinkFilter::default().emit(family, tail, envelope),
            Self::Addresses => AddressFilter::default().emit(family, tail, envelope),
            Self::Routes => RouteFilter::default().emit(family, tail, envelope),
            Self::Neighbours => NeighbourFilter::default().emit(family, tail, envelope),
            Self::Fdb => FdbFilter::default().emit(family, tail, envelope),
            Self::Rules => RuleFilter::default().emit(family, tail, envelope),
            Self::Nexthops => NexthopFilter::default().emit(family, tail, envelope),
        }
    }
}

impl<W> fmt::Debug for Monitor<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").field("topics", &self.topics).field("listed", &self.listed).finish_non_exhaustive()
    }
}
