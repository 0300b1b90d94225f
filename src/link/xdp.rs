//! Packet programs of links (XDP).

use std::fmt;
use std::os::fd::RawFd;

use super::{LinkId, Links};
use crate::codec::route::link::{self as link, NewLink, xdp as wire};
use crate::codec::{Attributes, EmitError, Envelope, Flags, Message, ParseError, Tail};
use crate::noun::{Change, Subject};
use crate::shown::{Show, Shown};
use crate::transport::Transport;

pub use crate::codec::route::link::xdp::{Attached, XdpFlags};

/// The packet programs that are attached to a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Xdp {
    /// Where: in one place, or [`Attached::MULTI`].
    pub attached: Attached,
    /// Number of the program, where there is one only.
    pub program: Option<u32>,
    /// Each place and the number of the program there.
    pub programs: Vec<(Attached, u32)>,
}

impl Xdp {
    /// What is attached; none where nothing is.
    pub(super) fn read(xdp: Attributes<'_, wire::Xdp>) -> Result<Option<Self>, ParseError> {
        let xdp = xdp.table()?;
        let Some(attached) = xdp.get(wire::Xdp::ATTACHED)?.filter(|attached| *attached != Attached::NONE) else {
            return Ok(None);
        };
        let program = xdp.get(wire::Xdp::PROG_ID)?.filter(|number| *number != 0);
        let mut programs = Vec::new();
        for (place, key) in [
            (Attached::SKB, wire::Xdp::SKB_PROG_ID),
            (Attached::DRV, wire::Xdp::DRV_PROG_ID),
            (Attached::HW, wire::Xdp::HW_PROG_ID),
        ] {
            programs.extend(xdp.get(key)?.map(|number| (place, number)));
        }
        Ok(Some(Self { attached, program, programs }))
    }
}

/// As `ip -j` has it, without what netlink does not know of a program.
impl Show for Xdp {
    fn show(&self) -> Shown {
        let program = |number: &u32| Shown::Object(vec![("id", number.show())]);
        let mut shown = vec![("mode", self.attached.0.show())];
        shown.extend(self.program.as_ref().map(|number| ("prog", program(number))));
        let programs = self.programs.iter();
        let places =
            programs.map(|(place, number)| Shown::Object(vec![("mode", place.0.show()), ("prog", program(number))]));
        shown.push(("attached", Shown::List(places.collect())));
        Shown::Object(shown)
    }
}

/// Which packet program a link is to have.
#[derive(Clone, Debug)]
pub struct XdpChange {
    id: LinkId,
    program: RawFd,
    flags: XdpFlags,
    expected: Option<RawFd>,
}

impl<'n, T: Transport> Links<'n, T> {
    /// Attaches the packet program of a descriptor, which must stay open until the request is sent; it replaces the one that
    /// is in the same place. The flags say where, and with [`XdpFlags::UPDATE_IF_NOEXIST`] only if none is: else the error
    /// [`is_exists`](crate::Error::is_exists) or has the errno `EBUSY`.
    pub fn attach_xdp(
        self,
        id: impl Into<LinkId>,
        program: RawFd,
        flags: XdpFlags,
    ) -> T::Outcome<'n, Change<'n, XdpChange>> {
        let change = XdpChange { id: id.into(), program, flags, expected: None };
        self.verb_of("attach XDP to", Flags::empty(), change, XdpChange::emit)
    }

    /// The same, only if the program of the descriptor `expected` is the one that is there.
    pub fn replace_xdp(
        self,
        id: impl Into<LinkId>,
        program: RawFd,
        expected: RawFd,
        flags: XdpFlags,
    ) -> T::Outcome<'n, Change<'n, XdpChange>> {
        let flags = flags | XdpFlags::REPLACE;
        let change = XdpChange { id: id.into(), program, flags, expected: Some(expected) };
        self.verb_of("replace XDP of", Flags::empty(), change, XdpChange::emit)
    }

    /// Detaches the packet program in the place that the flags say. Where there is none, nothing happens.
    pub fn detach_xdp(self, id: impl Into<LinkId>, flags: XdpFlags) -> T::Outcome<'n, Change<'n, XdpChange>> {
        let change = XdpChange { id: id.into(), program: -1, flags, expected: None };
        self.verb_of("detach XDP from", Flags::empty(), change, XdpChange::emit)
    }
}

impl XdpChange {
    fn emit(&self, tail: &mut Tail<'_>, envelope: Envelope) -> Result<(), EmitError> {
        NewLink::emit(tail, envelope, self.id.header(), |link| {
            self.id.write(link)?;
            link.nest(link::Link::XDP, |xdp| {
                xdp.put(wire::Xdp::FD, self.program)?
                    .put(wire::Xdp::FLAGS, self.flags)?
                    .put_some(wire::Xdp::EXPECTED_FD, self.expected)
            })
        })
    }
}

impl fmt::Display for XdpChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {}", self.id)
    }
}

impl Subject for XdpChange {
    fn check(&self) -> Result<(), &'static str> {
        self.id.check()?;
        let places = self.flags & (XdpFlags::SKB_MODE | XdpFlags::DRV_MODE | XdpFlags::HW_MODE);
        if places.bits().count_ones() > 1 {
            return Err("a packet program is attached in one place at a time");
        }
        if self.flags.contains(XdpFlags::REPLACE) != self.expected.is_some() {
            return Err("which program is to be replaced is said by replace_xdp");
        }
        Ok(())
    }
}
