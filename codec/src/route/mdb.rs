//! Multicast groups of bridges and of VXLAN interfaces (`RTM_*MDB`, `MDBA_*`, `linux/if_bridge.h`).
//!
//! The kernel uses the same two numbers for what it says and for what it is told: [`Mdb::MDB`] and [`Mdb::ROUTER`] come from
//! the kernel, [`Mdb::SET_ENTRY`] and [`Mdb::SET_ENTRY_ATTRS`] go there, and so do [`Mdb::GET_ENTRY`] and
//! [`Mdb::GET_ENTRY_ATTRS`]. It answers questions for all with messages of kind `RTM_GETMDB` (bridges) or `RTM_NEWMDB`
//! (VXLAN).
//!
//! ```
//! use nlwire_codec::route::mdb::{Header, Mdb, MdbAddress, MdbEntry, MdbState, NewMdb};
//! use nlwire_codec::{Envelope, Flags, Message};
//! use std::net::Ipv4Addr;
//!
//! let mut buffer = heapless::Vec::<u8, 64>::new();
//! let group = MdbAddress::from(Ipv4Addr::new(239, 1, 1, 1));
//! let entry = MdbEntry { index: 4.into(), state: MdbState::PERMANENT.into(), address: group, ..MdbEntry::default() };
//! NewMdb::emit(&mut buffer, Envelope::request(Flags::CREATE), Header::bridge(3), |mdb| {
//!     mdb.put(Mdb::SET_ENTRY, (&entry).into())
//! })?;
//! # Ok::<(), nlwire_codec::EmitError>(())
//! ```

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use super::link::bridge::MulticastRouter;
use super::route::RouteProtocol;
use crate::attribute::{Any, Attributes, Key, Set};
use crate::error::EmitErrorKind;
use crate::message::Message;
use crate::nest::{ChoiceOf, Choose, Chosen, Headed, Nest};
use crate::number::{Big, Native};
use crate::payload::{Ip, Payload, Span, Struct};
use crate::schema::{Context, Inside, SetInfo, Tally};
use crate::tail::Tail;
use crate::{attributes, flags, messages, numbers};

/// `struct br_port_msg`: the fixed header of these messages.
///
/// ```text
/// +---------------+-----------------------------------------------+
/// |    family     |                      pad                      |
/// +---------------+-----------------------------------------------+
/// |                             index                             |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// `AF_BRIDGE`; from a bridge that answers a question for all `AF_UNSPEC` (`family`).
    pub family: Native<Family>,
    /// Padding.
    pub pad: [u8; 3],
    /// Index of the bridge or of the VXLAN interface; 0 in a question for all (`ifindex`).
    pub index: Native<u32>,
}

impl Header {
    /// That of a request about the bridge or VXLAN interface with this index.
    pub fn bridge(index: u32) -> Self {
        Self { family: Family::BRIDGE.into(), index: index.into(), ..Self::default() }
    }
}

messages! {
    /// A group: a port joins it or is changed in it, or did so, or one of those that were asked for.
    pub NewMdb("RTM_NEWMDB") = 84: Header, Mdb;
    /// A group: a port leaves it, or did so. With [`Flags::BULK`](crate::Flags::BULK) all groups that fit.
    pub DelMdb("RTM_DELMDB") = 85: Header, Mdb;
    /// A group; with [`Flags::DUMP`](crate::Flags::DUMP) all groups. So are also the answers of bridges to a question for all.
    pub GetMdb("RTM_GETMDB") = 86: Header, Mdb;
}

/// A group, in answer to a question for all: bridges send it as [`GetMdb`], VXLAN interfaces as [`NewMdb`].
#[derive(Debug)]
pub enum AnyMdb {}

impl Message for AnyMdb {
    const KIND: u16 = NewMdb::KIND;
    const NAME: &'static str = NewMdb::NAME;
    type Header = Header;
    type Attributes = Mdb;

    fn includes(kind: u16) -> bool {
        kind == NewMdb::KIND || kind == GetMdb::KIND
    }
}

attributes! {
    /// Attributes of multicast groups.
    pub enum Mdb("MDBA_") {
        /// From the kernel: groups. To the kernel it is [`SET_ENTRY`](Self::SET_ENTRY).
        MDB: MdbPayload = 1,
        /// From the kernel: ports with multicast routers ([`Routers`]). To the kernel it is
        /// [`SET_ENTRY_ATTRS`](Self::SET_ENTRY_ATTRS).
        ROUTER: Chosen<RouterOrAttributes> = 2,
    }
}

impl Mdb {
    /// `MDBA_SET_ENTRY`: to the kernel, the group and the port.
    pub const SET_ENTRY: Key<Self, Struct<MdbEntry>> = Key::new(1);
    /// `MDBA_SET_ENTRY_ATTRS`: to the kernel, more about them.
    pub const SET_ENTRY_ATTRS: Key<Self, Nest<MdbSettings>> = Key::new(2);
    /// `MDBA_GET_ENTRY`: to the kernel, the group that is asked for.
    pub const GET_ENTRY: Key<Self, Struct<MdbEntry>> = Key::new(1);
    /// `MDBA_GET_ENTRY_ATTRS`: to the kernel, its [`SOURCE`](MdbSettings::SOURCE) and [`SRC_VNI`](MdbSettings::SRC_VNI).
    pub const GET_ENTRY_ATTRS: Key<Self, Nest<MdbSettings>> = Key::new(2);
}

/// What [`Mdb::ROUTER`] holds: ports with multicast routers, or beside [`Mdb::SET_ENTRY`] more about that entry.
#[derive(Debug)]
pub enum RouterOrAttributes {}

impl Choose for RouterOrAttributes {
    fn choose(context: &Context<'_>) -> Option<&'static SetInfo> {
        let mut entries = context.beside::<Any>().filter(|sibling| sibling.number() == Mdb::MDB.number());
        Some(if entries.any(|entry| is_entry(entry.span())) { MdbSettings::INFO } else { Routers::INFO })
    }

    fn sets() -> &'static [&'static SetInfo] {
        const { &[Routers::INFO, MdbSettings::INFO] }
    }
}

impl ChoiceOf<RouterOrAttributes> for Routers {}
impl ChoiceOf<RouterOrAttributes> for MdbSettings {}

/// Whether the payload is a bare [`MdbEntry`]: groups in attributes are longer.
fn is_entry(span: Span<'_>) -> bool {
    span.bytes.len() == size_of::<MdbEntry>()
}

/// The payload of [`Mdb::MDB`]: groups, each in an attribute [`Groups::ENTRY`]. In a request there is a bare [`MdbEntry`] in
/// this place, and [`Mdb::SET_ENTRY`] the key for it.
#[derive(Debug)]
pub enum MdbPayload {}

impl Payload for MdbPayload {
    type Value<'a> = Attributes<'a, Groups>;
    const NAME: &'static str = "nest, or struct br_mdb_entry";

    fn read(span: Span<'_>) -> Option<Attributes<'_, Groups>> {
        (!is_entry(span)).then(|| Attributes::new(span))
    }

    fn write(value: Attributes<'_, Groups>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.span().bytes)
    }

    fn debug(span: Span<'_>, context: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_entry(span) {
            <Struct<MdbEntry>>::debug(span, context, f)
        } else {
            <Nest<Groups>>::debug(span, context, f)
        }
    }

    fn repeat(
        span: Span<'_>,
        context: &Context<'_>,
        out: &mut Tail<'_>,
        tally: &mut Tally,
    ) -> Result<(), EmitErrorKind> {
        if is_entry(span) {
            <Struct<MdbEntry>>::repeat(span, context, out, tally)
        } else {
            <Nest<Groups>>::repeat(span, context, out, tally)
        }
    }

    fn sets() -> &'static [&'static SetInfo] {
        const { &[Groups::INFO] }
    }

    fn inside<'a>(span: Span<'a>, _context: &Context<'_>, _offset: u32) -> Option<Inside<'a>> {
        (!is_entry(span)).then_some((Groups::INFO, span))
    }
}

attributes! {
    /// Multicast groups (`MDBA_MDB_*`).
    pub enum Groups("MDBA_MDB_") {
        /// A group, with all that are in it; there are as many as groups.
        ENTRY: Nest<Group> = 1,
    }
}

attributes! {
    /// Who is in a group (`MDBA_MDB_ENTRY_*`).
    pub enum Group("MDBA_MDB_ENTRY_") {
        /// A port in it; there are as many as ports.
        INFO: Headed<MdbEntry, GroupPort> = 1,
    }
}

attributes! {
    /// A port in a group (`MDBA_MDB_EATTR_*`).
    pub enum GroupPort("MDBA_MDB_EATTR_") {
        /// Time until it leaves, in ticks of 1/100 s; 0 is never.
        TIMER: u32 = 1,
        /// Sources that it wants, or does not want.
        SRC_LIST: Nest<Sources> = 2,
        /// Whether those are the ones that it wants.
        GROUP_MODE: GroupMode = 3,
        /// The one source that the entry is for.
        SOURCE: Ip = 4,
        /// Who made the entry.
        RTPROT: RouteProtocol = 5,
        /// VXLAN: where packets go.
        DST: Ip = 6,
        /// VXLAN: the UDP port that they go to, where it is not that of the interface, in host byte order.
        DST_PORT: u16 = 7,
        /// VXLAN: their network identifier, where it is not that of the interface.
        VNI: u32 = 8,
        /// VXLAN: index of the interface that they leave by.
        IFINDEX: u32 = 9,
        /// VXLAN: the network identifier that the entry is for.
        SRC_VNI: u32 = 10,
    }
}

attributes! {
    /// Sources of a group (`MDBA_MDB_SRCLIST_*`).
    pub enum Sources("MDBA_MDB_SRCLIST_") {
        /// A source; there are as many as sources.
        ENTRY: Nest<Source> = 1,
    }
}

attributes! {
    /// A source of a group (`MDBA_MDB_SRCATTR_*`).
    pub enum Source("MDBA_MDB_SRCATTR_") {
        /// Its address.
        ADDRESS: Ip = 1,
        /// Time until it is no longer wanted, in ticks of 1/100 s; 0 is now or never, as the mode says.
        TIMER: u32 = 2,
    }
}

attributes! {
    /// Ports with multicast routers (`MDBA_ROUTER_*`).
    pub enum Routers("MDBA_ROUTER_") {
        /// Index of a port, and more of it; there are as many as ports. In an event index 0 is the bridge itself.
        PORT: Headed<Native<u32>, RouterPort> = 1,
    }
}

attributes! {
    /// A port with a multicast router (`MDBA_ROUTER_PATTR_*`).
    pub enum RouterPort("MDBA_ROUTER_PATTR_") {
        /// Time until it is taken for gone, in ticks of 1/100 s: the longer of both.
        TIMER: u32 = 1,
        /// Who says that there is one.
        TYPE: MulticastRouter = 2,
        /// The same for IPv4.
        INET_TIMER: u32 = 3,
        /// The same for IPv6.
        INET6_TIMER: u32 = 4,
        /// The VLAN.
        VID: u16 = 5,
    }
}

attributes! {
    /// More about a group and a port, in a request (`MDBE_ATTR_*`).
    pub enum MdbSettings("MDBE_ATTR_") {
        /// The one source that the entry is for.
        SOURCE: Ip = 1,
        /// Sources that the port wants, or does not want.
        SRC_LIST: Nest<SourceSettings> = 2,
        /// Whether those are the ones that it wants.
        GROUP_MODE: GroupMode = 3,
        /// Who makes the entry.
        RTPROT: RouteProtocol = 4,
        /// VXLAN: where packets go.
        DST: Ip = 5,
        /// VXLAN: the UDP port that they go to, in host byte order.
        DST_PORT: u16 = 6,
        /// VXLAN: their network identifier.
        VNI: u32 = 7,
        /// VXLAN: index of the interface that they leave by.
        IFINDEX: i32 = 8,
        /// VXLAN: the network identifier that the entry is for.
        SRC_VNI: u32 = 9,
        /// To delete many: the bits of [`MdbEntry::state`] that must be as they are there.
        STATE_MASK: u8 = 10,
    }
}

attributes! {
    /// Sources of a group, in a request (`MDBE_SRC_LIST_*`).
    pub enum SourceSettings("MDBE_SRC_LIST_") {
        /// A source; there are as many as sources.
        ENTRY: Nest<SourceSetting> = 1,
    }
}

attributes! {
    /// A source of a group, in a request (`MDBE_SRCATTR_*`).
    pub enum SourceSetting("MDBE_SRCATTR_") {
        /// Its address.
        ADDRESS: Ip = 1,
    }
}

numbers! {
    /// Whether sources of a group are wanted (`MCAST_*`, `linux/in.h`).
    pub struct GroupMode(u8, "MCAST_") {
        /// All but these.
        EXCLUDE = 0,
        /// Only these.
        INCLUDE = 1,
    }
}

numbers! {
    /// How long a port stays in a group (`MDB_*`).
    pub struct MdbState(u8, "MDB_") {
        /// As long as somebody there says so.
        TEMPORARY = 0,
        /// Always.
        PERMANENT = 1,
    }
}

flags! {
    /// Flags of a port in a group (`MDB_FLAGS_*`).
    pub struct MdbFlags(u8, "MDB_FLAGS_") {
        /// Hardware does it.
        OFFLOAD = 1,
        /// It leaves at once when somebody there leaves.
        FAST_LEAVE = 1 << 1,
        /// The kernel added it since it wants all sources but some.
        STAR_EXCL = 1 << 2,
        /// The source is not wanted.
        BLOCKED = 1 << 3,
        /// Hardware was to do it, and did not.
        OFFLOAD_FAILED = 1 << 4,
    }
}

/// `struct br_mdb_entry`: a port in a group.
///
/// ```text
/// +---------------------------------------------------------------+
/// |                             index                             |
/// +---------------+---------------+-------------------------------+
/// |     state     |     flags     |             vlan              |
/// +---------------+---------------+-------------------------------+
/// |                       address, 16 bytes                       |
/// +-------------------------------+-------------------------------+
/// |        address.protocol       |              pad              |
/// +-------------------------------+-------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct MdbEntry {
    /// Index of the port; the bridge's own index for the bridge itself (`ifindex`).
    pub index: Native<u32>,
    /// How long it stays (`state`).
    pub state: Native<MdbState>,
    /// Flags (`flags`).
    pub flags: Native<MdbFlags>,
    /// The VLAN; 0 is none (`vid`).
    pub vlan: Native<u16>,
    /// The group (`addr`).
    pub address: MdbAddress,
}

/// The address of a multicast group: IPv4, IPv6, or of the link layer.
#[derive(Clone, Copy, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct MdbAddress {
    /// The address, at the beginning (`u`).
    pub bytes: [u8; 16],
    /// What address it is: 0x0800, 0x86dd, or 0 for one of the link layer; in network byte order (`proto`).
    pub protocol: Big<u16>,
    /// Padding.
    pub pad: [u8; 2],
}

impl MdbAddress {
    const IPV4: u16 = 0x0800;
    const IPV6: u16 = 0x86dd;

    /// The address, where it is an IP address.
    pub fn ip(&self) -> Option<IpAddr> {
        match self.protocol.get() {
            Self::IPV4 => self.bytes.first_chunk().map(|four: &[u8; 4]| IpAddr::from(*four)),
            Self::IPV6 => Some(IpAddr::from(self.bytes)),
            _ => None,
        }
    }

    /// The address, where it is one of the link layer.
    pub fn link(&self) -> Option<[u8; 6]> {
        if self.protocol == 0 { self.bytes.first_chunk().copied() } else { None }
    }

    fn new(address: &[u8], protocol: u16) -> Self {
        let mut bytes = [0; 16];
        if let Some(start) = bytes.get_mut(..address.len()) {
            start.copy_from_slice(address);
        }
        Self { bytes, protocol: protocol.into(), pad: [0; 2] }
    }
}

impl From<Ipv4Addr> for MdbAddress {
    fn from(address: Ipv4Addr) -> Self {
        Self::new(&address.octets(), Self::IPV4)
    }
}

impl From<Ipv6Addr> for MdbAddress {
    fn from(address: Ipv6Addr) -> Self {
        Self::new(&address.octets(), Self::IPV6)
    }
}

impl From<IpAddr> for MdbAddress {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(four) => four.into(),
            IpAddr::V6(six) => six.into(),
        }
    }
}

impl From<[u8; 6]> for MdbAddress {
    fn from(address: [u8; 6]) -> Self {
        Self::new(&address, 0)
    }
}

impl fmt::Display for MdbAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.ip(), self.link()) {
            (Some(ip), _) => ip.fmt(f),
            (None, Some(link)) => crate::payload::LinkAddress::from(link).fmt(f),
            (None, None) => write!(f, "protocol {:#06x}: {:02x?}", self.protocol.get(), self.bytes),
        }
    }
}

impl fmt::Debug for MdbAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use std::format;

    use super::*;
    use crate::route::PROTOCOL;
    use crate::route::testing::{bytes, emitted};
    use crate::schema::Tally;
    use crate::{Envelope, Flags, Message, RawMessage};

    // What iproute2 and Linux 7.2 wrote, with sequence numbers, ports and padding set to zero.

    const ADD: Flags = Flags::ACK.union(Flags::CREATE).union(Flags::EXCL);

    #[track_caller]
    fn described(wire: &str) -> std::string::String {
        let message = bytes(wire);
        let message = RawMessage::first(&message).unwrap();
        let mut tally = Tally::default();
        let mut room = [0xa5; 256];
        let mut tail = Tail::new(&mut room);
        PROTOCOL.repeat(&message, &mut tail, &mut tally).unwrap();
        assert_eq!(tail.written(), message.bytes());
        assert_eq!((tally.unknown, tally.altered, tally.unreadable), (0, 0, 0));
        format!("{:?}", PROTOCOL.describe(&message))
    }

    #[test]
    fn a_group_is_read_whichever_message_tells_of_it() {
        let mut buffer = heapless::Vec::<u8, 96>::new();
        let envelope = Envelope::request(Flags::MULTI);
        NewMdb::emit(&mut buffer, envelope, Header::bridge(2), |mdb| Ok(mdb)).unwrap();
        GetMdb::emit(&mut buffer, envelope, Header::bridge(3), |mdb| Ok(mdb)).unwrap();
        DelMdb::emit(&mut buffer, envelope, Header::bridge(4), |mdb| Ok(mdb)).unwrap();
        let index = |message: RawMessage<'_>| Some(message.read::<AnyMdb>().unwrap()?.header.index.get());
        let indices: std::vec::Vec<_> = crate::Messages::new(&buffer).map(|message| index(message.unwrap())).collect();
        assert_eq!(indices, [Some(2), Some(3), None]);
    }

    #[test]
    fn an_entry_is_that_of_iproute2() {
        // bridge mdb add dev br0 port v0 grp 239.1.1.3 permanent filter_mode include source_list 10.0.0.1,10.0.0.2
        //     proto bgp vid 1
        let wire = "\
            68000000540005060000000000000000 0700000002000000 \
            20000100 04000000 01000100 ef010103000000000000000000000000 08000000 \
            30000280 0500030001000000 1c000280 0c000180080001000a000001 0c000180080001000a000002 05000400ba000000";
        let entry = MdbEntry {
            index: 4.into(),
            state: MdbState::PERMANENT.into(),
            vlan: 1.into(),
            address: Ipv4Addr::new(239, 1, 1, 3).into(),
            ..MdbEntry::default()
        };
        let written = emitted(|tail| {
            NewMdb::emit(tail, Envelope::request(ADD), Header::bridge(2), |mdb| {
                mdb.put(Mdb::SET_ENTRY, (&entry).into())?.nest(Mdb::SET_ENTRY_ATTRS, |settings| {
                    settings
                        .put(MdbSettings::GROUP_MODE, GroupMode::INCLUDE)?
                        .nest(MdbSettings::SRC_LIST, |sources| {
                            sources
                                .nest(SourceSettings::ENTRY, |source| {
                                    source.put(SourceSetting::ADDRESS, [10, 0, 0, 1].into())
                                })?
                                .nest(SourceSettings::ENTRY, |source| {
                                    source.put(SourceSetting::ADDRESS, [10, 0, 0, 2].into())
                                })
                        })?
                        .put(MdbSettings::RTPROT, RouteProtocol::BGP)
                })
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
        let text = described(wire);
        assert!(text.contains("state: MDB_PERMANENT, flags: 0x0, vlan: 1, address: 239.1.1.3 }"), "{text}");
        assert!(text.contains("MdbSettings { MDBE_ATTR_GROUP_MODE: MCAST_INCLUDE, MDBE_ATTR_SRC_LIST: "), "{text}");
    }

    #[test]
    fn an_entry_of_a_tunnel_is_that_of_iproute2() {
        // bridge mdb add dev vx2 port vx2 grp ff0e::1 permanent dst 2001:db8::9 dst_port 1111 vni 2222 via v1
        let wire = "\
            68000000540005060000000000000000 0700000006000000 \
            20000100 06000000 01000000 ff0e0000000000000000000000000001 86dd0000 \
            30000280 1400050020010db8000000000000000000000009 0600060057040000 08000700ae080000 0800080003000000";
        let group = Ipv6Addr::new(0xff0e, 0, 0, 0, 0, 0, 0, 1);
        let entry = MdbEntry {
            index: 6.into(),
            state: MdbState::PERMANENT.into(),
            address: group.into(),
            ..MdbEntry::default()
        };
        assert_eq!(entry.address.ip(), Some(group.into()));
        let written = emitted(|tail| {
            NewMdb::emit(tail, Envelope::request(ADD), Header::bridge(6), |mdb| {
                mdb.put(Mdb::SET_ENTRY, (&entry).into())?.nest(Mdb::SET_ENTRY_ATTRS, |settings| {
                    settings
                        .put(MdbSettings::DST, Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 9).into())?
                        .put(MdbSettings::DST_PORT, 1111)?
                        .put(MdbSettings::VNI, 2222)?
                        .put(MdbSettings::IFINDEX, 3)
                })
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
        described(wire);
    }

    #[test]
    fn the_end_of_many_entries_is_that_of_iproute2() {
        // bridge mdb flush dev br0 permanent
        let wire = "\
            44000000550005020000000000000000 0700000002000000 \
            20000100 00000000 01000000 00000000000000000000000000000000 00000000 0c000280 05000a0001000000";
        let entry = MdbEntry { state: MdbState::PERMANENT.into(), ..MdbEntry::default() };
        let written = emitted(|tail| {
            DelMdb::emit(tail, Envelope::request(Flags::ACK | Flags::BULK), Header::bridge(2), |mdb| {
                mdb.put(Mdb::SET_ENTRY, (&entry).into())?
                    .nest(Mdb::SET_ENTRY_ATTRS, |settings| settings.put(MdbSettings::STATE_MASK, 1))
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn groups_from_the_kernel_are_not_taken_for_a_request() {
        let text = described(GROUPS);
        let entry = "MDBA_MDB: Groups { MDBA_MDB_ENTRY: Group { MDBA_MDB_ENTRY_INFO: MdbEntry { index: 9, \
            state: MDB_PERMANENT, flags: 0x0, vlan: 0, address: 239.1.1.2 } GroupPort { ";
        assert!(text.contains(entry), "{text}");
        assert!(text.contains("Source { MDBA_MDB_SRCATTR_ADDRESS: 10.0.0.2, MDBA_MDB_SRCATTR_TIMER: 0 }"), "{text}");

        let message = bytes(GROUPS);
        let message = RawMessage::first(&message).unwrap();
        let mdb = message.read::<DelMdb>().unwrap().unwrap().attributes();
        let group = mdb.get(Mdb::MDB).unwrap().unwrap().get(Groups::ENTRY).unwrap().unwrap();
        let port = group.get(Group::INFO).unwrap().unwrap();
        assert_eq!(port.header.index, 9);
        assert_eq!(port.attributes.get(GroupPort::GROUP_MODE).unwrap(), Some(GroupMode::INCLUDE));
        let text = described(ROUTER);
        assert!(text.contains("MDBA_ROUTER: Routers { MDBA_ROUTER_PORT: 4 RouterPort }"), "{text}");
    }

    #[test]
    fn an_address_says_what_it_is() {
        let link = MdbAddress::from([1, 0, 0x5e, 1, 2, 3]);
        assert_eq!((link.ip(), link.link()), (None, Some([1, 0, 0x5e, 1, 2, 3])));
        assert_eq!(format!("{link:?}"), "01:00:5e:01:02:03");
        let other = MdbAddress { protocol: 0x8847.into(), ..MdbAddress::default() };
        assert_eq!((other.ip(), other.link()), (None, None));
    }

    const GROUPS: &str = "\
        980000005500000000000000000000000700000009000000800001007c000100780001000900000001000000ef010102 \
        000000000000000000000000080000000800010000000000050005000400000005000300010000002c00028014000180 \
        080001000a000002080002000000000014000180080001000a00000108000200000000001400060020010db800000000 \
        0000000000000009";
    const ROUTER: &str = "\
        2400000054000000000000000000000007000000020000000c0002000800010004000000";
}
