//! Where this crate and the headers differ on purpose, and why. A `*` in a name stands for anything.

/// What no header has under this name: what is compared instead, if anything.
pub(crate) const HERE: &[(&str, Option<&str>, &str)] = &[
    ("AF_IPMR", Some("RTNL_FAMILY_IPMR"), "one of the families that only rtnetlink has"),
    ("AF_IP6MR", Some("RTNL_FAMILY_IP6MR"), "one of the families that only rtnetlink has"),
    ("IF_RS_SENT", None, "in the kernel's own net/if_inet6.h"),
    ("IF_RA_*", None, "in the kernel's own net/if_inet6.h"),
    ("IF_READY", None, "in the kernel's own net/if_inet6.h"),
    ("IF_PREFIX_*", None, "in the kernel's own net/if_inet6.h"),
    ("ND_OPT_PI_FLAG_*", None, "bits of RFC 4861 and 6275, for which the C library has names"),
    ("control.rs: DoneHeader", None, "an int"),
    ("route/mdb.rs: MdbAddress", None, "a struct without a name inside br_mdb_entry"),
    ("route/stats.rs: InOut", None, "an array of two"),
    ("ioam6_trace_hdr.node", None, "bit fields have no address"),
    ("ioam6_trace_hdr.remaining", None, "bit fields have no address"),
    ("ipv6_rpl_sr_hdr.compression", None, "bit fields have no address"),
    ("ipv6_rpl_sr_hdr.reserved", None, "bit fields have no address"),
];

/// Constants of the headers that have no row here.
pub(crate) const THERE: &[(&str, &str)] = &[
    ("RTM_*QDISC", "traffic control has no rows yet"),
    ("RTM_*TCLASS", "traffic control has no rows yet"),
    ("RTM_*TFILTER", "traffic control has no rows yet"),
    ("RTM_*CHAIN", "traffic control has no rows yet"),
    ("RTM_*ACTION", "traffic control has no rows yet"),
    ("RTM_*DCB", "data centre bridging has no rows yet"),
    ("RTM_NEWNDUSEROPT", "options of router advertisements have no rows yet"),
    ("DEVLINK_ATTR_*", "of devlink's own messages; a link only says which port it is"),
    ("DPLL_A_PIN_*", "of the pins' own messages; a link only says which pin it has"),
    ("ILA_ATTR_IDENTIFIER", "of the generic family `ila`, which shares the enum with routes"),
    ("ILA_ATTR_LOCATOR_MATCH", "of the generic family `ila`"),
    ("ILA_ATTR_IFINDEX", "of the generic family `ila`"),
    ("ILA_ATTR_DIR", "of the generic family `ila`"),
    ("NLMSGERR_ATTR_UNUSED", "0 is no attribute"),
    ("NETNSA_NONE", "0 is no attribute"),
];

/// Types whose values are other in the headers: how they are made of those (`$`).
pub(crate) const FORMS: &[(&str, &str, &str)] = &[
    ("BoolOption", "1 << $", "the headers number the bits"),
    ("FlavorOperations", "1 << $", "the headers number the bits"),
    ("StatsFilter", "IFLA_STATS_FILTER_BIT($)", "a bit for each attribute"),
    ("OffloadFilter", "IFLA_STATS_FILTER_BIT($)", "a bit for each attribute"),
    ("GreFlags", "__be16_to_cpu($)", "the headers have them in network byte order"),
    ("TunnelFlags", "__be16_to_cpu($)", "the headers have them in network byte order"),
];

/// Sets whose prefix many other things have.
pub(crate) const COMMON: &[&str] = &["AF_"];

/// Sets that no row leads to: a key that is made by hand does.
pub(crate) const UNREACHED: &[&str] = &["Ipv4Conf"];
