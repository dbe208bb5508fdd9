//! The article of an operation.

use super::bounds::{Bounds, default_text};
use super::examples;
use super::part::Part;
use super::schema::{self, Tree};
use super::shared::Example;
use super::snippet::Snippet;
use super::snippets::{self, Titled};
use super::templates::{Html, View, view};
use super::{access, markdown, try_it};
use crate::model::Api;
use crate::model::content::{Content, Representation};
use crate::model::operation::{Operation, Parameter, ParameterStyle, Response, Status};
use crate::model::schema::TypeRef;
use crate::values::ValueUse;

/// What the article of an operation needs in addition to the operation.
pub struct Entry<'a> {
    /// The id of its element.
    pub id: &'a str,
    /// The index in the list of operations of the part.
    pub at: usize,
    /// The index in the API; `None` for an outgoing operation.
    pub index: Option<usize>,
    /// The base URL, if the document has one.
    pub base_url: Option<&'a str>,
    /// The call of the generated client.
    pub rust: &'a str,
    /// What causes an outgoing operation.
    pub cause: String,
    /// The API, if the page can call the operation.
    pub tried: Option<&'a Api>,
}

/// The article.
pub fn article(part: Part<'_>, operation: &Operation, entry: &Entry<'_>) -> Html {
    let parameters = operation.parameters.iter().enumerate();
    let parameters = parameters.map(|(at, parameter)| parameter_view(part, parameter, rule_of(part, entry, at)));
    let body_example = ValueUse::Body { operation: entry.at, index: 0 };
    let [curl, python] = match entry.index {
        Some(_) => snippets::all(part, &Snippet { operation, base_url: entry.base_url, body: body_example }),
        None => [Vec::new(), Vec::new()],
    };
    let responses = operation.responses.iter().zip(0..);
    let responses = responses.map(|(response, index)| response_view(part, response, (entry.at, index)));
    let view = view! {
        id: entry.id,
        method: operation.method.as_str(),
        path: operation.path.text.clone(),
        summary: operation.doc.summary.clone().unwrap_or_default(),
        operation_id: operation.id.clone(),
        is_deprecated: operation.is_deprecated,
        cause: entry.cause.clone(),
        is_outgoing: entry.index.is_none(),
        doc: operation.doc.description.as_deref().map(markdown::html).unwrap_or_default(),
        servers: operation.servers.iter().map(|server| View::from(server.template.clone())).collect::<Vec<View>>(),
        access: access::access(part, &operation.access),
        parameters: parameters.collect::<Vec<View>>(),
        body: body(part, operation, entry),
        responses: responses.collect::<Vec<View>>(),
        curl: snippet_views(curl),
        python: snippet_views(python),
        rust: Html::of_text(entry.rust),
        try_data: entry.tried.map(|api| try_it::operation(part, api, operation)).unwrap_or_default(),
    };
    part.engine.render("operation", view)
}

fn snippet_views(snippets: Vec<Titled>) -> Vec<View> {
    snippets.into_iter().map(|Titled { title, text }| view! { title: title, text: Html::of_text(&text) }).collect()
}

fn rule_of(part: Part<'_>, entry: &Entry<'_>, parameter: usize) -> Bounds {
    let rule = part.rules.zip(entry.index).and_then(|(rules, index)| rules.parameters.get(&(index, parameter)));
    Bounds::of(&part, rule.copied())
}

fn body_bounds(part: Part<'_>, entry: &Entry<'_>, form: usize) -> Bounds {
    let rule = part.rules.zip(entry.index).and_then(|(rules, index)| rules.bodies.get(&(index, form)));
    Bounds::of(&part, rule.copied())
}

fn parameter_view(part: Part<'_>, parameter: &Parameter, bounds: Bounds) -> View {
    let mut notes = bounds.texts(&part);
    notes.extend(bounds.items(&part).texts(&part).into_iter().map(|text| format!("each item {text}")));
    notes.extend(default_text(parameter.default.as_ref()));
    notes.extend(schema::values(part, &parameter.ty));
    let example = parameter.examples.iter().find_map(|example| examples::text(&example.content.value));
    notes.extend(example.map(|text| format!("example {text}")));
    view! {
        name: parameter.name.clone(),
        place: place(parameter),
        ty: schema::type_text(part, &parameter.ty),
        href: schema::href(part, &parameter.ty),
        is_required: parameter.is_required,
        is_deprecated: parameter.is_deprecated,
        notes: notes,
        doc: schema::doc(&parameter.doc),
        fields: Tree::html(part, &parameter.ty, &bounds),
    }
}

fn place(parameter: &Parameter) -> &'static str {
    match parameter.style {
        ParameterStyle::Path(_) => "path",
        ParameterStyle::Query(_) => "query",
        ParameterStyle::Header | ParameterStyle::HeaderJson => "header",
        ParameterStyle::Cookie | ParameterStyle::CookieJson => "cookie",
    }
}

/// The request body; a list with at most one element.
fn body(part: Part<'_>, operation: &Operation, entry: &Entry<'_>) -> Vec<View> {
    let body = operation.body.iter().map(|body| {
        let forms = body.forms.iter().enumerate();
        let form = |(index, form): (usize, &Representation)| {
            let of = ValueUse::Body { operation: entry.at, index };
            form_view(part, form, Some(&body_bounds(part, entry, index)), of)
        };
        let forms = forms.map(form);
        view! { is_required: body.is_required, doc: schema::doc(&body.doc), forms: forms.collect::<Vec<View>>() }
    });
    body.collect()
}

fn response_view(part: Part<'_>, response: &Response, (operation, at): (usize, usize)) -> View {
    let (status, kind) = match response.status {
        Status::Code(code) => (code.to_string(), code / 100),
        Status::Range(first) => (format!("{first}XX"), u16::from(first)),
        Status::Default => ("default".to_owned(), 0),
    };
    let forms = response
        .forms
        .iter()
        .enumerate()
        .map(|(index, form)| form_view(part, form, None, ValueUse::Response { operation, response: at, index }));
    let headers = response.headers.iter().map(|header| parameter_view(part, header, Bounds::default()));
    view! {
        status: status,
        is_success: kind == 2,
        is_error: kind >= 4,
        doc: schema::doc(&response.doc),
        headers: headers.collect::<Vec<View>>(),
        forms: forms.collect::<Vec<View>>(),
    }
}

/// A media type with its schema; what is sent has bounds.
fn form_view(part: Part<'_>, form: &Representation, bounds: Option<&Bounds>, of: ValueUse) -> View {
    let ty = match &form.content {
        Content::Json(ty) | Content::Form(ty) => Some(ty.clone()),
        Content::Multipart(id) => Some(TypeRef::Named(*id)),
        Content::Stream(stream) => stream.item().cloned(),
        Content::Text | Content::Bytes => None,
    };
    let parts = form.part_media_types().map(|(name, types)| format!("part {name}: {types}"));
    let limits = bounds.map(|bounds| bounds.texts(&part)).unwrap_or_default();
    let mut notes: Vec<String> = limits.into_iter().chain(parts).collect();
    notes.extend(ty.as_ref().and_then(|ty| schema::values(part, ty)));
    let mut examples: Vec<(String, String)> = form.examples.iter().map(examples::of_document).collect();
    if examples.is_empty() && matches!(form.content, Content::Json(_) | Content::Stream(_)) && ty.is_some() {
        let made = examples::value(part, of).as_ref().map(examples::pretty);
        examples.extend(made.map(|text| ("Example made from the schema".to_owned(), text)));
    }
    let is_text = matches!(form.content, Content::Text | Content::Stream(_));
    let stream = if matches!(form.content, Content::Stream(_)) { "stream of " } else { "" };
    let schema::Content { fields, tree } = match (&ty, bounds) {
        (None, _) => schema::Content::default(),
        // Constraints are known for requests to the API.
        (Some(ty), Some(bounds)) if part.rules.is_some() => {
            schema::Content { fields: Tree::html(part, ty, bounds), tree: String::new() }
        }
        (Some(ty), _) => schema::received(part, ty),
    };
    view! {
        media_type: form.media_type.clone(),
        ty: ty.as_ref().map_or_else(
            || format!("{stream}{}", if is_text { "text" } else { "bytes" }),
            |ty| format!("{stream}{}", schema::type_text(part, ty)),
        ),
        href: ty.as_ref().map(|ty| schema::href(part, ty)).unwrap_or_default(),
        notes: notes,
        fields: fields,
        tree: tree,
        examples: examples.into_iter().map(|(title, text)| example_view(part, title, text)).collect::<Vec<View>>(),
    }
}

/// An example; its text is in a page once.
fn example_view(part: Part<'_>, title: String, text: String) -> View {
    let (id, same, text) = match part.shared.example(&text) {
        Example::Here => (String::new(), String::new(), text),
        Example::First(id) => (id, String::new(), text),
        Example::Elsewhere(id) => (String::new(), id, String::new()),
    };
    view! { title: title, id: id, same: same, text: Html::of_text(&text) }
}
