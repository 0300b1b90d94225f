//! Settings of links that kernels learned after iproute2 6.1.

use crate::Group;
use crate::dump::Dump;
use crate::witness::{List, Witness};

/// What only some kinds of links have, and is not printed by iproute2 6.1.
const SETTINGS: List = List {
    command: "newest ip link show dev x",
    theirs: "*/linkinfo/info_data",
    ours: "IFLA_LINKINFO/IFLA_INFO_DATA",
    only: "IFLA_IFNAME=x",
    same: &[
        ("mode", "IFLA_NETKIT_MODE"),
        ("mode", "IFLA_OVPN_MODE"),
        ("policy", "IFLA_NETKIT_POLICY"),
        ("peer_policy", "IFLA_NETKIT_PEER_POLICY"),
        ("type", "IFLA_NETKIT_PRIMARY"),
        ("scrub", "IFLA_NETKIT_SCRUB"),
        ("peer_scrub", "IFLA_NETKIT_PEER_SCRUB"),
        ("headroom", "IFLA_NETKIT_HEADROOM"),
        ("tailroom", "IFLA_NETKIT_TAILROOM"),
    ],
    names: &[("1", "primary"), ("0", "peer"), ("NETKIT_PASS", "forward"), ("NETKIT_DROP", "blackhole")],
    apart: &[],
};

/// The link of each is `x`.
pub const LINKS: Group = Group {
    name: "newest link",
    dump: Dump::Links,
    witnesses: &[Witness::Printed("link show dev x"), Witness::Listed(&SETTINGS)],
    objects: &[
        ("netkit l3", "newest ip link add x type netkit mode l3 forward peer blackhole name y"),
        ("netkit l2", "newest ip link add x type netkit mode l2 blackhole peer forward name y"),
        (
            "netkit with scrubbing",
            "newest ip link add x type netkit scrub none \
            peer scrub default name y",
        ),
        ("ovpn between two", "newest ip link add x type ovpn mode p2p"),
        ("ovpn with many", "newest ip link add x type ovpn mode mp"),
    ],
};
