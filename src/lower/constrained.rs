//! The schemas of requests and responses, recorded where operations use them. A server checks the constraints of those in
//! requests.

use super::flat_schema::Located;

/// A schema that an operation uses.
pub(super) struct Constrained<'d> {
    pub(super) of: ConstrainedUse,
    pub(super) located: Located<'d>,
}

/// What an operation uses a schema for.
#[derive(Debug, Clone, Copy)]
pub(super) enum ConstrainedUse {
    /// A parameter, by the indexes of the operation and of the parameter.
    Parameter { operation: usize, index: usize },
    /// A representation of the body, by the indexes of the operation and of the representation.
    Body { operation: usize, index: usize },
    /// A representation of a response, by the indexes of the operation, of the response and of the representation.
    Response { operation: usize, response: usize, index: usize },
    /// A header field of a response, by the indexes of the operation, of the response and of the header field.
    Header { operation: usize, response: usize, index: usize },
    /// A header field of a part of the body.
    PartHeader,
}
