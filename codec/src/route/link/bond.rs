//! Bonds: what `IFLA_INFO_DATA` and `IFLA_INFO_SLAVE_DATA` hold for kind `bond` (`linux/if_link.h`, `linux/if_bonding.h`).

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::nest::{List, Nest};
use crate::payload::LinkAddress;
use crate::{attributes, flags, numbers};

attributes! {
    /// Several links as one.
    pub enum Bond("IFLA_BOND_") {
        /// How they share the work.
        MODE: BondMode = 1,
        /// Index of the link that is in use; 0 is none.
        ACTIVE_SLAVE: u32 = 2,
        /// Milliseconds between looks at the carrier; 0 is none.
        MIIMON: u32 = 3,
        /// Milliseconds before a link that came up is used.
        UPDELAY: u32 = 4,
        /// Milliseconds before a link that went down is left.
        DOWNDELAY: u32 = 5,
        /// Not used by newer kernels, where it is always 1.
        USE_CARRIER: u8 = 6,
        /// Milliseconds between ARP questions; 0 is none.
        ARP_INTERVAL: u32 = 7,
        /// Whom to ask by ARP.
        ARP_IP_TARGET: List<Ipv4Addr> = 8,
        /// On which links ARP is checked: 0 none, 1 the one in use, 2 the others, 3 all. With 4 added, other packets do not
        /// count as signs of life.
        ARP_VALIDATE: u32 = 9,
        /// Whether all must answer (1) or any (0).
        ARP_ALL_TARGETS: u32 = 10,
        /// Index of the link to use when it can be; 0 is none.
        PRIMARY: u32 = 11,
        /// When the primary link is used again: 0 always, 1 when it is better, 2 when the one in use fails.
        PRIMARY_RESELECT: u8 = 12,
        /// Whose address the links have: 0 all the bond's, 1 the bond that of the link in use, 2 the link in use that of the bond.
        FAIL_OVER_MAC: u8 = 13,
        /// By what a link is chosen for a packet.
        XMIT_HASH_POLICY: HashPolicy = 14,
        /// IGMP reports after a change.
        RESEND_IGMP: u32 = 15,
        /// Unasked ARP and neighbour advertisements after a change.
        NUM_PEER_NOTIF: u8 = 16,
        /// Whether packets on links that are not in use are taken.
        ALL_SLAVES_ACTIVE: u8 = 17,
        /// Links that must be up for the bond to be.
        MIN_LINKS: u32 = 18,
        /// Seconds between packets that teach switches.
        LP_INTERVAL: u32 = 19,
        /// Packets on a link before the next is taken, when they take turns; 0 is at random.
        PACKETS_PER_SLAVE: u32 = 20,
        /// How often LACP packets are wanted: 0 each 30 seconds, 1 each second.
        AD_LACP_RATE: u8 = 21,
        /// When another aggregate is taken: 0 when the one in use fails, 1 for more bandwidth, 2 for more links, 3 by priority.
        AD_SELECT: u8 = 22,
        /// The aggregate in use.
        AD_INFO: Nest<BondAdInfo> = 23,
        /// Priority of this system in LACP.
        AD_ACTOR_SYS_PRIO: u16 = 24,
        /// The administrator's part of the port key, 10 bits.
        AD_USER_PORT_KEY: u16 = 25,
        /// Address of this system in LACP.
        AD_ACTOR_SYSTEM: [u8; 6] = 26,
        /// Whether traffic is moved from link to link as they are busy.
        TLB_DYNAMIC_LB: u8 = 27,
        /// Milliseconds between the notifications of [`NUM_PEER_NOTIF`](Self::NUM_PEER_NOTIF).
        PEER_NOTIF_DELAY: u32 = 28,
        /// Whether LACP packets are sent before others send any.
        AD_LACP_ACTIVE: u8 = 29,
        /// ARP questions without an answer after which a link is down.
        MISSED_MAX: u8 = 30,
        /// Whom to ask by neighbour discovery.
        NS_IP6_TARGET: List<Ipv6Addr> = 31,
        /// Whether links begin to receive and to send at the same time (LACP).
        COUPLED_CONTROL: u8 = 32,
        /// Whether ARP and neighbour discovery go out by all links (LACP).
        BROADCAST_NEIGH: u8 = 33,
        /// Whether a link without a partner in LACP is not used.
        LACP_STRICT: u8 = 34,
    }
}

attributes! {
    /// The aggregate of a bond in use (LACP).
    pub enum BondAdInfo("IFLA_BOND_AD_INFO_") {
        /// Its number.
        AGGREGATOR: u16 = 1,
        /// Links in it.
        NUM_PORTS: u16 = 2,
        /// Its key here.
        ACTOR_KEY: u16 = 3,
        /// Its key at the other end.
        PARTNER_KEY: u16 = 4,
        /// Address of the other end.
        PARTNER_MAC: [u8; 6] = 5,
    }
}

attributes! {
    /// One of the links of a bond.
    pub enum BondSlave("IFLA_BOND_SLAVE_") {
        /// Whether it is in use.
        STATE: BondState = 1,
        /// Whether it can be used.
        MII_STATUS: BondLink = 2,
        /// How often it went down.
        LINK_FAILURE_COUNT: u32 = 3,
        /// The address that it had before.
        PERM_HWADDR: LinkAddress = 4,
        /// Number of the queue that leads here.
        QUEUE_ID: u16 = 5,
        /// Number of its aggregate.
        AD_AGGREGATOR_ID: u16 = 6,
        /// Its state in LACP, here.
        AD_ACTOR_OPER_PORT_STATE: LacpState = 7,
        /// Its state in LACP at the other end: the bits of [`LacpState`].
        AD_PARTNER_OPER_PORT_STATE: u16 = 8,
        /// Its priority: the highest is used.
        PRIO: i32 = 9,
        /// Its priority in LACP.
        ACTOR_PORT_PRIO: u16 = 10,
        /// Whether LACP does not come to an end, here.
        AD_CHURN_ACTOR_STATE: u8 = 11,
        /// Whether LACP does not come to an end, at the other end.
        AD_CHURN_PARTNER_STATE: u8 = 12,
    }
}

numbers! {
    /// How the links of a bond share the work (`BOND_MODE_*`).
    pub struct BondMode(u8, "BOND_MODE_") {
        /// They take turns.
        ROUNDROBIN = 0,
        /// One works, the others are spare.
        ACTIVEBACKUP = 1,
        /// By a hash of the packet.
        XOR = 2,
        /// All do all.
        BROADCAST = 3,
        /// LACP.
        _8023AD ("8023AD") = 4,
        /// What goes out, by load.
        TLB = 5,
        /// What comes in, too.
        ALB = 6,
    }
}

numbers! {
    /// By what a link of a bond is chosen for a packet (`BOND_XMIT_POLICY_*`).
    pub struct HashPolicy(u8, "BOND_XMIT_POLICY_") {
        /// Link addresses.
        LAYER2 = 0,
        /// IP addresses and ports.
        LAYER34 = 1,
        /// Link addresses and IP addresses.
        LAYER23 = 2,
        /// The same of the packet in a tunnel.
        ENCAP23 = 3,
        /// IP addresses and ports of the packet in a tunnel.
        ENCAP34 = 4,
        /// The VLAN and the source's link address.
        VLAN_SRCMAC = 5,
    }
}

numbers! {
    /// Whether a link of a bond is in use (`BOND_STATE_*`).
    pub struct BondState(u8, "BOND_STATE_") {
        /// It is.
        ACTIVE = 0,
        /// It is spare.
        BACKUP = 1,
    }
}

numbers! {
    /// Whether a link of a bond can be used (`BOND_LINK_*`).
    pub struct BondLink(u8, "BOND_LINK_") {
        /// Up.
        UP = 0,
        /// Just went down.
        FAIL = 1,
        /// Down.
        DOWN = 2,
        /// Coming up.
        BACK = 3,
    }
}

flags! {
    /// State of a link in LACP (`LACP_STATE_*`).
    pub struct LacpState(u8, "LACP_STATE_") {
        /// It sends LACP packets of itself.
        LACP_ACTIVITY = 0x1,
        /// It wants them often.
        LACP_TIMEOUT = 0x2,
        /// It can be aggregated.
        AGGREGATION = 0x4,
        /// It is in the right aggregate.
        SYNCHRONIZATION = 0x8,
        /// It receives.
        COLLECTING = 0x10,
        /// It sends.
        DISTRIBUTING = 0x20,
        /// It assumes what the other end is.
        DEFAULTED = 0x40,
        /// Nothing was heard from the other end for long.
        EXPIRED = 0x80,
    }
}
