//! Which rules a document has, by name.

use crate::diag::Report;
use crate::document::{Document, Input};
use crate::limits::Limits;
use crate::model::rule::{AdditionalProperties, Limit, Rule, RuleId, Rules};

#[test]
fn only_request_schemas_with_constraints_have_rules() {
    let document = Document::load(&Input::from("fixtures/ok/rules.yaml"), &Limits::default()).unwrap();
    let api = crate::lower::lower(&document, &mut Report::new()).unwrap();
    let named = |hint: &str| api.rules.list.iter().find(|rule| rule.hint == hint);
    let limits = |hint: &str| named(hint).map(|rule| rule.limits.clone());
    assert_eq!(limits("order limit"), Some(vec![Limit::Minimum(1.0, false), Limit::Maximum(100.0, false)]));
    assert_eq!(limits("order ratio"), Some(vec![Limit::Minimum(0.0, true), Limit::Maximum(1.0, true)]));
    let code = vec![Limit::MaxLength(10), Limit::Pattern("^[A-Z]{2}[0-9]+$".to_owned())];
    assert_eq!(limits("order code"), Some(code));
    assert_eq!(named("Strict").map(|rule| rule.additional_properties), Some(AdditionalProperties::None));
    // Its pairs are among those of other parameters.
    let spread = named("order spread").unwrap();
    assert!(
        spread.limits.is_empty()
            && spread.additional_properties == AdditionalProperties::Any
            && spread.properties.len() == 1
    );
    assert!(named("order plain").is_none() && named("Plain").is_none());
    assert_eq!(api.rules.list.iter().filter(|rule| rule.at.as_str() == "/components/schemas/Line").count(), 1);
}

fn rules(path: &str) -> Rules {
    let document = Document::load(&Input::from(path), &Limits::default()).unwrap();
    crate::lower::lower(&document, &mut Report::new()).unwrap().rules
}

fn inline(text: &str) -> Rules {
    let input = Input::Memory { name: "rules.yaml".to_owned(), bytes: text.as_bytes().to_vec() };
    let document = Document::load(&input, &Limits::default()).unwrap();
    crate::lower::lower(&document, &mut Report::new()).unwrap().rules
}

#[test]
fn equal_rules_are_shared_and_named_by_their_constraints() {
    let rules = rules("fixtures/ok/rules-equal.yaml");
    let all = |hint: &str| rules.list.iter().filter(|rule| rule.hint == hint).collect::<Vec<_>>();
    let text = all("text max length 50");
    // In this order: twice, the items of expand, name, the city of three homes, the text of both lists, and the id of a
    // dog.
    assert_eq!((text.len(), text[0].others + 1, text[0].is_named), (1, 11, true));
    assert_eq!(all("list of text max length 50")[0].others, 1);
    // The order of properties does not matter, and equal rules inside are shared.
    assert_eq!(all("home").len(), 1);
    assert_eq!((all("home")[0].others, all("work").len()), (1, 0));
    let body = |name: &str| {
        let properties = rules.list.iter().find(|rule| rule.hint == "addPerson body").map(|rule| &rule.properties);
        properties.and_then(|all| all.iter().find(|(own, _)| own == name)?.1)
    };
    assert_eq!(body("home"), body("work"));
}

#[test]
fn different_rules_are_not_merged() {
    let rules = rules("fixtures/ok/rules-equal.yaml");
    let hints: Vec<&str> = rules.list.iter().map(|rule| rule.hint.as_str()).collect();
    for hint in ["home", "ship", "listPeople state", "listFirms country", "listPeople page", "listFirms page"] {
        assert_eq!(hints.iter().filter(|own| **own == hint).count(), 1, "{hint} of {hints:?}");
    }
    // A recursive rule is identified by its reference alone.
    assert!(hints.contains(&"Node") && hints.contains(&"Tree"), "{hints:?}");
}

#[test]
fn alternatives_allow_properties_of_the_whole() {
    let rules = rules("fixtures/ok/rules-equal.yaml");
    for hint in ["Cat", "Dog"] {
        let rule = rules.list.iter().find(|rule| rule.hint == hint).unwrap();
        // A writer does not need to send `readOnly` properties, here behind a reference.
        assert!(rule.additional_properties == AdditionalProperties::Any && rule.limits.is_empty(), "{rule:?}");
    }
}

#[test]
fn closed_base_allows_properties_of_subtypes() {
    let rules = inline(
        "openapi: 3.0.3\n\
         info: {title: Base, version: '1'}\n\
         paths: {/a: {post: {operationId: a, responses: {'204': {description: x}}, requestBody: {content: \
         {application/json: {schema: {$ref: '#/components/schemas/Base'}}}}}}}\n\
         components: {schemas: {\
         Base: {type: object, required: [kind], additionalProperties: false, discriminator: {propertyName: kind}, \
         properties: {kind: {type: string, maxLength: 4}}}, \
         Child: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {more: {type: string}}}]}}}\n",
    );
    assert!(rules.list.iter().all(|rule| rule.additional_properties == AdditionalProperties::Any), "{rules:?}");
}

#[test]
fn files_and_exploded_parameters_have_no_rules() {
    let rules = inline(
        "openapi: 3.0.3\n\
         info: {title: Files, version: '1'}\n\
         paths: {/a: {post: {operationId: a, responses: {'204': {description: x}}, \
         parameters: [{name: spread, in: query, schema: {anyOf: [{type: object, maxProperties: 1, \
         additionalProperties: false, properties: {from: {type: string, maxLength: 4}}}]}}], \
         requestBody: {content: {multipart/form-data: {schema: {type: object, properties: \
         {file: {type: string, format: binary, minLength: 1}, text: {type: string, minLength: 1}}}}}}}}}\n",
    );
    let body = rules.list.iter().find(|rule| rule.hint == "a body").unwrap();
    assert_eq!(body.properties.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["text"]);
    assert!(rules.list.iter().all(|rule| rule.additional_properties == AdditionalProperties::Any), "{rules:?}");
    assert!(rules.list.iter().all(|rule| !rule.limits.contains(&Limit::MaxProperties(1))), "{rules:?}");
}

#[test]
fn single_value_next_to_an_exploded_object_keeps_its_limits() {
    let rules = inline(
        "openapi: 3.0.3\n\
         info: {title: Pages, version: '1'}\n\
         paths: {/a: {get: {operationId: a, responses: {'204': {description: x}}, parameters: [{name: page, in: query, \
         schema: {oneOf: [{type: integer, minimum: 1}, {type: object, properties: {size: {type: integer}}}]}}, \
         {name: word, in: query, schema: {anyOf: [{type: string, pattern: '^[a-z]+$', maxLength: 3}, \
         {type: object, maxProperties: 1, properties: {from: {type: string}}}]}}]}}}\n",
    );
    let has = |limit: &Limit| rules.list.iter().any(|rule| rule.limits.contains(limit));
    assert!(has(&Limit::MaxLength(3)) && has(&Limit::Pattern("^[a-z]+$".to_owned())), "{rules:?}");
    assert!(
        rules.list.iter().any(|rule| rule.limits.iter().any(|limit| matches!(limit, Limit::Minimum(..)))),
        "{rules:?}"
    );
    assert!(!has(&Limit::MaxProperties(1)), "pairs of other parameters would be counted: {rules:?}");
}

#[test]
fn rule_that_only_repeats_another_is_replaced() {
    let rules = inline(
        "openapi: 3.0.3\n\
         info: {title: Parts, version: '1'}\n\
         paths: {/a: {post: {operationId: a, responses: {'204': {description: x}}, requestBody: {content: \
         {application/json: {schema: {allOf: [{$ref: '#/components/schemas/Node'}]}}}}}}}\n\
         components: {schemas: {\
         Node: {type: object, properties: {again: {allOf: [{$ref: '#/components/schemas/Node'}]}, \
         none: {nullable: true, allOf: [{$ref: '#/components/schemas/Word'}]}, \
         word: {allOf: [{$ref: '#/components/schemas/Word'}]}}}, Word: {type: string, maxLength: 4}}}\n",
    );
    let hints: Vec<(&str, usize)> = rules.list.iter().map(|rule| (rule.hint.as_str(), rule.others)).collect();
    assert_eq!(hints, [("Node", 0), ("none", 0), ("Word", 0)]);
    assert_eq!(rules.bodies.values().map(|id| id.0).collect::<Vec<_>>(), [0]);
    assert_eq!(rules.list[0].properties.iter().map(|(_, id)| id.unwrap().0).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn nesting_depth_of_rules_is_limited() {
    let chain: String = (0..1000)
        .map(|at| format!("S{at}: {{maxProperties: 9, allOf: [{{$ref: '#/components/schemas/S{}'}}]}},\n    ", at + 1))
        .collect();
    let text = format!(
        "openapi: 3.0.3\n\
         info: {{title: Chain, version: '1'}}\n\
         paths: {{/a: {{post: {{operationId: a, responses: {{'204': {{description: x}}}}, requestBody: {{content: \
         {{application/json: {{schema: {{$ref: '#/components/schemas/S0'}}}}}}}}}}}}}}\n\
         components:\n  schemas: {{\n    {chain}S1000: {{type: object, maxProperties: 8}}}}\n"
    );
    let rules = inline(&text);
    let depth = |mut id: RuleId| {
        let mut depth = 0;
        while let Some(next) = rules.list[id.0].all_of.first() {
            (id, depth) = (*next, depth + 1);
        }
        depth
    };
    let deepest = (0..rules.list.len()).map(|index| depth(RuleId(index))).max();
    assert!(deepest.is_some_and(|deepest| deepest <= 32), "{deepest:?}");
    assert!(rules.list.len() <= 33, "what nothing leads to is not written");
}

#[test]
fn limits_implied_by_the_type_are_omitted() {
    let rules = rules("fixtures/ok/rules-equal.yaml");
    let limits = |hint: &str| rules.list.iter().find(|rule| rule.hint == hint).map(|rule| rule.limits.clone());
    assert_eq!(limits("listFirms size"), None);
    assert_eq!(limits("listFirms some"), Some(vec![Limit::Minimum(0.0, false)]));
    // The type of the whole differs from that of its part.
    let whole = vec![Limit::Minimum(0.0, false), Limit::Maximum(2_147_483_647.0, false)];
    assert_eq!(limits("listFirms part"), Some(whole));
}

fn of_body(content: &str) -> (Rules, usize) {
    let text = format!(
        "openapi: 3.0.3\n\
         info: {{title: Body, version: '1'}}\n\
         paths: {{/a: {{post: {{operationId: a, responses: {{'204': {{description: x}}}}, \
         requestBody: {{content: {{{content}}}}}}}}}}}\n"
    );
    let input = Input::Memory { name: "rules.yaml".to_owned(), bytes: text.into_bytes() };
    let document = Document::load(&input, &Limits::default()).unwrap();
    let mut report = Report::new();
    let rules = crate::lower::lower(&document, &mut report).unwrap().rules;
    (rules, report.iter().count())
}

#[test]
fn text_body_has_the_rule_of_a_string_schema() {
    let rules = |schema: &str| of_body(&format!("text/plain: {{schema: {schema}}}")).0;
    assert_eq!(rules("{type: string, maxLength: 3}").list[0].limits, [Limit::MaxLength(3)]);
    assert_eq!(rules("{type: integer, maximum: 3}").list[0].limits, [Limit::Maximum(3.0, false)]);
    for schema in ["{type: string}", "{type: array, minItems: 2}", "{type: string, format: binary, maxLength: 3}"] {
        assert!(rules(schema).list.is_empty(), "{schema}");
    }
}

#[test]
fn unchecked_part_header_constraints_are_reported() {
    let reported = |schema: &str| {
        let schema = format!(
            "schema: {{type: object, properties: {{a: {{type: string}}}}}}, encoding: {{a: {{headers: {{X-A: {{schema: {schema}}}}}}}}}"
        );
        of_body(&format!("multipart/form-data: {{{schema}}}")).1
    };
    assert_eq!(reported("{type: string}"), 0);
    assert_eq!(reported("{type: string, maxLength: 3}"), 1);
    assert_eq!(reported("{type: array, items: {type: string, pattern: a}}"), 1);
}

#[test]
fn choice_in_a_part_allows_properties_of_the_whole() {
    let one = "{oneOf: [{type: object, additionalProperties: false, properties: {a: {type: string}}}]}";
    let whole = "{type: object, properties: {x: {type: string, maxLength: 3}}}";
    let (rules, _) = of_body(&format!("application/json: {{schema: {{allOf: [{whole}, {one}]}}}}"));
    assert!(rules.list.iter().all(|rule| rule.additional_properties == AdditionalProperties::Any), "{rules:?}");
}

/// JSON Schema core, section 10.3.2.3: `additionalProperties` applies to the properties that are not in `properties` of the
/// same schema object, so it does apply to those of the other parts of an `allOf`.
#[test]
fn additional_properties_of_a_part_apply_to_properties_of_other_parts() {
    let rules = inline(
        "openapi: 3.0.3\n\
         info: {title: Parts, version: '1'}\n\
         paths: {/a: {post: {operationId: a, responses: {'204': {description: x}}, requestBody: {content: \
         {application/json: {schema: {allOf: [\
         {type: object, properties: {other: {type: string}}}, \
         {type: object, properties: {own: {type: string}}, additionalProperties: {type: string, maxLength: 3}}]}}}}}}}\n",
    );
    let each = |rule: &&Rule| matches!(rule.additional_properties, AdditionalProperties::Each(_));
    let part = rules.list.iter().find(each).unwrap();
    let AdditionalProperties::Each(id) = part.additional_properties else { unreachable!("it was found by this") };
    assert_eq!(rules.list[id.0].limits, [Limit::MaxLength(3)]);
    // Without a rule, so that the property itself has any length.
    assert_eq!(part.properties, [("own".to_owned(), None)]);
}

#[test]
fn idempotency_keys_are_made_only_if_every_uuid_is_valid() {
    for (schema, is_made) in [
        ("{type: string}", true),
        ("{}", true),
        ("{type: string, format: uuid, minLength: 1, maxLength: 36}", true),
        ("{type: string, maxLength: 35}", false),
        ("{type: string, minLength: 37}", false),
        ("{type: string, pattern: '^[0-9a-f-]+$'}", false),
        ("{type: string, enum: [a]}", false),
        ("{type: string, format: date}", false),
        ("{type: integer}", false),
        ("{type: array, items: {type: string}}", false),
        ("{allOf: [{type: string}, {maxLength: 3}]}", false),
    ] {
        let rules = inline(&format!(
            "openapi: 3.0.3\ninfo: {{title: Keys, version: '1'}}\npaths: {{/a: {{post: {{operationId: a, parameters: [\
             {{name: idempotency-key, in: header, schema: {schema}}}], responses: {{'204': {{description: x}}}}}}}}}}\n"
        ));
        assert_eq!(rules.idempotency_keys.contains(&(0, 0)), is_made, "{schema}");
    }
}
