//! A dump allocates nothing per message: as often for two thousand routes as for twenty thousand.

mod lab;

use std::alloc::System;
use std::fmt::Write;

use lab::Lab;
use nlwire::codec::route::Family;
use nlwire::codec::route::route::{GetRoute, Header, NewRoute, Route};
use nlwire::route::RouteFilter;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How many routes there are, and how often a socket's dump and a noun's allocate.
fn dump(lab: &Lab) -> (usize, usize, usize) {
    let mut nl = lab.netlink();
    let header = Header { family: Family::INET.into(), ..Header::default() };
    let socket = nl.transport().socket();
    let region = Region::new(ALLOCATOR);
    let mut routes = 0;
    let mut dump = socket.dump::<GetRoute, NewRoute>(header, |route| Ok(route)).unwrap();
    while let Some(route) = dump.next().unwrap() {
        routes += usize::from(route.attributes().get(Route::DST).unwrap().is_some());
    }
    drop(dump);
    let by_socket = region.change().allocations + region.change().reallocations;

    let mut noun = |gateway| {
        let region = Region::new(ALLOCATOR);
        let mut count = 0;
        let filter = RouteFilter { family: Some(Family::INET), gateway, ..RouteFilter::default() };
        let mut stream = nl.routes().filter(filter).dump().unwrap();
        while let Some(route) = stream.next().unwrap() {
            count += usize::from(route.attributes().table().unwrap().get(Route::DST).unwrap().is_some());
        }
        drop(stream);
        (count, region.change().allocations + region.change().reallocations)
    };
    let (again, by_noun) = noun(None);
    assert_eq!(routes, again);
    // Also where we filter, and not the kernel.
    let (by_gateway, by_filter) = noun("192.0.2.1".parse().ok());
    assert!((routes - 20..routes).contains(&by_gateway), "{by_gateway} of {routes}");
    assert!(by_filter <= by_noun, "{by_filter} and {by_noun}");
    (routes, by_socket, by_noun)
}

fn add(lab: &Lab, from: usize, to: usize) {
    let mut commands = String::new();
    for route in from..to {
        writeln!(commands, "route add 10.{}.{}.0/24 via 192.0.2.1 dev v0", route / 256, route % 256).unwrap();
    }
    lab.batch(&commands);
}

#[test]
fn a_dump_of_ten_times_as_many_routes_allocates_no_more_often() {
    let Some(lab) = Lab::new() else { return };
    lab.ip("link add v0 type veth peer name v1");
    lab.ip("link set v0 up");
    lab.ip("link set v1 up");
    lab.ip("address add 192.0.2.2/24 dev v0");
    add(&lab, 0, 2_000);
    let (few, by_socket, by_noun) = dump(&lab);
    add(&lab, 2_000, 20_000);
    let (many, by_socket_then, by_noun_then) = dump(&lab);
    assert!((2_000..2_100).contains(&few) && (20_000..20_100).contains(&many), "{few} {many}");
    assert_eq!((by_socket, by_noun), (by_socket_then, by_noun_then));
    assert!(by_socket < 10 && by_noun < 10, "{by_socket} {by_noun}");
}
