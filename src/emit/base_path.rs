//! The path under which a server serves the API, and which the base URL of a client includes.

use crate::model::Api;

/// The path of the first absolute server URL, or else of the first relative one, without a slash at its end; empty for the
/// root. Dot segments are resolved, as clients do (RFC 3986, section 5.2.4).
pub fn base_path(api: &Api) -> String {
    let path = match api.servers.first() {
        Some(server) => {
            let (_, rest) = server.url.split_once("://").unwrap_or_default();
            rest.split_once('/').unwrap_or_default().1
        }
        None => api.relative_server.as_deref().unwrap_or_default().trim_start_matches('/'),
    };
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "." => {}
            ".." => _ = segments.pop(),
            _ => segments.push(segment),
        }
    }
    let path = segments.join("/");
    let path = path.trim_end_matches('/');
    if path.is_empty() { String::new() } else { format!("/{path}") }
}
