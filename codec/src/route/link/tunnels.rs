//! Rarer tunnels: what `IFLA_INFO_DATA` holds for kinds `bareudp`, `gtp`, `amt`, `ovpn` and `ppp`.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::payload::{Be, Flag};
use crate::{attributes, numbers};

attributes! {
    /// Packets in UDP without more: kind `bareudp` (`linux/if_link.h`).
    pub enum BareUdp("IFLA_BAREUDP_") {
        /// UDP port that packets go to, in network byte order.
        PORT: Be<u16> = 1,
        /// What is inside (`ETH_P_*`), in network byte order.
        ETHERTYPE: Be<u16> = 2,
        /// Least UDP port that packets come from.
        SRCPORT_MIN: u16 = 3,
        /// IPv6 may be inside where IPv4 is, multicast MPLS where MPLS is.
        MULTIPROTO_MODE: Flag = 4,
    }
}

attributes! {
    /// Tunnels of mobile networks: kind `gtp` (`linux/if_link.h`).
    pub enum Gtp("IFLA_GTP_") {
        /// Descriptor of the socket for version 0.
        FD0: u32 = 1,
        /// Descriptor of the socket for version 1.
        FD1: u32 = 2,
        /// Size of the table of tunnels.
        PDP_HASHSIZE: u32 = 3,
        /// Which end this is.
        ROLE: GtpRole = 4,
        /// Whether the kernel makes the sockets.
        CREATE_SOCKETS: u8 = 5,
        /// How often it was started.
        RESTART_COUNT: u8 = 6,
        /// Address of the kernel's sockets.
        LOCAL: Ipv4Addr = 7,
        /// The same, for IPv6.
        LOCAL6: Ipv6Addr = 8,
    }
}

numbers! {
    /// Which end of a mobile network's tunnel this is (`GTP_ROLE_*`).
    pub struct GtpRole(u32, "GTP_ROLE_") {
        /// Towards the internet.
        GGSN = 0,
        /// Towards the mobile station.
        SGSN = 1,
    }
}

attributes! {
    /// Multicast through networks without: kind `amt` (`linux/amt.h`; RFC 7450).
    pub enum Amt("IFLA_AMT_") {
        /// Which end this is.
        MODE: AmtMode = 1,
        /// UDP port of the relay, in network byte order.
        RELAY_PORT: Be<u16> = 2,
        /// UDP port of the gateway, in network byte order.
        GATEWAY_PORT: Be<u16> = 3,
        /// Index of the interface below.
        LINK: u32 = 4,
        /// Address of this end.
        LOCAL_IP: Ipv4Addr = 5,
        /// Address of the relay.
        REMOTE_IP: Ipv4Addr = 6,
        /// Address by which the relay is found.
        DISCOVERY_IP: Ipv4Addr = 7,
        /// Most gateways of a relay.
        MAX_TUNNELS: u32 = 8,
    }
}

numbers! {
    /// Which end this is (`AMT_MODE_*`).
    pub struct AmtMode(u32, "AMT_MODE_") {
        /// It asks for multicast.
        GATEWAY = 0,
        /// It has multicast.
        RELAY = 1,
    }
}

attributes! {
    /// OpenVPN in the kernel: kind `ovpn` (`linux/if_link.h`).
    pub enum Ovpn("IFLA_OVPN_") {
        /// With how many it speaks.
        MODE: OvpnMode = 1,
    }
}

numbers! {
    /// With how many an `ovpn` speaks (`OVPN_MODE_*`).
    pub struct OvpnMode(u8, "OVPN_MODE_") {
        /// With one.
        P2P = 0,
        /// With many.
        MP = 1,
    }
}

attributes! {
    /// The point-to-point protocol: kind `ppp` (`linux/if_link.h`).
    pub enum Ppp("IFLA_PPP_") {
        /// In a request: descriptor of `/dev/ppp`.
        DEV_FD: i32 = 1,
    }
}
