//! Templates of the user: what they replace, and the errors of invalid ones.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PETSHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/world/petshop.yaml");

fn keystub(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap()
}

/// A folder with these files, and `view = 1`.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("templates.toml"), "view = 1\n").unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn run(kind: &str, templates: &Path) -> (Output, PathBuf, tempfile::TempDir) {
    let target = tempfile::tempdir().unwrap();
    let out = target.path().join("out");
    let output = keystub(&[kind, PETSHOP, "--out", out.to_str().unwrap(), "--templates", templates.to_str().unwrap()]);
    (output, out, target)
}

/// Standard error of a generation that must fail and write nothing.
fn refusal(kind: &str, templates: &Path) -> String {
    let (output, out, _target) = run(kind, templates);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(!out.exists(), "something was written");
    text
}

#[test]
fn a_template_replaces_the_embedded_one_of_its_name() {
    let exported = tempfile::tempdir().unwrap();
    let path = exported.path().join("templates");
    let output = keystub(&["templates", "export", path.to_str().unwrap(), "client_reqwest/lib.rs"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = path.join("client_reqwest/lib.rs.j2");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n/// An addition.\npub const ADDED: &str = {{{{ \"a\\\"b\" }}}};\n"))
        .unwrap();
    let (output, out, _target) = run("client", &path);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lib = std::fs::read_to_string(out.join("src/lib.rs")).unwrap();
    assert!(lib.contains(r#"pub const ADDED: &str = "a\"b";"#), "{lib}");
    // Files that exist are not replaced.
    let again = keystub(&["templates", "export", path.to_str().unwrap(), "client_reqwest/lib.rs"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(std::fs::read_to_string(&file).unwrap().contains("ADDED"));
}

#[test]
fn text_is_a_literal_even_if_it_is_joined_or_collected() {
    let evil = r#"1; evil(); \""#;
    let lib = "{% set kept %}pub const A: &str = {{ evil }};{% endset %}\n{{ kept }}\npub const B: &[&str] = &[{{ [evil]|join }}];\n";
    let source = format!("{{% set evil = {evil:?} %}}\n{lib}");
    let folder = folder(&[("client_reqwest/lib.rs.j2", &source)]);
    let (output, out, _target) = run("client", folder.path());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let written = std::fs::read_to_string(out.join("src/lib.rs")).unwrap();
    assert!(written.contains(&format!("pub const A: &str = {evil:?};")), "{written}");
    assert_eq!(written.matches(&format!("{evil:?}")).count(), 2, "{written}");
}

#[test]
fn exported_templates_give_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all");
    assert!(keystub(&["templates", "export", path.to_str().unwrap()]).status.success());
    for (kind, generator) in
        [("client", keystub::Generator::client(PETSHOP)), ("server", keystub::Generator::server(PETSHOP))]
    {
        let own = generator.clone().templates(&path).generate().unwrap();
        assert_eq!(own.files(), generator.generate().unwrap().files(), "{kind}");
    }
}

#[test]
fn every_template_can_be_listed_and_exported() {
    let output = keystub(&["templates", "list"]);
    let names = String::from_utf8(output.stdout).unwrap();
    assert!(names.lines().any(|name| name == "server_axum/router.rs"), "{names}");
    let unknown = keystub(&["templates", "export", "nowhere", "client_reqwest/libs.rs"]);
    assert_eq!(unknown.status.code(), Some(1));
    let message = String::from_utf8(unknown.stderr).unwrap();
    assert!(message.contains("unknown template `client_reqwest/libs.rs`; did you mean `client_reqwest/lib.rs`?"));
    assert!(!Path::new("nowhere").exists());
}

#[test]
fn an_undefined_variable_is_an_error_with_its_lines() {
    let folder = folder(&[("client_reqwest/lib.rs.j2", "// one\n// two\n{{ crate_docs }}\n// four\n")]);
    let message = refusal("client", folder.path());
    assert!(message.contains("error: template `client_reqwest/lib.rs`: `crate_docs` is undefined"), "{message}");
    assert!(message.contains("client_reqwest/lib.rs.j2:3\n"), "{message}");
    assert!(message.contains("     2 | // two\n>    3 | {{ crate_docs }}\n     4 | // four"), "{message}");
}

#[test]
fn a_syntax_error_is_an_error_with_its_lines_even_if_the_template_is_not_used() {
    let folder = folder(&[("server_axum/lib.rs.j2", "// one\n{% for x in %}\n")]);
    let message = refusal("client", folder.path());
    assert!(message.contains("server_axum/lib.rs.j2:2\n"), "{message}");
    assert!(message.contains(">    2 | {% for x in %}"), "{message}");
}

#[test]
fn text_that_is_not_rust_is_the_error_of_its_template() {
    let folder = folder(&[("client_reqwest/lib.rs.j2", "pub fn {\n")]);
    let message = refusal("client", folder.path());
    assert!(message.contains("template `client_reqwest/lib.rs` produced text that is not Rust"), "{message}");
    assert!(message.contains("client_reqwest/lib.rs.j2") && !message.contains("bug in keystub"), "{message}");
}

#[test]
fn an_unknown_file_is_an_error_that_names_the_nearest() {
    let folder = folder(&[("client_reqwest/lib.j2", "")]);
    let message = refusal("client", folder.path());
    assert!(message.contains("is not a template; did you mean `client_reqwest/lib.rs.j2`?"), "{message}");
}

#[test]
fn endless_and_verbatim_templates_are_refused() {
    let endless = "{% for a in range(9000) %}{% for b in range(9000) %}{{ allow_unused }}{% endfor %}{% endfor %}";
    let message = refusal("client", folder(&[("client_reqwest/lib.rs.j2", endless)]).path());
    assert!(message.contains("it takes more steps than are allowed"), "{message}");
    let long = endless.replace("allow_unused", "crate_doc");
    let message = refusal("client", folder(&[("client_reqwest/lib.rs.j2", &long)]).path());
    assert!(message.contains("the text is longer than"), "{message}");
    let verbatim = r#"{{ "x(); evil()"|safe }}"#;
    let message = refusal("client", folder(&[("client_reqwest/lib.rs.j2", verbatim)]).path());
    assert!(message.contains("safe"), "{message}");
    for cut in [r#"trim("\"")"#, r#"split(";")|last"#, r#"replace("\"", "")"#, "lines|first"] {
        let text = format!("{{% set text %}}{{{{ crate_doc }}}}{{% endset %}}{{{{ text|{cut} }}}}");
        let message = refusal("client", folder(&[("client_reqwest/lib.rs.j2", &text)]).path());
        assert!(message.contains("filter"), "{message}");
    }
    let recursive = "{% include \"client_reqwest/lib.rs\" %}";
    refusal("client", folder(&[("client_reqwest/lib.rs.j2", recursive)]).path());
}

/// Lists that have the one before them twice: comparing two of them takes exponential time, in a single step.
#[test]
fn a_template_that_takes_too_long_is_abandoned() {
    let lists =
        |name: &str| format!("{{% set {name} = [1] %}}{}", format!("{{% set {name} = [{name}, {name}] %}}").repeat(60));
    let text = format!("{}{}\n{{% if a == b %}}a{{% endif %}}", lists("a"), lists("b"));
    let message = refusal("client", folder(&[("client_reqwest/lib.rs.j2", &text)]).path());
    assert!(message.contains("template `client_reqwest/lib.rs`: it takes longer than 10 seconds\n  --> "), "{message}");
    assert!(message.contains("client_reqwest/lib.rs.j2"), "{message}");
}

#[test]
fn values_of_templates_are_bounded() {
    let doubled = format!("{{% set a = 'a' %}}{}{{{{ a }}}}", "{% set a = a ~ a %}".repeat(60));
    let captured = format!(
        "{{% set a %}}{}{{% endset %}}{{{{ a }}}}",
        "{% for x in range(90000) %}".repeat(2) + &"a".repeat(9000) + &"{% endfor %}".repeat(2)
    );
    for text in [doubled, captured] {
        let message = refusal("client", folder(&[("client_reqwest/lib.rs.j2", &text)]).path());
        // Which bound is exceeded first depends on the allocator.
        let bounds = ["it takes more steps than are allowed\n  --> ", "it takes more than 512 MiB of memory\n  --> "];
        assert!(bounds.iter().any(|bound| message.contains(bound)), "{message}");
    }
    // The most deeply nested value that fits into a file.
    let nested = "{% set a = [1] %}{% set b = [1] %}".to_owned()
        + &"{% set a=[a] %}{% set b=[b] %}".repeat(8000)
        + "{% if a == b %}{{ crate_doc }}{% endif %}";
    let (output, _, _target) = run("client", folder(&[("client_reqwest/lib.rs.j2", &nested)]).path());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let message = refusal("client", folder(&[("client_reqwest/lib.rs.j2", "{% set n = namespace(a=1) %}")]).path());
    assert!(message.contains("namespace"), "{message}");
}

#[test]
fn templates_for_another_version_are_refused() {
    let folder = folder(&[("client_reqwest/lib.rs.j2", "")]);
    let manifest = folder.path().join("templates.toml");
    for (text, expected) in [
        ("# a comment\nview = 2\n", "templates.toml:2\n"),
        ("view = 2\n", "for version 2 of the views, this keystub has version 1; use a newer keystub"),
        ("view = 0\n", "there is no such version"),
        ("view = 'a'\n", "`view` must be an integer"),
        ("views = 1\n", "unknown key `views`; expected `view`"),
        ("", "expected `view = 1`"),
        ("view =\n", "invalid TOML"),
    ] {
        std::fs::write(&manifest, text).unwrap();
        let message = refusal("client", folder.path());
        assert!(message.contains(expected), "{text}: {message}");
    }
    std::fs::remove_file(&manifest).unwrap();
    let message = refusal("client", folder.path());
    assert!(message.contains("the folder has no `templates.toml`; expected one with `view = 1`"), "{message}");
}

#[test]
fn templates_can_be_set_in_the_configuration_file() {
    let folder = folder(&[("client_reqwest/lib.rs.j2", "{{ missing }}")]);
    let config = folder.path().with_extension("toml");
    std::fs::write(&config, format!("templates = {:?}\n", folder.path())).unwrap();
    let output = keystub(&["client", PETSHOP, "--out", "nowhere", "--config", config.to_str().unwrap()]);
    std::fs::remove_file(&config).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("`missing` is undefined"));
}

#[test]
fn documentation_lists_the_views() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/TEMPLATES.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (head, views) = text.split_once("## Views\n\n").unwrap();
    let page = keystub::templates_page();
    if std::env::var_os("KEYSTUB_UPDATE").is_some() {
        std::fs::write(path, format!("{head}## Views\n\n{page}")).unwrap();
        return;
    }
    assert_eq!(views, page, "run `KEYSTUB_UPDATE=1 cargo test -p keystub templates::`");
}
