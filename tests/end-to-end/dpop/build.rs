//! The client and the server of one document, and the scaffold of a server, always by the current generator.

use std::fmt::Write;
use std::path::Path;

const SPEC: &str = "../../../fixtures/ok/bound-tokens.yaml";

fn main() {
    let client = keystub::build::client(SPEC).dpop("oauth").dpop("bound").out_dir("client").run();
    let server = keystub::build::server(SPEC).dpop("oauth").dpop("bound").out_dir("server").run();
    for built in [client, server] {
        built.unwrap_or_else(|error| panic!("{error}"));
    }
    scaffold(&Path::new(&std::env::var("OUT_DIR").unwrap()).join("scaffold"));
}

/// Writes a new server as modules of one test.
fn scaffold(folder: &Path) {
    let generator = keystub::Generator::server(SPEC).dpop("oauth").dpop("bound").name("scaffold");
    let mut modules = String::new();
    for (path, text) in generator.runtime(keystub::Runtime::Crate).generate().unwrap().files() {
        let text = match path {
            "tests/authentication.rs" => text.replace("scaffold::", "crate::"),
            _ => text.to_owned(),
        };
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        if let "src/app.rs" | "src/handlers.rs" | "src/generated/mod.rs" | "tests/authentication.rs" = path {
            let name = path.trim_end_matches("/mod.rs").trim_end_matches(".rs").rsplit('/').next().unwrap();
            writeln!(modules, "#[path = {file:?}]\npub mod {name};").unwrap();
        }
    }
    std::fs::write(folder.join("modules.rs"), modules).unwrap();
}
