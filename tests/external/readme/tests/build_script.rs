//! docs/build-scripts.md, followed word for word in an empty folder. The build script names the missing dependencies.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().unwrap()
}

/// The code block of the guide with this info string.
fn block(info: &str) -> String {
    let text = std::fs::read_to_string(root().join("docs/build-scripts.md")).unwrap();
    text.split(&format!("```{info}\n")).nth(1).unwrap().split("```").next().unwrap().to_owned()
}

/// A package with a build script, which contains only what the guide says.
struct Package {
    name: &'static str,
    folder: PathBuf,
}

impl Package {
    fn new(name: &'static str, build: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build-scripts").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        std::fs::create_dir_all(folder.join("src")).unwrap();
        std::fs::copy(root().join("fixtures/world/petshop.yaml"), folder.join("openapi.yaml")).unwrap();
        std::fs::write(folder.join("build.rs"), format!("fn main() {{\n{build}}}\n")).unwrap();
        let lib = format!("#![deny(warnings)]\n{}", block("rust,ignore"));
        std::fs::write(folder.join("src/lib.rs"), lib).unwrap();
        Self { name, folder }
    }

    /// Checks it with these dependencies. keystub's crates come from this project, as they are not published yet.
    fn build(&self, dependencies: &str) -> Output {
        let path = |folder: &str| root().join(folder);
        let manifest = format!(
            "[package]\nname = \"{}-in-a-build-script\"\nedition = \"2024\"\n\n{}\n{dependencies}\n[workspace]\n\n[patch.crates-io]\n\
             keystub = {{ path = {:?} }}\nkeystub-client-runtime = {{ path = {:?} }}\nkeystub-server-runtime = {{ path = {:?} }}\n",
            self.name,
            block("toml"),
            root(),
            path("templates/crates/client"),
            path("templates/crates/server"),
        );
        std::fs::write(self.folder.join("Cargo.toml"), manifest).unwrap();
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build-scripts-target");
        inner_cargo::cargo(&self.folder, &target).arg("check").output().unwrap()
    }

    fn builds(&self, dependencies: &str) {
        let output = self.build(dependencies);
        assert!(output.status.success(), "{dependencies}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The message of the build script, which must fail.
    fn fails(&self, dependencies: &str) -> String {
        let output = self.build(dependencies);
        assert!(!output.status.success(), "it builds with: {dependencies}");
        String::from_utf8(output.stderr).unwrap()
    }
}

/// The output of `keystub deps`.
fn deps(arguments: &[&str]) -> String {
    let mut keystub = Command::new(inner_cargo::keystub());
    keystub.args(["deps", "fixtures/world/petshop.yaml"]).args(arguments);
    let output = keystub.current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn build_script_of_a_server_names_missing_dependencies_and_features() {
    let package = Package::new("server", &block("rust,no_run"));
    let dependencies = deps(&["--server"]);
    let lines: Vec<&str> = dependencies.lines().collect();
    assert!(
        matches!(lines[..], ["[dependencies]", line] if line.starts_with("keystub-server-runtime = ")),
        "{lines:?}"
    );
    let message = package.fails("");
    for line in &lines {
        assert!(message.contains(line), "{line} is not in: {message}");
    }
    let message = package.fails(&dependencies.replace("\"jwt\", ", ""));
    assert!(message.contains("`jwt`") && message.contains(lines[1]), "{message}");
    package.builds(&dependencies);
}

#[test]
fn client_in_a_build_script_builds_with_what_deps_prints() {
    let package = Package::new("client", &block("rust,no_run").replace("build::server", "build::client"));
    let dependencies = deps(&[]);
    assert_eq!(dependencies.lines().count(), 2, "{dependencies}");
    assert!(package.fails("").contains("keystub-client-runtime = "));
    package.builds(&dependencies);
}

#[test]
fn vendored_runtime_in_a_build_script_builds_with_what_deps_prints() {
    let vendored = block("rust,no_run").replace(".run()", ".runtime(keystub::Runtime::Vendored).run()");
    let package = Package::new("vendored", &vendored);
    package.builds(&deps(&["--server", "--runtime", "vendored"]));
}
