//! What links have because of their kind, or of their master's: each kind of which iproute2 prints more than its name.

use nlwire::codec::route::link::LinkInfo;
use nlwire::codec::route::link::ipvlan::{Ipvlan, IpvlanFlags};
use nlwire::codec::route::link::macvlan::{Macvlan, MacvlanFlags, MacvlanMode};
use nlwire::codec::route::link::vlan::{Vlan, VlanFlags, VlanQos};
use nlwire::codec::route::link::vrf::{Vrf, VrfPort};
use nlwire::codec::{Attributes, ParseError};
use nlwire::word::Word;

use super::devices::Devices;
use super::fields::{self, Fields};
use super::{bond, bridge, hardware, others, tunnel, vxlan};
use crate::output::Output;

/// The kind of a link with what only that has, and the kind of its master with what only its ports have.
pub fn print(out: &mut Output, info: Attributes<'_, LinkInfo>, devices: &mut Devices<'_>) -> Result<(), ParseError> {
    out.object(Some("linkinfo"), |out| print_info(out, info, devices))
}

fn print_info(out: &mut Output, info: Attributes<'_, LinkInfo>, devices: &mut Devices<'_>) -> Result<(), ParseError> {
    if let Some(kind) = info.get(LinkInfo::KIND)? {
        out.field("info_kind", kind, format_args!("\n    {kind} "));
        if has_data(kind) {
            out.object(Some("info_data"), |out| print_data(out, kind, info, devices))?;
        }
    }
    if let Some(kind) = info.get(LinkInfo::SLAVE_KIND)? {
        out.field("info_slave_kind", kind, format_args!("\n    {kind}_slave "));
        if matches!(kind, "bond" | "bridge" | "vrf") {
            out.object(Some("info_slave_data"), |out| print_slave_data(out, kind, info, devices))?;
        }
    }
    Ok(())
}

fn has_data(kind: &str) -> bool {
    // iproute2 also knows "can".
    matches!(
        kind,
        "bond" | "bridge" | "geneve" | "ipvlan" | "ipvtap" | "macvlan" | "macvtap" | "vlan" | "vrf" | "vxlan"
    ) || matches!(kind, "gre" | "gretap" | "erspan" | "ip6gre" | "ip6gretap" | "ip6erspan")
        || matches!(kind, "ipip" | "sit" | "ip6tnl" | "vti" | "vti6" | "xfrm")
        || others::has_data(kind)
}

fn print_data(
    out: &mut Output,
    kind: &str,
    info: Attributes<'_, LinkInfo>,
    devices: &mut Devices<'_>,
) -> Result<(), ParseError> {
    let Some(data) = info.get(LinkInfo::DATA)? else { return Ok(()) };
    match kind {
        "bond" => bond::print(out, data.of(), devices),
        "bridge" => bridge::print(out, data.of()),
        "geneve" => vxlan::print_geneve(out, data.of()),
        "gre" | "gretap" | "erspan" => tunnel::print_gre(out, data.of(), false, devices),
        "ip6gre" | "ip6gretap" | "ip6erspan" => tunnel::print_gre(out, data.of(), true, devices),
        "ip6tnl" => tunnel::print_ip6(out, data.of(), devices),
        "ipip" | "sit" => tunnel::print_ip(out, data.of(), devices),
        "ipvlan" | "ipvtap" => print_ipvlan(out, data.of()),
        "macvlan" | "macvtap" => print_macvlan(out, data.of()),
        "vlan" => print_vlan(out, data.of()),
        "vrf" => {
            out.value("table", data.of().get(Vrf::TABLE)?);
            Ok(())
        }
        "vti" | "vti6" => tunnel::print_vti(out, data.of(), devices),
        "vxlan" => vxlan::print(out, data.of(), devices),
        "xfrm" => tunnel::print_xfrm(out, data.of()),
        _ => others::print(out, kind, data, devices),
    }
}

fn print_slave_data(
    out: &mut Output,
    kind: &str,
    info: Attributes<'_, LinkInfo>,
    devices: &mut Devices<'_>,
) -> Result<(), ParseError> {
    let Some(data) = info.get(LinkInfo::SLAVE_DATA)? else { return Ok(()) };
    match kind {
        "bond" => bond::print_port(out, data.of()),
        "bridge" => bridge::print_port(out, data.of(), devices),
        _ => {
            out.value("table", data.of().get(VrfPort::TABLE)?);
            Ok(())
        }
    }
}

fn print_vlan(out: &mut Output, data: Attributes<'_, Vlan>) -> Result<(), ParseError> {
    let vlan = data.table()?;
    let Some(id) = vlan.get(Vlan::ID)? else { return Ok(()) };
    let protocol = vlan.get(Vlan::PROTOCOL)?.map_or_else(|| "802.1q".into(), fields::ethernet_protocol);
    out.value("protocol", Some(protocol));
    out.value("id", Some(id));
    if let Some(flags) = vlan.get(Vlan::FLAGS)? {
        out.words("flags", vlan_words(flags.flags.get()));
    }
    for (key, word, map) in [("ingress_qos", "ingress", Vlan::INGRESS_QOS), ("egress_qos", "egress", Vlan::EGRESS_QOS)]
    {
        let Some(map) = vlan.get(map)? else { continue };
        out.text(format_args!("\n      {word}-qos-map {{ "));
        out.array(Some(key), |out| {
            for mapping in map.all(VlanQos::MAPPING) {
                let mapping = mapping?;
                let (from, to) = (mapping.from.get(), mapping.to.get());
                out.object(None, |out| {
                    out.field("from", from, format_args!("{from}:"));
                    out.field("to", to, format_args!("{to} "));
                });
            }
            Ok(())
        })?;
        out.text(format_args!("}} "));
    }
    Ok(())
}

fn vlan_words(flags: VlanFlags) -> Vec<String> {
    const WORDS: [(VlanFlags, &str); 5] = [
        (VlanFlags::REORDER_HDR, "REORDER_HDR"),
        (VlanFlags::GVRP, "GVRP"),
        (VlanFlags::MVRP, "MVRP"),
        (VlanFlags::LOOSE_BINDING, "LOOSE_BINDING"),
        (VlanFlags::BRIDGE_BINDING, "BRIDGE_BINDING"),
    ];
    fields::flag_words(flags.bits(), WORDS.iter().map(|(flag, word)| (flag.bits(), *word)))
}

fn print_macvlan(out: &mut Output, data: Attributes<'_, Macvlan>) -> Result<(), ParseError> {
    let macvlan = data.table()?;
    let Some(mode) = macvlan.get(Macvlan::MODE)? else { return Ok(()) };
    out.value("mode", Some(mode.word().unwrap_or("unknown")));
    let flags = macvlan.get(Macvlan::FLAGS)?.unwrap_or_default();
    out.flag("nopromisc", flags.contains(MacvlanFlags::NOPROMISC));
    out.flag("nodst", flags.contains(MacvlanFlags::NODST));
    out.value("bcqueuelen", macvlan.get(Macvlan::BC_QUEUE_LEN)?);
    out.value("usedbcqueuelen", macvlan.get(Macvlan::BC_QUEUE_LEN_USED)?);
    let Some(count) = macvlan.get(Macvlan::MACADDR_COUNT)?.filter(|_| mode == MacvlanMode::SOURCE) else {
        return Ok(());
    };
    out.field("macaddr_count", count, format_args!("remotes ({count}) "));
    if let Some(addresses) = macvlan.get(Macvlan::MACADDR_DATA)? {
        out.array(Some("macaddr_data"), |out| {
            for address in addresses.all(Macvlan::MACADDR) {
                let address = hardware::plain(&address?);
                out.item(address.as_str(), format_args!("{address} "));
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn print_ipvlan(out: &mut Output, data: Attributes<'_, Ipvlan>) -> Result<(), ParseError> {
    if let Some(mode) = data.get(Ipvlan::MODE)? {
        let word = mode.word().unwrap_or("unknown");
        out.field("mode", word, format_args!(" mode {word} "));
    }
    if let Some(flags) = data.get(Ipvlan::FLAGS)? {
        let word = match flags {
            flags if flags.contains(IpvlanFlags::PRIVATE) => "private",
            flags if flags.contains(IpvlanFlags::VEPA) => "vepa",
            _ => "bridge",
        };
        out.flag(word, true);
    }
    Ok(())
}
