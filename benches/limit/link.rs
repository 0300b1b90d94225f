//! A link of 1.5 KB read in full: the numbers, addresses, names, counters and the kind, by the checksum of `benches/c/walk.h`.

use nlwire::codec::payload::LinkAddress;
use nlwire::codec::route::link::{Link, LinkInfo, NewLink};
use nlwire::codec::{ParseError, View};

use crate::read::Read;

#[inline]
fn add(sum: u64, value: u64) -> u64 {
    sum.wrapping_mul(31).wrapping_add(value)
}

#[inline]
fn text(sum: u64, text: Option<&str>) -> u64 {
    text.unwrap_or_default().bytes().fold(sum, |sum, byte| add(sum, byte.into()))
}

#[inline]
fn six(address: Option<LinkAddress>) -> u64 {
    match address.as_ref().map(LinkAddress::as_bytes) {
        Some(&[a, b, c, d, e, f]) => u64::from_be_bytes([0, 0, a, b, c, d, e, f]),
        _ => 0,
    }
}

/// By one table, and one more for what is in `IFLA_LINKINFO`.
pub(crate) enum WholeLink {}

impl Read for WholeLink {
    type Message = NewLink;

    #[inline(always)]
    fn add(sum: u64, link: &View<'_, NewLink>) -> Result<u64, ParseError> {
        let table = link.attributes().table()?;
        let mut sum =
            add(add(sum, u64::from(link.header.index.get().cast_unsigned())), link.header.flags.get().bits().into());
        for number in [
            table.get(Link::TXQLEN)?,
            table.get(Link::MTU)?,
            table.get(Link::MIN_MTU)?,
            table.get(Link::MAX_MTU)?,
            table.get(Link::GROUP)?,
            table.get(Link::PROMISCUITY)?,
            table.get(Link::ALLMULTI)?,
            table.get(Link::NUM_TX_QUEUES)?,
            table.get(Link::NUM_RX_QUEUES)?,
            table.get(Link::GSO_MAX_SEGS)?,
            table.get(Link::GSO_MAX_SIZE)?,
            table.get(Link::GRO_MAX_SIZE)?,
            table.get(Link::TSO_MAX_SIZE)?,
            table.get(Link::TSO_MAX_SEGS)?,
            table.get(Link::CARRIER_CHANGES)?,
            table.get(Link::CARRIER_UP_COUNT)?,
            table.get(Link::CARRIER_DOWN_COUNT)?,
            table.get(Link::LINK)?,
            table.get(Link::MASTER)?,
            table.get(Link::LINK_NETNSID)?.map(i32::cast_unsigned),
        ] {
            sum = add(sum, number.unwrap_or_default().into());
        }
        for number in [
            table.get(Link::OPERSTATE)?.map(|state| state.0),
            table.get(Link::LINKMODE)?.map(|mode| mode.0),
            table.get(Link::CARRIER)?,
            table.get(Link::PROTO_DOWN)?,
        ] {
            sum = add(sum, number.unwrap_or_default().into());
        }
        sum = add(add(sum, six(table.get(Link::ADDRESS)?)), six(table.get(Link::BROADCAST)?));
        let counters = table.get(Link::STATS64)?.map(|counters| *counters).unwrap_or_default();
        for counter in [
            counters.rx_packets,
            counters.tx_packets,
            counters.rx_bytes,
            counters.tx_bytes,
            counters.rx_errors,
            counters.tx_errors,
            counters.rx_dropped,
            counters.tx_dropped,
            counters.multicast,
            counters.collisions,
            counters.rx_length_errors,
            counters.rx_over_errors,
            counters.rx_crc_errors,
            counters.rx_frame_errors,
            counters.rx_fifo_errors,
            counters.rx_missed_errors,
            counters.tx_aborted_errors,
            counters.tx_carrier_errors,
            counters.tx_fifo_errors,
            counters.tx_heartbeat_errors,
            counters.tx_window_errors,
            counters.rx_compressed,
            counters.tx_compressed,
            counters.rx_nohandler,
            counters.rx_otherhost_dropped,
        ] {
            sum = add(sum, counter.get());
        }
        let kind = match table.get(Link::LINKINFO)? {
            Some(info) => info.get(LinkInfo::KIND)?,
            None => None,
        };
        Ok(text(text(text(sum, table.get(Link::IFNAME)?), table.get(Link::QDISC)?), kind))
    }
}
