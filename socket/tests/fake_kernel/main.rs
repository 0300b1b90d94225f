//! A fake kernel at the other end of a socket plays what the kernel, and others, have ever been seen to send.
//!
//! Each script is played to the blocking socket and to the asynchronous one, which must tell the same (`play`), and then other
//! requests are made on the same socket, to which it must make no difference.
//!
//! # Bad inputs
//!
//! | number | what | tests |
//! |---|---|---|
//! | 1 to 12 | framing, outcomes, ends | `framing`, whose tests say their number |
//! | 13 to 26 | attributes | `contents`, likewise; what the codec makes of them: `hostile` of the codec |
//! | 27 to 30 | what cannot be written | `sending`, likewise |
//! | 31 | a datagram that is cut | `dumps::an_object_larger_…`, `a_list_grows_…`, `a_list_whose_objects_grow_…`, `an_answer_larger_…`; `listening::an_event_that_is_cut_…` |
//! | 32 | late answers | `waiting::a_late_answer_…`, `a_late_dump_…`, `late_outcomes_…`; interrupted system calls: `signals` of nlwire |
//! | 33 | an overrun | only a real kernel has them: `a_dump_that_loses_messages_…`, `a_receive_buffer_that_overruns_…`, `an_overrun_is_an_event_…` of nlwire; what is lost without one: `batches::a_batch_whose_barrier_…`, `outcomes_that_are_cut_…` |
//! | 34 | what is from others, or for others | `waiting::messages_of_other_requests_…`, `a_flood_of_strays_…`; senders and groups: `a_notification_of_ones_own_request_…` of the program `exchange`; `what_another_process_sends_…` and `what_a_request_socket_did_itself_…` of nlwire |
//! | 35 | bad, then good | `waiting::good_answers_are_taken_…`, and every test that uses `play::play` |
//! | 36 | busy, abandoned | `dumps::another_dump_that_is_refused_as_busy_…`, `a_dump_that_is_refused_as_busy_…`, `a_dump_that_is_left_…`; `dropped` |
//! | 37 | torn dumps, again and again | `dumps::a_torn_dump_…`, `a_list_that_is_always_torn_…` |
//! | 38 | a malformed message in a batch | `sending::a_message_that_is_no_request_…`, `batches::a_batch_whose_barrier_…`; lengths: `a_request_that_is_cut_or_is_none_…` of nlwire |
//! | 39 | a batch of which all fail | `batches::a_batch_of_which_all_fail_…`; that it fits the receive buffer, only a real kernel shows: the test of that name of nlwire |
//! | 40 | dumps without an end | `dumps::a_dump_without_an_end_…`, `a_dump_that_stalls_…` |
//! | 41 | a descriptor that is shared | `waiting::numbers_of_requests_begin_anywhere_…`, `no_request_has_number_zero_…` of the program `exchange`; the rest needs real sockets: `a_dump_on_a_descriptor_of_somebody_elses_…` and the namespaces of nlwire. Ports are always the kernel's choice, so that none clashes |
//! | 42 | old kernels | `waiting::a_socket_has_what_the_other_end_knows_…`, `dumps::a_dump_that_must_be_filtered_…`; nlwire runs on two |
//!
//! # Behaviours
//!
//! | number | what | tests |
//! |---|---|---|
//! | 1, 2 | cut datagrams, large objects | as 31 above; that no link is left out: `a_link_that_is_larger_than_the_buffer_…` of nlwire |
//! | 3 | refusals before the start and at the end | `dumps::a_refusal_before_the_start_…` |
//! | 4 | ends with data, alone, empty | `framing::an_end_comes_with_…`, `an_empty_dump_…`, `an_end_of_any_shape_…` |
//! | 5 | one dump a socket | as 36 above |
//! | 6, 7 | torn dumps | as 37 above; that some kinds never say so is the kernel's affair |
//! | 8, 13 | overruns | as 33 above |
//! | 9 | filters | `dumps::a_dump_that_must_be_filtered_…` |
//! | 10 | a malformed message in a batch | as 38 above |
//! | 11 | what is acknowledged and not done | `sending::a_message_that_is_no_request_…`, `dumps::a_dump_that_the_kernel_only_acknowledges_…` |
//! | 12 | the size of the send buffer | `sending::a_request_larger_than_the_send_buffer_…`, `a_request_that_leaves_no_room_…` |
//! | 14 | echoes and one's own notifications | `waiting::an_object_that_is_echoed_…`; as 34 above |
//! | 15, 16 | senders, ports, numbers | as 34 and 41 above |
//! | 17, 20 | changes in silence, storms of notifications | nothing that a socket could do about: real kernels |
//! | 18 | no acknowledgement of a dump | `a_request_asks_for_its_outcome_…` of the program `exchange` |
//! | 19 | interruptions, missing options | as 32 and 42 above |

mod batches;
mod contents;
mod datagram;
#[cfg(feature = "tokio")]
mod dropped;
mod dumps;
mod framing;
mod kernel;
mod listening;
mod play;
mod random;
mod sending;
mod waiting;
