//! The blocking socket: requests, and their outcomes.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use nlwire_codec::{
    Emit, EmitError, EmitErrorKind, Emitted, Envelope, Flags, Message, ParseError, Protocol, RawMessage, Tail, View,
};

use crate::dump::Dump;
use crate::error::{Error, Refusal};
use crate::exchange::{Event, Exchange};
use crate::namespace::Namespace;
use crate::receive::{Place, Receive};
use crate::sys;

/// What to ask of a socket when it is opened. The default is what a request socket wants.
#[derive(Clone, Debug)]
pub struct Options {
    /// Have refusals explained (`NETLINK_EXT_ACK`, Linux 4.12).
    pub extended_ack: bool,
    /// Have no copy of a refused request sent back (`NETLINK_CAP_ACK`, Linux 4.2).
    pub cap_ack: bool,
    /// Have the kernel check requests that get, and filter dumps as they ask (`NETLINK_GET_STRICT_CHK`, Linux 4.20).
    pub strict_check: bool,
    /// Room for what was not received yet, in bytes (`SO_RCVBUF`); none leaves it as the system has it.
    pub receive_buffer: Option<usize>,
    /// Room for one datagram to send, in bytes (`SO_SNDBUF`); none leaves it as the system has it.
    pub send_buffer: Option<usize>,
    /// How long to wait for the kernel. It answers at once: none, for ever, is rarely felt.
    pub timeout: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            extended_ack: true,
            cap_ack: true,
            strict_check: true,
            receive_buffer: None,
            send_buffer: None,
            timeout: None,
        }
    }
}

/// What a socket really has: older kernels lack some options, and buffers have limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Whether refusals are explained.
    pub extended_ack: bool,
    /// Whether refused requests are not sent back.
    pub cap_ack: bool,
    /// Whether the kernel checks requests that get, and filters dumps.
    pub strict_check: bool,
    /// The receive buffer in bytes, as the kernel counts: twice what was asked for.
    pub receive_buffer: usize,
    /// The send buffer in bytes, as the kernel counts.
    pub send_buffer: usize,
}

/// A netlink socket that asks and waits for the outcome.
///
/// It takes replies from the kernel only, and only those to its own requests. It may be sent to another thread; several
/// threads have one each.
///
/// ```no_run
/// use nlwire_codec::route::link::{GetLink, Header, NewLink, Link};
/// use nlwire_socket::Socket;
///
/// let mut socket = Socket::open(&nlwire_codec::route::PROTOCOL)?;
/// let mut dump = socket.dump::<GetLink, NewLink>(Header::default(), |link| Ok(link))?;
/// while let Some(link) = dump.next()? {
///     println!("{}: {:?}", link.header.index.get(), link.attributes().get(Link::IFNAME)?);
/// }
/// # Ok::<(), nlwire_socket::Error>(())
/// ```
#[derive(Debug)]
pub struct Socket {
    descriptor: OwnedFd,
    protocol: &'static Protocol,
    settings: Settings,
    exchange: Exchange,
    receive: Receive,
    /// The request that was sent last, to name what the kernel refuses in it.
    request: Vec<u8>,
    /// Messages were lost that nobody will send again: this socket cannot be trusted any more.
    lost: bool,
}

/// One step of a reply.
#[derive(Debug)]
pub enum Step<'a> {
    /// An object.
    Part(RawMessage<'a>),
    /// All is told, and the request succeeded.
    End {
        /// A dump: things changed while it was made.
        interrupted: bool,
        /// A dump: the kernel filtered it as the request asked.
        filtered: bool,
    },
}

impl Socket {
    /// Opens a socket in the network namespace of the calling thread.
    pub fn open(protocol: &'static Protocol) -> Result<Self, Error> {
        Self::open_with(protocol, &Options::default())
    }

    /// The same with options of one's own.
    pub fn open_with(protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        let descriptor = sys::open(protocol.number).map_err(Error::system("socket"))?;
        let settings = Settings {
            extended_ack: switch(&descriptor, libc::NETLINK_EXT_ACK, options.extended_ack)?,
            cap_ack: switch(&descriptor, libc::NETLINK_CAP_ACK, options.cap_ack)?,
            strict_check: switch(&descriptor, libc::NETLINK_GET_STRICT_CHK, options.strict_check)?,
            receive_buffer: buffer(&descriptor, [libc::SO_RCVBUF, libc::SO_RCVBUFFORCE], options.receive_buffer)?,
            send_buffer: buffer(&descriptor, [libc::SO_SNDBUF, libc::SO_SNDBUFFORCE], options.send_buffer)?,
        };
        if let Some(timeout) = options.timeout {
            sys::set_timeout(&descriptor, timeout).map_err(Error::system("setsockopt"))?;
        }
        let port = sys::bind(&descriptor).map_err(Error::system("bind"))?;
        Ok(Self {
            descriptor,
            protocol,
            settings,
            exchange: Exchange::new(port),
            receive: Receive::new(),
            request: vec![0; 4096],
            lost: false,
        })
    }

    /// Opens a socket in another network namespace. The calling thread stays in its own.
    pub fn open_in(namespace: &Namespace, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        // Two kinds of error: entering the namespace fails with the outer, opening with the inner one.
        namespace.run(|| Ok(Self::open_with(protocol, options))).map_err(Error::system("setns"))?
    }

    /// What the socket really has of what was asked for.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Its port.
    pub fn port(&self) -> u32 {
        self.exchange.port()
    }

    /// Its protocol.
    pub fn protocol(&self) -> &'static Protocol {
        self.protocol
    }

    /// Sends a request that has no answer but its outcome, and waits for that.
    pub fn request<M: Message>(
        &mut self,
        flags: Flags,
        header: M::Header,
        attributes: impl for<'x, 'y> Fn(&'x mut Emit<'y, M::Attributes>) -> Emitted<'x, 'y, M::Attributes>,
    ) -> Result<(), Error> {
        let sequence = self.begin(flags, |tail, envelope| M::emit(tail, envelope, header, &attributes))?;
        while let Advance::Part(_) = self.advance(sequence)? {}
        Ok(())
    }

    /// Sends a request that is answered with one object, and waits for that: `read` makes of it what outlives the buffer.
    pub fn get<M: Message, R: Message, T>(
        &mut self,
        header: M::Header,
        attributes: impl for<'x, 'y> Fn(&'x mut Emit<'y, M::Attributes>) -> Emitted<'x, 'y, M::Attributes>,
        read: impl Fn(View<'_, R>) -> Result<T, ParseError>,
    ) -> Result<T, Error> {
        let sequence = self.begin(Flags::empty(), |tail, envelope| M::emit(tail, envelope, header, &attributes))?;
        let mut answer = None;
        while let Advance::Part(place) = self.advance(sequence)? {
            if let Some(message) = self.receive.at(place)
                && answer.is_none()
            {
                answer = match message.read::<R>() {
                    Ok(Some(view)) => Some(read(view).map_err(Error::from)),
                    Ok(None) => Some(Err(Error::Unexpected { kind: message.kind() })),
                    Err(error) => Some(Err(error.into())),
                };
            }
        }
        answer.unwrap_or(Err(Error::NoAnswer))
    }

    /// Asks for all objects of a kind. What the kernel filters by, `header` and `attributes` say.
    pub fn dump<M: Message, R: Message>(
        &mut self,
        header: M::Header,
        attributes: impl for<'x, 'y> Fn(&'x mut Emit<'y, M::Attributes>) -> Emitted<'x, 'y, M::Attributes>,
    ) -> Result<Dump<'_, R>, Error> {
        self.start_dump(|tail, envelope| M::emit(tail, envelope, header, &attributes))
    }

    /// The same with a request that `write` writes, as [`begin`](Self::begin) takes it.
    pub fn start_dump<R: Message>(
        &mut self,
        write: impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<Dump<'_, R>, Error> {
        let sequence = self.begin(Flags::DUMP, write)?;
        Ok(Dump::new(self, sequence))
    }

    /// Sends a request that `write` writes, and says its sequence number: [`step`](Self::step) goes on with it.
    ///
    /// `write` may be called more than once, into more room each time. It puts the envelope it is given into the message's
    /// header.
    pub fn begin(
        &mut self,
        flags: Flags,
        mut write: impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<u32, Error> {
        if flags.contains(Flags::DUMP) {
            self.drain()?;
        }
        let envelope = self.exchange.begin(flags);
        let sent = self.write(envelope, &mut write).and_then(|length| self.send(length));
        if sent.is_err() {
            self.exchange.cancel(envelope.sequence);
        }
        sent.map(|()| envelope.sequence)
    }

    fn write(
        &mut self,
        envelope: Envelope,
        write: &mut impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<usize, Error> {
        loop {
            let mut tail = Tail::new(&mut self.request);
            match write(&mut tail, envelope) {
                Ok(()) => return Ok(tail.length()),
                // The kernel takes no datagram that is larger than the send buffer.
                Err(error) if error.kind == EmitErrorKind::Full && self.request.len() < self.settings.send_buffer => {
                    self.request.resize(self.request.len() * 2, 0);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn send(&self, length: usize) -> Result<(), Error> {
        loop {
            match sys::send(&self.descriptor, &self.request[..length]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::system("sendto")(error)),
                Ok(_) => return Ok(()),
            }
        }
    }

    /// Waits for the next object of a reply, or its end; an error where the kernel refused the request.
    ///
    /// Whoever does not go on to the end, or to an error, [abandons](Self::abandon) the request.
    pub fn step(&mut self, sequence: u32) -> Result<Step<'_>, Error> {
        match self.advance(sequence)? {
            Advance::End { interrupted, filtered } => Ok(Step::End { interrupted, filtered }),
            Advance::Part(place) => self.receive.at(place).map(Step::Part).ok_or(Error::NoAnswer),
        }
    }

    /// Loses interest in a request: what still comes of it is passed over, now or before the next dump.
    pub fn abandon(&mut self, sequence: u32) {
        self.exchange.abandon(sequence);
    }

    /// The object that [`advance`](Self::advance) found.
    #[inline]
    pub(crate) fn part(&self, place: Place) -> Option<RawMessage<'_>> {
        self.receive.at(place)
    }

    /// Receives until there is an object of the reply to `sequence`, or its end. After an error the request is over.
    #[inline]
    pub(crate) fn advance(&mut self, sequence: u32) -> Result<Advance, Error> {
        match self.receive.message_if(|message| self.exchange.is_plain_part(message, sequence)) {
            Some(place) => Ok(Advance::Part(place)),
            None => self.receive_until(sequence),
        }
    }

    #[inline(never)]
    fn receive_until(&mut self, sequence: u32) -> Result<Advance, Error> {
        let result = self.advance_to(Some(sequence));
        if result.is_err() {
            self.exchange.abandon(sequence);
        }
        result
    }

    /// Receives until the kernel is done with dumps that were abandoned: until then it refuses another one.
    fn drain(&mut self) -> Result<(), Error> {
        while self.exchange.dumping() {
            match self.advance_to(None) {
                Ok(_) | Err(Error::Refused(_) | Error::Truncated { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Receives until something belongs to `wanted`; with none, until no dump is under way.
    fn advance_to(&mut self, wanted: Option<u32>) -> Result<Advance, Error> {
        if self.lost {
            return Err(Error::Overrun);
        }
        loop {
            let (message, place) = match self.receive.message() {
                Ok(Some(found)) => found,
                Ok(None) => {
                    // What is waited for may have come to its end with the last message of the last datagram there is.
                    if wanted.is_none() && !self.exchange.dumping() {
                        return Ok(Advance::End { interrupted: false, filtered: false });
                    }
                    self.datagram()?;
                    continue;
                }
                Err(error) => {
                    // Whatever stood behind it in the datagram is lost: an end of a dump, perhaps.
                    self.lost = true;
                    return Err(error.into());
                }
            };
            match self.exchange.take(&message)? {
                Event::Part { sequence } if Some(sequence) == wanted => return Ok(Advance::Part(place)),
                Event::End(end) if Some(end.sequence) == wanted => {
                    let request = RawMessage::first(&self.request);
                    return match Refusal::read(&end.outcome, request.as_ref(), self.protocol) {
                        Some(refusal) => Err(Error::Refused(Box::new(refusal))),
                        None => Ok(Advance::End { interrupted: end.interrupted, filtered: end.filtered }),
                    };
                }
                Event::Part { .. } | Event::End(_) | Event::Stray => {}
            }
        }
    }

    fn datagram(&mut self) -> Result<(), Error> {
        match self.receive.datagram(&self.descriptor) {
            Ok(sender) => {
                if !self.exchange.trusts(sender) {
                    self.receive.clear();
                }
                Ok(())
            }
            Err(Error::Overrun) => {
                // Outcomes are lost, and a dump that was under way may never go on.
                self.lost = true;
                Err(Error::Overrun)
            }
            Err(error) => Err(error),
        }
    }
}

/// What [`Socket::advance`] found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Advance {
    Part(Place),
    End { interrupted: bool, filtered: bool },
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// Switches an option on; says whether it is, for older kernels do not have all.
fn switch(socket: &OwnedFd, name: libc::c_int, on: bool) -> Result<bool, Error> {
    if !on {
        return Ok(false);
    }
    match sys::set_option(socket, libc::SOL_NETLINK, name, 1) {
        Ok(()) => Ok(true),
        Err(error) if error.raw_os_error() == Some(libc::ENOPROTOOPT) => Ok(false),
        Err(error) => Err(Error::system("setsockopt")(error)),
    }
}

/// Sets the size of a buffer as far as one may, and says what it is.
fn buffer(socket: &OwnedFd, [plain, force]: [libc::c_int; 2], wanted: Option<usize>) -> Result<usize, Error> {
    if let Some(wanted) = wanted {
        let wanted = libc::c_int::try_from(wanted).unwrap_or(libc::c_int::MAX);
        // Beyond the system's limit only with CAP_NET_ADMIN; without it, up to the limit.
        if sys::set_option(socket, libc::SOL_SOCKET, force, wanted).is_err() {
            sys::set_option(socket, libc::SOL_SOCKET, plain, wanted).map_err(Error::system("setsockopt"))?;
        }
    }
    let size = sys::option(socket, libc::SOL_SOCKET, plain).map_err(Error::system("getsockopt"))?;
    Ok(usize::try_from(size).unwrap_or_default())
}
