//! The values of operations: parameters, bodies, responses and their header fields.

use std::collections::{BTreeMap, BTreeSet};

use super::super::change::Change;
use super::super::contents::{media_type_at, of_bodies, of_responses};
use super::super::matching::{Indexed, headers, location, parameters, responses, status_text};
use super::super::versions::{Pair, Versions};
use super::super::webhooks::{outgoing, title};
use super::place::At;
use super::site::{Direction, Side, Site, Value};
use super::walk::Walk;
use crate::diag::Pointer;
use crate::document::Document;
use crate::model::Api;
use crate::model::operation::{Content, Representation};
use crate::model::parameter::Parameter;
use crate::model::rule::{RuleId, Rules};
use crate::model::schema::{Scalar, TypeDef, TypeId, TypeRef};

/// The changes of the schemas of operations, webhooks and callbacks that both versions have.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    let roots = [versions.old, versions.new].map(|version| Roots::new(version.api));
    let titles: Vec<String> = versions.pairs.iter().map(Pair::title).collect();
    let mut changes = compare(versions, &roots, &versions.pairs, &titles);
    let none = Rules::default();
    let roots = [versions.old, versions.new].map(|version| Roots::of_outgoing(version.api, &none));
    let outgoing = outgoing(versions).both;
    let titles: Vec<String> = outgoing.iter().map(|(_, new)| title(versions.new, new)).collect();
    let pairs: Vec<Pair<'_>> =
        outgoing.iter().map(|(old, new)| Pair { old: &old.operation, new: &new.operation }).collect();
    changes.extend(compare(versions, &roots, &pairs, &titles));
    changes
}

/// Compares the values of these operations. What an outgoing operation sends is what users of the API receive.
fn compare<'a>(
    versions: &Versions<'a>,
    roots: &'a [Roots<'a>; 2],
    pairs: &[Pair<'a>],
    titles: &[String],
) -> Vec<Change> {
    let sides = [roots[0].side(versions.old.document), roots[1].side(versions.new.document)];
    let (received, sent) = match roots[0].is_outgoing {
        false => (Direction::Request, Direction::Response),
        true => (Direction::Response, Direction::Request),
    };
    let mut requests = Walk::new(sides, received, titles.len());
    let mut responses = Walk::new(sides, sent, titles.len());
    for (number, pair) in pairs.iter().enumerate() {
        for site in request(versions, pair, roots) {
            requests.add(number, site);
        }
        for site in responded(versions, pair, roots) {
            responses.add(number, site);
        }
    }
    let mut changes = requests.finish(titles);
    changes.extend(responses.finish(titles));
    changes
}

/// The type of text: of a body, or of the data of events.
static TEXT: TypeRef = TypeRef::Scalar(Scalar::Text);

/// What is looked up for the values of the operations of one version.
struct Roots<'a> {
    /// Whether the operations are webhooks and callbacks.
    is_outgoing: bool,
    definitions: &'a [TypeDef],
    rules: &'a Rules,
    /// The indexes of operations by their pointers.
    indexes: BTreeMap<&'a Pointer, usize>,
    /// Every type by its id: the type of a multipart body is only an id.
    types: Vec<TypeRef>,
    /// The type of an object without properties.
    empty: TypeRef,
}

impl<'a> Roots<'a> {
    fn new(api: &'a Api) -> Self {
        let indexes = api.operations.iter().enumerate().map(|(index, operation)| (&operation.at, index)).collect();
        Self {
            is_outgoing: false,
            definitions: &api.types,
            rules: &api.rules,
            indexes,
            types: types(&api.types),
            empty: empty(),
        }
    }

    /// For the webhooks and callbacks, whose schemas have no rules.
    fn of_outgoing(api: &'a Api, rules: &'a Rules) -> Self {
        let definitions = api.outgoing.types.as_slice();
        Self {
            is_outgoing: true,
            definitions,
            rules,
            indexes: BTreeMap::new(),
            types: types(definitions),
            empty: empty(),
        }
    }

    fn side(&self, document: &'a Document) -> Side<'a> {
        Side { document, types: self.definitions, rules: &self.rules.list }
    }

    fn parameter(&'a self, operation: &Pointer, (index, parameter): Indexed<'a, Parameter>) -> Value<'a> {
        let rule = self.indexes.get(operation).and_then(|&of| self.rules.parameters.get(&(of, index)));
        value(&parameter.ty, rule, parameter.at.clone())
    }

    fn body(
        &'a self,
        operation: &Pointer,
        at: &Pointer,
        (index, form): Indexed<'a, Representation>,
    ) -> Option<Value<'a>> {
        let rule = self.indexes.get(operation).and_then(|&of| self.rules.bodies.get(&(of, index)));
        Some(value(self.content(form)?, rule, schema_at(at, form)))
    }

    /// The type of content that has a schema.
    fn content(&'a self, form: &'a Representation) -> Option<&'a TypeRef> {
        match &form.content {
            Content::Json(ty) | Content::Form(ty) => Some(ty),
            Content::Multipart(id) => self.types.get(id.0),
            Content::Stream(stream) => Some(stream.item().unwrap_or(&TEXT)),
            Content::Text => Some(&TEXT),
            Content::Bytes => None,
        }
    }
}

fn empty() -> TypeRef {
    TypeRef::Map(Box::new(TypeRef::Scalar(Scalar::Any)))
}

fn types(definitions: &[TypeDef]) -> Vec<TypeRef> {
    (0..definitions.len()).map(|id| TypeRef::Named(TypeId(id))).collect()
}

fn value<'a>(ty: &'a TypeRef, rule: Option<&RuleId>, at: Pointer) -> Value<'a> {
    Value { ty, rules: rule.copied().into_iter().collect(), outer: Vec::new(), at: At::Known(at) }
}

fn schema_at(whole: &Pointer, form: &Representation) -> Pointer {
    media_type_at(whole, &form.media_type).child("schema")
}

fn site<'a>(old: Value<'a>, new: Value<'a>, label: String) -> Site<'a> {
    Site { old, new, label, depth: 0 }
}

/// The values of a request.
fn request<'a>(versions: &Versions<'a>, pair: &Pair<'a>, roots: &'a [Roots<'a>; 2]) -> Vec<Site<'a>> {
    let mut sites = Vec::new();
    for (old, new) in parameters(pair).both {
        let label = format!("{}.{}", location(new.1.style), new.1.name);
        let (old, new) = (roots[0].parameter(&pair.old.at, old), roots[1].parameter(&pair.new.at, new));
        sites.push(site(old, new, label));
    }
    let (Some(old_body), Some(new_body)) = (&pair.old.body, &pair.new.body) else { return sites };
    for (old, new) in of_bodies(versions, old_body, new_body).both {
        sites.extend(part_headers(roots, [(&old_body.at, old.1), (&new_body.at, new.1)]));
        let old = roots[0].body(&pair.old.at, &old_body.at, old);
        let new = roots[1].body(&pair.new.at, &new_body.at, new);
        sites.extend(old.zip(new).map(|(old, new)| site(old, new, "body".to_owned())));
    }
    sites
}

/// The header fields of the parts of a multipart body: those of a part as an object.
fn part_headers<'a>(roots: &'a [Roots<'a>; 2], [old, new]: [(&Pointer, &'a Representation); 2]) -> Vec<Site<'a>> {
    let of = |form: &'a Representation| -> BTreeMap<&'a str, TypeId> {
        form.part_headers().map(|(name, headers)| (name, headers.ty)).collect()
    };
    let all = [of(old.1), of(new.1)];
    let names: BTreeSet<&str> = all.iter().flat_map(|headers| headers.keys().copied()).collect();
    let of_part = |name: &str| {
        let ty = |at: usize| match all[at].get(name) {
            Some(id) => roots[at].types.get(id.0),
            None => Some(&roots[at].empty),
        };
        let at = |(whole, form): (&Pointer, &Representation)| {
            media_type_at(whole, &form.media_type).child("encoding").child(name).child("headers")
        };
        let (from, to) = (value(ty(0)?, None, at(old)), value(ty(1)?, None, at(new)));
        Some(site(from, to, format!("body.{name} headers")))
    };
    names.into_iter().filter_map(of_part).collect()
}

/// The values of the responses.
fn responded<'a>(versions: &Versions<'a>, pair: &Pair<'a>, roots: &'a [Roots<'a>; 2]) -> Vec<Site<'a>> {
    let mut sites = Vec::new();
    for (old, new) in responses(pair).both {
        let label = format!("response {}", status_text(new.status));
        for ((_, before), (_, after)) in of_responses(versions, old, new).both {
            let types = roots[0].content(before).zip(roots[1].content(after));
            let places = (schema_at(&old.at, before), schema_at(&new.at, after));
            sites.extend(
                types.map(|(from, to)| site(value(from, None, places.0), value(to, None, places.1), label.clone())),
            );
        }
        for ((_, before), (_, after)) in headers(old, new).both {
            let [from, to] = [before, after].map(|header| value(&header.ty, None, header.at.clone()));
            sites.push(site(from, to, format!("header {}", after.name)));
        }
    }
    sites
}
