//! Compares the decision on a call with a naive oracle that uses sets.

use axum::http::StatusCode;
use proptest::prelude::*;
use runtime_server::runtime::auth::{Decision, Evidence, Outcome};
use runtime_server::runtime::operation::{Access, KeyPlace, Operation, Scheme, SchemeKind, SchemeUse};

const SCHEMES: &[Scheme] = &[
    Scheme { name: "a", kind: SchemeKind::Bearer },
    Scheme { name: "b", kind: SchemeKind::ApiKey { place: KeyPlace::Header, name: "B" } },
    Scheme { name: "c", kind: SchemeKind::Basic },
    Scheme { name: "d", kind: SchemeKind::Bearer },
];

type Alternative = Vec<(usize, bool)>;

fn leak<T>(items: Vec<T>) -> &'static [T] {
    Box::leak(items.into_boxed_slice())
}

/// An operation with these alternatives. The flag requires the scope `s`.
fn operation(alternatives: &[Alternative], or_anonymous: bool) -> &'static Operation {
    let member =
        |(scheme, scoped): &(usize, bool)| SchemeUse { scheme: *scheme, scopes: if *scoped { &["s"] } else { &[] } };
    let any_of = alternatives.iter().map(|alternative| leak(alternative.iter().map(member).collect())).collect();
    let access = Access::Guarded { any_of: leak(any_of), or_anonymous };
    Box::leak(Box::new(Operation { id: "x", method: "GET", path: &[], query: "", parameters: &[], access, accept: "" }))
}

/// The rules of the specification, as directly as possible.
fn oracle(alternatives: &[Alternative], or_anonymous: bool, outcomes: &[Outcome]) -> Result<Decision, StatusCode> {
    let named: Vec<usize> = alternatives.iter().flatten().map(|(scheme, _)| *scheme).collect();
    let of_operation: Vec<&Outcome> = named.iter().map(|scheme| &outcomes[*scheme]).collect();
    for (at, alternative) in alternatives.iter().enumerate() {
        let mut is_met = true;
        for (scheme, scoped) in alternative {
            is_met &= match &outcomes[*scheme] {
                Outcome::Granted(scopes) => !scoped || scopes.contains(&"s".to_owned()),
                _ => false,
            };
        }
        if is_met {
            return Ok(Decision::Alternative(at));
        }
    }
    if or_anonymous && of_operation.iter().all(|outcome| **outcome == Outcome::Absent) {
        return Ok(Decision::Anonymous);
    }
    if of_operation.contains(&&Outcome::Unavailable) {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    if of_operation.contains(&&Outcome::Malformed) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let all_granted = |alternative: &Alternative| {
        alternative.iter().all(|(scheme, _)| matches!(outcomes[*scheme], Outcome::Granted(_)))
    };
    if alternatives.iter().any(all_granted) { Err(StatusCode::FORBIDDEN) } else { Err(StatusCode::UNAUTHORIZED) }
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Absent),
        Just(Outcome::Malformed),
        Just(Outcome::Invalid("expired")),
        Just(Outcome::Unavailable),
        Just(Outcome::Granted(vec![])),
        Just(Outcome::Granted(vec!["s".to_owned(), "t".to_owned()])),
    ]
}

fn alternative() -> impl Strategy<Value = Alternative> {
    prop::collection::vec((0..4_usize, any::<bool>()), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn evaluator_agrees_with_a_naive_oracle(
        alternatives in prop::collection::vec(alternative(), 1..4),
        or_anonymous in any::<bool>(),
        outcomes in prop::collection::vec(outcome(), 4),
    ) {
        let operation = operation(&alternatives, or_anonymous);
        let mut named: Vec<usize> = alternatives.iter().flatten().map(|(scheme, _)| *scheme).collect();
        named.sort_unstable();
        named.dedup();
        let found = named.into_iter().map(|scheme| (scheme, outcomes[scheme].clone())).collect();
        let decided = Evidence::new(operation, SCHEMES, found).decide();
        let expected = oracle(&alternatives, or_anonymous, &outcomes);
        prop_assert_eq!(decided.as_ref().map_err(|denial| denial.status), expected.as_ref().map_err(|status| *status));
        if let Err(denial) = decided
            && denial.status == StatusCode::UNAUTHORIZED
        {
            prop_assert!(!denial.challenges.is_empty(), "a 401 carries a challenge");
        }
    }
}

#[test]
fn decision_requires_the_schemes_of_its_alternative_only() {
    let guarded = operation(&[vec![(0, true)], vec![(1, false), (2, false)], vec![(0, false), (1, false)]], true);
    let open = Operation { access: Access::Open, ..*operation(&[], false) };
    let required = |decision: Decision, operation: &Operation| {
        (0..4).filter(|scheme| decision.requires(operation, *scheme)).collect::<Vec<_>>()
    };
    for (at, expected) in [(0, vec![0]), (1, vec![1, 2]), (2, vec![0, 1]), (3, vec![])] {
        assert_eq!(required(Decision::Alternative(at), guarded), expected, "{at}");
        assert_eq!(required(Decision::Alternative(at), &open), [0; 0], "{at}");
    }
    assert_eq!(required(Decision::Anonymous, guarded), [0; 0]);
}

#[test]
fn scope_is_compared_exactly() {
    let scoped = operation(&[vec![(0, true)]], false);
    let decide = |scope: &str| {
        let granted = Outcome::Granted(vec!["other".to_owned(), scope.to_owned()]);
        Evidence::new(scoped, SCHEMES, vec![(0, granted)]).decide().map_err(|denial| denial.status)
    };
    assert_eq!(decide("s"), Ok(Decision::Alternative(0)));
    for other in ["", "S", "ss", "s:all", "s t", " s", "s*", "*"] {
        assert_eq!(decide(other), Err(StatusCode::FORBIDDEN), "{other}");
    }
}
