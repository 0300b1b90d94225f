//! Docker's libnetwork: endpoints of a bridge network, and of an overlay network by a VXLAN tunnel.

use nlwire::Errno;
use std::net::{IpAddr, Ipv6Addr, UdpSocket};

use nlwire::Error;
use nlwire::address::{Address, AddressFilter, AddressFlags};
use nlwire::bridge::fdb::{FdbEntry, FdbFilter, NeighbourFlags};
use nlwire::codec::payload::LinkAddress;
use nlwire::codec::route::group::Group;
use nlwire::codec::route::neighbour::{GetNeighbour, Neighbour as Key};
use nlwire::codec::route::{Family, Scope};
use nlwire::link::{Bridge, BridgePort, Link, LinkFlags, LinkNamespace, LinkPort, PortState, Vxlan};
use nlwire::neighbour::Neighbour;
use nlwire::route::{Route, RouteFilter, RouteQuestion};
use nlwire::socket::{Event, Options};
use serde_json::json;

use crate::lab::ways::{Listener, in_each_way};
use crate::lab::{Lab, objects};
use crate::{
    Netlink, addresses, bridge, can, index, ip, link, listen, mac, prefix, routes, shown, sysctl, veth, wait_for_link,
    wait_for_route,
};

/// The bridge of a network, found or made, with these addresses and no others but those that belong to every link.
fn make_network(nl: &mut Netlink, address: LinkAddress) -> Result<Link, Error> {
    match nl.links().get("docker0") {
        Err(error) if error.is_not_found() => {
            nl.links().add(&Link { address: Some(address), ..link("docker0", Bridge::default()) })?;
        }
        other => drop(other?),
    }
    nl.links().set("docker0", &Link { mtu: Some(1400), ..Link::default() })?;
    let there = nl.links().get("docker0")?;
    let four = Address::new(there.index, "172.17.0.1/16".parse().unwrap());
    let six = Address::new(there.index, "fd00:17::1/64".parse().unwrap());
    let six = Address { flags: AddressFlags::NODAD, ..six };
    let filter = AddressFilter { interface: Some(there.index), ..AddressFilter::default() };
    let had = nl.addresses().filter(filter).list()?;
    let stale = |other: &&Address| other.scope != Some(Scope::LINK) && ![four.local, six.local].contains(&other.local);
    for other in had.iter().filter(stale) {
        nl.addresses().delete(other)?;
    }
    if !had.iter().any(|other| other.local == four.local) {
        nl.addresses().add(&four)?;
    }
    nl.addresses().replace(&six)?;
    nl.links().up(there.index)?;
    nl.links().get(there.index)
}

/// Left out: what filters packets (nf_tables), and answers to who asks for the address that are sent unasked (packet sockets).
#[test]
fn libnetwork_connects_a_container_to_a_bridge_network() {
    in_each_way(|over| {
        let (Some(host), Some(container)) = (over.lab(), over.lab()) else { return };
        let mut nl = host.netlink();
        make_network(&mut nl, mac(17)).unwrap();
        host.ip("address add 172.30.0.1/16 dev docker0");
        host.ip("address add fd00:30::1/64 nodad dev docker0");
        let docker0 = make_network(&mut nl, mac(18)).unwrap();
        sysctl(&host, "ipv6/conf/docker0/accept_ra", "0");

        // The endpoint: the other of the pair is made where the container is.
        let peer = Link {
            name: "vethb17".parse().unwrap(),
            namespace: Some((&container.namespace).into()),
            ..Link::default()
        };
        nl.links().add(&veth("vetha17", peer)).unwrap();
        let mtu = Link { mtu: Some(1400), ..Link::default() };
        nl.links().set("vetha17", &mtu).unwrap();
        nl.links().set("vetha17", &Link { master: Some(docker0.index), ..Link::default() }).unwrap();
        let hairpin = BridgePort { hairpin: Some(true), ..BridgePort::default() };
        nl.links().set("vetha17", &Link { port: hairpin.into(), ..Link::default() }).unwrap();
        nl.links().up("vetha17").unwrap();

        // The sandbox: the lowest ethN that is free.
        container.ip("link add eth0 type veth peer name other");
        let mut sandbox = container.netlink();
        let device = index(&mut sandbox, "vethb17");
        sandbox.links().down(device).unwrap();
        sandbox.links().set(device, &mtu).unwrap();
        sandbox.links().set(device, &Link { name: "eth%d".parse().unwrap(), ..Link::default() }).unwrap();
        sandbox.links().set("eth1", &Link { address: Some(mac(2)), ..Link::default() }).unwrap();
        let wanted = prefix("172.17.0.2/16").unwrap();
        let overlaps = |route: &Route| {
            let other = route.destination.filter(|other| other.prefix_len() > 0);
            other.is_some_and(|other| wanted.contains(&other) || other.contains(&wanted))
        };
        let main = RouteFilter { family: Some(Family::INET), table: Some(254), ..RouteFilter::default() };
        assert!(!sandbox.routes().filter(main).list().unwrap().iter().any(overlaps));
        sandbox.addresses().add(&Address::new(device, wanted)).unwrap();
        let six = Address::new(device, "fd00:17::2/64".parse().unwrap());
        sandbox.addresses().add(&Address { flags: AddressFlags::NODAD, ..six }).unwrap();
        sandbox.links().up(device).unwrap();
        let device_route = Route { destination: prefix("172.18.0.0/16"), interface: Some(device), ..Route::default() };
        sandbox.routes().add(&device_route).unwrap();
        wait_for_link(&container, "eth1", |link| link.flags.contains(LinkFlags::UP | LinkFlags::LOWER_UP));
        wait_for_link(&host, "vetha17", |link| match &link.port {
            LinkPort::Bridge(port) => port.state == Some(PortState::FORWARDING),
            _ => false,
        });
        // IPv6 multicast is routed when the link is ready for it.
        let multicast = prefix("ff00::/8");
        wait_for_route(&container, |route| route.destination == multicast && route.interface == Some(device));
        // Of what comes in, a kernel that can route multicast packets itself
        // says that only where it does, and else EMSGSIZE.
        let all_nodes = IpAddr::from([0xff02, 0, 0, 0, 0, 0, 0, 1]);
        let question = RouteQuestion { source: Some(Ipv6Addr::LOCALHOST.into()), ..all_nodes.into() };
        let incoming = RouteQuestion { input_interface: Some(device), ..question.clone() };
        let route = match sandbox.routes().get(incoming) {
            Err(error) if error.errno() == Some(Errno::EMSGSIZE) => {
                sandbox.routes().get(RouteQuestion { interface: Some(device), ..question })
            }
            other => other,
        };
        assert_eq!(route.unwrap().interface, Some(device));
        // The gateway must be on a link.
        for (gateway, source, everywhere) in
            [("172.17.0.1", "172.17.0.2", "0.0.0.0/0"), ("fd00:17::1", "fd00:17::2", "::/0")]
        {
            let route = sandbox.routes().get(ip(gateway).unwrap()).unwrap();
            assert_eq!((route.gateway, route.interface, route.preferred_source), (None, Some(device), ip(source)));
            let default = Route { destination: prefix(everywhere), gateway: ip(gateway), ..Route::default() };
            sandbox.routes().add(&default).unwrap();
        }
        assert!(
            sandbox
                .routes()
                .get(RouteQuestion { source: ip("172.17.0.9"), ..ip("172.17.0.1").unwrap().into() })
                .is_err()
        );

        assert_eq!(shown(&host, "docker0")["address"], "02:00:00:00:00:11");
        assert_eq!(addresses(&host, "docker0"), ["172.17.0.1/16", "fd00:17::1/64"]);
        let port = bridge(&host, "link show dev vetha17");
        assert_eq!((&port[0]["state"], &port[0]["hairpin"]), (&json!("forwarding"), &json!(true)), "{port}");
        let eth1 = shown(&container, "eth1");
        assert_eq!((&eth1["mtu"], &eth1["address"]), (&json!(1400), &json!("02:00:00:00:00:02")));
        assert_eq!(addresses(&container, "eth1"), ["172.17.0.2/16", "fd00:17::2/64"]);
        assert_eq!(
            routes(&container, "route"),
            [
                "default via 172.17.0.1 dev eth1",
                "172.17.0.0/16 dev eth1 proto kernel scope link src 172.17.0.2",
                "172.18.0.0/16 dev eth1 scope link"
            ]
        );
        assert!(container.ip("-6 route show default").starts_with("default via fd00:17::1 dev eth1"));
    });
}

/// What the kernel asks programs for.
#[derive(Debug, PartialEq)]
enum Miss {
    Address(IpAddr),
    LinkAddress(LinkAddress),
}

/// The next that it asks for. All of it comes in the family of IPv4, and what is unknown is what is said.
fn next_miss(events: &mut Listener) -> Miss {
    loop {
        match events.next().unwrap() {
            Some(Event::Change { message, group, .. }) => {
                assert_eq!(group, Group::NEIGH.0);
                if let Some(view) = message.read::<GetNeighbour>().unwrap() {
                    let neighbour = view.attributes();
                    return match neighbour.get(Key::DST).unwrap() {
                        Some(address) => Miss::Address(address),
                        None => Miss::LinkAddress(neighbour.get(Key::LLADDR).unwrap().unwrap()),
                    };
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Sends a packet from the container.
fn send(container: &Lab, to: &str) {
    container.namespace.run(|| UdpSocket::bind("10.0.0.2:0")?.send_to(b"hello", (to, 9))).unwrap();
}

/// The packet that provokes a miss may be another one than ours: only what we asked for counts.
fn until(events: &mut Listener, wanted: &Miss) {
    while next_miss(events) != *wanted {}
}

/// A neighbour behind the tunnel: its address is known, and at which machine it is.
fn peer(vxlan: u32, address: &str, number: u8, machine: &str) -> (Neighbour, FdbEntry) {
    let (interface, link_address) = (vxlan, Some(mac(number)));
    (
        Neighbour { interface, address: ip(address), link_address, ..Neighbour::default() },
        FdbEntry {
            interface,
            link_address,
            flags: NeighbourFlags::SELF,
            destination: ip(machine),
            ..FdbEntry::default()
        },
    )
}

/// Left out: encryption (xfrm), the mark of its packets (nf_tables), load balancing (IPVS).
#[test]
fn libnetwork_connects_a_container_to_an_overlay_network() {
    in_each_way(|over| {
        let (Some(host), Some(overlay), Some(container)) = (over.lab(), over.lab(), over.lab()) else { return };
        host.pair("ext", "v1");
        host.ip("address add 192.0.2.1/24 dev ext");
        let mut inside = overlay.netlink();
        inside.links().add(&Link { mtu: Some(1450), ..link("ov-17", Bridge::default()) }).unwrap();
        let br0 = index(&mut inside, "ov-17");
        inside.links().set(br0, &Link { name: "br0".parse().unwrap(), ..Link::default() }).unwrap();
        inside.addresses().add(&Address::new(br0, "10.0.0.1/24".parse().unwrap())).unwrap();
        inside.links().up(br0).unwrap();

        // Made in the host, where its packets leave, and moved.
        let mut nl = host.netlink();
        let on = Some(true);
        let kind = Vxlan {
            id: Some(4097),
            port: Some(4789),
            learning: on,
            proxy: on,
            l2miss: on,
            l3miss: on,
            ..Vxlan::default()
        };
        nl.links().add(&Link { mtu: Some(1450), ..link("vx-17", kind) }).unwrap();
        let moved = Link { namespace: Some((&overlay.namespace).into()), ..Link::default() };
        nl.links().set("vx-17", &moved).unwrap();
        let vxlan = index(&mut inside, "vx-17");
        inside.links().set(vxlan, &Link { name: "vxlan0".parse().unwrap(), ..Link::default() }).unwrap();
        inside.links().set(vxlan, &Link { master: Some(br0), up: on, ..Link::default() }).unwrap();

        let peer_link = Link {
            name: "eth0".parse().unwrap(),
            mtu: Some(1450),
            address: Some(mac(2)),
            namespace: Some(LinkNamespace::from(&container.namespace)),
            ..Link::default()
        };
        inside.links().add(&Link { mtu: Some(1450), master: Some(br0), up: on, ..veth("veth0", peer_link) }).unwrap();
        let mut sandbox = container.netlink();
        let eth0 = index(&mut sandbox, "eth0");
        sandbox.addresses().add(&Address::new(eth0, "10.0.0.2/24".parse().unwrap())).unwrap();
        sandbox.links().up(eth0).unwrap();
        wait_for_link(&overlay, "veth0", |link| match &link.port {
            LinkPort::Bridge(port) => port.state == Some(PortState::FORWARDING),
            _ => false,
        });

        // One container whose machine is known, one of whom only the address is, and one of whom nothing is.
        let (neighbour, entry) = peer(vxlan, "10.0.0.3", 3, "192.0.2.3");
        inside.neighbours().add(&neighbour).unwrap();
        inside.fdb().replace(&entry).unwrap();
        let (homeless, _) = peer(vxlan, "10.0.0.4", 4, "192.0.2.4");
        inside.neighbours().add(&homeless).unwrap();
        let mut events = listen(&overlay, &[Group::NEIGH], Options::default());
        send(&container, "10.0.0.5");
        until(&mut events, &Miss::Address("10.0.0.5".parse().unwrap()));
        send(&container, "10.0.0.4");
        until(&mut events, &Miss::LinkAddress(mac(4)));
        // Who is asked tells, and is not asked again for what is known.
        let (_, entry_4) = peer(vxlan, "10.0.0.4", 4, "192.0.2.4");
        inside.fdb().replace(&entry_4).unwrap();

        let info = shown(&overlay, "vxlan0");
        let data = &info["linkinfo"]["info_data"];
        assert_eq!(
            (&data["id"], &data["port"], &info["master"]),
            (&json!(4097), &json!(4789), &json!("br0")),
            "{info}"
        );
        for flag in ["learning", "proxy", "l2miss", "l3miss"] {
            assert_eq!(data[flag], true, "{flag}: {info}");
        }
        let neighbours = overlay.json("neighbour show dev vxlan0 nud permanent");
        let known: Vec<_> = objects(&neighbours).iter().map(|one| (&one["dst"], &one["lladdr"])).collect();
        assert!(known.contains(&(&json!("10.0.0.3"), &json!("02:00:00:00:00:03"))), "{neighbours}");
        let known = |number: u8| {
            let all = bridge(&overlay, "fdb show dev vxlan0");
            let address = json!(mac(number).to_string());
            let mine = objects(&all).iter().filter(|entry| entry["mac"] == address);
            let mut flags: Vec<_> = mine.map(|entry| (entry["flags"].clone(), entry["dst"].clone())).collect();
            flags.sort_by_key(|entry| format!("{entry:?}"));
            flags
        };
        assert_eq!(known(3), [(json!(["self"]), json!("192.0.2.3"))]);
        // The bridge has learned the address of whom the tunnel has answered for: where the entry goes, that must go, too.
        assert_eq!(known(4), [(json!(["self"]), json!("192.0.2.4")), (json!([]), json!(null))]);
        let learned = FdbEntry { flags: NeighbourFlags::MASTER, destination: None, ..entry_4.clone() };
        assert!(inside.fdb().add(&learned).is_err_and(|error| error.is_exists()));
        inside.fdb().delete(&entry_4).unwrap();
        inside.fdb().delete(&learned).unwrap();
        assert!(inside.fdb().delete(&learned).is_err_and(|error| error.is_not_found()));
        inside.neighbours().delete(&homeless).unwrap();
        inside.fdb().delete(&entry).unwrap();
        inside.neighbours().delete(&neighbour).unwrap();
        assert_eq!((known(3), known(4)), (Vec::new(), Vec::new()));
        let all = inside.fdb().filter(FdbFilter { interface: Some(vxlan), ..FdbFilter::default() }).list().unwrap();
        assert!(all.iter().all(|other| ![Some(mac(3)), Some(mac(4))].contains(&other.link_address)), "{all:?}");
    });
}

#[test]
fn libnetwork_has_no_vlan_for_frames_without_a_tag_in_an_overlay_network() {
    in_each_way(|over| {
        let Some(overlay) = over.lab() else { return };
        let mut nl = overlay.netlink();
        nl.links().add(&link("br0", Bridge::default())).unwrap();
        let kind = Bridge { vlan_default_pvid: Some(0), ..Bridge::default() };
        let Some(()) = can(nl.links().set("br0", &Link { kind: kind.into(), ..Link::default() })) else { return };
        let printed = shown(&overlay, "br0");
        if printed["linkinfo"]["info_data"]["vlan_default_pvid"].is_null() {
            return crate::lab::skip("this kernel has no bridge with VLANs");
        }
        assert_eq!(printed["linkinfo"]["info_data"]["vlan_default_pvid"], 0, "{printed}");
        nl.links()
            .add(&Link { master: Some(index(&mut overlay.netlink(), "br0")), ..veth("port0", Link::default()) })
            .unwrap();
        let vlans = bridge(&overlay, "vlan show dev port0");
        assert!(objects(&vlans).iter().all(|port| objects(&port["vlans"]).is_empty()), "{vlans}");
    });
}
