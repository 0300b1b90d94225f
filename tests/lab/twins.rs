//! Two namespaces alike: in one our verbs, each carried out in three ways, in the other `ip` or `bridge` doing the same.

use nlwire::{Error, Netlink};
use serde_json::Value;

use super::{Lab, skip};

pub use super::ways::Way;
#[allow(unused_imports)] // each test program uses a part
pub(crate) use super::ways::carry_out;

/// What `ip` prints in a namespace, without what differs from one to the next.
pub fn print(lab: &Lab, arguments: &str) -> Vec<Value> {
    print_of(lab, "ip", arguments)
}

/// The same of another program.
pub fn print_of(lab: &Lab, program: &str, arguments: &str) -> Vec<Value> {
    let mut printed = lab.json_of(program, arguments);
    strip(&mut printed);
    printed.as_array().cloned().unwrap_or_default()
}

fn strip(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(strip),
        Value::Object(object) => {
            // Of a link, its hardware's.
            if object.contains_key("link_type") {
                object.remove("address");
            }
            for key in [
                "ifindex",
                "link_index",
                "used",
                "confirmed",
                "updated",
                "refcnt",
                "probes",
                "timer",
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

/// How verbs are compared with those of a program.
pub struct Beside<'a> {
    /// `ip` or `bridge`.
    pub program: &'a str,
    /// Its command that shows what the verbs change.
    pub show: &'a str,
    /// What the namespaces have; false where this kernel cannot.
    pub network: &'a dyn Fn(&Lab) -> bool,
    /// Whether what is there cannot be added once more.
    pub adds_once: bool,
    /// Whether what is not there cannot be deleted.
    pub deletes_once: bool,
}

impl Beside<'_> {
    /// Adds with us what the program adds in the other namespace, reads it back, deletes it and adds what was read: each time
    /// both namespaces must print the same. A case is the command without its verb; `newest` in front of it is the newest
    /// program.
    pub fn compare<O: Clone + PartialEq + std::fmt::Debug>(
        &self,
        cases: &[(&str, O)],
        add: impl Fn(&mut Way, &O) -> Result<(), Error>,
        delete: impl Fn(&mut Way, &O) -> Result<(), Error>,
        list: impl Fn(&mut Netlink) -> Vec<O>,
    ) {
        let (Some(ours), Some(theirs)) = (Lab::new(), Lab::new()) else { return };
        if ![&ours, &theirs].into_iter().all(self.network) {
            return;
        }
        let show = |lab: &Lab| print_of(lab, self.program, self.show);
        let (empty, mut nl) = (show(&ours), ours.netlink());
        let before = list(&mut nl);
        for mut way in Way::all(&ours) {
            for (command, object) in cases {
                let (program, command) = match command.strip_prefix("newest ") {
                    Some(command) => (format!("newest {}", self.program), command),
                    None => (self.program.to_string(), *command),
                };
                // A family may stand before the noun.
                let words = if command.starts_with('-') { 2 } else { 1 };
                let (end, _) = command.match_indices(' ').nth(words - 1).expect("a noun, and what is added");
                let (noun, rest) = command.split_at(end);
                if let Err(complaint) = theirs.try_run(&program, &format!("{noun} add {rest}")) {
                    skip(&format!("{program} {noun} add {rest}: {complaint}"));
                    continue;
                }
                add(&mut way, object).unwrap_or_else(|error| panic!("{command}: {error}"));
                let witness = show(&theirs);
                assert_eq!(show(&ours), witness, "{command}");
                let again = add(&mut way, object);
                assert_eq!(again.is_err_and(|error| error.is_exists()), self.adds_once, "{command}");

                // What was read can be added again.
                let read: Vec<O> = list(&mut nl).into_iter().filter(|object| !before.contains(object)).collect();
                let [read] = read.as_slice() else { panic!("{command}: {read:?}") };
                delete(&mut way, read).unwrap_or_else(|error| panic!("{command}: {error}"));
                assert_eq!(show(&ours), empty, "{command}");
                let again = delete(&mut way, read);
                assert_eq!(again.is_err_and(|error| error.is_not_found()), self.deletes_once, "{command}");
                add(&mut way, read).unwrap_or_else(|error| panic!("{command}: {error} for {read:?}"));
                assert_eq!(show(&ours), witness, "{command}, again");

                delete(&mut way, object).unwrap_or_else(|error| panic!("{command}: {error}"));
                // A nexthop is deleted by its identifier alone.
                let words = if noun == "nexthop" { 2 } else { usize::MAX };
                let rest: Vec<&str> = rest.split_whitespace().take(words).collect();
                theirs.try_run(&program, &format!("{noun} delete {}", rest.join(" "))).unwrap();
            }
            assert_eq!(show(&ours), empty);
        }
    }
}

/// Verbs of `ip`, beside it, after commands of `ip`, one a line.
pub fn beside<O: Clone + PartialEq + std::fmt::Debug>(
    prepared: &str,
    show: &str,
    cases: &[(&str, O)],
    add: impl Fn(&mut Way, &O) -> Result<(), Error>,
    delete: impl Fn(&mut Way, &O) -> Result<(), Error>,
    list: impl Fn(&mut Netlink) -> Vec<O>,
) {
    let network = &|lab: &Lab| {
        lab.pair("v0", "v1");
        lab.ip("address add 203.0.113.1/24 dev v0");
        lab.batch(prepared);
        true
    };
    Beside { program: "ip", show, network, adds_once: true, deletes_once: true }.compare(cases, add, delete, list);
}
