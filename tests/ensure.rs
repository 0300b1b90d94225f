//! Ensure: what is missing is added, what is otherwise is changed, and what is right is left alone.

mod lab;

use std::net::IpAddr;

use lab::ways::Way;
use lab::{Lab, skip};
use nlwire::Errno;
use nlwire::address::{Address, AddressFlags};
use nlwire::address_label::AddressLabel;
use nlwire::bridge::fdb::{FdbEntry, NeighbourFlags};
use nlwire::codec::payload::LinkAddress;
use nlwire::codec::route::{Family, Scope};
use nlwire::link::{
    Bridge, BridgePort, Geneve, Gre, Ip6Tunnel, IpTunnel, Link, LinkKind, LinkPort, Veth, Vlan, VlanPriority, Vti,
    Vxlan,
};
use nlwire::neighbour::{Neighbour, NeighbourState};
use nlwire::nexthop::{GroupMember, Nexthop, Resilient, Sharing};
use nlwire::route::encapsulation::{self, Seg6Action, Seg6Counters, Seg6Local, TunnelOption};
use nlwire::route::{Encapsulation, NextHop, Route, RouteDetails, RouteProtocol, RouteType};
use nlwire::rule::{Rule, RuleAction};
use nlwire::{Ensured, Error, Netlink};

/// The ways that have answers: a batch has none.
fn ways(lab: &Lab) -> impl Iterator<Item = Netlink<Way>> {
    Way::all(lab).into_iter().filter(|way| !matches!(way, Way::Batch(_))).map(Netlink::over)
}

/// Ensures an object that is missing, again, after each of some commands of `ip` have made it otherwise, and again. Each time
/// `ip` must show the same, and nothing must be told of what was not done. A command that begins with `bridge` is one of that.
fn ensured<O>(
    lab: &Lab,
    show: &str,
    object: &O,
    otherwise: &[&str],
    ensure: impl Fn(&mut Netlink<Way>, &O) -> Result<Ensured, Error>,
    delete: &str,
) {
    let run = |command: &str| {
        let (program, words) = match command.strip_prefix("bridge ") {
            Some(words) => ("bridge", words),
            None => ("ip", command),
        };
        lab.try_run(program, words).unwrap_or_else(|error| panic!("{program} {words}: {error}"))
    };
    for mut nl in ways(lab) {
        assert_eq!(ensure(&mut nl, object).unwrap(), Ensured::Added);
        let there = run(show);
        assert_eq!(ensure(&mut nl, object).unwrap(), Ensured::Unchanged, "{there}");
        for command in otherwise {
            run(command);
            let before = run(show);
            assert_ne!(before, there, "{command}");
            assert_eq!(ensure(&mut nl, object).unwrap(), Ensured::Changed, "{command}: {before}");
            assert_eq!(run(show), there, "{command}");
            assert_eq!(ensure(&mut nl, object).unwrap(), Ensured::Unchanged, "{command}");
        }
        run(delete);
    }
}

fn lab() -> Option<(Lab, u32)> {
    let lab = Lab::new()?;
    lab.pair("v0", "v1");
    lab.ip("address add 203.0.113.1/24 dev v0");
    let index = lab.index("v0");
    Some((lab, index))
}

#[test]
fn a_route_is_ensured() {
    let Some((lab, index)) = lab() else { return };
    let ip = |text: &str| Some(text.parse().unwrap());
    let route = Route {
        destination: "198.51.100.0/24".parse().ok(),
        gateway: ip("203.0.113.9"),
        protocol: RouteProtocol::STATIC,
        ..Route::default()
    };
    let otherwise = [
        "route replace 198.51.100.0/24 via 203.0.113.8 proto static",
        "route replace 198.51.100.0/24 via 203.0.113.9 proto static mtu 1300",
        "route replace 198.51.100.0/24 via 203.0.113.9 proto bgp",
        "route replace 198.51.100.0/24 dev v0 proto static",
        "route replace blackhole 198.51.100.0/24 proto static",
        "route replace 198.51.100.0/24 proto static nexthop via 203.0.113.9 nexthop via 203.0.113.10",
    ];
    let show = "route show 198.51.100.0/24";
    let delete = "route del 198.51.100.0/24";
    ensured(&lab, show, &route, &otherwise, |nl, route| nl.routes().ensure(route), delete);

    let hop = |gateway: &str, weight| NextHop { gateway: ip(gateway), weight, ..NextHop::default() };
    let several = Route {
        destination: "198.51.100.0/24".parse().ok(),
        next_hops: vec![hop("203.0.113.9", 1), hop("203.0.113.10", 7)],
        table: 77,
        ..Route::default()
    };
    let otherwise = [
        "route replace 198.51.100.0/24 table 77 nexthop via 203.0.113.9 nexthop via 203.0.113.10 weight 8",
        "route replace 198.51.100.0/24 table 77 via 203.0.113.9",
    ];
    let show = "route show table 77";
    let delete = "route del 198.51.100.0/24 table 77";
    ensured(&lab, show, &several, &otherwise, |nl, route| nl.routes().ensure(route), delete);

    let six = Route { destination: "2001:db8::/32".parse().ok(), interface: Some(index), ..Route::default() };
    let otherwise = ["-6 route replace 2001:db8::/32 dev v1", "-6 route replace 2001:db8::/32 dev v0 mtu 1400"];
    let show = "-6 route show 2001:db8::/32";
    ensured(&lab, show, &six, &otherwise, |nl, route| nl.routes().ensure(route), "-6 route del 2001:db8::/32");

    let unreachable =
        Route { destination: "192.0.2.0/24".parse().ok(), kind: RouteType::UNREACHABLE, ..Route::default() };
    let show = "route show 192.0.2.0/24";
    let otherwise = ["route replace prohibit 192.0.2.0/24"];
    let delete = "route del unreachable 192.0.2.0/24";
    ensured(&lab, show, &unreachable, &otherwise, |nl, route| nl.routes().ensure(route), delete);
}

#[test]
fn a_route_whose_packets_are_wrapped_is_ensured() {
    let Some((lab, index)) = lab() else { return };
    let wrapped = |encapsulation| Route {
        destination: "2001:db8::/32".parse().ok(),
        interface: Some(index),
        details: Some(Box::new(RouteDetails { encapsulation: Some(encapsulation), ..RouteDetails::default() })),
        ..Route::default()
    };
    let destination = "2001:db8:1::9".parse().ok();
    let tunnel = encapsulation::IpTunnel {
        id: Some(5),
        destination,
        options: vec![TunnelOption::Vxlan(7)],
        ..encapsulation::IpTunnel::default()
    };
    let counted = Seg6Local {
        action: Seg6Action::END,
        counters: Some(Seg6Counters { packets: 7, ..Seg6Counters::default() }),
        ..Seg6Local::default()
    };
    let cases = [
        (Encapsulation::Ip6(tunnel), "ip6 id 6 dst 2001:db8:1::9 vxlan_opts 7"),
        (Encapsulation::Seg6Local(Box::new(counted)), "seg6local action End.T table 9 count"),
    ];
    for (encapsulation, otherwise) in cases {
        let otherwise = format!("-6 route replace 2001:db8::/32 encap {otherwise} dev v0");
        if let Err(error) = lab.netlink().routes().ensure(&wrapped(encapsulation.clone())) {
            skip(&format!("{error}"));
            continue;
        }
        let delete = "-6 route del 2001:db8::/32";
        lab.ip(delete);
        let ensure = |nl: &mut Netlink<Way>, route: &Route| nl.routes().ensure(route);
        ensured(&lab, "-6 route show 2001:db8::/32", &wrapped(encapsulation), &[&otherwise], ensure, delete);
    }
}

#[test]
fn a_nexthop_is_ensured() {
    let Some((lab, index)) = lab() else { return };
    if !lab.can("nexthop") {
        return;
    }
    let ensure = |nl: &mut Netlink<Way>, nexthop: &Nexthop| nl.nexthops().ensure(nexthop);
    let via = |id, last| Nexthop {
        id,
        gateway: Some([203, 0, 113, last].into()),
        interface: Some(index),
        protocol: RouteProtocol::STATIC,
        ..Nexthop::default()
    };
    let (show, delete) = ("nexthop get id 9", "nexthop del id 9");
    let otherwise = [
        "nexthop replace id 9 via 203.0.113.8 dev v0 protocol static",
        "nexthop replace id 9 via 203.0.113.9 dev v0 protocol bgp",
        "nexthop replace id 9 via 203.0.113.9 dev v0 onlink protocol static",
        "nexthop replace id 9 dev v0 protocol static",
        "nexthop replace id 9 blackhole protocol static",
    ];
    ensured(&lab, show, &via(Some(9), 9), &otherwise, ensure, delete);
    let otherwise = ["nexthop replace id 9 via 192.0.2.1 fdb"];
    let fdb = Nexthop { id: Some(9), gateway: Some([192, 0, 2, 9].into()), fdb: true, ..Nexthop::default() };
    ensured(&lab, show, &fdb, &otherwise, ensure, delete);

    for last in [1, 2, 3] {
        lab.ip(&format!("nexthop add id {last} via 203.0.113.10{last} dev v0"));
    }
    let group = |members: &[(u32, u32)]| Nexthop {
        id: Some(9),
        group: members.iter().map(|(id, weight)| GroupMember { id: *id, weight: *weight }).collect(),
        ..Nexthop::default()
    };
    let otherwise = ["nexthop replace id 9 group 1/2,4", "nexthop replace id 9 group 1/3,3"];
    ensured(&lab, show, &group(&[(1, 1), (2, 3)]), &otherwise, ensure, delete);
    if lab.can("nexthop add id 8 group 1 type resilient buckets 4") {
        lab.ip("nexthop del id 8");
        let args = Resilient { buckets: Some(8), idle_timer: Some(200), ..Resilient::default() };
        let resilient = Nexthop { sharing: Sharing::Resilient(args), ..group(&[(1, 1), (2, 3)]) };
        let otherwise = [
            "nexthop replace id 9 group 1/2,3 type resilient buckets 8 idle_timer 3",
            "nexthop replace id 9 group 1/3,3 type resilient buckets 8 idle_timer 2",
        ];
        // When it is out of balance is shown, too.
        let show = "nexthop list groups";
        let mut nl = lab.netlink();
        assert_eq!(nl.nexthops().ensure(&resilient).unwrap(), Ensured::Added);
        for command in otherwise {
            lab.ip(command);
            assert_eq!(nl.nexthops().ensure(&resilient).unwrap(), Ensured::Changed, "{}", lab.ip(show));
            assert_eq!(nl.nexthops().ensure(&resilient).unwrap(), Ensured::Unchanged, "{}", lab.ip(show));
        }
        // What does not become of it.
        let more = Resilient { buckets: Some(16), ..args };
        for other in [
            Nexthop { sharing: Sharing::Resilient(more), ..resilient.clone() },
            group(&[(1, 1), (2, 3)]),
            via(Some(9), 9),
        ] {
            let error = nl.nexthops().ensure(&other).unwrap_err();
            assert!(error.is_exists(), "{error}");
        }
        lab.ip(delete);
    }
    // Without an identifier, any that is so.
    for mut nl in ways(&lab) {
        let nameless = via(None, 77);
        assert_eq!(ensure(&mut nl, &nameless).unwrap(), Ensured::Added);
        assert_eq!(ensure(&mut nl, &nameless).unwrap(), Ensured::Unchanged);
        let there = lab.netlink().nexthops().list().unwrap();
        let there: Vec<_> = there.iter().filter(|there| there.gateway == nameless.gateway).collect();
        assert_eq!(there.len(), 1);
        lab.ip(&format!("nexthop del id {}", there[0].id.unwrap()));
        // One that is wanted twice is added once, whatever is between.
        let three = [nameless.clone(), via(None, 78), nameless];
        let done = nl.nexthops().ensure_all(&three).unwrap();
        assert_eq!(done, [Ensured::Added, Ensured::Added, Ensured::Unchanged]);
        lab.ip("nexthop flush protocol 4");
    }
}

#[test]
fn an_entry_of_a_bridge_is_ensured() {
    let Some((lab, index)) = lab() else { return };
    lab.pair("v2", "v3");
    lab.batch(
        "link add br0 type bridge vlan_default_pvid 0
         link set v0 master br0
         link set v2 master br0
         link set br0 up",
    );
    let entry = FdbEntry {
        interface: index,
        link_address: "02:00:00:00:00:07".parse().ok(),
        state: FdbEntry::STATIC,
        flags: NeighbourFlags::MASTER,
        ..FdbEntry::default()
    };
    // Not all of the bridge, which sooner or later joins groups itself.
    let show = "bridge fdb get 02:00:00:00:00:07 br br0";
    let ensure = |nl: &mut Netlink<Way>, entry: &FdbEntry| nl.fdb().ensure(entry);
    let otherwise = [
        "bridge fdb replace 02:00:00:00:00:07 dev v0 master permanent",
        "bridge fdb replace 02:00:00:00:00:07 dev v0 master static sticky",
    ];
    let delete = "bridge fdb del 02:00:00:00:00:07 dev v0 master";
    ensured(&lab, show, &entry, &otherwise, ensure, delete);
    // From another port: where the bridge is said, that is seen.
    let of_bridge = FdbEntry { master: Some(lab.index("br0")), ..entry.clone() };
    let otherwise = ["bridge fdb replace 02:00:00:00:00:07 dev v2 master static"];
    ensured(&lab, show, &of_bridge, &otherwise, ensure, delete);
    let mut nl = lab.netlink();
    lab.try_run("bridge", "fdb add 02:00:00:00:00:07 dev v2 master static").unwrap();
    assert_eq!(nl.fdb().ensure(&entry).unwrap(), Ensured::Added);
    assert_eq!(nl.fdb().ensure(&entry).unwrap(), Ensured::Unchanged);
    // The interface's own database is another one.
    let own = FdbEntry { flags: NeighbourFlags::SELF, state: FdbEntry::PERMANENT, ..entry.clone() };
    let delete = "bridge fdb del 02:00:00:00:00:07 dev v0 self";
    ensured(&lab, "bridge fdb show", &own, &[], ensure, delete);
    let both = FdbEntry { flags: NeighbourFlags::SELF | NeighbourFlags::MASTER, ..entry };
    let error = nl.fdb().ensure(&both).unwrap_err();
    assert!(error.to_string().ends_with(": an entry that is ensured is in one database"), "{error}");
    // All that is there is as it is.
    for there in nl.fdb().list().unwrap() {
        assert_eq!(nl.fdb().ensure(&there).unwrap(), Ensured::Unchanged, "{there:?}");
    }
}

#[test]
fn an_entry_of_a_vxlan_interface_is_ensured_beside_its_other_destinations() {
    let Some((lab, _)) = lab() else { return };
    if !lab.can("link add x0 type vxlan id 5 dstport 4789") {
        return;
    }
    lab.ip("link set x0 up");
    let to = |address: [u8; 6], last| FdbEntry {
        interface: lab.index("x0"),
        link_address: LinkAddress::new(&address),
        destination: Some([192, 0, 2, last].into()),
        ..FdbEntry::default()
    };
    let show = "bridge fdb show dev x0";
    let ensure = |nl: &mut Netlink<Way>, entry: &FdbEntry| nl.fdb().ensure(entry);
    let one = [2, 0, 0, 0, 0, 7];
    let otherwise = [
        "bridge fdb replace 02:00:00:00:00:07 dev x0 dst 192.0.2.8",
        "bridge fdb replace 02:00:00:00:00:07 dev x0 dst 192.0.2.7 port 77",
        "bridge fdb replace 02:00:00:00:00:07 dev x0 dst 192.0.2.7 vni 6",
        "bridge fdb replace 02:00:00:00:00:07 dev x0 dst 192.0.2.7 via v1",
        "bridge fdb replace 02:00:00:00:00:07 dev x0 dst 192.0.2.7 dynamic",
        "bridge fdb replace 02:00:00:00:00:07 dev x0 dst 192.0.2.7 router",
    ];
    ensured(&lab, show, &to(one, 7), &otherwise, ensure, "bridge fdb del 02:00:00:00:00:07 dev x0");
    let nowhere = FdbEntry { destination: None, ..to(one, 7) };
    let mut nl = lab.netlink();
    nl.fdb().add(&to(one, 7)).unwrap();
    assert_eq!(nl.fdb().ensure(&nowhere).unwrap(), Ensured::Unchanged);
    lab.try_run("bridge", "fdb del 02:00:00:00:00:07 dev x0").unwrap();

    lab.try_run("bridge", "fdb append 00:00:00:00:00:00 dev x0 dst 192.0.2.1").unwrap();
    let otherwise = ["bridge fdb append 00:00:00:00:00:00 dev x0 dst 192.0.2.7 dynamic"];
    let delete = "bridge fdb del 00:00:00:00:00:00 dev x0 dst 192.0.2.7";
    ensured(&lab, show, &to([0; 6], 7), &otherwise, ensure, delete);
    let all: Vec<_> =
        (1..=100).map(|last| to([0; 6], last)).chain((1..=100).map(|last| to([2, 0, 0, 0, 1, last], last))).collect();
    for mut nl in ways(&lab) {
        let added = |ensured: &[Ensured]| ensured.iter().filter(|ensured| **ensured == Ensured::Added).count();
        assert_eq!(added(&nl.fdb().ensure_all(&all).unwrap()), 199);
        let again = nl.fdb().ensure_all(&all).unwrap();
        assert!(again.iter().all(|ensured| *ensured == Ensured::Unchanged));
        assert_eq!(lab::objects(&lab.json_of("bridge", "fdb show dev x0")).len(), 200);
        for entry in &all[1..] {
            nl.fdb().delete(entry).unwrap();
        }
    }
}

#[test]
fn an_address_label_is_ensured() {
    let Some((lab, index)) = lab() else { return };
    let ensure = |nl: &mut Netlink<Way>, label: &AddressLabel| nl.address_labels().ensure(label);
    for (interface, dev) in [(Some(index), "dev v0"), (None, "")] {
        let label = AddressLabel { prefix: "2001:db8::/32".parse().ok(), interface, label: 42 };
        let delete = format!("addrlabel del prefix 2001:db8::/32 {dev} label 42");
        let otherwise = format!("{delete}\naddrlabel add prefix 2001:db8::/32 {dev} label 43");
        for mut nl in ways(&lab) {
            assert_eq!(ensure(&mut nl, &label).unwrap(), Ensured::Added);
            assert_eq!(ensure(&mut nl, &label).unwrap(), Ensured::Unchanged);
            lab.batch(&otherwise);
            assert_eq!(ensure(&mut nl, &label).unwrap(), Ensured::Changed);
            assert_eq!(ensure(&mut nl, &label).unwrap(), Ensured::Unchanged);
            assert!(lab.netlink().address_labels().list().unwrap().contains(&label));
            lab.ip(&delete);
        }
    }
    // Of several of a prefix, which there are where the kernel does not find the older one, the newest counts.
    let label = |prefix: &str, label| AddressLabel { prefix: prefix.parse().ok(), interface: None, label };
    let mut nl = lab.netlink();
    for wanted in [label("2001:db8:1::/48", 1), label("2001:db8:2::/48", 2), label("2001:db8:1::/48", 3)] {
        assert_ne!(nl.address_labels().ensure(&wanted).unwrap(), Ensured::Unchanged);
        assert_eq!(nl.address_labels().ensure(&wanted).unwrap(), Ensured::Unchanged);
    }
}

#[test]
fn an_address_is_ensured() {
    let Some((lab, index)) = lab() else { return };
    let address = |local: &str| Address { interface: index, local: local.parse().ok(), ..Address::default() };
    let show = "address show dev v0";
    let v4 = Address {
        broadcast: "192.0.2.255".parse().ok(),
        label: Some("v0:7".into()),
        priority: Some(5),
        ..address("192.0.2.1/24")
    };
    let otherwise = [
        "address replace 192.0.2.1/24 brd 192.0.2.255 label v0:7 metric 6 dev v0",
        "address replace 192.0.2.1/24 brd 192.0.2.255 label v0:7 metric 5 valid_lft 1000 preferred_lft 900 dev v0",
    ];
    let ensure = |nl: &mut Netlink<Way>, address: &Address| nl.addresses().ensure(address);
    ensured(&lab, show, &v4, &otherwise, ensure, "address del 192.0.2.1/24 dev v0");

    let v6 = Address { flags: AddressFlags::NODAD, ..address("2001:db8::1/64") };
    let otherwise = [
        "address replace 2001:db8::1/64 nodad noprefixroute dev v0",
        "address replace 2001:db8::1/64 nodad valid_lft 1000 preferred_lft 900 dev v0",
    ];
    ensured(&lab, show, &v6, &otherwise, ensure, "address del 2001:db8::1/64 dev v0");

    // What the kernel does not change of an address: it is made anew.
    lab.ip("address add 192.0.2.1/24 brd 192.0.2.254 dev v0");
    assert_eq!(lab.netlink().addresses().ensure(&v4).unwrap(), Ensured::Changed);
    assert!(lab.ip(show).contains("brd 192.0.2.255"), "{}", lab.ip(show));
    assert_eq!(lab.netlink().addresses().ensure(&v4).unwrap(), Ensured::Unchanged);

    let link = Address { scope: Some(Scope::LINK), ..address("198.51.100.77/24") };
    lab.ip("address add 198.51.100.77/24 scope global dev v0");
    assert_eq!(lab.netlink().addresses().ensure(&link).unwrap(), Ensured::Changed);
    assert_eq!(lab.netlink().addresses().ensure(&link).unwrap(), Ensured::Unchanged);
}

#[test]
fn a_neighbour_is_ensured() {
    let Some((lab, index)) = lab() else { return };
    let neighbour = Neighbour {
        interface: index,
        address: "203.0.113.7".parse().ok(),
        link_address: "02:00:00:00:00:07".parse().ok(),
        ..Neighbour::default()
    };
    let otherwise = [
        "neighbour replace 203.0.113.7 lladdr 02:00:00:00:00:08 dev v0",
        "neighbour replace 203.0.113.7 lladdr 02:00:00:00:00:07 nud noarp dev v0",
        "neighbour replace 203.0.113.7 lladdr 02:00:00:00:00:07 router dev v0",
    ];
    let show = "neighbour show dev v0 nud all 203.0.113.7";
    let ensure = |nl: &mut Netlink<Way>, neighbour: &Neighbour| nl.neighbours().ensure(neighbour);
    for mut nl in ways(&lab) {
        assert_eq!(ensure(&mut nl, &neighbour).unwrap(), Ensured::Added);
        for command in otherwise {
            lab.ip(command);
            assert_eq!(ensure(&mut nl, &neighbour).unwrap(), Ensured::Changed, "{command}: {}", lab.ip(show));
            assert_eq!(ensure(&mut nl, &neighbour).unwrap(), Ensured::Unchanged, "{command}: {}", lab.ip(show));
        }
        let there = nl.neighbours().list().unwrap();
        let there = there.iter().find(|other| other.address == neighbour.address).unwrap();
        assert_eq!((there.state, there.link_address), (NeighbourState::PERMANENT, neighbour.link_address));
        lab.ip("neighbour del 203.0.113.7 dev v0");
        // A deleted one stays as failed for a while.
        while !lab.ip(show).is_empty() {
            lab.ip("neighbour flush dev v0 nud all");
        }
    }
}

#[test]
fn a_rule_is_ensured_at_its_place_or_at_any() {
    let Some((lab, _)) = lab() else { return };
    let rule = Rule {
        family: Family::INET,
        priority: Some(100),
        source: "10.0.0.0/8".parse().ok(),
        mark: Some(7),
        table: 77,
        ..Rule::default()
    };
    let ensure = |nl: &mut Netlink<Way>, rule: &Rule| nl.rules().ensure(rule);
    for mut nl in ways(&lab) {
        assert_eq!(ensure(&mut nl, &rule).unwrap(), Ensured::Added);
        assert_eq!(ensure(&mut nl, &rule).unwrap(), Ensured::Unchanged);
        let anywhere = Rule { priority: None, ..rule.clone() };
        assert_eq!(ensure(&mut nl, &anywhere).unwrap(), Ensured::Unchanged);
        let elsewhere = Rule { priority: Some(101), ..rule.clone() };
        assert_eq!(ensure(&mut nl, &elsewhere).unwrap(), Ensured::Added);
        lab.batch("rule del priority 100\nrule del priority 101");
        assert_eq!(ensure(&mut nl, &anywhere).unwrap(), Ensured::Added);
        assert_eq!(ensure(&mut nl, &anywhere).unwrap(), Ensured::Unchanged);
        lab.ip("rule del from 10.0.0.0/8");
        assert_eq!(lab::objects(&lab.json("rule")).len(), 3);
    }
    // Those that are there from the beginning, the last of another action.
    let mut nl = lab.netlink();
    for there in nl.rules().list().unwrap() {
        assert_eq!(nl.rules().ensure(&there).unwrap(), Ensured::Unchanged, "{there:?}");
    }
    let refused = Rule { action: RuleAction::PROHIBIT, table: 0, ..rule };
    assert_eq!(nl.rules().ensure(&refused).unwrap(), Ensured::Added);
}

#[test]
fn a_link_is_ensured_and_what_cannot_be_changed_is_an_error() {
    let Some((lab, index)) = lab() else { return };
    let kind = Bridge { ageing_time: Some(1000), mcast_snooping: Some(false), ..Bridge::default() }.into();
    let bridge = Link { name: "br0".parse().unwrap(), up: Some(true), mtu: Some(1400), kind, ..Link::default() };
    let ensure = |nl: &mut Netlink<Way>, link: &Link| nl.links().ensure(link);
    for mut nl in ways(&lab) {
        assert_eq!(ensure(&mut nl, &bridge).unwrap(), Ensured::Added);
        assert_eq!(ensure(&mut nl, &bridge).unwrap(), Ensured::Unchanged);
        for command in [
            "link set br0 down",
            "link set br0 mtu 1300",
            "link set br0 type bridge ageing_time 2000",
            "link set br0 mtu 1200 type bridge mcast_snooping 1",
        ] {
            lab.ip(command);
            assert_eq!(ensure(&mut nl, &bridge).unwrap(), Ensured::Changed, "{command}");
            assert_eq!(ensure(&mut nl, &bridge).unwrap(), Ensured::Unchanged, "{command}");
        }
        let shown = &lab.json("link show br0")[0];
        assert_eq!((&shown["mtu"], &shown["linkinfo"]["info_data"]["ageing_time"]), (&1400.into(), &1000.into()));
        // A port of it, whose kind does not matter.
        let master = Some(lab.index("br0"));
        let port = Link { name: "v0".parse().unwrap(), master, ..Link::default() };
        assert_eq!(ensure(&mut nl, &port).unwrap(), Ensured::Changed);
        assert_eq!(ensure(&mut nl, &port).unwrap(), Ensured::Unchanged);
        // Of another kind.
        let other = Link { kind: Veth::default().into(), ..bridge.clone() };
        let error = ensure(&mut nl, &other).unwrap_err();
        assert!(error.is_exists(), "{error}");
        assert!(error.to_string().starts_with("ensure link br0 type veth: File exists"), "{error}");
        lab.ip("link del br0");
        let vxlan = |id| Link {
            name: "x".parse().unwrap(),
            kind: Vxlan { id: Some(id), port: Some(4789), link: Some(index), ..Vxlan::default() }.into(),
            ..Link::default()
        };
        assert_eq!(ensure(&mut nl, &vxlan(7)).unwrap(), Ensured::Added);
        assert_eq!(ensure(&mut nl, &vxlan(7)).unwrap(), Ensured::Unchanged);
        assert!(ensure(&mut nl, &vxlan(8)).unwrap_err().is_exists());
        lab.ip("link del x");
        // One that is not there, of no kind, is not made.
        let nothing = Link { name: "nothing".parse().unwrap(), up: Some(true), ..Link::default() };
        assert!(ensure(&mut nl, &nothing).is_err());
    }
}

/// The kernel tells of some addresses that are none, and of others nothing.
#[test]
fn a_link_of_which_an_address_is_to_be_none_is_right_when_it_has_none() {
    let Some((lab, _)) = lab() else { return };
    let (any, any6) = (Some(IpAddr::from([0; 4])), Some(IpAddr::from([0; 16])));
    let (v4, v6) = (Some([192, 0, 2, 1].into()), "2001:db8::1".parse().ok());
    let vxlan = |group, local| Vxlan { id: Some(7), port: Some(4789), group, local, ..Vxlan::default() }.into();
    let geneve = |remote| Geneve { id: Some(7), remote, ..Geneve::default() }.into();
    let gre = |local, remote| Box::new(Gre { local, remote, ..Gre::default() });
    let over4 = |local| Box::new(IpTunnel { local, remote: Some([0; 4].into()), ..IpTunnel::default() });
    let kinds: [LinkKind; 14] = [
        vxlan(any, any),
        vxlan(any6, any6),
        vxlan(any, v4),
        vxlan(any6, None),
        geneve(any),
        geneve(any6),
        LinkKind::Gre(gre(v4, any)),
        LinkKind::Gretap(gre(any, v4)),
        LinkKind::Ip6Gre(gre(v6, any6)),
        LinkKind::Ip6Gretap(gre(any6, v6)),
        LinkKind::Ipip(over4(Some([192, 0, 2, 1].into()))),
        LinkKind::Sit(over4(Some([192, 0, 2, 1].into()))),
        Ip6Tunnel { local: "2001:db8::1".parse().ok(), remote: Some([0; 16].into()), ..Ip6Tunnel::default() }.into(),
        LinkKind::Vti(Vti { local: v4, remote: any, ikey: Some(7), okey: Some(7), ..Vti::default() }.into()),
    ];
    let ensure = |nl: &mut Netlink<Way>, link: &Link| nl.links().ensure(link);
    for mut nl in ways(&lab) {
        for kind in &kinds {
            let link = Link { name: "x".parse().unwrap(), kind: kind.clone(), ..Link::default() };
            match ensure(&mut nl, &link) {
                Err(error) if error.errno() == Some(Errno::EOPNOTSUPP) => {
                    skip(&error.to_string());
                    continue;
                }
                ensured => assert_eq!(ensured.unwrap(), Ensured::Added, "{kind:?}"),
            }
            assert_eq!(ensure(&mut nl, &link).unwrap(), Ensured::Unchanged, "{kind:?}");
            lab.ip("link del x");
        }
        let link = Link { name: "x".parse().unwrap(), kind: vxlan(any, any), ..Link::default() };
        if ensure(&mut nl, &link).is_ok() {
            lab.ip("link set x type vxlan id 7 local 192.0.2.1");
            assert_eq!(ensure(&mut nl, &link).unwrap(), Ensured::Changed);
            assert_eq!(ensure(&mut nl, &link).unwrap(), Ensured::Unchanged);
            lab.ip("link del x");
        }
    }
}

/// What only ports have, the kernel takes when it is one: from no master, and from another.
#[test]
fn a_link_that_is_to_be_a_port_of_another_is_ensured_with_what_ports_have() {
    let Some((lab, _)) = lab() else { return };
    lab.ip("link add name br0 type bridge");
    lab.ip("link add name br1 type bridge");
    let port: LinkPort = BridgePort { isolated: Some(true), priority: Some(5), ..BridgePort::default() }.into();
    for mut nl in ways(&lab) {
        for bridge in ["br0", "br1"] {
            let master = Some(lab.index(bridge));
            let link = Link { name: "v0".parse().unwrap(), master, port: port.clone(), ..Link::default() };
            assert_eq!(nl.links().ensure(&link).unwrap(), Ensured::Changed);
            let shown = lab.json("link show v0")[0].take();
            let data = &shown["linkinfo"]["info_slave_data"];
            assert_eq!(
                (&shown["master"], &data["isolated"], &data["priority"]),
                (&bridge.into(), &true.into(), &5.into())
            );
            assert_eq!(nl.links().ensure(&link).unwrap(), Ensured::Unchanged);
        }
        let free = Link { name: "v0".parse().unwrap(), master: Some(0), ..Link::default() };
        assert_eq!(nl.links().ensure(&free).unwrap(), Ensured::Changed);
    }
}

/// Of a tunnel over IP the kernel forgets what a change does not say.
#[test]
fn a_tunnel_of_which_one_thing_is_otherwise_keeps_the_rest() {
    let Some(lab) = Lab::new() else { return };
    let (local, remote) = (Some([192, 0, 2, 1].into()), Some([192, 0, 2, 2].into()));
    let (local6, remote6) = ("2001:db8::1".parse().ok(), "2001:db8::2".parse().ok());
    let gre = |local, remote| Box::new(Gre { local, remote, ttl: Some(9), ..Gre::default() });
    let over4 = || Box::new(IpTunnel { local, remote, ttl: Some(9), ..IpTunnel::default() });
    let vti = |local, remote| Box::new(Vti { local, remote, fwmark: Some(9), ..Vti::default() });
    let (any4, any6) = ((local.map(IpAddr::V4), remote.map(IpAddr::V4)), (local6, remote6));
    let over6 =
        Ip6Tunnel { local: "2001:db8::1".parse().ok(), remote: "2001:db8::2".parse().ok(), ..Ip6Tunnel::default() };
    let kinds: [(LinkKind, &str); 9] = [
        (LinkKind::Ipip(over4()), "ipip tos 4 ttl 7"),
        (LinkKind::Sit(over4()), "sit tos 4 ttl 7"),
        (LinkKind::Gre(gre(any4.0, any4.1)), "gre key 5 tos 4 ttl 7"),
        (LinkKind::Gretap(gre(any4.0, any4.1)), "gretap key 5 tos 4 ttl 7"),
        (LinkKind::Ip6Gre(gre(any6.0, any6.1)), "ip6gre key 5 ttl 7"),
        (LinkKind::Ip6Gretap(gre(any6.0, any6.1)), "ip6gretap key 5 ttl 7"),
        (Ip6Tunnel { ttl: Some(9), ..over6 }.into(), "ip6tnl encaplimit 5 ttl 7"),
        (LinkKind::Vti(vti(any4.0, any4.1)), "vti key 5 fwmark 7"),
        (LinkKind::Vti6(vti(any6.0, any6.1)), "vti6 key 5 fwmark 7"),
    ];
    for mut nl in ways(&lab) {
        for (kind, made) in &kinds {
            let ends = if made.contains('6') { "2001:db8::1 remote 2001:db8::2" } else { "192.0.2.1 remote 192.0.2.2" };
            if !lab.can(&format!("link add name x type {made} local {ends}")) {
                continue;
            }
            let told = |lab: &Lab| {
                let mut told = lab.json("link show x")[0]["linkinfo"]["info_data"].take();
                let told = told.as_object_mut().unwrap();
                let changed: Vec<_> = ["ttl", "fwmark"].iter().filter_map(|name| told.shift_remove(*name)).collect();
                (changed, told.clone())
            };
            let before = told(&lab);
            let link = Link { name: "x".parse().unwrap(), kind: kind.clone(), ..Link::default() };
            assert_eq!(nl.links().ensure(&link).unwrap(), Ensured::Changed, "{made}");
            assert_eq!(nl.links().ensure(&link).unwrap(), Ensured::Unchanged, "{made}");
            let after = told(&lab);
            assert_ne!(before.0, after.0, "{made}");
            assert_eq!(before.1, after.1, "{made}");
            lab.ip("link del x");
        }
    }
}

#[test]
fn of_many_objects_only_those_are_written_that_are_not_right() {
    let Some((lab, index)) = lab() else { return };
    let mut routes: Vec<Route> = (0..1000_u32)
        .map(|number| Route {
            destination: ipnet::Ipv4Net::new((0x0a00_0000 + (number << 8)).into(), 24).ok().map(Into::into),
            gateway: "203.0.113.9".parse().ok(),
            interface: Some(index),
            ..Route::default()
        })
        .collect();
    // One twice, which is no contradiction.
    routes.push(routes[0].clone());
    for mut nl in ways(&lab) {
        let count = |ensured: &[Ensured], what| ensured.iter().filter(|ensured| **ensured == what).count();
        let done = nl.routes().ensure_all(&routes).unwrap();
        assert_eq!((count(&done, Ensured::Added), count(&done, Ensured::Unchanged)), (1000, 1));
        for number in 0..50 {
            lab.ip(&format!("route del 10.0.{number}.0/24"));
        }
        lab.ip("route replace 10.0.99.0/24 via 203.0.113.8 dev v0");
        let done = nl.routes().ensure_all(&routes).unwrap();
        assert_eq!((count(&done, Ensured::Added), count(&done, Ensured::Changed)), (50, 1));
        let done = nl.routes().ensure_all(&routes).unwrap();
        assert_eq!(count(&done, Ensured::Unchanged), 1001);
        lab.ip("route flush proto boot");
    }
    // Where one fails, it is named, and those before it are there.
    let wrong = [routes[0].clone(), Route { gateway: "192.0.2.77".parse().ok(), interface: None, ..routes[1].clone() }];
    let error = lab.netlink().routes().ensure_all(&wrong).unwrap_err();
    assert!(error.to_string().starts_with("ensure route 10.0.1.0/24 via 192.0.2.77: "), "{error}");
    assert_eq!(lab::objects(&lab.json("route show 10.0.0.0/24")).len(), 1);
}

#[test]
fn a_vlan_that_is_ensured_is_on_its_parent() {
    let Some((lab, index)) = lab() else { return };
    let vlan = Link {
        name: "v0.7".parse().unwrap(),
        link: Some(index),
        kind: Vlan { id: Some(7), ..Vlan::default() }.into(),
        ..Link::default()
    };
    let mut nl = lab.netlink();
    match nl.links().ensure(&vlan) {
        Err(error) if error.errno() == Some(Errno::EOPNOTSUPP) => return skip(&error.to_string()),
        ensured => assert_eq!(ensured.unwrap(), Ensured::Added),
    }
    assert_eq!(nl.links().ensure(&vlan).unwrap(), Ensured::Unchanged);
    let other = Link { link: Some(lab.index("v1")), ..vlan };
    assert!(nl.links().ensure(&other).unwrap_err().is_exists());
    assert_eq!(LinkKind::from(Vlan::default()).name(), Some("vlan"));
}

/// The kernel adds to a map what a change says, has an order of its own, and tells nothing of one that is empty.
#[test]
fn the_priorities_of_a_vlan_are_those_that_are_ensured() {
    let Some((lab, index)) = lab() else { return };
    if !lab.can("link add v0.7 link v0 type vlan id 7") {
        return;
    }
    let priority = |from, to| VlanPriority { from, to };
    for mut nl in ways(&lab) {
        for (egress, ingress, same) in [
            (vec![priority(3, 4), priority(1, 2)], vec![priority(6, 7)], false),
            (vec![priority(1, 2), priority(3, 4)], vec![priority(6, 7), priority(5, 0)], true),
            (vec![priority(1, 5)], vec![priority(5, 4)], false),
            // Of two for one priority the last counts.
            (vec![priority(1, 2), priority(1, 5)], vec![priority(5, 4)], true),
            (vec![], vec![], false),
        ] {
            let (egress_qos, ingress_qos) = (Some(egress), Some(ingress));
            let vlan = Vlan { id: Some(7), egress_qos, ingress_qos, ..Vlan::default() };
            let wanted = format!("{vlan:?}");
            let link = Link { name: "v0.7".parse().unwrap(), link: Some(index), kind: vlan.into(), ..Link::default() };
            let first = if same { Ensured::Unchanged } else { Ensured::Changed };
            assert_eq!(nl.links().ensure(&link).unwrap(), first, "{wanted}");
            assert_eq!(nl.links().ensure(&link).unwrap(), Ensured::Unchanged, "{wanted}");
        }
        let told = lab.json("link show v0.7")[0]["linkinfo"]["info_data"].take();
        assert!(told["egress_qos"].is_null() && told["ingress_qos"].is_null(), "{told}");
    }
}

/// What is there is right as it is, each of several routes to one destination, too; and none takes the place of another.
#[test]
fn each_of_several_routes_to_one_destination_is_left_alone() {
    let Some(lab) = Lab::new() else { return };
    for (one, other) in [("v0", "v1"), ("v2", "v3")] {
        lab.pair(one, other);
    }
    lab.batch(
        "address add 192.0.2.1/24 dev v0
         address add 203.0.113.1/24 dev v2
         route add 10.0.0.0/8 via 192.0.2.9
         route append 10.0.0.0/8 via 203.0.113.9
         route append 10.0.0.0/8 via 192.0.2.10 dev v0",
    );
    lab.batch_of("-6", "route add fe80::/64 dev v2 metric 300\nroute append fe80::/64 dev v0 metric 300");
    let show = || format!("{}{}", lab.ip("route"), lab.ip("-6 route show table all"));
    let before = show();
    assert!(before.matches("10.0.0.0/8").count() == 3 && before.matches("fe80::/64").count() >= 2, "{before}");
    for mut nl in ways(&lab) {
        let routes = nl.routes().list().unwrap();
        for route in &routes {
            assert_eq!(nl.routes().ensure(route).unwrap(), Ensured::Unchanged, "{route}");
        }
        assert_eq!(nl.routes().ensure_all(&routes).unwrap(), vec![Ensured::Unchanged; routes.len()]);
        assert_eq!(show(), before);
        // One more, which leaves the others alone; changed; and gone again.
        let index = lab.index("v3");
        let own = Route {
            destination: "fe80::/64".parse().ok(),
            interface: Some(index),
            priority: Some(300),
            ..Route::default()
        };
        assert_eq!(nl.routes().ensure(&own).unwrap(), Ensured::Added);
        let other = Route { protocol: RouteProtocol::STATIC, ..own.clone() };
        assert_eq!(nl.routes().ensure(&other).unwrap(), Ensured::Changed);
        assert_eq!(nl.routes().ensure(&other).unwrap(), Ensured::Unchanged);
        nl.routes().delete(&other).unwrap();
        assert_eq!(show(), before);
    }
}
