//! `authorize` decides on the same values that the function receives, however they are encoded.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_matrix::authorize_server as server;
use chrono::{DateTime, FixedOffset};
use server::Problem;
use server::auth::ApiKey;
use server::auth::{Authorization, Forbidden};
use server::types::Kind;
use server::{Api, Authenticator, Principals};
use server::{Granted, Reject};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// The forbidden identifier as a value of each type.
const DENIED: i64 = 42;

#[derive(Default)]
struct App {
    /// The last call that `authorize` was asked about.
    seen: Arc<Mutex<Option<String>>>,
}

impl Authenticator for App {
    type Key = ();

    async fn key(&self, key: ApiKey<'_>) -> Result<Granted<()>, Reject> {
        if key.key == "right" { Ok(Granted::new(())) } else { Err(Reject::Invalid("wrong")) }
    }

    async fn authorize(&self, call: Authorization<'_, Principals<Self>>) -> Result<(), Forbidden> {
        let text = call.path_parameter("id").ok_or(Forbidden)?;
        *self.seen.lock().unwrap() = Some(text.clone());
        let is_denied = match call.operation() {
            "integer" | "putInteger" | "postInteger" | "label" | "matrix" | "all" => {
                assert_eq!(call.parameter::<i64>("id")?.to_string(), text);
                *call.parameter::<i64>("id")? == DENIED
            }
            "number" => *call.parameter::<f64>("id")? == 42.0,
            "flag" => *call.parameter::<bool>("id")?,
            "uuid" => *call.parameter::<uuid::Uuid>("id")? == uuid::Uuid::nil(),
            "kind" => *call.parameter::<Kind>("id")? == Kind::Small,
            "list" => call.parameter::<Vec<i64>>("id")?.contains(&DENIED),
            "text" | "file" | "link" => call.parameter::<String>("id")? == "denied",
            "blob" => text == "aGk=",
            "time" => call.parameter::<DateTime<FixedOffset>>("id")?.timestamp() == 0,
            other => panic!("authorize is asked of `{other}`"),
        };
        if call.operation() == "all" {
            assert_eq!(call.path_parameter("limit"), None, "it is in the query");
            let limit = call.parameter::<i32>("limit")?;
            let tags = call.parameter::<Option<Vec<String>>>("X-Tags")?;
            let given = call.parameter::<Option<bool>>("given")?;
            *self.seen.lock().unwrap() = Some(format!("{text} {limit} {tags:?} {given:?}"));
            // An unknown name or a wrong type denies access.
            if *limit == 1 {
                call.parameter::<i64>("ID")?;
            }
            if *limit == 2 {
                call.parameter::<i64>("limit")?;
            }
        }
        if is_denied { Err(Forbidden) } else { Ok(()) }
    }
}

macro_rules! functions {
    ($($function:ident $request:ident,)*) => {
        $(async fn $function(&self, (): (), request: server::$request) -> Result<String, Problem> {
            Ok(format!("{:?}", request.id))
        })*
    };
}

impl Api for App {
    type Error = Problem;

    functions! {
        integer IntegerRequest,
        put_integer PutIntegerRequest,
        label LabelRequest,
        matrix MatrixRequest,
        number NumberRequest,
        flag FlagRequest,
        uuid UuidRequest,
        time TimeRequest,
        kind KindRequest,
        text TextRequest,
        file FileRequest,
        link LinkRequest,
        list ListRequest,
        blob BlobRequest,
    }

    async fn post_integer(&self, (): (), request: server::PostIntegerRequest) -> Result<String, Problem> {
        if let server::PostIntegerBody::Bytes(stream) = request.body {
            stream.bytes().await?;
        }
        Ok(request.id.to_string())
    }

    async fn all(&self, (): (), request: server::AllRequest) -> Result<String, Problem> {
        Ok(format!("{} {} {:?} {:?}", request.id_path, request.limit, request.x_tags, request.given))
    }

    async fn open(&self, request: server::OpenRequest) -> Result<String, Problem> {
        Ok(request.id.to_string())
    }
}

/// A server, and the last call that `authorize` was asked about.
async fn start() -> (SocketAddr, Arc<Mutex<Option<String>>>) {
    let app = App::default();
    let seen = Arc::clone(&app.seen);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = server::router(app);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, seen)
}

async fn ask(address: SocketAddr, line: &str, head: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = timeout(Duration::from_secs(60), stream.read_to_string(&mut answer)).await;
    read.expect("the server waits for a body that it should not read").unwrap();
    (answer[9..12].parse().unwrap(), answer)
}

const KEY: &str = "X-Key: right\r\n";

/// A path, the status, and the text that `authorize` sees. Equal values must have equal texts.
const ROWS: &[(&str, u16, &str)] = &[
    ("/integers/41", 200, "41"),
    ("/integers/041", 200, "41"),
    ("/integers/%34%31", 200, "41"),
    ("/integers/-0", 200, "0"),
    ("/integers/42", 403, "42"),
    ("/integers/042", 403, "42"),
    ("/integers/+42", 403, "42"),
    ("/integers/%2B42", 403, "42"),
    ("/integers/%34%32", 403, "42"),
    ("/integers/%2b0%342", 403, "42"),
    ("/integers/%2042", 400, ""),
    ("/integers/42.0", 400, ""),
    ("/integers/4%00", 400, ""),
    ("/integers/x", 400, ""),
    ("/integers/1001", 400, ""),
    ("/labels/.41", 200, "41"),
    ("/labels/.42", 403, "42"),
    ("/labels/.042", 403, "42"),
    ("/labels/%2E42", 400, ""),
    ("/labels/42", 400, ""),
    ("/matrices/;id=41", 200, "41"),
    ("/matrices/;id=42", 403, "42"),
    ("/matrices/;id=+42", 403, "42"),
    ("/matrices/;id=%34%32", 403, "42"),
    ("/matrices/42", 400, ""),
    ("/matrices/;id=41;id=42", 400, ""),
    ("/numbers/42", 403, "42.0"),
    ("/numbers/42.0", 403, "42.0"),
    ("/numbers/4.2e1", 403, "42.0"),
    ("/numbers/%2b420E-1", 403, "42.0"),
    ("/numbers/42.5", 200, "42.5"),
    ("/numbers/-0", 200, "0.0"),
    ("/numbers/-0e5", 200, "0.0"),
    ("/numbers/NaN", 400, ""),
    ("/flags/true", 403, "true"),
    ("/flags/tru%65", 403, "true"),
    ("/flags/false", 200, "false"),
    ("/flags/True", 400, ""),
    ("/uuids/00000000-0000-0000-0000-000000000000", 403, "00000000-0000-0000-0000-000000000000"),
    ("/uuids/00000000000000000000000000000000", 403, "00000000-0000-0000-0000-000000000000"),
    ("/uuids/urn:uuid:00000000-0000-0000-0000-000000000000", 403, "00000000-0000-0000-0000-000000000000"),
    ("/uuids/%7B00000000-0000-0000-0000-00000000000A%7D", 200, "00000000-0000-0000-0000-00000000000a"),
    ("/uuids/0000000A-0000-0000-0000-000000000000", 200, "0000000a-0000-0000-0000-000000000000"),
    ("/times/1970-01-01T00:00:00Z", 403, "1970-01-01T00:00:00Z"),
    ("/times/1970-01-01T01:00:00.000+01:00", 403, "1970-01-01T01:00:00+01:00"),
    ("/times/1970-01-01t01:00:00%2B01:00", 403, "1970-01-01T01:00:00+01:00"),
    ("/times/1970-01-01T00:00:01Z", 200, "1970-01-01T00:00:01Z"),
    ("/kinds/small", 403, "small"),
    ("/kinds/%73mall", 403, "small"),
    ("/kinds/a%2Fb", 200, "a/b"),
    ("/kinds/..", 404, ""),
    ("/kinds/large", 400, ""),
    ("/texts/denied", 403, "denied"),
    ("/texts/d%65nied", 403, "denied"),
    ("/texts/%64%65%6E%69%65%64", 403, "denied"),
    ("/texts/d%2565nied", 200, "d%65nied"),
    ("/texts/042", 200, "042"),
    ("/texts/%22", 200, "\""),
    ("/texts/a%2Fb", 400, ""),
    ("/texts/a%5Cb", 400, ""),
    ("/texts/%00", 400, ""),
    ("/texts/%0A", 400, ""),
    ("/texts/%2E%2E", 404, ""),
    ("/texts/%ff", 400, ""),
    ("/files/a%2Fb", 200, "a/b"),
    ("/files/..%2Fb", 200, "../b"),
    ("/files/%2E%2E", 404, ""),
    ("/files/a%5Cb", 400, ""),
    ("/files/a%00", 400, ""),
    ("/links/https:%2F%2Fa%2Fb", 200, "https://a/b"),
    ("/blobs/aGk=", 403, "aGk="),
    ("/blobs/aGk%3D", 403, "aGk="),
    ("/blobs/aG%6B=", 403, "aGk="),
    ("/blobs/aGkh", 200, "aGkh"),
    ("/blobs/aGl=", 400, ""),
    ("/lists/1,41", 200, "[1,41]"),
    ("/lists/1,042", 403, "[1,42]"),
    ("/lists/%34%32", 403, "[42]"),
    ("/lists/1%2C2", 400, ""),
];

#[tokio::test]
async fn authorize_sees_the_value_that_the_function_receives() {
    let (address, seen) = start().await;
    for (path, status, text) in ROWS {
        let line = format!("GET {path}");
        let without = if *status == 404 { 404 } else { 401 };
        for wrong in ["", "X-Key: wrong\r\n"] {
            assert_eq!(
                ask(address, &line, wrong).await.0,
                without,
                "{path}: a caller without the key gets a different status"
            );
        }
        assert_eq!(*seen.lock().unwrap(), None, "{path}: `authorize` runs before authentication");
        let (found, answer) = ask(address, &line, KEY).await;
        assert_eq!(found, *status, "{path}: {answer}");
        let expected = matches!(status, 200 | 403).then(|| (*text).to_owned());
        assert_eq!(seen.lock().unwrap().take(), expected, "{path}");
    }
    assert_eq!(ask(address, "GET /open/042", "").await.0, 200, "a public operation does not call `authorize`");
    assert_eq!(*seen.lock().unwrap(), None);
}

#[tokio::test]
async fn authorize_sees_parameters_of_every_place() {
    let (address, seen) = start().await;
    let rows = [
        ("/all/7", "", 200, "7 20 None None"),
        ("/all/7?id=42&limit=05", "X-Tags: a, b\r\nCookie: given=true\r\n", 200, r#"7 5 Some(["a", "b"]) Some(true)"#),
        ("/all/042?id=7", "", 403, "42 20 None None"),
        ("/all/7?limit=%2B5", "X-Tags: a\r\nX-Tags: b\r\n", 200, r#"7 5 Some(["a", "b"]) None"#),
        // A check of an absent value denies access.
        ("/all/7?limit=1", "", 403, "7 1 None None"),
        ("/all/7?limit=2", "", 403, "7 2 None None"),
        ("/all/7?limit=x", "", 400, ""),
        ("/all/7?limit=5&limit=42", "", 400, ""),
        ("/all/42?filter%5Ba%5D=x", "", 400, ""),
    ];
    for (path, head, status, text) in rows {
        let (found, answer) = ask(address, &format!("GET {path}"), &format!("{KEY}{head}")).await;
        assert_eq!(found, status, "{path}: {answer}");
        assert_eq!(seen.lock().unwrap().take().unwrap_or_default(), text, "{path}");
        if status == 200 {
            assert!(answer.ends_with(text), "{path}: {answer}");
        }
    }
}

/// The body is announced but never sent: all responses except 200 come without it. The checks are 401, 400, 403 and
/// 415, in this order.
#[tokio::test]
async fn body_is_read_last_and_only_without_content_coding() {
    let (address, _) = start().await;
    let text = "Content-Type: text/plain\r\nContent-Length: 2\r\n";
    let gzip = format!("{text}Content-Encoding: gzip\r\n");
    let rows = [
        ("PUT /integers/7", "", text, 401),
        ("PUT /integers/x", "", text, 401),
        ("PUT /integers/x", KEY, text, 400),
        ("PUT /integers/042", KEY, text, 403),
        ("PUT /integers/7", "", gzip.as_str(), 401),
        ("PUT /integers/x", KEY, gzip.as_str(), 400),
        ("PUT /integers/42", KEY, gzip.as_str(), 403),
        ("PUT /integers/7", KEY, gzip.as_str(), 415),
    ];
    for (line, key, head, status) in rows {
        assert_eq!(ask(address, line, &format!("{key}{head}")).await.0, status, "{line} {key} {head}");
    }
    let codings = [
        ("", 200),
        ("Content-Encoding: identity\r\n", 200),
        ("Content-Encoding: IDENTITY, identity\r\n", 200),
        ("Content-Encoding:\r\n", 200),
        ("Content-Encoding: gzip\r\n", 415),
        ("content-encoding: identity, br\r\n", 415),
        ("Content-Encoding: identity\r\nContent-Encoding: deflate\r\n", 415),
        ("Content-Encoding: x\u{e9}\r\n", 415),
        ("Content-Encoding: chunked\r\n", 415),
    ];
    let bodies =
        [("PUT", "text/plain", "hi"), ("POST", "application/json", "{}"), ("POST", "application/octet-stream", "hi")];
    for ((method, media_type, body), (coding, status)) in
        bodies.into_iter().flat_map(|body| codings.map(|row| (body, row)))
    {
        let head = format!("{KEY}Content-Type: {media_type}\r\nContent-Length: 2\r\n{coding}\r\n{body}");
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("{method} /integers/7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer[9..12], status.to_string(), "{media_type} {coding}: {answer}");
        // RFC 9110, section 15.5.16.
        assert_eq!(answer.contains("accept-encoding: identity"), status == 415, "{answer}");
    }
    // The content coding does not matter if the operation has no body.
    assert_eq!(ask(address, "GET /integers/7", &format!("{KEY}Content-Encoding: gzip\r\n")).await.0, 200);
}
