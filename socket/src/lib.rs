//! Netlink sockets on which nothing is lost: requests, dumps, batches, events, and the outcome of each.
//!
//! Below is [`nlwire_codec`], which knows the messages; above is `nlwire`, which knows links and routes. Here is what is
//! between a datagram and an outcome: replies in parts put together, refusals explained, forged and late messages passed
//! over, interrupted dumps told from whole ones.
//!
//! ```no_run
//! use nlwire_codec::route::route::{GetRoute, Header, NewRoute, Route};
//! use nlwire_socket::Socket;
//!
//! let mut socket = Socket::open(&nlwire_codec::route::PROTOCOL)?;
//! let mut routes = 0;
//! let mut dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route))?;
//! while let Some(route) = dump.next()? {
//!     if route.attributes().get(Route::GATEWAY)?.is_some() {
//!         routes += 1;
//!     }
//! }
//! println!("{routes} routes with a gateway");
//! # Ok::<(), nlwire_socket::Error>(())
//! ```
//!
//! | to | there is |
//! |---|---|
//! | ask for one thing, or change one | [`Socket::get`], [`Socket::request`] |
//! | ask for all of a kind | [`Socket::dump`], a cursor that lends |
//! | change very many | [`Socket::batch`], an outcome for each |
//! | hear what changes | [`Events`] |
//! | do all that in another network namespace | [`Socket::open_in`], [`Namespace`] |
//! | do it without blocking a thread | the module `tokio` (feature `tokio`) |
//! | do the I/O oneself | [`exchange`] |
//!
//! The protocol itself is [`Exchange`], which does no I/O; [`Socket`] is a thin loop around it that waits.

#![deny(unsafe_code)]

mod batch;
mod blocking;
mod channel;
mod dump;
mod errno;
mod error;
mod events;
pub mod exchange;
mod namespace;
mod options;
mod policy;
mod receive;
mod reply;
mod socket;
mod sys;
#[cfg(feature = "tokio")]
pub mod tokio;
mod tun;

/// The sockets and what they give, for any way of waiting: [`Blocking`], or `tokio::Tokio`.
pub mod driven {
    pub use crate::batch::Batch;
    pub use crate::dump::Dump;
    pub use crate::events::Events;
    pub use crate::reply::Reply;
    pub use crate::socket::Socket;
}

/// A socket that asks and waits for the outcome, in the calling thread.
pub type Socket = driven::Socket<Blocking>;

/// What comes back on a request, waited for in the calling thread.
pub type Reply<'s> = driven::Reply<'s, Blocking>;

/// A dump, waited for in the calling thread.
pub type Dump<'s, R> = driven::Dump<'s, R, Blocking>;

/// A batch, waited for in the calling thread.
pub type Batch<'s, S> = driven::Batch<'s, S, Blocking>;

/// A socket that listens, in the calling thread.
pub type Events = driven::Events<Blocking>;

pub use batch::{BatchOptions, Outcome, Sink};
pub use blocking::{Blocking, Canceller};
pub use channel::Ended;
pub use errno::Errno;
pub use error::{Error, Refusal};
pub use events::Event;
pub use exchange::{Exchange, Sender};
pub use namespace::Namespace;
pub use options::{Options, Settings};
pub use policy::Expected;
pub use reply::{Filtering, Interruption, Limits};
pub use sys::Instruction;
pub use tun::{TunDevice, TunOptions};
