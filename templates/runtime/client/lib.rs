//! The runtime of API clients that keystub generates: it sends requests, encodes
//! parameters and bodies, decodes responses, and attaches credentials.
//!
//! Generated code names these modules by path, and re-exports what its users need: `Client`, `Error`, `Response`,
//! `auth::Token` and others. Use those; what else is public here may change with the generator, within the rules of
//! semantic versioning.
//!
//! Each cargo feature adds a part that not every document needs. `keystub deps` prints the features for a document.

pub mod attachments;
pub mod auth;
pub mod auth_error;
#[cfg(feature = "oauth")]
pub mod authorization_code;
#[path = "../shared/base64.rs"]
pub mod base64;
#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(all(feature = "blocking", feature = "streams"))]
pub mod blocking_streams;
#[cfg(all(feature = "multipart", not(all(target_arch = "wasm32", target_os = "unknown"))))]
pub mod body_chain;
pub mod call;
pub mod core;
pub mod credential;
#[cfg(feature = "oauth")]
pub mod device_code;
#[cfg(feature = "oauth")]
pub mod discovery;
#[cfg(feature = "streams")]
pub mod download;
#[cfg(feature = "dpop")]
pub mod dpop;
#[cfg(feature = "dpop")]
#[path = "../shared/dpop_hash.rs"]
pub mod dpop_hash;
#[cfg(feature = "dynamic")]
pub mod dynamic;
pub mod error;
#[path = "../shared/etag.rs"]
pub mod etag;
#[cfg(feature = "streams")]
pub mod event_stream;
#[cfg(feature = "oauth")]
pub mod flow_settings;
pub mod form_write;
#[path = "../shared/guarded.rs"]
pub mod guarded;
pub mod header_fields;
#[path = "../shared/header_read.rs"]
pub mod header_read;
#[path = "../shared/header_text.rs"]
pub mod header_text;
#[cfg(all(feature = "mutual-tls", not(all(target_arch = "wasm32", target_os = "unknown"))))]
pub mod identity;
#[cfg(feature = "streams")]
pub mod item_stream;
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
#[cfg(feature = "streams")]
pub mod json_sequence;
#[path = "../shared/json_tape.rs"]
pub mod json_tape;
#[path = "../shared/json_text.rs"]
pub mod json_text;
#[path = "../shared/json_tuple.rs"]
pub mod json_tuple;
#[path = "../shared/json_write.rs"]
pub mod json_write;
#[cfg(feature = "streams")]
pub mod lines;
#[path = "../shared/mapped.rs"]
pub mod mapped;
#[path = "../shared/media.rs"]
pub mod media;
#[cfg(feature = "multipart")]
pub mod multipart;
#[cfg(feature = "multipart")]
pub mod multipart_write;
#[path = "../shared/nested_write.rs"]
pub mod nested_write;
#[cfg(feature = "oauth")]
pub mod oauth;
#[path = "../shared/operation.rs"]
pub mod operation;
#[cfg(feature = "pages")]
pub mod page_number;
#[cfg(feature = "pages")]
pub mod pages;
#[path = "../shared/parameter.rs"]
pub mod parameter;
#[path = "../shared/parameter_write.rs"]
pub mod parameter_write;
#[path = "../shared/part.rs"]
pub mod part;
#[cfg(feature = "multipart")]
pub mod part_write;
#[path = "../shared/password.rs"]
pub mod password;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub mod platform;
pub mod problem;
#[cfg(feature = "webhooks")]
pub mod public_addresses;
pub mod reply;
pub mod request;
#[cfg(feature = "streams")]
pub mod resumed_events;
pub mod retry;
pub mod retry_after;
#[cfg(all(feature = "stored-credentials", not(all(target_arch = "wasm32", target_os = "unknown"))))]
pub mod secrets;
#[cfg(feature = "serde")]
#[path = "../shared/serde_forward.rs"]
pub mod serde_forward;
pub mod server_url;
pub mod service;
#[cfg(feature = "oauth")]
pub mod session;
#[cfg(feature = "telemetry")]
pub mod telemetry;
#[cfg(feature = "test-double")]
pub mod test_double;
#[cfg(feature = "chrono")]
#[path = "../shared/time.rs"]
pub mod time;
#[cfg(feature = "oauth")]
pub mod token_cache;
#[cfg(feature = "oauth")]
pub mod token_endpoint;
#[cfg(all(feature = "tower", not(all(target_arch = "wasm32", target_os = "unknown"))))]
pub mod tower;
#[cfg(feature = "telemetry")]
#[path = "../shared/trace_context.rs"]
pub mod trace_context;
pub mod transport;
#[cfg(feature = "streams")]
pub mod typed_stream;
#[cfg(feature = "uuid")]
#[path = "../shared/uuid_codec.rs"]
pub mod uuid_codec;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub mod web_fetch;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub mod web_platform;
#[cfg(feature = "webhooks")]
pub mod webhook_sender;
#[cfg(feature = "webhooks")]
#[path = "../shared/webhook_signature.rs"]
pub mod webhook_signature;

// What generated code names often has a short path, and what it names of other crates has one at all.
#[cfg(feature = "chrono")]
pub use chrono;
pub use json::{Decode, DecodeError, Encode, Node, Value, Writer};
pub use operation::{Access, KeyPlace, Operation, Scheme, SchemeKey, SchemeKind, SchemeUse, Segment};
pub use parameter::{Kind, Nested, Parameter, Place, Shape, Style, parameters};
#[cfg(feature = "uuid")]
pub use uuid;
// In WebAssembly, one module takes the place of these.
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub use web_platform as platform;
#[cfg(all(feature = "multipart", target_arch = "wasm32", target_os = "unknown"))]
pub use web_platform as body_chain;
#[cfg(all(feature = "mutual-tls", target_arch = "wasm32", target_os = "unknown"))]
pub use web_platform as identity;
pub use {bytes, reqwest, secrecy, serde, serde_json};
