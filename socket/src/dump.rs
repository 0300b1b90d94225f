//! All objects of a kind, one after the other, lent from the receive buffer.

use std::fmt;
use std::marker::PhantomData;

use nlwire_codec::{EmitError, Envelope, Flags, Message, ParseError, Tail, View};

use crate::blocking::Blocking;
use crate::channel::{Channel, Ended};
use crate::error::Error;
use crate::reply::{Filtering, Interruption, Limits, Reply};

/// A dump under way: a cursor over the objects that the kernel sends, which copies none and allocates nothing for them.
///
/// Things may change while the kernel makes a dump. Where it says so, `next` ends with [`Error::Interrupted`] after the last
/// object: what came may lack objects or hold some twice, and to [begin it anew](Self::restart) is the remedy. Whoever can live
/// with it calls [`accept_interruption`](Self::accept_interruption) first. (For routes, neighbours and rules the kernel never
/// says so.)
///
/// A dump may be dropped at any time: the socket is good for the next request.
pub struct Dump<'s, R: Message, W> {
    pub(crate) reply: Reply<'s, W>,
    pub(crate) accept: bool,
    /// It was told that the dump was torn.
    told: bool,
    of: PhantomData<fn() -> R>,
}

impl<'s, R: Message, W> Dump<'s, R, W> {
    /// How often a dump is begun anew because an object did not fit the buffer, which then has grown.
    pub(crate) const GROWTHS: u32 = 8;

    pub(crate) fn new(reply: Reply<'s, W>) -> Self {
        Self { reply, accept: false, told: false, of: PhantomData }
    }

    /// Takes an inconsistent dump for a whole one; [`interrupted`](Self::interrupted) tells of it at the end.
    #[must_use]
    pub fn accept_interruption(mut self) -> Self {
        self.accept = true;
        self
    }

    /// Whether the kernel must have filtered it, as the request asked.
    #[must_use]
    pub fn filtering(mut self, filtering: Filtering) -> Self {
        self.reply.cursor.require(filtering);
        self
    }

    /// Bounds it.
    #[must_use]
    pub fn limit(mut self, limits: Limits) -> Self {
        self.reply = self.reply.limit(limits);
        self
    }

    /// Whether things changed while the dump was made, as far as is known.
    pub fn interrupted(&self) -> bool {
        self.reply.ended().is_some_and(|ended| ended.interrupted)
    }

    /// How it ended; none where it has not, or has failed.
    pub fn ended(&self) -> Option<Ended> {
        self.reply.ended()
    }

    /// Asks for all of it again, whatever of it has come: what came before is best forgotten. After an error there is nothing
    /// more.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.begin(Channel::begin_again)
    }

    /// Asks for other objects of the kind with a request that `write` writes, as [`start_dump`](crate::Socket::start_dump)
    /// takes it: they come behind these. After an error there is nothing more.
    pub fn go_on_with(
        &mut self,
        write: impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<(), Error> {
        self.begin(|channel| channel.begin(Flags::DUMP, write))
    }

    fn begin(&mut self, begin: impl FnOnce(&mut Channel) -> Result<u32, Error>) -> Result<(), Error> {
        let Reply { socket, cursor } = &mut self.reply;
        cursor.leave(&mut socket.channel);
        cursor.restart(begin(&mut socket.channel)?);
        self.told = false;
        Ok(())
    }

    /// The object that the last `advance` went to. An error where it is not of kind `R`, or cannot be one.
    #[inline]
    pub fn current(&self) -> Result<Option<View<'_, R>>, Error> {
        let Some(message) = self.reply.current() else { return Ok(None) };
        match message.read::<R>()? {
            Some(view) => Ok(Some(view)),
            None => Err(Error::Unexpected { kind: message.kind() }),
        }
    }

    /// What the end of the objects means: nothing more, or that they are not the whole, which is told once.
    pub(crate) fn at_end(&mut self) -> Result<bool, Error> {
        let told = std::mem::replace(&mut self.told, true);
        if self.interrupted() && !self.accept && !told { Err(Error::Interrupted) } else { Ok(false) }
    }

    /// Whether to begin anew after an error.
    pub(crate) fn begins_anew(
        &mut self,
        error: Error,
        interruptions: &mut u32,
        growths: &mut u32,
    ) -> Result<(), Error> {
        let left = match error {
            Error::Interrupted => interruptions,
            Error::Truncated { .. } => growths,
            error => return Err(error),
        };
        *left = left.checked_sub(1).ok_or(error)?;
        self.restart()
    }
}

/// How often a dump may be begun anew by this rule; and whether it is taken as it is.
pub(crate) fn retries(interruption: Interruption) -> (u32, bool) {
    match interruption {
        Interruption::Retry(most) => (most, false),
        Interruption::Accept => (0, true),
        Interruption::Fail => (0, false),
    }
}

impl<R: Message> Dump<'_, R, Blocking> {
    /// The next object; none behind the last. It is lent until the next call.
    ///
    /// After [`Error::Malformed`] and [`Error::Unexpected`], which speak of one object, the next call goes on behind it;
    /// after any other error there is nothing more.
    #[inline]
    pub fn next(&mut self) -> Result<Option<View<'_, R>>, Error> {
        if self.advance()? { self.current() } else { Ok(None) }
    }

    /// Goes to the next object, and says whether there is one: [`current`](Self::current) is it.
    #[inline]
    pub fn advance(&mut self) -> Result<bool, Error> {
        Ok(self.reply.advance()? || self.at_end()?)
    }

    /// All objects, as `read` makes them of the messages. Where the dump was torn, or an object did not fit the buffer, it is
    /// asked for again: what this gives is whole, or what `interruption` says will do.
    pub fn collect<T>(
        mut self,
        interruption: Interruption,
        mut read: impl FnMut(View<'_, R>) -> Result<T, ParseError>,
    ) -> Result<Vec<T>, Error> {
        let (mut interruptions, accept) = retries(interruption);
        let mut growths = Self::GROWTHS;
        self.accept |= accept;
        let mut objects = Vec::new();
        loop {
            match self.next() {
                Ok(Some(view)) => objects.push(read(view)?),
                Ok(None) => return Ok(objects),
                Err(error) => {
                    self.begins_anew(error, &mut interruptions, &mut growths)?;
                    objects.clear();
                }
            }
        }
    }
}

impl<R: Message, W> fmt::Debug for Dump<'_, R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dump({}, {:?})", R::NAME, self.reply.cursor)
    }
}
