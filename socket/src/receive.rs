//! The receive buffer: one datagram at a time, and the messages in it one after the other.

use std::io;
use std::os::fd::AsFd;

use nlwire_codec::{Messages, ParseError, RawMessage};

use crate::error::Error;
use crate::sys::{self, Sender};

/// A reused buffer with the datagram that was received last.
#[derive(Debug)]
pub(crate) struct Receive {
    buffer: Vec<u8>,
    /// The messages that have not been taken yet: from here to there.
    at: usize,
    end: usize,
}

/// A message in the buffer. It is there until the next datagram is received.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    from: usize,
    to: usize,
}

impl Receive {
    /// The kernel fills datagrams of a dump up to this size, and not beyond; larger ones hold one large object.
    const SIZE: usize = 32 * 1024;

    pub(crate) fn new() -> Self {
        Self { buffer: vec![0; Self::SIZE], at: 0, end: 0 }
    }

    /// Receives the next datagram in the place of the last. Says who sent it.
    pub(crate) fn datagram(&mut self, socket: impl AsFd) -> Result<Option<Sender>, Error> {
        self.clear();
        let received = loop {
            match sys::receive(&socket, &mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => return Err(Error::Overrun),
                Err(error) => return Err(Error::system("recvfrom")(error)),
                Ok(received) => break received,
            }
        };
        if received.length > self.buffer.len() {
            // Only the kernel can make us need more than this; what others send is not looked at.
            if received.sender.is_none_or(|sender| sender.port != 0) {
                return Ok(received.sender);
            }
            self.buffer.resize(received.length.next_multiple_of(4096), 0);
            return Err(Error::Truncated { length: received.length });
        }
        self.end = received.length;
        Ok(received.sender)
    }

    /// Forgets what is left of the datagram.
    pub(crate) fn clear(&mut self) {
        self.at = 0;
        self.end = 0;
    }

    /// Takes the next message of the datagram, if there is one that `wanted` wants.
    #[inline]
    pub(crate) fn message_if(&mut self, wanted: impl FnOnce(&RawMessage<'_>) -> bool) -> Option<Place> {
        let message = RawMessage::first(self.buffer.get(self.at..self.end)?)?;
        if !wanted(&message) {
            return None;
        }
        let place = Place { from: self.at, to: self.at + message.bytes().len() };
        self.at = place.to.next_multiple_of(4).min(self.end);
        Some(place)
    }

    /// Takes the next message of the datagram; none where there is no other. Behind one that is broken nothing can be found.
    pub(crate) fn message(&mut self) -> Result<Option<(RawMessage<'_>, Place)>, ParseError> {
        let rest = self.buffer.get(self.at..self.end).unwrap_or_default();
        let mut messages = Messages::new(rest);
        match messages.next() {
            None => Ok(None),
            Some(Err(error)) => {
                self.at = self.end;
                Err(error)
            }
            Some(Ok(message)) => {
                let place = Place { from: self.at, to: self.at + message.bytes().len() };
                self.at = self.end - messages.rest().len();
                Ok(Some((message, place)))
            }
        }
    }

    /// The message that was taken from this place.
    #[inline]
    pub(crate) fn at(&self, place: Place) -> Option<RawMessage<'_>> {
        RawMessage::whole(self.buffer.get(place.from..place.to)?)
    }
}
