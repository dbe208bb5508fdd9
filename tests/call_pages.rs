//! `keystub call --all`: the pages of lists, as the document describes them, and as responses name them.

use std::process::Command;

use crate::call::{PETSHOP, Run};

/// A server that sends these responses, one for each connection, and returns the requests.
fn scripted(responses: Vec<String>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    use std::io::{BufRead, BufReader, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = std::thread::spawn(move || {
        let mut requests = Vec::new();
        for response in responses {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> = lines.map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
            requests.push(head.join("\n").to_lowercase());
            stream.write_all(response.as_bytes()).unwrap();
        }
        requests
    });
    (address, server)
}

fn page(link: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n{link}Content-Length: {length}\r\n\r\n{body}"
    )
}

fn all_pages(address: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    let server = format!("http://{address}");
    command.args(["call", "--all", "--server", &server, PETSHOP, "listPets", "--limit", "2"]).env_clear();
    command.env("PETSHOP_CLIENT_SHOP_KEY", "k").output().unwrap().into()
}

#[test]
fn all_pages_of_a_list_are_read() {
    let (address, server) = scripted(vec![
        page("Link: </pets?limit=2&page=2>; rel=\"next\"\r\n", "[1, 2]"),
        page("", r#"{"next": "?page=3", "pets": [3]}"#),
        page("", "[]"),
    ]);
    let run = all_pages(&address);
    assert_eq!((run.code, run.output.as_str()), (Some(0), "1\n2\n3\n"), "{}", run.errors);
    let requests = server.join().unwrap();
    let lines: Vec<&str> = requests.iter().map(|request| request.lines().next().unwrap()).collect();
    assert_eq!(lines, ["get /pets?limit=2 http/1.1", "get /pets?limit=2&page=2 http/1.1", "get /pets?page=3 http/1.1"]);
    assert!(requests.iter().all(|request| request.contains("x-shop-key: k")), "{requests:?}");
}

#[test]
fn pages_of_another_origin_are_not_read() {
    let (other, _) = scripted(Vec::new());
    for target in
        [format!("http://{other}/pets"), "https://example.com/pets".to_owned(), "//example.com/pets".to_owned()]
    {
        let (address, _) = scripted(vec![page(&format!("Link: <{target}>; rel=next\r\n"), "[1]")]);
        let run = all_pages(&address);
        assert_eq!((run.code, run.output.as_str()), (Some(1), "1\n"), "{target}: {}", run.errors);
    }
}

#[test]
fn pages_that_repeat_and_failures_end_a_list() {
    let again = || page("Link: </pets?page=2>; rel=next\r\n", "[1]");
    let (address, _) = scripted(vec![again(), again(), again()]);
    let run = all_pages(&address);
    assert!(run.code == Some(1) && run.errors.contains("twice"), "{:?} {}", run.code, run.errors);
    let (address, server) = scripted(vec![page("Link: </pets?limit=2#top>; rel=next\r\n", "[1]")]);
    let run = all_pages(&address);
    assert_eq!((run.code, run.output.as_str()), (Some(1), "1\n"), "{}", run.errors);
    assert!(run.errors.contains("twice"), "{}", run.errors);
    assert_eq!(server.join().unwrap().len(), 1, "the first page is not requested again");
    let failure = "HTTP/1.1 500 Oh\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned();
    let (address, _) = scripted(vec![again(), failure]);
    assert_eq!(all_pages(&address).code, Some(5));
}

#[test]
fn items_are_not_dropped_if_a_page_has_several_arrays() {
    let body = r#"{"errors":[],"items":[9]}"#;
    let (address, _) = scripted(vec![page("", body)]);
    let run = all_pages(&address);
    assert_eq!((run.code, run.output.trim_end()), (Some(0), body), "{}", run.errors);
}

/// Calls `list` of a document in which `lines` describe the pages, and returns what was called too.
fn described(lines: &str, arguments: &[&str], responses: Vec<String>) -> (Run, Vec<String>) {
    let text = format!(
        "openapi: 3.0.3
info: {{title: t, version: '1'}}
paths:
  /pets:
    get:
      operationId: list
      parameters:
        - {{name: offset, in: query, schema: {{type: integer}}}}
        - {{name: page, in: query, schema: {{type: integer, default: 1}}}}
        - {{name: cursor, in: query, schema: {{type: string}}}}
        - {{name: limit, in: query, schema: {{type: integer}}}}
{lines}
          content: {{application/json: {{schema: {{type: object}}}}}}
"
    );
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let (address, server) = scripted(responses);
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["call", "--quiet", "--all", "--server", &format!("http://{address}")]).arg(file.path()).arg("list");
    let run: Run = command.args(arguments).env_clear().output().unwrap().into();
    let target = |request: &String| request.split(' ').nth(1).unwrap_or_default().to_owned();
    // A call that ended early has not taken all responses.
    let requests = if run.code == Some(0) { server.join().unwrap() } else { Vec::new() };
    (run, requests.iter().map(target).collect())
}

const RESPONSES: &str = "      responses:\n        '200':\n          description: d";

#[test]
fn links_of_the_document_name_the_next_page() {
    let links = "          links: {next: {operationId: list, parameters: {cursor: $response.body#/meta/after}}}";
    let pages = vec![
        page("", r#"{"meta":{"after":"b"},"data":[1]}"#),
        // This is not what the document names.
        page("Link: </pets?cursor=z>; rel=next\r\n", r#"{"meta":{"after":"c"},"data":[2]}"#),
        page("", r#"{"meta":{"after":null},"data":[3],"next":"/pets?cursor=y"}"#),
    ];
    let (run, targets) = described(&format!("{RESPONSES}\n{links}"), &["--limit", "1"], pages);
    assert_eq!((run.code, run.output.as_str()), (Some(0), "1\n2\n3\n"), "{}", run.errors);
    assert_eq!(targets, ["/pets?limit=1", "/pets?cursor=b&limit=1", "/pets?cursor=c&limit=1"]);
}

#[test]
fn numbers_of_pages_are_those_of_the_document() {
    let offset = "      x-pagination: {offset: offset, items: $response.body#/data, total: $response.body#/total}";
    let body = |items: &str| page("", &format!(r#"{{"total":3,"data":{items},"errors":[]}}"#));
    let (run, targets) = described(&format!("{offset}\n{RESPONSES}"), &[], vec![body("[1,2]"), body("[3]")]);
    assert_eq!((run.code, run.output.as_str()), (Some(0), "1\n2\n3\n"), "{}", run.errors);
    assert_eq!(targets, ["/pets?offset=0", "/pets?offset=2"]);
    let number = "      x-pagination: {page: page, items: $response.body#/data}";
    let (run, targets) = described(&format!("{number}\n{RESPONSES}"), &["--page", "4"], vec![body("[1]"), body("[]")]);
    assert_eq!((run.code, run.output.as_str()), (Some(0), "1\n"), "{}", run.errors);
    assert_eq!(targets, ["/pets?page=4", "/pets?page=5"]);
    let (run, _) = described(&format!("{number}\n{RESPONSES}"), &[], vec![page("", r#"{"data":{"a":1}}"#)]);
    assert_eq!(run.code, Some(1), "{}", run.output);
    assert!(run.errors.contains("the items of the page are not a list"), "{}", run.errors);
}
