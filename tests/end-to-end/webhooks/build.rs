//! The sender and the receiver of one document, and the scaffold of a receiver, always by the current generator.

#[path = "../auth/scaffold.rs"]
mod scaffold;

const SPEC: &str = "../../../fixtures/ok/webhooks.yaml";

fn main() {
    let sender = keystub::build::client(SPEC).webhooks().out_dir("sender").run();
    let receiver = keystub::build::server(SPEC).webhooks().out_dir("receiver").run();
    for built in [sender, receiver] {
        built.unwrap_or_else(|error| panic!("{error}"));
    }
    scaffold::write(keystub::Generator::server(SPEC).webhooks(), scaffold::with_own_tests);
}
