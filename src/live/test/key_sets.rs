//! The public keys of the issuer of a token, by its metadata (OpenID Connect Discovery, RFC 8414).

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::hosts::is_allowed;
use super::public_key::pem_files;
use crate::model::security::Scheme;
use keystub_client_runtime::reqwest::{Client, Url, redirect::Policy};

/// The most bytes of metadata or of a key set.
const MOST: usize = 1 << 20;

/// The most keys that are tried.
const MOST_KEYS: usize = 4;

/// The key sets of a run, by the URL of the metadata. Only hosts that a run may send requests to are asked for them.
#[derive(Debug)]
pub(super) struct KeySets {
    hosts: Vec<String>,
    timeout: Duration,
    known: BTreeMap<String, Result<Vec<Value>, String>>,
}

impl KeySets {
    pub fn new(hosts: &[String], timeout: Duration) -> Self {
        Self { hosts: hosts.to_vec(), timeout, known: BTreeMap::new() }
    }

    /// The PEM files of the keys that may verify a token of this issuer with this `kid`.
    ///
    /// # Errors
    ///
    /// Why there are none.
    pub async fn pem_files(&mut self, scheme: &Scheme, iss: &str, kid: Option<&str>) -> Result<Vec<Vec<u8>>, String> {
        let documented = scheme.kind.issuer_urls().into_iter();
        let documented = documented.filter(|own| matches!(own.key, "openIdConnectUrl" | "oauth2MetadataUrl"));
        let urls: Vec<String> = documented.map(|own| own.url.to_owned()).chain(of_issuer(iss)).collect();
        let mut failed = "neither the document nor the token has an issuer".to_owned();
        for url in urls {
            match self.keys(&url).await {
                Ok(keys) => {
                    let is_meant = |key: &&Value| kid.is_none() || key.get("kid").and_then(Value::as_str) == kid;
                    let files: Vec<_> = keys.iter().filter(is_meant).take(MOST_KEYS).flat_map(pem_files).collect();
                    if !files.is_empty() {
                        return Ok(files);
                    }
                    failed = "the key set of the issuer does not have the key of the token".to_owned();
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    async fn keys(&mut self, url: &str) -> Result<Vec<Value>, String> {
        if !self.known.contains_key(url) {
            let keys = self.fetched(url).await;
            self.known.insert(url.to_owned(), keys);
        }
        self.known[url].clone()
    }

    async fn fetched(&self, url: &str) -> Result<Vec<Value>, String> {
        let metadata = self.json(url).await?;
        let url =
            metadata.get("jwks_uri").and_then(Value::as_str).ok_or("the metadata of the issuer has no `jwks_uri`")?;
        let keys = self.json(url).await?;
        keys.get("keys").and_then(Value::as_array).cloned().ok_or_else(|| "the key set has no `keys`".to_owned())
    }

    /// A JSON document, without following redirects and without credentials.
    async fn json(&self, url: &str) -> Result<Value, String> {
        let url = Url::parse(url).map_err(|_| "the URL of the issuer is not absolute".to_owned())?;
        let host = url.host_str().unwrap_or_default().to_owned();
        if !is_allowed(&url, &self.hosts) {
            return Err(format!("the keys of `{host}` were not fetched; if you may, add `--i-may {host}`"));
        }
        let failed = || format!("`{host}` does not serve the keys of tokens");
        let client = Client::builder().redirect(Policy::none()).referer(false).timeout(self.timeout).build();
        let response = client.map_err(|_| failed())?.get(url).send().await.map_err(|_| failed())?;
        let mut response = response.error_for_status().map_err(|_| failed())?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| failed())? {
            body.extend_from_slice(&chunk);
            if body.len() > MOST {
                return Err(failed());
            }
        }
        serde_json::from_slice(&body).map_err(|_| failed())
    }
}

/// The URLs of the metadata of an issuer: OpenID Connect Discovery 1.0, section 4, and RFC 8414, section 3.
fn of_issuer(iss: &str) -> Vec<String> {
    let Ok(url) = Url::parse(iss) else { return Vec::new() };
    let path = url.path().trim_end_matches('/').to_owned();
    let mut inserted = url.clone();
    inserted.set_path(&format!("/.well-known/oauth-authorization-server{path}"));
    let mut appended = url;
    appended.set_path(&format!("{path}/.well-known/openid-configuration"));
    vec![appended.to_string(), inserted.to_string()]
}
