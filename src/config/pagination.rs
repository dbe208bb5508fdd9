//! Reads `[pagination]`.

use std::collections::BTreeMap;

use toml_edit::Item;

use super::value::{self, Failure, start};
use crate::document::nearest;
use crate::options::Pagination;

/// `[pagination]`: a table for each operation, which replaces one that was read before.
pub fn pagination(item: &Item, all: &mut BTreeMap<String, Pagination>) -> Result<(), Failure> {
    let table = item.as_table_like().ok_or((None, "`pagination` must be a table of operations".to_owned()))?;
    for (operation, item) in table.iter() {
        all.insert(operation.to_owned(), one(operation, item)?);
    }
    Ok(())
}

fn one(operation: &str, item: &Item) -> Result<Pagination, Failure> {
    let fail = |item: &Item, message: String| (start(item), message);
    let table = item.as_table_like().ok_or_else(|| fail(item, format!("`pagination.{operation}` must be a table")))?;
    let mut pagination = Pagination::default();
    for (key, item) in table.iter() {
        if key == Pagination::FIRST {
            let number = item.as_integer().and_then(|number| u64::try_from(number).ok());
            pagination.first =
                Some(number.ok_or_else(|| fail(item, format!("`{key}` must be an integer of at least 0")))?);
        } else if let Some(text) = pagination.text_mut(key) {
            *text = Some(value::text(key, item).map_err(|(_, message)| fail(item, message))?);
        } else {
            let help = match nearest(key, Pagination::KEYS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("expected one of {}", Pagination::KEYS.join(", ")),
            };
            return Err(fail(item, format!("unknown key `{key}` in `[pagination.{operation}]`; {help}")));
        }
    }
    Ok(pagination)
}
