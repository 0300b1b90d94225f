//! Pairs of links: what `IFLA_INFO_DATA` holds for kinds `veth` and `vxcan` (`linux/veth.h`, `linux/can/vxcan.h`).

use super::{Header, Link};
use crate::attributes;
use crate::nest::Headed;

attributes! {
    /// A pair of Ethernet links. Only in requests: the kernel does not tell it.
    pub enum Veth("VETH_INFO_") {
        /// The other link.
        PEER: Headed<Header, Link> = 1,
    }
}

attributes! {
    /// A pair of CAN links. Only in requests: the kernel does not tell it.
    pub enum Vxcan("VXCAN_INFO_") {
        /// The other link.
        PEER: Headed<Header, Link> = 1,
    }
}
