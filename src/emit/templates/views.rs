//! The documentation of the views, from one table (`views.tsv`) that debug builds compare with each view.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::super::view::View;

const TABLE: &str = include_str!("views.tsv");

/// A value of a view.
struct Row {
    template: &'static str,
    /// Its path, such as `schemes[].name`.
    path: &'static str,
    kind: &'static str,
    meaning: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        Some(Row { template: cells.next()?, path: cells.next()?, kind: cells.next()?, meaning: cells.next()? })
    })
}

/// Checks in debug builds that the table has exactly the values of this view. The first item of each list is compared.
pub(super) fn check(template: &str, view: &View) {
    if !cfg!(debug_assertions) {
        return;
    }
    let declared: BTreeSet<(&str, &str)> =
        rows().filter(|row| row.template == template).map(|row| (row.path, row.kind)).collect();
    compare(template, "", view, &declared);
}

fn compare(template: &str, path: &str, view: &View, declared: &BTreeSet<(&str, &str)>) {
    match view {
        View::Map(parts) => {
            let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
            let is_child = |name: &str| !name.is_empty() && !name.contains(['.', '[']);
            let children = declared.iter().filter(|(path, _)| path.strip_prefix(&prefix).is_some_and(is_child));
            let found = parts.iter().map(|(name, part)| (format!("{prefix}{name}"), kind(part)));
            let found: BTreeSet<(String, &str)> = found.collect();
            let children: BTreeSet<(String, &str)> = children.map(|(path, kind)| ((*path).to_owned(), *kind)).collect();
            debug_assert_eq!(found, children, "the view of `{template}` differs from views.tsv");
            for (name, part) in parts {
                compare(template, &format!("{prefix}{name}"), part, declared);
            }
        }
        View::List(items) => {
            items.iter().take(1).for_each(|item| compare(template, &format!("{path}[]"), item, declared))
        }
        View::Code(_) | View::Prose(_) | View::Text(_) | View::Flag(_) => {}
    }
}

fn kind(view: &View) -> &'static str {
    match view {
        View::Code(_) | View::Prose(_) => "code",
        View::Text(_) => "text",
        View::Flag(_) => "flag",
        View::List(_) => "list",
        View::Map(_) => "map",
    }
}

/// The sections of docs/TEMPLATES.md that list the views.
pub fn page(names: &[&str], version: i64) -> String {
    let mut text = format!("The version of the views is **{version}**.\n");
    for name in names {
        write!(text, "\n### `{name}`\n\n").expect("writing to a String cannot fail");
        let rows: Vec<Row> = rows().filter(|row| row.template == *name).collect();
        if rows.is_empty() {
            text.push_str("The view is empty.\n");
            continue;
        }
        text.push_str("| value | kind | meaning |\n| --- | --- | --- |\n");
        for Row { path, kind, meaning, .. } in rows {
            writeln!(text, "| `{path}` | {kind} | {meaning} |").expect("writing to a String cannot fail");
        }
    }
    text
}
