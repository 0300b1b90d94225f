//! What attributes carry: the kinds of payload, each read and written in one place.
//!
//! Behaviour lives here and in [`nest`](crate::nest), never in an attribute: a row of an
//! [`attributes!`](crate::attributes) table only names one of these types.

use core::fmt;
use core::marker::PhantomData;
use core::net::IpAddr;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::error::EmitErrorKind;
use crate::number::Number;
use crate::schema::{Context, Inside, SetInfo, Tally};
use crate::tail::Tail;

/// Bytes of a message, and where in the message they begin.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Span<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Their place: bytes from the start of the message.
    pub offset: u32,
}

impl<'a> Span<'a> {
    /// Bytes that begin at `offset` of their message.
    pub fn new(bytes: &'a [u8], offset: u32) -> Self {
        Self { bytes, offset }
    }

    /// All but the first `count` bytes; nothing where there are not as many.
    pub fn skip(self, count: usize) -> Self {
        let bytes = self.bytes.get(count..).unwrap_or_default();
        Self { bytes, offset: self.end().wrapping_sub(length(bytes)) }
    }

    /// Whether the byte at `offset` of the message is one of these.
    pub fn contains(self, offset: u32) -> bool {
        (self.offset..self.end()).contains(&offset)
    }

    /// The place behind the last byte.
    #[inline]
    pub(crate) fn end(self) -> u32 {
        self.offset.wrapping_add(length(self.bytes))
    }
}

impl fmt::Debug for Span<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:02x?}", self.offset, self.bytes)
    }
}

/// The length of a slice as the wire counts: places in a message are 32 bits wide, and wrap in a larger one.
#[inline]
pub(crate) fn length(bytes: &[u8]) -> u32 {
    // The mask lets the compiler see that this cannot fail.
    u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or_default()
}

/// How one kind of payload is read and written. Implemented per kind, never per attribute.
pub trait Payload: 'static {
    /// The value that is read and written. It may borrow from the message.
    type Value<'a>: fmt::Debug;

    /// What the kind is called in errors.
    const NAME: &'static str;

    /// Whether attributes with this payload are written with `NLA_F_NESTED`.
    const NESTED: bool = false;

    /// Reads the payload; none where the bytes are not one of this kind.
    fn read(span: Span<'_>) -> Option<Self::Value<'_>>;

    /// Writes the payload, without padding.
    fn write(value: Self::Value<'_>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind>;

    /// Prints what the bytes say.
    fn debug(span: Span<'_>, _scope: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::read(span) {
            Some(value) => fmt::Debug::fmt(&value, f),
            None => write!(f, "(not a {}: {:02x?})", Self::NAME, span.bytes),
        }
    }

    /// Reads the payload into a value and writes that value again; where the bytes are then others, those that came.
    fn repeat(
        span: Span<'_>,
        _scope: &Context<'_>,
        out: &mut Tail<'_>,
        tally: &mut Tally,
    ) -> Result<(), EmitErrorKind> {
        let Some(value) = Self::read(span) else {
            return tally.copy_unreadable(span.bytes, out);
        };
        let start = out.length();
        let result = Self::write(value, out);
        if result.is_err() || out.written().get(start..) != Some(span.bytes) {
            // Such as a string that came without the NUL that we write, for which there may be no room.
            tally.altered = tally.altered.saturating_add(1);
            out.truncate(start);
            out.put(span.bytes)?;
        }
        Ok(())
    }

    /// The sets that attributes inside such a payload may be of.
    fn sets() -> &'static [&'static SetInfo] {
        &[]
    }

    /// The attributes inside the payload, those around byte `offset` of the message where there are several groups.
    fn inside<'a>(_span: Span<'a>, _scope: &Context<'_>, _offset: u32) -> Option<Inside<'a>> {
        None
    }
}

/// An integer, a named number or a set of flags, in host byte order.
impl<T: Number> Payload for T {
    type Value<'a> = T;
    const NAME: &'static str = T::NAME;

    #[inline]
    fn read(span: Span<'_>) -> Option<T> {
        T::Native::read_from_bytes(span.bytes).ok().map(T::from_native)
    }

    #[inline]
    fn write(value: T, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.to_native().as_bytes())
    }
}

/// A [`Number`] in network byte order.
#[derive(Debug)]
pub enum Be<T> {
    #[doc(hidden)]
    _Never(core::convert::Infallible, PhantomData<T>),
}

impl<T: Number> Payload for Be<T> {
    type Value<'a> = T;
    const NAME: &'static str = T::NAME;

    #[inline]
    fn read(span: Span<'_>) -> Option<T> {
        T::Big::read_from_bytes(span.bytes).ok().map(T::from_big)
    }

    #[inline]
    fn write(value: T, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.to_big().as_bytes())
    }
}

/// An attribute that says something by being there; it has no payload.
#[derive(Debug)]
pub enum Flag {}

impl Payload for Flag {
    type Value<'a> = ();
    const NAME: &'static str = "flag";

    fn read(span: Span<'_>) -> Option<()> {
        span.bytes.is_empty().then_some(())
    }

    fn write((): (), _out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        Ok(())
    }
}

/// A string. Written with a NUL at its end and refused with one inside; read with or without, up to the first.
///
/// A name that is not UTF-8 is an error here; its bytes stay at hand as [`Attribute::payload`](crate::Attribute::payload).
#[derive(Debug)]
pub enum Str {}

impl Payload for Str {
    type Value<'a> = &'a str;
    const NAME: &'static str = "string";

    fn read(span: Span<'_>) -> Option<&str> {
        let bytes = span.bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        core::str::from_utf8(bytes).ok()
    }

    fn write(value: &str, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        if value.as_bytes().contains(&0) {
            return Err(EmitErrorKind::InteriorNul);
        }
        out.put(value.as_bytes())?;
        out.put(&[0])
    }
}

/// Bytes as they are.
#[derive(Debug)]
pub enum Bytes {}

impl Payload for Bytes {
    type Value<'a> = &'a [u8];
    const NAME: &'static str = "bytes";

    fn read(span: Span<'_>) -> Option<&[u8]> {
        Some(span.bytes)
    }

    fn write(value: &[u8], out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value)
    }

    fn debug(span: Span<'_>, _context: &Context<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x?}", span.bytes)
    }
}

/// Exactly `N` bytes: a key, an identifier.
impl<const N: usize> Payload for [u8; N] {
    type Value<'a> = [u8; N];
    const NAME: &'static str = "array of bytes";

    #[inline]
    fn read(span: Span<'_>) -> Option<[u8; N]> {
        span.bytes.try_into().ok()
    }

    #[inline]
    fn write(value: [u8; N], out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(&value)
    }
}

/// An IPv4 address (4 bytes) or an IPv6 address (16 bytes), in network byte order.
#[derive(Debug)]
pub enum Ip {}

impl Payload for Ip {
    type Value<'a> = IpAddr;
    const NAME: &'static str = "IP address";

    #[inline]
    fn read(span: Span<'_>) -> Option<IpAddr> {
        if let Ok(four) = <[u8; 4]>::try_from(span.bytes) {
            return Some(IpAddr::from(four));
        }
        <[u8; 16]>::try_from(span.bytes).ok().map(IpAddr::from)
    }

    #[inline]
    fn write(value: IpAddr, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        match value {
            IpAddr::V4(address) => out.put(&address.octets()),
            IpAddr::V6(address) => out.put(&address.octets()),
        }
    }
}

/// An IPv4 address, in network byte order.
impl Payload for core::net::Ipv4Addr {
    type Value<'a> = Self;
    const NAME: &'static str = "IPv4 address";

    fn read(span: Span<'_>) -> Option<Self> {
        <[u8; 4]>::try_from(span.bytes).ok().map(Self::from)
    }

    fn write(value: Self, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(&value.octets())
    }
}

/// An IPv6 address, in network byte order.
impl Payload for core::net::Ipv6Addr {
    type Value<'a> = Self;
    const NAME: &'static str = "IPv6 address";

    fn read(span: Span<'_>) -> Option<Self> {
        <[u8; 16]>::try_from(span.bytes).ok().map(Self::from)
    }

    fn write(value: Self, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(&value.octets())
    }
}

/// The address of a device on its link: 6 bytes on Ethernet, 20 on InfiniBand, 4 or 16 on IP tunnels, at most 32
/// (`MAX_ADDR_LEN`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LinkAddress {
    bytes: [u8; 32],
    length: u8,
}

impl LinkAddress {
    /// The address with these bytes; none where they are more than 32.
    pub fn new(address: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        bytes.get_mut(..address.len())?.copy_from_slice(address);
        Some(Self { bytes, length: u8::try_from(address.len()).ok()? })
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl From<[u8; 6]> for LinkAddress {
    fn from(address: [u8; 6]) -> Self {
        let [a, b, c, d, e, f] = address;
        let mut bytes = [0; 32];
        if let Some(first) = bytes.first_chunk_mut() {
            *first = [a, b, c, d, e, f];
        }
        Self { bytes, length: 6 }
    }
}

/// As `ip` takes it.
///
/// ```
/// use nlwire_codec::payload::LinkAddress;
///
/// let address: LinkAddress = "02:00:00:00:00:1f".parse()?;
/// assert_eq!(address.as_bytes(), [2, 0, 0, 0, 0, 0x1f]);
/// assert!("02:00:00:00:00".parse::<LinkAddress>().is_ok(), "it may have any length");
/// assert!("02:00:00:00:00:1g".parse::<LinkAddress>().is_err());
/// # Ok::<(), nlwire_codec::payload::LinkAddressError>(())
/// ```
impl core::str::FromStr for LinkAddress {
    type Err = LinkAddressError;

    fn from_str(text: &str) -> Result<Self, LinkAddressError> {
        let mut address = Self::default();
        for digits in text.split(':') {
            let byte = match digits.as_bytes() {
                [b'+', ..] => None,
                [_] | [_, _] => u8::from_str_radix(digits, 16).ok(),
                _ => None,
            };
            let place = address.bytes.get_mut(usize::from(address.length));
            *place.ok_or(LinkAddressError)? = byte.ok_or(LinkAddressError)?;
            address.length = address.length.saturating_add(1);
        }
        Ok(address)
    }
}

/// What is no [`LinkAddress`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkAddressError;

impl fmt::Display for LinkAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a link-layer address is up to 32 bytes, each of one or two hexadecimal digits, with colons between them",
        )
    }
}

impl core::error::Error for LinkAddressError {}

impl fmt::Display for LinkAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for byte in self.as_bytes() {
            write!(f, "{separator}{byte:02x}")?;
            separator = ":";
        }
        Ok(())
    }
}

impl fmt::Debug for LinkAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Payload for LinkAddress {
    type Value<'a> = Self;
    const NAME: &'static str = "link-layer address";

    fn read(span: Span<'_>) -> Option<Self> {
        match <[u8; 6]>::try_from(span.bytes) {
            Ok(six) => Some(six.into()),
            Err(_) => Self::new(span.bytes),
        }
    }

    fn write(value: Self, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.as_bytes())
    }
}

/// Something that lies on the wire as a C struct: any bytes are one, at any address, without padding of the compiler's.
///
/// Derive zerocopy's `FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned` on a `#[repr(C)]` struct; the rest follows.
pub trait Fixed: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + Copy + fmt::Debug + 'static {}

impl<T: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + Copy + fmt::Debug + 'static> Fixed for T {}

/// A C struct, as the kernel of the day has it: an older kernel's shorter one reads with zeros for what is missing, a newer
/// kernel's longer one with its end left aside.
#[derive(Debug)]
pub enum Struct<T> {
    #[doc(hidden)]
    _Never(core::convert::Infallible, PhantomData<T>),
}

/// A C struct that was read: its fields (it dereferences to `T`), and its bytes just as they came.
#[derive(Clone, Copy)]
pub struct Sent<'a, T> {
    value: T,
    bytes: &'a [u8],
}

impl<'a, T: Fixed> Sent<'a, T> {
    /// The struct in `bytes`: zeros where they end early.
    pub fn new(bytes: &'a [u8]) -> Self {
        let value = match T::read_from_prefix(bytes) {
            Ok((value, _)) => value,
            Err(_) => {
                let mut value = T::new_zeroed();
                if let Some(start) = value.as_mut_bytes().get_mut(..bytes.len()) {
                    start.copy_from_slice(bytes);
                }
                value
            }
        };
        Self { value, bytes }
    }

    /// The bytes as they came.
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a, T: Fixed> From<&'a T> for Sent<'a, T> {
    fn from(value: &'a T) -> Self {
        Self { value: *value, bytes: value.as_bytes() }
    }
}

impl<T> core::ops::Deref for Sent<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Sent<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: Fixed> Payload for Struct<T> {
    type Value<'a> = Sent<'a, T>;
    const NAME: &'static str = "struct";

    fn read(span: Span<'_>) -> Option<Sent<'_, T>> {
        Some(Sent::new(span.bytes))
    }

    fn write(value: Sent<'_, T>, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.bytes)
    }
}

/// A C array of structs or of numbers ([`Native`](crate::number::Native), [`Big`](crate::number::Big)).
#[derive(Debug)]
pub enum Array<T> {
    #[doc(hidden)]
    _Never(core::convert::Infallible, PhantomData<T>),
}

impl<T: Fixed> Payload for Array<T> {
    type Value<'a> = &'a [T];
    const NAME: &'static str = "array";

    fn read(span: Span<'_>) -> Option<&[T]> {
        <[T]>::ref_from_bytes(span.bytes).ok()
    }

    fn write(value: &[T], out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        out.put(value.as_bytes())
    }
}

/// An unsigned integer that the kernel sends in 4 bytes where it fits and in 8 where it does not (`NLA_UINT`).
#[derive(Debug)]
pub enum Uint {}

impl Payload for Uint {
    type Value<'a> = u64;
    const NAME: &'static str = "uint";

    fn read(span: Span<'_>) -> Option<u64> {
        <u32 as Payload>::read(span).map(u64::from).or_else(|| <u64 as Payload>::read(span))
    }

    fn write(value: u64, out: &mut Tail<'_>) -> Result<(), EmitErrorKind> {
        match u32::try_from(value) {
            Ok(short) => <u32 as Payload>::write(short, out),
            Err(_) => <u64 as Payload>::write(value, out),
        }
    }
}
