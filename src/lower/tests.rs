//! Lowers documents with all passes; each fixture has one feature, which is checked here.

mod examples;
mod forms;
mod operations;
mod outgoing;
mod streams;

use crate::diag::{Level, Report};
use crate::document::{Document, Input};
use crate::limits::Limits;
use crate::model::Api;
use crate::model::operation::{Content, Operation, ParameterShape};
use crate::model::schema::{Scalar, Shape, Tag, TypeDef, TypeHint, TypeRef};
use crate::model::security::{Access, Requirement, SchemeUse};

/// Lowers a text; returns the report as lines of `level[code] pointer`.
fn lower(text: &str) -> (Option<Api>, Vec<String>) {
    lower_input(&Input::Memory { name: "test.yaml".to_owned(), bytes: text.as_bytes().to_vec() })
}

fn lower_input(input: &Input) -> (Option<Api>, Vec<String>) {
    let document = Document::load(input, &Limits::default()).unwrap_or_else(|failure| panic!("{failure}"));
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
fn document(paths: &str, components: &str) -> String {
    format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}\ncomponents:\n{components}\n")
}

/// The type of a component.
fn component<'a>(api: &'a Api, name: &str) -> &'a TypeDef {
    let is_it = |def: &&TypeDef| matches!(&def.hint, TypeHint::Component { name: own, .. } if own == name);
    api.types.iter().find(is_it).unwrap_or_else(|| panic!("no type `{name}`"))
}

/// The shape of a component as text, with type names instead of ids.
fn shape(api: &Api, name: &str) -> String {
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
        Shape::Tuple(tuple) => format!("{tuple:?}"),
        Shape::Union(union) => {
            let variant = |one: &crate::model::schema::Variant| format!("{} {:?} {:?}", one.hint, one.tags, one.ty);
            let tag = match &union.tag {
                Tag::Property { name, absent } => format!("by {name}{}", if absent.is_some() { "?" } else { "" }),
                Tag::Looks => "by looks".to_owned(),
            };
            format!("{tag}: {}", union.variants.iter().map(variant).collect::<Vec<_>>().join(" | "))
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

/// The lines of a table: a name and the shape of the component with that name.
fn assert_shapes(topic: &str, expected: &[(&str, &str)]) {
    let (api, lines) = lower(&fixture(&format!("ok/{topic}.yaml")));
    let api = api.unwrap_or_else(|| panic!("{lines:?}"));
    for (name, expected) in expected {
        assert_eq!(shape(&api, name), *expected, "{name}");
    }
}

/// The operation with this id.
fn operation<'a>(api: &'a Api, id: &str) -> &'a Operation {
    api.operations.iter().find(|operation| operation.id == id).unwrap_or_else(|| panic!("no operation `{id}`"))
}

/// A document in fixtures/.
fn fixture(path: &str) -> String {
    let path = format!("{}/fixtures/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The codes that lowering reports; each has a document in fixtures/bad.
const ERRORS: [&str; 10] = [
    "unknown-scheme",
    "conflicting-schemes",
    "unsupported-scheme",
    "reserved-header",
    "bad-scope",
    "bad-path",
    "bad-status",
    "bad-header-name",
    "unknown-type",
    "infinite-type",
];

const WARNINGS: [&str; 14] = [
    "undeclared-scope",
    "bad-auth-url",
    "key-in-query",
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
fn bad_fixtures_break_exactly_one_rule() {
    for (codes, level) in [(&ERRORS[..], "error"), (&WARNINGS[..], "warning")] {
        for code in codes {
            let path = &format!("bad/{code}.yaml");
            let (api, lines) = lower(&fixture(path));
            assert_eq!(api.is_none(), level == "error", "{code}: {lines:?}");
            assert!(!lines.is_empty(), "{code}");
            assert!(lines.iter().all(|line| line.starts_with(&format!("{level}[{code}]"))), "{code}: {lines:?}");
        }
    }
}

#[test]
fn ok_fixtures_have_no_diagnostics() {
    let folder = format!("{}/fixtures/ok", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let (api, mut lines) = lower_input(&Input::Path(path.clone()));
            // A valid document can have a key in a query, or no operations, so the warnings cannot be avoided. Nested
            // parameters work on both sides although OpenAPI leaves their encoding undefined.
            let unavoidable = ["key-in-query", "no-operations", "undefined-encoding"];
            let is_avoidable =
                |line: &String| !unavoidable.iter().any(|code| line.starts_with(&format!("warning[{code}]")));
            lines.retain(is_avoidable);
            assert!(api.is_some() && lines.is_empty(), "{}: {lines:?}", path.display());
            count += 1;
        }
    }
    assert!(count >= 12, "found {count}");
}

#[test]
fn output_limit_is_reported_once() {
    let input = Input::Memory { name: "test.yaml".to_owned(), bytes: document("  {}", "  {}").into_bytes() };
    let document = Document::load(&input, &Limits::default()).unwrap();
    let deep = super::ref_targets::Deep::gather(&document);
    let mut types = super::schema::types::Types::new(super::source::Source::new(&document, &deep));
    for _ in 0..3 {
        types.spend(document.limits.output / 2 + 1, &crate::diag::Pointer::root());
    }
    assert_eq!(lines(&types.source.report), ["error[too-large-output] #"]);
}

#[test]
fn nesting_of_all_of_is_limited() {
    let schemas: String = (0..100)
        .map(|n| format!("    S{n}: {{allOf: [{{$ref: '#/components/schemas/S{}'}}, {{type: object, properties: {{x{n}: {{type: string}}}}}}]}}\n", n + 1))
        .collect();
    let paths = "  /x: {get: {responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}}}}";
    let (_, lines) = lower(&document(paths, &format!("  schemas:\n{schemas}    S100: {{type: object}}")));
    assert!(!lines.is_empty() && lines.iter().all(|line| line.starts_with("error[too-deep]")), "{lines:?}");
}

#[test]
fn unions_are_distinguished_by_discriminator_or_structure() {
    assert_shapes(
        "unions",
        &[
            ("Pet", r#"by kind: Cat ["cat", "kitten"] Named(Cat) | Dog ["dog"] Named(Dog)"#),
            ("Shape", r#"by type: Circle ["Circle"] Named(Circle) | Square ["Square"] Named(Square)"#),
            ("Id", "by looks: text [] Named(TypeId(13)) | uuid [] (Uuid)"),
            ("MaybePet", "= Named(Pet)"),
            ("OneOnly", "= Named(Cat)"),
            ("Rules", "{a?: (Text), b?: (Text)}"),
        ],
    );
}

#[test]
fn all_of_merges_its_parts() {
    assert_shapes(
        "all-of",
        &[("Described", "= Named(Base)"), ("Text", "= (Text)"), ("Extended", "{kind?: (Text), own?: (Text)}")],
    );
    let (api, _) = lower(&fixture("ok/all-of.yaml"));
    let Shape::Struct(child) = &component(api.as_ref().unwrap(), "Grandchild").shape else { panic!("no struct") };
    let fields: Vec<(&str, bool)> = child.fields.iter().map(|field| (field.wire.as_str(), field.is_required)).collect();
    assert_eq!(fields, [("id", true), ("kind", false), ("name", true), ("age", false)]);
}

#[test]
fn type_next_to_a_choice_is_that_of_its_alternatives() {
    for (schema, expected) in [
        ("{type: string, oneOf: [{format: date}, {format: email}]}", "(Text)"),
        ("{type: string, anyOf: [{format: date}, {format: date}]}", "(Date)"),
        ("{type: string, anyOf: [{maxLength: 3}, {pattern: x}]}", "(Text)"),
        ("{type: string, format: date, anyOf: [{maxLength: 3}, {pattern: x}]}", "(Date)"),
        ("{type: string, anyOf: [{enum: [a, b]}, {pattern: x}]}", "(Text)"),
        ("{type: string, oneOf: [{format: date}, {type: integer}]}", "(Date)"),
        ("{type: string, anyOf: [{pattern: x}, {type: array, items: {type: string}}]}", "(Text)"),
        ("{type: integer, oneOf: [{minimum: 10}, {maximum: 3}]}", "(Int64)"),
        ("{type: integer, anyOf: [{format: int32}, {format: int64}]}", "(Int64)"),
        ("{type: boolean, anyOf: [{description: a}, {description: b}]}", "(Bool)"),
    ] {
        let (api, lines) = lower(&with_schema(&format!("{{type: object, properties: {{p: {schema}}}}}")));
        let found = shape(&api.unwrap_or_else(|| panic!("{schema}: {lines:?}")), "R");
        assert_eq!(found, format!("{{p?: {expected}}}"), "{schema}");
    }
}

#[test]
fn recursive_types_are_boxed_or_single_variant_unions() {
    assert_shapes(
        "recursion",
        &[
            ("Node", "{next: Boxed(Node), all: List(Named(Node))}"),
            ("Ping", "{pong?: Boxed(Pong)}"),
            ("Pong", "{ping?: Nullable(Boxed(Ping))}"),
            ("Tree", "by looks: list [] List(Named(Tree))"),
            ("Json", "by looks: map [] Map(Named(Json))"),
        ],
    );
}

#[test]
fn null_is_moved_to_uses_of_the_type() {
    assert_shapes(
        "nullable",
        &[
            ("MaybeText", "= (Text)"),
            ("MaybeAlias", "= Named(MaybeText)"),
            ("MaybeUnion", "by looks: Thing [] Named(Thing) | list [] List((Text))"),
        ],
    );
    let (api, _) = lower(&fixture("ok/nullable.yaml"));
    let holder = shape(api.as_ref().unwrap(), "Holder");
    for field in [
        "thing?: Nullable(Named(MaybeThing))",
        "alias?: Nullable(Named(MaybeAlias))",
        "list?: List(Nullable(Named(MaybeText)))",
    ] {
        assert!(holder.contains(field), "{field} in {holder}");
    }
}

#[test]
fn object_without_properties_is_a_map() {
    assert_shapes(
        "maps",
        &[
            ("Texts", "= Map((Text))"),
            ("Anything", "= Map((Any))"),
            ("Mixed", "{id?: (Text) ..(Int64)}"),
            ("Open", "{id?: (Text) ..(Any)}"),
            ("Closed", "{id?: (Text)}"),
            ("Untyped", "{id?: (Any)}"),
        ],
    );
}

#[test]
fn types_record_their_direction() {
    let (api, _) = lower(&fixture("ok/bodies.yaml"));
    let usage = component(api.as_ref().unwrap(), "Note").usage;
    assert!(usage.in_request && !usage.in_response);
    let (api, _) = lower(&fixture("ok/recursion.yaml"));
    assert!(api.unwrap().types.iter().all(|def| def.usage.in_response && !def.usage.in_request));
}

#[test]
fn deeply_nested_lists_get_a_name() {
    let depth = 90;
    let schema = format!("{}{{type: string}}{}", "{type: array, items: ".repeat(depth), "}".repeat(depth));
    let response = format!("{{'200': {{description: '', content: {{application/json: {{schema: {schema}}}}}}}}}");
    let (api, lines) = lower(&document(&format!("  /x: {{get: {{responses: {response}}}}}"), "  {}"));
    assert!(lines.is_empty(), "{lines:?}");
    assert_eq!(api.unwrap().types.len(), 2);
}

#[test]
fn shared_all_of_parts_are_merged_once() {
    let level = |n: usize| {
        let next = n + 1;
        let parts = format!("{{$ref: '#/components/schemas/A{next}'}}, {{$ref: '#/components/schemas/B{next}'}}");
        format!("    A{n}: {{allOf: [{parts}]}}\n    B{n}: {{allOf: [{parts}]}}\n")
    };
    let last = "    A40: {type: object, properties: {a: {type: string}}}\n    B40: {type: object, properties: {b: {type: string}}}\n";
    let schemas: String = (0..40).map(level).collect::<String>() + last;
    let response =
        "{'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/A0'}}}}}";
    let (api, _) =
        lower(&document(&format!("  /x: {{get: {{responses: {response}}}}}"), &format!("  schemas:\n{schemas}")));
    assert_eq!(shape(&api.unwrap(), "A0"), "{a?: (Text), b?: (Text)}");
}

/// A document with this schema as component `R`.
fn with_schema(schema: &str) -> String {
    let paths = "  /x: {get: {responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/R'}}}}}}}";
    document(paths, &format!("  schemas:\n    R: {schema}"))
}

#[test]
fn unsupported_schema_keywords_are_reported() {
    let table = [
        (
            "{type: object, required: [gone], properties: {a: {type: string}}, additionalProperties: false}",
            &["warning[unsupported-schema] #/R/required"][..],
        ),
        ("{type: object, required: [gone], properties: {a: {type: string}}}", &[]),
        ("{allOf: [{enum: [a, b]}, {enum: [c]}], type: string}", &["warning[unsupported-schema] #/R/allOf/1/enum"]),
        (
            "{oneOf: [{title: A, type: object, properties: {a: {type: string}}}, {title: B, type: object, properties: {a: {type: string}}}]}",
            &["warning[unsupported-schema] #/R"],
        ),
        ("{type: string, allOf: [{type: integer}]}", &["warning[unsupported-schema] #/R/allOf"]),
        ("{type: array, items: {type: string}, allOf: [{type: string}]}", &["warning[unsupported-schema] #/R/allOf"]),
        ("{type: number, allOf: [{type: integer}]}", &[]),
        ("{type: string, oneOf: [{format: date}, {type: integer}]}", &["warning[unsupported-schema] #/R/oneOf/1"]),
        ("{type: string, oneOf: [{format: date}, {type: string}]}", &[]),
        ("{enum: [true, 1, a]}", &["warning[unsupported-schema] #/R/enum"]),
        ("{type: number, enum: [0.5, 1]}", &["warning[unsupported-schema] #/R/enum"]),
        ("{type: string, enum: [1, a]}", &["warning[unsupported-schema] #/R/enum"]),
        ("{enum: [auto, 1]}", &[]),
        (
            "{type: object, properties: {b: {type: string, format: byte, default: aGk=}}}",
            &["warning[unsupported-schema] #/R/properties/b/default"],
        ),
        (
            "{type: object, properties: {b: {type: string, format: date, default: soon}}}",
            &["warning[bad-default] #/R/properties/b/default"],
        ),
        (
            "{type: object, properties: {b: {type: array, items: {type: string}, default: [1]}}}",
            &["warning[bad-default] #/R/properties/b/default"],
        ),
        (
            "{allOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {a: {type: integer}}}]}",
            &["warning[unsupported-schema] #/R/allOf/1/properties/a"],
        ),
        (
            "{discriminator: {propertyName: k}, oneOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {b: {type: string}}}]}",
            &["warning[unsupported-schema] #/R"],
        ),
    ];
    for (schema, expected) in table {
        let (api, lines) = lower(&with_schema(schema));
        let lines: Vec<String> = lines.iter().map(|line| line.replace("/components/schemas", "")).collect();
        assert!(api.is_some(), "{schema}: {lines:?}");
        assert_eq!(lines, expected, "{schema}");
    }
}
