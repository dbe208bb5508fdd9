//! The build script of the README, with additional derives; and two more modules in the same crate: the client of the same
//! document, the server of another one, and a client whose operations are grouped by tag.

fn main() {
    let petshop = "../../../fixtures/world/petshop.yaml";
    let builds = [
        keystub::build::server(petshop).derive_for("Status", "PartialOrd").derive_for("Shelter", "zeroize::Zeroize"),
        keystub::build::client(petshop).with_tower().out_dir("client"),
        keystub::build::server("../../../fixtures/ok/base-path.yaml").out_dir("second"),
        keystub::build::client("../../../fixtures/ok/tags.yaml").groups(keystub::Grouping::Tags).out_dir("grouped"),
    ];
    for build in builds {
        build.run().unwrap_or_else(|error| panic!("{error}"));
    }
}
