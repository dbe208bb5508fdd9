//! Values that are given: those of the path of a request, so that `GET /pets/7` yields the pet with the `id` 7.

use std::collections::BTreeMap;

use serde_json::Value;

use super::words;
use crate::model::operation::{Operation, Segment};

/// Values of properties by name. A value is used where the schema of the property allows it, as a string or as a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Presets {
    /// Of the whole value only.
    root: BTreeMap<String, String>,
    /// Of the whole value and of those within it.
    anywhere: BTreeMap<String, String>,
}

impl Presets {
    /// The values of path parameters, by their index in [`Operation::parameters`]: each is used for properties with the
    /// name of its parameter, and the last one also for `id`, if it ends the path.
    pub fn of_path(operation: &Operation, value: impl Fn(usize) -> Option<String>) -> Self {
        let mut presets = Self::default();
        for (at, segment) in operation.path.segments.iter().enumerate() {
            let Segment::Parameter(index) = segment else { continue };
            let Some(value) = value(*index) else { continue };
            presets = presets.with(&operation.parameters[*index].name, &value);
            if at + 1 == operation.path.segments.len() {
                presets.root.insert("id".to_owned(), value);
            }
        }
        presets
    }

    /// Adds the value of properties with this name; `petId` and `pet_id` are the same name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.anywhere.insert(key(name), value.to_owned());
        self
    }

    /// The values that a property may have by these presets, as JSON, the likelier first.
    pub(super) fn of(&self, name: &str, is_of_root: bool) -> Vec<Value> {
        let key = key(name);
        let text = self.anywhere.get(&key).or_else(|| self.root.get(&key).filter(|_| is_of_root));
        let Some(text) = text else { return Vec::new() };
        let number = serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
        number.into_iter().chain([Value::String(text.clone())]).collect()
    }

    /// A text that is different for different presets.
    pub(super) fn place(&self) -> String {
        if self.anywhere.is_empty() && self.root.is_empty() { String::new() } else { format!("{:?}", self.anywhere) }
    }
}

fn key(name: &str) -> String {
    words::parts(name).join("_")
}
