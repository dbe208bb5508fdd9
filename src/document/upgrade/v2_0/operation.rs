//! Converts operations and responses of Swagger 2.0.

use super::super::state::Upgrade;
use crate::diag::Pointer;
use crate::document::kind::{Child, Kind};
use crate::document::tree::{Node, Object};

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

/// A declared parameter.
#[derive(Debug, Clone)]
pub(super) struct DeclaredParameter {
    /// Its place in the list that uses it.
    pub(super) used: Pointer,
    /// The place of its declaration.
    pub(super) at: Pointer,
    pub(super) object: Object,
}

impl DeclaredParameter {
    pub(super) fn text(&self, key: &str) -> &str {
        self.object.get(key).and_then(Node::as_str).unwrap_or_default()
    }

    pub(super) fn is_shared(&self) -> bool {
        self.used != self.at
    }

    fn is_content(&self) -> bool {
        matches!(self.text("in"), "body" | "formData")
    }
}

impl Upgrade<'_> {
    /// A path item; its parameters that are content move to each of its operations.
    pub(super) fn swagger_path(&mut self, object: &Object, at: &Pointer) -> Node {
        let mut shared = Vec::new();
        let mut item = Object::new();
        if let Some(list) = object.get("parameters") {
            let (parameters, content) = self.swagger_list(list, &at.child("parameters"));
            item.insert("parameters".to_owned(), parameters);
            shared = content;
        }
        for (key, value) in object.iter().filter(|(key, _)| *key != "parameters") {
            let value = match (Kind::PathItem.child(key), value) {
                (Some(Child::One(Kind::Operation)), Node::Object(operation)) => {
                    self.done.insert(at.child(key));
                    self.swagger_operation(operation, &at.child(key), &shared)
                }
                _ => value.clone(),
            };
            item.insert(key.clone(), value);
        }
        Node::from(item)
    }

    /// Splits parameters into those that stay and those that are content.
    fn swagger_list(&mut self, list: &Node, at: &Pointer) -> (Node, Vec<DeclaredParameter>) {
        let Node::Array(items) = list else { return (list.clone(), Vec::new()) };
        let mut kept = Vec::new();
        let mut content = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let used = at.index(index);
            match self.declared(item, &used) {
                Some(declared) if declared.is_content() => content.push(declared),
                _ => kept.push((used, item)),
            }
        }
        let mut parameters = Vec::new();
        for (used, item) in kept {
            let upgraded = self.object(Kind::Parameter, item, &used);
            let place = at.index(parameters.len());
            parameters.push(upgraded);
            // The places of content parameters are free only after they have moved, so shifts are recorded at the end.
            content.iter().any(|declared| declared.used < used).then(|| self.shifts.push((used, place)));
        }
        (Node::Array(parameters), content)
    }

    /// The parameter itself, after resolving references.
    fn declared(&self, item: &Node, used: &Pointer) -> Option<DeclaredParameter> {
        let mut at = used.clone();
        let mut node = item;
        for _ in 0..=self.references {
            let Some(reference) = node.reference() else {
                return Some(DeclaredParameter { used: used.clone(), at, object: node.as_object()?.clone() });
            };
            let targets = crate::document::fragment::pointers(reference);
            (at, node) = targets.into_iter().find_map(|target| Some((target.clone(), self.tree.find(&target)?)))?;
        }
        None
    }

    pub(super) fn swagger_operation(&mut self, object: &Object, at: &Pointer, shared: &[DeclaredParameter]) -> Node {
        let mut operation = Object::new();
        let mut content = Vec::new();
        for (key, value) in object {
            let below = at.child(key);
            match key.as_str() {
                "consumes" | "produces" | "schemes" => {}
                "parameters" => {
                    let (parameters, found) = self.swagger_list(value, &below);
                    content = found;
                    operation.insert(key.clone(), parameters);
                }
                "responses" => drop(operation.insert(key.clone(), self.swagger_responses(value, object, &below))),
                _ => drop(operation.insert(key.clone(), value.clone())),
            }
        }
        let is_own = |other: &&DeclaredParameter| {
            !content.iter().any(|own| own.text("name") == other.text("name") && own.text("in") == other.text("in"))
        };
        let inherited: Vec<_> = shared.iter().filter(is_own).cloned().collect();
        content.extend(inherited);
        if let Some(body) = self.swagger_body(&content, object, at) {
            operation.insert("requestBody".to_owned(), body);
        }
        for (used, place) in std::mem::take(&mut self.shifts) {
            self.moves.relocate(&used, &place);
        }
        if object.get("schemes").is_some_and(|schemes| self.tree.get("schemes") != Some(schemes))
            && let Some(servers) = self.swagger_servers(object.get("schemes"), at)
        {
            operation.insert("servers".to_owned(), servers);
        }
        Node::from(operation)
    }

    fn swagger_responses(&mut self, responses: &Node, operation: &Object, at: &Pointer) -> Node {
        let Node::Object(entries) = responses else { return responses.clone() };
        let produces = self.media_types("produces", Some(operation));
        let mut upgraded = Object::new();
        for (key, value) in entries.iter() {
            let below = at.child(key);
            let value = match value {
                Node::Object(response) if value.reference().is_none() && !key.starts_with("x-") => {
                    self.done.insert(below.clone());
                    self.swagger_response(response, &below, &produces)
                }
                value if value.reference().is_some() => self.object(Kind::Response, value, &below),
                value => value.clone(),
            };
            upgraded.insert(key.clone(), value);
        }
        Node::from(upgraded)
    }

    pub(super) fn swagger_response(&mut self, object: &Object, at: &Pointer, produces: &[String]) -> Node {
        let mut response = Object::new();
        for (key, value) in object {
            let below = at.child(key);
            match key.as_str() {
                "schema" => {
                    let schema = self.object(Kind::Schema, value, &below);
                    let media_types = response_types(value, produces);
                    let content = self.content(&media_types, &schema, &below, &at.child("content"));
                    response.insert("content".to_owned(), content);
                }
                "headers" => {
                    let headers = self.child(Child::Map(Kind::Header), value, &below);
                    response.insert(key.clone(), headers);
                }
                "examples" => {}
                _ => drop(response.insert(key.clone(), value.clone())),
            }
        }
        Node::from(response)
    }
}

/// The media types of a response. A file is JSON only if the operation produces nothing else: operations that produce
/// files often list JSON for their errors.
fn response_types(schema: &Node, produces: &[String]) -> Vec<String> {
    let is_file = schema.get("type").and_then(Node::as_str) == Some("file");
    let of_files = || produces.iter().filter(|media_type| !media_type.contains("json")).cloned().collect::<Vec<_>>();
    match (is_file, produces.is_empty()) {
        (true, true) => vec![BYTES.to_owned()],
        (false, true) => vec![JSON.to_owned()],
        (true, false) => Some(of_files()).filter(|found| !found.is_empty()).unwrap_or_else(|| produces.to_vec()),
        (false, false) => produces.to_vec(),
    }
}
