//! Versions of a document: files, URLs and revisions of a git repository.

use std::path::Path;

use super::remote_args::Documents;
use crate::document::{Input, Revision};
use crate::error::Error;
use crate::limits::is_url;
use crate::options::Options;

/// The option that names a revision.
struct RevisionOption {
    name: &'static str,
    /// The predicate of the message that there is no such revision.
    is_unknown: &'static str,
}

const AGAINST: RevisionOption = RevisionOption { name: "--against", is_unknown: "is not a revision" };
const SINCE: RevisionOption = RevisionOption { name: "--since", is_unknown: "is neither a file nor a revision" };

/// The input for an argument: standard input, a file, or `REV:PATH` if there is no file with this name.
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
    same_file(path, revision, &AGAINST)
}

fn same_file(path: &str, revision: &str, option: &RevisionOption) -> Result<Input, Error> {
    let path = Path::new(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match path.file_name() {
        Some(name) => {
            let name = format!("./{}", name.to_string_lossy());
            let opened = Revision::open_or(folder, revision, &name, option.is_unknown);
            opened.map(Input::Revision).map_err(Error::Io)
        }
        None => Err(Error::Setting(format!("`{}` needs the path of a file", option.name))),
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
    same_file(spec, argument, &SINCE)
}
