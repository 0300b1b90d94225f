//! The borrowed buffer that messages are written to, and how far it is written.

use crate::error::EmitErrorKind;

/// The free end of a borrowed buffer.
///
/// Every write is checked and whole: it fits, or nothing counts as written. Several writes that belong together are made by
/// [`append`](Buffer::append). What has been written stays as it is when a later write fails; of the free bytes behind it
/// nothing is said.
#[derive(Debug)]
pub struct Tail<'b> {
    bytes: &'b mut [u8],
    length: usize,
}

impl<'b> Tail<'b> {
    /// An empty tail that may fill all of `bytes`.
    pub fn new(bytes: &'b mut [u8]) -> Self {
        Self { bytes, length: 0 }
    }

    /// A tail behind the first `length` bytes, which are written already; all of `bytes` where it is shorter.
    pub fn behind(bytes: &'b mut [u8], length: usize) -> Self {
        let length = length.min(bytes.len());
        Self { bytes, length }
    }

    /// What has been written.
    #[inline]
    pub fn written(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// How many bytes have been written.
    #[inline]
    pub fn length(&self) -> usize {
        self.length
    }

    /// How many bytes more can be written.
    #[inline]
    pub fn room(&self) -> usize {
        self.bytes.len().saturating_sub(self.length)
    }

    /// Forgets all that was written.
    pub fn clear(&mut self) {
        self.length = 0;
    }

    /// Writes `bytes`, or nothing.
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) -> Result<(), EmitErrorKind> {
        let end = self.length.checked_add(bytes.len()).ok_or(EmitErrorKind::Full)?;
        let room = self.bytes.get_mut(self.length..end).ok_or(EmitErrorKind::Full)?;
        room.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }

    /// Writes zeros up to the next multiple of four, or nothing.
    #[inline]
    pub fn align(&mut self) -> Result<(), EmitErrorKind> {
        let zeros = [0; 3];
        self.put(zeros.get(..self.length.wrapping_neg() & 3).unwrap_or_default())
    }

    /// Overwrites bytes that have been written. Bytes that have not are left alone.
    #[inline]
    pub(crate) fn patch(&mut self, at: usize, bytes: &[u8]) {
        let written = self.bytes.get_mut(..self.length).unwrap_or_default();
        if let Some(room) = written.get_mut(at..).and_then(|rest| rest.get_mut(..bytes.len())) {
            room.copy_from_slice(bytes);
        }
    }

    /// Writes the zeros that stand behind the first `end` bytes of something with `whole` bytes: up to the next multiple of
    /// four, unless it ends before that.
    pub(crate) fn pad(&mut self, end: usize, whole: usize) -> Result<(), EmitErrorKind> {
        let zeros = [0; 3];
        let count = whole.saturating_sub(end).min(end.wrapping_neg() & 3);
        self.put(zeros.get(..count).unwrap_or_default())
    }

    /// Forgets what was written behind the first `length` bytes.
    #[inline]
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// A second tail that goes on where this one stands. What it writes counts only when it is [kept](Self::keep).
    #[inline]
    pub(crate) fn fork(&mut self) -> Tail<'_> {
        Tail { bytes: self.bytes, length: self.length }
    }

    /// Takes over what a fork, which wrote up to `length`, has written. Nobody else may say a length: what lies behind the
    /// written bytes may never have been written.
    #[inline]
    pub(crate) fn keep(&mut self, length: usize) {
        self.length = length.min(self.bytes.len());
    }
}

/// A place that messages are written to, one behind the other.
///
/// Borrowed bytes are one as a [`Tail`], `heapless::Vec<u8, N>` is one as it is.
pub trait Buffer {
    /// Lets `write` write behind what is there already. Where it fails, nothing was written.
    fn append<E>(&mut self, write: impl FnOnce(&mut Tail<'_>) -> Result<(), E>) -> Result<(), E>;
}

impl Buffer for Tail<'_> {
    #[inline]
    fn append<E>(&mut self, write: impl FnOnce(&mut Tail<'_>) -> Result<(), E>) -> Result<(), E> {
        let mut fork = self.fork();
        write(&mut fork)?;
        let length = fork.length;
        self.keep(length);
        Ok(())
    }
}

impl<const N: usize> Buffer for heapless::Vec<u8, N> {
    fn append<E>(&mut self, write: impl FnOnce(&mut Tail<'_>) -> Result<(), E>) -> Result<(), E> {
        let before = self.len();
        // The capacity is N, so that this cannot fail.
        let _ = self.resize_default(N);
        let mut tail = Tail::behind(self, before);
        let result = write(&mut tail);
        let after = if result.is_ok() { tail.length } else { before };
        self.truncate(after);
        result
    }
}
