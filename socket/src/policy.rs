//! What the kernel would have taken in the place of an attribute that it refused.

use std::fmt;

use nlwire_codec::control::{Policy, PolicyType};
use nlwire_codec::{Attributes, ParseError};

/// What the kernel takes as the payload of an attribute, as far as it says so.
///
/// It prints as a phrase: `a number of 32 bits from 1 to 4094`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The type.
    pub kind: PolicyType,
    /// Least value.
    pub least: Option<i128>,
    /// Greatest value.
    pub greatest: Option<i128>,
    /// Least length in bytes.
    pub least_length: Option<u32>,
    /// Greatest length in bytes.
    pub greatest_length: Option<u32>,
    /// The bits that may be set.
    pub mask: Option<u64>,
}

impl Expected {
    /// Reads a policy.
    pub fn read(policy: Attributes<'_, Policy>) -> Result<Self, ParseError> {
        let policy = policy.table()?;
        let signed = |value: Option<i64>| value.map(i128::from);
        let unsigned = |value: Option<u64>| value.map(i128::from);
        Ok(Self {
            kind: policy.get(Policy::TYPE)?.unwrap_or_default(),
            least: signed(policy.get(Policy::MIN_VALUE_S)?).or(unsigned(policy.get(Policy::MIN_VALUE_U)?)),
            greatest: signed(policy.get(Policy::MAX_VALUE_S)?).or(unsigned(policy.get(Policy::MAX_VALUE_U)?)),
            least_length: policy.get(Policy::MIN_LENGTH)?,
            greatest_length: policy.get(Policy::MAX_LENGTH)?,
            mask: policy.get(Policy::MASK)?.or(policy.get(Policy::BITFIELD32_MASK)?.map(Into::into)),
        })
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            PolicyType::FLAG => "nothing but that it is there",
            PolicyType::U8 => "a number of 8 bits",
            PolicyType::U16 => "a number of 16 bits",
            PolicyType::U32 => "a number of 32 bits",
            PolicyType::U64 => "a number of 64 bits",
            PolicyType::S8 => "a number of 8 bits with a sign",
            PolicyType::S16 => "a number of 16 bits with a sign",
            PolicyType::S32 => "a number of 32 bits with a sign",
            PolicyType::S64 => "a number of 64 bits with a sign",
            PolicyType::BINARY => "bytes",
            PolicyType::STRING | PolicyType::NUL_STRING => "a string",
            PolicyType::NESTED | PolicyType::NESTED_ARRAY => "attributes",
            PolicyType::BITFIELD32 => "a field of 32 bits",
            PolicyType::SINT => "a number with a sign",
            PolicyType::UINT => "a number",
            _ => "something else",
        })?;
        // The kernel also says what the type alone says.
        let (lowest, highest) = match self.kind {
            PolicyType::U8 => (0, u8::MAX.into()),
            PolicyType::U16 => (0, u16::MAX.into()),
            PolicyType::U32 => (0, u32::MAX.into()),
            PolicyType::U64 | PolicyType::UINT => (0, u64::MAX.into()),
            PolicyType::S8 => (i8::MIN.into(), i8::MAX.into()),
            PolicyType::S16 => (i16::MIN.into(), i16::MAX.into()),
            PolicyType::S32 => (i32::MIN.into(), i32::MAX.into()),
            _ => (i64::MIN.into(), i64::MAX.into()),
        };
        let least = self.least.filter(|least| *least != lowest);
        match (least, self.greatest.filter(|greatest| *greatest != highest)) {
            (Some(least), Some(greatest)) => write!(f, " from {least} to {greatest}")?,
            (Some(least), None) => write!(f, " of at least {least}")?,
            (None, Some(greatest)) => write!(f, " of at most {greatest}")?,
            (None, None) => {}
        }
        match (self.least_length, self.greatest_length) {
            (Some(least), Some(greatest)) => write!(f, " of {least} to {greatest} bytes")?,
            (Some(least), None) => write!(f, " of at least {least} bytes")?,
            (None, Some(greatest)) => write!(f, " of at most {greatest} bytes")?,
            (None, None) => {}
        }
        match self.mask {
            Some(mask) => write!(f, " with no other bits than {mask:#x}"),
            None => Ok(()),
        }
    }
}
