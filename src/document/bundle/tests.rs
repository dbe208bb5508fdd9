//! References to files, allowed and rejected.

use std::fs;
use std::path::Path;

use crate::document::{Document, Input, Limits, LoadError};

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents: {schemas: {A: {$ref: '";

/// A folder with `api/openapi.yaml`, whose only reference is `reference`, and other files.
fn folder(reference: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "api/openapi.yaml", &format!("{HEAD}{reference}'}}}}}}\n"));
    files.iter().for_each(|(name, text)| write(folder.path(), name, text));
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn load(folder: &Path, limits: &Limits) -> Result<Document, String> {
    let loaded = Document::load(&Input::Path(folder.join("api/openapi.yaml")), limits);
    loaded.map_err(|failure| failure.to_string().replace(&folder.display().to_string(), ""))
}

/// The first line of the listing.
fn refused(folder: &tempfile::TempDir, limits: &Limits) -> String {
    let listing = load(folder.path(), limits).map(|_| ()).expect_err("it is accepted");
    listing.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn references_outside_the_root_are_rejected() {
    let limits = Limits::default();
    let outside = [("other/x.yaml", "type: string"), ("api/in.yaml", "type: string")];
    for way in ["../other/x.yaml", "../../etc/passwd", "%2e%2e/other/x.yaml", "/etc/passwd", "~/x.yaml", "a/../../x"] {
        assert!(refused(&folder(way, &outside), &limits).starts_with("error[outside-root]"), "{way}");
    }
    for way in ["http://127.0.0.1/x", "https://a.test/x", "file:///etc/passwd", "//host/x", "C:/x"] {
        assert!(refused(&folder(way, &outside), &limits).starts_with("error[remote-ref]"), "{way}");
    }
    assert!(refused(&folder("none.yaml", &outside), &limits).starts_with("error[dangling-ref]"));
    let folder = folder("../other/x.yaml", &outside);
    let wider = Limits { root: Some(folder.path().to_owned()), ..Limits::default() };
    assert!(load(folder.path(), &wider).is_ok());
}

#[cfg(unix)]
#[test]
fn symbolic_links_outside_the_root_are_rejected() {
    let folder = folder("link.yaml", &[("other/x.yaml", "type: string")]);
    std::os::unix::fs::symlink(folder.path().join("other/x.yaml"), folder.path().join("api/link.yaml")).unwrap();
    assert!(refused(&folder, &Limits::default()).starts_with("error[outside-root]"));
}

#[test]
fn number_and_size_of_files_are_limited() {
    let folder = folder("a.yaml", &[("api/a.yaml", "properties: {b: {$ref: b.yaml}}"), ("api/b.yaml", "type: string")]);
    assert_eq!(load(folder.path(), &Limits::default()).unwrap().files().len(), 3);
    let few = Limits { files: 2, ..Limits::default() };
    assert!(refused(&folder, &few).starts_with("error[too-large]"));
    let short = Limits { bytes: 110, ..Limits::default() };
    assert!(refused(&folder, &short).starts_with("error[too-large]"));
}

#[test]
fn errors_in_other_files_are_located_there() {
    let folder =
        folder("a.yaml#/A", &[("api/a.yaml", "B: {}\nA:\n  properties: {x: {maximum: {}}, y: {$ref: '#/C'}}\n")]);
    let listing = load(folder.path(), &Limits::default()).map(|_| ()).unwrap_err();
    assert!(listing.contains("--> /api/a.yaml:3:20  (#/A/properties/x/maximum)"), "{listing}");
    assert!(listing.contains("--> /api/a.yaml:3:44  (#/A/properties/y/$ref)"), "{listing}");
    let broken = self::folder("a.yaml", &[("api/a.yaml", "a: [")]);
    let listing = load(broken.path(), &Limits::default()).map(|_| ()).unwrap_err();
    assert!(listing.starts_with("error[syntax]") && listing.contains("--> /api/a.yaml:"), "{listing}");
}

#[test]
fn document_in_memory_cannot_reference_files() {
    let input = Input::Memory { name: "x".into(), bytes: format!("{HEAD}a.yaml'}}}}}}").into() };
    let Err(LoadError::Document(invalid)) = Document::load(&input, &Limits::default()) else { panic!("accepted") };
    assert_eq!(invalid.diagnostics().iter().next().unwrap().code.to_string(), "remote-ref");
}

#[test]
fn references_in_examples_and_extensions_are_ignored() {
    let text =
        "type: string\nexample: {$ref: 'http://a.test'}\nx-y: {$ref: none.yaml}\nproperties: {$ref: {type: string}}\n";
    let folder = folder("a.yaml", &[("api/a.yaml", text)]);
    assert!(load(folder.path(), &Limits::default()).is_ok());
}

#[test]
fn discriminator_mappings_can_reference_files() {
    let text =
        "P: {oneOf: [{$ref: '#/Q'}], discriminator: {propertyName: k, mapping: {q: '#/Q', r: b.yaml, s: name}}}\nQ: {}";
    let folder = folder("a.yaml#/P", &[("api/a.yaml", text), ("api/b.yaml", "type: object")]);
    let document = load(folder.path(), &Limits::default()).unwrap();
    let at = crate::diag::Pointer::parse("/x-keystub-files/a/P/discriminator/mapping").unwrap();
    let mapping = document.node(&at).and_then(|node| node.as_object()).unwrap();
    let targets: Vec<_> = mapping.values().filter_map(|target| target.as_str()).collect();
    assert_eq!(targets, ["#/x-keystub-files/a/Q", "#/x-keystub-files/b", "name"]);
}
