//! Generates a second client, next to that of the pet shop.

fn main() {
    let build = keystub::build::client("../../../fixtures/world/library.yaml").out_dir("library");
    build.run().unwrap_or_else(|error| panic!("{error}"));
}
