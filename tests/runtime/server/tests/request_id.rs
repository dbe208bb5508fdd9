//! Request ids: a single short id of visible characters is kept, any other is removed.

use axum::extract::Request;
use runtime_server::runtime::request_id::{REQUEST_ID, checked};

#[tokio::test]
async fn invalid_request_id_is_removed() {
    let (fits, long) = ("x".repeat(128), "x".repeat(129));
    let huge = "x".repeat(60_000);
    let rows: [(&[&[u8]], bool); 13] = [
        (&[b"7f3c8a52-8f5e-4a55-9a09-0fd6e1a7a1f0"], true),
        (&[b"!~"], true),
        (&[fits.as_bytes()], true),
        (&[], false),
        (&[b""], false),
        (&[long.as_bytes()], false),
        (&[huge.as_bytes()], false),
        (&[b"a b"], false),
        (&[b"a\tb"], false),
        (&[b"a\x1b[31m"], false),
        (&[b"\xc3\xa4"], false),
        (&[b"a", b"a"], false),
        (&[b"a", b"b"], false),
    ];
    for (ids, is_kept) in rows {
        let mut request = Request::builder().uri("/");
        for id in ids {
            match axum::http::HeaderValue::from_bytes(id) {
                Ok(id) => request = request.header(REQUEST_ID, id),
                // hyper rejects requests with this value.
                Err(_) => continue,
            }
        }
        let request = checked(request.body(axum::body::Body::empty()).unwrap()).await;
        let kept: Vec<&[u8]> = request.headers().get_all(REQUEST_ID).iter().map(|id| id.as_bytes()).collect();
        assert_eq!(kept, if is_kept { ids } else { &[] }, "{ids:?}");
    }
}
