//! Tunnels that IPsec policies are bound to: what `IFLA_INFO_DATA` holds for kinds `vti`, `vti6` and `xfrm`
//! (`linux/if_tunnel.h`, `linux/if_link.h`).

use crate::attributes;
use crate::payload::{Be, Flag, Ip};

attributes! {
    /// An IPsec tunnel by its keys: kinds `vti` and `vti6`.
    pub enum Vti("IFLA_VTI_") {
        /// Index of the interface below; 0 is any.
        LINK: u32 = 1,
        /// Key of packets that come in: their mark in IPsec, in network byte order.
        IKEY: Be<u32> = 2,
        /// Key of packets that go out: their mark in IPsec, in network byte order.
        OKEY: Be<u32> = 3,
        /// Address of this end.
        LOCAL: Ip = 4,
        /// Address of the other end.
        REMOTE: Ip = 5,
        /// Mark of outer packets.
        FWMARK: u32 = 6,
    }
}

attributes! {
    /// An IPsec tunnel by its number: kind `xfrm`.
    pub enum Xfrm("IFLA_XFRM_") {
        /// Index of the interface below; 0 is any.
        LINK: u32 = 1,
        /// The number, which IPsec policies and states have too.
        IF_ID: u32 = 2,
        /// Each packet says its own tunnel (external).
        COLLECT_METADATA: Flag = 3,
    }
}
