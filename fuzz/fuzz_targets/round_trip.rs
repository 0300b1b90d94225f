//! A message of any shape that the tables of the protocol allow, and some that they do not: the same as `messages`, but most
//! inputs reach the payloads.

#![no_main]

#[path = "../../codec/tests/anything/mod.rs"]
mod anything;

use anything::Choices;
use anything::holds::{holds, is_explained_everywhere};
use libfuzzer_sys::fuzz_target;
use nlwire_codec::route::PROTOCOL;

fuzz_target!(|choices: &[u8]| {
    let message = anything::message(&PROTOCOL, &mut Choices::new(choices));
    holds(&message);
    if message.len() <= 1024 {
        is_explained_everywhere(&message);
    }
});
