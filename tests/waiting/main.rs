//! Waiting for what becomes of links and addresses.

#[path = "../lab/mod.rs"]
mod lab;

mod addresses;
mod links;

use std::time::Duration;

use lab::Lab;
use nlwire::socket::Options;
use nlwire::{Netlink, Tokio};

const LONG: Duration = Duration::from_secs(60);

/// Does something with a connection of tokio.
fn tokio<T>(lab: &Lab, work: impl AsyncFnOnce(&mut Netlink<Tokio>) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let protocol = &nlwire::codec::route::PROTOCOL;
        let socket = nlwire::socket::tokio::Socket::open_in(&lab.namespace, protocol, &Options::default()).unwrap();
        work(&mut Netlink::over(Tokio::new(socket))).await
    })
}

/// A future that may go on on another thread.
fn sendable<F: Future + Send>(future: F) -> F {
    future
}

/// Does something a little later.
fn meanwhile<T>(later: impl FnOnce() + Send, now: impl FnOnce() -> T) -> T {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(200));
            later();
        });
        now()
    })
}

/// Two links with a wire between, of which `v0` is up and the other end is not: it has no carrier.
fn half_a_pair(lab: &Lab) {
    lab.batch(
        "link add v0 type veth peer name v1
         link set v0 addrgenmode none
         link set v1 addrgenmode none
         link set v0 up",
    );
}
