//! Geneve tunnels: what `IFLA_INFO_DATA` holds for kind `geneve` (`linux/if_link.h`).

use core::net::{Ipv4Addr, Ipv6Addr};

use super::vxlan::PortRange;
use crate::payload::{Be, Flag, Struct};
use crate::{attributes, numbers};

attributes! {
    /// A Geneve tunnel.
    pub enum Geneve("IFLA_GENEVE_") {
        /// Its network identifier (VNI), 24 bits.
        ID: u32 = 1,
        /// Where it leads.
        REMOTE: Ipv4Addr = 2,
        /// Time to live of outer packets; 0 is that of the system.
        TTL: u8 = 3,
        /// Type of service of outer packets; 1 is that of the packet inside.
        TOS: u8 = 4,
        /// UDP port that packets go to, in network byte order.
        PORT: Be<u16> = 5,
        /// Each packet says its own tunnel (external).
        COLLECT_METADATA: Flag = 6,
        /// As [`REMOTE`](Self::REMOTE), for IPv6.
        REMOTE6: Ipv6Addr = 7,
        /// Whether outer packets over IPv4 have a UDP checksum.
        UDP_CSUM: u8 = 8,
        /// Whether outer packets over IPv6 have none.
        UDP_ZERO_CSUM6_TX: u8 = 9,
        /// Whether packets without one are taken over IPv6.
        UDP_ZERO_CSUM6_RX: u8 = 10,
        /// IPv6 flow label of outer packets, 20 bits, in network byte order.
        LABEL: Be<u32> = 11,
        /// Whether the time to live is that of the packet inside.
        TTL_INHERIT: u8 = 12,
        /// Whether outer packets over IPv4 may be fragmented.
        DF: GeneveDf = 13,
        /// Packets inside may be other than Ethernet frames.
        INNER_PROTO_INHERIT: Flag = 14,
        /// UDP ports that packets come from.
        PORT_RANGE: Struct<PortRange> = 15,
        /// With a hint for the receiver of how packets were put together.
        GRO_HINT: Flag = 16,
        /// The address that packets come from.
        LOCAL: Ipv4Addr = 17,
        /// As [`LOCAL`](Self::LOCAL), for IPv6.
        LOCAL6: Ipv6Addr = 18,
    }
}

numbers! {
    /// Whether outer packets of a Geneve tunnel may be fragmented (`GENEVE_DF_*`).
    pub struct GeneveDf(u8, "GENEVE_DF_") {
        /// They may.
        UNSET = 0,
        /// They may not.
        SET = 1,
        /// As the packet inside.
        INHERIT = 2,
    }
}
