//! What a socket that listens hears of a listing. A pair of Unix sockets has no groups: notifications are played on an
//! [`Exchange`](nlwire_socket::Exchange), and heard from real kernels.

use nlwire_codec::Flags;
use nlwire_codec::route::PROTOCOL;
use nlwire_codec::route::route::{GetRoute, Header, NewRoute};
use nlwire_socket::{Error, Event, Events};

use crate::datagram::{DONE, Datagram, attribute};
use crate::kernel::{Asked, FakeKernel, first};
use crate::play::{error, options};

fn told(event: Result<Option<Event<'_>>, Error>) -> String {
    match event {
        Ok(Some(Event::Object(message))) => {
            format!("route {}", message.read::<NewRoute>().unwrap().unwrap().header.table.get().0)
        }
        Ok(Some(Event::Listed { interrupted })) => if interrupted { "listed, torn" } else { "listed" }.into(),
        Ok(Some(Event::Change { .. })) => "change".into(),
        Ok(Some(Event::Lost)) => "lost".into(),
        Ok(None) => "cancelled".into(),
        Err(failed) => error(&failed),
    }
}

fn is_last(told: &str) -> bool {
    !told.starts_with("route")
}

/// What is told of a listing that is answered so, and then of one that is answered soundly.
fn listen(script: impl FnMut(&Asked) -> Vec<Datagram> + Clone + Send + 'static) -> Vec<String> {
    let mut kernel = FakeKernel::new(first(script.clone()));
    let mut events = Events::adopt(kernel.near(), &PROTOCOL, &options()).unwrap();
    let mut heard = Vec::new();
    for _ in 0..2 {
        events.list::<GetRoute>(Header::default(), |route| Ok(route)).unwrap();
        while heard.last().is_none_or(|last: &String| !is_last(last)) {
            heard.push(told(events.next()));
        }
        heard.push("route".into());
    }
    drop(events);
    #[cfg(feature = "tokio")]
    assert_eq!(heard, crate::play::run(listen_asynchronously(script)));
    assert_eq!(heard.split_off(heard.len() - 5), ["route", "route 1", "route 2", "listed", "route"]);
    heard
}

#[cfg(feature = "tokio")]
async fn listen_asynchronously(script: impl FnMut(&Asked) -> Vec<Datagram> + Send + 'static) -> Vec<String> {
    let mut kernel = FakeKernel::new(first(script));
    let mut events = nlwire_socket::tokio::Events::adopt(kernel.near(), &PROTOCOL, &options()).unwrap();
    let mut heard = Vec::new();
    for _ in 0..2 {
        events.list::<GetRoute>(Header::default(), |route| Ok(route)).unwrap();
        while heard.last().is_none_or(|last: &String| !is_last(last)) {
            heard.push(told(events.next().await.map(Some)));
        }
        heard.push("route".into());
    }
    heard
}

#[test]
fn a_listing_is_objects_and_that_they_are_all() {
    let heard = listen(|asked| vec![Datagram::new().route(asked.sequence, 7), Datagram::new().done(asked.sequence, 0)]);
    assert_eq!(heard, ["route 7", "listed"]);
}

#[test]
fn a_listing_that_is_torn_says_so() {
    let heard = listen(|asked| {
        let torn = Flags::MULTI | Flags::DUMP_INTR;
        vec![Datagram::new().route(asked.sequence, 7).message(DONE, torn.0, asked.sequence, &[0; 4])]
    });
    assert_eq!(heard, ["route 7", "listed, torn"]);
}

#[test]
fn a_listing_that_is_refused_or_only_acknowledged_is_an_error() {
    let heard = listen(|asked| vec![Datagram::new().route(asked.sequence, 7).done(asked.sequence, -libc::EPERM)]);
    assert_eq!(heard, ["route 7", "refused: Operation not permitted (os error 1)"]);
    let heard = listen(|asked| vec![Datagram::new().outcome(asked.sequence, 0)]);
    assert_eq!(heard, ["no answer"]);
}

#[test]
fn a_listing_that_finds_no_room_behind_what_waits_is_a_loss() {
    let heard = listen(|asked| {
        let n = asked.sequence;
        vec![Datagram::new().outcome(n, -libc::ENOBUFS), Datagram::new().route(n, 7).done(n, 0)]
    });
    assert_eq!(heard, ["lost"]);
}

#[test]
fn an_event_that_is_cut_or_unreadable_is_a_loss() {
    let large = attribute(1000, &[0; 40_000]);
    let heard = listen(move |asked| {
        let n = asked.sequence;
        vec![Datagram::new().route(n, 7), Datagram::new().route_with(n, Flags::MULTI, 8, &large).done(n, 0)]
    });
    assert_eq!(heard, ["route 7", "lost"]);
    let heard = listen(|asked| vec![Datagram::new().route(asked.sequence, 7).bytes(&[0; 5])]);
    assert_eq!(heard, ["route 7", "lost"]);
}

#[test]
fn what_belongs_to_no_listing_is_not_heard() {
    let heard = listen(|asked| {
        let n = asked.sequence;
        vec![Datagram::new().route(n.wrapping_add(1), 9).outcome(5, -5).done(0, 0).route(n, 7).done(n, 0)]
    });
    assert_eq!(heard, ["route 7", "listed"]);
}
