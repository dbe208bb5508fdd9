//! `--only` and `--except`: what stays is what the whole document says about it, and nothing becomes reachable with less.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use keystub::diag::Level;
use keystub::model::Api;
use keystub::model::operation::Operation;
use keystub::model::security::Access;
use keystub::{Error, Generator, Input};

const WORLD: [&str; 4] = ["petshop", "library", "mailbox", "matrix"];

fn memory(text: &str) -> Input {
    Input::Memory { name: "api.yaml".into(), bytes: text.into() }
}

fn client(text: &str) -> Generator {
    Generator::client(memory(text))
}

fn ids(generator: &Generator) -> Vec<String> {
    let inspection = generator.inspect().unwrap_or_else(|error| panic!("{error}"));
    inspection.api().operations.iter().map(|operation| operation.id.clone()).collect()
}

fn error(generator: &Generator) -> String {
    match generator.inspect() {
        Ok(_) => panic!("it is accepted"),
        Err(error) => error.to_string(),
    }
}

/// The alternatives of an operation with the whole definitions of their schemes.
fn access(api: &Api, operation: &Operation) -> Vec<String> {
    match &operation.access {
        Access::Open => vec!["public".to_owned()],
        Access::Guarded { any_of, or_anonymous } => {
            let uses = any_of.iter().map(|requirement| {
                let uses =
                    requirement.iter().map(|used| format!("{:?} {:?}", api.scheme(used.scheme).kind, used.scopes));
                uses.collect::<Vec<_>>().join(" AND ")
            });
            uses.chain(or_anonymous.then(|| "anonymous".to_owned())).collect()
        }
    }
}

#[test]
fn operation_that_stays_has_its_access_alone_and_with_the_others() {
    for name in WORLD {
        let path = format!("fixtures/world/{name}.yaml");
        let whole = Generator::client(&path).inspect().unwrap();
        for operation in &whole.api().operations {
            let route = format!("{} {}", operation.method.as_str(), operation.path.text);
            let alone =
                Generator::client(&path).only(&route).inspect().unwrap_or_else(|error| panic!("{route}: {error}"));
            let [left] = alone.api().operations.as_slice() else { panic!("{name}: {route}") };
            assert_eq!(access(alone.api(), left), access(whole.api(), operation), "{name}: {route}");
            assert_eq!(left.responses.len(), operation.responses.len(), "{name}: {route}");
            let others = Generator::client(&path).except(&route).inspect().unwrap();
            assert_eq!(others.api().operations.len(), whole.api().operations.len() - 1, "{name}: {route}");
            for left in &others.api().operations {
                let before = whole.api().operations.iter().find(|found| found.id == left.id).unwrap();
                assert_eq!(access(others.api(), left), access(whole.api(), before), "{name}: {route}");
            }
        }
    }
}

const PETS: &str = "openapi: 3.0.3
info: {title: t, version: '1'}
security: [{key: []}]
paths:
  /pets:
    get: {operationId: listPets, tags: [pets], responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}}
    post: {operationId: addPet, tags: [pets, write], deprecated: true, responses: {'204': {description: d}}}
  /users/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: user, tags: [users], responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Pet: {type: object, properties: {name: {type: string}}}
    User: {type: object, properties: {name: {$ref: '#/components/schemas/Name'}}}
    Name: {type: string, maxLength: 5}
";

#[test]
fn operations_are_chosen_by_tag_id_path_and_deprecation() {
    for (only, except, expected) in [
        (&["tag:pets"][..], &[][..], &["listPets", "addPet"][..]),
        (&["tag:pets"], &["deprecated"], &["listPets"]),
        (&["GET /pets/**", "id:user"], &[], &["listPets", "user"]),
        (&[], &["/users/**"], &["listPets", "addPet"]),
        (&["GET /**"], &["tag:users"], &["listPets"]),
    ] {
        let generator = only.iter().fold(client(PETS), |generator, only| generator.only(*only));
        let generator = except.iter().fold(generator, |generator, except| generator.except(*except));
        assert_eq!(ids(&generator), expected, "{only:?} {except:?}");
    }
}

#[test]
fn unused_types_go_with_their_operations() {
    let types = |generator: &Generator| {
        let output = generator.generate().unwrap();
        let types = output.files()["src/types.rs"].to_owned();
        ["Pet", "User", "Name"].into_iter().filter(|name| types.contains(&format!(" {name} "))).collect::<Vec<_>>()
    };
    assert!(types(&client(PETS)).contains(&"User"));
    assert_eq!(types(&client(PETS).only("tag:pets")), ["Pet"]);
    // Neither is an error in them a reason to reject the rest.
    let broken = PETS.replace("{type: string, maxLength: 5}", "{type: strin}");
    assert!(error(&client(&broken)).contains("unknown-type"));
    assert_eq!(ids(&client(&broken).only("tag:pets")), ["listPets", "addPet"]);
    let broken = PETS.replace("Name: {type: string, maxLength: 5}", "Name: {$ref: '#/components/schemas/None'}");
    assert!(error(&client(&broken)).contains("dangling-ref"));
    assert_eq!(ids(&client(&broken).except("tag:users")), ["listPets", "addPet"]);
    assert!(error(&client(&broken).only("tag:users")).contains("dangling-ref"));
}

#[test]
fn filter_without_match_is_an_error_with_a_suggestion() {
    for (filter, expected) in [
        ("tag:pet", "error: filter `tag:pet` matches no operation; did you mean `tag:pets`?"),
        ("id:listPet", "did you mean `id:listPets`?"),
        ("DELETE /pets", "filter `DELETE /pets` matches no operation; did you mean `GET /pets`?"),
        ("tag:nothing", "matches no operation; `keystub inspect` lists the operations"),
        ("pets", "invalid filter `pets`; expected `tag:NAME`"),
    ] {
        assert!(error(&client(PETS).only(filter)).contains(expected), "{filter}");
        assert!(error(&client(PETS).except(filter)).contains(expected), "{filter}");
        assert!(error(&client(PETS).only("tag:pets").only(filter)).contains(expected), "{filter}");
    }
    assert_eq!(error(&client(PETS).only("tag:users").except("GET /**")), "error: the filters leave no operation");
}

#[test]
fn invalid_security_of_a_removed_operation_is_an_error() {
    let broken = PETS.replace("tags: [users],", "tags: [users], security: [{kye: []}],");
    assert!(error(&client(&broken).only("tag:pets")).contains("unknown-scheme"));
}

/// A document whose `/pets/mine` has these requirements, next to `/pets/{id}` with those of the document.
fn mine(security: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\nsecurity: [{{key: []}}]\npaths:\n\
         \x20 /pets/mine: {{get: {{operationId: mine, {security} responses: {{}}}}}}\n\
         \x20 /pets/{{id}}:\n    parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]\n    \
         get: {{operationId: one, responses: {{}}}}\n    put: {{operationId: put, responses: {{}}}}\n\
         components:\n  securitySchemes: {{key: {{type: apiKey, in: header, name: X-Key}}, basic: {{type: http, scheme: basic}}}}\n"
    )
}

#[test]
fn server_does_not_answer_for_a_removed_operation_with_other_access() {
    let served = |security: &str| {
        let output = Generator::server(memory(&mine(security))).except("id:mine").generate().unwrap();
        let skipped = output.diagnostics().iter().filter(|found| found.level == Level::Skipped);
        (output.summary().operations, skipped.map(|found| found.message.clone()).collect::<Vec<_>>())
    };
    let (count, skipped) = served("security: [{basic: []}],");
    assert_eq!((count, skipped.len()), (1, 1));
    assert!(skipped[0].contains("would receive requests for `GET /pets/mine`"), "{skipped:?}");
    // With the same access, nobody reaches more than before.
    assert_eq!(served(""), (2, Vec::new()));
    // A client serves nothing.
    assert_eq!(ids(&client(&mine("security: [{basic: []}],")).except("id:mine")), ["one", "put"]);
    let both = Generator::server(memory(&mine("security: [{basic: []}],"))).only("id:one").generate();
    assert!(matches!(both, Err(Error::Setting(message)) if message == "the filters leave no operation"));
}

#[test]
fn path_item_used_twice_stays_for_the_other_path() {
    let text = "openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a: {get: {operationId: a, responses: {}}, put: {operationId: b, responses: {}}}
  /b: {$ref: '#/paths/~1a'}
  /c: {$ref: '#/x-items/c'}
  /d: {$ref: '#/x-items/c'}
x-items: {c: {get: {operationId: c, responses: {}}, put: {operationId: d, responses: {}}}}
";
    let routes = |generator: Generator| -> BTreeSet<String> {
        let inspection = generator.inspect().unwrap_or_else(|error| panic!("{error}"));
        let route = |operation: &Operation| format!("{} {}", operation.method.as_str(), operation.path.text);
        inspection.api().operations.iter().map(route).collect()
    };
    let set = |routes: &[&str]| routes.iter().map(|route| (*route).to_owned()).collect::<BTreeSet<_>>();
    let without = |filter: &str| routes(client(text).except(filter));
    assert_eq!(without("GET /a"), set(&["PUT /a", "GET /b", "PUT /b", "GET /c", "PUT /c", "GET /d", "PUT /d"]));
    assert_eq!(without("/a"), set(&["GET /b", "PUT /b", "GET /c", "PUT /c", "GET /d", "PUT /d"]));
    assert_eq!(without("GET /b"), set(&["GET /a", "PUT /a", "PUT /b", "GET /c", "PUT /c", "GET /d", "PUT /d"]));
    assert_eq!(without("GET /d"), set(&["GET /a", "PUT /a", "GET /b", "PUT /b", "GET /c", "PUT /c", "PUT /d"]));
    assert_eq!(routes(client(text).only("PUT /d")), set(&["PUT /d"]));
}

#[test]
fn references_into_removed_operations_still_have_a_target() {
    let text = "openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a: {get: {operationId: a, responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {x: {$ref: '#/components/schemas/X'}}}}}}}}}
  /b: {get: {operationId: b, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/paths/~1a/get/responses/200/content/application~1json/schema'}}}}}}}
components: {schemas: {X: {type: string, enum: [one]}}}
";
    let whole = client(text).generate().unwrap();
    let filtered = client(text).only("id:b").generate().unwrap();
    assert_eq!(filtered.summary().operations, 1);
    for output in [&whole, &filtered] {
        assert!(output.files()["src/types.rs"].contains("enum X"));
    }
}

fn keystub(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code(), text)
}

#[test]
fn commands_and_configuration_take_filters() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (spec, config, new) = (path("api.yaml"), path("keystub.toml"), path("new.yaml"));
    std::fs::write(&spec, PETS).unwrap();
    std::fs::write(&new, PETS.replace("tags: [users],", "tags: [users], security: [],")).unwrap();
    std::fs::write(&config, "only = ['tag:pets']\n").unwrap();
    let (code, text) = keystub(&["inspect", &spec, "--config", &config, "--except", "deprecated"]);
    assert!(code == Some(0) && text.contains("/pets") && !text.contains("/users"), "{text}");
    assert!(text.contains("1 operation,"), "{text}");
    for command in ["client", "server"] {
        let out = path(command);
        let (code, text) = keystub(&[command, &spec, "--out", &out, "--only", "tag:pet"]);
        assert!(code == Some(1) && text.contains("did you mean `tag:pets`?"), "{text}");
        assert!(!Path::new(&out).exists());
        assert_eq!(keystub(&[command, &spec, "--out", &out, "--only", "tag:pets"]).0, Some(0));
    }
    // The change is in an operation that is filtered out.
    assert_eq!(keystub(&["changes", &spec, &new]).0, Some(1));
    assert_eq!(keystub(&["changes", &spec, &new, "--only", "tag:pets"]).0, Some(0));
    assert_eq!(keystub(&["changes", &spec, &new, "--only", "tag:nothing"]).0, Some(1));
    let (_, all) = keystub(&["audit", &new, "--matrix"]);
    let (_, pets) = keystub(&["audit", &new, "--matrix", "--only", "tag:pets"]);
    assert!(all.contains("/users") && pets.contains("/pets") && !pets.contains("/users"), "{pets}");
    std::fs::write(&config, "only = ['tag:pets', 'nonsense']\n").unwrap();
    let (code, text) = keystub(&["inspect", &spec, "--config", &config]);
    assert!(code == Some(1) && text.contains("keystub.toml:1: invalid filter `nonsense`"), "{text}");
}
