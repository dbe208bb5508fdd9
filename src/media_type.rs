//! Media types as documents write them (RFC 9110, section 8.3.1).

/// The media type in lower case and without parameters.
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether this is a JSON media type. A range such as `*/*` is not.
pub fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json")
}

/// The parameters that distinguish the media type, sorted, with names in lower case and values without quotes.
///
/// `charset` and `boundary` are left out: they belong to the message, not to the structure of its content.
pub fn parameters(media_type: &str) -> Vec<(String, String)> {
    let pieces = pieces(media_type).into_iter().skip(1).filter(|piece| !piece.trim().is_empty());
    let pairs = pieces.map(|piece| {
        let (name, value) = piece.split_once('=').unwrap_or((&piece, ""));
        (name.trim().to_ascii_lowercase(), value.trim().to_owned())
    });
    let mut pairs: Vec<(String, String)> = pairs.filter(|(name, _)| name != "charset" && name != "boundary").collect();
    pairs.sort();
    pairs
}

/// What is between semicolons, without the quotes of values (RFC 9110, section 5.6.4). A semicolon in quotes is text.
fn pieces(media_type: &str) -> Vec<String> {
    let (mut pieces, mut piece, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut letters = media_type.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => pieces.push(std::mem::take(&mut piece)),
            '\\' if is_quoted => piece.extend(letters.next()),
            letter => piece.push(letter),
        }
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::{is_json, parameters};

    #[test]
    fn json_has_two_names_and_a_suffix() {
        for text in ["application/json", "Application/JSON; charset=utf-8", "text/json", "application/vnd.api+json"] {
            assert!(is_json(text), "{text}");
        }
        for text in ["*/*", "application/*", "application/json-seq", "application/x-ndjson", "application/xjson"] {
            assert!(!is_json(text), "{text}");
        }
    }

    #[test]
    fn parameters_that_describe_the_message_are_left_out() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let table = [
            ("application/json", vec![]),
            ("application/json; charset=utf-8", vec![]),
            ("application/json;Charset=\"UTF-8\" ;", vec![]),
            ("multipart/form-data; boundary=x", vec![]),
            ("application/json; charsets=a", vec![pair("charsets", "a")]),
            ("a/b; version=2; Profile=\"x;y=\\\"z\"", vec![pair("profile", "x;y=\"z"), pair("version", "2")]),
            ("a/b; flag", vec![pair("flag", "")]),
        ];
        for (text, expected) in table {
            assert_eq!(parameters(text), expected, "{text}");
        }
    }
}
