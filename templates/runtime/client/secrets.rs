//! Credentials that are kept out of code: in the environment, or in a file that nobody else can read.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::core::CoreBuilder;
use super::credential::{Credential, Login, Secret};
use super::json::from_slice;
use super::operation::SchemeKind;

/// The most bytes of a file of credentials.
const LONGEST: u64 = 64 << 10;

/// Credentials that could not be read. It names places, never credentials.
#[derive(Debug)]
pub enum SecretsError {
    /// The variable or the entry holds no credential of its scheme.
    Malformed(String, &'static str),
    /// The file cannot be read.
    File(std::io::Error),
    /// The file is readable by others than its owner.
    Readable,
    /// The file is neither a JSON object nor a TOML table of texts, or is longer than 64 KiB.
    Form(String),
    /// The file has an entry that no scheme of the document has the name of.
    Unknown(String),
}

impl fmt::Display for SecretsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(place, what) => write!(f, "the credential in `{place}` {what}"),
            Self::File(error) => write!(f, "the file of credentials cannot be read: {error}"),
            Self::Readable => f.write_str("the file of credentials can be read by others; `chmod 600` it"),
            Self::Form(why) => write!(f, "the file of credentials is no JSON object and no TOML table of texts: {why}"),
            Self::Unknown(name) => write!(f, "the file of credentials names `{name}`, which is no scheme of this API"),
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
    /// When a variable holds no credential of its scheme.
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
    /// When the file cannot be read, others than its owner may read it (on Unix), or an entry is no credential.
    pub fn credentials_from_file(&mut self, path: &Path) -> Result<(), SecretsError> {
        for (name, text) in entries(path)? {
            let Some(scheme) = self.schemes().iter().position(|scheme| scheme.name == name) else {
                return Err(SecretsError::Unknown(name));
            };
            self.add(scheme, &name, text.into())?;
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

fn entries(path: &Path) -> Result<BTreeMap<String, String>, SecretsError> {
    let file = File::open(path).map_err(SecretsError::File)?;
    // Of the file that was opened, whatever stands at the path by now.
    let metadata = file.metadata().map_err(SecretsError::File)?;
    if is_readable_by_others(&metadata) {
        return Err(SecretsError::Readable);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(SecretsError::File)?;
    if bytes.len() as u64 > LONGEST {
        return Err(SecretsError::Form("it is longer than 64 KiB".to_owned()));
    }
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
        return table(&bytes).map_err(SecretsError::Form);
    }
    from_slice(&bytes).map_err(|error| SecretsError::Form(error.to_string()))
}

/// The texts of a TOML table. What the parser says of a mistake may repeat a secret, so only its line is told.
fn table(bytes: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        format!("not TOML at line {}", before.matches('\n').count() + 1)
    })?;
    let texts = table.into_iter().map(|(key, value)| match value {
        toml::Value::String(text) => Ok((key, text)),
        _ => Err("an entry is no text in quotes".to_owned()),
    });
    texts.collect()
}

#[cfg(unix)]
fn is_readable_by_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.mode() & 0o077 != 0
}

/// Elsewhere the rights of a file are no bits: its folder must keep others out.
#[cfg(not(unix))]
fn is_readable_by_others(_: &std::fs::Metadata) -> bool {
    false
}
