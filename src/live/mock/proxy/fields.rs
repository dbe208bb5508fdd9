//! The header fields that a proxy forwards.

use keystub_server_runtime as rt;

use rt::axum::http::header::{
    ACCEPT_ENCODING, CONNECTION, EXPECT, HOST, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE, VIA,
};
use rt::axum::http::{HeaderMap, HeaderValue};

/// The fields of one connection (RFC 9110, section 7.6.1).
static OF_CONNECTION: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// How this proxy names itself in `Via` (RFC 9110, section 7.6.3).
const OWN: &str = "1.1 keystub-mock";

/// The fields of a request for the server. Its content is not compressed, so that it can be checked.
pub(super) fn of_request(received: &HeaderMap) -> HeaderMap {
    let mut fields = without_connection(received);
    for name in [HOST, EXPECT, ACCEPT_ENCODING] {
        fields.remove(name);
    }
    fields.append(VIA, HeaderValue::from_static(OWN));
    // They may be credentials.
    fields.values_mut().for_each(|value| value.set_sensitive(true));
    fields
}

/// The fields of a response for the caller.
pub(super) fn of_response(received: &HeaderMap) -> HeaderMap {
    without_connection(received)
}

/// Whether the request was forwarded by such a proxy before.
pub(super) fn is_loop(received: &HeaderMap) -> bool {
    let fields = received.get_all(VIA).iter().filter_map(|field| field.to_str().ok());
    fields.flat_map(|field| field.split(',')).any(|hop| hop.trim() == OWN)
}

fn without_connection(received: &HeaderMap) -> HeaderMap {
    let named = received.get_all(CONNECTION).iter().filter_map(|field| field.to_str().ok());
    let named: Vec<HeaderName> =
        named.flat_map(|field| field.split(',')).filter_map(|name| name.trim().parse().ok()).collect();
    let mut fields = received.clone();
    for name in OF_CONNECTION.iter().chain(&named) {
        fields.remove(name);
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn fields_of_the_connection_are_not_forwarded() {
        let received = map(&[
            ("host", "mock"),
            ("connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("proxy-authorization", "Basic eDp5"),
            ("accept-encoding", "gzip"),
            ("authorization", "Bearer t"),
            ("content-length", "3"),
        ]);
        let names = |fields: &HeaderMap| fields.keys().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
        let sent = of_request(&received);
        let mut sent_names = names(&sent);
        sent_names.sort();
        assert_eq!(sent_names, ["authorization", "content-length", "via"]);
        assert_eq!(sent["authorization"], "Bearer t");
        assert!(!format!("{sent:?}").contains("Bearer t"), "the value is marked as sensitive");
        let response = of_response(&map(&[("connection", "x-a"), ("x-a", "1"), ("etag", "\"1\""), ("te", "x")]));
        assert_eq!(names(&response), ["etag"]);
    }

    #[test]
    fn loop_is_found_among_other_hops() {
        assert!(!is_loop(&map(&[("via", "1.1 other")])));
        assert!(is_loop(&of_request(&map(&[("via", "1.1 other")]))));
        assert!(is_loop(&map(&[("via", "1.0 a, 1.1 keystub-mock")])));
    }
}
