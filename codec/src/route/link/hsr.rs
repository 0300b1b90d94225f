//! Links of which each frame takes two ways: what `IFLA_INFO_DATA` holds for kind `hsr` (`linux/if_link.h`; IEC 62439-3).

use crate::{attributes, numbers};

attributes! {
    /// A link of which each frame takes two ways.
    pub enum Hsr("IFLA_HSR_") {
        /// Index of the link that is the first way.
        SLAVE1: u32 = 1,
        /// Index of the link that is the second way.
        SLAVE2: u32 = 2,
        /// Last byte of the address that supervision frames go to.
        MULTICAST_SPEC: u8 = 3,
        /// The address that supervision frames go to.
        SUPERVISION_ADDR: [u8; 6] = 4,
        /// Number of the next frame.
        SEQ_NR: u16 = 5,
        /// Version of the protocol, 0 or 1.
        VERSION: u8 = 6,
        /// Which protocol.
        PROTOCOL: HsrProtocol = 7,
        /// Index of the link to another ring.
        INTERLINK: u32 = 8,
    }
}

numbers! {
    /// Which protocol (`HSR_PROTOCOL_*`).
    pub struct HsrProtocol(u8, "HSR_PROTOCOL_") {
        /// A ring.
        HSR = 0,
        /// Two networks side by side.
        PRP = 1,
    }
}
