//! How the pages of lists are requested, if a user says it: by `x-pagination` in the document, or in the configuration. Both
//! take precedence over what the document says by links.

pub mod field_path;
mod resolve;

use crate::diag::print::excerpt;
use crate::diag::{Code, Report};
use crate::document::tree::{Node, Object};
use crate::document::{Document, nearest};
use crate::model::Api;
use crate::model::operation::Operation;
use crate::options::{Options, Pagination};

/// The extension of an operation.
const EXTENSION: &str = "x-pagination";

/// Reads `x-pagination` of all operations. One that does not describe how pages are requested is reported and ignored.
pub fn read(document: &Document, api: &mut Api, report: &mut Report) {
    for index in 0..api.operations.len() {
        let at = api.operations[index].at.child(EXTENSION);
        let Some(node) = document.node(&at) else { continue };
        let resolved = match node.as_object() {
            Some(object) => written(object).and_then(|pagination| resolve::resolve(api, index, &pagination)),
            None => Err(format!("expected an object, found {}", node.kind())),
        };
        match resolved {
            Ok(pages) => set(&mut api.operations[index], pages),
            Err(message) => {
                report.warning(Code::BadPagination, &at, format!("`{EXTENSION}` is ignored: {message}"));
            }
        }
    }
}

/// Sets what the configuration says.
///
/// # Errors
///
/// If an operation does not exist, or its pages cannot be requested in this way.
pub fn apply(api: &mut Api, options: &Options) -> Result<(), String> {
    for (key, pagination) in &options.pagination {
        let is_it = |own: &Operation| own.id == *key || own.title() == *key;
        let Some(index) = api.operations.iter().position(is_it) else {
            let what = format!("`{}` in `[pagination]` is not an operation", key.escape_debug());
            let near = nearest(key, api.operations.iter().map(|operation| operation.id.as_str()));
            return Err(near.map_or(what.clone(), |near| format!("{what}; did you mean `{near}`?")));
        };
        let pages = resolve::resolve(api, index, pagination);
        let pages = pages.map_err(|message| format!("`{}` in `[pagination]`: {message}", key.escape_debug()))?;
        set(&mut api.operations[index], pages);
    }
    Ok(())
}

fn set(operation: &mut Operation, pages: resolve::Pages) {
    operation.next = Some(pages.next);
    operation.page_items = pages.items;
}

/// What an `x-pagination` says, as written.
fn written(object: &Object) -> Result<Pagination, String> {
    let mut pagination = Pagination::default();
    for (key, value) in object {
        if key == Pagination::FIRST {
            let Node::Integer(number) = value else {
                return Err(format!("`{key}` must be an integer, found {}", value.kind()));
            };
            let number = u64::try_from(*number).map_err(|_| format!("`{key}` must be an integer of at least 0"))?;
            pagination.first = Some(number);
        } else if let Some(text) = pagination.text_mut(key) {
            let found = value.as_str().ok_or_else(|| format!("`{key}` must be a string, found {}", value.kind()))?;
            *text = Some(found.to_owned());
        } else {
            let key = excerpt(key);
            return Err(match nearest(&key, Pagination::KEYS) {
                Some(near) => format!("unknown key `{key}`; did you mean `{near}`?"),
                None => format!("unknown key `{key}`; expected one of {}", Pagination::KEYS.join(", ")),
            });
        }
    }
    Ok(pagination)
}
