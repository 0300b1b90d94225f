//! Routes into IP tunnels (`enum lwtunnel_ip_t`, `enum lwtunnel_ip6_t`, `linux/lwtunnel.h`), by an interface of kind
//! `vxlan`, `geneve`, `gre`, … that takes its tunnel from each packet.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::attribute::Key;
use crate::nest::Nest;
use crate::payload::{Be, Bytes};
use crate::{attributes, flags};

attributes! {
    /// A route into an IPv4 tunnel.
    pub enum EncapIp("LWTUNNEL_IP_") {
        /// The tunnel's key, in network byte order.
        ID: Be<u64> = 1,
        /// Where the tunnel ends.
        DST: Ipv4Addr = 2,
        /// Where the tunnel begins.
        SRC: Ipv4Addr = 3,
        /// Time to live.
        TTL: u8 = 4,
        /// Type of service.
        TOS: u8 = 5,
        /// Flags, in network byte order: the bits of [`TunnelFlags`].
        FLAGS: Be<u16> = 6,
        /// Padding.
        PAD: Bytes = 7,
        /// Options of the tunnel's protocol, as bytes; [`OPTIONS`](Self::OPTIONS) reads and writes them as attributes.
        OPTS: Bytes = 8,
    }
}

impl EncapIp {
    /// [`OPTS`](Self::OPTS) as attributes.
    pub const OPTIONS: Key<Self, Nest<TunnelOptions>> = Key::new(8);
}

attributes! {
    /// A route into an IPv6 tunnel.
    pub enum EncapIp6("LWTUNNEL_IP6_") {
        /// The tunnel's key, in network byte order.
        ID: Be<u64> = 1,
        /// Where the tunnel ends.
        DST: Ipv6Addr = 2,
        /// Where the tunnel begins.
        SRC: Ipv6Addr = 3,
        /// Hop limit.
        HOPLIMIT: u8 = 4,
        /// Traffic class.
        TC: u8 = 5,
        /// Flags, in network byte order.
        FLAGS: Be<TunnelFlags> = 6,
        /// Padding.
        PAD: Bytes = 7,
        /// Options of the tunnel's protocol.
        OPTS: Nest<TunnelOptions> = 8,
    }
}

flags! {
    /// Flags of a tunnel's packets (`TUNNEL_*`, `linux/if_tunnel.h`).
    pub struct TunnelFlags(u16, "TUNNEL_") {
        /// With a checksum.
        CSUM = 0x01,
        /// With a source route (GRE); not used.
        ROUTING = 0x02,
        /// With a key.
        KEY = 0x04,
        /// With sequence numbers.
        SEQ = 0x08,
        /// Strict source route (GRE); not used.
        STRICT = 0x10,
        /// Control of recursion (GRE); not used.
        REC = 0x20,
        /// With a version (GRE).
        VERSION = 0x40,
        /// Without a key.
        NO_KEY = 0x80,
        /// Outer packets may not be fragmented.
        DONT_FRAGMENT = 0x0100,
        /// A packet of operation and maintenance.
        OAM = 0x0200,
        /// One of the options must be understood.
        CRIT_OPT = 0x0400,
        /// Options are those of Geneve.
        GENEVE_OPT = 0x0800,
        /// Options are those of VXLAN.
        VXLAN_OPT = 0x1000,
        /// The route of outer packets is not kept.
        NOCACHE = 0x2000,
        /// Options are those of ERSPAN.
        ERSPAN_OPT = 0x4000,
        /// Options are those of GTP.
        GTP_OPT = 0x8000,
    }
}

attributes! {
    /// Options of a tunnel's protocol: of one of them.
    pub enum TunnelOptions("LWTUNNEL_IP_OPTS_") {
        /// Of Geneve. In a request one for each option; from the kernel one with all.
        GENEVE: Nest<GeneveOptions> = 1,
        /// Of VXLAN.
        VXLAN: Nest<VxlanOptions> = 2,
        /// Of ERSPAN.
        ERSPAN: Nest<ErspanOptions> = 3,
    }
}

attributes! {
    /// Options of Geneve: where there are several, the three attributes of one stand behind those of the other. The kernel
    /// does not take several in one.
    pub enum GeneveOptions("LWTUNNEL_IP_OPT_GENEVE_") {
        /// Class of the option, in network byte order.
        CLASS: Be<u16> = 1,
        /// Its type in the class.
        TYPE: u8 = 2,
        /// Its value, a multiple of 4 bytes and at most 124.
        DATA: Bytes = 3,
    }
}

attributes! {
    /// Options of VXLAN.
    pub enum VxlanOptions("LWTUNNEL_IP_OPT_VXLAN_") {
        /// Group policy.
        GBP: u32 = 1,
    }
}

attributes! {
    /// Options of ERSPAN.
    pub enum ErspanOptions("LWTUNNEL_IP_OPT_ERSPAN_") {
        /// Version: 1 (type II) or 2 (type III).
        VER: u8 = 1,
        /// Version 1: the port that was mirrored, in network byte order.
        INDEX: Be<u32> = 2,
        /// Version 2: direction of the mirrored packet, 0 in or 1 out.
        DIR: u8 = 3,
        /// Version 2: the engine that mirrored it.
        HWID: u8 = 4,
    }
}
