//! Links, as `ip link` has them: network devices of all kinds.

mod add;
mod bond;
mod bridge;
mod can;
mod hardware;
mod id;
mod kind;
mod macvlan;
mod other;
mod pair;
mod statistics;
mod tunnel;
mod tuntap;
mod up;
mod verb;
mod virtual_function;
mod vlan;
mod vxlan;
mod xdp;

use std::fmt;
use std::net::Ipv6Addr;
use std::os::fd::{AsFd, AsRawFd};

use crate::codec::payload::{LinkAddress, Str};
use crate::codec::route::Family;
use crate::codec::route::link::inet::Inet6;
use crate::codec::route::link::{self as wire, AfSpec, ExtMask, GetLink, Header, LinkInfo, NewLink};
use crate::codec::{Attribute, Attributes, Emit, EmitError, Envelope, Key, Message, ParseError, Tail, View};
use crate::name::{InterfaceName, text};
use crate::noun::{Filter, Noun, Subject};
use crate::setting::{Now, Settings, differing, settings};
use crate::shown::{Digits, Form, Show, Shown};
use crate::word::{group as group_word, words};

pub use self::add::AddLink;
pub use self::bond::*;
pub use self::bridge::*;
pub use self::can::*;
pub use self::hardware::{HardwareType, shown_address};
pub use self::id::{LinkId, LinkNamespace};
pub use self::kind::{LinkKind, LinkPort};
pub use self::macvlan::*;
pub use self::other::*;
pub use self::pair::*;
pub use self::statistics::Statistics;
pub use self::tunnel::*;
pub use self::tuntap::TunTap;
pub use self::up::Readiness;
pub use self::verb::{AlternativeNames, LinkChange, LinkLook, LinkQuestion, LinkSwitch, MacAddresses};
pub use self::virtual_function::*;
pub use self::vlan::*;
pub use self::vxlan::*;
pub use self::xdp::*;
pub use crate::codec::route::link::inet::AddressGeneration;
pub use crate::codec::route::link::{LinkFlags, LinkMode, OperationalState};

settings! {
    /// A link.
    ///
    /// What is none was not told, or is not asked for. The kernel fills in what a link to add leaves out, and a change leaves it
    /// as it is.
    pub struct Link of wire::Link, asked Link::with_an_address, shown Link::shown_whole, with {
        /// Its index in its namespace; 0, in a link to add, leaves it to the kernel.
        pub index: u32,
        /// Its name; none, in a link to add, leaves it to the kernel, which also puts a number in the place of a `%d`.
        pub name: InterfaceName,
        /// More names. They are told; [`add_altnames`](Links::add_altnames) gives a link some.
        pub altnames: Vec<String>,
        /// Its description, at most 255 bytes; one of no bytes is none. The kernel takes any bytes: what is not UTF-8 has
        /// replacement characters here.
        pub alias: Option<String>,
        /// What hardware it is, or is taken for. It is told.
        pub hardware: HardwareType,
        /// All flags. They are told; those that can be asked for have fields of their own.
        pub flags: LinkFlags,
        /// Whether it is to work ([`LinkFlags::UP`]).
        pub up: Option<bool>,
        /// Whether it does ARP (not [`LinkFlags::NOARP`]).
        pub arp: Option<bool>,
        /// Whether it does multicast ([`LinkFlags::MULTICAST`]).
        pub multicast: Option<bool>,
        /// Whether it takes all multicast packets ([`LinkFlags::ALLMULTI`]).
        pub allmulticast: Option<bool>,
        /// Whether it takes all packets ([`LinkFlags::PROMISC`]).
        pub promisc: Option<bool>,
        /// Whether its addresses go when it goes down ([`LinkFlags::DYNAMIC`]).
        pub dynamic: Option<bool>,
        /// How its IPv6 link-local address is made. One that is up already has it: say this while it is down.
        pub addrgenmode: Option<AddressGeneration>,
        /// The lower 64 bits of the IPv6 addresses that it gets from router advertisements; `::` lets the kernel make them.
        /// Only links that take those may have it.
        pub token: Option<Ipv6Addr>,
        /// Where it is to be, or to go. With a [`name`](Self::name), it has that when it arrives; where another link there has
        /// it, the change is refused, and yet the link has gone there, as it was called.
        pub namespace: Option<LinkNamespace>,
        /// Counters. They are told.
        pub statistics: Option<Box<Statistics>>,
        /// Its virtual functions. They are only told when asked for ([`LinkFilter::virtual_functions`]); a change of a link
        /// changes those that are said here in what they say.
        pub virtual_functions: Vec<VirtualFunction>,
        /// Its packet programs. They are told; [`attach_xdp`](Links::attach_xdp) attaches one.
        pub xdp: Option<Xdp>,
        /// Its kind, and what only that has.
        pub kind: LinkKind,
        /// What it is a port of, and what only such a port has.
        pub port: LinkPort,
    } {
        /// Its address.
        address: LinkAddress = ADDRESS,
        /// The address of all on its link; the other end's on a link between two.
        broadcast: LinkAddress = BROADCAST,
        /// The address that its hardware came with.
        [told] permaddr: LinkAddress = PERM_ADDRESS,
        /// Largest packet, in bytes.
        mtu: u32 = MTU,
        /// Least MTU, in bytes.
        [told] min_mtu: u32 = MIN_MTU,
        /// Greatest MTU, in bytes; 0 is any.
        [told] max_mtu: u32 = MAX_MTU,
        /// Index of the link below, or of its pair, in the namespace [`link_netnsid`](Self::link_netnsid) if that is there.
        [add] link: u32 = LINK as "link_index",
        /// Number of the namespace that [`link`](Self::link) is in.
        [add] link_netnsid: i32 = LINK_NETNSID,
        /// Index of the bridge, bond or other link that it belongs to; 0 takes it from there.
        [silent] master: u32 = MASTER as "master_index",
        /// Number of the group that it belongs to.
        group: u32 = GROUP in Group,
        /// Packets that may wait to be sent.
        txqlen: u32 = TXQLEN,
        /// Name of the queueing discipline.
        [told] qdisc: String = QDISC,
        /// Whether it works.
        [told] operstate: OperationalState = OPERSTATE,
        /// Who says that it works.
        linkmode: LinkMode = LINKMODE,
        /// Queues to send by.
        [add] num_tx_queues: u32 = NUM_TX_QUEUES,
        /// Queues to receive by.
        [add] num_rx_queues: u32 = NUM_RX_QUEUES,
        /// Most bytes of one large packet that it is given to send.
        gso_max_size: u32 = GSO_MAX_SIZE,
        /// Most segments of one.
        gso_max_segs: u32 = GSO_MAX_SEGS,
        /// Most bytes of a packet that is put together while receiving.
        gro_max_size: u32 = GRO_MAX_SIZE,
        /// As [`gso_max_size`](Self::gso_max_size), for IPv4.
        gso_ipv4_max_size: u32 = GSO_IPV4_MAX_SIZE,
        /// As [`gro_max_size`](Self::gro_max_size), for IPv4.
        gro_ipv4_max_size: u32 = GRO_IPV4_MAX_SIZE,
        /// Most bytes that the hardware cuts into packets.
        [told] tso_max_size: u32 = TSO_MAX_SIZE,
        /// Most segments that the hardware cuts.
        [told] tso_max_segs: u32 = TSO_MAX_SEGS,
        /// Whether it has a carrier. It is told of every link, but few kinds let it be said.
        [change] carrier: bool = CARRIER,
        /// How often the carrier came or went.
        [told] carrier_changes: u32 = CARRIER_CHANGES,
        /// How often it came.
        [told] carrier_up_count: u32 = CARRIER_UP_COUNT,
        /// How often it went.
        [told] carrier_down_count: u32 = CARRIER_DOWN_COUNT,
        /// Why programs keep it down. As long as there is a reason, it stays so.
        [change] proto_down_reasons: ProtoDownReasons = PROTO_DOWN_REASON as "proto_down_reason" in Reasons,
        /// Whether a program keeps it down. Few kinds of links let that be said.
        [change] proto_down: bool = PROTO_DOWN,
        /// How many want it to take all packets.
        [told] promiscuity: u32 = PROMISCUITY,
        /// How many want it to take all multicast packets.
        [told] allmulti: u32 = ALLMULTI,
        /// How many virtual functions it has; only told when asked for ([`LinkFilter::virtual_functions`]).
        [told] num_vf: u32 = NUM_VF,
        /// Which port of its card it is, as the card says.
        [told] phys_port_id: Vec<u8> = PHYS_PORT_ID in Digits,
        /// Which switch it is a port of, as the switch says.
        [told] phys_switch_id: Vec<u8> = PHYS_SWITCH_ID in Digits,
        /// Name of its port, as the switch says.
        [told] phys_port_name: String = PHYS_PORT_NAME,
        /// Name of the bus of its device (`pci`).
        [told] parentbus: String = PARENT_DEV_BUS_NAME,
        /// Name of its device (`0000:01:00.0`).
        [told] parentdev: String = PARENT_DEV_NAME,
        /// Whether it cannot leave its namespace.
        [told] netns_immutable: bool = NETNS_IMMUTABLE as "netns-immutable",
        /// Bytes it wants free before packets.
        [told] headroom: u16 = HEADROOM,
        /// Bytes it wants free behind packets.
        [told] tailroom: u16 = TAILROOM,
        /// How far ahead its hardware can be told when to send a packet, in nanoseconds.
        [told] max_pacing_offload_horizon: u64 = MAX_PACING_OFFLOAD_HORIZON,
    }
}

settings! {
    /// Why programs keep a link down: a bit for each reason, and what it means is for programs to agree on.
    pub struct ProtoDownReasons of wire::ProtoDownReason {
        /// In a request: which bits to change; all without it.
        [untold] mask: u32 = MASK,
        /// The bits.
        value: u32 = VALUE,
    }
}

impl ProtoDownReasons {
    /// Whether the bits there are as this says. Of a link that nothing keeps down the kernel tells none.
    fn hold(&self, there: Option<&Self>) -> bool {
        let there = there.and_then(|there| there.value).unwrap_or_default();
        (self.value.unwrap_or_default() ^ there) & self.mask.unwrap_or(u32::MAX) == 0
    }
}

words! {
    OperationalState {
        UNKNOWN = "UNKNOWN",
        NOTPRESENT = "NOTPRESENT",
        DOWN = "DOWN",
        LOWERLAYERDOWN = "LOWERLAYERDOWN",
        TESTING = "TESTING",
        DORMANT = "DORMANT",
        UP = "UP",
    }
    LinkMode { DEFAULT = "DEFAULT", DORMANT = "DORMANT", TESTING = "TESTING" }
    AddressGeneration { EUI64 = "eui64", NONE = "none", STABLE_PRIVACY = "stable_secret", RANDOM = "random" }
}

impl Link {
    /// The link that a message tells of.
    pub fn from_view(view: &View<'_, NewLink>) -> Result<Self, ParseError> {
        Self::read_from(&view.header, view.attributes())
    }

    fn read_from(header: &Header, attributes: Attributes<'_, wire::Link>) -> Result<Self, ParseError> {
        use wire::Link as Key;
        let mut link = <Self as Settings>::read(attributes)?;
        link.index = header.index.get().try_into().unwrap_or_default();
        link.hardware = header.kind.get();
        link.flags = header.flags.get();
        for (flag, meaning, setting) in link.flag_settings() {
            *setting = Some(header.flags.get().contains(flag) == meaning);
        }
        if let Some(info) = attributes.get(Key::LINKINFO)? {
            link.kind = LinkKind::read(info)?;
            link.port = LinkPort::read(info)?;
        }
        if let Some(statistics) = attributes.get(Key::STATS64)? {
            link.statistics = Some(Box::new((*statistics).into()));
        }
        if let Some(families) = attributes.get(Key::AF_SPEC)?
            && let Some(six) = families.of::<AfSpec>().get(AfSpec::INET6)?
        {
            link.addrgenmode = six.get(Inet6::ADDR_GEN_MODE)?;
            link.token = six.get(Inet6::TOKEN)?.filter(|token| !token.is_unspecified());
        }
        if let Some(functions) = attributes.get(Key::VFINFO_LIST)? {
            link.virtual_functions = VirtualFunction::read_all(functions, link.hardware)?;
        }
        link.xdp = attributes.get(Key::XDP)?.map(Xdp::read).transpose()?.flatten();
        if let Some(names) = attributes.get(Key::PROP_LIST)? {
            link.altnames = raw(names, Key::ALT_IFNAME).map(|name| Ok(text(name?))).collect::<Result<_, _>>()?;
        }
        link.alias = raw(attributes, Key::IFALIAS).next().transpose()?.map(text);
        let name = raw(attributes, Key::IFNAME).next().transpose()?;
        link.name = name.and_then(InterfaceName::new).unwrap_or_default();
        Ok(link)
    }

    /// The kernel tells zeros where there is no address, which some kinds do not take.
    fn with_an_address(mut self) -> Self {
        self.address = self.address.filter(|address| address.as_bytes().iter().any(|byte| *byte != 0));
        self
    }

    /// The flags that can be asked for: each with what it means that it is set, and its field.
    fn flag_settings(&mut self) -> [(LinkFlags, bool, &mut Option<bool>); 6] {
        [
            (LinkFlags::UP, true, &mut self.up),
            (LinkFlags::NOARP, false, &mut self.arp),
            (LinkFlags::MULTICAST, true, &mut self.multicast),
            (LinkFlags::ALLMULTI, true, &mut self.allmulticast),
            (LinkFlags::PROMISC, true, &mut self.promisc),
            (LinkFlags::DYNAMIC, true, &mut self.dynamic),
        ]
    }

    /// The fixed header of a request for the link with this index, or with none.
    fn header(&self, index: u32) -> Header {
        let (mut flags, mut change) = (LinkFlags::empty(), LinkFlags::empty());
        let switches = [
            (LinkFlags::UP, true, self.up),
            (LinkFlags::NOARP, false, self.arp),
            (LinkFlags::MULTICAST, true, self.multicast),
            (LinkFlags::ALLMULTI, true, self.allmulticast),
            (LinkFlags::PROMISC, true, self.promisc),
            (LinkFlags::DYNAMIC, true, self.dynamic),
        ];
        for (flag, meaning, setting) in switches {
            change.set(flag, setting.is_some());
            flags.set(flag, setting == Some(meaning));
        }
        // What does not fit is refused before.
        let index = i32::try_from(index).unwrap_or(i32::MAX);
        Header { index: index.into(), flags: flags.into(), change: change.into(), ..Header::default() }
    }

    /// Writes all; of a change, the name is not part.
    fn write_to(&self, link: &mut Emit<'_, wire::Link>, now: Now) -> Result<(), EmitError> {
        use wire::Link as Key;
        if now == Now::Add {
            self.name.write(Key::IFNAME, link)?;
        }
        Settings::write(self, link, now)?;
        match &self.namespace {
            None => {}
            Some(LinkNamespace::Open(namespace)) => {
                link.put(Key::NET_NS_FD, namespace.as_fd().as_raw_fd().cast_unsigned())?;
            }
            Some(LinkNamespace::Process(process)) => {
                link.put(Key::NET_NS_PID, *process)?;
            }
            Some(LinkNamespace::Id(id)) => {
                link.put(Key::IF_NETNSID, *id)?;
            }
        }
        if self.kind != LinkKind::None || self.port != LinkPort::None {
            link.nest(Key::LINKINFO, |info| {
                self.kind.write(info, now)?;
                // A port is one only when the link has its master.
                if now == Now::Change {
                    self.port.write(info, now)?;
                }
                Ok(info)
            })?;
        }
        if now == Now::Change {
            self.write_late(link)?;
            VirtualFunction::write_all(&self.virtual_functions, link)?;
        }
        Ok(())
    }

    /// Whether something is said of what [`write_late`](Self::write_late) writes.
    fn is_late(&self) -> bool {
        let alias = self.alias.as_ref().is_some_and(|alias| !alias.is_empty());
        alias || self.addrgenmode.is_some() || self.token.is_some_and(|token| !token.is_unspecified())
    }

    /// Writes what the kernel takes only of a link that is there: in a request to make one it passes over an alias without a
    /// word, and refuses the rest.
    fn write_late(&self, link: &mut Emit<'_, wire::Link>) -> Result<(), EmitError> {
        use wire::Link as Key;
        link.put_some(Key::IFALIAS, self.alias.as_deref())?;
        if self.addrgenmode.is_some() || self.token.is_some() {
            link.nest_as::<AfSpec, _>(Key::AF_SPEC, |families| {
                families.nest(AfSpec::INET6, |six| {
                    six.put_some(Inet6::ADDR_GEN_MODE, self.addrgenmode)?.put_some(Inet6::TOKEN, self.token)
                })
            })?;
        }
        Ok(())
    }

    /// What is said here and is otherwise there: a change of the link there to what is said here. What can only be told does
    /// not count, nor what is never told; what can be said only when a link is made does, though it cannot be changed. Of the
    /// kind of a tunnel over IP, of which something is otherwise, it says all, since the kernel forgets the rest.
    #[must_use]
    pub fn difference(&self, there: &Self) -> Self {
        let mut difference = <Self as Settings>::difference(self, there);
        if self.name != there.name {
            difference.name = self.name;
        }
        difference.alias =
            differing(&self.alias, &there.alias).filter(|alias| !alias.is_empty() || there.alias.is_some());
        difference.addrgenmode = differing(&self.addrgenmode, &there.addrgenmode);
        difference.token =
            differing(&self.token, &there.token).filter(|token| !token.is_unspecified() || there.token.is_some());
        difference.proto_down_reasons =
            self.proto_down_reasons.clone().filter(|reasons| !reasons.hold(there.proto_down_reasons.as_ref()));
        difference.virtual_functions = VirtualFunction::differences(&self.virtual_functions, &there.virtual_functions);
        difference.namespace = self.namespace.clone();
        difference.kind = self.kind.difference(&there.kind).with_the_rest_of_a_tunnel(&self.kind, &there.kind);
        difference.port = self.port.difference(&there.port);
        let (mut wanted, mut actual) = (self.clone(), there.clone());
        for ((switch, wanted), actual) in
            difference.flag_settings().into_iter().zip(wanted.flag_settings()).zip(actual.flag_settings())
        {
            *switch.2 = differing(wanted.2, actual.2);
        }
        difference
    }

    /// Its link-layer address and such as a request's subject has them.
    fn check_settings(&self) -> Result<(), &'static str> {
        if i32::try_from(self.index).is_err() {
            return Err("the index of a link is at most 2147483647");
        }
        if !self.name.is_empty() {
            self.name.check()?;
        }
        if self.alias.as_deref().is_some_and(|alias| alias.len() > 255 || alias.contains('\0')) {
            return Err("the alias of a link has at most 255 bytes, none of them NUL");
        }
        self.virtual_functions.iter().try_for_each(VirtualFunction::check)
    }
}

/// As `ip -d -s -j` shows it.
impl Link {
    fn shown_whole(&self, mut shown: Vec<(&'static str, Shown)>) -> Vec<(&'static str, Shown)> {
        for (name, address) in
            [("address", &self.address), ("broadcast", &self.broadcast), ("permaddr", &self.permaddr)]
        {
            let entry = shown.iter_mut().find(|entry| entry.0 == name);
            if let (Some(entry), Some(address)) = (entry, address) {
                entry.1 = shown_address(address, self.hardware);
            }
        }
        if self.broadcast.is_some() && self.flags.contains(LinkFlags::POINTOPOINT) {
            shown.push(("link_pointtopoint", Shown::Bool(true)));
        }
        shown.extend([("ifindex", self.index.show()), ("ifname", self.name.show()), ("flags", self.flags.show())]);
        shown.push(("link_type", self.hardware.show()));
        shown.extend(self.alias.as_ref().map(|alias| ("ifalias", alias.show())));
        shown.extend(self.addrgenmode.map(|mode| ("inet6_addr_gen_mode", mode.show())));
        shown.extend(self.xdp.as_ref().map(|xdp| ("xdp", xdp.show())));
        shown.extend(self.statistics.as_ref().map(|statistics| ("stats64", statistics.show())));
        if !self.virtual_functions.is_empty() {
            let functions = self.virtual_functions.iter().map(|function| function.shown(self));
            shown.push(("vfinfo_list", Shown::List(functions.collect())));
        }
        if !self.altnames.is_empty() {
            shown.push(("altnames", self.altnames.show()));
        }
        let mut info = Vec::new();
        if let Some(kind) = self.kind.name() {
            info.extend([("info_kind", kind.show()), ("info_data", Shown::Object(self.kind.shown()))]);
        }
        if let Some(kind) = self.port.name() {
            info.extend([("info_slave_kind", kind.show()), ("info_slave_data", Shown::Object(self.port.shown()))]);
        }
        if !info.is_empty() {
            shown.push(("linkinfo", Shown::Object(info)));
        }
        shown
    }
}

/// In the words and in the order of iproute2, which says that a link is running only where it is up and is not.
impl Show for LinkFlags {
    fn show(&self) -> Shown {
        const WORDS: [(LinkFlags, &str); 18] = [
            (LinkFlags::LOOPBACK, "LOOPBACK"),
            (LinkFlags::BROADCAST, "BROADCAST"),
            (LinkFlags::POINTOPOINT, "POINTOPOINT"),
            (LinkFlags::MULTICAST, "MULTICAST"),
            (LinkFlags::NOARP, "NOARP"),
            (LinkFlags::ALLMULTI, "ALLMULTI"),
            (LinkFlags::PROMISC, "PROMISC"),
            (LinkFlags::MASTER, "MASTER"),
            (LinkFlags::SLAVE, "SLAVE"),
            (LinkFlags::DEBUG, "DEBUG"),
            (LinkFlags::DYNAMIC, "DYNAMIC"),
            (LinkFlags::AUTOMEDIA, "AUTOMEDIA"),
            (LinkFlags::PORTSEL, "PORTSEL"),
            (LinkFlags::NOTRAILERS, "NOTRAILERS"),
            (LinkFlags::UP, "UP"),
            (LinkFlags::LOWER_UP, "LOWER_UP"),
            (LinkFlags::DORMANT, "DORMANT"),
            (LinkFlags::ECHO, "ECHO"),
        ];
        let stopped = self.contains(Self::UP) && !self.contains(Self::RUNNING);
        let mut words: Vec<Shown> = stopped.then(|| "NO-CARRIER".show()).into_iter().collect();
        words.extend(WORDS.iter().filter(|(flag, _)| self.contains(*flag)).map(|(_, word)| word.show()));
        let rest = WORDS.iter().fold(*self - Self::RUNNING, |rest, (flag, _)| rest - *flag);
        words.extend((!rest.is_empty()).then(|| format!("{:x}", rest.bits()).show()));
        Shown::List(words)
    }
}

/// A group of links: `ip` has a name for the first.
enum Group {}

impl Form<u32> for Group {
    fn entry(name: &'static str, group: &u32) -> (&'static str, Shown) {
        (name, group_word(*group))
    }
}

/// Of the reasons `ip` looks at the first eight.
enum Reasons {}

impl Form<ProtoDownReasons> for Reasons {
    fn entry(name: &'static str, reasons: &ProtoDownReasons) -> (&'static str, Shown) {
        let value = reasons.value.unwrap_or_default();
        let bits = (0..8).filter(|bit| value & (1 << bit) != 0).map(|bit: u32| Shown::Text(bit.to_string()));
        (name, Shown::List(bits.collect()))
    }
}

/// Strings as they are: those that anybody may set need not be UTF-8.
fn raw<'a>(
    attributes: Attributes<'a, wire::Link>,
    key: Key<wire::Link, Str>,
) -> impl Iterator<Item = Result<&'a [u8], ParseError>> {
    let wanted = move |attribute: &Result<Attribute<'a, wire::Link>, ParseError>| {
        attribute.as_ref().map_or(true, |attribute| attribute.number() == key.number())
    };
    attributes.into_iter().filter(wanted).map(|attribute| attribute.map(|attribute| attribute.payload()))
}

/// In short, as `ip link` takes it: `link eth0.7 type vlan`.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("link")?;
        if !self.name.is_empty() {
            write!(f, " {}", self.name)?;
        } else if self.index != 0 {
            write!(f, " if{}", self.index)?;
        }
        match self.kind.name() {
            Some(kind) => write!(f, " type {kind}"),
            None => Ok(()),
        }
    }
}

impl Subject for Link {
    fn check(&self) -> Result<(), &'static str> {
        if self.kind == LinkKind::None {
            return Err("the kind of the link is missing");
        }
        let peer = match &self.kind {
            LinkKind::Veth(veth) => veth.peer.as_ref(),
            LinkKind::Vxcan(vxcan) => vxcan.peer.as_ref(),
            LinkKind::Netkit(netkit) => netkit.peer.as_ref(),
            _ => None,
        };
        if let Some(peer) = peer {
            if peer.is_late() {
                return Err(
                    "only a link that is there can have an alias, an addrgenmode or a token: set those of a peer then",
                );
            }
            if peer.up == Some(true) {
                return Err("the other of a pair goes up when both are there: set it up then");
            }
            if matches!(peer.namespace, Some(LinkNamespace::Id(_))) {
                // The kernel would make it here.
                return Err("the other of a pair goes to the namespace of a descriptor or of a process");
            }
            peer.check_settings()?;
        }
        self.check_settings()
    }
}

/// Which links to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// With this master.
    pub master: Option<u32>,
    /// With this alias. The kernel does not know this filter: all links come, and the others are left out here.
    pub alias: Option<String>,
    /// Without counters, which is faster.
    pub without_statistics: bool,
    /// With virtual functions. To tell of those may take a card long, while nothing else can be asked.
    pub virtual_functions: bool,
}

impl LinkFilter {
    /// What to tell of each link.
    fn mask(&self) -> ExtMask {
        let mut mask = ExtMask::empty();
        mask.set(ExtMask::SKIP_STATS, self.without_statistics);
        mask.set(ExtMask::VF, self.virtual_functions);
        mask
    }
}

impl Filter for LinkFilter {
    type Message = NewLink;
    type Object = Link;
    const NOUN: &'static str = "links";

    fn families(&self) -> Vec<Family> {
        vec![Family::UNSPEC]
    }

    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let header = Header { family: family.into(), ..Header::default() };
        GetLink::emit(tail, envelope, header, |link| {
            // With a mask of nothing the kernel does not look how large its links are, and silently leaves out those that
            // do not fit the datagram. That of the VLANs adds nothing to a dump of this family.
            let mask = if self.mask().is_empty() { ExtMask::BRVLAN } else { self.mask() };
            link.put(wire::Link::EXT_MASK, mask)?.put_some(wire::Link::MASTER, self.master)?;
            match &self.kind {
                Some(kind) => link.nest(wire::Link::LINKINFO, |info| info.put(LinkInfo::KIND, kind)),
                None => Ok(link),
            }
        })
    }

    fn family(view: &View<'_, NewLink>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, view: &View<'_, NewLink>, filtered: bool) -> Result<bool, ParseError> {
        let attributes = view.attributes();
        if let Some(wanted) = &self.alias
            && raw(attributes, wire::Link::IFALIAS).next().transpose()?.map(text).as_ref() != Some(wanted)
        {
            return Ok(false);
        }
        if filtered {
            return Ok(true);
        }
        if let Some(wanted) = self.master
            && attributes.get(wire::Link::MASTER)? != Some(wanted)
        {
            return Ok(false);
        }
        let Some(wanted) = &self.kind else { return Ok(true) };
        let info = attributes.get(wire::Link::LINKINFO)?.unwrap_or_default();
        Ok(info.get(LinkInfo::KIND)? == Some(wanted))
    }

    fn object(view: &View<'_, NewLink>) -> Result<Link, ParseError> {
        Link::from_view(view)
    }
}

/// The verbs of links: see [`Netlink::links`](crate::Netlink::links).
pub type Links<'n, T> = Noun<'n, T, LinkFilter>;
