//! Operations: paths, methods, parameters, bodies and responses.

mod content;
mod content_direction;
mod encoding;
mod fixed_query;
mod found_operation;
mod header_field;
mod items;
mod links;
pub(super) mod methods;
pub(super) mod misspelt;
mod next_page;
mod operations;
pub(super) mod outgoing;
mod parameter;
mod path;
mod representations;
pub(super) mod route;

pub use route::Requests;

pub(super) use operations::{OperationAccess, lower, read_access};
