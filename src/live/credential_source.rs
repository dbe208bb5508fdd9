//! Where `apis.toml` says that a secret is: in a variable, in a file, or in the output of a command.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keystub_client_runtime as rt;
use rt::secrecy::SecretString;
use rt::secrecy::zeroize::Zeroizing;
use rt::secrets::{SecretsError, open_private};

use crate::diag::escaped;

/// The most bytes of a secret.
const MOST: u64 = 64 << 10;

/// The place of a secret. It is displayed as such: `$NAME`, `file PATH`, `command PROGRAM`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// An environment variable.
    Variable(String),
    /// A file that only its owner can access.
    File(PathBuf),
    /// The output of a command.
    Command(CommandLine),
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CommandLine {
    /// A line of the shell.
    Shell(String),
    /// A program with its arguments.
    Program(PathBuf, Vec<String>),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "${}", escaped(name)),
            Self::File(path) => write!(f, "file {}", escaped(&path.to_string_lossy())),
            Self::Command(CommandLine::Program(program, _)) => {
                write!(f, "command {}", escaped(&program.to_string_lossy()))
            }
            // Only the first word: the others may be more than a name.
            Self::Command(CommandLine::Shell(line)) => {
                write!(f, "command {}", escaped(line.split_whitespace().next().unwrap_or_default()))
            }
        }
    }
}

impl Source {
    /// Reads the secret. A variable is looked up by `variable`. A line break at the end is removed, as programs and
    /// editors write one.
    ///
    /// # Errors
    ///
    /// If there is no secret. The message has the place, never the secret.
    pub fn read(&self, variable: impl Fn(&str) -> Option<String>) -> Result<SecretString, String> {
        let text = match self {
            Self::Variable(name) => variable(name).map(Zeroizing::new).ok_or_else(|| "is not set".to_owned()),
            Self::File(path) => file(path),
            Self::Command(line) => output(line),
        };
        let text = text.map_err(|why| format!("{self}: {why}"))?;
        let secret = text.strip_suffix('\n').unwrap_or(&text);
        let secret = secret.strip_suffix('\r').unwrap_or(secret);
        if secret.is_empty() {
            return Err(format!("{self}: is empty"));
        }
        Ok(secret.into())
    }
}

fn file(path: &Path) -> Result<Zeroizing<String>, String> {
    limited(open_private(path).map_err(access_error)?)
}

/// Why a file cannot be opened as one that only its owner can access. The text does not name the file.
pub(crate) fn access_error(error: SecretsError) -> String {
    match error {
        SecretsError::File(error) => format!("cannot read the file: {error}"),
        SecretsError::NotRegular => "is not a regular file".to_owned(),
        SecretsError::Readable => "is accessible to other users; run `chmod 600` on it".to_owned(),
        SecretsError::Owner => "belongs to a different user; `chown` it to the user of this process".to_owned(),
        SecretsError::Malformed(..) | SecretsError::Form(_) | SecretsError::Unknown { .. } => error.to_string(),
    }
}

/// The output of a command. It can ask the user on the terminal.
fn output(line: &CommandLine) -> Result<Zeroizing<String>, String> {
    let mut command = match line {
        CommandLine::Program(program, arguments) => {
            let mut command = Command::new(program);
            command.args(arguments);
            command
        }
        CommandLine::Shell(line) => shell(line),
    };
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("cannot be started: {error}"))?;
    let text = child.stdout.take().ok_or_else(|| "has no output".to_owned()).and_then(limited);
    // The output is closed, so a command that writes more ends too.
    let status = child.wait().map_err(|error| error.to_string())?;
    match text {
        Ok(_) if !status.success() => Err(format!("ended with {status}")),
        text => text,
    }
}

fn shell(line: &str) -> Command {
    let (program, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(program);
    command.args([flag, line]);
    command
}

fn limited(from: impl Read) -> Result<Zeroizing<String>, String> {
    let mut text = Zeroizing::new(String::new());
    let read = from.take(MOST + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if read as u64 > MOST { Err("is longer than 64 KiB".to_owned()) } else { Ok(text) }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use rt::secrecy::ExposeSecret;

    use super::*;

    fn read(source: &Source) -> Result<String, String> {
        let variable = |name: &str| (name == "SET").then(|| "from-env".to_owned());
        source.read(variable).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn secrets_come_from_variables_files_and_commands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "from-file\r\n").unwrap();
        let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o600);
        let shell = |line: &str| Source::Command(CommandLine::Shell(line.to_owned()));
        assert_eq!(read(&Source::Variable("SET".to_owned())).unwrap(), "from-env");
        assert_eq!(read(&Source::File(path.clone())).unwrap(), "from-file");
        assert_eq!(read(&shell("printf 'a b\\n'")).unwrap(), "a b");
        let program = CommandLine::Program("printf".into(), vec!["%s".to_owned(), "$HOME".to_owned()]);
        assert_eq!(read(&Source::Command(program)).unwrap(), "$HOME", "no shell is involved");

        mode(0o640);
        let cases = [
            (Source::File(path.clone()), "accessible to other users"),
            (Source::File(folder.path().to_owned()), "not a regular file"),
            (Source::Variable("UNSET".to_owned()), "$UNSET: is not set"),
            (shell("echo s3cret; exit 3"), "ended with"),
            (shell("true"), "is empty"),
            (shell("yes s3cret"), "longer than 64 KiB"),
            (Source::Command(CommandLine::Program("/does/not/exist".into(), Vec::new())), "cannot be started"),
        ];
        for (source, part) in cases {
            let error = read(&source).unwrap_err();
            assert!(error.contains(part) && !error.contains("s3cret"), "{error}");
        }
    }
}
