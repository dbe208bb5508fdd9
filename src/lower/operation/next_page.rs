//! How the next page of a list is requested, if the document describes it: by a link of a response to its own operation
//! (OpenAPI 3.0.3, section 4.7.20), or by a `Link` header (RFC 8288).

use super::found_operation::FoundOperation;
use crate::diag::Pointer;
use crate::document::tree::{Node, Object};
use crate::lower::source::Source;
use crate::model::operation::{Method, NextPage, NextParameter, Parameter, ParameterStyle, ResponsePlace};

/// How the next page of this operation is requested. A link that cannot be followed by the same call is not used.
pub(super) fn of(source: &Source<'_>, found: &FoundOperation<'_>, parameters: &[Parameter]) -> Option<NextPage> {
    if found.method != Method::Get || found.spec.request_body.is_some() {
        return None;
    }
    let at = found.at.child("responses");
    let mut has_link_header = false;
    for (status, response) in members(source.document.node(&at)?) {
        // A reference without a target was reported with the responses.
        let response = resolved(source, response, &at).filter(|_| status.len() == 3 && status.starts_with('2'));
        let Some(response) = response else { continue };
        let links = response.get("links").into_iter().flat_map(members).filter_map(|(name, link)| {
            let own = resolved(source, link, &at).filter(|link| is_own(link, found.spec.operation_id.as_deref()));
            Some((name.as_str(), by_parameters(own?, parameters)?))
        });
        if let Some(next) = forward(links.collect()) {
            return Some(NextPage::Parameters(next));
        }
        let mut headers = response.get("headers").into_iter().flat_map(members);
        has_link_header |= headers.any(|(name, _)| name.eq_ignore_ascii_case("link"));
    }
    has_link_header.then_some(NextPage::Link)
}

/// The link to the next page: the one that is named so, or the only one if its name is not that of another page.
fn forward(mut links: Vec<(&str, Vec<NextParameter>)>) -> Option<Vec<NextParameter>> {
    const OTHERS: &[&str] = &["prev", "previous", "first", "last", "self"];
    let lower = |name: &str| name.to_ascii_lowercase();
    if let Some(at) = links.iter().position(|(name, _)| lower(name) == "next") {
        return Some(links.swap_remove(at).1);
    }
    match links.as_slice() {
        [(name, _)] if !OTHERS.iter().any(|other| lower(name).starts_with(other)) => links.pop().map(|(_, next)| next),
        _ => None,
    }
}

fn members(node: &Node) -> impl Iterator<Item = (&String, &Node)> {
    node.as_object().into_iter().flatten()
}

/// The object, or the target of its reference.
fn resolved<'d>(source: &Source<'d>, node: &'d Node, at: &Pointer) -> Option<&'d Object> {
    let object = node.as_object()?;
    match object.get("$ref").and_then(Node::as_str) {
        Some(reference) => source.document.node(&source.document.target(reference, at).ok()?)?.as_object(),
        None => Some(object),
    }
}

/// Whether the link is to the operation that it belongs to, on the same server, without a body.
fn is_own(link: &Object, id: Option<&str>) -> bool {
    let to = link.get("operationId").and_then(Node::as_str);
    to.is_some() && to == id && !link.contains_key("server") && !link.contains_key("requestBody")
}

/// The parameters that differ in the next call; `None` if any of them cannot be read from the response.
fn by_parameters(link: &Object, parameters: &[Parameter]) -> Option<Vec<NextParameter>> {
    let mut next = Vec::new();
    for (key, value) in link.get("parameters").into_iter().flat_map(members) {
        let expression = value.as_str()?;
        let index = parameters.iter().position(|parameter| is_named(parameter, key))?;
        let (own, parameter) =
            (format!("{}.{}", parameters[index].style.location(), parameters[index].name), &parameters[index]);
        // The same call has all of its parameters anyway.
        if expression.strip_prefix("$request.") == Some(own.as_str()) {
            continue;
        }
        let is_text = !matches!(parameter.style, ParameterStyle::Path(_)) && !parameter.style.is_json();
        next.push(NextParameter { index, place: ResponsePlace::parse(expression).filter(|_| is_text)? });
    }
    (!next.is_empty()).then_some(next)
}

/// Whether a key of a link is this parameter: `name`, or `query.name`.
fn is_named(parameter: &Parameter, key: &str) -> bool {
    key == parameter.name || key.split_once('.') == Some((parameter.style.location(), parameter.name.as_str()))
}
