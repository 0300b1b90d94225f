//! A descriptor and the protocol on it, without the waiting: what the blocking and the asynchronous socket share.
//!
//! Sending to the kernel never waits. Receiving may: then there is [`Advance::Wait`], and whoever drives the channel waits in
//! the way he has until the descriptor can be read, and tries again.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Instant;

use nlwire_codec::control::Noop;
use nlwire_codec::{EmitError, EmitErrorKind, Envelope, Flags, Message, Protocol, RawMessage, Tail};

use crate::error::{Error, Refusal};
use crate::exchange::{Event, Exchange, Sender};
use crate::namespace::Namespace;
use crate::options::{Options, Settings, memberships};
use crate::receive::{Place, Receive};
use crate::sys;

/// See the module.
#[derive(Debug)]
pub(crate) struct Channel {
    /// Shared with what waits for it: it is another one after a [renewal](Self::renew).
    descriptor: Arc<OwnedFd>,
    pub(crate) protocol: &'static Protocol,
    options: Options,
    pub(crate) settings: Settings,
    pub(crate) exchange: Exchange,
    receive: Receive,
    /// The request that was sent last, or the batch: to name what the kernel refuses in it.
    request: Vec<u8>,
    end: End,
    /// Something was received: from then on the kernel knows the size of our buffer, and fills it.
    received: bool,
    /// Messages were lost that nobody will send again.
    lost: bool,
    /// Of a request that nobody waits for any more something may still be there.
    pub(crate) unread: bool,
    /// Where the datagram was sent that was received last.
    origin: Origin,
}

/// Who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The kernel, on a socket that we opened.
    Kernel,
    /// The kernel, on a socket that somebody else did: there is no telling how to open another one like it.
    Given,
    /// Whoever holds the other end of a pair of Unix sockets, in the place of the kernel.
    Pair {
        /// It is told when that end is closed: by a datagram without anything in it.
        ends: bool,
    },
}

/// To whom a datagram was sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    /// To the members of this group; 0 is to this socket alone.
    pub(crate) group: u32,
    /// In this namespace, if it is another one.
    pub(crate) namespace: Option<i32>,
}

/// What [`Channel::advance`] found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Advance {
    /// An object of the reply.
    Part(Place),
    /// The end of a request that succeeded.
    End(Ended),
    /// Nothing has come yet.
    Wait,
}

/// The end of a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// A dump: things changed while it was made.
    pub interrupted: bool,
    /// A dump: the kernel filtered it as the request asked. Some kinds of objects say so themselves instead.
    pub filtered: bool,
}

impl Channel {
    pub(crate) fn open(protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        let descriptor = sys::open(protocol.number).map_err(Error::system("socket"))?;
        Self::over(descriptor, End::Kernel, protocol, options)
    }

    /// Takes a descriptor that is open already.
    pub(crate) fn adopt(descriptor: OwnedFd, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        let option =
            |name| sys::option::<libc::c_int>(&descriptor, libc::SOL_SOCKET, name).map_err(Error::system("getsockopt"));
        let end = match option(libc::SO_DOMAIN)? {
            libc::AF_UNIX => End::Pair { ends: option(libc::SO_TYPE)? != libc::SOCK_DGRAM },
            _ => End::Given,
        };
        let mut options = options.clone();
        // An address has no room to name the groups beyond 32.
        options.packet_info |= memberships(&descriptor).is_ok_and(|groups| !groups.is_empty());
        Self::over(descriptor, end, protocol, &options)
    }

    fn over(descriptor: OwnedFd, end: End, protocol: &'static Protocol, options: &Options) -> Result<Self, Error> {
        let (settings, port) = configure(&descriptor, end, options)?;
        Ok(Self {
            descriptor: Arc::new(descriptor),
            protocol,
            options: options.clone(),
            settings,
            exchange: Exchange::new(port, random()),
            receive: Receive::new(),
            request: vec![0; 4096],
            end,
            received: false,
            lost: false,
            unread: false,
            origin: Origin::default(),
        })
    }

    /// What there is to wait for.
    #[cfg(feature = "tokio")]
    pub(crate) fn descriptor(&self) -> &Arc<OwnedFd> {
        &self.descriptor
    }

    /// Gives the descriptor away, or a copy where something still waits for it.
    pub(crate) fn into_descriptor(self) -> io::Result<OwnedFd> {
        Arc::try_unwrap(self.descriptor).or_else(|shared| shared.try_clone())
    }

    pub(crate) fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    /// When what is waited for from now on must have come; none is never.
    pub(crate) fn until(&self) -> Option<Instant> {
        self.options.timeout.and_then(|timeout| Instant::now().checked_add(timeout))
    }

    /// Whether a wait until then is over although there may be more to receive. Of the kernel's that is never much; a process
    /// may send without an end what nobody waits for.
    pub(crate) fn is_over(&self, until: Option<Instant>) -> bool {
        self.is_pair() && until.is_some_and(|until| Instant::now() >= until)
    }

    /// Whether the other end has answered all that it ever will when a request is sent: the kernel has, a process has not.
    pub(crate) fn answers_at_once(&self) -> bool {
        !self.is_pair()
    }

    fn is_pair(&self) -> bool {
        matches!(self.end, End::Pair { .. })
    }

    /// Sends a request that `write` writes, and says its number. A request that is still open is the caller's to abandon.
    pub(crate) fn begin(
        &mut self,
        flags: Flags,
        mut write: impl FnMut(&mut Tail<'_>, Envelope) -> Result<(), EmitError>,
    ) -> Result<u32, Error> {
        let dump = flags.contains(Flags::DUMP);
        self.settle(dump)?;
        // Of a socket that listens this would receive what has happened, and pass it over.
        if dump && !self.received && self.end == End::Kernel && self.options.groups.is_empty() {
            self.prime()?;
        }
        let envelope = self.exchange.begin(flags);
        let sent = self.write(0, |tail| write(tail, envelope)).and_then(|length| {
            self.check(self.written(0..length), envelope)?;
            self.send(length).map_err(Error::system("send"))
        });
        if sent.is_err() {
            self.exchange.cancel(envelope.sequence);
        }
        sent.map(|()| envelope.sequence)
    }

    /// Sees to it that what was written for `envelope` is one message with it, which the kernel takes for a request, and for a
    /// dump just where it is meant to be one.
    ///
    /// The kernel silently passes over a message that is cut, and all behind it. What lacks `NLM_F_REQUEST`, or of rtnetlink
    /// all that stands behind the header, it acknowledges and does nothing. And of rtnetlink it takes a request for an object
    /// for a dump where it has one of the two flags of that.
    pub(crate) fn check(&self, written: &[u8], envelope: Envelope) -> Result<(), Error> {
        let Some(message) = RawMessage::whole(written) else { return Err(Error::Misframed) };
        let route = self.protocol.number == libc::NETLINK_ROUTE as u16 && message.kind() >= 16;
        let gets = route && message.kind() % 4 == 2;
        let (flags, dump) = (message.flags(), envelope.flags.contains(Flags::DUMP));
        let dumps = flags.contains(Flags::DUMP) || gets && flags.intersects(Flags::DUMP);
        let bare = route && written.len() <= 16;
        let sound = message.sequence() == envelope.sequence && flags.contains(envelope.flags) && dumps == dump && !bare;
        if sound { Ok(()) } else { Err(Error::Misframed) }
    }

    /// Sends the dump request that was sent last once more, and says its new number.
    pub(crate) fn begin_again(&mut self) -> Result<u32, Error> {
        let Some(request) = RawMessage::first(&self.request) else { return Err(Error::Misframed) };
        let mut request = request.bytes().to_vec();
        self.begin(Flags::DUMP, |tail, envelope| {
            // nlmsg_seq
            request[8..12].copy_from_slice(&envelope.sequence.to_ne_bytes());
            Ok(tail.put(&request)?)
        })
    }

    /// Writes something behind the first `at` bytes of what is to be sent, and says how far it goes.
    pub(crate) fn write(
        &mut self,
        at: usize,
        mut write: impl FnMut(&mut Tail<'_>) -> Result<(), EmitError>,
    ) -> Result<usize, Error> {
        loop {
            let mut tail = Tail::behind(&mut self.request, at);
            match write(&mut tail) {
                Ok(()) => return Ok(tail.length()),
                Err(error) if error.kind == EmitErrorKind::Full && self.request.len() < self.most() => {
                    self.request.resize((self.request.len() * 2).min(self.most()), 0);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// How much can be sent at once: the kernel takes no datagram that is larger than the send buffer, less a little.
    fn most(&self) -> usize {
        self.settings.send_buffer.saturating_sub(32).max(4096)
    }

    /// What is to be sent, from there to there.
    pub(crate) fn written(&self, place: Range<usize>) -> &[u8] {
        self.request.get(place).unwrap_or_default()
    }

    /// Sends what is written.
    pub(crate) fn send(&self, length: usize) -> io::Result<()> {
        let to_kernel = !self.is_pair();
        loop {
            match sys::send(&*self.descriptor, &self.request[..length], to_kernel) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other.map(drop),
            }
        }
    }

    /// Sends the kernel a request to do nothing, so that it learns how large our buffer is: the first datagram of a dump is
    /// made before that is asked for.
    fn prime(&mut self) -> Result<(), Error> {
        let envelope = self.exchange.begin(Flags::empty());
        let length = self.write(0, |tail| Noop::emit(tail, envelope, (), |nothing| Ok(nothing)))?;
        let sent = self.send(length).map_err(Error::system("send"));
        if sent.is_ok() {
            self.own_datagram()?;
        }
        self.exchange.cancel(envelope.sequence);
        self.receive.clear();
        sent
    }

    /// Sees to it that the next request finds no trace of one before: of lost messages, for a dump of another dump, and of
    /// answers that nobody took, which would leave no room for its own.
    pub(crate) fn settle(&mut self, dump: bool) -> Result<(), Error> {
        if !self.lost && self.origin.group == 0 {
            // It is none of the next request's, whatever it is.
            self.pass_over();
        }
        if self.lost || (dump && self.exchange.dumping()) {
            return self.renew();
        }
        // What a process answers may come at any time, and what the kernel has of a dump comes as it is received.
        if self.unread && !self.is_pair() && !self.exchange.dumping() {
            self.unread = false;
            // What has come by now is no more datagrams than that: each takes this much room, whatever is in it. What comes
            // from now on, from others perhaps and without an end, is nobody's answer.
            self.drain(self.settings.receive_buffer / 256 + 1)?;
        }
        Ok(())
    }

    /// Goes over to a new socket like this one. Where none can be had, or it may not be what this one is, since privileges were
    /// given up, all that is still to come is received here.
    pub(crate) fn renew(&mut self) -> Result<(), Error> {
        let fresh = self.reopen().and_then(|descriptor| {
            let (settings, port) = configure(&descriptor, self.end, &self.options).ok()?;
            Some((descriptor, settings, port))
        });
        match fresh {
            Some((descriptor, settings, port)) => {
                self.settings = settings;
                self.exchange.forget(port);
                self.descriptor = Arc::new(descriptor);
                self.received = false;
            }
            None => {
                self.drain(Self::ENDLESS)?;
                let port = self.exchange.port();
                self.exchange.forget(port);
            }
        }
        self.receive.clear();
        self.lost = false;
        self.unread = false;
        Ok(())
    }

    /// The socket that takes the place of this one.
    fn reopen(&self) -> Option<OwnedFd> {
        if self.end == End::Kernel { self.another().ok() } else { None }
    }

    /// A channel of its own to the same kernel, in the same network namespace.
    pub(crate) fn open_beside(&self, options: &Options) -> Result<Self, Error> {
        if self.is_pair() {
            return Err(Error::Invalid("there is no other socket to who plays the kernel"));
        }
        Self::over(self.another()?, End::Kernel, self.protocol, options)
    }

    /// Another socket of the same protocol in the same network namespace, where the calling thread need not be any more.
    fn another(&self) -> Result<OwnedFd, Error> {
        let cookie = |socket: &OwnedFd| sys::option::<u64>(socket, libc::SOL_SOCKET, libc::SO_NETNS_COOKIE).ok();
        let ours = cookie(&self.descriptor);
        let here = sys::open(self.protocol.number).map_err(Error::system("socket"))?;
        if ours.is_some() && cookie(&here) == ours {
            return Ok(here);
        }
        let namespace = Namespace::from(sys::network_of(&*self.descriptor).map_err(Error::system("ioctl"))?);
        namespace.run(|| sys::open(self.protocol.number).map_err(Error::system("socket")))
    }

    /// The object at a place.
    #[inline]
    pub(crate) fn part(&self, place: Place) -> Option<RawMessage<'_>> {
        self.receive.at(place)
    }

    /// Where the current datagram was sent to.
    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// The next object of the reply to `sequence`, where that is all that the next message is.
    #[inline]
    pub(crate) fn plain_part(&mut self, sequence: u32) -> Option<Place> {
        self.receive.message_if(|message| self.exchange.is_plain_part(message, sequence))
    }

    /// Goes on to the next object of the reply to `sequence`, or its end. After an error the request is over.
    #[inline(never)]
    pub(crate) fn advance(&mut self, sequence: u32, until: Option<Instant>) -> Result<Advance, Error> {
        let result = self.advance_to(sequence, until);
        if result.is_err() {
            self.exchange.abandon(sequence);
        }
        result
    }

    fn advance_to(&mut self, wanted: u32, until: Option<Instant>) -> Result<Advance, Error> {
        if self.lost {
            return Err(Error::Overrun);
        }
        let mut in_vain = false;
        loop {
            let Some((event, place)) = self.event()? else {
                if in_vain && self.is_over(until) {
                    return Err(Error::TimedOut);
                }
                if !self.own_datagram()? {
                    return Ok(Advance::Wait);
                }
                in_vain = true;
                continue;
            };
            match event {
                Event::Part { sequence } if sequence == wanted => return Ok(Advance::Part(place)),
                Event::End(end) if end.sequence == wanted => {
                    if end.acknowledged {
                        return Err(Error::NoAnswer);
                    }
                    let ended = Ended { interrupted: end.interrupted, filtered: end.filtered };
                    return match self.refusal(place, 0) {
                        Some(refusal) => Err(Error::Refused(Box::new(refusal))),
                        None => Ok(Advance::End(ended)),
                    };
                }
                Event::Part { .. } | Event::End(_) | Event::Stray => {}
            }
        }
    }

    /// What the next message of the datagram is; none where it has no other.
    pub(crate) fn event(&mut self) -> Result<Option<(Event<'_>, Place)>, Error> {
        match self.receive.message() {
            Ok(None) => Ok(None),
            Ok(Some((message, place))) => match self.exchange.take(&message) {
                Ok(event) => Ok(Some((event, place))),
                Err(error) => Err(Error::Unreadable(error)),
            },
            Err(error) => {
                // Whatever stood behind it in the datagram is lost: an end of a dump, perhaps.
                self.lost = true;
                Err(Error::Unreadable(error))
            }
        }
    }

    /// Whether there is nothing left of the datagram.
    pub(crate) fn is_empty(&self) -> bool {
        self.receive.is_empty()
    }

    /// The next message of the datagram as it is; none where it has no other.
    pub(crate) fn message(&mut self) -> Result<Option<(RawMessage<'_>, Place)>, Error> {
        self.receive.message().map_err(Error::Unreadable)
    }

    /// Reads the outcome at a place: what it refuses in the request that begins `at` so many bytes into what was sent; none
    /// where it succeeded.
    pub(crate) fn refusal(&self, place: Place, at: usize) -> Option<Refusal> {
        let outcome = nlwire_codec::control::Acknowledgement::read(&self.part(place)?).ok()??;
        let request = self.request.get(at..).and_then(RawMessage::first);
        Refusal::read(&outcome, request.as_ref(), self.protocol)
    }

    /// Receives all that is left of requests before: a batch wants an empty receive buffer.
    pub(crate) fn empty(&mut self) -> Result<(), Error> {
        self.settle(true)?;
        self.drain(Self::ENDLESS).map(drop)
    }

    /// More datagrams than any dump has that ends.
    const ENDLESS: usize = 1 << 17;

    /// Receives what there is, so many datagrams of it, and passes it over; false where there may be more. The kernel makes a
    /// dump while it is received, so that there always is something until its end; one that never ends is not waited for.
    fn drain(&mut self, datagrams: usize) -> Result<bool, Error> {
        for _ in 0..datagrams {
            match self.own_datagram() {
                Ok(true) => self.pass_over(),
                Ok(false) => return Ok(true),
                Err(Error::Overrun | Error::Truncated { .. }) => self.recover(),
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Takes what is left of the datagram, which nobody wants; the end of a dump, perhaps.
    fn pass_over(&mut self) {
        while let Ok(Some((message, _))) = self.receive.message() {
            let _ = self.exchange.take(&message);
        }
    }

    /// Receives the next datagram that is for this socket alone; false where there is none now.
    pub(crate) fn own_datagram(&mut self) -> Result<bool, Error> {
        match self.any_datagram() {
            Ok(true) => {}
            // A notification that is cut takes nothing from a reply, nor does a part of a dump that was left.
            Err(Error::Truncated { .. })
                if self.origin.group != 0 || self.exchange.has_left(self.receive.first_sequence()) => {}
            other => return other,
        }
        if self.origin.group != 0 {
            // A notification. Its messages may even carry the number of a request of ours.
            self.receive.clear();
        }
        Ok(true)
    }

    /// Receives the next datagram of the kernel's; false where there is none now.
    pub(crate) fn any_datagram(&mut self) -> Result<bool, Error> {
        let received = match self.receive.datagram(&*self.descriptor) {
            Ok(None) => return Ok(false),
            Ok(Some(received)) => received,
            Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                // Outcomes are lost, and a dump that was under way may never go on.
                self.lost = true;
                return Err(Error::Overrun);
            }
            Err(error) => return Err(Error::system("recvmsg")(error)),
        };
        if received.length == 0 && self.end == (End::Pair { ends: true }) {
            return Err(Error::system("recvmsg")(io::ErrorKind::UnexpectedEof.into()));
        }
        self.received = true;
        let sender = if self.is_pair() { Some(Sender::default()) } else { received.sender };
        // Only the kernel can make us need a larger buffer; what others send is not looked at.
        let Some(Sender { port: 0, groups }) = sender else {
            self.receive.clear();
            return Ok(true);
        };
        let first_group = if groups == 0 { 0 } else { groups.trailing_zeros() + 1 };
        self.origin = Origin { group: received.group.unwrap_or(0).max(first_group), namespace: received.namespace };
        if received.length > self.receive.size() {
            self.receive.grow(received.length);
            return Err(Error::Truncated { length: received.length });
        }
        Ok(true)
    }

    /// Forgets a loss, once all that was still there is received.
    pub(crate) fn recover(&mut self) {
        self.lost = false;
    }

    /// Sees to it that a socket that listens hears whatever happens from now on, after it has lost something.
    ///
    /// Once the kernel has run out of room, it drops whatever happens without another word, until all that there was room for
    /// is received. Who learns of the loss before, and asks for what is there, would never hear what happens behind the answer.
    pub(crate) fn make_good(&mut self) -> Result<(), Error> {
        // A dump that was under way may never go on; or it does, and nobody may ask for another until it has ended.
        let dumping = self.exchange.dumping();
        if !self.lost && !dumping {
            return Ok(());
        }
        if dumping || !self.drain(Self::ENDLESS)? {
            return self.renew();
        }
        self.recover();
        Ok(())
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// A number that differs each time.
fn random() -> u32 {
    RandomState::new().hash_one(()) as u32
}

/// Makes a new descriptor ready; says what it has, and its port.
fn configure(descriptor: &OwnedFd, end: End, options: &Options) -> Result<(Settings, u32), Error> {
    let settings = options.apply(descriptor)?;
    if matches!(end, End::Pair { .. }) {
        return Ok((settings, 0));
    }
    let port = |descriptor| sys::port(descriptor).map_err(Error::system("getsockname"));
    if port(descriptor)? == 0 {
        // Of the groups that the address can name, a socket is in those that it names from then on. Kernels before Linux 4.2
        // do not say which those were.
        let groups = memberships(descriptor).unwrap_or_default();
        let mask = groups.iter().filter(|group| **group <= 32).fold(0, |mask, group| mask | 1 << (group - 1));
        sys::bind(descriptor, mask).map_err(Error::system("bind"))?;
    }
    if options.connect {
        sys::connect(descriptor).map_err(Error::system("connect"))?;
    }
    for group in &options.groups {
        let group = libc::c_int::try_from(*group).unwrap_or(libc::c_int::MAX);
        sys::set_option(descriptor, libc::SOL_NETLINK, libc::NETLINK_ADD_MEMBERSHIP, group)
            .map_err(Error::system("setsockopt"))?;
    }
    Ok((settings, port(descriptor)?))
}
