//! Output, exit codes and allowed changes.

use super::{SCHEMES, changes, compare, kinds, stdout, versions};

#[test]
fn status_is_1_for_the_verdicts_of_fail_only() {
    let folder = tempfile::tempdir().unwrap();
    let status = |kind: &str, options: &[&str]| {
        let (old, new) = versions(kind);
        compare(folder.path(), &old, &new, options).status.code()
    };
    assert_eq!(status("access-opened", &[]), Some(1));
    assert_eq!(status("access-opened", &["--fail", "breaking"]), Some(0));
    assert_eq!(status("operation-removed", &[]), Some(1));
    assert_eq!(status("operation-removed", &["--fail", "weakened,moved"]), Some(0));
    assert_eq!(status("access-guarded", &["--fail", "strengthened"]), Some(1));
    assert_eq!(status("operation-added", &[]), Some(0));
    assert_eq!(status("deprecated-operation-removed", &[]), Some(1));
    assert_eq!(status("server-moved", &["--fail", "moved"]), Some(1));
}

#[test]
fn text_and_markdown_name_the_change_with_the_worst_first() {
    let folder = tempfile::tempdir().unwrap();
    let old = format!(
        "paths: {{/a|b: {{get: {{responses: {{'204': {{description: d}}}}, security: [{{key: []}}]}}}}}}\n{SCHEMES}"
    );
    let new = format!(
        "paths: {{/a|b: {{get: {{responses: {{'204': {{description: d}}}}, security: []}}}}, /c: {{get: {{responses: {{'204': \
         {{description: d}}}}, security: [{{key: []}}]}}}}}}\n{SCHEMES}"
    );
    let text = stdout(&compare(folder.path(), &old, &new, &[]));
    assert!(text.starts_with("weakened[access-opened]: was `key`, is `public`\n  old "), "{text}");
    assert!(text.contains("old.yaml:3:") && text.contains("operations: GET /a|b\n"), "{text}");
    assert!(text.ends_with("2 changes: 1 weakened, 0 moved, 0 strengthened; 0 breaking for clients\n"), "{text}");
    let markdown = stdout(&compare(folder.path(), &old, &new, &["--format", "markdown"]));
    assert!(markdown.contains("| weakened | `access-opened`: was `key`, is `public` | GET /a\\|b |"), "{markdown}");
}

#[test]
fn invalid_version_is_an_error_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let good = format!("paths: {{}}\n{SCHEMES}");
    let bad = "paths: {/a: {get: {responses: {'204': {description: d}}, security: [{nope: []}]}}}\n";
    let output = compare(folder.path(), &good, bad, &[]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("unknown-scheme") && error.contains("new.yaml:3:"), "{error}");
}

#[test]
fn allowed_change_does_not_fail_until_its_date() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = versions("access-opened");
    let fingerprint = changes(folder.path(), &old, &new)[0]["fingerprint"].as_str().unwrap().to_owned();
    let file = folder.path().join("allow.toml");
    let allow = |entries: &str, options: &[&str]| {
        std::fs::write(&file, entries).unwrap();
        compare(folder.path(), &old, &new, &[&["--allow", file.to_str().unwrap()], options].concat())
    };
    let entry = |fingerprint: &str, more: &str| {
        format!("[[allow]]\nfingerprint = \"{fingerprint}\"\nreason = \"listing is public\"\n{more}")
    };
    let allowed = allow(&entry(&fingerprint, "expires = 9999-12-31\n"), &[]);
    assert_eq!(allowed.status.code(), Some(0));
    assert!(stdout(&allowed).ends_with("0 breaking for clients; 1 allowed\n"), "{}", stdout(&allowed));
    let expired = allow(&entry(&fingerprint, "expires = 2020-01-01\n"), &[]);
    assert_eq!(expired.status.code(), Some(1));
    assert!(stdout(&expired).contains("expired on 2020-01-01"), "{}", stdout(&expired));
    let other = allow(&entry("0123456789abcdef", ""), &[]);
    assert_eq!(other.status.code(), Some(1));
    assert!(stdout(&other).contains("`0123456789abcdef` is unused"), "{}", stdout(&other));
    let json = allow(&entry(&fingerprint, ""), &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["changes"][0]["allowed"], "listing is public");
    let invalid = allow("[[allow]]\nfingerprint = 1\n", &[]);
    assert_eq!(invalid.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&invalid.stderr).contains("no `fingerprint`"));
}

#[test]
fn allowance_of_a_security_change_does_not_cover_other_operations() {
    let folder = tempfile::tempdir().unwrap();
    let document = |root: &str, paths: &[&str]| {
        let path = |path: &&str| format!("  {path}: {{get: {{responses: {{'204': {{description: d}}}}}}}}\n");
        format!("security: {root}\npaths:\n{}{SCHEMES}", paths.iter().map(path).collect::<String>())
    };
    let fingerprint = |paths: &[&str]| {
        let found = changes(folder.path(), &document("[{key: []}]", paths), &document("[]", paths));
        assert_eq!(found.len(), 1);
        found[0]["fingerprint"].clone()
    };
    assert_ne!(fingerprint(&["/a"]), fingerprint(&["/a", "/b"]));
    assert_eq!(fingerprint(&["/a"]), fingerprint(&["/a"]));
}

#[test]
fn audience_selects_what_is_listed_and_what_fails() {
    let folder = tempfile::tempdir().unwrap();
    let count = |kind: &str, audience: &str| {
        let (old, new) = versions(kind);
        let output = compare(folder.path(), &old, &new, &["--for", audience, "--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (json["changes"].as_array().unwrap().len(), output.status.code())
    };
    assert_eq!(count("access-opened", "security"), (1, Some(1)));
    assert_eq!(count("access-opened", "clients"), (0, Some(0)));
    assert_eq!(count("operation-removed", "security"), (0, Some(0)));
    assert_eq!(count("operation-removed", "clients,security"), (1, Some(1)));
    assert_eq!(count("operation-added", "servers"), (1, Some(0)));
}

#[test]
fn sarif_and_annotations_are_at_lines_of_the_new_version() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = versions("response-property-lost");
    let sarif = compare(folder.path(), &old, &new, &["--format", "sarif"]);
    assert_eq!(sarif.status.code(), Some(1));
    let log: serde_json::Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), kinds().len());
    assert_eq!(
        run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize]["id"],
        "response-property-lost"
    );
    assert_eq!((&result["level"], &result["ruleId"]), (&"error".into(), &"response-property-lost".into()));
    let location = &result["locations"][0]["physicalLocation"];
    assert!(location["artifactLocation"]["uri"].as_str().unwrap().ends_with("/new.yaml"));
    assert!(location["region"]["startLine"].as_u64().unwrap() > 1);
    let (old, new) = versions("operation-removed");
    let text = stdout(&compare(folder.path(), &old, &new, &["--format", "github"]));
    assert!(text.starts_with("::error file=") && text.contains("/new.yaml,line="), "{text}");
    assert!(text.contains("title=operation-removed::breaking: "), "{text}");
}

#[test]
fn removal_names_the_announced_sunset() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = versions("deprecated-operation-removed");
    let found = changes(folder.path(), &old, &new);
    assert_eq!(found[0]["message"], "GET /owners was removed; `x-sunset` announced `2026-01-01`");
}
