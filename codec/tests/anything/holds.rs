//! What holds for every message, whatever its bytes.

use std::collections::BTreeMap;

use nlwire_codec::control::Acknowledgement;
use nlwire_codec::payload::Bytes;
use nlwire_codec::route::{
    PROTOCOL, address, address_label, bridge_vlan, link, mdb, multicast_route, namespace_id, neighbour,
    neighbour_table, netconf, nexthop, prefix, route, rule, stats, vni,
};
use nlwire_codec::schema::Tally;
use nlwire_codec::{Key, Message, Messages, RawMessage, Tail};

/// What must hold for a datagram of any bytes.
///
/// Written again, a message is the same bytes, but for padding: that is zeros, whatever came.
pub(crate) fn holds(datagram: &[u8]) {
    let mut messages = Messages::new(datagram);
    let found: Vec<_> = messages.by_ref().take(datagram.len() / 16 + 2).collect();
    assert!(found.len() <= datagram.len() / 16 + 1, "it ends");
    assert!(messages.next().is_none() && messages.rest().is_empty());
    for message in found.into_iter().flatten() {
        assert!(!format!("{:?}", PROTOCOL.describe(&message)).is_empty());
        let again = written_again(&message);
        assert_eq!(again.len(), message.bytes().len());
        for (at, (wrote, read)) in again.iter().zip(message.bytes()).enumerate() {
            let to_boundary = again.iter().skip(at).take(at.next_multiple_of(4) - at);
            let padding = at % 4 != 0 && to_boundary.eq(&vec![0; at.next_multiple_of(4).min(again.len()) - at]);
            assert!(wrote == read || padding, "byte {at}: {:?}\n{again:02x?}\n{message:?}", message.bytes());
        }
        let twice = RawMessage::first(&again).expect("what we write is a message");
        assert_eq!(written_again(&twice), again);
        is_read_alike_as_its_kind(&message);
        if let Ok(Some(outcome)) = Acknowledgement::read(&message) {
            assert!(outcome.errno() >= 0);
            assert!(outcome.extended().iter().count() <= message.bytes().len());
        }
    }
}

pub(crate) fn written_again(message: &RawMessage<'_>) -> Vec<u8> {
    let mut room = vec![0xa5; message.bytes().len()];
    let mut tail = Tail::new(&mut room);
    PROTOCOL.repeat(message, &mut tail, &mut Tally::default()).expect("there is room");
    tail.written().to_vec()
}

/// Calls the second for a message of each kind that there is.
macro_rules! each_kind {
    ($each:ident) => {
        $each! {
            link::NewLink, link::DelLink, link::GetLink, link::SetLink,
            link::NewLinkProp, link::DelLinkProp, link::GetLinkProp,
            address::NewAddress, address::DelAddress, address::GetAddress,
            address::NewMulticast, address::DelMulticast, address::GetMulticast,
            address::NewAnycast, address::DelAnycast, address::GetAnycast,
            route::NewRoute, route::DelRoute, route::GetRoute,
            neighbour::NewNeighbour, neighbour::DelNeighbour, neighbour::GetNeighbour,
            rule::NewRule, rule::DelRule, rule::GetRule,
            nexthop::NewNexthop, nexthop::DelNexthop, nexthop::GetNexthop,
            nexthop::NewNexthopBucket, nexthop::DelNexthopBucket, nexthop::GetNexthopBucket,
            neighbour_table::NewNeighbourTable, neighbour_table::GetNeighbourTable, neighbour_table::SetNeighbourTable,
            address_label::NewAddressLabel, address_label::DelAddressLabel, address_label::GetAddressLabel,
            netconf::NewNetconf, netconf::DelNetconf, netconf::GetNetconf,
            namespace_id::NewNamespaceId, namespace_id::DelNamespaceId, namespace_id::GetNamespaceId,
            prefix::NewPrefix, multicast_route::NewCacheReport,
            mdb::NewMdb, mdb::DelMdb, mdb::GetMdb,
            bridge_vlan::NewVlan, bridge_vlan::DelVlan, bridge_vlan::GetVlan,
            vni::NewTunnel, vni::DelTunnel, vni::GetTunnel,
            stats::NewStats, stats::GetStats, stats::SetStats
        }
    };
}

fn is_read_alike_as_its_kind(message: &RawMessage<'_>) {
    macro_rules! read {
        ($($Message:path),+) => {
            match message.kind() {
                $(<$Message>::KIND => is_read_alike::<$Message>(message),)+
                // Control messages have kinds below 16.
                kind => assert!(kind < 16 || PROTOCOL.message(kind).is_none(), "{kind} is missing in `each_kind`"),
            }
        };
    }
    each_kind!(read);
}

/// The ways to read give the same, and attributes that are put back one by one are the same again.
fn is_read_alike<M: Message>(message: &RawMessage<'_>) {
    let Ok(Some(view)) = message.read::<M>() else { return };
    let attributes = view.attributes();
    let all: Result<Vec<_>, _> = attributes.iter().collect();
    let Ok(all) = all else {
        assert!(attributes.table().is_err() && attributes.get(Key::<_, Bytes>::new(1)).is_err());
        return;
    };
    let table = attributes.table().unwrap();
    let last: BTreeMap<u16, &[u8]> = all.iter().map(|attribute| (attribute.number(), attribute.payload())).collect();
    for number in last.keys().copied().chain([0, 1, 0x3fff]) {
        let key = Key::<_, Bytes>::new(number);
        assert_eq!(table.get(key), Ok(last.get(&number).copied()));
        assert_eq!(attributes.get(key), Ok(last.get(&number).copied()));
    }
    for attribute in &all {
        let (begin, end) = (attribute.span().offset - 4, attribute.span().offset + attribute.payload().len() as u32);
        let first = |offset| PROTOCOL.path(message, offset).steps().first().copied();
        assert!(first(begin).is_some() && first(begin) == first(end - 1));
        assert!((end..end.next_multiple_of(4)).all(|padding| first(padding).is_none()));
    }
    let mut room = vec![0xa5; message.bytes().len() + 64];
    let mut tail = Tail::new(&mut room);
    M::emit(&mut tail, view.envelope(), view.header, |emit| {
        for attribute in &all {
            emit.put_back(*attribute)?;
        }
        Ok(emit)
    })
    .unwrap();
    let again = RawMessage::first(tail.written()).unwrap().read::<M>().unwrap().unwrap();
    assert_eq!(again.envelope(), view.envelope());
    let again: Vec<_> =
        again.attributes().iter().map(|attribute| attribute.map(|it| (it.kind(), it.payload()))).collect();
    let before: Vec<_> = all.iter().map(|attribute| Ok((attribute.kind(), attribute.payload()))).collect();
    assert_eq!(again, before);
}

/// Every place in a message is in some attribute, or in none.
pub(crate) fn is_explained_everywhere(bytes: &[u8]) {
    let Some(message) = RawMessage::first(bytes) else { return };
    for offset in (0..=bytes.len() as u32 + 8).chain([u32::MAX - 4, u32::MAX]) {
        let path = PROTOCOL.path(&message, offset);
        let missing = PROTOCOL.path_of_missing(&message, Some(offset), 1);
        assert!(path.steps().len() <= 16 && missing.steps().len() <= 16);
        assert!(missing.steps().starts_with(path.steps()));
    }
}
