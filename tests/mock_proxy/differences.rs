//! Differences between the server and its document.

use super::running::Proxy;
use super::upstream::{Upstream, json, response};
use crate::running_mock::Mock;

const KEY: &str = "X-Shop-Key: s3cret-key\r\n";
const TOKEN: &str = "Authorization: Bearer s3cret-token\r\n";
const PETS: &str = r#"[{"id":1,"name":"Rex"}]"#;

/// The differences of a proxy of a server that responds with this text to a request.
fn found(reply: &str, line: &str, head: &str, body: &str) -> Vec<String> {
    let reply = reply.to_owned();
    let upstream = Upstream::responding(move |_| reply.clone());
    let proxy = Proxy::petshop(&upstream.url);
    proxy.send(line, head, body);
    let ended = proxy.stop();
    let differences = ended.differences();
    assert_eq!(ended.code, i32::from(!differences.is_empty()), "{}", ended.log);
    assert!(!format!("{}{}", ended.report, ended.log).contains("s3cret"), "{} {}", ended.report, ended.log);
    differences
}

#[test]
fn server_that_is_as_documented_has_no_differences() {
    let mock = Mock::petshop(&[]);
    let proxy = Proxy::petshop(&format!("http://{}", mock.address));
    let (key, token) = (mock.printed("X-Shop-Key: ").to_owned(), mock.token("pets:write"));
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let with_type = format!("{bearer}Content-Type: application/json\r\n");
    assert_eq!(proxy.send("GET /pets?limit=2", &format!("X-Shop-Key: {key}\r\n"), "").status, 200);
    assert_eq!(proxy.send("POST /pets", &with_type, r#"{"name":"Rex"}"#).status, 201);
    assert_eq!(proxy.send("GET /pets/7", &bearer, "").json()["id"], 7);
    assert_eq!(proxy.send("HEAD /pets/7", &bearer, "").status, 200);
    assert_eq!(proxy.send("DELETE /pets/7", &bearer, "").status, 204);
    assert_eq!(proxy.send("GET /health", "", "").status, 200);
    // These are not as documented, and the server refuses them.
    assert_eq!(proxy.send("GET /pets", "", "").status, 401);
    assert_eq!(proxy.send("GET /pets?limit=0", &bearer, "").status, 400);
    assert_eq!(proxy.send("POST /pets", &with_type, r#"{"tag":"x"}"#).status, 400);
    assert_eq!(proxy.send("POST /pets", &bearer, "name=Rex").status, 415);
    assert_eq!(proxy.send("GET /cats", &bearer, "").status, 404);
    let ended = proxy.stop();
    assert_eq!((ended.differences(), ended.code), (Vec::new(), 0), "{}", ended.log);
    let report: serde_json::Value = serde_json::from_str(&ended.report).unwrap();
    assert_eq!((&report["requests"], &report["invalid_requests_refused"]), (&11.into(), &4.into()), "{}", ended.log);
    assert!(ended.log.contains("401 GET /pets   the request is not as documented: bearerAuth: not in the request"));
    assert!(![&key, &token].iter().any(|secret| ended.log.contains(*secret)), "{}", ended.log);
}

#[test]
fn request_without_valid_credentials_that_is_accepted_is_a_difference() {
    let reply = json("200 OK", PETS);
    assert_eq!(found(&reply, "GET /pets", "", ""), ["auth-none GET /pets"]);
    // A login is not a token.
    let login = "Authorization: Basic czNjcmV0OnMzY3JldA==\r\n";
    assert_eq!(found(&reply, "GET /pets", login, ""), ["auth-none GET /pets"]);
    let twice = format!("{TOKEN}{TOKEN}");
    assert_eq!(found(&reply, "GET /pets", &twice, ""), ["auth-part-wrong GET /pets"]);
    assert_eq!(found(&reply, "GET /pets", KEY, ""), Vec::<String>::new());
    assert_eq!(found(&reply, "GET /pets", TOKEN, ""), Vec::<String>::new());
    let refused = response("401 Unauthorized", "WWW-Authenticate: Bearer\r\n", "");
    assert_eq!(found(&refused, "GET /pets/7", "", ""), Vec::<String>::new());
    let unchallenged = response("401 Unauthorized", "", "");
    assert_eq!(found(&unchallenged, "GET /pets/7", "", ""), ["auth-challenge GET /pets/{petId}"]);
    let closed = response("401 Unauthorized", "", "");
    assert_eq!(found(&closed, "GET /health", "", ""), ["open-is-open GET /health"]);
}

#[test]
fn response_that_is_not_documented_is_a_difference() {
    let cases = [
        (json("418 I'm a teapot", "{}"), "GET /pets/7", "status-documented GET /pets/{petId}"),
        (json("200 OK", r#"{"id":"x"}"#), "GET /pets/7", "body-conforms GET /pets/{petId}"),
        (json("200 OK", "{"), "GET /pets/7", "body-conforms GET /pets/{petId}"),
        (
            response("200 OK", "Content-Type: text/html\r\n", "x"),
            "GET /pets/7",
            "media-type-documented GET /pets/{petId}",
        ),
        (json("404 Not Found", "{}"), "GET /pets/7", "media-type-documented GET /pets/{petId}"),
        (json("200 OK", PETS), "GET /cats", "operation-undocumented GET /cats"),
        (json("200 OK", PETS), "PATCH /pets", "operation-undocumented PATCH /pets"),
    ];
    for (reply, line, difference) in cases {
        assert_eq!(found(&reply, line, TOKEN, ""), [difference], "{reply}");
    }
    let failed = json("500 Internal Server Error", "Traceback (most recent call last)");
    let differences = found(&failed, "GET /pets/7", TOKEN, "");
    for part in ["no-5xx", "no-leak", "status-documented"] {
        assert!(differences.iter().any(|own| own.starts_with(part)), "{differences:?}");
    }
}

#[test]
fn missing_header_field_is_a_difference() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.yaml");
    std::fs::write(&path, include_str!("limited.yaml")).unwrap();
    let upstream = Upstream::responding(|request| match request.line() {
        "GET /limited" => response("204 No Content", "", ""),
        _ => response("204 No Content", "X-Left: 3\r\n", ""),
    });
    let proxy = Proxy::start(path.to_str().unwrap(), &upstream.url, &["--format", "json"]);
    proxy.send("GET /limited", "", "");
    proxy.send("GET /limited?all=true", "", "");
    let ended = proxy.stop();
    assert_eq!(ended.differences(), ["header-documented:X-Left GET /limited"], "{}", ended.log);
}

#[test]
fn invalid_request_that_is_accepted_is_a_difference() {
    let created = json("201 Created", r#"{"id":1,"name":"Rex"}"#);
    let json_type = format!("{TOKEN}Content-Type: application/json\r\n");
    let text_type = format!("{TOKEN}Content-Type: text/plain\r\n");
    assert_eq!(found(&created, "POST /pets", &json_type, r#"{"name":"Rex"}"#), Vec::<String>::new());
    assert_eq!(found(&created, "POST /pets", &json_type, "{}"), ["invalid-refused POST /pets"]);
    assert_eq!(found(&created, "POST /pets", &text_type, "Rex"), ["wrong-media-type POST /pets"]);
    let listed = json("200 OK", PETS);
    assert_eq!(found(&listed, "GET /pets?limit=101", TOKEN, ""), ["invalid-refused GET /pets"]);
    assert_eq!(found(&listed, "GET /pets?limit=100", TOKEN, ""), Vec::<String>::new());
    let refused =
        response("415 Unsupported Media Type", "Content-Type: application/problem+json\r\n", r#"{"title":"x"}"#);
    assert_eq!(found(&refused, "POST /pets", &json_type, r#"{"name":"Rex"}"#), ["valid-accepted POST /pets"]);
}

#[test]
fn report_lists_each_difference_once_with_its_count() {
    let upstream = Upstream::responding(|_| json("418 I'm a teapot", "{}"));
    let proxy = Proxy::start("fixtures/world/petshop.yaml", &upstream.url, &[]);
    for id in 1..4 {
        assert_eq!(proxy.send(&format!("GET /pets/{id}"), TOKEN, "").status, 418);
    }
    let ended = proxy.stop();
    assert_eq!(ended.code, 1);
    let expected = "FAIL GET /pets/{petId}   status-documented   3 times   expected 200, 404, got 418\n\
                    3 requests to 1 of 7 operations: 1 difference\n";
    assert_eq!(ended.report, expected);
    assert_eq!(ended.log.matches("status-documented: expected 200, 404, got 418").count(), 3, "{}", ended.log);
}
