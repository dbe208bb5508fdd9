//! Tools of the other languages, installed once below `target`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A folder for what tests install.
pub fn folder(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("../../../target"), PathBuf::from);
    target.join("interop").join(name)
}

/// A file in the folder of this package's manifest.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The Python interpreter of a virtual environment with the packages of requirements.txt.
///
/// # Panics
///
/// If there is no Python, or its packages cannot be installed.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let (folder, requirements) = (folder("venv"), script("requirements.txt"));
        std::fs::create_dir_all(&folder).expect("target can be written");
        // `cargo test` runs test binaries one at a time, other runners in parallel.
        let lock = std::fs::File::create(folder.join("lock")).expect("target can be written");
        // `File::lock` needs Rust 1.89.
        rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).expect("a file can be locked");
        let (python, done) = (folder.join("bin/python"), folder.join("installed"));
        let wanted = std::fs::read_to_string(&requirements).expect("requirements.txt is in the folder of this package");
        if std::fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
            return python;
        }
        let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).status();
        assert!(made.expect("python3 is needed for the other side of the tests").success());
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements);
        assert!(pip.status().expect("the environment has pip").success(), "pip could not install requirements.txt");
        std::fs::write(done, wanted).expect("target can be written");
        python
    })
}
