//! The codec of objects, from a list of their properties.

/// Implements `Decode` and `Encode` for a struct. `how(field, …);` lists properties whose key is the name of the field,
/// `how { field "key", … };` others. `how` is a method of `Object` and `ObjectWriter`: `required`, `optional`,
/// `optional_not_null`, `nullable`, or `or_default { field "key" = value }`; `received…` for properties that are only read,
/// `sent` for those that are only written. `rest field;` names the field for all other properties.
#[macro_export]
macro_rules! json_object {
    (for $ty:ident;) => {
        impl rt::Decode for $ty {
            fn decode(value: &rt::Value<'_>) -> Result<Self, rt::DecodeError> {
                value.object().map(|_| Self {})
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer) {
                json.object().end();
            }
        }
    };
    (for $ty:ident; rest $rest:ident; $($how:ident
        $(($($field:ident),+))? $({ $($named:ident $key:literal $(= $default:expr)?),+ })?;
    )*) => {
        impl rt::Decode for $ty {
            fn decode(value: &rt::Value<'_>) -> Result<Self, rt::DecodeError> {
                let mut object = value.object()?;
                Ok(Self {
                    $(
                        $($($field: object.$how(stringify!($field))?,)+)?
                        $($($named: object.$how($key $(, || $default)?)?,)+)?
                    )*
                    $rest: object.rest(&[$($($(stringify!($field),)+)? $($($key,)+)?)*])?,
                })
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer) {
                let mut object = json.object();
                $(
                    $($(object.$how(stringify!($field), &self.$field);)+)?
                    $($(object.$how($key, &self.$named);)+)?
                )*
                object.rest(&self.$rest, &[$($($(stringify!($field),)+)? $($($key,)+)?)*]);
                object.end();
            }
        }
    };
    (for $ty:ident; $($how:ident
        $(($($field:ident),+))? $({ $($named:ident $key:literal $(= $default:expr)?),+ })?;
    )+) => {
        impl rt::Decode for $ty {
            fn decode(value: &rt::Value<'_>) -> Result<Self, rt::DecodeError> {
                let mut object = value.object()?;
                Ok(Self {
                    $(
                        $($($field: object.$how(stringify!($field))?,)+)?
                        $($($named: object.$how($key $(, || $default)?)?,)+)?
                    )+
                })
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer) {
                let mut object = json.object();
                $(
                    $($(object.$how(stringify!($field), &self.$field);)+)?
                    $($(object.$how($key, &self.$named);)+)?
                )+
                object.end();
            }
        }
    };
}
pub use json_object;
