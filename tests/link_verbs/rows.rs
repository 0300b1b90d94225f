//! Every setting that a link of any kind may have: made by nlwire, as `ip -d -j` shows it and as it does the same, read, and
//! made again from what was read.
//!
//! Which settings there are, the type says: one that no case has makes a test fail.

use std::collections::BTreeSet;

use nlwire::link::{AddressGeneration, Bridge, Link, LinkKind, LinkMode, Macvlan, MacvlanMode, ProtoDownReasons, Veth};
use nlwire::setting::{Settings, When};
use serde_json::{Map, Value, json};

use crate::lab::{Lab, skip};
use crate::{named, print, settle};

/// A link called `x`, and what `ip` does to have the same.
struct Case {
    /// What must be there first: commands of `ip`.
    before: &'static str,
    /// The link to make.
    link: Link,
    /// What to change it to.
    changes: Vec<Link>,
    /// What `ip` does instead.
    commands: &'static str,
    /// Settings that `ip` does not show, or not by this name.
    unseen: &'static [&'static str],
}

impl Case {
    fn new(link: Link, commands: &'static str) -> Self {
        Self { before: "", link: Link { name: named("x").name, ..link }, changes: Vec::new(), commands, unseen: &[] }
    }

    fn after(mut self, before: &'static str) -> Self {
        self.before = before;
        self
    }

    fn then(mut self, change: Link) -> Self {
        self.changes.push(change);
        self
    }

    fn unseen(mut self, settings: &'static [&'static str]) -> Self {
        self.unseen = settings;
        self
    }

    /// The settings that it says.
    fn said(&self) -> BTreeSet<&'static str> {
        [&self.link].into_iter().chain(&self.changes).flat_map(Settings::said).collect()
    }
}

fn bridge() -> Link {
    Link { kind: Bridge::default().into(), ..Link::default() }
}

fn cases() -> Vec<Case> {
    let veth = |peer: Link| Link { kind: Veth { peer: Some(Box::new(peer)) }.into(), ..Link::default() };
    let macvlan = Macvlan { mode: Some(MacvlanMode::BRIDGE), ..Macvlan::default() };
    let reasons = |mask, value| Some(ProtoDownReasons { mask, value: Some(value) });
    vec![
        Case::new(
            Link { mtu: Some(1400), address: Some([2, 0, 0, 0, 0, 7].into()), group: Some(7), txqlen: Some(55), ..bridge() },
            "link add name x mtu 1400 address 02:00:00:00:00:07 txqueuelen 55 type bridge\nlink set x group 7",
        ),
        Case::new(
            Link { broadcast: Some([2, 0, 0, 0, 0, 8].into()), ..bridge() },
            "link add name x broadcast 02:00:00:00:00:08 type bridge
             link set x broadcast 02:00:00:00:00:09 address 02:00:00:00:00:07 mtu 1300 txqueuelen 66 group default",
        )
        .then(Link {
            broadcast: Some([2, 0, 0, 0, 0, 9].into()),
            address: Some([2, 0, 0, 0, 0, 7].into()),
            mtu: Some(1300),
            txqlen: Some(66),
            group: Some(0),
            ..Link::default()
        }),
        Case::new(
            Link { linkmode: Some(LinkMode::DORMANT), ..bridge() },
            "link add name x type bridge\nlink set x mode dormant",
        )
        .then(Link { linkmode: Some(LinkMode::DEFAULT), ..Link::default() })
        .then(Link { linkmode: Some(LinkMode::DORMANT), ..Link::default() }),
        Case::new(
            Link { num_tx_queues: Some(3), num_rx_queues: Some(2), ..veth(named("y")) },
            "link add name x numtxqueues 3 numrxqueues 2 type veth peer name y",
        ),
        Case::new(
            Link { gso_max_size: Some(40000), gso_max_segs: Some(100), gro_max_size: Some(30000), ..veth(named("y")) },
            "link add name x gso_max_size 40000 gso_max_segs 100 gro_max_size 30000 type veth peer name y",
        ),
        Case::new(veth(named("y")), "link add name x type veth peer name y\nlink set x gso_max_size 41000 gro_max_size 31000")
            .then(Link {
                gso_max_size: Some(41000),
                gro_max_size: Some(31000),
                gso_ipv4_max_size: Some(32000),
                gro_ipv4_max_size: Some(33000),
                ..Link::default()
            })
            .unseen(&["gso_ipv4_max_size", "gro_ipv4_max_size"]),
        // Members of a bridge, from the start and later.
        Case::new(
            Link { master: Some(60), ..bridge_port() },
            "link add name x master m type veth peer name y\nlink set x nomaster\nlink set x master n",
        )
        .after("link add name m index 60 type bridge\nlink add name n index 61 type bridge")
        .then(Link { master: Some(0), ..Link::default() })
        .then(Link { master: Some(61), ..Link::default() })
        .unseen(&["master"]),
        Case::new(
            Link { link: Some(60), kind: LinkKind::Macvlan(macvlan.clone().into()), ..Link::default() },
            "link add name x link m type macvlan mode bridge",
        )
        .after("link add name m index 60 type bridge")
        .unseen(&["link"]),
        Case::new(
            Link { link: Some(60), kind: LinkKind::Macvlan(macvlan.into()), ..Link::default() },
            "link add name x link m type macvlan mode bridge
             link set x protodown on
             link set x protodown_reason 3 on
             link set x protodown_reason 5 on
             link set x protodown_reason 3 off",
        )
        .after("link add name m index 60 type bridge")
        .then(Link { proto_down: Some(true), ..Link::default() })
        .then(Link { proto_down_reasons: reasons(None, 8), ..Link::default() })
        .then(Link { proto_down_reasons: reasons(Some(1 << 5 | 1 << 3), 1 << 5), ..Link::default() })
        .unseen(&["link"]),
        Case::new(
            Link { kind: LinkKind::Dummy, ..Link::default() },
            "link add name x type dummy\nlink set x up\nlink set x carrier off",
        )
        .then(Link { up: Some(true), ..Link::default() })
        .then(Link { carrier: Some(false), ..Link::default() })
        .unseen(&["carrier"]),
        // The flags.
        Case::new(
            Link {
                up: Some(true),
                arp: Some(false),
                multicast: Some(false),
                allmulticast: Some(true),
                promisc: Some(true),
                dynamic: Some(true),
                ..veth(named("y"))
            },
            "link add name x type veth peer name y\nlink set x arp off multicast off allmulticast on promisc on dynamic on\nlink set x up",
        ),
        Case::new(
            bridge(),
            "link add name x type bridge\nlink set x arp off multicast off promisc on\nlink set x arp on multicast on promisc off",
        )
        .then(Link { arp: Some(false), multicast: Some(false), promisc: Some(true), ..Link::default() })
        .then(Link { arp: Some(true), multicast: Some(true), promisc: Some(false), ..Link::default() }),
        // What a link gets when it is there.
        Case::new(
            Link { alias: Some("someone".into()), addrgenmode: Some(AddressGeneration::NONE), ..bridge() },
            "link add name x type bridge\nlink set x alias someone addrgenmode none",
        ),
        Case::new(
            Link { alias: Some("someone".into()), addrgenmode: Some(AddressGeneration::RANDOM), ..bridge() },
            "link add name x type bridge\nlink set x addrgenmode eui64",
        )
        .then(Link { alias: Some(String::new()), addrgenmode: Some(AddressGeneration::EUI64), ..Link::default() }),
        Case::new(
            Link {
                token: Some("::5".parse().unwrap()),
                address: Some([2, 0, 0, 0, 0, 7].into()),
                up: Some(true),
                ..bridge()
            },
            "link add name x address 02:00:00:00:00:07 type bridge\nlink set x up\ntoken set ::5 dev x",
        ),
        Case::new(
            Link { token: Some("::5".parse().unwrap()), ..bridge() },
            "link add name x type bridge\ntoken set ::6 dev x",
        )
        .then(Link { token: Some("::6".parse().unwrap()), ..Link::default() }),
    ]
}

fn bridge_port() -> Link {
    Link { kind: Veth { peer: Some(Box::new(named("y"))) }.into(), ..Link::default() }
}

/// Rows that no case has, and where else they are tried.
const ELSEWHERE: &[(&str, &str)] = &[("link_netnsid", "it takes another namespace: namespaces.rs")];

#[test]
fn every_setting_of_links_has_a_case() {
    let said: BTreeSet<_> = cases().iter().flat_map(Case::said).collect();
    for row in Link::ROWS.iter().filter(|row| row.when != When::Told) {
        let elsewhere = ELSEWHERE.iter().any(|(name, _)| *name == row.name);
        assert_ne!(said.contains(row.name), elsewhere, "{}", row.name);
    }
}

/// What `ip` shows of the link, without what it finds out of the link below.
fn shown(lab: &Lab) -> Map<String, Value> {
    let mut shown = lab.json("link show dev x")[0].take();
    shown["flags"].as_array_mut().unwrap().retain(|flag| flag != "M-DOWN");
    shown.as_object().unwrap().clone()
}

/// The two that are compared: they show different links, and so other addresses and indices.
fn both(lab: &Lab) -> Value {
    let mut links = [print(lab, "link show dev x"), print(lab, "address show dev x")];
    for link in &mut links {
        // ip 6.1 cannot say these, newer ones show them.
        link[0]
            .as_object_mut()
            .unwrap()
            .retain(|key, _| !["gso_ipv4_max_size", "gro_ipv4_max_size"].contains(&key.as_str()));
    }
    json!([links, lab.json("token list dev x")])
}

/// What is read, beside what `ip` shows: all that both do.
fn read_as_ip_shows(lab: &Lab) -> Link {
    for attempt in 0.. {
        let before = shown(lab);
        let link = lab.netlink().links().get("x").unwrap();
        let theirs = shown(lab);
        // States follow a little later.
        if before != theirs && attempt < 100 {
            continue;
        }
        let ours = serde_json::to_value(&link).unwrap();
        // Other links it knows by their names, we by their indices.
        for (key, theirs) in theirs.iter().filter(|(key, _)| !["linkinfo", "link", "master"].contains(&key.as_str())) {
            assert_eq!(ours.get(key), Some(theirs), "{key}");
        }
        return link;
    }
    unreachable!()
}

/// What is said must be there: as nlwire reads it and as `ip` shows it.
fn holds(lab: &Lab, said: &Link, unseen: &[&str]) -> Link {
    let read = read_as_ip_shows(lab);
    let mut difference = Link { kind: LinkKind::None, ..said.clone() }.difference(&read);
    difference.name = Default::default();
    // What it never tells, it does not know, or was built without.
    let told = read.said();
    let mut untold = difference.said().into_iter().filter(|row| !told.contains(row));
    let optional = ["gso_ipv4_max_size", "gro_ipv4_max_size", "num_rx_queues"];
    if let Some(row) = untold.find(|row| optional.contains(row)) {
        skip(&format!("this kernel does not tell {row}"));
        let known = Link { gso_ipv4_max_size: None, gro_ipv4_max_size: None, num_rx_queues: None, ..said.clone() };
        return holds(lab, &known, unseen);
    }
    assert_eq!(difference, Link::default(), "{said:?} was asked for");
    let theirs = shown(lab);
    let ours = serde_json::to_value(Link { kind: LinkKind::None, ..said.clone() }).unwrap();
    for row in said.said().into_iter().filter(|row| !unseen.contains(row)) {
        let key = if row == "proto_down_reasons" { "proto_down_reason" } else { row };
        assert!(ours.get(key).is_some() && theirs.contains_key(key), "{key} of {theirs:?}");
    }
    if let Some(master) = said.master {
        let name = theirs.get("master").and_then(Value::as_str);
        assert_eq!(name.map_or(0, |name| lab.index(name)), master);
    }
    read
}

fn carry_out(case: &Case) {
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    ours.batch(case.before);
    theirs.batch(case.before);
    for command in case.commands.lines() {
        if !theirs.can(command) {
            return;
        }
    }
    let mut nl = ours.netlink();
    nl.links().add(&case.link).unwrap_or_else(|error| panic!("{error} for {:?}", case.link));
    let mut read = holds(&ours, &case.link, case.unseen);
    for change in &case.changes {
        nl.links().set("x", change).unwrap_or_else(|error| panic!("{error} for {change:?}"));
        read = holds(&ours, change, case.unseen);
    }
    settle(case.commands, || both(&ours), || both(&theirs));
    // What was read can be made again; what can be said only later is what then differs.
    let witness = both(&ours);
    nl.links().delete("x").unwrap();
    // What only its kind has is not tried here, and of the other of a pair the kernel does not tell.
    (read.link, read.kind) = (case.link.link, case.link.kind.clone());
    nl.links().add(&read).unwrap_or_else(|error| panic!("{error} for {read:?}"));
    let mut difference = read.difference(&nl.links().get("x").unwrap());
    if !case.said().contains("carrier") {
        difference.carrier = None;
    }
    nl.links().set("x", &difference).unwrap_or_else(|error| panic!("{error} for {difference:?}"));
    settle(&format!("{} again", case.commands), || both(&ours), || witness.clone());
}

#[test]
fn every_setting_is_made_shown_read_and_made_again() {
    for case in cases() {
        carry_out(&case);
    }
}
