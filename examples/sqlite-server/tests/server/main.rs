//! The program, started with an empty database: right, wrong and missing credentials for each operation.

mod docs;
mod limits;
mod program;
mod sessions;
mod versions;
mod watching;

use program::{ANN, BOB, Caller, OTHER, READER, Server, USER, WRITER, database, import};
use reqwest::{Method, Version};
use serde_json::{Value, json};

#[tokio::test]
async fn each_operation_accepts_only_its_credentials_and_scopes() {
    let folder = database();
    let server = Server::start(folder.path());
    assert_credentials(&server).await;
    let server = server.with_http2();
    let response = server.request(Caller::Nobody, Method::GET, "/health").send().await.unwrap();
    assert_eq!((response.version(), response.status().as_u16()), (Version::HTTP_2, 204));
    assert_credentials(&server).await;
}

async fn assert_credentials(server: &Server) {
    let (status, note) = server.post(USER, "first").await;
    assert_eq!((status, &note["author"]), (201, &json!("ann")));
    let path = format!("/notes/{}", note["id"].as_str().unwrap());
    // List, add, get and delete.
    let rows = [
        (Caller::Nobody, [401, 401, 401, 401]),
        (Caller::Login("ann", "wrong"), [401, 401, 401, 401]),
        (Caller::Login("ann", BOB.1), [401, 401, 401, 401]),
        (Caller::Login("nobody", ANN.1), [401, 401, 401, 401]),
        (Caller::Key("an-unknown-key-of-someone"), [401, 401, 401, 401]),
        (Caller::Key(READER), [200, 403, 200, 401]),
        (Caller::Key(WRITER), [200, 201, 200, 401]),
        (OTHER, [200, 201, 200, 403]),
        (USER, [200, 201, 200, 204]),
    ];
    for (caller, expected) in rows {
        let found = [
            server.status(caller, Method::GET, "/notes").await,
            server.post(caller, "another").await.0,
            server.status(caller, Method::GET, &path).await,
            server.status(caller, Method::DELETE, &path).await,
        ];
        assert_eq!(found, expected, "{caller:?}");
    }
    assert_eq!(server.status(USER, Method::GET, &path).await, 404);
    assert_eq!(server.status(USER, Method::DELETE, &path).await, 404);
    assert_eq!(server.status(Caller::Nobody, Method::GET, "/health").await, 204);
}

#[tokio::test]
async fn notes_are_listed_page_by_page() {
    let folder = database();
    let server = Server::start(folder.path());
    for text in ["a", "b", "c"] {
        assert_eq!(server.post(Caller::Key(WRITER), text).await.0, 201);
    }
    let texts = |page: &Value| -> Vec<String> {
        page.as_array().unwrap().iter().map(|note| note["text"].as_str().unwrap().to_owned()).collect()
    };
    let (_, first) = server.get(USER, "/notes?limit=2").await;
    assert_eq!(texts(&first), ["a", "b"]);
    let (_, second) = server.get(USER, &format!("/notes?limit=2&after={}", first[1]["id"].as_str().unwrap())).await;
    assert_eq!(texts(&second), ["c"]);
    assert_eq!(second[0]["author"], "key:importer");
    for path in ["/notes?limit=0", "/notes?limit=101", "/notes?after=x", "/notes/x"] {
        assert_eq!(server.status(USER, Method::GET, path).await, 400, "{path}");
    }
    assert_eq!(server.post(USER, "").await.0, 400, "the document requires a character");
}

#[tokio::test]
async fn database_outlives_the_server_and_holds_no_secret() {
    let folder = database();
    let server = Server::start(folder.path());
    assert_eq!(server.post(USER, "kept").await.0, 201);
    assert_eq!(server.stop(), Some(0));
    let server = Server::start(folder.path());
    assert_eq!(server.get(USER, "/notes").await.1[0]["text"], "kept");
    assert_eq!(server.stop(), Some(0));
    let bytes = std::fs::read(folder.path().join("notes.db")).unwrap();
    let contains = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(contains("$argon2id$") && contains("importer") && contains("kept"));
    for secret in [ANN.1, BOB.1, WRITER, READER] {
        assert!(!contains(secret), "{secret}");
    }
}

#[test]
fn secrets_in_plain_text_are_not_imported() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!import(folder.path(), "add-users", "ann the-password-of-ann\n"));
    assert!(!import(folder.path(), "add-keys", "importer the-key-of-the-importer\n"));
    assert!(!import(folder.path(), "add-admins", ""));
}
