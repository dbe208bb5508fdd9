//! The error of a template: its file, the line, and the lines around it.

use std::fmt::{self, Write};
use std::path::Path;

use minijinja::{Error, ErrorKind};

use crate::diag::escaped;

/// How many lines are shown before and after the line of an error.
const AROUND: usize = 2;

/// Why a template cannot be used.
#[derive(Debug)]
pub struct TemplateError {
    text: String,
    is_embedded: bool,
}

impl TemplateError {
    /// The error of the engine about a template with this source; `file` is its file if it is not embedded.
    pub fn located(error: &Error, name: &str, file: Option<&Path>, source: &str) -> Self {
        let mut text = format!("template `{name}`: {}", message(error));
        let place = file.map_or_else(|| format!("{name}.j2 (embedded)"), |file| escaped(&file.to_string_lossy()));
        let start = error.range().map(|range| range.start.min(source.len()));
        let line = error.line().or_else(|| start.map(|at| source[..at].matches('\n').count() + 1));
        match line {
            Some(line) => {
                push(&mut text, &format!("\n  --> {place}:{line}"));
                excerpt(&mut text, source, line);
            }
            None => push(&mut text, &format!("\n  --> {place}")),
        }
        Self { text, is_embedded: file.is_none() }
    }

    /// An error about a whole template; `file` is its file if it is not embedded.
    pub fn of_template(name: &str, file: Option<&Path>, message: &str) -> Self {
        let place = file.map_or_else(|| format!("{name}.j2 (embedded)"), |file| escaped(&file.to_string_lossy()));
        Self { text: format!("template `{name}`: {message}\n  --> {place}"), is_embedded: file.is_none() }
    }

    /// An error about a whole file or folder.
    pub fn of_file(file: &Path, message: &str) -> Self {
        let place = escaped(&file.to_string_lossy());
        Self { text: format!("{}\n  --> {place}", message.trim_end()), is_embedded: false }
    }

    /// An error about a line of a file.
    pub fn of_line(file: &Path, source: &str, line: usize, message: &str) -> Self {
        let mut text = format!("{message}\n  --> {}:{line}", escaped(&file.to_string_lossy()));
        excerpt(&mut text, source, line);
        Self { text, is_embedded: false }
    }

    /// Whether the template is a part of keystub, so that the error is a defect.
    pub fn is_embedded(&self) -> bool {
        self.is_embedded
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for TemplateError {}

/// What happened, with the cause of an error in a call.
fn message(error: &Error) -> String {
    let detail = error.detail().map(escaped);
    let limit = match error.kind() {
        ErrorKind::OutOfFuel => Some("it takes more steps than are allowed".to_owned()),
        _ => None,
    };
    let own = limit.or(detail).unwrap_or_else(|| error.kind().to_string());
    match std::error::Error::source(error) {
        Some(cause) => format!("{own}: {}", escaped(&cause.to_string())),
        None => own,
    }
}

/// The line with a mark, between those around it.
fn excerpt(text: &mut String, source: &str, line: usize) {
    let first = line.saturating_sub(AROUND).max(1);
    for (at, shown) in source.lines().enumerate().skip(first - 1).take(line + AROUND + 1 - first) {
        let mark = if at + 1 == line { ">" } else { " " };
        let shown: String = shown.chars().take(120).collect();
        let shown = format!("\n{mark} {:>4} | {}", at + 1, escaped(&shown.replace('\t', " ")));
        push(text, shown.trim_end_matches(' '));
    }
}

fn push(text: &mut String, more: &str) {
    text.write_str(more).expect("writing to a String cannot fail");
}
