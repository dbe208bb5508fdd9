//! The keys of `keystub.toml`: one table, from which the file is read and documented.

use toml_edit::Item;

use super::key::{Form, KIND, Key, PACK, Place, quoted};
use super::value::{self, Failure};
use super::{audit, pagination, types};

/// All keys except `api`, in the order of the documentation.
pub const KEYS: &[Key] = &[
    Key {
        name: "spec",
        place: Place::Api,
        form: Form::Path,
        doc: "The OpenAPI document, YAML or JSON: a path or an https URL.",
        value: |_| None,
        set: |draft, key, item| {
            value::path(key, item).map(|path| {
                let is_url = path.to_str().is_some_and(crate::limits::is_url);
                draft.spec = Some(if is_url { path } else { draft.folder.join(path) });
            })
        },
    },
    Key {
        name: KIND,
        place: Place::Api,
        form: Form::Choice(&["client", "server"]),
        doc: "What to generate: a client based on reqwest, or a server based on axum.",
        value: |_| None,
        set: |draft, key, item| choice(key, item, value::kind).map(|value| draft.kind = Some(value)),
    },
    Key {
        name: PACK,
        place: Place::Api,
        form: Form::Path,
        doc: "Instead of `kind`: a folder with `pack.toml` and templates, from which the files are made.",
        value: |_| None,
        set: |draft, key, item| value::path(key, item).map(|path| draft.pack = Some(draft.folder.join(path))),
    },
    Key {
        name: "out",
        place: Place::Api,
        form: Form::Path,
        doc: "The folder that the files are written to. No two APIs may share a folder, or have one inside the other.",
        value: |_| None,
        set: |draft, key, item| value::path(key, item).map(|path| draft.out = Some(draft.folder.join(path))),
    },
    Key {
        name: "name",
        place: Place::Anywhere,
        form: Form::Text,
        doc: "The name of the crate. By default it is derived from the file name of the document.",
        value: |options| options.name.as_deref().map(quoted),
        set: |draft, key, item| value::text(key, item).map(|value| draft.options.name = Some(value)),
    },
    Key {
        name: "version",
        place: Place::Anywhere,
        form: Form::Text,
        doc: "The version of the crate.",
        value: |options| Some(quoted(&options.version)),
        set: |draft, key, item| value::text(key, item).map(|value| draft.options.version = value),
    },
    Key {
        name: "layout",
        place: Place::Anywhere,
        form: Form::Choice(&["crate", "module"]),
        doc: "A whole crate, or only the files of a module.",
        value: |options| Some(quoted(value::layout_name(options.layout))),
        set: |draft, key, item| choice(key, item, value::layout).map(|value| draft.options.layout = value),
    },
    Key {
        name: "runtime",
        place: Place::Anywhere,
        form: Form::Choice(&["vendored", "crate"]),
        doc: "Whether the runtime is included in the generated code, or the code depends on the runtime crate.",
        value: |options| Some(quoted(value::runtime_name(options.runtime))),
        set: |draft, key, item| choice(key, item, value::runtime).map(|value| draft.options.runtime = value),
    },
    Key {
        name: "serde",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Implement `Serialize` and `Deserialize` for the generated types.",
        value: |options| Some(options.has_serde.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.has_serde = value),
    },
    Key {
        name: "tests",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Write `tests/authentication.rs` into a new server crate.",
        value: |options| Some(options.has_tests.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.has_tests = value),
    },
    Key {
        name: "groups",
        place: Place::Anywhere,
        form: Form::Choice(&["flat", "tags"]),
        doc: "Whether all operations are methods of a client, or those of each tag have a type: `client.pets().list()`.",
        value: |options| Some(quoted(value::groups_name(options.groups))),
        set: |draft, key, item| choice(key, item, value::groups).map(|value| draft.options.groups = value),
    },
    Key {
        name: "features",
        place: Place::Anywhere,
        form: Form::Choice(&["none", "tags"]),
        doc: "Whether a crate has a cargo feature for each tag, with its operations and their types. All are enabled by default.",
        value: |options| Some(quoted(value::features_name(options.features))),
        set: |draft, key, item| choice(key, item, value::features).map(|value| draft.options.features = value),
    },
    Key {
        name: "test-double",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Give a client `TestDouble`, which takes the place of the API in tests. In a crate it has the feature `test-double`.",
        value: |options| Some(options.has_test_double.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.has_test_double = value),
    },
    Key {
        name: "blocking",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Give a client calls that block the current thread: `send_blocking`. In a crate they have the feature `blocking`.",
        value: |options| Some(options.has_blocking.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.has_blocking = value),
    },
    Key {
        name: "wasm",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Let a client also compile for WebAssembly (`wasm32-unknown-unknown`), where it sends requests with `fetch`.",
        value: |options| Some(options.has_wasm.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.has_wasm = value),
    },
    Key {
        name: "telemetry",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Create a span for each request, for the crate tracing, with trace contexts (W3C Trace Context). A server also has hooks for metrics.",
        value: |options| Some(options.has_telemetry.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.has_telemetry = value),
    },
    Key {
        name: "tower",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Let a client take layers and services of tower: `tower_layer` and `tower_service` of its builder.",
        value: |options| Some(options.has_tower.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.has_tower = value),
    },
    Key {
        name: "dpop",
        place: Place::Anywhere,
        form: Form::Texts,
        doc: "Security schemes whose access tokens are bound to a key of the client (DPoP, RFC 9449): `oauth2`, `openIdConnect`, or `http` with `bearer` or `DPoP`. A client proves in each request that it holds the key, and a server accepts no other tokens; `mock`, `call`, `test`, `docs`, `inspect` and `audit` treat them so, too.",
        value: |options| Some(list(&options.dpop)),
        set: |draft, key, item| value::texts(key, item).map(|value| draft.options.dpop = value),
    },
    Key {
        name: "tls",
        place: Place::Anywhere,
        form: Form::Choice(&["rustls", "native-tls"]),
        doc: "What the connections of a client, and the requests of a server for keys, use for TLS.",
        value: |options| Some(quoted(options.tls.name())),
        set: |draft, key, item| choice(key, item, value::tls).map(|value| draft.options.tls = value),
    },
    Key {
        name: "http2",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Whether these requests can be sent with HTTP/2. Without it, the generated code does not depend on an implementation.",
        value: |options| Some(options.has_http2.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.has_http2 = value),
    },
    Key {
        name: "serve-http2",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Let the listener of a server (`serve`) accept HTTP/2, in addition to HTTP/1.1.",
        value: |options| Some(options.serves_http2.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.serves_http2 = value),
    },
    Key {
        name: "docs",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Give a server the pages of `keystub docs` and its OpenAPI document. A new crate serves them if the environment variable `DOCS` is `true`.",
        value: |options| Some(options.has_docs.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.has_docs = value),
    },
    Key {
        name: "webhooks",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Generate code for the webhooks and callbacks of the document instead of its paths: a server receives and verifies them, a client signs and sends them.",
        value: |options| Some(options.has_webhooks.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.has_webhooks = value),
    },
    Key {
        name: "skip-broken",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Skip invalid parts of the document and report them. Errors in security are never skipped.",
        value: |options| Some(options.skips_broken.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.skips_broken = value),
    },
    Key {
        name: "deny-public",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Reject documents with public operations, including those with optional security.",
        value: |options| Some(options.denies_public.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.denies_public = value),
    },
    Key {
        name: "allow-public",
        place: Place::Anywhere,
        form: Form::Texts,
        doc: "Operations that may be public under `deny-public`, each an `operationId` or `METHOD /path`.",
        value: |options| Some(list(&options.allowed_public)),
        set: |draft, key, item| value::texts(key, item).map(|value| draft.options.allowed_public = value),
    },
    Key {
        name: "overlay",
        place: Place::Anywhere,
        form: Form::Texts,
        doc: "OpenAPI overlays that are applied to the document, in this order. Paths are relative to the file.",
        value: |options| {
            let paths = options.overlays.iter().map(|path| path.to_string_lossy().into_owned());
            Some(list(&paths.collect::<Vec<_>>()))
        },
        set: |draft, key, item| {
            let paths = value::texts(key, item)?;
            draft.options.overlays = paths.into_iter().map(|path| draft.folder.join(path)).collect();
            Ok(())
        },
    },
    Key {
        name: "strict",
        place: Place::Anywhere,
        form: Form::Boolean,
        doc: "Treat warnings about overlays as errors.",
        value: |options| Some(options.is_strict.to_string()),
        set: |draft, key, item| value::boolean(key, item).map(|value| draft.options.is_strict = value),
    },
    Key {
        name: "only",
        place: Place::Anywhere,
        form: Form::Texts,
        doc: "Keep only these operations: `tag:NAME`, `id:OPERATION`, `METHOD /path/**` or `deprecated`.",
        value: |options| Some(list(&options.only)),
        set: |draft, key, item| value::filters(key, item).map(|value| draft.options.only = value),
    },
    Key {
        name: "except",
        place: Place::Anywhere,
        form: Form::Texts,
        doc: "Remove these operations, in the same form as in `only`.",
        value: |options| Some(list(&options.except)),
        set: |draft, key, item| value::filters(key, item).map(|value| draft.options.except = value),
    },
    Key {
        name: "root",
        place: Place::Anywhere,
        form: Form::Path,
        doc: "Allow references to files in this folder. By default it is the folder of the document.",
        value: |options| options.root.as_ref().map(|root| quoted(&root.to_string_lossy())),
        set: |draft, key, item| value::path(key, item).map(|path| draft.options.root = Some(draft.folder.join(path))),
    },
    Key {
        name: "allow-host",
        place: Place::Anywhere,
        form: Form::Texts,
        doc: "Hosts from which references to URLs may be fetched. The files are pinned by hash in `keystub.lock`.",
        value: |options| Some(list(&options.allowed_hosts)),
        set: |draft, key, item| value::texts(key, item).map(|value| draft.options.allowed_hosts = value),
    },
    Key {
        name: "lock",
        place: Place::Anywhere,
        form: Form::Path,
        doc: "The lock file, which `keystub lock` writes: names that stay, and hashes of remote files. By default it is `keystub.lock` next to this file.",
        value: |options| options.lock.as_ref().map(|lock| quoted(&lock.to_string_lossy())),
        set: |draft, key, item| value::path(key, item).map(|path| draft.options.lock = Some(draft.folder.join(path))),
    },
    Key {
        name: "templates",
        place: Place::Anywhere,
        form: Form::Path,
        doc: "A folder with templates that replace embedded ones of the same name.",
        value: |options| options.templates.as_ref().map(|folder| quoted(&folder.to_string_lossy())),
        set: |draft, key, item| {
            value::path(key, item).map(|path| draft.options.templates = Some(draft.folder.join(path)))
        },
    },
    Key {
        name: "limits",
        place: Place::Anywhere,
        form: Form::Limits,
        doc: "Limits for the size of the document.",
        value: |_| None,
        set: |draft, _, item| value::limits(item, &mut draft.options.limits),
    },
    Key {
        name: "types",
        place: Place::Anywhere,
        form: Form::Types,
        doc: "Additional derives and attributes of the generated types (for every type, or in `[types.NAME]` for one), names of types, fields and variants, and your types in place of generated ones, by format or component.",
        value: |_| None,
        set: |draft, _, item| types::types(item, &mut draft.options.types),
    },
    Key {
        name: "operations",
        place: Place::Anywhere,
        form: Form::Names,
        doc: "Rust names of operations, by `operationId` or `METHOD /path`.",
        value: |_| None,
        set: |draft, key, item| types::names(key, item, &mut draft.options.operations),
    },
    Key {
        name: "pagination",
        place: Place::Anywhere,
        form: Form::Pagination,
        doc: "How the pages of lists are requested, by `operationId` or `METHOD /path`, each as `x-pagination` in a document.",
        value: |_| None,
        set: |draft, _, item| pagination::pagination(item, &mut draft.options.pagination),
    },
    Key {
        name: "dependencies",
        place: Place::Anywhere,
        form: Form::Dependencies,
        doc: "Additional dependencies of the generated crate, as in `Cargo.toml`.",
        value: |_| None,
        set: |draft, _, item| value::dependencies(item, &mut draft.options.dependencies),
    },
    Key {
        name: "audit",
        place: Place::Anywhere,
        form: Form::Audit,
        doc: "Rules of `keystub audit`: `off` lists those that are not checked, `level` gives others a severity, and `public` lists the operations that are meant to be public, as in `only`.",
        value: |_| None,
        set: |draft, _, item| audit::audit(item, &mut draft.options.audit),
    },
];

fn choice<T>(key: &str, item: &Item, parse: impl Fn(&str) -> Result<T, String>) -> Result<T, Failure> {
    parse(&value::text(key, item)?).map_err(|message| (None, message))
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}
