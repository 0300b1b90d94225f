//! Addresses of hardware.

use nlwire::codec::payload::LinkAddress;
use nlwire::codec::route::link::hardware::HardwareType;
use nlwire::link::shown_address;

use super::fields;

/// An address of such hardware: those of IP tunnels are IP addresses.
pub fn address(bytes: &[u8], hardware: HardwareType) -> String {
    LinkAddress::new(bytes).map_or_else(|| plain(bytes), |address| fields::text(&shown_address(&address, hardware)))
}

/// An address as pairs of hexadecimal digits.
pub fn plain(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}
