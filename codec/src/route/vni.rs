//! Network identifiers that a VXLAN interface takes, where it takes only some (`RTM_*TUNNEL`, `VXLAN_VNIFILTER_*`,
//! `linux/if_link.h`).

use core::net::{Ipv4Addr, Ipv6Addr};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use crate::nest::Nest;
use crate::number::Native;
use crate::payload::Bytes;
use crate::{attributes, flags, messages};

/// `struct tunnel_msg`: the fixed header of these messages.
///
/// ```text
/// +---------------+---------------+-------------------------------+
/// |    family     |     flags     |           reserved2           |
/// +---------------+---------------+-------------------------------+
/// |                             index                             |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// `AF_BRIDGE` (`family`).
    pub family: Native<Family>,
    /// In a question: what to tell (`flags`).
    pub flags: Native<TunnelMessageFlags>,
    /// Zero (`reserved2`).
    pub reserved2: Native<u16>,
    /// Index of the interface; 0 in a question for all (`ifindex`).
    pub index: Native<u32>,
}

flags! {
    /// What to tell of network identifiers (`TUNNEL_MSG_FLAG_*`).
    pub struct TunnelMessageFlags(u8, "TUNNEL_MSG_FLAG_") {
        /// Counters too.
        STATS = 1,
    }
}

messages! {
    /// Network identifiers: take them, or they are taken, or some of those that were asked for.
    pub NewTunnel("RTM_NEWTUNNEL") = 120: Header, Tunnel;
    /// Network identifiers: take them no longer, or they are no longer taken.
    pub DelTunnel("RTM_DELTUNNEL") = 121: Header, Tunnel;
    /// All network identifiers, with [`Flags::DUMP`](crate::Flags::DUMP).
    pub GetTunnel("RTM_GETTUNNEL") = 122: Header, Tunnel;
}

attributes! {
    /// Network identifiers that a VXLAN interface takes.
    pub enum Tunnel("VXLAN_VNIFILTER_") {
        /// Some of them; there may be many.
        ENTRY: Nest<Vni> = 1,
    }
}

attributes! {
    /// Network identifiers one after the other (`VXLAN_VNIFILTER_ENTRY_*`).
    pub enum Vni("VXLAN_VNIFILTER_ENTRY_") {
        /// The first, 24 bits.
        START: u32 = 1,
        /// The last; not there: the first is the only one.
        END: u32 = 2,
        /// Where packets to unknown addresses go, one host or a multicast group.
        GROUP: Ipv4Addr = 3,
        /// The same, for IPv6.
        GROUP6: Ipv6Addr = 4,
        /// Counters.
        STATS: Nest<VniStats> = 5,
    }
}

attributes! {
    /// Counters of a network identifier (`VNIFILTER_ENTRY_STATS_*`).
    pub enum VniStats("VNIFILTER_ENTRY_STATS_") {
        /// Bytes that came in.
        RX_BYTES: u64 = 1,
        /// Packets that came in.
        RX_PKTS: u64 = 2,
        /// Packets that came in and were dropped.
        RX_DROPS: u64 = 3,
        /// Packets that came in and were wrong.
        RX_ERRORS: u64 = 4,
        /// Bytes that went out.
        TX_BYTES: u64 = 5,
        /// Packets that went out.
        TX_PKTS: u64 = 6,
        /// Packets that were to go out and were dropped.
        TX_DROPS: u64 = 7,
        /// Packets that were to go out and could not.
        TX_ERRORS: u64 = 8,
        /// Padding.
        PAD: Bytes = 9,
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::route::testing::emitted;
    use crate::{Envelope, Flags, Message};

    #[test]
    fn identifiers_are_those_of_iproute2() {
        // bridge vni add dev vx0 vni 100-110 group 239.2.2.2
        let wire = "\
            34000000780005000000000000000000 0700000005000000 \
            1c000180 0800010064000000 080002006e000000 08000300ef020202";
        let header = Header { family: Family::BRIDGE.into(), index: 5.into(), ..Header::default() };
        let written = emitted(|tail| {
            NewTunnel::emit(tail, Envelope::request(Flags::ACK), header, |tunnel| {
                tunnel.nest(Tunnel::ENTRY, |vni| {
                    vni.put(Vni::START, 100)?.put(Vni::END, 110)?.put(Vni::GROUP, Ipv4Addr::new(239, 2, 2, 2))
                })
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }
}
