//! Verbs that change something, each carried out in three ways, beside `ip` doing the same in a namespace like it.

mod lab;

use lab::twins::{Way, beside, carry_out, prefix, print};
use lab::{Lab, skip};
use nlwire::Errno;
use nlwire::Netlink;
use nlwire::address::{Address, AddressFlags};
use nlwire::codec::route::{Family, Scope};
use nlwire::link::{Link, LinkFilter, Vxlan};
use nlwire::name::InterfaceName;
use nlwire::neighbour::{Neighbour, NeighbourFilter, NeighbourFlags, NeighbourState};
use nlwire::route::{
    Metrics, NextHop, PathFeatures, Route, RouteDetails, RouteFilter, RouteFlags, RouteProtocol, RouteType,
    RouterPreference,
};
use nlwire::rule::{Rule, RuleAction, RuleFlags};

#[test]
fn addresses_are_added_and_deleted_as_by_ip() {
    let Some(index) = Lab::new().map(|lab| {
        lab.pair("v0", "v1");
        lab.index("v0")
    }) else {
        return;
    };
    let address = |local: &str| Address { interface: index, local: prefix(local), ..Address::default() };
    let ip = |text: &str| Some(text.parse().unwrap());
    let cases = [
        ("address 192.0.2.1/24 dev v0", address("192.0.2.1/24")),
        (
            "address 192.0.2.1/24 brd 192.0.2.255 label v0:x metric 77 dev v0",
            Address {
                broadcast: ip("192.0.2.255"),
                label: Some("v0:x".into()),
                priority: Some(77),
                ..address("192.0.2.1/24")
            },
        ),
        ("address 192.0.2.1 peer 198.51.100.1 dev v0", Address { peer: ip("198.51.100.1"), ..address("192.0.2.1/32") }),
        (
            "address 192.0.2.1/25 scope link noprefixroute dev v0",
            Address { scope: Some(Scope::LINK), flags: AddressFlags::NOPREFIXROUTE, ..address("192.0.2.1/25") },
        ),
        (
            "address 192.0.2.1/24 valid_lft 5000 preferred_lft 3000 dev v0",
            Address { valid: Some(5000), preferred: Some(3000), ..address("192.0.2.1/24") },
        ),
        ("address 2001:db8::1/64 nodad dev v0", Address { flags: AddressFlags::NODAD, ..address("2001:db8::1/64") }),
        (
            "address 2001:db8::1/128 peer 2001:db8::2 nodad dev v0",
            Address { peer: ip("2001:db8::2"), flags: AddressFlags::NODAD, ..address("2001:db8::1/128") },
        ),
        (
            "address 2001:db8::1/64 nodad noprefixroute metric 5 valid_lft 9000 preferred_lft 0 dev v0",
            Address {
                flags: AddressFlags::NODAD | AddressFlags::NOPREFIXROUTE,
                priority: Some(5),
                valid: Some(9000),
                preferred: Some(0),
                ..address("2001:db8::1/64")
            },
        ),
    ];
    beside(
        "",
        "address show dev v0",
        &cases,
        |way, address| carry_out!(way, nl => nl.addresses().add(address)),
        |way, address| carry_out!(way, nl => nl.addresses().delete(address)),
        |nl| nl.addresses().list().unwrap(),
    );
}

#[test]
fn neighbours_are_added_and_deleted_as_by_ip() {
    let Some(index) = Lab::new().map(|lab| {
        lab.pair("v0", "v1");
        lab.index("v0")
    }) else {
        return;
    };
    let neighbour = |address: &str| Neighbour {
        interface: index,
        address: Some(address.parse().unwrap()),
        link_address: "02:00:00:00:00:01".parse().ok(),
        ..Neighbour::default()
    };
    let cases = [
        ("neighbour 203.0.113.7 lladdr 02:00:00:00:00:01 dev v0", neighbour("203.0.113.7")),
        (
            "neighbour 203.0.113.7 lladdr 02:00:00:00:00:01 nud noarp protocol bgp dev v0",
            Neighbour { state: NeighbourState::NOARP, protocol: Some(RouteProtocol::BGP), ..neighbour("203.0.113.7") },
        ),
        (
            "neighbour 203.0.113.7 lladdr 02:00:00:00:00:01 extern_learn dev v0",
            Neighbour { flags: NeighbourFlags::EXT_LEARNED, ..neighbour("203.0.113.7") },
        ),
        (
            "neighbour 2001:db8::7 lladdr 02:00:00:00:00:01 router nud stale dev v0",
            Neighbour { flags: NeighbourFlags::ROUTER, state: NeighbourState::STALE, ..neighbour("2001:db8::7") },
        ),
    ];
    beside(
        "",
        "neighbour show dev v0",
        &cases,
        |way, neighbour| carry_out!(way, nl => nl.neighbours().add(neighbour)),
        |way, neighbour| carry_out!(way, nl => nl.neighbours().delete(neighbour)),
        |nl| {
            let mut neighbours = nl.neighbours().filter(NeighbourFilter::default()).list().unwrap();
            // A deleted one may stay as failed for a while.
            neighbours.retain(|neighbour| neighbour.interface == index && neighbour.state != NeighbourState::FAILED);
            for neighbour in &mut neighbours {
                (neighbour.times, neighbour.probes) = (None, None);
            }
            neighbours
        },
    );
}

#[test]
fn rules_are_added_and_deleted_as_by_ip() {
    let name = |name: &str| InterfaceName::new(name);
    let rule = |priority| Rule { family: Family::INET, priority: Some(priority), table: 77, ..Rule::default() };
    let cases = [
        ("rule priority 5 table 77", rule(5)),
        (
            "rule priority 5 from 10.0.0.0/8 to 192.0.2.0/24 iif lo fwmark 0x10/0xf0 table 100000",
            Rule {
                source: prefix("10.0.0.0/8"),
                destination: prefix("192.0.2.0/24"),
                input_interface: name("lo"),
                mark: Some(0x10),
                mark_mask: Some(0xf0),
                table: 100_000,
                ..rule(5)
            },
        ),
        (
            "rule priority 5 not oif v9 uidrange 1000-2000 ipproto tcp sport 80-90 dport 443 table 77",
            Rule {
                flags: RuleFlags::INVERT,
                output_interface: name("v9"),
                users: Some(1000..=2000),
                ip_protocol: Some(6),
                source_ports: Some(80..=90),
                destination_ports: Some(443..=443),
                ..rule(5)
            },
        ),
        (
            "rule priority 5 suppress_prefixlength 0 suppress_ifgroup 7 protocol bgp table 77",
            Rule {
                suppress_prefix_length: Some(0),
                suppress_interface_group: Some(7),
                protocol: Some(RouteProtocol::BGP),
                ..rule(5)
            },
        ),
        ("rule priority 5 goto 32766", Rule { action: RuleAction::GOTO, goto: Some(32766), table: 0, ..rule(5) }),
        ("rule priority 5 blackhole", Rule { action: RuleAction::BLACKHOLE, table: 0, ..rule(5) }),
        ("rule priority 5 tos 0x10 realms 3/4 table 77", Rule { tos: 0x10, realms: Some(0x3_0004), ..rule(5) }),
    ];
    beside(
        "",
        "-4 rule show",
        &cases,
        |way, rule| carry_out!(way, nl => nl.rules().add(rule)),
        |way, rule| carry_out!(way, nl => nl.rules().delete(rule)),
        |nl| nl.rules().list().unwrap(),
    );
}

#[test]
fn routes_are_added_and_deleted_as_by_ip() {
    let Some((index, other)) = Lab::new().map(|lab| {
        lab.pair("v0", "v1");
        (lab.index("v0"), lab.index("v1"))
    }) else {
        return;
    };
    let ip = |text: &str| Some(text.parse().unwrap());
    let route = |to: &str| Route { destination: prefix(to), ..Route::default() };
    let via = |to: &str, gateway: &str| Route { gateway: ip(gateway), ..route(to) };
    let hop = |gateway: &str, weight| NextHop { gateway: ip(gateway), interface: index, weight, ..NextHop::default() };
    let details = |details: RouteDetails| Some(Box::new(details));
    let cases = [
        ("route 198.51.100.0/24 via 203.0.113.9", via("198.51.100.0/24", "203.0.113.9")),
        ("route default via 203.0.113.9 metric 7", Route { priority: Some(7), ..via("0.0.0.0/0", "203.0.113.9") }),
        ("route 198.51.100.0/24 dev v0", Route { interface: Some(index), ..route("198.51.100.0/24") }),
        (
            "route 198.51.100.0/24 dev v0 scope global src 203.0.113.1 table 77 tos 0x10 protocol bgp",
            Route {
                interface: Some(index),
                scope: Some(Scope::UNIVERSE),
                preferred_source: ip("203.0.113.1"),
                table: 77,
                tos: 0x10,
                protocol: RouteProtocol::BGP,
                ..route("198.51.100.0/24")
            },
        ),
        (
            "route 198.51.100.0/24 via 192.0.2.99 dev v0 onlink table 100000",
            Route {
                interface: Some(index),
                flags: RouteFlags::from_bits_retain(4),
                table: 100_000,
                ..via("198.51.100.0/24", "192.0.2.99")
            },
        ),
        (
            "route 198.51.100.0/24 nexthop via 203.0.113.9 dev v0 weight 1 nexthop via 203.0.113.10 dev v0 weight 256",
            Route { next_hops: vec![hop("203.0.113.9", 1), hop("203.0.113.10", 256)], ..route("198.51.100.0/24") },
        ),
        (
            "route 198.51.100.0/24 via inet6 fe80::1 dev v0",
            Route { interface: Some(index), ..via("198.51.100.0/24", "fe80::1") },
        ),
        ("route blackhole 198.51.100.0/24", Route { kind: RouteType::BLACKHOLE, ..route("198.51.100.0/24") }),
        ("route prohibit 198.51.100.0/24", Route { kind: RouteType::PROHIBIT, ..route("198.51.100.0/24") }),
        (
            "route 198.51.100.0/24 via 203.0.113.9 mtu lock 1400 advmss 1300 congctl reno features ecn initcwnd 20",
            Route {
                details: details(RouteDetails {
                    metrics: Some(Metrics {
                        lock: 1 << 2,
                        mtu: Some(1400),
                        advertised_mss: Some(1300),
                        congestion_control: Some("reno".into()),
                        features: PathFeatures::ECN,
                        initial_congestion_window: Some(20),
                        ..Metrics::default()
                    }),
                    ..RouteDetails::default()
                }),
                ..via("198.51.100.0/24", "203.0.113.9")
            },
        ),
        (
            "-6 route 2001:db8:1::/48 dev v0 metric 5",
            Route { interface: Some(index), priority: Some(5), ..route("2001:db8:1::/48") },
        ),
        (
            "-6 route 2001:db8:1::/48 via fe80::1 dev v0 pref high",
            Route {
                interface: Some(index),
                preference: Some(RouterPreference::HIGH),
                ..via("2001:db8:1::/48", "fe80::1")
            },
        ),
        (
            "-6 route 2001:db8:1::/48 nexthop via fe80::1 dev v0 nexthop via fe80::2 dev v1 weight 3",
            Route {
                next_hops: vec![hop("fe80::1", 1), NextHop { interface: other, ..hop("fe80::2", 3) }],
                ..route("2001:db8:1::/48")
            },
        ),
        (
            "-6 route unreachable default metric 99",
            Route { kind: RouteType::UNREACHABLE, priority: Some(99), ..route("::/0") },
        ),
    ];
    let (v4, v6): (Vec<_>, Vec<_>) = cases.into_iter().partition(|(command, _)| !command.starts_with("-6"));
    let list = |nl: &mut Netlink| {
        let mut routes = nl.routes().list().unwrap();
        routes.retain(|route| route.protocol != RouteProtocol::KERNEL);
        routes
    };
    // The kernel's own routes of IPv6 come when a link has its carrier, and in that order.
    for (show, cases) in [("-4 route show table all", v4), ("-6 route show table all proto boot", v6)] {
        beside(
            "",
            show,
            &cases,
            |way, route| carry_out!(way, nl => nl.routes().add(route)),
            |way, route| carry_out!(way, nl => nl.routes().delete(route)),
            list,
        );
    }
}

#[test]
fn what_is_wrapped_is_wrapped_again_when_it_is_added_again() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("address add 203.0.113.1/24 dev v0");
    if !lab.can("route add 198.51.100.0/24 encap mpls 100/200 via 203.0.113.9") {
        return;
    }
    let before = print(&lab, "-4 route");
    let mut nl = lab.netlink();
    let mut routes = nl.routes().list().unwrap();
    routes.retain(|route| route.details.as_ref().is_some_and(|details| details.encapsulation.is_some()));
    let [route] = routes.as_slice() else { panic!("{routes:?}") };
    nl.routes().delete(route).unwrap();
    nl.routes().add(route).unwrap();
    assert_eq!(print(&lab, "-4 route"), before);
}

#[test]
fn replace_change_and_append_do_what_they_say() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("address add 203.0.113.1/24 dev v0");
    let ip = |text: &str| Some(text.parse().unwrap());
    let route =
        |gateway: &str| Route { destination: prefix("198.51.100.0/24"), gateway: ip(gateway), ..Route::default() };
    let gateways = || -> Vec<String> {
        let routes = lab.json("-4 route show 198.51.100.0/24");
        lab::objects(&routes).iter().map(|route| route["gateway"].as_str().unwrap().to_string()).collect()
    };
    for mut way in Way::all(&lab) {
        let (first, second, third) = (route("203.0.113.7"), route("203.0.113.8"), route("203.0.113.9"));
        assert!(carry_out!(&mut way, nl => nl.routes().change(&first)).unwrap_err().is_not_found());
        carry_out!(&mut way, nl => nl.routes().replace(&first)).unwrap();
        carry_out!(&mut way, nl => nl.routes().change(&second)).unwrap();
        assert_eq!(gateways(), ["203.0.113.8"]);
        carry_out!(&mut way, nl => nl.routes().append(&third)).unwrap();
        assert_eq!(gateways(), ["203.0.113.8", "203.0.113.9"]);
        carry_out!(&mut way, nl => nl.routes().replace(&first)).unwrap();
        assert_eq!(gateways(), ["203.0.113.7", "203.0.113.9"]);
        // Whichever is first.
        let any = Route { destination: prefix("198.51.100.0/24"), ..Route::default() };
        for _ in 0..2 {
            carry_out!(&mut way, nl => nl.routes().delete(&any)).unwrap();
        }
        assert!(carry_out!(&mut way, nl => nl.routes().delete(&any)).unwrap_err().is_not_found());
    }
}

#[test]
fn a_route_is_put_before_others_as_by_ip() {
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    for lab in [&ours, &theirs] {
        lab.pair("v0", "v1");
        lab.ip("address add 203.0.113.1/24 dev v0");
        lab.ip("address add 2001:db8::1/64 dev v0 nodad");
    }
    let index = ours.index("v0");
    for (destination, gateways, show) in [
        ("198.51.100.0/24", ["203.0.113.7", "203.0.113.8", "203.0.113.9"], "-4 route show 198.51.100.0/24"),
        ("2001:db8:7::/48", ["2001:db8::7", "2001:db8::8", "2001:db8::9"], "-6 route show 2001:db8:7::/48"),
    ] {
        let route = |gateway: &str| Route {
            destination: prefix(destination),
            gateway: gateway.parse().ok(),
            interface: Some(index),
            ..Route::default()
        };
        for mut way in Way::all(&ours) {
            for gateway in gateways {
                carry_out!(&mut way, nl => nl.routes().prepend(&route(gateway))).unwrap();
                theirs.ip(&format!("route prepend {destination} via {gateway} dev v0"));
                assert_eq!(print(&ours, show), print(&theirs, show));
                let again = carry_out!(&mut way, nl => nl.routes().prepend(&route(gateway)));
                assert!(again.unwrap_err().is_exists());
            }
            if destination.contains('.') {
                let printed = print(&ours, show);
                let order: Vec<_> = printed.iter().map(|route| route["gateway"].as_str().unwrap()).collect();
                assert_eq!(order, ["203.0.113.9", "203.0.113.8", "203.0.113.7"]);
            }
            for gateway in gateways {
                carry_out!(&mut way, nl => nl.routes().delete(&route(gateway))).unwrap();
                theirs.ip(&format!("route delete {destination} via {gateway} dev v0"));
            }
            assert_eq!(print(&ours, show), print(&theirs, show));
        }
    }
}

#[test]
fn a_route_takes_no_more_than_128_bytes() {
    assert!(size_of::<Route>() <= 128, "{}", size_of::<Route>());
}

#[test]
fn a_default_route_is_never_made_by_leaving_something_out() {
    let Some(lab) = Lab::new() else { return };
    let nowhere = Route { interface: Some(1), ..Route::default() };
    let refused = lab.netlink().routes().add(&nowhere).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "add route dev if1: the destination of the route is missing: that of the default route is 0.0.0.0/0 or ::/0"
    );
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let Some(lab) = Lab::new() else { return };
    let fine = Address { interface: 1, local: prefix("192.0.2.1/24"), ..Address::default() };
    let wrong = [
        (Address::default(), "add address dev if0: an address is missing"),
        (
            Address { interface: 0, ..fine.clone() },
            "add address 192.0.2.1/24 dev if0: the interface of the address is missing",
        ),
        (
            Address { peer: Some("::1".parse().unwrap()), ..fine.clone() },
            "add address 192.0.2.1/24 peer ::1 dev if1: its peer, broadcast or anycast address is of another family",
        ),
        (
            Address { label: Some("a label of more bytes".into()), ..fine.clone() },
            "add address 192.0.2.1/24 dev if1: a label has at most 15 bytes, none of them NUL",
        ),
    ];
    for mut way in Way::all(&lab) {
        for (address, sentence) in &wrong {
            let refused = carry_out!(&mut way, nl => nl.addresses().add(address));
            assert_eq!(refused.unwrap_err().to_string(), *sentence);
        }
        let missing = Neighbour { interface: 1, ..Neighbour::default() };
        let refused = carry_out!(&mut way, nl => nl.neighbours().add(&missing));
        assert_eq!(refused.unwrap_err().to_string(), "add neighbour dev if1: the address of the neighbour is missing");
        let refused = carry_out!(&mut way, nl => nl.rules().add(&Rule::default()));
        assert!(refused.unwrap_err().to_string().ends_with("the family of the rule is missing"));
    }
    assert_eq!(lab.netlink().addresses().list().unwrap().len(), 2);
}

#[test]
fn a_thousand_additions_of_which_a_third_are_there_have_each_their_outcome() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let index = lab.index("v0");
    let number = |number: u32| std::net::Ipv4Addr::from(0x0a00_0000 + number);
    let addresses: Vec<Address> = (0..1000_u32)
        .map(|place| Address {
            interface: index,
            // Every third is one that was there before.
            local: Some(ipnet::IpNet::new(number(if place % 3 == 2 { place - 2 } else { place }).into(), 32).unwrap()),
            ..Address::default()
        })
        .collect();
    let neighbours: Vec<Neighbour> = addresses
        .iter()
        .map(|address| Neighbour {
            interface: index,
            address: address.local.map(|local| local.addr()),
            link_address: "02:00:00:00:00:01".parse().ok(),
            ..Neighbour::default()
        })
        .collect();
    let rules: Vec<Rule> = addresses
        .iter()
        .map(|address| Rule { source: address.local, priority: Some(1000), ..Rule::default() })
        .collect();
    let routes: Vec<Route> = addresses
        .iter()
        .map(|address| {
            let destination = format!("{}/32", address.local.unwrap().addr()).replacen("10.", "172.", 1);
            Route { destination: prefix(&destination), kind: RouteType::BLACKHOLE, ..Route::default() }
        })
        .collect();
    let links: Vec<Link> = (0..1000)
        .map(|place| {
            let number = if place % 3 == 2 { place - 2 } else { place };
            let kind = Vxlan { id: Some(number), port: Some(4789), ..Vxlan::default() }.into();
            Link { name: format!("x{number}").parse().unwrap(), kind, ..Link::default() }
        })
        .collect();
    let mut nl = lab.netlink();
    let mut batch = nl.batch().unwrap();
    let mut tickets = Vec::new();
    for place in 0..1000 {
        tickets.push([
            batch.routes().add(&routes[place]),
            batch.links().add(&links[place]),
            batch.addresses().add(&addresses[place]),
            batch.neighbours().add(&neighbours[place]),
            // One that cannot even be written, in between.
            batch.addresses().add(&Address::default()),
            batch.rules().add(&rules[place]),
        ]);
    }
    let outcomes = batch.commit();
    assert_eq!(outcomes.count(), 6000);
    for (place, [route, link, address, neighbour, nothing, rule]) in tickets.iter().enumerate() {
        for ticket in [route, link, address, neighbour, rule] {
            match outcomes.of(*ticket) {
                Ok(()) => assert_ne!(place % 3, 2, "{ticket}"),
                Err(error) => assert!(place % 3 == 2 && error.is_exists(), "{ticket}: {error}"),
            }
        }
        assert!(outcomes.of(*nothing).unwrap_err().to_string().contains("an address is missing"));
    }
    assert_eq!(outcomes.failed().len(), 1000 + 5 * 333);
    assert_eq!(nl.addresses().list().unwrap().len(), 2 + 667);
    let filter = LinkFilter { kind: Some("vxlan".into()), ..LinkFilter::default() };
    assert_eq!(nl.links().filter(filter).list().unwrap().len(), 667);
    let filter = RouteFilter { kind: Some(RouteType::BLACKHOLE), ..RouteFilter::default() };
    assert_eq!(nl.routes().filter(filter).list().unwrap().len(), 667);
    assert_eq!(nl.rules().list().unwrap().iter().filter(|rule| rule.priority == Some(1000)).count(), 667);
}

#[test]
fn a_refusal_says_which_attribute_and_what_would_have_been_taken() {
    let Some(lab) = Lab::new() else { return };
    let wrong = Link { gso_max_size: Some(1), ..Link::default() };
    let error = lab.netlink().links().set("lo", &wrong).unwrap_err();
    let nlwire::socket::Error::Refused(refusal) = error.reason() else { panic!("{error}") };
    assert_eq!((refusal.errno, refusal.attribute.to_string().as_str()), (Errno::ERANGE, "IFLA_GSO_MAX_SIZE"));
    let Some(expected) = refusal.expected else { return skip(&format!("no policy comes with: {error}")) };
    let least = expected.least.unwrap();
    assert!(least > 1, "{expected:?}");
    let sentence = error.to_string();
    let middle = format!("(at IFLA_GSO_MAX_SIZE, where a number of 32 bits of at least {least} was expected)");
    assert!(sentence.starts_with("set link lo: ") && sentence.contains(&middle), "{sentence}");
}

#[test]
fn connections_may_go_to_other_threads() {
    fn is_send<T: Send>() {}
    is_send::<Netlink>();
    is_send::<Netlink<nlwire::Tokio>>();
    is_send::<Netlink<nlwire::Batch<'static>>>();
}
