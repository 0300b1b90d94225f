//! All objects of a kind, one after the other, lent from the receive buffer.

use std::fmt;
use std::marker::PhantomData;

use nlwire_codec::{Message, View};

use crate::error::Error;
use crate::receive::Place;
use crate::socket::{Advance, Socket};

/// A dump under way: a cursor over the objects that the kernel sends, which copies none and allocates nothing for them.
///
/// Things may change while the kernel makes a dump. Where it says so, `next` ends with [`Error::Interrupted`] after the last
/// object: what came may lack objects or hold some twice, and to ask again is the remedy. Whoever can live with it calls
/// [`accept_interruption`](Self::accept_interruption) first. (For routes, neighbours and rules the kernel never says so.)
///
/// A dump may be dropped at any time: the socket is good for the next request.
pub struct Dump<'s, R: Message> {
    socket: &'s mut Socket,
    sequence: u32,
    state: State,
    accept: bool,
    of: PhantomData<fn() -> R>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// More is to come. The object found last is at this place.
    Going(Option<Place>),
    /// All has come.
    Ended { interrupted: bool },
    /// It failed.
    Failed,
}

impl<'s, R: Message> Dump<'s, R> {
    pub(crate) fn new(socket: &'s mut Socket, sequence: u32) -> Self {
        Self { socket, sequence, state: State::Going(None), accept: false, of: PhantomData }
    }

    /// Takes an inconsistent dump for a whole one; [`interrupted`](Self::interrupted) tells of it at the end.
    #[must_use]
    pub fn accept_interruption(mut self) -> Self {
        self.accept = true;
        self
    }

    /// Whether things changed while the dump was made, as far as is known.
    pub fn interrupted(&self) -> bool {
        matches!(self.state, State::Ended { interrupted: true })
    }

    /// The next object; none behind the last. It is lent until the next call.
    ///
    /// After [`Error::Malformed`] and [`Error::Unexpected`], which speak of one object, the next call goes on behind it;
    /// after any other error there is nothing more.
    #[allow(clippy::should_implement_trait)] // an iterator cannot lend
    #[inline]
    pub fn next(&mut self) -> Result<Option<View<'_, R>>, Error> {
        if !self.advance()? {
            return Ok(None);
        }
        self.current()
    }

    /// Goes to the next object, and says whether there is one: [`current`](Self::current) is it.
    #[inline]
    pub fn advance(&mut self) -> Result<bool, Error> {
        let State::Going(_) = self.state else { return Ok(false) };
        match self.socket.advance(self.sequence) {
            Ok(Advance::Part(place)) => {
                self.state = State::Going(Some(place));
                Ok(true)
            }
            Ok(Advance::End { interrupted, .. }) => {
                self.state = State::Ended { interrupted };
                if interrupted && !self.accept { Err(Error::Interrupted) } else { Ok(false) }
            }
            Err(error) => {
                self.state = State::Failed;
                Err(error)
            }
        }
    }

    /// The object that the last [`advance`](Self::advance) went to.
    #[inline]
    pub fn current(&self) -> Result<Option<View<'_, R>>, Error> {
        let State::Going(Some(place)) = self.state else { return Ok(None) };
        let Some(message) = self.socket.part(place) else { return Ok(None) };
        match message.read::<R>()? {
            Some(view) => Ok(Some(view)),
            None => Err(Error::Unexpected { kind: message.kind() }),
        }
    }
}

impl<R: Message> Drop for Dump<'_, R> {
    fn drop(&mut self) {
        if let State::Going(_) = self.state {
            self.socket.abandon(self.sequence);
        }
    }
}

impl<R: Message> fmt::Debug for Dump<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dump({}, {:?})", R::NAME, self.state)
    }
}
