//! Reads unions without a discriminator: the properties of a value decide which variants are tried, and in what order.

use super::json::{Content, DecodeError, Node, Reading};

/// A variant of a union: the function that reads it, and the known properties or strings of its values.
#[derive(Debug)]
pub struct Candidate<'a, T> {
    reading: Reading<T>,
    required: &'a [&'a str],
    named: &'a [&'a str],
    fixed: &'a [(&'a [&'a str], &'a [Fixed<'a>])],
    texts: &'a [&'a str],
    keeps: Keeps,
}

/// A fixed value of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed<'a> {
    /// A string.
    Text(&'a str),
    /// An integer.
    Integer(i64),
    /// `true` or `false`.
    Bool(bool),
}

/// How a variant treats unknown properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    /// They are ignored.
    Named,
    /// They are kept.
    Others,
    /// The variant accepts any value.
    Anything,
}

/// How poorly a value matches a variant: contradictions, ignored properties, unknown properties.
type Distance = (usize, usize, usize);

impl<'a, T> Candidate<'a, T> {
    /// A variant of which only the reading function is known.
    pub const fn new(reading: Reading<T>) -> Self {
        Self { reading, required: &[], named: &[], fixed: &[], texts: &[], keeps: Keeps::Named }
    }

    /// Sets the required properties.
    #[must_use]
    pub const fn required(mut self, names: &'a [&'a str]) -> Self {
        self.required = names;
        self
    }

    /// Sets the known properties.
    #[must_use]
    pub const fn named(mut self, names: &'a [&'a str]) -> Self {
        self.named = names;
        self
    }

    /// Sets the properties with a fixed list of values, by the names that lead to each.
    #[must_use]
    pub const fn fixed(mut self, values: &'a [(&'a [&'a str], &'a [Fixed<'a>])]) -> Self {
        self.fixed = values;
        self
    }

    /// Sets the known strings.
    #[must_use]
    pub const fn texts(mut self, texts: &'a [&'a str]) -> Self {
        self.texts = texts;
        self
    }

    /// The variant keeps unknown properties.
    #[must_use]
    pub const fn keeps_others(mut self) -> Self {
        self.keeps = Keeps::Others;
        self
    }

    /// The variant accepts any value, so it is tried after more specific ones.
    #[must_use]
    pub const fn anything(mut self) -> Self {
        self.keeps = Keeps::Anything;
        self
    }

    fn distance(&self, value: Node<'_>) -> Result<Distance, DecodeError> {
        if self.keeps == Keeps::Anything {
            return Ok((0, 0, usize::MAX));
        }
        let members = match value.content() {
            Content::Object(members) => members,
            Content::String(text) | Content::Text(text) => {
                let is_other = !self.texts.is_empty() && !self.texts.contains(&text);
                return Ok((usize::from(is_other), 0, 0));
            }
            Content::Null
            | Content::Bool(_)
            | Content::Integer(_)
            | Content::Float(_)
            | Content::Array(_)
            | Content::Opaque(_) => return Ok((0, 0, 0)),
        };
        if let Some(missing) = self.required.iter().find(|name| members.get(name).is_none()) {
            return Err(DecodeError::missing(missing));
        }
        let is_other = |(path, values): &&(&[&str], &[Fixed<'_>])| {
            nested(value, path).is_some_and(|value| !values.iter().any(|fixed| fixed.is(value)))
        };
        let contradictions = self.fixed.iter().filter(is_other).count();
        let unnamed = members.filter(|(key, _)| !self.named.contains(key)).count();
        match self.keeps {
            Keeps::Named => Ok((contradictions, unnamed, 0)),
            Keeps::Others | Keeps::Anything => Ok((contradictions, 0, unnamed)),
        }
    }
}

impl Fixed<'_> {
    fn is(&self, value: Node<'_>) -> bool {
        match (self, value.content()) {
            (Fixed::Text(fixed), Content::String(text) | Content::Text(text)) => *fixed == text,
            (Fixed::Integer(fixed), Content::Integer(number)) => i128::from(*fixed) == number,
            (Fixed::Bool(fixed), Content::Bool(value)) => *fixed == value,
            (Fixed::Text(_) | Fixed::Integer(_) | Fixed::Bool(_), _) => false,
        }
    }
}

/// The value of a property of a property, and so on; `None` if one of them is absent.
fn nested<'v>(value: Node<'v>, path: &[&str]) -> Option<Node<'v>> {
    path.iter().try_fold(value, |value, name| match value.content() {
        Content::Object(members) => members.get(name),
        _ => None,
    })
}

impl Node<'_> {
    /// Reads the variant that matches the value best, the first one if several do.
    ///
    /// # Errors
    ///
    /// If no variant can be read. The error contains the error of each.
    pub fn one_of<T>(self, candidates: &[Candidate<'_, T>]) -> Result<T, DecodeError> {
        let mut errors: Vec<Option<DecodeError>> = vec![None; candidates.len()];
        let mut order: Vec<(Distance, usize)> = Vec::with_capacity(candidates.len());
        for (at, candidate) in candidates.iter().enumerate() {
            match candidate.distance(self) {
                Ok(distance) => order.push((distance, at)),
                Err(error) => errors[at] = Some(error),
            }
        }
        order.sort_unstable();
        for (_, at) in order {
            match (candidates[at].reading)(self) {
                Ok(value) => return Ok(value),
                Err(error) => errors[at] = Some(error),
            }
        }
        let errors: Vec<DecodeError> = errors.into_iter().flatten().collect();
        Err(DecodeError::none_fits(&errors))
    }
}

/// Implements `Decode` and `Encode` for a union without a discriminator. A row is `variant.hint(…)…;`, where `hint` is a
/// method of [`Candidate`].
#[macro_export]
macro_rules! json_choice {
    (for $ty:ident; $($variant:ident $(.$hint:ident($($argument:expr)?))*;)+) => {
        impl rt::Decode for $ty {
            fn decode(value: rt::Node<'_>) -> Result<Self, rt::DecodeError> {
                value.one_of(&[$(
                    rt::json_choice::Candidate::new(|value| rt::Decode::decode(value).map(Self::$variant))
                        $(.$hint($($argument)?))*
                ),+])
            }
        }

        impl rt::Encode for $ty {
            fn encode(&self, json: &mut rt::Writer<'_>) {
                match self {
                    $(Self::$variant(value) => rt::Encode::encode(value, json),)+
                }
            }
        }
    };
}
pub use json_choice;
