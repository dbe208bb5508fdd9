//! Access as the model has it: alternatives with their schemes and scopes, public, or optional.

use super::markdown;
use super::part::Part;
use super::templates::{View, view};
use crate::model::security::{Access, Flow, FlowKind, Flows, Requirement, Scheme, SchemeKind};

/// The view of the access of an operation.
pub fn access(part: Part<'_>, access: &Access) -> View {
    let (is_public, or_anonymous, any_of): (bool, bool, Vec<&Requirement>) = match access {
        Access::Open => (true, false, Vec::new()),
        Access::Guarded { any_of, or_anonymous } => (false, *or_anonymous, any_of.iter().collect()),
    };
    let several = any_of.len() > 1;
    let alternatives: Vec<View> = any_of.into_iter().map(|requirement| alternative(part, requirement)).collect();
    view! { is_public: is_public, or_anonymous: or_anonymous, several: several, alternatives: alternatives }
}

fn alternative(part: Part<'_>, requirement: &Requirement) -> View {
    let uses = requirement.iter().map(|used| {
        let scheme = &part.schemes[used.scheme.0];
        let is_linked = part.rules.is_some();
        let href = if is_linked { part.links.part("access", &scheme_id(used.scheme.0)) } else { String::new() };
        view! { name: scheme.name.clone(), href: href, how: how(scheme), scopes: used.scopes.clone() }
    });
    view! { schemes: uses.collect::<Vec<View>>() }
}

/// The id of the element of a scheme.
fn scheme_id(index: usize) -> String {
    format!("scheme-{}", index + 1)
}

/// The views of schemes that operations use, or of those that none uses.
pub fn schemes(schemes: &[Scheme], are_used: bool) -> Vec<View> {
    let scheme = |(index, scheme): (usize, &Scheme)| {
        let flows = scheme.kind.flows().map(flow_views).unwrap_or_default();
        view! {
            id: if are_used { scheme_id(index) } else { String::new() },
            name: scheme.name.clone(),
            how: how(scheme),
            doc: scheme.description.as_deref().map(markdown::html).unwrap_or_default(),
            flows: flows,
            is_unused: !are_used,
        }
    };
    schemes.iter().enumerate().map(scheme).collect()
}

fn flow_views(flows: &Flows) -> Vec<View> {
    let declared = flows.by_kind().into_iter().filter_map(|(kind, flow)| Some((kind, flow?)));
    declared.map(|(kind, flow)| flow_view(kind, flow)).collect()
}

fn flow_view(kind: FlowKind, flow: &Flow) -> View {
    let urls = [
        ("Authorization URL", &flow.authorization_url),
        ("Token URL", &flow.token_url),
        ("Refresh URL", &flow.refresh_url),
    ];
    let urls = urls.into_iter().filter_map(|(name, url)| Some(view! { name: name, url: url.as_deref()? }));
    let scopes = flow.scopes.iter().map(|(name, text)| view! { name: name.clone(), doc: text.clone() });
    view! {
        kind: kind.as_str(),
        is_discouraged: kind.is_discouraged(),
        urls: urls.collect::<Vec<View>>(),
        scopes: scopes.collect::<Vec<View>>(),
    }
}

/// How a credential of this scheme is sent.
fn how(scheme: &Scheme) -> String {
    let how = how_of_kind(&scheme.kind);
    match scheme.is_bound() {
        true => {
            format!("{how}, bound to a key of the client: each request needs a new proof of the key (DPoP, RFC 9449)")
        }
        false => how,
    }
}

fn how_of_kind(kind: &SchemeKind) -> String {
    let words = kind.words(str::to_owned);
    match kind.discovery() {
        Some(discovery) => format!("{words}, issuer {discovery}"),
        None => words,
    }
}

/// The matrix of operations and schemes as a table.
pub fn matrix(rows: &[Vec<String>]) -> (View, View) {
    let mut rows = rows.iter().cloned().map(View::from);
    let head = rows.next().unwrap_or_else(|| View::from(Vec::<String>::new()));
    (head, View::from(rows.collect::<Vec<View>>()))
}

/// The names of schemes and the words public or optional, for a list of operations.
pub fn badge(access: &Access) -> &'static str {
    match access {
        Access::Open => "public",
        Access::Guarded { or_anonymous: true, .. } => "optional",
        Access::Guarded { or_anonymous: false, .. } => "",
    }
}
