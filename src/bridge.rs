//! What the command `bridge` has: forwarding databases ([`fdb`]), VLANs ([`vlan`], [`vlan_global`]), multiple spanning trees
//! ([`mst`]) and multicast groups ([`mdb`]) of bridges, and of VXLAN interfaces, which are bridges to the other ends of tunnels,
//! the network identifiers that they take ([`vni`]).
//!
//! A message tells one entry of a forwarding database, but many of the others: a `dump` lends messages that may also have
//! some which its filter does not want, and `from_view` gives all of a message.
//!
//! ```no_run
//! use nlwire::Netlink;
//! use nlwire::bridge::fdb::FdbFilter;
//!
//! let mut nl = Netlink::connect()?;
//! let bridge = nl.links().get("br0")?;
//! for entry in nl.fdb().filter(FdbFilter { bridge: Some(bridge.index), ..FdbFilter::default() }).list()? {
//!     println!("{:?} is behind the port {}", entry.link_address, entry.interface);
//! }
//! # Ok::<(), nlwire::Error>(())
//! ```

pub mod fdb;
pub mod mdb;
pub mod mst;
pub mod vlan;
pub mod vlan_global;
pub mod vni;

/// A VLAN that there can be, where one is said.
fn check_vlan(vlan: Option<u16>) -> Result<(), &'static str> {
    match vlan {
        Some(0 | 4095..) => Err("a VLAN is a number from 1 to 4094"),
        _ => Ok(()),
    }
}

/// A VXLAN network that there can be, where one is said: the kernel would take another.
fn check_vni(vni: Option<u32>) -> Result<(), &'static str> {
    match vni {
        Some(0x0100_0000..) => Err("a VXLAN network identifier has 24 bits"),
        _ => Ok(()),
    }
}

/// A range from a number to another, where there is another.
fn check_range<N: PartialOrd>(first: N, last: Option<N>) -> Result<(), &'static str> {
    if last.is_some_and(|last| last < first) { Err("the range ends before it begins") } else { Ok(()) }
}
