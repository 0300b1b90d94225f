//! The reference plugins of CNI (containernetworking/plugins): a container is a network namespace.

use nlwire::Error;
use nlwire::address::{Address, AddressFilter, AddressFlags, Usability};
use nlwire::bridge::vlan::BridgeVlan;
use nlwire::codec::route::{Family, Scope};
use nlwire::link::{
    Bridge, BridgePort, Ipvlan, IpvlanMode, Link, LinkFilter, LinkKind, LinkNamespace, Macvlan, MacvlanMode, Readiness,
    Vlan, Vrf,
};
use nlwire::route::{Route, RouteFilter, RouteProtocol};
use nlwire::rule::Rule;
use nlwire::socket::Namespace;
use serde_json::json;

use crate::lab::ways::{Over, Site, in_each_way};
use crate::lab::{Lab, objects, skip};
use crate::{
    LONG, Netlink, addresses, bridge, can, index, ip, link, mac, name, prefix, routes, shown, sysctl, veth,
    wait_for_route,
};

/// The main routing table.
const MAIN: u32 = 254;

fn host_and_container(over: &Over) -> Option<(Site, Site)> {
    Some((over.lab()?, over.lab()?))
}

/// A pair of links, made inside the container with its peer placed in the host in the same message: the first of the names
/// that is free there. Gives the peer.
fn pair(host: &Site, container: &Site, inside: &str, outside: &[&str]) -> Result<Link, Error> {
    for outside in outside {
        let namespace = Some(LinkNamespace::from(&host.namespace));
        let peer = Link { name: outside.parse()?, mtu: Some(1400), namespace, ..Link::default() };
        match container.netlink().links().add(&Link { mtu: Some(1400), ..veth(inside, peer) }) {
            Err(error) if error.is_exists() => continue,
            other => other?,
        }
        host.netlink().links().up(*outside)?;
        return host.netlink().links().get(*outside);
    }
    panic!("all names are taken");
}

/// The bridge, whether it was there or not.
fn make_bridge(nl: &mut Netlink, kind: Bridge) -> Result<Link, Error> {
    match nl.links().add(&Link { mtu: Some(1400), ..link("cni0", kind) }) {
        Err(error) if error.is_exists() => {}
        other => other?,
    }
    let there = nl.links().get("cni0")?;
    assert!(matches!(there.kind, LinkKind::Bridge(_)), "{there:?}");
    nl.links().set("cni0", &Link { promisc: Some(true), up: Some(true), ..Link::default() })?;
    Ok(there)
}

/// Makes a link of the host a port of the bridge.
fn attach(nl: &mut Netlink, port: &Link, bridge: &Link) -> Result<(), Error> {
    nl.links().set(port.index, &Link { master: Some(bridge.index), ..Link::default() })?;
    let settings = BridgePort { hairpin: Some(true), isolated: Some(true), ..BridgePort::default() };
    nl.links().set(port.index, &Link { port: settings.into(), ..Link::default() })
}

/// Gives the container's link its addresses and routes, and waits until all can be used.
fn configure(container: &Site, interface: u32) -> Result<(), Error> {
    let mut nl = container.netlink();
    let four = Address::new(interface, "10.88.0.2/16".parse().unwrap());
    let six = Address::new(interface, "2001:db8:88::2/64".parse().unwrap());
    nl.addresses().add(&four)?;
    nl.addresses().add(&six)?;
    nl.links().up(interface)?;
    assert_eq!(nl.transport().wait_until_usable(&six, LONG)?, Usability::Usable);
    nl.routes().add(&Route {
        destination: prefix("0.0.0.0/0"),
        gateway: ip("10.88.0.1"),
        priority: Some(7),
        ..Route::default()
    })?;
    // Of IPv6 routes to the same destination each is one more next hop.
    for gateway in ["2001:db8:88::1", "2001:db8:88::fe"] {
        nl.routes().append(&Route { destination: prefix("::/0"), gateway: ip(gateway), ..Route::default() })?;
    }
    Ok(())
}

/// Gives a link of the host the gateway's addresses, and takes others of IPv4 from it.
fn make_gateway(nl: &mut Netlink, interface: u32) -> Result<(), Error> {
    let wanted = Address::new(interface, "10.88.0.1/16".parse().unwrap());
    let filter = AddressFilter { family: Some(Family::INET), interface: Some(interface) };
    for other in nl.addresses().filter(filter).list()? {
        if other.local != wanted.local {
            nl.addresses().delete(&other)?;
        }
    }
    nl.addresses().add(&wanted)?;
    let six = Address::new(interface, "2001:db8:88::1/64".parse().unwrap());
    nl.addresses().add(&Address { flags: AddressFlags::NODAD, ..six })
}

fn has_addresses_and_routes(container: &Lab) {
    assert_eq!(addresses(container, "eth0"), ["10.88.0.2/16", "2001:db8:88::2/64"]);
    assert_eq!(
        routes(container, "route"),
        ["default via 10.88.0.1 dev eth0 metric 7", "10.88.0.0/16 dev eth0 proto kernel scope link src 10.88.0.2"]
    );
    let default = container.json("-6 route show default");
    let mut gateways: Vec<_> =
        objects(&default[0]["nexthops"]).iter().map(|hop| hop["gateway"].as_str().unwrap()).collect();
    gateways.sort_unstable();
    assert_eq!(gateways, ["2001:db8:88::1", "2001:db8:88::fe"], "{default}");
}

/// Left out: masquerading and what keeps MACs from being forged (nf_tables), forwarding (a file).
#[test]
fn cni_bridge_connects_a_container() {
    in_each_way(|over| {
        let Some((host, container)) = host_and_container(over) else { return };
        // Somebody has the first name, and the bridge is there, with another address.
        host.ip("link add name veth1 type bridge");
        host.ip("link add name cni0 mtu 1400 type bridge");
        host.ip("address add 10.99.0.1/16 dev cni0");
        let mut nl = host.netlink();
        let cni0 = make_bridge(&mut nl, Bridge::default()).unwrap();
        sysctl(&host, "ipv6/conf/cni0/accept_ra", "0");
        let outer = pair(&host, &container, "eth0", &["veth1", "veth2"]).unwrap();
        attach(&mut nl, &outer, &cni0).unwrap();
        sysctl(&container, "ipv4/conf/eth0/arp_notify", "1");
        let inner = container.netlink().links().get("eth0").unwrap();
        configure(&container, inner.index).unwrap();
        make_gateway(&mut nl, cni0.index).unwrap();
        // Its own address, said, is its address for good, whatever ports it gets.
        let address = nl.links().get("cni0").unwrap().address;
        nl.links().set("cni0", &Link { address, ..Link::default() }).unwrap();
        assert_eq!(nl.transport().wait_until_up("veth2", LONG).unwrap(), Readiness::Up);

        let printed = shown(&host, "veth2");
        assert_eq!(
            [&printed["master"], &printed["operstate"], &printed["mtu"]],
            [&json!("cni0"), &json!("UP"), &json!(1400)]
        );
        let port = bridge(&host, "link show dev veth2");
        assert_eq!((&port[0]["hairpin"], &port[0]["isolated"]), (&json!(true), &json!(true)), "{port}");
        assert_eq!(addresses(&host, "cni0"), ["10.88.0.1/16", "2001:db8:88::1/64"]);
        has_addresses_and_routes(&container);
        host.ip("link add v0 address 00:00:00:00:00:01 master cni0 type veth peer name v1");
        assert_eq!(shown(&host, "cni0")["address"], address.unwrap().to_string());
        let flags = &shown(&host, "cni0")["flags"];
        assert!(objects(flags).contains(&json!("PROMISC")), "{flags}");

        // CHECK: each end says which is the other.
        let (outer, inner) = (nl.links().get("veth2").unwrap(), container.netlink().links().get("eth0").unwrap());
        assert_eq!((outer.link, inner.link), (Some(inner.index), Some(outer.index)));
        assert_eq!((outer.master, inner.mtu), (Some(cni0.index), Some(1400)));

        // DEL: one end goes, and with it the other.
        let filter = AddressFilter { interface: Some(inner.index), ..AddressFilter::default() };
        let had = container.netlink().addresses().filter(filter).list().unwrap();
        assert_eq!(had.iter().filter(|address| address.scope == Some(Scope::UNIVERSE)).count(), 2);
        container.netlink().links().delete("eth0").unwrap();
        assert!(container.netlink().links().delete("eth0").is_err_and(|error| error.is_not_found()));
        assert!(host.try_ip("link show dev veth2").is_err());
    });
}

/// The gateway is behind a port of its own, in the container's VLAN. Left out: as above.
#[test]
fn cni_bridge_with_vlans_connects_a_container() {
    in_each_way(|over| {
        let Some((host, container)) = host_and_container(over) else { return };
        let mut nl = host.netlink();
        let Some(cni0) = can(make_bridge(&mut nl, Bridge { vlan_filtering: Some(true), ..Bridge::default() })) else {
            return;
        };
        let filters =
            |link: &Link| matches!(&link.kind, LinkKind::Bridge(bridge) if bridge.vlan_filtering == Some(true));
        if !filters(&cni0) {
            return skip("this kernel has no bridge with VLANs");
        }
        let outer = pair(&host, &container, "eth0", &["veth2"]).unwrap();
        attach(&mut nl, &outer, &cni0).unwrap();
        nl.links().add(&veth("cni0.100", link("vgw", LinkKind::None))).unwrap();
        let gateway = nl.links().get("vgw").unwrap();
        nl.links().set(gateway.index, &Link { master: Some(cni0.index), up: Some(true), ..Link::default() }).unwrap();
        nl.links().up("cni0.100").unwrap();
        for port in [&outer, &gateway] {
            let vlan = |vlan| BridgeVlan { interface: port.index, vlan, ..BridgeVlan::default() };
            nl.bridge_vlans().delete(&vlan(1)).unwrap();
            nl.bridge_vlans().add(&BridgeVlan { pvid: true, untagged: true, ..vlan(100) }).unwrap();
        }
        let trunk = BridgeVlan { interface: outer.index, vlan: 200, last: Some(203), ..BridgeVlan::default() };
        nl.bridge_vlans().add(&trunk).unwrap();
        let inner = index(&mut container.netlink(), "eth0");
        configure(&container, inner).unwrap();
        let gateway = index(&mut nl, "cni0.100");
        make_gateway(&mut nl, gateway).unwrap();

        has_addresses_and_routes(&container);
        assert_eq!(addresses(&host, "cni0.100"), ["10.88.0.1/16", "2001:db8:88::1/64"]);
        let vlans = |port: &str| {
            let printed = bridge(&host, &format!("vlan show dev {port}"));
            let vlans = objects(&printed[0]["vlans"]).iter();
            let vlans = vlans.map(|vlan| json!([vlan["vlan"], vlan["vlanEnd"], vlan["flags"]])).collect::<Vec<_>>();
            json!(vlans)
        };
        let untagged = json!([100, null, ["PVID", "Egress Untagged"]]);
        assert_eq!(vlans("veth2"), json!([untagged, [200, 203, null]]));
        assert_eq!(vlans("vgw"), json!([untagged]));
        let port = bridge(&host, "link show dev veth2");
        assert_eq!((&port[0]["hairpin"], &port[0]["isolated"]), (&json!(true), &json!(true)), "{port}");
    });
}

/// Left out: masquerading (nf_tables), forwarding (a file).
#[test]
fn cni_ptp_connects_a_container_by_a_route_to_its_gateway_alone() {
    in_each_way(|over| {
        let Some((host, container)) = host_and_container(over) else { return };
        let outer = pair(&host, &container, "eth0", &["veth1"]).unwrap();
        let mut nl = container.netlink();
        let inner = index(&mut nl, "eth0");
        nl.addresses().add(&Address::new(inner, "10.1.1.5/24".parse().unwrap())).unwrap();
        nl.links().up(inner).unwrap();
        // The route that the address brought; whoever made it, whatever its scope.
        let subnet = Route { destination: prefix("10.1.1.0/24"), interface: Some(inner), ..Route::default() };
        nl.routes().delete(&Route { protocol: RouteProtocol::UNSPEC, ..subnet.clone() }).unwrap();
        let source = Route { preferred_source: ip("10.1.1.5"), ..subnet };
        let to_gateway = Route { destination: prefix("10.1.1.1/32"), scope: Some(Scope::LINK), ..source.clone() };
        nl.routes().add(&to_gateway).unwrap();
        nl.routes().add(&Route { gateway: ip("10.1.1.1"), scope: Some(Scope::UNIVERSE), ..source }).unwrap();
        let default = Route { destination: prefix("0.0.0.0/0"), gateway: ip("10.1.1.1"), ..Route::default() };
        nl.routes().add(&default).unwrap();

        let mut nl = host.netlink();
        nl.addresses().add(&Address::new(outer.index, "10.1.1.1/32".parse().unwrap())).unwrap();
        let destination = prefix("10.1.1.5/32");
        let back = Route { destination, interface: Some(outer.index), scope: Some(Scope::HOST), ..Route::default() };
        nl.routes().add(&back).unwrap();

        assert_eq!(
            routes(&container, "route"),
            [
                "default via 10.1.1.1 dev eth0",
                "10.1.1.0/24 via 10.1.1.1 dev eth0 src 10.1.1.5",
                "10.1.1.1 dev eth0 scope link src 10.1.1.5"
            ]
        );
        assert_eq!(addresses(&host, "veth1"), ["10.1.1.1/32"]);
        assert_eq!(routes(&host, "route"), ["10.1.1.5 dev veth1 scope host"]);
    });
}

/// A link on the host's, made in the host under a name that nobody has and placed in the container in the same message, and
/// renamed there. The kernel looks for the name in the host, too, where `eth0` is taken.
fn on_the_hosts(over: &Over, kind: impl Into<LinkKind>) -> Option<(Site, Site)> {
    let (host, container) = host_and_container(over)?;
    host.pair("eth0", "v1");
    host.ip("address add 192.0.2.1/24 dev eth0");
    host.ip("route add default via 192.0.2.9");
    let mut nl = host.netlink();
    // The link of the default route.
    let main = RouteFilter { family: Some(Family::INET), table: Some(MAIN), ..RouteFilter::default() };
    let main = nl.routes().filter(main).list().unwrap();
    let default = main.iter().find(|route| route.destination.is_some_and(|to| to.prefix_len() == 0)).unwrap();
    let parent = nl.links().get(default.interface.unwrap()).unwrap();
    let made = Link {
        link: Some(parent.index),
        mtu: Some(1400).min(parent.mtu),
        namespace: Some((&container.namespace).into()),
        ..link("temp17", kind)
    };
    can(nl.links().add(&made))?;
    let mut nl = container.netlink();
    let index = index(&mut nl, "temp17");
    nl.links().set(index, &Link { name: name("eth0"), up: Some(true), ..Link::default() }).unwrap();
    nl.addresses().add(&Address::new(index, "192.0.2.7/24".parse().unwrap())).unwrap();

    let printed = shown(&container, "eth0");
    assert_eq!(printed["link_index"], parent.index, "{printed}");
    assert!(printed["link_netnsid"].is_u64() && printed["mtu"] == 1400, "{printed}");
    assert_eq!(addresses(&container, "eth0"), ["192.0.2.7/24"]);
    Some((host, container))
}

#[test]
fn cni_macvlan_gives_a_container_an_address_of_its_own_on_the_hosts_link() {
    in_each_way(|over| {
        let kind = Macvlan { mode: Some(MacvlanMode::BRIDGE), bcqueuelen: Some(500), ..Macvlan::default() };
        let Some((_host, container)) = on_the_hosts(over, LinkKind::Macvlan(kind.into())) else { return };
        let info = shown(&container, "eth0")["linkinfo"].take();
        assert_eq!((&info["info_kind"], &info["info_data"]["mode"]), (&json!("macvlan"), &json!("bridge")));
        assert_eq!(info["info_data"]["bcqueuelen"], 500, "{info}");
    });
}

#[test]
fn cni_ipvlan_gives_a_container_a_link_with_the_address_of_the_hosts() {
    in_each_way(|over| {
        let kind = Ipvlan { mode: Some(IpvlanMode::L3), ..Ipvlan::default() };
        let Some((_host, container)) = on_the_hosts(over, LinkKind::Ipvlan(kind.into())) else { return };
        let info = shown(&container, "eth0")["linkinfo"].take();
        assert_eq!((&info["info_kind"], &info["info_data"]["mode"]), (&json!("ipvlan"), &json!("l3")));
    });
}

#[test]
fn cni_vlan_gives_a_container_a_vlan_of_the_hosts_link() {
    in_each_way(|over| {
        let Some((_host, container)) = on_the_hosts(over, Vlan { id: Some(42), ..Vlan::default() }) else { return };
        let info = shown(&container, "eth0")["linkinfo"].take();
        assert_eq!((&info["info_kind"], &info["info_data"]["id"]), (&json!("vlan"), &json!(42)));
    });
}

#[test]
fn cni_dummy_gives_a_container_a_link_to_nowhere() {
    in_each_way(|over| {
        let Some(container) = over.lab() else { return };
        let mut nl = container.netlink();
        let Some(()) = can(nl.links().add(&link("eth0", LinkKind::Dummy))) else { return };
        let index = index(&mut nl, "eth0");
        nl.links().up(index).unwrap();
        nl.addresses().add(&Address::new(index, "192.0.2.7/24".parse().unwrap())).unwrap();
        assert_eq!(shown(&container, "eth0")["linkinfo"]["info_kind"], "dummy");
        assert_eq!(addresses(&container, "eth0"), ["192.0.2.7/24"]);
    });
}

/// Moves a link of the host into the container under a new name: by a namespace where nobody else is, so that no name is in
/// the way, and with its old name as its alias. What fails half-way is undone.
fn move_in(host: &Site, container: &Namespace, from: &str, to: &str) -> Result<(), Error> {
    let between = Namespace::new().unwrap();
    let (mut outside, mut nl) = (host.netlink(), host.over.connect_in(&between)?);
    outside.links().down(from)?;
    outside.links().set(from, &Link { namespace: Some((&between).into()), ..Link::default() })?;
    let index = nl.links().get(from)?.index;
    let (alias, namespace) = (Some(from.into()), Some(container.into()));
    let moved = nl
        .links()
        .set(index, &Link { name: to.parse()?, alias, ..Link::default() })
        .and_then(|()| nl.links().set(index, &Link { namespace, ..Link::default() }));
    if moved.is_err() {
        let namespace = Some((&host.namespace).into());
        nl.links()
            .set(index, &Link { name: from.parse()?, alias: Some(String::new()), namespace, ..Link::default() })?;
        outside.links().up(from)?;
    }
    moved
}

/// Left out: devices known by their bus (files of the system).
#[test]
fn cni_host_device_lends_a_container_a_link_and_takes_it_back() {
    in_each_way(|over| {
        let Some((host, container)) = host_and_container(over) else { return };
        host.pair("dev0", "v1");
        let before = shown(&host, "dev0");
        // By its MAC.
        let address = host.netlink().links().get("dev0").unwrap().address;
        let links = host.netlink().links().list().unwrap();
        let device = links.iter().find(|link| link.address == address).unwrap();

        // The name is taken: all is as it was.
        container.ip("link add net1 type veth peer name net2");
        let refused = move_in(&host, &container.namespace, &device.name.to_string(), "net1").unwrap_err();
        assert!(refused.is_exists(), "{refused}");
        let after = shown(&host, "dev0");
        for key in ["address", "ifalias", "mtu"] {
            assert_eq!(after[key], before[key], "{key}");
        }

        move_in(&host, &container.namespace, "dev0", "net0").unwrap();
        container.netlink().links().up("net0").unwrap();
        assert!(host.try_ip("link show dev dev0").is_err());
        let inside = shown(&container, "net0");
        assert_eq!((&inside["ifalias"], &inside["address"]), (&json!("dev0"), &before["address"]));

        // And back, by what the alias says.
        let mut nl = container.netlink();
        let device = nl.links().get("net0").unwrap();
        nl.links().down(device.index).unwrap();
        let back = Link {
            name: device.alias.unwrap().parse().unwrap(),
            alias: Some(String::new()),
            namespace: Some((&host.namespace).into()),
            ..Link::default()
        };
        nl.links().set(device.index, &back).unwrap();
        host.netlink().links().up("dev0").unwrap();
        let after = shown(&host, "dev0");
        for key in ["address", "ifalias", "mtu", "link"] {
            assert_eq!(after[key], before[key], "{key}");
        }
        assert!(container.try_ip("link show dev net0").is_err());
    });
}

/// A table that no VRF has.
fn free_table(nl: &mut Netlink) -> Result<u32, Error> {
    let vrfs = nl.links().filter(LinkFilter { kind: Some("vrf".into()), ..LinkFilter::default() }).list()?;
    let taken = |link: &Link| match &link.kind {
        LinkKind::Vrf(vrf) => vrf.table,
        _ => None,
    };
    let taken: Vec<u32> = vrfs.iter().filter_map(taken).collect();
    Ok((1..).find(|table| !taken.contains(table)).unwrap())
}

#[test]
fn cni_vrf_takes_a_link_in_with_its_addresses_and_routes() {
    in_each_way(|over| {
        let Some(container) = over.lab() else { return };
        container.pair("net1", "v1");
        container.batch(
            "address add 192.0.2.1/24 dev net1
             address add 2001:db8::1/64 dev net1 nodad
             route add 198.51.100.0/24 via 192.0.2.9 metric 5",
        );
        container.ip("-6 route add 2001:db8:1::/48 via 2001:db8::9");
        if !container.can("link add other type vrf table 1") {
            return;
        }
        let mut nl = container.netlink();
        let table = free_table(&mut nl).unwrap();
        assert_eq!(table, 2);
        nl.links().add(&Link { up: Some(true), ..link("blue", Vrf { table: Some(table) }) }).unwrap();
        let (vrf, net1) = (index(&mut nl, "blue"), index(&mut nl, "net1"));

        // What the kernel takes from a link that it puts into a VRF.
        let six = AddressFilter { family: Some(Family::INET6), interface: Some(net1) };
        let global = |address: &Address| address.scope == Some(Scope::UNIVERSE);
        let saved: Vec<Address> =
            nl.addresses().filter(six.clone()).list().unwrap().into_iter().filter(global).collect();
        let of_link = RouteFilter { table: Some(MAIN), interface: Some(net1), ..RouteFilter::default() };
        let of_link = nl.routes().filter(of_link).list().unwrap();
        let mine = |route: &Route| route.gateway.is_some() && route.scope == Some(Scope::UNIVERSE);
        let of_link: Vec<Route> = of_link.into_iter().filter(mine).collect();
        assert_eq!((saved.len(), of_link.len()), (1, 2), "{saved:?} {of_link:?}");
        nl.links().set(net1, &Link { master: Some(vrf), ..Link::default() }).unwrap();
        let left = nl.addresses().filter(six).list().unwrap();
        for address in saved.iter().filter(|address| !left.iter().any(|other| other.local == address.local)) {
            nl.addresses().add(address).unwrap();
        }
        for address in &saved {
            let host = address.local.map(|local| local.addr());
            wait_for_route(&container, |route| route.table == table && route.destination.map(|to| to.addr()) == host);
        }
        for route in &of_link {
            nl.routes().replace(&Route { table, ..route.clone() }).unwrap();
        }

        assert_eq!(shown(&container, "net1")["master"], "blue");
        assert_eq!(addresses(&container, "net1"), ["192.0.2.1/24", "2001:db8::1/64"]);
        let table = routes(&container, "route show vrf blue");
        assert!(table.contains(&"198.51.100.0/24 via 192.0.2.9 dev net1 metric 5".into()), "{table:?}");
        let table = container.ip("-6 route show vrf blue");
        assert!(table.contains("2001:db8:1::/48 via 2001:db8::9 dev net1"), "{table}");

        // DEL: out of it, which goes where nothing is in it any more.
        nl.links().set(net1, &Link { master: Some(0), ..Link::default() }).unwrap();
        let members = LinkFilter { master: Some(vrf), ..LinkFilter::default() };
        assert_eq!(nl.links().filter(members).list().unwrap(), []);
        nl.links().delete(vrf).unwrap();
        assert!(container.try_ip("link show dev blue").is_err());
        assert!(shown(&container, "net1")["master"].is_null());
    });
}

/// Left out: the lock (a file).
#[test]
fn cni_sbr_has_packets_from_an_address_leave_by_its_link() {
    in_each_way(|over| {
        let Some(container) = over.lab() else { return };
        container.pair("eth0", "v1");
        container.pair("net1", "v2");
        container.batch(
            "address add 10.0.0.2/24 dev eth0
             route add default via 10.0.0.1
             address add 192.0.2.7/24 dev net1
             address add 2001:db8::7/64 nodad dev net1
             route add 198.51.100.0/24 via 192.0.2.9 dev net1 metric 5 mtu 1300
             route add 203.0.113.0/24 via 203.0.113.1 dev net1 onlink
             route add blackhole 192.0.2.128/25 table 100
             rule add from 10.9.9.9 lookup 101",
        );
        container.ip("-6 route add 2001:db8:1::/48 via 2001:db8::9 dev net1 pref low");
        let mut nl = container.netlink();
        let net1 = index(&mut nl, "net1");

        // The first table that neither a rule nor a route has.
        let (all, rules) = (nl.routes().list().unwrap(), nl.rules().list().unwrap());
        let taken = |table: &u32| {
            all.iter().any(|route| route.table == *table) || rules.iter().any(|rule| rule.table == *table)
        };
        let table = (100..).find(|table| !taken(table)).unwrap();
        assert_eq!(table, 102);

        let sources = [prefix("192.0.2.7/32"), prefix("2001:db8::7/128")];
        let gateways = [("0.0.0.0/0", "192.0.2.1"), ("::/0", "2001:db8::1")];
        for (source, (everywhere, gateway)) in sources.into_iter().zip(gateways) {
            nl.rules().add(&Rule { source, table, ..Rule::default() }).unwrap();
            let (destination, gateway, interface) = (prefix(everywhere), ip(gateway), Some(net1));
            nl.routes().add(&Route { destination, gateway, interface, table, ..Route::default() }).unwrap();
        }
        // All routes of the link, as they were told: no flag is in the way.
        let of_link = RouteFilter { table: Some(MAIN), interface: Some(net1), ..RouteFilter::default() };
        for route in nl.routes().filter(of_link).list().unwrap() {
            nl.routes().replace(&Route { table, ..route.clone() }).unwrap();
            nl.routes().delete(&route).unwrap();
        }

        let own = [
            "default via 192.0.2.1 dev net1",
            "192.0.2.0/24 dev net1 proto kernel scope link src 192.0.2.7",
            "198.51.100.0/24 via 192.0.2.9 dev net1 metric 5 mtu 1300",
            "203.0.113.0/24 via 203.0.113.1 dev net1 onlink",
        ];
        assert_eq!(routes(&container, "route show table 102"), own);
        let six = [
            "2001:db8::/64 dev net1 proto kernel metric 256 pref medium",
            "2001:db8:1::/48 via 2001:db8::9 dev net1 metric 1024 pref low",
            "default via 2001:db8::1 dev net1 metric 1024 pref medium",
        ];
        assert_eq!(routes(&container, "-6 route show table 102"), six);
        assert_eq!(
            routes(&container, "route"),
            ["default via 10.0.0.1 dev eth0", "10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.2"]
        );
        assert_eq!(container.ip("-6 route show dev net1"), "");
        let rules = [container.json("-4 rule show table 102"), container.json("-6 rule show table 102")];
        assert_eq!([&rules[0][0]["src"], &rules[1][0]["src"]], ["192.0.2.7", "2001:db8::7"], "{rules:?}");

        // DEL: the rules of the addresses.
        for rule in nl.rules().list().unwrap().iter().filter(|rule| sources.contains(&rule.source)) {
            nl.rules().delete(rule).unwrap();
        }
        assert_eq!(container.ip("-4 rule show table 102") + &container.ip("-6 rule show table 102"), "");
    });
}

/// Left out: settings that are files.
#[test]
fn cni_tuning_changes_a_link_and_restores_it() {
    in_each_way(|over| {
        let Some(container) = over.lab() else { return };
        container.pair("eth0", "v1");
        container.ip("link set eth0 mtu 1450 txqueuelen 77");
        let (printed, mut nl) = (shown(&container, "eth0"), container.netlink());
        let there = nl.links().get("eth0").unwrap();
        let wanted = Link {
            address: Some(mac(7)),
            promisc: Some(true),
            mtu: Some(1300),
            allmulticast: Some(true),
            txqlen: Some(2000),
            ..Link::default()
        };
        // What is there of what is wanted.
        let Link { address, promisc, mtu, allmulticast, txqlen, .. } = there;
        let backup = Link { address, promisc, mtu, allmulticast, txqlen, ..Link::default() };
        nl.links().set("eth0", &wanted).unwrap();

        let now = shown(&container, "eth0");
        assert_eq!((&now["address"], &now["mtu"]), (&json!("02:00:00:00:00:07"), &json!(1300)));
        assert_eq!((&now["txqlen"], &now["promiscuity"]), (&json!(2000), &json!(1)));
        let flags = objects(&now["flags"]);
        assert!(flags.contains(&json!("PROMISC")) && flags.contains(&json!("ALLMULTI")), "{flags:?}");
        // CHECK: nothing of what is wanted is otherwise.
        assert_eq!(wanted.difference(&nl.links().get("eth0").unwrap()), Link::default());

        nl.links().set("eth0", &backup).unwrap();
        assert_eq!(shown(&container, "eth0"), printed);
    });
}
