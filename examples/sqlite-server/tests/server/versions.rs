//! Versions of notes: nobody overwrites the changes of somebody else.

use reqwest::{Method, Response};
use serde_json::json;

use super::program::{Caller, OTHER, Server, USER, WRITER, database};

/// Changes a note, with this `If-Match`.
async fn change(server: &Server, caller: Caller<'_>, path: &str, text: &str, if_match: Option<&str>) -> Response {
    let mut request = server.request(caller, Method::PUT, path).header("Content-Type", "application/json");
    if let Some(if_match) = if_match {
        request = request.header("If-Match", if_match);
    }
    request.body(json!({"text": text}).to_string()).send().await.unwrap()
}

fn tag(response: &Response) -> String {
    response.headers()["etag"].to_str().unwrap().to_owned()
}

/// A new note, and its path.
async fn note(server: &Server) -> String {
    let (status, note) = server.post(USER, "first").await;
    assert_eq!(status, 201);
    format!("/notes/{}", note["id"].as_str().unwrap())
}

#[tokio::test]
async fn second_change_of_a_version_is_refused() {
    let folder = database();
    let server = Server::start(folder.path());
    let path = note(&server).await;
    let read = server.request(USER, Method::GET, &path).send().await.unwrap();
    let first = tag(&read);
    let changed = change(&server, USER, &path, "second", Some(&first)).await;
    assert_eq!(changed.status(), 200);
    let second = tag(&changed);
    assert_ne!(first, second);
    let rows = [(Some(first.as_str()), 412), (Some("\"0\", \"99\""), 412), (None, 428), (Some("no tag"), 400)];
    for (if_match, expected) in rows {
        assert_eq!(change(&server, USER, &path, "lost", if_match).await.status(), expected, "{if_match:?}");
    }
    assert_eq!(server.get(USER, &path).await.1["text"], "second");
    assert_eq!(change(&server, USER, &path, "third", Some("*")).await.status(), 200);
    let missing = "/notes/00000000-0000-7000-8000-000000000000";
    assert_eq!(change(&server, USER, missing, "x", Some("*")).await.status(), 404);
}

#[tokio::test]
async fn only_its_author_changes_a_note() {
    let folder = database();
    let server = Server::start(folder.path());
    let path = note(&server).await;
    let rows = [(OTHER, 403), (Caller::Nobody, 401), (Caller::Login("ann", "wrong"), 401), (Caller::Key(WRITER), 401)];
    for (caller, expected) in rows {
        assert_eq!(change(&server, caller, &path, "theirs", Some("*")).await.status(), expected, "{caller:?}");
    }
    assert_eq!(server.get(USER, &path).await.1["text"], "first");
}

#[tokio::test]
async fn unchanged_note_is_not_sent_again() {
    let folder = database();
    let server = Server::start(folder.path());
    let path = note(&server).await;
    let get = async |caller, tag: &str| {
        server.request(caller, Method::GET, &path).header("If-None-Match", tag).send().await.unwrap()
    };
    let first = tag(&get(USER, "\"0\"").await);
    let same = get(USER, &first).await;
    assert_eq!((same.status().as_u16(), tag(&same)), (304, first.clone()));
    assert_eq!(get(Caller::Nobody, &first).await.status(), 401);
    assert_eq!(change(&server, USER, &path, "second", Some(&first)).await.status(), 200);
    assert_eq!(get(USER, &first).await.status(), 200);
}
