//! The codec of scalar types.

use super::json::{Content, Decode, DecodeError, Encode, Node, Scalar, Writer};

impl Decode for String {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        value.string().map(str::to_owned)
    }
}

impl Decode for bool {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        match value.content() {
            Content::Bool(value) => Ok(value),
            Content::Text("true") => Ok(true),
            Content::Text("false") => Ok(false),
            _ => Err(DecodeError::expected("a boolean", value)),
        }
    }
}

/// The integer of a value. JSON Schema also counts `1.0` as an integer.
#[inline]
fn integer(value: Node<'_>) -> Result<i128, DecodeError> {
    match value.content() {
        Content::Integer(number) => Ok(number),
        #[allow(clippy::cast_possible_truncation)] // bounded just before
        Content::Float(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => Ok(number as i128),
        Content::Text(text) => text.parse().map_err(|_| DecodeError::expected("an integer", value)),
        _ => Err(DecodeError::expected("an integer", value)),
    }
}

#[inline]
fn float(value: Node<'_>) -> Result<f64, DecodeError> {
    match value.content() {
        Content::Float(number) => Ok(number),
        #[allow(clippy::cast_precision_loss)] // a number is read as the nearest float
        Content::Integer(number) => Ok(number as f64),
        Content::Text(text) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(DecodeError::expected("a number", value)),
        },
        _ => Err(DecodeError::expected("a number", value)),
    }
}

macro_rules! integers {
    ($scalar:ident: $($ty:ty),*) => {$(
        impl Decode for $ty {
            fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
                let number = match value.small() {
                    Some(number) => Self::try_from(number).ok(),
                    None => Self::try_from(integer(value)?).ok(),
                };
                number.ok_or_else(|| DecodeError::new(concat!("the number does not fit into ", stringify!($ty))))
            }
        }

        impl Encode for $ty {
            fn scalar(&self) -> Option<Scalar<'_>> {
                Some(Scalar::$scalar((*self).into()))
            }
        }
    )*};
}

integers!(Integer: i8, i16, i32, i64, u8, u16, u32);
integers!(Unsigned: u64);

impl Decode for f64 {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        value.decimal().map_or_else(|| float(value), Ok)
    }
}

impl Decode for f32 {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        #[allow(clippy::cast_possible_truncation)] // `format: float` is read as the nearest f32
        let number = float(value)? as Self;
        if number.is_finite() { Ok(number) } else { Err(DecodeError::new("the number does not fit into f32")) }
    }
}

impl Decode for serde_json::Value {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        Ok(match value.content() {
            Content::Null => Self::Null,
            Content::Bool(value) => Self::Bool(value),
            Content::Integer(number) => serde_json::Number::from_i128(number)
                .map(Self::Number)
                .ok_or_else(|| DecodeError::new("the number does not fit into 64 bits"))?,
            Content::Float(number) => Self::from(number),
            Content::String(text) | Content::Text(text) => Self::String(text.to_owned()),
            Content::Array(_) => Self::Array(Decode::decode(value)?),
            Content::Object(_) => {
                let mut object = value.object()?;
                Self::Object(object.rest::<Self>(&[])?.into_iter().collect())
            }
            Content::Opaque(_) => return Err(DecodeError::expected("JSON", value)),
        })
    }
}

impl Encode for serde_json::Value {
    fn encode(&self, json: &mut Writer<'_>) {
        json.json(self);
    }
}

impl Encode for bool {
    fn scalar(&self) -> Option<Scalar<'_>> {
        Some(Scalar::Bool(*self))
    }
}

impl Encode for f64 {
    fn scalar(&self) -> Option<Scalar<'_>> {
        Some(Scalar::Float(*self))
    }
}

impl Encode for f32 {
    fn scalar(&self) -> Option<Scalar<'_>> {
        Some(Scalar::Float32(*self))
    }
}

impl Encode for str {
    fn scalar(&self) -> Option<Scalar<'_>> {
        Some(Scalar::Text(self))
    }
}

impl Encode for String {
    fn scalar(&self) -> Option<Scalar<'_>> {
        Some(Scalar::Text(self))
    }
}
