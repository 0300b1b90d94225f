//! Cilium: what its agent and its plugin for containers do.

mod devices;

use ipnet::IpNet;
use nlwire::Errno;
use nlwire::address::Address;
use nlwire::codec::route::{Family, Scope};
use nlwire::link::{Link, LinkNamespace};
use nlwire::neighbour::{Neighbour, NeighbourFilter, NeighbourFlags, NeighbourFlagsExt, NeighbourState};
use nlwire::route::{Route, RouteFilter, RouteProtocol, RouteType};
use nlwire::rule::{Rule, RuleFilter};
use nlwire::{Ensured, Error};
use serde_json::{Value, json};

use crate::lab::ways::{Site, in_each_way};
use crate::lab::{Lab, objects, skip};
use crate::{Netlink, addresses, index, ip, prefix, routes, shown, veth};

/// The routing tables of the kernel.
const MAIN: u32 = 254;
const LOCAL: u32 = 255;

/// Rules as `ip` prints them: priority, and what is said of them.
fn rules(lab: &Lab, family: &str) -> Vec<String> {
    lab.ip(&format!("-d {family} rule")).lines().map(|line| line.trim_end().replace('\t', " ")).collect()
}

/// What a pod has in a cloud where each of its addresses belongs to a network card: what comes for it goes by the main table,
/// and what it sends to the cloud's network by the table of the card.
fn pod_rules(pod: IpNet, table: u32) -> [Rule; 2] {
    let protocol = Some(RouteProtocol::KERNEL);
    [
        Rule { destination: Some(pod), priority: Some(20), table: MAIN, protocol, ..Rule::default() },
        Rule {
            source: Some(pod),
            destination: prefix("10.0.0.0/8"),
            priority: Some(111),
            table,
            protocol,
            ..Rule::default()
        },
    ]
}

/// Takes from a pod what it has, also in the places of older versions, and has its address lead nowhere.
fn release(nl: &mut Netlink, pod: IpNet) -> Result<(), Error> {
    for priority in [20, 110, 111] {
        let filter = RuleFilter { family: Some(Family::INET), priority: Some(priority), table: None };
        for rule in nl.rules().filter(filter).list()? {
            if rule.source == Some(pod) || rule.destination == Some(pod) {
                nl.rules().delete(&rule)?;
            }
        }
    }
    nl.routes().replace(&Route { destination: Some(pod), kind: RouteType::UNREACHABLE, ..Route::default() })
}

#[test]
fn cilium_routes_the_pods_of_a_network_card_by_its_table() {
    in_each_way(|over| {
        let Some(host) = over.lab() else { return };
        host.pair("eth1", "v1");
        let mut nl = host.netlink();
        let card = index(&mut nl, "eth1");
        let table = 10 + 1;
        let gateway = ip("10.7.0.1");
        let on_card = Route { interface: Some(card), table, ..Route::default() };
        let to_gateway = Route { destination: prefix("10.7.0.1/32"), scope: Some(Scope::LINK), ..on_card.clone() };
        nl.routes().replace(&to_gateway).unwrap();
        nl.routes().replace(&Route { destination: prefix("0.0.0.0/0"), gateway, ..on_card }).unwrap();
        let pods = ["10.7.0.5/32", "10.7.0.6/32"].map(|pod| pod.parse::<IpNet>().unwrap());
        for rule in pods.iter().flat_map(|pod| pod_rules(*pod, table)) {
            nl.rules().add(&rule).unwrap();
            assert!(nl.rules().add(&rule).is_err_and(|error| error.is_exists()));
        }
        host.ip("rule add from 10.7.0.5 to 10.9.0.0/16 lookup 11 priority 110");

        assert_eq!(
            rules(&host, "-4"),
            [
                "0: from all lookup local proto kernel",
                "20: from all to 10.7.0.5 lookup main proto kernel",
                "20: from all to 10.7.0.6 lookup main proto kernel",
                "110: from 10.7.0.5 to 10.9.0.0/16 lookup 11 proto unspec",
                "111: from 10.7.0.5 to 10.0.0.0/8 lookup 11 proto kernel",
                "111: from 10.7.0.6 to 10.0.0.0/8 lookup 11 proto kernel",
                "32766: from all lookup main proto kernel",
                "32767: from all lookup default proto kernel"
            ]
        );
        assert_eq!(
            routes(&host, "route show table 11"),
            ["default via 10.7.0.1 dev eth1", "10.7.0.1 dev eth1 scope link"]
        );
        release(&mut nl, pods[0]).unwrap();
        assert_eq!(
            rules(&host, "-4"),
            [
                "0: from all lookup local proto kernel",
                "20: from all to 10.7.0.6 lookup main proto kernel",
                "111: from 10.7.0.6 to 10.0.0.0/8 lookup 11 proto kernel",
                "32766: from all lookup main proto kernel",
                "32767: from all lookup default proto kernel"
            ]
        );
        assert_eq!(routes(&host, "route"), ["unreachable 10.7.0.5"]);
        // The address is given to another pod.
        nl.routes()
            .delete(&Route { destination: Some(pods[0]), kind: RouteType::UNREACHABLE, ..Route::default() })
            .unwrap();
        assert_eq!(host.ip("route"), "");
    });
}

/// Makes room before the rule for local addresses: never is there none.
fn move_local_rule(nl: &mut Netlink, family: Family) -> Result<(), Error> {
    let local = Rule { family, table: LOCAL, ..Rule::default() };
    nl.rules().ensure(&Rule { priority: Some(100), protocol: Some(RouteProtocol::KERNEL), ..local.clone() })?;
    match nl.rules().delete(&Rule { priority: Some(0), ..local }) {
        Err(error) if error.is_not_found() => Ok(()),
        other => other,
    }
}

/// Left out: what puts the marks on packets (BPF).
#[test]
fn cilium_has_packets_for_its_proxy_come_in_whatever_their_address() {
    in_each_way(|over| {
        let Some(host) = over.lab() else { return };
        let mut nl = host.netlink();
        let lo = index(&mut nl, "lo");
        // It starts again: all is as it is to be.
        for started in [Ensured::Added, Ensured::Unchanged] {
            for (family, everywhere) in [(Family::INET, "0.0.0.0/0"), (Family::INET6, "::/0")] {
                move_local_rule(&mut nl, family).unwrap();
                for (priority, mark, table) in [(9, 0x200, 2004), (10, 0xa00, 2005)] {
                    let rule = Rule {
                        family,
                        priority: Some(priority),
                        mark: Some(mark),
                        mark_mask: Some(0xf00),
                        table,
                        protocol: Some(RouteProtocol::KERNEL),
                        ..Rule::default()
                    };
                    assert_eq!(nl.rules().ensure(&rule).unwrap(), started);
                    let route = Route {
                        destination: prefix(everywhere),
                        kind: RouteType::LOCAL,
                        interface: Some(lo),
                        table,
                        protocol: RouteProtocol::KERNEL,
                        ..Route::default()
                    };
                    assert_eq!(nl.routes().ensure(&route).unwrap(), started);
                }
            }
        }
        for family in ["-4", "-6"] {
            let first = [
                "9: from all fwmark 0x200/0xf00 lookup 2004 proto kernel",
                "10: from all fwmark 0xa00/0xf00 lookup 2005 proto kernel",
                "100: from all lookup local proto kernel",
                "32766: from all lookup main proto kernel",
            ];
            assert_eq!(rules(&host, family)[..4], first);
            for table in [2004, 2005] {
                let printed = routes(&host, &format!("{family} route show table {table}"));
                assert!(
                    printed.len() == 1 && printed[0].starts_with("local default dev lo proto kernel"),
                    "{printed:?}"
                );
            }
        }
    });
}

/// The mark of a link in a pod that is Cilium's.
const OWNED: &str = "cilium_cni:eth0";

/// A pod: its link is moved and renamed in one message, and marked. Gives the index of the host's end.
fn connect(host: &mut Netlink, pod: &Site) -> Result<u32, Error> {
    let mtu = Some(1450);
    let peer = Link { name: "tmp17".parse()?, mtu, ..Link::default() };
    host.links().add(&Link { mtu, ..veth("lxc17", peer) })?;
    host.links().up("lxc17")?;
    let peer = host.links().get("tmp17")?.index;
    let namespace = Some(LinkNamespace::from(&pod.namespace));
    host.links().set(peer, &Link { name: "eth0".parse()?, namespace, ..Link::default() })?;

    let mut nl = pod.netlink();
    nl.links().add_altnames("eth0", [OWNED])?;
    let eth0 = nl.links().get(OWNED)?;
    assert!(eth0.altnames.iter().any(|name| name == OWNED) && eth0.name == "eth0", "{eth0:?}");
    nl.links().up(eth0.index)?;
    nl.addresses().add(&Address::new(eth0.index, "10.7.0.5/32".parse().unwrap()))?;
    let on_link = Route { interface: Some(eth0.index), ..Route::default() };
    nl.routes().add(&Route { destination: prefix("10.7.0.1/32"), scope: Some(Scope::LINK), ..on_link.clone() })?;
    let mut default = Route { destination: prefix("0.0.0.0/0"), gateway: ip("10.7.0.1"), ..on_link };
    default.details_mut().metrics.get_or_insert_default().mtu = Some(1400);
    nl.routes().add(&default)?;
    host.links().get("lxc17").map(|link| link.index)
}

/// Left out: what is done with its packets (BPF).
#[test]
fn cilium_connects_a_pod_and_marks_its_link() {
    in_each_way(|over| {
        let (Some(host), Some(pod)) = (over.lab(), over.lab()) else { return };
        let mut nl = host.netlink();
        let outer = connect(&mut nl, &pod).unwrap();
        let printed = shown(&pod, "eth0");
        assert_eq!((&printed["altnames"], &printed["mtu"]), (&json!([OWNED]), &json!(1450)));
        assert_eq!(printed["link_index"], outer);
        assert_eq!(addresses(&pod, "eth0"), ["10.7.0.5/32"]);
        assert_eq!(routes(&pod, "route"), ["default via 10.7.0.1 dev eth0 mtu 1400", "10.7.0.1 dev eth0 scope link"]);

        // Only what is marked is deleted.
        pod.ip("link add other type veth peer name other1");
        let mut nl = pod.netlink();
        assert!(nl.links().get("other").unwrap().altnames.is_empty());
        assert!(nl.links().add_altnames("other", [OWNED]).is_err_and(|error| error.is_exists()));
        nl.links().delete(OWNED).unwrap();
        assert!(nl.links().get(OWNED).is_err_and(|error| error.is_not_found()));
        assert!(host.try_ip("link show dev lxc17").is_err());
    });
}

#[test]
fn cilium_has_a_pod_send_packets_of_many_segments_by_ipv6() {
    in_each_way(|over| {
        let (Some(host), Some(pod)) = (over.lab(), over.lab()) else { return };
        let outer = connect(&mut host.netlink(), &pod).unwrap();
        let size = Some(196_608);
        let big = Link { gso_max_size: size, gro_max_size: size, ..Link::default() };
        let most = host.netlink().links().get(outer).unwrap().tso_max_size;
        assert!(most >= size, "{most:?}");
        host.netlink().links().set(outer, &big).unwrap();
        pod.netlink().links().set(OWNED, &big).unwrap();
        for printed in [shown(&host, "lxc17"), shown(&pod, "eth0")] {
            assert_eq!((&printed["gso_max_size"], &printed["gro_max_size"]), (&json!(size), &json!(size)), "{printed}");
        }
    });
}

#[test]
fn cilium_has_a_pod_send_packets_of_many_segments_by_ipv4() {
    in_each_way(|over| {
        let (Some(host), Some(pod)) = (over.lab(), over.lab()) else { return };
        let outer = connect(&mut host.netlink(), &pod).unwrap();
        let mut nl = host.netlink();
        if nl.links().get(outer).unwrap().gso_ipv4_max_size.is_none() {
            return skip("this kernel has one size for IPv4 and IPv6");
        }
        let size = Some(131_072);
        let six = Link { gso_max_size: Some(196_608), gro_max_size: Some(196_608), ..Link::default() };
        nl.links().set(outer, &six).unwrap();
        nl.links().set(outer, &Link { gso_ipv4_max_size: size, gro_ipv4_max_size: size, ..Link::default() }).unwrap();
        let there = nl.links().get(outer).unwrap();
        assert_eq!((there.gso_ipv4_max_size, there.gro_ipv4_max_size), (size, size));
        assert_eq!((there.gso_max_size, there.gro_max_size), (six.gso_max_size, six.gro_max_size));
        // iproute2 prints it since 6.3.
        let Some(folder) = std::env::var_os("NLWIRE_IPROUTE2") else { return skip("it takes the newest iproute2") };
        let newest = std::path::Path::new(&folder).join("ip");
        let output = host.run(newest.to_str().unwrap(), &["-d", "-j", "link", "show", "dev", "lxc17"]);
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(printed[0]["gso_ipv4_max_size"], json!(size), "{printed}");
        assert_eq!(printed[0]["gro_ipv4_max_size"], json!(size), "{printed}");
    });
}

/// Has the kernel keep a neighbour known. A kernel that does not do that by itself (before 5.16, and for one that is said to
/// stay) refuses: then it is made known, and used.
fn manage(nl: &mut Netlink, neighbour: &Neighbour) -> Result<bool, Error> {
    let managed = Neighbour {
        flags: NeighbourFlags::EXT_LEARNED,
        extended_flags: NeighbourFlagsExt::MANAGED,
        ..neighbour.clone()
    };
    match nl.neighbours().replace(&managed) {
        Err(error) if error.errno() == Some(Errno::EINVAL) => {
            let learned = Neighbour { extended_flags: NeighbourFlagsExt::empty(), ..managed };
            nl.neighbours().replace(&learned)?;
            nl.neighbours().replace(&Neighbour { flags: learned.flags | NeighbourFlags::USE, ..learned })?;
            Ok(false)
        }
        other => other.map(|()| true),
    }
}

#[test]
fn cilium_has_the_kernel_keep_its_next_hops_known() {
    in_each_way(|over| {
        let Some(host) = over.lab() else { return };
        host.pair("eth0", "v1");
        host.ip("address add 192.0.2.1/24 dev eth0");
        host.ip("neighbour add 192.0.2.7 lladdr 02:00:00:00:00:07 dev eth0");
        let mut nl = host.netlink();
        let interface = index(&mut nl, "eth0");
        let hop = |address: &str, state| Neighbour { interface, address: ip(address), state, ..Neighbour::default() };
        let hops = [hop("192.0.2.8", NeighbourState::empty()), hop("192.0.2.9", NeighbourState::empty())];
        for hop in &hops {
            assert!(manage(&mut nl, hop).unwrap());
        }
        let refused = Neighbour { link_address: Some(crate::mac(10)), ..hop("192.0.2.10", NeighbourState::PERMANENT) };
        assert!(!manage(&mut nl, &refused).unwrap());

        let printed = |address: &str| host.json(&format!("neighbour show {address} dev eth0 nud all"))[0].take();
        for address in ["192.0.2.8", "192.0.2.9"] {
            let printed = printed(address);
            assert!(printed.get("managed").is_some() && printed.get("extern_learn").is_some(), "{printed}");
        }
        let fallen_back = printed("192.0.2.10");
        assert!(fallen_back.get("managed").is_none() && fallen_back.get("extern_learn").is_some(), "{fallen_back}");

        // Of what was made so, what is no longer wanted goes; what others made stays.
        let filter =
            NeighbourFilter { family: Some(Family::INET), interface: Some(interface), ..NeighbourFilter::default() };
        for other in nl.neighbours().filter(filter).list().unwrap() {
            let ours = other.flags.contains(NeighbourFlags::EXT_LEARNED);
            if ours && other.address != hops[0].address {
                nl.neighbours().delete(&other).unwrap();
            }
        }
        let left = host.json("neighbour show dev eth0 nud all");
        let managed: Vec<_> = objects(&left).iter().filter(|one| one.get("managed").is_some()).collect();
        assert!(managed.len() == 1 && managed[0]["dst"] == "192.0.2.8", "{left}");
        assert!(objects(&left).iter().any(|one| one["dst"] == "192.0.2.7" && one["state"] == json!(["PERMANENT"])));
    });
}

/// Sends all routes of the main table back, changed in one thing.
fn update_mtu(nl: &mut Netlink, mtu: u32) -> Result<usize, Error> {
    let all = nl.routes().filter(RouteFilter { table: Some(MAIN), ..RouteFilter::default() }).list()?;
    for route in &all {
        let mut route = route.clone();
        route.details_mut().metrics.get_or_insert_default().mtu = Some(mtu);
        nl.routes().replace(&route)?;
    }
    Ok(all.len())
}

#[test]
fn cilium_gives_the_routes_of_all_pods_another_mtu_and_nothing_else() {
    in_each_way(|over| {
        let (Some(one), Some(other)) = (over.lab(), over.lab()) else { return };
        for pod in [&one, &other] {
            pod.pair("eth0", "v1");
            pod.batch(
                "address add 10.7.0.5/24 dev eth0
                 address add 2001:db8::5/64 dev eth0 nodad
                 route add default via 10.7.0.1 mtu 1400 advmss 1300 rto_min 20ms
                 route add 10.8.0.0/16 via 10.9.9.9 dev eth0 onlink proto 99 metric 5
                 route add 10.10.0.0/16 nexthop via 10.7.0.1 weight 3 nexthop via 10.7.0.2
                 route add 10.11.0.0/16 via inet6 2001:db8::1 dev eth0 src 10.7.0.5 table 254
                 route add 10.12.0.0/16 dev eth0 scope host tos 8 realm 7",
            );
            pod.batch_of(
                "-6",
                "route add default via 2001:db8::1 mtu lock 1400 pref high
                 route add 2001:db8:1::/48 via 2001:db8::2 metric 7 proto 99",
            );
        }
        let printed = |lab: &Lab, family: &str| {
            let mut printed = lab.json(&format!("{family} route"));
            for route in printed.as_array_mut().unwrap() {
                if let Some(metrics) = route["metrics"].as_array_mut() {
                    metrics.iter_mut().for_each(|metrics| drop(metrics.as_object_mut().unwrap().remove("mtu")));
                    metrics.retain(|metrics| metrics.as_object().is_some_and(|metrics| !metrics.is_empty()));
                }
                if route["metrics"].as_array().is_none_or(Vec::is_empty) {
                    route.as_object_mut().unwrap().remove("metrics");
                }
            }
            printed
        };
        for pod in [&one, &other] {
            let before = [printed(pod, "-4"), printed(pod, "-6")];
            let count = update_mtu(&mut pod.netlink(), 1390).unwrap();
            for (family, before) in ["-4", "-6"].iter().zip(before) {
                assert_eq!(printed(pod, family), before);
            }
            let text = format!("{}\n{}", pod.ip("-4 route"), pod.ip("-6 route"));
            assert_eq!(text.matches("mtu 1390").count() + text.matches("mtu lock 1390").count(), count, "{text}");
        }
    });
}
