//! Netlink sockets on which nothing is lost: requests, dumps, and the outcome of each.
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
//! The protocol itself is [`Exchange`], which does no I/O; [`Socket`] is a thin loop around it that waits.

#![deny(unsafe_code)]

mod dump;
mod error;
mod exchange;
mod namespace;
mod receive;
mod socket;
mod sys;

pub use dump::Dump;
pub use error::{Error, Refusal};
pub use exchange::{End, Event, Exchange};
pub use namespace::Namespace;
pub use socket::{Options, Settings, Socket, Step};
pub use sys::Sender;
