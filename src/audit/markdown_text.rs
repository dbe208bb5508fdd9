//! Text of a document in Markdown.

use crate::diag::escaped;

/// A text that Markdown shows as it is: no markup, no HTML, no end of a table cell.
pub fn markdown_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in escaped(text).chars() {
        if "\\`*_[]<>|#~&!".contains(c) {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}
