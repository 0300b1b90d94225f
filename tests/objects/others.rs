//! Multicast routes, settings for IP, identifiers of namespaces, counters.

use crate::Group;
use crate::dump::Dump;
use crate::witness::{List, Witness};

const MULTICAST_ROUTE: List = List {
    command: "ip mroute show table all",
    theirs: "*",
    ours: "",
    only: "",
    same: &[
        ("dst", "RTA_DST"),
        ("src", "RTA_SRC"),
        ("iif", "RTA_IIF"),
        ("state", "state"),
        ("multipath/#/oif", "RTA_MULTIPATH/#/header/interface"),
        ("table", "RTA_TABLE"),
    ],
    names: &[("253", "default"), ("254", "main")],
    apart: &["state", "pref"],
};

/// A routing daemon of a few lines: v0 and v1 are its interfaces, and a route leads from the first to the second. The numbers
/// are `MRT_INIT`, `MRT_ADD_VIF` and `MRT_ADD_MFC` of `linux/mroute.h`, and `SIOCGIFINDEX`.
const ROUTE: &str = "hold exec perl -MSocket -e '\
    socket(S, 2, 3, 2) && setsockopt(S, 0, 200, pack(q(i), 1)) || die qq(no table: $!); \
    for (0, 1) { ioctl(S, 0x8933, $i = pack(q(a16x24), qq(v$_))) || die qq(no v$_: $!); \
        setsockopt(S, 0, 202, pack(q(SCCIa4x4), $_, 8, 1, 0, substr($i, 16, 4))) || die qq(no interface: $!); } \
    setsockopt(S, 0, 204, pack(q(a4a4SC32x2I4), inet_aton(q(192.0.2.7)), inet_aton(q(239.1.1.1)), 0, 0, 1, (0) x 34)) \
        || die qq(no route: $!); \
    $| = 1; print qq(made\\n); sleep 600'";

/// The same for IPv6 (`linux/mroute6.h`).
const ROUTE6: &str = "hold exec perl -MSocket=inet_pton -e '\
    socket(S, 10, 3, 58) && setsockopt(S, 41, 200, pack(q(i), 1)) || die qq(no table: $!); \
    for (0, 1) { ioctl(S, 0x8933, $i = pack(q(a16x24), qq(v$_))) || die qq(no v$_: $!); \
        setsockopt(S, 41, 202, pack(q(SCCSx2I), $_, 0, 1, unpack(q(x16I), $i), 0)) || die qq(no interface: $!); } \
    $at = sub { pack(q(SnNa16I), 10, 0, 0, inet_pton(10, $_[0]), 0) }; \
    setsockopt(S, 41, 204, $at->(q(2001:db8::7)) . $at->(q(ff05::77)) . pack(q(Sx2I8), 0, 2, (0) x 7)) \
        || die qq(no route: $!); \
    $| = 1; print qq(made\\n); sleep 600'";

pub const MULTICAST_ROUTES: Group = Group {
    name: "multicast route",
    dump: Dump::MulticastRoutes,
    witnesses: &[Witness::Listed(&MULTICAST_ROUTE)],
    objects: &[("IPv4", ROUTE)],
};

pub const MULTICAST_ROUTES6: Group = Group {
    name: "multicast route of IPv6",
    dump: Dump::MulticastRoutes6,
    witnesses: &[Witness::Listed(&List { command: "ip -6 mroute show table all", ..MULTICAST_ROUTE })],
    objects: &[("IPv6", ROUTE6)],
};

/// `ip` does not list the tables.
pub const MULTICAST_TABLES: Group =
    Group { name: "multicast routing table", dump: Dump::MulticastTables, witnesses: &[], objects: &[("IPv4", ROUTE)] };

const SETTING: List = List {
    command: "ip netconf show",
    theirs: "*",
    ours: "",
    only: "",
    same: &[
        ("family", "header/family"),
        ("interface", "NETCONFA_IFINDEX"),
        ("forwarding", "NETCONFA_FORWARDING"),
        ("rp_filter", "NETCONFA_RP_FILTER"),
        ("mc_forwarding", "NETCONFA_MC_FORWARDING"),
        ("proxy_neigh", "NETCONFA_PROXY_NEIGH"),
        ("ignore_routes_with_linkdown", "NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN"),
        ("input", "NETCONFA_INPUT"),
        ("bc_forwarding", "NETCONFA_BC_FORWARDING"),
    ],
    names: &[
        ("NETCONFA_IFINDEX_ALL", "all"),
        ("NETCONFA_IFINDEX_DEFAULT", "default"),
        ("0", "off"),
        ("1", "strict"),
        ("2", "loose"),
    ],
    apart: &[],
};

pub const NETCONF: Group = Group {
    name: "settings for IP",
    dump: Dump::Netconf,
    witnesses: &[Witness::Listed(&SETTING)],
    objects: &[
        ("as they are", ""),
        (
            "changed for a link",
            "sh echo 1 >/proc/sys/net/ipv4/conf/v0/forwarding; echo 2 >/proc/sys/net/ipv4/conf/v0/rp_filter
            sh echo 1 >/proc/sys/net/ipv4/conf/v0/proxy_arp; echo 1 >/proc/sys/net/ipv4/conf/v0/bc_forwarding
            sh echo 1 >/proc/sys/net/ipv6/conf/v1/forwarding",
        ),
    ],
};

const NAMESPACE_ID: List = List {
    command: "ip netns list-id",
    theirs: "*",
    ours: "",
    only: "",
    same: &[("nsid", "NETNSA_NSID")],
    names: &[],
    apart: &[],
};

pub const NAMESPACE_IDS: Group = Group {
    name: "identifier of a namespace",
    dump: Dump::NamespaceIds,
    witnesses: &[Witness::Listed(&NAMESPACE_ID)],
    objects: &[(
        "of the peer of a link",
        "hold exec 3</proc/self/ns/net; exec unshare -n sh -c \
            'ip link add y type veth peer name x netns /proc/self/fd/3 && echo made && exec sleep 600'",
    )],
};

/// The witness is asked for what does not change: who counts, and how often.
const COUNTER: List = List {
    command: "newest ip stats show group link",
    theirs: "*",
    ours: "",
    only: "",
    same: &[
        ("ifindex", "header/index"),
        ("ifname", "header/index"),
        ("stats64/rx/bytes", "IFLA_STATS_LINK_64/rx_bytes"),
        ("stats64/rx/packets", "IFLA_STATS_LINK_64/rx_packets"),
        ("stats64/rx/errors", "IFLA_STATS_LINK_64/rx_errors"),
        ("stats64/rx/dropped", "IFLA_STATS_LINK_64/rx_dropped"),
        ("stats64/rx/multicast", "IFLA_STATS_LINK_64/multicast"),
        ("stats64/tx/bytes", "IFLA_STATS_LINK_64/tx_bytes"),
        ("stats64/tx/packets", "IFLA_STATS_LINK_64/tx_packets"),
        ("stats64/tx/errors", "IFLA_STATS_LINK_64/tx_errors"),
        ("stats64/tx/dropped", "IFLA_STATS_LINK_64/tx_dropped"),
        ("stats64/rx/over_errors", "IFLA_STATS_LINK_64/rx_over_errors"),
        ("stats64/rx/length_errors", "IFLA_STATS_LINK_64/rx_length_errors"),
        ("stats64/rx/crc_errors", "IFLA_STATS_LINK_64/rx_crc_errors"),
        ("stats64/rx/frame_errors", "IFLA_STATS_LINK_64/rx_frame_errors"),
        ("stats64/rx/fifo_errors", "IFLA_STATS_LINK_64/rx_fifo_errors"),
        ("stats64/rx/missed_errors", "IFLA_STATS_LINK_64/rx_missed_errors"),
        ("stats64/rx/nohandler", "IFLA_STATS_LINK_64/rx_nohandler"),
        ("stats64/tx/carrier_errors", "IFLA_STATS_LINK_64/tx_carrier_errors"),
        ("stats64/tx/collisions", "IFLA_STATS_LINK_64/collisions"),
        ("stats64/tx/aborted_errors", "IFLA_STATS_LINK_64/tx_aborted_errors"),
        ("stats64/tx/fifo_errors", "IFLA_STATS_LINK_64/tx_fifo_errors"),
        ("stats64/tx/window_errors", "IFLA_STATS_LINK_64/tx_window_errors"),
        ("stats64/tx/heartbeat_errors", "IFLA_STATS_LINK_64/tx_heartbeat_errors"),
    ],
    names: &[],
    apart: &["group"],
};

pub const COUNTERS: Group = Group {
    name: "counters",
    dump: Dump::Stats,
    witnesses: &[Witness::Listed(&COUNTER)],
    objects: &[
        ("of a pair", "sh ping -c 1 -W 1 192.0.2.7; true"),
        ("of links with MPLS", "sh echo 1 >/proc/sys/net/mpls/conf/v0/input"),
        (
            "of a bond",
            "ip link add m0 type bond mode 802.3ad\nip link add x type veth peer name y
            ip link set x master m0\nip link set m0 up",
        ),
    ],
};

const PORT_COUNTER: List = List {
    command: "newest ip stats show group xstats_slave subgroup bridge suite vlan",
    theirs: "*/vlans/*",
    ours: "IFLA_STATS_LINK_XSTATS_SLAVE/LINK_XSTATS_TYPE_BRIDGE/BRIDGE_XSTATS_VLAN/*",
    only: "",
    same: &[
        ("vid", "vlan"),
        ("flags", "flags"),
        ("rx_bytes", "rx_bytes"),
        ("rx_packets", "rx_packets"),
        ("tx_bytes", "tx_bytes"),
        ("tx_packets", "tx_packets"),
    ],
    names: &[("BRIDGE_VLAN_INFO_UNTAGGED", "Egress Untagged")],
    apart: &[],
};

pub const PORT_COUNTERS: Group = Group {
    name: "counters of a port",
    dump: Dump::Stats,
    witnesses: &[Witness::Listed(&PORT_COUNTER)],
    objects: &[(
        "of a bridge with VLANs",
        "ip link add m0 type bridge vlan_filtering 1 vlan_stats_enabled 1 \
            vlan_stats_per_port 1 mcast_stats_enabled 1 stp_state 1\nip link set v0 master m0
            bridge vlan add dev v0 vid 10\nip link set m0 up",
    )],
};
