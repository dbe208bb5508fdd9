//! Scopes of OAuth 2 and OpenID Connect: reports invalid scopes, and scopes that no flow declares.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::tree::Node;
use crate::lower::source::Source;
use crate::model::operation::Operation;
use crate::model::security::{Access, Flow, Flows, Requirement, Scheme, SchemeKind};

/// The definition of a scope (RFC 6749, section 3.3).
const EXPECTED: &str = "expected printable ASCII characters without spaces, quotation marks and backslashes";

/// The maximum length of scopes that are compared with others.
const COMPARED: usize = 100;

/// Whether it is a `scope-token` (RFC 6749, section 3.3).
fn is_scope(text: &str) -> bool {
    let is_allowed = |byte: u8| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~');
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// The error for a required scope that is blank or has control characters, which is never intended.
pub(super) fn check(kind: &SchemeKind, scheme: &str, scope: &str, at: &Pointer) -> Result<(), Box<Diagnostic>> {
    let what = match scope {
        "" => "is empty",
        _ if scope.trim().is_empty() => "is blank",
        _ if scope.contains(char::is_control) => "has control characters",
        _ => return Ok(()),
    };
    if !kind.has_issuer() {
        return Ok(());
    }
    let message = format!("a required scope of security scheme `{}` {what}; {EXPECTED}", excerpt(scheme));
    Err(Box::new(Diagnostic::error(Code::BadScope, at, message)))
}

/// Warns about required or declared scopes that no token can have, once for each scheme.
pub(super) fn review(source: &mut Source<'_>, schemes: &[Scheme], operations: &[Operation]) {
    let required = required(schemes.len(), operations);
    for (scheme, required) in schemes.iter().zip(&required) {
        if !scheme.kind.has_issuer() {
            continue;
        }
        invalid_requirements(source, scheme, required);
        if let Some(flows) = scheme.kind.flows() {
            let declared = of_flows(flows).flat_map(|flow| &flow.scopes).map(|(name, _)| name.as_str()).collect();
            invalid_declarations(source, scheme, &declared);
            undeclared(source, scheme, required, &declared);
        }
    }
}

/// The scopes that operations require of a scheme, each with the first operation.
type Required<'a> = BTreeMap<&'a str, &'a Operation>;

fn required(count: usize, operations: &[Operation]) -> Vec<Required<'_>> {
    let mut required = vec![Required::new(); count];
    for operation in operations {
        let Access::Guarded { any_of, .. } = &operation.access else { continue };
        for used in any_of.iter().flat_map(Requirement::iter) {
            for scope in &used.scopes {
                required[used.scheme.0].entry(scope).or_insert(operation);
            }
        }
    }
    required
}

fn of_flows(flows: &Flows) -> impl Iterator<Item = &Flow> {
    let Flows { authorization_code, client_credentials, password, implicit, device, metadata_url: _ } = flows;
    [authorization_code, client_credentials, password, implicit, device].into_iter().flatten()
}

fn invalid_requirements(source: &mut Source<'_>, scheme: &Scheme, required: &Required<'_>) {
    let invalid: Vec<&str> = required.keys().copied().filter(|scope| !is_scope(scope)).collect();
    let Some(first) = invalid.first() else { return };
    let message = format!(
        "operations require {} of security scheme `{}`, which no token can have; {EXPECTED}",
        scopes(&invalid),
        excerpt(&scheme.name)
    );
    let mut warning = Diagnostic::warning(Code::BadScope, &place(source, required[first]), message);
    if first.split_whitespace().count() > 1 {
        warning = warning.help("list each scope separately");
    }
    source.report.push(warning);
}

fn invalid_declarations(source: &mut Source<'_>, scheme: &Scheme, declared: &BTreeSet<&str>) {
    let invalid: Vec<&str> = declared.iter().copied().filter(|scope| !is_scope(scope)).collect();
    if invalid.is_empty() {
        return;
    }
    let message = format!(
        "security scheme `{}` declares {}, which no token can have; {EXPECTED}",
        excerpt(&scheme.name),
        scopes(&invalid)
    );
    source.report.warning(Code::BadScope, &scheme.at, message);
}

fn undeclared(source: &mut Source<'_>, scheme: &Scheme, required: &Required<'_>, declared: &BTreeSet<&str>) {
    let is_missing = |scope: &&str| is_scope(scope) && !declared.contains(scope);
    let missing: Vec<&str> = required.keys().copied().filter(is_missing).collect();
    let Some(first) = missing.first() else { return };
    let message = format!(
        "operations require {} of security scheme `{}`, which is not declared by any of its flows",
        scopes(&missing),
        excerpt(&scheme.name)
    );
    let near = nearest(&missing, declared);
    let help = match (declared.is_empty(), near.is_empty()) {
        (true, _) => "its flows declare no scopes".to_owned(),
        (false, true) => format!("its flows declare {}", quoted(&Vec::from_iter(declared.iter().copied()))),
        (false, false) => format!("its flows declare {}", quoted(&near)),
    };
    let at = place(source, required[first]);
    source.report.push(Diagnostic::warning(Code::UndeclaredScope, &at, message).help(help));
}

/// The declared scopes that are most similar to those in the message.
fn nearest<'a>(missing: &[&str], declared: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let candidates: Vec<&str> = declared.iter().copied().filter(|scope| scope.len() <= COMPARED).take(1000).collect();
    let compared = missing.iter().copied().take(NAMED).filter(|scope| scope.len() <= COMPARED);
    let mut near: Vec<&str> =
        compared.filter_map(|scope| similar::get_close_matches(scope, &candidates, 1, 0.6).first().copied()).collect();
    near.dedup();
    near
}

fn scopes(names: &[&str]) -> String {
    let noun = if names.len() == 1 { "the scope" } else { "the scopes" };
    format!("{noun} {}", quoted(names))
}

/// The place of the requirements of an operation: its own, or those of the document.
fn place(source: &Source<'_>, operation: &Operation) -> Pointer {
    let own = operation.at.child("security");
    let is_own = source.document.node(&own).is_some_and(|node| *node != Node::Null);
    if is_own { own } else { Pointer::root().child("security") }
}

/// How many names a message lists.
const NAMED: usize = 5;

/// The first names, in backticks.
pub(super) fn quoted(names: &[&str]) -> String {
    let mut quoted: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{}`", excerpt(name))).collect();
    if names.len() > NAMED {
        quoted.push(format!("{} more", names.len() - NAMED));
    }
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::is_scope;

    #[test]
    fn scopes_are_scope_tokens() {
        for text in ["read", "read:pets", "https://www.googleapis.com/auth/drive", "!", "~", "[a]"] {
            assert!(is_scope(text), "{text}");
        }
        for text in ["", " ", "a b", "a\tb", "a\r\nb", "\"a\"", "a\\b", "ä", "\u{7f}"] {
            assert!(!is_scope(text), "{text:?}");
        }
    }
}
