//! Reads unions without a discriminator: the properties of a value decide which variants are tried, and in what order.

use super::json::{DecodeError, Reading, Value};

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

    fn distance(&self, value: &Value<'_>) -> Result<Distance, DecodeError> {
        if self.keeps == Keeps::Anything {
            return Ok((0, 0, usize::MAX));
        }
        let fields = match value {
            Value::Object(fields) => fields,
            Value::String(text) | Value::Text(text) => {
                let is_other = !self.texts.is_empty() && !self.texts.contains(&text.as_ref());
                return Ok((usize::from(is_other), 0, 0));
            }
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Array(_) | Value::Opaque(_) => {
                return Ok((0, 0, 0));
            }
        };
        let property = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        if let Some(missing) = self.required.iter().find(|name| property(name).is_none()) {
            return Err(DecodeError::missing(missing));
        }
        let is_other = |(path, values): &&(&[&str], &[Fixed<'_>])| {
            value.nested(path).is_some_and(|value| !values.iter().any(|fixed| fixed.is(value)))
        };
        let contradictions = self.fixed.iter().filter(is_other).count();
        let unnamed = fields.iter().filter(|(key, _)| !self.named.contains(&key.as_ref())).count();
        match self.keeps {
            Keeps::Named => Ok((contradictions, unnamed, 0)),
            Keeps::Others | Keeps::Anything => Ok((contradictions, 0, unnamed)),
        }
    }
}

impl Fixed<'_> {
    fn is(&self, value: &Value<'_>) -> bool {
        match self {
            Fixed::Text(fixed) => matches!(value, Value::String(text) | Value::Text(text) if *fixed == text.as_ref()),
            Fixed::Integer(fixed) => *value == Value::Integer((*fixed).into()),
            Fixed::Bool(fixed) => *value == Value::Bool(*fixed),
        }
    }
}

impl<'a> Value<'a> {
    /// The value of a property of a property, and so on; `None` if one of them is absent.
    fn nested(&self, path: &[&str]) -> Option<&Value<'a>> {
        path.iter().try_fold(self, |value, name| match value {
            Value::Object(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        })
    }

    /// Reads the variant that matches the value best, the first one if several do.
    ///
    /// # Errors
    ///
    /// If no variant can be read. The error contains the error of each.
    pub fn one_of<T>(&self, candidates: &[Candidate<'_, T>]) -> Result<T, DecodeError> {
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
