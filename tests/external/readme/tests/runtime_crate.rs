//! Crates generated with `--runtime crate` compile, and contain no copy of the runtime.

use std::path::{Path, PathBuf};

use keystub::{Generator, Runtime};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().unwrap()
}

#[test]
fn crates_that_depend_on_the_runtime_crates_compile_without_warnings() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("runtime-crate");
    if workspace.exists() {
        std::fs::remove_dir_all(&workspace).unwrap();
    }
    for (kind, generator) in [("client", Generator::client as fn(PathBuf) -> Generator), ("server", Generator::server)]
    {
        for document in ["world/petshop", "ok/mutual-tls", "ok/file-streams", "ok/formats"] {
            let name = format!("{}-{kind}", document.rsplit('/').next().unwrap());
            let spec = root().join(format!("fixtures/{document}.yaml"));
            let output = generator(spec).name(&name).runtime(Runtime::Crate).generate().unwrap();
            assert!(output.files().keys().all(|path| !path.contains("runtime/")), "{name} has a copy of the runtime");
            output.file_set().write(workspace.join(&name)).unwrap();
        }
    }
    let runtime = |side: &str| root().join("templates/crates").join(side);
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\nexclude = [\"target\"]\n\n[patch.crates-io]\n\
         keystub-client-runtime = {{ path = {:?} }}\nkeystub-server-runtime = {{ path = {:?} }}\n",
        runtime("client"),
        runtime("server"),
    );
    std::fs::write(workspace.join("Cargo.toml"), manifest).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("runtime-crate-target");
    let mut cargo = inner_cargo::cargo(&workspace, &target);
    let output = cargo.args(["check", "--workspace", "--all-targets"]).output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !log.contains("warning: unused"), "{log}");
}
