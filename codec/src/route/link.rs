//! Links (`RTM_*LINK`, `linux/if_link.h`).

use zerocopy::native_endian::{I32, U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use crate::number::Native;
use crate::payload::Str;
use crate::{attributes, messages};

/// `struct ifinfomsg`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family.
    pub family: Native<Family>,
    /// Padding.
    pub pad: u8,
    /// type
    pub kind: U16,
    /// Index
    pub index: I32,
    /// flags
    pub flags: U32,
    /// change
    pub change: U32,
}

messages! {
    /// A link.
    pub NewLink("RTM_NEWLINK") = 16: Header, Link;
}

attributes! {
    /// Attributes of links.
    pub enum Link("IFLA_") {
        /// Name.
        IFNAME: Str = 3,
        /// Mtu
        MTU: u32 = 4,
    }
}
