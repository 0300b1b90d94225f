//! IPv6 prefixes that a router announced (`RTM_NEWPREFIX`, `PREFIX_*`, `linux/rtnetlink.h`).

use core::net::Ipv6Addr;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use crate::number::Native;
use crate::payload::Struct;
use crate::{attributes, flags, messages};

/// `struct prefixmsg`: the fixed header of prefix messages.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+-------------------------------+
/// |    family     |     pad1      |             pad2              |
/// +---------------+---------------+-------------------------------+
/// |                             index                             |
/// +---------------+---------------+---------------+---------------+
/// |     kind      |  prefix_len   |     flags     |     pad3      |
/// +---------------+---------------+---------------+---------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family: `AF_INET6` (`prefix_family`).
    pub family: Native<Family>,
    /// Zero (`prefix_pad1`).
    pub pad1: u8,
    /// Zero (`prefix_pad2`).
    pub pad2: Native<u16>,
    /// Index of the interface by which it came (`prefix_ifindex`).
    pub index: Native<i32>,
    /// Kind of the option in the announcement: 3, prefix information (`prefix_type`; RFC 4861).
    pub kind: u8,
    /// Bits of the prefix (`prefix_len`).
    pub prefix_len: u8,
    /// Flags (`prefix_flags`).
    pub flags: Native<PrefixFlags>,
    /// Zero (`prefix_pad3`).
    pub pad3: u8,
}

messages! {
    /// A router announced a prefix.
    pub NewPrefix("RTM_NEWPREFIX") = 52: Header, Prefix;
}

attributes! {
    /// Attributes of prefixes.
    pub enum Prefix("PREFIX_") {
        /// The prefix.
        ADDRESS: Ipv6Addr = 1,
        /// How long it lives.
        CACHEINFO: Struct<CacheInfo> = 2,
    }
}

flags! {
    /// Flags of a prefix, as they stand in the announcement (`ND_OPT_PI_FLAG_*`, `netinet/icmp6.h`; RFC 4861).
    ///
    /// Older kernels say it by two bits of their own instead, [`OLD_ONLINK`](Self::OLD_ONLINK) and
    /// [`OLD_AUTOCONF`](Self::OLD_AUTOCONF); [`is_on_link`](Self::is_on_link) and
    /// [`is_autonomous`](Self::is_autonomous) know both.
    pub struct PrefixFlags(u8, "ND_OPT_PI_FLAG_") {
        /// Its addresses are on the link.
        ONLINK = 0x80,
        /// Hosts make their addresses of it.
        AUTO = 0x40,
        /// The prefix holds the router's whole address (RFC 6275).
        RADDR = 0x20,
    }
}

impl PrefixFlags {
    /// `IF_PREFIX_ONLINK`: [`ONLINK`](Self::ONLINK) from a kernel before 6.7 that did not take the change over.
    pub const OLD_ONLINK: Self = Self(0x01);
    /// `IF_PREFIX_AUTOCONF`: [`AUTO`](Self::AUTO) from a kernel before 6.7 that did not take the change over.
    pub const OLD_AUTOCONF: Self = Self(0x02);

    /// Whether its addresses are on the link.
    pub fn is_on_link(self) -> bool {
        self.intersects(Self::ONLINK | Self::OLD_ONLINK)
    }

    /// Whether hosts make their addresses of it.
    pub fn is_autonomous(self) -> bool {
        self.intersects(Self::AUTO | Self::OLD_AUTOCONF)
    }
}

/// `struct prefix_cacheinfo`: how long a prefix lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct CacheInfo {
    /// Seconds that its addresses are preferred; [`FOREVER`](Self::FOREVER) is without end (`preferred_time`).
    pub preferred: Native<u32>,
    /// Seconds that its addresses are valid; [`FOREVER`](Self::FOREVER) is without end (`valid_time`).
    pub valid: Native<u32>,
}

impl CacheInfo {
    /// The number of seconds that stands for no end.
    pub const FOREVER: u32 = u32::MAX;
}

// What iproute2 and kernels wrote on a little-endian machine, with sequence numbers and ports set to zero.
#[cfg(all(test, target_endian = "little"))]
mod tests {
    use std::format;

    use super::*;
    use crate::RawMessage;
    use crate::route::testing::bytes;

    #[test]
    fn a_prefix_comes_with_the_flags_of_the_announcement() {
        let message = bytes(
            "3c000000340000000000000000000000 0a000000020000000340c000 \
            1400010020010db8007700000000000000000000 0c00020008070000100e0000",
        );
        let prefix = RawMessage::first(&message).unwrap().read::<NewPrefix>().unwrap().unwrap();
        assert_eq!(prefix.header.flags, PrefixFlags::ONLINK | PrefixFlags::AUTO);
        assert_eq!((prefix.header.prefix_len, prefix.header.index.get()), (64, 2));
        let address = prefix.attributes().get(Prefix::ADDRESS).unwrap().unwrap();
        assert_eq!(format!("{address}"), "2001:db8:77::");
        let lifetime = prefix.attributes().get(Prefix::CACHEINFO).unwrap().unwrap();
        assert_eq!((lifetime.preferred.get(), lifetime.valid.get()), (1800, 3600));
    }

    #[test]
    fn older_kernels_say_the_flags_by_bits_of_their_own() {
        for (bits, on_link, autonomous) in
            [(0x80, true, false), (0x40, false, true), (0x03, true, true), (0x20, false, false)]
        {
            let flags = PrefixFlags::from_bits_retain(bits);
            assert_eq!((flags.is_on_link(), flags.is_autonomous()), (on_link, autonomous));
        }
    }
}
