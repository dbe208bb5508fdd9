//! `[audit]` of a configuration file, with names of rules and places.

use std::path::Path;

use crate::audit::{PublicEntry, Settings, Severity, nearest_rule, rule};
use crate::diag::{Place, Position};
use crate::document::Filters;
use crate::error::Error;
use crate::options::{Options, Written};

/// Adds the settings of the file that the options come from.
///
/// # Errors
///
/// If a rule is unknown, or the file cannot be read.
pub fn with_file(mut settings: Settings, options: &Options) -> Result<Settings, Error> {
    let Some(path) = &options.file else { return Ok(settings) };
    let text =
        std::fs::read_to_string(path).map_err(|error| Error::Io(format!("cannot read {}: {error}", path.display())))?;
    let file = File { path, text: &text };
    for rule in &options.audit.off {
        settings.off.insert(file.rule(rule)?.to_owned());
    }
    for (rule, level) in &options.audit.levels {
        let severities = [Severity::Info, Severity::Low, Severity::Medium, Severity::High];
        let severity = severities.into_iter().find(|severity| severity.as_str() == level);
        settings.levels.insert(file.rule(rule)?.to_owned(), severity.expect("the file was checked when it was read"));
    }
    for entry in &options.audit.public {
        let filters = Filters::parse(std::slice::from_ref(&entry.text), &[]).map_err(Error::Setting)?;
        settings.public.push(PublicEntry { text: entry.text.clone(), filters, place: file.place(entry) });
    }
    Ok(settings)
}

struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    /// The name of a rule that exists.
    fn rule(&self, written: &Written) -> Result<&'static str, Error> {
        let id = &written.text;
        if let Some(rule) = rule(id) {
            return Ok(rule.id);
        }
        let hint = match nearest_rule(id) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`keystub audit --rules` lists all".to_owned(),
        };
        let line = self.position(written).map(|position| format!(":{}", position.line)).unwrap_or_default();
        Err(Error::Setting(format!("{}{line}: unknown rule `{id}` in `[audit]`; {hint}", self.path.display())))
    }

    fn position(&self, written: &Written) -> Option<Position> {
        let before = self.text.get(..written.at?)?;
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Some(Position { line, column })
    }

    fn place(&self, written: &Written) -> Place {
        let position = self.position(written);
        let line = position.and_then(|position| self.text.lines().nth(position.line - 1)).unwrap_or_default();
        Place::in_text(self.path.display().to_string(), position, line)
    }
}
