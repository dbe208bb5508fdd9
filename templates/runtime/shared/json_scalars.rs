//! The codec of scalar types.

use super::json::{Decode, DecodeError, Encode, Value, Writer};

impl Decode for String {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        value.string().map(str::to_owned)
    }
}

impl Decode for bool {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        match value {
            Value::Bool(value) => Ok(*value),
            Value::Text(text) if text == "true" => Ok(true),
            Value::Text(text) if text == "false" => Ok(false),
            other => Err(DecodeError::expected("a boolean", other)),
        }
    }
}

/// The integer of a value. JSON Schema also counts `1.0` as an integer.
fn integer(value: &Value<'_>) -> Result<i128, DecodeError> {
    match value {
        Value::Integer(number) => Ok(*number),
        #[allow(clippy::cast_possible_truncation)] // bounded just before
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => Ok(*number as i128),
        Value::Text(text) => text.parse().map_err(|_| DecodeError::expected("an integer", value)),
        other => Err(DecodeError::expected("an integer", other)),
    }
}

fn float(value: &Value<'_>) -> Result<f64, DecodeError> {
    match value {
        Value::Float(number) => Ok(*number),
        #[allow(clippy::cast_precision_loss)] // a number is read as the nearest float
        Value::Integer(number) => Ok(*number as f64),
        Value::Text(text) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(DecodeError::expected("a number", value)),
        },
        other => Err(DecodeError::expected("a number", other)),
    }
}

macro_rules! integers {
    ($($ty:ty),*) => {$(
        impl Decode for $ty {
            fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
                let number = integer(value)?;
                Self::try_from(number).map_err(|_| DecodeError::new(concat!("the number does not fit into ", stringify!($ty))))
            }
        }

        impl Encode for $ty {
            fn encode(&self, json: &mut Writer) {
                json.integer(i128::from(*self));
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Decode for f64 {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        float(value)
    }
}

impl Decode for f32 {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        #[allow(clippy::cast_possible_truncation)] // `format: float` is read as the nearest f32
        let number = float(value)? as Self;
        if number.is_finite() { Ok(number) } else { Err(DecodeError::new("the number does not fit into f32")) }
    }
}

impl Decode for serde_json::Value {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Ok(match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Integer(number) => serde_json::Number::from_i128(*number)
                .map(Self::Number)
                .ok_or_else(|| DecodeError::new("the number does not fit into 64 bits"))?,
            Value::Float(number) => Self::from(*number),
            Value::String(text) | Value::Text(text) => Self::String(text.clone().into_owned()),
            Value::Array(_) => Self::Array(Decode::decode(value)?),
            Value::Object(_) => {
                let mut object = value.object()?;
                Self::Object(object.rest::<Self>(&[])?.into_iter().collect())
            }
            Value::Opaque(_) => return Err(DecodeError::expected("JSON", value)),
        })
    }
}

impl Encode for serde_json::Value {
    fn encode(&self, json: &mut Writer) {
        json.raw(&self.to_string());
    }
}

impl Encode for bool {
    fn encode(&self, json: &mut Writer) {
        json.raw(if *self { "true" } else { "false" });
    }
}

impl Encode for f64 {
    fn encode(&self, json: &mut Writer) {
        json.float(*self);
    }
}

impl Encode for f32 {
    fn encode(&self, json: &mut Writer) {
        json.float32(*self);
    }
}

impl Encode for str {
    fn encode(&self, json: &mut Writer) {
        json.string(self);
    }
}

impl Encode for String {
    fn encode(&self, json: &mut Writer) {
        json.string(self);
    }
}
