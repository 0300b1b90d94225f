//! Waiting for what becomes of an object, without asking for it again and again.

use std::time::{Duration, Instant};

use crate::codec::route::group::Group;
use crate::codec::{EmitError, Envelope, ParseError, RawMessage, Tail};
use crate::socket::driven::Events;
use crate::socket::{self, Event, Options};
use crate::transport::Blocking;
use crate::{Errno, Error};

/// What is waited for.
pub(crate) trait Awaited {
    /// What may become of it.
    type Outcome;
    /// It is not there, or not any more.
    const GONE: Self::Outcome;
    /// The time was over before anything else was known.
    const TIME_OVER: Self::Outcome;

    /// What is done, for errors.
    fn operation(&self) -> String;

    /// What speaks against waiting for it.
    fn check(&self) -> Result<(), &'static str>;

    /// The group that is told of it.
    fn group(&self) -> Group;

    /// Writes the request for what is there.
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError>;

    /// What a message says of it.
    fn read(&mut self, message: &RawMessage<'_>) -> Result<Told<Self::Outcome>, ParseError>;
}

/// What a message says of what is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told<O> {
    /// It tells of something else.
    Nothing,
    /// It is there: what became of it, or that it is still to be waited for.
    There(Option<O>),
    /// It was deleted.
    Deleted,
}

/// Waits in the calling thread.
///
/// It listens on a socket of its own, in the network namespace of the connection.
pub(crate) fn wait<A: Awaited>(transport: &mut Blocking, awaited: A, timeout: Duration) -> Result<A::Outcome, Error> {
    let mut wait = Wait::new(awaited, timeout);
    let mut wait_for_it = || -> Result<A::Outcome, socket::Error> {
        let mut events = transport.socket().listen(&wait.options()?)?;
        loop {
            if let Some(outcome) = wait.prepare(&mut events)? {
                return Ok(outcome);
            }
            let heard = events.next();
            if let Some(outcome) = wait.hear(heard.and_then(|event| event.ok_or(socket::Error::NoAnswer)))? {
                return Ok(outcome);
            }
        }
    };
    let result = wait_for_it();
    result.map_err(|error| Error::new(wait.awaited.operation(), error))
}

/// The same as a future. The runtime must drive time, too.
#[cfg(feature = "tokio")]
pub(crate) async fn wait_async<A: Awaited>(
    transport: &mut crate::Tokio,
    awaited: A,
    timeout: Duration,
) -> Result<A::Outcome, Error> {
    let mut wait = Wait::new(awaited, timeout);
    let wait_for_it = async {
        let mut events = transport.socket().listen(&wait.options()?)?;
        loop {
            if let Some(outcome) = wait.prepare(&mut events)? {
                return Ok(outcome);
            }
            if let Some(outcome) = wait.hear(events.next().await)? {
                return Ok(outcome);
            }
        }
    };
    let result = wait_for_it.await;
    result.map_err(|error: socket::Error| Error::new(wait.awaited.operation(), error))
}

/// What is known of what is waited for.
#[derive(Debug)]
pub(crate) struct Wait<A> {
    awaited: A,
    /// None is never: it is too far away to be said.
    deadline: Option<Instant>,
    pub(crate) listing: Listing,
    /// Its deletion was heard of since the listing was asked for: what that tells of it may be older.
    deleted: bool,
}

/// How far the listing of what was there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// To be asked for.
    First,
    /// To be asked for again.
    Again,
    /// Under way. What is waited for was in it, or was heard of since.
    Going { found: bool },
    /// All was told.
    Over,
}

impl<A: Awaited> Wait<A> {
    pub(crate) fn new(awaited: A, timeout: Duration) -> Self {
        Self { awaited, deadline: Instant::now().checked_add(timeout), listing: Listing::First, deleted: false }
    }

    /// The socket listens before it asks, so that nothing that happens in between is missed.
    fn options(&self) -> Result<Options, socket::Error> {
        self.awaited.check().map_err(socket::Error::Invalid)?;
        Ok(Options { groups: vec![self.awaited.group().0], ..Options::default() })
    }

    /// Asks for what is there, where that is due, and says how long to wait at most; the outcome where the time is over.
    fn prepare<W>(&mut self, events: &mut Events<W>) -> Result<Option<A::Outcome>, socket::Error> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        // A listing that is under way takes no time: the kernel answers at once.
        if left.is_some_and(|left| left.is_zero()) && matches!(self.listing, Listing::Again | Listing::Over) {
            return Ok(Some(A::TIME_OVER));
        }
        events.set_timeout(left);
        if matches!(self.listing, Listing::First | Listing::Again) {
            events.start_list(|tail, envelope| self.awaited.emit(tail, envelope))?;
            self.listing = Listing::Going { found: false };
            self.deleted = false;
        }
        Ok(None)
    }

    /// What an event says of it; none where it is still to be waited for.
    pub(crate) fn hear(
        &mut self,
        heard: Result<Event<'_>, socket::Error>,
    ) -> Result<Option<A::Outcome>, socket::Error> {
        let (message, is_listed) = match heard {
            Ok(Event::Object(message)) => (message, true),
            Ok(Event::Change { message, .. }) => (message, false),
            Ok(Event::Lost | Event::Listed { interrupted: true }) => {
                self.listing = Listing::Again;
                return Ok(None);
            }
            Ok(Event::Listed { interrupted: false }) => {
                let found = self.listing == (Listing::Going { found: true });
                self.listing = Listing::Over;
                return Ok(if found { None } else { Some(A::GONE) });
            }
            Err(socket::Error::TimedOut) => return Ok(Some(A::TIME_OVER)),
            // There is no such interface: ENODEV.
            Err(socket::Error::Refused(refusal)) if refusal.errno == Errno::ENODEV => return Ok(Some(A::GONE)),
            Err(error) => return Err(error),
        };
        match self.awaited.read(&message)? {
            Told::Nothing => Ok(None),
            Told::There(_) if is_listed && self.deleted => Ok(None),
            Told::There(outcome) => {
                self.deleted = false;
                if self.listing != Listing::Over {
                    self.listing = Listing::Going { found: true };
                }
                Ok(outcome)
            }
            // One that was not there yet, as far as is known, may have gone before it came: the rest of the listing tells.
            Told::Deleted => {
                self.deleted = true;
                let known = matches!(self.listing, Listing::Over | Listing::Going { found: true });
                Ok(known.then_some(A::GONE))
            }
        }
    }
}
