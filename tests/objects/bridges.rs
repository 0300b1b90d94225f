//! What bridges and VXLAN interfaces know: addresses, multicast groups, VLANs, network identifiers.

use crate::Group;
use crate::dump::Dump;
use crate::witness::{List, Witness};

const ADDRESS: List = List {
    command: "bridge fdb show",
    theirs: "*",
    ours: "",
    only: "",
    same: &[
        ("mac", "NDA_LLADDR"),
        ("ifname", "header/index"),
        ("dst", "NDA_DST"),
        ("vlan", "NDA_VLAN"),
        ("port", "NDA_PORT"),
        ("vni", "NDA_VNI"),
        ("src_vni", "NDA_SRC_VNI"),
        ("viaIf", "NDA_IFINDEX"),
        ("nhid", "NDA_NH_ID"),
        ("linkNetNsId", "NDA_LINK_NETNSID"),
        ("flags", "header/flags"),
        ("flags", "NDA_FDB_EXT_ATTRS/NFEA_ACTIVITY_NOTIFY"),
        ("master", "NDA_MASTER"),
        ("state", "header/state"),
        ("protocol", "NDA_PROTOCOL"),
    ],
    names: &[
        ("NTF_EXT_LEARNED", "extern_learn"),
        ("NUD_NOARP", "static"),
        ("NUD_PERMANENT", "permanent"),
        ("NUD_NONE", ""),
        ("0", ""),
        ("NUD_REACHABLE", ""),
    ],
    apart: &[],
};

pub const FORWARDING: Group = Group {
    name: "forwarding database",
    dump: Dump::Forwarding,
    witnesses: &[Witness::Listed(&ADDRESS)],
    objects: &[
        (
            "of a bridge",
            "ip link add m0 type bridge\nip link set v0 master m0
            bridge fdb add 02:00:00:00:00:01 dev v0 master static",
        ),
        (
            "of a bridge with VLANs",
            "ip link add m0 type bridge vlan_filtering 1\nip link set v0 master m0
            bridge fdb add 02:00:00:00:00:01 dev v0 master static vlan 1",
        ),
        (
            "of a bridge, local and sticky",
            "ip link add m0 type bridge\nip link set v0 master m0
            bridge fdb add 02:00:00:00:00:01 dev v0 master local
            bridge fdb add 02:00:00:00:00:02 dev v0 master sticky static",
        ),
        (
            "of a bridge, learned elsewhere",
            "ip link add m0 type bridge\nip link set v0 master m0
            bridge fdb add 02:00:00:00:00:01 dev v0 master extern_learn dynamic",
        ),
        (
            "of a bridge, watched",
            "ip link add m0 type bridge\nip link set v0 master m0
            newest bridge fdb add 02:00:00:00:00:01 dev v0 master static activity_notify",
        ),
        ("of a link", "bridge fdb add 02:00:00:00:00:01 dev v0 self"),
        (
            "of a vxlan",
            "ip link add x type vxlan id 5 dstport 4789\nip link set x up
            bridge fdb add 02:00:00:00:00:01 dev x dst 192.0.2.3 vni 6 port 77 via v1",
        ),
        (
            "of a vxlan to several",
            "ip link add x type vxlan id 5 dstport 4789\nip link set x up
            bridge fdb append 00:00:00:00:00:00 dev x dst 192.0.2.3
            bridge fdb append 00:00:00:00:00:00 dev x dst 192.0.2.4",
        ),
        (
            "of a vxlan, by identifier",
            "ip link add x type vxlan external dstport 4789\nip link set x up
            bridge fdb add 02:00:00:00:00:01 dev x dst 192.0.2.3 src_vni 5 vni 6",
        ),
        (
            "of a vxlan over IPv6",
            "ip link add x type vxlan id 5 local 2001:db8::1 dstport 4789\nip link set x up
            bridge fdb add 02:00:00:00:00:01 dev x dst 2001:db8::3",
        ),
        (
            "of a vxlan, through nexthops",
            "ip nexthop add id 5 via 192.0.2.9 fdb\nip nexthop add id 6 group 5 fdb
            ip link add x type vxlan id 5 dstport 4789\nip link set x up
            bridge fdb add 02:00:00:00:00:01 dev x nhid 6",
        ),
        (
            "of a vxlan, a router",
            "ip link add x type vxlan id 5 dstport 4789\nip link set x up
            bridge fdb add 02:00:00:00:00:01 dev x dst 192.0.2.3 router extern_learn",
        ),
    ],
};

const GROUP: List = List {
    command: "bridge mdb show",
    theirs: "*/mdb/*",
    ours: "MDBA_MDB/MDBA_MDB_ENTRY/*/MDBA_MDB_ENTRY_INFO/*",
    only: "",
    same: &[
        ("port", "header/index"),
        ("port", "index"),
        ("grp", "address"),
        ("state", "state"),
        ("flags", "flags"),
        ("vid", "vlan"),
        ("src", "MDBA_MDB_EATTR_SOURCE"),
        ("filter_mode", "MDBA_MDB_EATTR_GROUP_MODE"),
        ("protocol", "MDBA_MDB_EATTR_RTPROT"),
        ("source_list/#/address", "MDBA_MDB_EATTR_SRC_LIST/MDBA_MDB_SRCLIST_ENTRY/#/MDBA_MDB_SRCATTR_ADDRESS"),
        ("dst", "MDBA_MDB_EATTR_DST"),
        ("dst_port", "MDBA_MDB_EATTR_DST_PORT"),
        ("vni", "MDBA_MDB_EATTR_VNI"),
        ("src_vni", "MDBA_MDB_EATTR_SRC_VNI"),
        ("via", "MDBA_MDB_EATTR_IFINDEX"),
        ("viaIf", "MDBA_MDB_EATTR_IFINDEX"),
    ],
    names: &[("MDB_TEMPORARY", "temp"), ("MDB_PERMANENT", "permanent")],
    // The bridge, which stands in the header of the message, and times.
    apart: &["index", "dev", "timer", "source_list/#/timer"],
};

pub const GROUPS: Group = Group {
    name: "multicast group",
    dump: Dump::Groups,
    witnesses: &[Witness::Listed(&GROUP)],
    objects: &[
        (
            "of IPv4",
            "ip link add m0 type bridge\nip link set v0 master m0\nip link set m0 up
            bridge mdb add dev m0 port v0 grp 239.1.1.1 permanent",
        ),
        (
            "of IPv4, for a while",
            "ip link add m0 type bridge\nip link set v0 master m0\nip link set m0 up
            bridge mdb add dev m0 port v0 grp 239.1.1.1 temp",
        ),
        (
            "of IPv6",
            "ip link add m0 type bridge\nip link set v0 master m0\nip link set m0 up
            bridge mdb add dev m0 port v0 grp ff02::77 permanent",
        ),
        (
            "of link addresses",
            "ip link add m0 type bridge\nip link set v0 master m0\nip link set m0 up
            bridge mdb add dev m0 port v0 grp 01:02:03:04:05:06 permanent",
        ),
        (
            "in a VLAN",
            "ip link add m0 type bridge vlan_filtering 1\nip link set v0 master m0\nip link set m0 up
            bridge mdb add dev m0 port v0 grp 239.1.1.1 permanent vid 1",
        ),
        (
            "from one source",
            "ip link add m0 type bridge mcast_igmp_version 3\nip link set v0 master m0\nip link set m0 up
            bridge mdb add dev m0 port v0 grp 239.1.1.1 src 192.0.2.7 permanent",
        ),
        (
            "from several sources",
            "ip link add m0 type bridge mcast_igmp_version 3\nip link set v0 master m0
            ip link set m0 up
            newest bridge mdb add dev m0 port v0 grp 239.1.1.1 source_list 192.0.2.7,192.0.2.8 filter_mode include \
            proto bgp temp",
        ),
        (
            "not from several sources",
            "ip link add m0 type bridge mcast_mld_version 2\nip link set v0 master m0
            ip link set m0 up
            newest bridge mdb add dev m0 port v0 grp ff02::77 source_list 2001:db8::7 filter_mode exclude permanent",
        ),
        (
            "of the bridge itself",
            "ip link add m0 type bridge\nip link set v0 master m0\nip link set m0 up
            bridge mdb add dev m0 port m0 grp 239.1.1.1",
        ),
    ],
};

const REMOTE_GROUP: List = List { command: "newest bridge mdb show", ..GROUP };

pub const REMOTE_GROUPS: Group = Group {
    name: "multicast group of vxlan",
    dump: Dump::Groups,
    witnesses: &[Witness::Listed(&REMOTE_GROUP)],
    objects: &[
        (
            "of IPv4",
            "ip link add x type vxlan external dstport 4789 local 192.0.2.1\nip link set x up
            newest bridge mdb add dev x port x grp 239.1.1.1 permanent dst 198.51.100.1 src_vni 7",
        ),
        (
            "with all there is",
            "ip link add x type vxlan external dstport 4789 local 192.0.2.1\nip link set x up
            newest bridge mdb add dev x port x grp 239.1.1.1 permanent source_list 192.0.2.7 filter_mode exclude \
            proto bgp dst 198.51.100.1 dst_port 4444 vni 8 src_vni 7 via v0",
        ),
    ],
};

const PORT: List = List {
    command: "bridge link show",
    theirs: "*",
    ours: "",
    only: "IFLA_PROTINFO",
    same: &[
        ("ifindex", "header/index"),
        ("ifname", "IFLA_IFNAME"),
        ("link", "IFLA_LINK"),
        ("mtu", "IFLA_MTU"),
        ("master", "IFLA_MASTER"),
        ("state", "IFLA_PROTINFO/IFLA_BRPORT_STATE"),
        ("priority", "IFLA_PROTINFO/IFLA_BRPORT_PRIORITY"),
        ("cost", "IFLA_PROTINFO/IFLA_BRPORT_COST"),
        ("hairpin", "IFLA_PROTINFO/IFLA_BRPORT_MODE"),
        ("guard", "IFLA_PROTINFO/IFLA_BRPORT_GUARD"),
        ("root_block", "IFLA_PROTINFO/IFLA_BRPORT_PROTECT"),
        ("fastleave", "IFLA_PROTINFO/IFLA_BRPORT_FAST_LEAVE"),
        ("learning", "IFLA_PROTINFO/IFLA_BRPORT_LEARNING"),
        ("flood", "IFLA_PROTINFO/IFLA_BRPORT_UNICAST_FLOOD"),
        ("mcast_flood", "IFLA_PROTINFO/IFLA_BRPORT_MCAST_FLOOD"),
        ("bcast_flood", "IFLA_PROTINFO/IFLA_BRPORT_BCAST_FLOOD"),
        ("mcast_router", "IFLA_PROTINFO/IFLA_BRPORT_MULTICAST_ROUTER"),
        ("mcast_to_unicast", "IFLA_PROTINFO/IFLA_BRPORT_MCAST_TO_UCAST"),
        ("neigh_suppress", "IFLA_PROTINFO/IFLA_BRPORT_NEIGH_SUPPRESS"),
        ("vlan_tunnel", "IFLA_PROTINFO/IFLA_BRPORT_VLAN_TUNNEL"),
        ("isolated", "IFLA_PROTINFO/IFLA_BRPORT_ISOLATED"),
        ("locked", "IFLA_PROTINFO/IFLA_BRPORT_LOCKED"),
        ("mab", "IFLA_PROTINFO/IFLA_BRPORT_MAB"),
        ("backup_port", "IFLA_PROTINFO/IFLA_BRPORT_BACKUP_PORT"),
    ],
    names: &[
        ("MDB_RTR_TYPE_DISABLED", "0"),
        ("MDB_RTR_TYPE_TEMP_QUERY", "1"),
        ("MDB_RTR_TYPE_PERM", "2"),
        ("BR_STATE_DISABLED", "disabled"),
    ],
    // Two of the flags are called otherwise, and iproute2 leaves some out.
    apart: &["flags"],
};

pub const PORTS: Group = Group {
    name: "bridge port",
    dump: Dump::BridgeLinks,
    witnesses: &[Witness::Listed(&PORT)],
    objects: &[(
        "as it is made",
        "ip link add m0 type bridge\nip link set v0 master m0
            sh until bridge -d link show | grep -q 'state forwarding'; do ip link set m0 up; done",
    )],
};

const VLAN: List = List {
    command: "bridge vlan show",
    theirs: "*/vlans/*",
    ours: "BRIDGE_VLANDB_ENTRY/*",
    only: "",
    same: &[
        ("vlan", "BRIDGE_VLANDB_ENTRY_INFO/vlan"),
        ("vlanEnd", "BRIDGE_VLANDB_ENTRY_RANGE"),
        ("flags", "BRIDGE_VLANDB_ENTRY_INFO/flags"),
        ("state", "BRIDGE_VLANDB_ENTRY_STATE"),
        ("mcast_router", "BRIDGE_VLANDB_ENTRY_MCAST_ROUTER"),
        ("mcast_n_groups", "BRIDGE_VLANDB_ENTRY_MCAST_N_GROUPS"),
        ("mcast_max_groups", "BRIDGE_VLANDB_ENTRY_MCAST_MAX_GROUPS"),
        ("neigh_suppress", "BRIDGE_VLANDB_ENTRY_NEIGH_SUPPRESS"),
        ("neigh_forward_grat", "BRIDGE_VLANDB_ENTRY_NEIGH_FORWARD_GRAT"),
    ],
    names: &[
        ("MDB_RTR_TYPE_DISABLED", "0"),
        ("MDB_RTR_TYPE_TEMP_QUERY", "1"),
        ("MDB_RTR_TYPE_PERM", "2"),
        ("BRIDGE_VLAN_INFO_UNTAGGED", "Egress Untagged"),
    ],
    apart: &[],
};

pub const VLANS: Group = Group {
    name: "vlan of a bridge",
    dump: Dump::Vlans,
    witnesses: &[Witness::Listed(&VLAN)],
    objects: &[
        ("of a port and of the bridge", "ip link add m0 type bridge vlan_filtering 1\nip link set v0 master m0
            bridge vlan add dev v0 vid 10 pvid\nbridge vlan add dev v0 vid 11 untagged
            bridge vlan add dev m0 vid 10 self"),
        ("with options", "ip link add m0 type bridge vlan_filtering 1 mcast_vlan_snooping 1\nip link set v0 master m0
            ip link set m0 up\nbridge vlan add dev v0 vid 10\nbridge vlan set dev v0 vid 10 state learning mcast_router 2"),
        ("with the newest options", "ip link add m0 type bridge vlan_filtering 1 mcast_vlan_snooping 1
            ip link set v0 master m0\nip link set m0 up\nbridge vlan add dev v0 vid 10
            newest bridge vlan set dev v0 vid 10 mcast_max_groups 5 neigh_suppress on"),
    ],
};

const TUNNEL: List = List {
    command: "bridge vlan tunnelshow",
    theirs: "*/tunnels/*",
    ours: "IFLA_AF_SPEC/IFLA_BRIDGE_VLAN_TUNNEL_INFO/*",
    only: "",
    same: &[("vlan", "IFLA_BRIDGE_VLAN_TUNNEL_VID"), ("tunid", "IFLA_BRIDGE_VLAN_TUNNEL_ID")],
    names: &[],
    apart: &[],
};

pub const TUNNELS: Group = Group {
    name: "tunnel of a vlan",
    dump: Dump::BridgeLinks,
    witnesses: &[Witness::Listed(&TUNNEL)],
    objects: &[(
        "of one vlan",
        "ip link add m0 type bridge vlan_filtering 1\nip link add x type vxlan external dstport 4789
            ip link set x master m0\nbridge link set dev x vlan_tunnel on\nbridge vlan add dev x vid 20
            bridge vlan add dev x vid 20 tunnel_info id 1020",
    )],
};

const OPTION: List = List {
    command: "bridge vlan global show",
    theirs: "*/vlans/*",
    ours: "BRIDGE_VLANDB_GLOBAL_OPTIONS/*",
    only: "",
    same: &[
        ("vlan", "BRIDGE_VLANDB_GOPTS_ID"),
        ("vlanEnd", "BRIDGE_VLANDB_GOPTS_RANGE"),
        ("mcast_snooping", "BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING"),
        ("mcast_querier", "BRIDGE_VLANDB_GOPTS_MCAST_QUERIER"),
        ("mcast_igmp_version", "BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION"),
        ("mcast_mld_version", "BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION"),
        ("mcast_last_member_count", "BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT"),
        ("mcast_last_member_interval", "BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL"),
        ("mcast_startup_query_count", "BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT"),
        ("mcast_startup_query_interval", "BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL"),
        ("mcast_membership_interval", "BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL"),
        ("mcast_querier_interval", "BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL"),
        ("mcast_query_interval", "BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL"),
        ("mcast_query_response_interval", "BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL"),
        ("msti", "BRIDGE_VLANDB_GOPTS_MSTI"),
    ],
    names: &[],
    apart: &[],
};

pub const GLOBAL: Group = Group {
    name: "vlan of a whole bridge",
    dump: Dump::GlobalVlans,
    witnesses: &[Witness::Listed(&OPTION)],
    objects: &[
        ("as it is made", "ip link add m0 type bridge vlan_filtering 1"),
        (
            "with multicast",
            "ip link add m0 type bridge vlan_filtering 1 mcast_vlan_snooping 1
            ip link set v0 master m0\nip link set m0 up\nbridge vlan add dev v0 vid 10
            bridge vlan add dev m0 vid 10 self
            bridge vlan global set dev m0 vid 10 mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 \
            mcast_mld_version 2 mcast_last_member_count 3 mcast_last_member_interval 90 mcast_startup_query_count 4 \
            mcast_startup_query_interval 3000 mcast_membership_interval 15000 mcast_querier_interval 14000 \
            mcast_query_interval 13000 mcast_query_response_interval 800",
        ),
        (
            "with spanning trees",
            "newest ip link add m0 type bridge vlan_filtering 1 mst_enabled 1
            newest bridge vlan global set dev m0 vid 1 msti 7",
        ),
    ],
};

const VNI: List = List {
    command: "bridge vni show",
    theirs: "*/vnis/*",
    ours: "VXLAN_VNIFILTER_ENTRY/*",
    only: "",
    same: &[
        ("vni", "VXLAN_VNIFILTER_ENTRY_START"),
        ("vniEnd", "VXLAN_VNIFILTER_ENTRY_END"),
        ("group", "VXLAN_VNIFILTER_ENTRY_GROUP"),
        ("group", "VXLAN_VNIFILTER_ENTRY_GROUP6"),
        ("group6", "VXLAN_VNIFILTER_ENTRY_GROUP6"),
    ],
    names: &[],
    apart: &[],
};

pub const VNIS: Group = Group {
    name: "network identifier",
    dump: Dump::Vnis,
    witnesses: &[Witness::Listed(&VNI)],
    objects: &[
        (
            "one and several",
            "ip link add x type vxlan external vnifilter dstport 4789 local 192.0.2.1 dev v0
            ip link set x up\nbridge vni add dev x vni 10\nbridge vni add dev x vni 20-22",
        ),
        (
            "with groups",
            "ip link add x type vxlan external vnifilter dstport 4789 local 192.0.2.1 dev v0
            ip link set x up\nbridge vni add dev x vni 10 group 239.1.1.1",
        ),
        (
            "with groups of IPv6",
            "ip link add x type vxlan external vnifilter dstport 4789 local 2001:db8::1 dev v0
            ip link set x up\nbridge vni add dev x vni 10 group ff05::77",
        ),
    ],
};

const VNI_COUNTER: List = List {
    command: "newest bridge -s vni show",
    theirs: "*/vnis/*",
    ours: "VXLAN_VNIFILTER_ENTRY/*",
    only: "",
    same: &[
        ("vni", "VXLAN_VNIFILTER_ENTRY_START"),
        ("stats/rx_bytes", "VXLAN_VNIFILTER_ENTRY_STATS/VNIFILTER_ENTRY_STATS_RX_BYTES"),
        ("stats/rx_pkts", "VXLAN_VNIFILTER_ENTRY_STATS/VNIFILTER_ENTRY_STATS_RX_PKTS"),
        ("stats/rx_drops", "VXLAN_VNIFILTER_ENTRY_STATS/VNIFILTER_ENTRY_STATS_RX_DROPS"),
        ("stats/rx_errors", "VXLAN_VNIFILTER_ENTRY_STATS/VNIFILTER_ENTRY_STATS_RX_ERRORS"),
        ("stats/tx_bytes", "VXLAN_VNIFILTER_ENTRY_STATS/VNIFILTER_ENTRY_STATS_TX_BYTES"),
        ("stats/tx_pkts", "VXLAN_VNIFILTER_ENTRY_STATS/VNIFILTER_ENTRY_STATS_TX_PKTS"),
        ("stats/tx_drops", "VXLAN_VNIFILTER_ENTRY_STATS/VNIFILTER_ENTRY_STATS_TX_DROPS"),
        ("stats/tx_errors", "VXLAN_VNIFILTER_ENTRY_STATS/VNIFILTER_ENTRY_STATS_TX_ERRORS"),
    ],
    names: &[],
    apart: &[],
};

pub const VNI_COUNTERS: Group = Group {
    name: "counters of a network identifier",
    dump: Dump::VniCounters,
    witnesses: &[Witness::Listed(&VNI_COUNTER)],
    objects: &[(
        "two",
        "ip link add x type vxlan external vnifilter dstport 4789 local 192.0.2.1 dev v0
        ip link set x up\nbridge vni add dev x vni 10\nbridge vni add dev x vni 20",
    )],
};

const SPANNING_TREE: List = List {
    command: "newest bridge mst show",
    theirs: "*/mst/*",
    ours: "IFLA_AF_SPEC/IFLA_BRIDGE_MST/IFLA_BRIDGE_MST_ENTRY/*",
    only: "",
    same: &[("msti", "IFLA_BRIDGE_MST_ENTRY_MSTI"), ("state", "IFLA_BRIDGE_MST_ENTRY_STATE")],
    names: &[],
    apart: &[],
};

pub const SPANNING_TREES: Group = Group {
    name: "spanning tree of a port",
    dump: Dump::BridgeLinks,
    witnesses: &[Witness::Listed(&SPANNING_TREE)],
    objects: &[(
        "of one vlan",
        "newest ip link add m0 type bridge vlan_filtering 1 mst_enabled 1\nnewest ip link set v0 master m0
        newest bridge vlan global set dev m0 vid 1 msti 7\nnewest bridge mst set dev v0 msti 7 state learning",
    )],
};
