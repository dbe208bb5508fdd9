//! Reads `[types]`: additions to generated types, and the types that take the place of generated ones.

use std::collections::BTreeMap;

use toml_edit::{Document, Item, TableLike};

use super::value::{Failure, dependency, start, text, texts};
use crate::document::nearest;
use crate::options::{
    AddedDependency, MappedCodec, MappedSource, MappedType, OneType, TypeOptions, attribute, derive_path, module_path,
    rust_name,
};

/// `[types]`: `derives` for all types, a table for each type by name, and what is mapped.
pub fn types(item: &Item, types: &mut TypeOptions) -> Result<(), Failure> {
    let table = item.as_table_like().ok_or((None, "`types` must be a table".to_owned()))?;
    for (key, item) in table.iter() {
        match item.as_table_like() {
            Some(table) if table.contains_key("type") => types.map(mapped(key, table)?),
            Some(_) if key.starts_with("components.") => {
                return Err((start(item), format!("`types.\"{key}\"` lacks `type`")));
            }
            Some(table) => one_type(key, table, types.by_name.entry(key.to_owned()).or_default())?,
            None if key == "derives" => types.derives = derives(item)?,
            None if key == "attributes" => types.attributes = checked("attributes", item, attribute)?,
            None if item.is_str() => {
                let path = text(key, item)?;
                types.map(MappedType::new(MappedSource::of_key(key), &path).map_err(|message| (start(item), message))?);
            }
            None => {
                return Err((
                    start(item),
                    format!(
                        "unknown key `{key}` in `[types]`; expected `derives`, `attributes`, the path of a type or a table"
                    ),
                ));
            }
        }
    }
    Ok(())
}

fn one_type(name: &str, table: &dyn TableLike, options: &mut OneType) -> Result<(), Failure> {
    for (key, item) in table.iter() {
        match key {
            "derives" => options.derives = derives(item)?,
            "attributes" => options.attributes = checked("attributes", item, attribute)?,
            "name" => options.name = Some(new_name("name", item)?),
            "fields" => names("fields", item, &mut options.fields)?,
            "variants" => names("variants", item, &mut options.variants)?,
            _ => {
                let known = ["derives", "attributes", "name", "fields", "variants"];
                let help = match nearest(key, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("expected one of {}", known.join(", ")),
                };
                return Err((start(item), format!("unknown key `{key}` in `[types.{name}]`; {help}")));
            }
        }
    }
    Ok(())
}

/// A table of Rust names.
pub fn names(key: &str, item: &Item, names: &mut BTreeMap<String, String>) -> Result<(), Failure> {
    let table = item.as_table_like().ok_or_else(|| (start(item), format!("`{key}` must be a table of names")))?;
    for (old, item) in table.iter() {
        names.insert(old.to_owned(), new_name(old, item)?);
    }
    Ok(())
}

fn new_name(key: &str, item: &Item) -> Result<String, Failure> {
    let name = text(key, item).map_err(|(_, message)| (start(item), message))?;
    rust_name(&name).map_err(|message| (start(item), message))?;
    Ok(name)
}

fn derives(item: &Item) -> Result<Vec<String>, Failure> {
    checked("derives", item, derive_path)
}

/// A list of strings that a function checks.
fn checked(key: &str, item: &Item, check: fn(&str) -> Result<(), String>) -> Result<Vec<String>, Failure> {
    let list = texts(key, item)?;
    for (text, value) in list.iter().zip(item.as_array().into_iter().flatten()) {
        check(text).map_err(|message| (value.span().map(|span| span.start), message))?;
    }
    Ok(list)
}

/// A mapped type with all its settings.
fn mapped(source: &str, table: &dyn TableLike) -> Result<MappedType, Failure> {
    let path = table.get("type").unwrap_or(&Item::None);
    let at = start(path);
    let path = text("type", path).map_err(|(_, message)| (at, message))?;
    let mut mapped = MappedType::new(MappedSource::of_key(source), &path).map_err(|message| (at, message))?;
    for (key, item) in table.iter().filter(|(key, _)| *key != "type") {
        let located = |message: String| (start(item), message);
        let read = |key: &str| text(key, item).map_err(|(_, message)| located(message));
        match key {
            "via" if table.contains_key("with") => {
                return Err(located(format!("`{source}` has both `via` and `with`; expected one of them")));
            }
            "via" => mapped.codec = codec(&read(key)?).map_err(located)?,
            "with" => mapped.codec = MappedCodec::With(module_path(&read(key)?).map_err(located)?),
            "hash" => {
                mapped.has_hash = item.as_bool().ok_or_else(|| located("`hash` must be true or false".to_owned()))?;
            }
            "dependency" => mapped.dependency = Some(line(&read(key)?).map_err(located)?),
            _ => {
                return Err(located(format!(
                    "unknown key `{key}` of `{source}` in `[types]`; expected `type`, `via`, `with`, `hash` or `dependency`"
                )));
            }
        }
    }
    Ok(mapped)
}

fn codec(name: &str) -> Result<MappedCodec, String> {
    match name {
        "text" => Ok(MappedCodec::Text),
        "serde" => Ok(MappedCodec::Serde),
        other => Err(format!("unknown codec `{other}`; expected `text` or `serde`")),
    }
}

/// A line of `[dependencies]`.
fn line(text: &str) -> Result<AddedDependency, String> {
    let expected = "`dependency` must be a line of `[dependencies]`, such as 'jiff = \"0.2\"'";
    let document = Document::parse(text).map_err(|error| format!("{expected}: {}", error.message()))?;
    let mut entries = document.iter();
    match (entries.next(), entries.next()) {
        (Some((name, item)), None) => dependency(name, item).map_err(|(_, message)| message),
        _ => Err(expected.to_owned()),
    }
}
