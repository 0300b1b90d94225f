//! Tests of the link family: against bytes that kernels and iproute2 sent, and of what the rows cannot say.

// The others build their bytes themselves, and hold on every machine.
#[cfg(target_endian = "little")]
mod little_endian;

use std::format;
use std::string::String;
use std::vec::Vec;

use super::bridge::{Bridge, BridgeId};
use super::gre::{Gre, GreFlags};
use super::ip_tunnel::{IpTunnel, SitFlags};
use super::veth::Veth;
use super::virtual_function::{VfGuid, VfMac, VfVlanInfo};
use super::vlan::Vlan;
use super::vxlan::{TtlInherit, Vxlan};
use super::*;
use crate::payload::{Payload, Sent, Span};
use crate::route::PROTOCOL;
use crate::schema::Tally;
use crate::{Emit, Envelope, Message, RawMessage, Tail};

type Buffer = heapless::Vec<u8, 512>;

fn describe(message: &[u8]) -> String {
    format!("{:?}", PROTOCOL.describe(&RawMessage::first(message).unwrap()))
}

#[test]
fn a_peer_without_its_header_is_an_error() {
    let mut buffer = Buffer::new();
    NewLink::emit(&mut buffer, Envelope::default(), Header::default(), |link| {
        link.nest(Link::LINKINFO, |info| {
            info.put(LinkInfo::KIND, "veth")?
                .nest_as(LinkInfo::DATA, |veth: &mut Emit<'_, Veth>| veth.put_raw(Veth::PEER.number(), &[0; 15]))
        })
    })
    .unwrap();
    let message = RawMessage::first(&buffer).unwrap();
    let info = message.read::<NewLink>().unwrap().unwrap().attributes().get(Link::LINKINFO).unwrap().unwrap();
    let veth = info.get(LinkInfo::DATA).unwrap().unwrap().of::<Veth>();
    assert!(veth.get(Veth::PEER).is_err());
}

/// The payload of one attribute as it is written.
fn written<P: Payload>(value: P::Value<'_>) -> Vec<u8> {
    let mut buffer = [0xa5; 64];
    let mut tail = Tail::new(&mut buffer);
    P::write(value, &mut tail).unwrap();
    tail.written().to_vec()
}

#[test]
fn what_is_in_network_byte_order_is_so_on_every_machine() {
    fn payload<S: Set, P: Payload>(_: Key<S, P>, value: P::Value<'_>) -> Vec<u8> {
        written::<P>(value)
    }
    assert_eq!(payload(Vxlan::PORT, 4789), [0x12, 0xb5]);
    assert_eq!(payload(Vxlan::LABEL, 0x12345), [0, 1, 0x23, 0x45]);
    assert_eq!(payload(Vlan::PROTOCOL, 0x8100), [0x81, 0]);
    assert_eq!(payload(Bridge::VLAN_PROTOCOL, 0x8100), [0x81, 0]);
    assert_eq!(payload(Gre::IFLAGS, GreFlags::KEY), [0x20, 0]);
    assert_eq!(payload(Gre::IKEY, 5), [0, 0, 0, 5]);
    assert_eq!(payload(geneve::Geneve::PORT, 6081), [0x17, 0xc1]);
    let id = BridgeId { priority: 0x8000.into(), address: [1, 2, 3, 4, 5, 6] };
    assert_eq!(payload(Bridge::BRIDGE_ID, (&id).into()), [0x80, 0, 1, 2, 3, 4, 5, 6]);
    // And what looks as if it were, but is not.
    assert_eq!(payload(IpTunnel::FLAGS, SitFlags::ISATAP), 1_u16.to_ne_bytes());
    assert_eq!(payload(Vxlan::ID, 7), 7_u32.to_ne_bytes());
}

#[test]
fn ttl_inherit_is_read_as_the_kernel_sends_it_and_written_as_it_takes_it() {
    let read = |bytes| TtlInherit::read(Span::new(bytes, 0));
    assert_eq!(read(&[]), Some(true));
    assert_eq!(read(&[1]), Some(true));
    assert_eq!(read(&[0]), Some(false));
    assert_eq!(read(&[0, 0]), None);
    assert_eq!(written::<TtlInherit>(true), []);
    assert_eq!(written::<TtlInherit>(false), [0]);
    // What came is emitted again as it came.
    let mut buffer = [0; 4];
    let mut tail = Tail::new(&mut buffer);
    let mut tally = Tally::default();
    TtlInherit::repeat(Span::new(&[1], 0), &Context::default(), &mut tail, &mut tally).unwrap();
    assert_eq!((tail.written(), tally.unreadable), (&[1][..], 0));
}

#[test]
fn counters_of_an_older_and_of_a_newer_kernel_are_read() {
    let mut bytes = [0; 208];
    for (index, counter) in bytes.chunks_exact_mut(8).enumerate() {
        counter.copy_from_slice(&(index as u64 + 1).to_ne_bytes());
    }
    let older = Sent::<Statistics64>::new(&bytes[..192]);
    assert_eq!((older.rx_packets.get(), older.rx_nohandler.get(), older.rx_otherhost_dropped.get()), (1, 24, 0));
    let newer = Sent::<Statistics64>::new(&bytes);
    assert_eq!((newer.tx_packets.get(), newer.rx_otherhost_dropped.get()), (2, 25));
    assert_eq!(newer.bytes().len(), 208);
}

#[test]
fn structs_are_as_long_as_in_c() {
    assert_eq!(size_of::<Header>(), 16);
    assert_eq!(size_of::<Statistics64>(), 200);
    assert_eq!(size_of::<Statistics32>(), 96);
    assert_eq!(size_of::<Map>(), 32);
    assert_eq!(size_of::<inet::CacheInfo>(), 16);
    assert_eq!(size_of::<VfMac>(), 36);
    assert_eq!(size_of::<VfVlanInfo>(), 16);
    assert_eq!(size_of::<VfGuid>(), 16);
    assert_eq!(size_of::<can::BitTimingLimits>(), 48);
}

#[test]
fn a_kind_that_is_not_known_keeps_its_bytes() {
    let mut buffer = Buffer::new();
    NewLink::emit(&mut buffer, Envelope::default(), Header::default(), |link| {
        link.nest(Link::LINKINFO, |info| info.put(LinkInfo::KIND, "boat")?.put_raw(LinkInfo::DATA.number(), &[1, 2, 3]))
    })
    .unwrap();
    let message = RawMessage::first(&buffer).unwrap();
    let (mut again, mut tally) = (Buffer::new(), Tally::default());
    PROTOCOL.repeat(&message, &mut again, &mut tally).unwrap();
    assert_eq!((&again, tally.unknown, tally.unreadable), (&buffer, 1, 0));
    assert!(describe(&buffer).contains("IFLA_INFO_KIND: \"boat\", IFLA_INFO_DATA: [01, 02, 03]"));
}
