//! `Cargo.toml`, written with `toml_edit` values only, so that no text from the document can end its quotes.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

use super::Dependency;
use super::dependencies::WASM_TARGET;
use super::need::Need;
use super::target::Job;

/// The manifest of a generated crate.
pub fn text(job: &Job<'_>) -> String {
    let mut document = package(job);
    document["lib"] = Item::Table(doctest_off());
    add_features(&mut document, job);
    let mut dependencies = table(&job.target.dependencies(job.settings, job.needs));
    for added in &job.settings.options.dependencies {
        dependencies[&added.name] = Item::Value(added.requirement.parse().expect("the value was read from TOML"));
    }
    dependencies.sort_values();
    document["dependencies"] = Item::Table(dependencies);
    let wasm_dependencies = job.target.wasm_dependencies(job.settings, job.needs);
    if !wasm_dependencies.is_empty() {
        let mut target = Table::new();
        target["dependencies"] = Item::Table(table(&wasm_dependencies));
        target.set_implicit(true);
        let mut targets = Table::new();
        targets[WASM_TARGET] = Item::Table(target);
        targets.set_implicit(true);
        document["target"] = Item::Table(targets);
    }
    let test_dependencies = job.target.test_dependencies(job);
    if !test_dependencies.is_empty() {
        document["dev-dependencies"] = Item::Table(table(&test_dependencies));
    }
    document.to_string()
}

fn package(job: &Job<'_>) -> DocumentMut {
    let mut document = DocumentMut::new();
    let mut package = Table::new();
    package["name"] = value(job.settings.name.as_str());
    package["version"] = value(job.settings.options.version.as_str());
    package["edition"] = value("2024");
    // That of the runtime crates.
    package["rust-version"] = value("1.88");
    let title: String = job.context.api.title.chars().filter(|c| !c.is_control()).take(120).collect();
    package["description"] = value(format!("A {} of {title}", job.target.name()));
    document["package"] = Item::Table(package);
    document
}

/// Code blocks in descriptions of the document must not run as tests.
fn doctest_off() -> Table {
    let mut lib = Table::new();
    lib["doctest"] = value(false);
    lib
}

fn add_features(document: &mut DocumentMut, job: &Job<'_>) {
    let of_runtime = |name: &str| {
        let enabled = (!job.settings.is_vendored()).then(|| format!("{}/{name}", job.target.runtime().crate_name));
        value(Array::from_iter(enabled))
    };
    let mut features = Table::new();
    let tags = job.context.gates.features().iter().map(|feature| feature.name.as_str());
    let serde = job.needs.has_serde_impls(job.settings).then_some("serde");
    let default: Vec<&str> = serde.into_iter().chain(tags.clone()).collect();
    if !default.is_empty() {
        features["default"] = value(Array::from_iter(default));
    }
    if let Some(serde) = serde {
        features[serde] = of_runtime(serde);
    }
    if job.needs.has(Need::TestDouble) {
        features["test-double"] = of_runtime("test-double");
    }
    if job.needs.has(Need::Blocking) {
        features["blocking"] = of_runtime("blocking");
    }
    tags.for_each(|tag| features[tag] = value(Array::new()));
    if !features.is_empty() {
        document["features"] = Item::Table(features);
    }
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
