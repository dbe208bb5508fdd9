//! Documents through all the passes: each fixture of ours says one thing, and it is looked up here.

use crate::diag::{Level, Report};
use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::schema::{Shape, TypeDef, TypeHint};
use crate::spec::{Document, Input, Limits};

/// Lowers a text; the report as `level[code] pointer` lines.
pub(super) fn lower(text: &str) -> (Option<Api>, Vec<String>) {
    let input = Input::Memory { name: "test.yaml".to_owned(), bytes: text.as_bytes().to_vec() };
    let document = Document::load(&input, &Limits::default()).unwrap_or_else(|failure| panic!("{failure}"));
    let mut report = Report::new();
    let api = super::lower(&document, &mut report);
    (api, lines(&report))
}

fn lines(report: &Report) -> Vec<String> {
    let line = |one: &crate::diag::Diagnostic| {
        let level = if one.level == Level::Error { "error" } else { "warning" };
        format!("{level}[{}] {}", one.code, one.at)
    };
    report.iter().map(line).collect()
}

/// A document with these paths and components (YAML, indented by two).
pub(super) fn document(paths: &str, components: &str) -> String {
    format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}\ncomponents:\n{components}\n")
}

/// A document that answers every one of these schemas.
pub(super) fn of_schemas(schemas: &str) -> Api {
    let head = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n";
    let names = schemas.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "));
    let paths: String = names
        .map(|line| {
            let name = line.trim().split(':').next().unwrap();
            format!("  /{name}: {{get: {{responses: {{'200': {{description: '', content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}}}}}}}}}\n")
        })
        .collect();
    let (api, lines) = lower(&format!("{head}{paths}components:\n  schemas:\n{schemas}\n"));
    api.unwrap_or_else(|| panic!("{lines:?}"))
}

/// The type of a component.
pub(super) fn component<'a>(api: &'a Api, name: &str) -> &'a TypeDef {
    let is_it = |def: &&TypeDef| matches!(&def.hint, TypeHint::Component { name: own, .. } if own == name);
    api.types.iter().find(is_it).unwrap_or_else(|| panic!("no type `{name}`"))
}

/// The shape of a component as text, names of types in the place of their ids.
pub(super) fn shape(api: &Api, name: &str) -> String {
    let text = match &component(api, name).shape {
        Shape::Struct(shape) => {
            let field = |field: &crate::model::schema::Field| {
                let mark = if field.is_required { "" } else { "?" };
                let default = field.default.as_ref().map(|default| format!(" = {default}")).unwrap_or_default();
                format!("{}{mark}: {:?}{default}", field.wire, field.ty)
            };
            let fields: Vec<String> = shape.fields.iter().map(field).collect();
            let rest = shape.additional.as_ref().map(|ty| format!(" ..{ty:?}")).unwrap_or_default();
            format!("{{{}{rest}}}", fields.join(", "))
        }
        Shape::Enum(values) => format!("{values:?}"),
        Shape::Union(union) => {
            let variant = |one: &crate::model::schema::Variant| format!("{} {:?} {:?}", one.hint, one.tags, one.ty);
            format!("{:?} {}", union.tag, union.variants.iter().map(variant).collect::<Vec<_>>().join(" | "))
        }
        Shape::Alias(target) => format!("= {target:?}"),
    };
    let mut text = text.replace("Scalar(", "(");
    for (index, def) in api.types.iter().enumerate() {
        if let TypeHint::Component { name, .. } = &def.hint {
            text = text.replace(&format!("TypeId({index})"), name);
        }
    }
    text
}

/// The operation with this id.
pub(super) fn operation<'a>(api: &'a Api, id: &str) -> &'a Operation {
    api.operations.iter().find(|operation| operation.id == id).unwrap_or_else(|| panic!("no operation `{id}`"))
}

/// A document of fixtures/.
pub(super) fn fixture(path: &str) -> String {
    let path = format!("{}/fixtures/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The codes that lowering gives; each has a document in fixtures/bad.
const ERRORS: [&str; 8] = [
    "unknown-scheme",
    "conflicting-schemes",
    "unsupported-scheme",
    "bad-path",
    "bad-status",
    "bad-header-name",
    "unknown-type",
    "infinite-type",
];

const WARNINGS: [&str; 11] = [
    "duplicate-operation",
    "duplicate-operation-id",
    "missing-path-parameter",
    "unused-path-parameter",
    "duplicate-parameter",
    "bad-media-type",
    "ignored-media-type",
    "bad-server-url",
    "bad-default",
    "unsupported-schema",
    "unsupported-style",
];

#[test]
fn every_bad_fixture_breaks_its_rule_alone() {
    for (codes, level) in [(&ERRORS[..], "error"), (&WARNINGS[..], "warning")] {
        for code in codes {
            // Reading refuses a style that the place does not allow; lowering one that the type does not.
            let path = if *code == "unsupported-style" { "bad/unsupported-style-for-type.yaml" } else { &format!("bad/{code}.yaml") };
            let (api, lines) = lower(&fixture(path));
            assert_eq!(api.is_none(), level == "error", "{code}: {lines:?}");
            assert!(!lines.is_empty(), "{code}");
            assert!(lines.iter().all(|line| line.starts_with(&format!("{level}[{code}]"))), "{code}: {lines:?}");
        }
    }
}

#[test]
fn every_good_fixture_lowers_without_a_word() {
    let folder = format!("{}/fixtures/ok", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".yaml") {
            let (api, lines) = lower(&fixture(&format!("ok/{name}")));
            assert!(api.is_some() && lines.is_empty(), "{name}: {lines:?}");
            count += 1;
        }
    }
    assert!(count >= 12, "found {count}");
}

#[test]
fn a_flood_of_types_is_refused() {
    let properties: String = (0..400).map(|n| format!("        p{n}: {{type: string}}\n")).collect();
    let mut schemas = format!("    S0:\n      type: object\n      properties:\n{properties}");
    let mut all = String::new();
    // Each copies all the fields of the first.
    for n in 1..2600 {
        schemas += &format!("    S{n}: {{allOf: [{{$ref: '#/components/schemas/S0'}}, {{type: object, properties: {{x{n}: {{type: string}}}}}}]}}\n");
        all += &format!("        x{n}: {{$ref: '#/components/schemas/S{n}'}}\n");
    }
    let paths = "  /x: {get: {responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/All'}}}}}}}";
    let text = document(paths, &format!("  schemas:\n{schemas}    All:\n      type: object\n      properties:\n{all}"));
    let (api, lines) = lower(&text);
    assert!(api.is_none());
    assert!(lines.iter().all(|line| line.starts_with("error[too-large-output]")), "{lines:?}");
}

#[test]
fn all_of_in_all_of_is_followed_so_far() {
    let schemas: String = (0..100)
        .map(|n| format!("    S{n}: {{allOf: [{{$ref: '#/components/schemas/S{}'}}, {{type: object, properties: {{x{n}: {{type: string}}}}}}]}}\n", n + 1))
        .collect();
    let paths = "  /x: {get: {responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}}}}";
    let (_, lines) = lower(&document(paths, &format!("  schemas:\n{schemas}    S100: {{type: object}}")));
    assert!(!lines.is_empty() && lines.iter().all(|line| line.starts_with("error[too-deep]")), "{lines:?}");
}
