//! flannel: routes to the pods of other machines, by a VXLAN tunnel or by the machines themselves.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use nlwire::address::{Address, AddressFilter};
use nlwire::bridge::fdb::{FdbEntry, NeighbourFlags};
use nlwire::codec::Message;
use nlwire::codec::route::Family;
use nlwire::codec::route::group::Group;
use nlwire::codec::route::link::DelLink;
use nlwire::codec::route::route::NewRoute;
use nlwire::link::{Link, Vxlan};
use nlwire::neighbour::Neighbour;
use nlwire::route::{Route, RouteType};
use nlwire::socket::{Event, Options};
use nlwire::{Ensured, Error};
use serde_json::{Value, json};

use crate::lab::objects;
use crate::lab::ways::{Listener, Over, Site, in_each_way};
use crate::{Netlink, addresses, bridge, index, ip, link, listen, mac, prefix, routes, shown, sysctl};

/// The device, whose address is said from the beginning, so that nobody gives it another. One that is there is kept if it is
/// as it must be, and made anew if not.
fn make_device(nl: &mut Netlink, external: &Link, id: u32, port: u16) -> Result<Link, Error> {
    let vxlan = Vxlan {
        id: Some(id),
        link: Some(external.index),
        local: ip("192.0.2.1"),
        port: Some(port),
        learning: Some(false),
        gbp: Some(false),
        l2miss: Some(false),
        ..Vxlan::default()
    };
    let mtu = external.mtu.map(|mtu| mtu - 50);
    let wanted = Link { mtu, address: Some(mac(1)), ..link("flannel.1", vxlan) };
    match nl.links().add(&wanted) {
        Err(error) if error.is_exists() => {
            let there = nl.links().get("flannel.1")?;
            // Nothing of what is wanted is otherwise there.
            if wanted.kind.difference(&there.kind) != Default::default() {
                nl.links().delete(there.index)?;
                nl.links().add(&wanted)?;
            }
        }
        other => other?,
    }
    nl.links().get("flannel.1")
}

/// Gives a link this address and no other, and has it work.
fn configure(nl: &mut Netlink, device: &Link, address: &str) -> Result<(), Error> {
    let wanted = Address::new(device.index, address.parse().unwrap());
    let filter = AddressFilter { family: Some(Family::INET), interface: Some(device.index) };
    for other in nl.addresses().filter(filter).list()?.iter().filter(|other| other.local != wanted.local) {
        nl.addresses().delete(other)?;
    }
    nl.addresses().ensure(&wanted)?;
    nl.links().up(device.index)?;
    assert_eq!(nl.links().get(device.index)?.address, device.address, "somebody gave it another address");
    Ok(())
}

/// Another machine.
struct Peer {
    machine: IpAddr,
    pods: IpNet,
    number: u8,
}

impl Peer {
    fn new(machine: &str, number: u8) -> Self {
        let pods = IpNet::new(Ipv4Addr::new(10, 244, number, 0).into(), 24).unwrap();
        Self { machine: machine.parse().unwrap(), pods, number }
    }

    fn neighbour(&self, device: u32) -> Neighbour {
        let (address, link_address) = (Some(self.pods.network()), Some(mac(self.number)));
        Neighbour { interface: device, address, link_address, ..Neighbour::default() }
    }

    fn entry(&self, device: u32) -> FdbEntry {
        FdbEntry {
            interface: device,
            link_address: Some(mac(self.number)),
            flags: NeighbourFlags::SELF,
            destination: Some(self.machine),
            ..FdbEntry::default()
        }
    }

    fn route(&self, device: u32) -> Route {
        Route {
            destination: Some(self.pods),
            gateway: Some(self.pods.network()),
            interface: Some(device),
            flags: Route::ONLINK,
            ..Route::default()
        }
    }

    /// Makes its pods reachable: those of a machine on the same network without the tunnel.
    fn add(&self, nl: &mut Netlink, device: u32) -> Result<(), Error> {
        let hop = nl.routes().get(self.machine)?;
        if hop.gateway.is_none() {
            let gateway = Some(self.machine);
            return nl.routes().replace(&Route { destination: Some(self.pods), gateway, ..Route::default() });
        }
        nl.neighbours().replace(&self.neighbour(device))?;
        nl.fdb().replace(&self.entry(device))?;
        nl.routes().replace(&self.route(device))
    }

    fn delete(&self, nl: &mut Netlink, device: u32) -> Result<(), Error> {
        nl.routes().delete(&self.route(device))?;
        nl.fdb().delete(&self.entry(device))?;
        nl.neighbours().delete(&self.neighbour(device))
    }
}

/// The machine's link to the network.
fn machine(over: &Over) -> Option<Site> {
    let lab = over.lab()?;
    lab.pair("ext", "v1");
    lab.ip("address add 192.0.2.1/24 dev ext");
    lab.ip("route add default via 192.0.2.254");
    Some(lab)
}

/// Waits until a link is deleted.
fn until_deleted(events: &mut Listener, index: u32) {
    loop {
        match events.next().unwrap() {
            Some(Event::Change { message, .. }) if message.kind() == DelLink::KIND => {
                let view = message.read::<DelLink>().unwrap().unwrap();
                // A bridge tells so of a port, too, that leaves it.
                if view.header.family == Family::UNSPEC && u32::try_from(view.header.index.get()) == Ok(index) {
                    return;
                }
            }
            Some(Event::Change { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Left out: masquerading (nf_tables).
#[test]
fn flannel_vxlan_leads_to_the_pods_of_other_machines() {
    in_each_way(|over| {
        let Some(lab) = machine(over) else { return };
        let mut nl = lab.netlink();
        let external = nl.links().get("ext").unwrap();
        // The same is kept, another is made anew.
        let made = [(7, 8472), (7, 8472), (1, 4789), (1, 8472), (1, 8472)]
            .map(|(id, port)| make_device(&mut nl, &external, id, port).unwrap().index);
        assert!(made[0] == made[1] && made[1] != made[2] && made[2] != made[3] && made[3] == made[4], "{made:?}");
        let device = nl.links().get("flannel.1").unwrap();
        sysctl(&lab, "ipv6/conf/flannel.1/accept_ra", "0");
        lab.ip("address add 10.99.0.0/16 dev flannel.1");
        configure(&mut nl, &device, "10.244.1.0/32").unwrap();

        let far = [Peer::new("198.51.100.2", 2), Peer::new("198.51.100.3", 3)];
        let near = Peer::new("192.0.2.4", 4);
        for peer in far.iter().chain([&near]) {
            peer.add(&mut nl, device.index).unwrap();
            // And again, as after a restart.
            peer.add(&mut nl, device.index).unwrap();
        }

        let printed = shown(&lab, "flannel.1");
        assert_eq!((&printed["address"], &printed["mtu"]), (&json!("02:00:00:00:00:01"), &json!(1450)));
        let vxlan = &printed["linkinfo"]["info_data"];
        assert_eq!(
            [&vxlan["id"], &vxlan["link"], &vxlan["local"], &vxlan["port"], &vxlan["learning"]],
            [&json!(1), &json!("ext"), &json!("192.0.2.1"), &json!(8472), &json!(false)]
        );
        assert_eq!(addresses(&lab, "flannel.1"), ["10.244.1.0/32"]);
        let all = [
            "default via 192.0.2.254 dev ext",
            "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink",
            "10.244.3.0/24 via 10.244.3.0 dev flannel.1 onlink",
            "10.244.4.0/24 via 192.0.2.4 dev ext",
            "192.0.2.0/24 dev ext proto kernel scope link src 192.0.2.1",
        ];
        assert_eq!(routes(&lab, "route"), all);
        let sorted = |values: &Value, keys: &[&str]| {
            let mut rows: Vec<String> =
                objects(values).iter().map(|value| keys.iter().map(|key| value[key].to_string()).collect()).collect();
            rows.sort();
            rows
        };
        let neighbours = lab.json("-4 neighbour show dev flannel.1 nud permanent");
        assert_eq!(
            sorted(&neighbours, &["dst", "lladdr", "state"]),
            [r#""10.244.2.0""02:00:00:00:00:02"["PERMANENT"]"#, r#""10.244.3.0""02:00:00:00:00:03"["PERMANENT"]"#]
        );
        let entries = bridge(&lab, "fdb show dev flannel.1");
        assert_eq!(
            sorted(&entries, &["mac", "dst", "flags", "state"]),
            [
                r#""02:00:00:00:00:02""198.51.100.2"["self"]"permanent""#,
                r#""02:00:00:00:00:03""198.51.100.3"["self"]"permanent""#
            ]
        );

        far[0].delete(&mut nl, device.index).unwrap();
        assert_eq!(objects(&bridge(&lab, "fdb show dev flannel.1")).len(), 1);
        assert!(!lab.ip("route").contains("10.244.2.0"));

        // Somebody deletes the device: it is made again, with all that was on it.
        let mut events = listen(&lab, &[Group::LINK], Options::default());
        lab.ip("link delete flannel.1");
        until_deleted(&mut events, device.index);
        let device = make_device(&mut nl, &external, 1, 8472).unwrap();
        configure(&mut nl, &device, "10.244.1.0/32").unwrap();
        // All at once, with an outcome for each, which is a blocking connection's.
        let peers: Vec<_> = far
            .iter()
            .map(|peer| (peer.neighbour(device.index), peer.entry(device.index), peer.route(device.index)))
            .collect();
        let mut nl = nlwire::Netlink::connect_in(&lab.namespace).unwrap();
        let mut batch = nl.batch().unwrap();
        for (neighbour, entry, route) in &peers {
            batch.neighbours().replace(neighbour);
            batch.fdb().replace(entry);
            batch.routes().replace(route);
        }
        let outcomes = batch.commit();
        assert_eq!((outcomes.count(), outcomes.failed().len()), (6, 0), "{outcomes:?}");
        assert_eq!(routes(&lab, "route"), all);
        assert_eq!(objects(&bridge(&lab, "fdb show dev flannel.1")).len(), 2);
    });
}

/// How many routes were written since: up to the one that is written here.
fn writes(events: &mut Listener, nl: &mut Netlink, last: &str) -> usize {
    let marker = Route { destination: prefix(last), kind: RouteType::BLACKHOLE, table: 77, ..Route::default() };
    nl.routes().add(&marker).unwrap();
    let mut writes = 0;
    loop {
        match events.next().unwrap() {
            Some(Event::Change { message, .. }) => {
                if let Some(view) = message.read::<NewRoute>().unwrap() {
                    if Route::from_view(&view).unwrap().table == 77 {
                        return writes;
                    }
                    writes += 1;
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

fn count(ensured: &[Ensured], wanted: Ensured) -> usize {
    ensured.iter().filter(|ensured| **ensured == wanted).count()
}

/// Left out: masquerading (nf_tables).
#[test]
fn flannel_host_gw_writes_those_of_a_thousand_routes_that_are_missing() {
    in_each_way(|over| {
        let Some(lab) = machine(over) else { return };
        let mut nl = lab.netlink();
        let external = index(&mut nl, "ext");
        let gateway = |number: u16| Some(IpAddr::from([192, 0, 2, u8::try_from(number % 200 + 10).unwrap()]));
        let route = |number: u16| {
            let [high, low] = number.to_be_bytes();
            Route {
                destination: IpNet::new([10, high, low, 0].into(), 24).ok(),
                gateway: gateway(number),
                interface: Some(external),
                ..Route::default()
            }
        };
        let wanted: Vec<Route> = (0..1000).map(route).collect();
        assert_eq!(nl.routes().ensure_all(&wanted).unwrap(), [Ensured::Added; 1000]);
        let mut events = listen(&lab, &[Group::IPV4_ROUTE], Options::default());
        assert_eq!(nl.routes().ensure_all(&wanted).unwrap(), [Ensured::Unchanged; 1000]);
        assert_eq!(writes(&mut events, &mut nl, "203.0.113.2/32"), 0);

        // Somebody deletes some, and has one lead elsewhere.
        let some: Vec<usize> = (0..1000).step_by(20).collect();
        let commands = some.iter().map(|number| format!("route del {}\n", wanted[*number].destination.unwrap()));
        lab.batch(&commands.collect::<String>());
        let ensured = nl.routes().ensure_all(&wanted).unwrap();
        assert_eq!((count(&ensured, Ensured::Added), count(&ensured, Ensured::Unchanged)), (50, 950));
        assert!(some.iter().all(|number| ensured[*number] == Ensured::Added));
        assert_eq!(writes(&mut events, &mut nl, "203.0.113.3/32"), 50);
        lab.ip("route replace 10.0.7.0/24 via 192.0.2.251");
        let ensured = nl.routes().ensure_all(&wanted).unwrap();
        assert_eq!((count(&ensured, Ensured::Changed), ensured[7]), (1, Ensured::Changed));
        // The one of ip, and ours.
        assert_eq!(writes(&mut events, &mut nl, "203.0.113.4/32"), 2);
        assert_eq!(nl.routes().ensure_all(&wanted).unwrap(), [Ensured::Unchanged; 1000]);
        assert_eq!(writes(&mut events, &mut nl, "203.0.113.5/32"), 0);

        let there = lab.json("-4 route show proto boot root 10.0.0.0/8");
        assert_eq!(objects(&there).len(), 1000);
        for (route, there) in wanted.iter().zip(objects(&there)) {
            assert_eq!(there["dst"], route.destination.unwrap().to_string());
            assert_eq!((&there["gateway"], &there["dev"]), (&json!(route.gateway.unwrap()), &json!("ext")));
        }
    });
}
