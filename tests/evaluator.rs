//! The comparison of security requirements agrees with the evaluator of generated servers: an access is weaker if a server
//! with the new requirements accepts some caller whom one with the old requirements refuses.

use keystub::model::access::{AccessChange, Alternatives};
use keystub::model::security::{Access, Binding, KeyPlace, Scheme, SchemeId, SchemeKind, SchemeUse, Vec1};
use keystub_server_runtime::auth::{Evidence, Outcome};
use keystub_server_runtime::operation as runtime;
use proptest::prelude::*;

/// The schemes, each with the scopes that its credential may have.
const SCHEMES: [(&str, &[&str]); 3] = [("one", &[]), ("two", &[]), ("token", &["a", "b"])];

/// A member of an alternative: the index of its scheme, and its scopes as bits.
type Member = (usize, u8);

/// The alternatives; one without members is `{}`.
type Written = Vec<Vec<Member>>;

fn schemes() -> Vec<Scheme> {
    let kinds = SCHEMES.map(|(name, scopes)| match scopes {
        [] => SchemeKind::ApiKey { place: KeyPlace::Header, name: format!("X-{name}") },
        _ => SchemeKind::Bearer { format: None },
    });
    let scheme = |((name, _), kind): ((&str, _), SchemeKind)| Scheme {
        name: name.to_owned(),
        description: None,
        kind,
        binding: Binding::None,
        at: keystub::diag::Pointer::root(),
    };
    SCHEMES.into_iter().zip(kinds).map(scheme).collect()
}

fn scopes((scheme, bits): Member) -> Vec<&'static str> {
    SCHEMES[scheme].1.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, scope)| *scope).collect()
}

/// The requirements as the model has them.
fn modelled(written: &Written) -> Access {
    let member = |&(scheme, bits): &Member| SchemeUse {
        scheme: SchemeId(scheme),
        scopes: scopes((scheme, bits)).into_iter().map(str::to_owned).collect(),
    };
    let any_of = written.iter().filter_map(|members| Vec1::new(members.iter().map(member).collect())).collect();
    match Vec1::new(any_of) {
        Some(any_of) => Access::Guarded { any_of, or_anonymous: written.iter().any(Vec::is_empty) },
        None => Access::Open,
    }
}

/// The requirements as generated code has them, which lives as long as the program.
fn generated(written: &Written) -> &'static runtime::Operation {
    let member = |&(scheme, bits): &Member| runtime::SchemeUse::new(scheme, scopes((scheme, bits)).leak());
    let alternative = |members: &Vec<Member>| -> &'static [runtime::SchemeUse] {
        members.iter().map(member).collect::<Vec<_>>().leak()
    };
    let any_of: &'static [_] =
        written.iter().filter(|members| !members.is_empty()).map(alternative).collect::<Vec<_>>().leak();
    let access = match any_of.is_empty() {
        true => runtime::Access::Open,
        false => runtime::Access::Guarded { any_of, or_anonymous: written.iter().any(Vec::is_empty) },
    };
    let operation =
        runtime::Operation { id: "o", method: "GET", path: &[], query: "", parameters: &[], access, accept: "" };
    Box::leak(Box::new(operation))
}

static RUNTIME_SCHEMES: [runtime::Scheme; 3] = [
    runtime::Scheme { name: "one", kind: runtime::SchemeKind::Basic },
    runtime::Scheme { name: "two", kind: runtime::SchemeKind::Basic },
    runtime::Scheme { name: "token", kind: runtime::SchemeKind::Basic },
];

/// The credentials that a caller presents, each with the verdict of its verifier.
type Caller = Vec<(usize, Outcome)>;

/// Whether a server accepts a caller.
fn accepts(operation: &'static runtime::Operation, caller: &Caller) -> bool {
    Evidence::new(operation, &RUNTIME_SCHEMES, caller.clone()).decide().is_ok()
}

/// Every set of credentials: each scheme not at all, with an invalid credential, or with any of its scopes.
fn callers() -> Vec<Caller> {
    let mut callers: Vec<Caller> = vec![Vec::new()];
    for (scheme, (_, known)) in SCHEMES.iter().enumerate() {
        let granted = |bits| Outcome::Granted(scopes((scheme, bits)).into_iter().map(str::to_owned).collect());
        let mut outcomes: Vec<Outcome> = (0..1_u8 << known.len()).map(granted).collect();
        outcomes.push(Outcome::Invalid("expired"));
        for caller in callers.clone() {
            callers.extend(outcomes.iter().map(|outcome| [&caller[..], &[(scheme, outcome.clone())]].concat()));
        }
    }
    callers
}

fn written() -> impl Strategy<Value = Written> {
    let alternative = (any::<[bool; 3]>(), 0..4_u8).prop_map(|(has, bits)| {
        let members = has.into_iter().enumerate().filter(|(_, has)| *has);
        members.map(|(scheme, _)| (scheme, if scheme == 2 { bits } else { 0 })).collect::<Vec<Member>>()
    });
    prop::collection::vec(alternative, 1..5)
}

proptest! {
    #[test]
    fn comparison_agrees_with_the_evaluator_of_servers(old in written(), new in written()) {
        let schemes = schemes();
        let (before, after) = (modelled(&old), modelled(&new));
        let change = Alternatives::new(&after, &schemes).compared_with(&Alternatives::new(&before, &schemes));
        let (old, new) = (generated(&old), generated(&new));
        let callers = callers();
        prop_assert_eq!(callers.len(), 3 * 3 * 6);
        let gained = callers.iter().any(|caller| accepts(new, caller) && !accepts(old, caller));
        let lost = callers.iter().any(|caller| accepts(old, caller) && !accepts(new, caller));
        let expected = match (gained, lost) {
            (false, false) => AccessChange::Equal,
            (true, false) => AccessChange::Weaker,
            (false, true) => AccessChange::Stronger,
            (true, true) => AccessChange::Moved,
        };
        prop_assert_eq!(change, expected);
    }
}
