//! Changes of the schemas that requests and responses reach.
//!
//! A request must still accept what clients send (contravariant), a response must not contain what clients do not expect
//! (covariant). Types of the model are compared, so it does not matter whether a schema is inline or a reference, nor
//! what its key is. Each pair of named types is compared once for each direction; its changes are those of all
//! operations that reach it.

mod choices;
mod form;
mod implied;
mod kinds;
mod limits;
mod lists;
mod objects;
mod place;
mod roots;
mod site;
mod unions;
mod values;
mod walk;

pub use kinds::KINDS;
pub use roots::changes;
