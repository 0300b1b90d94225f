//! VLANs: what `IFLA_INFO_DATA` holds for kind `vlan` (`linux/if_link.h`, `linux/if_vlan.h`).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::nest::Nest;
use crate::number::Native;
use crate::payload::{Be, Struct};
use crate::{attributes, flags};

attributes! {
    /// A VLAN.
    pub enum Vlan("IFLA_VLAN_") {
        /// Its number, 0 to 4094.
        ID: u16 = 1,
        /// Flags, and which of them to change.
        FLAGS: Struct<VlanFlagsMask> = 2,
        /// From priorities of packets that go out to priorities on the wire.
        EGRESS_QOS: Nest<VlanQos> = 3,
        /// From priorities on the wire to priorities of packets that come in.
        INGRESS_QOS: Nest<VlanQos> = 4,
        /// 0x8100 (802.1Q) or 0x88a8 (802.1ad), in network byte order.
        PROTOCOL: Be<u16> = 5,
    }
}

attributes! {
    /// How priorities are mapped.
    pub enum VlanQos("IFLA_VLAN_QOS_") {
        /// One priority and what it becomes; there may be many.
        MAPPING: Struct<QosMapping> = 1,
    }
}

/// `struct ifla_vlan_flags`: flags of a VLAN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VlanFlagsMask {
    /// The flags (`flags`).
    pub flags: Native<VlanFlags>,
    /// Which of them to change; all bits are set in what the kernel sends (`mask`).
    pub mask: Native<VlanFlags>,
}

flags! {
    /// Flags of a VLAN (`VLAN_FLAG_*`, `linux/if_vlan.h`).
    pub struct VlanFlags(u32, "VLAN_FLAG_") {
        /// Packets are shown as if they had no tag.
        REORDER_HDR = 1,
        /// The VLAN is told to switches by GVRP.
        GVRP = 2,
        /// It is up although the link below is not.
        LOOSE_BINDING = 4,
        /// The VLAN is told to switches by MVRP.
        MVRP = 8,
        /// It is up when a port of the bridge below that is in the VLAN is.
        BRIDGE_BINDING = 16,
    }
}

/// `struct ifla_vlan_qos_mapping`: a priority and what it becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct QosMapping {
    /// The priority (`from`).
    pub from: Native<u32>,
    /// What it becomes (`to`).
    pub to: Native<u32>,
}
