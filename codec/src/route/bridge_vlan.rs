//! VLANs of bridges and their ports, each with its options (`RTM_*VLAN`, `BRIDGE_VLANDB_*`, `linux/if_bridge.h`).
//!
//! Links of family `AF_BRIDGE` have the same VLANs without their options.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use super::link::bridge::{MulticastRouter, Querier};
use super::link::bridge_port::PortState;
use super::link::bridge_spec::VlanInfo;
use super::mdb::Routers;
use crate::nest::Nest;
use crate::number::Native;
use crate::payload::{Bytes, Struct};
use crate::{attributes, flags, messages, numbers};

/// `struct br_vlan_msg`: the fixed header of these messages.
///
/// ```text
/// +---------------+---------------+-------------------------------+
/// |    family     |   reserved1   |           reserved2           |
/// +---------------+---------------+-------------------------------+
/// |                             index                             |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// `AF_BRIDGE` (`family`).
    pub family: Native<Family>,
    /// Zero (`reserved1`).
    pub reserved1: u8,
    /// Zero (`reserved2`).
    pub reserved2: Native<u16>,
    /// Index of the bridge or the port; 0 in a question for all (`ifindex`).
    pub index: Native<u32>,
}

messages! {
    /// VLANs: make them or change their options, or they were made or changed, or some of those that were asked for.
    pub NewVlan("RTM_NEWVLAN") = 112: Header, VlanDatabase;
    /// VLANs: delete them, or they were deleted.
    pub DelVlan("RTM_DELVLAN") = 113: Header, VlanDatabase;
    /// All VLANs, with [`Flags::DUMP`](crate::Flags::DUMP).
    pub GetVlan("RTM_GETVLAN") = 114: Header, VlanQuestion;
}

attributes! {
    /// What to tell of VLANs (`BRIDGE_VLANDB_DUMP_*`).
    pub enum VlanQuestion("BRIDGE_VLANDB_DUMP_") {
        /// What to tell.
        FLAGS: DumpFlags = 1,
    }
}

flags! {
    /// What to tell of VLANs (`BRIDGE_VLANDB_DUMPF_*`).
    pub struct DumpFlags(u32, "BRIDGE_VLANDB_DUMPF_") {
        /// Counters too.
        STATS = 1,
        /// Only the options of bridges for VLANs, [`VlanDatabase::GLOBAL_OPTIONS`].
        GLOBAL = 1 << 1,
    }
}

attributes! {
    /// VLANs of a bridge or a port; a message may have many of both.
    pub enum VlanDatabase("BRIDGE_VLANDB_") {
        /// VLANs, and what they are on this bridge or port.
        ENTRY: Nest<VlanEntry> = 1,
        /// VLANs, and what they are on all of the bridge.
        GLOBAL_OPTIONS: Nest<VlanGlobal> = 2,
    }
}

attributes! {
    /// VLANs on a bridge or a port (`BRIDGE_VLANDB_ENTRY_*`).
    pub enum VlanEntry("BRIDGE_VLANDB_ENTRY_") {
        /// The VLAN, or the first of several.
        INFO: Struct<VlanInfo> = 1,
        /// The last of several.
        RANGE: u16 = 2,
        /// State in the spanning tree.
        STATE: PortState = 3,
        /// The tunnel that it maps to.
        TUNNEL_INFO: Nest<VlanTunnelInfo> = 4,
        /// Counters.
        STATS: Nest<VlanStats> = 5,
        /// Whether multicast packets all go there, as to a router.
        MCAST_ROUTER: MulticastRouter = 6,
        /// How many multicast groups there are.
        MCAST_N_GROUPS: u32 = 7,
        /// How many there may be; 0 is without limit.
        MCAST_MAX_GROUPS: u32 = 8,
        /// Whether ARP and neighbour discovery are answered by the bridge.
        NEIGH_SUPPRESS: u8 = 9,
        /// Whether gratuitous ARP and unasked neighbour advertisements go through all the same.
        NEIGH_FORWARD_GRAT: u8 = 10,
    }
}

attributes! {
    /// The tunnel that a VLAN maps to (`BRIDGE_VLANDB_TINFO_*`).
    pub enum VlanTunnelInfo("BRIDGE_VLANDB_TINFO_") {
        /// Its number; of several VLANs that of the first, and the others have the next.
        ID: u32 = 1,
        /// In a request: whether the mapping is made or deleted.
        CMD: TunnelCommand = 2,
    }
}

numbers! {
    /// Whether a VLAN shall map to a tunnel: the number of a kind of message (`RTM_*`).
    pub struct TunnelCommand(u32, "RTM_") {
        /// No longer.
        DELLINK = 17,
        /// It shall.
        SETLINK = 19,
    }
}

attributes! {
    /// Counters of a VLAN (`BRIDGE_VLANDB_STATS_*`).
    pub enum VlanStats("BRIDGE_VLANDB_STATS_") {
        /// Bytes that came in.
        RX_BYTES: u64 = 1,
        /// Packets that came in.
        RX_PACKETS: u64 = 2,
        /// Bytes that went out.
        TX_BYTES: u64 = 3,
        /// Packets that went out.
        TX_PACKETS: u64 = 4,
        /// Padding.
        PAD: Bytes = 5,
    }
}

attributes! {
    /// VLANs on all of a bridge (`BRIDGE_VLANDB_GOPTS_*`). Times are in ticks of 1/100 s.
    pub enum VlanGlobal("BRIDGE_VLANDB_GOPTS_") {
        /// The VLAN, or the first of several.
        ID: u16 = 1,
        /// The last of several.
        RANGE: u16 = 2,
        /// Whether IGMP and MLD are listened to.
        MCAST_SNOOPING: u8 = 3,
        /// IGMP version, 2 or 3.
        MCAST_IGMP_VERSION: u8 = 4,
        /// MLD version, 1 or 2.
        MCAST_MLD_VERSION: u8 = 5,
        /// Questions that must stay without an answer before a group is left.
        MCAST_LAST_MEMBER_CNT: u32 = 6,
        /// Questions at the start.
        MCAST_STARTUP_QUERY_CNT: u32 = 7,
        /// Time between questions about a group that somebody left.
        MCAST_LAST_MEMBER_INTVL: u64 = 8,
        /// Padding.
        PAD: Bytes = 9,
        /// Time without reports after which a group is left.
        MCAST_MEMBERSHIP_INTVL: u64 = 10,
        /// Time without questions of others after which the bridge asks itself.
        MCAST_QUERIER_INTVL: u64 = 11,
        /// Time between general questions.
        MCAST_QUERY_INTVL: u64 = 12,
        /// Time that others have to answer.
        MCAST_QUERY_RESPONSE_INTVL: u64 = 13,
        /// Time between questions at the start.
        MCAST_STARTUP_QUERY_INTVL: u64 = 14,
        /// Whether the bridge asks who wants what.
        MCAST_QUERIER: u8 = 15,
        /// Ports with multicast routers.
        MCAST_ROUTER_PORTS: Nest<VlanRouterPorts> = 16,
        /// Who asks about multicast groups.
        MCAST_QUERIER_STATE: Nest<Querier> = 17,
        /// Number of the spanning tree that the VLAN is in.
        MSTI: u16 = 18,
    }
}

attributes! {
    /// Ports with multicast routers, in one nest more (`MDBA_ROUTER`).
    pub enum VlanRouterPorts("MDBA_") {
        /// The ports.
        ROUTER: Nest<Routers> = 2,
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use std::format;

    use super::*;
    use crate::route::PROTOCOL;
    use crate::route::link::bridge_spec::VlanInfoFlags;
    use crate::route::testing::{bytes, emitted};
    use crate::{Envelope, Flags, Message, RawMessage};

    #[test]
    fn options_are_those_of_iproute2() {
        // bridge vlan set dev v0 vid 1 state learning mcast_router 2
        let wire = "\
            34000000700005000000000000000000 0700000004000000 \
            1c000180 0800010040000100 0500030002000000 0500060002000000";
        let header = Header { family: Family::BRIDGE.into(), index: 4.into(), ..Header::default() };
        let info = VlanInfo { flags: VlanInfoFlags::ONLY_OPTS.into(), vlan: 1.into() };
        let written = emitted(|tail| {
            NewVlan::emit(tail, Envelope::request(Flags::ACK), header, |vlans| {
                vlans.nest(VlanDatabase::ENTRY, |vlan| {
                    vlan.put(VlanEntry::INFO, (&info).into())?
                        .put(VlanEntry::STATE, PortState::LEARNING)?
                        .put(VlanEntry::MCAST_ROUTER, MulticastRouter::PERM)
                })
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn options_of_the_bridge_are_those_of_iproute2() {
        // bridge vlan global set dev br0 vid 1 mcast_query_interval 5000
        let wire = "\
            30000000700005000000000000000000 0700000002000000 18000280 0600010001000000 0c000c008813000000000000";
        let header = Header { family: Family::BRIDGE.into(), index: 2.into(), ..Header::default() };
        let written = emitted(|tail| {
            NewVlan::emit(tail, Envelope::request(Flags::ACK), header, |vlans| {
                vlans.nest(VlanDatabase::GLOBAL_OPTIONS, |vlan| {
                    vlan.put(VlanGlobal::ID, 1)?.put(VlanGlobal::MCAST_QUERY_INTVL, 5000)
                })
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn a_command_has_the_name_of_a_message() {
        let wire = "\
            30000000700005000000000000000000 0700000004000000 \
            18000180 14000480 0800010064000000 0800020013000000";
        let message = bytes(wire);
        let text = format!("{:?}", PROTOCOL.describe(&RawMessage::first(&message).unwrap()));
        let tunnel = "VlanTunnelInfo { BRIDGE_VLANDB_TINFO_ID: 100, BRIDGE_VLANDB_TINFO_CMD: RTM_SETLINK }";
        assert!(text.contains(tunnel), "{text}");
    }
}
