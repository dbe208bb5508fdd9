//! The names that generated code needs for itself, scope by scope.

/// In `types.rs`: what its code names without a path.
pub const TYPES: &[&str] = &[
    "Base64", "BTreeMap", "Box", "Clone", "Copy", "Debug", "Decode", "DecodeError", "Default", "Display", "Encode", "Eq",
    "Err", "File", "Formatter", "From", "Hash", "None", "Ok", "Option", "PartialEq", "Parts", "Result", "Self", "Self_", "Some",
    "String", "ToString", "Value", "Vec", "Writer", "FromMultipart", "ToMultipart", "Multipart",
];

/// The variants that targets add to enums, and what would hide a word of the language.
pub const VARIANTS: &[&str] = &["Self_", "Unknown", "Anonymous", "Error", "Err", "Ok", "Some", "None"];

/// In `operations.rs` and `api.rs`, beside the types of the operations.
pub const OPERATIONS: &[&str] = &[
    "Api", "Authenticator", "Bytes", "Call", "Client", "ClientBuilder", "Decoded", "Endpoint", "Error", "Granted", "NoError",
    "Operation", "Option", "Ok", "Err", "Some", "None", "Parameter", "Place", "Principals", "Problem", "Reject", "Reply",
    "Request", "Response", "Result", "Router", "Segment", "Self_", "Shape", "String", "Style", "Access", "SchemeUse", "Vec", "Box",
    "BTreeMap", "File", "Base64", "IntoResponse", "Arc", "BoxFuture", "Future", "Send", "Sync", "StatusCode", "Value", "Route",
];

/// Functions of the client and of the server's trait, beside the operations.
pub const FUNCTIONS: &[&str] = &["builder", "new", "clone", "clone_from", "core", "router", "from", "into", "to_owned", "fmt", "drop"];

/// Parameters: setters of a call (client), fields beside the body (server).
pub const PARAMETERS: &[&str] = &[
    "body", "bytes", "clone", "form", "header", "into_future", "json", "multipart", "new", "r#await", "self_", "set", "text", "timeout",
    "credential", "send", "retry", "drop", "from", "into",
];

/// Schemes: methods of the client's builder, beside its own.
pub const SCHEMES: &[&str] = &[
    "allow_insecure_http", "base_url", "build", "builder", "clone", "configure", "core", "dangerous_http_client", "drop", "from",
    "from_env", "from_file", "into", "max_response_bytes", "new", "retry", "server", "timeout", "connect_timeout",
];
