//! Suggests the known key that an unknown one is probably meant to be.

/// English words that are two edits away from a key and mean something else.
const OTHER_WORDS: [&str; 1] = ["severity"];

/// The known key that is most similar to `key`: equal except for case, separators and plural, or only a few edits away.
pub fn nearest<'k>(key: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let near = known.into_iter().filter_map(|known| Some((distance(key, known)?, known)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// The distance between two keys; `None` if they are unrelated.
fn distance(key: &str, known: &str) -> Option<usize> {
    // A key that is much longer is not similar.
    if key.len() > known.len() * 2 + 4 || OTHER_WORDS.contains(&key.to_lowercase().as_str()) {
        return None;
    }
    let (a, b) = (plain(key), plain(known));
    if a.len().abs_diff(b.len()) > 2 {
        return None;
    }
    if singular(&a) == singular(&b) {
        return Some(0);
    }
    let most = (a.len().min(b.len()) / 3).min(2);
    Some(edits(&a, &b)).filter(|edits| *edits <= most)
}

/// The letters and digits of a key in lower case.
fn plain(key: &str) -> Vec<char> {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn singular(key: &[char]) -> String {
    let text: String = key.iter().collect();
    match (text.strip_suffix("ies"), text.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) => stem.to_owned(),
        (None, None) => text,
    }
}

/// The number of insertions, deletions, substitutions and swaps of neighbours between two strings.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let substituted = last[j] + usize::from(x != y);
            let mut least = substituted.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn similar_keys_are_suggested() {
        let known = ["security", "securitySchemes", "parameters", "get", "in", "properties", "requestBody"];
        let table = [
            ("securty", "security"),
            ("Security", "security"),
            ("securities", "security"),
            ("secuirty", "security"),
            ("sceurtiy", "security"),
            ("securitySchemas", "securitySchemes"),
            ("security_schemes", "securitySchemes"),
            ("securityScheme", "securitySchemes"),
            ("parameter", "parameters"),
            ("gett", "get"),
            ("GET", "get"),
            ("In", "in"),
            ("propertys", "properties"),
            ("requestbody", "requestBody"),
        ];
        for (key, expected) in table {
            assert_eq!(nearest(key, known), Some(expected), "{key}");
        }
        for key in ["id", "severity", "put", "secure", "body", "x", "", "securityAuditTrailIdentifier"] {
            assert_eq!(nearest(key, known), None, "{key}");
        }
    }
}
