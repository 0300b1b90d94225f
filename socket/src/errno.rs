//! The kernel's numbers of errors, as a type.

use std::{fmt, io};

/// Why the kernel refused something (`errno(3)`, `asm/errno.h`). It prints as std does: `File exists (os error 17)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Errno(pub i32);

macro_rules! errnos {
    ($($(#[$doc:meta])* $NAME:ident,)+) => {
        impl Errno {
            $($(#[$doc])* pub const $NAME: Self = Self(libc::$NAME);)+

            /// Its name; none where it is none of those here.
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$NAME => Some(stringify!($NAME)),)+
                    _ => None,
                }
            }
        }
    };
}

errnos! {
    /// Only who has the privilege may.
    EPERM,
    /// There is no such thing: a table, a rule, a nexthop, a file.
    ENOENT,
    /// There is no such thing: a route, a process.
    ESRCH,
    /// A signal came.
    EINTR,
    /// There is no such device.
    ENXIO,
    /// What is asked for is too long.
    E2BIG,
    /// It is no descriptor of that kind.
    EBADF,
    /// Not now.
    EAGAIN,
    /// There is no memory for it.
    ENOMEM,
    /// That is not allowed.
    EACCES,
    /// It is in use, or something is in its way.
    EBUSY,
    /// It is there already.
    EEXIST,
    /// It would join what cannot be joined.
    EXDEV,
    /// There is no such link.
    ENODEV,
    /// It is no directory.
    ENOTDIR,
    /// It makes no sense.
    EINVAL,
    /// There are too many.
    ENFILE,
    /// There are too many of this process.
    EMFILE,
    /// There is no room for it.
    ENOSPC,
    /// A number is out of its range.
    ERANGE,
    /// A name is too long.
    ENAMETOOLONG,
    /// There are too many links on the way.
    ELOOP,
    /// It is too much for the type that holds it.
    EOVERFLOW,
    /// There is nothing to be had.
    ENODATA,
    /// A message is too large.
    EMSGSIZE,
    /// The protocol has no such option.
    ENOPROTOOPT,
    /// The kernel lacks the protocol.
    EPROTONOSUPPORT,
    /// The kernel lacks that, or the kind of link does.
    EOPNOTSUPP,
    /// The kernel lacks the family of protocols.
    EPFNOSUPPORT,
    /// The kernel lacks the address family.
    EAFNOSUPPORT,
    /// The address is in use.
    EADDRINUSE,
    /// There is no such address.
    EADDRNOTAVAIL,
    /// The link is down.
    ENETDOWN,
    /// There is no route.
    ENETUNREACH,
    /// The connection was ended.
    ECONNRESET,
    /// The receive buffer was full: messages were lost.
    ENOBUFS,
    /// It is connected already.
    EISCONN,
    /// It is not connected.
    ENOTCONN,
    /// It took too long.
    ETIMEDOUT,
    /// Nobody is there.
    ECONNREFUSED,
    /// There is no way to that host.
    EHOSTUNREACH,
    /// It is being done.
    EINPROGRESS,
    /// What it was is there no more.
    ESTALE,
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        io::Error::from(*self).fmt(f)
    }
}

/// Its name, or else its number.
impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}

impl From<Errno> for io::Error {
    fn from(errno: Errno) -> Self {
        Self::from_raw_os_error(errno.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Errno;

    #[test]
    fn an_errno_prints_as_std_prints_it_and_shows_its_name() {
        assert_eq!(Errno::EEXIST.to_string(), std::io::Error::from_raw_os_error(17).to_string());
        assert_eq!((format!("{:?}", Errno(17)), format!("{:?}", Errno(4711))), ("EEXIST".into(), "4711".into()));
    }
}
