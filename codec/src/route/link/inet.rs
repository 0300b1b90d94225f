//! What IPv4, IPv6 and MCTP have to say of a link (`linux/if_link.h`, `linux/ip.h`, `linux/ipv6.h`).

use core::net::Ipv6Addr;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::attribute::Key;
use crate::nest::Nest;
use crate::number::Native;
use crate::payload::{Array, Bytes, Struct};
use crate::{attributes, flags, numbers};

attributes! {
    /// A link for IPv4.
    pub enum Inet("IFLA_INET_") {
        /// All settings, that of number n (a row of [`Ipv4Conf`]) at place n - 1. A request has
        /// [`CONF_NEST`](Self::CONF_NEST) instead.
        CONF: Array<Native<u32>> = 1,
    }
}

impl Inet {
    /// [`CONF`](Self::CONF) as it is in a request: the settings to change.
    pub const CONF_NEST: Key<Self, Nest<Ipv4Conf>> = Key::new(1);
}

attributes! {
    /// Settings of a link for IPv4, the same as in `/proc/sys/net/ipv4/conf`.
    pub enum Ipv4Conf("IPV4_DEVCONF_") {
        /// Whether packets are forwarded.
        FORWARDING: u32 = 1,
        /// Whether multicast packets are forwarded; set by the multicast routing daemon.
        MC_FORWARDING: u32 = 2,
        /// Whether ARP is answered for others.
        PROXY_ARP: u32 = 3,
        /// Whether ICMP redirects are taken.
        ACCEPT_REDIRECTS: u32 = 4,
        /// Whether they are taken from gateways only.
        SECURE_REDIRECTS: u32 = 5,
        /// Whether redirects are sent.
        SEND_REDIRECTS: u32 = 6,
        /// Whether the medium is shared by several networks.
        SHARED_MEDIA: u32 = 7,
        /// How the source of packets is checked against the routes: 0 not, 1 strictly, 2 loosely.
        RP_FILTER: u32 = 8,
        /// Whether packets with a source route are taken.
        ACCEPT_SOURCE_ROUTE: u32 = 9,
        /// Whether packets from 0.x.y.z are taken for a BOOTP relay; not implemented.
        BOOTP_RELAY: u32 = 10,
        /// Whether packets with impossible addresses are logged.
        LOG_MARTIANS: u32 = 11,
        /// A number that the administrator may use.
        TAG: u32 = 12,
        /// Whether ARP is answered only by the interface that the route leaves by.
        ARPFILTER: u32 = 13,
        /// Which medium the link is on, to tell links on the same apart.
        MEDIUM_ID: u32 = 14,
        /// Whether IPsec is not applied.
        NOXFRM: u32 = 15,
        /// Whether IPsec policies do not count.
        NOPOLICY: u32 = 16,
        /// The IGMP version to use; 0: what others use.
        FORCE_IGMP_VERSION: u32 = 17,
        /// Which source address is put into ARP questions.
        ARP_ANNOUNCE: u32 = 18,
        /// Which ARP questions are answered.
        ARP_IGNORE: u32 = 19,
        /// Whether the next address becomes primary when the primary one goes.
        PROMOTE_SECONDARIES: u32 = 20,
        /// Whether unasked ARP makes new entries.
        ARP_ACCEPT: u32 = 21,
        /// Whether ARP tells of changed addresses.
        ARP_NOTIFY: u32 = 22,
        /// Whether packets from addresses of this host are taken.
        ACCEPT_LOCAL: u32 = 23,
        /// Whether the mark counts when the source is checked.
        SRC_VMARK: u32 = 24,
        /// Whether ARP is answered for others on the same link.
        PROXY_ARP_PVLAN: u32 = 25,
        /// Whether addresses of 127.0.0.0/8 are routed.
        ROUTE_LOCALNET: u32 = 26,
        /// Milliseconds between unasked IGMPv1 and IGMPv2 reports.
        IGMPV2_UNSOLICITED_REPORT_INTERVAL: u32 = 27,
        /// Milliseconds between unasked IGMPv3 reports.
        IGMPV3_UNSOLICITED_REPORT_INTERVAL: u32 = 28,
        /// Whether routes over links that are down do not count.
        IGNORE_ROUTES_WITH_LINKDOWN: u32 = 29,
        /// Whether unicast packets in multicast frames are dropped.
        DROP_UNICAST_IN_L2_MULTICAST: u32 = 30,
        /// Whether gratuitous ARP is dropped.
        DROP_GRATUITOUS_ARP: u32 = 31,
        /// Whether broadcasts to other networks are forwarded.
        BC_FORWARDING: u32 = 32,
        /// Whether ARP entries go when the carrier does.
        ARP_EVICT_NOCARRIER: u32 = 33,
    }
}

attributes! {
    /// A link for IPv6.
    pub enum Inet6("IFLA_INET6_") {
        /// How far its addresses are configured.
        FLAGS: Inet6Flags = 1,
        /// All settings, each at the place that [`Ipv6Conf`] names.
        CONF: Array<Native<u32>> = 2,
        /// Counters: first how many there are, then the `IPSTATS_MIB_*` of the running kernel. Their order is not the same in
        /// all kernels.
        STATS: Array<Native<u64>> = 3,
        /// Never sent.
        MCAST: Bytes = 4,
        /// Times, and the largest packet.
        CACHEINFO: Struct<CacheInfo> = 5,
        /// Counters of ICMPv6: first how many there are, then each at the place that [`Icmp6Counter`] names.
        ICMP6STATS: Array<Native<u64>> = 6,
        /// The lower 64 bits of addresses that are made from router advertisements; zero where none is set.
        TOKEN: Ipv6Addr = 7,
        /// How the lower 64 bits of the link's own addresses are made.
        ADDR_GEN_MODE: AddressGeneration = 8,
        /// The MTU that a router advertised, in bytes.
        RA_MTU: u32 = 9,
    }
}

flags! {
    /// How far a link is configured for IPv6 (`IF_*`). The kernel's own: no header for programs has them.
    pub struct Inet6Flags(u32, "IF_") {
        /// Router solicitations were sent.
        RS_SENT = 0x10,
        /// A router advertisement came.
        RA_RCVD = 0x20,
        /// It said that addresses are to be had by DHCP.
        RA_MANAGED = 0x40,
        /// It said that other things are to be had by DHCP.
        RA_OTHERCONF = 0x80,
        /// The link is ready.
        READY = 0x8000_0000,
    }
}

numbers! {
    /// How the lower 64 bits of a link's own IPv6 addresses are made (`IN6_ADDR_GEN_MODE_*`).
    pub struct AddressGeneration(u8, "IN6_ADDR_GEN_MODE_") {
        /// From the hardware address.
        EUI64 = 0,
        /// Not at all.
        NONE = 1,
        /// From a secret, the same for each network (RFC 7217).
        STABLE_PRIVACY = 2,
        /// From a random secret.
        RANDOM = 3,
    }
}

/// `struct ifla_cacheinfo`: times of a link for IPv6.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct CacheInfo {
    /// The largest packet that is put together, in bytes (`max_reasm_len`).
    pub max_reassembled: Native<u32>,
    /// When the link was last changed, in 1/100 s after the system started (`tstamp`).
    pub timestamp: Native<u32>,
    /// How long a neighbour is taken for reachable, in milliseconds (`reachable_time`).
    pub reachable_time: Native<u32>,
    /// Time between solicitations, in milliseconds (`retrans_time`).
    pub retransmission_time: Native<u32>,
}

numbers! {
    /// Places in [`Inet6::CONF`]: settings of a link for IPv6, the same as in `/proc/sys/net/ipv6/conf`.
    pub struct Ipv6Conf(u16, "DEVCONF_") {
        /// Whether packets are forwarded.
        FORWARDING = 0,
        /// Hop limit of packets sent.
        HOPLIMIT = 1,
        /// MTU in bytes.
        MTU6 = 2,
        /// Whether router advertisements are taken: 0 not, 1 where packets are not forwarded, 2 always.
        ACCEPT_RA = 3,
        /// Whether redirects are taken.
        ACCEPT_REDIRECTS = 4,
        /// Whether addresses are made from router advertisements.
        AUTOCONF = 5,
        /// Probes for a duplicate of a new address.
        DAD_TRANSMITS = 6,
        /// Router solicitations to send; -1 is without end.
        RTR_SOLICITS = 7,
        /// Milliseconds between router solicitations, at first.
        RTR_SOLICIT_INTERVAL = 8,
        /// Milliseconds before the first router solicitation.
        RTR_SOLICIT_DELAY = 9,
        /// Whether there are temporary addresses, and whether they are preferred.
        USE_TEMPADDR = 10,
        /// Seconds that a temporary address is valid.
        TEMP_VALID_LFT = 11,
        /// Seconds that a temporary address is preferred.
        TEMP_PREFERED_LFT = 12,
        /// How often making a temporary address is tried.
        REGEN_MAX_RETRY = 13,
        /// Most random seconds by which its life is cut.
        MAX_DESYNC_FACTOR = 14,
        /// Most addresses that are made from router advertisements.
        MAX_ADDRESSES = 15,
        /// The MLD version to use; 0: what others use.
        FORCE_MLD_VERSION = 16,
        /// Whether the default router is taken from router advertisements.
        ACCEPT_RA_DEFRTR = 17,
        /// Whether prefixes are taken from router advertisements.
        ACCEPT_RA_PINFO = 18,
        /// Whether router preferences are taken from router advertisements.
        ACCEPT_RA_RTR_PREF = 19,
        /// Milliseconds between probes of a router.
        RTR_PROBE_INTERVAL = 20,
        /// Longest prefix of routes taken from router advertisements.
        ACCEPT_RA_RT_INFO_MAX_PLEN = 21,
        /// Whether neighbour discovery is answered for others.
        PROXY_NDP = 22,
        /// Whether addresses may be used while they are probed for duplicates.
        OPTIMISTIC_DAD = 23,
        /// Whether packets with a source route are taken.
        ACCEPT_SOURCE_ROUTE = 24,
        /// Whether multicast packets are forwarded; set by the multicast routing daemon.
        MC_FORWARDING = 25,
        /// Whether IPv6 is off.
        DISABLE_IPV6 = 26,
        /// What is done about duplicates.
        ACCEPT_DAD = 27,
        /// Whether solicitations always carry the link-layer address.
        FORCE_TLLAO = 28,
        /// Whether neighbour discovery tells of changed addresses.
        NDISC_NOTIFY = 29,
        /// Milliseconds between unasked MLDv1 reports.
        MLDV1_UNSOLICITED_REPORT_INTERVAL = 30,
        /// Milliseconds between unasked MLDv2 reports.
        MLDV2_UNSOLICITED_REPORT_INTERVAL = 31,
        /// Whether neighbour discovery in fragments is dropped.
        SUPPRESS_FRAG_NDISC = 32,
        /// Whether router advertisements from addresses of this host are taken.
        ACCEPT_RA_FROM_LOCAL = 33,
        /// Whether an address that is still probed may be preferred.
        USE_OPTIMISTIC = 34,
        /// Whether the MTU is taken from router advertisements.
        ACCEPT_RA_MTU = 35,
        /// Always zero: the secret is not told.
        STABLE_SECRET = 36,
        /// Whether only addresses of the interface that the packet leaves by are its source.
        USE_OIF_ADDRS_ONLY = 37,
        /// Least hop limit that is taken from router advertisements.
        ACCEPT_RA_MIN_HOP_LIMIT = 38,
        /// Whether routes over links that are down do not count.
        IGNORE_ROUTES_WITH_LINKDOWN = 39,
        /// Whether unicast packets in multicast frames are dropped.
        DROP_UNICAST_IN_L2_MULTICAST = 40,
        /// Whether unasked neighbour advertisements are dropped.
        DROP_UNSOLICITED_NA = 41,
        /// Whether addresses stay when the link goes down.
        KEEP_ADDR_ON_DOWN = 42,
        /// Most milliseconds between router solicitations.
        RTR_SOLICIT_MAX_INTERVAL = 43,
        /// Whether packets with a segment routing header are taken.
        SEG6_ENABLED = 44,
        /// Whether those need an HMAC.
        SEG6_REQUIRE_HMAC = 45,
        /// Whether probes for duplicates carry a nonce (RFC 7527).
        ENHANCED_DAD = 46,
        /// How own addresses are made: [`AddressGeneration`].
        ADDR_GEN_MODE = 47,
        /// Whether IPsec policies do not count.
        DISABLE_POLICY = 48,
        /// Shortest prefix of routes taken from router advertisements.
        ACCEPT_RA_RT_INFO_MIN_PLEN = 49,
        /// Traffic class of neighbour discovery.
        NDISC_TCLASS = 50,
        /// Whether packets with an RPL source route are taken.
        RPL_SEG_ENABLED = 51,
        /// Metric of default routes from router advertisements.
        RA_DEFRTR_METRIC = 52,
        /// Whether in-situ OAM is taken.
        IOAM6_ENABLED = 53,
        /// The link's number for in-situ OAM.
        IOAM6_ID = 54,
        /// Its longer number.
        IOAM6_ID_WIDE = 55,
        /// Whether neighbours go when the carrier does.
        NDISC_EVICT_NOCARRIER = 56,
        /// Whether neighbour advertisements that nobody asked for make new entries.
        ACCEPT_UNTRACKED_NA = 57,
        /// Least lifetime, in seconds, that is taken from router advertisements.
        ACCEPT_RA_MIN_LFT = 58,
        /// Whether this link forwards whatever the setting for all links says.
        FORCE_FORWARDING = 59,
    }
}

impl Ipv6Conf {
    /// The setting in [`Inet6::CONF`]; none where the kernel does not have it.
    pub fn of(self, conf: &[Native<u32>]) -> Option<u32> {
        conf.get(usize::from(self.0)).map(|value| value.get())
    }
}

numbers! {
    /// Places in [`Inet6::ICMP6STATS`] (`ICMP6_MIB_*`, `linux/snmp.h`).
    pub struct Icmp6Counter(u16, "ICMP6_MIB_") {
        /// How many counters there are, this one included.
        NUM = 0,
        /// Messages that came in.
        INMSGS = 1,
        /// Bad messages that came in.
        INERRORS = 2,
        /// Messages that went out.
        OUTMSGS = 3,
        /// Messages that could not be sent.
        OUTERRORS = 4,
        /// Messages with a wrong checksum.
        CSUMERRORS = 5,
        /// Messages that were not sent because too many were.
        RATELIMITHOST = 6,
    }
}

attributes! {
    /// A link for MCTP.
    pub enum Mctp("IFLA_MCTP_") {
        /// The MCTP network that it is in.
        NET: u32 = 1,
        /// The physical binding (DSP0239).
        PHYS_BINDING: u8 = 2,
    }
}
