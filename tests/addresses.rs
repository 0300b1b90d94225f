//! Addresses, beside what `ip address` says of them.

mod lab;

use std::net::IpAddr;

use lab::{Lab, assert_same, objects, skip};
use nlwire::Ensured;
use nlwire::Netlink;
use nlwire::address::{Address, AddressFilter, AddressFlags, AddressProtocol};
use nlwire::codec::Flags;
use nlwire::codec::route::Family;
use nlwire::codec::route::address::{Address as Key, Header, NewAddress};
use nlwire::socket::Options;
use serde_json::{Value, json};

/// A pair of links with addresses of every kind on one of them.
fn network() -> Option<Lab> {
    let lab = Lab::new()?;
    lab.pair("v0", "v1");
    lab.batch(
        "address add 192.0.2.1/24 broadcast + dev v0 label v0:one
         address add 192.0.2.2/24 dev v0
         address add 10.0.0.1 peer 10.0.0.2/30 dev v0 scope link metric 30
         address add 10.1.0.1/8 dev v0 valid_lft 1000 preferred_lft 500 noprefixroute
         address add 10.2.0.1/31 dev v0 scope host
         address add 10.3.0.1/32 dev v0 scope 200
         address add 224.0.0.77/32 dev v0 autojoin
         address add 2001:db8::1/64 dev v0 nodad
         address add 2001:db8::2/64 dev v0 home nodad
         address add 2001:db8::3/64 dev v0 nodad mngtmpaddr
         address add 2001:db8::4/64 dev v0 nodad noprefixroute valid_lft 1000 preferred_lft 0
         address add 2001:db8::5 peer 2001:db8::6/128 dev v0 nodad
         address add 2001:db8::7/64 dev v0 nodad metric 5
         address add ff02::77/128 dev v0 nodad autojoin
         address add fe80::1/10 dev v1 nodad
         address add 10.9.0.1/24 dev v1",
    );
    Some(lab)
}

/// An address as it serialises, but for its interface: every key that `ip` prints, and no other.
fn printed(address: &Address) -> Value {
    let mut shown = serde_json::to_value(address).unwrap();
    assert_eq!(shown.as_object_mut().unwrap().shift_remove("ifindex"), Some(address.interface.into()));
    shown
}

/// What `ip` lists: the addresses of each link, link by link, with the link's index.
fn listed(lab: &Lab, family: &str) -> Vec<(u32, Value)> {
    let links = lab.json(&format!("{family} address"));
    let of_link = |link: &Value| {
        let index = link["ifindex"].as_u64().unwrap_or_default() as u32;
        objects(&link["addr_info"]).iter().map(move |address| (index, address.clone())).collect::<Vec<_>>()
    };
    objects(&links).iter().flat_map(of_link).collect()
}

/// Both lists, but for seconds that pass between them, and by link as `ip` has them.
fn compare(ours: &[Address], mut theirs: Vec<(u32, Value)>) {
    let mut ours: Vec<(u32, Value)> = ours.iter().map(|address| (address.interface, printed(address))).collect();
    ours.sort_by_key(|(index, _)| *index);
    theirs.sort_by_key(|(index, _)| *index);
    for (our, their) in ours.iter_mut().zip(&mut theirs) {
        for key in ["valid_life_time", "preferred_life_time"] {
            let (mine, its) = (our.1[key].as_i64().unwrap(), their.1[key].as_i64().unwrap());
            assert!(mine.abs_diff(its) <= 10, "{key}: {mine} and {its}");
            our.1[key] = Value::Null;
            their.1[key] = Value::Null;
        }
    }
    let values = |list: Vec<(u32, Value)>| list.into_iter().map(|(index, value)| json!([index, value])).collect();
    let (ours, theirs): (Vec<Value>, Vec<Value>) = (values(ours), values(theirs));
    assert_same(&ours, &theirs);
}

fn list(nl: &mut Netlink, family: Option<Family>, interface: Option<u32>) -> Vec<Address> {
    nl.addresses().filter(AddressFilter { family, interface }).list().unwrap()
}

#[test]
fn addresses_of_every_kind_are_as_ip_lists_them() {
    let Some(lab) = network() else { return };
    let addresses = lab.netlink().addresses().list().unwrap();
    assert_eq!(addresses.len(), 18);
    compare(&addresses, listed(&lab, ""));
    let peers: Vec<String> =
        addresses.iter().filter_map(|address| Some(format!("{} {}", address.local?, address.peer?))).collect();
    assert_eq!(peers, ["10.0.0.1/30 10.0.0.2", "2001:db8::5/128 2001:db8::6"]);
    let deprecated = addresses.iter().find(|address| address.flags.contains(AddressFlags::DEPRECATED)).unwrap();
    assert_eq!(deprecated.preferred, Some(0));
    assert!(deprecated.valid.is_some_and(|seconds| (900..=1000).contains(&seconds)));
}

#[test]
fn addresses_are_filtered_by_family_and_by_interface_whoever_filters() {
    let Some(lab) = network() else { return };
    let (v0, v1) = (lab.index("v0"), lab.index("v1"));
    for mut nl in [lab.netlink(), lab.netlink_without_filters()] {
        for (family, option) in [(None, ""), (Some(Family::INET), "-4"), (Some(Family::INET6), "-6")] {
            compare(&list(&mut nl, family, None), listed(&lab, option));
            for index in [1, v0, v1] {
                let mut theirs = listed(&lab, option);
                theirs.retain(|(of, _)| *of == index);
                assert!(!theirs.is_empty());
                compare(&list(&mut nl, family, Some(index)), theirs);
            }
        }
    }
}

#[test]
fn addresses_of_a_link_that_is_not_there_are_an_error_of_the_kernel() {
    let Some(lab) = Lab::new() else { return };
    let filter = AddressFilter { interface: Some(4711), ..AddressFilter::default() };
    let error = lab.netlink().addresses().filter(filter.clone()).list().unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert_eq!(error.to_string(), "list addresses: No such device (os error 19)");
    // Where it does not filter it does not know.
    assert_eq!(lab.netlink_without_filters().addresses().filter(filter).list().unwrap(), []);
}

#[test]
fn an_address_is_tentative_until_it_is_known_to_be_alone() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("address add 2001:db8::1/64 dev v0");
    let index = lab.index("v0");
    let mut nl = lab.netlink();
    let flags = list(&mut nl, Some(Family::INET6), Some(index))[0].flags;
    assert!(flags.contains(AddressFlags::TENTATIVE), "{flags:?}");
    for _ in 0..100 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let addresses = list(&mut nl, Some(Family::INET6), Some(index));
        if !addresses[0].flags.contains(AddressFlags::TENTATIVE) {
            return compare(&addresses, listed(&lab, "-6 ").into_iter().filter(|(of, _)| *of == index).collect());
        }
    }
    panic!("it stays tentative");
}

#[test]
fn two_hosts_with_one_address_fail_to_have_it() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("address add 2001:db8::1/64 dev v0 nodad");
    lab.ip("address add 2001:db8::1/64 dev v1");
    let index = lab.index("v1");
    let mut nl = lab.netlink();
    for _ in 0..100 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let addresses = list(&mut nl, Some(Family::INET6), Some(index));
        if addresses[0].flags.contains(AddressFlags::DADFAILED) {
            return compare(&addresses, listed(&lab, "-6 ").into_iter().filter(|(of, _)| *of == index).collect());
        }
    }
    panic!("it does not fail");
}

#[test]
fn who_made_an_address_is_told() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    // `ip` of today's distributions cannot say it.
    let mut socket = lab.socket(&Options::default());
    let index = lab.index("v0");
    for address in [IpAddr::from([192, 0, 2, 1]), "2001:db8::1".parse().unwrap()] {
        let family = if address.is_ipv4() { Family::INET } else { Family::INET6 };
        let header = Header { family: family.into(), prefix_len: 24, index: index.into(), ..Header::default() };
        let made = socket.request::<NewAddress>(Flags::CREATE | Flags::EXCL, header, |message| {
            message.put(Key::LOCAL, address)?.put(Key::PROTO, AddressProtocol(99))
        });
        made.unwrap();
    }
    let addresses = list(&mut lab.netlink(), None, Some(index));
    assert_eq!(addresses.len(), 2);
    if addresses.iter().all(|address| address.protocol.is_none()) {
        return skip("this kernel does not keep who made an address");
    }
    assert!(addresses.iter().all(|address| address.protocol == Some(AddressProtocol(99))), "{addresses:?}");
    let own = list(&mut lab.netlink(), Some(Family::INET6), Some(1));
    assert_eq!(own[0].protocol, Some(AddressProtocol::KERNEL_LO));
}

#[test]
fn a_stream_of_addresses_is_their_list() {
    let Some(lab) = network() else { return };
    let mut nl = lab.netlink();
    for family in [Family::INET, Family::INET6] {
        let list = list(&mut nl, Some(family), None);
        let filter = AddressFilter { family: Some(family), interface: None };
        let mut stream = nl.addresses().filter(filter).dump().unwrap();
        let mut locals = Vec::new();
        while let Some(address) = stream.next().unwrap() {
            locals.push(Address::from_view(&address).unwrap().local);
        }
        assert_eq!(locals, list.iter().map(|address| address.local).collect::<Vec<_>>());
    }
}

#[test]
fn an_address_of_this_host_alone_has_the_scope_that_ip_gives_it_where_none_is_said() {
    let Some(lab) = Lab::new() else { return };
    lab.ip("link set lo up");
    let mut nl = lab.netlink();
    let address = |text: &str| Address::new(1, text.parse().unwrap());
    assert_eq!(nl.addresses().ensure(&address("127.0.0.1/8")).unwrap(), Ensured::Unchanged);
    lab.ip("address add 127.0.0.8/8 dev lo");
    nl.addresses().add(&address("127.0.0.9/8")).unwrap();
    lab.ip("address add 192.0.2.8/32 dev lo");
    nl.addresses().add(&address("192.0.2.9/32")).unwrap();
    let listed = listed(&lab, "-4");
    let scope = |local: &str| {
        let (_, found) = listed.iter().find(|(_, address)| address["local"] == local).unwrap();
        found["scope"].clone()
    };
    assert_eq!(scope("127.0.0.9"), "host");
    assert_eq!((scope("127.0.0.9"), scope("192.0.2.9")), (scope("127.0.0.8"), scope("192.0.2.8")));
}
