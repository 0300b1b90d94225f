//! GRE tunnels: what `IFLA_INFO_DATA` holds for kinds `gre`, `gretap`, `erspan`, `ip6gre`, `ip6gretap` and `ip6erspan`
//! (`linux/if_tunnel.h`).

use super::ip_tunnel::{EncapFlags, EncapKind, Ip6TunnelFlags};
use crate::payload::{Be, Flag, Ip};
use crate::{attributes, flags};

attributes! {
    /// A GRE tunnel.
    pub enum Gre("IFLA_GRE_") {
        /// Index of the interface below; 0 is any.
        LINK: u32 = 1,
        /// What packets that come in must have, in network byte order.
        IFLAGS: Be<GreFlags> = 2,
        /// What packets that go out have, in network byte order.
        OFLAGS: Be<GreFlags> = 3,
        /// Key of packets that come in, in network byte order.
        IKEY: Be<u32> = 4,
        /// Key of packets that go out, in network byte order.
        OKEY: Be<u32> = 5,
        /// Address of this end.
        LOCAL: Ip = 6,
        /// Address of the other end.
        REMOTE: Ip = 7,
        /// Time to live of outer packets; 0 is that of the packet inside.
        TTL: u8 = 8,
        /// Type of service of outer packets; 1 is that of the packet inside.
        TOS: u8 = 9,
        /// Whether the MTU of the path is found out.
        PMTUDISC: u8 = 10,
        /// How many tunnels may be in one another (IPv6).
        ENCAP_LIMIT: u8 = 11,
        /// Traffic class and flow label (IPv6), in network byte order.
        FLOWINFO: Be<u32> = 12,
        /// Flags (IPv6).
        FLAGS: Ip6TunnelFlags = 13,
        /// Into what packets are wrapped further.
        ENCAP_TYPE: EncapKind = 14,
        /// How.
        ENCAP_FLAGS: EncapFlags = 15,
        /// UDP port that those come from, in network byte order; 0 is any.
        ENCAP_SPORT: Be<u16> = 16,
        /// UDP port that those go to, in network byte order.
        ENCAP_DPORT: Be<u16> = 17,
        /// Each packet says its own tunnel (external).
        COLLECT_METADATA: Flag = 18,
        /// Whether packets that must not be fragmented are all the same.
        IGNORE_DF: u8 = 19,
        /// Mark of outer packets.
        FWMARK: u32 = 20,
        /// ERSPAN version 1: index of the port, 20 bits.
        ERSPAN_INDEX: u32 = 21,
        /// ERSPAN version: 0, 1 or 2.
        ERSPAN_VER: u8 = 22,
        /// ERSPAN version 2: 0 for what came in, 1 for what goes out.
        ERSPAN_DIR: u8 = 23,
        /// ERSPAN version 2: number of the hardware, 6 bits.
        ERSPAN_HWID: u16 = 24,
    }
}

flags! {
    /// What GRE packets have (`GRE_*`, `linux/if_tunnel.h`).
    pub struct GreFlags(u16, "GRE_") {
        /// A checksum.
        CSUM = 0x8000,
        /// A route.
        ROUTING = 0x4000,
        /// A key.
        KEY = 0x2000,
        /// A number.
        SEQ = 0x1000,
        /// A strict route.
        STRICT = 0x0800,
        /// An acknowledgement.
        ACK = 0x0080,
    }
}
