//! The build script of the README, with additional derives.

fn main() {
    let build = keystub::build::server("../../../fixtures/world/petshop.yaml")
        .derive_for("Status", "PartialOrd")
        .derive_for("Shelter", "zeroize::Zeroize");
    build.run().unwrap_or_else(|error| panic!("{error}"));
}
