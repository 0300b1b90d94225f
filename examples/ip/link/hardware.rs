//! Kinds of hardware, and their addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use nlwire::codec::route::link::hardware::HardwareType;

use super::fields;

/// What iproute2 calls a kind of hardware.
pub fn name(hardware: HardwareType) -> String {
    let name = match hardware {
        HardwareType::APPLETLK => "atalk",
        HardwareType::CISCO => "hdlc",
        HardwareType::TUNNEL => "ipip",
        HardwareType::LOCALTLK => "ltalk",
        HardwareType::IPDDP => "ip/ddp",
        HardwareType::IPGRE => "gre",
        HardwareType::IEEE802_TR => "tr",
        HardwareType::IEEE80211 => "ieee802.11",
        HardwareType::IEEE80211_PRISM => "ieee802.11/prism",
        HardwareType::IEEE80211_RADIOTAP => "ieee802.11/radiotap",
        HardwareType::IEEE802154 => "ieee802.15.4",
        HardwareType::IEEE802154_MONITOR => "ieee802.15.4/monitor",
        HardwareType::IP6GRE => "gre6",
        HardwareType::_6LOWPAN => "6lowpan",
        // Numbers that iproute2 6.1 does not know.
        HardwareType::EUI64 | HardwareType::RAWIP | HardwareType::MCTP | HardwareType::VSOCKMON => {
            return number(hardware);
        }
        HardwareType(kind @ 787..800) => return format!("fcfb{}", kind - 787),
        _ => return hardware.name().map_or_else(|| number(hardware), str::to_lowercase),
    };
    name.into()
}

fn number(hardware: HardwareType) -> String {
    format!("[{}]", hardware.0)
}

/// An address of such hardware: those of IP tunnels are IP addresses.
pub fn address(bytes: &[u8], hardware: HardwareType) -> String {
    if let (Ok(four), HardwareType::TUNNEL | HardwareType::SIT | HardwareType::IPGRE) =
        (<[u8; 4]>::try_from(bytes), hardware)
    {
        return fields::ip(Ipv4Addr::from(four));
    }
    if let (Ok(six), HardwareType::TUNNEL6 | HardwareType::IP6GRE) = (<[u8; 16]>::try_from(bytes), hardware) {
        return fields::ip(Ipv6Addr::from(six));
    }
    plain(bytes)
}

/// An address as pairs of hexadecimal digits.
pub fn plain(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}
