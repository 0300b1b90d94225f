//! What real systems do with netlink, step by step: each does its job with this crate alone, in namespaces of its own, and
//! what it leaves behind is what `ip` and `bridge` say. Each does it three times: blocking, by tokio, and with each
//! change as a batch.

#[path = "../lab/mod.rs"]
mod lab;

mod cilium;
mod cni;
mod crio;
mod flannel;
mod libnetwork;
mod runc;

use nlwire::Errno;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use lab::ways::{Listener, Site, Way};
use lab::{Lab, objects, skip};
use nlwire::Error;
use nlwire::codec::payload::LinkAddress;
use nlwire::codec::route::Family;
use nlwire::codec::route::group::Group;
use nlwire::codec::route::link::{GetLink, Header as LinkHeader, NewLink};
use nlwire::codec::route::route::{GetRoute, Header as RouteHeader, NewRoute};
use nlwire::codec::{Message, RawMessage};
use nlwire::link::{Link, LinkKind, Veth};
use nlwire::name::InterfaceName;
use nlwire::route::Route;
use nlwire::socket::{Event, Options};
use serde_json::Value;

/// A connection in the way that a job is done in.
type Netlink = nlwire::Netlink<Way>;

/// Long enough for anything that comes at all.
const LONG: Duration = Duration::from_secs(30);

fn ip(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

fn prefix(text: &str) -> Option<IpNet> {
    Some(text.parse().unwrap())
}

fn name(text: &str) -> InterfaceName {
    text.parse().unwrap()
}

fn mac(last: u8) -> LinkAddress {
    [2, 0, 0, 0, 0, last].into()
}

/// A link of a kind, with nothing else said of it.
fn link(name: &str, kind: impl Into<LinkKind>) -> Link {
    Link { name: name.parse().unwrap(), kind: kind.into(), ..Link::default() }
}

/// A pair: the one in the namespace of the request, the other as it says.
fn veth(name: &str, peer: Link) -> Link {
    link(name, Veth { peer: Some(Box::new(peer)) })
}

/// What this kernel may not be able to do: none, and the test is skipped, where it is not.
fn can<T>(result: Result<T, Error>) -> Option<T> {
    match result {
        Err(error) if error.errno() == Some(Errno::EOPNOTSUPP) => {
            skip(&error.to_string());
            None
        }
        other => Some(other.unwrap()),
    }
}

/// What `bridge -d -j` prints.
fn bridge(lab: &Lab, arguments: &str) -> Value {
    let arguments: Vec<&str> = ["-d", "-j"].into_iter().chain(arguments.split_whitespace()).collect();
    let output = lab.run("bridge", &arguments);
    assert!(output.status.success(), "bridge {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("bridge -j prints JSON")
}

/// What `ip` prints of a link.
fn shown(lab: &Lab, name: &str) -> Value {
    lab.json(&format!("link show dev {name}"))[0].take()
}

/// The addresses of a link that `ip` prints, without those that the kernel gives every link.
fn addresses(lab: &Lab, name: &str) -> Vec<String> {
    let printed = lab.json(&format!("address show dev {name}"));
    let all = objects(&printed).iter().flat_map(|link| objects(&link["addr_info"]));
    let ours = all.filter(|address| address["scope"] != "link");
    ours.map(|address| format!("{}/{}", address["local"].as_str().unwrap(), address["prefixlen"])).collect()
}

/// The routes that `ip` prints, one a line, without spaces at its end.
fn routes(lab: &Lab, arguments: &str) -> Vec<String> {
    lab.ip(arguments).lines().map(|line| line.trim_end().to_string()).collect()
}

/// A socket that listens.
fn listen(lab: &Site, groups: &[Group], options: Options) -> Listener {
    let groups = groups.iter().map(|group| group.0).collect();
    lab.listen(&Options { groups, timeout: Some(LONG), ..options })
}

/// Waits until something is told that holds: of what is there, or of what changes. It listens before it asks.
fn wait_until<M: Message>(lab: &Site, group: Group, header: M::Header, holds: impl Fn(&RawMessage<'_>) -> bool) {
    let mut events = listen(lab, &[group], Options::default());
    events.list::<M>(header).unwrap();
    loop {
        match events.next().unwrap() {
            Some(Event::Object(message) | Event::Change { message, .. }) if holds(&message) => return,
            Some(Event::Object(_) | Event::Change { .. } | Event::Listed { interrupted: false }) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Waits until a link is as it must be.
fn wait_for_link(lab: &Site, name: &str, holds: impl Fn(&Link) -> bool) {
    wait_until::<GetLink>(lab, Group::LINK, LinkHeader::default(), |message| {
        match message.read::<NewLink>().unwrap() {
            // A bridge tells of its ports in messages of its own family, which do not say all of a link.
            Some(view) if view.header.family.get() == Family::UNSPEC => {
                let link = Link::from_view(&view).unwrap();
                link.name == name && holds(&link)
            }
            _ => false,
        }
    });
}

/// Waits until there is an IPv6 route: the kernel makes many of them later.
fn wait_for_route(lab: &Site, holds: impl Fn(&Route) -> bool) {
    let header = RouteHeader { family: Family::INET6.into(), ..RouteHeader::default() };
    wait_until::<GetRoute>(lab, Group::IPV6_ROUTE, header, |message| {
        message.read::<NewRoute>().unwrap().is_some_and(|view| holds(&Route::from_view(&view).unwrap()))
    });
}

/// Writes a setting of the kernel that netlink has no message for.
fn sysctl(lab: &Lab, path: &str, value: &str) {
    let written = lab.namespace.run(|| std::fs::write(format!("/proc/sys/net/{path}"), value));
    written.unwrap_or_else(|error| panic!("{path}: {error}"));
}

/// The index of a link.
fn index(nl: &mut Netlink, name: &str) -> u32 {
    nl.links().get(name).unwrap().index
}
