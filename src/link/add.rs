//! How a link is made.

use super::{Link, LinkId};
use crate::codec::route::link::{self as wire, NewLink};
use crate::codec::{EmitError, Envelope, Flags, Message, ParseError, RawMessage, Tail};
use crate::noun::Subject;
use crate::setting::Now;
use crate::transport::Request;

/// The request of [`Links::add`](super::Links::add).
///
/// Some settings the kernel takes only of a link that is there. So where one of those is said, the link is made, then it gets
/// them, and then it goes up.
#[derive(Debug)]
pub struct AddLink<'l> {
    verb: &'static str,
    flags: Flags,
    link: &'l Link,
    step: Step,
}

/// What is asked for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// To make it.
    Make,
    /// To give it what it could not have before.
    Settle,
    /// To have it work.
    Up,
}

impl<'l> AddLink<'l> {
    pub(super) fn new(verb: &'static str, flags: Flags, link: &'l Link) -> Self {
        Self { verb, flags, link, step: Step::Make }
    }

    /// What it is called once it is there.
    fn id(&self) -> LinkId {
        match self.link.index {
            0 => LinkId::Name(self.link.name.to_string()),
            index => LinkId::Index(index),
        }
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
        if self.link.is_late() && (unknown || self.link.namespace.is_some()) {
            return Err(
                "only a link that is there can have an alias, an addrgenmode or a token: set it then, by its name",
            );
        }
        Ok(())
    }

    fn check_in_batch(&self) -> Result<(), &'static str> {
        self.check()?;
        if self.link.is_late() {
            return Err(
                "only a link that is there can have an alias, an addrgenmode or a token: in a batch, set it then",
            );
        }
        Ok(())
    }

    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        let id = self.id();
        match self.step {
            Step::Make => {
                let mut link = self.link.header(self.link.index);
                if self.link.is_late() {
                    link.change = (link.change.get() - wire::LinkFlags::UP).into();
                    link.flags = (link.flags.get() - wire::LinkFlags::UP).into();
                }
                NewLink::emit(tail, envelope, link, |link| {
                    self.link.write_to(link, Now::Add)?;
                    Ok(link)
                })
            }
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
        }
    }

    fn take(&mut self, _message: &RawMessage<'_>) -> Result<(), ParseError> {
        Ok(())
    }

    fn proceed(&mut self) -> bool {
        self.step = match self.step {
            Step::Make if self.link.is_late() => Step::Settle,
            Step::Settle if self.link.up.is_some() => Step::Up,
            _ => return false,
        };
        true
    }

    fn answer(self) -> Option<()> {
        Some(())
    }
}
