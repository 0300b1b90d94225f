//! Links of particular hardware: what `IFLA_INFO_DATA` holds for kinds `ipoib`, `rmnet`, `dsa`, `wwan` and `batadv`.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::number::Native;
use crate::payload::{Str, Struct};
use crate::{attributes, flags, numbers};

attributes! {
    /// IP over InfiniBand: kind `ipoib` (`linux/if_link.h`).
    pub enum Ipoib("IFLA_IPOIB_") {
        /// The partition's key.
        PKEY: u16 = 1,
        /// How packets are carried.
        MODE: IpoibMode = 2,
        /// Whether programs handle multicast.
        UMCAST: u16 = 3,
    }
}

numbers! {
    /// How packets are carried over InfiniBand (`IPOIB_MODE_*`).
    pub struct IpoibMode(u16, "IPOIB_MODE_") {
        /// Each for itself.
        DATAGRAM = 0,
        /// By connections.
        CONNECTED = 1,
    }
}

attributes! {
    /// One of many links on a Qualcomm modem: kind `rmnet` (`linux/if_link.h`).
    pub enum Rmnet("IFLA_RMNET_") {
        /// Its number.
        MUX_ID: u16 = 1,
        /// Flags, and which of them to change.
        FLAGS: Struct<RmnetFlagsMask> = 2,
    }
}

/// `struct ifla_rmnet_flags`: flags of an `rmnet`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct RmnetFlagsMask {
    /// The flags (`flags`).
    pub flags: Native<RmnetFlags>,
    /// Which of them to change; all bits are set in what the kernel sends (`mask`).
    pub mask: Native<RmnetFlags>,
}

flags! {
    /// Flags of an `rmnet` (`RMNET_FLAGS_*`).
    pub struct RmnetFlags(u32, "RMNET_FLAGS_") {
        /// Packets come in several at once.
        INGRESS_DEAGGREGATION = 1,
        /// Commands come in.
        INGRESS_MAP_COMMANDS = 2,
        /// Checksums come in (version 4).
        INGRESS_MAP_CKSUMV4 = 4,
        /// Checksums go out (version 4).
        EGRESS_MAP_CKSUMV4 = 8,
        /// Checksums come in (version 5).
        INGRESS_MAP_CKSUMV5 = 16,
        /// Checksums go out (version 5).
        EGRESS_MAP_CKSUMV5 = 32,
    }
}

attributes! {
    /// A port of a switch: kind `dsa` (`linux/if_link.h`).
    pub enum Dsa("IFLA_DSA_") {
        /// Index of the link that leads to the switch.
        CONDUIT: u32 = 1,
    }
}

attributes! {
    /// One of many links on a modem: kind `wwan` (`linux/wwan.h`).
    pub enum Wwan("IFLA_WWAN_") {
        /// Its number.
        LINK_ID: u32 = 1,
    }
}

attributes! {
    /// A mesh: kind `batadv` (`linux/batman_adv.h`). Only in requests.
    pub enum Batadv("IFLA_BATADV_") {
        /// Name of the routing algorithm.
        ALGO_NAME: Str = 1,
    }
}
