use proptest::prelude::*;

use super::*;
use crate::diag::Pointer;
use crate::model::security::{Binding, Flow, Flows, SchemeId, SchemeUse, Vec1};

/// Two keys in headers, a token with scopes `a` and `b`: with the token itself five single requirements.
fn schemes() -> Vec<Scheme> {
    let key = |name: &str| SchemeKind::ApiKey { place: KeyPlace::Header, name: name.to_owned() };
    let scheme = |(name, kind): (&str, SchemeKind)| Scheme {
        binding: Binding::None,
        name: name.to_owned(),
        description: None,
        kind,
        at: Pointer::root(),
    };
    let bearer = SchemeKind::Bearer { format: None };
    let again = SchemeKind::Bearer { format: Some("JWT".to_owned()) };
    [("one", key("X-One")), ("two", key("X-Two")), ("token", bearer), ("also-one", key("x-ONE")), ("also-token", again)]
        .map(scheme)
        .to_vec()
}

/// An access in a notation: alternatives separated by `|`, `one+token:a:b` within one, `{}` for anonymous calls.
fn access(text: &str) -> Access {
    let schemes = schemes();
    let scheme_use = |text: &str| {
        let mut words = text.split(':');
        let name = words.next().unwrap();
        let scheme = SchemeId(schemes.iter().position(|scheme| scheme.name == name).unwrap());
        SchemeUse { scheme, scopes: words.map(str::to_owned).collect() }
    };
    let (anonymous, required): (Vec<&str>, Vec<&str>) =
        text.split('|').filter(|part| !part.is_empty()).partition(|part| *part == "{}");
    let any_of = required.iter().map(|part| Vec1::new(part.split('+').map(scheme_use).collect()).unwrap()).collect();
    match Vec1::new(any_of) {
        Some(any_of) => Access::Guarded { any_of, or_anonymous: !anonymous.is_empty() },
        None => Access::Open,
    }
}

fn alternatives(text: &str) -> Alternatives {
    Alternatives::new(&access(text), &schemes())
}

#[test]
fn changes_of_access_are_classified_by_who_is_accepted() {
    use AccessChange::{Equal, Moved, Stronger, Weaker};
    for (old, new, expected) in [
        ("one", "one", Equal),
        ("one", "also-one", Equal),
        ("token", "also-token", Equal),
        ("one|two", "two|one", Equal),
        ("one|one+two", "one", Equal),
        ("one|{}", "{}|one|one+two", Equal),
        ("", "{}", Equal),
        ("one", "", Weaker),
        ("one", "one|{}", Weaker),
        // A token without scope `a` was refused.
        ("token:a|{}", "token|{}", Weaker),
        ("token:a|{}", "", Weaker),
        ("one|{}", "one|two|{}", Weaker),
        ("one", "one|two", Weaker),
        ("one+two", "one", Weaker),
        ("token:a", "token", Weaker),
        ("token:a:b", "token:b", Weaker),
        ("", "one", Stronger),
        ("", "one|{}", Stronger),
        ("one|{}", "one", Stronger),
        ("one|two|{}", "one|{}", Stronger),
        ("token|{}", "token:a|{}", Stronger),
        ("one|two", "one", Stronger),
        ("one", "one+two", Stronger),
        ("token", "token:a", Stronger),
        ("one", "two", Moved),
        ("one|{}", "two|{}", Moved),
        ("one|{}", "one|two", Moved),
        ("token:a", "token:b|{}", Moved),
        ("token:a", "token:b", Moved),
        ("one+two", "token|one+token", Moved),
    ] {
        assert_eq!(alternatives(new).compared_with(&alternatives(old)), expected, "{old} -> {new}");
    }
}

#[test]
fn access_with_an_alternative_that_requires_less_is_weaker() {
    for (old, new, expected) in [
        ("one", "one+two|{}", true),
        ("one", "two|{}", true),
        ("token:a", "token:b|{}", true),
        ("one+two|token", "one", true),
        ("one|token:a:b", "token:a", true),
        ("one|token:a", "token", true),
        ("one+token:a", "one+token|two", true),
        ("one", "", true),
        ("one", "one|two", true),
        ("one", "one", false),
        ("one", "two", false),
        ("one", "one+two", false),
        ("one", "one+two|token", false),
        ("one|two", "one|token", false),
        ("token:a", "token:b", false),
        ("one|{}", "two|{}", false),
        ("one|{}", "one", false),
        ("one|{}", "one|two", false),
        ("", "one|{}", false),
        ("", "one", false),
    ] {
        assert_eq!(alternatives(new).is_weaker_than(&alternatives(old)), expected, "{old} -> {new}");
    }
}

#[test]
fn alternatives_that_another_one_covers_are_redundant() {
    for (text, expected) in [
        ("", vec![]),
        ("one|two", vec![]),
        ("one+two|one", vec![0]),
        ("one|also-one", vec![1]),
        ("token|token:a|one+token:a:b", vec![1, 2]),
        ("one|{}", vec![]),
        ("one|one+two|{}", vec![1]),
    ] {
        assert_eq!(redundant_alternatives(&access(text), &schemes()), expected, "{text}");
    }
}

#[test]
fn meaning_of_an_issuer_is_its_urls_and_not_its_scopes() {
    let flow = |url: &str, scope: &str| Flow {
        token_url: Some(url.to_owned()),
        scopes: vec![(scope.to_owned(), String::new())],
        ..Flow::default()
    };
    let code = |flow| SchemeKind::OAuth2(Box::new(Flows { authorization_code: Some(flow), ..Flows::default() }));
    let machine = |flow| SchemeKind::OAuth2(Box::new(Flows { client_credentials: Some(flow), ..Flows::default() }));
    let meaning = Meaning::of(&code(flow("https://id/token", "a")));
    assert_eq!(meaning, Meaning::of(&code(flow("https://id/token", "b"))));
    assert_eq!(meaning, Meaning::of(&machine(flow("https://id/token", "a"))));
    assert_ne!(meaning, Meaning::of(&code(flow("https://other/token", "a"))));
    assert_ne!(meaning, Meaning::of(&SchemeKind::Bearer { format: None }));
}

/// The five single requirements; a set of them is a number of five bits.
const ATOMS: [&str; 5] = ["one", "two", "token", "token:a", "token:b"];

fn atoms(bits: u8) -> BTreeSet<Atom> {
    let chosen = ATOMS.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, text)| {
        let alternatives = alternatives(text);
        let atoms = alternatives.iter().next().unwrap().clone();
        // A scope comes with its credential in an alternative; here each is on its own.
        atoms.into_iter().max_by_key(|atom| atom.scope.is_some()).unwrap()
    });
    chosen.collect()
}

/// The alternative that requires these; a scope requires its credential as well.
fn text_of(bits: u8) -> String {
    let words = ATOMS.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, text)| *text);
    match words.collect::<Vec<_>>().join("+") {
        text if text.is_empty() => "{}".to_owned(),
        text => text,
    }
}

/// Whether an access accepts a caller, by the rule of servers: all members of one of the alternatives, or no credential if
/// `{}` is among them. Without others, `{}` accepts all callers.
fn is_accepted(access: &[u8], held: u8) -> bool {
    let with_credential = |bits: u8| if bits & 0b11000 == 0 { bits } else { bits | 0b00100 };
    let is_met = |alternative: u8| match alternative {
        0 => held == 0,
        members => with_credential(members) & !held == 0,
    };
    access.iter().all(|alternative| *alternative == 0) || access.iter().any(|alternative| is_met(*alternative))
}

proptest! {
    #[test]
    fn comparison_agrees_with_brute_force(
        old in prop::collection::vec(0u8..32, 1..6),
        new in prop::collection::vec(0u8..32, 1..6),
    ) {
        let parsed = |all: &[u8]| alternatives(&all.iter().map(|bits| text_of(*bits)).collect::<Vec<_>>().join("|"));
        let (old_form, new_form) = (parsed(&old), parsed(&new));
        let mut gained = false;
        let mut lost = false;
        for held in 0u8..32 {
            let (before, after) = (is_accepted(&old, held), is_accepted(&new, held));
            prop_assert_eq!(old_form.accepts(&atoms(held)), before);
            gained |= after && !before;
            lost |= before && !after;
        }
        let expected = match (gained, lost) {
            (false, false) => AccessChange::Equal,
            (true, false) => AccessChange::Weaker,
            (false, true) => AccessChange::Stronger,
            (true, true) => AccessChange::Moved,
        };
        prop_assert_eq!(new_form.compared_with(&old_form), expected);
        prop_assert_eq!(expected == AccessChange::Equal, old_form == new_form);
    }
}
