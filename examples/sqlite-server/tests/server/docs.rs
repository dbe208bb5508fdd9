//! The documentation of the API: public, and only if it is switched on.

use reqwest::Method;
use serde_json::{Value, json};

use super::program::{Caller, Server, USER, database, refused_start};

#[tokio::test]
async fn documentation_is_served_only_if_it_is_switched_on() {
    let folder = database();
    for (variables, expected) in [(&[("DOCS", "true")][..], 200), (&[("DOCS", "false")], 404), (&[], 404)] {
        let server = Server::start_with(folder.path(), variables);
        for path in ["/docs", "/openapi.json"] {
            assert_eq!(server.outside(path).send().await.unwrap().status(), expected, "{variables:?} {path}");
        }
        // It changes nothing about the API.
        for (caller, status) in [(Caller::Nobody, 401), (Caller::Login("ann", "wrong"), 401), (USER, 200)] {
            assert_eq!(server.status(caller, Method::GET, "/notes").await, status, "{variables:?} {caller:?}");
        }
    }
    let error = refused_start(folder.path(), &[("DOCS", "yes")]);
    assert_eq!(error, "DOCS is neither `true` nor `false`\n");
}

#[tokio::test]
async fn document_and_page_say_what_credentials_are_accepted() {
    let folder = database();
    let server = Server::start_with(folder.path(), &[("DOCS", "true")]);
    let response = server.outside("/openapi.json").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    let document: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(document["security"], json!([{"login": []}, {"session": []}, {"key": []}]));
    assert_eq!(document["paths"]["/session"]["post"]["security"], json!([{"login": []}]));
    let response = server.outside("/docs").send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"), "{policy}");
    let page = response.text().await.unwrap();
    for text in ["createNote", "notes:write", "__Host-session", "href=\"openapi.json\""] {
        assert!(page.contains(text), "{text}");
    }
}
