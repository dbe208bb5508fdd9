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
///
/// Read from its end, each text of the template stands as far right as it can, so that of two parameters in one segment the
/// first is the longer. There is nothing to try again: a path costs what its length is, however many parameters there are.
pub fn captures(operation: &Operation, path: &str) -> Option<Vec<(usize, String)>> {
    let mut found = Vec::new();
    let mut left = path;
    // The parameter that ends where `left` ends.
    let mut open: Option<usize> = None;
    for (at, segment) in operation.path.iter().enumerate().rev() {
        let (text, own) = match segment {
            Segment::Text(text) => (*text, None),
            Segment::Parameter(index) => ("", Some(*index)),
        };
        let end = match open {
            None => left.len(),
            // The path begins with its first text.
            Some(_) if at == 0 && own.is_none() => text.len(),
            Some(_) => before_last(left)?.rfind(text)? + text.len(),
        };
        if let Some(index) = open {
            found.push((index, parameter(left.get(end..)?)?));
        }
        left = left[..end].strip_suffix(text)?;
        open = own;
    }
    match open {
        Some(index) => found.push((index, parameter(left)?)),
        None if left.is_empty() => {}
        None => return None,
    }
    found.reverse();
    Some(found)
}

/// All but the last character, which a parameter needs at least.
fn before_last(text: &str) -> Option<&str> {
    let (last, _) = text.char_indices().next_back()?;
    Some(&text[..last])
}

/// A parameter is never empty and never leaves its segment.
fn parameter(text: &str) -> Option<String> {
    (!text.is_empty() && !text.contains('/')).then(|| text.to_owned())
}

/// How many characters of the template are literal: the more, the earlier it is tried.
pub fn weight(operation: &Operation) -> usize {
    let literal = |segment: &Segment| match segment {
        Segment::Text(text) => text.len(),
        Segment::Parameter(_) => 0,
    };
    operation.path.iter().map(literal).sum()
}
