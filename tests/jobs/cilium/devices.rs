//! The tables of the device manager: what links, addresses, routes and neighbours there are, kept by one socket that listens.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use ipnet::IpNet;
use nlwire::address::{Address, AddressFlags};
use nlwire::codec::route::address::{DelAddress, GetAddress, Header as AddressHeader, NewAddress};
use nlwire::codec::route::group::Group;
use nlwire::codec::route::link::{DelLink, GetLink, Header as LinkHeader, NewLink};
use nlwire::codec::route::neighbour::{DelNeighbour, GetNeighbour, Header as NeighbourHeader, NewNeighbour};
use nlwire::codec::route::route::{DelRoute, GetRoute, Header as RouteHeader, NewRoute};
use nlwire::codec::route::{Family, Scope};
use nlwire::codec::{Message, ParseError, RawMessage};
use nlwire::link::{Link, LinkFlags};
use nlwire::neighbour::{Neighbour, NeighbourState};
use nlwire::route::Route;
use nlwire::socket::{Error, Event, Options};
use serde_json::Value;

use crate::lab::ways::{Listener, Over, Site, in_each_way};
use crate::lab::{Lab, objects};
use crate::{LONG, listen};

/// What is asked for, one after the other.
const LISTINGS: [(u16, Family); 7] = [
    (GetLink::KIND, Family::UNSPEC),
    (GetAddress::KIND, Family::INET),
    (GetAddress::KIND, Family::INET6),
    (GetRoute::KIND, Family::INET),
    (GetRoute::KIND, Family::INET6),
    (GetNeighbour::KIND, Family::INET),
    (GetNeighbour::KIND, Family::INET6),
];

/// What tells routes apart: table, destination, type of service, priority, and of IPv6 the interface, too.
type RouteKey = (u32, IpNet, u8, Option<u32>, Option<u32>);

/// Which object something is said of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Link(u32),
    Address(u32, IpNet),
    Route(RouteKey),
    Neighbour(u32, IpAddr),
}

/// What is there.
#[derive(Default)]
struct Tables {
    links: BTreeMap<u32, Link>,
    addresses: BTreeMap<(u32, IpNet), Address>,
    routes: BTreeMap<RouteKey, Route>,
    neighbours: BTreeMap<(u32, IpAddr), Neighbour>,
    /// What has changed since the listing that is under way was asked for. The kernel lets things change between when it writes
    /// a part of a listing and when it sends that: what is listed of these may be older than what is known.
    changed: BTreeSet<Key>,
}

impl Tables {
    /// Whether to take in what is said: all changes, and what is listed of what has not changed meanwhile.
    fn wants(&mut self, listed: bool, key: Key) -> bool {
        if listed {
            return !self.changed.contains(&key);
        }
        self.changed.insert(key);
        true
    }

    /// Takes in what a message tells of: that something is there, or that it is not any more.
    fn take(&mut self, message: &RawMessage<'_>, listed: bool) -> Result<(), ParseError> {
        match message.kind() {
            NewLink::KIND | DelLink::KIND => {
                let view = message.read_as::<NewLink>()?;
                // Of its ports a bridge tells in another family, and not all.
                if view.header.family == Family::UNSPEC {
                    let link = Link::from_view(&view)?;
                    if self.wants(listed, Key::Link(link.index)) {
                        self.take_link(link, message.kind() == NewLink::KIND);
                    }
                }
            }
            NewAddress::KIND | DelAddress::KIND => {
                let address = Address::from_view(&message.read_as::<NewAddress>()?)?;
                let Some(local) = address.local else { return Ok(()) };
                if self.wants(listed, Key::Address(address.interface, local)) {
                    self.take_address(address, message.kind() == NewAddress::KIND);
                }
            }
            NewRoute::KIND | DelRoute::KIND => {
                let route = Route::from_view(&message.read_as::<NewRoute>()?)?;
                let Some(destination) = route.destination else { return Ok(()) };
                let interface = route.interface.filter(|_| route.family == Family::INET6);
                let key = (route.table, destination, route.tos, route.priority, interface);
                if !self.wants(listed, Key::Route(key)) || (listed && self.is_gone(&route)) {
                    return Ok(());
                }
                if message.kind() == NewRoute::KIND {
                    self.routes.insert(key, route);
                } else {
                    self.routes.remove(&key);
                }
            }
            NewNeighbour::KIND | DelNeighbour::KIND => {
                let neighbour = Neighbour::from_view(&message.read_as::<NewNeighbour>()?)?;
                let Some(address) = neighbour.address else { return Ok(()) };
                let key = (neighbour.interface, address);
                if !self.wants(listed, Key::Neighbour(key.0, key.1)) {
                    return Ok(());
                }
                // Those that nobody need know by now, and those that nobody is.
                let passed_over = NeighbourState::NOARP | NeighbourState::FAILED;
                let there = !neighbour.state.is_empty() && !neighbour.state.intersects(passed_over);
                if message.kind() == NewNeighbour::KIND && there {
                    self.neighbours.insert(key, neighbour);
                } else {
                    self.neighbours.remove(&key);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether an IPv4 route is gone without a word: by a link that is down, but for those to its own addresses, or where no
    /// link has the address that it prefers.
    fn is_gone(&self, route: &Route) -> bool {
        let up = |index: u32| self.links.get(&index).is_some_and(|link| link.flags.contains(LinkFlags::UP));
        let has = |source: IpAddr| self.addresses.keys().any(|(_, local)| local.addr() == source);
        route.family == Family::INET
            && (route.interface.is_some_and(|index| !up(index) && route.scope != Some(Scope::HOST))
                || route.preferred_source.is_some_and(|source| !has(source)))
    }

    /// Forgets routes that are gone so.
    fn sweep(&mut self) {
        let mut routes = std::mem::take(&mut self.routes);
        routes.retain(|_, route| !self.is_gone(route));
        self.routes = routes;
    }

    fn take_link(&mut self, link: Link, there: bool) {
        let index = link.index;
        if there {
            self.links.insert(index, link);
        } else {
            self.links.remove(&index);
            self.addresses.retain(|(interface, _), _| *interface != index);
            self.routes.retain(|_, route| route.interface != Some(index));
            self.neighbours.retain(|(interface, _), _| *interface != index);
        }
        self.sweep();
    }

    fn take_address(&mut self, address: Address, there: bool) {
        let Some(local) = address.local else { return };
        let key = (address.interface, local);
        if there && !address.flags.contains(AddressFlags::TENTATIVE) {
            self.addresses.insert(key, address);
        } else {
            self.addresses.remove(&key);
            self.sweep();
        }
    }

    /// A line for each object, as `printed` has them.
    fn lines(&self) -> BTreeSet<String> {
        let name = |index: u32| self.links.get(&index).map(|link| link.name.to_string()).unwrap_or_default();
        let links = self.links.values().map(|link| {
            let up = link.flags.contains(LinkFlags::UP);
            format!("link {} {} {} {} {up}", link.index, link.name, link.mtu.unwrap(), link.address.unwrap())
        });
        let addresses = self.addresses.keys().map(|(index, local)| format!("address {index} {local}"));
        let routes = self.routes.values().map(|route| {
            let destination = route.destination.unwrap();
            let whole = destination.prefix_len() == destination.max_prefix_len();
            let destination = match destination.prefix_len() {
                0 => "default".into(),
                _ if whole => destination.addr().to_string(),
                _ => destination.to_string(),
            };
            let interface = route.interface.map(name).unwrap_or_default();
            let gateway = route.gateway.map(|gateway| gateway.to_string()).unwrap_or_default();
            let kind = route.kind.name().unwrap().to_lowercase();
            let metric = route.priority.unwrap_or_default();
            format!("route {kind} {destination} {gateway} {interface} {} {metric}", route.table)
        });
        let neighbours = self.neighbours.values().map(|neighbour| {
            let address = neighbour.address.unwrap();
            format!("neighbour {address} {} {}", name(neighbour.interface), neighbour.link_address.unwrap())
        });
        links.chain(addresses).chain(routes).chain(neighbours).collect()
    }
}

/// The same from what `ip -j` prints.
fn printed(lab: &Lab) -> BTreeSet<String> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut lines = BTreeSet::new();
    for link in objects(&lab.json("address")) {
        let up = objects(&link["flags"]).contains(&"UP".into());
        let (index, address) = (&link["ifindex"], text(&link["address"]));
        lines.insert(format!("link {index} {} {} {address} {up}", text(&link["ifname"]), link["mtu"]));
        for address in objects(&link["addr_info"]) {
            lines.insert(format!("address {index} {}/{}", text(&address["local"]), address["prefixlen"]));
        }
    }
    for family in ["-4", "-6"] {
        for route in objects(&lab.json(&format!("{family} route show table all"))) {
            let table = match text(&route["table"]).as_str() {
                "main" => "254".to_string(),
                "local" => "255".to_string(),
                number => number.to_string(),
            };
            let [kind, destination, gateway, device] = ["type", "dst", "gateway", "dev"].map(|key| text(&route[key]));
            // A blackhole of IPv6 is by the loopback, which is not printed.
            let metric = route["metric"].as_u64().unwrap_or_default();
            lines.insert(format!("route {kind} {destination} {gateway} {device} {table} {metric}"));
        }
    }
    for neighbour in objects(&lab.json("neighbour")) {
        let [address, device, link_address] = ["dst", "dev", "lladdr"].map(|key| text(&neighbour[key]));
        if !objects(&neighbour["state"]).contains(&"FAILED".into()) {
            lines.insert(format!("neighbour {address} {device} {link_address}"));
        }
    }
    lines
}

/// Keeps the tables.
struct Manager {
    events: Listener,
    tables: Tables,
    /// How many of the listings are over.
    listed: usize,
    /// How often all was asked for again.
    resyncs: usize,
    /// What it is called, and how often it has caught up.
    name: &'static str,
    marks: usize,
}

impl Manager {
    /// Listens first, and then asks for what is there: so nothing is missed.
    fn start(lab: &Site, name: &'static str, options: &Options) -> Self {
        let groups =
            [Group::LINK, Group::IPV4_IFADDR, Group::IPV6_IFADDR, Group::IPV4_ROUTE, Group::IPV6_ROUTE, Group::NEIGH];
        let events = listen(lab, &groups, options.clone());
        let mut manager = Self { events, tables: Tables::default(), listed: 0, resyncs: 0, name, marks: 0 };
        manager.list().unwrap();
        manager
    }

    /// Asks for the next kind of objects.
    fn list(&mut self) -> Result<(), Error> {
        let Some((kind, family)) = LISTINGS.get(self.listed).copied() else { return Ok(()) };
        let family = family.into();
        self.tables.changed.clear();
        match kind {
            GetLink::KIND => self.events.list::<GetLink>(LinkHeader { family, ..Default::default() }),
            GetAddress::KIND => self.events.list::<GetAddress>(AddressHeader { family, ..Default::default() }),
            GetRoute::KIND => self.events.list::<GetRoute>(RouteHeader { family, ..Default::default() }),
            _ => self.events.list::<GetNeighbour>(NeighbourHeader { family, ..Default::default() }),
        }
    }

    /// Takes in the next that comes.
    fn step(&mut self) -> Result<(), Error> {
        match self.events.next()?.expect("nobody cancels") {
            Event::Object(message) => self.tables.take(&message, true)?,
            Event::Change { message, .. } => self.tables.take(&message, false)?,
            // The end of a kind: on to the next, or once more where objects may be missing.
            Event::Listed { interrupted } => {
                self.listed += usize::from(!interrupted);
                self.list()?;
            }
            Event::Lost => {
                self.tables = Tables::default();
                self.listed = 0;
                self.resyncs += 1;
                self.list()?;
            }
        }
        Ok(())
    }

    /// Goes on until all that was there is known.
    fn until_listed(&mut self) {
        while self.listed < LISTINGS.len() {
            self.step().unwrap();
        }
    }

    /// Goes on while things change.
    fn during(&mut self, changes: impl FnOnce() + Send) {
        self.events.set_timeout(Some(Duration::from_millis(50)));
        std::thread::scope(|scope| {
            let changes = scope.spawn(changes);
            while !changes.is_finished() {
                match self.step() {
                    Ok(()) | Err(Error::TimedOut) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        });
        self.events.set_timeout(Some(LONG));
    }

    /// Goes on until all is known that happened before this is called.
    fn catch_up(&mut self, lab: &Lab) {
        self.marks += 1;
        let mark = format!("mark-{}-{}", self.name, self.marks);
        lab.ip(&format!("link set lo alias {mark}"));
        let marked = |tables: &Tables| tables.links.get(&1).is_some_and(|lo| lo.alias.as_ref() == Some(&mark));
        while self.listed < LISTINGS.len() || !marked(&self.tables) {
            self.step().unwrap();
        }
    }

    /// The tables are what `ip` prints, and not less than this; if not now, then when the kernel has done what it does by
    /// itself, such as adding routes to a link that works.
    fn assert_equal(&mut self, lab: &Lab, least: usize) {
        let until = Instant::now() + LONG;
        loop {
            self.catch_up(lab);
            let (ours, theirs) = (self.tables.lines(), printed(lab));
            if ours == theirs {
                return assert!(ours.len() >= least, "{ours:#?}");
            }
            let apart: Vec<_> = ours.symmetric_difference(&theirs).collect();
            assert!(Instant::now() < until, "{apart:#?}");
        }
    }
}

/// Two pairs of links with addresses, routes and neighbours, some of which come and go.
fn network(over: &Over) -> Option<Site> {
    let lab = over.lab()?;
    lab.pair("v0", "v1");
    lab.pair("w0", "w1");
    lab.batch(
        "address add 192.0.2.1/24 dev v0
         address add 2001:db8::1/64 dev v0 nodad
         address add 198.51.100.1/24 dev w0
         route add default via 192.0.2.9
         route add 10.0.0.0/8 via 198.51.100.9 table 77
         route add blackhole 203.0.113.0/24 metric 7
         neighbour add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0
         neighbour add 2001:db8::9 lladdr 02:00:00:00:00:0a dev v0",
    );
    lab.batch_of("-6", "route add 2001:db8:1::/48 via 2001:db8::9");
    Some(lab)
}

/// What happens in a round: at the end there is a little more than before.
fn churn(round: u8) -> String {
    format!(
        "link add x{round} type veth peer name y{round}
         link set x{round} addrgenmode none
         link set y{round} addrgenmode none
         link set x{round} up
         link set y{round} up
         address add 10.1.{round}.1/24 dev x{round}
         address add 2001:db8:a{round}::1/64 dev x{round} nodad
         address add 192.0.2.{round}1/24 dev v0
         address del 192.0.2.{round}1/24 dev v0
         neighbour add 10.1.{round}.9 lladdr 02:00:00:00:01:0{round} dev x{round}
         neighbour replace 10.1.{round}.9 lladdr 02:00:00:00:02:0{round} dev x{round}
         neighbour replace 192.0.2.9 lladdr 02:00:00:00:03:0{round} dev v0
         route add 172.16.{round}.0/24 via 10.1.{round}.9
         route add 172.17.{round}.0/24 dev x{round} src 10.1.{round}.1
         route replace 10.0.0.0/8 via 198.51.100.{round} table 77
         route add 172.18.{round}.0/24 via 198.51.100.9
         link set w0 down
         link set w0 up
         route add 10.0.0.0/8 via 198.51.100.9 table 77
         link set v1 mtu 140{round}
         link add z{round} type bridge
         link set y{round} master z{round}
         link set y{round} nomaster
         link delete z{round}
         link set x{round} down
         link set x{round} name xx{round}
         link set xx{round} up
         address add 10.2.{round}.1/24 dev xx{round}
         route add 172.19.{round}.0/24 dev v0 src 10.2.{round}.1
         address del 10.2.{round}.1/24 dev xx{round}
         link add gone type veth peer name gone1
         link set gone addrgenmode none
         link set gone1 addrgenmode none
         link set gone up
         link set gone1 up
         address add 10.3.{round}.1/24 dev gone
         address add 2001:db8:b{round}::1/64 dev gone nodad
         neighbour add 10.3.{round}.9 lladdr 02:00:00:00:04:0{round} dev gone
         route add 172.20.{round}.0/24 via 10.3.{round}.9
         link delete gone
         "
    )
}

#[test]
fn cilium_keeps_tables_of_devices_by_one_socket() {
    in_each_way(|over| {
        let Some(lab) = network(over) else { return };
        let room = Options { receive_buffer: Some(8 << 20), ..Options::default() };
        let mut early = Manager::start(&lab, "early", &room);
        early.until_listed();
        early.assert_equal(&lab, 25);

        // Things change while it listens, and while another is being told what was there.
        let mut late = Manager::start(&lab, "late", &room);
        early.during(|| {
            lab.batch(&(1..=2).map(churn).collect::<String>());
            late.during(|| lab.batch(&(3..=4).map(churn).collect::<String>()));
        });
        for manager in [early, late].iter_mut() {
            manager.assert_equal(&lab, 60);
            // A user who is not root may get less room than was asked for.
            if manager.events.settings().receive_buffer >= 8 << 20 {
                assert_eq!(manager.resyncs, 0);
            }
        }
    });
}

#[test]
fn cilium_asks_again_for_all_where_something_was_lost() {
    in_each_way(|over| {
        let Some(lab) = network(over) else { return };
        let little = Options { receive_buffer: Some(1 << 15), ..Options::default() };
        let mut manager = Manager::start(&lab, "little", &little);
        manager.until_listed();
        let before = manager.resyncs;
        // More than there is room for, while nobody receives.
        let mut changes = String::new();
        for place in 0..500 {
            writeln!(changes, "route add 10.{}.{}.0/24 via 192.0.2.9 table 78", place / 256 + 10, place % 256).unwrap();
        }
        lab.batch(&changes);
        manager.assert_equal(&lab, 525);
        assert!(manager.resyncs > before);

        // It listens on, also when it loses something again, and while things change.
        let before = manager.resyncs;
        lab.batch(&changes.replace("route add", "route del"));
        manager.during(|| lab.batch(&(1..=4).map(churn).collect::<String>()));
        manager.assert_equal(&lab, 25);
        assert!(manager.resyncs > before);
    });
}
