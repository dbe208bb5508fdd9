//! Parts of URLs, as they are needed to judge where requests and credentials go (RFC 3986). URLs of servers may contain
//! variables, which are text like any other here.

use std::net::IpAddr;

/// The host and port, without user name and password; empty if the URL has none.
pub fn authority(url: &str) -> &str {
    with_userinfo(url).rsplit('@').next().unwrap_or_default()
}

/// The host of an authority, without the port.
pub fn host(authority: &str) -> &str {
    let is_port = |text: &str| {
        let is_variable = text.starts_with('{') && text.ends_with('}');
        is_variable || text.bytes().all(|byte| byte.is_ascii_digit())
    };
    match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => authority,
    }
}

/// Whether a host is this machine: `localhost`, or a loopback address.
pub fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// Whether a URL is sent without TLS, to this machine or another one.
pub fn is_http(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("ws://")
}

/// Whether requests to a URL do not leave this machine: a loopback address, a name below `localhost` (RFC 6761, section
/// 6.3), or the name that containers have for their host.
pub fn is_local(url: &str) -> bool {
    let host = host(authority(url)).to_ascii_lowercase();
    is_loopback(&host) || host.ends_with(".localhost") || host == "host.docker.internal"
}

/// Whether others can read what is sent to a URL.
pub fn is_clear(url: &str) -> bool {
    is_http(url) && !is_local(url)
}

/// Whether a URL contains a user name or password.
pub fn has_userinfo(url: &str) -> bool {
    with_userinfo(url).contains('@')
}

/// A URL that may be printed.
pub fn without_userinfo(url: &str) -> String {
    match url.split_once("//").filter(|_| has_userinfo(url)) {
        Some((scheme, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            format!("{scheme}//…@{}{}", authority(url), &rest[end..])
        }
        None => url.to_owned(),
    }
}

/// The part between `//` and the path.
fn with_userinfo(url: &str) -> &str {
    let rest = url.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_clear_unless_they_have_tls_or_stay_on_this_machine() {
        for url in [
            "http://a.example",
            "HTTP://a.example",
            "ws://a.example",
            "http://127.evil.example",
            "http://localhost.evil.example",
            "http://localhost@evil.example",
            "http://10.0.0.1",
            "http://[2001:db8::1]:80/x",
        ] {
            assert!(is_clear(url), "{url}");
        }
        for url in [
            "https://a.example",
            "/v1",
            "http://localhost:8080/x",
            "http://LOCALHOST",
            "http://127.0.0.2",
            "http://[::1]:80",
            "http://api.localhost",
            "http://u:p@localhost/",
        ] {
            assert!(!is_clear(url), "{url}");
        }
    }

    #[test]
    fn user_names_and_passwords_are_not_printed() {
        assert_eq!(without_userinfo("https://u:p@a.example:1/x@y"), "https://…@a.example:1/x@y");
        assert_eq!(without_userinfo("//u@a.example"), "//…@a.example");
        assert_eq!(without_userinfo("https://a.example/x@y"), "https://a.example/x@y");
        assert_eq!(host(authority("https://u:p@a.example:1/x")), "a.example");
        assert_eq!(host(authority("https://{name}:{port}/x")), "{name}");
        assert_eq!(host("[::1]"), "[::1]");
    }
}
