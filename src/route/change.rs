//! The verbs that change routes.

use std::fmt;

use ipnet::IpNet;

use super::{Encapsulation, Metrics, NextHop, Route, RouteDetails, RouteFilter, RouteFlags, RouteType, Routes, mpls};
use crate::codec::route::route::{self as wire, DelRoute, Header, NewRoute, NextHopHeader, Table, Via};
use crate::codec::route::{Family, Scope};
use crate::codec::{Emit, EmitError, Emitted, Envelope, Flags, Message, Tail};
use crate::ensure::{Ensure, Step, unless_open};
use crate::noun::{Change, List, Subject};
use crate::transport::Transport;

impl<'n, T: Transport> Routes<'n, T> {
    /// Adds a route; an error that [`is_exists`](crate::Error::is_exists) where there is one to the same destination in the
    /// same table with the same type of service and priority, whatever its next hop.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::route::{Route, RouteDetails};
    ///
    /// let mut nl = Netlink::connect()?;
    /// let destination = "198.51.100.0/24".parse().ok();
    /// let gateway = "192.0.2.1".parse().ok();
    /// nl.routes().add(&Route { destination, gateway, ..Route::default() })?;
    ///
    /// // A route of MPLS: what comes in with label 100 goes on with the labels 200 and 300.
    /// let labels = RouteDetails { label: Some(100), new_labels: vec![200, 300], ..RouteDetails::default() };
    /// nl.routes().add(&Route { details: Some(labels.into()), gateway, ..Route::default() })?;
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    ///
    /// Routes of MPLS need the sysctl `net.mpls.platform_labels`: labels below its number can come in, and at first that is 0.
    pub fn add(self, route: &'n Route) -> T::Outcome<'n, Change<'n, Route>> {
        self.verb("add", Flags::CREATE | Flags::EXCL, route, Route::emit::<NewRoute>)
    }

    /// Adds a route before those to the same destination: an IPv4 route is taken instead of the one that is there, and that
    /// when this is gone; an IPv6 route becomes one more next hop, as with [`append`](Self::append). Where there is one with the
    /// same next hop, too, an error that [`is_exists`](crate::Error::is_exists).
    pub fn prepend(self, route: &'n Route) -> T::Outcome<'n, Change<'n, Route>> {
        self.verb("prepend", Flags::CREATE, route, Route::emit::<NewRoute>)
    }

    /// Adds a route behind those to the same destination: an IPv6 route becomes one more next hop of the one that is there, an
    /// IPv4 route one that is taken when that is gone. Of MPLS there is one from each label.
    pub fn append(self, route: &'n Route) -> T::Outcome<'n, Change<'n, Route>> {
        self.verb("append", Flags::CREATE | Flags::APPEND, route, Route::emit::<NewRoute>)
    }

    /// Adds a route, or takes the place of the first one to the same destination in the same table with the same type of
    /// service and priority.
    pub fn replace(self, route: &'n Route) -> T::Outcome<'n, Change<'n, Route>> {
        self.verb("replace", Flags::CREATE | Flags::REPLACE, route, Route::emit::<NewRoute>)
    }

    /// Takes the place of the first route to the same destination in the same table with the same type of service and
    /// priority; where there is none, an error that [`is_not_found`](crate::Error::is_not_found).
    pub fn change(self, route: &'n Route) -> T::Outcome<'n, Change<'n, Route>> {
        self.verb("change", Flags::REPLACE, route, Route::emit::<NewRoute>)
    }

    /// Deletes the first route to this destination in this table that has all that is said here: what is none, and a kind or a
    /// protocol that is unspecified, matters not. Where there is none, an error that
    /// [`is_not_found`](crate::Error::is_not_found); but of a route of MPLS the kernel looks only at the label, and says no error.
    pub fn delete(self, route: &'n Route) -> T::Outcome<'n, Change<'n, Route>> {
        self.verb("delete", Flags::empty(), route, Route::emit_deletion)
    }
}

impl Route {
    fn emit<M: Message<Header = Header, Attributes = wire::Route>>(
        &self,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        self.emit_with::<M>(self.scope.unwrap_or_else(|| self.usual_scope()), self.kind, tail, envelope)
    }

    fn emit_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        // This is the scope that stands for any, but for MPLS, which has only one.
        let any = if self.family() == Family::MPLS { Scope::UNIVERSE } else { Scope::NOWHERE };
        // Of a route that takes a blackhole for its nexthop object the kernel says another type than it looks for.
        let kind = if self.nexthop_id.is_some() { RouteType::UNSPEC } else { self.kind };
        self.emit_with::<DelRoute>(self.scope.unwrap_or(any), kind, tail, envelope)
    }

    fn emit_with<M: Message<Header = Header, Attributes = wire::Route>>(
        &self,
        scope: Scope,
        kind: RouteType,
        tail: &mut Tail<'_>,
        envelope: Envelope,
    ) -> Result<(), EmitError> {
        use wire::Route as Key;
        let family = self.family();
        let details = self.details.as_deref();
        let source = details.and_then(|details| details.source);
        let labelled = details.filter(|_| family == Family::MPLS);
        // MPLS has only one table, and knows no attribute for others.
        let table = Some(self.table).filter(|table| labelled.is_none() || *table != u32::from(Table::MAIN.0));
        // The kernel tells of the next hops of a nexthop object, and refuses to be told of them.
        let own_hops = self.nexthop_id.is_none();
        let flags = if own_hops { self.flags & Self::ONLINK } else { RouteFlags::empty() };
        let header = Header {
            family: family.into(),
            dst_len: self.destination.map_or(labelled.map_or(0, |_| mpls::LABEL_BITS), |prefix| prefix.prefix_len()),
            src_len: source.map(|prefix| prefix.prefix_len()).unwrap_or_default(),
            tos: self.tos,
            table: u8::try_from(self.table).map_or(Table::UNSPEC, Table).into(),
            protocol: self.protocol.into(),
            scope: scope.into(),
            kind: kind.into(),
            flags: flags.into(),
        };
        M::emit(tail, envelope, header, |route| {
            // A prefix of no bits goes without its address, as the kernel has it.
            let address = |prefix: Option<IpNet>| prefix.filter(|it| it.prefix_len() > 0).map(|it| it.addr());
            route
                .put_some(Key::DST, address(self.destination))?
                .put_some(Key::SRC, address(source))?
                .put_some(Key::TABLE, table)?
                .put_some(Key::PRIORITY, self.priority)?
                .put_some(Key::PREFSRC, self.preferred_source)?
                .put_some(Key::OIF, self.interface.filter(|_| own_hops))?
                .put_some(Key::NH_ID, self.nexthop_id)?
                .put_some(Key::PREF, self.preference)?;
            put_gateway(route, family, self.gateway.filter(|_| own_hops))?;
            if let Some(details) = details {
                route
                    .put_some(Key::IIF, details.input_interface)?
                    .put_some(Key::FLOW, details.realms)?
                    .put_some(Key::EXPIRES, details.expires.and_then(|ticks| u32::try_from(ticks / 100).ok()))?;
                put_encapsulation(route, details.encapsulation.as_ref().filter(|_| own_hops))?;
                if let Some(metrics) = &details.metrics {
                    route.nest(Key::METRICS, |nest| metrics.emit(nest))?;
                }
            }
            if let Some(details) = labelled {
                if let Some(label) = details.label {
                    route.put(Key::DST_LABEL, &mpls::stack(&[label]))?;
                }
                mpls::put_hop(route, &details.new_labels, details.link_address.as_ref())?
                    .put_some(Key::TTL_PROPAGATE, details.ttl_propagate.map(u8::from))?;
            }
            if own_hops && !self.next_hops.is_empty() {
                route.next_hops(|hops| {
                    for hop in &self.next_hops {
                        hops.put(hop.header(), |attributes| hop.emit(family, attributes))?;
                    }
                    Ok(hops)
                })?;
            }
            Ok(route)
        })
    }

    /// Its family, or else that of its destination or of its label.
    pub(super) fn family(&self) -> Family {
        match self.destination {
            None if self.family == Family::UNSPEC && self.label().is_some() => Family::MPLS,
            Some(IpNet::V4(_)) if self.family == Family::UNSPEC => Family::INET,
            Some(IpNet::V6(_)) if self.family == Family::UNSPEC => Family::INET6,
            _ => self.family,
        }
    }

    /// The scope that `ip` takes where none is said.
    fn usual_scope(&self) -> Scope {
        let direct = self.gateway.is_none() && self.next_hops.is_empty() && self.nexthop_id.is_none();
        match self.kind {
            _ if self.family() != Family::INET => Scope::UNIVERSE,
            RouteType::LOCAL | RouteType::NAT => Scope::HOST,
            RouteType::BROADCAST | RouteType::MULTICAST | RouteType::ANYCAST => Scope::LINK,
            RouteType::UNICAST | RouteType::UNSPEC if direct => Scope::LINK,
            _ => Scope::UNIVERSE,
        }
    }
}

fn put_gateway<'x, 'b>(
    route: &'x mut Emit<'b, wire::Route>,
    family: Family,
    gateway: Option<std::net::IpAddr>,
) -> Emitted<'x, 'b, wire::Route> {
    use std::net::IpAddr;
    let own = match gateway {
        None => return Ok(route),
        Some(IpAddr::V4(_)) => Family::INET,
        Some(IpAddr::V6(_)) => Family::INET6,
    };
    if own == family {
        return route.put_some(wire::Route::GATEWAY, gateway);
    }
    match gateway {
        Some(IpAddr::V4(address)) => {
            route.put(wire::Route::VIA, Via { family: own.0.into(), address: &address.octets() })
        }
        Some(IpAddr::V6(address)) => {
            route.put(wire::Route::VIA, Via { family: own.0.into(), address: &address.octets() })
        }
        None => Ok(route),
    }
}

fn put_encapsulation<'x, 'b>(
    route: &'x mut Emit<'b, wire::Route>,
    encapsulation: Option<&Encapsulation>,
) -> Emitted<'x, 'b, wire::Route> {
    let Some(encapsulation) = encapsulation else { return Ok(route) };
    route.put(wire::Route::ENCAP_TYPE, encapsulation.kind())?;
    encapsulation.emit(route, wire::Route::ENCAP.number())
}

impl NextHop {
    fn header(&self) -> NextHopHeader {
        NextHopHeader {
            flags: (self.flags & super::NextHopFlags::ONLINK).into(),
            hops: u8::try_from(self.weight.saturating_sub(1)).unwrap_or(u8::MAX),
            interface: i32::try_from(self.interface).unwrap_or_default().into(),
            ..NextHopHeader::default()
        }
    }

    fn emit<'x, 'b>(&self, family: Family, hop: &'x mut Emit<'b, wire::Route>) -> Emitted<'x, 'b, wire::Route> {
        put_gateway(hop, family, self.gateway)?;
        mpls::put_hop(hop, &self.new_labels, self.link_address.as_ref())?;
        put_encapsulation(hop, self.encapsulation.as_ref())?;
        hop.put_some(wire::Route::FLOW, self.realms)
    }
}

impl Metrics {
    fn emit<'x, 'b>(&self, nest: &'x mut Emit<'b, wire::Metrics>) -> Emitted<'x, 'b, wire::Metrics> {
        use wire::Metrics as Key;
        nest.put_some(Key::LOCK, Some(self.lock).filter(|lock| *lock != 0))?
            .put_some(Key::MTU, self.mtu)?
            .put_some(Key::WINDOW, self.window)?
            .put_some(Key::RTT, self.rtt)?
            .put_some(Key::RTTVAR, self.rtt_variance)?
            .put_some(Key::SSTHRESH, self.slow_start_threshold)?
            .put_some(Key::CWND, self.congestion_window)?
            .put_some(Key::ADVMSS, self.advertised_mss)?
            .put_some(Key::REORDERING, self.reordering)?
            .put_some(Key::HOPLIMIT, self.hop_limit)?
            .put_some(Key::INITCWND, self.initial_congestion_window)?
            .put_some(Key::FEATURES, Some(self.features).filter(|features| !features.is_empty()))?
            .put_some(Key::RTO_MIN, self.least_rto)?
            .put_some(Key::INITRWND, self.initial_receive_window)?
            .put_some(Key::QUICKACK, self.quick_ack.map(u32::from))?
            .put_some(Key::CC_ALGO, self.congestion_control.as_deref())?
            .put_some(Key::FASTOPEN_NO_COOKIE, self.fastopen_no_cookie.map(u32::from))
    }
}

/// In short, as `ip route` takes it, with the interface's index for its name: `route 10.0.0.0/8 via 192.0.2.1 dev if3`.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("route")?;
        if let (true, Some(name)) = (self.kind != RouteType::UNICAST, self.kind.name()) {
            write!(f, " {}", name.to_lowercase())?;
        }
        match self.destination {
            Some(destination) if destination.prefix_len() == 0 => f.write_str(" default")?,
            Some(destination) => write!(f, " {destination}")?,
            None => {}
        }
        if let (Some(details), Some(label)) = (&self.details, self.label()) {
            write!(f, " {label}")?;
            if !details.new_labels.is_empty() {
                write!(f, " as {}", mpls::text(&details.new_labels))?;
            }
            if let Some(address) = details.link_address {
                write!(f, " via {address}")?;
            }
        }
        if let Some(gateway) = self.gateway {
            write!(f, " via {gateway}")?;
        }
        if let Some(interface) = self.interface {
            write!(f, " dev if{interface}")?;
        }
        if let Some(id) = self.nexthop_id {
            write!(f, " nhid {id}")?;
        }
        if self.table != u32::from(Table::MAIN.0) {
            write!(f, " table {}", self.table)?;
        }
        match self.priority {
            Some(priority) => write!(f, " metric {priority}"),
            None => Ok(()),
        }
    }
}

impl Subject for Route {
    fn check(&self) -> Result<(), &'static str> {
        self.check_mpls()?;
        if self.next_hops.iter().any(|hop| hop.weight > 256) {
            return Err("a next hop has a weight of at most 256");
        }
        if !self.next_hops.is_empty() && self.gateway.is_some() && self.nexthop_id.is_none() {
            return Err("a route has one next hop, or several, or a nexthop object");
        }
        if self.family() == Family::MPLS {
            return Ok(());
        }
        let Some(destination) = self.destination else {
            return Err("the destination of the route is missing: that of the default route is 0.0.0.0/0 or ::/0");
        };
        let family = if destination.addr().is_ipv4() { Family::INET } else { Family::INET6 };
        let v4 = family == Family::INET;
        let source = self.details.as_ref().and_then(|details| details.source);
        if self.family() != family
            || source.is_some_and(|source| source.addr().is_ipv4() != v4)
            || self.preferred_source.is_some_and(|source| source.is_ipv4() != v4)
        {
            return Err("the destination and the sources of the route are of different families");
        }
        let own = self.details.as_ref().and_then(|details| details.encapsulation.as_ref());
        let mut encapsulations = self.next_hops.iter().filter_map(|hop| hop.encapsulation.as_ref()).chain(own);
        encapsulations.try_for_each(Encapsulation::check)
    }
}

/// A route is the same as one to the same destination, or from the same label, in the same table with the same type of service
/// and priority; to what each link has of its own (link-local and multicast addresses of IPv6), also by the same interface. Of
/// several such the one that is as it says counts, or else the first. Its interface, scope, preferred source and preference are
/// right as they are where it does not say them; all else must be as it says, and not be there where it does not.
impl Ensure for Route {
    type Key = (Family, u32, Option<IpNet>, Option<u32>, u8, u32, Option<u32>);
    type Look = List<RouteFilter>;

    fn key(&self) -> Self::Key {
        let family = self.family();
        // IPv6 has this one for none.
        let usual = if family == Family::INET6 { 1024 } else { 0 };
        let priority = self.priority.filter(|priority| *priority != 0).unwrap_or(usual);
        let destination = self.destination.map(|prefix| prefix.trunc());
        let link = self.interface.filter(|_| self.is_of_a_link());
        (family, self.table, destination, self.label(), self.tos, priority, link)
    }

    fn look(wanted: &[Self]) -> Self::Look {
        let same = |value: fn(&Self) -> u32| {
            let first = value(wanted.first()?);
            wanted.iter().all(|route| value(route) == first).then_some(first)
        };
        let family = same(|route| route.family().0.into()).and_then(|family| u8::try_from(family).ok());
        let table = same(|route| route.table);
        List::new(RouteFilter { family: family.map(Family), table, ..RouteFilter::default() })
    }

    fn steps(&self, there: &Self) -> Vec<Step> {
        // A route that takes a blackhole for its nexthop object is told as one.
        let kind = self.kind == there.kind || self.nexthop_id.is_some() && there.kind == RouteType::BLACKHOLE;
        let holds = kind
            && self.protocol == there.protocol
            && self.nexthop_id == there.nexthop_id
            && (self.nexthop_id.is_some() || self.hops_hold(there))
            && unless_open(&self.scope, &there.scope)
            && unless_open(&self.preferred_source, &there.preferred_source)
            && unless_open(&self.preference, &there.preference)
            && self.details.as_deref().cloned().unwrap_or_default().holds(there.details.as_deref());
        match holds {
            true => Vec::new(),
            // The kernel would take the place of that by another interface.
            false if self.is_of_a_link() => vec![Step::Delete, Step::Add],
            false => vec![Step::Change],
        }
    }

    fn flags(&self, step: Step) -> Flags {
        match step {
            // There may be one by another interface.
            Step::Add if self.is_of_a_link() => Flags::CREATE,
            Step::Add => Flags::CREATE | Flags::EXCL,
            Step::Change | Step::Finish => Flags::CREATE | Flags::REPLACE,
            Step::Delete => Flags::empty(),
        }
    }

    fn write_wanted(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit::<NewRoute>(tail, envelope)
    }

    fn write_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.emit_deletion(tail, envelope)
    }
}

impl Route {
    /// Whether it leads to what each link has of its own.
    fn is_of_a_link(&self) -> bool {
        match self.destination {
            Some(IpNet::V6(prefix)) if self.gateway.is_none() => {
                let address = prefix.addr();
                prefix.prefix_len() >= 8 && address.is_multicast()
                    || prefix.prefix_len() >= 10 && address.is_unicast_link_local()
            }
            _ => false,
        }
    }

    /// Whether the next hops that are there are as this says.
    fn hops_hold(&self, there: &Self) -> bool {
        let encapsulation = |route: &Self| route.details.as_deref().and_then(|it| it.encapsulation.clone());
        self.gateway == there.gateway
            && unless_open(&self.interface, &there.interface)
            && self.flags & Self::ONLINK == there.flags & Self::ONLINK
            && self.next_hops.len() == there.next_hops.len()
            && self.next_hops.iter().zip(&there.next_hops).all(|(wanted, there)| wanted.holds(there))
            && Encapsulation::hold(encapsulation(self).as_ref(), encapsulation(there).as_ref())
    }
}

impl NextHop {
    /// Whether the next hop that is there is as this says.
    fn holds(&self, there: &Self) -> bool {
        let onlink = super::NextHopFlags::ONLINK;
        self.gateway == there.gateway
            && (self.interface == 0 || self.interface == there.interface)
            && self.weight.max(1) == there.weight
            && self.flags & onlink == there.flags & onlink
            && self.realms == there.realms
            && self.new_labels == there.new_labels
            && self.link_address == there.link_address
            && Encapsulation::hold(self.encapsulation.as_ref(), there.encapsulation.as_ref())
    }
}

impl RouteDetails {
    /// Whether what is there is as this says. When it goes away is not compared: that is nearer each second.
    fn holds(&self, there: Option<&Self>) -> bool {
        let there = there.cloned().unwrap_or_default();
        self.source == there.source
            && self.metrics.clone().unwrap_or_default() == there.metrics.unwrap_or_default()
            && self.realms == there.realms
            && self.expires.is_some() == there.expires.is_some()
            && self.new_labels == there.new_labels
            && self.link_address == there.link_address
            && self.ttl_propagate == there.ttl_propagate
    }
}
