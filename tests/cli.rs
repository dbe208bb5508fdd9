//! The command line with invalid input: one clear message, exit status 1, and no file lost.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn keystub(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Runs `client` on this input and checks the message.
fn refused(name: &str, input: &[u8], expected: &str) {
    let folder = folder(name);
    let (spec, out) = (folder.join("api.yaml"), folder.join("out"));
    std::fs::write(&spec, input).unwrap();
    let output = keystub(&["client", text(&spec), "--out", text(&out)]);
    let printed = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{name}: {printed}");
    assert!(printed.contains(expected), "{name}: expected `{expected}` in: {printed}");
    assert!(!printed.contains("panicked") && printed.len() < 4_000, "{name}: {printed}");
    assert!(!out.exists(), "{name}: something was written");
}

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n";

#[test]
fn invalid_input_is_rejected() {
    refused("empty", b"", "error[empty-document]");
    refused("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "error[not-a-document]");
    refused("truncated", br#"{"openapi": "3.0.3", "info": {"title"#, "error[syntax]");
    refused("swagger", b"swagger: '1.2'\ninfo: {title: t, version: '1'}\npaths: {}\n", "error[unsupported-version]");
}

#[test]
fn expansion_bombs_are_rejected() {
    let mut exponential = String::from("a0: &a0 [x, x]\n");
    for level in 1..4_000 {
        exponential.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1));
    }
    assert!(exponential.len() > 100_000);
    refused("exponential", exponential.as_bytes(), "error[too-many-nodes]");
    let mut quadratic = format!("a: &a [{}]\nb:\n", "x, ".repeat(20_000));
    quadratic.push_str(&"- *a\n".repeat(10_000));
    assert!(quadratic.len() > 100_000);
    refused("quadratic", quadratic.as_bytes(), "error[too-many-nodes]");
    refused("brackets", "[".repeat(50_000).as_bytes(), "error[too-deep]");
    let arrays = format!("{{\"openapi\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    refused("arrays", arrays.as_bytes(), "error[too-deep]");
}

#[test]
fn dangling_references_and_unknown_schemes_are_rejected() {
    let dangling = format!("{HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{$ref: '#/components/schemas/B'}}}}}}\n");
    refused("dangling", dangling.as_bytes(), "error[dangling-ref]");
    let cyclic = format!(
        "{HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{$ref: '#/components/schemas/B'}}, B: {{$ref: '#/components/schemas/A'}}}}}}\n"
    );
    refused("cyclic", cyclic.as_bytes(), "error[cyclic-ref]");
    let scheme = format!(
        "{HEAD}paths: {{/x: {{get: {{security: [{{zzz: []}}], responses: {{'200': {{description: d}}}}}}}}}}\n"
    );
    refused("scheme", scheme.as_bytes(), "error[unknown-scheme]");
}

const PETSHOP: &str = "fixtures/world/petshop.yaml";

#[test]
fn io_errors_name_the_path() {
    let folder = folder("io");
    let missing = folder.join("missing.yaml");
    let output = keystub(&["client", text(&missing), "--out", text(&folder.join("out"))]);
    let printed = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(printed.contains("missing.yaml") && printed.contains("read"), "{printed}");
    // A file in the place of the folder: nothing can be written below it, whatever the permissions.
    let blocked = folder.join("file");
    std::fs::write(&blocked, "mine").unwrap();
    let output = keystub(&["client", PETSHOP, "--out", text(&blocked.join("out"))]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(std::fs::read_to_string(&blocked).unwrap(), "mine");
}

#[test]
fn deps_prints_dependencies_and_counts_no_files() {
    let folder = folder("deps");
    let config = folder.join("keystub.toml");
    std::fs::write(&config, "[dependencies]\naardvark = '1'\nzebra = { path = '../z' }\n").unwrap();
    let output = keystub(&["deps", PETSHOP, "--server", "--config", text(&config)]);
    let printed = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = printed.lines().collect();
    assert!(
        matches!(lines[..], ["[dependencies]", "aardvark = \"1\"", own, "zebra = { path = \"../z\" }"]
            if own.starts_with("keystub-server-runtime = ")),
        "{printed}"
    );
    let summary = String::from_utf8(output.stderr).unwrap();
    assert!(summary.starts_with("7 operations, ") && !summary.contains("file"), "{summary}");
}

#[test]
fn user_files_are_never_touched() {
    let out = folder("mine");
    std::fs::create_dir_all(out.join("src")).unwrap();
    std::fs::write(out.join("src/client.rs"), "fn mine() {}\n").unwrap();
    std::fs::write(out.join("notes.txt"), "mine\n").unwrap();
    let output = keystub(&["client", PETSHOP, "--out", text(&out)]);
    let printed = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains("client.rs"), "{printed}");
    assert_eq!(std::fs::read_to_string(out.join("src/client.rs")).unwrap(), "fn mine() {}\n");
    assert_eq!(std::fs::read_to_string(out.join("notes.txt")).unwrap(), "mine\n");
    assert!(!out.join("Cargo.toml").exists(), "nothing is written when not all can be");
}

#[test]
fn files_written_once_stay_unchanged() {
    let out = folder("once");
    assert!(keystub(&["server", PETSHOP, "--out", text(&out)]).status.success());
    let handlers = out.join("src/handlers.rs");
    std::fs::write(&handlers, "// mine\n").unwrap();
    assert!(keystub(&["server", PETSHOP, "--out", text(&out)]).status.success());
    assert_eq!(std::fs::read_to_string(handlers).unwrap(), "// mine\n");
    assert!(keystub(&["server", PETSHOP, "--out", text(&out), "--check"]).status.success());
}

#[test]
fn check_and_diff_report_changes_and_write_nothing() {
    let out = folder("drift");
    let run = |more: &[&str]| keystub(&[&["client", PETSHOP, "--out", text(&out)], more].concat());
    assert_eq!(run(&["--check"]).status.code(), Some(1), "all is missing");
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
    assert!(run(&[]).status.success());
    assert!(run(&["--check"]).status.success());
    let types = out.join("src/types.rs");
    let edited = std::fs::read_to_string(&types).unwrap().replace("pub name: String", "pub nom: String");
    std::fs::write(&types, &edited).unwrap();
    let check = run(&["--check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&check.stderr).contains("src/types.rs"));
    assert!(String::from_utf8_lossy(&run(&["--diff"]).stdout).contains("pub nom: String"));
    let both = run(&["--check", "--diff"]);
    assert_eq!(both.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&both.stdout).contains("pub nom: String"));
    assert_eq!(std::fs::read_to_string(&types).unwrap(), edited);
}

#[test]
fn standard_input_can_be_json_or_yaml() {
    let json = br#"{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{"/x":{"get":{"operationId":"getX","responses":{"200":{"description":"d"}}}}}}"#;
    let mut child = Command::new(env!("CARGO_BIN_EXE_keystub"))
        .args(["inspect", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(json).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("getX  GET     /x  public"), "{printed}");
}

#[test]
fn invalid_arguments_exit_with_2() {
    assert_eq!(keystub(&["client"]).status.code(), Some(2));
    assert_eq!(keystub(&["nonsense"]).status.code(), Some(2));
}

#[test]
fn crate_names_that_rust_or_cargo_reserves_are_rejected() {
    let folder = folder("reserved-names");
    let (spec, out) = (folder.join("api.yaml"), folder.join("out"));
    std::fs::write(&spec, format!("{HEAD}paths: {{}}\n")).unwrap();
    for name in ["dyn", "fn", "async", "await", "type", "match", "abstract", "Self", "yield", "serde", "nul", "名前"]
    {
        for kind in ["client", "server"] {
            let output = keystub(&[kind, text(&spec), "--out", text(&out), "--name", name]);
            let printed = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{name}: {printed}");
            assert!(printed.starts_with(&format!("error: `{name}` ")), "{name}: {printed}");
            assert!(!printed.contains("bug in keystub") && !out.exists(), "{name}: {printed}");
        }
    }
}
