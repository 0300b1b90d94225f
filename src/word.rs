//! What iproute2 calls the values of numbers: `active-backup`, `802.1ad`.

use crate::codec::route::Scope;
use crate::codec::route::route::{RouteProtocol, RouteType, RouterPreference};
use crate::codec::route::rule::RuleAction;
use crate::shown::{Show, Shown};

/// A number whose values have words.
///
/// ```
/// use nlwire::codec::route::link::bond::BondMode;
/// use nlwire::word::Word;
///
/// assert_eq!(BondMode::from_word("802.3ad"), Some(BondMode::_8023AD));
/// assert_eq!(BondMode::ACTIVEBACKUP.word(), Some("active-backup"));
/// ```
pub trait Word: Copy + PartialEq + 'static {
    /// The words.
    const WORDS: &'static [(Self, &'static str)];

    /// Its word, where it has one.
    fn word(self) -> Option<&'static str> {
        Self::WORDS.iter().find(|(value, _)| *value == self).map(|(_, word)| *word)
    }

    /// The value that a word stands for, in capitals or not.
    fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, other)| other.eq_ignore_ascii_case(word)).map(|(value, _)| *value)
    }
}

/// The words of numbers that the codec has. What has no word is shown as its number.
macro_rules! words {
    ($($Type:ty { $($NAME:ident = $word:literal),* $(,)? })+) => { $(
        impl $crate::word::Word for $Type {
            const WORDS: &'static [(Self, &'static str)] = &[$((Self::$NAME, $word)),*];
        }

        impl $crate::shown::Show for $Type {
            fn show(&self) -> $crate::shown::Shown {
                $crate::word::shown(*self, || self.0.show())
            }
        }
    )+ };
}
pub(crate) use words;

/// The word, or else the number.
pub(crate) fn shown<W: Word>(value: W, number: impl FnOnce() -> Shown) -> Shown {
    value.word().map_or_else(number, |word| word.show())
}

/// Numbers that have words in iproute2 and no names in the kernel's headers: a type each.
macro_rules! choices {
    ($(
        $(#[$doc:meta])*
        pub struct $Name:ident($Int:ident) { $($(#[$row:meta])* $NAME:ident = $value:literal $word:literal,)* }
    )+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name(pub $Int);

        impl $Name {
            $(
                #[doc = concat!("`", $word, "`. ")]
                $(#[$row])*
                pub const $NAME: Self = Self($value);
            )*
        }

        impl $crate::setting::Setting<$Int> for $Name {
            fn read(value: $Int) -> Result<Option<Self>, $crate::codec::ParseError> {
                Ok(Some(Self(value)))
            }

            fn write<S: $crate::codec::Set>(
                &self,
                key: $crate::codec::Key<S, $Int>,
                to: &mut $crate::codec::Emit<'_, S>,
            ) -> Result<(), $crate::codec::EmitError> {
                to.put(key, self.0).map(drop)
            }
        }

        impl $crate::setting::Setting<$crate::codec::payload::Be<$Int>> for $Name {
            fn read(value: $Int) -> Result<Option<Self>, $crate::codec::ParseError> {
                Ok(Some(Self(value)))
            }

            fn write<S: $crate::codec::Set>(
                &self,
                key: $crate::codec::Key<S, $crate::codec::payload::Be<$Int>>,
                to: &mut $crate::codec::Emit<'_, S>,
            ) -> Result<(), $crate::codec::EmitError> {
                to.put(key, self.0).map(drop)
            }
        }

        $crate::word::words! { $Name { $($NAME = $word),* } }
    )+ };
}
pub(crate) use choices;

/// The word, or else the number in digits, as iproute2 has numbers that a file may name.
pub(crate) fn named<W: Word>(value: W, number: impl ToString) -> Shown {
    Shown::Text(value.word().map_or_else(|| number.to_string(), Into::into))
}

macro_rules! names {
    ($($Type:ty { $($NAME:ident = $word:literal),* $(,)? })+) => { $(
        impl Word for $Type {
            const WORDS: &'static [(Self, &'static str)] = &[$((Self::$NAME, $word)),*];
        }

        impl Show for $Type {
            fn show(&self) -> Shown {
                named(*self, self.0)
            }
        }
    )+ };
}

// What iproute2 knows without its files.
names! {
    RouteProtocol {
        UNSPEC = "unspec",
        REDIRECT = "redirect",
        KERNEL = "kernel",
        BOOT = "boot",
        STATIC = "static",
        GATED = "gated",
        RA = "ra",
        MRT = "mrt",
        ZEBRA = "zebra",
        BIRD = "bird",
        DNROUTED = "dnrouted",
        XORP = "xorp",
        NTK = "ntk",
        DHCP = "dhcp",
        KEEPALIVED = "keepalived",
        BABEL = "babel",
        BGP = "bgp",
        ISIS = "isis",
        OSPF = "ospf",
        RIP = "rip",
        EIGRP = "eigrp",
    }
    RouteType {
        UNSPEC = "none",
        UNICAST = "unicast",
        LOCAL = "local",
        BROADCAST = "broadcast",
        ANYCAST = "anycast",
        MULTICAST = "multicast",
        BLACKHOLE = "blackhole",
        UNREACHABLE = "unreachable",
        PROHIBIT = "prohibit",
        THROW = "throw",
        NAT = "nat",
        XRESOLVE = "xresolve",
    }
    Scope { UNIVERSE = "global", SITE = "site", LINK = "link", HOST = "host", NOWHERE = "nowhere" }
    RouterPreference { LOW = "low", MEDIUM = "medium", HIGH = "high" }
    // What becomes of packets has the same words for rules as for routes.
    RuleAction { BLACKHOLE = "blackhole", UNREACHABLE = "unreachable", PROHIBIT = "prohibit" }
}

/// A routing table.
pub(crate) fn table(table: u32) -> Shown {
    Shown::Text(match table {
        253 => "default".into(),
        254 => "main".into(),
        255 => "local".into(),
        other => other.to_string(),
    })
}

/// A realm.
pub(crate) fn realm(realm: u32) -> Shown {
    Shown::Text(if realm == 0 { "unknown".into() } else { realm.to_string() })
}

/// A group of links.
pub(crate) fn group(group: u32) -> Shown {
    Shown::Text(if group == 0 { "default".into() } else { group.cast_signed().to_string() })
}

/// A protocol above IP.
pub(crate) fn ip_protocol(protocol: u8) -> Shown {
    let word = match protocol {
        1 => "icmp",
        2 => "igmp",
        6 => "tcp",
        17 => "udp",
        33 => "dccp",
        47 => "gre",
        50 => "esp",
        51 => "ah",
        58 => "ipv6-icmp",
        132 => "sctp",
        136 => "udplite",
        other => return Shown::Text(format!("ipproto-{other}")),
    };
    word.show()
}
