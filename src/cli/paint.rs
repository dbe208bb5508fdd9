//! Text on standard error, with colors if it is a terminal. `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE` have their usual
//! meaning.

use std::fmt::Write;
use std::io::Write as _;

const RESET: &str = "\x1b[0m";
const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const BLUE: &str = "\x1b[1;34m";

/// Prints lines to standard error. Texts of documents in them are escaped already.
pub(super) fn print(text: &str) {
    // If standard error is closed, there is no place to report that.
    let _ = anstream::stderr().lock().write_all(painted(text).as_bytes());
}

/// The text with the colors of rustc: levels, frames, and the text at the caret.
fn painted(text: &str) -> String {
    let mut painted = String::new();
    let mut level = RED;
    for line in text.lines() {
        let write = &mut painted;
        match parts(line) {
            Part::Head(head, color, rest) => {
                level = color;
                writeln!(write, "{color}{head}{RESET}{BOLD}{rest}{RESET}")
            }
            Part::Frame(frame, rest) => match rest.trim_start().starts_with('^') && frame.trim() == "|" {
                true => writeln!(write, "{BLUE}{frame}{RESET}{level}{rest}{RESET}"),
                false => writeln!(write, "{BLUE}{frame}{RESET}{rest}"),
            },
            Part::Plain => writeln!(write, "{line}"),
        }
        .expect("writing to a String cannot fail");
    }
    painted
}

/// A line of a diagnostic.
enum Part<'l> {
    /// The level with its code and color, and the message.
    Head(&'l str, &'static str, &'l str),
    /// An arrow or a line number, and what follows.
    Frame(&'l str, &'l str),
    Plain,
}

fn parts(line: &str) -> Part<'_> {
    for (level, color) in [("error", RED), ("warning", YELLOW), ("skipped", YELLOW)] {
        let Some(rest) = line.strip_prefix(level) else { continue };
        let end = match rest.as_bytes().first() {
            Some(b':') => Some(0),
            Some(b'[') => rest.find("]:").map(|end| end + 1),
            _ => None,
        };
        if let Some(end) = end {
            let (head, message) = line.split_at(level.len() + end);
            return Part::Head(head, color, message);
        }
    }
    for mark in ["  --> ", "      | ", "      = "] {
        if line.starts_with(mark) {
            let (frame, rest) = line.split_at(mark.len());
            return Part::Frame(frame, rest);
        }
    }
    match line.split_once(" |") {
        Some((number, _)) if !number.is_empty() && number.trim().bytes().all(|byte| byte.is_ascii_digit()) => {
            let (frame, rest) = line.split_at(number.len() + " |".len());
            Part::Frame(frame, rest)
        }
        _ => Part::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::painted;

    #[test]
    fn diagnostics_have_the_colors_of_their_level() {
        let text =
            "warning[x-y]: m `error: a`\n  --> api.yaml:1:2  (#/a)\n    1 | a: 1\n      |    ^ help\n\n1 warning\n";
        let expected = "\x1b[1;33mwarning[x-y]\x1b[0m\x1b[1m: m `error: a`\x1b[0m\n\x1b[1;34m  --> \x1b[0mapi.yaml:1:2  (#/a)\n\
                        \x1b[1;34m    1 |\x1b[0m a: 1\n\x1b[1;34m      | \x1b[0m\x1b[1;33m   ^ help\x1b[0m\n\n1 warning\n";
        assert_eq!(painted(text), expected);
    }
}
