//! The README and the user guide as documentation of this crate, so that their Rust blocks are compiled.
#![doc = include_str!("../../../../README.md")]

#[doc = include_str!("../../../../docs/build-scripts.md")]
pub mod build_scripts {}

#[doc = include_str!("../../../../docs/client.md")]
pub mod client {}

#[doc = include_str!("../../../../docs/server.md")]
pub mod server {}

#[doc = include_str!("../../../../docs/snapshot-tests.md")]
pub mod snapshot_tests {}

/// The client of fixtures/world/library.yaml. It shares the runtime crate, and so `Token`, with the client of the pet
/// shop.
pub mod library {
    include!(concat!(env!("OUT_DIR"), "/library/mod.rs"));
}

/// A credential of another kind than its scheme's does not compile.
///
/// ```
/// use petshop_client::auth::{BEARER_AUTH, Token};
///
/// async fn call(api: petshop_client::Client) {
///     api.list_pets().credential(BEARER_AUTH, Token::from("another")).await.ok();
/// }
/// ```
///
/// ```compile_fail,E0277
/// use petshop_client::auth::{BEARER_AUTH, Key};
///
/// async fn call(api: petshop_client::Client) {
///     api.list_pets().credential(BEARER_AUTH, Key::from("another")).await.ok();
/// }
/// ```
pub mod typed_credentials {}

/// A scheme of another API does not compile, although both are bearer schemes whose credentials have one type.
///
/// ```
/// use petshop_client::auth::{BEARER_AUTH, Token};
/// use readme::library::auth::STAFF;
///
/// async fn call(shop: petshop_client::Client, library: readme::library::Client) {
///     shop.list_pets().credential(BEARER_AUTH, Token::from("another")).await.ok();
///     library.remove_book("isbn").credential(STAFF, Token::from("another")).await.ok();
/// }
/// ```
///
/// ```compile_fail,E0308
/// use petshop_client::auth::{BEARER_AUTH, Token};
/// use readme::library::auth::STAFF;
///
/// async fn call(shop: petshop_client::Client, library: readme::library::Client) {
///     shop.list_pets().credential(STAFF, Token::from("another")).await.ok();
/// }
/// ```
///
/// ```compile_fail,E0308
/// use petshop_client::auth::{BEARER_AUTH, Token};
/// use readme::library::auth::STAFF;
///
/// async fn call(shop: petshop_client::Client, library: readme::library::Client) {
///     library.remove_book("isbn").credential(BEARER_AUTH, Token::from("another")).await.ok();
/// }
/// ```
pub mod schemes_of_two_apis {}
