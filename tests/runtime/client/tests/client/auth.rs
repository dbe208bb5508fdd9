//! Which credentials are sent, where they are sent, and what stops a call before anything is sent.

use runtime_client::api::{self, *};
use runtime_client::runtime::auth_error::{AuthError, AuthReason};
use runtime_client::runtime::call::Endpoint;
use runtime_client::runtime::core::Core;
use runtime_client::runtime::credential::{Key, Token};
use runtime_client::runtime::error::Error;
use runtime_client::server::{Server, json};

async fn server() -> Server {
    Server::start(json("\"yes\"")).await
}

/// The error of the call. It must not have sent anything.
async fn call_error<E: Endpoint<Output = String, Error = String> + 'static>(server: &Server, core: &Core) -> AuthError {
    let Err(Error::Auth(error)) = call::<E>(core).await else { panic!("the call was not stopped") };
    assert_eq!(server.connections(), 0, "a refused call opened a connection");
    error
}

/// Calls an operation with every credential, and returns the place of each credential that was received.
async fn received_places<E: Endpoint<Output = String, Error = String> + 'static>() -> Vec<String> {
    let server = server().await;
    let core = client(&server.url(), all_credentials());
    call::<E>(&core).await.unwrap();
    let request = server.request();
    let lines = request.lines().filter(|line| CANARIES.iter().any(|canary| line.contains(canary)));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn each_scheme_is_sent_in_its_place_alone() {
    assert_eq!(received_places::<HeaderKey>().await, ["x-api-key: canary-header"]);
    assert_eq!(received_places::<QueryKey>().await, ["GET /query-key?api_key=canary-query HTTP/1.1"]);
    assert_eq!(received_places::<CookieKey>().await, ["cookie: session=canary-cookie"]);
    assert_eq!(received_places::<Basic>().await, ["authorization: Basic dXNlcjpjYW5hcnktcGFzc3dvcmQ="]);
    assert_eq!(received_places::<Bearer>().await, ["authorization: Bearer canary-token"]);
    assert_eq!(received_places::<Hawk>().await, ["authorization: Hawk canary-hawk"]);
}

#[tokio::test]
async fn key_named_authorization_is_the_whole_header() {
    assert_eq!(received_places::<Whole>().await, ["authorization: canary-whole"]);
}

#[tokio::test]
async fn public_operation_sends_no_credentials() {
    assert_eq!(received_places::<Open>().await, [""; 0]);
}

#[tokio::test]
async fn only_the_first_alternative_with_credentials_is_attached() {
    assert_eq!(
        received_places::<Alternatives>().await,
        ["x-api-key: canary-header", "authorization: Bearer canary-token"]
    );

    let server = server().await;
    // The key of the first alternative is set, its token is not.
    let credentials =
        [key(HEADER_KEY, "first"), login("user", "word"), key(COOKIE_KEY, "second"), key(QUERY_KEY, "third")];
    call::<Alternatives>(&client(&server.url(), credentials)).await.unwrap();
    let request = server.request();
    assert_eq!(server.header("cookie"), ["session=second"]);
    assert_eq!(server.header("authorization"), ["Basic dXNlcjp3b3Jk"]);
    assert!(!request.contains("first") && !request.contains("third"), "{request}");
}

#[tokio::test]
async fn last_alternative_is_used_if_no_other_has_credentials() {
    let server = server().await;
    call::<Alternatives>(&client(&server.url(), [token(TOKEN, "first"), key(QUERY_KEY, "third")])).await.unwrap();
    assert_eq!(server.target(), "/alternatives?api_key=third");
    assert!(!server.request().contains("first"));
}

#[tokio::test]
async fn missing_credentials_are_listed_for_every_alternative() {
    let server = server().await;
    let error =
        call_error::<Alternatives>(&server, &client(&server.url(), [token(TOKEN, "t"), key(COOKIE_KEY, "c")])).await;
    assert!(matches!(&error.reason, AuthReason::Missing(lists) if *lists == [["headerKey"], ["login"], ["queryKey"]]));
    let expected = "operation `Alternatives`: no credential for `headerKey`, or for `login`, or for `queryKey`";
    assert_eq!(error.to_string(), expected);

    let error = call_error::<Alternatives>(&server, &client(&server.url(), [])).await;
    let expected = "operation `Alternatives`: no credential for `headerKey` and `token`, or for `login` and `cookieKey`, \
                    or for `queryKey`";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn credential_of_another_scheme_is_not_used() {
    let server = server().await;
    let others = [login("user", "word"), key(HEADER_KEY, "k"), token(OAUTH, "o"), key(WHOLE, "w"), hawk("h")];
    let error = call_error::<Bearer>(&server, &client(&server.url(), others)).await;
    assert_eq!(error.to_string(), "operation `Bearer`: no credential for `token`");
}

#[tokio::test]
async fn access_without_alternatives_is_refused() {
    let server = server().await;
    let error = call_error::<Nobody>(&server, &client(&server.url(), all_credentials())).await;
    assert!(matches!(error.reason, AuthReason::Missing(lists) if lists.is_empty()));
}

#[tokio::test]
async fn optional_operation_is_called_anonymously_without_credentials() {
    let server = server().await;
    call::<Optional>(&client(&server.url(), [key(HEADER_KEY, "unasked")])).await.unwrap();
    assert!(!server.request().contains("unasked"));
    assert_eq!(received_places::<Optional>().await, ["authorization: Bearer canary-token"]);
}

#[tokio::test]
async fn two_schemes_in_one_place_share_one_value() {
    for credential in [token(TOKEN, "one"), token(OAUTH, "one")] {
        let server = server().await;
        call::<TwoTokens>(&client(&server.url(), [credential])).await.unwrap();
        assert_eq!(server.header("authorization"), ["Bearer one"]);
    }
    for credential in [key(HEADER_KEY, "one"), key(OTHER_KEY, "one")] {
        let server = server().await;
        call::<TwoKeys>(&client(&server.url(), [credential])).await.unwrap();
        assert_eq!(server.header("x-api-key"), ["one"]);
    }
    let server = server().await;
    let same = [key(QUERY_KEY, "one"), key(OTHER_QUERY_KEY, "one")];
    call::<TwoQueryKeys>(&client(&server.url(), same)).await.unwrap();
    assert_eq!(server.target(), "/two-query-keys?api_key=one");
}

#[tokio::test]
async fn two_values_for_one_place_are_a_conflict() {
    let server = server().await;
    let error =
        call_error::<TwoTokens>(&server, &client(&server.url(), [token(TOKEN, "one"), token(OAUTH, "two")])).await;
    let expected =
        "operation `TwoTokens`: the schemes `token` and `oauth` use the same place with different credentials";
    assert_eq!(error.to_string(), expected);

    let keys = [key(HEADER_KEY, "one"), key(OTHER_KEY, "two")];
    let error = call_error::<TwoKeys>(&server, &client(&server.url(), keys)).await;
    assert!(matches!(error.reason, AuthReason::Conflict("headerKey", "otherKey")));

    let keys = [key(QUERY_KEY, "one"), key(OTHER_QUERY_KEY, "two")];
    let error = call_error::<TwoQueryKeys>(&server, &client(&server.url(), keys)).await;
    assert!(matches!(error.reason, AuthReason::Conflict("queryKey", "otherQueryKey")));
}

#[tokio::test]
async fn token_is_not_used_for_a_login_in_the_same_header() {
    let server = server().await;
    let error = call_error::<Impossible>(&server, &client(&server.url(), [token(TOKEN, "t")])).await;
    assert!(matches!(&error.reason, AuthReason::Missing(lists) if *lists == [["login"]]));
    let both = [token(TOKEN, "t"), login("user", "word")];
    let error = call_error::<Impossible>(&server, &client(&server.url(), both)).await;
    assert!(matches!(error.reason, AuthReason::Conflict("login", "token")));
}

#[tokio::test]
async fn login_with_a_colon_or_control_characters_is_refused() {
    let server = server().await;
    for (user, password) in [("a:b", "word"), ("a\n", "word"), ("a\0", "word"), ("a", "wo\r\nrd"), ("a", "\u{7f}")] {
        let error = call_error::<Basic>(&server, &client(&server.url(), [login(user, password)])).await;
        assert!(matches!(error.reason, AuthReason::Malformed("login", _)), "{user:?} {password:?}");
        assert!(!error.to_string().contains("word") && !error.to_string().contains("a:b"));
    }
    // A colon in the password is allowed (RFC 7617, section 2).
    call::<Basic>(&client(&server.url(), [login("a", "b:c")])).await.unwrap();
    assert_eq!(server.header("authorization"), ["Basic YTpiOmM="]);
}

#[tokio::test]
async fn secret_with_characters_invalid_in_its_place_is_refused() {
    let server = server().await;
    for secret in ["", "a b", "a,b", "a\r\nX-Evil: 1", "a\n", "=", "ü", "a\"b"] {
        call_error::<Bearer>(&server, &client(&server.url(), [token(TOKEN, secret)])).await;
    }
    for secret in ["", "a\r\nX-Evil: 1", "a\n", "a\0", "ü", "a ", "a\t"] {
        call_error::<HeaderKey>(&server, &client(&server.url(), [key(HEADER_KEY, secret)])).await;
        call_error::<Whole>(&server, &client(&server.url(), [key(WHOLE, secret)])).await;
        call_error::<Hawk>(&server, &client(&server.url(), [hawk(secret)])).await;
    }
    for secret in ["", "a; admin=1", "a,b", "a b", "a\"b", "a\\b", "a\r\nX-Evil: 1", "ü"] {
        call_error::<CookieKey>(&server, &client(&server.url(), [key(COOKIE_KEY, secret)])).await;
    }
}

#[tokio::test]
async fn key_in_the_query_is_encoded() {
    let server = server().await;
    call::<QueryKey>(&client(&server.url(), [key(QUERY_KEY, "a&b=c#d e+f%ü")])).await.unwrap();
    assert_eq!(server.target(), "/query-key?api_key=a%26b%3Dc%23d%20e%2Bf%25%C3%BC");
}

#[tokio::test]
async fn parameter_cannot_replace_a_credential() {
    let server = server().await;
    let core = client(&server.url(), [key(QUERY_KEY, "right")]);
    let filter = object(&[("api_key", "wrong"), ("other", "kept")]);
    call::<QueryKey>(&core).set(LIMIT, &10_i64).set(FILTER, &filter).await.unwrap();
    assert_eq!(server.target(), "/query-key?limit=10&other=kept&api_key=right");
}

#[tokio::test]
async fn custom_header_or_cookie_cannot_replace_a_credential() {
    let wrong = "wrong".to_owned();
    let first = server().await;
    let core = client(&first.url(), [key(HEADER_KEY, "right")]);
    call::<HeaderKey>(&core).set(OWN_KEY, &wrong).header("x-api-key", "wrong").await.unwrap();
    assert_eq!(first.header("x-api-key"), ["right"]);

    let second = server().await;
    let core = client(&second.url(), [key(COOKIE_KEY, "right")]);
    let own = "own=u;session=wrong";
    call::<CookieKey>(&core)
        .header("Cookie", own)
        .set(OWN_SESSION, &wrong)
        .set(THEME, &"dark".to_owned())
        .await
        .unwrap();
    assert_eq!(second.header("cookie"), ["own=u; theme=dark; session=right"]);

    let third = server().await;
    let core = client(&third.url(), [api::token(TOKEN, "right")]);
    call::<Bearer>(&core).header("Authorization", "Bearer wrong").await.unwrap();
    assert_eq!(third.header("authorization"), ["Bearer right"]);
}

#[tokio::test]
async fn credential_of_a_call_replaces_the_clients_for_that_call() {
    let server = server().await;
    let core = client(&server.url(), [token(TOKEN, "shared")]);
    call::<Bearer>(&core).credential(TOKEN, Token::from("own")).await.unwrap();
    call::<Bearer>(&core).await.unwrap();
    // It counts in the choice of the alternative, and only there: an open operation takes nothing.
    call::<Alternatives>(&core).credential(QUERY_KEY, Key::from("own")).await.unwrap();
    call::<Open>(&core).credential(TOKEN, Token::from("own")).await.unwrap();
    let requests = server.requests();
    assert!(requests[0].contains("authorization: Bearer own\r\n") && !requests[0].contains("shared"), "{requests:?}");
    assert!(requests[1].contains("authorization: Bearer shared\r\n"), "{requests:?}");
    assert!(requests[2].starts_with("GET /alternatives?api_key=own HTTP/1.1\r\n"), "{requests:?}");
    assert!(!requests[3].contains("own") && !requests[3].contains("shared"), "{requests:?}");
}

#[tokio::test]
async fn credential_of_a_call_is_checked_by_the_same_rules() {
    let elsewhere = client("http://example.test", []);
    let error = call::<Bearer>(&elsewhere).credential(TOKEN, Token::from("own")).await.unwrap_err();
    assert!(error.to_string().contains("plain http except to loopback"), "{error}");
    let server = server().await;
    let core = client(&server.url(), []);
    let error = call::<Bearer>(&core).credential(usize::MAX, Token::from("own")).await.unwrap_err();
    assert!(error.to_string().contains("is for a scheme that this API does not have"), "{error}");
    let error = call::<Bearer>(&core).credential(TOKEN, Token::from("o wn")).await.unwrap_err();
    assert!(error.to_string().contains("characters that are not allowed in a bearer token"), "{error}");
    assert_eq!(server.connections(), 0);
}
