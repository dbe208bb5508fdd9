//! What the model has that no code is generated from: examples, tags, servers of operations, unused schemes.

use serde_json::{Value, json};

use super::{component, fixture, lower, operation};
use crate::model::Api;
use crate::model::example::{Example, ExampleValue};
use crate::model::security::SchemeKind;

/// The names, values and pointers of examples.
fn listed(examples: &[Example]) -> Vec<(Option<&str>, Value, String)> {
    let value = |example: &Example| match &example.content.value {
        ExampleValue::Data(value) => value.clone(),
        ExampleValue::Serialized(text) => json!({"serialized": text}),
        ExampleValue::External(url) => json!({"external": url}),
    };
    examples.iter().map(|one| (one.name.as_deref(), value(one), one.content.at.to_string())).collect()
}

fn model() -> (Api, Vec<String>) {
    let (api, lines) = lower(&fixture("ok/model.yaml"));
    (api.expect("the fixture is valid"), lines)
}

#[test]
fn parameters_have_their_examples() {
    let (api, _) = model();
    let parameters = &operation(&api, "listPets").parameters;
    let at = "#/paths/~1pets/get/parameters";
    assert_eq!(listed(&parameters[0].examples), [(None, json!(10), format!("{at}/0/example"))]);
    let far = json!({"external": "https://examples.example.com/sort.txt"});
    assert_eq!(
        listed(&parameters[1].examples),
        [
            (Some("byName"), json!("name"), format!("{at}/1/examples/byName")),
            (Some("far"), far, format!("{at}/1/examples/far")),
        ]
    );
    assert_eq!(parameters[1].examples[0].content.summary.as_deref(), Some("By name"));
    let in_content = format!("{at}/2/content/application~1json/example");
    assert_eq!(listed(&parameters[2].examples), [(None, json!({"age": 1}), in_content)]);
}

#[test]
fn bodies_responses_and_headers_have_their_examples() {
    let (api, _) = model();
    let body = operation(&api, "addPet").body.as_ref().unwrap();
    let at = "#/paths/~1pets/post/requestBody/content/application~1json/example".to_owned();
    assert_eq!(listed(&body.forms.first().examples), [(None, json!({"name": "Rex"}), at)]);
    let response = &operation(&api, "listPets").responses[0];
    let two = json!([{"name": "Rex"}, {"name": "Tom", "age": 3.5}]);
    let examples = &response.forms[0].examples;
    assert_eq!(listed(examples), [(Some("two"), two, "#/components/examples/TwoPets".to_owned())]);
    assert_eq!(examples[0].content.description.as_deref(), Some("A dog and a cat"));
    let at = "#/paths/~1pets/get/responses/200/headers/X-Total/example".to_owned();
    assert_eq!(listed(&response.headers[0].examples), [(None, json!(2), at)]);
    assert_eq!(response.doc.description.as_deref(), Some("The pets"));
}

#[test]
fn unusable_examples_are_reported_and_not_kept() {
    let unusable = "gone: {$ref: '#/components/examples/Missing'}
                bare: {summary: It has no value}
                two:";
    let (api, lines) = lower(&fixture("ok/model.yaml").replace("two:", unusable));
    let response = &operation(api.as_ref().unwrap(), "listPets").responses[0];
    assert_eq!(response.forms[0].examples.len(), 1);
    let at = "#/paths/~1pets/get/responses/200/content/application~1json/examples";
    assert_eq!(lines, [format!("warning[dangling-ref] {at}/gone/$ref")]);
    let skipped = &api.as_ref().unwrap().skipped;
    assert!(skipped.iter().any(|part| part.at.to_string() == format!("{at}/bare")), "{skipped:?}");
}

#[test]
fn types_have_the_examples_of_their_schemas() {
    let (api, _) = model();
    let pet = component(&api, "Pet");
    let index = api.types.iter().position(|def| def.at == pet.at).unwrap();
    let examples = &api.type_examples[&crate::model::schema::TypeId(index)];
    let own = (None, json!({"name": "Rex", "age": u64::MAX}), "#/components/schemas/Pet/example".to_owned());
    assert_eq!(listed(&examples.own), [own]);
    let names: Vec<&str> = examples.properties.keys().map(String::as_str).collect();
    assert_eq!(names, ["name"]);
    let at = "#/components/schemas/Pet/allOf/0/properties/name/example".to_owned();
    assert_eq!(listed(&examples.properties["name"]), [(None, json!("Rex"), at)]);
}

#[test]
fn schemas_of_3_1_have_a_list_of_examples() {
    let text = "openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /x: {get: {operationId: x, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}
components:
  schemas:
    A: {type: object, properties: {b: {type: string, examples: [c, d]}}, examples: [{b: c}]}
";
    let (api, _) = lower(text);
    let api = api.unwrap();
    let examples = &api.type_examples[&crate::model::schema::TypeId(0)];
    assert_eq!(listed(&examples.own), [(None, json!({"b": "c"}), "#/components/schemas/A/examples/0".to_owned())]);
    let at = "#/components/schemas/A/properties/b/examples".to_owned();
    let expected = [(None, json!("c"), format!("{at}/0")), (None, json!("d"), format!("{at}/1"))];
    assert_eq!(listed(&examples.properties["b"]), expected);
}

#[test]
fn shared_examples_are_stored_once() {
    let uses: String = (0..50).map(|n| format!("        e{n}: {{$ref: '#/components/examples/E'}}\n")).collect();
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /x:\n    get:\n      parameters:\n      \
         - name: q\n        in: query\n        schema: {{type: string}}\n        examples:\n{}\n      responses: {{}}\n\
         components:\n  examples:\n    E: {{value: long}}\n",
        uses.replace("        e", "          e")
    );
    let (api, _) = lower(&text);
    let api = api.unwrap();
    let examples = &api.operations[0].parameters[0].examples;
    assert_eq!(examples.len(), 50);
    assert!(examples.iter().all(|one| std::sync::Arc::ptr_eq(&one.content, &examples[0].content)));
}

#[test]
fn tags_are_kept_in_document_order() {
    let (api, _) = model();
    let tags: Vec<_> = api
        .tags
        .iter()
        .map(|tag| (tag.name.as_str(), tag.description.as_deref(), tag.docs_url.as_deref(), tag.at.to_string()))
        .collect();
    let pets = ("pets", Some("All about pets"), Some("https://docs.example.com/pets"), "#/tags/0".to_owned());
    assert_eq!(tags, [pets, ("empty", None, None, "#/tags/1".to_owned())]);
    assert_eq!(operation(&api, "listPets").tags, ["pets", "undeclared"]);
    assert!(operation(&api, "addPet").tags.is_empty());
}

#[test]
fn operations_have_their_own_servers() {
    let (api, _) = model();
    let urls = |id: &str| operation(&api, id).servers.iter().map(|server| server.url.clone()).collect::<Vec<_>>();
    assert_eq!(urls("listPets"), ["https://read.example.com/v1"]);
    assert_eq!(operation(&api, "listPets").servers[0].description.as_deref(), Some("replica"));
    assert_eq!(urls("addPet"), ["https://pets.example.com"], "those of the path item");
    assert!(urls("health").is_empty(), "the same as those of the document");
}

#[test]
fn unused_schemes_are_kept_apart() {
    let (api, _) = model();
    let names = |schemes: &[crate::model::security::Scheme]| {
        schemes.iter().map(|scheme| scheme.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!((names(&api.schemes), names(&api.unused_schemes)), (vec!["key".into()], vec!["login".into()]));
    let login = &api.unused_schemes[0];
    assert_eq!((&login.kind, login.description.as_deref()), (&SchemeKind::Basic, Some("For later")));
    assert_eq!(login.at.to_string(), "#/components/securitySchemes/login");
}
