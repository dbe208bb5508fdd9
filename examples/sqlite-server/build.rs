//! Generates the server of `openapi.yaml`, with its documentation.

fn main() {
    let server = keystub::build::server("openapi.yaml").with_telemetry().with_docs();
    server.run().unwrap_or_else(|error| panic!("{error}"));
}
