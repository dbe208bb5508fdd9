//! Protected resource metadata (RFC 9728).

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::get;
use runtime_server::runtime::protected_resource::ProtectedResource;

const OWN: &str = r#"Bearer realm="api", resource_metadata="https://other.example/metadata""#;

/// An API that refuses requests, with metadata; returns its base URL.
async fn start(resource: impl FnOnce(&str) -> ProtectedResource) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // The last operation names other metadata in the challenge of its verifier.
    let challenges = [
        (WWW_AUTHENTICATE, r#"Bearer realm="api""#),
        (WWW_AUTHENTICATE, r#"Basic realm="api""#),
        (WWW_AUTHENTICATE, OWN),
    ];
    let refuse = async move || (StatusCode::UNAUTHORIZED, AppendHeaders(challenges)).into_response();
    // A path of this name in the document must not make the server panic.
    let api = Router::new()
        .route("/pets", get(refuse.clone()))
        .route("/.well-known/oauth-protected-resource/v1", get(refuse));
    let app = resource(&url).wrap(api);
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

#[tokio::test]
async fn bearer_challenge_names_the_resource_metadata() {
    let issuer = "https://id.example";
    let url = start(|url| ProtectedResource::new(&format!("{url}/v1"), &[issuer]).unwrap().scopes(&["a", "b"])).await;
    let refused = reqwest::get(format!("{url}/pets")).await.unwrap();
    assert_eq!(refused.status(), 401);
    let challenges: Vec<&str> =
        refused.headers().get_all(WWW_AUTHENTICATE).iter().map(|value| value.to_str().unwrap()).collect();
    let metadata = format!("{url}/.well-known/oauth-protected-resource/v1");
    assert_eq!(
        challenges,
        [&*format!(r#"Bearer realm="api", resource_metadata="{metadata}""#), r#"Basic realm="api""#, OWN]
    );

    let answer = reqwest::get(&metadata).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    // RFC 9110, section 9.3.2.
    let head = reqwest::Client::new().head(&metadata).send().await.unwrap();
    assert_eq!((head.status(), &head.headers()["content-type"]), (answer.status(), &answer.headers()["content-type"]));
    assert_eq!(head.headers()["content-length"], answer.headers()["content-length"]);
    assert_eq!(head.text().await.unwrap(), "");
    let other = reqwest::Client::new().post(&metadata).send().await.unwrap();
    assert_eq!(other.status(), 405);
    let metadata: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let expected = serde_json::json!({
        "resource": format!("{url}/v1"),
        "authorization_servers": [issuer],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["a", "b"],
    });
    assert_eq!(metadata, expected);
    // The metadata of the host itself would be a different resource, which does not exist.
    assert_eq!(reqwest::get(format!("{url}/.well-known/oauth-protected-resource")).await.unwrap().status(), 404);
}

#[test]
fn resource_url_must_be_https_or_loopback() {
    for (url, is_right) in [
        ("https://api.example", true),
        ("https://api.example/v1/", true),
        ("http://127.0.0.1:8080", true),
        ("http://api.example", false),
        ("https://api.example/?a=b", false),
        ("https://api.example/#x", false),
        ("urn:api", false),
        ("api", false),
    ] {
        assert_eq!(ProtectedResource::new(url, &[]).is_ok(), is_right, "{url}");
    }
}
