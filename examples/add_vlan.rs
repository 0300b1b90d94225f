//! Makes a VLAN on a link: `cargo run --release --example add_vlan -- eth0 7`.

use std::env::args;

use nlwire::Netlink;
use nlwire::link::{Link, Vlan};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [parent, id] = [1, 2].map(|place| args().nth(place).ok_or("add_vlan PARENT NUMBER"));
    let mut nl = Netlink::connect()?;
    let parent = nl.links().get(parent?)?;
    let id = id?.parse()?;
    let vlan = Link {
        name: format!("{}.{id}", parent.name).parse()?,
        link: Some(parent.index),
        up: Some(true),
        kind: Vlan { id: Some(id), ..Vlan::default() }.into(),
        ..Link::default()
    };
    nl.links().add(&vlan)?;
    Ok(())
}
