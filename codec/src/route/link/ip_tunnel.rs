//! IP tunnels: what `IFLA_INFO_DATA` holds for kinds `ipip`, `sit` and `ip6tnl` (`linux/if_tunnel.h`).

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::payload::{Be, Flag};
use crate::{attributes, flags, numbers};

attributes! {
    /// A tunnel over IPv4: kinds `ipip` and `sit`.
    pub enum IpTunnel("IFLA_IPTUN_") {
        /// Index of the interface below; 0 is any.
        LINK: u32 = 1,
        /// Address of this end.
        LOCAL: Ipv4Addr = 2,
        /// Address of the other end.
        REMOTE: Ipv4Addr = 3,
        /// Time to live of outer packets; 0 is that of the packet inside.
        TTL: u8 = 4,
        /// Type of service of outer packets; 1 is that of the packet inside.
        TOS: u8 = 5,
        /// `sit`: flags, in host byte order whatever the kernel's types say.
        FLAGS: SitFlags = 8,
        /// What is inside (`IPPROTO_*`); 0 is anything.
        PROTO: u8 = 9,
        /// Whether the MTU of the path is found out.
        PMTUDISC: u8 = 10,
        /// `sit`: the IPv6 prefix of the network (6rd).
        _6RD_PREFIX ("6RD_PREFIX"): Ipv6Addr = 11,
        /// `sit`: the IPv4 prefix of the network (6rd).
        _6RD_RELAY_PREFIX ("6RD_RELAY_PREFIX"): Ipv4Addr = 12,
        /// `sit`: bits of the IPv6 prefix that count.
        _6RD_PREFIXLEN ("6RD_PREFIXLEN"): u16 = 13,
        /// `sit`: bits of the IPv4 prefix that count.
        _6RD_RELAY_PREFIXLEN ("6RD_RELAY_PREFIXLEN"): u16 = 14,
        /// Into what packets are wrapped further.
        ENCAP_TYPE: EncapKind = 15,
        /// How.
        ENCAP_FLAGS: EncapFlags = 16,
        /// UDP port that those come from, in network byte order; 0 is any.
        ENCAP_SPORT: Be<u16> = 17,
        /// UDP port that those go to, in network byte order.
        ENCAP_DPORT: Be<u16> = 18,
        /// Each packet says its own tunnel (external).
        COLLECT_METADATA: Flag = 19,
        /// Mark of outer packets.
        FWMARK: u32 = 20,
    }
}

attributes! {
    /// A tunnel over IPv6: kind `ip6tnl`.
    pub enum Ip6Tunnel("IFLA_IPTUN_") {
        /// Index of the interface below; 0 is any.
        LINK: u32 = 1,
        /// Address of this end.
        LOCAL: Ipv6Addr = 2,
        /// Address of the other end.
        REMOTE: Ipv6Addr = 3,
        /// Hop limit of outer packets; 0 is that of the packet inside.
        TTL: u8 = 4,
        /// Not used: the traffic class is in [`FLOWINFO`](Self::FLOWINFO).
        TOS: u8 = 5,
        /// How many tunnels may be in one another.
        ENCAP_LIMIT: u8 = 6,
        /// Traffic class and flow label, in network byte order.
        FLOWINFO: Be<u32> = 7,
        /// Flags: four bytes, where [`IpTunnel::FLAGS`] has two.
        FLAGS: Ip6TunnelFlags = 8,
        /// What is inside (`IPPROTO_*`); 0 is anything.
        PROTO: u8 = 9,
        /// Into what packets are wrapped further.
        ENCAP_TYPE: EncapKind = 15,
        /// How.
        ENCAP_FLAGS: EncapFlags = 16,
        /// UDP port that those come from, in network byte order; 0 is any.
        ENCAP_SPORT: Be<u16> = 17,
        /// UDP port that those go to, in network byte order.
        ENCAP_DPORT: Be<u16> = 18,
        /// Each packet says its own tunnel (external).
        COLLECT_METADATA: Flag = 19,
        /// Mark of outer packets.
        FWMARK: u32 = 20,
    }
}

flags! {
    /// Flags of a `sit` tunnel (`SIT_*`, `linux/if_tunnel.h`).
    pub struct SitFlags(u16, "SIT_") {
        /// It finds the other end as ISATAP does.
        ISATAP = 1,
    }
}

flags! {
    /// Flags of a tunnel over IPv6 (`IP6_TNL_F_*`, `linux/ip6_tunnel.h`).
    pub struct Ip6TunnelFlags(u32, "IP6_TNL_F_") {
        /// How many tunnels may be in one another is not told.
        IGN_ENCAP_LIMIT = 0x1,
        /// The traffic class is that of the packet inside.
        USE_ORIG_TCLASS = 0x2,
        /// The flow label is that of the packet inside.
        USE_ORIG_FLOWLABEL = 0x4,
        /// Mobile IPv6.
        MIP6_DEV = 0x8,
        /// The differentiated services field inside becomes that outside.
        RCV_DSCP_COPY = 0x10,
        /// The mark is that of the packet inside.
        USE_ORIG_FWMARK = 0x20,
        /// Addresses of this host may be the other end.
        ALLOW_LOCAL_REMOTE = 0x40,
    }
}

numbers! {
    /// Into what packets of a tunnel are wrapped further (`TUNNEL_ENCAP_*`, `linux/if_tunnel.h`).
    pub struct EncapKind(u16, "TUNNEL_ENCAP_") {
        /// Nothing.
        NONE = 0,
        /// UDP.
        FOU = 1,
        /// UDP with a header that says what is inside.
        GUE = 2,
        /// MPLS.
        MPLS = 3,
    }
}

flags! {
    /// How they are wrapped (`TUNNEL_ENCAP_FLAG_*`, `linux/if_tunnel.h`).
    pub struct EncapFlags(u16, "TUNNEL_ENCAP_FLAG_") {
        /// With a checksum over IPv4.
        CSUM = 1,
        /// With a checksum over IPv6.
        CSUM6 = 2,
        /// The checksum inside is left to the receiver.
        REMCSUM = 4,
    }
}
