//! The severity of a finding.

use std::fmt;

/// How much a finding matters; ordered from the least to the most severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; often intended.
    Info,
    /// A weakness that needs other weaknesses to matter.
    Low,
    /// A weakness.
    Medium,
    /// The document lets in callers that it should refuse, or sends credentials where they can be read.
    High,
}

impl Severity {
    /// The word that is printed and that options accept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
