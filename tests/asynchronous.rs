//! The same over tokio: requests, dumps, batches and events as futures.

mod lab;

use nlwire::address::Address;
use nlwire::{Errno, Netlink, Tokio, TokioBatch};
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use lab::Lab;
use nlwire::codec::route::group::Group;
use nlwire::codec::route::link::{GetLink, Header as LinkHeader, Link, NewLink};
use nlwire::codec::route::route::{GetRoute, Header, NewRoute, Route, RouteType, Table};
use nlwire::codec::route::{Family, PROTOCOL};
use nlwire::codec::{EmitError, Envelope, Flags, Message, Tail};
use nlwire::socket::tokio::{Events, Socket};
use nlwire::socket::{BatchOptions, Error, Event, Interruption, Options, Outcome};

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn options() -> Options {
    Options { timeout: Some(Duration::from_secs(20)), ..Options::default() }
}

fn open(lab: &Lab) -> Socket {
    Socket::open_in(&lab.namespace, &PROTOCOL, &options()).unwrap()
}

fn blackhole(number: u32, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
    let header = Header {
        family: Family::INET.into(),
        dst_len: 32,
        table: Table::MAIN.into(),
        kind: RouteType::BLACKHOLE.into(),
        ..Header::default()
    };
    let destination = IpAddr::V4(Ipv4Addr::from(0x0a00_0000 | number));
    NewRoute::emit(tail, envelope, header, |route| route.put(Route::DST, destination))
}

async fn add(socket: &mut Socket, from: u32, to: u32) -> Vec<Outcome> {
    let mut told = Vec::new();
    let mut batch = socket.batch(&BatchOptions::default(), |_, outcome| told.push(outcome)).unwrap();
    for number in from..to {
        batch.push(Flags::CREATE | Flags::EXCL, |tail, envelope| blackhole(number, tail, envelope)).await.unwrap();
    }
    batch.commit().await.unwrap();
    told
}

async fn count(socket: &mut Socket) -> usize {
    let header = Header { family: Family::INET.into(), ..Header::default() };
    let dump = socket.dump::<GetRoute, NewRoute>(header, |route| route.put(Route::TABLE, 254)).unwrap();
    dump.collect(Interruption::Fail, |route| Ok(route.header.kind.get())).await.unwrap().len()
}

#[test]
fn requests_dumps_and_batches_are_futures() {
    let Some(lab) = Lab::new() else { return };
    run(async {
        let mut socket = open(&lab);
        let header = LinkHeader { index: 1.into(), ..LinkHeader::default() };
        let name = socket
            .get::<GetLink, NewLink, _>(
                header,
                |link| Ok(link),
                |link| Ok(link.attributes().get(Link::IFNAME)?.map(String::from)),
            )
            .await
            .unwrap();
        assert_eq!(name.as_deref(), Some("lo"));
        assert!(add(&mut socket, 0, 5_000).await.iter().all(|outcome| *outcome == Outcome::Done));
        let again = add(&mut socket, 4_000, 6_000).await;
        let refused =
            |outcome: &&Outcome| matches!(outcome, Outcome::Refused(refusal) if refusal.errno == Errno::EEXIST);
        assert_eq!(again.iter().filter(refused).count(), 1_000);
        assert_eq!(count(&mut socket).await, 6_000);
        let refused = socket.send(Flags::CREATE | Flags::EXCL, |tail, envelope| blackhole(7, tail, envelope));
        match refused.unwrap().advance().await {
            Err(Error::Refused(refusal)) => assert_eq!(refusal.errno, Errno::EEXIST),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_dump_that_is_dropped_midway_harms_nothing_that_follows() {
    let Some(lab) = Lab::new() else { return };
    run(async {
        let mut socket = open(&lab);
        add(&mut socket, 0, 20_000).await;
        for taken in [0, 1, 500, 19_999] {
            let header = Header { family: Family::INET.into(), ..Header::default() };
            let mut dump = socket.dump::<GetRoute, NewRoute>(header, |route| Ok(route)).unwrap();
            for _ in 0..taken {
                assert!(dump.next().await.unwrap().is_some());
            }
            drop(dump);
            assert_eq!(count(&mut socket).await, 20_000, "after {taken}");
        }
    });
}

#[test]
fn waiting_for_events_can_be_given_up_and_taken_up_again() {
    let Some(lab) = Lab::new() else { return };
    run(async {
        let options = Options { groups: vec![Group::IPV4_ROUTE.0], ..options() };
        let mut events = Events::open_in(&lab.namespace, &PROTOCOL, &options).unwrap();
        let mut socket = open(&lab);
        for number in 0..200 {
            // Asked once, and dropped.
            assert!(matches!(pin!(events.next()).poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
            let given_up = tokio::time::timeout(Duration::from_micros(50), events.next()).await;
            assert!(given_up.is_err());
            add(&mut socket, number, number + 1).await;
            match events.next().await.unwrap() {
                Event::Change { message, group, .. } => {
                    assert_eq!((message.kind(), group), (NewRoute::KIND, Group::IPV4_ROUTE.0));
                }
                other => panic!("{other:?}"),
            }
        }
        events.set_timeout(Some(Duration::from_millis(20)));
        assert!(matches!(events.next().await, Err(Error::TimedOut)));
        // Something wakes it that happens while it waits.
        events.set_timeout(Some(Duration::from_secs(20)));
        let (event, _) = tokio::join!(async { events.next().await.map(|_| ()) }, async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            add(&mut socket, 1000, 1001).await
        });
        event.unwrap();
    });
}

#[test]
fn an_overrun_wakes_who_waits_for_events() {
    let Some(lab) = Lab::new() else { return };
    run(async {
        let options = Options { groups: vec![Group::IPV4_ROUTE.0], receive_buffer: Some(4 << 10), ..options() };
        let mut events = Events::open_in(&lab.namespace, &PROTOCOL, &options).unwrap();
        let mut socket = open(&lab);
        let (lost, _) = tokio::join!(
            async {
                loop {
                    if let Event::Lost = events.next().await.unwrap() {
                        return true;
                    }
                }
            },
            add(&mut socket, 0, 3_000)
        );
        assert!(lost);
        events.set_timeout(Some(Duration::from_millis(100)));
        while !matches!(events.next().await, Err(Error::TimedOut)) {}
        add(&mut socket, 5_000, 5_001).await;
        assert!(matches!(events.next().await.unwrap(), Event::Change { .. }));
    });
}

#[test]
fn many_tasks_on_many_threads_each_have_a_socket() {
    let Some(lab) = Lab::new() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let own = || std::fs::read_link("/proc/thread-self/ns/net").unwrap();
    let before = own();
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..20 {
            let mut socket = open(&lab);
            tasks.spawn(async move {
                let first = task * 1_000;
                let told = add(&mut socket, first, first + 200).await;
                assert!(told.iter().all(|outcome| *outcome == Outcome::Done));
                assert!(count(&mut socket).await >= 200);
                socket
            });
        }
        // A port is free again once its socket is closed.
        let sockets = tasks.join_all().await;
        let mut ports: Vec<u32> = sockets.iter().map(Socket::port).collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 20);
    });
    assert_eq!(own(), before);
    assert_eq!(run(async { count(&mut open(&lab)).await }), 4_000);
}

/// A route to one address, of which there is one for each number.
fn nowhere(number: u32) -> nlwire::route::Route {
    nlwire::route::Route {
        destination: Some(IpAddr::from(Ipv4Addr::from(0x0a00_0000 | number)).into()),
        kind: RouteType::BLACKHOLE,
        ..nlwire::route::Route::default()
    }
}

#[test]
fn verbs_in_a_batch_are_futures_that_give_tickets() {
    let Some(lab) = Lab::new() else { return };
    for window in [None, Some(1), Some(7)] {
        run(async {
            let mut socket = open(&lab);
            let options =
                window.map_or_else(BatchOptions::default, |window| BatchOptions::default().windows_of(window));
            let mut batch = Netlink::over(TokioBatch::new(&mut socket, &options).unwrap());
            let mut tickets = Vec::new();
            for place in 0..1000 {
                // Every third is there by then, and one that cannot even be written is in between.
                let route = nowhere(if place % 3 == 2 { place - 2 } else { place });
                let added = batch.routes().add(&route).await;
                tickets.push((added, batch.addresses().add(&Address::default()).await));
            }
            let outcomes = batch.commit().await;
            assert_eq!((outcomes.count(), outcomes.failed().len()), (2000, 1333));
            for (place, (added, unwritten)) in tickets.into_iter().enumerate() {
                assert_eq!((added.number(), unwritten.number()), (2 * place as u64, 2 * place as u64 + 1));
                match outcomes.of(added) {
                    Ok(()) => assert_ne!(place % 3, 2, "{added}"),
                    Err(error) => assert!(place % 3 == 2 && error.is_exists(), "{added}: {error}"),
                }
                assert!(outcomes.of(unwritten).unwrap_err().to_string().contains("an address is missing"));
            }
            assert_eq!(count(&mut socket).await, 667);
        });
        lab.ip("route flush table main");
    }
}

#[test]
fn a_batch_that_is_given_up_harms_nothing_that_follows() {
    let Some(lab) = Lab::new() else { return };
    run(async {
        let mut nl = Netlink::over(Tokio::new(open(&lab)));
        let options = BatchOptions::default().windows_of(1);
        let mut batch = Netlink::over(TokioBatch::new(nl.transport().socket(), &options).unwrap());
        let first = batch.routes().add(&nowhere(1)).await;
        // There is no room for it, and nobody waits for that.
        drop(batch.routes().add(&nowhere(2)));
        let second = batch.routes().add(&nowhere(3)).await;
        assert_eq!((first.number(), second.number()), (0, 1));
        assert!(batch.commit().await.all().is_ok());
        assert_eq!(nl.routes().list().await.unwrap().iter().filter(|route| route.table == 254).count(), 2);

        let mut batch = nl.batch().unwrap();
        for number in 10..20 {
            let _ = batch.routes().add(&nowhere(number)).await;
        }
        drop(batch.commit());
        nl.routes().delete(&nowhere(3)).await.unwrap();
        assert_eq!(nl.routes().list().await.unwrap().iter().filter(|route| route.table == 254).count(), 1);
    });
}

#[test]
fn a_socket_outlives_the_runtime_that_it_first_waited_in() {
    let Some(lab) = Lab::new() else { return };
    let waiting = Options { groups: vec![Group::LINK.0], timeout: Some(Duration::from_millis(100)), ..options() };
    let mut events = Events::open_in(&lab.namespace, &PROTOCOL, &waiting).unwrap();
    for place in 0..3 {
        run(async {
            assert!(matches!(events.next().await, Err(Error::TimedOut)), "{place}");
        });
    }
    lab.ip("link set lo alias changed");
    events.set_timeout(Some(Duration::from_secs(20)));
    run(async {
        assert!(matches!(events.next().await, Ok(Event::Change { .. })));
    });
}
