//! What a user chooses for one generation: one type for the library, build scripts, the configuration file and the command
//! line.

mod checks;
mod dependency;
mod mapping;
mod pagination;
mod product;
mod types;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::limits::{Limits, RemoteAccess};
pub use checks::{attribute, derive_path, rust_name};
pub use dependency::AddedDependency;
pub use mapping::{MappedCodec, MappedSource, MappedType, STRING, module_path};
pub use pagination::Pagination;
pub use product::{Product, TargetKind};
pub use types::{OneType, TypeOptions};

/// The kind of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// A crate, ready to build.
    Crate,
    /// The files of a module, whose root is `mod.rs`.
    Module,
}

/// Where generated code has its runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Runtime {
    /// The files that the document needs are part of the generated code.
    Vendored,
    /// In the crate `keystub-client-runtime` or `keystub-server-runtime`, on which the generated code depends.
    Crate,
}

/// How the operations of a client are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grouping {
    /// All operations are methods of the client: `client.list_pets()`.
    Flat,
    /// The operations of each tag have a type: `client.pets().list()`.
    Tags,
}

/// What the connections of generated code use for TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tls {
    /// The crate rustls.
    Rustls,
    /// The TLS of the platform: the crate native-tls.
    NativeTls,
}

impl Tls {
    /// Its name in a configuration file, and as a feature of reqwest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rustls => "rustls",
            Self::NativeTls => "native-tls",
        }
    }
}

/// The cargo features that a generated crate has for its operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Features {
    /// None: all operations are compiled.
    None,
    /// One for each tag, with the operations of the tag and the types that they use. All are enabled by default.
    Tags,
}

/// The options of one generation. [`Options::default`] and [`Options::for_build_script`] have the default values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// `name`: the name of the crate; derived from the file name if `None`.
    pub name: Option<String>,
    /// `version`: the version of the crate.
    pub version: String,
    /// `layout`: `crate` or `module`.
    pub layout: Layout,
    /// `runtime`: `vendored` or `crate`.
    pub runtime: Runtime,
    /// `serde`: whether serde's traits are implemented.
    pub has_serde: bool,
    /// `tests`: whether a server crate gets authentication tests.
    pub has_tests: bool,
    /// `groups`: how the operations of a client are grouped.
    pub groups: Grouping,
    /// `features`: the cargo features that a crate has for its operations.
    pub features: Features,
    /// `test-double`: whether a client has `TestDouble`, for tests without a network.
    pub has_test_double: bool,
    /// `blocking`: whether a client also has calls that block the current thread.
    pub has_blocking: bool,
    /// `wasm`: whether a client also compiles for WebAssembly (`wasm32-unknown-unknown`).
    pub has_wasm: bool,
    /// `telemetry`: whether there are spans for tracing, trace contexts, and hooks for metrics.
    pub has_telemetry: bool,
    /// `tower`: whether a client takes layers and services of tower.
    pub has_tower: bool,
    /// `dpop`: the security schemes whose tokens are bound to a key (RFC 9449).
    pub dpop: Vec<String>,
    /// `tls`: what connections use for TLS.
    pub tls: Tls,
    /// `http2`: whether requests can be sent with HTTP/2.
    pub has_http2: bool,
    /// `serve-http2`: whether the listener of a server accepts HTTP/2.
    pub serves_http2: bool,
    /// `docs`: whether a server can serve its documentation.
    pub has_docs: bool,
    /// `webhooks`: whether the code is for the webhooks and callbacks of the document instead of its paths.
    pub has_webhooks: bool,
    /// `skip-broken`: whether invalid parts are skipped.
    pub skips_broken: bool,
    /// `deny-public`: whether public operations are errors.
    pub denies_public: bool,
    /// `allow-public`: the operations that may be public nevertheless, by `operationId` or `METHOD /path`.
    pub allowed_public: Vec<String>,
    /// `overlay`: the OpenAPI overlays that are applied to the document, in this order.
    pub overlays: Vec<PathBuf>,
    /// `strict`: whether warnings about overlays are errors.
    pub is_strict: bool,
    /// `only`: the operations that are kept, by `tag:NAME`, `id:OPERATION`, `METHOD /path/**` or `deprecated`; all if empty.
    pub only: Vec<String>,
    /// `except`: the operations that are removed, in the same form.
    pub except: Vec<String>,
    /// `root`: the folder in which references to files are allowed; that of the document if `None`.
    pub root: Option<PathBuf>,
    /// `allow-host`: the hosts from which remote references may be fetched.
    pub allowed_hosts: Vec<String>,
    /// Access to remote files, which the command line gives if hosts are allowed.
    pub remote: Option<RemoteAccess>,
    /// `lock`: the file with the names that stay and the hashes of remote files.
    pub lock: Option<PathBuf>,
    /// `[limits]`: the limits for the document.
    pub limits: Limits,
    /// `[types]`: additions to the generated types.
    pub types: TypeOptions,
    /// `[operations]`: the Rust names of operations, by `operationId` or `METHOD /path`.
    pub operations: BTreeMap<String, String>,
    /// `[pagination]`: how the pages of lists are requested, by `operationId` or `METHOD /path`.
    pub pagination: BTreeMap<String, Pagination>,
    /// `[dependencies]`: additional dependencies of the generated code.
    pub dependencies: Vec<AddedDependency>,
    /// `[audit]`: the rules of `keystub audit`.
    pub audit: AuditOptions,
    /// `templates`: the folder with templates that replace embedded ones.
    pub templates: Option<PathBuf>,
    /// The configuration file that set some of the options.
    pub file: Option<PathBuf>,
}

impl Default for Options {
    /// The options of a whole crate.
    fn default() -> Self {
        Self {
            name: None,
            version: "0.1.0".to_owned(),
            layout: Layout::Crate,
            runtime: Runtime::Vendored,
            has_serde: true,
            has_tests: true,
            groups: Grouping::Flat,
            features: Features::None,
            has_test_double: false,
            has_blocking: false,
            has_wasm: false,
            has_telemetry: false,
            has_tower: false,
            dpop: Vec::new(),
            tls: Tls::Rustls,
            has_http2: true,
            serves_http2: false,
            has_docs: false,
            has_webhooks: false,
            skips_broken: false,
            denies_public: false,
            allowed_public: Vec::new(),
            overlays: Vec::new(),
            is_strict: false,
            only: Vec::new(),
            except: Vec::new(),
            root: None,
            allowed_hosts: Vec::new(),
            remote: None,
            lock: None,
            limits: Limits::default(),
            types: TypeOptions::default(),
            operations: BTreeMap::new(),
            pagination: BTreeMap::new(),
            dependencies: Vec::new(),
            audit: AuditOptions::default(),
            templates: None,
            file: None,
        }
    }
}

impl Options {
    /// The options of a module that a build script writes.
    pub fn for_build_script() -> Self {
        Self { layout: Layout::Module, runtime: Runtime::Crate, has_serde: false, ..Self::default() }
    }
}

/// Which rules `keystub audit` checks, and which operations are meant to be public.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditOptions {
    /// `off`: the rules that are not checked.
    pub off: Vec<Written>,
    /// `level`: other severities of rules, as pairs of a rule and a severity.
    pub levels: Vec<(Written, String)>,
    /// `public`: filters of the operations that are meant to be public.
    pub public: Vec<Written>,
}

/// A text of a configuration file with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Its offset in the file in bytes.
    pub at: Option<usize>,
}

/// Names that were given before and stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LockedNames {
    /// The functions of operations by `METHOD /path`.
    pub operations: BTreeMap<String, String>,
    /// The types by the JSON pointer of their schemas.
    pub types: BTreeMap<String, String>,
}
