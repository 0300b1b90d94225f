//! A datagram of any bytes: its messages are printed, explained at every byte, and written again.

#![no_main]

#[path = "../../codec/tests/anything/mod.rs"]
mod anything;

use anything::holds::{holds, is_explained_everywhere};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|datagram: &[u8]| {
    holds(datagram);
    // That takes the square of the length.
    if datagram.len() <= 1024 {
        is_explained_everywhere(datagram);
    }
});
