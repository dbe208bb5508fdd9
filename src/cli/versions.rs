//! Versions of a document: files, URLs and revisions of a git repository.

use std::path::Path;

use super::remote_args::Documents;
use crate::document::{Input, Revision};
use crate::error::Error;
use crate::limits::is_url;
use crate::options::Options;

/// The input for an argument: standard input, a file, or `REV:PATH` if there is no file with this name.
pub(super) fn input(argument: &str, documents: &Documents, options: &Options) -> Result<Input, Error> {
    let is_path = argument == "-" || is_url(argument) || Path::new(argument).exists() || has_drive(argument);
    match argument.split_once(':') {
        Some((revision, path)) if !is_path && !revision.is_empty() && !path.is_empty() => revised(".", revision, path),
        _ => documents.input(argument, options),
    }
}

/// Whether a path begins with the letter of a drive, on systems that have drives.
fn has_drive(path: &str) -> bool {
    cfg!(windows) && path.as_bytes().get(1) == Some(&b':')
}

fn revised(folder: impl AsRef<Path>, revision: &str, path: &str) -> Result<Input, Error> {
    Revision::open(folder, revision, path).map(Input::Revision).map_err(Error::Io)
}

/// The same file in a revision of the repository that contains it.
pub(super) fn in_revision(path: &str, revision: &str) -> Result<Input, Error> {
    let path = Path::new(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match path.file_name() {
        Some(name) => revised(folder, revision, &format!("./{}", name.to_string_lossy())),
        None => Err(Error::Setting("--against needs the path of a file".to_owned())),
    }
}

/// The older version for an argument: a file, a URL or `REV:PATH`, or else the same file in a revision.
pub(super) fn older(argument: &str, spec: &str, documents: &Documents, options: &Options) -> Result<Input, Error> {
    let is_document = argument == "-" || is_url(argument) || Path::new(argument).exists() || argument.contains(':');
    if is_document {
        return input(argument, documents, options);
    }
    if spec == "-" || is_url(spec) {
        let message = format!("`--since {argument}` is not a file; a revision needs the path of the document");
        return Err(Error::Setting(message));
    }
    in_revision(spec, argument)
}
