//! The same sockets for [tokio](https://docs.rs/tokio): what waits is a future, and no thread and no task of ours is needed.
//!
//! ```no_run
//! use nlwire_codec::route::route::{GetRoute, Header, NewRoute};
//! use nlwire_socket::Options;
//! use nlwire_socket::tokio::Socket;
//!
//! # async fn count() -> Result<usize, nlwire_socket::Error> {
//! let mut socket = Socket::open(&nlwire_codec::route::PROTOCOL, &Options::default())?;
//! let mut dump = socket.dump::<GetRoute, NewRoute>(Header::default(), |route| Ok(route))?;
//! let mut routes = 0;
//! while let Some(_route) = dump.next().await? {
//!     routes += 1;
//! }
//! # Ok(routes)
//! # }
//! ```
//!
//! Whatever waits may be dropped while it does: the socket is good for the next request. What a request that was dropped has
//! done by then, the kernel has done. A socket may be used in another runtime once the one that it waited in is gone.
//!
//! # Panics
//!
//! What waits panics, as tokio's own futures do, outside a runtime, in one that does not drive I/O (`enable_io`), and in one
//! that does not drive time (`enable_time`) where [`Options::timeout`] or the time of [`Limits`](crate::Limits) is set.
//!
//! The kernel answers while a request is sent, so that receiving is tried before waiting: a dump hardly ever waits, and costs
//! what the blocking one does. Nor does it then let other tasks run: whoever reads a large one on a thread that it shares calls
//! `tokio::task::yield_now` now and then.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Instant;

use ::tokio::io::unix::AsyncFd;
use ::tokio::io::{Interest, Ready};
use nlwire_codec::{Emit, EmitError, Emitted, Envelope, Flags, Message, ParseError, Protocol, RawMessage, Tail, View};

use crate::batch::Sink;
use crate::channel::Channel;
use crate::driven;
use crate::dump::retries;
use crate::error::Error;
use crate::events::{Event, Heard};
use crate::namespace::Namespace;
use crate::options::Options;
use crate::reply::{Interruption, Progress};
use crate::socket::read_answer;
use crate::sys;

/// Waits as a future of tokio.
#[derive(Debug, Default)]
pub struct Tokio {
    /// The descriptor that is watched: from the first wait on.
    watched: Option<AsyncFd<Arc<OwnedFd>>>,
}

/// A [socket](crate::Socket) whose waiting is a future.
pub type Socket = driven::Socket<Tokio>;

/// A [dump](crate::Dump) whose waiting is a future.
pub type Dump<'s, R> = driven::Dump<'s, R, Tokio>;

/// A [reply](crate::Reply) whose waiting is a future.
pub type Reply<'s> = driven::Reply<'s, Tokio>;

/// A [batch](crate::Batch) whose waiting is a future.
pub type Batch<'s, S> = driven::Batch<'s, S, Tokio>;

/// A [socket that listens](crate::Events) whose waiting is a future.
pub type Events = driven::Events<Tokio>;

impl Tokio {
    /// Waits until something can be received, until then or for ever.
    async fn wait(&mut self, channel: &Channel, until: Option<Instant>) -> Result<(), Error> {
        match self.wait_here(channel, until).await {
            // The runtime that watched the descriptor is gone: this one can watch it.
            Err(Error::System { call, .. }) if call == "epoll_wait" => {
                self.watched = None;
                self.wait_here(channel, until).await
            }
            other => other,
        }
    }

    /// The same in one runtime.
    async fn wait_here(&mut self, channel: &Channel, until: Option<Instant>) -> Result<(), Error> {
        // A channel may go over to another descriptor.
        if self.watched.as_ref().is_none_or(|watched| !Arc::ptr_eq(watched.get_ref(), channel.descriptor())) {
            self.watched = None;
            let watched = sys::watch(channel.descriptor().clone(), Interest::READABLE | Interest::ERROR);
            self.watched = Some(watched.map_err(Error::system("epoll_ctl"))?);
        }
        let Some(watched) = &self.watched else { return Ok(()) };
        // An overrun makes a descriptor that is in error, not one that can be read.
        let ready = async {
            let mut guard = watched.ready(Interest::READABLE | Interest::ERROR).await?;
            // Nothing was there before: what comes from now on makes it ready again.
            guard.clear_ready_matching(Ready::READABLE | Ready::ERROR);
            Ok(())
        };
        match until {
            None => ready.await,
            Some(until) => match ::tokio::time::timeout_at(until.into(), ready).await {
                Ok(ready) => ready,
                Err(_) => return Err(Error::TimedOut),
            },
        }
        .map_err(Error::system("epoll_wait"))
    }
}

impl Socket {
    /// Opens a socket in the network namespace of the calling thread.
    pub fn open(protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        Channel::open(protocol, options).map(Self::over)
    }

    /// Opens a socket in another network namespace. The calling thread stays in its own, and waits for a moment.
    pub fn open_in(namespace: &Namespace, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        namespace.run(|| Self::open(protocol, options))
    }

    /// Takes a descriptor that is open already, as the blocking [`adopt`](crate::Socket::adopt) does.
    pub fn adopt(descriptor: OwnedFd, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        Channel::adopt(descriptor, protocol, options).map(Self::over)
    }

    fn over(channel: Channel) -> Self {
        Self { wait: Tokio::default(), channel }
    }

    /// Sends a request that has no answer but its outcome, and waits for that.
    pub async fn request<M: Message>(
        &mut self,
        flags: Flags,
        header: M::Header,
        attributes: impl for<'x, 'y> Fn(&'x mut Emit<'y, M::Attributes>) -> Emitted<'x, 'y, M::Attributes>,
    ) -> Result<(), Error> {
        let mut reply = self.send(flags, |tail, envelope| M::emit(tail, envelope, header, &attributes))?;
        while reply.advance().await? {}
        Ok(())
    }

    /// Sends a request that is answered with one object, and waits for that: `read` makes of it what outlives the buffer.
    pub async fn get<M: Message, R: Message, T>(
        &mut self,
        header: M::Header,
        attributes: impl for<'x, 'y> Fn(&'x mut Emit<'y, M::Attributes>) -> Emitted<'x, 'y, M::Attributes>,
        read: impl Fn(View<'_, R>) -> Result<T, ParseError>,
    ) -> Result<T, Error> {
        let mut reply = self.send(Flags::empty(), |tail, envelope| M::emit(tail, envelope, header, &attributes))?;
        let mut answer = None;
        while let Some(message) = reply.next().await? {
            if answer.is_none() {
                answer = Some(read_answer(&message, &read));
            }
        }
        answer.unwrap_or(Err(Error::NoAnswer))
    }

    /// Waits until something can be received, until then or for ever.
    async fn wait(&mut self, until: Option<Instant>) -> Result<(), Error> {
        self.wait.wait(&self.channel, until).await
    }
}

impl Reply<'_> {
    /// The next object; none behind the last. It is lent until the next call. An error where the kernel refused the request,
    /// or did not answer: then there is nothing more.
    pub async fn next(&mut self) -> Result<Option<RawMessage<'_>>, Error> {
        Ok(if self.step() || self.advance().await? { self.current() } else { None })
    }

    /// Goes to the next object, and says whether there is one: [`current`](Self::current) is it.
    pub async fn advance(&mut self) -> Result<bool, Error> {
        if self.step() {
            return Ok(true);
        }
        let until = self.cursor.until(&self.socket.channel);
        loop {
            match self.cursor.advance(&mut self.socket.channel, until)? {
                Progress::Object => return Ok(true),
                Progress::End => return Ok(false),
                Progress::Wait => {
                    if let Err(error) = self.socket.wait(until).await {
                        return Err(self.cursor.fail(&mut self.socket.channel, error));
                    }
                }
            }
        }
    }
}

impl<R: Message> Dump<'_, R> {
    /// The next object; none behind the last. It is lent until the next call.
    ///
    /// After [`Error::Malformed`] and [`Error::Unexpected`], which speak of one object, the next call goes on behind it;
    /// after any other error there is nothing more.
    pub async fn next(&mut self) -> Result<Option<View<'_, R>>, Error> {
        // Not to wait saves the future within the future.
        if self.reply.step() || self.advance().await? { self.current() } else { Ok(None) }
    }

    /// Goes to the next object, and says whether there is one: [`current`](Self::current) is it.
    pub async fn advance(&mut self) -> Result<bool, Error> {
        Ok(self.reply.step() || self.reply.advance().await? || self.at_end()?)
    }

    /// All objects, as `read` makes them of the messages, as the blocking [`collect`](crate::Dump::collect) does.
    pub async fn collect<T>(
        mut self,
        interruption: Interruption,
        mut read: impl FnMut(View<'_, R>) -> Result<T, ParseError>,
    ) -> Result<Vec<T>, Error> {
        let (mut interruptions, accept) = retries(interruption);
        let mut growths = Self::GROWTHS;
        self.accept |= accept;
        let mut objects = Vec::new();
        loop {
            match self.next().await {
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

impl<S: Sink> Batch<'_, S> {
    /// Adds a request, and says its ticket, as the blocking [`push`](crate::Batch::push) does.
    pub async fn push(
        &mut self,
        flags: Flags,
        mut write: impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<u64, Error> {
        loop {
            match self.try_push(flags, &mut write)? {
                Some(ticket) => return Ok(ticket),
                None => self.flush().await?,
            }
        }
    }

    /// Sends what has not been sent, and waits until all outcomes are told.
    pub async fn flush(&mut self) -> Result<(), Error> {
        let until = self.socket.channel.until();
        while !self.try_flush(until)? {
            if let Err(error) = self.socket.wait(until).await {
                self.give_up();
                return Err(error);
            }
        }
        Ok(())
    }

    /// The same, at the end. A batch that is dropped without has sent some of its requests and not the last ones, which are
    /// told of as [`Outcome::NotSent`](crate::Outcome::NotSent).
    pub async fn commit(mut self) -> Result<(), Error> {
        self.flush().await
    }
}

impl Events {
    /// Opens a socket in the network namespace of the calling thread, and joins the groups of the options.
    pub fn open(protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        Ok(Self::over(Tokio::default(), Channel::open(protocol, options)?))
    }

    /// Opens a socket in another network namespace. The calling thread stays in its own, and waits for a moment.
    pub fn open_in(namespace: &Namespace, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        namespace.run(|| Self::open(protocol, options))
    }

    /// Takes a descriptor that is open already, as the blocking [`adopt`](crate::Events::adopt) does.
    pub fn adopt(descriptor: OwnedFd, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        Ok(Self::over(Tokio::default(), Channel::adopt(descriptor, protocol, options)?))
    }

    /// Waits for the next event, which is lent until the next call.
    ///
    /// [`Error::TimedOut`] where none came [in time](Self::set_timeout), [`Error::Refused`] where a listing was refused:
    /// behind both it goes on.
    pub async fn next(&mut self) -> Result<Event<'_>, Error> {
        let until = self.channel.until();
        loop {
            match self.advance(until)? {
                Heard::Wait => self.wait.wait(&self.channel, until).await?,
                heard => return self.event(heard).ok_or(Error::NoAnswer),
            }
        }
    }
}
