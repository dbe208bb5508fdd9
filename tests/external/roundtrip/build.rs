//! Writes client and server of echo.yaml.

use std::path::{Path, PathBuf};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let spec = root.join("echo.yaml");
    println!("cargo::rerun-if-changed={}", spec.display());
    let mut modules = String::new();
    for (name, build) in [("client", keystub::build::client(&spec)), ("server", keystub::build::server(&spec))] {
        let folder = out.join(name);
        build.out_dir(&folder).run().unwrap_or_else(|error| panic!("echo.yaml: {error}"));
        modules.push_str(&format!("pub mod {name} {{ include!({:?}); }}\n", folder.join("mod.rs")));
    }
    std::fs::write(out.join("modules.rs"), modules).expect("OUT_DIR can be written");
}
