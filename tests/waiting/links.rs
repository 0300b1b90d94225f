//! Links that are waited for until packets can go through them.

use std::time::{Duration, Instant};

use nlwire::link::{LinkId, Readiness};

use crate::lab::Lab;
use crate::{LONG, half_a_pair, meanwhile, sendable, tokio};

/// Waits in both ways, one after the other where `before` was called, while `later` happens.
fn wait(
    lab: &Lab,
    id: impl Into<LinkId>,
    timeout: Duration,
    before: impl Fn(),
    later: impl Fn() + Sync,
) -> [Readiness; 2] {
    let id = id.into();
    before();
    let blocking = meanwhile(&later, || lab.netlink().links().wait_until_up(id.clone(), timeout).unwrap());
    before();
    let future = meanwhile(&later, || {
        tokio(lab, async |nl| sendable(nl.links().wait_until_up(id.clone(), timeout)).await.unwrap())
    });
    [blocking, future]
}

fn nothing() {}

/// What `ip` says of `v0`.
fn state(lab: &Lab) -> String {
    lab.json("link show dev v0")[0]["operstate"].as_str().unwrap().into()
}

#[test]
fn a_link_is_up_when_its_other_end_is() {
    let Some(lab) = Lab::new() else { return };
    half_a_pair(&lab);
    lab.ip("link property add dev v0 altname the-other-name-of-it");
    let index = lab.index("v0");
    for id in [LinkId::from(index), "v0".into(), "the-other-name-of-it".into()] {
        let down = || {
            lab.ip("link set v1 down");
            while state(&lab) == "UP" {
                std::thread::sleep(Duration::from_millis(10));
            }
        };
        let outcomes = wait(&lab, id, LONG, down, || drop(lab.ip("link set v1 up")));
        assert_eq!(outcomes, [Readiness::Up; 2]);
        assert_eq!(state(&lab), "UP");
    }
    // And what is up already is so at once, even without any time.
    assert_eq!(wait(&lab, index, Duration::ZERO, nothing, nothing), [Readiness::Up; 2]);
}

#[test]
fn a_link_that_does_not_tell_is_up_when_it_works() {
    let Some(lab) = Lab::new() else { return };
    assert_eq!(lab.json("link show dev lo")[0]["operstate"], "UNKNOWN");
    let down = || drop(lab.ip("link set lo down"));
    let outcomes = wait(&lab, "lo", LONG, down, || lab.netlink().links().up("lo").unwrap());
    assert_eq!(outcomes, [Readiness::Up; 2]);
    lab.ip("link set lo down");
    assert_eq!(wait(&lab, "lo", Duration::ZERO, nothing, nothing), [Readiness::TimeOver; 2]);
}

#[test]
fn a_link_that_is_called_otherwise_meanwhile_is_the_same() {
    let Some(lab) = Lab::new() else { return };
    half_a_pair(&lab);
    let outcome = meanwhile(
        || lab.batch("link set v0 down\nlink set v0 name v9 up\nlink set v1 up"),
        || lab.netlink().links().wait_until_up("v0", LONG).unwrap(),
    );
    assert_eq!(outcome, Readiness::Up);
}

#[test]
fn a_link_that_is_not_there_is_gone_at_once_and_one_that_goes_away_when_it_does() {
    let Some(lab) = Lab::new() else { return };
    for id in [LinkId::from("v0"), 4711.into()] {
        assert_eq!(wait(&lab, id, LONG, nothing, nothing), [Readiness::Gone; 2]);
    }
    let make = || half_a_pair(&lab);
    assert_eq!(wait(&lab, "v0", LONG, make, || drop(lab.ip("link del v0"))), [Readiness::Gone; 2]);
    // With its other end it goes, too.
    assert_eq!(wait(&lab, "v0", LONG, make, || drop(lab.ip("link del v1"))), [Readiness::Gone; 2]);
    let Some(elsewhere) = Lab::new() else { return };
    half_a_pair(&lab);
    let index = lab.index("v0");
    let outcome = meanwhile(
        || drop(lab.ip(&format!("link set v0 netns {}", elsewhere.path()))),
        || lab.netlink().links().wait_until_up(index, LONG).unwrap(),
    );
    assert_eq!(outcome, Readiness::Gone);
}

#[test]
fn a_port_that_leaves_its_bridge_is_not_gone() {
    let Some(lab) = Lab::new() else { return };
    half_a_pair(&lab);
    lab.batch("link add m0 type bridge\nlink set v0 master m0");
    let outcome = meanwhile(
        || lab.batch("link set v0 nomaster\nlink set v1 up"),
        || lab.netlink().links().wait_until_up("v0", LONG).unwrap(),
    );
    assert_eq!(outcome, Readiness::Up);
}

#[test]
fn the_time_is_over_when_it_is_whatever_else_happens_meanwhile() {
    let Some(lab) = Lab::new() else { return };
    half_a_pair(&lab);
    let timeout = Duration::from_millis(700);
    let begun = Instant::now();
    let outcomes = wait(&lab, "v0", timeout, nothing, || {
        // Events that concern others.
        for _ in 0..20 {
            lab.batch("link add d0 up type bridge\nlink del d0");
        }
    });
    assert_eq!(outcomes, [Readiness::TimeOver; 2]);
    assert!(begun.elapsed() >= 2 * timeout && begun.elapsed() < 20 * timeout, "{:?}", begun.elapsed());
    assert_eq!(wait(&lab, "v0", Duration::ZERO, nothing, nothing), [Readiness::TimeOver; 2]);
}

#[test]
fn what_cannot_be_waited_for_is_an_error_that_says_so() {
    let Some(lab) = Lab::new() else { return };
    let error = lab.netlink().links().wait_until_up(0, LONG).unwrap_err();
    assert_eq!(error.to_string(), "wait for link 0: a link has no index 0");
}
