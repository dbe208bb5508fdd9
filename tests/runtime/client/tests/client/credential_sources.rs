//! Credentials from environment variables and files.

use std::path::PathBuf;

use runtime_client::api::*;
use runtime_client::server::{Server, json};
use tempfile::TempDir;

/// A variable that cargo sets for each test, with its value.
const VARIABLE: (&str, &str) = ("CARGO_PKG_NAME", "runtime-client");

fn file(folder: &TempDir, text: &str, mode: u32) -> PathBuf {
    named(folder, "credentials.json", text, mode)
}

fn named(folder: &TempDir, name: &str, text: &str, mode: u32) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    path
}

#[tokio::test]
async fn environment_variable_sets_only_its_scheme() {
    let server = Server::start(json("\"yes\"")).await;
    let mut builder = builder(&server.url(), []);
    builder.credentials_from_env(&["", "KEYSTUB_NOT_SET", "KEYSTUB_NOT_SET", "", VARIABLE.0]).unwrap();
    let core = builder.build().unwrap();
    call::<Bearer>(&core).await.unwrap();
    assert!(server.requests()[0].contains(&format!("authorization: Bearer {}\r\n", VARIABLE.1)));
    assert!(call::<HeaderKey>(&core).await.is_err(), "a scheme whose variable is not set has no credential");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn error_names_the_invalid_variable_without_its_value() {
    let mut builder = builder("https://example.test", []);
    let error = builder.credentials_from_env(&["", "", "", VARIABLE.0]).unwrap_err().to_string();
    assert_eq!(error, "the credential in `CARGO_PKG_NAME` is not `user:password`");
    let error = builder.credentials_from_env(&["", "", "", "", "", "", "", "", VARIABLE.0]).unwrap_err().to_string();
    assert_eq!(error, "the credential in `CARGO_PKG_NAME` is for a scheme that needs a certificate");
}

#[tokio::test]
async fn private_file_sets_credentials_by_scheme_name() {
    let (server, folder) = (Server::start(json("\"yes\"")).await, TempDir::new().unwrap());
    let path = file(&folder, r#"{"login": "u:p:w", "headerKey": "k\u00651"}"#, 0o600);
    let mut builder = builder(&server.url(), []);
    builder.credentials_from_file(&path).unwrap();
    let core = builder.build().unwrap();
    call::<Basic>(&core).await.unwrap();
    call::<HeaderKey>(&core).await.unwrap();
    let requests = server.requests();
    assert!(requests[0].contains("authorization: Basic dTpwOnc=\r\n"), "{requests:?}");
    assert!(requests[1].contains("x-api-key: ke1\r\n"), "{requests:?}");
}

#[tokio::test]
async fn credentials_file_may_be_toml() {
    let (server, folder) = (Server::start(json("\"yes\"")).await, TempDir::new().unwrap());
    let text = r#"# mine

 login =	"u:p:w" # to the shop
"headerKey" = "k\u0065\U00000031\\\""
'token' = 'a.b'"#;
    let path = named(&folder, "credentials.TOML", &text.replace('\n', "\r\n"), 0o600);
    let mut builder = builder(&server.url(), []);
    builder.credentials_from_file(&path).unwrap();
    let core = builder.build().unwrap();
    call::<Basic>(&core).await.unwrap();
    call::<HeaderKey>(&core).await.unwrap();
    call::<Bearer>(&core).await.unwrap();
    let requests = server.requests();
    assert!(requests[0].contains("authorization: Basic dTpwOnc=\r\n"), "{requests:?}");
    assert!(requests[1].contains("x-api-key: ke1\\\"\r\n"), "{requests:?}");
    assert!(requests[2].contains("authorization: Bearer a.b\r\n"), "{requests:?}");
}

#[test]
fn invalid_toml_is_rejected_without_showing_secrets() {
    let folder = TempDir::new().unwrap();
    let rows = [
        ("token", "not TOML at line 1"),
        ("\ntoken = s3cr3t", "not TOML at line 2"),
        ("token = 7", "the credential in `token` is not a string"),
        ("token = \"s3cr3t", "not TOML at line 1"),
        ("token = \"s3cr3t\" s3cr3t", "not TOML at line 1"),
        ("token = 's3cr3t'\ntoken = 's3cr3t'", "not TOML at line 2"),
        ("\n[s3cr3t]", "unknown scheme in line 2 of the credentials file"),
        ("[[s3cr3t]]", "unknown scheme in line 1 of the credentials file"),
        ("a.token = 's3cr3t'", "unknown scheme in line 1 of the credentials file"),
        ("token.a = 's3cr3t'", "the credential in `token` is not a string"),
        (r#"token = "s3cr3t\q""#, "not TOML at line 1"),
        (r#"token = "s3cr3t\ud800""#, "not TOML at line 1"),
        ("token = 's3cr3t\u{1}'", "not TOML at line 1"),
        ("token = ''", "the credential in `token` is empty"),
        (
            "# mine\n\ntokn = 's3cr3t'",
            "unknown scheme in line 3 of the credentials file; expected `headerKey`, `queryKey`",
        ),
        ("login = 'a:b'\ns3cr3t = 'token'", "unknown scheme in line 2 of the credentials file"),
        ("'s3cr3t' = \"token\"", "unknown scheme in line 1 of the credentials file"),
        ("s3cr3t = 7", "unknown scheme in line 1 of the credentials file"),
        (r#"{"token": "s3cr3t"}"#, "not TOML at line 1"),
    ];
    for (text, expected) in rows {
        let path = named(&folder, "credentials.toml", text, 0o600);
        let error = builder("https://example.test", []).credentials_from_file(&path).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(expected) && !shown.contains("s3cr3t"), "{text:.60}: {shown}");
    }
    let path = named(&folder, "credentials.toml", "", 0o600);
    std::fs::write(&path, b"token = '\xff'").unwrap();
    let error = builder("https://example.test", []).credentials_from_file(&path).unwrap_err();
    assert!(error.to_string().contains("not UTF-8"), "{error}");
}

#[cfg(unix)]
#[test]
fn file_accessible_to_others_is_rejected() {
    let folder = TempDir::new().unwrap();
    for mode in [0o640, 0o604, 0o620, 0o660, 0o644, 0o601] {
        let path = file(&folder, r#"{"token": "s3cr3t"}"#, mode);
        let error = builder("https://example.test", []).credentials_from_file(&path).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the credentials file is accessible to other users; run `chmod 600` on it",
            "{mode:o}"
        );
        let path = named(&folder, "credentials.toml", "token = 's3cr3t'", mode);
        let error = builder("https://example.test", []).credentials_from_file(&path).unwrap_err();
        assert!(error.to_string().contains("is accessible to other users"), "{mode:o}");
    }
}

#[test]
fn malformed_file_is_rejected_without_showing_secrets() {
    let folder = TempDir::new().unwrap();
    let long = format!(r#"{{"token": "{}"}}"#, "s3cr3t".repeat(20_000));
    let rows = [
        ("", "not JSON at line 1"),
        (r#"["s3cr3t"]"#, "expected an object, found an array"),
        (r#""s3cr3t""#, "expected an object, found a string"),
        (r#"{"token": 7}"#, "the credential in `token` is not a string"),
        (r#"{"token": {"s3cr3t": "s3cr3t"}}"#, "the credential in `token` is not a string"),
        (r#"{"token": "s3cr3t", "token": "s3cr3t"}"#, "duplicate key"),
        (r#"{"token": ""}"#, "the credential in `token` is empty"),
        (r#"{"login": "s3cr3t"}"#, "the credential in `login` is not `user:password`"),
        (
            r#"{"tokn": "s3cr3t"}"#,
            "unknown scheme in entry 1 of the credentials file; expected `headerKey`, `queryKey`",
        ),
        (r#"{"login": "a:b", "s3cr3t": "token"}"#, "unknown scheme in entry 2 of the credentials file"),
        (r#"{"s3cr3t": 7}"#, "unknown scheme in entry 1 of the credentials file"),
        (r#"{"s3cr3t": {"a": ["s3cr3t"]}}"#, "unknown scheme in entry 1 of the credentials file"),
        (r#"{"s3cr3t": "token", "s3cr3t": "token"}"#, "duplicate key"),
        (r#"{"certificate": "s3cr3t"}"#, "is for a scheme that needs a certificate"),
        (long.as_str(), "larger than 64 KiB"),
    ];
    for (text, expected) in rows {
        let path = file(&folder, text, 0o600);
        let error = builder("https://example.test", []).credentials_from_file(&path).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(expected) && !shown.contains("s3cr3t"), "{text:.60}: {shown}");
    }
    let missing = builder("https://example.test", []).credentials_from_file(&folder.path().join("no")).unwrap_err();
    assert!(missing.to_string().starts_with("cannot read the credentials file"), "{missing}");
}

/// Only regular files are opened: opening a pipe would block.
#[cfg(unix)]
#[test]
fn only_a_regular_file_is_opened() {
    let folder = TempDir::new().unwrap();
    let (pipe, socket, link) = (folder.path().join("pipe"), folder.path().join("socket"), folder.path().join("link"));
    assert!(std::process::Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status().unwrap().success());
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    std::os::unix::fs::symlink(&pipe, &link).unwrap();
    for path in [&pipe, &socket, &link, &folder.path().to_owned(), &PathBuf::from("/dev/null")] {
        let (path, (sender, receiver)) = (path.clone(), std::sync::mpsc::channel());
        std::thread::spawn(move || sender.send(builder("https://example.test", []).credentials_from_file(&path)));
        let result = receiver.recv_timeout(std::time::Duration::from_secs(10)).expect("reading the file blocks");
        assert_eq!(result.unwrap_err().to_string(), "the path of the credentials file is not a regular file");
    }
    // Secrets of Kubernetes are links to files.
    let (link, path) = (folder.path().join("right"), file(&folder, r#"{"token": "s3cr3t"}"#, 0o600));
    std::os::unix::fs::symlink(path, &link).unwrap();
    builder("https://example.test", []).credentials_from_file(&link).unwrap();
}

/// The file that a process of another user reads in the test below.
#[cfg(unix)]
const READ_AS_ANOTHER: &str = "KEYSTUB_READ_AS_ANOTHER";

/// Requires root: only root can change the owner of a file, and other users cannot open a private file at all.
#[cfg(unix)]
#[test]
fn file_of_another_user_is_rejected() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let read = |path: &std::path::Path| builder("https://example.test", []).credentials_from_file(path);
    if let Some(path) = std::env::var_os(READ_AS_ANOTHER) {
        return read(path.as_ref()).unwrap();
    }
    let folder = TempDir::new().unwrap();
    let path = file(&folder, r#"{"token": "s3cr3t"}"#, 0o600);
    read(&path).unwrap();
    let own = std::fs::metadata(&path).unwrap().uid();
    if own != 0 || chown(&path, Some(NOBODY), None).is_err() {
        return;
    }
    let error = read(&path).unwrap_err().to_string();
    assert_eq!(error, "the credentials file belongs to a different user; `chown` it to the user of this process");
    // For its owner, the file is private to the user of the process.
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", "credential_sources::file_of_another_user_is_rejected"])
        .env(READ_AS_ANOTHER, &path)
        .uid(NOBODY);
    match child.output() {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        // The test binary may be in a folder that only root can read.
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied, "{error}"),
    }
}

/// The file that is read must be the one that was checked, even if the path is changed in between.
#[cfg(unix)]
#[test]
fn file_replaced_while_it_is_opened_is_not_read() {
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = TempDir::new().unwrap();
    let right = named(&folder, "right", r#"{"token": "s3cr3t"}"#, 0o600);
    // This error can only occur if the file is read.
    let public = named(&folder, "public", r#"{"planted": "s3cr3t"}"#, 0o644);
    let (path, next, is_over) = (folder.path().join("link"), folder.path().join("next"), AtomicBool::new(false));
    symlink(&right, &path).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for target in [&public, &right].into_iter().cycle().take_while(|_| !is_over.load(Ordering::Relaxed)) {
                symlink(target, &next).unwrap();
                std::fs::rename(&next, &path).unwrap();
            }
        });
        let read = || builder("https://example.test", []).credentials_from_file(&path);
        let wrong = (0..20_000).find_map(|_| {
            let error = read().err()?.to_string();
            (!error.contains("is accessible to other users")).then_some(error)
        });
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(wrong, None, "the public file was read");
    });
}
