//! What operations refer to.

use minijinja::Value;

use super::schemas::Schemas;
use super::types::Types;
use crate::model::rule::Rules;

/// The lists to which the ids of operations refer: those of the API, or those of webhooks and callbacks.
pub struct Context<'c> {
    /// The types.
    pub types: &'c Types,
    /// The security schemes.
    pub schemes: &'c [Value],
    /// The schemas as written.
    pub schemas: &'c Schemas<'c>,
    /// What is known about parameters besides their schemas.
    pub rules: &'c Rules,
}
