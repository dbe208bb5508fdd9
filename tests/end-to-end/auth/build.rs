//! Both sides of the documents of these tests, and the scaffold of a server, always by the current generator.

mod scaffold;

use std::fmt::Write;

fn main() {
    for (spec, client, server) in [
        ("../../../fixtures/world/matrix.yaml", "client", "server"),
        ("../../../fixtures/ok/mutual-tls.yaml", "tls_client", "tls_server"),
        ("../../../fixtures/ok/authorize.yaml", "authorize_client", "authorize_server"),
    ] {
        let server = keystub::build::server(spec).serve_http2().out_dir(server);
        for built in [keystub::build::client(spec).out_dir(client).run(), server.run()] {
            built.unwrap_or_else(|error| panic!("{error}"));
        }
    }
    scaffold::write(keystub::Generator::server("../../../fixtures/ok/security-shapes.yaml"), changed);
}

/// The scaffold with a switch in each verifier.
fn changed(path: &str, text: &str) -> String {
    match path {
        "src/app.rs" => with_switches(text),
        "tests/authentication.rs" => as_functions(text),
        _ => text.to_owned(),
    }
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
