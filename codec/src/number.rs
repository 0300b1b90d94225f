//! Numbers of the kernel: plain integers, open sets of named values, flags; and how they lie on the wire.

use core::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, big_endian, native_endian};

/// A value that is one integer on the wire.
///
/// Implemented by the integers, and by every type that [`numbers!`](crate::numbers) and [`flags!`](crate::flags) make.
/// Each is also a [`Payload`](crate::payload::Payload) (in host order; [`Be`](crate::payload::Be) for network order) and a
/// field of a C struct ([`Native`], [`Big`]).
pub trait Number: Copy + Eq + fmt::Debug + 'static {
    /// What it is called in errors.
    const NAME: &'static str;
    /// The integer in host byte order, at any address.
    type Native: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + Copy + Default + Eq;
    /// The integer in network byte order, at any address.
    type Big: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + Copy + Default + Eq;
    /// From host byte order.
    fn from_native(wire: Self::Native) -> Self;
    /// To host byte order.
    fn to_native(self) -> Self::Native;
    /// From network byte order.
    fn from_big(wire: Self::Big) -> Self;
    /// To network byte order.
    fn to_big(self) -> Self::Big;
}

macro_rules! integers {
    ($($Int:ty: $Native:ty, $Big:ty;)+) => { $(
        impl Number for $Int {
            const NAME: &'static str = stringify!($Int);
            type Native = $Native;
            type Big = $Big;
            #[inline]
            fn from_native(wire: $Native) -> Self {
                wire.into()
            }
            #[inline]
            fn to_native(self) -> $Native {
                self.into()
            }
            #[inline]
            fn from_big(wire: $Big) -> Self {
                wire.into()
            }
            #[inline]
            fn to_big(self) -> $Big {
                self.into()
            }
        }
    )+ };
}

integers! {
    u8: u8, u8;
    u16: native_endian::U16, big_endian::U16;
    u32: native_endian::U32, big_endian::U32;
    u64: native_endian::U64, big_endian::U64;
    i8: i8, i8;
    i16: native_endian::I16, big_endian::I16;
    i32: native_endian::I32, big_endian::I32;
    i64: native_endian::I64, big_endian::I64;
}

macro_rules! field {
    ($(#[$doc:meta])* $Field:ident, $Wire:ident, $from:ident, $to:ident) => {
        $(#[$doc])*
        #[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
        #[repr(transparent)]
        pub struct $Field<T: Number>(T::$Wire);

        impl<T: Number> $Field<T> {
            /// The field for `value`.
            #[inline]
            pub fn new(value: T) -> Self {
                Self(value.$to())
            }

            /// The value.
            #[inline]
            pub fn get(self) -> T {
                T::$from(self.0)
            }
        }

        impl<T: Number> Clone for $Field<T> {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl<T: Number> Copy for $Field<T> {}
        impl<T: Number> Default for $Field<T> {
            fn default() -> Self {
                Self(T::$Wire::default())
            }
        }
        impl<T: Number> PartialEq for $Field<T> {
            fn eq(&self, other: &Self) -> bool {
                self.get() == other.get()
            }
        }
        impl<T: Number> Eq for $Field<T> {}
        impl<T: Number> PartialEq<T> for $Field<T> {
            fn eq(&self, other: &T) -> bool {
                self.get() == *other
            }
        }
        impl<T: Number> From<T> for $Field<T> {
            #[inline]
            fn from(value: T) -> Self {
                Self::new(value)
            }
        }
        impl<T: Number> fmt::Debug for $Field<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.get().fmt(f)
            }
        }
    };
}

field! {
    /// An integer, a named number or a set of flags as a field of a C struct, in host byte order, at any address.
    Native, Native, from_native, to_native
}

field! {
    /// An integer, a named number or a set of flags as a field of a C struct, in network byte order, at any address.
    Big, Big, from_big, to_big
}

/// A named value of the kernel, as data: for `Debug`, and for the test against the kernel's headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<T> {
    /// The kernel's name, with its prefix.
    pub name: &'static str,
    /// The value.
    pub value: T,
}

/// The kernel's name of a row: the prefix, and the row's own name or what stands in its place.
#[doc(hidden)]
#[macro_export]
macro_rules! kernel_name {
    ($prefix:literal $NAME:ident) => {
        concat!($prefix, stringify!($NAME))
    };
    ($prefix:literal $NAME:ident $kernel:literal) => {
        concat!($prefix, $kernel)
    };
}

/// Defines an open set of the kernel's numbers: a newtype with a constant per name that we know.
///
/// Any number is a value; `Debug` prints the kernel's name, or the number where it has none here.
///
/// ```
/// nlwire_codec::numbers! {
///     /// How a link is driven.
///     pub struct Drive(u8, "DRIVE_") {
///         /// From behind.
///         REAR = 1,
///         /// On all wheels.
///         ALL = 2,
///     }
/// }
/// assert_eq!(format!("{:?} {:?}", Drive::ALL, Drive(7)), "DRIVE_ALL 7");
/// assert_eq!(Drive::REAR.name(), Some("REAR"));
/// ```
///
/// Where the kernel's name is no name for a constant, it stands behind that: `_4X4 ("4X4") = 3`.
#[macro_export]
macro_rules! numbers {
    (@type $Int:ident $(#[$doc:meta])* $vis:vis $Name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        $vis struct $Name(pub $Int);
    };
    (
        $(#[$doc:meta])*
        $vis:vis struct $Name:ident($Int:ident, $prefix:literal) {
            $($(#[$row:meta])* $NAME:ident $(($kernel:literal))? = $value:expr),* $(,)?
        }
    ) => {
        $crate::numbers!(@type $Int $(#[$doc])* $vis $Name);

        impl $Name {
            $(
                #[doc = concat!("`", $crate::kernel_name!($prefix $NAME $($kernel)?), "`.\n\n")]
                $(#[$row])*
                $vis const $NAME: Self = Self($value);
            )*

            /// Every name that is known, as data.
            $vis const NAMES: &'static [$crate::number::Named<$Int>] = &[
                $($crate::number::Named { name: $crate::kernel_name!($prefix $NAME $($kernel)?), value: $value }),*
            ];

            /// The kernel's name of the value without the prefix; none where it has no name.
            $vis fn name(self) -> Option<&'static str> {
                Self::NAMES.iter().find(|named| named.value == self.0).and_then(|named| named.name.strip_prefix($prefix))
            }
        }

        impl ::core::fmt::Debug for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match Self::NAMES.iter().find(|named| named.value == self.0) {
                    Some(named) => f.write_str(named.name),
                    None => ::core::fmt::Debug::fmt(&self.0, f),
                }
            }
        }

        $crate::numbers!(@wire $Int $Name, |value| Self(value), |this| this.0);
    };
    (@wire $Int:ident $Name:ident, |$value:ident| $from:expr, |$this:ident| $to:expr) => {
        impl $crate::number::Number for $Name {
            const NAME: &'static str = stringify!($Name);
            type Native = <$Int as $crate::number::Number>::Native;
            type Big = <$Int as $crate::number::Number>::Big;
            #[inline]
            fn from_native(wire: Self::Native) -> Self {
                let $value = <$Int as $crate::number::Number>::from_native(wire);
                $from
            }
            #[inline]
            fn to_native(self) -> Self::Native {
                let $this = self;
                <$Int as $crate::number::Number>::to_native($to)
            }
            #[inline]
            fn from_big(wire: Self::Big) -> Self {
                let $value = <$Int as $crate::number::Number>::from_big(wire);
                $from
            }
            #[inline]
            fn to_big(self) -> Self::Big {
                let $this = self;
                <$Int as $crate::number::Number>::to_big($to)
            }
        }
    };
}

/// Defines a set of the kernel's flags, by [`bitflags`](crate::bitflags): unknown bits are kept.
///
/// `Debug` prints the kernel's names, and the bits that have none as one number.
///
/// ```
/// nlwire_codec::flags! {
///     /// What a door is.
///     pub struct Door(u16, "DOOR_") {
///         /// Open.
///         OPEN = 1,
///         /// Locked.
///         LOCKED = 2,
///     }
/// }
/// let door = Door::OPEN | Door::from_bits_retain(0x8000);
/// assert_eq!(format!("{door:?}"), "DOOR_OPEN | 0x8000");
/// ```
#[macro_export]
macro_rules! flags {
    (
        $(#[$doc:meta])*
        $vis:vis struct $Name:ident($Int:ident, $prefix:literal) {
            $($(#[$($row:tt)*])* $NAME:ident $(($kernel:literal))? = $value:expr),* $(,)?
        }
    ) => {
        $crate::numbers!(@type $Int $(#[$doc])* $vis $Name);

        $crate::bitflags::bitflags! {
            impl $Name: $Int {
                $(
                    #[doc = concat!("`", $crate::kernel_name!($prefix $NAME $($kernel)?), "`.\n\n")]
                    $(#[$($row)*])*
                    const $NAME = $value;
                )*
                const _ = !0;
            }
        }

        impl $Name {
            /// Every flag that is known, as data.
            $vis const NAMES: &'static [$crate::number::Named<$Int>] = &[
                $($crate::number::Named { name: $crate::kernel_name!($prefix $NAME $($kernel)?), value: $value }),*
            ];
        }

        impl ::core::fmt::Debug for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut rest = self.bits();
                let mut separator = "";
                for named in Self::NAMES {
                    if named.value != 0 && rest & named.value == named.value {
                        write!(f, "{separator}{}", named.name)?;
                        rest &= !named.value;
                        separator = " | ";
                    }
                }
                if rest != 0 || separator.is_empty() {
                    write!(f, "{separator}{rest:#x}")?;
                }
                Ok(())
            }
        }

        $crate::numbers!(@wire $Int $Name, |value| Self::from_bits_retain(value), |this| this.bits());
    };
}
