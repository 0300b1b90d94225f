//! Counters of links, each kind by itself (`RTM_*STATS`, `IFLA_STATS_*`, `linux/if_link.h`).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use super::link::bridge_spec::VlanInfoFlags;
use super::link::statistics::Statistics64;
use crate::nest::Nest;
use crate::number::Native;
use crate::payload::{Bytes, Struct};
use crate::{attributes, flags, messages};

/// `struct if_stats_msg`: the fixed header of these messages.
///
/// ```text
/// +---------------+---------------+-------------------------------+
/// |    family     |     pad1      |             pad2              |
/// +---------------+---------------+-------------------------------+
/// |                             index                             |
/// +---------------------------------------------------------------+
/// |                            filter                             |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// `AF_UNSPEC` (`family`).
    pub family: Native<Family>,
    /// Zero (`pad1`).
    pub pad1: u8,
    /// Zero (`pad2`).
    pub pad2: Native<u16>,
    /// The link's index; 0 in a question for all (`ifindex`).
    pub index: Native<u32>,
    /// In a question what to tell, and in the answer that again (`filter_mask`).
    pub filter: Native<StatsFilter>,
}

messages! {
    /// Counters of a link: one of those that were asked for, or what hardware counts was changed.
    pub NewStats("RTM_NEWSTATS") = 92: Header, Stats;
    /// The counters of a link; with [`Flags::DUMP`](crate::Flags::DUMP) those of all.
    pub GetStats("RTM_GETSTATS") = 94: Header, StatsRequest;
    /// Have hardware count, or not.
    pub SetStats("RTM_SETSTATS") = 95: Header, StatsRequest;
}

flags! {
    /// Which counters to tell: the bits whose numbers are one less than those of `IFLA_STATS_*`.
    pub struct StatsFilter(u32, "IFLA_STATS_") {
        /// [`Stats::LINK_64`].
        LINK_64 = 1,
        /// [`Stats::LINK_XSTATS`].
        LINK_XSTATS = 1 << 1,
        /// [`Stats::LINK_XSTATS_SLAVE`].
        LINK_XSTATS_SLAVE = 1 << 2,
        /// [`Stats::LINK_OFFLOAD_XSTATS`].
        LINK_OFFLOAD_XSTATS = 1 << 3,
        /// [`Stats::AF_SPEC`].
        AF_SPEC = 1 << 4,
    }
}

attributes! {
    /// Counters of a link.
    pub enum Stats("IFLA_STATS_") {
        /// Padding.
        UNSPEC: Bytes = 0,
        /// Those that every link has.
        LINK_64: Struct<Statistics64> = 1,
        /// Those that only links of its kind have.
        LINK_XSTATS: Nest<KindStats> = 2,
        /// Those that only links with a master of its kind have.
        LINK_XSTATS_SLAVE: Nest<KindStats> = 3,
        /// What hardware counts.
        LINK_OFFLOAD_XSTATS: Nest<OffloadStats> = 4,
        /// What each address family counts.
        AF_SPEC: Nest<FamilyStats> = 5,
    }
}

attributes! {
    /// What to tell more exactly, or to change.
    pub enum StatsRequest("IFLA_STATS_") {
        /// In a question: which of the counters that [`Header::filter`] asks for.
        GET_FILTERS: Nest<StatsFilters> = 1,
        /// In a request to change: whether hardware counts what it routes, 0 or 1.
        SET_OFFLOAD_XSTATS_L3_STATS: u8 = 2,
    }
}

attributes! {
    /// Which counters to tell: for each attribute of [`Stats`] the bits whose numbers are one less than those of what is in it.
    pub enum StatsFilters("IFLA_STATS_") {
        /// Not used by the kernel.
        LINK_64: u32 = 1,
        /// Not used by the kernel.
        LINK_XSTATS: u32 = 2,
        /// Not used by the kernel.
        LINK_XSTATS_SLAVE: u32 = 3,
        /// Of what hardware counts.
        LINK_OFFLOAD_XSTATS: OffloadFilter = 4,
        /// Not used by the kernel.
        AF_SPEC: u32 = 5,
    }
}

flags! {
    /// Of what hardware counts, what to tell: the bits whose numbers are one less than those of `IFLA_OFFLOAD_XSTATS_*`.
    pub struct OffloadFilter(u32, "IFLA_OFFLOAD_XSTATS_") {
        /// [`OffloadStats::CPU_HIT`].
        CPU_HIT = 1,
        /// [`OffloadStats::HW_S_INFO`].
        HW_S_INFO = 1 << 1,
        /// [`OffloadStats::L3_STATS`].
        L3_STATS = 1 << 2,
    }
}

attributes! {
    /// Counters that only links of a kind have (`LINK_XSTATS_TYPE_*`).
    pub enum KindStats("LINK_XSTATS_TYPE_") {
        /// Of bridges and their ports.
        BRIDGE: Nest<BridgeStats> = 1,
        /// Of bonds and their links.
        BOND: Nest<BondStats> = 2,
    }
}

attributes! {
    /// Counters of a bridge or a port (`BRIDGE_XSTATS_*`).
    pub enum BridgeStats("BRIDGE_XSTATS_") {
        /// Of a VLAN; there are as many as VLANs.
        VLAN: Struct<VlanCounters> = 1,
        /// Of IGMP, MLD and other multicast packets.
        MCAST: Struct<MulticastCounters> = 2,
        /// Padding.
        PAD: Bytes = 3,
        /// Of the spanning tree protocol; only ports have it.
        STP: Struct<StpCounters> = 4,
    }
}

attributes! {
    /// Counters of a bond or a link of it (`BOND_XSTATS_*`).
    pub enum BondStats("BOND_XSTATS_") {
        /// Of LACP.
        _3AD ("3AD"): Nest<LacpStats> = 1,
    }
}

attributes! {
    /// Counters of LACP (`BOND_3AD_STAT_*`).
    pub enum LacpStats("BOND_3AD_STAT_") {
        /// LACP packets that came in.
        LACPDU_RX: u64 = 0,
        /// LACP packets that went out.
        LACPDU_TX: u64 = 1,
        /// LACP packets that came in and are of a kind that is not known.
        LACPDU_UNKNOWN_RX: u64 = 2,
        /// LACP packets that came in and are wrong.
        LACPDU_ILLEGAL_RX: u64 = 3,
        /// Markers that came in.
        MARKER_RX: u64 = 4,
        /// Markers that went out.
        MARKER_TX: u64 = 5,
        /// Answers to markers that came in.
        MARKER_RESP_RX: u64 = 6,
        /// Answers to markers that went out.
        MARKER_RESP_TX: u64 = 7,
        /// Markers that came in and are of a kind that is not known.
        MARKER_UNKNOWN_RX: u64 = 8,
        /// Padding.
        PAD: Bytes = 9,
    }
}

attributes! {
    /// What hardware counts (`IFLA_OFFLOAD_XSTATS_*`).
    pub enum OffloadStats("IFLA_OFFLOAD_XSTATS_") {
        /// Packets that did not stay in hardware.
        CPU_HIT: Struct<Statistics64> = 1,
        /// Whether hardware counts.
        HW_S_INFO: Nest<HardwareCounts> = 2,
        /// What it routes.
        L3_STATS: Struct<HardwareCounters> = 3,
    }
}

attributes! {
    /// Whether hardware counts, for each thing that it can.
    pub enum HardwareCounts("IFLA_OFFLOAD_XSTATS_") {
        /// What it routes.
        L3_STATS: Nest<HardwareCount> = 3,
    }
}

attributes! {
    /// Whether hardware counts (`IFLA_OFFLOAD_XSTATS_HW_S_INFO_*`).
    pub enum HardwareCount("IFLA_OFFLOAD_XSTATS_HW_S_INFO_") {
        /// Whether it is to: 0 or 1.
        REQUEST: u8 = 1,
        /// Whether it does: 0 or 1.
        USED: u8 = 2,
    }
}

attributes! {
    /// What each address family counts, by the family's number.
    pub enum FamilyStats("AF_") {
        /// MPLS.
        MPLS: Nest<MplsStats> = 28,
    }
}

attributes! {
    /// What MPLS counts (`MPLS_STATS_*`, `linux/mpls.h`).
    pub enum MplsStats("MPLS_STATS_") {
        /// Padding.
        UNSPEC: Bytes = 0,
        /// On this link.
        LINK: Struct<MplsCounters> = 1,
    }
}

/// `struct bridge_vlan_xstats`: counters of a VLAN on a bridge or a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VlanCounters {
    /// Bytes that came in (`rx_bytes`).
    pub rx_bytes: Native<u64>,
    /// Packets that came in (`rx_packets`).
    pub rx_packets: Native<u64>,
    /// Bytes that went out (`tx_bytes`).
    pub tx_bytes: Native<u64>,
    /// Packets that went out (`tx_packets`).
    pub tx_packets: Native<u64>,
    /// The VLAN (`vid`).
    pub vlan: Native<u16>,
    /// Flags of the VLAN (`flags`).
    pub flags: Native<VlanInfoFlags>,
    /// Zero (`pad2`).
    pub pad2: Native<u32>,
}

/// How many came in and how many went out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct InOut {
    /// Came in (`BR_MCAST_DIR_RX`).
    pub rx: Native<u64>,
    /// Went out (`BR_MCAST_DIR_TX`).
    pub tx: Native<u64>,
}

/// `struct br_mcast_stats`: multicast packets of a bridge or a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct MulticastCounters {
    /// Questions of IGMP version 1 (`igmp_v1queries`).
    pub igmp_v1_queries: InOut,
    /// Questions of IGMP version 2 (`igmp_v2queries`).
    pub igmp_v2_queries: InOut,
    /// Questions of IGMP version 3 (`igmp_v3queries`).
    pub igmp_v3_queries: InOut,
    /// Leave messages of IGMP (`igmp_leaves`).
    pub igmp_leaves: InOut,
    /// Reports of IGMP version 1 (`igmp_v1reports`).
    pub igmp_v1_reports: InOut,
    /// Reports of IGMP version 2 (`igmp_v2reports`).
    pub igmp_v2_reports: InOut,
    /// Reports of IGMP version 3 (`igmp_v3reports`).
    pub igmp_v3_reports: InOut,
    /// IGMP packets that came in and are wrong (`igmp_parse_errors`).
    pub igmp_parse_errors: Native<u64>,
    /// Questions of MLD version 1 (`mld_v1queries`).
    pub mld_v1_queries: InOut,
    /// Questions of MLD version 2 (`mld_v2queries`).
    pub mld_v2_queries: InOut,
    /// Done messages of MLD (`mld_leaves`).
    pub mld_leaves: InOut,
    /// Reports of MLD version 1 (`mld_v1reports`).
    pub mld_v1_reports: InOut,
    /// Reports of MLD version 2 (`mld_v2reports`).
    pub mld_v2_reports: InOut,
    /// MLD packets that came in and are wrong (`mld_parse_errors`).
    pub mld_parse_errors: Native<u64>,
    /// Bytes of multicast packets (`mcast_bytes`).
    pub bytes: InOut,
    /// Multicast packets (`mcast_packets`).
    pub packets: InOut,
}

/// `struct bridge_stp_xstats`: the spanning tree protocol on a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct StpCounters {
    /// How often it began to block (`transition_blk`).
    pub to_blocking: Native<u64>,
    /// How often it began to forward (`transition_fwd`).
    pub to_forwarding: Native<u64>,
    /// Packets of the protocol that came in (`rx_bpdu`).
    pub rx_bpdu: Native<u64>,
    /// Packets of the protocol that went out (`tx_bpdu`).
    pub tx_bpdu: Native<u64>,
    /// Of those that came in, notifications of a change (`rx_tcn`).
    pub rx_tcn: Native<u64>,
    /// Of those that went out, notifications of a change (`tx_tcn`).
    pub tx_tcn: Native<u64>,
}

/// `struct rtnl_hw_stats64`: counters of hardware.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct HardwareCounters {
    /// Packets that came in (`rx_packets`).
    pub rx_packets: Native<u64>,
    /// Packets that went out (`tx_packets`).
    pub tx_packets: Native<u64>,
    /// Bytes that came in (`rx_bytes`).
    pub rx_bytes: Native<u64>,
    /// Bytes that went out (`tx_bytes`).
    pub tx_bytes: Native<u64>,
    /// Packets that came in and were wrong (`rx_errors`).
    pub rx_errors: Native<u64>,
    /// Packets that were to go out and could not (`tx_errors`).
    pub tx_errors: Native<u64>,
    /// Packets that came in and were dropped (`rx_dropped`).
    pub rx_dropped: Native<u64>,
    /// Packets that were to go out and were dropped (`tx_dropped`).
    pub tx_dropped: Native<u64>,
    /// Multicast packets that came in (`multicast`).
    pub multicast: Native<u64>,
}

/// `struct mpls_link_stats`: counters of MPLS on a link (`linux/mpls.h`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct MplsCounters {
    /// Packets that came in (`rx_packets`).
    pub rx_packets: Native<u64>,
    /// Packets that went out (`tx_packets`).
    pub tx_packets: Native<u64>,
    /// Bytes that came in (`rx_bytes`).
    pub rx_bytes: Native<u64>,
    /// Bytes that went out (`tx_bytes`).
    pub tx_bytes: Native<u64>,
    /// Packets that came in and were wrong (`rx_errors`).
    pub rx_errors: Native<u64>,
    /// Packets that were to go out and could not (`tx_errors`).
    pub tx_errors: Native<u64>,
    /// Packets that came in and were dropped (`rx_dropped`).
    pub rx_dropped: Native<u64>,
    /// Packets that were to go out and were dropped (`tx_dropped`).
    pub tx_dropped: Native<u64>,
    /// Packets that came in with a label that has no route (`rx_noroute`).
    pub rx_no_route: Native<u64>,
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::route::testing::emitted;
    use crate::{Envelope, Flags, Message};

    #[test]
    fn a_question_is_that_of_iproute2() {
        // ip stats show dev v0 group offload subgroup l3_stats
        let wire = "280000005e0001000000000000000000 000000000400000008000000 0c000180 0800040006000000";
        let filter = StatsFilter::LINK_OFFLOAD_XSTATS.into();
        let header = Header { index: 4.into(), filter, ..Header::default() };
        let written = emitted(|tail| {
            GetStats::emit(tail, Envelope::request(Flags::empty()), header, |stats| {
                stats.nest(StatsRequest::GET_FILTERS, |filters| {
                    filters.put(StatsFilters::LINK_OFFLOAD_XSTATS, OffloadFilter::HW_S_INFO | OffloadFilter::L3_STATS)
                })
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn a_request_is_that_of_iproute2() {
        // ip stats set dev v0 l3_stats on
        let wire = "240000005f0005000000000000000000 000000000400000000000000 0500020001000000";
        let header = Header { index: 4.into(), ..Header::default() };
        let written = emitted(|tail| {
            SetStats::emit(tail, Envelope::request(Flags::ACK), header, |stats| {
                stats.put(StatsRequest::SET_OFFLOAD_XSTATS_L3_STATS, 1)
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn the_structs_are_as_long_as_the_kernels() {
        let sizes = [size_of::<VlanCounters>(), size_of::<MulticastCounters>(), size_of::<StpCounters>()];
        assert_eq!(sizes, [40, 240, 48]);
        assert_eq!([size_of::<HardwareCounters>(), size_of::<MplsCounters>()], [72, 72]);
    }
}
