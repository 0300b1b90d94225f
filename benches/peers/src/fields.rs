//! The checksum of `benches/c/walk.h`, over the fields as any library has them.

use std::net::IpAddr;

use crate::read::{add, v4};

/// What is read of a route.
#[derive(Default)]
pub(crate) struct Route {
    pub(crate) destination: Option<IpAddr>,
    pub(crate) length: u8,
    pub(crate) gateway: Option<IpAddr>,
    pub(crate) interface: u32,
    pub(crate) table: u32,
    pub(crate) protocol: u8,
    pub(crate) priority: u32,
}

impl Route {
    pub(crate) fn add(&self, sum: u64) -> u64 {
        let [destination, gateway] = [self.destination, self.gateway].map(v4);
        let (length, protocol) = (self.length.into(), self.protocol.into());
        let fields = [destination, length, gateway, self.interface, self.table, protocol, self.priority];
        add(sum, fields.map(u64::from))
    }
}

/// What is read of a neighbour.
#[derive(Default)]
pub(crate) struct Neighbour<'a> {
    pub(crate) interface: u32,
    pub(crate) state: u16,
    pub(crate) flags: u8,
    pub(crate) destination: Option<IpAddr>,
    pub(crate) link_address: &'a [u8],
}

impl Neighbour<'_> {
    pub(crate) fn add(&self, sum: u64) -> u64 {
        let destination = match self.destination {
            Some(IpAddr::V4(address)) => u32::from(address).into(),
            Some(IpAddr::V6(address)) => {
                let address = u128::from(address);
                add((address >> 64) as u64, [address as u64])
            }
            None => 0,
        };
        let link_address = match self.link_address {
            [a, b, c, d, e, f] => u64::from_be_bytes([0, 0, *a, *b, *c, *d, *e, *f]),
            _ => 0,
        };
        add(sum, [self.interface.into(), self.state.into(), self.flags.into(), destination, link_address])
    }
}

/// What is read of a link.
#[derive(Default)]
pub(crate) struct Link<'a> {
    pub(crate) index: u32,
    pub(crate) flags: u32,
    pub(crate) mtu: u32,
    pub(crate) name: &'a [u8],
    pub(crate) packets: [u64; 2],
    pub(crate) state: u8,
    pub(crate) kind: &'a [u8],
}

impl Link<'_> {
    pub(crate) fn add(&self, sum: u64) -> u64 {
        let text = |sum, text: &[u8]| {
            let bytes = text.iter().take_while(|byte| **byte != 0);
            bytes.fold(sum, |sum, byte| add(sum, [u64::from(*byte)]))
        };
        let sum = text(add(sum, [self.index.into(), self.flags.into(), self.mtu.into()]), self.name);
        let [received, sent] = self.packets;
        text(add(sum, [received, sent, self.state.into()]), self.kind)
    }
}

/// An IP address of 4 or 16 bytes.
pub(crate) fn ip(bytes: &[u8]) -> Option<IpAddr> {
    match (<[u8; 4]>::try_from(bytes), <[u8; 16]>::try_from(bytes)) {
        (Ok(four), _) => Some(four.into()),
        (_, Ok(sixteen)) => Some(sixteen.into()),
        _ => None,
    }
}
