//! The server of the build script, called without a network.

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use build_script::{App, api, client, grouped};
use http_body_util::BodyExt;
use tower::ServiceExt;

async fn call(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    api::router(App).oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
}

#[tokio::test]
async fn principal_is_that_of_the_alternative_that_was_met() {
    let by_token = call("GET", "/pets?limit=3", &[("authorization", "Bearer right")], "").await;
    assert_eq!(by_token.status(), StatusCode::OK);
    assert_eq!(text(by_token).await, r#"[{"name":"ann","id":3}]"#);
    let by_key = call("GET", "/pets", &[("x-shop-key", "k-1")], "").await;
    assert_eq!(text(by_key).await, r#"[{"name":"shop 1","id":20}]"#, "the default of `limit` is the document's");
    for wrong in [&[("authorization", "Bearer wrong")][..], &[("x-shop-key", "wrong")], &[]] {
        assert_eq!(call("GET", "/pets", wrong, "").await.status(), StatusCode::UNAUTHORIZED, "{wrong:?}");
    }
}

#[tokio::test]
async fn scopes_are_compared_with_the_document() {
    let status = async |token: &str| call("DELETE", "/pets/1", &[("authorization", token)], "").await.status();
    assert_eq!(status("Bearer may-write").await, StatusCode::NO_CONTENT);
    assert_eq!(status("Bearer may-read").await, StatusCode::FORBIDDEN);
    assert_eq!(status("Bearer right").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn unavailable_verifier_gives_503() {
    let response = call("POST", "/token", &[("authorization", "Basic YTpi")], "").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn bodies_are_read_after_authentication_and_validated() {
    let post = async |token: &str, body: &str| {
        call("POST", "/pets", &[("authorization", token), ("content-type", "application/json")], body).await
    };
    assert_eq!(post("Bearer wrong", "not json").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(post("Bearer right", "not json").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(post("Bearer right", r#"{"name":"rex","status":"lost"}"#).await.status(), StatusCode::BAD_REQUEST);
    let made = post("Bearer right", r#"{"name":"rex","status":"sold"}"#).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    assert_eq!(text(made).await, r#"{"name":"rex","id":7}"#);
}

#[tokio::test]
async fn files_of_multipart_bodies_are_received() {
    let head = [("authorization", "Bearer right"), ("content-type", "multipart/form-data; boundary=x")];
    let part = "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"p.png\"\r\n\r\nPNG\r\n--x--\r\n";
    assert_eq!(call("PUT", "/pets/1/photo", &head, part).await.status(), StatusCode::NO_CONTENT);
    let other = part.replace("photo", "caption");
    assert_eq!(call("PUT", "/pets/1/photo", &head, &other).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn public_operation_needs_no_credentials() {
    let response = call("GET", "/health", &[], "").await;
    assert_eq!((response.status(), text(response).await.as_str()), (StatusCode::OK, "open"));
}

#[tokio::test]
async fn client_of_the_same_build_script_calls_the_server() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, api::router(App)).await.unwrap() });
    let client = |token: &str| client::Client::builder().base_url(&url).bearer_auth(token).build().unwrap();
    let pets = client("right").list_pets().limit(3).await.unwrap().into_body();
    assert_eq!((pets[0].name.as_str(), pets[0].id), ("ann", 3));
    let refused = client("wrong").list_pets().await.unwrap_err();
    assert_eq!(refused.status().map(|status| status.as_u16()), Some(401));
}

/// Each line compiles only if the method has this name and calls this operation.
#[test]
fn operations_are_methods_of_the_groups_of_their_tags() {
    use grouped::{Call, operations};
    let client = grouped::Client::builder().build().unwrap();
    let pet = grouped::types::Pet { name: "rex".to_owned() };
    let pets: grouped::groups::Pets<'_> = client.pets();
    let _: Call<'_, operations::ListPets> = pets.list().limit(1);
    let _: Call<'_, operations::CreatePet> = pets.create(&pet);
    let _: Call<'_, operations::CreatePet> = client.admin().create_pet(&pet);
    let _: Call<'_, operations::GetPet> = pets.get_pet("1");
    let _: Call<'_, operations::GetPets> = pets.get_pets("1");
    let _: Call<'_, operations::MovePet> = pets.r#move("1");
    let _: Call<'_, operations::NewPet> = pets.new_pet("1");
    let _: Call<'_, operations::Orders> = client.orders();
    let _: Call<'_, operations::PostOrders> = client.orders_group().post();
    let _: Call<'_, operations::PutOrders> = client.orders_group().put();
    let _: Call<'_, operations::More> = client.builder_group().more();
    let _: Call<'_, operations::More> = client.r#type().more();
}

#[tokio::test]
async fn client_calls_the_router_without_a_network() {
    let api = |token: &str| {
        let builder = client::Client::builder().base_url("https://pets.example.com").bearer_auth(token);
        builder.tower_service(api::router(App)).build().unwrap()
    };
    let right = api("right");
    assert_eq!(right.list_pets().limit(3).await.unwrap()[0].name, "ann");
    assert_eq!(right.create_pet(&new_pet("rex")).await.unwrap().name, "rex");
    assert_eq!(api("wrong").list_pets().await.unwrap_err().status().unwrap(), 401);
    let none = client::Client::builder().base_url("https://pets.example.com").tower_service(api::router(App));
    let none = none.build().unwrap();
    assert!(matches!(none.create_pet(&new_pet("rex")).await, Err(client::Error::Auth(_))));
    assert_eq!(none.health().await.unwrap().into_body(), "open");
}

fn new_pet(name: &str) -> client::types::NewPet {
    client::types::NewPet { name: name.to_owned(), tag: None, born: None, status: None }
}
