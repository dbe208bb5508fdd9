//! Which discriminators are fields of generated types.

use keystub::{Generator, Input};

/// A document with a union whose discriminator has this type.
fn document(kind: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /pets:\n    post:\n      operationId: add\n\
         \x20     requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/Animal'}}}}}}}}\n\
         \x20     responses: {{'200': {{description: done}}}}\ncomponents:\n  schemas:\n\
         \x20   Animal: {{oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}], discriminator: \
         {{propertyName: kind, mapping: {{'1': '#/components/schemas/Cat', '2': '#/components/schemas/Dog'}}}}}}\n\
         \x20   Cat: {{type: object, required: [kind], properties: {{kind: {kind}, name: {{type: string}}}}}}\n\
         \x20   Dog: {{type: object, required: [kind], properties: {{kind: {kind}, age: {{type: integer}}}}}}\n"
    )
}

/// The types of a client of that document.
fn types(kind: &str) -> String {
    let input = Input::Memory { name: "api.yaml".into(), bytes: document(kind).into() };
    let output = Generator::client(input).generate().unwrap();
    output.files()["src/types.rs"].to_owned()
}

#[test]
fn discriminator_is_a_field_only_if_it_is_not_a_string() {
    for (kind, field) in [
        ("{type: string}", None),
        ("{type: string, enum: ['1', '2']}", None),
        ("{type: integer}", Some("pub kind: i64")),
        ("{type: boolean}", Some("pub kind: bool")),
    ] {
        let text = types(kind);
        assert_eq!(text.contains("pub kind:"), field.is_some(), "{kind}: {text}");
        assert!(field.is_none_or(|field| text.contains(field)), "{kind}: {text}");
        // A string in place of an integer would be wrong on the wire.
        assert_eq!(text.contains("json.tagged("), field.is_none(), "{kind}: {text}");
    }
}

#[test]
fn mapping_that_contradicts_the_enum_of_the_property_is_reported() {
    let expected = "discriminator value `2` is mapped to `#/components/schemas/Dog`, whose property `kind` does not allow it; \
                    expected `1`, `x`";
    for (kind, is_reported) in [
        ("{type: string}", false),
        ("{type: string, enum: ['1', '2']}", false),
        ("{type: integer, enum: [1, 2]}", false),
        ("{type: string, enum: ['1', x]}", true),
        ("{$ref: '#/components/schemas/Kind'}", true),
    ] {
        let text = document(kind) + "    Kind: {type: string, enum: ['1', x]}\n";
        let input = Input::Memory { name: "api.yaml".into(), bytes: text.into() };
        let output = Generator::client(input).generate().unwrap();
        let found = output.warnings().iter().filter(|warning| warning.contains(expected)).count();
        assert_eq!(found, usize::from(is_reported), "{kind}: {:?}", output.warnings());
    }
}
