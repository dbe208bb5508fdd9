//! The documents have the names that matter.

#[test]
fn documents_have_the_names_of_runtime_and_templates() {
    let names = include_str!(concat!(env!("OUT_DIR"), "/names.txt"));
    for name in ["Call", "Principals", "authorize", "json_object", "Writer", "router", "credentials_from_env", "rt"] {
        assert!(names.lines().any(|line| line == name), "{name}");
    }
    assert!(names.lines().count() > 400, "{}", names.lines().count());
}
