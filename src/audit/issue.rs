//! What a rule finds: an issue, before its line is looked up.

use super::severity::Severity;
use crate::diag::Pointer;

/// A violation of a rule. Issues of one rule with the same place and message are one finding that reaches the operations
/// of all of them.
#[derive(Debug, Clone)]
pub struct Issue {
    /// The node that causes it.
    pub at: Pointer,
    /// The severity, if it differs from that of the rule.
    pub severity: Option<Severity>,
    /// One sentence: what was found and why it matters.
    pub message: String,
    /// The indices in [`crate::model::Api::operations`] of the operations that it reaches.
    pub operations: Vec<usize>,
    /// Whether the line contains a credential, so that it must not be printed.
    pub is_secret: bool,
}

impl Issue {
    /// An issue with the severity of its rule that reaches no operation.
    pub fn new(at: Pointer, message: impl Into<String>) -> Self {
        Self { at, severity: None, message: message.into(), operations: Vec::new(), is_secret: false }
    }

    /// Adds an operation that it reaches.
    pub fn reaching(mut self, operation: usize) -> Self {
        self.operations.push(operation);
        self
    }

    /// Hides the line, which contains a credential.
    pub fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// Replaces the severity of the rule.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}
