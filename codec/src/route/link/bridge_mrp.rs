//! Media redundancy protocol of bridges: rings of bridges (`linux/if_bridge.h`, `linux/mrp_bridge.h`; IEC 62439-2).
//!
//! All but [`Mrp::INFO`] is for requests. Times are in microseconds.

use crate::nest::Nest;
use crate::{attributes, numbers};

attributes! {
    /// Rings of a bridge.
    pub enum Mrp("IFLA_BRIDGE_MRP_") {
        /// Make or remove a ring.
        INSTANCE: Nest<MrpInstance> = 1,
        /// State of a port.
        PORT_STATE: Nest<MrpPortState> = 2,
        /// What a port is in its ring.
        PORT_ROLE: Nest<MrpPortRole> = 3,
        /// State of a ring.
        RING_STATE: Nest<MrpRingState> = 4,
        /// What the bridge is in a ring.
        RING_ROLE: Nest<MrpRingRole> = 5,
        /// Test a ring.
        START_TEST: Nest<MrpStartTest> = 6,
        /// A ring as it is; there may be many.
        INFO: Nest<MrpInfo> = 7,
        /// What the bridge is between two rings.
        IN_ROLE: Nest<MrpInRole> = 8,
        /// State of the connection of two rings.
        IN_STATE: Nest<MrpInState> = 9,
        /// Test the connection of two rings.
        START_IN_TEST: Nest<MrpStartInTest> = 10,
    }
}

attributes! {
    /// A ring to make or to remove.
    pub enum MrpInstance("IFLA_BRIDGE_MRP_INSTANCE_") {
        /// Its number.
        RING_ID: u32 = 1,
        /// Index of the primary port.
        P_IFINDEX: u32 = 2,
        /// Index of the secondary port.
        S_IFINDEX: u32 = 3,
        /// Priority of the bridge in it.
        PRIO: u16 = 4,
    }
}

attributes! {
    /// State of a port.
    pub enum MrpPortState("IFLA_BRIDGE_MRP_PORT_STATE_") {
        /// The state.
        STATE: PortState = 1,
    }
}

attributes! {
    /// What a port is in its ring.
    pub enum MrpPortRole("IFLA_BRIDGE_MRP_PORT_ROLE_") {
        /// The role.
        ROLE: PortRole = 1,
    }
}

attributes! {
    /// State of a ring.
    pub enum MrpRingState("IFLA_BRIDGE_MRP_RING_STATE_") {
        /// Number of the ring.
        RING_ID: u32 = 1,
        /// The state.
        STATE: RingState = 2,
    }
}

attributes! {
    /// What the bridge is in a ring.
    pub enum MrpRingRole("IFLA_BRIDGE_MRP_RING_ROLE_") {
        /// Number of the ring.
        RING_ID: u32 = 1,
        /// The role.
        ROLE: RingRole = 2,
    }
}

attributes! {
    /// A test of a ring.
    pub enum MrpStartTest("IFLA_BRIDGE_MRP_START_TEST_") {
        /// Number of the ring.
        RING_ID: u32 = 1,
        /// Time between test frames.
        INTERVAL: u32 = 2,
        /// How many must be lost for the ring to be taken for open.
        MAX_MISS: u32 = 3,
        /// How long to test.
        PERIOD: u32 = 4,
        /// Whether only to listen to the tests of another.
        MONITOR: u32 = 5,
    }
}

attributes! {
    /// A ring as it is.
    pub enum MrpInfo("IFLA_BRIDGE_MRP_INFO_") {
        /// Its number.
        RING_ID: u32 = 1,
        /// Index of the primary port.
        P_IFINDEX: u32 = 2,
        /// Index of the secondary port.
        S_IFINDEX: u32 = 3,
        /// Priority of the bridge in it.
        PRIO: u16 = 4,
        /// Its state.
        RING_STATE: RingState = 5,
        /// What the bridge is in it.
        RING_ROLE: RingRole = 6,
        /// Time between test frames.
        TEST_INTERVAL: u32 = 7,
        /// How many must be lost for the ring to be taken for open.
        TEST_MAX_MISS: u32 = 8,
        /// Whether it only listens to the tests of another.
        TEST_MONITOR: u32 = 9,
        /// Index of the port to the other ring.
        I_IFINDEX: u32 = 10,
        /// State of the connection to the other ring.
        IN_STATE: RingState = 11,
        /// What the bridge is between the rings.
        IN_ROLE: InRole = 12,
        /// Time between test frames to the other ring.
        IN_TEST_INTERVAL: u32 = 13,
        /// How many of those must be lost.
        IN_TEST_MAX_MISS: u32 = 14,
    }
}

attributes! {
    /// State of the connection of two rings.
    pub enum MrpInState("IFLA_BRIDGE_MRP_IN_STATE_") {
        /// Number of the connection.
        IN_ID: u32 = 1,
        /// The state.
        STATE: RingState = 2,
    }
}

attributes! {
    /// What the bridge is between two rings.
    pub enum MrpInRole("IFLA_BRIDGE_MRP_IN_ROLE_") {
        /// Number of the ring.
        RING_ID: u32 = 1,
        /// Number of the connection.
        IN_ID: u16 = 2,
        /// The role.
        ROLE: InRole = 3,
        /// Index of the port to the other ring.
        I_IFINDEX: u32 = 4,
    }
}

attributes! {
    /// A test of the connection of two rings.
    pub enum MrpStartInTest("IFLA_BRIDGE_MRP_START_IN_TEST_") {
        /// Number of the connection.
        IN_ID: u32 = 1,
        /// Time between test frames.
        INTERVAL: u32 = 2,
        /// How many must be lost for the connection to be taken for open.
        MAX_MISS: u32 = 3,
        /// How long to test.
        PERIOD: u32 = 4,
    }
}

numbers! {
    /// State of a port (`BR_MRP_PORT_STATE_*`).
    pub struct PortState(u32, "BR_MRP_PORT_STATE_") {
        /// Shut.
        DISABLED = 0,
        /// Only test frames pass.
        BLOCKED = 1,
        /// Forwards.
        FORWARDING = 2,
        /// No carrier.
        NOT_CONNECTED = 3,
    }
}

numbers! {
    /// What a port is in its ring (`BR_MRP_PORT_ROLE_*`).
    pub struct PortRole(u32, "BR_MRP_PORT_ROLE_") {
        /// The primary port.
        PRIMARY = 0,
        /// The secondary port.
        SECONDARY = 1,
        /// The port to another ring.
        INTER = 2,
    }
}

numbers! {
    /// State of a ring, or of the connection of two (`BR_MRP_RING_STATE_*`; `BR_MRP_IN_STATE_*` has the same numbers).
    pub struct RingState(u32, "BR_MRP_RING_STATE_") {
        /// Broken.
        OPEN = 0,
        /// Whole.
        CLOSED = 1,
    }
}

numbers! {
    /// What a bridge is in a ring (`BR_MRP_RING_ROLE_*`).
    pub struct RingRole(u32, "BR_MRP_RING_ROLE_") {
        /// Nothing.
        DISABLED = 0,
        /// A client.
        MRC = 1,
        /// The manager.
        MRM = 2,
        /// The manager where nobody else is.
        MRA = 3,
    }
}

numbers! {
    /// What a bridge is between two rings (`BR_MRP_IN_ROLE_*`).
    pub struct InRole(u32, "BR_MRP_IN_ROLE_") {
        /// Nothing.
        DISABLED = 0,
        /// A client.
        MIC = 1,
        /// The manager.
        MIM = 2,
    }
}
