//! Encrypted Ethernet: what `IFLA_INFO_DATA` holds for kind `macsec` (`linux/if_link.h`).

use crate::payload::{Be, Bytes};
use crate::{attributes, numbers};

attributes! {
    /// Encrypted Ethernet (IEEE 802.1AE).
    pub enum Macsec("IFLA_MACSEC_") {
        /// Identifier of what is sent: the address and the port, in network byte order.
        SCI: Be<u64> = 1,
        /// The port alone, in network byte order, only in requests.
        PORT: Be<u16> = 2,
        /// Bytes of the integrity check, 8 to 16.
        ICV_LEN: u8 = 3,
        /// Number of the cipher.
        CIPHER_SUITE: u64 = 4,
        /// How far packets may be out of order.
        WINDOW: u32 = 5,
        /// The association that is in use, 0 to 3.
        ENCODING_SA: u8 = 6,
        /// Whether packets are encrypted.
        ENCRYPT: u8 = 7,
        /// Whether packets are protected.
        PROTECT: u8 = 8,
        /// Whether packets carry the identifier.
        INC_SCI: u8 = 9,
        /// Whether this is an end station.
        ES: u8 = 10,
        /// Whether one packet goes to many.
        SCB: u8 = 11,
        /// Whether packets that are too old are dropped.
        REPLAY_PROTECT: u8 = 12,
        /// What becomes of packets that are not right.
        VALIDATION: MacsecValidation = 13,
        /// Padding.
        PAD: Bytes = 14,
        /// Who does the work.
        OFFLOAD: MacsecOffload = 15,
    }
}

numbers! {
    /// What becomes of packets that are not right (`MACSEC_VALIDATE_*`).
    pub struct MacsecValidation(u8, "MACSEC_VALIDATE_") {
        /// They are not checked.
        DISABLED = 0,
        /// They are counted and taken.
        CHECK = 1,
        /// They are dropped.
        STRICT = 2,
    }
}

numbers! {
    /// Who encrypts (`MACSEC_OFFLOAD_*`).
    pub struct MacsecOffload(u8, "MACSEC_OFFLOAD_") {
        /// The kernel.
        OFF = 0,
        /// The transceiver.
        PHY = 1,
        /// The card.
        MAC = 2,
    }
}
