//! Settings: what can be said of a link of some kind, one row each.
//!
//! A row of `settings!` says all of a setting: its name, its type, the attribute that carries it and, where that is not
//! usual, how `ip -j` shows it and whether it can be asked for. From the rows come the struct with its public fields, reading,
//! writing, what differs between two, and the list of rows for tests.

use std::any::Any;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

use crate::codec::nest::{List, Nest};
use crate::codec::number::{Native, Number};
use crate::codec::payload::{Array, Be, Bytes, Flag, Ip, Payload, Str, Struct, Uint};
use crate::codec::route::link::vxlan::{PortRange, TtlInherit};
use crate::codec::{Attributes, Emit, EmitError, Key, ParseError, Set, Table};
use crate::shown::{Show, Shown};

/// A struct of settings, each of which may be left unsaid.
pub trait Settings: Default + Clone + PartialEq {
    /// The attributes that carry them.
    type Set: Set;

    /// The rows.
    const ROWS: &'static [Row];

    /// What the attributes say.
    fn read(attributes: Attributes<'_, Self::Set>) -> Result<Self, ParseError>;

    /// Writes what is said and can be asked for now.
    fn write(&self, to: &mut Emit<'_, Self::Set>, now: Now) -> Result<(), EmitError>;

    /// What is said here and is otherwise there, of what can be asked for and is told.
    #[must_use]
    fn difference(&self, there: &Self) -> Self;

    /// What is said here, and of the rest what is said there.
    #[must_use]
    fn or(&self, there: &Self) -> Self;

    /// The names of what is said.
    fn said(&self) -> Vec<&'static str>;

    /// What is said, as `ip -j` shows it: names and values.
    fn shown(&self) -> Vec<(&'static str, Shown)>;

    /// Whether nothing is said.
    fn is_empty(&self) -> bool {
        self.said().is_empty()
    }

    /// Whether something is said that can be asked for now.
    fn asks(&self, now: Now) -> bool {
        let said = self.said();
        Self::ROWS.iter().any(|row| row.when.holds(now) && said.contains(&row.name))
    }
}

/// One setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name: that of the field.
    pub name: &'static str,
    /// When it can be asked for.
    pub when: When,
    /// Whether the kernel tells it. One that it never tells does not differ from what is there: it says what to do rather than
    /// how something is, or cannot be known.
    pub told: bool,
}

/// When a setting can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// When its owner is made, and later.
    Always,
    /// Only when it is made.
    Add,
    /// Only later.
    Change,
    /// Never: the kernel tells it.
    Told,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Now {
    /// Something is made.
    Add,
    /// Something is changed.
    Change,
}

impl When {
    /// Whether it can be asked for now.
    pub fn holds(self, now: Now) -> bool {
        match self {
            Self::Always => true,
            Self::Add => now == Now::Add,
            Self::Change => now == Now::Change,
            Self::Told => false,
        }
    }
}

/// The type of a setting: how it lies in an attribute with payload `P`.
pub trait Setting<P: Payload>: Sized {
    /// What the attribute says; none where that is the kernel's way to say nothing.
    fn read(value: P::Value<'_>) -> Result<Option<Self>, ParseError>;

    /// Writes the attribute; nothing where another attribute carries this value.
    fn write<S: Set>(&self, key: Key<S, P>, to: &mut Emit<'_, S>) -> Result<(), EmitError>;

    /// What it means that the attribute is missing.
    fn absent() -> Option<Self> {
        None
    }

    /// What is said here and otherwise there, where an attribute says several things.
    fn difference(&self, there: &Self) -> Option<Self>
    where
        Self: Clone + PartialEq,
    {
        (self != there).then(|| self.clone())
    }
}

/// What is said here and otherwise there.
pub(crate) fn differing<T: Clone + PartialEq>(wanted: &Option<T>, there: &Option<T>) -> Option<T> {
    wanted.as_ref().filter(|wanted| there.as_ref() != Some(wanted)).cloned()
}

/// What is said here and otherwise there of the setting that the attribute of this key carries, of which the kernel tells
/// nothing where there is none.
pub(crate) fn differing_if_any<S: Set, P: Payload, T: Setting<P> + Clone + PartialEq + Default + 'static>(
    key: Key<S, P>,
    wanted: &Option<T>,
    there: &Option<T>,
) -> Option<T> {
    differing_in(key, wanted, &Some(there.clone().unwrap_or_default()))
}

/// The same of a setting of which only newer kernels tell: of what an older one does not tell, nothing is known.
pub(crate) fn differing_if_told<S: Set, P: Payload, T: Setting<P> + Clone + PartialEq + 'static>(
    key: Key<S, P>,
    wanted: &Option<T>,
    there: &Option<T>,
) -> Option<T> {
    if there.is_some() { differing_in(key, wanted, there) } else { None }
}

/// What is said here and otherwise there of the setting that the attribute of this key carries.
pub(crate) fn differing_in<S: Set, P: Payload, T: Setting<P> + Clone + PartialEq + 'static>(
    _key: Key<S, P>,
    wanted: &Option<T>,
    there: &Option<T>,
) -> Option<T> {
    match (wanted, there) {
        (Some(wanted), Some(there)) => wanted.difference(there),
        (wanted, _) => wanted.clone().filter(|wanted| !is_nowhere(wanted)),
    }
}

/// Whether it is the address that is none (`0.0.0.0`, `::`), of which kernels tell nothing.
fn is_nowhere(wanted: &dyn Any) -> bool {
    wanted.downcast_ref().is_some_and(IpAddr::is_unspecified)
        || wanted.downcast_ref().is_some_and(Ipv4Addr::is_unspecified)
        || wanted.downcast_ref().is_some_and(Ipv6Addr::is_unspecified)
}

/// Adds what is shown of a setting: as it is, or, where it is several things without a name for all, as those. What two
/// settings show of one thing is shown as one.
pub(crate) fn add(shown: &mut Vec<(&'static str, Shown)>, (name, value): (&'static str, Shown)) {
    match value {
        Shown::Object(parts) if name.is_empty() => shown.extend(parts),
        Shown::Object(parts) => match shown.iter_mut().find(|(other, _)| *other == name) {
            Some((_, Shown::Object(there))) => there.extend(parts),
            _ => shown.push((name, Shown::Object(parts))),
        },
        value => shown.push((name, value)),
    }
}

/// Defines a struct of settings.
///
/// ```ignore
/// settings! {
///     /// A VLAN on another link.
///     pub struct Vlan of wire::Vlan {
///         /// Its number, 0 to 4094.
///         [add] id: u16 = ID,
///         /// Type of service of outer packets.
///         tos: u8 = TOS in Hex,
///     }
/// }
/// ```
///
/// Before the name, in brackets, when it can be asked for ([`When`]): always, if nothing is said. Then `untold`, where the
/// kernel never tells it, `silent`, where the kernel says that there is none (0, an empty list) by telling nothing, or `young`,
/// where only newer kernels tell it. Behind the key, others that carry the same (`GROUP | GROUP6`); behind `as`, its name in the
/// JSON of `ip`; behind `in`, the form that it has there. Behind the set, `tidy` names a function that goes over what was read,
/// `asked` one that goes over what is to be written, `shown` one that goes over what is shown, and `with { … }` holds fields that
/// are no settings.
macro_rules! settings {
    (
        $(#[$doc:meta])*
        pub struct $Name:ident of $Set:ty
            $(, tidy $tidy:path)?
            $(, asked $asked:path)?
            $(, shown $shown:path)?
            $(, with { $($(#[$other_doc:meta])* pub $other:ident: $Other:ty,)* })?
        {
            $(
                $(#[$row_doc:meta])*
                $([$($when:ident),+])? $field:ident: $Type:ty = $KEY:ident $(| $MORE:ident)* $(as $json:literal)? $(in $Form:ty)?
            ),* $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $Name {
            $($($(#[$other_doc])* pub $other: $Other,)*)?
            $($(#[$row_doc])* pub $field: Option<$Type>,)*
        }

        impl $crate::setting::Settings for $Name {
            type Set = $Set;

            const ROWS: &'static [$crate::setting::Row] = &[
                $($crate::setting::Row {
                    name: stringify!($field),
                    when: settings!(@when $($($when)+)?),
                    told: settings!(@told $($($when)+)?),
                },)*
            ];

            fn read(
                attributes: $crate::codec::Attributes<'_, $Set>,
            ) -> Result<Self, $crate::codec::ParseError> {
                #[allow(unused_variables)]
                let table = attributes.table()?;
                let read = Self {
                    $($($other: Default::default(),)*)?
                    $($field: {
                        const TOLD: bool = settings!(@told $($($when)+)?);
                        match $crate::setting::find(&table, <$Set>::$KEY, TOLD)? {
                            $(None => $crate::setting::find(&table, <$Set>::$MORE, TOLD)?,)*
                            found => found,
                        }
                    },)*
                };
                $(let read = $tidy(read);)?
                Ok(read)
            }

            fn write(
                &self,
                #[allow(unused_variables)] to: &mut $crate::codec::Emit<'_, $Set>,
                #[allow(unused_variables)] now: $crate::setting::Now,
            ) -> Result<(), $crate::codec::EmitError> {
                #[allow(unused_variables)]
                let asked = self;
                $(let asked = &$asked(self.clone());)?
                $(
                    if let Some(value) = &asked.$field
                        && settings!(@when $($($when)+)?).holds(now)
                    {
                        $crate::setting::Setting::write(value, <$Set>::$KEY, to)?;
                        $($crate::setting::Setting::write(value, <$Set>::$MORE, to)?;)*
                    }
                )*
                Ok(())
            }

            fn difference(&self, #[allow(unused_variables)] there: &Self) -> Self {
                Self {
                    $($field: settings!(
                        @difference (<$Set>::$KEY, &self.$field, &there.$field) $($($when)+)?
                    ),)*
                    $($($other: Default::default(),)*)?
                }
            }

            fn or(&self, #[allow(unused_variables)] there: &Self) -> Self {
                Self {
                    $($field: self.$field.clone().or_else(|| there.$field.clone()),)*
                    $($($other: self.$other.clone(),)*)?
                }
            }

            fn said(&self) -> Vec<&'static str> {
                [$(self.$field.is_some().then_some(stringify!($field))),*].into_iter().flatten().collect()
            }

            fn shown(&self) -> Vec<(&'static str, $crate::shown::Shown)> {
                #[allow(unused_mut)]
                let mut shown = Vec::new();
                $(
                    if let Some(value) = &self.$field {
                        let name = settings!(@name $field $($json)?);
                        $crate::setting::add(&mut shown, settings!(@show name, value, $Type, $($Form)?));
                    }
                )*
                $(let shown = $shown(self, shown);)?
                shown
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::shown::Show::show(self).serialize(serializer)
            }
        }
    };
    (@when) => { $crate::setting::When::Always };
    (@when untold) => { $crate::setting::When::Always };
    (@when silent) => { $crate::setting::When::Always };
    (@when young) => { $crate::setting::When::Always };
    (@when add $($more:ident)?) => { $crate::setting::When::Add };
    (@when change $($more:ident)?) => { $crate::setting::When::Change };
    (@when told) => { $crate::setting::When::Told };
    (@told untold) => { false };
    (@told $when:ident untold) => { false };
    (@told $($when:ident)*) => { true };
    (@difference $what:tt told) => { None };
    (@difference $what:tt untold) => { None };
    (@difference $what:tt silent) => { $crate::setting::differing_if_any $what };
    (@difference $what:tt young) => { $crate::setting::differing_if_told $what };
    (@difference $what:tt) => { $crate::setting::differing_in $what };
    (@difference $what:tt $when:ident $($more:ident)?) => { settings!(@difference $what $($more)?) };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $json:literal) => { $json };
    (@show $name:ident, $value:ident, $Type:ty,) => { ($name, $crate::shown::Show::show($value)) };
    (@show $name:ident, $value:ident, $Type:ty, $Form:ty) => {
        <$Form as $crate::shown::Form<$Type>>::entry($name, $value)
    };
}
pub(crate) use settings;

/// The setting that the attribute of this key carries. Where it is missing, that means something only if it is ever told.
pub(crate) fn find<S: Set, P: Payload, T: Setting<P>>(
    table: &Table<'_, S>,
    key: Key<S, P>,
    told: bool,
) -> Result<Option<T>, ParseError> {
    table.get(key)?.map_or_else(|| Ok(T::absent().filter(|_| told)), T::read)
}

/// Numbers, addresses, arrays of bytes: what is its own payload.
impl<P: for<'a> Payload<Value<'a> = P> + Copy> Setting<P> for P {
    fn read(value: P) -> Result<Option<Self>, ParseError> {
        Ok(Some(value))
    }

    fn write<S: Set>(&self, key: Key<S, P>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        to.put(key, *self).map(drop)
    }
}

impl<N: Number> Setting<Be<N>> for N {
    fn read(value: N) -> Result<Option<Self>, ParseError> {
        Ok(Some(value))
    }

    fn write<S: Set>(&self, key: Key<S, Be<N>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        to.put(key, *self).map(drop)
    }
}

/// Types that lie in an attribute as its payload has them, or as a closure makes that of them.
macro_rules! as_it_is {
    ($($Type:ty: $Payload:ty, |$read:ident| $from:expr, |$written:ident| $to:expr;)+) => { $(
        impl Setting<$Payload> for $Type {
            fn read($read: <$Payload as Payload>::Value<'_>) -> Result<Option<Self>, ParseError> {
                Ok(Some($from))
            }

            fn write<S: Set>(&self, key: Key<S, $Payload>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
                let $written = self;
                to.put(key, $to).map(drop)
            }
        }
    )+ };
}

as_it_is! {
    bool: u8, |value| value != 0, |value| u8::from(*value);
    bool: u16, |value| value != 0, |value| u16::from(*value);
    bool: u32, |value| value != 0, |value| u32::from(*value);
    u64: Uint, |value| value, |value| *value;
    String: Str, |value| value.into(), |value| value;
    Vec<u8>: Bytes, |value| value.into(), |value| value;
    IpAddr: Ip, |value| value, |value| *value;
    RangeInclusive<u16>: Struct<PortRange>, |value| value.low.get()..=value.high.get(),
        |value| (&PortRange { low: (*value.start()).into(), high: (*value.end()).into() }).into();
}

/// Newer kernels take no value: what is to be no is said by what is to be instead.
impl Setting<TtlInherit> for bool {
    fn read(value: Self) -> Result<Option<Self>, ParseError> {
        Ok(Some(value))
    }

    fn write<S: Set>(&self, key: Key<S, TtlInherit>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        if *self { to.put(key, true).map(drop) } else { Ok(()) }
    }
}

/// A flag says no by its absence.
impl Setting<Flag> for bool {
    fn read((): ()) -> Result<Option<Self>, ParseError> {
        Ok(Some(true))
    }

    fn write<S: Set>(&self, key: Key<S, Flag>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        if *self { to.put(key, ()).map(drop) } else { Ok(()) }
    }

    fn absent() -> Option<Self> {
        Some(false)
    }
}

/// Settings in a nest.
impl<T: Settings> Setting<Nest<T::Set>> for T {
    fn read(inside: Attributes<'_, T::Set>) -> Result<Option<Self>, ParseError> {
        Settings::read(inside).map(Some)
    }

    fn write<S: Set>(&self, key: Key<S, Nest<T::Set>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        to.nest(key, |inside| {
            Settings::write(self, inside, Now::Add)?;
            Ok(inside)
        })
        .map(drop)
    }

    /// All of it where some is otherwise: the kernel may take it only as a whole.
    fn difference(&self, there: &Self) -> Option<Self> {
        (!Settings::difference(self, there).is_empty()).then(|| self.clone())
    }
}

impl<T: Settings> Show for T {
    fn show(&self) -> Shown {
        Shown::Object(self.shown())
    }
}

/// An address of either family, for which there are two attributes.
impl Setting<Ipv4Addr> for IpAddr {
    fn read(value: Ipv4Addr) -> Result<Option<Self>, ParseError> {
        Ok(Some(value.into()))
    }

    fn write<S: Set>(&self, key: Key<S, Ipv4Addr>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        match self {
            Self::V4(address) => to.put(key, *address).map(drop),
            Self::V6(_) => Ok(()),
        }
    }
}

impl Setting<Ipv6Addr> for IpAddr {
    fn read(value: Ipv6Addr) -> Result<Option<Self>, ParseError> {
        Ok(Some(value.into()))
    }

    fn write<S: Set>(&self, key: Key<S, Ipv6Addr>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        match self {
            Self::V6(address) => to.put(key, *address).map(drop),
            Self::V4(_) => Ok(()),
        }
    }
}

impl<P> Setting<List<P>> for Vec<P>
where
    P: for<'a> Payload<Value<'a> = P> + Copy,
{
    fn read(value: <List<P> as Payload>::Value<'_>) -> Result<Option<Self>, ParseError> {
        value.iter().map(|item| Ok(item?.1)).collect::<Result<_, _>>().map(Some)
    }

    fn write<S: Set>(&self, key: Key<S, List<P>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        to.list(key, 0, self.iter().copied()).map(drop)
    }
}

impl<N: Number> Setting<Array<Native<N>>> for Vec<N> {
    fn read(value: &[Native<N>]) -> Result<Option<Self>, ParseError> {
        Ok(Some(value.iter().map(|item| item.get()).collect()))
    }

    fn write<S: Set>(&self, key: Key<S, Array<Native<N>>>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        let items: Vec<Native<N>> = self.iter().map(|item| (*item).into()).collect();
        to.put(key, &items).map(drop)
    }
}
