//! The messages of a protocol as data: printing, emitting again and explaining messages of any kind.

use core::fmt;

use zerocopy::IntoBytes;

use crate::attribute::Set;
use crate::control;
use crate::error::EmitError;
use crate::message::{Message, RawMessage, put_message};
use crate::payload::Span;
use crate::schema::{Context, SetInfo, Tally};
use crate::tail::{Buffer, Tail};
use crate::walk::{self, Path};

/// All that is known of one kind of message: one row of a [`messages!`](crate::messages) table.
#[derive(Clone, Copy)]
pub struct MessageRow {
    /// `nlmsg_type`.
    pub kind: u16,
    /// The kernel's name, `RTM_NEWLINK`.
    pub name: &'static str,
    /// The size of its fixed header in bytes.
    pub header: usize,
    /// Its attributes.
    pub attributes: &'static SetInfo,
    debug: fn(&RawMessage<'_>, &mut fmt::Formatter<'_>) -> fmt::Result,
    repeat: fn(&RawMessage<'_>, &mut Tail<'_>, &mut Tally) -> Result<(), EmitError>,
}

impl MessageRow {
    /// The row of message `M`.
    pub const fn new<M: Message>() -> Self {
        Self {
            kind: M::KIND,
            name: M::NAME,
            header: size_of::<M::Header>(),
            attributes: M::Attributes::INFO,
            debug: |message, f| match message.read_as::<M>() {
                Ok(view) => fmt::Debug::fmt(&view, f),
                Err(error) => write!(f, "{}({error})", M::NAME),
            },
            repeat: repeat::<M>,
        }
    }

    fn attributes_of<'a>(&self, message: &RawMessage<'a>) -> Span<'a> {
        message.payload().skip(self.header.next_multiple_of(4))
    }
}

impl fmt::Debug for MessageRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}: {} bytes, {}", self.name, self.kind, self.header, self.attributes.name)
    }
}

fn repeat<M: Message>(message: &RawMessage<'_>, tail: &mut Tail<'_>, tally: &mut Tally) -> Result<(), EmitError> {
    let Ok(view) = message.read_as::<M>() else {
        tally.unreadable = tally.unreadable.saturating_add(1);
        return copy(message, tail);
    };
    let length = message.payload().bytes.len();
    if length < size_of::<M::Header>() {
        // A dump request with the family alone: we would write all of the header.
        tally.altered = tally.altered.saturating_add(1);
        return copy(message, tail);
    }
    put_message(message.kind(), view.envelope(), tail, |tail| {
        tail.put(view.header.as_bytes())?;
        // A message may end within the padding behind its fixed header; then so does what is written.
        tail.pad(size_of::<M::Header>(), length)?;
        let context = Context::of_message(view.header.as_bytes().first().copied().unwrap_or_default());
        Ok(walk::repeat(M::Attributes::INFO, view.attributes().span(), &context, tail, tally)?)
    })
}

/// Writes a message as it is.
fn copy(message: &RawMessage<'_>, tail: &mut Tail<'_>) -> Result<(), EmitError> {
    tail.align()?;
    Ok(tail.put(message.bytes())?)
}

/// A netlink protocol: its number, its name, its messages.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    /// What `socket(2)` is called with (`NETLINK_*`, `linux/netlink.h`).
    pub number: u16,
    /// The kernel's name of it.
    pub name: &'static str,
    /// Its messages, a table per kind of object.
    pub messages: &'static [&'static [MessageRow]],
}

impl Protocol {
    /// The row of the messages of this kind: control messages have one in every protocol.
    pub fn message(&self, kind: u16) -> Option<&'static MessageRow> {
        let tables = self.messages.iter().copied().chain([control::MESSAGES]);
        tables.flatten().find(|row| row.kind == kind)
    }

    /// The message with everything in it, for `{:?}` and `{:#?}`: names as the kernel's, nests, flags and values by name.
    pub fn describe<'a>(&'a self, message: &'a RawMessage<'a>) -> impl fmt::Debug + 'a {
        Described { protocol: self, message }
    }

    /// Reads every attribute of a message through its row into a value and writes that value again. What is written is what
    /// was read, byte for byte, but for padding: that is zeros, whatever came. `tally` counts what had to be copied for that.
    pub fn repeat(
        &self,
        message: &RawMessage<'_>,
        buffer: &mut impl Buffer,
        tally: &mut Tally,
    ) -> Result<(), EmitError> {
        buffer.append(|tail| match self.message(message.kind()) {
            Some(row) => (row.repeat)(message, tail, tally),
            None => {
                tally.unknown = tally.unknown.saturating_add(1);
                copy(message, tail)
            }
        })
    }

    /// The attribute that begins at, or contains, byte `offset` of a message: what an extended acknowledgement points to.
    pub fn path(&self, message: &RawMessage<'_>, offset: u32) -> Path {
        let mut path = Path::default();
        self.follow(message, offset, &mut path);
        path
    }

    /// The attribute `number` that is missing in the nest that begins at byte `nest` of a message; in the message itself
    /// where there is none.
    pub fn path_of_missing(&self, message: &RawMessage<'_>, nest: Option<u32>, number: u16) -> Path {
        let mut path = Path::default();
        let set = match nest {
            Some(offset) => self.follow(message, offset, &mut path),
            None => self.message(message.kind()).map(|row| row.attributes),
        };
        path.push(set.and_then(|set| set.row(number)), number);
        path
    }

    fn follow(&self, message: &RawMessage<'_>, offset: u32, path: &mut Path) -> Option<&'static SetInfo> {
        let row = self.message(message.kind())?;
        let context = Context::of_message(message.payload().bytes.first().copied().unwrap_or_default());
        walk::path(row.attributes, row.attributes_of(message), &context, offset, path)
    }
}

struct Described<'a> {
    protocol: &'a Protocol,
    message: &'a RawMessage<'a>,
}

impl fmt::Debug for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(acknowledgement) = control::Acknowledgement::read(self.message).transpose() {
            return match acknowledgement {
                Ok(acknowledgement) => acknowledgement.fmt(f),
                Err(error) => write!(f, "NLMSG_ERROR({error})"),
            };
        }
        match self.protocol.message(self.message.kind()) {
            Some(row) => (row.debug)(self.message, f),
            None => write!(f, "[{}]({:02x?})", self.message.kind(), self.message.payload().bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_protocol_have_a_number_each() {
        let protocol = crate::route::PROTOCOL;
        for row in protocol.messages.iter().copied().flatten() {
            assert_eq!(protocol.message(row.kind).map(|found| found.name), Some(row.name));
        }
    }

    #[test]
    fn a_header_that_is_longer_than_the_message_has_no_attributes() {
        let mut bytes = [0; 17];
        bytes[..4].copy_from_slice(&17_u32.to_ne_bytes());
        bytes[4..6].copy_from_slice(&16_u16.to_ne_bytes());
        let message = RawMessage::first(&bytes);
        let path = message.map(|message| crate::route::PROTOCOL.path(&message, 16));
        assert_eq!(path, Some(Path::default()));
    }
}
