//! The numbers at the end of a run.

use std::fmt;

use crate::diag::{Counts, counted};
use crate::model::Api;

/// The numbers of a run. Displayed as `24 files, 5 operations, 2 schemes, 3 warnings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// The generated files; `None` if nothing was generated.
    pub files: Option<usize>,
    /// The operations.
    pub operations: usize,
    /// The security schemes that operations use.
    pub schemes: usize,
    /// The diagnostics.
    pub counts: Counts,
}

impl Summary {
    pub(crate) fn new(files: Option<usize>, api: &Api, counts: Counts) -> Self {
        Self { files, operations: api.operations.len(), schemes: api.schemes.len(), counts }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(files) = self.files {
            write!(f, "{}, ", counted(files, "file"))?;
        }
        write!(f, "{}, {}", counted(self.operations, "operation"), counted(self.schemes, "scheme"))?;
        match self.counts.to_string() {
            counts if counts.is_empty() => Ok(()),
            counts => write!(f, ", {counts}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;
    use crate::diag::Counts;

    #[test]
    fn summary_omits_zero_diagnostics_and_absent_files() {
        let counts = Counts { errors: 0, skipped: 1, warnings: 2 };
        let summary = Summary { files: Some(1), operations: 2, schemes: 0, counts };
        assert_eq!(summary.to_string(), "1 file, 2 operations, 0 schemes, 1 skipped, 2 warnings");
        let summary = Summary { files: None, counts: Counts::default(), ..summary };
        assert_eq!(summary.to_string(), "2 operations, 0 schemes");
    }
}
