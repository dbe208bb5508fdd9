//! Security in the view: schemes, and the access of an operation, as the model has them.

use minijinja::Value;

use super::super::names::Scope;
use super::parts::{list, optional, texts, word};
use super::table::object;
use crate::model::security::{Access, Carrier, Flow, FlowKind, Flows, Requirement, Scheme, SchemeUse, Secret};

/// The schemes, with names from one scope.
pub fn schemes<'s>(schemes: impl IntoIterator<Item = &'s Scheme>, scope: &mut Scope) -> Vec<Value> {
    schemes.into_iter().enumerate().map(|(at, scheme)| of_scheme(at, scheme, scope)).collect()
}

fn of_scheme(at: usize, scheme: &Scheme, scope: &mut Scope) -> Value {
    let (kind, flows) = (&scheme.kind, scheme.kind.flows());
    let (place, parameter, http_scheme) = match kind.carrier() {
        Carrier::Key(place, name) => (Some(place), Some(name), None),
        Carrier::Authorization(auth) => (None, None, (kind.secret() == Secret::Credentials).then_some(auth)),
        Carrier::Connection => (None, None, None),
    };
    let declared = flows.into_iter().flat_map(Flows::by_kind).filter_map(|(kind, flow)| Some(of_flow(kind, flow?)));
    object(
        "scheme",
        [
            ("index", Value::from(at)),
            ("name", Value::from(scheme.name.as_str())),
            ("names", scope.names(&scheme.name)),
            ("kind", word(kind.as_str())),
            ("description", optional(scheme.description.as_deref())),
            ("in", place.map(|place| word(place.as_str())).into()),
            ("parameter", optional(parameter)),
            ("bearer_format", optional(kind.bearer_format())),
            ("http_scheme", optional(http_scheme)),
            ("discovery_url", optional(kind.discovery())),
            ("metadata_url", optional(flows.and_then(|flows| flows.metadata_url.as_deref()))),
            ("flows", list(declared)),
            ("pointer", Value::from(scheme.at.as_str())),
        ],
    )
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
