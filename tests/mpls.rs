//! Routes of MPLS, beside those of `ip`, which knows the family as `-M`.

mod lab;

use lab::twins::{Beside, Way, carry_out};
use lab::{Lab, assert_same, name, objects, skip};
use nlwire::codec::payload::LinkAddress;
use nlwire::codec::route::Family;
use nlwire::route::{NextHop, Route, RouteDetails, RouteFilter, RouteProtocol};
use nlwire::{Ensured, Netlink};

/// A network where labels up to 1000 can come in; false where the kernel has no MPLS.
fn network(lab: &Lab) -> bool {
    lab.pair("v0", "v1");
    lab.ip("address add 203.0.113.1/24 dev v0");
    lab.ip("address add 2001:db8::1/64 dev v0 nodad");
    let written = lab.run("sh", &["-c", "echo 1000 > /proc/sys/net/mpls/platform_labels"]);
    if !written.status.success() {
        skip("no MPLS");
    }
    written.status.success()
}

fn lab() -> Option<Lab> {
    Lab::new().filter(network)
}

fn of_mpls() -> RouteFilter {
    RouteFilter { family: Some(Family::MPLS), ..RouteFilter::default() }
}

fn list(nl: &mut Netlink) -> Vec<Route> {
    nl.routes().filter(of_mpls()).list().unwrap()
}

fn route(label: u32, new_labels: &[u32]) -> Route {
    let details = RouteDetails { label: Some(label), new_labels: new_labels.into(), ..RouteDetails::default() };
    Route { details: Some(details.into()), ..Route::default() }
}

const HARDWARE: [u8; 6] = [2, 0, 0, 0, 0, 9];

/// Commands of `ip` without their verb, and what they add.
fn cases(v0: u32, lo: u32) -> Vec<(&'static str, Route)> {
    let ip = |text: &str| Some(text.parse().unwrap());
    let on = |interface, route| Route { interface: Some(interface), ..route };
    let hop = |gateway, new_labels: &[u32]| NextHop {
        gateway,
        interface: v0,
        weight: 1,
        new_labels: new_labels.into(),
        ..NextHop::default()
    };
    let mut by_link = on(v0, route(103, &[]));
    by_link.details_mut().link_address = Some(HARDWARE.into());
    let mut short = on(v0, Route { gateway: ip("2001:db8::9"), ..route(102, &[]) });
    short.details_mut().ttl_propagate = Some(false);
    let mut uniform = on(v0, Route { gateway: ip("203.0.113.9"), ..route(104, &[1_048_575]) });
    uniform.details_mut().ttl_propagate = Some(true);
    let several = Route {
        next_hops: vec![
            hop(ip("203.0.113.9"), &[200]),
            hop(ip("2001:db8::9"), &[300, 400]),
            NextHop { link_address: Some(HARDWARE.into()), ..hop(None, &[]) },
        ],
        ..route(105, &[])
    };
    vec![
        (
            "-M route 100 as 200/300 via inet 203.0.113.9",
            Route { gateway: ip("203.0.113.9"), ..route(100, &[200, 300]) },
        ),
        ("-M route 16 dev lo proto bgp", Route { protocol: RouteProtocol::BGP, ..on(lo, route(16, &[])) }),
        ("-M route 102 via inet6 2001:db8::9 dev v0 ttl-propagate disabled", short),
        ("-M route 103 via link 02:00:00:00:00:09 dev v0", by_link),
        ("-M route 104 as 1048575 via inet 203.0.113.9 dev v0 ttl-propagate enabled", uniform),
        (
            "-M route 105 nexthop as 200 via inet 203.0.113.9 dev v0 nexthop as 300/400 via inet6 2001:db8::9 dev v0 \
             nexthop via link 02:00:00:00:00:09 dev v0",
            several,
        ),
    ]
}

#[test]
fn routes_of_labels_are_added_and_deleted_as_by_ip() {
    let Some(lab) = lab() else { return };
    let cases = cases(lab.index("v0"), lab.index("lo"));
    // The kernel says no error where there is nothing to delete.
    let beside =
        Beside { program: "ip", show: "-M route show", network: &network, adds_once: true, deletes_once: false };
    beside.compare(
        &cases,
        |way, route| carry_out!(way, nl => nl.routes().add(route)),
        |way, route| carry_out!(way, nl => nl.routes().delete(route)),
        list,
    );
}

#[test]
fn routes_of_labels_are_shown_as_by_ip() {
    let Some(lab) = lab() else { return };
    for (command, _) in cases(lab.index("v0"), lab.index("lo")) {
        lab.ip(&command.replace("-M route", "-M route add"));
    }
    let names = lab.names();
    let ours = list(&mut lab.netlink()).into_iter().map(|route| {
        let mut shown = serde_json::to_value(route).unwrap();
        name(&mut shown, &names);
        for hop in shown["nexthops"].as_array_mut().into_iter().flatten() {
            name(hop, &names);
        }
        shown.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        shown
    });
    assert_same(&ours.collect::<Vec<_>>(), objects(&lab.json("-M route show")));
}

#[test]
fn a_route_of_labels_is_replaced_changed_and_ensured() {
    let Some(lab) = lab() else { return };
    let (v0, lo) = (lab.index("v0"), lab.index("lo"));
    let shown = || lab.ip("-M route show 100");
    for way in &mut Way::all(&lab) {
        let (first, second) = (Route { interface: Some(v0), ..cases(v0, lo)[0].1.clone() }, route(100, &[7]));
        let second = Route { interface: Some(v0), gateway: "203.0.113.8".parse().ok(), ..second };
        assert!(carry_out!(way, nl => nl.routes().change(&first)).unwrap_err().is_not_found());
        carry_out!(way, nl => nl.routes().replace(&first)).unwrap();
        carry_out!(way, nl => nl.routes().change(&second)).unwrap();
        assert!(shown().starts_with("100 as to 7 via inet 203.0.113.8 dev v0"), "{}", shown());
        carry_out!(way, nl => nl.routes().delete(&first)).unwrap();
        assert_eq!(shown(), "");
    }
    let mut nl = lab.netlink();
    for (command, route) in cases(v0, lo) {
        for wanted in [Ensured::Added, Ensured::Unchanged] {
            assert_eq!(nl.routes().ensure(&route).unwrap(), wanted, "{command}");
        }
    }
    lab.ip("-M route replace 100 as 200/301 via inet 203.0.113.9");
    lab.ip("-M route replace 102 via inet6 2001:db8::9 dev v0");
    lab.ip("-M route replace 103 via link 02:00:00:00:00:08 dev v0");
    let wanted: Vec<Route> = cases(v0, lo).into_iter().map(|(_, route)| route).collect();
    let done = nl.routes().ensure_all(&wanted).unwrap();
    let changed = [true, false, true, true, false, false];
    let expected = changed.map(|changed| if changed { Ensured::Changed } else { Ensured::Unchanged });
    assert_eq!(done, expected);
    assert_eq!(nl.routes().ensure_all(&wanted).unwrap(), [Ensured::Unchanged; 6]);
}

#[test]
fn a_route_of_labels_is_named_in_short_and_what_is_none_is_refused() {
    let Some(lab) = Lab::new() else { return };
    let mut nl = lab.netlink();
    let [switched, _, _, by_link, ..] = &cases(2, 1)[..] else { unreachable!() };
    assert_eq!(switched.1.to_string(), "route 100 as 200/300 via 203.0.113.9");
    assert_eq!(by_link.1.to_string(), "route 103 via 02:00:00:00:00:09 dev if2");
    let destination = "192.0.2.0/24".parse().ok();
    let hop = NextHop { interface: 2, new_labels: vec![7], ..NextHop::default() };
    let mut two = switched.1.clone();
    two.details_mut().link_address = LinkAddress::new(&HARDWARE);
    let of_ip = "only a route of MPLS has labels of its own and next hops with link-layer addresses";
    for (route, complaint) in [
        (Route { destination, ..route(100, &[]) }, of_ip),
        (Route { destination, next_hops: vec![hop.clone()], ..Route::default() }, of_ip),
        (
            Route { family: Family::MPLS, destination, ..route(100, &[]) },
            "a route of MPLS leads from a label, not to a destination",
        ),
        (
            Route { family: Family::MPLS, ..Route::default() },
            "a route of MPLS leads from a label, not to a destination",
        ),
        (route(1 << 20, &[]), "a label has 20 bits"),
        (route(100, &[1, 1 << 20]), "a label has 20 bits"),
        (
            Route { next_hops: vec![NextHop { new_labels: vec![1 << 20], ..hop }], ..route(100, &[]) },
            "a label has 20 bits",
        ),
        (two, "a next hop has an IP address or a link-layer address"),
    ] {
        let error = nl.routes().add(&route).unwrap_err();
        assert!(error.to_string().ends_with(complaint), "{error}");
    }
}
