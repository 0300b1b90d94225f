//! Messages: found in a datagram, read as what they are, written into a buffer.

use core::fmt;

use zerocopy::{FromBytes, IntoBytes};

use crate::attribute::{Attributes, Set};
use crate::emit::{Emit, Emitted, put_attributes};
use crate::error::{EmitError, EmitErrorKind, ParseError, ParseErrorKind};
use crate::header::{Flags, MessageHeader};
use crate::payload::{Fixed, Span, length};
use crate::schema::{Context, SetInfo};
use crate::tail::{Buffer, Tail};
use crate::walk;

const HEADER: usize = size_of::<MessageHeader>();

/// A kind of message: its number, its fixed header, its attributes.
///
/// Implemented by [`messages!`](crate::messages) for an empty enum.
pub trait Message: Sized + 'static {
    /// `nlmsg_type`.
    const KIND: u16;
    /// The kernel's name, `RTM_NEWLINK`.
    const NAME: &'static str;
    /// The fixed header behind the message header.
    type Header: Fixed;
    /// The attributes behind that.
    type Attributes: Set;

    /// Whether a message of this number is to be read as one of this kind.
    #[inline]
    fn includes(kind: u16) -> bool {
        kind == Self::KIND
    }

    /// Writes a message of this kind; where that fails, nothing.
    ///
    /// ```
    /// use nlwire_codec::route::link::{Header, Link, NewLink};
    /// use nlwire_codec::{Envelope, Flags, Message};
    ///
    /// let mut buffer = heapless::Vec::<u8, 64>::new();
    /// let header = Header { index: 4.into(), ..Header::default() };
    /// NewLink::emit(&mut buffer, Envelope::request(Flags::ACK), header, |link| link.put(Link::MTU, 1500))?;
    /// assert_eq!(buffer.len(), 16 + 16 + 8);
    /// # Ok::<(), nlwire_codec::EmitError>(())
    /// ```
    fn emit<B: Buffer + ?Sized>(
        buffer: &mut B,
        envelope: Envelope,
        header: Self::Header,
        attributes: impl for<'x, 'y> FnOnce(&'x mut Emit<'y, Self::Attributes>) -> Emitted<'x, 'y, Self::Attributes>,
    ) -> Result<(), EmitError> {
        buffer.append(|tail| {
            put_message(Self::KIND, envelope, tail, |tail| put_attributes(header.as_bytes(), tail, attributes))
        })
    }
}

/// Writes a message header and what `write` puts behind it, and then its true length.
pub(crate) fn put_message(
    kind: u16,
    envelope: Envelope,
    tail: &mut Tail<'_>,
    write: impl FnOnce(&mut Tail<'_>) -> Result<(), EmitError>,
) -> Result<(), EmitError> {
    // The message before may have ended without its padding.
    tail.align()?;
    let start = tail.length();
    let mut header = MessageHeader {
        // Until the true one is known, a length that no message has.
        length: u32::MAX.into(),
        kind: kind.into(),
        flags: envelope.flags.into(),
        sequence: envelope.sequence.into(),
        port: envelope.port.into(),
    };
    tail.put(header.as_bytes())?;
    write(tail)?;
    let length = tail.length().checked_sub(start).and_then(|length| u32::try_from(length).ok());
    header.length = length.ok_or(EmitErrorKind::TooLong)?.into();
    tail.patch(start, header.as_bytes());
    Ok(())
}

/// What a message's header says besides its kind and its length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// How the message is to be taken.
    pub flags: Flags,
    /// The request's number, which the replies carry too. A socket sets its own.
    pub sequence: u32,
    /// The port of the socket that asked; 0 in what is sent to the kernel.
    pub port: u32,
}

impl Envelope {
    /// Of a request with these flags and `NLM_F_REQUEST`, still without a sequence number.
    pub fn request(flags: Flags) -> Self {
        Self { flags: flags | Flags::REQUEST, ..Self::default() }
    }
}

/// The messages of one datagram.
///
/// The iterator ends after an error: behind a wrong length nothing can be told.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
    end: u32,
}

impl<'a> Messages<'a> {
    /// The messages in `datagram`.
    #[inline]
    pub fn new(datagram: &'a [u8]) -> Self {
        Self { rest: datagram, end: length(datagram) }
    }

    /// The bytes that have not been gone through.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    #[inline]
    fn broken(&mut self) -> ParseError {
        let rest = core::mem::take(&mut self.rest);
        let left = length(rest);
        let (kind, length) = match MessageHeader::ref_from_prefix(rest) {
            Err(_) => (ParseErrorKind::Trailing, left),
            Ok((header, _)) if header.length.get() < 16 => (ParseErrorKind::TooShort, header.length.get()),
            Ok((header, _)) => (ParseErrorKind::TooLong, header.length.get()),
        };
        ParseError::new(kind, None, 0, self.end.wrapping_sub(left), length)
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<RawMessage<'a>, ParseError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let Ok((header, _)) = MessageHeader::ref_from_prefix(self.rest) else {
            return Some(Err(self.broken()));
        };
        let size = usize::try_from(header.length.get()).unwrap_or(usize::MAX);
        let Some((bytes, rest)) = self.rest.split_at_checked(size).filter(|_| size >= HEADER) else {
            return Some(Err(self.broken()));
        };
        self.rest = rest.get(size.wrapping_neg() & 3..).unwrap_or_default();
        Some(Ok(RawMessage { header, bytes }))
    }
}

/// One message as it came: its header, and bytes that may be of any kind.
#[derive(Clone, Copy)]
pub struct RawMessage<'a> {
    header: &'a MessageHeader,
    bytes: &'a [u8],
}

impl<'a> RawMessage<'a> {
    /// The first message in `bytes`, if one is there whole.
    #[inline]
    pub fn first(bytes: &'a [u8]) -> Option<Self> {
        Messages::new(bytes).next()?.ok()
    }

    /// The message that is all of `bytes`, as [`bytes`](Self::bytes) gave them.
    #[inline]
    pub fn whole(bytes: &'a [u8]) -> Option<Self> {
        let (header, _) = MessageHeader::ref_from_prefix(bytes).ok()?;
        (usize::try_from(header.length.get()) == Ok(bytes.len())).then_some(Self { header, bytes })
    }

    /// Its kind (`nlmsg_type`).
    #[inline]
    pub fn kind(&self) -> u16 {
        self.header.kind.get()
    }

    /// Its flags.
    #[inline]
    pub fn flags(&self) -> Flags {
        self.header.flags.get()
    }

    /// The number of the request that it belongs to.
    #[inline]
    pub fn sequence(&self) -> u32 {
        self.header.sequence.get()
    }

    /// The port that its header names. Anybody can write anything there; who sent it, the socket says.
    #[inline]
    pub fn port(&self) -> u32 {
        self.header.port.get()
    }

    /// The whole message, header included.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What stands behind the message header.
    #[inline]
    pub fn payload(&self) -> Span<'a> {
        // A message is never shorter than its header.
        Span::new(self.bytes.get(HEADER..).unwrap_or_default(), 16)
    }

    /// The message, if it is of kind `M`; an error where it is and its fixed header is not all there.
    #[inline]
    pub fn read<M: Message>(&self) -> Result<Option<View<'a, M>>, ParseError> {
        if M::includes(self.kind()) { self.read_as::<M>().map(Some) } else { Ok(None) }
    }

    /// The message, taken for one of kind `M` whatever its header says.
    #[inline]
    pub fn read_as<M: Message>(&self) -> Result<View<'a, M>, ParseError> {
        let payload = self.payload();
        let (header, behind) = match M::Header::read_from_prefix(payload.bytes) {
            Ok(read) => read,
            Err(_) => (self.read_short()?, [].as_slice()),
        };
        let bytes = behind.get(size_of::<M::Header>().wrapping_neg() & 3..).unwrap_or_default();
        let attributes = Span::new(bytes, payload.end().wrapping_sub(length(bytes)));
        Ok(View { message: self.header, header, attributes: Attributes::new(attributes) })
    }

    /// A dump request may come with only the address family (`struct rtgenmsg`) where the full header belongs: the rest of
    /// that is zero. Anything else that is too short is an error.
    #[cold]
    fn read_short<H: Fixed>(&self) -> Result<H, ParseError> {
        let payload = self.payload();
        let mut header = H::new_zeroed();
        match (payload.bytes, header.as_mut_bytes()) {
            ([family, rest @ ..], [first, ..]) if self.flags().contains(Flags::DUMP) && rest.len() < 4 => {
                *first = *family;
            }
            _ => {
                let found = length(payload.bytes);
                return Err(ParseError::new(ParseErrorKind::Header, None, 0, payload.offset, found));
            }
        }
        Ok(header)
    }
}

/// Prints the message header; a [`Protocol`](crate::Protocol) knows how to print the rest.
impl fmt::Debug for RawMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawMessage({:?}, {} bytes)", self.header, self.bytes.len())
    }
}

/// A message of a kind that is known: its fixed header, and its attributes as they came.
pub struct View<'a, M: Message> {
    message: &'a MessageHeader,
    /// The fixed header.
    pub header: M::Header,
    attributes: Attributes<'a, M::Attributes>,
}

impl<M: Message> Clone for View<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<M: Message> Copy for View<'_, M> {}

impl<'a, M: Message> View<'a, M> {
    /// What the message header says besides its kind.
    pub fn envelope(&self) -> Envelope {
        let MessageHeader { flags, sequence, port, .. } = self.message;
        Envelope { flags: flags.get(), sequence: sequence.get(), port: port.get() }
    }

    /// The attributes.
    #[inline]
    pub fn attributes(&self) -> Attributes<'a, M::Attributes> {
        self.attributes
    }
}

impl<M: Message> fmt::Debug for View<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_message(M::NAME, &self.header, M::Attributes::INFO, self.attributes.span(), f)
    }
}

/// Prints a message: its name, its fixed header, its attributes by their rows.
pub(crate) fn debug_message<H: Fixed>(
    name: &str,
    header: &H,
    set: &SetInfo,
    attributes: Span<'_>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let family = header.as_bytes().first().copied().unwrap_or_default();
    let mut out = f.debug_struct(name);
    if size_of::<H>() > 0 {
        out.field("header", header);
    }
    if let Some(context) = Context::of_message(family).inner(attributes) {
        walk::debug_fields(set, &context, &mut out);
    }
    out.finish()
}

/// Defines kinds of messages, one row each: the kernel's name, its number, its fixed header and its attribute set.
///
/// The rows are also data, the constant `MESSAGES`, of which a [`Protocol`](crate::Protocol) is made.
///
/// ```
/// use nlwire_codec::payload::Str;
///
/// nlwire_codec::attributes! {
///     /// Attributes of a door.
///     pub enum Door("DOOR_") {
///         /// What stands on it.
///         NAME: Str = 1,
///     }
/// }
/// nlwire_codec::messages! {
///     /// A door was opened.
///     pub OpenDoor("DOOR_OPEN") = 77: (), Door;
/// }
/// ```
#[macro_export]
macro_rules! messages {
    ($($(#[$doc:meta])* $vis:vis $Name:ident($name:literal) = $number:literal: $Header:ty, $Attributes:ty;)+) => {
        $(
            #[doc = concat!("`", $name, "` (", $number, ").\n\n")]
            $(#[$doc])*
            #[derive(Debug)]
            $vis enum $Name {}

            impl $crate::Message for $Name {
                const KIND: u16 = $number;
                const NAME: &'static str = $name;
                type Header = $Header;
                type Attributes = $Attributes;
            }
        )+

        /// The messages defined here, as data.
        pub const MESSAGES: &[$crate::protocol::MessageRow] = &[$($crate::protocol::MessageRow::new::<$Name>()),+];
    };
}
