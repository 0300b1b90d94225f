//! Multicast routing: its tables, and packets that no route is known for (`linux/mroute.h`, `linux/mroute6.h`).
//!
//! Multicast routes are [routes](super::route) of the families `RTNL_FAMILY_IPMR` and `RTNL_FAMILY_IP6MR`: the group is
//! [`Route::DST`](super::route::Route::DST), the sender [`SRC`](super::route::Route::SRC), the interface that packets come in
//! by [`IIF`](super::route::Route::IIF), and those that they leave by are
//! [`MULTIPATH`](super::route::Route::MULTIPATH). A table of IPv4 is told of in a [link](super::link) message of family
//! `RTNL_FAMILY_IPMR`, in [`Link::AF_SPEC`](super::link::Link::AF_SPEC).

use core::net::Ipv4Addr;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use crate::nest::Nest;
use crate::number::Native;
use crate::payload::{Bytes, Ip};
use crate::{attributes, flags, messages, numbers};

/// `struct rtgenmsg`: the fixed header of these messages.
///
/// ```text
/// +---------------+-----------------------------------------------+
/// |    family     |          zeros before the attributes          |
/// +---------------+-----------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// `RTNL_FAMILY_IPMR` or `RTNL_FAMILY_IP6MR` (`rtgen_family`).
    pub family: Native<Family>,
}

messages! {
    /// A multicast packet came for which a routing daemon has to do something.
    pub NewCacheReport("RTM_NEWCACHEREPORT") = 96: Header, CacheReport;
}

attributes! {
    /// A multicast packet (`IPMRA_CREPORT_*`). For IPv6 the names begin with `IP6MRA_CREPORT_`, and the numbers and their
    /// meanings are the same.
    pub enum CacheReport("IPMRA_CREPORT_") {
        /// Why it is told of.
        MSGTYPE: CacheReportKind = 1,
        /// Number of the virtual interface that it came in by. For IPv6 it is called `IP6MRA_CREPORT_MIF_ID`.
        VIF_ID: u32 = 2,
        /// Its sender.
        SRC_ADDR: Ip = 3,
        /// Its group.
        DST_ADDR: Ip = 4,
        /// The packet, or its beginning.
        PKT: Bytes = 5,
        /// Number of the multicast routing table. For IPv6 there is none.
        TABLE: u32 = 6,
    }
}

numbers! {
    /// Why a multicast packet is told of (`IGMPMSG_*`; for IPv6 `MRT6MSG_*`).
    pub struct CacheReportKind(u8, "IGMPMSG_") {
        /// There is no route for it.
        NOCACHE = 1,
        /// It came in by an interface that its route does not have.
        WRONGVIF = 2,
        /// It is to be sent to the rendezvous point.
        WHOLEPKT = 3,
        /// It is to be sent to the rendezvous point, and came in by an interface that its route does not have.
        WRVIFWHOLE = 4,
    }
}

attributes! {
    /// A multicast routing table of IPv4 (`IPMRA_TABLE_*`).
    pub enum MulticastTable("IPMRA_TABLE_") {
        /// Its number.
        ID: u32 = 1,
        /// How many packets wait for a route.
        CACHE_RES_QUEUE_LEN: u32 = 2,
        /// Number of the virtual interface that leads to the rendezvous point; -1 is none.
        MROUTE_REG_VIF_NUM: i32 = 3,
        /// Whether packets that come in by another interface than their route's are told of.
        MROUTE_DO_ASSERT: u8 = 4,
        /// Whether it does PIM.
        MROUTE_DO_PIM: u8 = 5,
        /// Its virtual interfaces.
        VIFS: Nest<VirtualInterfaces> = 6,
        /// Whether packets to the rendezvous point that come in by another interface than their route's are told of.
        MROUTE_DO_WRVIFWHOLE: u8 = 7,
    }
}

attributes! {
    /// Virtual interfaces of a multicast routing table (`IPMRA_VIF*`).
    pub enum VirtualInterfaces("IPMRA_") {
        /// One of them; there are as many as interfaces.
        VIF: Nest<VirtualInterface> = 1,
    }
}

attributes! {
    /// A virtual interface of a multicast routing table (`IPMRA_VIFA_*`).
    pub enum VirtualInterface("IPMRA_VIFA_") {
        /// Index of the interface.
        IFINDEX: u32 = 1,
        /// Its number in the table.
        VIF_ID: u32 = 2,
        /// Flags.
        FLAGS: VirtualInterfaceFlags = 3,
        /// Bytes that came in.
        BYTES_IN: u64 = 4,
        /// Bytes that went out.
        BYTES_OUT: u64 = 5,
        /// Packets that came in.
        PACKETS_IN: u64 = 6,
        /// Packets that went out.
        PACKETS_OUT: u64 = 7,
        /// Its address here; with [`USE_IFINDEX`](VirtualInterfaceFlags::USE_IFINDEX) the index again, in host byte order.
        LOCAL_ADDR: Ipv4Addr = 8,
        /// The other end of its tunnel.
        REMOTE_ADDR: Ipv4Addr = 9,
        /// Padding.
        PAD: Bytes = 10,
    }
}

flags! {
    /// Flags of a virtual interface (`VIFF_*`).
    pub struct VirtualInterfaceFlags(u16, "VIFF_") {
        /// An IPIP tunnel.
        TUNNEL = 1,
        /// With a source route; not used.
        SRCRT = 2,
        /// It leads to the rendezvous point.
        REGISTER = 4,
        /// It was made by the index of an interface, not by an address.
        USE_IFINDEX = 8,
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use std::format;

    use crate::RawMessage;
    use crate::route::PROTOCOL;
    use crate::route::route::{NewRoute, Route};
    use crate::route::testing::bytes;

    // What Linux 7.2 sent.

    #[test]
    fn a_multicast_route_is_read_as_iproute2_reads_it() {
        // (10.9.9.1,239.9.9.9) Iif: v1 Oifs: v3(ttl 7)
        let message = bytes(ROUTE);
        let message = RawMessage::first(&message).unwrap();
        let route = message.read::<NewRoute>().unwrap().unwrap().attributes();
        assert_eq!(route.get(Route::SRC).unwrap(), Some([10, 9, 9, 1].into()));
        assert_eq!(route.get(Route::DST).unwrap(), Some([239, 9, 9, 9].into()));
        assert_eq!(route.get(Route::IIF).unwrap(), Some(3));
        let mut hops = route.get(Route::MULTIPATH).unwrap().unwrap();
        let hop = hops.next().unwrap().unwrap().header;
        assert_eq!((hop.interface.get(), hop.hops), (5, 7));
        assert!(hops.next().is_none());
        assert_eq!(route.get(Route::LAST_USE).unwrap(), Some(188));
        assert!(route.get(Route::EXPIRES).is_err());
        assert!(format!("{:?}", PROTOCOL.describe(&message)).contains("RTA_EXPIRES: 188"));
    }

    #[test]
    fn a_packet_without_a_route_is_told_of() {
        let message = bytes(REPORT);
        let text = format!("{:?}", PROTOCOL.describe(&RawMessage::first(&message).unwrap()));
        let start = "RTM_NEWCACHEREPORT { header: Header { family: AF_IPMR }, IPMRA_CREPORT_MSGTYPE: IGMPMSG_NOCACHE, \
            IPMRA_CREPORT_VIF_ID: 0, IPMRA_CREPORT_SRC_ADDR: 192.0.2.1, IPMRA_CREPORT_DST_ADDR: 239.7.7.7, \
            IPMRA_CREPORT_TABLE: 253";
        assert!(text.starts_with(start), "{text}");
    }

    #[test]
    fn a_table_is_what_a_link_message_of_its_family_holds() {
        let message = bytes(TABLE);
        let text = format!("{:?}", PROTOCOL.describe(&RawMessage::first(&message).unwrap()));
        assert!(text.contains("IFLA_AF_SPEC: MulticastTable { IPMRA_TABLE_ID: 253,"), "{text}");
        assert!(
            text.contains("IPMRA_VIFA_IFINDEX: 15, IPMRA_VIFA_VIF_ID: 2, IPMRA_VIFA_FLAGS: VIFF_REGISTER"),
            "{text}"
        );
    }

    const ROUTE: &str = "\
        7000000018000200000000000000000080202000fd1100050000000008000f00fd000000080002000a09090108000100 \
        ef09090908000300030000000c00090008000007050000001c0011000000000000000000000000000000000000000000 \
        000000000c001700bc00000000000000";
    const REPORT: &str = "\
        48000000600000000000000000000000800000000500010001000000080002000000000008000300c000020108000400 \
        ef07070708000600fd0000000c0005000100000000000000";
    const TABLE: &str = "\
        6c010000100002000000000000000000800000000000000000000000000000004c011a0008000100fd00000008000200 \
        010000000800030002000000050004000100000005000500010000000500070000000000180106005c00010008000100 \
        03000000080002000000000006000300080000000c00040000000000000000000c00050000000000000000000c000600 \
        00000000000000000c0007000000000000000000080008000300000008000900000000005c0001000800010005000000 \
        080002000100000006000300080000000c00040000000000000000000c00050000000000000000000c00060000000000 \
        000000000c0007000000000000000000080008000500000008000900000000005c000100080001000f00000008000200 \
        0200000006000300040000000c00040000000000000000000c00050000000000000000000c0006000000000000000000 \
        0c000700000000000000000008000800000000000800090000000000";
}
