//! Changes of the parts of multipart bodies.

use super::constraints::{messages, set, with_content};

#[test]
fn media_types_and_headers_of_parts_are_compared() {
    let parts = |encoding: &str| {
        with_content(&format!(
            "{{multipart/form-data: {{schema: {{type: object, properties: {{a: {{type: string, format: binary}}}}}}{encoding}}}}}"
        ))
    };
    let of = |list: &str| format!(", encoding: {{a: {{contentType: '{list}'}}}}");
    for (old, new, expected) in [
        (
            of("image/png, image/jpeg"),
            of("image/png"),
            &["request-media-type-removed: the part `a` is no longer `image/jpeg`"][..],
        ),
        (of("image/png"), of("image/png; q=1"), &[]),
        (of("image/png"), of("image/jpeg, image/png"), &["request-media-type-added: the part `a` may be `image/jpeg`"]),
        (of("image/png"), of("Image/PNG"), &[]),
        (of("image/png"), of("image/*"), &["request-media-type-added: the part `a` may be `image/*`"]),
        (of("image/*"), of("image/png"), &["request-media-type-removed: the part `a` is no longer `image/*`"]),
        (
            String::new(),
            of("image/png"),
            &[
                "request-media-type-removed: the part `a` is no longer `application/octet-stream`",
                "request-media-type-added: the part `a` may be `image/png`",
            ],
        ),
        // Any media type is accepted.
        (of("image/png"), String::new(), &["request-media-type-added: the part `a` may be `application/octet-stream`"]),
        (
            of("image/png"),
            ", encoding: {a: {contentType: image/png, headers: {X-H: {required: true, schema: {type: string}}}}}"
                .to_owned(),
            &["request-property-required: `body.a headers.X-H` was added and is required"],
        ),
    ] {
        assert_eq!(messages(&parts(&old), &parts(&new)), set(expected), "{old} -> {new}");
    }
}

#[test]
fn default_media_types_of_parts_can_be_listed() {
    let parts = |schema: &str, encoding: &str| {
        with_content(&format!(
            "{{multipart/form-data: {{schema: {{type: object, properties: {{b: {{type: string}}{schema}}}}}{encoding}}}}}"
        ))
    };
    // OpenAPI 3.0.3, section 4.7.15.
    for (schema, default) in [
        ("{type: object, properties: {x: {type: string}}}", "application/json; charset=utf-8"),
        ("{type: object, additionalProperties: {type: string}}", "application/json"),
        ("{type: array, items: {type: object, properties: {x: {type: string}}}}", "application/json"),
        ("{type: string, format: binary}", "application/octet-stream"),
        ("{type: array, items: {type: string, format: binary}}", "application/octet-stream"),
        ("{type: string}", "text/plain; charset=utf-8"),
        ("{type: [integer, 'null']}", "text/plain"),
        ("{type: string, enum: [a, b]}", "text/plain"),
    ] {
        let schema = format!(", a: {schema}");
        let absent = parts(&schema, "");
        let listed = parts(&schema, &format!(", encoding: {{a: {{contentType: '{default}'}}}}"));
        assert_eq!(messages(&absent, &listed), set(&[]), "{schema}");
        assert_eq!(messages(&listed, &absent), set(&[]), "{schema}");
        let other = parts(&schema, ", encoding: {a: {contentType: image/png}}");
        let found = messages(&absent, &other);
        assert!(found.iter().any(|message| message.starts_with("request-media-type-removed")), "{schema}: {found:?}");
        // A part that was added is not one with another media type.
        let found = messages(&parts("", ""), &other);
        assert!(found.iter().all(|message| !message.starts_with("request-media-type")), "{schema}: {found:?}");
    }
}
