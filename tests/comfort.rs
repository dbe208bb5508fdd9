//! What makes the command line pleasant: `--quiet`, colors, `--watch`, and `cargo keystub`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A document with a warning.
const DOCUMENT: &str = "openapi: 3.0.3\ninfo: {title: T, version: '1', lisence: {}}\npaths:\n  /pets:\n    get: {operationId: \
                        listPets, security: [], responses: {'200': {description: d}}}\n";

fn keystub() -> Command {
    Command::new(env!("CARGO_BIN_EXE_keystub"))
}

fn output(command: &mut Command, folder: &Path) -> (String, String, Option<i32>) {
    let Output { status, stdout, stderr } = command.current_dir(folder).output().unwrap();
    (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap(), status.code())
}

fn folder(document: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("api.yaml"), document).unwrap();
    folder
}

#[test]
fn quiet_prints_only_errors_and_what_was_asked_for() {
    let folder = folder(DOCUMENT);
    let out = ["client", "api.yaml", "--out", "out"];
    let (_, loud, _) = output(keystub().args(out), folder.path());
    assert!(loud.contains("warning[") && loud.contains(" in "), "{loud}");
    let quiet = output(keystub().args(out).arg("--quiet"), folder.path());
    assert_eq!(quiet, (String::new(), String::new(), Some(0)));
    let (listed, errors, _) = output(keystub().args(["inspect", "api.yaml", "-q"]), folder.path());
    assert!(listed.contains("listPets") && errors.is_empty(), "{listed}{errors}");
    std::fs::write(folder.path().join("api.yaml"), DOCUMENT.replace("[]", "[{zzz: []}]")).unwrap();
    let (_, errors, code) = output(keystub().args(out).arg("-q"), folder.path());
    assert!(errors.contains("error[unknown-scheme]") && code == Some(1), "{errors}");
    let (_, errors, code) = output(keystub().args(out).args(["-q", "--verbose"]), folder.path());
    assert_eq!(code, Some(2), "{errors}");
}

#[test]
fn colors_follow_the_environment() {
    let folder = folder(&DOCUMENT.replace("[]", "[{zzz: []}]"));
    let run = |variables: &[(&str, &str)]| {
        let mut command = keystub();
        command.args(["inspect", "api.yaml"]);
        ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"].iter().for_each(|name| _ = command.env_remove(name));
        output(command.envs(variables.iter().copied()), folder.path()).1
    };
    assert!(!run(&[]).contains('\u{1b}'), "standard error is not a terminal");
    let forced = run(&[("CLICOLOR_FORCE", "1")]);
    assert!(forced.contains("\u{1b}[1;31merror[unknown-scheme]\u{1b}[0m"), "{forced:?}");
    assert!(!run(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
fn watch_generates_again_when_a_file_changes() {
    let folder = folder(DOCUMENT);
    let mut child = keystub()
        .args(["client", "api.yaml", "--out", "out", "--watch"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut wait = || lines.by_ref().take_while(|line| !line.starts_with("watching ")).collect::<Vec<_>>().join("\n");
    let first = wait();
    assert!(first.contains("1 operation"), "{first}");
    // A document that cannot be read does not end the program.
    std::fs::write(folder.path().join("api.yaml"), "openapi: [").unwrap();
    let second = wait();
    assert!(second.contains("error["), "{second}");
    // Editors replace files.
    std::fs::write(folder.path().join("new"), DOCUMENT.replace("listPets", "allPets")).unwrap();
    std::fs::rename(folder.path().join("new"), folder.path().join("api.yaml")).unwrap();
    let third = wait();
    assert!(third.contains("1 operation"), "{third}");
    let code = std::fs::read_to_string(folder.path().join("out/src/operations.rs")).unwrap();
    assert!(code.contains("all_pets"), "{code}");
    child.kill().unwrap();
    child.wait().unwrap();
    let (_, errors, code) = output(keystub().args(["client", "-", "--out", "out", "--watch"]), folder.path());
    assert!(errors.contains("`--watch` needs the path of a file") && code == Some(1), "{errors}");
}

#[test]
fn watch_generates_a_pack_again_when_its_templates_change() {
    let folder = folder(DOCUMENT);
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir_all(folder.path().join("pack/parts")).unwrap();
    write("pack/pack.toml", "name = 't'\nview = 1\n[[file]]\ntemplate = 'a.j2'\noutput = 'a.py'\n");
    write("pack/a.j2", "{{ title }}\n");
    write("keystub.toml", "[[api]]\nspec = 'api.yaml'\npack = 'pack'\nout = 'out'\n");
    for arguments in [&["generate", "--pack", "pack", "api.yaml", "--out", "out"][..], &["generate"]] {
        let mut command = keystub();
        command.args(arguments).arg("--watch").current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut wait =
            || lines.by_ref().take_while(|line| !line.starts_with("watching ")).collect::<Vec<_>>().join("\n");
        // The first run fails, so it has not read everything.
        let first = wait();
        assert!(first.contains("a.j2:1") && !folder.path().join("out/a.py").exists(), "{first}");
        write("pack/a.j2", "{% include 'parts/b.j2' %}\n");
        let second = wait();
        assert!(second.contains("b.j2"), "{second}");
        write("pack/parts/b.j2", "TITLE = {{ title | string }}\n");
        let third = wait();
        assert!(third.contains("1 operation"), "{third}");
        write("pack/parts/b.j2", "NAME = {{ title | string }}\n");
        let fourth = wait();
        let made = std::fs::read_to_string(folder.path().join("out/a.py")).unwrap();
        assert!(made.ends_with("NAME = \"T\"\n"), "{made}{fourth}");
        child.kill().unwrap();
        child.wait().unwrap();
        std::fs::remove_dir_all(folder.path().join("out")).unwrap();
        std::fs::remove_file(folder.path().join("pack/parts/b.j2")).unwrap();
        write("pack/a.j2", "{{ title }}\n");
    }
}

#[test]
fn cargo_keystub_is_the_same_program() {
    let folder = folder(DOCUMENT);
    let cargo = || Command::new(env!("CARGO_BIN_EXE_cargo-keystub"));
    let (listed, ..) = output(cargo().args(["keystub", "inspect", "api.yaml", "-q"]), folder.path());
    assert!(listed.contains("listPets"), "{listed}");
    let (_, usage, code) = output(cargo().args(["keystub", "inspect"]), folder.path());
    assert!(usage.contains("cargo keystub inspect") && code == Some(2), "{usage}");
}

#[test]
fn diffs_of_several_apis_name_their_folders() {
    let folder = folder(DOCUMENT);
    let api = |kind: &str| format!("[[api]]\nspec = \"api.yaml\"\nkind = \"{kind}\"\nout = \"out/{kind}\"\n");
    std::fs::write(folder.path().join("keystub.toml"), api("client") + &api("server")).unwrap();
    let (diff, _, code) = output(keystub().args(["generate", "--diff", "--check"]), folder.path());
    assert!(diff.contains("+++ b/out/client/src/lib.rs") && diff.contains("+++ b/out/server/src/main.rs"), "{diff}");
    assert_eq!(code, Some(1));
}

#[test]
fn audit_and_changes_read_the_configuration() {
    let folder = folder(DOCUMENT);
    std::fs::write(folder.path().join("c.toml"), "deny-public = true\nexcept = [\"GET /pets\"]\n").unwrap();
    for arguments in [&["audit", "api.yaml"][..], &["changes", "api.yaml", "api.yaml"]] {
        let (listed, errors, _) = output(keystub().args(arguments), folder.path());
        assert!(!errors.contains("error"), "{listed}{errors}");
        let (_, errors, code) = output(keystub().args(arguments).args(["--config", "c.toml"]), folder.path());
        assert!(
            errors.contains("c.toml: the filters leave no operation") && code == Some(1),
            "{arguments:?}: {errors}"
        );
    }
}
