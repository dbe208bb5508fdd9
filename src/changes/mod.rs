//! `keystub changes`: compares two versions of a document and says what happens to clients, to servers, and to security.
//!
//! Each family of [`Kind`]s has its own file with a function from a [`versions::Versions`] to changes. Operations are
//! matched by method and path, schemes by their key.

mod access;
mod allowances;
mod bodies;
mod change;
mod contents;
pub mod format;
mod kind;
mod matching;
mod operations;
mod page;
mod parameters;
mod parts;
mod report;
mod responses;
mod routes;
mod schemas;
mod schemes;
mod semver;
mod server_urls;
mod servers;
mod versions;
mod webhooks;

pub use allowances::{Allowances, Date};
pub use kind::{Audience, Security};
pub use page::kinds_page;
pub use report::{Changes, Located};
pub use semver::Semver;
