//! What links are to their masters, with every setting: the link is `v0`, its master `x`.

use std::collections::BTreeSet;
use std::time::Duration;

use nlwire::Ensured;
use nlwire::link::*;
use nlwire::setting::When;
use serde_json::{Map, Value};

use crate::lab::{Lab, skip};
use crate::{End, Verbs, W0, lab, made, shown, sort, theirs, told_and_untold};

/// A port, and what is to be said of it.
struct Case {
    /// What makes its master: commands of `ip`.
    master: &'static str,
    port: LinkPort,
    /// What only the newest `ip` shows, and what none does.
    newer: &'static [&'static str],
    unseen: &'static [&'static str],
    /// Settings that older kernels do not know.
    young: &'static [&'static str],
}

const BRIDGE: &str = "link add x type bridge\nlink set x up\nlink set v0 up master x\nlink set v1 up
    link set w0 up master x\nlink set w1 up";

fn case(master: &'static str, port: impl Into<LinkPort>) -> Case {
    Case { master, port: port.into(), newer: &[], unseen: &[], young: &[] }
}

fn bridge() -> Vec<Case> {
    let flags = BridgePort {
        hairpin: Some(true),
        guard: Some(true),
        root_block: Some(true),
        fastleave: Some(true),
        learning: Some(false),
        flood: Some(false),
        proxy_arp: Some(true),
        proxy_arp_wifi: Some(true),
        mcast_flood: Some(false),
        mcast_to_unicast: Some(true),
        vlan_tunnel: Some(true),
        bcast_flood: Some(false),
        neigh_suppress: Some(true),
        isolated: Some(true),
        ..BridgePort::default()
    };
    let numbers = BridgePort {
        state: Some(PortState::LEARNING),
        priority: Some(5),
        cost: Some(7),
        multicast_router: Some(MulticastRouter(2)),
        group_fwd_mask: Some(8),
        backup_port: Some(W0),
        mcast_eht_hosts_limit: Some(77),
        locked: Some(true),
        ..BridgePort::default()
    };
    let none = BridgePort { backup_port: Some(0), state: Some(PortState::FORWARDING), ..BridgePort::default() };
    let flush = BridgePort { flush: Some(true), ..BridgePort::default() };
    let guarded = BridgePort { locked: Some(true), mab: Some(true), learning: Some(true), ..BridgePort::default() };
    let groups = BridgePort { mcast_max_groups: Some(9), ..BridgePort::default() };
    let by_vlan = BridgePort { neigh_vlan_suppress: Some(true), ..BridgePort::default() };
    let hop = BridgePort { backup_port: Some(W0), backup_nhid: Some(7), ..BridgePort::default() };
    let grat = BridgePort { neigh_forward_grat: Some(true), neigh_suppress: Some(true), ..BridgePort::default() };
    vec![
        case(BRIDGE, flags),
        Case { unseen: &["mcast_eht_hosts_limit"], ..case(BRIDGE, numbers) },
        Case { unseen: &["backup_port_index"], ..case(BRIDGE, none) },
        Case { unseen: &["flush"], ..case(BRIDGE, flush) },
        Case { young: &["mab"], newer: &["mab"], ..case(BRIDGE, guarded) },
        Case { young: &["mcast_max_groups"], unseen: &["mcast_max_groups"], ..case(BRIDGE, groups) },
        Case { young: &["neigh_vlan_suppress"], newer: &["neigh_vlan_suppress"], ..case(BRIDGE, by_vlan) },
        Case { young: &["backup_nhid"], newer: &["backup_nhid"], ..case(BRIDGE, hop) },
        Case { young: &["neigh_forward_grat"], newer: &["neigh_forward_grat"], ..case(BRIDGE, grat) },
    ]
}

fn bond() -> Vec<Case> {
    const BOND: &str = "link add x type bond mode active-backup miimon 100\nlink set v0 master x";
    const LACP: &str = "link add x type bond mode 802.3ad miimon 100\nlink set v0 master x";
    let port = BondPort { queue_id: Some(3), prio: Some(-5), ..BondPort::default() };
    let lacp = BondPort { actor_port_prio: Some(77), ..BondPort::default() };
    let usual = BondPort { prio: Some(0), ..BondPort::default() };
    vec![
        case(BOND, port),
        case(BOND, usual),
        Case { young: &["actor_port_prio"], newer: &["actor_port_prio"], ..case(LACP, lacp) },
    ]
}

fn vrf() -> Vec<Case> {
    vec![case("link add x type vrf table 77\nlink set v0 master x", VrfPort::default())]
}

fn team() -> Vec<Case> {
    vec![case("link add x type team\nlink set v0 master x", LinkPort::Team)]
}

/// What `ip`, or we, show of a port.
fn data(shown: &Value) -> Map<String, Value> {
    let mut data = shown["linkinfo"]["info_slave_data"].as_object().cloned().unwrap_or_default();
    data.retain(|name, _| !name.ends_with("_timer"));
    data.values_mut().for_each(sort);
    data
}

fn holds(lab: &Lab, case: &Case) -> Result<Map<String, Value>, End> {
    let mut nl = lab.netlink();
    let read = nl.links().get("v0").unwrap();
    let otherwise = case.port.difference(&read.port).said();
    if !otherwise.is_empty() && otherwise.iter().all(|setting| case.young.contains(setting)) {
        return Err(End::Lacking(format!("this kernel does not know {}", otherwise.join(", "))));
    }
    let mut wrong = Vec::new();
    if !otherwise.is_empty() {
        wrong.push(format!("{otherwise:?} is otherwise: {:?} was asked for, {:?} is there", case.port, read.port));
    }
    wrong.extend(told_and_untold(LinkPort::ALL, case.port.name(), &read.port.said()));
    let whole = shown(lab, "ip", "v0");
    assert_eq!(whole["linkinfo"]["info_slave_kind"].as_str(), case.port.name());
    let indices = nl.links().list().unwrap().iter().map(|link| (link.name.to_string(), link.index)).collect();
    let witness = data(&whole);
    let newest = match std::env::var("NLWIRE_IPROUTE2") {
        Ok(folder) if !case.newer.is_empty() => Some(data(&shown(lab, &format!("{folder}/ip"), "v0"))),
        _ => None,
    };
    let ours = |port: &LinkPort| data(&serde_json::to_value(Link { port: port.clone(), ..Link::default() }).unwrap());
    for (name, value) in ours(&case.port) {
        let seen = match theirs(&name, &witness, &indices) {
            None if case.newer.contains(&name.as_str()) => {
                newest.as_ref().map(|newest| theirs(&name, newest, &indices))
            }
            None if case.unseen.contains(&name.as_str()) || value == 0 => None,
            seen => Some(seen),
        };
        if let Some(seen) = seen.filter(|seen| seen.as_ref() != Some(&value)) {
            wrong.push(format!("{name}: ours {value}, theirs {seen:?}"));
        }
    }
    let read = ours(&read.port);
    for (name, value) in &read {
        if let Some(seen) = theirs(name, &witness, &indices).filter(|seen| seen != value) {
            wrong.push(format!("{name}: read {value}, theirs {seen}"));
        }
    }
    // That is what another name says, too.
    for (name, value) in witness.iter().filter(|(name, _)| *name != "group_fwd_mask_str") {
        // The kernel tells it in all modes, and takes it in some: 0, which it is then, is left out.
        let dropped = name == "prio" && *value == 0;
        if !dropped && !read.contains_key(name) && !read.contains_key(&format!("{name}_index")) {
            wrong.push(format!("{name}: theirs {value}, and nothing was read"));
        }
    }
    if wrong.is_empty() { Ok(witness) } else { Err(End::Wrong(format!("{}\n  of {witness:?}", wrong.join("\n  ")))) }
}

fn carry_out(lab: &Lab, number: usize, case: &Case) -> Result<(), End> {
    let first = |complaint: String| complaint.lines().next().unwrap_or_default().into();
    lab.try_batch(case.master).map_err(|complaint| End::Lacking(first(complaint)))?;
    let (mut nl, mut verbs) = (lab.netlink(), Verbs::new(lab, number));
    // That it works is found out a little later.
    for _ in 0..50 {
        let v0 = nl.links().get("v0").unwrap();
        if v0.up != Some(true) || v0.operstate == Some(OperationalState::UP) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let port = |port: &LinkPort| Link { port: port.clone(), ..Link::default() };
    made(case.young, verbs.set("v0", &port(&case.port)), &case.port)?;
    let witness = holds(lab, case)?;
    let asked = Link { name: "v0".parse().unwrap(), ..port(&case.port) };
    assert_eq!(verbs.ensure(&asked).unwrap(), Ensured::Unchanged);
    // Taken out and put in again, it is made what it was.
    let read = nl.links().get("v0").unwrap();
    let master = |master| Link { master, ..Link::default() };
    verbs.set("v0", &master(Some(0))).unwrap();
    let alone = Link { name: asked.name, ..master(Some(0)) };
    assert_eq!(verbs.ensure(&alone).unwrap(), Ensured::Unchanged);
    verbs.set("v0", &master(read.master)).unwrap();
    made(&[], verbs.set("v0", &port(&read.port)), &read.port)?;
    let again = holds(lab, case)?;
    let settled = |mut data: Map<String, Value>| {
        data.retain(|name, _| !["id", "no", "state", "mii_status", "link_failure_count"].contains(&name.as_str()));
        data
    };
    let (before, after) = (settled(witness), settled(again));
    if before == after { Ok(()) } else { Err(End::Wrong(format!("{before:?} was made again as {after:?}"))) }
}

fn carry_out_all(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let Some(lab) = lab() else { return };
        match carry_out(&lab, number, case) {
            Ok(()) => {}
            Err(End::Lacking(reason)) => skip(&format!("{number}: {reason}")),
            Err(End::Wrong(complaint)) => wrong.push(format!("{number}: {complaint}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_port_of_a_bridge() {
    carry_out_all(bridge());
}

#[test]
fn a_port_of_a_bond() {
    carry_out_all(bond());
}

#[test]
fn a_port_of_a_vrf() {
    carry_out_all(vrf());
}

#[test]
fn a_port_of_a_team() {
    carry_out_all(team());
}

#[test]
fn every_setting_of_every_port_has_a_case() {
    let cases: Vec<Case> = [bridge(), bond(), vrf(), team()].into_iter().flatten().collect();
    let said: BTreeSet<_> =
        cases.iter().flat_map(|case| case.port.said().into_iter().map(|name| (case.port.name(), name))).collect();
    for (kind, rows) in LinkPort::ALL {
        assert!(cases.iter().any(|case| case.port.name() == Some(kind)), "{kind} has no case");
        for row in rows.iter().filter(|row| row.when != When::Told) {
            assert!(said.contains(&(Some(kind), row.name)), "{} of {kind} has no case", row.name);
        }
    }
}
