//! Tun and tap links that stay, beside `ip tuntap`.

use nlwire::Errno;
use std::io::Write;
use std::os::fd::OwnedFd;

use nlwire::link::{LinkKind, TunKind, TunTap};
use nlwire::name::InterfaceName;
use nlwire::socket::{TunDevice, TunOptions};

use crate::lab::{Lab, skip};
use crate::{print, settle};

fn name(name: &str) -> InterfaceName {
    name.parse().unwrap()
}

#[test]
fn tun_and_tap_links_are_made_and_deleted_as_by_ip() {
    let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
    let tun = TunTap { name: name("x"), ..TunTap::new(TunKind::TUN) };
    let tap = TunTap { kind: TunKind::TAP, ..tun.clone() };
    let cases = [
        ("mode tun", tun.clone()),
        ("mode tap", tap.clone()),
        ("mode tap user 1000 group 1001", TunTap { owner: Some(1000), group: Some(1001), ..tap.clone() }),
        ("mode tun pi", TunTap { pi: true, ..tun.clone() }),
        ("mode tap vnet_hdr multi_queue", TunTap { vnet_hdr: true, multi_queue: true, ..tap.clone() }),
        ("mode tun multi_queue pi user 7", TunTap { multi_queue: true, pi: true, owner: Some(7), ..tun.clone() }),
    ];
    for (words, tuntap) in cases {
        if !theirs.can(&format!("tuntap add dev x {words}")) {
            return;
        }
        assert_eq!(tuntap.add_in(&ours.namespace).unwrap(), name("x"));
        settle(words, || print(&ours, "link"), || print(&theirs, "link"));
        settle(words, || print(&ours, "tuntap"), || print(&theirs, "tuntap"));
        // It is told of as it was made.
        let link = ours.netlink().links().get("x").unwrap();
        let LinkKind::Tun(read) = &link.kind else { panic!("{link:?}") };
        assert_eq!((read.owner, read.group), (tuntap.owner, tuntap.group));
        let error = tuntap.add_in(&ours.namespace).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EBUSY), "{error}");
        assert!(error.to_string().starts_with("add link x: "), "{error}");

        theirs.ip(&format!("tuntap del dev x {}", words.split(" user").next().unwrap()));
        tuntap.delete_in(&ours.namespace).unwrap();
        settle(words, || print(&ours, "link"), || print(&theirs, "link"));
        // Where there is none, nothing happens.
        tuntap.delete_in(&ours.namespace).unwrap();
    }
    // Deleted by netlink.
    tap.add_in(&ours.namespace).unwrap();
    ours.netlink().links().delete("x").unwrap();
    settle("link delete", || print(&ours, "link"), || print(&theirs, "link"));
}

#[test]
fn the_kernel_chooses_the_name_of_a_tap_link() {
    let Some(lab) = Lab::new() else { return };
    let tap = TunTap::new(TunKind::TAP);
    match tap.add_in(&lab.namespace) {
        Ok(made) => assert_eq!(made, name("tap0")),
        Err(error) => return skip(&error.to_string()),
    }
    let made = TunTap { name: name("x%d"), ..tap.clone() }.add_in(&lab.namespace).unwrap();
    assert_eq!(made, name("x0"));
    // In the namespace of the calling thread.
    let here = TunTap { name: name("here"), ..tap.clone() };
    let made = lab.namespace.run(|| Ok::<_, nlwire::socket::Error>(here.add())).unwrap().unwrap();
    assert_eq!(lab.netlink().links().get("here").unwrap().name, made);
    lab.namespace.run(|| Ok::<_, nlwire::socket::Error>(here.delete())).unwrap().unwrap();
    assert!(lab.netlink().links().get("here").unwrap_err().is_not_found());
}

#[test]
fn what_no_tap_link_is_called_is_refused_in_a_sentence() {
    let Some(lab) = Lab::new() else { return };
    let tap = TunTap { name: InterfaceName::new("a/b").unwrap(), ..TunTap::new(TunKind::TAP) };
    let error = tap.add_in(&lab.namespace).unwrap_err();
    assert!(error.to_string().starts_with("add link a/b: the name of a link has no NUL, no slash"), "{error}");
    let error = TunTap::new(TunKind::TAP).delete_in(&lab.namespace).unwrap_err();
    assert!(error.to_string().ends_with("the name of the link is missing"), "{error}");
    let error = TunTap::new(TunKind(9)).add_in(&lab.namespace).unwrap_err();
    assert!(error.to_string().ends_with("there are tun and tap"), "{error}");
    // Another kind has the name.
    lab.ip("link add x type veth peer name y");
    let error = TunTap { name: name("x"), ..TunTap::new(TunKind::TAP) }.add_in(&lab.namespace).unwrap_err();
    assert!(error.errno().is_some(), "{error}");
}

#[test]
fn a_link_that_does_not_stay_is_there_as_long_as_its_descriptor_is_open() {
    let Some(lab) = Lab::new() else { return };
    let options = TunOptions { tap: true, ..TunOptions::default() };
    let device = match TunDevice::open_in(&lab.namespace, b"x", options) {
        Ok(device) => device,
        Err(error) => return skip(&error.to_string()),
    };
    assert_eq!(device.name(), b"x");
    lab.ip("link set x up");
    // What is written comes in by the link.
    let mut frame = [0; 64];
    frame[..6].fill(0xff);
    let mut file = std::fs::File::from(OwnedFd::from(device));
    file.write_all(&frame).unwrap();
    let index = lab.index("x");
    assert_eq!(lab.netlink().link_statistics().get(index).unwrap().statistics.rx_packets, 1);
    drop(file);
    // A program that is started just now by another test may have the descriptor for a moment, too.
    let mut nl = lab.netlink();
    let gone = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        nl.links().get("x").is_err_and(|error| error.is_not_found())
    });
    assert!(gone);
}
