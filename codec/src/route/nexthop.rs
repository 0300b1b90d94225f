//! Nexthop objects, which routes share (`RTM_*NEXTHOP`, `NHA_*`, `linux/nexthop.h`), and the buckets of resilient
//! groups.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::encap::{EncapType, NexthopEncap};
use super::route::RouteProtocol;
use super::{Family, Scope};
use crate::nest::{Chosen, Nest};
use crate::number::Native;
use crate::payload::{Array, Bytes, Flag, Ip, Uint};
use crate::{attributes, flags, messages, numbers};

/// `struct nhmsg`: the fixed header of nexthop messages.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |    family     |     scope     |   protocol    |   reserved    |
/// +---------------+---------------+---------------+---------------+
/// |                             flags                             |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family; `AF_UNSPEC` for groups (`nh_family`).
    pub family: Native<Family>,
    /// How far away it is; 0 in requests (`nh_scope`).
    pub scope: Native<Scope>,
    /// Who made it (`nh_protocol`).
    pub protocol: Native<RouteProtocol>,
    /// Zero (`resvd`).
    pub reserved: u8,
    /// Flags; in requests only [`ONLINK`](NexthopFlags::ONLINK) (`nh_flags`).
    pub flags: Native<NexthopFlags>,
}

messages! {
    /// A nexthop: make it, or it was made or changed, or one of those that were asked for.
    pub NewNexthop("RTM_NEWNEXTHOP") = 104: Header, Nexthop;
    /// A nexthop: delete it, or it was deleted.
    pub DelNexthop("RTM_DELNEXTHOP") = 105: Header, Nexthop;
    /// The nexthop of an identifier; with [`Flags::DUMP`](crate::Flags::DUMP) all nexthops.
    pub GetNexthop("RTM_GETNEXTHOP") = 106: Header, Nexthop;
    /// A bucket of a resilient group: it leads to another nexthop now, or one of those that were asked for.
    pub NewNexthopBucket("RTM_NEWNEXTHOPBUCKET") = 116: Header, Nexthop;
    /// A bucket of a resilient group; the kernel never sends or takes this.
    pub DelNexthopBucket("RTM_DELNEXTHOPBUCKET") = 117: Header, Nexthop;
    /// A bucket of a resilient group; with [`Flags::DUMP`](crate::Flags::DUMP) all buckets.
    pub GetNexthopBucket("RTM_GETNEXTHOPBUCKET") = 118: Header, Nexthop;
}

attributes! {
    /// Attributes of nexthops and of buckets.
    pub enum Nexthop("NHA_") {
        /// Its identifier; in a request to make one 0, or none, lets the kernel choose.
        ID: u32 = 1,
        /// The nexthops of a group. A group has no interface, gateway or encapsulation of its own.
        GROUP: Array<GroupEntry> = 2,
        /// How the group shares packets out.
        GROUP_TYPE: GroupType = 3,
        /// Packets vanish here.
        BLACKHOLE: Flag = 4,
        /// Index of the interface that it leaves by. In a question: only those of this interface.
        OIF: u32 = 5,
        /// The gateway.
        GATEWAY: Ip = 6,
        /// What [`ENCAP`](Self::ENCAP) is.
        ENCAP_TYPE: EncapType = 7,
        /// What the packets are wrapped into.
        ENCAP: Chosen<NexthopEncap> = 8,
        /// In a question: only groups.
        GROUPS: Flag = 9,
        /// In a question: only those whose interface has the master of this index.
        MASTER: u32 = 10,
        /// It is for forwarding databases. In a question: only those.
        FDB: Flag = 11,
        /// More of a resilient group.
        RES_GROUP: Nest<ResilientGroup> = 12,
        /// A bucket of a resilient group.
        RES_BUCKET: Nest<ResilientBucket> = 13,
        /// In a question: what else to say. In the answer: what the kernel does.
        OP_FLAGS: OperationFlags = 14,
        /// Counters of a group.
        GROUP_STATS: Nest<GroupStats> = 15,
        /// Whether hardware is to count: 0 or 1.
        HW_STATS_ENABLE: u32 = 16,
        /// Whether hardware does count: 0 or 1. Cannot be set.
        HW_STATS_USED: u32 = 17,
    }
}

attributes! {
    /// More of a resilient group (`NHA_RES_GROUP_*`).
    pub enum ResilientGroup("NHA_RES_GROUP_") {
        /// Padding.
        PAD: Bytes = 0,
        /// How many buckets it has.
        BUCKETS: u16 = 1,
        /// For how long a bucket must have seen no packet before it may lead elsewhere, in clock ticks of 1/100 s.
        IDLE_TIMER: u32 = 2,
        /// For how long the group may be out of balance before busy buckets lead elsewhere too, in clock ticks of 1/100
        /// s; 0 is forever.
        UNBALANCED_TIMER: u32 = 3,
        /// For how long it has been out of balance, in clock ticks of 1/100 s. Cannot be set.
        UNBALANCED_TIME: u64 = 4,
    }
}

attributes! {
    /// A bucket of a resilient group (`NHA_RES_BUCKET_*`).
    pub enum ResilientBucket("NHA_RES_BUCKET_") {
        /// Padding.
        PAD: Bytes = 0,
        /// Its place in the group, from 0 on.
        INDEX: u16 = 1,
        /// For how long it has seen no packet, in clock ticks of 1/100 s.
        IDLE_TIME: u64 = 2,
        /// The nexthop that it leads to. In a question: only those that lead there.
        NH_ID: u32 = 3,
    }
}

attributes! {
    /// Counters of a group (`NHA_GROUP_STATS_*`).
    pub enum GroupStats("NHA_GROUP_STATS_") {
        /// Those of one nexthop in the group; there are as many as nexthops.
        ENTRY: Nest<GroupStatsEntry> = 1,
    }
}

attributes! {
    /// Counters of one nexthop in a group (`NHA_GROUP_STATS_ENTRY_*`).
    pub enum GroupStatsEntry("NHA_GROUP_STATS_ENTRY_") {
        /// The nexthop.
        ID: u32 = 1,
        /// Packets, those in hardware included where they were asked for.
        PACKETS: Uint = 2,
        /// Packets in hardware alone.
        PACKETS_HW: Uint = 3,
    }
}

numbers! {
    /// How a group shares packets out (`NEXTHOP_GRP_TYPE_*`).
    pub struct GroupType(u16, "NEXTHOP_GRP_TYPE_") {
        /// By a hash of the packet alone.
        MPATH = 0,
        /// By a hash, and so that a change of the group moves as few as can be.
        RES = 1,
    }
}

flags! {
    /// Flags of a nexthop (`RTNH_F_*`, `linux/rtnetlink.h`): those of a next hop in a route, in 32 bits.
    pub struct NexthopFlags(u32, "RTNH_F_") {
        /// It cannot be used.
        DEAD = 1,
        /// The gateway is looked up again.
        PERVASIVE = 2,
        /// The gateway is on the link, whatever the addresses say.
        ONLINK = 4,
        /// Hardware does it.
        OFFLOAD = 8,
        /// The link has no carrier.
        LINKDOWN = 16,
        /// Not resolved yet (multicast).
        UNRESOLVED = 32,
        /// Hardware hands the packets over.
        TRAP = 64,
    }
}

flags! {
    /// What else a question asks for, and how the kernel answers (`NHA_OP_FLAG_*`).
    pub struct OperationFlags(u32, "NHA_OP_FLAG_") {
        /// The counters of groups.
        DUMP_STATS = 1,
        /// The counters in hardware, too.
        DUMP_HW_STATS = 2,
        /// In an answer: what is reserved in a [`GroupEntry`] is zero. Older kernels do not clear it.
        RESP_GRP_RESVD_0 = 0x8000_0000,
    }
}

/// `struct nexthop_grp`: a nexthop in a group.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------------------------------------------------------+
/// |                              id                               |
/// +---------------+---------------+-------------------------------+
/// |    weight     |  weight_high  |           reserved            |
/// +---------------+---------------+-------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct GroupEntry {
    /// The nexthop's identifier (`id`).
    pub id: Native<u32>,
    /// The lower bits of its weight less one (`weight`).
    pub weight: u8,
    /// The upper bits of its weight less one (`weight_high`). Kernels before 6.12 refuse any but 0.
    pub weight_high: u8,
    /// Zero (`resvd2`).
    pub reserved: Native<u16>,
}

impl GroupEntry {
    /// The nexthop `id` with this weight; none where the weight is not from 1 to 65535.
    pub fn new(id: u32, weight: u32) -> Option<Self> {
        let [weight, weight_high] = u16::try_from(weight).ok()?.checked_sub(1)?.to_le_bytes();
        Some(Self { id: id.into(), weight, weight_high, reserved: Native::default() })
    }

    /// Its weight among the others, from 1 to 65535. The bits have room for 65536, which kernels refuse.
    pub fn weight(self) -> u32 {
        u32::from(u16::from_le_bytes([self.weight, self.weight_high])).saturating_add(1)
    }
}

// What iproute2 and kernels wrote on a little-endian machine, with sequence numbers and ports set to zero.
#[cfg(all(test, target_endian = "little"))]
mod tests {
    use std::format;

    use std::vec::Vec;

    use super::*;
    use crate::route::PROTOCOL;
    use crate::route::encap::EncapMpls;
    use crate::route::route::Label;
    use crate::route::testing::{bytes, emitted};
    use crate::{Envelope, Flags, Message, RawMessage};

    #[test]
    fn a_group_is_that_of_iproute2() {
        // ip nexthop add id 11 group 1/2,300 type resilient buckets 4 idle_timer 60 unbalanced_timer 300
        let wire = "\
            58000000680005060000000000000000 0000000000000000 080001000b000000 \
            140002000100000000000000020000002b010000 \
            1c000c80060001000400000008000200701700000800030030750000 0600030001000000";
        let group = [GroupEntry::new(1, 1).unwrap(), GroupEntry::new(2, 300).unwrap()];
        let envelope = Envelope::request(Flags::ACK | Flags::CREATE | Flags::EXCL);
        let written = emitted(|tail| {
            NewNexthop::emit(tail, envelope, Header::default(), |nexthop| {
                nexthop
                    .put(Nexthop::ID, 11)?
                    .put(Nexthop::GROUP, &group)?
                    .nest(Nexthop::RES_GROUP, |resilient| {
                        resilient
                            .put(ResilientGroup::BUCKETS, 4)?
                            .put(ResilientGroup::IDLE_TIMER, 6000)?
                            .put(ResilientGroup::UNBALANCED_TIMER, 30_000)
                    })?
                    .put(Nexthop::GROUP_TYPE, GroupType::RES)
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn an_encapsulation_is_that_of_iproute2() {
        // ip nexthop add id 14 encap mpls 100/200 via 192.0.2.50 dev v0 onlink protocol bgp
        let wire = "\
            48000000680005060000000000000000 0200ba0004000000 080001000e000000 \
            100008800c00010000064000000c8100 0600070001000000 08000600c0000232 0800050003000000";
        let header = Header {
            family: Family::INET.into(),
            protocol: RouteProtocol::BGP.into(),
            flags: NexthopFlags::ONLINK.into(),
            ..Header::default()
        };
        let envelope = Envelope::request(Flags::ACK | Flags::CREATE | Flags::EXCL);
        let written = emitted(|tail| {
            NewNexthop::emit(tail, envelope, header, |nexthop| {
                nexthop
                    .put(Nexthop::ID, 14)?
                    .nest_as(Nexthop::ENCAP, |labels| {
                        labels.put(EncapMpls::DST, &[Label::new(100, false), Label::new(200, true)])
                    })?
                    .put(Nexthop::ENCAP_TYPE, EncapType::MPLS)?
                    .put(Nexthop::GATEWAY, [192, 0, 2, 50].into())?
                    .put(Nexthop::OIF, 3)
            })
        });
        assert_eq!(written, wire.replace(' ', ""));

        let message = bytes(&written);
        let text = format!("{:?}", PROTOCOL.describe(&RawMessage::first(&message).unwrap()));
        assert!(text.contains("NHA_ENCAP: EncapMpls { MPLS_IPTUNNEL_DST: [100, 200] }"), "{text}");
    }

    #[test]
    fn a_question_for_a_bucket_is_that_of_iproute2() {
        // ip nexthop bucket get id 11 index 2
        let wire = "2c000000760001000000000000000000 0000000000000000 080001000b000000 0c000d800600010002000000";
        let written = emitted(|tail| {
            GetNexthopBucket::emit(tail, Envelope::request(Flags::empty()), Header::default(), |bucket| {
                bucket.put(Nexthop::ID, 11)?.nest(Nexthop::RES_BUCKET, |bucket| bucket.put(ResilientBucket::INDEX, 2))
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn the_counters_of_a_group_are_one_nest_each() {
        let message = bytes(
            "88000000680002000000000000000000 0000000000000000 080001000a000000 0600030000000000 \
            140002000100000002000000020000002b010000 0800100000000000 \
            3c000f80 1c000180080001000100000008000200000000000800030000000000 \
             1c000180080001000200000008000200000000000800030000000000 \
            08000e0000000080",
        );
        let group = RawMessage::first(&message).unwrap().read::<NewNexthop>().unwrap().unwrap().attributes();
        let weights: Vec<_> = group.get(Nexthop::GROUP).unwrap().unwrap().iter().map(|entry| entry.weight()).collect();
        assert_eq!(weights, [3, 300]);
        let counters = group.get(Nexthop::GROUP_STATS).unwrap().unwrap();
        let ids: Vec<_> = counters
            .all(GroupStats::ENTRY)
            .map(|entry| entry.unwrap().get(GroupStatsEntry::ID).unwrap().unwrap())
            .collect();
        assert_eq!(ids, [1, 2]);
    }

    #[test]
    fn a_weight_is_from_1_to_65535() {
        assert_eq!(GroupEntry::new(1, 0), None);
        assert_eq!(GroupEntry::new(1, 65_536), None);
        for weight in [1, 2, 256, 257, 65_535] {
            assert_eq!(GroupEntry::new(1, weight).map(GroupEntry::weight), Some(weight));
        }
    }
}
