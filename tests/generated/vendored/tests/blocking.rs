//! Calls that block in a client with a copy of the runtime.

use vendored::client::auth::Key;
use vendored::client::{Client, Error, TestDouble, operations};

#[test]
fn blocking_calls_are_authenticated() {
    let double = TestDouble::new();
    double.on::<operations::ListPets>().responds(&Vec::new());
    let api = Client::builder().shop_key(Key::from("canary")).test_double(&double).build().unwrap();
    // It requires another credential.
    assert!(matches!(api.get_pet(1).send_blocking(), Err(Error::Auth(_))));
    assert!(double.calls().is_empty());
    assert!(api.list_pets().send_blocking().unwrap().into_body().is_empty());
    assert_eq!(double.calls()[0].schemes(), ["shopKey"]);
}
