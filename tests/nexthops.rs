//! Nexthops and buckets, beside what `ip nexthop` makes and says of them.

mod lab;

use lab::twins::{Way, beside, carry_out};
use lab::{Lab, add_a_thousand, assert_same, objects, skip};
use nlwire::codec::route::nexthop::{GroupEntry, Header, NewNexthop, Nexthop as Key, OperationFlags};
use nlwire::codec::{Envelope, Flags, Message, RawMessage, Tail};
use nlwire::nexthop::{
    GroupMember, Nexthop, NexthopBucket, NexthopBucketFilter, NexthopFilter, NexthopFlags, Resilient, Sharing,
};
use nlwire::route::encapsulation::Mpls;
use nlwire::route::{Encapsulation, Route, RouteProtocol};
use nlwire::{Ensured, Errno};
use serde_json::Value;

const NEXTHOPS: &str = "
    nexthop add id 1 via 203.0.113.9 dev v0
    nexthop add id 2 via 203.0.113.10 dev v0 protocol bgp
    nexthop add id 3 via fe80::1 dev v1
    nexthop add id 4 dev v1
    nexthop add id 5 via 192.0.2.99 dev v0 onlink
    nexthop add id 6 blackhole
    nexthop add id 7 via 198.51.100.1 fdb
    nexthop add id 8 via 198.51.100.2 fdb
    nexthop add id 10 group 1/2,200 protocol static
    nexthop add id 11 group 7/8 fdb
";

fn network() -> Option<Lab> {
    let lab = Lab::new()?;
    lab.pair("v0", "v1");
    lab.ip("address add 203.0.113.1/24 dev v0");
    match lab.try_ip("nexthop") {
        Ok(_) => {}
        Err(error) => {
            skip(&format!("ip nexthop: {error}"));
            return None;
        }
    }
    lab.batch(NEXTHOPS);
    if let Err(error) =
        lab.try_ip("nexthop add id 12 group 1,3/2 type resilient buckets 8 idle_timer 2 unbalanced_timer 300")
    {
        skip(&format!("no resilient group: {error}"));
    }
    Some(lab)
}

/// What `ip` lists, with numbers for what it prints of the time.
fn listed(lab: &Lab, arguments: &str) -> Vec<Value> {
    let mut list = objects(&lab.json(&format!("nexthop list {arguments}"))).to_vec();
    list.iter_mut().filter_map(|nexthop| nexthop.get_mut("resilient_args")).for_each(with_fractions);
    list
}

/// It prints times in seconds with a fraction only where they have one.
fn with_fractions(times: &mut Value) {
    for key in ["idle_timer", "unbalanced_timer", "unbalanced_time"] {
        if let Some(number) = times.get(key).and_then(Value::as_f64) {
            times[key] = number.into();
        }
    }
}

/// As they serialise, with the names of interfaces: every key that `ip` prints, and no other.
fn compare(lab: &Lab, ours: &[Nexthop], theirs: &[Value]) {
    let names = lab.names();
    let shown = |nexthop| {
        let mut shown = serde_json::to_value(nexthop).unwrap();
        lab::name(&mut shown, &names);
        shown
    };
    assert_same(&ours.iter().map(shown).collect::<Vec<_>>(), theirs);
}

#[test]
fn nexthops_of_all_kinds_are_as_ip_lists_them() {
    let Some(lab) = network() else { return };
    // Not every kernel has these. As of `ip`, the key `id` is the tunnel's.
    let mut nl = lab.netlink();
    for (id, encapsulation) in [(14, "mpls 100/200 ttl 9"), (15, "ip id 77 dst 192.0.2.9 ttl 3 key")] {
        _ = lab.try_ip(&format!("nexthop add id {id} encap {encapsulation} via 203.0.113.9 dev v0"));
    }
    let nexthops = nl.nexthops().list().unwrap();
    assert!(nexthops.len() >= 10, "{nexthops:?}");
    compare(&lab, &nexthops, &listed(&lab, ""));
    for nexthop in &nexthops {
        assert_eq!(nl.nexthops().get(nexthop.id.unwrap()).unwrap(), *nexthop);
    }
    let error = nl.nexthops().get(4711).unwrap_err();
    assert!(error.is_not_found() && error.to_string().starts_with("get nexthop id 4711: "), "{error}");
}

#[test]
fn nexthops_are_filtered_as_ip_does() {
    let Some(lab) = network() else { return };
    let index = lab.index("v0");
    let all = NexthopFilter::default;
    let mut cases = vec![
        ("dev v0".to_string(), NexthopFilter { interface: Some(index), ..all() }),
        ("dev v1".into(), NexthopFilter { interface: Some(lab.index("v1")), ..all() }),
        ("groups".into(), NexthopFilter { groups: true, ..all() }),
        ("fdb".into(), NexthopFilter { fdb: true, ..all() }),
    ];
    if lab.can("link add b0 type bridge") {
        lab.ip("link set v1 master b0");
        cases.push(("master b0".into(), NexthopFilter { master: Some(lab.index("b0")), ..all() }));
    }
    for mut nl in [lab.netlink(), lab.netlink_without_filters()] {
        for (arguments, filter) in &cases {
            let ours = nl.nexthops().filter(filter.clone()).list().unwrap();
            let mut theirs = listed(&lab, arguments);
            if *arguments == "fdb" {
                // The kernel takes this filter, and may pass over it.
                theirs.retain(|nexthop| nexthop.get("fdb").is_some());
            }
            assert!(!ours.is_empty(), "{arguments}");
            compare(&lab, &ours, &theirs);
        }
    }
    let ids = |nexthops: Vec<Nexthop>| nexthops.into_iter().filter_map(|nexthop| nexthop.id).collect::<Vec<_>>();
    let mut nl = lab.netlink();
    assert_eq!(ids(nl.nexthops().filter(cases[0].1.clone()).list().unwrap()), [1, 2, 5]);
    assert_eq!(ids(nl.nexthops().filter(cases[3].1.clone()).list().unwrap()), [7, 8, 11]);
}

#[test]
fn nexthops_are_added_and_deleted_as_by_ip() {
    let Some(index) = Lab::new().map(|lab| {
        lab.pair("v0", "v1");
        lab.index("v0")
    }) else {
        return;
    };
    let ip = |text: &str| Some(text.parse().unwrap());
    let nexthop = || Nexthop { id: Some(9), ..Nexthop::default() };
    let via = |gateway: &str| Nexthop { gateway: ip(gateway), interface: Some(index), ..nexthop() };
    let group = |members: &[(u32, u32)]| Nexthop {
        group: members.iter().map(|(id, weight)| GroupMember { id: *id, weight: *weight }).collect(),
        ..nexthop()
    };
    let resilient = |resilient| Nexthop { sharing: Sharing::Resilient(resilient), ..group(&[(1, 1), (2, 3)]) };
    let mut cases = vec![
        ("nexthop id 9 via 203.0.113.9 dev v0", via("203.0.113.9")),
        ("nexthop id 9 via fe80::9 dev v0", via("fe80::9")),
        ("nexthop id 9 dev v0", Nexthop { interface: Some(index), ..nexthop() }),
        (
            "nexthop id 9 via 192.0.2.99 dev v0 onlink protocol bgp",
            Nexthop { flags: NexthopFlags::ONLINK, protocol: RouteProtocol::BGP, ..via("192.0.2.99") },
        ),
        ("nexthop id 9 blackhole", Nexthop { blackhole: true, ..nexthop() }),
        ("nexthop id 9 via 192.0.2.99 fdb", Nexthop { gateway: ip("192.0.2.99"), fdb: true, ..nexthop() }),
        ("nexthop id 9 group 1/2,255", group(&[(1, 1), (2, 255)])),
        ("nexthop id 9 group 1/2,256", group(&[(1, 1), (2, 256)])),
        ("nexthop id 9 group 1,3 protocol static", Nexthop { protocol: RouteProtocol::STATIC, ..group(&[(1, 3)]) }),
        ("nexthop id 9 group 3/4 fdb", Nexthop { fdb: true, ..group(&[(3, 1), (4, 1)]) }),
        (
            "nexthop id 9 group 1/2,3 type resilient buckets 4 idle_timer 60 unbalanced_timer 300",
            resilient(Resilient {
                buckets: Some(4),
                idle_timer: Some(6000),
                unbalanced_timer: Some(30_000),
                unbalanced_time: None,
            }),
        ),
        (
            "nexthop id 9 group 1/2,3 type resilient buckets 16",
            resilient(Resilient { buckets: Some(16), ..Resilient::default() }),
        ),
    ];
    let label = Encapsulation::Mpls(Mpls { labels: vec![100], ttl: None });
    cases.push((
        "nexthop id 9 encap mpls 100 via 203.0.113.9 dev v0",
        Nexthop { encapsulation: Some(label), ..via("203.0.113.9") },
    ));
    beside(
        "nexthop add id 1 via 203.0.113.11 dev v0
         nexthop add id 2 via 203.0.113.12 dev v0
         nexthop add id 3 via 203.0.113.13 fdb
         nexthop add id 4 via 203.0.113.14 fdb",
        "nexthop",
        &cases,
        |way, nexthop| carry_out!(way, nl => nl.nexthops().add(nexthop)),
        |way, nexthop| carry_out!(way, nl => nl.nexthops().delete(nexthop.id.unwrap())),
        |nl| nl.nexthops().list().unwrap(),
    );
}

#[test]
fn a_weight_above_255_is_taken_by_kernels_that_know_it_and_refused_by_the_others() {
    let Some(lab) = network() else { return };
    let mut nl = lab.netlink();
    let heavy = Nexthop {
        id: Some(20),
        group: vec![GroupMember { id: 1, weight: 257 }, GroupMember { id: 2, weight: 65_535 }],
        ..Nexthop::default()
    };
    match nl.nexthops().add(&heavy) {
        Ok(()) => assert_eq!(nl.nexthops().get(20).unwrap().group, heavy.group),
        Err(error) => {
            assert_eq!(error.errno(), Some(Errno::EINVAL), "{error}");
            skip(&format!("weights of 16 bits: {error}"));
        }
    }
}

#[test]
fn the_upper_bits_of_a_weight_count_where_the_kernel_says_that_it_has_cleared_them() {
    let weight = |answer: Option<OperationFlags>| {
        let mut room = [0; 128];
        let mut tail = Tail::new(&mut room);
        let entry = GroupEntry { id: 1.into(), weight: 4, weight_high: 2, ..GroupEntry::default() };
        NewNexthop::emit(&mut tail, Envelope::request(Flags::empty()), Header::default(), |nexthop| {
            nexthop.put(Key::GROUP, &[entry])?.put_some(Key::OP_FLAGS, answer)
        })
        .unwrap();
        let message = RawMessage::first(tail.written()).unwrap();
        Nexthop::from_view(&message.read_as().unwrap()).unwrap().group[0].weight
    };
    assert_eq!(weight(Some(OperationFlags::RESP_GRP_RESVD_0)), 517);
    assert_eq!((weight(None), weight(Some(OperationFlags::empty()))), (5, 5));
}

#[test]
fn a_nexthop_is_replaced_and_one_without_an_identifier_gets_one() {
    let Some(lab) = network() else { return };
    let index = lab.index("v0");
    let nexthop = |id, gateway: &str| Nexthop {
        id,
        gateway: Some(gateway.parse().unwrap()),
        interface: Some(index),
        ..Nexthop::default()
    };
    for mut way in Way::all(&lab) {
        let (first, second) = (nexthop(Some(30), "203.0.113.50"), nexthop(Some(30), "203.0.113.51"));
        for nexthop in [&first, &second] {
            carry_out!(&mut way, nl => nl.nexthops().replace(nexthop)).unwrap();
            assert_eq!(lab.netlink().nexthops().get(30).unwrap().gateway, nexthop.gateway);
        }
        carry_out!(&mut way, nl => nl.nexthops().delete(30)).unwrap();
        assert!(carry_out!(&mut way, nl => nl.nexthops().delete(30)).unwrap_err().is_not_found());

        let nameless = nexthop(None, "203.0.113.52");
        carry_out!(&mut way, nl => nl.nexthops().add(&nameless)).unwrap();
        let made = lab.netlink().nexthops().list().unwrap();
        let made = made.iter().find(|made| made.gateway == nameless.gateway).unwrap();
        carry_out!(&mut way, nl => nl.nexthops().delete(made.id.unwrap())).unwrap();
    }
}

/// A bucket as it serialises, but for the time.
fn printed_bucket(bucket: &NexthopBucket) -> Value {
    let mut shown = serde_json::to_value(bucket).unwrap();
    assert_eq!(shown["bucket"]["idle_time"], bucket.idle as f64 / 100.0);
    shown["bucket"].as_object_mut().unwrap().shift_remove("idle_time");
    shown
}

#[test]
fn buckets_are_as_ip_lists_them_and_filtered_as_it_does() {
    let Some(lab) = network() else { return };
    if !lab.can("nexthop bucket list") || lab.try_ip("nexthop get id 12").is_err() {
        return;
    }
    lab.ip("nexthop add id 13 group 1/4 type resilient buckets 4");
    let listed = |arguments: &str| {
        let mut list = objects(&lab.json(&format!("nexthop bucket list {arguments}"))).to_vec();
        for bucket in &mut list {
            let time = bucket["bucket"].as_object_mut().unwrap().shift_remove("idle_time");
            assert!(time.is_some_and(|time| time.is_number()));
        }
        list
    };
    let all = NexthopBucketFilter::default;
    let (v0, v1) = (lab.index("v0"), lab.index("v1"));
    let mut cases = vec![
        ("", all()),
        ("id 12", NexthopBucketFilter { group: Some(12), ..all() }),
        ("nhid 1", NexthopBucketFilter { nexthop: Some(1), ..all() }),
        ("id 13 nhid 1", NexthopBucketFilter { group: Some(13), nexthop: Some(1), ..all() }),
        ("dev v0", NexthopBucketFilter { interface: Some(v0), ..all() }),
        ("dev v1", NexthopBucketFilter { interface: Some(v1), ..all() }),
    ];
    if lab.can("link add b0 type bridge") {
        lab.ip("link set v1 master b0");
        cases.push(("master b0", NexthopBucketFilter { master: Some(lab.index("b0")), ..all() }));
    }
    let mut nl = lab.netlink();
    for (arguments, filter) in cases {
        let buckets = nl.nexthop_buckets().filter(filter).list().unwrap();
        assert!(!buckets.is_empty(), "{arguments}");
        assert_same(&buckets.iter().map(printed_bucket).collect::<Vec<_>>(), &listed(arguments));
    }
    for bucket in nl.nexthop_buckets().list().unwrap() {
        let got = nl.nexthop_buckets().get(bucket.group, bucket.index).unwrap();
        assert!(got.idle >= bucket.idle && got.idle < bucket.idle + 1000);
        assert_eq!(NexthopBucket { idle: bucket.idle, ..got }, bucket);
    }
    let nowhere = NexthopBucketFilter { group: Some(4711), ..all() };
    assert!(nl.nexthop_buckets().filter(nowhere).list().unwrap_err().is_not_found());
    let error = nl.nexthop_buckets().get(12, 8).unwrap_err();
    assert!(error.is_not_found() && error.to_string().starts_with("get nexthop bucket id 12 index 8: "), "{error}");
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let Some(lab) = Lab::new() else { return };
    let gateway = Some("192.0.2.1".parse().unwrap());
    let group = vec![1.into(), GroupMember { id: 2, weight: 7 }];
    let nexthop = Nexthop { id: Some(5), ..Nexthop::default() };
    let wrong = [
        (
            Nexthop { family: nlwire::codec::route::Family::INET6, gateway, ..nexthop.clone() },
            "add nexthop id 5 via 192.0.2.1: the gateway of the nexthop is of another family",
        ),
        (
            Nexthop { gateway, group: group.clone(), ..nexthop.clone() },
            "add nexthop id 5 group 1/2,7 via 192.0.2.1: \
             a group of nexthops has no gateway, interface or encapsulation of its own",
        ),
        (
            Nexthop { family: nlwire::codec::route::Family::INET, group, ..nexthop.clone() },
            "add nexthop id 5 group 1/2,7: a group of nexthops has no family of its own",
        ),
        (
            Nexthop { group: vec![GroupMember { id: 1, weight: 0 }], ..nexthop.clone() },
            "add nexthop id 5 group 1,0: a nexthop in a group has a weight from 1 to 65535",
        ),
    ];
    for mut way in Way::all(&lab) {
        for (nexthop, sentence) in &wrong {
            let refused = carry_out!(&mut way, nl => nl.nexthops().add(nexthop));
            assert_eq!(refused.unwrap_err().to_string(), *sentence);
        }
        let refused = carry_out!(&mut way, nl => nl.nexthops().delete(0)).unwrap_err();
        assert!(refused.to_string().ends_with("no nexthop has the identifier 0"), "{refused}");
    }
}

#[test]
fn a_thousand_nexthops_of_which_a_third_are_there_have_each_their_outcome() {
    let Some(lab) = network() else { return };
    let index = lab.index("v0");
    let nexthop = |place| Nexthop {
        id: Some(1000 + place),
        gateway: Some(std::net::Ipv4Addr::from(0xcb00_7102 + place % 200).into()),
        interface: Some(index),
        ..Nexthop::default()
    };
    let mut nl = lab.netlink();
    let before = nl.nexthops().list().unwrap().len();
    let nexthops = add_a_thousand(&mut nl, nexthop, |batch, nexthop| batch.nexthops().add(nexthop));
    let there = nl.nexthops().list().unwrap();
    assert_eq!(there.len(), before + 667);
    compare(&lab, &there, &listed(&lab, ""));

    let mut batch = nl.batch().unwrap();
    for nexthop in &nexthops {
        batch.nexthops().delete(nexthop.id.unwrap());
    }
    let outcomes = batch.commit();
    assert_eq!(outcomes.failed().len(), 333);
    assert!(outcomes.failed().iter().all(|(ticket, error)| ticket.number() % 3 == 2 && error.is_not_found()));
    assert_eq!(nl.nexthops().list().unwrap().len(), before);
}

#[test]
fn a_listed_route_with_a_nexthop_object_is_deleted_added_replaced_and_right_as_it_is() {
    let Some(lab) = network() else { return };
    for route in [
        "-6 nexthop add id 20 dev v1",
        "-6 nexthop add id 21 blackhole",
        "route add 10.1.0.0/16 nhid 1",
        "route add 10.2.0.0/16 nhid 10 protocol bgp metric 7",
        "route add 10.3.0.0/16 nhid 6",
        "-6 route add 2001:db8:1::/48 nhid 3",
        "-6 route add 2001:db8:2::/48 nhid 20",
        "-6 route add 2001:db8:3::/48 nhid 21",
    ] {
        lab.ip(route);
    }
    let show = || format!("{}{}", lab.ip("route"), lab.ip("-6 route"));
    let before = show();
    let mut nl = lab.netlink();
    let mut routes = nl.routes().list().unwrap();
    routes.retain(|route| route.nexthop_id.is_some());
    assert_eq!(routes.len(), 6, "{before}");
    assert!(
        routes.iter().any(|route| route.next_hops.len() == 2) && routes.iter().any(|route| route.gateway.is_some())
    );
    for route in &routes {
        assert_eq!(nl.routes().ensure(route).unwrap(), Ensured::Unchanged, "{route}");
        nl.routes().replace(route).unwrap();
        assert_eq!(nl.routes().ensure(route).unwrap(), Ensured::Unchanged, "{route}");
        nl.routes().delete(route).unwrap();
        assert!(!show().contains(&route.destination.unwrap().to_string()), "{}", show());
        nl.routes().add(route).unwrap();
        // As one would ask for it.
        let asked = Route {
            destination: route.destination,
            nexthop_id: route.nexthop_id,
            protocol: route.protocol,
            priority: route.priority,
            ..Route::default()
        };
        assert_eq!(nl.routes().ensure(&asked).unwrap(), Ensured::Unchanged, "{route}");
        let other =
            Route { nexthop_id: Some(if route.destination.unwrap().addr().is_ipv4() { 2 } else { 20 }), ..asked };
        let wanted = if route.nexthop_id == other.nexthop_id { Ensured::Unchanged } else { Ensured::Changed };
        assert_eq!(nl.routes().ensure(&other).unwrap(), wanted, "{route}");
        assert_eq!(nl.routes().ensure(route).unwrap(), wanted, "{route}");
    }
    let sorted = |text: String| {
        let mut lines: Vec<String> = text.lines().map(Into::into).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(show()), sorted(before));
}
