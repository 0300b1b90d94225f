//! Payloads that are made of attributes.

use core::convert::Infallible;
use core::fmt;
use core::marker::PhantomData;

use crate::attribute::{Any, Attribute, Attributes, Key, Set};
use crate::error::{EmitErrorKind, ParseError};
use crate::payload::{Fixed, Payload, Span};
use crate::schema::{Context, Inside, SetInfo, Tally};
use crate::tail::Tail;
use crate::walk;

/// Attributes of set `S` inside an attribute.
///
/// Read, it is their [`Attributes`]. It is written by [`Emit::nest`](crate::Emit::nest), or from attributes that were read.
#[derive(Debug)]
pub enum Nest<S> {
    #[doc(hidden)]
    _Never(Infallible, PhantomData<S>),
}

impl<S: Set> Payload for Nest<S> {
    type Value<'a> = Attributes<'a, S>;
    const NAME: &'static str = "nest";
    const NESTED: bool = true;

    #[inline]
    fn read(span: Span<'_>) -> Option<Attributes<'_, S>> {
        Some(Attributes::new(span))
    }

    fn write(value: Attributes<'_, S>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.span().bytes)
    }

    fn debug(span: Span<'_>, context: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        walk::debug(S::INFO, span, context, f)
    }

    fn repeat(
        span: Span<'_>,
        context: &Context<'_>,
        out: &mut Tail<'_>,
        tally: &mut Tally,
    ) -> Result<(), EmitErrorKind> {
        walk::repeat(S::INFO, span, context, out, tally)
    }

    fn sets() -> &'static [&'static SetInfo] {
        const { &[S::INFO] }
    }

    fn inside<'a>(span: Span<'a>, _scope: &Context<'_>, _offset: u32) -> Option<Inside<'a>> {
        Some((S::INFO, span))
    }
}

/// A C struct, and attributes of set `S` behind it.
#[derive(Debug)]
pub enum Headed<H, S> {
    #[doc(hidden)]
    _Never(Infallible, PhantomData<(H, S)>),
}

/// A C struct and the attributes behind it, as they were read.
pub struct HeadedValue<'a, H, S> {
    /// The struct.
    pub header: H,
    /// The attributes.
    pub attributes: Attributes<'a, S>,
}

impl<H: fmt::Debug, S: Set> fmt::Debug for HeadedValue<'_, H, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.header, self.attributes)
    }
}

impl<H: Fixed, S: Set> Payload for Headed<H, S> {
    type Value<'a> = HeadedValue<'a, H, S>;
    const NAME: &'static str = "struct with attributes";
    const NESTED: bool = true;

    fn read(span: Span<'_>) -> Option<HeadedValue<'_, H, S>> {
        let (header, _) = H::read_from_prefix(span.bytes).ok()?;
        Some(HeadedValue { header, attributes: Attributes::new(span.skip(size_of::<H>().next_multiple_of(4))) })
    }

    fn write(value: HeadedValue<'_, H, S>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.header.as_bytes())?;
        out.align()?;
        out.put(value.attributes.span().bytes)
    }

    fn debug(span: Span<'_>, context: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::read(span) {
            Some(value) => {
                write!(f, "{:?} ", value.header)?;
                walk::debug(S::INFO, value.attributes.span(), context, f)
            }
            None => write!(f, "(not a {}: {:02x?})", Self::NAME, span.bytes),
        }
    }

    fn repeat(
        span: Span<'_>,
        context: &Context<'_>,
        out: &mut Tail<'_>,
        tally: &mut Tally,
    ) -> Result<(), EmitErrorKind> {
        match Self::read(span) {
            Some(value) => {
                out.put(value.header.as_bytes())?;
                out.pad(size_of::<H>(), span.bytes.len())?;
                walk::repeat(S::INFO, value.attributes.span(), context, out, tally)
            }
            None => tally.copy_unreadable(span.bytes, out),
        }
    }

    fn sets() -> &'static [&'static SetInfo] {
        const { &[S::INFO] }
    }

    fn inside<'a>(span: Span<'a>, _scope: &Context<'_>, _offset: u32) -> Option<Inside<'a>> {
        Some((S::INFO, Self::read(span)?.attributes.span()))
    }
}

/// Attributes whose number is only a place in a list, each with payload `P`.
#[derive(Debug)]
pub enum List<P> {
    #[doc(hidden)]
    _Never(Infallible, PhantomData<P>),
}

/// The items of a [`List`].
pub struct Items<'a, P> {
    attributes: Attributes<'a, Any>,
    of: PhantomData<fn() -> P>,
}

impl<P> Clone for Items<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<P> Copy for Items<'_, P> {}

impl<'a, P: Payload> Items<'a, P> {
    /// The items, each with the number that it has.
    pub fn iter(&self) -> impl Iterator<Item = Result<(u16, P::Value<'a>), ParseError>> + use<'a, P> {
        self.attributes.iter().filter_map(|item| {
            // A key made of the item's own number is always the item's.
            let read = |item: Attribute<'a, Any>| Ok((item.number(), item.read::<P>(Key::new(item.number()))?));
            match item.and_then(read) {
                Ok((number, value)) => value.map(|value| Ok((number, value))),
                Err(error) => Some(Err(error)),
            }
        })
    }
}

impl<P: Payload> fmt::Debug for Items<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<P: Payload> Payload for List<P> {
    type Value<'a> = Items<'a, P>;
    const NAME: &'static str = "list";
    const NESTED: bool = true;

    fn read(span: Span<'_>) -> Option<Items<'_, P>> {
        Some(Items { attributes: Attributes::new(span), of: PhantomData })
    }

    fn write(value: Items<'_, P>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.attributes.span().bytes)
    }

    fn debug(span: Span<'_>, context: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        walk::debug_items(&walk::item::<P>(), span, context, f)
    }

    fn sets() -> &'static [&'static SetInfo] {
        P::sets()
    }

    fn repeat(
        span: Span<'_>,
        context: &Context<'_>,
        out: &mut Tail<'_>,
        tally: &mut Tally,
    ) -> Result<(), EmitErrorKind> {
        walk::repeat_items(&walk::item::<P>(), span, context, out, tally)
    }
}

/// Attributes whose set something else in the message chooses: a kind's name beside them, the address family.
///
/// `C` knows how, see [`Choose`]; [`choices!`](crate::choices) makes one where an attribute beside them decides.
#[derive(Debug)]
pub enum Chosen<C> {
    #[doc(hidden)]
    _Never(Infallible, PhantomData<C>),
}

/// How the set of a [`Chosen`] nest is found.
pub trait Choose: 'static {
    /// The set that the attributes at this place are of; none where it is not known.
    fn choose(context: &Context<'_>) -> Option<&'static SetInfo>;

    /// All the sets that it may be.
    fn sets() -> &'static [&'static SetInfo];
}

/// A set that `C` may choose.
pub trait ChoiceOf<C>: Set {}

/// Attributes of one of several sets: [`of`](Self::of) takes them for those of one.
pub struct Choice<'a, C> {
    span: Span<'a>,
    of: PhantomData<fn() -> C>,
}

impl<C> Clone for Choice<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for Choice<'_, C> {}

impl<'a, C> Choice<'a, C> {
    /// The attributes, taken for those of set `S`. Whether they are is for the caller to know, from what decides it.
    pub fn of<S: ChoiceOf<C>>(self) -> Attributes<'a, S> {
        Attributes::new(self.span)
    }

    /// The attributes as they are.
    pub fn any(self) -> Attributes<'a, Any> {
        Attributes::new(self.span)
    }
}

impl<C> fmt::Debug for Choice<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.span.fmt(f)
    }
}

impl<C: Choose> Payload for Chosen<C> {
    type Value<'a> = Choice<'a, C>;
    const NAME: &'static str = "nest that is chosen";
    const NESTED: bool = true;

    fn read(span: Span<'_>) -> Option<Choice<'_, C>> {
        Some(Choice { span, of: PhantomData })
    }

    fn write(value: Choice<'_, C>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.span.bytes)
    }

    fn debug(span: Span<'_>, context: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match C::choose(context) {
            Some(set) => walk::debug(set, span, context, f),
            None => write!(f, "{:02x?}", span.bytes),
        }
    }

    fn repeat(
        span: Span<'_>,
        context: &Context<'_>,
        out: &mut Tail<'_>,
        tally: &mut Tally,
    ) -> Result<(), EmitErrorKind> {
        match C::choose(context) {
            Some(set) => walk::repeat(set, span, context, out, tally),
            None => tally.copy_unknown(span.bytes, out),
        }
    }

    fn sets() -> &'static [&'static SetInfo] {
        C::sets()
    }

    fn inside<'a>(span: Span<'a>, context: &Context<'_>, _offset: u32) -> Option<Inside<'a>> {
        Some((C::choose(context)?, span))
    }
}

/// Defines a [`Choose`] by the value of an attribute that stands beside the nest.
///
/// ```
/// use nlwire_codec::nest::Chosen;
/// use nlwire_codec::payload::Str;
///
/// nlwire_codec::attributes! {
///     /// A vehicle.
///     pub enum Vehicle("VEHICLE_") {
///         /// What it is.
///         KIND: Str = 1,
///         /// What only such a one has.
///         DATA: Chosen<VehicleData> = 2,
///     }
/// }
/// nlwire_codec::attributes! {
///     /// A boat's own.
///     pub enum Boat("BOAT_") {
///         /// Draught in millimetres.
///         DRAUGHT: u32 = 1,
///     }
/// }
/// nlwire_codec::choices! {
///     /// `VEHICLE_KIND` decides.
///     pub enum VehicleData: Vehicle::KIND {
///         "boat" | "ship" => Boat,
///     }
/// }
/// ```
///
/// Where several sets have the same choices, each has a line of its own before the one list:
/// `pub enum A: One::KIND, pub enum B: Other::TYPE { … }`.
#[macro_export]
macro_rules! choices {
    (
        $(#[$doc:meta])*
        $vis:vis enum $Choice:ident: $Parent:ident::$KEY:ident {
            $($($value:pat_param)|+ => $Set:ty),* $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        $vis enum $Choice {}

        impl $crate::nest::Choose for $Choice {
            fn choose(context: &$crate::schema::Context<'_>) -> Option<&'static $crate::schema::SetInfo> {
                match context.sibling($Parent::$KEY)? {
                    $($($value)|+ => Some(<$Set as $crate::Set>::INFO),)*
                    _ => None,
                }
            }

            fn sets() -> &'static [&'static $crate::schema::SetInfo] {
                const { &[$(<$Set as $crate::Set>::INFO),*] }
            }
        }

        $(impl $crate::nest::ChoiceOf<$Choice> for $Set {})*
    };
    (
        $(#[$doc:meta])* $vis:vis enum $Choice:ident: $Parent:ident::$KEY:ident,
        $($(#[$docs:meta])* $vises:vis enum $Choices:ident: $Parents:ident::$KEYS:ident),+ { $($rows:tt)* }
    ) => {
        $crate::choices! { $(#[$doc])* $vis enum $Choice: $Parent::$KEY { $($rows)* } }
        $crate::choices! { $($(#[$docs])* $vises enum $Choices: $Parents::$KEYS),+ { $($rows)* } }
    };
}
