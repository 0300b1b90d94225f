//! The headers that every family shares, as they lie on the wire (`linux/netlink.h`, `linux/genetlink.h`,
//! `linux/netfilter/nfnetlink.h`).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::number::{Big, Native};
use crate::{flags, numbers};

/// `struct nlmsghdr`: what every message begins with. All fields are in host byte order.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------------------------------------------------------+
/// |                            length                             |
/// +-------------------------------+-------------------------------+
/// |             kind              |             flags             |
/// +-------------------------------+-------------------------------+
/// |                           sequence                            |
/// +---------------------------------------------------------------+
/// |                             port                              |
/// +---------------------------------------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct MessageHeader {
    /// Bytes of the whole message, this header included, the padding behind it not (`nlmsg_len`).
    pub length: Native<u32>,
    /// What the message is (`nlmsg_type`); below 16 a control message, the rest belongs to the protocol.
    pub kind: Native<u16>,
    /// How it is to be taken (`nlmsg_flags`).
    pub flags: Native<Flags>,
    /// The request's number, which its replies carry too (`nlmsg_seq`).
    pub sequence: Native<u32>,
    /// The port of the socket that asked (`nlmsg_pid`); 0 in what is sent to the kernel.
    pub port: Native<u32>,
}

flags! {
    /// How a message is to be taken (`NLM_F_*`, `linux/netlink.h`). The bits from `0x100` mean one thing in a request that
    /// gets, one in a request that adds, one in a request that deletes, and one in an acknowledgement: `Debug` names those
    /// of requests that get.
    pub struct Flags(u16, "NLM_F_") {
        /// To the kernel: do this. Without it nothing is done.
        REQUEST = 0x01,
        /// One part of several; `NLMSG_DONE` ends them.
        MULTI = 0x02,
        /// Answer with the outcome, also when all went well.
        ACK = 0x04,
        /// Send the object that results back to this socket.
        ECHO = 0x08,
        /// The dump is inconsistent: things changed while it was made.
        DUMP_INTR = 0x10,
        /// The dump was filtered as the request asked.
        DUMP_FILTERED = 0x20,
        /// Get: the whole table.
        ROOT = 0x100,
        /// Get: all that match.
        MATCH = 0x200,
        /// Get: at one moment; few handlers know it.
        ATOMIC = 0x400,
    }
}

impl Flags {
    /// `NLM_F_DUMP`: get all, as `ROOT` and `MATCH` together.
    pub const DUMP: Self = Self(0x300);
    /// `NLM_F_REPLACE`: add, and take the place of what is there.
    pub const REPLACE: Self = Self(0x100);
    /// `NLM_F_EXCL`: add, and fail if it is there.
    pub const EXCL: Self = Self(0x200);
    /// `NLM_F_CREATE`: add it if it is not there.
    pub const CREATE: Self = Self(0x400);
    /// `NLM_F_APPEND`: add it behind what is there.
    pub const APPEND: Self = Self(0x800);
    /// `NLM_F_NONREC`: delete, but not what is below.
    pub const NONREC: Self = Self(0x100);
    /// `NLM_F_BULK`: delete all that match.
    pub const BULK: Self = Self(0x200);
    /// `NLM_F_CAPPED`, in an acknowledgement: the request was not copied behind its header.
    pub const CAPPED: Self = Self(0x100);
    /// `NLM_F_ACK_TLVS`, in an acknowledgement: attributes that explain it follow.
    pub const ACK_TLVS: Self = Self(0x200);
}

numbers! {
    /// Messages that every protocol has (`NLMSG_*`, `linux/netlink.h`).
    pub struct ControlKind(u16, "NLMSG_") {
        /// Nothing; with `NLM_F_ACK` it is acknowledged.
        NOOP = 1,
        /// The outcome of a request.
        ERROR = 2,
        /// The end of a reply in parts.
        DONE = 3,
        /// Data was lost.
        OVERRUN = 4,
    }
}

/// `struct nlattr`: what every attribute begins with. Both fields are in host byte order.
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+---+---------------------------+
/// |            length             |N B|          number           |
/// +-------------------------------+---+---------------------------+
/// |            payload, then zeros to a multiple of 4 …           |
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct AttributeHeader {
    /// Bytes of the attribute, this header included, the padding not (`nla_len`).
    pub length: Native<u16>,
    /// The attribute's number in its set, and the two flags `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER` (`nla_type`).
    pub kind: Native<u16>,
}

impl AttributeHeader {
    /// `NLA_F_NESTED`: the payload is attributes. The kernel does not always say so.
    pub const NESTED: u16 = 0x8000;
    /// `NLA_F_NET_BYTEORDER`: the payload is in network byte order. Hardly ever set.
    pub const NET_BYTEORDER: u16 = 0x4000;
    /// `NLA_TYPE_MASK`: the bits of the number.
    pub const NUMBER: u16 = 0x3fff;
    /// The header's size in bytes, which a length counts too.
    pub(crate) const SIZE: usize = 4;
}

/// `struct genlmsghdr`: the fixed header of all generic netlink messages.
///
/// ```text
/// +---------------+---------------+-------------------------------+
/// |    command    |    version    |           reserved            |
/// +---------------+---------------+-------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct GenericHeader {
    /// The family's command (`cmd`).
    pub command: u8,
    /// The family's version (`version`).
    pub version: u8,
    /// Zero (`reserved`).
    pub reserved: Native<u16>,
}

/// `struct nfgenmsg`: the fixed header of all netfilter messages.
///
/// ```text
/// +---------------+---------------+-------------------------------+
/// |    family     |    version    |  resource (network order)     |
/// +---------------+---------------+-------------------------------+
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct NetfilterHeader {
    /// Address family (`nfgen_family`).
    pub family: u8,
    /// `NFNETLINK_V0` (`version`).
    pub version: u8,
    /// The subsystem's own, in network byte order (`res_id`).
    pub resource: Big<u16>,
}
