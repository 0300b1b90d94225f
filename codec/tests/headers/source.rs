//! What the codec says of the kernel, read from its source: all of it, so that nothing can be forgotten in a list.
//!
//! Numbers stand in the tables of `attributes!`, `numbers!`, `flags!` and `messages!`, and in constants whose documentation
//! begins with the kernel's name. C structs are the `#[repr(C)]` ones: their documentation begins with the C struct, that of
//! a field has the C field in parentheses, where it is not the field's own name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Set,
    Messages,
    Values,
}

/// A table of numbers.
pub(crate) struct Table {
    pub(crate) file: String,
    pub(crate) kind: Kind,
    /// The set or type; empty for messages.
    pub(crate) name: String,
    /// What the kernel's names begin with; empty for messages.
    pub(crate) prefix: String,
    /// Bits of each number.
    pub(crate) bits: usize,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    /// The name here.
    pub(crate) name: String,
    /// The kernel's name.
    pub(crate) kernel: String,
    pub(crate) number: i64,
}

/// A C struct.
pub(crate) struct Struct {
    pub(crate) file: String,
    pub(crate) name: String,
    /// The C struct; none where there is none.
    pub(crate) kernel: Option<String>,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kernel: String,
    pub(crate) kind: String,
}

#[derive(Default)]
pub(crate) struct Source {
    pub(crate) tables: Vec<Table>,
    pub(crate) structs: Vec<Struct>,
    /// The headers that the documentation names.
    pub(crate) headers: BTreeSet<String>,
}

impl Source {
    /// Reads all files below `folder`.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut source = Self::default();
        source.folder(folder, "");
        source
    }

    fn folder(&mut self, folder: &Path, name: &str) {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            let name = format!("{name}{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                self.folder(&path, &format!("{name}/"));
            } else if name.ends_with(".rs") {
                self.file(&name, &fs::read_to_string(&path).unwrap());
            }
        }
    }

    fn file(&mut self, file: &str, text: &str) {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "/_.".contains(c)));
        let headers = words.filter(|word| word.starts_with("linux/") && word.ends_with(".h"));
        self.headers.extend(headers.map(str::to_owned));
        // Each item of the file is a piece that begins at the left edge; what stands above it is its documentation.
        let mut lines = text.lines().peekable();
        let mut doc = String::new();
        let mut attributes = String::new();
        while let Some(line) = lines.next() {
            if let Some(words) = line.strip_prefix("///") {
                doc += words;
                continue;
            }
            if line.starts_with("#[") {
                attributes += line;
                continue;
            }
            let mut body = Vec::new();
            if line.ends_with('{') && !line.starts_with("macro_rules!") {
                body.extend(lines.by_ref().take_while(|line| !line.starts_with('}')).map(str::trim));
            }
            let macro_name = line.strip_suffix("! {").map(|name| name.trim_start_matches("crate::"));
            match macro_name {
                Some("attributes") => self.table(file, Kind::Set, &body),
                Some("messages") => self.table(file, Kind::Messages, &body),
                Some("numbers" | "flags") => self.table(file, Kind::Values, &body),
                _ if attributes.contains("#[repr(C") => {
                    // Without these two there might be padding that nobody sees.
                    assert!(attributes.contains("IntoBytes") && attributes.contains("Unaligned"), "{file}: {line}");
                    self.structure(file, line, &doc, &body);
                }
                _ => {
                    if let Some(name) = line.strip_prefix("impl ").and_then(|line| line.strip_suffix(" {")) {
                        self.constants(file, name, &body);
                    }
                }
            }
            doc.clear();
            attributes.clear();
        }
    }

    fn table(&mut self, file: &str, kind: Kind, body: &[&str]) {
        let mut table =
            Table { file: file.into(), kind, name: String::new(), prefix: String::new(), bits: 16, rows: vec![] };
        for line in body.iter().filter(|line| !line.is_empty() && !line.starts_with("//") && !line.starts_with("#[")) {
            let unreadable = || panic!("{file}: what is this? {line}");
            if let Some(head) = line.strip_suffix(") {") {
                // `pub enum Set("PREFIX_") {` or `pub struct Type(u8, "PREFIX_") {`
                let (name, inside) = head.split_once('(').unwrap_or_else(unreadable);
                let (int, prefix) = inside.split_once(", ").unwrap_or(("u16", inside));
                table.name = name.rsplit(' ').next().unwrap_or_default().into();
                table.bits = integer(int).unwrap_or_else(|| panic!("{file}: what is this? {line}"));
                table.prefix = prefix.trim_matches('"').into();
            } else if *line != "}" {
                // `NAME ("KERNEL"): Payload = 1,`, `NAME ("KERNEL") = 1,` or `pub Name("KERNEL") = 1: Header, Set;`
                let (left, right) = line.split_once(" = ").unwrap_or_else(unreadable);
                let left = left.trim_start_matches("pub ");
                let name = left.split([' ', '(', ':']).next().unwrap_or_default();
                let literal = left.split_once("(\"").and_then(|(_, rest)| rest.split_once("\")"));
                let number = right.split([':', ',', ';']).next().unwrap_or_default();
                table.rows.push(Row {
                    name: name.into(),
                    kernel: format!("{}{}", table.prefix, literal.map_or(name, |(literal, _)| literal)),
                    number: value(number).unwrap_or_else(|| panic!("{file}: which number is this? {line}")),
                });
            }
        }
        self.tables.push(table);
    }

    /// Constants of a type that are documented by the kernel's name.
    fn constants(&mut self, file: &str, name: &str, body: &[&str]) {
        let mut rows = vec![];
        let mut bits = 16;
        let mut doc = "";
        let of_type = self.tables.iter().find(|table| table.file == file && table.name == name);
        for line in body {
            if line.starts_with("///") {
                doc = if doc.is_empty() { line } else { doc };
                continue;
            }
            let kernel = doc.strip_prefix("/// `").and_then(|doc| doc.split('`').next()).unwrap_or_default();
            doc = "";
            let Some((name, right)) = line.strip_prefix("pub const ").and_then(|line| line.split_once(": ")) else {
                continue;
            };
            if kernel.is_empty()
                || kernel.contains(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
            {
                continue;
            }
            let (kind, number) = right.trim_end_matches(';').split_once(" = ").unwrap_or_default();
            bits = integer(kind).or(of_type.map(|table| table.bits)).unwrap_or(bits);
            let same = number.strip_prefix("Self::").and_then(|same| of_type?.rows.iter().find(|row| row.name == same));
            let inside = number.strip_prefix("Self(").or_else(|| number.strip_prefix("Key::new("));
            let number = inside.map_or(number, |number| number.trim_end_matches(')'));
            let number = same.map(|row| row.number).or_else(|| value(number));
            let number = number.unwrap_or_else(|| panic!("{file}: which number is this? {line}"));
            rows.push(Row { name: name.into(), kernel: kernel.into(), number });
        }
        if !rows.is_empty() {
            let (file, name) = (file.into(), name.into());
            self.tables.push(Table { file, kind: Kind::Values, name, prefix: String::new(), bits, rows });
        }
    }

    fn structure(&mut self, file: &str, line: &str, doc: &str, body: &[&str]) {
        let name = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {"));
        let name = name.unwrap_or_else(|| panic!("{file}: a C struct that is not one: {line}"));
        let kernel = doc.strip_prefix(" `struct ").and_then(|doc| doc.split('`').next()).map(str::to_owned);
        let mut fields = vec![];
        let mut doc = String::new();
        for line in body {
            if let Some(words) = line.strip_prefix("///") {
                doc += words;
            } else if let Some((name, kind)) = line.strip_prefix("pub ").and_then(|line| line.split_once(": ")) {
                let in_c = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
                let kernel =
                    doc.split("(`").skip(1).filter_map(|rest| rest.split('`').next()).find(in_c).unwrap_or(name);
                let (name, kernel, kind) = (name.into(), kernel.into(), kind.trim_end_matches(',').into());
                fields.push(Field { name, kernel, kind });
                doc.clear();
            }
        }
        self.structs.push(Struct { file: file.into(), name: name.into(), kernel, fields });
    }

    /// The bytes of a type that `file` names. No type of a field has padding: zerocopy sees to that.
    pub(crate) fn size(&self, file: &str, kind: &str) -> usize {
        if let Some((item, count)) = kind.strip_prefix('[').and_then(|kind| kind.strip_suffix(']')?.split_once("; ")) {
            return self.size(file, item) * count.parse::<usize>().unwrap();
        }
        if let Some((_, inside)) = kind.strip_suffix('>').and_then(|kind| kind.split_once('<')) {
            return self.size(file, inside);
        }
        if let Some(bits) = integer(&kind.to_lowercase()) {
            return bits / 8;
        }
        let name = kind.rsplit("::").next().unwrap_or_default();
        let tables = self.tables.iter().filter(|table| table.name == name).map(|table| (&table.file, table.bits / 8));
        let structs = self
            .structs
            .iter()
            .filter(|found| found.name == name)
            .map(|found| (&found.file, found.fields.iter().map(|field| self.size(&found.file, &field.kind)).sum()));
        let (here, there): (Vec<_>, Vec<_>) = tables.chain(structs).partition(|(found, _)| *found == file);
        let sizes: BTreeSet<usize> = if here.is_empty() { there } else { here }.iter().map(|(_, size)| *size).collect();
        assert_eq!(sizes.len(), 1, "{file}: the size of {kind} could be {sizes:?}");
        sizes.into_iter().next().unwrap()
    }
}

/// The bits of an integer type.
fn integer(name: &str) -> Option<usize> {
    name.strip_prefix(['u', 'i'])?.parse().ok()
}

/// The value of a literal, or of one that is shifted.
fn value(text: &str) -> Option<i64> {
    let text = text.replace('_', "");
    if let Some((left, right)) = text.split_once(" << ") {
        return Some(value(left)? << value(right)?);
    }
    match text.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
