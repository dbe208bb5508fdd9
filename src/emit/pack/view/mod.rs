//! The view of a pack: the whole model as values of the template engine. Texts of the document are unsafe strings, names and
//! words that keystub made are safe ones.

mod contents;
mod context;
mod operations;
mod outgoing;
mod pages;
mod parameters;
mod parts;
mod schemas;
mod security;
mod servers;
pub mod table;
mod types;

use std::collections::BTreeSet;

use minijinja::Value;

use super::names::Scope;
use crate::model::{Api, Skipped};
use crate::names::NameTable;
use crate::names::shared::with_shared_types;
use crate::options::LockedNames;
use context::Context;
use operations::operations;
use outgoing::OutgoingView;
use parts::{list, optional};
use schemas::Schemas;
use table::object;
use types::Types;

/// The view of an API. `package` is the name of the generated package.
pub fn document(whole: &Api, locked: &LockedNames, package: &str) -> Value {
    let api = &with_shared_types(whole);
    let names = &NameTable::new(api, locked);
    let (schemas, outgoing) = (Schemas::new(&whole.value_schemas), OutgoingView::new(&whole.outgoing));
    let types = Types::new(api, names);
    let mut scheme_names = Scope::default();
    let schemes = security::schemes(&api.schemes, &mut scheme_names);
    let unused = security::schemes(&api.unused_schemes, &mut scheme_names);
    let context = Context { types: &types, schemes: &schemes, schemas: &schemas, rules: &api.rules };
    let operations = operations(&api.operations, names, &context, |at| outgoing.callbacks_of(at));
    let untagged = api.operations.iter().zip(&operations).filter(|(found, _)| found.tags.is_empty());
    object(
        "document",
        [
            ("title", Value::from(api.title.as_str())),
            ("version", Value::from(api.version.as_str())),
            ("description", optional(api.description.as_deref())),
            ("package", Scope::default().names(package)),
            ("servers", servers::servers(&api.servers)),
            ("relative_server", optional(api.relative_server.as_deref())),
            ("tags", list(tags(api, &operations))),
            ("untagged", list(untagged.map(|(_, value)| value.clone()))),
            ("operations", list(operations.iter().cloned())),
            ("schemes", list(schemes.iter().cloned())),
            ("unused_schemes", list(unused)),
            ("types", types.list(api, names, &schemas)),
            ("schemas", schemas.list()),
            ("outgoing", outgoing.value()),
            ("skipped", list(api.skipped.iter().chain(&api.invalid).map(skipped))),
        ],
    )
}

fn skipped(skipped: &Skipped) -> Value {
    let Skipped { at, reason } = skipped;
    object("skipped part", [("pointer", Value::from(at.as_str())), ("reason", Value::from(reason.as_str()))])
}

/// The declared tags, then the others in the order of their first use.
fn tags(api: &Api, operations: &[Value]) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let declared = api.tags.iter().map(|tag| tag.name.as_str());
    let used = api.operations.iter().flat_map(|operation| &operation.tags).map(String::as_str);
    let names: Vec<&str> = declared.chain(used).filter(|name| seen.insert(*name)).collect();
    let mut scope = Scope::default();
    let tag = |name: &str| {
        let declared = api.tags.iter().find(|tag| tag.name == name);
        let has = |tags: &[String]| tags.iter().any(|tag| tag == name);
        let own = api.operations.iter().zip(operations).filter(|(operation, _)| has(&operation.tags));
        object(
            "tag",
            [
                ("name", Value::from(name)),
                ("names", scope.names(name)),
                ("description", optional(declared.and_then(|tag| tag.description.as_deref()))),
                ("docs_url", optional(declared.and_then(|tag| tag.docs_url.as_deref()))),
                ("pointer", optional(declared.map(|tag| tag.at.as_str()))),
                ("operations", list(own.map(|(_, value)| value.clone()))),
            ],
        )
    };
    names.into_iter().map(tag).collect()
}

/// The view of a file: the document, and what the file is about.
pub fn with_item(document: &Value, item: Option<&(&'static str, Value)>) -> Value {
    let Some((name, item)) = item else { return document.clone() };
    let keys = document.try_iter().expect("the view has names");
    let part = |key: Value| {
        let part = document.get_item(&key).expect("the key is one of the view");
        (key.to_string(), part)
    };
    let item = ((*name).to_owned(), item.clone());
    Value::from_pairs(keys.map(part).chain([item]))
}
