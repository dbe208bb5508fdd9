//! What came back is held to what went in, and to the list of what cannot come back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Row, is_same, own};

type Key = (String, String, String);

/// Values as they came back.
#[derive(Debug, Default)]
pub struct Comparison {
    /// How many there were.
    pub count: usize,
    /// The types that they were of.
    pub types: BTreeSet<(String, String)>,
    faults: BTreeMap<Key, String>,
}

impl Comparison {
    /// Adds a value with what came back of it.
    ///
    /// # Panics
    ///
    /// When one of both is no JSON.
    pub fn add(&mut self, row: Row, back: Result<String, String>) {
        let sent: Value = serde_json::from_str(&row.json).expect("the values are JSON");
        // A type is never `null` itself: that stands where the type is used.
        if sent.is_null() {
            return;
        }
        self.count += 1;
        self.types.insert((row.document.clone(), row.schema.clone()));
        let fault = match back {
            Ok(text) if is_same(&sent, &serde_json::from_str(&text).expect("types write JSON")) => return,
            Ok(text) => format!("came back as {text}"),
            Err(error) => error,
        };
        let fault = format!("{} {} {} {}\n    {fault}", row.document, row.schema, row.side, row.json);
        self.faults.entry((row.document, row.schema, row.side)).or_insert(fault);
    }

    /// Holds the faults to the list of this file: none is new, and no row is needless.
    ///
    /// # Panics
    ///
    /// When it is not so.
    pub fn assert_known(&self, file: &str) {
        let table = std::fs::read_to_string(own(file)).expect("the list stands beside the manifest");
        let rows = table.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            (columns[0].to_owned(), columns[1].to_owned(), columns[2].to_owned())
        });
        let known: BTreeSet<Key> = rows.collect();
        let new: Vec<&str> =
            self.faults.iter().filter(|(key, _)| !known.contains(*key)).map(|(_, fault)| fault.as_str()).collect();
        assert!(new.is_empty(), "{} of {} values:\n{}", new.len(), self.count, new.join("\n"));
        let needless: Vec<&Key> = known.iter().filter(|key| !self.faults.contains_key(*key)).collect();
        assert!(needless.is_empty(), "these come back whole by now: {needless:?}");
    }
}
