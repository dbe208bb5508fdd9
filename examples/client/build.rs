//! Generates the client of the pet shop.

fn main() {
    keystub::build::client("../../fixtures/world/petshop.yaml").run().unwrap_or_else(|error| panic!("{error}"));
}
