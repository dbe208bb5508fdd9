//! What can go wrong between JSON and types. Messages name kinds and places, never values.

use std::fmt;

use super::json::Value;

/// JSON that is not what a type wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    /// The steps from the value to the root, innermost first.
    path: Vec<String>,
    message: String,
}

/// The most characters of a value's or variant's name that a message repeats.
const LONGEST: usize = 60;

impl DecodeError {
    /// An error with a message of its own.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { path: Vec::new(), message: message.into() }))
    }

    /// A value of another kind.
    pub fn expected(what: &str, found: &Value<'_>) -> Self {
        Self::new(format!("expected {what}, found {}", found.kind()))
    }

    /// A property that is absent.
    pub fn missing(name: &str) -> Self {
        Self::new(format!("the property `{}` is missing", cut(name)))
    }

    /// A text or number that is none of those which the document names.
    pub fn unknown_value(found: &str, expected: &[&str]) -> Self {
        let shown = expected.iter().take(8).map(|word| format!("`{}`", cut(word))).collect::<Vec<_>>().join(", ");
        let more = if expected.len() > 8 { " and others" } else { "" };
        Self::new(format!("unknown value `{}`, expected one of {shown}{more}", cut(found)))
    }

    /// A value that no variant of a union takes.
    pub fn none_fits(errors: &[Self]) -> Self {
        let shown = errors
            .iter()
            .take(8)
            .map(|error| format!("({})", shortened(&error.to_string(), 200)))
            .collect::<Vec<_>>()
            .join(", ");
        Self::new(format!("none of the {} variants fits: {shown}", errors.len()))
    }

    /// The same error one step further out.
    #[must_use]
    pub fn within(mut self, step: &str) -> Self {
        self.0.path.push(step.to_owned());
        self
    }

    /// Where the error happened, as a JSON pointer (RFC 6901).
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

/// A value that JSON cannot hold: a number that is not finite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodeError;

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON has no form for a number that is not finite")
    }
}

impl std::error::Error for EncodeError {}

/// The text, cut and without control characters: it may come from the other side.
fn cut(text: &str) -> String {
    shortened(text, LONGEST)
}

fn shortened(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}
