//! The setters of options, which `Generator` and the builders for build scripts share.

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

            /// Gives a client the type `TestDouble`, which takes the place of the API in tests.
            pub fn with_test_double(mut self) -> Self {
                self.options.has_test_double = true;
                self
            }

            /// Gives a client calls that block the current thread: `client.list_pets().send_blocking()`.
            pub fn with_blocking(mut self) -> Self {
                self.options.has_blocking = true;
                self
            }

            /// Lets a client also compile for WebAssembly (`wasm32-unknown-unknown`), where it sends requests with `fetch`. It
            /// cannot be combined with calls that block, DPoP or webhooks.
            pub fn with_wasm(mut self) -> Self {
                self.options.has_wasm = true;
                self
            }

            /// Groups the operations of a client, for example by tag: `client.pets().list()`.
            pub fn groups(mut self, groups: $crate::options::Grouping) -> Self {
                self.options.groups = groups;
                self
            }

            /// Gives a generated crate cargo features for its operations, for example one for each tag. A module cannot have
            /// any, because features are declared in the `Cargo.toml` of its crate.
            pub fn features(mut self, features: $crate::options::Features) -> Self {
                self.options.features = features;
                self
            }

            /// Creates a span for each request, for the crate tracing, with trace contexts (W3C Trace Context). A server also has
            /// hooks for metrics.
            pub fn with_telemetry(mut self) -> Self {
                self.options.has_telemetry = true;
                self
            }

            /// Lets a client take layers and services of tower: `tower_layer` and `tower_service` of its builder.
            pub fn with_tower(mut self) -> Self {
                self.options.has_tower = true;
                self
            }

            /// Binds the access tokens of this security scheme to a key of the client (DPoP, RFC 9449). A client proves in each
            /// request that it holds the key, and a server accepts no other tokens.
            pub fn dpop(mut self, scheme: impl Into<String>) -> Self {
                self.options.dpop.push(scheme.into());
                self
            }

            /// Sets what the connections of the generated code use for TLS; by default rustls.
            pub fn tls(mut self, tls: $crate::options::Tls) -> Self {
                self.options.tls = tls;
                self
            }

            /// Leaves HTTP/2 out: the generated code sends requests with HTTP/1.1 only.
            pub fn without_http2(mut self) -> Self {
                self.options.has_http2 = false;
                self
            }

            /// Lets the listener of a server (`serve`) accept HTTP/2, in addition to HTTP/1.1.
            pub fn serve_http2(mut self) -> Self {
                self.options.serves_http2 = true;
                self
            }

            /// Gives a server the pages of `keystub docs` and its OpenAPI document (`docs::router`). This needs the feature `docs`
            /// of keystub.
            pub fn with_docs(mut self) -> Self {
                self.options.has_docs = true;
                self
            }

            /// Generates code for the webhooks and callbacks of the document instead of its paths: a server receives and verifies
            /// them, a client signs and sends them.
            pub fn webhooks(mut self) -> Self {
                self.options.has_webhooks = true;
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

            /// Sets how the pages of a list are requested, for an operation given by its `operationId` or as
            /// `METHOD /path`.
            pub fn pagination(mut self, operation: impl Into<String>, pages: $crate::options::Pagination) -> Self {
                self.options.pagination.insert(operation.into(), pages);
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
