//! Documents of the corpus: a program with the types of both sides, built below target/, which decodes and encodes
//! values on its standard input.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use corpus::documents;
use keystub::Generator;

use crate::Row;

/// The manifest of the program.
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
        $module::runtime::json::from_slice::<$module::types::$ty>($text)
            .map_err(|error| error.to_string())
            .and_then(|value| $module::runtime::json::to_vec(&value).map_err(|error| error.to_string()))
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

/// The program with the types of some documents.
#[derive(Debug)]
pub struct Program(PathBuf);

impl Program {
    /// Builds it. Dependencies that are already built are reused.
    ///
    /// # Panics
    ///
    /// If a document is rejected, or its types do not compile.
    pub fn of(documents: &[PathBuf]) -> Self {
        let (package, target) = (write(documents), documents::folder().join("target"));
        let mut command = inner_cargo::cargo(&package, &target);
        command.args(["build", "--quiet"]);
        assert!(command.status().expect("cargo starts").success(), "the types of the sample do not compile");
        Self(target.join("debug/roundtrip-sample"))
    }

    /// The results of these values: `None` if there is no type with the name of the schema.
    ///
    /// # Panics
    ///
    /// If a type panics.
    pub fn back(&self, rows: &[Row]) -> Vec<Option<Result<String, String>>> {
        let mut command = Command::new(&self.0);
        let mut running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program is built");
        let mut input = running.stdin.take().expect("it is piped");
        let mut lines = String::new();
        for Row { document, schema, side, json } in rows {
            writeln!(lines, "{}\t{json}", key(document, side, schema)).expect("a String takes any text");
        }
        let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
        let output = running.wait_with_output().expect("the program ends");
        assert!(output.status.success(), "a type of the sample panicked");
        writer.join().expect("nothing panics there").expect("the program reads to the end");
        let text = String::from_utf8(output.stdout).expect("the program writes UTF-8");
        let result = |line: &str| match line.split_at(1) {
            ("=", json) => Some(Ok(json.to_owned())),
            ("!", error) => Some(Err(error.to_owned())),
            _ => None,
        };
        text.lines().map(result).collect()
    }
}

fn write(documents: &[PathBuf]) -> PathBuf {
    let package = documents::folder().join("roundtrip-sample");
    let source = package.join("src");
    if source.is_dir() {
        std::fs::remove_dir_all(&source).expect("an earlier run created the folder");
    }
    std::fs::create_dir_all(&source).expect("target can be written");
    let (mut modules, mut arms) = (String::new(), String::new());
    for path in documents {
        let document = path.file_stem().expect("a document has a name").to_string_lossy().into_owned();
        for (side, generator) in [("client", Generator::client(path)), ("server", Generator::server(path))] {
            let output = generator.generate().unwrap_or_else(|error| panic!("{document}: {error}"));
            let module = format!("{}_{side}", normal(&document));
            let types = add(&source.join(&module), side, &output.files());
            writeln!(modules, "mod {module};").expect("a String takes any text");
            for ty in types {
                writeln!(arms, "        {:?} => codec!({module}, {ty}, text),", key(&document, side, &ty))
                    .expect("a String takes any text");
            }
        }
    }
    let back = format!(
        "fn back(name: &str, text: &[u8]) -> Option<Result<Vec<u8>, String>> {{\n    \
         Some(match name {{\n{arms}        _ => return None,\n    }})\n}}\n"
    );
    // Items that only operations use are unused here.
    let program = format!("#![allow(dead_code, unused_imports, unused_macros)]\n{modules}{PROGRAM}\n{back}");
    std::fs::write(source.join("main.rs"), program).expect("target can be written");
    std::fs::write(package.join("Cargo.toml"), manifest()).expect("target can be written");
    package
}

/// Writes the types of one side and returns the names of those that are written as JSON; a multipart body is not.
fn add(folder: &Path, side: &str, files: &BTreeMap<&str, &str>) -> Vec<String> {
    let types = files.iter().find(|(path, _)| path.ends_with("/types.rs")).map(|(_, text)| *text);
    let types = types.expect("every document of the sample has types");
    std::fs::create_dir_all(folder).expect("target can be written");
    std::fs::write(folder.join("types.rs"), types).expect("target can be written");
    let modules = format!("pub use keystub_{side}_runtime as runtime;\npub mod types;\n");
    std::fs::write(folder.join("mod.rs"), modules).expect("target can be written");
    let declared = types.lines().filter_map(|line| {
        let rest = ["pub struct ", "pub enum ", "pub type "].iter().find_map(|word| line.strip_prefix(word))?;
        rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned)
    });
    declared.filter(|name| !types.contains(&format!("Multipart for {name} {{"))).collect()
}

fn key(document: &str, side: &str, ty: &str) -> String {
    format!("{}/{side}/{}", normal(document), normal(ty))
}

/// The name without punctuation, in lower case: in this form, a schema and its type have the same name.
fn normal(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
