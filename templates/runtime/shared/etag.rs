//! Entity tags and the conditions of requests (RFC 9110, sections 8.8.3 and 13).

use std::fmt;
use std::str::FromStr;

/// A version of a representation, as in the header field `ETag` (RFC 9110, section 8.8.3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EntityTag {
    opaque: String,
    is_weak: bool,
}

/// A text that is not an entity tag, or not a list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityTagError;

impl fmt::Display for EntityTagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an entity tag such as \"v1\" or W/\"v1\", in quotes")
    }
}

impl std::error::Error for EntityTagError {}

impl EntityTag {
    /// A tag that changes with every byte of the representation. `opaque` is the text without quotes.
    ///
    /// # Errors
    ///
    /// If the text contains a quote, a blank or a control character.
    pub fn strong(opaque: impl Into<String>) -> Result<Self, EntityTagError> {
        Self::new(opaque.into(), false)
    }

    /// A tag that only changes with the meaning of the representation. `opaque` is the text without `W/` and quotes.
    ///
    /// # Errors
    ///
    /// Same as [`Self::strong`].
    pub fn weak(opaque: impl Into<String>) -> Result<Self, EntityTagError> {
        Self::new(opaque.into(), true)
    }

    fn new(opaque: String, is_weak: bool) -> Result<Self, EntityTagError> {
        let is_allowed = |c: char| !matches!(c, '\0'..=' ' | '"' | '\u{7f}');
        if opaque.chars().all(is_allowed) { Ok(Self { opaque, is_weak }) } else { Err(EntityTagError) }
    }

    /// The text without `W/` and quotes.
    pub fn opaque(&self) -> &str {
        &self.opaque
    }

    /// Whether the tag only changes with the meaning of the representation.
    pub fn is_weak(&self) -> bool {
        self.is_weak
    }

    /// Whether both are the same strong tag: the representations have the same bytes (RFC 9110, section 8.8.3.2).
    pub fn matches_strongly(&self, other: &Self) -> bool {
        !self.is_weak && !other.is_weak && self.opaque == other.opaque
    }

    /// Whether both have the same text: the representations have the same meaning.
    pub fn matches_weakly(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }
}

impl fmt::Display for EntityTag {
    /// The value of the header field.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"{}\"", if self.is_weak { "W/" } else { "" }, self.opaque)
    }
}

impl FromStr for EntityTag {
    type Err = EntityTagError;

    fn from_str(text: &str) -> Result<Self, EntityTagError> {
        match first(text.trim_matches([' ', '\t'])) {
            Some((tag, "")) => Ok(tag),
            _ => Err(EntityTagError),
        }
    }
}

/// The tag at the start of a text, and what is after it.
fn first(text: &str) -> Option<(EntityTag, &str)> {
    // `W/` is case-sensitive.
    let (is_weak, text) = text.strip_prefix("W/").map_or((false, text), |text| (true, text));
    let (opaque, rest) = text.strip_prefix('"')?.split_once('"')?;
    Some((EntityTag::new(opaque.to_owned(), is_weak).ok()?, rest))
}

/// The value of `If-Match` or `If-None-Match` (RFC 9110, sections 13.1.1 and 13.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tags {
    /// `*`
    Any,
    List(Vec<EntityTag>),
}

impl FromStr for Tags {
    type Err = EntityTagError;

    fn from_str(text: &str) -> Result<Self, EntityTagError> {
        let mut rest = text.trim_matches([' ', '\t']);
        if rest == "*" {
            return Ok(Self::Any);
        }
        let mut tags = Vec::new();
        // A list may have empty elements (section 5.6.1).
        let blank = [' ', '\t', ','];
        rest = rest.trim_start_matches(blank);
        while !rest.is_empty() {
            let (tag, after) = first(rest).ok_or(EntityTagError)?;
            tags.push(tag);
            rest = after.trim_start_matches([' ', '\t']);
            if !rest.is_empty() && !rest.starts_with(',') {
                return Err(EntityTagError);
            }
            rest = rest.trim_start_matches(blank);
        }
        if tags.is_empty() { Err(EntityTagError) } else { Ok(Self::List(tags)) }
    }
}

/// The conditions of a request: its header fields `If-Match` and `If-None-Match`.
#[derive(Debug, Clone, Copy, Default)]
#[must_use = "conditions are evaluated by `read` or `write`"]
pub struct Conditions<'a> {
    if_match: Option<&'a str>,
    if_none_match: Option<&'a str>,
}

/// What the conditions of a request say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a request whose condition is false must not be performed"]
pub enum Condition {
    /// The request is performed.
    Holds,
    /// The response is 304 (Not Modified), with the same `ETag`.
    NotModified,
    /// The response is 412 (Precondition Failed), and nothing is changed.
    Failed,
}

impl<'a> Conditions<'a> {
    /// These header fields, as received. `None`: the request does not have the field.
    pub fn new(if_match: Option<&'a str>, if_none_match: Option<&'a str>) -> Self {
        Self { if_match, if_none_match }
    }

    /// Evaluates the conditions of a GET or HEAD request (RFC 9110, section 13.2.2). `current` is the tag of the selected
    /// representation; `None` if there is none.
    ///
    /// # Errors
    ///
    /// If a field is not a list of entity tags; the response is 400.
    pub fn read(self, current: Option<&EntityTag>) -> Result<Condition, EntityTagError> {
        self.evaluate(current, Condition::NotModified)
    }

    /// As [`Self::read`], for a request with another method. Evaluate and change in one transaction, or another request may
    /// change the representation in between.
    ///
    /// # Errors
    ///
    /// Same as [`Self::read`].
    pub fn write(self, current: Option<&EntityTag>) -> Result<Condition, EntityTagError> {
        self.evaluate(current, Condition::Failed)
    }

    fn evaluate(self, current: Option<&EntityTag>, unchanged: Condition) -> Result<Condition, EntityTagError> {
        let (if_match, if_none_match) = (parsed(self.if_match)?, parsed(self.if_none_match)?);
        let matches = |tags: &Tags, is_same: fn(&EntityTag, &EntityTag) -> bool| match (tags, current) {
            (_, None) => false,
            (Tags::Any, Some(_)) => true,
            (Tags::List(tags), Some(current)) => tags.iter().any(|tag| is_same(tag, current)),
        };
        if if_match.is_some_and(|tags| !matches(&tags, EntityTag::matches_strongly)) {
            return Ok(Condition::Failed);
        }
        if if_none_match.is_some_and(|tags| matches(&tags, EntityTag::matches_weakly)) {
            return Ok(unchanged);
        }
        Ok(Condition::Holds)
    }
}

fn parsed(field: Option<&str>) -> Result<Option<Tags>, EntityTagError> {
    field.map(str::parse).transpose()
}
