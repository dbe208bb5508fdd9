//! Operations: their requirements, parameters, bodies and responses.

use super::*;

/// The access of an operation as text: `key & login | token[read] | {}`, or `open`.
fn access(api: &Api, id: &str) -> String {
    let Access::Guarded { any_of, or_anonymous } = &operation(api, id).access else { return "open".to_owned() };
    let used = |used: &SchemeUse| {
        let scopes = if used.scopes.is_empty() { String::new() } else { format!("{:?}", used.scopes) };
        format!("{}{scopes}", api.scheme(used.scheme).name)
    };
    let all = |requirement: &Requirement| requirement.iter().map(used).collect::<Vec<_>>().join(" & ");
    let mut alternatives: Vec<String> = any_of.iter().map(all).collect();
    alternatives.extend(or_anonymous.then(|| "{}".to_owned()));
    alternatives.join(" | ")
}

#[test]
fn operation_access_follows_the_document() {
    let (api, _) = lower(&fixture("ok/security-shapes.yaml"));
    let api = api.unwrap();
    for (id, expected) in [
        ("inherited", "token"),
        ("emptyList", "open"),
        ("emptyObject", "open"),
        ("one", "key"),
        ("or", "key | token"),
        ("and", "key & login"),
        ("orOfAnds", "key & login | key & token"),
        ("optional", "key | {}"),
        ("scopes", r#"oauth["read"] | oauth["write", "admin"]"#),
        ("twoBearers", r#"oauth["read"] & oidc["openid"]"#),
        ("repeated", "key"),
        ("otherKinds", "hawk | certificate | signed | session & query"),
    ] {
        assert_eq!(access(&api, id), expected, "{id}");
    }
    let names: Vec<&str> = api.schemes.iter().map(|scheme| scheme.name.as_str()).collect();
    assert_eq!(names, ["key", "query", "session", "login", "token", "hawk", "oauth", "oidc", "certificate", "signed"]);
    let unused: Vec<String> = api.unused_schemes.iter().map(|scheme| scheme.at.to_string()).collect();
    assert_eq!(unused, ["#/components/securitySchemes/unused"]);
    assert!(api.skipped.is_empty(), "{:?}", api.skipped);
}

#[test]
fn api_key_parameter_is_left_to_its_scheme() {
    let (api, _) = lower(&fixture("ok/parameters.yaml"));
    let api = api.unwrap();
    let names: Vec<&str> = operation(&api, "getFile").parameters.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names[..5], ["folder", "name", "ending", "trace", "shared"]);
    assert!(!names.contains(&"X-Key") && !names.contains(&"Authorization"));
    assert_eq!(api.skipped.len(), 2);
    assert!(operation(&api, "getFile").parameters[4].is_required, "the operation's own parameter wins");
}

#[test]
fn event_stream_is_an_alternative_to_json_of_the_same_type() {
    let text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: load\n      \
                responses:\n        '200':\n          description: d\n          content:\n            \
                text/event-stream: {schema: {type: string}}\n            application/json: {schema: {type: string}}\n            \
                text/plain: {schema: {type: string}}\n";
    let (api, lines) = lower(text);
    let api = api.unwrap_or_else(|| panic!("{lines:?}"));
    let forms = &operation(&api, "load").responses[0].forms;
    let found: Vec<&str> = forms.iter().map(|form| form.media_type.as_str()).collect();
    assert_eq!(found, ["application/json", "text/event-stream"]);
    assert!(lines.iter().all(|line| !line.contains("event-stream")), "{lines:?}");
}

#[test]
fn server_urls_are_absolute_with_defaults() {
    let (api, _) = lower(&fixture("ok/servers.yaml"));
    let urls: Vec<String> = api.unwrap().servers.into_iter().map(|server| server.url).collect();
    assert_eq!(urls, ["https://api.example.com/v1", "https://eu.example.com:8443/v2"]);
}

#[test]
fn servers_of_paths_and_operations_are_reported() {
    let document = |item: &str, operation: &str, copy: &str| {
        format!(
            "openapi: 3.2.0
info: {{title: t, version: '1'}}
servers: [{{url: 'https://a.example'}}]
paths:
  /a:
    servers: [{{url: '{item}'}}]
    get: {{operationId: a, servers: [{{url: 'https://a.example'}}, {{url: '{operation}'}}], responses: {{}}}}
    additionalOperations: {{COPY: {{operationId: b, servers: [{{url: '{copy}'}}], responses: {{}}}}}}
"
        )
    };
    let item = "#/paths/~1a/servers";
    let operation = "#/paths/~1a/get/servers";
    let copy = "#/paths/~1a/x-keystub-operations/COPY/servers";
    let good = "https://b.example";
    for (text, faulty) in [
        (document(good, good, good), None),
        (document("ftp://b.example", good, good), Some(format!("{item}/0/url"))),
        (document(good, "https://u:p@b.example", good), Some(format!("{operation}/1/url"))),
        (document(good, good, "https://{host}"), Some(format!("{copy}/0/url"))),
    ] {
        let (api, lines) = lower(&text);
        let found: Vec<&String> = lines.iter().filter(|line| line.contains("bad-server-url")).collect();
        assert_eq!(found.len(), usize::from(faulty.is_some()), "{lines:?}");
        assert!(found.iter().all(|line| line.contains(faulty.as_deref().unwrap_or_default())), "{faulty:?}: {found:?}");
        let skipped: Vec<String> = api.unwrap().skipped.iter().map(|part| part.at.to_string()).collect();
        assert_eq!(skipped, [item, operation, copy], "{faulty:?}");
    }
}

#[test]
fn servers_that_all_operations_have_are_those_of_the_document() {
    let (own, other) = (", servers: [{url: 'https://a.example'}]", ", servers: [{url: 'https://b.example'}]");
    let of_item = |url: &str| format!("\n    servers: [{{url: '{url}'}}]");
    for (first, second, third, is_shared) in [
        (String::new(), own, own, true),
        (of_item("https://a.example"), "", own, true),
        (of_item("https://b.example"), own, own, true),
        (of_item("https://a.example"), "", "", false),
        (of_item("https://a.example"), "", other, false),
        (of_item("https://a.example"), own, "", false),
    ] {
        let text = format!(
            "openapi: 3.0.3
info: {{title: t, version: '1'}}
paths:
  /a:{first}
    get: {{operationId: a{second}, responses: {{}}}}
  /b:
    get: {{operationId: b{third}, responses: {{}}}}
"
        );
        let api = lower(&text).0.unwrap();
        let urls: Vec<&str> = api.servers.iter().map(|server| server.url.as_str()).collect();
        assert_eq!(urls, if is_shared { vec!["https://a.example"] } else { Vec::new() }, "{text}");
    }
}

#[test]
fn reserved_characters_require_allow_reserved() {
    let (api, _) = lower(&fixture("ok/parameters.yaml"));
    let api = api.unwrap();
    let parameters = &operation(&api, "getFile").parameters;
    let reserved: Vec<&str> = parameters
        .iter()
        .filter(|parameter| parameter.allow_reserved)
        .map(|parameter| parameter.name.as_str())
        .collect();
    assert_eq!(reserved, ["where"]);
}

#[test]
fn access_of_additional_operations_follows_the_document() {
    let text = "openapi: 3.2.0
info: {title: t, version: '1'}
security: [{key: []}]
paths:
  /a:
    get: {operationId: a, responses: {}}
    query: {operationId: b, responses: {}}
    additionalOperations:
      COPY: {operationId: c, responses: {}}
      m-search: {operationId: d, security: [], responses: {}}
  /b: {$ref: '#/components/pathItems/P'}
components:
  pathItems: {P: {additionalOperations: {LINK: {operationId: e, responses: {}}}}}
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
";
    let (api, lines) = lower(text);
    let api = api.unwrap_or_else(|| panic!("{lines:?}"));
    let found: Vec<(&str, &str, bool)> = api
        .operations
        .iter()
        .map(|operation| (operation.id.as_str(), operation.method.as_str(), operation.access == Access::Open))
        .collect();
    let expected = [
        ("a", "GET", false),
        ("b", "QUERY", false),
        ("c", "COPY", false),
        ("d", "m-search", true),
        ("e", "LINK", false),
    ];
    assert_eq!(found, expected);
    let (api, lines) = lower(&text.replace("COPY: {", "COPY: {security: [{zzz: []}], "));
    assert!(api.is_none() && lines.iter().any(|line| line.contains("unknown-scheme")), "{lines:?}");
}

#[test]
fn additional_method_is_a_token_without_own_key() {
    use crate::model::operation::OtherMethod;
    for name in ["COPY", "copy", "M-SEARCH", "VERSION-CONTROL", "X!#$%&'*+.^_`|~9"] {
        assert!(OtherMethod::new(name).is_ok(), "{name}");
    }
    let long = "X".repeat(65);
    for name in ["", " ", "A B", "A/B", "A\r\nB", "\u{e9}", "GET", "get", "Post", "query", "CONNECT", "pri", &long] {
        assert!(OtherMethod::new(name).is_err(), "{name:?}");
    }
}

#[test]
fn next_page_is_a_link_to_the_same_call_or_a_link_header() {
    use crate::model::operation::NextPage;
    let (api, lines) = lower(&fixture("ok/pages.yaml"));
    assert_eq!(lines, [""; 0]);
    let api = api.unwrap();
    assert_eq!(operation(&api, "listPets").next, Some(NextPage::Link));
    let next = format!("{:?}", operation(&api, "listOrders").next);
    assert!(next.ends_with(r#"[NextParameter { index: 0, place: Body("/page/next") }]))"#), "{next}");
    let next = format!("{:?}", operation(&api, "listNotes").next);
    assert!(next.ends_with(r#"[NextParameter { index: 1, place: Header("X-Last") }]))"#), "{next}");
    // Links that the same call cannot follow are not used.
    let wrong = [
        "operationId: other, parameters: {cursor: '$response.body#/n'}",
        "operationId: x, parameters: {cursor: '$response.body#/n'}, server: {url: 'https://other.example'}",
        "operationId: x, parameters: {cursor: '$response.body#/n'}, requestBody: '$response.body'",
        "operationId: x, parameters: {unknown: '$response.body#/n'}",
        "operationId: x, parameters: {path.cursor: '$response.body#/n'}",
        "operationId: x, parameters: {id: '$response.body#/n'}",
        "operationId: x, parameters: {list: '$response.body#/n'}",
        "operationId: x, parameters: {cursor: '$response.body'}",
        "operationId: x, parameters: {cursor: '$response.query.n'}",
        "operationId: x, parameters: {cursor: '$response.header.a b'}",
        "operationId: x, parameters: {cursor: 7}",
        "operationId: x, parameters: {cursor: '$request.query.cursor'}",
        "operationId: x, parameters: {cursor: '$request.query.list'}",
        "operationId: x",
        "operationRef: '#/paths/~1x~1{id}/get', parameters: {cursor: '$response.body#/n'}",
    ];
    let next = |method: &str, link: &str| {
        let parameters = "[{name: id, in: path, required: true, schema: {type: string}}, \
            {name: cursor, in: query, schema: {type: string}}, {name: list, in: query, schema: {type: array, items: {}}}]";
        let response = format!("{{description: '', links: {{next: {{{link}}}}}}}");
        let responses =
            format!("{{'200': {response}, '404': {{description: '', headers: {{Link: {{schema: {{}}}}}}}}}}");
        let own = format!("{method}: {{operationId: x, parameters: {parameters}, responses: {responses}}}");
        let (api, lines) = lower(&document(&format!("  '/x/{{id}}': {{{own}}}"), "  schemas: {}"));
        operation(&api.unwrap_or_else(|| panic!("{link}: {lines:?}")), "x").next.clone()
    };
    for link in wrong {
        assert_eq!(next("get", link), None, "{link}");
    }
    let right = "operationId: x, parameters: {query.cursor: '$response.body#/n', id: '$request.path.id'}";
    assert!(next("get", right).is_some());
    assert_eq!(next("post", right), None);
}

#[test]
fn next_page_is_that_of_the_link_named_next() {
    let link = |name: &str, pointer: &str| {
        format!("{name}: {{operationId: x, parameters: {{cursor: '$response.body#/{pointer}'}}}}")
    };
    let next = |links: &[String]| {
        let response = format!("{{description: '', links: {{{}}}}}", links.join(", "));
        let parameters = "[{name: cursor, in: query, schema: {type: string}}]";
        let own = format!("get: {{operationId: x, parameters: {parameters}, responses: {{'200': {response}}}}}");
        let (api, lines) = lower(&document(&format!("  /x: {{{own}}}"), "  schemas: {}"));
        let api = api.unwrap_or_else(|| panic!("{links:?}: {lines:?}"));
        operation(&api, "x").next.as_ref().map(|next| format!("{next:?}"))
    };
    let found = next(&[link("previous", "p"), link("Next", "n")]).unwrap();
    assert!(found.contains("/n"), "{found}");
    assert!(next(&[link("more", "m")]).is_some());
    assert_eq!(next(&[link("previous", "p")]), None);
    assert_eq!(next(&[link("first", "p")]), None);
    assert_eq!(next(&[link("a", "p"), link("b", "n")]), None);
}

#[test]
fn union_of_single_values_and_lists_in_a_parameter_is_reported() {
    let warned = |schema: &str| {
        let own = format!(
            "get: {{operationId: x, parameters: [{{name: p, in: query, schema: {schema}}}], responses: {{'204': {{description: d}}}}}}"
        );
        let (api, lines) = lower(&document(&format!("  /x: {{{own}}}"), "  schemas: {}"));
        assert!(api.is_some(), "{schema}: {lines:?}");
        lines.iter().any(|line| line.contains("undefined-encoding"))
    };
    let list = "{type: array, items: {type: integer}}";
    for mixed in [
        format!("{{oneOf: [{{type: string}}, {list}]}}"),
        format!("{{anyOf: [{list}, {{type: object, properties: {{a: {{type: string}}}}}}]}}"),
        format!("{{oneOf: [{{type: boolean}}, {{oneOf: [{{type: string}}, {list}]}}], nullable: true}}"),
    ] {
        assert!(warned(&mixed), "{mixed}");
    }
    let lists = format!("{{oneOf: [{list}, {{type: array, items: {{type: string}}}}]}}");
    for alike in ["{oneOf: [{type: string}, {type: integer}]}", list, &lists] {
        assert!(!warned(alike), "{alike}");
    }
}

#[test]
fn union_of_a_single_value_and_a_list_in_a_parameter_has_both_forms() {
    let parameter = |schema: &str| {
        let own = format!(
            "get: {{operationId: x, parameters: [{{name: p, in: query, schema: {schema}}}], responses: {{'204': {{description: d}}}}}}"
        );
        let (api, lines) = lower(&document(&format!("  /x: {{{own}}}"), "  schemas: {}"));
        let parameter = api.unwrap_or_else(|| panic!("{schema}: {lines:?}")).operations[0].parameters[0].clone();
        (parameter.shape, parameter.or_scalar)
    };
    let list = "{type: array, items: {type: integer}}";
    let object = "{type: object, properties: {a: {type: string}}}";
    assert_eq!(parameter(&format!("{{oneOf: [{{type: string}}, {list}]}}")), (ParameterShape::Array, true));
    assert_eq!(parameter(&format!("{{oneOf: [{object}, {{type: string}}]}}")), (ParameterShape::Object, true));
    assert_eq!(parameter(&format!("{{anyOf: [{list}, {object}]}}")), (ParameterShape::Array, false));
    assert_eq!(parameter(list), (ParameterShape::Array, false));
}
