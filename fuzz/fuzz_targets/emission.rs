//! Attributes of every kind of payload, written as choices have it, also into buffers that are too small: what is read is what
//! was written.

#![no_main]

#[path = "../../codec/tests/anything/mod.rs"]
mod anything;

use anything::Choices;
use anything::emission::is_read_as_written;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|choices: &[u8]| is_read_as_written(&mut Choices::new(choices)));
