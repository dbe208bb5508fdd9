//! A draft of a file set: texts on their way to formatted files.

use crate::config::{Layout, Runtime};
use crate::output::{FileKind, FileSet, RelPath};
use crate::rust::format::{self, HEADER, NotRust};

/// What the user chose beside the document.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name of the crate.
    pub name: String,
    /// Its version.
    pub version: String,
    /// A whole crate, or the files of a module.
    pub layout: Layout,
    /// Where the code has its runtime.
    pub runtime: Runtime,
    /// Whether serde's traits are written.
    pub has_serde: bool,
}

impl Settings {
    /// Whether a whole crate is written.
    pub fn is_crate(&self) -> bool {
        self.layout == Layout::Crate
    }

    /// Whether the runtime is part of the code.
    pub fn is_vendored(&self) -> bool {
        self.runtime == Runtime::Vendored
    }

    /// The file of a client that names the modules.
    pub fn entry(&self) -> &'static str {
        match self.layout {
            Layout::Crate => "lib.rs",
            Layout::Module => "mod.rs",
        }
    }
}

/// Files before they are formatted.
#[derive(Debug)]
pub struct Draft {
    settings: Settings,
    folder: &'static str,
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    path: String,
    kind: FileKind,
    body: Body,
}

#[derive(Debug)]
enum Body {
    /// To be formatted; made by this template.
    Rust(&'static str, String),
    /// As it is.
    Text(String),
}

impl Draft {
    /// An empty draft; the code of a client stands in `src`, of a server in `src/generated`, of a module at the top.
    pub fn new(settings: &Settings) -> Self {
        let folder = if settings.is_crate() { "src/" } else { "" };
        Self { settings: settings.clone(), folder, files: Vec::new() }
    }

    /// The same with the code in `folder`.
    pub fn within(settings: &Settings, folder: &'static str) -> Self {
        Self { folder, ..Self::new(settings) }
    }

    /// What the user chose.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A Rust file of ours, to be formatted.
    pub fn rust(&mut self, path: &str, template: &'static str, text: String) {
        self.push(format!("{}{path}", self.folder), FileKind::Generated, Body::Rust(template, text));
    }

    /// A Rust file of ours that is formatted already.
    pub fn verbatim(&mut self, path: &str, text: &str) {
        self.push(format!("{}{path}", self.folder), FileKind::Generated, Body::Text(format!("{HEADER}\n{text}")));
    }

    /// A file that is written once and then belongs to the user, as it is. Its path starts at the root of the crate.
    pub fn once_text(&mut self, path: &str, text: String) {
        self.push(path.to_owned(), FileKind::Once, Body::Text(text));
    }

    /// A manifest of ours.
    pub fn toml(&mut self, path: &str, text: String) {
        let header = HEADER.trim_start_matches("// ");
        self.push(path.to_owned(), FileKind::Generated, Body::Text(format!("# {header}\n{text}")));
    }

    /// A markdown file of ours.
    pub fn markdown(&mut self, path: &str, text: String) {
        let header = HEADER.trim_start_matches("// ");
        self.push(path.to_owned(), FileKind::Generated, Body::Text(format!("<!-- {header} -->\n\n{text}")));
    }

    fn push(&mut self, path: String, kind: FileKind, body: Body) {
        self.files.push(File { path, kind, body });
    }

    /// Formats everything, files side by side.
    ///
    /// # Errors
    ///
    /// When a template made text that is not Rust.
    pub fn finish(self) -> Result<FileSet, NotRust> {
        let finished: Vec<Result<String, NotRust>> = std::thread::scope(|scope| {
            let workers: Vec<_> = self.files.iter().map(|file| scope.spawn(|| file.finish())).collect();
            workers.into_iter().map(|worker| worker.join().expect("formatting does not panic")).collect()
        });
        let mut set = FileSet::new();
        for (file, text) in self.files.into_iter().zip(finished) {
            let path = RelPath::new(&file.path).expect("paths are made of words of ours");
            set.insert(path, file.kind, text?).expect("no path is used twice");
        }
        Ok(set)
    }
}

impl File {
    fn finish(&self) -> Result<String, NotRust> {
        match &self.body {
            Body::Rust(template, text) => Ok(format!("{HEADER}\n\n{}", format::file(template, text)?)),
            Body::Text(text) => Ok(text.clone()),
        }
    }
}
