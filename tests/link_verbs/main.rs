//! Links made, changed and deleted, beside `ip` doing the same in a namespace like it: every verb, and every setting that links
//! of all kinds have, or ports.

#[path = "../lab/mod.rs"]
mod lab;

mod namespaces;
mod ports;
mod rows;
mod verbs;
mod way;

use std::time::Duration;

use lab::Lab;
use nlwire::link::Link;
use serde_json::Value;

/// A link of a name.
pub(crate) fn named(name: &str) -> Link {
    Link { name: name.parse().unwrap(), ..Link::default() }
}

/// What `ip -d` prints of the links in a namespace, without what differs from one to the next, and without what changes by
/// itself.
pub(crate) fn print(lab: &Lab, arguments: &str) -> Value {
    let mut printed = lab.json(arguments);
    strip(&mut printed);
    printed
}

fn strip(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(strip),
        Value::Object(object) => {
            object.retain(|key, value| {
                let differs = ["ifindex", "link_index", "bridge_id", "root_id", "prog"].contains(&key.as_str());
                // Addresses are at random where they are not said: those that are said here begin with 02:00.
                let random =
                    key.contains("address") && value.as_str().is_some_and(|address| !address.starts_with("02:00"));
                !differs && !random && !key.ends_with("_timer")
            });
            object.values_mut().for_each(strip);
        }
        _ => {}
    }
}

/// States follow a little later: both sides must come to be the same.
pub(crate) fn settle<T: PartialEq + std::fmt::Debug>(
    what: &str,
    mut ours: impl FnMut() -> T,
    mut theirs: impl FnMut() -> T,
) {
    for _ in 0..100 {
        if ours() == theirs() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(ours(), theirs(), "{what}");
}
