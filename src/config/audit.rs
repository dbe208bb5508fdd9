//! Reads `[audit]`.

use toml_edit::{Item, Value};

use super::value::{self, Failure, start};
use crate::document::nearest;
use crate::options::{AuditOptions, Written};

/// The severities.
pub const LEVELS: [&str; 4] = ["high", "medium", "low", "info"];

const KEYS: [&str; 3] = ["off", "level", "public"];

/// `[audit]`. Names of rules are checked by the audit, which knows them.
pub fn audit(item: &Item, audit: &mut AuditOptions) -> Result<(), Failure> {
    let table = item.as_table_like().ok_or((None, "`audit` must be a table".to_owned()))?;
    for (key, item) in table.iter() {
        let located = |(at, message): Failure| (at.or_else(|| start(item)), message);
        match key {
            "off" => audit.off = written(key, item).map_err(located)?,
            "public" => {
                value::filters(key, item).map_err(located)?;
                audit.public = written(key, item).map_err(located)?;
            }
            "level" => audit.levels = levels(item).map_err(located)?,
            other => return Err((start(item), unknown(other))),
        }
    }
    Ok(())
}

fn unknown(key: &str) -> String {
    match nearest(key, KEYS) {
        Some(near) => format!("unknown key `{key}` in `[audit]`; did you mean `{near}`?"),
        None => format!("unknown key `{key}` in `[audit]`; expected one of {}", KEYS.join(", ")),
    }
}

/// A list of strings with their places.
fn written(key: &str, item: &Item) -> Result<Vec<Written>, Failure> {
    let texts = value::texts(key, item)?;
    let places = item.as_array().into_iter().flatten().map(|value: &Value| value.span().map(|span| span.start));
    Ok(texts.into_iter().zip(places).map(|(text, at)| Written { text, at }).collect())
}

/// `level`: a severity for each rule.
fn levels(item: &Item) -> Result<Vec<(Written, String)>, Failure> {
    let table = item.as_table_like().ok_or((None, "`level` must be a table of rules and severities".to_owned()))?;
    let level = |(rule, item): (&str, &Item)| {
        let fail = |message: String| (start(item), message);
        let level = value::text(rule, item).map_err(|(_, message)| fail(message))?;
        if !LEVELS.contains(&level.as_str()) {
            return Err(fail(format!("unknown severity `{level}` of `{rule}`; expected one of {}", LEVELS.join(", "))));
        }
        Ok((Written { text: rule.to_owned(), at: start(item) }, level))
    };
    table.iter().map(level).collect()
}
