//! Packet programs: attached, told and detached, beside `ip`.

use nlwire::Errno;
use std::os::fd::{AsRawFd, OwnedFd};

use nlwire::link::{Attached, XdpFlags};

use crate::lab::twins::{Way, carry_out};
use crate::lab::{Lab, programs};

/// One that lets all packets pass (`XDP_PASS`).
fn program() -> Option<OwnedFd> {
    programs::load(programs::XDP, 2)
}

#[test]
fn a_packet_program_is_attached_told_replaced_and_detached() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let (Some(first), Some(second)) = (program(), program()) else { return };
    let (one, other) = (first.as_raw_fd(), second.as_raw_fd());
    for mut way in Way::all(&lab) {
        let place = XdpFlags::SKB_MODE;
        carry_out!(&mut way, nl => nl.links().attach_xdp("v0", one, place | XdpFlags::UPDATE_IF_NOEXIST)).unwrap();
        let read = lab.netlink().links().get("v0").unwrap();
        let xdp = read.xdp.clone().unwrap();
        assert_eq!(xdp.attached, Attached::SKB);
        assert_eq!(xdp.programs, [(Attached::SKB, xdp.program.unwrap())]);
        let witness = &lab.json("link show dev v0")[0]["xdp"];
        let ours = &serde_json::to_value(&read).unwrap()["xdp"];
        assert_eq!(ours["mode"], witness["mode"]);
        assert_eq!(ours["prog"]["id"], witness["prog"]["id"]);
        assert_eq!(ours["attached"][0]["prog"]["id"], witness["attached"][0]["prog"]["id"]);
        // Only where there is none, or the one that is expected.
        let busy = carry_out!(&mut way, nl => nl.links().attach_xdp("v0", other, place | XdpFlags::UPDATE_IF_NOEXIST));
        assert_eq!(busy.unwrap_err().errno(), Some(Errno::EBUSY));
        assert!(carry_out!(&mut way, nl => nl.links().replace_xdp("v0", one, other, place)).is_err());
        carry_out!(&mut way, nl => nl.links().replace_xdp("v0", other, one, place)).unwrap();
        let replaced = lab.netlink().links().get("v0").unwrap().xdp.unwrap();
        assert_ne!(replaced.program, xdp.program);
        carry_out!(&mut way, nl => nl.links().detach_xdp("v0", place)).unwrap();
        assert_eq!(lab.netlink().links().get("v0").unwrap().xdp, None);
        assert!(lab.json("link show dev v0")[0].get("xdp").is_none());
    }
}

#[test]
fn a_packet_program_that_is_none_is_refused() {
    let Some(lab) = Lab::new() else { return };
    lab.pair("v0", "v1");
    let file = std::fs::File::open("/dev/null").unwrap();
    for mut way in Way::all(&lab) {
        let both = XdpFlags::SKB_MODE | XdpFlags::DRV_MODE;
        let refused = carry_out!(&mut way, nl => nl.links().attach_xdp("v0", 0, both)).unwrap_err();
        assert!(refused.to_string().ends_with("a packet program is attached in one place at a time"), "{refused}");
        let refused = carry_out!(&mut way, nl => nl.links().attach_xdp("v0", 0, XdpFlags::REPLACE)).unwrap_err();
        assert!(refused.to_string().ends_with("is said by replace_xdp"), "{refused}");
        let refused = carry_out!(&mut way, nl => nl.links().attach_xdp("v0", file.as_raw_fd(), XdpFlags::empty()));
        assert!(refused.unwrap_err().errno().is_some());
        assert!(carry_out!(&mut way, nl => nl.links().detach_xdp("nobody", XdpFlags::empty())).is_err());
    }
}
