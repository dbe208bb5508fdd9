//! JSON pointers (RFC 6901): addresses of nodes in a document.
//!
//! Nodes of the model hold pointers, not lines; lines are looked up when a diagnostic is printed.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The address of a node; cheap to clone, ordered by its text.
///
/// Displayed as a URI fragment without percent-encoding: `#/paths/~1pets/get`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(pub(super) Arc<str>);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Self(Arc::from(""))
    }

    /// The value under `key` of the object at this pointer.
    pub fn child(&self, key: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + key.len() + 1);
        text.push_str(&self.0);
        text.push('/');
        escape_into(key, &mut text);
        Self(text.into())
    }

    /// The element `index` of the array at this pointer.
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0).into())
    }

    /// The pointer made of unescaped `tokens`.
    pub fn from_tokens<T: AsRef<str>>(tokens: impl IntoIterator<Item = T>) -> Self {
        let mut text = String::new();
        for token in tokens {
            text.push('/');
            escape_into(token.as_ref(), &mut text);
        }
        Self(text.into())
    }

    /// Parses a pointer (RFC 6901, section 3): empty, or starting with `/`.
    ///
    /// Returns `None` if it starts differently or has a `~` that is not part of `~0` or `~1`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_rooted = text.is_empty() || text.starts_with('/');
        let mut escapes = text.split('~').skip(1);
        let is_escaped = escapes.all(|rest| rest.starts_with(['0', '1']));
        (is_rooted && is_escaped).then(|| Self(text.into()))
    }

    /// The pointer of the parent node; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        let end = self.0.rfind('/')?;
        Some(Self(self.0[..end].into()))
    }

    /// The last token, unescaped; `None` for the root.
    pub fn last(&self) -> Option<String> {
        let start = self.0.rfind('/')?;
        Some(unescape(&self.0[start + 1..]).into_owned())
    }

    /// The tokens from the root down, unescaped.
    pub fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.steps().map(Cow::into_owned)
    }

    /// The tokens from the root down, unescaped, without copies of those that have no escapes.
    pub fn steps(&self) -> impl Iterator<Item = Cow<'_, str>> + '_ {
        self.0.split('/').skip(1).map(unescape)
    }

    /// Whether this node is `other` or below it.
    pub fn is_within(&self, other: &Pointer) -> bool {
        match self.0.strip_prefix(&*other.0) {
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }

    /// The node at `rest`, relative to this one.
    pub fn join(&self, rest: &Pointer) -> Self {
        Self(format!("{}{}", self.0, rest.0).into())
    }

    /// This pointer relative to `other`; `None` if it is not below `other`.
    pub fn below(&self, other: &Pointer) -> Option<Self> {
        self.is_within(other).then(|| Self(self.0[other.0.len()..].into()))
    }

    /// The text (RFC 6901), without `#`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn escape_into(token: &str, text: &mut String) {
    if !token.contains(['~', '/']) {
        text.push_str(token);
        return;
    }
    for c in token.chars() {
        match c {
            '~' => text.push_str("~0"),
            '/' => text.push_str("~1"),
            other => text.push(other),
        }
    }
}

/// `~1` first, then `~0`, so that `~01` stays `~1` (RFC 6901, section 4).
fn unescape(token: &str) -> Cow<'_, str> {
    match token.contains('~') {
        true => Cow::Owned(token.replace("~1", "/").replace("~0", "~")),
        false => Cow::Borrowed(token),
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn tokens_round_trip() {
        for token in ["", "/pets/{id}", "~", "~1", "~0", "a/b~c", "ä", "0"] {
            let at = Pointer::root().child("x").child(token);
            assert_eq!(at.last().as_deref(), Some(token));
            assert_eq!(at.tokens().collect::<Vec<_>>(), ["x", token]);
            assert_eq!(Pointer::parse(at.as_str()), Some(at));
        }
    }

    #[test]
    fn pointer_displays_as_fragment() {
        let at = Pointer::root().child("paths").child("/x").child("get").index(2);
        assert_eq!(at.to_string(), "#/paths/~1x/get/2");
        assert_eq!(Pointer::root().to_string(), "#");
    }

    #[test]
    fn invalid_pointers_are_rejected() {
        for text in ["a", "/~", "/~2", "/a~"] {
            assert_eq!(Pointer::parse(text), None, "{text}");
        }
    }

    #[test]
    fn node_is_within_itself_and_its_ancestors() {
        let at = Pointer::root().child("a").child("b");
        assert!(at.is_within(&at) && at.is_within(&Pointer::root()));
        assert!(!at.is_within(&Pointer::root().child("a").child("bc")));
        assert!(!Pointer::root().child("ab").is_within(&Pointer::root().child("a")));
    }
}
