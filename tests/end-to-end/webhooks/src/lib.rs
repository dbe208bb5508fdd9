//! Both generated sides of fixtures/ok/webhooks.yaml.

/// The generated sender.
pub mod sender {
    include!(concat!(env!("OUT_DIR"), "/sender/mod.rs"));
}

/// The generated receiver.
pub mod receiver {
    include!(concat!(env!("OUT_DIR"), "/receiver/mod.rs"));
}
