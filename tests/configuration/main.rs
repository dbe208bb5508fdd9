//! `keystub.toml`: `keystub generate`, `keystub init` and the JSON Schema.

mod schema;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use keystub::Options;
use serde_json::Value;

const PETSHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/world/petshop.yaml");

const BROKEN: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {/x: {get: {security: [{zzz: []}], \
                      responses: {'200': {description: ok}}}}}\n";

/// A folder with `specs/petshop.yaml`.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("configuration").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(folder.join("specs")).unwrap();
    std::fs::copy(PETSHOP, folder.join("specs/petshop.yaml")).unwrap();
    folder
}

/// Runs keystub in a folder.
fn keystub(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).current_dir(folder).output().unwrap()
}

/// The exit status, standard output and standard error.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = keystub(folder, arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Every file of a folder with its text.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let text = std::fs::read_to_string(&path).unwrap();
                    found.push((path.strip_prefix(folder).unwrap().to_owned(), text));
                }
            }
        }
    }
    found.sort();
    found
}

const TWO: &str = "version = '2.0.0'\n\n[[api]]\nspec = '../specs/petshop.yaml'\nkind = 'client'\nout = '../out/client'\n\
                   name = 'pets'\n\n[[api]]\nspec = '../specs/petshop.yaml'\nkind = 'server'\nout = '../out/server'\n";

/// A folder with `conf/keystub.toml`, so that paths of the file and of the process differ.
fn configured(name: &str, text: &str) -> PathBuf {
    let folder = folder(name);
    std::fs::create_dir(folder.join("conf")).unwrap();
    std::fs::write(folder.join("conf/keystub.toml"), text).unwrap();
    folder
}

const GENERATE: [&str; 3] = ["generate", "--config", "conf/keystub.toml"];

#[test]
fn generate_writes_every_api_of_the_file() {
    let folder = configured("all", TWO);
    let (status, printed, summary) = run(&folder, &GENERATE);
    assert_eq!(status, 0, "{summary}");
    let lines: Vec<&str> = printed.lines().collect();
    assert!(
        matches!(lines[..], [client, server]
        if client.starts_with("conf/../out/client: ") && server.starts_with("conf/../out/server: ")),
        "{printed}"
    );
    assert_eq!(summary.lines().count(), 2, "{summary}");
    assert!(summary.starts_with("conf/../out/client: ") && summary.contains(" operations, "), "{summary}");
    for (kind, name) in [("client", &["--name", "pets"][..]), ("server", &[])] {
        let arguments = [&[kind, "specs/petshop.yaml", "--out", "expected", "--set", "version='2.0.0'"], name].concat();
        assert_eq!(run(&folder, &arguments).0, 0);
        assert_eq!(files(&folder.join("out").join(kind)), files(&folder.join("expected")));
        std::fs::remove_dir_all(folder.join("expected")).unwrap();
    }
    assert_eq!(run(&folder, &[&GENERATE[..], &["--check"]].concat()).0, 0);
}

#[test]
fn generate_check_and_diff_report_drift_of_any_api() {
    let folder = configured("drift", TWO);
    assert_eq!(run(&folder, &GENERATE).0, 0);
    let types = folder.join("out/client/src/types.rs");
    let edited = std::fs::read_to_string(&types).unwrap().replace("pub name: String", "pub nom: String");
    std::fs::write(&types, &edited).unwrap();
    let with = |more: &[&str]| run(&folder, &[&GENERATE[..], more].concat());
    let (status, printed, errors) = with(&["--check"]);
    assert_eq!((status, printed.as_str()), (1, ""));
    assert!(errors.contains("`conf/../out/client` is out of date\nchanged  src/types.rs"), "{errors}");
    assert!(!errors.contains("`conf/../out/server` is"), "{errors}");
    let (status, printed, _) = with(&["--diff"]);
    assert_eq!(status, 0);
    assert!(printed.contains("-    pub nom: String"), "{printed}");
    let (status, both, errors) = with(&["--check", "--diff"]);
    assert_eq!((status, both), (1, printed));
    assert!(errors.contains("is out of date"), "{errors}");
    assert_eq!(std::fs::read_to_string(&types).unwrap(), edited);
}

#[test]
fn nothing_is_written_if_any_api_is_invalid() {
    let folder = configured(
        "invalid",
        &(TWO.replace("2.0.0", "0.1.0") + "\n[[api]]\nspec = 'broken.yaml'\nkind = 'client'\nout = 'b'\n"),
    );
    std::fs::write(folder.join("conf/broken.yaml"), BROKEN).unwrap();
    let (status, printed, errors) = run(&folder, &GENERATE);
    assert_eq!(status, 1);
    assert!(errors.contains("error[unknown-scheme]") && errors.contains("broken.yaml:3"), "{errors}");
    assert_eq!(printed.matches("not written, because another API has errors").count(), 2, "{printed}");
    assert!(!folder.join("out").exists() && !folder.join("conf/b").exists());

    let json = [&GENERATE[..], &["--format", "json"]].concat();
    let (status, printed, errors) = run(&folder, &json);
    assert_eq!((status, errors.as_str()), (1, ""));
    let printed: Value = serde_json::from_str(&printed).unwrap();
    let codes: Vec<&Value> = printed["diagnostics"].as_array().unwrap().iter().map(|found| &found["code"]).collect();
    assert!(codes.contains(&&Value::from("unknown-scheme")), "{printed}");
}

#[test]
fn nothing_is_written_if_a_file_of_the_user_is_in_the_way() {
    let folder = configured("mine", TWO);
    std::fs::create_dir_all(folder.join("out/server/src/generated")).unwrap();
    std::fs::write(folder.join("out/server/src/generated/mod.rs"), "mine\n").unwrap();
    let (status, _, errors) = run(&folder, &GENERATE);
    assert_eq!(status, 1);
    assert!(errors.contains("src/generated/mod.rs"), "{errors}");
    assert!(!folder.join("out/client").exists());
    assert_eq!(files(&folder.join("out")).len(), 1);
}

#[test]
fn errors_of_the_file_are_located() {
    let api = "[[api]]\nspec = '../specs/petshop.yaml'\nkind = 'client'\nout = 'a'\n";
    for (text, expected) in [
        ("", ": expected at least one `[[api]]` with `spec`, `kind` and `out`"),
        ("serde = true\n", ": expected at least one `[[api]]` with `spec`, `kind` and `out`"),
        (&format!("{api}\nnmae = 'x'\n"), ":6: unknown key `nmae` in `[[api]]`; did you mean `name`?"),
        (&format!("{api}\n{api}"), ":6: `out` is `conf/a`, which overlaps with `conf/a` of the `[[api]]` in line 1"),
        (&format!("\n{api}name = 'fn'\n"), ":2: `fn` is not a valid crate name"),
        (&format!("\n\n{api}allow-public = ['x']\n"), ":3: `allow-public` has no effect without `deny-public`"),
        (&format!("\n{api}[api.types.Pett]\nderives = ['Ord']\n"), ":2: `[types.Pett]` is not a type of the document"),
        ("[[api]\n", ":1: invalid TOML: "),
    ] {
        let folder = configured("located", text);
        let (status, _, errors) = run(&folder, &GENERATE);
        assert_eq!(status, 1, "{errors}");
        assert!(errors.starts_with(&format!("error: conf/keystub.toml{expected}")), "{text}\n{errors}");
        assert!(!folder.join("conf/a").exists());
    }
    let (status, _, errors) = run(&folder("absent"), &["generate"]);
    assert_eq!(status, 1);
    assert!(errors.starts_with("error: keystub.toml: cannot read: "), "{errors}");
}

#[test]
fn commands_for_one_document_reject_files_with_several_apis() {
    let folder = configured("several", TWO);
    let (status, _, errors) = run(&folder, &["inspect", PETSHOP, "--config", "conf/keystub.toml"]);
    assert_eq!(status, 1);
    let expected = "error: conf/keystub.toml:3: only `keystub generate` reads `[[api]]`";
    assert!(errors.starts_with(expected), "{errors}");
}

#[test]
fn set_takes_precedence_over_the_file() {
    let folder = folder("set");
    std::fs::write(folder.join("k.toml"), "version = '1.0.0'\nserde = false\n").unwrap();
    let arguments = ["client", PETSHOP, "--out", "out", "--config", "k.toml", "--set", "version = '3.0.0'"];
    assert_eq!(run(&folder, &arguments).0, 0);
    let manifest = std::fs::read_to_string(folder.join("out/Cargo.toml")).unwrap();
    assert!(manifest.contains("version = \"3.0.0\""), "{manifest}");
    let (status, _, errors) = run(&folder, &["inspect", PETSHOP, "--set", "verison = '1'"]);
    assert_eq!(status, 1);
    let expected = "error: `--set verison = '1'`: unknown key `verison`; did you mean `version`?";
    assert!(errors.starts_with(expected), "{errors}");
}

#[test]
fn init_writes_a_file_that_reproduces_the_defaults() {
    let folder = folder("init");
    let (status, printed, errors) = run(&folder, &["init", "specs/petshop.yaml"]);
    assert_eq!((status, printed.as_str()), (0, "keystub.toml: written\n"), "{errors}");
    assert_eq!(run(&folder, &["generate"]).0, 0);
    for kind in ["client", "server"] {
        assert_eq!(run(&folder, &[kind, "specs/petshop.yaml", "--out", "expected"]).0, 0);
        assert_eq!(files(&folder.join(format!("petshop-{kind}"))), files(&folder.join("expected")));
        std::fs::remove_dir_all(folder.join("expected")).unwrap();
    }
    let text = std::fs::read_to_string(folder.join("keystub.toml")).unwrap();
    let (settings, _) = text.split_once("\n[[api]]").unwrap();
    std::fs::write(folder.join("settings.toml"), settings).unwrap();
    let read = Options::default().with_file(&folder.join("settings.toml")).unwrap();
    assert_eq!(Options { file: None, ..read }, Options::default());
}

#[test]
fn init_never_overwrites_and_writes_relative_paths() {
    let folder = folder("init-again");
    std::fs::write(folder.join("keystub.toml"), "# mine\n").unwrap();
    let (status, _, errors) = run(&folder, &["init", "specs/petshop.yaml"]);
    assert_eq!(status, 1);
    assert!(errors.contains("`keystub.toml`"), "{errors}");
    assert_eq!(std::fs::read_to_string(folder.join("keystub.toml")).unwrap(), "# mine\n");
    std::fs::create_dir(folder.join("conf")).unwrap();
    let arguments = ["init", "./specs/petshop.yaml", "--config", "conf/k.toml", "--kind", "client"];
    assert_eq!(run(&folder, &arguments).0, 0);
    let text = std::fs::read_to_string(folder.join("conf/k.toml")).unwrap();
    assert!(text.contains("spec = \"../specs/petshop.yaml\"\nkind = \"client\"\nout = \"petshop-client\"\n"), "{text}");
    assert_eq!(text.matches("\n[[api]]\n").count(), 1, "{text}");
    let (status, _, errors) = run(&folder, &["init", "absent.yaml", "--config", "other.toml"]);
    assert_eq!(status, 1);
    assert!(errors.contains("absent.yaml") && !folder.join("other.toml").exists(), "{errors}");
}
