//! The declared schemes, each with its kind or the error about it.

use openapiv3::{APIKeyLocation, OAuth2Flows, ReferenceOr, SecurityScheme};

use super::server_reference::ServerReference;
use super::{reserved, scope};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer, Report};
use crate::document::Component;
use crate::document::tree::{Node, Object};
use crate::lower::ref_targets::is_component;
use crate::lower::source::Source;
use crate::lower::token::is_token;
use crate::model::security::{Flow, Flows, KeyPlace, SchemeKind};

/// A requirement is invalid, and the error is in the report.
pub(super) struct Reported;

/// A declared scheme.
pub(super) struct DeclaredScheme {
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// Its kind, or the diagnostic for an operation that uses it.
    pub(super) kind: Result<SchemeKind, Box<Diagnostic>>,
    pub(super) at: Pointer,
}

impl DeclaredScheme {
    /// Reports a scheme that cannot be honoured if something uses it.
    pub(super) fn check(&self, source: &mut Source<'_>) -> Result<(), Reported> {
        match &self.kind {
            Ok(_) => Ok(()),
            Err(diagnostic) => {
                source.report.push((**diagnostic).clone());
                Err(Reported)
            }
        }
    }

    /// Reports required scopes that are invalid.
    pub(super) fn check_scopes(
        &self,
        source: &mut Source<'_>,
        scopes: &[String],
        at: &Pointer,
    ) -> Result<(), Reported> {
        let Ok(kind) = &self.kind else { return Ok(()) };
        let mut outcome = Ok(());
        for (index, text) in scopes.iter().enumerate() {
            if let Err(diagnostic) = scope::check(kind, &self.name, text, &at.index(index)) {
                source.report.push(*diagnostic);
                outcome = Err(Reported);
            }
        }
        outcome
    }
}

/// All declared schemes in document order.
///
/// The names come from the tree, since `openapiv3` does not support every kind.
pub(super) fn declared(source: &mut Source<'_>) -> Vec<DeclaredScheme> {
    let document = source.document;
    let at = Pointer::root().child("components").child("securitySchemes");
    let Some(schemes) = document.node(&at).and_then(Node::as_object) else { return Vec::new() };
    let servers = ServerReference::of(document);
    let declared = schemes.iter().map(|(name, node)| one(source, name, node, &at.child(name)));
    let resolved = |mut scheme: DeclaredScheme| {
        scheme.kind.iter_mut().for_each(|kind| servers.apply(kind));
        scheme
    };
    declared.map(resolved).collect()
}

fn one(source: &mut Source<'_>, name: &str, node: &Node, at: &Pointer) -> DeclaredScheme {
    let document = source.document;
    let target = match node.reference() {
        Some(reference) => document.target(reference, at),
        None => Ok(at.clone()),
    };
    let read = target.map(|target| (document.node(&target).unwrap_or(node), target));
    let description = read.as_ref().ok().and_then(|(node, _)| node.get("description")?.as_str()).map(str::to_owned);
    let kind = read.and_then(|(node, target)| kind(source, node, &target));
    DeclaredScheme { name: name.to_owned(), description, kind, at: at.clone() }
}

fn kind(source: &mut Source<'_>, node: &Node, at: &Pointer) -> Result<SchemeKind, Box<Diagnostic>> {
    match node.get("type").and_then(Node::as_str).unwrap_or_default() {
        "apiKey" | "http" | "oauth2" | "openIdConnect" => {}
        "mutualTLS" => return Ok(SchemeKind::MutualTls),
        other => {
            let message = format!(
                "unknown type of security scheme `{}`; expected `apiKey`, `http`, `oauth2`, `openIdConnect` or `mutualTLS`",
                excerpt(other)
            );
            return Err(Box::new(Diagnostic::error(Code::UnsupportedScheme, &at.child("type"), message)));
        }
    }
    // A reference outside the components is read like a declaration in its place.
    let mut report = Report::new();
    let reference = ReferenceOr::Reference { reference: format!("#{}", at.as_str()) };
    let declared = at.last().and_then(|name| SecurityScheme::declared(&source.document.api, &name));
    let item = declared.filter(|_| is_component(at)).unwrap_or(&reference);
    match source.document.resolve(item, &Pointer::root(), &mut report) {
        Some((_, scheme)) => known(&scheme, at).map(|kind| with_newer_flows(kind, node)),
        None => {
            let message = "the security scheme is malformed";
            Err(Box::new(Diagnostic::error(Code::UnsupportedScheme, at, message)))
        }
    }
}

fn known(scheme: &SecurityScheme, at: &Pointer) -> Result<SchemeKind, Box<Diagnostic>> {
    match scheme {
        SecurityScheme::APIKey { location, name, extensions, .. } => {
            let place = match location {
                APIKeyLocation::Query => KeyPlace::Query,
                APIKeyLocation::Header => KeyPlace::Header,
                APIKeyLocation::Cookie => KeyPlace::Cookie,
            };
            check_key_name(place, name, at)?;
            let name = name.clone();
            // Amazon's extension: `awsSigv4`, `awsSigv2` and `awsS3` are signatures of the request; `custom` is a key.
            let is_signature = extensions
                .get("x-amazon-apigateway-authtype")
                .and_then(serde_json::Value::as_str)
                .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("aws"));
            Ok(if is_signature { SchemeKind::Signature { place, name } } else { SchemeKind::ApiKey { place, name } })
        }
        SecurityScheme::HTTP { scheme, bearer_format, .. } => http(scheme, bearer_format.as_ref(), at),
        SecurityScheme::OAuth2 { flows: declared, .. } => Ok(SchemeKind::OAuth2(Box::new(flows(declared)))),
        SecurityScheme::OpenIDConnect { open_id_connect_url, .. } => {
            Ok(SchemeKind::OpenIdConnect { discovery: open_id_connect_url.clone() })
        }
    }
}

/// RFC 9110, section 5.1 and RFC 6265, section 4.1.1: names of fields and cookies are tokens. Some fields are reserved.
fn check_key_name(place: KeyPlace, name: &str, at: &Pointer) -> Result<(), Box<Diagnostic>> {
    let (is_right, what) = match place {
        KeyPlace::Header => (is_token(name), "a header"),
        KeyPlace::Cookie => (is_token(name), "a cookie"),
        KeyPlace::Query => (!name.is_empty(), "a query parameter"),
    };
    if !is_right {
        let message = format!("`{}` is not a valid name for {what}", excerpt(name));
        return Err(Box::new(Diagnostic::error(Code::BadHeaderName, &at.child("name"), message)));
    }
    match reserved::for_keys(name).filter(|_| place == KeyPlace::Header) {
        None => Ok(()),
        Some(why) => {
            let message = format!("an API key cannot be sent in the `{}` header: {why}", excerpt(name));
            let help = "use a header that only the API reads, such as `X-API-Key`";
            Err(Box::new(Diagnostic::error(Code::ReservedHeader, &at.child("name"), message).help(help)))
        }
    }
}

fn http(scheme: &str, bearer_format: Option<&String>, at: &Pointer) -> Result<SchemeKind, Box<Diagnostic>> {
    match scheme.to_ascii_lowercase().as_str() {
        "basic" => Ok(SchemeKind::Basic),
        "bearer" => Ok(SchemeKind::Bearer { format: bearer_format.cloned() }),
        _ if is_token(scheme) => Ok(SchemeKind::OtherHttp { scheme: scheme.to_owned() }),
        _ => {
            let message = format!("`{}` is not a valid auth-scheme of the `Authorization` header", excerpt(scheme));
            Err(Box::new(Diagnostic::error(Code::UnsupportedScheme, &at.child("scheme"), message)))
        }
    }
}

/// What OpenAPI 3.2 adds to OAuth 2, which `openapiv3` does not support.
fn with_newer_flows(mut kind: SchemeKind, node: &Node) -> SchemeKind {
    let SchemeKind::OAuth2(flows) = &mut kind else { return kind };
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    flows.metadata_url = text(node, "oauth2MetadataUrl");
    flows.device = node.get("flows").and_then(|flows| flows.get("deviceAuthorization")).map(|flow| Flow {
        authorization_url: text(flow, "deviceAuthorizationUrl"),
        token_url: text(flow, "tokenUrl"),
        refresh_url: text(flow, "refreshUrl"),
        scopes: flow.get("scopes").and_then(Node::as_object).map(scopes_of).unwrap_or_default(),
    });
    kind
}

fn scopes_of(scopes: &Object) -> Vec<(String, String)> {
    scopes.iter().map(|(name, text)| (name.clone(), text.as_str().unwrap_or_default().to_owned())).collect()
}

fn flows(declared: &OAuth2Flows) -> Flows {
    let scopes = |scopes: &indexmap::IndexMap<String, String>| {
        scopes.iter().map(|(name, text)| (name.clone(), text.clone())).collect()
    };
    Flows {
        authorization_code: declared.authorization_code.as_ref().map(|flow| Flow {
            authorization_url: Some(flow.authorization_url.clone()),
            token_url: Some(flow.token_url.clone()),
            refresh_url: flow.refresh_url.clone(),
            scopes: scopes(&flow.scopes),
        }),
        client_credentials: declared.client_credentials.as_ref().map(|flow| Flow {
            authorization_url: None,
            token_url: Some(flow.token_url.clone()),
            refresh_url: flow.refresh_url.clone(),
            scopes: scopes(&flow.scopes),
        }),
        password: declared.password.as_ref().map(|flow| Flow {
            authorization_url: None,
            token_url: Some(flow.token_url.clone()),
            refresh_url: flow.refresh_url.clone(),
            scopes: scopes(&flow.scopes),
        }),
        implicit: declared.implicit.as_ref().map(|flow| Flow {
            authorization_url: Some(flow.authorization_url.clone()),
            token_url: None,
            refresh_url: flow.refresh_url.clone(),
            scopes: scopes(&flow.scopes),
        }),
        device: None,
        metadata_url: None,
    }
}
