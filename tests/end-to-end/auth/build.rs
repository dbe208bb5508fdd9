//! Both sides of the documents of these tests, and the scaffold of a server, always by the current generator.

use std::fmt::Write;
use std::path::Path;

fn main() {
    for (spec, client, server) in [
        ("../../../fixtures/world/matrix.yaml", "client", "server"),
        ("../../../fixtures/ok/mutual-tls.yaml", "tls_client", "tls_server"),
        ("../../../fixtures/ok/authorize.yaml", "authorize_client", "authorize_server"),
    ] {
        for built in
            [keystub::build::client(spec).out_dir(client).run(), keystub::build::server(spec).out_dir(server).run()]
        {
            built.unwrap_or_else(|error| panic!("{error}"));
        }
    }
    let folder = Path::new(&std::env::var("OUT_DIR").unwrap()).join("scaffold");
    scaffold("../../../fixtures/ok/security-shapes.yaml", &folder);
}

/// Writes a new server crate as modules of one test, with a switch in each verifier.
fn scaffold(spec: &str, folder: &Path) {
    let output = keystub::Generator::server(spec).name("scaffold").runtime(keystub::Runtime::Crate).generate().unwrap();
    let mut modules = String::new();
    for (path, text) in output.files() {
        let text = match path {
            "src/app.rs" => with_switches(text),
            "tests/authentication.rs" => as_functions(text),
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

/// The application with verifiers that can be made to accept everything, or any scope. Their principal is `()`.
fn with_switches(app: &str) -> String {
    let (mut text, mut verifiers) = (String::new(), Vec::new());
    for line in app.lines() {
        let verify = line.trim();
        let call = verify.strip_prefix("self.").filter(|call| call.contains(".verify("));
        if let Some((head, _)) = line.split_once('=').filter(|_| line.starts_with("    type ")) {
            writeln!(text, "{head}= ();").unwrap();
        } else if let Some((verifier, _)) = call.and_then(|call| call.split_once('.')) {
            writeln!(text, "        let verified = {verify}.map(|granted| Granted::new(()).scopes(granted.scopes));")
                .unwrap();
            writeln!(text, "        crate::changed({verifier:?}, verified)").unwrap();
            verifiers.push(verifier);
        } else {
            writeln!(text, "{line}").unwrap();
        }
    }
    writeln!(text, "\n/// The verifiers.\npub const VERIFIERS: &[&str] = &{verifiers:?};").unwrap();
    text
}

/// The tests as functions in a list: whether they pass is itself tested.
fn as_functions(tests: &str) -> String {
    let text = tests.replace("scaffold::", "crate::").replace("#[tokio::test]\n", "pub ");
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub async fn ").and_then(|rest| rest.strip_suffix("() {")))
        .collect();
    let boxed: String = names.iter().map(|name| format!("    ({name:?}, || Box::pin({name}())),\n")).collect();
    format!("{text}\n/// The tests.\npub const TESTS: &[(&str, crate::Test)] = &[\n{boxed}];\n")
}
