//! Routes as `ip -d -j route` shows them, with the indices of interfaces.

use std::net::IpAddr;

use super::{Metrics, NextHop, PathFeatures, Route, mpls};
use crate::codec::payload::LinkAddress;
use crate::codec::route::Family;
use crate::shown::{Entries, Show, Shown, hex, prefix, serialize};
use crate::word::{realm, table};

impl Show for Route {
    fn show(&self) -> Shown {
        let details = self.details.as_deref().cloned().unwrap_or_default();
        let mut entries = Entries::default();
        entries.put("type", &self.kind);
        entries.some("dst", &self.destination.map(prefix).or(self.label().map(|label| label.to_string().show())));
        entries.some("from", &details.source.map(prefix));
        put_labels(&mut entries, &details.new_labels);
        entries.some("nhid", &self.nexthop_id);
        if let Some(encapsulation) = &details.encapsulation {
            encapsulation.put(&mut entries);
        }
        entries.some("tos", &Some(self.tos).filter(|tos| *tos != 0).map(|tos| format!("{tos:#04x}")));
        put_gateway(&mut entries, self.family, self.gateway, details.link_address);
        entries.some("oif", &self.interface);
        // MPLS has one table, of which `ip` says nothing.
        entries.some("table", &Some(table(self.table)).filter(|_| self.family != Family::MPLS));
        entries.put("protocol", &self.protocol);
        entries.some("scope", &self.scope);
        entries.some("prefsrc", &self.preferred_source);
        entries.some("metric", &self.priority);
        entries.put("flags", &flags(self.flags.bits()));
        entries.some("mark", &details.mark);
        put_realms(&mut entries, details.realms);
        entries.some("uid", &details.user);
        entries.some("expires", &details.expires.map(|ticks| ticks / 100));
        entries.some("metrics", &details.metrics.as_ref().map(|metrics| vec![metrics.show()]));
        entries.some("iif", &details.input_interface);
        entries.some("pref", &self.preference);
        // So `ip` spells it.
        entries.some("ttl-propogate", &details.ttl_propagate);
        if !self.next_hops.is_empty() {
            entries.put("nexthops", &self.next_hops.iter().map(|hop| hop.shown(self.family)).collect::<Vec<_>>());
        }
        entries.object()
    }
}

serialize!(Route);

impl NextHop {
    fn shown(&self, family: Family) -> Shown {
        let mut entries = Entries::default();
        put_labels(&mut entries, &self.new_labels);
        if let Some(encapsulation) = &self.encapsulation {
            encapsulation.put(&mut entries);
        }
        put_gateway(&mut entries, family, self.gateway, self.link_address);
        put_realms(&mut entries, self.realms);
        entries.put("oif", &self.interface);
        entries.some("weight", &Some(self.weight).filter(|_| family != Family::MPLS));
        entries.put("flags", &flags(self.flags.bits().into()));
        entries.object()
    }
}

/// One of another family has a name of its own.
pub(crate) fn put_gateway(
    entries: &mut Entries,
    family: Family,
    gateway: Option<IpAddr>,
    link_address: Option<LinkAddress>,
) {
    let mut via = |family: &str, host: Shown| {
        entries.put("via", &Shown::Object(vec![("family", family.show()), ("host", host)]));
    };
    match (gateway, link_address) {
        (None, Some(address)) => via("link", address.show()),
        (Some(gateway @ IpAddr::V4(_)), _) if family == Family::MPLS => via("inet", gateway.show()),
        (Some(gateway @ IpAddr::V6(_)), _) if family != Family::INET6 => via("inet6", gateway.show()),
        (gateway, _) => entries.some("gateway", &gateway),
    }
}

fn put_labels(entries: &mut Entries, labels: &[u32]) {
    if !labels.is_empty() {
        entries.put("to", &mpls::text(labels));
    }
}

fn put_realms(entries: &mut Entries, realms: Option<u32>) {
    let Some(realms) = realms else { return };
    let mut flow = Entries::default();
    flow.some("from", &Some(realms >> 16).filter(|from| *from != 0).map(realm));
    flow.put("to", &realm(realms & 0xffff));
    entries.put("flow", &flow.object());
}

/// The flags of a next hop and those of the route, in the order of iproute2.
pub(crate) fn flags(bits: u32) -> Shown {
    const WORDS: [(u32, &str); 11] = [
        (0x1, "dead"),
        (0x4, "onlink"),
        (0x2, "pervasive"),
        (0x8, "offload"),
        (0x40, "trap"),
        (0x100, "notify"),
        (0x10, "linkdown"),
        (0x20, "unresolved"),
        (0x4000, "rt_offload"),
        (0x8000, "rt_trap"),
        (0x2000_0000, "rt_offload_failed"),
    ];
    Shown::List(WORDS.iter().filter(|(flag, _)| bits & flag != 0).map(|(_, word)| word.show()).collect())
}

impl Show for Metrics {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        // The first two of these times in milliseconds.
        for (name, metric) in [
            ("mtu", self.mtu),
            ("window", self.window),
            ("rtt", self.rtt.map(|rtt| rtt / 8)),
            ("rttvar", self.rtt_variance.map(|variance| variance / 4)),
            ("ssthresh", self.slow_start_threshold),
            ("cwnd", self.congestion_window),
            ("advmss", self.advertised_mss),
            ("reordering", self.reordering),
            ("hoplimit", self.hop_limit.filter(|limit| *limit != u32::MAX)),
            ("initcwnd", self.initial_congestion_window),
            ("rto_min", self.least_rto),
            ("initrwnd", self.initial_receive_window),
            ("quickack", self.quick_ack.map(u32::from)),
            ("fastopen_no_cookie", self.fastopen_no_cookie.map(u32::from)),
        ] {
            entries.some(name, &metric);
        }
        entries.flag("ecn", self.features.contains(PathFeatures::ECN));
        if !(self.features - PathFeatures::ECN).is_empty() {
            entries.put("features", &hex(self.features.bits()));
        }
        entries.some("congestion", &self.congestion_control);
        entries.object()
    }
}
