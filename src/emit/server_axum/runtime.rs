//! The runtime of a server: its files, dependencies and features, each with the need that it belongs to.

use super::super::need::Need;
use super::super::package::{
    ARGON2, AXUM, BASE64, BYTES, CHRONO, FUTURES_UTIL, HMAC, HTTP_BODY_UTIL, HYPER, HYPER_UTIL, JSONWEBTOKEN, MEMCHR,
    PERCENT_ENCODING, REGEX, REQWEST, Requirement, SECRECY, SERDE, SERDE_JSON, SHA2, SUBTLE, TEMPFILE, TOKIO,
    TOKIO_RUSTLS, TOWER_HTTP, TRACING, TRACING_SUBSCRIBER, UUID, requires,
};
use super::super::runtime_parts::{RuntimeFile, RuntimeParts, runtime_files};

/// The runtime of a server.
pub const RUNTIME: RuntimeParts = RuntimeParts {
    crate_name: "keystub-server-runtime",
    files: FILES,
    named_crates: &["axum", "bytes", "serde", "serde_json"],
    dependencies: DEPENDENCIES,
    wasm_dependencies: &[],
    wasm_modules: &[],
    scaffold: SCAFFOLD,
    features: FEATURES,
};

const FILES: &[RuntimeFile] = runtime_files! {
    "shared":
        "base64" => Base64, "dpop_hash" => Dpop, "etag" => EntityTags, "guarded" => Guarded, "header_read" => Always, "header_text" => Always, "json" => Always, "json_budget" => Always,
        "json_choice" => Choices, "json_error" => Always, "json_node" => Always, "json_object" => Objects,
        "json_object_write" => Always, "json_parse" => Always,
        "json_scalars" => Always, "json_scan" => Always, "json_tape" => Always, "json_text" => Texts, "json_tuple" => Tuples, "json_write" => Always, "mapped" => Mapped, "media" => Always,
        "nested_write" => Headers, "operation" => Always, "parameter" => Always, "parameter_write" => Headers, "part" => PartHeaders, "password" => Password,
        "serde_forward" => SerdeImpls, "time" => Chrono, "trace_context" => Telemetry, "uuid_codec" => Uuid, "webhook_signature" => Webhooks;
    "server":
        "accept" => Always, "actor" => Jwt, "api_keys" => ApiKeys, "auth" => Always, "auth_challenge" => Always, "authorization" => Always, "body" => Always, "body_form" => Form, "body_multipart" => Multipart, "body_stream" => Upload, "call" => Always,
        "certificates" => MutualTls, "challenge" => Always, "credentials" => Always, "cross_site" => Always, "documentation" => Docs, "dpop" => Dpop, "dpop_nonces" => Dpop, "dpop_proof" => Dpop, "dpop_proofs" => Dpop, "dpop_url" => Dpop, "event_stream" => EventStreams, "first_bytes" => ServeHttp2, "fixed_query" => Always, "form_read" => Always, "header_fields" => Headers, "in_progress" => ServeHttp2, "introspection" => Jwt, "introspection_cache" => Jwt, "item_body" => ItemStreams, "json_lines" => LineStreams, "jwks" => Jwt, "jwt" => Jwt, "jwt_keys" => Jwt,
        "multipart" => File, "multipart_parse" => Multipart, "multipart_read" => Multipart, "mutual_tls" => MutualTls, "mutual_tls_http2" => MutualTlsHttp2, "nested_read" => Always, "parameter_read" => Always, "part_read" => PartHeaders, "password_verifier" => Passwords, "passwords" => Passwords, "pattern" => Patterns, "problem" => Always,
        "protected_resource" => Jwt,
        "refusal" => Always, "reply" => Always, "request_body_timeout" => Serve, "request_heads" => Serve, "request_id" => Serve, "request_parts" => Always, "route_tree" => Always, "router" => Always, "rule_equality" => Rules, "rule_number" => Rules, "rules" => Rules, "serve" => Serve, "serve_http2" => ServeHttp2, "set_cookie" => Cookies, "telemetry" => Telemetry, "template" => Always, "token_kind" => Jwt, "webhook_deliveries" => Webhooks, "webhook_receiver" => Webhooks;
};

const DEPENDENCIES: &[Requirement] = &[
    requires(ARGON2, Need::Passwords),
    requires(AXUM, Need::Always),
    requires(BASE64, Need::Always),
    requires(BYTES, Need::Always),
    requires(CHRONO, Need::Chrono),
    requires(FUTURES_UTIL, Need::Always),
    requires(HMAC, Need::Dpop),
    requires(HMAC, Need::Webhooks),
    requires(HTTP_BODY_UTIL, Need::Always),
    requires(HYPER, Need::Serve),
    requires(HYPER, Need::ServeHttp2).with(&["http2"]),
    requires(HYPER_UTIL, Need::Serve),
    requires(JSONWEBTOKEN, Need::Jwt),
    requires(MEMCHR, Need::Multipart),
    requires(PERCENT_ENCODING, Need::Always),
    requires(REGEX, Need::Patterns),
    requires(REQWEST, Need::Jwt),
    requires(SECRECY, Need::Webhooks),
    requires(SERDE, Need::Always),
    // The derives are for the key sets of access tokens.
    requires(SERDE, Need::Jwt).with(&["derive"]),
    requires(SERDE_JSON, Need::Always),
    requires(SHA2, Need::ApiKeys),
    requires(SHA2, Need::Jwt),
    requires(SHA2, Need::MutualTls),
    requires(SHA2, Need::Webhooks),
    requires(SUBTLE, Need::ApiKeys),
    requires(TEMPFILE, Need::File),
    requires(TOKIO, Need::Always).with(&["macros", "net", "rt-multi-thread", "sync", "time"]),
    requires(TOKIO_RUSTLS, Need::MutualTls),
    requires(TRACING, Need::Always),
    requires(UUID, Need::Uuid),
];

/// The dependencies of `main.rs`, `app.rs` and `handlers.rs`.
const SCAFFOLD: &[Requirement] = &[
    requires(AXUM, Need::Always),
    requires(CHRONO, Need::Chrono),
    requires(JSONWEBTOKEN, Need::Jwt),
    requires(SERDE_JSON, Need::AnyJson),
    requires(TOKIO, Need::Always).with(&["macros", "net", "rt-multi-thread", "signal"]),
    requires(TOWER_HTTP, Need::Always),
    requires(TRACING, Need::Always),
    requires(TRACING_SUBSCRIBER, Need::Always),
    requires(UUID, Need::Uuid),
];

const FEATURES: &[(&str, &[Need])] = &[
    ("api-keys", &[Need::ApiKeys]),
    ("chrono", &[Need::Chrono]),
    ("cookies", &[Need::Cookies]),
    ("docs", &[Need::Docs]),
    ("dpop", &[Need::Dpop]),
    ("jwt", &[Need::Jwt]),
    ("multipart", &[Need::Multipart, Need::File]),
    ("mutual-tls", &[Need::MutualTls]),
    ("passwords", &[Need::Passwords]),
    ("patterns", &[Need::Patterns]),
    ("serve", &[Need::Serve]),
    ("serve-http2", &[Need::ServeHttp2]),
    ("streams", &[Need::ItemStreams]),
    ("telemetry", &[Need::Telemetry]),
    ("uuid", &[Need::Uuid]),
    ("webhooks", &[Need::Webhooks]),
];
