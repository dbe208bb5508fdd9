//! The stream of notes.

use reqwest::Method;
use serde_json::{Value, json};

use super::program::{Caller, READER, Server, USER, database};

#[tokio::test]
async fn notes_are_sent_as_events_from_the_last_one_until_the_server_stops() {
    let folder = database();
    let server = Server::start(folder.path());
    let (_, first) = server.post(USER, "first").await;
    assert_eq!(server.post(USER, "second").await.0, 201);
    let watch = async |caller, last: &str| {
        let request = server.request(caller, Method::GET, "/notes/changes").header("Last-Event-ID", last);
        request.send().await.unwrap()
    };
    let last = first["id"].as_str().unwrap();
    for caller in [Caller::Nobody, Caller::Login("ann", "wrong"), Caller::Key("an-unknown-key-of-someone")] {
        assert_eq!(watch(caller, last).await.status(), 401, "{caller:?}");
    }
    let mut response = watch(Caller::Key(READER), last).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    for note in ["second", "third"] {
        while !text.ends_with("\n\n") {
            text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
        }
        let (id, data) = text.trim_end().split_once("\ndata: ").unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!((id, &data["text"]), (format!("id: {}", data["id"].as_str().unwrap()).as_str(), &json!(note)));
        text.clear();
        assert_eq!(server.post(USER, "third").await.0, 201);
    }
    assert_eq!(server.stop(), Some(0));
    // The note that was added last, and the regular end.
    while response.chunk().await.unwrap().is_some() {}
}
