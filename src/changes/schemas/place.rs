//! Where a part of a schema is written, looked up only for parts that changed.

use std::rc::Rc;

use crate::diag::Pointer;
use crate::document::Document;

/// How many references and `allOf` are followed to find a part.
const DEEPEST: usize = 16;

/// The place of a schema: known, or relative to another.
#[derive(Debug, Clone)]
pub enum At {
    /// A pointer.
    Known(Pointer),
    /// A part of another schema.
    Part(Rc<At>, Step),
}

/// A part of a schema.
#[derive(Debug, Clone)]
pub enum Step {
    /// A property.
    Property(String),
    /// `items`.
    Items,
    /// `additionalProperties`.
    Additional,
}

impl At {
    /// A part of the schema here.
    pub fn part(&self, step: Step) -> Self {
        Self::Part(Rc::new(self.clone()), step)
    }

    /// The pointer of this schema in a document; that of the nearest schema around it if it is not found.
    pub fn pointer(&self, document: &Document) -> Pointer {
        match self {
            Self::Known(at) => at.clone(),
            Self::Part(whole, step) => {
                let whole = whole.pointer(document);
                find(document, &whole, step, DEEPEST).unwrap_or(whole)
            }
        }
    }
}

fn find(document: &Document, at: &Pointer, step: &Step, left: usize) -> Option<Pointer> {
    let left = left.checked_sub(1)?;
    let schema = document.node(at)?;
    if let Some(reference) = schema.reference() {
        return find(document, &Pointer::parse(reference.strip_prefix('#')?)?, step, left);
    }
    let own = match step {
        Step::Property(name) => at.child("properties").child(name),
        Step::Items => at.child("items"),
        Step::Additional => at.child("additionalProperties"),
    };
    if document.node(&own).is_some() {
        return Some(own);
    }
    // Parameters and header fields have a schema below them.
    let schema = at.child("schema");
    let below = ["allOf", "oneOf", "anyOf"].into_iter().flat_map(|key| {
        let list = at.child(key);
        (0..).map(move |index| list.index(index)).take_while(|part| document.node(part).is_some())
    });
    let mut places = below.chain([schema]);
    places.find_map(|part| find(document, &part, step, left))
}
