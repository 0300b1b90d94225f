//! Multicast groups, beside what `bridge mdb` says of them.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use nlwire::bridge::mdb::{GroupMode, MdbAddress, MdbEntry, MdbFilter, MdbState};
use nlwire::route::RouteProtocol;
use nlwire::{Errno, Error, Netlink};
use serde_json::Value;

use crate::lab::twins::{Beside, Way, carry_out};
use crate::lab::{Lab, add_a_thousand, assert_same, name_as, objects};
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
        assert_listed(&ours, "newest bridge", "show", &ours.netlink().mdb().list().unwrap());
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
fn assert_listed(lab: &Lab, program: &str, command: &str, ours: &[MdbEntry]) {
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
    let theirs = lab.json_of(program, &format!("-s mdb {command}"));
    // What was asked for is printed as it is.
    let theirs = theirs[0].get("mdb").unwrap_or(&theirs);
    let theirs = objects(theirs).iter().cloned().map(without_time);
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
        assert_listed(&lab, "bridge", &format!("show {dev}"), &ours);
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

/// What is asked for in the ways that give answers.
fn get(lab: &Lab, question: &MdbEntry) -> [Result<Vec<MdbEntry>, Error>; 2] {
    let [Way::Blocking(mut nl), Way::Tokio(runtime, mut tokio), Way::Batch(_)] = Way::all(lab) else { unreachable!() };
    [nl.mdb().get(question), runtime.block_on(tokio.mdb().get(question))]
}

#[test]
fn a_group_is_asked_for_with_all_who_are_in_it_as_by_bridge() {
    let Some(lab) = Lab::new() else { return };
    if !network(&lab, "mcast_igmp_version 3") {
        return;
    }
    lab.pair("v2", "v3");
    lab.ip("link set v2 master m0");
    for entry in ["v0 grp 239.1.1.1 permanent", "v2 grp 239.1.1.1", "v0 grp 239.1.1.1 src 192.0.2.7", "v2 grp ff02::77"]
    {
        lab.try_run("bridge", &format!("mdb add dev m0 port {entry}")).unwrap();
    }
    if !lab.can_run("newest bridge", "mdb get dev m0 grp 239.1.1.1") {
        return;
    }
    let of = |address: &str| MdbEntry { bridge: lab.index("m0"), group: group(address), ..MdbEntry::default() };
    let from_seven = MdbEntry { source: "192.0.2.7".parse().ok(), ..of("239.1.1.1") };
    for (question, command, count) in [
        (of("239.1.1.1"), "get dev m0 grp 239.1.1.1", 2),
        (from_seven, "get dev m0 grp 239.1.1.1 src 192.0.2.7", 2),
        (of("ff02::77"), "get dev m0 grp ff02::77", 1),
    ] {
        for ours in get(&lab, &question) {
            let ours = ours.unwrap();
            assert!(ours.len() >= count, "{ours:?}");
            assert_listed(&lab, "newest bridge", command, &ours);
            // What was read can be asked for again.
            assert_eq!(get(&lab, &ours[0])[0].as_ref().unwrap().len(), ours.len());
        }
    }
    for nobody in get(&lab, &of("239.9.9.9")) {
        let nobody = nobody.unwrap_err();
        assert!(nobody.is_not_found(), "{nobody}");
        assert!(nobody.to_string().starts_with("get mdb grp 239.9.9.9 "), "{nobody}");
    }
}

#[test]
fn a_group_of_a_vlan_and_one_of_a_vxlan_interface_are_asked_for_as_by_bridge() {
    let Some(lab) = Lab::new() else { return };
    if network(&lab, "vlan_filtering 1") {
        lab.try_run("bridge", "mdb add dev m0 port v0 grp 239.1.1.1 permanent vid 1").unwrap();
        let question =
            MdbEntry { bridge: lab.index("m0"), group: group("239.1.1.1"), vlan: Some(1), ..MdbEntry::default() };
        asked_for_as_by_bridge(&lab, &question, "get dev m0 grp 239.1.1.1 vid 1");
    }
    let Some(lab) = Lab::new() else { return };
    let (add, get) =
        ("mdb add dev x0 port x0 grp 239.1.1.1 src_vni 7 permanent dst", "get dev x0 grp 239.1.1.1 src_vni 7");
    if network_with_vxlan(&lab, "external dstport 4789 local 192.0.2.1")
        && lab.can_run("newest bridge", &format!("{add} 198.51.100.1"))
    {
        lab.try_run("newest bridge", &format!("{add} 198.51.100.2 vni 8")).unwrap();
        let question =
            MdbEntry { bridge: lab.index("x0"), group: group("239.1.1.1"), source_vni: Some(7), ..MdbEntry::default() };
        asked_for_as_by_bridge(&lab, &question, get);
    }
}

fn asked_for_as_by_bridge(lab: &Lab, question: &MdbEntry, command: &str) {
    if !lab.can_run("newest bridge", &format!("mdb {command}")) {
        return;
    }
    for ours in get(lab, question) {
        let ours = ours.unwrap();
        assert!(!ours.is_empty());
        assert_listed(lab, "newest bridge", command, &ours);
    }
}

/// Adds entries in two networks alike, flushes some with us and some with `bridge`, and compares what is left.
fn flushed_as_by_bridge(network: &dyn Fn(&Lab) -> bool, dev: &str, entries: &[&str], cases: &[(&str, MdbFilter)]) {
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    if ![&ours, &theirs].into_iter().all(network) {
        return;
    }
    // The kernel has the ports of a group in the order of where they lie in its memory.
    let show = |lab: &Lab| {
        let printed = crate::lab::twins::print_of(lab, "newest bridge", "mdb show");
        let mut entries = objects(&printed[0]["mdb"]).to_vec();
        entries.sort_by_key(Value::to_string);
        entries
    };
    let flush = |words: &str| format!("mdb flush dev {dev} {words}");
    if !theirs.can_run("newest bridge", &flush("")) {
        return;
    }
    let any = MdbFilter { bridge: Some(ours.index(dev)), ..MdbFilter::default() };
    for mut way in Way::all(&ours) {
        for (words, filter) in cases {
            for lab in [&ours, &theirs] {
                lab.try_run("newest bridge", &flush("")).unwrap();
                for entry in entries {
                    lab.try_run("newest bridge", &format!("mdb add dev {dev} port {entry}")).unwrap();
                }
            }
            let full = show(&ours);
            assert_eq!(full, show(&theirs), "{words}");
            // What is listed by a filter is what is flushed by it, and nothing else.
            let filter = MdbFilter { bridge: any.bridge, ..filter.clone() };
            let mut nl = ours.netlink();
            let all = list(&mut nl);
            let mut wanted = nl.mdb().filter(filter.clone()).list().unwrap();
            wanted.iter_mut().for_each(|entry| entry.timer = None);
            theirs.try_run("newest bridge", &flush(words)).unwrap();
            carry_out!(&mut way, nl => nl.mdb().filter(filter.clone()).flush()).unwrap();
            let left = show(&ours);
            assert_eq!(left, show(&theirs), "{words}");
            assert!(!wanted.is_empty() && left != full, "{words}");
            let left: Vec<_> = all.into_iter().filter(|entry| !wanted.contains(entry)).collect();
            assert_eq!(list(&mut nl), left, "{words}");
        }
        carry_out!(&mut way, nl => nl.mdb().filter(any.clone()).flush()).unwrap();
        theirs.try_run("newest bridge", &flush("")).unwrap();
        assert_eq!(show(&ours), show(&theirs));
        assert_eq!(ours.netlink().mdb().filter(any.clone()).list().unwrap(), []);
    }
}

#[test]
fn all_that_a_filter_wants_of_a_bridge_is_flushed_as_by_bridge() {
    let of_two = |lab: &Lab, options: &str| {
        if !network(lab, options) {
            return false;
        }
        lab.pair("v2", "v3");
        lab.ip("link set v2 master m0");
        crate::wait_until_forwarding(lab, "v2");
        true
    };
    let Some(port) = Lab::new().and_then(|lab| of_two(&lab, "").then(|| lab.index("v2"))) else { return };
    let any = MdbFilter::default();
    let entries = [
        "v0 grp 239.1.1.1 permanent",
        "v0 grp 239.1.1.2 temp",
        "v2 grp 239.1.1.1 permanent proto bgp",
        "v2 grp ff02::77 temp proto bgp",
        "v2 grp 01:02:03:04:05:06 permanent",
    ];
    let cases = [
        ("port v2", MdbFilter { port: Some(port), ..any.clone() }),
        ("permanent", MdbFilter { state: Some(MdbState::PERMANENT), ..any.clone() }),
        ("nopermanent", MdbFilter { state: Some(MdbState::TEMPORARY), ..any.clone() }),
        ("proto bgp", MdbFilter { protocol: Some(RouteProtocol::BGP), ..any.clone() }),
        (
            "port v2 proto bgp permanent",
            MdbFilter {
                port: Some(port),
                protocol: Some(RouteProtocol::BGP),
                state: Some(MdbState::PERMANENT),
                ..any.clone()
            },
        ),
    ];
    flushed_as_by_bridge(&|lab| of_two(lab, ""), "m0", &entries, &cases);
    let entries = ["v0 grp 239.1.1.1 permanent vid 1", "v0 grp 239.1.1.1 permanent vid 2"];
    let with_vlans = |lab: &Lab| of_two(lab, "vlan_filtering 1") && lab.can_run("bridge", "vlan add dev v0 vid 2");
    flushed_as_by_bridge(&with_vlans, "m0", &entries, &[("vid 2", MdbFilter { vlan: Some(2), ..any })]);
}

#[test]
fn all_that_a_filter_wants_of_a_vxlan_interface_is_flushed_as_by_bridge() {
    let any = MdbFilter::default();
    let entries = [
        "x0 grp 239.1.1.1 permanent dst 198.51.100.1 src_vni 7",
        "x0 grp 239.1.1.1 permanent dst 198.51.100.2 src_vni 7 vni 8 dst_port 4444",
        "x0 grp 239.1.1.1 permanent dst 198.51.100.1 src_vni 9 proto bgp",
    ];
    let cases = [
        ("src_vni 7", MdbFilter { source_vni: Some(7), ..any.clone() }),
        ("dst 198.51.100.1", MdbFilter { destination: "198.51.100.1".parse().ok(), ..any.clone() }),
        ("vni 8", MdbFilter { vni: Some(8), ..any.clone() }),
        ("dst_port 4444", MdbFilter { destination_port: Some(4444), ..any.clone() }),
        ("proto bgp", MdbFilter { protocol: Some(RouteProtocol::BGP), ..any }),
    ];
    let network = |lab: &Lab| network_with_vxlan(lab, "external dstport 4789 local 192.0.2.1");
    flushed_as_by_bridge(&network, "x0", &entries, &cases);
}

#[test]
fn a_bridge_refuses_to_flush_by_what_it_does_not_have() {
    let Some(lab) = Lab::new() else { return };
    if !network(&lab, "") || !lab.can_run("newest bridge", "mdb flush dev m0") {
        return;
    }
    let any = MdbFilter { bridge: Some(lab.index("m0")), ..MdbFilter::default() };
    let mut nl = lab.netlink();
    for (filter, errno) in [
        (MdbFilter { destination: "192.0.2.1".parse().ok(), ..any.clone() }, Errno::EINVAL),
        (MdbFilter { source_vni: Some(7), ..any.clone() }, Errno::EINVAL),
        (MdbFilter { protocol: Some(RouteProtocol::KERNEL), ..any }, Errno::ERANGE),
    ] {
        let refused = nl.mdb().filter(filter.clone()).flush().unwrap_err();
        assert_eq!(refused.errno(), Some(errno), "{filter}: {refused}");
    }
}

#[test]
fn a_thousand_groups_of_which_a_third_are_there_have_each_their_outcome() {
    let Some(lab) = Lab::new() else { return };
    network(&lab, "");
    let (bridge, port) = (lab.index("m0"), lab.index("v0"));
    let group = |place: u32| {
        let address = IpAddr::from(Ipv4Addr::from(0xef01_0000 + place));
        MdbEntry { bridge, port, group: Some(address.into()), state: MdbState::PERMANENT, ..MdbEntry::default() }
    };
    let mut nl = lab.netlink();
    add_a_thousand(&mut nl, group, |batch, group| batch.mdb().add(group));
    let filter = MdbFilter { port: Some(port), ..MdbFilter::default() };
    assert_eq!(nl.mdb().filter(filter).list().unwrap().len(), 667);
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
        let nothing = carry_out!(&mut way, nl => nl.mdb().flush()).unwrap_err();
        assert_eq!(nothing.to_string(), "flush mdb: the bridge or VXLAN interface of the entries is missing");
        let filter = MdbFilter { bridge: Some(1), vni: Some(1 << 24), ..MdbFilter::default() };
        let wrong = carry_out!(&mut way, nl => nl.mdb().filter(filter.clone()).flush()).unwrap_err();
        assert_eq!(wrong.to_string(), "flush mdb dev if1 vni 16777216: a VXLAN network identifier has 24 bits");
    }
}
