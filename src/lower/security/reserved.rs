//! Header fields that HTTP or the generated code sets, and that cannot carry a credential.

/// Why a caller cannot set this field: HTTP sets it, or it does not reach the API.
pub(in crate::lower) fn by_http(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        // RFC 9112, section 3.2.
        "host" => "HTTP uses it for the host of the request",
        // RFC 9112, section 6; RFC 9110, section 6.6.2.
        "content-length" | "transfer-encoding" | "trailer" => "HTTP uses it for the framing of the message",
        // RFC 9110, section 7.6.1, which lists all of them.
        "connection" | "keep-alive" | "proxy-connection" | "te" | "upgrade" => {
            "it applies to a single connection, and proxies remove it"
        }
        // RFC 9110, section 10.1.1: an unknown value may be rejected with 417.
        "expect" => "HTTP uses it to ask whether the body may be sent",
        _ => return None,
    })
}

/// Why this field cannot carry an API key.
pub(super) fn for_keys(name: &str) -> Option<&'static str> {
    by_http(name).or_else(|| {
        Some(match name.to_ascii_lowercase().as_str() {
            // RFC 9110, sections 11.7.1 and 11.7.2.
            "proxy-authenticate" | "proxy-authorization" => "it is for proxies, which remove it",
            // RFC 9110, section 7.6.3.
            "via" => "proxies add to it",
            "accept" | "content-type" | "content-encoding" => "media types and bodies set it",
            _ => return None,
        })
    })
}
