//! Links, as `ip link` has them: network devices of all kinds.

mod kind;

use std::fmt;

use crate::codec::payload::{LinkAddress, Str};
use crate::codec::route::Family;
use crate::codec::route::link::hardware::HardwareType;
use crate::codec::route::link::{self as wire, ExtMask, GetLink, Header, LinkInfo, NewLink};
use crate::codec::{Attribute, Attributes, EmitError, Envelope, Key, Message, ParseError, Tail, View};
use crate::name::{InterfaceName, text};
use crate::noun::{Filter, Get, Noun};
use crate::transport::Query;

pub use self::kind::{Bridge, LinkKind, Macvlan, Vlan, Vxlan};
pub use crate::codec::route::link::macvlan::{MacvlanFlags, MacvlanMode};
pub use crate::codec::route::link::vlan::VlanFlags;
pub use crate::codec::route::link::{LinkFlags, LinkMode, OperationalState};

/// A link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// Its index in its namespace.
    pub index: u32,
    /// Its name.
    pub name: InterfaceName,
    /// More names.
    pub alternative_names: Vec<String>,
    /// Its description. The kernel takes any bytes: what is not UTF-8 has replacement characters here.
    pub alias: Option<String>,
    /// What hardware it is, or is taken for.
    pub hardware: HardwareType,
    /// Flags.
    pub flags: LinkFlags,
    /// Whether it works.
    pub operational_state: OperationalState,
    /// Who says that it works.
    pub mode: LinkMode,
    /// Its address.
    pub address: Option<LinkAddress>,
    /// The address of all on its link.
    pub broadcast: Option<LinkAddress>,
    /// The address that its hardware came with.
    pub permanent_address: Option<LinkAddress>,
    /// Largest packet, in bytes.
    pub mtu: u32,
    /// Least MTU, in bytes.
    pub least_mtu: Option<u32>,
    /// Greatest MTU, in bytes; none is any.
    pub greatest_mtu: Option<u32>,
    /// Index of the link below, or of its pair, in the namespace [`link_namespace`](Self::link_namespace) if that is there.
    pub link: Option<u32>,
    /// Number of the namespace that [`link`](Self::link) is in.
    pub link_namespace: Option<i32>,
    /// Index of the bridge, bond or other link that it belongs to.
    pub master: Option<u32>,
    /// Number of the group that it belongs to.
    pub group: u32,
    /// Packets that may wait to be sent.
    pub transmit_queue_length: Option<u32>,
    /// Name of the queueing discipline.
    pub queueing_discipline: Option<String>,
    /// Queues to send by.
    pub transmit_queues: Option<u32>,
    /// Queues to receive by.
    pub receive_queues: Option<u32>,
    /// How many want it to take all packets.
    pub promiscuity: u32,
    /// How many want it to take all multicast packets.
    pub all_multicast: u32,
    /// Most bytes, and most segments, of one large packet that it is given to send.
    pub gso_max: Option<(u32, u32)>,
    /// Most bytes of a packet that is put together while receiving.
    pub gro_max_size: Option<u32>,
    /// As [`gso_max`](Self::gso_max), for IPv4: bytes only.
    pub gso_ipv4_max_size: Option<u32>,
    /// As [`gro_max_size`](Self::gro_max_size), for IPv4.
    pub gro_ipv4_max_size: Option<u32>,
    /// Whether it has a carrier.
    pub carrier: Option<bool>,
    /// How often the carrier came or went.
    pub carrier_changes: Option<u32>,
    /// Whether a program keeps it down.
    pub protocol_down: bool,
    /// Counters.
    pub statistics: Option<Box<Statistics>>,
    /// Its kind, and what only that has.
    pub kind: LinkKind,
    /// The kind of its master.
    pub master_kind: Option<String>,
}

/// Counters of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Packets that came in.
    pub received_packets: u64,
    /// Packets that went out.
    pub sent_packets: u64,
    /// Bytes that came in.
    pub received_bytes: u64,
    /// Bytes that went out.
    pub sent_bytes: u64,
    /// Bad packets that came in.
    pub receive_errors: u64,
    /// Packets that could not be sent.
    pub send_errors: u64,
    /// Good packets that came in and were dropped.
    pub receive_dropped: u64,
    /// Packets that were dropped on their way out.
    pub send_dropped: u64,
    /// Multicast packets that came in.
    pub multicast: u64,
    /// Collisions while sending.
    pub collisions: u64,
}

impl Link {
    /// The link that a message tells of.
    pub fn from_view(view: &View<'_, NewLink>) -> Result<Self, ParseError> {
        use wire::Link as Key;
        let table = view.attributes().table()?;
        let mut link = Self {
            index: view.header.index.get().try_into().unwrap_or_default(),
            hardware: view.header.kind.get(),
            flags: view.header.flags.get(),
            operational_state: table.get(Key::OPERSTATE)?.unwrap_or_default(),
            mode: table.get(Key::LINKMODE)?.unwrap_or_default(),
            address: table.get(Key::ADDRESS)?,
            broadcast: table.get(Key::BROADCAST)?,
            permanent_address: table.get(Key::PERM_ADDRESS)?,
            mtu: table.get(Key::MTU)?.unwrap_or_default(),
            least_mtu: table.get(Key::MIN_MTU)?,
            greatest_mtu: table.get(Key::MAX_MTU)?.filter(|mtu| *mtu != 0),
            link: table.get(Key::LINK)?,
            link_namespace: table.get(Key::LINK_NETNSID)?,
            master: table.get(Key::MASTER)?.filter(|master| *master != 0),
            group: table.get(Key::GROUP)?.unwrap_or_default(),
            transmit_queue_length: table.get(Key::TXQLEN)?,
            queueing_discipline: table.get(Key::QDISC)?.map(Into::into),
            transmit_queues: table.get(Key::NUM_TX_QUEUES)?,
            receive_queues: table.get(Key::NUM_RX_QUEUES)?,
            promiscuity: table.get(Key::PROMISCUITY)?.unwrap_or_default(),
            all_multicast: table.get(Key::ALLMULTI)?.unwrap_or_default(),
            gso_max: table.get(Key::GSO_MAX_SIZE)?.zip(table.get(Key::GSO_MAX_SEGS)?),
            gro_max_size: table.get(Key::GRO_MAX_SIZE)?,
            gso_ipv4_max_size: table.get(Key::GSO_IPV4_MAX_SIZE)?,
            gro_ipv4_max_size: table.get(Key::GRO_IPV4_MAX_SIZE)?,
            carrier: table.get(Key::CARRIER)?.map(|carrier| carrier != 0),
            carrier_changes: table.get(Key::CARRIER_CHANGES)?,
            protocol_down: table.get(Key::PROTO_DOWN)?.is_some_and(|down| down != 0),
            ..Self::default()
        };
        if let Some(statistics) = table.get(Key::STATS64)? {
            link.statistics = Some(Box::new(Statistics {
                received_packets: statistics.rx_packets.get(),
                sent_packets: statistics.tx_packets.get(),
                received_bytes: statistics.rx_bytes.get(),
                sent_bytes: statistics.tx_bytes.get(),
                receive_errors: statistics.rx_errors.get(),
                send_errors: statistics.tx_errors.get(),
                receive_dropped: statistics.rx_dropped.get(),
                send_dropped: statistics.tx_dropped.get(),
                multicast: statistics.multicast.get(),
                collisions: statistics.collisions.get(),
            }));
        }
        if let Some(info) = table.get(Key::LINKINFO)? {
            link.kind = LinkKind::from_wire(info)?;
            link.master_kind = info.get(LinkInfo::SLAVE_KIND)?.map(Into::into);
        }
        if let Some(names) = table.get(Key::PROP_LIST)? {
            link.alternative_names =
                raw(names, Key::ALT_IFNAME).map(|name| Ok(text(name?))).collect::<Result<_, _>>()?;
        }
        link.alias = raw(view.attributes(), Key::IFALIAS).next().transpose()?.map(text);
        let name = raw(view.attributes(), Key::IFNAME).next().transpose()?;
        link.name = name.and_then(InterfaceName::new).unwrap_or_default();
        Ok(link)
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

/// What a link is called in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkId {
    /// By its index.
    Index(u32),
    /// By its name, or one of its alternative names.
    Name(String),
}

impl From<u32> for LinkId {
    fn from(index: u32) -> Self {
        Self::Index(index)
    }
}

impl From<&str> for LinkId {
    fn from(name: &str) -> Self {
        Self::Name(name.into())
    }
}

impl From<String> for LinkId {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "{index}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl LinkId {
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let index = match self {
            // An index that does not fit is none that there is.
            Self::Index(index) => i32::try_from(*index).unwrap_or(i32::MAX),
            Self::Name(_) => 0,
        };
        let header = Header { index: index.into(), ..Header::default() };
        GetLink::emit(tail, envelope, header, |link| {
            link.put(wire::Link::EXT_MASK, ExtMask::empty())?;
            match self {
                Self::Name(name) if name.len() > InterfaceName::MAX => link.put(wire::Link::ALT_IFNAME, name),
                Self::Name(name) => link.put(wire::Link::IFNAME, name),
                Self::Index(_) => Ok(link),
            }
        })
    }
}

/// Which links to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// With this master.
    pub master: Option<u32>,
    /// Without counters, which is faster.
    pub without_statistics: bool,
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
            let mask = if self.without_statistics { ExtMask::SKIP_STATS } else { ExtMask::BRVLAN };
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
        if filtered || (self.kind.is_none() && self.master.is_none()) {
            return Ok(true);
        }
        let attributes = view.attributes();
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

impl<'n, T: Query> Links<'n, T> {
    /// The link with this index, name or alternative name; an error that [`is_not_found`](crate::Error::is_not_found) where
    /// there is none.
    pub fn get(self, link: impl Into<LinkId>) -> T::Outcome<'n, Get<LinkFilter, LinkId>> {
        let question = link.into();
        let operation = format!("link {question}");
        self.transport.send(Get { operation, question, emit: LinkId::emit, answer: None })
    }
}
