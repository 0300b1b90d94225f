//! What the fake kernel sends, message by message, byte by byte: nothing here knows what is right.

use nlwire_codec::Flags;

pub(crate) const ERROR: u16 = 2;
pub(crate) const DONE: u16 = 3;
pub(crate) const NEW_LINK: u16 = 16;
pub(crate) const NEW_ROUTE: u16 = 24;
pub(crate) const MULTI: u16 = 2;

/// A datagram that is written message by message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Datagram {
    pub(crate) bytes: Vec<u8>,
    /// What the messages to come have in their headers for a port.
    port: u32,
}

impl Datagram {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn port(mut self, port: u32) -> Self {
        self.port = port;
        self
    }

    /// Any bytes.
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// A message whose header states this length, whatever is behind it.
    pub(crate) fn stated(mut self, length: u32, kind: u16, flags: u16, sequence: u32, payload: &[u8]) -> Self {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self.bytes.extend(length.to_ne_bytes());
        self.bytes.extend(kind.to_ne_bytes());
        self.bytes.extend(flags.to_ne_bytes());
        self.bytes.extend(sequence.to_ne_bytes());
        self.bytes.extend(self.port.to_ne_bytes());
        self.bytes(payload)
    }

    /// A message as long as it says it is. The padding behind it comes with the next.
    pub(crate) fn message(self, kind: u16, flags: u16, sequence: u32, payload: &[u8]) -> Self {
        self.stated(16 + payload.len() as u32, kind, flags, sequence, payload)
    }

    /// A route of this table.
    pub(crate) fn route(self, sequence: u32, table: u8) -> Self {
        self.route_with(sequence, Flags::MULTI, table, &[])
    }

    /// The same with flags and attributes.
    pub(crate) fn route_with(self, sequence: u32, flags: Flags, table: u8, attributes: &[u8]) -> Self {
        self.message(NEW_ROUTE, flags.0, sequence, &[&route(table)[..], attributes].concat())
    }

    /// The end of a dump.
    pub(crate) fn done(self, sequence: u32, code: i32) -> Self {
        self.message(DONE, MULTI, sequence, &code.to_ne_bytes())
    }

    /// The outcome of a request, without a copy of that.
    pub(crate) fn outcome(self, sequence: u32, code: i32) -> Self {
        self.message(ERROR, Flags::CAPPED.0, sequence, &[&code.to_ne_bytes()[..], &[0; 16]].concat())
    }

    /// A refusal, explained.
    pub(crate) fn explained(self, sequence: u32, code: i32, explanation: &[u8]) -> Self {
        let flags = Flags::CAPPED | Flags::ACK_TLVS;
        self.message(ERROR, flags.0, sequence, &[&code.to_ne_bytes()[..], &[0; 16], explanation].concat())
    }
}

/// `struct rtmsg` with this table.
pub(crate) fn route(table: u8) -> [u8; 12] {
    let mut header = [0; 12];
    header[0] = libc::AF_INET as u8;
    header[4] = table;
    header
}

/// An attribute whose header states this length, whatever is behind it.
pub(crate) fn stated_attribute(length: u16, kind: u16, payload: &[u8]) -> Vec<u8> {
    [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), payload].concat()
}

/// An attribute as it should be.
pub(crate) fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = stated_attribute(4 + payload.len() as u16, kind, payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}
