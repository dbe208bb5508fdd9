//! Cargo for the crates that tests write: the folder of a workspace comes in, a command that builds there goes out. What
//! it depends on is taken from where this project was built, as far as features and profile are the same: the C code of
//! the cryptography alone takes a minute.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The target folder of this project.
///
/// # Panics
///
/// When it cannot be made.
pub fn target() -> PathBuf {
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |own| root().join(own));
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("cannot make {}: {error}", folder.display()));
    folder.canonicalize().expect("the folder was just made")
}

/// Cargo in this workspace, with this project's versions of what it depends on. What it makes stands in `out`.
///
/// # Panics
///
/// When the workspace is not there.
pub fn cargo(workspace: &Path, out: &Path) -> Command {
    std::fs::copy(root().join("Cargo.lock"), workspace.join("Cargo.lock")).expect("the workspace is a folder");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace).env_remove("RUSTFLAGS").env("CARGO_TARGET_DIR", out);
    // What stands between is kept apart from what comes out; a Cargo that does not know the first setting keeps both in
    // `out`. The profile is that of the root manifest.
    cargo.env("CARGO_BUILD_BUILD_DIR", target()).env("CARGO_PROFILE_DEV_DEBUG", "false");
    cargo
}
