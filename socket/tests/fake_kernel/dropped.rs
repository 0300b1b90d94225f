//! Futures that are dropped while they wait: the socket is good for what follows, and answers that come late are nobody's.

use std::time::Duration;

use nlwire_codec::route::route::{GetRoute, Header, NewRoute};
use nlwire_codec::{EmitError, Envelope, Flags, Message, Tail};
use nlwire_socket::{BatchOptions, Outcome};

use crate::datagram::Datagram;
use crate::kernel::{Asked, FakeKernel, soundly};
use crate::play::{Ask, asynchronous, options, run};

/// Waits for a moment, and drops what did not come.
async fn drop_soon(future: impl Future) {
    assert!(tokio::time::timeout(Duration::from_millis(20), future).await.is_err(), "it was not to come");
}

/// Answers the first datagram of requests by a script; and once more, badly, before it answers the second.
fn late(mut script: impl FnMut(&Asked) -> Vec<Datagram>) -> impl FnMut(&Asked) -> Vec<Datagram> {
    let mut first = Vec::new();
    move |asked| {
        if asked.datagram == 0 {
            first.push(asked.sequence);
            return script(asked);
        }
        let bad = |n| Datagram::new().route(n, 9).outcome(n, -libc::EIO).done(n, -libc::EIO);
        first.drain(..).map(bad).chain(soundly(asked)).collect()
    }
}

/// Everything works after the first request was dropped.
async fn all_is_well(socket: &mut nlwire_socket::tokio::Socket, first: Ask) {
    for ask in [first, Ask::Request, Ask::Dump, Ask::Batch(2), Ask::Get] {
        let told = asynchronous::ask(socket, ask).await;
        match ask {
            Ask::Request => assert_eq!(told, ["done"]),
            Ask::Dump => assert_eq!(told, ["route 1", "route 2", "end"]),
            Ask::Batch(_) => assert_eq!(told, ["0 done", "1 done"]),
            _ => assert_eq!(told, ["no answer"]),
        }
    }
}

const NEXT: [Ask; 4] = [Ask::Request, Ask::Dump, Ask::Batch(2), Ask::Get];

#[test]
fn a_request_that_is_dropped_leaves_the_socket_good() {
    for next in NEXT {
        run(async {
            let mut kernel = FakeKernel::new(late(|_| vec![]));
            let mut socket = asynchronous::open(&mut kernel, &options());
            drop_soon(socket.request::<NewRoute>(Flags::CREATE, Header::default(), |route| Ok(route))).await;
            all_is_well(&mut socket, next).await;
        });
    }
}

#[test]
fn a_dump_that_is_dropped_leaves_the_socket_good() {
    for next in NEXT {
        for parts in [0, 1, 3] {
            run(async {
                let mut kernel =
                    FakeKernel::new(late(move |asked| vec![Datagram::new().route(asked.sequence, 9); parts]));
                let mut socket = asynchronous::open(&mut kernel, &options());
                let mut dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route)).unwrap();
                for _ in 0..parts {
                    assert!(dump.next().await.unwrap().is_some());
                }
                drop_soon(dump.next()).await;
                drop(dump);
                all_is_well(&mut socket, next).await;
            });
        }
    }
}

#[test]
fn a_wait_for_the_next_object_that_is_dropped_loses_none() {
    run(async {
        let mut kernel = FakeKernel::new(|_| vec![]);
        let mut socket = asynchronous::open(&mut kernel, &options());
        let mut dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route)).unwrap();
        drop_soon(dump.next()).await;
        let sequence = kernel.asked()[0].sequence;
        for table in 1..=5 {
            kernel.send(&Datagram::new().route(sequence, table));
            assert_eq!(dump.next().await.unwrap().unwrap().header.table.get().0, table);
            drop_soon(dump.next()).await;
        }
        kernel.send(&Datagram::new().done(sequence, 0));
        assert!(dump.next().await.unwrap().is_none());
    });
}

fn write(tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
    NewRoute::emit(tail, envelope, Header::default(), |route| Ok(route))
}

#[test]
fn a_batch_that_is_dropped_tells_what_is_known_and_leaves_the_socket_good() {
    for next in NEXT {
        run(async {
            let mut kernel = FakeKernel::new(late(|asked| match asked.place {
                1 => vec![Datagram::new().outcome(asked.sequence, -libc::EPERM)],
                _ => vec![],
            }));
            let mut socket = asynchronous::open(&mut kernel, &options());
            let mut told = Vec::new();
            let mut batch =
                socket.batch(&BatchOptions::default(), |ticket, outcome| told.push((ticket, outcome))).unwrap();
            for _ in 0..3 {
                batch.push(Flags::CREATE, write).await.unwrap();
            }
            drop_soon(batch.commit()).await;
            assert!(
                matches!(&told[..], [(0, Outcome::Unknown), (1, Outcome::Refused(_)), (2, Outcome::Unknown)]),
                "{told:?}"
            );
            all_is_well(&mut socket, next).await;
        });
    }
}

#[test]
fn a_flush_that_is_dropped_can_be_waited_for_again() {
    run(async {
        let mut kernel = FakeKernel::new(|asked| if asked.datagram == 0 { vec![] } else { soundly(asked) });
        let mut socket = asynchronous::open(&mut kernel, &options());
        let mut told = Vec::new();
        let mut batch = socket
            .batch(&BatchOptions::default().windows_of(2), |ticket, outcome| told.push((ticket, outcome)))
            .unwrap();
        batch.push(Flags::CREATE, write).await.unwrap();
        batch.push(Flags::CREATE, write).await.unwrap();
        drop_soon(batch.push(Flags::CREATE, write)).await;
        drop_soon(batch.flush()).await;
        let asked = kernel.asked();
        kernel.send(&Datagram::new().outcome(asked[1].sequence, -libc::EPERM));
        drop_soon(batch.flush()).await;
        kernel.send(&Datagram::new().outcome(asked[2].sequence, 0));
        assert_eq!(batch.push(Flags::CREATE, write).await.unwrap(), 2);
        batch.commit().await.unwrap();
        assert!(matches!(&told[..], [(0, Outcome::Done), (1, Outcome::Refused(_)), (2, Outcome::Done)]), "{told:?}");
    });
}

#[test]
fn a_request_that_is_added_behind_a_flush_that_was_dropped_is_sent() {
    run(async {
        let mut kernel = FakeKernel::new(|asked| if asked.datagram == 0 { vec![] } else { soundly(asked) });
        let mut socket = asynchronous::open(&mut kernel, &options());
        let mut told = Vec::new();
        let mut batch = socket.batch(&BatchOptions::default(), |ticket, outcome| told.push((ticket, outcome))).unwrap();
        batch.push(Flags::CREATE, write).await.unwrap();
        drop_soon(batch.flush()).await;
        kernel.send(&Datagram::new().outcome(kernel.asked()[1].sequence, 0));
        assert_eq!(batch.push(Flags::CREATE, write).await.unwrap(), 1);
        batch.commit().await.unwrap();
        assert_eq!(told, [(0, Outcome::Done), (1, Outcome::Done)]);
        assert_eq!(kernel.asked().iter().filter(|asked| !asked.is_barrier()).count(), 2);
    });
}
