//! Generates the client of the pet shop. A program that only awaits its calls does not need `with_blocking`.

fn main() {
    let client = keystub::build::client("../../fixtures/world/petshop.yaml").with_blocking();
    client.run().unwrap_or_else(|error| panic!("{error}"));
}
