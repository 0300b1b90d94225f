//! Encapsulations as `ip -d -j route` and `nexthop` show them: among the keys of the route, the next hop or the nexthop.

use std::net::Ipv6Addr;

use super::{
    Bpf, EncapType, Encapsulation, FlavorOperations, Flavors, Ila, IlaChecksum, IlaHook, IlaIdentifier, Ioam6,
    Ioam6Mode, IpTunnel, Rpl, Seg6Action, Seg6Local, Seg6Mode, SegmentRoutingHeader, TunnelFlags, TunnelOption,
};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::word::{Word, table};

/// The word, or that there is none.
macro_rules! known {
    ($($Type:ty { $($NAME:ident = $word:literal),* $(,)? } or $none:literal)+) => { $(
        impl Word for $Type {
            const WORDS: &'static [(Self, &'static str)] = &[$((Self::$NAME, $word)),*];
        }

        impl Show for $Type {
            fn show(&self) -> Shown {
                self.word().unwrap_or($none).show()
            }
        }
    )+ };
}

known! {
    EncapType {
        MPLS = "mpls",
        IP = "ip",
        IP6 = "ip6",
        ILA = "ila",
        BPF = "bpf",
        SEG6 = "seg6",
        SEG6_LOCAL = "seg6local",
        RPL = "rpl",
        IOAM6 = "ioam6",
        XFRM = "xfrm",
    } or "unknown"
    Seg6Mode {
        INLINE = "inline",
        ENCAP = "encap",
        L2ENCAP = "l2encap",
        ENCAP_RED = "encap.red",
        L2ENCAP_RED = "l2encap.red",
    } or "<unknown>"
    Seg6Action {
        END = "End",
        END_X = "End.X",
        END_T = "End.T",
        END_DX2 = "End.DX2",
        END_DX6 = "End.DX6",
        END_DX4 = "End.DX4",
        END_DT6 = "End.DT6",
        END_DT4 = "End.DT4",
        END_B6 = "End.B6",
        END_B6_ENCAP = "End.B6.Encaps",
        END_BM = "End.BM",
        END_S = "End.S",
        END_AS = "End.AS",
        END_AM = "End.AM",
        END_BPF = "End.BPF",
        END_DT46 = "End.DT46",
    } or "<unknown>"
    IlaChecksum {
        ADJUST_TRANSPORT = "adj-transport",
        NEUTRAL_MAP = "neutral-map",
        NO_ACTION = "no-action",
        NEUTRAL_MAP_AUTO = "neutral-map-auto",
    } or "unknown"
    IlaIdentifier {
        LUID = "luid",
        USE_FORMAT = "use-format",
    } or "unknown"
    IlaHook {
        ROUTE_OUTPUT = "output",
        ROUTE_INPUT = "input",
    } or "unknown"
    Ioam6Mode {
        INLINE = "inline",
        ENCAP = "encap",
        AUTO = "auto",
    } or "unknown"
}

/// With the indices of interfaces under names of their own, since a route has an `oif` and an `iif` too: `seg6local_oif`,
/// `seg6local_iif`. Other names, such as `dst`, `iproute2` uses twice in one object as well.
impl Show for Encapsulation {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        self.put(&mut entries);
        entries.object()
    }
}

serialize!(Encapsulation);

impl Encapsulation {
    /// Its entries, among those of what it belongs to.
    pub(crate) fn put(&self, entries: &mut Entries) {
        entries.put("encap", &self.kind());
        match self {
            Self::Mpls(mpls) => {
                let labels: Vec<_> = mpls.labels.iter().map(u32::to_string).collect();
                entries.put("dst", &labels.join("/"));
                entries.some("ttl", &mpls.ttl);
            }
            Self::Ip(tunnel) => tunnel.put(["ttl", "tos"], entries),
            Self::Ip6(tunnel) => tunnel.put(["hoplimit", "tc"], entries),
            Self::Ila(ila) => ila.put(entries),
            Self::Seg6(seg6) => {
                entries.put("mode", &seg6.mode);
                seg6.header.put(seg6.mode == Seg6Mode::INLINE, entries);
                entries.some("tunsrc", &seg6.source);
            }
            Self::Bpf(bpf) => bpf.put(entries),
            Self::Seg6Local(local) => local.put(entries),
            Self::Rpl(Rpl { segments }) => {
                entries.put("segs", &segments.iter().rev().copied().collect::<Vec<_>>());
            }
            Self::Ioam6(ioam6) => ioam6.put(entries),
            Self::Xfrm(xfrm) => {
                entries.put("if_id", &xfrm.interface_id);
                entries.some("link", &xfrm.link);
            }
            Self::Other { .. } => {}
        }
    }
}

impl<A: Show> IpTunnel<A> {
    /// Its entries, with these names for the time to live and the type of service.
    fn put(&self, [ttl, tos]: [&'static str; 2], entries: &mut Entries) {
        entries.some("id", &self.id);
        entries.some("src", &self.source);
        entries.some("dst", &self.destination);
        entries.some(ttl, &self.ttl);
        entries.some(tos, &self.tos);
        for (flag, name) in [(TunnelFlags::KEY, "key"), (TunnelFlags::CSUM, "csum"), (TunnelFlags::SEQ, "seq")] {
            entries.some(name, &self.flags.contains(flag).then_some(true));
        }
        let name = match self.options.first() {
            None => return,
            Some(TunnelOption::Geneve(_)) => "geneve_opts",
            Some(TunnelOption::Vxlan(_)) => "vxlan_opts",
            Some(TunnelOption::Erspan1(_) | TunnelOption::Erspan2(..)) => "erspan_opts",
        };
        entries.put(name, &self.options);
    }
}

impl Show for TunnelOption {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        let mut erspan = |version: u8, index: u32, direction: u8, hardware: u8| {
            entries.put("ver", &version);
            entries.put("index", &index);
            entries.put("dir", &direction);
            entries.put("hwid", &hardware);
        };
        match self {
            Self::Erspan1(index) => erspan(1, *index, 0, 0),
            Self::Erspan2(direction, hardware) => erspan(2, 0, *direction, *hardware),
            Self::Vxlan(policy) => entries.put("gbp", policy),
            Self::Geneve(option) => {
                entries.put("class", &option.class);
                entries.put("type", &option.kind);
                entries.put("data", &digits(&option.data));
            }
        }
        entries.object()
    }
}

/// Bytes in hexadecimal digits.
fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl SegmentRoutingHeader {
    /// Its segments, and the place that is free for the packet's own destination.
    fn put(&self, free: bool, entries: &mut Entries) {
        let free = free.then_some(Ipv6Addr::UNSPECIFIED);
        entries.put("segs", &self.segments.iter().copied().chain(free).collect::<Vec<_>>());
    }
}

impl Seg6Local {
    fn put(&self, entries: &mut Entries) {
        entries.put("action", &self.action);
        if let Some(header) = &self.header {
            let mut srh = Entries::default();
            header.put(self.action == Seg6Action::END_B6, &mut srh);
            entries.put("srh", &srh.object());
        }
        entries.some("table", &self.table.map(table));
        entries.some("vrftable", &self.vrf_table.map(table));
        entries.some("nh4", &self.next_hop4);
        entries.some("nh6", &self.next_hop6);
        entries.some("seg6local_iif", &self.input_interface);
        entries.some("seg6local_oif", &self.interface);
        entries.some("endpoint", &self.program.as_ref().map(|program| program.name.clone()));
        if let Some(counters) = self.counters {
            let mut stats = Entries::default();
            stats.put("packets", &counters.packets);
            stats.put("bytes", &counters.bytes);
            stats.put("errors", &counters.errors);
            entries.put("stats64", &stats.object());
        }
        if let Some(flavors) = self.flavors {
            flavors.put(entries);
        }
    }
}

impl Flavors {
    fn put(self, entries: &mut Entries) {
        const WORDS: [(FlavorOperations, &str); 4] = [
            (FlavorOperations::PSP, "psp"),
            (FlavorOperations::USP, "usp"),
            (FlavorOperations::USD, "usd"),
            (FlavorOperations::NEXT_CSID, "next-csid"),
        ];
        let words = WORDS.iter().filter(|(operation, _)| self.operations.contains(*operation));
        entries.put("flavors", &words.map(|(_, word)| *word).collect::<Vec<_>>());
        entries.some("lblen", &self.block_bits);
        entries.some("nflen", &self.node_bits);
    }
}

impl Ila {
    fn put(&self, entries: &mut Entries) {
        let [.., first, second, third, fourth] = Ipv6Addr::from(u128::from(self.locator)).segments();
        entries.put("locator", &format!("{first:x}:{second:x}:{third:x}:{fourth:x}"));
        entries.some("csum_mode", &self.checksum);
        entries.some("ident_type", &self.identifier);
        entries.some("hook_type", &self.hook);
    }
}

impl Bpf {
    fn put(&self, entries: &mut Entries) {
        for (name, program) in [("in", &self.input), ("out", &self.output), ("xmit", &self.transmit)] {
            entries.some(name, &program.as_ref().map(|program| program.name.clone()));
        }
        entries.some("headroom", &self.headroom);
    }
}

impl Ioam6 {
    fn put(&self, entries: &mut Entries) {
        let (some, of) = self.frequency.unzip();
        entries.some("freqk", &some);
        entries.some("freqn", &of);
        let mode = self.mode.unwrap_or(Ioam6Mode::INLINE);
        entries.put("mode", &mode);
        if mode != Ioam6Mode::INLINE {
            entries.some("tunsrc", &self.source);
            entries.some("tundst", &self.destination);
        }
        entries.flag("trace", true);
        entries.flag("prealloc", true);
        entries.put("type", &format!("{:x}", self.trace.kind.get() >> 8));
        entries.put("ns", &self.trace.namespace.get());
        entries.put("size", &(u32::from(self.trace.remaining) * 4));
    }
}
