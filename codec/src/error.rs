//! What can be wrong with bytes that come in, and with values that go out. Both errors are small and `Copy`.

use core::fmt;

use crate::schema::SetInfo;

/// Bytes that are not what they should be: what, in which attribute of which set, and where in the message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// The attribute set in which it is wrong; none for a message's own header.
    pub set: Option<&'static SetInfo>,
    /// The attribute's number in that set, as far as it could be read; 0 where it could not.
    pub attribute: u16,
    /// Where the thing that is wrong begins, in bytes from the start of its message (in [`Messages`](crate::Messages): of
    /// the datagram).
    pub offset: u32,
}

/// What is wrong with bytes that come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// Fewer bytes are left than a header takes.
    Trailing {
        /// How many bytes are left.
        bytes: u32,
    },
    /// The length that a header states is less than the header itself.
    TooShort {
        /// The stated length.
        length: u32,
    },
    /// The length that a header states is more than there is.
    TooLong {
        /// The stated length.
        length: u32,
        /// How many bytes there are.
        available: u32,
    },
    /// A message is shorter than its fixed header.
    Header {
        /// How many bytes the header takes.
        wanted: u32,
        /// How many there are.
        found: u32,
    },
    /// The payload of an attribute is not one of its type.
    Payload {
        /// The type that the attribute's row gives.
        wanted: &'static str,
        /// How many bytes the payload has.
        found: u32,
    },
}

impl ParseError {
    #[cold]
    #[inline(never)]
    pub(crate) fn new(kind: ParseErrorKind, set: Option<&'static SetInfo>, attribute: u16, offset: u32) -> Self {
        Self { kind, set, attribute, offset }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}", self.offset)?;
        match self.set {
            None => f.write_str(" (message header)")?,
            Some(set) => match set.row(self.attribute) {
                Some(row) => write!(f, " ({})", row.name)?,
                None => write!(f, " (attribute {} of {})", self.attribute, set.name)?,
            },
        }
        match self.kind {
            ParseErrorKind::Trailing { bytes } => write!(f, ": {bytes} bytes are left, less than a header"),
            ParseErrorKind::TooShort { length } => write!(f, ": its length of {length} is less than its own header"),
            ParseErrorKind::TooLong { length, available } => {
                write!(f, ": its length of {length} is more than the {available} bytes that there are")
            }
            ParseErrorKind::Header { wanted, found } => {
                write!(f, ": {found} bytes where the fixed header takes {wanted}")
            }
            ParseErrorKind::Payload { wanted, found } => write!(f, ": {found} bytes that are not a {wanted}"),
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
