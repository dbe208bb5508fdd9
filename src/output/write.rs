//! Writes a set: stages all files on the same file system, renames them into place, and restores the old files if
//! anything fails.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::file_set::has_header;
use super::tree::{Present, look};
use super::{FileKind, FileSet, OutputError};
use crate::diag::IoError;

/// The result of writing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteSummary {
    /// How many files were written.
    pub written: usize,
    /// How many files were already up to date or belong to the user.
    pub unchanged: usize,
    /// How many generated files were removed.
    pub removed: usize,
}

impl fmt::Display for WriteSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WriteSummary { written, unchanged, removed } = self;
        write!(f, "{written} written, {unchanged} unchanged, {removed} removed")
    }
}

impl FileSet {
    /// Writes the files that differ into the folder `out`, and removes generated files that are no longer generated.
    ///
    /// All or nothing: if anything fails, `out` stays as it was.
    ///
    /// # Errors
    ///
    /// [`OutputError::UserFiles`] if a file without keystub's header is in the place of a generated one,
    /// [`OutputError::InTheWay`] if a link or a folder is, [`OutputError::Io`] if an operation fails.
    pub fn write(&self, out: impl AsRef<Path>) -> Result<WriteSummary, OutputError> {
        let out = out.as_ref();
        self.check_folders(out)?;
        let plan = self.plan(out)?;
        let report = WriteSummary {
            written: plan.writes.len(),
            unchanged: self.len() - plan.writes.len(),
            removed: plan.removals.len(),
        };
        if report.written + report.removed > 0 {
            let mut swap = Swap::default();
            swap.run(out, &plan).inspect_err(|_| swap.undo())?;
        }
        Ok(report)
    }

    /// Checks that [`Self::write`] would not find the files of a user, links or folders in the way.
    ///
    /// # Errors
    ///
    /// Those of [`Self::write`].
    pub fn check_write(&self, out: impl AsRef<Path>) -> Result<(), OutputError> {
        let out = out.as_ref();
        self.check_folders(out)?;
        self.plan(out).map(drop)
    }

    pub(super) fn plan(&self, out: &Path) -> Result<WritePlan<'_>, OutputError> {
        let mut plan = WritePlan { writes: Vec::new(), removals: self.strays(out)? };
        let mut users = Vec::new();
        let is_new = self.is_new(out)?;
        for (path, file) in &self.files {
            let path = path.within(out);
            if file.kind == FileKind::AtFirst && !is_new {
                continue;
            }
            match look(&path)? {
                Present::Nothing => plan.writes.push((path, &file.text)),
                Present::File(_) if file.kind != FileKind::Generated => {}
                Present::File(bytes) if bytes == file.text.as_bytes() => {}
                Present::File(bytes) if has_header(&bytes) => plan.writes.push((path, &file.text)),
                Present::File(_) => users.push(path),
                Present::Folder | Present::Other => return Err(OutputError::InTheWay(path)),
            }
        }
        if users.is_empty() { Ok(plan) } else { Err(OutputError::UserFiles(users)) }
    }
}

/// The changes to make.
pub(super) struct WritePlan<'s> {
    writes: Vec<(PathBuf, &'s String)>,
    pub(super) removals: Vec<PathBuf>,
}

/// The steps done so far, so that they can be undone.
#[derive(Default)]
pub(super) struct Swap {
    /// Folders that were created, outermost first.
    folders: Vec<PathBuf>,
    /// Holds new files until they are renamed into place, and old files until the end; removed with the swap.
    staging: Option<TempDir>,
    /// Files that were added, replaced or removed; the old bytes are in the staging folder.
    steps: Vec<Step>,
}

struct Step {
    path: PathBuf,
    old: Option<PathBuf>,
}

impl Swap {
    pub(super) fn run(&mut self, out: &Path, plan: &WritePlan<'_>) -> Result<(), IoError> {
        self.make_folder(out)?;
        let staging = tempfile::Builder::new().prefix(".keystub-").tempdir_in(out);
        let staging = staging.map_err(|error| IoError::new("write to", out, error))?;
        let root = staging.path().to_owned();
        self.staging = Some(staging);
        let staged = stage(&root, plan)?;
        for (number, ((path, _), staged)) in plan.writes.iter().zip(staged).enumerate() {
            self.make_folder(path.parent().unwrap_or(out))?;
            let old = root.join(format!("old-{number}"));
            let old = copy_if_there(path, &old)?.then_some(old);
            // Renaming over the old file means that there is always a file.
            fs::rename(&staged, path).map_err(|error| IoError::new("write", path, error))?;
            self.steps.push(Step { path: path.clone(), old });
        }
        for (number, path) in plan.removals.iter().enumerate() {
            let old = root.join(format!("removed-{number}"));
            fs::rename(path, &old).map_err(|error| IoError::new("remove", path, error))?;
            self.steps.push(Step { path: path.clone(), old: Some(old) });
        }
        remove_empty_folders(plan, out);
        Ok(())
    }

    /// Creates a folder and its parents, and remembers which of them are new.
    fn make_folder(&mut self, folder: &Path) -> Result<(), IoError> {
        let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let missing: Vec<_> = folder.ancestors().take_while(is_missing).map(Path::to_owned).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder).map_err(|error| IoError::new("create", &folder, error))?;
            self.folders.push(folder);
        }
        Ok(())
    }

    /// Restores as much as possible; a file that cannot be restored keeps its complete new bytes.
    pub(super) fn undo(&mut self) {
        for step in self.steps.drain(..).rev() {
            let _ = match step.old {
                Some(old) => fs::rename(old, &step.path),
                None => fs::remove_file(&step.path),
            };
        }
        self.staging = None;
        for folder in self.folders.drain(..).rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Writes the new files into the staging folder.
fn stage(root: &Path, plan: &WritePlan<'_>) -> Result<Vec<PathBuf>, IoError> {
    let mut staged = Vec::new();
    for (number, (path, text)) in plan.writes.iter().enumerate() {
        let file = root.join(format!("new-{number}"));
        fs::write(&file, text).map_err(|error| IoError::new("write", path, error))?;
        staged.push(file);
    }
    Ok(staged)
}

/// Keeps the bytes and permissions of a file that will be replaced.
fn copy_if_there(path: &Path, copy: &Path) -> Result<bool, IoError> {
    match fs::copy(path, copy) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(IoError::new("read", path, error)),
    }
}

/// Removes folders that became empty; the system refuses to remove a folder that is not.
fn remove_empty_folders(plan: &WritePlan<'_>, out: &Path) {
    for path in &plan.removals {
        let folders = path.ancestors().skip(1).take_while(|folder| *folder != out && folder.starts_with(out));
        for folder in folders {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}
