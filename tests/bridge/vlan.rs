//! VLANs of bridges and ports, beside what `bridge vlan` says of them.

use std::collections::HashMap;

use nlwire::Netlink;
use nlwire::bridge::vlan::{BridgeVlan, BridgeVlanFilter, MulticastRouter, PortState, VlanStatistics};
use nlwire::bridge::vlan_global::{GlobalVlan, GlobalVlanFilter};
use serde_json::Value;

use crate::lab::twins::{Beside, Way, carry_out, print_of};
use crate::lab::{Lab, assert_same, objects};
use crate::network;

const FILTERING: &str = "vlan_filtering 1";

/// A bridge with VLANs; false where this kernel has none.
fn with_vlans(lab: &Lab, options: &str) -> bool {
    // Some kernels have the option, and not what it is for.
    network(lab, &format!("{FILTERING} {options}"))
        && lab.can_run("bridge", "vlan add dev v0 vid 4094")
        && lab.can_run("bridge", "vlan delete dev v0 vid 4094")
}

/// The same, and a VXLAN interface `x0` as a port that maps VLANs to tunnels.
fn with_tunnels(lab: &Lab) -> bool {
    if !with_vlans(lab, "") || !lab.can("link add x0 type vxlan external dstport 4789") {
        return false;
    }
    lab.batch("link set x0 master m0\nlink set x0 type bridge_slave vlan_tunnel on");
    true
}

fn list(nl: &mut Netlink) -> Vec<BridgeVlan> {
    nl.bridge_vlans().list().unwrap()
}

fn compare(show: &str, network: &dyn Fn(&Lab) -> bool, cases: &[(&str, BridgeVlan)]) {
    Beside { program: "bridge", show, network, adds_once: false, deletes_once: false }.compare(
        cases,
        |way, vlan| carry_out!(way, nl => nl.bridge_vlans().add(vlan)),
        |way, vlan| carry_out!(way, nl => nl.bridge_vlans().delete(vlan)),
        list,
    );
}

#[test]
fn vlans_are_added_and_deleted_as_by_bridge() {
    let Some((port, bridge)) =
        Lab::new().and_then(|lab| with_vlans(&lab, "vlan_default_pvid 0").then(|| (lab.index("v0"), lab.index("m0"))))
    else {
        return;
    };
    let vlan = |vlan| BridgeVlan { interface: port, vlan, ..BridgeVlan::default() };
    let cases = [
        ("vlan dev v0 vid 10", vlan(10)),
        ("vlan dev v0 vid 10 pvid", BridgeVlan { pvid: true, ..vlan(10) }),
        ("vlan dev v0 vid 10 untagged", BridgeVlan { untagged: true, ..vlan(10) }),
        ("vlan dev v0 vid 10 pvid untagged", BridgeVlan { pvid: true, untagged: true, ..vlan(10) }),
        ("vlan dev v0 vid 10-20", BridgeVlan { last: Some(20), ..vlan(10) }),
        ("vlan dev v0 vid 1-4094 untagged", BridgeVlan { last: Some(4094), untagged: true, ..vlan(1) }),
        ("vlan dev m0 vid 10 self", BridgeVlan { interface: bridge, ..vlan(10) }),
        (
            "vlan dev m0 vid 10-12 untagged self",
            BridgeVlan { interface: bridge, last: Some(12), untagged: true, ..vlan(10) },
        ),
    ];
    compare("vlan show", &|lab| with_vlans(lab, "vlan_default_pvid 0"), &cases);
}

#[test]
fn tunnels_are_added_and_deleted_as_by_bridge() {
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    if ![&ours, &theirs].into_iter().all(with_tunnels) {
        return;
    }
    let interface = ours.index("x0");
    let one = BridgeVlan { interface, vlan: 20, tunnel: Some(1020), ..BridgeVlan::default() };
    let many = BridgeVlan { vlan: 30, last: Some(35), tunnel: Some(1030), ..one.clone() };
    let show = |lab: &Lab| [print_of(lab, "bridge", "vlan tunnelshow"), print_of(lab, "bridge", "vlan show")];
    let empty = show(&ours);
    let mut nl = ours.netlink();
    for mut way in Way::all(&ours) {
        for command in [
            "add dev x0 vid 20",
            "add dev x0 vid 20 tunnel_info id 1020",
            "add dev x0 vid 30-35",
            "add dev x0 vid 30-35 tunnel_info id 1030-1035",
        ] {
            theirs.try_run("bridge", &format!("vlan {command}")).unwrap();
        }
        for vlan in [&one, &many] {
            carry_out!(&mut way, nl => nl.bridge_vlans().add(vlan)).unwrap();
        }
        let witness = show(&theirs);
        assert_eq!(show(&ours), witness);
        // What was read can be added again.
        let read: Vec<_> = list(&mut nl).into_iter().filter(|vlan| vlan.tunnel.is_some()).collect();
        let found: Vec<_> = read.iter().map(|vlan| (vlan.vlans(), vlan.tunnel)).collect();
        assert_eq!(found, [(20..=20, Some(1020)), (30..=35, Some(1030))]);
        // `bridge` prints what they map to beside nothing else.
        let shown = read.iter().map(|vlan| {
            let mut shown = printed(vlan);
            shown.as_object_mut().unwrap().retain(|key, _| key.starts_with("vlan") || key.starts_with("tunid"));
            shown
        });
        assert_same(&shown.collect::<Vec<_>>(), objects(&witness[0][0]["tunnels"]));
        for vlan in &read {
            carry_out!(&mut way, nl => nl.bridge_vlans().delete(vlan)).unwrap();
        }
        assert_eq!(show(&ours), empty);
        for vlan in &read {
            carry_out!(&mut way, nl => nl.bridge_vlans().add(vlan)).unwrap();
        }
        assert_eq!(show(&ours), witness);
        // A mapping alone.
        theirs.try_run("bridge", "vlan delete dev x0 vid 30-35 tunnel_info id 1030-1035").unwrap();
        carry_out!(&mut way, nl => nl.bridge_vlans().delete_tunnel(&many)).unwrap();
        assert_eq!(show(&ours), show(&theirs));
        carry_out!(&mut way, nl => nl.bridge_vlans().set(&many)).unwrap();
        assert_eq!(show(&ours), witness);
        for (vlan, command) in [(&one, "20"), (&many, "30-35")] {
            carry_out!(&mut way, nl => nl.bridge_vlans().delete(vlan)).unwrap();
            theirs.try_run("bridge", &format!("vlan delete dev x0 vid {command}")).unwrap();
        }
    }
}

/// A VLAN as it serialises, but for the interface, of whose `bridge` prints a list.
fn printed(vlan: impl serde::Serialize) -> Value {
    let mut shown = serde_json::to_value(vlan).unwrap();
    assert!(shown.as_object_mut().unwrap().shift_remove("ifindex").is_some());
    shown
}

/// By interface, what is listed.
fn by_interface(vlans: &[BridgeVlan], names: &HashMap<u32, String>) -> Vec<(String, Vec<Value>)> {
    let mut found: Vec<(String, Vec<Value>)> = Vec::new();
    for vlan in vlans {
        let name = &names[&vlan.interface];
        if found.last().is_none_or(|(last, _)| last != name) {
            found.push((name.clone(), Vec::new()));
        }
        found.last_mut().unwrap().1.push(printed(vlan));
    }
    found
}

#[test]
fn vlans_are_listed_as_by_bridge_and_filtered() {
    let Some(lab) = Lab::new() else { return };
    if !with_tunnels(&lab) {
        return;
    }
    // Every second VLAN stands alone: the list takes many messages.
    let mut nl = lab.netlink();
    let (v0, m0, x0) = (lab.index("v0"), lab.index("m0"), lab.index("x0"));
    let vlans: Vec<_> =
        (1..2000).map(|half| BridgeVlan { interface: v0, vlan: 2 * half, ..BridgeVlan::default() }).collect();
    let mut batch = nl.batch().unwrap();
    for vlan in &vlans {
        batch.bridge_vlans().add(vlan);
    }
    batch.commit().all().unwrap();
    for command in ["dev v0 vid 2 pvid", "dev v0 vid 7 untagged", "dev m0 vid 10-20 self", "dev x0 vid 5-9"] {
        lab.try_run("bridge", &format!("vlan add {command}")).unwrap();
    }
    // Only the newest knows all options.
    let program = if crate::lab::newest("bridge").is_some() { "newest bridge" } else { "bridge" };
    let names = lab.names();
    let theirs = lab.json_of(program, "vlan show");
    let wanted = |name: Option<&str>| -> Vec<(String, Vec<Value>)> {
        let links = objects(&theirs).iter().map(|link| {
            let vlans = objects(&link["vlans"]).iter().map(|vlan| {
                let mut vlan = vlan.clone();
                // What the older one does not know it leaves out.
                vlan.as_object_mut().unwrap().retain(|key, _| key != "tunnel_id");
                vlan
            });
            (link["ifname"].as_str().unwrap().to_string(), vlans.collect())
        });
        links.filter(|(link, _)| name.is_none_or(|name| name == link)).collect()
    };
    let known: Vec<String> = objects(&theirs[0]["vlans"])[0].as_object().unwrap().keys().cloned().collect();
    let ours = |vlans: &[BridgeVlan]| {
        let mut found = by_interface(vlans, &names);
        for vlan in found.iter_mut().flat_map(|(_, vlans)| vlans) {
            let known = |key: &str| known.iter().any(|known| known == key) || ["vlanEnd", "flags"].contains(&key);
            vlan.as_object_mut().unwrap().retain(|key, _| known(key));
        }
        found
    };
    let all = list(&mut nl);
    let mut messages = nl.bridge_vlans().dump().unwrap();
    let mut of_port = 0;
    while let Some(message) = messages.next().unwrap() {
        of_port += u32::from(message.header.index == v0);
    }
    drop(messages);
    assert!(of_port > 1, "{of_port}");
    let (found, expected) = (ours(&all), wanted(None));
    assert_eq!(found.len(), 3);
    for ((name, ours), (their_name, theirs)) in found.iter().zip(&expected) {
        assert_eq!(name, their_name);
        assert_same(ours, theirs);
    }
    for (interface, name) in [(v0, "v0"), (m0, "m0"), (x0, "x0")] {
        let filter = BridgeVlanFilter { interface: Some(interface), ..BridgeVlanFilter::default() };
        assert_eq!(ours(&nl.bridge_vlans().filter(filter.clone()).list().unwrap()), wanted(Some(name)));
        let of_eight = nl.bridge_vlans().filter(BridgeVlanFilter { vlan: Some(8), ..filter }).list().unwrap();
        assert_eq!(of_eight.len(), usize::from(name != "m0"));
        assert!(of_eight.iter().all(|vlan| vlan.vlans().contains(&8)));
    }
    let statistics = BridgeVlanFilter { interface: Some(x0), statistics: true, ..BridgeVlanFilter::default() };
    let counted = nl.bridge_vlans().filter(statistics).list().unwrap();
    assert_eq!(counted.len(), 6);
    let theirs = lab.json_of(program, "-s vlan show dev x0");
    let counters = |vlan: &Value| {
        let mut vlan = vlan.clone();
        vlan.as_object_mut().unwrap().retain(|key, _| ["vlan", "flags"].contains(&key.as_str()) || key.contains("x_"));
        vlan
    };
    let ours: Vec<_> = counted.iter().map(|vlan| counters(&printed(vlan))).collect();
    assert_same(&ours, &objects(&theirs[0]["vlans"]).iter().map(counters).collect::<Vec<_>>());
    assert!(counted.iter().all(|vlan| vlan.last.is_none() && vlan.statistics == Some(VlanStatistics::default())));
}

#[test]
fn options_are_set_as_by_bridge() {
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    let options = "mcast_vlan_snooping 1";
    if ![&ours, &theirs].into_iter().all(|lab| with_vlans(lab, options)) {
        return;
    }
    for lab in [&ours, &theirs] {
        lab.try_run("bridge", "vlan add dev v0 vid 10-12").unwrap();
    }
    let vlan = BridgeVlan { interface: ours.index("v0"), vlan: 10, ..BridgeVlan::default() };
    let cases = [
        (
            "bridge vlan set dev v0 vid 10 state learning",
            BridgeVlan { state: Some(PortState::LEARNING), ..vlan.clone() },
        ),
        (
            "bridge vlan set dev v0 vid 10-12 state blocking mcast_router 2",
            BridgeVlan {
                last: Some(12),
                state: Some(PortState::BLOCKING),
                multicast_router: Some(MulticastRouter::PERM),
                ..vlan.clone()
            },
        ),
        (
            "newest bridge vlan set dev v0 vid 11 mcast_max_groups 5 neigh_suppress on",
            BridgeVlan { vlan: 11, multicast_max_groups: Some(5), neighbour_suppress: Some(true), ..vlan.clone() },
        ),
        (
            "newest bridge vlan set dev v0 vid 11 mcast_max_groups 0 neigh_suppress off",
            BridgeVlan { vlan: 11, multicast_max_groups: Some(0), neighbour_suppress: Some(false), ..vlan },
        ),
    ];
    for mut way in Way::all(&ours) {
        for (command, vlan) in &cases {
            let (program, words) = command.split_once(" vlan ").unwrap();
            if !theirs.can_run(program, &format!("vlan {words}")) {
                continue;
            }
            carry_out!(&mut way, nl => nl.bridge_vlans().set(vlan)).unwrap();
            assert_eq!(print_of(&ours, program, "vlan show"), print_of(&theirs, program, "vlan show"), "{command}");
        }
    }
    let absent = BridgeVlan { vlan: 99, ..cases[0].1.clone() };
    assert!(ours.netlink().bridge_vlans().set(&absent).unwrap_err().is_not_found());
}

#[test]
fn options_of_a_whole_bridge_are_set_and_listed_as_by_bridge() {
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    if ![&ours, &theirs].into_iter().all(|lab| with_vlans(lab, "mcast_vlan_snooping 1")) {
        return;
    }
    for lab in [&ours, &theirs] {
        lab.try_run("bridge", "vlan add dev m0 vid 10-12 self").unwrap();
    }
    let bridge = ours.index("m0");
    let vlan = GlobalVlan { bridge, vlan: 10, ..GlobalVlan::default() };
    let cases = [
        ("vid 10 mcast_snooping 0", GlobalVlan { multicast_snooping: Some(false), ..vlan.clone() }),
        (
            "vid 10-12 mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_mld_version 2 \
             mcast_last_member_count 3 mcast_last_member_interval 90 mcast_startup_query_count 4 \
             mcast_startup_query_interval 3000 mcast_membership_interval 15000 mcast_querier_interval 14000 \
             mcast_query_interval 13000 mcast_query_response_interval 800",
            GlobalVlan {
                last: Some(12),
                multicast_snooping: Some(true),
                multicast_querier: Some(true),
                igmp_version: Some(3),
                mld_version: Some(2),
                last_member_count: Some(3),
                last_member_interval: Some(90),
                startup_query_count: Some(4),
                startup_query_interval: Some(3000),
                membership_interval: Some(15000),
                querier_interval: Some(14000),
                query_interval: Some(13000),
                query_response_interval: Some(800),
                ..vlan
            },
        ),
    ];
    let show = |lab: &Lab| print_of(lab, "bridge", "vlan global show");
    let mut nl = ours.netlink();
    for mut way in Way::all(&ours) {
        for (command, vlan) in &cases {
            theirs.try_run("bridge", &format!("vlan global set dev m0 {command}")).unwrap();
            carry_out!(&mut way, nl => nl.bridge_vlan_globals().set(vlan)).unwrap();
            let witness = show(&theirs);
            assert_eq!(show(&ours), witness);
            // What was read can be set again.
            let filter = GlobalVlanFilter { bridge: Some(bridge) };
            let read = nl.bridge_vlan_globals().filter(filter).list().unwrap();
            let vlans = objects(&witness[0]["vlans"]);
            assert_eq!(read.len(), vlans.len());
            for (ours, theirs) in read.iter().zip(vlans) {
                let mut shown = printed(ours);
                if theirs.get("msti").is_none() {
                    // The older one does not know it.
                    shown.as_object_mut().unwrap().shift_remove("msti");
                }
                assert_eq!(shown, *theirs);
                carry_out!(&mut way, nl => nl.bridge_vlan_globals().set(ours)).unwrap();
            }
            assert_eq!(show(&ours), witness);
            assert!(
                read.iter().any(|read| GlobalVlan { spanning_tree: None, ..read.clone() } == *vlan)
                    || vlan.last.is_none()
            );
        }
    }
}

#[test]
fn vlans_are_in_spanning_trees_as_by_bridge() {
    let Some(lab) = Lab::new() else { return };
    if !with_vlans(&lab, "") {
        return;
    }
    // A bridge with VLANs does not begin to have several trees.
    lab.try_run("bridge", "vlan delete dev v0 vid 1").unwrap();
    lab.try_run("bridge", "vlan delete dev m0 vid 1 self").unwrap();
    if !lab.can_run("newest ip", "link set m0 type bridge mst_enabled 1") {
        return;
    }
    lab.try_run("bridge", "vlan add dev m0 vid 1 self").unwrap();
    let vlan = GlobalVlan { bridge: lab.index("m0"), vlan: 1, spanning_tree: Some(7), ..GlobalVlan::default() };
    let mut nl = lab.netlink();
    nl.bridge_vlan_globals().set(&vlan).unwrap();
    assert_eq!(lab.json_of("newest bridge", "vlan global show")[0]["vlans"][0]["msti"], 7);
    assert_eq!(nl.bridge_vlan_globals().list().unwrap()[0].spanning_tree, Some(7));
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let Some(lab) = Lab::new() else { return };
    let fine = BridgeVlan { interface: 1, vlan: 7, ..BridgeVlan::default() };
    let wrong = [
        (BridgeVlan { interface: 0, ..fine.clone() }, "add vlan 7 dev if0: the interface of the VLAN is missing"),
        (BridgeVlan { vlan: 0, ..fine.clone() }, "add vlan 0 dev if1: a VLAN is a number from 1 to 4094"),
        (BridgeVlan { last: Some(4095), ..fine.clone() }, "add vlan 7-4095 dev if1: a VLAN is a number from 1 to 4094"),
        (BridgeVlan { last: Some(6), ..fine.clone() }, "add vlan 7-6 dev if1: the range ends before it begins"),
        (
            BridgeVlan { last: Some(9), pvid: true, ..fine },
            "add vlan 7-9 pvid dev if1: only one VLAN can be that of frames without a tag",
        ),
    ];
    for mut way in Way::all(&lab) {
        for (vlan, sentence) in &wrong {
            let refused = carry_out!(&mut way, nl => nl.bridge_vlans().add(vlan));
            assert_eq!(refused.unwrap_err().to_string(), *sentence);
        }
        let global = GlobalVlan { vlan: 7, ..GlobalVlan::default() };
        let refused = carry_out!(&mut way, nl => nl.bridge_vlan_globals().set(&global));
        assert_eq!(
            refused.unwrap_err().to_string(),
            "set vlan global vid 7 dev if0: the bridge of the VLAN is missing"
        );
    }
}
