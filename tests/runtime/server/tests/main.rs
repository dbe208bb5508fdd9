//! Tests of the server runtime. They are one program, because each program links the runtime again.

mod accept;
mod authority;
mod bearer_places;
mod challenges;
mod credentials;
mod cross_site;
mod documentation;
#[path = "dpop/main.rs"]
mod dpop;
mod evaluator;
mod fail_closed;
mod fixed_query;
mod framing;
#[path = "http2/main.rs"]
mod http2;
#[path = "introspection/main.rs"]
mod introspection;
mod item_streams;
mod jwks;
#[path = "jwt/main.rs"]
mod jwt;
#[path = "../../../listed.rs"]
mod listed;
mod mutual_tls;
mod pipes;
mod protected_resource;
mod request_body_timeout;
mod request_id;
#[path = "router/main.rs"]
mod router;
mod rules;
mod serve;
mod spans;
mod spelling;
mod stores;
mod template;

/// The file with a separate program: tracing caches for the whole process whether an event is enabled.
const ALONE: &str = "cross_site_log";

#[test]
fn every_file_is_a_module() {
    listed::assert_complete(env!("CARGO_MANIFEST_DIR"), include_str!("main.rs"), &[ALONE]);
}
