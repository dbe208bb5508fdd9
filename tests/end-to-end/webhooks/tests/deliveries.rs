//! The generated sender calls the generated receiver, with right and wrong secrets and credentials.

use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use webhooks::receiver::auth::{ApiKey, ApiKeys};
use webhooks::receiver::webhooks::{StandardWebhooks, WebhookVerifier};
use webhooks::receiver::{
    Api, Authenticator, BASE_PATH, Granted, PetAddedRequest, PetSoldRequest, PetSoldResponse, Problem, Reject, router,
};
use webhooks::sender::webhooks::{SigningSecret, StandardSigner, WebhookSigner};
use webhooks::sender::{Client, ClientBuilder, Error, types};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const KEY: &str = "right-key-of-the-tests";

/// Notes what it receives.
#[derive(Clone)]
struct App {
    keys: ApiKeys,
    webhooks: StandardWebhooks,
    received: Arc<Mutex<Vec<String>>>,
}

impl App {
    fn note(&self, text: String) -> usize {
        let mut received = self.received.lock().unwrap();
        received.push(text);
        received.len()
    }

    fn received(&self) -> Vec<String> {
        std::mem::take(&mut *self.received.lock().unwrap())
    }
}

impl Authenticator for App {
    type Key = String;

    async fn key(&self, key: ApiKey<'_>) -> Result<Granted<String>, Reject> {
        self.keys.verify(key)
    }
}

impl Api for App {
    type Error = Problem;

    fn webhook_verifier(&self) -> &(impl WebhookVerifier + 'static) {
        &self.webhooks
    }

    async fn pet_added(&self, request: PetAddedRequest) -> Result<(), Problem> {
        // A name that the application cannot handle the first time.
        match self.note(format!("added {}", request.body.name)) {
            1 if request.body.name == "unlucky" => Err(Problem::not_implemented()),
            _ => Ok(()),
        }
    }

    async fn pet_sold(&self, owner: String, request: PetSoldRequest) -> Result<PetSoldResponse, Problem> {
        let PetSoldRequest { webhook_id, attempt, body, .. } = request;
        self.note(format!("{owner} sold {} {attempt:?} {webhook_id}", body.pet.name));
        Ok(PetSoldResponse::Ok(body.pet))
    }

    async fn ping(&self) -> Result<(), Problem> {
        self.note("ping".to_owned());
        Ok(())
    }
}

/// A receiver with its base URL.
async fn start() -> (App, String) {
    let app = App {
        keys: ApiKeys::new().with_key("shop", KEY, &[]).unwrap(),
        webhooks: StandardWebhooks::new(SECRET.parse().unwrap()),
        received: Arc::default(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = router(app.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (app, url)
}

fn secret(text: &str) -> SigningSecret {
    text.parse().unwrap()
}

fn sender(url: &str, path: &str, signer: impl WebhookSigner) -> ClientBuilder {
    Client::builder(&format!("{url}{path}"), signer).allow_private_receivers()
}

fn pet(name: &str) -> types::Pet {
    types::Pet { name: name.to_owned(), tag: None }
}

fn sale() -> types::Sale {
    types::Sale { pet: pet("Rex"), price: 5 }
}

fn status<T, E>(result: Result<T, Error<E>>) -> u16 {
    match result {
        Ok(_) => 200,
        Err(Error::Api { status, .. }) => status.as_u16(),
        Err(Error::Problem(answer, _) | Error::Unexpected(answer)) => answer.status.as_u16(),
        Err(_) => 0,
    }
}

#[tokio::test]
async fn signed_delivery_reaches_the_function() {
    let (app, url) = start().await;
    assert_eq!(BASE_PATH, "", "the server of the document is that of the API");
    sender(&url, "/petAdded", secret(SECRET)).build().unwrap().pet_added(&pet("Rex")).await.unwrap();
    let client = sender(&url, "/pet.sold?attempt=7", secret(SECRET)).key(KEY).build().unwrap();
    let sold = client.pet_sold(&sale()).header("webhook-id", "event-1").await.unwrap();
    assert_eq!(sold.name, "Rex");
    sender(&url, "/onPing", secret(SECRET)).build().unwrap().ping().await.unwrap();
    assert_eq!(app.received(), ["added Rex", "shop sold Rex Some(7) event-1", "ping"]);
}

#[tokio::test]
async fn delivery_with_another_secret_is_refused() {
    let (app, url) = start().await;
    let forged = sender(&url, "/petAdded", secret(OTHER)).build().unwrap();
    assert_eq!(status(forged.pet_added(&pet("Rex")).await), 403);
    let forged = sender(&url, "/pet.sold", secret(OTHER)).key(KEY).build().unwrap();
    assert_eq!(status(forged.pet_sold(&sale()).await), 403);
    assert_eq!(app.received(), [""; 0]);
    let rotated = StandardSigner::new(secret(OTHER)).and(secret(SECRET));
    sender(&url, "/petAdded", rotated).build().unwrap().pet_added(&pet("Rex")).await.unwrap();
    assert_eq!(app.received(), ["added Rex"]);
}

#[tokio::test]
async fn signature_does_not_replace_the_credential_of_the_document() {
    let (app, url) = start().await;
    let wrong = sender(&url, "/pet.sold", secret(SECRET)).key("wrong-key-of-the-tests").build().unwrap();
    assert_eq!(status(wrong.pet_sold(&sale()).await), 401);
    let without = sender(&url, "/pet.sold", secret(SECRET)).build().unwrap();
    assert!(matches!(without.pet_sold(&sale()).await, Err(Error::Auth(_))));
    assert_eq!(app.received(), [""; 0]);
}

#[tokio::test]
async fn repeated_delivery_is_a_success_and_not_handled_again() {
    let (app, url) = start().await;
    let client = sender(&url, "/petAdded", secret(SECRET)).build().unwrap();
    for _ in 0..3 {
        client.pet_added(&pet("Rex")).header("webhook-id", "event-1").await.unwrap();
    }
    client.pet_added(&pet("Ada")).await.unwrap();
    assert_eq!(app.received(), ["added Rex", "added Ada"]);
}

#[tokio::test]
async fn failed_delivery_is_handled_when_it_is_sent_again() {
    let (app, url) = start().await;
    let client = sender(&url, "/petAdded", secret(SECRET)).build().unwrap();
    let send = || client.pet_added(&pet("unlucky")).header("webhook-id", "event-1");
    assert_eq!(status(send().await), 501);
    send().await.unwrap();
    send().await.unwrap();
    assert_eq!(app.received(), ["added unlucky", "added unlucky"]);
    // Neither is one that violates the document.
    let send = |name| client.pet_added(&pet(name)).header("webhook-id", "event-2");
    assert_eq!(status(send("").await), 400);
    send("Rex").await.unwrap();
    assert_eq!(app.received(), ["added Rex"]);
}

#[tokio::test]
async fn unsigned_request_is_refused() {
    let (app, url) = start().await;
    let http = reqwest::Client::new();
    let request =
        |body: &'static str| http.post(format!("{url}/petAdded")).header("content-type", "application/json").body(body);
    // The signature is checked before the body is decoded.
    for body in ["{\"name\":\"Rex\"}", "{", ""] {
        assert_eq!(request(body).send().await.unwrap().status(), 403, "{body}");
    }
    let huge = "x".repeat(3 << 20);
    assert_eq!(request("").body(huge).send().await.unwrap().status(), 413);
    assert_eq!(app.received(), [""; 0]);
}

#[tokio::test]
async fn private_receivers_must_be_allowed() {
    let (app, url) = start().await;
    let error = Client::builder(&url, secret(SECRET)).build().unwrap_err().to_string();
    assert_eq!(error, "the base URL is not https");
    let builder = Client::builder(&url.replace("http", "https"), secret(SECRET));
    assert_eq!(builder.build().unwrap_err().to_string(), "the base URL has an address that is not public");
    assert_eq!(app.received(), [""; 0]);
}
