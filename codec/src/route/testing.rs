//! What the tests of several families use: bytes written down as hexadecimal digits.

use std::format;
use std::string::String;
use std::vec::Vec;

use crate::{EmitError, Tail};

/// What an emission wrote, as hexadecimal digits.
pub(crate) fn emitted(emit: impl FnOnce(&mut Tail<'_>) -> Result<(), EmitError>) -> String {
    let mut buffer = [0xa5; 256];
    let mut tail = Tail::new(&mut buffer);
    emit(&mut tail).unwrap();
    tail.written().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a message that was written down as hexadecimal digits.
pub(crate) fn bytes(wire: &str) -> Vec<u8> {
    let digits = wire.replace(' ', "");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
