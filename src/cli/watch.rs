//! `--watch`: generate again when a file changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher, recommended_watcher};

use super::paint;

/// How long it must be quiet after a change: editors write in several steps.
const QUIET: Duration = Duration::from_millis(100);

/// Runs now and after each change of one of the files: those of `base`, and those that the last run read. Of a folder, all
/// files are meant.
pub(super) fn watch(base: &[PathBuf], mut run: impl FnMut() -> Vec<PathBuf>) -> ExitCode {
    match Watched::new().and_then(|watched| watched.run(base, &mut run)) {
        Ok(never) => match never {},
        Err(error) => {
            paint::print(&format!("error: cannot watch files: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

/// Watching ends with the program.
enum Never {}

/// The watched folders, in which files may be replaced, and their events.
struct Watched {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    folders: BTreeSet<PathBuf>,
    files: BTreeSet<PathBuf>,
    /// Folders of which any file counts, such as that of a pack.
    roots: BTreeSet<PathBuf>,
}

impl Watched {
    fn new() -> notify::Result<Self> {
        let (sender, events) = channel();
        let watcher = recommended_watcher(sender)?;
        Ok(Self { watcher, events, folders: BTreeSet::new(), files: BTreeSet::new(), roots: BTreeSet::new() })
    }

    fn run(mut self, base: &[PathBuf], run: &mut dyn FnMut() -> Vec<PathBuf>) -> notify::Result<Never> {
        loop {
            // Files of earlier runs stay: a run that fails does not know all.
            self.add(base)?;
            let read = run();
            self.add(&read)?;
            paint::print(&format!("watching {} files\n", self.files.len()));
            self.wait()?;
        }
    }

    fn add(&mut self, files: &[PathBuf]) -> notify::Result<()> {
        for file in files {
            if file.is_dir() {
                self.add_root(file)?;
                continue;
            }
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let (Ok(folder), Some(name)) = (folder.canonicalize(), file.file_name()) else { continue };
            self.files.insert(folder.join(name));
            if self.folders.insert(folder.clone()) {
                self.watcher.watch(&folder, RecursiveMode::NonRecursive)?;
            }
        }
        Ok(())
    }

    fn add_root(&mut self, folder: &Path) -> notify::Result<()> {
        let Ok(folder) = folder.canonicalize() else { return Ok(()) };
        if self.roots.insert(folder.clone()) {
            self.watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
        Ok(())
    }

    /// Waits until a file has changed and nothing has happened for a moment.
    fn wait(&self) -> notify::Result<()> {
        let ended = || notify::Error::generic("the watcher has ended");
        while !self.is_change(self.events.recv().map_err(|_| ended())?) {}
        loop {
            match self.events.recv_timeout(QUIET) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => return Err(ended()),
            }
        }
    }

    /// Whether the event is about one of the files, or some were missed.
    fn is_change(&self, event: notify::Result<Event>) -> bool {
        let Ok(event) = event else { return true };
        let is_write = event.kind.is_create() || event.kind.is_modify() || event.kind.is_remove();
        let is_meant =
            |path: &PathBuf| self.files.contains(path) || self.roots.iter().any(|folder| path.starts_with(folder));
        event.need_rescan() || (is_write && event.paths.iter().any(is_meant))
    }
}
