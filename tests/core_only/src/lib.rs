//! The codec in a program that has only `core`.
//!
//! A `staticlib` is a whole program to the compiler. It has a panic handler of its own, so that std, which has one too, cannot
//! be among its crates; and no allocator, which the crate `alloc` cannot do without. `tests/core_only/run` builds it, and also
//! makes sure that it does *not* build when the codec needs either.

#![no_std]

use core::panic::PanicInfo;

use nlwire_codec::route::PROTOCOL;
use nlwire_codec::schema::Tally;
use nlwire_codec::{Messages, Tail};

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

/// Reads every value of every message and writes it again.
pub fn repeat(bytes: &[u8], buffer: &mut [u8]) -> usize {
    let mut tail = Tail::new(buffer);
    let mut tally = Tally::default();
    for message in Messages::new(bytes).flatten() {
        let _ = PROTOCOL.repeat(&message, &mut tail, &mut tally);
    }
    tail.length()
}
