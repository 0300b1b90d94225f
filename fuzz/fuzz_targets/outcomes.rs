//! Outcomes of requests, with explanations that point anywhere: they are read, and what they point to is found by name.

#![no_main]

#[path = "../../codec/tests/anything/mod.rs"]
mod anything;

use anything::Choices;
use anything::holds::holds;
use anything::outcomes::{is_explained, outcome};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|choices: &[u8]| {
    let (request, outcome) = outcome(&mut Choices::new(choices));
    holds(&outcome);
    is_explained(&request, &outcome);
});
