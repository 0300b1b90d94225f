//! Netlink messages from bytes to meaning and back: without std, without allocation, without unsafe code, and without a
//! panic on any input.
//!
//! Netlink is how Linux is told about links, addresses and routes, and tells about them. A datagram holds messages; a
//! message is a header, the fixed header of its kind, and attributes; an attribute is a length, a number and a payload,
//! which may be attributes again:
//!
//! ```text
//! datagram  ┌ message ─────────────────────────────────────────────┐┌ message ───
//!           │ MessageHeader │ fixed header │ attribute │ attribute …││ …
//!           └───────────────────────────────────────────────────────┘└────────────
//!                               attribute = length, number, payload, padding to 4
//! ```
//!
//! # Reading and writing
//!
//! Every attribute is a typed [`Key`], a constant such as [`Route::GATEWAY`](route::route::Route::GATEWAY). The same key
//! reads and writes:
//!
//! ```
//! use nlwire_codec::route::Family;
//! use nlwire_codec::route::route::{Header, NewRoute, Route, RouteProtocol};
//! use nlwire_codec::{Envelope, Flags, Message, Messages, Tail};
//! use std::net::{IpAddr, Ipv4Addr};
//!
//! // Into any borrowed buffer: what does not fit is an error, and is undone.
//! let mut buffer = [0; 128];
//! let mut tail = Tail::new(&mut buffer);
//! let header = Header { family: Family::INET.into(), dst_len: 8, protocol: RouteProtocol::STATIC.into(), ..Header::default() };
//! NewRoute::emit(&mut tail, Envelope::request(Flags::CREATE), header, |route| {
//!     route.put(Route::DST, IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)))?.put(Route::OIF, 7)
//! })?;
//!
//! // From a datagram: nothing is copied but what is read.
//! for message in Messages::new(tail.written()) {
//!     let Some(route) = message?.read::<NewRoute>()? else { continue };
//!     assert_eq!(route.header.protocol, RouteProtocol::STATIC);
//!     for attribute in route.attributes() {
//!         let attribute = attribute?;
//!         if let Some(destination) = attribute.read(Route::DST)? {
//!             assert_eq!(destination.to_string(), "10.0.0.0");
//!         } else if let Some(interface) = attribute.read(Route::OIF)? {
//!             assert_eq!(interface, 7);
//!         }
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Three ways to read, from the fastest: iterate and [`Attribute::read`] for many fields in one pass; [`Attributes::get`] for
//! one or two; [`Attributes::table`] for many fields of a large message. Whatever has no key here is reached as it is
//! ([`Attribute::payload`]) and can be written again ([`Emit::put_back`]).
//!
//! # The rooms
//!
//! [`header`] what all messages begin with · [`number`] integers, named numbers, flags · [`payload`] and [`nest`] what
//! attributes carry · [`attribute`] keys and sets · [`emit`] writing · [`message`] messages · [`control`] outcomes ·
//! [`schema`], [`walk`] and [`protocol`] the same tables as data: `Debug`, paths, emission of all that was read · then one
//! module a family: [`route`].

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::std_instead_of_core,
        clippy::alloc_instead_of_core
    )
)]
// In tests a panic is how a failure is told.

#[cfg(test)]
extern crate std;

pub mod attribute;
pub mod control;
pub mod emit;
pub mod error;
pub mod header;
pub mod message;
pub mod nest;
pub mod number;
pub mod payload;
pub mod protocol;
pub mod schema;
pub mod tail;
pub mod walk;

pub mod route;

pub use attribute::{Attribute, Attributes, Key, Set, Table};
pub use emit::{Emit, Emitted};
pub use error::{EmitError, EmitErrorKind, ParseError, ParseErrorKind};
pub use header::Flags;
pub use message::{Envelope, Message, Messages, RawMessage, View};
pub use protocol::Protocol;
pub use tail::{Buffer, Tail};

#[doc(hidden)]
pub use {bitflags, zerocopy};
