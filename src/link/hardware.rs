//! What `ip` calls kinds of hardware, and how it shows their addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::codec::payload::LinkAddress;
use crate::shown::{Show, Shown};
use crate::word::Word;

pub use crate::codec::route::link::hardware::HardwareType;

impl Word for HardwareType {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::NETROM, "netrom"),
        (Self::ETHER, "ether"),
        (Self::EETHER, "eether"),
        (Self::AX25, "ax25"),
        (Self::PRONET, "pronet"),
        (Self::CHAOS, "chaos"),
        (Self::IEEE802, "ieee802"),
        (Self::ARCNET, "arcnet"),
        (Self::APPLETLK, "atalk"),
        (Self::DLCI, "dlci"),
        (Self::ATM, "atm"),
        (Self::METRICOM, "metricom"),
        (Self::IEEE1394, "ieee1394"),
        (Self::INFINIBAND, "infiniband"),
        (Self::SLIP, "slip"),
        (Self::CSLIP, "cslip"),
        (Self::SLIP6, "slip6"),
        (Self::CSLIP6, "cslip6"),
        (Self::RSRVD, "rsrvd"),
        (Self::ADAPT, "adapt"),
        (Self::ROSE, "rose"),
        (Self::X25, "x25"),
        (Self::HWX25, "hwx25"),
        (Self::CAN, "can"),
        (Self::PPP, "ppp"),
        (Self::CISCO, "hdlc"),
        (Self::LAPB, "lapb"),
        (Self::DDCMP, "ddcmp"),
        (Self::RAWHDLC, "rawhdlc"),
        (Self::TUNNEL, "ipip"),
        (Self::TUNNEL6, "tunnel6"),
        (Self::FRAD, "frad"),
        (Self::SKIP, "skip"),
        (Self::LOOPBACK, "loopback"),
        (Self::LOCALTLK, "ltalk"),
        (Self::FDDI, "fddi"),
        (Self::BIF, "bif"),
        (Self::SIT, "sit"),
        (Self::IPDDP, "ip/ddp"),
        (Self::IPGRE, "gre"),
        (Self::PIMREG, "pimreg"),
        (Self::HIPPI, "hippi"),
        (Self::ASH, "ash"),
        (Self::ECONET, "econet"),
        (Self::IRDA, "irda"),
        (Self::FCPP, "fcpp"),
        (Self::FCAL, "fcal"),
        (Self::FCPL, "fcpl"),
        (Self::FCFABRIC, "fcfb0"),
        (Self::IEEE802_TR, "tr"),
        (Self::IEEE80211, "ieee802.11"),
        (Self::IEEE80211_PRISM, "ieee802.11/prism"),
        (Self::IEEE80211_RADIOTAP, "ieee802.11/radiotap"),
        (Self::IEEE802154, "ieee802.15.4"),
        (Self::IEEE802154_MONITOR, "ieee802.15.4/monitor"),
        (Self::PHONET, "phonet"),
        (Self::PHONET_PIPE, "phonet_pipe"),
        (Self::CAIF, "caif"),
        (Self::IP6GRE, "gre6"),
        (Self::NETLINK, "netlink"),
        (Self::_6LOWPAN, "6lowpan"),
        (Self::NONE, "none"),
        (Self::VOID, "void"),
    ];
}

/// What has no word is shown as its number in brackets. There are thirteen numbers for the fabric of Fibre Channel.
impl Show for HardwareType {
    fn show(&self) -> Shown {
        Shown::Text(match (self.word(), self.0) {
            (Some(word), _) => word.into(),
            (None, fabric @ 787..800) => format!("fcfb{}", fabric - 787),
            (None, number) => format!("[{number}]"),
        })
    }
}

/// An address of such hardware as `ip` shows it: those of IP tunnels are IP addresses.
pub fn shown_address(address: &LinkAddress, hardware: HardwareType) -> Shown {
    let bytes = address.as_bytes();
    match hardware {
        HardwareType::TUNNEL | HardwareType::SIT | HardwareType::IPGRE => {
            <[u8; 4]>::try_from(bytes).map_or_else(|_| address.show(), |four| Ipv4Addr::from(four).show())
        }
        HardwareType::TUNNEL6 | HardwareType::IP6GRE => {
            <[u8; 16]>::try_from(bytes).map_or_else(|_| address.show(), |six| Ipv6Addr::from(six).show())
        }
        _ => address.show(),
    }
}

#[cfg(test)]
mod tests {
    use super::HardwareType;
    use crate::shown::Show;
    use crate::word::Word;

    #[test]
    fn every_hardware_with_a_name_has_a_word_but_what_iproute2_does_not_know() {
        let unknown = [HardwareType::EUI64, HardwareType::RAWIP, HardwareType::MCTP, HardwareType::VSOCKMON];
        for hardware in (0..=u16::MAX).map(HardwareType) {
            let is_known = hardware.name().is_some() && !unknown.contains(&hardware);
            assert_eq!(hardware.word().is_some(), is_known, "{hardware:?}");
        }
        let shown = [1, 519, 788, 799, 800, 4711].map(|number| HardwareType(number).show());
        assert_eq!(
            shown.each_ref().map(|shown| shown.text().unwrap()),
            ["ether", "[519]", "fcfb1", "fcfb12", "tr", "[4711]"]
        );
    }
}
