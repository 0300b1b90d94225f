//! Multicast groups, beside what `bridge mdb` says of them.

use std::collections::HashMap;
use std::net::IpAddr;

use nlwire::Netlink;
use nlwire::bridge::mdb::{GroupMode, MdbAddress, MdbEntry, MdbFilter, MdbState};
use nlwire::route::RouteProtocol;
use serde_json::Value;

use crate::lab::twins::{Beside, Way, carry_out};
use crate::lab::{Lab, assert_same, name_as, objects};
use crate::{network, network_with_vxlan, start};

fn group(address: &str) -> Option<MdbAddress> {
    Some(address.parse::<IpAddr>().unwrap().into())
}

/// An entry of the bridge, in a network made with `options`.
fn entry(options: &str) -> Option<MdbEntry> {
    let lab = Lab::new()?;
    network(&lab, options).then(|| MdbEntry {
        bridge: lab.index("m0"),
        port: lab.index("v0"),
        group: group("239.1.1.1"),
        state: MdbState::PERMANENT,
        ..MdbEntry::default()
    })
}

/// What may be told of an entry when it is read twice.
fn list(nl: &mut Netlink) -> Vec<MdbEntry> {
    let mut entries = nl.mdb().list().unwrap();
    entries.iter_mut().for_each(|entry| entry.timer = None);
    entries
}

/// `bridge` or the newest one, beside ours. A bridge calls it invalid to delete what is not there.
fn compare(program: &str, network: &dyn Fn(&Lab) -> bool, cases: &[(&str, MdbEntry)]) {
    let deletes_once = cases.iter().all(|(_, entry)| entry.destination.is_some());
    Beside { program, show: "mdb show", network, adds_once: true, deletes_once }.compare(
        cases,
        |way, entry| carry_out!(way, nl => nl.mdb().add(entry)),
        |way, entry| carry_out!(way, nl => nl.mdb().delete(entry)),
        list,
    );
}

#[test]
fn groups_of_bridges_are_added_and_deleted_as_by_bridge() {
    let Some(permanent) = entry("") else { return };
    let of = |address: &str| MdbEntry { group: group(address), ..permanent.clone() };
    let cases = [
        ("mdb dev m0 port v0 grp 239.1.1.1 permanent", permanent.clone()),
        ("mdb dev m0 port v0 grp 239.1.1.1 temp", MdbEntry { state: MdbState::TEMPORARY, ..permanent.clone() }),
        ("mdb dev m0 port v0 grp ff02::77 permanent", of("ff02::77")),
        (
            "mdb dev m0 port v0 grp 01:02:03:04:05:06 permanent",
            MdbEntry { group: Some([1, 2, 3, 4, 5, 6].into()), ..permanent.clone() },
        ),
        (
            "mdb dev m0 port m0 grp 239.1.1.1",
            MdbEntry { port: permanent.bridge, state: MdbState::TEMPORARY, ..permanent.clone() },
        ),
        (
            "newest mdb dev m0 port v0 grp 239.1.1.1 permanent proto bgp",
            MdbEntry { protocol: Some(RouteProtocol::BGP), ..permanent.clone() },
        ),
    ];
    compare("bridge", &|lab| network(lab, ""), &cases);
    let three = "mcast_igmp_version 3 mcast_mld_version 2";
    let from = |source: &str, entry| MdbEntry { source: Some(source.parse().unwrap()), ..entry };
    let cases = [
        ("mdb dev m0 port v0 grp 239.1.1.1 permanent", permanent.clone()),
        ("mdb dev m0 port v0 grp 239.1.1.1 src 192.0.2.7 permanent", from("192.0.2.7", permanent.clone())),
        ("mdb dev m0 port v0 grp ff02::77 src 2001:db8::7 permanent", from("2001:db8::7", of("ff02::77"))),
    ];
    compare("bridge", &|lab| network(lab, three), &cases);
}

#[test]
fn groups_of_vlans_are_added_and_deleted_as_by_bridge() {
    let Some(entry) = entry("vlan_filtering 1") else { return };
    let cases = [("mdb dev m0 port v0 grp 239.1.1.1 permanent vid 1", MdbEntry { vlan: Some(1), ..entry })];
    compare("bridge", &|lab| network(lab, "vlan_filtering 1"), &cases);
}

#[test]
fn groups_of_vxlan_interfaces_are_added_and_deleted_as_by_bridge() {
    let options = "external dstport 4789 local 192.0.2.1";
    let Some((interface, via)) =
        Lab::new().and_then(|lab| network_with_vxlan(&lab, options).then(|| (lab.index("x0"), lab.index("v1"))))
    else {
        return;
    };
    let entry = MdbEntry {
        bridge: interface,
        port: interface,
        group: group("239.1.1.1"),
        state: MdbState::PERMANENT,
        destination: "198.51.100.1".parse().ok(),
        source_vni: Some(7),
        ..MdbEntry::default()
    };
    let cases = [
        ("mdb dev x0 port x0 grp 239.1.1.1 permanent dst 198.51.100.1 src_vni 7", entry.clone()),
        (
            "mdb dev x0 port x0 grp 239.1.1.1 permanent proto bgp dst 198.51.100.1 dst_port 4444 vni 8 src_vni 7 via v1",
            MdbEntry {
                protocol: Some(RouteProtocol::BGP),
                destination_port: Some(4444),
                vni: Some(8),
                via: Some(via),
                ..entry.clone()
            },
        ),
        (
            "mdb dev x0 port x0 grp 239.1.1.1 src 192.0.2.7 permanent dst 198.51.100.1 src_vni 7",
            MdbEntry { source: "192.0.2.7".parse().ok(), ..entry.clone() },
        ),
        (
            "mdb dev x0 port x0 grp 0.0.0.0 permanent dst 198.51.100.1 src_vni 7",
            MdbEntry { group: group("0.0.0.0"), ..entry.clone() },
        ),
    ];
    let with_newest = &|lab: &Lab| lab.can_run("newest bridge", "-Version") && network_with_vxlan(lab, options);
    compare("newest bridge", with_newest, &cases);
}

#[test]
fn a_list_of_sources_becomes_entries_as_by_bridge_and_is_replaced() {
    let options = "mcast_igmp_version 3";
    let Some(entry) = entry(options) else { return };
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    for lab in [&ours, &theirs] {
        network(lab, options);
    }
    let sources = |last: &[u8]| last.iter().map(|last| IpAddr::from([192, 0, 2, *last]).into()).collect();
    let include = MdbEntry { filter_mode: Some(GroupMode::INCLUDE), sources: sources(&[7, 8]), ..entry.clone() };
    let exclude = MdbEntry {
        filter_mode: Some(GroupMode::EXCLUDE),
        sources: sources(&[9]),
        protocol: Some(RouteProtocol::BGP),
        ..entry.clone()
    };
    let show = |lab: &Lab| crate::lab::twins::print_of(lab, "newest bridge", "mdb show");
    let words = "dev m0 port v0 grp 239.1.1.1 permanent";
    for mut way in Way::all(&ours) {
        let command = format!("mdb add {words} source_list 192.0.2.7,192.0.2.8 filter_mode include");
        if !theirs.can_run("newest bridge", &command) {
            return;
        }
        carry_out!(&mut way, nl => nl.mdb().add(&include)).unwrap();
        assert_eq!(show(&ours), show(&theirs));
        let command = format!("mdb replace {words} source_list 192.0.2.9 filter_mode exclude proto bgp");
        theirs.try_run("newest bridge", &command).unwrap();
        carry_out!(&mut way, nl => nl.mdb().replace(&exclude)).unwrap();
        let witness = show(&theirs);
        assert_eq!(show(&ours), witness);
        assert_listed(&ours, "newest bridge", "", &ours.netlink().mdb().list().unwrap());
        // What was read can be added again.
        let read = ours.netlink().mdb().list().unwrap();
        let read = read.iter().find(|entry| entry.source.is_none()).unwrap();
        assert_eq!((read.filter_mode, read.sources.len()), (exclude.filter_mode, 1));
        carry_out!(&mut way, nl => nl.mdb().delete(read)).unwrap();
        carry_out!(&mut way, nl => nl.mdb().add(read)).unwrap();
        assert_eq!(show(&ours), witness);
        carry_out!(&mut way, nl => nl.mdb().delete(&entry)).unwrap();
        let gone = carry_out!(&mut way, nl => nl.mdb().delete(&entry)).unwrap_err();
        assert_eq!(gone.kind(), Some(std::io::ErrorKind::InvalidInput));
        theirs.try_run("newest bridge", &format!("mdb delete {words}")).unwrap();
        assert_eq!(show(&ours), show(&theirs));
    }
}

/// An entry as it serialises, with the names of interfaces; `dev` is that of `index`.
fn printed(entry: &MdbEntry, names: &HashMap<u32, String>) -> Value {
    let mut shown = serde_json::to_value(entry).unwrap();
    name_as(&mut shown, names, &[("port", "port"), ("ifindex", "via")]);
    shown["dev"] = names[&entry.bridge].as_str().into();
    shown
}

/// Compares with what `bridge` lists, but for the time that is left.
fn assert_listed(lab: &Lab, program: &str, dev: &str, ours: &[MdbEntry]) {
    let names = lab.names();
    // That of those that stay is zero.
    let without_time = |mut entry: Value| {
        let timer = entry.as_object_mut().unwrap().get_mut("timer").expect("each has one");
        if *timer != "   0.00" {
            assert!(timer.as_str().is_some_and(|timer| timer.len() == 7 && timer.trim().parse::<f64>().is_ok()));
            *timer = Value::Null;
        }
        entry
    };
    let ours = ours.iter().map(|entry| without_time(printed(entry, &names)));
    let theirs = lab.json_of(program, &format!("-s mdb show {dev}"));
    let theirs = objects(&theirs[0]["mdb"]).iter().cloned().map(without_time);
    assert_same(&ours.collect::<Vec<_>>(), &theirs.collect::<Vec<_>>());
}

#[test]
fn groups_are_listed_as_by_bridge_and_filtered() {
    let Some(lab) = Lab::new() else { return };
    if !network(&lab, "mcast_igmp_version 3") {
        return;
    }
    lab.pair("v2", "v3");
    lab.batch("link add m1 type bridge\nlink set v2 master m1");
    start(&lab, "m1");
    for command in [
        "dev m0 port v0 grp 239.1.1.1 permanent",
        "dev m0 port v0 grp 239.1.1.2 src 192.0.2.7 permanent",
        "dev m0 port v0 grp ff02::77 temp",
        "dev m0 port v0 grp 01:02:03:04:05:06 permanent",
        "dev m1 port v2 grp 239.1.1.1 permanent",
    ] {
        lab.try_run("bridge", &format!("mdb add {command}")).unwrap_or_else(|error| panic!("{command}: {error}"));
    }
    let mut nl = lab.netlink();
    for bridge in [None, Some("m0"), Some("m1")] {
        let dev = bridge.map(|bridge| format!("dev {bridge}")).unwrap_or_default();
        let filter = MdbFilter { bridge: bridge.map(|bridge| lab.index(bridge)), ..MdbFilter::default() };
        let ours = nl.mdb().filter(filter).list().unwrap();
        assert!(!ours.is_empty());
        assert_listed(&lab, "bridge", &dev, &ours);
    }
    let port = Some(lab.index("v2"));
    let of_port = nl.mdb().filter(MdbFilter { port, ..MdbFilter::default() }).list().unwrap();
    assert!(!of_port.is_empty() && of_port.iter().all(|entry| Some(entry.port) == port));
    // A stream lends the messages, of which each tells many.
    let mut stream = nl.mdb().dump().unwrap();
    let mut count = 0;
    while let Some(message) = stream.next().unwrap() {
        count += MdbEntry::from_view(&message).unwrap().len();
    }
    drop(stream);
    assert_eq!(count, nl.mdb().list().unwrap().len());
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let Some(lab) = Lab::new() else { return };
    let fine = MdbEntry { bridge: 1, port: 2, group: group("239.1.1.1"), ..MdbEntry::default() };
    let wrong = [
        (
            MdbEntry { bridge: 0, ..fine.clone() },
            "add mdb grp 239.1.1.1 port if2 dev if0: the bridge or VXLAN interface of the entry is missing",
        ),
        (
            MdbEntry { port: 0, ..fine.clone() },
            "add mdb grp 239.1.1.1 port if0 dev if1: the port of the entry is missing",
        ),
        (MdbEntry { group: None, ..fine.clone() }, "add mdb port if2 dev if1: the group of the entry is missing"),
        (
            MdbEntry { source: "::1".parse().ok(), ..fine.clone() },
            "add mdb grp 239.1.1.1 src ::1 port if2 dev if1: a source of the group is of another family",
        ),
        (
            MdbEntry { vlan: Some(0), ..fine },
            "add mdb grp 239.1.1.1 port if2 vid 0 dev if1: a VLAN is a number from 1 to 4094",
        ),
    ];
    for mut way in Way::all(&lab) {
        for (entry, sentence) in &wrong {
            let refused = carry_out!(&mut way, nl => nl.mdb().add(entry));
            assert_eq!(refused.unwrap_err().to_string(), *sentence);
        }
    }
}
