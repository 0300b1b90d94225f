//! Adds a static route: `cargo run --release --example add_route -- 198.51.100.0/24 192.0.2.1`.

use std::env::args;

use nlwire::Netlink;
use nlwire::route::{Route, RouteProtocol};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [destination, gateway] = [1, 2].map(|place| args().nth(place).ok_or("add_route DESTINATION GATEWAY"));
    let mut nl = Netlink::connect()?;
    let route = Route {
        destination: Some(destination?.parse()?),
        gateway: Some(gateway?.parse()?),
        protocol: RouteProtocol::STATIC,
        ..Route::default()
    };
    nl.routes().add(&route)?;
    Ok(())
}
