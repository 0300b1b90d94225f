//! Links: the network interfaces (`RTM_*LINK`, `IFLA_*`, `linux/if_link.h`).
//!
//! What every link has is here; what only some have is in a module each. [`LinkInfo::KIND`] says what kind a link is, and so
//! which set [`LinkInfo::DATA`] holds; [`LinkInfo::SLAVE_KIND`] what kind its master is, and so which set
//! [`LinkInfo::SLAVE_DATA`] holds.
//!
//! ```
//! use nlwire_codec::route::link::vlan::Vlan;
//! use nlwire_codec::route::link::{Header, Link, LinkInfo, NewLink};
//! use nlwire_codec::{Envelope, Flags, Message, RawMessage};
//!
//! let mut buffer = heapless::Vec::<u8, 128>::new();
//! NewLink::emit(&mut buffer, Envelope::request(Flags::CREATE), Header::default(), |link| {
//!     link.put(Link::IFNAME, "eth0.7")?.put(Link::LINK, 2)?.nest(Link::LINKINFO, |info| {
//!         info.put(LinkInfo::KIND, "vlan")?.nest_as(LinkInfo::DATA, |vlan| vlan.put(Vlan::ID, 7))
//!     })
//! })?;
//!
//! let message = RawMessage::first(&buffer).and_then(|message| message.read::<NewLink>().ok().flatten());
//! let info = message.map(|link| link.attributes().get(Link::LINKINFO)).transpose()?.flatten().unwrap_or_default();
//! if info.get(LinkInfo::KIND)? == Some("vlan") {
//!     let data = info.get(LinkInfo::DATA)?.map(|data| data.of::<Vlan>()).unwrap_or_default();
//!     assert_eq!(data.get(Vlan::ID)?, Some(7));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bond;
pub mod bridge;
pub mod bridge_cfm;
pub mod bridge_mrp;
pub mod bridge_port;
pub mod bridge_spec;
pub mod can;
pub mod geneve;
pub mod gre;
pub mod hardware;
pub mod hardware_kinds;
pub mod hsr;
pub mod inet;
pub mod ip_tunnel;
pub mod ipvlan;
pub mod macsec;
pub mod macvlan;
pub mod netkit;
pub mod statistics;
pub mod tun;
pub mod tunnels;
pub mod veth;
pub mod virtual_function;
pub mod vlan;
pub mod vrf;
pub mod vti;
pub mod vxlan;
pub mod xdp;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use self::bridge_port::BridgePort;
use self::bridge_spec::BridgeSpec;
use self::hardware::HardwareType;
use self::inet::{Inet, Inet6, Mctp};
use self::statistics::{Map, Statistics32, Statistics64};
use self::virtual_function::{Port, Ports, VirtualFunctions};
use self::xdp::Xdp;
use super::Family;
use super::multicast_route::MulticastTable;
use crate::attribute::{Key, Set};
use crate::nest::{ChoiceOf, Choose, Chosen, Nest};
use crate::number::Native;
use crate::payload::{Bytes, LinkAddress, Str, Struct, Uint};
use crate::schema::{Context, SetInfo};
use crate::{attributes, choices, flags, messages, numbers};

/// `struct ifinfomsg`: the fixed header of link messages.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+-------------------------------+
/// |    family     |      pad      |             kind              |
/// +---------------+---------------+-------------------------------+
/// |                             index                             |
/// +---------------------------------------------------------------+
/// |                             flags                             |
/// +---------------------------------------------------------------+
/// |                            change                             |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family: none for all that is known of a link, `AF_BRIDGE` for what a bridge knows, `AF_INET6` for what IPv6
    /// does (`ifi_family`).
    pub family: Native<Family>,
    /// Padding.
    pub pad: u8,
    /// What hardware the link is (`ifi_type`).
    pub kind: Native<HardwareType>,
    /// The link's index; 0 in a request that names it otherwise (`ifi_index`).
    pub index: Native<i32>,
    /// Flags (`ifi_flags`).
    pub flags: Native<LinkFlags>,
    /// In a request the flags to change, none for all; from the kernel those that changed, or all (`ifi_change`).
    pub change: Native<LinkFlags>,
}

messages! {
    /// A link: make it or change it, or it was made or changed, or one of those that were asked for.
    pub NewLink("RTM_NEWLINK") = 16: Header, Link;
    /// A link: delete it, or it was deleted.
    pub DelLink("RTM_DELLINK") = 17: Header, Link;
    /// Which link has this index or name; with [`Flags::DUMP`](crate::Flags::DUMP) all links. In a dump without
    /// [`Link::EXT_MASK`], or with an empty one, the kernel leaves out links of more than some 30 KiB without a word.
    pub GetLink("RTM_GETLINK") = 18: Header, Link;
    /// Change a link, or a bridge or port (`AF_BRIDGE`).
    pub SetLink("RTM_SETLINK") = 19: Header, Link;
    /// Give a link more names.
    pub NewLinkProp("RTM_NEWLINKPROP") = 108: Header, Link;
    /// Take names from a link.
    pub DelLinkProp("RTM_DELLINKPROP") = 109: Header, Link;
    /// Not used by the kernel.
    pub GetLinkProp("RTM_GETLINKPROP") = 110: Header, Link;
}

attributes! {
    /// Attributes of links.
    pub enum Link("IFLA_") {
        /// Its address.
        ADDRESS: LinkAddress = 1,
        /// The address of all on its link; the other end's on a link between two.
        BROADCAST: LinkAddress = 2,
        /// Its name, at most 15 bytes.
        IFNAME: Str = 3,
        /// Largest packet, in bytes.
        MTU: u32 = 4,
        /// Index of the link below or of its pair, in the namespace of [`LINK_NETNSID`](Self::LINK_NETNSID) if that is there.
        LINK: u32 = 5,
        /// Name of the queueing discipline.
        QDISC: Str = 6,
        /// Counters, the lower 32 bits of each.
        STATS: Struct<Statistics32> = 7,
        /// No longer used.
        COST: Bytes = 8,
        /// No longer used.
        PRIORITY: Bytes = 9,
        /// Index of the bridge, bond or other link that it belongs to; 0 is none.
        MASTER: u32 = 10,
        /// An event of the old wireless interface.
        WIRELESS: Bytes = 11,
        /// What the message's family knows of it. Without `NLA_F_NESTED` in an old request to a bridge: the state of the
        /// port alone, one byte.
        PROTINFO: Chosen<ProtocolInfo> = 12,
        /// Packets that may wait to be sent.
        TXQLEN: u32 = 13,
        /// Where its hardware is mapped.
        MAP: Struct<Map> = 14,
        /// No longer used.
        WEIGHT: u32 = 15,
        /// Whether it works.
        OPERSTATE: OperationalState = 16,
        /// Who says that it works.
        LINKMODE: LinkMode = 17,
        /// Its kind, and what only that has.
        LINKINFO: Nest<LinkInfo> = 18,
        /// Where it goes: the namespace of this process.
        NET_NS_PID: u32 = 19,
        /// Its description, at most 255 bytes.
        IFALIAS: Str = 20,
        /// How many virtual functions it has.
        NUM_VF: u32 = 21,
        /// Its virtual functions; only when asked for with [`ExtMask::VF`].
        VFINFO_LIST: Nest<VirtualFunctions> = 22,
        /// Counters.
        STATS64: Struct<Statistics64> = 23,
        /// Ports of its virtual functions.
        VF_PORTS: Nest<Ports> = 24,
        /// Port of itself.
        PORT_SELF: Nest<Port> = 25,
        /// What each address family knows of it; of family `AF_BRIDGE` its VLANs.
        AF_SPEC: Chosen<FamilySpec> = 26,
        /// Number of the group that it belongs to, or that is to be changed.
        GROUP: u32 = 27,
        /// Where it goes: the namespace of this descriptor.
        NET_NS_FD: u32 = 28,
        /// In a request: what more to tell.
        EXT_MASK: ExtMask = 29,
        /// How many want it to take all packets.
        PROMISCUITY: u32 = 30,
        /// Queues to send by.
        NUM_TX_QUEUES: u32 = 31,
        /// Queues to receive by.
        NUM_RX_QUEUES: u32 = 32,
        /// Whether it has a carrier.
        CARRIER: u8 = 33,
        /// Which port of its card it is, as the card says.
        PHYS_PORT_ID: Bytes = 34,
        /// How often the carrier came or went.
        CARRIER_CHANGES: u32 = 35,
        /// Which switch it is a port of, as the switch says.
        PHYS_SWITCH_ID: Bytes = 36,
        /// Number of the namespace that [`LINK`](Self::LINK) is in.
        LINK_NETNSID: i32 = 37,
        /// Name of the port, as the switch says.
        PHYS_PORT_NAME: Str = 38,
        /// Whether a program keeps it down.
        PROTO_DOWN: u8 = 39,
        /// Most segments of one large packet.
        GSO_MAX_SEGS: u32 = 40,
        /// Most bytes of one large packet.
        GSO_MAX_SIZE: u32 = 41,
        /// Padding.
        PAD: Bytes = 42,
        /// Its packet programs.
        XDP: Nest<Xdp> = 43,
        /// Why the kernel tells of it.
        EVENT: LinkEvent = 44,
        /// Number of the namespace that it went to; -1 where it has none here.
        NEW_NETNSID: i32 = 45,
        /// Number of the namespace that the request is about. The kernel's newer name is `IFLA_TARGET_NETNSID`.
        IF_NETNSID: i32 = 46,
        /// How often the carrier came.
        CARRIER_UP_COUNT: u32 = 47,
        /// How often the carrier went.
        CARRIER_DOWN_COUNT: u32 = 48,
        /// Its index in the namespace that it went to, or is to go to.
        NEW_IFINDEX: i32 = 49,
        /// Least MTU, in bytes.
        MIN_MTU: u32 = 50,
        /// Greatest MTU, in bytes; 0 is any.
        MAX_MTU: u32 = 51,
        /// More names of it: a list of [`ALT_IFNAME`](Self::ALT_IFNAME).
        PROP_LIST: Nest<Link> = 52,
        /// Another name, at most 127 bytes. In a request also instead of [`IFNAME`](Self::IFNAME).
        ALT_IFNAME: Str = 53,
        /// The address that its hardware came with.
        PERM_ADDRESS: LinkAddress = 54,
        /// Why programs keep it down.
        PROTO_DOWN_REASON: Nest<ProtoDownReason> = 55,
        /// Name of the device that it belongs to (`0000:01:00.0`).
        PARENT_DEV_NAME: Str = 56,
        /// Name of the bus of that device (`pci`).
        PARENT_DEV_BUS_NAME: Str = 57,
        /// Most bytes of a packet that is put together while receiving.
        GRO_MAX_SIZE: u32 = 58,
        /// Most bytes that the hardware cuts into packets.
        TSO_MAX_SIZE: u32 = 59,
        /// Most segments that the hardware cuts.
        TSO_MAX_SEGS: u32 = 60,
        /// How many want it to take all multicast packets.
        ALLMULTI: u32 = 61,
        /// Its devlink port.
        DEVLINK_PORT: Nest<DevlinkPort> = 62,
        /// As [`GSO_MAX_SIZE`](Self::GSO_MAX_SIZE), for IPv4.
        GSO_IPV4_MAX_SIZE: u32 = 63,
        /// As [`GRO_MAX_SIZE`](Self::GRO_MAX_SIZE), for IPv4.
        GRO_IPV4_MAX_SIZE: u32 = 64,
        /// The pin of a clock that it feeds or is fed by.
        DPLL_PIN: Nest<DpllPin> = 65,
        /// How far ahead the hardware can be told when to send a packet, in nanoseconds.
        MAX_PACING_OFFLOAD_HORIZON: Uint = 66,
        /// Whether it cannot leave its namespace.
        NETNS_IMMUTABLE: u8 = 67,
        /// Bytes it wants free before packets.
        HEADROOM: u16 = 68,
        /// Bytes it wants free behind packets.
        TAILROOM: u16 = 69,
    }
}

attributes! {
    /// The kind of a link, and of its master.
    pub enum LinkInfo("IFLA_INFO_") {
        /// Its kind: `vlan`, `bridge`, … Real hardware has none.
        KIND: Str = 1,
        /// What only links of its kind have.
        DATA: Chosen<LinkData> = 2,
        /// Counters that only links of its kind have. They are of kind `can`: [`XSTATS_CAN`](Self::XSTATS_CAN).
        XSTATS: Bytes = 3,
        /// The kind of its master.
        SLAVE_KIND: Str = 4,
        /// What only links with such a master have.
        SLAVE_DATA: Chosen<SlaveData> = 5,
    }
}

impl LinkInfo {
    /// [`XSTATS`](Self::XSTATS) of a link of kind `can`.
    pub const XSTATS_CAN: Key<Self, Struct<can::CanStatistics>> = Key::new(3);
}

choices! {
    /// `IFLA_INFO_KIND` decides.
    pub enum LinkData: LinkInfo::KIND {
        "amt" => tunnels::Amt,
        "bareudp" => tunnels::BareUdp,
        "batadv" => hardware_kinds::Batadv,
        "bond" => bond::Bond,
        "bridge" => bridge::Bridge,
        "can" => can::Can,
        "dsa" => hardware_kinds::Dsa,
        "geneve" => geneve::Geneve,
        "gre" | "gretap" | "erspan" | "ip6gre" | "ip6gretap" | "ip6erspan" => gre::Gre,
        "gtp" => tunnels::Gtp,
        "hsr" => hsr::Hsr,
        "ip6tnl" => ip_tunnel::Ip6Tunnel,
        "ipip" | "sit" => ip_tunnel::IpTunnel,
        "ipoib" => hardware_kinds::Ipoib,
        "ipvlan" | "ipvtap" => ipvlan::Ipvlan,
        "macsec" => macsec::Macsec,
        "macvlan" | "macvtap" => macvlan::Macvlan,
        "netkit" => netkit::Netkit,
        "ovpn" => tunnels::Ovpn,
        "ppp" => tunnels::Ppp,
        "rmnet" => hardware_kinds::Rmnet,
        "tun" => tun::Tun,
        "veth" => veth::Veth,
        "vlan" => vlan::Vlan,
        "vrf" => vrf::Vrf,
        "vti" | "vti6" => vti::Vti,
        "vxcan" => veth::Vxcan,
        "vxlan" => vxlan::Vxlan,
        "wwan" => hardware_kinds::Wwan,
        "xfrm" => vti::Xfrm,
    }
}

choices! {
    /// `IFLA_INFO_SLAVE_KIND` decides.
    pub enum SlaveData: LinkInfo::SLAVE_KIND {
        "bond" => bond::BondSlave,
        "bridge" => BridgePort,
        "vrf" => vrf::VrfPort,
    }
}

/// The message's family decides what [`Link::PROTINFO`] holds: for `AF_BRIDGE` [`BridgePort`], for `AF_INET6` [`Inet6`].
#[derive(Debug)]
pub enum ProtocolInfo {}

impl Choose for ProtocolInfo {
    fn choose(context: &Context<'_>) -> Option<&'static SetInfo> {
        match Family(context.family) {
            Family::BRIDGE => Some(BridgePort::INFO),
            Family::INET6 => Some(Inet6::INFO),
            _ => None,
        }
    }

    fn sets() -> &'static [&'static SetInfo] {
        const { &[BridgePort::INFO, Inet6::INFO] }
    }
}

impl ChoiceOf<ProtocolInfo> for BridgePort {}
impl ChoiceOf<ProtocolInfo> for Inet6 {}

/// The message's family decides what [`Link::AF_SPEC`] holds: for `AF_BRIDGE` [`BridgeSpec`], for `RTNL_FAMILY_IPMR`
/// [`MulticastTable`], else [`AfSpec`].
#[derive(Debug)]
pub enum FamilySpec {}

impl Choose for FamilySpec {
    fn choose(context: &Context<'_>) -> Option<&'static SetInfo> {
        match Family(context.family) {
            Family::BRIDGE => Some(BridgeSpec::INFO),
            Family::IPMR => Some(MulticastTable::INFO),
            _ => Some(AfSpec::INFO),
        }
    }

    fn sets() -> &'static [&'static SetInfo] {
        const { &[BridgeSpec::INFO, MulticastTable::INFO, AfSpec::INFO] }
    }
}

impl ChoiceOf<FamilySpec> for BridgeSpec {}
impl ChoiceOf<FamilySpec> for MulticastTable {}
impl ChoiceOf<FamilySpec> for AfSpec {}

attributes! {
    /// What each address family knows of a link, by the family's number.
    pub enum AfSpec("AF_") {
        /// IPv4.
        INET: Nest<Inet> = 2,
        /// Bridges. The kernel sends none: it has messages of family `AF_BRIDGE` for that.
        BRIDGE: Nest<BridgeSpec> = 7,
        /// IPv6.
        INET6: Nest<Inet6> = 10,
        /// MCTP.
        MCTP: Nest<Mctp> = 45,
    }
}

attributes! {
    /// Why programs keep a link down.
    pub enum ProtoDownReason("IFLA_PROTO_DOWN_REASON_") {
        /// In a request: which bits to change; all without it.
        MASK: u32 = 1,
        /// The reasons, a bit each; what they mean is for programs to agree on.
        VALUE: u32 = 2,
    }
}

attributes! {
    /// The devlink port of a link: how `devlink` names it (`linux/devlink.h`).
    pub enum DevlinkPort("DEVLINK_ATTR_") {
        /// Name of the bus (`pci`).
        BUS_NAME: Str = 1,
        /// Name of the device (`0000:01:00.0`).
        DEV_NAME: Str = 2,
        /// Number of the port.
        PORT_INDEX: u32 = 3,
        /// Number of the device.
        INDEX: Uint = 184,
    }
}

attributes! {
    /// The pin of a clock (`enum dpll_a_pin`, `linux/dpll.h`).
    pub enum DpllPin("DPLL_A_PIN_") {
        /// Its number.
        ID: u32 = 1,
    }
}

flags! {
    /// Flags of a link (`IFF_*`, `linux/if.h`).
    pub struct LinkFlags(u32, "IFF_") {
        /// It is to work: the administrator's wish.
        UP = 1,
        /// It has an address for all on the link.
        BROADCAST = 1 << 1,
        /// The driver tells more of what it does.
        DEBUG = 1 << 2,
        /// It leads back to this host.
        LOOPBACK = 1 << 3,
        /// It leads to one other host.
        POINTOPOINT = 1 << 4,
        /// No trailers; no longer used.
        NOTRAILERS = 1 << 5,
        /// It works, as far as is known ([`OperationalState::UP`] or `UNKNOWN`).
        RUNNING = 1 << 6,
        /// No ARP.
        NOARP = 1 << 7,
        /// The administrator wants it to take all packets.
        PROMISC = 1 << 8,
        /// It takes all multicast packets.
        ALLMULTI = 1 << 9,
        /// It shares its load with others (the master).
        MASTER = 1 << 10,
        /// It shares the load of a master.
        SLAVE = 1 << 11,
        /// It can do multicast.
        MULTICAST = 1 << 12,
        /// One can choose which of its sockets is in use.
        PORTSEL = 1 << 13,
        /// It chooses that itself.
        AUTOMEDIA = 1 << 14,
        /// Its addresses go when it goes down.
        DYNAMIC = 1 << 15,
        /// It has a carrier.
        LOWER_UP = 1 << 16,
        /// It has a carrier and waits for something else.
        DORMANT = 1 << 17,
        /// It hears what it sends.
        ECHO = 1 << 18,
    }
}

numbers! {
    /// Whether a link works (`IF_OPER_*`, `linux/if.h`; RFC 2863).
    pub struct OperationalState(u8, "IF_OPER_") {
        /// Nobody says.
        UNKNOWN = 0,
        /// A part is missing.
        NOTPRESENT = 1,
        /// It does not.
        DOWN = 2,
        /// The link below does not.
        LOWERLAYERDOWN = 3,
        /// It is being tested.
        TESTING = 4,
        /// It waits for something, such as to be let in.
        DORMANT = 5,
        /// It does.
        UP = 6,
    }
}

numbers! {
    /// Who says that a link works (`IF_LINK_MODE_*`, `linux/if.h`).
    pub struct LinkMode(u8, "IF_LINK_MODE_") {
        /// The carrier.
        DEFAULT = 0,
        /// A program, after the carrier: until then it is dormant.
        DORMANT = 1,
        /// A program, after the carrier: until then it is being tested.
        TESTING = 2,
    }
}

numbers! {
    /// Why the kernel tells of a link (`IFLA_EVENT_*`).
    pub struct LinkEvent(u32, "IFLA_EVENT_") {
        /// Something else.
        NONE = 0,
        /// It was reset.
        REBOOT = 1,
        /// What its hardware does changed.
        FEATURES = 2,
        /// Another link of the bond is in use.
        BONDING_FAILOVER = 3,
        /// Its neighbours are to be told of it again.
        NOTIFY_PEERS = 4,
        /// Its multicast groups were told of again.
        IGMP_RESEND = 5,
        /// Options of the bond changed.
        BONDING_OPTIONS = 6,
    }
}

flags! {
    /// What more to tell of links (`RTEXT_FILTER_*`, `linux/rtnetlink.h`).
    pub struct ExtMask(u32, "RTEXT_FILTER_") {
        /// Virtual functions.
        VF = 1,
        /// VLANs of bridges and ports.
        BRVLAN = 1 << 1,
        /// The same, with ranges.
        BRVLAN_COMPRESSED = 1 << 2,
        /// No counters.
        SKIP_STATS = 1 << 3,
        /// Media redundancy protocol.
        MRP = 1 << 4,
        /// Connectivity fault management: how it is set up.
        CFM_CONFIG = 1 << 5,
        /// Connectivity fault management: what was seen.
        CFM_STATUS = 1 << 6,
        /// Multiple spanning trees.
        MST = 1 << 7,
        /// Only names.
        NAME_ONLY = 1 << 8,
    }
}

#[cfg(test)]
mod tests;
