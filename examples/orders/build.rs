//! Generates a client of the API, and both sides of its webhooks.

const SPEC: &str = "openapi.yaml";

fn main() {
    let api = keystub::build::client(SPEC)
        .dpop("oauth")
        .with_telemetry()
        .with_test_double()
        .with_tower()
        .out_dir("api")
        .run();
    let sender = keystub::build::client(SPEC).webhooks().with_tower().out_dir("sender").run();
    let receiver = keystub::build::server(SPEC).webhooks().out_dir("receiver").run();
    for built in [api, sender, receiver] {
        built.unwrap_or_else(|error| panic!("{error}"));
    }
}
