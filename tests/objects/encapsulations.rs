//! Routes whose packets something is done with that our example `ip` does not print.

use crate::Group;
use crate::dump::Dump;
use crate::witness::{List, Witness};

/// A program that lets every packet pass, made by `BPF_PROG_LOAD` (5) of kind `BPF_PROG_TYPE_LWT_OUT` (11) and kept by
/// `BPF_OBJ_PIN` (6) in a file system of its own (`linux/bpf.h`).
const WITH_A_PROGRAM: &str = "sh exec unshare -m sh -c 'mount -t bpf bpf /mnt && \
    perl -e \"\\$at = sub { unpack q(Q), pack q(P), \\$_[0] }; \\$license = qq(GPL\\0); \
        \\$code = pack q(CCSlCCSl), 0xb7, 0, 0, 0, 0x95, 0, 0, 0; \
        \\$load = pack q(LLQQLLQLL), 11, 2, \\$at->(\\$code), \\$at->(\\$license), 0, 0, 0, 0, 0; \
        (\\$program = syscall(321, 5, \\$load, length \\$load)) >= 0 or die qq(no program: \\$!); \
        \\$path = qq(/mnt/pass\\0); \\$pin = pack q(QLL), \\$at->(\\$path), \\$program, 0; \
        syscall(321, 6, \\$pin, length \\$pin) == 0 or die qq(not kept: \\$!)\" && \
    ip route add 10.9.0.0/16 encap bpf out pinned /mnt/pass via 192.0.2.9 dev v0'";

const ROUTE: List = List {
    command: "ip -4 route show 10.9.0.0/16",
    theirs: "*",
    ours: "",
    only: "RTA_ENCAP",
    same: &[
        ("type", "header/kind"),
        ("protocol", "header/protocol"),
        ("gateway", "RTA_GATEWAY"),
        ("dev", "RTA_OIF"),
        ("scope", "header/scope"),
        ("metric", "RTA_PRIORITY"),
        ("pref", "RTA_PREF"),
        ("flags", "header/flags"),
        ("encap", "RTA_ENCAP_TYPE"),
        ("out", "RTA_ENCAP/LWT_BPF_OUT/LWT_BPF_PROG_NAME"),
        ("if_id", "RTA_ENCAP/LWT_XFRM_IF_ID"),
        ("link_dev", "RTA_ENCAP/LWT_XFRM_LINK"),
        ("segs", "RTA_ENCAP/RPL_IPTUNNEL_SRH/segments"),
        ("mode", "RTA_ENCAP/IOAM6_IPTUNNEL_MODE"),
        ("tundst", "RTA_ENCAP/IOAM6_IPTUNNEL_DST"),
        ("tunsrc", "RTA_ENCAP/IOAM6_IPTUNNEL_SRC"),
        ("freqk", "RTA_ENCAP/IOAM6_IPTUNNEL_FREQ_K"),
        ("freqn", "RTA_ENCAP/IOAM6_IPTUNNEL_FREQ_N"),
        ("ns", "RTA_ENCAP/IOAM6_IPTUNNEL_TRACE/namespace"),
        ("locator", "RTA_ENCAP/ILA_ATTR_LOCATOR"),
        ("csum_mode", "RTA_ENCAP/ILA_ATTR_CSUM_MODE"),
        ("ident_type", "RTA_ENCAP/ILA_ATTR_IDENT_TYPE"),
        ("hook_type", "RTA_ENCAP/ILA_ATTR_HOOK_TYPE"),
    ],
    names: &[
        ("RT_SCOPE_UNIVERSE", "global"),
        ("ICMPV6_ROUTER_PREF_MEDIUM", "medium"),
        // Four times sixteen bits.
        ("281483566841860", "1:2:3:4"),
        ("ILA_CSUM_ADJUST_TRANSPORT", "adj-transport"),
    ],
    // With the length of the prefix, which the header has apart.
    apart: &["dst"],
};

pub const ENCAPSULATED: Group = Group {
    name: "route, more encapsulations",
    dump: Dump::Routes,
    witnesses: &[Witness::Listed(&ROUTE)],
    objects: &[
        ("with a program", WITH_A_PROGRAM),
        ("to a security policy", "ip route add 10.9.0.0/16 dev v0 encap xfrm if_id 7"),
        ("to a security policy of a link", "ip route add 10.9.0.0/16 dev v0 encap xfrm if_id 7 link_dev v1"),
    ],
};

pub const ENCAPSULATED6: Group = Group {
    name: "route of IPv6, more encapsulations",
    dump: Dump::Routes,
    witnesses: &[Witness::Listed(&List { command: "ip -6 route show 2001:db8:a::/48", ..ROUTE })],
    objects: &[
        ("to a security policy", "ip -6 route add 2001:db8:a::/48 dev v0 encap xfrm if_id 7 link_dev v1"),
        (
            "ila",
            "ip -6 route add 2001:db8:a::/48 encap ila 1:2:3:4 csum-mode adj-transport ident-type luid \
            hook-type output via 2001:db8::9 dev v0",
        ),
        // One segment, since iproute2 shows several the other way round.
        ("rpl", "ip -6 route add 2001:db8:a::/48 encap rpl segs 2001:db8:a::9 dev v0"),
        (
            "ioam6 inline",
            "ip -6 route add 2001:db8:a::/48 encap ioam6 mode inline trace prealloc type 0x800000 ns 1 \
            size 12 dev v0",
        ),
        (
            "ioam6 encapsulated",
            "ip -6 route add 2001:db8:a::/48 encap ioam6 freq 1/5 mode encap tundst 2001:db8::9 \
            trace prealloc type 0x800000 ns 1 size 12 dev v0",
        ),
        (
            "ioam6 with a source",
            "newest ip -6 route add 2001:db8:a::/48 encap ioam6 mode auto tunsrc 2001:db8::1 \
            tundst 2001:db8::9 trace prealloc type 0x800000 ns 1 size 12 dev v0",
        ),
    ],
};
