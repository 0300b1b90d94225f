//! The rows of the attribute tables as data: what is known of a set at run time.
//!
//! Nothing here runs when attributes are read or written through their keys. It serves what must walk *any* message:
//! `Debug` with the kernel's names, the path of an attribute that the kernel refused, emission of all that was read, the
//! tests over every row, and the check against the kernel's headers.

use core::fmt;

use crate::attribute::{Attribute, Attributes, Key, Set};
use crate::error::EmitErrorKind;
use crate::header::AttributeHeader;
use crate::payload::{Payload, Span};
use crate::tail::Tail;

/// All that is known of one attribute: one row of an [`attributes!`](crate::attributes) table.
#[derive(Clone, Copy)]
pub struct Row {
    /// The attribute's number in its set.
    pub number: u16,
    /// The kernel's name, `IFLA_MTU`.
    pub name: &'static str,
    /// The name of its payload's type, `u32`.
    pub payload: &'static str,
    pub(crate) debug: DebugFn,
    pub(crate) repeat: RepeatFn,
    pub(crate) inside: InsideFn,
    sets: fn() -> &'static [&'static SetInfo],
}

pub(crate) type DebugFn = fn(Span<'_>, &Context<'_>, &mut fmt::Formatter<'_>) -> fmt::Result;
pub(crate) type RepeatFn = fn(Span<'_>, &Context<'_>, &mut Tail<'_>, &mut Tally) -> Result<(), EmitErrorKind>;
pub(crate) type InsideFn = for<'a> fn(Span<'a>, &Context<'_>, u32) -> Option<Inside<'a>>;

/// Attributes inside an attribute: which set they are of, and where they lie.
pub type Inside<'a> = (&'static SetInfo, Span<'a>);

impl Row {
    /// The row of an attribute with payload `P`.
    pub const fn new<P: Payload>(number: u16, name: &'static str) -> Self {
        Self { number, name, payload: P::NAME, debug: P::debug, repeat: P::repeat, inside: P::inside, sets: P::sets }
    }

    /// The sets that attributes inside it may be of: none for a value, several where something else chooses.
    pub fn sets(&self) -> &'static [&'static SetInfo] {
        (self.sets)()
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}: {}", self.name, self.number, self.payload)
    }
}

/// All that is known of one attribute set.
#[derive(Debug)]
pub struct SetInfo {
    /// The name of the set in this crate.
    pub name: &'static str,
    /// What the names of its attributes begin with in the kernel, `IFLA_`.
    pub prefix: &'static str,
    /// Its rows.
    pub rows: &'static [Row],
}

impl SetInfo {
    /// The number that an attribute of this set with this kind has: the kind without its flags.
    pub fn number_of(&self, kind: u16) -> u16 {
        let bits = if self.rows.iter().any(|row| row.number > AttributeHeader::NUMBER) {
            !AttributeHeader::NESTED
        } else {
            AttributeHeader::NUMBER
        };
        kind & bits
    }

    /// The row of the attribute with this number.
    pub fn row(&self, number: u16) -> Option<&'static Row> {
        self.rows.iter().find(|row| row.number == number)
    }
}

impl PartialEq for SetInfo {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self, other) || (self.name == other.name && self.prefix == other.prefix)
    }
}

impl Eq for SetInfo {}

/// Where in a message an attribute stands: what decides the meaning of attributes that do not say themselves what they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The first byte of the message's fixed header: in rtnetlink the address family.
    pub family: u8,
    /// The attributes among which it stands, itself included.
    pub siblings: Span<'a>,
    depth: u8,
}

impl Context<'_> {
    /// How deep nests are followed. The kernel's own are less than ten deep.
    const DEPTH: u8 = 32;

    /// How many attributes are looked at to know what one beside them means.
    const BESIDE: usize = 128;

    /// What stands around the attributes of a message whose fixed header begins with `family`.
    pub fn of_message(family: u8) -> Self {
        Self { family, ..Self::default() }
    }

    /// The first attributes among which it stands, up to one that is broken: more than any set of the kernel's has. Each of a
    /// million attributes may look at them.
    pub fn beside<S: Set>(&self) -> impl Iterator<Item = Attribute<'_, S>> {
        Attributes::<S>::new(self.siblings).iter().take(Self::BESIDE).map_while(Result::ok)
    }

    /// The value of the attribute beside it that has this key: of several the last.
    pub fn sibling<S: Set, P: Payload>(&self, key: Key<S, P>) -> Option<P::Value<'_>> {
        self.beside::<S>().filter(|sibling| sibling.number() == key.number()).last()?.read(key).ok()?
    }

    /// What stands around each of the attributes in `span`, which lies in this context; none where that is too deep.
    pub(crate) fn inner<'s>(&self, span: Span<'s>) -> Option<Context<'s>> {
        let depth = self.depth.checked_add(1).filter(|depth| *depth <= Self::DEPTH)?;
        Some(Context { family: self.family, siblings: span, depth })
    }
}

/// What was met while attributes were emitted again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Attributes, nested ones included.
    pub attributes: usize,
    /// Attributes without a row, copied as they are.
    pub unknown: usize,
    /// Attributes whose value is said in other bytes here than it came, such as a string without a NUL; copied as they are.
    pub altered: usize,
    /// Attributes whose payload is not of its row's type, and ends of sets that are not attributes; copied as they are.
    pub unreadable: usize,
}

impl Tally {
    /// Copies what has no row or no set that is known.
    pub(crate) fn copy_unknown(&mut self, bytes: &[u8], out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        self.unknown = self.unknown.saturating_add(1);
        out.put(bytes)
    }

    /// Copies what is not of its row's type, or no attribute.
    pub(crate) fn copy_unreadable(&mut self, bytes: &[u8], out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        self.unreadable = self.unreadable.saturating_add(1);
        out.put(bytes)
    }
}
