//! The codec of objects, from a list of their properties.

/// Implements `Decode` and `Encode` for a struct. A line is `how field "key"`, where `how` is a method of `Object`
/// and `ObjectWriter`: `required`, `optional`, `optional_not_null`, `nullable`, or `or_default … = value`;
/// `received…` for properties that are only read, `sent` for those that are only written. After `rest` follows the
/// field for all other properties.
#[macro_export]
macro_rules! json_object {
    (for $ty:ident; $($how:ident $field:ident $key:literal $(= $default:expr)?,)+) => {
        impl rt::Decode for $ty {
            fn decode(value: &rt::Value<'_>) -> Result<Self, rt::DecodeError> {
                let mut object = value.object()?;
                Ok(Self { $($field: object.$how($key $(, || $default)?)?,)+ })
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer) {
                let mut object = json.object();
                $(object.$how($key, &self.$field);)+
                object.end();
            }
        }
    };
    (for $ty:ident; rest $rest:ident; $($how:ident $field:ident $key:literal $(= $default:expr)?,)*) => {
        impl rt::Decode for $ty {
            fn decode(value: &rt::Value<'_>) -> Result<Self, rt::DecodeError> {
                let mut object = value.object()?;
                Ok(Self { $($field: object.$how($key $(, || $default)?)?,)* $rest: object.rest(&[$($key),*])? })
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer) {
                let mut object = json.object();
                $(object.$how($key, &self.$field);)*
                object.rest(&self.$rest, &[$($key),*]);
                object.end();
            }
        }
    };
}
pub use json_object;
