//! Gives a link an address: `cargo run --release --example add_address -- lo 192.0.2.1/32`.

use std::env::args;

use nlwire::Netlink;
use nlwire::address::Address;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [link, address] = [1, 2].map(|place| args().nth(place).ok_or("add_address LINK ADDRESS"));
    let mut nl = Netlink::connect()?;
    let interface = nl.links().get(link?)?.index;
    nl.addresses().add(&Address { interface, local: Some(address?.parse()?), ..Address::default() })?;
    Ok(())
}
