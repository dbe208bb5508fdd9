//! Which discriminators are fields of generated types.

use keystub::{Generator, Input};

/// The types of a client whose union has a discriminator of this type.
fn types(kind: &str) -> String {
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /pets:\n    post:\n      operationId: add\n\
         \x20     requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/Animal'}}}}}}}}\n\
         \x20     responses: {{'200': {{description: done}}}}\ncomponents:\n  schemas:\n\
         \x20   Animal: {{oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}], discriminator: \
         {{propertyName: kind, mapping: {{'1': '#/components/schemas/Cat', '2': '#/components/schemas/Dog'}}}}}}\n\
         \x20   Cat: {{type: object, required: [kind], properties: {{kind: {kind}, name: {{type: string}}}}}}\n\
         \x20   Dog: {{type: object, required: [kind], properties: {{kind: {kind}, age: {{type: integer}}}}}}\n"
    );
    let input = Input::Memory { name: "api.yaml".into(), bytes: text.into() };
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
