//! Reads the programs in `programs`: one for each kind of change, with a part for each side.

use std::path::{Path, PathBuf};

/// The sides that are generated.
pub const SIDES: [&str; 2] = ["client", "server"];

/// A part of a program, and what happens to it.
pub struct Program {
    /// The kind of change, in kebab case.
    pub kind: String,
    /// `client` or `server`.
    pub side: &'static str,
    /// Whether it compiles against the new version.
    pub compiles: bool,
    /// Its source, which names the generated module `api`.
    pub source: String,
}

impl Program {
    /// A name for files and modules.
    pub fn stem(&self) -> String {
        format!("{}_{}", self.kind.replace('-', "_"), self.side)
    }
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// All programs, sorted by name.
///
/// # Panics
///
/// If a file has another form.
pub fn programs() -> Vec<Program> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    let entries = std::fs::read_dir(folder).expect("the folder exists");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    files.sort();
    files.iter().flat_map(|file| parts(file)).collect()
}

/// The parts of a file: each begins with a line `// client compiles`, `// server stops` and so on.
fn parts(file: &Path) -> Vec<Program> {
    let text = std::fs::read_to_string(file).expect("it can be read");
    let kind = file.file_stem().expect("it has a name").to_string_lossy();
    let of_side = |side: &'static str| {
        let compiles =
            match (text.contains(&format!("// {side} compiles\n")), text.contains(&format!("// {side} stops\n"))) {
                (true, false) => true,
                (false, true) => false,
                _ => panic!("{kind}: expected one line `// {side} compiles` or `// {side} stops`"),
            };
        let word = if compiles { "compiles" } else { "stops" };
        let (_, source) = text.split_once(&format!("// {side} {word}\n")).expect("it was found");
        let end = SIDES.iter().filter_map(|side| source.find(&format!("// {side} "))).min().unwrap_or(source.len());
        Program { kind: kind.to_string(), side, compiles, source: source[..end].to_owned() }
    };
    SIDES.into_iter().map(of_side).collect()
}
