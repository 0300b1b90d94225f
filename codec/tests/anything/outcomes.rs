//! Outcomes of requests: what explains them is read, and what they point to is found in the request by name.

use nlwire_codec::control::{Acknowledgement, ExtendedAck};
use nlwire_codec::route::PROTOCOL;
use nlwire_codec::{Attributes, RawMessage};

use super::{Choices, attribute, framed, message};

const CAPPED: u16 = 0x100;
const EXPLAINED: u16 = 0x200;

/// A request, and an outcome of it as a kernel may send it, or nobody: with any code, with the request or without, and with
/// explanations that point anywhere.
pub(crate) fn outcome(choices: &mut Choices<'_>) -> (Vec<u8>, Vec<u8>) {
    let request = message(&PROTOCOL, choices);
    let is_end = choices.seldom(4);
    let flags = choices.of(&[EXPLAINED, EXPLAINED | CAPPED, CAPPED, 0]);
    let code = choices.of(&[-22, -17, -1, 0, 1, i32::MIN, i32::MAX]);
    let mut payload = code.to_ne_bytes().to_vec();
    if !is_end {
        payload.extend(if flags & CAPPED != 0 || code == 0 { &request[..16] } else { &request });
        payload.resize(payload.len().next_multiple_of(4), 0);
    }
    for _ in 0..choices.below(5) {
        let offset = choices.below(request.len() + 8) as u32;
        let offset = if choices.seldom(8) { u32::MAX - 3 } else { offset };
        payload.extend(match choices.below(6) {
            0 => attribute(1, choices.of(&[&b"no\0"[..], b"no", b"\xff\0", b""])),
            1 => attribute(2, &offset.to_ne_bytes()),
            2 => attribute(5, &(choices.below(300) as u32).to_ne_bytes()),
            3 => attribute(6, &offset.to_ne_bytes()),
            4 => attribute(4, &attribute(1, &3_u32.to_ne_bytes())),
            _ => {
                let number = choices.below(8) as u16;
                let count = choices.below(12);
                attribute(number, &choices.bytes(count))
            }
        });
    }
    let mut bytes = framed(if is_end { 3 } else { 2 }, flags, &payload);
    // Any byte behind the message's own length may be another.
    for _ in 0..choices.below(3) {
        let at = 4 + choices.below(bytes.len() - 4);
        bytes[at] ^= choices.byte();
    }
    (request, bytes)
}

/// What must hold for an outcome of any bytes, as that of any request.
pub(crate) fn is_explained(request: &[u8], outcome: &[u8]) {
    let (Some(request), Some(message)) = (RawMessage::first(request), RawMessage::first(outcome)) else { return };
    let Ok(Some(outcome)) = Acknowledgement::read(&message) else { return };
    assert!(!format!("{outcome:?}").is_empty() && outcome.errno() >= 0);
    assert!(outcome.echo().len() <= message.bytes().len());
    let explained: Attributes<'_, ExtendedAck> = outcome.extended();
    let echo = RawMessage::first(outcome.echo()).unwrap_or(request);
    let (mut number, mut nest) = (None, None);
    for attribute in explained.iter().map_while(Result::ok) {
        if let Ok(Some(text)) = attribute.read(ExtendedAck::MSG) {
            assert!(text.len() <= attribute.payload().len());
        } else if let Ok(Some(offset)) = attribute.read(ExtendedAck::OFFS) {
            points_into(&request, offset);
            points_into(&echo, offset);
        } else if let Ok(Some(missing)) = attribute.read(ExtendedAck::MISS_TYPE) {
            number = u16::try_from(missing).ok();
        } else if let Ok(Some(offset)) = attribute.read(ExtendedAck::MISS_NEST) {
            nest = Some(offset);
        }
    }
    if let Some(number) = number {
        let missing = PROTOCOL.path_of_missing(&request, nest, number);
        let around = nest.map(|offset| PROTOCOL.path(&request, offset)).unwrap_or_default();
        assert!(missing.steps().starts_with(around.steps()) && !missing.is_empty());
        assert!(!missing.to_string().is_empty());
    }
}

/// The path to a place begins with the attribute of the message that is there, as counted here by hand, or is empty where
/// none is.
fn points_into(message: &RawMessage<'_>, offset: u32) {
    let path = PROTOCOL.path(message, offset);
    assert!(path.steps().len() <= 16 && path.is_empty() == path.to_string().is_empty());
    let Some(row) = PROTOCOL.message(message.kind()) else {
        assert!(path.is_empty());
        return;
    };
    let bytes = message.bytes();
    let mut at = 16 + row.header.next_multiple_of(4);
    let mut there = false;
    while let Some(&[a, b, _, _]) = bytes.get(at..at + 4) {
        let length = usize::from(u16::from_ne_bytes([a, b]));
        if length < 4 || at + length > bytes.len() {
            break;
        }
        there |= (at..at + length).contains(&(offset as usize));
        at += length.next_multiple_of(4);
    }
    assert_eq!(path.is_empty(), !there, "byte {offset} of {bytes:02x?}");
}
