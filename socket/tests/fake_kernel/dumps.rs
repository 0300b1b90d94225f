//! Dumps that are cut, torn, refused, abandoned, not filtered, or without an end.

use std::time::{Duration, Instant};

use nlwire_codec::Flags;
use nlwire_codec::route::route::{GetRoute, Header, NewRoute};
use nlwire_socket::{Error, Interruption, Limits, Options};

use crate::datagram::{DONE, Datagram, MULTI, attribute};
use crate::kernel::{Asked, FakeKernel, soundly};
use crate::play::{Ask, blocking, dump, options, play, play_with};

/// A dump of a sound route, one of so many bytes or more, and an end.
fn large(asked: &Asked, length: usize) -> Vec<Datagram> {
    let large = attribute(1000, &vec![0; 60_000]).repeat(length / 60_000 + 1);
    vec![
        Datagram::new().route(asked.sequence, 1),
        Datagram::new().route_with(asked.sequence, Flags::MULTI, 2, &large),
        Datagram::new().done(asked.sequence, 0),
    ]
}

#[test]
fn an_object_larger_than_the_buffer_is_told_and_fits_the_next_time() {
    let told = play(Ask::Dump, |asked| large(asked, 0));
    assert_eq!(told, ["route 1", "truncated: 60032"]);
    let told = play_with(&options(), &[Ask::Dump, Ask::Dump], |asked| large(asked, 0));
    assert_eq!(told, [vec!["route 1", "truncated: 60032"], vec!["route 1", "route 2", "end"]]);
}

#[test]
fn a_list_grows_the_buffer_until_all_fits() {
    let told = play_with(&options(), &[Ask::Collect(Interruption::Fail)], |asked| {
        large(asked, 60_000 * asked.datagram.min(2))
    });
    assert_eq!(told, [["route 1", "route 2"]]);
}

#[test]
fn a_list_whose_objects_grow_each_time_fails_in_the_end() {
    let grown = |asked: &Asked| {
        let payload = attribute(1000, &vec![0; 40_000 + 5000 * asked.datagram]);
        vec![Datagram::new().route_with(asked.sequence, Flags::MULTI, 1, &payload)]
    };
    let told = play_with(&options(), &[Ask::Collect(Interruption::Fail)], grown);
    assert_eq!(told, [["truncated: 80032"]], "the ninth");
}

#[test]
fn an_answer_larger_than_the_buffer_is_told_and_fits_the_next_time() {
    let answer = |asked: &Asked| {
        let object = Datagram::new().route_with(asked.sequence, Flags::empty(), 1, &attribute(1000, &[0; 50_000]));
        vec![object, Datagram::new().outcome(asked.sequence, 0)]
    };
    assert_eq!(play(Ask::Get, answer), ["truncated: 50032"]);
    assert_eq!(play_with(&options(), &[Ask::Get, Ask::Get], answer), [["truncated: 50032"], ["route 1"]]);
}

#[test]
fn a_refusal_before_the_start_and_one_at_the_end_are_both_told() {
    let told = play(Ask::Dump, |asked| vec![Datagram::new().outcome(asked.sequence, -libc::EPERM)]);
    assert_eq!(told, ["refused: Operation not permitted (os error 1)"]);
    let told = play(Ask::Dump, |asked| {
        let payload = [&(-libc::EINVAL).to_ne_bytes()[..], &attribute(1, b"Invalid table\0")].concat();
        vec![Datagram::new().message(DONE, MULTI | Flags::ACK_TLVS.0, asked.sequence, &payload)]
    });
    assert_eq!(told, ["refused: Invalid argument (os error 22): Invalid table"]);
}

#[test]
fn a_dump_that_the_kernel_only_acknowledges_is_no_empty_dump() {
    // As it does with a request that is a header and nothing else.
    let told = play(Ask::Dump, |asked| vec![Datagram::new().outcome(asked.sequence, 0)]);
    assert_eq!(told, ["no answer"]);
}

#[test]
fn another_dump_that_is_refused_as_busy_leaves_the_first_alone() {
    let told = dump(|n| {
        vec![
            Datagram::new().route(n, 1),
            Datagram::new().outcome(n.wrapping_add(100), -libc::EBUSY),
            Datagram::new().route(n, 2).done(n, 0),
        ]
    });
    assert_eq!(told, ["route 1", "route 2", "end"]);
}

#[test]
fn a_dump_that_is_refused_as_busy_says_so_and_that_to_try_again_may_help() {
    let mut kernel = FakeKernel::new(|asked| vec![Datagram::new().outcome(asked.sequence, -libc::EBUSY)]);
    let mut socket = blocking::open(&mut kernel, &options());
    let mut dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route)).unwrap();
    let error = dump.next().unwrap_err();
    assert_eq!(error.errno(), Some(nlwire_socket::Errno::EBUSY));
    assert!(error.is_retryable());
}

/// A dump of three routes, torn or not at each of the places where the kernel may say so.
fn torn(sequence: u32, [first, middle, end]: [bool; 3]) -> Vec<Datagram> {
    let flags = |torn| if torn { Flags::MULTI | Flags::DUMP_INTR } else { Flags::MULTI };
    vec![
        Datagram::new().route_with(sequence, flags(first), 1, &[]).route_with(sequence, flags(middle), 2, &[]),
        Datagram::new().route(sequence, 3).message(DONE, flags(end).0, sequence, &[0; 4]),
    ]
}

const PLACES: [[bool; 3]; 3] = [[true, false, false], [false, true, false], [false, false, true]];

#[test]
fn a_torn_dump_comes_whole_and_then_says_so_wherever_the_flag_stood() {
    for places in PLACES {
        let told = play(Ask::Dump, move |asked| torn(asked.sequence, places));
        assert_eq!(told, ["route 1", "route 2", "route 3", "interrupted"], "{places:?}");
        let told = play(Ask::Accepted, move |asked| torn(asked.sequence, places));
        assert_eq!(told, ["route 1", "route 2", "route 3", "torn end"], "{places:?}");
        let told = play(Ask::Collect(Interruption::Fail), move |asked| torn(asked.sequence, places));
        assert_eq!(told, ["interrupted"], "{places:?}");
        let told = play(Ask::Collect(Interruption::Accept), move |asked| torn(asked.sequence, places));
        assert_eq!(told, ["route 1", "route 2", "route 3"], "{places:?}");
        let told = play(Ask::Collect(Interruption::Retry(1)), move |asked| torn(asked.sequence, places));
        assert_eq!(told, ["route 1", "route 2"], "made again: {places:?}");
    }
}

#[test]
fn a_list_that_is_always_torn_is_asked_for_so_many_times_and_no_more() {
    for retries in [0, 1, 7] {
        let mut kernel = FakeKernel::new(|asked| torn(asked.sequence, PLACES[asked.datagram % 3]));
        let mut socket = blocking::open(&mut kernel, &options());
        let dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route)).unwrap();
        let result = dump.collect(Interruption::Retry(retries), |_| Ok(()));
        assert!(matches!(result, Err(Error::Interrupted)), "{result:?}");
        let asked = kernel.asked();
        assert_eq!(asked.len(), retries as usize + 1);
        assert!(asked.windows(2).all(|two| two[0].sequence != two[1].sequence && two[0].kind == two[1].kind));
    }
}

#[test]
fn a_dump_that_is_left_anywhere_is_passed_over_by_whatever_follows() {
    let script = |asked: &Asked| match asked.datagram {
        0 => {
            let n = asked.sequence;
            let mut datagrams: Vec<_> = (0..5).map(|table| Datagram::new().route(n, table).route(n, table)).collect();
            datagrams.push(Datagram::new().route(n, 9).done(n, -libc::EIO));
            datagrams
        }
        _ => soundly(asked),
    };
    for taken in 0..=11 {
        for then_dump in [true, false] {
            let mut kernel = FakeKernel::new(script);
            let mut socket = blocking::open(&mut kernel, &options());
            let mut dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route)).unwrap();
            for _ in 0..taken {
                assert!(dump.next().unwrap().is_some());
            }
            drop(dump);
            if then_dump {
                assert_eq!(blocking::ask(&mut socket, Ask::Dump), ["route 1", "route 2", "end"], "{taken}");
            }
            assert_eq!(blocking::ask(&mut socket, Ask::Request), ["done"], "{taken}");
            assert_eq!(blocking::ask(&mut socket, Ask::Batch(3)), ["0 done", "1 done", "2 done"], "{taken}");
            assert_eq!(blocking::ask(&mut socket, Ask::Dump), ["route 1", "route 2", "end"], "{taken}");
        }
    }
}

#[test]
fn a_part_larger_than_the_buffer_of_a_dump_that_was_left_takes_nothing_from_what_follows() {
    let script = |asked: &Asked| match asked.datagram {
        0 => {
            let n = asked.sequence;
            let large = Datagram::new().route_with(n, Flags::MULTI, 2, &attribute(1000, &[0; 50_000]));
            vec![Datagram::new().route(n, 1), large, Datagram::new().done(n, 0)]
        }
        _ => soundly(asked),
    };
    // Nothing but an outcome is played to who asks for one route.
    for (next, expected) in [(Ask::Request, "done"), (Ask::Get, "no answer")] {
        let mut kernel = FakeKernel::new(script);
        let mut socket = blocking::open(&mut kernel, &options());
        let mut dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route)).unwrap();
        assert!(dump.next().unwrap().is_some());
        drop(dump);
        assert_eq!(blocking::ask(&mut socket, next), [expected]);
        assert_eq!(blocking::ask(&mut socket, Ask::Dump), ["route 1", "route 2", "end"]);
    }
}

#[test]
fn a_dump_that_must_be_filtered_ends_at_the_first_object_that_is_not() {
    let filtered = Flags::MULTI | Flags::DUMP_FILTERED;
    let told = play(Ask::Filtered, |asked| vec![Datagram::new().route(asked.sequence, 1).done(asked.sequence, 0)]);
    assert_eq!(told, ["unfiltered"]);
    let told = play(Ask::Filtered, move |asked| {
        let n = asked.sequence;
        vec![Datagram::new().route_with(n, filtered, 1, &[]).route(n, 2).done(n, 0)]
    });
    assert_eq!(told, ["route 1", "unfiltered"]);
    let told = play(Ask::Filtered, move |asked| {
        let n = asked.sequence;
        vec![Datagram::new().route_with(n, filtered, 1, &[]).message(DONE, filtered.0, n, &[0; 4])]
    });
    assert_eq!(told, ["route 1", "end"]);
}

/// A dump that says the same again and again, so often that it need not end.
fn endless(asked: &Asked) -> Vec<Datagram> {
    vec![Datagram::new().route(asked.sequence, 1).route(asked.sequence, 1); 3000]
}

#[test]
fn a_dump_without_an_end_ends_at_its_limits() {
    let told = play(Ask::Limited(Limits { messages: Some(1001), ..Limits::default() }), endless);
    assert_eq!((told.len(), &*told[1001]), (1002, "endless"));
    // Each object has 28 bytes.
    let told = play(Ask::Limited(Limits { bytes: Some(28 * 500 + 27), ..Limits::default() }), endless);
    assert_eq!((told.len(), &*told[500]), (501, "endless"));
    let told = play(Ask::Limited(Limits { time: Some(Duration::ZERO), ..Limits::default() }), endless);
    assert_eq!(told, ["endless"]);
}

#[test]
fn limits_that_are_met_are_none() {
    let limits = Limits { time: Some(Duration::from_secs(60)), messages: Some(2), bytes: Some(56) };
    assert_eq!(play(Ask::Limited(limits), soundly), ["route 1", "route 2", "end"]);
}

#[test]
fn a_dump_that_stalls_ends_when_its_time_is_over() {
    let limits = Limits { time: Some(Duration::from_millis(50)), ..Limits::default() };
    for options in [options(), Options::default()] {
        let begin = Instant::now();
        let told = play_with(&options, &[Ask::Limited(limits), Ask::Request], |asked| match asked.datagram {
            0 => vec![Datagram::new().route(asked.sequence, 1)],
            _ => soundly(asked),
        });
        assert_eq!(told, [vec!["route 1", "endless"], vec!["done"]]);
        assert!(begin.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn an_object_for_another_port_is_none_of_the_dumps() {
    let told = dump(|n| vec![Datagram::new().route(n, 1).port(77).route(n, 2).port(0).done(n, 0)]);
    assert_eq!(told, ["route 1", "end"]);
}

#[test]
fn a_dump_that_is_begun_anew_may_go_as_far_again() {
    let mut kernel = FakeKernel::new(|asked| {
        let (routes, flags) = if asked.datagram == 0 { (2, Flags::DUMP_INTR) } else { (3, Flags::empty()) };
        let object = |datagram: Datagram, table| datagram.route_with(asked.sequence, Flags::MULTI | flags, table, &[]);
        vec![(1..=routes).fold(Datagram::new(), object).done(asked.sequence, 0)]
    });
    let mut socket = blocking::open(&mut kernel, &options());
    let limits = Limits { messages: Some(3), ..Limits::default() };
    let mut dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route)).unwrap().limit(limits);
    assert!(dump.advance().unwrap() && dump.advance().unwrap());
    assert!(matches!(dump.advance(), Err(Error::Interrupted)));
    dump.restart().unwrap();
    assert!(dump.advance().unwrap() && dump.advance().unwrap() && dump.advance().unwrap());
    assert!(!dump.advance().unwrap());
}

#[test]
fn a_dump_that_cannot_be_begun_anew_is_over() {
    let two = |asked: &Asked| vec![Datagram::new().route(asked.sequence, 1).route(asked.sequence, 2)];
    let mut kernel = FakeKernel::new(two);
    let mut socket = blocking::open(&mut kernel, &options());
    let mut dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route)).unwrap();
    assert!(dump.next().unwrap().is_some());
    drop(kernel);
    assert!(matches!(dump.restart(), Err(Error::System { call, .. }) if call == "send"));
    assert!(dump.current().unwrap().is_none());
    assert!(dump.next().unwrap().is_none());
}
