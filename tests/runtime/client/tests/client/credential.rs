//! Credentials other than fixed values: providers and signers.

use std::sync::{Arc, Mutex};

use crate::header_block::{header_block, representations};
use hmac::{Hmac, KeyInit, Mac};
use runtime_client::api::*;
use runtime_client::runtime::auth_error::AuthReason;
use runtime_client::runtime::credential::{
    Authorization, BoxError, BoxFuture, Credential, Key, Login, Provider, Signer, Token,
};
use runtime_client::runtime::error::Error;
use runtime_client::server::{Server, json};
use secrecy::SecretString;
use sha2::Sha256;

/// Always returns the same secret, and records the scopes that it was requested with.
#[derive(Clone, Default)]
struct Recording(Arc<Mutex<Vec<Vec<String>>>>);

impl Provider for Recording {
    fn secret<'p>(&'p self, scopes: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        self.0.lock().unwrap().push(scopes.iter().map(|scope| (*scope).to_owned()).collect());
        Box::pin(async { Ok("given".into()) })
    }
}

impl Recording {
    fn asked(&self) -> Vec<Vec<String>> {
        self.0.lock().unwrap().clone()
    }
}

struct Signing<F>(F);

impl<F: Fn(&mut reqwest::Request) -> Result<(), BoxError> + Send + Sync + 'static> Signer for Signing<F> {
    fn sign(&self, request: &mut reqwest::Request) -> Result<(), BoxError> {
        (self.0)(request)
    }
}

fn signer(sign: impl Fn(&mut reqwest::Request) -> Result<(), BoxError> + Send + Sync + 'static) -> Credential {
    Authorization::signer(Signing(sign)).into()
}

#[tokio::test]
async fn async_closure_provides_a_secret_for_each_call() {
    let server = Server::start(json("\"yes\"")).await;
    let count = Arc::new(Mutex::new(0));
    let provider = Token::provider(move || {
        let count = Arc::clone(&count);
        async move {
            let mut count = count.lock().unwrap();
            *count += 1;
            Ok(format!("token-{count}").into())
        }
    });
    let core = client(&server.url(), [(TOKEN, provider.into())]);
    call::<Bearer>(&core).await.unwrap();
    call::<Bearer>(&core).await.unwrap();
    let requests = server.requests();
    assert!(requests[0].contains("authorization: Bearer token-1\r\n"), "{requests:?}");
    assert!(requests[1].contains("authorization: Bearer token-2\r\n"), "{requests:?}");
}

#[tokio::test]
async fn opaque_token_may_contain_every_visible_ascii_character() {
    for text in ["12|AbC", "a:b", "{\"x\"}", "abc", "~!#$%&'()*+,;=?@[]^_`"] {
        let server = Server::start(json("\"yes\"")).await;
        call::<Bearer>(&client(&server.url(), [(TOKEN, Token::opaque(text).into())])).await.unwrap();
        assert_eq!(server.header("authorization"), [format!("Bearer {text}")]);
    }
    let server = Server::start(json("\"yes\"")).await;
    for text in ["", " ", "a b", "a\tb", "a\r\nX: y", "a\0", "\u{7f}", "é", "a|\u{a0}"] {
        let core = client(&server.url(), [(TOKEN, Token::opaque(text).into())]);
        let error = call::<Bearer>(&core).await.unwrap_err();
        let expected = "the credential of `token` is empty or contains characters other than visible ASCII";
        assert_eq!(error.to_string(), format!("operation `Bearer`: {expected}"), "{text:?}");
    }
    let error = call::<Bearer>(&client(&server.url(), [token(TOKEN, "12|AbC")])).await.unwrap_err();
    assert!(error.to_string().contains("not allowed in a bearer token; see `Token::opaque`"), "{error}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn shared_token_is_requested_with_the_scopes_of_both_schemes() {
    let server = Server::start(json("\"yes\"")).await;
    let provider = Recording::default();
    let core = client(&server.url(), [(OAUTH, Token::provider(provider.clone()).into())]);
    call::<TwoTokens>(&core).await.unwrap();
    assert_eq!(provider.asked(), [["read", "write", "admin"]]);
    assert_eq!(server.header("authorization"), ["Bearer given"]);
}

#[tokio::test]
async fn provider_is_asked_only_if_its_secret_is_sent() {
    let server = Server::start(json("\"yes\"")).await;
    let provider = Recording::default();
    let credentials = [(TOKEN, Token::provider(provider.clone()).into()), key(QUERY_KEY, "k")];
    let core = client(&server.url(), credentials);
    call::<Open>(&core).await.unwrap();
    call::<QueryKey>(&core).await.unwrap();
    call::<Alternatives>(&core).await.unwrap();
    assert!(provider.asked().is_empty());

    let core = client("http://example.test", [(TOKEN, Token::provider(provider.clone()).into())]);
    assert!(matches!(call::<Bearer>(&core).await, Err(Error::Auth(_))));
    assert!(provider.asked().is_empty(), "asked for a secret that cannot be sent");
}

#[tokio::test]
async fn nothing_is_sent_if_a_provider_fails_or_returns_nothing() {
    let server = Server::start(json("\"yes\"")).await;
    let failing = Token::provider(|| async { Err(BoxError::from("the vault is shut")) });
    let error = call::<Bearer>(&client(&server.url(), [(TOKEN, failing.into())])).await.unwrap_err();
    assert_eq!(error.to_string(), "operation `Bearer`: could not get a credential for `token`");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the vault is shut");

    let empty = Key::provider(|| async { Ok("".into()) });
    let error = call::<HeaderKey>(&client(&server.url(), [(HEADER_KEY, empty.into())])).await.unwrap_err();
    assert_eq!(error.to_string(), "operation `HeaderKey`: the credential of `headerKey` is empty");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn signer_sees_the_finished_request() {
    let server = Server::start(json("\"yes\"")).await;
    let sign = signer(|request| {
        let text =
            format!("{} {} {:?}", request.method(), request.url().path(), request.headers().get("x-trace").unwrap());
        let query = request.url().query().unwrap_or_default().len();
        let value = format!("Hawk mac=\"{}-{query}\"", text.len()).parse()?;
        request.headers_mut().insert("authorization", value);
        Ok(())
    });
    let core = client(&server.url(), [(HAWK, sign)]);
    call::<Hawk>(&core).set(LIMIT, &10_i64).set(TRACE, &"on".to_owned()).await.unwrap();
    // `GET /hawk "on"` is 14 characters, `limit=10` is 8.
    assert_eq!(server.header("authorization"), ["Hawk mac=\"14-8\""]);
}

#[tokio::test]
async fn signer_can_sign_the_body() {
    let server = Server::start(json("\"yes\"")).await;
    let sign = signer(|request| {
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let code = Hmac::<Sha256>::new_from_slice(b"Jefe")?.chain_update(body).finalize().into_bytes();
        let text: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
        request.headers_mut().insert("authorization", format!("HMAC {text}").parse()?);
        Ok(())
    });
    let core = client(&server.url(), [(HAWK, sign)]);
    call::<Hawk>(&core).text("text/plain", "what do ya want for nothing?").await.unwrap();
    // RFC 4231, section 4.3.
    let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(server.header("authorization"), [format!("HMAC {known}")]);
}

#[tokio::test]
async fn signer_cannot_change_the_origin() {
    let server = Server::start(json("\"yes\"")).await;
    let other = Server::start(json("\"yes\"")).await;
    let url: reqwest::Url = other.url().parse().unwrap();
    let sign = signer(move |request| {
        *request.url_mut() = url.clone();
        Ok(())
    });
    let error = call::<Hawk>(&client(&server.url(), [(HAWK, sign)])).await.unwrap_err();
    assert!(matches!(error, Error::Auth(error) if matches!(error.reason, AuthReason::OtherOrigin)));
    assert_eq!((server.connections(), other.connections()), (0, 0));
}

#[tokio::test]
async fn nothing_is_sent_if_a_signer_fails() {
    let server = Server::start(json("\"yes\"")).await;
    let core = client(&server.url(), [(HAWK, signer(|_| Err("the key is gone".into())))]);
    let error = call::<Hawk>(&core).await.unwrap_err();
    assert_eq!(error.to_string(), "operation `Hawk`: could not get a credential for `hawk`");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn attached_credentials_are_sensitive_to_signers() {
    let server = Server::start(json("\"yes\"")).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&seen);
    // A signer of the same alternative can see the headers that were attached before.
    let sign = Key::signer(Signing(move |request: &mut reqwest::Request| {
        *keep.lock().unwrap() = vec![format!("{:?}", request.headers())];
        Ok(())
    }));
    let core = client(&server.url(), [(HEADER_KEY, sign.into()), token(TOKEN, "canary-token")]);
    call::<Alternatives>(&core).await.unwrap();
    let headers = seen.lock().unwrap().concat();
    assert!(headers.contains("authorization") && headers.contains("Sensitive"), "{headers}");
    assert_no_canary(&headers, "the headers' debug form");
}

/// HTTP/2 sends sensitive fields as literals that no intermediary may add to its table (RFC 7541, section 6.2.3).
#[tokio::test]
async fn every_header_is_marked_as_sensitive_before_it_is_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let sign = signer(|request| {
        request.headers_mut().insert("authorization", "HMAC signature".parse()?);
        request.headers_mut().insert("x-signed-by", "the user".parse()?);
        Ok(())
    });
    let mut builder = builder(&base, [(HAWK, sign)]);
    builder.configure(|client| client.http2_prior_knowledge());
    let core = builder.build().unwrap();
    let calling = tokio::spawn(async move { call::<Hawk>(&core).await.map(|_| ()) });
    let block = header_block(listener.accept().await.unwrap().0).await;
    calling.abort();
    let fields = representations(&block);
    // Index 23 of the static table is `authorization` (RFC 7541, appendix A).
    assert!(fields.contains(&(Some(23), true)), "{fields:?}");
    let named = fields.iter().filter(|(index, _)| index.is_none()).collect::<Vec<_>>();
    assert!(!named.is_empty() && named.iter().all(|(_, is_sensitive)| *is_sensitive), "{fields:?}");
}

#[test]
fn debug_output_shows_no_credential() {
    let text = "canary-token";
    let login: Login = ("user", text).into();
    let shown = [
        format!("{:?}", Token::from(text)),
        format!("{:?}", Key::from(text.to_owned())),
        format!("{:?}", Authorization::from(SecretString::from(text))),
        format!("{login:?}"),
        format!("{:?}", Credential::from(login)),
        format!("{:#?}", Credential::from(Token::from(text))),
        format!("{:?}", Token::opaque(text)),
        format!("{:?}", Token::provider(|| async { Ok("canary-token".into()) })),
    ];
    assert_eq!(shown[0], "Token(…)");
    assert_no_canary(&shown.concat(), "a debug form");
}
