//! Which URLs may be fetched.

use std::net::IpAddr;

use reqwest::Url;

use crate::limits::shown;

/// What is allowed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'r> {
    /// Whether http is allowed for hosts other than this machine.
    pub(super) is_insecure: bool,
    /// The allowed hosts; all if `None`.
    pub(super) hosts: Option<&'r [String]>,
}

/// Parses an http or https URL without credentials.
pub(super) fn parse(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| format!("`{}` is not a valid URL: {error}", quoted(text)))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a URL must not contain a user name or password; use `--header`".to_owned());
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{}` is not fetched; expected an https URL", quoted(text)));
    }
    url.set_fragment(None);
    Ok(url)
}

/// A text that may be a URL with secrets: without its query and what precedes `@`.
fn quoted(text: &str) -> String {
    let text = shown(text);
    text.rsplit_once('@').map_or(text.clone(), |(_, rest)| format!("…@{rest}"))
}

impl Rules<'_> {
    /// Whether a URL may be fetched.
    pub(super) fn check(self, url: &Url) -> Result<(), String> {
        let text = shown(url.as_str());
        if url.scheme() != "https" && !is_loopback(url) && !self.is_insecure {
            return Err(format!("`{text}` is not fetched without encryption; use https, or `--insecure`"));
        }
        let host = url.host_str().unwrap_or_default();
        match self.hosts {
            Some(hosts) if !hosts.iter().any(|allowed| is_host(allowed, host)) => {
                Err(format!("`{text}` is not fetched; `--allow-host {host}` allows references to this host"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether a redirect from `from` to `to` may be followed.
    pub(super) fn check_redirect(self, from: &Url, to: &Url) -> Result<(), String> {
        let text = shown(to.as_str());
        if from.scheme() == "https" && to.scheme() != "https" && !self.is_insecure {
            return Err(format!("it redirects to `{text}`, which is not encrypted"));
        }
        if (is_loopback(to) || is_unspecified(to)) && !is_loopback(from) {
            return Err(format!("it redirects to `{text}`, which is this machine"));
        }
        self.check(to).map_err(|message| format!("it redirects: {message}"))
    }
}

/// Whether an entry of `--allow-host` is this host.
fn is_host(allowed: &str, host: &str) -> bool {
    let bare = |host: &str| host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    bare(allowed) == bare(host)
}

/// Whether the host is this machine, by its text alone.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<IpAddr>().map(|address| address.to_canonical().is_loopback());
    address.unwrap_or_else(|_| host == "localhost" || host.ends_with(".localhost"))
}

/// Whether the host is the unspecified address. A connection to it reaches this machine.
fn is_unspecified(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_unspecified())
}

/// Scheme, host and port.
pub(super) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECURE: Rules<'_> = Rules { is_insecure: false, hosts: None };

    fn url(text: &str) -> Url {
        parse(text).unwrap()
    }

    #[test]
    fn only_https_is_allowed_except_for_this_machine() {
        for text in
            ["https://a.test/x", "http://localhost:1/x", "http://127.0.0.1/x", "http://[::1]:8/x", "http://2130706433/"]
        {
            assert_eq!(SECURE.check(&url(text)), Ok(()), "{text}");
        }
        for text in ["http://a.test/x", "http://localhost.a.test/", "http://127.0.0.1.a.test/", "http://0.0.0.0/"] {
            assert!(SECURE.check(&url(text)).unwrap_err().contains("--insecure"), "{text}");
        }
        assert_eq!(Rules { is_insecure: true, ..SECURE }.check(&url("http://a.test/x")), Ok(()));
    }

    #[test]
    fn urls_with_credentials_or_other_schemes_are_refused() {
        for text in [
            "https://ann:secret@a.test/",
            "https://secret@a.test/",
            "ftp://a.test/secret?secret",
            "file:///etc/x",
            "https://",
        ] {
            let message = parse(text).unwrap_err();
            assert!(!message.contains("secret@") && !message.contains("?secret"), "{message}");
        }
    }

    #[test]
    fn redirects_do_not_leave_https_or_enter_this_machine() {
        let check = |from: &str, to: &str| SECURE.check_redirect(&url(from), &url(to));
        assert_eq!(check("https://a.test/x", "https://b.test/x"), Ok(()));
        assert_eq!(check("http://localhost:1/x", "http://localhost:2/x"), Ok(()));
        assert!(check("https://a.test/x", "http://a.test/x").is_err());
        assert!(check("https://a.test/x", "https://127.0.0.1/x").is_err());
        assert!(check("https://a.test/x", "http://[::ffff:127.0.0.1]/x").is_err());
        assert!(check("https://a.test/x", "https://0.0.0.0/x").is_err());
        assert!(check("https://a.test/x", "https://[::]/x").is_err());
        assert!(check("http://localhost:1/x", "http://a.test/x").is_err());
    }

    #[test]
    fn references_lead_only_to_allowed_hosts() {
        let hosts = ["a.test".to_owned(), "::1".to_owned()];
        let rules = Rules { hosts: Some(&hosts), ..SECURE };
        for (text, is_allowed) in [
            ("https://A.test/x", true),
            ("https://a.test:8443/x", true),
            ("http://[::1]/x", true),
            ("https://b.a.test/x", false),
            ("https://a.test.b/x", false),
        ] {
            assert_eq!(rules.check(&url(text)).is_ok(), is_allowed, "{text}");
        }
    }
}
