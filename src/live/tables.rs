//! The model as tables of the runtime. They live as long as the process, like the constants of generated code.

use super::rt;

use crate::model::Api;
use crate::model::operation::{Operation, ParameterShape, Segment};
use crate::model::security::{Access, Carrier, KeyPlace, Requirement, Scheme, Secret};
use crate::tables::{self, Nested, ParameterRow, Place, Style};

/// The tables of a document.
#[derive(Debug, Clone, Copy)]
pub(in crate::live) struct Tables {
    /// The operations, in the order of [`Api::operations`].
    pub operations: &'static [rt::Operation],
    /// The schemes, in the order of [`Api::schemes`].
    pub schemes: &'static [rt::Scheme],
}

impl Tables {
    /// The tables of this document.
    pub fn new(api: &Api) -> Self {
        let operations = api.operations.iter().enumerate().map(|(at, operation)| self::operation(api, at, operation));
        let schemes = api.schemes.iter().map(scheme);
        Self { operations: list(operations), schemes: list(schemes) }
    }
}

/// Keeps a value for the life of the process.
pub(in crate::live) fn list<T>(items: impl Iterator<Item = T>) -> &'static [T] {
    Vec::leak(items.collect())
}

pub(in crate::live) fn text(text: &str) -> &'static str {
    String::leak(text.to_owned())
}

fn operation(api: &Api, at: usize, operation: &Operation) -> rt::Operation {
    let segments = operation.path.segments.iter().map(|segment| match segment {
        Segment::Text(literal) => rt::Segment::Text(text(literal)),
        Segment::Parameter(index) => rt::Segment::Parameter(*index),
    });
    let parameters = tables::parameters(api, operation).enumerate().map(|(index, row)| {
        let is_any = api.rules.any_texts.contains(&(at, index));
        let is_made = api.rules.idempotency_keys.contains(&(at, index));
        rt::Parameter { any_text: is_any, is_made, ..parameter(&row) }
    });
    rt::Operation {
        id: text(&operation.id),
        method: text(operation.method.as_str()),
        path: list(segments),
        query: text(&operation.path.query.text()),
        parameters: list(parameters),
        access: access(&operation.access),
        accept: text(&tables::accept(operation)),
    }
}

/// A parameter, a field of a form, or a header of a response.
pub(in crate::live) fn parameter(row: &ParameterRow<'_>) -> rt::Parameter {
    let parameter = row.parameter;
    let shape = match parameter.shape {
        ParameterShape::Scalar => rt::Shape::Scalar,
        ParameterShape::Array => rt::Shape::Array,
        ParameterShape::Object => rt::Shape::Object,
    };
    rt::Parameter {
        explode: parameter.explode,
        required: parameter.is_required,
        reserved: parameter.allow_reserved,
        or_scalar: parameter.or_scalar,
        nested: row.nested.as_ref().map_or(rt::Nested::Text, nested),
        others: list(row.others.iter().map(|name| text(name))),
        ..rt::Parameter::new(text(&parameter.name), place(row.place), style(row.style), shape)
    }
}

fn nested(structure: &Nested<'_>) -> rt::Nested {
    match structure {
        Nested::Text => rt::Nested::Text,
        Nested::Any => rt::Nested::Any,
        Nested::Json => rt::Nested::Json,
        Nested::List(item) => rt::Nested::List(Box::leak(Box::new(nested(item)))),
        Nested::Object(fields, rest) => {
            let fields = fields.iter().map(|(name, structure)| (text(name), nested(structure)));
            let rest = rest.as_ref().map(|rest| &*Box::leak(Box::new(nested(rest))));
            rt::Nested::Object(list(fields), rest)
        }
    }
}

fn place(place: Place) -> rt::Place {
    match place {
        Place::Path => rt::Place::Path,
        Place::Query => rt::Place::Query,
        Place::Header => rt::Place::Header,
        Place::Cookie => rt::Place::Cookie,
    }
}

fn style(style: Style) -> rt::Style {
    match style {
        Style::Simple => rt::Style::Simple,
        Style::Label => rt::Style::Label,
        Style::Matrix => rt::Style::Matrix,
        Style::Form => rt::Style::Form,
        Style::SpaceDelimited => rt::Style::SpaceDelimited,
        Style::PipeDelimited => rt::Style::PipeDelimited,
        Style::DeepObject => rt::Style::DeepObject,
        Style::Json => rt::Style::Json,
    }
}

fn access(access: &Access) -> rt::Access {
    match access {
        Access::Open => rt::Access::Open,
        Access::Guarded { any_of, or_anonymous } => {
            rt::Access::Guarded { any_of: list(any_of.iter().map(alternative)), or_anonymous: *or_anonymous }
        }
    }
}

fn alternative(requirement: &Requirement) -> &'static [rt::SchemeUse] {
    let uses = requirement.iter().map(|own| {
        let scopes = own.scopes.iter().map(|scope| text(scope));
        rt::SchemeUse::new(own.scheme.0, list(scopes))
    });
    list(uses)
}

fn scheme(scheme: &Scheme) -> rt::Scheme {
    let kind = match (scheme.carrier(), scheme.kind.secret()) {
        (Carrier::Key(place, name), _) => rt::SchemeKind::ApiKey { place: key_place(place), name: text(name) },
        (Carrier::Authorization(_), Secret::Login) => rt::SchemeKind::Basic,
        (Carrier::Authorization(_), Secret::Token) if !scheme.is_bound() => rt::SchemeKind::Bearer,
        (Carrier::Authorization(scheme), _) => rt::SchemeKind::Http(text(scheme)),
        (Carrier::Connection, _) => rt::SchemeKind::MutualTls,
    };
    rt::Scheme { name: text(&scheme.name), kind }
}

fn key_place(place: KeyPlace) -> rt::KeyPlace {
    match place {
        KeyPlace::Header => rt::KeyPlace::Header,
        KeyPlace::Query => rt::KeyPlace::Query,
        KeyPlace::Cookie => rt::KeyPlace::Cookie,
    }
}
