//! An access as text for people.

use super::security::{Access, Requirement, Scheme};
use crate::diag::escaped;

/// `key AND token[read, write] OR basic OR anonymous`, or `public`.
pub fn access_text(schemes: &[Scheme], access: &Access) -> String {
    match access {
        Access::Open => "public".to_owned(),
        Access::Guarded { any_of, or_anonymous } => {
            let mut words: Vec<String> = any_of.iter().map(|requirement| alternative(schemes, requirement)).collect();
            if *or_anonymous {
                words.push("anonymous".to_owned());
            }
            words.join(" OR ")
        }
    }
}

fn alternative(schemes: &[Scheme], requirement: &Requirement) -> String {
    let uses = requirement.iter().map(|scheme_use| {
        let name = escaped(&schemes[scheme_use.scheme.0].name);
        if scheme_use.scopes.is_empty() { name } else { format!("{name}[{}]", escaped(&scheme_use.scopes.join(", "))) }
    });
    uses.collect::<Vec<_>>().join(" AND ")
}
