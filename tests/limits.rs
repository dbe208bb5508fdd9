//! Every limit, at its value and one beyond: a document that reaches the limit is read, and the error names the limit.

use std::path::{Path, PathBuf};

use keystub::{Error, Generator, Input, Limits, TargetKind};
use serde_json::{Value, json};

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n";

fn memory(text: &str) -> Input {
    Input::Memory { name: "x".into(), bytes: text.into() }
}

/// Reads a document with the limits that `set` changes: `None` if it is read, else the code and help of the error.
fn outcome(input: Input, set: impl Fn(&mut Limits)) -> Option<(&'static str, String)> {
    let mut limits = Limits::default();
    set(&mut limits);
    match Generator::new(TargetKind::ClientReqwest, input).limits(limits).inspect() {
        Ok(_) => None,
        Err(Error::Document(refusal)) => {
            let first = refusal.diagnostics()[0].clone();
            Some((first.code.as_str(), first.help.unwrap_or_default()))
        }
        Err(error) => panic!("{error}"),
    }
}

/// Expects that the document is read at `bound` and rejected one below, with this code and the name of the limit.
fn holds(input: &Input, name: &str, code: &str, bound: usize, set: fn(&mut Limits, usize)) {
    let at = outcome(input.clone(), |limits| set(limits, bound));
    assert_eq!(at, None, "{name} at {bound}");
    let beyond = outcome(input.clone(), |limits| set(limits, bound - 1));
    let (found, help) = beyond.unwrap_or_else(|| panic!("{name} at {}", bound - 1));
    assert_eq!(found, code, "{name}");
    assert!(
        help.starts_with(&format!("set `{name}` under `[limits]` in keystub.toml to raise this limit")),
        "{name}: {help}"
    );
}

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("limits").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    files.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
    folder
}

#[test]
fn document_size_is_limited() {
    holds(&memory(HEAD), "bytes", "too-large", HEAD.len(), |limits, bound| limits.bytes = bound);
}

#[test]
fn total_size_of_files_is_limited() {
    let api = format!("{HEAD}components: {{schemas: {{A: {{$ref: a.yaml}}}}}}\n");
    let other = "type: string\n";
    let folder = folder("bytes", &[("api.yaml", &api), ("a.yaml", other)]);
    let input = Input::Path(folder.join("api.yaml"));
    holds(&input, "bytes", "too-large", api.len() + other.len(), |limits, bound| limits.bytes = bound);
}

#[test]
fn depth_is_limited_in_json_and_yaml() {
    let nested = format!("{}{}", "[".repeat(9), "]".repeat(9));
    let yaml = format!("{HEAD}x-deep: {nested}\n");
    let block: String = (0..8).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    let block = format!("{HEAD}x-deep:\n{}", block.lines().map(|line| format!(" {line}\n")).collect::<String>());
    let json =
        format!(r#"{{"openapi": "3.0.3", "info": {{"title": "t", "version": "1"}}, "paths": {{}}, "x": {nested}}}"#);
    for text in [yaml, json] {
        holds(&memory(&text), "depth", "too-deep", 10, |limits, bound| limits.depth = bound);
    }
    holds(&memory(&block), "depth", "too-deep", 9, |limits, bound| limits.depth = bound);
}

fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(object) => object.values().map(nodes).sum::<usize>(),
        _ => 0,
    }
}

#[test]
fn number_of_nodes_is_limited() {
    let value = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}, "x-list": [1, 2, [3]]});
    holds(&memory(&value.to_string()), "nodes", "too-many-nodes", nodes(&value), |limits, bound| limits.nodes = bound);
    let yaml = format!("{HEAD}x-list: [1, 2, [3]]\n");
    holds(&memory(&yaml), "nodes", "too-many-nodes", nodes(&value), |limits, bound| limits.nodes = bound);
}

#[test]
fn alias_expansion_is_limited() {
    let text = format!("{HEAD}x-a: &a [{}]\nx-b: [{}]\n", "1, ".repeat(50), "*a, ".repeat(100));
    // The document, its info with two strings, openapi, paths, both lists: 7, 50 numbers, and 100 lists of 51.
    let nodes = 8 + 50 + 100 * 51;
    let bound = nodes - text.len();
    let over = outcome(memory(&text), |limits| limits.aliases = bound - 1).unwrap();
    assert_eq!(over.0, "too-many-nodes");
    holds(&memory(&text), "aliases", "too-many-nodes", bound, |limits, bound| limits.aliases = bound);
    // A list of long strings grows in bytes long before it grows in nodes.
    let long = format!("{HEAD}x-a: &a {}\nx-b: [{}]\n", "x".repeat(1_000), "*a, ".repeat(100));
    assert!(outcome(memory(&long), |limits| limits.aliases = 100_000).is_none());
    let (code, help) = outcome(memory(&long), |limits| limits.aliases = 1_000).unwrap();
    assert!(code == "too-many-nodes" && help.starts_with("set `aliases`"), "{code}: {help}");
}

#[test]
fn number_of_files_is_limited() {
    let api = format!("{HEAD}components: {{schemas: {{A: {{$ref: a.yaml}}, B: {{$ref: b.yaml}}}}}}\n");
    let folder = folder("files", &[("api.yaml", &api), ("a.yaml", "type: string"), ("b.yaml", "type: string")]);
    let input = Input::Path(folder.join("api.yaml"));
    holds(&input, "files", "too-large", 3, |limits, bound| limits.files = bound);
}

#[test]
fn reference_chain_length_is_limited() {
    let chain: String =
        (0..12).map(|at| format!("    A{at}: {{$ref: '#/components/schemas/A{}'}}\n", at + 1)).collect();
    for version in ["3.0.3", "3.1.0"] {
        let text = HEAD.replace("3.0.3", version);
        let text = format!("{text}components:\n  schemas:\n{chain}    A12: {{type: string}}\n");
        // The first one is resolved through 11 others.
        holds(&memory(&text), "references", "unsupported-ref", 11, |limits, bound| limits.references = bound);
    }
}

#[test]
fn output_size_is_limited() {
    let fields: String = (0..20).map(|at| format!("a{at}: {{type: string}}, ")).collect();
    let schema = format!("{{type: object, properties: {{{fields}}}}}");
    let text = HEAD.replace(
        "{}\n",
        &format!("{{/a: {{get: {{responses: {{'200': {{description: d, content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}\n"),
    );
    let reads = |bound: usize| outcome(memory(&text), |limits| limits.output = bound).is_none();
    let bound = (1..100).find(|bound| reads(*bound)).expect("a struct of twenty fields has less than a hundred items");
    assert!((20..40).contains(&bound), "{bound}");
    holds(&memory(&text), "output", "too-large-output", bound, |limits, bound| limits.output = bound);
}

#[test]
fn depth_limit_beyond_the_parsers_is_rejected() {
    let generator = |depth| {
        let mut limits = Limits::default();
        limits.depth = depth;
        Generator::new(TargetKind::ClientReqwest, memory(HEAD)).limits(limits).inspect()
    };
    assert!(generator(Limits::MOST_DEPTH).is_ok());
    assert!(matches!(generator(Limits::MOST_DEPTH + 1), Err(Error::Setting(message)) if message.contains("`depth`")));
}

#[test]
fn configuration_sets_limits_and_keeps_the_root() {
    let head = HEAD.replace("paths: {}", "paths: {/a: {get: {responses: {'204': {description: d}}}}}");
    let api = format!("{head}components: {{schemas: {{A: {{$ref: ../a.yaml}}}}}}\n");
    let folder = folder("config", &[("a.yaml", "type: string"), ("keystub.toml", "[limits]\nfiles = 1\n")]);
    std::fs::create_dir_all(folder.join("api")).unwrap();
    std::fs::write(folder.join("api/api.yaml"), api).unwrap();
    let run = |more: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_keystub"))
            .current_dir(&folder)
            .args(["inspect", "api/api.yaml", "--root", "."])
            .args(more)
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let summary = run(&[]);
    assert!(summary.starts_with("1 operation, 0 schemes in ") && summary.lines().count() == 1, "{summary}");
    assert!(
        run(&["--config", "keystub.toml"]).starts_with("error[too-large]: the document refers to more than 1 files")
    );
}
