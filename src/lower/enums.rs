//! `enum`: a fixed set of texts or of integers.

use serde_json::Value;

use super::view::View;
use crate::model::schema::{Enum, EnumValue};

/// The values of an `enum`, each once; `None` where they are neither all texts nor all integers.
pub(super) fn lower(view: &View<'_>) -> Option<Enum> {
    let is_text = matches!(view.kind, Some("string") | None) && rest(view).all(Value::is_string);
    let is_integer = matches!(view.kind, Some("integer" | "number") | None) && rest(view).all(Value::is_i64);
    if is_text {
        let texts = collect(view, |value| value.as_str().map(str::to_owned));
        Some(Enum::Text(texts))
    } else if is_integer {
        Some(Enum::Integer(collect(view, Value::as_i64)))
    } else {
        None
    }
}

fn rest<'v>(view: &'v View<'_>) -> impl Iterator<Item = &'v Value> {
    view.values.iter().filter(|value| !value.is_null())
}

fn collect<T: Clone + Ord>(view: &View<'_>, wire: impl Fn(&Value) -> Option<T>) -> Vec<EnumValue<T>> {
    let names = names(view);
    let mut seen = std::collections::BTreeSet::new();
    let mut values = Vec::new();
    for (index, value) in view.values.iter().enumerate() {
        let Some(wire) = wire(value) else { continue };
        if seen.insert(wire.clone()) {
            let pinned = names.and_then(|names| names[index].as_str()).map(str::to_owned);
            values.push(EnumValue { wire, pinned });
        }
    }
    values
}

/// `x-enum-varnames` or `x-enumNames`, where there is one name a value.
fn names<'d>(view: &View<'d>) -> Option<&'d Vec<Value>> {
    let extensions = &view.data.extensions;
    let names = ["x-enum-varnames", "x-enumNames"].iter().find_map(|key| extensions.get(*key))?;
    names.as_array().filter(|names| names.len() == view.values.len())
}
