//! Converts security schemes of Swagger 2.0. A scheme that cannot be converted is an error; nothing becomes public.

use super::super::{Upgrade, object_of};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::document::tree::{Node, Object};

impl Upgrade<'_> {
    /// All schemes by name.
    pub(super) fn swagger_schemes(&mut self, entries: &Object, at: &Pointer) -> Node {
        let mut schemes = Object::new();
        for (name, node) in entries {
            let at = at.child(name);
            let scheme = match (node, node.get("type").and_then(Node::as_str)) {
                (Node::Object(scheme), Some("basic")) => basic(scheme),
                (Node::Object(scheme), Some("oauth2")) => self.swagger_oauth(scheme, &at),
                _ => node.clone(),
            };
            schemes.insert(name.clone(), scheme);
        }
        Node::from(schemes)
    }

    /// A flow by its Swagger 2.0 name, with the keys that 3.0 has in the flow.
    fn swagger_oauth(&mut self, scheme: &Object, at: &Pointer) -> Node {
        let flow = match scheme.get("flow").and_then(Node::as_str) {
            Some("implicit") => "implicit",
            Some("password") => "password",
            Some("application") => "clientCredentials",
            Some("accessCode") => "authorizationCode",
            found => {
                let found =
                    found.map_or_else(|| "missing flow".to_owned(), |name| format!("unknown flow `{}`", excerpt(name)));
                let message = format!("{found}; expected `implicit`, `password`, `application` or `accessCode`");
                self.report.push(Diagnostic::error(Code::UnsupportedScheme, &at.child("flow"), message));
                return Node::from(scheme.clone());
            }
        };
        let place = at.child("flows").child(flow);
        let is_of_flow = |key: &str| matches!(key, "authorizationUrl" | "tokenUrl" | "scopes");
        let mut keys = Object::new();
        let mut rest = Object::new();
        for (key, value) in scheme.iter().filter(|(key, _)| *key != "flow") {
            if is_of_flow(key) {
                self.moves.relocate(&at.child(key), &place.child(key));
                keys.insert(key.clone(), value.clone());
            } else {
                rest.insert(key.clone(), value.clone());
            }
        }
        self.moves.relocate(&at.child("flow"), &place);
        rest.insert("flows".to_owned(), object_of(flow, Node::from(keys)));
        Node::from(rest)
    }
}

fn basic(scheme: &Object) -> Node {
    let mut scheme = scheme.clone();
    scheme.insert("type".to_owned(), Node::String("http".to_owned()));
    scheme.insert("scheme".to_owned(), Node::String("basic".to_owned()));
    Node::from(scheme)
}
