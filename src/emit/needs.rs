//! Which parts of the runtime a document needs. This determines files, dependencies, cargo features and re-exports.

use super::need::{IMPLIED, Need};
use super::{Settings, schemes};
use crate::model::operation::{Content, Operation};
use crate::model::parameter::{Parameter, ParameterStyle};
use crate::model::schema::Scalar;
use crate::model::security::{Access, Carrier, KeyPlace, Scheme, SchemeId};
use crate::rust::uses::Uses;
use crate::rust::{Context, Side};

/// The needs of one document.
#[derive(Debug)]
pub struct Needs {
    list: Vec<Need>,
}

impl Needs {
    /// The needs of the document, and of the layout.
    pub fn of(context: &Context<'_>, settings: &Settings) -> Self {
        let uses = Uses::of_all(context);
        let operations = || context.api.operations.iter();
        let has_content = |is_it: fn(&Content) -> bool| operations().any(|operation| operation.contents().any(is_it));
        let has_multipart = has_content(|content| matches!(content, Content::Multipart(_)));
        let has_headers =
            operations().flat_map(|operation| &operation.responses).any(|response| !response.headers.is_empty());
        let is_server = context.side == Side::Server;
        let rows = [
            (Need::Always, true),
            (Need::Base64, uses.has(Scalar::Base64)),
            (Need::Chrono, uses.has(Scalar::DateTime) || uses.has(Scalar::Date)),
            (Need::Uuid, uses.has(Scalar::Uuid)),
            (Need::Guarded, context.api.operations.iter().any(|operation| operation.access != Access::Open)),
            (Need::Schemes, !context.api.schemes.is_empty()),
            (Need::SerdeImpls, !crate::rust::models::serde_types(context).is_empty()),
            (Need::TestDouble, !is_server && settings.options.has_test_double),
            (Need::Blocking, !is_server && settings.options.has_blocking),
            (Need::Wasm, !is_server && settings.options.has_wasm),
            (Need::BlockingStreams, !is_server && settings.options.has_blocking && has_streams(context)),
            (Need::Telemetry, settings.options.has_telemetry),
            (Need::Tower, !is_server && settings.options.has_tower),
            (Need::Docs, is_server && settings.docs.is_some()),
            (Need::Webhooks, settings.options.has_webhooks),
            (Need::AnyJson, uses.has(Scalar::Any)),
            (Need::Texts, crate::rust::models::has_texts(context)),
            (Need::Objects, crate::rust::models::has_objects(context)),
            (Need::Tuples, crate::rust::models::has_tuples(context)),
            (Need::Choices, crate::rust::shape_hints::has_choices(context)),
            (Need::Mapped, !uses.mapped().is_empty()),
            (Need::Password, uses.has(Scalar::Password)),
            (Need::Form, has_content(|content| matches!(content, Content::Form(_)))),
            (Need::Upload, operations().any(takes_bytes)),
            (Need::Download, has_streams(context)),
            (Need::ItemStreams, has_content(if is_server { is_stream } else { is_typed_stream })),
            (Need::EventStreams, has_content(is_events)),
            (Need::LineStreams, has_content(|content| matches!(content, Content::Stream(_)) && !is_events(content))),
            (Need::Pages, !is_server && operations().any(|operation| operation.next.is_some())),
            (Need::Headers, has_headers),
            (Need::EntityTags, operations().any(has_entity_tags)),
            (Need::Multipart, has_multipart),
            (Need::File, uses.has(Scalar::File)),
            (Need::PartHeaders, crate::rust::models::has_part_headers(context)),
            (Need::Cookies, is_server && has_cookies(context)),
            (Need::Rules, is_server && !context.api.rules.list.is_empty()),
            (Need::Patterns, is_server && crate::rust::rules::has_patterns(context)),
            (Need::Serve, is_server && settings.is_crate()),
            (Need::ServeHttp2, is_server && settings.options.serves_http2),
        ];
        let mut list: Vec<Need> = rows.into_iter().filter(|(_, is_needed)| *is_needed).map(|(need, _)| need).collect();
        list.extend(scheme_needs(context));
        if list.contains(&Need::MutualTls) && list.contains(&Need::ServeHttp2) {
            list.push(Need::MutualTlsHttp2);
        }
        let implied = IMPLIED.iter().filter(|(need, _)| list.contains(need)).map(|(_, implied)| *implied);
        list.extend(implied.collect::<Vec<_>>());
        Self { list }
    }

    /// Whether serde's traits are generated.
    pub fn has_serde_impls(&self, settings: &Settings) -> bool {
        settings.options.has_serde && self.has(Need::SerdeImpls)
    }

    /// Whether the document has this need.
    pub fn has(&self, need: Need) -> bool {
        self.list.contains(&need)
    }
}

/// The needs of all security schemes on this side.
fn scheme_needs(context: &Context<'_>) -> Vec<Need> {
    let of_scheme = |(scheme, at)| {
        let code = schemes::of(scheme);
        match context.side {
            Side::Client => code.client_needs(),
            Side::Server => code.scaffold(context.names.scheme(SchemeId(at))).needs,
        }
    };
    context.api.schemes.iter().zip(0..).flat_map(of_scheme).copied().collect()
}

/// Whether a scheme or a parameter is a cookie, or a response has the header `Set-Cookie`.
fn has_cookies(context: &Context<'_>) -> bool {
    let is_cookie_key = |scheme: &Scheme| matches!(scheme.kind.carrier(), Carrier::Key(KeyPlace::Cookie, _));
    let has_cookie = |operation: &Operation| {
        let mut headers = operation.responses.iter().flat_map(|response| &response.headers);
        operation
            .parameters
            .iter()
            .any(|parameter| matches!(parameter.style, ParameterStyle::Cookie | ParameterStyle::CookieJson))
            || headers.any(|header| header.name.eq_ignore_ascii_case("Set-Cookie"))
    };
    context.api.schemes.iter().any(is_cookie_key) || context.api.operations.iter().any(has_cookie)
}

/// Whether the operation has conditional requests, or responses with an entity tag.
fn has_entity_tags(operation: &Operation) -> bool {
    let is_condition = |parameter: &Parameter| {
        let names = ["If-Match", "If-None-Match"];
        parameter.style == ParameterStyle::Header && names.iter().any(|name| parameter.name.eq_ignore_ascii_case(name))
    };
    let mut headers = operation.responses.iter().flat_map(|response| &response.headers);
    operation.parameters.iter().any(is_condition) || headers.any(|header| header.name.eq_ignore_ascii_case("ETag"))
}

fn takes_bytes(operation: &Operation) -> bool {
    operation.body.iter().flat_map(|body| body.forms.iter()).any(|form| form.content.is_bytes())
}

fn is_stream(content: &Content) -> bool {
    matches!(content, Content::Stream(_))
}

/// Whether it is a stream of JSON. A client reads events whose data is text in the same way as those of unknown data.
fn is_typed_stream(content: &Content) -> bool {
    matches!(content, Content::Stream(stream) if stream.item().is_some())
}

/// Whether it is a stream of server-sent events.
pub fn is_events(content: &Content) -> bool {
    matches!(content, Content::Stream(stream) if stream.has_events())
}

/// Whether any response is binary or a stream.
pub fn has_streams(context: &Context<'_>) -> bool {
    let responses = context.api.operations.iter().flat_map(|operation| &operation.responses);
    let mut forms = responses.flat_map(|response| &response.forms);
    forms.any(|form| {
        form.content.is_bytes() || is_stream(&form.content) || form.media_type.starts_with("text/event-stream")
    })
}
