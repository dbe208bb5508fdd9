//! Round trips of values that a tool makes from the schemas alone, without knowing the generated types.
#![deny(warnings)]

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

pub mod known;
pub mod reachable;
pub mod sample;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A value of a schema, for the side that reads it.
#[derive(Debug)]
pub struct Row {
    /// The file of the document, without folder and ending.
    pub document: String,
    /// The key of the schema.
    pub schema: String,
    /// `client` or `server`.
    pub side: String,
    /// The JSON text.
    pub json: String,
}

/// A file of this package.
pub fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// How many values are made.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// Of each schema.
    pub values: usize,
    /// The schemas of each document, if it has more.
    pub schemas: usize,
}

impl Number {
    /// This number of values of every schema.
    pub const fn of_each(values: usize) -> Self {
        Self { values, schemas: 100_000 }
    }
}

/// Values for the schemas of these documents, the same in every run. Each processor has a part of the documents.
///
/// # Panics
///
/// If Python is not installed, or cannot read the documents.
pub fn values(count: Number, documents: &[PathBuf]) -> Vec<Row> {
    let parts = std::thread::available_parallelism().map_or(1, usize::from);
    let part = |first: usize| documents.iter().skip(first).step_by(parts).cloned().collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let parts = (0..parts.min(documents.len())).map(part);
        let running: Vec<_> = parts.map(|part| scope.spawn(move || values_of_part(count, &part))).collect();
        running.into_iter().flat_map(|part| part.join().expect("the values are made")).collect()
    })
}

fn values_of_part(count: Number, documents: &[PathBuf]) -> Vec<Row> {
    let mut python = Command::new(interop::python());
    python
        .arg(own("values.py"))
        .args([count.values, count.schemas].map(|number| number.to_string()))
        .args(documents)
        .env("PYTHONIOENCODING", "utf-8");
    let output = python.env("PYTHONHASHSEED", "0").output().expect("the interpreter was just installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("values.py writes UTF-8");
    let row = |line: &str| {
        let columns: Vec<&str> = line.splitn(4, '\t').collect();
        let [document, schema, side, json] = columns[..] else { panic!("values.py wrote `{line}`") };
        Row { document: document.into(), schema: schema.into(), side: side.into(), json: json.into() }
    };
    text.lines().map(row).collect()
}

/// Whether two JSON values are equal: numbers by value, objects in any order, times by instant.
pub fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64() && !both_whole(one, other)
        }
        (Value::String(one), Value::String(other)) => one == other || is_same_time(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| is_same(value, other)))
        }
        (one, other) => one == other,
    }
}

/// Whether both are integers. These are compared exactly: as floats, some that differ would be equal.
fn both_whole(one: &serde_json::Number, other: &serde_json::Number) -> bool {
    !one.is_f64() && !other.is_f64()
}

/// Whether both texts are the same time: with `Z` or `+00:00`, and any number of digits of the second (RFC 3339,
/// section 4.3).
fn is_same_time(one: &str, other: &str) -> bool {
    let time = |text| chrono::DateTime::parse_from_rfc3339(text).ok();
    time(one).is_some_and(|one| time(other) == Some(one))
}
