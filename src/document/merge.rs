//! YAML merge keys (`<<`): add the keys of other objects to an object that does not have them.

use super::tree::{Node, Object};

/// The values of `<<` (YAML 1.1 type repository, "merge"): keys of the object itself win, then earlier values.
#[derive(Default)]
pub(super) struct Merges {
    objects: Vec<Object>,
    pub(super) is_used: bool,
}

impl Merges {
    pub(super) fn add(&mut self, value: Node) -> Result<(), &'static str> {
        self.is_used = true;
        let values = match value {
            Node::Array(items) => items,
            other => vec![other],
        };
        for value in values {
            match value {
                Node::Object(object) => self.objects.push(*object),
                other => return Err(other.kind()),
            }
        }
        Ok(())
    }

    pub(super) fn write_into(self, object: &mut Object) {
        for (key, value) in self.objects.into_iter().flatten() {
            object.entry(key).or_insert(value);
        }
    }
}
