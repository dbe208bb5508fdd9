//! The explanation of each code: its section of `docs/ERRORS.md`.

use super::code::Code;

const PAGE: &str = include_str!("../../docs/ERRORS.md");

impl Code {
    /// The cause, an example and what to do, in Markdown.
    pub fn explanation(self) -> &'static str {
        let (_, rest) = PAGE.split_once(&format!("\n## {self}\n\n")).expect("`docs/ERRORS.md` explains every code");
        rest.split_once("\n## ").map_or(rest, |(section, _)| section)
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, PAGE};

    #[test]
    fn every_code_has_a_cause_an_example_and_a_fix() {
        let headings: Vec<&str> = PAGE.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(headings, codes, "sections in the order of the codes");
        for code in Code::ALL {
            let text = code.explanation();
            let parts: Vec<&str> = text.split("\n```").collect();
            let [cause, example, fix] = parts[..] else { panic!("{code}: {text}") };
            assert!(cause.trim().ends_with('.') && cause.len() > 20, "{code}: {cause}");
            assert!(example.starts_with("yaml\n") || example.starts_with("text\n"), "{code}: {example}");
            let fix = fix.trim().strip_prefix("Fix: ").unwrap_or_else(|| panic!("{code}: {fix}"));
            assert!(fix.ends_with('.') && fix.len() > 10, "{code}: {fix}");
        }
    }
}
