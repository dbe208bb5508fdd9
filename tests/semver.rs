//! `keystub changes --semver` and `info.version`: which version the API and the generated crates need.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn compare(folder: &Path, versions: [&str; 2], options: &[&str]) -> Output {
    let paths = [("old.yaml", versions[0]), ("new.yaml", versions[1])].map(|(name, text)| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.arg("changes").args(paths).args(options).output().unwrap()
}

fn document(version: &str, operation: &str) -> String {
    let head = format!("openapi: 3.1.0\ninfo: {{title: T, version: '{version}'}}\n");
    format!(
        "{head}paths:\n  /pets:\n    get: {{operationId: listPets, {operation}, responses: {{'204': {{description: d}}}}}}\n\
         components: {{securitySchemes: {{key: {{type: apiKey, in: header, name: X-Key}}}}}}\n"
    )
}

const LIMIT: &str = "parameters: [{name: limit, in: query, schema: {type: integer}}]";

/// The increments of the API, the client and the server, with all reasons.
fn bumps(old: &str, new: &str) -> ([String; 3], Value) {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--semver", "--format", "json", "--fail", "never"];
    let output = compare(folder.path(), [old, new], &options);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let semver = json["semver"].take();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    ([text(&semver["wire"]), text(&semver["client"]["bump"]), text(&semver["server"]["bump"])], semver)
}

#[test]
fn each_version_has_its_own_increment() {
    let plain = document("1.0.0", "security: []");
    for (new, expected) in [
        (document("1.0.0", "security: []"), ["none", "none", "none"]),
        (document("1.0.0", "security: [], summary: Lists the pets"), ["none", "patch", "patch"]),
        // A request without the new parameter still works, and so does the call, but handlers have another argument.
        (document("1.1.0", &format!("security: [], {LIMIT}")), ["minor", "minor", "major"]),
        // The call has the same form, but fails without a key.
        (document("2.0.0", "security: [{key: []}]"), ["major", "minor", "major"]),
        // Other names, the same requests.
        (plain.replace("listPets", "getPets"), ["minor", "major", "major"]),
    ] {
        let (found, reasons) = bumps(&plain, &new);
        assert_eq!(found, expected, "{new}{reasons:#}");
    }
}

#[test]
fn text_names_the_items_that_require_the_increment() {
    let folder = tempfile::tempdir().unwrap();
    let old = document("1.0.0", "security: []");
    let new = old.replace("listPets", "getPets");
    let text = String::from_utf8(compare(folder.path(), [&old, &new], &["--semver"]).stdout).unwrap();
    assert!(text.contains("version of the API: minor\nversion of the client crate: major\n"), "{text}");
    assert!(text.contains("  `Client::list_pets` was removed\n"), "{text}");
    assert!(text.contains("  the item `list_pets` of `Api` was removed\n"), "{text}");
    let markdown =
        String::from_utf8(compare(folder.path(), [&old, &new], &["--semver", "--format", "markdown"]).stdout);
    let markdown = markdown.unwrap();
    assert!(markdown.contains("- version of the client crate: **major**\n  - `"), "{markdown}");
    let refused = compare(folder.path(), [&old, &new], &["--semver", "--format", "sarif"]);
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn changed_tag_breaks_clients_with_groups() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("keystub.toml");
    std::fs::write(&config, "groups = \"tags\"\n").unwrap();
    let old = document("1.0.0", "security: [], tags: [users]");
    let new = old.replace("[users]", "[pets]");
    let text = |options: &[&str]| String::from_utf8(compare(folder.path(), [&old, &new], options).stdout).unwrap();
    let grouped = text(&["--semver", "--config", config.to_str().unwrap()]);
    assert!(grouped.contains("version of the client crate: major\n"), "{grouped}");
    assert!(grouped.contains("  `Client::users` was removed\n"), "{grouped}");
    let flat = text(&["--semver"]);
    assert!(flat.contains("version of the client crate: none\n"), "{flat}");
    assert!(flat.contains("clients: source changes, servers: unaffected"), "{flat}");
}

#[test]
fn removed_or_changed_feature_breaks_crates_with_features() {
    let config = tempfile::tempdir().unwrap();
    let path = config.path().join("keystub.toml");
    std::fs::write(&path, "features = \"tags\"\n").unwrap();
    let operation = |path: &str, tags: &str| {
        format!(
            "  {path}: {{get: {{operationId: {}, tags: {tags}, responses: {{'204': {{description: d}}}}}}}}\n",
            &path[1..]
        )
    };
    let document = |tags: [&str; 2]| {
        let [one, two] = [operation("/one", tags[0]), operation("/two", tags[1])];
        format!("openapi: 3.0.3\ninfo: {{title: T, version: '1.0.0'}}\npaths:\n{one}{two}")
    };
    let found = |old: [&str; 2], new: [&str; 2]| {
        let folder = tempfile::tempdir().unwrap();
        let options = ["--semver", "--config", path.to_str().unwrap()];
        String::from_utf8(compare(folder.path(), [&document(old), &document(new)], &options).stdout).unwrap()
    };
    let renamed = found(["[pets]", "[store]"], ["[animals]", "[store]"]);
    for line in ["client crate: major", "server crate: major", "the feature `pets` was removed"] {
        assert!(renamed.contains(line), "{line}\n{renamed}");
    }
    let moved = found(["[pets]", "[pets, store]"], ["[pets]", "[store]"]);
    assert!(moved.contains("`Client::two` is not part of the feature `pets` any more, needs `store`"), "{moved}");
    assert!(moved.contains("`Api::two` is not part of the feature `pets` any more, needs `store`"), "{moved}");
    assert!(!moved.contains("`Client::one`"), "{moved}");
    let first = found(["[]", "[store]"], ["[store]", "[store]"]);
    assert!(first.contains("`Client::one` needs the feature `store`"), "{first}");
    // A program that enables `store` alone must implement the operation as well.
    let more = found(["[pets]", "[store]"], ["[pets, store]", "[store]"]);
    assert!(more.contains("version of the client crate: patch\n"), "{more}");
    assert!(more.contains("version of the server crate: major\n"), "{more}");
    assert!(more.contains("`Api::one` must be implemented with the feature `store`, too"), "{more}");
    let added = found(["[pets]", "[pets]"], ["[pets]", "[pets, store]"]);
    assert!(added.contains("version of the client crate: minor\n"), "{added}");
    assert!(added.contains("  the feature `store` was added\n"), "{added}");
    assert!(added.contains("version of the server crate: minor\n"), "{added}");
    let same = found(["[pets]", "[store]"], ["[pets]", "[store]"]);
    assert!(same.contains("version of the client crate: none\n"), "{same}");
}

#[test]
fn change_of_scopes_keeps_the_items_of_servers() {
    let oauth = "{o: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example/t', scopes: {a: s}}}}}";
    let versions = ["security: [{o: [a]}]", "security: [{o: []}]"]
        .map(|security| document("1.0.0", security).replace("{key: {type: apiKey, in: header, name: X-Key}}", oauth));
    for (old, new) in [(0, 1), (1, 0)] {
        let ([_, _, server], reasons) = bumps(&versions[old], &versions[new]);
        assert_ne!(server, "major", "{reasons:#}");
        assert!(!reasons["server"].to_string().contains("SCOPES"), "{reasons:#}");
    }
}

#[test]
fn version_of_the_document_is_compared_if_both_follow_semantic_versioning() {
    let reported = |old: &str, new: &str, operation: &str| {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (document(old, "security: [{key: []}, {}]"), document(new, operation));
        let text = String::from_utf8(compare(folder.path(), [&old, &new], &[]).stdout).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("change[version-not-raised]: ").map(str::to_owned));
        line.unwrap_or_default()
    };
    let (breaking, added) = ("security: [{key: []}]", &format!("security: [{{key: []}}, {{}}], {LIMIT}"));
    let same = "`info.version` is `1.2.0` as before, but requests that succeeded may fail; expected at least `2.0.0`";
    assert_eq!(reported("1.2.0", "1.2.0", breaking), same);
    let low = "`info.version` was `1.2.0`, is `1.3.0`, but requests that succeeded may fail; expected at least `2.0.0`";
    assert_eq!(reported("1.2.0", "1.3.0", breaking), low);
    assert_eq!(reported("1.2.0", "2.0.0", breaking), "");
    assert_eq!(reported("0.2.0", "0.3.0", breaking), "");
    assert!(reported("0.2.0", "0.2.1", breaking).ends_with("at least `0.3.0`"));
    assert!(reported("1.2.0", "1.2.1", added).ends_with("but the API changed; expected at least `1.3.0`"));
    assert_eq!(reported("1.2.0", "1.3.0", added), "");
    assert_eq!(reported("1.2.0", "1.2.0", "security: [{key: []}, {}]"), "", "nothing changed");
    assert_eq!(reported("1", "1", breaking), "", "not a version of three numbers");
    for (old, new) in
        [("1.0.0", "2.0.0-rc.1"), ("2.0.0-rc.1", "2.0.0-rc.2"), ("2.0.0-rc.2", "2.0.0"), ("0.1.0", "0.2.0-beta.1")]
    {
        assert_eq!(reported(old, new, breaking), "", "{old} {new}");
    }
    for (old, new) in
        [("1.0.0", "1.1.0-rc.1"), ("2.0.0-rc.1", "2.0.0-rc.1"), ("2.0.0-rc.2", "2.0.0-rc.1"), ("2.0.0", "2.0.0-rc.1")]
    {
        assert!(!reported(old, new, breaking).is_empty(), "{old} {new}");
    }
}

/// The compiler proves these in `tests/external/upgrades`: what a program that was written for the old version of a fixture
/// does with the new one.
#[test]
fn increments_and_verdicts_agree_with_the_compiler() {
    let mut faults = Vec::new();
    let mut entries: Vec<_> =
        std::fs::read_dir("tests/external/upgrades/programs").unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(std::fs::DirEntry::path);
    for path in entries.into_iter().map(|entry| entry.path()) {
        let (kind, program) = (path.file_stem().unwrap().to_str().unwrap(), std::fs::read_to_string(&path).unwrap());
        let fixture = std::fs::read_to_string(format!("fixtures/changes/{kind}.yaml")).unwrap();
        let verdicts = fixture.lines().nth(1).unwrap();
        let (old, new) = fixture.split_once("---\n").unwrap();
        let [old, new] = [old, new].map(|text| format!("openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\n{text}"));
        let ([_, client, server], reasons) = bumps(&old, &new);
        for (side, bump, verdict) in
            [("client", client, "clients unaffected"), ("server", server, "servers unaffected")]
        {
            let stops = program.contains(&format!("// {side} stops\n"));
            if stops && (bump != "major" || verdicts.contains(verdict)) {
                faults.push(format!("{kind}: the {side} stops compiling: {bump}, {verdicts}: {reasons:#}"));
            }
            // An increment may be major although this program compiles, because another one would not.
            if !stops && !program.contains(&format!("// {side} compiles\n")) {
                faults.push(format!("{kind}: the program has no part for the {side}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
