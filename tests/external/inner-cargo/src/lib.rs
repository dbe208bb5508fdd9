//! Cargo for the crates that tests write, and for programs that need optimisations. Dependencies that this project has built with the same features and profile
//! are reused: the C code of the cryptography alone takes a minute.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The target folder of this project.
///
/// # Panics
///
/// If it cannot be created.
pub fn target() -> PathBuf {
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |own| root().join(own));
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("cannot create {}: {error}", folder.display()));
    folder.canonicalize().expect("the folder was just created")
}

/// A cargo command in this workspace, with the versions of this project's lock file. The final artifacts are in `out`.
///
/// # Panics
///
/// If the workspace does not exist.
pub fn cargo(workspace: &Path, out: &Path) -> Command {
    std::fs::copy(root().join("Cargo.lock"), workspace.join("Cargo.lock")).expect("the workspace is a folder");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace).env_remove("RUSTFLAGS").env("CARGO_TARGET_DIR", out);
    // Intermediate artifacts are shared with this project. A cargo that does not know this setting keeps them in `out`.
    // The profile is that of the root manifest.
    cargo.env("CARGO_BUILD_BUILD_DIR", target()).env("CARGO_PROFILE_DEV_DEBUG", "false");
    cargo
}

/// The programs that are built with optimisations. They are built together, so that they share all dependencies.
const OPTIMISED: [&str; 2] = ["corpus", "hostile"];

/// Builds the programs of the packages `corpus` and `hostile` with an optimised keystub, and returns a command of one of them.
/// Dependencies are those of the tests: a release build of them takes minutes.
///
/// # Panics
///
/// If they do not compile.
pub fn optimised(program: &str) -> Command {
    assert!(OPTIMISED.contains(&program), "`{program}` is not one of {OPTIMISED:?}");
    let out = target().join("optimised");
    let mut cargo = build(&OPTIMISED);
    cargo.env("CARGO_TARGET_DIR", &out).env("CARGO_BUILD_BUILD_DIR", target());
    // With incremental compilation, optimisations take twice as long.
    cargo.env("CARGO_INCREMENTAL", "0");
    for package in ["keystub"].iter().chain(&OPTIMISED) {
        for setting in ["opt-level=2", "debug-assertions=false", "overflow-checks=false"] {
            cargo.arg("--config").arg(format!("profile.dev.package.{package}.{setting}"));
        }
    }
    assert!(cargo.status().expect("cargo starts").success(), "{OPTIMISED:?} do not compile");
    Command::new(out.join("debug").join(program).with_extension(std::env::consts::EXE_EXTENSION))
}

/// Builds the program `keystub`, and returns its path.
///
/// # Panics
///
/// If it does not compile.
pub fn keystub() -> PathBuf {
    assert!(build(&["keystub"]).status().expect("cargo starts").success(), "keystub does not compile");
    target().join("debug/keystub").with_extension(std::env::consts::EXE_EXTENSION)
}

/// A build of packages of this project, with the features that its tests have built already.
fn build(packages: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).args(["build", "--quiet", "--package", "features"]);
    cargo.args(packages.iter().flat_map(|package| ["--package", package]));
    cargo
}
