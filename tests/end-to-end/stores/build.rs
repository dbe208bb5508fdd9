//! Generates the servers with the current generator.

fn main() {
    for name in ["gallery", "garage", "library", "mailbox"] {
        let built = keystub::build::server(format!("../../../fixtures/world/{name}.yaml")).out_dir(name).run();
        built.unwrap_or_else(|error| panic!("{error}"));
    }
}
