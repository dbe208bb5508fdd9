//! Credentials that are kept out of code: in the environment, or in a file that nobody else can read.

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

/// The most bytes of a file of credentials.
const LONGEST: u64 = 64 << 10;

/// Credentials that could not be read. It names places, never credentials.
#[derive(Debug)]
pub enum SecretsError {
    /// The variable or the entry holds no credential of its scheme.
    Malformed(String, &'static str),
    /// The file cannot be read.
    File(io::Error),
    /// The path does not name a regular file, but a directory, a pipe, a socket or a device.
    NotRegular,
    /// The file is readable by others than its owner.
    Readable,
    /// The file belongs to a user that is neither the one of this process nor root.
    Owner,
    /// The file is neither a JSON object nor a TOML table of texts, or is longer than 64 KiB.
    Form(String),
    /// The file has an entry whose key is not the name of a scheme. The key may be a secret, so the entry is named by its
    /// place (`entry 2`, `line 3`).
    Unknown {
        /// Where the entry is.
        place: String,
        /// The names that an entry may have.
        known: Vec<&'static str>,
    },
}

impl fmt::Display for SecretsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(place, what) => write!(f, "the credential in `{place}` {what}"),
            Self::File(error) => write!(f, "the file of credentials cannot be read: {error}"),
            Self::NotRegular => f.write_str("the path of the credentials does not name a regular file"),
            Self::Readable => f.write_str("the file of credentials can be read by others; `chmod 600` it"),
            Self::Owner => {
                f.write_str("the file of credentials belongs to another user; `chown` it to the user of this process")
            }
            Self::Form(why) => write!(f, "the file of credentials is no JSON object and no TOML table of texts: {why}"),
            Self::Unknown { place, known } => {
                let known = known.join("`, `");
                write!(f, "the file of credentials: the key of {place} is not a scheme of this API; expected `{known}`")
            }
        }
    }
}

impl std::error::Error for SecretsError {}

impl CoreBuilder {
    /// Takes the credentials that the environment holds; the variables stand in the order of the schemes, an empty name
    /// for a scheme whose credential is no text. A variable that is not set leaves its scheme as it is.
    ///
    /// # Errors
    ///
    /// If a variable holds no credential of its scheme.
    pub fn credentials_from_env(&mut self, variables: &[&str]) -> Result<(), SecretsError> {
        for (scheme, variable) in variables.iter().enumerate().filter(|(_, variable)| !variable.is_empty()) {
            match std::env::var(variable) {
                Ok(text) => self.add(scheme, variable, text.into())?,
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(SecretsError::Malformed((*variable).to_owned(), "is not text"));
                }
            }
        }
        Ok(())
    }

    /// Takes the credentials of a file: the names of schemes and their credentials, as a TOML table where the name of the
    /// file ends in `.toml`, else as a JSON object.
    ///
    /// # Errors
    ///
    /// If the path does not name a regular file, the file cannot be read, others than its owner may read it or its owner
    /// is neither the user of this process nor root (on Unix), or an entry is not a credential of a scheme.
    pub fn credentials_from_file(&mut self, path: &Path) -> Result<(), SecretsError> {
        for Entry { place, key, value } in entries(path)? {
            let Some(scheme) = self.schemes().iter().position(|scheme| scheme.name == *key) else {
                let known = self.schemes().iter().map(|scheme| scheme.name).collect();
                return Err(SecretsError::Unknown { place, known });
            };
            let name = self.schemes()[scheme].name;
            let value = value.ok_or(SecretsError::Malformed(name.to_owned(), "is not a text in quotes"))?;
            self.add(scheme, name, value)?;
        }
        Ok(())
    }

    fn add(&mut self, scheme: usize, place: &str, text: SecretString) -> Result<(), SecretsError> {
        let malformed = |what| SecretsError::Malformed(place.to_owned(), what);
        if text.expose_secret().is_empty() {
            return Err(malformed("is empty"));
        }
        let credential = match self.schemes()[scheme].kind {
            SchemeKind::MutualTls => return Err(malformed("belongs to a scheme whose credential is a certificate")),
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

/// An entry of a file: neither its key nor its value may be shown, since they may have been swapped.
struct Entry {
    place: String,
    key: Zeroizing<String>,
    /// `None` if it is not a text.
    value: Option<SecretString>,
}

fn entries(path: &Path) -> Result<Vec<Entry>, SecretsError> {
    let mut bytes = Zeroizing::new(Vec::new());
    open(path)?.take(LONGEST + 1).read_to_end(&mut bytes).map_err(SecretsError::File)?;
    if bytes.len() as u64 > LONGEST {
        return Err(SecretsError::Form("it is longer than 64 KiB".to_owned()));
    }
    let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if is_toml { table(&bytes) } else { object(&bytes) }.map_err(SecretsError::Form)
}

/// The entries of a JSON object. Messages of the parser hold positions only.
fn object(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let fields = match parse(bytes).map_err(|error| error.to_string())? {
        Value::Object(fields) => fields,
        other => return Err(format!("expected an object, found {}", other.kind())),
    };
    let entry = |(at, (key, value)): (usize, (_, Value<'_>))| Entry {
        place: format!("entry {}", at + 1),
        key: Zeroizing::new(std::borrow::Cow::into_owned(key)),
        value: value.string().ok().map(SecretString::from),
    };
    Ok(fields.into_iter().enumerate().map(entry).collect())
}

/// The entries of a TOML table. What the parser says of a mistake may repeat a secret, so only its line is reported.
fn table(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
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

/// Opens a file that is private to this process.
///
/// It is looked at before it is opened, since opening a pipe waits for its other end, and a device may do anything. What
/// counts is the file that was opened, whatever the path names by now.
fn open(path: &Path) -> Result<File, SecretsError> {
    check(&std::fs::metadata(path).map_err(SecretsError::File)?)?;
    let file = File::open(path).map_err(SecretsError::File)?;
    check(&file.metadata().map_err(SecretsError::File)?)?;
    Ok(file)
}

/// Whether a file with these attributes can hold secrets that nobody else reads or writes.
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
        // Root, which may read and write every file, is always trusted.
        if metadata.uid() != 0 && metadata.uid() != user().map_err(SecretsError::File)? {
            return Err(SecretsError::Owner);
        }
    }
    // Elsewhere a file has no such bits: its directory must keep others out.
    Ok(())
}

/// The user that this process acts as: the owner of what it makes, here of a pipe. std has no function for it.
#[cfg(unix)]
fn user() -> io::Result<u32> {
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::MetadataExt;
    let (reader, _writer) = io::pipe()?;
    File::from(OwnedFd::from(reader)).metadata().map(|metadata| metadata.uid())
}
