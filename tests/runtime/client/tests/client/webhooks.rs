//! Deliveries of webhooks as they are sent: signatures, ids, and the receivers to which nothing is sent.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::dns::Resolve;
use reqwest::header::{HeaderName, HeaderValue};
use runtime_client::api::*;
use runtime_client::runtime::call::Call;
use runtime_client::runtime::core::{Core, CoreBuilder};
use runtime_client::runtime::credential::BoxError;
use runtime_client::runtime::error::{BuildError, Error};
use runtime_client::runtime::public_addresses::{PublicAddresses, is_public};
use runtime_client::runtime::retry::Retries;
use runtime_client::runtime::webhook_sender::{Delivery, Receiver, StandardSigner, WebhookSigner, with_id};
use runtime_client::runtime::webhook_signature::SigningSecret;
use runtime_client::server::{Server, answer, json};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

fn secret(text: &str) -> SigningSecret {
    text.parse().unwrap()
}

fn sender(url: &str, signer: impl WebhookSigner) -> Result<CoreBuilder, BuildError> {
    let mut receiver = Receiver::new(url, signer);
    receiver.allow_private();
    builder("", [key(QUERY_KEY, "canary")]).delivering(receiver)
}

fn delivery(core: &Core) -> Call<'_, Post> {
    with_id(Call::<Post>::new(core)).json(&"hello".to_owned())
}

/// The header fields of each request.
fn fields(server: &Server, name: &str) -> Vec<String> {
    let field = |request: String| {
        let head = request.split("\r\n\r\n").next().unwrap().to_owned();
        let values = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let mut values = values.filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value.to_owned()).unwrap_or_default();
        assert!(values.next().is_none(), "{name} occurs twice");
        value
    };
    server.requests().into_iter().map(field).collect()
}

#[tokio::test]
async fn delivery_is_signed_with_its_id_and_time() {
    let server = Server::start(json("\"yes\"")).await;
    let core = sender(&server.url(), secret(SECRET)).unwrap().build().unwrap();
    delivery(&core).await.unwrap();
    let (ids, times) = (fields(&server, "webhook-id"), fields(&server, "webhook-timestamp"));
    let time: u64 = times[0].parse().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(ids[0].starts_with("msg_") && ids[0].len() == 40, "{ids:?}");
    assert!(now - time < 60);
    assert_eq!(server.body(), "\"hello\"");
    assert_eq!(fields(&server, "webhook-signature"), [secret(SECRET).sign(&ids[0], time, b"\"hello\"")]);
}

#[tokio::test]
async fn every_secret_signs_during_a_rotation() {
    let server = Server::start(json("\"yes\"")).await;
    let signer = StandardSigner::new(secret(SECRET)).and(secret(OTHER));
    let core = sender(&server.url(), signer).unwrap().build().unwrap();
    delivery(&core).await.unwrap();
    let signatures = fields(&server, "webhook-signature").remove(0);
    let (id, time) = (fields(&server, "webhook-id").remove(0), fields(&server, "webhook-timestamp").remove(0));
    for own in [secret(SECRET), secret(OTHER)] {
        assert!(own.verifies(&id, time.parse().unwrap(), b"\"hello\"", &signatures));
        assert!(!own.verifies(&id, time.parse().unwrap(), b"\"Hello\"", &signatures));
    }
}

#[tokio::test]
async fn retries_have_the_same_id_and_other_calls_have_another() {
    let server = Server::start(answer("503 Service Unavailable", "", "")).await;
    let mut receiver = Receiver::new(&server.url(), secret(SECRET));
    receiver.allow_private();
    let mut settings = builder("", []);
    settings.retries(Retries::new(2).wait(Arc::new(|_| Box::pin(async {}))));
    let core = settings.delivering(receiver).unwrap().build().unwrap();
    assert!(delivery(&core).await.is_err());
    assert!(delivery(&core).header("webhook-id", "event-7").await.is_err());
    let ids = fields(&server, "webhook-id");
    assert_eq!(ids.len(), 6);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 2);
    assert!(ids[..3].iter().all(|id| *id == ids[0]) && ids[3..].iter().all(|id| *id == "event-7"));
}

#[tokio::test]
async fn url_of_the_receiver_is_used_as_it_is() {
    let server = Server::start(json("\"yes\"")).await;
    let url = format!("{}/hooks/?token=a%20b", server.url());
    let core = sender(&url, secret(SECRET)).unwrap().build().unwrap();
    with_id(Call::<Post>::new(&core)).set(LIMIT, &3_i64).json(&1_i64).await.unwrap();
    assert_eq!(server.target(), "/hooks/?token=a%20b&limit=3");
    let server = Server::start(json("\"yes\"")).await;
    let core = sender(&format!("{}/hooks", server.url()), secret(SECRET)).unwrap().build().unwrap();
    with_id(Call::<QueryKey>::new(&core)).await.unwrap();
    // A credential of the document is sent too.
    assert_eq!(server.target(), "/hooks?api_key=canary");
}

#[tokio::test]
async fn what_cannot_be_signed_is_not_sent() {
    struct Unable;
    impl WebhookSigner for Unable {
        fn sign(&self, _: &Delivery<'_>) -> Result<Vec<(HeaderName, HeaderValue)>, BoxError> {
            Err("canary".into())
        }
    }
    let server = Server::start(json("\"yes\"")).await;
    let core = sender(&server.url(), secret(SECRET)).unwrap().build().unwrap();
    for id in ["", "a.b", "a b", &"x".repeat(257)] {
        assert!(matches!(delivery(&core).header("webhook-id", id).await, Err(Error::Service(_))), "{id}");
    }
    assert!(matches!(Call::<Post>::new(&core).json(&1_i64).await, Err(Error::Service(_))), "no id");
    let stream = reqwest::Body::wrap_stream(Once(Some("hello")));
    assert!(with_id(Call::<Post>::new(&core)).bytes("text/plain", stream).await.is_err(), "a stream");
    let core = sender(&server.url(), Unable).unwrap().build().unwrap();
    assert!(delivery(&core).await.is_err());
    assert_eq!(server.connections(), 0);
}

/// A stream of one piece.
struct Once(Option<&'static str>);

impl futures_core::Stream for Once {
    type Item = Result<&'static str, BoxError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}

#[tokio::test]
async fn layers_see_no_signature_and_cannot_change_what_is_signed() {
    let server = Server::start(json("\"yes\"")).await;
    let mut receiver = Receiver::new(&server.url(), secret(SECRET));
    receiver.allow_private();
    let mut settings = builder("", []);
    settings.layer(|mut request, next| async move {
        assert!(!request.headers().contains_key("webhook-signature"));
        *request.body_mut() = Some("\"changed\"".into());
        request.headers_mut().insert("webhook-signature", HeaderValue::from_static("v1,AAAA"));
        next.send(request).await
    });
    let core = settings.delivering(receiver).unwrap().build().unwrap();
    delivery(&core).await.unwrap();
    let (id, time) = (fields(&server, "webhook-id").remove(0), fields(&server, "webhook-timestamp").remove(0));
    let own = secret(SECRET).sign(&id, time.parse().unwrap(), b"\"changed\"");
    assert_eq!((server.body().as_str(), fields(&server, "webhook-signature")), ("\"changed\"", vec![own]));
}

#[tokio::test]
async fn receivers_with_private_addresses_are_refused() {
    let build = |url: &str| builder("", []).delivering(Receiver::new(url, secret(SECRET)));
    for url in
        ["https://127.0.0.1/", "https://10.0.0.1/hook", "https://[::1]/", "https://localhost/", "https://2130706433/"]
    {
        let error = build(url).map(drop).unwrap_err().to_string();
        assert_eq!(error, "the base URL has an address that is not public", "{url}");
    }
    for url in ["http://receiver.example/", "http://127.0.0.1/", "ftp://receiver.example/"] {
        assert_eq!(build(url).map(drop).unwrap_err().to_string(), "the base URL is not https", "{url}");
    }
    for url in ["", "/hook"] {
        assert_eq!(build(url).map(drop).unwrap_err().to_string(), "the base URL is not an absolute URL", "{url}");
    }
    let url = "https://user:canary@receiver.example/";
    let error = build(url).unwrap().build().unwrap_err().to_string();
    assert!(error.contains("user information") && !error.contains("canary"), "{error}");
    assert!(build("https://receiver.example/hook").unwrap().build().is_ok());
    // A name that is resolved to a private address; the port is open.
    let server = Server::start(json("\"yes\"")).await;
    let port = server.address().port();
    let mut settings = builder("", []);
    settings.allow_insecure_http();
    settings.timeout(Duration::from_secs(20));
    let url = format!("http://localhost.:{port}/");
    let core = settings.delivering(Receiver::new(&url, secret(SECRET))).unwrap().build().unwrap();
    let error = delivery(&core).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn name_with_a_private_address_is_not_resolved() {
    let error = PublicAddresses.resolve("localhost".parse().unwrap()).await.map(drop).unwrap_err();
    assert_eq!(error.to_string(), "the receiver has an address that is not public");
}

#[test]
fn debug_of_a_receiver_shows_neither_url_nor_secret() {
    let receiver = Receiver::new("https://receiver.example/?token=canary", secret(SECRET));
    assert_eq!(format!("{receiver:?}"), "Receiver { allow_private: false, .. }");
    assert_eq!(format!("{:?}", StandardSigner::new(secret(SECRET))), "StandardSigner([SigningSecret(…)])");
}

#[test]
fn special_purpose_addresses_are_not_public() {
    let special = "0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255
        192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1
        255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1
        2002:7f00:1::1 3fff::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1";
    for text in special.split_whitespace() {
        assert!(!is_public(text.parse().unwrap()), "{text}");
    }
    let public = "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 169.253.1.1 172.15.0.1 172.32.0.1 192.0.1.1 192.169.0.1 198.17.0.1
        198.20.0.1 223.255.255.255 ::ffff:8.8.8.8 64:ff9b::808:808 2001:4860:4860::8888 2002:808:808::1 2606:4700::1111";
    for text in public.split_whitespace() {
        assert!(is_public(text.parse().unwrap()), "{text}");
    }
}
