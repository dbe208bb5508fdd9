//! Writes both sides of the documents, and a file that names the modules.

#[path = "documents.rs"]
mod documents;

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../templates");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut modules = String::new();
    for (at, spec) in documents::write(&templates, &out).into_iter().enumerate() {
        for (side, build) in [("client", keystub::build::client(&spec)), ("server", keystub::build::server(&spec))] {
            let folder = out.join(format!("{side}_{at}"));
            build.out_dir(&folder).run().unwrap_or_else(|error| panic!("{}: {error}", spec.display()));
            writeln!(modules, "pub mod {side}_{at} {{ include!({:?}); }}", folder.join("mod.rs"))
                .expect("a String takes any text");
        }
    }
    std::fs::write(out.join("modules.rs"), modules).expect("OUT_DIR can be written");
}
