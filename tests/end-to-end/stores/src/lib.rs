//! Generated servers with an in-memory store: items can be added, read, changed and removed.

pub mod books;
pub mod cars;
pub mod messages;
pub mod pictures;

/// The generated server of fixtures/world/gallery.yaml.
pub mod gallery {
    include!(concat!(env!("OUT_DIR"), "/gallery/mod.rs"));
}

/// The generated server of fixtures/world/garage.yaml.
pub mod garage {
    include!(concat!(env!("OUT_DIR"), "/garage/mod.rs"));
}

/// The generated server of fixtures/world/library.yaml.
pub mod library {
    include!(concat!(env!("OUT_DIR"), "/library/mod.rs"));
}

/// The generated server of fixtures/world/mailbox.yaml.
pub mod mailbox {
    include!(concat!(env!("OUT_DIR"), "/mailbox/mod.rs"));
}

/// Locks a store. A panic of one handler does not poison it for the next.
fn locked<T>(store: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    store.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
