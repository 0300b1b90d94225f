//! x
pub use {nlwire_codec as codec, nlwire_socket as socket};
