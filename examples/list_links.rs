//! Lists the links: `cargo run --release --example list_links`.

use nlwire::Netlink;

fn main() -> Result<(), nlwire::Error> {
    let mut nl = Netlink::connect()?;
    for link in nl.links().list()? {
        println!("{}: {} {}", link.index, link.name, link.kind.name().unwrap_or("device"));
    }
    Ok(())
}
