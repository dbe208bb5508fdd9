//! Documents that are deeply nested, recursive, or much larger when expanded.

use super::*;

#[test]
fn nesting_of_any_depth_is_generated_or_rejected() {
    let kinds = [
        ("{\"items\": ", "}"),
        ("{\"allOf\": [", "]}"),
        ("{\"oneOf\": [{\"type\": \"string\"}, ", "]}"),
        ("{\"properties\": {\"a\": ", "}}"),
        ("{\"additionalProperties\": ", "}"),
        ("{\"not\": ", "}"),
    ];
    for (open, close) in kinds {
        for depth in [10, 50, 100, 1_000, 100_000] {
            let nested = format!("{}{{\"type\": \"string\"}}{}", open.repeat(depth), close.repeat(depth));
            let json = format!(
                "{{\"openapi\": \"3.0.3\", \"info\": {{\"title\": \"t\", \"version\": \"1\"}}, \"paths\": {{\"/x\": {{\"get\": {{\"responses\": {{\"200\": {{\"description\": \"d\", \"content\": {{\"application/json\": {{\"schema\": {nested}}}}}}}}}}}}}}}}}"
            );
            let yaml = with_schemas(&format!("    A: {nested}"));
            for text in [json, yaml] {
                let outcome = client(&text);
                assert!(depth < 1_000 || outcome.is_err_and(|listing| listing.contains("too-deep")), "{open} {depth}");
            }
        }
    }
}

#[test]
fn every_cycle_is_generated_or_rejected() {
    let reference = |name: &str| format!("{{$ref: '#/components/schemas/{name}'}}");
    let (a, b) = (reference("A"), reference("B"));
    let codes = ["cyclic-ref", "infinite-type"];
    let rows = [
        (format!("    A: {a}"), false),
        (format!("    A: {b}\n    B: {a}"), false),
        (format!("    A: {{allOf: [{a}]}}"), false),
        (format!("    A: {{allOf: [{b}]}}\n    B: {{allOf: [{a}]}}"), false),
        (format!("    A: {{type: object, properties: {{a: {a}}}}}"), true),
        (
            format!("    A: {{type: object, properties: {{b: {b}}}}}\n    B: {{type: object, properties: {{a: {a}}}}}"),
            true,
        ),
        (format!("    A: {{type: array, items: {a}}}"), true),
        (format!("    A: {{type: object, additionalProperties: {a}}}"), true),
        (format!("    A: {{oneOf: [{{type: string}}, {{type: array, items: {a}}}]}}"), true),
        (format!("    A: {{oneOf: [{a}, {{type: string}}]}}"), true),
        (format!("    A: {{oneOf: [{b}, {{type: string}}]}}\n    B: {{oneOf: [{a}, {{type: integer}}]}}"), true),
        (
            format!(
                "    A: {{oneOf: [{b}], discriminator: {{propertyName: k}}}}\n    B: {{allOf: [{a}, {{type: object, required: [k], properties: {{k: {{type: string}}}}}}]}}"
            ),
            true,
        ),
        (
            format!(
                "    A: {{type: object, minProperties: 1, properties: {{a: {{anyOf: [{a}, {b}]}}}}}}\n    B: {{allOf: [{a}], maxProperties: 3}}"
            ),
            true,
        ),
    ];
    for (schemas, is_valid) in rows {
        for side in [TargetKind::ClientReqwest, TargetKind::ServerAxum] {
            match made(side, &with_schemas(&schemas)) {
                Ok(_) => assert!(is_valid, "{schemas}"),
                Err(listing) => assert!(codes.iter().any(|code| listing.contains(code)), "{schemas}: {listing}"),
            }
        }
    }
}

#[test]
fn documents_that_expand_exponentially_are_bounded() {
    let mut nested = "{type: string}".to_owned();
    for level in 0..30 {
        let others: Vec<String> =
            (0..9).map(|at| format!("{{type: object, properties: {{p{level}x{at}: {{type: string}}}}}}")).collect();
        nested = format!("{{oneOf: [{}, {{type: object, properties: {{n{level}: {nested}}}}}]}}", others.join(", "));
    }
    drop(client(&with_schemas(&format!("    A: {nested}"))));
    let values: Vec<String> = (0..50_000).map(|at| format!("v{at}")).collect();
    drop(client(&with_schemas(&format!("    A: {{type: string, enum: [{}]}}", values.join(", ")))));
    let uses: Vec<String> = (0..20_000).map(|at| format!("p{at}: {{$ref: '#/components/schemas/B'}}")).collect();
    drop(client(&with_schemas(&format!(
        "    A: {{type: object, properties: {{{}}}}}\n    B: {{type: string, maxLength: 3}}",
        uses.join(", ")
    ))));
}
