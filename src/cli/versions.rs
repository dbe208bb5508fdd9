//! Versions of a document: files, URLs and revisions of a git repository.

use std::path::Path;

use super::remote_args::Documents;
use crate::document::{Input, Revision};
use crate::error::Error;
use crate::limits::is_url;
use crate::options::Options;

/// The input for an argument: standard input, a file, or `REV:PATH` unless a file has this name.
pub(super) fn input(argument: &str, documents: &Documents, options: &Options) -> Result<Input, Error> {
    let is_path = argument == "-" || is_url(argument) || Path::new(argument).exists() || has_drive(argument);
    match argument.split_once(':') {
        Some((revision, path)) if !is_path && !revision.is_empty() && !path.is_empty() => {
            Revision::open(".", revision, path).map(Input::Revision).map_err(Error::Io)
        }
        _ => documents.input(argument, options),
    }
}

/// Whether a path begins with the letter of a drive, on systems that have drives.
fn has_drive(path: &str) -> bool {
    cfg!(windows) && path.as_bytes().get(1) == Some(&b':')
}

/// The same file in the revision of `--against` of the repository that contains it.
pub(super) fn in_revision(path: &str, revision: &str) -> Result<Input, Error> {
    same_file(path, revision, "--against")
}

/// The file at a path, in a revision that is the value of this option.
fn same_file(path: &str, revision: &str, option: &str) -> Result<Input, Error> {
    let path = Path::new(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match path.file_name() {
        Some(name) => {
            let name = format!("./{}", name.to_string_lossy());
            Revision::open(folder, revision, &name).map(Input::Revision).map_err(Error::Io)
        }
        None => Err(Error::Setting(format!("`{option}` needs the path of a file"))),
    }
}

/// The older version for the argument of `--since`: a file, a URL or `REV:PATH`, or else the same file in a revision.
pub(super) fn older(argument: &str, spec: &str, documents: &Documents, options: &Options) -> Result<Input, Error> {
    let is_document = argument == "-" || is_url(argument) || Path::new(argument).exists() || argument.contains(':');
    if is_document {
        return input(argument, documents, options);
    }
    if spec == "-" || is_url(spec) {
        let message = format!("`--since {argument}` is not a file; a revision needs the path of the document");
        return Err(Error::Setting(message));
    }
    same_file(spec, argument, "--since").map_err(|error| match error {
        Error::Io(reason) => Error::Io(format!("{reason}, and there is no file with this name")),
        other => other,
    })
}
