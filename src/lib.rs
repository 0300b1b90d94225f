//! Netlink for Rust at the speed of the kernel: what `ip` and `bridge` show and change of a Linux system.
//!
//! ```no_run
//! use nlwire::Netlink;
//! use nlwire::link::Link;
//!
//! let mut nl = Netlink::connect()?;
//! for route in nl.routes().list()? {
//!     println!("{:?} via {:?} dev {:?}", route.destination, route.gateway, route.interface);
//! }
//! let lo = nl.links().get("lo")?;
//! assert_eq!(lo.index, 1);
//! nl.links().set("eth0", &Link { mtu: Some(9000), up: Some(true), ..Link::default() })?;
//! # Ok::<(), nlwire::Error>(())
//! ```
//!
//! A noun is a method of [`Netlink`], a verb is a method of what that gives: `ip route list` is `nl.routes().list()`.
//!
//! | command | noun | verbs besides `list`, `filter`, `dump` |
//! |---|---|---|
//! | `ip link` | [`links`](Netlink::links) | get, add, replace, change, set, up, down, delete, add_altnames, delete_altnames, macaddr, ensure, wait_until_up |
//! | `ip stats` | [`link_statistics`](Netlink::link_statistics) | get |
//! | `ip address` | [`addresses`](Netlink::addresses) | add, replace, delete, ensure, wait_until_usable |
//! | `ip addrlabel` | [`address_labels`](Netlink::address_labels) | add, replace, delete, ensure |
//! | `ip route` | [`routes`](Netlink::routes) | get, add, prepend, append, replace, change, delete, ensure |
//! | `ip nexthop` | [`nexthops`](Netlink::nexthops) | get, add, replace, delete, ensure |
//! | `ip nexthop bucket` | [`nexthop_buckets`](Netlink::nexthop_buckets) | get |
//! | `ip neighbour` | [`neighbours`](Netlink::neighbours) | add, replace, change, delete, ensure |
//! | `ip rule` | [`rules`](Netlink::rules) | add, delete, ensure |
//! | `ip netns list-id`, `set` | [`namespace_ids`](Netlink::namespace_ids) | get, set |
//! | `ip netconf` | [`netconf`](Netlink::netconf) | get |
//! | `bridge fdb` | [`fdb`](Netlink::fdb) | get, add, append, replace, delete, flush, ensure |
//! | `bridge vlan` | [`bridge_vlans`](Netlink::bridge_vlans) | add, set, delete, delete_tunnel |
//! | `bridge vlan global` | [`bridge_vlan_globals`](Netlink::bridge_vlan_globals) | set |
//! | `bridge mdb` | [`mdb`](Netlink::mdb) | get, add, replace, delete, flush |
//! | `bridge mst` | [`bridge_msts`](Netlink::bridge_msts) | set |
//! | `bridge vni` | [`vnis`](Netlink::vnis) | add, delete |
//!
//! A listing is whole or an error: one that the kernel says was torn is made again. An [`Error`] says in one sentence what was
//! to be done and why it was not, in the kernel's words where it gives some. In what a verb takes, none is what is not asked
//! for; interfaces are said by index, of which `nl.links().get("eth0")?.index` is one.
//!
//! [`ensure`] looks what is there, and adds, changes or leaves alone.
//!
//! # Many at once
//!
//! For tables of any size there is `dump`, which lends each object from the receive buffer and allocates nothing:
//!
//! ```no_run
//! use nlwire::Netlink;
//! use nlwire::codec::route::route::Route;
//! use nlwire::route::RouteFilter;
//!
//! let mut nl = Netlink::connect()?;
//! let mut defaults = 0;
//! let mut routes = nl.routes().filter(RouteFilter { table: Some(254), ..RouteFilter::default() }).dump()?;
//! while let Some(route) = routes.next()? {
//!     if route.attributes().get(Route::DST).is_ok_and(|destination| destination.is_none()) {
//!         defaults += 1;
//!     }
//! }
//! println!("{defaults} default routes in the main table");
//! # Ok::<(), nlwire::Error>(())
//! ```
//!
//! Changes are sent together, with an outcome for each, by [`Netlink::batch`].
//!
//! # What happens
//!
//! [`monitor::Monitor`] tells of what is there and then of what changes, as objects of the same types:
//!
//! ```no_run
//! use nlwire::monitor::{Monitor, News, Topic};
//!
//! let mut monitor = Monitor::open(&[Topic::Links, Topic::Addresses])?;
//! while let Some(news) = monitor.next()? {
//!     match news {
//!         News::There(object) => println!("there is, or has changed: {object:?}"),
//!         News::Gone(object) => println!("gone: {object:?}"),
//!         other => println!("{other:?}"),
//!     }
//! }
//! # Ok::<(), nlwire::Error>(())
//! ```
//!
//! Below it is [`socket::Events`], which lends each message from the receive buffer.
//!
//! # Features
//!
//! - `tokio`: connections whose verbs give futures, `Netlink::connect_tokio`.
//! - `serde`: every noun serialises as `ip -d -j` or `bridge -d -j` prints it, with indices for names. Like those it may have
//!   a key twice: a route's packets that are wrapped have a `dst` of their own.
//! - `tracing`: a span for each request, at the level of debugging, with what was to be done and how it failed.
//!
//! Below are [`socket`] and [`codec`], each of use alone.

#![forbid(unsafe_code)]

pub mod address;
pub mod address_label;
pub mod bridge;
pub mod ensure;
pub mod error;
pub mod link;
pub mod link_statistics;
pub mod monitor;
pub mod name;
pub mod namespace_id;
pub mod neighbour;
pub mod netconf;
pub mod nexthop;
pub mod noun;
pub mod route;
pub mod rule;
pub mod setting;
pub mod shown;
pub mod transport;
mod wait;
pub mod word;

use socket::{BatchOptions, Namespace, Options, Socket};

pub use codec::payload::LinkAddress;
pub use codec::route::{Family, Scope};
pub use ensure::Ensured;
pub use error::Error;
pub use name::InterfaceName;
pub use socket::Errno;
pub use transport::{Batch, Blocking, Interruption, Outcomes, Ticket, Transport};
#[cfg(feature = "tokio")]
pub use transport::{Tokio, TokioBatch};
pub use {ipnet, nlwire_codec as codec, nlwire_socket as socket};

/// A way to the kernel's network configuration, in one network namespace.
///
/// It may be sent to another thread. It is no use to share one: each thread has its own.
#[derive(Debug)]
pub struct Netlink<T = Blocking> {
    transport: T,
}

impl Netlink<Blocking> {
    /// To the network namespace of the calling thread. It needs no privilege: what a verb needs, the kernel says.
    pub fn connect() -> Result<Self, Error> {
        Self::connect_with(&Options::default())
    }

    /// The same, with options of the socket: how long to wait, how large its buffers are, what the kernel is to check.
    pub fn connect_with(options: &Options) -> Result<Self, Error> {
        let socket = Socket::open_with(&codec::route::PROTOCOL, options);
        Ok(Self::over(Blocking::new(socket.map_err(|error| Error::new("connect", error))?)))
    }

    /// To another network namespace. The calling thread stays in its own.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::socket::Namespace;
    ///
    /// // As `ip -n blue link`.
    /// let mut nl = Netlink::connect_in(&Namespace::named("blue")?)?;
    /// println!("{} links", nl.links().list()?.len());
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    ///
    /// It needs `CAP_SYS_ADMIN` in that namespace and in the caller's own. With options, a socket of [`socket`] is
    /// opened there and given to [`over`](Netlink::over):
    ///
    /// ```no_run
    /// use nlwire::codec::route::PROTOCOL;
    /// use nlwire::socket::{Namespace, Options, Socket};
    /// use nlwire::{Blocking, Netlink};
    ///
    /// let timeout = Some(std::time::Duration::from_secs(5));
    /// let socket = Socket::open_in(&Namespace::named("blue")?, &PROTOCOL, &Options { timeout, ..Options::default() })?;
    /// let nl = Netlink::over(Blocking::new(socket));
    /// # Ok::<(), nlwire::socket::Error>(())
    /// ```
    pub fn connect_in(namespace: &Namespace) -> Result<Self, Error> {
        let socket = Socket::open_in(namespace, &codec::route::PROTOCOL, &Options::default());
        Ok(Self::over(Blocking::new(socket.map_err(|error| Error::new("connect", error))?)))
    }

    /// What to do with a listing that was torn; to begin with it is made again, up to ten times.
    #[must_use]
    pub fn on_interruption(mut self, interruption: Interruption) -> Self {
        self.transport.interruption = interruption;
        self
    }
}

impl Netlink<Blocking> {
    /// Begins to collect changes that are sent together, which is about twice as fast as one by one, and has an outcome for
    /// each. They are carried out in order, some before the [commit](Netlink::commit) already. Of a batch that is dropped
    /// without one, those that were sent have been carried out, and the rest are not.
    ///
    /// ```no_run
    /// # let (addresses, mut nl) = (Vec::<nlwire::address::Address>::new(), nlwire::Netlink::connect()?);
    /// let mut batch = nl.batch()?;
    /// let tickets: Vec<_> = addresses.iter().map(|address| batch.addresses().add(address)).collect();
    /// let outcomes = batch.commit();
    /// for (address, ticket) in addresses.iter().zip(tickets) {
    ///     if let Err(error) = outcomes.of(ticket) {
    ///         println!("{address}: {error}");
    ///     }
    /// }
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn batch(&mut self) -> Result<Netlink<Batch<'_>>, Error> {
        Batch::new(self.transport.socket(), &BatchOptions::default()).map(Netlink::over)
    }
}

impl Netlink<Batch<'_>> {
    /// Sends what was not sent yet, and says what became of all.
    pub fn commit(self) -> Outcomes {
        self.transport.commit()
    }
}

#[cfg(feature = "tokio")]
impl Netlink<Tokio> {
    /// To the network namespace of the calling thread, for tokio: what the verbs give is then a future. It must be called
    /// within a runtime that drives I/O.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), nlwire::Error> {
    /// let mut nl = nlwire::Netlink::connect_tokio()?;
    /// println!("{} routes", nl.routes().list().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_tokio() -> Result<Self, Error> {
        Self::connect_tokio_with(&Options::default())
    }

    /// The same, with options of the socket.
    pub fn connect_tokio_with(options: &Options) -> Result<Self, Error> {
        let socket = socket::tokio::Socket::open(&codec::route::PROTOCOL, options);
        Ok(Self::over(Tokio::new(socket.map_err(|error| Error::new("connect", error))?)))
    }

    /// To another network namespace, for tokio. The calling thread stays in its own.
    pub fn connect_tokio_in(namespace: &Namespace) -> Result<Self, Error> {
        let socket = socket::tokio::Socket::open_in(namespace, &codec::route::PROTOCOL, &Options::default());
        Ok(Self::over(Tokio::new(socket.map_err(|error| Error::new("connect", error))?)))
    }

    /// Begins to collect changes that are sent together, with an outcome for each, as the blocking one does.
    ///
    /// ```no_run
    /// # async fn run(addresses: Vec<nlwire::address::Address>) -> Result<(), nlwire::Error> {
    /// let mut nl = nlwire::Netlink::connect_tokio()?;
    /// let mut batch = nl.batch()?;
    /// let mut tickets = Vec::new();
    /// for address in &addresses {
    ///     tickets.push(batch.addresses().add(address).await);
    /// }
    /// let outcomes = batch.commit().await;
    /// println!("{} of {} failed", outcomes.failed().len(), outcomes.count());
    /// # Ok(())
    /// # }
    /// ```
    pub fn batch(&mut self) -> Result<Netlink<TokioBatch<'_>>, Error> {
        TokioBatch::new(self.transport.socket(), &BatchOptions::default()).map(Netlink::over)
    }
}

#[cfg(feature = "tokio")]
impl Netlink<TokioBatch<'_>> {
    /// Sends what was not sent yet, and says what became of all. Who drops this future midway does not learn that, and the
    /// connection is good for the next.
    pub async fn commit(self) -> Outcomes {
        self.transport.commit().await
    }
}

impl<T: Transport> Netlink<T> {
    /// Over a transport of one's own.
    pub fn over(transport: T) -> Self {
        Self { transport }
    }

    /// The transport.
    pub fn transport(&mut self) -> &mut T {
        &mut self.transport
    }

    /// Links: network devices of all kinds (`ip link`).
    pub fn links(&mut self) -> link::Links<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Counters of links, without all else that is known of them, and so much faster.
    pub fn link_statistics(&mut self) -> link_statistics::LinkStatisticsOf<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Addresses of links.
    pub fn addresses(&mut self) -> address::Addresses<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Routes of all tables (`ip route`).
    pub fn routes(&mut self) -> route::Routes<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Neighbours: which link-layer address an address has (`ip neighbour`).
    pub fn neighbours(&mut self) -> neighbour::Neighbours<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Rules: which routing table is asked (`ip rule`).
    pub fn rules(&mut self) -> rule::Rules<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Nexthop objects, which routes share (`ip nexthop`).
    pub fn nexthops(&mut self) -> nexthop::Nexthops<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Buckets of resilient groups of nexthops (`ip nexthop bucket`).
    pub fn nexthop_buckets(&mut self) -> nexthop::NexthopBuckets<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Identifiers that the network namespace has for others (`ip netns list-id`).
    pub fn namespace_ids(&mut self) -> namespace_id::NamespaceIds<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Settings of interfaces for IP (`ip netconf`).
    pub fn netconf(&mut self) -> netconf::Netconfs<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Labels of IPv6 addresses, by which a source address is chosen (`ip addrlabel`).
    pub fn address_labels(&mut self) -> address_label::AddressLabels<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Forwarding databases of bridges and VXLAN interfaces: behind what a link-layer address is found (`bridge fdb`).
    pub fn fdb(&mut self) -> bridge::fdb::Fdb<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// VLANs of bridges and their ports (`bridge vlan`).
    pub fn bridge_vlans(&mut self) -> bridge::vlan::BridgeVlans<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// What VLANs are on all of a bridge (`bridge vlan global`).
    pub fn bridge_vlan_globals(&mut self) -> bridge::vlan_global::GlobalVlans<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// States of ports in multiple spanning trees (`bridge mst`).
    pub fn bridge_msts(&mut self) -> bridge::mst::BridgeMsts<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Multicast groups of bridges and VXLAN interfaces (`bridge mdb`).
    pub fn mdb(&mut self) -> bridge::mdb::Groups<'_, T> {
        noun::Noun::new(&mut self.transport)
    }

    /// Network identifiers that VXLAN interfaces take (`bridge vni`).
    pub fn vnis(&mut self) -> bridge::vni::Vnis<'_, T> {
        noun::Noun::new(&mut self.transport)
    }
}

/// The README's examples are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
