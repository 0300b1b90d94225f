//! Kinds of links, and what only links of that kind have.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use crate::codec::route::link::LinkInfo;
use crate::codec::route::link::bridge as bridge_wire;
use crate::codec::route::link::macvlan as macvlan_wire;
use crate::codec::route::link::vlan as vlan_wire;
use crate::codec::route::link::vxlan as vxlan_wire;
use crate::codec::{Attributes, ParseError};

use crate::codec::route::link::macvlan::{MacvlanFlags, MacvlanMode};
use crate::codec::route::link::vlan::VlanFlags;

/// The kind of a link, and what only links of that kind have.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum LinkKind {
    /// None: real hardware, and the loopback.
    #[default]
    None,
    /// A bridge.
    Bridge(Box<Bridge>),
    /// A VLAN on another link.
    Vlan(Vlan),
    /// One of a pair. The other is [`Link::link`](super::Link::link).
    Veth,
    /// A VXLAN tunnel.
    Vxlan(Box<Vxlan>),
    /// A link with an address of its own on another link.
    Macvlan(Macvlan),
    /// The same, as a character device.
    Macvtap(Macvlan),
    /// A kind that has no type here: its name, and the attributes that only it has, as they came.
    Other {
        /// The kind's name.
        kind: String,
        /// The bytes of its attributes.
        data: Vec<u8>,
    },
}

impl LinkKind {
    /// The kernel's name of the kind; none for hardware.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Bridge(_) => Some("bridge"),
            Self::Vlan(_) => Some("vlan"),
            Self::Veth => Some("veth"),
            Self::Vxlan(_) => Some("vxlan"),
            Self::Macvlan(_) => Some("macvlan"),
            Self::Macvtap(_) => Some("macvtap"),
            Self::Other { kind, .. } => Some(kind),
        }
    }

    pub(super) fn from_wire(info: Attributes<'_, LinkInfo>) -> Result<Self, ParseError> {
        let Some(kind) = info.get(LinkInfo::KIND)? else { return Ok(Self::None) };
        let data = info.get(LinkInfo::DATA)?;
        Ok(match (kind, data) {
            ("bridge", Some(data)) => Self::Bridge(Box::new(Bridge::from_wire(data.of())?)),
            ("vlan", Some(data)) => Self::Vlan(Vlan::from_wire(data.of())?),
            ("vxlan", Some(data)) => Self::Vxlan(Box::new(Vxlan::from_wire(data.of())?)),
            ("macvlan", Some(data)) => Self::Macvlan(Macvlan::from_wire(data.of())?),
            ("macvtap", Some(data)) => Self::Macvtap(Macvlan::from_wire(data.of())?),
            ("veth", _) => Self::Veth,
            (kind, data) => {
                let data = data.map(|data| data.any().span().bytes.to_vec()).unwrap_or_default();
                Self::Other { kind: kind.into(), data }
            }
        })
    }
}

/// A bridge. Times are in clock ticks of 1/100 s.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bridge {
    /// Time in each of the states listening and learning.
    pub forward_delay: Option<u32>,
    /// Time between hello packets.
    pub hello_time: Option<u32>,
    /// Time after which a silent bridge is taken for dead.
    pub max_age: Option<u32>,
    /// Time that an address stays in the forwarding database; 0 is for ever.
    pub ageing_time: Option<u32>,
    /// Spanning tree: 0 off, 1 by the kernel, 2 by a program.
    pub stp_state: Option<u32>,
    /// Priority in the election of the root.
    pub priority: Option<u16>,
    /// Whether VLANs are told apart.
    pub vlan_filtering: Option<bool>,
    /// Protocol of the VLANs: 0x8100 (802.1Q) or 0x88a8 (802.1ad).
    pub vlan_protocol: Option<u16>,
    /// VLAN of frames without a tag; 0 is none.
    pub vlan_default_pvid: Option<u16>,
    /// Which frames to 01:80:c2:00:00:0x are forwarded: bit x.
    pub group_forward_mask: Option<u16>,
    /// Whether IGMP and MLD are listened to.
    pub multicast_snooping: Option<bool>,
    /// Whether the bridge asks who wants what.
    pub multicast_querier: Option<bool>,
    /// Whether the bridge is a multicast router: 0 no, 1 as it sees, 2 always.
    pub multicast_router: Option<u8>,
    /// Whether iptables sees what is bridged.
    pub netfilter_call_iptables: Option<bool>,
    /// Whether ip6tables sees what is bridged.
    pub netfilter_call_ip6tables: Option<bool>,
    /// Whether arptables sees what is bridged.
    pub netfilter_call_arptables: Option<bool>,
}

impl Bridge {
    fn from_wire(attributes: Attributes<'_, bridge_wire::Bridge>) -> Result<Self, ParseError> {
        use bridge_wire::Bridge as Key;
        let table = attributes.table()?;
        let on = |value: Option<u8>| value.map(|value| value != 0);
        Ok(Self {
            forward_delay: table.get(Key::FORWARD_DELAY)?,
            hello_time: table.get(Key::HELLO_TIME)?,
            max_age: table.get(Key::MAX_AGE)?,
            ageing_time: table.get(Key::AGEING_TIME)?,
            stp_state: table.get(Key::STP_STATE)?,
            priority: table.get(Key::PRIORITY)?,
            vlan_filtering: on(table.get(Key::VLAN_FILTERING)?),
            vlan_protocol: table.get(Key::VLAN_PROTOCOL)?,
            vlan_default_pvid: table.get(Key::VLAN_DEFAULT_PVID)?,
            group_forward_mask: table.get(Key::GROUP_FWD_MASK)?,
            multicast_snooping: on(table.get(Key::MCAST_SNOOPING)?),
            multicast_querier: on(table.get(Key::MCAST_QUERIER)?),
            multicast_router: table.get(Key::MCAST_ROUTER)?.map(|router| router.0),
            netfilter_call_iptables: on(table.get(Key::NF_CALL_IPTABLES)?),
            netfilter_call_ip6tables: on(table.get(Key::NF_CALL_IP6TABLES)?),
            netfilter_call_arptables: on(table.get(Key::NF_CALL_ARPTABLES)?),
        })
    }
}

/// A VLAN on another link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vlan {
    /// Its number, 0 to 4094.
    pub id: u16,
    /// Protocol: 0x8100 (802.1Q) or 0x88a8 (802.1ad).
    pub protocol: Option<u16>,
    /// Flags.
    pub flags: Option<VlanFlags>,
    /// From priorities of packets that go out to priorities on the wire.
    pub egress_map: Vec<(u32, u32)>,
    /// From priorities on the wire to priorities of packets that come in.
    pub ingress_map: Vec<(u32, u32)>,
}

impl Vlan {
    fn from_wire(attributes: Attributes<'_, vlan_wire::Vlan>) -> Result<Self, ParseError> {
        use vlan_wire::{Vlan as Key, VlanQos};
        let map = |nest: Option<Attributes<'_, VlanQos>>| -> Result<Vec<(u32, u32)>, ParseError> {
            let mappings = nest.unwrap_or_default();
            let mappings = mappings.all(VlanQos::MAPPING);
            mappings.map(|mapping| mapping.map(|mapping| (mapping.from.get(), mapping.to.get()))).collect()
        };
        Ok(Self {
            id: attributes.get(Key::ID)?.unwrap_or_default(),
            protocol: attributes.get(Key::PROTOCOL)?,
            flags: attributes.get(Key::FLAGS)?.map(|flags| flags.flags.get()),
            egress_map: map(attributes.get(Key::EGRESS_QOS)?)?,
            ingress_map: map(attributes.get(Key::INGRESS_QOS)?)?,
        })
    }
}

/// A VXLAN tunnel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vxlan {
    /// Its network identifier (VNI), 24 bits.
    pub id: u32,
    /// Where packets to unknown addresses go, one host or a multicast group.
    pub group: Option<IpAddr>,
    /// The address that packets come from.
    pub local: Option<IpAddr>,
    /// Index of the interface below.
    pub link: Option<u32>,
    /// UDP port that packets go to.
    pub port: Option<u16>,
    /// UDP ports that packets come from; none leaves them to the system.
    pub source_ports: Option<RangeInclusive<u16>>,
    /// Time to live of outer packets; 0 is that of the system.
    pub ttl: Option<u8>,
    /// Type of service of outer packets; 1 is that of the packet inside.
    pub tos: Option<u8>,
    /// Flow label of outer IPv6 packets.
    pub label: Option<u32>,
    /// Whether addresses are learned.
    pub learning: Option<bool>,
    /// Seconds that a learned address stays.
    pub ageing: Option<u32>,
    /// Most addresses that are learned; 0 is without limit.
    pub limit: Option<u32>,
    /// Whether ARP is answered for others.
    pub proxy: Option<bool>,
    /// Whether packets for a router are sent on at once.
    pub route_short_circuit: Option<bool>,
    /// Whether unknown link addresses are told to programs.
    pub l2_miss: Option<bool>,
    /// Whether unknown IP addresses are told to programs.
    pub l3_miss: Option<bool>,
    /// Whether each packet says its own tunnel.
    pub external: Option<bool>,
    /// With the group policy extension.
    pub group_policy: bool,
    /// With the generic protocol extension.
    pub generic_protocol: bool,
}

impl Vxlan {
    fn from_wire(attributes: Attributes<'_, vxlan_wire::Vxlan>) -> Result<Self, ParseError> {
        use vxlan_wire::Vxlan as Key;
        let table = attributes.table()?;
        let on = |value: Option<u8>| value.map(|value| value != 0);
        let group = table.get(Key::GROUP)?.map(IpAddr::V4);
        let local = table.get(Key::LOCAL)?.map(IpAddr::V4);
        let ports = table.get(Key::PORT_RANGE)?.map(|range| range.low.get()..=range.high.get());
        Ok(Self {
            id: table.get(Key::ID)?.unwrap_or_default(),
            group: group.or(table.get(Key::GROUP6)?.map(IpAddr::V6)),
            local: local.or(table.get(Key::LOCAL6)?.map(IpAddr::V6)),
            link: table.get(Key::LINK)?.filter(|link| *link != 0),
            port: table.get(Key::PORT)?,
            source_ports: ports.filter(|ports| *ports != (0..=0)),
            ttl: table.get(Key::TTL)?,
            tos: table.get(Key::TOS)?,
            label: table.get(Key::LABEL)?,
            learning: on(table.get(Key::LEARNING)?),
            ageing: table.get(Key::AGEING)?,
            limit: table.get(Key::LIMIT)?,
            proxy: on(table.get(Key::PROXY)?),
            route_short_circuit: on(table.get(Key::RSC)?),
            l2_miss: on(table.get(Key::L2MISS)?),
            l3_miss: on(table.get(Key::L3MISS)?),
            external: on(table.get(Key::COLLECT_METADATA)?),
            group_policy: table.get(Key::GBP)?.is_some(),
            generic_protocol: table.get(Key::GPE)?.is_some(),
        })
    }
}

/// A link with an address of its own on another link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Macvlan {
    /// With whom it speaks.
    pub mode: MacvlanMode,
    /// Flags.
    pub flags: MacvlanFlags,
    /// In mode `source`: from which addresses it takes packets.
    pub source_addresses: Vec<[u8; 6]>,
    /// How many broadcasts may wait.
    pub broadcast_queue_length: Option<u32>,
}

impl Macvlan {
    fn from_wire(attributes: Attributes<'_, macvlan_wire::Macvlan>) -> Result<Self, ParseError> {
        use macvlan_wire::Macvlan as Key;
        let addresses = attributes.get(Key::MACADDR_DATA)?.unwrap_or_default();
        Ok(Self {
            mode: attributes.get(Key::MODE)?.unwrap_or_default(),
            flags: attributes.get(Key::FLAGS)?.unwrap_or_default(),
            source_addresses: addresses.all(Key::MACADDR).collect::<Result<_, _>>()?,
            broadcast_queue_length: attributes.get(Key::BC_QUEUE_LEN)?,
        })
    }
}
