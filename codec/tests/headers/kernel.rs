//! What the kernel's headers say, by way of the C compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Headers of the kernel.
pub(crate) struct Kernel {
    /// The folder that holds `linux/`.
    folder: PathBuf,
    /// Whether they are the newest, that were fetched.
    pub(crate) is_newest: bool,
    /// What is included, in C.
    include: String,
    /// Everything that has a name and may have a value.
    pub(crate) names: BTreeSet<String>,
    /// The constants of each enum.
    pub(crate) enums: Vec<Vec<String>>,
    /// The words inside each struct.
    pub(crate) structs: BTreeMap<String, BTreeSet<String>>,
}

impl Kernel {
    /// Reads these headers, and those that have one of `words` in them: the newest if they were fetched, else the installed.
    pub(crate) fn read(headers: &BTreeSet<String>, words: &BTreeSet<String>) -> Self {
        let cache = env::var_os("NLWIRE_HEADERS")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/headers"), PathBuf::from);
        let newest = cache.join("newest/usr/include");
        let is_newest = newest.is_dir();
        let folder = if is_newest { newest } else { PathBuf::from("/usr/include") };
        let mut include: BTreeSet<String> =
            headers.iter().filter(|name| folder.join(name).is_file()).cloned().collect();
        let words = words.iter().flat_map(|word| ["-e", word]);
        let found = Command::new("grep").current_dir(&folder).args(["-rlF"]).args(words).arg("linux").output().unwrap();
        include.extend(
            str::from_utf8(&found.stdout).unwrap().lines().filter(|name| name.ends_with(".h")).map(str::to_owned),
        );
        // The address families are the C library's; nexthop.h uses a macro that no header has.
        let include = include.iter().fold(
            "#define BIT(n) (1u << (n))\n#include <stddef.h>\n#include <sys/socket.h>\n".to_owned(),
            |text, name| text + &format!("#include <{name}>\n"),
        );
        let mut kernel =
            Self { folder, is_newest, include, names: BTreeSet::new(), enums: vec![], structs: BTreeMap::new() };
        kernel.look();
        kernel
    }

    /// The version of the headers.
    pub(crate) fn version(&self) -> String {
        let text = fs::read_to_string(self.folder.join("linux/version.h")).unwrap_or_default();
        let of = |name| text.split(name).nth(1)?.split_whitespace().next()?.parse::<u32>().ok();
        let [major, minor] =
            ["LINUX_VERSION_MAJOR", "LINUX_VERSION_PATCHLEVEL"].map(|name| of(name).unwrap_or_default());
        format!("Linux {major}.{minor}, {}", if self.is_newest { "fetched" } else { "installed" })
    }

    fn look(&mut self) {
        let text = self.compile("names.c", &self.include, &["-E", "-dD", "-P"]);
        let (macros, code): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with('#'));
        self.names.extend(macros.iter().filter_map(|line| Some(word(line.strip_prefix("#define ")?).to_owned())));
        let code = code.join("\n");
        let mut rest = &code[..];
        while let Some((_, behind)) = rest.split_once(|c: char| c.is_whitespace() || c == ';') {
            rest = behind;
            let is_enum = rest.starts_with("enum");
            let Some(head) = rest.strip_prefix("enum").or_else(|| rest.strip_prefix("struct ")) else { continue };
            let name = word(head.trim_start());
            let Some(body) = head.trim_start()[name.len()..].trim_start().strip_prefix('{') else { continue };
            let mut depth = 1;
            let end = body.find(|c| {
                depth += match c {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                depth == 0
            });
            let body = &body[..end.unwrap_or(body.len())];
            if is_enum {
                let constants =
                    body.split(',').map(|item| word(item.trim()).to_owned()).filter(|name| !name.is_empty());
                self.enums.push(constants.collect());
            } else {
                let words = body.split(|c| !is_of_word(c)).map(str::to_owned).collect();
                self.structs.insert(name.to_owned(), words);
            }
        }
        self.names.extend(self.enums.iter().flatten().cloned());
    }

    /// The values of C expressions.
    pub(crate) fn values<'a>(&self, expressions: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, i64> {
        let expressions: BTreeSet<&str> = expressions.into_iter().collect();
        let mut text = format!("{}#include <stdio.h>\nstatic const long long values[] = {{\n", self.include);
        for expression in &expressions {
            let _ = writeln!(text, "    (long long)({expression}),");
        }
        text += "};\nint main(void) {\n    for (size_t i = 0; i < sizeof values / sizeof *values; i++)\n        \
                 printf(\"%lld\\n\", values[i]);\n}\n";
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("values");
        self.compile("values.c", &text, &["-o", program.to_str().unwrap()]);
        let output = Command::new(&program).output().unwrap();
        let numbers: Vec<_> =
            str::from_utf8(&output.stdout).unwrap().lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(numbers.len(), expressions.len());
        expressions.into_iter().zip(numbers).collect()
    }

    fn compile(&self, name: &str, text: &str, options: &[&str]) -> String {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&file, text).unwrap();
        let mut command = Command::new(env::var_os("CC").unwrap_or("cc".into()));
        if self.is_newest {
            let machine = Command::new(command.get_program()).arg("-print-multiarch").output().expect("a C compiler");
            command.arg("-I").arg(&self.folder);
            command.arg("-I").arg(self.folder.join(str::from_utf8(&machine.stdout).unwrap().trim()));
        }
        let output = command.arg("-w").args(options).arg(&file).output().expect("a C compiler");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {}", file.display(), errors);
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The word that the text begins with.
fn word(text: &str) -> &str {
    &text[..text.find(|c| !is_of_word(c)).unwrap_or(text.len())]
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
