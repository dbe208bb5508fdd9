//! `keystub call` against `keystub mock`: credentials, arguments, exit codes, and that no secret is printed.

use std::process::{Command, Output};

use crate::running_mock::Mock;

pub const PETSHOP: &str = "fixtures/world/petshop.yaml";

/// How a call ended, and what it printed.
pub struct Run {
    pub code: Option<i32>,
    pub output: String,
    pub errors: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), output: text(output.stdout), errors: text(output.stderr) }
    }
}

impl Run {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.output).unwrap_or_else(|error| panic!("{error}: {} {}", self.output, self.errors))
    }
}

/// Calls an operation of the petshop with these options, arguments and variables.
fn call(mock: &Mock, options: &[&str], arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let server = format!("http://{}", mock.address);
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["call", "--server", &server]).args(options).arg(PETSHOP).args(arguments);
    command.env_clear().envs(variables.iter().copied()).output().unwrap().into()
}

fn token_of(mock: &Mock) -> (&'static str, String) {
    ("PETSHOP_CLIENT_BEARER_AUTH", mock.printed("TOKEN=").to_owned())
}

#[test]
fn the_first_alternative_with_credentials_is_sent() {
    let mock = Mock::petshop(&[]);
    let key = ("PETSHOP_CLIENT_SHOP_KEY", mock.printed("X-Shop-Key: "));
    let listed = call(&mock, &[], &["listPets"], &[key]);
    assert_eq!((listed.code, listed.json().is_array()), (Some(0), true), "{}", listed.errors);
    let same = call(&mock, &[], &["GET /pets"], &[key]);
    assert_eq!(same.output, listed.output);
    let wrong = call(&mock, &[], &["listPets"], &[("PETSHOP_CLIENT_SHOP_KEY", "wrong")]);
    assert_eq!((wrong.code, &wrong.json()["status"]), (Some(4), &401.into()));
}

#[test]
fn nothing_is_sent_if_the_requirements_cannot_be_met() {
    let mock = Mock::petshop(&[]);
    let none = call(&mock, &[], &["listPets"], &[]);
    assert_eq!((none.code, none.output.as_str()), (Some(6), ""));
    assert!(none.errors.contains("bearerAuth") && none.errors.contains("shopKey"), "{}", none.errors);
    let other = call(&mock, &[], &["createPet", "name=Rex"], &[("PETSHOP_CLIENT_SHOP_KEY", "k")]);
    assert_eq!(other.code, Some(6), "{}", other.errors);
}

#[test]
fn credentials_go_over_https_or_to_loopback_only() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["call", "--server", "http://api.example.com", PETSHOP, "listPets"]);
    let run: Run = command.env_clear().env("PETSHOP_CLIENT_SHOP_KEY", "k").output().unwrap().into();
    assert_eq!((run.code, run.output.as_str()), (Some(6), ""), "{}", run.errors);
}

#[test]
fn parameters_and_fields_have_the_types_of_the_document() {
    let mock = Mock::petshop(&[]);
    let (name, token) = token_of(&mock);
    let token = [(name, token.as_str())];
    let pet = call(&mock, &[], &["getPet", "--petId", "7"], &token);
    assert_eq!((pet.code, &pet.json()["id"]), (Some(0), &7.into()));
    assert_eq!(call(&mock, &[], &["getPet", "--pet-id=7"], &token).output, pet.output);
    let list = call(&mock, &[], &["listPets", "--status", "sold", "--status", "available", "--limit", "5"], &token);
    assert_eq!(list.code, Some(0), "{}", list.errors);
    let made = call(&mock, &[], &["createPet", "name=Rex", "born=2020-02-29"], &token);
    assert_eq!((made.code, &made.json()["name"]), (Some(0), &"Rex".into()), "{}", made.errors);
    let body = call(&mock, &["--body", r#"{"name":"Ada"}"#], &["createPet"], &token);
    assert_eq!(body.json()["name"], "Ada");

    for (arguments, place) in [
        (vec!["getPet"], "--petId"),
        (vec!["getPet", "--petId", "seven"], "--petId"),
        (vec!["getPet", "--petid"], "--petid"),
        (vec!["getPet", "--pet", "7"], "no parameter `pet`"),
        (vec!["listPets", "--limit", "1000000"], "--limit"),
        (vec!["listPets", "--status", "eaten"], "--status"),
        (vec!["listPets", "--limit", "5", "--curl"], "write it before the parameters"),
        (vec!["listPets", "name=Rex"], "no request body"),
        (vec!["createPet"], "requires a body"),
        (vec!["createPet", "name:=7"], "the body"),
        (vec!["createPet", "tag=x"], "the body"),
        (vec!["createPet", "name"], "name=value"),
        (vec!["createPet", "name:={"], "not JSON"),
        (vec!["listPet"], "`listPets`"),
    ] {
        let run = call(&mock, &[], &arguments, &token);
        assert_eq!((run.code, run.output.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.errors.contains(place), "{arguments:?}: {}", run.errors);
    }
}

#[test]
fn the_exit_code_is_the_class_of_the_status() {
    let mock = Mock::petshop(&[]);
    let (name, token) = token_of(&mock);
    let oauth = [(name, token.as_str()), ("PETSHOP_CLIENT_OAUTH", token.as_str())];
    assert_eq!(call(&mock, &[], &["deletePet", "--petId", "7"], &oauth).code, Some(0));
    assert_eq!(call(&mock, &[], &["getPet", "--petId", "7"], &oauth).code, Some(4));
    let faulty = Mock::petshop(&["--fault", "100%"]);
    assert_eq!(call(&faulty, &[], &["health"], &[]).code, Some(5));
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    let run: Run =
        command.args(["call", "--server", &format!("http://{closed}"), PETSHOP, "health"]).output().unwrap().into();
    assert_eq!(run.code, Some(1), "{}", run.errors);
}

#[test]
fn secrets_are_never_printed() {
    let mock = Mock::petshop(&[]);
    let variables = [("PETSHOP_CLIENT_BEARER_AUTH", "s3cret-token"), ("PETSHOP_CLIENT_LOGIN", "user:s3cret-word")];
    for (options, arguments) in [
        (&["--dry-run"][..], &["listPets"][..]),
        (&["--curl"], &["listPets"]),
        (&["--include"], &["listPets"]),
        (&[], &["listPets"]),
        (&[], &[]),
        (&["--dry-run"], &["createToken"]),
        (&["--curl"], &["createToken"]),
    ] {
        let run = call(&mock, options, arguments, &variables);
        assert!(!(run.output.clone() + &run.errors).contains("s3cret"), "{options:?}: {} {}", run.output, run.errors);
    }
    let malformed = call(&mock, &[], &["listPets"], &[("PETSHOP_CLIENT_LOGIN", "s3cret")]);
    assert!(malformed.code == Some(2) && !malformed.errors.contains("s3cret"), "{}", malformed.errors);
}

#[test]
fn a_curl_command_has_variables_in_place_of_credentials() {
    let mock = Mock::petshop(&[]);
    let run = call(&mock, &["--curl"], &["createPet", "name=it's"], &[("PETSHOP_CLIENT_BEARER_AUTH", "t")]);
    let expected = "-H \"Authorization: Bearer $PETSHOP_CLIENT_BEARER_AUTH\"";
    assert!(run.output.contains(expected) && run.output.contains(r#"'{"name":"it'\''s"}'"#), "{}", run.output);
    assert!(run.output.starts_with(&format!("curl -X POST http://{}/pets \\\n", mock.address)), "{}", run.output);
    // Without a credential, it shows the first alternative.
    let none = call(&mock, &["--curl"], &["deletePet", "--petId", "7"], &[]);
    assert!(none.code == Some(0) && none.output.contains("$PETSHOP_CLIENT_OAUTH"), "{}", none.output);
}

#[test]
fn operations_are_listed_with_what_they_require() {
    let mock = Mock::petshop(&[]);
    let run = call(&mock, &[], &[], &[("PETSHOP_CLIENT_SHOP_KEY", "k")]);
    assert!(run.output.contains("listPets   GET /pets   bearerAuth OR shopKey   sends shopKey"), "{}", run.output);
    assert!(run.output.contains("deletePet   DELETE /pets/{petId}   oauth[pets:write]   credentials are missing"));
    assert!(run.output.contains("shopKey is read from $PETSHOP_CLIENT_SHOP_KEY"), "{}", run.output);
}

#[test]
fn missing_credentials_are_named_with_their_places() {
    let mock = Mock::petshop(&[]);
    let run = call(&mock, &[], &["deletePet", "--petId", "7"], &[("PETSHOP_CLIENT_SHOP_KEY", "k")]);
    assert_eq!(run.code, Some(6), "{}", run.errors);
    let first = "error: operation `deletePet`: no credential for `oauth`\n";
    let place = "= `oauth` is read from $PETSHOP_CLIENT_OAUTH, a profile or `--credentials`, or from `keystub call SPEC \
                 login oauth`";
    assert!(run.errors.starts_with(first) && run.errors.contains(place), "{}", run.errors);
    assert!(!run.errors.contains("SHOP_KEY"), "{}", run.errors);
}

#[test]
fn multipart_bodies_are_written_from_fields_and_files() {
    let mock = Mock::petshop(&[]);
    let (name, token) = token_of(&mock);
    let token = [(name, token.as_str())];
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("it's \"rex\".png");
    std::fs::write(&photo, b"\x89PNG\0\r\n--part-0000000000000000").unwrap();
    let photo = format!("photo@{}", photo.display());
    let sent = call(&mock, &[], &["putPhoto", "--petId", "7", "caption=Rex", &photo], &token);
    assert_eq!((sent.code, sent.output.as_str()), (Some(0), ""), "{}", sent.errors);
    let typed = call(&mock, &[], &["putPhoto", "--petId", "7", &format!("{photo};type=image/png")], &token);
    assert_eq!(typed.code, Some(0), "{}", typed.errors);
    for (arguments, part) in [
        (vec!["putPhoto", "--petId", "7", "caption=Rex"], "`photo` is required"),
        (vec!["putPhoto", "--petId", "7", "photo=text"], "write `photo@FILE`"),
        (vec!["putPhoto", "--petId", "7", "photo@/does/not/exist"], "cannot read /does/not/exist"),
        (vec!["createPet", "name@Cargo.toml"], "only multipart bodies have files"),
        (vec!["createPet", "@Cargo.toml"], "`name@FILE`"),
    ] {
        let run = call(&mock, &[], &arguments, &token);
        assert!(run.code == Some(2) && run.errors.contains(part), "{arguments:?}: {}", run.errors);
    }
    let curl = call(&mock, &["--curl"], &["putPhoto", "--petId", "7", "caption=@x", &photo], &token);
    assert!(
        curl.output.contains("--form-string 'caption=@x'") && curl.output.contains("-F 'photo=@"),
        "{}",
        curl.output
    );
    assert!(!curl.output.contains("multipart/form-data"), "curl writes the boundary: {}", curl.output);
    let dry = call(&mock, &["--dry-run"], &["putPhoto", "--petId", "7", &photo], &token);
    assert!(dry.output.contains(" bytes)") && !dry.output.contains("PNG"), "{}", dry.output);
}

#[test]
fn pages_are_only_requested_by_safe_methods() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["call", "--all", "--server", "http://127.0.0.1:9", PETSHOP, "createPet", "name=Rex"]).env_clear();
    let run: Run = command.env("PETSHOP_CLIENT_BEARER_AUTH", "t").output().unwrap().into();
    assert!(run.code == Some(2) && run.errors.contains("the method is POST"), "{:?} {}", run.code, run.errors);
}

#[test]
fn errors_have_no_control_characters() {
    let folder = tempfile::tempdir().unwrap();
    let document = "{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"T\", \"version\": \"1\"}, \
        \"servers\": [{\"url\": \"http://127.0.0.1:9\"}], \"paths\": {\"/x\": {\"get\": {\"operationId\": \"x\", \
        \"parameters\": [{\"name\": \"a\\u001b[31m\", \"in\": \"query\", \"required\": true, \
        \"schema\": {\"type\": \"string\"}}], \"responses\": {\"200\": {\"description\": \"d\"}}}}}}";
    let path = folder.path().join("api.json");
    std::fs::write(&path, document).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_keystub")).arg("call").arg(&path).arg("x").output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("u{1b}") && !error.contains('\u{1b}'), "{error:?}");
}

#[test]
fn random_idempotency_key_is_shown_by_a_dry_run() {
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    let key = "[{ name: Idempotency-Key, in: header, schema: { type: string } }]";
    let operation =
        |id: &str| format!("{{ operationId: {id}, parameters: {key}, responses: {{ '204': {{ description: '' }} }} }}");
    let text = format!(
        "openapi: 3.0.3\ninfo: {{ title: t, version: '1' }}\npaths:\n  /a:\n    post: {}\n    put: {}\n",
        operation("create"),
        operation("replace")
    );
    std::fs::write(file.path(), text).unwrap();
    let dry = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        command.args(["call", "--quiet", "--dry-run", "--server", "http://127.0.0.1:9"]).arg(file.path());
        let output = command.args(arguments).env_clear().output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let created = dry(&["create"]);
    assert!(created.contains("idempotency-key: (random, another one for each call)"), "{created}");
    let given = dry(&["create", "--Idempotency-Key", "mine"]);
    assert!(given.contains("idempotency-key: mine") && !given.contains("random"), "{given}");
    let replaced = dry(&["replace"]);
    assert!(replaced.contains("PUT") && !replaced.contains("idempotency-key"), "{replaced}");
}
