//! Walking attributes by their rows, without knowing the set when this is compiled.

use core::fmt;

use crate::attribute::{Any, Attribute, Attributes, Set};
use crate::error::{EmitErrorKind, ParseError};
use crate::payload::{Payload, Span};
use crate::schema::{Context, Row, SetInfo, Tally};
use crate::tail::Tail;

/// The row of a list's items: they have no names of their own.
pub(crate) const fn item<P: Payload>() -> Row {
    Row::new::<P>(0, "")
}

/// Prints the attributes in `span` as a set of this kind.
pub(crate) fn debug(set: &SetInfo, span: Span<'_>, around: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(context) = around.inner(span) else { return f.write_str("(nested too deep)") };
    let mut out = f.debug_struct(set.name);
    debug_fields(set, &context, &mut out);
    out.finish()
}

/// Attributes of a set somewhere in a message, to be printed.
pub(crate) struct SetIn<'s, 'a> {
    pub(crate) set: &'s SetInfo,
    pub(crate) span: Span<'a>,
    pub(crate) context: &'s Context<'s>,
}

impl fmt::Debug for SetIn<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self.set, self.span, self.context, f)
    }
}

/// Adds the attributes in `span` to what is printed of a larger thing.
pub(crate) fn debug_fields(set: &SetInfo, context: &Context<'_>, out: &mut fmt::DebugStruct<'_, '_>) {
    for attribute in Attributes::<Any>::new(context.siblings) {
        match attribute {
            Err(error) => {
                out.field("…", &ParseError { set: Some(Any::INFO), ..error });
            }
            Ok(attribute) => match set.row(set.number_of(attribute.kind())) {
                Some(row) => {
                    out.field(row.name, &Shown { row, context, attribute });
                }
                None => {
                    let mut name = heapless::String::<16>::new();
                    // Sixteen bytes hold every number of a u16.
                    let _ = fmt::Write::write_fmt(&mut name, format_args!("[{}]", set.number_of(attribute.kind())));
                    out.field(&name, &format_args!("{:02x?}", attribute.payload()));
                }
            },
        }
    }
}

/// Prints the items of a list.
pub(crate) fn debug_items(row: &Row, span: Span<'_>, around: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(context) = around.inner(span) else { return f.write_str("(nested too deep)") };
    let mut out = f.debug_map();
    for item in Attributes::<Any>::new(span) {
        match item {
            Ok(item) => out.entry(&item.number(), &Shown { row, context: &context, attribute: item }),
            Err(error) => out.entry(&"…", &error),
        };
    }
    out.finish()
}

struct Shown<'s, 'a> {
    row: &'s Row,
    context: &'s Context<'a>,
    attribute: Attribute<'a, Any>,
}

impl fmt::Debug for Shown<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.row.debug)(self.attribute.span(), self.context, f)
    }
}

/// Reads every attribute in `span` through its row and writes it again.
pub(crate) fn repeat(
    set: &SetInfo,
    span: Span<'_>,
    around: &Context<'_>,
    out: &mut Tail<'_>,
    tally: &mut Tally,
) -> Result<(), EmitErrorKind> {
    repeat_each(|kind| set.row(set.number_of(kind)), span, around, out, tally)
}

/// Reads every item in `span` through `row` and writes it again.
pub(crate) fn repeat_items(
    row: &Row,
    span: Span<'_>,
    around: &Context<'_>,
    out: &mut Tail<'_>,
    tally: &mut Tally,
) -> Result<(), EmitErrorKind> {
    repeat_each(|_| Some(row), span, around, out, tally)
}

fn repeat_each<'r>(
    row: impl Fn(u16) -> Option<&'r Row>,
    span: Span<'_>,
    around: &Context<'_>,
    out: &mut Tail<'_>,
    tally: &mut Tally,
) -> Result<(), EmitErrorKind> {
    let Some(context) = around.inner(span) else {
        return tally.copy_unreadable(span.bytes, out);
    };
    for attribute in Attributes::<Any>::new(span) {
        let attribute = match attribute {
            Ok(attribute) => attribute,
            Err(error) => {
                return tally.copy_unreadable(span.skip(within(span, error.offset)).bytes, out);
            }
        };
        tally.attributes = tally.attributes.saturating_add(1);
        put_unpadded(attribute.kind(), out, |out| match row(attribute.kind()) {
            Some(row) => (row.repeat)(attribute.span(), &context, out, tally),
            None => tally.copy_unknown(attribute.payload(), out),
        })?;
        // Where the padding behind the last attribute was missing, it stays so.
        out.pad(within(span, attribute.span().end()), span.bytes.len())?;
    }
    Ok(())
}

/// How many bytes of `span` lie before `offset` of the message.
fn within(span: Span<'_>, offset: u32) -> usize {
    usize::try_from(offset.wrapping_sub(span.offset)).unwrap_or(usize::MAX)
}

/// Writes one attribute, its length and its padding; where that fails, nothing.
#[inline]
pub(crate) fn put_attribute<E: From<EmitErrorKind>>(
    kind: u16,
    out: &mut Tail<'_>,
    write: impl FnOnce(&mut Tail<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut fork = out.fork();
    put_unpadded(kind, &mut fork, write)?;
    fork.align()?;
    let length = fork.length();
    out.keep(length);
    Ok(())
}

/// Writes one attribute and its length; where that fails, perhaps some of it.
#[inline]
fn put_unpadded<E: From<EmitErrorKind>>(
    kind: u16,
    out: &mut Tail<'_>,
    write: impl FnOnce(&mut Tail<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let start = out.length();
    let [a, b] = kind.to_ne_bytes();
    // A length that says "all there is" until the true one is known: half an attribute cannot be taken for a whole one.
    out.put(&[0xff, 0xff, a, b])?;
    write(out)?;
    let length = u16::try_from(out.length().wrapping_sub(start)).map_err(|_| EmitErrorKind::TooLong)?;
    out.patch(start, &length.to_ne_bytes());
    Ok(())
}

impl<S: Set> fmt::Debug for Attributes<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(S::INFO, self.span(), &Context::default(), f)
    }
}

impl<S: Set> fmt::Debug for Attribute<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match S::INFO.row(self.number()) {
            Some(row) => {
                write!(f, "{}: ", row.name)?;
                (row.debug)(self.span(), &Context::default(), f)
            }
            None => write!(f, "[{}]: {:02x?}", self.number(), self.payload()),
        }
    }
}

/// The names of the attributes from the outermost to the one that begins at, or contains, byte `offset` of the message; and
/// the set of what is inside that one, as far as it has attributes.
pub(crate) fn path(
    set: &'static SetInfo,
    span: Span<'_>,
    around: &Context<'_>,
    offset: u32,
    path: &mut Path,
) -> Option<&'static SetInfo> {
    let context = around.inner(span)?;
    for attribute in Attributes::<Any>::new(span) {
        let attribute = attribute.ok()?;
        let header = attribute.span().offset.saturating_sub(4);
        if !(header..attribute.span().end()).contains(&offset) {
            continue;
        }
        let number = set.number_of(attribute.kind());
        let row = set.row(number);
        path.push(row, number);
        let (inner, inside) = (row?.inside)(attribute.span(), &context, offset)?;
        return if header != offset && inside.contains(offset) {
            self::path(inner, inside, &context, offset, path)
        } else {
            Some(inner)
        };
    }
    None
}

/// Where in a message an attribute stands, by names: `IFLA_LINKINFO.IFLA_INFO_DATA.IFLA_VLAN_ID`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Path(pub(crate) heapless::Vec<Step, 16>);

/// One step of a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// An attribute by its name.
    Named(&'static str),
    /// An attribute that has no row here, by its number.
    Number(u16),
}

impl Path {
    pub(crate) fn push(&mut self, row: Option<&Row>, number: u16) {
        // The kernel's own nests are less deep than the path is long.
        let _ = self.0.push(match row {
            Some(row) => Step::Named(row.name),
            None => Step::Number(number),
        });
    }

    /// Its steps, from the outermost attribute inwards; none where the place is in no attribute.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether it leads to no attribute.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for step in &self.0 {
            f.write_str(separator)?;
            match step {
                Step::Named(name) => f.write_str(name)?,
                Step::Number(number) => write!(f, "{number}")?,
            }
            separator = ".";
        }
        Ok(())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}
