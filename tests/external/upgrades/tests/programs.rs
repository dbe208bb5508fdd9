//! The verdicts "source changes" and "unaffected" of `keystub changes`, proven by the compiler: each program compiles against
//! the old version, and against the new one exactly if its file says so.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;
use upgrades::{Program, SIDES, programs, root};

/// A crate with the generated modules of both versions.
struct Workspace(PathBuf);

#[test]
fn programs_compile_or_stop_as_they_say() {
    let programs = programs();
    let kinds: BTreeSet<&str> = programs.iter().map(|program| program.kind.as_str()).collect();
    assert!(kinds.len() >= 20, "{} kinds only", kinds.len());
    let workspace = Workspace::new();
    kinds.iter().for_each(|kind| workspace.generate(kind));
    // All programs and generated modules are valid, and what is said to compile compiles.
    let mut sources: Vec<(&Program, &str, bool)> = programs.iter().map(|program| (program, "old", true)).collect();
    sources.extend(programs.iter().map(|program| (program, "new", program.compiles)));
    workspace.write(&sources);
    let (failed, text) = workspace.check();
    assert!(failed.is_empty(), "{failed:?}\n{text}");
    // A crate with an error in its names is not checked further, so those that failed are removed until nothing fails.
    let mut left: Vec<&Program> = programs.iter().filter(|program| !program.compiles).collect();
    while !left.is_empty() {
        workspace.write(&left.iter().map(|program| (*program, "new", true)).collect::<Vec<_>>());
        let (failed, text) = workspace.check();
        let names: Vec<String> = left.iter().map(|program| format!("{}_new", program.stem())).collect();
        let others: Vec<&String> = failed.iter().filter(|name| !names.contains(name)).collect();
        assert!(others.is_empty(), "an error is not in a program: {others:?}\n{text}");
        assert!(!failed.is_empty(), "these programs still compile: {names:?}");
        left.retain(|program| !failed.contains(&format!("{}_new", program.stem())));
    }
}

impl Workspace {
    /// An empty crate below the target folder.
    fn new() -> Self {
        let folder = inner_cargo::target().join("upgrades");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("src")).unwrap();
        let crates = root().join("templates/crates").canonicalize().unwrap();
        let manifest = format!(
            "[package]\nname = \"upgraded\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
             keystub-client-runtime = {{ path = {:?}, features = [\"stored-credentials\"] }}\nkeystub-server-runtime = {{ path = {:?}, features = [\"api-keys\"] }}\n",
            crates.join("client"),
            crates.join("server")
        );
        std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        Self(folder)
    }

    /// Generates both sides of both versions of the fixture of a kind.
    fn generate(&self, kind: &str) {
        let text = std::fs::read_to_string(root().join(format!("fixtures/changes/{kind}.yaml"))).unwrap();
        let (old, new) = text.split_once("---\n").unwrap();
        for (version, text) in [("old", old), ("new", new)] {
            let document = self.0.join(format!("{kind}.yaml"));
            std::fs::write(&document, format!("openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\n{text}")).unwrap();
            for (side, build) in
                SIDES.into_iter().zip([keystub::build::client(&document), keystub::build::server(&document)])
            {
                let folder = self.0.join("src").join(format!("api_{}_{side}_{version}", kind.replace('-', "_")));
                build.out_dir(&folder).run().unwrap_or_else(|error| panic!("{kind}: {error}"));
            }
        }
    }

    /// Writes the generated modules of these versions, and those of the programs that are compiled against them.
    fn write(&self, sources: &[(&Program, &str, bool)]) {
        let mut lib = "#![allow(dead_code, unused)]\n".to_owned();
        for (program, version, is_compiled) in sources {
            let name = format!("{}_{version}", program.stem());
            writeln!(lib, "mod api_{name};").unwrap();
            if *is_compiled {
                writeln!(lib, "mod {name};").unwrap();
                let source = format!("use crate::api_{name} as api;\n{}", program.source);
                std::fs::write(self.0.join(format!("src/{name}.rs")), source).unwrap();
            }
        }
        std::fs::write(self.0.join("src/lib.rs"), lib).unwrap();
    }

    /// The programs with errors, and what the compiler printed about them.
    fn check(&self) -> (BTreeSet<String>, String) {
        let out = inner_cargo::target().join("upgrades-out");
        let output = inner_cargo::cargo(&self.0, &out).args(["check", "--message-format", "json"]).output().unwrap();
        let (mut failed, mut text) = (BTreeSet::new(), String::new());
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let message: Value = serde_json::from_str(line).unwrap();
            if message["message"]["level"] == "error" {
                text += message["message"]["rendered"].as_str().unwrap();
                let spans = message["message"]["spans"].as_array().unwrap().iter();
                let primary = spans.filter(|span| span["is_primary"] == true);
                failed.extend(primary.map(|span| program(span["file_name"].as_str().unwrap())));
            }
        }
        let is_success = output.status.success();
        assert_eq!(is_success, failed.is_empty(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        (failed, text)
    }
}

/// The program that an error in this file belongs to: some errors of an implementation point to the generated trait.
fn program(file: &str) -> String {
    let below = Path::new(file).strip_prefix("src").unwrap_or(Path::new(file));
    let first =
        below.components().next().map(|first| first.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    first.trim_start_matches("api_").trim_end_matches(".rs").to_owned()
}
