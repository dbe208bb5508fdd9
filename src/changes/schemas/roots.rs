//! The values of operations: parameters, bodies, responses and their header fields.

use std::collections::BTreeMap;

use super::super::change::Change;
use super::super::matching::{Indexed, headers, location, parameters, representations, response, status_text};
use super::super::versions::{Pair, Version, Versions};
use super::place::At;
use super::site::{Direction, Side, Site, Value};
use super::walk::Walk;
use crate::diag::Pointer;
use crate::model::operation::{Content, Representation};
use crate::model::parameter::Parameter;
use crate::model::rule::{RuleId, Rules};
use crate::model::schema::{TypeId, TypeRef};

/// The changes of the schemas of operations that both versions have.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    let titles: Vec<String> = versions.pairs.iter().map(Pair::title).collect();
    let roots = [Roots::new(versions.old), Roots::new(versions.new)];
    let sides = [side(versions.old), side(versions.new)];
    let mut requests = Walk::new(sides, Direction::Request, titles.len());
    let mut responses = Walk::new(sides, Direction::Response, titles.len());
    for (number, pair) in versions.pairs.iter().enumerate() {
        for site in request(pair, &roots) {
            requests.add(number, site);
        }
        for site in responded(pair, &roots) {
            responses.add(number, site);
        }
    }
    let mut changes = requests.finish(&titles);
    changes.extend(responses.finish(&titles));
    changes
}

fn side(version: Version<'_>) -> Side<'_> {
    Side { document: version.document, types: &version.api.types, rules: &version.api.rules.list }
}

/// What is looked up for the values of the operations of one version.
struct Roots<'a> {
    rules: &'a Rules,
    /// The indexes of operations by their pointers.
    indexes: BTreeMap<&'a Pointer, usize>,
    /// Every type by its id: the type of a multipart body is only an id.
    types: Vec<TypeRef>,
}

impl<'a> Roots<'a> {
    fn new(version: Version<'a>) -> Self {
        let operations = version.api.operations.iter().enumerate();
        Self {
            rules: &version.api.rules,
            indexes: operations.map(|(index, operation)| (&operation.at, index)).collect(),
            types: (0..version.api.types.len()).map(|id| TypeRef::Named(TypeId(id))).collect(),
        }
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
            Content::Text | Content::Bytes => None,
        }
    }
}

fn value<'a>(ty: &'a TypeRef, rule: Option<&RuleId>, at: Pointer) -> Value<'a> {
    Value { ty, rules: rule.copied().into_iter().collect(), at: At::Known(at) }
}

fn schema_at(whole: &Pointer, form: &Representation) -> Pointer {
    whole.child("content").child(&form.media_type).child("schema")
}

fn site<'a>(old: Value<'a>, new: Value<'a>, label: String) -> Site<'a> {
    Site { old, new, label, depth: 0 }
}

/// The values of a request.
fn request<'a>(pair: &Pair<'a>, roots: &'a [Roots<'a>; 2]) -> Vec<Site<'a>> {
    let mut sites = Vec::new();
    for (old, new) in parameters(pair).both {
        let label = format!("{}.{}", location(new.1.style), new.1.name);
        let (old, new) = (roots[0].parameter(&pair.old.at, old), roots[1].parameter(&pair.new.at, new));
        sites.push(site(old, new, label));
    }
    let (Some(old_body), Some(new_body)) = (&pair.old.body, &pair.new.body) else { return sites };
    for (old, new) in representations(old_body.forms.iter(), new_body.forms.iter()).both {
        let old = roots[0].body(&pair.old.at, &old_body.at, old);
        let new = roots[1].body(&pair.new.at, &new_body.at, new);
        sites.extend(old.zip(new).map(|(old, new)| site(old, new, "body".to_owned())));
    }
    sites
}

/// The values of the responses.
fn responded<'a>(pair: &Pair<'a>, roots: &'a [Roots<'a>; 2]) -> Vec<Site<'a>> {
    let mut sites = Vec::new();
    for old in &pair.old.responses {
        let Some(new) = response(pair.new, old.status) else { continue };
        let label = format!("response {}", status_text(new.status));
        for ((_, before), (_, after)) in representations(&old.forms, &new.forms).both {
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
