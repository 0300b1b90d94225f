//! `NETLINK_ROUTE`: links, addresses, routes, neighbours, rules (`linux/rtnetlink.h`).
//!
//! One file a kind of object. In each, from the top: the fixed header, the messages, the attribute sets, the values.

pub mod address;
pub mod address_label;
pub mod bridge_vlan;
pub mod encap;
pub mod group;
pub mod link;
pub mod mdb;
pub mod multicast_route;
pub mod namespace_id;
pub mod neighbour;
pub mod neighbour_table;
pub mod netconf;
pub mod nexthop;
pub mod prefix;
#[allow(clippy::module_inception)] // the family is called route, and so is one of its objects
pub mod route;
pub mod rule;
pub mod stats;
#[cfg(all(test, target_endian = "little"))]
mod testing;
pub mod vni;

use crate::protocol::Protocol;

/// The protocol, with all its messages as data.
pub static PROTOCOL: Protocol = Protocol {
    number: 0,
    name: "NETLINK_ROUTE",
    messages: &[
        link::MESSAGES,
        address::MESSAGES,
        route::MESSAGES,
        neighbour::MESSAGES,
        rule::MESSAGES,
        nexthop::MESSAGES,
        neighbour_table::MESSAGES,
        address_label::MESSAGES,
        netconf::MESSAGES,
        namespace_id::MESSAGES,
        prefix::MESSAGES,
        multicast_route::MESSAGES,
        mdb::MESSAGES,
        bridge_vlan::MESSAGES,
        vni::MESSAGES,
        stats::MESSAGES,
    ],
};

crate::numbers! {
    /// Address families (`AF_*`, `linux/socket.h`), as far as rtnetlink has a use for them.
    pub struct Family(u8, "AF_") {
        /// None, or all.
        UNSPEC = 0,
        /// IPv4.
        INET = 2,
        /// Bridges: forwarding database, ports, VLANs.
        BRIDGE = 7,
        /// IPv6.
        INET6 = 10,
        /// Raw packets.
        PACKET = 17,
        /// MPLS labels.
        MPLS = 28,
        /// MCTP.
        MCTP = 45,
        /// IPv4 multicast routes (`RTNL_FAMILY_IPMR`).
        IPMR = 128,
        /// IPv6 multicast routes (`RTNL_FAMILY_IP6MR`).
        IP6MR = 129,
    }
}

crate::numbers! {
    /// How far an address or a route reaches (`RT_SCOPE_*`, `linux/rtnetlink.h`).
    pub struct Scope(u8, "RT_SCOPE_") {
        /// Everywhere.
        UNIVERSE = 0,
        /// Within the site.
        SITE = 200,
        /// On the link.
        LINK = 253,
        /// On this host.
        HOST = 254,
        /// Nowhere: the destination does not exist.
        NOWHERE = 255,
    }
}
