//! Both sides of the documents of these tests, always by the current generator.

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
}
