//! Converts a Swagger 2.0 document, part by part, to 3.0.

mod body;
mod media;
mod operation;
mod parameter;
mod security;

use super::Upgrade;
use crate::diag::Pointer;
use crate::document::kind::Kind;
use crate::document::tree::{Node, Object};

impl Upgrade<'_> {
    /// An object of Swagger 2.0 that is neither a schema nor a reference.
    pub(super) fn v2_0(&mut self, kind: Kind, object: &Object, at: &Pointer) -> Node {
        match kind {
            Kind::Document => self.swagger(object, at),
            Kind::PathItem => self.swagger_path(object, at),
            Kind::Operation => self.swagger_operation(object, at, &[]),
            Kind::Response => {
                let produces = self.media_types("produces", None);
                self.swagger_response(object, at, &produces)
            }
            Kind::Parameter | Kind::Header => self.swagger_parameter(object, at),
            _ => Node::from(self.children(kind, object, at)),
        }
    }

    fn swagger(&mut self, object: &Object, at: &Pointer) -> Node {
        let mut document = Object::from([("openapi".to_owned(), Node::String("3.0.3".to_owned()))]);
        let mut components = Object::new();
        self.moves.note(&at.child("swagger"), &at.child("openapi"));
        for (key, value) in object {
            let below = at.child(key);
            match (key.as_str(), value) {
                ("swagger" | "host" | "basePath" | "schemes" | "consumes" | "produces", _) => {}
                ("definitions", Node::Object(_)) => {
                    self.section(&mut components, "schemas", Kind::Schema, value, &below)
                }
                ("responses", Node::Object(_)) => {
                    self.section(&mut components, "responses", Kind::Response, value, &below);
                }
                ("parameters", Node::Object(entries)) => self.swagger_parameters(&mut components, entries, &below),
                ("securityDefinitions", Node::Object(entries)) => {
                    let schemes = self.swagger_schemes(entries, &below);
                    components.insert("securitySchemes".to_owned(), schemes);
                    self.moves.relocate(&below, &at.child("components").child("securitySchemes"));
                }
                ("paths", _) => drop(document.insert(key.clone(), self.object(Kind::Paths, value, &below))),
                _ => drop(document.insert(key.clone(), value.clone())),
            }
        }
        document.insert("components".to_owned(), Node::from(components));
        if let Some(servers) = self.swagger_servers(object.get("schemes"), at) {
            document.insert("servers".to_owned(), servers);
        }
        Node::from(document)
    }

    fn section(&mut self, components: &mut Object, name: &str, kind: Kind, entries: &Node, at: &Pointer) {
        let upgraded = self.child(crate::document::kind::Child::Map(kind), entries, at);
        components.insert(name.to_owned(), upgraded);
        self.moves.relocate(at, &Pointer::root().child("components").child(name));
    }

    /// The servers from `host`, `basePath` and `schemes`; https comes first, since credentials are only sent over it.
    fn swagger_servers(&mut self, schemes: Option<&Node>, at: &Pointer) -> Option<Node> {
        let text = |key: &str| self.tree.get(key).and_then(Node::as_str);
        let base = text("basePath").unwrap_or_default();
        let Some(host) = text("host").filter(|host| !host.is_empty()) else {
            self.moves.copy(&Pointer::root().child("basePath"), &at.child("servers").index(0).child("url"));
            return (!base.is_empty()).then(|| Node::Array(vec![server(base.to_owned())]));
        };
        let mut schemes = media::texts(schemes);
        if schemes.is_empty() {
            schemes.push("https".to_owned());
        }
        let mut order: Vec<usize> = (0..schemes.len()).collect();
        order.sort_by_key(|index| schemes[*index] != "https");
        let mut servers = Vec::new();
        for index in order {
            let place = at.child("servers").index(servers.len());
            self.moves.copy(&at.child("schemes").index(index), &place);
            let separator = if base.is_empty() || base.starts_with('/') { "" } else { "/" };
            servers.push(server(format!("{}://{host}{separator}{base}", schemes[index])));
        }
        Some(Node::Array(servers))
    }
}

fn server(url: String) -> Node {
    super::object_of("url", Node::String(url))
}
