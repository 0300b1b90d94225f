//! Two namespaces alike: in one our verbs, in the other `ip` doing the same.

use nlwire::{Error, Netlink, Tokio};
use serde_json::Value;

use super::{Lab, skip};

/// How a verb is carried out.
pub enum Way {
    Blocking(Netlink),
    Tokio(tokio::runtime::Runtime, Netlink<Tokio>),
    Batch(Netlink),
}

impl Way {
    pub fn all(lab: &Lab) -> [Self; 3] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let socket = {
            let _inside = runtime.enter();
            let protocol = &nlwire::codec::route::PROTOCOL;
            nlwire::socket::tokio::Socket::open_in(&lab.namespace, protocol, &Default::default()).unwrap()
        };
        let tokio = Netlink::over(Tokio::new(socket));
        [Self::Blocking(lab.netlink()), Self::Tokio(runtime, tokio), Self::Batch(lab.netlink())]
    }
}

/// One definition of a verb, carried out in a way.
#[allow(unused_macros)] // each test program uses a part
macro_rules! carry_out {
    ($way:expr, $nl:ident => $verb:expr) => {
        match $way {
            $crate::lab::twins::Way::Blocking($nl) => $verb,
            $crate::lab::twins::Way::Tokio(runtime, $nl) => runtime.block_on($verb),
            $crate::lab::twins::Way::Batch(nl) => {
                let mut batch = nl.batch().unwrap();
                let ticket = {
                    let $nl = &mut batch;
                    $verb
                };
                assert_eq!(ticket.number(), 0);
                batch.commit().all()
            }
        }
    };
}

#[allow(unused_imports)]
pub(crate) use carry_out;

/// Two namespaces alike.
pub fn twins() -> Option<(Lab, Lab)> {
    let (ours, theirs) = (Lab::new()?, Lab::new()?);
    for lab in [&ours, &theirs] {
        lab.pair("v0", "v1");
        lab.ip("address add 203.0.113.1/24 dev v0");
    }
    Some((ours, theirs))
}

/// What `ip` prints in a namespace, without what differs from one to the next.
pub fn print(lab: &Lab, arguments: &str) -> Vec<Value> {
    let mut printed = lab.json(arguments);
    strip(&mut printed);
    printed.as_array().cloned().unwrap_or_default()
}

fn strip(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(strip),
        Value::Object(object) => {
            for key in [
                "ifindex",
                "link_index",
                "address",
                "used",
                "confirmed",
                "updated",
                "refcnt",
                "probes",
                "unbalanced_time",
            ] {
                object.remove(key);
            }
            // Lifetimes go down.
            for (key, value) in &mut *object {
                if let (true, Some(seconds)) = (key.ends_with("_life_time"), value.as_u64()) {
                    *value = (seconds.div_ceil(100)).into();
                }
            }
            object.values_mut().for_each(strip);
        }
        _ => {}
    }
}

pub fn prefix(text: &str) -> Option<ipnet::IpNet> {
    Some(text.parse().unwrap())
}

/// Adds with us what `ip` adds in the other namespace, reads it back, deletes it and adds what was read: each time both
/// namespaces must print the same. `prepared` are commands of `ip` for both, one a line.
pub fn beside<O: Clone + PartialEq + std::fmt::Debug>(
    prepared: &str,
    show: &str,
    cases: &[(&str, O)],
    add: impl Fn(&mut Way, &O) -> Result<(), Error>,
    delete: impl Fn(&mut Way, &O) -> Result<(), Error>,
    list: impl Fn(&mut Netlink) -> Vec<O>,
) {
    let Some((ours, theirs)) = twins() else { return };
    for lab in [&ours, &theirs] {
        lab.batch(prepared);
    }
    let (empty, mut nl) = (print(&ours, show), ours.netlink());
    let before = list(&mut nl);
    for mut way in Way::all(&ours) {
        for (command, object) in cases {
            let (noun, rest) = ["-6 route", "route", "address", "neighbour", "rule", "nexthop", "addrlabel"]
                .iter()
                .find_map(|noun| Some((noun, command.strip_prefix(noun)?)))
                .unwrap();
            if let Err(complaint) = theirs.try_ip(&format!("{noun} add {rest}")) {
                skip(&format!("ip {noun} add {rest}: {complaint}"));
                continue;
            }
            add(&mut way, object).unwrap_or_else(|error| panic!("{command}: {error}"));
            let witness = print(&theirs, show);
            assert_eq!(print(&ours, show), witness, "{command}");
            assert!(add(&mut way, object).is_err_and(|error| error.is_exists()), "{command}");

            // What was read can be added again.
            let read: Vec<O> = list(&mut nl).into_iter().filter(|object| !before.contains(object)).collect();
            let [read] = read.as_slice() else { panic!("{command}: {read:?}") };
            delete(&mut way, read).unwrap_or_else(|error| panic!("{command}: {error}"));
            assert_eq!(print(&ours, show), empty, "{command}");
            assert!(delete(&mut way, read).is_err_and(|error| error.is_not_found()), "{command}");
            add(&mut way, read).unwrap_or_else(|error| panic!("{command}: {error} for {read:?}"));
            assert_eq!(print(&ours, show), witness, "{command}, again");

            delete(&mut way, object).unwrap_or_else(|error| panic!("{command}: {error}"));
            // A nexthop is deleted by its identifier alone.
            let rest =
                if *noun == "nexthop" { rest.split(' ').take(3).collect::<Vec<_>>().join(" ") } else { rest.into() };
            theirs.ip(&format!("{noun} del {rest}"));
        }
        assert_eq!(print(&ours, show), empty);
    }
}
