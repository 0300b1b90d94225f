//! What all nouns share: listing, filtering, streaming.

use crate::Errno;
use std::borrow::Cow;
use std::fmt;

use crate::Error;
use crate::codec::route::Family;
use crate::codec::{EmitError, Envelope, Flags, Message, ParseError, RawMessage, Tail, View};
use crate::socket::{self, Dump};
use crate::transport::{Blocking, Query, Request, Transport};

/// Which objects of a kind are wanted: what makes the kernel filter, and the same again for what it cannot.
pub trait Filter: Clone + Default + fmt::Debug + Send + 'static {
    /// The message that tells of an object.
    type Message: Message;
    /// The object.
    type Object: Send;
    /// What objects are called, in the plural.
    const NOUN: &'static str;

    /// The families to ask for, one after the other: in a dump of all at once the kernel hides it when one is torn.
    fn families(&self) -> Vec<Family>;

    /// Writes the request for the objects of a family.
    fn emit(&self, family: Family, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError>;

    /// The family of an object.
    fn family(view: &View<'_, Self::Message>) -> Family;

    /// Whether an object is wanted. `filtered` says that the kernel has looked after all that it can.
    fn wants(&self, view: &View<'_, Self::Message>, filtered: bool) -> Result<bool, ParseError>;

    /// The object that a message tells of; of several the first.
    fn object(view: &View<'_, Self::Message>) -> Result<Self::Object, ParseError>;

    /// Appends the objects that a wanted message tells of: one, unless a filter says otherwise, which then also looks which
    /// of them are wanted.
    fn objects(&self, view: &View<'_, Self::Message>, objects: &mut Vec<Self::Object>) -> Result<(), ParseError> {
        objects.push(Self::object(view)?);
        Ok(())
    }
}

/// Whether an object is one of those that were asked for. For a family that it does not know the kernel answers with all.
fn wants<F: Filter>(filter: &F, family: Family, view: &View<'_, F::Message>) -> Result<bool, ParseError> {
    if family != Family::UNSPEC && F::family(view) != family {
        return Ok(false);
    }
    filter.wants(view, view.envelope().flags.contains(Flags::DUMP_FILTERED))
}

/// A kind of object, and the verbs that there are for it: what [`Netlink::links`](crate::Netlink::links) and its like give.
#[derive(Debug)]
pub struct Noun<'n, T, F> {
    pub(crate) transport: &'n mut T,
    pub(crate) filter: F,
}

impl<'n, T: Transport, F: Filter> Noun<'n, T, F> {
    pub(crate) fn new(transport: &'n mut T) -> Self {
        Self { transport, filter: F::default() }
    }

    /// Only those objects. The kernel filters as far as it can, which is much faster; the rest is done here.
    #[must_use]
    pub fn filter(mut self, filter: F) -> Self {
        self.filter = filter;
        self
    }
}

impl<'n, T: Query, F: Filter> Noun<'n, T, F> {
    /// All objects, or those of the filter: of each family that it does not leave out. All of them or an error.
    pub fn list(self) -> T::Outcome<'n, List<F>> {
        self.transport.send(List::new(self.filter))
    }
}

impl<'n, F: Filter> Noun<'n, Blocking, F> {
    /// The objects that [`list`](Self::list) gives, one after the other and none of them copied.
    pub fn dump(self) -> Result<Stream<'n, F>, Error> {
        let filter = self.filter;
        let families = filter.families();
        let family = families.first().copied().unwrap_or_default();
        let dump = self.transport.socket().start_dump(|tail, envelope| filter.emit(family, tail, envelope));
        Ok(Stream { dump: dump.map_err(stream_error::<F>)?, filter, families, current: 0, found: false })
    }
}

fn stream_error<F: Filter>(error: impl Into<socket::Error>) -> Error {
    Error::new(format!("dump {}", F::NOUN), error)
}

/// A dump under way: each object is lent from the receive buffer until the next is asked for.
///
/// It holds only what the filter wants, also where the kernel sends more. A dump that was torn ends with an error that
/// [`is_retryable`](Error::is_retryable). It may be dropped at any time.
pub struct Stream<'n, F: Filter> {
    dump: Dump<'n, F::Message>,
    pub(crate) filter: F,
    families: Vec<Family>,
    current: usize,
    /// The family that is asked for now has objects.
    found: bool,
}

impl<F: Filter> Stream<'_, F> {
    /// The next object; none behind the last.
    pub fn next(&mut self) -> Result<Option<View<'_, F::Message>>, Error> {
        loop {
            while self.advance().map_err(stream_error::<F>)? {
                self.found = true;
                let family = self.families.get(self.current).copied().unwrap_or_default();
                let wanted = match self.dump.current() {
                    Ok(Some(view)) => wants(&self.filter, family, &view).map_err(stream_error::<F>)?,
                    // The error is told below.
                    Ok(None) | Err(_) => true,
                };
                if wanted {
                    return self.dump.current().map_err(stream_error::<F>);
                }
            }
            let Some(family) = self.families.get(self.current.saturating_add(1)).copied() else { return Ok(None) };
            self.current += 1;
            self.found = false;
            let filter = &self.filter;
            let begun = self.dump.go_on_with(|tail, envelope| filter.emit(family, tail, envelope));
            begun.map_err(stream_error::<F>)?;
        }
    }

    /// Goes to the next object of the family, if there is one. After an error there is no other family.
    fn advance(&mut self) -> Result<bool, socket::Error> {
        match self.dump.advance() {
            Err(socket::Error::Refused(refusal)) if !self.found && lacks_family(&self.families, &refusal) => Ok(false),
            Err(error) => {
                self.families.truncate(self.current.saturating_add(1));
                Err(error)
            }
            advanced => advanced,
        }
    }
}

/// Whether a refusal says no more than that there are no objects of one family of several: a table that one has, the other
/// need not have (ENOENT), and this kernel may lack one (EOPNOTSUPP, EAFNOSUPPORT).
fn lacks_family(families: &[Family], refusal: &socket::Refusal) -> bool {
    families.len() > 1 && matches!(refusal.errno, Errno::ENOENT | Errno::EOPNOTSUPP | Errno::EAFNOSUPPORT)
}

impl<F: Filter> fmt::Debug for Stream<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.dump.fmt(f)
    }
}

/// The request of [`Noun::list`].
#[derive(Debug)]
pub struct List<F: Filter> {
    pub(crate) filter: F,
    families: Vec<Family>,
    current: usize,
    objects: Vec<F::Object>,
    /// How many objects there were when the current family was begun.
    begun: usize,
    /// Something of the current family has come.
    going: bool,
}

impl<F: Filter> List<F> {
    pub(crate) fn new(filter: F) -> Self {
        Self { families: filter.families(), filter, current: 0, objects: Vec::new(), begun: 0, going: false }
    }

    /// The family that is asked for now.
    fn family(&self) -> Family {
        self.families.get(self.current).copied().unwrap_or_default()
    }
}

impl<F: Filter> Request for List<F> {
    type Answer = Vec<F::Object>;

    fn operation(&self) -> String {
        format!("list {}", F::NOUN)
    }

    fn flags(&self) -> Flags {
        Flags::DUMP
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        self.filter.emit(self.family(), tail, envelope)
    }

    fn take(&mut self, message: &RawMessage<'_>) -> Result<(), ParseError> {
        self.going = true;
        if let Some(view) = message.read::<F::Message>()?
            && wants(&self.filter, self.family(), &view)?
        {
            self.filter.objects(&view, &mut self.objects)?;
        }
        Ok(())
    }

    fn restart(&mut self) {
        self.objects.truncate(self.begun);
        self.going = false;
    }

    fn proceed(&mut self) -> bool {
        self.begun = self.objects.len();
        self.going = false;
        self.current += 1;
        self.current < self.families.len()
    }

    fn tolerates(&self, refusal: &socket::Refusal) -> bool {
        // Behind objects it is another thing, and there are more of them.
        !self.going && lacks_family(&self.families, refusal)
    }

    fn answer(self) -> Option<Vec<F::Object>> {
        Some(self.objects)
    }
}

/// A request for one object, or for what one message tells of.
#[derive(Debug)]
pub struct Get<F: Filter, Q, A = <F as Filter>::Object> {
    operation: String,
    question: Q,
    emit: Write<Q>,
    read: fn(&View<'_, F::Message>) -> Result<A, ParseError>,
    check: fn(&Q) -> Result<(), &'static str>,
    answer: Option<A>,
}

impl<F: Filter, Q> Get<F, Q> {
    /// A request for an object, which `emit` writes.
    pub(crate) fn new(operation: String, question: Q, emit: Write<Q>) -> Self {
        Self::reading(operation, question, emit, F::object)
    }

    /// The same, where something may speak against the question.
    pub(crate) fn checked(self, check: fn(&Q) -> Result<(), &'static str>) -> Self {
        Self { check, ..self }
    }
}

impl<F: Filter, Q, A> Get<F, Q, A> {
    /// The same for what `read` makes of the answer.
    pub(crate) fn reading(
        operation: String,
        question: Q,
        emit: Write<Q>,
        read: fn(&View<'_, F::Message>) -> Result<A, ParseError>,
    ) -> Self {
        Self { operation, question, emit, read, check: |_| Ok(()), answer: None }
    }
}

impl<F: Filter, Q: Send, A: Send> Request for Get<F, Q, A> {
    type Answer = A;

    fn operation(&self) -> String {
        format!("get {}", self.operation)
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn is_repeatable(&self) -> bool {
        true
    }

    fn check(&self) -> Result<(), &'static str> {
        (self.check)(&self.question)
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        (self.emit)(&self.question, tail, envelope)
    }

    fn take(&mut self, message: &RawMessage<'_>) -> Result<(), ParseError> {
        if let Some(view) = message.read::<F::Message>()? {
            self.answer = Some((self.read)(&view)?);
        }
        Ok(())
    }

    fn answer(self) -> Option<A> {
        self.answer
    }
}

/// What verbs change: it prints as `ip` takes it.
pub trait Subject: fmt::Display + Clone + Send + Sync {
    /// What speaks against asking the kernel for it.
    fn check(&self) -> Result<(), &'static str>;
}

/// A request that changes an object, as a verb says.
#[derive(Debug)]
pub struct Change<'o, O: Subject> {
    verb: &'static str,
    flags: Flags,
    object: Cow<'o, O>,
    emit: Write<O>,
}

/// Writes the request that changes an object, or asks for one.
type Write<O> = fn(&O, &mut Tail<'_>, Envelope) -> Result<(), EmitError>;

impl<'n, T: Transport, F: Filter> Noun<'n, T, F> {
    /// Sends a request that changes an object.
    pub(crate) fn verb<O: Subject>(
        self,
        verb: &'static str,
        flags: Flags,
        object: &'n O,
        emit: Write<O>,
    ) -> T::Outcome<'n, Change<'n, O>> {
        self.transport.send(Change { verb, flags, object: Cow::Borrowed(object), emit })
    }

    /// The same for an object that is made for the request.
    pub(crate) fn verb_of<O: Subject + 'n>(
        self,
        verb: &'static str,
        flags: Flags,
        object: O,
        emit: Write<O>,
    ) -> T::Outcome<'n, Change<'n, O>> {
        self.transport.send(Change { verb, flags, object: Cow::Owned(object), emit })
    }
}

impl<O: Subject> Request for Change<'_, O> {
    type Answer = ();

    fn operation(&self) -> String {
        format!("{} {}", self.verb, self.object)
    }

    fn flags(&self) -> Flags {
        self.flags
    }

    fn check(&self) -> Result<(), &'static str> {
        self.object.check()
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        (self.emit)(&self.object, tail, envelope)
    }

    fn take(&mut self, _message: &RawMessage<'_>) -> Result<(), ParseError> {
        Ok(())
    }

    fn answer(self) -> Option<()> {
        Some(())
    }
}
