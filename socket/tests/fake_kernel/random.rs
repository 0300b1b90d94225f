//! Scripts that nobody thought of.

use std::collections::HashMap;

use nlwire_codec::{Flags, RawMessage};
use nlwire_socket::Exchange;
use nlwire_socket::exchange::Event;
use proptest::prelude::*;

use crate::datagram::Datagram;
use crate::kernel::{Asked, FakeKernel, first, soundly};
use crate::play::{Ask, blocking, options, play_with};

const PORT: u32 = 4321;

/// One thing that happens to an exchange. Requests are named by how many were begun before them.
#[derive(Clone, Debug)]
enum Step {
    Begin { dump: bool },
    Abandon(usize),
    Take { of: usize, kind: u16, flags: u16, port: u32, payload: Vec<u8> },
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![4 => Just(2_u16), 4 => Just(3_u16), 4 => Just(24_u16), 1 => any::<u16>()];
    let port = prop_oneof![6 => Just(PORT), 1 => Just(0), 1 => any::<u32>()];
    let payload = prop::collection::vec(prop_oneof![Just(0_u8), Just(0xff), any::<u8>()], 0..24);
    prop_oneof![
        2 => any::<bool>().prop_map(|dump| Step::Begin { dump }),
        1 => (0..8_usize).prop_map(Step::Abandon),
        8 => (0..8_usize, kind, any::<u16>(), port, payload)
            .prop_map(|(of, kind, flags, port, payload)| Step::Take { of, kind, flags, port, payload }),
    ]
}

/// What is known of a request that has not ended.
#[derive(Clone, Copy)]
struct Open {
    dump: bool,
    abandoned: bool,
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A request that is waited for ends with the first outcome of its own that there is, and never again.
    #[test]
    fn an_exchange_loses_no_outcome_and_tells_none_twice(
        start: u32,
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut exchange = Exchange::new(PORT, start);
        let mut begun = Vec::new();
        let mut open = HashMap::new();
        for step in steps {
            match step {
                Step::Begin { dump } => {
                    let flags = if dump { Flags::DUMP } else { Flags::CREATE };
                    let sequence = exchange.begin(flags).sequence;
                    prop_assert!(sequence != 0 && !begun.contains(&sequence));
                    begun.push(sequence);
                    open.insert(sequence, Open { dump, abandoned: false });
                }
                Step::Abandon(of) => {
                    let Some(sequence) = begun.get(of) else { continue };
                    exchange.abandon(*sequence);
                    match open.get_mut(sequence) {
                        Some(request) if request.dump => request.abandoned = true,
                        _ => drop(open.remove(sequence)),
                    }
                }
                Step::Take { of, kind, flags, port, payload } => {
                    let sequence = begun.get(of).copied().unwrap_or(0);
                    let datagram = Datagram::new().port(port).message(kind, flags, sequence, &payload);
                    let taken = exchange.take(&RawMessage::first(&datagram.bytes).unwrap());
                    let request = open.get(&sequence).copied().filter(|_| port == PORT || port == 0);
                    let Some(request) = request else {
                        prop_assert!(matches!(taken, Ok(Event::Stray)), "{taken:?}");
                        continue;
                    };
                    if kind == 2 || (kind == 3 && request.dump) {
                        open.remove(&sequence);
                        match taken {
                            Ok(Event::End(end)) => prop_assert!(end.sequence == sequence && !request.abandoned),
                            Ok(Event::Stray) => prop_assert!(request.abandoned),
                            Err(_) => prop_assert!(kind == 2 && payload.len() < 4),
                            Ok(Event::Part { .. }) => prop_assert!(false, "an outcome is no part"),
                        }
                    } else {
                        let is_part = kind >= 16 || (kind == 3 && flags & Flags::MULTI.0 == 0);
                        match taken {
                            Ok(Event::Part { sequence: told }) => {
                                prop_assert!(is_part && told == sequence && !request.abandoned);
                            }
                            Ok(Event::Stray) => prop_assert!(!is_part || request.abandoned),
                            other => prop_assert!(false, "{other:?}"),
                        }
                    }
                }
            }
            prop_assert_eq!(exchange.dumping(), open.values().any(|request| request.dump));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// What is told of a batch is what the script says of each.
    #[test]
    fn the_outcomes_of_a_batch_are_those_of_the_script(errnos in prop::collection::vec(0..30_i32, 1..300)) {
        let script = errnos.clone();
        // All of them go out in windows; each carries how many were before it.
        let mut before = 0;
        let told = play_with(&options(), &[Ask::Batch(errnos.len() as u32)], move |asked: &Asked| {
            if asked.is_barrier() {
                return soundly(asked);
            }
            before += 1;
            match script[before - 1] {
                0 => vec![],
                errno => vec![Datagram::new().outcome(asked.sequence, -errno)],
            }
        });
        prop_assert_eq!(told[0].len(), errnos.len());
        for ((ticket, errno), told) in errnos.iter().enumerate().zip(&told[0]) {
            let expected = match errno {
                0 => format!("{ticket} done"),
                errno => format!("{ticket} refused: {}", std::io::Error::from_raw_os_error(*errno)),
            };
            prop_assert_eq!(told, &expected);
        }
    }

    /// Whatever comes on a dump, it ends; and the socket is good for another, once all that came is received. (On a pair of
    /// Unix sockets it may come later than the next request is sent: how many of them fail is chance.)
    #[test]
    fn a_socket_outlives_whatever_comes(
        datagrams in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..6),
    ) {
        let count = datagrams.len();
        let mut kernel = FakeKernel::new(first(move |asked| {
            let mut answers: Vec<_> = datagrams.iter().map(|bytes| Datagram::new().bytes(bytes)).collect();
            answers.push(Datagram::new().done(asked.sequence, 0));
            answers
        }));
        let mut socket = blocking::open(&mut kernel, &options());
        for _ in 0..=count {
            blocking::ask(&mut socket, Ask::Dump);
        }
        prop_assert_eq!(blocking::ask(&mut socket, Ask::Dump), ["route 1", "route 2", "end"]);
    }
}
