//! Which runtime files a generated crate ships, and which dependencies they need: only what the document uses.

use super::auth::{self, Ready};
use super::templates::Engine;
use super::view::{View, view};
use super::{Draft, Settings};
use crate::model::operation::{Content, Operation};
use crate::model::schema::Scalar;
use crate::model::security::{Access, SchemeKind};
use crate::rust::uses::Uses;
use crate::rust::{Code, Context, Side};

/// What a document makes a crate need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Every crate.
    Always,
    /// `format: byte`.
    Base64,
    /// `format: date-time` or `date`.
    Chrono,
    /// `format: uuid`.
    Uuid,
    /// Operations with security requirements.
    Guarded,
    /// Security schemes.
    Schemes,
    /// OAuth 2 or OpenID Connect.
    OAuth,
    /// serde's traits for the types.
    SerdeImpls,
    /// Structs.
    Objects,
    /// Enums of strings.
    Texts,
    /// Unions that are told apart by their form.
    Choices,
    /// Arrays with a type for each item.
    Tuples,
    /// `format: password`.
    Password,
    /// Form bodies.
    Form,
    /// Request bodies of bytes, which may be streams.
    Upload,
    /// Response bodies that may be streams.
    Download,
    /// Typed header fields of responses.
    Headers,
    /// Multipart bodies.
    Multipart,
    /// Files in multipart bodies.
    File,
    /// Parts of multipart bodies with header fields.
    PartHeaders,
    /// Client certificates.
    MutualTls,
    /// Constraints.
    Rules,
    /// `pattern` constraints.
    Patterns,
    /// Access tokens.
    Jwt,
    /// Stored API keys.
    ApiKeys,
    /// Stored passwords.
    Passwords,
    /// The listener of the scaffold, also needed for client certificates.
    Serve,
}

/// A need that cannot be met without another.
const IMPLIED: &[(Need, Need)] = &[
    (Need::PartHeaders, Need::Multipart),
    (Need::PartHeaders, Need::File),
    (Need::Multipart, Need::File),
    (Need::MutualTls, Need::Serve),
];

/// The needs of one document.
#[derive(Debug)]
pub struct Needs {
    side: Side,
    list: Vec<Need>,
}

/// A dependency of a generated crate.
#[derive(Debug)]
pub struct Dependency {
    /// The name of the crate.
    pub name: &'static str,
    /// The version requirement.
    pub version: &'static str,
    /// Whether its default features are on.
    pub has_defaults: bool,
    /// Further features.
    pub features: &'static [&'static str],
}

impl Needs {
    /// Looks at the model, and at whether a whole crate is written.
    pub fn of(context: &Context<'_>, settings: &Settings) -> Self {
        let uses = Uses::of_all(context);
        let operations = || context.api.operations.iter();
        let has_content = |is_it: fn(&Content) -> bool| operations().any(|operation| operation.contents().any(is_it));
        let has_multipart = has_content(|content| matches!(content, Content::Multipart(_)));
        let has_headers =
            operations().flat_map(|operation| &operation.responses).any(|response| !response.headers.is_empty());
        let has_kind = |kind: fn(&SchemeKind) -> bool| context.api.schemes.iter().any(|scheme| kind(&scheme.kind));
        let has_ready = |ready: Ready| context.api.schemes.iter().any(|scheme| auth::code(scheme).ready == ready);
        let is_server = context.side == Side::Server;
        let has_mutual_tls = has_kind(|kind| *kind == SchemeKind::MutualTls);
        let rows = [
            (Need::Always, true),
            (Need::Base64, uses.has(Scalar::Base64)),
            (Need::Chrono, uses.has(Scalar::DateTime) || uses.has(Scalar::Date)),
            (Need::Uuid, uses.has(Scalar::Uuid)),
            (Need::Guarded, context.api.operations.iter().any(|operation| operation.access != Access::Open)),
            (Need::Schemes, !context.api.schemes.is_empty()),
            (Need::OAuth, has_kind(|kind| matches!(kind, SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect { .. }))),
            (Need::SerdeImpls, !crate::rust::models::serde_types(context).is_empty()),
            (Need::Texts, crate::rust::models::has_texts(context)),
            (Need::Objects, crate::rust::models::has_objects(context)),
            (Need::Tuples, crate::rust::models::has_tuples(context)),
            (Need::Choices, crate::rust::looks::has_choices(context)),
            (Need::Password, uses.has(Scalar::Password)),
            (Need::Form, has_content(|content| matches!(content, Content::Form(_)))),
            (Need::Upload, operations().any(takes_bytes)),
            (Need::Download, gives_streams(context)),
            (Need::Headers, has_headers),
            (Need::Multipart, has_multipart),
            (Need::File, uses.has(Scalar::File)),
            (Need::PartHeaders, crate::rust::models::has_part_headers(context)),
            (Need::MutualTls, has_mutual_tls),
            (Need::Rules, is_server && !context.api.rules.list.is_empty()),
            (Need::Patterns, is_server && crate::rust::rules::has_patterns(context)),
            (Need::Jwt, is_server && has_ready(Ready::Jwt)),
            (Need::ApiKeys, is_server && has_ready(Ready::ApiKeys)),
            (Need::Passwords, is_server && has_ready(Ready::Passwords)),
            (Need::Serve, is_server && settings.is_crate()),
        ];
        let mut list: Vec<Need> = rows.into_iter().filter(|(_, is_needed)| *is_needed).map(|(need, _)| need).collect();
        let implied = IMPLIED.iter().filter(|(need, _)| list.contains(need)).map(|(_, implied)| *implied);
        list.extend(implied.collect::<Vec<_>>());
        Self { side: context.side, list }
    }

    /// Whether serde's traits are written.
    pub fn has_serde_impls(&self, settings: &Settings) -> bool {
        settings.has_serde && self.has(Need::SerdeImpls)
    }

    /// The crates that generated code names by way of the runtime.
    fn named_crates(&self) -> impl Iterator<Item = &'static str> {
        let own: &[&str] = match self.side {
            Side::Client => &["bytes", "reqwest", "secrecy", "serde", "serde_json"],
            Side::Server => &["axum", "bytes", "serde", "serde_json"],
        };
        let chrono = self.has(Need::Chrono).then_some("chrono");
        own.iter().copied().chain(chrono).chain(self.has(Need::Uuid).then_some("uuid"))
    }

    /// Whether the document has this need.
    pub fn has(&self, need: Need) -> bool {
        self.list.contains(&need)
    }
}

fn takes_bytes(operation: &Operation) -> bool {
    operation.body.iter().flat_map(|body| body.forms.iter()).any(|form| form.content.is_bytes())
}

/// Whether some response has bytes, or text without an end.
pub fn gives_streams(context: &Context<'_>) -> bool {
    let responses = context.api.operations.iter().flat_map(|operation| &operation.responses);
    let mut forms = responses.flat_map(|response| &response.forms);
    forms.any(|form| form.content.is_bytes() || form.media_type.starts_with("text/event-stream"))
}

/// A runtime file and what it is shipped for.
struct RuntimeFile {
    name: &'static str,
    text: &'static str,
    need: Need,
}

macro_rules! runtime_files {
    ($($folder:literal: $($name:literal => $need:ident),* ;)*) => {
        &[$($(RuntimeFile {
            name: $name,
            text: include_str!(concat!("../../templates/runtime/", $folder, "/", $name, ".rs")),
            need: Need::$need,
        }),*),*]
    };
}

const CLIENT_FILES: &[RuntimeFile] = runtime_files! {
    "shared":
        "base64" => Base64, "guarded" => Guarded, "header_read" => Headers, "json" => Always, "json_budget" => Always,
        "json_choice" => Choices, "json_error" => Always, "json_object" => Objects, "json_parse" => Always,
        "json_scalars" => Always, "json_text" => Texts, "json_tuple" => Tuples, "json_write" => Always, "media" => Always,
        "operation" => Always, "parameter_write" => Always, "part" => PartHeaders, "password" => Password,
        "serde_forward" => SerdeImpls, "time" => Chrono, "uuid_codec" => Uuid;
    "client":
        "auth" => Always, "authorization_code" => OAuth, "body_chain" => Multipart, "call" => Always, "core" => Always, "credential" => Always, "error" => Always,
        "device_code" => OAuth, "discovery" => OAuth, "download" => Download, "form_write" => Form, "header_fields" => Headers, "identity" => MutualTls, "multipart" => File, "multipart_write" => Multipart, "part_write" => PartHeaders,
        "oauth" => OAuth, "reply" => Always, "request" => Always, "retry" => Always, "secrets" => Schemes, "session" => OAuth,
        "token_cache" => OAuth,
        "token_endpoint" => OAuth;
};

const SERVER_FILES: &[RuntimeFile] = runtime_files! {
    "shared":
        "base64" => Base64, "guarded" => Guarded, "header_read" => Always, "json" => Always, "json_budget" => Always,
        "json_choice" => Choices, "json_error" => Always, "json_object" => Objects, "json_parse" => Always,
        "json_scalars" => Always, "json_text" => Texts, "json_tuple" => Tuples, "json_write" => Always, "media" => Always,
        "operation" => Always, "parameter_write" => Headers, "part" => PartHeaders, "password" => Password,
        "serde_forward" => SerdeImpls, "time" => Chrono, "uuid_codec" => Uuid;
    "server":
        "api_keys" => ApiKeys, "auth" => Always, "auth_challenge" => Always, "authorization" => Always, "body_form" => Form, "body_multipart" => Multipart, "body_stream" => Upload, "call" => Always,
        "certificates" => MutualTls, "challenge" => Always, "credentials" => Always, "cross_site" => Always, "form_read" => Always, "header_fields" => Headers, "introspection" => Jwt, "introspection_cache" => Jwt, "jwks" => Jwt, "jwt" => Jwt, "jwt_keys" => Jwt,
        "multipart" => File, "multipart_parse" => Multipart, "multipart_read" => Multipart, "mutual_tls" => MutualTls, "parameter_read" => Always, "part_read" => PartHeaders, "passwords" => Passwords, "pattern" => Patterns, "problem" => Always,
        "protected_resource" => Jwt,
        "reply" => Always, "request_heads" => Serve, "request_id" => Serve, "route_tree" => Always, "router" => Always, "rules" => Rules, "serve" => Serve, "template" => Always, "token_kind" => Jwt;
};

/// Adds the runtime files and the module that names them.
pub fn add(context: &Context<'_>, engine: &Engine, needs: &Needs, draft: &mut Draft) {
    let files = match context.side {
        Side::Client => CLIENT_FILES,
        Side::Server => SERVER_FILES,
    };
    let has_serde = needs.has_serde_impls(draft.settings());
    let gate = draft.settings().is_crate();
    let mut modules: Vec<(&'static str, View)> = Vec::new();
    for file in files {
        let is_shipped = if file.need == Need::SerdeImpls { has_serde } else { needs.has(file.need) };
        if !is_shipped {
            continue;
        }
        draft.verbatim(&format!("runtime/{}.rs", file.name), &vendored(file.text));
        let feature = if file.need == Need::SerdeImpls && gate {
            Code::word("#[cfg(feature = \"serde\")]")
        } else {
            Code::word("")
        };
        modules.push((file.name, view! { gate: feature, name: Code::word(file.name) }));
    }
    modules.sort_by_key(|(name, _)| *name);
    let modules: Vec<View> = modules.into_iter().map(|(_, view)| view).collect();
    let crates = needs.named_crates().map(|name| View::from(Code::word(name))).collect::<Vec<View>>();
    let text = engine.render("shared/runtime_mod.rs", view! { modules: modules, crates: crates });
    draft.rust("runtime/mod.rs", "shared/runtime_mod.rs", text);
}

/// The text of a runtime file in a generated crate. Macros are exported by the runtime crates, and private in a copy.
fn vendored(text: &str) -> String {
    let Some((before, rest)) = text.split_once("#[macro_export]\n") else { return text.to_owned() };
    format!("{before}{rest}").replace("\npub use ", "\npub(crate) use ")
}

/// A dependency of a generated crate, with what it is needed for on each side.
struct Row(&'static str, &'static str, bool, &'static [&'static str], Option<Need>, Option<Need>);

const ALWAYS: Option<Need> = Some(Need::Always);

/// Name, version, default features, features, need of a client, need of a server.
const DEPENDENCIES: &[Row] = &[
    Row("argon2", "0.6", true, &[], None, Some(Need::Passwords)),
    Row("axum", "0.8", false, &["http1", "tokio"], None, ALWAYS),
    Row("base64", "0.22", true, &[], ALWAYS, ALWAYS),
    Row("bytes", "1", true, &[], ALWAYS, ALWAYS),
    Row("chrono", "0.4", false, &["std"], Some(Need::Chrono), Some(Need::Chrono)),
    Row("futures-util", "0.3", false, &["std"], None, ALWAYS),
    Row("getrandom", "0.4", true, &[], Some(Need::OAuth), None),
    Row("http-body", "1", true, &[], Some(Need::Multipart), None),
    Row("http-body-util", "0.1", true, &[], None, ALWAYS),
    Row("httpdate", "1", true, &[], ALWAYS, None),
    Row("hyper", "1", false, &["http1", "server"], None, Some(Need::Serve)),
    Row("hyper-util", "0.1", false, &["service", "tokio"], None, Some(Need::Serve)),
    Row("jsonwebtoken", "11", false, &["aws_lc_rs", "use_pem"], None, Some(Need::Jwt)),
    Row("memchr", "2", true, &[], None, Some(Need::Multipart)),
    Row("percent-encoding", "2", true, &[], ALWAYS, ALWAYS),
    Row("regex", "1", true, &[], None, Some(Need::Patterns)),
    Row("reqwest", "0.13", false, &["http2", "rustls"], ALWAYS, Some(Need::Jwt)),
    Row("secrecy", "0.10", true, &[], ALWAYS, None),
    Row("serde", "1", true, &["derive"], ALWAYS, ALWAYS),
    Row("serde_json", "1", true, &["float_roundtrip"], ALWAYS, ALWAYS),
    Row("sha2", "0.11", true, &[], Some(Need::OAuth), Some(Need::ApiKeys)),
    Row("sha2", "0.11", true, &[], None, Some(Need::Jwt)),
    Row("sha2", "0.11", true, &[], None, Some(Need::MutualTls)),
    Row("subtle", "2", true, &[], None, Some(Need::ApiKeys)),
    Row("tempfile", "3", true, &[], None, Some(Need::File)),
    Row("tokio", "1", true, &["rt", "sync", "time"], ALWAYS, None),
    Row("tokio", "1", true, &["macros", "net", "rt-multi-thread", "signal", "sync", "time"], None, ALWAYS),
    Row("tokio-rustls", "0.26", false, &["aws_lc_rs", "tls12"], None, Some(Need::MutualTls)),
    Row("toml", "1", false, &["parse", "serde", "std"], Some(Need::Schemes), None),
    Row("tower-http", "0.7", false, &["request-id", "sensitive-headers", "timeout", "trace"], None, ALWAYS),
    Row("tracing", "0.1", true, &[], None, ALWAYS),
    Row("tracing-subscriber", "0.3", false, &["fmt", "std"], None, ALWAYS),
    Row("uuid", "1", false, &["std"], Some(Need::Uuid), Some(Need::Uuid)),
];

impl Needs {
    /// The dependencies, in order of their names.
    pub fn dependencies(&self) -> Vec<Dependency> {
        let is_needed = |row: &&Row| match self.side {
            Side::Client => row.4.is_some_and(|need| self.has(need)),
            Side::Server => row.5.is_some_and(|need| self.has(need)),
        };
        let dependency = |row: &Row| Dependency {
            name: row.0,
            version: row.1,
            has_defaults: row.2,
            features: match row.0 {
                // The derives are for the key sets of the JWT runtime.
                "serde" if !self.has(Need::Jwt) => &[],
                // With it files and streams are bodies.
                "reqwest" if self.side == Side::Client && (self.has(Need::Upload) || self.has(Need::Multipart)) => {
                    &["http2", "rustls", "stream"]
                }
                _ => row.3,
            },
        };
        DEPENDENCIES.iter().filter(is_needed).map(dependency).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that a file names beside itself.
    fn named(text: &str) -> impl Iterator<Item = &str> {
        text.split("super::")
            .skip(1)
            .map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap())
    }

    #[test]
    fn no_runtime_file_needs_one_that_is_not_shipped_with_it() {
        for files in [CLIENT_FILES, SERVER_FILES] {
            for file in files {
                // Its macros are used one module above.
                for name in named(file.text).filter(|name| *name != "runtime") {
                    let other = files.iter().find(|other| other.name == name);
                    let need = other.unwrap_or_else(|| panic!("{} names {name}, which is no file", file.name)).need;
                    let is_shipped = need == Need::Always || need == file.need || IMPLIED.contains(&(file.need, need));
                    assert!(is_shipped, "{} ({:?}) names {name} ({need:?})", file.name, file.need);
                }
            }
        }
    }
}
