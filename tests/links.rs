//! Links, beside what `ip link` says of them.

mod lab;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use lab::{Lab, objects, skip};
use nlwire::link::{Link, LinkFilter, LinkId, LinkKind, Macvlan, MacvlanFlags, MacvlanMode, VlanFlags};
use serde_json::{Value, json};

/// A link that `ip link add` makes with these words; none, and the test is skipped, where this kernel cannot.
fn made(lab: &Lab, name: &str, words: &str) -> Option<(Link, Value)> {
    if !lab.can(&format!("link add {words}")) {
        return None;
    }
    Some((lab.netlink().links().get(name).unwrap(), settings(lab, name)))
}

/// What `ip` says that only links of this kind have.
fn settings(lab: &Lab, name: &str) -> Value {
    lab.json(&format!("link show dev {name}"))[0]["linkinfo"]["info_data"].take()
}

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

#[test]
fn a_bridge_has_the_settings_that_ip_gave_it() {
    let Some(lab) = Lab::new() else { return };
    let basic = "forward_delay 400 hello_time 300 max_age 700 ageing_time 1000 stp_state 1 priority 9 \
                 group_fwd_mask 8 mcast_router 2 mcast_snooping 0 mcast_querier 1";
    let Some((link, witness)) = made(&lab, "br0", &format!("name br0 type bridge {basic}")) else { return };
    let LinkKind::Bridge(bridge) = &link.kind else { panic!("{link:?}") };
    let numbers = [
        ("forward_delay", bridge.forward_delay),
        ("hello_time", bridge.hello_time),
        ("max_age", bridge.max_age),
        ("ageing_time", bridge.ageing_time),
        ("stp_state", bridge.stp_state),
        ("priority", bridge.priority.map(Into::into)),
        ("mcast_router", bridge.multicast_router.map(Into::into)),
        ("mcast_snooping", bridge.multicast_snooping.map(Into::into)),
        ("mcast_querier", bridge.multicast_querier.map(Into::into)),
        ("vlan_filtering", bridge.vlan_filtering.map(Into::into)),
        ("nf_call_iptables", bridge.netfilter_call_iptables.map(Into::into)),
        ("nf_call_ip6tables", bridge.netfilter_call_ip6tables.map(Into::into)),
        ("nf_call_arptables", bridge.netfilter_call_arptables.map(Into::into)),
    ];
    for (name, number) in numbers {
        assert_eq!(witness.get(name), number.map(Value::from).as_ref(), "{name}");
    }
    assert_eq!(bridge.ageing_time, Some(1000));
    assert_eq!(witness["group_fwd_mask"], format!("{:#x}", bridge.group_forward_mask.unwrap()));
}

#[test]
fn a_bridge_that_tells_vlans_apart_says_so() {
    let Some(lab) = Lab::new() else { return };
    let words = "name br0 type bridge vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 5";
    let Some((link, witness)) = made(&lab, "br0", words) else { return };
    let LinkKind::Bridge(bridge) = &link.kind else { panic!("{link:?}") };
    assert_eq!((bridge.vlan_filtering, bridge.vlan_protocol), (Some(true), Some(0x88a8)));
    assert_eq!(witness["vlan_default_pvid"], bridge.vlan_default_pvid.unwrap());
    assert_eq!((&witness["vlan_protocol"], &witness["vlan_filtering"]), (&json!("802.1ad"), &json!(1)));
}

#[test]
fn a_vlan_has_the_settings_that_ip_gave_it() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let words = "link v0 name vl type vlan id 4094 protocol 802.1ad reorder_hdr off gvrp on loose_binding on \
                 egress-qos-map 1:2 3:4 ingress-qos-map 5:6";
    let Some((link, witness)) = made(&lab, "vl", words) else { return };
    let LinkKind::Vlan(vlan) = &link.kind else { panic!("{link:?}") };
    assert_eq!((vlan.id, vlan.protocol), (4094, Some(0x88a8)));
    assert_eq!(vlan.flags, Some(VlanFlags::GVRP | VlanFlags::LOOSE_BINDING));
    let map = |map: &[(u32, u32)]| map.iter().map(|(from, to)| json!({"from": from, "to": to})).collect::<Value>();
    assert_eq!(map(&vlan.egress_map), witness["egress_qos"]);
    assert_eq!(map(&vlan.ingress_map), witness["ingress_qos"]);
    assert_eq!((vlan.egress_map.len(), &vlan.ingress_map), (2, &vec![(5, 6)]));
    assert_eq!((link.link, link.link_namespace), (Some(lab.index("v0")), None));
}

#[test]
fn a_vxlan_has_the_settings_that_ip_gave_it() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let kinds = [
        "id 16777215 group 239.1.1.1 local 192.0.2.1 dev v0 dstport 4789 srcport 1000 2000 ttl 5 tos 6 ageing 77 \
         maxaddress 99 nolearning proxy rsc l2miss l3miss gbp",
        "id 6 remote 2001:db8::1 local 2001:db8::2 dstport 8472 flowlabel 0x12345 tos inherit",
        "external dstport 9999 gpe",
    ];
    for (number, words) in kinds.into_iter().enumerate() {
        let name = format!("x{number}");
        let Some((link, witness)) = made(&lab, &name, &format!("{name} type vxlan {words}")) else { return };
        let LinkKind::Vxlan(vxlan) = &link.kind else { panic!("{link:?}") };
        let address = |four: &str, six: &str| witness.get(four).or(witness.get(six)).and_then(Value::as_str);
        assert_eq!(vxlan.group.map(|group| group.to_string()).as_deref(), address("group", "remote6"));
        assert_eq!(vxlan.local.map(|local| local.to_string()).as_deref(), address("local", "local6"));
        assert_eq!(vxlan.link.is_some(), witness["link"] == "v0");
        let numbers = [
            ("id", Some(vxlan.id)),
            ("port", vxlan.port.map(Into::into)),
            ("ttl", vxlan.ttl.map(Into::into)),
            ("ageing", vxlan.ageing),
            ("limit", vxlan.limit.filter(|limit| *limit != 0)),
        ];
        for (name, number) in numbers {
            assert_eq!(witness.get(name), number.map(Value::from).as_ref(), "{name} of {words}");
        }
        let switches = [
            ("learning", vxlan.learning.unwrap()),
            ("proxy", vxlan.proxy.unwrap()),
            ("rsc", vxlan.route_short_circuit.unwrap()),
            ("l2miss", vxlan.l2_miss.unwrap()),
            ("l3miss", vxlan.l3_miss.unwrap()),
            ("external", vxlan.external.unwrap()),
            ("gbp", vxlan.group_policy),
            ("gpe", vxlan.generic_protocol),
        ];
        for (name, on) in switches {
            assert_eq!(witness.get(name).is_some_and(|on| on == true), on, "{name} of {words}");
        }
        let ports = vxlan.source_ports.clone().unwrap_or(0..=0);
        assert_eq!(witness["port_range"], json!({"low": ports.start(), "high": ports.end()}));
        let hexadecimal = [("tos", u32::from(vxlan.tos.unwrap())), ("label", vxlan.label.unwrap_or_default())];
        for (name, number) in hexadecimal {
            assert_eq!(witness.get(name).cloned(), (number != 0).then(|| json!(format!("{number:#x}"))), "{name}");
        }
    }
}

#[test]
fn macvlans_of_all_modes_are_told() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let modes = [
        ("private", MacvlanMode::PRIVATE, MacvlanFlags::empty()),
        ("vepa", MacvlanMode::VEPA, MacvlanFlags::empty()),
        ("bridge", MacvlanMode::BRIDGE, MacvlanFlags::empty()),
        ("source nodst", MacvlanMode::SOURCE, MacvlanFlags::NODST),
        ("passthru nopromisc", MacvlanMode::PASSTHRU, MacvlanFlags::NOPROMISC),
    ];
    for (words, mode, flags) in modes {
        // Passing through, it must be the only one.
        let below = if mode == MacvlanMode::PASSTHRU { "v1" } else { "v0" };
        let words = format!("link {below} name mv0 type macvlan mode {words} bcqueuelen 50");
        let Some((link, witness)) = made(&lab, "mv0", &words) else { return };
        let LinkKind::Macvlan(macvlan) = &link.kind else { panic!("{link:?}") };
        let expected = Macvlan { mode, flags, broadcast_queue_length: Some(50), ..Macvlan::default() };
        assert_eq!((macvlan, &witness["bcqueuelen"]), (&expected, &json!(50)));
        lab.ip("link delete mv0");
    }
}

#[test]
fn a_macvlan_has_the_source_addresses_that_ip_gave_it() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    if made(&lab, "mv0", "link v0 name mv0 type macvlan mode source").is_none() {
        return;
    }
    for last in 0..100 {
        lab.ip(&format!("link set link dev mv0 type macvlan macaddr add 02:00:00:00:00:{last:02x}"));
    }
    let link = lab.netlink().links().get("mv0").unwrap();
    let LinkKind::Macvlan(macvlan) = &link.kind else { panic!("{link:?}") };
    let text = |address: &[u8; 6]| address.map(|byte| format!("{byte:02x}")).join(":");
    let ours: Value = macvlan.source_addresses.iter().map(text).collect();
    assert_eq!((&ours, macvlan.source_addresses.len()), (&settings(&lab, "mv0")["macaddr_data"], 100));
}

#[test]
fn a_macvtap_is_told_apart_from_a_macvlan() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let Some((link, _)) = made(&lab, "mv0", "link v0 name mv0 type macvtap mode vepa") else { return };
    let LinkKind::Macvtap(macvlan) = &link.kind else { panic!("{link:?}") };
    assert_eq!((macvlan.mode, link.kind.name()), (MacvlanMode::VEPA, Some("macvtap")));
}

/// Makes a link of a kind that we have no type for, and compares what it has of its own with these bytes, which
/// are somewhere in it.
fn unknown(words: &str, kind: &str, within: &[u8]) {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let Some((link, _)) = made(&lab, "u", &words.replace(" u ", " name u ")) else { return };
    let LinkKind::Other { kind: name, data } = &link.kind else { panic!("{link:?}") };
    assert_eq!(name, kind);
    assert_eq!(lab.json("link show dev u")[0]["linkinfo"]["info_kind"], kind);
    let found = within.is_empty() || data.windows(within.len()).any(|window| window == within);
    assert!(found, "{within:?} in {data:?}");
    let listed = lab.netlink().links().filter(LinkFilter { kind: Some(kind.into()), ..LinkFilter::default() }).list();
    assert_eq!(listed.unwrap(), [link]);
}

/// An attribute of four bytes.
fn attribute(number: u16, value: [u8; 4]) -> Vec<u8> {
    [8u16.to_ne_bytes().as_slice(), number.to_ne_bytes().as_slice(), &value].concat()
}

#[test]
fn a_dummy_is_of_another_kind() {
    unknown(" u type dummy", "dummy", &[]);
}

#[test]
fn an_ifb_is_of_another_kind() {
    unknown(" u type ifb", "ifb", &[]);
}

#[test]
fn a_bond_keeps_its_settings_as_bytes() {
    // IFLA_BOND_MIIMON
    unknown(" u type bond mode active-backup miimon 123", "bond", &attribute(3, 123u32.to_ne_bytes()));
}

#[test]
fn a_vrf_keeps_its_settings_as_bytes() {
    // IFLA_VRF_TABLE
    unknown(" u type vrf table 70000", "vrf", &attribute(1, 70_000u32.to_ne_bytes()));
}

#[test]
fn an_ipvlan_keeps_its_settings_as_bytes() {
    // IFLA_IPVLAN_MODE, 16 bits long
    unknown(
        "link v0 u type ipvlan mode l3",
        "ipvlan",
        &[6u16.to_ne_bytes(), 1u16.to_ne_bytes(), 1u16.to_ne_bytes()].concat(),
    );
}

#[test]
fn a_tunnel_keeps_its_settings_as_bytes() {
    // IFLA_GRE_REMOTE
    unknown(" u type gretap remote 192.0.2.9 key 77", "gretap", &attribute(7, [192, 0, 2, 9]));
}

#[test]
fn a_port_says_the_kind_of_its_master() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.ip("link add name br0 type bridge");
    lab.ip("link set v0 master br0");
    let v0 = lab.netlink().links().get("v0").unwrap();
    assert_eq!((v0.master, v0.master_kind.as_deref()), (Some(lab.index("br0")), Some("bridge")));
    assert_eq!(lab.json("link show dev v0")[0]["linkinfo"]["info_slave_kind"], "bridge");
    let bridge = lab.netlink().links().get("br0").unwrap();
    assert_eq!((bridge.master, bridge.master_kind), (None, None));
}

#[test]
fn names_alias_group_and_the_like_are_as_ip_set_them() {
    let Some(lab) = Lab::new() else { return };
    lab.ip("link add v0 numtxqueues 3 numrxqueues 2 type veth peer name v1");
    lab.ip(
        "link set v0 alias näme group 77 txqueuelen 55 mtu 1400 address 02:00:00:00:00:07 promisc on allmulticast on",
    );
    lab.ip("link set v0 mode dormant up");
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
    assert_eq!((v0.alias.as_deref(), v0.group, v0.transmit_queue_length), (Some("näme"), 77, Some(55)));
    assert_eq!((v0.mtu, v0.transmit_queues), (1400, Some(3)));
    assert_eq!((v0.promiscuity, v0.all_multicast), (1, 1));
    assert_eq!((v0.least_mtu, v0.greatest_mtu), (Some(68), Some(65535)));
    let witness = &witness[0];
    assert_eq!(witness.get("num_rx_queues"), v0.receive_queues.map(Value::from).as_ref());
    assert_eq!(witness["altnames"], json!(v0.alternative_names));
    assert_eq!(v0.alternative_names.len(), names.len());
    assert_eq!(witness["operstate"], v0.operational_state.name().unwrap());
    assert_eq!(witness["linkmode"], v0.mode.name().unwrap());
    assert_eq!(witness["qdisc"].as_str(), v0.queueing_discipline.as_deref());
    let (size, segments) = v0.gso_max.unwrap();
    assert_eq!((&witness["gso_max_size"], &witness["gso_max_segs"]), (&json!(size), &json!(segments)));
    assert_eq!(witness.get("gro_max_size"), v0.gro_max_size.map(Value::from).as_ref());
    assert_eq!(witness["broadcast"], v0.broadcast.unwrap().to_string());
    let flags = witness["flags"].as_array().unwrap();
    for (flag, name) in
        [(0x1, "UP"), (0x2, "BROADCAST"), (0x100, "PROMISC"), (0x200, "ALLMULTI"), (0x1000, "MULTICAST")]
    {
        assert_eq!(v0.flags.bits() & flag != 0, flags.iter().any(|set| set == name), "{name}");
    }
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
        let (sent, received) = (&witness["stats64"]["tx"], &witness["stats64"]["rx"]);
        let numbers = [
            (&sent["bytes"], ours.sent_bytes),
            (&sent["packets"], ours.sent_packets),
            (&sent["errors"], ours.send_errors),
            (&sent["dropped"], ours.send_dropped),
            (&sent["collisions"], ours.collisions),
            (&received["bytes"], ours.received_bytes),
            (&received["packets"], ours.received_packets),
            (&received["errors"], ours.receive_errors),
            (&received["dropped"], ours.receive_dropped),
            (&received["multicast"], ours.multicast),
        ];
        for (theirs, ours) in numbers {
            assert_eq!(theirs, ours, "{witness}");
        }
    }
    let v1 = links.iter().find(|link| link.name == "v1").unwrap();
    assert!(v1.statistics.as_deref().unwrap().received_packets >= 17);
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
    assert_eq!(witness[0]["link_netnsid"].as_i64().map(|id| id as i32), v0.link_namespace);
    assert!(v0.link_namespace.is_some() && v1.link_namespace.is_some());
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
