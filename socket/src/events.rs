//! What the kernel tells of without being asked: notifications of groups, in the order in which things happened.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use nlwire_codec::{Emit, EmitError, Emitted, Envelope, Flags, Message, Protocol, RawMessage, Tail};

use crate::blocking::{Blocking, Canceller};
use crate::channel::Channel;
use crate::errno::Errno;
use crate::error::Error;
use crate::exchange::Event as Told;
use crate::namespace::Namespace;
use crate::options::{Options, Settings, memberships};
use crate::receive::Place;

/// A socket that listens to groups.
///
/// To know the state of things and all that happens to it: listen, ask for what is there ([`list`](Self::list)), and apply
/// what comes one after the other. Where messages were lost ([`Event::Lost`]), ask again.
///
/// Newer kernels let things change between when they write a part of a listing and when they send it, some hundred objects
/// later. So an object that is listed may be older than a change that came before it: who has heard of a change of something
/// since the listing was asked for passes over what is listed of that.
///
/// ```no_run
/// use nlwire_codec::route::link::{GetLink, Header, Link, NewLink};
/// use nlwire_codec::route::group::Group;
/// use nlwire_socket::{Event, Events, Options};
///
/// let options = Options { groups: vec![Group::LINK.0], ..Options::default() };
/// let mut events = Events::open(&nlwire_codec::route::PROTOCOL, &options)?;
/// events.list::<GetLink>(Header::default(), |link| Ok(link))?;
/// while let Some(event) = events.next()? {
///     match event {
///         Event::Object(message) | Event::Change { message, .. } => {
///             if let Some(link) = message.read::<NewLink>()? {
///                 println!("{:?}", link.attributes().get(Link::IFNAME)?);
///             }
///         }
///         Event::Listed { .. } => println!("that is all there was"),
///         Event::Lost => println!("something was missed"),
///     }
/// }
/// # Ok::<(), nlwire_socket::Error>(())
/// ```
#[derive(Debug)]
pub struct Events<W> {
    /// Before the channel, so that nothing waits for a descriptor that is closed.
    pub(crate) wait: W,
    pub(crate) channel: Channel,
    listing: Option<u32>,
}

/// Something that a socket that listens has heard.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// One of the objects that were there, as [`Events::list`] asked.
    Object(RawMessage<'a>),
    /// All objects that were there have been told of.
    Listed {
        /// Things changed while the kernel told of them, so that objects may have been left out: ask again.
        interrupted: bool,
    },
    /// Something has changed.
    Change {
        /// What, and how.
        message: RawMessage<'a>,
        /// The group that was told of it.
        group: u32,
        /// The namespace that it is in, by its number here; none is the socket's own.
        namespace: Option<i32>,
    },
    /// Messages were lost: the receive buffer overran, or one did not fit, or could not be read. Or the kernel had no room to
    /// begin a listing, behind the changes that were waiting. A listing that was under way is over too, and what was in a
    /// buffer that overran is lost with the rest. What happens from now on is heard: to know what is there, ask now, on this
    /// socket or another.
    Lost,
}

/// What [`Events::advance`] found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Heard {
    Object(Place),
    Listed {
        interrupted: bool,
    },
    Change(Place),
    Lost,
    /// Nothing has come yet.
    Wait,
}

impl<W> Events<W> {
    pub(crate) fn over(wait: W, channel: Channel) -> Self {
        Self { wait, channel, listing: None }
    }

    /// What the socket really has of what was asked for.
    pub fn settings(&self) -> &Settings {
        &self.channel.settings
    }

    /// The groups that it listens to, by number.
    pub fn groups(&self) -> Result<Vec<u32>, Error> {
        memberships(&self.channel).map_err(Error::system("getsockopt"))
    }

    /// How long to wait for the next event; none is for ever.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.channel.options_mut().timeout = timeout;
    }

    /// Asks for the objects of a kind that are there: they come among the changes, each in its place, as [`Event::Object`],
    /// and then [`Event::Listed`]. One listing at a time: while one is under way, another is [`Error::Invalid`].
    pub fn list<M: Message>(
        &mut self,
        header: M::Header,
        attributes: impl for<'x, 'y> Fn(&'x mut Emit<'y, M::Attributes>) -> Emitted<'x, 'y, M::Attributes>,
    ) -> Result<(), Error> {
        self.start_list(|tail, envelope| M::emit(tail, envelope, header, &attributes))
    }

    /// The same, with a request that `emit` writes.
    pub fn start_list(
        &mut self,
        emit: impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<(), Error> {
        if self.listing.is_some() {
            // To leave it would be to leave the socket, and the changes that wait on it.
            return Err(Error::Invalid("a listing is under way, and its end comes first"));
        }
        self.listing = Some(self.channel.begin(Flags::DUMP, emit)?);
        Ok(())
    }

    /// Goes to the next event. An error where a listing was refused, or the socket fails; events go on behind it.
    pub(crate) fn advance(&mut self, until: Option<Instant>) -> Result<Heard, Error> {
        let mut in_vain = false;
        loop {
            let heard = if self.channel.is_empty() {
                if in_vain && self.channel.is_over(until) {
                    return Err(Error::TimedOut);
                }
                match self.channel.any_datagram() {
                    Ok(true) => {
                        in_vain = true;
                        Ok(None)
                    }
                    Ok(false) => return Ok(Heard::Wait),
                    Err(error) => Err(error),
                }
            } else if self.channel.origin().group == 0 {
                self.reply()
            } else {
                self.channel.message().map(|found| found.map(|(_, place)| Heard::Change(place)))
            };
            match heard {
                Ok(None) => {}
                Ok(Some(heard)) => return Ok(heard),
                Err(error) => return self.lose(error),
            }
        }
    }

    fn lose(&mut self, error: Error) -> Result<Heard, Error> {
        match error {
            Error::Overrun | Error::Truncated { .. } | Error::Unreadable(_) => {
                if let Some(listing) = self.listing.take() {
                    self.channel.exchange.abandon(listing);
                }
                self.channel.make_good()?;
                Ok(Heard::Lost)
            }
            error => Err(error),
        }
    }

    /// What the next message is, of a datagram that is for this socket alone.
    fn reply(&mut self) -> Result<Option<Heard>, Error> {
        let Some((event, place)) = self.channel.event()? else { return Ok(None) };
        match event {
            Told::Part { sequence } if Some(sequence) == self.listing => Ok(Some(Heard::Object(place))),
            Told::End(end) if Some(end.sequence) == self.listing => {
                let interrupted = end.interrupted;
                self.listing = None;
                if end.acknowledged {
                    return Err(Error::NoAnswer);
                }
                match self.channel.refusal(place, 0) {
                    // There was no room for its beginning behind the changes that waited. The kernel goes on with it now, and
                    // until it has, refuses another.
                    Some(refusal) if refusal.errno == Errno::ENOBUFS => {
                        self.channel.renew()?;
                        Ok(Some(Heard::Lost))
                    }
                    Some(refusal) => Err(Error::Refused(Box::new(refusal))),
                    None => Ok(Some(Heard::Listed { interrupted })),
                }
            }
            Told::Part { .. } | Told::End(_) | Told::Stray => Ok(None),
        }
    }

    /// The event that was found; none for [`Heard::Wait`].
    pub(crate) fn event(&self, heard: Heard) -> Option<Event<'_>> {
        Some(match heard {
            Heard::Object(place) => Event::Object(self.channel.part(place)?),
            Heard::Change(place) => {
                let origin = self.channel.origin();
                let message = self.channel.part(place)?;
                Event::Change { message, group: origin.group, namespace: origin.namespace }
            }
            Heard::Listed { interrupted } => Event::Listed { interrupted },
            Heard::Lost => Event::Lost,
            Heard::Wait => return None,
        })
    }
}

impl Events<Blocking> {
    /// Opens a socket in the network namespace of the calling thread, and joins the groups of the options.
    pub fn open(protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        Ok(Self::over(Blocking::default(), Channel::open(protocol, options)?))
    }

    /// Opens a socket in another network namespace. The calling thread stays in its own.
    pub fn open_in(namespace: &Namespace, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        namespace.run(|| Self::open(protocol, options))
    }

    /// Takes a descriptor that is open already, as [`Socket::adopt`](crate::Socket::adopt) does: one that a process was given
    /// at its start, perhaps. It joins the groups of the options besides those that it is in.
    pub fn adopt(descriptor: OwnedFd, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        Ok(Self::over(Blocking::default(), Channel::adopt(descriptor, protocol, options)?))
    }

    /// What ends the waiting, from any thread: then [`next`](Self::next) gives none.
    pub fn canceller(&mut self) -> Result<Canceller, Error> {
        self.wait.canceller().map_err(Error::system("eventfd"))
    }

    /// Waits for the next event; none where it was [cancelled](Self::canceller). It is lent until the next call.
    ///
    /// [`Error::TimedOut`] where none came [in time](Self::set_timeout), [`Error::Refused`] where a listing was refused:
    /// behind both it goes on.
    pub fn next(&mut self) -> Result<Option<Event<'_>>, Error> {
        let until = self.channel.until();
        loop {
            match self.advance(until)? {
                Heard::Wait => {
                    if !self.wait.wait(&self.channel, until)? {
                        return Ok(None);
                    }
                }
                heard => return Ok(self.event(heard)),
            }
        }
    }
}

impl<W> AsFd for Events<W> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}
