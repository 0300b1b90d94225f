//! What can go wrong between a request and its outcome.

use std::borrow::Cow;
use std::{fmt, io};

use nlwire_codec::control::{Acknowledgement, ExtendedAck};
use nlwire_codec::walk::Path;
use nlwire_codec::{EmitError, ParseError, Protocol, RawMessage};

use crate::errno::Errno;
use crate::policy::Expected;

/// Why a request has no answer, or not the whole one.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A system call failed: there is no socket, or nothing was sent, or nothing came in time.
    System {
        /// The call, and the path that it was given, where it was given one: `open /run/netns/blue`.
        call: Cow<'static, str>,
        /// How it failed.
        source: io::Error,
    },
    /// The kernel did not answer within the time that the socket was given. A late answer is passed over.
    TimedOut,
    /// The kernel refused the request. Nothing was done, or for a dump: what came is not all.
    Refused(Box<Refusal>),
    /// A dump came whole, but things changed while it was made: objects may be missing from it, or be in it twice.
    Interrupted,
    /// The kernel did not filter the dump, which it was [required](crate::Filtering::Require) to.
    Unfiltered,
    /// The dump went on beyond its [limits](crate::Limits).
    Endless,
    /// The receive buffer overran: an unknown number of datagrams was lost, and with them the outcome of the request. The
    /// next request is sent over a new socket.
    Overrun,
    /// A datagram was longer than the buffer, and its end is lost. The buffer has grown to this size: ask again.
    Truncated {
        /// The datagram's length in bytes.
        length: usize,
    },
    /// An object that came is not what objects of its kind are.
    Malformed(ParseError),
    /// What came is not a message, or an outcome without its code: what stood behind it in its datagram is lost. A dump, or
    /// the answer to a request, is over then.
    Unreadable(ParseError),
    /// The request cannot be written.
    Unwritable(EmitError),
    /// What was asked for cannot be, for the reason that is said. Nothing was sent.
    Invalid(&'static str),
    /// It was in a batch and was not sent: nothing was done.
    NotSent,
    /// It was in a batch, and what the kernel said of it is lost: it may have been done or not.
    Unknown,
    /// What was to be sent is not one request with the header that it was given, or the kernel would not take it for that:
    /// nothing was sent.
    Misframed,
    /// The answer to a request is of another kind than such answers are.
    Unexpected {
        /// The kind of the message that came (`nlmsg_type`).
        kind: u16,
    },
    /// The request succeeded, but no object came with it; or a dump was acknowledged, and not made.
    NoAnswer,
}

/// How the kernel refused a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The number of the error.
    pub errno: Errno,
    /// The kernel's own words.
    pub message: Option<String>,
    /// The attribute that it refused; empty where it did not say.
    pub attribute: Path,
    /// What it would have taken there.
    pub expected: Option<Expected>,
    /// The attribute that it missed; empty where it did not say.
    pub missing: Path,
}

impl Refusal {
    /// Reads a refusal and finds the names of what it points to in the request; none where the outcome is success.
    pub fn read(outcome: &Acknowledgement<'_>, request: Option<&RawMessage<'_>>, protocol: &Protocol) -> Option<Self> {
        let errno = Errno(outcome.errno());
        if errno == Errno(0) {
            return None;
        }
        let mut refusal =
            Self { errno, message: None, attribute: Path::default(), expected: None, missing: Path::default() };
        let mut missing = None;
        let mut nest = None;
        // An explanation that cannot be read takes nothing from the refusal.
        for attribute in outcome.extended().iter().map_while(Result::ok) {
            if let Ok(Some(message)) = attribute.read(ExtendedAck::MSG) {
                refusal.message = Some(message.into());
            } else if let (Ok(Some(offset)), Some(request)) = (attribute.read(ExtendedAck::OFFS), request) {
                refusal.attribute = protocol.path(request, offset);
            } else if let Ok(Some(policy)) = attribute.read(ExtendedAck::POLICY) {
                refusal.expected = Expected::read(policy).ok();
            } else if let Ok(Some(number)) = attribute.read(ExtendedAck::MISS_TYPE) {
                missing = u16::try_from(number).ok();
            } else if let Ok(Some(offset)) = attribute.read(ExtendedAck::MISS_NEST) {
                nest = Some(offset);
            }
        }
        if let (Some(number), Some(request)) = (missing, request) {
            refusal.missing = protocol.path_of_missing(request, nest, number);
        }
        Some(refusal)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // "File exists (os error 17)"
        write!(f, "{}", self.errno)?;
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        match (&self.expected, self.attribute.is_empty()) {
            (None, true) => {}
            (None, false) => write!(f, " (at {})", self.attribute)?,
            (Some(expected), true) => write!(f, " ({expected} was expected)")?,
            (Some(expected), false) => write!(f, " (at {}, where {expected} was expected)", self.attribute)?,
        }
        if !self.missing.is_empty() {
            write!(f, " ({} is missing)", self.missing)?;
        }
        Ok(())
    }
}

impl Error {
    pub(crate) fn system(call: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { call: call.into(), source }
    }

    /// The same of a call that was given a path.
    pub(crate) fn system_at(call: &'static str, path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { call: format!("{call} {}", path.display()).into(), source }
    }

    /// Whether to ask again may help: what was lost or torn this time need not be the next.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Interrupted | Self::Truncated { .. } | Self::Overrun | Self::TimedOut => true,
            _ => matches!(self.errno(), Some(Errno::EINTR | Errno::EAGAIN | Errno::EBUSY)),
        }
    }

    /// The errno, of a refusal or of a system call.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Refused(refusal) => Some(refusal.errno),
            Self::System { source, .. } => source.raw_os_error().map(Errno),
            _ => None,
        }
    }
}

impl From<ParseError> for Error {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

impl From<EmitError> for Error {
    fn from(error: EmitError) -> Self {
        Self::Unwritable(error)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::System { source, .. } => source,
            Error::Refused(refusal) if refusal.message.is_none() => refusal.errno.into(),
            error => Self::other(error),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System { call, source } => write!(f, "{call}: {source}"),
            Self::TimedOut => f.write_str("the kernel did not answer in time"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Interrupted => f.write_str("things changed while the dump was made: it may be inconsistent"),
            Self::Unfiltered => f.write_str("the kernel did not filter the dump"),
            Self::Endless => f.write_str("the dump went on beyond its limits"),
            Self::Overrun => f.write_str("the receive buffer overran: messages were lost"),
            Self::Truncated { length } => write!(f, "a datagram of {length} bytes did not fit the buffer: ask again"),
            Self::Malformed(error) => write!(f, "malformed message {error}"),
            Self::Unreadable(error) => write!(f, "unreadable datagram {error}"),
            Self::Unwritable(error) => error.fmt(f),
            Self::Invalid(reason) => f.write_str(reason),
            Self::NotSent => f.write_str("it was not sent"),
            Self::Unknown => f.write_str("what became of it is not known: the kernel's answer was lost"),
            Self::Misframed => f.write_str("what was to be sent is not one request with the header it was given"),
            Self::Unexpected { kind } => write!(f, "an answer of the unexpected kind {kind}"),
            Self::NoAnswer => f.write_str("the kernel answered with nothing"),
        }
    }
}

/// Its source is what is behind what it prints: the error that it holds is printed with it, and is no source besides.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::System { source, .. } => source.source(),
            Self::Malformed(error) | Self::Unreadable(error) => error.source(),
            Self::Unwritable(error) => error.source(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::{fmt, io};

    use nlwire_codec::{EmitError, EmitErrorKind};

    use super::Error;

    /// An error with another behind it.
    #[derive(Debug)]
    struct Outer(io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }

    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_chain_of_errors_says_nothing_twice() {
        let missing = || io::Error::from_raw_os_error(libc::ENOENT);
        let error = Error::system("open")(missing());
        assert_eq!(error.to_string(), format!("open: {}", missing()));
        assert!(error.source().is_none());

        let error = Error::system("open")(io::Error::other(Outer(missing())));
        assert_eq!(error.to_string(), "open: outer");
        assert_eq!(error.source().map(ToString::to_string), Some(missing().to_string()));

        assert!(Error::from(EmitError::from(EmitErrorKind::Full)).source().is_none());
    }
}
