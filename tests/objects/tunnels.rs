//! Links that are tunnels.

use crate::Group;
use crate::dump::Dump;
use crate::witness::Witness;

/// The link of each is `x`.
pub const TUNNELS: Group = Group {
    name: "tunnel",
    dump: Dump::Links,
    witnesses: &[Witness::Printed("link show dev x")],
    objects: &[
        (
            "vxlan",
            "ip link add x type vxlan id 16777215 group 239.1.1.1 local 192.0.2.1 dev v0 dstport 4789 \
            srcport 1000 2000 ttl 5 tos 6 ageing 77 maxaddress 99 nolearning proxy rsc l2miss l3miss gbp",
        ),
        (
            "vxlan over IPv6",
            "ip link add x type vxlan id 6 remote 2001:db8::1 local 2001:db8::2 dstport 8472 \
            flowlabel 0x12345 tos inherit udp6zerocsumtx udp6zerocsumrx",
        ),
        (
            "vxlan with checksums",
            "ip link add x type vxlan id 6 remote 192.0.2.9 dstport 4789 noudpcsum \
            remcsumtx remcsumrx df set ttl inherit",
        ),
        ("vxlan without identifier", "ip link add x type vxlan external dstport 9999 gpe"),
        ("vxlan with a filter of identifiers", "ip link add x type vxlan external vnifilter dstport 4789"),
        ("geneve", "ip link add x type geneve id 5 remote 192.0.2.9 ttl 9 tos 4 dstport 6082 udpcsum df inherit"),
        (
            "geneve over IPv6",
            "ip link add x type geneve id 6 remote 2001:db8::9 ttl inherit flowlabel 0x12345 \
            udp6zerocsumtx udp6zerocsumrx",
        ),
        ("geneve without identifier", "ip link add x type geneve external innerprotoinherit"),
        ("bareudp", "ip link add x type bareudp dstport 6635 ethertype mpls_uc srcportmin 4000 multiproto"),
        ("gtp", "ip link add x type gtp role sgsn hsize 1024 restart_count 5"),
        ("amt relay", "ip link add x type amt mode relay local 192.0.2.1 dev v0 relay_port 2268 max_tunnels 5"),
        (
            "amt gateway",
            "ip link add x type amt mode gateway local 192.0.2.1 discovery 192.0.2.2 dev v0 \
            gateway_port 2268 relay_port 2268",
        ),
        (
            "gre",
            "ip link add x type gre local 192.0.2.1 remote 192.0.2.9 ikey 5 okey 0.0.0.6 icsum ocsum \
            ttl 7 tos 4 pmtudisc dev v0",
        ),
        (
            "gre with sequence numbers",
            "ip link add x type gre local 192.0.2.1 remote 192.0.2.9 seq key 7 ttl inherit \
            tos inherit",
        ),
        ("gre without identifier", "ip link add x type gre external"),
        (
            "gre in UDP",
            "ip link add x type gre local 192.0.2.1 remote 192.0.2.9 nopmtudisc ignore-df \
            encap fou encap-sport 1000 encap-dport 2000 encap-csum encap-remcsum fwmark 0x7",
        ),
        (
            "gretap",
            "ip link add x type gretap local 192.0.2.1 remote 192.0.2.9 key 5 encap gue encap-sport auto \
            encap-dport 9 encap-csum",
        ),
        ("gretap without identifier", "ip link add x type gretap external"),
        (
            "ip6gre",
            "ip link add x type ip6gre local 2001:db8::1 remote 2001:db8::9 key 5 seq hoplimit 9 \
            encaplimit 3 flowlabel 0x12345 tclass 0x10 dev v0",
        ),
        (
            "ip6gre, all inherited",
            "ip link add x type ip6gre local 2001:db8::1 remote 2001:db8::9 csum \
            encaplimit none flowlabel inherit tclass inherit hoplimit inherit dscp inherit allow-localremote fwmark 5",
        ),
        ("ip6gretap", "ip link add x type ip6gretap local 2001:db8::1 remote 2001:db8::9 key 5"),
        ("ip6gretap without identifier", "ip link add x type ip6gretap external"),
        ("erspan 0", "ip link add x type erspan local 192.0.2.1 remote 192.0.2.9 seq key 5 erspan_ver 0"),
        ("erspan 1", "ip link add x type erspan local 192.0.2.1 remote 192.0.2.9 seq key 5 erspan_ver 1 erspan 77"),
        (
            "erspan 2",
            "ip link add x type erspan local 192.0.2.1 remote 192.0.2.9 seq key 5 erspan_ver 2 \
            erspan_dir egress erspan_hwid 17",
        ),
        ("erspan without identifier", "ip link add x type erspan external"),
        (
            "ip6erspan",
            "ip link add x type ip6erspan local 2001:db8::1 remote 2001:db8::9 seq key 5 erspan_ver 1 \
            erspan 77",
        ),
        (
            "ip6erspan 2",
            "ip link add x type ip6erspan local 2001:db8::1 remote 2001:db8::9 seq key 5 erspan_ver 2 \
            erspan_dir ingress erspan_hwid 17",
        ),
        ("ipip", "ip link add x type ipip local 192.0.2.1 remote 192.0.2.9 ttl 7 tos 4 mode any"),
        (
            "ipip in UDP",
            "ip link add x type ipip local 192.0.2.1 remote 192.0.2.9 mode ipip encap fou \
            encap-sport 5 encap-dport 6 noencap-csum fwmark 9",
        ),
        ("ipip with MPLS", "ip link add x type ipip local 192.0.2.1 remote 192.0.2.9 mode mplsip"),
        ("ipip without identifier", "ip link add x type ipip external"),
        ("sit", "ip link add x type sit local 192.0.2.1 remote 192.0.2.9 ttl 7 tos inherit mode any dev v0"),
        (
            "sit, 6rd",
            "ip link add x type sit local 192.0.2.1 mode ip6ip 6rd-prefix 2001:db8::/32 \
            6rd-relay_prefix 192.0.0.0/16",
        ),
        ("isatap", "ip link add x type sit local 192.0.2.1 isatap"),
        (
            "ip6tnl",
            "ip link add x type ip6tnl local 2001:db8::1 remote 2001:db8::9 mode any hoplimit 9 \
            encaplimit 3 flowlabel 0x12345 tclass 0x10 dev v0",
        ),
        (
            "ip6tnl with IPv4",
            "ip link add x type ip6tnl local 2001:db8::1 remote 2001:db8::9 mode ipip6 \
            encaplimit none dscp inherit fwmark inherit allow-localremote",
        ),
        (
            "ip6tnl with IPv6",
            "ip link add x type ip6tnl local 2001:db8::1 remote 2001:db8::9 mode ip6ip6 \
            flowlabel inherit tclass inherit",
        ),
        ("ip6tnl without identifier", "ip link add x type ip6tnl external"),
        ("vti", "ip link add x type vti local 192.0.2.1 remote 192.0.2.9 ikey 5 okey 6 fwmark 7 dev v0"),
        ("vti6", "ip link add x type vti6 local 2001:db8::1 remote 2001:db8::9 ikey 5 okey 6 fwmark 7 dev v0"),
        ("xfrm", "ip link add x type xfrm dev v0 if_id 0x7"),
        ("xfrm without identifier", "ip link add x type xfrm external"),
    ],
};
