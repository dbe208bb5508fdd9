//! The list of all rules.

use super::rule::Rule;
use super::stale::STALE;
use super::{
    access, alternatives, asymmetry, cost, declarations, optional, parts, patterns, properties, responses, routes,
    schemes, secrets, servers, urls,
};
use crate::document::nearest;

/// The rules of all families, in the order of the documentation.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let families = [
        access::RULES,
        alternatives::RULES,
        asymmetry::RULES,
        routes::RULES,
        schemes::RULES,
        urls::RULES,
        declarations::RULES,
        servers::RULES,
        secrets::RULES,
        properties::RULES,
        cost::RULES,
        patterns::RULES,
        responses::RULES,
        parts::RULES,
        optional::RULES,
    ];
    families.into_iter().flatten().chain(std::iter::once(&STALE))
}

/// The rule with this name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

/// The name of a rule that is similar.
pub fn nearest_rule(id: &str) -> Option<&'static str> {
    nearest(id, rules().map(|rule| rule.id))
}
