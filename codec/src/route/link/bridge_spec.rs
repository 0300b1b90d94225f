//! `IFLA_AF_SPEC` in messages of family `AF_BRIDGE`: VLANs and protocols of a bridge or a port (`linux/if_bridge.h`).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, native_endian::U16};

use super::bridge_cfm::Cfm;
use super::bridge_mrp::Mrp;
use super::bridge_port::PortState;
use crate::nest::Nest;
use crate::number::Native;
use crate::payload::Struct;
use crate::{attributes, flags, numbers};

attributes! {
    /// A bridge, or one of its ports, in messages of family `AF_BRIDGE`.
    pub enum BridgeSpec("IFLA_BRIDGE_") {
        /// Whom the message is for.
        FLAGS: BridgeFlags = 0,
        /// How a card bridges.
        MODE: BridgeMode = 1,
        /// A VLAN, or one end of a range of them; there may be many.
        VLAN_INFO: Struct<VlanInfo> = 2,
        /// A VLAN and the tunnel that it maps to; there may be many.
        VLAN_TUNNEL_INFO: Nest<VlanTunnel> = 3,
        /// Media redundancy protocol.
        MRP: Nest<Mrp> = 4,
        /// Connectivity fault management.
        CFM: Nest<Cfm> = 5,
        /// Multiple spanning trees.
        MST: Nest<Mst> = 6,
    }
}

flags! {
    /// Whom a message of family `AF_BRIDGE` is for (`BRIDGE_FLAGS_*`).
    pub struct BridgeFlags(u16, "BRIDGE_FLAGS_") {
        /// The bridge that the link is a port of.
        MASTER = 1,
        /// The link itself.
        SELF = 2,
    }
}

numbers! {
    /// How a card bridges (`BRIDGE_MODE_*`).
    pub struct BridgeMode(u16, "BRIDGE_MODE_") {
        /// Within the card.
        VEB = 0,
        /// By the switch outside (802.1Qbg).
        VEPA = 1,
        /// Not known.
        UNDEF = 0xffff,
    }
}

/// `struct bridge_vlan_info`: a VLAN of a bridge or a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VlanInfo {
    /// Flags (`flags`).
    pub flags: Native<VlanInfoFlags>,
    /// The VLAN, 1 to 4094 (`vid`).
    pub vlan: U16,
}

flags! {
    /// What a VLAN of a bridge or a port is (`BRIDGE_VLAN_INFO_*`).
    pub struct VlanInfoFlags(u16, "BRIDGE_VLAN_INFO_") {
        /// Of the bridge itself too.
        MASTER = 1,
        /// The one of frames that come in without a tag.
        PVID = 2,
        /// Frames go out without a tag.
        UNTAGGED = 4,
        /// First of a range.
        RANGE_BEGIN = 8,
        /// Last of a range.
        RANGE_END = 16,
        /// Of the bridge.
        BRENTRY = 32,
        /// Only its options are changed.
        ONLY_OPTS = 64,
    }
}

attributes! {
    /// A VLAN and the tunnel that it maps to.
    pub enum VlanTunnel("IFLA_BRIDGE_VLAN_TUNNEL_") {
        /// The tunnel's number.
        ID: u32 = 1,
        /// The VLAN.
        VID: u16 = 2,
        /// Whether it begins or ends a range.
        FLAGS: VlanInfoFlags = 3,
    }
}

attributes! {
    /// Multiple spanning trees.
    pub enum Mst("IFLA_BRIDGE_MST_") {
        /// The port in one of them; there may be many.
        ENTRY: Nest<MstEntry> = 1,
    }
}

attributes! {
    /// A port in one of several spanning trees.
    pub enum MstEntry("IFLA_BRIDGE_MST_ENTRY_") {
        /// Number of the tree.
        MSTI: u16 = 1,
        /// State of the port in it.
        STATE: PortState = 2,
    }
}
