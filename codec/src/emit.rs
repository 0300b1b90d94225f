//! Writing attributes: the same keys as for reading, into borrowed room, undone as a whole where something does not fit.

use core::fmt;
use core::marker::PhantomData;

use crate::attribute::{Attribute, Key, Set};
use crate::error::{EmitError, EmitErrorKind};
use crate::header::AttributeHeader;
use crate::nest::{ChoiceOf, Chosen, Headed, List, Nest};
use crate::payload::{Fixed, Payload};
use crate::tail::Tail;
use crate::walk::put_attribute;

/// A place to which attributes of set `S` are written.
///
/// Each call writes one attribute whole or fails and writes nothing; a nest whose closure fails is undone whole, with all
/// that was in it. To fill a buffer as far as it goes, write until [`Full`](EmitErrorKind::Full), send, and go on.
pub struct Emit<'b, S> {
    tail: Tail<'b>,
    of: PhantomData<fn() -> S>,
}

/// What writing gives: the same place again, or why not.
pub type Emitted<'x, 'b, S> = Result<&'x mut Emit<'b, S>, EmitError>;

impl<S> fmt::Debug for Emit<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Emit({} bytes written, room for {})", self.tail.length(), self.tail.room())
    }
}

impl<S> Emit<'_, S> {
    /// How many bytes more fit.
    pub fn room(&self) -> usize {
        self.tail.room()
    }
}

impl<S: Set> Emit<'_, S> {
    /// Writes an attribute.
    #[inline]
    pub fn put<P: Payload>(&mut self, key: Key<S, P>, value: P::Value<'_>) -> Result<&mut Self, EmitError> {
        let number = key.number();
        let kind = if P::NESTED { number | AttributeHeader::NESTED } else { number };
        match put_attribute(kind, &mut self.tail, |tail| P::write(value, tail)) {
            Ok(()) => Ok(self),
            Err(kind) => Err(EmitErrorKind::of(kind, S::INFO, number)),
        }
    }

    /// Writes an attribute where there is a value for it.
    #[inline]
    pub fn put_some<P: Payload>(
        &mut self,
        key: Key<S, P>,
        value: Option<P::Value<'_>>,
    ) -> Result<&mut Self, EmitError> {
        match value {
            Some(value) => self.put(key, value),
            None => Ok(self),
        }
    }

    /// Writes attributes inside an attribute.
    #[inline]
    pub fn nest<T: Set>(
        &mut self,
        key: Key<S, Nest<T>>,
        write: impl for<'x, 'y> FnOnce(&'x mut Emit<'y, T>) -> Emitted<'x, 'y, T>,
    ) -> Result<&mut Self, EmitError> {
        self.inside(key.number(), &[], write)
    }

    /// Writes attributes of set `T` inside an attribute whose set something else decides: write that too.
    #[inline]
    pub fn nest_as<T: ChoiceOf<C>, C>(
        &mut self,
        key: Key<S, Chosen<C>>,
        write: impl for<'x, 'y> FnOnce(&'x mut Emit<'y, T>) -> Emitted<'x, 'y, T>,
    ) -> Result<&mut Self, EmitError> {
        self.inside(key.number(), &[], write)
    }

    /// Writes a C struct and attributes behind it inside an attribute.
    #[inline]
    pub fn nest_behind<H: Fixed, T: Set>(
        &mut self,
        key: Key<S, Headed<H, T>>,
        header: H,
        write: impl for<'x, 'y> FnOnce(&'x mut Emit<'y, T>) -> Emitted<'x, 'y, T>,
    ) -> Result<&mut Self, EmitError> {
        self.inside(key.number(), header.as_bytes(), write)
    }

    /// Writes a list, its items numbered from `first` on.
    pub fn list<'v, P: Payload>(
        &mut self,
        key: Key<S, List<P>>,
        first: u16,
        items: impl IntoIterator<Item = P::Value<'v>>,
    ) -> Result<&mut Self, EmitError> {
        self.put_with(key.number() | AttributeHeader::NESTED, |tail| {
            let mut index = first;
            for item in items {
                let kind = if P::NESTED { index | AttributeHeader::NESTED } else { index };
                put_attribute(kind, tail, |tail| P::write(item, tail))?;
                index = index.wrapping_add(1);
            }
            Ok(())
        })
    }

    /// Writes an attribute that was read, as it was: also one that has no row.
    pub fn put_back<T>(&mut self, attribute: Attribute<'_, T>) -> Result<&mut Self, EmitError> {
        self.put_raw(attribute.kind(), attribute.payload())
    }

    /// Writes an attribute by its number, with its flags if it wants any, and the bytes of its payload.
    pub fn put_raw(&mut self, kind: u16, payload: &[u8]) -> Result<&mut Self, EmitError> {
        self.put_with(kind, |tail| Ok(tail.put(payload)?))
    }

    /// Writes an attribute whose payload `write` writes, as a kind of payload of one's own may want it.
    #[inline]
    pub fn put_with(
        &mut self,
        kind: u16,
        write: impl FnOnce(&mut Tail<'_>) -> Result<(), EmitError>,
    ) -> Result<&mut Self, EmitError> {
        match put_attribute(kind, &mut self.tail, write) {
            Ok(()) => Ok(self),
            // An error that does not say where it is from is from here.
            Err(EmitError { kind: error, set: None, .. }) => Err(EmitErrorKind::of(error, S::INFO, kind & S::NUMBER)),
            Err(error) => Err(error),
        }
    }

    #[inline]
    fn inside<T: Set>(
        &mut self,
        number: u16,
        header: &[u8],
        write: impl for<'x, 'y> FnOnce(&'x mut Emit<'y, T>) -> Emitted<'x, 'y, T>,
    ) -> Result<&mut Self, EmitError> {
        self.put_with(number | AttributeHeader::NESTED, |tail| put_attributes(header, tail, write))
    }
}

/// Writes a C struct and attributes behind it.
#[inline]
pub(crate) fn put_attributes<S: Set>(
    header: &[u8],
    tail: &mut Tail<'_>,
    write: impl for<'x, 'y> FnOnce(&'x mut Emit<'y, S>) -> Emitted<'x, 'y, S>,
) -> Result<(), EmitError> {
    tail.put(header)?;
    tail.align()?;
    let mut emit = Emit { tail: tail.fork(), of: PhantomData };
    write(&mut emit)?;
    let length = emit.tail.length();
    tail.keep(length);
    Ok(())
}
