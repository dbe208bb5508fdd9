//! The names that generated code needs for itself, by scope.
//!
//! Generated code names everything else by path (`rt::…`, `std::…`), so nothing of the runtime is listed here. The tests
//! read the templates and fail if a list lacks a name or has one that no template needs.

/// The prelude of edition 2024: what generated code writes without a path.
const PRELUDE: [&str; 45] = [
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self_",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// The types of the generated files that hold operations, and what is re-exported next to them.
const SCAFFOLD: [&str; 31] = [
    "Api",
    "App",
    "Authenticated",
    "Authenticator",
    "Base64",
    "BodyLimit",
    "BodyStream",
    "Call",
    "CallEnd",
    "CallStart",
    "CookieError",
    "DecodeError",
    "File",
    "FileReader",
    "Granted",
    "HeaderError",
    "MemoryLimit",
    "MutualTls",
    "Part",
    "Password",
    "Principals",
    "Problem",
    "Refusal",
    "Reject",
    "RequestParts",
    "ResponseHeaders",
    "SameSite",
    "SetCookie",
    "TlsPem",
    "TraceContext",
    "WithHeaders",
];

const TYPE_NAMES: [&str; 76] = {
    let mut all = [""; 76];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < PRELUDE.len() { PRELUDE[at] } else { SCAFFOLD[at - PRELUDE.len()] };
        at += 1;
    }
    all
};

/// Types of `types.rs`.
pub const TYPES: &[&str] = &PRELUDE;

/// Types of operations and principals.
pub const OPERATIONS: &[&str] = &TYPE_NAMES;

/// Variants of enums: those that targets add, and those of the prelude.
pub const VARIANTS: &[&str] = &["Anonymous", "Err", "Error", "None", "Ok", "Self_", "Some", "Unknown"];

/// Functions of operations: methods of the client, functions of the server's trait and of its router.
pub const FUNCTIONS: &[&str] =
    &["builder", "call_ended", "call_started", "clone", "for_request", "new", "refusal", "router", "webhook_verifier"];

/// Parameters: arguments and setters of a client, fields of a server's request.
pub const PARAMETERS: &[&str] = &[
    "body",
    "credential",
    "events",
    "header",
    "into_future",
    "items",
    "items_blocking",
    "new",
    "pages",
    "pages_blocking",
    "resumed_events",
    "send_blocking",
    "streamed",
    "streamed_items",
    "timeout",
];

/// Schemes: methods of the client's builder and of the server's authenticator.
pub const SCHEMES: &[&str] = &[
    "allow_insecure_http",
    "allow_private_receivers",
    "authorize",
    "base_url",
    "build",
    "challenge",
    "configure",
    "connect_timeout",
    "credentials_from_env",
    "credentials_from_file",
    "dangerous_http_client",
    "layer",
    "limit",
    "max_response_bytes",
    "new",
    "response_timeout",
    "retries",
    "server_variable",
    "service",
    "test_double",
    "timeout",
    "tower_layer",
    "tower_service",
    "trace_context",
    "user_agent",
];

/// Constants of schemes, in `auth.rs`.
pub const SCHEME_CONSTANTS: &[&str] = &["SCHEMES", "SCOPES"];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Clippy expects that a function of this name returns `Self`.
    const CONSTRUCTOR: &str = "new";

    macro_rules! template {
        ($path:literal) => {
            include_str!(concat!("../../templates/", $path))
        };
    }

    /// The words after any of these texts.
    fn after<'t>(text: &'t str, marks: &[&str]) -> BTreeSet<&'t str> {
        let words = marks.iter().flat_map(|mark| text.split(mark).skip(1)).filter_map(|rest| {
            let word = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
            (!word.is_empty()).then_some(word)
        });
        words.collect()
    }

    fn set<'n>(names: &[&'n str]) -> BTreeSet<&'n str> {
        names.iter().copied().collect()
    }

    /// The names that a file re-exports of the runtime.
    fn reexports(text: &str) -> BTreeSet<&str> {
        let lines = text.lines().filter_map(|line| line.strip_prefix("pub use runtime::"));
        let names =
            lines.flat_map(|path| path.rsplit("::").next().unwrap_or_default().split(['{', '}', ',', ' ', ';']));
        names.filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())).collect()
    }

    #[test]
    fn methods_of_the_builder_and_the_authenticator_are_reserved_for_schemes() {
        let client = template!("client_reqwest/client.rs.j2");
        let builder = &client[client.find("impl ClientBuilder").unwrap()..];
        let mut needed = after(builder, &["pub fn "]);
        let server = template!("server_axum/authentication.rs.j2");
        let of_trait = &server[..server.find("pub struct Principals").unwrap()];
        needed.extend(after(of_trait, &["    fn "]));
        needed.insert(CONSTRUCTOR);
        assert_eq!(set(SCHEMES), needed);
    }

    #[test]
    fn methods_of_calls_are_reserved_for_parameters() {
        let mut needed = after(template!("client_reqwest/operations.rs.j2"), &["pub fn ", "pub async fn ", "    fn "]);
        needed.remove("fmt");
        needed.insert("body");
        needed.insert(CONSTRUCTOR);
        assert_eq!(set(PARAMETERS), needed);
    }

    #[test]
    fn functions_of_client_and_router_are_reserved_for_operations() {
        let client = template!("client_reqwest/client.rs.j2");
        let client = &client[client.find("impl Client {").unwrap()..client.find("pub struct ClientBuilder").unwrap()];
        let mut needed = after(client, &["pub fn "]);
        needed.extend(after(template!("server_axum/router.rs.j2"), &["pub fn "]));
        let api = template!("server_axum/api.rs.j2");
        needed.extend(after(&api[..api.find("{% for").unwrap()], &["    fn "]));
        // Derived.
        needed.insert("clone");
        needed.insert(CONSTRUCTOR);
        assert_eq!(set(FUNCTIONS), needed);
    }

    #[test]
    fn constants_of_the_file_of_schemes_are_reserved() {
        let mut needed = after(template!("shared/auth.rs.j2"), &["pub(super) const "]);
        needed.remove("fn");
        needed.insert("SCOPES");
        assert_eq!(set(SCHEME_CONSTANTS), needed);
    }

    #[test]
    fn types_next_to_operations_are_reserved() {
        let marks = ["pub struct ", "pub(super) struct ", "pub trait "];
        let mut needed = after(template!("client_reqwest/operations.rs.j2"), &marks);
        needed.extend(after(template!("server_axum/api.rs.j2"), &marks));
        needed.extend(after(template!("server_axum/authentication.rs.j2"), &marks));
        needed.extend(reexports(template!("server_axum/mod.rs.j2")));
        needed.insert("App");
        assert_eq!(set(&SCAFFOLD), needed);
    }
}
