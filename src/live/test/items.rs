//! The values of a response that were sent one after another.

use serde_json::Value;

use crate::model::operation::Stream;

/// The values of the body.
///
/// # Errors
///
/// What is invalid, with the number of the item.
pub(super) fn items(stream: &Stream, body: &[u8]) -> Result<Vec<Value>, String> {
    let text = std::str::from_utf8(body).map_err(|_| "not UTF-8".to_owned())?;
    let is_text = matches!(stream, Stream::TextEvents);
    let texts: Vec<String> = match stream {
        Stream::Events(_) | Stream::TextEvents => events(text),
        Stream::Lines(_) => text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
        Stream::Sequence(_) => text.split('\u{1e}').filter(|text| !text.trim().is_empty()).map(str::to_owned).collect(),
    };
    let value = |(number, text): (usize, String)| match is_text {
        true => Ok(Value::String(text)),
        false => serde_json::from_str(&text).map_err(|error| format!("item {}: not JSON: {error}", number + 1)),
    };
    texts.into_iter().enumerate().map(value).collect()
}

/// The data of server-sent events (WHATWG HTML, section 9.2.6).
fn events(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let blocks = text.split_inclusive("\n\n").filter_map(|block| block.strip_suffix("\n\n"));
    let data = |line: &str| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        (name == "data").then(|| value.strip_prefix(' ').unwrap_or(value).to_owned())
    };
    let lines = blocks.map(|block| block.lines().filter_map(data).collect::<Vec<_>>());
    lines.filter(|lines| !lines.is_empty()).map(|lines| lines.join("\n")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::items;
    use crate::model::operation::Stream;
    use crate::model::schema::{Scalar, TypeRef};

    #[test]
    fn values_are_read_by_their_framing() {
        let any = || TypeRef::Scalar(Scalar::Any);
        let events = ": hello\n\nid: 1\ndata: {\"a\":\ndata:1}\r\n\r\n\ndata: 2\n\ndata: cut off";
        assert_eq!(items(&Stream::Events(any()), events.as_bytes()), Ok(vec![json!({"a": 1}), json!(2)]));
        assert_eq!(items(&Stream::TextEvents, b"data: a\n\n"), Ok(vec![json!("a")]));
        assert_eq!(items(&Stream::Lines(any()), b"1\n\n{\"a\":2}\n"), Ok(vec![json!(1), json!({"a": 2})]));
        assert_eq!(items(&Stream::Sequence(any()), b"\x1e1\n\x1e[\n2]\n"), Ok(vec![json!(1), json!([2])]));
        let error = items(&Stream::Events(any()), b"data: 1\n\ndata: [DONE]\n\n").unwrap_err();
        assert!(error.starts_with("item 2: not JSON"), "{error}");
    }
}
