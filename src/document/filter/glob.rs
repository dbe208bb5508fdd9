//! Patterns of paths: `*` matches any text within a segment, `**` any number of segments.

/// A pattern of a path.
#[derive(Debug, Clone)]
pub(super) struct Glob {
    text: String,
}

impl Glob {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the whole path matches.
    pub(super) fn matches(&self, path: &str) -> bool {
        let pattern: Vec<&str> = self.text.split('/').collect();
        let path: Vec<&str> = path.split('/').collect();
        wildcard(&pattern, &path, |part| *part == "**", |pattern, part| segment(pattern, part))
    }
}

fn segment(pattern: &str, part: &str) -> bool {
    let (pattern, part): (Vec<char>, Vec<char>) = (pattern.chars().collect(), part.chars().collect());
    wildcard(&pattern, &part, |c| *c == '*', |one, other| one == other)
}

/// Whether a pattern matches a whole list, in which one wildcard stands for any number of items. Only the last wildcard is
/// tried again, so the time is at most the product of the lengths.
fn wildcard<T>(
    pattern: &[T],
    items: &[T],
    is_wildcard: impl Fn(&T) -> bool,
    is_match: impl Fn(&T, &T) -> bool,
) -> bool {
    let (mut at, mut item) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while item < items.len() {
        match pattern.get(at) {
            Some(part) if is_wildcard(part) => {
                retry = Some((at + 1, item));
                at += 1;
            }
            Some(part) if is_match(part, &items[item]) => {
                at += 1;
                item += 1;
            }
            _ => match &mut retry {
                None => return false,
                Some((after, start)) => {
                    *start += 1;
                    (at, item) = (*after, *start);
                }
            },
        }
    }
    pattern[at..].iter().all(is_wildcard)
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn stars_match_within_and_across_segments() {
        for (pattern, path, expected) in [
            ("/pets", "/pets", true),
            ("/pets", "/pets/{id}", false),
            ("/pets/*", "/pets/{id}", true),
            ("/pets/*", "/pets", false),
            ("/pets/*", "/pets/{id}/toys", false),
            ("/pets/**", "/pets", true),
            ("/pets/**", "/pets/{id}/toys", true),
            ("/pets/**", "/petsitters", false),
            ("/**/toys", "/pets/{id}/toys", true),
            ("/**/toys", "/toys", true),
            ("/**/toys/**", "/pets/toys/{id}", true),
            ("/v*/pets", "/v1/pets", true),
            ("/*-admin/**", "/pet-admin/x", true),
            ("/*-admin/**", "/pet/x", false),
            ("/**", "/", true),
        ] {
            assert_eq!(Glob::new(pattern).matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn many_stars_do_not_take_exponential_time() {
        let pattern = format!("/{}b", "a*".repeat(200));
        assert!(!Glob::new(&pattern).matches(&format!("/{}", "a".repeat(5_000))));
    }
}
