//! Generated servers with a store in memory behind each: what is added can be found, changed and removed.

pub mod books;
pub mod messages;

/// The generated server of fixtures/world/library.yaml.
pub mod library {
    include!(concat!(env!("OUT_DIR"), "/library/mod.rs"));
}

/// The generated server of fixtures/world/mailbox.yaml.
pub mod mailbox {
    include!(concat!(env!("OUT_DIR"), "/mailbox/mod.rs"));
}

/// A lock that no panic of a handler breaks for the next one.
fn locked<T>(store: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    store.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
