//! What a user chooses for one generation: one type for the library, build scripts, the configuration file and the command
//! line.

mod dependency;
mod mapping;
mod product;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::limits::{Limits, RemoteAccess};
pub use dependency::AddedDependency;
pub use mapping::{MappedCodec, MappedSource, MappedType, STRING, module_path};
pub use product::Product;

/// What code is generated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// A client over reqwest.
    ClientReqwest,
    /// A server over axum.
    ServerAxum,
}

/// The kind of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A crate, ready to build.
    Crate,
    /// The files of a module, whose root is `mod.rs`.
    Module,
}

/// Where generated code has its runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    /// The files that the document needs are part of the generated code.
    Vendored,
    /// In the crate `keystub-client-runtime` or `keystub-server-runtime`, on which the generated code depends.
    Crate,
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

/// Additions to the generated types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeOptions {
    /// `derives`: the traits that every type derives, by path.
    pub derives: Vec<String>,
    /// `attributes`: attributes of every type, without `#[…]`.
    pub attributes: Vec<String>,
    /// `date-time = "jiff::Timestamp"`, `"components.Money" = "crate::Money"`: types of the user that take the place of
    /// generated ones.
    pub mapped: Vec<MappedType>,
    /// `[types.Pet]`: additions to one type, by the name of its component or its Rust name.
    pub by_name: BTreeMap<String, OneType>,
}

impl TypeOptions {
    /// Adds a type, or replaces that of the same source.
    pub fn map(&mut self, mapped: MappedType) {
        self.mapped.retain(|other| other.source != mapped.source);
        self.mapped.push(mapped);
    }
}

/// Additions to one generated type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OneType {
    /// `derives`: the traits that it derives, by path.
    pub derives: Vec<String>,
    /// `attributes`: its attributes, without `#[…]`.
    pub attributes: Vec<String>,
    /// `name`: its Rust name.
    pub name: Option<String>,
    /// `fields`: the Rust names of fields, by the names of the properties.
    pub fields: BTreeMap<String, String>,
    /// `variants`: the Rust names of variants, by the values of an enum or the types of a union.
    pub variants: BTreeMap<String, String>,
}

/// The methods that set options, for a type with a field `options`.
macro_rules! option_setters {
    ($ty:ident) => {
        impl $ty {
            /// Sets the name of the crate; by default derived from the file name.
            pub fn name(mut self, name: impl Into<String>) -> Self {
                self.options.name = Some(name.into());
                self
            }

            /// Sets where the code has its runtime.
            pub fn runtime(mut self, runtime: $crate::options::Runtime) -> Self {
                self.options.runtime = runtime;
                self
            }

            /// Implements serde's traits for the generated types.
            pub fn with_serde(mut self) -> Self {
                self.options.has_serde = true;
                self
            }

            /// Allows references to files in this folder; by default the folder of the document.
            pub fn root(mut self, folder: impl Into<std::path::PathBuf>) -> Self {
                self.options.root = Some(folder.into());
                self
            }

            /// Gives operations and types the names that they have in this file, which `keystub lock` writes. Nothing is
            /// locked if it does not exist.
            pub fn lock(mut self, file: impl Into<std::path::PathBuf>) -> Self {
                self.options.lock = Some(file.into());
                self
            }

            /// Sets the limits for the document.
            pub fn limits(mut self, limits: $crate::limits::Limits) -> Self {
                self.options.limits = limits;
                self
            }

            /// Skips invalid parts instead of rejecting the document: for each error the smallest part that contains it,
            /// usually an operation, and everything that depends on it. They are reported with the warnings.
            ///
            /// Errors in security, and errors of the whole document, remain errors.
            pub fn skip_broken(mut self) -> Self {
                self.options.skips_broken = true;
                self
            }

            /// Rejects public operations: those without security requirements, and those that may also be called
            /// anonymously.
            ///
            /// ```
            /// let text = b"openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {/health: {get: {responses: {}}}}".to_vec();
            /// let generator = keystub::Generator::server(keystub::Input::Memory { name: "api.yaml".into(), bytes: text });
            /// assert!(generator.clone().deny_public().inspect().is_err());
            /// assert!(generator.deny_public().allow_public("GET /health").inspect().is_ok());
            /// ```
            pub fn deny_public(mut self) -> Self {
                self.options.denies_public = true;
                self
            }

            /// Allows one operation to be public under [`Self::deny_public`], by its `operationId` or as `METHOD /path`.
            ///
            /// An entry that does not name an operation, or names one that is not public, is an error.
            pub fn allow_public(mut self, operation: impl Into<String>) -> Self {
                self.options.allowed_public.push(operation.into());
                self
            }

            /// Applies an OpenAPI overlay to the document, after those that were given before.
            ///
            /// An action whose target does not exist and a change of the access of an operation are warnings; see
            /// [`Self::strict`].
            pub fn overlay(mut self, file: impl Into<std::path::PathBuf>) -> Self {
                self.options.overlays.push(file.into());
                self
            }

            /// Treats warnings about overlays as errors.
            pub fn strict(mut self) -> Self {
                self.options.is_strict = true;
                self
            }

            /// Keeps only the operations that this filter, or another one given in this way, matches: `tag:NAME`,
            /// `id:OPERATION`, `METHOD /path/**` or `deprecated`. What only the others use is removed too.
            ///
            /// A filter that matches no operation is an error. Filters never change the access of the operations that stay.
            /// A server also loses the operations that would receive requests for removed ones with other security
            /// requirements.
            ///
            /// ```
            /// let text = b"openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {responses: {}}}, /b: {get: {responses: {}}}}".to_vec();
            /// let generator = keystub::Generator::client(keystub::Input::Memory { name: "api.yaml".into(), bytes: text });
            /// assert_eq!(generator.clone().only("GET /a").inspect()?.api().operations.len(), 1);
            /// assert!(generator.only("tag:pets").inspect().is_err());
            /// # Ok::<(), keystub::Error>(())
            /// ```
            pub fn only(mut self, filter: impl Into<String>) -> Self {
                self.options.only.push(filter.into());
                self
            }

            /// Removes the operations that this filter matches; see [`Self::only`].
            pub fn except(mut self, filter: impl Into<String>) -> Self {
                self.options.except.push(filter.into());
                self
            }

            /// Uses the templates in this folder instead of the embedded ones of the same name. `keystub templates export`
            /// writes such a folder; its `templates.toml` has the version of the views.
            pub fn templates(mut self, folder: impl Into<std::path::PathBuf>) -> Self {
                self.options.templates = Some(folder.into());
                self
            }

            /// Derives a trait, such as `my_crate::Trait`, for every generated type. Each type must be able to derive it.
            pub fn derive(mut self, path: impl Into<String>) -> Self {
                self.options.types.derives.push(path.into());
                self
            }

            /// Derives a trait for one type, given by the name of its component or its Rust name.
            pub fn derive_for(mut self, type_name: impl Into<String>, path: impl Into<String>) -> Self {
                self.options.types.by_name.entry(type_name.into()).or_default().derives.push(path.into());
                self
            }

            /// Adds an attribute to every generated type: `non_exhaustive`, without `#[…]`.
            pub fn attribute(mut self, attribute: impl Into<String>) -> Self {
                self.options.types.attributes.push(attribute.into());
                self
            }

            /// Sets the Rust name of a type, given by the name of its component or its generated name.
            pub fn rename_type(mut self, type_name: impl Into<String>, name: impl Into<String>) -> Self {
                self.options.types.by_name.entry(type_name.into()).or_default().name = Some(name.into());
                self
            }

            /// Sets the Rust name of an operation, given by its `operationId` or as `METHOD /path`.
            pub fn rename_operation(mut self, operation: impl Into<String>, name: impl Into<String>) -> Self {
                self.options.operations.insert(operation.into(), name.into());
                self
            }

            /// Uses a type of another crate, or of the crate with the generated code, for a format (`date-time`) or a
            /// component (`components.Money`).
            ///
            /// Strings are written by `Display` and read by `FromStr`, components by serde. [`Self::map_type`] has all
            /// settings.
            ///
            /// # Panics
            ///
            /// If `path` is not the path of a type, such as `jiff::Timestamp`.
            pub fn map(self, source: &str, path: &str) -> Self {
                let source = $crate::options::MappedSource::of_key(source);
                let mapped = $crate::options::MappedType::new(source, path).unwrap_or_else(|error| panic!("{error}"));
                self.map_type(mapped)
            }

            /// Uses a type of the user for a format or a component, with all settings.
            pub fn map_type(mut self, mapped: $crate::options::MappedType) -> Self {
                self.options.types.map(mapped);
                self
            }

            /// Replaces all options.
            pub fn options(mut self, options: $crate::options::Options) -> Self {
                self.options = options;
                self
            }
        }
    };
}
pub(crate) use option_setters;

/// Checks the path of a trait that types derive.
///
/// # Errors
///
/// If it is not a path without generic arguments, or names a trait that keystub implements itself.
pub fn derive_path(text: &str) -> Result<(), String> {
    let is_word = |word: &str| syn::parse_str::<syn::Ident>(word).is_ok();
    let path = text.strip_prefix("::").unwrap_or(text);
    if !path.split("::").all(is_word) {
        let text = text.escape_debug();
        return Err(format!("`{text}` is not the path of a trait; expected a path such as `my_crate::Trait`"));
    }
    match path.rsplit("::").next() {
        Some(name @ ("Serialize" | "Deserialize")) => {
            Err(format!("`{name}` cannot be derived; set `serde = true`, which uses the names of the document"))
        }
        _ => Ok(()),
    }
}

/// Checks an attribute of a type.
///
/// # Errors
///
/// If it is not the content of an attribute, or derives traits.
pub fn attribute(text: &str) -> Result<(), String> {
    let shown = text.escape_debug();
    match syn::parse_str::<syn::Meta>(text) {
        Ok(meta) if meta.path().is_ident("derive") => Err(format!("`{shown}` belongs in `derives`")),
        Ok(_) => Ok(()),
        Err(_) => Err(format!("`{shown}` is not an attribute; expected one without `#[…]`, such as `non_exhaustive`")),
    }
}

/// Checks a Rust name that the user chooses.
///
/// # Errors
///
/// If it is not an identifier.
pub fn rust_name(text: &str) -> Result<(), String> {
    match syn::parse_str::<syn::Ident>(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("`{}` is not a Rust identifier", text.escape_debug())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_traits_are_paths_and_not_those_of_serde() {
        for path in ["Hash", "std::hash::Hash", "::a::B", "schemars::JsonSchema"] {
            assert_eq!(derive_path(path), Ok(()));
        }
        for path in ["", "::", "a::", "a b", "A<B>", "A)] struct X; #[derive(B", "fn", "a:b", "A, B"] {
            assert!(derive_path(path).unwrap_err().contains("is not the path of a trait"), "{path}");
        }
        assert!(derive_path("serde::Serialize").unwrap_err().contains("set `serde = true`"));
    }
}
