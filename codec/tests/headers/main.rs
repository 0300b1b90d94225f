//! Every number, name and C struct of the codec, compared with the kernel's headers, and the other way round.
//!
//! The headers are the newest that Debian has, if `fetch` beside this file brought them into `NLWIRE_HEADERS`
//! (`target/headers`), else the installed ones; `NLWIRE_COMPLETE=1` wants the newest.

#![cfg(target_os = "linux")]

mod exceptions;
mod kernel;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::Write;
use std::path::Path;

use exceptions::{COMMON, FORMS, HERE, THERE, UNREACHED};
use kernel::Kernel;
use nlwire_codec::schema::SetInfo;
use nlwire_codec::{control, route};
use source::{Kind, Source, Table};

fn source() -> Source {
    Source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// The source is understood, and every set can be met in a message.
#[test]
fn the_source_says_what_the_crate_has() {
    let mut messages = BTreeSet::new();
    let mut sets = BTreeSet::new();
    for row in route::PROTOCOL.messages.iter().chain(&[control::MESSAGES]).copied().flatten() {
        messages.insert((row.name.to_owned(), i64::from(row.kind)));
        gather(row.attributes, &mut sets);
    }
    sets.remove(&("Any".to_owned(), vec![]));
    let (mut messages_read, mut sets_read) = (BTreeSet::new(), BTreeSet::new());
    for table in source().tables {
        let rows = table.rows.into_iter().map(|row| (row.kernel, row.number));
        match table.kind {
            Kind::Messages => messages_read.extend(rows),
            Kind::Set if UNREACHED.contains(&&table.name[..]) => {}
            Kind::Set => assert!(sets_read.insert((table.name, rows.collect()))),
            Kind::Values => {}
        }
    }
    assert_eq!(messages_read, messages);
    let reached = |name: &str| sets.iter().any(|(reached, _)| reached == name);
    let unreached: Vec<_> = sets_read.iter().filter(|(name, _)| !reached(name)).map(|(name, _)| name).collect();
    assert!(unreached.is_empty(), "no message leads to the sets {unreached:?}");
    assert_eq!(sets_read, sets);
}

fn gather(set: &'static SetInfo, sets: &mut BTreeSet<(String, Vec<(String, i64)>)>) {
    let rows = set.rows.iter().map(|row| (row.name.to_owned(), i64::from(row.number))).collect();
    if sets.insert((set.name.to_owned(), rows)) {
        set.rows.iter().flat_map(|row| row.sets()).for_each(|inside| gather(inside, sets));
    }
}

#[test]
fn numbers_and_structs_are_the_kernels() {
    let source = source();
    let sets = source.tables.iter().filter(|table| table.kind == Kind::Set);
    let prefixes = sets.map(|table| table.prefix.clone()).filter(|prefix| !COMMON.contains(&&prefix[..])).collect();
    let kernel = Kernel::read(&source.headers, &prefixes);
    let mut findings = Findings::default();
    findings.numbers(&source, &kernel);
    findings.structs(&source, &kernel);
    if kernel.is_newest {
        findings.reverse(&source, &kernel, &prefixes);
        findings.exceptions();
    }

    // Not by println!, which nobody sees where the test passes.
    let mut out = std::io::stderr();
    let _ = writeln!(out, "compared {} numbers and fields with the headers of {}", findings.compared, kernel.version());
    let complete = env::var_os("NLWIRE_COMPLETE").is_some();
    assert!(kernel.is_newest || !complete, "the newest headers are not there: run codec/tests/headers/fetch");
    if !kernel.is_newest {
        // Older headers do not know all, and know what is gone.
        let names: Vec<_> = findings.unknown.iter().filter_map(|unknown| unknown.rsplit(' ').next()).collect();
        let _ = writeln!(out, "not in these headers: {}", names.join(" "));
        findings.unknown.clear();
    }
    let Findings { wrong, unknown, missing, .. } = findings;
    assert!(
        wrong.is_empty() && unknown.is_empty() && missing.is_empty(),
        "other in the headers of {}: {wrong:#?}\nnot in them: {unknown:#?}\nin them, and not here: {missing:#?}",
        kernel.version()
    );
}

#[derive(Default)]
struct Findings {
    compared: usize,
    wrong: Vec<String>,
    /// What is here and not in the headers.
    unknown: Vec<String>,
    /// What is in the headers and not here.
    missing: Vec<String>,
    /// The exceptions that were needed.
    used: BTreeSet<&'static str>,
}

impl Findings {
    /// Why the headers need not have something, and what to compare instead.
    fn exception(&mut self, name: &str) -> Option<Option<&'static str>> {
        let (pattern, instead, _) = HERE.iter().find(|(pattern, ..)| matches(pattern, name))?;
        self.used.insert(pattern);
        Some(*instead)
    }

    fn numbers(&mut self, source: &Source, kernel: &Kernel) {
        let mut compared = vec![];
        for table in &source.tables {
            let form = FORMS.iter().find(|(name, ..)| *name == table.name).map_or("$", |(_, form, _)| form);
            for row in &table.rows {
                let symbol = match self.exception(&row.kernel) {
                    Some(None) => continue,
                    Some(Some(instead)) => instead,
                    None if kernel.names.contains(&row.kernel) => &row.kernel,
                    None => {
                        self.unknown.push(format!("{}: {}", table.file, row.kernel));
                        continue;
                    }
                };
                compared.push((form.replace('$', symbol), row.number, table.bits, &table.file));
            }
        }
        self.compare(kernel, &compared);
    }

    fn structs(&mut self, source: &Source, kernel: &Kernel) {
        let mut compared = vec![];
        for ours in &source.structs {
            let name = ours.kernel.clone().unwrap_or_else(|| format!("{}: {}", ours.file, ours.name));
            if self.exception(&name) == Some(None) {
                continue;
            }
            let Some(words) = kernel.structs.get(&name) else {
                self.unknown.push(format!("{}: struct {name}", ours.file));
                continue;
            };
            let mut offset = 0;
            for field in &ours.fields {
                let size = source.size(&ours.file, &field.kind);
                let kernel_field = &field.kernel;
                if self.exception(&format!("{name}.{kernel_field}")) == Some(None) {
                    offset += size;
                    continue;
                }
                if words.contains(kernel_field.split(['.', '[']).next().unwrap_or_default()) {
                    let at = format!("offsetof(struct {name}, {kernel_field})");
                    compared.push((at, number(offset), 64, &ours.file));
                    let bytes = format!("sizeof ((struct {name} *)0)->{kernel_field}");
                    compared.push((bytes, number(size), 64, &ours.file));
                } else if !field.name.starts_with("pad") {
                    self.unknown.push(format!("{}: {name}.{kernel_field}", ours.file));
                }
                offset += size;
            }
            compared.push((format!("sizeof (struct {name})"), number(offset), 64, &ours.file));
        }
        self.compare(kernel, &compared);
    }

    fn compare(&mut self, kernel: &Kernel, compared: &[(String, i64, usize, &String)]) {
        let values = kernel.values(compared.iter().map(|(expression, ..)| &expression[..]));
        for (expression, ours, bits, file) in compared {
            let theirs = values[&expression[..]];
            if (theirs ^ ours) & (u64::MAX >> (64 - bits)).cast_signed() != 0 {
                self.wrong.push(format!("{file}: {expression} is {theirs:#x}, here {ours:#x}"));
            }
        }
        self.compared += compared.len();
    }

    /// Every enum from which a set has its numbers, or whose names begin as a set's, is here as a whole; so is every enum
    /// from which the other tables have theirs. A name is an alias where its number has another name here.
    fn reverse(&mut self, source: &Source, kernel: &Kernel, prefixes: &BTreeSet<String>) {
        let mut tables: BTreeMap<&str, Vec<&Table>> = BTreeMap::new();
        for table in &source.tables {
            table.rows.iter().for_each(|row| tables.entry(&row.kernel).or_default().push(table));
        }
        // Sets have all of an enum, other tables may have some of it.
        let owners = |constants: &[String]| -> Vec<&Table> {
            let all = constants.iter().filter_map(|name| tables.get(&name[..])).flatten().copied();
            let first = all.clone().map(|table| table.kind).min();
            all.filter(|table| Some(table.kind) == first).collect()
        };
        let is_of_set = |name: &String| prefixes.iter().any(|prefix| name.starts_with(prefix));
        let is_ours = |constants: &[String]| !owners(constants).is_empty() || constants.iter().any(is_of_set);
        let enums: Vec<_> = kernel.enums.iter().filter(|constants| is_ours(constants)).collect();
        let values = kernel.values(enums.iter().copied().flatten().map(|name| &name[..]));
        for constants in enums {
            let owners = owners(constants);
            let rows = owners.iter().flat_map(|table| &table.rows);
            let (names, numbers): (BTreeSet<_>, BTreeSet<_>) = rows.map(|row| (&row.kernel, row.number)).unzip();
            for name in constants.iter().filter(|name| !names.contains(name) && !name.starts_with("__")) {
                let value = values[&name[..]];
                let is_limit = name.ends_with("_MAX") && owners.first().is_some_and(|table| table.kind == Kind::Values);
                let is_nothing = name.ends_with("_UNSPEC") && value == 0;
                if numbers.contains(&value) || is_nothing || is_limit {
                    continue;
                }
                match THERE.iter().find(|(pattern, _)| matches(pattern, name)) {
                    Some((pattern, _)) => _ = self.used.insert(pattern),
                    None => self.missing.push(format!("{name} = {value}")),
                }
            }
        }
    }

    /// Exceptions that nothing needs are wrong, too.
    fn exceptions(&mut self) {
        let all = HERE.iter().map(|(name, ..)| name).chain(THERE.iter().map(|(name, _)| name));
        self.wrong.extend(all.filter(|name| !self.used.contains(*name)).map(|name| format!("no exception: {name}")));
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => name.starts_with(start) && name.ends_with(end),
        None => pattern == name,
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap()
}
