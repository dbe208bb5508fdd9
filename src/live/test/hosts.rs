//! The hosts that a run sends requests to: this machine, and those that the user names.

use keystub_client_runtime::reqwest::Url;

/// Whether requests may be sent to the host of this URL.
pub(crate) fn is_allowed(url: &Url, named: &[String]) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    let is_loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    is_loopback || named.iter().any(|own| own.eq_ignore_ascii_case(host))
}
