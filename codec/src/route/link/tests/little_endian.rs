//! What kernels and iproute2 wrote, on little-endian machines.

use std::net::Ipv4Addr;
use std::vec::Vec;
use std::{format, vec};

use super::super::bridge::{Bridge, MulticastRouter};
use super::super::bridge_spec::{VlanInfoFlags, VlanTunnel};
use super::super::gre::{Gre, GreFlags};
use super::super::inet::AddressGeneration;
use super::super::macvlan::{Macvlan, MacvlanMode};
use super::super::veth::Veth;
use super::super::vlan::{QosMapping, Vlan, VlanFlags, VlanFlagsMask, VlanQos};
use super::super::vxlan::{PortRange, Vxlan};
use super::super::*;
use super::{Buffer, describe};
use crate::route::PROTOCOL;
use crate::route::testing::bytes;
use crate::schema::Tally;
use crate::{Attributes, Emit, Emitted, Envelope, Flags, Message, Messages, RawMessage, Tail, View};

const CAPTURES: &[(&str, &[u8])] = &[
    ("6.1", include_bytes!("../captures/6.1.bin")),
    ("6.12", include_bytes!("../captures/6.12.bin")),
    ("7.2", include_bytes!("../captures/7.2.bin")),
    ("7.2-kinds", include_bytes!("../captures/7.2-kinds.bin")),
];

fn capture(name: &str) -> &'static [u8] {
    CAPTURES.iter().find(|(found, _)| *found == name).unwrap().1
}

/// The link with this name in the first dump of a capture.
fn link<'a>(capture: &'a [u8], name: &str) -> View<'a, NewLink> {
    let links = Messages::new(capture).map(|message| message.unwrap().read::<NewLink>().unwrap().unwrap());
    links.into_iter().find(|link| link.attributes().get(Link::IFNAME).unwrap() == Some(name)).unwrap()
}

fn data<S: ChoiceOf<LinkData>>(capture: &'static [u8], name: &str) -> Attributes<'static, S> {
    let info = link(capture, name).attributes().get(Link::LINKINFO).unwrap().unwrap();
    info.get(LinkInfo::DATA).unwrap().unwrap().of()
}

/// A request of iproute2 says the same as ours: only the NUL behind the kind and `NLA_F_NESTED` may differ.
fn same_as_iproute2(
    hex: &str,
    write: impl for<'x, 'y> FnOnce(&'x mut Emit<'y, Link>) -> Emitted<'x, 'y, Link>,
) -> Buffer {
    let mut buffer = Buffer::new();
    let envelope = Envelope::request(Flags::CREATE | Flags::EXCL | Flags::ACK);
    NewLink::emit(&mut buffer, envelope, Header::default(), write).unwrap();
    let theirs = bytes(hex);
    assert_eq!(describe(&buffer), describe(&theirs));
    assert_eq!(buffer[4..8], theirs[4..8]);
    buffer
}

#[test]
fn what_kernels_sent_is_known_and_emitted_again_byte_for_byte() {
    for (name, capture) in CAPTURES {
        let mut tally = Tally::default();
        for message in Messages::new(capture) {
            let message = message.unwrap();
            let mut buffer = vec![0xa5; message.bytes().len()];
            let mut tail = Tail::new(&mut buffer);
            PROTOCOL.repeat(&message, &mut tail, &mut tally).unwrap();
            assert_eq!(tail.written(), message.bytes(), "{name}: {:#?}", PROTOCOL.describe(&message));
        }
        assert_eq!((tally.unknown, tally.unreadable), (0, 0), "{name}");
        assert!(tally.attributes > 800, "{name}: {tally:?}");
    }
}

#[test]
fn what_kernels_sent_is_read_as_iproute2_reads_it() {
    let kinds = capture("7.2-kinds");

    let v1 = link(kinds, "v1");
    assert_eq!(v1.header.kind, HardwareType::ETHER);
    assert!(v1.header.flags.get().contains(LinkFlags::UP | LinkFlags::LOWER_UP | LinkFlags::MULTICAST));
    let table = v1.attributes().table().unwrap();
    assert_eq!(table.get(Link::IFALIAS).unwrap(), Some("some words"));
    assert_eq!(table.get(Link::OPERSTATE).unwrap(), Some(OperationalState::UP));
    assert_eq!(table.get(Link::MAX_MTU).unwrap(), Some(65535));
    let names: Vec<_> = table.get(Link::PROP_LIST).unwrap().unwrap().all(Link::ALT_IFNAME).flatten().collect();
    assert_eq!(names, ["a-rather-long-name", "another"]);
    let families = table.get(Link::AF_SPEC).unwrap().unwrap().of::<AfSpec>();
    let inet6 = families.get(AfSpec::INET6).unwrap().unwrap();
    assert_eq!(inet6.get(Inet6::ADDR_GEN_MODE).unwrap(), Some(AddressGeneration::RANDOM));
    let conf = inet6.get(Inet6::CONF).unwrap().unwrap();
    assert_eq!(inet::Ipv6Conf::HOPLIMIT.of(conf), Some(64));
    assert_eq!(inet::Ipv6Conf::MTU6.of(conf), Some(1500));
    let conf = families.get(AfSpec::INET).unwrap().unwrap().get(Inet::CONF).unwrap().unwrap();
    assert_eq!(conf.len(), inet::Ipv4Conf::INFO.rows.len());

    let info = link(kinds, "v0").attributes().get(Link::LINKINFO).unwrap().unwrap();
    assert_eq!(info.get(LinkInfo::SLAVE_KIND).unwrap(), Some("bridge"));
    let port = info.get(LinkInfo::SLAVE_DATA).unwrap().unwrap().of::<BridgePort>();
    assert_eq!(port.get(BridgePort::STATE).unwrap(), Some(bridge_port::PortState::FORWARDING));
    assert_eq!(port.get(BridgePort::ID).unwrap(), Some(0x8001));
    assert_eq!(port.get(BridgePort::ROOT_ID).unwrap().unwrap().priority.get(), 0x8000);

    let bridge = data::<Bridge>(kinds, "br0");
    assert_eq!(bridge.get(Bridge::VLAN_PROTOCOL).unwrap(), Some(0x88a8));
    assert_eq!(bridge.get(Bridge::GROUP_ADDR).unwrap(), Some([1, 0x80, 0xc2, 0, 0, 8]));
    assert_eq!(bridge.get(Bridge::MCAST_ROUTER).unwrap(), Some(MulticastRouter::TEMP_QUERY));

    let vlan = data::<Vlan>(kinds, "vl5");
    assert_eq!(vlan.get(Vlan::ID).unwrap(), Some(5));
    assert_eq!(vlan.get(Vlan::PROTOCOL).unwrap(), Some(0x88a8));
    assert_eq!(vlan.get(Vlan::FLAGS).unwrap().unwrap().flags, VlanFlags::REORDER_HDR | VlanFlags::GVRP);
    let mapped = vlan.get(Vlan::EGRESS_QOS).unwrap().unwrap().all(VlanQos::MAPPING);
    let mapped: Vec<_> = mapped.flatten().map(|map| (map.from.get(), map.to.get())).collect();
    assert_eq!(mapped, [(1, 2), (3, 4)]);

    let vxlan = data::<Vxlan>(kinds, "vx4");
    assert_eq!(vxlan.get(Vxlan::PORT).unwrap(), Some(4789));
    assert_eq!(*vxlan.get(Vxlan::PORT_RANGE).unwrap().unwrap(), PortRange { low: 1000.into(), high: 2000.into() });
    assert_eq!(vxlan.get(Vxlan::TTL_INHERIT).unwrap(), Some(true));
    assert_eq!(data::<Vxlan>(kinds, "vx6").get(Vxlan::LABEL).unwrap(), Some(0x12345));

    let macvlan = data::<Macvlan>(kinds, "mv0");
    assert_eq!(macvlan.get(Macvlan::MODE).unwrap(), Some(MacvlanMode::SOURCE));
    assert_eq!(macvlan.get(Macvlan::MACADDR_DATA).unwrap().unwrap().all(Macvlan::MACADDR).count(), 2);

    let bond = data::<bond::Bond>(kinds, "bo1");
    let targets = bond.get(bond::Bond::ARP_IP_TARGET).unwrap().unwrap();
    let targets: Vec<_> = targets.iter().flatten().collect();
    assert_eq!(targets, [(0, Ipv4Addr::new(192, 0, 2, 1)), (1, Ipv4Addr::new(192, 0, 2, 2))]);

    let gre = data::<Gre>(kinds, "gre1");
    assert_eq!(gre.get(Gre::IFLAGS).unwrap(), Some(GreFlags::CSUM | GreFlags::KEY | GreFlags::SEQ));
    assert_eq!(gre.get(Gre::OKEY).unwrap(), Some(6));

    let macsec = data::<macsec::Macsec>(kinds, "ms0");
    assert_eq!(macsec.get(macsec::Macsec::SCI).unwrap().unwrap() & 0xffff, 11);
}

#[test]
fn the_family_of_a_message_decides_what_its_nests_hold() {
    let mut vlans = Vec::new();
    let mut tunnels = Vec::new();
    for message in Messages::new(capture("7.2")) {
        let link = message.unwrap().read::<NewLink>().unwrap().unwrap();
        let said = format!("{link:?}");
        let (specific, info) = match link.header.family.get() {
            Family::BRIDGE => ("IFLA_AF_SPEC: BridgeSpec {", "IFLA_PROTINFO: BridgePort {"),
            Family::INET6 => ("IFLA_PROTINFO: Inet6 {", "IFLA_INET6_CACHEINFO"),
            _ => ("IFLA_AF_SPEC: AfSpec { AF_INET: Inet {", "AF_INET6: Inet6 {"),
        };
        assert!(said.contains(specific), "{said}");
        // A bridge itself is not a port.
        assert!(said.contains(info) || said.contains("\"br0\""), "{said}");
        if link.header.family == Family::BRIDGE {
            let spec = link.attributes().get(Link::AF_SPEC).unwrap().unwrap().of::<BridgeSpec>();
            vlans.extend(spec.all(BridgeSpec::VLAN_INFO).flatten().map(|vlan| (vlan.flags.get(), vlan.vlan.get())));
            for tunnel in spec.all(BridgeSpec::VLAN_TUNNEL_INFO).flatten() {
                tunnels.push((
                    tunnel.get(VlanTunnel::VID).unwrap().unwrap(),
                    tunnel.get(VlanTunnel::ID).unwrap().unwrap(),
                ));
            }
        }
    }
    assert!(vlans.contains(&(VlanInfoFlags::PVID | VlanInfoFlags::UNTAGGED, 30)), "{vlans:?}");
    assert!(vlans.contains(&(VlanInfoFlags::RANGE_BEGIN, 10)) && vlans.contains(&(VlanInfoFlags::RANGE_END, 12)));
    assert_eq!(tunnels, [(100, 1000), (105, 1005)]);
}

#[test]
fn a_veth_request_says_what_iproute2_says() {
    let buffer = same_as_iproute2(
        "68000000100005069c4e056b0000000000000000000000000000000000000000080004007805000007000300613000003800120008000100\
         766574682c00020028000100000000000000000000000000000000000a00010002000000000900000700030061310000",
        |link| {
            link.put(Link::MTU, 1400)?.put(Link::IFNAME, "a0")?.nest(Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "veth")?.nest_as(LinkInfo::DATA, |veth| {
                    veth.nest_behind(Veth::PEER, Header::default(), |peer| {
                        peer.put(Link::ADDRESS, [2, 0, 0, 0, 0, 9].into())?.put(Link::IFNAME, "a1")
                    })
                })
            })
        },
    );
    let request = RawMessage::first(&buffer).unwrap();
    let link = request.read::<NewLink>().unwrap().unwrap();
    let info = link.attributes().get(Link::LINKINFO).unwrap().unwrap();
    let veth = info.get(LinkInfo::DATA).unwrap().unwrap().of::<Veth>();
    let peer = veth.get(Veth::PEER).unwrap().unwrap();
    assert_eq!(peer.header, Header::default());
    assert_eq!(peer.attributes.get(Link::IFNAME).unwrap(), Some("a1"));
    // Where in the message the other link's name is.
    let offset = buffer.windows(2).position(|two| two == b"a1").unwrap() - 4;
    let path = PROTOCOL.path(&request, u32::try_from(offset).unwrap());
    assert_eq!(format!("{path}"), "IFLA_LINKINFO.IFLA_INFO_DATA.VETH_INFO_PEER.IFLA_IFNAME");
}

#[test]
fn a_vlan_request_says_what_iproute2_says() {
    let buffer = same_as_iproute2(
        "70000000100005069c4e056b000000000000000000000000000000000000000008000500030000000900030076302e37000000003c001200\
         08000100766c616e300002000600050088a800000600010007000000100003000c00010001000000020000000c0002000200000002000000",
        |link| {
            link.put(Link::LINK, 3)?.put(Link::IFNAME, "v0.7")?.nest(Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "vlan")?.nest_as(LinkInfo::DATA, |vlan| {
                    let flags = VlanFlagsMask { flags: VlanFlags::GVRP.into(), mask: VlanFlags::GVRP.into() };
                    let map = QosMapping { from: 1.into(), to: 2.into() };
                    vlan.put(Vlan::PROTOCOL, 0x88a8)?
                        .put(Vlan::ID, 7)?
                        .nest(Vlan::EGRESS_QOS, |qos| qos.put(VlanQos::MAPPING, (&map).into()))?
                        .put(Vlan::FLAGS, (&flags).into())
                })
            })
        },
    );
    let request = RawMessage::first(&buffer).unwrap();
    let offset = buffer.windows(4).position(|four| four == [6, 0, 1, 0]).unwrap();
    let path = PROTOCOL.path(&request, u32::try_from(offset).unwrap());
    assert_eq!(format!("{path}"), "IFLA_LINKINFO.IFLA_INFO_DATA.IFLA_VLAN_ID");
}

#[test]
fn a_vxlan_request_says_what_iproute2_says() {
    same_as_iproute2(
        "74000000100005069c4e056b000000000000000000000000000000000000000007000300767800004c0012000900010076786c616e000000\
         3c00020008000a0003e807d004001c0004001700080001002a00000008000400c000020208000200c0000201050007000100000006000f00\
         12b50000",
        |link| {
            link.put(Link::IFNAME, "vx")?.nest(Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "vxlan")?.nest_as(LinkInfo::DATA, |vxlan| {
                    let ports = PortRange { low: 1000.into(), high: 2000.into() };
                    vxlan
                        .put(Vxlan::PORT_RANGE, (&ports).into())?
                        .put(Vxlan::TTL_INHERIT, true)?
                        .put(Vxlan::GBP, ())?
                        .put(Vxlan::ID, 42)?
                        .put(Vxlan::LOCAL, Ipv4Addr::new(192, 0, 2, 2))?
                        .put(Vxlan::GROUP, Ipv4Addr::new(192, 0, 2, 1))?
                        .put(Vxlan::LEARNING, 1)?
                        .put(Vxlan::PORT, 4789)
                })
            })
        },
    );
}

#[test]
fn a_macvlan_request_says_what_iproute2_says() {
    same_as_iproute2(
        "4c000000100005069c4e056b00000000000000000000000000000000000000000800050003000000070003006d7600001c0012000b000100\
         6d6163766c616e000c0002000800010004000000",
        |link| {
            link.put(Link::LINK, 3)?.put(Link::IFNAME, "mv")?.nest(Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "macvlan")?
                    .nest_as(LinkInfo::DATA, |macvlan| macvlan.put(Macvlan::MODE, MacvlanMode::BRIDGE))
            })
        },
    );
}

#[test]
fn no_truncation_of_a_link_is_taken_for_more_than_it_is() {
    let message = Messages::new(capture("7.2")).nth(1).unwrap().unwrap();
    let whole = message.bytes();
    for length in 16..whole.len() {
        let mut cut = whole[..length].to_vec();
        cut[..4].copy_from_slice(&u32::try_from(length).unwrap().to_ne_bytes());
        let cut = RawMessage::first(&cut).unwrap();
        let (mut again, mut tally) = (vec![0xa5; whole.len() + 64], Tally::default());
        let mut tail = Tail::new(&mut again);
        PROTOCOL.repeat(&cut, &mut tail, &mut tally).unwrap();
        assert_eq!(tail.written(), cut.bytes());
        let _ = format!("{:?}", PROTOCOL.describe(&cut));
    }
}
