//! Addresses of interfaces (`RTM_*ADDR`, `IFA_*`, `linux/if_addr.h`), and the groups that they listen to.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::{Family, Scope};
use crate::number::Native;
use crate::payload::{Ip, Str, Struct};
use crate::{attributes, flags, messages, numbers};

/// `struct ifaddrmsg`: the fixed header of address messages.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |    family     |  prefix_len   |     flags     |     scope     |
/// +---------------+---------------+---------------+---------------+
/// |                             index                             |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family (`ifa_family`).
    pub family: Native<Family>,
    /// Bits of the address that all on the link share (`ifa_prefixlen`).
    pub prefix_len: u8,
    /// The lower eight bits of the flags (`ifa_flags`), as [`AddressFlags::of_header`] takes them.
    ///
    /// Where [`Address::FLAGS`] is there it holds all the flags, and this field is ignored: by the kernel in a request,
    /// and so it should be in what the kernel sends. Since Linux 3.14 IPv4 and IPv6 addresses always come with it. In a
    /// request the field alone will do for flags below `0x100`.
    pub flags: u8,
    /// How far the address reaches (`ifa_scope`). IPv6 goes by the address itself and ignores it in requests.
    pub scope: Native<Scope>,
    /// Index of the interface (`ifa_index`).
    pub index: Native<u32>,
}

messages! {
    /// An address: make it, or it was made or changed, or one of those that were asked for.
    pub NewAddress("RTM_NEWADDR") = 20: Header, Address;
    /// An address: delete it, or it was deleted.
    pub DelAddress("RTM_DELADDR") = 21: Header, Address;
    /// One IPv6 address; with [`Flags::DUMP`](crate::Flags::DUMP) all addresses.
    pub GetAddress("RTM_GETADDR") = 22: Header, Address;
    /// An interface listens to a multicast group: [`Address::MULTICAST`].
    pub NewMulticast("RTM_NEWMULTICAST") = 56: Header, Address;
    /// An interface no longer listens to a multicast group.
    pub DelMulticast("RTM_DELMULTICAST") = 57: Header, Address;
    /// The multicast groups, with [`Flags::DUMP`](crate::Flags::DUMP). The answers are of this kind too.
    pub GetMulticast("RTM_GETMULTICAST") = 58: Header, Address;
    /// An interface has an IPv6 address together with other hosts: [`Address::ANYCAST`].
    pub NewAnycast("RTM_NEWANYCAST") = 60: Header, Address;
    /// An interface no longer has an IPv6 address together with other hosts.
    pub DelAnycast("RTM_DELANYCAST") = 61: Header, Address;
    /// The IPv6 anycast addresses, with [`Flags::DUMP`](crate::Flags::DUMP). The answers are of this kind too.
    pub GetAnycast("RTM_GETANYCAST") = 62: Header, Address;
}

attributes! {
    /// Attributes of addresses.
    pub enum Address("IFA_") {
        /// The address of the prefix: on a point-to-point link the other end's, else the same as
        /// [`LOCAL`](Self::LOCAL). IPv6 has only this one where no other end is named.
        ADDRESS: Ip = 1,
        /// The interface's own address.
        LOCAL: Ip = 2,
        /// A name for the address (IPv4): the interface's, or that, a colon and more.
        LABEL: Str = 3,
        /// The broadcast address.
        BROADCAST: Ip = 4,
        /// An address that other hosts have too (IPv6).
        ANYCAST: Ip = 5,
        /// How long the address lives, and since when.
        CACHEINFO: Struct<CacheInfo> = 6,
        /// A multicast group that the interface listens to.
        MULTICAST: Ip = 7,
        /// All the flags; [`Header::flags`] is then ignored.
        FLAGS: AddressFlags = 8,
        /// Metric of the route that the kernel makes for the prefix.
        RT_PRIORITY: u32 = 9,
        /// In a question: the namespace to look into, by its identifier here. In the answer the same.
        TARGET_NETNSID: i32 = 10,
        /// Who made the address.
        PROTO: AddressProtocol = 11,
    }
}

flags! {
    /// Flags of an address (`IFA_F_*`): whole in [`Address::FLAGS`], the lower eight bits also in [`Header::flags`].
    pub struct AddressFlags(u32, "IFA_F_") {
        /// IPv4: another address of the same prefix was there before. IPv6: it is the same bit as
        /// [`TEMPORARY`](Self::TEMPORARY).
        SECONDARY = 0x01,
        /// In use without a search for others that have it.
        NODAD = 0x02,
        /// In use while others that have it are still searched for.
        OPTIMISTIC = 0x04,
        /// Not in use: another host has it.
        DADFAILED = 0x08,
        /// The home address of a mobile host.
        HOMEADDRESS = 0x10,
        /// Its preferred lifetime is over: new connections use another.
        DEPRECATED = 0x20,
        /// Not yet in use: others that have it are searched for.
        TENTATIVE = 0x40,
        /// It lives forever.
        PERMANENT = 0x80,
        /// Make temporary addresses from this one.
        MANAGETEMPADDR = 0x100,
        /// Make no route for the prefix.
        NOPREFIXROUTE = 0x200,
        /// A multicast address: join the group.
        MCAUTOJOIN = 0x400,
        /// Made from a secret, and the same again on this network.
        STABLE_PRIVACY = 0x800,
    }
}

impl AddressFlags {
    /// `IFA_F_TEMPORARY`: IPv6: made at random, for a while. IPv4: it is the same bit as
    /// [`SECONDARY`](Self::SECONDARY), and `Debug` prints that name.
    pub const TEMPORARY: Self = Self::SECONDARY;

    /// The flags that [`Header::flags`] holds; those above the eighth bit are not among them.
    pub fn of_header(flags: u8) -> Self {
        Self(flags.into())
    }
}

numbers! {
    /// Who made an address (`IFAPROT_*`). All other numbers are for programs.
    pub struct AddressProtocol(u8, "IFAPROT_") {
        /// Nobody said.
        UNSPEC = 0,
        /// The kernel, on the loopback interface.
        KERNEL_LO = 1,
        /// The kernel, as a router announced.
        KERNEL_RA = 2,
        /// The kernel, for the link alone.
        KERNEL_LL = 3,
    }
}

/// `struct ifa_cacheinfo`: how long an address lives, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct CacheInfo {
    /// Seconds until new connections use another address; [`FOREVER`](Self::FOREVER) is never (`ifa_prefered`).
    pub preferred: Native<u32>,
    /// Seconds until the address goes away; [`FOREVER`](Self::FOREVER) is never (`ifa_valid`).
    pub valid: Native<u32>,
    /// When it was made, in 1/100 s since the system started (`cstamp`). Ignored in requests.
    pub created: Native<u32>,
    /// When it was last changed, in 1/100 s since the system started (`tstamp`). Ignored in requests.
    pub updated: Native<u32>,
}

impl CacheInfo {
    /// The number of seconds that stands for no end.
    pub const FOREVER: u32 = u32::MAX;
}

// What iproute2 and kernels wrote on a little-endian machine, with sequence numbers and ports set to zero.
#[cfg(all(test, target_endian = "little"))]
mod tests {
    use std::format;

    use super::*;
    use crate::route::testing::{bytes, emitted};
    use crate::{Envelope, Flags, Message, RawMessage};

    #[test]
    fn a_request_is_that_of_iproute2() {
        // ip address add 192.0.2.1/24 brd + dev v0 label v0:x metric 77 noprefixroute
        //     valid_lft 1000 preferred_lft 500 proto 42
        let wire = "\
            68000000140005060000000000000000 0218000003000000 08000200c0000201 0900030076303a7800000000 \
            080009004d000000 05000b002a000000 0800080000020000 08000100c0000201 08000400c00002ff \
            14000600f4010000e80300000000000000000000";
        let header = Header { family: Family::INET.into(), prefix_len: 24, index: 3.into(), ..Header::default() };
        let lifetime = CacheInfo { preferred: 500.into(), valid: 1000.into(), ..CacheInfo::default() };
        let envelope = Envelope::request(Flags::ACK | Flags::CREATE | Flags::EXCL);
        let written = emitted(|tail| {
            NewAddress::emit(tail, envelope, header, |address| {
                address
                    .put(Address::LOCAL, [192, 0, 2, 1].into())?
                    .put(Address::LABEL, "v0:x")?
                    .put(Address::RT_PRIORITY, 77)?
                    .put(Address::PROTO, AddressProtocol(42))?
                    .put(Address::FLAGS, AddressFlags::NOPREFIXROUTE)?
                    .put(Address::ADDRESS, [192, 0, 2, 1].into())?
                    .put(Address::BROADCAST, [192, 0, 2, 255].into())?
                    .put(Address::CACHEINFO, (&lifetime).into())
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }

    #[test]
    fn the_header_has_the_lower_flags_and_the_attribute_all() {
        let message = bytes(
            "54000000140002000000000000000000 0218010003000000 08000100c0000209 08000200c0000209 \
            0700030076300000 0800080001020000 080009004d000000 14000600ed010000e10300002c0100002c010000",
        );
        let message = RawMessage::first(&message).unwrap();
        let address = message.read::<NewAddress>().unwrap().unwrap();
        let flags = address.attributes().get(Address::FLAGS).unwrap().unwrap();
        assert_eq!(flags, AddressFlags::SECONDARY | AddressFlags::NOPREFIXROUTE);
        assert_eq!(AddressFlags::of_header(address.header.flags), AddressFlags::TEMPORARY);
        let lifetime = address.attributes().get(Address::CACHEINFO).unwrap().unwrap();
        assert_eq!((lifetime.preferred.get(), lifetime.valid.get(), lifetime.created.get()), (493, 993, 300));
    }

    #[test]
    fn on_a_point_to_point_link_the_address_is_the_other_end() {
        let message = bytes(
            "64000000140002000000000000000000 0a80800002000000 1400020020010db8000100000000000000000001 \
            1400010020010db8000100000000000000000002 14000600ffffffffffffffff4501000045010000 \
            0800080080000000 05000b002a000000",
        );
        let message = RawMessage::first(&message).unwrap();
        let table = message.read::<NewAddress>().unwrap().unwrap().attributes().table().unwrap();
        assert_eq!(format!("{:?}", table.get(Address::LOCAL)), "Ok(Some(2001:db8:1::1))");
        assert_eq!(format!("{:?}", table.get(Address::ADDRESS)), "Ok(Some(2001:db8:1::2))");
        assert_eq!(table.get(Address::CACHEINFO).unwrap().unwrap().valid, CacheInfo::FOREVER);
    }
}
