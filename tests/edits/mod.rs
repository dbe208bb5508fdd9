//! Seeded edits of documents: parts are removed, copied and reordered.

use serde_yaml::{Mapping, Value};

/// How many edits are made of each document.
pub const EDITS: u64 = 20;

/// A pseudorandom generator with a fixed seed, so that every run is the same.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }
}

/// The document with the edit of this number, and what was edited.
pub fn edited(document: &Value, number: u64) -> (Value, &'static str) {
    let mut random = Random(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut edited = document.clone();
    let schemas = if document.get("definitions").is_some() { &["definitions"][..] } else { &["components", "schemas"] };
    let what = match number % 5 {
        0 => reorder(&mut edited, &["paths"], &mut random).then_some("reorder paths"),
        1 => reorder(&mut edited, schemas, &mut random).then_some("reorder schemas"),
        2 => remove_path(&mut edited, &mut random).then_some("remove a path"),
        3 => copy(&mut edited, &["paths"], "/keystub-copy", &mut random).then_some("add a path"),
        _ => copy(&mut edited, schemas, "_", &mut random).then_some("add a schema"),
    };
    (edited, what.unwrap_or("nothing"))
}

fn mapping<'v>(document: &'v mut Value, keys: &[&str]) -> Option<&'v mut Mapping> {
    keys.iter().try_fold(document, |node, key| node.get_mut(*key))?.as_mapping_mut().filter(|mapping| mapping.len() > 1)
}

fn reorder(document: &mut Value, keys: &[&str], random: &mut Random) -> bool {
    let Some(mapping) = mapping(document, keys) else { return false };
    let mut entries: Vec<(Value, Value)> = std::mem::take(mapping).into_iter().collect();
    for at in (1..entries.len()).rev() {
        entries.swap(at, random.below(at + 1));
    }
    *mapping = entries.into_iter().collect();
    true
}

fn remove_path(document: &mut Value, random: &mut Random) -> bool {
    let Some(mapping) = mapping(document, &["paths"]) else { return false };
    let key = mapping.keys().nth(random.below(mapping.len())).unwrap().clone();
    mapping.shift_remove(&key);
    true
}

/// Puts a copy of an entry first, with another key that gives the same words, so that names collide.
fn copy(document: &mut Value, keys: &[&str], end: &str, random: &mut Random) -> bool {
    let Some(mapping) = mapping(document, keys) else { return false };
    let (key, value) = mapping.iter().nth(random.below(mapping.len())).unwrap();
    let (Some(name), mut value) = (key.as_str().map(|key| format!("{key}{end}")), value.clone()) else { return false };
    if mapping.contains_key(name.as_str()) {
        return false;
    }
    let operations = value.as_mapping_mut().into_iter().flat_map(|item| item.values_mut());
    operations.filter_map(Value::as_mapping_mut).for_each(|operation| _ = operation.shift_remove("operationId"));
    let mut entries: Mapping = [(Value::from(name), value)].into_iter().collect();
    entries.extend(std::mem::take(mapping));
    *mapping = entries;
    true
}
