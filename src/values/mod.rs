//! Values that satisfy the schemas of an API: for parameters, bodies, responses and their header fields.
//!
//! Input is the model and a seed; output is JSON. A value depends on the seed, the operation and the place in the value, so
//! it is the same in every run, and does not change if the document is reordered. The document's own examples are preferred
//! if they are valid. What has no value is an error that says why.

mod check;
mod compound;
mod direction;
mod error;
mod format;
mod generate;
mod limit;
mod merged;
mod mutate;
mod number;
mod pattern;
mod presets;
mod seed;
mod text;
mod value_use;
mod variants;
mod words;

use serde_json::{Map, Value};

use crate::diag::Pointer;
use crate::model::Api;
use crate::model::example::Example;
use crate::model::operation::{Content, Operation, Representation, Status, Stream};
use crate::model::outgoing::Outgoing;
use crate::model::rule::RuleKind;
use crate::model::value_schema::{ValueSchemaId, ValueSchemas};
use check::Checker;
pub use check::Strictness;
pub use direction::DataFlow;
pub use error::ValueError;
use generate::Generator;
use limit::Patterns;
pub use presets::Presets;
#[cfg(feature = "net")]
pub(crate) use seed::Seed;
use value_use::Used;
pub use value_use::ValueUse;
pub use variants::Variant;
use variants::{Variants, Wanted};

/// Makes and checks the values of an API.
///
/// A value is JSON. That of a body or response that is not JSON is a string if the content is text or bytes, and an object
/// with the fields or parts if it is a form.
#[derive(Debug)]
pub struct Values<'a> {
    operations: Vec<&'a Operation>,
    schemas: &'a ValueSchemas,
    patterns: Patterns,
    seed: u64,
    strictness: Strictness,
}

impl<'a> Values<'a> {
    /// The values of the operations of an API.
    pub fn new(api: &'a Api, seed: u64) -> Self {
        Self::of(api.operations.iter().collect(), &api.value_schemas, seed)
    }

    /// The values of webhooks and callbacks.
    pub fn of_outgoing(outgoing: &'a Outgoing, seed: u64) -> Self {
        let operations = outgoing.operations.iter().map(|outgoing| &outgoing.operation);
        Self::of(operations.collect(), &outgoing.value_schemas, seed)
    }

    fn of(operations: Vec<&'a Operation>, schemas: &'a ValueSchemas, seed: u64) -> Self {
        Self { operations, schemas, patterns: Patterns::of(schemas), seed, strictness: Strictness::AsRead }
    }

    /// How schemas are read: [`Strictness::AsRead`] unless set. Even then, a value that is strictly valid is preferred.
    #[must_use]
    pub fn with_strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = strictness;
        self
    }

    /// A value: the first valid example of the document, else a generated one.
    ///
    /// # Errors
    ///
    /// Why there is no value, or none was found.
    ///
    /// # Panics
    ///
    /// If an index is out of range.
    pub fn value(&self, of: ValueUse, presets: &Presets) -> Result<Value, ValueError> {
        if let Some((_, value)) = self.examples(of, presets).into_iter().next() {
            return Ok(value);
        }
        self.generated(of, presets)
    }

    /// A generated value. Examples of the parameter or representation are not used; those of schemas are.
    ///
    /// # Errors
    ///
    /// As for [`Self::value`].
    ///
    /// # Panics
    ///
    /// If an index is out of range.
    pub fn generated(&self, of: ValueUse, presets: &Presets) -> Result<Value, ValueError> {
        let used = self.used(of);
        if used.schema.is_none() && used.is_object {
            return Ok(Value::Object(Map::new()));
        }
        let strict = self.generator(of, &used, presets, Strictness::Strict).value(&used.position());
        match self.strictness {
            Strictness::Strict => strict,
            Strictness::AsRead => {
                strict.or_else(|_| self.generator(of, &used, presets, Strictness::AsRead).value(&used.position()))
            }
        }
    }

    /// The valid examples of a parameter, representation or header field, in document order.
    ///
    /// # Panics
    ///
    /// If an index is out of range.
    pub fn examples(&self, of: ValueUse, presets: &Presets) -> Vec<(&'a Example, Value)> {
        let used = self.used(of);
        let generator = self.generator(of, &used, presets, self.strictness);
        let position = used.position();
        let usable = |example: &'a Example| Some((example, generator.usable(&position, &example.content.value)?));
        used.examples.iter().filter_map(usable).collect()
    }

    /// Checks a value that is sent or received. The value of a parameter is that of its text.
    ///
    /// # Errors
    ///
    /// The first violation.
    ///
    /// # Panics
    ///
    /// If an index is out of range.
    pub fn check(&self, of: ValueUse, value: &Value) -> Result<(), ValueError> {
        let used = self.used(of);
        let ids: Vec<ValueSchemaId> = used.schema.into_iter().collect();
        Checker::new((self.schemas, &self.patterns), of.flow(), self.strictness).check(&ids, value, &Pointer::root())
    }

    /// Valid values at the bounds of constraints: the least and greatest number, the shortest and longest string, each value
    /// of an `enum`, an object with its required properties only, and so on.
    ///
    /// # Errors
    ///
    /// If there is no value to start from.
    ///
    /// # Panics
    ///
    /// If an index is out of range.
    pub fn boundaries(&self, of: ValueUse) -> Result<Vec<Variant>, ValueError> {
        self.variants(of, Wanted::Valid)
    }

    /// Values that are invalid in one place each: for every constraint one or more that break it. For values that are sent
    /// as text, only those whose text is invalid.
    ///
    /// # Errors
    ///
    /// If there is no value to start from.
    ///
    /// # Panics
    ///
    /// If an index is out of range.
    pub fn invalid(&self, of: ValueUse) -> Result<Vec<Variant>, ValueError> {
        self.variants(of, Wanted::Invalid)
    }

    fn variants(&self, of: ValueUse, wanted: Wanted) -> Result<Vec<Variant>, ValueError> {
        let used = self.used(of);
        let base = self.generated(of, &Presets::default())?;
        // Invalid values are invalid in every reading, and boundary values valid in every one that is allowed.
        let strictness = match wanted {
            Wanted::Valid => self.strictness,
            Wanted::Invalid => Strictness::AsRead,
        };
        let checker = || Checker::new((self.schemas, &self.patterns), of.flow(), strictness);
        let (schemas, ids) = (self.schemas, used.schema.into_iter().collect());
        Ok(Variants { schemas, checker: &checker, ids, base: &base, sent: used.sent, wanted }.all())
    }

    fn generator<'g>(
        &'g self,
        of: ValueUse,
        used: &Used<'_>,
        presets: &'g Presets,
        strictness: Strictness,
    ) -> Generator<'g> {
        let origin = self.origin(of, used);
        let mut generator = Generator::new((self.schemas, &self.patterns), of.flow(), presets, (self.seed, origin));
        generator.is_parameter = matches!(of, ValueUse::Parameter { .. } | ValueUse::Header { .. });
        generator.is_segment = used.is_segment;
        generator.strictness = strictness;
        generator
    }

    /// A text that identifies the use and does not change if the document is reordered.
    fn origin(&self, of: ValueUse, used: &Used<'_>) -> String {
        let operation = self.operations[of.operation()];
        let (method, path) = (operation.method.as_str(), &operation.path.text);
        let status = |response: usize| match operation.responses[response].status {
            Status::Code(code) => code.to_string(),
            Status::Range(digit) => format!("{digit}XX"),
            Status::Default => "default".to_owned(),
        };
        let name = used.name;
        match of {
            ValueUse::Parameter { .. } => format!("{method} {path} parameter {name}"),
            ValueUse::Body { .. } => format!("{method} {path} body {}", used.media_type),
            ValueUse::Response { response, .. } => format!("{method} {path} {} {}", status(response), used.media_type),
            ValueUse::Header { response, .. } => format!("{method} {path} {} header {name}", status(response)),
        }
    }

    fn used(&self, of: ValueUse) -> Used<'a> {
        let operation = self.operations[of.operation()];
        let of_form = |form: &'a Representation, schema: Option<&ValueSchemaId>| {
            Used::of_form(form, self.readable(&form.content, schema))
        };
        match of {
            ValueUse::Parameter { operation: at, index } => {
                let schema = self.schemas.parameters.get(&(at, index)).copied();
                Used::of_parameter(&operation.parameters[index], schema)
            }
            ValueUse::Header { operation: at, response, index } => {
                let schema = self.schemas.headers.get(&(at, response, index)).copied();
                Used::of_parameter(&operation.responses[response].headers[index], schema)
            }
            ValueUse::Body { operation: at, index } => {
                let body = operation.body.as_ref().expect("the operation has a body");
                let form = body.forms.iter().nth(index).expect("the body has this representation");
                of_form(form, self.schemas.bodies.get(&(at, index)))
            }
            ValueUse::Response { operation: at, response, index } => {
                let form = &operation.responses[response].forms[index];
                of_form(form, self.schemas.responses.get(&(at, response, index)))
            }
        }
    }

    /// The schema of a content if its values are read by it: bytes have none, and text has that of a scalar.
    fn readable(&self, content: &Content, schema: Option<&ValueSchemaId>) -> Option<ValueSchemaId> {
        let is_scalar = |id: &ValueSchemaId| match self.schemas.get(*id).kind {
            RuleKind::Text | RuleKind::Number | RuleKind::Integer | RuleKind::Bool => true,
            RuleKind::Any | RuleKind::Array | RuleKind::Object => false,
        };
        match content {
            Content::Text | Content::Stream(Stream::TextEvents) => schema.copied().filter(is_scalar),
            Content::Json(_) | Content::Form(_) | Content::Multipart(_) | Content::Stream(_) => schema.copied(),
            Content::Bytes => None,
        }
    }
}
