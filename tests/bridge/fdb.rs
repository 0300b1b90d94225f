//! Forwarding databases, beside what `bridge fdb` says of them.

use std::collections::HashMap;

use nlwire::Netlink;
use nlwire::bridge::fdb::{FdbEntry, FdbFilter, FdbNotify, NeighbourFlags, NeighbourFlagsExt, NeighbourState};
use serde_json::Value;

use crate::lab::twins::{Beside, Way, carry_out};
use crate::lab::{Lab, add_a_thousand, assert_same, name_as, objects, skip};
use crate::{network, network_with_vxlan, wait_until_forwarding};

const SHOW: &str = "fdb show";

/// A bridge whose ports are in no VLAN: else each entry would be added in that, too.
const ALONE: &str = "vlan_default_pvid 0";

fn address(last: u8) -> Option<nlwire::codec::payload::LinkAddress> {
    Some([2, 0, 0, 0, 0, last].into())
}

/// What may be told of an entry when it is read twice.
fn list(nl: &mut Netlink) -> Vec<FdbEntry> {
    let mut entries = nl.fdb().list().unwrap();
    entries.iter_mut().for_each(|entry| entry.times = None);
    entries
}

/// An entry as it serialises, with the names of interfaces, but for the times.
fn printed(entry: &FdbEntry, names: &HashMap<u32, String>) -> Value {
    let mut shown = serde_json::to_value(entry).unwrap();
    name_as(&mut shown, names, &[("ifindex", "ifname"), ("master", "master"), ("viaIfIndex", "viaIf")]);
    without_times(&mut shown);
    shown
}

fn without_times(entry: &mut Value) {
    for key in ["used", "updated"] {
        // Addresses of the interface itself have none.
        let seconds = entry.as_object_mut().unwrap().shift_remove(key);
        assert!(seconds.is_none_or(|seconds| seconds.is_u64()));
    }
}

/// Lets the host behind the port be heard: its address is then learned.
fn learn(lab: &Lab, nl: &mut Netlink) -> FdbEntry {
    for number in 0..200 {
        lab.ip(&format!("neighbour replace 192.0.2.{number} dev v1 nud none"));
        lab.ip(&format!("neighbour replace 192.0.2.{number} dev v1 use"));
        let heard = Some([2, 0, 0, 0, 1, 1].into());
        if let Some(entry) = list(nl).into_iter().find(|entry| entry.link_address == heard && entry.master.is_some()) {
            return entry;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("the address is not learned");
}

#[test]
fn entries_of_bridges_are_added_and_deleted_as_by_bridge() {
    let Some((port, bridge)) = Lab::new().map(|lab| {
        network(&lab, ALONE);
        (lab.index("v0"), lab.index("m0"))
    }) else {
        return;
    };
    let own = FdbEntry { interface: port, link_address: address(1), ..FdbEntry::default() };
    let entry = FdbEntry { flags: NeighbourFlags::MASTER, state: FdbEntry::STATIC, ..own.clone() };
    let cases = [
        ("fdb 02:00:00:00:00:01 dev v0 master static", entry.clone()),
        ("fdb 02:00:00:00:00:01 dev v0 master", FdbEntry { state: FdbEntry::PERMANENT, ..entry.clone() }),
        ("fdb 02:00:00:00:00:01 dev v0 master dynamic", FdbEntry { state: FdbEntry::DYNAMIC, ..entry.clone() }),
        (
            "fdb 02:00:00:00:00:01 dev v0 master static sticky",
            FdbEntry { flags: NeighbourFlags::MASTER | NeighbourFlags::STICKY, ..entry.clone() },
        ),
        (
            "newest fdb 02:00:00:00:00:01 dev v0 master static activity_notify",
            FdbEntry { notify: Some(FdbNotify::BIT), ..entry },
        ),
        ("fdb 02:00:00:00:00:01 dev v0", own.clone()),
        ("fdb 02:00:00:00:00:01 dev m0 self", FdbEntry { interface: bridge, ..own }),
    ];
    compare(&|lab| network(lab, ALONE), true, &cases);
    // What was learned elsewhere, or is as if it were heard, may be added as often as one likes.
    let learned = FdbEntry {
        flags: NeighbourFlags::MASTER | NeighbourFlags::EXT_LEARNED,
        state: FdbEntry::DYNAMIC,
        ..cases[0].1.clone()
    };
    let used = FdbEntry { flags: NeighbourFlags::MASTER | NeighbourFlags::USE, ..learned.clone() };
    let cases = [
        ("fdb 02:00:00:00:00:01 dev v0 master dynamic extern_learn", learned),
        ("fdb 02:00:00:00:00:01 dev v0 master dynamic use", used),
    ];
    compare(&|lab| network(lab, ALONE), false, &cases);
}

#[test]
fn entries_of_vlans_are_added_and_deleted_as_by_bridge() {
    let Some(port) = Lab::new().map(|lab| {
        network(&lab, ALONE);
        lab.index("v0")
    }) else {
        return;
    };
    let entry = FdbEntry {
        interface: port,
        link_address: address(1),
        vlan: Some(1),
        state: FdbEntry::STATIC,
        flags: NeighbourFlags::MASTER,
        ..FdbEntry::default()
    };
    let cases = [("fdb 02:00:00:00:00:01 dev v0 master static vlan 1", entry)];
    compare(&|lab| network(lab, "vlan_filtering 1"), true, &cases);
}

#[test]
fn an_entry_without_a_vlan_is_added_and_deleted_in_all_vlans_of_the_port() {
    let Some(lab) = Lab::new() else { return };
    if !network(&lab, "vlan_filtering 1") || !lab.can_run("bridge", "vlan add dev v0 vid 7") {
        return;
    }
    let entry = FdbEntry {
        interface: lab.index("v0"),
        link_address: address(1),
        state: FdbEntry::STATIC,
        flags: NeighbourFlags::MASTER,
        ..FdbEntry::default()
    };
    let mut nl = lab.netlink();
    nl.fdb().add(&entry).unwrap();
    let found = |nl: &mut Netlink, vlan| -> Vec<Option<u16>> {
        let entries = nl.fdb().filter(FdbFilter { vlan, ..FdbFilter::default() }).list().unwrap();
        let mut vlans: Vec<_> =
            entries.iter().filter(|entry| entry.link_address == address(1)).map(|entry| entry.vlan).collect();
        vlans.sort();
        vlans
    };
    assert_eq!(found(&mut nl, None), [None, Some(1), Some(7)]);
    assert_eq!(found(&mut nl, Some(7)), [Some(7)]);
    nl.fdb().delete(&FdbEntry { vlan: Some(7), ..entry.clone() }).unwrap();
    assert_eq!(found(&mut nl, None), [None, Some(1)]);
    nl.fdb().delete(&entry).unwrap();
    assert_eq!(found(&mut nl, None), []);
}

#[test]
fn entries_of_vxlan_interfaces_are_added_and_deleted_as_by_bridge() {
    let options = "id 5 dstport 4789";
    let Some((interface, via)) =
        Lab::new().and_then(|lab| network_with_vxlan(&lab, options).then(|| (lab.index("x0"), lab.index("v1"))))
    else {
        return;
    };
    let to = |destination: &str| FdbEntry {
        interface,
        link_address: address(1),
        destination: Some(destination.parse().unwrap()),
        ..FdbEntry::default()
    };
    let cases = [
        ("fdb 02:00:00:00:00:01 dev x0 dst 192.0.2.3", to("192.0.2.3")),
        (
            "fdb 02:00:00:00:00:01 dev x0 dst 192.0.2.3 vni 6 port 77 via v1",
            FdbEntry { vni: Some(6), port: Some(77), via: Some(via), ..to("192.0.2.3") },
        ),
        (
            "fdb 00:00:00:00:00:00 dev x0 dst 192.0.2.3",
            FdbEntry { link_address: Some([0; 6].into()), ..to("192.0.2.3") },
        ),
        (
            "fdb 02:00:00:00:00:01 dev x0 dst 192.0.2.3 dynamic router extern_learn",
            FdbEntry {
                state: FdbEntry::DYNAMIC,
                flags: NeighbourFlags::ROUTER | NeighbourFlags::EXT_LEARNED,
                ..to("192.0.2.3")
            },
        ),
        ("fdb 02:00:00:00:00:01 dev x0 nhid 6", FdbEntry { destination: None, nexthop: Some(6), ..to("192.0.2.3") }),
    ];
    let with_nexthops = &|lab: &Lab| {
        network_with_vxlan(lab, options) && {
            lab.batch("nexthop add id 5 via 192.0.2.9 fdb\nnexthop add id 6 group 5 fdb");
            true
        }
    };
    compare(with_nexthops, true, &cases);
    let cases = [
        (
            "fdb 02:00:00:00:00:01 dev x0 dst 2001:db8::3 src_vni 5 vni 6",
            FdbEntry { source_vni: Some(5), vni: Some(6), ..to("2001:db8::3") },
        ),
        ("fdb 02:00:00:00:00:01 dev x0 dst 192.0.2.3 src_vni 7", FdbEntry { source_vni: Some(7), ..to("192.0.2.3") }),
    ];
    compare(&|lab| network_with_vxlan(lab, "external dstport 4789 local 2001:db8::1"), true, &cases[..1]);
    compare(&|lab| network_with_vxlan(lab, "external dstport 4789"), true, &cases[1..]);
}

fn compare(network: &dyn Fn(&Lab) -> bool, adds_once: bool, cases: &[(&str, FdbEntry)]) {
    Beside { program: "bridge", show: SHOW, network, adds_once, deletes_once: true }.compare(
        cases,
        |way, entry| carry_out!(way, nl => nl.fdb().add(entry)),
        |way, entry| carry_out!(way, nl => nl.fdb().delete(entry)),
        list,
    );
}

#[test]
fn entries_are_listed_as_by_bridge_and_filtered_whoever_filters() {
    let Some(lab) = Lab::new() else { return };
    if !network_with_vxlan(&lab, "id 5 dstport 4789") {
        return;
    }
    lab.ip("link add m1 type bridge");
    lab.ip("link set x0 master m1");
    for command in [
        "fdb add 02:00:00:00:00:01 dev v0 master static",
        "fdb add 02:00:00:00:00:02 dev v0 master dynamic extern_learn",
        "fdb add 02:00:00:00:00:03 dev v0 master sticky static",
        "fdb add 02:00:00:00:00:04 dev m0 self",
        "fdb add 02:00:00:00:00:05 dev v0 self",
        "fdb add 02:00:00:00:00:06 dev x0 dst 192.0.2.3 vni 6 port 77 via v1 master static",
        "fdb append 00:00:00:00:00:00 dev x0 dst 192.0.2.4",
        "fdb append 00:00:00:00:00:00 dev x0 dst 192.0.2.5",
    ] {
        lab.try_run("bridge", command).unwrap_or_else(|error| panic!("bridge {command}: {error}"));
    }
    let names = lab.names();
    let (v0, m0, m1) = (lab.index("v0"), lab.index("m0"), lab.index("m1"));
    let mut theirs = lab.json_of("bridge", &format!("-s {SHOW}"));
    theirs.as_array_mut().unwrap().iter_mut().for_each(without_times);
    assert!(objects(&theirs).len() > 10);
    for mut nl in [lab.netlink(), lab.netlink_without_filters()] {
        let mut same = |filter: FdbFilter, wanted: &dyn Fn(&Value) -> bool| {
            let entries = nl.fdb().filter(filter.clone()).list().unwrap();
            let ours: Vec<_> = entries.iter().map(|entry| printed(entry, &names)).collect();
            let theirs: Vec<_> = objects(&theirs).iter().filter(|entry| wanted(entry)).cloned().collect();
            assert!(!theirs.is_empty(), "{filter:?}");
            assert_same(&ours, &theirs);
        };
        let any = FdbFilter::default();
        same(any.clone(), &|_| true);
        for (index, name) in [(m0, "m0"), (m1, "m1")] {
            same(FdbFilter { bridge: Some(index), ..any.clone() }, &|entry| entry["master"] == name);
        }
        let of_port = FdbFilter { bridge: Some(m0), interface: Some(v0), ..any.clone() };
        same(of_port, &|entry| entry["master"] == "m0" && entry["ifname"] == "v0");
        same(FdbFilter { interface: Some(v0), ..any.clone() }, &|entry| entry["ifname"] == "v0");
        same(FdbFilter { dynamic: true, ..any.clone() }, &|entry| entry["state"] == "");
        let of_another = FdbFilter { bridge: Some(m1), interface: Some(v0), ..any };
        assert_eq!(nl.fdb().filter(of_another).list().unwrap(), []);
    }
}

#[test]
fn one_entry_is_asked_for_of_a_port_and_of_a_bridge() {
    let Some(lab) = Lab::new() else { return };
    if !network_with_vxlan(&lab, "id 5 dstport 4789") {
        return;
    }
    for command in ["02:00:00:00:00:01 dev v0 master static", "02:00:00:00:00:02 dev x0 dst 192.0.2.3"] {
        lab.try_run("bridge", &format!("fdb add {command}")).unwrap();
    }
    let (v0, m0, x0) = (lab.index("v0"), lab.index("m0"), lab.index("x0"));
    let of_port =
        FdbEntry { interface: v0, link_address: address(1), flags: NeighbourFlags::MASTER, ..FdbEntry::default() };
    let of_bridge = FdbEntry { interface: 0, master: Some(m0), flags: NeighbourFlags::empty(), ..of_port.clone() };
    for mut way in Way::all(&lab) {
        let mut get = |question: &FdbEntry| match &mut way {
            Way::Blocking(nl) => Some(nl.fdb().get(question).unwrap()),
            Way::Tokio(runtime, nl) => Some(runtime.block_on(nl.fdb().get(question)).unwrap()),
            // It gives no answers.
            Way::Batch(_) => None,
        };
        for question in [&of_port, &of_bridge] {
            let Some(entry) = get(question) else { continue };
            assert_eq!((entry.interface, entry.master, entry.state), (v0, Some(m0), NeighbourState::NOARP));
            // What was read can be asked for again.
            assert_eq!(get(&entry).unwrap().link_address, address(1));
        }
    }
    let mut nl = lab.netlink();
    let of_vxlan = FdbEntry { interface: x0, link_address: address(2), ..FdbEntry::default() };
    assert_eq!(nl.fdb().get(&of_vxlan).unwrap().destination, Some([192, 0, 2, 3].into()));
    let nobody = nl.fdb().get(&FdbEntry { link_address: address(9), ..of_bridge }).unwrap_err();
    assert!(nobody.is_not_found(), "{nobody}");
    assert!(nobody.to_string().starts_with(&format!("get fdb 02:00:00:00:00:09 br if{m0}: ")), "{nobody}");
}

#[test]
fn what_was_learned_is_not_added_but_replaced() {
    let Some(lab) = Lab::new() else { return };
    network(&lab, ALONE);
    let mut nl = lab.netlink();
    for mut way in Way::all(&lab) {
        let learned = learn(&lab, &mut nl);
        assert_eq!(learned.state, NeighbourState::REACHABLE);
        let taken = FdbEntry { state: FdbEntry::STATIC, ..learned.clone() };
        let refused = carry_out!(&mut way, nl => nl.fdb().add(&taken)).unwrap_err();
        assert!(refused.is_exists(), "{refused}");
        carry_out!(&mut way, nl => nl.fdb().replace(&taken)).unwrap();
        assert_eq!(learn(&lab, &mut nl).state, NeighbourState::NOARP);
        carry_out!(&mut way, nl => nl.fdb().delete(&taken)).unwrap();
    }
}

#[test]
fn many_destinations_are_appended_and_deleted_each_or_all() {
    let Some(lab) = Lab::new() else { return };
    if !network_with_vxlan(&lab, "id 5 dstport 4789") {
        return;
    }
    let to = |last: u8| FdbEntry {
        interface: lab.index("x0"),
        link_address: Some([0; 6].into()),
        destination: Some([192, 0, 2, last].into()),
        ..FdbEntry::default()
    };
    let (one, other, third) = (to(1), to(2), to(3));
    let all = FdbEntry { destination: None, ..to(1) };
    let show = || -> Vec<String> {
        let entries = lab.json_of("bridge", "fdb show dev x0");
        let mut found: Vec<_> =
            objects(&entries).iter().filter_map(|entry| Some(entry["dst"].as_str()?.to_string())).collect();
        found.sort();
        found
    };
    for mut way in Way::all(&lab) {
        for entry in [&one, &other, &third, &third] {
            carry_out!(&mut way, nl => nl.fdb().append(entry)).unwrap();
        }
        assert_eq!(show(), ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
        carry_out!(&mut way, nl => nl.fdb().delete(&other)).unwrap();
        assert_eq!(show(), ["192.0.2.1", "192.0.2.3"]);
        carry_out!(&mut way, nl => nl.fdb().delete(&all)).unwrap();
        assert_eq!(show(), [""; 0]);
    }
}

#[test]
fn an_entry_is_in_both_databases_or_in_one() {
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    for lab in [&ours, &theirs] {
        network(lab, ALONE);
    }
    let show = |lab: &Lab| crate::lab::twins::print_of(lab, "bridge", SHOW);
    let both = FdbEntry {
        interface: ours.index("v0"),
        link_address: address(1),
        flags: NeighbourFlags::SELF | NeighbourFlags::MASTER,
        ..FdbEntry::default()
    };
    let own = FdbEntry { flags: NeighbourFlags::empty(), ..both.clone() };
    let empty = show(&ours);
    for mut way in Way::all(&ours) {
        theirs.try_run("bridge", "fdb add 02:00:00:00:00:01 dev v0 self master permanent").unwrap();
        carry_out!(&mut way, nl => nl.fdb().add(&both)).unwrap();
        assert_eq!(show(&ours).len(), empty.len() + 2);
        assert_eq!(show(&ours), show(&theirs));
        theirs.try_run("bridge", "fdb delete 02:00:00:00:00:01 dev v0").unwrap();
        carry_out!(&mut way, nl => nl.fdb().delete(&own)).unwrap();
        assert_eq!(show(&ours), show(&theirs));
        theirs.try_run("bridge", "fdb replace 02:00:00:00:00:01 dev v0 self master permanent").unwrap();
        carry_out!(&mut way, nl => nl.fdb().replace(&both)).unwrap();
        assert_eq!(show(&ours), show(&theirs));
        theirs.try_run("bridge", "fdb delete 02:00:00:00:00:01 dev v0 self master").unwrap();
        carry_out!(&mut way, nl => nl.fdb().delete(&both)).unwrap();
        assert_eq!([show(&ours), show(&theirs)], [empty.clone(), empty.clone()]);
    }
}

#[test]
fn an_entry_that_is_stale_is_added_as_dynamic() {
    let Some(lab) = Lab::new() else { return };
    network(&lab, ALONE);
    // As one is read when it has not been heard of for long; the kernel takes none that is.
    let stale = FdbEntry {
        interface: lab.index("v0"),
        link_address: address(1),
        state: NeighbourState::STALE,
        flags: NeighbourFlags::MASTER,
        ..FdbEntry::default()
    };
    let mut nl = lab.netlink();
    nl.fdb().add(&stale).unwrap();
    assert_eq!(nl.fdb().get(&stale).unwrap().state, NeighbourState::REACHABLE);
}

#[test]
fn a_change_is_a_sign_of_life_unless_it_says_that_it_is_none() {
    let Some(lab) = Lab::new() else { return };
    network(&lab, ALONE);
    let entry = FdbEntry {
        interface: lab.index("v0"),
        link_address: address(1),
        state: FdbEntry::STATIC,
        flags: NeighbourFlags::MASTER,
        ..FdbEntry::default()
    };
    let silent = FdbEntry { notify: Some(FdbNotify::BIT), dont_refresh: true, ..entry.clone() };
    let loud = FdbEntry { notify: Some(FdbNotify::empty()), ..entry.clone() };
    let mut nl = lab.netlink();
    nl.fdb().add(&entry).unwrap();
    // In ticks of 1/100 s.
    let updated = |nl: &mut Netlink| nl.fdb().get(&entry).unwrap().times.unwrap().updated;
    while updated(&mut nl) < 100 {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    nl.fdb().replace(&silent).unwrap();
    assert!(updated(&mut nl) >= 100);
    assert_eq!(nl.fdb().get(&entry).unwrap().notify, Some(FdbNotify::BIT));
    nl.fdb().replace(&loud).unwrap();
    assert!(updated(&mut nl) < 100);
}

#[test]
fn all_that_a_filter_wants_is_flushed() {
    let Some(lab) = Lab::new() else { return };
    network(&lab, ALONE);
    lab.pair("v2", "v3");
    lab.ip("link set v2 master m0");
    wait_until_forwarding(&lab, "v2");
    let (bridge, port) = (Some(lab.index("m0")), Some(lab.index("v0")));
    let any = FdbFilter { bridge, ..FdbFilter::default() };
    let show = || -> Vec<String> {
        let entries = lab.json_of("bridge", SHOW);
        let ours = |entry: &&Value| entry["mac"].as_str().unwrap().starts_with("02:00:00:00:00");
        objects(&entries).iter().filter(ours).map(|entry| entry["mac"].as_str().unwrap()[15..].to_string()).collect()
    };
    for mut way in Way::all(&lab) {
        for command in ["01 dev v0 master static", "02 dev v0 master dynamic", "03 dev v2 master dynamic"] {
            lab.try_run("bridge", &format!("fdb add 02:00:00:00:00:{command}")).unwrap();
        }
        let dynamic_of_port = FdbFilter { interface: port, dynamic: true, ..any.clone() };
        carry_out!(&mut way, nl => nl.fdb().filter(dynamic_of_port.clone()).flush()).unwrap();
        assert_eq!(show(), ["01", "03"]);
        carry_out!(&mut way, nl => nl.fdb().filter(FdbFilter { dynamic: true, ..any.clone() }).flush()).unwrap();
        assert_eq!(show(), ["01"]);
        carry_out!(&mut way, nl => nl.fdb().filter(FdbFilter { interface: port, ..any.clone() }).flush()).unwrap();
        assert_eq!(show(), [""; 0]);
        let nothing = carry_out!(&mut way, nl => nl.fdb().flush()).unwrap_err();
        assert_eq!(nothing.to_string(), "flush fdb: the bridge or interface of the entries is missing");
    }
}

#[test]
fn a_locked_entry_is_told_as_such_and_not_added() {
    let Some(lab) = Lab::new() else { return };
    network(&lab, ALONE);
    if !lab.can_run("newest ip", "link set v0 type bridge_slave locked on learning on mab on") {
        return;
    }
    // Older kernels do not even complain.
    if lab.json_of("newest bridge", "link show dev v0")[0]["mab"] != true {
        return skip("the kernel lets locked ports learn nothing");
    }
    let mut nl = lab.netlink();
    let locked = learn(&lab, &mut nl);
    assert!(locked.extended_flags.contains(NeighbourFlagsExt::LOCKED), "{locked:?}");
    nl.fdb().delete(&locked).unwrap();
    // Whoever adds what was read does not let the host in by that.
    assert_eq!(nl.fdb().add(&locked).unwrap_err().kind(), Some(std::io::ErrorKind::InvalidInput));
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let Some(lab) = Lab::new() else { return };
    let fine = FdbEntry { interface: 1, link_address: address(1), ..FdbEntry::default() };
    let wrong = [
        (
            FdbEntry { interface: 0, ..fine.clone() },
            "add fdb 02:00:00:00:00:01 dev if0 self: the interface of the entry is missing",
        ),
        (
            FdbEntry { link_address: None, ..fine.clone() },
            "add fdb dev if1 self: the link-layer address of the entry is missing, or has not 6 bytes",
        ),
        (
            FdbEntry { vlan: Some(4095), flags: NeighbourFlags::MASTER, ..fine.clone() },
            "add fdb 02:00:00:00:00:01 dev if1 master vlan 4095: a VLAN is a number from 1 to 4094",
        ),
        (
            FdbEntry { vni: Some(1 << 24), destination: Some([192, 0, 2, 1].into()), ..fine.clone() },
            "add fdb 02:00:00:00:00:01 dev if1 self dst 192.0.2.1 vni 16777216: a VXLAN network identifier has 24 bits",
        ),
    ];
    for mut way in Way::all(&lab) {
        for (entry, sentence) in &wrong {
            let refused = carry_out!(&mut way, nl => nl.fdb().add(entry));
            assert_eq!(refused.unwrap_err().to_string(), *sentence);
        }
    }
}

#[test]
fn a_thousand_entries_of_which_a_third_are_there_have_each_their_outcome() {
    let Some(lab) = Lab::new() else { return };
    network(&lab, ALONE);
    let (interface, bridge) = (lab.index("v0"), lab.index("m0"));
    let entry = |place: u32| {
        let [.., high, low] = place.to_be_bytes();
        FdbEntry {
            interface,
            link_address: Some([2, 0, 0, 9, high, low].into()),
            state: FdbEntry::STATIC,
            flags: NeighbourFlags::MASTER,
            ..FdbEntry::default()
        }
    };
    let mut nl = lab.netlink();
    add_a_thousand(&mut nl, entry, |batch, entry| batch.fdb().add(entry));
    let filter = FdbFilter { bridge: Some(bridge), interface: Some(interface), ..FdbFilter::default() };
    let entries = nl.fdb().filter(filter).list().unwrap();
    let ours = entries.iter().filter(|entry| entry.link_address.unwrap().as_bytes().starts_with(&[2, 0, 0, 9]));
    assert_eq!(ours.count(), 667);
}
