//! What a socket of `NETLINK_ROUTE` may listen to, and the numbers of all its messages (`linux/rtnetlink.h`).

use crate::numbers;

numbers! {
    /// Groups of messages that the kernel sends to whoever listens (`RTNLGRP_*`).
    pub struct Group(u32, "RTNLGRP_") {
        /// No group.
        NONE = 0,
        /// Links, and ports of bridges with their VLANs.
        LINK = 1,
        /// Not used.
        NOTIFY = 2,
        /// Neighbours and forwarding databases.
        NEIGH = 3,
        /// Traffic control: queueing disciplines, classes, filters, chains, actions.
        TC = 4,
        /// IPv4 addresses.
        IPV4_IFADDR = 5,
        /// IPv4 multicast routes.
        IPV4_MROUTE = 6,
        /// IPv4 routes.
        IPV4_ROUTE = 7,
        /// IPv4 rules, those of multicast routing too.
        IPV4_RULE = 8,
        /// IPv6 addresses.
        IPV6_IFADDR = 9,
        /// IPv6 multicast routes.
        IPV6_MROUTE = 10,
        /// IPv6 routes.
        IPV6_ROUTE = 11,
        /// What IPv6 knows of links.
        IPV6_IFINFO = 12,
        /// DECnet addresses; no longer used.
        DECNET_IFADDR ("DECnet_IFADDR") = 13,
        /// Not used.
        NOP2 = 14,
        /// DECnet routes; no longer used.
        DECNET_ROUTE ("DECnet_ROUTE") = 15,
        /// DECnet rules; no longer used.
        DECNET_RULE ("DECnet_RULE") = 16,
        /// Not used.
        NOP4 = 17,
        /// IPv6 prefixes that routers announce.
        IPV6_PREFIX = 18,
        /// IPv6 rules, those of multicast routing too.
        IPV6_RULE = 19,
        /// Options of router announcements that are for programs.
        ND_USEROPT = 20,
        /// Phonet addresses.
        PHONET_IFADDR = 21,
        /// Phonet routes.
        PHONET_ROUTE = 22,
        /// Data centre bridging.
        DCB = 23,
        /// IPv4 settings of interfaces.
        IPV4_NETCONF = 24,
        /// IPv6 settings of interfaces.
        IPV6_NETCONF = 25,
        /// Multicast groups of bridges, and ports with multicast routers.
        MDB = 26,
        /// MPLS routes.
        MPLS_ROUTE = 27,
        /// Identifiers of network namespaces.
        NSID = 28,
        /// MPLS settings of interfaces.
        MPLS_NETCONF = 29,
        /// IPv4 multicast packets that no route is known for. Only for who may administer the network.
        IPV4_MROUTE_R = 30,
        /// IPv6 multicast packets that no route is known for. Only for who may administer the network.
        IPV6_MROUTE_R = 31,
        /// Nexthops.
        NEXTHOP = 32,
        /// VLANs of bridges and ports.
        BRVLAN = 33,
        /// MCTP addresses.
        MCTP_IFADDR = 34,
        /// Tunnels that a VXLAN interface takes.
        TUNNEL = 35,
        /// Changes of what hardware counts.
        STATS = 36,
        /// IPv4 multicast addresses of interfaces.
        IPV4_MCADDR = 37,
        /// IPv6 multicast addresses of interfaces.
        IPV6_MCADDR = 38,
        /// IPv6 anycast addresses of interfaces.
        IPV6_ACADDR = 39,
    }
}

numbers! {
    /// Kinds of messages (`RTM_*`), those included that have no row in [`PROTOCOL`](super::PROTOCOL).
    pub struct MessageKind(u16, "RTM_") {
        /// A link: make it, or it is there.
        NEWLINK = 16,
        /// A link: delete it, or it is gone.
        DELLINK = 17,
        /// A link: ask for it.
        GETLINK = 18,
        /// A link: change it.
        SETLINK = 19,
        /// An address: make it, or it is there.
        NEWADDR = 20,
        /// An address: delete it, or it is gone.
        DELADDR = 21,
        /// An address: ask for it.
        GETADDR = 22,
        /// A route: make it, or it is there.
        NEWROUTE = 24,
        /// A route: delete it, or it is gone.
        DELROUTE = 25,
        /// A route: ask for it.
        GETROUTE = 26,
        /// A neighbour: make it, or it is there.
        NEWNEIGH = 28,
        /// A neighbour: delete it, or it is gone.
        DELNEIGH = 29,
        /// A neighbour: ask for it.
        GETNEIGH = 30,
        /// A rule: make it, or it is there.
        NEWRULE = 32,
        /// A rule: delete it, or it is gone.
        DELRULE = 33,
        /// A rule: ask for it.
        GETRULE = 34,
        /// A queueing discipline: make it, or it is there.
        NEWQDISC = 36,
        /// A queueing discipline: delete it, or it is gone.
        DELQDISC = 37,
        /// A queueing discipline: ask for it.
        GETQDISC = 38,
        /// A class of traffic: make it, or it is there.
        NEWTCLASS = 40,
        /// A class of traffic: delete it, or it is gone.
        DELTCLASS = 41,
        /// A class of traffic: ask for it.
        GETTCLASS = 42,
        /// A filter of traffic: make it, or it is there.
        NEWTFILTER = 44,
        /// A filter of traffic: delete it, or it is gone.
        DELTFILTER = 45,
        /// A filter of traffic: ask for it.
        GETTFILTER = 46,
        /// An action of traffic control: make it, or it is there.
        NEWACTION = 48,
        /// An action of traffic control: delete it, or it is gone.
        DELACTION = 49,
        /// An action of traffic control: ask for it.
        GETACTION = 50,
        /// A prefix that a router announced: make it, or it is there.
        NEWPREFIX = 52,
        /// A multicast address of an interface: make it, or it is there.
        NEWMULTICAST = 56,
        /// A multicast address of an interface: delete it, or it is gone.
        DELMULTICAST = 57,
        /// A multicast address of an interface: ask for it.
        GETMULTICAST = 58,
        /// An anycast address of an interface: make it, or it is there.
        NEWANYCAST = 60,
        /// An anycast address of an interface: delete it, or it is gone.
        DELANYCAST = 61,
        /// An anycast address of an interface: ask for it.
        GETANYCAST = 62,
        /// A neighbour table: make it, or it is there.
        NEWNEIGHTBL = 64,
        /// A neighbour table: ask for it.
        GETNEIGHTBL = 66,
        /// A neighbour table: change it.
        SETNEIGHTBL = 67,
        /// An option of a router announcement: make it, or it is there.
        NEWNDUSEROPT = 68,
        /// An address label: make it, or it is there.
        NEWADDRLABEL = 72,
        /// An address label: delete it, or it is gone.
        DELADDRLABEL = 73,
        /// An address label: ask for it.
        GETADDRLABEL = 74,
        /// A setting of data centre bridging: ask for it.
        GETDCB = 78,
        /// A setting of data centre bridging: change it.
        SETDCB = 79,
        /// A setting of an interface: make it, or it is there.
        NEWNETCONF = 80,
        /// A setting of an interface: delete it, or it is gone.
        DELNETCONF = 81,
        /// A setting of an interface: ask for it.
        GETNETCONF = 82,
        /// A multicast group of a bridge: make it, or it is there.
        NEWMDB = 84,
        /// A multicast group of a bridge: delete it, or it is gone.
        DELMDB = 85,
        /// A multicast group of a bridge: ask for it.
        GETMDB = 86,
        /// An identifier of a network namespace: make it, or it is there.
        NEWNSID = 88,
        /// An identifier of a network namespace: delete it, or it is gone.
        DELNSID = 89,
        /// An identifier of a network namespace: ask for it.
        GETNSID = 90,
        /// A counter of a link: make it, or it is there.
        NEWSTATS = 92,
        /// A counter of a link: ask for it.
        GETSTATS = 94,
        /// A counter of a link: change it.
        SETSTATS = 95,
        /// A multicast packet that no route is known for: make it, or it is there.
        NEWCACHEREPORT = 96,
        /// A chain of filters: make it, or it is there.
        NEWCHAIN = 100,
        /// A chain of filters: delete it, or it is gone.
        DELCHAIN = 101,
        /// A chain of filters: ask for it.
        GETCHAIN = 102,
        /// A nexthop: make it, or it is there.
        NEWNEXTHOP = 104,
        /// A nexthop: delete it, or it is gone.
        DELNEXTHOP = 105,
        /// A nexthop: ask for it.
        GETNEXTHOP = 106,
        /// A name of a link: make it, or it is there.
        NEWLINKPROP = 108,
        /// A name of a link: delete it, or it is gone.
        DELLINKPROP = 109,
        /// A name of a link: ask for it.
        GETLINKPROP = 110,
        /// A VLAN of a bridge or a port: make it, or it is there.
        NEWVLAN = 112,
        /// A VLAN of a bridge or a port: delete it, or it is gone.
        DELVLAN = 113,
        /// A VLAN of a bridge or a port: ask for it.
        GETVLAN = 114,
        /// A bucket of a nexthop group: make it, or it is there.
        NEWNEXTHOPBUCKET = 116,
        /// A bucket of a nexthop group: delete it, or it is gone.
        DELNEXTHOPBUCKET = 117,
        /// A bucket of a nexthop group: ask for it.
        GETNEXTHOPBUCKET = 118,
        /// A tunnel that a VXLAN interface takes: make it, or it is there.
        NEWTUNNEL = 120,
        /// A tunnel that a VXLAN interface takes: delete it, or it is gone.
        DELTUNNEL = 121,
        /// A tunnel that a VXLAN interface takes: ask for it.
        GETTUNNEL = 122,
    }
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;
    use crate::route::PROTOCOL;

    #[test]
    fn a_name_may_be_one_that_rust_has_not() {
        assert_eq!(format!("{:?}", Group::DECNET_RULE), "RTNLGRP_DECnet_RULE");
        assert_eq!(Group::DECNET_RULE.name(), Some("DECnet_RULE"));
    }

    #[test]
    fn every_message_that_is_known_has_its_number_here() {
        for row in PROTOCOL.messages.iter().copied().flatten() {
            assert_eq!(format!("{:?}", MessageKind(row.kind)), row.name);
        }
    }
}
