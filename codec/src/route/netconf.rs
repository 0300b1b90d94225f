//! Settings of interfaces for IP: what `/proc/sys/net/*/conf` has (`RTM_*NETCONF`, `NETCONFA_*`, `linux/netconf.h`).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use crate::number::Native;
use crate::{attributes, messages, numbers};

/// `struct netconfmsg`: the fixed header of these messages.
///
/// ```text
/// +---------------+-----------------------------------------------+
/// |    family     |          zeros before the attributes          |
/// +---------------+-----------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family: `AF_INET`, `AF_INET6` or `AF_MPLS` (`ncm_family`).
    pub family: Native<Family>,
}

messages! {
    /// Settings of an interface: they were changed, or one of those that were asked for.
    pub NewNetconf("RTM_NEWNETCONF") = 80: Header, Netconf;
    /// Settings of an interface are gone.
    pub DelNetconf("RTM_DELNETCONF") = 81: Header, Netconf;
    /// The settings of an interface; with [`Flags::DUMP`](crate::Flags::DUMP) those of all.
    pub GetNetconf("RTM_GETNETCONF") = 82: Header, Netconf;
}

attributes! {
    /// Settings of an interface. They cannot be changed by these messages.
    pub enum Netconf("NETCONFA_") {
        /// Index of the interface.
        IFINDEX: NetconfInterface = 1,
        /// Whether packets are forwarded: 0 or 1.
        FORWARDING: i32 = 2,
        /// Whether the way back to the source is checked (IPv4): 0 no, 1 it must be by the same interface, 2 by any.
        RP_FILTER: i32 = 3,
        /// Whether multicast packets are forwarded: 0 or 1.
        MC_FORWARDING: i32 = 4,
        /// Whether this host answers for others that are asked for: 0 or 1.
        PROXY_NEIGH: i32 = 5,
        /// Whether routes by a link without carrier are left aside: 0 or 1.
        IGNORE_ROUTES_WITH_LINKDOWN: i32 = 6,
        /// Whether packets with labels are taken (MPLS): 0 or 1.
        INPUT: i32 = 7,
        /// Whether packets for all on a link are forwarded (IPv4): 0 or 1.
        BC_FORWARDING: i32 = 8,
        /// Whether packets are forwarded although forwarding is off as a whole (IPv6): 0 or 1.
        FORCE_FORWARDING: i32 = 9,
    }
}

numbers! {
    /// Index of an interface, or what stands in its place (`NETCONFA_IFINDEX_*`).
    pub struct NetconfInterface(i32, "NETCONFA_IFINDEX_") {
        /// What holds for all interfaces.
        ALL = -1,
        /// What interfaces that are still to come begin with.
        DEFAULT = -2,
    }
}

// What iproute2 and kernels wrote on a little-endian machine, with sequence numbers and ports set to zero.
#[cfg(all(test, target_endian = "little"))]
mod tests {
    use std::format;

    use crate::RawMessage;
    use crate::route::PROTOCOL;
    use crate::route::testing::bytes;

    #[test]
    fn the_attributes_begin_behind_the_padding_of_a_short_header() {
        let message = bytes(
            "34000000500002000000000000000000 0a000000 08000100ffffffff 0800020000000000 0800050000000000 \
            0800060000000000",
        );
        let message = RawMessage::first(&message).unwrap();
        assert_eq!(
            format!("{:?}", PROTOCOL.describe(&message)),
            "RTM_NEWNETCONF { header: Header { family: AF_INET6 }, NETCONFA_IFINDEX: NETCONFA_IFINDEX_ALL, \
             NETCONFA_FORWARDING: 0, NETCONFA_PROXY_NEIGH: 0, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN: 0 }"
        );
    }
}
