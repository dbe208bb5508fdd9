//! The origins that the pages may call: those of the servers, and of the endpoints from which tokens are requested.

use std::collections::BTreeSet;

use crate::model::Api;
use crate::model::security::{FlowKind, Scheme, is_relative_url};

/// Where requests of the pages may go.
#[derive(Debug, Default)]
pub struct Origins {
    /// The origins that the document names, as a browser writes them.
    pub named: BTreeSet<String>,
    /// Whether a server of the document is relative to the pages.
    pub has_own: bool,
}

impl Origins {
    /// The origins of an API.
    pub fn of(api: &Api) -> Self {
        let servers = api.servers.iter().chain(api.operations.iter().flat_map(|operation| &operation.servers));
        let servers = servers.map(|server| server.url.as_str());
        let endpoints = api.schemes.iter().flat_map(endpoints);
        Self { named: servers.chain(endpoints).filter_map(origin).collect(), has_own: api.relative_server.is_some() }
    }

    /// The sources of `connect-src` (CSP Level 3, section 6.1.2).
    pub fn sources(&self) -> String {
        let own = self.has_own.then_some("'self'");
        let all: Vec<&str> = own.into_iter().chain(self.named.iter().map(String::as_str)).collect();
        if all.is_empty() { "'none'".to_owned() } else { all.join(" ") }
    }
}

/// The URLs of a scheme to which the pages send requests, or send their reader.
fn endpoints(scheme: &Scheme) -> Vec<&str> {
    let is_used = |flow: Option<FlowKind>| match flow {
        None | Some(FlowKind::AuthorizationCode | FlowKind::ClientCredentials | FlowKind::Password) => true,
        Some(FlowKind::Implicit | FlowKind::Device) => false,
    };
    // The pages do not get bound tokens.
    if scheme.is_bound() {
        return Vec::new();
    }
    let urls = scheme.kind.issuer_urls().into_iter();
    urls.filter(|url| is_used(url.flow) && !is_relative_url(url.url)).map(|url| url.url).collect()
}

/// The origin of a URL; `None` if it cannot be written in a policy. A host has only characters that cannot end a source or
/// a directive. IP addresses in brackets are not part of the grammar of sources.
fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => "443",
        "http" => "80",
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let (host, port) = authority.split_once(':').unwrap_or((&authority, default_port));
    let is_host = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let port: u16 = port.parse().ok()?;
    let shown = if port.to_string() == default_port { String::new() } else { format!(":{port}") };
    is_host.then(|| format!("{scheme}://{host}{shown}"))
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn origins_cannot_add_sources_or_directives() {
        for (url, expected) in [
            ("https://a.example/t?x=1", Some("https://a.example")),
            ("HTTPS://A.example:443", Some("https://a.example")),
            ("http://127.0.0.1:4010/token", Some("http://127.0.0.1:4010")),
            ("https://a.example; script-src *", None),
            ("https://a.example https://evil.example/", None),
            ("https://*/t", None),
            ("https://*.example/t", None),
            ("https://u@evil.example/t", None),
            ("https://a.example:*/t", None),
            ("https://'unsafe-inline'/", None),
            ("https://[::1]:1/", None),
            ("javascript://a.example/", None),
            ("https:///t", None),
            ("/token", None),
        ] {
            assert_eq!(origin(url).as_deref(), expected, "{url}");
        }
    }
}
