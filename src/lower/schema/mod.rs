//! Schemas: from the document to types.
//!
//! [`forms`] determines the form of a schema: what its keywords, references and parts describe together. [`types`] makes
//! a type of each form.

pub(super) mod choice;
mod compose;
mod constant;
mod enums;
pub(super) mod fields;
mod files;
pub(super) mod form;
pub(super) mod forms;
pub(super) mod merger;
pub(super) mod place;
pub(super) mod properties;
pub(in crate::lower) mod scalar;
mod subtypes;
pub(super) mod tags;
pub(super) mod types;
mod unions;
