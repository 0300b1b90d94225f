//! A fake kernel.

mod datagram;
mod framing;
mod kernel;
mod play;
