//! The codec of objects, from a list of their properties.

/// Implements `Decode` and `Encode` for a struct. A line is `how field "key"`, where `how` is a method of `Object`
/// and `ObjectWriter`: `required`, `optional`, `optional_not_null`, `nullable`, or `or_default … = value`;
/// `received…` for properties that are only read, `sent` for those that are only written. After `rest` follows the
/// field for all other properties.
macro_rules! json_object {
    (for $ty:ident; $($how:ident $field:ident $key:literal $(= $default:expr)?,)+) => {
        impl Decode for $ty {
            fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
                let mut object = value.object()?;
                Ok(Self { $($field: object.$how($key $(, || $default)?)?,)+ })
            }
        }

        impl Encode for $ty {
            fn encode(&self, json: &mut Writer) {
                let mut object = json.object();
                $(object.$how($key, &self.$field);)+
                object.end();
            }
        }
    };
    (for $ty:ident; rest $rest:ident; $($how:ident $field:ident $key:literal $(= $default:expr)?,)*) => {
        impl Decode for $ty {
            fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
                let mut object = value.object()?;
                Ok(Self { $($field: object.$how($key $(, || $default)?)?,)* $rest: object.rest(&[$($key),*])? })
            }
        }

        impl Encode for $ty {
            fn encode(&self, json: &mut Writer) {
                let mut object = json.object();
                $(object.$how($key, &self.$field);)*
                object.rest(&self.$rest, &[$($key),*]);
                object.end();
            }
        }
    };
}
pub(crate) use json_object;
