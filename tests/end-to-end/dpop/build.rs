//! The client and the server of one document, and the scaffold of a server, always by the current generator.

#[path = "../auth/scaffold.rs"]
mod scaffold;

const SPEC: &str = "../../../fixtures/ok/bound-tokens.yaml";

fn main() {
    let client = keystub::build::client(SPEC).dpop("oauth").dpop("bound").out_dir("client").run();
    let server = keystub::build::server(SPEC).dpop("oauth").dpop("bound").out_dir("server").run();
    for built in [client, server] {
        built.unwrap_or_else(|error| panic!("{error}"));
    }
    scaffold::write(keystub::Generator::server(SPEC).dpop("oauth").dpop("bound"), scaffold::with_own_tests);
}
