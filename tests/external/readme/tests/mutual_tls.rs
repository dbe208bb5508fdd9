//! The scaffold of a server whose document requires client certificates: it builds, does not start without its
//! settings, accepts listed certificates only, with HTTP/2, and stops on SIGTERM.

#[path = "../../../runtime/server/tests/authority/mod.rs"]
mod authority;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use authority::{Authority, Leaf};
use sha2::{Digest, Sha256};

const KEY: &str = "the-key-of-carol-in-full";

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Writes the server and builds it. Fails if there is a warning.
fn built(work: &Path) -> PathBuf {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures/ok/mutual-tls.yaml");
    if work.exists() {
        std::fs::remove_dir_all(work).unwrap();
    }
    let made = keystub::Generator::server(spec).name("certified-server").serve_http2().generate().unwrap();
    made.file_set().write(work.join("crate")).unwrap();
    std::fs::write(work.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"crate\"]\n").unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("main-job-target");
    let output = inner_cargo::cargo(work, &target).arg("build").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("warning"), "{said}");
    target.join("debug/certified-server")
}

fn hex(bytes: &[u8], between: &str) -> String {
    let digits: Vec<String> = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02X}")).collect();
    digits.join(between)
}

/// The variables that the README of the scaffold lists, with files for each.
fn settings(work: &Path, authority: &Authority, ann: &Leaf) -> Vec<(&'static str, PathBuf)> {
    let own = authority.server();
    let file = |name: &str, text: &str| {
        let path = work.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    vec![
        ("TLS_CERTIFICATE_FILE", file("server.pem", &own.certificate)),
        ("TLS_KEY_FILE", file("server.key", &own.key)),
        ("TLS_CLIENT_CA_FILE", file("authority.pem", &authority.pem())),
        ("CERTIFICATE_CALLERS_FILE", file("callers.txt", &format!("ann {}\n", hex(&ann.der, ":")))),
        ("KEY_KEYS_FILE", file("keys.txt", &format!("carol {}\n", hex(KEY.as_bytes(), "")))),
    ]
}

fn client(authority: &Authority, leaf: Option<&Leaf>) -> reqwest::Client {
    let root = reqwest::Certificate::from_pem(authority.pem().as_bytes()).unwrap();
    let mut builder = reqwest::Client::builder().tls_certs_only([root]);
    if let Some(leaf) = leaf {
        let pem = format!("{}{}", leaf.certificate, leaf.key);
        builder = builder.identity(reqwest::Identity::from_pem(pem.as_bytes()).unwrap());
    }
    builder.build().unwrap()
}

async fn status(client: &reqwest::Client, url: String) -> Option<u16> {
    let response = client.get(url).send().await.ok()?;
    assert_eq!(response.version(), reqwest::Version::HTTP_2);
    Some(response.status().as_u16())
}

#[tokio::test]
async fn scaffold_serves_holders_of_a_listed_certificate() {
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutual-tls");
    let bin = built(&work);
    let authority = Authority::new();
    let (ann, stranger, foreign) = (authority.client("ann"), authority.client("ann"), Authority::new().client("ann"));
    let settings = settings(&work, &authority, &ann);
    let readme = std::fs::read_to_string(work.join("crate/README.md")).unwrap();
    for (missing, _) in &settings {
        assert!(readme.contains(&format!("export {missing}=…\n")), "{missing} is not in the README");
        let others = settings.iter().filter(|(name, _)| name != missing).cloned();
        let ended = Command::new(&bin).env_clear().env("LISTEN", "127.0.0.1:0").envs(others).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "the server starts without {missing}");
        assert!(said.contains(&format!("the environment variable {missing} is not set")), "{said}");
    }

    let mut command = Command::new(&bin);
    command.env_clear().env("LISTEN", "127.0.0.1:0").envs(settings).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = Server(command.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let base = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}"));
    assert!(base.starts_with("https://127.0.0.1:"), "{base}");
    // The handlers are not implemented: the response to an authenticated caller is 501.
    for (who, leaf, expected) in [
        ("ann", Some(&ann), [Some(501), Some(501), Some(200)]),
        ("nobody", None, [Some(401), Some(501), Some(200)]),
        ("a stranger", Some(&stranger), [Some(401), Some(501), Some(200)]),
        ("of another authority", Some(&foreign), [None, None, None]),
    ] {
        let client = client(&authority, leaf);
        for (path, expected) in ["/alone", "/open", "/healthz"].into_iter().zip(expected) {
            assert_eq!(status(&client, format!("{base}{path}")).await, expected, "{who}: {path}");
        }
    }
    end(&mut server);
}

/// Sends SIGTERM to the server, and checks its exit status and its log.
fn end(server: &mut Server) {
    let signalled = Command::new("kill").arg(server.0.id().to_string()).status().unwrap();
    assert!(signalled.success());
    assert_eq!(server.0.wait().unwrap().code(), Some(0), "it stops without being killed");
    let mut log = String::new();
    server.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("verifier=\"App::certificate\""), "{log}");
}
