//! Generates the server of `openapi.yaml`.

fn main() {
    keystub::build::server("openapi.yaml").with_telemetry().run().unwrap_or_else(|error| panic!("{error}"));
}
