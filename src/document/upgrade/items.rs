//! `itemSchema` of OpenAPI 3.2: the schema of each value of a media type whose values are sent one after another.
//!
//! It becomes `schema`, with a mark next to it. That of an event is replaced with the schema of its data, which the fields of the
//! event surround.

use super::state::{Upgrade, object_of};
use crate::diag::Pointer;
use crate::document::fragment::pointers;
use crate::document::kind::{ITEMS, Kind};
use crate::document::sequential::{Framing, framing};
use crate::document::tree::{Node, Object};
use crate::document::version::Version;
use crate::media_type::is_json;

/// The fields of an event (WHATWG HTML, section 9.2.6).
const FIELDS: [&str; 4] = ["data", "event", "id", "retry"];

/// Where a schema is, and the schema.
type Found<'n> = (Pointer, &'n Node);

/// What the data of an event is.
enum Data<'n> {
    Text,
    Json(Found<'n>),
}

impl<'t> Upgrade<'t> {
    /// Moves `itemSchema` of the media type at `at`, which was written at `written`.
    pub(super) fn item_schema(&mut self, media: &mut Object, (at, written): (&Pointer, &Pointer)) {
        // Users must not write keystub's own keys.
        media.shift_remove(ITEMS);
        let is_used = at.parent().and_then(|above| above.last()).is_some_and(|above| above == "content");
        // A media type of the components is read where it is used.
        if self.version < Version::V3_2 || !is_used {
            return;
        }
        let Some(node) = media.get("itemSchema").cloned() else { return };
        let item_at = written.child("itemSchema");
        let Some(framing) = framing(&at.last().unwrap_or_default()) else {
            let message = "`itemSchema` is not supported for this media type: its items are not streamed";
            return self.ignored(&at.child("itemSchema"), message);
        };
        media.shift_remove("itemSchema");
        let now = at.child("schema");
        let data = match framing {
            Framing::Events => self.data((item_at.clone(), &node)),
            Framing::Lines | Framing::Sequence => Data::Json((item_at.clone(), &node)),
        };
        let (from, schema) = match data {
            Data::Text => (item_at, object_of("type", Node::String("string".to_owned()))),
            Data::Json((from, schema)) => {
                if from.last().is_some_and(|key| key == "contentSchema") {
                    self.contents.insert(self.moves.written(&from));
                }
                let schema = self.object(Kind::Schema, schema, &from);
                (from, schema)
            }
        };
        media.insert("schema".to_owned(), schema);
        media.insert(ITEMS.to_owned(), Node::Bool(true));
        if from.is_within(at) { self.moves.relocate(&from, &now) } else { self.moves.copy(&from, &now) }
    }

    /// The data of an event with this schema (OpenAPI 3.2.0, section 4.14.4): that of its property `data` if the schema describes
    /// the fields of an event, else the schema itself.
    fn data<'n>(&self, item: Found<'n>) -> Data<'n>
    where
        't: 'n,
    {
        let Some((at, event)) = self.target(item.clone()) else { return Data::Json(item) };
        let choices = choices(&at, event);
        match event.get("properties").and_then(Node::as_object) {
            Some(properties) if is_event(properties) => match properties.get("data") {
                Some(data) if choices.is_empty() && event.get("allOf").is_none() => {
                    self.text_or_json((at.child("properties").child("data"), data))
                }
                // The data depends on the kind of the event.
                _ => Data::Text,
            },
            Some(_) => Data::Json(item),
            None if !choices.is_empty() && choices.into_iter().all(|choice| self.is_event(choice)) => Data::Text,
            None => Data::Json(item),
        }
    }

    fn is_event(&self, schema: Found<'_>) -> bool {
        let properties = self.target(schema).and_then(|(_, object)| object.get("properties")?.as_object());
        properties.is_some_and(is_event)
    }

    /// What the property `data` describes: a text may contain JSON (JSON Schema Validation, section 8).
    fn text_or_json<'n>(&self, data: Found<'n>) -> Data<'n>
    where
        't: 'n,
    {
        let Some((at, object)) = self.target(data.clone()) else { return Data::Text };
        let media_type = object.get("contentMediaType").and_then(Node::as_str).unwrap_or_default();
        let is_text = match object.get("type") {
            Some(Node::Array(kinds)) => kinds.iter().any(|kind| kind.as_str() == Some("string")),
            Some(kind) => kind.as_str() == Some("string"),
            None => !["properties", "items", "allOf", "anyOf", "oneOf"].iter().any(|key| object.contains_key(*key)),
        };
        match object.get("contentSchema") {
            Some(content) if is_json(media_type) => Data::Json((at.child("contentSchema"), content)),
            _ if is_text => Data::Text,
            _ => Data::Json(data),
        }
    }

    /// The schema behind references.
    fn target<'n>(&self, (mut at, mut node): Found<'n>) -> Option<(Pointer, &'n Object)>
    where
        't: 'n,
    {
        for _ in 0..=self.references {
            let Some(reference) = node.reference() else { return Some((at, node.as_object()?)) };
            (at, node) = pointers(reference).into_iter().find_map(|at| Some((at.clone(), self.tree.find(&at)?)))?;
        }
        None
    }
}

/// The alternatives of a schema.
fn choices<'n>(at: &Pointer, schema: &'n Object) -> Vec<Found<'n>> {
    let mut all = Vec::new();
    for key in ["oneOf", "anyOf"] {
        if let Some(Node::Array(list)) = schema.get(key) {
            let at = at.child(key);
            all.extend(list.iter().enumerate().map(|(index, choice)| (at.index(index), choice)));
        }
    }
    all
}

/// Whether these are the properties of an event and of nothing else.
fn is_event(properties: &Object) -> bool {
    properties.contains_key("data") && properties.keys().all(|key| FIELDS.contains(&key.as_str()))
}
