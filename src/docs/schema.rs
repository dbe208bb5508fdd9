//! The tree of a schema: its properties, items and alternatives, with links where the tree ends.

use super::bounds::{Bounds, default_text};
use super::markdown;
use super::part::Part;
use super::templates::{Html, View, view};
use crate::model::schema::{Direction, Doc, Enum, Field, Scalar, Shape, TypeDef, TypeId, TypeRef};

/// The levels below the root that are shown.
const DEPTH: usize = 5;

/// The rows below which nested schemas are opened. The rows of the root do not count, so that none is missing.
const NESTED_ROWS: usize = 40;

/// The values of an enum that are shown.
const VALUES: usize = 30;

/// What is below a row whose type is a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nesting {
    /// Its rows: the constraints on them depend on the place.
    Rows,
    /// The tree that the page has once.
    Shared,
    /// Nothing: the row has a link.
    Link,
}

/// What is below a row.
#[derive(Default)]
struct Below {
    /// The id of the element with the tree; empty if there is none.
    tree: String,
    rows: Vec<View>,
}

impl From<Vec<View>> for Below {
    fn from(rows: Vec<View>) -> Self {
        Self { rows, tree: String::new() }
    }
}

/// The content of a value: rows, or the tree of its component that the page has once.
#[derive(Default)]
pub struct Content {
    /// The rows.
    pub fields: Html,
    /// The id of the element with the tree; empty if there is none.
    pub tree: String,
}

/// The content of a received value.
pub fn received(part: Part<'_>, ty: &TypeRef) -> Content {
    let mut tree = Tree { part, nesting: Nesting::Shared, open: Vec::new(), rows: 0 };
    let below = tree.members(ty, &Bounds::default());
    Content { fields: rows_html(part, below.rows), tree: below.tree }
}

/// The tree of a component that a page has once.
pub fn shared_tree(part: Part<'_>, id: TypeId) -> Html {
    let mut tree = Tree { part, nesting: Nesting::Shared, open: Vec::new(), rows: 0 };
    let rows = tree.own_rows(id, &Bounds::default()).rows;
    rows_html(part, rows)
}

/// The tree of a component in its entry.
pub fn entry(part: Part<'_>, id: TypeId) -> Html {
    let mut tree = Tree { part, nesting: Nesting::Link, open: Vec::new(), rows: 0 };
    let rows = tree.own_rows(id, &Bounds::default()).rows;
    rows_html(part, rows)
}

fn rows_html(part: Part<'_>, rows: Vec<View>) -> Html {
    if rows.is_empty() { Html::default() } else { part.engine.render("fields", view! { rows: rows }) }
}

/// The tree of a schema.
pub struct Tree<'a> {
    part: Part<'a>,
    nesting: Nesting,
    open: Vec<TypeId>,
    rows: usize,
}

impl<'a> Tree<'a> {
    /// The rows of a type in a request as HTML; empty for a type without members.
    pub fn html(part: Part<'a>, ty: &TypeRef, bounds: &Bounds) -> Html {
        let mut tree = Self { part, nesting: Nesting::Rows, open: Vec::new(), rows: 0 };
        let below = tree.members(ty, bounds);
        rows_html(part, below.rows)
    }

    /// What is below a value of this type.
    fn members(&mut self, ty: &TypeRef, bounds: &Bounds) -> Below {
        match ty {
            TypeRef::Nullable(inner) => self.members(inner, bounds),
            TypeRef::List(item) => {
                let bounds = bounds.items(&self.part);
                self.members(item, &bounds)
            }
            TypeRef::Map(value) => self.members(value, &Bounds::default()),
            TypeRef::Scalar(_) => Below::default(),
            TypeRef::Named(id) | TypeRef::Boxed(id) => self.named(*id, bounds),
        }
    }

    fn named(&mut self, id: TypeId, bounds: &Bounds) -> Below {
        match self.nesting {
            Nesting::Shared if self.is_shared(id) => Below { tree: self.part.shared.tree(id), rows: Vec::new() },
            Nesting::Link if self.part.schema_href(id).is_some() => Below::default(),
            Nesting::Rows | Nesting::Shared | Nesting::Link => self.own_rows(id, bounds),
        }
    }

    /// Whether the page has the tree of a type once: that of a component with rows.
    fn is_shared(&self, id: TypeId) -> bool {
        let has_rows = match &self.part.types[id.0].shape {
            Shape::Struct(item) => !item.fields.is_empty() || item.additional.is_some(),
            Shape::Tuple(_) | Shape::Union(_) => true,
            Shape::Enum(_) | Shape::Alias(_) => false,
        };
        has_rows && self.part.type_name(id).is_some()
    }

    fn own_rows(&mut self, id: TypeId, bounds: &Bounds) -> Below {
        if self.open.contains(&id) || self.open.len() > DEPTH || (!self.open.is_empty() && self.rows > NESTED_ROWS) {
            return Below::default();
        }
        let is_root = self.open.is_empty();
        self.open.push(id);
        let types = self.part.types;
        let below = match &types[id.0].shape {
            Shape::Struct(item) => {
                let mut rows: Vec<View> = item.fields.iter().map(|field| self.field(id, field, bounds)).collect();
                if let Some(ty) = &item.additional {
                    rows.push(self.row("additional properties", ty, &Bounds::default()));
                }
                rows.into()
            }
            Shape::Enum(_) => Below::default(),
            Shape::Tuple(tuple) => {
                let places = tuple.places.iter().zip(1..).map(|(ty, at)| (format!("item {at}"), ty));
                let rest = tuple.rest.iter().map(|ty| ("other items".to_owned(), ty));
                let places: Vec<(String, &TypeRef)> = places.chain(rest).collect();
                let rows = places.iter().map(|(name, ty)| self.row(name, ty, &Bounds::default()));
                rows.collect::<Vec<View>>().into()
            }
            Shape::Union(union) => {
                let name = |tags: &[String]| match tags.is_empty() {
                    true => "one of".to_owned(),
                    false => format!("if {}", tags.join(", ")),
                };
                let rows = union.variants.iter().map(|variant| self.row(&name(&variant.tags), &variant.ty, bounds));
                rows.collect::<Vec<View>>().into()
            }
            Shape::Alias(ty) => self.members(ty, bounds),
        };
        self.open.pop();
        if !is_root {
            self.rows += below.rows.len();
        }
        below
    }

    fn field(&mut self, owner: TypeId, field: &Field, bounds: &Bounds) -> View {
        let bounds = bounds.property(&self.part, &field.wire);
        let mut notes = bounds.texts(&self.part);
        notes.extend(default_text(field.default.as_ref()));
        notes.extend(field.constant.iter().map(|value| format!("always {}", value.json())));
        notes.extend(values(self.part, &field.ty));
        match field.direction {
            Direction::Both => {}
            Direction::ReadOnly => notes.push("only in responses".to_owned()),
            Direction::WriteOnly => notes.push("only in requests".to_owned()),
        }
        let examples = self.part.examples.get(&owner).and_then(|all| all.properties.get(&field.wire));
        let example = examples.into_iter().flatten().find_map(|example| super::examples::text(&example.content.value));
        notes.extend(example.map(|text| format!("example {text}")));
        let Below { tree, rows } = self.members(&field.ty, &bounds);
        view! {
            name: field.wire.clone(),
            ty: type_text(self.part, &field.ty),
            href: href(self.part, &field.ty),
            is_required: field.is_required,
            is_deprecated: field.is_deprecated,
            notes: notes,
            doc: doc(&field.doc),
            tree: tree,
            children: rows,
        }
    }

    fn row(&mut self, name: &str, ty: &TypeRef, bounds: &Bounds) -> View {
        let Below { tree, rows } = self.members(ty, bounds);
        view! {
            name: name,
            ty: type_text(self.part, ty),
            href: href(self.part, ty),
            is_required: false,
            is_deprecated: false,
            notes: values(self.part, ty).into_iter().collect::<Vec<String>>(),
            doc: Html::default(),
            tree: tree,
            children: rows,
        }
    }
}

/// The summary, if it says more than the description, and the description.
pub fn doc(doc: &Doc) -> Html {
    let summary = doc.summary.as_deref().filter(|summary| Some(*summary) != doc.description.as_deref());
    Html::join(summary.into_iter().chain(doc.description.as_deref()).map(markdown::html))
}

/// The link of a type, or that of its items; empty if it has none.
pub fn href(part: Part<'_>, ty: &TypeRef) -> String {
    match ty {
        TypeRef::Named(id) | TypeRef::Boxed(id) => part.schema_href(*id).unwrap_or_default().to_owned(),
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => href(part, inner),
        TypeRef::Scalar(_) => String::new(),
    }
}

/// A type in the words of JSON Schema.
pub fn type_text(part: Part<'_>, ty: &TypeRef) -> String {
    match ty {
        TypeRef::Named(id) | TypeRef::Boxed(id) => match part.type_name(*id) {
            Some(name) => name.to_owned(),
            None => form_text(part, &part.types[id.0], 0),
        },
        TypeRef::Scalar(scalar) => scalar_text(*scalar).to_owned(),
        TypeRef::List(item) => format!("array of {}", type_text(part, item)),
        TypeRef::Map(value) => format!("map of {}", type_text(part, value)),
        TypeRef::Nullable(inner) => format!("{} or null", type_text(part, inner)),
    }
}

/// The form of a type.
pub fn form_text(part: Part<'_>, ty: &TypeDef, depth: usize) -> String {
    match &ty.shape {
        Shape::Struct(_) => "object".to_owned(),
        Shape::Enum(Enum::Text(_)) => "string".to_owned(),
        Shape::Enum(Enum::Integer(_)) => "integer".to_owned(),
        Shape::Tuple(_) => "array".to_owned(),
        Shape::Union(_) => "one of several types".to_owned(),
        Shape::Alias(inner) => match Part::named(inner) {
            Some(id) if part.type_name(id).is_none() && depth < DEPTH => form_text(part, &part.types[id.0], depth + 1),
            _ => shallow_text(part, inner),
        },
    }
}

/// As [`type_text`], without following aliases.
fn shallow_text(part: Part<'_>, ty: &TypeRef) -> String {
    match ty {
        TypeRef::Named(id) | TypeRef::Boxed(id) => part.type_name(*id).unwrap_or("object").to_owned(),
        TypeRef::Scalar(scalar) => scalar_text(*scalar).to_owned(),
        TypeRef::List(item) => format!("array of {}", shallow_text(part, item)),
        TypeRef::Map(value) => format!("map of {}", shallow_text(part, value)),
        TypeRef::Nullable(inner) => format!("{} or null", shallow_text(part, inner)),
    }
}

/// The values of an enum.
pub fn values(part: Part<'_>, ty: &TypeRef) -> Option<String> {
    match ty {
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &part.types[id.0].shape {
            Shape::Enum(Enum::Text(values)) => {
                Some(listed(values.iter().map(|value| serde_json::Value::from(value.wire.as_str()).to_string())))
            }
            Shape::Enum(Enum::Integer(values)) => Some(listed(values.iter().map(|value| value.wire.to_string()))),
            Shape::Struct(_) | Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_) => None,
        },
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => values(part, inner),
        TypeRef::Scalar(_) => None,
    }
}

fn listed(mut values: impl ExactSizeIterator<Item = String>) -> String {
    let count = values.len();
    let shown: Vec<String> = values.by_ref().take(VALUES).collect();
    let rest = if count > VALUES { format!(" and {} more", count - VALUES) } else { String::new() };
    format!("one of {}{rest}", shown.join(", "))
}

fn scalar_text(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Any => "any value",
        Scalar::Bool => "boolean",
        Scalar::Int32 => "integer (int32)",
        Scalar::Int64 => "integer",
        Scalar::UInt32 => "integer (uint32)",
        Scalar::UInt64 => "integer (uint64)",
        Scalar::Float32 => "number (float)",
        Scalar::Float64 => "number",
        Scalar::Text => "string",
        Scalar::Password => "string (password)",
        Scalar::DateTime => "string (date-time)",
        Scalar::Date => "string (date)",
        Scalar::Uuid => "string (uuid)",
        Scalar::Base64 => "string (base64)",
        Scalar::File => "file",
        Scalar::Mapped(_) => "mapped type",
    }
}
