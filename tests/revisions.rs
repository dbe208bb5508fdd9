//! `keystub changes` with revisions of a git repository.

use std::path::Path;
use std::process::{Command, Output};

const API: &str = "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /pets:
    get:
      security: [{key: []}]
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: 'parts/pet.yaml'}}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
";

fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").current_dir(folder).args(identity).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
    std::fs::write(folder.join(name), text).unwrap();
}

/// A repository with two commits, the first of which has the tag `v1`: a document in `spec`, and a schema in
/// `spec/parts` whose property became an integer.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    write(folder.path(), "spec/api.yaml", API);
    write(folder.path(), "spec/parts/pet.yaml", "{type: object, properties: {name: {type: string}}}\n");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    git(folder.path(), &["tag", "v1"]);
    write(folder.path(), "spec/parts/pet.yaml", "{type: object, properties: {name: {type: integer}}}\n");
    git(folder.path(), &["commit", "-q", "-a", "-m", "two"]);
    folder
}

fn keystub(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keystub")).current_dir(folder).arg("changes").args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The message of a failure with status 1, after which nothing is printed.
fn error(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", stdout(output));
    assert!(output.stdout.is_empty(), "{}", stdout(output));
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn revisions_are_read_with_the_files_of_their_time() {
    let folder = repository();
    let expected = "breaking[response-type-changed]: `pet.name`: was `string`, is `integer`\n";
    for arguments in [
        &["v1:spec/api.yaml", "main:spec/api.yaml"][..],
        &["HEAD~1:spec/api.yaml", "spec/api.yaml"],
        &["--against", "v1", "spec/api.yaml"],
    ] {
        let text = stdout(&keystub(folder.path(), arguments));
        assert!(text.starts_with(expected), "{arguments:?}: {text}");
        assert!(text.contains("  old v1:spec/parts/pet.yaml:1:") || arguments[0].starts_with("HEAD"), "{text}");
    }
    let inside = folder.path().join("spec");
    assert!(stdout(&keystub(&inside, &["v1:./api.yaml", "api.yaml"])).starts_with(expected));
    assert!(stdout(&keystub(&inside, &["v1:spec/api.yaml", "main:./api.yaml"])).starts_with(expected));
    assert!(stdout(&keystub(&inside, &["--against", "v1", "api.yaml"])).starts_with(expected));
    assert!(stdout(&keystub(folder.path(), &["--against", "main", "spec/api.yaml"])).starts_with("0 changes"));
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "", "nothing is written");
}

#[test]
fn security_that_was_weakened_since_a_revision_is_reported() {
    let folder = repository();
    write(folder.path(), "spec/api.yaml", &API.replace("security: [{key: []}]", "security: []"));
    let output = keystub(folder.path(), &["--against", "HEAD", "spec/api.yaml"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.starts_with("weakened[access-opened]: was `key`, is `public`\n  old HEAD:spec/api.yaml:6:"), "{text}");
}

#[test]
fn unknown_revisions_and_paths_are_errors() {
    let folder = repository();
    let fails = |arguments: &[&str]| error(&keystub(folder.path(), arguments));
    let message = fails(&["v2:spec/api.yaml", "spec/api.yaml"]);
    assert!(message.contains("`v2` is not a revision of the git repository"), "{message}");
    let message = fails(&["v1:api.yaml", "spec/api.yaml"]);
    assert!(message.contains("cannot read `v1:api.yaml`: no such file in `v1`"), "{message}");
    assert!(fails(&["v1:spec", "spec/api.yaml"]).contains("it is not a file"));
    assert!(fails(&["v1:../api.yaml", "spec/api.yaml"]).contains("leads outside of the git repository"));
    assert!(fails(&["v1:/etc/passwd", "spec/api.yaml"]).contains("leads outside of the git repository"));
    assert!(fails(&["--against", "v1", "-"]).contains("not standard input"));
    let message = fails(&["--against", "v1", "missing.yaml"]);
    assert!(message.contains("cannot read `v1:missing.yaml`"), "{message}");
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "api.yaml", API);
    let output = Command::new(env!("CARGO_BIN_EXE_keystub"))
        .current_dir(elsewhere.path())
        .env("GIT_CEILING_DIRECTORIES", elsewhere.path().parent().unwrap())
        .args(["changes", "--against", "v1", "api.yaml"])
        .output()
        .unwrap();
    assert!(error(&output).contains("not a git repository"));
}

#[test]
fn errors_name_the_option_of_the_revision() {
    let folder = repository();
    let message = error(&keystub(folder.path(), &["--against", "v1", ".."]));
    assert!(message.contains("`--against` needs the path of a file"), "{message}");
    let docs = |spec: &str, since: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        command.current_dir(folder.path()).args(["docs", spec, "--since", since, "--out", "pages"]);
        error(&command.output().unwrap())
    };
    let message = docs("..", "v1");
    assert!(message.contains("`--since` needs the path of a file"), "{message}");
    let message = docs("spec/api.yaml", "missing.json");
    let expected = "`missing.json` is not a revision of the git repository, and there is no file with this name";
    assert!(message.contains(expected), "{message}");
    assert!(!folder.path().join("pages").exists());
}

#[test]
fn missing_git_is_an_error() {
    let folder = repository();
    let output = Command::new(env!("CARGO_BIN_EXE_keystub"))
        .current_dir(folder.path())
        .env("PATH", folder.path())
        .args(["changes", "--against", "v1", "spec/api.yaml"])
        .output()
        .unwrap();
    assert!(error(&output).contains("git is not installed"));
}

#[test]
fn revision_that_begins_with_a_hyphen_is_not_an_option() {
    let folder = repository();
    for arguments in [
        &["--against=--output=evil", "spec/api.yaml"][..],
        &["--against=-h", "spec/api.yaml"],
        &["--against=--git-dir", "spec/api.yaml"],
        &["--", "--all:spec/api.yaml", "spec/api.yaml"],
    ] {
        let message = error(&keystub(folder.path(), arguments));
        assert!(message.contains("is not a revision of the git repository"), "{arguments:?}: {message}");
    }
    assert!(!folder.path().join("evil").exists());
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "");
}

#[test]
fn references_stay_within_the_root_folder_of_the_revision() {
    let folder = repository();
    let api = API.replace("parts/pet.yaml", "../shared/pet.yaml");
    write(folder.path(), "spec/api.yaml", &api);
    write(folder.path(), "shared/pet.yaml", "{type: string}\n");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "three"]);
    let message = error(&keystub(folder.path(), &["HEAD:spec/api.yaml", "v1:spec/api.yaml"]));
    assert!(message.contains("outside-root") && message.contains("HEAD:spec/api.yaml:8:"), "{message}");
    let output = keystub(folder.path(), &["v1:spec/api.yaml", "HEAD:spec/api.yaml", "--root", "."]);
    assert!(stdout(&output).contains("response-type-changed"), "{}", String::from_utf8_lossy(&output.stderr));
    write(folder.path(), "spec/api.yaml", &API.replace("parts/pet.yaml", "parts/gone.yaml"));
    write(folder.path(), "spec/parts/gone.yaml", "{type: string}\n");
    git(folder.path(), &["commit", "-q", "-m", "four", "spec/api.yaml"]);
    let message = error(&keystub(folder.path(), &["HEAD:spec/api.yaml", "v1:spec/api.yaml"]));
    assert!(message.contains("dangling-ref"), "a file of the working tree is not one of the revision: {message}");
}

#[cfg(unix)]
#[test]
fn symbolic_links_of_a_revision_are_not_followed() {
    let folder = repository();
    std::os::unix::fs::symlink("api.yaml", folder.path().join("spec/link.yaml")).unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "three"]);
    let message = error(&keystub(folder.path(), &["HEAD:spec/link.yaml", "spec/api.yaml"]));
    assert!(message.contains("it is a symbolic link"), "{message}");
}

#[test]
fn file_with_a_colon_in_its_name_is_a_file() {
    let folder = repository();
    write(folder.path(), "spec/v1:api.yaml", API);
    let output = keystub(folder.path(), &["spec/v1:api.yaml", "spec/api.yaml"]);
    assert!(stdout(&output).starts_with("0 changes"), "{}", String::from_utf8_lossy(&output.stderr));
}
