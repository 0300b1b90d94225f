//! The monitor: what is there at first, what changes, and what is lost, beside what `ip` did.

mod lab;

use std::collections::BTreeSet;
use std::time::Duration;

use lab::{Lab, objects};
use nlwire::codec::route::PROTOCOL;
use nlwire::codec::route::group::Group;
use nlwire::monitor::{Monitor, News, Object, Topic};
use nlwire::neighbour::Neighbour;
use nlwire::socket::{Events, Options};

const LONG: Duration = Duration::from_secs(20);

/// An object in a word.
fn word(object: &Object) -> String {
    match object {
        Object::Link(link) => format!("link {}", link.name),
        Object::Address(address) => format!("address {}", address.local.unwrap()),
        Object::Route(route) => format!("route {} in {}", route.destination.unwrap(), route.table),
        Object::Neighbour(neighbour) => format!("neighbour {}", neighbour.address.unwrap()),
        Object::Fdb(entry) => format!("fdb {}", entry.link_address.unwrap()),
        Object::Rule(rule) => format!("rule {}", rule.priority.unwrap()),
        Object::Nexthop(nexthop) => format!("nexthop {}", nexthop.id.unwrap()),
        other => panic!("{other:?}"),
    }
}

/// What is done, and what it must be told as.
const CHANGES: &[(&str, &str)] = &[
    ("link add name br0 type bridge", "+link br0"),
    ("address add 192.0.2.1/24 dev v0", "+address 192.0.2.1/24"),
    ("address add 2001:db8::1/64 dev v0 nodad", "+address 2001:db8::1/64"),
    ("route add 198.51.100.0/24 via 192.0.2.9 table 77", "+route 198.51.100.0/24 in 77"),
    ("route add 2001:db8:1::/48 via 2001:db8::9 table 77", "+route 2001:db8:1::/48 in 77"),
    ("neighbour add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0", "+neighbour 192.0.2.7"),
    ("rule add priority 7 table 77", "+rule 7"),
    ("-6 rule add priority 8 table 77", "+rule 8"),
    ("nexthop add id 9 via 192.0.2.9 dev v0", "+nexthop 9"),
    ("link set v1 master br0", "+link v1"),
    ("nexthop del id 9", "-nexthop 9"),
    ("rule del priority 7", "-rule 7"),
    ("neighbour del 192.0.2.7 dev v0", "-neighbour 192.0.2.7"),
    ("route del 198.51.100.0/24 table 77", "-route 198.51.100.0/24 in 77"),
    ("address del 192.0.2.1/24 dev v0", "-address 192.0.2.1/24"),
    ("link del br0", "-link br0"),
];

const TOPICS: [Topic; 6] =
    [Topic::Links, Topic::Addresses, Topic::Routes, Topic::Neighbours, Topic::Rules, Topic::Nexthops];

/// What must be told at first, of a namespace with a pair of links.
fn first(told: &BTreeSet<String>) {
    for wanted in ["+link lo", "+link v0", "+address 127.0.0.1/8", "+route 127.0.0.0/8 in 255", "+rule 32766"] {
        assert!(told.contains(wanted), "{wanted} in {told:?}");
    }
}

fn told(news: &News) -> Option<String> {
    match news {
        News::There(object) => Some(format!("+{}", word(object))),
        News::Gone(object) => Some(format!("-{}", word(object))),
        other => panic!("{other:?}"),
    }
}

/// A monitor of the namespace with options of its own.
fn within(lab: &Lab, topics: &[Topic], options: &Options) -> Monitor {
    lab.namespace.run(|| Ok::<_, nlwire::socket::Error>(Monitor::open_with(topics, options).unwrap())).unwrap()
}

#[test]
fn what_is_there_is_told_first_and_then_what_changes() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let mut monitor = Monitor::open_in(&lab.namespace, &TOPICS).unwrap();
    monitor.set_timeout(Some(LONG));
    let mut there = BTreeSet::new();
    loop {
        match monitor.next().unwrap().unwrap() {
            News::Listed => break,
            news => there.extend(told(&news)),
        }
    }
    first(&there);
    for (command, wanted) in CHANGES {
        lab.ip(command);
        while told(&monitor.next().unwrap().unwrap()).as_deref() != Some(wanted) {}
    }
    monitor.canceller().unwrap().cancel();
    while monitor.next().unwrap().is_some() {}
}

#[test]
fn the_same_is_told_to_futures() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut monitor = Monitor::open_tokio_in(&lab.namespace, &TOPICS).unwrap();
        monitor.set_timeout(Some(LONG));
        let mut there = BTreeSet::new();
        loop {
            match monitor.next().await.unwrap() {
                News::Listed => break,
                news => there.extend(told(&news)),
            }
        }
        first(&there);
        for (command, wanted) in CHANGES {
            lab.ip(command);
            while told(&monitor.next().await.unwrap()).as_deref() != Some(wanted) {}
        }
    });
}

#[test]
fn only_what_was_asked_for_is_told() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("link add name br0 type bridge");
    lab.ip("link set v1 master br0");
    let mut monitor = Monitor::open_in(&lab.namespace, &[Topic::Fdb]).unwrap();
    monitor.set_timeout(Some(LONG));
    while monitor.next().unwrap().unwrap() != News::Listed {}
    lab.batch(
        "address add 192.0.2.1/24 dev v0
         neighbour add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0",
    );
    lab.run("bridge", &["fdb", "add", "02:00:00:00:00:08", "dev", "v1", "master", "static"]);
    assert_eq!(told(&monitor.next().unwrap().unwrap()).as_deref(), Some("+fdb 02:00:00:00:00:08"));
}

#[test]
fn what_is_lost_is_told_and_all_that_there_is_comes_again() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("address add 192.0.2.1/24 dev v0");
    let small = Options { receive_buffer: Some(4096), timeout: Some(LONG), ..Options::default() };
    let mut monitor = within(&lab, &[Topic::Routes], &small);
    while monitor.next().unwrap().unwrap() != News::Listed {}
    let add: String = (0..3000)
        .map(|number| format!("route add 10.{}.{}.0/24 via 192.0.2.9\n", number / 256, number % 256))
        .collect();
    lab.batch(&add);
    let (mut routes, mut lost) = (BTreeSet::new(), 0);
    loop {
        match monitor.next().unwrap().unwrap() {
            News::There(Object::Route(route)) => {
                routes.insert((route.table, route.destination.unwrap(), route.interface));
            }
            // What came before may be gone.
            News::Lost => {
                lost += 1;
                routes.clear();
            }
            News::Listed => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(lost > 0);
    let theirs = ["-4", "-6"].map(|family| objects(&lab.json(&format!("{family} route show table all"))).len());
    assert_eq!(routes.len(), theirs.iter().sum::<usize>());
}

#[test]
fn what_changes_while_it_is_listed_is_told_as_it_is_in_the_end() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("address add 192.0.2.1/24 dev v0");
    let route = |number: u32| nlwire::route::Route {
        destination: ipnet::Ipv4Net::new((0x0a00_0000 + (number << 8)).into(), 24).ok().map(Into::into),
        gateway: "192.0.2.9".parse().ok(),
        ..Default::default()
    };
    let routes: Vec<_> = (0..4000).map(route).collect();
    let mut nl = lab.netlink();
    for round in 0..5 {
        nl.routes().ensure_all(&routes).unwrap();
        let ample = Options { receive_buffer: Some(4 << 20), timeout: Some(LONG), ..Options::default() };
        let mut monitor = within(&lab, &[Topic::Routes], &ample);
        let mut there = BTreeSet::new();
        std::thread::scope(|threads| {
            let (lab, routes) = (&lab, &routes);
            threads.spawn(move || {
                let mut nl = lab.netlink();
                let mut batch = nl.batch().unwrap();
                for route in routes.iter().skip(round).step_by(3) {
                    batch.routes().delete(route);
                }
                batch.routes().add(&nlwire::route::Route { table: 99, ..routes[0].clone() });
                batch.commit().all().unwrap();
            });
            let mut listed = false;
            let mut last = false;
            while !(listed && last) {
                match monitor.next().unwrap().unwrap() {
                    News::There(Object::Route(route)) => {
                        last |= route.table == 99;
                        there.insert((route.table, route.destination.unwrap(), route.interface));
                    }
                    News::Gone(Object::Route(route)) => {
                        there.remove(&(route.table, route.destination.unwrap(), route.interface));
                    }
                    News::Listed => listed = true,
                    News::Lost => (listed, there) = (false, BTreeSet::new()),
                    other => panic!("{other:?}"),
                }
            }
        });
        let theirs = ["-4", "-6"].map(|family| objects(&lab.json(&format!("{family} route show table all"))).len());
        assert_eq!(there.len(), theirs.iter().sum::<usize>(), "round {round}");
        lab.ip("route flush table 99");
    }
}

#[test]
fn a_neighbour_that_the_kernel_looks_for_is_told() {
    let Some(lab) = Lab::new() else { return };
    lab.batch(
        "link add x type vxlan id 7 dstport 4789 local 127.0.0.1 nolearning proxy l2miss l3miss
         link add name br0 type bridge
         link set x up master br0
         link set br0 up
         address add 192.0.2.1/24 dev br0",
    );
    let mut monitor = Monitor::open_in(&lab.namespace, &[Topic::Neighbours]).unwrap();
    monitor.set_timeout(Some(LONG));
    while monitor.next().unwrap().unwrap() != News::Listed {}
    lab.namespace
        .run(|| std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.send_to(b"?", "192.0.2.9:9")))
        .unwrap();
    loop {
        // Others may be looked for, too.
        if let News::Wanted(Object::Neighbour(wanted)) = monitor.next().unwrap().unwrap()
            && wanted.address == "192.0.2.9".parse().ok()
        {
            break;
        }
    }
}

#[test]
fn groups_of_ones_own_are_joined_besides() {
    let Some(lab) = Lab::new() else { return };
    let options = Options { groups: vec![Group::NSID.0], ..Options::default() };
    let mut monitor = within(&lab, &[Topic::Links], &options);
    let mut groups = monitor.events().groups().unwrap();
    groups.sort_unstable();
    assert_eq!(groups, [Group::LINK.0, Group::NSID.0]);
    // As a socket that listens alone has them.
    let alone = Options { groups, ..Options::default() };
    assert_eq!(lab.namespace.run(|| Events::open(&PROTOCOL, &alone)).unwrap().groups().unwrap().len(), 2);
}

#[test]
fn a_route_beside_another_to_the_same_destination_is_told_though_that_came_during_the_listing() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.batch(
        "address add 192.0.2.1/24 dev v0
         route add 10.0.0.0/8 via 192.0.2.2
         route add 10.9.0.0/16 via 192.0.2.2",
    );
    let mut monitor = Monitor::open_in(&lab.namespace, &[Topic::Routes]).unwrap();
    monitor.set_timeout(Some(LONG));
    // What is told before the listing was asked for, and what comes between.
    lab.ip("route append 10.0.0.0/8 via 192.0.2.3");
    lab.ip("route replace 10.9.0.0/16 via 192.0.2.4");
    let mut told = Vec::new();
    loop {
        match monitor.next().unwrap().unwrap() {
            News::Listed => break,
            News::There(Object::Route(route)) => {
                told.push(format!("{} {:?}", route.destination.unwrap(), route.gateway));
            }
            _ => {}
        }
    }
    told.retain(|route| route.starts_with("10."));
    told.sort();
    told.dedup();
    let wanted =
        ["10.0.0.0/8 Some(192.0.2.2)", "10.0.0.0/8 Some(192.0.2.3)", "10.9.0.0/16 Some(192.0.2.4)"].map(String::from);
    assert_eq!(told, wanted);
}

#[test]
fn what_is_of_no_interest_does_not_stretch_the_waiting() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let mut monitor = Monitor::open_in(&lab.namespace, &[Topic::Fdb]).unwrap();
    monitor.set_timeout(Some(LONG));
    while monitor.next().unwrap() != Some(News::Listed) {}
    let timeout = Duration::from_millis(500);
    monitor.set_timeout(Some(timeout));
    let begun = std::time::Instant::now();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            // A neighbour is told in the same group.
            let mut nl = lab.netlink();
            let interface = lab.index("v0");
            let address = "192.0.2.7".parse().ok();
            let link_address = Some([2, 0, 0, 0, 0, 7].into());
            let neighbour = Neighbour { interface, address, link_address, ..Neighbour::default() };
            while begun.elapsed() < 6 * timeout {
                nl.neighbours().replace(&neighbour).unwrap();
                nl.neighbours().delete(&neighbour).unwrap();
                std::thread::sleep(timeout / 10);
            }
        });
        let error = monitor.next().unwrap_err();
        assert!(begun.elapsed() < 3 * timeout, "{error} after {:?}", begun.elapsed());
    });
}
