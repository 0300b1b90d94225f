//! Objects whose attributes are not as they should be, between two that are: inputs 13 to 26. What the codec makes of each it
//! proves itself; here is seen that the dump goes on.

use nlwire_codec::Flags;

use crate::datagram::{Datagram, attribute, stated_attribute};
use crate::play::dump;

const DST: u16 = 1;
const OIF: u16 = 4;
const METRICS: u16 = 8;
const MULTIPATH: u16 = 9;

/// What is told of a route with these attributes, between two others.
fn told_of(attributes: &[u8]) -> String {
    told_of_family(libc::AF_INET as u8, attributes)
}

fn told_of_family(family: u8, attributes: &[u8]) -> String {
    let attributes = attributes.to_vec();
    let mut told = dump(move |n| {
        let mut datagram = Datagram::new().route(n, 1).route_with(n, Flags::MULTI, 2, &attributes);
        // rtm_family, behind the route before and the message header
        datagram.bytes[28 + 16] = family;
        vec![datagram.route(n, 3).done(n, 0)]
    });
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!((&*told[0], &*told[2], &*told[3]), ("route 1", "route 3", "end"));
    told.swap_remove(1)
}

fn is_wrong(attributes: &[u8], how: &str) {
    let told = told_of(attributes);
    assert!(told.starts_with("route 2, at byte ") && told.contains(how), "{told}");
}

fn is_right(attributes: &[u8]) {
    assert_eq!(told_of(attributes), "route 2");
}

/// 13
#[test]
fn an_attribute_shorter_than_its_header_is_told_and_the_dump_goes_on() {
    for length in 0..4 {
        is_wrong(&stated_attribute(length, OIF, &[0; 4]), "less than its own header");
    }
}

/// 14
#[test]
fn an_attribute_longer_than_its_message_is_told_and_padding_may_be_missing() {
    for length in [9, 10, 11, u16::MAX] {
        is_wrong(&stated_attribute(length, OIF, &[0; 4]), "more than there is");
    }
    is_right(&stated_attribute(7, 1000, &[0; 3]));
}

/// 15
#[test]
fn bytes_behind_the_last_attribute_are_told() {
    for count in 1..4 {
        is_wrong(&[attribute(OIF, &[0; 4]), vec![0; count]].concat(), "bytes are left");
    }
}

/// 16
#[test]
fn a_payload_shorter_than_its_type_is_told() {
    for length in [0, 1, 2, 3] {
        is_wrong(&attribute(OIF, &vec![0; length]), "that are no");
    }
    for length in [3, 5, 15, 17] {
        is_wrong(&attribute(DST, &vec![0; length]), "that are no");
    }
}

/// 17
#[test]
fn an_address_of_another_family_than_the_header_says_is_what_its_length_says() {
    is_right(&attribute(DST, &[0; 16]));
    assert_eq!(told_of_family(libc::AF_INET6 as u8, &attribute(DST, &[0; 4])), "route 2");
}

/// 18
#[test]
fn attributes_of_any_number_with_any_flags_and_several_times_are_taken() {
    for kind in [0, 31, 1000, 0x3fff, 0xc000 | OIF] {
        is_right(&attribute(kind, &[0; 4]));
    }
    is_right(&attribute(OIF, &[0; 4]).repeat(3));
}

/// 19
#[test]
fn nests_without_end_exhaust_nothing() {
    let mut nested = Vec::new();
    for _ in 0..5000 {
        nested = attribute(METRICS, &nested);
        if nested.len() > 20_000 {
            break;
        }
    }
    is_right(&nested);
    is_right(&attribute(METRICS, &[]));
    is_right(&attribute(0x8000 | OIF, &[0; 4]));
}

/// 20
#[test]
fn strings_of_any_kind_are_taken() {
    // RTAX_CC_ALGO in the metrics
    for name in [&b"cubic\0"[..], b"cubic", b"cu\0bic", b"", b"\xff\xfe"] {
        is_right(&attribute(METRICS, &attribute(16, name)));
    }
}

/// 21
#[test]
fn next_hops_with_lengths_that_cannot_be_are_told() {
    for length in [0_u16, 1, 7] {
        is_wrong(&attribute(MULTIPATH, &stated_attribute(length, 0, &[0; 4])), "less than its own header");
    }
    for length in [9_u16, 12, u16::MAX] {
        is_wrong(&attribute(MULTIPATH, &stated_attribute(length, 0, &[0; 4])), "more than there is");
    }
}

/// 22
#[test]
fn an_array_that_ends_in_the_middle_of_an_element_is_taken_as_bytes_of_an_object() {
    // RTA_NEWDST: labels of 4 bytes each. It is read by nobody here, and printed.
    for length in [1, 5, 7] {
        is_right(&attribute(19, &vec![0; length]));
    }
}

/// 23
#[test]
fn an_object_may_lie_at_any_multiple_of_four() {
    let told = dump(|n| {
        let mut datagram = Datagram::new();
        for padding in [4, 8, 12, 16] {
            datagram = datagram.route_with(n, Flags::MULTI, 1, &attribute(1000, &vec![0; padding]));
        }
        vec![datagram.done(n, 0)]
    });
    assert_eq!(told, ["route 1", "route 1", "route 1", "route 1", "end"]);
}

/// 24
#[test]
fn a_number_longer_than_its_type_is_told() {
    is_wrong(&attribute(OIF, &[0; 8]), "that are no");
}

/// 25
#[test]
fn a_nest_whose_length_has_wrapped_leaves_garbage_that_is_told() {
    // It says 8 bytes and holds 12: the third word is taken for a sibling.
    let nest = stated_attribute(8, METRICS, &[&[8, 0, 2, 0][..], &[1, 0, 0, 0]].concat());
    is_wrong(&nest, "less than its own header");
}

/// 26
#[test]
fn an_object_with_the_attributes_of_another_kind_is_told() {
    // IFA_LABEL is 3, IFA_BROADCAST 4, where routes have a number.
    is_wrong(&attribute(OIF, b"eth0:1\0"), "that are no");
}
