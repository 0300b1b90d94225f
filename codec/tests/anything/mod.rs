//! Messages of any shape, made of choices: the fuzzer's bytes, or those of a property test. The tables of the protocol say
//! what there is to choose from, so that every attribute at every depth comes up, and its length and its payload are wrong
//! now and then.

#![allow(dead_code)] // each program uses a part

pub(crate) mod emission;
pub(crate) mod holds;
pub(crate) mod kinds;
pub(crate) mod outcomes;

use nlwire_codec::Protocol;
use nlwire_codec::protocol::MessageRow;
use nlwire_codec::schema::{Row, SetInfo};

/// Bytes that decide. When they are used up, every decision is 0, the smallest thing there is.
#[derive(Debug)]
pub(crate) struct Choices<'a> {
    rest: &'a [u8],
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((first, rest)) => {
                self.rest = rest;
                *first
            }
            None => 0,
        }
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let wide = usize::from(self.byte()) | if limit > 256 { usize::from(self.byte()) << 8 } else { 0 };
        wide % limit.max(1)
    }

    pub(crate) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Once in so many times.
    pub(crate) fn seldom(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }

    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }

    fn pad(&mut self, out: &mut Vec<u8>) {
        while !out.len().is_multiple_of(4) {
            let byte = if self.seldom(8) { self.byte() } else { 0 };
            out.push(byte);
        }
    }
}

/// Values that decide what other attributes are: kinds of links and of their masters.
pub(crate) const KINDS: &[&str] = &[
    "amt",
    "bareudp",
    "batadv",
    "bond",
    "bridge",
    "can",
    "dsa",
    "erspan",
    "geneve",
    "gre",
    "gretap",
    "gtp",
    "hsr",
    "ip6erspan",
    "ip6gre",
    "ip6gretap",
    "ip6tnl",
    "ipip",
    "ipoib",
    "ipvlan",
    "ipvtap",
    "macsec",
    "macvlan",
    "macvtap",
    "netkit",
    "ovpn",
    "ppp",
    "rmnet",
    "sit",
    "tun",
    "veth",
    "vlan",
    "vrf",
    "vti",
    "vti6",
    "vxcan",
    "vxlan",
    "wwan",
    "xfrm",
];

/// Families that decide what attributes are.
pub(crate) const FAMILIES: &[u8] = &[0, 2, 7, 10, 28, 45, 128, 129];

/// A message of a kind that the protocol knows, or of none.
pub(crate) fn message(protocol: &Protocol, choices: &mut Choices<'_>) -> Vec<u8> {
    let rows: Vec<&MessageRow> = protocol.messages.iter().copied().flatten().collect();
    let row = rows[choices.below(rows.len())];
    let kind = if choices.seldom(20) { choices.below(0x1_0000) as u16 } else { row.kind };
    let flags = if choices.seldom(4) { choices.below(0x1_0000) as u16 } else { 0 };
    let family = choices.of(FAMILIES);
    let mut payload = vec![0; row.header];
    for byte in payload.iter_mut().skip(1) {
        *byte = choices.byte();
    }
    if let Some(first) = payload.first_mut() {
        *first = family;
    }
    if choices.seldom(20) {
        let length = choices.below(payload.len() + 1);
        payload.truncate(length);
    } else {
        choices.pad(&mut payload);
        attributes(row.attributes, choices, 0, &mut payload);
    }
    framed(kind, flags, &payload)
}

/// A message of one of the protocol's kinds, whichever number is given, with a header of zeros and these attributes.
pub(crate) fn of_kind(protocol: &Protocol, kind: usize, family: u8, attributes: &[u8]) -> Vec<u8> {
    let rows: Vec<&MessageRow> = protocol.messages.iter().copied().flatten().collect();
    let row = rows[kind % rows.len()];
    let mut payload = vec![0; row.header.next_multiple_of(4)];
    payload[0] = FAMILIES[usize::from(family) % FAMILIES.len()];
    payload.extend(attributes);
    framed(row.kind, 0, &payload)
}

/// The message of this kind with this payload.
pub(crate) fn framed(kind: u16, flags: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend((16 + payload.len() as u32).to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend([1, 0, 0, 0, 2, 0, 0, 0]);
    bytes.extend(payload);
    bytes
}

/// The attribute of this kind with this payload and its padding.
pub(crate) fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend((4 + payload.len() as u16).to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn attributes(set: &SetInfo, choices: &mut Choices<'_>, depth: usize, out: &mut Vec<u8>) {
    for _ in 0..choices.below(6) {
        one(set, choices, depth, out);
    }
    // Bytes that are no attribute, or the last one's padding that is not there.
    if choices.seldom(20) {
        let count = choices.below(4);
        let more = choices.bytes(count);
        out.extend(more);
    } else if choices.seldom(20) {
        let less = choices.below(4);
        out.truncate(out.len().saturating_sub(less));
    }
}

fn one(set: &SetInfo, choices: &mut Choices<'_>, depth: usize, out: &mut Vec<u8>) {
    let row =
        if set.rows.is_empty() || choices.seldom(10) { None } else { Some(&set.rows[choices.below(set.rows.len())]) };
    let number = row.map_or_else(|| choices.below(0x4000) as u16, |row| row.number);
    let flags = if choices.seldom(4) { choices.of(&[0x8000, 0x4000, 0xc000]) } else { 0 };
    let mut payload = Vec::new();
    match row {
        Some(row) if !row.sets().is_empty() && depth < 6 && !choices.seldom(10) => {
            nest(row, choices, depth, &mut payload);
        }
        Some(row) if row.payload == "string" && !choices.seldom(4) => {
            payload.extend(choices.of(KINDS).as_bytes());
            if !choices.seldom(4) {
                payload.push(0);
            }
        }
        _ => {
            let count = match choices.below(4) {
                0 => 4,
                1 => choices.of(&[0, 1, 2, 8, 16, 6]),
                _ => choices.below(81),
            };
            payload = choices.bytes(count);
        }
    }
    payload.truncate(usize::from(u16::MAX) - 8);
    let length = 4 + payload.len() as u16;
    let length = if choices.seldom(40) { choices.of(&[0, 1, 2, 3, 4, length + 1, length + 4, 0xffff]) } else { length };
    out.extend(length.to_ne_bytes());
    out.extend((number | flags).to_ne_bytes());
    out.extend(payload);
    choices.pad(out);
}

/// What is inside an attribute that has attributes inside.
fn nest(row: &Row, choices: &mut Choices<'_>, depth: usize, out: &mut Vec<u8>) {
    let set = choices.of(row.sets());
    match row.payload {
        "next hops" => {
            for _ in 0..choices.below(4) {
                let mut hop = choices.bytes(8);
                attributes(set, choices, depth + 1, &mut hop);
                hop.truncate(usize::from(u16::MAX) - 8);
                let length = hop.len() as u16;
                let length = if choices.seldom(20) { choices.of(&[0, 1, 7, 8, length + 1, 0xffff]) } else { length };
                hop[..2].copy_from_slice(&length.to_ne_bytes());
                choices.pad(&mut hop);
                out.extend(hop);
            }
        }
        "list" => {
            for index in 0..choices.below(4) {
                let mut item = Vec::new();
                attributes(set, choices, depth + 1, &mut item);
                item.truncate(usize::from(u16::MAX) - 8);
                out.extend(attribute(index as u16, &item));
            }
        }
        "struct with attributes" => {
            let header = choices.of(&[16, 16, 8, 4, 12, 3]);
            *out = choices.bytes(header);
            attributes(set, choices, depth + 1, out);
        }
        _ => attributes(set, choices, depth + 1, out),
    }
}
