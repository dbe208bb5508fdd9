//! The vendored runtime: the files that a document needs, copied into the generated crate.

use super::Draft;
use super::needs::{Need, Needs};
use super::templates::Engine;
use super::view::{View, view};
use crate::rust::{Code, Context, Side};

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

/// The crates that generated code names by way of the runtime.
fn named_crates(side: Side, needs: &Needs) -> impl Iterator<Item = &'static str> {
    let own: &[&str] = match side {
        Side::Client => &["bytes", "reqwest", "secrecy", "serde", "serde_json"],
        Side::Server => &["axum", "bytes", "serde", "serde_json"],
    };
    let chrono = needs.has(Need::Chrono).then_some("chrono");
    own.iter().copied().chain(chrono).chain(needs.has(Need::Uuid).then_some("uuid"))
}

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
    let crates = named_crates(context.side, needs).map(|name| View::from(Code::word(name))).collect::<Vec<View>>();
    let text = engine.render("shared/runtime_mod.rs", view! { modules: modules, crates: crates });
    draft.rust("runtime/mod.rs", "shared/runtime_mod.rs", text);
}

/// The text of a runtime file in a generated crate. Macros are exported by the runtime crates, and private in a copy.
fn vendored(text: &str) -> String {
    let Some((before, rest)) = text.split_once("#[macro_export]\n") else { return text.to_owned() };
    format!("{before}{rest}").replace("\npub use ", "\npub(crate) use ")
}

#[cfg(test)]
mod tests {
    use super::super::needs::IMPLIED;
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
