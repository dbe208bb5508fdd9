//! The parts of a query expression (RFC 9535, section 2).

use super::super::tree::Node;

/// A query: where it starts and its segments.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) start: Start,
    pub(super) segments: Vec<Segment>,
}

/// Where a query starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// `$`
    Root,
    /// `@`
    Current,
}

#[derive(Debug, Clone)]
pub(super) enum Segment {
    Child(Vec<Selector>),
    /// `..`
    Descendant(Vec<Selector>),
}

#[derive(Debug, Clone)]
pub(super) enum Selector {
    Name(String),
    Wildcard,
    Index(i64),
    Slice { start: Option<i64>, end: Option<i64>, step: Option<i64> },
    Filter(Condition),
}

/// A logical expression.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    Any(Vec<Condition>),
    All(Vec<Condition>),
    Not(Box<Condition>),
    Exists(Query),
    Compare(Comparable, Comparison, Comparable),
    Matches(PatternTest),
}

/// `match` and `search`.
#[derive(Debug, Clone)]
pub(super) struct PatternTest {
    pub(super) is_whole: bool,
    pub(super) text: Box<Comparable>,
    pub(super) pattern: Box<Comparable>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An expression with a value, or with none.
#[derive(Debug, Clone)]
pub(super) enum Comparable {
    Literal(Node),
    /// A query with at most one node.
    Singular(Query),
    Length(Box<Comparable>),
    Count(Query),
    Value(Query),
}

impl Query {
    /// Whether it selects at most one node by its form (RFC 9535, section 2.3.5.1).
    pub(super) fn is_singular(&self) -> bool {
        self.segments.iter().all(|segment| match segment {
            Segment::Child(selectors) => matches!(selectors.as_slice(), [Selector::Name(_) | Selector::Index(_)]),
            Segment::Descendant(_) => false,
        })
    }
}
