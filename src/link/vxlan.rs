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
    pub struct Vxlan of wire::Vxlan, tidy Vxlan::without_nowhere {
        /// Its network identifier (VNI), 24 bits.
        [add] id: u32 = ID,
        /// Where packets to unknown addresses go, one host or a multicast group.
        group: IpAddr = GROUP | GROUP6 in Group,
        /// Index of the interface below.
        link: u32 = LINK as "link_index",
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
        limit: u32 = LIMIT,
        /// UDP ports that packets come from.
        port_range: RangeInclusive<u16> = PORT_RANGE,
        /// Whether ARP is answered for others.
        proxy: bool = PROXY,
        /// Whether packets for a router are sent on at once.
        rsc: bool = RSC,
        /// Whether unknown link addresses are told to programs.
        l2miss: bool = L2MISS,
        /// Whether unknown IP addresses are told to programs.
        l3miss: bool = L3MISS,
        /// UDP port that packets go to.
        port: u16 = PORT,
        /// Whether outer packets over IPv4 have a UDP checksum.
        udp_csum: bool = UDP_CSUM,
        /// Whether outer packets over IPv6 have none.
        udp_zero_csum6_tx: bool = UDP_ZERO_CSUM6_TX,
        /// Whether packets without one are taken over IPv6.
        udp_zero_csum6_rx: bool = UDP_ZERO_CSUM6_RX,
        /// Whether the checksum inside is left to the receiver.
        remcsum_tx: bool = REMCSUM_TX,
        /// Whether it is made here for packets that come in so.
        remcsum_rx: bool = REMCSUM_RX,
        /// With the group policy extension.
        gbp: bool = GBP,
        /// Without checksums that are half made.
        remcsum_nopartial: bool = REMCSUM_NOPARTIAL,
        /// Whether each packet says its own tunnel (external).
        external: bool = COLLECT_METADATA,
        /// IPv6 flow label of outer packets, 20 bits.
        label: u32 = LABEL in Hex,
        /// With the generic protocol extension.
        gpe: bool = GPE,
        /// Whether the time to live is that of the packet inside.
        ttl_inherit: bool = TTL_INHERIT,
        /// Whether outer packets over IPv4 may be fragmented.
        df: VxlanDf = DF,
        /// Whether only listed network identifiers are taken.
        vnifilter: bool = VNIFILTER,
        /// Whether packets for another tunnel of this host go there at once.
        localbypass: bool = LOCALBYPASS,
        /// Where the flow label comes from.
        label_policy: VxlanLabelPolicy = LABEL_POLICY,
        /// Bits of the header that are taken for reserved: packets that have one set are dropped.
        reserved_bits: [u8; 8] = RESERVED_BITS,
        /// Whether multicast packets are routed.
        mc_route: bool = MC_ROUTE,
    }
}

settings! {
    /// A Geneve tunnel.
    pub struct Geneve of geneve::Geneve {
        /// Its network identifier (VNI), 24 bits.
        id: u32 = ID,
        /// Where it leads.
        remote: IpAddr = REMOTE | REMOTE6 in Remote,
        /// Time to live of outer packets; 0 is that of the system.
        ttl: u8 = TTL,
        /// Type of service of outer packets; 1 is that of the packet inside.
        tos: u8 = TOS in Hex,
        /// UDP port that packets go to.
        port: u16 = PORT,
        /// Whether each packet says its own tunnel.
        external: bool = COLLECT_METADATA,
        /// Whether outer packets over IPv4 have a UDP checksum.
        udp_csum: bool = UDP_CSUM,
        /// Whether outer packets over IPv6 have none.
        udp_zero_csum6_tx: bool = UDP_ZERO_CSUM6_TX,
        /// Whether packets without one are taken over IPv6.
        udp_zero_csum6_rx: bool = UDP_ZERO_CSUM6_RX,
        /// IPv6 flow label of outer packets, 20 bits.
        label: u32 = LABEL in Hex,
        /// Whether the time to live is that of the packet inside.
        ttl_inherit: bool = TTL_INHERIT,
        /// Whether outer packets over IPv4 may be fragmented.
        df: GeneveDf = DF,
        /// Whether packets inside may be other than Ethernet frames.
        inner_proto_inherit: bool = INNER_PROTO_INHERIT,
        /// UDP ports that packets come from.
        port_range: RangeInclusive<u16> = PORT_RANGE,
        /// Whether there is a hint for the receiver of how packets were put together.
        gro_hint: bool = GRO_HINT,
        /// The address that packets come from.
        local: IpAddr = LOCAL | LOCAL6 in Local,
    }
}

impl Vxlan {
    /// The kernel tells of what leads nowhere, and of nothing below, which it does not take.
    fn without_nowhere(mut self) -> Self {
        self.link = self.link.filter(|index| *index != 0);
        self.port_range = self.port_range.filter(|ports| *ports != (0..=0));
        self
    }
}

words! {
    VxlanDf { UNSET = "unset", SET = "set", INHERIT = "inherit" }
    VxlanLabelPolicy { FIXED = "fixed", INHERIT = "inherit" }
    GeneveDf { UNSET = "unset", SET = "set", INHERIT = "inherit" }
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
