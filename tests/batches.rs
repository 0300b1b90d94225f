//! Many requests at once, and the truth about each: what the kernel has afterwards.

mod lab;

use nlwire::Errno;
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};

use lab::Lab;
use nlwire::codec::route::group::Group;
use nlwire::codec::route::nexthop::{Header as HopHeader, NewNexthop, Nexthop};
use nlwire::codec::route::route::{DelRoute, GetRoute, Header, NewRoute, Route, RouteProtocol, RouteType, Table};
use nlwire::codec::route::{Family, Scope};
use nlwire::codec::{EmitError, Envelope, Flags, Message, Tail};
use nlwire::socket::{BatchOptions, Interruption, Options, Outcome, Socket};

/// What a request wants of a route `10.x.y.z/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Add,
    Delete,
    /// What no kernel does: a prefix of 77 bits.
    Nonsense,
}

/// A generator of numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as u32) % sides
    }
}

fn route_header() -> Header {
    Header {
        dst_len: 32,
        table: Table::MAIN.into(),
        protocol: RouteProtocol::STATIC.into(),
        scope: Scope::UNIVERSE.into(),
        ..Header::default()
    }
}

fn write(wish: Wish, route: u32, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
    let header = Header {
        family: Family::INET.into(),
        dst_len: if wish == Wish::Nonsense { 77 } else { 32 },
        kind: RouteType::BLACKHOLE.into(),
        ..route_header()
    };
    let destination = IpAddr::V4(Ipv4Addr::from(0x0a00_0000 | route));
    match wish {
        Wish::Delete => DelRoute::emit(tail, envelope, header, |route| route.put(Route::DST, destination)),
        _ => NewRoute::emit(tail, envelope, header, |route| route.put(Route::DST, destination)),
    }
}

fn flags(wish: Wish) -> Flags {
    if wish == Wish::Delete { Flags::empty() } else { Flags::CREATE | Flags::EXCL }
}

/// The routes that there are.
fn routes(socket: &mut Socket) -> HashSet<u32> {
    let header = Header { family: Family::INET.into(), ..Header::default() };
    let dump = socket.dump::<GetRoute, NewRoute>(header, |route| Ok(route)).unwrap();
    let found = dump
        .collect(Interruption::Fail, |route| {
            let blackhole = route.header.kind == RouteType::BLACKHOLE;
            Ok(route.attributes().get(Route::DST)?.filter(|_| blackhole))
        })
        .unwrap();
    let number = |address| match address {
        IpAddr::V4(address) => u32::from(address) & 0x00ff_ffff,
        IpAddr::V6(_) => unreachable!("routes of IPv4 were asked for"),
    };
    found.into_iter().flatten().map(number).collect()
}

/// Sends `count` requests, about so many of which must fail, and holds what is told of each against what must have become of
/// it, and in the end against what the kernel has.
fn storm(lab: &Lab, receive_buffer: usize, count: u64, space: u32, options: &BatchOptions) {
    let mut socket = lab.socket(&Options { receive_buffer: Some(receive_buffer), ..Options::default() });
    let mut there = routes(&mut socket);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ receive_buffer as u64);
    // Requests are carried out in order: what becomes of each is known beforehand.
    let mut expected: Vec<Option<i32>> = Vec::new();
    let mut told: Vec<Option<Outcome>> = Vec::new();
    let mut batch = socket
        .batch(options, |ticket, outcome| {
            let ticket = ticket as usize;
            if told.len() <= ticket {
                told.resize(ticket + 1, None);
            }
            assert_eq!(told[ticket].replace(outcome), None, "{ticket} was told of twice");
        })
        .unwrap();
    for ticket in 0..count {
        let route = dice.roll(space);
        let wish = match dice.roll(10) {
            0 => Wish::Nonsense,
            1..=4 => Wish::Delete,
            _ => Wish::Add,
        };
        let errno = match wish {
            Wish::Nonsense => Some(libc::EINVAL),
            Wish::Add => (!there.insert(route)).then_some(libc::EEXIST),
            Wish::Delete => (!there.remove(&route)).then_some(libc::ESRCH),
        };
        expected.push(errno);
        let given = batch.push(flags(wish), |tail, envelope| write(wish, route, tail, envelope)).unwrap();
        assert_eq!(given, ticket);
    }
    batch.commit().unwrap();

    assert_eq!(told.len(), expected.len());
    for (ticket, (told, expected)) in told.iter().zip(&expected).enumerate() {
        match (told, expected) {
            (Some(Outcome::Done), None) => {}
            (Some(Outcome::Refused(refusal)), Some(errno)) if refusal.errno.0 == *errno => {}
            other => panic!("request {ticket}: {other:?}"),
        }
    }
    assert_eq!(routes(&mut socket), there);
}

/// How many requests the storms have in all: a million where the machine is asked for the whole of it.
fn storm_size() -> u64 {
    std::env::var("NLWIRE_STORM").ok().and_then(|size| size.parse().ok()).unwrap_or(60_000)
}

#[test]
fn every_request_of_a_batch_has_its_own_outcome_however_small_the_receive_buffer() {
    let Some(lab) = Lab::new() else { return };
    let buffers = [4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20];
    for receive_buffer in buffers {
        storm(&lab, receive_buffer, storm_size() / buffers.len() as u64, 4_000, &BatchOptions::default());
    }
}

#[test]
fn a_batch_that_asks_for_acknowledgements_says_the_same() {
    let Some(lab) = Lab::new() else { return };
    storm(&lab, 64 << 10, 5_000, 500, &BatchOptions::default().acknowledged());
    storm(&lab, 64 << 10, 500, 50, &BatchOptions::default().windows_of(1));
}

#[test]
fn a_batch_of_which_all_fail_loses_none() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options::default());
    let mut refused = 0;
    for round in 0..2 {
        refused = 0;
        let mut batch = socket
            .batch(&BatchOptions::default(), |_, outcome| match outcome {
                Outcome::Done => {}
                Outcome::Refused(refusal) => {
                    assert_eq!(refusal.errno, Errno::EEXIST);
                    refused += 1;
                }
                other => panic!("{other:?}"),
            })
            .unwrap();
        for route in 0..3_000 {
            batch.push(flags(Wish::Add), |tail, envelope| write(Wish::Add, route, tail, envelope)).unwrap();
        }
        batch.commit().unwrap();
        assert_eq!(refused, if round == 0 { 0 } else { 3_000 });
    }
    assert_eq!(refused, 3_000);
}

#[test]
fn what_is_refused_is_named() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options::default());
    let mut told = Vec::new();
    let mut batch = socket.batch(&BatchOptions::default(), |ticket, outcome| told.push((ticket, outcome))).unwrap();
    for table in [254, 7] {
        let header =
            Header { family: Family::INET.into(), dst_len: 24, kind: RouteType::UNICAST.into(), ..Header::default() };
        batch
            .push(Flags::CREATE, |tail, envelope| {
                NewRoute::emit(tail, envelope, header, |route| {
                    route
                        .put(Route::TABLE, table)?
                        .put(Route::DST, IpAddr::V4(Ipv4Addr::new(192, 0, 2, 0)))?
                        .put(Route::GATEWAY, IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)))
                })
            })
            .unwrap();
    }
    batch.commit().unwrap();
    for (place, (ticket, outcome)) in told.iter().enumerate() {
        assert_eq!(*ticket, place as u64);
        let Outcome::Refused(refusal) = outcome else { panic!("{outcome:?}") };
        assert_eq!(refusal.errno, Errno::ENETUNREACH);
        assert_eq!(refusal.message.as_deref(), Some("Nexthop has invalid gateway"));
    }
}

#[test]
fn a_request_that_is_cut_or_is_none_never_reaches_the_kernel_and_takes_nothing_with_it() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options::default());
    let mut told = Vec::new();
    let mut batch = socket.batch(&BatchOptions::default(), |_, outcome| told.push(outcome)).unwrap();
    batch.push(flags(Wish::Add), |tail, envelope| write(Wish::Add, 1, tail, envelope)).unwrap();
    // A length that is too long; one that is too short; no NLM_F_REQUEST; two in one; nothing behind the header; nothing at all.
    let spoiled: [fn(&mut Vec<u8>); 6] = [
        |bytes| bytes[0] += 4,
        |bytes| bytes[0] = 12,
        |bytes| bytes[6] &= !1,
        |bytes| bytes.extend_from_within(..),
        |bytes| {
            bytes.truncate(16);
            bytes[..4].copy_from_slice(&16_u32.to_ne_bytes());
        },
        |bytes| bytes.clear(),
    ];
    let spoilt = |spoil: fn(&mut Vec<u8>)| {
        move |tail: &mut Tail<'_>, envelope| {
            let mut room = [0; 256];
            let mut other = Tail::new(&mut room);
            write(Wish::Add, 2, &mut other, envelope)?;
            let mut bytes = other.written().to_vec();
            spoil(&mut bytes);
            Ok(tail.put(&bytes)?)
        }
    };
    for spoil in spoiled {
        let pushed = batch.push(flags(Wish::Add), spoilt(spoil));
        assert!(matches!(pushed, Err(nlwire::socket::Error::Misframed)), "{pushed:?}");
    }
    batch.push(flags(Wish::Add), |tail, envelope| write(Wish::Add, 3, tail, envelope)).unwrap();
    batch.commit().unwrap();
    assert_eq!(told, [Outcome::Done, Outcome::Done]);
    for spoil in spoiled {
        let sent = socket.send(flags(Wish::Add), spoilt(spoil)).map(drop);
        assert!(matches!(sent, Err(nlwire::socket::Error::Misframed)), "{sent:?}");
    }
    assert_eq!(routes(&mut socket), HashSet::from([1, 3]));
}

#[test]
fn a_batch_that_is_dropped_says_what_was_not_sent() {
    let Some(lab) = Lab::new() else { return };
    let mut socket = lab.socket(&Options::default());
    let mut told = Vec::new();
    let mut batch =
        socket.batch(&BatchOptions::default().windows_of(2), |ticket, outcome| told.push((ticket, outcome))).unwrap();
    for route in 0..5 {
        batch.push(flags(Wish::Add), |tail, envelope| write(Wish::Add, route, tail, envelope)).unwrap();
    }
    drop(batch);
    let done = (0..4).map(|ticket| (ticket, Outcome::Done));
    assert_eq!(told, done.chain([(4, Outcome::NotSent)]).collect::<Vec<_>>());
    assert_eq!(routes(&mut socket), HashSet::from([0, 1, 2, 3]));
}

#[test]
fn a_receive_buffer_that_overruns_makes_outcomes_unknown_and_never_done() {
    let Some(lab) = Lab::new() else { return };
    // Refusals with a copy of the request, which is larger than anybody would think.
    let options = Options { receive_buffer: Some(16 << 10), cap_ack: false, ..Options::default() };
    let mut socket = lab.socket(&options);
    let mut told = Vec::new();
    let mut batch = socket.batch(&BatchOptions::default(), |_, outcome| told.push(outcome)).unwrap();
    let window = batch.window();
    for request in 0..600 {
        batch
            .push(flags(Wish::Add), |tail, envelope| {
                let header =
                    Header { family: Family::INET.into(), kind: RouteType::BLACKHOLE.into(), ..route_header() };
                NewRoute::emit(tail, envelope, header, |route| {
                    // Each route four times, with an attribute that no kernel knows, nor minds.
                    let destination = Ipv4Addr::from(0x0a00_0000 | (request / 4));
                    route.put(Route::DST, IpAddr::V4(destination))?.put_raw(1000, &[0; 3000])
                })
            })
            .unwrap();
    }
    assert!(batch.window() < window, "{} of {window}", batch.window());
    batch.commit().unwrap();

    let unknown = told.iter().filter(|outcome| **outcome == Outcome::Unknown).count();
    assert!(unknown > 0 && unknown < 50, "{unknown}");
    for (place, outcome) in told.iter().enumerate() {
        match outcome {
            Outcome::Done => assert_eq!(place % 4, 0, "{place}"),
            Outcome::Refused(refusal) => assert!(place % 4 > 0 && refusal.errno == Errno::EEXIST),
            Outcome::Unknown => {}
            Outcome::NotSent => panic!("{place} was not sent"),
        }
    }
    assert_eq!(told.len(), 600);
    assert_eq!(routes(&mut socket).len(), 150);
}

#[test]
fn a_notification_that_does_not_fit_takes_no_outcome_from_a_batch() {
    let Some(lab) = Lab::new() else { return };
    let Some(group) = lab.large_group() else { return };
    let mut socket = lab.socket(&Options { groups: vec![Group::NEXTHOP.0], ..Options::default() });
    let mut told = Vec::new();
    let mut batch = socket.batch(&BatchOptions::default(), |_, outcome| told.push(outcome)).unwrap();
    for id in [10_000, 10_001] {
        batch
            .push(Flags::CREATE | Flags::EXCL, |tail, envelope| {
                NewNexthop::emit(tail, envelope, HopHeader::default(), |hop| {
                    hop.put(Nexthop::ID, id)?.put(Nexthop::GROUP, &group[..])
                })
            })
            .unwrap();
    }
    batch.commit().unwrap();
    assert_eq!(told, [Outcome::Done, Outcome::Done]);
    // Older kernels cannot show one so large.
    let again = lab.try_ip("nexthop add id 10001 blackhole").unwrap_err();
    assert!(again.contains("exists"), "{again}");
}
