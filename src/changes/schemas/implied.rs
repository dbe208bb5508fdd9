//! The bounds that the form of a value implies.

use super::form::Form;
use crate::model::rule::Limit;
use crate::model::schema::Scalar;

/// The length of a UUID (RFC 9562, section 4).
const UUID: u64 = 36;

/// The length of a date (RFC 3339, section 5.6).
const DATE: u64 = 10;

/// The limits within which all values of a form are. Not all that follow from it: only those that bounds are often added to
/// or removed with.
pub fn limits(form: Form<'_>) -> Vec<Limit> {
    match form {
        Form::Scalar(scalar) => of_scalar(scalar),
        Form::Texts(values) => {
            let lengths = || values.iter().map(|value| value.wire.chars().count() as u64);
            let (least, most) = (lengths().min().map(Limit::MinLength), lengths().max().map(Limit::MaxLength));
            least.into_iter().chain(most).collect()
        }
        Form::Integers(values) => {
            #[allow(clippy::cast_precision_loss)] // bounds are compared as floats
            let numbers = || values.iter().map(|value| value.wire as f64);
            let least = numbers().reduce(f64::min).map(|value| Limit::Minimum(value, false));
            let most = numbers().reduce(f64::max).map(|value| Limit::Maximum(value, false));
            least.into_iter().chain(most).collect()
        }
        Form::List(_) | Form::Object { .. } | Form::Tuple(_) | Form::Union(_) => Vec::new(),
    }
}

fn of_scalar(scalar: Scalar) -> Vec<Limit> {
    let length = |length| vec![Limit::MinLength(length), Limit::MaxLength(length)];
    let range = |least, most| vec![Limit::Minimum(least, false), Limit::Maximum(most, false)];
    match scalar {
        Scalar::Int32 => range(f64::from(i32::MIN), f64::from(i32::MAX)),
        Scalar::UInt32 => range(0.0, f64::from(u32::MAX)),
        Scalar::UInt64 => vec![Limit::Minimum(0.0, false)],
        Scalar::Date => length(DATE),
        Scalar::Uuid => length(UUID),
        Scalar::Any
        | Scalar::Bool
        | Scalar::Int64
        | Scalar::Float32
        | Scalar::Float64
        | Scalar::Text
        | Scalar::Password
        | Scalar::DateTime
        | Scalar::Base64
        | Scalar::File
        | Scalar::Mapped(_) => Vec::new(),
    }
}
