//! Nexthops, their groups, and the buckets of resilient groups.

use crate::Group;
use crate::dump::Dump;
use crate::witness::{List, Witness};

const NEXTHOP: List = List {
    command: "ip nexthop show",
    theirs: "*",
    ours: "",
    only: "",
    same: &[
        ("id", "NHA_ID"),
        ("gateway", "NHA_GATEWAY"),
        ("via/host", "NHA_GATEWAY"),
        ("dev", "NHA_OIF"),
        ("scope", "header/scope"),
        ("protocol", "header/protocol"),
        ("flags", "header/flags"),
        ("blackhole", "NHA_BLACKHOLE"),
        ("fdb", "NHA_FDB"),
        ("group/#/id", "NHA_GROUP/#/id"),
        ("group/#/weight", "NHA_GROUP/#/weight+1"),
        ("type", "NHA_GROUP_TYPE"),
        ("resilient_args/buckets", "NHA_RES_GROUP/NHA_RES_GROUP_BUCKETS"),
        ("encap", "NHA_ENCAP_TYPE"),
        ("dst", "NHA_ENCAP/MPLS_IPTUNNEL_DST"),
        ("dst", "NHA_ENCAP/LWTUNNEL_IP_DST"),
        ("id", "NHA_ENCAP/LWTUNNEL_IP_ID"),
        ("src", "NHA_ENCAP/LWTUNNEL_IP_SRC"),
        ("ttl", "NHA_ENCAP/LWTUNNEL_IP_TTL"),
        ("tos", "NHA_ENCAP/LWTUNNEL_IP_TOS"),
    ],
    names: &[("RT_SCOPE_UNIVERSE", "global"), ("NEXTHOP_GRP_TYPE_RES", "resilient")],
    // Times in other units, and what iproute2 adds of a family.
    apart: &[
        "via/family",
        "resilient_args/idle_timer",
        "resilient_args/unbalanced_timer",
        "resilient_args/unbalanced_time",
    ],
};

pub const NEXTHOPS: Group = Group {
    name: "nexthop",
    dump: Dump::Nexthops,
    witnesses: &[Witness::Listed(&NEXTHOP)],
    objects: &[
        ("IPv4", "ip nexthop add id 5 via 192.0.2.9 dev v0 protocol bgp"),
        ("IPv4, whatever the addresses", "ip nexthop add id 5 via 198.51.100.9 dev v0 onlink"),
        ("IPv6", "ip nexthop add id 5 via 2001:db8::9 dev v0"),
        ("a link", "ip nexthop add id 5 dev v0"),
        ("blackhole", "ip nexthop add id 5 blackhole"),
        ("in MPLS", "ip nexthop add id 5 encap mpls 100/200 via 192.0.2.9 dev v0"),
        ("in IP", "ip nexthop add id 5 encap ip id 7 dst 192.0.2.8 via 192.0.2.9 dev v0"),
        (
            "group",
            "ip nexthop add id 5 via 192.0.2.9 dev v0\nip nexthop add id 6 via 192.0.2.10 dev v0
            ip nexthop add id 7 group 5/6,3",
        ),
        (
            "resilient group",
            "ip nexthop add id 5 via 192.0.2.9 dev v0\nip nexthop add id 6 via 192.0.2.10 dev v0
            ip nexthop add id 7 group 5/6,3 type resilient buckets 8 idle_timer 60 unbalanced_timer 300",
        ),
        ("of a forwarding database", "ip nexthop add id 5 via 192.0.2.9 fdb"),
        (
            "group of a forwarding database",
            "ip nexthop add id 5 via 192.0.2.9 fdb\nip nexthop add id 6 via 192.0.2.8 fdb
            ip nexthop add id 7 group 5/6 fdb",
        ),
    ],
};

/// iproute2 6.1 reads half of a large weight, and the newest adds both.
const LARGE: List = List { command: "newest ip nexthop show", apart: &["group/#/weight"], ..NEXTHOP };

pub const LARGE_GROUPS: Group = Group {
    name: "nexthop of large weight",
    dump: Dump::Nexthops,
    witnesses: &[Witness::Listed(&LARGE)],
    objects: &[(
        "group",
        "ip nexthop add id 5 via 192.0.2.9 dev v0\nip nexthop add id 6 via 192.0.2.10 dev v0
        newest ip nexthop add id 7 group 5,300/6,65535",
    )],
};

const BUCKET: List = List {
    command: "ip nexthop bucket show",
    theirs: "*",
    ours: "",
    only: "",
    same: &[
        ("id", "NHA_ID"),
        ("bucket/index", "NHA_RES_BUCKET/NHA_RES_BUCKET_INDEX"),
        ("bucket/nhid", "NHA_RES_BUCKET/NHA_RES_BUCKET_NH_ID"),
        ("flags", "header/flags"),
    ],
    names: &[],
    apart: &["bucket/idle_time"],
};

pub const BUCKETS: Group = Group {
    name: "bucket",
    dump: Dump::Buckets,
    witnesses: &[Witness::Listed(&BUCKET)],
    objects: &[(
        "of a group of two",
        "ip nexthop add id 5 via 192.0.2.9 dev v0\nip nexthop add id 6 via 192.0.2.10 dev v0
            ip nexthop add id 7 group 5/6,3 type resilient buckets 8",
    )],
};
