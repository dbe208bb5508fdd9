//! `--watch`: serve the new version of the document when one of its files changes.

use std::path::PathBuf;
use std::time::Duration;

use super::super::document_args::DocumentArgs;
use super::super::outcome::Outcome;
use super::super::watch::watch;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::Described;
use crate::live::bound_credential::bound_schemes;
use crate::live::mock::{Mock, Reloadable};
use crate::options::Options;

/// The most bytes of all versions together. The tables of a version live as long as the process.
const MOST: usize = 256 << 20;

/// A mock that serves new versions of its document.
pub(super) struct Reloading {
    document: DocumentArgs,
    log: fn(&str),
    mock: Mock,
    service: Reloadable,
    /// The document as it is served.
    served: serde_json::Value,
    /// The size of all versions.
    size: usize,
}

impl Reloading {
    /// `served` is the document of the mock.
    pub fn new(document: &DocumentArgs, mock: Mock, served: serde_json::Value, log: fn(&str)) -> Self {
        let service = Reloadable::new(mock.router());
        let size = served.to_string().len();
        Self { document: document.clone(), log, mock, service, served, size }
    }

    /// The service, and the thread that replaces it. The thread ends with the process.
    pub fn start(mut self, files: Vec<PathBuf>) -> Reloadable {
        let service = self.service.clone();
        std::thread::spawn(move || watch(&files, || self.reload()));
        service
    }

    /// Reads the document, and returns the files that were read.
    fn reload(&mut self) -> Vec<PathBuf> {
        match read(&self.document) {
            Ok(described) => self.serve(described),
            Err(error) => {
                Outcome::failed(error).print_text(self.document.detail(), Duration::ZERO);
                (self.log)("the mock still serves the last valid version");
                Vec::new()
            }
        }
    }

    fn serve(&mut self, described: Described) -> Vec<PathBuf> {
        let Described { api, document, read, .. } = described;
        if document == self.served && bound_schemes(&api) == self.mock.bound_schemes() {
            return read;
        }
        self.size += document.to_string().len();
        if self.size > MOST {
            (self.log)("error: the versions so far use too much memory; start `keystub mock` again to serve this one");
            return read;
        }
        let count = api.operations.len();
        let before = self.mock.lines();
        self.served = document.clone();
        self.mock = match self.mock.reloaded(api, document) {
            Ok(mock) => mock,
            Err(message) => {
                (self.log)(&format!("error: {message}; the mock still serves the last valid version"));
                return read;
            }
        };
        self.service.replace(self.mock.router());
        (self.log)(&format!("the document has changed: {}", crate::diag::counted(count, "operation")));
        // The tokens of the version before stay valid.
        let lines = self.mock.lines();
        let new = lines.iter().filter(|line| !before.contains(line) && !line.starts_with("TOKEN="));
        new.for_each(|line| (self.log)(line));
        read
    }
}

/// Reads the document with the settings of its files.
pub(super) fn read(document: &DocumentArgs) -> Result<Described, Error> {
    let options = document.options(Options::default())?;
    document.generator(TargetKind::ServerAxum, options)?.described()
}
