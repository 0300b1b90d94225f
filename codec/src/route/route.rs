//! Routes (`RTM_*ROUTE`, `RTA_*`, `linux/rtnetlink.h`).

use core::fmt;
use core::net::IpAddr;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::encap::RouteEncap;
use super::{Family, Scope};
use crate::attribute::{Attributes, Key, Set};
use crate::emit::{Emit, Emitted, put_attributes};
use crate::error::{EmitError, EmitErrorKind, ParseError, ParseErrorKind};
use crate::nest::{Chosen, Nest};
use crate::number::{Big, Native};
use crate::payload::{Array, Be, Bytes, Ip, Payload, Span, Str, Struct, length};
use crate::schema::{Context, Inside, SetInfo, Tally};
use crate::tail::{Buffer, Tail};
use crate::{attributes, flags, messages, numbers, walk};

pub use super::encap::{EncapIp, EncapMpls, EncapType};

/// `struct rtmsg`: the fixed header of route messages.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |    family     |    dst_len    |    src_len    |      tos      |
/// +---------------+---------------+---------------+---------------+
/// |     table     |   protocol    |     scope     |     kind      |
/// +---------------+---------------+---------------+---------------+
/// |                             flags                             |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family (`rtm_family`).
    pub family: Native<Family>,
    /// Bits of the destination that count (`rtm_dst_len`).
    pub dst_len: u8,
    /// Bits of the source that count (`rtm_src_len`).
    pub src_len: u8,
    /// Type of service that the route is for; 0 is any (`rtm_tos`).
    pub tos: u8,
    /// The routing table, where its number fits; [`Route::TABLE`] holds any (`rtm_table`).
    pub table: Native<Table>,
    /// Who made the route (`rtm_protocol`).
    pub protocol: Native<RouteProtocol>,
    /// How far away the destination is (`rtm_scope`).
    pub scope: Native<Scope>,
    /// What becomes of the packets (`rtm_type`).
    pub kind: Native<RouteType>,
    /// Flags (`rtm_flags`).
    pub flags: Native<RouteFlags>,
}

messages! {
    /// A route: make it, or it was made or changed, or one of those that were asked for.
    pub NewRoute("RTM_NEWROUTE") = 24: Header, Route;
    /// A route: delete it, or it was deleted.
    pub DelRoute("RTM_DELROUTE") = 25: Header, Route;
    /// Which route a packet would take; with [`Flags::DUMP`](crate::Flags::DUMP) all routes.
    pub GetRoute("RTM_GETROUTE") = 26: Header, Route;
}

attributes! {
    /// Attributes of routes and of their next hops (`enum rtattr_type_t`).
    pub enum Route("RTA_") {
        /// Destination; its length in bits is [`Header::dst_len`]. Not there: the default route.
        DST: Destination = 1,
        /// Source that the route is for, with [`Header::src_len`]; in a question the packet's source.
        SRC: Ip = 2,
        /// Index of the interface that the packet comes in by.
        IIF: u32 = 3,
        /// Index of the interface that the route leaves by.
        OIF: u32 = 4,
        /// Next hop, of the route's own family; one of another family is [`VIA`](Self::VIA).
        GATEWAY: Ip = 5,
        /// Metric: of several routes the one with the least is taken.
        PRIORITY: u32 = 6,
        /// Source address that this host prefers on this route.
        PREFSRC: Ip = 7,
        /// What TCP should know of the path.
        METRICS: Nest<Metrics> = 8,
        /// Several next hops instead of one.
        MULTIPATH: NextHops = 9,
        /// No longer used.
        PROTOINFO: Bytes = 10,
        /// Realms: the destination's in the lower 16 bits, the source's above.
        FLOW: u32 = 11,
        /// How the route is used.
        CACHEINFO: Struct<CacheInfo> = 12,
        /// No longer used.
        SESSION: Bytes = 13,
        /// No longer used.
        MP_ALGO: Bytes = 14,
        /// The routing table, whatever its number.
        TABLE: u32 = 15,
        /// In a question: the packet's mark.
        MARK: u32 = 16,
        /// Counters of a multicast route.
        MFC_STATS: Struct<MulticastStats> = 17,
        /// Next hop of any family.
        VIA: ViaPayload = 18,
        /// The labels that take the place of the one that came in (MPLS).
        NEWDST: Array<Label> = 19,
        /// How much the router that told of the route is preferred.
        PREF: RouterPreference = 20,
        /// What [`ENCAP`](Self::ENCAP) is.
        ENCAP_TYPE: EncapType = 21,
        /// What the packets are wrapped into.
        ENCAP: Chosen<RouteEncap> = 22,
        /// Seconds until the route goes away. Of a multicast route it is [`LAST_USE`](Self::LAST_USE).
        EXPIRES: Expires = 23,
        /// Padding.
        PAD: Bytes = 24,
        /// In a question: the user whose packet it is.
        UID: u32 = 25,
        /// Whether the time to live goes from IP to MPLS and back.
        TTL_PROPAGATE: u8 = 26,
        /// In a question: the packet's protocol (`IPPROTO_*`).
        IP_PROTO: u8 = 27,
        /// In a question: the packet's source port, in network byte order.
        SPORT: Be<u16> = 28,
        /// In a question: the packet's destination port, in network byte order.
        DPORT: Be<u16> = 29,
        /// The nexthop object that the route takes.
        NH_ID: u32 = 30,
        /// In a question: the packet's flow label, in network byte order.
        FLOWLABEL: Be<u32> = 31,
    }
}

impl Route {
    /// [`DST`](Self::DST) of a route of family `AF_MPLS`: the label that comes in.
    pub const DST_LABEL: Key<Self, Array<Label>> = Key::new(1);
    /// [`EXPIRES`](Self::EXPIRES) of a multicast route, in 8 bytes: since when it has not been used, in clock ticks of 1/100 s.
    pub const LAST_USE: Key<Self, u64> = Key::new(23);
}

attributes! {
    /// What TCP should know of a path (`RTAX_*`).
    pub enum Metrics("RTAX_") {
        /// Which of the others TCP may not change: bit n stands for number n.
        LOCK: u32 = 1,
        /// Largest packet, in bytes.
        MTU: u32 = 2,
        /// Largest window to announce, in bytes.
        WINDOW: u32 = 3,
        /// Round-trip time, in eighths of a millisecond.
        RTT: u32 = 4,
        /// Its variance, in quarters of a millisecond.
        RTTVAR: u32 = 5,
        /// Slow start threshold, in segments.
        SSTHRESH: u32 = 6,
        /// Largest congestion window, in segments.
        CWND: u32 = 7,
        /// Largest segment to announce, in bytes.
        ADVMSS: u32 = 8,
        /// How far packets may be out of order.
        REORDERING: u32 = 9,
        /// Hop limit of packets sent.
        HOPLIMIT: u32 = 10,
        /// First congestion window, in segments.
        INITCWND: u32 = 11,
        /// Features of the path.
        FEATURES: PathFeatures = 12,
        /// Least time before a segment is sent again, in milliseconds.
        RTO_MIN: u32 = 13,
        /// First window to announce, in segments.
        INITRWND: u32 = 14,
        /// Whether every segment is acknowledged at once.
        QUICKACK: u32 = 15,
        /// Name of the congestion control.
        CC_ALGO: Str = 16,
        /// Whether fast open does without a cookie.
        FASTOPEN_NO_COOKIE: u32 = 17,
    }
}

numbers! {
    /// Routing tables with a meaning (`RT_TABLE_*`); all numbers of 32 bits are tables, in [`Route::TABLE`].
    pub struct Table(u8, "RT_TABLE_") {
        /// In a request: all.
        UNSPEC = 0,
        /// The number does not fit: [`Route::TABLE`] says it.
        COMPAT = 252,
        /// `default`.
        DEFAULT = 253,
        /// `main`.
        MAIN = 254,
        /// `local`: the addresses of this host.
        LOCAL = 255,
    }
}

numbers! {
    /// Who made a route (`RTPROT_*`). The kernel only knows the first four.
    pub struct RouteProtocol(u8, "RTPROT_") {
        /// Nobody said.
        UNSPEC = 0,
        /// An ICMP redirect.
        REDIRECT = 1,
        /// The kernel.
        KERNEL = 2,
        /// Somebody while the system started.
        BOOT = 3,
        /// The administrator.
        STATIC = 4,
        /// GateD.
        GATED = 8,
        /// A router advertisement.
        RA = 9,
        /// MRT.
        MRT = 10,
        /// Zebra.
        ZEBRA = 11,
        /// BIRD.
        BIRD = 12,
        /// DECnet.
        DNROUTED = 13,
        /// XORP.
        XORP = 14,
        /// Netsukuku.
        NTK = 15,
        /// DHCP.
        DHCP = 16,
        /// Multicast.
        MROUTED = 17,
        /// Keepalived.
        KEEPALIVED = 18,
        /// Babel.
        BABEL = 42,
        /// OVN.
        OVN = 84,
        /// Open/R.
        OPENR = 99,
        /// BGP.
        BGP = 186,
        /// IS-IS.
        ISIS = 187,
        /// OSPF.
        OSPF = 188,
        /// RIP.
        RIP = 189,
        /// EIGRP.
        EIGRP = 192,
    }
}

numbers! {
    /// What becomes of packets (`RTN_*`).
    pub struct RouteType(u8, "RTN_") {
        /// Nobody said.
        UNSPEC = 0,
        /// They go to the next hop, or to the host on the link.
        UNICAST = 1,
        /// They are for this host.
        LOCAL = 2,
        /// They are for all on the link.
        BROADCAST = 3,
        /// They are for this host among others.
        ANYCAST = 4,
        /// They go to many.
        MULTICAST = 5,
        /// They vanish.
        BLACKHOLE = 6,
        /// They vanish, and the sender is told that the host cannot be reached.
        UNREACHABLE = 7,
        /// They vanish, and the sender is told that it is forbidden.
        PROHIBIT = 8,
        /// The next rule decides.
        THROW = 9,
        /// Their address is translated; no longer done.
        NAT = 10,
        /// Something outside decides; never done.
        XRESOLVE = 11,
    }
}

flags! {
    /// Flags of a route (`RTM_F_*`, and those of its one next hop, `RTNH_F_*`).
    pub struct RouteFlags(u32, "RTM_F_") {
        /// Tell of the change.
        NOTIFY = 0x100,
        /// The route was made from another for one destination.
        CLONED = 0x200,
        /// Not used.
        EQUALIZE = 0x400,
        /// A prefix that a router announced.
        PREFIX = 0x800,
        /// In a question: say which table the answer is from.
        LOOKUP_TABLE = 0x1000,
        /// In a question: answer with the route as it is in the table.
        FIB_MATCH = 0x2000,
        /// Hardware does it.
        OFFLOAD = 0x4000,
        /// Hardware hands the packets over.
        TRAP = 0x8000,
        /// Hardware was to do it, and did not.
        OFFLOAD_FAILED = 0x2000_0000,
    }
}

flags! {
    /// Flags of a next hop (`RTNH_F_*`); a route with one next hop has them in [`Header::flags`].
    pub struct NextHopFlags(u8, "RTNH_F_") {
        /// It cannot be used.
        DEAD = 1,
        /// The gateway is looked up again.
        PERVASIVE = 2,
        /// The gateway is on the link, whatever the addresses say.
        ONLINK = 4,
        /// Hardware does it.
        OFFLOAD = 8,
        /// The link has no carrier.
        LINKDOWN = 16,
        /// Not resolved yet (multicast).
        UNRESOLVED = 32,
        /// Hardware hands the packets over.
        TRAP = 64,
    }
}

flags! {
    /// Features of a path (`RTAX_FEATURE_*`).
    pub struct PathFeatures(u32, "RTAX_FEATURE_") {
        /// Explicit congestion notification.
        ECN = 1,
        /// Selective acknowledgements; not used.
        SACK = 2,
        /// Time stamps; not used.
        TIMESTAMP = 4,
        /// Fragment also the packets of others; not used.
        ALLFRAG = 8,
        /// TCP time stamps in microseconds.
        TCP_USEC_TS = 16,
    }
}

numbers! {
    /// How much a router is preferred (`ICMPV6_ROUTER_PREF_*`, `linux/icmpv6.h`).
    pub struct RouterPreference(u8, "ICMPV6_ROUTER_PREF_") {
        /// As others.
        MEDIUM = 0,
        /// Before others.
        HIGH = 1,
        /// Not a preference.
        INVALID = 2,
        /// After others.
        LOW = 3,
    }
}

/// `struct rta_cacheinfo`: how a route is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct CacheInfo {
    /// How many hold it (`rta_clntref`).
    pub references: Native<u32>,
    /// Since when it has not been used, in clock ticks of 1/100 s (`rta_lastuse`).
    pub last_use: Native<u32>,
    /// When it goes away, in clock ticks of 1/100 s from now; 0 is never (`rta_expires`).
    pub expires: Native<i32>,
    /// The errno with which it refuses packets (`rta_error`).
    pub error: Native<u32>,
    /// How often it was used (`rta_used`).
    pub used: Native<u32>,
    /// Identifier; always 0 today (`rta_id`).
    pub id: Native<u32>,
    /// Time stamp; always 0 today (`rta_ts`).
    pub timestamp: Native<u32>,
    /// Age of the time stamp; always 0 today (`rta_tsage`).
    pub timestamp_age: Native<u32>,
}

/// `struct rta_mfc_stats`: counters of a multicast route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct MulticastStats {
    /// Packets (`mfcs_packets`).
    pub packets: Native<u64>,
    /// Bytes (`mfcs_bytes`).
    pub bytes: Native<u64>,
    /// Packets that came in by the wrong interface (`mfcs_wrong_if`).
    pub wrong_interface: Native<u64>,
}

/// One entry of an MPLS label stack.
///
/// ```text
/// +----------------------------------------+------+-+-------------+
/// |                 label                  |  tc  |S|     ttl     |
/// +----------------------------------------+------+-+-------------+
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(transparent)]
pub struct Label(Big<u32>);

impl Label {
    /// An entry with this label, of which the lower 20 bits count; the last of its stack or not; the rest zero.
    pub fn new(label: u32, last: bool) -> Self {
        Self((((label & 0xf_ffff) << 12) | (u32::from(last) << 8)).into())
    }

    /// The label, 20 bits.
    pub fn label(self) -> u32 {
        self.0.get() >> 12
    }

    /// Whether it is the last of its stack.
    pub fn is_last(self) -> bool {
        self.0.get() & 0x100 != 0
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.label().fmt(f)
    }
}

/// The destination of a route: an IP address, or for the family `AF_MPLS` a label, which [`Route::DST_LABEL`] reads.
#[derive(Debug)]
pub enum Destination {}

impl Payload for Destination {
    type Value<'a> = IpAddr;
    const NAME: &'static str = Ip::NAME;

    #[inline]
    fn read(span: Span<'_>) -> Option<IpAddr> {
        Ip::read(span)
    }

    #[inline]
    fn write(value: IpAddr, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        Ip::write(value, out)
    }

    fn debug(span: Span<'_>, context: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Family(context.family) {
            Family::MPLS => <Array<Label>>::debug(span, context, f),
            _ => Ip::debug(span, context, f),
        }
    }
}

/// The payload of [`Route::EXPIRES`]: seconds in 4 bytes, and for multicast routes the 8 bytes of [`Route::LAST_USE`].
#[derive(Debug)]
pub enum Expires {}

impl Payload for Expires {
    type Value<'a> = u32;
    const NAME: &'static str = "u32";

    #[inline]
    fn read(span: Span<'_>) -> Option<u32> {
        <u32 as Payload>::read(span)
    }

    #[inline]
    fn write(value: u32, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        <u32 as Payload>::write(value, out)
    }

    fn debug(span: Span<'_>, context: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match span.bytes.len() {
            8 => <u64 as Payload>::debug(span, context, f),
            _ => <u32 as Payload>::debug(span, context, f),
        }
    }

    fn repeat(
        span: Span<'_>,
        context: &Context<'_>,
        out: &mut Tail<'_>,
        tally: &mut Tally,
    ) -> Result<(), EmitErrorKind> {
        match span.bytes.len() {
            8 => <u64 as Payload>::repeat(span, context, out, tally),
            _ => <u32 as Payload>::repeat(span, context, out, tally),
        }
    }
}

/// A next hop of a family of its own (`struct rtvia`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Via<'a> {
    /// Its family.
    pub family: u16,
    /// Its address, as long as the family has them.
    pub address: &'a [u8],
}

impl Via<'_> {
    /// The address, where it is an IP address.
    pub fn ip(&self) -> Option<IpAddr> {
        let family = u8::try_from(self.family).ok().map(Family);
        match Ip::read(Span::new(self.address, 0)) {
            Some(address @ IpAddr::V4(_)) if family == Some(Family::INET) => Some(address),
            Some(address @ IpAddr::V6(_)) if family == Some(Family::INET6) => Some(address),
            _ => None,
        }
    }
}

impl fmt::Debug for Via<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip() {
            Some(address) => address.fmt(f),
            None => write!(f, "family {}: {:02x?}", self.family, self.address),
        }
    }
}

/// The payload of [`Route::VIA`].
#[derive(Debug)]
pub enum ViaPayload {}

impl Payload for ViaPayload {
    type Value<'a> = Via<'a>;
    const NAME: &'static str = "struct rtvia";

    fn read(span: Span<'_>) -> Option<Via<'_>> {
        let (family, address) = Native::<u16>::ref_from_prefix(span.bytes).ok()?;
        Some(Via { family: family.get(), address })
    }

    fn write(value: Via<'_>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(&value.family.to_ne_bytes())?;
        out.put(value.address)
    }
}

/// `struct rtnexthop` without its length: what stands before the attributes of one of several next hops.
///
/// ```text
/// +-------------------------------+---------------+---------------+
/// |            length             |     flags     |     hops      |
/// +-------------------------------+---------------+---------------+
/// |                           interface                           |
/// +---------------------------------------------------------------+
/// |                          attributes …                         |
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct NextHopHeader {
    /// Bytes of this next hop, its attributes included (`rtnh_len`). Written by itself.
    pub length: Native<u16>,
    /// Flags (`rtnh_flags`).
    pub flags: Native<NextHopFlags>,
    /// Its weight among the others, less one; in a multicast route the least time to live of packets that leave here
    /// (`rtnh_hops`).
    pub hops: u8,
    /// Index of the interface that it leaves by (`rtnh_ifindex`).
    pub interface: Native<i32>,
}

/// One of several next hops, as it was read.
#[derive(Clone, Copy, Debug)]
pub struct NextHop<'a> {
    /// Its fixed part.
    pub header: NextHopHeader,
    /// Its attributes: [`Route::GATEWAY`], [`Route::VIA`], [`Route::FLOW`], [`Route::ENCAP`] and what belongs to it.
    pub attributes: Attributes<'a, Route>,
}

/// The payload of [`Route::MULTIPATH`]; written by [`Emit::next_hops`].
#[derive(Debug)]
pub enum NextHops {}

/// The next hops of a route. The iterator ends after an error.
#[derive(Clone, Copy)]
pub struct NextHopIter<'a> {
    all: Span<'a>,
    rest: Span<'a>,
}

impl<'a> Iterator for NextHopIter<'a> {
    type Item = Result<NextHop<'a>, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        let span = self.rest;
        if span.bytes.is_empty() {
            return None;
        }
        self.rest = Span::default();
        let error = |kind, length| {
            Some(Err(ParseError::new(kind, Some(Route::INFO), Route::MULTIPATH.number(), span.offset, length)))
        };
        let Ok((header, _)) = NextHopHeader::read_from_prefix(span.bytes) else {
            return error(ParseErrorKind::Trailing, length(span.bytes));
        };
        let stated = header.length.get();
        let size = usize::from(stated);
        if size < size_of::<NextHopHeader>() {
            return error(ParseErrorKind::TooShort, stated.into());
        }
        let Some(bytes) = span.bytes.get(..size) else {
            return error(ParseErrorKind::TooLong, stated.into());
        };
        self.rest = span.skip(size.next_multiple_of(4));
        let attributes = Span::new(bytes, span.offset).skip(size_of::<NextHopHeader>());
        Some(Ok(NextHop { header, attributes: Attributes::new(attributes) }))
    }
}

impl fmt::Debug for NextHopIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl Payload for NextHops {
    type Value<'a> = NextHopIter<'a>;
    const NAME: &'static str = "next hops";

    fn read(span: Span<'_>) -> Option<NextHopIter<'_>> {
        Some(NextHopIter { all: span, rest: span })
    }

    fn write(value: NextHopIter<'_>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.all.bytes)
    }

    // Next hops may have next hops: only the context knows how deep they are.
    fn debug(span: Span<'_>, context: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_list();
        for hop in (NextHopIter { all: span, rest: span }) {
            match hop {
                Ok(hop) => out.entry(&HopIn { hop, context }),
                Err(error) => out.entry(&error),
            };
        }
        out.finish()
    }

    fn repeat(
        span: Span<'_>,
        context: &Context<'_>,
        out: &mut Tail<'_>,
        tally: &mut Tally,
    ) -> Result<(), EmitErrorKind> {
        let mut hops = NextHopIter { all: span, rest: span };
        loop {
            let rest = hops.rest.bytes;
            match hops.next() {
                None => return Ok(()),
                Some(Err(_)) => {
                    return tally.copy_unreadable(rest, out);
                }
                Some(Ok(hop)) => {
                    put_unpadded(hop.header, out, |out| {
                        walk::repeat(Route::INFO, hop.attributes.span(), context, out, tally)
                    })?;
                    // Where the padding behind the last one was missing, it stays so.
                    out.pad(hop.header.length.get().into(), rest.len())?;
                }
            }
        }
    }

    fn sets() -> &'static [&'static SetInfo] {
        const { &[Route::INFO] }
    }

    fn inside<'a>(span: Span<'a>, _context: &Context<'_>, offset: u32) -> Option<Inside<'a>> {
        let hops = NextHopIter { all: span, rest: span };
        let attributes = hops.map_while(Result::ok).map(|hop| hop.attributes.span());
        attributes.filter(|span| span.contains(offset)).map(|span| (Route::INFO, span)).next()
    }
}

/// A next hop somewhere in a message, to be printed.
struct HopIn<'c, 'a> {
    hop: NextHop<'a>,
    context: &'c Context<'c>,
}

impl fmt::Debug for HopIn<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attributes = walk::SetIn { set: Route::INFO, span: self.hop.attributes.span(), context: self.context };
        f.debug_struct("NextHop").field("header", &self.hop.header).field("attributes", &attributes).finish()
    }
}

/// Writes one next hop with what `write` puts behind its header, and then its length.
fn put_next_hop<E: From<EmitErrorKind>>(
    header: NextHopHeader,
    out: &mut Tail<'_>,
    write: impl FnOnce(&mut Tail<'_>) -> Result<(), E>,
) -> Result<(), E> {
    out.append(|out| {
        put_unpadded(header, out, write)?;
        Ok(out.align()?)
    })
}

/// The same without the padding behind it; where that fails, perhaps some of it.
fn put_unpadded<E: From<EmitErrorKind>>(
    header: NextHopHeader,
    out: &mut Tail<'_>,
    write: impl FnOnce(&mut Tail<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let start = out.length();
    out.put(header.as_bytes())?;
    write(out)?;
    let length = u16::try_from(out.length().wrapping_sub(start)).map_err(|_| EmitErrorKind::TooLong)?;
    out.patch(start, NextHopHeader { length: length.into(), ..header }.as_bytes());
    Ok(())
}

/// A place to which next hops are written: see [`Emit::next_hops`].
#[derive(Debug)]
pub struct EmitNextHops<'b> {
    tail: Tail<'b>,
}

impl EmitNextHops<'_> {
    /// Writes a next hop and its attributes.
    pub fn put(
        &mut self,
        header: NextHopHeader,
        attributes: impl for<'x, 'y> FnOnce(&'x mut Emit<'y, Route>) -> Emitted<'x, 'y, Route>,
    ) -> Result<&mut Self, EmitError> {
        put_next_hop(header, &mut self.tail, |tail| put_attributes(&[], tail, attributes))?;
        Ok(self)
    }
}

impl Emit<'_, Route> {
    /// Writes [`Route::MULTIPATH`]: `write` puts the next hops.
    pub fn next_hops(
        &mut self,
        write: impl for<'x, 'y> FnOnce(&'x mut EmitNextHops<'y>) -> Result<&'x mut EmitNextHops<'y>, EmitError>,
    ) -> Result<&mut Self, EmitError> {
        self.put_with(Route::MULTIPATH.number(), |tail| {
            let mut hops = EmitNextHops { tail: tail.fork() };
            write(&mut hops)?;
            let length = hops.tail.length();
            tail.keep(length);
            Ok(())
        })
    }
}
