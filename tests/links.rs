//! Links, beside what `ip link` says of them.

mod lab;

use lab::{Lab, objects};
use nlwire::link::{LinkFilter, LinkKind};

#[test]
fn a_link_is_found_by_index_name_and_alternative_name() {
    let Some(lab) = Lab::new() else { return };
    lab.ip("link add v0 type veth peer name v1");
    let long = "a-name-that-is-longer-than-fifteen-bytes";
    lab.ip(&format!("link property add dev v0 altname {long} altname short"));
    let mut nl = lab.netlink();
    let v0 = nl.links().get("v0").unwrap();
    assert_eq!(v0.alternative_names, [long, "short"]);
    assert_eq!(v0.kind, LinkKind::Veth);
    for other in [nl.links().get(v0.index), nl.links().get(long), nl.links().get("short")] {
        assert_eq!(other.unwrap().index, v0.index);
    }
}

#[test]
fn a_link_that_is_not_there_is_told_in_a_sentence() {
    let Some(lab) = Lab::new() else { return };
    let error = lab.netlink().links().get("nobody").unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert_eq!(error.to_string(), "get link nobody: No such device (os error 19)");
}

#[test]
fn links_are_listed_as_ip_lists_them() {
    let Some(lab) = Lab::new() else { return };
    for link in [
        "v0 type veth peer name v1",
        "name br0 type bridge",
        "mv link v0 type macvlan mode private",
        "x type vxlan id 5 dstport 4789",
    ] {
        lab.ip(&format!("link add {link}"));
    }
    lab.ip("link set v1 master br0 up alias someone");
    let links = lab.netlink().links().list().unwrap();
    let witness = lab.json("link");
    assert_eq!(links.len(), objects(&witness).len());
    for (link, witness) in links.iter().zip(objects(&witness)) {
        assert_eq!(witness["ifindex"], link.index);
        assert_eq!(witness["ifname"], link.name.to_string());
        assert_eq!(witness["mtu"], link.mtu);
        assert_eq!(witness["address"], link.address.unwrap().to_string());
        assert_eq!(witness["linkinfo"]["info_kind"].as_str(), link.kind.name());
        assert_eq!(witness["ifalias"].as_str(), link.alias.as_deref());
        assert_eq!(witness["num_tx_queues"].as_u64().map(|queues| queues as u32), link.transmit_queues);
    }
}

#[test]
fn links_are_filtered_by_kind_and_by_master() {
    let Some(lab) = Lab::new() else { return };
    lab.ip("link add v0 type veth peer name v1");
    lab.ip("link add name br0 type bridge");
    lab.ip("link set v1 master br0");
    let mut nl = lab.netlink();
    let br = nl.links().get("br0").unwrap().index;
    let names = |filter: LinkFilter, nl: &mut nlwire::Netlink| -> Vec<String> {
        nl.links().filter(filter).list().unwrap().iter().map(|link| link.name.to_string()).collect()
    };
    let veths = LinkFilter { kind: Some("veth".into()), ..LinkFilter::default() };
    assert_eq!(names(veths, &mut nl), ["v1", "v0"]);
    assert_eq!(names(LinkFilter { master: Some(br), ..LinkFilter::default() }, &mut nl), ["v1"]);
}
