//! `--explain CODE`: the documentation of a diagnostic.

use crate::diag::Code;
use crate::document::nearest;

/// Parses a code.
pub(super) fn code(text: &str) -> Result<Code, String> {
    if let Some(code) = Code::ALL.iter().find(|code| code.as_str() == text) {
        return Ok(*code);
    }
    match nearest(text, Code::ALL.iter().map(|code| code.as_str())) {
        Some(near) => Err(format!("unknown code; did you mean `{near}`?")),
        None => {
            Err("unknown code; docs/ERRORS.md lists all codes, and docs/RULES.md the rules of `keystub audit`"
                .to_owned())
        }
    }
}

/// What is printed for a code.
pub(super) fn text(code: Code) -> String {
    format!("# {code}\n\n{}", code.explanation())
}
