//! The checked-in output in tests/generated is up to date; `KEYSTUB_UPDATE=1` updates it.

use std::path::Path;

use keystub::Generator;

#[test]
fn checked_in_output_is_up_to_date() {
    let spec = "fixtures/world/petshop.yaml";
    for (folder, generator) in
        [("petshop-client", Generator::client(spec)), ("petshop-server", Generator::server(spec))]
    {
        let made = generator.generate().unwrap();
        let out = Path::new("tests/generated").join(folder);
        if std::env::var_os("KEYSTUB_UPDATE").is_some() {
            made.file_set().write(&out).unwrap();
        }
        let drift = made.file_set().check(&out).unwrap();
        assert!(drift.is_empty(), "{folder}: run with KEYSTUB_UPDATE=1 and look at what changed\n{drift}");
    }
}
