//! Fixed pairs in the query of a path, such as `beta=true` in `/responses?beta=true`. Together with the path they decide
//! which operation a request is for.

use super::form_read::pairs;
use super::operation::Operation;
use super::parameter::{Parameter, Place};

/// The decoded fixed pairs of an operation.
#[derive(Debug)]
pub struct FixedQuery {
    operation: &'static Operation,
    pairs: Vec<(String, String)>,
}

/// The decoded pairs of the query of a request.
#[derive(Debug)]
pub struct RequestQuery(Vec<(String, String)>);

impl RequestQuery {
    /// Parses a query; `None` if it cannot be decoded, so that it could be understood differently elsewhere.
    pub fn new(raw: &str) -> Option<Self> {
        pairs(raw).ok().map(Self)
    }

    fn values(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }
}

impl FixedQuery {
    /// The fixed pairs of this operation.
    pub fn of(operation: &'static Operation) -> Self {
        // The generator rejects a query that cannot be decoded. If it did not, the pair would match no request.
        let undecodable = || vec![("\0".to_owned(), String::new())];
        Self { operation, pairs: pairs(operation.query).unwrap_or_else(|_| undecodable()) }
    }

    /// Whether requests for the operation need no certain pairs.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Whether the request has a pair with one of these names.
    pub fn is_named_in(&self, query: &RequestQuery) -> bool {
        self.pairs.iter().any(|(name, _)| !query.values(name).is_empty())
    }

    /// Whether the request is for this operation, and not for one of those with the same path: it has each of the
    /// operation's pairs exactly once, no fixed pair of another operation unless the name is that of a parameter of this
    /// one, and not all pairs of another operation. A fixed pair with another value counts as well.
    pub fn is_meant<'f>(&self, query: &RequestQuery, mut all: impl Iterator<Item = &'f FixedQuery>) -> bool {
        let has_own = self.pairs.iter().all(|(name, value)| query.values(name) == [value]);
        has_own && !all.any(|other| self.is_excluded_by(other, query))
    }

    /// Whether the request has a pair that belongs to this other operation only.
    fn is_excluded_by(&self, other: &FixedQuery, query: &RequestQuery) -> bool {
        let is_own = |name: &str| self.pairs.iter().any(|(own, _)| own == name);
        let mut names = other.pairs.iter().map(|(name, _)| name.as_str()).filter(|name| !is_own(name)).peekable();
        let has_all =
            |fixed: &FixedQuery| fixed.pairs.iter().all(|(name, value)| query.values(name).contains(&value.as_str()));
        (names.peek().is_some() && has_all(other))
            || names.any(|name| !query.values(name).is_empty() && !self.declares(name))
    }

    /// Whether a pair with this name can belong to a parameter of the operation.
    fn declares(&self, name: &str) -> bool {
        let takes = |parameter: &Parameter| match parameter.is_spread() {
            true => !parameter.is_other(name),
            false => name.strip_prefix(parameter.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('[')),
        };
        self.operation.parameters.iter().any(|parameter| parameter.place == Place::Query && takes(parameter))
    }
}
