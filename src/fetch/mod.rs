//! Documents and files from URLs: https unless the host is this machine, bounded in size and time, and without credentials
//! for other hosts than that of the document.

mod header;
mod place;
mod request;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Url;
use sha2::{Digest, Sha256};

use crate::document::Input;
use crate::limits::{RemoteError, RemoteFiles, shown};
pub(crate) use header::Header;
use place::{Rules, origin, parse};
use request::{Fetched, Request};

/// What is fetched and how.
#[derive(Debug, Default)]
pub(crate) struct FetchOptions {
    /// The header fields that go to the origin of the document.
    pub(crate) headers: Vec<Header>,
    /// Whether http is allowed for hosts other than this machine.
    pub(crate) is_insecure: bool,
    /// How long all requests may take together.
    pub(crate) timeout: Duration,
    /// The hosts from which files to which documents refer are fetched.
    pub(crate) allowed_hosts: Vec<String>,
    /// The expected hashes of these files by URL; without a map, all are accepted.
    pub(crate) pins: Option<BTreeMap<String, String>>,
}

/// Fetches the documents of one run and the files to which they refer.
#[derive(Debug)]
pub(crate) struct Fetcher {
    options: FetchOptions,
    /// The origin of the document.
    origin: OnceLock<String>,
    deadline: OnceLock<Instant>,
    /// The hashes of the files that were read, by URL.
    hashes: Mutex<BTreeMap<String, String>>,
}

impl Fetcher {
    /// A fetcher for one run.
    pub(crate) fn new(options: FetchOptions) -> Self {
        Self { options, origin: OnceLock::new(), deadline: OnceLock::new(), hashes: Mutex::default() }
    }

    /// Fetches a document: at most `most` bytes, and one more if it is larger.
    pub(crate) fn document(&self, text: &str, most: usize) -> Result<Input, String> {
        let url = parse(text)?;
        self.claim(text)?;
        let name = shown(url.as_str());
        let Fetched { url: base, bytes } = self.fetch(url, most, None)?;
        Ok(Input::Fetched { name, base: base.to_string(), bytes })
    }

    /// Sends the header fields to the origin of this URL; rejects a second origin.
    pub(crate) fn claim(&self, text: &str) -> Result<(), String> {
        let origin = origin(&parse(text)?);
        if *self.origin.get_or_init(|| origin.clone()) != origin && !self.options.headers.is_empty() {
            return Err("`--header` goes to one host, but the documents are on different hosts".to_owned());
        }
        Ok(())
    }

    /// The hashes of the files that were read, by URL.
    pub(crate) fn hashes(&self) -> BTreeMap<String, String> {
        self.hashes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fetch(&self, url: Url, most: usize, hosts: Option<&[String]>) -> Result<Fetched, String> {
        let deadline = *self.deadline.get_or_init(|| Instant::now() + self.options.timeout);
        let request = Request {
            rules: Rules { is_insecure: self.options.is_insecure, hosts },
            headers: &self.options.headers,
            origin: self.origin.get().map(String::as_str),
            deadline,
            most,
        };
        request.send(url)
    }

    /// Compares the hash of a file with that of the lock file.
    fn check(&self, url: &str, bytes: &[u8]) -> Result<(), RemoteError> {
        let hash = hash(bytes);
        let shown = shown(url);
        let accept = "`keystub lock` writes the present hash to keystub.lock";
        let problem = match &self.options.pins {
            None => None,
            Some(pins) => match pins.get(url) {
                None => Some(format!("the hash of `{shown}` is not in keystub.lock; {accept}")),
                Some(pinned) if *pinned != hash => {
                    Some(format!("`{shown}` has changed: its hash is not that in keystub.lock; {accept}"))
                }
                Some(_) => None,
            },
        };
        self.hashes.lock().unwrap_or_else(PoisonError::into_inner).insert(url.to_owned(), hash);
        problem.map_or(Ok(()), |message| Err(RemoteError::Refused(message)))
    }
}

impl RemoteFiles for Fetcher {
    fn resolve(&self, base: Option<&str>, reference: &str) -> Result<String, RemoteError> {
        let refused = |message: String| RemoteError::Refused(message);
        let mut url = match base {
            Some(base) => {
                let base = parse(base).map_err(refused)?;
                let message = || RemoteError::Refused("the reference is not a valid URL".to_owned());
                parse(base.join(reference).map_err(|_| message())?.as_str()).map_err(refused)?
            }
            None => parse(reference).map_err(refused)?,
        };
        url.set_fragment(None);
        let rules = Rules { is_insecure: self.options.is_insecure, hosts: Some(&self.options.allowed_hosts) };
        rules.check(&url).map_err(refused)?;
        Ok(url.to_string())
    }

    fn read(&self, url: &str, most: usize) -> Result<Vec<u8>, RemoteError> {
        let parsed = parse(url).map_err(RemoteError::Refused)?;
        let fetched = self.fetch(parsed, most, Some(&self.options.allowed_hosts)).map_err(RemoteError::Failed)?;
        if fetched.bytes.len() <= most {
            self.check(url, &fetched.bytes)?;
        }
        Ok(fetched.bytes)
    }
}

/// `sha256:` and the hexadecimal digest.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}
