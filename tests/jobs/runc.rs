//! runc: a container's own network namespace gets its loopback, links of the host, and routes.

use nlwire::Error;
use nlwire::address::{Address, AddressFilter, AddressFlags};
use nlwire::codec::route::Scope;
use nlwire::link::Link;
use nlwire::route::Route;
use nlwire::socket::Namespace;
use serde_json::json;

use crate::lab::objects;
use crate::lab::ways::{Site, in_each_way};
use crate::{Netlink, addresses, ip, prefix, routes, shown, sysctl};

#[test]
fn runc_has_the_loopback_work_by_its_name() {
    in_each_way(|over| {
        if over.lab().is_none() {
            return;
        }
        let container = over.lab_in(Namespace::new().unwrap());
        assert_eq!(shown(&container, "lo")["operstate"], "DOWN");
        container.netlink().links().up("lo").unwrap();
        let flags = &shown(&container, "lo")["flags"];
        assert!(objects(flags).contains(&json!("UP")), "{flags}");
        assert_eq!(addresses(&container, "lo"), ["127.0.0.1/8", "::1/128"]);
    });
}

/// Moves a link into the container's namespace and gives it its name there, in one message, so that neither is without the
/// other; and then the addresses that it had, which the kernel takes from it.
fn move_in(nl: &mut Netlink, container: &Site, from: &str, to: &str) -> Result<(), Error> {
    let device = nl.links().get(from)?;
    nl.links().down(device.index)?;
    let filter = AddressFilter { interface: Some(device.index), ..AddressFilter::default() };
    let had = nl.addresses().filter(filter).list()?;
    let moved = Link { name: to.parse()?, namespace: Some((&container.namespace).into()), ..Link::default() };
    nl.links().set(device.index, &moved)?;

    let mut nl = container.netlink();
    let interface = nl.links().get(to)?.index;
    let stays =
        |address: &&Address| address.flags.contains(AddressFlags::PERMANENT) && address.scope == Some(Scope::UNIVERSE);
    for address in had.iter().filter(stays) {
        // A label begins as the old name.
        nl.addresses().add(&Address { interface, label: None, ..address.clone() })?;
    }
    nl.links().up(interface)
}

/// Left out: the pipe to the first process of the container, which has no socket (`examples/bootstrap.rs` is that).
#[test]
fn runc_moves_and_renames_a_link_in_one_message_and_keeps_its_addresses() {
    in_each_way(|over| {
        let (Some(host), Some(container)) = (over.lab(), over.lab()) else { return };
        // A link that is set down keeps its IPv6 addresses, so that they can be read.
        for scope in ["default", "all"] {
            sysctl(&host, &format!("ipv6/conf/{scope}/keep_addr_on_down"), "1");
        }
        host.pair("dev0", "v1");
        host.ip("link set dev0 mtu 1450 address 02:00:00:00:00:07");
        // Somebody has the name there. The kernel says so only when it has moved the link, which is then there as it was called.
        container.ip("link add net0 type veth peer name net1");
        let mut nl = host.netlink();
        let refused = move_in(&mut nl, &container, "dev0", "net0").unwrap_err();
        assert!(refused.is_exists(), "{refused}");
        assert!(host.try_ip("link show dev dev0").is_err());
        let back = Link { namespace: Some((&host.namespace).into()), ..Link::default() };
        container.netlink().links().set("dev0", &back).unwrap();
        container.ip("link del net0");
        nl.links().up("dev0").unwrap();
        host.batch(
            "address add 192.0.2.1/24 broadcast 192.0.2.255 label dev0:a dev dev0
             address add 198.51.100.1/24 valid_lft 1000 preferred_lft 900 dev dev0
             address add 203.0.113.1/32 scope link dev dev0
             address add 10.0.0.1 peer 10.0.0.2/32 dev dev0
             address add 2001:db8::1/64 nodad dev dev0",
        );
        move_in(&mut nl, &container, "dev0", "net0").unwrap();
        assert!(host.try_ip("link show dev dev0").is_err());
        let printed = shown(&container, "net0");
        assert_eq!((&printed["mtu"], &printed["address"]), (&json!(1450), &json!("02:00:00:00:00:07")));
        assert!(objects(&printed["flags"]).contains(&json!("UP")), "{printed}");
        assert_eq!(addresses(&container, "net0"), ["192.0.2.1/24", "10.0.0.1/32", "2001:db8::1/64"]);
        let printed = container.json("-4 address show dev net0");
        let printed = objects(&printed[0]["addr_info"]);
        assert_eq!((&printed[0]["broadcast"], &printed[0]["label"]), (&json!("192.0.2.255"), &json!("net0")));
        assert_eq!(printed[1]["address"], "10.0.0.2");

        // The routes of its configuration.
        let mut nl = container.netlink();
        let interface = nl.links().get("net0").unwrap().index;
        let wanted = [
            Route { destination: prefix("0.0.0.0/0"), gateway: ip("192.0.2.9"), ..Route::default() },
            Route {
                destination: prefix("172.16.0.0/12"),
                interface: Some(interface),
                preferred_source: ip("192.0.2.1"),
                ..Route::default()
            },
        ];
        for route in &wanted {
            nl.routes().add(route).unwrap();
        }
        assert_eq!(
            routes(&container, "route"),
            [
                "default via 192.0.2.9 dev net0",
                "10.0.0.2 dev net0 proto kernel scope link src 10.0.0.1",
                "172.16.0.0/12 dev net0 scope link src 192.0.2.1",
                "192.0.2.0/24 dev net0 proto kernel scope link src 192.0.2.1"
            ]
        );
    });
}
