//! The codec of objects, from a list of their properties: how each is read, its field, its key.

/// Gives a struct `Decode` and `Encode`. A line is `how field "key"`, where `how` is a method of the reader and of the
/// writer: `required`, `optional`, `optional_not_null`, `nullable`, or `or_default … = value`; `received…` for what is only
/// read, `sent` for what is only written. After `rest` stands the field that takes the properties which are not named.
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
