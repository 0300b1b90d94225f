//! What the command `bridge` has, beside it.

#[path = "../lab/mod.rs"]
mod lab;

mod fdb;
mod mdb;
mod mst;
mod vlan;
mod vni;

use lab::Lab;

/// A pair of links, of which `v0` is a port of the bridge `m0`, made with `options`. All addresses are the same each time.
/// False where this kernel cannot.
fn network(lab: &Lab, options: &str) -> bool {
    lab.pair("v0", "v1");
    if !lab.can(&format!("link add m0 type bridge {options}")) {
        return false;
    }
    lab.batch(
        "link set v0 address 02:00:00:00:01:00
         link set v1 address 02:00:00:00:01:01
         link set v0 master m0",
    );
    start(lab, "m0");
    wait_until_forwarding(lab, "v0");
    true
}

/// Until a port forwards, it takes no dynamic entry.
fn wait_until_forwarding(lab: &Lab, port: &str) {
    for _ in 0..200 {
        if lab.json_of("bridge", &format!("link show dev {port}"))[0]["state"] == "forwarding" {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("the port {port} does not forward");
}

/// Sets a bridge up that does not itself join groups of IPv6, sooner or later.
fn start(lab: &Lab, bridge: &str) {
    let silent = lab.run("sh", &["-c", &format!("echo 1 >/proc/sys/net/ipv6/conf/{bridge}/disable_ipv6")]);
    assert!(silent.status.success(), "{silent:?}");
    lab.ip(&format!("link set {bridge} up"));
}

/// A network, and beside the bridge a VXLAN interface `x0`, made with `options`.
fn network_with_vxlan(lab: &Lab, options: &str) -> bool {
    if !network(lab, "") || !lab.can(&format!("link add x0 address 02:00:00:00:02:00 type vxlan {options}")) {
        return false;
    }
    lab.batch("link set x0 addrgenmode none\nlink set x0 up");
    true
}
