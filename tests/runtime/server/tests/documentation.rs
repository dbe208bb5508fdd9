//! The documentation that a server serves: its header fields, entity tags and methods.

use reqwest::{Client, Method, Response, StatusCode};
use runtime_server::runtime::documentation::{ServedText, router};
use tokio::net::TcpListener;

const TEXTS: &[ServedText] = &[
    ServedText {
        path: "/docs",
        media_type: "text/html; charset=utf-8",
        policy: "default-src 'none'; script-src 'sha256-x'; frame-ancestors 'none'",
        tag: "\"a1\"",
        text: "<p>page",
    },
    ServedText {
        path: "/openapi.json",
        media_type: "application/json",
        policy: "default-src 'none'",
        tag: "\"b2\"",
        text: "{}",
    },
];

async fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router(TEXTS)).await.unwrap() });
    url
}

async fn call(server: &str, method: Method, path: &str, known: &[&str]) -> Response {
    let mut request = Client::new().request(method, format!("{server}{path}"));
    for tag in known {
        request = request.header("if-none-match", *tag);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn texts_are_served_with_their_policies() {
    let server = start().await;
    for served in TEXTS {
        let response = call(&server, Method::GET, served.path, &[]).await;
        assert_eq!(response.status(), StatusCode::OK);
        for (name, value) in [
            ("content-type", served.media_type),
            ("content-security-policy", served.policy),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-cache"),
            ("etag", served.tag),
        ] {
            assert_eq!(response.headers()[name], value, "{} {name}", served.path);
        }
        assert_eq!(response.text().await.unwrap(), served.text);
    }
    assert_eq!(call(&server, Method::GET, "/docs/", &[]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn caller_with_the_current_text_gets_304() {
    let server = start().await;
    let all: [(&[&str], u16); 7] = [
        (&["\"a1\""], 304),
        (&["W/\"a1\""], 304),
        (&["\"x\" , \"a1\""], 304),
        (&["\"x\"", "\"a1\""], 304),
        (&["*"], 304),
        (&["\"b2\""], 200),
        (&["a1", ""], 200),
    ];
    for (known, status) in all {
        let response = call(&server, Method::GET, "/docs", known).await;
        assert_eq!(response.status().as_u16(), status, "{known:?}");
        assert_eq!(response.headers()["etag"], "\"a1\"");
        assert_eq!(response.text().await.unwrap().is_empty(), status == 304, "{known:?}");
    }
}

#[tokio::test]
async fn only_get_and_head_are_allowed() {
    let server = start().await;
    let head = call(&server, Method::HEAD, "/docs", &[]).await;
    assert_eq!((head.status(), head.headers()["content-length"].to_str().unwrap()), (StatusCode::OK, "7"));
    assert_eq!(head.text().await.unwrap(), "");
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE] {
        assert_eq!(
            call(&server, method.clone(), "/docs", &[]).await.status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method}"
        );
    }
}
