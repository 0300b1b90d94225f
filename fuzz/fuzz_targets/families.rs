//! Attributes of any bytes, in a message of every kind in turn: each key and each nest of a family is reached, and reads the
//! same in every way.

#![no_main]

#[path = "../../codec/tests/anything/mod.rs"]
mod anything;

use anything::holds::{holds, is_explained_everywhere};
use anything::of_kind;
use libfuzzer_sys::fuzz_target;
use nlwire_codec::route::PROTOCOL;

fuzz_target!(|bytes: &[u8]| {
    let [kind, family, attributes @ ..] = bytes else { return };
    let message = of_kind(&PROTOCOL, (*kind).into(), *family, attributes);
    holds(&message);
    if message.len() <= 1024 {
        is_explained_everywhere(&message);
    }
});
