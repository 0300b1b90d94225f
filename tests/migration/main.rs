//! `MIGRATION.md` says what calls of other libraries are here: what it says compiles, and it leaves out none of theirs.
//!
//! The functions in the modules are only compiled. Before each expression stands what it is of theirs.

// A struct of one field is written as those of many are: it may get more.
#![allow(dead_code, clippy::let_unit_value, clippy::needless_update)]

mod go;
mod rust;

use std::collections::BTreeSet;
use std::net::Ipv6Addr;

use nlwire::address::Address;
use nlwire::bridge::fdb::FdbEntry;
use nlwire::codec::RawMessage;
use nlwire::link::Link;
use nlwire::neighbour::Neighbour;
use nlwire::nexthop::Nexthop;
use nlwire::route::Route;
use nlwire::rule::Rule;
use nlwire::socket::Namespace;

/// What the expressions take as given.
struct Given<'a> {
    port: &'a Link,
    bridge: &'a Link,
    link: Link,
    route: Route,
    address: Address,
    neighbour: Neighbour,
    entry: FdbEntry,
    rule: Rule,
    nexthop: Nexthop,
    namespace: Namespace,
    message: RawMessage<'a>,
    segment: Ipv6Addr,
}

/// The rows of a part of the tables: what is theirs, and what is ours.
fn rows(part: &str) -> Vec<(String, String)> {
    let tables = include_str!("../../MIGRATION.md");
    let part = tables.split("\n## ").find(|other| other.starts_with(part)).unwrap();
    let row = |row: &str| {
        let row = row.replace("\\|", "\0");
        let cells: Vec<_> = row.split('|').map(|cell| cell.trim().replace('\0', "|")).collect();
        assert_eq!(cells.len(), 5, "{row}");
        (cells[1].clone(), cells[2].clone())
    };
    part.lines().filter(|line| line.starts_with("| `")).map(row).collect()
}

/// What stands between backquotes.
fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_function_of_the_go_library_is_in_a_row_and_nothing_else() {
    let rows = rows("vishvananda/netlink");
    let named: BTreeSet<_> = rows.iter().flat_map(|(theirs, _)| code(theirs)).collect();
    assert_eq!(named, go::GO.iter().flat_map(|(_, _, names)| names.split_whitespace()).collect());
    for (area, count, names) in go::GO {
        assert_eq!(names.split_whitespace().count(), *count, "{area}");
    }
}

#[test]
fn every_method_of_the_crate_is_in_a_row_and_nothing_else() {
    let rows = rows("rtnetlink");
    let mut named = BTreeSet::new();
    for methods in rows.iter().flat_map(|(theirs, _)| theirs.split("; ")) {
        let mut methods = code(methods);
        let owner = methods.next().unwrap();
        named.extend(methods.map(|method| (owner, method)));
    }
    let methods = rust::RUST.iter().flat_map(|(owner, names)| names.split_whitespace().map(move |name| (*owner, name)));
    assert_eq!(named, methods.collect());
}

#[test]
fn what_the_tables_say_of_ours_is_compiled_here() {
    /// Without what `rustfmt` may change.
    fn plain(text: &str) -> String {
        let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        text.replace(",}", "}").replace(",)", ")").replace(",]", "]")
    }
    let sources = [("vishvananda/netlink", include_str!("go.rs")), ("rtnetlink", include_str!("rust.rs"))];
    for (part, source) in sources {
        let compiled = plain(source);
        for (theirs, ours) in rows(part) {
            assert!(ours == "none" || code(&ours).count() == 1, "{theirs}: {ours}");
            for ours in code(&ours) {
                assert!(compiled.contains(&format!("let_={};", plain(ours))), "{theirs}: {ours}");
            }
        }
    }
}
