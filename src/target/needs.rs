//! What a document needs of the runtime: it decides on files, dependencies, cargo features and re-exports.

use super::Settings;
use super::auth::{self, Ready};
use crate::model::operation::{Content, Operation};
use crate::model::schema::Scalar;
use crate::model::security::{Access, SchemeKind};
use crate::rust::uses::Uses;
use crate::rust::{Context, Side};

/// A part of the runtime that a document may need.
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
    /// `{}` and other schemas without a type.
    AnyJson,
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
pub(super) const IMPLIED: &[(Need, Need)] = &[
    (Need::PartHeaders, Need::Multipart),
    (Need::PartHeaders, Need::File),
    (Need::Multipart, Need::File),
    (Need::MutualTls, Need::Serve),
];

/// What one document needs.
#[derive(Debug)]
pub struct Needs {
    list: Vec<Need>,
}

impl Needs {
    /// The needs of the model, and those of a whole crate.
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
            (Need::AnyJson, uses.has(Scalar::Any)),
            (Need::Texts, crate::rust::models::has_texts(context)),
            (Need::Objects, crate::rust::models::has_objects(context)),
            (Need::Tuples, crate::rust::models::has_tuples(context)),
            (Need::Choices, crate::rust::shape_hints::has_choices(context)),
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
        Self { list }
    }

    /// Whether serde's traits are written.
    pub fn has_serde_impls(&self, settings: &Settings) -> bool {
        settings.has_serde && self.has(Need::SerdeImpls)
    }

    /// Whether the document has the need, if there is one.
    pub fn has_any(&self, need: Option<Need>) -> bool {
        need.is_some_and(|need| self.has(need))
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
