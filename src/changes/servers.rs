//! Changes of the servers to which requests and credentials go.

use std::collections::BTreeSet;

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::versions::{Versions, title};
use crate::diag::Pointer;
use crate::model::operation::Server;

static CLEAR: Kind = Kind {
    id: "server-clear",
    summary: "A server without https was added: credentials can be read on the way",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Weakened,
};
static MOVED: Kind = Kind {
    id: "server-moved",
    summary: "A server has a host that the old version does not have: credentials go elsewhere",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Moved,
};
static REMOVED: Kind = Kind {
    id: "server-removed",
    summary: "A server was removed, or its path changed",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Neutral,
};

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[&CLEAR, &MOVED, &REMOVED];

/// The changes of the servers of the document, and of operations that have their own.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    let root = Pointer::root().child("servers");
    let at = |document: &crate::document::Document| document.node(&root).map(|_| root.clone());
    let places = (at(versions.old.document), at(versions.new.document));
    let mut changes = Vec::new();
    for (kind, message) in differences(&versions.old.api.servers, &versions.new.api.servers) {
        let change = Change { old: places.0.clone(), new: places.1.clone(), ..Change::new(kind, message) };
        changes.push(change);
    }
    for pair in versions.pairs.iter().filter(|pair| !pair.old.servers.is_empty() || !pair.new.servers.is_empty()) {
        let of = |own: &[Server], all: &[Server]| if own.is_empty() { all.to_vec() } else { own.to_vec() };
        let old = of(&pair.old.servers, &versions.old.api.servers);
        let new = of(&pair.new.servers, &versions.new.api.servers);
        for (kind, message) in differences(&old, &new) {
            let change = Change::new(kind, message).old(pair.old.at.clone()).new_at(pair.new.at.clone());
            changes.push(change.of(title(pair.new)));
        }
    }
    changes
}

fn differences(old: &[Server], new: &[Server]) -> Vec<(&'static Kind, String)> {
    let urls = |servers: &[Server]| servers.iter().map(|server| server.url.clone()).collect::<BTreeSet<String>>();
    let (old, new) = (urls(old), urls(new));
    let hosts: BTreeSet<&str> = old.iter().map(|url| host(url)).collect();
    let clear: BTreeSet<&str> = old.iter().filter(|url| is_clear(url)).map(|url| host(url)).collect();
    let mut found: Vec<(&'static Kind, String)> = Vec::new();
    for url in new.difference(&old) {
        let shown = without_userinfo(url);
        if is_clear(url) && !clear.contains(host(url)) {
            found.push((&CLEAR, format!("`{shown}` was added, which is not https")));
        } else if !hosts.contains(host(url)) {
            found.push((&MOVED, format!("`{shown}` was added")));
        }
    }
    found.extend(old.difference(&new).map(|url| (&REMOVED, format!("`{}` was removed", without_userinfo(url)))));
    found
}

/// Whether a URL is neither https, nor relative, nor of this machine.
pub fn is_clear(url: &str) -> bool {
    let host = host(url);
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.contains(']') { host } else { name });
    let is_loopback = matches!(name, "localhost" | "[::1]") || name.starts_with("127.") || name.ends_with(".localhost");
    url.to_ascii_lowercase().starts_with("http://") && !is_loopback
}

/// The host and port of a URL; empty if it is relative.
pub fn host(url: &str) -> &str {
    let rest = url.split_once("//").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// A URL that may be printed.
pub fn without_userinfo(url: &str) -> String {
    match url.split_once("//") {
        Some((scheme, rest)) if rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@')) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            format!("{scheme}//…@{}{}", host(url), &rest[end..])
        }
        _ => url.to_owned(),
    }
}
