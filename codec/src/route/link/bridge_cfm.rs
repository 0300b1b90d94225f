//! Connectivity fault management of bridges (`linux/if_bridge.h`, `linux/cfm_bridge.h`; IEEE 802.1Q clause 12.14).
//!
//! A maintenance end point (MEP) sends continuity check messages (CCM) to its peers and misses theirs. Attributes with
//! `INFO` in their names come from the kernel, the others go there.

use crate::nest::Nest;
use crate::{attributes, numbers};

attributes! {
    /// End points of a bridge.
    pub enum Cfm("IFLA_BRIDGE_CFM_") {
        /// Make an end point.
        MEP_CREATE: Nest<CfmMepCreate> = 1,
        /// Remove an end point.
        MEP_DELETE: Nest<CfmMepDelete> = 2,
        /// Set up an end point.
        MEP_CONFIG: Nest<CfmMepConfig> = 3,
        /// Set up its checks.
        CC_CONFIG: Nest<CfmCcConfig> = 4,
        /// Add a peer.
        CC_PEER_MEP_ADD: Nest<CfmCcPeer> = 5,
        /// Remove a peer.
        CC_PEER_MEP_REMOVE: Nest<CfmCcPeer> = 6,
        /// Set what is told to the peers of own defects.
        CC_RDI: Nest<CfmCcRdi> = 7,
        /// Send checks.
        CC_CCM_TX: Nest<CfmCcCcmTx> = 8,
        /// An end point as it was made.
        MEP_CREATE_INFO: Nest<CfmMepCreate> = 9,
        /// An end point as it was set up.
        MEP_CONFIG_INFO: Nest<CfmMepConfig> = 10,
        /// Its checks as they were set up.
        CC_CONFIG_INFO: Nest<CfmCcConfig> = 11,
        /// What is told to the peers of own defects.
        CC_RDI_INFO: Nest<CfmCcRdi> = 12,
        /// The checks that are sent.
        CC_CCM_TX_INFO: Nest<CfmCcCcmTx> = 13,
        /// A peer.
        CC_PEER_MEP_INFO: Nest<CfmCcPeer> = 14,
        /// What an end point saw.
        MEP_STATUS_INFO: Nest<CfmMepStatus> = 15,
        /// What it saw of a peer.
        CC_PEER_STATUS_INFO: Nest<CfmCcPeerStatus> = 16,
    }
}

attributes! {
    /// How an end point is made.
    pub enum CfmMepCreate("IFLA_BRIDGE_CFM_MEP_CREATE_") {
        /// Number of the end point.
        INSTANCE: u32 = 1,
        /// What it watches.
        DOMAIN: CfmDomain = 2,
        /// Which way it looks.
        DIRECTION: CfmDirection = 3,
        /// Index of the port that it is at.
        IFINDEX: u32 = 4,
    }
}

attributes! {
    /// Which end point to remove.
    pub enum CfmMepDelete("IFLA_BRIDGE_CFM_MEP_DELETE_") {
        /// Number of the end point.
        INSTANCE: u32 = 1,
    }
}

attributes! {
    /// How an end point is set up.
    pub enum CfmMepConfig("IFLA_BRIDGE_CFM_MEP_CONFIG_") {
        /// Number of the end point.
        INSTANCE: u32 = 1,
        /// Its address.
        UNICAST_MAC: [u8; 6] = 2,
        /// Its level, 0 to 7.
        MDLEVEL: u32 = 3,
        /// Its number in the protocol, 1 to 8191.
        MEPID: u32 = 4,
    }
}

attributes! {
    /// How checks are set up.
    pub enum CfmCcConfig("IFLA_BRIDGE_CFM_CC_CONFIG_") {
        /// Number of the end point.
        INSTANCE: u32 = 1,
        /// Whether they are on.
        ENABLE: u32 = 2,
        /// How often they are expected.
        EXP_INTERVAL: CfmInterval = 3,
        /// The name of the association that they must carry.
        EXP_MAID: [u8; 48] = 4,
    }
}

attributes! {
    /// A peer.
    pub enum CfmCcPeer("IFLA_BRIDGE_CFM_CC_PEER_") {
        /// Number of the end point.
        MEP_INSTANCE: u32 = 1,
        /// Number of the peer in the protocol, 1 to 8191.
        MEPID: u32 = 2,
    }
}

attributes! {
    /// What is told to the peers of own defects.
    pub enum CfmCcRdi("IFLA_BRIDGE_CFM_CC_RDI_") {
        /// Number of the end point.
        INSTANCE: u32 = 1,
        /// Whether there are any.
        RDI: u32 = 2,
    }
}

attributes! {
    /// The checks that are sent.
    pub enum CfmCcCcmTx("IFLA_BRIDGE_CFM_CC_CCM_TX_") {
        /// Number of the end point.
        INSTANCE: u32 = 1,
        /// Where they go.
        DMAC: [u8; 6] = 2,
        /// Whether they are numbered.
        SEQ_NO_UPDATE: u32 = 3,
        /// How many seconds they are sent; 0 stops.
        PERIOD: u32 = 4,
        /// Whether they tell the state of the interface.
        IF_TLV: u32 = 5,
        /// That state.
        IF_TLV_VALUE: u8 = 6,
        /// Whether they tell the state of the port.
        PORT_TLV: u32 = 7,
        /// That state.
        PORT_TLV_VALUE: u8 = 8,
    }
}

attributes! {
    /// What an end point saw since it was last asked.
    pub enum CfmMepStatus("IFLA_BRIDGE_CFM_MEP_STATUS_") {
        /// Number of the end point.
        INSTANCE: u32 = 1,
        /// Whether an unknown operation came.
        OPCODE_UNEXP_SEEN: u32 = 2,
        /// Whether an unknown version came.
        VERSION_UNEXP_SEEN: u32 = 3,
        /// Whether a lower level came.
        RX_LEVEL_LOW_SEEN: u32 = 4,
    }
}

attributes! {
    /// What an end point saw of a peer.
    pub enum CfmCcPeerStatus("IFLA_BRIDGE_CFM_CC_PEER_STATUS_") {
        /// Number of the end point.
        INSTANCE: u32 = 1,
        /// Number of the peer in the protocol.
        PEER_MEPID: u32 = 2,
        /// Whether its checks are missing.
        CCM_DEFECT: u32 = 3,
        /// Whether it has defects of its own.
        RDI: u32 = 4,
        /// The state of its port.
        PORT_TLV_VALUE: u8 = 5,
        /// The state of its interface.
        IF_TLV_VALUE: u8 = 6,
        /// Whether a check came since it was last asked.
        SEEN: u32 = 7,
        /// Whether one with a state came.
        TLV_SEEN: u32 = 8,
        /// Whether one with an unexpected number came.
        SEQ_UNEXP_SEEN: u32 = 9,
    }
}

numbers! {
    /// What an end point watches (`BR_CFM_*`).
    pub struct CfmDomain(u32, "BR_CFM_") {
        /// A port.
        PORT = 0,
        /// A VLAN.
        VLAN = 1,
    }
}

numbers! {
    /// Which way an end point looks (`BR_CFM_MEP_DIRECTION_*`).
    pub struct CfmDirection(u32, "BR_CFM_MEP_DIRECTION_") {
        /// Out of its port.
        DOWN = 0,
        /// Through the bridge.
        UP = 1,
    }
}

numbers! {
    /// Time between checks (`BR_CFM_CCM_INTERVAL_*`).
    pub struct CfmInterval(u32, "BR_CFM_CCM_INTERVAL_") {
        /// None are sent.
        NONE = 0,
        /// 3.3 milliseconds.
        _3_3_MS ("3_3_MS") = 1,
        /// 10 milliseconds.
        _10_MS ("10_MS") = 2,
        /// 100 milliseconds.
        _100_MS ("100_MS") = 3,
        /// A second.
        _1_SEC ("1_SEC") = 4,
        /// 10 seconds.
        _10_SEC ("10_SEC") = 5,
        /// A minute.
        _1_MIN ("1_MIN") = 6,
        /// 10 minutes.
        _10_MIN ("10_MIN") = 7,
    }
}
