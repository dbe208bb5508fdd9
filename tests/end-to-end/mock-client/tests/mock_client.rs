//! The generated client of the petshop, unchanged, against `keystub mock` of its document.

#[path = "../../../running_mock/mod.rs"]
mod running_mock;

use petshop_client::auth::{ClientCredentials, discover};
use petshop_client::types::NewPet;
use petshop_client::{AuthReason, Client, ClientBuilder, Error};
use running_mock::Mock;

fn client(mock: &Mock) -> ClientBuilder {
    Client::builder().base_url(&format!("http://{}", mock.address))
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_client_works_with_each_scheme() {
    let mock = Mock::petshop(&[]);
    let by_key = client(&mock).shop_key(mock.printed("X-Shop-Key: ")).build().unwrap();
    let pets = by_key.list_pets().limit(5).await.unwrap().into_body();
    assert!(!pets.is_empty());
    let by_token = client(&mock).bearer_auth(mock.printed("TOKEN=")).build().unwrap();
    assert_eq!(by_token.get_pet(pets[0].id).await.unwrap().into_body(), pets[0]);
    let made = by_token.create_pet(&NewPet::new("Rex".to_owned())).await.unwrap().into_body();
    assert_eq!(made.name, "Rex");
    assert_eq!(by_token.get_pet(made.id).await.unwrap().into_body(), made);
    // Its requirement is another scheme, so nothing is sent.
    let refused = by_token.delete_pet(made.id).await;
    assert!(matches!(refused, Err(Error::Auth(error)) if matches!(error.reason, AuthReason::Missing(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_the_issuer_are_fetched_by_discovery_and_with_the_secret() {
    let mock = Mock::petshop(&[]);
    let issuer = format!("http://{}/.keystub/oauth", mock.address);
    let discovered = discover(&issuer).await.unwrap();
    let flow = discovered.client_credentials("keystub-mock", mock.printed("secret "));
    let api = client(&mock).oauth(flow).build().unwrap();
    api.delete_pet(7).await.unwrap();
    let wrong = ClientCredentials::new(&format!("{issuer}/token"), "keystub-mock", "guess");
    let refused = client(&mock).oauth(wrong).build().unwrap().delete_pet(8).await;
    assert!(matches!(refused, Err(Error::Auth(error)) if matches!(error.reason, AuthReason::Failed(..))));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_refused_and_expired_tokens_renewed() {
    let mock = Mock::petshop(&["--expire", "1s"]);
    let wrong = client(&mock).shop_key("wrong").build().unwrap().list_pets().await;
    assert_eq!(wrong.unwrap_err().status().unwrap().as_u16(), 401);
    let token = format!("http://{}/.keystub/oauth/token", mock.address);
    let flow = ClientCredentials::new(&token, "keystub-mock", mock.printed("secret "));
    let api = client(&mock).oauth(flow).build().unwrap();
    api.delete_pet(7).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    api.delete_pet(8).await.unwrap();
}
