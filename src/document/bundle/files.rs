//! The files of a document: resolves references to paths and rejects paths outside the root folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::super::error::ReadError;
use super::super::fragment::percent_decoded;
use super::super::load;
use super::super::read::Input;
use super::super::revision::{Revision, inside};
use super::super::tree::Node;
use crate::diag::print::excerpt;
use crate::diag::{Code, Format, Pointer, Report, Source};
use crate::limits::{LimitKind, Limits, RemoteError};

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
    /// The URL, if it was fetched.
    pub(super) url: Option<String>,
}

/// Where a file was found.
struct LoadedAt {
    path: PathBuf,
    real: Option<PathBuf>,
    url: Option<String>,
}

/// All files, the document first.
pub(super) struct Files<'l> {
    pub(super) list: Vec<LoadedFile>,
    pub(super) report: Report,
    limits: &'l Limits,
    bytes: usize,
    /// The revision from which files are read, if not from the file system.
    revision: Option<Revision>,
    /// The keys of files, also those that the document itself has.
    keys: BTreeSet<String>,
    /// The number that is tried next for each stem that is not unique.
    numbers: BTreeMap<String, usize>,
}

impl<'l> Files<'l> {
    pub(super) fn new(tree: Node, input: &Input, bytes: usize, limits: &'l Limits) -> Self {
        let path = input.path();
        let revision = match input {
            Input::Revision(revision) => Some(revision.clone()),
            Input::Path(_) | Input::Stdin | Input::Memory { .. } | Input::Fetched { .. } => None,
        };
        let url = match input {
            Input::Fetched { base, .. } => Some(base.clone()),
            Input::Path(_) | Input::Stdin | Input::Revision(_) | Input::Memory { .. } => None,
        };
        let own_files = tree.get(FILES).and_then(Node::as_object).into_iter().flatten();
        let keys = own_files.map(|(key, _)| key.clone()).collect();
        let in_revision = revision.as_ref().map(|revision| revision.path().to_owned());
        let own = LoadedFile {
            at: Pointer::root(),
            tree,
            source: Source::new("", "", Format::Yaml),
            path: path.map(Path::to_owned).unwrap_or_default(),
            real: path.and_then(|path| path.canonicalize().ok()).or(in_revision),
            url,
        };
        let numbers = BTreeMap::new();
        Self { list: vec![own], report: Report::new(), limits, bytes, revision, keys, numbers }
    }

    /// The index of the file to which `uri` in the file `from` refers. Reads the file if it is new.
    pub(super) fn number(&mut self, from: usize, uri: &str) -> Result<usize, ReadError> {
        if let Some(url) = self.remote_url(from, uri)? {
            return match self.list.iter().position(|file| file.url.as_ref() == Some(&url)) {
                Some(number) => Ok(number),
                None => self.fetch(&url),
            };
        }
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

    /// The absolute URL of a reference to a URL or from a fetched file, if remote files may be read.
    fn remote_url(&self, from: usize, uri: &str) -> Result<Option<String>, ReadError> {
        let base = self.list[from].url.as_deref();
        if base.is_none() && !is_absolute(uri) {
            return Ok(None);
        }
        match &self.limits.remote {
            Some(remote) => remote.resolve(base, uri).map(Some).map_err(not_fetched),
            None if is_absolute(uri) => Ok(None),
            None => {
                let message = format!("`{}` is not fetched; `--allow-host` allows references to a host", shown(uri));
                Err(ReadError::new(Code::RemoteRef, message))
            }
        }
    }

    /// Fetches a remote file.
    fn fetch(&mut self, url: &str) -> Result<usize, ReadError> {
        let left = self.left()?;
        let remote = self.limits.remote.as_ref().expect("the URL was resolved by it");
        let bytes = remote.read(url, left).map_err(not_fetched)?;
        let path = PathBuf::from(crate::limits::shown(url));
        self.add(bytes, left, LoadedAt { path, real: None, url: Some(url.to_owned()) })
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

    /// How many bytes another file may have, if there may be one.
    fn left(&self) -> Result<usize, ReadError> {
        if self.list.len() >= self.limits.files {
            let message = format!("the document refers to more than {} files", self.limits.files);
            return Err(ReadError::new(Code::TooLarge, message).limit(LimitKind::Files));
        }
        Ok(self.limits.bytes.saturating_sub(self.bytes))
    }

    fn read(&mut self, uri: &str, path: PathBuf, real: PathBuf) -> Result<usize, ReadError> {
        let left = self.left()?;
        let bytes = match &self.revision {
            Some(revision) => revision.file(real.clone()).read(left).map_err(|error| unreadable(uri, &error))?,
            None => Input::Path(real.clone()).read(left).map_err(|_| cannot_read(uri))?,
        };
        self.add(bytes, left, LoadedAt { path, real: Some(real), url: None })
    }

    /// Parses a file and adds it.
    fn add(&mut self, bytes: Vec<u8>, left: usize, place: LoadedAt) -> Result<usize, ReadError> {
        if bytes.len() > left {
            let message = format!("the files of the document are longer than {} bytes in total", self.limits.bytes);
            return Err(ReadError::new(Code::TooLarge, message).limit(LimitKind::Bytes));
        }
        self.bytes += bytes.len();
        let LoadedAt { path, real, url } = place;
        let at = Pointer::root().child(FILES).child(&self.key(&path));
        let load::Parsed { source, tree } = load::load(&path.display().to_string(), bytes, self.limits);
        let tree = tree.unwrap_or_else(|mut diagnostic| {
            diagnostic.at = at.join(&diagnostic.at);
            self.report.push(*diagnostic);
            Node::empty_object()
        });
        self.list.push(LoadedFile { at, tree, source, path, real, url });
        Ok(self.list.len() - 1)
    }

    /// The stem of the file name, with a number appended if another file has it.
    fn key(&mut self, path: &Path) -> String {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let mut key = stem.clone();
        while !self.keys.insert(key.clone()) {
            let number = self.numbers.entry(stem.clone()).or_insert(1);
            *number += 1;
            key = format!("{stem} {number}");
        }
        key
    }
}

fn outside(uri: &str) -> ReadError {
    let message = format!("`{}` is outside the root folder; use `--root` to allow a larger folder", shown(uri));
    ReadError::new(Code::OutsideRoot, message)
}

/// The path in a reference to a local file, relative to the referring file.
fn local(uri: &str) -> Result<String, ReadError> {
    if is_absolute(uri) || uri.starts_with("//") || uri.starts_with("\\\\") {
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

/// Whether the reference begins with a scheme (RFC 3986, section 3.1).
fn is_absolute(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

fn not_fetched(error: RemoteError) -> ReadError {
    match error {
        RemoteError::Refused(message) => ReadError::new(Code::RemoteRef, message),
        RemoteError::Failed(message) => ReadError::new(Code::DanglingRef, message),
    }
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
