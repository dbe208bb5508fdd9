//! The parts of the runtime that a document may need.

/// A part of the runtime that a document may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Needed by every document.
    Always,
    /// `format: byte`.
    Base64,
    /// `format: date-time` or `date`.
    Chrono,
    /// `format: uuid`.
    Uuid,
    /// Operations with security requirements.
    Guarded,
    /// Security schemes.
    Schemes,
    /// OAuth 2 or OpenID Connect.
    OAuth,
    /// serde's traits for the types.
    SerdeImpls,
    /// The test double, which the user chooses.
    TestDouble,
    /// Calls that block the current thread, which the user chooses.
    Blocking,
    /// WebAssembly as a second target, which the user chooses.
    Wasm,
    /// Streams that block the current thread.
    BlockingStreams,
    /// Spans and hooks for metrics, which the user chooses.
    Telemetry,
    /// Layers and services of tower, which the user chooses.
    Tower,
    /// The documentation of the API, which the user chooses.
    Docs,
    /// Webhooks, which the user chooses instead of the paths.
    Webhooks,
    /// Structs.
    Objects,
    /// `{}` and other schemas without a type.
    AnyJson,
    /// Enums of strings.
    Texts,
    /// Unions whose variants are distinguished by their structure.
    Choices,
    /// Arrays with a type for each item.
    Tuples,
    /// Types that the user maps.
    Mapped,
    /// `format: password`.
    Password,
    /// Form bodies.
    Form,
    /// Request bodies of bytes, which may be streams.
    Upload,
    /// Response bodies that may be streams.
    Download,
    /// Responses of items whose type is known.
    ItemStreams,
    /// Responses of server-sent events whose type is known.
    EventStreams,
    /// Responses of JSON values, one after another, whose type is known.
    LineStreams,
    /// Lists whose responses name the next page.
    Pages,
    /// Typed header fields of responses.
    Headers,
    /// Entity tags: `ETag` in responses, `If-Match` or `If-None-Match` in requests.
    EntityTags,
    /// Multipart bodies.
    Multipart,
    /// Files in multipart bodies.
    File,
    /// Parts of multipart bodies with header fields.
    PartHeaders,
    /// Client certificates.
    MutualTls,
    /// Cookies: keys, parameters or `Set-Cookie`.
    Cookies,
    /// Constraints.
    Rules,
    /// `pattern` constraints.
    Patterns,
    /// Access tokens.
    Jwt,
    /// Access tokens that are bound to a key (DPoP).
    Dpop,
    /// Stored API keys.
    ApiKeys,
    /// Stored passwords.
    Passwords,
    /// The listener of the scaffold, also needed for client certificates.
    Serve,
    /// HTTP/2 for the listener, which the user chooses.
    ServeHttp2,
    /// HTTP/2 for a listener with client certificates.
    MutualTlsHttp2,
}

/// Needs that require another one: the first requires the second.
pub const IMPLIED: &[(Need, Need)] = &[
    (Need::BlockingStreams, Need::Blocking),
    (Need::BlockingStreams, Need::Download),
    (Need::EventStreams, Need::ItemStreams),
    (Need::LineStreams, Need::ItemStreams),
    (Need::ItemStreams, Need::Download),
    // The flows of clients, and the verifiers of servers.
    (Need::Dpop, Need::OAuth),
    (Need::Dpop, Need::Jwt),
    (Need::PartHeaders, Need::Multipart),
    (Need::PartHeaders, Need::File),
    (Need::Multipart, Need::File),
    (Need::MutualTls, Need::Serve),
    (Need::MutualTlsHttp2, Need::MutualTls),
    (Need::MutualTlsHttp2, Need::ServeHttp2),
    (Need::ServeHttp2, Need::Serve),
    (Need::Patterns, Need::Rules),
];
