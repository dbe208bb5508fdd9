//! What an application may still refuse when the credentials are good: rules that no document can say.

use std::fmt;

use super::auth::Denial;
use super::call::Head;

/// A call whose credentials were found good, before anything of its body is read.
pub struct Authorization<'c, P> {
    call: &'c Head,
    /// Who calls, by each scheme that was granted.
    pub principals: &'c P,
}

impl<P> fmt::Debug for Authorization<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorization({})", self.operation())
    }
}

impl<'c, P> Authorization<'c, P> {
    /// The call of these principals.
    pub fn new(call: &'c Head, principals: &'c P) -> Self {
        Self { call, principals }
    }

    /// The operation: its `operationId`, or the name made from method and path.
    pub fn operation(&self) -> &'static str {
        self.call.operation().id
    }

    /// The text of a path parameter, by its name in the document; `None` where the path has none of that name.
    pub fn path_parameter(&self, name: &str) -> Option<String> {
        self.call.path_parameter(name)
    }
}

/// The caller may not do this: 403, with no word on why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden;

impl From<Forbidden> for Denial {
    fn from(_: Forbidden) -> Self {
        Self::forbidden()
    }
}
