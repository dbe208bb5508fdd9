//! Generates client and server of the pet shop with a copy of the runtime. The other crates in tests/generated use the
//! runtime crates.

use keystub::Runtime;

fn main() {
    let spec = "../../../fixtures/world/petshop.yaml";
    for (folder, build) in [("client", keystub::build::client(spec)), ("server", keystub::build::server(spec))] {
        let built = build.out_dir(folder).runtime(Runtime::Vendored).with_serde().run();
        built.unwrap_or_else(|error| panic!("{folder}: {error}"));
    }
}
