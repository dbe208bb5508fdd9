//! Generates the server of `openapi.yaml`, with its documentation and HTTP/2.

fn main() {
    let server = keystub::build::server("openapi.yaml").with_telemetry().with_docs().serve_http2();
    server.run().unwrap_or_else(|error| panic!("{error}"));
}
