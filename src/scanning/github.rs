//! Workflow commands of GitHub Actions: annotations of lines.

use super::result::{Entry, Level};
use crate::diag::escaped;

/// One command for each result.
pub fn github<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> String {
    entries.into_iter().map(|entry| command(&entry)).collect()
}

fn command(entry: &Entry<'_>) -> String {
    let command = match entry.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let file = property(&entry.place.file);
    let position = entry.place.position;
    let place = position.map_or(String::new(), |position| format!(",line={},col={}", position.line, position.column));
    format!("::{command} file={file}{place},title={}::{}\n", property(entry.id), data(&entry.message))
}

/// A text without line breaks, which end a command, and with `%` escaped, because the runner decodes `%0A`.
fn data(text: &str) -> String {
    escaped(text).replace('%', "%25")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn text_of_a_document_cannot_begin_a_command() {
        assert_eq!(data("a\n::error::b%0A\r"), "a\\u{a}::error::b%250A\\u{d}");
        assert_eq!(property("a:b,c\n"), "a%3Ab%2Cc\\u{a}");
    }
}
