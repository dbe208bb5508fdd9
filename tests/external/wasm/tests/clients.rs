//! Clients that are generated for WebAssembly: they compile without a warning, with a copy of the runtime and with the runtime
//! crate, and send the right credentials in Node and in Chromium (`program.rs`, `serve.mjs`). The page of `examples/web-page`
//! lists and adds pets in Chromium (`page.mjs`).
//!
//! Needs Node, and the target `wasm32-unknown-unknown` of rustup. Without the target, the compiler of Debian and the source of
//! its standard library are downloaded by apt-get below `target`, not installed. Without either, nothing is tested. The browser
//! is at /usr/bin/chromium or at the path in `CHROMIUM`; without one, only Node runs the clients.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use keystub::{Generator, Runtime};

const TARGET: &str = "wasm32-unknown-unknown";

/// The names of the two crates, and their runtimes.
const CRATES: [(&str, Runtime); 2] = [("shop-vendored", Runtime::Vendored), ("shop-crate", Runtime::Crate)];

/// A compiler that has the target, or can build its standard library.
struct Compiler {
    variables: Vec<(&'static str, OsString)>,
    arguments: &'static [&'static str],
}

/// What a command prints, if it succeeds.
fn printed(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(format!("{command:?}: {}", text(&output.stderr)))
    }
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

impl Compiler {
    /// Finds a compiler, or returns the reason why none can be used.
    fn find(folder: &Path) -> Result<Self, String> {
        let libraries = printed(rustc().args(["--print", "target-libdir", "--target", TARGET]))?;
        if std::fs::read_dir(libraries).is_ok_and(|mut entries| entries.next().is_some()) {
            return Ok(Self { variables: Vec::new(), arguments: &[] });
        }
        let root = folder.join("root");
        if !root.join("done").exists() {
            download(folder, &root)?;
            std::fs::write(root.join("done"), "").map_err(|error| error.to_string())?;
        }
        let host = printed(rustc().args(["--print", "host-tuple"]))?;
        let sysroot = PathBuf::from(printed(rustc().args(["--print", "sysroot"]))?);
        let linker = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
        if !linker.exists() {
            return Err(format!("{} does not exist", linker.display()));
        }
        let libraries = std::fs::read_dir(root.join("usr/lib")).map_err(|error| error.to_string())?;
        let libraries = libraries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir());
        let libraries = std::env::join_paths(libraries).map_err(|error| error.to_string())?;
        let variables = vec![
            ("RUSTC", root.join("usr/bin/rustc").into_os_string()),
            ("LD_LIBRARY_PATH", libraries),
            // Stable compilers build the standard library only with this variable.
            ("RUSTC_BOOTSTRAP", "1".into()),
            ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker.into_os_string()),
        ];
        Ok(Self { variables, arguments: &["-Zbuild-std=std,panic_abort"] })
    }

    /// Builds the program and the page, and returns the folder of its modules.
    fn build(&self, workspace: &Path, out: &Path) -> PathBuf {
        let mut cargo = inner_cargo::cargo(workspace, out);
        cargo
            .args(["build", "--quiet", "--package", "program", "--package", "web-page", "--target", TARGET])
            .args(self.arguments);
        cargo.envs(self.variables.iter().map(|(name, value)| (name, value)));
        // Another compiler must not replace what this project was built with.
        cargo.env_remove("CARGO_BUILD_BUILD_DIR");
        let output = cargo.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        assert!(!errors.contains("warning"), "{errors}");
        out.join(TARGET).join("debug")
    }
}

/// Downloads the compiler and the source of its standard library, and unpacks them.
fn download(folder: &Path, root: &Path) -> Result<(), String> {
    let archives = folder.join("archives");
    std::fs::create_dir_all(archives.join("partial")).map_err(|error| error.to_string())?;
    let cache = format!("Dir::Cache::Archives={}", archives.display());
    let packages = ["rustc-web", "rust-web-src"];
    let get = || {
        let mut apt = Command::new("apt-get");
        apt.args(["install", "--download-only", "--reinstall", "--yes", "--no-install-recommends", "-o", &cache]);
        printed(apt.args(packages))
    };
    // A new system has no lists of packages.
    get().or_else(|_| printed(Command::new("apt-get").arg("update")).and_then(|_| get()))?;
    for entry in std::fs::read_dir(&archives).map_err(|error| error.to_string())?.flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "deb") {
            printed(Command::new("dpkg").arg("-x").arg(entry.path()).arg(root))?;
        }
    }
    std::fs::remove_dir_all(&archives).map_err(|error| error.to_string())
}

/// Writes a client with every option that compiles for the target. Warnings are errors.
fn write_client(folder: &Path, name: &str, spec: &Path, runtime: Runtime) {
    let generator = Generator::client(spec).name(name).runtime(runtime).with_wasm();
    let output = generator.with_telemetry().with_test_double().with_tower().generate().unwrap();
    output.file_set().write(folder.join(name)).unwrap();
    let manifest = folder.join(name).join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let lints = "[lints.rust]\nwarnings = \"deny\"\nunsafe_code = \"forbid\"\n";
    std::fs::write(&manifest, format!("{text}\n{lints}")).unwrap();
}

/// Writes the package of `examples/web-page`. Its build script is run here, not by the inner cargo, where the compiler for
/// WebAssembly would have to build keystub.
fn write_page(folder: &Path, repository: &Path) {
    let example = repository.join("examples/web-page");
    let read = |file: &str| std::fs::read_to_string(example.join(file)).unwrap();
    std::fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = read("Cargo.toml");
    let mut script = Command::new(env!("CARGO_BIN_EXE_page-build-script"));
    script.current_dir(&example).env("OUT_DIR", folder).env("CARGO_CFG_TARGET_ARCH", "wasm32");
    script.env("DEP_KEYSTUB_CLIENT_RUNTIME_0_1_FEATURES", runtime_features(&manifest));
    let printed = printed(&mut script).unwrap();
    assert!(!printed.contains("cargo::warning"), "{printed}");
    let manifest = manifest.replace("\"../..", format!("{repository:?}").trim_end_matches('"'));
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let source = read("src/lib.rs").replace("env!(\"OUT_DIR\")", "env!(\"CARGO_MANIFEST_DIR\")");
    std::fs::write(folder.join("src/lib.rs"), source).unwrap();
}

/// The features of the runtime crate in a manifest, as its build script would receive them.
fn runtime_features(manifest: &str) -> String {
    let line = manifest.lines().find(|line| line.starts_with("keystub-client-runtime = ")).unwrap();
    let list = line.split_once("features = [").unwrap().1.split(']').next().unwrap();
    list.replace(['"', ' '], "")
}

/// A workspace with the clients, the program and the page.
fn write_workspace(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repository = root.join("../../..").canonicalize().unwrap();
    for (name, runtime) in CRATES {
        write_client(folder, name, &root.join("shop.yaml"), runtime);
    }
    // It is not called, only compiled: it has the types and bodies that the shop lacks.
    write_client(folder, "everything", &repository.join("fixtures/world/everything.yaml"), Runtime::Vendored);
    let source = folder.join("program/src");
    std::fs::create_dir_all(&source).unwrap();
    // An included file cannot begin with documentation of a module.
    let program = std::fs::read_to_string(root.join("program.rs")).unwrap().replace("//!", "//");
    std::fs::write(source.join("program.rs"), program).unwrap();
    std::fs::copy(root.join("exports.rs"), source.join("lib.rs")).unwrap();
    let dependency = |name: &str| format!("{name} = {{ path = \"../{name}\", features = [\"test-double\"] }}\n");
    let dependencies: String = CRATES.iter().map(|(name, _)| *name).chain(["everything"]).map(dependency).collect();
    let manifest = format!(
        "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n[dependencies]\n\
         http = \"1\"\nwasm-bindgen = \"0.2\"\nwasm-bindgen-futures = \"0.4\"\n{dependencies}"
    );
    std::fs::write(folder.join("program/Cargo.toml"), manifest).unwrap();
    write_page(&folder.join("web-page"), &repository);
    let runtime = repository.join("templates/crates/client");
    let manifest = format!(
        "[workspace]\nmembers = [\"program\", \"web-page\"]\nresolver = \"3\"\n[profile.dev]\npanic = \"abort\"\n[patch.crates-io]\n\
         keystub-client-runtime = {{ path = {runtime:?} }}\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
}

/// The folder of the scripts and modules, which are built once; `None` without a compiler for the target.
fn built() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    BUILT.get_or_init(build).as_deref()
}

fn build() -> Option<PathBuf> {
    let folder = inner_cargo::target().join("wasm");
    std::fs::create_dir_all(&folder).unwrap();
    let compiler = match Compiler::find(&folder.join("compiler")) {
        Ok(compiler) => compiler,
        Err(reason) => {
            eprintln!("skipped: there is no compiler for {TARGET}; run `rustup target add {TARGET}`. {reason}");
            return None;
        }
    };
    write_workspace(&folder.join("workspace"));
    let modules = compiler.build(&folder.join("workspace"), &folder.join("out"));
    let scripts = folder.join("scripts");
    for module in ["program.wasm", "web_page.wasm"] {
        let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
        bindgen.input_path(modules.join(module)).web(true).unwrap().typescript(false);
        // As the program wasm-bindgen does: `init()` finds the module next to the script.
        bindgen.omit_default_module_path(false).generate(&scripts).unwrap();
    }
    std::fs::write(scripts.join("package.json"), "{\"type\":\"module\"}").unwrap();
    Some(scripts)
}

/// The path of Chromium, if there is one.
fn browser() -> Option<PathBuf> {
    let browser = std::env::var_os("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    if std::env::var_os("CHROMIUM").is_none() && !browser.exists() {
        eprintln!("not run in a browser: {} does not exist; install Chromium or set CHROMIUM", browser.display());
        return None;
    }
    Some(browser)
}

/// Runs a script of this folder.
fn node(script: &str, arguments: &[&Path]) {
    let mut node = Command::new("node");
    node.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)).args(arguments);
    assert!(node.status().expect("Node is needed to run WebAssembly").success(), "{node:?}");
}

#[test]
fn clients_in_webassembly_send_the_right_credentials() {
    let Some(scripts) = built() else { return };
    node("serve.mjs", &[scripts]);
    if let Some(browser) = browser() {
        node("serve.mjs", &[scripts, &browser]);
    }
}

#[test]
fn page_of_the_example_sends_only_the_token_of_its_user() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples/web-page");
    if let (Some(scripts), Some(browser)) = (built(), browser()) {
        node("page.mjs", &[&example, scripts, &browser]);
    }
}
