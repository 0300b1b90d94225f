//! Bridges and their ports.

use nlwire::codec::route::link::bridge::{BoolOption, Bridge, BridgeId, MulticastRouter};
use nlwire::codec::route::link::bridge_port::BridgePort;
use nlwire::codec::{Attributes, ParseError};
use nlwire::word::Word;

use super::devices::Devices;
use super::fields::{self, Fields};
use super::hardware;
use crate::output::Output;

pub fn print(out: &mut Output, data: Attributes<'_, Bridge>) -> Result<(), ParseError> {
    let bridge = data.table()?;
    out.value("forward_delay", bridge.get(Bridge::FORWARD_DELAY)?);
    out.value("hello_time", bridge.get(Bridge::HELLO_TIME)?);
    out.value("max_age", bridge.get(Bridge::MAX_AGE)?);
    out.value("ageing_time", bridge.get(Bridge::AGEING_TIME)?);
    out.value("stp_state", bridge.get(Bridge::STP_STATE)?);
    out.value("priority", bridge.get(Bridge::PRIORITY)?);
    out.value("vlan_filtering", bridge.get(Bridge::VLAN_FILTERING)?);
    out.value("vlan_protocol", bridge.get(Bridge::VLAN_PROTOCOL)?.map(fields::ethernet_protocol));
    let id = bridge.get(Bridge::BRIDGE_ID)?.map(|id| bridge_id(*id));
    out.value("bridge_id", id.clone());
    // iproute2 has the bridge's own identifier here too.
    out.value(("root_id", "designated_root"), bridge.get(Bridge::ROOT_ID)?.and(id));
    out.value("root_port", bridge.get(Bridge::ROOT_PORT)?);
    out.value("root_path_cost", bridge.get(Bridge::ROOT_PATH_COST)?);
    out.value("topology_change", bridge.get(Bridge::TOPOLOGY_CHANGE)?);
    out.value("topology_change_detected", bridge.get(Bridge::TOPOLOGY_CHANGE_DETECTED)?);
    out.timer("hello_timer", bridge.get(Bridge::HELLO_TIMER)?);
    out.timer("tcn_timer", bridge.get(Bridge::TCN_TIMER)?);
    out.timer("topology_change_timer", bridge.get(Bridge::TOPOLOGY_CHANGE_TIMER)?);
    out.timer("gc_timer", bridge.get(Bridge::GC_TIMER)?);
    out.value("vlan_default_pvid", bridge.get(Bridge::VLAN_DEFAULT_PVID)?);
    out.value("vlan_stats_enabled", bridge.get(Bridge::VLAN_STATS_ENABLED)?);
    out.value("vlan_stats_per_port", bridge.get(Bridge::VLAN_STATS_PER_PORT)?);
    out.hex("group_fwd_mask", bridge.get(Bridge::GROUP_FWD_MASK)?);
    out.value(
        ("group_addr", "group_address"),
        bridge.get(Bridge::GROUP_ADDR)?.map(|address| hardware::plain(&address)),
    );
    out.value("mcast_snooping", bridge.get(Bridge::MCAST_SNOOPING)?);
    if let Some(options) = bridge.get(Bridge::MULTI_BOOLOPT)? {
        let (known, on) = (options.mask.get(), options.values.get());
        let option = |flag| known.contains(flag).then(|| u8::from(on.contains(flag)));
        out.value("no_linklocal_learn", option(BoolOption::NO_LL_LEARN));
        out.value("mcast_vlan_snooping", option(BoolOption::MCAST_VLAN_SNOOPING));
    }
    out.value("mcast_router", bridge.get(Bridge::MCAST_ROUTER)?.map(|MulticastRouter(router)| router));
    out.value("mcast_query_use_ifaddr", bridge.get(Bridge::MCAST_QUERY_USE_IFADDR)?);
    out.value("mcast_querier", bridge.get(Bridge::MCAST_QUERIER)?);
    out.value("mcast_hash_elasticity", bridge.get(Bridge::MCAST_HASH_ELASTICITY)?);
    out.value("mcast_hash_max", bridge.get(Bridge::MCAST_HASH_MAX)?);
    out.value(("mcast_last_member_cnt", "mcast_last_member_count"), bridge.get(Bridge::MCAST_LAST_MEMBER_CNT)?);
    out.value(("mcast_startup_query_cnt", "mcast_startup_query_count"), bridge.get(Bridge::MCAST_STARTUP_QUERY_CNT)?);
    let intervals = [
        ("mcast_last_member_intvl", "mcast_last_member_interval", Bridge::MCAST_LAST_MEMBER_INTVL),
        ("mcast_membership_intvl", "mcast_membership_interval", Bridge::MCAST_MEMBERSHIP_INTVL),
        ("mcast_querier_intvl", "mcast_querier_interval", Bridge::MCAST_QUERIER_INTVL),
        ("mcast_query_intvl", "mcast_query_interval", Bridge::MCAST_QUERY_INTVL),
        ("mcast_query_response_intvl", "mcast_query_response_interval", Bridge::MCAST_QUERY_RESPONSE_INTVL),
        ("mcast_startup_query_intvl", "mcast_startup_query_interval", Bridge::MCAST_STARTUP_QUERY_INTVL),
    ];
    for (key, word, interval) in intervals {
        out.value((key, word), bridge.get(interval)?);
    }
    out.value("mcast_stats_enabled", bridge.get(Bridge::MCAST_STATS_ENABLED)?);
    out.value("mcast_igmp_version", bridge.get(Bridge::MCAST_IGMP_VERSION)?);
    out.value("mcast_mld_version", bridge.get(Bridge::MCAST_MLD_VERSION)?);
    out.value("nf_call_iptables", bridge.get(Bridge::NF_CALL_IPTABLES)?);
    out.value("nf_call_ip6tables", bridge.get(Bridge::NF_CALL_IP6TABLES)?);
    out.value("nf_call_arptables", bridge.get(Bridge::NF_CALL_ARPTABLES)?);
    Ok(())
}

pub fn print_port(
    out: &mut Output,
    data: Attributes<'_, BridgePort>,
    devices: &mut Devices<'_>,
) -> Result<(), ParseError> {
    let port = data.table()?;
    if let Some(state) = port.get(BridgePort::STATE)? {
        match state.word() {
            Some(word) => out.value("state", Some(word)),
            None => out.field("state_index", state.0, format_args!("state ({}) ", state.0)),
        }
    }
    out.value("priority", port.get(BridgePort::PRIORITY)?);
    out.value("cost", port.get(BridgePort::COST)?.map(u32::cast_signed));
    out.on_off("hairpin", port.get(BridgePort::MODE)?);
    out.on_off("guard", port.get(BridgePort::GUARD)?);
    out.on_off("root_block", port.get(BridgePort::PROTECT)?);
    out.on_off("fastleave", port.get(BridgePort::FAST_LEAVE)?);
    out.on_off("learning", port.get(BridgePort::LEARNING)?);
    out.on_off("flood", port.get(BridgePort::UNICAST_FLOOD)?);
    out.hex(("id", "port_id"), port.get(BridgePort::ID)?);
    out.hex(("no", "port_no"), port.get(BridgePort::NO)?);
    out.value("designated_port", port.get(BridgePort::DESIGNATED_PORT)?);
    out.value("designated_cost", port.get(BridgePort::DESIGNATED_COST)?);
    out.value(("bridge_id", "designated_bridge"), port.get(BridgePort::BRIDGE_ID)?.map(|id| bridge_id(*id)));
    out.value(("root_id", "designated_root"), port.get(BridgePort::ROOT_ID)?.map(|id| bridge_id(*id)));
    out.timer("hold_timer", port.get(BridgePort::HOLD_TIMER)?);
    out.timer("message_age_timer", port.get(BridgePort::MESSAGE_AGE_TIMER)?);
    out.timer("forward_delay_timer", port.get(BridgePort::FORWARD_DELAY_TIMER)?);
    out.value("topology_change_ack", port.get(BridgePort::TOPOLOGY_CHANGE_ACK)?);
    out.value("config_pending", port.get(BridgePort::CONFIG_PENDING)?);
    out.on_off("proxy_arp", port.get(BridgePort::PROXYARP)?);
    out.on_off("proxy_arp_wifi", port.get(BridgePort::PROXYARP_WIFI)?);
    let router = port.get(BridgePort::MULTICAST_ROUTER)?.map(|MulticastRouter(router)| router);
    out.value(("multicast_router", "mcast_router"), router);
    if !out.is_json() {
        // JSON has it above, as fastleave.
        out.on_off("mcast_fast_leave", port.get(BridgePort::FAST_LEAVE)?);
    }
    out.on_off("mcast_flood", port.get(BridgePort::MCAST_FLOOD)?);
    out.on_off("bcast_flood", port.get(BridgePort::BCAST_FLOOD)?);
    out.on_off("mcast_to_unicast", port.get(BridgePort::MCAST_TO_UCAST)?);
    out.on_off("neigh_suppress", port.get(BridgePort::NEIGH_SUPPRESS)?);
    let mask = port.get(BridgePort::GROUP_FWD_MASK)?;
    out.hex("group_fwd_mask", mask);
    out.value("group_fwd_mask_str", mask.map(group_names));
    out.on_off("vlan_tunnel", port.get(BridgePort::VLAN_TUNNEL)?);
    out.on_off("isolated", port.get(BridgePort::ISOLATED)?);
    out.on_off("locked", port.get(BridgePort::LOCKED)?);
    out.value("backup_port", port.get(BridgePort::BACKUP_PORT)?.map(|index| devices.name(index)));
    Ok(())
}

/// A bridge in the spanning tree protocol: its priority, and its address without leading zeros.
fn bridge_id(id: BridgeId) -> String {
    let address = id.address.map(|byte| format!("{byte:x}")).join(":");
    format!("{:04x}.{address}", id.priority.get())
}

/// Which of the groups 01:80:c2:00:00:0x are meant.
fn group_names(mask: u16) -> String {
    let names: Vec<String> = (0..16)
        .filter(|bit| mask & (1 << bit) != 0)
        .map(|bit| match bit {
            0 => "stp".into(),
            2 => "lacp".into(),
            14 => "lldp".into(),
            _ => format!("{:#x}", 1 << bit),
        })
        .collect();
    if names.is_empty() { "0x0".into() } else { names.join(",") }
}
