//! Examples from the document.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Pointer;

/// The examples of one object, in document order. Objects that several operations use share them.
pub type Examples = Arc<[Example]>;

/// An example of a parameter, a representation, a response header or a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its key in `examples`; `None` for `example` and for the list `examples` of a schema.
    pub name: Option<String>,
    /// What it shows. Examples that refer to the same example object share it.
    pub content: Arc<ExampleContent>,
}

/// An example object (OpenAPI 3.0.3, section 4.7.19), or the value of `example`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleContent {
    /// `summary`.
    pub summary: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// The value.
    pub value: ExampleValue,
    /// The pointer of the example object, after following references, or of the value.
    pub at: Pointer,
}

/// The value of an example.
#[derive(Debug, Clone, PartialEq)]
pub enum ExampleValue {
    /// The value as data: `value`, `example`, or `dataValue` (OpenAPI 3.2).
    Data(serde_json::Value),
    /// The value as it is sent: `serializedValue` (OpenAPI 3.2).
    Serialized(String),
    /// The URL of the value: `externalValue`. It is never fetched.
    External(String),
}

/// The examples of a type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TypeExamples {
    /// Those of its schema.
    pub own: Vec<Example>,
    /// Those of its properties, by their names on the wire. Properties without examples are absent.
    pub properties: BTreeMap<String, Vec<Example>>,
}
