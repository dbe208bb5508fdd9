//! OpenAPI 3.2: what is new beside 3.1. `$self` is a name for the document, which references may use.

use super::Upgrade;
use crate::diag::Pointer;
use crate::spec::kind::{Kind, OPERATIONS, QUERY};
use crate::spec::tree::Object;
use crate::spec::version::Version;

impl Upgrade<'_> {
    /// Warns of what no code is written for.
    pub(super) fn v3_2(&mut self, kind: Kind, object: &Object, at: &Pointer) {
        if kind != Kind::MediaType {
            return;
        }
        for key in ["itemSchema", "prefixEncoding", "itemEncoding"] {
            if object.contains_key(key) {
                let message = format!("`{key}` is not honoured: items are not read one by one");
                self.ignored(&at.child(key), message);
            }
        }
    }

    /// `query`, and `additionalOperations` with their methods as keys, go where 3.0 can hold them.
    pub(super) fn other_methods(&mut self, item: &mut Object, at: &Pointer) {
        for (key, place) in [("query", QUERY), ("additionalOperations", OPERATIONS)] {
            // What is ours alone is nobody's to write.
            item.shift_remove(place);
            let (Some(index), true) = (item.get_index_of(key), self.version >= Version::V3_2) else { continue };
            let value = item.shift_remove(key).expect("its index was found");
            item.shift_insert(index, place.to_owned(), value);
            self.moves.relocate(&at.child(key), &at.child(place));
        }
    }
}
