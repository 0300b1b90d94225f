//! Links of every kind with every setting: made by nlwire, as `ip -d -j` shows them, read by nlwire, changed, and made again
//! from what was read.
//!
//! Which settings there are, the types say: one that no case has makes a test fail. `ip` of iproute2 6.1 is enough; what only
//! a newer one shows is compared where `NLWIRE_IPROUTE2` names the folder of the newest (`tests/kernels/run --fetch iproute2`).

#![allow(unreachable_pub)] // a test exports nothing: what is public is for its other files

#[path = "../lab/mod.rs"]
mod lab;

mod cases;
mod ports;

use std::collections::{BTreeSet, HashMap};

use lab::twins::{Way, carry_out};
use lab::{Lab, skip};
use nlwire::Ensured;
use nlwire::link::{Link, LinkKind, LinkPort, Tun, TunKind};
use nlwire::setting::{Row, When};
use serde_json::{Map, Value};

/// A link to make, and then to change.
struct Case {
    /// The link.
    link: Link,
    /// Changes to make one after the other, each after commands of `ip`.
    changes: Vec<(&'static str, LinkKind)>,
    /// What must be there first: commands of `ip`.
    before: &'static str,
    /// What only the newest `ip` shows, by its names in JSON.
    newer: &'static [&'static str],
    /// What no `ip` shows, at least not of this link.
    unseen: &'static [&'static str],
    /// Settings that older kernels do not know: they pass over them or refuse them.
    young: &'static [&'static str],
    /// What a program must hold while the link is made: says it in the link.
    holding: Option<Holding>,
    /// Why the link cannot be made again from what was read.
    only_once: Option<&'static str>,
}

/// Makes what a link needs of a program, and says it in the link.
type Holding = fn(&Lab, &mut Link) -> Result<Box<dyn std::any::Any>, String>;

impl Case {
    /// A link of a kind, called `x`.
    fn new(kind: impl Into<LinkKind>) -> Self {
        Self {
            link: Link { name: "x".parse().unwrap(), kind: kind.into(), ..Link::default() },
            changes: Vec::new(),
            before: "",
            newer: &[],
            unseen: &[],
            young: &[],
            holding: None,
            only_once: None,
        }
    }

    /// On the link with this index.
    fn on(mut self, below: u32) -> Self {
        self.link.link = Some(below);
        self
    }

    /// After these commands.
    fn after(mut self, commands: &'static str) -> Self {
        self.before = commands;
        self
    }

    /// With a change of what only its kind has.
    fn then(self, kind: impl Into<LinkKind>) -> Self {
        self.then_after("", kind)
    }

    /// With a change after these commands.
    fn then_after(mut self, commands: &'static str, kind: impl Into<LinkKind>) -> Self {
        self.changes.push((commands, kind.into()));
        self
    }

    /// With what only the newest `ip` shows.
    fn newer(mut self, names: &'static [&'static str]) -> Self {
        self.newer = names;
        self
    }

    /// With what `ip` does not show.
    fn unseen(mut self, names: &'static [&'static str]) -> Self {
        self.unseen = names;
        self
    }

    /// With settings that older kernels do not know.
    fn young(mut self, settings: &'static [&'static str]) -> Self {
        self.young = settings;
        self
    }

    /// With what a program holds.
    fn holding(mut self, holding: Holding) -> Self {
        self.holding = Some(holding);
        self
    }

    /// Which cannot be made again from what was read.
    fn only_once(mut self, why: &'static str) -> Self {
        self.only_once = Some(why);
        self
    }
}

/// How a case ended before its end.
enum End {
    /// This kernel lacks something.
    Lacking(String),
    /// Something is wrong.
    Wrong(String),
}

/// What `ip` shows of a link.
fn shown(lab: &Lab, program: &str, link: &str) -> Value {
    let output = lab.run(program, &["-d", "-j", "link", "show", "dev", link]);
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    let mut links: Value = serde_json::from_slice(&output.stdout).expect("ip -j prints JSON");
    links[0].take()
}

/// Without what changes by itself or is of one link alone.
fn at_rest(mut shown: Value) -> Value {
    for key in ["ifindex", "link_index", "address", "permaddr", "operstate", "flags", "link", "broadcast"] {
        shown.as_object_mut().unwrap().remove(key);
    }
    if let Some(data) = shown["linkinfo"]["info_data"].as_object_mut() {
        data.values_mut().for_each(sort);
        let of_one = ["bridge_id", "root_id", "supervision_addr", "seq_nr", "sci"];
        data.retain(|key, _| !key.ends_with("_timer") && !of_one.contains(&key.as_str()));
    }
    shown
}

/// Lists come in the kernel's order.
fn sort(value: &mut Value) {
    if let Value::Array(items) = value {
        items.sort_by_key(Value::to_string);
    }
}

fn data(shown: &Value) -> Map<String, Value> {
    let mut data = shown["linkinfo"]["info_data"].as_object().cloned().unwrap_or_default();
    data.values_mut().for_each(sort);
    data
}

/// What we show of a kind.
fn ours(kind: &LinkKind) -> Map<String, Value> {
    data(&serde_json::to_value(Link { kind: kind.clone(), ..Link::default() }).unwrap())
}

/// What `ip` shows under a name of ours: of a link we show the index, it the name.
fn theirs(name: &str, shown: &Map<String, Value>, indices: &HashMap<String, u32>) -> Option<Value> {
    let other = || Some((*indices.get(shown.get(name.strip_suffix("_index")?)?.as_str()?)?).into());
    shown.get(name).cloned().or_else(other)
}

/// Each setting that is said must be there as it is said, as nlwire reads it and as `ip` shows it; and of all that is there,
/// both must show the same. Gives what `ip` shows.
fn holds(lab: &Lab, case: &Case, said: &LinkKind) -> Result<Value, End> {
    let mut nl = lab.netlink();
    let read = nl.links().get("x").unwrap();
    let otherwise = said.difference(&read.kind).said();
    if !otherwise.is_empty() && otherwise.iter().all(|setting| case.young.contains(setting)) {
        return Err(End::Lacking(format!("this kernel does not know {}", otherwise.join(", "))));
    }
    let mut wrong = Vec::new();
    if !otherwise.is_empty() {
        wrong.push(format!("{otherwise:?} is otherwise: {said:?} was asked for, {:?} is there", read.kind));
    }
    wrong.extend(told_and_untold(LinkKind::ALL, said.name(), &read.kind.said()));
    let whole = shown(lab, "ip", "x");
    if whole["linkinfo"]["info_kind"].as_str() != said.name() {
        wrong.push(format!("the kind is {:?}", whole["linkinfo"]["info_kind"]));
    }
    let indices = nl.links().list().unwrap().iter().map(|link| (link.name.to_string(), link.index)).collect();
    let witness = data(&whole);
    let newest = match std::env::var("NLWIRE_IPROUTE2") {
        Ok(folder) if !case.newer.is_empty() => Some(data(&shown(lab, &format!("{folder}/ip"), "x"))),
        _ => None,
    };
    let restless = |name: &str| name.ends_with("_timer");
    let read = ours(&read.kind);
    for (name, value) in ours(said) {
        let seen = match theirs(&name, &witness, &indices) {
            None if case.newer.contains(&name.as_str()) => {
                newest.as_ref().map(|newest| theirs(&name, newest, &indices))
            }
            None if case.unseen.contains(&name.as_str()) => None,
            // What is off or 0 it may leave out.
            None if [Value::from(false), 0.into(), "0".into()].contains(&value) => None,
            seen => Some(seen),
        };
        if let Some(seen) = seen.filter(|seen| seen.as_ref() != Some(&value)) {
            wrong.push(format!("{name}: ours {value}, theirs {seen:?}"));
        }
    }
    for (name, value) in read.iter().filter(|(name, _)| !restless(name)) {
        if let Some(seen) = theirs(name, &witness, &indices).filter(|seen| seen != value) {
            wrong.push(format!("{name}: read {value}, theirs {seen}"));
        }
    }
    for (name, value) in witness.iter().filter(|(name, _)| !restless(name)) {
        let dropped = DROPPED.iter().any(|(kind, names)| said.name() == Some(kind) && names.contains(&name.as_str()));
        if !dropped && !read.contains_key(name) && !read.contains_key(&format!("{name}_index")) {
            wrong.push(format!("{name}: theirs {value}, and nothing was read"));
        }
    }
    if wrong.is_empty() { Ok(whole) } else { Err(End::Wrong(format!("{}\n  of {witness:?}", wrong.join("\n  ")))) }
}

/// What the kernel told, of what it is said never to tell.
fn told_and_untold(all: &[(&str, &[Row])], kind: Option<&str>, told: &[&str]) -> Option<String> {
    let (_, rows) = all.iter().find(|(name, _)| kind == Some(name))?;
    let row = rows.iter().find(|row| !row.told && told.contains(&row.name))?;
    Some(format!("{} is told", row.name))
}

/// What came of a request: an error that says that the kernel lacks something is no fault.
fn made(young: &[&str], done: Result<(), nlwire::Error>, asked: &dyn std::fmt::Debug) -> Result<(), End> {
    const LACKING: [nlwire::Errno; 3] =
        [nlwire::Errno::EOPNOTSUPP, nlwire::Errno::EPROTONOSUPPORT, nlwire::Errno::EAFNOSUPPORT];
    const REFUSED: [nlwire::Errno; 4] =
        [nlwire::Errno::EINVAL, nlwire::Errno::ERANGE, nlwire::Errno::EPERM, nlwire::Errno::EACCES];
    done.map_err(|error| match error.errno() {
        Some(errno) if LACKING.contains(&errno) || (REFUSED.contains(&errno) && !young.is_empty()) => {
            End::Lacking(format!("{error}"))
        }
        _ => End::Wrong(format!("{error} for {asked:?}")),
    })
}

/// The verbs that are tried, each in the next of the ways.
struct Verbs {
    ways: [Way; 3],
    turn: usize,
}

impl Verbs {
    /// Those of a case begin with another way than those of the case before.
    fn new(lab: &Lab, number: usize) -> Self {
        Self { ways: Way::all(lab), turn: number }
    }

    fn way(&mut self) -> &mut Way {
        let way = self.turn % self.ways.len();
        self.turn += 1;
        &mut self.ways[way]
    }

    fn add(&mut self, link: &Link) -> Result<(), nlwire::Error> {
        let way = self.way();
        if !matches!(way, Way::Batch(_)) {
            return carry_out!(way, nl => nl.links().add(link));
        }
        // What only a link that is there can have: in a batch, it is set then.
        let Link { alias, addrgenmode, token, port, .. } = link.clone();
        let later = Link { alias, addrgenmode, token, port, ..Link::default() };
        if later == Link::default() {
            return carry_out!(way, nl => nl.links().add(link));
        }
        assert!(carry_out!(way, nl => nl.links().add(link)).is_err_and(|error| error.errno().is_none()));
        let first = Link {
            alias: None,
            addrgenmode: None,
            token: None,
            port: LinkPort::None,
            up: link.up.filter(|up| !up),
            ..link.clone()
        };
        carry_out!(way, nl => nl.links().add(&first))?;
        carry_out!(way, nl => nl.links().set(link.name.as_str().unwrap(), &Link { up: link.up, ..later }))
    }

    fn set(&mut self, name: &str, link: &Link) -> Result<(), nlwire::Error> {
        carry_out!(self.way(), nl => nl.links().set(name, link))
    }

    fn delete(&mut self, name: &str) -> Result<(), nlwire::Error> {
        carry_out!(self.way(), nl => nl.links().delete(name))
    }

    fn ensure(&mut self, link: &Link) -> Result<Ensured, nlwire::Error> {
        match self.way() {
            Way::Blocking(nl) => nl.links().ensure(link),
            Way::Tokio(runtime, nl) => runtime.block_on(nl.links().ensure(link)),
            // Which has no answers.
            Way::Batch(_) => self.ensure(link),
        }
    }
}

/// Makes, looks at, changes, deletes and makes again.
fn carry_out(lab: &Lab, number: usize, case: &Case) -> Result<(), End> {
    let (mut nl, mut verbs) = (lab.netlink(), Verbs::new(lab, number));
    let mut link = case.link.clone();
    let _held = match case.holding.map(|holding| holding(lab, &mut link)) {
        Some(Err(reason)) => return Err(End::Lacking(reason)),
        held => held,
    };
    made(case.young, verbs.add(&link), &link.kind)?;
    let mut there = holds(lab, case, &link.kind)?;
    // It is as it is to be, and so it is where it is made to be so.
    let mut wanted = vec![Ensured::Unchanged];
    if case.only_once.is_none() {
        verbs.delete("x").unwrap();
        wanted.insert(0, Ensured::Added);
    }
    for wanted in wanted {
        let ensured = verbs.ensure(&link).map_err(|error| End::Wrong(format!("{error} for {:?}", link.kind)))?;
        if ensured != wanted {
            return Err(End::Wrong(format!("{ensured:?} where it is {wanted:?}: {:?}", link.kind)));
        }
    }
    for (commands, kind) in &case.changes {
        if !commands.is_empty() {
            lab.batch(commands);
        }
        let change = Link { kind: kind.clone(), ..Link::default() };
        made(case.young, verbs.set("x", &change), &change.kind)?;
        there = holds(lab, case, &change.kind)?;
        assert_eq!(verbs.ensure(&Link { name: link.name, ..change }).unwrap(), Ensured::Unchanged);
    }
    if case.only_once.is_some() {
        verbs.delete("x").unwrap();
        return Ok(());
    }
    let read = nl.links().get("x").unwrap();
    if let Some(below) = link.link {
        assert_eq!(read.link, Some(below), "what {read} is on");
    }
    // What was read can be made again.
    let before = at_rest(there);
    verbs.delete("x").unwrap();
    verbs.add(&read).map_err(|error| End::Wrong(format!("{error} for what was read: {:?}", read.kind)))?;
    for (commands, _) in case.changes.iter().filter(|(commands, _)| !commands.is_empty()) {
        lab.batch(commands);
    }
    let after = at_rest(shown(lab, "ip", "x"));
    if before != after {
        return Err(End::Wrong(format!("{before} was made again from {:?} as {after}", read.kind)));
    }
    assert!(verbs.add(&read).unwrap_err().is_exists());
    // And what is there differs from it in nothing.
    let again = nl.links().get("x").unwrap();
    let otherwise = read.kind.difference(&again.kind).said();
    if !otherwise.is_empty() {
        return Err(End::Wrong(format!("{otherwise:?} of {:?} is otherwise in {:?}", read.kind, again.kind)));
    }
    verbs.delete("x").unwrap();
    Ok(())
}

const V1: u32 = 2;
const V0: u32 = 3;
const W0: u32 = 5;
/// The first link that [`Case::after`] adds.
const MORE: u32 = 6;

/// A namespace with two pairs of links, whose indices are known.
fn lab() -> Option<Lab> {
    let lab = Lab::new()?;
    lab.batch("link add v0 type veth peer name v1\nlink add w0 type veth peer name w1");
    Some(lab)
}

/// What kernels say of a kind that they have not.
const UNKNOWN: &str = "Unknown device type";

fn carry_out_all(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    let mut shared = None;
    for (number, case) in cases.iter().enumerate() {
        // Each has a namespace of its own only where it changes that, since another kernel may be slow to make one.
        // What a program holds there, a process that another test has just forked may hold for a moment more.
        let alone = !case.before.is_empty()
            || case.holding.is_some()
            || case.changes.iter().any(|(commands, _)| !commands.is_empty());
        let Some(lab) = shared.take().filter(|_| !alone).or_else(lab) else { return };
        if !case.before.is_empty() {
            lab.batch(case.before);
        }
        match carry_out(&lab, number, case) {
            Ok(()) => shared = Some(lab).filter(|_| !alone),
            Err(End::Lacking(reason)) if reason.ends_with(UNKNOWN) => return skip(UNKNOWN),
            Err(End::Lacking(reason)) => skip(&format!("{number}: {reason}")),
            Err(End::Wrong(complaint)) => wrong.push(format!("{number}: {complaint}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A test for each kind.
macro_rules! kinds {
    ($($kind:ident)+) => {
        $(
            #[test]
            fn $kind() {
                carry_out_all(cases::$kind());
            }
        )+

        /// All the cases.
        fn all() -> Vec<Case> {
            [$(cases::$kind()),+].into_iter().flatten().collect()
        }
    };
}

kinds! {
    batadv bond bridge dummy erspan geneve gre gretap gtp hsr ifb ip6erspan ip6gre ip6gretap ip6tnl ipip ipvlan
    ipvtap macsec macvlan macvtap netkit nlmon ovpn ppp sit team vcan veth vlan vrf vti vti6 vxcan vxlan wireguard xfrm
}

/// It is not made by netlink: `ip` makes it. That has the names of users and groups, which these have none of.
#[test]
fn tun() {
    let tun =
        Tun { owner: Some(77_777), group: Some(88_888), kind: Some(TunKind::TUN), pi: Some(true), ..Tun::default() };
    let tap = Tun { kind: Some(TunKind::TAP), vnet_hdr: Some(true), multi_queue: Some(true), ..Tun::default() };
    for (words, tun) in [("mode tun user 77777 group 88888 pi", tun), ("mode tap vnet_hdr multi_queue", tap)] {
        let Some(lab) = lab() else { return };
        if !lab.can(&format!("tuntap add dev x {words}")) {
            return;
        }
        let case = Case::new(Tun { persist: Some(true), ..tun });
        if let Err(End::Wrong(complaint)) = holds(&lab, &case, &case.link.kind) {
            panic!("{words}: {complaint}");
        }
        let read = lab.netlink().links().get("x").unwrap();
        for setting in case.link.kind.said() {
            assert!(read.kind.said().contains(&setting), "{setting} is not told");
        }
    }
}

/// What the kernel tells of a link and does not take when one is made, which is left out when that is read.
const DROPPED: &[(&str, &[&str])] = &[
    (
        "bond",
        &[
            "ad_lacp_active",
            "ad_lacp_rate",
            "arp_interval",
            "arp_missed_max",
            "arp_validate",
            "downdelay",
            "packets_per_slave",
            "peer_notify_delay",
            "tlb_dynamic_lb",
            "updelay",
        ],
    ),
    ("bridge", &["vlan_filtering", "mcast_vlan_snooping", "mst_enabled", "fdb_local_vlan_0"]),
    ("erspan", &["remote"]),
    ("gre", &["remote"]),
    ("gretap", &["remote"]),
    ("ip6erspan", &["remote"]),
    ("ip6gre", &["remote"]),
    ("ip6gretap", &["remote"]),
    ("macsec", &["sci"]),
];

/// Kinds that no kernel makes here, and why.
const NOWHERE: &[(&str, &str)] = &[
    ("amt", "Debian builds none"),
    ("bareudp", "Debian builds none"),
    ("can", "wants hardware"),
    ("dsa", "wants hardware"),
    ("ipoib", "wants hardware"),
    ("lowpan", "wants hardware"),
    ("netdevsim", "Debian builds none"),
    ("pfcp", "Debian builds none"),
    ("rmnet", "Debian builds none"),
    ("tun", "is not made by netlink"),
    ("virt_wifi", "Debian builds none"),
    ("wwan", "wants hardware"),
];

/// Settings that no kernel here takes, by kind, and why.
const UNTRIED: &[(&str, &str, &str)] = &[];

#[test]
fn every_setting_of_every_kind_has_a_case() {
    let cases = all();
    let mut said = BTreeSet::new();
    for case in &cases {
        for kind in [&case.link.kind].into_iter().chain(case.changes.iter().map(|(_, kind)| kind)) {
            said.extend(kind.said().into_iter().map(|setting| (kind.name().unwrap(), setting)));
        }
    }
    let mut wrong = Vec::new();
    for (kind, rows) in LinkKind::ALL {
        if NOWHERE.iter().any(|(other, _)| other == kind) {
            continue;
        }
        if !cases.iter().any(|case| case.link.kind.name() == Some(kind)) {
            wrong.push(format!("{kind} has no case"));
        }
        // Kinds that share their settings do not take all of them.
        let alike = || LinkKind::ALL.iter().filter(|(_, others)| others == rows);
        for row in rows.iter().filter(|row| row.when != When::Told) {
            let untried = UNTRIED.iter().any(|(other, setting, _)| other == kind && *setting == row.name);
            if alike().any(|(other, _)| said.contains(&(*other, row.name))) == untried {
                wrong.push(format!("{} of {kind} has {} case", row.name, if untried { "a" } else { "no" }));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
