//! The operation tables of the runtime, as plain data: `rust` prints them as constants, `live` builds them at run time.
//! What they mean is in `operation.rs` and `parameter.rs` of `templates/runtime/shared`.

mod nested;

pub use nested::Nested;

use crate::model::Api;
use crate::model::operation::{Operation, Parameter, ParameterStyle, PathStyle, QueryStyle};
use crate::model::security::{Carrier, KeyPlace};

/// One parameter of an operation.
#[derive(Debug)]
pub struct ParameterRow<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// Where it is.
    pub place: Place,
    /// How it is encoded.
    pub style: Style,
    /// The structure of its items or properties; `None` if each is a single text.
    pub nested: Option<Nested<'a>>,
    /// For an exploded object: the names of pairs in its place that do not belong to it.
    pub others: Vec<&'a str>,
}

/// The place of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// As a header.
    Header,
    /// As a cookie.
    Cookie,
}

/// How a value is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `a,b`.
    Simple,
    /// `.a.b`.
    Label,
    /// `;name=a`.
    Matrix,
    /// `name=a`.
    Form,
    /// `name=a b`.
    SpaceDelimited,
    /// `name=a|b`.
    PipeDelimited,
    /// `name[key]=a`.
    DeepObject,
    /// JSON text.
    Json,
}

/// The rows of the parameters of an operation.
pub fn parameters<'a>(api: &'a Api, operation: &'a Operation) -> impl Iterator<Item = ParameterRow<'a>> {
    let with_others =
        move |parameter| ParameterRow { others: others(api, operation, parameter), ..row(api, parameter) };
    operation.parameters.iter().map(with_others)
}

/// The row of a parameter that is not mixed with others, such as a field of a form or a header of a response.
pub fn row<'a>(api: &'a Api, parameter: &'a Parameter) -> ParameterRow<'a> {
    let (place, style) = match parameter.style {
        ParameterStyle::Path(style) => (Place::Path, path_style(style)),
        ParameterStyle::Query(style) => (Place::Query, query_style(style)),
        ParameterStyle::Header => (Place::Header, Style::Simple),
        ParameterStyle::HeaderJson => (Place::Header, Style::Json),
        ParameterStyle::Cookie => (Place::Cookie, Style::Form),
        ParameterStyle::CookieJson => (Place::Cookie, Style::Json),
    };
    let nested = if parameter.style.is_json() { None } else { nested::of(api, parameter) };
    ParameterRow { parameter, place, style, nested, others: Vec::new() }
}

fn path_style(style: PathStyle) -> Style {
    match style {
        PathStyle::Simple => Style::Simple,
        PathStyle::Label => Style::Label,
        PathStyle::Matrix => Style::Matrix,
        PathStyle::Json => Style::Json,
    }
}

fn query_style(style: QueryStyle) -> Style {
    match style {
        QueryStyle::Form => Style::Form,
        QueryStyle::SpaceDelimited => Style::SpaceDelimited,
        QueryStyle::PipeDelimited => Style::PipeDelimited,
        QueryStyle::DeepObject => Style::DeepObject,
        QueryStyle::Json => Style::Json,
    }
}

/// The value of `Accept`: the media types of the responses that the client reads, in document order.
pub fn accept(operation: &Operation) -> String {
    let mut types: Vec<&str> = Vec::new();
    for form in operation.responses.iter().flat_map(|response| &response.forms) {
        if !types.contains(&form.media_type.as_str()) {
            types.push(&form.media_type);
        }
    }
    types.join(", ")
}

/// The names whose pairs do not belong to an exploded object: those of other parameters, fixed pairs and API keys in its
/// place.
fn others<'a>(api: &'a Api, operation: &'a Operation, parameter: &'a Parameter) -> Vec<&'a str> {
    let place = match parameter.style {
        _ if !parameter.is_spread() => return Vec::new(),
        ParameterStyle::Query(_) => KeyPlace::Query,
        ParameterStyle::Cookie | ParameterStyle::CookieJson => KeyPlace::Cookie,
        ParameterStyle::Path(_) | ParameterStyle::Header | ParameterStyle::HeaderJson => return Vec::new(),
    };
    let is_in_place = |other: &&Parameter| match other.style {
        ParameterStyle::Query(_) => place == KeyPlace::Query,
        ParameterStyle::Cookie | ParameterStyle::CookieJson => place == KeyPlace::Cookie,
        ParameterStyle::Path(_) | ParameterStyle::Header | ParameterStyle::HeaderJson => false,
    };
    let others = operation.parameters.iter().filter(is_in_place);
    let mut names: Vec<&str> = Vec::new();
    for other in others.filter(|other| other.name != parameter.name) {
        if other.is_spread() {
            names.extend(nested::keys(api, &other.ty));
        } else {
            names.push(&other.name);
        }
    }
    if place == KeyPlace::Query {
        names.extend(operation.path.query.pairs.iter().map(|pair| pair.name.as_str()));
    }
    // Two objects may share a property, and a property may be named like a parameter.
    let own = nested::keys(api, &parameter.ty);
    names.retain(|name| !own.contains(name));
    let schemes = api.schemes.iter().chain(&api.unused_schemes);
    names.extend(schemes.filter_map(|scheme| match scheme.kind.carrier() {
        Carrier::Key(key_place, name) if key_place == place => Some(name),
        Carrier::Key(..) | Carrier::Authorization(_) | Carrier::Connection => None,
    }));
    names.sort_unstable();
    names.dedup();
    names
}
