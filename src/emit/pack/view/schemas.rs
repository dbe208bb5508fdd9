//! Schemas in the view: the keywords as written, with all constraints. They refer to each other by index, because a schema can
//! contain itself.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::Value;

use super::parts::{data, examples, list, optional, texts, word};
use super::table::object;
use crate::diag::Pointer;
use crate::model::rule::{Limit, RuleKind};
use crate::model::schema::Direction;
use crate::model::value_schema::{
    AdditionalValues, ValueAlternative, ValueChoice, ValueSchema, ValueSchemaId, ValueSchemas,
};

/// The schemas that operations use, and where they are.
pub struct Schemas<'s> {
    found: &'s ValueSchemas,
    by_pointer: BTreeMap<&'s Pointer, ValueSchemaId>,
}

impl<'s> Schemas<'s> {
    /// Finds the schemas by their pointers.
    pub fn new(found: &'s ValueSchemas) -> Self {
        let id = |(at, schema): (usize, &'s ValueSchema)| (&schema.at, ValueSchemaId(at));
        Self { found, by_pointer: found.list.iter().enumerate().map(id).collect() }
    }

    /// All schemas.
    pub fn list(&self) -> Value {
        list(self.found.list.iter().enumerate().map(|(at, schema)| of_schema(at, schema)))
    }

    /// The schema of a parameter.
    pub fn of_parameter(&self, operation: usize, parameter: usize) -> Value {
        index(self.found.parameters.get(&(operation, parameter)))
    }

    /// The schema of a representation of the body.
    pub fn of_body(&self, operation: usize, form: usize) -> Value {
        index(self.found.bodies.get(&(operation, form)))
    }

    /// The schema of a representation of a response.
    pub fn of_response(&self, operation: usize, response: usize, form: usize) -> Value {
        index(self.found.responses.get(&(operation, response, form)))
    }

    /// The schema of a header field of a response.
    pub fn of_header(&self, operation: usize, response: usize, header: usize) -> Value {
        index(self.found.headers.get(&(operation, response, header)))
    }

    /// The schema at this pointer.
    pub fn at(&self, at: &Pointer) -> Value {
        index(self.by_pointer.get(at))
    }

    /// The schemas of a property of the schema at this pointer, also those in its `allOf`.
    pub fn of_property(&self, at: &Pointer, name: &str) -> Value {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<ValueSchemaId> = self.by_pointer.get(at).copied().into_iter().collect();
        while let Some(id) = waiting.pop() {
            if seen.insert(id) {
                let schema = self.found.get(id);
                found.extend(schema.property(name));
                waiting.extend(schema.all_of.iter().rev());
            }
        }
        indexes(&found)
    }
}

fn index(id: Option<&ValueSchemaId>) -> Value {
    id.map(|id| id.0).into()
}

fn indexes(ids: &[ValueSchemaId]) -> Value {
    list(ids.iter().map(|id| Value::from(id.0)))
}

fn of_schema(at: usize, schema: &ValueSchema) -> Value {
    let limits = Limits::of(&schema.limits);
    let (additional, each) = match schema.additional {
        AdditionalValues::Any => ("any", None),
        AdditionalValues::None => ("none", None),
        AdditionalValues::Each(id) => ("schema", Some(id)),
    };
    object(
        "schema",
        [
            ("index", Value::from(at)),
            ("kind", word(if schema.is_null { "null" } else { kind(schema.kind) })),
            ("is_nullable", Value::from(schema.is_nullable)),
            ("format", optional(schema.format.as_deref())),
            ("values", list(schema.values.iter().map(data))),
            ("minimum", number(limits.minimum)),
            ("is_minimum_exclusive", Value::from(limits.is_minimum_exclusive)),
            ("maximum", number(limits.maximum)),
            ("is_maximum_exclusive", Value::from(limits.is_maximum_exclusive)),
            ("multiple_of", number(limits.multiple_of)),
            ("min_length", limits.min_length.into()),
            ("max_length", limits.max_length.into()),
            ("pattern", optional(limits.pattern)),
            ("min_items", limits.min_items.into()),
            ("max_items", limits.max_items.into()),
            ("has_unique_items", Value::from(limits.has_unique_items)),
            ("min_properties", limits.min_properties.into()),
            ("max_properties", limits.max_properties.into()),
            ("required", texts(limits.required)),
            ("properties", list(schema.properties.iter().map(property))),
            ("additional", word(additional)),
            ("additional_schema", index(each.as_ref())),
            ("item", index(schema.items.as_ref())),
            ("first_items", schema.places.as_deref().map(indexes).into()),
            ("all_of", indexes(&schema.all_of)),
            ("choices", list(schema.choices.iter().map(choice))),
            ("not", index(schema.not.as_ref())),
            ("unchecked", texts(&schema.unchecked)),
            ("direction", word(direction(schema.direction))),
            ("examples", examples(&schema.examples)),
            ("pointer", Value::from(schema.at.as_str())),
        ],
    )
}

/// The limits by keyword.
#[derive(Default)]
struct Limits<'l> {
    minimum: Option<f64>,
    is_minimum_exclusive: bool,
    maximum: Option<f64>,
    is_maximum_exclusive: bool,
    multiple_of: Option<f64>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    pattern: Option<&'l str>,
    min_items: Option<u64>,
    max_items: Option<u64>,
    has_unique_items: bool,
    min_properties: Option<u64>,
    max_properties: Option<u64>,
    required: &'l [String],
}

impl<'l> Limits<'l> {
    fn of(limits: &'l [Limit]) -> Self {
        let mut by_keyword = Self::default();
        for limit in limits {
            match limit {
                Limit::Minimum(bound, is_exclusive) => {
                    (by_keyword.minimum, by_keyword.is_minimum_exclusive) = (Some(*bound), *is_exclusive);
                }
                Limit::Maximum(bound, is_exclusive) => {
                    (by_keyword.maximum, by_keyword.is_maximum_exclusive) = (Some(*bound), *is_exclusive);
                }
                Limit::MultipleOf(step) => by_keyword.multiple_of = Some(*step),
                Limit::MinLength(count) => by_keyword.min_length = Some(*count),
                Limit::MaxLength(count) => by_keyword.max_length = Some(*count),
                Limit::Pattern(text) => by_keyword.pattern = Some(text.as_str()),
                Limit::MinItems(count) => by_keyword.min_items = Some(*count),
                Limit::MaxItems(count) => by_keyword.max_items = Some(*count),
                Limit::UniqueItems => by_keyword.has_unique_items = true,
                Limit::MinProperties(count) => by_keyword.min_properties = Some(*count),
                Limit::MaxProperties(count) => by_keyword.max_properties = Some(*count),
                Limit::Required(names) => by_keyword.required = names,
            }
        }
        by_keyword
    }
}

/// A bound. An integer has no fraction, so that it is printed as in the document.
fn number(bound: Option<f64>) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let Some(bound) = bound else { return Value::from(()) };
    #[allow(clippy::cast_possible_truncation)] // it is an integer of at most 53 bits
    match bound.fract() == 0.0 && bound.abs() <= EXACT {
        true => Value::from(bound as i64),
        false => Value::from(bound),
    }
}

fn kind(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Any => "any",
        RuleKind::Text => "string",
        RuleKind::Number => "number",
        RuleKind::Integer => "integer",
        RuleKind::Bool => "boolean",
        RuleKind::Array => "array",
        RuleKind::Object => "object",
    }
}

/// The word of the document.
pub fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Both => "both",
        Direction::ReadOnly => "readOnly",
        Direction::WriteOnly => "writeOnly",
    }
}

fn property((name, schema): &(String, ValueSchemaId)) -> Value {
    object("schema property", [("name", Value::from(name.as_str())), ("schema", Value::from(schema.0))])
}

fn choice(choice: &ValueChoice) -> Value {
    object(
        "schema choice",
        [
            ("discriminator", optional(choice.discriminator.as_deref())),
            ("is_exclusive", Value::from(choice.is_exclusive)),
            ("alternatives", list(choice.alternatives.iter().map(alternative))),
        ],
    )
}

fn alternative(alternative: &ValueAlternative) -> Value {
    let ValueAlternative { tags, schema } = alternative;
    object("schema alternative", [("tags", texts(tags)), ("schema", Value::from(schema.0))])
}
