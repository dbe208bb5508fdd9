//! Security in the view: schemes, and the access of an operation, as the model has them.

use minijinja::Value;

use super::super::names::Scope;
use super::parts::{list, optional, texts, word};
use super::table::object;
use crate::model::security::{Access, Flow, FlowKind, Requirement, Scheme, SchemeKind, SchemeUse};

/// The schemes, with names from one scope.
pub fn schemes<'s>(schemes: impl IntoIterator<Item = &'s Scheme>, scope: &mut Scope) -> Vec<Value> {
    schemes.into_iter().enumerate().map(|(at, scheme)| of_scheme(at, scheme, scope)).collect()
}

/// What differs between the kinds.
#[derive(Default)]
struct Parts<'s> {
    kind: &'static str,
    place: Option<&'static str>,
    parameter: Option<&'s str>,
    bearer_format: Option<&'s str>,
    http_scheme: Option<&'s str>,
    discovery: Option<&'s str>,
    metadata: Option<&'s str>,
    flows: Vec<Value>,
}

fn of_scheme(at: usize, scheme: &Scheme, scope: &mut Scope) -> Value {
    let parts = parts(&scheme.kind);
    object(
        "scheme",
        [
            ("index", Value::from(at)),
            ("name", Value::from(scheme.name.as_str())),
            ("names", scope.names(&scheme.name)),
            ("kind", word(parts.kind)),
            ("description", optional(scheme.description.as_deref())),
            ("in", parts.place.map(word).into()),
            ("parameter", optional(parts.parameter)),
            ("bearer_format", optional(parts.bearer_format)),
            ("http_scheme", optional(parts.http_scheme)),
            ("discovery_url", optional(parts.discovery)),
            ("metadata_url", optional(parts.metadata)),
            ("flows", list(parts.flows)),
            ("pointer", Value::from(scheme.at.as_str())),
        ],
    )
}

fn parts(kind: &SchemeKind) -> Parts<'_> {
    let none = Parts::default();
    match kind {
        SchemeKind::ApiKey { place, name } => {
            Parts { kind: "apiKey", place: Some(place.as_str()), parameter: Some(name), ..none }
        }
        SchemeKind::Signature { place, name } => {
            Parts { kind: "signature", place: Some(place.as_str()), parameter: Some(name), ..none }
        }
        SchemeKind::Basic => Parts { kind: "basic", ..none },
        SchemeKind::Bearer { format } => Parts { kind: "bearer", bearer_format: format.as_deref(), ..none },
        SchemeKind::OAuth2(flows) => {
            let declared = flows.by_kind().into_iter().filter_map(|(kind, flow)| Some(of_flow(kind, flow?)));
            Parts { kind: "oauth2", flows: declared.collect(), metadata: flows.metadata_url.as_deref(), ..none }
        }
        SchemeKind::OpenIdConnect { discovery } => Parts { kind: "openIdConnect", discovery: Some(discovery), ..none },
        SchemeKind::MutualTls => Parts { kind: "mutualTLS", ..none },
        SchemeKind::OtherHttp { scheme } => Parts { kind: "http", http_scheme: Some(scheme), ..none },
    }
}

fn of_flow(kind: FlowKind, flow: &Flow) -> Value {
    let scope = |(name, description): &(String, String)| {
        let parts = [("name", Value::from(name.as_str())), ("description", Value::from(description.as_str()))];
        object("scope", parts)
    };
    object(
        "flow",
        [
            ("kind", word(kind.as_str())),
            ("authorization_url", optional(flow.authorization_url.as_deref())),
            ("token_url", optional(flow.token_url.as_deref())),
            ("refresh_url", optional(flow.refresh_url.as_deref())),
            ("scopes", list(flow.scopes.iter().map(scope))),
        ],
    )
}

/// The access of an operation.
pub fn access(access: &Access, schemes: &[Value]) -> Value {
    let (is_public, allows_anonymous, alternatives) = match access {
        Access::Open => (true, true, Vec::new()),
        Access::Guarded { any_of, or_anonymous } => {
            (false, *or_anonymous, any_of.iter().map(|requirement| alternative(requirement, schemes)).collect())
        }
    };
    object(
        "access",
        [
            ("is_public", Value::from(is_public)),
            ("allows_anonymous", Value::from(allows_anonymous)),
            ("alternatives", list(alternatives)),
        ],
    )
}

fn alternative(requirement: &Requirement, schemes: &[Value]) -> Value {
    let scheme_use = |SchemeUse { scheme, scopes }: &SchemeUse| {
        object("scheme use", [("scheme", schemes[scheme.0].clone()), ("scopes", texts(scopes))])
    };
    object("alternative", [("uses", list(requirement.iter().map(scheme_use)))])
}
