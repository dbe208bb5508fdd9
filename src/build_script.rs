//! The entry point for build scripts: writes the code to a folder below `OUT_DIR`, prints warnings for cargo, and runs
//! again only if an input file changes.
//!
//! ```no_run
//! // build.rs
//! keystub::build::server("openapi.yaml").run().unwrap();
//! ```
//!
//! The crate then includes the code with
//! `mod api { include!(concat!(env!("OUT_DIR"), "/api/mod.rs")); }`.

use std::path::{Path, PathBuf};

use crate::diag::Repeated;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::{Generator, Output};
use crate::options::Options;
use crate::setters::option_setters;

/// Generates the code of one document in a build script.
#[derive(Debug, Clone)]
pub struct Build {
    kind: TargetKind,
    spec: PathBuf,
    out_dir: PathBuf,
    options: Options,
}

option_setters!(Build);

/// Generates a client based on reqwest.
pub fn client(spec: impl Into<PathBuf>) -> Build {
    Build::new(TargetKind::ClientReqwest, spec.into())
}

/// Generates a server based on axum.
pub fn server(spec: impl Into<PathBuf>) -> Build {
    Build::new(TargetKind::ServerAxum, spec.into())
}

impl Build {
    fn new(kind: TargetKind, spec: PathBuf) -> Self {
        Self { kind, spec, out_dir: PathBuf::from("api"), options: Options::for_build_script() }
    }

    /// Sets the output folder, relative to `OUT_DIR` unless absolute; `api` by default.
    pub fn out_dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.out_dir = folder.as_ref().to_owned();
        self
    }

    /// Generates the code, writes the files that changed, and prints instructions for cargo.
    ///
    /// # Errors
    ///
    /// Those of [`Generator::generate`], and [`Error::Io`] if `OUT_DIR` is not set or cannot be written.
    pub fn run(&self) -> Result<(), Error> {
        println!("cargo::rerun-if-changed={}", self.spec.display());
        let out = self.folder()?;
        if let Some(file) = &self.options.file {
            println!("cargo::rerun-if-changed={}", file.display());
        }
        if let Some(lock) = &self.options.lock {
            println!("cargo::rerun-if-changed={}", lock.display());
        }
        if let Some(folder) = &self.options.templates {
            println!("cargo::rerun-if-changed={}", folder.display());
        }
        for overlay in &self.options.overlays {
            println!("cargo::rerun-if-changed={}", overlay.display());
        }
        let output = Generator::new(self.kind, &self.spec).options(self.options.clone()).generate()?;
        announce(&output);
        self.check_runtime(&output)?;
        output.file_set().write(&out).map_err(|error| Error::Io(error.to_string()))?;
        Ok(())
    }

    /// Checks that the crate of the build script depends on the runtime crate, with the features that the code needs. The
    /// runtime crate tells the build scripts of its dependents which of its features are enabled.
    fn check_runtime(&self, output: &Output) -> Result<(), Error> {
        let name = self.kind.runtime_crate();
        let needed = output.dependencies().iter().find(|dependency| dependency.name == name);
        let Some(needed) = needed.filter(|_| std::env::var_os("OUT_DIR").is_some()) else { return Ok(()) };
        let variable = format!("DEP_{}_0_1_FEATURES", name.replace('-', "_").to_uppercase());
        let problem = match std::env::var(variable) {
            Err(_) => format!("the generated code needs the crate `{name}`"),
            Ok(enabled) => {
                let is_missing = |feature: &&&str| !enabled.split(',').any(|enabled| enabled == **feature);
                let missing: Vec<String> =
                    needed.features.iter().filter(is_missing).map(|feature| format!("`{feature}`")).collect();
                if missing.is_empty() {
                    return Ok(());
                }
                format!("the generated code needs features of the crate `{name}`: {}", missing.join(", "))
            }
        };
        Err(Error::Setting(format!("{problem}\nadd to Cargo.toml:\n\n[dependencies]\n{needed}\n")))
    }

    fn folder(&self) -> Result<PathBuf, Error> {
        if self.out_dir.is_absolute() {
            return Ok(self.out_dir.clone());
        }
        match std::env::var_os("OUT_DIR") {
            Some(base) => Ok(PathBuf::from(base).join(&self.out_dir)),
            None => Err(Error::Io("`OUT_DIR` is not set; expected to be called from a build script".to_owned())),
        }
    }
}

fn announce(output: &Output) {
    for path in output.inputs() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    for warning in output.listing().entries(Repeated::Grouped) {
        for line in warning.lines() {
            println!("cargo::warning={line}");
        }
    }
}
