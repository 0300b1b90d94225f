//! Requests that cannot be written, or not be sent: inputs 27 to 30. The codec proves each of its errors itself; here is seen
//! that the socket, or the batch, is none the worse.

use nlwire_codec::route::link::{Header as LinkHeader, Link, NewLink};
use nlwire_codec::route::route::{GetRoute, Header, NewRoute};
use nlwire_codec::{EmitError, EmitErrorKind, Envelope, Flags, Message, Tail};
use nlwire_socket::{BatchOptions, Error, Options, Outcome, Socket};

use crate::kernel::{FakeKernel, soundly};
use crate::play::{blocking, options};

fn open(options: &Options) -> (FakeKernel, Socket) {
    let mut kernel = FakeKernel::new(soundly);
    let socket = blocking::open(&mut kernel, options);
    (kernel, socket)
}

fn unwritable(result: Result<(), Error>) -> EmitErrorKind {
    match result {
        Err(Error::Unwritable(error)) => error.kind,
        other => panic!("{other:?}"),
    }
}

fn sound(tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
    NewRoute::emit(tail, envelope, Header::default(), |route| Ok(route))
}

/// A route, and so many bytes behind it: 28 and these in all, with the header of an attribute 4 more.
fn route_with(payload: &[u8], tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
    NewRoute::emit(tail, envelope, Header::default(), |route| route.put_raw(1000, payload))
}

/// A message of exactly this length: attributes that hold no more than they can.
fn request_of(length: usize, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
    NewRoute::emit(tail, envelope, Header::default(), |mut route| {
        let mut left = length - 28;
        while left > 0 {
            let payload = (left - 4).min(60_000 - 4);
            route = route.put_raw(1000, &vec![0; payload])?;
            left -= payload + 4;
        }
        Ok(route)
    })
}

/// 27
#[test]
fn an_attribute_too_long_for_its_length_is_an_error_and_one_byte_less_is_sent() {
    let (kernel, mut socket) = open(&options());
    for length in [65_532, 70_000] {
        let sent = socket.send(Flags::CREATE, |tail, envelope| route_with(&vec![0; length], tail, envelope));
        assert_eq!(unwritable(sent.map(drop)), EmitErrorKind::TooLong);
    }
    let mut reply = socket.send(Flags::CREATE, |tail, envelope| route_with(&[0; 65_531], tail, envelope)).unwrap();
    assert!(!reply.advance().unwrap());
    drop(reply);
    drop(socket);
    assert_eq!(kernel.asked().len(), 1);
}

/// 28
#[test]
fn a_request_larger_than_the_send_buffer_is_an_error_and_the_largest_is_sent_whole() {
    let (kernel, mut socket) = open(&options());
    let most = socket.settings().send_buffer - 32;
    let sent = socket.send(Flags::CREATE, |tail, envelope| request_of(most + 4, tail, envelope));
    assert_eq!(unwritable(sent.map(drop)), EmitErrorKind::Full);
    let mut reply = socket.send(Flags::CREATE, |tail, envelope| request_of(most, tail, envelope)).unwrap();
    assert!(!reply.advance().unwrap());
    drop(reply);
    socket.request::<NewRoute>(Flags::CREATE, Header::default(), |route| Ok(route)).unwrap();
    drop(socket);
    assert_eq!(kernel.asked().iter().map(|asked| asked.bytes.len()).collect::<Vec<_>>(), [most, 28]);
}

/// 28: those behind each other in a batch, and the barrier behind them.
#[test]
fn a_request_that_leaves_no_room_for_a_barrier_takes_no_other_with_it() {
    let (kernel, mut socket) = open(&options());
    let most = socket.settings().send_buffer - 32;
    let mut told = Vec::new();
    let mut batch = socket.batch(&BatchOptions::default(), |ticket, outcome| told.push((ticket, outcome))).unwrap();
    batch.push(Flags::CREATE, sound).unwrap();
    for length in [most - 12, most, most + 4] {
        let pushed = batch.push(Flags::CREATE, |tail, envelope| request_of(length, tail, envelope));
        assert_eq!(unwritable(pushed.map(drop)), EmitErrorKind::Full, "{length} of {most}");
    }
    batch.push(Flags::CREATE, |tail, envelope| request_of(most - 16, tail, envelope)).unwrap();
    batch.push(Flags::CREATE, sound).unwrap();
    batch.commit().unwrap();
    assert_eq!(told, [0, 1, 2].map(|ticket| (ticket, Outcome::Done)));
    drop(socket);
    let lengths: Vec<usize> =
        kernel.asked().iter().filter(|asked| !asked.is_barrier()).map(|asked| asked.bytes.len()).collect();
    assert_eq!(lengths, [28, most - 16, 28]);
}

/// 29
#[test]
fn a_set_that_does_not_fit_a_request_can_be_split_and_what_was_begun_is_undone() {
    let (kernel, mut socket) = open(&options());
    let mut told = Vec::new();
    let mut batch = socket.batch(&BatchOptions::default(), |ticket, outcome| told.push((ticket, outcome))).unwrap();
    let mut left: Vec<u16> = (0..20_000).collect();
    let mut size = left.len();
    while !left.is_empty() {
        size = size.min(left.len());
        let pushed = batch.push(Flags::CREATE, |tail, envelope| {
            let payload: Vec<u8> =
                left[..size].iter().flat_map(|number| [*number; 4]).flat_map(u16::to_ne_bytes).collect();
            route_with(&payload, tail, envelope)
        });
        match pushed {
            Ok(_) => drop(left.drain(..size)),
            Err(Error::Unwritable(error)) if error.kind == EmitErrorKind::TooLong => size /= 2,
            Err(error) => panic!("{error}"),
        }
    }
    batch.commit().unwrap();
    assert_eq!(told, [0, 1, 2, 3].map(|ticket| (ticket, Outcome::Done)));
    drop(socket);
    assert_eq!(
        kernel.asked().iter().map(|asked| asked.bytes.len()).sum::<usize>(),
        20_000 * 8 + 4 * 32 + barriers(&kernel) * 16
    );
}

fn barriers(kernel: &FakeKernel) -> usize {
    kernel.asked().iter().filter(|asked| asked.is_barrier()).count()
}

/// 30
#[test]
fn a_name_with_a_nul_inside_is_an_error_and_nothing_is_sent() {
    let (kernel, mut socket) = open(&options());
    let sent = socket.request::<NewLink>(Flags::CREATE, LinkHeader::default(), |link| link.put(Link::IFNAME, "et\0h"));
    assert_eq!(unwritable(sent), EmitErrorKind::InteriorNul);
    // 16 bytes and a NUL are one too many for the kernel, which says so itself.
    socket
        .request::<NewLink>(Flags::CREATE, LinkHeader::default(), |link| link.put(Link::IFNAME, "a234567890123456"))
        .unwrap();
    drop(socket);
    assert_eq!(kernel.asked().len(), 1);
}

/// 11 of the behaviours: what is no request is acknowledged and not done. It is let out neither in a batch nor alone.
#[test]
fn a_message_that_is_no_request_is_not_sent() {
    let (kernel, mut socket) = open(&options());
    let spoiled: [fn(&mut Envelope); 5] = [
        |it| it.flags = Flags::ACK,
        |it| it.sequence += 1,
        |it| it.flags |= Flags::DUMP,
        |it| it.flags.remove(Flags::CREATE),
        |it| it.flags.remove(Flags::REQUEST),
    ];
    let spoilt = |spoil: fn(&mut Envelope)| {
        move |tail: &mut Tail<'_>, mut envelope| {
            spoil(&mut envelope);
            sound(tail, envelope)
        }
    };
    let mut told = Vec::new();
    let mut batch = socket.batch(&BatchOptions::default(), |_, outcome| told.push(outcome)).unwrap();
    batch.push(Flags::CREATE, sound).unwrap();
    for spoil in spoiled {
        let pushed = batch.push(Flags::CREATE, spoilt(spoil));
        assert!(matches!(pushed, Err(Error::Misframed)), "{pushed:?}");
    }
    for asked in [Flags::DUMP, Flags::REPLACE | Flags::EXCL] {
        let pushed = batch.push(asked, sound);
        assert!(matches!(pushed, Err(Error::Misframed)), "{pushed:?}");
    }
    batch.push(Flags::CREATE, sound).unwrap();
    batch.commit().unwrap();
    assert_eq!(told, [Outcome::Done, Outcome::Done]);
    for spoil in spoiled {
        let sent = socket.send(Flags::CREATE, spoilt(spoil)).map(drop);
        assert!(matches!(sent, Err(Error::Misframed)), "{sent:?}");
    }
    let unanswered = socket.send(Flags::CREATE, spoilt(|it| it.flags.remove(Flags::ACK))).map(drop);
    assert!(matches!(unanswered, Err(Error::Misframed)), "{unanswered:?}");
    let no_dump = socket.send(Flags::DUMP, spoilt(|it| it.flags.remove(Flags::MATCH))).map(drop);
    assert!(matches!(no_dump, Err(Error::Misframed)), "{no_dump:?}");
    drop(socket);
    assert_eq!(kernel.asked().len(), 3);
}

/// Half of the flags of a dump make one of a request for an object, and are other flags of a request that makes one.
#[test]
fn a_request_for_an_object_that_rtnetlink_would_take_for_a_dump_is_not_sent() {
    let (kernel, mut socket) = open(&options());
    let get = |tail: &mut Tail<'_>, envelope| GetRoute::emit(tail, envelope, Header::default(), |route| Ok(route));
    for half in [Flags::ROOT, Flags::MATCH] {
        let sent = socket.send(half, get).map(drop);
        assert!(matches!(sent, Err(Error::Misframed)), "{sent:?}");
        let mut batch = socket.batch(&BatchOptions::default(), |_, _| {}).unwrap();
        let pushed = batch.push(half, get);
        assert!(matches!(pushed, Err(Error::Misframed)), "{pushed:?}");
        drop(batch);
        assert!(!socket.send(half, sound).unwrap().advance().unwrap());
    }
    drop(socket);
    assert_eq!(kernel.asked().len(), 2);
}
