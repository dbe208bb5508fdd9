//! The access matrix: for each operation, the alternatives with their scopes, and whether callers without credentials are
//! accepted.

use std::fmt::Write;

use super::markdown_text::markdown_text;
use super::subject::title;
use crate::diag::escaped;
use crate::model::Api;
use crate::model::security::{Access, Requirement, Scheme};

/// Operations × schemes: a cell has the scopes that the operation requires of the scheme in each alternative.
#[derive(Debug)]
pub struct Matrix {
    schemes: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    operation: String,
    id: String,
    /// For each scheme, the alternatives that use it: `1`, or `2[read, write]`.
    cells: Vec<String>,
    accepts_anonymous: bool,
}

impl Matrix {
    /// The matrix of an API.
    pub fn new(api: &Api) -> Self {
        let row = |operation| row(api, operation);
        Self { schemes: api.schemes.iter().map(heading).collect(), rows: api.operations.iter().map(row).collect() }
    }

    /// Columns for people.
    pub fn text(&self) -> String {
        let table = self.table();
        let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(60);
        let widths: Vec<usize> = (0..self.schemes.len() + 3).map(width).collect();
        let mut text = String::new();
        for row in &table {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            writeln!(text, "{}", cells.join("  ").trim_end()).expect("writing to a String cannot fail");
        }
        text + "\nThe numbers are alternatives: one of them is enough, and it requires every scheme with its number.\n"
    }

    /// Comma-separated values (RFC 4180). A value that a spreadsheet would read as a formula begins with an apostrophe.
    pub fn csv(&self) -> String {
        let value = |cell: &String| {
            let apostrophe = if cell.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
            format!("\"{apostrophe}{}\"", cell.replace('"', "\"\""))
        };
        self.table().iter().map(|row| row.iter().map(value).collect::<Vec<_>>().join(",") + "\r\n").collect()
    }

    /// A table in Markdown.
    pub fn markdown(&self) -> String {
        let table = self.table();
        let rule = "| --- ".repeat(self.schemes.len() + 3) + "|\n";
        let line = |row: Vec<String>| {
            let cells: Vec<String> = row.iter().map(|cell| markdown_text(cell)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut lines: Vec<String> = table.into_iter().map(line).collect();
        lines.insert(1, rule);
        lines.concat()
    }

    /// The head, then a row for each operation.
    pub fn table(&self) -> Vec<Vec<String>> {
        let head = ["operation".to_owned(), "id".to_owned()].into_iter().chain(self.schemes.iter().cloned());
        let head = head.chain(["anonymous".to_owned()]).collect();
        let line = |row: &Row| {
            let anonymous = if row.accepts_anonymous { "yes" } else { "no" };
            let names = [row.operation.clone(), row.id.clone()].into_iter();
            names.chain(row.cells.iter().cloned()).chain([anonymous.to_owned()]).collect()
        };
        std::iter::once(head).chain(self.rows.iter().map(line)).collect()
    }
}

/// The name of a scheme. A document does not say that its tokens are bound to a key.
fn heading(scheme: &Scheme) -> String {
    let name = escaped(&scheme.name);
    if scheme.is_bound() { format!("{name} (DPoP)") } else { name }
}

fn row(api: &Api, operation: &crate::model::operation::Operation) -> Row {
    let (any_of, accepts_anonymous): (Vec<&Requirement>, bool) = match &operation.access {
        Access::Open => (Vec::new(), true),
        Access::Guarded { any_of, or_anonymous } => (any_of.iter().collect(), *or_anonymous),
    };
    let cell = |scheme: usize| {
        let uses = any_of.iter().enumerate().flat_map(|(index, requirement)| {
            requirement.iter().filter(move |used| used.scheme.0 == scheme).map(move |used| (index + 1, &used.scopes))
        });
        let uses = uses.map(|(number, scopes)| match scopes.is_empty() {
            true => number.to_string(),
            false => format!("{number}[{}]", escaped(&scopes.join(", "))),
        });
        uses.collect::<Vec<_>>().join(" ")
    };
    let cells = (0..api.schemes.len()).map(cell).collect();
    Row { operation: escaped(&title(operation)), id: escaped(&operation.id), cells, accepts_anonymous }
}
