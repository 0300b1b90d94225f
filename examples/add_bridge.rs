//! Makes a bridge with a member: `cargo run --release --example add_bridge -- br0 eth1`.

use std::env::args;

use nlwire::Netlink;
use nlwire::link::{Bridge, BridgePort, Link};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [name, member] = [1, 2].map(|place| args().nth(place).ok_or("add_bridge NAME MEMBER"));
    let (name, member) = (name?, member?);
    let mut nl = Netlink::connect()?;
    let kind = Bridge { mcast_snooping: Some(false), ..Bridge::default() }.into();
    nl.links().add(&Link { name: name.parse()?, up: Some(true), kind, ..Link::default() })?;
    let bridge = nl.links().get(name)?;
    nl.links().set(member.as_str(), &Link { master: Some(bridge.index), up: Some(true), ..Link::default() })?;
    // What only ports of bridges have can be said once it is one.
    let port = BridgePort { isolated: Some(true), ..BridgePort::default() }.into();
    nl.links().set(member, &Link { port, ..Link::default() })?;
    Ok(())
}
