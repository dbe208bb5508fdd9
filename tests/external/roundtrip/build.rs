//! Generates client and server of echo.yaml.

use std::path::{Path, PathBuf};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let spec = root.join("echo.yaml");
    println!("cargo::rerun-if-changed={}", spec.display());
    let mut modules = String::new();
    for (name, build) in [("client", keystub::build::client(&spec)), ("server", keystub::build::server(&spec))] {
        let folder = out.join(name);
        build
            .out_dir(&folder)
            .runtime(keystub::Runtime::Vendored)
            .run()
            .unwrap_or_else(|error| panic!("echo.yaml: {error}"));
        // The test calls the codec directly.
        let text = std::fs::read_to_string(folder.join("mod.rs")).expect("it was just written");
        let open = text.replace("\nmod runtime;", "\npub mod runtime;");
        assert_ne!(text, open, "mod.rs names its runtime");
        std::fs::write(folder.join("open.rs"), open).expect("OUT_DIR can be written");
        modules.push_str(&format!("pub mod {name} {{ include!({:?}); }}\n", folder.join("open.rs")));
    }
    std::fs::write(out.join("modules.rs"), modules).expect("OUT_DIR can be written");
}
