//! Unions without a discriminator: what the values of each variant look like tells which are tried, and in what order.

use super::json::{DecodeError, Reading, Value};

/// A variant of a union: how it is read, and what its values look like where they are objects or one of a few texts.
#[derive(Debug)]
pub struct Guess<'g, T> {
    reading: Reading<T>,
    required: &'g [&'g str],
    named: &'g [&'g str],
    fixed: &'g [(&'g str, &'g [Fixed<'g>])],
    texts: &'g [&'g str],
    keeps: Keeps,
}

/// A value that a property must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed<'g> {
    /// A text.
    Text(&'g str),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Bool(bool),
}

/// What becomes of properties without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    /// They are dropped.
    Named,
    /// They are kept.
    Others,
    /// The variant takes whatever there is.
    Anything,
}

/// How little a value looks like a variant: contradictions, properties that would be dropped, properties without a name.
type Distance = (usize, usize, usize);

impl<'g, T> Guess<'g, T> {
    /// A variant of which nothing is known but how it is read.
    pub const fn new(reading: Reading<T>) -> Self {
        Self { reading, required: &[], named: &[], fixed: &[], texts: &[], keeps: Keeps::Named }
    }

    /// The properties that are always there.
    #[must_use]
    pub const fn required(mut self, names: &'g [&'g str]) -> Self {
        self.required = names;
        self
    }

    /// The properties that it has names for.
    #[must_use]
    pub const fn named(mut self, names: &'g [&'g str]) -> Self {
        self.named = names;
        self
    }

    /// The properties that have one of a few values wherever they are there.
    #[must_use]
    pub const fn fixed(mut self, values: &'g [(&'g str, &'g [Fixed<'g>])]) -> Self {
        self.fixed = values;
        self
    }

    /// The texts that it knows.
    #[must_use]
    pub const fn texts(mut self, texts: &'g [&'g str]) -> Self {
        self.texts = texts;
        self
    }

    /// It keeps properties without a name.
    #[must_use]
    pub const fn keeps_others(mut self) -> Self {
        self.keeps = Keeps::Others;
        self
    }

    /// It takes any value, and so stands behind those that say more.
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
        let is_other = |(name, values): &&(&str, &[Fixed<'_>])| {
            property(name).is_some_and(|value| !values.iter().any(|fixed| fixed.is(value)))
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

impl Value<'_> {
    /// The variant that the value looks most like, of those that can be read from it; the first of equals.
    ///
    /// # Errors
    ///
    /// If none fits; the error holds what each said.
    pub fn one_of<T>(&self, guesses: &[Guess<'_, T>]) -> Result<T, DecodeError> {
        let mut errors: Vec<Option<DecodeError>> = vec![None; guesses.len()];
        let mut order: Vec<(Distance, usize)> = Vec::with_capacity(guesses.len());
        for (at, guess) in guesses.iter().enumerate() {
            match guess.distance(self) {
                Ok(distance) => order.push((distance, at)),
                Err(error) => errors[at] = Some(error),
            }
        }
        order.sort_unstable();
        for (_, at) in order {
            match (guesses[at].reading)(self) {
                Ok(value) => return Ok(value),
                Err(error) => errors[at] = Some(error),
            }
        }
        let errors: Vec<DecodeError> = errors.into_iter().flatten().collect();
        Err(DecodeError::none_fits(&errors))
    }
}
