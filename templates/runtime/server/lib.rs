//! The runtime of API servers that keystub generates: it routes requests, checks
//! credentials and scopes, reads parameters and bodies, and writes responses.
//!
//! Generated code names these modules by path, and re-exports what its users need: `Problem`, `Granted`, `Reject`,
//! `auth::JwtVerifier` and others. Use those; what else is public here may change with the generator, within the rules
//! of semantic versioning.
//!
//! Each cargo feature adds a part that not every document needs. `keystub deps` prints the features for a document.

pub mod accept;
#[cfg(feature = "api-keys")]
pub mod api_keys;
pub mod auth;
pub mod auth_challenge;
pub mod authorization;
#[path = "../shared/base64.rs"]
pub mod base64;
pub mod body;
pub mod body_form;
#[cfg(feature = "multipart")]
pub mod body_multipart;
pub mod body_stream;
pub mod call;
#[cfg(feature = "mutual-tls")]
pub mod certificates;
pub mod challenge;
pub mod credentials;
pub mod cross_site;
#[cfg(feature = "docs")]
pub mod documentation;
#[path = "../shared/etag.rs"]
pub mod etag;
pub mod fixed_query;
pub mod form_read;
#[path = "../shared/guarded.rs"]
pub mod guarded;
pub mod header_fields;
#[path = "../shared/header_read.rs"]
pub mod header_read;
#[path = "../shared/header_text.rs"]
pub mod header_text;
#[cfg(feature = "jwt")]
pub mod introspection;
#[cfg(feature = "jwt")]
pub mod introspection_cache;
#[path = "../shared/json.rs"]
pub mod json;
#[path = "../shared/json_budget.rs"]
pub mod json_budget;
#[path = "../shared/json_choice.rs"]
pub mod json_choice;
#[path = "../shared/json_error.rs"]
pub mod json_error;
#[path = "../shared/json_node.rs"]
pub mod json_node;
#[path = "../shared/json_object.rs"]
pub mod json_object;
#[path = "../shared/json_object_write.rs"]
pub mod json_object_write;
#[path = "../shared/json_parse.rs"]
pub mod json_parse;
#[path = "../shared/json_scalars.rs"]
pub mod json_scalars;
#[path = "../shared/json_scan.rs"]
pub mod json_scan;
#[path = "../shared/json_tape.rs"]
pub mod json_tape;
#[path = "../shared/json_text.rs"]
pub mod json_text;
#[path = "../shared/json_tuple.rs"]
pub mod json_tuple;
#[path = "../shared/json_write.rs"]
pub mod json_write;
#[cfg(feature = "jwt")]
pub mod jwks;
#[cfg(feature = "jwt")]
pub mod jwt;
#[cfg(feature = "jwt")]
pub mod jwt_keys;
#[path = "../shared/mapped.rs"]
pub mod mapped;
#[path = "../shared/media.rs"]
pub mod media;
#[cfg(feature = "multipart")]
pub mod multipart;
#[cfg(feature = "multipart")]
pub mod multipart_parse;
#[cfg(feature = "multipart")]
pub mod multipart_read;
#[cfg(feature = "mutual-tls")]
pub mod mutual_tls;
pub mod nested_read;
#[path = "../shared/nested_write.rs"]
pub mod nested_write;
#[path = "../shared/operation.rs"]
pub mod operation;
pub mod parameter_read;
#[path = "../shared/parameter_write.rs"]
pub mod parameter_write;
#[path = "../shared/part.rs"]
pub mod part;
#[cfg(feature = "multipart")]
pub mod part_read;
#[path = "../shared/password.rs"]
pub mod password;
#[cfg(feature = "passwords")]
pub mod password_verifier;
#[cfg(feature = "passwords")]
pub mod passwords;
#[cfg(feature = "patterns")]
pub mod pattern;
pub mod problem;
#[cfg(feature = "jwt")]
pub mod protected_resource;
pub mod refusal;
pub mod reply;
#[cfg(feature = "serve")]
pub mod request_heads;
#[cfg(feature = "serve")]
pub mod request_id;
pub mod request_parts;
pub mod route_tree;
pub mod router;
pub mod rule_number;
pub mod rules;
#[cfg(feature = "serde")]
#[path = "../shared/serde_forward.rs"]
pub mod serde_forward;
#[cfg(feature = "serve")]
pub mod serve;
#[cfg(feature = "cookies")]
pub mod set_cookie;
#[cfg(feature = "telemetry")]
pub mod telemetry;
pub mod template;
#[cfg(feature = "chrono")]
#[path = "../shared/time.rs"]
pub mod time;
#[cfg(feature = "jwt")]
pub mod token_kind;
#[cfg(feature = "telemetry")]
#[path = "../shared/trace_context.rs"]
pub mod trace_context;
#[cfg(feature = "uuid")]
#[path = "../shared/uuid_codec.rs"]
pub mod uuid_codec;
#[cfg(feature = "webhooks")]
pub mod webhook_deliveries;
#[cfg(feature = "webhooks")]
pub mod webhook_receiver;
#[cfg(feature = "webhooks")]
#[path = "../shared/webhook_signature.rs"]
pub mod webhook_signature;

// What generated code names often has a short path, and what it names of other crates has one at all.
#[cfg(feature = "chrono")]
pub use chrono;
pub use json::{Decode, DecodeError, Encode, Node, Value, Writer};
pub use operation::{
    Access, KeyPlace, Nested, Operation, Parameter, Place, Scheme, SchemeKey, SchemeKind, SchemeUse, Segment, Shape,
    Style,
};
#[cfg(feature = "uuid")]
pub use uuid;
pub use {axum, bytes, serde, serde_json};
