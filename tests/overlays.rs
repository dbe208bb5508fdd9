//! `--overlay`: what an overlay brings is read like the document, reported in the overlay, and never changes access silently.

use std::path::{Path, PathBuf};
use std::process::Command;

use keystub::diag::{Finding, Level};
use keystub::{Error, Generator};
use tempfile::TempDir;

const PETS: &str = "openapi: 3.0.3
info: {title: t, version: '1'}
security: [{key: []}]
tags: [{name: pets}]
paths:
  /pets:
    get: {operationId: listPets, tags: [pets], responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}}
    post: {operationId: addPet, tags: [internal], responses: {'204': {description: d}}}
  /users:
    get: {operationId: users, security: [{key: [], token: []}], responses: {'204': {description: d}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}, token: {type: http, scheme: bearer}}
  schemas: {Pet: {type: object, properties: {name: {type: string}}}}
";

/// A folder with `api.yaml` and overlays with these actions, named `0.yaml` and so on.
struct Overlaid {
    folder: TempDir,
    overlays: Vec<PathBuf>,
}

impl Overlaid {
    fn new(document: &str, overlays: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("api.yaml"), document).unwrap();
        let overlays = overlays.iter().enumerate().map(|(index, actions)| {
            let path = folder.path().join(format!("{index}.yaml"));
            let head = "overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions:\n";
            std::fs::write(&path, format!("{head}{actions}\n")).unwrap();
            path
        });
        let overlays = overlays.collect();
        Self { folder, overlays }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn client(&self) -> Generator {
        let client = Generator::client(self.path("api.yaml"));
        self.overlays.iter().fold(client, |client, overlay| client.overlay(overlay))
    }

    fn ids(&self) -> Vec<String> {
        let inspection = self.client().inspect().unwrap_or_else(|error| panic!("{error}"));
        inspection.api().operations.iter().map(|operation| operation.id.clone()).collect()
    }

    /// The diagnostics, with the names of files instead of paths.
    fn found(&self) -> Vec<Finding> {
        let found = match self.client().generate() {
            Ok(output) => output.diagnostics().to_vec(),
            Err(Error::Document(invalid)) => invalid.diagnostics().to_vec(),
            Err(other) => panic!("{other}"),
        };
        let named = |mut found: Finding| {
            found.file = file_name(Path::new(&found.file));
            found
        };
        found.into_iter().map(named).collect()
    }

    /// File, pointer and code of each diagnostic.
    fn places(&self) -> Vec<String> {
        let place = |found: Finding| format!("{}#{} {}", found.file, found.pointer, found.code);
        self.found().into_iter().map(place).collect()
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn overlays_are_applied_in_order() {
    let add = "- target: $.paths\n  update: {/toys: {get: {operationId: toys, responses: {'204': {description: d}}}}}";
    let remove = "- {target: \"$.paths[?@.get.operationId == 'toys'].get\", remove: true}";
    assert_eq!(Overlaid::new(PETS, &[]).ids(), ["listPets", "addPet", "users"]);
    assert_eq!(Overlaid::new(PETS, &[add]).ids(), ["listPets", "addPet", "users", "toys"]);
    assert_eq!(Overlaid::new(PETS, &[add, remove]).ids(), ["listPets", "addPet", "users"]);
    assert_eq!(Overlaid::new(PETS, &[remove, add]).ids(), ["listPets", "addPet", "users", "toys"]);
    let tag = "- {target: \"$.paths.*[?@.tags[?@ == 'internal']]\", remove: true}";
    assert_eq!(Overlaid::new(PETS, &[tag]).ids(), ["listPets", "users"]);
}

#[test]
fn diagnostics_point_to_what_brought_the_node() {
    // A value of the overlay, with its line there.
    let schema = "- target: $.components.schemas.Pet.properties\n  update:\n    age: {type: strin}";
    let found = Overlaid::new(PETS, &[schema]).found();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].file.as_str(), found[0].line), ("0.yaml", Some(6)));
    assert_eq!(found[0].pointer, "/actions/0/update/age/type");
    for (overlays, expected) in [
        // Replaced, in a list, in a second overlay, copied from an overlay, copied from the document.
        (
            &["- {target: $.components.schemas.Pet.properties.name, update: {type: strin}}"][..],
            "0.yaml#/actions/0/update/type unknown-type",
        ),
        (
            &["- {target: $.components.schemas.Pet.properties.name.type, update: strin}"],
            "0.yaml#/actions/0/update unknown-type",
        ),
        (&["- {target: $.security, update: {kye: []}}"], "0.yaml#/actions/0/update/kye unknown-scheme"),
        (
            &[
                "- {target: $.info, update: {description: d}}",
                "- {target: \"$.paths['/users'].get.security\", update: [{kye: []}]}",
            ],
            "1.yaml#/actions/0/update/0/kye unknown-scheme",
        ),
        (
            &[
                "- {target: $.components.schemas, update: {A: {type: strin}, B: {type: object, properties: {}}}}\n- {target: $.components.schemas.B.properties, update: {c: {}}}\n- {target: $.components.schemas.B.properties.c, copy: $.components.schemas.A}\n- {target: $.components.schemas.A, remove: true}\n- {target: $.components.schemas.Pet, copy: $.components.schemas.B}",
            ],
            "0.yaml#/actions/0/update/A/type unknown-type",
        ),
    ] {
        let places = Overlaid::new(PETS, overlays).places();
        assert_eq!(places.first().map(String::as_str), Some(expected), "{overlays:?}");
    }
}

#[test]
fn nodes_of_the_document_keep_their_place_after_removals() {
    let document = PETS.replace(
        "{operationId: users, security",
        "{operationId: users, parameters: [{name: a, in: query, schema: {}}, {name: b, in: query, schema: {}}, {name: c, in: qeury, schema: {}}], security",
    );
    let overlaid = Overlaid::new(&document, &["- {target: \"$.paths..parameters[?@.name != 'c']\", remove: true}"]);
    assert_eq!(overlaid.places(), ["api.yaml#/paths/~1users/get/parameters/2/in unknown-parameter-place"]);
    assert_eq!(overlaid.found()[0].line, Some(10));
}

#[test]
fn change_of_access_is_reported_for_the_operations_that_it_reaches() {
    let cases = [
        // An operation, all operations, one alternative more, another header, a requirement more.
        (
            "- {target: \"$.paths['/pets'].get\", update: {security: []}}",
            &["makes 1 operation public: `GET /pets`"][..],
        ),
        ("- {target: $.security, update: {}}", &["makes 2 operations public: `GET /pets`, `POST /pets`"]),
        ("- {target: $.security, remove: true}", &["makes 2 operations public: `GET /pets`, `POST /pets`"]),
        (
            "- {target: $.security, update: [{token: []}]}",
            &["lets more callers use 2 operations: `GET /pets`, `POST /pets`"],
        ),
        (
            "- {target: '$.paths.*.*.security[*].token', remove: true}",
            &["lets more callers use 1 operation: `GET /users`"],
        ),
        (
            "- {target: $.security, update: [{token: []}, {}]}\n- {target: '$.security[0]', remove: true}",
            &["makes 2 operations public: `GET /pets`, `POST /pets`"],
        ),
        (
            "- {target: $.components.securitySchemes.key.name, update: X-Other}",
            &["lets other callers use 3 operations: `GET /pets`, `POST /pets`, `GET /users`"],
        ),
        (
            "- {target: '$.security[0]', update: {token: []}}",
            &["lets fewer callers use 2 operations: `GET /pets`, `POST /pets`"],
        ),
        (
            "- {target: \"$.paths['/pets'].get\", update: {security: []}}\n- {target: '$.paths[\"/users\"].get.security', update: {key: []}}",
            &["makes 1 operation public: `GET /pets`", "lets more callers use 1 operation: `GET /users`"],
        ),
        // Nothing about access changes.
        ("- {target: $.info, update: {description: d}}", &[]),
        ("- {target: \"$.paths['/pets'].post\", remove: true}", &[]),
        ("- {target: \"$.paths['/pets'].get\", update: {security: [{key: []}]}}", &[]),
    ];
    for (actions, expected) in cases {
        let overlaid = Overlaid::new(PETS, &[actions]);
        let found = overlaid.found();
        let access: Vec<&Finding> = found.iter().filter(|found| found.code.as_str() == "overlay-access").collect();
        let messages: Vec<String> = access.iter().map(|found| found.message.replacen("overlay ", "", 1)).collect();
        assert_eq!(
            messages.iter().collect::<std::collections::BTreeSet<_>>(),
            expected.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>().iter().collect(),
            "{actions}"
        );
        assert!(access.iter().all(|found| found.level == Level::Warning));
        let strict = overlaid.client().strict().generate();
        assert_eq!(strict.is_err(), !expected.is_empty(), "{actions}");
    }
}

#[test]
fn operations_with_optional_credentials_do_not_become_public() {
    let document = PETS.replace("security: [{key: []}]", "security: [{key: [], token: []}, {}]");
    let found = Overlaid::new(&document, &["- {target: '$.security[0].token', remove: true}"]).found();
    let expected = "lets more callers use 2 operations: `GET /pets`, `POST /pets`";
    assert!(found.iter().any(|found| found.message.contains(expected)), "{found:?}");
    assert!(!found.iter().any(|found| found.message.contains("public")), "{found:?}");
}

#[test]
fn access_of_an_invalid_document_is_not_taken_for_unchanged() {
    let document = PETS.replace("security: [{key: [], token: []}]", "security: [{kye: []}]");
    let overlaid = Overlaid::new(&document, &["- {target: \"$.paths['/users'].get.security\", remove: true}"]);
    let found = overlaid.found();
    assert_eq!(found.len(), 1);
    assert!(found[0].message.starts_with("the document is invalid without its overlays"), "{found:?}");
    // Other errors do not hide the access.
    let document = PETS.replace("{type: string}", "{type: strin}");
    let fix = "- {target: $..properties.name.type, update: string}\n- {target: $.security, remove: true}";
    let found = Overlaid::new(&document, &[fix]).found();
    assert!(found.iter().any(|found| found.message.contains("makes")), "{found:?}");
}

fn keystub(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code(), text)
}

#[test]
fn broken_overlay_is_a_located_error_and_nothing_is_written() {
    let overlaid = Overlaid::new(PETS, &[]);
    let (spec, out) = (overlaid.path("api.yaml").display().to_string(), overlaid.path("out").display().to_string());
    for (text, expected) in [
        ("", "error[empty-document]: the overlay is empty"),
        ("- a", "the overlay is a list; expected an object with the key `overlay`"),
        ("a: [", "error[syntax]"),
        ("\u{0}", "error[not-a-document]"),
        ("openapi: 3.0.3", "missing key `overlay`"),
        ("overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions: []", "`actions` is empty"),
        ("overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions:\n- target: $\n  updates: {}", "broken.yaml:5:3"),
        ("overlay: 1.1.0\ninfo: {title: t}\nactions: [{target: $, update: {}}]", "broken.yaml:2:8"),
        (
            "overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions:\n- target: $.a[\n  remove: true",
            "error[bad-json-path]",
        ),
        (
            "overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions:\n- target: $\n  update: {info: 1}",
            "broken.yaml:5:18",
        ),
        (
            "overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions:\n- target: $.openapi\n  remove: true",
            "error[not-openapi]",
        ),
    ] {
        let broken = overlaid.path("broken.yaml");
        std::fs::write(&broken, text).unwrap();
        let (code, printed) = keystub(&["client", &spec, "--out", &out, "--overlay", broken.to_str().unwrap()]);
        assert_eq!(code, Some(1), "{text}: {printed}");
        assert!(printed.contains(expected), "{text}: {printed}");
        assert!(!Path::new(&out).exists(), "{text}");
    }
    let (code, printed) = keystub(&["client", &spec, "--out", &out, "--overlay", "none.yaml"]);
    assert!(code == Some(1) && printed.contains("cannot read `none.yaml`"), "{printed}");
}

#[test]
fn target_without_match_is_a_warning_or_an_error() {
    let overlaid = Overlaid::new(PETS, &["- {target: \"$.paths['/pet']\", remove: true}"]);
    assert_eq!(overlaid.places(), ["0.yaml#/actions/0/target overlay-no-match"]);
    assert_eq!(overlaid.found()[0].level, Level::Warning);
    let (spec, overlay) =
        (overlaid.path("api.yaml").display().to_string(), overlaid.path("0.yaml").display().to_string());
    let (code, printed) = keystub(&["inspect", &spec, "--overlay", &overlay]);
    assert!(code == Some(0) && printed.contains("warning[overlay-no-match]"), "{printed}");
    let (code, printed) = keystub(&["inspect", &spec, "--overlay", &overlay, "--strict"]);
    assert!(code == Some(1) && printed.contains("error[overlay-no-match]"), "{printed}");
}

#[test]
fn every_command_and_the_configuration_take_overlays() {
    let overlaid = Overlaid::new(PETS, &["- {target: \"$.paths['/users']\", remove: true}"]);
    let path = |name: &str| overlaid.path(name).display().to_string();
    let (spec, overlay, config) = (path("api.yaml"), path("0.yaml"), path("keystub.toml"));
    for arguments in [&["inspect", &spec][..], &["audit", &spec, "--matrix"]] {
        let (_, without) = keystub(arguments);
        let (_, with) = keystub(&[arguments, &["--overlay", &overlay]].concat());
        assert!(without.contains("/users") && with.contains("/pets") && !with.contains("/users"), "{with}");
    }
    // The path is relative to the configuration file.
    std::fs::write(&config, "overlay = ['0.yaml']\n").unwrap();
    let (code, printed) = keystub(&["inspect", &spec, "--config", &config]);
    assert!(code == Some(0) && printed.contains("2 operations"), "{printed}");
    assert_eq!(keystub(&["changes", &spec, &spec, "--overlay", &overlay]).0, Some(0));
    let text = std::fs::read(&spec).unwrap();
    let input = keystub::Input::Memory { name: "<stdin>".into(), bytes: text };
    assert_eq!(Generator::server(input).overlay(&overlay).generate().unwrap().summary().operations, 2);
}

#[test]
fn audit_and_changes_report_overlays_that_change_access() {
    // Without its own requirements, the operation inherits the weaker ones of the document.
    let opened = Overlaid::new(PETS, &["- {target: \"$.paths['/users'].get.security\", remove: true}"]);
    let untouched = Overlaid::new(PETS, &["- {target: $.info, update: {description: d}}"]);
    for (overlaid, is_reported) in [(&opened, true), (&untouched, false)] {
        let path = |name: &str| overlaid.path(name).display().to_string();
        let (spec, overlay) = (path("api.yaml"), path("0.yaml"));
        for arguments in [&["audit", &spec, "--fail", "never"][..], &["changes", &spec, &spec]] {
            let (code, printed) = keystub(&[arguments, &["--overlay", &overlay]].concat());
            assert_eq!((code, printed.contains("warning[overlay-access]")), (Some(0), is_reported), "{printed}");
            let (code, printed) = keystub(&[arguments, &["--overlay", &overlay, "--strict"]].concat());
            assert_eq!(
                (code, printed.contains("error[overlay-access]")),
                (Some(i32::from(is_reported)), is_reported),
                "{printed}"
            );
        }
    }
}

#[test]
fn overlays_that_repair_an_operation_are_reported_if_they_change_its_security() {
    let broken = PETS.replace("tags: [internal],", "parameters: [{name: q, in: qeury, schema: {type: string}}],");
    let repair = "- {target: \"$.paths['/pets'].post.parameters[0]\", update: {in: query}}\n";
    let opened = |target: &str, security: &str| format!("{repair}- {{target: {target}, update: {{{security}}}}}");
    for (actions, is_reported) in [
        (repair.to_owned(), false),
        (opened("\"$.paths['/pets'].post\"", "security: []"), true),
        (opened("$", "security: [{token: []}]"), true),
        (opened("$.components.securitySchemes.key", "in: query"), true),
        (opened("\"$.paths['/pets'].post\"", "summary: s"), false),
    ] {
        let overlaid = Overlaid::new(&broken, &[&actions]);
        let path = |name: &str| overlaid.path(name).display().to_string();
        let (spec, overlay) = (path("api.yaml"), path("0.yaml"));
        for command in [&["inspect", &spec, "--overlay", &overlay][..], &["overlay", &spec, &overlay]] {
            let (code, printed) = keystub(&[command, &["--strict"]].concat());
            let is_found = printed.contains("`POST /pets`") && printed.contains("error[overlay-access]");
            assert_eq!((code, is_found), (Some(i32::from(is_reported)), is_reported), "{actions}: {printed}");
        }
    }
}

#[test]
fn overlays_are_inputs() {
    let overlaid = Overlaid::new(PETS, &["- {target: $.info, update: {description: d}}"]);
    let output = overlaid.client().generate().unwrap();
    let names: Vec<String> = output.inputs().iter().map(|path| file_name(path)).collect();
    assert_eq!(names, ["api.yaml", "0.yaml"]);
}

#[test]
fn references_of_an_overlay_are_those_of_the_document() {
    let overlaid = Overlaid::new(PETS, &["- {target: $.components.schemas, update: {Toy: {$ref: 'toy.json#/Toy'}}}"]);
    assert_eq!(overlaid.places(), ["0.yaml#/actions/0/update/Toy/$ref dangling-ref"]);
    std::fs::write(overlaid.path("toy.json"), "{\"Toy\": {\"type\": \"string\"}}").unwrap();
    assert_eq!(overlaid.places(), Vec::<String>::new());
}

#[test]
fn hostile_overlays_end() {
    let chain = format!("- {{target: \"${}\", remove: true}}", "..*".repeat(30));
    let nested = format!("- {{target: \"$[?{}@{}]\", remove: true}}", "@[?".repeat(5_000), "]".repeat(5_000));
    let many = "- {target: $.info, update: {x-a: [1]}}\n".repeat(2_000);
    let growing = "- {target: $.info, copy: $}\n".repeat(2_000);
    let large = std::fs::read_to_string("fixtures/world/everything.yaml").unwrap();
    let large = format!("{large}x-deep: {}{}\n", "[".repeat(100), "]".repeat(100));
    assert!(Overlaid::new(&large, &[&many]).found().iter().all(|found| found.level == Level::Warning));
    for (document, actions) in [(large.as_str(), &chain), (PETS, &nested), (PETS, &growing)] {
        let overlaid = Overlaid::new(document, &[actions]);
        let found = overlaid.found();
        assert!(found.iter().any(|found| found.level == Level::Error), "{:.80}: {found:?}", actions);
        assert!(found.iter().all(|found| found.file == "0.yaml"), "{:.80}: {found:?}", actions);
    }
}
