//! Numbers in the constraints of the document.

use super::json::{Content, Node};
use super::rules::Kind;

/// Below this bound, every integer is represented exactly.
pub(super) const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number as it was received.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    /// An integer.
    Whole(i128),
    /// Any other number.
    Other(f64),
}

impl Number {
    #[allow(clippy::cast_precision_loss)] // bounds of documents are floats too
    pub(super) fn value(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Other(number) => number,
        }
    }

    pub(super) fn is_whole(self) -> bool {
        self.value().fract() == 0.0
    }

    /// Whether the number is a multiple of `step`, within the rounding error of a float: decimal fractions are not
    /// exact in binary.
    pub(super) fn is_multiple_of(self, step: f64) -> bool {
        #[allow(clippy::cast_possible_truncation)] // bounded just before
        if let (Self::Whole(number), true) = (self, step.fract() == 0.0 && (1.0..9.0e15).contains(&step)) {
            return number % (step as i128) == 0;
        }
        let quotient = self.value() / step;
        // Outside the range of floats, no violation can be shown.
        !quotient.is_finite() || (quotient - quotient.round()).abs() <= quotient.abs() * 4.0 * f64::EPSILON
    }
}

/// The number of a value; `None` if it is not one.
pub(super) fn number(value: Node<'_>, kind: Kind) -> Option<Number> {
    match value.content() {
        Content::Integer(number) => Some(Number::Whole(number)),
        Content::Float(number) => Some(Number::Other(number)),
        Content::Text(text) if matches!(kind, Kind::Number | Kind::Integer) => match text.parse() {
            Ok(number) => Some(Number::Whole(number)),
            Err(_) => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Number::Other),
        },
        _ => None,
    }
}
