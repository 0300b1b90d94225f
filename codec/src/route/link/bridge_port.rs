//! Ports of bridges: what `IFLA_INFO_SLAVE_DATA` holds for kind `bridge`, and `IFLA_PROTINFO` in messages of family
//! `AF_BRIDGE` (`linux/if_link.h`).
//!
//! Times are in ticks of 1/100 s (`USER_HZ`).

use super::bridge::{BridgeId, MulticastRouter};
use crate::payload::{Bytes, Flag, Struct};
use crate::{attributes, numbers};

attributes! {
    /// A port of a bridge.
    pub enum BridgePort("IFLA_BRPORT_") {
        /// Its state in the spanning tree.
        STATE: PortState = 1,
        /// Its priority, 0 to 63.
        PRIORITY: u16 = 2,
        /// Cost of the path by it, 1 to 65535.
        COST: u32 = 3,
        /// Whether frames go back out where they came in (hairpin).
        MODE: u8 = 4,
        /// Whether the port is shut when a packet of the spanning tree protocol comes in.
        GUARD: u8 = 5,
        /// Whether it may never lead to the root.
        PROTECT: u8 = 6,
        /// Whether a multicast group is left at once.
        FAST_LEAVE: u8 = 7,
        /// Whether source addresses are learned.
        LEARNING: u8 = 8,
        /// Whether frames to unknown addresses go out.
        UNICAST_FLOOD: u8 = 9,
        /// Whether ARP is answered for those behind other ports.
        PROXYARP: u8 = 10,
        /// Whether addresses that the device learned go to the forwarding database.
        LEARNING_SYNC: u8 = 11,
        /// Whether ARP is answered as Wi-Fi wants it (802.11, Hotspot 2.0).
        PROXYARP_WIFI: u8 = 12,
        /// The root of the spanning tree.
        ROOT_ID: Struct<BridgeId> = 13,
        /// The bridge that leads there.
        BRIDGE_ID: Struct<BridgeId> = 14,
        /// The port of that bridge.
        DESIGNATED_PORT: u16 = 15,
        /// Cost from there to the root.
        DESIGNATED_COST: u16 = 16,
        /// The port: its priority, and its number in the lower 10 bits.
        ID: u16 = 17,
        /// Its number.
        NO: u16 = 18,
        /// Whether a change of topology is acknowledged.
        TOPOLOGY_CHANGE_ACK: u8 = 19,
        /// Whether a packet of the spanning tree protocol waits to be sent.
        CONFIG_PENDING: u8 = 20,
        /// Time until the last packet of the protocol is too old.
        MESSAGE_AGE_TIMER: u64 = 21,
        /// Time until the next state.
        FORWARD_DELAY_TIMER: u64 = 22,
        /// Time until a packet of the protocol may be sent again.
        HOLD_TIMER: u64 = 23,
        /// In a request: forget all addresses learned here.
        FLUSH: Flag = 24,
        /// Whether a multicast router is there.
        MULTICAST_ROUTER: MulticastRouter = 25,
        /// Padding.
        PAD: Bytes = 26,
        /// Whether multicast packets that nobody asked for go out.
        MCAST_FLOOD: u8 = 27,
        /// Whether multicast packets become one unicast packet each.
        MCAST_TO_UCAST: u8 = 28,
        /// Whether VLANs are mapped to tunnels.
        VLAN_TUNNEL: u8 = 29,
        /// Whether broadcasts go out.
        BCAST_FLOOD: u8 = 30,
        /// Which frames to 01:80:c2:00:00:0x are forwarded: bit x.
        GROUP_FWD_MASK: u16 = 31,
        /// Whether ARP and neighbour discovery are answered here instead of let through.
        NEIGH_SUPPRESS: u8 = 32,
        /// Whether it speaks only with ports that are not isolated.
        ISOLATED: u8 = 33,
        /// Index of the port that takes over when the carrier is lost; 0 is none.
        BACKUP_PORT: u32 = 34,
        /// Whether the ring (MRP) is open.
        MRP_RING_OPEN: u8 = 35,
        /// Whether the ring of rings (MRP) is open.
        MRP_IN_OPEN: u8 = 36,
        /// Most hosts that are followed each for itself (IGMPv3, MLDv2).
        MCAST_EHT_HOSTS_LIMIT: u32 = 37,
        /// How many are.
        MCAST_EHT_HOSTS_CNT: u32 = 38,
        /// Whether only hosts whose address is in the forwarding database are let in.
        LOCKED: u8 = 39,
        /// Whether others' addresses get there as locked ones.
        MAB: u8 = 40,
        /// How many multicast groups there are.
        MCAST_N_GROUPS: u32 = 41,
        /// How many there may be; 0 is without limit.
        MCAST_MAX_GROUPS: u32 = 42,
        /// Whether [`NEIGH_SUPPRESS`](Self::NEIGH_SUPPRESS) is set for each VLAN.
        NEIGH_VLAN_SUPPRESS: u8 = 43,
        /// The nexthop object that packets to the backup port go by; 0 is none.
        BACKUP_NHID: u32 = 44,
        /// Whether unasked ARP and neighbour advertisements are let through all the same.
        NEIGH_FORWARD_GRAT: u8 = 45,
    }
}

numbers! {
    /// State of a port in the spanning tree (`BR_STATE_*`).
    pub struct PortState(u8, "BR_STATE_") {
        /// Shut.
        DISABLED = 0,
        /// Only listens to the protocol.
        LISTENING = 1,
        /// Learns addresses, forwards nothing.
        LEARNING = 2,
        /// Forwards.
        FORWARDING = 3,
        /// Kept shut by the protocol.
        BLOCKING = 4,
    }
}
