//! Servers: where requests and credentials are sent, so only absolute http and https URLs are accepted.

use std::collections::BTreeMap;

use super::operation::methods::{Listed, methods};
use super::source::Source;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::Document;
use crate::model::operation::{Server, ServerVariable};

/// Why a server URL cannot be used.
enum ServerUrlError {
    /// It has no host, so the user must provide it.
    Relative,
    /// It is invalid.
    Bad(&'static str),
}

/// A list of servers and its place.
type Servers<'d> = (Pointer, &'d [openapiv3::Server]);

/// The servers below `paths`.
#[derive(Default)]
struct ServersOfPaths<'d> {
    /// Each list of a path item or operation.
    lists: Vec<Servers<'d>>,
    /// The list that applies to each operation, unless it is that of the document.
    of_operations: Vec<Option<Servers<'d>>>,
}

impl<'d> ServersOfPaths<'d> {
    fn of(source: &mut Source<'d>) -> Self {
        let (document, mut found) = (source.document, Self::default());
        for (path, item) in document.api.paths.iter() {
            let at = Pointer::root().child("paths").child(path);
            let Some((at, item)) = source.resolve(item, &at) else { continue };
            let of_item = found.list(&at, &item.servers);
            for Listed { spec, at, .. } in methods(source, item, &at) {
                let own = found.list(&at, &spec.servers);
                found.of_operations.push(own.or_else(|| of_item.clone()));
            }
        }
        found
    }

    fn list(&mut self, at: &Pointer, servers: &'d [openapiv3::Server]) -> Option<Servers<'d>> {
        let list = (!servers.is_empty()).then(|| (at.child("servers"), servers))?;
        self.lists.push(list.clone());
        Some(list)
    }

    /// The list that all operations have.
    fn shared(&self) -> Option<Servers<'d>> {
        let first = self.of_operations.first()?.clone()?;
        let is_first = |other: &Option<Servers<'_>>| other.as_ref().is_some_and(|(_, servers)| *servers == first.1);
        self.of_operations.iter().all(is_first).then_some(first)
    }
}

/// The servers of the document, or if it has none, those that all of its operations have.
pub(super) fn of_document(source: &mut Source<'_>) -> Vec<Server> {
    let document = source.document;
    let own = lower(source, &document.api.servers, &Pointer::root().child("servers"));
    let of_paths = ServersOfPaths::of(source);
    if let (true, Some((at, servers))) = (own.is_empty(), of_paths.shared()) {
        return lower(source, servers, &at);
    }
    for (at, servers) in of_paths.lists.into_iter().filter(|(_, servers)| *servers != document.api.servers) {
        warn_of_bad(source, servers, &at);
        let url = servers.first().map_or("", |server| server.url.as_str());
        let reason = format!(
            "uses another server (`{}`): call it with a client that has this base URL",
            excerpt(&without_user(url))
        );
        source.skip(&at, reason);
    }
    own
}

/// The servers of an operation, or else of its path item; empty if they are those of the document. Those that cannot be
/// used are not listed: [`of_document`] reports them.
pub(super) fn of_operation(
    source: &Source<'_>,
    operation: &openapiv3::Operation,
    item: &openapiv3::PathItem,
) -> Vec<Server> {
    let own = if operation.servers.is_empty() { &item.servers } else { &operation.servers };
    match *own == source.document.api.servers {
        true => Vec::new(),
        false => own.iter().filter_map(|server| one(server).ok()).collect(),
    }
}

/// Reports the servers of a list whose URLs are invalid.
fn warn_of_bad(source: &mut Source<'_>, servers: &[openapiv3::Server], at: &Pointer) {
    for (index, server) in servers.iter().enumerate() {
        if let Err(ServerUrlError::Bad(why)) = one(server) {
            source.report.push(bad(&at.index(index), why));
        }
    }
}

fn bad(at: &Pointer, why: &str) -> Diagnostic {
    Diagnostic::warning(Code::BadServerUrl, &at.child("url"), format!("the server URL {why}"))
}

/// Lowers a list of servers; those that cannot be used are reported and skipped.
fn lower(source: &mut Source<'_>, servers: &[openapiv3::Server], at: &Pointer) -> Vec<Server> {
    let mut lowered = Vec::new();
    for (index, server) in servers.iter().enumerate() {
        let at = at.index(index);
        match one(server) {
            Ok(server) => lowered.push(server),
            Err(ServerUrlError::Relative) => {
                source.skip(&at, "the server URL is relative: pass the base URL to the client".to_owned());
            }
            Err(ServerUrlError::Bad(why)) => {
                source.report.push(bad(&at, why));
                source.skip(&at, format!("the server URL {why}"));
            }
        }
    }
    lowered
}

/// The path of the first relative server URL, with the defaults of its variables; `None` if no relative URL has a usable
/// path.
pub(super) fn relative_path(document: &Document) -> Option<String> {
    document.api.servers.iter().find_map(|server| {
        let url = substitute(&server.url, &defaults(server));
        matches!(check(&url), Err(ServerUrlError::Relative)).then_some(())?;
        let path = match url.strip_prefix("//") {
            Some(rest) => rest.split_once('/').map_or("", |(_, path)| path),
            None => url.trim_start_matches('/'),
        };
        let is_usable = !path.contains(['{', '}', '?', '#']) && !path.chars().any(is_forbidden);
        is_usable.then(|| format!("/{path}"))
    })
}

/// The defaults of the variables of a server.
pub(super) fn defaults(server: &openapiv3::Server) -> BTreeMap<&str, &str> {
    let declared = server.variables.iter().flatten();
    declared.map(|(name, variable)| (name.as_str(), variable.default.as_str())).collect()
}

fn one(server: &openapiv3::Server) -> Result<Server, ServerUrlError> {
    let declared = server.variables.iter().flatten();
    let variables: Vec<ServerVariable> = declared
        .map(|(name, variable)| ServerVariable {
            name: name.clone(),
            default: variable.default.clone(),
            values: variable.enumeration.clone(),
        })
        .filter(|variable| server.url.contains(&format!("{{{}}}", variable.name)))
        .collect();
    let with_defaults = variables.iter().map(|variable| (variable.name.as_str(), variable.default.as_str())).collect();
    let url = substitute(&server.url, &with_defaults);
    check(&url)?;
    for variable in &variables {
        for value in &variable.values {
            let mut values = with_defaults.clone();
            values.insert(&variable.name, value);
            check(&substitute(&server.url, &values))?;
        }
    }
    let url = url.trim_end_matches('/').to_owned();
    Ok(Server { url, template: server.url.clone(), description: server.description.clone(), variables })
}

/// A single pass from the left, so that a value cannot introduce another variable.
pub(super) fn substitute(template: &str, values: &BTreeMap<&str, &str>) -> String {
    let mut url = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else { break };
        url.push_str(&rest[..start]);
        let name = &rest[start + 1..start + length];
        match values.get(name) {
            Some(value) => url.push_str(value),
            None => url.push_str(&rest[start..=start + length]),
        }
        rest = &rest[start + length + 1..];
    }
    url + rest
}

fn check(url: &str) -> Result<(), ServerUrlError> {
    let Some((scheme, rest)) = url.split_once("://") else {
        // RFC 3986, section 4.2: a colon before the first slash would end a scheme.
        let first = url.split('/').next().unwrap_or_default();
        let is_relative = !first.contains(':');
        return Err(if is_relative { ServerUrlError::Relative } else { ServerUrlError::Bad("is not http or https") });
    };
    if scheme.contains('/') {
        return Err(ServerUrlError::Relative);
    }
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Err(ServerUrlError::Bad("is not http or https"));
    }
    if url.contains(['{', '}']) {
        return Err(ServerUrlError::Bad("has a variable without a default"));
    }
    if url.chars().any(is_forbidden) {
        return Err(ServerUrlError::Bad("has a character that is not allowed in a URL"));
    }
    if url.contains(['?', '#']) {
        return Err(ServerUrlError::Bad("has a query or a fragment; a base URL has neither"));
    }
    authority(rest.split('/').next().unwrap_or_default())
}

/// Whether a URL cannot contain this character (RFC 3986, section 2).
fn is_forbidden(c: char) -> bool {
    c.is_whitespace() || c.is_control() || !c.is_ascii() || "\\\"<>^`|".contains(c)
}

/// The URL without user information, which may contain a password.
fn without_user(url: &str) -> String {
    let (scheme, rest) = url.split_once("//").unwrap_or(("", url));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}//{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

fn authority(authority: &str) -> Result<(), ServerUrlError> {
    host_error(authority).map_or(Ok(()), |reason| Err(ServerUrlError::Bad(reason)))
}

/// Why the authority of a URL (RFC 3986, section 3.2) is not a host with an optional port.
pub(super) fn host_error(authority: &str) -> Option<&'static str> {
    if authority.contains('@') {
        return Some("has user information");
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_v6 = host.starts_with('[') && host.ends_with(']');
    let is_name = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    if host.is_empty() || !(is_name || is_v6) {
        return Some("has no host");
    }
    let is_number = |port: &str| port.parse::<u16>().is_ok();
    port.filter(|port| !is_number(port)).map(|_| "has an invalid port")
}

#[cfg(test)]
mod tests {
    use super::{ServerUrlError, check, without_user};

    #[test]
    fn user_information_is_removed_from_urls() {
        for (url, shown) in [
            ("https://ann:canary@a.test/x@y", "https://a.test/x@y"),
            ("https://canary@ary@a.test", "https://a.test"),
            ("//ann:canary@a.test?x", "//a.test?x"),
            ("https://a.test/x", "https://a.test/x"),
            ("/x", "/x"),
        ] {
            assert_eq!(without_user(url), shown);
        }
    }

    #[test]
    fn only_absolute_http_urls_are_accepted_as_servers() {
        for url in ["https://a.test", "http://127.0.0.1:80/v1", "https://[::1]:8443/", "HTTPS://a.test/x"] {
            assert!(check(url).is_ok(), "{url}");
        }
        for url in ["/", "/v1", "", "//evil", "v1/x", "/r?u=https://x"] {
            assert!(matches!(check(url), Err(ServerUrlError::Relative)), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            "file:///etc",
            "http://u:p@h",
            "https://@evil",
            "https://",
            "https://a:b",
            "https://a/ ",
        ] {
            assert!(matches!(check(url), Err(ServerUrlError::Bad(_))), "{url}");
        }
    }
}
