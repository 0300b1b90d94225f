//! Many requests in few system calls, and the outcome of each.
//!
//! Requests are written one behind the other and sent together, without asking for acknowledgements: the kernel tells of those
//! that fail, and the acknowledgement of a request to do nothing (`NLMSG_NOOP`) behind them tells that it has told all. An
//! acknowledgement each would double the cost of a small request.
//!
//! All of them may fail, and the receive buffer must hold all that the kernel then says, before anybody has a chance to
//! receive it. So no more are sent at once than it has room for: a window.

use std::time::Instant;

use nlwire_codec::control::Noop;
use nlwire_codec::{EmitError, Envelope, Flags, Message, Tail};

use crate::blocking::Blocking;
use crate::channel::Channel;
use crate::error::{Error, Refusal};
use crate::exchange::Event;
use crate::receive::Place;
use crate::socket::Socket;

/// How to send a batch.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct BatchOptions {
    /// Ask for an acknowledgement of each request, so that the outcome of those that were done is known even where others'
    /// are lost. It takes twice the time.
    pub acknowledge: bool,
    /// Send no more requests than this at once; never more than the receive buffer can hold refusals of.
    pub window: Option<u32>,
}

impl BatchOptions {
    /// With an acknowledgement of each request.
    #[must_use]
    pub fn acknowledged(mut self) -> Self {
        self.acknowledge = true;
        self
    }

    /// With no more than so many requests at once.
    #[must_use]
    pub fn windows_of(mut self, requests: u32) -> Self {
        self.window = Some(requests);
        self
    }
}

/// What became of one request of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// The kernel refused it: nothing was done.
    Refused(Box<Refusal>),
    /// It was not sent: nothing was done.
    NotSent,
    /// It was sent, and what the kernel said of it is lost, or it said nothing: it may have been done or not.
    Unknown,
}

/// What is told the outcomes of a batch: any `FnMut(u64, Outcome)` is one.
pub trait Sink {
    /// Takes what became of the request of this ticket.
    fn tell(&mut self, ticket: u64, outcome: Outcome);
}

impl<F: FnMut(u64, Outcome)> Sink for F {
    fn tell(&mut self, ticket: u64, outcome: Outcome) {
        self(ticket, outcome);
    }
}

/// A batch that is being written. See [`Socket::batch`].
///
/// ```no_run
/// use std::net::{IpAddr, Ipv4Addr};
///
/// use nlwire_codec::route::Family;
/// use nlwire_codec::route::route::{Header, NewRoute, Route, RouteType, Table};
/// use nlwire_codec::{Flags, Message};
/// use nlwire_socket::{BatchOptions, Outcome, Socket};
///
/// let mut socket = Socket::open(&nlwire_codec::route::PROTOCOL)?;
/// let mut failed = 0;
/// let mut batch = socket.batch(&BatchOptions::default(), |_ticket, outcome| {
///     failed += u32::from(outcome != Outcome::Done);
/// })?;
/// for third in 0..=255 {
///     let header = Header {
///         family: Family::INET.into(),
///         dst_len: 24,
///         table: Table::MAIN.into(),
///         kind: RouteType::BLACKHOLE.into(),
///         ..Header::default()
///     };
///     batch.push(Flags::CREATE, |tail, envelope| {
///         NewRoute::emit(tail, envelope, header, |route| {
///             route.put(Route::DST, IpAddr::V4(Ipv4Addr::new(198, 18, third, 0)))
///         })
///     })?;
/// }
/// batch.commit()?;
/// println!("{failed} failed");
/// # Ok::<(), nlwire_socket::Error>(())
/// ```
#[derive(Debug)]
pub struct Batch<'s, S: Sink, W> {
    pub(crate) socket: &'s mut Socket<W>,
    pub(crate) window: Window,
    pub(crate) sink: S,
}

/// What is sent at once, without the waiting.
#[derive(Debug)]
pub(crate) struct Window {
    acknowledge: bool,
    /// How many requests it may have.
    most: u32,
    /// The ticket of its first request, and that request's sequence number.
    ticket: u64,
    first: u32,
    /// Where each of its requests begins in the send buffer, and what became of it, as far as is known.
    requests: Vec<(usize, Option<Outcome>)>,
    /// How far the send buffer is written.
    length: usize,
    /// It is sent, and waits for the acknowledgement of this number behind it.
    barrier: Option<u32>,
    /// What the kernel said of it is lost in part.
    overrun: bool,
}

impl Window {
    /// No window has more requests: with this many, to send and to receive costs next to nothing already.
    const MOST: u32 = 1024;

    /// No window is larger in bytes, but for one of a single request.
    const LENGTH: usize = 64 * 1024;

    fn new(channel: &Channel, options: &BatchOptions) -> Self {
        let settings = &channel.settings;
        // What one message of the kernel's takes of the receive buffer: its room comes in powers of two, and the kernel's own
        // record of it with it. Refusals are 36 bytes and an explanation, which is a sentence, a policy perhaps; and a copy of
        // the request where the kernel is not asked to leave that out.
        let echo = if settings.cap_ack { 0 } else { 512 };
        let charge = (36_usize + 320 + echo + 320).next_power_of_two() + 256;
        // And one for the barrier.
        let room = u32::try_from(settings.receive_buffer / charge).unwrap_or(u32::MAX).saturating_sub(1);
        let most = options.window.unwrap_or(u32::MAX).min(room).clamp(1, Self::MOST);
        Self {
            acknowledge: options.acknowledge,
            most,
            ticket: 0,
            first: 0,
            requests: Vec::with_capacity(most as usize),
            length: 0,
            barrier: None,
            overrun: false,
        }
    }

    /// Writes one more request, and says its ticket; none where it has to be sent first.
    fn push(
        &mut self,
        channel: &mut Channel,
        flags: Flags,
        write: &mut impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<Option<u64>, Error> {
        if flags.contains(Flags::DUMP) {
            return Err(Error::Misframed);
        }
        // What is sent already, and nobody has waited for to the end, takes no more.
        if self.barrier.is_some() || self.requests.len() >= self.most as usize || self.length > Self::LENGTH {
            return Ok(None);
        }
        if self.requests.is_empty() {
            channel.settle(false)?;
            self.first = channel.exchange.begin_batch(self.most);
            self.length = 0;
        }
        let place = self.requests.len() as u32;
        let flags = if self.acknowledge { flags | Flags::ACK } else { flags };
        let envelope = Envelope { flags: flags | Flags::REQUEST, sequence: self.first + place, port: 0 };
        // A message begins where the one before ends with its padding.
        let start = self.length.next_multiple_of(4);
        let written = channel.write(self.length, |tail| {
            tail.align()?;
            write(tail, envelope)?;
            // The barrier must find room behind it and its padding.
            let padding = tail.length().next_multiple_of(4) - tail.length();
            if tail.room() < padding + 16 { Err(FULL.into()) } else { Ok(()) }
        });
        let length = match written {
            Ok(length) => length,
            Err(Error::Unwritable(error)) if !self.requests.is_empty() && error.kind == FULL => return Ok(None),
            Err(error) => return Err(self.unpushed(channel, error)),
        };
        if let Err(error) = channel.check(channel.written(start..length), envelope) {
            return Err(self.unpushed(channel, error));
        }
        self.length = length;
        self.requests.push((start, None));
        Ok(Some(self.ticket + u64::from(place)))
    }

    fn unpushed(&self, channel: &mut Channel, error: Error) -> Error {
        if self.requests.is_empty() {
            channel.exchange.cancel(self.first);
        }
        error
    }

    /// Sends what is written and takes what has come, up to the barrier; false where more is to come. Everything of the
    /// window is told then, and it is empty.
    pub(crate) fn flush(
        &mut self,
        channel: &mut Channel,
        until: Option<Instant>,
        sink: &mut impl Sink,
    ) -> Result<bool, Error> {
        if self.requests.is_empty() {
            return Ok(true);
        }
        if self.barrier.is_none()
            && let Err(error) = self.send(channel)
        {
            self.tell(channel, &Outcome::NotSent, sink);
            return Err(error);
        }
        match self.take(channel, until) {
            Ok(true) => {
                // The kernel had said all of what failed, unless some of that is lost.
                let rest = if self.overrun { Outcome::Unknown } else { Outcome::Done };
                self.tell(channel, &rest, sink);
                Ok(true)
            }
            Ok(false) if self.overrun || channel.answers_at_once() => {
                // All has come that ever will, and not the barrier: lost, or the kernel did not get that far.
                self.tell(channel, &Outcome::Unknown, sink);
                Ok(true)
            }
            Ok(false) => Ok(false),
            Err(error) => {
                self.tell(channel, &Outcome::Unknown, sink);
                Err(error)
            }
        }
    }

    fn send(&mut self, channel: &mut Channel) -> Result<(), Error> {
        let envelope = channel.exchange.begin(Flags::empty());
        let sent = channel
            .write(self.length, |tail| Noop::emit(tail, envelope, (), |nothing| Ok(nothing)))
            .and_then(|length| channel.send(length).map_err(Error::system("send")));
        if sent.is_err() {
            channel.exchange.cancel(envelope.sequence);
        } else {
            self.barrier = Some(envelope.sequence);
        }
        sent
    }

    /// Takes what has come; whether that was the barrier.
    fn take(&mut self, channel: &mut Channel, until: Option<Instant>) -> Result<bool, Error> {
        let mut in_vain = false;
        loop {
            let Some((event, place)) = channel.event()? else {
                if in_vain && channel.is_over(until) {
                    return Err(Error::TimedOut);
                }
                match channel.own_datagram() {
                    Ok(true) => in_vain = true,
                    Ok(false) => return Ok(false),
                    Err(Error::Overrun | Error::Truncated { .. }) => {
                        // What did fit is still to come.
                        self.overrun = true;
                        channel.recover();
                    }
                    Err(error) => return Err(error),
                }
                continue;
            };
            if let Event::End(end) = event {
                let sequence = end.sequence;
                if Some(sequence) == self.barrier {
                    return Ok(true);
                }
                self.note(channel, sequence, place);
            }
        }
    }

    fn note(&mut self, channel: &Channel, sequence: u32, place: Place) {
        let index = sequence.wrapping_sub(self.first) as usize;
        if let Some((start, outcome @ None)) = self.requests.get_mut(index) {
            *outcome = Some(match channel.refusal(place, *start) {
                Some(refusal) => Outcome::Refused(Box::new(refusal)),
                None => Outcome::Done,
            });
        }
    }

    /// Tells the outcome of each request, `rest` of those of which nothing is known, and empties the window.
    fn tell(&mut self, channel: &mut Channel, rest: &Outcome, sink: &mut impl Sink) {
        channel.exchange.cancel(self.first);
        if let Some(barrier) = self.barrier.take() {
            channel.exchange.cancel(barrier);
        }
        if self.overrun {
            // The receive buffer holds less than was thought.
            self.most = (self.most / 2).max(1);
            self.overrun = false;
        }
        self.length = 0;
        for (_, known) in self.requests.drain(..) {
            sink.tell(self.ticket, known.unwrap_or_else(|| rest.clone()));
            self.ticket += 1;
        }
    }
}

const FULL: nlwire_codec::EmitErrorKind = nlwire_codec::EmitErrorKind::Full;

impl<'s, S: Sink, W> Batch<'s, S, W> {
    pub(crate) fn new(socket: &'s mut Socket<W>, options: &BatchOptions, sink: S) -> Result<Self, Error> {
        socket.channel.empty()?;
        let window = Window::new(&socket.channel, options);
        Ok(Self { socket, window, sink })
    }

    /// What is told the outcomes.
    pub fn sink(&mut self) -> &mut S {
        &mut self.sink
    }

    /// How many requests have been added: the next ticket.
    pub fn pushed(&self) -> u64 {
        self.window.ticket + self.window.requests.len() as u64
    }

    /// How many requests are sent at once.
    pub fn window(&self) -> u32 {
        self.window.most
    }

    /// Adds a request as `push` does, where there is room, and says its ticket; none where what was added before must be
    /// flushed first.
    pub fn try_push(
        &mut self,
        flags: Flags,
        write: &mut impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<Option<u64>, Error> {
        self.window.push(&mut self.socket.channel, flags, write)
    }

    pub(crate) fn try_flush(&mut self, until: Option<Instant>) -> Result<bool, Error> {
        self.window.flush(&mut self.socket.channel, until, &mut self.sink)
    }

    /// Tells what is known where nobody waits any longer: what was sent may have been done.
    pub(crate) fn give_up(&mut self) {
        let rest = if self.window.barrier.is_some() { Outcome::Unknown } else { Outcome::NotSent };
        self.window.tell(&mut self.socket.channel, &rest, &mut self.sink);
    }
}

impl<S: Sink> Batch<'_, S, Blocking> {
    /// Adds a request, and says its ticket: they count from 0. What was added before may be sent now, and told of.
    ///
    /// `write` may be called more than once, into more room each time. It writes one message, which is no dump, and puts the
    /// envelope it is given into its header. After an error that it gives, or [`Error::Misframed`], the request is not in the batch; after
    /// another error the system sends nothing any more.
    pub fn push(
        &mut self,
        flags: Flags,
        mut write: impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<u64, Error> {
        loop {
            match self.try_push(flags, &mut write)? {
                Some(ticket) => return Ok(ticket),
                None => self.flush()?,
            }
        }
    }

    /// Sends what has not been sent, and waits until all outcomes are told.
    pub fn flush(&mut self) -> Result<(), Error> {
        let until = self.socket.channel.until();
        while !self.try_flush(until)? {
            if let Err(error) = self.socket.wait(until) {
                self.give_up();
                return Err(error);
            }
        }
        Ok(())
    }

    /// The same, at the end. A batch that is dropped without has sent some of its requests and not the last ones, which are
    /// told of as [`Outcome::NotSent`].
    pub fn commit(mut self) -> Result<(), Error> {
        self.flush()
    }
}

impl<S: Sink, W> Drop for Batch<'_, S, W> {
    fn drop(&mut self) {
        self.give_up();
    }
}
