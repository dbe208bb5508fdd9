//! The URLs of authorization servers, with what they take from the servers of the document: the values of variables, and
//! the URL that relative ones are resolved against.

use std::collections::BTreeMap;

use crate::document::Document;
use crate::lower::server::{defaults, substitute};
use crate::model::security::{SchemeKind, is_relative_url};

/// What the servers of a document define for the URLs of its schemes.
pub(super) struct ServerReference<'d> {
    /// The default of each server variable. If several servers declare it, that of the first.
    variables: BTreeMap<&'d str, &'d str>,
    /// Whether the URL of the first server has a path without a slash at its end, whose last segment a relative URL
    /// replaces (RFC 3986, section 5.2.3).
    has_file: bool,
}

impl<'d> ServerReference<'d> {
    pub(super) fn of(document: &'d Document) -> Self {
        let servers = &document.api.servers;
        let variables = servers.iter().rev().flat_map(defaults).collect();
        let has_file = servers.first().is_some_and(|server| {
            let url = substitute(&server.url, &defaults(server));
            let rest = url.split_once("//").map_or(url.as_str(), |(_, rest)| rest.trim_start_matches(|c| c != '/'));
            !rest.is_empty() && !rest.ends_with('/')
        });
        Self { variables, has_file }
    }

    /// The URL with the defaults of its variables.
    pub(super) fn with_defaults(&self, url: &str) -> String {
        substitute(url, &self.variables)
    }

    /// The URL as clients resolve it: against the URL of the server with a slash at its end, whether or not the document
    /// or the user of the client writes it.
    fn resolvable(&self, url: &str) -> String {
        let url = self.with_defaults(url);
        let is_path = is_relative_url(&url) && !url.starts_with(['/', '?', '#']);
        if self.has_file && is_path { format!("../{url}") } else { url }
    }

    /// Makes all URLs of a kind resolvable.
    pub(super) fn apply(&self, kind: &mut SchemeKind) {
        kind.issuer_urls_mut().into_iter().for_each(|url| *url = self.resolvable(url));
    }
}
