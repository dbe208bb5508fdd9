//! Forms and files in them.

use super::*;

#[test]
fn binary_strings_are_files_only_in_multipart_bodies() {
    let (api, _) = lower(&fixture("ok/bodies.yaml"));
    let api = api.unwrap();
    let body = operation(&api, "sendMultipart").body.as_ref().unwrap();
    let Content::Multipart(id) = body.forms.first().content else { panic!("{body:?}") };
    let Shape::Struct(parts) = &api.type_def(id).shape else { panic!("no struct") };
    let types: Vec<String> = parts.fields.iter().map(|field| format!("{}: {:?}", field.wire, field.ty)).collect();
    assert_eq!(
        types[..4],
        ["text: Scalar(Text)", "raw: Scalar(File)", "picture: Scalar(File)", "more: List(Scalar(File))"]
    );
    assert_eq!(shape(&api, "Note"), "{text: (Text), raw?: (Text)}");
    let ranged = operation(&api, "sendAnyBytes").body.as_ref().unwrap();
    assert_eq!(ranged.forms.first().sent_as(), "application/octet-stream");
}

/// FastAPI writes optional uploads as `anyOf` with null, and `allOf` adds a description to a reference.
#[test]
fn parts_that_wrap_a_file_are_files() {
    let file = "{$ref: '#/components/schemas/File'}";
    let files = format!("{{type: array, items: {file}}}");
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    post:\n      operationId: send\n      \
         requestBody: {{content: {{multipart/form-data: {{schema: {{$ref: '#/components/schemas/Body'}}}}}}}}\n      \
         responses: {{'204': {{description: d}}}}\n\
         components: {{schemas: {{File: {{type: string, format: binary}}, Body: {{type: object, \
         required: [a, b, c, d, e, f, g], properties: {{\
         a: {{description: d, allOf: [{file}]}}, b: {{anyOf: [{file}, {{type: 'null'}}]}}, \
         c: {{anyOf: [{files}, {{type: 'null'}}]}}, d: {{oneOf: [{file}, {files}]}}, \
         e: {{type: string, allOf: [{file}, {{description: d}}]}}, f: {{type: array, items: {{allOf: [{file}]}}}}, \
         g: {{anyOf: [{{type: string}}, {file}]}}}}}}}}}}\n"
    );
    let (api, lines) = lower(&text);
    let api = api.unwrap_or_else(|| panic!("{lines:?}"));
    let body = operation(&api, "send").body.as_ref().unwrap();
    let Content::Multipart(id) = body.forms.first().content else { panic!("{body:?}") };
    let Shape::Struct(parts) = &api.type_def(id).shape else { panic!("no struct") };
    let types: Vec<String> = parts.fields.iter().map(|field| format!("{}: {:?}", field.wire, field.ty)).collect();
    assert_eq!(
        types,
        [
            "a: Scalar(File)",
            "b: Nullable(Scalar(File))",
            "c: List(Scalar(File))",
            "d: List(Scalar(File))",
            "e: Scalar(File)",
            "f: List(Scalar(File))",
            "g: Scalar(Text)",
        ]
    );
}

#[test]
fn parts_without_a_type_are_files_since_3_1() {
    let schema = "{type: object, required: [a, b, c, d, e, t], properties: {a: {}, b: {type: array, items: {}}, \
                  c: {type: string, contentEncoding: binary}, d: {type: string}, e: {$ref: '#/components/schemas/Any'}, \
                  t: {type: string}}}";
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    post:\n      operationId: send\n      \
         requestBody: {{content: {{multipart/form-data: {{schema: {{$ref: '#/components/schemas/Body'}}, \
         encoding: {{d: {{contentType: image/png}}}}}}}}}}\n      responses: {{'204': {{description: d}}}}\n\
         components: {{schemas: {{Any: {{description: any}}, Body: {schema}}}}}\n"
    );
    let (api, lines) = lower(&text);
    let api = api.unwrap_or_else(|| panic!("{lines:?}"));
    let body = operation(&api, "send").body.as_ref().unwrap();
    let Content::Multipart(id) = body.forms.first().content else { panic!("{body:?}") };
    let Shape::Struct(parts) = &api.type_def(id).shape else { panic!("no struct") };
    let types: Vec<String> = parts.fields.iter().map(|field| format!("{}: {:?}", field.wire, field.ty)).collect();
    let file = "Scalar(File)";
    let expected = [
        format!("a: {file}"),
        format!("b: List({file})"),
        format!("c: {file}"),
        format!("d: {file}"),
        format!("e: {file}"),
        "t: Scalar(Text)".to_owned(),
    ];
    assert_eq!(types, expected);
}

#[test]
fn json_file_of_swagger_is_bytes() {
    let text = "swagger: '2.0'\ninfo: {title: t, version: '1'}\nproduces: [application/json]\npaths:\n  /a:\n    get:\n      \
                operationId: load\n      responses: {'200': {description: d, schema: {type: file}}}\n";
    let (api, lines) = lower(text);
    let api = api.unwrap_or_else(|| panic!("{lines:?}"));
    let forms = &operation(&api, "load").responses[0].forms;
    let found: Vec<String> = forms.iter().map(|form| format!("{} {:?}", form.media_type, form.content)).collect();
    assert_eq!(found, ["application/json Bytes"]);
}

#[test]
fn framing_header_fields_of_parts_are_ignored() {
    let headers =
        "Content-Disposition: {}, content-transfer-encoding: {}, Content-Type: {}, X-A: {}, x-a: {}, 'X B': {}";
    let headers = headers.replace("{}", "{schema: {type: string}}");
    let schema = "{type: object, properties: {f: {type: string, format: binary}}}";
    let content = format!("multipart/form-data: {{schema: {schema}, encoding: {{f: {{headers: {{{headers}}}}}}}}}");
    let paths = format!(
        "  /x: {{post: {{requestBody: {{content: {{{content}}}}}, responses: {{'200': {{description: ''}}}}}}}}"
    );
    let (api, lines) = lower(&document(&paths, "  schemas: {}"));
    let at = "#/paths/~1x/post/requestBody/content/multipart~1form-data/encoding/f/headers";
    let expected = [
        format!("warning[bad-header-name] {at}/Content-Disposition"),
        format!("warning[bad-header-name] {at}/content-transfer-encoding"),
        format!("warning[duplicate-parameter] {at}/x-a"),
        format!("warning[bad-header-name] {at}/X B"),
    ];
    assert_eq!(lines, expected);
    let api = api.unwrap();
    let body = api.operations[0].body.as_ref().unwrap();
    let fields: Vec<(&str, &str)> = body
        .forms
        .first()
        .part_headers()
        .flat_map(|(part, headers)| headers.fields.iter().map(move |field| (part, field.name.as_str())))
        .collect();
    assert_eq!(fields, [("f", "X-A")]);
    assert_eq!(api.skipped.len(), 4, "{:?}", api.skipped);
}

#[test]
fn file_inside_another_value_of_a_form_is_reported() {
    let warned = |part: &str| {
        let own = format!(
            "post: {{operationId: x, requestBody: {{content: {{multipart/form-data: {{schema: {{type: object, properties: {{p: {part}}}}}}}}}}}, responses: {{'204': {{description: d}}}}}}"
        );
        let (api, lines) = lower(&document(&format!("  /x: {{{own}}}"), "  schemas: {}"));
        assert!(api.is_some(), "{part}: {lines:?}");
        lines.iter().any(|line| line.contains("undefined-encoding"))
    };
    let file = "{type: string, format: binary}";
    let list = format!("{{type: array, items: {file}}}");
    for other in [
        format!("{{type: array, items: {list}}}"),
        format!("{{oneOf: [{file}, {{type: object, properties: {{a: {{type: string}}}}}}]}}"),
        format!("{{type: object, properties: {{a: {file}}}}}"),
    ] {
        assert!(warned(&other), "{other}");
    }
    for plain in [file, &list, "{type: object, properties: {a: {type: string}}}"] {
        assert!(!warned(plain), "{plain}");
    }
}

#[test]
fn undeclared_required_part_of_a_form_has_any_value() {
    for (rest, expected) in [
        ("", Scalar::Any),
        (", additionalProperties: true", Scalar::Any),
        (", additionalProperties: {type: string, format: binary}", Scalar::File),
    ] {
        let own = format!(
            "post: {{operationId: x, requestBody: {{content: {{multipart/form-data: {{schema: {{type: object, required: [grant], properties: {{p: {{type: string}}}}{rest}}}}}}}}}, responses: {{'204': {{description: d}}}}}}"
        );
        let (api, lines) = lower(&document(&format!("  /x: {{{own}}}"), "  schemas: {}"));
        assert!(lines.is_empty(), "{lines:?}");
        let api = api.unwrap();
        let Content::Multipart(id) = api.operations[0].body.as_ref().unwrap().forms.first().content else {
            panic!("no form")
        };
        let Shape::Struct(shape) = &api.type_def(id).shape else { panic!("no struct") };
        let grant = shape.fields.iter().find(|field| field.wire == "grant").unwrap();
        assert!(grant.is_required);
        assert_eq!(grant.ty, TypeRef::Scalar(expected), "{rest}");
    }
}

#[test]
fn property_of_a_form_that_is_a_single_value_or_a_list_or_object_is_reported() {
    let list = "{type: array, items: {type: string}}";
    let object = "{type: object, properties: {a: {type: string}}}";
    for (property, is_reported) in [
        (format!("{{oneOf: [{{type: string}}, {list}]}}"), true),
        (format!("{{oneOf: [{{type: integer}}, {object}]}}"), true),
        (format!("{{oneOf: [{object}, {list}]}}"), true),
        ("{$ref: '#/components/schemas/Mixed'}".to_owned(), true),
        ("{oneOf: [{type: string}, {type: integer}]}".to_owned(), false),
        (list.to_owned(), false),
        (object.to_owned(), false),
    ] {
        for media_type in ["multipart/form-data", "application/x-www-form-urlencoded"] {
            let own = format!(
                "post: {{operationId: x, requestBody: {{content: {{{media_type}: {{schema: {{type: object, properties: {{p: {property}}}}}}}}}}}, responses: {{'204': {{description: d}}}}}}"
            );
            let schemas = format!("  schemas: {{Mixed: {{anyOf: [{{type: boolean}}, {list}]}}}}");
            let (api, lines) = lower(&document(&format!("  /x: {{{own}}}"), &schemas));
            assert!(api.is_some(), "{property}: {lines:?}");
            let reported = lines.iter().filter(|line| line.starts_with("warning[undefined-encoding]")).count();
            assert_eq!(reported, usize::from(is_reported), "{media_type} {property}: {lines:?}");
        }
    }
}
