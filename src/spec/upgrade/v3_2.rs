//! OpenAPI 3.2: what is new beside 3.1. `$self` is a name for the document, which references may use.

use super::Upgrade;
use crate::diag::Pointer;
use crate::diag::print::excerpt;
use crate::spec::kind::Kind;
use crate::spec::tree::{Node, Object};

impl Upgrade<'_> {
    /// Warns of what no code is written for.
    pub(super) fn v3_2(&mut self, kind: Kind, object: &Object, at: &Pointer) {
        match kind {
            Kind::PathItem => self.other_methods(object, at),
            Kind::MediaType => {
                for key in ["itemSchema", "prefixEncoding", "itemEncoding"] {
                    if object.contains_key(key) {
                        let message = format!("`{key}` is not honoured: items are not read one by one");
                        self.ignored(&at.child(key), message);
                    }
                }
            }
            _ => {}
        }
    }

    /// `query`, and `additionalOperations` with their methods as keys.
    fn other_methods(&mut self, item: &Object, at: &Pointer) {
        if item.contains_key("query") {
            self.ignored(&at.child("query"), "no code is written for the method QUERY");
        }
        let key = "additionalOperations";
        let Some(Node::Object(operations)) = item.get(key) else { return };
        for method in operations.keys() {
            let message = format!("no code is written for the method `{}`", excerpt(method));
            self.ignored(&at.child(key).child(method), message);
        }
    }
}
