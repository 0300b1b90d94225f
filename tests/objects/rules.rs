//! Rules of IPv4 and IPv6.

use crate::Group;
use crate::dump::Dump;
use crate::witness::Witness;

pub const RULES: Group = Group {
    name: "rule",
    dump: Dump::Rules,
    witnesses: &[Witness::Printed("-4 rule show")],
    objects: &[
        ("those that are always there", ""),
        ("by addresses", "ip rule add from 192.0.2.0/24 to 203.0.113.0/24 table 1000 priority 100"),
        ("by mark and links", "ip rule add not fwmark 0x5/0xff iif v0 oif v1 table 70000 priority 101"),
        (
            "by ports and user",
            "ip rule add sport 1000-2000 dport 53 ipproto udp uidrange 1-5 table 1000 priority 102 \
            protocol bgp",
        ),
        ("by type of service", "ip rule add tos 0x10 blackhole priority 103"),
        ("that goes on elsewhere", "ip rule add goto 32766 priority 104"),
        ("that goes nowhere yet", "ip rule add goto 31000 priority 104"),
        ("that does nothing", "ip rule add nop priority 105"),
        (
            "that takes not every route",
            "ip rule add table main suppress_prefixlength 5 suppress_ifgroup 7 priority 105",
        ),
        ("unreachable", "ip rule add from 192.0.2.0/24 unreachable priority 106"),
        ("prohibit", "ip rule add from 192.0.2.0/24 prohibit priority 107"),
        ("by tunnel", "ip rule add tun_id 77 table 1000 priority 108"),
        ("by realms", "ip rule add from all realms 3/4 table 1000 priority 109"),
        ("of routing domains", "ip rule add l3mdev priority 110"),
        ("by a mark alone", "ip rule add fwmark 7 table 1000 priority 111"),
        ("by DSCP", "newest ip rule add dscp 10 table 1000 priority 112"),
        ("by DSCP and mask", "newest ip rule add dscp 8/0x38 table 1000 priority 112"),
        (
            "by ports and mask",
            "newest ip rule add sport 0x1000/0xf000 dport 0x35/0xff ipproto tcp table 1000 priority 113",
        ),
    ],
};

pub const RULES6: Group = Group {
    name: "rule of IPv6",
    dump: Dump::Rules,
    witnesses: &[Witness::Printed("-6 rule show")],
    objects: &[
        ("by addresses", "ip -6 rule add from 2001:db8::/32 to 2001:db8:1::/48 table 1000 priority 106"),
        ("prohibit", "ip -6 rule add from 2001:db8::/32 prohibit priority 106"),
        ("by ports", "ip -6 rule add sport 1000 dport 53-54 ipproto tcp table 1000 priority 107"),
        ("by flow label", "newest ip -6 rule add flowlabel 0x12345 table 1000 priority 108"),
        ("by flow label and mask", "newest ip -6 rule add flowlabel 0x12300/0xfff00 table 1000 priority 108"),
    ],
};
