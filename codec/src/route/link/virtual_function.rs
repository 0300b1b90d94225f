//! Virtual functions of a network card (SR-IOV), and the ports that they are connected to.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::nest::Nest;
use crate::number::{Big, Native};
use crate::payload::{Bytes, Str, Struct};
use crate::{attributes, numbers};

attributes! {
    /// What [`Link::VFINFO_LIST`](super::Link::VFINFO_LIST) holds.
    pub enum VirtualFunctions("IFLA_VF_") {
        /// One virtual function; there are many.
        INFO: Nest<VirtualFunction> = 1,
    }
}

attributes! {
    /// A virtual function. Each of the structs says by its number which one is meant.
    pub enum VirtualFunction("IFLA_VF_") {
        /// Its address.
        MAC: Struct<VfMac> = 1,
        /// Its VLAN; [`VLAN_LIST`](Self::VLAN_LIST) also says the protocol.
        VLAN: Struct<VfVlan> = 2,
        /// The most it may send, where nothing is promised to it.
        TX_RATE: Struct<VfTxRate> = 3,
        /// Whether packets with a foreign source address are stopped.
        SPOOFCHK: Struct<VfSetting> = 4,
        /// Whether it has a carrier.
        LINK_STATE: Struct<VfLinkState> = 5,
        /// The least and the most it may send.
        RATE: Struct<VfRate> = 6,
        /// Whether it may ask for the hash of receive queues.
        RSS_QUERY_EN: Struct<VfSetting> = 7,
        /// Counters.
        STATS: Nest<VfStatistics> = 8,
        /// Whether it is trusted to change what concerns others.
        TRUST: Struct<VfSetting> = 9,
        /// InfiniBand node GUID.
        IB_NODE_GUID: Struct<VfGuid> = 10,
        /// InfiniBand port GUID.
        IB_PORT_GUID: Struct<VfGuid> = 11,
        /// Its VLANs, outermost first; kernels take one only.
        VLAN_LIST: Nest<VfVlans> = 12,
        /// Its broadcast address, padded with zeros.
        BROADCAST: [u8; 32] = 13,
    }
}

attributes! {
    /// VLANs of a virtual function.
    pub enum VfVlans("IFLA_VF_VLAN_") {
        /// One VLAN; there may be more.
        INFO: Struct<VfVlanInfo> = 1,
    }
}

attributes! {
    /// Counters of a virtual function.
    pub enum VfStatistics("IFLA_VF_STATS_") {
        /// Packets that came in.
        RX_PACKETS: u64 = 0,
        /// Packets that went out.
        TX_PACKETS: u64 = 1,
        /// Bytes that came in.
        RX_BYTES: u64 = 2,
        /// Bytes that went out.
        TX_BYTES: u64 = 3,
        /// Broadcast packets that came in.
        BROADCAST: u64 = 4,
        /// Multicast packets that came in.
        MULTICAST: u64 = 5,
        /// Padding.
        PAD: Bytes = 6,
        /// Packets that came in and were dropped.
        RX_DROPPED: u64 = 7,
        /// Packets that were dropped on their way out.
        TX_DROPPED: u64 = 8,
    }
}

/// `struct ifla_vf_mac`: the address of a virtual function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VfMac {
    /// Which virtual function (`vf`).
    pub function: Native<u32>,
    /// The address, padded with zeros (`mac`).
    pub address: [u8; 32],
}

/// `struct ifla_vf_vlan`: the VLAN of a virtual function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VfVlan {
    /// Which virtual function (`vf`).
    pub function: Native<u32>,
    /// The VLAN, 1 to 4095; 0 is none (`vlan`).
    pub vlan: Native<u32>,
    /// Its priority, 0 to 7 (`qos`).
    pub priority: Native<u32>,
}

/// `struct ifla_vf_vlan_info`: a VLAN of a virtual function, with its protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VfVlanInfo {
    /// Which virtual function (`vf`).
    pub function: Native<u32>,
    /// The VLAN, 1 to 4095; 0 is none (`vlan`).
    pub vlan: Native<u32>,
    /// Its priority, 0 to 7 (`qos`).
    pub priority: Native<u32>,
    /// 0x8100 (802.1Q) or 0x88a8 (802.1ad), in network byte order (`vlan_proto`).
    pub protocol: Big<u16>,
    /// Padding of the C struct.
    pub pad: [u8; 2],
}

/// `struct ifla_vf_tx_rate`: the most that a virtual function may send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VfTxRate {
    /// Which virtual function (`vf`).
    pub function: Native<u32>,
    /// Megabits a second; 0 is without limit (`rate`).
    pub rate: Native<u32>,
}

/// `struct ifla_vf_rate`: how much a virtual function may send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VfRate {
    /// Which virtual function (`vf`).
    pub function: Native<u32>,
    /// Megabits a second that it is sure of; 0 is none (`min_tx_rate`).
    pub least: Native<u32>,
    /// Most megabits a second; 0 is without limit (`max_tx_rate`).
    pub most: Native<u32>,
}

/// `struct ifla_vf_spoofchk`, `ifla_vf_rss_query_en`, `ifla_vf_trust`: something that is on or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VfSetting {
    /// Which virtual function (`vf`).
    pub function: Native<u32>,
    /// 0 is off, 1 is on; all bits set is not known (`setting`).
    pub setting: Native<u32>,
}

/// `struct ifla_vf_link_state`: whether a virtual function has a carrier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VfLinkState {
    /// Which virtual function (`vf`).
    pub function: Native<u32>,
    /// Whether it has one (`link_state`).
    pub state: Native<VfCarrier>,
}

/// `struct ifla_vf_guid`: an InfiniBand identifier of a virtual function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VfGuid {
    /// Which virtual function (`vf`).
    pub function: Native<u32>,
    /// Padding of the C struct.
    pub pad: [u8; 4],
    /// The identifier (`guid`).
    pub guid: Native<u64>,
}

numbers! {
    /// Whether a virtual function has a carrier (`IFLA_VF_LINK_STATE_*`).
    pub struct VfCarrier(u32, "IFLA_VF_LINK_STATE_") {
        /// When the card has one.
        AUTO = 0,
        /// Always.
        ENABLE = 1,
        /// Never.
        DISABLE = 2,
    }
}

attributes! {
    /// What [`Link::VF_PORTS`](super::Link::VF_PORTS) holds.
    pub enum Ports("IFLA_VF_") {
        /// The port of one virtual function; there are many.
        PORT: Nest<Port> = 1,
    }
}

attributes! {
    /// The port of a switch that a virtual function, or a card itself, is connected to (802.1Qbg).
    pub enum Port("IFLA_PORT_") {
        /// Which virtual function; all bits set is the card itself.
        VF: u32 = 1,
        /// Name of the port profile, at most 40 bytes.
        PROFILE: Str = 2,
        /// The type of the virtual station.
        VSI_TYPE: Struct<PortVsi> = 3,
        /// UUID of the virtual station.
        INSTANCE_UUID: [u8; 16] = 4,
        /// UUID of the host.
        HOST_UUID: [u8; 16] = 5,
        /// What is asked.
        REQUEST: PortRequest = 6,
        /// What the answer is.
        RESPONSE: PortResponse = 7,
    }
}

/// `struct ifla_port_vsi`: the type of a virtual station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct PortVsi {
    /// Its manager (`vsi_mgr_id`).
    pub manager: u8,
    /// The type (`vsi_type_id`).
    pub kind: [u8; 3],
    /// Its version (`vsi_type_version`).
    pub version: u8,
    /// Padding.
    pub pad: [u8; 3],
}

numbers! {
    /// What is asked of a port (`PORT_REQUEST_*`).
    pub struct PortRequest(u8, "PORT_REQUEST_") {
        /// Prepare.
        PREASSOCIATE = 0,
        /// Prepare, and reserve resources.
        PREASSOCIATE_RR = 1,
        /// Connect.
        ASSOCIATE = 2,
        /// Disconnect.
        DISASSOCIATE = 3,
    }
}

numbers! {
    /// What a port answers (`PORT_VDP_RESPONSE_*`, and from 0x100 on `PORT_PROFILE_RESPONSE_*`).
    pub struct PortResponse(u16, "PORT_") {
        /// Done.
        VDP_RESPONSE_SUCCESS = 0,
        /// The format was wrong.
        VDP_RESPONSE_INVALID_FORMAT = 1,
        /// Too few resources.
        VDP_RESPONSE_INSUFFICIENT_RESOURCES = 2,
        /// The VTID is not used.
        VDP_RESPONSE_UNUSED_VTID = 3,
        /// The VTID is not allowed.
        VDP_RESPONSE_VTID_VIOLATION = 4,
        /// The version of the VTID is not allowed; the kernel's spelling.
        VDP_RESPONSE_VTID_VERSION_VIOALTION = 5,
        /// Not in step.
        VDP_RESPONSE_OUT_OF_SYNC = 6,
        /// Done.
        PROFILE_RESPONSE_SUCCESS = 0x100,
        /// Not done yet.
        PROFILE_RESPONSE_INPROGRESS = 0x101,
        /// The request was wrong.
        PROFILE_RESPONSE_INVALID = 0x102,
        /// Not possible in this state.
        PROFILE_RESPONSE_BADSTATE = 0x103,
        /// Too few resources.
        PROFILE_RESPONSE_INSUFFICIENT_RESOURCES = 0x104,
        /// Another error.
        PROFILE_RESPONSE_ERROR = 0x105,
    }
}
