//! Virtual functions of network cards.

use nlwire::codec::payload::Struct;
use nlwire::codec::route::link::hardware::HardwareType;
use nlwire::codec::route::link::virtual_function::{VfGuid, VfSetting, VfVlans, VirtualFunction, VirtualFunctions};
use nlwire::codec::route::link::{Header, LinkFlags};
use nlwire::codec::{Attributes, Key, ParseError, Table};

use nlwire::shown::Show;
use nlwire::word::Word;

use super::fields;
use super::hardware;
use crate::output::Output;

pub fn print(out: &mut Output, header: &Header, functions: Attributes<'_, VirtualFunctions>) -> Result<(), ParseError> {
    out.array(Some("vfinfo_list"), |out| {
        for function in functions.all(VirtualFunctions::INFO) {
            let function = function?;
            out.object(None, |out| print_function(out, header, function))?;
        }
        Ok(())
    })
}

fn print_function(
    out: &mut Output,
    header: &Header,
    function: Attributes<'_, VirtualFunction>,
) -> Result<(), ParseError> {
    let function = function.table()?;
    let kind = header.kind.get();
    // The kernel pads with zeros, and does not say how long addresses are.
    let length = if kind == HardwareType::ETHER { 6 } else { 20 };
    if let Some(mac) = function.get(VirtualFunction::MAC)? {
        let (number, address) = (mac.function.get(), hardware::address(&mac.address[..length], kind));
        out.field("vf", number, format_args!("\n    vf {number} "));
        let hardware = fields::text(&kind.show());
        out.field("link_type", hardware.as_str(), format_args!("    link/{hardware} "));
        out.field("address", address.as_str(), format_args!("{address}"));
    }
    if let Some(broadcast) = function.get(VirtualFunction::BROADCAST)? {
        let pointed = header.flags.get().contains(LinkFlags::POINTOPOINT);
        if pointed {
            out.json("link_pointtopoint", true);
        }
        let address = hardware::address(&broadcast[..length], kind);
        out.field("broadcast", address.as_str(), format_args!(" {} {address}", if pointed { "peer" } else { "brd" }));
    }
    match function.get(VirtualFunction::VLAN_LIST)? {
        Some(vlans) => print_vlans(out, vlans)?,
        None => {
            if let Some(vlan) = function.get(VirtualFunction::VLAN)? {
                print_vlan(out, vlan.vlan.get(), vlan.priority.get());
            }
        }
    }
    let rate = function.get(VirtualFunction::TX_RATE)?.map(|rate| rate.rate.get());
    if let Some(rate) = rate.filter(|rate| *rate != 0) {
        out.field("tx_rate", rate, format_args!(", tx rate {rate} (Mbps)"));
    }
    if let Some(rate) = function.get(VirtualFunction::RATE)? {
        let (most, least) = (rate.most.get(), rate.least.get());
        out.object(Some("rate"), |out| {
            out.json("max_tx", most);
            out.json("min_tx", least);
        });
        for (name, rate) in [("max", most), ("min", least)] {
            if rate != 0 {
                out.text(format_args!(", {name}_tx_rate {rate}Mbps"));
            }
        }
    }
    print_setting(out, &function, VirtualFunction::SPOOFCHK, ("spoofchk", "spoof checking"))?;
    print_guid(out, &function, VirtualFunction::IB_NODE_GUID, ("node guid", "NODE_GUID"))?;
    print_guid(out, &function, VirtualFunction::IB_PORT_GUID, ("port guid", "PORT_GUID"))?;
    if let Some(carrier) = function.get(VirtualFunction::LINK_STATE)? {
        let word = carrier.state.get().word().unwrap_or("disable");
        out.field("link_state", word, format_args!(", link-state {word}"));
    }
    print_setting(out, &function, VirtualFunction::TRUST, ("trust", "trust"))?;
    print_setting(out, &function, VirtualFunction::RSS_QUERY_EN, ("query_rss_en", "query_rss"))
}

fn print_vlans(out: &mut Output, vlans: Attributes<'_, VfVlans>) -> Result<(), ParseError> {
    out.array(Some("vlan_list"), |out| {
        for vlan in vlans.all(VfVlans::INFO) {
            let vlan = vlan?;
            out.object(None, |out| {
                print_vlan(out, vlan.vlan.get(), vlan.priority.get());
                let protocol = vlan.protocol.get();
                if protocol != 0 && protocol != 0x8100 {
                    let name = fields::ethernet_protocol(protocol);
                    out.field("protocol", name.as_str(), format_args!(", vlan protocol {name}"));
                }
            });
        }
        Ok(())
    })
}

fn print_vlan(out: &mut Output, vlan: u32, priority: u32) {
    for (key, number) in [("vlan", vlan), ("qos", priority)] {
        if number != 0 {
            out.field(key, number, format_args!(", {key} {number}"));
        }
    }
}

fn print_setting(
    out: &mut Output,
    function: &Table<'_, VirtualFunction>,
    key: Key<VirtualFunction, Struct<VfSetting>>,
    (name, words): (&str, &str),
) -> Result<(), ParseError> {
    let setting = function.get(key)?.map(|setting| setting.setting.get());
    // All bits are set where the driver does not know.
    if let Some(setting) = setting.filter(|setting| *setting != u32::MAX) {
        out.field(name, setting != 0, format_args!(", {words} {}", if setting == 0 { "off" } else { "on" }));
    }
    Ok(())
}

fn print_guid(
    out: &mut Output,
    function: &Table<'_, VirtualFunction>,
    key: Key<VirtualFunction, Struct<VfGuid>>,
    (name, word): (&str, &str),
) -> Result<(), ParseError> {
    if let Some(guid) = function.get(key)? {
        let guid = hardware::plain(&guid.guid.get().to_be_bytes());
        out.field(name, guid.as_str(), format_args!(", {word} {guid}"));
    }
    Ok(())
}
