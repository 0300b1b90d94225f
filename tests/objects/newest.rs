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

/// What iproute2 6.1 does not print of links whose other settings it does.
const ADDED: List = List {
    same: &[
        ("fdb_max_learned", "IFLA_BR_FDB_MAX_LEARNED"),
        ("fdb_n_learned", "IFLA_BR_FDB_N_LEARNED"),
        ("localbypass", "IFLA_VXLAN_LOCALBYPASS"),
        ("coupled_control", "IFLA_BOND_COUPLED_CONTROL"),
        ("broadcast_neighbor", "IFLA_BOND_BROADCAST_NEIGH"),
        ("lacp_strict", "IFLA_BOND_LACP_STRICT"),
        ("bclim", "IFLA_MACVLAN_BC_CUTOFF"),
        ("interlink", "IFLA_HSR_INTERLINK"),
        ("slave1", "IFLA_HSR_SLAVE1"),
        ("slave2", "IFLA_HSR_SLAVE2"),
    ],
    apart: &["*"],
    ..SETTINGS
};

/// The link of each is `x`.
pub const MORE: Group = Group {
    name: "link with the newest settings",
    dump: Dump::Links,
    witnesses: &[Witness::Printed("link show dev x"), Witness::Listed(&ADDED)],
    objects: &[
        ("bridge", "newest ip link add x type bridge vlan_filtering 1 mst_enabled 1 fdb_max_learned 77"),
        ("bridge with local addresses in one VLAN", "newest ip link add x type bridge fdb_local_vlan_0 1"),
        ("vxlan", "newest ip link add x type vxlan id 5 dstport 4789 nolocalbypass"),
        ("vxlan with reserved bits", "newest ip link add x type vxlan id 5 dstport 4789 reserved_bits 0x5"),
        ("bond", "newest ip link add x type bond mode 802.3ad coupled_control off"),
        ("bond that tells neighbours", "newest ip link add x type bond mode 802.3ad broadcast_neighbor on"),
        ("bond that is strict", "newest ip link add x type bond mode 802.3ad lacp_strict on"),
        ("macvlan", "newest ip link add link v0 name x type macvlan bclim 5"),
        (
            "hsr with a third",
            "ip link add c type dummy\nnewest ip link add x type hsr slave1 v0 slave2 v1 \
            interlink c version 1",
        ),
    ],
};
