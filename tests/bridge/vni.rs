//! Network identifiers of VXLAN interfaces, beside what `bridge vni` says of them.

use nlwire::bridge::vni::{Vni, VniFilter, VniStatistics};
use serde_json::Value;

use crate::lab::twins::{Beside, Way, carry_out, print_of};
use crate::lab::{Lab, assert_same, objects};
use crate::network_with_vxlan;

const OPTIONS: &str = "external vnifilter dstport 4789 local 192.0.2.1";

/// The index of the VXLAN interface.
fn index(options: &str) -> Option<u32> {
    Lab::new().and_then(|lab| network_with_vxlan(&lab, options).then(|| lab.index("x0")))
}

/// As they serialise, but for the interface, of whose `bridge` prints a list.
fn printed(vnis: &[Vni]) -> Vec<Value> {
    let shown = |vni: &Vni| {
        let mut shown = serde_json::to_value(vni).unwrap();
        assert_eq!(shown.as_object_mut().unwrap().shift_remove("ifindex"), Some(vni.interface.into()));
        shown
    };
    vnis.iter().map(shown).collect()
}

#[test]
fn identifiers_are_added_and_deleted_as_by_bridge() {
    let Some(interface) = index(OPTIONS) else { return };
    let vni = |vni| Vni { interface, vni, ..Vni::default() };
    let group = |group: &str| Some(group.parse().unwrap());
    let cases = [
        ("vni vni 10 dev x0", vni(10)),
        ("vni vni 20-22 dev x0", Vni { last: Some(22), ..vni(20) }),
        ("vni vni 16777215 dev x0", vni(16_777_215)),
        ("vni vni 10 remote 192.0.2.9 dev x0", Vni { group: group("192.0.2.9"), ..vni(10) }),
    ];
    compare(&|lab| network_with_vxlan(lab, OPTIONS), &cases);
    let cases = [
        ("vni vni 10 group 239.1.1.1 dev x0", Vni { group: group("239.1.1.1"), ..vni(10) }),
        ("vni vni 10-12 group 239.1.1.1 dev x0", Vni { last: Some(12), group: group("239.1.1.1"), ..vni(10) }),
    ];
    compare(&|lab| network_with_vxlan(lab, &format!("{OPTIONS} dev v1")), &cases);
    let cases = [("vni vni 10 remote 2001:db8::9 dev x0", Vni { group: group("2001:db8::9"), ..vni(10) })];
    compare(&|lab| network_with_vxlan(lab, "external vnifilter dstport 4789 local 2001:db8::1"), &cases);
}

fn compare(network: &dyn Fn(&Lab) -> bool, cases: &[(&str, Vni)]) {
    Beside { program: "bridge", show: "vni show", network, adds_once: false, deletes_once: true }.compare(
        cases,
        |way, vni| carry_out!(way, nl => nl.vnis().add(vni)),
        |way, vni| carry_out!(way, nl => nl.vnis().delete(vni)),
        |nl| nl.vnis().list().unwrap(),
    );
}

#[test]
fn identifiers_are_listed_as_by_bridge_with_and_without_counters() {
    let Some(lab) = Lab::new() else { return };
    if !network_with_vxlan(&lab, OPTIONS) || !lab.can("link add x1 type vxlan external vnifilter dstport 4790") {
        return;
    }
    lab.ip("link set x1 up");
    for command in ["10 dev x0", "20-22 dev x0", "30 dev x0 remote 192.0.2.9", "7 dev x1"] {
        lab.try_run("bridge", &format!("vni add vni {command}")).unwrap();
    }
    let mut nl = lab.netlink();
    for name in ["x0", "x1"] {
        let filter = VniFilter { interface: Some(lab.index(name)), statistics: false };
        let ours = nl.vnis().filter(filter.clone()).list().unwrap();
        let theirs = lab.json_of("bridge", &format!("vni show dev {name}"));
        assert_same(&printed(&ours), objects(&theirs[0]["vnis"]));
        let counted = nl.vnis().filter(VniFilter { statistics: true, ..filter }).list().unwrap();
        assert_eq!(counted.len(), if name == "x0" { 5 } else { 1 });
        let theirs = lab.json_of("bridge", &format!("-s vni show dev {name}"));
        assert_same(&printed(&counted), objects(&theirs[0]["vnis"]));
        assert!(counted.iter().all(|vni| vni.last.is_none() && vni.statistics == Some(VniStatistics::default())));
    }
    assert_eq!(nl.vnis().list().unwrap().len(), 4);
}

#[test]
fn what_was_read_with_counters_can_be_added_again() {
    let Some(lab) = Lab::new() else { return };
    if !network_with_vxlan(&lab, OPTIONS) {
        return;
    }
    let interface = lab.index("x0");
    let mut nl = lab.netlink();
    nl.vnis().add(&Vni { interface, vni: 10, group: "192.0.2.9".parse().ok(), ..Vni::default() }).unwrap();
    let before = print_of(&lab, "bridge", "vni show");
    let statistics = VniFilter { interface: Some(interface), statistics: true };
    let found = nl.vnis().filter(statistics).list().unwrap();
    let [vni] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(vni.vni, 10);
    nl.vnis().delete(vni).unwrap();
    nl.vnis().add(vni).unwrap();
    assert_eq!(print_of(&lab, "bridge", "vni show"), before);
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let Some(lab) = Lab::new() else { return };
    let fine = Vni { interface: 1, vni: 7, ..Vni::default() };
    let wrong = [
        (Vni { interface: 0, ..fine.clone() }, "add vni 7 dev if0: the interface of the network identifier is missing"),
        (Vni { vni: 0, ..fine.clone() }, "add vni 0 dev if1: the network identifier is missing"),
        (
            Vni { last: Some(1 << 24), ..fine.clone() },
            "add vni 7-16777216 dev if1: a VXLAN network identifier has 24 bits",
        ),
        (Vni { last: Some(6), ..fine }, "add vni 7-6 dev if1: the range ends before it begins"),
    ];
    for mut way in Way::all(&lab) {
        for (vni, sentence) in &wrong {
            let refused = carry_out!(&mut way, nl => nl.vnis().add(vni));
            assert_eq!(refused.unwrap_err().to_string(), *sentence);
        }
    }
}
