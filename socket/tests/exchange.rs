//! What the kernel, and others, may send, played to the state machine: no socket, no kernel.

use nlwire_codec::control::{Done, DoneHeader, ExtendedAck, Noop, Outcome, OutcomeHeader};
use nlwire_codec::route::route::{Header, NewRoute};
use nlwire_codec::{Envelope, Flags, Message, Messages, RawMessage, Tail};
use nlwire_socket::exchange::{Event, Exchange, Sender};

const PORT: u32 = 4321;

/// A datagram that is written message by message.
struct Script {
    bytes: Vec<u8>,
}

impl Script {
    fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    fn message(mut self, write: impl FnOnce(&mut Tail<'_>)) -> Self {
        let mut room = [0; 512];
        let mut tail = Tail::new(&mut room);
        write(&mut tail);
        self.bytes.extend_from_slice(tail.written());
        self
    }

    fn part(self, sequence: u32, flags: Flags) -> Self {
        let envelope = Envelope { flags: flags | Flags::MULTI, sequence, port: PORT };
        self.message(|tail| NewRoute::emit(tail, envelope, Header::default(), |route| Ok(route)).unwrap())
    }

    fn done(self, sequence: u32, flags: Flags, code: i32) -> Self {
        let envelope = Envelope { flags: flags | Flags::MULTI, sequence, port: PORT };
        self.message(|tail| Done::emit(tail, envelope, DoneHeader { code: code.into() }, |done| Ok(done)).unwrap())
    }

    fn outcome(self, sequence: u32, code: i32) -> Self {
        let envelope = Envelope { flags: Flags::CAPPED, sequence, port: PORT };
        let header = OutcomeHeader { code: code.into(), ..OutcomeHeader::default() };
        self.message(|tail| Outcome::emit(tail, envelope, header, |outcome| Ok(outcome)).unwrap())
    }

    /// What the exchange makes of it, in short.
    fn play(&self, exchange: &mut Exchange) -> Vec<String> {
        Messages::new(&self.bytes).map(|message| told(exchange.take(&message.unwrap()).unwrap())).collect()
    }
}

fn told(event: Event<'_>) -> String {
    match event {
        Event::Part { .. } => "part".into(),
        Event::Stray => "stray".into(),
        Event::End(end) => {
            let interrupted = if end.interrupted { " interrupted" } else { "" };
            let filtered = if end.filtered { " filtered" } else { "" };
            format!("end {}{interrupted}{filtered}", end.outcome.errno())
        }
    }
}

fn dump() -> (Exchange, u32) {
    let mut exchange = Exchange::new(PORT, 1000);
    let sequence = exchange.begin(Flags::DUMP).sequence;
    (exchange, sequence)
}

fn request() -> (Exchange, u32) {
    let mut exchange = Exchange::new(PORT, 1000);
    let sequence = exchange.begin(Flags::CREATE).sequence;
    (exchange, sequence)
}

#[test]
fn a_dump_is_parts_and_an_end_in_one_datagram_or_in_several() {
    let (mut exchange, n) = dump();
    let one = Script::new().part(n, Flags::empty()).part(n, Flags::empty()).done(n, Flags::empty(), 0);
    assert_eq!(one.play(&mut exchange), ["part", "part", "end 0"]);
    assert!(!exchange.dumping());

    let n = exchange.begin(Flags::DUMP).sequence;
    assert_eq!(Script::new().part(n, Flags::empty()).play(&mut exchange), ["part"]);
    assert_eq!(Script::new().done(n, Flags::empty(), 0).play(&mut exchange), ["end 0"]);
}

#[test]
fn an_empty_dump_is_an_end_alone() {
    let (mut exchange, n) = dump();
    assert_eq!(Script::new().done(n, Flags::empty(), 0).play(&mut exchange), ["end 0"]);
}

#[test]
fn an_end_carries_the_error_of_the_dump() {
    let (mut exchange, n) = dump();
    assert_eq!(
        Script::new().part(n, Flags::empty()).done(n, Flags::empty(), -22).play(&mut exchange),
        ["part", "end 22"]
    );
}

#[test]
fn an_end_without_payload_and_one_without_the_flag_for_parts_are_ends() {
    for (length, flags) in [(16_u32, 2_u16), (16, 0), (18, 2), (20, 0)] {
        let (mut exchange, n) = dump();
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&length.to_ne_bytes());
        bytes.extend_from_slice(&3_u16.to_ne_bytes());
        bytes.extend_from_slice(&flags.to_ne_bytes());
        bytes.extend_from_slice(&n.to_ne_bytes());
        bytes.extend_from_slice(&PORT.to_ne_bytes());
        bytes.resize(length as usize, 0);
        let message = RawMessage::first(&bytes).unwrap();
        assert_eq!(told(exchange.take(&message).unwrap()), "end 0");
    }
}

#[test]
fn an_interruption_is_told_wherever_the_flag_stood() {
    let (none, torn) = (Flags::empty(), Flags::DUMP_INTR);
    for [first, middle, end] in [[torn, none, none], [none, torn, none], [none, none, torn]] {
        let (mut exchange, n) = dump();
        let script = Script::new().part(n, first).part(n, middle).part(n, none).done(n, end, 0);
        assert_eq!(script.play(&mut exchange), ["part", "part", "part", "end 0 interrupted"]);
    }
}

#[test]
fn an_interruption_of_one_dump_says_nothing_of_the_next() {
    let (mut exchange, n) = dump();
    Script::new().part(n, Flags::DUMP_INTR).done(n, Flags::empty(), 0).play(&mut exchange);
    let n = exchange.begin(Flags::DUMP).sequence;
    assert_eq!(Script::new().done(n, Flags::empty(), 0).play(&mut exchange), ["end 0"]);
}

#[test]
fn a_filtered_dump_says_so() {
    let (mut exchange, n) = dump();
    assert_eq!(Script::new().done(n, Flags::DUMP_FILTERED, 0).play(&mut exchange), ["end 0 filtered"]);
}

#[test]
fn a_dump_that_is_refused_before_it_starts_ends_with_that() {
    let (mut exchange, n) = dump();
    assert_eq!(Script::new().outcome(n, -16).play(&mut exchange), ["end 16"]);
    assert!(!exchange.dumping());
}

#[test]
fn a_refusal_says_nothing_of_interruptions_and_filters_whatever_its_flags() {
    for flags in [Flags::DUMP_INTR, Flags::DUMP_FILTERED] {
        let (mut exchange, n) = dump();
        let envelope = Envelope { flags: Flags::CAPPED | flags, sequence: n, port: PORT };
        let header = OutcomeHeader { code: (-16).into(), ..OutcomeHeader::default() };
        let script =
            Script::new().message(|tail| Outcome::emit(tail, envelope, header, |outcome| Ok(outcome)).unwrap());
        assert_eq!(script.play(&mut exchange), ["end 16"]);
    }
}

#[test]
fn a_dump_that_the_kernel_has_no_room_to_begin_goes_on_behind_its_refusal() {
    let (mut exchange, n) = dump();
    let datagram = Script::new().outcome(n, -libc::ENOBUFS).part(n, Flags::empty());
    assert_eq!(datagram.play(&mut exchange), [format!("end {}", libc::ENOBUFS).as_str(), "stray"]);
    assert!(exchange.dumping());
    assert_eq!(Script::new().done(n, Flags::empty(), 0).play(&mut exchange), ["stray"]);
    assert!(!exchange.dumping());
}

#[test]
fn a_request_asks_for_its_outcome_and_a_dump_does_not() {
    let mut exchange = Exchange::new(PORT, 1000);
    assert_eq!(exchange.begin(Flags::CREATE).flags, Flags::REQUEST | Flags::ACK | Flags::CREATE);
    assert_eq!(exchange.begin(Flags::DUMP).flags, Flags::REQUEST | Flags::DUMP);
}

#[test]
fn a_request_ends_with_its_outcome_good_or_bad() {
    for code in [0, -17] {
        let (mut exchange, n) = request();
        assert_eq!(Script::new().outcome(n, code).play(&mut exchange), [format!("end {}", -code)]);
    }
}

#[test]
fn an_object_before_the_outcome_is_the_answer() {
    let (mut exchange, n) = request();
    assert_eq!(Script::new().part(n, Flags::empty()).outcome(n, 0).play(&mut exchange), ["part", "end 0"]);
}

#[test]
fn an_end_of_parts_is_not_yet_the_outcome_of_a_request_that_is_no_dump() {
    let (mut exchange, n) = request();
    let script = Script::new().part(n, Flags::empty()).done(n, Flags::empty(), 0).outcome(n, 0);
    assert_eq!(script.play(&mut exchange), ["part", "stray", "end 0"]);
}

#[test]
fn an_errno_that_has_no_negative_is_a_number_all_the_same() {
    let (mut exchange, n) = request();
    assert_eq!(Script::new().outcome(n, i32::MIN).play(&mut exchange), [format!("end {}", i32::MAX)]);
}

#[test]
fn a_positive_code_is_success() {
    let (mut exchange, n) = request();
    assert_eq!(Script::new().outcome(n, 7).play(&mut exchange), ["end 0"]);
}

#[test]
fn messages_of_other_requests_and_of_other_ports_are_strays() {
    let (mut exchange, n) = dump();
    assert_eq!(
        Script::new().part(n + 1, Flags::empty()).done(n + 1, Flags::empty(), 0).play(&mut exchange),
        ["stray"; 2]
    );
    let envelope = Envelope { flags: Flags::MULTI, sequence: n, port: PORT + 1 };
    let forged =
        Script::new().message(|tail| Done::emit(tail, envelope, DoneHeader::default(), |done| Ok(done)).unwrap());
    assert_eq!(forged.play(&mut exchange), ["stray"]);
    assert!(exchange.dumping());
}

#[test]
fn port_zero_is_taken_as_some_senders_in_the_kernel_leave_it_out() {
    let (mut exchange, n) = dump();
    let envelope = Envelope { flags: Flags::MULTI, sequence: n, port: 0 };
    let script =
        Script::new().message(|tail| Done::emit(tail, envelope, DoneHeader::default(), |done| Ok(done)).unwrap());
    assert_eq!(script.play(&mut exchange), ["end 0"]);
}

#[test]
fn nothing_between_parts_is_nothing() {
    let (mut exchange, n) = dump();
    let envelope = Envelope { flags: Flags::empty(), sequence: n, port: PORT };
    let script = Script::new()
        .part(n, Flags::empty())
        .message(|tail| Noop::emit(tail, envelope, (), |noop| Ok(noop)).unwrap())
        .done(n, Flags::empty(), 0);
    assert_eq!(script.play(&mut exchange), ["part", "stray", "end 0"]);
}

#[test]
fn what_stands_behind_an_end_is_a_stray() {
    let (mut exchange, n) = dump();
    let script = Script::new().done(n, Flags::empty(), 0).part(n, Flags::empty()).done(n, Flags::empty(), -5);
    assert_eq!(script.play(&mut exchange), ["end 0", "stray", "stray"]);
}

#[test]
fn an_abandoned_dump_is_passed_over_and_the_next_request_has_its_own_outcome() {
    let (mut exchange, abandoned) = dump();
    assert_eq!(Script::new().part(abandoned, Flags::empty()).play(&mut exchange), ["part"]);
    exchange.abandon(abandoned);
    let n = exchange.begin(Flags::empty()).sequence;
    let script = Script::new().part(abandoned, Flags::empty()).outcome(n, -2).part(abandoned, Flags::empty()).done(
        abandoned,
        Flags::empty(),
        0,
    );
    assert!(exchange.dumping());
    assert_eq!(script.play(&mut exchange), ["stray", "end 2", "stray", "stray"]);
    assert!(!exchange.dumping());
}

#[test]
fn several_requests_have_each_their_own_outcome_in_any_order() {
    let mut exchange = Exchange::new(PORT, 1000);
    let [a, b, c] = [(); 3].map(|()| exchange.begin(Flags::CREATE).sequence);
    let ends: Vec<(u32, i32)> = Messages::new(&Script::new().outcome(c, 0).outcome(a, -17).outcome(b, -1).bytes)
        .map(|message| match exchange.take(&message.unwrap()).unwrap() {
            Event::End(end) => (end.sequence, end.outcome.errno()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ends, [(c, 0), (a, 17), (b, 1)]);
}

#[test]
fn only_the_kernel_and_only_to_this_socket_alone_is_trusted() {
    let exchange = Exchange::new(PORT, 1000);
    assert!(exchange.trusts(Some(Sender { port: 0, groups: 0 })));
    assert!(!exchange.trusts(Some(Sender { port: 77, groups: 0 })), "another program");
    assert!(!exchange.trusts(Some(Sender { port: 0, groups: 1 })), "a notification, also of one's own request");
    assert!(!exchange.trusts(None), "no netlink address");
}

#[test]
fn no_request_has_number_zero_which_notifications_have() {
    let mut exchange = Exchange::new(PORT, u32::MAX);
    assert_eq!([(); 2].map(|()| exchange.begin(Flags::empty()).sequence), [1, 2]);
}

#[test]
fn the_numbers_of_a_batch_do_not_go_around_zero() {
    assert_eq!(Exchange::new(PORT, u32::MAX - 2).begin_batch(5), 1);
    assert_eq!(Exchange::new(PORT, u32::MAX - 6).begin_batch(5), u32::MAX - 5);
}

#[test]
fn an_outcome_that_is_too_short_to_read_is_an_error_and_ends_the_request() {
    let (mut exchange, n) = request();
    let mut bytes = Script::new().outcome(n, -1).bytes;
    bytes.truncate(18);
    bytes[..4].copy_from_slice(&18_u32.to_ne_bytes());
    let message = RawMessage::first(&bytes).unwrap();
    exchange.take(&message).unwrap_err();
    assert_eq!(Script::new().outcome(n, 0).play(&mut exchange), ["stray"]);
}

#[test]
fn an_end_says_why_in_the_kernels_words() {
    let (mut exchange, n) = dump();
    let envelope = Envelope { flags: Flags::MULTI | Flags::ACK_TLVS, sequence: n, port: PORT };
    let script = Script::new().message(|tail| {
        let header = DoneHeader { code: (-22).into() };
        Done::emit(tail, envelope, header, |done| done.put(ExtendedAck::MSG, "no")).unwrap();
    });
    let message = RawMessage::first(&script.bytes).unwrap();
    let Event::End(end) = exchange.take(&message).unwrap() else { panic!("an end") };
    assert_eq!((end.outcome.errno(), end.outcome.extended().get(ExtendedAck::MSG).unwrap()), (22, Some("no")));
}

#[test]
fn a_notification_of_ones_own_request_comes_before_its_outcome_with_its_number_and_is_none() {
    let (mut exchange, n) = request();
    let notification = Script::new().part(n, Flags::empty()).outcome(n, -5).bytes;
    let everyone = Some(Sender { port: 0, groups: 1 << 6 });
    assert!(exchange.datagram(everyone, &notification).all(|told| matches!(told, Ok((_, Event::Stray)))));
    let forged = Some(Sender { port: 77, groups: 0 });
    assert!(exchange.datagram(forged, &notification).all(|told| matches!(told, Ok((_, Event::Stray)))));
    let kernel = Some(Sender { port: 0, groups: 0 });
    let outcome = Script::new().outcome(n, 0).bytes;
    assert!(exchange.datagram(kernel, &outcome).all(|told| matches!(told, Ok((_, Event::End(_))))));
}

#[test]
fn an_acknowledgement_in_the_place_of_the_end_of_a_dump_is_told() {
    let (mut exchange, n) = dump();
    let script = Script::new().outcome(n, 0);
    let Event::End(end) = exchange.take(&RawMessage::first(&script.bytes).unwrap()).unwrap() else { panic!("an end") };
    assert!(end.acknowledged && !exchange.dumping());
}
