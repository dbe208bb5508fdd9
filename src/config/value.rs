//! Reads the values of a configuration file.

use std::path::PathBuf;

use toml_edit::{Item, Value};

use crate::document::Filters;
use crate::limits::{LimitKind, Limits};
use crate::names::package::crate_name;
use crate::options::{AddedDependency, Features, Grouping, Layout, Runtime, TargetKind, Tls};

/// The position of an error if it is known (an offset in the text), and its message.
pub type Failure = (Option<usize>, String);

/// The position of an item.
pub fn start(item: &Item) -> Option<usize> {
    item.span().map(|span| span.start)
}

pub fn text(key: &str, item: &Item) -> Result<String, Failure> {
    item.as_str().map(str::to_owned).ok_or_else(|| (None, format!("`{key}` must be a string")))
}

/// A path; an empty one is rejected.
pub fn path(key: &str, item: &Item) -> Result<PathBuf, Failure> {
    match text(key, item)? {
        empty if empty.is_empty() => Err((None, format!("`{key}` must not be empty"))),
        path => Ok(PathBuf::from(path)),
    }
}

pub fn boolean(key: &str, item: &Item) -> Result<bool, Failure> {
    item.as_bool().ok_or_else(|| (None, format!("`{key}` must be true or false")))
}

pub fn texts(key: &str, item: &Item) -> Result<Vec<String>, Failure> {
    let fail = |at| (at, format!("`{key}` must be a list of strings"));
    let list = item.as_array().ok_or_else(|| fail(start(item)))?;
    let text =
        |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| fail(value.span().map(|span| span.start)));
    list.iter().map(text).collect()
}

/// Filters of operations.
pub fn filters(key: &str, item: &Item) -> Result<Vec<String>, Failure> {
    let filters = texts(key, item)?;
    for (filter, value) in filters.iter().zip(item.as_array().into_iter().flatten()) {
        let check = Filters::parse(std::slice::from_ref(filter), &[]);
        check.map_err(|message| (value.span().map(|span| span.start), message))?;
    }
    Ok(filters)
}

/// `[dependencies]`: each a version requirement or a table, as in `Cargo.toml`.
pub fn dependencies(item: &Item, dependencies: &mut Vec<AddedDependency>) -> Result<(), Failure> {
    let table = item.as_table_like().ok_or((None, "`dependencies` must be a table".to_owned()))?;
    for (name, item) in table.iter() {
        let dependency = dependency(name, item)?;
        dependencies.retain(|other| other.name != name);
        dependencies.push(dependency);
    }
    Ok(())
}

/// One dependency.
pub fn dependency(name: &str, item: &Item) -> Result<AddedDependency, Failure> {
    let fail = |message: String| (start(item), message);
    crate_name(name).map_err(fail)?;
    let value = item.clone().into_value().ok().filter(|value| value.is_str() || value.is_inline_table());
    let Some(mut value) = value else {
        return Err(fail(format!("dependency `{name}` must be a version requirement or a table")));
    };
    value.decor_mut().clear();
    Ok(AddedDependency { name: name.to_owned(), requirement: value.to_string() })
}

/// `[limits]`: the limits that differ from the defaults.
pub fn limits(item: &Item, limits: &mut Limits) -> Result<(), Failure> {
    let table = item.as_table_like().ok_or((None, "`limits` must be a table".to_owned()))?;
    for (key, item) in table.iter() {
        let Some(limit) = LimitKind::ALL.into_iter().find(|limit| limit.name() == key) else {
            let known: Vec<&str> = LimitKind::ALL.into_iter().map(LimitKind::name).collect();
            return Err((start(item), format!("unknown limit `{key}`; expected one of {}", known.join(", "))));
        };
        let number = item.as_integer().and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0);
        let message = || format!("limit `{key}` must be an integer greater than 0");
        *limits.of_mut(limit) = number.ok_or_else(|| (start(item), message()))?;
    }
    limits.check().map_err(|message| (None, message))
}

/// Parses a layout.
///
/// # Errors
///
/// If the name is unknown.
pub fn layout(text: &str) -> Result<Layout, String> {
    match text {
        "crate" => Ok(Layout::Crate),
        "module" => Ok(Layout::Module),
        other => Err(format!("unknown layout `{other}`; expected `crate` or `module`")),
    }
}

/// Parses how operations are grouped.
///
/// # Errors
///
/// If the name is unknown.
pub fn groups(text: &str) -> Result<Grouping, String> {
    match text {
        "flat" => Ok(Grouping::Flat),
        "tags" => Ok(Grouping::Tags),
        other => Err(format!("unknown grouping `{other}`; expected `flat` or `tags`")),
    }
}

/// Parses which cargo features a crate has.
///
/// # Errors
///
/// If the name is unknown.
pub fn features(text: &str) -> Result<Features, String> {
    match text {
        "none" => Ok(Features::None),
        "tags" => Ok(Features::Tags),
        other => Err(format!("unknown features `{other}`; expected `none` or `tags`")),
    }
}

/// Parses the name of a runtime.
///
/// # Errors
///
/// If the name is unknown.
pub fn runtime(text: &str) -> Result<Runtime, String> {
    match text {
        "vendored" => Ok(Runtime::Vendored),
        "crate" => Ok(Runtime::Crate),
        other => Err(format!("unknown runtime `{other}`; expected `vendored` or `crate`")),
    }
}

/// Parses what is used for TLS.
///
/// # Errors
///
/// If the name is unknown.
pub fn tls(text: &str) -> Result<Tls, String> {
    match text {
        "rustls" => Ok(Tls::Rustls),
        "native-tls" => Ok(Tls::NativeTls),
        other => Err(format!("unknown TLS `{other}`; expected `rustls` or `native-tls`")),
    }
}

/// Parses the kind of a target.
pub fn kind(text: &str) -> Result<TargetKind, String> {
    match text {
        "client" => Ok(TargetKind::ClientReqwest),
        "server" => Ok(TargetKind::ServerAxum),
        other => Err(format!("unknown kind `{other}`; expected `client` or `server`")),
    }
}

/// The name of a layout.
pub fn layout_name(layout: Layout) -> &'static str {
    match layout {
        Layout::Crate => "crate",
        Layout::Module => "module",
    }
}

/// The name of a grouping.
pub fn groups_name(groups: Grouping) -> &'static str {
    match groups {
        Grouping::Flat => "flat",
        Grouping::Tags => "tags",
    }
}

/// The name of the features.
pub fn features_name(features: Features) -> &'static str {
    match features {
        Features::None => "none",
        Features::Tags => "tags",
    }
}

/// The name of a runtime.
pub fn runtime_name(runtime: Runtime) -> &'static str {
    match runtime {
        Runtime::Vendored => "vendored",
        Runtime::Crate => "crate",
    }
}
