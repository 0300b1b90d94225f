//! IP tunnels: GRE, ERSPAN, IP in IP, and those for IPsec.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::codec::route::link::{gre, ip_tunnel as wire, vti};
use crate::setting::settings;
use crate::shown::{Form, Hex, Number, Show, Shown};
use crate::word::{choices, words};

pub use crate::codec::route::link::gre::GreFlags;
pub use crate::codec::route::link::ip_tunnel::{EncapFlags, EncapKind, Ip6TunnelFlags, SitFlags};

settings! {
    /// A GRE or ERSPAN tunnel.
    pub struct Gre of gre::Gre {
        /// Index of the interface below; 0 is any.
        link: u32 = LINK as "link_index",
        /// What packets that come in must have.
        iflags: GreFlags = IFLAGS in Number,
        /// What packets that go out have.
        oflags: GreFlags = OFLAGS in Number,
        /// Key of packets that come in.
        ikey: u32 = IKEY in Dotted,
        /// Key of packets that go out.
        okey: u32 = OKEY in Dotted,
        /// Address of this end.
        local: IpAddr = LOCAL in End,
        /// Address of the other end.
        remote: IpAddr = REMOTE in End,
        /// Time to live of outer packets; 0 is that of the packet inside.
        ttl: u8 = TTL,
        /// Type of service of outer packets; 1 is that of the packet inside.
        tos: u8 = TOS in Hex,
        /// Whether the MTU of the path is found out.
        pmtudisc: bool = PMTUDISC,
        /// How many tunnels may be in one another (IPv6).
        encap_limit: u8 = ENCAP_LIMIT,
        /// Traffic class and flow label (IPv6).
        flowinfo: u32 = FLOWINFO,
        /// Flags (IPv6).
        flags: Ip6TunnelFlags = FLAGS in Number,
        /// Into what packets are wrapped further.
        encap_type: EncapKind = ENCAP_TYPE,
        /// How.
        encap_flags: EncapFlags = ENCAP_FLAGS in Number,
        /// UDP port that those come from; 0 is any.
        encap_sport: u16 = ENCAP_SPORT,
        /// UDP port that those go to.
        encap_dport: u16 = ENCAP_DPORT,
        /// Whether each packet says its own tunnel.
        external: bool = COLLECT_METADATA,
        /// Whether packets that must not be fragmented are all the same.
        ignore_df: bool = IGNORE_DF,
        /// Mark of outer packets.
        fwmark: u32 = FWMARK in Hex,
        /// ERSPAN version 1: index of the port, 20 bits.
        erspan_index: u32 = ERSPAN_INDEX,
        /// ERSPAN version: 0, 1 or 2.
        erspan_ver: u8 = ERSPAN_VER,
        /// ERSPAN version 2: which packets of the port.
        erspan_dir: ErspanDirection = ERSPAN_DIR,
        /// ERSPAN version 2: number of the hardware, 6 bits.
        erspan_hwid: u16 = ERSPAN_HWID in Hex,
    }
}

settings! {
    /// A tunnel over IPv4.
    pub struct IpTunnel of wire::IpTunnel {
        /// Index of the interface below; 0 is any.
        link: u32 = LINK as "link_index",
        /// Address of this end.
        local: Ipv4Addr = LOCAL in End,
        /// Address of the other end.
        remote: Ipv4Addr = REMOTE in End,
        /// Time to live of outer packets; 0 is that of the packet inside.
        ttl: u8 = TTL,
        /// Type of service of outer packets; 1 is that of the packet inside.
        tos: u8 = TOS in Hex,
        /// `sit`: flags.
        flags: SitFlags = FLAGS in Number,
        /// What is inside.
        proto: Inside = PROTO,
        /// Whether the MTU of the path is found out.
        pmtudisc: bool = PMTUDISC,
        /// `sit`: the IPv6 prefix of the network (6rd).
        prefix: Ipv6Addr = _6RD_PREFIX,
        /// `sit`: the IPv4 prefix of the network (6rd).
        relay_prefix: Ipv4Addr = _6RD_RELAY_PREFIX,
        /// `sit`: bits of the IPv6 prefix that count.
        prefixlen: u16 = _6RD_PREFIXLEN,
        /// `sit`: bits of the IPv4 prefix that count.
        relay_prefixlen: u16 = _6RD_RELAY_PREFIXLEN,
        /// Into what packets are wrapped further.
        encap_type: EncapKind = ENCAP_TYPE,
        /// How.
        encap_flags: EncapFlags = ENCAP_FLAGS in Number,
        /// UDP port that those come from; 0 is any.
        encap_sport: u16 = ENCAP_SPORT,
        /// UDP port that those go to.
        encap_dport: u16 = ENCAP_DPORT,
        /// Whether each packet says its own tunnel.
        external: bool = COLLECT_METADATA,
        /// Mark of outer packets.
        fwmark: u32 = FWMARK in Hex,
    }
}

settings! {
    /// A tunnel over IPv6.
    pub struct Ip6Tunnel of wire::Ip6Tunnel {
        /// Index of the interface below; 0 is any.
        link: u32 = LINK as "link_index",
        /// Address of this end.
        local: Ipv6Addr = LOCAL in End,
        /// Address of the other end.
        remote: Ipv6Addr = REMOTE in End,
        /// Hop limit of outer packets; 0 is that of the packet inside.
        ttl: u8 = TTL,
        /// How many tunnels may be in one another.
        encap_limit: u8 = ENCAP_LIMIT,
        /// Traffic class and flow label.
        flowinfo: u32 = FLOWINFO,
        /// Flags.
        flags: Ip6TunnelFlags = FLAGS in Number,
        /// What is inside.
        proto: Inside6 = PROTO,
        /// Into what packets are wrapped further.
        encap_type: EncapKind = ENCAP_TYPE,
        /// How.
        encap_flags: EncapFlags = ENCAP_FLAGS in Number,
        /// UDP port that those come from; 0 is any.
        encap_sport: u16 = ENCAP_SPORT,
        /// UDP port that those go to.
        encap_dport: u16 = ENCAP_DPORT,
        /// Whether each packet says its own tunnel.
        external: bool = COLLECT_METADATA,
        /// Mark of outer packets.
        fwmark: u32 = FWMARK in Hex,
    }
}

settings! {
    /// A tunnel that IPsec policies are bound to.
    pub struct Vti of vti::Vti {
        /// Index of the interface below; 0 is any.
        link: u32 = LINK as "link_index",
        /// Key of packets that come in: their mark in IPsec.
        ikey: u32 = IKEY in Dotted,
        /// Key of packets that go out: their mark in IPsec.
        okey: u32 = OKEY in Dotted,
        /// Address of this end.
        local: IpAddr = LOCAL in End,
        /// Address of the other end.
        remote: IpAddr = REMOTE in End,
        /// Mark of outer packets.
        fwmark: u32 = FWMARK in Hex,
    }
}

settings! {
    /// A link that IPsec policies are bound to.
    pub struct Xfrm of vti::Xfrm {
        /// Index of the interface below; 0 is any.
        [add] link: u32 = LINK as "link_index",
        /// The number, which IPsec policies and states have too.
        [add] if_id: u32 = IF_ID in Hex,
        /// Whether each packet says its own tunnel.
        [add] external: bool = COLLECT_METADATA,
    }
}

words! {
    EncapKind { NONE = "none", FOU = "fou", GUE = "gue", MPLS = "mpls" }
}

choices! {
    /// What is in a tunnel over IPv4 (`IPPROTO_*`).
    pub struct Inside(u8) {
        /// Anything.
        ANY = 0 "any",
        /// IPv4.
        IPIP = 4 "ipip",
        /// IPv6.
        IP6IP = 41 "ip6ip",
        /// MPLS.
        MPLSIP = 137 "mplsip",
    }
    /// What is in a tunnel over IPv6 (`IPPROTO_*`).
    pub struct Inside6(u8) {
        /// Anything.
        ANY = 0 "any",
        /// IPv4.
        IPIP6 = 4 "ipip6",
        /// IPv6.
        IP6IP6 = 41 "ip6ip6",
    }
    /// Which packets of a port an ERSPAN tunnel carries.
    pub struct ErspanDirection(u8) {
        /// Those that came in.
        INGRESS = 0 "ingress",
        /// Those that go out.
        EGRESS = 1 "egress",
    }
}

/// A key, which is written as an IPv4 address.
#[derive(Debug)]
pub(crate) enum Dotted {}

impl Form<u32> for Dotted {
    fn entry(name: &'static str, key: &u32) -> (&'static str, Shown) {
        (name, Ipv4Addr::from(*key).show())
    }
}

/// An end of a tunnel, which may be any.
#[derive(Debug)]
pub(crate) enum End {}

impl<A: Into<IpAddr> + Copy> Form<A> for End {
    fn entry(name: &'static str, end: &A) -> (&'static str, Shown) {
        let end = (*end).into();
        (name, if end.is_unspecified() { "any".show() } else { end.show() })
    }
}
