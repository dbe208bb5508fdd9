//! `keystub mock`: the table of authentication of generated servers, the issuer, and the state of collections.

mod oauth;
mod parts;
mod required_choices;
mod streams;
mod watch;

use std::process::Command;

use crate::running_mock::{Answer, Mock};

/// The path of an operation of the matrix document.
fn path(operation: &str) -> String {
    let text = include_str!("../../fixtures/world/matrix.yaml");
    let mut path = "";
    for line in text.lines() {
        if line.starts_with("  /") {
            path = line.trim().trim_end_matches(':');
        }
        if line.trim() == format!("operationId: {operation}") {
            return path.to_owned();
        }
    }
    panic!("the document has no operation `{operation}`")
}

/// The credential of a row of the table, as the mock issues it; `None` if all schemes of the mock have the same issuer.
fn presented(mock: &Mock, scheme: &str, state: &str) -> Option<String> {
    let valid = match scheme {
        "headerKey" => mock.printed("X-API-Key: ").to_owned(),
        "queryKey" => mock.printed("?api_key=").to_owned(),
        "cookieKey" => mock.printed("session=").to_owned(),
        "login" => format!("mock-user:{}", mock.printed("user mock-user, password ")),
        "hawk" => mock.printed("Authorization: hawk ").to_owned(),
        "token" => mock.token(""),
        "oauth" | "oidc" => {
            mock.token(&state.replace('+', " ").replace("none", "").replace("wrong", "read write profile"))
        }
        other => panic!("unknown scheme `{other}`"),
    };
    match (scheme, state) {
        ("headerKey", "other") => Some(mock.printed("?api_key=").to_owned()),
        ("token" | "oauth" | "oidc", "other") => None,
        // The signature of another token.
        ("token" | "oauth" | "oidc", "wrong") => {
            let (signed, _) = valid.rsplit_once('.').unwrap();
            let other = mock.token("else");
            Some(format!("{signed}.{}", other.rsplit_once('.').unwrap().1))
        }
        ("login", "unknown") => Some(valid.replace("mock-user", "nobody")),
        (_, "wrong") => Some(format!("{valid}x")),
        _ => Some(valid),
    }
}

fn request(mock: &Mock, presented: &[(String, String, String)], operation: &str) -> Answer {
    use base64::Engine;
    let (mut target, mut head) = (path(operation), String::new());
    for (scheme, _, value) in presented {
        match scheme.as_str() {
            "headerKey" => head.push_str(&format!("X-API-Key: {value}\r\n")),
            "queryKey" => target.push_str(&format!("?api_key={value}")),
            "cookieKey" => head.push_str(&format!("Cookie: session={value}\r\n")),
            "login" => {
                let login = base64::engine::general_purpose::STANDARD.encode(value);
                head.push_str(&format!("Authorization: Basic {login}\r\n"));
            }
            "hawk" => head.push_str(&format!("Authorization: hawk {value}\r\n")),
            _ => head.push_str(&format!("Authorization: Bearer {value}\r\n")),
        }
    }
    mock.send(&format!("GET {target}"), &head, "")
}

#[test]
fn the_table_of_authentication_holds_for_the_mock_too() {
    let mock = Mock::start("fixtures/world/matrix.yaml", &[]);
    let mut count = 0;
    for line in include_str!("../end-to-end/auth/matrix.tsv").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let cells: Vec<&str> = line.split('\t').collect();
        let states = cells[1].split(' ').filter_map(|word| word.split_once('='));
        let values = states.map(|(scheme, state)| {
            let value = presented(&mock, scheme, state)?;
            Some((scheme.to_owned(), state.to_owned(), value))
        });
        let Some(values) = values.collect::<Option<Vec<_>>>() else { continue };
        let answer = request(&mock, &values, cells[0]);
        assert_eq!(answer.status.to_string(), cells[2], "{line}: {}", answer.body);
        if answer.status >= 400 {
            let challenges = answer.header("www-authenticate").into_iter();
            // The mock also names its metadata (RFC 9728).
            let plain = challenges.map(|text| text.split(", resource_metadata=").next().unwrap());
            assert_eq!(plain.collect::<Vec<_>>().join(" | "), cells[4], "{line}");
        }
        count += 1;
    }
    assert!(count > 60, "only {count} rows were run");
}

#[test]
fn refusals_say_which_alternative_failed_at_what() {
    let mock = Mock::petshop(&[]);
    let none = mock.send("GET /pets", "", "");
    assert_eq!(none.json()["detail"], "bearerAuth: not in the request; or shopKey: not in the request");
    let weak = mock.send("DELETE /pets/7", &format!("Authorization: Bearer {}\r\n", mock.token("pets:read")), "");
    assert_eq!(weak.status, 403);
    assert_eq!(weak.json()["detail"], "oauth: lacks the scopes `pets:write` (granted: pets:read)");
}

#[test]
fn auth_any_checks_presence_and_auth_off_nothing() {
    let any = Mock::petshop(&["--auth", "any"]);
    assert_eq!(any.send("GET /pets", "", "").status, 401);
    assert_eq!(any.send("GET /pets", "X-Shop-Key: whatever\r\n", "").status, 200);
    let off = Mock::petshop(&["--auth", "off"]);
    assert_eq!(off.send("GET /pets", "", "").status, 200);
}

#[test]
fn what_belongs_to_a_deleted_item_is_gone_too() {
    let mock = Mock::start("fixtures/world/gallery.yaml", &[]);
    let head = format!("Authorization: Bearer {}\r\n", mock.token(""));
    assert_eq!(mock.send("GET /pictures/8/file", &head, "").status, 200);
    assert_eq!(mock.send("DELETE /pictures/8", &head, "").status, 204);
    assert_eq!(mock.send("GET /pictures/8/file", &head, "").status, 404);
    assert_eq!(mock.send("GET /pictures/9/file", &head, "").status, 200);
    let typed = format!("{head}Content-Type: text/plain\r\n");
    assert_eq!(mock.send("PUT /pictures/8/caption", &typed, "c").status, 404);
    // An empty text is a text.
    assert_eq!(mock.send("PUT /pictures/9/caption", &typed, "").status, 200);
    assert_eq!(mock.send("PUT /pictures/9/caption", &head, "").status, 400);
}

#[test]
fn items_of_a_list_have_identifiers_that_their_path_may_have() {
    let mock = Mock::start("fixtures/world/garage.yaml", &[]);
    let cars = mock.send("GET /cars", "", "").json();
    assert!(!cars.as_array().unwrap().is_empty());
    for car in cars.as_array().unwrap() {
        let path = format!("/cars/{}", car["plate"].as_str().unwrap());
        let same = mock.send(&format!("GET {path}"), "", "");
        assert_eq!((same.status, &same.json()), (200, car), "{path}");
    }
    let (key, password) = (mock.printed("X-Desk: "), mock.printed("user mock-user, password "));
    let login = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("mock-user:{password}"));
    let head = format!("X-Desk: {key}\r\nAuthorization: Basic {login}\r\n");
    let first = format!("/cars/{}", cars[0]["plate"].as_str().unwrap());
    assert_eq!(mock.send(&format!("DELETE {first}"), &head, "").status, 200);
    assert_eq!(mock.send(&format!("GET {first}"), "", "").status, 404);
    assert!(!mock.send("GET /cars", "", "").json().as_array().unwrap().contains(&cars[0]));
}

#[test]
fn property_with_the_name_of_the_path_parameter_identifies_an_item() {
    let mock = Mock::start("fixtures/world/library.yaml", &[]);
    let head = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", mock.token(""));
    let isbn = "9780000000000";
    let body = format!(r#"{{"isbn":"{isbn}","title":"T","medium":{{"kind":"paper","grams":3}}}}"#);
    let path = format!("/books/{isbn}");
    assert_eq!(mock.send(&format!("DELETE {path}"), &head, "").status, 204);
    assert_eq!(mock.send(&format!("GET {path}"), "", "").status, 404);
    // What was deleted can be created again.
    assert_eq!(mock.send("POST /books", &head, &body).status, 201);
    assert_eq!(mock.send(&format!("GET {path}"), "", "").json()["title"], "T");
    let listed = mock.send("GET /books?limit=50", "", "").json();
    assert_eq!(listed.as_array().unwrap().iter().filter(|book| book["isbn"] == isbn).count(), 1, "{listed}");
}

#[test]
fn items_are_the_same_in_lists_and_alone_and_changes_are_remembered() {
    let mock = Mock::petshop(&[]);
    let token = mock.printed("TOKEN=");
    let json = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    assert_eq!(mock.get("/pets/7", token).json()["id"], 7);
    assert_eq!(mock.get("/pets/7", token).body, mock.get("/pets/7", token).body);
    let list = mock.get("/pets", token).json();
    let first = &list[0];
    assert_eq!(mock.get(&format!("/pets/{}", first["id"]), token).json(), *first);

    let created = mock.send("POST /pets", &json, r#"{"name":"Rex"}"#);
    assert_eq!((created.status, &created.json()["name"]), (201, &"Rex".into()));
    let created = created.json();
    assert_eq!(mock.get(&format!("/pets/{}", created["id"]), token).json(), created);
    let with_it = mock.get("/pets", token).json();
    assert!(with_it.as_array().unwrap().contains(&created), "{with_it}");

    let deleted =
        mock.send(&format!("DELETE /pets/{}", created["id"]), &format!("Authorization: Bearer {token}\r\n"), "");
    assert_eq!(deleted.status, 204);
    assert_eq!(mock.get(&format!("/pets/{}", created["id"]), token).status, 404);
    assert_eq!(mock.get("/pets", token).json(), list);

    let stateless = Mock::petshop(&["--stateless"]);
    let token = stateless.printed("TOKEN=");
    let authorization = format!("Authorization: Bearer {token}\r\n");
    assert_eq!(stateless.send("DELETE /pets/7", &authorization, "").status, 204);
    assert_eq!(stateless.get("/pets/7", token).status, 200);
}

#[test]
fn invalid_requests_are_refused_with_their_place() {
    let mock = Mock::petshop(&[]);
    let json = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", mock.printed("TOKEN="));
    let rows = [
        ("POST /pets", r#"{"name":7}"#, 400, "name"),
        ("POST /pets", r#"{}"#, 400, "name"),
        ("POST /pets", r#"{"name":"Rex","status":"eaten"}"#, 400, "status"),
        ("POST /pets", "", 400, "empty"),
        ("GET /pets?limit=many", "", 400, "limit"),
        ("GET /pets?limit=1000000", "", 400, "limit"),
        ("GET /pets/seven", "", 400, "petId"),
        ("GET /nothing", "", 404, ""),
        ("PUT /pets", "", 405, ""),
    ];
    for (line, body, status, place) in rows {
        let answer = mock.send(line, &json, body);
        assert_eq!(answer.status, status, "{line} {body}: {}", answer.body);
        if !place.is_empty() {
            let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
            assert!(detail.contains(place), "{line} {body}: {detail}");
        }
    }
    let text = mock.send("POST /pets", &json.replace("application/json", "text/plain"), "hi");
    assert_eq!(text.status, 415);
    let picky = mock.send("GET /pets", &format!("{json}Accept: image/png\r\n"), "");
    assert_eq!(picky.status, 406);
}

#[test]
fn required_binary_body_must_be_present() {
    let mock = Mock::start("fixtures/world/everything.yaml", &[]);
    let binary = "Content-Type: application/octet-stream\r\n";
    for (head, body, status) in [("", "", 400), ("", "raw", 204), (binary, "", 204), (binary, "raw", 204)] {
        let answer = mock.send("PUT /raw", head, body);
        assert_eq!(answer.status, status, "{head} {body}: {}", answer.body);
    }
}

#[test]
fn prefer_chooses_the_response() {
    let mock = Mock::petshop(&[]);
    let head = format!("Authorization: Bearer {}\r\nPrefer: code=404\r\n", mock.printed("TOKEN="));
    let answer = mock.send("GET /pets/7", &head, "");
    assert_eq!((answer.status, answer.header("preference-applied")), (404, vec!["code=404"]));
    assert_eq!(answer.json()["status"], 404);
    let unknown = mock.send("GET /pets/7", &head.replace("404", "418"), "");
    assert_eq!((unknown.status, unknown.header("preference-applied")), (200, vec![]));
    let anonymous = mock.send("GET /pets/7", "Prefer: code=404\r\n", "");
    assert_eq!(anonymous.status, 401, "authentication comes before preferences");
}

#[test]
fn the_served_document_points_to_the_mock() {
    let mock = Mock::petshop(&[]);
    let document = mock.send("GET /.keystub/openapi.json", "", "").json();
    let origin = format!("http://{}", mock.address);
    assert_eq!(document["servers"][0]["url"], origin);
    let flows = &document["components"]["securitySchemes"]["oauth"]["flows"];
    let flow = flows.as_object().unwrap().values().next().unwrap();
    assert_eq!(flow["tokenUrl"], format!("{origin}/.keystub/oauth/token"));
    let issuer = format!("{origin}/.keystub/oauth");
    let metadata = mock.send("GET /.well-known/oauth-authorization-server/.keystub/oauth", "", "").json();
    assert_eq!(metadata["issuer"], issuer);
    let resource = mock.send("GET /.well-known/oauth-protected-resource", "", "").json();
    assert_eq!(resource["authorization_servers"][0], issuer);
    let keys = mock.send("GET /.keystub/oauth/jwks", "", "").json();
    assert!(keys["keys"][0].get("d").is_none(), "only the public key is published");
}

#[test]
fn web_pages_may_call_only_if_they_are_allowed() {
    let closed = Mock::petshop(&[]);
    let origin = "Origin: http://127.0.0.1:3000\r\n";
    assert!(closed.send("GET /health", origin, "").header("access-control-allow-origin").is_empty());
    let open = Mock::petshop(&["--cors", "http://127.0.0.1:3000"]);
    assert_eq!(open.send("GET /health", origin, "").header("access-control-allow-origin"), ["http://127.0.0.1:3000"]);
    let preflight =
        format!("{origin}Access-Control-Request-Method: DELETE\r\nAccess-Control-Request-Headers: authorization\r\n");
    assert_eq!(open.send("OPTIONS /pets/7", &preflight, "").status, 204);
    let other = open.send("GET /health", "Origin: http://evil.example\r\n", "");
    assert!(other.header("access-control-allow-origin").is_empty());
}

#[test]
fn faults_and_latency_are_as_asked_for() {
    let faulty = Mock::petshop(&["--fault", "100%"]);
    assert_eq!(faulty.send("GET /health", "", "").status, 503);
    let slow = Mock::petshop(&["--latency", "300ms"]);
    let start = std::time::Instant::now();
    assert!(slow.send("GET /health", "", "").status < 300);
    assert!(start.elapsed() >= std::time::Duration::from_millis(300));
}

#[test]
fn bad_arguments_and_documents_are_refused() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_keystub")).arg("mock").args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let petshop = "fixtures/world/petshop.yaml";
    for arguments in [[petshop, "--expire", "5"], [petshop, "--fault", "200%"], [petshop, "--listen", "nowhere"]] {
        assert_eq!(run(&arguments).0, Some(2), "{arguments:?}");
    }
    let (code, text) = run(&["fixtures/bad/unknown-scheme.yaml"]);
    assert!(code == Some(1) && text.contains("error["), "{text}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, text) = run(&[petshop, "--listen", &taken.local_addr().unwrap().to_string()]);
    assert!(code == Some(1) && text.contains("cannot listen on"), "{text}");
}

#[test]
fn refusal_has_the_documented_content_with_its_reason() {
    let mock = Mock::petshop(&[]);
    let refused = mock.send("GET /pets", "X-Shop-Key: wrong\r\n", "");
    assert_eq!((refused.status, refused.json()["title"].as_str()), (401, Some("Unauthorized")), "{}", refused.body);
    assert!(refused.json()["detail"].as_str().unwrap().contains("shopKey: unknown key"), "{}", refused.body);
    assert_eq!(refused.header("content-type"), ["application/problem+json"]);
    // The document describes another content for errors of this API.
    let garage = Mock::start("fixtures/world/garage.yaml", &[]);
    let refused = garage.send("GET /cars?doors=many", "", "");
    assert_eq!((refused.status, refused.header("content-type")), (400, vec!["application/json"]), "{}", refused.body);
}
