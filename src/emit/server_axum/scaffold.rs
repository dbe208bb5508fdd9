//! What is written once and then the user's: main.rs, the application, its functions, a README.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::super::auth::{self, Ready};
use super::super::templates::Engine;
use super::super::view::{View, view};
use super::super::{Draft, Settings};
use super::OperationPlan;
use super::access::argument;
use crate::model::operation::Operation;
use crate::model::security::{KeyPlace, SchemeId, SchemeKind};
use crate::rust::types::Standing;
use crate::rust::{Code, Context, docs, models};

/// Adds the files.
pub fn add(context: &Context<'_>, engine: &Engine, settings: &Settings, plans: &[OperationPlan], draft: &mut Draft) {
    draft.once("src/main.rs", "server_axum/main.rs", main_file(context, engine, settings));
    draft.once("src/lib.rs", "server_axum/lib.rs", engine.render("server_axum/lib.rs", view! {}));
    draft.once("src/app.rs", "server_axum/app.rs", app_file(context, engine));
    draft.once("src/handlers.rs", "server_axum/handlers.rs", handlers_file(context, engine, plans));
    draft.once_text("README.md", readme(context, engine, settings));
}

fn main_file(context: &Context<'_>, engine: &Engine, settings: &Settings) -> String {
    let krate = format_ident!("{}", settings.name.replace('-', "_"));
    let ids = (0..context.api.schemes.len()).map(SchemeId);
    let schemes: Vec<View> = ids
        .map(|id| {
            let (name, check) = (&context.api.scheme(id).name, check(context, id).words);
            view! { name: quote!(#name), check: quote!(#check) }
        })
        .collect();
    let headers = credential_headers(context);
    let names = headers.iter().map(|name| quote!(HeaderName::from_static(#name)));
    engine.render(
        "server_axum/main.rs",
        view! {
            krate: quote!(#krate),
            has_health: !context.api.operations.iter().any(is_beside_health),
            has_mutual_tls: has(context, Ready::Certificates),
            schemes: schemes,
            count: proc_macro2::Literal::usize_unsuffixed(headers.len()).into_token_stream(),
            headers: quote!(#(#names),*),
        },
    )
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
    text == "/healthz" || (text.contains('{') && !text.trim_start_matches('/').contains('/'))
}

fn handlers_file(context: &Context<'_>, engine: &Engine, plans: &[OperationPlan]) -> String {
    let operations: Vec<View> = plans
        .iter()
        .map(|plan| {
            let function = &context.names.operation(plan.index).function;
            let arguments = plan.arguments("_auth", "_request", Standing::User);
            view! { function: function, arguments: arguments, output: plan.response.ty(Standing::User) }
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
    field: TokenStream,
    from_env: TokenStream,
    principal: TokenStream,
    verify: TokenStream,
    /// For the README.
    words: &'static str,
    environment: Vec<String>,
}

fn check(context: &Context<'_>, id: SchemeId) -> Check {
    let code = auth::code(context.api.scheme(id));
    let names = context.names.scheme(id);
    let (function, name) = (names.function.token(), names.constant.plain().to_owned());
    let argument = format_ident!("{}", argument(code.presented));
    let variable = |suffix: &str| format!("{name}_{suffix}");
    match code.ready {
        Ready::Jwt => Check {
            field: quote!(#function: JwtVerifier,),
            from_env: quote!(#function: jwt(#name)?,),
            principal: quote!(Claims),
            verify: quote!(self.#function.verify(#argument).await),
            words: "JWT (RFC 8725), keys from a key set",
            environment: vec![variable("ISSUER"), variable("AUDIENCE")],
        },
        Ready::ApiKeys => {
            let file = variable("KEYS_FILE");
            Check {
                field: quote!(#function: ApiKeys,),
                from_env: quote!(#function: ApiKeys::from_text(&file(#file)?).map_err(|error| format!("{}: {error}", #file))?,),
                principal: quote!(String),
                verify: quote!(self.#function.verify(#argument)),
                words: "API keys, stored as SHA-256, compared in constant time",
                environment: vec![file],
            }
        }
        Ready::Passwords => {
            let file = variable("USERS_FILE");
            Check {
                field: quote!(#function: Passwords,),
                from_env: quote!(#function: Passwords::from_text(&file(#file)?).map_err(|error| format!("{}: {error}", #file))?,),
                principal: quote!(String),
                verify: quote!(self.#function.verify(#argument).await),
                words: "passwords, stored as argon2id",
                environment: vec![file],
            }
        }
        Ready::Certificates => {
            let file = variable("CALLERS_FILE");
            let mut environment: Vec<String> = TLS_FILES.map(str::to_owned).to_vec();
            environment.push(file.clone());
            Check {
                field: quote!(#function: Certificates,),
                from_env: quote!(#function: Certificates::from_text(&file(#file)?).map_err(|error| format!("{}: {error}", #file))?,),
                principal: quote!(String),
                verify: quote!(self.#function.verify(#argument)),
                words: "client certificates of the authority, verified in the handshake and listed by SHA-256",
                environment,
            }
        }
        Ready::Own => Check {
            field: quote!(),
            from_env: quote!(),
            principal: quote!(()),
            verify: quote! {
                let _ = #argument;
                Err(Reject::Unavailable)
            },
            words: "by code of yours in `src/app.rs`; until then every call is refused",
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
            view! {
                function: &names.function,
                ty: &names.ty,
                argument: Code::word(argument(presented)),
                presented: Code::word(presented),
                field: check.field.clone(),
                from_env: check.from_env.clone(),
                principal: check.principal.clone(),
                verify: check.verify.clone(),
            }
        })
        .collect();
    engine.render(
        "server_axum/app.rs",
        view! {
            imports: app_imports(context),
            has_schemes: !schemes.is_empty(),
            has_jwt: has(context, Ready::Jwt),
            reads_files: checks.iter().any(|check| !check.environment.is_empty()),
            schemes: schemes,
        },
    )
}

fn app_imports(context: &Context<'_>) -> TokenStream {
    if context.api.schemes.is_empty() {
        return quote!();
    }
    let mut own: Vec<&str> = context.api.schemes.iter().map(|scheme| auth::code(scheme).presented).collect();
    let ready = [
        (Ready::ApiKeys, ["ApiKeys"].as_slice()),
        (Ready::Certificates, &["Certificates"]),
        (Ready::Jwt, &["Claims", "JwtKeys", "JwtPolicy", "JwtVerifier", "KeySource", "RemoteKeys"]),
        (Ready::Passwords, &["Passwords"]),
    ];
    own.extend(ready.iter().filter(|(ready, _)| has(context, *ready)).flat_map(|(_, names)| *names));
    own.sort_unstable();
    own.dedup();
    let own = own.into_iter().map(|name| format_ident!("{name}"));
    let jwt = has(context, Ready::Jwt).then(|| {
        quote!(
            use jsonwebtoken::Algorithm;
        )
    });
    quote! {
        use crate::generated::auth::{#(#own),*};
        use crate::generated::{Authenticator, Granted, Reject};
        #jwt
    }
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
