//! The accounts of a run: whose credentials are sent.

use std::path::PathBuf;

use super::received::LARGEST_RESPONSE;
use super::sender::Limits;
use crate::live::bound_credential::{SetCredential, set, set_from_env, set_from_file};
use crate::live::call::{Caller, has_credential};
use keystub_client_runtime::core::{Core, CoreBuilder};
use keystub_client_runtime::dpop::DpopKey;

/// Where the credentials of an account are read from.
#[derive(Debug, Clone)]
pub(crate) struct AccountSource {
    /// What the names of its environment variables begin with, before those of `keystub call`; empty for the main account.
    pub prefix: String,
    /// The scopes of its tokens; `None` if it has all that are required.
    pub scopes: Option<Vec<String>>,
    /// Its file.
    pub file: Option<PathBuf>,
    /// Its credentials by the index of the scheme, if they do not have to be read.
    pub known: Vec<(usize, String)>,
}

/// An account that can send requests.
#[derive(Debug)]
pub(super) struct Account {
    pub source: AccountSource,
    pub core: Core,
    /// Whether there is a credential, by the index of the scheme.
    pub available: Vec<bool>,
    /// The variable of the credential of each scheme.
    pub variables: Vec<String>,
    /// The keys to which its tokens are bound.
    pub keys: Vec<DpopKey>,
}

impl AccountSource {
    /// The main account.
    pub fn main(file: Option<PathBuf>) -> Self {
        Self { prefix: String::new(), scopes: None, file, known: Vec::new() }
    }

    /// An account with these credentials, by the index of the scheme.
    pub fn known(known: Vec<(usize, String)>) -> Self {
        Self { known, ..Self::main(None) }
    }

    /// The account with this prefix and these scopes.
    pub fn other(prefix: &str, scopes: Option<Vec<String>>) -> Self {
        Self { prefix: prefix.to_owned(), scopes, file: None, known: Vec::new() }
    }

    fn variables(&self, names: &[Option<String>]) -> Vec<String> {
        let named = |name: &Option<String>| match (name, self.prefix.as_str()) {
            (None, _) => String::new(),
            (Some(name), "") => name.clone(),
            (Some(name), prefix) => format!("{prefix}_{name}"),
        };
        names.iter().map(named).collect()
    }
}

impl Account {
    /// Reads the credentials.
    ///
    /// # Errors
    ///
    /// If a credential is malformed, or the URL of the server is not valid.
    pub fn new(
        caller: &Caller,
        server: &str,
        names: &[Option<String>],
        source: AccountSource,
        limits: Limits,
    ) -> Result<Self, String> {
        let variables = source.variables(names);
        let mut builder = builder(caller, server, limits);
        let texts: Vec<&str> = variables.iter().map(String::as_str).collect();
        let api = caller.api;
        let mut own = set_from_env(&mut builder, api, &texts).map_err(|error| error.to_string())?;
        if let Some(file) = &source.file {
            own.extend(set_from_file(&mut builder, api, file).map_err(|error| error.to_string())?);
        }
        for (scheme, credential) in &source.known {
            let text = (*scheme, credential.as_str().into());
            own.push(set(&mut builder, api, text, "the account").map_err(|error| error.to_string())?);
        }
        let keys = own.into_iter().filter_map(|SetCredential { key, .. }| key).collect();
        let available = (0..names.len()).map(|scheme| has_credential(&builder, scheme)).collect();
        let core = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { source, core, available, variables, keys })
    }

    /// How the account is called in messages.
    pub fn name(&self) -> &str {
        if self.source.prefix.is_empty() { "the main account" } else { &self.source.prefix }
    }
}

/// A client without credentials.
///
/// # Errors
///
/// If the URL of the server is not valid.
pub(super) fn anonymous(caller: &Caller, server: &str, limits: Limits) -> Result<Core, String> {
    builder(caller, server, limits).build().map_err(|error| error.to_string())
}

fn builder(caller: &Caller, server: &str, limits: Limits) -> CoreBuilder {
    let mut builder = caller.new_builder(server);
    builder.timeout(limits.timeout);
    builder.max_response_bytes(LARGEST_RESPONSE);
    builder
}
