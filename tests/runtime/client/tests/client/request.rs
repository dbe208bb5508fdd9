//! How parameters, headers and bodies are encoded, and which values are rejected.

use runtime_client::api::*;
use runtime_client::runtime::call::{Call, Endpoint};
use runtime_client::runtime::core::Core;
use runtime_client::runtime::error::{Error, RequestError};
use runtime_client::server::{Server, json};

async fn server() -> (Server, Core) {
    let server = Server::start(json("\"yes\"")).await;
    let core = client(&server.url(), []);
    (server, core)
}

#[tokio::test]
async fn path_value_is_encoded_as_one_segment() {
    for value in [
        "../admin",
        "..\\admin",
        "%2e%2e",
        "%2E",
        "...",
        "a?b#c",
        ";x",
        "a/b",
        "a\\b",
        "\0",
        "🦀",
        "a b",
        "a%b",
        "a&b=c",
        "@evil.test",
        ":80",
        "//evil.test",
        "a\r\nX: y",
        "a+b",
        "~.-_",
        "*'()!$,",
    ] {
        let (server, core) = server().await;
        call::<Item>(&core).set(ID, &value.to_owned()).await.unwrap();
        let target = server.target();
        let segments: Vec<&str> = target.split('/').collect();
        assert_eq!((segments[0], segments[1], segments[3]), ("", "items", "end"), "{target}");
        assert_eq!(segments.len(), 4, "{target}");
        let decoded = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap().into_owned();
        assert_eq!(decoded, value);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
        assert!(segments[2].chars().all(plain), "{target}");
        assert!(server.header("X").is_empty());
    }
}

#[tokio::test]
async fn empty_or_dot_path_value_is_rejected() {
    let (server, core) = server().await;
    for value in ["", ".", ".."] {
        let error = call::<Item>(&core).set(ID, &value.to_owned()).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(RequestError::Parameter(_))), "{value}");
        assert_eq!(error.to_string(), "parameter `id`: a path value must not be empty, `.` or `..`");
    }
    for values in [vec![".".to_owned()], vec!["..".to_owned()], vec![], vec![String::new()]] {
        assert!(matches!(call::<Item>(&core).set(ID, &values).await, Err(Error::InvalidRequest(_))), "{values:?}");
    }
    // Next to a dot in the path itself.
    let error = call::<Dotted>(&core).set(ID, &Vec::<String>::new()).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn path_changed_by_the_url_parser_is_rejected() {
    let (server, core) = server().await;
    let error = call::<Slanted>(&core).await.unwrap_err();
    assert_eq!(error.to_string(), "the path would be resolved to a different path");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn missing_path_parameter_is_rejected() {
    let (server, core) = server().await;
    let error = runtime_client::runtime::call::Call::<Item>::new(&core).await.unwrap_err();
    assert_eq!(error.to_string(), "parameter `id`: required path parameter is not set");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn query_value_is_encoded() {
    let (server, core) = server().await;
    call::<Open>(&core).set(LIMIT, &"a&b=c#d e+f%\r\n".to_owned()).await.unwrap();
    assert_eq!(server.target(), "/open?limit=a%26b%3Dc%23d%20e%2Bf%25%0D%0A");
}

#[tokio::test]
async fn query_key_from_the_caller_is_encoded() {
    let (server, core) = server().await;
    call::<Open>(&core).set(FILTER, &object(&[("a=1&b", "2"), ("c", "d&e")])).await.unwrap();
    assert_eq!(server.target(), "/open?a%3D1%26b=2&c=d%26e");
}

#[tokio::test]
async fn header_value_with_a_line_break_is_rejected() {
    let (server, core) = server().await;
    for value in ["a\r\nX: y", "a\n", "a\0", "a\u{7f}"] {
        let error = call::<Open>(&core).set(TRACE, &value.to_owned()).await.unwrap_err();
        assert_eq!(error.to_string(), "parameter `X-Trace`: a header must not contain control characters");
        let error = call::<Open>(&core).header("X-Own", value).await.unwrap_err();
        assert_eq!(error.to_string(), "header `X-Own`: a header must not contain control characters");
    }
    for name in ["", "X Own", "X:Own", "X-Own\r\nY"] {
        assert!(matches!(call::<Open>(&core).header(name, "a").await, Err(Error::InvalidRequest(_))), "{name}");
    }
    assert_eq!(server.connections(), 0);
}

/// RFC 9110, section 5.5: other characters than ASCII have no meaning that both sides agree on, and recipients remove
/// white space at the ends.
#[tokio::test]
async fn header_value_that_would_arrive_changed_is_rejected() {
    let (server, core) = server().await;
    let rows = [
        ("é", "only ASCII"),
        ("\u{a0}a", "only ASCII"),
        ("日本", "only ASCII"),
        (" a", "begin or end with a space or tab"),
        ("a ", "begin or end with a space or tab"),
        ("a\t", "begin or end with a space or tab"),
        (" ", "begin or end with a space or tab"),
    ];
    for (value, reason) in rows {
        let error = call::<Open>(&core).set(TRACE, &value.to_owned()).await.unwrap_err().to_string();
        assert!(error.starts_with("parameter `X-Trace`: a header must ") && error.contains(reason), "{error}");
        let error = call::<Open>(&core).header("X-Own", value).await.unwrap_err().to_string();
        assert!(error.starts_with("header `X-Own`: a header must ") && error.contains(reason), "{error}");
    }
    assert_eq!(server.connections(), 0);
    call::<Open>(&core).set(TRACE, &"a \t b".to_owned()).await.unwrap();
    assert_eq!(server.header("x-trace"), ["a \t b"]);
}

#[tokio::test]
async fn cookie_value_is_encoded() {
    let (server, core) = server().await;
    call::<Open>(&core).set(THEME, &"a; admin=1, \"b\"\r\n".to_owned()).await.unwrap();
    assert_eq!(server.header("cookie"), ["theme=a%3B%20admin%3D1%2C%20%22b%22%0D%0A"]);
}

#[tokio::test]
async fn setter_called_again_replaces_the_value() {
    let (server, core) = server().await;
    let text = |text: &str| text.to_owned();
    let first =
        call::<Item>(&core).set(ID, &text("a")).set(LIMIT, &1_i64).set(TRACE, &text("t")).set(THEME, &text("x"));
    first.set(ID, &text("b")).set(LIMIT, &2_i64).set(TRACE, &text("u")).set(THEME, &text("y")).await.unwrap();
    assert_eq!(server.target(), "/items/b/end?limit=2");
    assert_eq!((server.header("x-trace"), server.header("cookie")), (vec![text("u")], vec![text("theme=y")]));
}

#[tokio::test]
async fn first_unsendable_value_is_reported() {
    let (server, core) = server().await;
    let broken = call::<Item>(&core).set(ID, &".".to_owned()).header("a b", "c").json(&f64::NAN);
    assert_eq!(broken.await.unwrap_err().to_string(), "parameter `id`: a path value must not be empty, `.` or `..`");
    let error = call::<Post>(&core).json(&f64::INFINITY).await.unwrap_err();
    assert_eq!(error.to_string(), "the body cannot be encoded in its media type");
    let error = call::<Open>(&core).set(LIMIT, &f64::NAN).await.unwrap_err();
    assert_eq!(error.to_string(), "parameter `limit`: a number is not finite");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn body_is_sent_with_its_media_type() {
    let (first, core) = server().await;
    call::<Post>(&core).json(&object(&[("a", "b")])).await.unwrap();
    assert_eq!(
        (first.header("content-type"), first.body()),
        (vec!["application/json".to_owned()], "{\"a\":\"b\"}".to_owned())
    );

    let (second, core) = server().await;
    call::<Post>(&core).text("text/plain; charset=utf-8", "hé").await.unwrap();
    assert_eq!(
        (second.header("content-type")[0].as_str(), second.body().as_str()),
        ("text/plain; charset=utf-8", "hé")
    );

    let (third, core) = server().await;
    call::<Post>(&core).bytes("application/octet-stream", &b"abc"[..]).await.unwrap();
    assert_eq!((third.header("content-type")[0].as_str(), third.body().as_str()), ("application/octet-stream", "abc"));

    let (fourth, core) = server().await;
    let form = runtime_client::runtime::form_write::encode(&object(&[("a&b", "c=d e")]));
    call::<Post>(&core).encoded(form).await.unwrap();
    assert_eq!(fourth.header("content-type"), ["application/x-www-form-urlencoded"]);
    assert_eq!(fourth.body(), "a%26b=c%3Dd%20e");
}

#[tokio::test]
async fn accept_lists_the_media_types_of_the_operation() {
    let (first, core) = server().await;
    call::<Open>(&core).await.unwrap();
    assert_eq!(first.header("accept"), ["application/json"]);

    let (second, core) = server().await;
    call::<Open>(&core).header("Accept", "text/plain").await.unwrap();
    assert_eq!(second.header("accept"), ["text/plain"]);
}

/// RFC 9110, section 8.6.
#[tokio::test]
async fn request_without_content_announces_its_length_if_the_method_expects_content() {
    async fn length<E: Endpoint<Output = String, Error = String> + 'static>(
        set: fn(Call<'_, E>) -> Call<'_, E>,
    ) -> Vec<String> {
        let (server, core) = server().await;
        set(call::<E>(&core)).await.unwrap();
        server.header("content-length")
    }
    assert_eq!(length::<Post>(|call| call).await, ["0"]);
    assert_eq!(length::<Put>(|call| call).await, ["0"]);
    assert_eq!(length::<Patch>(|call| call).await, ["0"]);
    assert_eq!(length::<Query>(|call| call).await, ["0"]);
    assert_eq!(length::<Open>(|call| call).await, [""; 0]);
    assert_eq!(length::<Delete>(|call| call).await, [""; 0]);
    // An empty body is content too.
    assert_eq!(length::<Post>(|call| call.text("text/plain", "")).await, ["0"]);
    assert_eq!(length::<Put>(|call| call.bytes("application/octet-stream", "")).await, ["0"]);
    assert_eq!(length::<Post>(|call| call.text("text/plain", "abc")).await, ["3"]);
}
