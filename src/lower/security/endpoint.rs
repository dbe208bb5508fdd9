//! The URLs of authorization servers. A client uses only https URLs, or http to loopback; a relative URL is resolved
//! against the base URL of the API. Others are reported, since code that would use them is not generated or fails when
//! it is called.

use super::server_reference::ServerReference;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::tree::Node;
use crate::lower::server::host_error;
use crate::lower::source::Source;
use crate::model::security::{Scheme, is_relative_url};
use crate::model::url::{host, is_loopback};

/// The keys of a flow whose values are URLs.
const OF_FLOW: [&str; 4] = ["authorizationUrl", "deviceAuthorizationUrl", "tokenUrl", "refreshUrl"];

/// The keys of a scheme whose values are URLs.
const OF_SCHEME: [&str; 2] = ["openIdConnectUrl", "oauth2MetadataUrl"];

/// Warns about the URLs that clients do not use, once for each scheme and reason.
pub(super) fn review(source: &mut Source<'_>, scheme: &Scheme) {
    if !scheme.kind.has_issuer() {
        return;
    }
    let mut reasons: Vec<(&str, Vec<(Pointer, String)>)> = Vec::new();
    let servers = ServerReference::of(source.document);
    for (at, key, url) in urls(source, scheme) {
        let Some(reason) = reason(&servers.with_defaults(url)) else { continue };
        let found = (at, format!("`{key}`"));
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, places)) => places.push(found),
            None => reasons.push((reason, vec![found])),
        }
    }
    for (reason, places) in reasons {
        let [(first, key), others @ ..] = places.as_slice() else { continue };
        let more = match others.len() {
            0 => String::new(),
            1 => "; the same applies to another URL of this scheme".to_owned(),
            count => format!("; the same applies to {count} other URLs of this scheme"),
        };
        let message = format!("{key} of security scheme `{}` {reason}{more}", excerpt(&scheme.name));
        let help =
            "expected an https URL, or one relative to the server; clients must be given tokens or the URL in code";
        source.report.push(Diagnostic::warning(Code::BadAuthUrl, first, message).help(help));
    }
}

/// The URLs of a scheme with their pointers and keys, in document order.
fn urls<'d>(source: &Source<'d>, scheme: &Scheme) -> Vec<(Pointer, &'d str, &'d str)> {
    let document = source.document;
    let reference = document.node(&scheme.at).and_then(Node::reference);
    let target = reference.and_then(|reference| document.target(reference, &scheme.at).ok());
    let at = target.unwrap_or_else(|| scheme.at.clone());
    let mut found = Vec::new();
    let mut take = |at: Pointer, keys: &[&str]| {
        for (key, value) in document.node(&at).and_then(Node::as_object).into_iter().flatten() {
            if let (Some(url), true) = (value.as_str(), keys.contains(&key.as_str())) {
                found.push((at.child(key), key.as_str(), url));
            }
        }
    };
    take(at.clone(), &OF_SCHEME);
    let flows_at = at.child("flows");
    for (flow, _) in document.node(&flows_at).and_then(Node::as_object).into_iter().flatten() {
        take(flows_at.child(flow), &OF_FLOW);
    }
    found
}

/// Why a client does not use this URL.
fn reason(url: &str) -> Option<&'static str> {
    if url.is_empty() {
        return Some("is empty");
    }
    if is_relative_url(url) {
        let authority = url.strip_prefix("//").map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
        return text_error(url).or_else(|| authority.and_then(host_error));
    }
    let Some((scheme, rest)) = url.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?', '#'])) else {
        return Some("is not an https URL");
    };
    let is_http = scheme.eq_ignore_ascii_case("http");
    if !is_http && !scheme.eq_ignore_ascii_case("https") {
        return Some("is not an https URL");
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let is_remote = || (is_http && !is_loopback(host(authority))).then_some("uses http to another machine");
    text_error(url).or_else(|| host_error(authority)).or_else(is_remote)
}

/// What is wrong with the text of a URL, absolute or relative.
fn text_error(url: &str) -> Option<&'static str> {
    if url.contains(['{', '}']) {
        return Some("has a variable that no server of the document declares");
    }
    if url.chars().any(|c| !c.is_ascii_graphic() || "\\\"<>^`|".contains(c)) {
        return Some("has a character that is not allowed in a URL");
    }
    // RFC 6749, sections 3.1 and 3.2.
    url.contains('#').then_some("has a fragment")
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn only_https_and_loopback_urls_are_used() {
        for url in [
            "https://a.test/token",
            "HTTPS://a.test:8443/t?x=1",
            "https://[2001:db8::1]/t",
            "http://127.0.0.1:80/t",
            "http://[::1]:8080/t",
            "http://localhost/t",
            "/token",
            "token",
            "../token?x=1",
            "//a.test/token",
            "/login?next=https://a.test",
        ] {
            assert_eq!(reason(url), None, "{url}");
        }
        for (url, expected) in [
            ("", "is empty"),
            ("/{tenant}/token", "has a variable that no server of the document declares"),
            ("/to ken", "has a character that is not allowed in a URL"),
            ("token#x", "has a fragment"),
            ("//u@a.test/token", "has user information"),
            ("///token", "has no host"),
            ("javascript:alert(1)", "is not an https URL"),
            ("javascript://a.test/%0aalert(1)", "is not an https URL"),
            ("file:///etc/passwd", "is not an https URL"),
            ("ftp://a.test/", "is not an https URL"),
            ("https:/a.test", "is not an https URL"),
            ("http://a.test/token", "uses http to another machine"),
            ("http://localhost.a.test/token", "uses http to another machine"),
            ("https://u:p@a.test/token", "has user information"),
            ("https://u@a.test/token", "has user information"),
            ("https://a.test/token#x", "has a fragment"),
            ("https:///token", "has no host"),
            ("https://a.test:x/", "has an invalid port"),
            ("https://a.test/{tenant}/token", "has a variable that no server of the document declares"),
            ("https://a.test/ token", "has a character that is not allowed in a URL"),
            ("https://a.test/\r\nX: y", "has a character that is not allowed in a URL"),
            ("https://a.test\\@b.test/", "has a character that is not allowed in a URL"),
        ] {
            assert_eq!(reason(url), Some(expected), "{url:?}");
        }
    }
}
