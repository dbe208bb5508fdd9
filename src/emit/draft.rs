//! The generated files before they are formatted.

use proc_macro2::TokenStream;

use super::served_docs::ServedDocs;
use crate::options::{Layout, LockedNames, Options, Runtime};
use crate::output::{FileKind, FileSet, RelPath};
use crate::rust::format::{self, HEADER, NotRust, ROOT_HEADER};

/// The user's choices, in addition to the document.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name of the crate.
    pub name: String,
    /// The names that stay.
    pub locked: LockedNames,
    /// All options.
    pub options: Options,
    /// The documentation that a server can serve.
    pub docs: Option<ServedDocs>,
}

impl Settings {
    /// Whether a whole crate is generated.
    pub fn is_crate(&self) -> bool {
        self.options.layout == Layout::Crate
    }

    /// Whether the runtime is copied into the code.
    pub fn is_vendored(&self) -> bool {
        self.options.runtime == Runtime::Vendored
    }

    /// The root file of a client.
    pub fn entry(&self) -> &'static str {
        match self.options.layout {
            Layout::Crate => "lib.rs",
            Layout::Module => "mod.rs",
        }
    }
}

/// Files before they are formatted.
#[derive(Debug)]
pub struct Draft {
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
    /// Unformatted Rust with its first line, and the template or file that it is reported as.
    Rust { header: &'static str, template: &'static str, text: String },
    /// Formatted Rust with its first line, or the reason why it is not Rust.
    Formatted(Result<String, NotRust>),
    /// Final text.
    Text(String),
}

impl Draft {
    /// An empty draft whose code is in `folder`, a path that is empty or ends in `/`.
    pub fn new(folder: &'static str) -> Self {
        Self { folder, files: Vec::new() }
    }

    /// Adds a Rust file that is generated anew each time; it is formatted.
    pub fn rust(&mut self, path: &str, template: &'static str, text: String) {
        self.push(format!("{}{path}", self.folder), FileKind::Generated, Body::Rust { header: HEADER, template, text });
    }

    /// Adds the root file, whose first line also names the version of keystub.
    pub fn root(&mut self, path: &str, template: &'static str, text: String) {
        let body = Body::Rust { header: ROOT_HEADER, template, text };
        self.push(format!("{}{path}", self.folder), FileKind::Generated, body);
    }

    /// Adds a Rust file of items that are made without a template: this many, each by its index.
    pub fn items(
        &mut self,
        path: &'static str,
        head: &str,
        count: usize,
        item: &(dyn Fn(usize) -> TokenStream + Sync),
    ) {
        let text = format::items(path, head, count, item).map(|text| format!("{HEADER}\n\n{text}"));
        self.push(format!("{}{path}", self.folder), FileKind::Generated, Body::Formatted(text));
    }

    /// Adds a Rust file that is already formatted.
    pub fn verbatim(&mut self, path: &str, text: &str) {
        self.push(format!("{}{path}", self.folder), FileKind::Generated, Body::Text(format!("{HEADER}\n{text}")));
    }

    /// Adds a text next to the code that is included in it, with the header.
    pub fn asset(&mut self, path: &str, text: String) {
        self.push(format!("{}{path}", self.folder), FileKind::Generated, Body::Text(text));
    }

    /// Adds a file that is written once and then belongs to the user, as it is. The path is relative to the crate.
    pub fn once_text(&mut self, path: &str, text: String) {
        self.push(path.to_owned(), FileKind::Once, Body::Text(text));
    }

    /// Adds a text for the user to the crate, if the crate is new.
    pub fn first_text(&mut self, path: &str, text: String) {
        self.push(path.to_owned(), FileKind::AtFirst, Body::Text(text));
    }

    /// Adds a manifest that is generated anew each time.
    pub fn toml(&mut self, path: &str, text: String) {
        let header = HEADER.trim_start_matches("// ");
        self.push(path.to_owned(), FileKind::Generated, Body::Text(format!("# {header}\n{text}")));
    }

    /// Adds a Markdown file that is generated anew each time.
    pub fn markdown(&mut self, path: &str, text: String) {
        let header = HEADER.trim_start_matches("// ");
        self.push(path.to_owned(), FileKind::Generated, Body::Text(format!("<!-- {header} -->\n\n{text}")));
    }

    fn push(&mut self, path: String, kind: FileKind, body: Body) {
        self.files.push(File { path, kind, body });
    }

    /// Formats all files, in parallel.
    ///
    /// # Errors
    ///
    /// If a template made text that is not Rust.
    pub fn finish(self) -> Result<FileSet, NotRust> {
        let finished: Vec<Result<(String, FileKind, String), NotRust>> = std::thread::scope(|scope| {
            let workers: Vec<_> = self.files.into_iter().map(|file| scope.spawn(|| file.finish())).collect();
            workers.into_iter().map(|worker| worker.join().expect("formatting does not panic")).collect()
        });
        let mut set = FileSet::new();
        for file in finished {
            let (path, kind, text) = file?;
            let path = RelPath::new(&path).expect("paths consist of fixed words");
            set.insert(path, kind, text).expect("no path is used twice");
        }
        Ok(set)
    }
}

impl File {
    fn finish(self) -> Result<(String, FileKind, String), NotRust> {
        let text = match self.body {
            Body::Rust { header, template, text } => format!("{header}\n\n{}", format::file(template, &text)?),
            Body::Formatted(text) => text?,
            Body::Text(text) => text,
        };
        Ok((self.path, self.kind, text))
    }
}
