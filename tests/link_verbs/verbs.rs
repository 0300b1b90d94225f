//! Each verb, carried out in three ways.

use nlwire::Errno;
use nlwire::link::{Bridge, Link, LinkId, LinkKind, MacAddressMode, Macvlan, MacvlanMode, Veth};
use nlwire::{Error, Netlink};
use serde_json::Value;

use crate::lab::twins::{Way, carry_out};
use crate::lab::{Lab, skip};
use crate::{named, print, settle};

/// What `ip` does, and what we do.
type Step<'s> = (&'s str, &'s dyn Fn(&mut Way) -> Result<(), Error>);

/// Carries out with us what `ip` does in another namespace, one step after the other, in each of the ways: each time both
/// namespaces must print the same.
fn beside(before: &str, steps: &[Step<'_>]) {
    for number in 0..3 {
        let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
        ours.batch(before);
        theirs.batch(before);
        let mut ways = Way::all(&ours);
        for (command, step) in steps {
            if let Err(complaint) = theirs.try_ip(command) {
                return skip(&format!("ip {command}: {complaint}"));
            }
            step(&mut ways[number]).unwrap_or_else(|error| panic!("{command}: {error}"));
            settle(command, || print(&ours, "link"), || print(&theirs, "link"));
        }
    }
}

fn bridge() -> LinkKind {
    Bridge::default().into()
}

#[test]
fn a_link_is_added_changed_switched_and_deleted_as_by_ip() {
    let made =
        Link { kind: Bridge { ageing_time: Some(5000), ..Bridge::default() }.into(), mtu: Some(1400), ..named("br0") };
    let set = Link { mtu: Some(1300), group: Some(7), up: Some(true), ..Link::default() };
    let kind = Link { kind: Bridge { priority: Some(9), ..Bridge::default() }.into(), ..Link::default() };
    let changed = Link { mtu: Some(1350), txqlen: Some(77), ..named("br0") };
    let down = Link { up: Some(false), arp: Some(false), ..named("br0") };
    beside(
        "",
        &[
            (
                "link add name br0 mtu 1400 type bridge ageing_time 5000",
                &|way| carry_out!(way, nl => nl.links().add(&made)),
            ),
            ("link set br0 mtu 1300 group 7 up", &|way| carry_out!(way, nl => nl.links().set("br0", &set))),
            ("link set br0 type bridge priority 9", &|way| carry_out!(way, nl => nl.links().set("br0", &kind))),
            ("link set br0 mtu 1350 txqueuelen 77", &|way| carry_out!(way, nl => nl.links().change(&changed))),
            ("link set br0 down arp off", &|way| carry_out!(way, nl => nl.links().change(&down))),
            ("link set br0 up", &|way| carry_out!(way, nl => nl.links().up("br0"))),
            ("link set br0 down", &|way| carry_out!(way, nl => nl.links().down(LinkId::from("br0")))),
            (
                "link property add dev br0 altname another-name-of-the-bridge altname b",
                &|way| carry_out!(way, nl => nl.links().add_altnames("br0", ["another-name-of-the-bridge", "b"])),
            ),
            (
                "link set another-name-of-the-bridge up",
                &|way| carry_out!(way, nl => nl.links().up("another-name-of-the-bridge")),
            ),
            (
                "link set dev b mtu 1280",
                &|way| carry_out!(way, nl => nl.links().set("b", &Link { mtu: Some(1280), ..Link::default() })),
            ),
            (
                "link property del dev br0 altname b",
                &|way| carry_out!(way, nl => nl.links().delete_altnames("another-name-of-the-bridge", [String::from("b")])),
            ),
            (
                "link delete another-name-of-the-bridge",
                &|way| carry_out!(way, nl => nl.links().delete("another-name-of-the-bridge")),
            ),
        ],
    );
}

#[test]
fn a_link_is_replaced_as_by_ip() {
    let first = Link { kind: Bridge { priority: Some(9), ..Bridge::default() }.into(), ..named("br0") };
    let second =
        Link { kind: Bridge { hello_time: Some(300), ..Bridge::default() }.into(), mtu: Some(1400), ..named("br0") };
    beside(
        "",
        &[
            // What ip calls replace is refused where there is one.
            ("link add name br0 type bridge priority 9", &|way| carry_out!(way, nl => nl.links().replace(&first))),
            (
                "link set br0 mtu 1400 type bridge hello_time 300",
                &|way| carry_out!(way, nl => nl.links().replace(&second)),
            ),
        ],
    );
    let Some(lab) = Lab::new() else { return };
    lab.batch("link add v0 type veth peer name v1");
    for mut way in Way::all(&lab) {
        assert!(
            carry_out!(&mut way, nl => nl.links().replace(&Link { name: named("v0").name, ..first.clone() })).is_err()
        );
        assert_eq!(lab.netlink().links().get("v0").unwrap().kind.name(), Some("veth"));
    }
}

#[test]
fn a_pair_is_added_with_both_names_as_by_ip() {
    let peer = Link { mtu: Some(1400), address: Some([2, 0, 0, 0, 0, 9].into()), ..named("v1") };
    let link = Link { kind: Veth { peer: Some(Box::new(peer)) }.into(), ..named("v0") };
    beside(
        "",
        &[
            (
                "link add v0 type veth peer name v1 mtu 1400 address 02:00:00:00:00:09",
                &|way| carry_out!(way, nl => nl.links().add(&link)),
            ),
            ("link delete v1", &|way| carry_out!(way, nl => nl.links().delete("v1"))),
        ],
    );
}

#[test]
fn the_kernel_chooses_names_as_for_ip() {
    let pattern = Link { kind: bridge(), ..named("x%d") };
    let none = Link { kind: bridge(), ..Link::default() };
    let index = Link { index: 4711, kind: bridge(), ..named("y") };
    beside(
        "",
        &[
            ("link add name x%d type bridge", &|way| carry_out!(way, nl => nl.links().add(&pattern))),
            ("link add name x%d type bridge", &|way| carry_out!(way, nl => nl.links().add(&pattern))),
            ("link add type bridge", &|way| carry_out!(way, nl => nl.links().add(&none))),
            ("link add index 4711 name y type bridge", &|way| carry_out!(way, nl => nl.links().add(&index))),
            ("link set y name z", &|way| carry_out!(way, nl => nl.links().set(4711, &named("z")))),
            ("link set z name y", &|way| carry_out!(way, nl => nl.links().change(&Link { index: 4711, ..named("y") }))),
            ("link delete y", &|way| carry_out!(way, nl => nl.links().delete(4711))),
        ],
    );
}

#[test]
fn source_addresses_of_a_macvlan_are_changed_as_by_ip() {
    let link = |lab: &Lab| Link {
        link: Some(lab.index("br0")),
        kind: LinkKind::Macvlan(Macvlan { mode: Some(MacvlanMode::SOURCE), ..Macvlan::default() }.into()),
        ..named("mv0")
    };
    let Some(lab) = Lab::new() else { return };
    lab.batch("link add name br0 index 50 type bridge");
    let link = link(&lab);
    let (one, two) = ([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]);
    beside(
        "link add name br0 index 50 type bridge",
        &[
            ("link add mv0 link br0 type macvlan mode source", &|way| carry_out!(way, nl => nl.links().add(&link))),
            (
                "link set mv0 type macvlan macaddr add 02:00:00:00:00:01",
                &|way| carry_out!(way, nl => nl.links().macaddr("mv0", MacAddressMode::ADD, &[one])),
            ),
            (
                "link set mv0 type macvlan macaddr set 02:00:00:00:00:01 02:00:00:00:00:02",
                &|way| carry_out!(way, nl => nl.links().macaddr("mv0", MacAddressMode::SET, &[one, two])),
            ),
            (
                "link set mv0 type macvlan macaddr del 02:00:00:00:00:01",
                &|way| carry_out!(way, nl => nl.links().macaddr("mv0", MacAddressMode::DEL, &[one])),
            ),
            (
                "link set mv0 type macvlan macaddr flush",
                &|way| carry_out!(way, nl => nl.links().macaddr("mv0", MacAddressMode::FLUSH, &[])),
            ),
        ],
    );
}

/// The links that there are.
fn links(lab: &Lab) -> Value {
    lab.json("link")
}

/// Each of these is refused in every way, in these words, and changes nothing.
macro_rules! refused {
    ($lab:expr, $nl:ident => $verb:expr, $words:literal) => {
        let before = links($lab);
        for mut way in Way::all($lab) {
            let error = carry_out!(&mut way, $nl => $verb).unwrap_err();
            let words = error.to_string();
            assert!(words.contains($words), "{words}");
            assert_eq!(links($lab), before, "{words}");
        }
    };
}

#[test]
fn what_is_not_there_is_not_found_and_what_is_there_exists() {
    let Some(lab) = Lab::new() else { return };
    lab.batch("link add name br0 index 50 type bridge\nlink property add dev br0 altname alt");
    let mtu = Link { mtu: Some(1400), ..Link::default() };
    let absent = Link { mtu: Some(1400), ..named("nobody") };
    let taken = Link { kind: bridge(), ..named("br0") };
    let same = Link { kind: bridge(), ..named("alt") };
    let index = Link { kind: bridge(), index: 50, ..named("br1") };
    for mut way in Way::all(&lab) {
        let not_found = |result: Result<(), Error>| {
            let error = result.unwrap_err();
            assert!(error.is_not_found(), "{error}");
        };
        let long = "a-name-that-nobody-has-and-of-many-bytes";
        not_found(carry_out!(&mut way, nl => nl.links().set("nobody", &mtu)));
        not_found(carry_out!(&mut way, nl => nl.links().set(long, &mtu)));
        not_found(carry_out!(&mut way, nl => nl.links().set(4711, &mtu)));
        not_found(carry_out!(&mut way, nl => nl.links().change(&absent)));
        not_found(carry_out!(&mut way, nl => nl.links().up("nobody")));
        not_found(carry_out!(&mut way, nl => nl.links().down(4711)));
        not_found(carry_out!(&mut way, nl => nl.links().delete("nobody")));
        not_found(carry_out!(&mut way, nl => nl.links().delete(4711)));
        not_found(carry_out!(&mut way, nl => nl.links().delete(long)));
        not_found(carry_out!(&mut way, nl => nl.links().add_altnames("nobody", ["x"])));
        not_found(carry_out!(&mut way, nl => nl.links().delete_altnames(4711, ["x"])));
        not_found(carry_out!(&mut way, nl => nl.links().delete_altnames("br0", ["x"])));
        let exists = |result: Result<(), Error>| {
            let error = result.unwrap_err();
            assert!(error.is_exists(), "{error}");
        };
        exists(carry_out!(&mut way, nl => nl.links().add(&taken)));
        exists(carry_out!(&mut way, nl => nl.links().add(&same)));
        exists(carry_out!(&mut way, nl => nl.links().add_altnames("br0", ["br0"])));
        exists(carry_out!(&mut way, nl => nl.links().add_altnames("br0", ["alt"])));
        // The kernel has another word for an index that is taken: EEXIST or EBUSY.
        assert!(matches!(
            carry_out!(&mut way, nl => nl.links().add(&index)).unwrap_err().errno(),
            Some(Errno::EBUSY | Errno::EEXIST)
        ));
    }
}

#[test]
fn what_no_link_is_called_is_refused_in_a_sentence() {
    let Some(lab) = Lab::new() else { return };
    lab.batch("link add name br0 index 50 type bridge");
    let lab = &lab;
    let mtu = Link { mtu: Some(1400), ..Link::default() };
    let long = "x".repeat(128);
    refused!(lab, nl => nl.links().set("", &mtu), "set link : the name of the link is missing");
    refused!(lab, nl => nl.links().set(0, &mtu), "set link 0: a link has no index 0");
    refused!(lab, nl => nl.links().set(u32::MAX, &mtu), "the index of a link is at most 2147483647");
    refused!(lab, nl => nl.links().set(1 << 31, &mtu), "the index of a link is at most 2147483647");
    refused!(lab, nl => nl.links().set("a\0b", &mtu), "NUL byte in it");
    refused!(lab, nl => nl.links().set(long.as_str(), &mtu), "an alternative name has at most 127 bytes");
    refused!(lab, nl => nl.links().up(""), "the name of the link is missing");
    refused!(lab, nl => nl.links().down(0), "a link has no index 0");
    refused!(lab, nl => nl.links().delete(0), "delete link 0: a link has no index 0");
    refused!(lab, nl => nl.links().delete(""), "the name of the link is missing");
    refused!(lab, nl => nl.links().delete("\0"), "NUL");
    refused!(lab, nl => nl.links().delete(1 << 31), "at most 2147483647");
    refused!(lab, nl => nl.links().change(&mtu), "the name of the link is missing");
    refused!(lab, nl => nl.links().add_altnames(0, ["x"]), "a link has no index 0");
    refused!(lab, nl => nl.links().add_altnames("br0", [""]), "an alternative name has 1 to 127 bytes");
    refused!(lab, nl => nl.links().add_altnames("br0", [long.as_str()]), "an alternative name has 1 to 127 bytes");
    refused!(lab, nl => nl.links().add_altnames("br0", ["a\0b"]), "none of them NUL");
    refused!(lab, nl => nl.links().add_altnames("br0", [""; 0]), "no alternative name is said");
    refused!(lab, nl => nl.links().macaddr("br0", MacAddressMode::ADD, &[]), "one address is added or deleted at a time");
    refused!(lab, nl => nl.links().macaddr(0, MacAddressMode::FLUSH, &[]), "a link has no index 0");
    let renamed = named("br1");
    refused!(lab, nl => nl.links().set("br0", &renamed), "a link that is to have another name is said by its index");
    let moved = Link { index: 51, ..Link::default() };
    refused!(lab, nl => nl.links().set(50, &moved), "a link cannot have another index");
    let kindless = named("x");
    refused!(lab, nl => nl.links().add(&kindless), "add link x: the kind of the link is missing");
    refused!(lab, nl => nl.links().replace(&kindless), "the kind of the link is missing");
    let far = Link { index: 1 << 31, kind: bridge(), ..named("x") };
    refused!(lab, nl => nl.links().add(&far), "at most 2147483647");
    let alias = Link { alias: Some("x".repeat(256)), ..Link::default() };
    refused!(lab, nl => nl.links().set("br0", &alias), "the alias of a link has at most 255 bytes");
    let alias = Link { alias: Some("a\0b".into()), ..Link::default() };
    refused!(lab, nl => nl.links().set("br0", &alias), "none of them NUL");
    // Names of which the type says that they are none.
    for name in ["", "x".repeat(16).as_str(), "a/b", "a\0b", "a:b", "a b", ".", ".."] {
        assert!(name.parse::<nlwire::name::InterfaceName>().is_err(), "{name:?}");
    }
    // One that was made from bytes, and so may be anything, the kernel refuses.
    let slash = Link { name: nlwire::name::InterfaceName::new("a/b").unwrap(), kind: bridge(), ..Link::default() };
    refused!(lab, nl => nl.links().add(&slash), "add link a/b type bridge: the name of a link has no NUL, no slash");
    let slash = Link { name: slash.name, ..Link::default() };
    refused!(lab, nl => nl.links().set(50, &slash), "no slash");
    refused!(lab, nl => nl.links().set("a/b", &mtu), "No such device");
}

/// What the kernel passes over in a request to make a link, the link has all the same.
#[test]
fn a_link_is_made_with_an_alias_and_an_address_mode() {
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    let link = Link {
        alias: Some("someone".into()),
        addrgenmode: Some(nlwire::link::AddressGeneration::NONE),
        up: Some(true),
        kind: bridge(),
        ..named("br0")
    };
    theirs.batch("link add name br0 type bridge\nlink set br0 alias someone addrgenmode none\nlink set br0 up");
    let [mut blocking, mut tokio, mut batch] = Way::all(&ours);
    for way in [&mut blocking, &mut tokio] {
        carry_out!(way, nl => nl.links().add(&link)).unwrap();
        settle("add", || print(&ours, "link"), || print(&theirs, "link"));
        // It went up only when it had its mode.
        settle("add", || print(&ours, "address"), || print(&theirs, "address"));
        assert!(carry_out!(way, nl => nl.links().add(&link)).unwrap_err().is_exists());
        let other = Link { alias: Some("another".into()), ..link.clone() };
        carry_out!(way, nl => nl.links().replace(&other)).unwrap();
        assert_eq!(ours.json("link show br0")[0]["ifalias"], "another");
        carry_out!(way, nl => nl.links().delete("br0")).unwrap();
    }
    let refused = carry_out!(&mut batch, nl => nl.links().add(&link)).unwrap_err();
    assert!(refused.to_string().ends_with("in a batch, set it then"), "{refused}");
    let mut nl = ours.netlink();
    let nameless = Link { name: Default::default(), ..link };
    let refused = nl.links().add(&nameless).unwrap_err();
    assert!(refused.to_string().ends_with("set it then, by its name"), "{refused}");
    assert!(nl.links().get("br0").unwrap_err().is_not_found());
}

/// A link to change to, from what another program left: only what differs is asked for.
#[test]
fn the_difference_is_what_is_asked_for() {
    let Some(lab) = Lab::new() else { return };
    lab.batch("link add name br0 type bridge priority 9");
    let mut nl: Netlink = lab.netlink();
    let there = nl.links().get("br0").unwrap();
    let wanted = Link {
        mtu: Some(1400),
        up: Some(true),
        alias: Some(String::new()),
        kind: Bridge { priority: Some(9), hello_time: Some(300), ..Bridge::default() }.into(),
        ..named("br0")
    };
    let difference = wanted.difference(&there);
    let expected = Link {
        mtu: Some(1400),
        up: Some(true),
        kind: Bridge { hello_time: Some(300), ..Bridge::default() }.into(),
        ..Link::default()
    };
    assert_eq!(difference, expected);
    nl.links().set("br0", &difference).unwrap();
    let there = nl.links().get("br0").unwrap();
    assert_eq!(wanted.difference(&there), Link::default());
}
