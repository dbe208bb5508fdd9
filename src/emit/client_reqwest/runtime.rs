//! The runtime of a client: its files, dependencies and features, each with the need that it belongs to.

use super::super::need::Need;
use super::super::package::{
    AWS_LC_RS, BASE64, BYTES, CHRONO, FUTURES_CORE, GETRANDOM, GETRANDOM_WASM, HMAC, HTTP, HTTP_BODY, HTTPDATE, JS_SYS,
    PERCENT_ENCODING, REQWEST, Requirement, SECRECY, SERDE, SERDE_JSON, SHA2, TOKIO, TOML, TOWER_LAYER, TOWER_SERVICE,
    TRACING_SPANS, UUID, WASM_BINDGEN, WASM_BINDGEN_FUTURES, WEB_SYS, WEB_TIME, requires,
};
use super::super::runtime_parts::{RuntimeFile, RuntimeParts, runtime_files};

/// The runtime of a client.
pub const RUNTIME: RuntimeParts = RuntimeParts {
    crate_name: "keystub-client-runtime",
    files: FILES,
    named_crates: &["bytes", "reqwest", "secrecy", "serde", "serde_json"],
    dependencies: DEPENDENCIES,
    wasm_dependencies: WASM_DEPENDENCIES,
    wasm_modules: &[("body_chain", "web_platform"), ("identity", "web_platform"), ("platform", "web_platform")],
    scaffold: &[],
    features: FEATURES,
};

const FILES: &[RuntimeFile] = runtime_files! {
    "shared":
        "base64" => Base64, "dpop_hash" => Dpop, "etag" => EntityTags, "guarded" => Guarded, "header_read" => Headers, "header_text" => Always, "json" => Always, "json_budget" => Always,
        "json_choice" => Choices, "json_error" => Always, "json_node" => Always, "json_object" => Objects,
        "json_object_write" => Always, "json_parse" => Always,
        "json_scalars" => Always, "json_scan" => Always, "json_tape" => Always, "json_text" => Texts, "json_tuple" => Tuples, "json_write" => Always, "mapped" => Mapped, "media" => Always,
        "nested_write" => Always, "operation" => Always, "parameter" => Always, "parameter_write" => Always, "part" => PartHeaders, "password" => Password,
        "serde_forward" => SerdeImpls, "time" => Chrono, "trace_context" => Telemetry, "uuid_codec" => Uuid, "webhook_signature" => Webhooks;
    "client":
        "attachments" => Always, "auth" => Always, "auth_error" => Always, "authorization_code" => OAuth, "blocking" => Blocking, "blocking_streams" => BlockingStreams, "body_chain" => Multipart, "call" => Always, "core" => Always, "credential" => Always, "error" => Always,
        "device_code" => OAuth, "discovery" => OAuth, "download" => Download, "dpop" => Dpop, "event_stream" => Download, "flow_settings" => OAuth, "form_write" => Form, "header_fields" => Headers, "identity" => MutualTls, "item_stream" => Download, "json_sequence" => ItemStreams, "lines" => Download, "multipart" => File, "multipart_write" => Multipart, "part_write" => PartHeaders,
        "oauth" => OAuth, "page_number" => Pages, "pages" => Pages, "problem" => Always, "platform" => Always, "public_addresses" => Webhooks, "reply" => Always, "request" => Always, "resumed_events" => Download, "retry" => Always, "retry_after" => Always, "secrets" => Schemes, "server_url" => Always, "service" => Always, "session" => OAuth,
        "telemetry" => Telemetry, "test_double" => TestDouble,
        "token_cache" => OAuth,
        "token_endpoint" => OAuth, "tower" => Tower, "transport" => Always, "typed_stream" => ItemStreams, "web_fetch" => Wasm, "web_platform" => Wasm, "webhook_sender" => Webhooks;
};

const DEPENDENCIES: &[Requirement] = &[
    requires(AWS_LC_RS, Need::Dpop),
    requires(BASE64, Need::Always),
    requires(BYTES, Need::Always),
    requires(CHRONO, Need::Chrono),
    requires(FUTURES_CORE, Need::Download),
    requires(GETRANDOM, Need::OAuth),
    requires(HMAC, Need::Webhooks),
    requires(HTTP, Need::TestDouble),
    requires(HTTP, Need::Tower),
    requires(HTTP_BODY, Need::Multipart),
    requires(HTTP_BODY, Need::Tower),
    requires(HTTPDATE, Need::Always),
    requires(PERCENT_ENCODING, Need::Always),
    requires(REQWEST, Need::Always),
    // With `stream`, files and streams are bodies.
    requires(REQWEST, Need::Upload).with(&["stream"]),
    requires(REQWEST, Need::Multipart).with(&["stream"]),
    requires(SECRECY, Need::Always),
    requires(SERDE, Need::Always),
    requires(SERDE_JSON, Need::Always),
    requires(SHA2, Need::OAuth),
    requires(SHA2, Need::Webhooks),
    requires(TOKIO, Need::Always).with(&["rt", "sync", "time"]),
    requires(TOKIO, Need::Blocking).with(&["net"]),
    requires(TOKIO, Need::Webhooks).with(&["net"]),
    requires(TOML, Need::Schemes),
    requires(TOWER_LAYER, Need::Tower),
    requires(TOWER_SERVICE, Need::Tower),
    requires(TRACING_SPANS, Need::Telemetry),
    requires(UUID, Need::Uuid),
];

const WASM_DEPENDENCIES: &[Requirement] = &[
    requires(GETRANDOM_WASM, Need::Wasm),
    requires(HTTP, Need::Wasm),
    requires(JS_SYS, Need::Wasm),
    requires(WASM_BINDGEN, Need::Wasm),
    requires(WASM_BINDGEN_FUTURES, Need::Wasm),
    requires(WEB_SYS, Need::Wasm),
    requires(WEB_TIME, Need::Wasm),
];

const FEATURES: &[(&str, &[Need])] = &[
    ("chrono", &[Need::Chrono]),
    ("dpop", &[Need::Dpop]),
    ("multipart", &[Need::Multipart, Need::File]),
    ("mutual-tls", &[Need::MutualTls]),
    ("oauth", &[Need::OAuth]),
    ("pages", &[Need::Pages]),
    ("stored-credentials", &[Need::Schemes]),
    ("streams", &[Need::Upload, Need::Download]),
    ("telemetry", &[Need::Telemetry]),
    ("tower", &[Need::Tower]),
    ("uuid", &[Need::Uuid]),
    ("webhooks", &[Need::Webhooks]),
];
