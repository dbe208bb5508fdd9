//! `copy` of Overlay 1.1, and links: what a copied part refers to, and what is reported about it.

use std::path::PathBuf;

use keystub::{Error, Generator};

/// A list with pages: a link by `operationId`, one by `operationRef`, and a link that is a component.
const ORDERS: &str = "openapi: 3.0.3
info: {title: t, version: '1'}
security: [{key: []}]
paths:
  /orders:
    get:
      operationId: listOrders
      parameters: [{$ref: '#/components/parameters/cursor'}]
      responses:
        '200':
          description: d
          content: {application/json: {schema: {$ref: '#/components/schemas/Orders'}}}
          links: {next: {$ref: '#/components/links/next'}, again: {operationRef: '#/paths/~1orders/get'}}
  /health: {get: {operationId: health, security: [], responses: {'204': {description: d}}}}
  /sales: {}
components:
  parameters: {cursor: {name: cursor, in: query, schema: {type: string}}}
  links: {next: {operationId: listOrders, parameters: {cursor: '$response.body#/next'}}}
  schemas:
    Orders: {type: object, properties: {next: {type: string}, orders: {type: array, items: {$ref: '#/components/schemas/Order'}}}}
    Order: {type: object, properties: {id: {type: integer}, toy: {$ref: 'toy.yaml#/Toy'}}}
    Alias: {$ref: '#/components/schemas/Order'}
    Target: {type: object, properties: {name: {type: string}}}
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}, other: {type: apiKey, in: query, name: key}}
";

struct Outcome {
    /// Each operation, with how the next page is requested.
    operations: Vec<String>,
    /// File, pointer and code of each diagnostic.
    found: Vec<String>,
}

/// What the document is after these actions.
fn after(actions: &str) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("api.yaml"), ORDERS).unwrap();
    std::fs::write(path("toy.yaml"), "Toy: {type: string}\n").unwrap();
    let head = "overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions:\n";
    std::fs::write(path("o.yaml"), format!("{head}{actions}\n")).unwrap();
    let client = Generator::client(path("api.yaml")).overlay(path("o.yaml"));
    let name = |file: &str| PathBuf::from(file).file_name().unwrap().to_string_lossy().into_owned();
    let found = match client.generate() {
        Ok(output) => output.diagnostics().to_vec(),
        Err(Error::Document(invalid)) => invalid.diagnostics().to_vec(),
        Err(other) => panic!("{other}"),
    };
    let found = found.iter().map(|one| format!("{}#{} {}", name(&one.file), one.pointer, one.code)).collect();
    let operations = client.inspect().map_or_else(
        |_| Vec::new(),
        |inspection| {
            let all = inspection.api().operations.iter();
            all.map(|own| format!("{} {}", own.id, if own.next.is_some() { "pages" } else { "-" })).collect()
        },
    );
    Outcome { operations, found }
}

/// The actions that copy `/orders` to `/sales`.
const COPY: &str = "- {target: \"$.paths['/sales']\", copy: \"$.paths['/orders']\"}\n";
const RENAME: &str = "- {target: \"$.paths['/sales'].get\", update: {operationId: listSales}}\n";

#[test]
fn copied_parts_are_those_of_the_document_wherever_they_go() {
    let orders = "listOrders pages";
    let renamed = format!("{COPY}{RENAME}");
    let links = "$.paths['/sales'].get.responses['200'].links";
    let cases: [(&str, &str, &[&str], &[&str]); 12] = [
        ("nothing", "- {target: $.info, update: {description: d}}", &[orders, "health -"], &[]),
        // The copy has the `operationId` of the original, and gets a name from its path.
        (
            "same id",
            COPY,
            &[orders, "health -", "get sales pages"],
            &["api.yaml#/paths/~1orders/get/operationId duplicate-operation-id"],
        ),
        // The copied link is still one to `listOrders`, so it is not the next page of the copy.
        ("other id", &renamed, &[orders, "health -", "listSales -"], &[]),
        (
            "own link",
            &format!(
                "{renamed}- {{target: \"{links}.next\", remove: true}}\n- {{target: \"{links}\", update: {{next: {{operationId: listSales, \
                 parameters: {{cursor: '$response.body#/next'}}}}}}}}"
            ),
            &[orders, "health -", "listSales pages"],
            &[],
        ),
        // Links to operations that are gone are not followed and not reported.
        (
            "removed target",
            &format!("{renamed}- {{target: \"$.paths['/orders']\", remove: true}}"),
            &["health -", "listSales -"],
            &[],
        ),
        (
            "copied component",
            "- {target: $.components.links, update: {more: {}}}\n- {target: $.components.links.more, copy: $.components.links.next}\n\
             - {target: \"$.paths['/orders'].get.responses['200'].links.next\", update: {$ref: '#/components/links/more'}}",
            &[orders, "health -"],
            &[],
        ),
        (
            "dangling link",
            "- {target: $.components.links.next, remove: true}",
            &["listOrders -", "health -"],
            &["api.yaml#/paths/~1orders/get/responses/200/links/next/$ref dangling-ref"],
        ),
        // A relative reference stays one of the document.
        (
            "relative reference",
            "- {target: $.components.schemas.Target, copy: $.components.schemas.Order}",
            &[orders, "health -"],
            &[],
        ),
        // The keywords next to a reference are ignored (OpenAPI 3.0.3, section 4.7.23), also next to a copied one.
        (
            "copied reference",
            "- {target: $.components.schemas.Target, copy: $.components.schemas.Alias}\n\
             - {target: $.components.schemas.Order.properties, update: {target: {$ref: '#/components/schemas/Target'}}}",
            &[orders, "health -"],
            &[],
        ),
        (
            "copy of itself",
            "- {target: $.components.schemas.Target, copy: $.components.schemas.Target}",
            &[orders, "health -"],
            &[],
        ),
        // An object within the copy of what contains it.
        (
            "copy of what contains it",
            "- {target: \"$.paths['/sales']\", update: {x-all: {}}}\n- {target: \"$.paths['/sales']['x-all']\", copy: $.paths}",
            &[orders, "health -"],
            &[],
        ),
        (
            "other kind of scheme",
            "- {target: $.components.securitySchemes.key, copy: $.components.securitySchemes.other}",
            &[orders, "health -"],
            &["api.yaml#/security overlay-access", "api.yaml#/components/securitySchemes/key key-in-query"],
        ),
    ];
    let mut faults = Vec::new();
    for (name, actions, operations, found) in cases {
        let outcome = after(actions);
        if outcome.operations != operations || outcome.found != found {
            faults.push(format!("{name}: {:?} {:?}", outcome.operations, outcome.found));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn copied_access_is_reported_if_it_lets_more_callers_in() {
    // `security: []` of `health` comes with the copy; merged into the operation, it makes it public.
    let public = "- {target: \"$.paths['/orders'].get\", copy: \"$.paths['/health'].get\"}";
    let outcome = after(public);
    assert!(outcome.found.iter().any(|one| one.ends_with("overlay-access")), "{:?}", outcome.found);
    // A copied operation has the access of the original, also the one of the document.
    let outcome = after(&format!("{COPY}{RENAME}"));
    assert_eq!(outcome.found, [""; 0]);
    // Without its own `security`, the copy of a public operation is not public.
    let guarded = "- {target: \"$.paths['/sales']\", copy: \"$.paths['/health']\"}\n\
                   - {target: \"$.paths['/sales'].get.security\", remove: true}\n\
                   - {target: \"$.paths['/sales'].get\", update: {operationId: sales}}";
    assert_eq!(after(guarded).found, [""; 0]);
}
