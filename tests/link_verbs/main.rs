//! Links made, changed and deleted, beside `ip` doing the same in a namespace like it: every verb, and every setting that links
//! of all kinds have, or ports.

#[path = "../lab/mod.rs"]
mod lab;

mod namespaces;
mod ports;
mod rows;
mod statistics;
mod tuntap;
mod verbs;
mod virtual_functions;
mod xdp;

use std::collections::BTreeSet;
use std::time::Duration;

use lab::Lab;
use nlwire::link::Link;
use serde_json::{Map, Value};

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
                // Addresses are at random where they are not said: those that are said here begin with 02:00:00.
                let random = key.contains("address")
                    && value.as_str().is_some_and(|address| !address.starts_with("02:00:00"))
                    || key == "local" && value.as_str().is_some_and(|address| address.starts_with("fe80::"));
                !differs && !random && !key.ends_with("_timer")
            });
            object.values_mut().for_each(strip);
        }
        _ => {}
    }
}

/// States follow a little later: both sides must come to be the same.
pub(crate) fn settle(what: &str, mut ours: impl FnMut() -> Value, mut theirs: impl FnMut() -> Value) {
    let mut differences = Vec::new();
    for _ in 0..100 {
        differences.clear();
        compare(String::new(), &ours(), &theirs(), &mut differences);
        if differences.is_empty() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{what}: {differences:#?}");
}

/// Where two values differ.
fn compare(path: String, ours: &Value, theirs: &Value, differences: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<_> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let value = |object: &Map<String, Value>| object.get(key).cloned().unwrap_or_default();
                compare(format!("{path}.{key}"), &value(one), &value(other), differences);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (place, (one, other)) in one.iter().zip(other).enumerate() {
                compare(format!("{path}[{place}]"), one, other, differences);
            }
        }
        _ if ours != theirs => differences.push(format!("{path}: {ours} here, {theirs} there")),
        _ => {}
    }
}
