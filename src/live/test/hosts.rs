//! The hosts that a run sends requests to: this machine, and those that the user names.

use keystub_client_runtime::reqwest::Url;

/// Whether requests may be sent to the host of this URL.
pub(crate) fn is_allowed(url: &Url, named: &[String]) -> bool {
    is_loopback(url) || is_named(url, named)
}

/// Whether the host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Whether the user names the host.
pub(super) fn is_named(url: &Url, named: &[String]) -> bool {
    let host = url.host_str().unwrap_or_default();
    named.iter().any(|own| own.eq_ignore_ascii_case(host))
}
