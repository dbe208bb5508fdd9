//! Changes of the servers to which requests and credentials go.

use std::collections::BTreeSet;

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::server_urls::Allowed;
use super::versions::Versions;
use crate::diag::Pointer;
use crate::model::operation::Server;
use crate::model::url::{authority, is_clear, without_userinfo};

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
    servers: Effect::Wire,
    security: Security::Neutral,
};

static FREED: Kind = Kind {
    id: "server-variable-freed",
    summary: "A variable of the scheme or host of a server allows more values: credentials may go to other hosts",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Weakened,
};

static NARROWED: Kind = Kind {
    id: "server-variable-narrowed",
    summary: "A variable of a server no longer allows a value",
    clients: Effect::Wire,
    servers: Effect::Wire,
    security: Security::Neutral,
};

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[&CLEAR, &MOVED, &REMOVED, &FREED, &NARROWED];

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
            changes.push(change.of(pair.new.title()));
        }
    }
    changes
}

fn differences(old: &[Server], new: &[Server]) -> Vec<(&'static Kind, String)> {
    let urls = |servers: &[Server]| servers.iter().map(|server| server.url.clone()).collect::<BTreeSet<String>>();
    let (old_urls, new_urls) = (urls(old), urls(new));
    let hosts: BTreeSet<&str> = old_urls.iter().map(|url| authority(url)).collect();
    let clear: BTreeSet<&str> = old_urls.iter().filter(|url| is_clear(url)).map(|url| authority(url)).collect();
    let mut found: Vec<(&'static Kind, String)> = Vec::new();
    for url in new_urls.difference(&old_urls) {
        let shown = without_userinfo(url);
        if is_clear(url) && !clear.contains(authority(url)) {
            found.push((&CLEAR, format!("`{shown}` was added, which is not https")));
        } else if !hosts.contains(authority(url)) {
            found.push((&MOVED, format!("`{shown}` was added")));
        }
    }
    let (allowed, allowed_now) = (Allowed::new(old), Allowed::new(new));
    let removed = old_urls.difference(&new_urls);
    found.extend(removed.map(|url| (&REMOVED, format!("`{}` was removed", without_userinfo(url)))));
    found.extend(new.iter().flat_map(|server| allowed.freed(server)).map(|message| (&FREED, message)));
    found.extend(old.iter().flat_map(|server| allowed_now.narrowed(server)).map(|message| (&NARROWED, message)));
    found
}
