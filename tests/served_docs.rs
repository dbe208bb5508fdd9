//! `keystub server --docs`: which page and document a server gets, and on which paths.

use std::path::Path;
use std::process::{Command, Output};

use keystub::{Generator, Input, Layout};

const PETSHOP: &str = "fixtures/world/petshop.yaml";

fn document(server: &str, paths: &str) -> Generator {
    let text =
        format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\nservers: [{{url: '{server}'}}]\npaths: {paths}");
    Generator::server(Input::Memory { name: "api.yaml".to_owned(), bytes: text.into_bytes() }).with_docs()
}

fn operation(path: &str) -> String {
    format!("'{path}': {{get: {{parameters: [{}], responses: {{'204': {{description: d}}}}}}}}", parameters(path))
}

fn parameters(path: &str) -> String {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let all = names.map(|name| format!("{{name: {name}, in: path, required: true, schema: {{type: string}}}}"));
    all.collect::<Vec<_>>().join(", ")
}

fn keystub(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keystub")).current_dir(folder).args(arguments).output().unwrap()
}

#[test]
fn paths_of_operations_take_precedence() {
    let moved = "\"/-/docs\"";
    for (server, paths, layout, expected) in [
        ("https://a.example", vec!["/pets"], Layout::Crate, "\"/docs\""),
        ("https://a.example", vec!["/docs"], Layout::Crate, moved),
        ("https://a.example", vec!["/openapi.json"], Layout::Crate, moved),
        ("https://a.example", vec!["/{name}"], Layout::Crate, moved),
        ("https://a.example", vec!["/d{name}"], Layout::Crate, moved),
        ("https://a.example", vec!["/docs/{name}"], Layout::Crate, "\"/docs\""),
        ("https://a.example/v1", vec!["/docs", "/{name}"], Layout::Crate, "\"/docs\""),
        ("https://a.example/docs", vec!["/pets"], Layout::Crate, moved),
        ("https://a.example/docs/v1", vec!["/pets"], Layout::Crate, "\"/docs\""),
        ("https://a.example/v1", vec!["/docs"], Layout::Module, moved),
    ] {
        let paths: Vec<String> = paths.into_iter().map(operation).collect();
        let made = document(server, &format!("{{{}}}", paths.join(", "))).layout(layout).generate().unwrap();
        let files = made.files();
        let code = files.iter().find(|(path, _)| path.ends_with("docs.rs")).unwrap().1;
        assert!(code.contains(&format!("PAGE_PATH: &str = {expected};")), "{server} {paths:?}: {code}");
    }
    let all = format!("{{{}, {}}}", operation("/docs"), operation("/{a}/{b}"));
    let error = document("https://a.example", &all).generate().unwrap_err().to_string();
    assert!(error.contains("operations of the document match `/docs` and `/openapi.json` as well as"), "{error}");
    assert!(document("https://a.example/v1", &all).generate().is_ok());
}

#[test]
fn served_document_has_no_removed_operations_and_unused_parts() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "api.yaml",
        "# a comment
openapi: 3.1.0
info: {title: t, version: '1', x-owner: team}
paths:
  /pets: {$ref: 'parts.yaml#/pets'}
  /admin: {delete: {operationId: internal, security: [], responses: {'204': {description: d}}}}
",
    );
    write(
        "parts.yaml",
        "pets: {get: {responses: {'200': {description: d, content: {application/json: {schema: {type: [string, 'null']}}}}}}}
password: hunter2
",
    );
    let served = |arguments: &[&str]| {
        let output = keystub(folder.path(), &[&["server", "api.yaml", "--docs", "--out", "out"], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let read = |name: &str| std::fs::read_to_string(folder.path().join("out/src/generated").join(name)).unwrap();
        (read("openapi.json"), read("docs_page.html"))
    };
    let (whole, page) = served(&[]);
    let json: serde_json::Value = serde_json::from_str(&whole).unwrap();
    assert_eq!((&json["openapi"], &json["info"]["x-owner"]), (&"3.1.0".into(), &"team".into()));
    assert!(whole.contains("internal") && page.contains("internal") && !whole.contains("a comment"));
    let (filtered, page) = served(&["--except", "DELETE /admin"]);
    let json: serde_json::Value = serde_json::from_str(&filtered).unwrap();
    assert!(json["paths"]["/pets"].is_object() && page.contains("/pets") | page.contains("&#x2f;pets"));
    for text in [&filtered, &page] {
        assert!(!text.contains("/admin") && !text.contains("&#x2f;admin") && !text.contains("internal"), "{text}");
    }
    assert!(
        ![&whole, &filtered].iter().any(|text| text.contains("hunter2") || text.contains("password")),
        "{filtered}"
    );
}

#[test]
fn page_and_document_are_compared_and_removed_with_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let spec = std::path::absolute(PETSHOP).unwrap();
    let spec = spec.to_str().unwrap();
    let run = |arguments: &[&str]| {
        let output = keystub(folder.path(), &[&["server", spec, "--out", "out"], arguments].concat());
        (output.status.code(), String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(run(&["--docs"]).0, Some(0));
    assert_eq!(run(&["--docs", "--check"]).0, Some(0));
    let generated = folder.path().join("out/src/generated");
    for name in ["openapi.json", "docs_page.html"] {
        let file = generated.join(name);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replacen("Pet shop", "Other", 1)).unwrap();
        let (code, output) = run(&["--docs", "--check"]);
        assert!(code == Some(1) && output.contains(name), "{output}");
        std::fs::write(&file, text).unwrap();
    }
    assert_eq!(run(&["--check"]).0, Some(1), "the code without documentation differs");
    assert_eq!(run(&[]).0, Some(0));
    for name in ["docs.rs", "openapi.json", "docs_page.html", "runtime/documentation.rs"] {
        assert!(!generated.join(name).exists(), "{name}");
    }
    std::fs::write(generated.join("openapi.json"), "{}").unwrap();
    assert_eq!(run(&[]).0, Some(0));
    assert!(generated.join("openapi.json").exists(), "a file of the user stays");
}

#[test]
fn standard_input_is_read_once_for_code_and_documentation() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.current_dir(folder.path()).args(["server", "-", "--docs", "--out", "out"]);
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let text = std::fs::read(PETSHOP).unwrap();
    child.stdin.take().unwrap().write_all(&text).unwrap();
    assert!(child.wait().unwrap().success());
    let page = std::fs::read_to_string(folder.path().join("out/src/generated/docs_page.html")).unwrap();
    assert!(page.contains("Pet shop"));
}
