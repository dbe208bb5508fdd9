//! Types: the closed forms to which schemas are lowered.

use crate::diag::Pointer;

/// The index of a type in [`super::Api::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub usize);

/// A type with a name.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// The words for its name.
    pub hint: TypeHint,
    /// `title` and `description` of its schema, as written.
    pub doc: Doc,
    /// Its form.
    pub shape: Shape,
    /// Whether requests or responses contain its values.
    pub usage: Usage,
    /// `deprecated`.
    pub is_deprecated: bool,
    /// The pointer of its schema.
    pub at: Pointer,
}

/// The words for the name of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeHint {
    /// A schema under `components/schemas`.
    Component {
        /// Its key.
        name: String,
        /// `x-rust-name`.
        pinned: Option<String>,
    },
    /// A schema inside another type.
    Within {
        /// The enclosing type.
        owner: TypeId,
        /// The property or the role: `item`, `value`, `variant 2`.
        role: String,
        /// `title`, if present.
        title: Option<String>,
    },
    /// A schema in an operation, outside any other type.
    Operation {
        /// The index of the operation in [`super::Api::operations`].
        operation: usize,
        /// `body`, `response`, `ok response`, or the name of a parameter.
        role: String,
    },
    /// A schema in a component that is not a schema: a shared response, request body or parameter.
    Shared {
        /// The key of the component.
        name: String,
        /// `body`, `response` or `parameter`, and the words of a part.
        role: String,
    },
    /// Equal schemas that share a type. Only [`crate::names::shared`] makes it.
    Equal {
        /// The texts for the name, in order of preference.
        texts: Vec<String>,
    },
}

/// Documentation text from the document, not escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doc {
    /// `title` or `summary`.
    pub summary: Option<String>,
    /// `description`.
    pub description: Option<String>,
}

/// Where values of a type occur.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// In a request.
    pub in_request: bool,
    /// In a response.
    pub in_response: bool,
}

/// The form of a named type.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Named fields.
    Struct(Struct),
    /// A fixed set of strings or integers.
    Enum(Enum),
    /// A list whose first items have their own types.
    Tuple(Tuple),
    /// One of several types.
    Union(Union),
    /// Another name for a type.
    Alias(TypeRef),
}

/// An object with named properties.
#[derive(Debug, Clone)]
pub struct Struct {
    /// The properties in document order; their names are unique.
    pub fields: Vec<Field>,
    /// The type of additional properties, if the schema defines it; other objects ignore additional properties.
    pub additional: Option<TypeRef>,
    /// Whether additional properties must not be shown in `Debug`, as for [`Field::is_secret`].
    pub is_additional_secret: bool,
}

/// An array whose first items have their own types; it has at least one.
#[derive(Debug, Clone)]
pub struct Tuple {
    /// The types of the first items, in order.
    pub places: Vec<TypeRef>,
    /// How many of them are required (`minItems`).
    pub needed: usize,
    /// The type of the remaining items; `None` if there are none.
    pub rest: Option<TypeRef>,
}

/// A property.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name on the wire.
    pub wire: String,
    /// `x-rust-name`.
    pub pinned: Option<String>,
    /// The documentation.
    pub doc: Doc,
    /// The type of the value; `Nullable` if `null` is allowed.
    pub ty: TypeRef,
    /// Whether it is in `required`.
    pub is_required: bool,
    /// `default`, checked against the type.
    pub default: Option<Literal>,
    /// The only value that its schema allows, if the type does not express it: `true` or `false`.
    pub constant: Option<Literal>,
    /// `readOnly` or `writeOnly`.
    pub direction: Direction,
    /// Whether the value or a part of it is `writeOnly` or has `format: password`, so that it must not be shown in
    /// `Debug`.
    pub is_secret: bool,
    /// `deprecated`.
    pub is_deprecated: bool,
}

/// Where a property occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// In requests and responses.
    Both,
    /// `readOnly`: only in responses.
    ReadOnly,
    /// `writeOnly`: only in requests.
    WriteOnly,
}

/// A value of a default.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// An integer beyond `i64`.
    Unsigned(u64),
    /// A finite number.
    Number(f64),
    /// A string, including that of a string enum.
    Text(String),
    /// A list.
    List(Vec<Literal>),
    /// An object, in document order.
    Object(Vec<(String, Literal)>),
}

/// A fixed set of distinct values; never empty.
#[derive(Debug, Clone)]
pub enum Enum {
    /// Strings.
    Text(Vec<EnumValue<String>>),
    /// Integers.
    Integer(Vec<EnumValue<i64>>),
}

/// One value of an enum.
#[derive(Debug, Clone)]
pub struct EnumValue<T> {
    /// The value on the wire.
    pub wire: T,
    /// A name from the `title` of its schema, `x-enum-varnames` or `x-enumNames`.
    pub pinned: Option<String>,
    /// Its documentation, from the `description` of its schema or `x-enum-descriptions`.
    pub description: Option<String>,
}

/// One of several types.
#[derive(Debug, Clone)]
pub struct Union {
    /// The alternatives in document order.
    pub variants: Vec<Variant>,
    /// How they are distinguished.
    pub tag: Tag,
}

/// How the variants of a union are distinguished.
#[derive(Debug, Clone)]
pub enum Tag {
    /// By the value of a property (`discriminator.propertyName`, or a property for which no two variants share a
    /// value); each variant lists its values.
    Property {
        /// The name of the property.
        name: String,
        /// The variant of objects without the property, if those are allowed.
        absent: Option<usize>,
    },
    /// By structure: the JSON type and the properties that are present; otherwise the first variant that matches.
    Looks,
}

/// One alternative of a union.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The word for its name: the component, the title, or the type.
    pub hint: String,
    /// Its type.
    pub ty: TypeRef,
    /// The discriminator values that select it; empty without a discriminator.
    pub tags: Vec<String>,
}

/// A type where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeRef {
    /// A named type.
    Named(TypeId),
    /// A named type behind a `Box`, because it would otherwise contain itself by value.
    Boxed(TypeId),
    /// A scalar type.
    Scalar(Scalar),
    /// `array`.
    List(Box<TypeRef>),
    /// An object used as a map with string keys.
    Map(Box<TypeRef>),
    /// The type or `null`.
    Nullable(Box<TypeRef>),
}

impl TypeDef {
    /// Whether it is only another name for a type that equal schemas share.
    pub fn is_other_name(&self) -> bool {
        !self.usage.in_request && !self.usage.in_response
    }
}

impl Shape {
    /// The types of its fields, places, variants or target.
    pub fn references(&self) -> Vec<&TypeRef> {
        match self {
            Self::Struct(object) => object.fields.iter().map(|field| &field.ty).chain(&object.additional).collect(),
            Self::Tuple(tuple) => tuple.places.iter().chain(&tuple.rest).collect(),
            Self::Union(union) => union.variants.iter().map(|variant| &variant.ty).collect(),
            Self::Alias(target) => vec![target],
            Self::Enum(_) => Vec::new(),
        }
    }
}

impl TypeRef {
    /// The named type inside lists, maps and `null`, if any.
    pub fn named(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) | Self::Boxed(id) => Some(*id),
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.named(),
            Self::Scalar(_) => None,
        }
    }

    /// The type or `null`, without nesting.
    pub fn or_null(self) -> Self {
        match self {
            Self::Nullable(_) | Self::Scalar(Scalar::Any) => self,
            other => Self::Nullable(Box::new(other)),
        }
    }
}

/// The scalar types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// Any JSON value.
    Any,
    /// `boolean`.
    Bool,
    /// `integer`, `format: int32`.
    Int32,
    /// `integer`.
    Int64,
    /// `integer`, `format: uint32`.
    UInt32,
    /// `integer`, `format: uint64`.
    UInt64,
    /// `number`, `format: float`.
    Float32,
    /// `number`.
    Float64,
    /// `string`.
    Text,
    /// `string`, `format: password`: a string that must not be shown in `Debug`.
    Password,
    /// `string`, `format: date-time` (RFC 3339).
    DateTime,
    /// `string`, `format: date` (RFC 3339 full-date).
    Date,
    /// `string`, `format: uuid`.
    Uuid,
    /// `string`, `format: byte` (base64).
    Base64,
    /// `string`, `format: binary`: a file in a multipart body; a string in JSON.
    File,
    /// A schema that the user maps to another type.
    Mapped(Mapped),
}

/// A use of a type that the user maps to a format or a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mapped {
    /// The index of the type in the options.
    pub index: usize,
    /// The JSON type of the values.
    pub base: MappedBase,
}

/// The JSON type of the values of a mapped type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MappedBase {
    /// `string`.
    Text,
    /// `integer` or `number`.
    Number,
    /// Any other, or several.
    Any,
}

impl std::fmt::Display for Literal {
    /// Text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => f.write_str(value),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Unsigned(_) | Self::List(_) | Self::Object(_) => {
                self.json().fmt(f)
            }
        }
    }
}

impl Literal {
    /// The value as JSON.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
            Self::Unsigned(value) => (*value).into(),
            Self::Number(value) => (*value).into(),
            Self::Text(value) => value.as_str().into(),
            Self::List(items) => items.iter().map(Self::json).collect(),
            Self::Object(fields) => {
                let entry = |(name, value): &(String, Self)| (name.clone(), value.json());
                serde_json::Value::Object(fields.iter().map(entry).collect())
            }
        }
    }
}
