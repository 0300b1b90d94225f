//! Virtual functions: no kernel here has the hardware. So what is read are bytes that the codec wrote, and what is asked for is
//! read from the message.

use nlwire::Netlink;
use nlwire::codec::route::link::hardware::HardwareType;
use nlwire::codec::route::link::virtual_function::{
    self as wire, VfGuid, VfLinkState, VfMac, VfRate, VfSetting, VfStatistics, VfTxRate, VfVlan, VfVlanInfo, VfVlans,
    VirtualFunctions,
};
use nlwire::codec::route::link::{ExtMask, GetLink, Header, Link as Key, NewLink};
use nlwire::codec::{Emit, EmitError, Envelope, Flags, Message, RawMessage, Tail};
use nlwire::link::{
    Link, LinkFilter, VfCarrier, VirtualFunction, VirtualFunctionStatistics, VirtualFunctionVlan, VlanProtocol,
};
use nlwire::transport::{Query, Request, Transport};
use serde_json::json;

/// Writes requests down instead of sending them.
struct Paper;

impl Transport for Paper {
    type Outcome<'t, R: Request + 't> = Result<Vec<u8>, &'static str>;

    fn send<'t, R: Request + 't>(&'t mut self, request: R) -> Result<Vec<u8>, &'static str> {
        request.check()?;
        let mut buffer = [0; 4096];
        let mut tail = Tail::new(&mut buffer);
        request.emit(&mut tail, Envelope::request(request.flags())).unwrap();
        Ok(tail.written().to_vec())
    }
}

impl Query for Paper {}

#[test]
fn virtual_functions_are_told_only_when_they_are_asked_for() {
    for wanted in [false, true] {
        let filter = || LinkFilter { virtual_functions: wanted, ..LinkFilter::default() };
        for bytes in [
            Netlink::over(Paper).links().filter(filter()).get("pf").unwrap(),
            Netlink::over(Paper).links().filter(filter()).list().unwrap(),
        ] {
            let view = RawMessage::first(&bytes).unwrap().read::<GetLink>().unwrap().unwrap();
            let mask = view.attributes().get(Key::EXT_MASK).unwrap().unwrap();
            assert_eq!(mask.contains(ExtMask::VF), wanted, "{view:?}");
        }
    }
}

/// What is not told would always be otherwise.
#[test]
fn virtual_functions_are_looked_at_where_one_is_ensured() {
    for wanted in [false, true] {
        let functions = if wanted { vec![function()] } else { Vec::new() };
        let card = Link { name: "pf".parse().unwrap(), virtual_functions: functions, ..Link::default() };
        for bytes in [
            Netlink::over(Paper).links().ensure(&card).unwrap(),
            Netlink::over(Paper).links().ensure_all(&[card.clone(), card.clone()]).unwrap(),
        ] {
            let view = RawMessage::first(&bytes).unwrap().read::<GetLink>().unwrap().unwrap();
            let mask = view.attributes().get(Key::EXT_MASK).unwrap().unwrap();
            assert_eq!(mask.contains(ExtMask::VF), wanted, "{view:?}");
        }
    }
}

/// The link that a card with virtual functions is, as the kernel would tell of it.
fn told(kind: HardwareType, write: impl Fn(&mut Emit<'_, wire::VirtualFunction>) -> Result<(), EmitError>) -> Link {
    let mut buffer = [0; 4096];
    let mut tail = Tail::new(&mut buffer);
    let header = Header { index: 7.into(), kind: kind.into(), ..Header::default() };
    NewLink::emit(&mut tail, Envelope::request(Flags::empty()), header, |link| {
        link.put(Key::IFNAME, "pf")?.put(Key::NUM_VF, 1)?.nest(Key::VFINFO_LIST, |list| {
            list.nest(VirtualFunctions::INFO, |info| {
                write(info)?;
                Ok(info)
            })
        })
    })
    .unwrap();
    let view = RawMessage::first(tail.written()).unwrap().read::<NewLink>().unwrap().unwrap();
    Link::from_view(&view).unwrap()
}

fn padded(bytes: &[u8]) -> [u8; 32] {
    let mut padded = [0; 32];
    padded[..bytes.len()].copy_from_slice(bytes);
    padded
}

const MAC: [u8; 6] = [2, 0, 0, 0, 0, 7];

/// All that a driver can tell.
fn tell(info: &mut Emit<'_, wire::VirtualFunction>) -> Result<(), EmitError> {
    use wire::VirtualFunction as Key;
    let function = 3.into();
    let setting = |setting: u32| VfSetting { function, setting: setting.into() };
    info.put(Key::MAC, (&VfMac { function, address: padded(&MAC) }).into())?
        .put(Key::BROADCAST, padded(&[0xff; 6]))?
        .put(Key::VLAN, (&VfVlan { function, vlan: 77.into(), priority: 5.into() }).into())?
        .nest(Key::VLAN_LIST, |list| {
            let protocol = 0x88a8.into();
            let vlan = VfVlanInfo { function, vlan: 77.into(), priority: 5.into(), protocol, pad: [0; 2] };
            list.put(VfVlans::INFO, (&vlan).into())
        })?
        .put(Key::TX_RATE, (&VfTxRate { function, rate: 2000.into() }).into())?
        .put(Key::RATE, (&VfRate { function, least: 1000.into(), most: 2000.into() }).into())?
        .put(Key::SPOOFCHK, (&setting(1)).into())?
        .put(Key::LINK_STATE, (&VfLinkState { function, state: VfCarrier::DISABLE.into() }).into())?
        .put(Key::TRUST, (&setting(0)).into())?
        // The driver does not know.
        .put(Key::RSS_QUERY_EN, (&setting(u32::MAX)).into())?
        .nest(Key::STATS, |counters| {
            counters
                .put(VfStatistics::RX_PACKETS, 1)?
                .put(VfStatistics::TX_PACKETS, 2)?
                .put(VfStatistics::RX_BYTES, 3)?
                .put(VfStatistics::TX_BYTES, 4)?
                .put(VfStatistics::BROADCAST, 5)?
                .put(VfStatistics::MULTICAST, 6)?
                .put(VfStatistics::RX_DROPPED, 7)?
                .put(VfStatistics::TX_DROPPED, 8)
        })
        .map(drop)
}

fn function() -> VirtualFunction {
    VirtualFunction {
        number: 3,
        address: Some(MAC.into()),
        broadcast: Some([0xff; 6].into()),
        vlan: Some(VirtualFunctionVlan { id: 77, qos: 5, protocol: Some(VlanProtocol::_8021AD) }),
        min_tx_rate: Some(1000),
        max_tx_rate: Some(2000),
        spoofchk: Some(true),
        link_state: Some(VfCarrier::DISABLE),
        trust: Some(false),
        query_rss: None,
        node_guid: None,
        port_guid: None,
        statistics: Some(VirtualFunctionStatistics {
            rx_packets: Some(1),
            tx_packets: Some(2),
            rx_bytes: Some(3),
            tx_bytes: Some(4),
            broadcast: Some(5),
            multicast: Some(6),
            rx_dropped: Some(7),
            tx_dropped: Some(8),
        }),
    }
}

#[test]
fn a_virtual_function_is_read_whole() {
    let link = told(HardwareType::ETHER, tell);
    assert_eq!((link.num_vf, link.virtual_functions.as_slice()), (Some(1), [function()].as_slice()));
    let shown = serde_json::to_value(&link).unwrap()["vfinfo_list"][0].take();
    assert_eq!(
        shown,
        json!({
            "vf": 3, "link_type": "ether", "address": "02:00:00:00:00:07", "broadcast": "ff:ff:ff:ff:ff:ff",
            "vlan_list": [{"vlan": 77, "qos": 5, "protocol": "802.1ad"}],
            "rate": {"max_tx": 2000, "min_tx": 1000},
            "spoofchk": true, "link_state": "disable", "trust": false,
            "stats": {
                "rx": {"bytes": 3, "packets": 1, "multicast": 6, "broadcast": 5, "dropped": 7},
                "tx": {"bytes": 4, "packets": 2, "dropped": 8},
            },
        })
    );
}

#[test]
fn a_virtual_function_of_infiniband_has_longer_addresses_and_identifiers() {
    let address = [9; 20];
    let link = told(HardwareType::INFINIBAND, |info| {
        let function = 0.into();
        let guid = |guid: u64| VfGuid { function, pad: [0; 4], guid: guid.into() };
        info.put(wire::VirtualFunction::MAC, (&VfMac { function, address: padded(&address) }).into())?
            .put(wire::VirtualFunction::IB_NODE_GUID, (&guid(0x1122)).into())?
            .put(wire::VirtualFunction::IB_PORT_GUID, (&guid(0x3344)).into())
            .map(drop)
    });
    let read = &link.virtual_functions[0];
    assert_eq!(read.address.unwrap().as_bytes(), address);
    assert_eq!((read.node_guid, read.port_guid), (Some(0x1122), Some(0x3344)));
    let shown = serde_json::to_value(&link).unwrap()["vfinfo_list"][0].take();
    assert_eq!(shown["node guid"], "00:00:00:00:00:00:11:22");
}

#[test]
fn what_is_asked_of_a_virtual_function_is_written() {
    let asked = VirtualFunction {
        query_rss: Some(true),
        node_guid: Some(0x1122),
        port_guid: Some(0x3344),
        broadcast: None,
        statistics: None,
        ..function()
    };
    let second = VirtualFunction { number: 4, max_tx_rate: Some(500), ..VirtualFunction::default() };
    let change = Link { virtual_functions: vec![asked.clone(), second], ..Link::default() };
    let bytes = Netlink::over(Paper).links().set("pf", &change).unwrap();
    let view = RawMessage::first(&bytes).unwrap().read::<NewLink>().unwrap().unwrap();
    let list = view.attributes().get(Key::VFINFO_LIST).unwrap().unwrap();
    let functions: Vec<_> = list.all(VirtualFunctions::INFO).map(Result::unwrap).collect();
    let [first, second] = functions.as_slice() else { panic!("{view:?}") };
    let first = first.table().unwrap();
    // Without what the kernel would take for more settings: one VLAN, one rate.
    assert!(first.get(wire::VirtualFunction::VLAN).unwrap().is_none());
    assert!(first.get(wire::VirtualFunction::TX_RATE).unwrap().is_none());
    assert_eq!(first.get(wire::VirtualFunction::MAC).unwrap().unwrap().address, padded(&MAC));
    // Said with the most alone, the least stays: there is an attribute for that.
    let numbers: Vec<u16> = second.iter().map(|attribute| attribute.unwrap().number()).collect();
    assert_eq!(numbers, [wire::VirtualFunction::TX_RATE.number()]);
    // What was written, read as if the kernel told it, is what was asked for.
    let mut again = bytes.clone();
    // The kind in the header: Ethernet.
    again[18..20].copy_from_slice(&1_u16.to_ne_bytes());
    let view = RawMessage::first(&again).unwrap().read::<NewLink>().unwrap().unwrap();
    let read = Link::from_view(&view).unwrap();
    assert_eq!(read.virtual_functions[0], asked);
}

#[test]
fn what_no_virtual_function_can_have_is_refused() {
    let none = VirtualFunction::default;
    let vlan = |id, qos| Some(VirtualFunctionVlan { id, qos, protocol: None });
    for (function, words) in [
        (VirtualFunction { min_tx_rate: Some(5), ..none() }, "said together with the most"),
        (VirtualFunction { vlan: vlan(4096, 0), ..none() }, "at most 4095"),
        (VirtualFunction { vlan: vlan(1, 8), ..none() }, "at most 7"),
        (VirtualFunction { number: 1 << 31, ..none() }, "at most 2147483647"),
    ] {
        let change = Link { virtual_functions: vec![function], ..Link::default() };
        let refused = Netlink::over(Paper).links().set("pf", &change).unwrap_err();
        assert!(refused.contains(words), "{refused}");
    }
}

#[test]
fn of_virtual_functions_what_differs_is_asked_for() {
    let there = told(HardwareType::ETHER, tell);
    let same = Link { virtual_functions: vec![function()], ..Link::default() };
    assert_eq!(same.difference(&there).virtual_functions, []);
    // The most alone leaves the least as it is.
    let most = VirtualFunction { number: 3, max_tx_rate: Some(2000), ..VirtualFunction::default() };
    let most = Link { virtual_functions: vec![most], ..Link::default() };
    assert_eq!(most.difference(&there).virtual_functions, []);
    let wanted =
        VirtualFunction { number: 3, trust: Some(true), max_tx_rate: Some(3000), ..VirtualFunction::default() };
    let other = VirtualFunction { number: 5, trust: Some(true), ..VirtualFunction::default() };
    let wanted = Link { virtual_functions: vec![wanted, other], ..Link::default() };
    assert_eq!(wanted.difference(&there).virtual_functions, wanted.virtual_functions);
}
