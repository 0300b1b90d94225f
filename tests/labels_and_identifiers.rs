//! Address labels, settings of interfaces and identifiers of namespaces, beside what `ip` makes and says of them.

mod lab;

use nlwire::Errno;
use std::collections::HashMap;
use std::os::fd::AsFd;

use lab::twins::{Way, beside, carry_out};
use lab::{Lab, add_a_thousand, assert_same, objects, skip};
use nlwire::address_label::{AddressLabel, AddressLabelFilter};
use nlwire::codec::route::Family;
use nlwire::namespace_id::{NamespaceId, NamespaceIdFilter, NamespaceOf};
use nlwire::netconf::{NetconfFilter, NetconfInterface};
use serde_json::Value;

fn label(prefix: &str, label: u32) -> AddressLabel {
    AddressLabel { prefix: Some(prefix.parse().unwrap()), label, ..AddressLabel::default() }
}

/// Objects as they serialise, with the name of the interface under a key of its own.
fn printed<O: serde::Serialize>(objects: &[O], names: &HashMap<u32, String>, key: &str) -> Vec<Value> {
    let shown = |object| {
        let mut shown = serde_json::to_value(object).unwrap();
        lab::name_as(&mut shown, names, &[("ifindex", key)]);
        shown
    };
    objects.iter().map(shown).collect()
}

fn compare_labels(lab: &Lab, ours: &[AddressLabel]) {
    assert_same(&printed(ours, &lab.names(), "ifname"), objects(&lab.json("addrlabel list")));
}

#[test]
fn address_labels_are_as_ip_lists_them() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    lab.batch(
        "addrlabel add prefix 2001:db8::/32 label 42
         addrlabel add prefix 2001:db8::/32 dev v0 label 43
         addrlabel add prefix 2001:db8::7/128 label 4294967294",
    );
    let mut nl = lab.netlink();
    let labels = nl.address_labels().list().unwrap();
    // The kernel has some to begin with.
    assert!(labels.len() > 3 + 5, "{labels:?}");
    compare_labels(&lab, &labels);

    let index = lab.index("v0");
    let filter = AddressLabelFilter { interface: Some(index), label: None };
    let only = nl.address_labels().filter(filter).list().unwrap();
    assert_eq!(only, [AddressLabel { interface: Some(index), ..label("2001:db8::/32", 43) }]);
    let filter = AddressLabelFilter { interface: None, label: Some(42) };
    assert_eq!(nl.address_labels().filter(filter).list().unwrap(), [label("2001:db8::/32", 42)]);
}

#[test]
fn address_labels_are_added_and_deleted_as_by_ip() {
    let Some(index) = Lab::new().map(|lab| {
        lab.pair("v0", "v1");
        lab.index("v0")
    }) else {
        return;
    };
    let cases = [
        ("addrlabel prefix 2001:db8::/32 label 42", label("2001:db8::/32", 42)),
        ("addrlabel prefix 2001:db8::1/128 label 4294967294", label("2001:db8::1/128", u32::MAX - 1)),
        (
            "addrlabel prefix 2001:db8::/32 dev v0 label 1",
            AddressLabel { interface: Some(index), ..label("2001:db8::/32", 1) },
        ),
        ("addrlabel prefix ::/0 dev v0 label 7", AddressLabel { interface: Some(index), ..label("::/0", 7) }),
    ];
    beside(
        "",
        "addrlabel list",
        &cases,
        |way, label| carry_out!(way, nl => nl.address_labels().add(label)),
        |way, label| carry_out!(way, nl => nl.address_labels().delete(label)),
        |nl| nl.address_labels().list().unwrap(),
    );
}

#[test]
fn a_label_is_replaced_and_one_without_a_prefix_is_refused() {
    let Some(lab) = Lab::new() else { return };
    for mut way in Way::all(&lab) {
        for number in [5, 6] {
            let label = label("2001:db8::/32", number);
            carry_out!(&mut way, nl => nl.address_labels().replace(&label)).unwrap();
            assert!(lab.netlink().address_labels().list().unwrap().contains(&label));
        }
        carry_out!(&mut way, nl => nl.address_labels().delete(&label("2001:db8::/32", 1))).unwrap();
        let error = carry_out!(&mut way, nl => nl.address_labels().add(&AddressLabel::default())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "add addrlabel label 0: the prefix of the label is missing: that of all addresses is ::/0"
        );
    }
}

#[test]
fn a_thousand_labels_of_which_a_third_are_there_have_each_their_outcome() {
    let Some(lab) = Lab::new() else { return };
    let mut nl = lab.netlink();
    let before = nl.address_labels().list().unwrap().len();
    let label = |place| AddressLabel { interface: Some(1), ..label(&format!("2001:db8:{place:x}::/48"), place) };
    add_a_thousand(&mut nl, label, |batch, label| batch.address_labels().add(label));
    let there = nl.address_labels().list().unwrap();
    assert_eq!(there.len(), before + 667);
    compare_labels(&lab, &there);
}

#[test]
fn of_labels_for_all_interfaces_the_kernel_only_finds_the_one_of_that_length_that_was_added_last() {
    let Some(lab) = Lab::new() else { return };
    let mut nl = lab.netlink();
    let before = nl.address_labels().list().unwrap().len();
    let [one, other] = [label("2001:db8:1::/48", 1), label("2001:db8:2::/48", 2)];
    nl.address_labels().add(&one).unwrap();
    assert!(nl.address_labels().add(&one).unwrap_err().is_exists());
    nl.address_labels().add(&other).unwrap();
    // As for `ip`.
    match nl.address_labels().add(&one) {
        Ok(()) => {}
        Err(error) => return skip(&format!("this kernel finds them all: {error}")),
    }
    lab.ip("addrlabel add prefix 2001:db8:2::/48 label 2");
    assert_eq!(nl.address_labels().list().unwrap().len(), before + 4);
}

/// Writes settings where they are changed.
fn set(lab: &Lab, path: &str, value: &str) {
    let output = lab.run("sh", &["-c", &format!("echo {value} > /proc/sys/net/{path}")]);
    assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn settings_are_as_ip_lists_them() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    set(&lab, "ipv4/conf/v0/forwarding", "1");
    set(&lab, "ipv4/conf/v0/rp_filter", "2");
    set(&lab, "ipv4/conf/v1/rp_filter", "1");
    set(&lab, "ipv4/conf/default/proxy_arp", "1");
    set(&lab, "ipv4/conf/all/ignore_routes_with_linkdown", "1");
    set(&lab, "ipv4/conf/v1/bc_forwarding", "1");
    set(&lab, "ipv6/conf/v1/forwarding", "1");
    let names = lab.names();
    let mut nl = lab.netlink();
    let all = nl.netconf().list().unwrap();
    for (family, option) in [(Family::INET, "-4"), (Family::INET6, "-6"), (Family::MPLS, "-f mpls")] {
        let of = NetconfFilter { family: Some(family), interface: None };
        let ours = match nl.netconf().filter(of).list() {
            Ok(ours) => ours,
            Err(error) => {
                assert!(family == Family::MPLS, "{error}");
                skip(&format!("no settings of MPLS: {error}"));
                assert!(all.iter().all(|netconf| netconf.family != family));
                continue;
            }
        };
        assert_eq!(ours, all.iter().filter(|netconf| netconf.family == family).cloned().collect::<Vec<_>>());
        let mut theirs = objects(&lab.json(&format!("{option} netconf"))).to_vec();
        let mut ours = printed(&ours, &names, "interface");
        // Not every `ip` prints these: they are compared with what was set, below.
        for netconf in theirs.iter_mut().chain(&mut ours).filter_map(Value::as_object_mut) {
            netconf.shift_remove("bc_forwarding");
            netconf.shift_remove("force_forwarding");
        }
        assert_same(&ours, &theirs);
    }
    let v0 = lab.index("v0");
    for interface in [NetconfInterface::All, NetconfInterface::Default, v0.into()] {
        for family in [Family::INET, Family::INET6] {
            let got = nl.netconf().get(family, interface).unwrap();
            assert_eq!((got.family, got.interface), (family, interface));
            let filter = NetconfFilter { family: Some(family), interface: Some(interface) };
            assert_eq!(nl.netconf().filter(filter).list().unwrap(), std::slice::from_ref(&got));
            assert!(all.contains(&got));
        }
    }
    let [v0, v1] = [v0, lab.index("v1")].map(|index| nl.netconf().get(Family::INET, index).unwrap());
    assert_eq!((v0.rp_filter, v0.bc_forwarding), (Some(2), Some(false)));
    assert_eq!((v1.rp_filter, v1.bc_forwarding), (Some(1), Some(true)));
    let error = nl.netconf().get(Family::INET, 4711).unwrap_err();
    assert!(error.to_string().starts_with("get netconf of AF_INET dev if4711: "), "{error}");
    assert!(matches!(error.errno(), Some(Errno::ENODEV | Errno::EINVAL)), "{error}");
}

#[test]
fn a_namespace_is_given_an_identifier_and_asked_for_it_as_by_ip() {
    let (Some(here), Some(other), Some(third)) = (Lab::new(), Lab::new(), Lab::new()) else { return };
    // What `ip` says of the same namespaces, by the numbers that they have here.
    let listed = || objects(&here.json("netns list-id")).to_vec();
    let ours = || here.netlink().namespace_ids().list().unwrap();
    let same = || assert_same(&printed(&ours(), &HashMap::new(), ""), &listed());
    assert_eq!(here.netlink().namespace_ids().get(&other.namespace).unwrap(), NamespaceId::default());
    assert_eq!((ours(), listed()), (vec![], vec![]));

    // An identifier stays as long as the namespace: there is one way each.
    let mut ways = Way::all(&here).into_iter();
    let mut next = || ways.next().unwrap();
    carry_out!(&mut next(), nl => nl.namespace_ids().set(&other.namespace, 77)).unwrap();
    carry_out!(&mut next(), nl => nl.namespace_ids().set(third.namespace.as_fd(), None)).unwrap();
    let mut batched = next();
    let again = carry_out!(&mut batched, nl => nl.namespace_ids().set(&other.namespace, 78)).unwrap_err();
    assert!(again.is_exists(), "{again}");
    let fourth = Lab::new().unwrap();
    let taken = carry_out!(&mut batched, nl => nl.namespace_ids().set(&fourth.namespace, 77)).unwrap_err();
    assert!(taken.is_exists(), "{taken}");
    carry_out!(&mut batched, nl => nl.namespace_ids().set(&fourth.namespace, 5)).unwrap();

    let mut nl = here.netlink();
    let id = |of: &Lab| here.netlink().namespace_ids().get(&of.namespace).unwrap().id;
    assert_eq!((id(&other), id(&fourth)), (Some(77), Some(5)));
    let chosen = id(&third).unwrap();
    let mut there: Vec<_> = ours().iter().map(|there| there.id.unwrap()).collect();
    there.sort_unstable();
    let mut wanted = vec![chosen, 5, 77];
    wanted.sort_unstable();
    assert_eq!(there, wanted);
    same();

    // By its identifier, too, and from the other's view.
    assert_eq!(nl.namespace_ids().get(NamespaceOf::Id(77)).unwrap().id, Some(77));
    assert!(nl.namespace_ids().get(NamespaceOf::Id(4711)).is_err());
    other.netlink().namespace_ids().set(&third.namespace, 9).unwrap();
    let theirs = nl.namespace_ids().filter(NamespaceIdFilter { target: Some(77) }).list().unwrap();
    assert!(theirs.contains(&NamespaceId { id: Some(9), current: Some(chosen) }), "{theirs:?}");
    assert_same(&printed(&theirs, &HashMap::new(), ""), objects(&here.json("netns list-id target-nsid 77")));
}

#[test]
fn the_namespace_of_a_process_is_known_by_its_number() {
    let (Some(here), Some(other)) = (Lab::new(), Lab::new()) else { return };
    let mut nl = here.netlink();
    let mut child = other.spawn("sleep", &["60"]);
    let process = NamespaceOf::Process(child.id());
    let set = nl.namespace_ids().set(process, 12);
    let got = nl.namespace_ids().get(process);
    child.kill().unwrap();
    child.wait().unwrap();
    set.unwrap();
    assert_eq!(got.unwrap().id, Some(12));
    assert_eq!(nl.namespace_ids().get(&other.namespace).unwrap().id, Some(12));
    let error = nl.namespace_ids().get(NamespaceOf::Process(child.id())).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::ESRCH), "{error}");
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let Some(lab) = Lab::new() else { return };
    for mut way in Way::all(&lab) {
        let error = carry_out!(&mut way, nl => nl.namespace_ids().set(NamespaceOf::Id(5), 6)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "set namespace 5 to 6: a namespace that is to be given an identifier is known by a descriptor or a process"
        );
        let error = carry_out!(&mut way, nl => nl.namespace_ids().set(NamespaceOf::Process(1), -2)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "set namespace of process 1 to -2: the identifier of a namespace is not negative"
        );
    }
}
