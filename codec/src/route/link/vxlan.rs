//! VXLAN tunnels: what `IFLA_INFO_DATA` holds for kind `vxlan` (`linux/if_link.h`).

use core::net::{Ipv4Addr, Ipv6Addr};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::error::EmitErrorKind;
use crate::number::Big;
use crate::payload::{Be, Flag, Payload, Span, Struct};
use crate::schema::{Context, Tally};
use crate::tail::Tail;
use crate::{attributes, numbers};

attributes! {
    /// A VXLAN tunnel.
    pub enum Vxlan("IFLA_VXLAN_") {
        /// Its network identifier (VNI), 24 bits.
        ID: u32 = 1,
        /// Where packets to unknown addresses go, one host or a multicast group.
        GROUP: Ipv4Addr = 2,
        /// Index of the interface below.
        LINK: u32 = 3,
        /// The address that packets come from.
        LOCAL: Ipv4Addr = 4,
        /// Time to live of outer packets; 0 is that of the system.
        TTL: u8 = 5,
        /// Type of service of outer packets; 1 is that of the packet inside.
        TOS: u8 = 6,
        /// Whether addresses are learned.
        LEARNING: u8 = 7,
        /// Seconds that a learned address stays.
        AGEING: u32 = 8,
        /// Most addresses that are learned; 0 is without limit.
        LIMIT: u32 = 9,
        /// UDP ports that packets come from.
        PORT_RANGE: Struct<PortRange> = 10,
        /// Whether ARP is answered for others.
        PROXY: u8 = 11,
        /// Whether packets for a router are sent on at once.
        RSC: u8 = 12,
        /// Whether unknown link addresses are told to programs.
        L2MISS: u8 = 13,
        /// Whether unknown IP addresses are told to programs.
        L3MISS: u8 = 14,
        /// UDP port that packets go to, in network byte order.
        PORT: Be<u16> = 15,
        /// As [`GROUP`](Self::GROUP), for IPv6.
        GROUP6: Ipv6Addr = 16,
        /// As [`LOCAL`](Self::LOCAL), for IPv6.
        LOCAL6: Ipv6Addr = 17,
        /// Whether outer packets over IPv4 have a UDP checksum.
        UDP_CSUM: u8 = 18,
        /// Whether outer packets over IPv6 have none.
        UDP_ZERO_CSUM6_TX: u8 = 19,
        /// Whether packets without one are taken over IPv6.
        UDP_ZERO_CSUM6_RX: u8 = 20,
        /// Whether the checksum inside is left to the receiver.
        REMCSUM_TX: u8 = 21,
        /// Whether it is made here for packets that come in so.
        REMCSUM_RX: u8 = 22,
        /// With the group policy extension.
        GBP: Flag = 23,
        /// Without checksums that are half made.
        REMCSUM_NOPARTIAL: Flag = 24,
        /// Whether each packet says its own tunnel (external).
        COLLECT_METADATA: u8 = 25,
        /// IPv6 flow label of outer packets, 20 bits, in network byte order.
        LABEL: Be<u32> = 26,
        /// With the generic protocol extension.
        GPE: Flag = 27,
        /// Whether the time to live is that of the packet inside.
        TTL_INHERIT: TtlInherit = 28,
        /// Whether outer packets over IPv4 may be fragmented.
        DF: VxlanDf = 29,
        /// Whether only listed network identifiers are taken.
        VNIFILTER: u8 = 30,
        /// Whether packets for another tunnel of this host go there at once.
        LOCALBYPASS: u8 = 31,
        /// Where the flow label comes from.
        LABEL_POLICY: VxlanLabelPolicy = 32,
        /// Bits of the header that are taken for reserved: packets that have one set are dropped.
        RESERVED_BITS: [u8; 8] = 33,
        /// Whether multicast packets are routed.
        MC_ROUTE: u8 = 34,
    }
}

/// `struct ifla_vxlan_port_range`: UDP ports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct PortRange {
    /// The first, in network byte order (`low`).
    pub low: Big<u16>,
    /// The last, in network byte order (`high`).
    pub high: Big<u16>,
}

numbers! {
    /// Whether outer packets of a VXLAN tunnel may be fragmented (`VXLAN_DF_*`).
    pub struct VxlanDf(u8, "VXLAN_DF_") {
        /// They may.
        UNSET = 0,
        /// They may not.
        SET = 1,
        /// As the packet inside.
        INHERIT = 2,
    }
}

numbers! {
    /// Where the flow label of a VXLAN tunnel comes from (`VXLAN_LABEL_*`).
    pub struct VxlanLabelPolicy(u32, "VXLAN_LABEL_") {
        /// It is [`Vxlan::LABEL`].
        FIXED = 0,
        /// From the packet inside.
        INHERIT = 1,
    }
}

/// The payload of [`Vxlan::TTL_INHERIT`]: the kernel sends 0 or 1 in a byte, and takes only an attribute without payload.
///
/// So `true` is written without payload. A kernel that is asked to refuses `false`: leave it away.
#[derive(Debug)]
pub enum TtlInherit {}

impl Payload for TtlInherit {
    type Value<'a> = bool;
    const NAME: &'static str = "u8 or flag";

    fn read(span: Span<'_>) -> Option<bool> {
        match span.bytes {
            [] => Some(true),
            [value] => Some(*value != 0),
            _ => None,
        }
    }

    fn write(value: bool, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        if value { Ok(()) } else { out.put(&[0]) }
    }

    fn repeat(
        span: Span<'_>,
        _context: &Context<'_>,
        out: &mut Tail<'_>,
        tally: &mut Tally,
    ) -> Result<(), EmitErrorKind> {
        if Self::read(span).is_none() {
            tally.unreadable = tally.unreadable.saturating_add(1);
        }
        out.put(span.bytes)
    }
}
