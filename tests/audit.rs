//! `keystub audit`: every rule has a fixture with what it finds and with what it must not find, and every format is
//! valid.
//!
//! A fixture in `fixtures/audit` is named for its rule and has several documents, separated by `---`. Lines with
//! `# fires` or `# fires SEVERITY` are the places of all findings of the rule; at least one document has none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n";

fn keystub(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn rules() -> BTreeSet<String> {
    let page = stdout(&keystub(&["audit", "--rules"]));
    page.lines().filter_map(|line| line.strip_prefix("## ")).map(str::to_owned).collect()
}

/// Writes a document to a file.
fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, format!("{HEAD}{text}")).unwrap();
    path
}

/// The lines of findings with their severities; the marks of a fixture without severity give `None`.
fn found(path: &Path, rule: &str) -> Vec<(u64, String)> {
    let output = keystub(&["audit", path.to_str().unwrap(), "--only", rule, "--format", "json", "--fail", "never"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{rule}: {error}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let mut found: Vec<(u64, String)> = findings
        .iter()
        .map(|finding| (finding["line"].as_u64().unwrap(), finding["severity"].as_str().unwrap().to_owned()))
        .collect();
    found.sort();
    found
}

fn marked(text: &str) -> Vec<(u64, Option<String>)> {
    let lines = HEAD.lines().chain(text.lines()).zip(1..);
    let mark = |(line, number): (&str, u64)| {
        let (_, rest) = line.split_once("# fires")?;
        Some((number, Some(rest.trim().to_owned()).filter(|severity| !severity.is_empty())))
    };
    lines.filter_map(mark).collect()
}

#[test]
fn every_rule_finds_the_marked_lines_of_its_fixture_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    // The findings of `stale-public` are in keystub.toml: `public_operations_are_not_reported_and_stale_entries_are`.
    for rule in rules().into_iter().filter(|rule| rule != "stale-public") {
        let Ok(text) = std::fs::read_to_string(format!("fixtures/audit/{rule}.yaml")) else {
            faults.push(format!("{rule} has no fixture"));
            continue;
        };
        let documents: Vec<&str> = text.split("---\n").collect();
        let silent = documents.iter().filter(|document| marked(document).is_empty()).count();
        if silent == 0 || silent == documents.len() {
            faults.push(format!("{rule}: the fixture needs a document with findings and one without"));
        }
        for (index, document) in documents.iter().enumerate() {
            let path = written(folder.path(), "api.yaml", document);
            let (found, marked) = (found(&path, &rule), marked(document));
            let fits = |((line, severity), (marked, expected)): (&(u64, String), &(u64, Option<String>))| {
                line == marked && expected.as_ref().is_none_or(|expected| expected == severity)
            };
            if found.len() != marked.len() || !found.iter().zip(&marked).all(fits) {
                faults.push(format!("{rule}, document {index}: found {found:?}, marked {marked:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// `additionalOperations` is between the path item and its operations (OpenAPI 3.2).
#[test]
fn servers_and_parameters_of_the_path_apply_to_all_its_methods() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.yaml");
    let text = "openapi: 3.2.0
info: {title: T, version: '1'}
servers: [{url: 'https://a.example'}]
paths:
  /pets:
    servers: [{url: 'http://b.example'}]
    parameters: [{name: api_key, in: header, schema: {type: string}}]
    additionalOperations:
      COPY: {responses: {'204': {description: d}}, security: [{}]}
      MOVE: {responses: {'204': {description: d}}, security: []}
      LOCK: {responses: {'204': {description: d}}, security: [{key: []}]}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
";
    std::fs::write(&path, text).unwrap();
    for (rule, line) in [("server-downgrade", 6), ("clear-credentials", 6), ("undeclared-credential", 7)] {
        assert_eq!(found(&path, rule), [(line, "high".to_owned())], "{rule}");
    }
}

#[test]
fn planted_faults_are_found_where_they_are_written() {
    let mut count = 0;
    for name in ["access", "data"] {
        let path = format!("fixtures/planted/{name}.yaml");
        let text = std::fs::read_to_string(&path).unwrap();
        for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#')) {
            let Some((_, rule)) = line.split_once("# fires ") else { continue };
            let found = found(Path::new(&path), rule);
            assert!(found.iter().any(|(line, _)| *line == number), "{path}:{number}: {rule} found {found:?}");
            count += 1;
        }
    }
    assert_eq!(count, 18, "docs/AUDIT.md has the number");
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    let rules = rules();
    assert!(rules.len() > 30, "{rules:?}");
    for entry in std::fs::read_dir("fixtures/audit").unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        assert!(rules.contains(stem), "{} belongs to no rule", path.display());
    }
}

#[test]
fn rules_page_is_up_to_date() {
    let page = stdout(&keystub(&["audit", "--rules"]));
    if std::env::var_os("KEYSTUB_UPDATE").is_some() {
        std::fs::write("docs/RULES.md", &page).unwrap();
    }
    let written = std::fs::read_to_string("docs/RULES.md").unwrap_or_default();
    assert_eq!(written, page, "run the test with KEYSTUB_UPDATE=1");
}

const OPEN_DELETE: &str = "paths:
  /pets:
    get: {responses: {'204': {description: d}}, security: [{key: []}]}
    delete: {responses: {'204': {description: d}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
";

#[test]
fn exit_code_depends_on_severity_and_suppressions() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "api.yaml", OPEN_DELETE);
    let spec = path.to_str().unwrap();
    let code = |arguments: &[&str]| keystub(&[&["audit", spec], arguments].concat()).status.code();
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--fail", "never"]), Some(0));
    assert_eq!(code(&["--only", "open-read"]), Some(0));
    assert_eq!(code(&["--allow", "open-write"]), Some(1), "method-asymmetry remains");
    assert_eq!(code(&["--allow", "open-write,method-asymmetry"]), Some(0));
    assert_eq!(code(&["--only", "no-such-rule"]), Some(2));
    assert_eq!(code(&["--write"]), Some(2));
}

#[test]
fn allowance_in_the_document_needs_a_reason_and_the_right_rule() {
    let folder = tempfile::tempdir().unwrap();
    let code = |allow: &str| {
        let text = OPEN_DELETE.replace("delete: {", &format!("delete: {{x-keystub-allow: {{{allow}}}, "));
        let path = written(folder.path(), "api.yaml", &text);
        keystub(&["audit", path.to_str().unwrap(), "--only", "open-write"]).status.code()
    };
    assert_eq!(code("open-write: the device sits in a locked room"), Some(0));
    assert_eq!(code("open-write: ''"), Some(1));
    assert_eq!(code("open-read: another rule"), Some(1));
}

#[test]
fn baseline_hides_known_findings_and_no_new_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "api.yaml", OPEN_DELETE);
    let (spec, baseline) = (path.to_str().unwrap(), folder.path().join("baseline.json"));
    let arguments = ["audit", spec, "--baseline", baseline.to_str().unwrap()];
    assert_eq!(keystub(&arguments).status.code(), Some(1), "the file does not exist");
    assert_eq!(keystub(&[&arguments[..], &["--write"]].concat()).status.code(), Some(0));
    let moved = OPEN_DELETE.replace("paths:", "# a comment\npaths:");
    written(folder.path(), "api.yaml", &moved);
    assert_eq!(keystub(&arguments).status.code(), Some(0), "lines are not compared");
    let worse =
        OPEN_DELETE.replace("  /pets:", "  /owners:\n    put: {responses: {'204': {description: d}}}\n  /pets:");
    written(folder.path(), "api.yaml", &worse);
    let output = keystub(&arguments);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains("PUT /owners") && !text.contains("DELETE /pets has"), "{text}");
    std::fs::write(&baseline, "{}").unwrap();
    assert_eq!(keystub(&arguments).status.code(), Some(1), "it is not a baseline");
    let document = std::fs::read(&path).unwrap();
    let output = keystub(&["audit", spec, "--baseline", spec, "--write"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(std::fs::read(&path).unwrap(), document, "another file is not overwritten");
}

#[test]
fn lines_with_secrets_are_not_printed_by_any_rule() {
    let folder = tempfile::tempdir().unwrap();
    let parameter = "{name: password, in: query, schema: {type: string, default: letmein}}";
    let scheme = "{type: openIdConnect, openIdConnectUrl: 'https://ann:hunter2@id.example/'}";
    let text = format!(
        "paths:\n  /pets:\n    get:\n      parameters:\n        - {parameter}\n      responses: {{'204': {{description: \
         d}}}}\n      security: [{{o: []}}]\ncomponents:\n  securitySchemes:\n    o: {scheme}\n"
    );
    let path = written(folder.path(), "api.yaml", &text);
    for only in ["secret-parameter", "discovery-odd", "credential-default"] {
        for format in ["text", "json", "sarif", "github", "markdown"] {
            let arguments = ["audit", path.to_str().unwrap(), "--only", only, "--format", format, "--fail", "never"];
            let text = stdout(&keystub(&arguments));
            assert!(text.contains(only) && !text.contains("letmein") && !text.contains("hunter2"), "{text}");
        }
    }
}

#[test]
fn characters_that_a_terminal_acts_on_are_escaped_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let text = OPEN_DELETE.replace("/pets", "\"/pets\\u202E\\e[31m\"");
    let path = written(folder.path(), "api.yaml", &text);
    for format in ["text", "json", "sarif", "github", "markdown"] {
        let text = stdout(&keystub(&["audit", path.to_str().unwrap(), "--format", format, "--fail", "never"]));
        assert!(text.contains("/pets") && !text.contains(['\u{202e}', '\u{1b}']), "{text:?}");
    }
}

#[test]
fn credentials_in_server_urls_are_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("servers: [{{url: 'http://user:hunter2@a.example'}}]\n{OPEN_DELETE}");
    let path = written(folder.path(), "api.yaml", &text);
    for format in ["text", "json", "sarif", "github", "markdown"] {
        let text = stdout(&keystub(&["audit", path.to_str().unwrap(), "--format", format]));
        assert!(text.contains("server-userinfo") && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn document_with_invalid_security_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "api.yaml", &OPEN_DELETE.replace("{key: []}", "{kee: []}"));
    let output = keystub(&["audit", path.to_str().unwrap(), "--fail", "never"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("error[unknown-scheme]"), "{output:?}");
}

#[test]
fn matrix_lists_schemes_scopes_and_anonymous_callers() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "api.yaml", OPEN_DELETE);
    let matrix = |format| stdout(&keystub(&["audit", path.to_str().unwrap(), &format!("--matrix={format}")]));
    assert_eq!(
        matrix("csv"),
        "\"operation\",\"id\",\"key\",\"anonymous\"\r\n\"GET /pets\",\"get pets\",\"1\",\"no\"\r\n\
         \"DELETE /pets\",\"delete pets\",\"\",\"yes\"\r\n"
    );
    assert!(matrix("markdown").contains("| DELETE /pets | delete pets |  | yes |"));
    assert!(matrix("text").contains("GET /pets     get pets     1    no"));
    let plain = stdout(&keystub(&["audit", "--matrix", path.to_str().unwrap()]));
    assert_eq!(plain, matrix("text"), "the option does not take the path as its value");
}

/// Audits a document with a configuration file.
fn configured(folder: &Path, document: &str, config: &str, options: &[&str]) -> Output {
    let (path, file) = (written(folder, "api.yaml", document), folder.join("keystub.toml"));
    std::fs::write(&file, config).unwrap();
    let arguments = ["audit", path.to_str().unwrap(), "--config", file.to_str().unwrap()];
    keystub(&[&arguments[..], options].concat())
}

#[test]
fn configuration_switches_rules_and_sets_their_severity() {
    let folder = tempfile::tempdir().unwrap();
    let rules = |config: &str, options: &[&str]| {
        let output = configured(
            folder.path(),
            OPEN_DELETE,
            config,
            &[&["--format", "json", "--fail", "never"], options].concat(),
        );
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let findings = json["findings"].as_array().unwrap().iter();
        findings.map(|finding| (text(finding, "rule"), text(finding, "severity"))).collect::<BTreeSet<_>>()
    };
    let pair = |rule: &str, severity: &str| (rule.to_owned(), severity.to_owned());
    assert!(rules("", &[]).contains(&pair("open-write", "high")));
    assert!(rules("[audit]\noff = ['open-write']", &[]).iter().all(|(rule, _)| rule != "open-write"));
    assert!(rules("[audit]\nlevel = { open-write = 'low' }", &[]).contains(&pair("open-write", "low")));
    let off = rules("[audit]\noff = ['open-write']", &["--only", "open-write"]);
    assert_eq!(off, BTreeSet::from([pair("open-write", "high")]), "the command line decides");
    assert!(rules("", &[]).iter().all(|(rule, _)| rule != "limit-unsaid"), "it is off by default");
    assert!(rules("[audit]\nlevel = { limit-unsaid = 'low' }", &[]).contains(&pair("limit-unsaid", "low")));
    let of_api = "[[api]]\nspec = 'api.yaml'\nkind = 'client'\nout = 'x'\naudit = { off = ['open-write'] }";
    assert!(rules(of_api, &[]).iter().all(|(rule, _)| rule != "open-write"), "the table of the document applies");
}

#[test]
fn errors_of_the_configuration_name_the_line_and_the_nearest_rule() {
    let folder = tempfile::tempdir().unwrap();
    for (config, message) in [
        (
            "[audit]\noff = ['open-wirte']",
            "keystub.toml:2: unknown rule `open-wirte` in `[audit]`; did you mean `open-write`?",
        ),
        ("[audit]\nlevel = { zzz = 'low' }", "unknown rule `zzz` in `[audit]`; `keystub audit --rules` lists all"),
        ("[audit]\nlevel = { open-write = 'error' }", "unknown severity `error` of `open-write`"),
        ("[audit]\npublik = []", "unknown key `publik` in `[audit]`; did you mean `public`?"),
        ("[audit]\npublic = ['pets']", "invalid filter `pets`"),
        ("[[api]]\nspec = 'b.yaml'\nkind = 'client'\nout = 'x'", "no `[[api]]` has the document"),
    ] {
        let output = configured(folder.path(), OPEN_DELETE, config, &[]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains(message) && output.stdout.is_empty(), "{config}: {error}");
    }
}

#[test]
fn public_operations_are_not_reported_and_stale_entries_are() {
    let folder = tempfile::tempdir().unwrap();
    let audit = |public: &str| {
        let config = format!("[audit]\npublic = [\n  {public}\n]");
        configured(
            folder.path(),
            OPEN_DELETE,
            &config,
            &["--only", "open-write,method-asymmetry,stale-public", "--fail", "medium"],
        )
    };
    let meant = audit("'DELETE /pets'");
    assert_eq!(meant.status.code(), Some(0), "{}", stdout(&meant));
    assert!(stdout(&meant).contains("2 suppressed"), "{}", stdout(&meant));
    for stale in ["'GET /pets'", "'tag:login'"] {
        let text = stdout(&audit(&format!("'DELETE /pets',\n  {stale}")));
        let entry = stale.trim_matches('\'');
        assert!(text.contains(&format!("medium[stale-public]: `{entry}` matches no public operation")), "{text}");
        assert!(text.contains("keystub.toml:4:3"), "{text}");
    }
    assert_eq!(audit("'GET /pets'").status.code(), Some(1), "the deletion is still reported");
}

#[test]
fn sarif_locates_the_operations_that_a_finding_reaches() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "api.yaml", OPEN_DELETE);
    let sarif = |path: &Path| -> serde_json::Value {
        let text = stdout(&keystub(&["audit", path.to_str().unwrap(), "--only", "open-write", "--format", "sarif"]));
        serde_json::from_str(&text).unwrap()
    };
    let result = &sarif(&path)["runs"][0]["results"][0];
    let related = &result["relatedLocations"][0];
    assert_eq!(related["message"]["text"], "DELETE /pets");
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 6);
    written(folder.path(), "api.yaml", &format!("# a comment\n{OPEN_DELETE}"));
    let moved = &sarif(&path)["runs"][0]["results"][0];
    assert_eq!(moved["locations"][0]["physicalLocation"]["region"]["startLine"], 7);
    assert_eq!(moved["partialFingerprints"], result["partialFingerprints"], "lines do not matter");
}
