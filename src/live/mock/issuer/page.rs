//! The pages on which the user consents. They have no script and load nothing.

use keystub_server_runtime::axum::body::Body;
use keystub_server_runtime::axum::http::{HeaderName, HeaderValue, StatusCode};
use keystub_server_runtime::axum::response::Response;

/// A page with this heading and this content in HTML.
pub(super) fn page(status: StatusCode, heading: &str, content: &str) -> Response {
    let heading = escaped(heading);
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{heading}</title><style>body{{font:1rem/1.5 system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem}}\
         button{{font:inherit;padding:.4rem 1rem;margin-right:.5rem}}</style><h1>{heading}</h1>{content}</html>"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// Text of a request in HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::new();
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// The two buttons of a form, with hidden fields.
pub(super) fn decision(action: &str, fields: &[(&str, &str)]) -> String {
    let hidden: String = fields
        .iter()
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(name), escaped(value)))
        .collect();
    format!(
        "<form method=\"post\" action=\"{}\">{hidden}<button name=\"decision\" value=\"allow\">Allow</button>\
         <button name=\"decision\" value=\"deny\">Deny</button></form>",
        escaped(action)
    )
}

/// The scopes as a list.
pub(super) fn scope_list(scopes: &[String]) -> String {
    if scopes.is_empty() {
        return "<p>It asks for no scopes.</p>".to_owned();
    }
    let items: String = scopes.iter().map(|scope| format!("<li><code>{}</code></li>", escaped(scope))).collect();
    format!("<p>It asks for:</p><ul>{items}</ul>")
}
