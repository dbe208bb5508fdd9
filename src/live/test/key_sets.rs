//! The public keys of the issuer of a token, by its metadata (OpenID Connect Discovery, RFC 8414).

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::hosts::{is_loopback, is_named};
use super::public_key::pem_files;
use crate::model::security::Scheme;
use keystub_client_runtime::reqwest::{Client, Url, redirect::Policy};

/// The most bytes of metadata or of a key set.
const MOST: usize = 1 << 20;

/// The most keys that are tried.
const MOST_KEYS: usize = 4;

/// The key sets of a run, by the URL of the metadata. Only hosts that the user names are asked for them, and this machine if
/// the tested server is on it: another server does not choose what is requested here.
#[derive(Debug)]
pub(super) struct KeySets {
    is_server_local: bool,
    hosts: Vec<String>,
    timeout: Duration,
    known: BTreeMap<String, Result<Vec<Value>, String>>,
}

impl KeySets {
    /// `server` is the URL of the tested server; `hosts` are those that the user names.
    pub fn new(server: &str, hosts: &[String], timeout: Duration) -> Self {
        let is_server_local = Url::parse(server).is_ok_and(|url| is_loopback(&url));
        Self { is_server_local, hosts: hosts.to_vec(), timeout, known: BTreeMap::new() }
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
        if let Some(refusal) = self.refusal(&url) {
            return Err(refusal);
        }
        let host = url.host_str().unwrap_or_default().to_owned();
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

    /// Why nothing is fetched from a URL of the document, a token or metadata, if nothing is.
    fn refusal(&self, url: &Url) -> Option<String> {
        let host = url.host_str().unwrap_or_default();
        if !url.username().is_empty() || url.password().is_some() {
            return Some(format!("the keys of `{host}` were not fetched: the URL has a user name or a password"));
        }
        let is_allowed = is_named(url, &self.hosts) || (self.is_server_local && is_loopback(url));
        (!is_allowed).then(|| format!("the keys of `{host}` were not fetched; if you may, add `--i-may {host}`"))
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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::{Duration, KeySets, Url};

    #[test]
    fn keys_come_from_named_hosts_and_the_machine_of_the_server() {
        let (local, remote) = ("http://127.0.0.1:8080/v1", "https://api.example.com");
        for (server, named, url, expected) in [
            (local, "", "http://localhost:9000/keys", None),
            (local, "", "http://[::1]/keys", None),
            ("http://localhost", "", "http://127.0.0.2/keys", None),
            (local, "", "https://id.example.com/keys", Some("--i-may id.example.com")),
            (local, "ID.example.com", "https://id.example.com/keys", None),
            (remote, "api.example.com", "https://api.example.com/keys", None),
            (remote, "api.example.com", "http://localhost/keys", Some("--i-may localhost")),
            (remote, "api.example.com", "http://127.0.0.1:9000/keys", Some("--i-may 127.0.0.1")),
            (remote, "api.example.com", "http://[::1]/keys", Some("--i-may [::1]")),
            (remote, "localhost", "http://localhost/keys", None),
            (local, "", "http://user@localhost/keys", Some("a user name or a password")),
            (local, "", "http://:word@localhost/keys", Some("a user name or a password")),
            (remote, "id.example.com", "https://user:word@id.example.com/keys", Some("a user name or a password")),
        ] {
            let key_sets = KeySets::new(server, &[named.to_owned()], Duration::from_secs(1));
            let refusal = key_sets.refusal(&Url::parse(url).unwrap());
            let is_expected = match (&refusal, expected) {
                (Some(message), Some(part)) => message.contains(part) && !message.contains("word@"),
                (None, None) => true,
                _ => false,
            };
            assert!(is_expected, "{server} {url}: {refusal:?}");
        }
    }

    /// An issuer that sends this response to one request, and its origin.
    fn issuer(head: &str, body: &str) -> (TcpListener, String, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let response = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        (listener, origin, response)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn issuer_on_this_machine_is_not_asked_for_a_server_elsewhere() {
        let (listener, origin, _) = issuer("200 OK", "{}");
        listener.set_nonblocking(true).unwrap();
        let mut key_sets = KeySets::new("https://api.example.com", &[], Duration::from_secs(5));
        let error = key_sets.keys(&origin).await.unwrap_err();
        assert!(error.contains("were not fetched"), "{error}");
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn metadata_and_redirects_cannot_choose_another_host() {
        let (target, origin, _) = issuer("200 OK", "{}");
        target.set_nonblocking(true).unwrap();
        let redirect = format!("302 Found\r\nlocation: {origin}/keys");
        for (head, body, expected) in [
            ("200 OK", r#"{"jwks_uri": "http://keys.invalid/"}"#, "the keys of `keys.invalid` were not fetched"),
            ("200 OK", r#"{"jwks_uri": "http://a:b@127.0.0.1/keys"}"#, "a user name or a password"),
            (redirect.as_str(), "", "does not serve the keys of tokens"),
        ] {
            let (listener, origin, response) = issuer(head, body);
            let served = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 4096];
                assert!(stream.read(&mut request).unwrap() > 0);
                stream.write_all(response.as_bytes()).unwrap();
            });
            let mut key_sets = KeySets::new("http://127.0.0.1:1", &[], Duration::from_secs(5));
            let error = key_sets.keys(&origin).await.unwrap_err();
            assert!(error.contains(expected), "{body}: {error}");
            served.join().unwrap();
        }
        assert_eq!(target.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "no redirect is followed");
    }
}
