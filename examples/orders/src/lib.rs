//! Orders of a shop, by its API and its webhooks.

/// The generated client of the API.
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/api/mod.rs"));
}

/// The generated sender of webhooks, for the shop.
pub mod sender {
    include!(concat!(env!("OUT_DIR"), "/sender/mod.rs"));
}

/// The generated receiver of webhooks, for a customer.
pub mod receiver {
    include!(concat!(env!("OUT_DIR"), "/receiver/mod.rs"));
}

mod layers;
mod receiving;

pub use layers::with_limits;
pub use receiving::Customer;

use api::auth::{self, DpopKey};
use api::types::Order;
use api::{Client, ClientBuilder, Error};
use keystub_client_runtime::credential::BoxError;

/// A client that gets its own tokens. Each of them is bound to a new key (DPoP), so a stolen token is of no use.
///
/// # Errors
///
/// If the system cannot make a key, or the URL is not valid.
pub fn client(url: &str, secret: String) -> Result<Client, BoxError> {
    let key = DpopKey::generate()?;
    let tokens = auth::oauth_client_credentials("shop", secret).dpop(&key);
    Ok(with_limits(with_layer(Client::builder().base_url(url).oauth(tokens)), 8).retries(2).build()?)
}

/// A client for the user of a request: the token of the request is exchanged for one of the API of orders (RFC 8693), which is
/// bound to the key of this service.
///
/// # Errors
///
/// If the URL is not valid.
pub fn client_of_user(url: &str, secret: String, key: &DpopKey, token: String) -> Result<Client, BoxError> {
    let tokens =
        auth::oauth_client_credentials("shop", secret).exchanging(token).parameter("audience", "orders").dpop(key);
    Ok(Client::builder().base_url(url).oauth(tokens).build()?)
}

/// A layer sees each request below the authentication, also those of retries.
pub fn with_layer(builder: ClientBuilder) -> ClientBuilder {
    builder.layer(|mut request, next| async move {
        request.headers_mut().insert("x-request-from", next.operation_id().parse()?);
        next.send(request).await
    })
}

/// The ids of all orders, page by page.
///
/// # Errors
///
/// Those of a call.
pub async fn all_ids(api: &Client) -> Result<Vec<String>, BoxError> {
    let mut orders = api.list_orders().items();
    let mut ids = Vec::new();
    while let Some(order) = orders.next().await? {
        ids.push(order.id);
    }
    Ok(ids)
}

/// Calls `each` with each order that changes, until the server ends the stream with 204. If the connection ends, the call is
/// sent again with the id of the last event and fresh credentials.
///
/// # Errors
///
/// Those of a call, and if an event is not an order.
pub async fn watch(api: &Client, mut each: impl FnMut(Order)) -> Result<(), BoxError> {
    let mut changes = api.watch_orders().resumed_events();
    while let Some(event) = changes.next().await? {
        each(event.data);
    }
    Ok(())
}

/// Adds an order. All attempts of the call have one `Idempotency-Key`, so it is retried and the order is added once.
///
/// # Errors
///
/// Those of a call.
pub async fn add(api: &Client, id: &str) -> Result<Order, BoxError> {
    let order = Order { id: id.to_owned(), state: "new".to_owned() };
    match api.add_order(&order).await {
        Ok(added) => Ok(added.into_body()),
        Err(Error::Auth(reason)) => Err(format!("nothing was sent: {reason}").into()),
        Err(other) => Err(other.into()),
    }
}
