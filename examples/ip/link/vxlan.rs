//! VXLAN and Geneve tunnels.

use nlwire::codec::route::link::geneve::Geneve;
use nlwire::codec::route::link::vxlan::Vxlan;
use nlwire::codec::{Attributes, ParseError};
use nlwire::word::Word;

use super::devices::Devices;
use super::fields::{self, Fields};
use super::tunnel;
use crate::output::Output;

pub fn print(out: &mut Output, data: Attributes<'_, Vxlan>, devices: &mut Devices<'_>) -> Result<(), ParseError> {
    let vxlan = data.table()?;
    let is_set = |key| Ok(vxlan.get(key)?.is_some_and(|value: u8| value != 0));
    out.flag("external", is_set(Vxlan::COLLECT_METADATA)?);
    if is_set(Vxlan::VNIFILTER)? {
        out.field("vnifilter", true, format_args!("vnifilter"));
    }
    out.value("id", vxlan.get(Vxlan::ID)?);
    if let Some(group) = fields::either(vxlan.get(Vxlan::GROUP)?, vxlan.get(Vxlan::GROUP6)?) {
        let name = match (group.is_multicast(), group.is_ipv4()) {
            (true, true) => ("group", "group"),
            (true, false) => ("group6", "group"),
            (false, true) => ("remote", "remote"),
            (false, false) => ("remote6", "remote"),
        };
        out.value(name, Some(fields::ip(group)));
    }
    if let Some(local) = fields::either(vxlan.get(Vxlan::LOCAL)?, vxlan.get(Vxlan::LOCAL6)?) {
        out.value((if local.is_ipv4() { "local" } else { "local6" }, "local"), Some(fields::ip(local)));
    }
    tunnel::print_below(out, vxlan.get(Vxlan::LINK)?, devices);
    if let Some(range) = vxlan.get(Vxlan::PORT_RANGE)? {
        let (low, high) = (range.low.get(), range.high.get());
        out.object(Some("port_range"), |out| {
            out.json("low", low);
            out.json("high", high);
        });
        out.text(format_args!("srcport {low} {high} "));
    }
    out.value(("port", "dstport"), vxlan.get(Vxlan::PORT)?);
    if let Some(learning) = vxlan.get(Vxlan::LEARNING)? {
        out.field("learning", learning != 0, format_args!("{}", if learning == 0 { "nolearning " } else { "" }));
    }
    out.flag("proxy", is_set(Vxlan::PROXY)?);
    out.flag("rsc", is_set(Vxlan::RSC)?);
    out.flag("l2miss", is_set(Vxlan::L2MISS)?);
    out.flag("l3miss", is_set(Vxlan::L3MISS)?);
    tunnel::print_service(out, vxlan.get(Vxlan::TOS)?);
    print_ttl(out, vxlan.get(Vxlan::TTL_INHERIT)?.unwrap_or_default(), vxlan.get(Vxlan::TTL)?);
    print_fragmentation(out, vxlan.get(Vxlan::DF)?);
    out.hex(("label", "flowlabel"), vxlan.get(Vxlan::LABEL)?.filter(|label| *label != 0));
    if let Some(seconds) = vxlan.get(Vxlan::AGEING)? {
        match seconds {
            0 => out.field("ageing", 0, format_args!("ageing none ")),
            _ => out.value("ageing", Some(seconds)),
        }
    }
    out.value(("limit", "maxaddr"), vxlan.get(Vxlan::LIMIT)?.filter(|limit| *limit != 0));
    out.negated(("udp_csum", "udpcsum"), vxlan.get(Vxlan::UDP_CSUM)?);
    out.negated(("udp_zero_csum6_tx", "udp6zerocsumtx"), vxlan.get(Vxlan::UDP_ZERO_CSUM6_TX)?);
    out.negated(("udp_zero_csum6_rx", "udp6zerocsumrx"), vxlan.get(Vxlan::UDP_ZERO_CSUM6_RX)?);
    out.flag(("remcsum_tx", "remcsumtx"), is_set(Vxlan::REMCSUM_TX)?);
    out.flag(("remcsum_rx", "remcsumrx"), is_set(Vxlan::REMCSUM_RX)?);
    out.flag("gbp", vxlan.get(Vxlan::GBP)?.is_some());
    out.flag("gpe", vxlan.get(Vxlan::GPE)?.is_some());
    Ok(())
}

pub fn print_geneve(out: &mut Output, data: Attributes<'_, Geneve>) -> Result<(), ParseError> {
    let geneve = data.table()?;
    out.flag("external", geneve.get(Geneve::COLLECT_METADATA)?.is_some());
    out.value("id", geneve.get(Geneve::ID)?);
    if let Some(remote) = fields::either(geneve.get(Geneve::REMOTE)?, geneve.get(Geneve::REMOTE6)?)
        && (remote.is_ipv4() || !remote.is_multicast())
    {
        out.value((if remote.is_ipv4() { "remote" } else { "remote6" }, "remote"), Some(fields::ip(remote)));
    }
    print_ttl(out, geneve.get(Geneve::TTL_INHERIT)?.is_some_and(|inherit| inherit != 0), geneve.get(Geneve::TTL)?);
    tunnel::print_service(out, geneve.get(Geneve::TOS)?);
    print_fragmentation(out, geneve.get(Geneve::DF)?);
    out.hex(("label", "flowlabel"), geneve.get(Geneve::LABEL)?.filter(|label| *label != 0));
    out.value(("port", "dstport"), geneve.get(Geneve::PORT)?);
    out.negated(("udp_csum", "udpcsum"), geneve.get(Geneve::UDP_CSUM)?);
    out.negated(("udp_zero_csum6_tx", "udp6zerocsumtx"), geneve.get(Geneve::UDP_ZERO_CSUM6_TX)?);
    out.negated(("udp_zero_csum6_rx", "udp6zerocsumrx"), geneve.get(Geneve::UDP_ZERO_CSUM6_RX)?);
    out.flag(("inner_proto_inherit", "innerprotoinherit"), geneve.get(Geneve::INNER_PROTO_INHERIT)?.is_some());
    Ok(())
}

/// The time to live. That of the packet inside has no key in JSON.
fn print_ttl(out: &mut Output, inherit: bool, ttl: Option<u8>) {
    match ttl {
        _ if inherit => out.text(format_args!("ttl inherit ")),
        Some(0) => out.field("ttl", 0, format_args!("ttl auto ")),
        ttl => out.value("ttl", ttl),
    }
}

/// Whether packets may be fragmented. That they may is not said in text.
fn print_fragmentation(out: &mut Output, policy: Option<impl Word>) {
    match policy.and_then(Word::word) {
        Some("unset") => out.json("df", "unset"),
        word => out.value("df", word),
    }
}
