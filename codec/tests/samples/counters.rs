//! Samples of counters of links.

use nlwire_codec::Message;
use nlwire_codec::route::link::statistics::Statistics64;
use nlwire_codec::route::stats::{
    self, BondStats, BridgeStats, FamilyStats, HardwareCount, HardwareCounters, HardwareCounts, KindStats, LacpStats,
    MplsCounters, MplsStats, MulticastCounters, OffloadFilter, OffloadStats, Stats, StatsFilters, StatsRequest,
    StpCounters, VlanCounters,
};

use super::{filled, written};

pub(crate) fn counters<M: Message<Header = stats::Header, Attributes = Stats>>() -> Vec<u8> {
    written::<M>(filled(), |counters| {
        counters
            .put(Stats::LINK_64, (&filled::<Statistics64>()).into())?
            .nest(Stats::LINK_XSTATS, |kind| {
                kind.nest(KindStats::BRIDGE, |bridge| {
                    bridge
                        .put(BridgeStats::VLAN, (&filled::<VlanCounters>()).into())?
                        .put(BridgeStats::MCAST, (&filled::<MulticastCounters>()).into())?
                        .put(BridgeStats::STP, (&filled::<StpCounters>()).into())
                })
            })?
            .nest(Stats::LINK_XSTATS_SLAVE, |kind| {
                kind.nest(KindStats::BOND, |bond| {
                    bond.nest(BondStats::_3AD, |lacp| {
                        // Number 0 is an attribute here.
                        lacp.put(LacpStats::LACPDU_RX, 4)?.put(LacpStats::MARKER_UNKNOWN_RX, 5)
                    })
                })
            })?
            .nest(Stats::LINK_OFFLOAD_XSTATS, |offload| {
                offload
                    .nest(OffloadStats::HW_S_INFO, |info| {
                        info.nest(HardwareCounts::L3_STATS, |count| {
                            count.put(HardwareCount::REQUEST, 1)?.put(HardwareCount::USED, 0)
                        })
                    })?
                    .put(OffloadStats::L3_STATS, (&filled::<HardwareCounters>()).into())
            })?
            .nest(Stats::AF_SPEC, |families| {
                families.nest(FamilyStats::MPLS, |mpls| mpls.put(MplsStats::LINK, (&filled::<MplsCounters>()).into()))
            })
    })
}

pub(crate) fn a_request<M: Message<Header = stats::Header, Attributes = StatsRequest>>() -> Vec<u8> {
    written::<M>(filled(), |request| {
        request
            .nest(StatsRequest::GET_FILTERS, |filters| {
                filters.put(StatsFilters::LINK_OFFLOAD_XSTATS, OffloadFilter::HW_S_INFO | OffloadFilter::L3_STATS)
            })?
            .put(StatsRequest::SET_OFFLOAD_XSTATS_L3_STATS, 1)
    })
}
