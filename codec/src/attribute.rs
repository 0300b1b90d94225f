//! Attributes: typed keys, and the sets that they are found in.
//!
//! A [`Key`] says everything about an attribute: its number, its set and its payload. The same key reads and writes.

use core::fmt;
use core::marker::PhantomData;

use crate::error::{ParseError, ParseErrorKind};
use crate::header::AttributeHeader;
use crate::payload::{Payload, Span, length};
use crate::schema::SetInfo;

/// One attribute's name: its number, its set `S` and its payload `P`, as one value.
///
/// Keys are the constants of an [`attributes!`](crate::attributes) table. A key of another set does not compile where this
/// one is wanted, nor does a value of another type.
pub struct Key<S, P> {
    number: u16,
    of: PhantomData<fn() -> (S, P)>,
}

impl<S, P> Key<S, P> {
    /// The key of attribute `number`.
    pub const fn new(number: u16) -> Self {
        Self { number, of: PhantomData }
    }

    /// The attribute's number.
    #[inline]
    pub const fn number(self) -> u16 {
        self.number
    }
}

impl<S, P> Clone for Key<S, P> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S, P> Copy for Key<S, P> {}
impl<S: Set, P> fmt::Debug for Key<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match S::INFO.row(self.number) {
            Some(row) => row.fmt(f),
            None => write!(f, "{}", self.number),
        }
    }
}

/// A set of attributes: the numbers that mean something in one place of one kind of message.
///
/// Implemented by [`attributes!`](crate::attributes) for an empty enum that has the keys as constants.
pub trait Set: Sized + 'static {
    /// The set's rows, as data.
    const INFO: &'static SetInfo;
    /// Room for one place per number, for [`Attributes::table`].
    type Slots: AsRef<[Slot]> + AsMut<[Slot]> + Clone;
    /// The same, empty.
    const EMPTY: Self::Slots;
    /// Which bits of an attribute's kind are its number. The kernel's sets leave the upper two to the flags; a set with
    /// numbers beyond that, as programs among themselves have them, needs one of the two.
    const NUMBER: u16 = AttributeHeader::NUMBER;
}

/// A set that knows no attribute: for attributes whose set nobody knows, or is known at run time only.
#[derive(Debug)]
pub enum Any {}

impl Set for Any {
    const INFO: &'static SetInfo = &SetInfo { name: "Any", prefix: "", rows: &[] };
    type Slots = [Slot; 0];
    const EMPTY: [Slot; 0] = [];
}

/// Attributes of set `S`, one behind the other, as they came.
///
/// Iterate and [`read`](Attribute::read) to take many fields in one pass without any table; [`get`](Self::get) one or a few;
/// make a [`table`](Self::table) to get many of a large message.
///
/// Where an attribute occurs more than once, `get` and the table take the last, as the kernel does; iteration shows all.
///
/// Where they end in bytes that are no attribute, `get` and the table are an error, also for one that stands before: what is
/// behind it, perhaps of the same number, cannot be told. Iteration gives all that can be, and then the error.
pub struct Attributes<'a, S> {
    rest: &'a [u8],
    end: u32,
    of: PhantomData<fn() -> S>,
}

impl<S> Clone for Attributes<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S> Copy for Attributes<'_, S> {}
impl<S> Default for Attributes<'_, S> {
    fn default() -> Self {
        Self::new(Span::default())
    }
}

impl<'a, S> Attributes<'a, S> {
    /// The attributes that lie in `span`.
    #[inline]
    pub fn new(span: Span<'a>) -> Self {
        Self { rest: span.bytes, end: span.end(), of: PhantomData }
    }

    /// The bytes in which they lie.
    #[inline]
    pub fn span(&self) -> Span<'a> {
        Span::new(self.rest, self.end.wrapping_sub(length(self.rest)))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The same attributes, taken for those of another set.
    pub fn cast<T>(self) -> Attributes<'a, T> {
        Attributes::new(self.span())
    }
}

impl<'a, S: Set> Attributes<'a, S> {
    /// All of them, in their order.
    #[inline]
    pub fn iter(&self) -> AttributeIter<'a, S> {
        AttributeIter { rest: self.rest, end: self.end, of: PhantomData }
    }

    /// The value of one attribute; none where it is not there. Each call goes through all of them.
    #[inline]
    pub fn get<P: Payload>(&self, key: Key<S, P>) -> Result<Option<P::Value<'a>>, ParseError> {
        let mut found = None;
        for attribute in self.iter() {
            let attribute = attribute?;
            if attribute.number() == key.number() {
                found = Some(attribute);
            }
        }
        match found {
            Some(attribute) => attribute.read(key),
            None => Ok(None),
        }
    }

    /// The values of an attribute that may occur more than once.
    pub fn all<P: Payload>(
        &self,
        key: Key<S, P>,
    ) -> impl Iterator<Item = Result<P::Value<'a>, ParseError>> + use<'a, S, P> {
        self.iter().filter_map(move |attribute| attribute.and_then(|attribute| attribute.read(key)).transpose())
    }

    /// Finds the place of every attribute in one pass, so that each can then be had at once.
    pub fn table(&self) -> Result<Table<'a, S>, ParseError> {
        let mut slots = S::EMPTY;
        let start = self.span().offset;
        for attribute in self.iter() {
            let attribute = attribute?;
            if let Some(slot) = slots.as_mut().get_mut(usize::from(attribute.number())) {
                *slot = Slot { begin: attribute.span.offset.wrapping_sub(start), size: length(attribute.span.bytes) };
            }
        }
        Ok(Table { attributes: *self, slots })
    }
}

impl<'a, S: Set> IntoIterator for Attributes<'a, S> {
    type Item = Result<Attribute<'a, S>, ParseError>;
    type IntoIter = AttributeIter<'a, S>;
    #[inline]
    fn into_iter(self) -> AttributeIter<'a, S> {
        self.iter()
    }
}

/// The iterator of [`Attributes`]. It ends after an error.
#[derive(Clone)]
pub struct AttributeIter<'a, S> {
    rest: &'a [u8],
    end: u32,
    of: PhantomData<fn() -> S>,
}

impl<S> fmt::Debug for AttributeIter<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttributeIter({} bytes left)", self.rest.len())
    }
}

impl<'a, S: Set> Iterator for AttributeIter<'a, S> {
    type Item = Result<Attribute<'a, S>, ParseError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let Some((header, behind)) = self.rest.split_first_chunk::<{ AttributeHeader::SIZE }>() else {
            return self.stop();
        };
        let stated = u16::from_ne_bytes([header[0], header[1]]);
        let kind = u16::from_ne_bytes([header[2], header[3]]);
        // Four bytes of payload, as most have, need neither check nor padding.
        if stated == 8
            && let Some((payload, rest)) = behind.split_first_chunk::<4>()
        {
            self.rest = rest;
            return Some(Ok(self.found(kind, payload, length(rest).wrapping_add(4))));
        }
        let size = usize::from(stated).checked_sub(AttributeHeader::SIZE);
        let Some((payload, rest)) = size.and_then(|size| behind.split_at_checked(size)) else {
            return Some(Err(self.broken(stated, kind)));
        };
        let left = length(behind);
        // The padding behind the last one may be missing.
        self.rest = rest.get(payload.len().wrapping_neg() & 3..).unwrap_or_default();
        Some(Ok(self.found(kind, payload, left)))
    }
}

impl<'a, S: Set> AttributeIter<'a, S> {
    #[inline]
    fn found(&self, kind: u16, payload: &'a [u8], left: u32) -> Attribute<'a, S> {
        Attribute { kind, span: Span::new(payload, self.end.wrapping_sub(left)), of: PhantomData }
    }

    #[inline]
    fn stop(&mut self) -> Option<Result<Attribute<'a, S>, ParseError>> {
        if self.rest.is_empty() { None } else { Some(Err(self.trailing())) }
    }

    #[inline]
    fn trailing(&mut self) -> ParseError {
        let bytes = length(core::mem::take(&mut self.rest));
        ParseError::new(ParseErrorKind::Trailing, Some(S::INFO), 0, self.end.wrapping_sub(bytes), bytes)
    }

    #[inline]
    fn broken(&mut self, stated: u16, kind: u16) -> ParseError {
        let offset = self.end.wrapping_sub(length(core::mem::take(&mut self.rest)));
        let what = if stated < 4 { ParseErrorKind::TooShort } else { ParseErrorKind::TooLong };
        ParseError::new(what, Some(S::INFO), kind & S::NUMBER, offset, stated.into())
    }
}

/// One attribute as it came.
pub struct Attribute<'a, S> {
    kind: u16,
    span: Span<'a>,
    of: PhantomData<fn() -> S>,
}

impl<S> Clone for Attribute<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S> Copy for Attribute<'_, S> {}

impl<'a, S> Attribute<'a, S> {
    /// Its number with the flags [`NESTED`](AttributeHeader::NESTED) and [`NET_BYTEORDER`](AttributeHeader::NET_BYTEORDER).
    pub fn kind(&self) -> u16 {
        self.kind
    }

    /// Its payload as it is, without the padding.
    #[inline]
    pub fn payload(&self) -> &'a [u8] {
        self.span.bytes
    }

    /// Its payload, and where in the message that lies.
    #[inline]
    pub fn span(&self) -> Span<'a> {
        self.span
    }
}

impl<'a, S: Set> Attribute<'a, S> {
    /// Its number in its set.
    #[inline]
    pub fn number(&self) -> u16 {
        self.kind & S::NUMBER
    }

    /// Its value, if it is the attribute that `key` names; an error where it is and the payload is not of the key's type.
    // Within the caller from the beginning, a chain of these becomes one jump; otherwise each answer is looked at again.
    #[inline(always)]
    pub fn read<P: Payload>(&self, key: Key<S, P>) -> Result<Option<P::Value<'a>>, ParseError> {
        if self.number() != key.number() {
            return Ok(None);
        }
        match P::read(self.span) {
            Some(value) => Ok(Some(value)),
            None => Err(self.unreadable()),
        }
    }

    #[inline]
    fn unreadable(&self) -> ParseError {
        let offset = self.span.offset.wrapping_sub(4);
        ParseError::new(ParseErrorKind::Payload, Some(S::INFO), self.number(), offset, length(self.span.bytes))
    }
}

/// The place of one attribute in a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// Where its payload begins among the attributes: never at 0, which stands for one that is not there.
    begin: u32,
    size: u32,
}

impl Slot {
    /// The place of an attribute that is not there.
    pub const EMPTY: Self = Self { begin: 0, size: 0 };

    /// The payload of the attribute that lies here among these; it was seen whole when the table was made.
    #[inline]
    fn of(self, attributes: Span<'_>) -> Option<Span<'_>> {
        if self.begin == 0 {
            return None;
        }
        let begin = usize::try_from(self.begin).ok()?;
        let end = begin.checked_add(usize::try_from(self.size).ok()?)?;
        Some(Span::new(attributes.bytes.get(begin..end)?, attributes.offset.wrapping_add(self.begin)))
    }
}

/// The attributes of a set with the place of each: see [`Attributes::table`].
pub struct Table<'a, S: Set> {
    attributes: Attributes<'a, S>,
    slots: S::Slots,
}

impl<'a, S: Set> Table<'a, S> {
    /// The value of one attribute; none where it is not there.
    #[inline]
    pub fn get<P: Payload>(&self, key: Key<S, P>) -> Result<Option<P::Value<'a>>, ParseError> {
        let Some(slot) = self.slots.as_ref().get(usize::from(key.number())) else {
            // A key that was made by hand, beyond the set's own rows.
            return self.attributes.get(key);
        };
        let attributes = self.attributes.span();
        match slot.of(attributes) {
            None => Ok(None),
            Some(span) => match P::read(span) {
                Some(value) => Ok(Some(value)),
                None => Err(Attribute { kind: key.number(), span, of: self.attributes.of }.unreadable()),
            },
        }
    }

    /// All the attributes, as they came.
    pub fn attributes(&self) -> Attributes<'a, S> {
        self.attributes
    }
}

impl<S: Set> fmt::Debug for Table<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.attributes.fmt(f)
    }
}

/// Defines an attribute set: one row per attribute, with its number, its payload and what it means.
///
/// A row becomes a constant [`Key`], and a row of [`Set::INFO`]. There is nothing else to write for an attribute.
///
/// ```
/// use nlwire_codec::payload::{Be, Str};
///
/// nlwire_codec::attributes! {
///     /// Attributes of a door.
///     pub enum Door("DOOR_") {
///         /// What stands on it.
///         NAME: Str = 1,
///         /// Its width in millimetres, in network byte order.
///         WIDTH: Be<u16> = 2,
///     }
/// }
/// ```
///
/// Where the kernel's name is no name for a constant, it stands behind that: `_2ND_HINGE ("2ND_HINGE"): u8 = 3`.
#[macro_export]
macro_rules! attributes {
    (
        $(#[$doc:meta])*
        $vis:vis enum $Set:ident($prefix:literal) {
            $($(#[$row:meta])* $NAME:ident $(($kernel:literal))?: $Payload:ty = $number:literal),* $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        $vis enum $Set {}

        impl $Set {
            $(
                #[doc = concat!("`", $crate::kernel_name!($prefix $NAME $($kernel)?), "` (", $number, ").\n\n")]
                $(#[$row])*
                $vis const $NAME: $crate::Key<Self, $Payload> = $crate::Key::new($number);
            )*
        }

        impl $crate::Set for $Set {
            const INFO: &'static $crate::schema::SetInfo = &$crate::schema::SetInfo {
                name: stringify!($Set),
                prefix: $prefix,
                rows: &[$(
                    $crate::schema::Row::new::<$Payload>($number, $crate::kernel_name!($prefix $NAME $($kernel)?)),
                )*],
            };
            type Slots = [$crate::attribute::Slot; $crate::attribute::slots(&[$($number),*])];
            const EMPTY: Self::Slots =
                [$crate::attribute::Slot::EMPTY; $crate::attribute::slots(&[$($number),*])];
            const NUMBER: u16 = $crate::attribute::number_bits(&[$($number),*]);
        }
    };
}

/// How many slots a table of these attribute numbers takes.
#[doc(hidden)]
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::as_conversions)] // runs when it is compiled
pub const fn slots(numbers: &[u16]) -> usize {
    let mut most = 0;
    let mut index = 0;
    while index < numbers.len() {
        if numbers[index] > most {
            most = numbers[index];
        }
        index += 1;
    }
    most as usize + 1
}

/// Which bits of an attribute's kind are its number, in a set with these.
#[doc(hidden)]
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // runs when it is compiled
pub const fn number_bits(numbers: &[u16]) -> u16 {
    let mut index = 0;
    while index < numbers.len() {
        if numbers[index] > AttributeHeader::NUMBER {
            return !AttributeHeader::NESTED;
        }
        index += 1;
    }
    AttributeHeader::NUMBER
}
