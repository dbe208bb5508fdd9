//! Generates the client of the page: two operations of the pet shop, because a browser loads all of the code.

fn main() {
    // On other targets the crate is empty: a build of the workspace generates nothing here.
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    let client = keystub::build::client("../../fixtures/world/petshop.yaml").with_wasm();
    client.only("id:listPets").only("id:createPet").run().unwrap_or_else(|error| panic!("{error}"));
}
