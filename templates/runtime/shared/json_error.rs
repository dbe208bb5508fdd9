//! Errors of converting between JSON and types. Messages contain kinds and locations, never values.

use std::fmt;

use super::json::Node;

/// The JSON does not have the expected type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    /// The path from the value to the root, innermost first.
    path: Vec<String>,
    message: String,
}

/// The maximum number of characters of a name from the input that a message contains.
const LONGEST: usize = 60;

impl DecodeError {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { path: Vec::new(), message: message.into() }))
    }

    /// An error for a value of a different kind.
    pub fn expected<'v>(what: &str, found: impl Into<Node<'v>>) -> Self {
        Self::new(format!("expected {what}, found {}", found.into().kind()))
    }

    /// An error for a missing property.
    pub fn missing(name: &str) -> Self {
        Self::new(format!("missing property `{}`", cut(name)))
    }

    /// An error for a string or number that the document does not list.
    pub fn unknown_value(found: &str, expected: &[&str]) -> Self {
        let shown = expected.iter().take(8).map(|word| format!("`{}`", cut(word))).collect::<Vec<_>>().join(", ");
        let more = if expected.len() > 8 { " and others" } else { "" };
        Self::new(format!("unknown value `{}`, expected one of {shown}{more}", cut(found)))
    }

    /// An error for a value that does not match any variant of a union.
    pub fn none_fits(errors: &[Self]) -> Self {
        let shown = errors
            .iter()
            .take(8)
            .map(|error| format!("({})", shortened(&error.to_string(), 200)))
            .collect::<Vec<_>>()
            .join(", ");
        Self::new(format!("the value matches none of the {} variants: {shown}", errors.len()))
    }

    /// Prepends a step to the path of the error.
    #[must_use]
    pub fn within(mut self, step: &str) -> Self {
        self.0.path.push(step.to_owned());
        self
    }

    /// The location of the error as a JSON pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        let steps =
            self.0.path.iter().rev().map(|step| format!("/{}", cut(step).replace('~', "~0").replace('/', "~1")));
        steps.collect()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.path.is_empty() {
            return f.write_str(&self.0.message);
        }
        write!(f, "{}: {}", self.pointer(), self.0.message)
    }
}

impl std::error::Error for DecodeError {}

/// The value cannot be encoded as JSON: a number is not finite, or a tuple has an item after a missing one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodeError;

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a number that is not finite, or a tuple with an item after a missing one, cannot be encoded as JSON",
        )
    }
}

impl std::error::Error for EncodeError {}

/// Shortens a text and removes control characters, since it may come from the other side.
fn cut(text: &str) -> String {
    shortened(text, LONGEST)
}

fn shortened(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}
