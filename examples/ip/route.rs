//! `ip route`: where packets go.

mod encapsulation;
mod nexthop;

use std::error::Error;
use std::net::IpAddr;

use nlwire::Netlink;
use nlwire::codec::route::route::{
    self as wire, CacheInfo, Label, Metrics, NewRoute, NextHop, NextHopFlags, PathFeatures, Route, RouteFlags,
    RouteProtocol, RouteType, RouterPreference, Via,
};
use nlwire::codec::route::{Family, Scope};
use nlwire::codec::{Attributes, Key, ParseError, Table, View};
use nlwire::route::RouteFilter;
use serde_json::Value;

use self::nexthop::Nexthops;
use crate::link::fields::{self, Fields, hex};
use crate::link::hardware;
use crate::names::{self, Interfaces};
use crate::options::Options;
use crate::output::Output;

const MAIN: u32 = wire::Table::MAIN.0 as u32;

/// Those that may have routes, in the kernel's order.
const FAMILIES: [Family; 5] = [Family::INET, Family::INET6, Family::MPLS, Family::IPMR, Family::IP6MR];

pub fn show(nl: &mut Netlink, options: &Options, out: &mut Output) -> Result<(), Box<dyn Error>> {
    // Table 0 stands for all.
    let table = options.table.or(Some(MAIN)).filter(|table| *table != 0 && !options.all_tables);
    let families = match (&options.family, table) {
        (Some(family), _) => std::slice::from_ref(family),
        (None, Some(_)) => &FAMILIES[..1],
        (None, None) => &FAMILIES[..],
    };
    let interface = names::index(nl, options.device.as_deref())?;
    let mut printer = Printer {
        details: options.details,
        of_interface: interface.is_some(),
        of_table: table.is_some(),
        interfaces: Interfaces::list(nl)?,
        nexthops: Nexthops::default(),
    };
    for family in families {
        let filter = RouteFilter { family: Some(*family), table, interface, ..RouteFilter::default() };
        let mut routes = nl.routes().filter(filter).dump()?;
        loop {
            let route = match routes.next() {
                Ok(Some(route)) => route,
                Ok(None) => break,
                // The kernel makes the main table with its first route.
                Err(error) if error.errno() == Some(nlwire::Errno::ENOENT) && table == Some(MAIN) => break,
                Err(error) => return Err(error.into()),
            };
            if is_shown(&route, *family, table, interface)? {
                if options.details {
                    printer.nexthops.learn(&route)?;
                }
                out.object(None, |out| printer.route(out, &route))?;
            }
        }
    }
    Ok(())
}

/// What is left out although the kernel sends it.
fn is_shown(
    route: &View<'_, NewRoute>,
    family: Family,
    table: Option<u32>,
    interface: Option<u32>,
) -> Result<bool, ParseError> {
    // A kernel without a family answers a question for it with all that it has.
    if route.header.family != family {
        return Ok(false);
    }
    // A kernel with one table of IPv6 has the addresses of this host among the other routes.
    if family == Family::INET6 && table == Some(MAIN) && route.header.kind == RouteType::LOCAL {
        return Ok(false);
    }
    // The kernel also sends those of several next hops of which one leaves by the interface.
    Ok(interface.is_none() || route.attributes().get(Route::OIF)? == interface)
}

/// Prints routes.
pub struct Printer {
    details: bool,
    /// All leave by the interface that was asked for, which is not printed.
    of_interface: bool,
    /// All are in the table that was asked for, which is not printed.
    of_table: bool,
    pub interfaces: Interfaces,
    nexthops: Nexthops,
}

impl Printer {
    /// Of routes of which nothing is known beforehand.
    #[allow(dead_code)] // but in the example monitor
    pub fn new(interfaces: Interfaces) -> Self {
        Self { details: false, of_interface: false, of_table: false, interfaces, nexthops: Nexthops::default() }
    }

    pub fn route(&self, out: &mut Output, route: &View<'_, NewRoute>) -> Result<(), ParseError> {
        let attributes = route.attributes().table()?;
        let flags = route.header.flags.get();
        self.destination(out, route, &attributes)?;
        self.next_hop(out, &attributes)?;
        self.origin(out, route, &attributes)?;
        print_flags(out, flags.bits());
        if let Some(mark) = attributes.get(Route::MARK)?.filter(|mark| *mark != 0) {
            let text = if mark < 16 { mark.to_string() } else { format!("{mark:#x}") };
            out.field("mark", mark, format_args!("mark {text} "));
        }
        if let Some(realms) = attributes.get(Route::FLOW)? {
            print_realms(out, realms);
        }
        out.value("uid", attributes.get(Route::UID)?);
        if let Some(info) = attributes.get(Route::CACHEINFO)? {
            print_cache_info(out, &info);
        }
        if let Some(metrics) = attributes.get(Route::METRICS)? {
            out.array(Some("metrics"), |out| out.object(None, |out| print_metrics(out, metrics)))?;
        }
        if let Some(index) = attributes.get(Route::IIF)? {
            print_interface(out, &self.interfaces, "iif", index);
        }
        if let Some(preference) = attributes.get(Route::PREF)? {
            print_preference(out, preference);
        }
        if let Some(propagate) = attributes.get(Route::TTL_PROPAGATE)?.map(|propagate| propagate != 0) {
            // So it is spelled.
            let word = if propagate { "enabled" } else { "disabled" };
            out.field("ttl-propogate", propagate, format_args!("ttl-propogate {word}"));
        }
        if let Some(id) = attributes.get(Route::NH_ID)?.filter(|_| self.details)
            && let Some(nexthop) = self.nexthops.get(id)?
        {
            out.text(format_args!("\n\tnh_info "));
            out.object(Some("nh_info"), |out| nexthop::print(out, &self.interfaces, &nexthop))?;
        }
        if let Some(hops) = attributes.get(Route::MULTIPATH)? {
            let family = route.header.family.get();
            out.array(Some("nexthops"), |out| {
                hops.into_iter().try_for_each(|hop| {
                    let hop = hop?;
                    out.object(None, |out| self.one_of_several(out, family, &hop))
                })
            })?;
        }
        out.text(format_args!("\n"));
        Ok(())
    }

    /// For which packets it is.
    fn destination(
        &self,
        out: &mut Output,
        route: &View<'_, NewRoute>,
        attributes: &Table<'_, Route>,
    ) -> Result<(), ParseError> {
        let header = &route.header;
        if self.details || header.kind != RouteType::UNICAST {
            let kind = names::route_type(header.kind.get());
            out.field("type", kind.as_str(), format_args!("{kind} "));
        }
        let (host, destination) = match header.family.get() {
            Family::INET => (32, attributes.get(Route::DST)?.map(fields::ip)),
            Family::INET6 => (128, attributes.get(Route::DST)?.map(fields::ip)),
            Family::MPLS => (20, attributes.get(Route::DST_LABEL)?.map(labels)),
            _ => (0, attributes.get(Route::DST)?.map(fields::ip)),
        };
        let with_length = |address: String, length: u8| {
            if length == host { address } else { format!("{address}/{length}") }
        };
        let destination = match (destination, header.dst_len) {
            (Some(address), length) => with_length(address, length),
            (None, 0) => "default".into(),
            (None, length) => format!("0/{length} "),
        };
        out.field("dst", destination.as_str(), format_args!("{destination} "));
        match (attributes.get(Route::SRC)?, header.src_len) {
            (Some(address), length) => out.value("from", Some(with_length(fields::ip(address), length))),
            (None, 0) => {}
            (None, length) => out.field("src", format!("0/{length}"), format_args!("from 0/{length} ")),
        }
        out.value("nhid", attributes.get(Route::NH_ID)?);
        if header.family == Family::MPLS {
            print_new_labels(out, attributes.get(Route::NEWDST)?);
        }
        if let (Some(kind), Some(data)) = (attributes.get(Route::ENCAP_TYPE)?, attributes.get(Route::ENCAP)?) {
            encapsulation::print(out, &self.interfaces, kind, data.any())?;
        }
        if header.tos != 0 {
            out.value("tos", Some(names::service(header.tos)));
        }
        Ok(())
    }

    /// Where they go.
    fn next_hop(&self, out: &mut Output, attributes: &Table<'_, Route>) -> Result<(), ParseError> {
        print_gateway(out, attributes.get(Route::GATEWAY)?, attributes.get(Route::VIA)?);
        if let Some(index) = attributes.get(Route::OIF)?.filter(|_| !self.of_interface) {
            print_interface(out, &self.interfaces, "dev", index);
        }
        Ok(())
    }

    /// Who made it, and how it stands to others.
    fn origin(
        &self,
        out: &mut Output,
        route: &View<'_, NewRoute>,
        attributes: &Table<'_, Route>,
    ) -> Result<(), ParseError> {
        let header = &route.header;
        let table = attributes.get(Route::TABLE)?.unwrap_or_else(|| header.table.get().0.into());
        if table != 0 && (table != MAIN || self.details) && !self.of_table {
            out.value("table", Some(names::table(table)));
        }
        // Of one that was made for a single destination the other says it.
        if !header.flags.get().contains(RouteFlags::CLONED) {
            if self.details || header.protocol != RouteProtocol::BOOT {
                out.value(("protocol", "proto"), Some(names::protocol(header.protocol.get())));
            }
            if self.details || header.scope != Scope::UNIVERSE {
                out.value("scope", Some(names::scope(header.scope.get())));
            }
        }
        out.value(("prefsrc", "src"), attributes.get(Route::PREFSRC)?.map(fields::ip));
        out.value("metric", attributes.get(Route::PRIORITY)?);
        Ok(())
    }

    fn one_of_several(&self, out: &mut Output, family: Family, hop: &NextHop<'_>) -> Result<(), ParseError> {
        out.text(format_args!("\n\tnexthop "));
        let attributes = hop.attributes.table()?;
        if let (Some(kind), Some(data)) = (attributes.get(Route::ENCAP_TYPE)?, attributes.get(Route::ENCAP)?) {
            encapsulation::print(out, &self.interfaces, kind, data.any())?;
        }
        if family == Family::MPLS {
            print_new_labels(out, attributes.get(Route::NEWDST)?);
        }
        print_gateway(out, attributes.get(Route::GATEWAY)?, attributes.get(Route::VIA)?);
        if let Some(realms) = attributes.get(Route::FLOW)? {
            print_realms(out, realms);
        }
        print_interface(out, &self.interfaces, "dev", hop.header.interface.get().cast_unsigned());
        if family != Family::MPLS {
            out.value("weight", Some(u16::from(hop.header.hops) + 1));
        }
        print_flags(out, hop.header.flags.get().bits().into());
        Ok(())
    }
}

fn print_interface(out: &mut Output, interfaces: &Interfaces, key: &str, index: u32) {
    out.value(key, Some(interfaces.name(index)));
}

/// A stack of labels, up to the one that says it is the last.
fn labels(stack: &[Label]) -> String {
    let last = stack.iter().position(|label| label.is_last()).unwrap_or(stack.len());
    let words: Vec<String> = stack.iter().take(last + 1).map(|label| label.label().to_string()).collect();
    words.join("/")
}

fn print_new_labels(out: &mut Output, stack: Option<&[Label]>) {
    out.value(("to", "as to"), stack.map(labels));
}

fn print_gateway(out: &mut Output, gateway: Option<IpAddr>, via: Option<Via<'_>>) {
    out.value(("gateway", "via"), gateway.map(fields::ip));
    if let Some(via) = via {
        let family = names::family(via.family);
        let host = match via.ip() {
            Some(address) => fields::ip(address),
            // Where the next one is on the same link, its link-layer address may be said.
            None if via.family == u16::from(Family::PACKET.0) => hardware::plain(via.address),
            None => "???".into(),
        };
        out.object(Some("via"), |out| {
            out.field("family", family, format_args!("via {family} "));
            out.field("host", host.as_str(), format_args!("{host} "));
        });
    }
}

fn print_flags(out: &mut Output, flags: u32) {
    // Those of a next hop and those of the route, as iproute2 puts them in order.
    const WORDS: [(u32, &str); 11] = [
        (NextHopFlags::DEAD.bits() as u32, "dead"),
        (NextHopFlags::ONLINK.bits() as u32, "onlink"),
        (NextHopFlags::PERVASIVE.bits() as u32, "pervasive"),
        (NextHopFlags::OFFLOAD.bits() as u32, "offload"),
        (NextHopFlags::TRAP.bits() as u32, "trap"),
        (RouteFlags::NOTIFY.bits(), "notify"),
        (NextHopFlags::LINKDOWN.bits() as u32, "linkdown"),
        (NextHopFlags::UNRESOLVED.bits() as u32, "unresolved"),
        (RouteFlags::OFFLOAD.bits(), "rt_offload"),
        (RouteFlags::TRAP.bits(), "rt_trap"),
        (RouteFlags::OFFLOAD_FAILED.bits(), "rt_offload_failed"),
    ];
    out.array(Some("flags"), |out| {
        for (_, word) in WORDS.iter().filter(|(flag, _)| flags & flag != 0) {
            out.item(*word, format_args!("{word} "));
        }
    });
}

fn print_realms(out: &mut Output, realms: u32) {
    let (source, destination) = ((realms >> 16) as u16, names::realm(realms as u16));
    out.object(Some("flow"), |out| {
        if source == 0 {
            out.text(format_args!("realm "));
        } else {
            let source = names::realm(source);
            out.field("from", source.as_str(), format_args!("realms {source}/"));
        }
        out.field("to", destination.as_str(), format_args!("{destination} "));
    });
}

fn print_cache_info(out: &mut Output, info: &CacheInfo) {
    // Clock ticks are hundredths of seconds.
    if info.expires.get() != 0 {
        let seconds = info.expires.get() / 100;
        out.field("expires", seconds, format_args!("expires {seconds}sec "));
    }
    if info.error.get() != 0 {
        out.value("error", Some(info.error.get()));
    }
    if info.id.get() != 0 {
        let id = info.id.get();
        out.field("ipid", hex(id.into()), format_args!("ipid {id:#06x} "));
    }
    if info.timestamp.get() != 0 || info.timestamp_age.get() != 0 {
        let (timestamp, age) = (info.timestamp.get(), info.timestamp_age.get());
        out.field("ts", hex(timestamp.into()), format_args!("ts {timestamp:#x}"));
        out.field("tsage", age, format_args!("tsage {age}sec "));
    }
}

fn print_preference(out: &mut Output, preference: RouterPreference) {
    let word = match preference {
        RouterPreference::LOW => "low",
        RouterPreference::MEDIUM => "medium",
        RouterPreference::HIGH => "high",
        RouterPreference(number) => return out.field("pref", number, format_args!("{number}")),
    };
    out.field("pref", word, format_args!("pref {word}"));
}

/// How a metric is printed: as the number that it is, or as a time in so many parts of a millisecond.
type Parts = Option<u32>;

fn print_metrics(out: &mut Output, metrics: Attributes<'_, Metrics>) -> Result<(), ParseError> {
    const FIRST: [(Key<Metrics, u32>, &str, Parts); 10] = [
        (Metrics::MTU, "mtu", None),
        (Metrics::WINDOW, "window", None),
        (Metrics::RTT, "rtt", Some(8)),
        (Metrics::RTTVAR, "rttvar", Some(4)),
        (Metrics::SSTHRESH, "ssthresh", None),
        (Metrics::CWND, "cwnd", None),
        (Metrics::ADVMSS, "advmss", None),
        (Metrics::REORDERING, "reordering", None),
        (Metrics::HOPLIMIT, "hoplimit", None),
        (Metrics::INITCWND, "initcwnd", None),
    ];
    const BEHIND_FEATURES: [(Key<Metrics, u32>, &str, Parts); 3] = [
        (Metrics::RTO_MIN, "rto_min", Some(1)),
        (Metrics::INITRWND, "initrwnd", None),
        (Metrics::QUICKACK, "quickack", None),
    ];
    const LAST: [(Key<Metrics, u32>, &str, Parts); 1] = [(Metrics::FASTOPEN_NO_COOKIE, "fastopen_no_cookie", None)];

    let metrics = metrics.table()?;
    let locks = metrics.get(Metrics::LOCK)?.unwrap_or_default();
    let lock = |number: u16| if locks & (1 << number) == 0 { "" } else { "lock " };
    let plain = |out: &mut Output, rows: &[(Key<Metrics, u32>, &str, Parts)]| {
        rows.iter().try_for_each(|(key, word, parts)| {
            let (metric, lock) = (metrics.get(*key)?, lock(key.number()));
            // One that is locked is zero where it is not said. A hop limit may be that of the interface.
            let is_shown = metric.is_some() || !lock.is_empty();
            let metric = metric.unwrap_or_default();
            if is_shown && !(key.number() == Metrics::HOPLIMIT.number() && metric == u32::MAX) {
                out.text(format_args!("{word} {lock}"));
                print_metric(out, word, metric, *parts);
            }
            Ok(())
        })
    };

    plain(out, &FIRST)?;
    let (features, locked) = (metrics.get(Metrics::FEATURES)?, lock(Metrics::FEATURES.number()));
    if features.is_some() || !locked.is_empty() {
        out.text(format_args!("features {locked}"));
        print_features(out, features.unwrap_or_default());
    }
    plain(out, &BEHIND_FEATURES)?;
    if let Some(name) = metrics.get(Metrics::CC_ALGO)? {
        let lock = lock(Metrics::CC_ALGO.number());
        out.field("congestion", name, format_args!("congctl {lock}{name} "));
    }
    plain(out, &LAST)
}

fn print_metric(out: &mut Output, key: &str, metric: u32, parts: Parts) {
    let milliseconds = metric / parts.unwrap_or(1);
    let text = match parts {
        None => milliseconds.to_string(),
        Some(_) if milliseconds < 1000 => format!("{milliseconds}ms"),
        Some(_) => format!("{}s", general(f64::from(milliseconds) / 1000.0)),
    };
    out.field(key, milliseconds, format_args!("{text} "));
}

fn print_features(out: &mut Output, features: PathFeatures) {
    if features.contains(PathFeatures::ECN) {
        out.field("ecn", Value::Null, format_args!("ecn "));
    }
    if !features.difference(PathFeatures::ECN).is_empty() {
        let all = hex(features.bits().into());
        out.field("features", all.as_str(), format_args!("{all} "));
    }
}

/// A number with six digits that count, as `%g` has it in C.
fn general(number: f64) -> String {
    let digits = format!("{number:.5e}");
    let Some((digits, exponent)) = digits.split_once('e') else { return digits };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let trim = |digits: &str| match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => digits.to_owned(),
    };
    match exponent {
        -4..=5 => trim(&format!("{number:.*}", (5 - exponent).cast_unsigned() as usize)),
        _ => format!("{}e{}{:02}", trim(digits), if exponent < 0 { '-' } else { '+' }, exponent.abs()),
    }
}
