//! Reads values whose type is known at run time only: what `Decode` of a generated type does on a server, by the model.
//! Scalars, objects and errors are those of the runtime.

use keystub_server_runtime as rt;

use rt::base64::Base64;
use rt::chrono::{DateTime, FixedOffset, NaiveDate};
use rt::json_budget::bounded;
use rt::uuid::Uuid;
use rt::{Decode, DecodeError, Node, Value};
use serde_json::{Map, Number, Value as Json};

use crate::model::Api;
use crate::model::schema::{Direction, Enum, Field, Literal, Scalar, Shape, Struct, Tag, Tuple, TypeRef, Union, Usage};

/// A value as it was received.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::live) struct Received(pub Value<'static>);

impl Decode for Received {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        Ok(Self(value.to_value().into_owned()))
    }
}

/// Reads values of requests by the types of the model.
#[derive(Debug, Clone, Copy)]
pub(in crate::live) struct Reader<'a> {
    api: &'a Api,
}

impl<'a> Reader<'a> {
    pub fn new(api: &'a Api) -> Self {
        Self { api }
    }

    /// The value as JSON, if it has this type. Strings of parameters and forms become what the type says.
    ///
    /// # Errors
    ///
    /// If it does not have this type, as a generated server says it.
    pub fn read(self, value: &Value<'_>, ty: &TypeRef) -> Result<Json, DecodeError> {
        bounded(value.node(), || self.of(value, ty))
    }

    fn of(self, value: &Value<'_>, ty: &TypeRef) -> Result<Json, DecodeError> {
        match ty {
            TypeRef::Scalar(scalar) => self::scalar(value, *scalar),
            TypeRef::Nullable(_) if *value == Value::Null => Ok(Json::Null),
            TypeRef::Nullable(inner) => self.of(value, inner),
            TypeRef::List(item) => self.list(value, item),
            TypeRef::Map(item) => self.rest(value, &[], item).map(Json::Object),
            TypeRef::Named(id) | TypeRef::Boxed(id) => {
                let def = self.api.type_def(*id);
                match &def.shape {
                    Shape::Alias(target) => self.of(value, target),
                    Shape::Struct(shape) => self.structure(value, shape, def.usage),
                    Shape::Enum(values) => enumeration(value, values),
                    Shape::Tuple(tuple) => self.tuple(value, tuple),
                    Shape::Union(union) => self.union(value, union),
                }
            }
        }
    }

    fn list(self, value: &Value<'_>, item: &TypeRef) -> Result<Json, DecodeError> {
        // A name of a form that occurs once, as generated servers read it.
        if let Value::Text(_) = value {
            return self.of(value, item).map(|item| Json::Array(vec![item]));
        }
        let Value::Array(items) = value else { return Err(DecodeError::expected("an array", value)) };
        let read =
            |(at, value): (usize, &Value<'_>)| self.of(value, item).map_err(|error| error.within(&at.to_string()));
        items.iter().enumerate().map(read).collect::<Result<_, _>>().map(Json::Array)
    }

    /// The properties that are not in `known`.
    fn rest(self, value: &Value<'_>, known: &[&str], ty: &TypeRef) -> Result<Map<String, Json>, DecodeError> {
        value.object()?;
        let Value::Object(fields) = value else { return Ok(Map::new()) };
        let unknown = fields.iter().filter(|(key, _)| !known.contains(&key.as_ref()));
        let read = |(key, value): &(std::borrow::Cow<'_, str>, Value<'_>)| {
            Ok((key.clone().into_owned(), self.of(value, ty).map_err(|error| error.within(key))?))
        };
        unknown.map(read).collect()
    }

    fn structure(self, value: &Value<'_>, shape: &Struct, usage: Usage) -> Result<Json, DecodeError> {
        value.object()?;
        let Value::Object(own) = value else { return Ok(Json::Null) };
        let mut object = Map::new();
        for field in &shape.fields {
            let found = own.iter().find(|(key, _)| *key == field.wire).map(|(_, value)| value);
            let read = self.field(found, field, usage).map_err(|error| error.within(&field.wire));
            if let Some(read) = read? {
                object.insert(field.wire.clone(), read);
            } else if found.is_none() && is_expected(field, usage) {
                return Err(DecodeError::missing(&field.wire));
            }
        }
        if let Some(ty) = &shape.additional {
            let known: Vec<&str> = shape.fields.iter().map(|field| field.wire.as_str()).collect();
            object.extend(self.rest(value, &known, ty)?);
        }
        Ok(Json::Object(object))
    }

    fn field(self, value: Option<&Value<'_>>, field: &Field, usage: Usage) -> Result<Option<Json>, DecodeError> {
        let Some(value) = value.filter(|_| is_received(field, usage)) else { return Ok(None) };
        let can_be_absent = field.default.is_some() && !usage.in_response && !field.is_required;
        if *value == Value::Null && can_be_absent && !self.is_nullable(&field.ty) {
            return Ok(None);
        }
        self.of(value, &field.ty).map(Some)
    }

    fn is_nullable(self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::Nullable(_) | TypeRef::Scalar(Scalar::Any) => true,
            TypeRef::Named(id) => match &self.api.type_def(*id).shape {
                Shape::Alias(target) => self.is_nullable(target),
                Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) => false,
            },
            TypeRef::Boxed(_) | TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => false,
        }
    }

    fn tuple(self, value: &Value<'_>, tuple: &Tuple) -> Result<Json, DecodeError> {
        value.node().places()?;
        let Value::Array(items) = value else { return Ok(Json::Null) };
        if items.len() < tuple.needed {
            return Err(DecodeError::new(format!("missing array item {}", items.len())));
        }
        let mut read = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let ty = tuple.places.get(at).or(tuple.rest.as_ref());
            let ty = ty.ok_or_else(|| DecodeError::new(format!("the array has more than {at} items")))?;
            read.push(self.of(item, ty).map_err(|error| error.within(&at.to_string()))?);
        }
        Ok(Json::Array(read))
    }

    fn union(self, value: &Value<'_>, union: &Union) -> Result<Json, DecodeError> {
        let Tag::Property { name, absent } = &union.tag else { return self.first(value, union.variants.iter()) };
        if !value.node().is_object() {
            return self.first(value, union.variants.iter().filter(|variant| variant.tags.is_empty()));
        }
        if let Some(variant) = absent.filter(|_| matches!(value.object(), Ok(object) if !object.has(name))) {
            return self.of(value, &union.variants[variant].ty);
        }
        let tag = value.node().discriminator(name)?;
        let is_meant = |variant: &&crate::model::schema::Variant| variant.tags.iter().any(|own| *own == tag);
        if !union.variants.iter().any(|variant| is_meant(&variant)) {
            let tags: Vec<&str> = union.variants.iter().flat_map(|one| &one.tags).map(String::as_str).collect();
            return Err(DecodeError::unknown_value(&tag, &tags));
        }
        let read = self.first(value, union.variants.iter().filter(is_meant))?;
        // The variant may have no property for the discriminator.
        Ok(match read {
            Json::Object(mut object) => {
                object.entry(name.clone()).or_insert_with(|| tag.into_owned().into());
                Json::Object(object)
            }
            other => other,
        })
    }

    /// The value as the first variant that it has.
    fn first<'v>(
        self,
        value: &Value<'_>,
        variants: impl Iterator<Item = &'v crate::model::schema::Variant>,
    ) -> Result<Json, DecodeError> {
        let mut errors = Vec::new();
        for variant in variants {
            match self.of(value, &variant.ty) {
                Ok(read) => return Ok(read),
                Err(error) => errors.push(error),
            }
        }
        Err(DecodeError::none_fits(&errors))
    }
}

/// Whether requests contain the property.
fn is_received(field: &Field, usage: Usage) -> bool {
    usage.in_request && field.direction != Direction::ReadOnly
}

/// Whether a request is invalid without the property.
fn is_expected(field: &Field, usage: Usage) -> bool {
    field.is_required && is_received(field, usage)
}

fn scalar(value: &Value<'_>, scalar: Scalar) -> Result<Json, DecodeError> {
    let text = |value: &Value<'_>| String::decode(value.node()).map(Json::String);
    match scalar {
        Scalar::Any | Scalar::Mapped(_) => Json::decode(value.node()),
        Scalar::Bool => bool::decode(value.node()).map(Json::from),
        Scalar::Int32 => i32::decode(value.node()).map(Json::from),
        Scalar::Int64 => i64::decode(value.node()).map(Json::from),
        Scalar::UInt32 => u32::decode(value.node()).map(Json::from),
        Scalar::UInt64 => u64::decode(value.node()).map(Json::from),
        Scalar::Float32 => f32::decode(value.node()).and_then(|_| f64::decode(value.node())).map(number),
        Scalar::Float64 => f64::decode(value.node()).map(number),
        Scalar::Text | Scalar::Password => text(value),
        Scalar::DateTime => DateTime::<FixedOffset>::decode(value.node()).and_then(|_| text(value)),
        Scalar::Date => NaiveDate::decode(value.node()).and_then(|_| text(value)),
        Scalar::Uuid => Uuid::decode(value.node()).and_then(|_| text(value)),
        Scalar::Base64 => Base64::decode(value.node()).and_then(|_| text(value)),
        Scalar::File => match value {
            Value::Opaque(_) => Ok(Json::Null),
            other => text(other),
        },
    }
}

fn number(number: f64) -> Json {
    #[allow(clippy::cast_possible_truncation)] // bounded just before
    if number.fract() == 0.0 && number.abs() < 9.0e15 {
        return Json::from(number as i64);
    }
    Number::from_f64(number).map_or(Json::Null, Json::Number)
}

fn enumeration(value: &Value<'_>, values: &Enum) -> Result<Json, DecodeError> {
    match values {
        Enum::Text(values) => {
            let text = value.node().string()?;
            let known: Vec<&str> = values.iter().map(|value| value.wire.as_str()).collect();
            if known.contains(&text) { Ok(text.into()) } else { Err(DecodeError::unknown_value(text, &known)) }
        }
        Enum::Integer(values) => {
            let number = i64::decode(value.node())?;
            let known: Vec<String> = values.iter().map(|value| value.wire.to_string()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            if values.iter().any(|value| value.wire == number) {
                Ok(number.into())
            } else {
                Err(DecodeError::unknown_value(&number.to_string(), &known))
            }
        }
    }
}

/// The default of a parameter that is not in the request.
pub(in crate::live) fn literal(literal: &Literal) -> Json {
    match literal {
        Literal::Null => Json::Null,
        Literal::Bool(value) => (*value).into(),
        Literal::Integer(number) => (*number).into(),
        Literal::Unsigned(number) => (*number).into(),
        Literal::Number(number) => self::number(*number),
        Literal::Text(text) => text.as_str().into(),
        Literal::List(items) => items.iter().map(self::literal).collect(),
        Literal::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), self::literal(value))).collect::<Map<_, _>>().into()
        }
    }
}
