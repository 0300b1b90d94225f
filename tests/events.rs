//! What a socket hears of the kernel without asking: in order, with its group and its namespace, and with every loss told.

mod lab;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

use lab::{Lab, give_up_capabilities, skip};
use nlwire::codec::route::group::Group;
use nlwire::codec::route::link::{DelLink, GetLink, Header as LinkHeader, Link, NewLink};
use nlwire::codec::route::nexthop::{GroupEntry, Header as HopHeader, NewNexthop, Nexthop};
use nlwire::codec::route::route::{DelRoute, GetRoute, Header as RouteHeader, NewRoute, Route};
use nlwire::codec::route::{Family, PROTOCOL, address, neighbour};
use nlwire::codec::{Flags, Message, RawMessage};
use nlwire::socket::{Error, Event, Events, Options, Socket};

fn listen(lab: &Lab, groups: &[Group], options: Options) -> Events {
    let groups = groups.iter().map(|group| group.0).collect();
    let timeout = options.timeout.or(Some(Duration::from_secs(20)));
    Events::open_in(&lab.namespace, &PROTOCOL, &Options { groups, timeout, ..options }).unwrap()
}

fn name(message: &RawMessage<'_>) -> Option<String> {
    let link = message.read_as::<NewLink>().ok()?;
    link.attributes().get(Link::IFNAME).ok()?.map(String::from)
}

/// What comes until `last` does, as `group kind`.
fn until(events: &mut Events, last: u16) -> Vec<(u32, u16)> {
    let mut heard = Vec::new();
    loop {
        match events.next().unwrap() {
            Some(Event::Change { message, group, namespace }) => {
                assert_eq!(namespace, None);
                heard.push((group, message.kind()));
                if message.kind() == last {
                    return heard;
                }
            }
            other => panic!("{other:?} after {heard:?}"),
        }
    }
}

#[test]
fn several_groups_on_one_socket_are_heard_in_the_order_of_what_happened() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let groups = [Group::LINK, Group::IPV4_IFADDR, Group::NEIGH];
    let mut events = listen(&lab, &groups, Options::default());
    assert_eq!(events.groups().unwrap(), [Group::LINK.0, Group::NEIGH.0, Group::IPV4_IFADDR.0]);
    assert!(events.settings().packet_info);
    lab.ip("address add 192.0.2.1/24 dev v0");
    lab.ip("neighbour add 192.0.2.2 lladdr 02:00:00:00:00:01 dev v0");
    lab.ip("link delete v0");
    let heard = until(&mut events, DelLink::KIND);
    let first = |wanted: (Group, u16)| {
        let place = heard.iter().position(|heard| *heard == (wanted.0.0, wanted.1));
        place.unwrap_or_else(|| panic!("{wanted:?} is not in {heard:?}"))
    };
    let address = first((Group::IPV4_IFADDR, address::NewAddress::KIND));
    let neighbour = first((Group::NEIGH, neighbour::NewNeighbour::KIND));
    let gone = first((Group::LINK, DelLink::KIND));
    assert!(address < neighbour && neighbour < gone, "{heard:?}");
}

#[test]
fn a_group_beyond_the_32_of_an_address_is_heard_too() {
    let Some(lab) = Lab::new() else { return };
    // RTNLGRP_NSID is 28 and RTNLGRP_STATS 36: nexthops, 32, and bridge VLANs, 33, are what ip can provoke.
    lab.ip("link add br0 type bridge");
    lab.pair("v0", "v1");
    let mut events = listen(&lab, &[Group::BRVLAN], Options::default());
    if lab.try_ip("link set br0 type bridge vlan_filtering 1").is_err() || lab.try_ip("link set v0 master br0").is_err()
    {
        return skip("this kernel has no bridge with VLANs");
    }
    let output = lab.run("bridge", &["vlan", "add", "vid", "7", "dev", "v0"]);
    assert!(output.status.success(), "{output:?}");
    match events.next().unwrap() {
        Some(Event::Change { group, .. }) => assert_eq!(group, Group::BRVLAN.0),
        other => panic!("{other:?}"),
    }
}

/// Where the IPv4 route leads that a message tells of.
fn destination(message: &RawMessage<'_>) -> [u8; 4] {
    match message.read_as::<NewRoute>().unwrap().attributes().get(Route::DST).unwrap() {
        Some(std::net::IpAddr::V4(address)) => address.octets(),
        _ => [0; 4],
    }
}

/// Applies what is heard of IPv4 routes of table 77 until the namespace has rested.
fn apply(routes: &mut BTreeMap<[u8; 4], u32>, message: &RawMessage<'_>) {
    let of = |attributes: nlwire::codec::Attributes<'_, Route>| {
        let table = attributes.table().unwrap();
        (table.get(Route::TABLE).unwrap() == Some(77), table.get(Route::PRIORITY).unwrap().unwrap_or(0))
    };
    if let Some(route) = message.read::<NewRoute>().unwrap() {
        if let (true, priority) = of(route.attributes()) {
            routes.insert(destination(message), priority);
        }
    } else if let Some(route) = message.read::<DelRoute>().unwrap()
        && let (true, _) = of(route.attributes())
    {
        routes.remove(&destination(message));
    }
}

#[test]
fn what_was_there_and_what_changed_meanwhile_give_what_is_there() {
    let Some(lab) = Lab::new() else { return };
    let mut commands = String::new();
    for place in 0..6000 {
        writeln!(commands, "route add blackhole 10.{}.{}.0/24 table 77", place / 256, place % 256).unwrap();
    }
    lab.batch(&commands);
    let mut changes = String::new();
    for place in (0..6000).step_by(7) {
        writeln!(changes, "route del blackhole 10.{}.{}.0/24 table 77", place / 256, place % 256).unwrap();
        writeln!(changes, "route add blackhole 11.{}.{}.0/24 metric 5 table 77", place / 256, place % 256).unwrap();
    }
    let options = Options { receive_buffer: Some(8 << 20), ..Options::default() };
    let mut events = listen(&lab, &[Group::IPV4_ROUTE], options);
    let header = RouteHeader { family: Family::INET.into(), ..RouteHeader::default() };
    let (mut routes, mut changed) = (BTreeMap::new(), BTreeSet::new());
    let (mut listed, mut meanwhile) = (false, 0);
    std::thread::scope(|scope| {
        let changing = scope.spawn(|| lab.batch(&changes));
        events.list::<GetRoute>(header, |route| route.put(Route::TABLE, 77)).unwrap();
        while !changing.is_finished() || !listed {
            match events.next() {
                // It is older than the change.
                Ok(Some(Event::Object(message))) if changed.contains(&destination(&message)) => {}
                Ok(Some(Event::Object(message))) => apply(&mut routes, &message),
                Ok(Some(Event::Change { message, .. })) => {
                    changed.insert(destination(&message));
                    meanwhile += usize::from(!listed);
                    apply(&mut routes, &message);
                }
                Ok(Some(Event::Listed { interrupted })) => {
                    assert!(!interrupted);
                    listed = true;
                    events.set_timeout(Some(Duration::from_millis(100)));
                }
                // All changes are heard, and `ip` is about to end.
                Err(Error::TimedOut) if listed => {}
                other => panic!("{other:?}"),
            }
        }
    });
    // What is left comes at once.
    events.set_timeout(Some(Duration::from_millis(200)));
    while let Ok(Some(event)) = events.next() {
        if let Event::Change { message, .. } = event {
            apply(&mut routes, &message);
        }
    }
    println!("{meanwhile} changes came among the objects");
    let witness = lab.json("-4 route list table 77");
    let witness: BTreeMap<[u8; 4], u32> = lab::objects(&witness)
        .iter()
        .map(|route| {
            let destination = route["dst"].as_str().unwrap().split('/').next().unwrap();
            let destination: std::net::Ipv4Addr = destination.parse().unwrap();
            (destination.octets(), route["metric"].as_u64().unwrap_or(0) as u32)
        })
        .collect();
    assert_eq!(witness.len(), 6000);
    assert_eq!(routes, witness);
}

#[test]
fn an_overrun_is_an_event_and_what_comes_behind_it_is_heard() {
    let Some(lab) = Lab::new() else { return };
    let mut commands = String::new();
    for place in 0..3000 {
        writeln!(commands, "route add blackhole 10.{}.{}.0/24 table 77", place / 256, place % 256).unwrap();
    }
    let options = Options { receive_buffer: Some(4 << 10), ..Options::default() };
    let mut events = listen(&lab, &[Group::IPV4_ROUTE], options);
    lab.batch(&commands);
    assert!(matches!(events.next().unwrap(), Some(Event::Lost)));
    // What did fit is still there, and then all is well again.
    lab.ip("route add blackhole 192.0.2.0/24 table 78");
    events.set_timeout(Some(Duration::from_millis(300)));
    let mut heard = 0;
    loop {
        match events.next() {
            Ok(Some(Event::Change { .. })) => heard += 1,
            Ok(Some(Event::Lost)) => {}
            Err(Error::TimedOut) => break,
            other => panic!("{other:?}"),
        }
    }
    assert!((1..100).contains(&heard), "{heard}");
    lab.ip("route add blackhole 192.0.3.0/24 table 78");
    assert!(matches!(events.next().unwrap(), Some(Event::Change { .. })));
    // To know what is there, one asks: the socket can.
    events.set_timeout(Some(Duration::from_secs(20)));
    let header = RouteHeader { family: Family::INET.into(), ..RouteHeader::default() };
    events.list::<GetRoute>(header, |route| route.put(Route::TABLE, 77)).unwrap();
    let mut objects = 0;
    loop {
        match events.next().unwrap() {
            Some(Event::Object(_)) => objects += 1,
            Some(Event::Listed { .. }) => break,
            Some(Event::Change { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(objects, 3000);
}

#[test]
fn a_listing_that_is_lost_can_be_asked_for_again_on_the_same_socket() {
    let Some(lab) = Lab::new() else { return };
    let mut commands = String::new();
    for place in 0..20_000 {
        writeln!(commands, "route add blackhole 10.{}.{}.0/24 table 77", place / 256, place % 256).unwrap();
    }
    lab.batch(&commands);
    let options = Options { receive_buffer: Some(32 << 10), ..Options::default() };
    let mut events = listen(&lab, &[Group::LINK, Group::IPV4_ROUTE], options);
    let header = RouteHeader { family: Family::INET.into(), ..RouteHeader::default() };
    events.list::<GetRoute>(header, |route| route.put(Route::TABLE, 77)).unwrap();
    for _ in 0..100 {
        assert!(matches!(events.next().unwrap(), Some(Event::Object(_))));
    }
    // One at a time.
    let second = events.list::<GetLink>(LinkHeader::default(), |link| Ok(link));
    assert!(matches!(second, Err(Error::Invalid(_))), "{second:?}");
    // More changes than there is room for.
    let mut changes = String::new();
    for place in 0..1000 {
        writeln!(changes, "route add blackhole 11.{}.{}.0/24 table 78", place / 256, place % 256).unwrap();
    }
    lab.batch(&changes);
    loop {
        match events.next().unwrap() {
            Some(Event::Object(_) | Event::Change { .. }) => {}
            Some(Event::Lost) => break,
            other => panic!("{other:?}"),
        }
    }
    events.list::<GetRoute>(header, |route| route.put(Route::TABLE, 77)).unwrap();
    let mut objects = 0;
    loop {
        match events.next().unwrap() {
            Some(Event::Object(_)) => objects += 1,
            Some(Event::Listed { interrupted: false }) => break,
            Some(Event::Change { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(objects, 20_000);
    // It listens to the same groups, whatever descriptor it has now.
    assert_eq!(events.groups().unwrap(), [Group::LINK.0, Group::IPV4_ROUTE.0]);
    lab.ip("link set lo alias changed");
    assert!(matches!(events.next().unwrap(), Some(Event::Change { .. })));
}

#[test]
fn what_happens_behind_a_loss_is_heard_or_lost_again_but_never_in_silence() {
    let Some(lab) = Lab::new() else { return };
    let mut changes = String::new();
    for place in 0..500 {
        writeln!(changes, "route add blackhole 10.0.{}.{} table 78", place / 256, place % 256).unwrap();
    }
    // Who has learned of a loss may ask for what is there on this socket, or elsewhere.
    for here in [false, true] {
        let options = Options { receive_buffer: Some(16_384), ..Options::default() };
        let mut events = listen(&lab, &[Group::IPV4_ROUTE], options);
        lab.batch(&changes);
        while !matches!(events.next().unwrap(), Some(Event::Lost)) {}
        if here {
            let header = RouteHeader { family: Family::INET.into(), ..RouteHeader::default() };
            events.list::<GetRoute>(header, |route| route.put(Route::TABLE, 78)).unwrap();
        }
        lab.ip("route add blackhole 203.0.113.0/24");
        loop {
            match events.next().unwrap() {
                Some(Event::Change { message, .. }) => {
                    let route = message.read::<NewRoute>().unwrap().unwrap();
                    if route.attributes().get(Route::DST).unwrap() == Some([203, 0, 113, 0].into()) {
                        break;
                    }
                }
                Some(Event::Lost) if here => break,
                Some(Event::Object(_) | Event::Listed { .. }) if here => {}
                other => panic!("{other:?}"),
            }
        }
        lab.ip("route flush table 78");
        lab.ip("route del blackhole 203.0.113.0/24");
    }
}

#[test]
fn a_listing_that_finds_no_room_behind_what_waits_is_a_loss_and_can_be_asked_for_again() {
    let Some(lab) = Lab::new() else { return };
    // There is room for all these changes. Behind many of them there is none where a listing could begin.
    for waiting in 0..64 {
        let mut events =
            listen(&lab, &[Group::IPV4_ROUTE], Options { receive_buffer: Some(1 << 15), ..Options::default() });
        // What was received tells the kernel how much of a listing to send at once.
        lab.ip(&format!("route add blackhole 10.{waiting}.254.0/24"));
        until(&mut events, NewRoute::KIND);
        let changes = (0..waiting).map(|number| format!("route add blackhole 10.{waiting}.{number}.0/24\n"));
        lab.batch(&changes.collect::<String>());
        // It comes to its end, or is lost; and when it is asked for again, with nothing before it, it comes to its end.
        let mut listings = 0;
        let mut begin = |events: &mut Events| {
            listings += 1;
            assert!(listings <= 2, "behind {waiting} changes");
            events.list::<GetLink>(LinkHeader::default(), |link| Ok(link)).unwrap();
        };
        begin(&mut events);
        let (mut lost, mut changes) = (false, 0);
        loop {
            match events.next().unwrap_or_else(|error| panic!("behind {waiting} changes: {error}")) {
                Some(Event::Lost) => {
                    lost = true;
                    begin(&mut events);
                }
                Some(Event::Listed { interrupted: false }) => break,
                Some(Event::Change { .. }) => changes += 1,
                Some(Event::Object(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(lost || changes == waiting, "{changes} of {waiting}");
        lab.ip(&format!("route add blackhole 10.{waiting}.255.0/24"));
        assert_eq!(until(&mut events, NewRoute::KIND).len(), 1);
    }
}

#[test]
fn a_loss_is_told_where_the_socket_could_no_longer_be_opened() {
    let Some(lab) = Lab::new() else { return };
    let routes = |first: u32, table: u32, count: u32| -> String {
        let route = |place| format!("route add blackhole {first}.{}.{}.0/24 table {table}\n", place / 256, place % 256);
        (0..count).map(route).collect()
    };
    lab.batch(&routes(10, 77, 20_000));
    let told = lab.namespace.run(|| {
        // To hear of all namespaces needs a privilege when the socket is opened, and none behind that.
        let options = Options {
            all_namespaces: true,
            groups: vec![Group::IPV4_ROUTE.0],
            receive_buffer: Some(32 << 10),
            timeout: Some(Duration::from_millis(300)),
            ..Options::default()
        };
        let mut events = Events::open(&PROTOCOL, &options)?;
        let header = RouteHeader { family: Family::INET.into(), ..RouteHeader::default() };
        events.list::<GetRoute>(header, |route| route.put(Route::TABLE, 77))?;
        assert!(matches!(events.next()?, Some(Event::Object(_))));
        lab.batch(&routes(11, 78, 1000));
        give_up_capabilities();
        let mut lost = 0;
        loop {
            match events.next() {
                Ok(Some(Event::Lost)) => lost += 1,
                Ok(_) => {}
                Err(Error::TimedOut) => return Ok(lost),
                Err(error) => return Err(error),
            }
        }
    });
    assert_eq!(told.unwrap(), 1);
}

/// A socket of somebody else's, which is in a group, and bound or not.
fn given(lab: &Lab, group: u32, bound: bool) -> OwnedFd {
    let open = || {
        // SAFETY: socket(2) takes three integers.
        let descriptor = unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0) };
        assert!(descriptor >= 0);
        // SAFETY: socket(2) gave it, and nobody else owns it.
        let descriptor = unsafe { OwnedFd::from_raw_fd(descriptor) };
        if bound {
            // SAFETY: all bytes zero are a sockaddr_nl.
            let mut address: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
            address.nl_family = libc::AF_NETLINK as libc::sa_family_t;
            let size = size_of::<libc::sockaddr_nl>() as libc::socklen_t;
            // SAFETY: pointer and size are of one live address, which bind(2) only reads.
            assert_eq!(unsafe { libc::bind(descriptor.as_raw_fd(), (&raw const address).cast(), size) }, 0);
        }
        let (level, join) = (libc::SOL_NETLINK, libc::NETLINK_ADD_MEMBERSHIP);
        // SAFETY: the pointer is to a live integer of four bytes, which setsockopt(2) only reads.
        let joined = unsafe { libc::setsockopt(descriptor.as_raw_fd(), level, join, (&raw const group).cast(), 4) };
        assert_eq!(joined, 0);
        Ok::<_, Error>(descriptor)
    };
    lab.namespace.run(open).unwrap()
}

#[test]
fn a_socket_of_somebody_elses_stays_in_its_groups_bound_or_not() {
    let Some(lab) = Lab::new() else { return };
    for bound in [true, false] {
        for group in [Group::LINK, Group::NEXTHOP, Group::BRVLAN] {
            let events = Events::adopt(given(&lab, group.0, bound), &PROTOCOL, &Options::default()).unwrap();
            assert_eq!(events.groups().unwrap(), [group.0], "bound: {bound}");
        }
    }
}

#[test]
fn a_socket_of_somebody_elses_hears_a_group_beyond_the_32_of_an_address() {
    let Some(lab) = Lab::new() else { return };
    let options = Options { timeout: Some(Duration::from_secs(20)), ..Options::default() };
    let adopt = |group: Group| Events::adopt(given(&lab, group.0, true), &PROTOCOL, &options).unwrap();
    lab.ip("link add br0 type bridge");
    lab.pair("v0", "v1");
    let (group, mut events) = if lab.try_ip("link set br0 type bridge vlan_filtering 1").is_ok()
        && lab.try_ip("link set v0 master br0").is_ok()
    {
        let events = adopt(Group::BRVLAN);
        let output = lab.run("bridge", &["vlan", "add", "vid", "7", "dev", "v0"]);
        assert!(output.status.success(), "{output:?}");
        (Group::BRVLAN, events)
    } else {
        // A link that goes up joins the group of all hosts, which Linux tells of since 6.15.
        let short = Options { timeout: Some(Duration::from_millis(200)), ..Options::default() };
        let mut ours = listen(&lab, &[Group::IPV4_MCADDR], short);
        let events = adopt(Group::IPV4_MCADDR);
        lab.pair("v2", "v3");
        if ours.next().is_err() {
            return skip("this kernel has no bridge with VLANs, and does not tell of groups of hosts");
        }
        (Group::IPV4_MCADDR, events)
    };
    match events.next().unwrap() {
        Some(Event::Change { group: heard, .. }) => assert_eq!(heard, group.0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_happens_before_the_first_listing_is_heard() {
    let Some(lab) = Lab::new() else { return };
    let mut events = listen(&lab, &[Group::IPV4_ROUTE], Options::default());
    lab.ip("route add blackhole 192.0.2.0/24");
    events.list::<GetLink>(LinkHeader::default(), |link| Ok(link)).unwrap();
    assert_eq!(until(&mut events, NewRoute::KIND).len(), 1);
}

#[test]
fn a_listing_that_is_refused_is_an_error_and_events_go_on() {
    let Some(lab) = Lab::new() else { return };
    let mut events = listen(&lab, &[Group::IPV4_ROUTE], Options::default());
    let header = RouteHeader { family: Family::INET.into(), ..RouteHeader::default() };
    events.list::<GetRoute>(header, |route| route.put(Route::TABLE, 4711)).unwrap();
    match events.next() {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.errno, nlwire::Errno::ENOENT),
        other => panic!("{other:?}"),
    }
    lab.ip("route add blackhole 192.0.2.0/24");
    assert!(matches!(events.next().unwrap(), Some(Event::Change { .. })));
}

#[test]
fn waiting_ends_in_time_and_when_another_thread_says_so() {
    let Some(lab) = Lab::new() else { return };
    let mut events = listen(&lab, &[Group::IPV4_ROUTE], Options::default());
    events.set_timeout(Some(Duration::from_millis(50)));
    let start = Instant::now();
    assert!(matches!(events.next(), Err(Error::TimedOut)));
    assert!(start.elapsed() >= Duration::from_millis(50));

    events.set_timeout(None);
    let canceller = events.canceller().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(50));
            canceller.cancel();
        });
        assert!(events.next().unwrap().is_none());
    });
    assert!(events.next().unwrap().is_none());
}

#[test]
fn other_namespaces_are_heard_with_their_numbers() {
    let (Some(lab), Some(other)) = (Lab::new(), Lab::new()) else { return };
    let options = Options { all_namespaces: true, ..Options::default() };
    let mut events = match Events::open_in(
        &lab.namespace,
        &PROTOCOL,
        &Options { groups: vec![Group::LINK.0], timeout: Some(Duration::from_secs(20)), ..options },
    ) {
        Ok(events) => events,
        Err(error) => return skip(&format!("namespaces cannot be listened to: {error}")),
    };
    // The other namespace has the number 7 here.
    let named = "nlwire-test-other";
    let set = lab.namespace.run(|| {
        std::process::Command::new("unshare")
            .args(["-m", "sh", "-c"])
            .arg(format!(
                "mount -t tmpfs none /run && mkdir -p /run/netns && touch /run/netns/{named} &&
                 mount --bind {} /run/netns/{named} && ip netns set {named} 7",
                other.path()
            ))
            .output()
    });
    match set {
        Ok(output) if output.status.success() => {}
        other => return skip(&format!("the namespace cannot be given a number: {other:?}")),
    }
    lab.ip("link add here type veth peer name here1");
    other.ip("link add there type veth peer name there1");
    let mut heard = Vec::new();
    while !heard.iter().any(|(name, _)| name == "there") {
        match events.next().unwrap() {
            Some(Event::Change { message, namespace, .. }) => {
                heard.push((name(&message).unwrap(), namespace));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(heard.contains(&("here".into(), None)), "{heard:?}");
    assert!(heard.contains(&("there".into(), Some(7))), "{heard:?}");
}

#[test]
fn a_socket_that_listens_is_opened_in_the_namespace_of_one_that_asks() {
    let Some(lab) = Lab::new() else { return };
    let options = Options { groups: vec![Group::LINK.0], timeout: Some(Duration::from_secs(20)), ..Options::default() };
    let ours = lab.socket(&Options::default());
    let mut events = ours.listen(&options).unwrap();
    // Of somebody else's socket nothing is known but the descriptor.
    let given = Socket::adopt(ours.into_descriptor().unwrap(), &PROTOCOL, &Options::default()).unwrap();
    let mut beside = given.listen(&options).unwrap();
    lab.ip("link add v0 type veth peer name v1");
    for events in [&mut events, &mut beside] {
        assert_eq!(events.groups().unwrap(), options.groups);
        match events.next().unwrap() {
            Some(Event::Change { message, .. }) => assert!(["v0", "v1"].contains(&name(&message).unwrap().as_str())),
            other => panic!("{other:?}"),
        }
    }
    // Who plays the kernel plays it on one socket.
    let (played, _other) = std::os::unix::net::UnixDatagram::pair().unwrap();
    let played = Socket::adopt(played.into(), &PROTOCOL, &Options::default()).unwrap();
    assert!(matches!(played.listen(&options), Err(Error::Invalid(_))));
}

#[test]
fn what_a_request_socket_did_itself_does_not_come_back_as_its_reply() {
    let Some(lab) = Lab::new() else { return };
    // A socket that both listens and asks: the notification of what it does comes before the outcome, with its number.
    let options = Options {
        groups: vec![Group::IPV4_ROUTE.0, Group::NEXTHOP.0],
        timeout: Some(Duration::from_secs(20)),
        ..Options::default()
    };
    let mut socket = lab.socket(&options);
    for third in 0..50 {
        let header = RouteHeader {
            family: Family::INET.into(),
            dst_len: 24,
            table: nlwire::codec::route::route::Table::MAIN.into(),
            kind: nlwire::codec::route::route::RouteType::BLACKHOLE.into(),
            ..RouteHeader::default()
        };
        let destination = std::net::IpAddr::from([198, 18, third, 0]);
        let flags = Flags::CREATE | Flags::EXCL;
        socket.request::<NewRoute>(flags, header, |route| route.put(Route::DST, destination)).unwrap();
        match socket.request::<NewRoute>(flags, header, |route| route.put(Route::DST, destination)) {
            Err(Error::Refused(refusal)) => assert_eq!(refusal.errno, nlwire::Errno::EEXIST),
            other => panic!("{other:?}"),
        }
    }
    let found = lab.json("-4 route list type blackhole");
    assert_eq!(lab::objects(&found).len(), 50);
}

/// Makes a group of nexthops.
fn add_group(socket: &mut Socket, id: u32, group: &[GroupEntry]) -> Result<(), Error> {
    socket.request::<NewNexthop>(Flags::CREATE | Flags::EXCL, HopHeader::default(), |hop| {
        hop.put(Nexthop::ID, id)?.put(Nexthop::GROUP, group)
    })
}

#[test]
fn a_notification_that_does_not_fit_takes_no_outcome_from_a_request() {
    let Some(lab) = Lab::new() else { return };
    let Some(group) = lab.large_group() else { return };
    let options =
        Options { groups: vec![Group::NEXTHOP.0], timeout: Some(Duration::from_secs(20)), ..Options::default() };
    let mut socket = lab.socket(&options);
    add_group(&mut socket, 10_000, &group).unwrap();
    match add_group(&mut socket, 10_000, &group) {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.errno, nlwire::Errno::EEXIST),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_happens_behind_a_listing_that_a_change_which_does_not_fit_ended_is_heard() {
    let Some(lab) = Lab::new() else { return };
    let Some(group) = lab.large_group() else { return };
    let route = |place: u32| format!("route add blackhole 10.{}.{}.0/24 table 77\n", place / 256, place % 256);
    lab.batch(&(0..20_000).map(route).collect::<String>());
    let options = Options { timeout: Some(Duration::from_secs(20)), ..Options::default() };
    let mut events = listen(&lab, &[Group::NEXTHOP, Group::LINK], options.clone());
    let header = RouteHeader { family: Family::INET.into(), ..RouteHeader::default() };
    events.list::<GetRoute>(header, |route| route.put(Route::TABLE, 77)).unwrap();
    assert!(matches!(events.next().unwrap(), Some(Event::Object(_))));
    add_group(&mut lab.socket(&options), 10_000, &group).unwrap();
    loop {
        match events.next().unwrap() {
            Some(Event::Lost) => break,
            Some(Event::Object(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    // Who hears of the loss asks for links elsewhere. Then one changes, and then the routes are asked for again.
    lab.netlink().links().list().unwrap();
    lab.ip("link set lo alias changed");
    events.list::<GetRoute>(header, |route| route.put(Route::TABLE, 77)).unwrap();
    let (mut changed, mut listed) = (false, 0);
    loop {
        match events.next().unwrap() {
            Some(Event::Change { group, .. }) => changed |= group == Group::LINK.0,
            Some(Event::Object(_)) => listed += 1,
            Some(Event::Listed { .. }) => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(changed);
    assert_eq!(listed, 20_000);
}
