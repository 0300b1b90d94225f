//! Addresses that are waited for until the kernel knows that no other host has them.

use std::time::{Duration, Instant};

use nlwire::address::{Address, AddressFlags, Usability};

use crate::lab::{Lab, objects};
use crate::{LONG, half_a_pair, meanwhile, sendable, tokio};

/// Waits in both ways, one after the other where `before` was called.
fn wait(lab: &Lab, address: &Address, timeout: Duration, before: impl Fn()) -> [Usability; 2] {
    before();
    let blocking = lab.netlink().addresses().wait_until_usable(address, timeout).unwrap();
    before();
    let future = tokio(lab, async |nl| sendable(nl.addresses().wait_until_usable(address, timeout)).await.unwrap());
    [blocking, future]
}

fn address(lab: &Lab, local: &str) -> Address {
    Address::new(lab.index("v0"), local.parse().unwrap())
}

/// The flags of an address, as `ip` prints them.
fn printed(lab: &Lab, local: &str) -> Vec<String> {
    let links = lab.json("address show dev v0");
    let addresses = objects(&links).iter().flat_map(|link| objects(&link["addr_info"]));
    let address = addresses.into_iter().find(|address| address["local"] == local).expect("it is listed");
    ["tentative", "dadfailed"].iter().filter(|flag| address[**flag] == true).map(ToString::to_string).collect()
}

/// Two links with a wire between, on which each end looks for the other's addresses.
fn network() -> Option<Lab> {
    let lab = Lab::new()?;
    lab.pair("v0", "v1");
    Some(lab)
}

/// The same, but the other end is down: nobody looks for addresses without a carrier.
fn without_carrier() -> Option<Lab> {
    let lab = Lab::new()?;
    half_a_pair(&lab);
    Some(lab)
}

#[test]
fn an_address_is_usable_when_nobody_else_has_it() {
    let Some(lab) = network() else { return };
    let mine = address(&lab, "2001:db8::1/64");
    let outcomes = wait(&lab, &mine, LONG, || {
        lab.try_ip("address del 2001:db8::1/64 dev v0").ok();
        lab.netlink().addresses().add(&mine).unwrap();
        assert_eq!(printed(&lab, "2001:db8::1"), ["tentative"]);
    });
    assert_eq!(outcomes, [Usability::Usable; 2]);
    assert_eq!(printed(&lab, "2001:db8::1"), [""; 0]);
    // And what is usable already is so at once, even without any time.
    assert_eq!(wait(&lab, &mine, Duration::ZERO, || {}), [Usability::Usable; 2]);
}

#[test]
fn an_address_that_another_host_has_is_a_duplicate() {
    let Some(lab) = network() else { return };
    lab.ip("address add 2001:db8::1/64 dev v1 nodad");
    let mine = address(&lab, "2001:db8::1/64");
    let outcomes = wait(&lab, &mine, LONG, || {
        lab.try_ip("address del 2001:db8::1/64 dev v0").ok();
        lab.netlink().addresses().add(&mine).unwrap();
    });
    assert_eq!(outcomes, [Usability::Duplicate; 2]);
    assert!(printed(&lab, "2001:db8::1").contains(&"dadfailed".into()));
    // It stays so.
    assert_eq!(wait(&lab, &mine, LONG, || {}), [Usability::Duplicate; 2]);
}

#[test]
fn an_address_with_a_lifetime_that_another_host_has_goes_away() {
    let Some(lab) = network() else { return };
    lab.ip("address add 2001:db8::1/64 dev v1 nodad");
    let mine = Address { valid: Some(1000), ..address(&lab, "2001:db8::1/64") };
    let outcomes = wait(&lab, &mine, LONG, || lab.netlink().addresses().add(&mine).unwrap());
    assert_eq!(outcomes, [Usability::Gone; 2]);
    assert!(!lab.netlink().addresses().list().unwrap().iter().any(|address| address.interface == mine.interface));
}

#[test]
fn an_address_that_is_not_there_is_gone_at_once_and_one_that_is_deleted_when_it_is() {
    let Some(lab) = network() else { return };
    let mine = address(&lab, "2001:db8::1/64");
    assert_eq!(wait(&lab, &mine, LONG, || {}), [Usability::Gone; 2]);
    let nowhere = Address { interface: 4711, ..mine.clone() };
    assert_eq!(wait(&lab, &nowhere, LONG, || {}), [Usability::Gone; 2]);

    let Some(lab) = without_carrier() else { return };
    let mine = address(&lab, "2001:db8::1/64");
    for _ in 0..2 {
        lab.netlink().addresses().add(&mine).unwrap();
        let outcome = meanwhile(
            || drop(lab.ip("address del 2001:db8::1/64 dev v0")),
            || lab.netlink().addresses().wait_until_usable(&mine, LONG).unwrap(),
        );
        assert_eq!(outcome, Usability::Gone);
    }
    // With its interface it goes, too.
    lab.netlink().addresses().add(&mine).unwrap();
    let outcome =
        meanwhile(|| drop(lab.ip("link del v0")), || lab.netlink().addresses().wait_until_usable(&mine, LONG).unwrap());
    assert_eq!(outcome, Usability::Gone);
}

#[test]
fn the_time_is_over_when_it_is_whatever_else_happens_meanwhile() {
    let Some(lab) = without_carrier() else { return };
    let mine = address(&lab, "2001:db8::1/64");
    lab.netlink().addresses().add(&mine).unwrap();
    let timeout = Duration::from_millis(700);
    let begun = Instant::now();
    let outcomes = meanwhile(
        || {
            // Events that concern others.
            for _ in 0..20 {
                lab.ip("address add 2001:db8::2/64 dev v0 nodad");
                lab.ip("address del 2001:db8::2/64 dev v0");
            }
        },
        || wait(&lab, &mine, timeout, || {}),
    );
    assert_eq!(outcomes, [Usability::TimeOver; 2]);
    assert!(begun.elapsed() >= 2 * timeout && begun.elapsed() < 20 * timeout, "{:?}", begun.elapsed());
    assert_eq!(wait(&lab, &mine, Duration::ZERO, || {}), [Usability::TimeOver; 2]);
    // As soon as there is a carrier, it is looked for.
    let outcome = meanwhile(
        || drop(lab.ip("link set v1 up")),
        || lab.netlink().addresses().wait_until_usable(&mine, LONG).unwrap(),
    );
    assert_eq!(outcome, Usability::Usable);
}

#[test]
fn an_address_of_ipv4_and_one_that_is_not_looked_for_are_usable_at_once() {
    let Some(lab) = network() else { return };
    let four = address(&lab, "192.0.2.1/24");
    let six = Address { flags: AddressFlags::NODAD, ..address(&lab, "2001:db8::1/64") };
    for mine in [four, six] {
        lab.netlink().addresses().add(&mine).unwrap();
        assert_eq!(wait(&lab, &mine, Duration::ZERO, || {}), [Usability::Usable; 2]);
    }
}

#[test]
fn what_cannot_be_waited_for_is_an_error_that_says_so() {
    let Some(lab) = network() else { return };
    let error = lab.netlink().addresses().wait_until_usable(&Address::default(), LONG).unwrap_err();
    assert_eq!(error.to_string(), "wait for address dev if0: an address is missing");
}
