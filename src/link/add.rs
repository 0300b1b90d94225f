//! How a link is made.

use super::{Link, LinkId};
use crate::codec::route::link::{self as wire, NewLink};
use crate::codec::{EmitError, Envelope, Flags, Message, ParseError, RawMessage, Tail};
use crate::noun::Subject;
use crate::setting::Now;
use crate::transport::Request;

/// The request of [`Links::add`](super::Links::add).
///
/// Some settings the kernel takes only of a link that is there, and those of a port only of one that has its master. So where
/// one of those is said, the link is made, then it gets them, then it goes up, and then it is a port as it is to be.
#[derive(Debug)]
pub struct AddLink<'l> {
    verb: &'static str,
    flags: Flags,
    link: &'l Link,
    step: Step,
}

/// What is asked for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// To make it.
    Make,
    /// To give it what it could not have before.
    Settle,
    /// To have it work.
    Up,
    /// To be a port of this kind.
    Port,
}

impl<'l> AddLink<'l> {
    pub(super) fn new(verb: &'static str, flags: Flags, link: &'l Link) -> Self {
        Self { verb, flags, link, step: Step::Make }
    }
}

impl Request for AddLink<'_> {
    type Answer = ();

    fn operation(&self) -> String {
        format!("{} {}", self.verb, self.link)
    }

    fn flags(&self) -> Flags {
        if self.step == Step::Make { self.flags } else { Flags::empty() }
    }

    fn check(&self) -> Result<(), &'static str> {
        self.link.check()?;
        let unknown =
            self.link.index == 0 && self.link.name.as_str().is_none_or(|name| name.is_empty() || name.contains('%'));
        if self.link.is_settled_later() && (unknown || self.link.namespace.is_some()) {
            return Err(
                "only a link that is there can have an alias, an addrgenmode, a token or settings of a port: set it then, \
                 by its name",
            );
        }
        Ok(())
    }

    fn check_in_batch(&self) -> Result<(), &'static str> {
        self.check()?;
        if self.link.is_settled_later() {
            return Err(
                "only a link that is there can have an alias, an addrgenmode, a token or settings of a port: in a batch, \
                 set it then",
            );
        }
        Ok(())
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let id = LinkId::of(self.link);
        match self.step {
            Step::Make => self.link.emit_new(tail, envelope),
            Step::Settle => NewLink::emit(tail, envelope, id.header(), |link| {
                id.write(link)?;
                self.link.write_late(link)?;
                Ok(link)
            }),
            Step::Up => {
                let header = Link { up: self.link.up, ..Link::default() }.header(id.index());
                NewLink::emit(tail, envelope, header, |link| {
                    id.write(link)?;
                    Ok(link)
                })
            }
            Step::Port => NewLink::emit(tail, envelope, id.header(), |link| {
                id.write(link)?;
                link.nest(wire::Link::LINKINFO, |info| {
                    self.link.port.write(info, Now::Add)?;
                    Ok(info)
                })
            }),
        }
    }

    fn take(&mut self, _message: &RawMessage<'_>) -> Result<(), ParseError> {
        Ok(())
    }

    fn proceed(&mut self) -> bool {
        let steps = [
            (Step::Settle, self.link.is_late()),
            (Step::Up, self.link.is_late() && self.link.up.is_some()),
            (Step::Port, self.link.port.asks(Now::Add)),
        ];
        let next = steps.into_iter().find(|(step, wanted)| *wanted && *step > self.step);
        next.map(|(step, _)| self.step = step).is_some()
    }

    fn answer(self) -> Option<()> {
        Some(())
    }
}

impl Link {
    /// Whether something is said that takes more requests than one.
    pub(super) fn is_settled_later(&self) -> bool {
        self.is_late() || self.port.asks(Now::Add)
    }

    /// Writes the request that makes it: where the rest comes later, it does not work until then.
    pub(super) fn emit_new(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let mut header = self.header(self.index);
        if self.is_late() {
            header.change = (header.change.get() - wire::LinkFlags::UP).into();
            header.flags = (header.flags.get() - wire::LinkFlags::UP).into();
        }
        NewLink::emit(tail, envelope, header, |link| {
            self.write_to(link, Now::Add)?;
            Ok(link)
        })
    }
}
