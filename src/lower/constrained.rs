//! The schemas whose constraints a server checks, recorded where operations use them.

use super::flat_schema::Located;

/// A schema that a request uses.
pub(super) struct Constrained<'d> {
    pub(super) of: ConstrainedUse,
    pub(super) located: Located<'d>,
}

/// What a request uses a schema for.
#[derive(Debug, Clone, Copy)]
pub(super) enum ConstrainedUse {
    /// A parameter, by the indexes of the operation and of the parameter.
    Parameter { operation: usize, index: usize },
    /// A representation of the body, by the indexes of the operation and of the representation.
    Body { operation: usize, index: usize },
    /// A header field of a part of the body.
    PartHeader,
}
