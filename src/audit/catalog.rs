//! The list of all rules.

use super::rule::Rule;
use super::{access, alternatives, asymmetry, declarations, parts, responses, schemes, secrets, servers};

/// The rules of all families, in the order of the documentation.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let families = [
        access::RULES,
        alternatives::RULES,
        asymmetry::RULES,
        schemes::RULES,
        declarations::RULES,
        servers::RULES,
        secrets::RULES,
        responses::RULES,
        parts::RULES,
    ];
    families.into_iter().flatten()
}

/// The rule with this name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}
