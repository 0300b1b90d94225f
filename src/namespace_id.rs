//! Identifiers that a network namespace has for others, as `ip netns list-id` and `ip netns set` have them.

use std::fmt;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use crate::codec::route::Family;
use crate::codec::route::namespace_id::{self as wire, GetNamespaceId, Header, NewNamespaceId, Nsid};
use crate::codec::{Emit, EmitError, Emitted, Envelope, Flags, Message, ParseError, Tail, View};
use crate::noun::{Change, Filter, Get, Noun, Subject};
use crate::shown::{Entries, Show, Shown, serialize};
use crate::socket::Namespace;
use crate::transport::{Query, Transport};

/// The identifier that a namespace has for another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NamespaceId {
    /// The identifier. None: it has not been given one.
    pub id: Option<i32>,
    /// In the answer to a question about the identifiers of another namespace: the one that the connection's own has.
    pub current: Option<i32>,
}

impl NamespaceId {
    /// The identifier that a message tells of.
    pub fn from_view(view: &View<'_, NewNamespaceId>) -> Result<Self, ParseError> {
        let attributes = view.attributes().table()?;
        let assigned = |id: Option<Nsid>| id.filter(|id| *id != Nsid::NOT_ASSIGNED).map(|id| id.0);
        Ok(Self {
            id: assigned(attributes.get(wire::NamespaceId::NSID)?),
            current: assigned(attributes.get(wire::NamespaceId::CURRENT_NSID)?),
        })
    }
}

/// As `ip -j netns list-id` shows it, without the name that a file gives the namespace.
impl Show for NamespaceId {
    fn show(&self) -> Shown {
        let mut entries = Entries::default();
        entries.some("nsid", &self.id);
        entries.some("current-nsid", &self.current);
        entries.object()
    }
}

serialize!(NamespaceId);

/// What a namespace is known by.
///
/// A descriptor is borrowed for as long as the verb takes. In a batch that is until the commit: close none before.
#[derive(Clone, Copy, Debug)]
pub enum NamespaceOf<'a> {
    /// An open file of the namespace, as [`Namespace`] is one.
    Descriptor(BorrowedFd<'a>),
    /// The process with this number, which is in the namespace.
    Process(u32),
    /// Its identifier.
    Id(i32),
}

impl<'a> From<&'a Namespace> for NamespaceOf<'a> {
    fn from(namespace: &'a Namespace) -> Self {
        Self::Descriptor(namespace.as_fd())
    }
}

impl<'a> From<BorrowedFd<'a>> for NamespaceOf<'a> {
    fn from(descriptor: BorrowedFd<'a>) -> Self {
        Self::Descriptor(descriptor)
    }
}

impl NamespaceOf<'_> {
    fn put<'x, 'b>(&self, id: &'x mut Emit<'b, wire::NamespaceId>) -> Emitted<'x, 'b, wire::NamespaceId> {
        match self {
            // An open file has no negative number.
            Self::Descriptor(file) => id.put(wire::NamespaceId::FD, file.as_raw_fd().try_into().unwrap_or(u32::MAX)),
            Self::Process(process) => id.put(wire::NamespaceId::PID, *process),
            Self::Id(number) => id.put(wire::NamespaceId::NSID, Nsid(*number)),
        }
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        GetNamespaceId::emit(tail, envelope, Header::default(), |id| self.put(id))
    }
}

impl fmt::Display for NamespaceOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Descriptor(file) => write!(f, "namespace of file {}", file.as_raw_fd()),
            Self::Process(process) => write!(f, "namespace of process {process}"),
            Self::Id(id) => write!(f, "namespace {id}"),
        }
    }
}

/// An identifier that a namespace is to be given.
#[derive(Clone, Copy, Debug)]
pub struct Assignment<'a> {
    namespace: NamespaceOf<'a>,
    id: Option<i32>,
}

impl Assignment<'_> {
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        NewNamespaceId::emit(tail, envelope, Header::default(), |id| {
            self.namespace.put(id)?.put(wire::NamespaceId::NSID, self.id.map_or(Nsid::NOT_ASSIGNED, Nsid))
        })
    }
}

impl fmt::Display for Assignment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(id) => write!(f, "{} to {id}", self.namespace),
            None => write!(f, "{} to auto", self.namespace),
        }
    }
}

impl Subject for Assignment<'_> {
    fn check(&self) -> Result<(), &'static str> {
        if matches!(self.namespace, NamespaceOf::Id(_)) {
            return Err("a namespace that is to be given an identifier is known by a descriptor or a process");
        }
        if self.id.is_some_and(|id| id < 0) {
            return Err("the identifier of a namespace is not negative");
        }
        Ok(())
    }
}

/// Which identifiers to list. What is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamespaceIdFilter {
    /// Those that the namespace with this identifier has, instead of those of the connection's own. Where there is none, the
    /// error has the errno `EINVAL`.
    pub target: Option<i32>,
}

impl Filter for NamespaceIdFilter {
    type Message = NewNamespaceId;
    type Object = NamespaceId;
    const NOUN: &'static str = "identifiers of namespaces";

    fn families(&self) -> Vec<Family> {
        vec![Family::UNSPEC]
    }

    fn emit(&self, _family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        GetNamespaceId::emit(tail, envelope, Header::default(), |id| {
            id.put_some(wire::NamespaceId::TARGET_NSID, self.target.map(Nsid))
        })
    }

    fn family(view: &View<'_, NewNamespaceId>) -> Family {
        view.header.family.get()
    }

    fn wants(&self, _view: &View<'_, NewNamespaceId>, _filtered: bool) -> Result<bool, ParseError> {
        Ok(true)
    }

    fn object(view: &View<'_, NewNamespaceId>) -> Result<NamespaceId, ParseError> {
        NamespaceId::from_view(view)
    }
}

/// The verbs of identifiers: see [`Netlink::namespace_ids`](crate::Netlink::namespace_ids).
pub type NamespaceIds<'n, T> = Noun<'n, T, NamespaceIdFilter>;

impl<'n, T: Query> NamespaceIds<'n, T> {
    /// The identifier that a namespace has here, none where it has not been given one.
    ///
    /// ```no_run
    /// use nlwire::Netlink;
    /// use nlwire::socket::Namespace;
    ///
    /// let mut nl = Netlink::connect()?;
    /// let namespace = Namespace::named("blue")?;
    /// println!("{:?}", nl.namespace_ids().get(&namespace)?.id);
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn get(self, namespace: impl Into<NamespaceOf<'n>>) -> T::Outcome<'n, Get<NamespaceIdFilter, NamespaceOf<'n>>> {
        let question = namespace.into();
        let operation = format!("identifier of {question}");
        self.transport.send(Get::new(operation, question, NamespaceOf::emit))
    }
}

impl<'n, T: Transport> NamespaceIds<'n, T> {
    /// Gives a namespace an identifier here: that one, or with none whichever is free. An error that
    /// [`is_exists`](crate::Error::is_exists) where it has one already, or another has that.
    pub fn set(
        self,
        namespace: impl Into<NamespaceOf<'n>>,
        id: impl Into<Option<i32>>,
    ) -> T::Outcome<'n, Change<'n, Assignment<'n>>> {
        let assignment = Assignment { namespace: namespace.into(), id: id.into() };
        self.verb_of("set", Flags::empty(), assignment, Assignment::emit)
    }
}
