//! The one error: what was to be done, and why it was not.

use std::fmt;
use std::io;

use crate::name::NameError;
use crate::socket::{self, Errno};

/// What was to be done, and why it was not.
///
/// It prints as one sentence: `get link eth7: No such device (os error 19)`.
///
/// ```no_run
/// use nlwire::Netlink;
///
/// let mut nl = Netlink::connect()?;
/// match nl.links().delete("eth7") {
///     Err(error) if error.is_not_found() => println!("it was gone already"),
///     outcome => outcome?,
/// }
/// # Ok::<(), nlwire::Error>(())
/// ```
pub struct Error {
    operation: Box<str>,
    source: socket::Error,
}

impl Error {
    pub(crate) fn new(operation: impl Into<Box<str>>, source: impl Into<socket::Error>) -> Self {
        Self { operation: operation.into(), source: source.into() }
    }

    /// What was to be done: verb and object. Nothing, where an error of a socket became this one by itself.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Why it was not.
    pub fn reason(&self) -> &socket::Error {
        &self.source
    }

    /// The kernel's errno, where that is the reason.
    pub fn errno(&self) -> Option<Errno> {
        self.source.errno()
    }

    /// The same as one of std's kinds of errors, where the reason has an errno that std knows.
    pub fn kind(&self) -> Option<io::ErrorKind> {
        self.errno().map(|errno| io::Error::from(errno).kind())
    }

    /// Whether what was asked for is not there.
    pub fn is_not_found(&self) -> bool {
        // Links say the third, addresses the fourth, the route to somewhere the last.
        matches!(
            self.errno(),
            Some(Errno::ENOENT | Errno::ESRCH | Errno::ENODEV | Errno::EADDRNOTAVAIL | Errno::ENETUNREACH)
        )
    }

    /// Whether what was to be added is there already.
    pub fn is_exists(&self) -> bool {
        self.errno() == Some(Errno::EEXIST)
    }

    /// Whether it needs more privilege.
    pub fn is_permission(&self) -> bool {
        matches!(self.errno(), Some(Errno::EPERM | Errno::EACCES))
    }

    /// Whether to do the same again may help.
    pub fn is_retryable(&self) -> bool {
        self.source.is_retryable()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.operation.is_empty() { "" } else { ": " };
        write!(f, "{}{separator}{}", self.operation, self.source)
    }
}

/// Its source is what is behind the [reason](Self::reason), which it prints itself.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.source)
    }
}

/// The same sentence: a program whose `main` gives an error shows that to people.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self})")
    }
}

/// For programs that use namespaces and sockets besides, and one type of error.
impl From<socket::Error> for Error {
    fn from(error: socket::Error) -> Self {
        Self::new("", error)
    }
}

impl From<NameError> for Error {
    fn from(error: NameError) -> Self {
        Self::new(format!("name {:?}", error.name), socket::Error::Invalid(error.reason))
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io;

    use super::Error;
    use crate::socket;

    #[test]
    fn an_error_that_prints_its_reason_does_not_give_it_as_its_source_too() {
        let denied = || io::Error::from(crate::Errno::EACCES);
        let reason = || socket::Error::System { call: "send".into(), source: denied() };
        let error = Error::new("get link eth7", reason());
        assert_eq!(error.to_string(), format!("get link eth7: send: {}", denied()));
        assert_eq!(Error::from(reason()).to_string(), format!("send: {}", denied()));
        assert!(error.source().is_none());
        assert_eq!(error.reason().errno(), Some(crate::Errno::EACCES));
    }
}
