//! Compares values before and after a round trip, with a list of the known differences.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Row, is_same, own};

type Key = (String, String, String);

/// The results of a number of values.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The number of values.
    pub count: usize,
    /// Their types: document and schema.
    pub types: BTreeSet<(String, String)>,
    faults: BTreeMap<Key, String>,
}

impl Comparison {
    /// Adds a value with the result of its round trip.
    ///
    /// # Panics
    ///
    /// If one of them is not JSON.
    pub fn add(&mut self, row: Row, back: Result<String, String>) {
        let sent: Value = serde_json::from_str(&row.json).expect("the values are JSON");
        // A type is never `null`: its uses say whether they accept null.
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

    /// Checks that the differences are exactly those listed in this file.
    ///
    /// # Panics
    ///
    /// If they are not.
    pub fn assert_known(&self, file: &str) {
        let table = std::fs::read_to_string(own(file)).expect("the list is next to the manifest");
        let rows = table.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            (columns[0].to_owned(), columns[1].to_owned(), columns[2].to_owned())
        });
        let known: BTreeSet<Key> = rows.collect();
        let new: Vec<&str> =
            self.faults.iter().filter(|(key, _)| !known.contains(*key)).map(|(_, fault)| fault.as_str()).collect();
        assert!(new.is_empty(), "{} of {} values:\n{}", new.len(), self.count, new.join("\n"));
        let needless: Vec<&Key> = known.iter().filter(|key| !self.faults.contains_key(*key)).collect();
        assert!(needless.is_empty(), "remove these rows, their values no longer change: {needless:?}");
    }
}
