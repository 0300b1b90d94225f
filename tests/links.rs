//! Links, beside what `ip link` says of them.

mod lab;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use lab::{Lab, objects, skip};
use nlwire::link::{Link, LinkFilter, LinkId, LinkKind, LinkPort, Veth};
use serde_json::{Value, json};

#[test]
fn a_link_is_found_by_index_name_and_alternative_name() {
    let Some(lab) = Lab::new() else { return };
    lab.ip("link add v0 type veth peer name v1");
    let long = "a-name-that-is-longer-than-fifteen-bytes";
    lab.ip(&format!("link property add dev v0 altname {long} altname short"));
    let mut nl = lab.netlink();
    let v0 = nl.links().get("v0").unwrap();
    assert_eq!(v0.altnames, [long, "short"]);
    assert_eq!(v0.kind, LinkKind::from(Veth::default()));
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
        assert_eq!(witness["mtu"].as_u64(), link.mtu.map(u64::from));
        assert_eq!(witness["address"], link.address.unwrap().to_string());
        assert_eq!(witness["linkinfo"]["info_kind"].as_str(), link.kind.name());
        assert_eq!(witness["ifalias"].as_str(), link.alias.as_deref());
        assert_eq!(witness["num_tx_queues"].as_u64().map(|queues| queues as u32), link.num_tx_queues);
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

#[test]
fn a_kind_that_nobody_knows_keeps_its_bytes() {
    use nlwire::codec::route::link::{Header, Link as Key, LinkInfo, NewLink};
    use nlwire::codec::{Envelope, Flags, Message, RawMessage, Tail};
    let mut buffer = [0; 128];
    let mut tail = Tail::new(&mut buffer);
    let header = Header { index: 7.into(), ..Header::default() };
    NewLink::emit(&mut tail, Envelope::request(Flags::empty()), header, |link| {
        link.put(Key::IFNAME, "u")?.nest(Key::LINKINFO, |info| {
            info.put(LinkInfo::KIND, "unheard-of")?.put_raw(LinkInfo::DATA.number(), &[8, 0, 1, 0, 77, 0, 0, 0])
        })
    })
    .unwrap();
    let view = RawMessage::first(tail.written()).unwrap().read::<NewLink>().unwrap().unwrap();
    let link = Link::from_view(&view).unwrap();
    let expected = LinkKind::Other { kind: "unheard-of".into(), data: vec![8, 0, 1, 0, 77, 0, 0, 0] };
    assert_eq!((link.index, &link.kind), (7, &expected));
    // The kernel does not know it either, and says so of the kind that was read.
    let Some(lab) = Lab::new() else { return };
    let refused = lab.netlink().links().add(&Link { index: 0, ..link }).unwrap_err();
    assert!(refused.to_string().starts_with("add link u type unheard-of: "), "{refused}");
    assert_eq!(refused.errno(), Some(nlwire::Errno::EOPNOTSUPP));
}

#[test]
fn a_port_says_the_kind_of_its_master() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("link add name br0 type bridge");
    lab.ip("link set v0 master br0");
    let v0 = lab.netlink().links().get("v0").unwrap();
    assert_eq!((v0.master, v0.port.name()), (Some(lab.index("br0")), Some("bridge")));
    assert_eq!(lab.json("link show dev v0")[0]["linkinfo"]["info_slave_kind"], "bridge");
    let bridge = lab.netlink().links().get("br0").unwrap();
    assert_eq!((bridge.master, bridge.port), (None, LinkPort::None));
}

#[test]
fn names_alias_group_and_the_like_are_as_ip_set_them() {
    let Some(lab) = Lab::new() else { return };
    lab.ip("link add v0 numtxqueues 3 numrxqueues 2 type veth peer name v1");
    lab.ip(
        "link set v0 alias näme group 77 txqueuelen 55 mtu 1400 address 02:00:00:00:00:07 promisc on allmulticast on",
    );
    lab.ip("link set v0 mode dormant up");
    // That a link below is down, ip finds out of another link.
    lab.ip("link set v1 up");
    let names: Vec<String> = (0..5).map(|number| format!("another-name-of-the-same-link-{number}")).collect();
    for name in &names {
        lab.ip(&format!("link property add dev v0 altname {name}"));
    }
    // Its state follows a little later: both must have looked at the same one.
    let (v0, witness) = loop {
        let before = lab.json("link show dev v0");
        let v0 = lab.netlink().links().get("v0").unwrap();
        if lab.json("link show dev v0") == before {
            break (v0, before);
        }
    };
    assert_eq!((v0.alias.as_deref(), v0.group, v0.txqlen), (Some("näme"), Some(77), Some(55)));
    assert_eq!((v0.mtu, v0.num_tx_queues), (Some(1400), Some(3)));
    assert_eq!((v0.promiscuity, v0.promisc, v0.allmulticast), (Some(1), Some(true), Some(true)));
    assert_eq!((v0.min_mtu, v0.max_mtu), (Some(68), Some(65535)));
    let witness = &witness[0];
    assert_eq!(witness.get("num_rx_queues"), v0.num_rx_queues.map(Value::from).as_ref());
    assert_eq!(witness["altnames"], json!(v0.altnames));
    assert_eq!(v0.altnames.len(), names.len());
    // All that both show.
    let (shown, mut both) = (serde_json::to_value(&v0).unwrap(), 0);
    for (key, theirs) in witness.as_object().unwrap().iter().filter(|(key, _)| *key != "linkinfo") {
        if let Some(ours) = shown.get(key) {
            assert_eq!(ours, theirs, "{key}");
            both += 1;
        }
    }
    assert!(both >= 20, "{both}: {shown}");
}

#[test]
fn counters_are_those_of_ip() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.batch("address add 192.0.2.1/24 dev v0\nneighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0");
    let send = || {
        let socket = std::net::UdpSocket::bind("0.0.0.0:0")?;
        (0..17).try_for_each(|_| socket.send_to(&[0; 100], "192.0.2.2:9").map(drop))
    };
    lab.namespace.run(send).unwrap();
    let witness = lab.json("-s -s link");
    let links = lab.netlink().links().list().unwrap();
    for (link, witness) in links.iter().zip(objects(&witness)) {
        let ours = link.statistics.as_deref().unwrap();
        let shown = serde_json::to_value(link).unwrap();
        for way in ["rx", "tx"] {
            for (counter, ours) in shown["stats64"][way].as_object().unwrap() {
                assert_eq!(&witness["stats64"][way][counter], ours, "{way} {counter}");
            }
        }
        assert_eq!(ours.rx_bytes, witness["stats64"]["rx"]["bytes"].as_u64().unwrap());
    }
    let v1 = links.iter().find(|link| link.name == "v1").unwrap();
    assert!(v1.statistics.as_deref().unwrap().rx_packets >= 17);
}

#[test]
fn links_are_listed_without_counters_on_request() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let without = LinkFilter { without_statistics: true, ..LinkFilter::default() };
    let links = lab.netlink().links().filter(without).list().unwrap();
    assert_eq!(links.len(), 3);
    if links.iter().all(|link| link.statistics.is_some()) {
        return skip("this kernel tells of counters in any case");
    }
    assert!(links.iter().all(|link| link.statistics.is_none()));
}

#[test]
fn a_pair_across_namespaces_says_where_the_other_is() {
    let (Some(lab), Some(other)) = (Lab::new(), Lab::new()) else { return };
    lab.pair("v0", "v1");
    let index = lab.index("v1");
    lab.ip(&format!("link set v1 netns {}", other.path()));
    let v0 = lab.netlink().links().get("v0").unwrap();
    let v1 = other.netlink().links().get("v1").unwrap();
    assert_eq!((v0.link, v1.link), (Some(v1.index), Some(v0.index)));
    let witness = lab.json("link show dev v0");
    assert_eq!(witness[0]["link_netnsid"].as_i64().map(|id| id as i32), v0.link_netnsid);
    assert!(v0.link_netnsid.is_some() && v1.link_netnsid.is_some());
    assert!(lab.netlink().links().get(index).unwrap_err().is_not_found());
}

#[test]
fn a_name_that_is_not_utf_8_breaks_no_list() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.batch("address add 192.0.2.1/24 dev v1\naddress add 2001:db8::1/64 dev v1 nodad\nlink set v1 down");
    let name = OsStr::from_bytes(b"a\xffb");
    let rename = lab.namespace.run(|| Command::new("ip").args(["link", "set", "v1", "name"]).arg(name).status());
    assert!(rename.unwrap().success());
    let rule = lab.namespace.run(|| Command::new("ip").args(["rule", "add", "pref", "5", "iif"]).arg(name).status());
    assert!(rule.unwrap().success());
    let mut nl = lab.netlink();
    let links = nl.links().list().unwrap();
    assert_eq!(links.len(), 3);
    let link = links.iter().find(|link| link.name.as_bytes() == name.as_bytes()).unwrap();
    assert_eq!(nl.links().get(link.index).unwrap(), *link);
    let addresses = nl.addresses().list().unwrap();
    let label = addresses.iter().find(|address| address.interface == link.index).unwrap().label.clone();
    assert_eq!(label.as_deref(), Some("a\u{fffd}b"));
    let rules = nl.rules().list().unwrap();
    let name_of_rule = rules.iter().find(|rule| rule.priority == Some(5)).unwrap().input_interface.unwrap();
    assert_eq!(name_of_rule.as_bytes(), name.as_bytes());
}

#[test]
fn an_alias_that_is_not_utf_8_breaks_no_list() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let alias = OsStr::from_bytes(b"caf\xe9");
    let given = lab.namespace.run(|| Command::new("ip").args(["link", "set", "v1", "alias"]).arg(alias).status());
    assert!(given.unwrap().success());
    let links = lab.netlink().links().list().unwrap();
    let v1 = links.iter().find(|link| link.name == "v1").unwrap();
    assert_eq!(v1.alias.as_deref(), Some("caf\u{fffd}"));
}

#[test]
fn a_link_too_many_of_every_name_is_not_found() {
    let Some(lab) = Lab::new() else { return };
    let mut nl = lab.netlink();
    for id in [LinkId::Index(u32::MAX), LinkId::Index(4711), LinkId::Name("x".repeat(15)), LinkId::Name("x".repeat(60))]
    {
        let error = nl.links().get(id.clone()).unwrap_err();
        assert!(error.is_not_found(), "{id}: {error:?}");
    }
}

#[test]
fn what_no_link_can_be_called_is_refused_before_it_is_asked_for() {
    let Some(lab) = Lab::new() else { return };
    let mut nl = lab.netlink();
    let long = "n".repeat(128);
    for (id, reason) in [
        (LinkId::Index(0), "a link has no index 0"),
        (LinkId::from(""), "the name of the link is missing"),
        (LinkId::from("a\0b"), "the name of a link has a NUL byte in it"),
        (LinkId::from(long.as_str()), "an alternative name has at most 127 bytes"),
    ] {
        let error = nl.links().get(id.clone()).unwrap_err();
        assert_eq!((error.to_string(), error.errno()), (format!("get link {id}: {reason}"), None));
        // A change is refused in the same words.
        let error = nl.links().up(id).unwrap_err();
        assert_eq!(error.reason().to_string(), reason);
    }
}
