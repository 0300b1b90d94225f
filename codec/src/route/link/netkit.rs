//! Pairs of links with a packet program between them: what `IFLA_INFO_DATA` holds for kind `netkit` (`linux/if_link.h`).

use super::{Header, Link};
use crate::nest::Headed;
use crate::{attributes, numbers};

attributes! {
    /// A pair of links with a packet program between them.
    pub enum Netkit("IFLA_NETKIT_") {
        /// In a request: the other link.
        PEER_INFO: Headed<Header, Link> = 1,
        /// Whether this is the one that programs are attached by.
        PRIMARY: u8 = 2,
        /// What becomes of packets where there is no program.
        POLICY: NetkitAction = 3,
        /// The same for the other link.
        PEER_POLICY: NetkitAction = 4,
        /// On which layer it works.
        MODE: NetkitMode = 5,
        /// What is wiped from packets.
        SCRUB: NetkitScrub = 6,
        /// The same for the other link.
        PEER_SCRUB: NetkitScrub = 7,
        /// Bytes kept free before packets.
        HEADROOM: u16 = 8,
        /// Bytes kept free behind packets.
        TAILROOM: u16 = 9,
        /// Whether there is another link.
        PAIRING: NetkitPairing = 10,
    }
}

numbers! {
    /// What becomes of packets (`NETKIT_*`).
    pub struct NetkitAction(i32, "NETKIT_") {
        /// The next program decides.
        NEXT = -1,
        /// They pass.
        PASS = 0,
        /// They are dropped.
        DROP = 2,
        /// The program sent them elsewhere.
        REDIRECT = 7,
    }
}

numbers! {
    /// On which layer a netkit works (`NETKIT_L*`).
    pub struct NetkitMode(u32, "NETKIT_") {
        /// Ethernet frames.
        L2 = 0,
        /// IP packets.
        L3 = 1,
    }
}

numbers! {
    /// What is wiped from packets that go to another namespace (`NETKIT_SCRUB_*`).
    pub struct NetkitScrub(u32, "NETKIT_SCRUB_") {
        /// Nothing.
        NONE = 0,
        /// Mark and priority.
        DEFAULT = 1,
    }
}

numbers! {
    /// Whether a netkit has another link (`NETKIT_DEVICE_*`).
    pub struct NetkitPairing(u32, "NETKIT_DEVICE_") {
        /// It has.
        PAIR = 0,
        /// It has not.
        SINGLE = 1,
    }
}
