//! Neighbours (`RTM_*NEIGH`, `NDA_*`, `linux/neighbour.h`): which link-layer address an IP address has, and in the
//! family `AF_BRIDGE` the forwarding databases of bridges and VXLANs: behind what a link-layer address is found.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use super::route::{RouteProtocol, RouteType};
use crate::nest::Nest;
use crate::number::Native;
use crate::payload::{Be, Flag, Ip, LinkAddress, Struct};
use crate::{attributes, flags, messages};

/// `struct ndmsg`: the fixed header of neighbour messages.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+-------------------------------+
/// |    family     |     pad1      |             pad2              |
/// +---------------+---------------+-------------------------------+
/// |                             index                             |
/// +-------------------------------+---------------+---------------+
/// |             state             |     flags     |     kind      |
/// +-------------------------------+---------------+---------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family; `AF_BRIDGE` for forwarding databases (`ndm_family`).
    pub family: Native<Family>,
    /// Zero (`ndm_pad1`).
    pub pad1: u8,
    /// Zero (`ndm_pad2`).
    pub pad2: Native<u16>,
    /// Index of the interface (`ndm_ifindex`).
    pub index: Native<i32>,
    /// What is known of the neighbour (`ndm_state`).
    pub state: Native<NeighbourState>,
    /// Flags; more are in [`Neighbour::FLAGS_EXT`] (`ndm_flags`).
    pub flags: Native<NeighbourFlags>,
    /// What kind of address it is; requests leave it 0 (`ndm_type`).
    pub kind: Native<RouteType>,
}

messages! {
    /// A neighbour: make it, or it was made or changed, or one of those that were asked for.
    pub NewNeighbour("RTM_NEWNEIGH") = 28: Header, Neighbour;
    /// A neighbour: delete it, or it was deleted.
    pub DelNeighbour("RTM_DELNEIGH") = 29: Header, Neighbour;
    /// One neighbour; with [`Flags::DUMP`](crate::Flags::DUMP) all. The kernel itself asks a program with it when it
    /// must find one and was told to leave that to programs.
    pub GetNeighbour("RTM_GETNEIGH") = 30: Header, Neighbour;
}

attributes! {
    /// Attributes of neighbours.
    pub enum Neighbour("NDA_") {
        /// The neighbour's IP address; in a forwarding database that of the VXLAN tunnel's other end.
        DST: Ip = 1,
        /// Its link-layer address.
        LLADDR: LinkAddress = 2,
        /// When it was last used, confirmed and changed.
        CACHEINFO: Struct<CacheInfo> = 3,
        /// How often it was asked and has not answered.
        PROBES: u32 = 4,
        /// VLAN, in a forwarding database.
        VLAN: u16 = 5,
        /// UDP port of the VXLAN tunnel's other end, in network byte order.
        PORT: Be<u16> = 6,
        /// VXLAN network that packets are sent with.
        VNI: u32 = 7,
        /// Index of the interface that the VXLAN tunnel leaves by. In a question: only those of this interface.
        IFINDEX: u32 = 8,
        /// Index of the bridge or other master of the interface. In a question: only those of its ports.
        MASTER: u32 = 9,
        /// The namespace of [`IFINDEX`](Self::IFINDEX), by its identifier here.
        LINK_NETNSID: i32 = 10,
        /// VXLAN network that packets come from, where one device serves several.
        SRC_VNI: u32 = 11,
        /// Who made it.
        PROTOCOL: RouteProtocol = 12,
        /// The nexthop object that leads there, in a forwarding database.
        NH_ID: u32 = 13,
        /// More of an entry of a bridge's forwarding database.
        FDB_EXT_ATTRS: Nest<FdbExt> = 14,
        /// Flags that the header has no room for.
        FLAGS_EXT: NeighbourFlagsExt = 15,
        /// In a request that deletes all that match: which bits of [`Header::state`] must be as there.
        NDM_STATE_MASK: NeighbourState = 16,
        /// In a request that deletes all that match: which bits of [`Header::flags`] must be as there.
        NDM_FLAGS_MASK: NeighbourFlags = 17,
    }
}

attributes! {
    /// More of an entry of a bridge's forwarding database (`NFEA_*`).
    pub enum FdbExt("NFEA_") {
        /// Whether to tell when its address falls silent and when it is heard again.
        ACTIVITY_NOTIFY: FdbNotify = 1,
        /// In a request: the change does not count as a sign of life.
        DONT_REFRESH: Flag = 2,
    }
}

flags! {
    /// What is known of a neighbour (`NUD_*`). What the kernel finds out is one of them, or none. What was set is said as it was
    /// set, which may be more than one: of a VXLAN device's forwarding database `NOARP` besides `PERMANENT` or `REACHABLE`.
    pub struct NeighbourState(u16, "NUD_") {
        /// Nothing.
        NONE = 0x00,
        /// It has been asked for and has not answered yet.
        INCOMPLETE = 0x01,
        /// It has answered of late.
        REACHABLE = 0x02,
        /// It has not been heard of for a while; the next packet to it begins a check.
        STALE = 0x04,
        /// A packet was sent to it; a sign of life may come without asking.
        DELAY = 0x08,
        /// It is asked whether it is still there.
        PROBE = 0x10,
        /// It did not answer.
        FAILED = 0x20,
        /// It need not be asked for.
        NOARP = 0x40,
        /// It was set and stays.
        PERMANENT = 0x80,
    }
}

flags! {
    /// Flags of a neighbour (`NTF_*`).
    pub struct NeighbourFlags(u8, "NTF_") {
        /// In a request: check it as if a packet were sent to it.
        USE = 0x01,
        /// Forwarding database: that of the device itself.
        SELF = 0x02,
        /// Forwarding database: that of the bridge which the device is a port of.
        MASTER = 0x04,
        /// This host answers in its place.
        PROXY = 0x08,
        /// A program learned it, from elsewhere.
        EXT_LEARNED = 0x10,
        /// Hardware does it.
        OFFLOADED = 0x20,
        /// Forwarding database: it does not move to another port.
        STICKY = 0x40,
        /// It is a router (IPv6).
        ROUTER = 0x80,
    }
}

flags! {
    /// Flags of a neighbour for which the header has no room (`NTF_EXT_*`).
    pub struct NeighbourFlagsExt(u32, "NTF_EXT_") {
        /// The kernel keeps it reachable by itself.
        MANAGED = 0x01,
        /// Forwarding database: a host behind a locked port, which nobody has let in yet.
        LOCKED = 0x02,
        /// A program knows it to be right: the kernel does not remove it, but may ask it.
        EXT_VALIDATED = 0x04,
    }
}

flags! {
    /// Whether to tell of an address in a forwarding database that falls silent (`FDB_NOTIFY_*`).
    pub struct FdbNotify(u8, "FDB_NOTIFY_") {
        /// Tell.
        BIT = 0x01,
        /// It is silent, which has been told.
        INACTIVE_BIT = 0x02,
    }
}

/// `struct nda_cacheinfo`: how long ago something happened to a neighbour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct CacheInfo {
    /// Since it was last heard of, in clock ticks of 1/100 s (`ndm_confirmed`). Always 0 in forwarding databases.
    pub confirmed: Native<u32>,
    /// Since it was last used, in clock ticks of 1/100 s (`ndm_used`).
    pub used: Native<u32>,
    /// Since it was last changed, in clock ticks of 1/100 s (`ndm_updated`).
    pub updated: Native<u32>,
    /// How many hold it (`ndm_refcnt`).
    pub references: Native<u32>,
}

// What iproute2 and kernels wrote on a little-endian machine, with sequence numbers and ports set to zero.
#[cfg(all(test, target_endian = "little"))]
mod tests {
    use std::format;

    use super::*;
    use crate::route::PROTOCOL;
    use crate::route::testing::{bytes, emitted};
    use crate::{Envelope, Flags, Message, RawMessage};

    #[test]
    fn a_request_is_that_of_iproute2() {
        // ip neighbour add 2001:db8::50 dev v0 managed router protocol bgp lladdr 02:00:00:00:00:50
        let wire = "\
            4c0000001c0005060000000000000000 0a0000000300000000008000 05000c00ba000000 \
            1400010020010db8000000000000000000000050 08000f0001000000 0a0002000200000000500000";
        let header = Header {
            family: Family::INET6.into(),
            index: 3.into(),
            flags: NeighbourFlags::ROUTER.into(),
            ..Header::default()
        };
        let envelope = Envelope::request(Flags::ACK | Flags::CREATE | Flags::EXCL);
        let written = emitted(|tail| {
            NewNeighbour::emit(tail, envelope, header, |neighbour| {
                neighbour
                    .put(Neighbour::PROTOCOL, RouteProtocol::BGP)?
                    .put(Neighbour::DST, [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x50].into())?
                    .put(Neighbour::FLAGS_EXT, NeighbourFlagsExt::MANAGED)?
                    .put(Neighbour::LLADDR, [2, 0, 0, 0, 0, 0x50].into())
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn a_tunnel_is_a_neighbour_in_a_forwarding_database() {
        // bridge fdb append 02:00:00:00:02:01 dev vx0 dst 192.0.2.50 port 4790 vni 9 via v0
        let wire = "\
            480000001c00050c0000000000000000 0700000004000000c0000200 0a0002000200000002010000 \
            08000100c0000232 0600060012b60000 0800070009000000 0800080003000000";
        let header = Header {
            family: Family::BRIDGE.into(),
            index: 4.into(),
            state: (NeighbourState::NOARP | NeighbourState::PERMANENT).into(),
            flags: NeighbourFlags::SELF.into(),
            ..Header::default()
        };
        let envelope = Envelope::request(Flags::ACK | Flags::CREATE | Flags::APPEND);
        let written = emitted(|tail| {
            NewNeighbour::emit(tail, envelope, header, |entry| {
                entry
                    .put(Neighbour::LLADDR, [2, 0, 0, 0, 2, 1].into())?
                    .put(Neighbour::DST, [192, 0, 2, 50].into())?
                    .put(Neighbour::PORT, 4790)?
                    .put(Neighbour::VNI, 9)?
                    .put(Neighbour::IFINDEX, 3)
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn a_bridge_is_told_to_tell_of_silence() {
        // bridge fdb replace 02:00:00:00:01:03 dev v0 master static activity_notify norefresh vlan 3
        let wire = "\
            400000001c0005050000000000000000 070000000300000042000400 0a0002000200000001030000 \
            0600050003000000 10000e80050001000100000004000200";
        let header = Header {
            family: Family::BRIDGE.into(),
            index: 3.into(),
            state: (NeighbourState::NOARP | NeighbourState::REACHABLE).into(),
            flags: NeighbourFlags::MASTER.into(),
            ..Header::default()
        };
        let envelope = Envelope::request(Flags::ACK | Flags::CREATE | Flags::REPLACE);
        let written = emitted(|tail| {
            NewNeighbour::emit(tail, envelope, header, |entry| {
                entry
                    .put(Neighbour::LLADDR, [2, 0, 0, 0, 1, 3].into())?
                    .put(Neighbour::VLAN, 3)?
                    .nest(Neighbour::FDB_EXT_ATTRS, |more| {
                        more.put(FdbExt::ACTIVITY_NOTIFY, FdbNotify::BIT)?.put(FdbExt::DONT_REFRESH, ())
                    })
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn the_link_layer_of_a_tunnel_has_ip_addresses() {
        let four = bytes(
            "480000001c0002000000000000000000 020000000800000080000001 080001000a080002 08000200c0000232 \
            0800040000000000 140003008e0200008e0200008e02000000000000",
        );
        let sixteen = bytes(
            "540000001c0002000000000000000000 020000000900000080000001 080001000a070002 \
            1400020020010db8000000000000000000000050 0800040000000000 \
            1400030086020000860200008602000000000000",
        );
        let address = |message: &[u8]| {
            let neighbour = RawMessage::first(message).unwrap().read::<NewNeighbour>().unwrap().unwrap();
            neighbour.attributes().get(Neighbour::LLADDR).unwrap().unwrap()
        };
        assert_eq!(address(&four).as_bytes(), [192, 0, 2, 50]);
        assert_eq!(format!("{}", address(&sixteen)), "20:01:0d:b8:00:00:00:00:00:00:00:00:00:00:00:50");
    }

    #[test]
    fn what_a_bridge_knows_of_an_address_is_printed_by_name() {
        let message = bytes(
            "600000001c0002000000000000000000 070000000500000040000000 0a0002000200000001030000 \
            0800090004000000 08000f0000000000 1400030000000000ae020000b002000000000000 0600050001000000 \
            0c000e800500010001000000",
        );
        let message = RawMessage::first(&message).unwrap();
        assert_eq!(
            format!("{:?}", PROTOCOL.describe(&message)),
            "RTM_NEWNEIGH { header: Header { family: AF_BRIDGE, pad1: 0, pad2: 0, index: 5, state: NUD_NOARP, \
             flags: 0x0, kind: RTN_UNSPEC }, NDA_LLADDR: 02:00:00:00:01:03, NDA_MASTER: 4, NDA_FLAGS_EXT: 0x0, \
             NDA_CACHEINFO: CacheInfo { confirmed: 0, used: 686, updated: 688, references: 0 }, \
             NDA_VLAN: 1, NDA_FDB_EXT_ATTRS: FdbExt { NFEA_ACTIVITY_NOTIFY: FDB_NOTIFY_BIT } }"
        );
    }
}
