//! The protocol without I/O: what each message that comes in is to the requests that went out.
//!
//! ```text
//!            request            part            outcome, or end of the dump
//!   (none) ──────────▶ waiting ──────▶ waiting ──────────────────────────────▶ (none): End
//!                         │
//!                         │ abandon: the caller has lost interest
//!                         ▼
//!                     abandoned ───────────────────────────────────────────▶ (none): nothing to tell
//!                                parts are strays now
//! ```
//!
//! An [`Exchange`] reads no socket and keeps no bytes, so that every fault can be played to it.

use nlwire_codec::control::Acknowledgement;
use nlwire_codec::header::ControlKind;
use nlwire_codec::{Envelope, Flags, ParseError, RawMessage};

use crate::sys::Sender;

/// The requests of one socket that have no outcome yet.
#[derive(Debug)]
pub struct Exchange {
    port: u32,
    sequence: u32,
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    sequence: u32,
    dump: bool,
    abandoned: bool,
    interrupted: bool,
    filtered: bool,
}

/// What a message is.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// One object of the reply to a request.
    Part {
        /// The request.
        sequence: u32,
    },
    /// A request has ended, well or not.
    End(End<'a>),
    /// Nothing that belongs to a request that somebody waits for: a notification, a late reply, a forgery, nothing.
    Stray,
}

/// The end of a request.
#[derive(Clone, Copy, Debug)]
pub struct End<'a> {
    /// The request.
    pub sequence: u32,
    /// Its outcome.
    pub outcome: Acknowledgement<'a>,
    /// A dump: things changed while it was made.
    pub interrupted: bool,
    /// A dump: the kernel filtered it as the request asked.
    pub filtered: bool,
}

impl Exchange {
    /// For a socket that is bound to `port`.
    pub fn new(port: u32) -> Self {
        // Any number does but 0, which notifications have that nobody asked for. One that differs from socket to socket
        // keeps replies apart that are not ours.
        Self { port, sequence: port ^ 0x6e6c_7731, waiting: Vec::new() }
    }

    /// The port of the socket.
    pub fn port(&self) -> u32 {
        self.port
    }

    /// Begins a request: what to write into its header. A request that is no dump asks to be acknowledged, so that each has
    /// an outcome.
    pub fn begin(&mut self, flags: Flags) -> Envelope {
        self.sequence = self.sequence.wrapping_add(1).max(1);
        let dump = flags.contains(Flags::DUMP);
        let flags = if dump { flags } else { flags | Flags::ACK };
        self.waiting.push(Waiting {
            sequence: self.sequence,
            dump,
            abandoned: false,
            interrupted: false,
            filtered: false,
        });
        Envelope { flags: flags | Flags::REQUEST, sequence: self.sequence, port: 0 }
    }

    /// Forgets a request that was never sent.
    pub fn cancel(&mut self, sequence: u32) {
        self.waiting.retain(|waiting| waiting.sequence != sequence);
    }

    /// Loses interest in a request that was sent: what still comes of it is passed over.
    pub fn abandon(&mut self, sequence: u32) {
        if let Some(waiting) = self.find(sequence) {
            waiting.abandoned = true;
        }
    }

    /// Whether the kernel is still at work on a dump. Until that ends, it refuses another one on this socket with `EBUSY`.
    pub fn dumping(&self) -> bool {
        self.waiting.iter().any(|waiting| waiting.dump)
    }

    /// Whether a datagram can hold replies: only the kernel sends them, and to this socket alone.
    pub fn trusts(&self, sender: Option<Sender>) -> bool {
        sender == Some(Sender { port: 0, groups: 0 })
    }

    /// Whether a message of a datagram that is [trusted](Self::trusts) is nothing but one more object of the reply to a
    /// request that is waited for: nearly all messages of a large dump are. Such a one changes nothing here, and
    /// [`take`](Self::take) need not see it.
    #[inline]
    pub fn is_plain_part(&self, message: &RawMessage<'_>, sequence: u32) -> bool {
        message.sequence() == sequence
            && message.port() == self.port
            && message.kind() >= 16
            && !message.flags().contains(Flags::DUMP_INTR)
    }

    /// Says what a message of a datagram that is [trusted](Self::trusts) is; an error where it is an outcome that cannot be
    /// read.
    pub fn take<'a>(&mut self, message: &RawMessage<'a>) -> Result<Event<'a>, ParseError> {
        // Some of the kernel's senders leave the port 0.
        if message.port() != self.port && message.port() != 0 {
            return Ok(Event::Stray);
        }
        let sequence = message.sequence();
        let Some(waiting) = self.find(sequence) else { return Ok(Event::Stray) };
        let flags = message.flags();
        let control = ControlKind(message.kind());
        let done = control == ControlKind::DONE && (waiting.dump || flags.contains(Flags::MULTI));
        if control == ControlKind::ERROR || done {
            return self.end(message, sequence, done);
        }
        if control.0 < 16 && control != ControlKind::DONE {
            // NLMSG_NOOP between parts, and numbers that mean nothing.
            return Ok(Event::Stray);
        }
        waiting.interrupted |= flags.contains(Flags::DUMP_INTR);
        if waiting.abandoned { Ok(Event::Stray) } else { Ok(Event::Part { sequence }) }
    }

    fn end<'a>(&mut self, message: &RawMessage<'a>, sequence: u32, done: bool) -> Result<Event<'a>, ParseError> {
        let outcome = Acknowledgement::read(message);
        let Some(place) = self.waiting.iter().position(|waiting| waiting.sequence == sequence) else {
            return Ok(Event::Stray);
        };
        let waiting = &mut self.waiting[place];
        waiting.interrupted |= done && message.flags().contains(Flags::DUMP_INTR);
        waiting.filtered |= done && message.flags().contains(Flags::DUMP_FILTERED);
        let (interrupted, filtered, abandoned) = (waiting.interrupted, waiting.filtered, waiting.abandoned);
        // The acknowledgement is still to come where a request that is no dump was answered in parts.
        let ended = !done || waiting.dump;
        if ended {
            self.waiting.remove(place);
        }
        match outcome? {
            Some(outcome) if ended && !abandoned => Ok(Event::End(End { sequence, outcome, interrupted, filtered })),
            _ => Ok(Event::Stray),
        }
    }

    fn find(&mut self, sequence: u32) -> Option<&mut Waiting> {
        self.waiting.iter_mut().find(|waiting| waiting.sequence == sequence)
    }
}
