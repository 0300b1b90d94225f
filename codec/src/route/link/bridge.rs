//! Bridges: what `IFLA_INFO_DATA` holds for kind `bridge` (`linux/if_link.h`, `linux/if_bridge.h`).
//!
//! Times are in ticks of 1/100 s (`USER_HZ`) unless the row says something else.

use core::net::{Ipv4Addr, Ipv6Addr};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::nest::Nest;
use crate::number::{Big, Native};
use crate::payload::{Be, Bytes, Flag, Struct};
use crate::{attributes, flags, numbers};

attributes! {
    /// A bridge.
    pub enum Bridge("IFLA_BR_") {
        /// Time in each of the states listening and learning, 200 to 3000.
        FORWARD_DELAY: u32 = 1,
        /// Time between hello packets, 100 to 1000.
        HELLO_TIME: u32 = 2,
        /// Time after which a silent bridge is taken for dead, 600 to 4000.
        MAX_AGE: u32 = 3,
        /// Time that an address stays in the forwarding database; 0 is for ever.
        AGEING_TIME: u32 = 4,
        /// Spanning tree: 0 off, 1 by the kernel, 2 by a program.
        STP_STATE: u32 = 5,
        /// Priority in the election of the root: the least wins.
        PRIORITY: u16 = 6,
        /// Whether VLANs are told apart.
        VLAN_FILTERING: u8 = 7,
        /// Protocol of the VLANs, 0x8100 (802.1Q) or 0x88a8 (802.1ad), in network byte order.
        VLAN_PROTOCOL: Be<u16> = 8,
        /// Which frames to 01:80:c2:00:00:0x are forwarded: bit x.
        GROUP_FWD_MASK: u16 = 9,
        /// The root of the spanning tree.
        ROOT_ID: Struct<BridgeId> = 10,
        /// The bridge itself.
        BRIDGE_ID: Struct<BridgeId> = 11,
        /// The port towards the root; 0 where this is the root.
        ROOT_PORT: u16 = 12,
        /// Cost of the path to the root.
        ROOT_PATH_COST: u32 = 13,
        /// Whether the topology is changing.
        TOPOLOGY_CHANGE: u8 = 14,
        /// Whether this bridge saw it change.
        TOPOLOGY_CHANGE_DETECTED: u8 = 15,
        /// Time until the next hello packet.
        HELLO_TIMER: u64 = 16,
        /// Time until a change of topology is told again.
        TCN_TIMER: u64 = 17,
        /// Time until the change of topology is over.
        TOPOLOGY_CHANGE_TIMER: u64 = 18,
        /// Time until old addresses are thrown away.
        GC_TIMER: u64 = 19,
        /// The multicast address of the spanning tree protocol, one of 01:80:c2:00:00:0x.
        GROUP_ADDR: [u8; 6] = 20,
        /// In a request: forget all learned addresses.
        FDB_FLUSH: Flag = 21,
        /// Whether the bridge takes itself for a multicast router.
        MCAST_ROUTER: MulticastRouter = 22,
        /// Whether IGMP and MLD are listened to.
        MCAST_SNOOPING: u8 = 23,
        /// Whether questions have the bridge's own address as their source.
        MCAST_QUERY_USE_IFADDR: u8 = 24,
        /// Whether the bridge asks who wants what.
        MCAST_QUERIER: u8 = 25,
        /// No longer used; always 16.
        MCAST_HASH_ELASTICITY: u32 = 26,
        /// Most multicast groups, a power of two.
        MCAST_HASH_MAX: u32 = 27,
        /// Questions that must stay without an answer before a group is left.
        MCAST_LAST_MEMBER_CNT: u32 = 28,
        /// Questions at the start.
        MCAST_STARTUP_QUERY_CNT: u32 = 29,
        /// Time between questions about a group that somebody left.
        MCAST_LAST_MEMBER_INTVL: u64 = 30,
        /// Time without reports after which a group is left.
        MCAST_MEMBERSHIP_INTVL: u64 = 31,
        /// Time without questions of others after which the bridge asks itself.
        MCAST_QUERIER_INTVL: u64 = 32,
        /// Time between general questions.
        MCAST_QUERY_INTVL: u64 = 33,
        /// Time that others have to answer.
        MCAST_QUERY_RESPONSE_INTVL: u64 = 34,
        /// Time between questions at the start.
        MCAST_STARTUP_QUERY_INTVL: u64 = 35,
        /// Whether iptables sees what is bridged.
        NF_CALL_IPTABLES: u8 = 36,
        /// Whether ip6tables sees what is bridged.
        NF_CALL_IP6TABLES: u8 = 37,
        /// Whether arptables sees what is bridged.
        NF_CALL_ARPTABLES: u8 = 38,
        /// VLAN of frames without a tag; 0 is none.
        VLAN_DEFAULT_PVID: u16 = 39,
        /// Padding.
        PAD: Bytes = 40,
        /// Whether VLANs are counted.
        VLAN_STATS_ENABLED: u8 = 41,
        /// Whether IGMP and MLD are counted.
        MCAST_STATS_ENABLED: u8 = 42,
        /// IGMP version, 2 or 3.
        MCAST_IGMP_VERSION: u8 = 43,
        /// MLD version, 1 or 2.
        MCAST_MLD_VERSION: u8 = 44,
        /// Whether VLANs are counted for each port.
        VLAN_STATS_PER_PORT: u8 = 45,
        /// Settings that are on or off.
        MULTI_BOOLOPT: Struct<BoolOptions> = 46,
        /// Who asks about multicast groups.
        MCAST_QUERIER_STATE: Nest<Querier> = 47,
        /// How many addresses are learned.
        FDB_N_LEARNED: u32 = 48,
        /// How many may be learned; 0 is without limit.
        FDB_MAX_LEARNED: u32 = 49,
        /// Who runs the spanning tree protocol.
        STP_MODE: StpMode = 50,
    }
}

attributes! {
    /// Who asks about multicast groups, other than the bridge itself.
    pub enum Querier("BRIDGE_QUERIER_") {
        /// Its IPv4 address.
        IP_ADDRESS: Ipv4Addr = 1,
        /// Index of the port that it is behind, for IPv4.
        IP_PORT: u32 = 2,
        /// Time until it is taken for gone, for IPv4.
        IP_OTHER_TIMER: u64 = 3,
        /// Padding.
        PAD: Bytes = 4,
        /// Its IPv6 address.
        IPV6_ADDRESS: Ipv6Addr = 5,
        /// Index of the port that it is behind, for IPv6.
        IPV6_PORT: u32 = 6,
        /// Time until it is taken for gone, for IPv6.
        IPV6_OTHER_TIMER: u64 = 7,
    }
}

/// `struct ifla_bridge_id`: a bridge in the spanning tree protocol, as it is in the protocol's packets.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |           priority            |            address            |
/// +-------------------------------+-------------------------------+
/// |                         address, rest                         |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct BridgeId {
    /// Its priority, in network byte order (`prio`).
    pub priority: Big<u16>,
    /// Its address (`addr`).
    pub address: [u8; 6],
}

/// `struct br_boolopt_multi`: settings of a bridge that are on or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct BoolOptions {
    /// Those that are on, or are to be (`optval`).
    pub values: Native<BoolOption>,
    /// Those that the kernel knows; in a request those to change (`optmask`).
    pub mask: Native<BoolOption>,
}

flags! {
    /// Settings of a bridge that are on or off: the bits whose numbers are `BR_BOOLOPT_*`.
    pub struct BoolOption(u32, "BR_BOOLOPT_") {
        /// Link-local frames teach no addresses.
        NO_LL_LEARN = 1,
        /// IGMP and MLD are listened to for each VLAN.
        MCAST_VLAN_SNOOPING = 1 << 1,
        /// Multiple spanning trees.
        MST_ENABLE = 1 << 2,
        /// It is told when hardware does not take a multicast group.
        MDB_OFFLOAD_FAIL_NOTIFICATION = 1 << 3,
        /// Addresses of the bridge itself stand in the forwarding database for VLAN 0 only.
        FDB_LOCAL_VLAN_0 = 1 << 4,
    }
}

numbers! {
    /// Whether multicast packets all go to a bridge or a port, as to a router (`MDB_RTR_TYPE_*`).
    pub struct MulticastRouter(u8, "MDB_RTR_TYPE_") {
        /// No.
        DISABLED = 0,
        /// While somebody there asks.
        TEMP_QUERY = 1,
        /// Always.
        PERM = 2,
        /// For a while (ports only).
        TEMP = 3,
    }
}

numbers! {
    /// Who runs a bridge's spanning tree protocol (`BR_STP_MODE_*`).
    pub struct StpMode(u32, "BR_STP_MODE_") {
        /// A program if the helper `bridge-stp` finds one, else the kernel.
        AUTO = 0,
        /// A program.
        USER = 1,
        /// The kernel.
        KERNEL = 2,
    }
}
