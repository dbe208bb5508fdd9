//! Documents of the corpus: a program for each side with the types of the values, built below target/, which decodes and
//! encodes values on its standard input.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use corpus::documents;
use keystub::Generator;

use crate::Row;
use crate::reachable::Types;

/// Each has a program: two compile at once, and each is half as large.
const SIDES: [&str; 2] = ["client", "server"];

/// The manifest of the programs.
fn manifest() -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../templates/crates");
    let runtime = |side: &str| {
        let path = crates.join(side);
        format!("keystub-{side}-runtime = {{ path = {path:?}, features = [\"chrono\", \"multipart\", \"uuid\"] }}\n")
    };
    format!("{PACKAGE}\n[dependencies]\n{}{}", runtime("client"), runtime("server"))
}

const PACKAGE: &str = r#"[package]
name = "roundtrip-sample"
edition = "2024"

[workspace]
"#;

/// Reads a line for each value and writes a line: `=` and the encoded JSON, `!` and an error, or `-` for an unknown
/// type.
const PROGRAM: &str = r#"
use std::io::{BufRead, Write};

macro_rules! codec {
    ($module:ident, $ty:ident, $text:expr) => {
        runtime::json::from_slice::<$module::$ty>($text)
            .map_err(|error| error.to_string())
            .and_then(|value| runtime::json::to_vec(&value).map_err(|error| error.to_string()))
    };
}

fn main() {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("the lines are UTF-8");
        let (name, json) = line.split_once('\t').expect("a line has two columns");
        let text = match back(name, json.as_bytes()) {
            None => "-".to_owned(),
            Some(Ok(json)) => format!("={}", String::from_utf8(json).expect("JSON is UTF-8")),
            Some(Err(error)) => format!("!{}", error.replace('\n', " ")),
        };
        writeln!(out, "{text}").expect("the other side listens");
    }
}
"#;

/// The files of these documents, by their names in the corpus.
///
/// # Panics
///
/// If the corpus does not have one of them.
pub fn documents(names: &[&str]) -> Vec<PathBuf> {
    let all: BTreeMap<String, PathBuf> =
        documents::all().into_iter().map(|document| (document.name, document.path)).collect();
    names.iter().map(|name| all.get(*name).unwrap_or_else(|| panic!("the corpus has no `{name}`")).clone()).collect()
}

/// The programs with the types of some values.
#[derive(Debug)]
pub struct Programs(PathBuf);

impl Programs {
    /// Builds them. Dependencies that are already built are reused.
    ///
    /// # Panics
    ///
    /// If a document is rejected, or its types do not compile.
    pub fn of(documents: &[PathBuf], rows: &[Row]) -> Self {
        let (package, target) = (write(documents, rows), documents::folder().join("target"));
        let mut command = inner_cargo::cargo(&package, &target);
        command.args(["build", "--quiet"]);
        assert!(command.status().expect("cargo starts").success(), "the types of the sample do not compile");
        Self(target.join("debug"))
    }

    /// The results of these values, in their order: `None` if there is no type with the name of the schema.
    ///
    /// # Panics
    ///
    /// If a type panics.
    pub fn back(&self, rows: &[Row]) -> Vec<Option<Result<String, String>>> {
        let mut results = vec![None; rows.len()];
        for side in SIDES {
            let own: Vec<usize> = (0..rows.len()).filter(|&at| rows[at].side == side).collect();
            let input: String = own.iter().map(|&at| line(&rows[at])).collect();
            let output = self.run(side, input);
            assert_eq!(output.lines().count(), own.len());
            for (at, line) in own.into_iter().zip(output.lines()) {
                results[at] = match line.split_at(1) {
                    ("=", json) => Some(Ok(json.to_owned())),
                    ("!", error) => Some(Err(error.to_owned())),
                    _ => None,
                };
            }
        }
        results
    }

    fn run(&self, side: &str, lines: String) -> String {
        let mut command = Command::new(self.0.join(side));
        let mut running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program is built");
        let mut input = running.stdin.take().expect("it is piped");
        let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
        let output = running.wait_with_output().expect("the program ends");
        assert!(output.status.success(), "a type of the sample panicked");
        writer.join().expect("nothing panics there").expect("the program reads to the end");
        String::from_utf8(output.stdout).expect("the program writes UTF-8")
    }
}

fn line(row: &Row) -> String {
    format!("{}\t{}\n", key(&row.document, &row.schema), row.json)
}

fn write(documents: &[PathBuf], rows: &[Row]) -> PathBuf {
    let package = documents::folder().join("roundtrip-sample");
    let source = package.join("src");
    if source.is_dir() {
        std::fs::remove_dir_all(&source).expect("an earlier run created the folder");
    }
    for side in SIDES {
        let wanted: BTreeSet<String> =
            rows.iter().filter(|row| row.side == side).map(|row| key(&row.document, &row.schema)).collect();
        write_side(&source.join("bin").join(side), side, documents, &wanted);
    }
    std::fs::write(package.join("Cargo.toml"), manifest()).expect("target can be written");
    package
}

/// Writes the program of a side, with the types of these schemas.
fn write_side(folder: &Path, side: &str, documents: &[PathBuf], wanted: &BTreeSet<String>) {
    std::fs::create_dir_all(folder).expect("target can be written");
    let (mut modules, mut arms) = (String::new(), String::new());
    for path in documents {
        let document = path.file_stem().expect("a document has a name").to_string_lossy();
        let module = format!("of_{}", normal(&document));
        writeln!(modules, "mod {module};").expect("a String takes any text");
        for ty in add(&folder.join(format!("{module}.rs")), side, path, |ty| wanted.contains(&key(&document, ty))) {
            writeln!(arms, "        {:?} => codec!({module}, {ty}, text),", key(&document, &ty))
                .expect("a String takes any text");
        }
    }
    let back = format!(
        "fn back(name: &str, text: &[u8]) -> Option<Result<Vec<u8>, String>> {{\n    \
         Some(match name {{\n{arms}        _ => return None,\n    }})\n}}\n"
    );
    // Items that only operations use are unused here.
    let allowed = "#![allow(dead_code, unused_imports, unused_macros)]";
    let program = format!("{allowed}\nuse keystub_{side}_runtime as runtime;\n{modules}{PROGRAM}\n{back}");
    std::fs::write(folder.join("main.rs"), program).expect("target can be written");
}

/// Writes the wanted types of one side of a document, and returns their names. Those that are written as JSON are
/// wanted; a multipart body is not.
fn add(file: &Path, side: &str, document: &Path, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let generator = if side == "client" { Generator::client(document) } else { Generator::server(document) };
    let output = generator.generate().unwrap_or_else(|error| panic!("{}: {error}", document.display()));
    let files = output.files();
    let text = files.iter().find(|(path, _)| path.ends_with("/types.rs")).map(|(_, text)| *text);
    let text = text.expect("every document of the sample has types");
    let types = Types::of(text);
    let is_json = |name: &&str| !text.contains(&format!("Multipart for {name} {{"));
    let chosen: Vec<&str> = types.names().filter(is_json).filter(|name| is_wanted(name)).collect();
    std::fs::write(file, types.text(chosen.iter().copied())).expect("target can be written");
    chosen.into_iter().map(str::to_owned).collect()
}

fn key(document: &str, ty: &str) -> String {
    format!("{}/{}", normal(document), normal(ty))
}

/// The name without punctuation, in lower case: in this form, a schema and its type have the same name.
fn normal(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
