//! Bundles several files into one tree: each referenced file is inserted whole under a reserved key, and every
//! reference is rewritten to point into the tree. A target has one place, so it becomes one type, whichever file refers
//! to it.

mod files;
#[cfg(feature = "docs")]
mod needed;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::error::ReadError;
use super::fragment::{fragment_of, percent_decoded};
use super::kind::is_documentation;
use super::read::Input;
use super::tree::{Node, Object};
use crate::diag::{Code, Diagnostic, Level, Pointer, Report, Source, Sources};
use crate::limits::Limits;
pub use files::FILES;
use files::{Files, LoadedFile};
#[cfg(feature = "docs")]
pub use needed::with_needed_parts;

/// A tree that contains everything it refers to.
pub(super) struct Bundled {
    pub(super) tree: Node,
    pub(super) sources: Sources,
    pub(super) paths: Vec<PathBuf>,
    pub(super) report: Report,
}

/// Reads the files to which `tree`, read from `input`, refers.
pub(super) fn bundle(tree: Node, source: Source, input: &Input, limits: &Limits) -> Bundled {
    let mut bundle = Bundle {
        names: walk::names(&tree),
        files: Files::new(tree, input, source.text().len(), limits),
        report: Report::new(),
        edits: BTreeMap::new(),
        done: BTreeSet::new(),
        waiting: vec![(0, Pointer::root())],
    };
    while let Some(place) = bundle.waiting.pop() {
        bundle.follow(place);
    }
    bundle.finish(source, input)
}

/// A node of a file: the index of the file (0 is the document) and the pointer in that file.
type FileNode = (usize, Pointer);

struct Bundle<'l> {
    /// The URIs that `$id` and `$self` assign to places in the document.
    names: BTreeSet<String>,
    files: Files<'l>,
    report: Report,
    /// The new text of each reference that changes.
    edits: BTreeMap<FileNode, String>,
    done: BTreeSet<FileNode>,
    waiting: Vec<FileNode>,
}

impl Bundle<'_> {
    /// Follows all references at a node and below it.
    fn follow(&mut self, (file, at): FileNode) {
        if !self.done.insert((file, at.clone())) {
            return;
        }
        let Some(node) = self.files.list[file].tree.find(&at) else { return };
        for (at, reference) in walk::references(node, &at) {
            if !self.done.insert((file, at.clone())) {
                continue;
            }
            match self.target(file, &reference) {
                Ok(Some((target, fragment))) => self.link(file, &at, target, &fragment),
                Ok(None) => {}
                Err(error) => {
                    let is_text = at.parent().is_some_and(|text| self.is_text(file, &text));
                    let at = self.files.list[file].at.join(&at);
                    let mut found = ReadError { at, ..error }.diagnostic_at_node();
                    if is_text && found.code != Code::TooLarge {
                        found.level = Level::Warning;
                        found.message.push_str("; the text is ignored");
                    }
                    self.report.push(found);
                }
            }
        }
    }

    /// Whether the node at `at` is only documentation: an object with `$ref` under a key such as `description`. In
    /// maps from names, such as `properties`, a key is a name.
    fn is_text(&self, file: usize, at: &Pointer) -> bool {
        let holder = at.parent().and_then(|holder| holder.last()).unwrap_or_default();
        let tree = &self.files.list[file].tree;
        let is_only = tree.find(at).and_then(Node::as_object).is_some_and(|object| object.len() == 1);
        is_only && is_documentation(at) && !walk::holds_names(&holder)
    }

    /// The file and fragment of a reference; `None` if the reference stays unchanged.
    fn target(&mut self, file: usize, reference: &str) -> Result<Option<(usize, String)>, ReadError> {
        let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if reference.is_empty() || self.names.contains(uri) {
            return Ok(None);
        }
        let target = if uri.is_empty() { file } else { self.files.number(file, uri)? };
        Ok(Some((target, fragment.to_owned())))
    }

    /// Rewrites a reference to point to its target in the tree.
    fn link(&mut self, file: usize, at: &Pointer, target: usize, fragment: &str) {
        let decoded = percent_decoded(fragment).unwrap_or_else(|| fragment.to_owned());
        let Some(pointer) = Pointer::parse(&decoded) else {
            // A name such as `#pet` is resolved in the whole tree.
            self.edits.insert((file, at.clone()), format!("#{fragment}"));
            return;
        };
        if file != 0 || target != 0 {
            let place = self.files.list[target].at.join(&pointer);
            self.edits.insert((file, at.clone()), fragment_of(&place));
        }
        // The walk of the document starts at its root and skips only its data.
        if target != 0 || walk::is_in_data(&pointer) {
            self.waiting.push((target, pointer));
        }
    }

    fn finish(mut self, source: Source, input: &Input) -> Bundled {
        for ((file, at), text) in std::mem::take(&mut self.edits) {
            let node = self.files.list[file].tree.find_mut(&at);
            *node.expect("the reference was read from this place") = Node::String(text);
        }
        let mut files = std::mem::take(&mut self.files.list).into_iter();
        let mut tree = files.next().expect("the document's own file").tree;
        let mut sources = Sources::from(source);
        let mut paths: Vec<PathBuf> = input.path().map(Path::to_owned).into_iter().collect();
        let mut others = Object::new();
        for LoadedFile { at, tree, source, path, url, .. } in files {
            others.insert(at.last().expect("a file has a key"), tree);
            sources.add(at, source);
            // Files of a revision and fetched files are not in the file system.
            paths.extend(input.path().filter(|_| url.is_none()).map(|_| path));
        }
        self.report.extend(std::mem::take(&mut self.files.report));
        if let (Node::Object(object), false) = (&mut tree, others.is_empty()) {
            match object.get_mut(FILES) {
                // The document is a bundle, and its references point here.
                Some(Node::Object(own)) => own.extend(others),
                Some(_) => {
                    let message = format!("`{FILES}` is reserved for keystub; expected another key");
                    self.report
                        .push(Diagnostic::error(Code::Malformed, &Pointer::root().child(FILES), message).on_key());
                }
                None => drop(object.insert(FILES.to_owned(), Node::from(others))),
            }
        }
        Bundled { tree, sources, paths, report: self.report }
    }
}

#[cfg(test)]
mod tests;
