//! Types: the closed shapes that schemas lower to.

use crate::diag::Pointer;

/// The index of a type in [`super::Api::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub usize);

/// A type that gets a name of its own.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// The words its name is made from.
    pub hint: TypeHint,
    /// `title` and `description` of its schema, as written.
    pub doc: Doc,
    /// What it is.
    pub shape: Shape,
    /// Which way its values travel.
    pub usage: Usage,
    /// `deprecated`.
    pub is_deprecated: bool,
    /// Where its schema stands.
    pub at: Pointer,
}

/// The words that a type's name is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeHint {
    /// A schema under `components/schemas`.
    Component {
        /// Its key there.
        name: String,
        /// `x-rust-name`.
        pinned: Option<String>,
    },
    /// A schema that stands inside another type.
    Within {
        /// The type around it.
        owner: TypeId,
        /// The property or the role: `item`, `value`, `variant 2`.
        role: String,
        /// `title`, where it has one.
        title: Option<String>,
    },
    /// A schema that stands in an operation, outside any other type.
    Operation {
        /// The index of the operation in [`super::Api::operations`].
        operation: usize,
        /// `body`, `response`, `ok response`, or the name of a parameter.
        role: String,
    },
}

/// Documentation text as the document has it: not yet safe to print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doc {
    /// `title` or `summary`.
    pub summary: Option<String>,
    /// `description`.
    pub description: Option<String>,
}

/// Which way values of a type travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Some request carries it.
    pub in_request: bool,
    /// Some response carries it.
    pub in_response: bool,
}

/// What a named type is.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Named fields.
    Struct(Struct),
    /// A fixed set of texts or integers.
    Enum(Enum),
    /// A list whose places have types of their own.
    Tuple(Tuple),
    /// One of several types.
    Union(Union),
    /// Another name for a type.
    Alias(TypeRef),
}

/// An object with named properties.
#[derive(Debug, Clone)]
pub struct Struct {
    /// The properties in document order; wire names are unique.
    pub fields: Vec<Field>,
    /// The type of further properties, where the schema names one; plain objects ignore further properties.
    pub additional: Option<TypeRef>,
    /// Whether these must not show in `Debug`, as [`Field::is_secret`] says.
    pub is_additional_secret: bool,
}

/// An array whose first places have types of their own; never without places.
#[derive(Debug, Clone)]
pub struct Tuple {
    /// The types of the places, in order.
    pub places: Vec<TypeRef>,
    /// How many of them must be there (`minItems`).
    pub needed: usize,
    /// The type of the items behind them; `None` where there may be none.
    pub rest: Option<TypeRef>,
}

/// One property.
#[derive(Debug, Clone)]
pub struct Field {
    /// The key on the wire.
    pub wire: String,
    /// `x-rust-name`.
    pub pinned: Option<String>,
    /// Its documentation.
    pub doc: Doc,
    /// The type of the value; `Nullable` where `null` is a value.
    pub ty: TypeRef,
    /// `required` names it.
    pub is_required: bool,
    /// `default`, checked against the type.
    pub default: Option<Literal>,
    /// The one value that its schema allows, where its type does not say it: `true` or `false`.
    pub constant: Option<Literal>,
    /// `readOnly` or `writeOnly`.
    pub direction: Direction,
    /// `writeOnly` or `format: password`, of the value or of what it is made of: it must not show in `Debug`.
    pub is_secret: bool,
    /// `deprecated`.
    pub is_deprecated: bool,
}

/// Which way a property travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Both ways.
    Both,
    /// `readOnly`: only in responses.
    ReadOnly,
    /// `writeOnly`: only in requests.
    WriteOnly,
}

/// A value that the document writes as a default.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number; finite.
    Number(f64),
    /// A text, also of a string enum.
    Text(String),
    /// A list.
    List(Vec<Literal>),
    /// An object, in document order.
    Object(Vec<(String, Literal)>),
}

/// A fixed set of values; no value twice, never empty.
#[derive(Debug, Clone)]
pub enum Enum {
    /// Texts.
    Text(Vec<EnumValue<String>>),
    /// Integers.
    Integer(Vec<EnumValue<i64>>),
}

/// One value of an enum.
#[derive(Debug, Clone)]
pub struct EnumValue<T> {
    /// The value on the wire.
    pub wire: T,
    /// A name from `x-enum-varnames` or `x-enumNames`.
    pub pinned: Option<String>,
}

/// One of several types.
#[derive(Debug, Clone)]
pub struct Union {
    /// The alternatives in document order.
    pub variants: Vec<Variant>,
    /// How they are told apart.
    pub tag: Tag,
}

/// How the variants of a union are told apart.
#[derive(Debug, Clone)]
pub enum Tag {
    /// By the value of a property (`discriminator.propertyName`, or one that no two variants share a value of); each
    /// variant lists its values.
    Property {
        /// The property.
        name: String,
        /// The variant of objects that do not have it, where they are allowed.
        absent: Option<usize>,
    },
    /// By what their values look like: their JSON type, the properties that are there; in order where nothing tells.
    Looks,
}

/// One alternative of a union.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The word its name is made from: the component, the title, the type.
    pub hint: String,
    /// Its type.
    pub ty: TypeRef,
    /// The values of the discriminator that mean it; empty without one.
    pub tags: Vec<String>,
}

/// A type at the place where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeRef {
    /// A named type.
    Named(TypeId),
    /// A named type behind a `Box`, where it would hold itself by value.
    Boxed(TypeId),
    /// A type without parts.
    Scalar(Scalar),
    /// `array`.
    List(Box<TypeRef>),
    /// An object used as a map from text.
    Map(Box<TypeRef>),
    /// The type or `null`.
    Nullable(Box<TypeRef>),
}

/// The types without parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// Any JSON value: a schema that says nothing.
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
    /// `string`, `format: password`: text that must not show in `Debug`.
    Password,
    /// `string`, `format: date-time` (RFC 3339).
    DateTime,
    /// `string`, `format: date` (RFC 3339 full-date).
    Date,
    /// `string`, `format: uuid`.
    Uuid,
    /// `string`, `format: byte` (base64).
    Base64,
    /// `string`, `format: binary`: a file of a multipart body; text in JSON.
    File,
}

impl std::fmt::Display for Literal {
    /// Text as it is, everything else as JSON.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => f.write_str(value),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::List(_) | Self::Object(_) => self.json().fmt(f),
        }
    }
}

impl Literal {
    /// The same as JSON.
    fn json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
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
