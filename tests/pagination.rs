//! Pages that `x-pagination` and `[pagination]` describe: what is generated, and what is refused.

use keystub::{Generator, Input, Pagination};

/// A document with one list. `lines` are the lines of its operation.
fn document(lines: &str) -> Input {
    let text = format!(
        "openapi: 3.0.3
info: {{title: t, version: '1'}}
paths:
  /pets/{{shop}}:
    get:
      operationId: listPets
      {lines}
      parameters:
        - {{name: shop, in: path, required: true, schema: {{type: string}}}}
        - {{name: offset, in: query, schema: {{type: integer}}}}
        - {{name: page, in: query, schema: {{type: integer, default: 1}}}}
        - {{name: number, in: query, schema: {{type: integer}}}}
        - {{name: cursor, in: query, schema: {{type: string}}}}
        - {{name: tags, in: query, schema: {{type: array, items: {{type: string}}}}}}
        - {{name: since, in: query, schema: {{type: string, format: date}}}}
      responses:
        '200':
          description: Pets
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Pets'}}}}}}
    post: {{operationId: addPet, responses: {{'204': {{description: d}}}}, parameters: [{{name: shop, in: path, required: true, schema: {{type: string}}}}]}}
components:
  schemas:
    Pets:
      type: object
      properties:
        data: {{type: array, items: {{type: string}}}}
        total: {{type: integer}}
        more: {{type: boolean}}
        next: {{type: string}}
"
    );
    Input::Memory { name: "api.yaml".into(), bytes: text.into_bytes() }
}

/// `operations.rs` of the client, without white space, and the warnings about pages.
fn generated(generator: &Generator) -> Result<(String, Vec<String>), String> {
    let output = generator.generate().map_err(|error| error.to_string())?;
    let text = output.files()["src/operations.rs"].split_whitespace().collect();
    let warnings = output.warnings().iter().filter(|text| text.contains("bad-pagination")).cloned().collect();
    Ok((text, warnings))
}

/// What `x-pagination` generates.
fn extension(value: &str) -> (String, Vec<String>) {
    generated(&Generator::client(document(&format!("x-pagination: {value}")))).unwrap()
}

#[test]
fn offset_page_and_cursor_are_generated_as_described() {
    let rows = [
        (
            "{offset: offset, items: $response.body#/data}",
            "parameter:1,first:0,counts:rt::page_number::Counted::Items,items:\"/data\",end:None",
        ),
        (
            "{page: page, items: $response.body#/data, total: $response.body#/total}",
            "parameter:2,first:1,counts:rt::page_number::Counted::Pages,items:\"/data\",end:Some(rt::page_number::End::Items(rt::pages::Place::Body(\"/total\")",
        ),
        (
            "{page: number, first: 0, items: $response.body#/data, pages: $response.header.X-Pages}",
            "parameter:3,first:0,counts:rt::page_number::Counted::Pages,items:\"/data\",end:Some(rt::page_number::End::Pages(rt::pages::Place::Header(\"X-Pages\")",
        ),
        (
            "{cursor: cursor, next: $response.body#/next, items: $response.body#/data}",
            "Parameters(&[(4,rt::pages::Place::Body(\"/next\")",
        ),
    ];
    for (value, expected) in rows {
        let (text, warnings) = extension(value);
        assert_eq!(warnings, [""; 0], "{value}");
        assert!(text.contains(expected), "{value}: {text}");
        assert!(text.contains("|page|page.data.unwrap_or_default()"), "{value}: {text}");
    }
}

#[test]
fn invalid_x_pagination_is_reported_and_ignored() {
    let rows = [
        ("true", "expected an object, found a boolean"),
        ("{}", "expected one of `offset`, `page` and `cursor`"),
        ("{offset: offset, page: page}", "expected one of `offset`, `page` and `cursor`"),
        ("{ofset: offset}", "unknown key `ofset`; did you mean `offset`?"),
        ("{offset: 1}", "`offset` must be a string, found an integer"),
        ("{page: page, first: x}", "`first` must be an integer, found a string"),
        ("{page: page, first: -1}", "`first` must be an integer of at least 0"),
        ("{offset: ofset}", "`offset`: the operation has no parameter `ofset`; did you mean `offset`?"),
        ("{offset: shop}", "`offset`: the parameter `shop` in `path` cannot have the number or name of a page"),
        ("{offset: tags}", "`offset`: the parameter `tags` in `query` cannot have the number or name of a page"),
        ("{offset: since}", "the parameter `since` is not an integer"),
        ("{page: number, items: $response.body#/data}", "the parameter `number` has no default; set `first`"),
        ("{page: page}", "the body of the response is not a list; set `items`"),
        ("{page: page, items: data}", "`items`: `data` is not a place in the response; expected `$response.body#/…`"),
        ("{page: page, items: $response.header.X-Data}", "`items`: `$response.header.X-Data` is not a place"),
        ("{page: page, items: $response.body#/daat}", "`items`: the body of the response has no property at `/daat`"),
        ("{page: page, items: $response.body#/total}", "`items`: the value at `/total` of the body has another type"),
        ("{page: page, items: $response.body#/data, total: $response.body#/more}", "`total`: the value at `/more`"),
        ("{page: page, items: $response.body#/data, more: $response.body#/total}", "`more`: the value at `/total`"),
        (
            "{page: page, items: $response.body#/data, total: $request.query.page}",
            "`total`: `$request.query.page` is not a place",
        ),
        (
            "{page: page, items: $response.body#/data, total: $response.body#/total, more: $response.body#/more}",
            "at most one of",
        ),
        ("{offset: offset, items: $response.body#/data, pages: $response.body#/total}", "`pages` requires `page`"),
        ("{page: page, next: $response.body#/next}", "`next` has no effect with `page`"),
        ("{cursor: cursor}", "`cursor` requires `next`, the place of the next cursor"),
        ("{cursor: cursor, next: $response.body#/data}", "`next`: the value at `/data` of the body has another type"),
        ("{cursor: cursor, next: $response.body#/next, first: 1}", "`first` has no effect with `cursor`"),
    ];
    for (value, expected) in rows {
        let (text, warnings) = extension(value);
        assert!(warnings.len() == 1 && warnings[0].contains(expected), "{value}: {warnings:?}");
        assert!(!text.contains("pages::Paged"), "{value}");
    }
}

#[test]
fn configuration_takes_precedence_over_the_document() {
    let by_document = document("x-pagination: {page: page, items: $response.body#/data}");
    let by_offset = Pagination::by_offset("offset").items("$response.body#/data");
    for key in ["listPets", "GET /pets/{shop}"] {
        let generator = Generator::client(by_document.clone()).pagination(key, by_offset.clone());
        let (text, _) = generated(&generator).unwrap();
        assert!(text.contains("Counted::Items") && !text.contains("Counted::Pages"), "{text}");
    }
}

#[test]
fn configuration_of_pages_that_cannot_be_requested_is_an_error() {
    let rows = [
        (
            "listPet",
            Pagination::by_offset("offset"),
            "`listPet` in `[pagination]` is not an operation; did you mean `listPets`?",
        ),
        (
            "addPet",
            Pagination::by_offset("offset"),
            "`addPet` in `[pagination]`: only GET operations without a body have pages",
        ),
        (
            "listPets",
            Pagination::by_offset("x"),
            "`listPets` in `[pagination]`: `offset`: the operation has no parameter `x`",
        ),
        ("listPets", Pagination::by_page("page").items("/data"), "`/data` is not a place in the response"),
    ];
    for (key, pagination, expected) in rows {
        let error =
            generated(&Generator::client(document("deprecated: false")).pagination(key, pagination)).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}
