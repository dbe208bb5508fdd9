//! Documents from URLs, and remote files to which documents refer.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::lock_path::lock_path;
use crate::document::Input;
use crate::error::Error;
use crate::fetch::{FetchOptions, Fetcher, Header};
use crate::limits::{RemoteAccess, is_url};
use crate::lock::Lock;
use crate::options::Options;

#[derive(Debug, Clone, Args)]
pub(super) struct RemoteArgs {
    /// Send this header field to the host of the document: "NAME: VALUE"; a last word `env:VARIABLE` is taken from the
    /// environment; can be repeated
    #[arg(long, value_name = "HEADER")]
    header: Vec<HeaderText>,
    /// Allow http for hosts other than this machine
    #[arg(long)]
    insecure: bool,
    /// How many seconds fetching may take, all files together
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(..=86_400))]
    fetch_timeout: u64,
    /// Fetch references to URLs of this host, if their hashes are in the lock file; can be repeated
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// Read names that stay and hashes of remote files from this file [default: keystub.lock next to the file of --config, or
    /// in the current folder]
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
}

/// The text of `--header`, which may be secret.
#[derive(Clone)]
struct HeaderText(String);

impl From<String> for HeaderText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for HeaderText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Whether files must have the hashes of the lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pins {
    Checked,
    Ignored,
}

impl RemoteArgs {
    /// Whether http is allowed for hosts other than this machine.
    pub(super) fn is_insecure(&self) -> bool {
        self.insecure
    }

    /// The path of the lock file, whether it exists or not.
    pub(super) fn lock_path(&self, options: &Options) -> PathBuf {
        lock_path(self.lock.as_deref(), options)
    }

    /// Gives the options access to remote files, and returns what fetches them.
    fn fetcher(&self, options: &mut Options, pins: Pins) -> Result<Arc<Fetcher>, Error> {
        options.allowed_hosts.extend(self.allow_host.iter().cloned());
        let variable = |name: &str| std::env::var(name).ok();
        let headers = self.header.iter().map(|header| Header::parse(&header.0, variable)).collect::<Result<_, _>>();
        let pins = match (pins, options.allowed_hosts.is_empty()) {
            (Pins::Checked, false) => Some(Lock::read(&self.lock_path(options)).map_err(Error::Setting)?.remote),
            (Pins::Checked, true) | (Pins::Ignored, _) => None,
        };
        let fetcher = Arc::new(Fetcher::new(FetchOptions {
            headers: headers.map_err(Error::Setting)?,
            is_insecure: self.insecure,
            timeout: Duration::from_secs(self.fetch_timeout),
            allowed_hosts: options.allowed_hosts.clone(),
            pins,
        }));
        if !options.allowed_hosts.is_empty() {
            options.remote = Some(RemoteAccess::new(fetcher.clone()));
        }
        Ok(fetcher)
    }

    /// Rejects header fields if the documents are on different hosts.
    pub(super) fn check_hosts<'s>(&self, specs: impl Iterator<Item = &'s str>) -> Result<(), Error> {
        let probe = self.fetcher(&mut Options::default(), Pins::Ignored)?;
        specs.filter(|spec| is_url(spec)).try_for_each(|spec| probe.claim(spec)).map_err(Error::Setting)
    }

    /// What reads the documents of this run.
    pub(super) fn documents(&self, options: &mut Options) -> Result<Documents, Error> {
        self.fetcher(options, Pins::Checked).map(Documents)
    }

    /// What reads the documents of this run and accepts all remote files.
    pub(super) fn unpinned(&self, options: &mut Options) -> Result<Documents, Error> {
        self.fetcher(options, Pins::Ignored).map(Documents)
    }

    /// The document that an argument names, fetched if it is a URL.
    pub(super) fn input(&self, spec: &str, options: &mut Options) -> Result<Input, Error> {
        self.documents(options)?.input(spec, options)
    }
}

/// What reads the documents of one run.
pub(super) struct Documents(Arc<Fetcher>);

impl Documents {
    /// The hashes of the remote files that were read, by URL.
    pub(super) fn hashes(&self) -> BTreeMap<String, String> {
        self.0.hashes()
    }

    /// The document that an argument names, fetched if it is a URL.
    pub(super) fn input(&self, spec: &str, options: &Options) -> Result<Input, Error> {
        if is_url(spec) {
            return self.0.document(spec, options.limits.bytes).map_err(Error::Io);
        }
        Ok(Input::path_or_stdin(spec))
    }
}
