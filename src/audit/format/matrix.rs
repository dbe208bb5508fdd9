//! The access matrix as text, CSV and Markdown.

use std::fmt::Write;

use super::super::markdown_text::markdown_text;
use crate::matrix::Matrix;

/// Columns for people.
pub fn text(matrix: &Matrix) -> String {
    let table = matrix.table();
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(60);
    let widths: Vec<usize> = (0..table[0].len()).map(width).collect();
    let mut text = String::new();
    for row in &table {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(text, "{}", cells.join("  ").trim_end()).expect("writing to a String cannot fail");
    }
    text + "\nThe numbers are alternatives: one of them is enough, and it requires every scheme with its number.\n"
}

/// Comma-separated values (RFC 4180). A value that a spreadsheet would read as a formula begins with an apostrophe.
pub fn csv(matrix: &Matrix) -> String {
    let value = |cell: &String| {
        let apostrophe = if cell.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
        format!("\"{apostrophe}{}\"", cell.replace('"', "\"\""))
    };
    matrix.table().iter().map(|row| row.iter().map(value).collect::<Vec<_>>().join(",") + "\r\n").collect()
}

/// A table in Markdown.
pub fn markdown(matrix: &Matrix) -> String {
    let table = matrix.table();
    let rule = "| --- ".repeat(table[0].len()) + "|\n";
    let line = |row: Vec<String>| {
        let cells: Vec<String> = row.iter().map(|cell| markdown_text(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut lines: Vec<String> = table.into_iter().map(line).collect();
    lines.insert(1, rule);
    lines.concat()
}
