//! The formats in which an audit is printed.

mod json;
mod markdown;
pub mod matrix;
mod scanning;
mod text;

pub use json::json;
pub use markdown::markdown;
pub use scanning::{github, sarif};
pub use text::text;
