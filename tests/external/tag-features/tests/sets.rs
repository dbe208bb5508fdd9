//! Generated crates with each set of features: no warning, and on a server the tests that it is generated with.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use keystub::{Features, Generator, Grouping, Runtime};

/// The features of `shop.yaml`.
const FEATURES: [&str; 5] = ["pets", "store", "user-groups", "default-tag", "serde-tag"];

/// A workspace with a client, a client with groups, and a server.
struct Workspace {
    folder: PathBuf,
    out: PathBuf,
}

impl Workspace {
    fn new(runtime: Runtime) -> Self {
        let name = if runtime == Runtime::Crate { "tag-features-crate" } else { "tag-features" };
        let folder = inner_cargo::target().join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("shop.yaml");
        let crates = [
            ("client", Generator::client(&document).with_test_double()),
            ("grouped", Generator::client(&document).groups(Grouping::Tags).with_telemetry()),
            ("server", Generator::server(&document)),
        ];
        for (name, generator) in &crates {
            let generator = generator.clone().name(format!("shop-{name}")).features(Features::Tags).runtime(runtime);
            generator.generate().unwrap().file_set().write(folder.join(name)).unwrap();
            let manifest = folder.join(name).join("Cargo.toml");
            let text = std::fs::read_to_string(&manifest).unwrap();
            std::fs::write(&manifest, format!("{text}\n[lints.rust]\nwarnings = \"deny\"\n")).unwrap();
        }
        let served = include_str!("../served.rs");
        std::fs::write(folder.join("server/tests/served.rs"), served).unwrap();
        let members = crates.map(|(name, _)| format!("{name:?}")).join(", ");
        let mut manifest = format!("[workspace]\nmembers = [{members}]\nresolver = \"3\"\n");
        if runtime == Runtime::Crate {
            let runtimes =
                Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../templates/crates").canonicalize().unwrap();
            manifest.push_str("\n[patch.crates-io]\n");
            for side in ["client", "server"] {
                let _ = writeln!(manifest, "keystub-{side}-runtime = {{ path = {:?} }}", runtimes.join(side));
            }
        }
        std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        Self { folder, out: inner_cargo::target().join(format!("{name}-out")) }
    }

    /// Runs cargo for all crates with these features.
    fn run(&self, command: &[&str], features: Option<&str>) -> Output {
        let mut cargo = inner_cargo::cargo(&self.folder, &self.out);
        cargo.args(command).arg("--workspace");
        if let Some(features) = features {
            cargo.args(["--no-default-features", "--features", features]);
        }
        cargo.output().unwrap()
    }

    fn succeeds(&self, command: &[&str], features: Option<&str>) {
        let output = self.run(command, features);
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?} with the features {features:?}\n{text}");
    }
}

#[test]
fn every_set_of_features_compiles_without_a_warning_and_keeps_its_security() {
    // The runtime is compiled once for all sets, which takes a fifth of the time.
    let workspace = Workspace::new(Runtime::Crate);
    for features in ["", "serde", "pets,serde", "store,user-groups"].into_iter().chain(FEATURES) {
        workspace.succeeds(&["check", "--all-targets"], Some(features));
    }
    for features in [None, Some("pets"), Some("store,user-groups")] {
        workspace.succeeds(&["test"], features);
    }
    // The manifest of a server is not written again: a tag that it lacks must not go unnoticed.
    let manifest = workspace.folder.join("server/Cargo.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let lacking = text.replace("store = []\n", "").replace(" \"store\",", "");
    assert_ne!(lacking, text);
    std::fs::write(&manifest, lacking.replace("warnings = \"deny\"", "")).unwrap();
    let output = workspace.run(&["check"], None);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && errors.contains("unexpected `cfg` condition value: `store`"), "{errors}");
}

#[test]
fn a_copy_of_the_runtime_compiles_without_a_warning_with_few_features() {
    let workspace = Workspace::new(Runtime::Vendored);
    for features in ["", "pets,serde"] {
        workspace.succeeds(&["check"], Some(features));
    }
}
