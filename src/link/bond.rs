//! Bonds and their ports.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::codec::payload::LinkAddress;
use crate::codec::route::link::bond as wire;
use crate::setting::settings;
use crate::shown::{Digit, Form, Number, OnOff, Show, Shown};
use crate::word::{choices, words};

pub use crate::codec::route::link::bond::{BondLink, BondMode, BondState, HashPolicy, LacpState};

settings! {
    /// Several links as one.
    ///
    /// What does not go with the mode is not said in what was read, since the kernel does not take it then.
    pub struct Bond of wire::Bond, tidy Bond::without_what_does_not_apply {
        /// How they share the work.
        mode: BondMode = MODE,
        /// Index of the link that is in use; 0 is none.
        [change, silent] active_slave: u32 = ACTIVE_SLAVE as "active_slave_index",
        /// Milliseconds between looks at the carrier; 0 is none.
        miimon: u32 = MIIMON,
        /// Milliseconds before a link that came up is used.
        updelay: u32 = UPDELAY,
        /// Milliseconds before a link that went down is left.
        downdelay: u32 = DOWNDELAY,
        /// Not used by newer kernels, where it is always 1.
        use_carrier: bool = USE_CARRIER in Digit,
        /// Milliseconds between ARP questions; 0 is none.
        arp_interval: u32 = ARP_INTERVAL,
        /// Whom to ask by ARP.
        [silent] arp_ip_target: Vec<Ipv4Addr> = ARP_IP_TARGET,
        /// On which links ARP is checked.
        arp_validate: ArpValidate = ARP_VALIDATE in NullOrWord,
        /// Whether all must answer or any.
        arp_all_targets: ArpAllTargets = ARP_ALL_TARGETS,
        /// Index of the link to use when it can be; 0 is none.
        [silent] primary: u32 = PRIMARY as "primary_index",
        /// When the primary link is used again.
        primary_reselect: PrimaryReselect = PRIMARY_RESELECT,
        /// Whose address the links have.
        fail_over_mac: FailOverMac = FAIL_OVER_MAC,
        /// By what a link is chosen for a packet.
        xmit_hash_policy: HashPolicy = XMIT_HASH_POLICY,
        /// IGMP reports after a change.
        resend_igmp: u32 = RESEND_IGMP,
        /// Unasked ARP and neighbour advertisements after a change.
        num_peer_notif: u8 = NUM_PEER_NOTIF,
        /// Whether packets on links that are not in use are taken.
        all_slaves_active: bool = ALL_SLAVES_ACTIVE in Digit,
        /// Links that must be up for the bond to be.
        min_links: u32 = MIN_LINKS,
        /// Seconds between packets that teach switches.
        lp_interval: u32 = LP_INTERVAL,
        /// Packets on a link before the next is taken, when they take turns; 0 is at random.
        packets_per_slave: u32 = PACKETS_PER_SLAVE,
        /// How often LACP packets are wanted.
        ad_lacp_rate: LacpRate = AD_LACP_RATE,
        /// When another aggregate is taken.
        ad_select: AdSelect = AD_SELECT,
        /// The aggregate in use.
        [told] ad_info: BondAdInfo = AD_INFO,
        /// Priority of this system in LACP.
        ad_actor_sys_prio: u16 = AD_ACTOR_SYS_PRIO,
        /// The administrator's part of the port key, 10 bits.
        ad_user_port_key: u16 = AD_USER_PORT_KEY,
        /// Address of this system in LACP.
        ad_actor_system: [u8; 6] = AD_ACTOR_SYSTEM,
        /// Whether traffic is moved from link to link as they are busy.
        tlb_dynamic_lb: bool = TLB_DYNAMIC_LB in Digit,
        /// Milliseconds between the notifications of [`num_peer_notif`](Self::num_peer_notif).
        peer_notify_delay: u32 = PEER_NOTIF_DELAY,
        /// Whether LACP packets are sent before others send any.
        ad_lacp_active: bool = AD_LACP_ACTIVE in OnOff,
        /// ARP questions without an answer after which a link is down.
        arp_missed_max: u8 = MISSED_MAX,
        /// Whom to ask by neighbour discovery.
        [silent] ns_ip6_target: Vec<Ipv6Addr> = NS_IP6_TARGET,
        /// Whether links begin to receive and to send at the same time (LACP).
        coupled_control: bool = COUPLED_CONTROL,
        /// Whether ARP and neighbour discovery go out by all links (LACP).
        broadcast_neighbor: bool = BROADCAST_NEIGH,
        /// Whether a link without a partner in LACP is not used.
        lacp_strict: bool = LACP_STRICT,
    }
}

settings! {
    /// The aggregate of a bond in use (LACP).
    pub struct BondAdInfo of wire::BondAdInfo {
        /// Its number.
        [told] aggregator: u16 = AGGREGATOR,
        /// Links in it.
        [told] num_ports: u16 = NUM_PORTS,
        /// Its key here.
        [told] actor_key: u16 = ACTOR_KEY,
        /// Its key at the other end.
        [told] partner_key: u16 = PARTNER_KEY,
        /// Address of the other end.
        [told] partner_mac: [u8; 6] = PARTNER_MAC,
    }
}

settings! {
    /// One of the links of a bond.
    pub struct BondPort of wire::BondSlave, tidy BondPort::without_what_is_usual {
        /// Whether it is in use.
        [told] state: BondState = STATE,
        /// Whether it can be used.
        [told] mii_status: BondLink = MII_STATUS,
        /// How often it went down.
        [told] link_failure_count: u32 = LINK_FAILURE_COUNT,
        /// The address that it had before.
        [told] perm_hwaddr: LinkAddress = PERM_HWADDR,
        /// Number of the queue that leads here.
        queue_id: u16 = QUEUE_ID,
        /// Number of its aggregate.
        [told] ad_aggregator_id: u16 = AD_AGGREGATOR_ID,
        /// Its state in LACP, here.
        [told] ad_actor_oper_port_state: LacpState = AD_ACTOR_OPER_PORT_STATE in Number,
        /// Its state in LACP at the other end: the bits of [`LacpState`].
        [told] ad_partner_oper_port_state: u16 = AD_PARTNER_OPER_PORT_STATE,
        /// Its priority: the highest is used.
        [silent] prio: i32 = PRIO,
        /// Its priority in LACP.
        actor_port_prio: u16 = ACTOR_PORT_PRIO as "actor_port_prio",
        /// Whether LACP does not come to an end, here.
        [told] ad_churn_actor_state: u8 = AD_CHURN_ACTOR_STATE,
        /// Whether LACP does not come to an end, at the other end.
        [told] ad_churn_partner_state: u8 = AD_CHURN_PARTNER_STATE,
    }
}

impl Bond {
    /// The kernel tells of settings that it does not take in this mode, or beside others.
    fn without_what_does_not_apply(mut self) -> Self {
        let mode = self.mode.unwrap_or_default();
        if mode != BondMode::_8023AD {
            (self.ad_lacp_rate, self.ad_lacp_active) = (None, None);
            (self.coupled_control, self.broadcast_neighbor, self.lacp_strict) = (None, None, None);
        }
        if [BondMode::_8023AD, BondMode::TLB, BondMode::ALB].contains(&mode) {
            (self.arp_interval, self.arp_validate, self.arp_missed_max) = (None, None, None);
        }
        if mode != BondMode::ROUNDROBIN {
            self.packets_per_slave = None;
        }
        if mode != BondMode::TLB {
            self.tlb_dynamic_lb = None;
        }
        // Delays are of what looks at the carrier.
        if self.miimon.unwrap_or_default() == 0 {
            (self.updelay, self.downdelay, self.peer_notify_delay) = (None, None, None);
        }
        self
    }
}

impl BondPort {
    /// The kernel tells of a priority in all modes of the bond, and takes it only in some.
    fn without_what_is_usual(mut self) -> Self {
        self.prio = self.prio.filter(|prio| *prio != 0);
        self
    }
}

/// `ip` has nothing for none.
#[derive(Debug)]
pub(crate) enum NullOrWord {}

impl Form<ArpValidate> for NullOrWord {
    fn entry(name: &'static str, value: &ArpValidate) -> (&'static str, Shown) {
        (name, if *value == ArpValidate::NONE { Shown::Null } else { value.show() })
    }
}

words! {
    BondMode {
        ROUNDROBIN = "balance-rr",
        ACTIVEBACKUP = "active-backup",
        XOR = "balance-xor",
        BROADCAST = "broadcast",
        _8023AD = "802.3ad",
        TLB = "balance-tlb",
        ALB = "balance-alb",
    }
    HashPolicy {
        LAYER2 = "layer2",
        LAYER34 = "layer3+4",
        LAYER23 = "layer2+3",
        ENCAP23 = "encap2+3",
        ENCAP34 = "encap3+4",
        VLAN_SRCMAC = "vlan+srcmac",
    }
    BondState { ACTIVE = "ACTIVE", BACKUP = "BACKUP" }
    BondLink { UP = "UP", FAIL = "GOING_DOWN", DOWN = "DOWN", BACK = "GOING_BACK" }
}

choices! {
    /// On which links of a bond ARP is checked.
    pub struct ArpValidate(u32) {
        /// On none.
        NONE = 0 "none",
        /// On the one in use.
        ACTIVE = 1 "active",
        /// On the others.
        BACKUP = 2 "backup",
        /// On all.
        ALL = 3 "all",
        /// On none, and other packets do not count as signs of life.
        FILTER = 4 "filter",
        /// On the one in use, and other packets do not count.
        FILTER_ACTIVE = 5 "filter_active",
        /// On the others, and other packets do not count.
        FILTER_BACKUP = 6 "filter_backup",
    }
    /// How many of those asked by ARP must answer.
    pub struct ArpAllTargets(u32) {
        /// Any.
        ANY = 0 "any",
        /// All.
        ALL = 1 "all",
    }
    /// When the primary link of a bond is used again.
    pub struct PrimaryReselect(u8) {
        /// When it can be.
        ALWAYS = 0 "always",
        /// When it is better than the one in use.
        BETTER = 1 "better",
        /// When the one in use fails.
        FAILURE = 2 "failure",
    }
    /// Whose address the links of a bond have.
    pub struct FailOverMac(u8) {
        /// All have the bond's.
        NONE = 0 "none",
        /// The bond has that of the link in use.
        ACTIVE = 1 "active",
        /// The link in use has the bond's.
        FOLLOW = 2 "follow",
    }
    /// How often LACP packets are wanted.
    pub struct LacpRate(u8) {
        /// Each 30 seconds.
        SLOW = 0 "slow",
        /// Each second.
        FAST = 1 "fast",
    }
    /// When a bond takes another aggregate.
    pub struct AdSelect(u8) {
        /// When the one in use fails.
        STABLE = 0 "stable",
        /// For more bandwidth.
        BANDWIDTH = 1 "bandwidth",
        /// For more links.
        COUNT = 2 "count",
        /// For the priority of its links.
        PRIO = 3 "actor_port_prio",
    }
}
