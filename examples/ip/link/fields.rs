//! What fields of links have in common: each is printed only where the kernel sent it.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlwire::shown::{Show, Shown};
use serde_json::Value;

use crate::output::Output;

/// What a field is called.
pub struct Name<'n> {
    /// In JSON.
    key: &'n str,
    /// In text.
    word: &'n str,
}

impl<'n> From<&'n str> for Name<'n> {
    fn from(name: &'n str) -> Self {
        Self { key: name, word: name }
    }
}

impl<'n> From<(&'n str, &'n str)> for Name<'n> {
    fn from((key, word): (&'n str, &'n str)) -> Self {
        Self { key, word }
    }
}

/// Fields that are printed in one way. A name is what the field is called, or (in JSON, in text).
pub trait Fields {
    /// `word value `: a number or a string.
    fn value<'n>(&mut self, name: impl Into<Name<'n>>, value: Option<impl Into<Value> + Display + Clone>);

    /// `word 0xvalue `: a number, which JSON has as a string.
    fn hex<'n>(&mut self, name: impl Into<Name<'n>>, value: Option<impl Into<u64>>);

    /// `word on ` or `word off `.
    fn on_off<'n>(&mut self, name: impl Into<Name<'n>>, value: Option<u8>);

    /// `word `, only where it is so.
    fn flag<'n>(&mut self, name: impl Into<Name<'n>>, set: bool);

    /// `word ` or `noword `.
    fn negated<'n>(&mut self, name: impl Into<Name<'n>>, value: Option<u8>);

    /// A time in ticks of 1/100 s.
    fn timer(&mut self, name: &str, ticks: Option<u64>);

    /// `<ONE,TWO> `: words.
    fn words<W: Into<Value> + Display>(&mut self, key: &str, words: impl IntoIterator<Item = W>);
}

impl Fields for Output {
    fn value<'n>(&mut self, name: impl Into<Name<'n>>, value: Option<impl Into<Value> + Display + Clone>) {
        let Name { key, word } = name.into();
        if let Some(value) = value {
            self.field(key, value.clone(), format_args!("{word} {value} "));
        }
    }

    fn hex<'n>(&mut self, name: impl Into<Name<'n>>, value: Option<impl Into<u64>>) {
        self.value(name, value.map(|value| hex(value.into())));
    }

    fn on_off<'n>(&mut self, name: impl Into<Name<'n>>, value: Option<u8>) {
        let Name { key, word } = name.into();
        if let Some(value) = value {
            self.field(key, value != 0, format_args!("{word} {} ", if value == 0 { "off" } else { "on" }));
        }
    }

    fn flag<'n>(&mut self, name: impl Into<Name<'n>>, set: bool) {
        let Name { key, word } = name.into();
        if set {
            self.field(key, true, format_args!("{word} "));
        }
    }

    fn negated<'n>(&mut self, name: impl Into<Name<'n>>, value: Option<u8>) {
        let Name { key, word } = name.into();
        if let Some(value) = value {
            self.field(key, value != 0, format_args!("{}{word} ", if value == 0 { "no" } else { "" }));
        }
    }

    fn timer(&mut self, name: &str, ticks: Option<u64>) {
        if let Some(ticks) = ticks {
            let (seconds, hundredths) = (ticks / 100, ticks % 100);
            self.field(name, ticks as f64 / 100.0, format_args!("{name} {seconds:4}.{hundredths:02} "));
        }
    }

    fn words<W: Into<Value> + Display>(&mut self, key: &str, words: impl IntoIterator<Item = W>) {
        self.text(format_args!("<"));
        self.array(Some(key), |out| {
            let mut separator = "";
            for word in words {
                let text = format!("{separator}{word}");
                out.item(word, format_args!("{text}"));
                separator = ",";
            }
        });
        self.text(format_args!("> "));
    }
}

/// A number as iproute2 has it in hexadecimal digits: zero has no prefix.
pub fn hex(value: u64) -> String {
    if value == 0 { "0".into() } else { format!("{value:#x}") }
}

/// The bytes in hexadecimal digits, without anything between them.
pub fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is shown as text.
pub fn text(shown: &Shown) -> String {
    shown.text().unwrap_or_default().into()
}

/// An IP address as the C library has it.
pub fn ip(address: impl Into<IpAddr>) -> String {
    text(&address.into().show())
}

/// The IPv4 address, and otherwise the IPv6 address, of two attributes of which a tunnel has one; none where that is no
/// address.
pub fn either(four: Option<Ipv4Addr>, six: Option<Ipv6Addr>) -> Option<IpAddr> {
    let address = four.map(IpAddr::V4).or(six.map(IpAddr::V6));
    address.filter(|address| !address.is_unspecified())
}

/// The word for a number in a list of words that begins at zero.
pub fn word(words: &[&'static str], number: impl Into<u32>) -> Option<&'static str> {
    words.get(number.into() as usize).copied()
}

/// The words for the bits that are set, in the order of the words, and what is left as hexadecimal digits.
pub fn flag_words(mut bits: u32, words: impl IntoIterator<Item = (u32, &'static str)>) -> Vec<String> {
    let mut found = Vec::new();
    for (bit, word) in words {
        if bits & bit != 0 {
            bits &= !bit;
            found.push(word.into());
        }
    }
    if bits != 0 {
        found.push(format!("{bits:x}"));
    }
    found
}

/// What stands in an Ethernet header, in host byte order.
pub fn ethernet_protocol(number: u16) -> String {
    let name = match number {
        0x0800 => "ip",
        0x0806 => "arp",
        0x6558 => "teb",
        0x8035 => "rarp",
        0x8100 => "802.1Q",
        0x86dd => "ipv6",
        0x8847 => "mpls_uc",
        0x8848 => "mpls_mc",
        0x8863 => "ppp_disc",
        0x8864 => "ppp_ses",
        0x88a8 => "802.1ad",
        0x88cc => "LLDP",
        _ => return format!("[{number}]"),
    };
    name.into()
}
