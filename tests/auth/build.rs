//! Both sides of the matrix document, always by the current generator.

fn main() {
    let spec = "../../fixtures/world/matrix.yaml";
    for built in
        [keystub::build::client(spec).out_dir("client").run(), keystub::build::server(spec).out_dir("server").run()]
    {
        built.unwrap_or_else(|error| panic!("{error}"));
    }
}
