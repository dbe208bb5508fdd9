//! Reads credentials from the environment, or from a file that only its owner can read.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::core::CoreBuilder;
use super::credential::{Credential, Login, Secret};
use super::json::{Value, parse};
use super::operation::SchemeKind;

/// The maximum size of a credentials file in bytes.
const MAX_LENGTH: u64 = 64 << 10;

/// Credentials could not be read. The error contains variable names, positions and scheme names, never credentials.
#[derive(Debug)]
pub enum SecretsError {
    /// The variable or the entry does not have a valid credential for its scheme.
    Malformed(String, &'static str),
    /// The file cannot be read.
    File(io::Error),
    /// The path is not a regular file, but a directory, a pipe, a socket or a device.
    NotRegular,
    /// The file is accessible to users other than its owner.
    Readable,
    /// The owner of the file is neither the user of this process nor root.
    Owner,
    /// The file is neither a JSON object nor a TOML table of strings, or is larger than 64 KiB.
    Form(String),
    /// The file has an entry for an unknown scheme. Its key may be a secret, so the error contains its position instead
    /// (`entry 2`, `line 3`).
    Unknown {
        /// The position of the entry.
        place: String,
        /// The names of the schemes.
        known: Vec<&'static str>,
    },
}

impl fmt::Display for SecretsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(place, what) => write!(f, "the credential in `{place}` {what}"),
            Self::File(error) => write!(f, "cannot read the credentials file: {error}"),
            Self::NotRegular => f.write_str("the path of the credentials file is not a regular file"),
            Self::Readable => f.write_str("the credentials file is accessible to other users; run `chmod 600` on it"),
            Self::Owner => {
                f.write_str("the credentials file belongs to a different user; `chown` it to the user of this process")
            }
            Self::Form(why) => {
                write!(f, "the credentials file is neither a JSON object nor a TOML table of strings: {why}")
            }
            Self::Unknown { place, known } => {
                let known = known.join("`, `");
                write!(f, "unknown scheme in {place} of the credentials file; expected `{known}`")
            }
        }
    }
}

impl std::error::Error for SecretsError {}

impl CoreBuilder {
    /// Sets the credentials found in environment variables. `variables` has one name per scheme, in order; the name is
    /// empty if the scheme's credential is not text. If a variable is not set, the credential of its scheme is
    /// unchanged.
    ///
    /// # Errors
    ///
    /// If a variable does not hold a valid credential for its scheme.
    pub fn credentials_from_env(&mut self, variables: &[&str]) -> Result<(), SecretsError> {
        for (scheme, variable) in variables.iter().enumerate().filter(|(_, variable)| !variable.is_empty()) {
            match std::env::var(variable) {
                Ok(text) => self.credential_from_text(scheme, variable, text.into())?,
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(SecretsError::Malformed((*variable).to_owned(), "is not text"));
                }
            }
        }
        Ok(())
    }

    /// Sets the credentials found in a file of scheme names and credentials: a TOML table if the file name ends in
    /// `.toml`, else a JSON object.
    ///
    /// # Errors
    ///
    /// If the path is not a regular file, the file cannot be read, it is accessible to users other than its owner or
    /// its owner is neither the user of this process nor root (both on Unix), or an entry is not a valid credential for
    /// a scheme.
    pub fn credentials_from_file(&mut self, path: &Path) -> Result<(), SecretsError> {
        for (scheme, text) in self.texts_of_file(path)? {
            let name = self.schemes()[scheme].name;
            self.credential_from_text(scheme, name, text)?;
        }
        Ok(())
    }

    /// The entries of such a file, by the index of their scheme.
    ///
    /// # Errors
    ///
    /// Same as [`Self::credentials_from_file`], except that the texts are not read as credentials.
    pub fn texts_of_file(&self, path: &Path) -> Result<Vec<(usize, SecretString)>, SecretsError> {
        let text = |Entry { place, key, value }: Entry| {
            let Some(scheme) = self.schemes().iter().position(|scheme| scheme.name == *key) else {
                let known = self.schemes().iter().map(|scheme| scheme.name).collect();
                return Err(SecretsError::Unknown { place, known });
            };
            let name = self.schemes()[scheme].name;
            Ok((scheme, value.ok_or(SecretsError::Malformed(name.to_owned(), "is not a string"))?))
        };
        entries(path)?.into_iter().map(text).collect()
    }

    /// Sets the credential of the scheme with this index: `user:password` for Basic, else the key or token. `place` is
    /// where the text comes from, for errors.
    ///
    /// # Errors
    ///
    /// If the text is not a valid credential for the scheme.
    pub fn credential_from_text(&mut self, scheme: usize, place: &str, text: SecretString) -> Result<(), SecretsError> {
        let malformed = |what| SecretsError::Malformed(place.to_owned(), what);
        if text.expose_secret().is_empty() {
            return Err(malformed("is empty"));
        }
        let credential = match self.schemes()[scheme].kind {
            SchemeKind::MutualTls => return Err(malformed("is for a scheme that needs a certificate")),
            SchemeKind::Basic => match text.expose_secret().split_once(':') {
                Some((user, password)) => Login::new(user, password).into(),
                None => return Err(malformed("is not `user:password`")),
            },
            SchemeKind::ApiKey { .. } | SchemeKind::Bearer | SchemeKind::Http(_) => Credential(Secret::Value(text)),
        };
        self.credential(scheme, credential);
        Ok(())
    }
}

/// An entry of a file. Neither key nor value may be shown in errors, since they may have been swapped.
struct Entry {
    place: String,
    key: Zeroizing<String>,
    /// `None` if the value is not a string.
    value: Option<SecretString>,
}

fn entries(path: &Path) -> Result<Vec<Entry>, SecretsError> {
    let mut bytes = Zeroizing::new(Vec::new());
    open_private(path)?.take(MAX_LENGTH + 1).read_to_end(&mut bytes).map_err(SecretsError::File)?;
    if bytes.len() as u64 > MAX_LENGTH {
        return Err(SecretsError::Form("it is larger than 64 KiB".to_owned()));
    }
    let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if is_toml { table(&bytes) } else { object(&bytes) }.map_err(SecretsError::Form)
}

/// The entries of a JSON object. The messages of the parser contain only positions.
fn object(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let fields = match parse(bytes).map_err(|error| error.to_string())? {
        Value::Object(fields) => fields,
        other => return Err(format!("expected an object, found {}", other.node().kind())),
    };
    let entry = |(at, (key, value)): (usize, (_, Value<'_>))| Entry {
        place: format!("entry {}", at + 1),
        key: Zeroizing::new(std::borrow::Cow::into_owned(key)),
        value: value.node().string().ok().map(SecretString::from),
    };
    Ok(fields.into_iter().enumerate().map(entry).collect())
}

/// The entries of a TOML table. The parser's message may repeat a secret, so only the line is reported.
fn table(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
    let line = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        format!("not TOML at line {}", line(at))
    })?;
    let entry = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| Entry {
        place: format!("line {}", line(key.span().start)),
        key: Zeroizing::new(key.get_ref().to_string()),
        value: value.get_ref().as_str().map(SecretString::from),
    };
    Ok(table.get_ref().iter().map(entry).collect())
}

/// Opens a file that only this user can access.
///
/// # Errors
///
/// If the file cannot be opened, is not a regular file, is accessible to users other than its owner or belongs to
/// another user than that of this process or root (both on Unix).
pub fn open_private(path: &Path) -> Result<File, SecretsError> {
    // Before it is opened, because opening a pipe blocks and opening a device may have side effects, and again
    // afterwards, because the path may refer to a different file by then.
    check(&std::fs::metadata(path).map_err(SecretsError::File)?)?;
    let file = File::open(path).map_err(SecretsError::File)?;
    check(&file.metadata().map_err(SecretsError::File)?)?;
    Ok(file)
}

/// Checks that only this user can read or write the file.
fn check(metadata: &Metadata) -> Result<(), SecretsError> {
    if !metadata.is_file() {
        return Err(SecretsError::NotRegular);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if metadata.mode() & 0o077 != 0 {
            return Err(SecretsError::Readable);
        }
        // Root can read and write every file anyway, so it is trusted.
        if metadata.uid() != 0 && metadata.uid() != user().map_err(SecretsError::File)? {
            return Err(SecretsError::Owner);
        }
    }
    // Other systems have no such bits; the permissions of the directory must protect the file.
    Ok(())
}

/// The user id of this process: that of the owner of a file that it creates, here a pipe. std has no function for it.
#[cfg(unix)]
fn user() -> io::Result<u32> {
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::MetadataExt;
    let (reader, _writer) = io::pipe()?;
    File::from(OwnedFd::from(reader)).metadata().map(|metadata| metadata.uid())
}
