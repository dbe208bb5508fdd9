//! The client of the pet shop, file by file.

#[test]
fn the_client_of_the_petshop() {
    let out = keystub::Generator::client("../../../fixtures/world/petshop.yaml").name("petshop").generate().unwrap();
    let files = out.files();
    for path in ["Cargo.toml", "src/auth.rs", "src/client.rs", "src/operations.rs", "src/types.rs"] {
        insta::assert_snapshot!(path.replace('/', "__"), files[path]);
    }
}
