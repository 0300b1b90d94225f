//! The receive buffer: one datagram at a time, and the messages in it one after the other.

use std::io;
use std::os::fd::AsFd;

use nlwire_codec::{Messages, ParseError, RawMessage};

use crate::sys::{self, Received};

/// A reused buffer with the datagram that was received last.
#[derive(Debug)]
pub(crate) struct Receive {
    buffer: Vec<u8>,
    /// The messages that have not been taken yet: from here to there. The first is behind the last where all have.
    at: usize,
    end: usize,
}

/// A message in the buffer. It is there until the next datagram is received.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    from: usize,
    to: usize,
}

impl Place {
    /// How many bytes the message has.
    #[inline]
    pub(crate) fn length(self) -> usize {
        self.to - self.from
    }
}

impl Receive {
    /// The kernel fills datagrams of a dump up to this size, and not beyond; larger ones hold one large object.
    const SIZE: usize = 32 * 1024;

    pub(crate) fn new() -> Self {
        Self { buffer: vec![0; Self::SIZE], at: 0, end: 0 }
    }

    /// Receives the next datagram in the place of the last; none where there is none now. Of one that is longer than the
    /// buffer nothing is there.
    pub(crate) fn datagram(&mut self, socket: impl AsFd) -> io::Result<Option<Received>> {
        self.clear();
        loop {
            match sys::receive(&socket, &mut self.buffer) {
                Ok(received) => {
                    if received.length <= self.buffer.len() {
                        self.end = received.length;
                    }
                    return Ok(Some(received));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// The number in the first header of the datagram that was received last, whether it did fit or not.
    pub(crate) fn first_sequence(&self) -> u32 {
        let mut sequence = [0; 4];
        sequence.copy_from_slice(&self.buffer[8..12]);
        u32::from_ne_bytes(sequence)
    }

    /// How long a datagram may be.
    pub(crate) fn size(&self) -> usize {
        self.buffer.len()
    }

    /// Makes room for a datagram of this length.
    pub(crate) fn grow(&mut self, length: usize) {
        self.buffer.resize(length.next_multiple_of(4096), 0);
    }

    /// Whether there is nothing left of the datagram.
    pub(crate) fn is_empty(&self) -> bool {
        self.at >= self.end
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
        self.at = place.to.next_multiple_of(4);
        Some(place)
    }

    /// Takes the next message of the datagram; none where there is no other. Behind one that is broken nothing can be found.
    pub(crate) fn message(&mut self) -> Result<Option<(RawMessage<'_>, Place)>, ParseError> {
        let rest = self.buffer.get(self.at..self.end).unwrap_or_default();
        let mut messages = Messages::new(rest);
        match messages.next() {
            None => Ok(None),
            Some(Err(mut error)) => {
                // Its place in the datagram, and not in the rest of it.
                error.offset = error.offset.saturating_add(u32::try_from(self.at).unwrap_or(u32::MAX));
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
