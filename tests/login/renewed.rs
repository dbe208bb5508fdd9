//! A token that the server rejects is renewed, also for uploads and for pages that a URL names.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use super::{ISSUER, User, logged_in};
use crate::running_mock::Mock;

/// A server that sends these responses, one for each connection, and returns the tokens and the lengths of the bodies.
fn scripted(responses: Vec<String>) -> (String, JoinHandle<Vec<(String, usize)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = std::thread::spawn(move || {
        let mut requests = Vec::new();
        for response in responses {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let (mut token, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                match line.trim_end().split_once(": ") {
                    Some((name, value)) if name.eq_ignore_ascii_case("authorization") => token = value.to_owned(),
                    Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                        length = value.parse().unwrap();
                    }
                    Some(_) => {}
                    None if line.trim_end().is_empty() => break,
                    None => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            assert!(body.iter().all(|byte| *byte == 7), "the body is not that of the file");
            requests.push((token, length));
            reader.get_mut().write_all(response.as_bytes()).unwrap();
        }
        requests
    });
    (address, server)
}

fn response(status: &str, fields: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{fields}\r\n{body}")
}

fn refused() -> String {
    response("401 Unauthorized", "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n", "")
}

/// A document whose tokens are those of a mock, and the path to it.
fn document(user: &User, mock: &Mock, server: &str) -> String {
    let issuer = format!("http://{}{ISSUER}", mock.address);
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: Files, version: '1'}}\nservers: [{{url: 'http://{server}'}}]\n\
         security: [{{oauth: []}}]\npaths:\n  /files:\n    get:\n      operationId: list\n      responses:\n        \
         '200': {{description: d, content: {{application/json: {{schema: {{type: array, items: {{}}}}}}}}}}\n    \
         put:\n      operationId: put\n      requestBody: {{content: {{application/octet-stream: {{schema: {{type: string, \
         format: binary}}}}}}}}\n      responses: {{'204': {{description: d}}}}\ncomponents:\n  securitySchemes:\n    \
         oauth: {{type: oauth2, flows: {{authorizationCode: {{authorizationUrl: '{issuer}/authorize', tokenUrl: \
         '{issuer}/token', scopes: {{}}}}}}}}\n"
    );
    let path = user.home.path().join("files.yaml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Checks that the last two requests have different tokens.
fn assert_renewed(requests: &[(String, usize)]) {
    let [.., (old, _), (new, _)] = requests else { panic!("{requests:?}") };
    assert!(old.starts_with("Bearer ") && new.starts_with("Bearer ") && old != new, "{requests:?}");
}

#[test]
fn upload_is_sent_again_with_a_renewed_token() {
    let (user, mock) = (User::new(), Mock::petshop(&[]));
    let (server, requests) = scripted(vec![refused(), response("204 No Content", "", "")]);
    let document = document(&user, &mock, &server);
    logged_in(&user, &mock, &document, "oauth");
    let (file, length) = (user.home.path().join("large"), 3 << 20);
    std::fs::write(&file, vec![7; length]).unwrap();
    let call = user.call(&["--body", &format!("@{}", file.display()), &document, "put"]);
    assert_eq!(call.code, Some(0), "{}", call.errors);
    let requests = requests.join().unwrap();
    assert_renewed(&requests);
    assert!(requests.iter().all(|(_, own)| *own == length), "{requests:?}");
}

#[test]
fn token_that_is_rejected_at_a_page_is_renewed_once() {
    let list =
        |fields: &str, body: &str| response("200 OK", &format!("Content-Type: application/json\r\n{fields}"), body);
    let first = || list("Link: </files?page=2>; rel=next\r\n", "[1]");
    for (last, code, output) in [(list("", "[2]"), Some(0), "1\n2\n"), (refused(), Some(4), "1\n")] {
        let (user, mock) = (User::new(), Mock::petshop(&[]));
        let (server, requests) = scripted(vec![first(), refused(), last]);
        let document = document(&user, &mock, &server);
        logged_in(&user, &mock, &document, "oauth");
        let call = user.call(&["--all", &document, "list"]);
        assert_eq!((call.code, call.output.as_str()), (code, output), "{}", call.errors);
        assert_renewed(&requests.join().unwrap());
    }
}

#[test]
fn response_counts_if_a_token_that_is_rejected_at_a_page_cannot_be_renewed() {
    let (user, mock) = (User::new(), Mock::petshop(&[]));
    let first = response("200 OK", "Content-Type: application/json\r\nLink: </files?page=2>; rel=next\r\n", "[1]");
    let (server, requests) = scripted(vec![first, refused()]);
    let document = document(&user, &mock, &server);
    logged_in(&user, &mock, &document, "oauth");
    let token = user.kept()["refresh_token"].as_str().unwrap().to_owned();
    let form = format!("client_id=keystub-mock&token={token}");
    assert_eq!(mock.form(&format!("{ISSUER}/revoke"), &form).status, 200);
    let call = user.call(&["--all", &document, "list"]);
    assert_eq!((call.code, call.output.as_str()), (Some(4), "1\n"), "{}", call.errors);
    assert!(call.errors.contains("log in again") && !call.errors.contains(&token), "{}", call.errors);
    assert_eq!(requests.join().unwrap().len(), 2);
}
