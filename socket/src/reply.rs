//! What comes back on a request: messages one after the other, lent from the receive buffer, and an end.

use std::time::{Duration, Instant};

use nlwire_codec::{Flags, RawMessage};

use crate::blocking::Blocking;
use crate::channel::{Advance, Channel, Ended};
use crate::error::Error;
use crate::receive::Place;
use crate::socket::Socket;

/// What to do with a dump that the kernel says was torn: things changed while it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// Ask again, at most so many times; then fail.
    Retry(u32),
    /// Take it as it is.
    Accept,
    /// Fail.
    Fail,
}

/// Whether the kernel must have filtered a dump.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filtering {
    /// If it can. An older kernel, or one that was not [asked to check](crate::Options::strict_check), sends all: whoever asked
    /// filters again.
    #[default]
    Prefer,
    /// Or the dump is an error ([`Error::Unfiltered`]), at its first object that does not carry `NLM_F_DUMP_FILTERED`. Not all
    /// kinds of objects do.
    Require,
}

/// How far a dump may go: there have been kernels that never ended one. What is none is without limit.
///
/// To go beyond is an error, [`Error::Endless`], and the next request is sent over a new socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// For so long, whether objects come or not.
    pub time: Option<Duration>,
    /// So many objects.
    pub messages: Option<u64>,
    /// So many bytes of them.
    pub bytes: Option<u64>,
}

/// How far a reply is, without the waiting.
#[derive(Debug)]
pub(crate) struct Cursor {
    sequence: u32,
    state: State,
    /// The object that was found last, if it is still there.
    place: Place,
    /// Whether each object is counted or looked at, and not only found.
    weighs: bool,
    filtering: Filtering,
    limits: Limits,
    /// When it must have ended.
    deadline: Option<Instant>,
    /// How many messages and bytes more may come.
    left: u64,
    bytes_left: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// More is to come.
    Going,
    /// All has come.
    Ended(Ended),
    /// It failed.
    Failed,
}

/// What [`Cursor::advance`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Object,
    End,
    Wait,
}

impl Cursor {
    pub(crate) fn new(sequence: u32) -> Self {
        Self {
            sequence,
            state: State::Going,
            place: Place::default(),
            weighs: false,
            filtering: Filtering::Prefer,
            limits: Limits::default(),
            deadline: None,
            left: u64::MAX,
            bytes_left: u64::MAX,
        }
    }

    pub(crate) fn require(&mut self, filtering: Filtering) {
        self.filtering = filtering;
        self.weigh();
    }

    pub(crate) fn limit(&mut self, limits: Limits) {
        self.limits = limits;
        self.deadline = limits.time.and_then(|time| Instant::now().checked_add(time));
        self.left = limits.messages.unwrap_or(u64::MAX);
        self.bytes_left = limits.bytes.unwrap_or(u64::MAX);
        self.weigh();
    }

    fn weigh(&mut self) {
        let Limits { messages, bytes, .. } = self.limits;
        self.weighs = self.filtering == Filtering::Require || messages.is_some() || bytes.is_some();
    }

    /// Begins anew with a request that has been sent anew.
    pub(crate) fn restart(&mut self, sequence: u32) {
        self.sequence = sequence;
        self.state = State::Going;
        self.place = Place::default();
        self.limit(self.limits);
    }

    /// Goes to the next object, where that takes no more than to find it: nearly always. Else nothing is done, and
    /// [`advance`](Self::advance) does it.
    #[inline]
    pub(crate) fn step(&mut self, channel: &mut Channel) -> bool {
        if self.weighs || self.state != State::Going {
            return false;
        }
        let Some(place) = channel.plain_part(self.sequence) else { return false };
        self.place = place;
        true
    }

    /// Takes an object, if that is within the limits.
    fn count(&mut self, channel: &mut Channel, place: Place) -> Result<Progress, Error> {
        let length = u64::try_from(place.length()).unwrap_or(u64::MAX);
        if self.left == 0 || self.bytes_left < length {
            return Err(self.fail(channel, Error::Endless));
        }
        self.left -= 1;
        self.bytes_left -= length;
        self.place = place;
        Ok(Progress::Object)
    }

    /// Goes to the next object, which must come [until](Self::until) then.
    #[inline(never)]
    pub(crate) fn advance(&mut self, channel: &mut Channel, until: Option<Instant>) -> Result<Progress, Error> {
        self.place = Place::default();
        if self.state != State::Going {
            return Ok(Progress::End);
        }
        if channel.is_empty() && self.is_over_time() {
            return Err(self.fail(channel, Error::Endless));
        }
        match channel.advance(self.sequence, until) {
            Ok(Advance::Wait) => Ok(Progress::Wait),
            Ok(Advance::Part(place)) => {
                let filtered =
                    channel.part(place).is_some_and(|message| message.flags().contains(Flags::DUMP_FILTERED));
                if self.filtering == Filtering::Require && !filtered {
                    return Err(self.fail(channel, Error::Unfiltered));
                }
                self.count(channel, place)
            }
            Ok(Advance::End(ended)) => {
                self.state = State::Ended(ended);
                Ok(Progress::End)
            }
            Err(error) => Err(self.fail(channel, error)),
        }
    }

    fn is_over_time(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// When what is waited for from now on must have come; none is never.
    pub(crate) fn until(&self, channel: &Channel) -> Option<Instant> {
        [channel.until(), self.deadline].into_iter().flatten().min()
    }

    /// Ends it, and says why.
    pub(crate) fn fail(&mut self, channel: &mut Channel, error: Error) -> Error {
        if matches!(error, Error::Refused(_)) {
            // Nothing comes behind that.
            self.state = State::Failed;
        }
        self.leave(channel);
        match error {
            Error::TimedOut if self.is_over_time() => Error::Endless,
            error => error,
        }
    }

    /// Leaves it: nothing more comes.
    pub(crate) fn leave(&mut self, channel: &mut Channel) {
        self.abandon(channel);
        self.state = State::Failed;
        self.place = Place::default();
    }

    pub(crate) fn abandon(&mut self, channel: &mut Channel) {
        if self.state == State::Going {
            channel.exchange.abandon(self.sequence);
            channel.unread = true;
        }
    }

    /// The object that it went to last.
    #[inline]
    pub(crate) fn current<'c>(&self, channel: &'c Channel) -> Option<RawMessage<'c>> {
        channel.part(self.place)
    }

    pub(crate) fn ended(&self) -> Option<Ended> {
        match self.state {
            State::Ended(ended) => Some(ended),
            _ => None,
        }
    }
}

/// What comes back on a request that was [sent](Socket::send).
///
/// It may be dropped at any time: what still comes is passed over.
#[derive(Debug)]
pub struct Reply<'s, W> {
    pub(crate) socket: &'s mut Socket<W>,
    pub(crate) cursor: Cursor,
}

impl<'s, W> Reply<'s, W> {
    pub(crate) fn new(socket: &'s mut Socket<W>, sequence: u32) -> Self {
        Self { socket, cursor: Cursor::new(sequence) }
    }

    /// Bounds it.
    #[must_use]
    pub fn limit(mut self, limits: Limits) -> Self {
        self.cursor.limit(limits);
        self
    }

    /// How it ended; none where it has not, or has failed.
    pub fn ended(&self) -> Option<Ended> {
        self.cursor.ended()
    }

    /// Goes to the next object, where that takes no more than to find it.
    #[inline]
    pub(crate) fn step(&mut self) -> bool {
        self.cursor.step(&mut self.socket.channel)
    }

    /// The object that was found last.
    #[inline]
    pub fn current(&self) -> Option<RawMessage<'_>> {
        self.cursor.current(&self.socket.channel)
    }
}

impl Reply<'_, Blocking> {
    /// The next object; none behind the last. It is lent until the next call. An error where the kernel refused the request,
    /// or did not answer: then there is nothing more.
    // The step is shorter than the call, and its result is had without a place in memory.
    #[inline(always)]
    pub fn next(&mut self) -> Result<Option<RawMessage<'_>>, Error> {
        Ok(if self.advance()? { self.current() } else { None })
    }

    /// Goes to the next object, and says whether there is one: [`current`](Self::current) is it.
    #[inline]
    pub fn advance(&mut self) -> Result<bool, Error> {
        if self.step() { Ok(true) } else { self.go_on() }
    }

    #[inline(never)]
    fn go_on(&mut self) -> Result<bool, Error> {
        let until = self.cursor.until(&self.socket.channel);
        loop {
            match self.cursor.advance(&mut self.socket.channel, until)? {
                Progress::Object => return Ok(true),
                Progress::End => return Ok(false),
                Progress::Wait => {
                    if let Err(error) = self.socket.wait(until) {
                        return Err(self.cursor.fail(&mut self.socket.channel, error));
                    }
                }
            }
        }
    }
}

impl<W> Drop for Reply<'_, W> {
    fn drop(&mut self) {
        self.cursor.abandon(&mut self.socket.channel);
    }
}
