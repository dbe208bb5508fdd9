//! Layers of tower below the authentication, and a sender and a receiver of webhooks in one process.

use orders::api::auth::DpopKey;
use orders::api::types::Order;
use orders::api::{Client, Error, TestDouble, operations};
use orders::sender::webhooks::SigningSecret;
use orders::{Customer, receiver, sender, with_limits};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

#[tokio::test]
async fn each_retry_passes_the_layers_with_a_fresh_proof() {
    let (double, key) = (TestDouble::new(), DpopKey::generate().unwrap());
    double.on::<operations::AddOrder>().returns(503, "text/plain", "busy");
    let order = Order { id: "9".to_owned(), state: "new".to_owned() };
    double.on::<operations::AddOrder>().responds(&order);
    let api = with_limits(Client::builder().oauth(key.token("token")), 1).retries(1).test_double(&double);
    assert_eq!(api.build().unwrap().add_order(&order).await.unwrap().id, "9");
    let calls = double.calls();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call.header("authorization") == Some("DPoP token")));
    assert!(calls[0].header("dpop").is_some() && calls[0].header("dpop") != calls[1].header("dpop"));
}

#[tokio::test]
async fn nothing_reaches_the_layers_without_a_token() {
    let double = TestDouble::new();
    let api = with_limits(Client::builder(), 1).test_double(&double).build().unwrap();
    assert!(matches!(api.list_orders().await, Err(Error::Auth(_))));
    assert!(double.calls().is_empty());
}

#[tokio::test]
async fn webhooks_are_received_in_the_same_process() {
    let customer = Customer::new(SECRET.parse().unwrap());
    let shop = |secret: &str| {
        let secret: SigningSecret = secret.parse().unwrap();
        let builder = sender::Client::builder("https://customer.example.com/orderShipped", secret);
        builder.tower_service(receiver::router(customer.clone())).build().unwrap()
    };
    let shipped = sender::types::Order { id: "7".to_owned(), state: "shipped".to_owned() };
    assert!(shop(OTHER).order_shipped(&shipped).await.is_err());
    assert!(customer.shipped().is_empty());
    shop(SECRET).order_shipped(&shipped).await.unwrap();
    assert_eq!(customer.shipped(), ["7"]);
}
