//! The messages that every protocol has: outcomes, ends, nothing (`linux/netlink.h`).

use core::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::attribute::{Any, Attributes};
use crate::error::{ParseError, ParseErrorKind};
use crate::header::{ControlKind, Flags, MessageHeader};
use crate::message::{Message, RawMessage};
use crate::nest::Nest;
use crate::number::Native;
use crate::payload::{Bytes, Span, Str, length};
use crate::{attributes, messages};

/// `struct nlmsgerr` as it begins when the request is not copied behind it: the outcome, and the header of the request.
///
/// ```text
/// +---------------------------------------------------------------+
/// |             code: 0, or an errno with a minus sign            |
/// +---------------------------------------------------------------+
/// |             the request's message header, 16 bytes            |
/// +---------------------------------------------------------------+
/// |     the rest of the request, unless NLM_F_CAPPED is set …     |
/// +---------------------------------------------------------------+
/// |     attributes that explain it, if NLM_F_ACK_TLVS is set …    |
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct OutcomeHeader {
    /// 0, or an errno with a minus sign (`error`).
    pub code: Native<i32>,
    /// The header of the request that this is the outcome of (`msg`).
    pub request: MessageHeader,
}

/// What `NLMSG_DONE` carries: 0 or an errno with a minus sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct DoneHeader {
    /// 0, or an errno with a minus sign.
    pub code: Native<i32>,
}

messages! {
    /// Nothing. Sent with `NLM_F_ACK` it is acknowledged after all that was sent before it: a barrier.
    pub Noop("NLMSG_NOOP") = 1: (), Any;
    /// The outcome of a request: with code 0 its acknowledgement. To read one, use [`Acknowledgement`], which knows where
    /// the attributes begin; to write one without a copy of the request, set [`Flags::CAPPED`].
    pub Outcome("NLMSG_ERROR") = 2: OutcomeHeader, ExtendedAck;
    /// The end of a reply in parts, and its outcome. To read one, use [`Acknowledgement`].
    pub Done("NLMSG_DONE") = 3: DoneHeader, ExtendedAck;
    /// Data was lost.
    pub Overrun("NLMSG_OVERRUN") = 4: (), Any;
}

attributes! {
    /// What explains an outcome (`enum nlmsgerr_attrs`): the kernel sends it where `NETLINK_EXT_ACK` is on.
    pub enum ExtendedAck("NLMSGERR_ATTR_") {
        /// What is wrong, in words; also a warning where all went well.
        MSG: Str = 1,
        /// Where the attribute that is wrong begins, in bytes from the start of the request's header.
        OFFS: u32 = 2,
        /// Bytes that mean something to the subsystem.
        COOKIE: Bytes = 3,
        /// What the kernel would have taken.
        POLICY: Nest<Policy> = 4,
        /// The number of an attribute that is missing.
        MISS_TYPE: u32 = 5,
        /// Where the nest begins in which an attribute is missing, in bytes from the start of the request's header.
        MISS_NEST: u32 = 6,
    }
}

attributes! {
    /// What the kernel takes as an attribute's payload (`enum netlink_policy_type_attr`).
    pub enum Policy("NL_POLICY_TYPE_ATTR_") {
        /// The type.
        TYPE: PolicyType = 1,
        /// Least value of a signed number.
        MIN_VALUE_S: i64 = 2,
        /// Greatest value of a signed number.
        MAX_VALUE_S: i64 = 3,
        /// Least value of an unsigned number.
        MIN_VALUE_U: u64 = 4,
        /// Greatest value of an unsigned number.
        MAX_VALUE_U: u64 = 5,
        /// Least length in bytes.
        MIN_LENGTH: u32 = 6,
        /// Greatest length in bytes.
        MAX_LENGTH: u32 = 7,
        /// Which policy a nest is checked by.
        POLICY_IDX: u32 = 8,
        /// The greatest number of an attribute in that nest.
        POLICY_MAXTYPE: u32 = 9,
        /// The bits that may be set in a bit field of 32 bits.
        BITFIELD32_MASK: u32 = 10,
        /// Padding.
        PAD: Bytes = 11,
        /// The bits that may be set.
        MASK: u64 = 12,
    }
}

crate::numbers! {
    /// The type of a payload as a policy says it (`enum netlink_attribute_type`).
    pub struct PolicyType(u32, "NL_ATTR_TYPE_") {
        /// No payload of use.
        INVALID = 0,
        /// There or not.
        FLAG = 1,
        /// 8 bits.
        U8 = 2,
        /// 16 bits.
        U16 = 3,
        /// 32 bits.
        U32 = 4,
        /// 64 bits.
        U64 = 5,
        /// 8 bits with a sign.
        S8 = 6,
        /// 16 bits with a sign.
        S16 = 7,
        /// 32 bits with a sign.
        S32 = 8,
        /// 64 bits with a sign.
        S64 = 9,
        /// Bytes.
        BINARY = 10,
        /// A string.
        STRING = 11,
        /// A string with a NUL at its end.
        NUL_STRING = 12,
        /// Attributes.
        NESTED = 13,
        /// A list of nests.
        NESTED_ARRAY = 14,
        /// 32 bits and which of them count.
        BITFIELD32 = 15,
        /// 32 or 64 bits with a sign.
        SINT = 16,
        /// 32 or 64 bits.
        UINT = 17,
    }
}

/// The outcome of a request, from an `NLMSG_ERROR` or an `NLMSG_DONE`: its code, what of the request came back with it, and
/// what explains it.
#[derive(Clone, Copy)]
pub struct Acknowledgement<'a> {
    name: &'static str,
    code: i32,
    request: Option<MessageHeader>,
    echo: &'a [u8],
    extended: Attributes<'a, ExtendedAck>,
}

impl<'a> Acknowledgement<'a> {
    /// Reads one, if the message is one.
    ///
    /// A `NLMSG_DONE` that ends before its code has code 0, as some subsystems send it. Attributes that a flag announces may
    /// be missing, as they are where the kernel had no room for them.
    pub fn read(message: &RawMessage<'a>) -> Result<Option<Self>, ParseError> {
        match ControlKind(message.kind()) {
            ControlKind::DONE => Ok(Some(Self::read_done(message))),
            ControlKind::ERROR => Self::read_error(message).map(Some),
            _ => Ok(None),
        }
    }

    fn read_done(message: &RawMessage<'a>) -> Self {
        let payload = message.payload();
        let code = DoneHeader::read_from_prefix(payload.bytes).map_or(0, |(done, _)| done.code.get());
        let extended = explanation(message, payload.skip(size_of::<DoneHeader>()));
        Self { name: Done::NAME, code, request: None, echo: &[], extended }
    }

    fn read_error(message: &RawMessage<'a>) -> Result<Self, ParseError> {
        let payload = message.payload();
        let Ok((code, _)) = Native::<i32>::read_from_prefix(payload.bytes) else {
            let found = length(payload.bytes);
            return Err(ParseError::new(ParseErrorKind::Header, None, 0, payload.offset, found));
        };
        let behind = payload.skip(size_of::<Native<i32>>());
        let request = MessageHeader::read_from_prefix(behind.bytes).ok().map(|(request, _)| request);
        // An acknowledgement of success, and one with NLM_F_CAPPED, carries the request's header only. The length that is
        // in that header is the sender's word: it may point anywhere.
        let copied = match request {
            Some(request) if code.get() != 0 && !message.flags().contains(Flags::CAPPED) => {
                usize::try_from(request.length.get()).unwrap_or(usize::MAX).max(size_of::<MessageHeader>())
            }
            _ => size_of::<MessageHeader>(),
        };
        let echo = behind.bytes.get(..copied).unwrap_or(behind.bytes);
        let extended = explanation(message, behind.skip(copied.checked_next_multiple_of(4).unwrap_or(usize::MAX)));
        Ok(Self { name: Outcome::NAME, code: code.get(), request, echo, extended })
    }

    /// 0, or an errno with a minus sign, as it came.
    pub fn code(&self) -> i32 {
        self.code
    }

    /// The errno: 0 where all went well. A code without a minus sign is no errno, and counts as 0: some subsystems send one.
    pub fn errno(&self) -> i32 {
        self.code.min(0).checked_neg().unwrap_or(i32::MAX)
    }

    /// The header of the request, where it came back.
    pub fn request(&self) -> Option<MessageHeader> {
        self.request
    }

    /// What of the request came back: its header, and all of it where the kernel was not asked to cap it.
    pub fn echo(&self) -> &'a [u8] {
        self.echo
    }

    /// What explains it.
    pub fn extended(&self) -> Attributes<'a, ExtendedAck> {
        self.extended
    }
}

fn explanation<'a>(message: &RawMessage<'a>, span: Span<'a>) -> Attributes<'a, ExtendedAck> {
    if message.flags().contains(Flags::ACK_TLVS) { Attributes::new(span) } else { Attributes::default() }
}

impl fmt::Debug for Acknowledgement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct(self.name);
        out.field("code", &self.code);
        if let Some(request) = self.request {
            out.field("request", &request);
        }
        if !self.extended.is_empty() {
            out.field("extended", &self.extended);
        }
        out.finish()
    }
}
