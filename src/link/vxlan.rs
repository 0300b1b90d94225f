//! VXLAN and Geneve tunnels.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use crate::codec::route::link::{geneve, vxlan as wire};
use crate::setting::settings;
use crate::shown::{Form, Hex, Show, Shown};
use crate::word::words;

pub use crate::codec::route::link::geneve::GeneveDf;
pub use crate::codec::route::link::vxlan::{VxlanDf, VxlanLabelPolicy};

settings! {
    /// A VXLAN tunnel.
    pub struct Vxlan of wire::Vxlan, tidy Vxlan::without_nowhere, asked Vxlan::without_what_is_off {
        /// Its network identifier (VNI), 24 bits.
        [add] id: u32 = ID,
        /// Where packets to unknown addresses go, one host or a multicast group.
        group: IpAddr = GROUP | GROUP6 in Group,
        /// Index of the interface below; 0 is any.
        [silent] link: u32 = LINK as "link_index",
        /// The address that packets come from.
        local: IpAddr = LOCAL | LOCAL6 in Local,
        /// Time to live of outer packets; 0 is that of the system.
        ttl: u8 = TTL,
        /// Type of service of outer packets; 1 is that of the packet inside.
        tos: u8 = TOS in Hex,
        /// Whether addresses are learned.
        learning: bool = LEARNING,
        /// Seconds that a learned address stays.
        ageing: u32 = AGEING,
        /// Most addresses that are learned; 0 is without limit.
        [add] limit: u32 = LIMIT,
        /// UDP ports that packets come from.
        [add] port_range: RangeInclusive<u16> = PORT_RANGE,
        /// Whether ARP is answered for others.
        [add] proxy: bool = PROXY,
        /// Whether packets for a router are sent on at once.
        [add] rsc: bool = RSC,
        /// Whether unknown link addresses are told to programs.
        [add] l2miss: bool = L2MISS,
        /// Whether unknown IP addresses are told to programs.
        [add] l3miss: bool = L3MISS,
        /// UDP port that packets go to.
        [add] port: u16 = PORT,
        /// Whether outer packets over IPv4 have a UDP checksum.
        [add] udp_csum: bool = UDP_CSUM,
        /// Whether outer packets over IPv6 have none.
        [add] udp_zero_csum6_tx: bool = UDP_ZERO_CSUM6_TX,
        /// Whether packets without one are taken over IPv6.
        [add] udp_zero_csum6_rx: bool = UDP_ZERO_CSUM6_RX,
        /// Whether the checksum inside is left to the receiver.
        [add] remcsum_tx: bool = REMCSUM_TX,
        /// Whether it is made here for packets that come in so.
        [add] remcsum_rx: bool = REMCSUM_RX,
        /// With the group policy extension.
        [add] gbp: bool = GBP,
        /// Without checksums that are half made.
        [add] remcsum_nopartial: bool = REMCSUM_NOPARTIAL,
        /// Whether each packet says its own tunnel (external).
        [add] external: bool = COLLECT_METADATA,
        /// IPv6 flow label of outer packets, 20 bits.
        label: u32 = LABEL in Hex,
        /// With the generic protocol extension.
        [add] gpe: bool = GPE,
        /// Whether the time to live is that of the packet inside.
        [add] ttl_inherit: bool = TTL_INHERIT,
        /// Whether outer packets over IPv4 may be fragmented.
        df: VxlanDf = DF,
        /// Whether only listed network identifiers are taken.
        [add] vnifilter: bool = VNIFILTER,
        /// Whether packets for another tunnel of this host go there at once.
        localbypass: bool = LOCALBYPASS,
        /// Where the flow label comes from.
        label_policy: VxlanLabelPolicy = LABEL_POLICY,
        /// Bits of the header that are taken for reserved: packets that have one set are dropped.
        [add] reserved_bits: [u8; 8] = RESERVED_BITS in Bits,
        /// Whether multicast packets are routed. The kernel does not tell it.
        [untold] mc_route: bool = MC_ROUTE,
    }
}

settings! {
    /// A Geneve tunnel.
    pub struct Geneve of geneve::Geneve, asked Geneve::with_one_time_to_live {
        /// Its network identifier (VNI), 24 bits.
        [add] id: u32 = ID,
        /// Where it leads.
        remote: IpAddr = REMOTE | REMOTE6 in Remote,
        /// Time to live of outer packets; 0 is that of the system.
        ttl: u8 = TTL,
        /// Type of service of outer packets; 1 is that of the packet inside.
        tos: u8 = TOS in Hex,
        /// UDP port that packets go to.
        [add] port: u16 = PORT,
        /// Whether each packet says its own tunnel.
        [add] external: bool = COLLECT_METADATA,
        /// Whether outer packets over IPv4 have a UDP checksum.
        [add] udp_csum: bool = UDP_CSUM,
        /// Whether outer packets over IPv6 have none.
        [add] udp_zero_csum6_tx: bool = UDP_ZERO_CSUM6_TX,
        /// Whether packets without one are taken over IPv6.
        [add] udp_zero_csum6_rx: bool = UDP_ZERO_CSUM6_RX,
        /// IPv6 flow label of outer packets, 20 bits.
        label: u32 = LABEL in Hex,
        /// Whether the time to live is that of the packet inside.
        ttl_inherit: bool = TTL_INHERIT,
        /// Whether outer packets over IPv4 may be fragmented.
        df: GeneveDf = DF,
        /// Whether packets inside may be other than Ethernet frames.
        [add] inner_proto_inherit: bool = INNER_PROTO_INHERIT,
        /// UDP ports that packets come from.
        port_range: RangeInclusive<u16> = PORT_RANGE,
        /// Whether there is a hint for the receiver of how packets were put together.
        [add] gro_hint: bool = GRO_HINT,
        /// The address that packets come from.
        local: IpAddr = LOCAL | LOCAL6 in Local,
    }
}

impl Vxlan {
    /// The kernel tells of nothing below, which it does not take, and of the bits that the header has no use for, which it
    /// takes only from those that say so beside some extensions.
    fn without_nowhere(mut self) -> Self {
        const USUAL: u64 = !0x0800_0000_ffff_ff00;
        const WITH_GPE: u64 = !0x3d00_00ff_ffff_ff00;
        self.link = self.link.filter(|index| *index != 0);
        let reserved = if self.gpe == Some(true) { WITH_GPE } else { USUAL };
        self.reserved_bits = self.reserved_bits.filter(|bits| *bits != reserved.to_be_bytes());
        self
    }
}

impl Vxlan {
    /// The kernel takes the bits of an extension for used where that is said to be off.
    fn without_what_is_off(mut self) -> Self {
        for extension in [&mut self.remcsum_rx, &mut self.gbp, &mut self.gpe] {
            *extension = extension.filter(|on| *on);
        }
        self
    }
}

impl Geneve {
    /// The kernel takes no time to live beside the word that it is not that of the packet inside.
    fn with_one_time_to_live(mut self) -> Self {
        self.ttl_inherit = self.ttl_inherit.filter(|inherit| *inherit || self.ttl.is_none());
        self
    }
}

words! {
    VxlanDf { UNSET = "unset", SET = "set", INHERIT = "inherit" }
    VxlanLabelPolicy { FIXED = "fixed", INHERIT = "inherit" }
    GeneveDf { UNSET = "unset", SET = "set", INHERIT = "inherit" }
}

/// Bits in hexadecimal digits.
#[derive(Debug)]
pub(crate) enum Bits {}

impl Form<[u8; 8]> for Bits {
    fn entry(name: &'static str, bits: &[u8; 8]) -> (&'static str, Shown) {
        Hex::entry(name, &u64::from_be_bytes(*bits))
    }
}

/// Where a tunnel leads: by another name for a group, and for IPv6.
#[derive(Debug)]
pub(crate) enum Group {}

impl Form<IpAddr> for Group {
    fn entry(_name: &'static str, group: &IpAddr) -> (&'static str, Shown) {
        let name = match (group.is_multicast(), group.is_ipv4()) {
            (true, true) => "group",
            (true, false) => "group6",
            (false, true) => "remote",
            (false, false) => "remote6",
        };
        (name, group.show())
    }
}

/// The other end: by another name for IPv6.
#[derive(Debug)]
pub(crate) enum Remote {}

impl Form<IpAddr> for Remote {
    fn entry(_name: &'static str, remote: &IpAddr) -> (&'static str, Shown) {
        (if remote.is_ipv4() { "remote" } else { "remote6" }, remote.show())
    }
}

/// This end: by another name for IPv6.
#[derive(Debug)]
pub(crate) enum Local {}

impl Form<IpAddr> for Local {
    fn entry(_name: &'static str, local: &IpAddr) -> (&'static str, Shown) {
        (if local.is_ipv4() { "local" } else { "local6" }, local.show())
    }
}
