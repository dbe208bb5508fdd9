//! Access to remote files: what reading needs of the network, without the network.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Remote files to which documents may refer.
pub trait RemoteFiles: fmt::Debug + Send + Sync {
    /// The absolute URL of a reference, which is relative to the URL `base` if there is one.
    ///
    /// # Errors
    ///
    /// [`RemoteError::Refused`] if it may not be fetched.
    fn resolve(&self, base: Option<&str>, reference: &str) -> Result<String, RemoteError>;

    /// The bytes of a file; one more than `most` if it is larger.
    ///
    /// # Errors
    ///
    /// If it cannot be fetched, or is not the expected file.
    fn read(&self, url: &str, most: usize) -> Result<Vec<u8>, RemoteError>;
}

/// Why a remote file is not read. The texts quote the reference and no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemoteError {
    /// It may not be fetched.
    Refused(String),
    /// It cannot be fetched.
    Failed(String),
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Refused(message) | Self::Failed(message)) = self;
        f.write_str(message)
    }
}

impl std::error::Error for RemoteError {}

/// Shared access to remote files. Two are equal if they are the same.
#[derive(Debug, Clone)]
pub struct RemoteAccess(Arc<dyn RemoteFiles>);

impl RemoteAccess {
    /// Access by `files`.
    pub fn new(files: Arc<dyn RemoteFiles>) -> Self {
        Self(files)
    }
}

impl Deref for RemoteAccess {
    type Target = dyn RemoteFiles;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl PartialEq for RemoteAccess {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for RemoteAccess {}

/// Whether a text is an http or https URL.
pub(crate) fn is_url(text: &str) -> bool {
    let begins_with = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    begins_with("https://") || begins_with("http://")
}

/// A URL as it is printed: without its query, which may be secret.
pub(crate) fn shown(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}
