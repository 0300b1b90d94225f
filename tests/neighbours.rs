//! Neighbours, beside what `ip neighbour` says of them.

mod lab;

use std::collections::HashMap;

use lab::{Lab, assert_same, objects};
use nlwire::Netlink;
use nlwire::codec::route::Family;
use nlwire::neighbour::{Neighbour, NeighbourFilter, NeighbourFlags, NeighbourFlagsExt, NeighbourState};
use nlwire::route::RouteProtocol;
use serde_json::Value;

/// Two pairs of links, one link of each a port of a bridge, and neighbours of all kinds.
fn network() -> Option<Lab> {
    let lab = Lab::new()?;
    lab.pair("v0", "v1");
    lab.pair("v2", "v3");
    lab.batch(
        "link add br0 type bridge
         link set v1 master br0
         link set v3 master br0
         address add 192.0.2.1/24 dev v0
         neighbour add 192.0.2.50 lladdr 02:00:00:00:00:50 dev v0 nud reachable protocol bgp
         neighbour add 192.0.2.51 lladdr 02:00:00:00:00:51 dev v0 nud permanent router
         neighbour add 192.0.2.52 lladdr 02:00:00:00:00:52 dev v0 nud permanent extern_learn
         neighbour add 192.0.2.53 lladdr 02:00:00:00:00:53 dev v0 nud noarp
         neighbour add 192.0.2.54 lladdr 02:00:00:00:00:54 dev v0 nud stale protocol 200
         neighbour add 192.0.2.55 dev v0 nud failed
         neighbour add 192.0.2.56 dev v0 nud none
         neighbour add 192.0.2.57 lladdr 02:00:00:00:00:57 dev v1 nud permanent
         neighbour add 192.0.2.58 lladdr 02:00:00:00:00:58 dev v2 nud permanent
         neighbour add 2001:db8::50 lladdr 02:00:00:00:00:50 dev v0 nud reachable router protocol zebra
         neighbour add 2001:db8::51 lladdr 02:00:00:00:00:51 dev v3 nud stale extern_learn
         neighbour add 2001:db8::52 lladdr 02:00:00:00:00:52 dev v0 nud permanent
         neighbour add proxy 192.0.2.60 dev v0 protocol ospf
         neighbour add proxy 2001:db8::60 dev v2
         neighbour add proxy 2001:db8::61 dev v0 router",
    );
    Some(lab)
}

/// A neighbour as it serialises, with the name of its interface, but for the times: every other key that `ip -s` prints, and no
/// other.
fn printed(neighbour: &Neighbour, names: &HashMap<u32, String>) -> Value {
    let mut shown = serde_json::to_value(neighbour).unwrap();
    lab::name(&mut shown, names);
    without_times(&mut shown);
    shown
}

fn without_times(neighbour: &mut Value) {
    for key in ["used", "confirmed", "updated"] {
        neighbour.as_object_mut().unwrap().shift_remove(key);
    }
}

/// What `ip` lists, without times.
fn listed(lab: &Lab, family: &str, words: &str) -> Vec<Value> {
    let mut neighbours = lab.json(&format!("-s -s {family} neighbour show {words}"));
    for neighbour in neighbours.as_array_mut().unwrap() {
        let neighbour = neighbour.as_object_mut().unwrap();
        for key in ["used", "confirmed", "updated"] {
            neighbour.shift_remove(key);
        }
        // It does not repeat what it was asked for.
        if let Some((_, device)) = words.split_once("dev ") {
            neighbour.insert("dev".into(), device.into());
        }
    }
    objects(&neighbours).to_vec()
}

fn list(nl: &mut Netlink, filter: &NeighbourFilter) -> Vec<Neighbour> {
    nl.neighbours().filter(filter.clone()).list().unwrap()
}

/// Compares both lists, as soon as nothing happens between them.
fn compare(lab: &Lab, nl: &mut Netlink, filter: &NeighbourFilter, family: &str, words: &str) -> Vec<Neighbour> {
    let names = lab.names();
    let printed = |neighbours: &[Neighbour]| -> Vec<Value> {
        neighbours.iter().map(|neighbour| printed(neighbour, &names)).collect()
    };
    for _ in 0..100 {
        let neighbours = list(nl, filter);
        let (ours, theirs) = (printed(&neighbours), listed(lab, family, words));
        if ours == printed(&list(nl, filter)) {
            assert_same(&ours, &theirs);
            return neighbours;
        }
    }
    panic!("the neighbours change without end");
}

#[test]
fn neighbours_of_every_kind_are_as_ip_lists_them() {
    let Some(lab) = network() else { return };
    let mut nl = lab.netlink();
    let neighbours = compare(&lab, &mut nl, &NeighbourFilter::default(), "", "nud all");
    let find = |address: &str| {
        let address = Some(address.parse().unwrap());
        neighbours.iter().find(|neighbour| neighbour.address == address).unwrap()
    };
    assert_eq!(find("192.0.2.50").state, NeighbourState::REACHABLE);
    assert_eq!(find("192.0.2.50").protocol, Some(RouteProtocol::BGP));
    assert_eq!(find("2001:db8::50").flags, NeighbourFlags::ROUTER);
    assert_eq!(find("2001:db8::50").family, Family::INET6);
    assert_eq!(find("192.0.2.52").flags, NeighbourFlags::EXT_LEARNED);
    assert_eq!(find("192.0.2.56").state, NeighbourState::NONE);
    assert!(find("192.0.2.54").times.unwrap().updated < 1000);
}

#[test]
fn a_neighbour_that_is_looked_for_passes_through_its_states() {
    let Some(lab) = network() else { return };
    let mut nl = lab.netlink();
    let filter = NeighbourFilter { family: Some(Family::INET), ..NeighbourFilter::default() };
    let state = |nl: &mut Netlink, address: [u8; 4]| {
        let neighbours = list(nl, &filter);
        neighbours.iter().find(|neighbour| neighbour.address == Some(address.into())).map(|found| found.state)
    };
    lab.ip("neighbour add 192.0.2.70 dev v0 use");
    assert_eq!(state(&mut nl, [192, 0, 2, 70]), Some(NeighbourState::INCOMPLETE));
    lab.ip("neighbour add 192.0.2.71 lladdr 02:00:00:00:00:71 dev v0 nud delay");
    // The kernel may begin to ask before we can look.
    let after = state(&mut nl, [192, 0, 2, 71]).unwrap();
    assert!([NeighbourState::DELAY, NeighbourState::PROBE].contains(&after), "{after:?}");
    lab.ip("neighbour add 192.0.2.72 lladdr 02:00:00:00:00:72 dev v0 nud probe");
    assert_eq!(state(&mut nl, [192, 0, 2, 72]), Some(NeighbourState::PROBE));
    for _ in 0..150 {
        if state(&mut nl, [192, 0, 2, 70]) == Some(NeighbourState::FAILED) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("nobody answers, and the kernel goes on asking");
}

#[test]
fn a_managed_neighbour_is_told_as_such() {
    let Some(lab) = network() else { return };
    if !lab.can("neighbour add 192.0.2.80 dev v0 managed extern_learn") {
        return;
    }
    let mut nl = lab.netlink();
    let neighbours = compare(&lab, &mut nl, &NeighbourFilter::default(), "", "nud all");
    let managed = neighbours.iter().filter(|found| found.extended_flags.contains(NeighbourFlagsExt::MANAGED));
    assert_eq!(managed.map(|found| found.address).collect::<Vec<_>>(), [Some([192, 0, 2, 80].into())]);
}

#[test]
fn neighbours_are_filtered_by_family_interface_and_master_whoever_filters() {
    let Some(lab) = network() else { return };
    let (v0, v3, br0) = (lab.index("v0"), lab.index("v3"), lab.index("br0"));
    for mut nl in [lab.netlink(), lab.netlink_without_filters()] {
        for (family, option) in [(None, ""), (Some(Family::INET), "-4"), (Some(Family::INET6), "-6")] {
            let filters = [
                (None, None, "nud all"),
                (Some(v0), None, "nud all dev v0"),
                (Some(v3), None, "nud all dev v3"),
                (None, Some(br0), "nud all master br0"),
            ];
            for (interface, master, words) in filters {
                let filter = NeighbourFilter { family, interface, master, proxy: false };
                let neighbours = compare(&lab, &mut nl, &filter, option, words);
                let permanent = |found: &&Neighbour| found.state == NeighbourState::PERMANENT;
                if family.is_none() && master.is_some() {
                    assert_eq!(neighbours.iter().filter(permanent).count(), 1);
                }
            }
        }
    }
}

#[test]
fn addresses_that_this_host_answers_for_are_listed_as_proxy_only() {
    let Some(lab) = network() else { return };
    let v0 = lab.index("v0");
    for mut nl in [lab.netlink(), lab.netlink_without_filters()] {
        let proxy = NeighbourFilter { proxy: true, ..NeighbourFilter::default() };
        assert_eq!(compare(&lab, &mut nl, &proxy, "", "proxy").len(), 3);
        let of_v0 = NeighbourFilter { interface: Some(v0), ..proxy.clone() };
        assert_eq!(compare(&lab, &mut nl, &of_v0, "", "proxy dev v0").len(), 2);
        let six = NeighbourFilter { family: Some(Family::INET6), ..proxy };
        assert_eq!(compare(&lab, &mut nl, &six, "-6", "proxy").len(), 2);
        let all = list(&mut nl, &NeighbourFilter::default());
        assert!(all.iter().all(|neighbour| !neighbour.flags.contains(NeighbourFlags::PROXY)));
    }
}

#[test]
fn a_stream_of_neighbours_is_their_list() {
    let Some(lab) = network() else { return };
    let mut nl = lab.netlink();
    let list = list(&mut nl, &NeighbourFilter::default());
    let mut stream = nl.neighbours().dump().unwrap();
    let mut addresses = Vec::new();
    while let Some(neighbour) = stream.next().unwrap() {
        addresses.push(Neighbour::from_view(&neighbour).unwrap().address);
    }
    assert_eq!(addresses, list.iter().map(|neighbour| neighbour.address).collect::<Vec<_>>());
}
