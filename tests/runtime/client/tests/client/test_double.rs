//! The test double: typed responses, and the calls with the security schemes that they used.

use std::panic::{AssertUnwindSafe, catch_unwind};

use runtime_client::api::*;
use runtime_client::runtime::core::Core;
use runtime_client::runtime::credential::Credential;
use runtime_client::runtime::error::{BuildError, Error};
use runtime_client::runtime::test_double::TestDouble;

type Credentials = Vec<(usize, Credential)>;

fn client(double: &TestDouble, credentials: Credentials) -> Core {
    let mut builder = builder("https://api.example/v1", credentials);
    builder.test_double(double);
    builder.build().unwrap()
}

#[tokio::test]
async fn prepared_responses_are_used_in_order_by_operation() {
    let double = TestDouble::new();
    double.on::<Open>().responds(&"first".to_owned());
    double.on::<Open>().responds(&"second".to_owned());
    double.on::<Delete>().succeeds();
    double.on::<Item>().fails(404, &"gone".to_owned());
    double.on::<Put>().returns(418, "text/plain", "teapot");
    double.on::<Patch>().disconnects();
    let core = client(&double, Vec::new());
    assert_eq!(call::<Delete>(&core).await.unwrap().status, 204);
    assert_eq!(call::<Open>(&core).await.unwrap().body, "first");
    assert_eq!(call::<Open>(&core).await.unwrap().body, "second");
    assert!(matches!(call::<Item>(&core).await, Err(Error::Api { error, .. }) if error == "gone"));
    assert!(matches!(call::<Put>(&core).await, Err(Error::Unexpected(unexpected)) if unexpected.status == 418));
    assert_eq!(double.unused(), ["Patch"]);
    assert!(matches!(call::<Patch>(&core).await, Err(Error::Service(_))));
    assert!(double.unused().is_empty());
    let operations: Vec<&str> = double.calls().iter().map(|call| call.operation()).collect();
    assert_eq!(operations, ["Delete", "Open", "Open", "Item", "Put", "Patch"]);
}

/// Settings of the client do not reach the connections of a service. A double has none.
#[test]
fn service_that_replaces_a_double_is_checked_like_any_other() {
    let build = |is_replaced: bool| {
        let mut builder = builder("https://api.example/v1", Credentials::new());
        builder.user_agent("mine/1");
        builder.test_double(&TestDouble::new());
        if is_replaced {
            builder.service(|_| async { Err("not reached".into()) });
        }
        builder.build()
    };
    assert!(build(false).is_ok());
    assert!(matches!(build(true), Err(BuildError::ReadyMade(_))));
}

#[tokio::test]
async fn call_without_a_prepared_response_fails_and_is_kept() {
    let double = TestDouble::new();
    double.on::<Delete>().succeeds();
    match call::<Open>(&client(&double, Vec::new())).await {
        Err(Error::Service(error)) => assert_eq!(error.to_string(), "no response to `Open` is prepared"),
        other => panic!("{other:?}"),
    }
    assert_eq!(double.calls().len(), 1);
}

#[tokio::test]
async fn calls_show_their_alternative() {
    let double = TestDouble::new();
    let responds = || double.on::<Alternatives>().responds(&String::new());
    let rows: [(Credentials, &[&str]); 3] = [
        (all_credentials(), &["headerKey", "token"]),
        (vec![login("user", "word"), key(COOKIE_KEY, "canary-cookie")], &["login", "cookieKey"]),
        (vec![key(QUERY_KEY, "canary-query"), login("user", "word")], &["queryKey"]),
    ];
    for (credentials, schemes) in rows {
        responds();
        call::<Alternatives>(&client(&double, credentials)).await.unwrap();
        assert_eq!(double.calls().last().unwrap().schemes(), schemes);
    }
    // A call that cannot be authenticated does not reach the double.
    let count = double.calls().len();
    assert!(matches!(call::<Alternatives>(&client(&double, Vec::new())).await, Err(Error::Auth(_))));
    assert_eq!(double.calls().len(), count);
    // Anonymous, and public.
    double.on::<Optional>().responds(&String::new());
    double.on::<Open>().responds(&String::new());
    call::<Optional>(&client(&double, Vec::new())).await.unwrap();
    call::<Open>(&client(&double, all_credentials())).await.unwrap();
    assert!(double.calls()[count..].iter().all(|call| call.schemes().is_empty()));
}

#[tokio::test]
async fn calls_show_what_was_sent() {
    let double = TestDouble::new();
    double.on::<Bearer>().responds(&String::new());
    let core = client(&double, all_credentials());
    let filled = call::<Bearer>(&core).set(LIMIT, &10).set(TRACE, &"on".to_owned());
    filled.json(&"text".to_owned()).await.unwrap();
    let calls = double.calls();
    let call = &calls[0];
    assert_eq!((call.method(), call.path()), ("POST", "/v1/bearer"));
    assert_eq!((call.query("limit"), call.query("other")), (vec!["10".to_owned()], Vec::new()));
    assert_eq!(call.header("authorization"), Some("Bearer canary-token"));
    assert_eq!((call.header("x-trace"), call.header("x-other")), (Some("on"), None));
    assert_eq!(call.json::<String>().unwrap(), "text");
    assert!(call.json::<i64>().is_err());
    assert_no_canary(&format!("{double:?} {call:?}"), "Debug");
}

#[test]
fn undocumented_response_cannot_be_prepared_as_a_documented_one() {
    let double = TestDouble::new();
    let panics = |prepare: &dyn Fn()| catch_unwind(AssertUnwindSafe(prepare)).is_err();
    assert!(panics(&|| double.on::<Open>().fails(409, &"text".to_owned())));
    assert!(!panics(&|| double.on::<Open>().fails(404, &"text".to_owned())));
    assert_eq!(double.unused(), ["Open"]);
}
