//! A fake kernel.

mod contents;
mod datagram;
mod framing;
mod kernel;
mod play;
mod sending;
