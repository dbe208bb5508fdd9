//! `keystub templates`: list the embedded templates, or write them to a folder in which they can be edited.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::document::nearest;
use crate::emit::{VIEW_VERSION, embedded_templates};

#[derive(Debug, Args)]
pub(super) struct TemplatesArgs {
    #[command(subcommand)]
    command: TemplatesCommand,
}

#[derive(Debug, Subcommand)]
enum TemplatesCommand {
    /// Print the names of the templates
    List,
    /// Write templates to a folder for `--templates`; files that exist are not replaced
    Export(ExportArgs),
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Write only these templates [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

impl TemplatesArgs {
    pub(super) fn run(&self) -> Result<String, String> {
        match &self.command {
            TemplatesCommand::List => Ok(embedded_templates().map(|(name, _)| format!("{name}\n")).collect()),
            TemplatesCommand::Export(args) => args.run(),
        }
    }
}

impl ExportArgs {
    fn run(&self) -> Result<String, String> {
        for name in &self.names {
            if !embedded_templates().any(|(known, _)| known == name) {
                let near = nearest(name, embedded_templates().map(|(known, _)| known));
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                return Err(format!("unknown template `{name}`{near}"));
            }
        }
        let is_chosen = |name: &str| self.names.is_empty() || self.names.iter().any(|chosen| chosen == name);
        let manifest = format!(
            "# The version of the views that the templates are written for: docs/TEMPLATES.md.\nview = {VIEW_VERSION}\n"
        );
        let chosen = embedded_templates().filter(|(name, _)| is_chosen(name));
        let files = chosen.map(|(name, source)| (format!("{name}.j2"), source.to_owned()));
        let files: Vec<(PathBuf, String)> = files.map(|(name, source)| (self.folder.join(name), source)).collect();
        if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
            return Err(format!("`{}` exists; nothing was written", path.display()));
        }
        for (path, text) in &files {
            write(path, text)?;
        }
        let path = self.folder.join("templates.toml");
        if !path.exists() {
            write(&path, &manifest)?;
        }
        Ok(format!("{}: {} templates written\n", self.folder.display(), files.len()))
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text));
    written.map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}
