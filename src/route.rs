//! Routes, as `ip route` has them.

mod change;
pub mod encapsulation;
mod mpls;
pub(crate) mod shown;

use std::net::IpAddr;

use ipnet::IpNet;

use crate::codec::payload::LinkAddress;
use crate::codec::route::route::{self as wire, GetRoute, Header, NewRoute};
use crate::codec::route::{Family, Scope};
use crate::codec::{Attributes, EmitError, Envelope, Message, ParseError, Table, Tail, View};
use crate::noun::{Filter, Get, Noun};
use crate::transport::Query;

pub use self::encapsulation::{EncapType, Encapsulation};
pub use crate::codec::route::route::{
    NextHopFlags, PathFeatures, RouteFlags, RouteProtocol, RouteType, RouterPreference,
};

/// A route.
///
/// There are tables of a million routes: what few of them have is in [`details`](Self::details), and the rest takes 128 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Address family. One of IP may be left unspecified: that of the destination then. So may MPLS where a
    /// [label](RouteDetails::label) is said.
    pub family: Family,
    /// Where it leads; the default route leads to a prefix of no bits. None only for families that are not IP: a route of MPLS
    /// has a [label](RouteDetails::label).
    pub destination: Option<IpNet>,
    /// The type of service that it is for; 0 is any.
    pub tos: u8,
    /// The routing table.
    pub table: u32,
    /// Who made it.
    pub protocol: RouteProtocol,
    /// How far away the destination is (IPv4). None, in a route to add: on the link where there is no gateway, as `ip` has it.
    pub scope: Option<Scope>,
    /// What becomes of the packets.
    pub kind: RouteType,
    /// Flags, those of its one next hop among them.
    pub flags: RouteFlags,
    /// The next hop, of any family.
    pub gateway: Option<IpAddr>,
    /// Index of the interface that it leaves by.
    pub interface: Option<u32>,
    /// Metric: of several routes the one with the least is taken.
    pub priority: Option<u32>,
    /// The source address that this host prefers on it.
    pub preferred_source: Option<IpAddr>,
    /// Several next hops instead of one.
    pub next_hops: Vec<NextHop>,
    /// The nexthop object that it takes. The kernel tells of the next hops of that beside it; who asks for a route says the
    /// object alone, and what is said of next hops is left out.
    pub nexthop_id: Option<u32>,
    /// How much the router that told of it is preferred (IPv6).
    pub preference: Option<RouterPreference>,
    /// What few routes have.
    pub details: Option<Box<RouteDetails>>,
}

/// What few routes have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteDetails {
    /// The sources that it is for; none is all.
    pub source: Option<IpNet>,
    /// Index of the interface that packets come in by.
    pub input_interface: Option<u32>,
    /// What TCP should know of the path.
    pub metrics: Option<Metrics>,
    /// Realms: the destination's in the lower 16 bits, the source's above.
    pub realms: Option<u32>,
    /// What the packets are wrapped into.
    pub encapsulation: Option<Encapsulation>,
    /// When it goes away, in clock ticks of 1/100 s from now. Who adds a route says seconds, of which this has a hundred.
    pub expires: Option<i32>,
    /// In an answer to a question: the user it was asked for.
    pub user: Option<u32>,
    /// In an answer to a question: the mark it was asked for.
    pub mark: Option<u32>,
    /// MPLS: the label that packets come in with, 20 bits. It is there instead of a [destination](Route::destination).
    pub label: Option<u32>,
    /// MPLS: the labels that take its place, outermost first, 20 bits each; where there are none, the packet goes on without.
    pub new_labels: Vec<u32>,
    /// MPLS: the link-layer address of the next hop, instead of a [gateway](Route::gateway).
    pub link_address: Option<LinkAddress>,
    /// MPLS: whether the time to live goes from the label to the packet; none is as the namespace has it.
    pub ttl_propagate: Option<bool>,
}

/// One of several next hops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextHop {
    /// Its address, of any family.
    pub gateway: Option<IpAddr>,
    /// Index of the interface that it leaves by.
    pub interface: u32,
    /// Its weight among the others, from 1 to 256.
    pub weight: u16,
    /// Flags.
    pub flags: NextHopFlags,
    /// Realms.
    pub realms: Option<u32>,
    /// What the packets are wrapped into.
    pub encapsulation: Option<Encapsulation>,
    /// MPLS: the labels that take the place of the one that came in, as in [`RouteDetails::new_labels`].
    pub new_labels: Vec<u32>,
    /// MPLS: its link-layer address, instead of a [gateway](Self::gateway).
    pub link_address: Option<LinkAddress>,
}

impl Route {
    /// Among the [flags](Self::flags): the gateway is on the link, whatever the addresses say (`RTNH_F_ONLINK`). It is the one
    /// flag that can be asked for; of several next hops, each has [its own](NextHopFlags::ONLINK).
    pub const ONLINK: RouteFlags = RouteFlags::from_bits_retain(4);

    /// What few routes have, made where it is not there yet.
    pub fn details_mut(&mut self) -> &mut RouteDetails {
        self.details.get_or_insert_default()
    }

    /// What TCP should know of the path, where that is said.
    pub fn metrics(&self) -> Option<&Metrics> {
        self.details.as_ref()?.metrics.as_ref()
    }
}

/// A unicast route of the main table, as `ip route add` makes one.
impl Default for Route {
    fn default() -> Self {
        Self {
            family: Family::UNSPEC,
            destination: None,
            tos: 0,
            table: wire::Table::MAIN.0.into(),
            protocol: RouteProtocol::BOOT,
            scope: None,
            kind: RouteType::UNICAST,
            flags: RouteFlags::empty(),
            gateway: None,
            interface: None,
            priority: None,
            preferred_source: None,
            next_hops: Vec::new(),
            nexthop_id: None,
            preference: None,
            details: None,
        }
    }
}

/// What TCP should know of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Which of the others TCP may not change: bit n stands for the kernel's number n (`RTAX_*`).
    pub lock: u32,
    /// Largest packet, in bytes.
    pub mtu: Option<u32>,
    /// Largest window to announce, in bytes.
    pub window: Option<u32>,
    /// Round-trip time, in eighths of a millisecond.
    pub rtt: Option<u32>,
    /// Its variance, in quarters of a millisecond.
    pub rtt_variance: Option<u32>,
    /// Slow start threshold, in segments.
    pub slow_start_threshold: Option<u32>,
    /// Largest congestion window, in segments.
    pub congestion_window: Option<u32>,
    /// Largest segment to announce, in bytes.
    pub advertised_mss: Option<u32>,
    /// How far packets may be out of order.
    pub reordering: Option<u32>,
    /// Hop limit of packets sent.
    pub hop_limit: Option<u32>,
    /// First congestion window, in segments.
    pub initial_congestion_window: Option<u32>,
    /// Features of the path.
    pub features: PathFeatures,
    /// Least time before a segment is sent again, in milliseconds.
    pub least_rto: Option<u32>,
    /// First window to announce, in segments.
    pub initial_receive_window: Option<u32>,
    /// Whether every segment is acknowledged at once.
    pub quick_ack: Option<bool>,
    /// Name of the congestion control.
    pub congestion_control: Option<String>,
    /// Whether fast open does without a cookie.
    pub fastopen_no_cookie: Option<bool>,
}

impl Route {
    /// The route that a message tells of.
    pub fn from_view(view: &View<'_, NewRoute>) -> Result<Self, ParseError> {
        let mut route = Self::default();
        route.take(view)?;
        Ok(route)
    }

    /// Becomes, from a new one, the route that a message tells of. What the message says is put where it is to lie: a route
    /// that was made here would be moved, and until then held in registers, of which there are too few.
    #[inline(never)]
    fn take(&mut self, view: &View<'_, NewRoute>) -> Result<(), ParseError> {
        use wire::Route as Key;
        let header = &view.header;
        let family = header.family.get();
        self.family = family;
        self.tos = header.tos;
        self.table = header.table.get().0.into();
        self.protocol = header.protocol.get();
        self.scope = Some(header.scope.get());
        self.kind = header.kind.get();
        self.flags = header.flags.get();
        self.destination = prefix(family, None, header.dst_len);
        let mut encapsulation = None;
        for attribute in view.attributes() {
            let attribute = attribute?;
            if family == Family::MPLS && self.take_mpls(&attribute)? {
                // Labels, which are no addresses.
            } else if let Some(address) = attribute.read(Key::DST)? {
                self.destination = IpNet::new(address, header.dst_len).ok();
            } else if let Some(address) = attribute.read(Key::SRC)? {
                if let Ok(source) = IpNet::new(address, header.src_len) {
                    self.details_mut().source = Some(source);
                }
            } else if let Some(table) = attribute.read(Key::TABLE)? {
                self.table = table;
            } else if let Some(address) = attribute.read(Key::GATEWAY)? {
                self.gateway = Some(address);
            } else if let Some(via) = attribute.read(Key::VIA)? {
                self.gateway = via.ip();
            } else if let Some(index) = attribute.read(Key::OIF)? {
                self.interface = Some(index);
            } else if let Some(index) = attribute.read(Key::IIF)? {
                self.details_mut().input_interface = Some(index);
            } else if let Some(priority) = attribute.read(Key::PRIORITY)? {
                self.priority = Some(priority);
            } else if let Some(address) = attribute.read(Key::PREFSRC)? {
                self.preferred_source = Some(address);
            } else if let Some(hops) = attribute.read(Key::MULTIPATH)? {
                self.next_hops = hops.map(|hop| NextHop::from_wire(&hop?)).collect::<Result<_, _>>()?;
            } else if let Some(id) = attribute.read(Key::NH_ID)? {
                self.nexthop_id = Some(id);
            } else if let Some(metrics) = attribute.read(Key::METRICS)? {
                self.details_mut().metrics = Some(Metrics::from_wire(metrics)?);
            } else if let Some(realms) = attribute.read(Key::FLOW)? {
                self.details_mut().realms = Some(realms);
            } else if let Some(preference) = attribute.read(Key::PREF)? {
                self.preference = Some(preference);
            } else if let Some(info) = attribute.read(Key::CACHEINFO)? {
                if info.expires.get() != 0 {
                    self.details_mut().expires = Some(info.expires.get());
                }
            } else if let Some(kind) = attribute.read(Key::ENCAP_TYPE)? {
                encapsulation = Some(kind);
            } else if let Some(user) = attribute.read(Key::UID)? {
                self.details_mut().user = Some(user);
            } else if let Some(mark) = attribute.read(Key::MARK)? {
                self.details_mut().mark = Some(mark);
            }
        }
        if let Some(kind) = encapsulation
            && let Some(encapsulation) = Encapsulation::from_wire(&view.attributes(), kind)?
        {
            self.details_mut().encapsulation = Some(encapsulation);
        }
        Ok(())
    }
}

/// The prefix of an address that may be left out, as it is where no bit of it counts.
pub(crate) fn prefix(family: Family, address: Option<IpAddr>, length: u8) -> Option<IpNet> {
    let address = address.or(match family {
        Family::INET => Some(IpAddr::from([0; 4])),
        Family::INET6 => Some(IpAddr::from([0; 16])),
        _ => None,
    })?;
    IpNet::new(address, length).ok()
}

/// The gateway, of the family of the route or of another.
fn gateway(attributes: &Table<'_, wire::Route>) -> Result<Option<IpAddr>, ParseError> {
    match attributes.get(wire::Route::GATEWAY)? {
        Some(gateway) => Ok(Some(gateway)),
        None => Ok(attributes.get(wire::Route::VIA)?.and_then(|via| via.ip())),
    }
}

impl Encapsulation {
    #[inline]
    fn from_wire(attributes: &Attributes<'_, wire::Route>, kind: EncapType) -> Result<Option<Self>, ParseError> {
        for attribute in *attributes {
            let attribute = attribute?;
            if attribute.number() == wire::Route::ENCAP.number() {
                return Self::read(kind, &attribute).map(Some);
            }
        }
        Ok(None)
    }
}

impl NextHop {
    fn from_wire(hop: &wire::NextHop<'_>) -> Result<Self, ParseError> {
        let table = hop.attributes.table()?;
        let via = table.get(wire::Route::VIA)?;
        Ok(Self {
            gateway: gateway(&table)?,
            interface: hop.header.interface.get().try_into().unwrap_or_default(),
            weight: u16::from(hop.header.hops) + 1,
            flags: hop.header.flags.get(),
            realms: table.get(wire::Route::FLOW)?,
            encapsulation: match table.get(wire::Route::ENCAP_TYPE)? {
                Some(kind) => Encapsulation::from_wire(&hop.attributes, kind)?,
                None => None,
            },
            new_labels: table.get(wire::Route::NEWDST)?.map(mpls::numbers).unwrap_or_default(),
            link_address: via.as_ref().and_then(mpls::link_address),
        })
    }
}

impl Metrics {
    fn from_wire(attributes: Attributes<'_, wire::Metrics>) -> Result<Self, ParseError> {
        use wire::Metrics as Key;
        let table = attributes.table()?;
        Ok(Self {
            lock: table.get(Key::LOCK)?.unwrap_or_default(),
            mtu: table.get(Key::MTU)?,
            window: table.get(Key::WINDOW)?,
            rtt: table.get(Key::RTT)?,
            rtt_variance: table.get(Key::RTTVAR)?,
            slow_start_threshold: table.get(Key::SSTHRESH)?,
            congestion_window: table.get(Key::CWND)?,
            advertised_mss: table.get(Key::ADVMSS)?,
            reordering: table.get(Key::REORDERING)?,
            hop_limit: table.get(Key::HOPLIMIT)?,
            initial_congestion_window: table.get(Key::INITCWND)?,
            features: table.get(Key::FEATURES)?.unwrap_or_default(),
            least_rto: table.get(Key::RTO_MIN)?,
            initial_receive_window: table.get(Key::INITRWND)?,
            quick_ack: table.get(Key::QUICKACK)?.map(|on| on != 0),
            congestion_control: table.get(Key::CC_ALGO)?.map(Into::into),
            fastopen_no_cookie: table.get(Key::FASTOPEN_NO_COOKIE)?.map(|on| on != 0),
        })
    }
}

/// Which routes to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteFilter {
    /// Of this family; without, of IPv4 and then of IPv6.
    pub family: Option<Family>,
    /// In this table.
    pub table: Option<u32>,
    /// Made by this.
    pub protocol: Option<RouteProtocol>,
    /// Of this type.
    pub kind: Option<RouteType>,
    /// That leave by this interface; of several next hops one is enough.
    pub interface: Option<u32>,
    /// With this scope. The kernel knows neither this filter nor the next three: all routes come, and the others are left out
    /// here.
    pub scope: Option<Scope>,
    /// To just this prefix, whose other bits do not matter; a default route is to `0.0.0.0/0` or `::/0`. Without a
    /// [family](Self::family), it is that of the prefix.
    pub destination: Option<IpNet>,
    /// By this gateway, of any family; of several next hops one is enough.
    pub gateway: Option<IpAddr>,
    /// For which this host prefers this source address.
    pub preferred_source: Option<IpAddr>,
    /// Routes that the kernel made for one destination out of others, instead of those that are in a table.
    pub cached: bool,
}

impl Filter for RouteFilter {
    type Message = NewRoute;
    type Object = Route;
    const NOUN: &'static str = "routes";

    fn families(&self) -> Vec<Family> {
        match (self.family, self.destination) {
            (None | Some(Family::UNSPEC), Some(IpNet::V4(_))) => vec![Family::INET],
            (None | Some(Family::UNSPEC), Some(IpNet::V6(_))) => vec![Family::INET6],
            (None | Some(Family::UNSPEC), None) => vec![Family::INET, Family::INET6],
            (Some(family), _) => vec![family],
        }
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        // The kernel tells of a route that takes a blackhole nexthop as of a blackhole, but filters it as unicast.
        let kind = self.kind.filter(|kind| *kind != RouteType::BLACKHOLE);
        let header = Header {
            family: family.into(),
            protocol: self.protocol.unwrap_or_default().into(),
            kind: kind.unwrap_or_default().into(),
            flags: if self.cached { RouteFlags::CLONED } else { RouteFlags::empty() }.into(),
            ..Header::default()
        };
        GetRoute::emit(tail, envelope, header, |route| {
            route.put_some(wire::Route::TABLE, self.table)?.put_some(wire::Route::OIF, self.interface)
        })
    }

    fn family(view: &View<'_, NewRoute>) -> Family {
        view.header.family.get()
    }

    #[inline]
    fn wants(&self, view: &View<'_, NewRoute>, filtered: bool) -> Result<bool, ParseError> {
        let header = &view.header;
        if header.flags.get().contains(RouteFlags::CLONED) != self.cached
            || self.scope.is_some_and(|scope| header.scope != scope)
            || self.protocol.is_some_and(|protocol| header.protocol != protocol)
            || self.kind.is_some_and(|kind| header.kind != kind)
        {
            return Ok(false);
        }
        let unfiltered = !filtered && (self.table.is_some() || self.interface.is_some());
        let asked = self.destination.is_some() || self.gateway.is_some() || self.preferred_source.is_some();
        if !unfiltered && !asked {
            return Ok(true);
        }
        let attributes = view.attributes().table()?;
        Ok((!unfiltered || self.wants_place(header, &attributes)?)
            && (!asked || self.wants_ends(header, &attributes)?))
    }

    fn object(view: &View<'_, NewRoute>) -> Result<Route, ParseError> {
        Route::from_view(view)
    }

    /// Made where it is to lie: there may be a million.
    #[inline]
    fn objects(&self, view: &View<'_, NewRoute>, routes: &mut Vec<Route>) -> Result<(), ParseError> {
        routes.extend(std::iter::once_with(Route::default));
        let taken = routes.last_mut().map_or(Ok(()), |route| route.take(view));
        if taken.is_err() {
            routes.pop();
        }
        taken
    }
}

impl RouteFilter {
    /// Whether a route is where it is to be, which the kernel looks after where it can.
    fn wants_place(&self, header: &Header, attributes: &Table<'_, wire::Route>) -> Result<bool, ParseError> {
        let table = attributes.get(wire::Route::TABLE)?.unwrap_or_else(|| header.table.get().0.into());
        if self.table.is_some_and(|wanted| wanted != table) {
            return Ok(false);
        }
        let Some(wanted) = self.interface else { return Ok(true) };
        if attributes.get(wire::Route::OIF)? == Some(wanted) {
            return Ok(true);
        }
        for hop in attributes.get(wire::Route::MULTIPATH)?.into_iter().flatten() {
            if u32::try_from(hop?.header.interface.get()) == Ok(wanted) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a route leads where it is to lead, by the gateway that it is to take, from the source that it is to prefer.
    fn wants_ends(&self, header: &Header, attributes: &Table<'_, wire::Route>) -> Result<bool, ParseError> {
        let family = header.family.get();
        if let Some(wanted) = self.destination {
            // A label of MPLS is no address.
            if family == Family::MPLS
                || prefix(family, attributes.get(wire::Route::DST)?, header.dst_len) != Some(wanted.trunc())
            {
                return Ok(false);
            }
        }
        if self.preferred_source.is_some() && attributes.get(wire::Route::PREFSRC)? != self.preferred_source {
            return Ok(false);
        }
        if self.gateway.is_none() || gateway(attributes)? == self.gateway {
            return Ok(true);
        }
        for hop in attributes.get(wire::Route::MULTIPATH)?.into_iter().flatten() {
            if gateway(&hop?.attributes.table()?)? == self.gateway {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A question: which route would a packet take?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteQuestion {
    /// Where it goes.
    pub destination: IpAddr,
    /// Where it comes from.
    pub source: Option<IpAddr>,
    /// The interface that it comes in by: then it is forwarded.
    pub input_interface: Option<u32>,
    /// The interface that it must leave by.
    pub interface: Option<u32>,
    /// Its mark.
    pub mark: Option<u32>,
    /// The user whose packet it is.
    pub user: Option<u32>,
    /// Its type of service.
    pub tos: u8,
    /// Its protocol (`IPPROTO_*`): kernels take TCP, UDP and ICMP.
    pub ip_protocol: Option<u8>,
    /// The port that it comes from; the kernel wants its protocol, too.
    pub source_port: Option<u16>,
    /// The port that it goes to.
    pub destination_port: Option<u16>,
    /// Its flow label (IPv6). Older kernels, 6.1 among them, refuse it.
    pub flow_label: Option<u32>,
    /// Answer with the route as it is in the table, not with what becomes of the one packet.
    pub fib_match: bool,
}

impl RouteQuestion {
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let bits = |address: IpAddr| if address.is_ipv4() { 32 } else { 128 };
        // IPv4 says the right table only where it is asked to; IPv6 always does, and refuses to be asked.
        let table = if self.destination.is_ipv4() { RouteFlags::LOOKUP_TABLE } else { RouteFlags::empty() };
        let flags = if self.fib_match { table | RouteFlags::FIB_MATCH } else { table };
        let header = Header {
            family: if self.destination.is_ipv4() { Family::INET } else { Family::INET6 }.into(),
            dst_len: bits(self.destination),
            src_len: self.source.map(bits).unwrap_or_default(),
            tos: self.tos,
            flags: flags.into(),
            ..Header::default()
        };
        GetRoute::emit(tail, envelope, header, |route| {
            route
                .put(wire::Route::DST, self.destination)?
                .put_some(wire::Route::SRC, self.source)?
                .put_some(wire::Route::IIF, self.input_interface)?
                .put_some(wire::Route::OIF, self.interface)?
                .put_some(wire::Route::MARK, self.mark)?
                .put_some(wire::Route::UID, self.user)?
                .put_some(wire::Route::IP_PROTO, self.ip_protocol)?
                .put_some(wire::Route::SPORT, self.source_port)?
                .put_some(wire::Route::DPORT, self.destination_port)?
                .put_some(wire::Route::FLOWLABEL, self.flow_label)
        })
    }
}

impl From<IpAddr> for RouteQuestion {
    fn from(destination: IpAddr) -> Self {
        Self {
            destination,
            source: None,
            input_interface: None,
            interface: None,
            mark: None,
            user: None,
            tos: 0,
            ip_protocol: None,
            source_port: None,
            destination_port: None,
            flow_label: None,
            fib_match: false,
        }
    }
}

/// The verbs of routes: see [`Netlink::routes`](crate::Netlink::routes).
///
/// The kernel does not say when a table of IPv6 changed while it was listed, and may then leave out routes or list them
/// twice.
pub type Routes<'n, T> = Noun<'n, T, RouteFilter>;

impl<'n, T: Query> Routes<'n, T> {
    /// The route that a packet to a destination would take; an error that
    /// [`is_not_found`](crate::Error::is_not_found) where there is none.
    pub fn get(self, question: impl Into<RouteQuestion>) -> T::Outcome<'n, Get<RouteFilter, RouteQuestion>> {
        let question = question.into();
        let operation = format!("route to {}", question.destination);
        self.transport.send(Get::new(operation, question, RouteQuestion::emit))
    }
}
