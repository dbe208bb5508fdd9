//! Changes of choices whose alternatives are next to `null`, alone, or in another order.

use super::constraints::{messages, set, with_schema};

#[test]
fn null_next_to_alternatives_is_compared_once() {
    let accepted = "request-null-accepted: `body` may be `null`";
    let refused = "request-null-refused: `body` must not be `null`";
    let integer = "request-variant-added: `body`: the alternative `integer` was added";
    let object = "type: [object, 'null'], properties: {a: {type: string}}";
    for (old, new, expected) in [
        (
            "{anyOf: [{type: string}, {type: 'null'}]}",
            "{anyOf: [{type: string}, {type: integer}, {type: 'null'}]}",
            &[integer][..],
        ),
        (
            "{anyOf: [{type: string}, {type: integer}, {type: 'null'}]}",
            "{type: [string, 'null']}",
            &["request-variant-removed: `body`: the alternative `integer` was removed"],
        ),
        ("{type: [string, 'null']}", "{anyOf: [{type: string}, {type: integer}]}", &[refused, integer]),
        ("{type: string}", "{anyOf: [{type: string}, {type: integer}, {type: 'null'}]}", &[accepted, integer]),
        (&format!("{{{object}}}"), &format!("{{anyOf: [{{{object}}}, {{type: integer}}]}}"), &[integer]),
        (
            "{anyOf: [{type: string}, {type: [integer, 'null']}]}",
            "{anyOf: [{type: string}, {type: integer}, {type: 'null'}]}",
            &[],
        ),
        (
            "{type: array, items: {type: string, maxLength: 5}, maxItems: 3}",
            "{anyOf: [{type: array, items: {type: string, maxLength: 5}, maxItems: 3}, {type: 'null'}]}",
            &[accepted],
        ),
    ] {
        assert_eq!(messages(&with_schema(old), &with_schema(new)), set(expected), "{old} -> {new}");
    }
}

#[test]
fn alternatives_in_a_choice_next_to_null_are_compared() {
    let document = |schema: &str, most: u8| {
        let union = format!("{{oneOf: [{{type: string, maxLength: {most}}}, {{type: integer}}]}}");
        with_schema(schema) + &format!("components: {{schemas: {{U: {union}}}}}\n")
    };
    let (plain, wrapped) =
        ("{$ref: '#/components/schemas/U'}", "{anyOf: [{$ref: '#/components/schemas/U'}, {type: 'null'}]}");
    let accepted = "request-null-accepted: `body` may be `null`";
    let tightened = "request-bounds-tightened: `U`: `maxLength` was `5`, is `4`";
    for (old, new, most, expected) in [
        (plain, wrapped, 5, &[accepted][..]),
        (wrapped, wrapped, 4, &[tightened]),
        (plain, wrapped, 4, &[accepted, tightened]),
    ] {
        assert_eq!(messages(&document(old, 5), &document(new, most)), set(expected), "{old} -> {new}");
    }
}

#[test]
fn component_that_may_be_null_is_the_same_in_all_notations() {
    let document = |schema: &str| {
        let text = "{type: object, properties: {n: {type: string, maxLength: 3}}}";
        with_schema(schema) + &format!("components: {{schemas: {{T: {text}}}}}\n")
    };
    let target = "{$ref: '#/components/schemas/T'}";
    let notations = [
        format!("{{anyOf: [{target}, {{type: 'null'}}]}}"),
        format!("{{oneOf: [{{type: 'null'}}, {target}]}}"),
        format!("{{anyOf: [{{allOf: [{target}]}}, {{type: 'null'}}]}}"),
    ];
    for (old, new) in notations.iter().flat_map(|old| notations.iter().map(move |new| (old, new))) {
        assert_eq!(messages(&document(old), &document(new)), set(&[]), "{old} -> {new}");
    }
    // `nullable` is a keyword of OpenAPI 3.0.
    let old = document(&format!("{{nullable: true, allOf: [{target}]}}"));
    let old = format!("openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\n{old}");
    assert_eq!(messages(&old, &document(&notations[0])), set(&[]));
}

#[test]
fn single_alternative_that_requires_properties_is_a_choice() {
    let object = "{type: object}";
    for keyword in ["anyOf", "oneOf"] {
        let single = format!("{{type: object, {keyword}: [{{required: [a]}}]}}");
        let added = set(&["request-bounds-tightened: `body`: a choice of 1 alternative was added"]);
        assert_eq!(messages(&with_schema(object), &with_schema(&single)), added, "{keyword}");
        let removed = set(&["request-bounds-loosened: `body`: a choice of 1 alternative was removed"]);
        assert_eq!(messages(&with_schema(&single), &with_schema(object)), removed, "{keyword}");
    }
}

#[test]
fn order_of_choices_and_alternatives_does_not_matter() {
    let choice = |keyword: &str, names: [&str; 2]| {
        format!("{{{keyword}: [{{required: [{}]}}, {{required: [{}]}}]}}", names[0], names[1])
    };
    let both = |one: &str, other: &str| format!("{{type: object, allOf: [{one}, {other}]}}");
    let (ab, cd) = (choice("anyOf", ["a", "b"]), choice("anyOf", ["c", "d"]));
    let (ba, dc) = (choice("anyOf", ["b", "a"]), choice("anyOf", ["d", "c"]));
    let exclusive = choice("oneOf", ["c", "d"]);
    let of_three = "{oneOf: [{required: [c]}, {required: [d]}, {required: [e]}]}";
    for (old, new, expected) in [
        (both(&ab, &cd), both(&dc, &ba), &[][..]),
        (
            both(&ab, &cd),
            both(&exclusive, &ba),
            &["request-bounds-tightened: `body`: only one alternative of a choice may be met"],
        ),
        // An object with `c` and `e` was valid.
        (
            both(&ab, &exclusive),
            both(&ab, of_three),
            &[
                "request-bounds-loosened: `body`: a choice has 1 alternative more",
                "request-bounds-tightened: `body`: values must not meet 1 alternative more of a choice together with another one",
            ],
        ),
        (
            both(&ab, &cd),
            both(&choice("anyOf", ["c", "e"]), &ba),
            &[
                "request-bounds-tightened: `body`: an alternative: `e` became required",
                "request-bounds-loosened: `body`: an alternative: `d` became optional",
            ],
        ),
    ] {
        assert_eq!(messages(&with_schema(&old), &with_schema(&new)), set(expected), "{old} -> {new}");
    }
}
