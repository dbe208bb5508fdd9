//! `keystub test` of mocks: of every document in fixtures/world, with the credentials that the mock prints.

use std::path::Path;
use std::process::Command;

use crate::running_mock::Mock;

/// The credentials of a mock by the names of their schemes. Those that need TLS are left out.
fn credentials(mock: &Mock) -> serde_json::Value {
    let mut all = serde_json::Map::new();
    let lines = mock.lines.iter().skip_while(|line| !line.starts_with("mock of ")).skip(1);
    for (scheme, shown) in lines.map_while(|line| line.split_once("   ")).take_while(|(name, _)| !name.contains(' ')) {
        let after = |mark: &str| shown.split_once(mark).map(|(_, value)| value.to_owned());
        let credential = match shown {
            _ if shown.contains("$TOKEN") => mock.printed("TOKEN=").to_owned(),
            _ if shown.starts_with("user ") => format!("mock-user:{}", after("password ").unwrap()),
            _ if shown.starts_with("needs TLS") => continue,
            // The mock prints `Authorization: SCHEME CREDENTIALS`.
            _ if shown.starts_with("Authorization: ") => shown.rsplit(' ').next().unwrap().to_owned(),
            _ => after("=").or_else(|| after(": ")).unwrap(),
        };
        all.insert(scheme.to_owned(), credential.into());
    }
    all.into()
}

/// Tests a mock of a document; returns the exit code and what was printed.
fn tested(document: &str) -> (Option<i32>, String) {
    let mock = Mock::start(document, &[]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), credentials(&mock).to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["test", document, "--server", &format!("http://{}", mock.address), "--unsafe", "--rate", "5000"]);
    let output = command.arg("--credentials").arg(file.path()).env_clear().output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.code(), said)
}

/// Calls all operations of a mock.
fn checked(document: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    let output = command.args(["mock", document, "--check", "--quiet"]).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.code(), said)
}

fn documents() -> Vec<String> {
    let entries = Path::new("fixtures/world").read_dir().unwrap().map(|entry| entry.unwrap().path());
    let documents: Vec<String> = entries.map(|path| path.to_str().unwrap().to_owned()).collect();
    assert!(documents.len() >= 7, "{documents:?}");
    documents.into_iter().chain(["fixtures/ok/required-choices.yaml".to_owned()]).collect()
}

#[test]
fn operations_that_no_request_reaches_are_skipped() {
    let (code, said) = checked("tests/tested_mocks/fragments.yaml");
    let reason = "no request reaches it, because GET /#Action=Two has the same method and path";
    let expected = format!(
        "SKIP GET /#Action=One: {reason}\nSKIP GET /#Action=Three: {reason}\n2 operations, 2 calls, 0 failures\n"
    );
    assert_eq!((code, said), (Some(0), expected));
}

#[test]
fn every_operation_of_a_mock_has_a_documented_success() {
    for document in documents() {
        let (code, said) = checked(&document);
        assert!(code == Some(0) && said.ends_with(" 0 failures\n"), "{document}: {said}");
    }
}

/// Calls the operation of a document with this path item.
fn checked_item(item: &str) -> (Option<i32>, String) {
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    let text = format!("openapi: 3.0.3\ninfo: {{ title: t, version: '1' }}\npaths:\n  /a: {item}\n");
    std::fs::write(file.path(), text).unwrap();
    checked(file.path().to_str().unwrap())
}

#[test]
fn check_of_a_mock_reports_responses_without_a_value() {
    let schema = "{ type: string, minLength: 2, pattern: '^a$' }";
    let content = format!("{{ application/json: {{ schema: {schema} }} }}");
    let (code, said) =
        checked_item(&format!("{{ get: {{ responses: {{ '200': {{ description: '', content: {content} }} }} }} }}"));
    assert!(code == Some(1) && said.contains("FAIL GET /a by no credentials: the response is 500"), "{said}");
    assert!(said.ends_with("1 operation, 1 call, 3 failures\n"), "{said}");
}

#[test]
fn check_of_a_mock_rejects_options_without_effect() {
    for (arguments, expected) in [
        ("--listen 127.0.0.1:0", "cannot be used with"),
        ("--auth off", "cannot be used with"),
        ("--stateless", "cannot be used with"),
        ("--latency 1ms", "cannot be used with"),
        ("--fault 5%", "cannot be used with"),
        ("--expire 1s", "cannot be used with"),
        ("--cors *", "cannot be used with"),
        ("--format json", "prints text only"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        command.args(["mock", "fixtures/world/petshop.yaml", "--check"]).args(arguments.split(' '));
        let output = command.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && errors.contains(expected), "{arguments}: {errors}");
    }
}

#[test]
fn list_of_one_item_in_a_form_is_a_list() {
    let list = "{ type: array, minItems: 1, maxItems: 1, items: { type: string } }";
    let schema = format!("{{ type: object, required: [list], properties: {{ list: {list} }} }}");
    let content = format!("{{ application/x-www-form-urlencoded: {{ schema: {schema} }} }}");
    let body = format!("{{ required: true, content: {content} }}");
    let (code, said) =
        checked_item(&format!("{{ post: {{ requestBody: {body}, responses: {{ '204': {{ description: '' }} }} }} }}"));
    assert!(code == Some(0) && said.ends_with("1 operation, 1 call, 0 failures\n"), "{said}");
}

#[test]
fn mocks_of_all_documents_pass() {
    let mut failures = Vec::new();
    for document in documents() {
        let (code, said) = tested(&document);
        // The mock does not serve TLS, so one scheme of everything.yaml has no credential.
        let unmet: Vec<&str> = said.lines().filter(|line| line.starts_with("inconclusive: ")).collect();
        let is_met = unmet.iter().all(|line| line.ends_with("no credential for certificate"));
        if code != Some(0) || !is_met || !said.contains(" 0 broken, ") {
            failures.push(format!("{document}: {code:?}\n{said}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
