//! Batches that are refused, in part or whole, or whose outcomes are lost.

use nlwire_socket::Errno;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use nlwire_codec::route::route::{Header, NewRoute, Route};
use nlwire_codec::{Flags, Message};
use nlwire_socket::{BatchOptions, Options, Outcome};

use crate::datagram::{Datagram, attribute};
use crate::kernel::{Asked, FakeKernel, soundly};
use crate::play::{Ask, blocking, options, play, play_with};

fn refuse(asked: &Asked, errno: i32) -> Vec<Datagram> {
    vec![Datagram::new().outcome(asked.sequence, -errno)]
}

#[test]
fn a_batch_of_which_all_fail_tells_of_each() {
    let told = play_with(&options(), &[Ask::Batch(3000), Ask::Request], |asked| {
        if asked.is_barrier() { soundly(asked) } else { refuse(asked, libc::EEXIST) }
    });
    assert_eq!(told[0].len(), 3000);
    for (place, told) in told[0].iter().enumerate() {
        assert_eq!(*told, format!("{place} refused: File exists (os error 17)"));
    }
    // The last is no barrier, and refused too.
    assert_eq!(told[1], ["refused: File exists (os error 17)"]);
}

#[test]
fn of_a_batch_each_has_its_own_outcome() {
    let told = play(Ask::Batch(7), |asked| {
        if !asked.is_barrier() && asked.place % 3 == 1 { refuse(asked, libc::EPERM) } else { soundly(asked) }
    });
    let refused = |place| format!("{place} refused: Operation not permitted (os error 1)");
    assert_eq!(told, ["0 done", &refused(1), "2 done", "3 done", &refused(4), "5 done", "6 done"]);
}

#[test]
fn a_request_of_a_batch_that_is_refused_is_named() {
    let mut kernel = FakeKernel::new(|asked| {
        if asked.is_barrier() {
            return soundly(asked);
        }
        // Where in the request the gateway is: the header, the destination.
        let place = attribute(2, &(16 + 12 + 8_u32).to_ne_bytes());
        let words = attribute(1, b"Nexthop has invalid gateway\0");
        vec![Datagram::new().explained(asked.sequence, -libc::ENETUNREACH, &[words, place].concat())]
    });
    let mut socket = blocking::open(&mut kernel, &options());
    let mut told = Vec::new();
    let mut batch = socket.batch(&BatchOptions::default(), |_, outcome| told.push(outcome)).unwrap();
    for last in 0..3 {
        let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, last));
        let header = Header { family: nlwire_codec::route::Family::INET.into(), ..Header::default() };
        batch
            .push(Flags::CREATE, |tail, envelope| {
                NewRoute::emit(tail, envelope, header, |route| {
                    route.put(Route::DST, address)?.put(Route::GATEWAY, address)
                })
            })
            .unwrap();
    }
    batch.commit().unwrap();
    assert_eq!(told.len(), 3);
    for outcome in told {
        let Outcome::Refused(refusal) = outcome else { panic!("{outcome:?}") };
        assert_eq!(refusal.errno, Errno::ENETUNREACH);
        assert_eq!(refusal.message.as_deref(), Some("Nexthop has invalid gateway"));
        assert_eq!(refusal.attribute.to_string(), "RTA_GATEWAY");
    }
}

#[test]
fn a_batch_whose_barrier_is_lost_knows_what_was_refused_and_no_more() {
    let options = Options { timeout: Some(Duration::from_millis(60)), ..Options::default() };
    let told = play_with(&options, &[Ask::Batch(3), Ask::Batch(1)], |asked| match (asked.datagram, asked.place) {
        (0, 1) => refuse(asked, libc::EEXIST),
        (0, _) => vec![],
        _ => soundly(asked),
    });
    let refused = "1 refused: File exists (os error 17)";
    assert_eq!(told, [vec!["0 unknown", refused, "2 unknown", "timed out"], vec!["0 done"]]);
}

#[test]
fn outcomes_that_are_cut_or_unreadable_make_the_rest_unknown() {
    let told = play(Ask::Batch(3), |asked| match asked.place {
        1 => vec![Datagram::new().outcome(asked.sequence, -libc::EPERM).bytes(&[0; 7])],
        _ => soundly(asked),
    });
    assert_eq!(told[..3], ["0 unknown", "1 refused: Operation not permitted (os error 1)", "2 unknown"]);
    assert!(told[3].starts_with("unreadable"), "{told:?}");
    let told = play(Ask::Batch(3), |asked| match asked.place {
        0 => refuse(asked, libc::EPERM),
        1 => vec![Datagram::new().bytes(&[0; 40_000])],
        _ => soundly(asked),
    });
    assert_eq!(told, ["0 refused: Operation not permitted (os error 1)", "1 unknown", "2 unknown"]);
}

#[test]
fn outcomes_that_are_told_twice_count_once() {
    let told = play(Ask::Batch(2), |asked| match asked.place {
        0 => [refuse(asked, libc::EPERM), refuse(asked, libc::EEXIST), soundly(asked)].concat(),
        _ => soundly(asked),
    });
    assert_eq!(told, ["0 refused: Operation not permitted (os error 1)", "1 done"]);
}

#[test]
fn objects_and_notifications_among_the_outcomes_are_passed_over() {
    let told = play(Ask::Batch(2), |asked| {
        let mut datagrams = vec![
            Datagram::new().route_with(asked.sequence, Flags::empty(), 1, &[]),
            Datagram::new().done(asked.sequence, 0),
            Datagram::new().outcome(asked.sequence.wrapping_add(5000), -libc::EPERM),
        ];
        datagrams.extend(soundly(asked));
        datagrams
    });
    assert_eq!(told, ["0 done", "1 done"]);
}

#[test]
fn a_batch_that_asks_for_acknowledgements_knows_what_was_done_even_where_the_barrier_is_lost() {
    let mut kernel = FakeKernel::new(|asked| match asked.place {
        0 => soundly(asked),
        1 => refuse(asked, libc::EEXIST),
        _ => vec![],
    });
    let options = Options { timeout: Some(Duration::from_millis(60)), ..Options::default() };
    let mut socket = blocking::open(&mut kernel, &options);
    let mut told = Vec::new();
    let mut batch = socket.batch(&BatchOptions::default().acknowledged(), |_, outcome| told.push(outcome)).unwrap();
    for _ in 0..3 {
        batch
            .push(Flags::CREATE, |tail, envelope| NewRoute::emit(tail, envelope, Header::default(), |it| Ok(it)))
            .unwrap();
    }
    batch.commit().unwrap_err();
    assert!(matches!(&told[..], [Outcome::Done, Outcome::Refused(_), Outcome::Unknown]), "{told:?}");
    assert!(kernel.asked().iter().all(|asked| asked.flags.contains(Flags::ACK)));
}
