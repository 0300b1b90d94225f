//! The examples of the README, run in a namespace, and what `ip` shows afterwards.

mod lab;

use lab::{Lab, skip};

/// Runs an example, which must succeed, or say what this kernel lacks; gives what it prints.
fn run(lab: &Lab, name: &str, arguments: &[&str]) -> Option<String> {
    let program = lab::example(name)?;
    let output = lab.run(program.to_str().unwrap(), arguments);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    if complaint.contains("os error 95") {
        skip(&format!("{name}: {complaint}"));
        return None;
    }
    assert!(output.status.success(), "{name}: {complaint}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn network() -> Option<Lab> {
    let lab = Lab::new()?;
    lab.pair("v0", "v1");
    Some(lab)
}

#[test]
fn list_links_lists_the_links() {
    let Some(lab) = network() else { return };
    let Some(printed) = run(&lab, "list_links", &[]) else { return };
    let (v0, v1) = (lab.index("v0"), lab.index("v1"));
    assert_eq!(printed, format!("1: lo device\n{v1}: v1 veth\n{v0}: v0 veth\n"));
}

#[test]
fn add_address_and_add_route_add_what_they_say() {
    let Some(lab) = network() else { return };
    if run(&lab, "add_address", &["v0", "192.0.2.1/24"]).is_none() {
        return;
    }
    run(&lab, "add_route", &["198.51.100.0/24", "192.0.2.9"]).unwrap();
    assert_eq!(lab.ip("route show proto static"), "198.51.100.0/24 via 192.0.2.9 dev v0");
    run(&lab, "add_address", &["lo", "203.0.113.7/32"]).unwrap();
    assert!(lab.ip("address show dev lo").contains("inet 203.0.113.7/32 scope global lo"));
}

#[test]
fn add_vlan_makes_a_vlan() {
    let Some(lab) = network() else { return };
    if run(&lab, "add_vlan", &["v0", "7"]).is_some() {
        let vlan = &lab.json("link show v0.7")[0];
        assert_eq!((&vlan["link"], &vlan["linkinfo"]["info_data"]["id"]), (&"v0".into(), &7.into()));
    }
}

#[test]
fn add_bridge_makes_a_bridge_with_a_member() {
    let Some(lab) = network() else { return };
    if run(&lab, "add_bridge", &["br0", "v0"]).is_some() {
        let port = &lab.json("link show v0")[0];
        assert_eq!((&port["master"], &port["linkinfo"]["info_slave_data"]["isolated"]), (&"br0".into(), &true.into()));
    }
}

/// Whether the example `ip` prints the same as `ip`, in text and in JSON.
#[track_caller]
fn prints_as_ip(lab: &Lab, show: &str) {
    let Some(program) = lab::example("ip") else { return };
    for options in ["", "-d ", "-j ", "-d -j "] {
        let words = format!("{options}{show}");
        assert_eq!(lab.try_run(program.to_str().unwrap(), &words), lab.try_ip(&words), "{words}");
    }
}

#[test]
fn a_route_by_way_of_a_link_layer_address_is_printed_as_ip_prints_it() {
    let Some(lab) = network() else { return };
    lab.run("sh", &["-c", "echo 1000 >/proc/sys/net/mpls/platform_labels"]);
    if lab.can("-M route add 104 via link 02:00:00:00:00:09 dev v0") {
        prints_as_ip(&lab, "-M route show");
    }
}

#[test]
fn a_rule_that_translates_addresses_is_printed_as_ip_prints_it() {
    let Some(lab) = network() else { return };
    lab.ip("rule add from 10.9.0.0/16 nat 10.0.0.3");
    prints_as_ip(&lab, "rule show");
}

#[test]
fn words_that_the_example_ip_does_not_know_are_refused() {
    let Some(lab) = network() else { return };
    let Some(program) = lab::example("ip") else { return };
    // Of the first two ip says so too; the others it knows.
    for words in ["link show dev v0 v1", "link show v0 dev v1", "address show label v0", "address show v0 up"] {
        let words: Vec<&str> = words.split(' ').collect();
        let output = lab.run(program.to_str().unwrap(), &words);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && output.stdout.is_empty(), "{words:?}");
        assert!(complaint.contains("is unknown here\nUsage: ip "), "{words:?}: {complaint}");
        assert_eq!(lab.run("ip", &words).status.success(), words[0] == "address", "{words:?}");
    }
}
