//! `Cargo.toml`, written with `toml_edit` values only, so that no text of the document can leave its quotes.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

use super::Settings;
use super::needs::Needs;
use super::{Dependency, dependencies, runtime_crate};
use crate::rust::Context;

/// The manifest of a client.
pub fn client(context: &Context<'_>, settings: &Settings, needs: &Needs) -> String {
    let mut document = package(context, settings, "client");
    document["lib"] = Item::Table(doctest_off());
    add_serde(&mut document, context, settings, needs);
    document["dependencies"] = Item::Table(table(&dependencies::of(context.side, settings, needs)));
    document.to_string()
}

/// The manifest of a server; written once, then the user's.
pub fn server(context: &Context<'_>, settings: &Settings, needs: &Needs) -> String {
    let mut document = package(context, settings, "server");
    document["lib"] = Item::Table(doctest_off());
    add_serde(&mut document, context, settings, needs);
    document["dependencies"] = Item::Table(table(&dependencies::of(context.side, settings, needs)));
    document.to_string()
}

fn package(context: &Context<'_>, settings: &Settings, what: &str) -> DocumentMut {
    let mut document = DocumentMut::new();
    let mut package = Table::new();
    package["name"] = value(settings.name.as_str());
    package["version"] = value(settings.version.as_str());
    package["edition"] = value("2024");
    let title: String = context.api.title.chars().filter(|c| !c.is_control()).take(120).collect();
    package["description"] = value(format!("A {what} of {title}"));
    document["package"] = Item::Table(package);
    document
}

/// Documentation from a document is no test.
fn doctest_off() -> Table {
    let mut lib = Table::new();
    lib["doctest"] = value(false);
    lib
}

fn add_serde(document: &mut DocumentMut, context: &Context<'_>, settings: &Settings, needs: &Needs) {
    if !needs.has_serde_impls(settings) {
        return;
    }
    let mut features = Table::new();
    features["default"] = value(Array::from_iter(["serde"]));
    let enabled = (!settings.is_vendored()).then(|| format!("{}/serde", runtime_crate(context.side)));
    features["serde"] = value(Array::from_iter(enabled));
    document["features"] = Item::Table(features);
}

fn table(dependencies: &[Dependency]) -> Table {
    let mut table = Table::new();
    for dependency in dependencies {
        table[dependency.name] = match (dependency.has_defaults, dependency.features.as_slice()) {
            (true, []) => value(dependency.version),
            (has_defaults, features) => {
                let mut inline = InlineTable::new();
                inline.insert("version", Value::from(dependency.version));
                if !has_defaults {
                    inline.insert("default-features", Value::from(false));
                }
                if !features.is_empty() {
                    inline.insert("features", Value::Array(Array::from_iter(features.iter().copied())));
                }
                value(inline)
            }
        };
    }
    table
}
