//! The comparison of security requirements agrees with the evaluator of generated servers: an access is weaker if a server
//! with the new requirements accepts some caller whom one with the old requirements refuses.

use keystub::model::access::{AccessChange, Alternatives};
use keystub::model::security::{Access, KeyPlace, Scheme, SchemeId, SchemeKind, SchemeUse, Vec1};
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

/// Whether a server accepts a caller who holds these credentials and presents as many of them as is best.
fn accepts(operation: &'static runtime::Operation, held: &[Member]) -> bool {
    (0..1_u8 << held.len()).any(|presented| {
        let outcome = |(at, &member): (usize, &Member)| match presented >> at & 1 {
            0 => (member.0, Outcome::Absent),
            _ => (member.0, Outcome::Granted(scopes(member).into_iter().map(str::to_owned).collect())),
        };
        let outcomes = held.iter().enumerate().map(outcome).collect();
        Evidence::new(operation, &RUNTIME_SCHEMES, outcomes).decide().is_ok()
    })
}

/// Every set of credentials: each scheme not at all, or with any of its scopes.
fn callers() -> Vec<Vec<Member>> {
    let mut callers: Vec<Vec<Member>> = vec![Vec::new()];
    for (scheme, (_, scopes)) in SCHEMES.iter().enumerate() {
        for caller in callers.clone() {
            callers.extend((0..1_u8 << scopes.len()).map(|bits| [&caller[..], &[(scheme, bits)]].concat()));
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
        prop_assert_eq!(callers.len(), 2 * 2 * 5);
        let gained = callers.iter().any(|held| accepts(new, held) && !accepts(old, held));
        let lost = callers.iter().any(|held| accepts(old, held) && !accepts(new, held));
        let expected = match (gained, lost) {
            (false, false) => AccessChange::Equal,
            (true, false) => AccessChange::Weaker,
            (false, true) => AccessChange::Stronger,
            (true, true) => AccessChange::Moved,
        };
        prop_assert_eq!(change, expected);
    }
}
