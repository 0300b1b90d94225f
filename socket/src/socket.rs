//! The socket: requests, and their outcomes.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

use nlwire_codec::{Emit, EmitError, Emitted, Envelope, Flags, Message, ParseError, Protocol, Tail, View};

use crate::batch::{Batch, BatchOptions, Outcome, Sink};
use crate::blocking::Blocking;
use crate::channel::Channel;
use crate::dump::Dump;
use crate::error::Error;
use crate::events::Events;
use crate::namespace::Namespace;
use crate::options::{Options, Settings, memberships};
use crate::reply::Reply;

/// A netlink socket that asks and waits for the outcome: in the calling thread, or (feature `tokio`) as a future.
///
/// It takes replies from the kernel only, and only those to its own requests, one request or one batch of them at a time. It
/// may be sent to another thread; several threads have one each.
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
pub struct Socket<W> {
    /// Before the channel, so that nothing waits for a descriptor that is closed.
    pub(crate) wait: W,
    pub(crate) channel: Channel,
}

impl<W> Socket<W> {
    /// What the socket really has of what was asked for.
    pub fn settings(&self) -> &Settings {
        &self.channel.settings
    }

    /// Its port.
    pub fn port(&self) -> u32 {
        self.channel.exchange.port()
    }

    /// Its protocol.
    pub fn protocol(&self) -> &'static Protocol {
        self.channel.protocol
    }

    /// Gives the descriptor, for an I/O loop of one's own around an [`Exchange`](crate::Exchange).
    pub fn into_descriptor(self) -> Result<OwnedFd, Error> {
        drop(self.wait);
        self.channel.into_descriptor().map_err(Error::system("fcntl"))
    }

    /// The groups that it has joined, by number.
    pub fn groups(&self) -> Result<Vec<u32>, Error> {
        memberships(&self.channel).map_err(Error::system("getsockopt"))
    }

    /// Opens a socket that listens, in the network namespace of this one, wherever the calling thread is.
    pub fn listen(&self, options: &Options) -> Result<Events<W>, Error>
    where
        W: Default,
    {
        Ok(Events::over(W::default(), self.channel.open_beside(options)?))
    }

    /// Asks for all objects of a kind. What the kernel filters by, `header` and `attributes` say.
    pub fn dump<M: Message, R: Message>(
        &mut self,
        header: M::Header,
        attributes: impl for<'x, 'y> Fn(&'x mut Emit<'y, M::Attributes>) -> Emitted<'x, 'y, M::Attributes>,
    ) -> Result<Dump<'_, R, W>, Error> {
        self.start_dump(|tail, envelope| M::emit(tail, envelope, header, &attributes))
    }

    /// The same with a request that `write` writes, as [`send`](Self::send) takes it.
    pub fn start_dump<R: Message>(
        &mut self,
        write: impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<Dump<'_, R, W>, Error> {
        Ok(Dump::new(self.send(Flags::DUMP, write)?))
    }

    /// Sends a request that `write` writes: its reply comes as it is.
    ///
    /// `write` may be called more than once, into more room each time. It writes one message with the envelope it is given in
    /// the header; what the kernel would not take for that request is [`Error::Misframed`], and is not sent.
    ///
    /// [`Flags::DUMP`] has the bits of `REPLACE` and `EXCL` together, which no request has a use for: a request with both is
    /// taken for a dump.
    pub fn send(
        &mut self,
        flags: Flags,
        write: impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<Reply<'_, W>, Error> {
        let sequence = self.channel.begin(flags, write)?;
        Ok(Reply::new(self, sequence))
    }

    /// Begins to send many requests at once. `outcome` is told of each what became of it, by its ticket: all of them, in any
    /// order, some while others are still to be written.
    pub fn batch<F: FnMut(u64, Outcome)>(
        &mut self,
        options: &BatchOptions,
        outcome: F,
    ) -> Result<Batch<'_, F, W>, Error> {
        Batch::new(self, options, outcome)
    }

    /// The same with a [`Sink`] that can be [got at](crate::driven::Batch::sink).
    pub fn batch_into<S: Sink>(&mut self, options: &BatchOptions, sink: S) -> Result<Batch<'_, S, W>, Error> {
        Batch::new(self, options, sink)
    }
}

impl Socket<Blocking> {
    /// Opens a socket in the network namespace of the calling thread.
    pub fn open(protocol: &'static Protocol) -> Result<Self, Error> {
        Self::open_with(protocol, &Options::default())
    }

    /// The same with options of one's own.
    pub fn open_with(protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        Channel::open(protocol, options).map(Self::over)
    }

    /// Opens a socket in another network namespace. The calling thread stays in its own.
    pub fn open_in(namespace: &Namespace, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        namespace.run(|| Self::open_with(protocol, options))
    }

    /// Takes a descriptor that is open already: a netlink socket of that protocol, whatever namespace it is in; or one end of
    /// a pair of Unix sockets, whose other end plays the kernel, as a test wants it. The pair is of type `SOCK_DGRAM`
    /// ([`UnixDatagram::pair`](std::os::unix::net::UnixDatagram::pair)); or `SOCK_SEQPACKET`, and then a request whose answer
    /// can no longer come, since the other end is closed, fails instead of waiting.
    ///
    /// Messages that were lost on such a socket cannot be made good by opening another one: a dump that the kernel has
    /// stopped at stays refused with `EBUSY`.
    pub fn adopt(descriptor: OwnedFd, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        Channel::adopt(descriptor, protocol, options).map(Self::over)
    }

    fn over(channel: Channel) -> Self {
        Self { wait: Blocking::default(), channel }
    }

    /// Sends a request that has no answer but its outcome, and waits for that.
    pub fn request<M: Message>(
        &mut self,
        flags: Flags,
        header: M::Header,
        attributes: impl for<'x, 'y> Fn(&'x mut Emit<'y, M::Attributes>) -> Emitted<'x, 'y, M::Attributes>,
    ) -> Result<(), Error> {
        let mut reply = self.send(flags, |tail, envelope| M::emit(tail, envelope, header, &attributes))?;
        while reply.advance()? {}
        Ok(())
    }

    /// Sends a request that is answered with one object, and waits for that: `read` makes of it what outlives the buffer.
    pub fn get<M: Message, R: Message, T>(
        &mut self,
        header: M::Header,
        attributes: impl for<'x, 'y> Fn(&'x mut Emit<'y, M::Attributes>) -> Emitted<'x, 'y, M::Attributes>,
        read: impl Fn(View<'_, R>) -> Result<T, ParseError>,
    ) -> Result<T, Error> {
        let mut reply = self.send(Flags::empty(), |tail, envelope| M::emit(tail, envelope, header, &attributes))?;
        let mut answer = None;
        while let Some(message) = reply.next()? {
            if answer.is_none() {
                answer = Some(read_answer(&message, &read));
            }
        }
        answer.unwrap_or(Err(Error::NoAnswer))
    }

    /// Waits until something can be received, until then or for ever.
    pub(crate) fn wait(&self, until: Option<Instant>) -> Result<(), Error> {
        self.wait.wait(&self.channel, until).map(drop)
    }
}

/// What `read` makes of an answer, where that is one of kind `R`.
pub(crate) fn read_answer<R: Message, T>(
    message: &nlwire_codec::RawMessage<'_>,
    read: impl Fn(View<'_, R>) -> Result<T, ParseError>,
) -> Result<T, Error> {
    match message.read::<R>()? {
        Some(view) => Ok(read(view)?),
        None => Err(Error::Unexpected { kind: message.kind() }),
    }
}

impl<W> AsFd for Socket<W> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}
