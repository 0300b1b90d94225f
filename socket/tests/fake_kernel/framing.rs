//! Datagrams and messages that are not as they should be: inputs 1 to 12.

use nlwire_codec::Flags;

use crate::datagram::{DONE, Datagram, ERROR, MULTI, NEW_LINK, NEW_ROUTE, attribute, route, stated_attribute};
use crate::play::{Ask, dump, play, request};

/// 1
#[test]
fn a_message_shorter_than_its_header_ends_the_dump_with_an_error() {
    for length in 0..16 {
        let told = dump(move |n| {
            let broken = Datagram::new().route(n, 1).stated(length, NEW_ROUTE, MULTI, n, &route(2)).route(n, 3);
            vec![broken, Datagram::new().done(n, 0)]
        });
        assert_eq!(told[0], "route 1", "{length}");
        assert!(told[1].starts_with("unreadable: at byte 28") && told[1].contains("is less than"), "{told:?}");
        assert_eq!(told.len(), 2, "{told:?}");
    }
}

/// 2
#[test]
fn a_message_longer_than_the_datagram_ends_the_dump_with_an_error() {
    for length in [29, 30, 31, 0x7fff_ffff, 0x8000_0000, 0xffff_fffd, u32::MAX] {
        let told = dump(move |n| {
            vec![Datagram::new().route(n, 1).stated(length, NEW_ROUTE, MULTI, n, &route(2)), Datagram::new().done(n, 0)]
        });
        assert_eq!(told[0], "route 1", "{length}");
        assert!(told[1].starts_with("unreadable: at byte 28") && told[1].contains("is more than"), "{told:?}");
        assert_eq!(told.len(), 2, "{told:?}");
    }
}

/// 3
#[test]
fn a_length_that_is_no_multiple_of_four_is_one_in_the_middle_and_at_the_end() {
    for padding in 1..4 {
        let told = dump(move |n| {
            let odd = |datagram: Datagram| {
                datagram.message(NEW_ROUTE, MULTI, n, &[&route(2)[..], &vec![0; padding]].concat())
            };
            vec![odd(odd(Datagram::new()).route(n, 3)), Datagram::new().done(n, 0)]
        });
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[0].starts_with("route 2") && told[2].starts_with("route 2"), "{told:?}");
        assert_eq!((&*told[1], &*told[3]), ("route 3", "end"));
    }
}

/// 4
#[test]
fn bytes_behind_the_last_message_are_an_error() {
    for count in 1..16 {
        let told = dump(move |n| vec![Datagram::new().route(n, 1).bytes(&vec![0; count]), Datagram::new().done(n, 0)]);
        assert_eq!(told[0], "route 1");
        assert!(told[1].starts_with("unreadable: at byte 28") && told[1].contains("bytes are left"), "{told:?}");
        assert_eq!(told.len(), 2, "{told:?}");
    }
}

/// 4
#[test]
fn a_datagram_without_anything_in_it_is_nothing() {
    let told =
        dump(|n| vec![Datagram::new(), Datagram::new().route(n, 1), Datagram::new(), Datagram::new().done(n, 0)]);
    assert_eq!(told, ["route 1", "end"]);
}

/// 5
#[test]
fn an_object_shorter_than_its_fixed_header_is_an_error_and_the_next_is_read() {
    for length in [0, 1, 4, 11] {
        let told = dump(move |n| {
            let short = Datagram::new().message(NEW_ROUTE, MULTI, n, &route(1)[..length]);
            vec![short.route(n, 2).done(n, 0)]
        });
        assert!(told[0].contains("less than its fixed header"), "{told:?}");
        assert_eq!(told[1..], ["route 2", "end"]);
    }
}

/// 6
#[test]
fn what_stands_behind_a_fixed_header_is_read_as_attributes_whatever_it_is() {
    let told = dump(|n| vec![Datagram::new().route_with(n, Flags::MULTI, 1, &[0; 4]).route(n, 2).done(n, 0)]);
    assert!(told[0].starts_with("route 1, at byte 28"), "{told:?}");
    assert_eq!(told[1..], ["route 2", "end"]);
}

/// 7
#[test]
fn an_object_of_another_kind_is_an_error_and_the_next_is_read() {
    for kind in [NEW_LINK, 0x7fff, u16::MAX] {
        let told = dump(move |n| vec![Datagram::new().message(kind, MULTI, n, &route(1)).route(n, 2).done(n, 0)]);
        assert_eq!(told, [format!("unexpected: {kind}"), "route 2".into(), "end".into()]);
    }
}

/// 7
#[test]
fn control_messages_that_mean_nothing_are_passed_over() {
    for kind in [0, 1].into_iter().chain(4..16) {
        let told =
            dump(move |n| vec![Datagram::new().route(n, 1).message(kind, MULTI, n, &[0; 20]).route(n, 2).done(n, 0)]);
        assert_eq!(told, ["route 1", "route 2", "end"], "{kind}");
    }
}

/// 8
#[test]
fn parts_and_an_end_need_no_flag_that_says_so() {
    let told = dump(|n| {
        let part = Datagram::new().route_with(n, Flags::empty(), 1, &[]);
        vec![part, Datagram::new().message(DONE, 0, n, &[0; 4])]
    });
    assert_eq!(told, ["route 1", "end"]);
}

/// 9
#[test]
fn an_end_of_any_shape_is_an_end() {
    let acknowledged = MULTI | Flags::ACK_TLVS.0;
    for (length, flags) in
        [(0, MULTI), (1, MULTI), (3, MULTI), (4, MULTI), (9, MULTI), (4, acknowledged), (7, acknowledged)]
    {
        let told = dump(move |n| vec![Datagram::new().route(n, 1).message(DONE, flags, n, &vec![0; length])]);
        assert_eq!(told, ["route 1", "end"], "{length} {flags:x}");
    }
}

/// 9
#[test]
fn an_end_with_a_code_is_a_refusal_unless_that_is_positive() {
    assert_eq!(dump(|n| vec![Datagram::new().route(n, 1).done(n, 5)]), ["route 1", "end"]);
    let told = dump(|n| vec![Datagram::new().route(n, 1).done(n, -2)]);
    assert_eq!(told, ["route 1", "refused: No such file or directory (os error 2)"]);
    let told = dump(|n| vec![Datagram::new().route(n, 1).done(n, i32::MIN)]);
    assert!(told[1].contains(&i32::MAX.to_string()), "{told:?}");
}

/// 10
#[test]
fn an_outcome_without_a_code_is_an_error_and_one_without_the_request_is_read() {
    for length in 0..4 {
        let told = request(move |n| vec![Datagram::new().message(ERROR, 0, n, &vec![0; length])]);
        assert!(told[0].contains("less than its fixed header"), "{told:?}");
    }
    for length in 4..20 {
        let told = request(move |n| {
            let code = (-libc::EEXIST).to_ne_bytes();
            vec![Datagram::new().message(ERROR, 0, n, &[&code[..], &vec![0; length - 4]].concat())]
        });
        assert_eq!(told, ["refused: File exists (os error 17)"], "{length}");
    }
}

/// 10
#[test]
fn the_copy_of_a_request_may_state_any_length_and_the_explanation_may_be_broken() {
    for (flags, stated) in [(0, 0), (0, u32::MAX), (0, 70_000), (Flags::CAPPED.0, 0), (Flags::CAPPED.0, u32::MAX)] {
        let explanations =
            [vec![0; 4], stated_attribute(3, 1, &[0; 4]), attribute(1, &[0xff, 0xfe]), attribute(2, &[0xff; 4])];
        for explanation in explanations {
            let told = request(move |n| {
                let code = (-libc::EEXIST).to_ne_bytes();
                let copy = [&stated.to_ne_bytes()[..], &[0; 12]].concat();
                let payload = [&code[..], &copy, &explanation].concat();
                vec![Datagram::new().message(ERROR, flags | Flags::ACK_TLVS.0, n, &payload)]
            });
            assert_eq!(told, ["refused: File exists (os error 17)"]);
        }
    }
}

/// 10
#[test]
fn a_refusal_with_a_copy_of_more_than_64_kilobytes_is_cut_and_then_fits() {
    let refused = |n: u32| {
        let code = (-libc::EEXIST).to_ne_bytes();
        vec![Datagram::new().message(ERROR, 0, n, &[&code[..], &vec![0; 70_000]].concat())]
    };
    assert_eq!(request(refused), ["truncated: 70020"]);
    let told =
        crate::play::play_with(&crate::play::options(), &[Ask::Request; 2], move |asked| refused(asked.sequence));
    assert_eq!(told, [["truncated: 70020"], ["refused: File exists (os error 17)"]]);
}

/// 10
#[test]
fn a_refusal_is_told_in_the_kernels_words_with_or_without_their_nul() {
    for words in [&b"No"[..], b"No\0", b"No\0\0\0"] {
        let told = request(move |n| vec![Datagram::new().explained(n, -libc::EPERM, &attribute(1, words))]);
        assert_eq!(told, ["refused: Operation not permitted (os error 1): No"]);
    }
}

/// 11
#[test]
fn an_empty_dump_is_an_end_alone() {
    assert_eq!(dump(|n| vec![Datagram::new().done(n, 0)]), ["end"]);
}

/// 11
#[test]
fn an_end_comes_with_the_last_objects_or_behind_them() {
    assert_eq!(dump(|n| vec![Datagram::new().route(n, 1).done(n, 0)]), ["route 1", "end"]);
    assert_eq!(dump(|n| vec![Datagram::new().route(n, 1), Datagram::new().done(n, 0)]), ["route 1", "end"]);
}

/// 12
#[test]
fn what_stands_behind_an_end_is_not_looked_at() {
    let told = dump(|n| vec![Datagram::new().route(n, 1).done(n, 0).route(n, 2).done(n, -5)]);
    assert_eq!(told, ["route 1", "end"]);
    let told = dump(|n| vec![Datagram::new().route(n, 1).done(n, 0), Datagram::new().route(n, 2).done(n, -5)]);
    assert_eq!(told, ["route 1", "end"]);
    let told = play(Ask::Dump, |asked| vec![Datagram::new().done(asked.sequence, 0).bytes(&[0; 5])]);
    assert_eq!(told, ["end"]);
}
