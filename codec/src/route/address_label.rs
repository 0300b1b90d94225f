//! Labels of IPv6 addresses, by which a source address is chosen for a destination (`RTM_*ADDRLABEL`, `IFAL_*`,
//! `linux/if_addrlabel.h`; RFC 6724).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Family;
use crate::number::Native;
use crate::payload::Ip;
use crate::{attributes, messages};

/// `struct ifaddrlblmsg`: the fixed header of address label messages.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |    family     |   reserved    |  prefix_len   |     flags     |
/// +---------------+---------------+---------------+---------------+
/// |                             index                             |
/// +---------------------------------------------------------------+
/// |                           sequence                            |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Address family: `AF_INET6` (`ifal_family`).
    pub family: Native<Family>,
    /// Zero (`__ifal_reserved`).
    pub reserved: u8,
    /// Bits of the prefix that count (`ifal_prefixlen`).
    pub prefix_len: u8,
    /// Always 0 today (`ifal_flags`).
    pub flags: u8,
    /// Index of the interface that the label is for; 0 is all (`ifal_index`).
    pub index: Native<u32>,
    /// How often the table was changed; 0 in requests (`ifal_seq`).
    pub sequence: Native<u32>,
}

messages! {
    /// An address label: make it, or it was made or changed, or one of those that were asked for.
    pub NewAddressLabel("RTM_NEWADDRLABEL") = 72: Header, AddressLabel;
    /// An address label: delete it, or it was deleted.
    pub DelAddressLabel("RTM_DELADDRLABEL") = 73: Header, AddressLabel;
    /// Which label an address has; with [`Flags::DUMP`](crate::Flags::DUMP) all labels.
    pub GetAddressLabel("RTM_GETADDRLABEL") = 74: Header, AddressLabel;
}

attributes! {
    /// Attributes of address labels.
    pub enum AddressLabel("IFAL_") {
        /// The prefix; its length in bits is [`Header::prefix_len`]. In a question: the address.
        ADDRESS: Ip = 1,
        /// The label: a source address with the same one as the destination is taken before others.
        LABEL: u32 = 2,
    }
}

// What iproute2 and kernels wrote on a little-endian machine, with sequence numbers and ports set to zero.
#[cfg(all(test, target_endian = "little"))]
mod tests {

    use super::*;
    use crate::route::testing::emitted;
    use crate::{Envelope, Flags, Message};

    #[test]
    fn a_request_is_that_of_iproute2() {
        // ip addrlabel add prefix 2001:db8::/32 dev v0 label 42
        let wire = "\
            38000000480005060000000000000000 0a0020000300000000000000 080002002a000000 \
            1400010020010db8000000000000000000000000";
        let header = Header { family: Family::INET6.into(), prefix_len: 32, index: 3.into(), ..Header::default() };
        let envelope = Envelope::request(Flags::ACK | Flags::CREATE | Flags::EXCL);
        let written = emitted(|tail| {
            NewAddressLabel::emit(tail, envelope, header, |label| {
                label.put(AddressLabel::LABEL, 42)?.put(AddressLabel::ADDRESS, [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0].into())
            })
        });
        assert_eq!(written, wire.replace(' ', ""));
    }
}
