//! Path templates against raw paths: what a router cannot hold as it is (`{id}.json`, `{a}-{b}`) is told apart here.

use super::operation::{Operation, Segment};

/// The path for axum: each segment that holds a parameter is taken whole, under a name that only its position gives.
pub fn route_path(operation: &Operation) -> String {
    let text: String = operation
        .path
        .iter()
        .map(|segment| match segment {
            Segment::Text(text) => (*text).to_owned(),
            // No literal holds it: control characters are percent-encoded there.
            Segment::Parameter(_) => "\0".to_owned(),
        })
        .collect();
    let segment = |(at, text): (usize, &str)| if text.contains('\0') { format!("{{p{at}}}") } else { text.to_owned() };
    text.split('/').enumerate().map(segment).collect::<Vec<_>>().join("/")
}

/// The parameters of a raw path with their still encoded text, where the path has the form of the operation's.
pub fn captures(operation: &Operation, path: &str) -> Option<Vec<(usize, String)>> {
    let mut found = Vec::new();
    matches(operation.path, path, &mut found).then(|| {
        found.reverse();
        found
    })
}

/// How many characters of the template are literal: the more, the earlier it is tried.
pub fn weight(operation: &Operation) -> usize {
    let literal = |segment: &Segment| match segment {
        Segment::Text(text) => text.len(),
        Segment::Parameter(_) => 0,
    };
    operation.path.iter().map(literal).sum()
}

/// Captures are pushed last first, on the way back.
fn matches(template: &[Segment], path: &str, found: &mut Vec<(usize, String)>) -> bool {
    match template {
        [] => path.is_empty(),
        [Segment::Text(text), rest @ ..] => path.strip_prefix(text).is_some_and(|after| matches(rest, after, found)),
        [Segment::Parameter(index), rest @ ..] => {
            let end = path.find('/').unwrap_or(path.len());
            let text = &path[..end];
            if rest.is_empty() || matches!(rest, [Segment::Text(next), ..] if next.starts_with('/')) {
                // The parameter ends its segment.
                let is_match = !text.is_empty() && matches(rest, &path[end..], found);
                return is_match && push(found, *index, text);
            }
            // The longest text that leaves the rest of the segment to the rest of the template.
            let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
            for end in ends {
                if matches(rest, &path[end..], found) {
                    return push(found, *index, &path[..end]);
                }
            }
            false
        }
    }
}

fn push(found: &mut Vec<(usize, String)>, index: usize, text: &str) -> bool {
    found.push((index, text.to_owned()));
    true
}
