//! The crates that generated code can depend on, with their versions.

use super::need::Need;

/// A version of a crate, with the features that every use of it needs.
#[derive(Debug, Clone, Copy)]
pub struct Package {
    /// The name of the crate.
    pub name: &'static str,
    /// The version requirement.
    pub version: &'static str,
    /// Whether default features are enabled.
    pub has_defaults: bool,
    /// Enabled features.
    pub features: &'static [&'static str],
}

/// A package and the need that requires it.
#[derive(Debug, Clone, Copy)]
pub struct Requirement {
    /// The package.
    pub package: Package,
    /// Additional features.
    pub features: &'static [&'static str],
    /// The need.
    pub need: Need,
}

/// The package is required if the document has the need.
pub const fn requires(package: Package, need: Need) -> Requirement {
    Requirement { package, features: &[], need }
}

impl Requirement {
    /// The same with additional features.
    pub const fn with(self, features: &'static [&'static str]) -> Self {
        Self { features, ..self }
    }
}

pub const ARGON2: Package = Package { name: "argon2", version: "0.6", has_defaults: true, features: &[] };
/// The library of rustls and jsonwebtoken.
#[rustfmt::skip]
pub const AWS_LC_RS: Package = Package { name: "aws-lc-rs", version: "1", has_defaults: false, features: &["alloc", "aws-lc-sys"] };
#[rustfmt::skip]
pub const AXUM: Package = Package { name: "axum", version: "0.8", has_defaults: false, features: &["http1", "tokio"] };
pub const BASE64: Package = Package { name: "base64", version: "0.22", has_defaults: true, features: &[] };
pub const BYTES: Package = Package { name: "bytes", version: "1", has_defaults: true, features: &[] };
pub const CHRONO: Package = Package { name: "chrono", version: "0.4", has_defaults: false, features: &["std"] };
#[rustfmt::skip]
pub const FUTURES_CORE: Package = Package { name: "futures-core", version: "0.3", has_defaults: false, features: &[] };
#[rustfmt::skip]
pub const FUTURES_UTIL: Package = Package { name: "futures-util", version: "0.3", has_defaults: false, features: &["std"] };
pub const GETRANDOM: Package = Package { name: "getrandom", version: "0.4", has_defaults: true, features: &[] };
pub const GETRANDOM_WASM: Package = Package { features: &["wasm_js"], ..GETRANDOM };
pub const HMAC: Package = Package { name: "hmac", version: "0.13", has_defaults: true, features: &[] };
pub const HTTP: Package = Package { name: "http", version: "1", has_defaults: true, features: &[] };
pub const HTTP_BODY: Package = Package { name: "http-body", version: "1", has_defaults: true, features: &[] };
#[rustfmt::skip]
pub const HTTP_BODY_UTIL: Package = Package { name: "http-body-util", version: "0.1", has_defaults: true, features: &[] };
pub const HTTPDATE: Package = Package { name: "httpdate", version: "1", has_defaults: true, features: &[] };
#[rustfmt::skip]
pub const HYPER: Package = Package { name: "hyper", version: "1", has_defaults: false, features: &["http1", "server"] };
#[rustfmt::skip]
pub const HYPER_UTIL: Package = Package { name: "hyper-util", version: "0.1", has_defaults: false, features: &["service", "tokio"] };
#[rustfmt::skip]
pub const JSONWEBTOKEN: Package = Package { name: "jsonwebtoken", version: "11", has_defaults: false, features: &["aws_lc_rs", "use_pem"] };
pub const JS_SYS: Package = Package { name: "js-sys", version: "0.3.77", has_defaults: true, features: &[] };
pub const MEMCHR: Package = Package { name: "memchr", version: "2", has_defaults: true, features: &[] };
#[rustfmt::skip]
pub const PERCENT_ENCODING: Package = Package { name: "percent-encoding", version: "2", has_defaults: true, features: &[] };
pub const REGEX: Package = Package { name: "regex", version: "1", has_defaults: true, features: &[] };
#[rustfmt::skip]
pub const REQWEST: Package = Package { name: "reqwest", version: "0.13", has_defaults: false, features: &["http2", "rustls"] };
pub const SECRECY: Package = Package { name: "secrecy", version: "0.10", has_defaults: true, features: &[] };
pub const SERDE: Package = Package { name: "serde", version: "1", has_defaults: true, features: &[] };
#[rustfmt::skip]
pub const SERDE_JSON: Package = Package { name: "serde_json", version: "1", has_defaults: true, features: &["float_roundtrip"] };
pub const SHA2: Package = Package { name: "sha2", version: "0.11", has_defaults: true, features: &[] };
pub const SUBTLE: Package = Package { name: "subtle", version: "2", has_defaults: true, features: &[] };
pub const TEMPFILE: Package = Package { name: "tempfile", version: "3", has_defaults: true, features: &[] };
pub const TOKIO: Package = Package { name: "tokio", version: "1", has_defaults: true, features: &[] };
#[rustfmt::skip]
pub const TOKIO_RUSTLS: Package = Package { name: "tokio-rustls", version: "0.26", has_defaults: false, features: &["aws_lc_rs", "tls12"] };
#[rustfmt::skip]
pub const TOML: Package = Package { name: "toml", version: "1", has_defaults: false, features: &["parse", "serde", "std"] };
#[rustfmt::skip]
pub const TOWER: Package = Package { name: "tower", version: "0.5", has_defaults: false, features: &["util"] };
#[rustfmt::skip]
pub const TOWER_HTTP: Package = Package { name: "tower-http", version: "0.7", has_defaults: false, features: &["request-id", "sensitive-headers", "timeout", "trace"] };
pub const TOWER_LAYER: Package = Package { name: "tower-layer", version: "0.3", has_defaults: true, features: &[] };
pub const TOWER_SERVICE: Package = Package { name: "tower-service", version: "0.3", has_defaults: true, features: &[] };
pub const TRACING: Package = Package { name: "tracing", version: "0.1", has_defaults: true, features: &[] };
/// Without macros for attributes, which need a parser of Rust.
#[rustfmt::skip]
pub const TRACING_SPANS: Package = Package { name: "tracing", version: "0.1", has_defaults: false, features: &["std"] };
#[rustfmt::skip]
pub const TRACING_SUBSCRIBER: Package = Package { name: "tracing-subscriber", version: "0.3", has_defaults: false, features: &["fmt", "std"] };
pub const UUID: Package = Package { name: "uuid", version: "1", has_defaults: false, features: &["std"] };
#[rustfmt::skip]
pub const WASM_BINDGEN: Package = Package { name: "wasm-bindgen", version: "0.2.100", has_defaults: true, features: &[] };
#[rustfmt::skip]
pub const WASM_BINDGEN_FUTURES: Package = Package { name: "wasm-bindgen-futures", version: "0.4.50", has_defaults: true, features: &[] };
#[rustfmt::skip]
pub const WEB_SYS: Package = Package { name: "web-sys", version: "0.3.77", has_defaults: true, features: &[
    "AbortController", "AbortSignal", "Headers", "ReadableStream", "ReadableStreamDefaultReader", "ReferrerPolicy", "Request",
    "RequestCache", "RequestCredentials", "RequestInit", "RequestRedirect", "Response", "ResponseType",
] };
pub const WEB_TIME: Package = Package { name: "web-time", version: "1", has_defaults: true, features: &[] };
