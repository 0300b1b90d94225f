//! Names of interfaces.

use std::fmt;
use std::str::FromStr;

use crate::codec::payload::Str;
use crate::codec::{Emit, EmitError, Key, Set};

/// The name of an interface, at most 15 bytes (`IFNAMSIZ` less the NUL). The kernel lets it be any bytes but NUL, `/`, `:`
/// and white space: it need not be UTF-8, and prints with replacement characters where it is not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct InterfaceName {
    bytes: [u8; Self::MAX],
    length: u8,
}

impl InterfaceName {
    /// The most bytes that a name has.
    pub const MAX: usize = 15;

    /// The name with these bytes, up to the first NUL; none where they are more than 15.
    pub fn new(name: impl AsRef<[u8]>) -> Option<Self> {
        let name = name.as_ref().split(|byte| *byte == 0).next().unwrap_or_default();
        let mut bytes = [0; Self::MAX];
        bytes.get_mut(..name.len())?.copy_from_slice(name);
        Some(Self { bytes, length: u8::try_from(name.len()).ok()? })
    }

    /// Whether it has no bytes: no link is called that.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// What speaks against a link having it: one that was made from bytes may be any.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        check(self.as_bytes())
    }

    /// Writes it, if it has bytes. They need not be UTF-8.
    pub(crate) fn write<S: Set>(&self, key: Key<S, Str>, to: &mut Emit<'_, S>) -> Result<(), EmitError> {
        if self.is_empty() {
            return Ok(());
        }
        to.put_with(key.number(), |tail| {
            tail.put(self.as_bytes())?;
            Ok(tail.put(&[0])?)
        })
        .map(drop)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// The name as a string; none where it is not UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }
}

/// What is no name of an interface, and why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NameError {
    pub(crate) name: Box<str>,
    pub(crate) reason: &'static str,
}

/// A name that a link may have: what the kernel would refuse is an error.
impl FromStr for InterfaceName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        check(name.as_bytes())
            .and_then(|()| Self::new(name).ok_or("the name of a link has at most 15 bytes"))
            .map_err(|reason| NameError { name: name.into(), reason })
    }
}

/// What speaks against these bytes as a name.
fn check(name: &[u8]) -> Result<(), &'static str> {
    match name {
        b"" => Err("the name of a link has at least one byte"),
        b"." | b".." => Err("no link is called so, since it would be a folder's name"),
        name if name.len() > InterfaceName::MAX => Err("the name of a link has at most 15 bytes"),
        name if name.iter().any(|byte| matches!(byte, 0 | b'/' | b':' | b' ' | 9..=13 | 0xa0)) => {
            Err("the name of a link has no NUL, no slash, no colon and no white space")
        }
        _ => Ok(()),
    }
}

impl PartialEq<str> for InterfaceName {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for InterfaceName {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Display for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&String::from_utf8_lossy(self.as_bytes()))
    }
}

impl fmt::Debug for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(self.as_bytes()))
    }
}

/// Text that the kernel takes from anybody as it comes: it need not be UTF-8, and has replacement characters where it is
/// not. One bad name must not lose a whole list.
pub(crate) fn text(bytes: &[u8]) -> String {
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::InterfaceName;

    #[test]
    fn a_name_of_15_bytes_fits_and_one_of_16_does_not() {
        assert_eq!(InterfaceName::new("abcdefghijklmno").unwrap(), "abcdefghijklmno");
        assert_eq!(InterfaceName::new("abcdefghijklmnop"), None);
    }

    #[test]
    fn a_name_that_is_not_utf_8_keeps_its_bytes() {
        let name = InterfaceName::new(b"a\xffb\0rest").unwrap();
        assert_eq!(name.as_bytes(), b"a\xffb");
        assert_eq!((name.as_str(), name.to_string().as_str()), (None, "a\u{fffd}b"));
    }
}
