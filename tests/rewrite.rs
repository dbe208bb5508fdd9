//! `keystub overlay` and `keystub bundle`: the text that they write means what was read.

use std::path::Path;
use std::process::Command;

use keystub::Generator;

fn keystub(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const DOCUMENT: &str = "openapi: 3.0.3
# A comment
info: {title: 'no', version: '1.0', x-numbers: [1.0, 12345678901234567890, 1e300]}
paths:
  /b: {get: {operationId: b, responses: {'204': {description: d}}}}
  /a: {get: {operationId: a, security: [{key: []}], responses: {'204': {description: d}}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
";

const OVERLAY: &str = "overlay: 1.1.0
info: {title: t, version: '1'}
actions:
  - target: $.paths['/b'].get
    update: {summary: B}
";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| std::fs::write(folder.path(name), text).unwrap());
        folder
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }
}

#[test]
fn overlay_is_written_in_the_format_of_the_file_name() {
    let folder = Folder::new(&[("api.yaml", DOCUMENT), ("o.yaml", OVERLAY)]);
    let (spec, overlay) = (folder.path("api.yaml"), folder.path("o.yaml"));
    let (yaml, json) = (folder.path("out.yaml"), folder.path("out.json"));
    assert_eq!(keystub(&["overlay", &spec, &overlay, "--out", &yaml]).0, Some(0));
    assert_eq!(keystub(&["overlay", &spec, &overlay, "--out", &json]).0, Some(0));
    let text = folder.text("out.yaml");
    let expected = "openapi: 3.0.3\ninfo:\n  title: 'no'\n  version: '1.0'\n  x-numbers:\n  - 1.0\n  - 12345678901234567890\n  - 1e300\npaths:\n  /b:\n    get:\n      operationId: b\n";
    assert!(text.starts_with(expected) && text.contains("      summary: B\n  /a:"), "{text}");
    assert!(folder.text("out.json").starts_with("{\n  \"openapi\": \"3.0.3\",\n  \"info\": {\n    \"title\": \"no\""));
    let (_, printed, _) = keystub(&["overlay", &spec, &overlay]);
    assert_eq!(printed, text);
    // A document in JSON is printed as JSON.
    let (_, printed, _) = keystub(&["overlay", &json, &overlay]);
    assert!(printed.starts_with("{\n"), "{printed}");
}

#[test]
fn diff_shows_only_what_overlays_change() {
    let folder = Folder::new(&[("api.yaml", DOCUMENT), ("o.yaml", OVERLAY)]);
    let (code, diff, _) = keystub(&["overlay", &folder.path("api.yaml"), &folder.path("o.yaml"), "--diff"]);
    assert_eq!(code, Some(0));
    let changed: Vec<&str> = diff.lines().filter(|line| line.starts_with(['+', '-'])).collect();
    assert_eq!(changed, ["--- a/api.yaml", "+++ b/api.yaml", "+      summary: B"]);
}

#[test]
fn check_compares_with_the_file() {
    let folder = Folder::new(&[("api.yaml", DOCUMENT), ("o.yaml", OVERLAY)]);
    let (spec, overlay, out) = (folder.path("api.yaml"), folder.path("o.yaml"), folder.path("out.yaml"));
    let check = || keystub(&["overlay", &spec, &overlay, "--out", &out, "--check"]).0;
    assert_eq!(check(), Some(1));
    assert!(!Path::new(&out).exists());
    assert_eq!(keystub(&["overlay", &spec, &overlay, "--out", &out]).0, Some(0));
    assert_eq!(check(), Some(0));
    std::fs::write(&out, "x").unwrap();
    assert_eq!(check(), Some(1));
    assert_eq!(folder.text("out.yaml"), "x");
}

#[test]
fn nothing_is_written_after_an_error_or_over_an_input() {
    let folder = Folder::new(&[("api.yaml", DOCUMENT), ("o.yaml", OVERLAY), ("bad.yaml", "overlay: 1.1.0")]);
    let (spec, overlay, out) = (folder.path("api.yaml"), folder.path("o.yaml"), folder.path("out.yaml"));
    let (code, _, error) = keystub(&["overlay", &spec, &overlay, &folder.path("bad.yaml"), "--out", &out]);
    assert!(code == Some(1) && error.contains("error[bad-overlay]") && !Path::new(&out).exists(), "{error}");
    for input in [&spec, &overlay] {
        let (code, _, error) = keystub(&["overlay", &spec, &overlay, "--out", input]);
        assert!(code == Some(1) && error.contains("`--out` names an input"), "{error}");
    }
    assert_eq!((folder.text("api.yaml").as_str(), folder.text("o.yaml").as_str()), (DOCUMENT, OVERLAY));
    let (code, _, error) = keystub(&["overlay", &spec, &overlay, "--out", &folder.path("none/out.yaml")]);
    assert!(code == Some(1) && error.contains("cannot write"), "{error}");
    // Infinity has no form in JSON.
    let infinite = Folder::new(&[("api.yaml", &DOCUMENT.replace("1e300", ".inf")), ("o.yaml", OVERLAY)]);
    let (spec, overlay) = (infinite.path("api.yaml"), infinite.path("o.yaml"));
    let (code, _, error) = keystub(&["overlay", &spec, &overlay, "--out", &infinite.path("out.json")]);
    assert!(code == Some(1) && error.contains("cannot express"), "{error}");
    assert!(!Path::new(&infinite.path("out.json")).exists());
}

#[test]
fn files_of_a_document_are_not_replaced() {
    const PETS: &str = "Pet: {type: object}";
    let referring = DOCUMENT.replace("components: {", "components: {schemas: {Pet: {$ref: 'pets.yaml#/Pet'}}, ");
    let folder = Folder::new(&[("api.yaml", &referring), ("o.yaml", OVERLAY), ("pets.yaml", PETS)]);
    let (spec, overlay, pets) = (folder.path("api.yaml"), folder.path("o.yaml"), folder.path("pets.yaml"));
    for arguments in [&["bundle", &spec, "--out", &pets][..], &["overlay", &spec, &overlay, "--out", &pets]] {
        let (code, _, error) = keystub(arguments);
        assert!(code == Some(1) && error.contains("`--out` names an input"), "{error}");
        assert_eq!(folder.text("pets.yaml"), PETS);
    }
}

#[test]
fn bundle_of_a_bundle_keeps_the_targets_of_references() {
    const BUNDLED: &str = "x-keystub-files:
  items: {admin: {get: {operationId: admin, security: [{key: []}], responses: {'204': {description: d}}}}}
";
    let referring = DOCUMENT.replace(
        "paths:\n",
        "paths:\n  /admin: {$ref: '#/x-keystub-files/items/admin'}\n  /status: {$ref: './items.yaml#/admin'}\n",
    );
    let public = "admin: {get: {operationId: status, security: [], responses: {'204': {description: d}}}}";
    let folder = Folder::new(&[("api.yaml", &format!("{referring}{BUNDLED}")), ("items.yaml", public)]);
    let (spec, out) = (folder.path("api.yaml"), folder.path("out.yaml"));
    assert_eq!(keystub(&["bundle", &spec, "--out", &out]).0, Some(0));
    for document in [&spec, &out] {
        let (code, printed, error) = keystub(&["inspect", document]);
        let access = |operation: &str| {
            let line =
                printed.lines().find(|line| line.starts_with(operation)).unwrap_or_else(|| panic!("{printed}{error}"));
            line.split_whitespace().last().unwrap().to_owned()
        };
        assert_eq!((code, access("admin"), access("status")), (Some(0), "key".to_owned(), "public".to_owned()));
    }
    std::fs::write(
        &spec,
        format!(
            "{}x-keystub-files: 1\n",
            referring.replace("/admin: {$ref: '#/x-keystub-files/items/admin'}", "/c: {}")
        ),
    )
    .unwrap();
    let (code, _, error) = keystub(&["inspect", &spec]);
    assert!(code == Some(1) && error.contains("`x-keystub-files` is reserved for keystub"), "{error}");
}

#[test]
fn overlay_command_reports_access() {
    let open = OVERLAY.replace("'/b'", "'/a'").replace("summary: B", "security: [{}]");
    let folder = Folder::new(&[("api.yaml", DOCUMENT), ("o.yaml", &open)]);
    let (spec, overlay, out) = (folder.path("api.yaml"), folder.path("o.yaml"), folder.path("out.yaml"));
    let (code, _, error) = keystub(&["overlay", &spec, &overlay, "--out", &out, "--strict"]);
    assert!(code == Some(1) && error.contains("error[overlay-access]: overlay makes 1 operation public"), "{error}");
    assert!(!Path::new(&out).exists());
    let (code, _, error) = keystub(&["overlay", &spec, &overlay, "--out", &out]);
    assert!(code == Some(0) && error.contains("warning[overlay-access]") && error.contains("o.yaml:5:"), "{error}");
    // It is reported too if the result is not valid.
    let invalid = open.replace("security: [{}]", "security: [{none: []}]");
    std::fs::write(folder.path("o.yaml"), invalid).unwrap();
    let (code, _, error) = keystub(&["overlay", &spec, &overlay]);
    assert!(code == Some(0) && error.contains("what they change about access is unknown"), "{error}");
}

/// The generated files of a client and of a server.
fn generated(path: &str) -> Vec<(String, String)> {
    let outputs = [Generator::client(path), Generator::server(path)];
    let outputs = outputs.map(|generator| generator.name("same").generate().unwrap_or_else(|error| panic!("{error}")));
    let files = outputs.iter().flat_map(|output| output.files());
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

const MAIN: &str = "openapi: 3.1.0
info: {title: t, version: '1'}
security: [{key: []}]
paths:
  /pets: {$ref: 'parts/pets.yaml#/list'}
  /toys: {get: {operationId: toys, responses: {'200': {$ref: 'parts/pets.yaml#/ok'}}}}
components:
  securitySchemes: {key: {$ref: 'parts/schemes.json#/key'}}
  schemas: {Name: {type: string, maxLength: 5}}
";
const PETS: &str = "list:
  get: {operationId: pets, responses: {'200': {$ref: '#/ok'}}}
  post: {operationId: add, security: [], responses: {'200': {$ref: '#/ok'}}}
ok: {description: d, content: {application/json: {schema: {type: array, items: {$ref: 'pet.yaml'}}}}}
";
const PET: &str = "type: object
properties: {name: {$ref: '../main.yaml#/components/schemas/Name'}, mother: {$ref: 'pet.yaml'}}
";

#[test]
fn bundle_gives_the_same_code() {
    let folder = Folder::new(&[("main.yaml", MAIN)]);
    std::fs::create_dir(folder.path("parts")).unwrap();
    let key = r#"{"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}"#;
    for (name, text) in [("pets.yaml", PETS), ("pet.yaml", PET), ("schemes.json", key)] {
        std::fs::write(folder.path(&format!("parts/{name}")), text).unwrap();
    }
    let elsewhere = Folder::new(&[]);
    for name in ["one.yaml", "one.json"] {
        let out = elsewhere.path(name);
        let (code, _, error) = keystub(&["bundle", &folder.path("main.yaml"), "--out", &out]);
        assert_eq!(code, Some(0), "{error}");
        assert!(!elsewhere.text(name).contains("parts/"), "{}", elsewhere.text(name));
        assert_eq!(generated(&out), generated(&folder.path("main.yaml")));
    }
    // A bundle of a bundle is the same.
    let again = elsewhere.path("again.yaml");
    assert_eq!(keystub(&["bundle", &elsewhere.path("one.yaml"), "--out", &again]).0, Some(0));
    assert_eq!(elsewhere.text("again.yaml"), elsewhere.text("one.yaml"));
}

#[test]
fn documents_of_one_file_are_bundled_without_a_change() {
    for name in ["petshop", "library", "mailbox", "matrix", "everything"] {
        let folder = Folder::new(&[]);
        let (path, out) = (format!("fixtures/world/{name}.yaml"), folder.path("out.json"));
        assert_eq!(keystub(&["bundle", &path, "--out", &out]).0, Some(0), "{name}");
        assert_eq!(generated(&out), generated(&path), "{name}");
    }
}

#[test]
fn bundle_without_a_file_is_an_error_and_nothing_is_written() {
    let folder = Folder::new(&[("main.yaml", MAIN)]);
    let out = folder.path("out.yaml");
    let (code, _, error) = keystub(&["bundle", &folder.path("main.yaml"), "--out", &out]);
    assert!(code == Some(1) && error.contains("error[dangling-ref]") && error.contains("main.yaml:5:"), "{error}");
    assert!(!Path::new(&out).exists());
}
