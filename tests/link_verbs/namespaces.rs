//! Links that go to other namespaces, or are made there.

use nlwire::Errno;
use std::os::fd::OwnedFd;
use std::process::{Child, Command};

use nlwire::link::{Bridge, Link, LinkKind, LinkNamespace, Macvlan, MacvlanMode, Veth};
use nlwire::socket::Namespace;

use crate::lab::Lab;
use crate::lab::twins::{Way, carry_out};
use crate::named;

/// A process in a namespace.
struct Process(Child);

impl Process {
    fn new(lab: &Lab) -> Self {
        Self(lab.namespace.run(|| Command::new("sleep").arg("600").spawn()).unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Two namespaces, of which the first has a number for the second.
fn neighbours() -> Option<(Lab, Lab, i32)> {
    let (lab, other) = (Lab::new()?, Lab::new()?);
    lab.batch(&format!("link add c0 type veth peer name c1 netns {}", other.path()));
    let number = lab.netlink().links().get("c0").unwrap().link_netnsid?;
    Some((lab, other, number))
}

#[test]
fn a_link_goes_to_another_namespace_in_every_way_that_one_is_said() {
    let Some((lab, other, number)) = neighbours() else { return };
    let process = Process::new(&other);
    let places =
        [LinkNamespace::from(&other.namespace), LinkNamespace::Process(process.0.id()), LinkNamespace::Id(number)];
    for place in places {
        for mut way in Way::all(&lab) {
            lab.ip("link add v0 type veth peer name v1");
            let index = lab.index("v0");
            // As a container runtime does it: it has another name when it arrives.
            let change = Link { namespace: Some(place.clone()), ..named("eth0") };
            carry_out!(&mut way, nl => nl.links().set(index, &change))
                .unwrap_or_else(|error| panic!("{error}: {place:?}"));
            assert!(lab.netlink().links().get("v0").unwrap_err().is_not_found());
            let there = other.netlink().links().get("eth0").unwrap();
            assert_eq!(other.json("link show dev eth0")[0]["ifname"], "eth0");
            assert_eq!(there.link, Some(lab.index("v1")));
            // Under its own name, by that.
            lab.ip("link set v1 name v2");
            let change = Link { namespace: Some(place.clone()), ..Link::default() };
            carry_out!(&mut way, nl => nl.links().set("v2", &change)).unwrap();
            assert_eq!(other.json("link show dev v2")[0]["link"], "eth0");
            other.ip("link delete eth0");
        }
    }
}

#[test]
fn a_pair_is_made_with_its_other_end_in_another_namespace() {
    let Some((lab, other, number)) = neighbours() else { return };
    let process = Process::new(&other);
    let places = [LinkNamespace::from(&other.namespace), LinkNamespace::Process(process.0.id())];
    for place in places {
        for mut way in Way::all(&lab) {
            let peer = Link { namespace: Some(place.clone()), mtu: Some(1400), ..named("eth0") };
            let link = Link { kind: Veth { peer: Some(Box::new(peer)) }.into(), ..named("v0") };
            carry_out!(&mut way, nl => nl.links().add(&link)).unwrap_or_else(|error| panic!("{error}: {place:?}"));
            let (here, there) =
                (lab.netlink().links().get("v0").unwrap(), other.netlink().links().get("eth0").unwrap());
            assert_eq!((here.link, there.link), (Some(there.index), Some(here.index)));
            assert_eq!((here.link_netnsid, there.mtu), (Some(number), Some(1400)));
            assert_eq!(lab.json("link show dev v0")[0]["link_netnsid"], number);
            lab.ip("link delete v0");
        }
    }
    // The kernel makes it before there is another that it could talk to.
    let link = |peer: Link| Link { kind: Veth { peer: Some(Box::new(peer)) }.into(), ..named("v0") };
    for (peer, words) in [
        (Link { up: Some(true), ..named("eth0") }, "goes up when both are there"),
        (Link { alias: Some("someone".into()), ..named("eth0") }, "only a link that is there can have an alias"),
        (Link { namespace: Some(LinkNamespace::Id(number)), ..named("eth0") }, "of a descriptor or of a process"),
        (Link { index: 1 << 31, ..named("eth0") }, "the index of a link is at most 2147483647"),
    ] {
        let refused = lab.netlink().links().add(&link(peer)).unwrap_err();
        assert!(refused.to_string().contains(words), "{refused}");
    }
}

#[test]
fn a_link_is_made_in_another_namespace() {
    let Some((lab, other, number)) = neighbours() else { return };
    let process = Process::new(&other);
    let places =
        [LinkNamespace::from(&other.namespace), LinkNamespace::Process(process.0.id()), LinkNamespace::Id(number)];
    for place in places {
        for mut way in Way::all(&lab) {
            let link = Link {
                namespace: Some(place.clone()),
                kind: Bridge::default().into(),
                mtu: Some(1400),
                ..named("br0")
            };
            carry_out!(&mut way, nl => nl.links().add(&link)).unwrap_or_else(|error| panic!("{error}: {place:?}"));
            assert!(lab.netlink().links().get("br0").unwrap_err().is_not_found());
            assert_eq!(other.json("link show dev br0")[0]["mtu"], 1400);
            assert!(carry_out!(&mut way, nl => nl.links().add(&link)).unwrap_err().is_exists());
            // What only a link that is there can have, is for its own namespace to say.
            let late = Link { alias: Some("someone".into()), ..link };
            let refused = carry_out!(&mut way, nl => nl.links().add(&late)).unwrap_err();
            assert!(refused.to_string().contains("only a link that is there can have an alias"), "{refused}");
            other.ip("link delete br0");
        }
    }
}

#[test]
fn a_link_is_made_on_one_in_another_namespace() {
    let Some((lab, other, number)) = neighbours() else { return };
    other.ip("link add name below type bridge");
    let macvlan = Macvlan { mode: Some(MacvlanMode::BRIDGE), ..Macvlan::default() };
    for mut way in Way::all(&lab) {
        let link = Link {
            link: Some(other.index("below")),
            link_netnsid: Some(number),
            kind: LinkKind::Macvlan(macvlan.clone().into()),
            ..named("mv0")
        };
        carry_out!(&mut way, nl => nl.links().add(&link)).unwrap();
        let read = lab.netlink().links().get("mv0").unwrap();
        assert_eq!((read.link, read.link_netnsid), (link.link, link.link_netnsid));
        let witness = lab.json("link show dev mv0");
        assert_eq!(witness[0]["link_netnsid"], number);
        assert_eq!(witness[0]["link_index"].as_u64(), link.link.map(u64::from));
        // What was read can be made again.
        lab.ip("link delete mv0");
        lab.netlink().links().add(&read).unwrap();
        assert_eq!(lab.json("link show dev mv0")[0]["link_netnsid"], number);
        lab.ip("link delete mv0");
    }
}

#[test]
fn a_link_that_cannot_leave_its_namespace_says_so() {
    let (Some(lab), Some(other)) = (Lab::new(), Lab::new()) else { return };
    let lo = lab.netlink().links().get("lo").unwrap();
    // Kernels before 6.16 do not tell.
    assert_ne!(lo.netns_immutable, Some(false));
    for mut way in Way::all(&lab) {
        let change = Link { namespace: Some((&other.namespace).into()), ..Link::default() };
        let refused = carry_out!(&mut way, nl => nl.links().set("lo", &change)).unwrap_err();
        assert_eq!(refused.errno(), Some(Errno::EINVAL));
        let words = refused.to_string();
        assert!(words.contains("Invalid argument"), "{words}");
        assert!(lo.netns_immutable.is_none() || words.contains("immutable"), "{words}");
    }
}

#[test]
fn a_namespace_that_is_not_there_is_refused() {
    let Some(lab) = Lab::new() else { return };
    lab.ip("link add v0 type veth peer name v1");
    let file = std::fs::File::open("/dev/null").unwrap();
    for place in
        [LinkNamespace::Open(OwnedFd::from(file).into()), LinkNamespace::Process(u32::MAX), LinkNamespace::Id(4711)]
    {
        for mut way in Way::all(&lab) {
            let change = Link { namespace: Some(place.clone()), ..Link::default() };
            let refused = carry_out!(&mut way, nl => nl.links().set("v0", &change)).unwrap_err();
            assert!(refused.to_string().len() > 20, "{refused}");
            lab.index("v0");
        }
    }
}

#[test]
fn a_link_goes_to_the_namespace_that_was_said_though_that_was_closed_since_and_another_opened() {
    let (Some(lab), Some(other), Some(third)) = (Lab::new(), Lab::new(), Lab::new()) else { return };
    lab.ip("link add v0 type veth peer name v1");
    let open = |lab: &Lab| Namespace::open(lab.path()).unwrap();
    let change = Link { namespace: Some((&open(&other)).into()), ..Link::default() };
    let _another = [open(&third), open(&third)];
    lab.netlink().links().set("v0", &change).unwrap();
    assert!(other.try_ip("link show v0").is_ok() && third.try_ip("link show v0").is_err());
}
