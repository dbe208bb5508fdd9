//! Changes of security schemes that both versions declare under the same key.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::servers::{host, is_clear, without_userinfo};
use super::versions::{Version, Versions, title};
use crate::model::security::{Access, Flow, Flows, KeyPlace, Scheme, SchemeKind};

static KEY_EXPOSED: Kind = Kind {
    id: "key-exposed",
    summary: "An API key moved into the query, where logs and histories keep it",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Weakened,
};
static KEY_MOVED: Kind = Kind {
    id: "key-moved",
    summary: "An API key has another name or place",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Moved,
};
static KIND_WEAKENED: Kind = Kind {
    id: "scheme-weakened",
    summary: "A scheme became one of a weaker kind, such as an API key in place of a client certificate",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Weakened,
};
static KIND_STRENGTHENED: Kind = Kind {
    id: "scheme-strengthened",
    summary: "A scheme became one of a stronger kind",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Strengthened,
};
static KIND_CHANGED: Kind = Kind {
    id: "scheme-changed",
    summary: "A scheme became one of another kind",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Moved,
};
static FORMAT_CHANGED: Kind = Kind {
    id: "bearer-format-changed",
    summary: "`bearerFormat` changed: verifiers may expect another kind of token",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Moved,
};
static FLOW_RISKY: Kind = Kind {
    id: "flow-weakened",
    summary: "The implicit or the password flow was added (RFC 9700, sections 2.1.2 and 2.4)",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Weakened,
};
static FLOW_ADDED: Kind = Kind {
    id: "flow-added",
    summary: "A flow was added",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Neutral,
};
static FLOW_REMOVED: Kind = Kind {
    id: "flow-removed",
    summary: "A flow was removed",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Neutral,
};
static FLOW_STRENGTHENED: Kind = Kind {
    id: "flow-strengthened",
    summary: "The implicit or the password flow was removed",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Strengthened,
};
static ISSUER_CLEAR: Kind = Kind {
    id: "issuer-clear",
    summary: "A URL of an authorization server is no longer https",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Weakened,
};
static ISSUER_MOVED: Kind = Kind {
    id: "issuer-moved",
    summary: "A URL of an authorization server has another host: credentials go elsewhere",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Moved,
};
static ISSUER_PATH: Kind = Kind {
    id: "issuer-path-changed",
    summary: "A URL of an authorization server has another path",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Moved,
};

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[
    &KEY_EXPOSED,
    &KEY_MOVED,
    &KIND_WEAKENED,
    &KIND_STRENGTHENED,
    &KIND_CHANGED,
    &FORMAT_CHANGED,
    &FLOW_RISKY,
    &FLOW_ADDED,
    &FLOW_REMOVED,
    &FLOW_STRENGTHENED,
    &ISSUER_CLEAR,
    &ISSUER_MOVED,
    &ISSUER_PATH,
];

/// The changes of schemes. A scheme with another key is a change of the operations that use it.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    let old: BTreeMap<&str, &Scheme> = declared(versions.old).map(|scheme| (scheme.name.as_str(), scheme)).collect();
    let mut changes = Vec::new();
    for new in declared(versions.new) {
        let Some(old) = old.get(new.name.as_str()) else { continue };
        let users = users(versions.new, new);
        for (kind, message) in differences(&old.kind, &new.kind) {
            let message = format!("`{}`: {message}", new.name);
            let change = Change::new(kind, message).old(old.at.clone()).new_at(new.at.clone());
            changes.push(users.iter().fold(change, |change, user| change.of(user)));
        }
    }
    changes
}

fn declared<'a>(version: Version<'a>) -> impl Iterator<Item = &'a Scheme> {
    version.api.schemes.iter().chain(&version.api.unused_schemes)
}

/// The operations that use a scheme.
fn users(version: Version<'_>, scheme: &Scheme) -> Vec<String> {
    let is_used = |access: &Access| match access {
        Access::Open => false,
        Access::Guarded { any_of, .. } => any_of
            .iter()
            .flat_map(|requirement| requirement.iter())
            .any(|scheme_use| version.api.scheme(scheme_use.scheme).name == scheme.name),
    };
    version.api.operations.iter().filter(|operation| is_used(&operation.access)).map(title).collect()
}

fn differences(old: &SchemeKind, new: &SchemeKind) -> Vec<(&'static Kind, String)> {
    match (old, new) {
        (SchemeKind::ApiKey { place: from, name: old }, SchemeKind::ApiKey { place: to, name: new }) => {
            let is_same_name = if *to == KeyPlace::Header { old.eq_ignore_ascii_case(new) } else { old == new };
            if from == to && is_same_name {
                return Vec::new();
            }
            let kind = if from != to && *to == KeyPlace::Query { &KEY_EXPOSED } else { &KEY_MOVED };
            vec![(kind, format!("was in {} `{old}`, is in {} `{new}`", from.as_str(), to.as_str()))]
        }
        (SchemeKind::Bearer { format: old }, SchemeKind::Bearer { format: new }) if old != new => {
            let text = |format: &Option<String>| format.clone().unwrap_or_else(|| "unknown".to_owned());
            vec![(&FORMAT_CHANGED, format!("was `{}`, is `{}`", text(old), text(new)))]
        }
        (SchemeKind::OAuth2(old), SchemeKind::OAuth2(new)) => flows(old, new),
        (SchemeKind::OpenIdConnect { discovery: old }, SchemeKind::OpenIdConnect { discovery: new }) => {
            url("openIdConnectUrl", Some(old), Some(new)).into_iter().collect()
        }
        (old, new) if strength(old) != strength(new) => {
            let kind = if strength(new) < strength(old) { &KIND_WEAKENED } else { &KIND_STRENGTHENED };
            vec![(kind, format!("was {}, is {}", word(old), word(new)))]
        }
        (old, new) if word(old) != word(new) => {
            vec![(&KIND_CHANGED, format!("was {}, is {}", word(old), word(new)))]
        }
        _ => Vec::new(),
    }
}

/// An order of kinds by how well a credential is protected on its way and from reuse.
fn strength(kind: &SchemeKind) -> u8 {
    match kind {
        SchemeKind::ApiKey { place: KeyPlace::Query, .. } => 0,
        SchemeKind::ApiKey { place: KeyPlace::Header | KeyPlace::Cookie, .. } | SchemeKind::Basic => 1,
        SchemeKind::Bearer { .. } | SchemeKind::OtherHttp { .. } => 2,
        SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect { .. } => 3,
        SchemeKind::Signature { .. } => 4,
        SchemeKind::MutualTls => 5,
    }
}

fn word(kind: &SchemeKind) -> String {
    match kind {
        SchemeKind::ApiKey { place, .. } => format!("an API key in the {}", place.as_str()),
        SchemeKind::Basic => "HTTP Basic".to_owned(),
        SchemeKind::Bearer { .. } => "a bearer token".to_owned(),
        SchemeKind::OAuth2(_) => "OAuth 2".to_owned(),
        SchemeKind::OpenIdConnect { .. } => "OpenID Connect".to_owned(),
        SchemeKind::MutualTls => "a client certificate".to_owned(),
        SchemeKind::OtherHttp { scheme } => format!("the HTTP scheme `{}`", scheme.to_ascii_lowercase()),
        SchemeKind::Signature { place, name } => format!("a signature in the {} `{name}`", place.as_str()),
    }
}

fn flows(old: &Flows, new: &Flows) -> Vec<(&'static Kind, String)> {
    let mut found: Vec<(&'static Kind, String)> = Vec::new();
    let known = hosts(old);
    for ((name, old), (_, new)) in list(old).into_iter().zip(list(new)) {
        let is_risky = matches!(name, "implicit" | "password");
        match (old, new) {
            (None, None) => {}
            (None, Some(flow)) => {
                found.push((if is_risky { &FLOW_RISKY } else { &FLOW_ADDED }, format!("flow `{name}` was added")));
                let urls = [&flow.authorization_url, &flow.token_url, &flow.refresh_url];
                found
                    .extend(urls.into_iter().flatten().filter_map(|url| added(&format!("flow `{name}`"), url, &known)));
            }
            (Some(_), None) => {
                let kind = if is_risky { &FLOW_STRENGTHENED } else { &FLOW_REMOVED };
                found.push((kind, format!("flow `{name}` was removed")));
            }
            (Some(old), Some(new)) => found.extend(flow_urls(name, old, new, &known)),
        }
    }
    found.extend(match (&old.metadata_url, &new.metadata_url) {
        (None, Some(new)) => added("oauth2MetadataUrl", new, &known),
        (old, new) => url("oauth2MetadataUrl", old.as_ref(), new.as_ref()),
    });
    found
}

/// The hosts to which the old version sends credentials.
fn hosts(flows: &Flows) -> BTreeSet<&str> {
    let mut hosts = BTreeSet::new();
    for (_, flow) in list(flows) {
        let urls = flow.map(|flow| [&flow.authorization_url, &flow.token_url, &flow.refresh_url]);
        hosts.extend(urls.into_iter().flatten().flatten().map(|url| host(url)));
    }
    hosts.extend(flows.metadata_url.as_deref().map(host));
    hosts
}

/// The change of a URL that the old version does not have.
fn added(what: &str, url: &str, known: &BTreeSet<&str>) -> Option<(&'static Kind, String)> {
    let message = format!("{what} has the new URL `{}`", without_userinfo(url));
    match () {
        () if is_clear(url) => Some((&ISSUER_CLEAR, message)),
        () if !known.contains(host(url)) => Some((&ISSUER_MOVED, message)),
        () => None,
    }
}

fn list(flows: &Flows) -> [(&'static str, Option<&Flow>); 5] {
    let Flows { authorization_code, client_credentials, password, implicit, device, metadata_url: _ } = flows;
    [
        ("authorizationCode", authorization_code.as_ref()),
        ("clientCredentials", client_credentials.as_ref()),
        ("password", password.as_ref()),
        ("implicit", implicit.as_ref()),
        ("deviceAuthorization", device.as_ref()),
    ]
}

fn flow_urls(name: &str, old: &Flow, new: &Flow, known: &BTreeSet<&str>) -> Vec<(&'static Kind, String)> {
    let urls = [
        ("authorizationUrl", &old.authorization_url, &new.authorization_url),
        ("tokenUrl", &old.token_url, &new.token_url),
        ("refreshUrl", &old.refresh_url, &new.refresh_url),
    ];
    let change = |(key, old, new): (&str, &Option<String>, &Option<String>)| {
        let what = format!("`{key}` of flow `{name}`");
        match (old, new) {
            (None, Some(new)) => added(&what, new, known),
            (old, new) => url(&what, old.as_ref(), new.as_ref()),
        }
    };
    urls.into_iter().filter_map(change).collect()
}

/// The difference of a URL to which credentials are sent.
fn url(what: &str, old: Option<&String>, new: Option<&String>) -> Option<(&'static Kind, String)> {
    let (old, new) = (old?, new?);
    if old == new {
        return None;
    }
    let kind = match () {
        () if is_clear(new) && !is_clear(old) => &ISSUER_CLEAR,
        () if host(old) != host(new) => &ISSUER_MOVED,
        () => &ISSUER_PATH,
    };
    Some((kind, format!("{what} was `{}`, is `{}`", without_userinfo(old), without_userinfo(new))))
}
