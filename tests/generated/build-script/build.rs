//! The build script of the README.

fn main() {
    keystub::build::server("../../../fixtures/world/petshop.yaml").run().unwrap_or_else(|error| panic!("{error}"));
}
