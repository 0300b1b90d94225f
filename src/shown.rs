//! Values as `ip -j` shows them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

use ipnet::IpNet;

use crate::codec::payload::LinkAddress;
use crate::codec::route::link;
use crate::name::InterfaceName;

/// A value as `ip -j` shows it: what JSON can hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number without a sign.
    Unsigned(u64),
    /// A number with one.
    Signed(i64),
    /// A number of seconds, in hundredths of which the kernel counts.
    Hundredths(u64),
    /// A word, an address, a number in hexadecimal digits.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Names and values.
    Object(Vec<(&'static str, Self)>),
}

impl Shown {
    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// How a type is shown.
pub trait Show {
    /// The value as it is shown.
    fn show(&self) -> Shown;
}

/// Another way to show a type.
pub trait Form<T> {
    /// The name and the value as they are shown. An object without a name is shown as its parts.
    fn entry(name: &'static str, value: &T) -> (&'static str, Shown);
}

macro_rules! show {
    ($($Type:ty: |$value:ident| $shown:expr;)+) => { $(
        impl Show for $Type {
            fn show(&self) -> Shown {
                let $value = self;
                $shown
            }
        }
    )+ };
}

show! {
    bool: |value| Shown::Bool(*value);
    u8: |value| Shown::Unsigned((*value).into());
    u16: |value| Shown::Unsigned((*value).into());
    u32: |value| Shown::Unsigned((*value).into());
    u64: |value| Shown::Unsigned(*value);
    i32: |value| Shown::Signed((*value).into());
    i64: |value| Shown::Signed(*value);
    String: |value| Shown::Text(value.clone());
    str: |value| Shown::Text(value.into());
    &'static str: |value| Shown::Text((*value).into());
    InterfaceName: |value| Shown::Text(value.to_string());
    LinkAddress: |value| Shown::Text(value.to_string());
    [u8; 6]: |value| LinkAddress::from(*value).show();
    [u8; 8]: |value| Shown::Text(value.iter().map(|byte| format!("{byte:02x}")).collect());
    Ipv4Addr: |value| Shown::Text(value.to_string());
    Ipv6Addr: |value| IpAddr::from(*value).show();
    IpAddr: |value| Shown::Text(ip(*value));
    RangeInclusive<u16>: |value| Shown::Object(vec![("low", value.start().show()), ("high", value.end().show())]);
}

impl Show for Shown {
    fn show(&self) -> Shown {
        self.clone()
    }
}

impl<T: Show> Show for Vec<T> {
    fn show(&self) -> Shown {
        Shown::List(self.iter().map(Show::show).collect())
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self) -> Shown {
        self.as_ref().map_or(Shown::Null, Show::show)
    }
}

/// An IP address as the C library has it, which takes `::a.b.c.d` for an IPv4 address where Rust does not.
pub(crate) fn ip(address: IpAddr) -> String {
    match address {
        IpAddr::V6(six) => match six.segments() {
            [0, 0, 0, 0, 0, 0, high, low] if high != 0 => {
                format!("::{}", Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
            }
            _ => six.to_string(),
        },
        IpAddr::V4(four) => four.to_string(),
    }
}

/// A prefix: an address alone where all of its bits count, and the default by its name.
pub(crate) fn prefix(prefix: IpNet) -> Shown {
    match prefix.prefix_len() {
        0 => "default".show(),
        length if length == prefix.max_prefix_len() => prefix.addr().show(),
        length => Shown::Text(format!("{}/{length}", ip(prefix.addr()))),
    }
}

/// Collects names and values, those that there are.
#[derive(Debug, Default)]
pub(crate) struct Entries(Vec<(&'static str, Shown)>);

impl Entries {
    /// An entry.
    pub(crate) fn put(&mut self, name: &'static str, value: &(impl Show + ?Sized)) {
        self.0.push((name, value.show()));
    }

    /// An entry where there is a value.
    pub(crate) fn some<T: Show>(&mut self, name: &'static str, value: &Option<T>) {
        self.0.extend(value.as_ref().map(|value| (name, value.show())));
    }

    /// One that says something by being there.
    pub(crate) fn flag(&mut self, name: &'static str, set: bool) {
        self.0.extend(set.then_some((name, Shown::Null)));
    }

    /// All of them.
    pub(crate) fn object(self) -> Shown {
        Shown::Object(self.0)
    }
}

/// In hexadecimal digits: zero has no prefix.
#[derive(Debug)]
pub enum Hex {}

impl<T: Into<u64> + Copy> Form<T> for Hex {
    fn entry(name: &'static str, value: &T) -> (&'static str, Shown) {
        (name, hex(*value))
    }
}

/// A number in hexadecimal digits: zero has no prefix.
pub(crate) fn hex(value: impl Into<u64>) -> Shown {
    let value = value.into();
    Shown::Text(if value == 0 { "0".into() } else { format!("{value:#x}") })
}

/// Bytes in hexadecimal digits, without anything between them.
#[derive(Debug)]
pub enum Digits {}

impl Form<Vec<u8>> for Digits {
    fn entry(name: &'static str, value: &Vec<u8>) -> (&'static str, Shown) {
        (name, Shown::Text(value.iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

/// Yes as 1, no as 0.
#[derive(Debug)]
pub enum Digit {}

impl Form<bool> for Digit {
    fn entry(name: &'static str, value: &bool) -> (&'static str, Shown) {
        (name, Shown::Unsigned((*value).into()))
    }
}

/// `on` or `off`.
#[derive(Debug)]
pub enum OnOff {}

impl Form<bool> for OnOff {
    fn entry(name: &'static str, value: &bool) -> (&'static str, Shown) {
        (name, if *value { "on".show() } else { "off".show() })
    }
}

/// A number of hundredths of a second as one of seconds.
#[derive(Debug)]
pub enum Hundredths {}

impl Form<u64> for Hundredths {
    fn entry(name: &'static str, value: &u64) -> (&'static str, Shown) {
        (name, Shown::Hundredths(*value))
    }
}

/// Words that are there, each with a yes of its own.
pub(crate) fn flag_words(words: impl IntoIterator<Item = (bool, &'static str)>) -> (&'static str, Shown) {
    let words = words.into_iter().filter(|(there, _)| *there);
    ("", Shown::Object(words.map(|(_, word)| (word, Shown::Bool(true))).collect()))
}

/// As a number, whatever words there are.
#[derive(Debug)]
pub enum Number {}

/// What is a number, with or without words.
pub trait AsNumber: Copy {
    /// It.
    fn number(self) -> u64;
}

impl<T: AsNumber> Form<T> for Number {
    fn entry(name: &'static str, value: &T) -> (&'static str, Shown) {
        (name, Shown::Unsigned(value.number()))
    }
}

macro_rules! numbers {
    ($($Type:ty: |$value:ident| $number:expr;)+) => { $(
        impl AsNumber for $Type {
            fn number(self) -> u64 {
                let $value = self;
                $number.into()
            }
        }
    )+ };
}

numbers! {
    link::bridge::MulticastRouter: |router| router.0;
    link::bond::LacpState: |state| state.bits();
    link::hardware_kinds::RmnetFlags: |flags| flags.bits();
    link::hsr::HsrProtocol: |protocol| protocol.0;
}

#[cfg(feature = "serde")]
impl serde::Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Signed(value) => serializer.serialize_i64(*value),
            // A count of hundredths is exact up to 2^53 of them, which is longer than any timer.
            Self::Hundredths(value) => serializer.serialize_f64(*value as f64 / 100.0),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(values) => serializer.collect_seq(values),
            Self::Object(entries) => serializer.collect_map(entries.iter().map(|(name, value)| (name, value))),
        }
    }
}

/// Types that serialise as they are shown.
macro_rules! serialize {
    ($($Type:ty),+) => { $(
        #[cfg(feature = "serde")]
        impl serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::shown::Show::show(self).serialize(serializer)
            }
        }
    )+ };
}
pub(crate) use serialize;
