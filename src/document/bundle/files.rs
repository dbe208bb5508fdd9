//! The files of a document: resolves references to paths and rejects paths outside the root folder.

use std::path::{Component, Path, PathBuf};

use super::super::error::ReadError;
use super::super::fragment::percent_decoded;
use super::super::load;
use super::super::read::Input;
use super::super::revision::{Revision, inside};
use super::super::tree::Node;
use crate::diag::print::excerpt;
use crate::diag::{Code, Format, Pointer, Report, Source};
use crate::limits::{LimitKind, Limits};

/// The key under which the other files are inserted.
pub const FILES: &str = "x-keystub-files";

/// A file that was read.
pub(super) struct LoadedFile {
    /// The pointer of its root node in the bundled tree.
    pub(super) at: Pointer,
    pub(super) tree: Node,
    pub(super) source: Source,
    /// The path as the user would write it.
    pub(super) path: PathBuf,
    /// The canonical path, or the path in the repository; `None` if the document was not read from a file.
    real: Option<PathBuf>,
}

/// All files, the document first.
pub(super) struct Files<'l> {
    pub(super) list: Vec<LoadedFile>,
    pub(super) report: Report,
    limits: &'l Limits,
    bytes: usize,
    /// The revision from which files are read, if not from the file system.
    revision: Option<Revision>,
}

impl<'l> Files<'l> {
    pub(super) fn new(tree: Node, input: &Input, bytes: usize, limits: &'l Limits) -> Self {
        let path = input.path();
        let revision = match input {
            Input::Revision(revision) => Some(revision.clone()),
            Input::Path(_) | Input::Stdin | Input::Memory { .. } => None,
        };
        let in_revision = revision.as_ref().map(|revision| revision.path().to_owned());
        let own = LoadedFile {
            at: Pointer::root(),
            tree,
            source: Source::new("", "", Format::Yaml),
            path: path.map(Path::to_owned).unwrap_or_default(),
            real: path.and_then(|path| path.canonicalize().ok()).or(in_revision),
        };
        Self { list: vec![own], report: Report::new(), limits, bytes, revision }
    }

    /// The index of the file to which `uri` in the file `from` refers. Reads the file if it is new.
    pub(super) fn number(&mut self, from: usize, uri: &str) -> Result<usize, ReadError> {
        let relative = local(uri)?;
        let real = match &self.revision {
            Some(revision) => self.in_revision(revision, (from, uri), &relative)?,
            None => self.real(from, uri, &relative)?,
        };
        let path = match &self.revision {
            Some(revision) => revision.file(real.clone()).shown().into(),
            None => normal(&self.list[from].path.parent().unwrap_or(Path::new("")).join(&relative)),
        };
        match self.list.iter().position(|file| file.real.as_ref() == Some(&real)) {
            Some(number) => Ok(number),
            None => self.read(uri, path, real),
        }
    }

    /// The canonical path, if it is inside the root folder.
    fn real(&self, from: usize, uri: &str, relative: &str) -> Result<PathBuf, ReadError> {
        let Some(own) = self.list[0].real.as_ref().and_then(|own| own.parent()) else {
            let message =
                format!("`{}` is relative to the document, but the document was not read from a file", shown(uri));
            return Err(ReadError::new(Code::RemoteRef, message));
        };
        let root = match &self.limits.root {
            Some(root) => root.canonicalize().map_err(|error| unreadable(uri, &error))?,
            None => own.to_owned(),
        };
        let holder = self.list[from].real.as_ref().and_then(|file| file.parent()).unwrap_or(own);
        let wanted = normal(&holder.join(relative));
        // A path whose text alone leads outside is rejected without touching the file system.
        if !wanted.starts_with(&root) {
            return Err(outside(uri));
        }
        let real = wanted.canonicalize().map_err(|error| unreadable(uri, &error))?;
        if !real.starts_with(&root) {
            return Err(outside(uri));
        }
        if !real.is_file() {
            return Err(ReadError::new(Code::DanglingRef, format!("`{}` is not a file", shown(uri))));
        }
        Ok(real)
    }

    /// The path in the repository, if it is inside the root folder. Whether the file exists is known when it is read.
    fn in_revision(
        &self,
        revision: &Revision,
        (from, uri): (usize, &str),
        relative: &str,
    ) -> Result<PathBuf, ReadError> {
        let folder = |file: usize| {
            let file: &LoadedFile = &self.list[file];
            file.real.as_ref().and_then(|real| real.parent()).unwrap_or(Path::new("")).to_owned()
        };
        let root = match &self.limits.root {
            Some(root) => revision.root(root).ok_or_else(|| outside(uri))?,
            None => folder(0),
        };
        let wanted = inside(&folder(from).join(relative)).filter(|wanted| wanted.starts_with(&root));
        wanted.ok_or_else(|| outside(uri))
    }

    fn read(&mut self, uri: &str, path: PathBuf, real: PathBuf) -> Result<usize, ReadError> {
        if self.list.len() >= self.limits.files {
            let message = format!("the document refers to more than {} files", self.limits.files);
            return Err(ReadError::new(Code::TooLarge, message).limit(LimitKind::Files));
        }
        let left = self.limits.bytes.saturating_sub(self.bytes);
        let bytes = match &self.revision {
            Some(revision) => revision.file(real.clone()).read(left).map_err(|error| unreadable(uri, &error))?,
            None => Input::Path(real.clone()).read(left).map_err(|_| cannot_read(uri))?,
        };
        if bytes.len() > left {
            let message = format!("the files of the document are longer than {} bytes in total", self.limits.bytes);
            return Err(ReadError::new(Code::TooLarge, message).limit(LimitKind::Bytes));
        }
        self.bytes += bytes.len();
        let at = Pointer::root().child(FILES).child(&self.key(&path));
        let load::Parsed { source, tree } = load::load(&path.display().to_string(), bytes, self.limits);
        let tree = tree.unwrap_or_else(|mut diagnostic| {
            diagnostic.at = at.join(&diagnostic.at);
            self.report.push(*diagnostic);
            Node::empty_object()
        });
        self.list.push(LoadedFile { at, tree, source, path, real: Some(real) });
        Ok(self.list.len() - 1)
    }

    /// The stem of the file name, with a number appended if another file has it.
    fn key(&self, path: &Path) -> String {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let is_taken = |key: &str| self.list.iter().any(|file| file.at.last().as_deref() == Some(key));
        let numbered = (2..).map(|number| format!("{stem} {number}"));
        let mut keys = std::iter::once(stem.clone()).chain(numbered);
        keys.find(|key| !is_taken(key)).expect("there are more numbers than files")
    }
}

fn outside(uri: &str) -> ReadError {
    let message = format!("`{}` is outside the root folder; use `--root` to allow a larger folder", shown(uri));
    ReadError::new(Code::OutsideRoot, message)
}

/// The path in a reference to a local file, relative to the referring file.
fn local(uri: &str) -> Result<String, ReadError> {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme);
    let has_scheme = scheme.is_some_and(|scheme| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    if has_scheme || uri.starts_with("//") || uri.starts_with("\\\\") {
        let message = format!("`{}` is not fetched; expected a reference to a local file", shown(uri));
        return Err(ReadError::new(Code::RemoteRef, message));
    }
    let path = percent_decoded(uri).unwrap_or_else(|| uri.to_owned());
    if path.starts_with(['/', '\\', '~']) || path.contains('\0') {
        let message = format!("`{}` is not a relative path; expected a path relative to the document", shown(uri));
        return Err(ReadError::new(Code::OutsideRoot, message));
    }
    Ok(path)
}

fn unreadable(uri: &str, error: &std::io::Error) -> ReadError {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            ReadError::new(Code::DanglingRef, format!("the file in `{}` does not exist", shown(uri)))
        }
        _ => cannot_read(uri),
    }
}

fn cannot_read(uri: &str) -> ReadError {
    ReadError::new(Code::DanglingRef, format!("the file in `{}` cannot be read", shown(uri)))
}

/// The path without `.` and `..` components, as far as its text allows.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// The start of a reference, for messages.
fn shown(reference: &str) -> String {
    excerpt(reference)
}
