//! Links whose packets a program reads and writes: what `IFLA_INFO_DATA` holds for kind `tun` (`linux/if_link.h`,
//! `linux/if_tun.h`).

use crate::{attributes, numbers};

attributes! {
    /// A link whose packets a program reads and writes. The kernel tells it; it is made by way of `/dev/net/tun`.
    pub enum Tun("IFLA_TUN_") {
        /// The user that may open it.
        OWNER: u32 = 1,
        /// The group that may open it.
        GROUP: u32 = 2,
        /// What the program sees.
        TYPE: TunKind = 3,
        /// Whether packets begin with flags and their protocol.
        PI: u8 = 4,
        /// Whether packets begin with what is left to do for them.
        VNET_HDR: u8 = 5,
        /// Whether it stays when the program ends.
        PERSIST: u8 = 6,
        /// Whether it may have more than one queue.
        MULTI_QUEUE: u8 = 7,
        /// Queues in use; only where it may have more than one.
        NUM_QUEUES: u32 = 8,
        /// Queues not in use; only where it may have more than one.
        NUM_DISABLED_QUEUES: u32 = 9,
    }
}

numbers! {
    /// What a program sees (`IFF_*`, `linux/if_tun.h`).
    pub struct TunKind(u8, "IFF_") {
        /// IP packets.
        TUN = 1,
        /// Ethernet frames.
        TAP = 2,
    }
}
