//! A fake kernel.

mod batches;
mod contents;
mod datagram;
#[cfg(feature = "tokio")]
mod dropped;
mod dumps;
mod framing;
mod kernel;
mod listening;
mod play;
mod sending;
mod waiting;
