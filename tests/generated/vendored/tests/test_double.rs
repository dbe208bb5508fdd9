//! A program with a generated client, tested without a network: responses by operation, and the alternative of each call.

use vendored::client::auth::{Key, Token};
use vendored::client::{Client, Error, TestDouble, operations, types};

/// The program: the name of the first pet, or what the problem is.
async fn first(api: &Client) -> Result<String, String> {
    match api.list_pets().limit(1).await {
        Ok(pets) => Ok(pets.first().map(|pet| pet.name.clone()).unwrap_or_default()),
        Err(Error::Api { error, .. }) => Err(error.title),
        Err(other) => Err(other.to_string()),
    }
}

fn pet(name: &str) -> types::Pet {
    types::Pet { name: name.to_owned(), tag: None, born: None, status: None, id: 1, owner: None }
}

#[tokio::test]
async fn program_is_tested_with_typed_responses() {
    let double = TestDouble::new();
    let builder = Client::builder().bearer_auth(Token::from("canary")).oauth(Token::from("canary"));
    let api = builder.test_double(&double).build().unwrap();
    double.on::<operations::ListPets>().responds(&vec![pet("Rex")]);
    assert_eq!(first(&api).await.unwrap(), "Rex");
    let problem = types::Problem { title: "closed".to_owned(), status: None, detail: None };
    double.on::<operations::ListPets>().fails(503, &problem);
    assert_eq!(first(&api).await.unwrap_err(), "closed");
    double.on::<operations::DeletePet>().succeeds();
    api.delete_pet(1).await.unwrap();
    double.on::<operations::CreatePet>().responds(&pet("Tim"));
    let new = types::NewPet { name: "Tim".to_owned(), tag: None, born: None, status: None };
    assert_eq!(api.create_pet(&new).await.unwrap().status, 201);
    let calls = double.calls();
    assert_eq!((calls[0].operation(), calls[0].schemes()), ("listPets", &["bearerAuth"][..]));
    assert_eq!(calls[0].query("limit"), ["1"]);
    assert_eq!(calls[3].json::<types::NewPet>().unwrap().name, "Tim");
    assert!(double.unused().is_empty() && !format!("{calls:?}").contains("canary"));
}

#[tokio::test]
async fn test_asserts_the_alternative_of_a_call() {
    let double = TestDouble::new();
    double.on::<operations::ListPets>().responds(&Vec::new());
    let api = Client::builder().shop_key(Key::from("canary")).test_double(&double).build().unwrap();
    first(&api).await.unwrap();
    assert_eq!(double.calls()[0].schemes(), ["shopKey"]);
    // Without the credential that the operation requires, nothing is sent.
    assert!(matches!(api.get_pet(1).await, Err(Error::Auth(_))));
    assert_eq!(double.calls().len(), 1);
}

#[tokio::test]
async fn layer_sees_each_call() {
    let double = TestDouble::new();
    double.on::<operations::Health>().succeeds();
    let (sender, receiver) = std::sync::mpsc::channel();
    let api = Client::builder().test_double(&double).layer(move |mut request, next| {
        sender.send((next.operation_id(), next.route())).unwrap();
        request.headers_mut().insert("x-request-id", reqwest::header::HeaderValue::from_static("7"));
        next.send(request)
    });
    api.build().unwrap().health().await.unwrap();
    assert_eq!(receiver.recv().unwrap(), ("health", "/health".to_owned()));
    assert_eq!(double.calls()[0].header("x-request-id"), Some("7"));
}
