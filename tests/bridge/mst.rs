//! Multiple spanning trees, beside what `bridge mst` says of them.

use nlwire::bridge::mst::{BridgeMst, BridgeMstFilter, PortState};
use serde_json::Value;

use crate::lab::twins::{Way, carry_out, print_of};
use crate::lab::{Lab, name_as, objects};

/// Two ports, whose VLANs are in two trees besides the common one; false where this kernel cannot.
fn network(lab: &Lab) -> bool {
    lab.pair("v0", "v1");
    lab.pair("v2", "v3");
    // Older kernels pass over what they do not know of a bridge, and older programs do not know it.
    if !lab.can_run("newest ip", "link add m0 type bridge vlan_filtering 1 mst_enabled 1") {
        return false;
    }
    lab.batch("link set v0 master m0\nlink set v2 master m0\nlink set m0 up");
    for command in [
        "vlan add dev v0 vid 10",
        "vlan add dev v0 vid 20",
        "vlan add dev v2 vid 10",
        "vlan global set dev m0 vid 10 msti 7",
        "vlan global set dev m0 vid 20 msti 8",
    ] {
        if !lab.can_run("newest bridge", command) {
            return false;
        }
    }
    true
}

/// What is listed, as `bridge` shows it: a list of trees for each port.
fn printed(lab: &Lab, trees: &[BridgeMst]) -> Vec<Value> {
    let names = lab.names();
    let mut ports: Vec<Value> = Vec::new();
    for tree in trees {
        let mut shown = serde_json::to_value(tree).unwrap();
        name_as(&mut shown, &names, &[("ifindex", "ifname")]);
        let name = shown.as_object_mut().unwrap().shift_remove("ifname").unwrap();
        match ports.last_mut().filter(|port| port["ifname"] == name) {
            Some(port) => port["mst"].as_array_mut().unwrap().push(shown),
            None => ports.push(serde_json::json!({ "ifname": name, "mst": [shown] })),
        }
    }
    ports
}

#[test]
fn states_are_listed_as_by_bridge_and_filtered() {
    let Some(lab) = Lab::new() else { return };
    if !network(&lab) {
        return;
    }
    lab.try_run("newest bridge", "mst set dev v0 msti 7 state learning").unwrap();
    let mut nl = lab.netlink();
    let all = nl.bridge_msts().list().unwrap();
    assert!(all.iter().filter(|tree| tree.msti != 0).count() == 3, "{all:?}");
    assert_eq!(printed(&lab, &all), objects(&lab.json_of("newest bridge", "mst show")));
    let (v0, v2) = (lab.index("v0"), lab.index("v2"));
    let of_port = nl.bridge_msts().filter(BridgeMstFilter { interface: Some(v2), msti: None }).list().unwrap();
    assert_eq!(printed(&lab, &of_port), objects(&lab.json_of("newest bridge", "mst show dev v2")));
    let of_tree = nl.bridge_msts().filter(BridgeMstFilter { interface: None, msti: Some(8) }).list().unwrap();
    assert!(matches!(of_tree.as_slice(), [tree] if tree.interface == v0 && tree.msti == 8), "{of_tree:?}");
}

#[test]
fn states_are_set_as_by_bridge() {
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    if !network(&ours) || !network(&theirs) {
        return;
    }
    let interface = ours.index("v0");
    let show = |lab: &Lab| print_of(lab, "newest bridge", "mst show");
    for mut way in Way::all(&ours) {
        for (msti, state, word) in [
            (7, PortState::LEARNING, "learning"),
            (8, PortState::BLOCKING, "blocking"),
            (7, PortState::FORWARDING, "forwarding"),
            (8, PortState::DISABLED, "disabled"),
        ] {
            let tree = BridgeMst { interface, msti, state };
            carry_out!(&mut way, nl => nl.bridge_msts().set(&tree)).unwrap();
            theirs.try_run("newest bridge", &format!("mst set dev v0 msti {msti} state {word}")).unwrap();
            assert_eq!(show(&ours), show(&theirs), "{tree}");
            assert!(ours.netlink().bridge_msts().list().unwrap().contains(&tree));
        }
        // A tree that no VLAN of the port is in is none that the port has.
        let elsewhere = BridgeMst { interface, msti: 9, state: PortState::BLOCKING };
        carry_out!(&mut way, nl => nl.bridge_msts().set(&elsewhere)).unwrap();
        theirs.try_run("newest bridge", "mst set dev v0 msti 9 state blocking").unwrap();
        assert_eq!(show(&ours), show(&theirs));
    }
}

#[test]
fn a_bridge_with_one_tree_lists_none_and_its_ports_have_no_states_in_others() {
    let Some(lab) = Lab::new() else { return };
    if !crate::network(&lab, "") {
        return;
    }
    let mut nl = lab.netlink();
    assert_eq!(nl.bridge_msts().list().unwrap(), []);
    let tree = BridgeMst { interface: lab.index("v0"), msti: 7, state: PortState::BLOCKING };
    let refused = nl.bridge_msts().set(&tree).unwrap_err();
    assert!(
        refused.to_string().starts_with(&format!("set mst dev if{} msti 7 state blocking: ", tree.interface)),
        "{refused}"
    );
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let Some(lab) = Lab::new() else { return };
    let fine = BridgeMst { interface: 1, msti: 7, state: PortState::FORWARDING };
    let wrong = [
        (
            BridgeMst { interface: 0, ..fine },
            "set mst dev if0 msti 7 state forwarding: the port of the spanning tree is missing",
        ),
        (
            BridgeMst { msti: 0, ..fine },
            "set mst dev if1 msti 0 state forwarding: a spanning tree is a number from 1 to 4094",
        ),
    ];
    for mut way in Way::all(&lab) {
        for (tree, sentence) in &wrong {
            let refused = carry_out!(&mut way, nl => nl.bridge_msts().set(tree));
            assert_eq!(refused.unwrap_err().to_string(), *sentence);
        }
    }
}
