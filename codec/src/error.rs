//! What can be wrong with bytes that come in, and with values that go out. Both errors are small and `Copy`.

use core::fmt;

use crate::schema::SetInfo;

/// Bytes that are not what they should be: what, in which attribute of which set, and where in the message.
///
/// It is flat, and as small as an attribute that is found, so that iterating costs no more for being checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    /// The attribute set in which it is wrong; none for a message's own header.
    pub set: Option<&'static SetInfo>,
    /// Where the thing that is wrong begins, in bytes from the start of its message (in [`Messages`](crate::Messages): of
    /// the datagram).
    pub offset: u32,
    /// The length in bytes that is wrong.
    pub length: u32,
    /// The attribute's number in its set, as far as it could be read; 0 where it could not.
    pub attribute: u16,
    /// What is wrong.
    pub kind: ParseErrorKind,
}

/// What is wrong with bytes that come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// [`length`](ParseError::length) bytes are left, fewer than a header takes.
    Trailing,
    /// The [`length`](ParseError::length) that a header states is less than the header itself.
    TooShort,
    /// The [`length`](ParseError::length) that a header states is more than there is.
    TooLong,
    /// A message of [`length`](ParseError::length) bytes behind its header is shorter than its fixed header.
    Header,
    /// The payload of an attribute, of [`length`](ParseError::length) bytes, is not one of the type that its row gives.
    Payload,
}

/// Marks the way to here as seldom taken.
#[cold]
#[inline(never)]
fn seldom() {}

impl ParseError {
    /// It is put together where it is found, and its parts stay in registers: a call that returned it would force every
    /// attribute that is *not* wrong through memory too, which costs more than parsing it.
    #[inline(always)]
    pub(crate) fn new(
        kind: ParseErrorKind,
        set: Option<&'static SetInfo>,
        attribute: u16,
        offset: u32,
        length: u32,
    ) -> Self {
        seldom();
        Self { set, offset, length, attribute, kind }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}", self.offset)?;
        let row = self.set.and_then(|set| set.row(self.attribute));
        match (self.set, row) {
            (_, Some(row)) => write!(f, " ({})", row.name)?,
            (Some(set), None) => write!(f, " (attribute {} of {})", self.attribute, set.name)?,
            (None, None) => f.write_str(" (message header)")?,
        }
        let length = self.length;
        match (self.kind, row) {
            (ParseErrorKind::Trailing, _) => write!(f, ": {length} bytes are left, less than a header"),
            (ParseErrorKind::TooShort, _) => write!(f, ": its length of {length} is less than its own header"),
            (ParseErrorKind::TooLong, _) => write!(f, ": its length of {length} is more than there is"),
            (ParseErrorKind::Header, _) => write!(f, ": {length} bytes are less than its fixed header"),
            (ParseErrorKind::Payload, Some(row)) => write!(f, ": {length} bytes that are no {}", row.payload),
            (ParseErrorKind::Payload, None) => write!(f, ": {length} bytes that are not of its type"),
        }
    }
}

impl fmt::Debug for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParseError({self})")
    }
}

impl core::error::Error for ParseError {}

/// A value that cannot be written. What was begun is undone: the buffer is as it was before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EmitError {
    /// Why not.
    pub kind: EmitErrorKind,
    /// The set of the attribute that could not be written; none for a message's own header.
    pub set: Option<&'static SetInfo>,
    /// The attribute's number.
    pub attribute: u16,
}

/// Why a value cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmitErrorKind {
    /// The buffer has no room for it.
    Full,
    /// An attribute's length is 16 bits wide: it carries at most 65,531 bytes of payload, nests included.
    TooLong,
    /// A string with a NUL byte inside, which would end early.
    InteriorNul,
}

impl EmitErrorKind {
    /// The error of this kind that is about one attribute.
    #[cold]
    pub(crate) fn of(self, set: &'static SetInfo, attribute: u16) -> EmitError {
        EmitError { kind: self, set: Some(set), attribute }
    }
}

impl From<EmitErrorKind> for EmitError {
    fn from(kind: EmitErrorKind) -> Self {
        Self { kind, set: None, attribute: 0 }
    }
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.set {
            None => f.write_str("message")?,
            Some(set) => match set.row(self.attribute) {
                Some(row) => f.write_str(row.name)?,
                None => write!(f, "attribute {} of {}", self.attribute, set.name)?,
            },
        }
        f.write_str(match self.kind {
            EmitErrorKind::Full => ": no room left in the buffer",
            EmitErrorKind::TooLong => ": more than the 65531 bytes that an attribute carries",
            EmitErrorKind::InteriorNul => ": a string with a NUL byte inside",
        })
    }
}

impl fmt::Debug for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmitError({self})")
    }
}

impl core::error::Error for EmitError {}
