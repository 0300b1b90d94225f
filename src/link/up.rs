//! Waiting until a link is up.

use std::time::Duration;

use super::{LinkFilter, LinkFlags, LinkId, Links, OperationalState, raw};
use crate::Error;
use crate::codec::route::Family;
use crate::codec::route::group::Group;
use crate::codec::route::link::{self as wire, DelLink, Header, NewLink};
use crate::codec::{Attributes, EmitError, Envelope, Message, ParseError, RawMessage, Tail, View};
use crate::name::text;
use crate::noun::Filter;
use crate::transport::Blocking;
use crate::wait::{self, Awaited, Told};

/// What became of a link that was [waited for](Links::wait_until_up).
#[must_use = "it may not be up"]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Readiness {
    /// Packets can go through it.
    Up,
    /// It is not there, or not any more; one that went into another network namespace is not there either.
    Gone,
    /// The time was over before any of that was known.
    TimeOver,
}

impl Readiness {
    /// Whether packets can go through it.
    pub fn is_up(self) -> bool {
        self == Self::Up
    }
}

impl Links<'_, Blocking> {
    /// Waits until packets can go through the link with this index, name or alternative name: until it was
    /// [set up](Self::up), and has what it needs below or at its other end. The kernel then says that it is `UP`, or, of kinds
    /// that do not tell such as `lo` or a dummy, `UNKNOWN`, and that it has a carrier (`IFF_UP`, `IFF_LOWER_UP`). A link that is
    /// said by a name is that which has it now, whatever it is called afterwards.
    ///
    /// It does not set the link up. It listens on a socket of its own, in the network namespace of the connection.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use nlwire::Netlink;
    /// use nlwire::link::Readiness;
    ///
    /// let mut nl = Netlink::connect()?;
    /// nl.links().up("veth0")?;
    /// match nl.links().wait_until_up("veth0", Duration::from_secs(5))? {
    ///     Readiness::Up => println!("packets go through"),
    ///     other => println!("veth0: {other:?}"),
    /// }
    /// # Ok::<(), nlwire::Error>(())
    /// ```
    pub fn wait_until_up(self, id: impl Into<LinkId>, timeout: Duration) -> Result<Readiness, Error> {
        wait::wait(self.transport, UntilUp { id: id.into(), index: None }, timeout)
    }
}

#[cfg(feature = "tokio")]
impl Links<'_, crate::Tokio> {
    /// Waits until packets can go through a link, as the [blocking one](Links::wait_until_up) does. The runtime must drive
    /// time, too.
    pub async fn wait_until_up(self, id: impl Into<LinkId>, timeout: Duration) -> Result<Readiness, Error> {
        wait::wait_async(self.transport, UntilUp { id: id.into(), index: None }, timeout).await
    }
}

/// A link that is to be up.
#[derive(Debug)]
struct UntilUp {
    id: LinkId,
    /// Its index, once it is known.
    index: Option<u32>,
}

impl UntilUp {
    /// Whether a message tells of it. Bridges have messages of their own of their ports.
    fn is_it<M: Message<Header = Header, Attributes = wire::Link>>(
        &self,
        view: &View<'_, M>,
    ) -> Result<bool, ParseError> {
        if view.header.family.get() != Family::UNSPEC {
            return Ok(false);
        }
        let index = u32::try_from(view.header.index.get()).ok();
        match (&self.id, self.index) {
            (LinkId::Index(wanted), _) => Ok(index == Some(*wanted)),
            (LinkId::Name(_), Some(wanted)) => Ok(index == Some(wanted)),
            (LinkId::Name(name), None) => is_called(view.attributes(), name),
        }
    }
}

/// Whether a link has this name or alternative name.
fn is_called(attributes: Attributes<'_, wire::Link>, name: &str) -> Result<bool, ParseError> {
    let is_it = |told: Result<&[u8], ParseError>| Ok(text(told?) == name);
    if raw(attributes, wire::Link::IFNAME).next().map_or(Ok(false), is_it)? {
        return Ok(true);
    }
    let Some(names) = attributes.get(wire::Link::PROP_LIST)? else { return Ok(false) };
    for told in raw(names, wire::Link::ALT_IFNAME) {
        if is_it(told)? {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Awaited for UntilUp {
    type Outcome = Readiness;
    const GONE: Readiness = Readiness::Gone;
    const TIME_OVER: Readiness = Readiness::TimeOver;

    fn operation(&self) -> String {
        format!("wait for link {}", self.id)
    }

    fn check(&self) -> Result<(), &'static str> {
        self.id.check()
    }

    fn group(&self) -> Group {
        Group::LINK
    }

    /// All of them: a dump of one there is not.
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let filter = LinkFilter { without_statistics: true, ..LinkFilter::default() };
        filter.emit(Family::UNSPEC, tail, envelope)
    }

    fn read(&mut self, message: &RawMessage<'_>) -> Result<Told<Readiness>, ParseError> {
        if let Some(view) = message.read::<NewLink>()? {
            if !self.is_it(&view)? {
                return Ok(Told::Nothing);
            }
            self.index = u32::try_from(view.header.index.get()).ok();
            let works = view.header.flags.get().contains(LinkFlags::UP | LinkFlags::LOWER_UP);
            let up = match view.attributes().get(wire::Link::OPERSTATE)? {
                Some(OperationalState::UP) => true,
                Some(OperationalState::UNKNOWN) => works,
                _ => false,
            };
            return Ok(Told::There(up.then_some(Readiness::Up)));
        }
        match message.read::<DelLink>()? {
            Some(view) if self.is_it(&view)? => Ok(Told::Deleted),
            _ => Ok(Told::Nothing),
        }
    }
}
