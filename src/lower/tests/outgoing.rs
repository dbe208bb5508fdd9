//! Webhooks and callbacks.

use serde_json::json;

use super::{document, fixture, lines, lower};
use crate::diag::Report;
use crate::document::{Document, Input};
use crate::limits::Limits;
use crate::model::Api;
use crate::model::example::ExampleValue;
use crate::model::operation::{Content, Status};
use crate::model::outgoing::{Origin, OutgoingOperation};
use crate::model::schema::{Scalar, Shape, TypeHint, TypeRef};
use crate::model::security::{Access, Requirement};

/// A document with webhooks, of which some are invalid.
const WEBHOOKS: &str = "openapi: 3.1.0
info: {title: t, version: '1'}
security: [{key: []}]
paths:
  /x: {get: {operationId: x, responses: {'200': {description: d}}}}
webhooks:
  newPet:
    post:
      operationId: newPet
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'200': {description: Received}}
  byReference: {$ref: '#/components/pathItems/Ended'}
  undeclared: {post: {security: [{nobody: []}], responses: {'200': {description: d}}}}
  dangling: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/None'}}}}, responses: {}}}
  malformed: {post: {parameters: 7, responses: {}}}
  missing: {$ref: '#/components/pathItems/None'}
  text: hello
  nested: {post: {responses: {}, callbacks: {c: {'{$url}': {post: {responses: {}}}}}}}
  empty: {summary: It has no operation}
x-webhooks:
  x-setting: true
  vendor: {put: {security: [{}], responses: {}}}
components:
  pathItems:
    Ended: {delete: {responses: {'204': {description: d}}}}
  schemas:
    Pet: {type: object, properties: {name: {type: [string, 'null']}, kind: {const: dog}}}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
";

fn origins(api: &Api) -> Vec<String> {
    let text = |OutgoingOperation { origin, operation }: &OutgoingOperation| match origin {
        Origin::Webhook { name } => format!("{name}: {} {}", operation.method.as_str(), operation.at),
        Origin::Callback { name, expression, of } => {
            format!("{name} of {} {}: {expression} {}", api.operations[*of].id, operation.method.as_str(), operation.at)
        }
    };
    api.outgoing.operations.iter().map(text).collect()
}

/// The schemes of each alternative.
fn access(api: &Api, index: usize) -> Vec<Vec<&str>> {
    let Access::Guarded { any_of, .. } = &api.outgoing.operations[index].operation.access else { return Vec::new() };
    let names = |one: &Requirement| one.iter().map(|used| api.outgoing.scheme(used.scheme).name.as_str()).collect();
    any_of.iter().map(names).collect()
}

#[test]
fn callbacks_have_expression_operation_and_pointer() {
    let (api, lines) = lower(&fixture("ok/callbacks.yaml"));
    assert!(lines.is_empty(), "{lines:?}");
    let api = api.unwrap();
    let at = "#/paths/~1streams/post/callbacks/onEvent";
    assert_eq!(
        origins(&api),
        [
            format!("onEvent of subscribe POST: {{$request.body#/url}} {at}/{{$request.body#~1url}}/post"),
            format!("onEvent of subscribe GET: {{$request.body#/url}}/ping {at}/{{$request.body#~1url}}~1ping/get"),
            "onEnd of subscribe PUT: {$request.query.end} #/components/callbacks/OnEnd/{$request.query.end}/put".into(),
        ]
    );
    let deliver = &api.outgoing.operations[0].operation;
    assert_eq!((deliver.id.as_str(), deliver.path.text.as_str()), ("deliver", "{$request.body#/url}"));
    assert!(deliver.path.segments.is_empty());
}

#[test]
fn callbacks_have_parameters_body_and_responses() {
    let (api, _) = lower(&fixture("ok/callbacks.yaml"));
    let api = api.unwrap();
    let deliver = &api.outgoing.operations[0].operation;
    let parameter = &deliver.parameters[0];
    assert_eq!((parameter.name.as_str(), &parameter.ty), ("attempt", &TypeRef::Scalar(Scalar::Int64)));
    let body = deliver.body.as_ref().unwrap();
    assert!(body.is_required);
    assert_eq!(body.forms.first().examples[0].content.value, ExampleValue::Data(json!({"id": 1})));
    let Content::Json(TypeRef::Named(id)) = &body.forms.first().content else { panic!("{body:?}") };
    let event = api.outgoing.type_def(*id);
    assert_eq!(event.hint, TypeHint::Component { name: "Event".to_owned(), pinned: None });
    assert!(event.usage.in_request && !event.usage.in_response);
    let Shape::Struct(shape) = &event.shape else { panic!("{event:?}") };
    let fields: Vec<&str> = shape.fields.iter().map(|field| field.wire.as_str()).collect();
    assert_eq!(fields, ["id", "reason"]);
    let example = &api.outgoing.type_examples[id].properties["id"][0];
    assert_eq!(example.content.value, ExampleValue::Data(json!(7)));
    let responses: Vec<_> = deliver.responses.iter().map(|one| (one.status, one.doc.description.as_deref())).collect();
    assert_eq!(responses, [(Status::Code(204), Some("Received")), (Status::Code(410), Some("Unsubscribe"))]);
    assert_eq!(deliver.responses[1].forms.len(), 1);
}

#[test]
fn callback_without_security_has_that_of_the_document() {
    let (api, _) = lower(&fixture("ok/callbacks.yaml"));
    let api = api.unwrap();
    assert_eq!(access(&api, 0), [["key"]]);
    assert_eq!(api.outgoing.operations[1].operation.access, Access::Open);
    assert_eq!(access(&api, 2), [["signed"]]);
}

#[test]
fn types_and_schemes_of_callbacks_are_kept_apart() {
    let (api, _) = lower(&fixture("ok/callbacks.yaml"));
    let api = api.unwrap();
    let names = |types: &[crate::model::schema::TypeDef]| {
        types.iter().map(|def| def.at.last().unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(names(&api.types), ["Subscription"]);
    assert_eq!(names(&api.outgoing.types), ["Event", "Reason"]);
    assert_eq!(api.schemes.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["key"]);
    assert_eq!(api.unused_schemes.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["signed"]);
}

#[test]
fn valid_webhooks_are_kept_next_to_invalid_ones() {
    let (api, _) = lower(WEBHOOKS);
    let api = api.unwrap();
    assert_eq!(
        origins(&api),
        [
            "newPet: POST #/webhooks/newPet/post",
            "byReference: DELETE #/x-keystub-path-items/Ended/delete",
            "nested: POST #/webhooks/nested/post",
            "vendor: PUT #/x-webhooks/vendor/put",
        ]
    );
    assert_eq!(access(&api, 0), [["key"]]);
    assert_eq!(api.outgoing.operations[3].operation.access, Access::Open);
    let Shape::Struct(pet) = &api.outgoing.types[0].shape else { panic!("{:?}", api.outgoing.types) };
    let nullable = TypeRef::Nullable(Box::new(TypeRef::Scalar(Scalar::Text)));
    assert_eq!(pet.fields[0].ty, nullable, "schemas are read as those of OpenAPI 3.1");
}

#[test]
fn errors_in_webhooks_are_warnings() {
    let (api, mut lines) = lower(WEBHOOKS);
    lines.sort();
    assert_eq!(
        lines,
        [
            "warning[dangling-ref] #/webhooks/dangling/post/requestBody/content/application~1json/schema/$ref",
            "warning[dangling-ref] #/webhooks/missing/$ref",
            "warning[malformed] #/webhooks/malformed/post/parameters",
            "warning[malformed] #/webhooks/text",
            "warning[unknown-scheme] #/webhooks/undeclared/post/security/0/nobody",
        ]
    );
    let skipped: Vec<String> = api.unwrap().skipped.iter().map(|skipped| skipped.at.to_string()).collect();
    assert_eq!(
        skipped,
        [
            "#/webhooks/malformed",
            "#/webhooks/missing",
            "#/webhooks/text",
            "#/webhooks/nested/post/callbacks",
            "#/webhooks/empty",
            "#/webhooks/undeclared/post",
            "#/webhooks/dangling/post",
        ]
    );
}

#[test]
fn schemas_of_webhooks_are_upgraded_in_place() {
    let text = "openapi: 3.1.0
info: {title: t, version: '1'}
paths: {/x: {get: {responses: {'204': {description: d}}}}}
webhooks:
  w:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {a: {type: [integer, 'null']}}}}}}
      responses: {}
";
    let (api, lines) = lower(text);
    assert!(lines.is_empty(), "{lines:?}");
    let api = api.unwrap();
    let Shape::Struct(body) = &api.outgoing.types[0].shape else { panic!("{:?}", api.outgoing.types) };
    assert_eq!(body.fields[0].ty, TypeRef::Nullable(Box::new(TypeRef::Scalar(Scalar::Int64))));
}

#[test]
fn many_invalid_webhooks_are_rejected_with_bounded_work() {
    let webhooks: String =
        (0..2000).map(|n| format!("  w{n}: {{post: {{security: [{{nobody: []}}], responses: {{}}}}}}\n")).collect();
    let paths = "{/x: {get: {responses: {'204': {description: d}}}}}";
    let text = format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {paths}\nwebhooks:\n{webhooks}");
    let (api, lines) = lower(&text);
    let api = api.unwrap();
    assert!(api.outgoing.operations.is_empty());
    assert_eq!(api.skipped.len(), 2000);
    assert!(lines.iter().all(|line| line.starts_with("warning[unknown-scheme]")), "{lines:?}");
}

#[test]
fn callbacks_that_many_operations_share_are_bounded() {
    let paths: String = (0..200)
        .map(|n| {
            format!("  /x{n}: {{get: {{callbacks: {{c: {{$ref: '#/components/callbacks/C'}}}}, responses: {{}}}}}}\n")
        })
        .collect();
    let expressions: String =
        (0..200).map(|n| format!("      '{{$url}}/{n}': {{post: {{responses: {{}}}}}}\n")).collect();
    let text = document(&paths, &format!("  callbacks:\n    C:\n{expressions}"));
    let input = Input::Memory { name: "test.yaml".to_owned(), bytes: text.into_bytes() };
    let limits = Limits { nodes: 10_000, ..Limits::default() };
    let document = Document::load(&input, &limits).unwrap_or_else(|failure| panic!("{failure}"));
    let mut report = Report::new();
    let api = super::super::lower(&document, &mut report).unwrap();
    let count = api.outgoing.operations.len();
    assert!((200..500).contains(&count), "{count}");
    let lines = lines(&report);
    assert_eq!(lines.iter().filter(|line| line.starts_with("warning[too-many-nodes]")).count(), 1, "{lines:?}");
}
