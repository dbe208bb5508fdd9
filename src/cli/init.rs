//! `keystub init`: write a configuration file.

use std::fs::File;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use clap::Args;

use crate::config::{InitialApi, initial};
use crate::diag::IoError;
use crate::emit::TargetKind;
use crate::generator::Generator;
use crate::limits::is_url;

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Path or https URL of the OpenAPI document (YAML or JSON)
    spec: PathBuf,
    /// Write this file; it must not exist
    #[arg(long, value_name = "FILE", default_value = "keystub.toml")]
    config: PathBuf,
    /// Generate only these kinds of code
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = ["client", "server"],
          default_values = ["client", "server"])]
    kind: Vec<String>,
}

impl InitArgs {
    /// Writes the file and returns what is printed.
    pub(super) fn run(&self) -> Result<String, String> {
        let url = self.spec.to_str().filter(|spec| is_url(spec));
        if url.is_none() {
            std::fs::metadata(&self.spec).map_err(|error| IoError::new("read", &self.spec, error).to_string())?;
        }
        let folder = self.config.parent().unwrap_or(Path::new(""));
        let spec = match url {
            Some(url) => PathBuf::from(url),
            None => relative(&self.spec, folder).map_err(|error| format!("cannot find the current folder: {error}"))?,
        };
        let kinds = [TargetKind::ClientReqwest, TargetKind::ServerAxum];
        let kinds = kinds.into_iter().filter(|kind| self.kind.iter().any(|name| name == kind.name()));
        let outs: Vec<(TargetKind, String)> =
            kinds.map(|kind| (kind, Generator::new(kind, self.spec.as_path()).default_name())).collect();
        let apis: Vec<InitialApi<'_>> =
            outs.iter().map(|(kind, out)| InitialApi { spec: &spec, kind: kind.name(), out }).collect();
        self.write(&initial(&apis)).map_err(|error| IoError::new("write", &self.config, error).to_string())?;
        Ok(format!("{}: written\n", self.config.display()))
    }

    /// Fails if the file exists.
    fn write(&self, text: &str) -> std::io::Result<()> {
        File::create_new(&self.config)?.write_all(text.as_bytes())
    }
}

/// The path of a file from a folder, with `/` between its parts.
fn relative(file: &Path, folder: &Path) -> std::io::Result<PathBuf> {
    if file.is_absolute() {
        return Ok(file.to_owned());
    }
    let here = std::env::current_dir()?;
    let (file, folder) = (normalized(&here.join(file)), normalized(&here.join(folder)));
    let shared = file.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| "..".to_owned());
    let down = file.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    Ok(PathBuf::from(up.chain(down).collect::<Vec<_>>().join("/")))
}

/// The path without `.` and `..`.
fn normalized(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}
