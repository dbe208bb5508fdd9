//! Generates client and server of the pet shop with a copy of the runtime. The other crates in tests/generated use the
//! runtime crates.

use keystub::Runtime;

fn main() {
    let spec = "../../../fixtures/world/petshop.yaml";
    for (folder, build) in [("client", keystub::build::client(spec)), ("server", keystub::build::server(spec))] {
        let build = build.runtime(Runtime::Vendored).with_serde().with_telemetry().with_test_double().with_blocking();
        let built = build.with_tower().serve_http2().out_dir(folder).run();
        built.unwrap_or_else(|error| panic!("{folder}: {error}"));
    }
    let spec = "../../../fixtures/ok/webhooks.yaml";
    for (folder, build) in [("sender", keystub::build::client(spec)), ("receiver", keystub::build::server(spec))] {
        let built =
            build.webhooks().out_dir(folder).runtime(Runtime::Vendored).with_telemetry().with_test_double().run();
        built.unwrap_or_else(|error| panic!("{folder}: {error}"));
    }
    let spec = "../../../fixtures/ok/bound-tokens.yaml";
    for (folder, build) in
        [("dpop-client", keystub::build::client(spec)), ("dpop-server", keystub::build::server(spec))]
    {
        let built = build.dpop("oauth").dpop("bound").out_dir(folder).runtime(Runtime::Vendored).run();
        built.unwrap_or_else(|error| panic!("{folder}: {error}"));
    }
    mapped("jiff", "jiff::Timestamp", "jiff::civil::Date");
    mapped("time", "time::OffsetDateTime", "time::Date");
}

/// Client and server with the types of another crate for dates, and a type of this crate for a component.
fn mapped(krate: &str, date_time: &str, date: &str) {
    let spec = "mapped.yaml";
    for (side, build) in [("client", keystub::build::client(spec)), ("server", keystub::build::server(spec))] {
        let build = build.runtime(Runtime::Vendored).map("date-time", date_time).map("date", date);
        let build = build.map("components.Money", "crate::Money").map("decimal", "String");
        let folder = format!("{krate}-{side}");
        build.out_dir(&folder).run().unwrap_or_else(|error| panic!("{folder}: {error}"));
    }
}
