//! `ip rule`: which routing table is asked for which packets.

use std::error::Error;
use std::net::IpAddr;

use nlwire::Netlink;
use nlwire::codec::payload::Sent;
use nlwire::codec::route::Family;
use nlwire::codec::route::route::{RouteProtocol, RouteType};
use nlwire::codec::route::rule::{Header, NewRule, PortRange, Rule, RuleAction, RuleFlags};
use nlwire::codec::{Attributes, ParseError, Table, View};
use nlwire::rule::RuleFilter;
use serde_json::Value;

use crate::link::fields::{self, hex};
use crate::names;
use crate::options::Options;
use crate::output::Output;

pub fn show(nl: &mut Netlink, options: &Options, out: &mut Output) -> Result<(), Box<dyn Error>> {
    let family = options.family.unwrap_or(Family::INET);
    // Table 0 stands for all.
    let table = options.table.filter(|table| *table != 0 && !options.all_tables);
    let mut rules = nl.rules().filter(RuleFilter { family: Some(family), table, ..RuleFilter::default() }).dump()?;
    while let Some(rule) = rules.next()? {
        // A family that the kernel does not have, it takes for all.
        if rule.header.family != family {
            continue;
        }
        let comes_in_by = names::text(rule.attributes(), Rule::IIFNAME)?;
        if options.device.is_none() || options.device == comes_in_by {
            out.object(None, |out| print(out, &rule, options.details))?;
        }
    }
    Ok(())
}

pub fn print(out: &mut Output, rule: &View<'_, NewRule>, details: bool) -> Result<(), ParseError> {
    let header = &rule.header;
    let attributes = rule.attributes().table()?;
    let priority = attributes.get(Rule::PRIORITY)?.unwrap_or_default();
    out.field("priority", priority, format_args!("{priority}:\t"));
    flag(out, "not", header.flags.get().contains(RuleFlags::INVERT), "not ");
    print_selectors(out, header, &attributes)?;
    print_interfaces(out, header.flags.get(), rule.attributes())?;
    flag(out, "l3mdev", attributes.get(Rule::L3MDEV)?.is_some_and(|on| on != 0), " lookup [l3mdev-table]");
    print_users_and_ports(out, &attributes)?;
    print_table(out, header, &attributes)?;
    if let Some(realms) = attributes.get(Rule::FLOW)? {
        print_realms(out, realms);
    }
    print_action(out, header, &attributes)?;
    if let Some(protocol) = attributes.get(Rule::PROTOCOL)? {
        // Nobody, or the kernel, is not worth a word.
        if details || !matches!(protocol, RouteProtocol::UNSPEC | RouteProtocol::KERNEL) {
            let protocol = names::protocol(protocol);
            out.field("protocol", protocol.as_str(), format_args!(" proto {protocol}"));
        }
    }
    out.text(format_args!("\n"));
    Ok(())
}

/// A field that says something by being there.
fn flag(out: &mut Output, key: &str, set: bool, text: &str) {
    if set {
        out.field(key, Value::Null, format_args!("{text}"));
    }
}

/// Which addresses, type of service and mark the packets have.
fn print_selectors(out: &mut Output, header: &Header, attributes: &Table<'_, Rule>) -> Result<(), ParseError> {
    let source = attributes.get(Rule::SRC)?;
    out.text(format_args!("from "));
    match source {
        None if header.src_len == 0 => out.field("src", "all", format_args!("all")),
        _ => print_prefix(out, ("src", "srclen"), source, header.src_len),
    }
    let destination = attributes.get(Rule::DST)?;
    if destination.is_some() || header.dst_len != 0 {
        out.text(format_args!(" to "));
        print_prefix(out, ("dst", "dstlen"), destination, header.dst_len);
    }
    if header.tos != 0 {
        let service = names::service(header.tos);
        out.field("tos", service.as_str(), format_args!(" tos {service}"));
    }
    let (mark, mask) = (attributes.get(Rule::FWMARK)?, attributes.get(Rule::FWMASK)?);
    if mark.is_some() || mask.is_some() {
        let mark = hex(mark.unwrap_or_default().into());
        out.field("fwmark", mark.as_str(), format_args!(" fwmark {mark}"));
    }
    if let Some(mask) = mask.filter(|mask| *mask != u32::MAX) {
        let mask = hex(mask.into());
        out.field("fwmask", mask.as_str(), format_args!("/{mask}"));
    }
    Ok(())
}

/// A prefix; its length only where it is not that of an address.
fn print_prefix(out: &mut Output, (key, length_key): (&str, &str), address: Option<IpAddr>, length: u8) {
    let host = match address {
        Some(IpAddr::V4(_)) => Some(32),
        Some(IpAddr::V6(_)) => Some(128),
        None => None,
    };
    let address = address.map_or_else(|| "0".into(), fields::ip);
    out.field(key, address.as_str(), format_args!("{address}"));
    if host != Some(length) {
        out.field(length_key, length, format_args!("/{length}"));
    }
}

fn print_interfaces(out: &mut Output, flags: RuleFlags, rule: Attributes<'_, Rule>) -> Result<(), ParseError> {
    if let Some(name) = names::text(rule, Rule::IIFNAME)? {
        out.field("iif", name.as_str(), format_args!(" iif {name}"));
        flag(out, "iif_detached", flags.contains(RuleFlags::IIF_DETACHED), " [detached]");
    }
    if let Some(name) = names::text(rule, Rule::OIFNAME)? {
        out.field("oif", name.as_str(), format_args!(" oif {name}"));
        flag(out, "oif_detached", flags.contains(RuleFlags::OIF_DETACHED), " [detached]");
    }
    Ok(())
}

fn print_users_and_ports(out: &mut Output, attributes: &Table<'_, Rule>) -> Result<(), ParseError> {
    if let Some(users) = attributes.get(Rule::UID_RANGE)? {
        let (start, end) = (users.start.get(), users.end.get());
        out.field("uid_start", start, format_args!(" uidrange {start}"));
        out.field("uid_end", end, format_args!("-{end}"));
    }
    if let Some(protocol) = attributes.get(Rule::IP_PROTO)?.map(names::ip_protocol) {
        out.field("ipproto", protocol.as_str(), format_args!(" ipproto {protocol}"));
    }
    print_ports(out, ["sport", "sport_start", "sport_end"], attributes.get(Rule::SPORT_RANGE)?);
    print_ports(out, ["dport", "dport_start", "dport_end"], attributes.get(Rule::DPORT_RANGE)?);
    if let Some(id) = attributes.get(Rule::TUN_ID)? {
        out.field("tun_id", id, format_args!(" tun_id {id}"));
    }
    Ok(())
}

/// One port, or those from one to another.
fn print_ports(out: &mut Output, [one, first, last]: [&str; 3], ports: Option<Sent<'_, PortRange>>) {
    let Some((start, end)) = ports.map(|ports| (ports.start.get(), ports.end.get())) else { return };
    if start == end {
        out.field(one, start, format_args!(" {one} {start}"));
    } else {
        out.field(first, start, format_args!(" {one} {start}"));
        out.field(last, end, format_args!("-{end}"));
    }
}

/// The table that decides, and what of it does not count.
fn print_table(out: &mut Output, header: &Header, attributes: &Table<'_, Rule>) -> Result<(), ParseError> {
    let table = attributes.get(Rule::TABLE)?.unwrap_or_else(|| header.table.get().0.into());
    if table == 0 {
        return Ok(());
    }
    let table = names::table(table);
    out.field("table", table.as_str(), format_args!(" lookup {table}"));
    // All bits set is none.
    if let Some(bits) = attributes.get(Rule::SUPPRESS_PREFIXLEN)?.filter(|bits| *bits != -1) {
        out.field("suppress_prefixlen", bits, format_args!(" suppress_prefixlength {bits}"));
    }
    if let Some(group) = attributes.get(Rule::SUPPRESS_IFGROUP)?.filter(|group| *group != u32::MAX) {
        let group = names::group(group);
        out.field("suppress_ifgroup", group.as_str(), format_args!(" suppress_ifgroup {group}"));
    }
    Ok(())
}

fn print_realms(out: &mut Output, realms: u32) {
    let [source, destination] = [(realms >> 16) as u16, realms as u16];
    out.text(format_args!(" realms "));
    if source != 0 {
        let source = names::realm(source);
        out.field("flow_from", source.as_str(), format_args!("{source}/"));
    }
    let destination = names::realm(destination);
    out.field("flow_to", destination.as_str(), format_args!("{destination}"));
}

fn print_action(out: &mut Output, header: &Header, attributes: &Table<'_, Rule>) -> Result<(), ParseError> {
    match header.action.get() {
        RuleAction::TO_TBL => {}
        RuleAction::GOTO => {
            match attributes.get(Rule::GOTO)? {
                Some(priority) => out.field("goto", priority, format_args!(" goto {priority}")),
                None => out.field("goto", "none", format_args!(" goto none")),
            }
            flag(out, "unresolved", header.flags.get().contains(RuleFlags::UNRESOLVED), " [unresolved]");
        }
        RuleAction::NOP => flag(out, "nop", true, " nop"),
        // It has a word of its own. An address to map to the kernel no longer tells.
        RuleAction(action) if action == RouteType::NAT.0 => flag(out, "masquerade", true, " masquerade"),
        // What becomes of packets has the same numbers for rules as for routes.
        action => {
            let action = names::route_type(RouteType(action.0));
            out.field("action", action.as_str(), format_args!(" {action}"));
        }
    }
    Ok(())
}
