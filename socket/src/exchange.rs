//! The protocol without I/O: what each message that comes in is to the requests that went out.
//!
//! A request is in one of two states, and none once it has ended:
//!
//! ```text
//!            begin              part                 end: outcome of the request, NLMSG_DONE of the dump
//!   (none) ─────────▶ waiting ──────▶ waiting ────────────────────────────────────────────▶ (none)  Event::End
//!                        │
//!                        │ abandon: nobody wants to know any more
//!                        ├─ no dump ──────────────────────────────────────────────────────▶ (none)
//!                        ▼
//!                    abandoned: a dump that the kernel is still at, perhaps since it was refused for lack of room; its
//!                        │      parts are strays
//!                        │                                     end
//!                        └────────────────────────────────────────────────────────────────▶ (none)  Event::Stray
//! ```
//!
//! A [batch](Exchange::begin_batch) is one such request with many numbers: each of them may have an outcome, and it ends when
//! [told to](Exchange::cancel).
//!
//! An [`Exchange`] reads no socket and keeps no bytes, so that every fault can be played to it, and that the I/O may be
//! anybody's: a loop of one's own over a descriptor of one's own needs no more than [`Exchange::begin`] and
//! [`Exchange::datagram`].
//!
//! ```
//! use nlwire_codec::control::{Done, DoneHeader};
//! use nlwire_codec::{Envelope, Flags, Message, Tail};
//! use nlwire_socket::exchange::{Event, Exchange};
//! use nlwire_socket::Sender;
//!
//! let mut exchange = Exchange::new(4321, 1000);
//! let request = exchange.begin(Flags::DUMP);
//! // … `request` goes into the header of what is sent, and this comes back:
//! let mut datagram = [0; 20];
//! let envelope = Envelope { flags: Flags::MULTI, sequence: request.sequence, port: 4321 };
//! Done::emit(&mut Tail::new(&mut datagram), envelope, DoneHeader::default(), |done| Ok(done))?;
//!
//! let kernel = Some(Sender { port: 0, groups: 0 });
//! for told in exchange.datagram(kernel, &datagram) {
//!     let (_message, event) = told?;
//!     assert!(matches!(event, Event::End(end) if end.outcome.errno() == 0 && !end.interrupted));
//! }
//! assert!(!exchange.dumping());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use nlwire_codec::control::Acknowledgement;
use nlwire_codec::header::ControlKind;
use nlwire_codec::{Envelope, Flags, Messages, ParseError, RawMessage};

use crate::errno::Errno;

pub use crate::sys::Sender;

/// The requests of one socket that have no outcome yet.
#[derive(Debug)]
pub struct Exchange {
    port: u32,
    sequence: u32,
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    /// The numbers of the request, one after the other from `first` on: one, or those of a batch.
    first: u32,
    count: u32,
    kind: Kind,
    abandoned: bool,
    interrupted: bool,
    filtered: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Single,
    Dump,
    Batch,
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
    /// A dump: in the place of its end came an acknowledgement, as of what the kernel does not take for a request. It was not
    /// made.
    pub acknowledged: bool,
}

impl Exchange {
    /// For a socket that is bound to `port`. The numbers of its requests begin behind `sequence`: any will do, and one that
    /// differs each time keeps apart what was meant for others, a socket that a process has inherited perhaps.
    pub fn new(port: u32, sequence: u32) -> Self {
        Self { port, sequence, waiting: Vec::new() }
    }

    /// The port of the socket.
    pub fn port(&self) -> u32 {
        self.port
    }

    /// Begins a request: what to write into its header. A request that is no dump asks to be acknowledged, so that each has
    /// an outcome.
    pub fn begin(&mut self, flags: Flags) -> Envelope {
        let dump = flags.contains(Flags::DUMP);
        let sequence = self.wait_for(1, if dump { Kind::Dump } else { Kind::Single });
        let flags = if dump { flags } else { flags | Flags::ACK };
        Envelope { flags: flags | Flags::REQUEST, sequence, port: 0 }
    }

    /// Begins `count` requests at once, which need not ask to be acknowledged, and says the number of the first; the others
    /// have those that follow. Each refusal, and each acknowledgement that was asked for, is an [`Event::End`] with its own
    /// number. The kernel is silent on what it has done: the outcome of a request that is sent behind the batch tells that all
    /// is told, and then the batch is [cancelled](Self::cancel).
    pub fn begin_batch(&mut self, count: u32) -> u32 {
        self.wait_for(count, Kind::Batch)
    }

    fn wait_for(&mut self, count: u32, kind: Kind) -> u32 {
        // Numbers count up, around 0, which notifications have that nobody asked for; those of a batch do not go around it.
        let first = self.sequence.checked_add(1).filter(|first| first.checked_add(count).is_some()).unwrap_or(1);
        self.sequence = first.saturating_add(count.max(1) - 1);
        self.waiting.push(Waiting { first, count, kind, abandoned: false, interrupted: false, filtered: false });
        first
    }

    /// Forgets a request that was never sent, or the batch that has `sequence` for its first number.
    pub fn cancel(&mut self, sequence: u32) {
        self.waiting.retain(|waiting| waiting.first != sequence);
    }

    /// Loses interest in a request that was sent: what still comes of it is passed over. The kernel goes on with a dump all
    /// the same, see [`dumping`](Self::dumping).
    pub fn abandon(&mut self, sequence: u32) {
        match self.find(sequence) {
            Some(waiting) if waiting.kind == Kind::Dump => waiting.abandoned = true,
            _ => self.cancel(sequence),
        }
    }

    /// Forgets all requests: for when their outcomes are lost, or the socket is another one, bound to `port`.
    pub fn forget(&mut self, port: u32) {
        self.waiting.clear();
        self.port = port;
    }

    /// Whether the kernel is still at work on a dump. Until that ends, it refuses another one on this socket with `EBUSY`.
    pub fn dumping(&self) -> bool {
        self.waiting.iter().any(|waiting| waiting.kind == Kind::Dump)
    }

    /// Whether a datagram can hold replies: only the kernel sends them, and to this socket alone.
    pub fn trusts(&self, sender: Option<Sender>) -> bool {
        sender == Some(Sender { port: 0, groups: 0 })
    }

    /// Says of each message of a datagram what it is. Of a datagram that is not [trusted](Self::trusts) all are strays.
    pub fn datagram<'e, 'a>(
        &'e mut self,
        sender: Option<Sender>,
        datagram: &'a [u8],
    ) -> impl Iterator<Item = Result<(RawMessage<'a>, Event<'a>), ParseError>> + use<'e, 'a> {
        let trusted = self.trusts(sender);
        Messages::new(datagram).map(move |message| {
            let message = message?;
            let event = if trusted { self.take(&message)? } else { Event::Stray };
            Ok((message, event))
        })
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
        let done = control == ControlKind::DONE && (waiting.kind == Kind::Dump || flags.contains(Flags::MULTI));
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
        let Some(place) = self.waiting.iter().position(|waiting| waiting.has(sequence)) else {
            return Ok(Event::Stray);
        };
        let waiting = &mut self.waiting[place];
        waiting.interrupted |= done && message.flags().contains(Flags::DUMP_INTR);
        waiting.filtered |= done && message.flags().contains(Flags::DUMP_FILTERED);
        let (interrupted, filtered, abandoned) = (waiting.interrupted, waiting.filtered, waiting.abandoned);
        // The acknowledgement is still to come where a request that is no dump was answered in parts.
        let ended = !done || waiting.kind == Kind::Dump;
        let not_done = !done && waiting.kind == Kind::Dump;
        // The kernel had no room to begin the dump and says so, but has it under way, and goes on when there is room.
        let no_room = |outcome: &Acknowledgement<'_>| outcome.errno() == Errno::ENOBUFS.0;
        if not_done && matches!(&outcome, Ok(Some(outcome)) if no_room(outcome)) {
            waiting.abandoned = true;
        } else if ended && waiting.kind != Kind::Batch {
            self.waiting.remove(place);
        }
        match outcome? {
            Some(outcome) if ended && !abandoned => {
                let acknowledged = not_done && outcome.errno() == 0;
                Ok(Event::End(End { sequence, outcome, interrupted, filtered, acknowledged }))
            }
            _ => Ok(Event::Stray),
        }
    }

    /// Whether a request is a dump that the kernel is still at, and that nobody wants any more.
    pub(crate) fn has_left(&self, sequence: u32) -> bool {
        self.waiting.iter().any(|waiting| waiting.has(sequence) && waiting.abandoned)
    }

    fn find(&mut self, sequence: u32) -> Option<&mut Waiting> {
        self.waiting.iter_mut().find(|waiting| waiting.has(sequence))
    }
}

impl Waiting {
    fn has(&self, sequence: u32) -> bool {
        sequence.wrapping_sub(self.first) < self.count
    }
}
