//! Bridges and their ports.

use crate::codec::payload::{Sent, Struct};
use crate::codec::route::link::bridge::{self as wire, BoolOption, BoolOptions};
use crate::codec::route::link::bridge_port as port;
use crate::codec::{Emit, EmitError, Key, ParseError, Set};
use crate::link::VlanProtocol;
use crate::setting::{Setting, differing, settings};
use crate::shown::{Digit, Form, Hex, Hundredths, Number, Show, Shown};
use crate::word::words;

use std::net::{Ipv4Addr, Ipv6Addr};

pub use crate::codec::route::link::bridge::{MulticastRouter, StpMode};
pub use crate::codec::route::link::bridge_port::PortState;

settings! {
    /// A bridge. Times are in ticks of 1/100 s.
    pub struct Bridge of wire::Bridge, tidy Bridge::without_unknown_vlans {
        /// Time in each of the states listening and learning, 200 to 3000.
        forward_delay: u32 = FORWARD_DELAY,
        /// Time between hello packets, 100 to 1000.
        hello_time: u32 = HELLO_TIME,
        /// Time after which a silent bridge is taken for dead, 600 to 4000.
        max_age: u32 = MAX_AGE,
        /// Time that an address stays in the forwarding database; 0 is for ever.
        ageing_time: u32 = AGEING_TIME,
        /// Spanning tree: 0 off, 1 by the kernel, 2 by a program.
        stp_state: u32 = STP_STATE,
        /// Priority in the election of the root: the least wins.
        priority: u16 = PRIORITY,
        /// Whether VLANs are told apart.
        vlan_filtering: bool = VLAN_FILTERING in Digit,
        /// The protocol of the tags of its VLANs.
        vlan_protocol: VlanProtocol = VLAN_PROTOCOL,
        /// Which frames to 01:80:c2:00:00:0x are forwarded: bit x.
        group_fwd_mask: u16 = GROUP_FWD_MASK in Hex,
        /// The root of the spanning tree.
        [told] root_id: BridgeId = ROOT_ID,
        /// The bridge itself.
        [told] bridge_id: BridgeId = BRIDGE_ID,
        /// The port towards the root; 0 where this is the root.
        [told] root_port: u16 = ROOT_PORT,
        /// Cost of the path to the root.
        [told] root_path_cost: u32 = ROOT_PATH_COST,
        /// Whether the topology is changing.
        [told] topology_change: bool = TOPOLOGY_CHANGE in Digit,
        /// Whether this bridge saw it change.
        [told] topology_change_detected: bool = TOPOLOGY_CHANGE_DETECTED in Digit,
        /// Time until the next hello packet.
        [told] hello_timer: u64 = HELLO_TIMER in Hundredths,
        /// Time until a change of topology is told again.
        [told] tcn_timer: u64 = TCN_TIMER in Hundredths,
        /// Time until the change of topology is over.
        [told] topology_change_timer: u64 = TOPOLOGY_CHANGE_TIMER in Hundredths,
        /// Time until old addresses are thrown away.
        [told] gc_timer: u64 = GC_TIMER in Hundredths,
        /// The multicast address of the spanning tree protocol, one of 01:80:c2:00:00:0x.
        group_addr: [u8; 6] = GROUP_ADDR,
        /// Forget all learned addresses. It is done when it is [set](super::Links::set), not when it is ensured.
        [change, untold] fdb_flush: bool = FDB_FLUSH,
        /// Whether the bridge takes itself for a multicast router.
        mcast_router: MulticastRouter = MCAST_ROUTER in Number,
        /// Whether IGMP and MLD are listened to.
        mcast_snooping: bool = MCAST_SNOOPING in Digit,
        /// Whether questions have the bridge's own address as their source.
        mcast_query_use_ifaddr: bool = MCAST_QUERY_USE_IFADDR in Digit,
        /// Whether the bridge asks who wants what.
        mcast_querier: bool = MCAST_QUERIER in Digit,
        /// No longer used; always 16.
        [told] mcast_hash_elasticity: u32 = MCAST_HASH_ELASTICITY,
        /// Most multicast groups, a power of two.
        mcast_hash_max: u32 = MCAST_HASH_MAX,
        /// Questions that must stay without an answer before a group is left.
        mcast_last_member_cnt: u32 = MCAST_LAST_MEMBER_CNT,
        /// Questions at the start.
        mcast_startup_query_cnt: u32 = MCAST_STARTUP_QUERY_CNT,
        /// Time between questions about a group that somebody left.
        mcast_last_member_intvl: u64 = MCAST_LAST_MEMBER_INTVL,
        /// Time without reports after which a group is left.
        mcast_membership_intvl: u64 = MCAST_MEMBERSHIP_INTVL,
        /// Time without questions of others after which the bridge asks itself.
        mcast_querier_intvl: u64 = MCAST_QUERIER_INTVL,
        /// Time between general questions.
        mcast_query_intvl: u64 = MCAST_QUERY_INTVL,
        /// Time that others have to answer.
        mcast_query_response_intvl: u64 = MCAST_QUERY_RESPONSE_INTVL,
        /// Time between questions at the start.
        mcast_startup_query_intvl: u64 = MCAST_STARTUP_QUERY_INTVL,
        /// Whether iptables sees what is bridged.
        nf_call_iptables: bool = NF_CALL_IPTABLES in Digit,
        /// Whether ip6tables sees what is bridged.
        nf_call_ip6tables: bool = NF_CALL_IP6TABLES in Digit,
        /// Whether arptables sees what is bridged.
        nf_call_arptables: bool = NF_CALL_ARPTABLES in Digit,
        /// VLAN of frames without a tag; 0 is none.
        vlan_default_pvid: u16 = VLAN_DEFAULT_PVID,
        /// Whether VLANs are counted.
        vlan_stats_enabled: bool = VLAN_STATS_ENABLED in Digit,
        /// Whether IGMP and MLD are counted.
        mcast_stats_enabled: bool = MCAST_STATS_ENABLED in Digit,
        /// IGMP version, 2 or 3.
        mcast_igmp_version: u8 = MCAST_IGMP_VERSION,
        /// MLD version, 1 or 2.
        mcast_mld_version: u8 = MCAST_MLD_VERSION,
        /// Whether VLANs are counted for each port.
        vlan_stats_per_port: bool = VLAN_STATS_PER_PORT in Digit,
        /// Settings that are on or off.
        options: BridgeOptions = MULTI_BOOLOPT in OneByOne,
        /// Who asks about multicast groups.
        [told] mcast_querier_state: Querier = MCAST_QUERIER_STATE,
        /// How many addresses are learned.
        [told] fdb_n_learned: u32 = FDB_N_LEARNED,
        /// How many may be learned; 0 is without limit.
        fdb_max_learned: u32 = FDB_MAX_LEARNED,
        /// Who runs the spanning tree protocol.
        stp_mode: StpMode = STP_MODE,
    }
}

settings! {
    /// Who asks about multicast groups. Times are in ticks of 1/100 s.
    pub struct Querier of wire::Querier {
        /// Its IPv4 address.
        [told] ip_address: Ipv4Addr = IP_ADDRESS,
        /// Index of the port that it is behind, for IPv4.
        [told] ip_port: u32 = IP_PORT,
        /// Time until it is taken for gone, for IPv4.
        [told] ip_other_timer: u64 = IP_OTHER_TIMER,
        /// Its IPv6 address.
        [told] ipv6_address: Ipv6Addr = IPV6_ADDRESS,
        /// Index of the port that it is behind, for IPv6.
        [told] ipv6_port: u32 = IPV6_PORT,
        /// Time until it is taken for gone, for IPv6.
        [told] ipv6_other_timer: u64 = IPV6_OTHER_TIMER,
    }
}

settings! {
    /// A port of a bridge. Times are in ticks of 1/100 s.
    pub struct BridgePort of port::BridgePort {
        /// Its state in the spanning tree.
        [change] state: PortState = STATE,
        /// Its priority, 0 to 63.
        priority: u16 = PRIORITY,
        /// Cost of the path by it, 1 to 65535.
        cost: u32 = COST,
        /// Whether frames go back out where they came in (hairpin).
        hairpin: bool = MODE,
        /// Whether the port is shut when a packet of the spanning tree protocol comes in.
        guard: bool = GUARD,
        /// Whether it may never lead to the root.
        root_block: bool = PROTECT,
        /// Whether a multicast group is left at once.
        fastleave: bool = FAST_LEAVE,
        /// Whether source addresses are learned.
        learning: bool = LEARNING,
        /// Whether frames to unknown addresses go out.
        flood: bool = UNICAST_FLOOD,
        /// Whether ARP is answered for those behind other ports.
        proxy_arp: bool = PROXYARP,
        /// Whether ARP is answered as Wi-Fi wants it (802.11, Hotspot 2.0).
        proxy_arp_wifi: bool = PROXYARP_WIFI,
        /// The root of the spanning tree.
        [told] root_id: BridgeId = ROOT_ID,
        /// The bridge that leads there.
        [told] bridge_id: BridgeId = BRIDGE_ID,
        /// The port of that bridge.
        [told] designated_port: u16 = DESIGNATED_PORT,
        /// Cost from there to the root.
        [told] designated_cost: u16 = DESIGNATED_COST,
        /// The port: its priority, and its number in the lower 10 bits.
        [told] id: u16 = ID in Hex,
        /// Its number.
        [told] no: u16 = NO in Hex,
        /// Whether a change of topology is acknowledged.
        [told] topology_change_ack: bool = TOPOLOGY_CHANGE_ACK in Digit,
        /// Whether a packet of the spanning tree protocol waits to be sent.
        [told] config_pending: bool = CONFIG_PENDING in Digit,
        /// Time until the last packet of the protocol is too old.
        [told] message_age_timer: u64 = MESSAGE_AGE_TIMER in Hundredths,
        /// Time until the next state.
        [told] forward_delay_timer: u64 = FORWARD_DELAY_TIMER in Hundredths,
        /// Time until a packet of the protocol may be sent again.
        [told] hold_timer: u64 = HOLD_TIMER in Hundredths,
        /// Forget all addresses learned here. It is done when it is [set](super::Links::set), not when it is ensured.
        [change, untold] flush: bool = FLUSH,
        /// Whether a multicast router is there.
        multicast_router: MulticastRouter = MULTICAST_ROUTER in Number,
        /// Whether multicast packets that nobody asked for go out.
        mcast_flood: bool = MCAST_FLOOD,
        /// Whether multicast packets become one unicast packet each.
        mcast_to_unicast: bool = MCAST_TO_UCAST,
        /// Whether VLANs are mapped to tunnels.
        vlan_tunnel: bool = VLAN_TUNNEL,
        /// Whether broadcasts go out.
        bcast_flood: bool = BCAST_FLOOD,
        /// Which frames to 01:80:c2:00:00:0x are forwarded: bit x.
        group_fwd_mask: u16 = GROUP_FWD_MASK in Hex,
        /// Whether ARP and neighbour discovery are answered here instead of let through.
        neigh_suppress: bool = NEIGH_SUPPRESS,
        /// Whether it speaks only with ports that are not isolated.
        isolated: bool = ISOLATED,
        /// Index of the port that takes over when the carrier is lost; 0 is none, and that is not told.
        [silent] backup_port: u32 = BACKUP_PORT as "backup_port_index",
        /// Whether the ring (MRP) is open.
        [told] mrp_ring_open: bool = MRP_RING_OPEN,
        /// Whether the ring of rings (MRP) is open.
        [told] mrp_in_open: bool = MRP_IN_OPEN,
        /// Most hosts that are followed each for itself (IGMPv3, MLDv2).
        mcast_eht_hosts_limit: u32 = MCAST_EHT_HOSTS_LIMIT,
        /// How many are.
        [told] mcast_eht_hosts_cnt: u32 = MCAST_EHT_HOSTS_CNT,
        /// Whether only hosts whose address is in the forwarding database are let in.
        locked: bool = LOCKED,
        /// Whether others' addresses get there as locked ones.
        mab: bool = MAB,
        /// How many multicast groups there are.
        [told] mcast_n_groups: u32 = MCAST_N_GROUPS,
        /// How many there may be; 0 is without limit.
        mcast_max_groups: u32 = MCAST_MAX_GROUPS,
        /// Whether [`neigh_suppress`](Self::neigh_suppress) is set for each VLAN.
        neigh_vlan_suppress: bool = NEIGH_VLAN_SUPPRESS,
        /// The nexthop object that packets to the backup port go by; 0 is none, and that is not told.
        [silent] backup_nhid: u32 = BACKUP_NHID,
        /// Whether unasked ARP and neighbour advertisements are let through all the same.
        neigh_forward_grat: bool = NEIGH_FORWARD_GRAT,
    }
}

words! {
    StpMode { AUTO = "auto", USER = "user", KERNEL = "kernel" }
    PortState {
        DISABLED = "disabled",
        LISTENING = "listening",
        LEARNING = "learning",
        FORWARDING = "forwarding",
        BLOCKING = "blocking",
    }
}

/// A bridge as the spanning tree protocol names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BridgeId {
    /// Its priority.
    pub priority: u16,
    /// Its address.
    pub address: [u8; 6],
}

impl Setting<Struct<wire::BridgeId>> for BridgeId {
    fn read(id: Sent<'_, wire::BridgeId>) -> Result<Option<Self>, ParseError> {
        Ok(Some(Self { priority: id.priority.get(), address: id.address }))
    }

    fn write<S: Set>(&self, key: Key<S, Struct<wire::BridgeId>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        let id = wire::BridgeId { priority: self.priority.into(), address: self.address };
        to.put(key, (&id).into()).map(drop)
    }
}

/// The address without leading zeros.
impl Show for BridgeId {
    fn show(&self) -> Shown {
        let address = self.address.map(|byte| format!("{byte:x}")).join(":");
        Shown::Text(format!("{:04x}.{address}", self.priority))
    }
}

/// Settings of a bridge that are on or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BridgeOptions {
    /// Whether link-local frames teach no addresses.
    pub no_linklocal_learn: Option<bool>,
    /// Whether IGMP and MLD are listened to for each VLAN.
    pub mcast_vlan_snooping: Option<bool>,
    /// Whether there are several spanning trees.
    pub mst_enabled: Option<bool>,
    /// Whether it is told when hardware does not take a multicast group.
    pub mdb_offload_fail_notification: Option<bool>,
    /// Whether the bridge's own addresses are in the forwarding database once, and not for each VLAN.
    pub fdb_local_vlan_0: Option<bool>,
}

impl Bridge {
    /// A kernel that knows nothing of VLANs says that they are not told apart, and does not take that.
    fn without_unknown_vlans(mut self) -> Self {
        if self.vlan_protocol.is_none() {
            self.vlan_filtering = None;
            if let Some(options) = &mut self.options {
                (options.mcast_vlan_snooping, options.mst_enabled, options.fdb_local_vlan_0) = (None, None, None);
            }
        }
        self
    }
}

impl BridgeOptions {
    fn all(&mut self) -> [(BoolOption, &'static str, &mut Option<bool>); 5] {
        [
            (BoolOption::NO_LL_LEARN, "no_linklocal_learn", &mut self.no_linklocal_learn),
            (BoolOption::MCAST_VLAN_SNOOPING, "mcast_vlan_snooping", &mut self.mcast_vlan_snooping),
            (BoolOption::MST_ENABLE, "mst_enabled", &mut self.mst_enabled),
            (
                BoolOption::MDB_OFFLOAD_FAIL_NOTIFICATION,
                "mdb_offload_fail_notification",
                &mut self.mdb_offload_fail_notification,
            ),
            (BoolOption::FDB_LOCAL_VLAN_0, "fdb_local_vlan_0", &mut self.fdb_local_vlan_0),
        ]
    }
}

impl Setting<Struct<BoolOptions>> for BridgeOptions {
    fn read(sent: Sent<'_, BoolOptions>) -> Result<Option<Self>, ParseError> {
        let (values, known) = (sent.values.get(), sent.mask.get());
        let mut options = Self::default();
        for (flag, _, option) in options.all() {
            *option = known.contains(flag).then(|| values.contains(flag));
        }
        Ok(Some(options))
    }

    fn write<S: Set>(&self, key: Key<S, Struct<BoolOptions>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        let (mut values, mut said) = (BoolOption::empty(), BoolOption::empty());
        for (flag, _, option) in { *self }.all() {
            said.set(flag, option.is_some());
            values.set(flag, *option == Some(true));
        }
        to.put(key, (&BoolOptions { values: values.into(), mask: said.into() }).into()).map(drop)
    }

    fn difference(&self, there: &Self) -> Option<Self> {
        let (mut difference, mut there) = (*self, *there);
        for ((_, _, wanted), (_, _, there)) in difference.all().into_iter().zip(there.all()) {
            *wanted = differing(wanted, there);
        }
        (difference != Self::default()).then_some(difference)
    }
}

/// `ip` shows what the kernel packs together one by one.
#[derive(Debug)]
pub(crate) enum OneByOne {}

impl Form<BridgeOptions> for OneByOne {
    fn entry(_name: &'static str, options: &BridgeOptions) -> (&'static str, Shown) {
        let mut options = *options;
        let said = options.all().into_iter().filter_map(|(_, name, option)| Some((name, u8::from((*option)?).show())));
        ("", Shown::Object(said.collect()))
    }
}
