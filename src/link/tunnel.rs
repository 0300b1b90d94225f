//! IP tunnels: GRE, ERSPAN, IP in IP, and those for IPsec.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::LinkKind;
use crate::codec::route::link::{gre, ip_tunnel as wire, vti};
use crate::setting::{Settings, settings};
use crate::shown::{Form, Hex, Show, Shown, flag_words};
use crate::word::{choices, words};

pub use crate::codec::route::link::gre::GreFlags;
pub use crate::codec::route::link::ip_tunnel::{EncapFlags, EncapKind, Ip6TunnelFlags, SitFlags};

settings! {
    /// A GRE or ERSPAN tunnel.
    ///
    /// The kernel forgets what a change of one does not say: [`set`](crate::link::Links::set) it to the
    /// [`difference`](crate::link::Link::difference) from what is there, which has all of it, or ensure it.
    pub struct Gre of gre::Gre, tidy Gre::without_nowhere, shown as_ip {
        /// Index of the interface below; 0 is any.
        link: u32 = LINK as "link_index",
        /// What packets that come in must have.
        iflags: GreFlags = IFLAGS in Incoming,
        /// What packets that go out have.
        oflags: GreFlags = OFLAGS in Outgoing,
        /// Key of packets that come in.
        ikey: u32 = IKEY in Dotted,
        /// Key of packets that go out.
        okey: u32 = OKEY in Dotted,
        /// Address of this end.
        local: IpAddr = LOCAL in End,
        /// Address of the other end.
        remote: IpAddr = REMOTE in End,
        /// Time to live of outer packets; 0 is that of the packet inside.
        ttl: u8 = TTL,
        /// Type of service of outer packets; 1 is that of the packet inside.
        tos: u8 = TOS in Hex,
        /// Whether the MTU of the path is found out.
        pmtudisc: bool = PMTUDISC,
        /// How many tunnels may be in one another (IPv6).
        encap_limit: u8 = ENCAP_LIMIT,
        /// Traffic class and flow label (IPv6).
        flowinfo: u32 = FLOWINFO in ClassAndLabel,
        /// Flags (IPv6).
        flags: Ip6TunnelFlags = FLAGS in Words,
        /// Into what packets are wrapped further.
        encap_type: EncapKind = ENCAP_TYPE in Encap,
        /// How.
        encap_flags: EncapFlags = ENCAP_FLAGS in Encap,
        /// UDP port that those come from; 0 is any.
        encap_sport: u16 = ENCAP_SPORT as "sport" in Encap,
        /// UDP port that those go to.
        encap_dport: u16 = ENCAP_DPORT as "dport" in Encap,
        /// Whether each packet says its own tunnel.
        external: bool = COLLECT_METADATA,
        /// Whether packets that must not be fragmented are all the same.
        ignore_df: bool = IGNORE_DF,
        /// Mark of outer packets.
        fwmark: u32 = FWMARK in Hex,
        /// ERSPAN version 1: index of the port, 20 bits.
        erspan_index: u32 = ERSPAN_INDEX,
        /// ERSPAN version: 0, 1 or 2.
        erspan_ver: u8 = ERSPAN_VER,
        /// ERSPAN version 2: which packets of the port.
        erspan_dir: ErspanDirection = ERSPAN_DIR,
        /// ERSPAN version 2: number of the hardware, 6 bits.
        erspan_hwid: u16 = ERSPAN_HWID in Hex,
    }
}

settings! {
    /// A tunnel over IPv4.
    ///
    /// The kernel forgets what a change of one does not say: [`set`](crate::link::Links::set) it to the
    /// [`difference`](crate::link::Link::difference) from what is there, which has all of it, or ensure it.
    pub struct IpTunnel of wire::IpTunnel, shown as_ip {
        /// Index of the interface below; 0 is any.
        link: u32 = LINK as "link_index",
        /// Address of this end.
        local: Ipv4Addr = LOCAL in End,
        /// Address of the other end.
        remote: Ipv4Addr = REMOTE in End,
        /// Time to live of outer packets; 0 is that of the packet inside.
        ttl: u8 = TTL,
        /// Type of service of outer packets; 1 is that of the packet inside.
        tos: u8 = TOS in Hex,
        /// `sit`: flags.
        flags: SitFlags = FLAGS in Words,
        /// What is inside.
        proto: Inside = PROTO,
        /// Whether the MTU of the path is found out.
        pmtudisc: bool = PMTUDISC,
        /// `sit`: the IPv6 prefix of the network (6rd).
        prefix: Ipv6Addr = _6RD_PREFIX,
        /// `sit`: the IPv4 prefix of the network (6rd).
        relay_prefix: Ipv4Addr = _6RD_RELAY_PREFIX,
        /// `sit`: bits of the IPv6 prefix that count.
        prefixlen: u16 = _6RD_PREFIXLEN,
        /// `sit`: bits of the IPv4 prefix that count.
        relay_prefixlen: u16 = _6RD_RELAY_PREFIXLEN,
        /// Into what packets are wrapped further.
        encap_type: EncapKind = ENCAP_TYPE in Encap,
        /// How.
        encap_flags: EncapFlags = ENCAP_FLAGS in Encap,
        /// UDP port that those come from; 0 is any.
        encap_sport: u16 = ENCAP_SPORT as "sport" in Encap,
        /// UDP port that those go to.
        encap_dport: u16 = ENCAP_DPORT as "dport" in Encap,
        /// Whether each packet says its own tunnel.
        external: bool = COLLECT_METADATA,
        /// Mark of outer packets.
        fwmark: u32 = FWMARK in Hex,
    }
}

settings! {
    /// A tunnel over IPv6.
    ///
    /// The kernel forgets what a change of one does not say: [`set`](crate::link::Links::set) it to the
    /// [`difference`](crate::link::Link::difference) from what is there, which has all of it, or ensure it.
    pub struct Ip6Tunnel of wire::Ip6Tunnel, tidy Ip6Tunnel::without_capabilities, shown as_ip {
        /// Index of the interface below; 0 is any.
        link: u32 = LINK as "link_index",
        /// Address of this end.
        local: Ipv6Addr = LOCAL in End,
        /// Address of the other end.
        remote: Ipv6Addr = REMOTE in End,
        /// Hop limit of outer packets; 0 is that of the packet inside.
        ttl: u8 = TTL,
        /// How many tunnels may be in one another.
        encap_limit: u8 = ENCAP_LIMIT,
        /// Traffic class and flow label.
        flowinfo: u32 = FLOWINFO in ClassAndLabel,
        /// Flags.
        flags: Ip6TunnelFlags = FLAGS in Words,
        /// What is inside.
        proto: Inside6 = PROTO,
        /// Into what packets are wrapped further.
        encap_type: EncapKind = ENCAP_TYPE in Encap,
        /// How.
        encap_flags: EncapFlags = ENCAP_FLAGS in Encap,
        /// UDP port that those come from; 0 is any.
        encap_sport: u16 = ENCAP_SPORT as "sport" in Encap,
        /// UDP port that those go to.
        encap_dport: u16 = ENCAP_DPORT as "dport" in Encap,
        /// Whether each packet says its own tunnel.
        external: bool = COLLECT_METADATA,
        /// Mark of outer packets.
        fwmark: u32 = FWMARK in Hex,
    }
}

settings! {
    /// A tunnel that IPsec policies are bound to.
    ///
    /// The kernel forgets what a change of one does not say: [`set`](crate::link::Links::set) it to the
    /// [`difference`](crate::link::Link::difference) from what is there, which has all of it, or ensure it.
    pub struct Vti of vti::Vti {
        /// Index of the interface below; 0 is any.
        link: u32 = LINK as "link_index",
        /// Key of packets that come in: their mark in IPsec.
        ikey: u32 = IKEY in Dotted,
        /// Key of packets that go out: their mark in IPsec.
        okey: u32 = OKEY in Dotted,
        /// Address of this end.
        local: IpAddr = LOCAL in End,
        /// Address of the other end.
        remote: IpAddr = REMOTE in End,
        /// Mark of outer packets.
        fwmark: u32 = FWMARK in Hex,
    }
}

settings! {
    /// A link that IPsec policies are bound to.
    pub struct Xfrm of vti::Xfrm {
        /// Index of the interface below; 0 is any.
        [add] link: u32 = LINK as "link_index",
        /// The number, which IPsec policies and states have too.
        [add] if_id: u32 = IF_ID in Hex,
        /// Whether each packet says its own tunnel.
        [add] external: bool = COLLECT_METADATA,
    }
}

impl LinkKind {
    /// Of what is to be otherwise in a tunnel over IP: all that is wanted, and of the rest all that is there, which the kernel
    /// would forget.
    pub(super) fn with_the_rest_of_a_tunnel(self, wanted: &Self, there: &Self) -> Self {
        macro_rules! whole {
            ($($Kind:ident)+) => {
                match (wanted, there) {
                    _ if self == Self::None => self,
                    $((Self::$Kind(wanted), Self::$Kind(there)) => Self::$Kind(Box::new(wanted.or(there))),)+
                    _ => self,
                }
            };
        }
        whole!(Gre Gretap Erspan Ip6Gre Ip6Gretap Ip6Erspan Ipip Sit Ip6Tunnel Vti Vti6)
    }
}

impl Gre {
    /// The kernel tells that a tunnel leads to no address, which it does not take, and flags of its own.
    fn without_nowhere(mut self) -> Self {
        self.remote = self.remote.filter(|remote| !remote.is_unspecified());
        self.flags = self.flags.map(known);
        self
    }
}

impl Ip6Tunnel {
    /// The kernel tells flags of its own.
    fn without_capabilities(mut self) -> Self {
        self.flags = self.flags.map(known);
        self
    }
}

const FLAGS: [(Ip6TunnelFlags, &str); 7] = [
    (Ip6TunnelFlags::IGN_ENCAP_LIMIT, "ip6_tnl_f_ign_encap_limit"),
    (Ip6TunnelFlags::USE_ORIG_TCLASS, "ip6_tnl_f_use_orig_tclass"),
    (Ip6TunnelFlags::USE_ORIG_FLOWLABEL, "ip6_tnl_f_use_orig_flowlabel"),
    (Ip6TunnelFlags::MIP6_DEV, "ip6_tnl_f_mip6_dev"),
    (Ip6TunnelFlags::RCV_DSCP_COPY, "ip6_tnl_f_rcv_dscp_copy"),
    (Ip6TunnelFlags::USE_ORIG_FWMARK, "ip6_tnl_f_use_orig_fwmark"),
    (Ip6TunnelFlags::ALLOW_LOCAL_REMOTE, "ip6_tnl_f_allow_local_remote"),
];

/// Flags that can be asked for.
fn known(flags: Ip6TunnelFlags) -> Ip6TunnelFlags {
    FLAGS.iter().fold(Ip6TunnelFlags::empty(), |known, (flag, _)| known | (flags & *flag))
}

/// `ip` shows nothing of how packets are wrapped further where they are not.
fn as_ip<T>(_: &T, mut shown: Vec<(&'static str, Shown)>) -> Vec<(&'static str, Shown)> {
    let none = ("type", EncapKind::NONE.show());
    shown.retain(|(name, value)| *name != "encap" || !matches!(value, Shown::Object(parts) if parts.contains(&none)));
    shown
}

words! {
    EncapKind { NONE = "none", FOU = "fou", GUE = "gue", MPLS = "mpls" }
}

choices! {
    /// What is in a tunnel over IPv4 (`IPPROTO_*`).
    pub struct Inside(u8) {
        /// Anything.
        ANY = 0 "any",
        /// IPv4.
        IPIP = 4 "ipip",
        /// IPv6.
        IP6IP = 41 "ip6ip",
        /// MPLS.
        MPLSIP = 137 "mplsip",
    }
    /// What is in a tunnel over IPv6 (`IPPROTO_*`).
    pub struct Inside6(u8) {
        /// Anything.
        ANY = 0 "any",
        /// IPv4.
        IPIP6 = 4 "ipip6",
        /// IPv6.
        IP6IP6 = 41 "ip6ip6",
    }
    /// Which packets of a port an ERSPAN tunnel carries.
    pub struct ErspanDirection(u8) {
        /// Those that came in.
        INGRESS = 0 "ingress",
        /// Those that go out.
        EGRESS = 1 "egress",
    }
}

/// A key, which is written as an IPv4 address.
#[derive(Debug)]
pub(crate) enum Dotted {}

impl Form<u32> for Dotted {
    fn entry(name: &'static str, key: &u32) -> (&'static str, Shown) {
        (name, Ipv4Addr::from(*key).show())
    }
}

/// An end of a tunnel, which may be any.
#[derive(Debug)]
pub(crate) enum End {}

impl<A: Into<IpAddr> + Copy> Form<A> for End {
    fn entry(name: &'static str, end: &A) -> (&'static str, Shown) {
        let end = (*end).into();
        (name, if end.is_unspecified() { "any".show() } else { end.show() })
    }
}

/// What packets that come in must have, but for the key, which has its own name.
#[derive(Debug)]
pub(crate) enum Incoming {}

impl Form<GreFlags> for Incoming {
    fn entry(_name: &'static str, flags: &GreFlags) -> (&'static str, Shown) {
        flag_words([(flags.contains(GreFlags::SEQ), "iseq"), (flags.contains(GreFlags::CSUM), "icsum")])
    }
}

/// What packets that go out have, but for the key.
#[derive(Debug)]
pub(crate) enum Outgoing {}

impl Form<GreFlags> for Outgoing {
    fn entry(_name: &'static str, flags: &GreFlags) -> (&'static str, Shown) {
        flag_words([(flags.contains(GreFlags::SEQ), "oseq"), (flags.contains(GreFlags::CSUM), "ocsum")])
    }
}

/// Traffic class and flow label.
#[derive(Debug)]
pub(crate) enum ClassAndLabel {}

impl Form<u32> for ClassAndLabel {
    fn entry(_name: &'static str, flowinfo: &u32) -> (&'static str, Shown) {
        let class = format!("{:#04x}", flowinfo >> 20 & 0xff);
        let label = format!("{:#07x}", flowinfo & 0xf_ffff);
        ("", Shown::Object(vec![("tclass", Shown::Text(class)), ("flowlabel", Shown::Text(label))]))
    }
}

/// A word for each flag.
#[derive(Debug)]
pub(crate) enum Words {}

impl Form<Ip6TunnelFlags> for Words {
    fn entry(_name: &'static str, flags: &Ip6TunnelFlags) -> (&'static str, Shown) {
        flag_words(FLAGS.map(|(flag, word)| (flags.contains(flag), word)))
    }
}

impl Form<SitFlags> for Words {
    fn entry(_name: &'static str, flags: &SitFlags) -> (&'static str, Shown) {
        flag_words([(flags.contains(SitFlags::ISATAP), "isatap")])
    }
}

/// One of the things that are said of how packets are wrapped further.
#[derive(Debug)]
pub(crate) enum Encap {}

impl Form<EncapKind> for Encap {
    fn entry(_name: &'static str, kind: &EncapKind) -> (&'static str, Shown) {
        ("encap", Shown::Object(vec![("type", kind.show())]))
    }
}

impl Form<EncapFlags> for Encap {
    fn entry(_name: &'static str, flags: &EncapFlags) -> (&'static str, Shown) {
        let words = [(EncapFlags::CSUM, "csum"), (EncapFlags::CSUM6, "csum6"), (EncapFlags::REMCSUM, "remcsum")];
        ("encap", Shown::Object(words.map(|(flag, word)| (word, flags.contains(flag).show())).into()))
    }
}

impl Form<u16> for Encap {
    fn entry(name: &'static str, port: &u16) -> (&'static str, Shown) {
        ("encap", Shown::Object(vec![(name, port.show())]))
    }
}
