//! Links with an address of their own on another link: what `IFLA_INFO_DATA` holds for kinds `macvlan` and `macvtap`
//! (`linux/if_link.h`).

use crate::nest::Nest;
use crate::{attributes, flags, numbers};

attributes! {
    /// A link with an address of its own on another link.
    pub enum Macvlan("IFLA_MACVLAN_") {
        /// With whom it speaks.
        MODE: MacvlanMode = 1,
        /// Flags.
        FLAGS: MacvlanFlags = 2,
        /// In a request: what becomes of the source addresses.
        MACADDR_MODE: MacAddressMode = 3,
        /// A source address: in a request the one to add or to delete, in a list one of many.
        MACADDR: [u8; 6] = 4,
        /// The source addresses: a list of [`MACADDR`](Self::MACADDR).
        MACADDR_DATA: Nest<Macvlan> = 5,
        /// How many there are.
        MACADDR_COUNT: u32 = 6,
        /// How many broadcasts may wait; one queue serves all on the link below.
        BC_QUEUE_LEN: u32 = 7,
        /// The longest queue that anybody on the link below asked for.
        BC_QUEUE_LEN_USED: u32 = 8,
        /// Multicast packets for more receivers than this wait with the broadcasts; -1 is none.
        BC_CUTOFF: i32 = 9,
    }
}

numbers! {
    /// With whom a macvlan speaks (`MACVLAN_MODE_*`).
    pub struct MacvlanMode(u32, "MACVLAN_MODE_") {
        /// With no other on the same link.
        PRIVATE = 1,
        /// With others by way of the switch outside.
        VEPA = 2,
        /// With others directly.
        BRIDGE = 4,
        /// It has the link below for itself.
        PASSTHRU = 8,
        /// With those whose source address is listed.
        SOURCE = 16,
    }
}

numbers! {
    /// What becomes of the source addresses of a macvlan (`MACVLAN_MACADDR_*`).
    pub struct MacAddressMode(u32, "MACVLAN_MACADDR_") {
        /// One is added.
        ADD = 0,
        /// One is deleted.
        DEL = 1,
        /// All are deleted.
        FLUSH = 2,
        /// All are replaced.
        SET = 3,
    }
}

flags! {
    /// Flags of a macvlan (`MACVLAN_FLAG_*`).
    pub struct MacvlanFlags(u16, "MACVLAN_FLAG_") {
        /// The link below is not made promiscuous.
        NOPROMISC = 1,
        /// Packets whose source matches go nowhere else.
        NODST = 2,
    }
}
