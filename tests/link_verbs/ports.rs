//! Every setting of ports of bridges, bonds and VRFs: set by nlwire, read by it, and shown by `ip` and `bridge`.
//!
//! Which settings there are, the types say: one that no case has makes a test fail.

use std::collections::BTreeSet;

use nlwire::link::{BondPort, BridgePort, Link, LinkPort, MulticastRouter, PortState, VrfPort};
use nlwire::setting::{Row, Settings, When};
use serde_json::{Map, Value};

use crate::lab::twins::{Way, carry_out};
use crate::lab::{Lab, skip};

fn port(port: impl Into<LinkPort>) -> Link {
    Link { port: port.into(), ..Link::default() }
}

/// Changes of a port of a bridge, one after the other.
fn bridge_ports() -> Vec<BridgePort> {
    let none = BridgePort::default;
    vec![
        BridgePort { state: Some(PortState::LEARNING), priority: Some(5), cost: Some(77), ..none() },
        BridgePort { state: Some(PortState::FORWARDING), ..none() },
        BridgePort { hairpin: Some(true), guard: Some(true), root_block: Some(true), fastleave: Some(true), ..none() },
        BridgePort {
            hairpin: Some(false),
            guard: Some(false),
            root_block: Some(false),
            fastleave: Some(false),
            ..none()
        },
        BridgePort {
            learning: Some(false),
            flood: Some(false),
            mcast_flood: Some(false),
            bcast_flood: Some(false),
            ..none()
        },
        BridgePort {
            learning: Some(true),
            flood: Some(true),
            mcast_flood: Some(true),
            bcast_flood: Some(true),
            ..none()
        },
        BridgePort { proxy_arp: Some(true), ..none() },
        BridgePort { proxy_arp: Some(false), proxy_arp_wifi: Some(true), ..none() },
        BridgePort { flush: Some(true), ..none() },
        BridgePort { multicast_router: Some(MulticastRouter::PERM), mcast_to_unicast: Some(true), ..none() },
        BridgePort { group_fwd_mask: Some(0x4000), neigh_suppress: Some(true), vlan_tunnel: Some(true), ..none() },
        BridgePort { isolated: Some(true), locked: Some(true), ..none() },
        BridgePort { mab: Some(true), ..none() },
        BridgePort { locked: Some(false), mab: Some(false), ..none() },
        BridgePort { backup_port: Some(70), backup_nhid: Some(7), ..none() },
        BridgePort { backup_port: Some(0), backup_nhid: Some(0), ..none() },
        BridgePort { mcast_eht_hosts_limit: Some(99), mcast_max_groups: Some(88), ..none() },
        BridgePort { neigh_vlan_suppress: Some(true), ..none() },
        BridgePort { neigh_forward_grat: Some(true), ..none() },
    ]
}

/// Changes of a port of a bond, each with the mode in which it can be.
fn bond_ports() -> Vec<(&'static str, BondPort)> {
    let none = BondPort::default;
    vec![
        ("active-backup", BondPort { queue_id: Some(3), prio: Some(-7), ..none() }),
        ("active-backup", BondPort { prio: Some(7), ..none() }),
        ("802.3ad", BondPort { queue_id: Some(4), ..none() }),
        ("802.3ad", BondPort { actor_port_prio: Some(99), ..none() }),
    ]
}

/// That a setting is not told, since it does something once.
const DEEDS: &[&str] = &["flush"];

/// Where these are none, they are not told, and shown by nobody.
const NONE: &[&str] = &["backup_port", "backup_nhid"];

/// Settings that neither `ip` nor `bridge` 6.1 shows.
const UNSEEN: &[&str] = &[
    "mab",
    "backup_nhid",
    "mcast_eht_hosts_limit",
    "mcast_max_groups",
    "neigh_vlan_suppress",
    "neigh_forward_grat",
    "actor_port_prio",
];

fn every_row<S: Settings>(rows: &[Row], cases: &[S], elsewhere: &[&str]) {
    let said: BTreeSet<_> = cases.iter().flat_map(S::said).collect();
    for row in rows.iter().filter(|row| row.when != When::Told) {
        assert_ne!(said.contains(row.name), elsewhere.contains(&row.name), "{}", row.name);
    }
}

#[test]
fn every_setting_of_ports_has_a_case() {
    every_row(BridgePort::ROWS, &bridge_ports(), &[]);
    every_row(BondPort::ROWS, &bond_ports().into_iter().map(|(_, port)| port).collect::<Vec<_>>(), &[]);
    every_row::<VrfPort>(VrfPort::ROWS, &[], &[]);
}

/// What `ip` says of a port, and what `bridge` does.
fn shown(lab: &Lab) -> (Map<String, Value>, Map<String, Value>) {
    let mut link = lab.json("link show dev x");
    let data = link[0]["linkinfo"]["info_slave_data"].take();
    let output = lab.run("bridge", &["-d", "-j", "link", "show", "dev", "x"]);
    let bridge: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
    (object(&data), object(&bridge[0]))
}

/// The name of a setting in what is shown, and its value.
fn entry(name: &str, port: &Link) -> (String, Value) {
    let data = serde_json::to_value(port).unwrap()["linkinfo"]["info_slave_data"].take();
    let key = if name == "backup_port" { "backup_port_index" } else { name };
    (key.into(), data[key].clone())
}

/// Sets it and reads it back; gives what is read, or none where this kernel lacks a setting.
fn hold(lab: &Lab, change: &Link) -> Option<Link> {
    let mut nl = lab.netlink();
    nl.links().set("x", change).unwrap_or_else(|error| panic!("{error} for {:?}", change.port));
    // States run on: both must have looked at the same one.
    let (read, (ip, bridge)) = loop {
        let before = shown(lab);
        let read = nl.links().get("x").unwrap();
        if shown(lab).0.iter().all(|(key, value)| key.ends_with("_timer") || before.0.get(key) == Some(value)) {
            break (read, before);
        }
    };
    let told = read.port.said();
    let is_none = |row: &str| NONE.contains(&row) && entry(row, change).1 == 0;
    let said: Vec<_> = change.port.said().into_iter().filter(|row| !DEEDS.contains(row) && !is_none(row)).collect();
    if let Some(untold) = said.iter().find(|row| !told.contains(row)) {
        skip(&format!("this kernel does not tell {untold}"));
        return None;
    }
    let difference = change.port.difference(&read.port).said();
    assert!(
        !difference.iter().any(|row| said.contains(row)),
        "{:?} was asked for, {:?} is there",
        change.port,
        read.port
    );
    for row in said.into_iter().filter(|row| !UNSEEN.contains(row)) {
        let (key, ours) = entry(row, change);
        if key == "backup_port_index" {
            // They have its name.
            let name = ip.get("backup_port").and_then(Value::as_str).map_or(0, |name| lab.index(name));
            assert_eq!(ours, name);
            continue;
        }
        assert_eq!(ip.get(&key), Some(&ours), "{key} in {ip:?}");
        if let Some(theirs) = bridge.get(&key) {
            assert_eq!(theirs, &ours, "{key} in {bridge:?}");
        }
    }
    let ours = serde_json::to_value(&read).unwrap()["linkinfo"]["info_slave_data"].take();
    // All that both show. Timers run.
    let mut both = 0;
    for (key, ours) in ours.as_object().unwrap().iter().filter(|(key, _)| !key.ends_with("_timer")) {
        if let Some(theirs) = ip.get(key) {
            assert_eq!(ours, theirs, "{key}");
            both += 1;
        }
    }
    assert!(both >= 5, "{ours}");
    Some(read)
}

#[test]
fn every_setting_of_a_port_of_a_bridge_is_set_and_told() {
    let Some(lab) = Lab::new() else { return };
    lab.batch(
        "link add name br0 index 60 type bridge
         link add x type veth peer name y
         link add z index 70 type veth peer name w
         link set z master br0
         link set x master br0
         link set x up
         link set y up
         link set br0 up",
    );
    // A port gets its state when it has a carrier.
    for _ in 0..100 {
        if shown(&lab).0["state"] == "forwarding" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let mut last = None;
    for change in bridge_ports() {
        last = hold(&lab, &port(change)).or(last);
    }
    // What was read can be said again, and is then what is there.
    let last = last.unwrap();
    let mut nl = lab.netlink();
    let again = Link { port: last.port.clone(), ..Link::default() };
    nl.links().set("x", &again).unwrap_or_else(|error| panic!("{error} for {:?}", again.port));
    assert_eq!(last.port.difference(&nl.links().get("x").unwrap().port).said(), Vec::<&str>::new());
    let LinkPort::Bridge(read) = &last.port else { panic!("{last:?}") };
    let told = read.said();
    for row in ["root_id", "bridge_id", "designated_port", "designated_cost", "id", "no", "topology_change_ack"] {
        assert!(told.contains(&row), "{row}");
    }
    // Without a master it is no port.
    nl.links().set("x", &Link { master: Some(0), ..Link::default() }).unwrap();
    assert_eq!(nl.links().get("x").unwrap().port, LinkPort::None);
    assert!(nl.links().set("x", &again).is_err());
}

#[test]
fn every_setting_of_a_port_of_a_bond_is_set_and_told() {
    for mode in ["active-backup", "802.3ad"] {
        let Some(lab) = Lab::new() else { return };
        if !lab.can(&format!("link add name bond0 type bond mode {mode} miimon 100")) {
            return;
        }
        lab.batch("link add x type veth peer name y\nlink set x master bond0\nlink set y up\nlink set bond0 up");
        for (_, change) in bond_ports().into_iter().filter(|(other, _)| *other == mode) {
            if let Some(read) = hold(&lab, &port(change)) {
                let told = read.port.said();
                for row in ["state", "mii_status", "link_failure_count", "perm_hwaddr"] {
                    assert!(told.contains(&row), "{row}");
                }
                assert_eq!(told.contains(&"ad_aggregator_id"), mode == "802.3ad");
            }
        }
    }
}

#[test]
fn a_port_of_a_vrf_tells_its_table() {
    let Some(lab) = Lab::new() else { return };
    if !lab.can("link add name vrf0 type vrf table 77") {
        return;
    }
    lab.batch("link add x type veth peer name y\nlink set x master vrf0");
    let read = lab.netlink().links().get("x").unwrap();
    assert_eq!(read.port, VrfPort { table: Some(77) }.into());
    assert_eq!(shown(&lab).0["table"], 77);
    assert_eq!(entry("table", &read).1, 77);
}

#[test]
fn a_port_is_set_in_every_way() {
    let Some(lab) = Lab::new() else { return };
    lab.batch("link add name br0 type bridge\nlink add x type veth peer name y\nlink set x master br0");
    for (cost, mut way) in (50..).zip(Way::all(&lab)) {
        let change = port(BridgePort { cost: Some(cost), ..BridgePort::default() });
        carry_out!(&mut way, nl => nl.links().set("x", &change)).unwrap();
        assert_eq!(shown(&lab).0["cost"], cost);
    }
}
