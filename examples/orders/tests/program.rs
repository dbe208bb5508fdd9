//! The program without a network, and webhooks with right and wrong secrets.

use std::sync::{Arc, Mutex};

use orders::api::auth::DpopKey;
use orders::api::types::{Order, Page};
use orders::api::{Client, TestDouble, operations};
use orders::sender::webhooks::SigningSecret;
use orders::{Customer, add, all_ids, receiver, sender, watch, with_layer};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// A client with a bound token, whose requests go to the double.
fn api(double: &TestDouble) -> Client {
    let key = DpopKey::generate().unwrap();
    with_layer(Client::builder().oauth(key.token("token"))).retries(1).test_double(double).build().unwrap()
}

fn order(id: &str) -> Order {
    Order { id: id.to_owned(), state: "new".to_owned() }
}

#[tokio::test]
async fn all_pages_are_read_each_with_a_new_proof() {
    let double = TestDouble::new();
    let next = Some("second".to_owned());
    double.on::<operations::ListOrders>().responds(&Page { orders: vec![order("1"), order("2")], next });
    double.on::<operations::ListOrders>().responds(&Page { orders: vec![order("3")], next: None });
    assert_eq!(all_ids(&api(&double)).await.unwrap(), ["1", "2", "3"]);
    let calls = double.calls();
    assert_eq!(calls[1].query("cursor"), ["second"]);
    for call in &calls {
        assert_eq!((call.schemes(), call.header("authorization")), (&["oauth"][..], Some("DPoP token")));
        assert_eq!(call.header("x-request-from"), Some("listOrders"));
    }
    let proofs: Vec<Option<&str>> = calls.iter().map(|call| call.header("dpop")).collect();
    assert!(proofs[0].is_some() && proofs[1].is_some() && proofs[0] != proofs[1]);
}

#[tokio::test]
async fn a_stream_is_resumed_after_the_last_event() {
    let double = TestDouble::new();
    let event = |id: &str| format!("retry: 100\nid: {id}\ndata: {{\"id\":\"{id}\",\"state\":\"paid\"}}\n\n");
    let watched = double.on::<operations::WatchOrders>();
    watched.returns(200, "text/event-stream", event("7") + &event("8"));
    double.on::<operations::WatchOrders>().returns(204, "", "");
    let seen = Arc::new(Mutex::new(Vec::new()));
    watch(&api(&double), |order| seen.lock().unwrap().push(order.id)).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["7", "8"]);
    let calls = double.calls();
    assert_eq!((calls[0].header("last-event-id"), calls[1].header("last-event-id")), (None, Some("8")));
}

#[tokio::test]
async fn an_order_is_added_once_although_the_call_is_retried() {
    let double = TestDouble::new();
    double.on::<operations::AddOrder>().returns(503, "text/plain", "busy");
    double.on::<operations::AddOrder>().responds(&order("9"));
    assert_eq!(add(&api(&double), "9").await.unwrap().id, "9");
    let calls = double.calls();
    let key = calls[0].header("idempotency-key");
    assert!(key.is_some() && key == calls[1].header("idempotency-key"));
}

#[tokio::test]
async fn nothing_is_sent_without_a_bound_token() {
    let double = TestDouble::new();
    let none = Client::builder().test_double(&double).build().unwrap();
    assert!(add(&none, "9").await.unwrap_err().to_string().contains("nothing was sent"));
    let unbound = Client::builder().oauth("token").test_double(&double).build().unwrap();
    assert!(add(&unbound, "9").await.unwrap_err().to_string().contains("is bound to a key"));
    assert!(double.calls().is_empty());
}

#[tokio::test]
async fn webhooks_are_received_from_the_holder_of_the_secret_only() {
    let customer = Customer::new(SECRET.parse().unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/orderShipped", listener.local_addr().unwrap());
    let router = receiver::router(customer.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let shop = |secret: &str| {
        let secret: SigningSecret = secret.parse().unwrap();
        // Receivers at private addresses are refused, except in tests.
        sender::Client::builder(&url, secret).allow_private_receivers().build().unwrap()
    };
    let shipped = sender::types::Order { id: "7".to_owned(), state: "shipped".to_owned() };
    assert!(shop(OTHER).order_shipped(&shipped).await.is_err());
    assert!(customer.shipped().is_empty());
    shop(SECRET).order_shipped(&shipped).await.unwrap();
    assert_eq!(customer.shipped(), ["7"]);
}
