//! Addresses, their labels, and neighbours.

use crate::Group;
use crate::dump::Dump;
use crate::witness::{List, Witness};

pub const ADDRESSES: Group = Group {
    name: "address",
    dump: Dump::Addresses,
    witnesses: &[Witness::Printed("address show")],
    objects: &[
        ("IPv4 with broadcast and label", "ip address add 198.51.100.1/24 dev v1 broadcast + label v1:one metric 5"),
        ("IPv4 with a peer", "ip address add 198.51.100.1 peer 198.51.100.2/30 dev v1 scope link noprefixroute"),
        ("IPv4, second of its network", "ip address add 192.0.2.3/24 dev v0 valid_lft 1000 preferred_lft 500"),
        ("IPv4 of a host", "ip address add 198.51.100.1/32 dev lo scope host"),
        ("IPv4 with multicast join", "ip address add 239.1.1.1/32 dev v1 autojoin"),
        ("IPv4 with a protocol", "newest ip address add 198.51.100.1/24 dev v1 proto 99"),
        ("IPv6", "ip address add 2001:db8:1::1/64 dev v1 nodad metric 7"),
        ("IPv6 with a peer", "ip address add 2001:db8:1::1 peer 2001:db8:1::2 dev v1 nodad"),
        ("IPv6 with flags", "ip address add 2001:db8:1::1/64 dev v1 home mngtmpaddr noprefixroute nodad"),
        ("IPv6, deprecated", "ip address add 2001:db8:1::1/64 dev v1 nodad valid_lft 1000 preferred_lft 0"),
        ("IPv6, optimistic", "ip address add 2001:db8:1::1/64 dev v1 optimistic"),
        ("IPv6, tentative", "ip link set v1 down\nip address add 2001:db8:1::1/64 dev v1"),
        ("IPv6 with a protocol", "newest ip address add 2001:db8:1::1/64 dev v1 nodad proto 99"),
        (
            "IPv6 made from the link's own address",
            "ip link set v1 addrgenmode eui64
            ip link set v1 down\nip link set v1 up",
        ),
        (
            "IPv6 with temporary addresses",
            "sh echo 2 >/proc/sys/net/ipv6/conf/v1/use_tempaddr
            ip address add 2001:db8:1::1/64 dev v1 mngtmpaddr nodad valid_lft 9000 preferred_lft 8000",
        ),
        (
            "addresses of tunnels",
            "ip link add t0 type ipip local 192.0.2.1 remote 192.0.2.9
            ip link set t0 up\nip address add 198.51.100.1 peer 198.51.100.2 dev t0",
        ),
    ],
};

const LABEL: List = List {
    command: "ip addrlabel",
    theirs: "*",
    ours: "",
    only: "",
    same: &[
        ("address", "IFAL_ADDRESS"),
        ("prefixlen", "header/prefix_len"),
        ("ifname", "header/index"),
        ("dev", "header/index"),
        ("label", "IFAL_LABEL"),
    ],
    names: &[],
    apart: &[],
};

pub const LABELS: Group = Group {
    name: "address label",
    dump: Dump::AddressLabels,
    witnesses: &[Witness::Listed(&LABEL)],
    objects: &[
        ("those that are always there", ""),
        ("one of a network", "ip addrlabel add prefix 2001:db8::/32 label 99"),
        ("one of a link", "ip addrlabel add prefix 2001:db8::/32 dev v0 label 98"),
    ],
};

pub const NEIGHBOURS: Group = Group {
    name: "neighbour",
    dump: Dump::Neighbours,
    witnesses: &[Witness::Printed("neighbour show")],
    objects: &[
        ("IPv4", "ip neighbour add 192.0.2.20 lladdr 02:00:00:00:00:20 dev v0"),
        ("IPv4, a router, stale", "ip neighbour add 192.0.2.21 lladdr 02:00:00:00:00:21 nud stale router dev v0"),
        (
            "IPv4, learned elsewhere",
            "ip neighbour add 192.0.2.22 lladdr 02:00:00:00:00:22 nud noarp extern_learn dev v0",
        ),
        ("IPv4, managed", "ip neighbour add 192.0.2.23 lladdr 02:00:00:00:00:23 managed dev v0"),
        ("IPv4 with a protocol", "ip neighbour add 192.0.2.24 lladdr 02:00:00:00:00:24 protocol bgp dev v0"),
        ("IPv4, being looked for", "sh ip neighbour add 192.0.2.25 nud none use dev v0; true"),
        (
            "IPv4, validated elsewhere",
            "newest ip neighbour add 192.0.2.26 lladdr 02:00:00:00:00:26 nud stale \
            extern_valid dev v0",
        ),
        ("IPv6", "ip neighbour add 2001:db8::20 lladdr 02:00:00:00:00:20 dev v0"),
        ("IPv6, a router", "ip neighbour add 2001:db8::21 lladdr 02:00:00:00:00:21 router nud stale dev v0"),
        (
            "of a tunnel",
            "ip link add t0 type gre local 192.0.2.1 key 5\nip link set t0 up
            ip neighbour add 198.51.100.7 lladdr 192.0.2.9 dev t0",
        ),
    ],
};

pub const PROXIES: Group = Group {
    name: "proxy",
    dump: Dump::Proxies,
    witnesses: &[Witness::Printed("neighbour show proxy")],
    objects: &[
        ("IPv4", "ip neighbour add proxy 192.0.2.23 dev v0"),
        ("IPv6", "ip neighbour add proxy 2001:db8::23 dev v0"),
        ("with a protocol", "ip neighbour add proxy 192.0.2.24 dev v0 protocol bgp"),
    ],
};

const TABLE: List = List {
    command: "ip ntable show",
    theirs: "*",
    ours: "",
    only: "",
    same: &[
        ("family", "header/family"),
        ("name", "NDTA_NAME"),
        ("dev", "NDTA_PARMS/NDTPA_IFINDEX"),
        ("refcnt", "NDTA_PARMS/NDTPA_REFCNT"),
        ("thresh1", "NDTA_THRESH1"),
        ("thresh2", "NDTA_THRESH2"),
        ("thresh3", "NDTA_THRESH3"),
        ("gc_interval", "NDTA_GC_INTERVAL"),
        ("key_length", "NDTA_CONFIG/key_length"),
        ("key_len", "NDTA_CONFIG/key_length"),
        ("entry_size", "NDTA_CONFIG/entry_size"),
        ("entries", "NDTA_CONFIG/entries"),
        ("reachable", "NDTA_PARMS/NDTPA_REACHABLE_TIME"),
        ("base_reachable", "NDTA_PARMS/NDTPA_BASE_REACHABLE_TIME"),
        ("retrans", "NDTA_PARMS/NDTPA_RETRANS_TIME"),
        ("gc_stale", "NDTA_PARMS/NDTPA_GC_STALETIME"),
        ("delay_probe", "NDTA_PARMS/NDTPA_DELAY_PROBE_TIME"),
        ("queue", "NDTA_PARMS/NDTPA_QUEUE_LEN"),
        ("app_probes", "NDTA_PARMS/NDTPA_APP_PROBES"),
        ("ucast_probes", "NDTA_PARMS/NDTPA_UCAST_PROBES"),
        ("mcast_probes", "NDTA_PARMS/NDTPA_MCAST_PROBES"),
        ("mcast_reprobes", "NDTA_PARMS/NDTPA_MCAST_REPROBES"),
        ("anycast_delay", "NDTA_PARMS/NDTPA_ANYCAST_DELAY"),
        ("proxy_delay", "NDTA_PARMS/NDTPA_PROXY_DELAY"),
        ("proxy_queue", "NDTA_PARMS/NDTPA_PROXY_QLEN"),
        ("locktime", "NDTA_PARMS/NDTPA_LOCKTIME"),
    ],
    names: &[],
    // Counters and times, which go on.
    apart: &["last_flush", "last_rand", "hash_rnd", "hash_mask", "hash_chain_gc", "proxy_qlen"],
};

pub const TABLES: Group = Group {
    name: "neighbour table",
    dump: Dump::NeighbourTables,
    witnesses: &[Witness::Listed(&TABLE)],
    objects: &[
        ("as they are", ""),
        (
            "changed for a link",
            "ip ntable change name arp_cache dev v0 base_reachable 31000 retrans 900 gc_stale 50000 \
            delay_probe 4000 queue 99 app_probes 1 ucast_probes 4 mcast_probes 5 anycast_delay 900 proxy_delay 700 \
            proxy_queue 60 locktime 900",
        ),
    ],
};
