//! The documentation of the view, from one table (`view.tsv`) that debug builds compare with each value.

use std::fmt::Write;

use minijinja::Value;
use minijinja::value::ValueKind;

const TABLE: &str = include_str!("../view.tsv");

/// A part of an object.
struct Row {
    object: &'static str,
    key: &'static str,
    kind: &'static str,
    meaning: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        Some(Row { object: cells.next()?, key: cells.next()?, kind: cells.next()?, meaning: cells.next()? })
    })
}

/// A value with these parts, which has a section in the table.
pub fn object<const N: usize>(section: &str, parts: [(&'static str, Value); N]) -> Value {
    debug_assert_eq!(Ok(()), check(section, &parts));
    Value::from_pairs(parts)
}

/// Compares the parts with the table.
fn check(section: &str, parts: &[(&'static str, Value)]) -> Result<(), String> {
    let declared = rows().filter(|row| row.object == section);
    let mut count = 0;
    for row in declared {
        count += 1;
        let Some((_, value)) = parts.iter().find(|(key, _)| *key == row.key) else {
            return Err(format!("`{section}` lacks `{}` of view.tsv", row.key));
        };
        if !fits(row.kind, value) {
            return Err(format!("`{section}.{}` is {value:?}, but `{}` in view.tsv", row.key, row.kind));
        }
    }
    if count == parts.len() { Ok(()) } else { Err(format!("view.tsv lacks parts of `{section}`")) }
}

fn fits(kind: &str, value: &Value) -> bool {
    if let Some(kind) = kind.strip_suffix('?') {
        return value.is_none() || fits(kind, value);
    }
    match kind {
        "text" => value.as_str().is_some() && !value.is_safe(),
        "word" => value.as_str().is_some() && value.is_safe(),
        "flag" => value.kind() == ValueKind::Bool,
        "number" => value.is_integer(),
        "value" => true,
        list => match list.strip_prefix("list of ") {
            Some(kind) => {
                value.kind() == ValueKind::Seq
                    && value.try_iter().is_ok_and(|mut items| items.all(|item| fits(kind, &item)))
            }
            None => value.kind() == ValueKind::Map,
        },
    }
}

/// The sections of docs/PACKS.md that list the view.
pub fn page(version: i64) -> String {
    let mut text = format!("The version of the view is **{version}**.\n");
    let mut section = "";
    for Row { object, key, kind, meaning } in rows() {
        if object != section {
            section = object;
            write(&mut text, format_args!("\n### {object}\n\n| value | kind | meaning |\n| --- | --- | --- |\n"));
        }
        write(&mut text, format_args!("| `{key}` | {} | {meaning} |\n", linked(kind)));
    }
    text
}

/// The kind, with a link to the section of an object.
fn linked(kind: &str) -> String {
    let (kind, optional) = kind.strip_suffix('?').map_or((kind, ""), |kind| (kind, " or none"));
    let (list, name) = kind.strip_prefix("list of ").map_or(("", kind), |name| ("list of ", name));
    match rows().any(|row| row.object == name) {
        true => format!("{list}[{name}](#{}){optional}", name.replace(' ', "-")),
        false => format!("{list}{name}{optional}"),
    }
}

fn write(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more).expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_the_table_does_not_have_are_found() {
        let word = |text: &str| Value::from_safe_string(text.to_owned());
        let parts = [("snake", word("a")), ("camel", word("a")), ("pascal", word("A")), ("kebab", word("a"))];
        assert!(check("names", &parts).unwrap_err().contains("lacks `screaming`"));
        let mut parts = parts.to_vec();
        parts.push(("screaming", Value::from("A")));
        assert!(check("names", &parts).unwrap_err().contains("but `word`"));
        parts[4].1 = word("A");
        assert_eq!(check("names", &parts), Ok(()));
        parts.push(("more", word("A")));
        assert!(check("names", &parts).unwrap_err().contains("lacks parts"));
    }

    #[test]
    fn every_object_of_the_table_has_a_section() {
        for row in rows() {
            let kind = row.kind.trim_end_matches('?');
            let name = kind.strip_prefix("list of ").unwrap_or(kind);
            let is_plain = ["text", "word", "flag", "number", "value"].contains(&name);
            assert!(is_plain || rows().any(|other| other.object == name), "{name}");
        }
    }
}
