//! Bonds and their ports.

use std::fmt::Display;

use nlwire::codec::route::link::bond::{Bond, BondAdInfo, BondSlave, LacpState};
use nlwire::codec::{Attributes, ParseError};
use nlwire::link::{AdSelect, ArpAllTargets, ArpValidate, FailOverMac, LacpRate, PrimaryReselect};
use nlwire::word::Word;
use serde_json::Value;

use super::devices::Devices;
use super::fields::{self, Fields};
use super::hardware;
use crate::output::Output;

pub fn print(out: &mut Output, data: Attributes<'_, Bond>, devices: &mut Devices<'_>) -> Result<(), ParseError> {
    let bond = data.table()?;
    out.value("mode", bond.get(Bond::MODE)?.map(known));
    let mut device = |index: Option<u32>| index.filter(|index| *index != 0).map(|index| devices.name(index));
    out.value("active_slave", device(bond.get(Bond::ACTIVE_SLAVE)?));
    out.value("miimon", bond.get(Bond::MIIMON)?);
    out.value("updelay", bond.get(Bond::UPDELAY)?);
    out.value("downdelay", bond.get(Bond::DOWNDELAY)?);
    out.value("peer_notify_delay", bond.get(Bond::PEER_NOTIF_DELAY)?);
    out.value("use_carrier", bond.get(Bond::USE_CARRIER)?);
    out.value("arp_interval", bond.get(Bond::ARP_INTERVAL)?);
    out.value("arp_missed_max", bond.get(Bond::MISSED_MAX)?);
    if let Some(targets) = bond.get(Bond::ARP_IP_TARGET)? {
        let targets = targets.iter().map(|target| Ok(target?.1)).collect::<Result<Vec<_>, _>>()?;
        print_targets(out, "arp_ip_target", targets);
    }
    if let Some(targets) = bond.get(Bond::NS_IP6_TARGET)? {
        let targets = targets.iter().map(|target| Ok(fields::ip(target?.1))).collect::<Result<Vec<_>, _>>()?;
        print_targets(out, "ns_ip6_target", targets);
    }
    match bond.get(Bond::ARP_VALIDATE)? {
        Some(0) => out.field("arp_validate", Value::Null, format_args!("arp_validate none ")),
        validation => out.value("arp_validate", validation.map(|validation| known(ArpValidate(validation)))),
    }
    out.value("arp_all_targets", bond.get(Bond::ARP_ALL_TARGETS)?.map(|all| known(ArpAllTargets(all))));
    out.value("primary", device(bond.get(Bond::PRIMARY)?));
    out.value("primary_reselect", bond.get(Bond::PRIMARY_RESELECT)?.map(|reselect| known(PrimaryReselect(reselect))));
    out.value("fail_over_mac", bond.get(Bond::FAIL_OVER_MAC)?.map(|policy| known(FailOverMac(policy))));
    out.value("xmit_hash_policy", bond.get(Bond::XMIT_HASH_POLICY)?.map(known));
    out.value("resend_igmp", bond.get(Bond::RESEND_IGMP)?);
    out.value(("num_peer_notif", "num_grat_arp"), bond.get(Bond::NUM_PEER_NOTIF)?);
    out.value("all_slaves_active", bond.get(Bond::ALL_SLAVES_ACTIVE)?);
    out.value("min_links", bond.get(Bond::MIN_LINKS)?);
    out.value("lp_interval", bond.get(Bond::LP_INTERVAL)?);
    out.value("packets_per_slave", bond.get(Bond::PACKETS_PER_SLAVE)?);
    let active = bond.get(Bond::AD_LACP_ACTIVE)?;
    out.value(("ad_lacp_active", "lacp_active"), active.map(|active| if active == 0 { "off" } else { "on" }));
    let rate = bond.get(Bond::AD_LACP_RATE)?;
    out.value(("ad_lacp_rate", "lacp_rate"), rate.map(|rate| known(LacpRate(rate))));
    out.value("ad_select", bond.get(Bond::AD_SELECT)?.map(|select| known(AdSelect(select))));
    if let Some(info) = bond.get(Bond::AD_INFO)? {
        print_aggregate(out, info)?;
    }
    out.value("ad_actor_sys_prio", bond.get(Bond::AD_ACTOR_SYS_PRIO)?);
    out.value("ad_user_port_key", bond.get(Bond::AD_USER_PORT_KEY)?);
    out.value("ad_actor_system", bond.get(Bond::AD_ACTOR_SYSTEM)?.map(|address| hardware::plain(&address)));
    out.value("tlb_dynamic_lb", bond.get(Bond::TLB_DYNAMIC_LB)?);
    Ok(())
}

fn print_aggregate(out: &mut Output, info: Attributes<'_, BondAdInfo>) -> Result<(), ParseError> {
    out.object(Some("ad_info"), |out| {
        out.value(("aggregator", "ad_aggregator"), info.get(BondAdInfo::AGGREGATOR)?);
        out.value(("num_ports", "ad_num_ports"), info.get(BondAdInfo::NUM_PORTS)?);
        out.value(("actor_key", "ad_actor_key"), info.get(BondAdInfo::ACTOR_KEY)?);
        out.value(("partner_key", "ad_partner_key"), info.get(BondAdInfo::PARTNER_KEY)?);
        let partner = info.get(BondAdInfo::PARTNER_MAC)?;
        out.value(("partner_mac", "ad_partner_mac"), partner.map(|address| hardware::plain(&address)));
        Ok(())
    })
}

fn print_targets(out: &mut Output, name: &str, targets: Vec<impl Display>) {
    if targets.is_empty() {
        return;
    }
    out.array(Some(name), |out| {
        let mut separator = format!("{name} ");
        for target in targets {
            out.item(target.to_string(), format_args!("{separator}{target}"));
            separator = ",".into();
        }
    });
    out.text(format_args!(" "));
}

pub fn print_port(out: &mut Output, data: Attributes<'_, BondSlave>) -> Result<(), ParseError> {
    let port = data.table()?;
    if let Some(state) = port.get(BondSlave::STATE)? {
        match state.word() {
            Some(word) => out.value("state", Some(word)),
            None => out.value(("state_index", "state"), Some(state.0)),
        }
    }
    if let Some(status) = port.get(BondSlave::MII_STATUS)? {
        match status.word() {
            Some(word) => out.value("mii_status", Some(word)),
            None => out.value(("mii_status_index", "mii_status"), Some(status.0)),
        }
    }
    out.value("link_failure_count", port.get(BondSlave::LINK_FAILURE_COUNT)?.map(u32::cast_signed));
    out.value("perm_hwaddr", port.get(BondSlave::PERM_HWADDR)?.map(|address| address.to_string()));
    out.value("queue_id", port.get(BondSlave::QUEUE_ID)?);
    out.value("prio", port.get(BondSlave::PRIO)?);
    out.value("ad_aggregator_id", port.get(BondSlave::AD_AGGREGATOR_ID)?);
    let states = [
        ("ad_actor_oper_port_state", port.get(BondSlave::AD_ACTOR_OPER_PORT_STATE)?.map(|state| state.bits())),
        // Of its sixteen bits LACP has eight.
        ("ad_partner_oper_port_state", port.get(BondSlave::AD_PARTNER_OPER_PORT_STATE)?.map(|state| state as u8)),
    ];
    for (name, state) in states {
        let Some(state) = state else { continue };
        out.value(name, Some(state));
        out.text(format_args!("{name}_str "));
        out.words(&format!("{name}_str"), lacp_words(LacpState::from_bits_retain(state)));
    }
    Ok(())
}

fn lacp_words(state: LacpState) -> Vec<&'static str> {
    const WORDS: [(LacpState, &str); 8] = [
        (LacpState::LACP_ACTIVITY, "active"),
        (LacpState::LACP_TIMEOUT, "short_timeout"),
        (LacpState::AGGREGATION, "aggregating"),
        (LacpState::SYNCHRONIZATION, "in_sync"),
        (LacpState::COLLECTING, "collecting"),
        (LacpState::DISTRIBUTING, "distributing"),
        (LacpState::DEFAULTED, "defaulted"),
        (LacpState::EXPIRED, "expired"),
    ];
    WORDS.iter().filter(|(flag, _)| state.contains(*flag)).map(|(_, word)| *word).collect()
}

fn known(value: impl Word) -> &'static str {
    value.word().unwrap_or("UNKNOWN")
}
