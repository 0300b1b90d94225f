//! What links are called in requests, and where they go.

use std::fmt;
use std::os::fd::{AsFd, AsRawFd};

use super::Link;
use crate::codec::route::link::{self as wire, DelLink, Header};
use crate::codec::{Emit, EmitError, Envelope, Message, Tail};
use crate::name::InterfaceName;
use crate::socket::Namespace;

/// What a link is called in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkId {
    /// By its index.
    Index(u32),
    /// By its name, or one of its alternative names.
    Name(String),
}

impl From<u32> for LinkId {
    fn from(index: u32) -> Self {
        Self::Index(index)
    }
}

impl From<&str> for LinkId {
    fn from(name: &str) -> Self {
        Self::Name(name.into())
    }
}

impl From<&String> for LinkId {
    fn from(name: &String) -> Self {
        Self::Name(name.clone())
    }
}

/// By its index, where that is said, or else by its name.
impl From<&Link> for LinkId {
    fn from(link: &Link) -> Self {
        Self::of(link)
    }
}

impl From<String> for LinkId {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "{index}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl LinkId {
    /// What a link is called once it is there: by its index, where that is said, or else by its name.
    pub(super) fn of(link: &Link) -> Self {
        match link.index {
            0 => Self::Name(link.name.to_string()),
            index => Self::Index(index),
        }
    }

    /// Writes the request that deletes the link.
    pub(super) fn emit_deletion(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        DelLink::emit(tail, envelope, self.header(), |link| {
            self.write(link)?;
            Ok(link)
        })
    }

    /// The index to put into the header of a request: none where it goes by a name.
    pub(super) fn index(&self) -> u32 {
        match self {
            Self::Index(index) => *index,
            Self::Name(_) => 0,
        }
    }

    /// The header of a request that says nothing else.
    pub(super) fn header(&self) -> Header {
        // An index that does not fit is none that there is.
        let index = i32::try_from(self.index()).unwrap_or(i32::MAX);
        Header { index: index.into(), ..Header::default() }
    }

    /// Writes the name, where it goes by one.
    pub(super) fn write(&self, link: &mut Emit<'_, wire::Link>) -> Result<(), EmitError> {
        match self {
            Self::Index(_) => Ok(()),
            Self::Name(name) if name.len() > InterfaceName::MAX => link.put(wire::Link::ALT_IFNAME, name).map(drop),
            Self::Name(name) => link.put(wire::Link::IFNAME, name).map(drop),
        }
    }

    /// What speaks against it.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        match self {
            // The kernel takes these for whatever link the other attributes fit.
            Self::Index(0) => Err("a link has no index 0"),
            Self::Index(index) if i32::try_from(*index).is_err() => Err("the index of a link is at most 2147483647"),
            Self::Name(name) if name.is_empty() => Err("the name of the link is missing"),
            Self::Name(name) if name.contains('\0') => Err("the name of a link has a NUL byte in it"),
            Self::Name(name) if name.len() > 127 => Err("an alternative name has at most 127 bytes"),
            _ => Ok(()),
        }
    }
}

/// A network namespace that a link is to be in.
#[derive(Clone, Debug)]
pub enum LinkNamespace {
    /// One that is open. In a batch it, or a clone of it, must stay so until that is committed.
    Open(Namespace),
    /// That of a process.
    Process(u32),
    /// The one that has this number in the link's own namespace.
    Id(i32),
}

impl From<&Namespace> for LinkNamespace {
    fn from(namespace: &Namespace) -> Self {
        namespace.clone().into()
    }
}

impl From<Namespace> for LinkNamespace {
    fn from(namespace: Namespace) -> Self {
        Self::Open(namespace)
    }
}

/// Open ones are the same where they are the same descriptor.
impl PartialEq for LinkNamespace {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Open(one), Self::Open(other)) => one.as_fd().as_raw_fd() == other.as_fd().as_raw_fd(),
            (Self::Process(one), Self::Process(other)) => one == other,
            (Self::Id(one), Self::Id(other)) => one == other,
            _ => false,
        }
    }
}

impl Eq for LinkNamespace {}
