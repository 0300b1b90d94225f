//! A fake kernel.

mod batches;
mod contents;
mod datagram;
mod dumps;
mod framing;
mod kernel;
mod play;
mod sending;
mod waiting;
