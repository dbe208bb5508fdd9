//! `keystub call SPEC login` against the issuer of `keystub mock`, with a test in place of the browser, and the profiles
//! of `apis.toml`.

mod profiles;
mod renewed;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use crate::running_mock::{self, Answer, Mock};

const FLOWS: &str = "fixtures/ok/oauth-flows.yaml";
const ISSUER: &str = "/.keystub/oauth";

/// A user with a home folder.
struct User {
    home: TempDir,
}

impl User {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        command.arg("call").args(arguments).env_clear();
        // The folders of Windows are in other variables.
        command.env("HOME", self.home.path()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    fn call(&self, arguments: &[&str]) -> Run {
        self.command(arguments).output().unwrap().into()
    }

    /// Starts a login, and returns it with the line that asks the user to do something.
    fn login(&self, document: &str, arguments: &[&str]) -> (Login, String) {
        let mut command = self.command(&[document, "login"]);
        command.args(arguments).args(["--client-id", "keystub-mock", "--no-browser"]);
        let mut process = command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut errors = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        (Login { process, errors }, line.trim_end().to_owned())
    }

    fn tokens(&self) -> std::path::PathBuf {
        self.home.path().join(".local/state/keystub/tokens")
    }

    /// The only file of tokens.
    fn kept(&self) -> serde_json::Value {
        let files: Vec<_> = std::fs::read_dir(self.tokens()).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        serde_json::from_slice(&std::fs::read(&files[0]).unwrap()).unwrap()
    }

    fn apis(&self, text: &str) {
        write_private(&self.home.path().join(".config/keystub/apis.toml"), text);
    }
}

fn write_private(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// A login that waits for the user. It ends with the test.
struct Login {
    process: Child,
    errors: BufReader<std::process::ChildStderr>,
}

impl Drop for Login {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Login {
    /// The exit code and what was printed.
    fn end(mut self) -> (Option<i32>, String) {
        let mut text = String::new();
        self.errors.read_to_string(&mut text).unwrap();
        self.process.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        (self.process.wait().unwrap().code(), text)
    }
}

struct Run {
    code: Option<i32>,
    output: String,
    errors: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), output: text(output.stdout), errors: text(output.stderr) }
    }
}

fn served(mock: &Mock) -> String {
    format!("http://{}/.keystub/openapi.json", mock.address)
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What a browser does with the page of the issuer: it shows the page, and the user decides.
fn decide(mock: &Mock, page: &str, decision: &str) -> String {
    let query = page.split_once('?').unwrap().1;
    let shown = mock.send(&format!("GET {ISSUER}/authorize?{query}"), "", "");
    assert!(shown.status == 200 && shown.body.contains("Allow access?"), "{} {}", shown.status, shown.body);
    let form = format!("request={}&decision={decision}", encoded(query));
    let answer = mock.form(&format!("{ISSUER}/authorize"), &form);
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location")[0].to_owned()
}

/// Follows a redirect to this machine.
fn follow(location: &str) -> Answer {
    let (address, path) = location.strip_prefix("http://").unwrap().split_once('/').unwrap();
    running_mock::send(address, &format!("GET /{path}"), "", "")
}

/// Logs in by PKCE.
fn logged_in(user: &User, mock: &Mock, document: &str, scheme: &str) -> String {
    let (login, line) = user.login(document, &[scheme]);
    let page = line.strip_prefix("log in at ").unwrap_or_else(|| panic!("{line}"));
    let location = decide(mock, page, "allow");
    assert_eq!(follow(&location).status, 200);
    let (code, text) = login.end();
    assert_eq!(code, Some(0), "{text}");
    text
}

#[test]
fn a_login_by_pkce_is_kept_for_later_calls() {
    let (user, mock) = (User::new(), Mock::start(FLOWS, &[]));
    let document = served(&mock);
    assert_eq!(user.call(&[&document, "GET /things"]).code, Some(6));
    for scheme in ["all", "oidc"] {
        let text = logged_in(&user, &mock, &document, scheme);
        assert!(text.starts_with(&format!("logged in for {scheme}")), "{text}");
        let kept = user.kept();
        let token = kept["access_token"].as_str().unwrap();
        assert!(!text.contains(token) && kept["refresh_token"].is_string());
        let call = user.call(&[&document, "GET /things"]);
        assert_eq!(call.code, Some(0), "{}", call.errors);
        let listed = user.call(&[&document]);
        assert!(
            listed.output.contains(&format!("{scheme} is the token of a login, valid for 60 ")),
            "{}",
            listed.output
        );
        assert!(!listed.output.contains(token));

        let gone = user.call(&[&document, "logout", scheme]);
        assert_eq!((gone.code, gone.output.as_str()), (Some(0), ""), "{}", gone.errors);
        assert_eq!(user.call(&[&document, "GET /things"]).code, Some(6));
    }
}

#[test]
#[cfg(unix)]
fn other_users_cannot_read_the_tokens() {
    use std::os::unix::fs::PermissionsExt;
    let (user, mock) = (User::new(), Mock::start(FLOWS, &[]));
    logged_in(&user, &mock, &served(&mock), "all");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = std::fs::read_dir(user.tokens()).unwrap().next().unwrap().unwrap().path();
    assert_eq!((mode(&user.tokens()), mode(&file)), (0o700, 0o600));
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).unwrap();
    let call = user.call(&[&served(&mock), "GET /things"]);
    assert!(call.code == Some(2) && call.errors.contains("accessible to other users"), "{}", call.errors);
}

#[test]
fn redirects_of_others_do_not_end_a_login() {
    let (user, mock) = (User::new(), Mock::start(FLOWS, &[]));
    let (login, line) = user.login(&served(&mock), &["all"]);
    let location = decide(&mock, line.strip_prefix("log in at ").unwrap(), "allow");
    let (base, query) = location.split_once('?').unwrap();
    let state = query.split('&').find(|pair| pair.starts_with("state=")).unwrap();
    let code = query.split('&').find(|pair| pair.starts_with("code=")).unwrap();
    for forged in
        ["", code, &format!("{code}&state=other"), &format!("{code}&{state}&state=other"), "error=access_denied"]
    {
        assert_eq!(follow(&format!("{base}?{forged}")).status, 400, "{forged}");
    }
    assert_eq!(follow(&location.replace("/callback", "/other")).status, 404);
    assert_eq!(follow(&location).status, 200);
    assert_eq!(login.end().0, Some(0));
}

#[test]
fn a_user_can_deny_access() {
    let (user, mock) = (User::new(), Mock::start(FLOWS, &[]));
    let (login, line) = user.login(&served(&mock), &["all"]);
    follow(&decide(&mock, line.strip_prefix("log in at ").unwrap(), "deny"));
    let (code, text) = login.end();
    assert!(code == Some(1) && text.contains("access_denied"), "{text}");
    assert!(!user.tokens().exists());
}

#[test]
fn a_user_can_consent_on_another_device() {
    let (user, mock) = (User::new(), Mock::start(FLOWS, &[]));
    let (login, line) = user.login(&served(&mock), &["all", "--device"]);
    let (page, code) = line.strip_prefix("open ").unwrap().split_once(" on any device and enter ").unwrap();
    assert!(page.ends_with("/verify"), "{line}");
    assert_eq!(mock.form(&format!("{ISSUER}/verify"), &format!("user_code={code}&decision=allow")).status, 200);
    assert_eq!(login.end().0, Some(0));
    assert_eq!(user.call(&[&served(&mock), "GET /things"]).code, Some(0));
}

#[test]
fn tokens_are_renewed_and_the_new_refresh_token_is_kept() {
    // A token of one second has no time left, so each call renews it; the mock accepts a refresh token once.
    let (user, mock) = (User::new(), Mock::start(FLOWS, &["--expire", "1s"]));
    logged_in(&user, &mock, &served(&mock), "all");
    let mut before = user.kept();
    for _ in 0..3 {
        let call = user.call(&[&served(&mock), "GET /things"]);
        assert_eq!(call.code, Some(0), "{}", call.errors);
        let after = user.kept();
        assert_ne!(before["refresh_token"], after["refresh_token"]);
        before = after;
    }
    // Calls that run in parallel do not use the same refresh token.
    let start = |_: i32| {
        let mut command = user.command(&[&served(&mock), "GET /things"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let calls: Vec<Child> = (0..4).map(start).collect();
    for call in calls {
        let call = Run::from(call.wait_with_output().unwrap());
        assert_eq!(call.code, Some(0), "{}", call.errors);
    }
    user.kept();
    let other = Mock::start(FLOWS, &[]);
    let gone = user.call(&["--server", &format!("http://{}", other.address), &served(&mock), "GET /things"]);
    assert_eq!(gone.code, Some(6), "the tokens of a server are sent to no other: {}", gone.errors);
}

#[test]
fn a_login_that_was_revoked_asks_to_log_in_again() {
    let (user, mock) = (User::new(), Mock::start(FLOWS, &[]));
    logged_in(&user, &mock, &served(&mock), "all");
    let kept = user.kept();
    for token in ["access_token", "refresh_token"] {
        let form = format!("client_id=keystub-mock&token={}", kept[token].as_str().unwrap());
        assert_eq!(mock.form(&format!("{ISSUER}/revoke"), &form).status, 200);
    }
    let call = user.call(&[&served(&mock), "GET /things"]);
    // The first token was sent, so that the status is that of the response.
    assert!(call.code == Some(4) && call.errors.contains("log in again"), "{:?} {}", call.code, call.errors);
    assert!(!call.errors.contains(kept["access_token"].as_str().unwrap()));
}

#[test]
fn invalid_logins_are_rejected_before_anything_is_opened() {
    let user = User::new();
    for (arguments, code, part) in [
        (&[FLOWS, "login"][..], 2, "<SCHEME>"),
        (&[FLOWS, "login", "oidcc"], 2, "`oidc`"),
        (&[FLOWS, "login", "all"], 2, "`--client-id` is missing"),
        (&[FLOWS, "login", "all", "--port", "x"], 2, "--port"),
        (&["fixtures/world/petshop.yaml", "login", "shopKey", "--client-id", "x"], 1, "there is no login"),
        (&["fixtures/world/petshop.yaml", "login", "oauth", "--client-id", "x"], 1, "deviceAuthorization"),
        (&["--profile", "prod", FLOWS, "GET /things"], 2, "`--profile` needs an API"),
    ] {
        let run = user.call(arguments);
        assert!(run.code == Some(code) && run.errors.contains(part), "{arguments:?}: {:?} {}", run.code, run.errors);
    }
}

#[test]
fn tokens_of_a_login_are_sent_for_oauth_schemes_only() {
    let (user, mock) = (User::new(), Mock::start(FLOWS, &[]));
    logged_in(&user, &mock, &served(&mock), "all");
    let changed = user.home.path().join("changed.yaml");
    let document = "openapi: 3.0.3\ninfo: {title: Flows, version: '1'}\npaths:\n  /things:\n    get:\n      \
                    security: [{all: []}]\n      responses: {'204': {description: seen}}\ncomponents:\n  \
                    securitySchemes:\n    all: {type: apiKey, in: query, name: key}\n";
    std::fs::write(&changed, document).unwrap();
    let server = format!("http://{}", mock.address);
    let call = user.call(&["--server", &server, changed.to_str().unwrap(), "GET /things"]);
    assert_eq!(call.code, Some(6), "{}", call.errors);
}

#[test]
fn a_file_field_of_the_operation_login_is_not_a_scheme() {
    let user = User::new();
    let document = r#"{"openapi": "3.0.3", "info": {"title": "Login", "version": "1"}, "paths": {"/login": {"post": {
        "operationId": "login", "security": [], "responses": {"204": {"description": "done"}},
        "requestBody": {"content": {"multipart/form-data": {"schema": {"type": "object", "properties": {
            "photo": {"type": "string", "format": "binary"}}}}}}}}}}"#;
    let path = user.home.path().join("login.json");
    std::fs::write(&path, document).unwrap();
    let run = user.call(&["--server", "http://127.0.0.1:9", path.to_str().unwrap(), "login", "photo@/does/not/exist"]);
    assert!(run.code == Some(2) && run.errors.contains("cannot read /does/not/exist"), "{:?} {}", run.code, run.errors);
}

#[test]
fn tokens_of_a_login_are_bound_to_a_key_that_is_kept_with_them() {
    const BOUND: [&str; 2] = ["--set", "dpop = [\"all\"]"];
    let (user, mock) = (User::new(), Mock::start(FLOWS, &[BOUND[0], BOUND[1], "--expire", "1s"]));
    let document = served(&mock);
    let mut command = user.command(&[BOUND[0], BOUND[1], &document, "login", "all"]);
    command.args(["--client-id", "keystub-mock", "--no-browser"]).stderr(Stdio::piped()).stdout(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut errors = BufReader::new(process.stderr.take().unwrap());
    let mut line = String::new();
    errors.read_line(&mut line).unwrap();
    let page = line.trim_end().strip_prefix("log in at ").unwrap_or_else(|| panic!("{line}"));
    assert!(page.contains("dpop_jkt="), "{page}");
    assert_eq!(follow(&decide(&mock, page, "allow")).status, 200);
    let (code, text) = Login { process, errors }.end();
    assert_eq!(code, Some(0), "{text}");

    let kept = user.kept();
    let (token, key) = (kept["access_token"].as_str().unwrap(), kept["key"].as_str().unwrap());
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----") && !text.contains(token) && !text.contains(key));
    assert_eq!(mock.get("/things", token).status, 401, "it is not a bearer token");
    // A token of one second has no time left, so each call renews it with a proof of the same key.
    for _ in 0..2 {
        let call = user.call(&[BOUND[0], BOUND[1], &document, "GET /things"]);
        assert_eq!(call.code, Some(0), "{}", call.errors);
    }
    let renewed = user.kept();
    assert!(renewed["key"] == key && renewed["access_token"] != token);
    // Without the setting, the token is still not sent as a bearer token.
    let call = user.call(&[&document, "GET /things"]);
    assert_eq!(call.code, Some(0), "{}", call.errors);
}

#[test]
fn tokens_of_a_login_without_a_key_are_not_sent_as_bound_ones() {
    let (user, mock) = (User::new(), Mock::start(FLOWS, &[]));
    let document = served(&mock);
    logged_in(&user, &mock, &document, "all");
    let call = user.call(&["--set", "dpop = [\"all\"]", &document, "GET /things"]);
    assert!(
        call.code == Some(2) && call.errors.contains("is not bound to a key (DPoP); log in again"),
        "{}",
        call.errors
    );
}
