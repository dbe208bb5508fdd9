//! What `keystub inspect` prints: each operation with what it asks for, and what is not generated.

use std::fmt::Write;

use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::security::{Access, Requirement, SchemeKind};

/// The report on an API.
pub fn text(api: &Api) -> String {
    let mut out = String::new();
    line(&mut out, &format!("{} {}", plain(&api.title), plain(&api.version)));
    for server in &api.servers {
        line(&mut out, &format!("server {}", plain(&server.template)));
    }
    for scheme in &api.schemes {
        line(&mut out, &format!("scheme {}: {}", plain(&scheme.name), kind(&scheme.kind)));
    }
    let width = |of: fn(&Operation) -> usize| api.operations.iter().map(of).max().unwrap_or(0).min(60);
    let id_width = width(|operation| operation.id.chars().count());
    let path_width = width(|operation| operation.path.text.chars().count());
    for operation in &api.operations {
        line(
            &mut out,
            &format!(
                "{:id_width$}  {:7} {:path_width$}  {}",
                plain(&operation.id),
                operation.method.as_str(),
                plain(&operation.path.text),
                access(api, &operation.access)
            ),
        );
    }
    let open = api.operations.iter().filter(|operation| operation.access == Access::Open).count();
    line(&mut out, &format!("{} operations, {open} of them open to anybody", api.operations.len()));
    for skipped in &api.skipped {
        line(&mut out, &format!("skipped {}: {}", plain(&skipped.at.to_string()), plain(&skipped.reason)));
    }
    out
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{}", text.trim_end()).expect("a String takes any text");
}

/// Text of a document for a terminal: control and direction characters are escaped.
fn plain(text: &str) -> String {
    crate::diag::escaped(text)
}

fn kind(kind: &SchemeKind) -> String {
    match kind {
        SchemeKind::ApiKey { place, name } => format!("API key in {} `{}`", place.as_str(), plain(name)),
        SchemeKind::Signature { name, .. } => format!("signature in `{}`, which the user supplies", plain(name)),
        SchemeKind::Basic => "HTTP Basic".to_owned(),
        SchemeKind::Bearer { .. } => "bearer token".to_owned(),
        SchemeKind::OAuth2(_) => "OAuth 2 access token".to_owned(),
        SchemeKind::OpenIdConnect { .. } => "OpenID Connect token".to_owned(),
        SchemeKind::MutualTls => "client certificate".to_owned(),
        SchemeKind::OtherHttp { scheme } => format!("http scheme `{}`, which the user supplies", plain(scheme)),
    }
}

/// `key AND token[read, write] OR basic OR anonymous`, or `open`.
fn access(api: &Api, access: &Access) -> String {
    match access {
        Access::Open => "open".to_owned(),
        Access::Guarded { any_of, or_anonymous } => {
            let mut words: Vec<String> = any_of.iter().map(|requirement| alternative(api, requirement)).collect();
            if *or_anonymous {
                words.push("anonymous".to_owned());
            }
            words.join(" OR ")
        }
    }
}

fn alternative(api: &Api, requirement: &Requirement) -> String {
    let uses = requirement.iter().map(|scheme_use| {
        let name = plain(&api.scheme(scheme_use.scheme).name);
        if scheme_use.scopes.is_empty() { name } else { format!("{name}[{}]", plain(&scheme_use.scopes.join(", "))) }
    });
    uses.collect::<Vec<_>>().join(" AND ")
}
