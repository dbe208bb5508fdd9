//! The authentication tests of a new server pass, and fail if one of its verifiers is wrong.
#![allow(dead_code, unexpected_cfgs, unused_imports)] // the modules are those of a crate, with other principals

use std::cell::Cell;

use generated::{Granted, Reject};

include!(concat!(env!("OUT_DIR"), "/scaffold/modules.rs"));

/// A test of `tests/authentication.rs`.
type Test = fn() -> std::pin::Pin<Box<dyn Future<Output = ()>>>;

/// What is wrong with a verifier.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    AcceptsEverything,
    GrantsAllScopes,
    RefusesEverything,
}

thread_local! {
    /// The verifier with a fault.
    static FAULTY: Cell<Option<(&'static str, Fault)>> = const { Cell::new(None) };
}

/// What a verifier returns.
fn changed(verifier: &str, verified: Result<Granted<()>, Reject>) -> Result<Granted<()>, Reject> {
    let all = || Granted::new(()).scopes(["read", "write", "admin", "openid"]);
    match FAULTY.get().filter(|(faulty, _)| *faulty == verifier).map(|(_, fault)| fault) {
        None => verified,
        Some(Fault::AcceptsEverything) => Ok(all()),
        Some(Fault::GrantsAllScopes) => verified.map(|_| all()),
        Some(Fault::RefusesEverything) => Err(Reject::Invalid("refused")),
    }
}

/// The tests that fail with this fault.
fn failures(faulty: Option<(&'static str, Fault)>) -> Vec<&'static str> {
    let fails = |test: Test| {
        let run = move || {
            FAULTY.set(faulty);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(test());
        };
        std::thread::spawn(run).join().is_err()
    };
    authentication::TESTS.iter().filter(|(_, test)| fails(*test)).map(|(name, _)| *name).collect()
}

#[test]
fn authentication_tests_of_a_new_server_pass() {
    assert!(authentication::TESTS.len() >= 8, "{:?}", authentication::TESTS.len());
    assert_eq!(failures(None), [""; 0]);
}

#[test]
fn verifier_that_accepts_everything_is_found() {
    assert_eq!(app::VERIFIERS, ["key", "query", "session", "login", "token", "oauth", "oidc", "certificate"]);
    for verifier in app::VERIFIERS {
        let found = failures(Some((verifier, Fault::AcceptsEverything)));
        // The only operation with `oidc` requires `oauth` too, which verifies the same token.
        let is_found = found.contains(&"each_credential_of_an_alternative_is_required");
        assert_eq!(is_found, *verifier != "oidc", "{verifier}: {found:?}");
    }
}

#[test]
fn verifier_that_ignores_scopes_is_found() {
    let found = failures(Some(("oauth", Fault::GrantsAllScopes)));
    assert_eq!(found, ["tokens_need_the_scopes_of_the_operation"]);
}

#[test]
fn verifier_that_refuses_everything_is_found() {
    for verifier in app::VERIFIERS {
        let found = failures(Some((verifier, Fault::RefusesEverything)));
        // `certificate` and `oidc` are required only in alternatives that other tests skip or that fail as well.
        assert!(found.contains(&"right_credentials_are_admitted"), "{verifier}: {found:?}");
    }
}
