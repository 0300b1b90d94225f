//! Lightweight tunnels: what the packets of a route or of a nexthop are wrapped into (`linux/lwtunnel.h`).
//!
//! An attribute beside the nest says what it holds: [`Route::ENCAP_TYPE`] and [`Route::ENCAP`], [`Nexthop::ENCAP_TYPE`] and
//! [`Nexthop::ENCAP`]. Both take the same sets, of which the list below is the only one.

pub mod ioam6;
pub mod ip;
pub mod rpl;
pub mod segment_routing;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use core::fmt;
use core::net::Ipv6Addr;

pub use self::ioam6::EncapIoam6;
pub use self::ip::{EncapIp, EncapIp6};
pub use self::rpl::EncapRpl;
pub use self::segment_routing::{EncapSeg6, EncapSeg6Local};
use super::nexthop::Nexthop;
use super::route::{Label, Route};
use crate::nest::Nest;
use crate::payload::{Array, Be, Bytes, Str};
use crate::{attributes, choices, numbers};

choices! {
    /// `RTA_ENCAP_TYPE` decides.
    pub enum RouteEncap: Route::ENCAP_TYPE,
    /// `NHA_ENCAP_TYPE` decides.
    pub enum NexthopEncap: Nexthop::ENCAP_TYPE {
        EncapType::MPLS => EncapMpls,
        EncapType::IP => EncapIp,
        EncapType::ILA => EncapIla,
        EncapType::IP6 => EncapIp6,
        EncapType::SEG6 => EncapSeg6,
        EncapType::BPF => EncapBpf,
        EncapType::SEG6_LOCAL => EncapSeg6Local,
        EncapType::RPL => EncapRpl,
        EncapType::IOAM6 => EncapIoam6,
        EncapType::XFRM => EncapXfrm,
    }
}

numbers! {
    /// What packets are wrapped into (`LWTUNNEL_ENCAP_*`, `linux/lwtunnel.h`).
    pub struct EncapType(u16, "LWTUNNEL_ENCAP_") {
        /// Nothing.
        NONE = 0,
        /// MPLS labels.
        MPLS = 1,
        /// An IPv4 tunnel.
        IP = 2,
        /// Identifier-locator addressing.
        ILA = 3,
        /// An IPv6 tunnel.
        IP6 = 4,
        /// A segment routing header.
        SEG6 = 5,
        /// What a BPF program makes of them.
        BPF = 6,
        /// Behaviour of a segment.
        SEG6_LOCAL = 7,
        /// RPL source routing.
        RPL = 8,
        /// In-situ OAM.
        IOAM6 = 9,
        /// IPsec.
        XFRM = 10,
    }
}

attributes! {
    /// A route into an MPLS path (`linux/mpls_iptunnel.h`).
    pub enum EncapMpls("MPLS_IPTUNNEL_") {
        /// The labels, outermost first.
        DST: Array<Label> = 1,
        /// Time to live of the labels.
        TTL: u8 = 2,
    }
}

attributes! {
    /// A route whose packets BPF programs look at (`LWT_BPF_*`, `linux/lwtunnel.h`).
    pub enum EncapBpf("LWT_BPF_") {
        /// The program for packets that come in.
        IN: Nest<BpfProgram> = 1,
        /// The program for packets of this host, before they are routed on.
        OUT: Nest<BpfProgram> = 2,
        /// The program for packets that go out, which may put headers before them.
        XMIT: Nest<BpfProgram> = 3,
        /// How many bytes of headers that program needs, at most 256.
        XMIT_HEADROOM: u32 = 4,
    }
}

attributes! {
    /// A BPF program (`LWT_BPF_PROG_*`, `linux/lwtunnel.h`).
    pub enum BpfProgram("LWT_BPF_PROG_") {
        /// In a request: the file descriptor of the program.
        FD: u32 = 1,
        /// A name for it, at most 255 bytes. A request must have one.
        NAME: Str = 2,
    }
}

attributes! {
    /// A route that puts locators in the place of identifiers (`ILA_ATTR_*`, `linux/ila.h`), as far as routes have them.
    pub enum EncapIla("ILA_ATTR_") {
        /// The locator, the upper half of the new destination, in network byte order.
        LOCATOR: Be<u64> = 1,
        /// Padding.
        PAD: Bytes = 6,
        /// How checksums stay right.
        CSUM_MODE: IlaChecksum = 7,
        /// What the lower half of the destination is.
        IDENT_TYPE: IlaIdentifier = 8,
        /// For which packets it is done.
        HOOK_TYPE: IlaHook = 9,
    }
}

numbers! {
    /// How checksums stay right when a locator takes the place of another (`ILA_CSUM_*`, `linux/ila.h`).
    pub struct IlaChecksum(u8, "ILA_CSUM_") {
        /// That of the transport protocol is changed.
        ADJUST_TRANSPORT = 0,
        /// The identifier is changed so that the sum stays the same, and says so in one of its bits.
        NEUTRAL_MAP = 1,
        /// Not at all.
        NO_ACTION = 2,
        /// The identifier is changed so that the sum stays the same; that is agreed upon.
        NEUTRAL_MAP_AUTO = 3,
    }
}

numbers! {
    /// What an identifier is (`ILA_ATYPE_*`, `linux/ila.h`).
    pub struct IlaIdentifier(u8, "ILA_ATYPE_") {
        /// The identifier of an interface.
        IID = 0,
        /// One that is unique in a place.
        LUID = 1,
        /// Of a virtual network, IPv4.
        VIRT_V4 = 2,
        /// Of a virtual network, IPv6 to one.
        VIRT_UNI_V6 = 3,
        /// Of a virtual network, IPv6 to many.
        VIRT_MULTI_V6 = 4,
        /// An address from elsewhere.
        NONLOCAL_ADDR = 5,
        /// Reserved.
        RSVD_1 = 6,
        /// Reserved.
        RSVD_2 = 7,
        /// The upper three bits of each identifier say it.
        USE_FORMAT = 32,
    }
}

numbers! {
    /// For which packets a locator is put in (`ILA_HOOK_*`, `linux/ila.h`).
    pub struct IlaHook(u8, "ILA_HOOK_") {
        /// Those that go out.
        ROUTE_OUTPUT = 0,
        /// Those that come in.
        ROUTE_INPUT = 1,
    }
}

attributes! {
    /// A route into IPsec by an interface of kind `xfrm` (`LWT_XFRM_*`, `linux/lwtunnel.h`).
    pub enum EncapXfrm("LWT_XFRM_") {
        /// The interface's identifier in policies; not 0.
        IF_ID: u32 = 1,
        /// Index of the interface below.
        LINK: u32 = 2,
    }
}

/// An IPv6 address in a list of those that a packet has to visit.
#[derive(Clone, Copy, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(transparent)]
pub struct Segment([u8; 16]);

impl Segment {
    /// The address.
    pub fn address(self) -> Ipv6Addr {
        self.0.into()
    }
}

impl From<Ipv6Addr> for Segment {
    fn from(address: Ipv6Addr) -> Self {
        Self(address.octets())
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address().fmt(f)
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests;
