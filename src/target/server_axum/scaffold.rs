//! What is written once and then the user's: main.rs, the application, its functions, a README.

use quote::{ToTokens, quote};

use super::super::auth::{self, Ready};
use super::super::templates::Engine;
use super::super::view::{View, view};
use super::super::{Draft, Settings};
use super::OperationPlan;
use super::access::argument;
use super::layout;
use crate::model::Api;
use crate::model::operation::Operation;
use crate::model::security::{KeyPlace, SchemeId, SchemeKind};
use crate::rust::types::Standing;
use crate::rust::{Context, docs, format, models};

/// Adds the files.
pub fn add(context: &Context<'_>, engine: &Engine, settings: &Settings, plans: &[OperationPlan], draft: &mut Draft) {
    // These are laid out by their templates, so that they pass `cargo fmt --check`.
    draft.once_text("src/main.rs", main_file(context, engine, settings));
    draft.once_text("src/lib.rs", engine.render("server_axum/lib.rs", view! {}));
    draft.once_text("src/app.rs", app_file(context, engine));
    draft.once_text("src/handlers.rs", handlers_file(context, engine, plans));
    draft.once_text("README.md", readme(context, engine, settings));
}

fn main_file(context: &Context<'_>, engine: &Engine, settings: &Settings) -> String {
    let krate = settings.name.replace('-', "_");
    let ids = (0..context.api.schemes.len()).map(SchemeId);
    let schemes: Vec<View> = ids
        .map(|id| {
            let (name, check) = (&context.api.scheme(id).name, check(context, id).words);
            let fields = [format!("scheme = {}", literal(name)), format!("check = {}", literal(check))];
            view! { log: View::prose(layout::call(4, "tracing::info!(", &fields, ");", "")) }
        })
        .collect();
    let headers: Vec<View> = credential_headers(context).into_iter().map(|name| view! { name: name }).collect();
    let has_mutual_tls = has(context, Ready::Certificates);
    let mut names = vec!["self", "request_id", "serve"];
    if has_mutual_tls {
        names.splice(1..1, ["MutualTls", "TlsPem"]);
    }
    let base_path = base_path(context.api);
    engine.render(
        "server_axum/main.rs",
        view! {
            imports: View::prose(layout::import(&format!("{krate}::generated"), &names)),
            krate: View::prose(krate),
            has_base_path: !base_path.is_empty(),
            has_health: base_path != HEALTH && !context.api.operations.iter().any(is_beside_health),
            has_mutual_tls: has_mutual_tls,
            schemes: schemes,
            count: proc_macro2::Literal::usize_unsuffixed(headers.len()).into_token_stream(),
            headers: headers,
        },
    )
}

/// The path of the health check.
const HEALTH: &str = "/healthz";

/// A string literal.
fn literal(text: &str) -> String {
    proc_macro2::Literal::string(text).to_string()
}

/// The path of the document's first server, without a slash at its end; empty for the root. Dot segments are resolved, as
/// clients do (RFC 3986, section 5.2.4).
pub fn base_path(api: &Api) -> String {
    let url = api.servers.first().map_or("", |server| server.url.as_str());
    let (_, rest) = url.split_once("://").unwrap_or_default();
    let (_, path) = rest.split_once('/').unwrap_or_default();
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "." => {}
            ".." => _ = segments.pop(),
            _ => segments.push(segment),
        }
    }
    let path = segments.join("/");
    let path = path.trim_end_matches('/');
    if path.is_empty() { String::new() } else { format!("/{path}") }
}

/// The headers that credentials of the document travel in, in lower case.
fn credential_headers(context: &Context<'_>) -> Vec<String> {
    let mut headers = vec!["authorization".to_owned(), "cookie".to_owned()];
    for scheme in &context.api.schemes {
        if let SchemeKind::ApiKey { place: KeyPlace::Header, name }
        | SchemeKind::Signature { place: KeyPlace::Header, name } = &scheme.kind
        {
            headers.push(name.to_ascii_lowercase());
        }
    }
    headers.sort_unstable();
    headers.dedup();
    headers
}

/// Whether an operation's path is `/healthz` or might be.
fn is_beside_health(operation: &Operation) -> bool {
    let text = &operation.path.text;
    text == HEALTH || (text.contains('{') && !text.trim_start_matches('/').contains('/'))
}

fn handlers_file(context: &Context<'_>, engine: &Engine, plans: &[OperationPlan]) -> String {
    let operations: Vec<View> = plans
        .iter()
        .map(|plan| {
            let function = &context.names.operation(plan.index).function;
            let auth = plan.access.as_ref().map(|access| ("_auth", access.principal.ty(Standing::User)));
            let request = plan.request.as_ref().map(|request| ("_request", request.ty.clone()));
            let arguments = auth.into_iter().chain(request);
            let arguments: Vec<String> = arguments.map(|(name, ty)| format!("{name}: {}", format::ty(&ty))).collect();
            let output = plan.response.ty(Standing::User);
            let output = format::ty(&quote!(Result<#output, Problem>));
            view! { signature: View::prose(layout::method(&function.to_string(), &arguments, &output)) }
        })
        .collect();
    engine.render("server_axum/handlers.rs", view! { operations: operations })
}

/// Where the listener for mutual TLS finds its certificate, the key of it, and the authorities of clients.
const TLS_FILES: [&str; 3] = ["TLS_CERTIFICATE_FILE", "TLS_KEY_FILE", "TLS_CLIENT_CA_FILE"];

fn has(context: &Context<'_>, ready: Ready) -> bool {
    context.api.schemes.iter().any(|scheme| auth::code(scheme).ready == ready)
}

/// How the scaffold checks one scheme.
struct Check {
    /// The type of its field in `App`, if it has one, and the expression that reads it from the environment.
    field: Option<(&'static str, String)>,
    principal: &'static str,
    verify: String,
    /// For the README.
    words: &'static str,
    environment: Vec<String>,
}

fn check(context: &Context<'_>, id: SchemeId) -> Check {
    let code = auth::code(context.api.scheme(id));
    let names = context.names.scheme(id);
    let (function, name) = (names.function.to_string(), names.constant.plain().to_owned());
    let argument = argument(code.presented);
    let variable = |suffix: &str| format!("{name}_{suffix}");
    let from_file = |variable: &str, ty: &str| {
        let arguments = [literal(variable), format!("{ty}::from_text")];
        layout::call(12, &format!("{function}: from_file("), &arguments, ")?,", ",")
    };
    match code.ready {
        Ready::Jwt => Check {
            field: Some(("JwtVerifier", format!("{function}: jwt({})?,", literal(&name)))),
            principal: "Claims",
            verify: format!("self.{function}.verify({argument}).await"),
            words: "JWT (RFC 8725), keys from a key set",
            environment: vec![variable("ISSUER"), variable("AUDIENCE")],
        },
        Ready::ApiKeys => {
            let file = variable("KEYS_FILE");
            Check {
                field: Some(("ApiKeys", from_file(&file, "ApiKeys"))),
                principal: "String",
                verify: format!("self.{function}.verify({argument})"),
                words: "API keys, stored as SHA-256, compared in constant time",
                environment: vec![file],
            }
        }
        Ready::Passwords => {
            let file = variable("USERS_FILE");
            Check {
                field: Some(("Passwords", from_file(&file, "Passwords"))),
                principal: "String",
                verify: format!("self.{function}.verify({argument}).await"),
                words: "passwords, stored as argon2id",
                environment: vec![file],
            }
        }
        Ready::Certificates => {
            let file = variable("CALLERS_FILE");
            let mut environment: Vec<String> = TLS_FILES.map(str::to_owned).to_vec();
            environment.push(file.clone());
            Check {
                field: Some(("Certificates", from_file(&file, "Certificates"))),
                principal: "String",
                verify: format!("self.{function}.verify({argument})"),
                words: "client certificates, verified in the handshake and listed by SHA-256",
                environment,
            }
        }
        Ready::Own => Check {
            field: None,
            principal: "()",
            verify: format!("let _ = {argument};\n        Err(Reject::Unavailable)"),
            words: "by your code in `src/app.rs`; until then every call is rejected",
            environment: Vec::new(),
        },
    }
}

fn app_file(context: &Context<'_>, engine: &Engine) -> String {
    let ids: Vec<SchemeId> = (0..context.api.schemes.len()).map(SchemeId).collect();
    let checks: Vec<Check> = ids.iter().map(|id| check(context, *id)).collect();
    let schemes: Vec<View> = ids
        .iter()
        .zip(&checks)
        .map(|(id, check)| {
            let names = context.names.scheme(*id);
            let presented = auth::code(context.api.scheme(*id)).presented;
            let argument = format!("{}: {presented}<'_>", argument(presented));
            let output = format!("Result<Granted<Self::{}>, Reject>", names.ty);
            let field = check.field.as_ref().map(|(ty, _)| format!("{}: {ty},", names.function));
            let from_env = check.field.as_ref().map(|(_, line)| line.clone());
            view! {
                ty: &names.ty,
                signature: View::prose(layout::method(&names.function.to_string(), &[argument], &output)),
                field: View::prose(field.unwrap_or_default()),
                from_env: View::prose(from_env.unwrap_or_default()),
                principal: View::prose(check.principal.to_owned()),
                verify: View::prose(check.verify.clone()),
            }
        })
        .collect();
    engine.render(
        "server_axum/app.rs",
        view! {
            imports: View::prose(app_imports(context)),
            has_fields: checks.iter().any(|check| check.field.is_some()),
            has_schemes: !schemes.is_empty(),
            has_jwt: has(context, Ready::Jwt),
            reads_files: checks.iter().any(|check| !check.environment.is_empty()),
            schemes: schemes,
        },
    )
}

/// The import of what `auth` has for the schemes.
fn app_imports(context: &Context<'_>) -> String {
    let mut names: Vec<&str> = context.api.schemes.iter().map(|scheme| auth::code(scheme).presented).collect();
    let ready = [
        (Ready::ApiKeys, ["ApiKeys"].as_slice()),
        (Ready::Certificates, &["Certificates"]),
        (Ready::Jwt, &["Claims", "JwtKeys", "JwtPolicy", "JwtVerifier", "KeySource", "RemoteKeys"]),
        (Ready::Passwords, &["Passwords"]),
    ];
    names.extend(ready.iter().filter(|(ready, _)| has(context, *ready)).flat_map(|(_, names)| *names));
    names.sort_unstable();
    names.dedup();
    layout::import("crate::generated::auth", &names)
}

fn readme(context: &Context<'_>, engine: &Engine, settings: &Settings) -> String {
    let api = context.api;
    let prose = |text: &str| View::prose(docs::markdown(text).join(" "));
    let cell = |text: String| View::prose(text.replace('|', "\\|"));
    let ids: Vec<SchemeId> = (0..api.schemes.len()).map(SchemeId).collect();
    let mut run = String::new();
    let schemes: Vec<View> = ids
        .iter()
        .map(|id| {
            let check = check(context, *id);
            for line in check.environment.iter().map(|variable| format!("export {variable}=…\n")) {
                // Two schemes with certificates share one listener.
                if !run.contains(&line) {
                    run.push_str(&line);
                }
            }
            let spans: Vec<String> = check.environment.iter().map(|variable| format!("`{variable}`")).collect();
            view! {
                name: cell(docs::code_span(&api.scheme(*id).name)),
                check: cell(check.words.to_owned()),
                environment: cell(spans.join(", ")),
            }
        })
        .collect();
    run.push_str("LISTEN=127.0.0.1:8080 cargo run");
    engine.render(
        "server_axum/README.md",
        view! {
            name: View::prose(settings.name.clone()),
            title: prose(&api.title),
            version: View::prose(docs::code_span(&api.version)),
            run: View::prose(run),
            base_path: View::prose(docs::code_span(&base_path(api))),
            has_base_path: !base_path(api).is_empty(),
            help: View::prose(help(context)),
            left_out: super::super::left_out::rows(api),
            has_parts: !models::multipart_types(context).is_empty(),
            is_sent_by_browsers: api.schemes.iter().any(|scheme| is_sent_by_browsers(&scheme.kind)),
            schemes: schemes,
        },
    )
}

/// Whether browsers may send the credential of this scheme by themselves: what the runtime's `cross_site` looks at.
fn is_sent_by_browsers(kind: &SchemeKind) -> bool {
    match kind {
        SchemeKind::ApiKey { place, name } | SchemeKind::Signature { place, name } => match place {
            KeyPlace::Cookie => true,
            KeyPlace::Header => ["cookie", "authorization"].iter().any(|own| name.eq_ignore_ascii_case(own)),
            KeyPlace::Query => false,
        },
        SchemeKind::Basic | SchemeKind::MutualTls | SchemeKind::OtherHttp { .. } => true,
        SchemeKind::Bearer { .. } | SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect { .. } => false,
    }
}

/// How the files of the ready parts look.
fn help(context: &Context<'_>) -> String {
    let mut out = Vec::new();
    if has(context, Ready::Jwt) {
        out.push(
            "Tokens must carry the `iss` and `aud` that are set, `sub` and `exp`. Their keys are those that the issuer's metadata name (OpenID Connect Discovery), or those of `…_JWKS_URL`, or of the file that `…_JWKS_FILE` names. Published keys are fetched again every ten minutes and when a token names one that is not known.",
        );
        out.push(
            "Only access tokens pass: those of the type `at+jwt` (RFC 9068), and those of the type `JWT` whose claims show that they are access tokens, by `scope`, `scp` or `client_id`, or by a stated kind (`typ: Bearer`, `token_use: access`). ID, refresh and logout tokens are refused, although the issuer signs them with the same keys. `JwtPolicy` in `src/app.rs` has settings for other issuers: `access_tokens` accepts `at+jwt` alone; `tokens_without_type` also accepts tokens without `typ` (Okta) if their claims show that they are access tokens; `possible_id_tokens` also accepts `JWT` tokens whose claims show nothing, which an ID token for the same audience may be too.",
        );
        out.push(
            "For opaque tokens, use `generated::auth::Introspection` in place of `JwtVerifier`. The authorization server must report `active`, `sub` (or `client_id`), an `aud` that names this API, and `token_type: Bearer` for access tokens and for no others (RFC 7662, section 2.2). If it reports no `aud`, `without_audience_check` also accepts the tokens of other APIs; if it never reports `token_type`, `tokens_without_type` also accepts refresh tokens that it reports as active.",
        );
    }
    if has(context, Ready::ApiKeys) {
        out.push("A `…_KEYS_FILE` holds a line for each key: its owner, its SHA-256 in hex (`printf %s \"$KEY\" | sha256sum`), its scopes.");
    }
    if has(context, Ready::Passwords) {
        out.push("A `…_USERS_FILE` holds a line for each user: the name, the argon2id hash as PHC text (`printf %s \"$PASSWORD\" | argon2 \"$SALT\" -id -t 2 -k 19456 -p 1 -e`), the user's scopes.");
    }
    if has(context, Ready::Certificates) {
        out.push(
            "The server speaks TLS with the certificate of `TLS_CERTIFICATE_FILE` (with those that lead to its authority) and the key of `TLS_KEY_FILE`, and takes client certificates of the authorities in `TLS_CLIENT_CA_FILE` alone; all are PEM. A client without one reaches what is open, and one whose certificate does not verify reaches nothing. No header stands for a certificate: a proxy in front must pass the connection through.",
        );
        out.push("A `…_CALLERS_FILE` holds a line for each client certificate: its owner, its SHA-256 in hex (`openssl x509 -in client.pem -noout -fingerprint -sha256`), its scopes.");
    }
    out.join("\n\n")
}
