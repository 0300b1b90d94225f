//! What comes late, never, out of order, or from others.

use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nlwire_codec::Flags;
use nlwire_codec::route::PROTOCOL;
use nlwire_socket::{Error, Limits, Options};

use crate::datagram::{DONE, Datagram, MULTI, NEW_LINK, attribute};
use crate::kernel::{Asked, FakeKernel, soundly};
use crate::play::{Ask, blocking, options, play, play_with, request};

fn impatient() -> Options {
    Options { timeout: Some(Duration::from_millis(60)), ..Options::default() }
}

/// Answers the first request when the second has come, before that one's answer.
fn late(first: fn(u32) -> Vec<Datagram>) -> impl FnMut(&Asked) -> Vec<Datagram> + Clone + Send + 'static {
    let mut waiting = None;
    move |asked| match asked.datagram {
        0 => {
            waiting.get_or_insert(asked.sequence);
            vec![]
        }
        _ => {
            let mut datagrams = waiting.take().map(first).unwrap_or_default();
            datagrams.extend(soundly(asked));
            datagrams
        }
    }
}

#[test]
fn a_late_answer_is_not_taken_for_that_of_the_next_request() {
    let refused = |n| vec![Datagram::new().outcome(n, -libc::EEXIST)];
    let told = play_with(&impatient(), &[Ask::Request, Ask::Request], late(refused));
    assert_eq!(told, [["timed out"], ["done"]]);
    let object = |n| vec![Datagram::new().route_with(n, Flags::empty(), 9, &[]), Datagram::new().outcome(n, 0)];
    let told = play_with(&impatient(), &[Ask::Get, Ask::Get, Ask::Dump], late(object));
    assert_eq!(told, [vec!["timed out"], vec!["no answer"], vec!["route 1", "route 2", "end"]]);
}

#[test]
fn a_late_dump_is_not_taken_for_the_next() {
    let dump = |n| vec![Datagram::new().route(n, 9), Datagram::new().route(n, 9).done(n, 0)];
    let told = play_with(&impatient(), &[Ask::Dump, Ask::Dump, Ask::Request], late(dump));
    assert_eq!(told, [vec!["timed out"], vec!["route 1", "route 2", "end"], vec!["done"]]);
    let told = play_with(&impatient(), &[Ask::Dump, Ask::Request, Ask::Dump], late(dump));
    assert_eq!(told, [vec!["timed out"], vec!["done"], vec!["route 1", "route 2", "end"]]);
}

#[test]
fn late_outcomes_of_a_batch_are_not_taken_for_those_of_the_next() {
    let refused = |n: u32| (0..5).map(|place| Datagram::new().outcome(n + place, -libc::EEXIST)).collect();
    let told = play_with(&impatient(), &[Ask::Batch(2), Ask::Batch(2)], late(refused));
    assert_eq!(told, [vec!["0 unknown", "1 unknown", "timed out"], vec!["0 done", "1 done"]]);
}

#[test]
fn messages_of_other_requests_and_other_ports_are_passed_over() {
    let told = request(|n| {
        vec![
            Datagram::new().outcome(n.wrapping_sub(1), -libc::EPERM),
            Datagram::new().outcome(n.wrapping_add(1), -libc::EPERM),
            Datagram::new().outcome(0, -libc::EPERM),
            Datagram::new().port(77).outcome(n, -libc::EPERM),
            Datagram::new().outcome(n, 0),
        ]
    });
    assert_eq!(told, ["done"]);
    let told = crate::play::dump(|n| {
        let foreign = Datagram::new().route(n.wrapping_add(1), 9).done(n.wrapping_add(1), -5);
        vec![foreign.route(n, 1).port(77).done(n, -5).route(n, 9).port(0).route(n, 2).done(n, 0)]
    });
    assert_eq!(told, ["route 1", "route 2", "end"]);
}

#[test]
fn what_nobody_asked_for_disturbs_nothing() {
    let mut kernel = FakeKernel::new(soundly);
    let mut socket = blocking::open(&mut kernel, &options());
    for _ in 0..3 {
        kernel.send(&Datagram::new().message(NEW_LINK, 0, 0, &[0; 16]));
        kernel.send(&Datagram::new().outcome(5, -libc::EPERM));
        kernel.send(&Datagram::new().bytes(&[0xff; 64]).bytes(&[1]));
        // It cannot be told whose the datagram was that broke.
        assert!(blocking::ask(&mut socket, Ask::Request)[0].starts_with("unreadable"));
        assert_eq!(blocking::ask(&mut socket, Ask::Request), ["done"]);
    }
}

/// Runs this with one end of a pair. Into that end come strays so long after each other, until it says so, and nothing else;
/// and then sound answers.
fn amid_strays<T>(pause: Duration, ask: impl FnOnce(OwnedFd, &dyn Fn()) -> T) -> T {
    let stray = Datagram::new().route(0, 9).outcome(5, -libc::EPERM);
    let stop = AtomicBool::new(false);
    let mut kernel = FakeKernel::new(|asked| if asked.datagram == 0 { vec![] } else { soundly(asked) });
    let near = kernel.near();
    std::thread::scope(|scope| {
        scope.spawn(|| kernel.flood(&stray, pause, &stop));
        ask(near, &|| stop.store(true, Ordering::Relaxed))
    })
}

/// Now and then, and one behind the other.
const PAUSES: [Duration; 2] = [Duration::from_millis(5), Duration::ZERO];

/// Asks for this amid strays, and for a request when they have stopped.
fn flooded(options: &Options, ask: Ask, pause: Duration) -> Vec<Vec<String>> {
    let begin = Instant::now();
    let told = amid_strays(pause, |near, stop| {
        let mut socket = nlwire_socket::Socket::adopt(near, &PROTOCOL, options).unwrap();
        let told = blocking::ask(&mut socket, ask);
        stop();
        vec![told, blocking::ask(&mut socket, Ask::Request)]
    });
    #[cfg(feature = "tokio")]
    let asynchronous = amid_strays(pause, |near, stop| {
        crate::play::run(async {
            let mut socket = nlwire_socket::tokio::Socket::adopt(near, &PROTOCOL, options).unwrap();
            let told = crate::play::asynchronous::ask(&mut socket, ask).await;
            stop();
            vec![told, crate::play::asynchronous::ask(&mut socket, Ask::Request).await]
        })
    });
    #[cfg(feature = "tokio")]
    assert_eq!(told, asynchronous, "blocking and asynchronous");
    assert!(begin.elapsed() < Duration::from_secs(10), "{ask:?}, every {pause:?}: {:?}", begin.elapsed());
    told
}

#[test]
fn a_flood_of_strays_does_not_make_the_wait_longer() {
    let limits = Limits { time: Some(Duration::from_millis(60)), ..Limits::default() };
    for pause in PAUSES {
        for ask in [Ask::Request, Ask::Get, Ask::Dump] {
            assert_eq!(flooded(&impatient(), ask, pause), [["timed out"], ["done"]]);
        }
        let told = flooded(&impatient(), Ask::Batch(2), pause);
        assert_eq!(told, [vec!["0 unknown", "1 unknown", "timed out"], vec!["done"]]);
        assert_eq!(flooded(&Options::default(), Ask::Limited(limits), pause), [["endless"], ["done"]]);
    }
}

#[test]
fn a_flood_of_strays_is_no_event_and_does_not_make_the_wait_for_one_longer() {
    let begin = Instant::now();
    for pause in PAUSES {
        let timed_out = amid_strays(pause, |near, stop| {
            let mut events = nlwire_socket::Events::adopt(near, &PROTOCOL, &impatient()).unwrap();
            let timed_out = matches!(events.next(), Err(Error::TimedOut));
            stop();
            timed_out
        });
        assert!(timed_out);
        #[cfg(feature = "tokio")]
        assert!(amid_strays(pause, |near, stop| {
            crate::play::run(async {
                let mut events = nlwire_socket::tokio::Events::adopt(near, &PROTOCOL, &impatient()).unwrap();
                let timed_out = matches!(events.next().await, Err(Error::TimedOut));
                stop();
                timed_out
            })
        }));
    }
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}

#[test]
fn good_answers_are_taken_between_bad_ones_as_often_as_one_likes() {
    let asks = [Ask::Request, Ask::Dump].repeat(20);
    let told = play_with(&options(), &asks, |asked| match asked.datagram % 4 {
        0 => vec![Datagram::new().stated(5, 2, 0, asked.sequence, &[])],
        3 => vec![Datagram::new().route(asked.sequence, 1).bytes(&[0; 3])],
        _ => soundly(asked),
    });
    for (place, told) in told.iter().enumerate() {
        match place % 4 {
            0 => assert!(told[0].starts_with("unreadable"), "{told:?}"),
            1 => assert_eq!(*told, ["route 1", "route 2", "end"]),
            2 => assert_eq!(*told, ["done"]),
            _ => assert!(told[0] == "route 1" && told[1].starts_with("unreadable") && told.len() == 2, "{told:?}"),
        }
    }
}

#[test]
fn an_object_that_is_echoed_comes_before_the_outcome_and_is_the_answer() {
    let echo = |asked: &Asked| {
        let object = Datagram::new().route_with(asked.sequence, Flags::empty(), 7, &[]);
        vec![object, Datagram::new().outcome(asked.sequence, 0)]
    };
    assert_eq!(play(Ask::Get, echo), ["route 7"]);
    assert_eq!(play(Ask::Request, echo), ["done"]);
    let both = |asked: &Asked| vec![Datagram::new().outcome(asked.sequence, -libc::EEXIST)];
    assert_eq!(play(Ask::Get, both), ["refused: File exists (os error 17)"]);
}

#[test]
fn an_answer_in_parts_is_ended_by_the_outcome_and_not_before() {
    let told = play(Ask::Get, |asked| {
        let n = asked.sequence;
        vec![Datagram::new().route(n, 7).message(DONE, MULTI, n, &[0; 4]), Datagram::new().outcome(n, -libc::EIO)]
    });
    assert_eq!(told, ["refused: Input/output error (os error 5)"]);
}

#[test]
fn an_answer_of_another_kind_is_an_error() {
    let told = play(Ask::Get, |asked| {
        let n = asked.sequence;
        vec![Datagram::new().message(NEW_LINK, 0, n, &[0; 16]), Datagram::new().outcome(n, 0)]
    });
    assert_eq!(told, ["unexpected: 16"]);
}

#[test]
fn a_success_may_come_with_a_warning() {
    let told = request(|n| vec![Datagram::new().explained(n, 0, &attribute(1, b"Careful\0"))]);
    assert_eq!(told, ["done"]);
}

#[test]
fn a_socket_has_what_the_other_end_knows_and_works_without_the_rest() {
    // A pair of Unix sockets knows none of netlink's options, as an old kernel does not know the newer ones.
    let mut kernel = FakeKernel::new(soundly);
    let options = Options { receive_buffer: Some(16 << 10), packet_info: true, no_overrun: true, ..options() };
    let mut socket = blocking::open(&mut kernel, &options);
    let has = *socket.settings();
    assert!(!has.extended_ack && !has.cap_ack && !has.strict_check && !has.packet_info && !has.no_overrun);
    assert!(has.receive_buffer >= 16 << 10 && has.send_buffer > 0);
    assert_eq!(blocking::ask(&mut socket, Ask::Dump), ["route 1", "route 2", "end"]);
}

#[test]
fn numbers_of_requests_begin_anywhere_and_are_never_those_of_a_notification() {
    let mut firsts = Vec::new();
    for _ in 0..4 {
        let mut kernel = FakeKernel::new(soundly);
        let mut socket = blocking::open(&mut kernel, &options());
        blocking::ask(&mut socket, Ask::Request);
        firsts.extend(kernel.asked().iter().map(|asked| asked.sequence));
    }
    assert!(!firsts.contains(&0));
    assert!(firsts.iter().any(|first| *first != firsts[0]), "{firsts:?}");
}
