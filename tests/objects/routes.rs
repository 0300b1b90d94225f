//! Routes of IPv4, IPv6 and MPLS.

use crate::Group;
use crate::dump::Dump;
use crate::witness::Witness;

pub const ROUTES: Group = Group {
    name: "route",
    dump: Dump::Routes,
    witnesses: &[Witness::Printed("-4 route show table all")],
    objects: &[
        ("unicast", "ip route add 203.0.113.0/24 via 192.0.2.9 dev v0 metric 7 proto bgp"),
        ("default", "ip route add default via 192.0.2.9"),
        ("of a link", "ip route add 203.0.113.0/24 dev v0 scope link src 192.0.2.1 realms 3/4 tos 0x10"),
        (
            "with metrics",
            "ip route add 203.0.113.0/24 via 192.0.2.9 dev v0 mtu 1400 advmss 1000 window 900 rtt 5s \
            rttvar 2s ssthresh 77 cwnd 9 initcwnd 20 initrwnd 30 hoplimit 9 reordering 5 rto_min 100ms features ecn \
            quickack 1 fastopen_no_cookie 1 congctl reno",
        ),
        ("with locked metrics", "ip route add 203.0.113.0/24 via 192.0.2.9 mtu lock 1400 congctl lock reno"),
        ("blackhole", "ip route add blackhole 10.1.0.0/16"),
        ("unreachable", "ip route add unreachable 10.2.0.0/16 metric 9"),
        ("prohibit", "ip route add prohibit 10.3.0.0/16 table 1000"),
        ("throw", "ip route add throw 10.4.0.0/16"),
        ("local", "ip route add local 10.5.0.0/16 dev v0"),
        ("broadcast", "ip route add broadcast 10.6.0.255 dev v0"),
        ("multicast", "ip route add multicast 239.0.0.0/8 dev v0"),
        ("in a table of a large number", "ip route add 10.7.0.0/16 via 192.0.2.9 table 4294967294"),
        (
            "through several",
            "ip route add 203.0.113.0/25 nexthop via 192.0.2.9 dev v0 weight 3 \
            nexthop via 192.0.2.10 dev v0 onlink realms 5",
        ),
        (
            "through several of different kinds",
            "ip route add 203.0.113.0/25 nexthop via 192.0.2.9 dev v0 \
            nexthop dev v1 nexthop via inet6 2001:db8::9 dev v0",
        ),
        ("through IPv6", "ip route add 10.5.0.0/16 via inet6 2001:db8::9 dev v0"),
        ("on a link, whatever the addresses", "ip route add 10.5.0.0/16 via 198.51.100.9 dev v0 onlink"),
        ("through a nexthop", "ip nexthop add id 5 via 192.0.2.9 dev v0\nip route add 10.7.0.0/16 nhid 5"),
        (
            "through a group of nexthops",
            "ip nexthop add id 5 via 192.0.2.9 dev v0
            ip nexthop add id 6 via 192.0.2.10 dev v0\nip nexthop add id 7 group 5/6,3
            ip route add 10.7.0.0/16 nhid 7",
        ),
        ("through a nexthop of IPv6", "ip nexthop add id 5 via 2001:db8::9 dev v0\nip route add 10.7.0.0/16 nhid 5"),
        ("to nowhere, by a nexthop", "ip nexthop add id 5 blackhole\nip route add 10.7.0.0/16 nhid 5"),
        ("whose link is down", "ip route add 203.0.113.0/24 via 192.0.2.9 dev v0\nip link set v1 down"),
        (
            "of a routing domain",
            "ip link add r0 type vrf table 77\nip link set v1 master r0\nip link set r0 up
            ip address add 198.51.100.1/24 dev v1\nip route add 10.0.0.0/8 via 198.51.100.2 vrf r0",
        ),
        ("in MPLS", "ip route add 10.8.0.0/16 encap mpls 100/200 ttl 9 via 192.0.2.9 dev v0"),
        ("in IP", "ip route add 10.9.0.0/16 encap ip id 5 src 192.0.2.1 dst 192.0.2.9 ttl 9 tos 4 key csum seq dev v0"),
        (
            "in IPv6",
            "ip route add 10.9.0.0/16 encap ip6 id 5 src 2001:db8::1 dst 2001:db8::9 hoplimit 9 tc 4 key csum \
            seq dev v0",
        ),
        (
            "in geneve with options",
            "ip route add 10.9.0.0/16 encap ip id 5 dst 192.0.2.9 geneve_opts \
            0102:03:0405060708090a0b,0103:04:01020304 dev v0",
        ),
        ("in vxlan with options", "ip route add 10.9.0.0/16 encap ip id 5 dst 192.0.2.9 vxlan_opts 7 dev v0"),
        ("in erspan 1 with options", "ip route add 10.9.0.0/16 encap ip id 5 dst 192.0.2.9 erspan_opts 1:7:0:0 dev v0"),
        ("in erspan 2 with options", "ip route add 10.9.0.0/16 encap ip id 5 dst 192.0.2.9 erspan_opts 2:0:1:5 dev v0"),
        ("in IPv6 by segments", "ip route add 10.9.0.0/16 encap seg6 mode encap segs 2001:db8::9,2001:db8::8 dev v0"),
        ("in Ethernet in IPv6 by segments", "ip route add 10.9.0.0/16 encap seg6 mode l2encap segs 2001:db8::9 dev v0"),
        (
            "through several, encapsulated",
            "ip route add 10.9.0.0/16 nexthop encap mpls 100 via 192.0.2.9 dev v0 \
            nexthop encap ip id 7 dst 192.0.2.8 via 192.0.2.10 dev v0",
        ),
    ],
};

pub const ROUTES6: Group = Group {
    name: "route of IPv6",
    dump: Dump::Routes,
    witnesses: &[Witness::Printed("-6 route show table all")],
    objects: &[
        ("unicast", "ip -6 route add 2001:db8:1::/48 via 2001:db8::9 dev v0 metric 7 pref high proto ospf"),
        ("that expires", "ip -6 route add 2001:db8:1::/48 via 2001:db8::9 dev v0 expires 1000 pref low"),
        ("default", "ip -6 route add default via 2001:db8::9"),
        ("from a source", "ip -6 route add 2001:db8:3::/48 from 2001:db8:4::/48 via 2001:db8::9 dev v0"),
        ("with a preferred source", "ip -6 route add 2001:db8:3::/48 via 2001:db8::9 src 2001:db8::1"),
        (
            "with metrics",
            "ip -6 route add 2001:db8:1::/48 via 2001:db8::9 mtu 1400 advmss 1000 hoplimit 9 \
            initcwnd 20 congctl reno features ecn",
        ),
        (
            "through several",
            "ip -6 route add 2001:db8:2::/48 nexthop via 2001:db8::9 dev v0 weight 3 \
            nexthop via 2001:db8::10 dev v0",
        ),
        ("unreachable", "ip -6 route add unreachable 2001:db8:5::/48"),
        ("blackhole", "ip -6 route add blackhole 2001:db8:5::/48"),
        ("prohibit", "ip -6 route add prohibit 2001:db8:5::/48"),
        ("throw", "ip -6 route add throw 2001:db8:5::/48"),
        ("anycast", "ip -6 route add anycast 2001:db8:5::1 dev v0"),
        ("local", "ip -6 route add local 2001:db8:5::/48 dev lo"),
        ("through a nexthop", "ip nexthop add id 5 via 2001:db8::9 dev v0\nip -6 route add 2001:db8:6::/48 nhid 5"),
        (
            "through a group of nexthops",
            "ip nexthop add id 5 via 2001:db8::9 dev v0
            ip nexthop add id 6 via 2001:db8::10 dev v0\nip nexthop add id 7 group 5/6,3
            ip -6 route add 2001:db8:6::/48 nhid 7",
        ),
        ("in MPLS", "ip -6 route add 2001:db8:7::/48 encap mpls 100 via 2001:db8::9 dev v0"),
        ("in IP", "ip -6 route add 2001:db8:7::/48 encap ip id 5 dst 192.0.2.9 dev v0"),
        ("in IPv6", "ip -6 route add 2001:db8:7::/48 encap ip6 id 5 dst 2001:db8::9 hoplimit 7 dev v0"),
        (
            "by segments, encapsulated",
            "ip -6 route add 2001:db8:7::/48 encap seg6 mode encap \
            segs 2001:db8::9,2001:db8::8 dev v0",
        ),
        ("by segments, inline", "ip -6 route add 2001:db8:7::/48 encap seg6 mode inline segs 2001:db8::9 dev v0"),
        (
            "by segments, encapsulated short",
            "ip -6 route add 2001:db8:7::/48 encap seg6 mode encap.red \
            segs 2001:db8::9,2001:db8::8 dev v0",
        ),
        (
            "by segments, Ethernet",
            "ip -6 route add 2001:db8:7::/48 encap seg6 mode l2encap.red segs 2001:db8::9 dev v0",
        ),
        ("segment End", "ip -6 route add 2001:db8:8::1 encap seg6local action End count dev v0"),
        ("segment End with a flavour", "ip -6 route add 2001:db8:8::1 encap seg6local action End flavors psp dev v0"),
        (
            "segment End with short segments",
            "newest ip -6 route add 2001:db8:8::1 encap seg6local action End flavors next-csid lblen 32 nflen 16 dev v0",
        ),
        (
            "segment End.DT4",
            "ip link add r0 type vrf table 77\nip link set r0 up\nsh echo 1 >/proc/sys/net/vrf/strict_mode
            ip -6 route add 2001:db8:8::7 encap seg6local action End.DT4 vrftable 77 dev r0",
        ),
        (
            "segment End.DT46",
            "ip link add r0 type vrf table 77\nip link set r0 up\nsh echo 1 >/proc/sys/net/vrf/strict_mode
            ip -6 route add 2001:db8:8::9 encap seg6local action End.DT46 vrftable 77 dev r0",
        ),
        ("segment End.X", "ip -6 route add 2001:db8:8::2 encap seg6local action End.X nh6 2001:db8::9 count dev v0"),
        ("segment End.T", "ip -6 route add 2001:db8:8::3 encap seg6local action End.T table 254 dev v0"),
        ("segment End.DX2", "ip -6 route add 2001:db8:8::4 encap seg6local action End.DX2 oif v1 dev v0"),
        ("segment End.DX4", "ip -6 route add 2001:db8:8::5 encap seg6local action End.DX4 nh4 192.0.2.9 dev v0"),
        ("segment End.DX6", "ip -6 route add 2001:db8:8::6 encap seg6local action End.DX6 nh6 2001:db8::9 dev v0"),
        ("segment End.DT6", "ip -6 route add 2001:db8:8::8 encap seg6local action End.DT6 table 254 dev v0"),
        ("segment End.B6", "ip -6 route add 2001:db8:8::a encap seg6local action End.B6 srh segs 2001:db8::9 dev v0"),
        (
            "segment End.B6.Encaps",
            "ip -6 route add 2001:db8:8::b encap seg6local action End.B6.Encaps \
            srh segs 2001:db8::9,2001:db8::8 dev v0",
        ),
    ],
};

pub const MPLS: Group = Group {
    name: "route of MPLS",
    dump: Dump::MplsRoutes,
    witnesses: &[Witness::Printed("-M route show")],
    objects: &[
        (
            "unicast",
            "sh echo 1000 >/proc/sys/net/mpls/platform_labels\nip -M route add 100 as 200/300 via inet 192.0.2.9",
        ),
        ("to this host", "sh echo 1000 >/proc/sys/net/mpls/platform_labels\nip -M route add 100 dev lo"),
        (
            "through IPv6",
            "sh echo 1000 >/proc/sys/net/mpls/platform_labels
            ip -M route add 100 via inet6 2001:db8::9 dev v0 ttl-propagate disabled",
        ),
        (
            "through several",
            "sh echo 1000 >/proc/sys/net/mpls/platform_labels
            ip -M route add 100 nexthop as 200 via inet 192.0.2.9 dev v0 nexthop as 300 via inet6 2001:db8::9 dev v0",
        ),
    ],
};
