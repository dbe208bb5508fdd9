//! Which rules a document gives, by their names.

use crate::diag::Report;
use crate::limits::Limits;
use crate::model::rule::{Further, Limit};
use crate::spec::{Document, Input};

#[test]
fn rules_are_those_of_requests_and_only_what_asks_for_something() {
    let document = Document::load(&Input::from("fixtures/ok/rules.yaml"), &Limits::default()).unwrap();
    let api = crate::lower::lower(&document, &mut Report::new()).unwrap();
    let named = |hint: &str| api.rules.list.iter().find(|rule| rule.hint == hint);
    let limits = |hint: &str| named(hint).map(|rule| rule.limits.clone());
    assert_eq!(limits("order limit"), Some(vec![Limit::Minimum(1.0, false), Limit::Maximum(100.0, false)]));
    assert_eq!(limits("order ratio"), Some(vec![Limit::Minimum(0.0, true), Limit::Maximum(1.0, true)]));
    let code = vec![Limit::MaxLength(10), Limit::Pattern("^[A-Z]{2}[0-9]+$".to_owned())];
    assert_eq!(limits("order code"), Some(code));
    assert_eq!(named("Strict").map(|rule| rule.further), Some(Further::None));
    // Its pairs stand among those of other parameters.
    let spread = named("order spread").unwrap();
    assert!(spread.limits.is_empty() && spread.further == Further::Any && spread.properties.len() == 1);
    assert!(named("order plain").is_none() && named("Plain").is_none());
    assert_eq!(api.rules.list.iter().filter(|rule| rule.at.as_str() == "/components/schemas/Line").count(), 1);
}
