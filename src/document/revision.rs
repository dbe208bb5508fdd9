//! Files of a revision of a git repository, read by `git` as a child process. Nothing is checked out or written.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use crate::diag::print::escaped;

/// A file in a revision of a git repository.
///
/// Files to which the document refers are read from the same revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The folder in which git is run.
    folder: PathBuf,
    /// The revision as the user wrote it.
    name: String,
    /// The object name of the commit.
    commit: String,
    /// The path in the repository, without `.` and `..`.
    path: PathBuf,
}

impl Revision {
    /// The file at `path` in a revision of the repository that contains `folder`. The path starts at the root of the
    /// repository, or at `folder` if it begins with `./` or `../`, as for `git show REVISION:PATH`.
    ///
    /// # Errors
    ///
    /// The reason: git is not installed, the folder is not in a repository, there is no such revision, or the path leads
    /// outside of the repository. Whether there is such a file is known when it is read.
    pub fn open(folder: impl AsRef<Path>, name: &str, path: &str) -> Result<Self, String> {
        let folder = folder.as_ref().to_owned();
        line(&folder, ["rev-parse", "--git-dir"]).map_err(GitError::text)?;
        // `--end-of-options`: a revision that begins with `-` is not an option.
        let wanted = format!("{name}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--end-of-options", &wanted];
        let commit = line(&folder, arguments).map_err(|error| match error {
            GitError::Refused(_) => format!("`{}` is not a revision of the git repository", escaped(name)),
            GitError::NotStarted(message) => message,
        })?;
        if !matches!(commit.len(), 40 | 64) || !commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(format!("git did not find the commit of `{}`", escaped(name)));
        }
        let is_relative = path.starts_with("./") || path.starts_with("../");
        let start = match is_relative {
            true => line(&folder, ["rev-parse", "--show-prefix"]).map_err(GitError::text)?,
            false => String::new(),
        };
        let path = inside(&Path::new(&start).join(path))
            .ok_or_else(|| format!("`{}` leads outside of the git repository", escaped(path)))?;
        Ok(Self { folder, name: name.to_owned(), commit, path })
    }

    /// `REVISION:PATH`, the name in diagnostics.
    pub(super) fn shown(&self) -> String {
        format!("{}:{}", self.name, slashed(&self.path))
    }

    /// The path in the repository.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Another file of the same revision.
    pub(super) fn file(&self, path: PathBuf) -> Self {
        Self { path, ..self.clone() }
    }

    /// A folder of the file system as a path in the repository, if it is inside its working tree.
    pub(super) fn root(&self, folder: &Path) -> Option<PathBuf> {
        let top = line(&self.folder, ["rev-parse", "--show-toplevel"]).ok()?;
        let (folder, top) = (folder.canonicalize().ok()?, Path::new(&top).canonicalize().ok()?);
        folder.strip_prefix(top).ok().map(Path::to_owned)
    }

    /// The bytes of the file; one more than `most` if it is larger.
    ///
    /// # Errors
    ///
    /// `NotFound` if the revision has no such file, otherwise what git reports.
    pub(super) fn read(&self, most: usize) -> io::Result<Vec<u8>> {
        let blob = self.blob()?;
        let mut child = git(&self.folder)
            .args(["cat-file", "blob", &blob])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| io::Error::other(not_started(&error)))?;
        let mut bytes = Vec::new();
        let output = child.stdout.take().expect("it is piped");
        let read = output.take(most as u64 + 1).read_to_end(&mut bytes);
        let is_larger = bytes.len() > most;
        if is_larger || read.is_err() {
            // It is not read to its end. An error means that git has ended.
            let _ = child.kill();
        }
        let status = child.wait()?;
        read?;
        match status.success() || is_larger {
            true => Ok(bytes),
            false => Err(io::Error::other("git cannot read the object")),
        }
    }

    /// The object name of the file.
    fn blob(&self) -> io::Result<String> {
        let path = slashed(&self.path);
        let arguments = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", &self.commit, "--", &path];
        let listed = output(&self.folder, arguments).map_err(|error| io::Error::other(error.text()))?;
        // `MODE TYPE OBJECT`, a tab, the path, and a zero byte.
        let entry = listed.split('\0').find_map(|entry| entry.split_once('\t').filter(|(_, name)| *name == path));
        let missing = || io::Error::new(io::ErrorKind::NotFound, format!("no such file in `{}`", escaped(&self.name)));
        let mut words = entry.ok_or_else(missing)?.0.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("120000"), ..) => Err(io::Error::other("it is a symbolic link, which is not followed")),
            (_, Some("blob"), Some(object)) => Ok(object.to_owned()),
            _ => Err(io::Error::other("it is not a file")),
        }
    }
}

/// Why git returned nothing.
enum GitError {
    /// It could not be started.
    NotStarted(String),
    /// It reported an error: the first line.
    Refused(String),
}

impl GitError {
    fn text(self) -> String {
        match self {
            Self::NotStarted(message) => message,
            Self::Refused(message) => format!("git: {}", escaped(&message)),
        }
    }
}

fn not_started(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "git is not installed, or not in a folder of `PATH`".to_owned(),
        _ => format!("cannot start git: {error}"),
    }
}

/// A call of git that runs without the network, questions and translated messages.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).stdin(Stdio::null());
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
    command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    command
}

fn output<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Result<String, GitError> {
    let output = git(folder).args(arguments).output().map_err(|error| GitError::NotStarted(not_started(&error)))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(GitError::Refused(text.lines().next().unwrap_or("it failed without a message").to_owned()))
        }
    }
}

fn line<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Result<String, GitError> {
    output(folder, arguments).map(|text| text.trim_end_matches(['\n', '\r']).to_owned())
}

/// A path without `.` and `..`, if it is relative and does not lead outside.
pub(super) fn inside(path: &Path) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => inside.pop().then_some(())?,
            Component::Normal(name) => inside.push(name),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!inside.as_os_str().is_empty()).then_some(inside)
}

/// A path as git writes it.
fn slashed(path: &Path) -> String {
    let names: Vec<String> = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    names.join("/")
}
