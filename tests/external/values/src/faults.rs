//! What the judge and keystub disagree about, and which of it is expected.

use std::collections::BTreeSet;
use std::path::Path;

use keystub::Generator;
use keystub::values::{DataFlow, Presets, Strictness, ValueUse, Values};
use serde_json::Value;

use crate::{Judge, read, uses};

/// A disagreement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The name of the document.
    pub document: String,
    /// `value`, `bound` or `invalid`: which value; `none` if there is none; `schema` if the judge cannot read the schema.
    pub what: &'static str,
    /// The pointer of the schema.
    pub schema: String,
    /// The value, and what was wrong.
    pub text: String,
}

/// What was compared.
#[derive(Debug, Default)]
pub struct Comparison {
    /// How many documents were read.
    pub documents: usize,
    /// How many values were judged.
    pub count: usize,
    /// The disagreements.
    pub faults: Vec<Fault>,
}

impl Comparison {
    /// Compares the values of a document. Documents of other versions than 3.0 and 3.1, and those that keystub rejects, are
    /// skipped.
    pub fn add(&mut self, name: &str, path: &Path) {
        let document = read(path);
        let judges = [DataFlow::Request, DataFlow::Response].map(|flow| Judge::new(&document, flow));
        let [Some(request), Some(response)] = judges else { return };
        let Ok(inspection) = Generator::client(path).inspect() else { return };
        self.documents += 1;
        let values = Values::new(inspection.api(), 1).with_strictness(Strictness::Strict);
        for (of, schema) in uses(inspection.api()) {
            let judge = match of.flow() {
                DataFlow::Request => &request,
                DataFlow::Response => &response,
            };
            let mut fault = |what, text: String| {
                self.faults.push(Fault { document: name.to_owned(), what, schema: schema.clone(), text });
            };
            match judge.validator(&schema) {
                // A place that the upgrade of the document made.
                None => {}
                Some(Err(error)) => fault("schema", error),
                Some(Ok(validator)) => {
                    self.count += compare(&values, of, &validator, &mut fault);
                }
            }
        }
    }

    /// The disagreements that no row of the table lists, and the rows that list none.
    ///
    /// # Panics
    ///
    /// If a row has other columns than document, kind, schema and reason.
    pub fn unexpected(&self, table: &str) -> Vec<String> {
        let rows = table.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let [document, what, schema, reason] = columns[..] else { panic!("{line}") };
            assert!(!reason.is_empty(), "{line}");
            (document, what, schema)
        });
        let rows: Vec<_> = rows.collect();
        let mut used = BTreeSet::new();
        let mut unexpected = Vec::new();
        for fault in &self.faults {
            let is_of = |row: &(&str, &str, &str)| {
                row.0 == fault.document && row.1 == fault.what && (row.2 == "*" || row.2 == fault.schema)
            };
            match rows.iter().position(is_of) {
                Some(index) => drop(used.insert(index)),
                None => {
                    unexpected.push(format!("{}\t{}\t{}\t{}", fault.document, fault.what, fault.schema, fault.text))
                }
            }
        }
        let unused = rows.iter().enumerate().filter(|(index, _)| !used.contains(index));
        unexpected.extend(unused.map(|(_, row)| format!("no longer needed: {row:?}")));
        unexpected
    }
}

/// Compares the values of one use; returns their number.
fn compare(
    values: &Values<'_>,
    of: ValueUse,
    validator: &jsonschema::Validator,
    fault: &mut impl FnMut(&'static str, String),
) -> usize {
    let mut count = 0;
    let valid = values.boundaries(of).into_iter().flatten().map(|variant| ("bound", variant.keyword, variant.value));
    let value = values.value(of, &Presets::default());
    let value = value.map_err(|error| fault("none", error.to_string())).ok();
    for (what, keyword, value) in value.map(|value| ("value", "", value)).into_iter().chain(valid) {
        count += 1;
        if let Err(error) = validator.validate(&value) {
            fault(what, format!("{keyword} {} {error}", shown(&value)));
        }
    }
    for variant in values.invalid(of).into_iter().flatten() {
        count += 1;
        if validator.is_valid(&variant.value) {
            fault("invalid", format!("{} at {}: {}", variant.keyword, variant.place, shown(&variant.value)));
        }
    }
    count
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(200).collect()
}
